//! What a run may take of the machine, and the log it writes of itself.

mod common;

use common::{assize_in, lab, stderr};
use serde_json::Value;
use std::fs;

#[test]
fn limits_change_no_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "attacked");
    let scan = |case: &str, more: &[&str]| {
        let run = assize_in(folder.path(), &[&["scan", "attacked", "-qq", "-o", case], more].concat());
        assert_eq!(run.status.code(), Some(20), "{more:?}: {}", stderr(&run));
        common::tree(&folder.path().join(case))
    };
    let free = scan("free", &[]);
    let held = scan("held", &["--max-memory", "1GB", "--cpu-limit", "1", "--nice", "10"]);
    assert!(free == held, "the same bytes");
    for (flag, value) in
        [("--cpu-limit", "0"), ("--cpu-limit", "101"), ("--nice", "20"), ("--max-memory", "1MB"), ("--max-memory", "x")]
    {
        let run = assize_in(folder.path(), &["scan", "attacked", flag, value]);
        assert_eq!(run.status.code(), Some(2), "{flag} {value}: {}", stderr(&run));
    }
}

#[test]
fn a_log_says_what_was_opened_and_what_came_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "cannot-exclude");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", evidence.join("link.log")).expect("a link");
    for (case, code) in [("one", 30), ("two", 30), ("one", 2)] {
        let args = ["scan", "cannot-exclude", "-qq", "-o", case, "--log-file", "run.log", "--log-format", "json"];
        assert_eq!(assize_in(folder.path(), &args).status.code(), Some(code));
    }
    let text = fs::read_to_string(folder.path().join("run.log")).expect("a log");
    let events: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let of = |event: &str| events.iter().filter(|e| e["event"] == event).collect::<Vec<_>>();
    assert_eq!((of("begin").len(), of("end").len()), (3, 3), "a log is added to: {text}");
    assert_eq!(of("end").iter().map(|e| e["exit"].as_i64()).collect::<Vec<_>>(), [Some(30), Some(30), Some(2)]);
    assert_eq!((of("read").len(), of("assessed").len()), (2, 2));
    assert_eq!(of("assessed")[0]["state"], "cannot-exclude");
    assert!(of("error")[0]["text"].as_str().expect("a text").contains("--overwrite"));
    #[cfg(unix)]
    assert_eq!(of("skipped")[0]["path"], "link.log");
    let times: Vec<&str> = events.iter().filter_map(|e| e["time"].as_str()).collect();
    assert!(times.len() == events.len() && times.is_sorted(), "{text}");
    let nowhere = assize_in(folder.path(), &["scan", "cannot-exclude", "--log-file", "no/such/folder.log"]);
    assert_eq!(nowhere.status.code(), Some(2));
}
