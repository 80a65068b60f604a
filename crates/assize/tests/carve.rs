//! `--carve`: records of an earlier use of an event log are rows where that is asked for, and nowhere else.

mod common;
mod made;

use common::{assize_in, scanned, stderr, stdout, tree};
use made::log::{chunk, log, overwritten};
use std::fs;
use std::path::Path;

/// Evidence: a log with three records of 5 March 2021, and behind them what is left of 3 March.
fn evidence(folder: &Path) {
    let logs = folder.join("EX01/C/Windows/System32/winevt/Logs");
    fs::create_dir_all(&logs).expect("a folder");
    let bytes = log(&[overwritten(&chunk(1, 60), &chunk(200_001, 3))]);
    fs::write(logs.join("Security.evtx"), bytes).expect("a log");
}

fn count(folder: &Path, more: &[&str]) -> String {
    let sql = "SELECT carved, count(*) AS n, min(record_id) AS first, max(date(ts)) AS day, min(pos) > 1000000000000 AS far \
               FROM windows_events GROUP BY 1 ORDER BY 1";
    let run = assize_in(folder, &[&["hunt", "EX01", "--sql", sql, "--jsonl", "--progress", "none"], more].concat());
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), String::new()));
    stdout(&run)
}

#[test]
fn leftovers_reach_the_case_through_the_worker() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    evidence(folder);
    let own = "{\"carved\":null,\"n\":3,\"first\":200001,\"day\":\"2021-03-05\",\"far\":0}\n";
    assert_eq!(count(folder, &[]), own);
    let both = count(folder, &["--carve"]);
    let left = both.strip_prefix(own).expect("the rows of the log are the same");
    assert!(left.contains("\"carved\":\"leftover\"") && left.contains("\"day\":\"2021-03-03\",\"far\":1}"), "{left}");
    assert_eq!(count(folder, &["--carve"]), both);

    // A case says how it was read, and a log does not reach back to what was left over.
    let table = |case: &str, more: &[&str]| {
        scanned(folder, Path::new("EX01"), &[&["-o", case], more].concat());
        let text = fs::read_to_string(folder.join(case).join("case.json")).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let tables = manifest["tables"].as_array().expect("tables").clone();
        let events = tables.into_iter().find(|t| t["table"] == "windows_events").expect("events");
        (manifest["limits"].clone(), events)
    };
    let (limits, plain) = table("plain", &[]);
    assert_eq!((limits, plain["rows"].as_u64()), (serde_json::json!({}), Some(3)));
    let (limits, carved) = table("carved", &["--carve"]);
    assert_eq!(limits, serde_json::json!({ "carve": 1 }));
    assert!(carved["rows"].as_u64() > Some(20), "{carved}");
    for word in ["days", "from", "to"] {
        assert_eq!(carved[word], plain[word], "{word}");
    }
    table("again", &["--carve"]);
    assert_eq!(tree(&folder.join("carved/tables")), tree(&folder.join("again/tables")));

    // A case is not read again.
    for args in [&["scan", "plain", "--carve"][..], &["hunt", "plain", "--sql", "SELECT 1", "--carve"]] {
        let run = assize_in(folder, args);
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(stderr(&run).contains("--carve reads evidence"), "{}", stderr(&run));
    }
}
