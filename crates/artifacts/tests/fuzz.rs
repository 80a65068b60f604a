//! Text logs taken apart and put together wrongly, for some seconds, or `ASSIZE_FUZZ_SECONDS`: no panic, no hang, every
//! byte accounted for. The seed is fixed; a failure names its round.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::{all, claiming};
use common::{content, info, parse};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Pieces that readers trip over.
const PIECES: [&[u8]; 22] = [
    b"\"",
    b"\"\"",
    b"'",
    b"''",
    b",",
    b";",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    &[0; 40],
    b" ",
    b"\t",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC3",
    b"#Fields: date time c-ip c-ip\n",
    b"#Fields: ",
    b"#Date: 9999-12-31 23:59:59\n",
    b"#Log-type: ECP Server Log\n",
    b"S:CMD='",
    b"-",
];

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
}

/// One change to the structure or to the bytes of a file.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(12) {
        0 => bytes.truncate(at),
        1 => {
            let mut all = lines(bytes);
            if !all.is_empty() {
                let (a, b) = (random.below(all.len()), random.below(all.len()));
                all.swap(a, b);
            }
            *bytes = all.concat();
        }
        2 => {
            let mut all = lines(bytes);
            if !all.is_empty() {
                let line = all[random.below(all.len())].clone();
                all.insert(random.below(all.len()), line.repeat(1 + random.below(20)));
            }
            *bytes = all.concat();
        }
        3 => {
            let theirs = lines(other);
            if !theirs.is_empty() {
                let line = theirs[random.below(theirs.len())].clone();
                bytes.splice(at..at, line);
            }
        }
        4 => *bytes = [&bytes[..at], &other[random.below(other.len() + 1)..]].concat(),
        5 => {
            let from = random.below(at + 1);
            bytes.drain(from..at);
        }
        6 => {
            let piece = PIECES[random.below(PIECES.len())].repeat(1 + random.below(300));
            bytes.splice(at..at, piece);
        }
        7 if random.below(8) == 0 => *bytes = bytes.iter().flat_map(|b| [*b, 0]).collect(),
        8 if random.below(8) == 0 => bytes.retain(|b| *b != b'\r'),
        9 if random.below(8) == 0 => bytes.iter_mut().filter(|b| **b == b'\n').for_each(|b| *b = b'\r'),
        _ if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        _ => {
            bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied());
        }
    }
    bytes.truncate(1 << 20);
}

#[test]
fn anything_is_read_to_its_end() {
    let seconds = std::env::var("ASSIZE_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(4);
    let content = content();
    let artifacts = all(&content);
    let text = |table: &str| content.layouts.iter().any(|l| l.spec.table == table && l.format.is_text());
    let logs: Vec<_> = artifacts.iter().filter(|a| text(&a.layout().spec.table)).collect();
    let start = Instant::now();
    let mut rounds = 0_u64;
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut random = Random(rounds);
        random.below(1);
        let artifact = logs[random.below(logs.len())];
        let other = logs[random.below(logs.len())].layout().sample.as_bytes();
        let mut bytes = artifact.layout().sample.clone().into_bytes();
        for _ in 0..1 + random.below(6) {
            mutate(&mut bytes, other, &mut random);
        }
        let name = format!("round {rounds}");
        let began = Instant::now();
        let mut readers = claiming(&artifacts, &info(&name, &bytes));
        readers.push(artifact.as_ref());
        for reader in readers {
            let read = parse(reader, &name, &bytes);
            assert_eq!(read.rows() as u64, read.account.counts.rows, "{name}: every row counted is handed on");
        }
        assert!(began.elapsed() < PATIENCE, "{name} takes too long");
        rounds += 1;
    }
    println!("{rounds} rounds in {seconds} s");
    assert!(rounds > 0, "at least one round");
}
