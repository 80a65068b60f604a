//! Before and after: what is gone from a server is told from what is gone from its logs.

mod common;

use common::schema::schema_faults;
use common::{assize_in, lab, scan, stderr, stdout, tree};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The page that the intruders of the invented server left.
const SHELL: &str = "OutlookEN.aspx";

/// The breached server in `before`, and the same evidence in `after`, which a test then changes.
fn twice(folder: &Path) {
    for name in ["before", "after"] {
        let evidence = lab(folder, "breached");
        fs::rename(evidence, folder.join(name)).expect("evidence of that name");
    }
    scan(folder, "before", "case-before");
}

/// Compares the two cases; gives the exit code and what differs.
fn diff(folder: &Path) -> (Option<i32>, Value) {
    let run = assize_in(folder, &["diff", "case-before", "case-after", "--json"]);
    let value: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&run)));
    let schema = assize_in(folder, &["schema", "diff"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).expect("a schema");
    let faults = schema_faults(&schema, &value);
    assert!(faults.is_empty(), "{faults:?}");
    (run.status.code(), value)
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Names of findings that are gone for a reason.
fn gone<'v>(diff: &'v Value, why: &str) -> Vec<&'v str> {
    let of = |f: &&Value| f["why"] == why;
    list(diff, "/findings/gone").iter().filter(of).filter_map(|f| f["rule"].as_str()).collect()
}

/// Removes evidence files whose path has a part.
fn remove(evidence: &Path, wanted: impl Fn(&str) -> bool) -> usize {
    let files: Vec<String> = tree(evidence).into_iter().map(|(name, _)| name).filter(|n| wanted(n)).collect();
    files.iter().for_each(|name| fs::remove_file(evidence.join(name)).expect("a file"));
    files.len()
}

#[test]
fn a_shell_that_was_deleted_is_gone_and_logs_that_expired_are_not_better() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    twice(folder.path());
    let after = folder.path().join("after");
    assert_eq!(remove(&after, |name| name.ends_with(SHELL)), 1);
    let recent = ["210310", "210311", "210312"];
    let is_log = |name: &str| name.contains("/Logging/") || name.contains("/LogFiles/");
    let old = |name: &str| is_log(name) && !recent.iter().any(|day| name.contains(day));
    assert!(remove(&after, old) > 100);
    scan(folder.path(), "after", "case-after");
    let (code, found) = diff(folder.path());
    assert_eq!(gone(&found, "record-gone"), Vec::<&str>::new());
    let removed = gone(&found, "removed");
    assert!(removed.contains(&"general/file_evaluates_request"), "{removed:?}");
    let lost = gone(&found, "log-gone");
    assert!(lost.contains(&"proxylogon/ssrf_admin_session"), "{lost:?}");
    assert!(lost.contains(&"general/iis_page_used"), "{lost:?}");
    let of_logs = |rule: &&str| rule.contains("iis_") || rule.contains("ssrf") || rule.contains("proxy_");
    assert!(!removed.iter().any(of_logs), "what only a log showed is never said to be gone: {removed:?}");
    // Event logs still hold what was run, so both are the same verdict.
    assert_eq!((code, found["standing"]["state"].as_str()), (Some(50), Some("breached")));
    let file = list(&found, "/files/listed").iter().find(|f| f["path"].as_str().is_some_and(|p| p.ends_with(SHELL)));
    let file = file.expect("the shell is named");
    assert_eq!(file["change"], "gone");
    assert!(file["sha256_before"].as_str().is_some_and(|h| h.len() == 64) && file["sha256_after"].is_null());
    assert!(!list(file, "/findings").is_empty(), "{file}");
    assert!(list(&found, "/sources").iter().any(|s| s["table"] == "iis_w3c"), "{}", found["sources"]);
    assert!(!list(&found, "/coverage").is_empty());
}

