//! A scan that was killed is taken up by the same command, and ends with the same bytes as one that was left alone.
//!
//! `cargo xtask torture` does the same with big servers, many kills and full disks.

mod common;

use common::{lab, tree};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const KILLS: u32 = 4;

fn scan(folder: &Path, evidence: &Path, case: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["scan", "--progress", "none", "-qq"])
        .arg(evidence)
        .arg("-o")
        .arg(case)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs")
}

/// Kills scans, lets the last one end, and compares it with an unbroken one; gives the names beside the case.
// The moment of a kill is one of the clock: nothing that the run does tells of it.
#[allow(clippy::disallowed_methods)]
fn killed_and_taken_up(folder: &Path) -> Vec<String> {
    let evidence = lab(folder, "breached");
    let place = folder.join("place");
    std::fs::create_dir(&place).expect("a folder");
    let begun = Instant::now();
    let whole = folder.join("whole");
    assert_eq!(scan(folder, &evidence, &whole).wait().expect("it ends").code(), Some(50));
    let took = begun.elapsed();
    let whole = tree(&whole);

    let broken = place.join("case");
    let (mut killed, mut ended) = (0, None);
    for n in 1..=KILLS {
        let mut running = scan(folder, &evidence, &broken);
        std::thread::sleep(took * n / (KILLS + 2));
        ended = running.try_wait().expect("it can be asked");
        if ended.is_some() {
            break;
        }
        running.kill().expect("it can be killed");
        running.wait().expect("it ends");
        killed += 1;
    }
    assert!(killed > 0, "the first run was to be killed and had ended");
    let last = ended.map_or_else(|| scan(folder, &evidence, &broken).wait(), Ok).expect("it ends");
    assert_eq!(last.code(), Some(50));

    let broken = tree(&broken);
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(names(&broken), names(&whole));
    for ((name, bytes), (_, expected)) in broken.iter().zip(&whole) {
        assert!(bytes == expected, "{name} differs");
    }
    let beside = std::fs::read_dir(&place).expect("the folder is there").flatten();
    beside.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|n| n != "case").collect()
}

#[test]
fn a_scan_that_was_killed_ends_like_one_that_was_not_and_leaves_nothing_beside_the_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(killed_and_taken_up(folder.path()), Vec::<String>::new());
}
