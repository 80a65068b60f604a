//! The collection of hostile archives, where it is at hand, against what its manifest asks.

use crate::common::{open, tell};
use assize_evidence::{Limits, Source};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The shared data beside the repository; without it these tests say so and end.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        println!("skipped: ../shared absent");
        return None;
    }
    Some(path)
}

/// The hostile archives unpacked by the system's own tool, with what is expected of each.
fn unpacked() -> Option<(tempfile::TempDir, Vec<(String, String)>)> {
    let (archive, manifest) = (shared("hostile/archives.tar.xz")?, shared("hostile/MANIFEST.tsv")?);
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(folder.path()).status();
    if !done.is_ok_and(|status| status.success()) {
        println!("skipped: no tar with xz");
        return None;
    }
    let rows = std::fs::read_to_string(manifest).unwrap();
    let rows = rows.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let rows = rows.filter(|row| row[0] == "archives.tar.xz");
    Some((folder, rows.map(|row| (row[1].to_owned(), row[row.len() - 1].to_owned())).collect()))
}

/// What may be said of a path that came from an archive.
fn harmless(path: &str) -> bool {
    !path.starts_with('/')
        && !path.contains('\0')
        && !path.split('/').any(|part| part.is_empty() || part == "." || part == "..")
}

#[test]
fn every_hostile_archive_is_told_or_refused_as_its_manifest_asks() {
    let Some((folder, rows)) = unpacked() else { return };
    assert!(rows.len() > 600, "the manifest lists {} archives", rows.len());
    let mut faults = Vec::new();
    for (member, expected) in rows {
        let start = Instant::now();
        let outcome = open(&folder.path().join("archives").join(&member), Limits::default());
        let text = outcome.as_ref().map_or_else(|e| format!("error: {e}"), tell);
        if start.elapsed() > Duration::from_secs(30) {
            faults.push(format!("{member}: took {:?}", start.elapsed()));
        }
        let refused = outcome.as_ref().map_or(true, |s| !s.skipped().is_empty()) || text.contains("skipped: ");
        let paths = outcome.as_ref().map_or(&[][..], Source::entries);
        if !paths.iter().all(|e| harmless(&e.path)) || !paths.is_sorted_by(|a, b| a.path < b.path) {
            faults.push(format!("{member}: {text}"));
        }
        let neutral = expected.contains("or neutralised name") && !paths.is_empty();
        if expected.starts_with("refuse:") && !refused && !neutral
            || expected.starts_with("named") && !refused
            || expected == "named limit" && !text.contains("(max_")
        {
            faults.push(format!("{member}: expected {expected}, got {text}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(!Path::new("/tmp/assize_slip").exists(), "nothing was written outside");
}

#[test]
fn what_the_manifest_says_in_words() {
    let Some((folder, _)) = unpacked() else { return };
    let told = |name: &str, limits: Limits| {
        open(&folder.path().join("archives").join(name), limits).map_or_else(|e| format!("error: {e}"), |s| tell(&s))
    };
    for (name, words) in [
        ("zip_dup_names.zip", "! u_ex210302.log: a second member of this name"),
        ("zip_bad_crc.zip", "? a.log: its CRC-32 is"),
        ("zip_name_differs_local_central.zip", "? good.log: its own header names it evil.log"),
        ("zip_size_lie_small.zip", "a.log 10 2022-01-01T00:00:00Z skipped: its data runs on beyond the 10 bytes"),
        ("zip_size_lie_huge.zip", "(max_ratio)"),
        ("zip_encrypted_flag.zip", "! a.log: encrypted; give the password"),
        ("zip_comment_eocd.zip", "it has 2 directories"),
        ("zip_count_lie.zip", "states 65535 members and has 1"),
        ("zip_no_eocd.zip", "members found one after the other: 2"),
        ("zip_trunc_member.zip", "a.log 19965 "),
        ("zip_bomb_overlap.zip", "! k499: its bytes overlap"),
        ("zip_bomb_nested.zip", "(max_depth 2)"),
        ("gzip_bomb_1g.gz", "(max_ratio)"),
        ("gzip_nested_60.gz", "(max_depth 2)"),
        ("zip_symlink_reg.zip", "! SYSTEM: a link, not followed"),
        ("tar_devices.tar", "! chr: a device or pipe, not opened"),
        ("tar_pax_bomb.tar", "! p: its extended header has 16777234 bytes"),
        ("tar_pax_size_mismatch.tar", "? outer.bin: its headers state two sizes"),
        ("tar_size_8g.tar", "cut off: 9728 of 8589934591 bytes of big.log"),
        ("tar_truncated.tar", "l3.log 1736 "),
        ("zip_prefix_garbage.zip", "zip_prefix_garbage.zip!/a.log 100 "),
    ] {
        let text = told(name, Limits::default());
        assert!(text.contains(words), "{name}: expected {words}, got {text}");
    }
    let few = told("zip_100k_empty.zip", Limits { max_files: 1000, ..Limits::default() });
    assert!(few.contains("(max_files)"), "{few}");
}

#[test]
fn the_archive_inside_a_real_case_is_found() {
    let Some(case) = shared("cases/helsecert-2021-03") else { return };
    let source = open(&case, Limits::default()).unwrap();
    let wanted = "evidence-with-script-text.tar.zst!/reshaped/ECP/Server/ECPServer20210303-1.LOG";
    let index = source.entries().iter().position(|e| e.path == wanted).expect("the nested log is listed");
    let info = source.describe(index).unwrap().info;
    assert_eq!(info.head.len() as u64, info.size.min(4096));
    assert_eq!(source.skipped(), []);
}
