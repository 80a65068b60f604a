//! Event logs damaged in eight ways, against a scan of record headers that knows nothing of our reader: a record whose
//! bytes are whole becomes a row, or is named.
//!
//! `ASSIZE_FUZZ_SEEDS=1000 cargo test --release -p assize-artifacts --test mutants -- --nocapture` is the long run: all
//! samples, so many seeds for each way. Without it a few samples and seeds, in seconds.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::{Artifact, all};
use common::{Read, content, members, parse, shared, xz_members};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

const HEADER: usize = 4096;
const CHUNK: usize = 65_536;
const RECORD: &[u8] = b"\x2a\x2a\0\0";

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Where whole records lie in a file, and their numbers: header and end agree, and the content begins as one does.
fn whole_records(bytes: &[u8]) -> Vec<(usize, usize, u64)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 28 <= bytes.len() {
        let size = u32_at(bytes, at + 4) as usize;
        let end = at.saturating_add(size);
        let whole = bytes[at..].starts_with(RECORD)
            && (32..CHUNK - 512).contains(&size)
            && end <= bytes.len()
            && u32_at(bytes, end - 4) as usize == size
            && bytes[at + 24..].starts_with(b"\x0f\x01\x01\0");
        if whole {
            found.push((at, end, u64::from_le_bytes(bytes[at + 8..at + 16].try_into().unwrap())));
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The count that remarks of one kind state.
fn counted(read: &Read, kind: &str) -> usize {
    let notes = read.account.notes.iter().filter_map(|n| n.strip_prefix(kind)?.strip_prefix(": "));
    notes.filter_map(|n| n.split(' ').next()?.parse::<usize>().ok()).sum()
}

/// Whole records, and those that became rows. Panics where one is gone without a word.
fn judge(what: &str, bytes: &[u8], read: &Read) -> (usize, usize) {
    let records = whole_records(bytes);
    let mut rows: BTreeMap<u64, usize> = BTreeMap::new();
    for id in read.column("pos") {
        *rows.entry(id.parse().unwrap()).or_default() += 1;
    }
    let rejected = |at: usize, end: usize| {
        read.account.rejects.iter().any(|r| (r.offset as usize) < end && at < (r.offset + r.bytes) as usize)
    };
    let mut unnamed = Vec::new();
    let mut read_whole = 0;
    for (at, end, id) in &records {
        if let Some(count) = rows.get_mut(id).filter(|count| **count > 0) {
            *count -= 1;
            read_whole += 1;
        } else if !rejected(*at, *end) {
            unnamed.push(format!("{id} at {at}"));
        }
    }
    // Copies, leftovers, and records that go by another number, are counted rather than named one by one.
    let counted: usize =
        ["duplicate-records", "leftover-records", "bad-record"].iter().map(|kind| counted(read, kind)).sum();
    assert!(unnamed.len() <= counted, "{what}: lost in silence: {}\n{}", unnamed.join(", "), read.summary());
    (records.len(), read_whole)
}

fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

const WAYS: [&str; 8] = ["cut", "bit", "ones", "boundary", "zeros", "scatter", "splice", "header"];

/// A sample, damaged in one way.
fn mutant(way: &str, sample: &[u8], state: &mut u64) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    let length = bytes.len();
    let at = next(state) % length;
    let mut put = |at: usize, value: u32| {
        let at = at.min(length - 4);
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    const BOUNDARIES: [u32; 12] =
        [0, 1, 27, 28, 0x7f, 0x1ff, 0x200, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];
    match way {
        "cut" => bytes.truncate(at),
        "bit" => bytes[at] ^= 1 << (next(state) % 8),
        "ones" => put(at, u32::MAX),
        "boundary" => put(at, BOUNDARIES[next(state) % BOUNDARIES.len()]),
        "zeros" => {
            let end = (at + next(state) % 4096).min(length);
            bytes[at..end].fill(0);
        }
        "scatter" => {
            for _ in 0..1 + next(state) % 64 {
                let at = next(state) % length;
                bytes[at] = u8::try_from(next(state) % 256).unwrap();
            }
        }
        "splice" => {
            let from = next(state) % length;
            let count = (next(state) % 8192).min(length - from);
            let piece = bytes[from..from + count].to_vec();
            let end = if next(state) % 2 == 0 { at } else { (at + count).min(length) };
            bytes.splice(at..end, piece);
        }
        _ => {
            // The header of the file, of a chunk, or of a record.
            let place = match next(state) % 3 {
                0 => next(state) % 128,
                1 => HEADER + next(state) % 512,
                _ => {
                    let records = whole_records(sample);
                    let record = records.get(next(state) % records.len().max(1)).map_or(0, |r| r.0);
                    record + next(state) % 24
                }
            };
            put(place, BOUNDARIES[next(state) % BOUNDARIES.len()]);
        }
    }
    bytes
}

fn seeds() -> Option<u64> {
    std::env::var("ASSIZE_FUZZ_SEEDS").ok().map(|text| text.parse().unwrap())
}

/// The first two chunks of every event log at hand; in the short run of a few.
fn samples() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for part in ["attack", "format", "sigma-regression"] {
        found.extend(shared(&format!("evtx/{part}.tar.zst")).map(|a| members(&a)).unwrap_or_default());
    }
    found.extend(shared("hostile/evtx.tar.xz").and_then(|a| xz_members(&a)).unwrap_or_default());
    let mut seen = BTreeSet::new();
    found.retain_mut(|(name, bytes)| {
        bytes.truncate(HEADER + 2 * CHUNK);
        name.ends_with(".evtx") && bytes.len() > HEADER && seen.insert(bytes.clone())
    });
    if seeds().is_none() {
        let step = found.len().div_ceil(24).max(1);
        found = found.into_iter().step_by(step).collect();
    }
    found
}

fn each(what: &str, mut damage: impl FnMut(&str, &[u8], &mut dyn FnMut(&str, Vec<u8>))) {
    let content = content();
    let artifacts = all(&content);
    let events = artifacts.iter().find(|a| a.layout().spec.table == "windows_events").unwrap();
    let events: &dyn Artifact = events.as_ref();
    let (begin, samples) = (Instant::now(), samples());
    let (mut mutants, mut whole, mut rows) = (0, 0, 0);
    for (name, sample) in &samples {
        damage(name, sample, &mut |how, bytes| {
            let what = format!("{name}, {how}");
            let (w, r) = judge(&what, &bytes, &parse(events, "x.evtx", &bytes));
            (mutants, whole, rows) = (mutants + 1, whole + w, rows + r);
        });
    }
    println!(
        "{what}: {mutants} mutants of {} samples, {rows} of {whole} whole records became rows, none lost in silence, {} s",
        samples.len(),
        begin.elapsed().as_secs()
    );
}

#[test]
fn damage_of_eight_kinds_loses_nothing_in_silence() {
    let seeds = seeds().unwrap_or(2);
    each("eight kinds of damage", |_, sample, test| {
        for way in WAYS {
            for seed in 0..seeds {
                let mut state = seed.wrapping_mul(0x9e37_79b9) ^ sample.len() as u64;
                test(&format!("{way} {seed}"), mutant(way, sample, &mut state));
            }
        }
    });
}

#[test]
fn a_cut_at_every_hundredth_is_named() {
    let step = if seeds().is_some() { 1 } else { 9 };
    each("cuts", |_, sample, test| {
        for percent in (0..100).step_by(step) {
            test(&format!("cut at {percent} %"), sample[..sample.len() * percent / 100].to_vec());
        }
    });
}

/// A cut in the middle of a chunk is always said.
#[test]
fn a_cut_chunk_is_said() {
    let content = content();
    let artifacts = all(&content);
    let events = artifacts.iter().find(|a| a.layout().spec.table == "windows_events").unwrap();
    for (name, sample) in samples().iter().filter(|(_, s)| s[HEADER..].starts_with(b"ElfChnk\0")) {
        for end in [HEADER + 1, HEADER + 600, HEADER + CHUNK / 2, HEADER + CHUNK - 1] {
            let bytes = &sample[..end.min(sample.len())];
            if bytes.len() < HEADER + 8 || (bytes.len() - HEADER) % CHUNK == 0 {
                continue;
            }
            let read = parse(events.as_ref(), "x.evtx", bytes);
            let said = |kind: &str| read.account.notes.iter().any(|n| n.starts_with(kind));
            assert!(said("truncated-chunk"), "{name} cut at {end}: {}", read.summary());
        }
    }
}
