//! What looking at pages costs: files for each second of processor time, by what they do and by YARA-X with the whole signature-base.
//!
//! `cargo bench -p assize-yara --bench pages` reads `../shared/data/webshells` and `benign` in memory, once to get the processor warm
//! and three times to be measured; the best counts. One thread; CPU time comes from `/proc/self/stat`.

#[path = "../../webshell/tests/common/mod.rs"]
mod common;
#[path = "../../artifacts/benches/cpu/mod.rs"]
mod cpu;

use assize_yara::{RuleFile, Rules};
use common::{Page, pages};

/// The allocator of the tool.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The best of three, in files and megabytes for each second of processor time.
fn stage(name: &str, files: &[&Page], mut look: impl FnMut(&str, &[u8]) -> bool) {
    let mut pass = || files.iter().filter(|page| look(&page.name, &page.bytes)).count();
    pass();
    let best = (0..3).map(|_| {
        let begun = cpu::seconds();
        let found = pass();
        (found, cpu::seconds() - begun)
    });
    let (found, seconds) = best.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let megabytes = files.iter().map(|page| page.bytes.len()).sum::<usize>() as f64 / 1e6;
    let files = files.len() as f64;
    println!("{name:<34} {found:>5} found {:>7.0} files {:>6.1} MB a CPU second", files / seconds, megabytes / seconds);
}

fn main() {
    let (Some(shells), Some(genuine), Some(rules)) =
        (pages("webshells/webshells.tar.zst"), pages("benign/benign.tar.zst"), pages("rules/signature-base.tar.zst"))
    else {
        return;
    };
    let rules: Vec<RuleFile> = rules
        .into_iter()
        .filter(|file| file.name.ends_with(".yar"))
        .map(|file| RuleFile { name: file.name, pack: None, text: String::from_utf8_lossy(&file.bytes).into_owned() })
        .collect();
    let begun = cpu::seconds();
    let rules = Rules::compile(&rules);
    println!("{} rules compiled in {:.1} s, {} left out", rules.len(), cpu::seconds() - begun, rules.faults.len());
    let mixed: Vec<&Page> = shells.iter().chain(&genuine).collect();
    let (of_shells, of_genuine) = mixed.split_at(shells.len());
    for (name, files) in [("shells", of_shells), ("genuine pages", of_genuine), ("both", &mixed)] {
        let suspicious =
            |path: &str, bytes: &[u8]| assize_webshell::look(bytes, path).grade >= assize_webshell::Grade::Suspicious;
        stage(&format!("{name}: by what they do"), files, suspicious);
        let mut scanner = rules.scanner();
        stage(&format!("{name}: signature-base"), files, |path, bytes| {
            scanner.scan(bytes, path).is_ok_and(|found| !found.is_empty())
        });
    }
}
