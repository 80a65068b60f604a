//! Whoever takes a log, a source or an hour away from a server that was broken into hides no more than that: the answer is
//! never that nothing was seen, and what is missing is named.

mod common;

use common::{lab, scanned, tree};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

const LOGGING: &str = "C/Program Files/Microsoft/Exchange Server/V15/Logging";
const IIS: &str = "C/inetpub/logs/LogFiles";
/// Logs in which the server's own probes leave something every few minutes.
const STEADY: [&str; 3] = ["HttpProxy/Ecp", "HttpProxy", "W3SVC1"];

/// A scan of the evidence: its exit code and its result.
fn scan(evidence: &Path) -> (i32, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    scanned(folder.path(), evidence, &[])
}

/// Removes the lines of one hour, told by how they begin, from every file below a folder; how many.
fn without_hour(evidence: &Path, below: &str, hour: &str) -> usize {
    let mut removed = 0;
    for (path, bytes) in tree(&evidence.join(below)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let kept: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.starts_with(hour)).collect();
        let gone = text.split_inclusive('\n').count() - kept.len();
        if gone > 0 {
            removed += gone;
            fs::write(evidence.join(below).join(path), kept.concat()).expect("the file can be written");
        }
    }
    removed
}

/// Holes that cover an hour of a log whose place ends so.
fn holes<'a>(result: &'a Value, place: &str, middle: &str) -> Vec<&'a Value> {
    let of_log = |hole: &&Value| {
        let logs = hole["logs"].as_array().expect("logs");
        logs.iter().any(|log| log["place"].as_str().is_some_and(|p| p.contains(place)))
    };
    let covers = |hole: &&Value| {
        hole["from"].as_str().is_none_or(|from| from < middle) && hole["to"].as_str().expect("a time") > middle
    };
    result["ledger"]["holes"].as_array().expect("holes").iter().filter(of_log).filter(covers).collect()
}

/// The hours in which something was found, `2021-02-28T11`.
fn hours_of_findings(result: &Value) -> BTreeSet<String> {
    let findings = result["findings"].as_array().expect("findings");
    let rows = findings.iter().flat_map(|f| f["rows"].as_array().expect("rows"));
    rows.filter_map(|row| row["time"].as_str()).map(|time| time[..13].to_owned()).collect()
}

#[test]
fn an_hour_that_was_taken_out_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let (_, whole) = scan(&evidence);
    assert_eq!(whole["ledger"]["holes"].as_array().map(Vec::len), Some(0), "{}", whole["ledger"]["holes"]);
    let mut hours: Vec<String> = hours_of_findings(&whole).into_iter().collect();
    // All of them take minutes: a few by default.
    if std::env::var("ASSIZE_WIPE").as_deref() != Ok("all") {
        hours = hours.into_iter().step_by(5).collect();
    }
    let mut wiped = 0;
    for hour in &hours {
        for log in STEADY {
            let below = if log == "W3SVC1" { format!("{IIS}/{log}") } else { format!("{LOGGING}/{log}") };
            let folder = tempfile::tempdir().expect("a temporary folder");
            let evidence = lab(folder.path(), "breached");
            let written = if log == "W3SVC1" { hour.replace('T', " ") } else { hour.clone() };
            if without_hour(&evidence, &below, &written) == 0 {
                continue;
            }
            wiped += 1;
            let (code, result) = scan(&evidence);
            assert!(code >= 30, "{hour} taken out of {log}: {code}");
            let holes = holes(&result, log, &format!("{hour}:30"));
            assert!(!holes.is_empty(), "{hour} taken out of {log}: {}", result["ledger"]["holes"]);
            assert_eq!(holes[0]["counts"], true, "{}", holes[0]);
            assert_eq!(holes[0]["causes"][0]["cause"], "removed", "{}", holes[0]);
        }
    }
    println!("{wiped} wipes of {} hours", hours.len());
    assert!(wiped >= STEADY.len());
}

#[test]
fn a_source_that_was_taken_away_never_leaves_no_evidence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    let mut sources: BTreeSet<String> = BTreeSet::new();
    for (path, _) in tree(&evidence) {
        // Whole folders of logs, and each event log by itself.
        let parts: Vec<&str> = path.split('/').collect();
        if path.starts_with("Events/") {
            sources.insert(path);
        } else if parts.len() > 2 {
            sources.extend((2..parts.len()).map(|n| parts[..n].join("/")));
        }
    }
    for source in &sources {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let evidence = lab(folder.path(), "breached");
        let path = evidence.join(source);
        match path.is_dir() {
            true => fs::remove_dir_all(path).expect("the folder can be removed"),
            false => fs::remove_file(path).expect("the file can be removed"),
        }
        let (code, result) = scan(&evidence);
        assert!(code >= 30 || code == 3, "without {source}: {code} {}", result["verdict"]["why"]);
    }
    println!("{} sources", sources.len());
    assert!(sources.len() > 15, "{sources:?}");
}

