//! What reading Windows event logs costs: events for each second of processor time, beside the crate that it builds on.
//!
//! `cargo bench -p assize-artifacts --bench events` reads the recordings of `../shared/data/evtx` in memory, once to
//! get the processor warm and five times to be measured; the best counts. CPU time comes from `/proc/self/stat`.

#[path = "../tests/common/mod.rs"]
mod common;
mod cpu;

use assize_artifacts::{Artifact, all};
use assize_model::Rows;
use common::{content, info, members, shared};
use evtx::{EvtxParser, ParserSettings};
use std::io::Cursor;

/// The allocator of the tool.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Times that the recordings are read for one figure: a tick is long.
const PASSES: usize = 10;

fn stage(name: &str, logs: &[(String, Vec<u8>)], read: impl Fn(&str, &[u8]) -> u64) {
    let pass = || logs.iter().map(|(path, bytes)| read(path, bytes)).sum::<u64>();
    pass();
    let best = (0..5).map(|_| {
        let begun = cpu::seconds();
        let events: u64 = (0..PASSES).map(|_| pass()).sum();
        (events, cpu::seconds() - begun)
    });
    let (events, seconds) = best.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    println!("{name:<28} {:>8} events {:>10.0} a CPU second", events / PASSES as u64, events as f64 / seconds);
}

/// Renders every record as JSON, and throws it away.
fn rendered(bytes: &[u8]) -> u64 {
    let settings = ParserSettings::default().num_threads(1);
    let Ok(parser) = EvtxParser::from_read_seek(Cursor::new(bytes)) else { return 0 };
    parser.with_configuration(settings).records_json_bytes().filter(Result::is_ok).count() as u64
}

/// Reads a log into record batches, and throws them away.
fn arrow(artifact: &dyn Artifact, path: &str, bytes: &[u8]) -> u64 {
    let file = info(path, bytes);
    let mut sink = |_| Ok(());
    let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
    let read = artifact.parse(&mut &bytes[..], &mut rows);
    read.and_then(|()| rows.end()).map_or(0, |account| account.counts.rows)
}

fn main() {
    let Some(folder) = shared("evtx") else { return };
    let mut logs = Vec::new();
    for archive in ["attack.tar.zst", "format.tar.zst", "sigma-regression.tar.zst"] {
        logs.extend(members(&folder.join(archive)).into_iter().filter(|(path, _)| path.ends_with(".evtx")));
    }
    let megabytes = logs.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() / 1_000_000;
    println!("{} event logs, {megabytes} MB", logs.len());
    let content = content();
    let artifacts = all(&content);
    let Some(events) = artifacts.iter().find(|a| a.layout().spec.table == "windows_events") else { return };
    stage("evtx: rendered as JSON", &logs, |_, bytes| rendered(bytes));
    stage("Assize: rows in Arrow", &logs, |path, bytes| arrow(events.as_ref(), path, bytes));
}
