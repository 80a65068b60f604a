//! Rules of others with what changes them on the way: filters, and processing pipelines of pySigma.

mod common;

use common::{assize_in, stderr, stdout};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const RULE: &str = "title: Started
id: 8d6f3a52-53a4-4b6e-9b58-7e4f5a1c0001
license: MIT
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: .exe}
  condition: 1 of selection*
";

fn evidence(folder: &Path) {
    let event = |image: &str, user: &str| {
        json!({
            "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "TimeCreated": "2021-03-03T10:00:00.000Z",
            "Hostname": "ex01", "Image": image, "User": user,
        })
        .to_string()
    };
    let events = [event(r"C:\a.exe", "anna"), event(r"C:\b.exe", "backup"), event(r"C:\c.exe", "clara")];
    fs::create_dir_all(folder.join("evidence")).expect("a folder");
    fs::write(folder.join("evidence/events.jsonl"), events.join("\n") + "\n").expect("a file");
}

/// The records that rules match, and what is said beside them.
fn hunted(folder: &Path, more: &[&str]) -> (Vec<u64>, String) {
    let args = ["hunt", "evidence", "--jsonl", "--progress", "none", "--lang", "en"];
    let run = assize_in(folder, &[&args, more].concat());
    let said = stdout(&run);
    let record = |line: &str| serde_json::from_str::<Value>(line).expect("a line of JSON")["record"].as_u64();
    (said.lines().filter_map(record).collect(), stderr(&run))
}

#[test]
fn a_filter_in_a_file_of_its_own_takes_rows_away() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).expect("a folder");
    fs::write(rules.join("rule.yml"), RULE).expect("a rule");
    assert_eq!(hunted(folder.path(), &["--sigma", "rules"]).0, [1, 2, 3]);
    let filter = "title: Not the backup\nlogsource: {product: windows, category: process_creation}\nfilter:\n  \
                  rules: [8d6f3a52-53a4-4b6e-9b58-7e4f5a1c0001]\n  selection: {User: backup}\n  condition: not selection\n";
    fs::write(rules.join("filter.yml"), filter).expect("a filter");
    let (records, said) = hunted(folder.path(), &["--sigma", "rules"]);
    assert_eq!((records, said.as_str()), (vec![1, 3], ""));
    fs::write(rules.join("filter.yml"), filter.replace("0001]", "0002]")).expect("a filter");
    let (records, said) = hunted(folder.path(), &["--sigma", "rules"]);
    assert_eq!(records, [1, 2, 3]);
    assert!(said.contains("Not the backup: a filter for rules that are not here"), "{said}");
}

#[test]
fn a_pipeline_maps_fields_and_fills_placeholders() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let rule = "title: Started\nlogsource: {product: acme, service: edr}\ndetection:\n  selection:\n    \
                process.path|endswith: .exe\n    user.name|expand: '%people%'\n  condition: selection\n";
    fs::write(folder.path().join("rule.yml"), rule).expect("a rule");
    let (records, said) = hunted(folder.path(), &["--sigma", "rule.yml"]);
    assert!(records.is_empty() && said.contains("%people%"), "{said}");
    let pipeline = "name: acme\npriority: 10\nvars:\n  people: [anna, clara]\ntransformations:\n  \
                    - type: field_name_mapping\n    mapping:\n      process.path: Image\n      user.name: User\n  \
                    - type: value_placeholders\n  \
                    - type: change_logsource\n    product: windows\n    category: process_creation\n";
    fs::write(folder.path().join("acme.yml"), pipeline).expect("a pipeline");
    let (records, said) = hunted(folder.path(), &["--sigma", "rule.yml", "--pipeline", "acme.yml"]);
    assert_eq!((records, said.as_str()), (vec![1, 3], ""));
    // One that refuses a rule says so; one that is none is an error.
    let refusal = "name: no\ntransformations:\n  - type: rule_failure\n    message: not for us\n";
    fs::write(folder.path().join("no.yml"), refusal).expect("a pipeline");
    let (records, said) = hunted(folder.path(), &["--sigma", "rule.yml", "--pipeline", "no.yml"]);
    assert!(records.is_empty() && said.contains("not for us"), "{said}");
    fs::write(folder.path().join("bad.yml"), "transformations: 7\n").expect("a file");
    let (_, said) = hunted(folder.path(), &["--sigma", "rule.yml", "--pipeline", "bad.yml"]);
    assert!(said.contains("bad.yml"), "{said}");
}

