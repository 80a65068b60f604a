//! What somebody answers for stays in every output, marked, and does not count.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;

const ALL_FORMATS: &str =
    "html,json,md,jsonl,csv,stix,misp,navigator,ocsf,ecs,timesketch,ssvc,xlsx,parquet,parquet-timeline";

fn list(folder: &Path, entries: &[String]) {
    fs::write(folder.join("ours.yml"), format!("suppressions:\n{}", entries.concat())).expect("the list is written");
}

fn entry(about: &str, expires: &str) -> String {
    format!("- {about}\n  owner: A. Martin\n  reason: our own test of 3 March\n  expires: {expires}\n")
}

fn findings(result: &Value) -> &Vec<Value> {
    result["findings"].as_array().expect("findings")
}

/// Everything that was found, by rule.
fn of_all_rules(result: &Value, expires: &str) -> Vec<String> {
    let mut rules: Vec<&str> = findings(result).iter().filter_map(|f| f["rule"].as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.into_iter().map(|rule| entry(&format!("rule: {rule}"), expires)).collect()
}

#[test]
fn a_suppressed_proof_is_loud_and_stands_in_every_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (code, plain) = scanned(folder.path(), &evidence, &["-o", "plain"]);
    assert_eq!((code, &plain["suppressed"]), (50, &0.into()));
    list(folder.path(), &of_all_rules(&plain, "2999-12-31"));
    let args =
        ["scan", "breached", "-o", "case", "--suppressions", "ours.yml", "--progress", "none", "-f", ALL_FORMATS];
    let output = assize_in(folder.path(), &args);
    let screen = stdout(&output);
    assert!(output.status.code().is_some_and(|code| code < 40), "{screen}");
    assert!(screen.contains("DIRECT PROOF IS SUPPRESSED") && screen.contains("A. Martin"), "{screen}");
    assert!(screen.contains("the answer would be: BREACHED"), "{screen}");
    let read = |name: &str| fs::read_to_string(folder.path().join("case").join(name)).expect("it was written");
    let result: Value = serde_json::from_str(&read("result.json")).expect("JSON");
    assert_eq!(findings(&result).len(), findings(&plain).len(), "none is gone");
    assert_eq!(result["suppressed"], findings(&plain).len());
    assert_eq!(result["without_suppressions"], "breached");
    let why = result["verdict"]["why"].as_array().expect("reasons");
    assert!(why.contains(&"findings.suppressed".into()) && why.contains(&"proof.suppressed".into()), "{why:?}");
    for finding in findings(&result) {
        assert_eq!((&finding["strength"], &finding["suppressed"]["owner"]), (&"context".into(), &"A. Martin".into()));
    }
    for (name, says) in [
        ("report.html", "DIRECT PROOF IS SUPPRESSED"),
        ("report.md", "DIRECT PROOF IS SUPPRESSED"),
        ("findings.csv", "\"A. Martin\",\"2999-12-31\",\"our own test of 3 March\""),
        ("timeline.jsonl", "\"suppressed\""),
        ("timesketch.csv", "suppressed"),
        ("bundle.stix.json", "[suppressed]"),
        ("misp-event.json", "[suppressed]"),
        ("attack-navigator.json", "[suppressed]"),
        ("ocsf.ndjson", "\"status\":\"Suppressed\""),
        ("ecs.ndjson", "\"suppressed\""),
    ] {
        assert!(read(name).contains(says), "{name}");
    }
    let stix = read("bundle.stix.json");
    assert!(!stix.contains("\"type\": \"indicator\"") && !stix.contains("\"type\": \"sighting\""));
    assert!(!read("misp-event.json").contains("\"to_ids\": true"));
    let explained = stdout(&assize_in(folder.path(), &["explain", "F-001", "--case", "case"]));
    assert!(explained.contains("A. Martin") && explained.contains("Key for suppressions"), "{explained}");
    let quiet = assize_in(folder.path(), &["scan", "case", "--suppressions", "ours.yml", "-q", "--progress", "none"]);
    assert!(stdout(&quiet).contains("more are suppressed"), "{}", stdout(&quiet));
    // Assessed again without the list, everything counts.
    let again = assize_in(folder.path(), &["scan", "case", "-q", "--progress", "none"]);
    assert_eq!(again.status.code(), Some(50), "{}", stderr(&again));
}

#[test]
fn a_key_means_one_finding_and_an_expired_entry_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (_, plain) = scanned(folder.path(), &evidence, &["-o", "plain"]);
    let key = findings(&plain)[0]["key"].as_str().expect("a key");
    let host = plain["host"]["name"].as_str().expect("a host");
    let mut entries = vec![entry(&format!("finding: {key}\n  host: {host}"), "2999-12-31")];
    entries.push(entry(&format!("finding: {key}\n  host: another"), "2999-12-31"));
    entries.extend(of_all_rules(&plain, "2001-01-01"));
    list(folder.path(), &entries);
    let (code, result) = scanned(folder.path(), &evidence, &["-o", "case", "--suppressions", "ours.yml"]);
    assert_eq!((code, &result["suppressed"]), (50, &1.into()), "expired entries are ignored");
    assert_eq!(result["findings"][0]["suppressed"]["owner"], "A. Martin");
    let listed = result["suppressions"].as_array().expect("the list");
    assert_eq!(listed.len(), entries.len());
    assert_eq!((&listed[0]["findings"][0], listed[1]["findings"].as_array().map(Vec::len)), (&"F-001".into(), Some(0)));
    assert!(listed[2..].iter().all(|s| s["expired"] == true));
    let markdown = stdout(&assize_in(folder.path(), &["report", "case", "-f", "md", "--stdout", "--lang", "fr"]));
    assert!(markdown.contains("ont expiré") && markdown.contains("(expirée, ignorée)"), "{markdown}");
    assert!(markdown.contains("Un constat est exclu"), "{markdown}");
}

#[test]
fn an_entry_covers_a_finding_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (_, plain) = scanned(folder.path(), &evidence, &["-o", "plain"]);
    let values = |f: &Value| f["entities"]["ip"].as_array().cloned().unwrap_or_default();
    let finding = findings(&plain).iter().find(|f| !values(f).is_empty()).expect("a finding with an address");
    let rule = format!("rule: {}", finding["rule"].as_str().expect("a rule"));
    for (network, covered) in [("0.0.0.0/0", true), ("192.0.2.250", false)] {
        list(folder.path(), &[entry(&format!("{rule}\n  address: {network}"), "2999-12-31")]);
        let (_, result) = scanned(
            folder.path(),
            &evidence,
            &["-o", network.split('/').next().unwrap_or_default(), "--suppressions", "ours.yml"],
        );
        let same = findings(&result).iter().find(|f| f["key"] == finding["key"]).expect("it is there");
        assert_eq!(same["suppressed"].is_object(), covered, "{network}");
    }
}

#[test]
fn a_list_with_a_fault_stops_before_any_work() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("ours.yml"), "- { rule: a/b, owner: me, reason: tests }\n").expect("written");
    let output = assize_in(folder.path(), &["scan", "nothing-there", "--suppressions", "ours.yml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("ours.yml: entry 1 (a/b): expires is missing; say until when"), "{said}");
    // The folder that a command is run in may be evidence: its settings decide nothing.
    fs::write(folder.path().join("assize.toml"), "suppressions = \"ours.yml\"\n").expect("written");
    let output = assize_in(folder.path(), &["scan", "nothing-there"]);
    assert!(stderr(&output).contains("may be evidence"), "{}", stderr(&output));
}
