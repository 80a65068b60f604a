//! `assize explain RULE --record`: why a rule matches a record or does not, branch by branch.

mod common;

use common::{assize_in, stderr, stdout};
use serde_json::json;
use std::fs;
use std::path::Path;

const RULE: &str = r"title: A new service
id: 8d6f3a52-53a4-4b6e-9b58-7e4f5a1c0001
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: \sc.exe
    CommandLine|contains|all: [create, binpath]
  shell:
    CommandLine|contains: [powershell, mshta]
  named:
    OriginalFileName|cased: sc.exe
  filter:
    ParentImage: C:\good.exe
  condition: selection and 1 of shell* and named and not filter
";

fn evidence(folder: &Path) {
    let event = |channel: &str, id: u32, line: &str| {
        json!({
            "EventID": id, "Channel": channel, "TimeCreated": "2021-03-03T10:00:00.000Z", "Hostname": "ex01",
            "Image": r"C:\Windows\sc.exe", "CommandLine": line, "OriginalFileName": "SC.exe",
        })
        .to_string()
    };
    let sysmon = "Microsoft-Windows-Sysmon/Operational";
    let events = [event(sysmon, 1, "sc create x binpath= cmd.exe"), event(sysmon, 3, "sc create x binpath= cmd.exe")];
    fs::create_dir_all(folder.join("evidence/logs")).expect("a folder");
    fs::write(folder.join("evidence/logs/events.jsonl"), events.join("\n") + "\n").expect("a file");
    fs::write(folder.join("rule.yml"), RULE).expect("a rule");
}

fn explained(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let run = assize_in(folder, &[&["explain"], more].concat());
    (run.status.code(), stdout(&run), stderr(&run))
}

#[test]
fn each_branch_says_what_it_asked_and_what_the_record_has() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let asked = ["rule.yml", "--record", "events.jsonl:1", "--case", "evidence", "--lang", "en"];
    let (code, said, _) = explained(folder.path(), &asked);
    assert_eq!(code, Some(0));
    let expected = r"A new service
logs/events.jsonl:1  2021-03-03T10:00:00Z  evidence
The rule does not match this record.

Log source: product windows, category process_creation (channel Microsoft-Windows-Sysmon/Operational, event_id 1)
  no   all of these:
    yes  selection
      yes  Image ends with \sc.exe; the record has C:\Windows\sc.exe
      yes  CommandLine has all of: create, binpath; the record has sc create x binpath= cmd.exe
    no   1 of these 1:
      no   shell
        no   CommandLine has one of: powershell, mshta; the record has sc create x binpath= cmd.exe
    no   named
      no   OriginalFileName is sc.exe; the record has SC.exe, which differs in capitals only
    yes  not:
      no   filter
        no   ParentImage is c:\good.exe; the record has no such field

Log source: product windows, category process_creation (channel Security, event_id 4688). The record is not one of it.
";
    assert_eq!(said, expected);
    // A case does as well as evidence, and the answer is the same.
    let scan = assize_in(folder.path(), &["scan", "evidence", "-o", "case", "-qq", "--exit-zero"]);
    assert_eq!(scan.status.code(), Some(0));
    let asked = ["rule.yml", "--record", "logs/events.jsonl:1", "--case", "case", "--lang", "en"];
    let (_, of_case, _) = explained(folder.path(), &asked);
    assert_eq!(of_case, expected.replace("  evidence\n", "  case\n"));
}

#[test]
fn a_record_that_the_rule_does_not_read_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    let asked = ["rule.yml", "--record", "events.jsonl:2", "--case", "evidence", "--lang", "fr"];
    let (_, said, _) = explained(folder.path(), &asked);
    assert!(said.contains("La règle ne correspond pas à cet enregistrement."), "{said}");
    assert_eq!(said.matches("n’en fait pas partie").count(), 2, "{said}");
    // A rule of ours by its name, which reads web logs.
    let asked = ["ssrf_admin_session", "--record", "events.jsonl:1", "--case", "evidence", "--lang", "en"];
    let (_, said, _) = explained(folder.path(), &asked);
    assert!(said.contains("The record stands in windows_events; the rule reads "), "{said}");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    evidence(folder.path());
    for (asked, why) in [
        (["rule.yml", "events.jsonl:3"], "has no record 3 of a file events.jsonl"),
        (["rule.yml", "vents.jsonl:1"], "has no record 1 of a file vents.jsonl"),
        (["rule.yml", "events.jsonl"], "events.jsonl is no record"),
        (["missing.yml", "events.jsonl:1"], "missing.yml is no file of a Sigma rule"),
    ] {
        let (is, _, said) = explained(folder.path(), &[asked[0], "--record", asked[1], "--case", "evidence"]);
        assert!(said.contains(why), "{said}");
        assert_eq!(is, Some(2), "{said}");
    }
    fs::write(folder.path().join("evidence/events.jsonl"), "{}\n").expect("a file");
    let (_, _, said) = explained(folder.path(), &["rule.yml", "--record", "events.jsonl:1", "--case", "evidence"]);
    assert!(said.contains("has no record 1"), "the whole path counts first: {said}");
}
