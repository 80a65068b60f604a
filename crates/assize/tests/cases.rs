//! What can be asked of a finished case: its timeline, and whether it is as it was recorded.

mod common;

use common::{assize_in, lab, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A case in `case`, made of invented evidence.
fn case(folder: &Path, name: &str) {
    lab(folder, name);
    let run = assize_in(folder, &["scan", name, "-o", "case", "-qq", "--exit-zero"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
}

/// Runs a command that must succeed; gives its standard output.
fn said(folder: &Path, args: &[&str]) -> String {
    let run = assize_in(folder, args);
    assert_eq!(run.status.code(), Some(0), "{args:?}: {}", stderr(&run));
    stdout(&run)
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).expect("a line of JSON")).collect()
}

#[test]
fn the_timeline_of_findings_is_the_one_of_the_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let written = fs::read_to_string(folder.path().join("case/timeline.jsonl")).expect("the case holds it");
    assert_eq!(said(folder.path(), &["timeline", "case", "--jsonl"]), written);
    let screen = said(folder.path(), &["timeline", "case"]);
    assert_eq!(screen.lines().count(), written.lines().count(), "every line of one is a line of the other");
    let times: Vec<&str> = screen.lines().map(|l| &l[..23]).collect();
    assert!(times.is_sorted(), "{screen}");
    assert!(screen.contains("F-001"), "{screen}");
    let french = said(folder.path(), &["timeline", "case", "--lang", "fr"]);
    assert_ne!(french, screen);
}

#[test]
fn every_dated_row_is_in_the_full_timeline_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let lines = json_lines(&said(folder.path(), &["timeline", "case", "--all", "--jsonl"]));
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.path().join("case/case.json")).expect("a manifest")).expect("JSON");
    let tables = manifest["tables"].as_array().expect("tables").iter().filter(|t| t["table"] != "rejects");
    let dated: u64 = tables
        .flat_map(|t| t["days"].as_object().expect("days").values())
        .map(|rows| rows.as_u64().expect("a number"))
        .sum();
    assert_eq!(lines.len() as u64, dated, "rows of the tables that carry a time");
    let times: Vec<i64> = lines.iter().map(|l| l["timestamp"].as_i64().expect("microseconds")).collect();
    assert!(times.is_sorted());
    let mut places: Vec<String> =
        lines.iter().map(|l| format!("{} {} {}", l["data_type"], l["file"], l["position"])).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), lines.len(), "no row is given twice");
    let cited = lines.iter().filter(|l| l["finding_id"] != "").count();
    assert!(cited > 0, "rows that findings cite say so");
    assert!(lines.iter().any(|l| l["query"].is_string()), "query strings are whole again");
    assert!(!lines.iter().any(|l| l.get("query_shape").is_some()));
}

#[test]
fn filters_leave_what_fits_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let all = json_lines(&said(folder.path(), &["timeline", "case", "--all", "--jsonl"]));
    let count = |of: &dyn Fn(&Value) -> bool| all.iter().filter(|l| of(l)).count();
    let lines = |more: &[&str]| {
        let args = [&["timeline", "case", "--all", "--jsonl"], more].concat();
        json_lines(&said(folder.path(), &args)).len()
    };
    let on = |line: &Value, from: &str, to: &str| {
        let time = line["datetime"].as_str().expect("a time");
        time >= from && time < to
    };
    let day = count(&|l| on(l, "2021-02-28", "2021-03-01"));
    assert!(day > 0 && day < all.len(), "{day}");
    assert_eq!(lines(&["--since", "2021-02-28", "--until", "2021-02-28"]), day, "a day is meant to its end");
    let until = count(&|l| on(l, "2000", "2021-02-28T11:10:00"));
    assert_eq!(lines(&["--until", "2021-02-28T11:10:00Z"]), until);
    let web = count(&|l| l["data_type"] == "iis:log:line");
    assert!(web > 0);
    assert_eq!(lines(&["--table", "iis_w3c"]), web);
    let pages = count(&|l| l.to_string().to_lowercase().contains("/owa/auth/logon.aspx"));
    assert!(pages > 0);
    assert_eq!(lines(&["--find", "/OWA/Auth/LOGON.aspx"]), pages);
    let none = assize_in(folder.path(), &["timeline", "case", "--find", "no such text anywhere"]);
    assert_eq!((none.status.code(), stdout(&none).as_str()), (Some(0), ""));
    assert!(stderr(&none).contains("--all"), "{}", stderr(&none));
}

