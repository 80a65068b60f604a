//! Correlations of the Sigma specification, over events of two files and of two logs, out of order.

mod common;

use common::{assize_in, stderr, stdout};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Two rules that correlations join: a logon that failed, and one that worked.
const BASE: &str = "title: Failed
name: failed
level: low
logsource: {product: windows, service: security}
detection:
  e: {EventID: 4625}
  condition: e
---
title: Worked
name: worked
level: low
logsource: {product: windows, service: security}
detection:
  e: {EventID: 4624}
  condition: e
---
title: Page
name: page
level: low
logsource: {category: webserver}
detection:
  e: {cs-uri-stem|endswith: .aspx}
  condition: e
";

fn logon(time: &str, id: u32, user: &str, address: &str) -> String {
    json!({
        "EventID": id, "Channel": "Security", "TimeCreated": format!("2021-03-03T{time}.000Z"), "Hostname": "ex01",
        "TargetUserName": user, "IpAddress": address, "Size": id - 4620,
    })
    .to_string()
}

/// Hunts with the base rules and one correlation; gives moment and group of what it completed.
fn completed(folder: &Path, correlation: &str) -> Vec<(String, Value)> {
    fs::write(folder.join("rules.yml"), format!("{BASE}---\ntitle: Joined\nlevel: high\n{correlation}"))
        .expect("rules");
    let run = assize_in(
        folder,
        &["hunt", "evidence", "--sigma", "rules.yml", "--jsonl", "--progress", "none", "--lang", "en"],
    );
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""), "{correlation}");
    let lines = stdout(&run);
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let joined = lines.filter(|line| line["rule"] == "Joined");
    joined.map(|line| (line["time"].as_str().expect("a time")[11..19].to_owned(), line["group"].clone())).collect()
}

fn evidence(folder: &Path) {
    let evidence = folder.join("evidence");
    fs::create_dir_all(evidence.join("W3SVC1")).expect("a folder");
    // The later file holds earlier events, and neither is in order.
    let first = [
        logon("10:04:00", 4625, "anna", "198.51.100.7"),
        logon("10:00:00", 4625, "anna", "198.51.100.7"),
        logon("10:30:00", 4625, "anna", "198.51.100.7"),
        logon("10:05:00", 4624, "anna", "198.51.100.7"),
    ];
    let second = [
        logon("10:02:00", 4625, "anna", "198.51.100.7"),
        logon("10:01:00", 4625, "berta", "198.51.100.8"),
        logon("10:03:00", 4625, "clara", "198.51.100.7"),
        logon("09:00:00", 4624, "berta", "198.51.100.8"),
    ];
    fs::write(evidence.join("a.jsonl"), first.join("\n") + "\n").expect("a file");
    fs::write(evidence.join("b.jsonl"), second.join("\n") + "\n").expect("a file");
    let log = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2021-03-03 10:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n2021-03-03 10:06:00 10.0.0.5 POST /owa/auth/x.aspx - 443 - 198.51.100.7 Mozilla - 200 0 0 1\n2021-03-03 08:06:00 10.0.0.5 POST /owa/auth/x.aspx - 443 - 198.51.100.8 Mozilla - 200 0 0 1\n";
    fs::write(evidence.join("W3SVC1/u_ex210303.log"), log).expect("a log");
}

#[test]
fn each_type_of_correlation_joins_across_files_and_logs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    evidence(folder.path());
    let completed = |correlation: &str| completed(folder.path(), correlation);
    let anna = json!({"TargetUserName": "anna"});
    // Three within five minutes, of one user: two of one file and one of the other.
    let count = "correlation:\n  type: event_count\n  rules: [failed]\n  group-by: [TargetUserName]\n  timespan: 5m\n  condition: {gte: 3}\n";
    assert_eq!(completed(count), [("10:04:00".to_owned(), anna.clone())]);
    // Not within three minutes.
    assert_eq!(completed(&count.replace("5m", "3m")), []);
    // Two names from one address.
    let values = "correlation:\n  type: value_count\n  rules: [failed]\n  group-by: [IpAddress]\n  timespan: 10m\n  condition: {field: TargetUserName, gte: 2}\n";
    assert_eq!(completed(values), [("10:03:00".to_owned(), json!({"IpAddress": "198.51.100.7"}))]);
    // Both in any order, and in the order of the rules only.
    let both =
        "correlation:\n  type: temporal\n  rules: [failed, worked]\n  group-by: [TargetUserName]\n  timespan: 2h\n";
    let found = completed(both);
    assert_eq!(
        found.iter().map(|(_, group)| group.clone()).collect::<Vec<_>>(),
        [json!({"TargetUserName": "berta"}), anna.clone()]
    );
    let ordered = both.replace("temporal", "temporal_ordered");
    assert_eq!(completed(&ordered), [("10:05:00".to_owned(), anna.clone())]);
    // A sum.
    let sum = "correlation:\n  type: value_sum\n  rules: [failed]\n  group-by: [TargetUserName]\n  timespan: 10m\n  condition: {field: Size, gte: 15}\n";
    assert_eq!(completed(sum), [("10:04:00".to_owned(), anna.clone())]);
    // Averages, medians and percentiles, of sizes that are all 5.
    for kind in ["value_avg", "value_median", "value_percentile"] {
        let over = |least: u64| {
            let correlation = format!(
                "correlation:\n  type: {kind}\n  rules: [failed]\n  group-by: [TargetUserName]\n  timespan: 10m\n  condition: {{field: Size, gte: {least}}}\n"
            );
            completed(&correlation).len()
        };
        assert!(over(5) > 0, "{kind}");
        assert_eq!(over(6), 0, "{kind}");
    }
    // Two logs that call an address differently.
    let aliases = "correlation:\n  type: temporal_ordered\n  rules: [worked, page]\n  group-by: [address]\n  aliases:\n    address: {worked: IpAddress, page: c-ip}\n  timespan: 5m\n";
    assert_eq!(completed(aliases), [("10:06:00".to_owned(), json!({"address": "198.51.100.7"}))]);
}

#[test]
fn rules_that_only_serve_a_correlation_are_not_told_by_themselves() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    evidence(folder.path());
    let hunt = |generate: &str| {
        let correlation = format!(
            "title: Joined\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [TargetUserName]\n  timespan: 5m\n  condition: {{gte: 3}}\n{generate}"
        );
        fs::write(folder.path().join("rules.yml"), format!("{BASE}---\n{correlation}")).expect("rules");
        let run = assize_in(
            folder.path(),
            &["hunt", "evidence", "--sigma", "rules.yml", "--jsonl", "--progress", "none", "--lang", "en"],
        );
        stdout(&run).lines().filter(|line| line.contains("\"Failed\"")).count()
    };
    assert_eq!(hunt(""), 0);
    assert_eq!(hunt("  generate: true\n"), 6);
    // One that joins what is not there is named.
    let lost =
        "title: Joined\ncorrelation:\n  type: event_count\n  rules: [nowhere]\n  timespan: 5m\n  condition: {gte: 3}\n";
    fs::write(folder.path().join("rules.yml"), format!("{BASE}---\n{lost}")).expect("rules");
    let run = assize_in(
        folder.path(),
        &["hunt", "evidence", "--sigma", "rules.yml", "--jsonl", "--progress", "none", "--lang", "en"],
    );
    assert!(stderr(&run).contains("nowhere"), "{}", stderr(&run));
}