#[test]
fn where_nobody_came_a_missing_hour_takes_the_answer_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "no-evidence");
    let below = format!("{LOGGING}/HttpProxy/Ecp");
    assert!(without_hour(&evidence, &below, "2021-02-20T03") > 0);
    let (code, result) = scan(&evidence);
    assert_eq!(code, 30, "{}", result["verdict"]);
    let why = result["verdict"]["why"].to_string();
    assert!(why.contains("coverage.required.q1.hole"), "{why}");
    let question = result["coverage"]
        .as_array()
        .expect("coverage")
        .iter()
        .find(|q| q["question"] == "q1" && q["pack"] == "proxylogon");
    assert_eq!(question.expect("the first question")["holes"][0], "H-01");
}

/// An event of Windows as a line of JSON, as the lab writes it.
fn event(time: &str, provider: &str, id: u32) -> String {
    format!(
        "{{\"@timestamp\":\"{time}\",\"Channel\":\"System\",\"SourceName\":\"{provider}\",\"EventID\":{id},\"Hostname\":\"EX02.example.test\"}}\n"
    )
}

#[test]
fn a_restart_explains_what_it_silenced_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "no-evidence");
    for below in [format!("{LOGGING}/HttpProxy"), format!("{LOGGING}/ECP"), IIS.to_owned()] {
        for hour in ["2021-02-20T03", "2021-02-20 03", "2021-02-20T04", "2021-02-20 04"] {
            without_hour(&evidence, &below, hour);
        }
    }
    let system = evidence.join("Events/System.jsonl");
    let mut log = fs::read_to_string(&system).expect("the event log");
    log.push_str(&event("2021-02-20T03:01:00Z", "EventLog", 6006));
    log.push_str(&event("2021-02-20T04:58:00Z", "EventLog", 6005));
    fs::write(&system, log).expect("the event log can be written");
    let (code, result) = scan(&evidence);
    let holes = &result["ledger"]["holes"];
    assert_eq!(holes[0]["causes"][0]["cause"], "stopped", "{holes}");
    assert_eq!(holes[0]["causes"][0]["rows"][0]["table"], "windows_events");
    assert_eq!(holes[0]["counts"], false);
    assert_eq!(code, 0, "{}", result["verdict"]);

    // The same restart, but one log went on: whoever took the others away came from elsewhere.
    let evidence = lab(folder.path(), "exposed");
    without_hour(&evidence, &format!("{LOGGING}/HttpProxy"), "2021-02-20T03");
    let system = evidence.join("Events/System.jsonl");
    let mut log = fs::read_to_string(&system).expect("the event log");
    log.push_str(&event("2021-02-20T04:00:00Z", "EventLog", 6005));
    fs::write(&system, log).expect("the event log can be written");
    let (code, result) = scan(&evidence);
    assert_eq!(result["ledger"]["holes"][0]["causes"][0]["cause"], "removed", "{}", result["ledger"]["holes"]);
    assert_eq!(code, 30);
}

#[test]
fn events_that_were_taken_out_one_by_one_are_missing_by_their_numbers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "no-evidence");
    let file = tree(&evidence.join("Events"))
        .into_iter()
        .max_by_key(|(_, bytes)| bytes.len())
        .map(|(path, bytes)| (evidence.join("Events").join(path), bytes));
    let (path, bytes) = file.expect("an event log");
    let text = String::from_utf8(bytes).expect("JSON lines");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let middle = lines.len() / 2;
    let kept: Vec<&str> =
        lines.iter().enumerate().filter(|(n, _)| *n < middle || *n > middle + 1).map(|(_, l)| *l).collect();
    fs::write(&path, kept.concat()).expect("the event log can be written");
    let (_, result) = scan(&evidence);
    let holes = result["ledger"]["holes"].as_array().expect("holes");
    assert_eq!(holes.len(), 1, "{holes:#?}");
    assert_eq!(holes[0]["records"], 2);
    assert_eq!(holes[0]["causes"][0]["cause"], "removed");
    assert_eq!(holes[0]["counts"], true);
}

/// The moment that a line of an IIS log begins with.
fn moment(line: &str) -> Option<SystemTime> {
    let time = format!("{}T{}Z", line.get(..10)?, line.get(11..19)?);
    let micros = assize_model::Timestamp::parse(&time)?.0;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(u64::try_from(micros).ok()?))
}

#[test]
fn a_log_that_was_written_anew_is_told_from_its_neighbours() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "no-evidence");
    let mut logs: Vec<_> = tree(&evidence.join(IIS)).into_iter().collect();
    logs.sort();
    assert!(logs.len() > 8, "{}", logs.len());
    for (n, (path, bytes)) in logs.iter().enumerate() {
        let text = String::from_utf8_lossy(bytes);
        let last = text.lines().rev().find_map(moment).expect("a record");
        let late = if n == 3 { 72 * 3_600 } else { 20 };
        let file = fs::File::options().write(true).open(evidence.join(IIS).join(path)).expect("a log");
        file.set_modified(last + Duration::from_secs(late)).expect("its time can be set");
    }
    let (_, result) = scan(&evidence);
    let changed = result["ledger"]["changed"].as_array().expect("changed files");
    assert_eq!(changed.len(), 1, "{changed:#?}");
    assert!(changed[0]["path"].as_str().expect("a path").ends_with(&logs[3].0), "{changed:#?}");
    assert_eq!(changed[0]["late_seconds"], 72 * 3_600 - 20);
}
