//! The inputs on which other readers of event logs fail, go on in silence, or read the same file forty times: for each,
//! our answer names the file, says what is wrong with it, and gives the exit code that a script can act on.
//!
//! `inputs.rs` asks the same of whole collections; here each input is the one thing that was given.

mod common;

use common::{assize_in, scanned, shared, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Nothing could be assessed.
const NOT_ASSESSED: Option<i32> = Some(3);

/// Unpacks one hostile event log into a folder, or `None` with a word that says why not.
fn event_log(folder: &Path, name: &str) -> Option<PathBuf> {
    let archive = shared("data/hostile/evtx.tar.xz")?;
    let member = format!("evtx/derived/{name}");
    let tar = std::process::Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(folder).arg(&member).status();
    if !tar.is_ok_and(|s| s.success()) {
        println!("skipped: tar cannot read xz here");
        return None;
    }
    Some(folder.join(member))
}

/// A log of 1,741 records in which 140 are missing.
const WHOLE: (&str, u64) = ("chunk_removed.evtx", 1741);

/// Exit code, what was said, and the result of a scan of something that can be opened.
fn asked(folder: &Path, name: &str) -> (Option<i32>, String, Value) {
    let run = assize_in(folder, &["scan", name, "-o", "case", "--overwrite", "-f", "md,json", "--progress", "none"]);
    let said = format!("{}{}", stdout(&run), stderr(&run));
    let result = fs::read(folder.join("case/result.json")).unwrap_or_else(|_| panic!("{name}: no result; {said}"));
    let report = fs::read_to_string(folder.join("case/report.md")).expect("a report");
    (run.status.code(), format!("{said}{report}"), serde_json::from_slice(&result).expect("JSON"))
}

/// What the result notes of a file.
fn notes(result: &Value, file: &str) -> String {
    let all = result["evidence"]["notes"].as_array().expect("notes");
    all.iter().filter(|n| n[0].as_str().is_some_and(|p| p.ends_with(file))).map(|n| n[1].to_string()).collect()
}

/// Says what to do, as every screen must that could not assess.
fn advises(said: &str) -> bool {
    said.contains("What to try") && said.contains("Give us the folder that holds the logs")
}

#[test]
fn a_truncated_event_log_is_read_as_far_as_it_goes_and_says_where_it_ends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(log) = event_log(folder.path(), "small_trunc_60.evtx") else { return };
    fs::rename(log, folder.path().join("trunc.evtx")).expect("a file");
    let (code, said, result) = asked(folder.path(), "trunc.evtx");
    assert_eq!(code, NOT_ASSESSED, "{said}");
    assert!(result["evidence"]["rows"].as_u64() >= Some(7), "{result}");
    let notes = notes(&result, "trunc.evtx");
    assert!(notes.contains("truncated-chunk") && notes.contains("43417"), "{notes}");
    assert!(advises(&said) && said.contains("trunc.evtx"), "{said}");
}

#[test]
fn what_is_no_event_log_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let noise: Vec<u8> = (0u32..5000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut inputs =
        vec![("random.evtx", noise, "not-evtx"), ("text.evtx", b"this is no event log\n".to_vec(), "not-evtx")];
    if let Some(log) = event_log(folder.path(), WHOLE.0) {
        inputs.push(("cut.evtx", fs::read(log).expect("the log")[..3000].to_vec(), "truncated"));
    }
    for (name, bytes, wrong) in inputs {
        let size = bytes.len() as u64;
        fs::write(folder.path().join(name), bytes).expect("a file");
        let (code, said, result) = asked(folder.path(), name);
        assert_eq!(code, NOT_ASSESSED, "{name}: {said}");
        assert!(notes(&result, name).contains(wrong), "{name}: {}", result["evidence"]["notes"]);
        assert!(advises(&said) && said.contains(name), "{name}: {said}");
        let evidence = &result["evidence"];
        assert_eq!(evidence["rows"], 0, "{name}");
        if wrong == "not-evtx" {
            assert_eq!(evidence["bytes_lost"].as_u64(), Some(size), "{name}: every byte is accounted for");
        }
    }
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(log) = event_log(folder.path(), WHOLE.0) else { return };
    let evidence = folder.path().join("logs");
    fs::create_dir(&evidence).expect("a folder");
    fs::rename(log, evidence.join("System.evtx")).expect("a file");
    fs::write(evidence.join("Application.evtx"), "no event log").expect("a file");
    fs::write(evidence.join("Security.evtx"), "").expect("a file");
    let (_, result) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(result["evidence"]["rows"].as_u64(), Some(WHOLE.1), "{}", result["evidence"]);
    assert!(notes(&result, "Application.evtx").contains("not-evtx"));
    // Nothing is said nowhere: of an empty log we hear that it is empty.
    let all = format!("{}{}{}", result["evidence"]["notes"], result["evidence"]["not_understood"], result["skipped"]);
    assert!(all.contains("Security.evtx"), "{all}");
}

