//! `--redact`: what is handed over names nobody, and the mapping stays with its owner.

mod common;

use common::{assize_in, lab, stderr, stdout};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ALL_FORMATS: &str =
    "html,json,md,jsonl,csv,stix,misp,navigator,ocsf,ecs,timesketch,ssvc,xlsx,parquet,parquet-timeline";

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("it was written")).expect("JSON")
}

/// What names the server and its people in a result: hosts, with and without their domain, and accounts.
fn names(result: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::from([result["host"]["name"].as_str().expect("a host").to_lowercase()]);
    for finding in result["findings"].as_array().expect("findings") {
        for kind in ["host", "user"] {
            let values = finding["entities"][kind].as_array().into_iter().flatten();
            names.extend(values.filter_map(Value::as_str).map(str::to_lowercase));
        }
    }
    let parts: Vec<String> = names.iter().flat_map(|n| n.split(['\\', '.', '$'])).map(str::to_owned).collect();
    names.extend(parts.into_iter().filter(|p| p.contains("01")));
    names.retain(|n| !n.starts_with("nt authority") && !n.starts_with("iis apppool") && !n.is_empty());
    names
}

#[test]
fn what_is_written_for_others_names_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "breached");
    let args = ["scan", "breached", "-o", "case", "--redact=mine/map.json", "--progress", "none", "-f", ALL_FORMATS];
    let output = assize_in(folder.path(), &args);
    assert_eq!(output.status.code(), Some(50), "{}", stderr(&output));
    let case = folder.path().join("case");
    let names = names(&json(&case.join("result.json")));
    assert!(names.len() >= 3, "{names:?}");
    let mut outputs = vec![("the screen".to_owned(), stdout(&output).into_bytes())];
    for entry in fs::read_dir(&case).expect("the case") {
        let entry = entry.expect("a file");
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains(".redacted.") {
            outputs.push((name, fs::read(entry.path()).expect("it can be read")));
        }
    }
    assert_eq!(outputs.len(), 1 + ALL_FORMATS.split(',').count());
    for (name, bytes) in &outputs {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for original in &names {
            assert!(!text.contains(original.as_str()), "{name} says {original}");
        }
    }
    let shared = json(&case.join("result.redacted.json"));
    assert_eq!(shared["redacted"], true);
    assert!(shared.to_string().contains("198.51.100.77"), "the intruder's address stays");
    assert!(!case.join("report.html").exists(), "what is whole is not beside it");
    // The mapping leads back, and is for its owner alone.
    let map = json(&folder.path().join("mine/map.json"));
    let pseudonym = shared["host"]["name"].as_str().expect("a name").split('.').next().expect("a label");
    assert_eq!(map["names"][pseudonym], "ex01");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("mine/map.json")).expect("the mapping").permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
    // Later, with the same mapping, the same bytes.
    let before = fs::read(case.join("bundle.redacted.stix.json")).expect("a bundle");
    let again = assize_in(folder.path(), &["report", "case", "-f", "stix", "--redact=mine/map.json"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert_eq!(fs::read(case.join("bundle.redacted.stix.json")).expect("a bundle"), before);
    assert_eq!(assize_in(folder.path(), &["verify", "case", "-qq"]).status.code(), Some(0));
    // Without a name for the mapping it lies with the user's data.
    let json = assize_in(folder.path(), &["report", "case", "-f", "json", "--stdout", "--redact"]);
    let shown = stdout(&json).to_lowercase();
    assert!(names.iter().all(|n| !shown.contains(n.as_str())) && stderr(&json).contains("redaction.json"));
}

#[test]
fn a_mapping_in_the_case_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "no-evidence");
    let refused = |args: &[&str]| {
        let output = assize_in(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?} {}", stderr(&output));
        assert!(stderr(&output).contains("choose a place apart"), "{}", stderr(&output));
    };
    refused(&["scan", "no-evidence", "-o", "case", "--redact=case/map.json"]);
    refused(&["scan", "no-evidence", "-o", "case", "--redact=no-evidence/map.json"]);
    let made = assize_in(folder.path(), &["scan", "no-evidence", "-o", "case", "--progress", "none", "-q"]);
    assert!(made.status.code().is_some_and(|code| code != 1 && code != 2), "{}", stderr(&made));
    refused(&["report", "case", "--redact=case/map.json"]);
    refused(&["report", "case", "--redact=case/tables/map.json"]);
    // What is no mapping is not written over.
    fs::write(folder.path().join("notes.json"), "{}").expect("written");
    let output = assize_in(folder.path(), &["report", "case", "--redact=notes.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(folder.path().join("notes.json")).expect("it stays"), b"{}");
}
