//! Event logs damaged in eight ways, against a scan of record headers that knows nothing of our reader: a record whose
//! bytes are whole becomes a row, or is named.
//!
//! `ASSIZE_FUZZ_SEEDS=1000 cargo test --release -p assize-artifacts --test mutants -- --nocapture` is the long run: all
//! samples, so many seeds for each way. Without it a few samples and seeds, in seconds. `ASSIZE_FUZZ_SAMPLE=part-of-name`
//! takes those samples alone, to look at a finding again.

#![allow(clippy::unwrap_used)]

mod common;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use assize_artifacts::{Artifact, all};
use assize_model::Rows;
use assize_model::rows::Account;
use common::log::{CHUNK, HEADER, chunk, log, overwritten};
use common::salvage::{judge, whole_records};
use common::{content, info, members, parse, shared, xz_members};
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

const WAYS: [&str; 8] = ["cut", "bit", "ones", "boundary", "zeros", "scatter", "splice", "header"];

/// A sample, damaged in one way.
fn mutant(way: &str, sample: &[u8], records: &[(usize, usize, u64)], state: &mut u64) -> Vec<u8> {
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
            let end = if next(state).is_multiple_of(2) { at } else { (at + count).min(length) };
            bytes.splice(at..end, piece);
        }
        _ => {
            // The header of the file, of a chunk, or of a record.
            let place = match next(state) % 3 {
                0 => next(state) % 128,
                1 => HEADER + next(state) % 512,
                _ => {
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
    if let Ok(part) = std::env::var("ASSIZE_FUZZ_SAMPLE") {
        found.retain(|(name, _)| name.contains(&part));
    } else if seeds().is_none() {
        let step = found.len().div_ceil(24).max(1);
        found = found.into_iter().step_by(step).collect();
    }
    // Some that are made here: two chunks that are full, the second one of leftovers; and a small log.
    let (full, new) = (chunk(1, 1000), chunk(301, 40));
    found.push(("made full".into(), log(&[full.clone(), overwritten(&full, &new)])));
    found.push(("made small".into(), log(&[chunk(1, 30)])));
    found
}

/// Where the numbers of rows begin that were left over.
const CARVED: u64 = 1_000_000_000_000;

/// The numbers of the rows that the reader made, and the account of the file.
fn read(events: &dyn Artifact, bytes: &[u8]) -> (Account, Vec<u64>) {
    let (file, mut ids) = (info("x.evtx", bytes), Vec::new());
    let mut sink = |batch: RecordBatch| {
        ids.extend_from_slice(batch.column_by_name("pos").unwrap().as_primitive::<UInt64Type>().values());
        Ok(())
    };
    let mut rows = Rows::new(&events.layout().spec, &file, &mut sink);
    events.parse(&mut &bytes[..], &mut rows).unwrap();
    let account = rows.end().unwrap();
    (account, ids)
}

fn each(what: &str, mut damage: impl FnMut(&[u8], &mut dyn FnMut(&str, &[u8]))) {
    let (content, carving) = (content(), content().carving(true));
    let (artifacts, carvers) = (all(&content), all(&carving));
    let of_events = |a: &&dyn Artifact| a.layout().spec.table == "windows_events";
    let events = artifacts.iter().map(AsRef::as_ref).find(of_events).unwrap();
    let carver = carvers.iter().map(AsRef::as_ref).find(of_events).unwrap();
    let (begin, samples) = (Instant::now(), samples());
    let (mut mutants, mut faults, mut whole, mut rows) = (0_u64, 0_u64, 0, 0);
    for (number, (name, sample)) in samples.iter().enumerate() {
        if number.is_multiple_of(50) && number > 0 {
            println!("{what}: {number} of {} samples, {mutants} mutants, {faults} faults", samples.len());
        }
        damage(sample, &mut |how, bytes| {
            mutants += 1;
            let judged = std::panic::catch_unwind(AssertUnwindSafe(|| {
                let (account, ids) = read(events, bytes);
                // Who looks for leftovers has the same rows of the log, rejects and bytes, and then what was left over.
                let (carved, more) = read(carver, bytes);
                let own = more.get(..ids.len()) == Some(&ids[..]) && more[ids.len()..].iter().all(|pos| *pos >= CARVED);
                if !own || carved.rejects != account.rejects || carved.counts.bytes() != account.counts.bytes() {
                    return Err("with leftovers the log is another one".into());
                }
                judge(bytes, &account, ids.into_iter())
            }));
            match judged.unwrap_or_else(|_| Err("panic".into())) {
                Ok((w, r)) => (whole, rows) = (whole + w, rows + r),
                Err(e) => {
                    faults += 1;
                    println!("{name}, {how}: {e}");
                }
            }
        });
    }
    println!(
        "{what}: {mutants} mutants of {} samples, {rows} of {whole} whole records became rows, {faults} lost some in \
         silence, {} s",
        samples.len(),
        begin.elapsed().as_secs()
    );
    assert!(faults == 0, "{faults} of {mutants}, each named above");
}

#[test]
fn damage_of_eight_kinds_loses_nothing_in_silence() {
    let seeds = seeds().unwrap_or(2);
    each("eight kinds of damage", |sample, test| {
        let records = whole_records(sample);
        for way in WAYS {
            for seed in 0..seeds {
                let mut state = seed.wrapping_mul(0x9e37_79b9) ^ sample.len() as u64;
                test(&format!("{way} {seed}"), &mutant(way, sample, &records, &mut state));
            }
        }
    });
}

#[test]
fn a_cut_at_every_hundredth_is_named() {
    let step = if seeds().is_some() { 1 } else { 9 };
    each("cuts", |sample, test| {
        for percent in (0..100).step_by(step) {
            test(&format!("cut at {percent} %"), &sample[..sample.len() * percent / 100]);
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
            if bytes.len() < HEADER + 8 || (bytes.len() - HEADER).is_multiple_of(CHUNK) {
                continue;
            }
            let read = parse(events.as_ref(), "x.evtx", bytes);
            let said = |kind: &str| read.account.notes.iter().any(|n| n.starts_with(kind));
            assert!(said("truncated-chunk"), "{name} cut at {end}: {}", read.summary());
        }
    }
}
