//! A case assessed again: with other packs, without its evidence.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout, tree};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn result(case: &Path) -> Value {
    serde_json::from_slice(&fs::read(case.join("result.json")).expect("a result")).expect("JSON")
}

/// The results in a case folder that a later one took the place of.
fn earlier(case: &Path) -> Vec<String> {
    let names = fs::read_dir(case).expect("a folder").map(|e| e.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("result.earlier-"));
    names
}

/// A copy of the content without one rule, which other packs would be.
fn fewer_rules(folder: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    for (name, bytes) in tree(&from) {
        let path = folder.join("content").join(&name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        if !name.ends_with("rules/lsass_dump.yml") {
            fs::write(path, bytes).expect("a file");
        }
    }
}

#[test]
fn a_case_is_assessed_again_with_other_packs_and_without_its_evidence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (_, first) = scanned(folder.path(), &evidence, &["-o", "case", "--case-id", "2021-017", "-f", "json,html"]);
    let case = folder.path().join("case");
    let tables = tree(&case.join("tables"));
    fs::remove_dir_all(&evidence).expect("the evidence goes");
    // The same content: the same bytes, and nothing more.
    let before = tree(&case);
    let run = assize_in(folder.path(), &["scan", "case", "-qq", "-f", "json,html"]);
    assert_eq!(run.status.code(), Some(50), "{}", stderr(&run));
    assert_eq!(tree(&case), before);
    // Other content: another result, the earlier one beside it, the tables as they were.
    fewer_rules(folder.path());
    let run = assize_in(folder.path(), &["scan", "case", "-qq", "-f", "json", "--content", "content"]);
    assert_eq!(run.status.code(), Some(50), "{}", stderr(&run));
    let second = result(&case);
    let rules = |result: &Value| result["checked"].as_array().map_or(0, Vec::len);
    assert_eq!(rules(&second) + 1, rules(&first));
    assert_eq!(second["marking"]["case_id"], "2021-017", "what was said of the case stays");
    let [kept] = &earlier(&case)[..] else { panic!("{:?}", earlier(&case)) };
    let kept: Value = serde_json::from_slice(&fs::read(case.join(kept)).expect("a file")).expect("JSON");
    assert_eq!(kept, first);
    assert_eq!(tree(&case.join("tables")), tables);
    assert!(!case.join("report.html").exists(), "a report of the earlier result would contradict the new one");
    let verified = assize_in(folder.path(), &["verify", "case"]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", stdout(&verified), stderr(&verified));
    // Back again: the first result is the last one, and the other is kept.
    let run = assize_in(folder.path(), &["scan", "case", "-qq", "-f", "json,html"]);
    assert_eq!(run.status.code(), Some(50), "{}", stderr(&run));
    assert_eq!(result(&case), first);
    assert_eq!(earlier(&case).len(), 1);
}

#[test]
fn a_case_that_was_changed_is_not_assessed_and_one_is_not_copied() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "attacked");
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let run = assize_in(folder.path(), &["scan", "case", "-o", "other"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("assessed again where it lies"), "{}", stderr(&run));
    let (name, mut bytes) = tree(&folder.path().join("case/tables")).remove(0);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(folder.path().join("case/tables").join(&name), bytes).expect("a file");
    let before = tree(&folder.path().join("case"));
    let run = assize_in(folder.path(), &["scan", "case"]);
    assert_eq!(run.status.code(), Some(3));
    assert!(stderr(&run).contains("assize verify"), "{}", stderr(&run));
    assert_eq!(tree(&folder.path().join("case")), before, "nothing was replaced");
}