#[test]
fn csv_of_the_timeline_holds_no_formula() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let log = common::tree(&evidence).into_iter().map(|(n, _)| n).find(|n| n.contains("W3SVC")).expect("a web log");
    let mut text = fs::read(evidence.join(&log)).expect("the log can be read");
    let line =
        "2021-03-01 10:00:00 10.0.0.5 GET /x =HYPERLINK(1) 443 - 192.0.2.250 \u{1b}[31mred\u{202e} - 200 0 0 1\n";
    text.extend_from_slice(b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ");
    text.extend_from_slice(b"cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n");
    text.extend_from_slice(line.as_bytes());
    fs::write(evidence.join(&log), text).expect("the log can be written");
    assize_in(folder.path(), &["scan", "breached", "-o", "case", "-qq"]);
    let args = ["timeline", "case", "--all", "--find", "192.0.2.250"];
    let screen = said(folder.path(), &args);
    assert_eq!(screen.lines().count(), 1, "{screen}");
    assert!(screen.contains("\\u{1B}[31mred\\u{202E}"), "{screen}");
    let csv = said(folder.path(), &[&args[..], &["--csv"]].concat());
    assert_eq!(csv.matches("\r\n").count(), 2, "{csv}");
    assert!(!csv.contains('\u{1b}') && !csv.contains('\u{202e}'), "{csv}");
}

#[test]
fn a_reader_that_leaves_early_ends_the_timeline_quietly() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let mut run = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["timeline", "case", "--all"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(run.stdout.take());
    let output = run.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn what_is_no_case_has_no_timeline_and_cannot_be_verified() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    for command in ["timeline", "verify"] {
        for place in ["empty", "nowhere"] {
            let run = assize_in(folder.path(), &[command, place]);
            assert_eq!(run.status.code(), Some(3), "{command} {place}: {}", stderr(&run));
            assert_eq!(stdout(&run), "");
        }
    }
    case(folder.path(), "cannot-exclude");
    let run = assize_in(folder.path(), &["timeline", "case", "--table", "nothing"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("nothing"), "{}", stderr(&run));
}

#[test]
fn verify_finds_each_thing_that_was_changed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "exposed");
    let verify = |more: &[&str]| {
        let run = assize_in(folder.path(), &[&["verify", "case", "--json"], more].concat());
        let value: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&run)));
        (run.status.code(), value)
    };
    let evidence = ["--evidence", "exposed"];
    let (code, found) = verify(&evidence);
    assert_eq!(
        (code, found["same"].as_bool(), found["differs"].as_array().map(Vec::len)),
        (Some(0), Some(true), Some(0))
    );
    assert!(found["evidence_files"].as_u64() > Some(0));
    assert!(said(folder.path(), &["verify", "case"]).contains(found["manifest_sha256"].as_str().expect("a hash")));

    // A page that was changed, one that is gone, one that was added; then a table and a report.
    let pages: Vec<_> = common::tree(&folder.path().join("exposed")).into_iter().map(|(n, _)| n).collect();
    fs::write(folder.path().join("exposed").join(&pages[0]), "changed").expect("a file");
    fs::remove_file(folder.path().join("exposed").join(&pages[1])).expect("a file");
    fs::write(folder.path().join("exposed/added.txt"), "new").expect("a file");
    let (code, found) = verify(&evidence);
    assert_eq!(code, Some(1));
    let differs = found["differs"].to_string();
    assert_eq!(found["differs"].as_array().map(Vec::len), Some(3), "{differs}");
    assert!(differs.contains("is not what was read") && differs.contains("is missing"), "{differs}");
    assert!(differs.contains("added.txt was not there"), "{differs}");

    fs::copy(folder.path().join("case/report.html"), folder.path().join("mailed.html")).expect("a copy");
    assert_eq!(verify(&["mailed.html"]).0, Some(0), "a copy of the report is the report");
    let mut report = fs::read(folder.path().join("mailed.html")).expect("the copy");
    report.push(b' ');
    fs::write(folder.path().join("mailed.html"), report).expect("the copy");
    let (code, found) = verify(&["mailed.html"]);
    assert_eq!(code, Some(1));
    assert!(found["differs"].to_string().contains("mailed.html"), "{found}");

    let table = folder.path().join("case/tables/iis_w3c/00000.parquet");
    let mut bytes = fs::read(&table).expect("the table");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&table, bytes).expect("the table");
    let run = assize_in(folder.path(), &["verify", "case", "-q"]);
    assert_eq!((run.status.code(), stdout(&run).lines().count()), (Some(1), 1), "{}", stdout(&run));
    let run = assize_in(folder.path(), &["timeline", "case", "--all"]);
    assert_eq!(run.status.code(), Some(1), "a changed table is not read: {}", stdout(&run));
    assert!(stderr(&run).contains("verify"), "{}", stderr(&run));
}
