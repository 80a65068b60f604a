//! A package gives the answer that the disk it was taken from gives; and nothing is lost on the way in silence.

mod common;

use assize_lab::{layout, scenario, write_collection};
use common::{assize_in, scanned, stderr, stdout};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The disk of an invented server, with what a disk has besides evidence.
fn disk(folder: &Path, name: &str) -> PathBuf {
    let disk = folder.join("disk");
    write_collection(scenario(name).expect("a scenario"), 1, layout("disk").expect("a layout"), &disk)
        .expect("the disk can be written");
    fs::create_dir_all(disk.join("Users/admin")).expect("a folder");
    fs::write(disk.join("Users/admin/holiday.jpg"), vec![7; 100_000]).expect("a file");
    fs::write(disk.join("Windows/notepad.exe"), b"MZ not evidence").expect("a file");
    #[cfg(unix)]
    {
        let away = folder.join("elsewhere");
        fs::create_dir_all(&away).expect("a folder");
        fs::write(away.join("u_ex210101.log"), "#Fields: date time\r\n").expect("a file");
        std::os::unix::fs::symlink(&away, disk.join("Users/away")).expect("a link");
    }
    disk
}

/// Verdict and findings, with the place of every cited row; the numbers of files differ where there are fewer of them.
fn essence(code: i32, result: &Value) -> Value {
    let (mut findings, mut host) = (result["findings"].clone(), result["host"].clone());
    for list in ["paths", "told"] {
        for told in host[list].as_array_mut().expect("rows") {
            told["row"]["file"] = Value::Null;
        }
    }
    for finding in findings.as_array_mut().expect("findings") {
        for row in finding["rows"].as_array_mut().expect("rows") {
            row["file"] = Value::Null;
        }
    }
    json!({
        "code": code, "verdict": result["verdict"], "findings": findings, "coverage": result["coverage"],
        "exposure": result["exposure"], "window": result["window"], "host": host,
    })
}

fn collected(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let run = assize_in(folder, &[&["collect", "disk", "-o", "EX01.zip"], more].concat());
    (run.status.code(), format!("{}{}", stdout(&run), stderr(&run)))
}

fn answers_as_its_disk(name: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = disk(folder.path(), name);
    let before = common::tree(&disk);
    let (code, text) = collected(folder.path(), &[]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(common::tree(&disk), before, "the disk is only read");
    let (code, direct) = scanned(folder.path(), &disk, &[]);
    let (packed_code, packed) = scanned(folder.path(), &folder.path().join("EX01.zip"), &[]);
    let (direct_text, packed_text) = (essence(code, &direct), essence(packed_code, &packed));
    assert!(direct_text == packed_text, "{name}\n{direct_text:#}\nand not\n{packed_text:#}");
    assert_eq!(packed["evidence"]["tool"], "assize");
    assert_eq!(packed["evidence"]["rows"], direct["evidence"]["rows"]);
    assert_eq!(packed["evidence"]["rejects"], direct["evidence"]["rejects"]);
    let files = |result: &Value| result["evidence"]["files"].as_u64().expect("a number");
    assert!(files(&packed) < files(&direct), "what nobody reads is not taken");
    assert!(!packed["evidence"]["notes"].to_string().contains("u_ex210101"), "no link is followed");
    #[cfg(unix)]
    assert!(packed["evidence"]["notes"].to_string().contains("Users/away (a link, not followed)"), "{packed:#}");
}

#[test]
fn a_server_that_was_broken_into() {
    answers_as_its_disk("breached");
}

#[test]
fn a_server_of_which_little_is_left() {
    answers_as_its_disk("cannot-exclude");
}

#[test]
fn the_package_says_what_it_holds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = disk(folder.path(), "exposed");
    let (code, text) = collected(folder.path(), &["--lang", "fr", "--host", "EX77", "--live"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("EX01.zip") && text.contains("SHA-256"), "{text}");
    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).expect("a folder");
    let tool =
        Command::new("python3").args(["-m", "zipfile", "-e", "../EX01.zip", "."]).current_dir(&unpacked).status();
    if !tool.is_ok_and(|s| s.success()) {
        println!("skipped: no python3 here to unpack a zip with");
        return;
    }
    let note: Value =
        serde_json::from_slice(&fs::read(unpacked.join("assize-collection.json")).expect("a note")).expect("JSON");
    assert_eq!(note["host"], "EX77");
    assert!(note["collected_at"].is_string(), "{note}");
    let list = fs::read_to_string(unpacked.join("assize-files.jsonl")).expect("a list");
    let (mut files, mut left) = (0, 0);
    for line in list.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let path = line["path"].as_str().expect("a path");
        if line["not_collected"].is_string() {
            left += 1;
            continue;
        }
        files += 1;
        let (one, other) =
            (fs::read(disk.join(path)).expect("on disk"), fs::read(unpacked.join(path)).expect("packed"));
        assert_eq!(one, other, "{path}");
        assert_eq!(line["size"], one.len());
    }
    assert_eq!(note["files"], files);
    assert_eq!(note["not_collected"], left);
    assert!(!list.contains("holiday.jpg") && !list.contains("notepad.exe"), "{list}");
    // Whoever changes a file in a package is told of.
    let log = list.lines().find(|l| l.contains("u_ex21")).expect("a log");
    let log: Value = serde_json::from_str(log).expect("JSON");
    let path = unpacked.join(log["path"].as_str().expect("a path"));
    let mut text = fs::read(&path).expect("a log");
    text.extend_from_slice(b"#Remark: changed\r\n");
    fs::write(&path, text).expect("a file");
    fs::write(unpacked.join("inetpub/added.log"), "x").expect("a file");
    let (_, result) = scanned(folder.path(), &unpacked, &[]);
    let notes = result["evidence"]["notes"].to_string();
    assert!(notes.contains("the collection states another SHA-256"), "{notes}");
    assert!(notes.contains("not in its list: inetpub/added.log"), "{notes}");
}

