//! Invented Exchange servers: synthetic evidence for named scenarios, deterministic from a seed.
//!
//! Nothing here is real: hosts, users and addresses are invented (addresses are from the ranges kept for
//! documentation), and the evidence says so in `SYNTHETIC.txt` and `assize-collection.json`. A request is modelled once
//! and written to every log that would have seen it, so times and ids agree as they do on a real server.

mod attack;
mod clock;
mod collection;
mod ecp;
mod events;
mod http_proxy;
mod iis;
mod noise;
mod pages;
mod payload;
mod request;
mod rng;
mod scale;
mod scenario;
mod script;
mod server;
mod transport;

pub use collection::{LAYOUTS, Layout, hive, layout, write_collection, write_collections};
pub use iis::{IisLogSummary, iis_log};
pub use scale::{Scale, ScaleSummary, write_big};
pub use scenario::{SCENARIOS, Scenario, scenario};
pub use script::{Expected, Script, scripts};

use server::Files;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// One file of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Its path, `/` between parts.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The evidence of a scenario, sorted by path. The same seed gives the same bytes.
#[must_use]
pub fn files(scenario: &Scenario, seed: u64) -> Vec<EvidenceFile> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    scenario.server(seed).write(&mut files);
    files.into_iter().map(|(path, bytes)| EvidenceFile { path, bytes }).collect()
}

/// Writes the evidence of a scenario into a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write_folder(scenario: &Scenario, seed: u64, dir: &Path) -> io::Result<()> {
    for file in files(scenario, seed) {
        let path = dir.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, file.bytes)?;
    }
    Ok(())
}
