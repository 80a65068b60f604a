//! What looking at pages costs: files for each second of processor time, by what they do and by YARA-X with the whole signature-base.
//!
//! `cargo bench -p assize-yara --bench pages` reads `../shared/data/webshells` and `benign` in memory, once to get the processor warm
//! and three times to be measured; the best counts. One thread; CPU time comes from `/proc/self/stat`.

#[path = "../../artifacts/benches/cpu/mod.rs"]
mod cpu;

use assize_yara::{RuleFile, Rules};
use std::io::Read as _;
use std::path::Path;

/// The allocator of the tool.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Files = Vec<(String, Vec<u8>)>;

fn members(archive: &str) -> Option<Files> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(archive);
    let file = std::fs::File::open(path).ok()?;
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).ok()?);
    let mut files = Vec::new();
    for entry in tar.entries().ok()? {
        let mut entry = entry.ok()?;
        let name = entry.path().ok()?.display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        files.push((name, bytes));
    }
    Some(files)
}

/// The best of three, in files and megabytes for each second of processor time.
fn stage(name: &str, files: &Files, mut look: impl FnMut(&str, &[u8]) -> bool) {
    let mut pass = || files.iter().filter(|(path, bytes)| look(path, bytes)).count();
    pass();
    let best = (0..3).map(|_| {
        let begun = cpu::seconds();
        let found = pass();
        (found, cpu::seconds() - begun)
    });
    let (found, seconds) = best.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let megabytes = files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() as f64 / 1e6;
    let files = files.len() as f64;
    println!("{name:<34} {found:>5} found {:>7.0} files {:>6.1} MB a CPU second", files / seconds, megabytes / seconds);
}

fn main() {
    let (Some(shells), Some(pages), Some(rules)) = (
        members("webshells/webshells.tar.zst"),
        members("benign/benign.tar.zst"),
        members("rules/signature-base.tar.zst"),
    ) else {
        println!("skipped: ../shared absent");
        return;
    };
    let rules: Vec<RuleFile> = rules
        .into_iter()
        .filter(|(name, _)| name.ends_with(".yar"))
        .map(|(name, bytes)| RuleFile { name, text: String::from_utf8_lossy(&bytes).into_owned() })
        .collect();
    let begun = cpu::seconds();
    let rules = Rules::compile(&rules);
    println!("{} rules compiled in {:.1} s, {} left out", rules.len(), cpu::seconds() - begun, rules.faults.len());
    let mixed: Files = shells.iter().chain(&pages).cloned().collect();
    for (name, files) in [("shells", &shells), ("genuine pages", &pages), ("both", &mixed)] {
        let suspicious =
            |path: &str, bytes: &[u8]| assize_webshell::look(bytes, path).grade >= assize_webshell::Grade::Suspicious;
        stage(&format!("{name}: by what they do"), files, suspicious);
        let mut scanner = rules.scanner();
        stage(&format!("{name}: signature-base"), files, |path, bytes| {
            scanner.scan(bytes, path).is_ok_and(|found| !found.is_empty())
        });
    }
}
