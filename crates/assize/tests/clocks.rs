//! Two logs of one server in different zones: said, with the rows that show it, and nothing is shifted.

mod common;

use common::{assize_in, lab, scanned, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Writes the times of every IIS log as a clock would that stands so many hours ahead, from a day on.
fn set_iis_clocks(evidence: &Path, hours: i64, from: &str) {
    let logs = evidence.join("C/inetpub/logs/LogFiles");
    let mut changed = 0;
    for (name, bytes) in common::tree(&logs) {
        let text = String::from_utf8(bytes).expect("IIS logs of the lab are UTF-8");
        let moved: Vec<String> = text.split("\r\n").map(|line| moved(line, hours, from)).collect();
        changed += moved.iter().zip(text.split("\r\n")).filter(|(a, b)| a != b).count();
        fs::write(logs.join(name), moved.join("\r\n")).expect("a log");
    }
    assert!(changed > 100, "{changed} lines were moved");
}

fn moved(line: &str, hours: i64, from: &str) -> String {
    let Some((stamp, rest)) = line.get(..19).zip(line.get(19..)) else { return line.into() };
    let time = assize_model::Timestamp::parse(stamp).filter(|_| !line.starts_with('#') && stamp >= from);
    let Some(time) = time else { return line.into() };
    let (y, mo, d, h, mi, s) = time.plus(hours * 3600 * 1_000_000).parts();
    format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}{rest}")
}

/// The comparison of the IIS log with the HttpProxy log.
fn offset(result: &Value) -> Value {
    let all = result["clock_offsets"].as_array().expect("a list");
    let pair =
        |o: &&Value| [&o["reference"], &o["source"]].map(|t| t == "iis_w3c" || t == "http_proxy") == [true, true];
    all.iter().find(pair).expect("the two logs share requests").clone()
}

#[test]
fn a_log_in_local_time_is_named_and_not_moved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    set_iis_clocks(&evidence, 2, "");
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "case", "--format", "html,json,md"]);
    let offset = offset(&result);
    let seconds = offset["median_seconds"].as_i64().expect("a number");
    assert!((seconds.abs() - 7200).abs() < 60, "{offset:#}");
    assert_eq!((&offset["differs"], &offset["zone"]), (&Value::Bool(true), &Value::Bool(true)), "{offset:#}");
    assert!(offset["shared"].as_u64() > Some(20), "{offset:#}");
    // The rows that show it, as they are in the evidence.
    let rows = offset["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    for row in rows {
        let text = fs::read(evidence.join(row["path"].as_str().expect("a path"))).expect("the file is there");
        let text = String::from_utf8_lossy(&text).into_owned();
        let name = row["fields"][0][1].as_str().expect("a request");
        let at = usize::try_from(row["pos"].as_u64().expect("a position")).expect("a position");
        let line = text.lines().nth(at - 1).unwrap_or_default();
        assert!(line.contains(name), "{row} is not {line}");
    }
    let screen = stdout(&assize_in(folder.path(), &["scan", "breached", "-o", "again", "--progress", "none"]));
    let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("written in local time and labelled UTC"), "{screen}");
    assert!(screen.lines().filter(|l| !l.contains("report.html")).all(|l| l.chars().count() <= 80), "{screen}");
    let html = fs::read_to_string(folder.path().join("case/report.html")).expect("a report");
    let markdown = fs::read_to_string(folder.path().join("case/report.md")).expect("a report");
    for text in [html, markdown] {
        assert!(text.contains("Clocks that do not agree") && text.contains("written in local time"), "{text}");
    }
    let french = stdout(&assize_in(folder.path(), &["report", "case", "--lang", "fr", "--format", "md", "--stdout"]));
    assert!(french.contains("en heure locale sous l’étiquette UTC"), "{french}");
}

#[test]
fn clocks_that_agree_are_not_spoken_of() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (_, result) = scanned(folder.path(), &evidence, &["-o", "case", "--format", "html,json,md"]);
    let offset = offset(&result);
    assert_eq!(offset["differs"], false, "{offset:#}");
    assert_eq!(offset["spans"], Value::Array(Vec::new()), "{offset:#}");
    for name in ["report.html", "report.md"] {
        let text = fs::read_to_string(folder.path().join("case").join(name)).expect("a report");
        assert!(!text.contains("Clocks that do not agree"), "{name}");
    }
}

#[test]
fn a_clock_that_was_set_is_told_by_days() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    set_iis_clocks(&evidence, 1, "2021-03-01");
    let (_, result) = scanned(folder.path(), &evidence, &[]);
    let offset = offset(&result);
    let spans = offset["spans"].as_array().expect("spans");
    assert_eq!(spans.len(), 2, "{offset:#}");
    assert_eq!(spans[1]["from"], "2021-03-01");
    assert_eq!(offset["differs"], true);
    let rows = offset["rows"].as_array().expect("rows");
    assert!(rows[0]["time"].as_str() >= Some("2021-03-01"), "the example is of the days that differ: {offset:#}");
}
