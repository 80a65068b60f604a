//! Inputs made to break a reader: no panic, every byte accounted for, and the damage said aloud.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::all;
use common::{Read, content, parse, read, shared, xz_members};
use insta::assert_snapshot;

fn summaries(archive: &str) -> Option<String> {
    let members = xz_members(&shared(archive)?)?;
    let lines = members.iter().map(|(name, bytes)| {
        let read = read(name, bytes);
        match read.as_slice() {
            [] => format!("{name}: nobody"),
            read => read.iter().map(|(t, r)| format!("{name}: {t}: {}", r.summary())).collect::<Vec<_>>().join("\n"),
        }
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn web_logs() {
    let Some(lines) = summaries("hostile/iis.tar.xz") else { return };
    assert_snapshot!(lines);
}

#[test]
fn event_logs() {
    let Some(lines) = summaries("hostile/evtx.tar.xz") else { return };
    assert_snapshot!(lines);
}

/// What the list of the hostile set says of each member: its name and the words on what is expected.
fn expectations(container: &str) -> Option<Vec<(String, String)>> {
    let list = std::fs::read_to_string(shared("hostile/MANIFEST.tsv")?).unwrap();
    let rows = list.lines().map(|l| l.split('\t').collect::<Vec<_>>()).filter(|c| c[0] == container);
    Some(rows.map(|c| (c[1].to_owned(), c[8].to_owned())).collect())
}

/// The number that follows a word: `records=7`.
fn number_after(text: &str, word: &str) -> Option<u64> {
    let rest = &text[text.find(word)? + word.len()..];
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What of the words on a member does not hold.
fn unmet(words: &str, read: &[(String, Read)], seconds: f64) -> Vec<String> {
    let rows: u64 = read.iter().map(|(_, r)| r.account.counts.rows).sum();
    let notes: Vec<&str> = read.iter().flat_map(|(_, r)| &r.account.notes).map(String::as_str).collect();
    let mut unmet = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            unmet.push(what);
        }
    };
    demand(seconds <= 10.0, format!("{seconds:.1} s"));
    demand(!read.is_empty(), "nobody reads it".into());
    if let Some(wanted) = number_after(words, "records=") {
        demand(rows == wanted, format!("{rows} records, not {wanted}"));
    }
    if let Some(wanted) = number_after(words, "salvage>=") {
        demand(rows >= wanted, format!("{rows} records, less than {wanted}"));
    }
    for flag in words.split("flag:").skip(1) {
        let kind = flag.split([';', ' ', '(']).next().unwrap();
        let count = number_after(flag, &format!("{kind} of ")).or_else(|| number_after(flag, &format!("{kind} ")));
        let said =
            |n: &&&str| n.starts_with(&format!("{kind}: ")) && count.is_none_or(|c| n.contains(&format!(" {c} ")));
        demand(notes.iter().any(|n| said(&n)), format!("no remark {kind} {count:?}"));
    }
    for (word, kind) in [("empty log", "empty-log"), ("empty file", "empty-file"), ("not an EVTX file", "not-evtx")] {
        demand(!words.contains(word) || notes.iter().any(|n| n.starts_with(kind)), format!("no remark {kind}"));
    }
    if words.contains("record-id order") {
        let ids: Vec<u64> = read.iter().flat_map(|(_, r)| r.column("pos")).map(|p| p.parse().unwrap()).collect();
        demand(ids.is_sorted(), "rows out of order".into());
    }
    if words.contains("salvage") && words.contains("named errors") {
        let accounted = read.iter().all(|(_, r)| r.account.counts.rejects == r.account.rejects.len() as u64);
        demand(accounted, "rejects are not named".into());
    }
    unmet
}

/// Every member of the hostile set behaves as its list says.
#[test]
fn event_logs_as_expected() {
    let Some(expected) = expectations("evtx.tar.xz") else { return };
    let Some(members) = shared("hostile/evtx.tar.xz").and_then(|a| xz_members(&a)) else { return };
    let mut faults = Vec::new();
    for (name, words) in &expected {
        let (_, bytes) = members.iter().find(|(n, _)| n.ends_with(&format!("/{name}"))).unwrap();
        let begin = std::time::Instant::now();
        let read = read(name, bytes);
        let unmet = unmet(words, &read, begin.elapsed().as_secs_f64());
        if !unmet.is_empty() {
            faults.push(format!("{name}: {} (expected: {words})", unmet.join(", ")));
        }
    }
    println!("event logs: {} of {} as expected", expected.len() - faults.len(), expected.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A number that looks random and is the same on every run.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

/// Flips, drops and adds a few bytes.
fn damaged(bytes: &[u8], state: &mut u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + next(state) % 8 {
        let at = next(state) % bytes.len().max(1);
        match next(state) % 16 {
            0 => bytes.truncate(at),
            1..4 => bytes.insert(at, u8::try_from(next(state) % 256).unwrap()),
            _ if at < bytes.len() => bytes[at] ^= 1 << (next(state) % 8),
            _ => {}
        }
    }
    bytes
}

#[test]
fn damage_to_real_logs_is_accounted_for() {
    let content = content();
    let artifacts = all(&content);
    let mut state = 1;
    for artifact in &artifacts {
        for _ in 0..200 {
            parse(artifact.as_ref(), "x", &damaged(artifact.layout().sample.as_bytes(), &mut state));
        }
    }
    let Some(archive) = shared("hostile/evtx.tar.xz") else { return };
    let Some(members) = xz_members(&archive) else { return };
    let events = artifacts.iter().find(|a| a.layout().spec.table == "windows_events").unwrap();
    for (_, bytes) in members.iter().filter(|(_, b)| (1..100_000).contains(&b.len())) {
        for _ in 0..20 {
            parse(events.as_ref(), "x.evtx", &damaged(bytes, &mut state));
        }
    }
}

#[test]
fn quotes_that_never_close_cost_no_more_than_their_length() {
    let head = "#Log-type: ECP Server Log\n#Fields: TimeStamp,ServerName,EventId,EventData\n2021-03-03T06:49:42Z,a,b,";
    for unit in ["'S:A=x;", "S:A='x'=';", "S:A='x;", "''';S:A='", ";;;;", "S:A=;'"] {
        let line = format!("{head}{}\n", unit.repeat(1_000_000 / unit.len()));
        let read = read("x.log", line.as_bytes());
        assert_eq!(read[0].1.account.counts.rows, 1, "{unit}");
    }
}
