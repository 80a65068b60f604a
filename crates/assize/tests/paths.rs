//! Where a server keeps its things is read from its own configuration, and what is missing of that is said.

mod common;

use assize_lab::{layout, scenario, write_collection};
use common::{assize_in, scanned, stdout};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn collection(folder: &Path, layout_name: &str) -> PathBuf {
    let layout = layout(layout_name).expect("a layout");
    write_collection(scenario("no-evidence").expect("a scenario"), 1, layout, &folder.join(layout_name))
        .expect("it can be written")
}

fn of<'r>(result: &'r Value, what: &str) -> Vec<&'r Value> {
    result["host"]["paths"].as_array().expect("paths").iter().filter(|p| p["what"] == what).collect()
}

#[test]
fn an_installation_on_another_drive() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (layout, expected) in
        [("drive-d", "D:\\Exchange\\V15"), ("velociraptor", "C:\\Program Files\\Microsoft\\Exchange Server\\V15")]
    {
        let evidence = collection(folder.path(), layout);
        let (_, result) = scanned(folder.path(), &evidence, &[]);
        let exchange = of(&result, "exchange");
        assert_eq!(exchange[0]["path"], expected, "{layout}");
        assert_eq!(exchange[0]["collected"], true, "{layout}: {exchange:?}");
        let row = &exchange[0]["row"];
        assert!(row["path"].as_str().expect("a path").ends_with("config/SOFTWARE"), "{row}");
        assert_eq!(exchange.len(), 1, "two sources that agree are one answer");
        let logs = of(&result, "iis-logs");
        assert_eq!(logs.len(), 2, "{logs:?}");
        assert_eq!(logs[0]["path"], "%SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC1");
        assert_eq!(logs[0]["collected"], true, "{layout}: {logs:?}");
    }
}

#[test]
fn logs_that_lie_elsewhere_or_are_switched_off_are_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = collection(folder.path(), "disk");
    let config = evidence.join("Windows/System32/inetsrv/config/applicationHost.config");
    let text = fs::read_to_string(&config).expect("the lab writes it");
    let moved = text.replacen("directory=\"%SystemDrive%\\inetpub\\logs\\LogFiles\"", "directory=\"E:\\IISLogs\"", 1);
    fs::write(&config, moved.replacen("directory=\"%System", "enabled=\"false\" directory=\"%System", 1))
        .expect("a file");
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "case", "--format", "html,md,json"]);
    let logs = of(&result, "iis-logs");
    assert_eq!((&logs[0]["path"], &logs[0]["collected"]), (&"E:\\IISLogs\\W3SVC1".into(), &false.into()));
    assert_eq!((&logs[1]["off"], &logs[1]["collected"]), (&true.into(), &true.into()), "{logs:?}");
    for name in ["report.html", "report.md"] {
        let text = fs::read_to_string(folder.path().join("case").join(name)).expect("a report");
        assert!(text.contains("Nothing of that folder is in the evidence"), "{name}");
        assert!(text.contains("It was told to write none"), "{name}");
    }
    let screen =
        stdout(&assize_in(folder.path(), &["scan", "disk", "-o", "again", "--lang", "fr", "--progress", "none"]));
    assert!(screen.contains("E:\\IISLogs\\W3SVC1"), "{screen}");
}

/// Without the hive the folder is told from the web folders, and without logs the version from the hive.
#[test]
fn the_registry_and_the_configuration_stand_in_for_each_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = collection(folder.path(), "drive-d");
    fs::remove_file(evidence.join("C/Windows/System32/config/SOFTWARE")).expect("a hive");
    let (_, result) = scanned(folder.path(), &evidence, &[]);
    let exchange = of(&result, "exchange");
    assert_eq!(exchange[0]["path"], "D:\\Exchange\\V15");
    assert!(exchange[0]["row"]["path"].as_str().expect("a path").ends_with("applicationHost.config"));

    let evidence = collection(folder.path(), "kape");
    for gone in ["C/Program Files/Microsoft/Exchange Server/V15/Logging", "C/Events", "assize-collection.json"] {
        let gone = evidence.join(gone);
        let removed = if gone.is_dir() { fs::remove_dir_all(&gone) } else { fs::remove_file(&gone) };
        removed.unwrap_or_else(|e| panic!("{}: {e}", gone.display()));
    }
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "case"]);
    assert_eq!(result["host"]["exchange_version"], "Exchange 2016 CU19");
    assert_eq!(result["host"]["exchange_build"], Value::Null, "the registry knows no security updates");
    assert_eq!(result["host"]["builds"], Value::Array(Vec::new()));
    assert_eq!(result["host"]["name"], "EX02.example.test");
    // A cumulative update tells what was fixed before it was made, and of later flaws nothing.
    let flaws = result["exposure"].as_array().expect("flaws");
    let unknown = |e: &Value| (e["state"] == "unknown") == e["cve"].as_str().is_some_and(|c| c > "CVE-2021");
    assert!(flaws.len() > 4 && flaws.iter().all(unknown), "{flaws:#?}");
    let screen = stdout(&assize_in(folder.path(), &["scan", "kape", "-o", "again", "--progress", "none"]));
    let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("KAPE folder · EX02.example.test · Exchange 2016 CU19 or a later update of it, by the registry")
    );
}

/// A hive is read in the process without rights; one that is damaged is one named file.
#[test]
fn a_damaged_hive_is_named_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = collection(folder.path(), "disk");
    let hive = evidence.join("Windows/System32/config/SOFTWARE");
    let whole = fs::read(&hive).expect("a hive");
    let (_, result) = scanned(folder.path(), &evidence, &[]);
    let rows = |result: &Value| {
        let tables = result["evidence"]["tables"].as_array().expect("tables");
        tables.iter().find(|t| t["table"] == "registry").map_or(0, |t| t["rows"].as_u64().expect("a number"))
    };
    let all = rows(&result);
    assert!(all > 10, "{all}");
    fs::write(&hive, &whole[..whole.len() / 2]).expect("a file");
    let (_, cut) = scanned(folder.path(), &evidence, &[]);
    assert!(rows(&cut) < all);
    let mut odd = whole.clone();
    odd[4] ^= 1;
    odd.iter_mut().skip(4096 + 32).step_by(7).for_each(|b| *b = 0xFF);
    fs::write(&hive, &odd).expect("a file");
    let (_, damaged) = scanned(folder.path(), &evidence, &[]);
    let said = format!("{}{}", damaged["evidence"]["notes"], damaged["skipped"]);
    assert!(said.contains("config/SOFTWARE"), "{said}");
    assert_eq!(damaged["verdict"]["state"], result["verdict"]["state"]);
}
