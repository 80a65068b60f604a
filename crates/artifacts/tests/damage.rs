//! Text logs cut at every hundredth, and with single bytes changed: only the records that the damage touches differ.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::{Artifact, all, claiming};
use assize_content::Content;
use common::{Read, content, info, parse, shared};

/// Bytes changed over all samples.
const FLIPS: usize = 1000;

/// The text logs at hand: what lies beside the repository, and the samples of the layouts, whole and repeated.
fn samples(content: &Content) -> Vec<(String, Vec<u8>)> {
    let mut samples = Vec::new();
    for layout in content.layouts.iter().filter(|l| l.format.is_text()) {
        samples.push((layout.spec.table.clone(), layout.sample.clone().into_bytes()));
        samples.push((
            format!("{} twice, CRLF", layout.spec.table),
            layout.sample.repeat(2).replace('\n', "\r\n").into_bytes(),
        ));
    }
    for part in [
        "iis",
        "exchange-logs",
        "cases/helsecert-2021-03/reshaped/W3SVC1",
        "cases/helsecert-2021-03/reshaped/HttpProxy/Ecp",
    ] {
        let Some(folder) = shared(part) else { continue };
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|p| p.is_file()) {
            samples.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()));
        }
    }
    samples
}

/// Every row of a file as text, without its position, and the positions beside it.
fn rows(read: &Read, artifact: &dyn Artifact) -> Vec<(u64, String)> {
    let mut columns = vec!["ts"];
    columns.extend(artifact.layout().spec.columns.iter().map(|c| c.name.as_str()));
    let of = |row| {
        (
            read.value(row, "pos").parse().unwrap(),
            columns.iter().map(|c| read.value(row, c)).collect::<Vec<_>>().join("\u{1f}"),
        )
    };
    assert_eq!(read.rows() as u64, read.account.counts.rows, "every row counted is handed on");
    (0..read.rows()).map(of).collect()
}

#[test]
fn a_file_cut_anywhere_keeps_what_stands_before_the_cut() {
    let content = content();
    let artifacts = all(&content);
    let mut files = 0;
    for (name, bytes) in samples(&content) {
        let Some(artifact) = claiming(&artifacts, &info(&name, &bytes)).into_iter().next() else { continue };
        files += 1;
        let whole = rows(&parse(artifact, &name, &bytes), artifact);
        for percent in 0..100 {
            let cut = parse(artifact, &name, &bytes[..bytes.len() * percent / 100]);
            let cut = rows(&cut, artifact);
            let sure = cut.len().saturating_sub(1);
            assert!(cut.len() <= whole.len() + 1, "{name} at {percent} %");
            assert_eq!(cut[..sure], whole[..sure], "{name} at {percent} %");
        }
    }
    assert!(files >= content.layouts.len() - 2, "every layout has a sample");
}

#[test]
fn a_changed_byte_touches_no_record_but_its_own() {
    let content = content();
    let artifacts = all(&content);
    let samples: Vec<_> = samples(&content).into_iter().filter(|(_, b)| !b.is_empty()).collect();
    let mut state = 20_210_303_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut compared = 0;
    for flip in 0..FLIPS {
        let (name, bytes) = &samples[flip % samples.len()];
        let Some(artifact) = claiming(&artifacts, &info(name, bytes)).into_iter().next() else { continue };
        let at = next(bytes.len());
        let mut damaged = bytes.clone();
        damaged[at] = u8::try_from(next(256)).unwrap();
        let damaged = rows(&parse(artifact, name, &damaged), artifact);
        let whole = rows(&parse(artifact, name, bytes), artifact);
        let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count() as u64;
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        if !bytes[start].is_ascii_digit() && bytes[start] != b'[' {
            continue; // A header: what stands below it is read by it.
        }
        if whole.first().is_none_or(|(pos, _)| *pos == 1 && line < 3) {
            continue; // A file without a header is known by its first lines.
        }
        compared += 1;
        // A line that goes on over several begins before the damage, or loses its beginning to the one before.
        let goes_on = artifact.layout().continues;
        let before = whole.iter().filter(|(pos, _)| *pos < line).count().saturating_sub(usize::from(goes_on));
        let after = whole.iter().filter(|(pos, _)| *pos > line + 1).count();
        let text = |rows: &[(u64, String)]| rows.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
        assert!(damaged.len() >= before + after, "{name}: byte {at}");
        assert_eq!(text(&damaged[..before]), text(&whole[..before]), "{name}: byte {at}: rows before it");
        assert_eq!(
            text(&damaged[damaged.len() - after..]),
            text(&whole[whole.len() - after..]),
            "{name}: byte {at}: rows after it"
        );
    }
    assert!(compared > FLIPS / 10, "{compared} changes were in rows");
}