#[test]
fn rules_of_others_are_installed_listed_used_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let run = |args: &[&str]| {
        let run = assize_in(folder.path(), args);
        (run.status.code(), stdout(&run), stderr(&run))
    };
    let tree = folder.path().join("tree");
    fs::create_dir_all(tree.join("deep/er")).expect("folders");
    fs::write(tree.join("deep/er/rule.yml"), RULE).expect("a rule");
    fs::write(tree.join("deep/plain.yml"), RULE.replace("license: MIT\n", "").replace("0001", "0003")).expect("a rule");
    fs::write(tree.join("broken.yml"), "title: [").expect("a file");
    fs::write(tree.join("LICENSE.md"), "# Detection Rule License (DRL) 1.1\n\nWords.\n").expect("a licence");
    let (code, said, beside) = run(&["packs", "install", "tree", "--name", "mine", "--lang", "en"]);
    assert_eq!(code, Some(0), "{beside}");
    assert!(said.contains("2 rules, 0 correlations, 0 filters"), "{said}");
    assert!(said.contains("Detection Rule License (DRL) 1.1; MIT"), "{said}");
    assert!(beside.contains("broken.yml"), "{beside}");
    // The folder may go: the set stays.
    fs::remove_dir_all(&tree).expect("the folder goes");
    let (_, listed, _) = run(&["packs", "list", "--lang", "en"]);
    assert!(listed.contains("proxylogon") && listed.ends_with(&said), "{listed}");
    let (_, shown, _) = run(&["packs", "show", "mine"]);
    let lines: Vec<Vec<&str>> =
        shown.lines().map(|line| line.split("  ").filter(|c| !c.is_empty()).collect()).collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(shown.contains("Detection Rule License (DRL) 1.1") && shown.contains(" MIT "), "{shown}");
    assert_eq!(hunted(folder.path(), &["--sigma", "mine"]), (vec![1, 1, 2, 2, 3, 3], broken(&beside)));
    assert_eq!(run(&["packs", "remove", "mine"]).0, Some(0));
    assert_eq!(run(&["packs", "remove", "mine"]).0, Some(2));
    let (_, said) = hunted(folder.path(), &["--sigma", "mine"]);
    assert!(said.contains("mine"), "{said}");
    // What holds no rule is refused, and so is a name that leads elsewhere.
    fs::write(folder.path().join("none.yml"), "a: b\n").expect("a file");
    assert_eq!(run(&["packs", "install", "none.yml"]).0, Some(3));
    fs::write(folder.path().join("rule.yml"), RULE).expect("a rule");
    assert_eq!(run(&["packs", "install", "rule.yml", "--name", "../up"]).0, Some(2));
    assert_eq!(run(&["packs", "install", "rule.yml"]).0, Some(0));
    assert!(run(&["packs", "list"]).1.contains("\nrule "));
}

/// What a hunt says of the same broken document.
fn broken(installing: &str) -> String {
    let fault = installing.trim_end().strip_prefix("assize: ").unwrap_or(installing);
    let fault = fault.split_once("!/").map_or(fault, |(_, inside)| inside);
    format!("assize: One document is no rule that can run:\nassize:   {fault}\n")
}

#[test]
fn values_are_stacked_the_rarest_first_over_all_cases() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    // The audit of Windows names a process otherwise than Sysmon; a stack takes both.
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let event = json!({
        "EventID": 4688, "Channel": "Security", "TimeCreated": "2021-03-04T10:00:00.000Z", "Hostname": "ex02",
        "NewProcessName": r"C:\a.exe", "User": "anna",
    });
    fs::write(other.join("events.jsonl"), format!("{event}\n{event}\n")).expect("a file");
    let stacked = |more: &[&str]| {
        let args = ["hunt", "evidence", "other", "--stack", "windows_events.Image,User", "--lang", "en"];
        let run = assize_in(folder.path(), &[&args, more].concat());
        assert_eq!((run.status.code(), stderr(&run)), (Some(0), String::new()));
        stdout(&run)
    };
    let csv = stacked(&["--csv"]);
    let expected = r#""rows","cases","first","last","Image","User"
"1","1","2021-03-03T10:00:00Z","2021-03-03T10:00:00Z","C:\b.exe","backup"
"1","1","2021-03-03T10:00:00Z","2021-03-03T10:00:00Z","C:\c.exe","clara"
"3","2","2021-03-03T10:00:00Z","2021-03-04T10:00:00Z","C:\a.exe","anna"
"#;
    assert_eq!(csv.replace("\r\n", "\n"), expected);
    let last = stacked(&["--jsonl", "--since", "2021-03-04"]);
    let last: Value = serde_json::from_str(&last).expect("one line");
    assert_eq!((last["rows"].as_u64(), last["values"]["User"].as_str()), (Some(2), Some("anna")));
    let screen = stacked(&[]);
    assert!(screen.starts_with("windows_events.Image,User: 3 values in 5 records."), "{screen}");
    let run = assize_in(folder.path(), &["hunt", "evidence", "--stack", "windows_event.Image"]);
    assert!(stderr(&run).contains("there is no table windows_event; there are: "), "{}", stderr(&run));
    assert_eq!(run.status.code(), Some(2));
}
