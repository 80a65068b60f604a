//! The hostile web logs, each against what its manifest expects: rows, rejects, remarks by kind, an end in good time.

#![allow(clippy::unwrap_used)]

mod common;

use assize_model::NoteKind;
use common::{Read, read, shared, xz_members};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// The number behind `word`, if it stands in the text.
fn number(text: &str, word: &str) -> Option<u64> {
    let rest = &text[text.find(word)? + word.len()..];
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// What a row of the manifest asks for and the reader did not do.
fn unmet(expected: &str, read: &[(String, Read)], took: Duration) -> Vec<String> {
    let mut unmet = Vec::new();
    let mut ask = |met: bool, what: &str| {
        if !met {
            unmet.push(what.to_owned());
        }
    };
    ask(took < PATIENCE, "an end in good time");
    let Some((_, read)) = read.first() else {
        ask(false, "a reader");
        return unmet;
    };
    let counts = read.account.counts;
    let has = |kind| read.account.notes.iter().any(|note| NoteKind::of(note) == Some(kind));
    if let Some(records) = number(expected, "records=") {
        ask(counts.rows == records, "the number of records");
        let beside = number(expected, " + ").unwrap_or(0);
        ask(counts.rejects == beside, "what is kept raw beside the records");
    }
    if let Some(least) = number(expected, "salvage>=") {
        ask(counts.rows >= least, "the records that can be saved");
    }
    if let Some(kept) =
        expected.find(" rows kept").and_then(|end| expected[..end].rsplit(' ').next()?.parse::<u64>().ok())
    {
        ask(counts.rows + counts.rejects == kept, "every row kept");
        ask(counts.rejects == 0 || has(NoteKind::BadTime), "a named error for times that never were");
    }
    for word in expected.split("flag:").skip(1) {
        let word: String = word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        ask(NoteKind::ALL.into_iter().any(|kind| kind.word() == word && has(kind)), &format!("flag:{word}"));
    }
    if expected.contains("named limit") {
        ask(has(NoteKind::Limit) || has(NoteKind::OversizeLine), "a named limit");
    }
    if expected.contains("true length and hash") {
        let hash =
            |note: &String| note.split_whitespace().any(|w| w.len() == 64 && w.bytes().all(|b| b.is_ascii_hexdigit()));
        ask(read.account.notes.iter().any(hash), "the hash of the line");
    }
    unmet
}

#[test]
fn hostile_web_logs_do_what_the_manifest_expects() {
    let Some(manifest) = shared("hostile/MANIFEST.tsv") else { return };
    let Some(members) = shared("hostile/iis.tar.xz").and_then(|archive| xz_members(&archive)) else { return };
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let (mut met, mut all, mut failures) = (0, 0, Vec::new());
    for row in manifest.lines().map(|l| l.split('\t').collect::<Vec<_>>()).filter(|r| r[0] == "iis.tar.xz") {
        let (name, expected) = (row[1], row[row.len() - 1]);
        let (path, bytes) = members.iter().find(|(n, _)| n.ends_with(name)).unwrap_or_else(|| panic!("no {name}"));
        let start = Instant::now();
        let read = read(path, bytes);
        let unmet = unmet(expected, &read, start.elapsed());
        all += 1;
        if unmet.is_empty() {
            met += 1;
        } else {
            let summary = read.first().map_or_else(|| "nobody".into(), |(_, r)| r.summary());
            failures.push(format!("{name}: expected {expected:?}, unmet {unmet:?}\n{summary}"));
        }
    }
    println!("{met} of {all} as expected");
    assert!(failures.is_empty(), "{met} of {all} as expected\n{}", failures.join("\n"));
    assert!(all > 0, "the manifest names web logs");
}
