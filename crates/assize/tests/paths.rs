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
        assert!(row["path"].as_str().expect("a path").ends_with("applicationHost.config"), "{row}");
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