#[test]
fn what_cannot_be_opened_is_an_error_of_the_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    fs::write(folder.path().join("zero.evtx"), "").expect("a file");
    for (name, why) in [("missing.evtx", "cannot open"), ("empty", "empty is empty"), ("zero.evtx", "is empty")] {
        let run = assize_in(folder.path(), &["scan", name, "-o", "case"]);
        let said = stderr(&run);
        assert_eq!(run.status.code(), NOT_ASSESSED, "{name}: {said}");
        assert!(said.contains(name) && said.contains(why), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "no trace of our insides: {said}");
        assert!(!folder.path().join("case/case.json").exists(), "{name}: no case was made");
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named_and_the_rest_is_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(log) = event_log(folder.path(), WHOLE.0) else { return };
    let evidence = folder.path().join("logs");
    fs::create_dir(&evidence).expect("a folder");
    fs::rename(log, evidence.join("System.evtx")).expect("a file");
    fs::write(evidence.join("Security.evtx"), "secret").expect("a file");
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    mode(&evidence.join("Security.evtx"), 0o000);
    mode(&evidence.join("System.evtx"), 0o644);
    mode(&evidence, 0o755);
    mode(folder.path(), 0o755);
    let binary = folder.path().join("assize");
    fs::copy(env!("CARGO_BIN_EXE_assize"), &binary).expect("a copy of the binary");
    mode(&binary, 0o755);
    let cases = folder.path().join("cases");
    fs::create_dir(&cases).expect("a folder");
    mode(&cases, 0o777);
    let mut scan = std::process::Command::new(binary);
    scan.args(["scan", "logs", "-o", "cases/one", "--json", "--progress", "none"]).current_dir(folder.path());
    scan.env("TMPDIR", &cases).env("XDG_CONFIG_HOME", folder.path().join("none"));
    // For the administrator no file is unreadable: the scan runs as nobody then.
    if fs::metadata(folder.path()).expect("the folder").uid() == 0 {
        scan.uid(65_534).gid(65_534);
    }
    let run = scan.output().expect("the binary runs");
    let result: Value =
        serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&run.stderr)));
    assert_eq!(result["evidence"]["rows"].as_u64(), Some(WHOLE.1));
    let skipped = result["skipped"].to_string();
    assert!(skipped.contains("Security.evtx") && skipped.to_lowercase().contains("permission"), "{skipped}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_itself_is_read_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(log) = event_log(folder.path(), WHOLE.0) else { return };
    let evidence = folder.path().join("loop");
    fs::create_dir(&evidence).expect("a folder");
    fs::rename(log, evidence.join("System.evtx")).expect("a file");
    std::os::unix::fs::symlink(".", evidence.join("self")).expect("a link");
    let (code, result) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(Some(code), NOT_ASSESSED);
    assert_eq!(result["evidence"]["files"], 1);
    assert_eq!(result["evidence"]["rows"].as_u64(), Some(WHOLE.1));
    assert!(result["skipped"].to_string().contains("self"), "{}", result["skipped"]);
}

#[test]
fn content_decides_and_not_the_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(log) = event_log(folder.path(), WHOLE.0) else { return };
    for name in ["UPPER.EVTX", "no-extension", "named.log"] {
        fs::copy(&log, folder.path().join(name)).expect("a file");
        let (code, said, result) = asked(folder.path(), name);
        assert_eq!(code, NOT_ASSESSED, "{name}: {said}");
        assert_eq!(result["evidence"]["rows"].as_u64(), Some(WHOLE.1), "{name}: {}", result["evidence"]);
        assert!(notes(&result, name).contains("140 record number"), "{name}: what is missing is said");
    }
}

#[test]
fn an_archive_is_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The collection of an invented server, as a zip that any tool can make.
    let layout = assize_lab::layout("cylr").expect("the layout exists");
    let scenario = assize_lab::scenario("exposed").expect("the scenario exists");
    let zip = assize_lab::write_collection(scenario, 1, layout, folder.path()).expect("a zip");
    let named = folder.path().join("collection.bin");
    fs::rename(zip, &named).expect("a file");
    let (code, result) = scanned(folder.path(), &named, &[]);
    assert_eq!(code, i32::from(scenario.code));
    assert_eq!(result["host"]["name"], "EX03.example.test");
}

#[test]
fn a_web_log_alone_is_evidence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let row = "2021-03-05 03:06:27 10.0.0.5 GET /owa/auth/logon.aspx - 443 - 198.51.100.9 Mozilla/5.0 - 200 0 0 133";
    let head = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-05 03:06:27\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
    fs::write(folder.path().join("iis.log"), format!("{head}{row}\r\n")).expect("a file");
    let (code, said, result) = asked(folder.path(), "iis.log");
    assert_eq!(code, Some(30), "{said}");
    assert_eq!(result["evidence"]["rows"], 1);
    assert!(said.contains("iis.log"), "{said}");
}
