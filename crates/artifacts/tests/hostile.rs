//! Inputs made to break a reader: no panic, every byte accounted for, and the damage said aloud.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::all;
use common::{content, parse, read, shared, xz_members};
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