#[test]
fn a_verdict_is_not_undone_by_records_that_are_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    twice(folder.path());
    let recent = ["210310", "210311", "210312"];
    let in_logs = |name: &str| name.contains("/Logging/") || name.contains("/LogFiles/") || name.contains("Events/");
    let lost = |name: &str| (in_logs(name) && !recent.iter().any(|day| name.contains(day))) || name.ends_with(SHELL);
    remove(&folder.path().join("after"), lost);
    scan(folder.path(), "after", "case-after");
    let (code, found) = diff(folder.path());
    assert_ne!(found["after"]["verdict"]["state"], "breached");
    assert_eq!((code, found["standing"]["from"].as_str()), (Some(50), Some("before")));
    assert!(!list(&found, "/standing/held_by").is_empty());
    for (language, says) in [("en", "The earlier answer still holds"), ("fr", "La première réponse tient toujours")] {
        let run = assize_in(folder.path(), &["diff", "case-before", "case-after", "--lang", language]);
        let screen = stdout(&run);
        assert!(screen.contains(says), "{screen}");
        assert!(screen.lines().all(|l| l.chars().count() <= 80), "{screen}");
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(format!("records-lost-{language}"), screen);
        });
    }
}

#[test]
fn records_taken_out_of_a_log_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    twice(folder.path());
    let log = "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log";
    let log = folder.path().join("after").join(log);
    let text = fs::read_to_string(&log).expect("the log");
    let without: String = text.split_inclusive('\n').filter(|l| !l.contains("203.0.113.45")).collect();
    assert!(without.len() < text.len());
    fs::write(&log, without).expect("the log");
    scan(folder.path(), "after", "case-after");
    let (_, found) = diff(folder.path());
    assert_eq!(gone(&found, "record-gone"), ["general/iis_loot_download"], "{}", found["findings"]["gone"]);
}

#[test]
fn what_is_the_same_differs_in_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    twice(folder.path());
    scan(folder.path(), "after", "case-after");
    let (code, found) = diff(folder.path());
    assert_eq!(code, Some(50));
    for part in ["/findings/gone", "/findings/new", "/files/listed", "/settings/listed", "/coverage", "/sources"] {
        assert!(list(&found, part).is_empty(), "{part}: {found}");
    }
    assert_eq!(list(&found, "/findings/same").len() as u64, found["before"]["findings"].as_u64().expect("a number"));
    assert_eq!(list(&found, "/remarks"), &[] as &[Value]);
    assert_eq!(diff(folder.path()), (code, found));
}

#[test]
fn the_other_way_round_things_appear() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    twice(folder.path());
    remove(&folder.path().join("after"), |name| name.ends_with(SHELL));
    scan(folder.path(), "after", "case-after");
    let run = assize_in(folder.path(), &["diff", "case-after", "case-before", "--json"]);
    let found: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let new = list(&found, "/findings/new");
    assert!(new.iter().any(|f| f["rule"] == "general/file_evaluates_request" && f["why"] == "appeared"), "{new:?}");
    assert!(list(&found, "/files/listed").iter().any(|f| f["change"] == "new"));
}

#[test]
fn two_servers_are_not_before_and_after() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "exposed");
    lab(folder.path(), "no-evidence");
    scan(folder.path(), "exposed", "one");
    scan(folder.path(), "no-evidence", "two");
    let run = assize_in(folder.path(), &["diff", "one", "two"]);
    assert_eq!((run.status.code(), stdout(&run).as_str()), (Some(3), ""));
    assert!(stderr(&run).contains("--renamed"), "{}", stderr(&run));
    let run = assize_in(folder.path(), &["diff", "one", "two", "--renamed"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("patched", stdout(&run)); });
    for wrong in [["one", "nowhere"], ["nowhere", "one"]] {
        let run = assize_in(folder.path(), &[&["diff"], &wrong[..]].concat());
        assert_eq!(run.status.code(), Some(3), "{}", stderr(&run));
    }
}