#[test]
fn what_stands_there_stays_and_what_is_no_tree_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    disk(folder.path(), "exposed");
    fs::write(folder.path().join("EX01.zip"), "mine").expect("a file");
    assert_eq!(collected(folder.path(), &[]).0, Some(2));
    assert_eq!(fs::read(folder.path().join("EX01.zip")).expect("still there"), b"mine");
    assert_eq!(collected(folder.path(), &["--overwrite"]).0, Some(0));
    let again = assize_in(folder.path(), &["collect", "EX01.zip", "-o", "again.zip"]);
    assert_eq!(again.status.code(), Some(3), "{}", stderr(&again));
    fs::create_dir(folder.path().join("photos")).expect("a folder");
    fs::write(folder.path().join("photos/a.jpg"), "x").expect("a file");
    let nothing = assize_in(folder.path(), &["collect", "photos", "-o", "again.zip"]);
    assert_eq!(nothing.status.code(), Some(3), "{}", stderr(&nothing));
    assert!(!folder.path().join("again.zip").exists());
    assert!(common::tree(folder.path()).iter().all(|(name, _)| !name.contains(".part")), "nothing is left behind");
}

#[test]
fn a_run_that_is_killed_leaves_no_package() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = disk(folder.path(), "exposed");
    // Large enough that the run is alive when it is killed.
    let log = disk.join("inetpub/logs/LogFiles/W3SVC1/u_ex210101.log");
    let line = b"2021-01-01 00:00:00 10.0.0.5 GET /owa/ - 443 - 192.0.2.7 Mozilla - 200 0 0 1\r\n";
    let head = b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
    fs::write(&log, [&head[..], &line.repeat(2_000_000)].concat()).expect("a file");
    let mut running = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["collect", "disk", "-o", "EX01.zip", "-q"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    // It is at work once its unfinished file stands there.
    let is_part =
        |e: std::io::Result<fs::DirEntry>| e.is_ok_and(|e| e.file_name().to_string_lossy().ends_with(".part"));
    while !fs::read_dir(folder.path()).expect("a folder").any(is_part) {
        assert!(running.try_wait().expect("it can be asked").is_none(), "it ended before it was killed");
    }
    running.kill().expect("it can be killed");
    running.wait().expect("it ends");
    assert!(!folder.path().join("EX01.zip").exists());
}

#[test]
fn every_recipe_takes_what_the_invented_server_has() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = disk(folder.path(), "breached");
    #[cfg(unix)]
    fs::remove_file(disk.join("Users/away")).expect("the link");
    let list = assize_in(folder.path(), &["collect", "--recipe", "list"]);
    assert_eq!(list.status.code(), Some(0), "{}", stderr(&list));
    let list = stdout(&list)
        .replace("%ExchangeInstallPath%", "program files/microsoft/exchange server/v15")
        .replace("%SystemDrive%\\", "")
        .replace('\\', "/")
        .to_lowercase();
    let places: Vec<(&str, &str)> = list.lines().filter_map(|l| l.split_once("/**/")).collect();
    let covers = |path: &str| {
        let path = path.to_lowercase();
        places.iter().any(|(folder, mask)| {
            let inside = path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            let name = path.rsplit('/').next().unwrap_or_default();
            let named = match mask.split_once('*') {
                Some((front, end)) => name.starts_with(front) && name.ends_with(end),
                None => name == *mask,
            };
            inside && named
        })
    };
    let (_, result) = scanned(folder.path(), &disk, &["-o", "case"]);
    let not_understood = result["evidence"]["not_understood"].to_string();
    let mut evidence = 0;
    for (path, _) in common::tree(&disk) {
        // Events as lines of JSON are a shape of the lab.
        if not_understood.contains(&format!("\"{path}\"")) || path.starts_with("Events/") {
            continue;
        }
        evidence += 1;
        assert!(covers(&path), "no recipe takes {path}");
    }
    assert!(evidence > 50, "{evidence}");
    for name in ["kape", "velociraptor", "acquire", "powershell"] {
        let run = assize_in(folder.path(), &["collect", "--recipe", name]);
        let text = stdout(&run).to_lowercase().replace('\\', "/");
        assert!(!text.contains("{{"), "{name}: {text}");
        for folder in ["logging/httpproxy", "logging/ecp", "inetpub/logs/logfiles", "winevt/logs", "frontend/httpproxy"]
        {
            assert!(text.contains(folder), "{name} leaves out {folder}");
        }
    }
    let unknown = assize_in(folder.path(), &["collect", "--recipe", "cylr"]);
    assert_eq!(unknown.status.code(), Some(2));
}
