//! `--copy-evidence`: copies under a password, under names of ours, with a list of where each comes from.

mod common;

use common::{assize_in, lab, stderr, stdout, tree};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("it was written")).expect("JSON")
}

fn scan(folder: &Path, case: &str, which: &str) -> String {
    let args = ["scan", "breached", "-o", case, "--copy-evidence", which, "--progress", "none"];
    let output = assize_in(folder, &args);
    assert_eq!(output.status.code(), Some(50), "{}", stderr(&output));
    stdout(&output)
}

fn verified(folder: &Path, case: &str) -> (i32, String) {
    let output = assize_in(folder, &["verify", case]);
    (output.status.code().unwrap_or(-1), stdout(&output))
}

#[test]
fn the_files_behind_findings_are_copied_and_can_be_checked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let screen = scan(folder.path(), "case", "findings");
    assert!(screen.contains("copied in evidence.zip (password: infected)."), "{screen}");
    let case = folder.path().join("case");
    let list = json(&case.join("evidence.json"));
    let files = list["files"].as_array().expect("files");
    assert_eq!((&list["schema"], &list["left_out"]), (&"assize.evidence/1".into(), &Value::Array(Vec::new())));
    let result = json(&case.join("result.json"));
    let cited =
        result["findings"].as_array().expect("findings").iter().flat_map(|f| f["rows"].as_array().expect("rows"));
    let cited: std::collections::BTreeSet<&str> = cited.filter_map(|row| row["path"].as_str()).collect();
    let copied = files.iter().filter_map(|f| f["path"].as_str()).collect();
    assert_eq!(cited, copied, "exactly what findings cite");
    let mut zip = zip::ZipArchive::new(fs::File::open(case.join("evidence.zip")).expect("it is there")).expect("a zip");
    assert_eq!(zip.len(), files.len() + 1);
    assert!(zip.by_name("list.json").is_err(), "nothing opens without the password");
    for file in files {
        let member = file["member"].as_str().expect("a name");
        assert!(member.starts_with("files/") && member.ends_with(".bin") && member.len() == "files/00000.bin".len());
        assert!(!file["findings"].as_array().expect("findings").is_empty() && file["fault"].is_null());
        let mut bytes = Vec::new();
        zip.by_name_decrypt(member, b"infected").expect("a member").read_to_end(&mut bytes).expect("it unpacks");
        let original = fs::read(evidence.join(file["path"].as_str().expect("a path"))).expect("the original");
        assert!(bytes == original, "{member}");
    }
    let (code, said) = verified(folder.path(), "case");
    assert!(code == 0 && said.contains(&format!("{} copies of evidence", files.len())), "{said}");
    // The same evidence gives the same archive.
    scan(folder.path(), "twice", "findings");
    assert!(tree(&case) == tree(&folder.path().join("twice")));
    // Assessed again, the copies stay, and cannot be asked for.
    let again = assize_in(folder.path(), &["scan", "case", "-q", "--progress", "none"]);
    assert_eq!((again.status.code(), verified(folder.path(), "case").0), (Some(50), 0), "{}", stderr(&again));
    let refused = assize_in(folder.path(), &["scan", "case", "--copy-evidence", "all"]);
    assert!(refused.status.code() == Some(2) && stderr(&refused).contains("scan its evidence again"));
    // One changed byte is found.
    let mut bytes = fs::read(case.join("evidence.zip")).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(case.join("evidence.zip"), bytes).expect("written");
    let (code, said) = verified(folder.path(), "case");
    assert!(code == 1 && said.contains("evidence.zip"), "{said}");
}

#[test]
fn all_is_every_file_that_was_read_and_none_is_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "breached");
    scan(folder.path(), "all", "all");
    scan(folder.path(), "none", "none");
    let manifest = json(&folder.path().join("all/case.json"));
    let list = json(&folder.path().join("all/evidence.json"));
    assert_eq!(list["files"].as_array().map(Vec::len), manifest["files"].as_array().map(Vec::len));
    assert!(!folder.path().join("none/evidence.zip").exists());
    assert_eq!(verified(folder.path(), "all").0, 0);
}

// The moment of a kill is one of the clock: nothing that the run does tells of it.
#[allow(clippy::disallowed_methods)]
#[test]
fn a_run_that_was_killed_ends_with_the_same_copies() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "breached");
    scan(folder.path(), "whole", "all");
    for _ in 0..3 {
        let mut running = Command::new(env!("CARGO_BIN_EXE_assize"))
            .args(["scan", "breached", "-o", "case", "--copy-evidence", "all", "--progress", "none", "-qq"])
            .current_dir(folder.path())
            .env("ASSIZE_CACHE", common::cache())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        // Killed while the archive is written, where that can be caught.
        for _ in 0..20_000 {
            let begun = fs::read_dir(folder.path())
                .expect("a folder")
                .flatten()
                .any(|entry| entry.path().join("evidence.zip.unfinished").exists());
            if begun || running.try_wait().expect("it can be asked").is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let _ = running.kill();
        running.wait().expect("it ends");
        if folder.path().join("case").exists() {
            break;
        }
    }
    if !folder.path().join("case").exists() {
        scan(folder.path(), "case", "all");
    }
    assert!(tree(&folder.path().join("case")) == tree(&folder.path().join("whole")));
}
