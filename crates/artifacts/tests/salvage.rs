//! Event logs in which records stand where none belongs: each of them is a row once, or is named with its number and
//! its place.

#![allow(clippy::unwrap_used)]

mod common;

use assize_artifacts::all;
use common::log::{CHUNK, CHUNK_HEADER, HEADER, chunk, log, overwritten, places};
use common::salvage::judge;
use common::{Read, content, parse};

/// Reads a log as event logs are read, and has it judged by the independent scan.
fn read(bytes: &[u8]) -> (Read, Vec<u64>) {
    let content = content();
    let artifacts = all(&content);
    let events = artifacts.iter().find(|a| a.layout().spec.table == "windows_events").unwrap();
    let read = parse(events.as_ref(), "x.evtx", bytes);
    let ids: Vec<u64> = read.column("pos").iter().map(|id| id.parse().unwrap()).collect();
    judge(bytes, &read.account, ids.iter().copied()).unwrap_or_else(|e| panic!("{e}"));
    (read, ids)
}

/// The rejects that begin at this place of the file: number and length.
fn rejected(read: &Read, at: usize) -> Vec<(u64, u64)> {
    read.account.rejects.iter().filter(|r| r.offset == at as u64).map(|r| (r.pos, r.bytes)).collect()
}

#[test]
fn a_sound_log_is_read_without_a_remark() {
    let (read, ids) = read(&log(&[chunk(1, 100), chunk(101, 5)]));
    assert_eq!(ids, (1..=105).collect::<Vec<_>>());
    assert_eq!(read.summary(), "105 rows, 0 rejects");
    assert_eq!(
        read.table(&["ts", "provider", "event_id", "record_id", "channel", "computer", "data"]).lines().next(),
        Some(
            "2021-03-03T00:00:01Z | Made | 4624 | 1 | Security | ex01.example.org | {\"What\":\"record 1 record 1 record 1 record 1 record 1 re\"}"
        )
    );
}

#[test]
fn a_record_in_the_header_of_a_chunk_is_named() {
    let mut bytes = log(&[chunk(1, 10), chunk(11, 10)]);
    let (at, end) = places(&chunk(1, 10))[3];
    let record = bytes[HEADER + at..HEADER + end].to_vec();
    // Over the tables of the header of the second chunk, and over its end.
    for start in [140, CHUNK_HEADER - 60] {
        let mut damaged = bytes.clone();
        let place = HEADER + CHUNK + start;
        damaged[place..place + record.len()].copy_from_slice(&record);
        let (read, _) = read(&damaged);
        let kept = record.len().min(CHUNK_HEADER - start) as u64;
        assert_eq!(rejected(&read, place), [(4, kept)], "at {start}: {}", read.summary());
    }
    // In a stretch without any header.
    bytes.truncate(HEADER + CHUNK);
    let first = bytes.len();
    let cut = places(&chunk(1, 10))[0].1;
    bytes.extend_from_slice(&chunk(1, 10)[cut..cut + 2000]);
    let (read, _) = read(&bytes);
    assert_eq!(rejected(&read, first).first().map(|r| r.0), Some(2), "{}", read.summary());
}

#[test]
fn a_record_over_the_end_of_a_chunk_is_named() {
    let full = chunk(1, 1000);
    let old = overwritten(&full, &chunk(2001, 3));
    let other = chunk(7001, 3);
    let (at, end) = places(&other)[1];
    let record = &other[at..end];
    // In live room and in room left over from before; the last: only two bytes of its signature are in the chunk.
    for sample in [&full, &old] {
        for within in [record.len() - 1, record.len() / 2, 30, 4, 2] {
            let mut bytes = log(&[sample[..CHUNK - within].to_vec()]);
            let place = bytes.len();
            bytes.extend_from_slice(record);
            bytes.extend_from_slice(&chunk(5001, 3));
            let (read, _) = read(&bytes);
            assert_eq!(rejected(&read, place), [(7002, within as u64)], "{within}: {}", read.summary());
        }
    }
}

#[test]
fn bytes_that_are_not_in_the_file_are_not_counted() {
    // The header of the first chunk is gone, and the beginning of its first record.
    for missing in [10, 23] {
        let bytes = [&log(&[])[..], &chunk(1, 1000)[CHUNK_HEADER + missing..], &chunk(1001, 3)].concat();
        let (read, ids) = read(&bytes);
        assert!(ids.contains(&2) && ids.contains(&1003), "{}", read.summary());
        assert!(read.summary().contains("bad-record: 1 record(s)"), "{}", read.summary());
    }
}

#[test]
fn a_copy_takes_no_other_number() {
    let bytes = log(&[chunk(1, 20)]);
    let records = places(&chunk(1, 20));
    let (lost, copied) = (records[5], records[6]);
    let record = &bytes[HEADER + copied.0..HEADER + copied.1];
    // The seventh stands twice, and the sixth is gone.
    let damaged = [&bytes[..HEADER + lost.0], record, &bytes[HEADER + copied.0..]].concat();
    let (read, ids) = read(&damaged);
    assert_eq!(ids.iter().filter(|id| **id == 7).count(), 1, "{}", read.summary());
    assert!(!ids.contains(&6), "{}", read.summary());
}

#[test]
fn a_record_that_stands_again_counts_once() {
    let again = "20 record(s) stand here again with the same bytes; they count once";
    let (twice, ids) = read(&log(&[chunk(1, 20), chunk(21, 5), chunk(1, 20)]));
    assert_eq!((ids.len(), ids.iter().max()), (25, Some(&25)), "{}", twice.summary());
    assert!(twice.summary().contains(again), "{}", twice.summary());
    // The same number with other content is another record.
    let mut other = chunk(1, 20);
    let (at, _) = places(&other)[3];
    other[at + 16] ^= 1;
    let (both, ids) = read(&log(&[chunk(1, 20), other]));
    assert_eq!(ids.len(), 21, "{}", both.summary());
    // A log of more chunks than are held at a time, the last a copy of the first.
    let mut chunks: Vec<Vec<u8>> = (1..=1030).map(|n| chunk(n, 1)).collect();
    chunks.push(chunk(1, 1));
    let (long, ids) = read(&log(&chunks));
    assert_eq!(ids.len(), 1030, "{}", long.summary());
    assert!(long.summary().contains("1 record(s) stand here again"), "{}", long.summary());
}

/// A header of a record whose size happens to be repeated behind whole records hides none of them.
#[test]
fn bytes_that_look_like_a_record_do_not_hide_those_within() {
    let first = chunk(1, 20);
    let records = places(&first);
    let bytes = log(std::slice::from_ref(&first));
    // The end of the fourth record closes what the bytes of the second one pretend to begin.
    let (at, end) = (records[1].0 + 40, records[3].1);
    let mut damaged = bytes.clone();
    let size = u32::try_from(end - at).unwrap().to_le_bytes();
    damaged[HEADER + at..HEADER + at + 4].copy_from_slice(b"\x2a\x2a\0\0");
    damaged[HEADER + at + 4..HEADER + at + 8].copy_from_slice(&size);
    damaged[HEADER + records[1].0..HEADER + records[1].0 + 4].fill(0);
    damaged[HEADER + end - 4..HEADER + end].copy_from_slice(&size);
    let (read, ids) = read(&damaged);
    assert!(ids.contains(&3), "{}", read.summary());
    // The same in the room of an earlier use.
    let old = overwritten(&first, &chunk(101, 1));
    let mut damaged = log(&[old]);
    damaged[HEADER + at..HEADER + end].copy_from_slice(&{
        let mut pretended = first[at..end].to_vec();
        pretended[..4].copy_from_slice(b"\x2a\x2a\0\0");
        pretended[4..8].copy_from_slice(&size);
        let last = pretended.len() - 4;
        pretended[last..].copy_from_slice(&size);
        pretended
    });
    self::read(&damaged);
}

/// The judge itself: it takes what is so, and nothing less or more.
#[test]
fn the_judge_notices_what_is_missing() {
    let first = chunk(1, 20);
    let old = overwritten(&chunk(101, 100), &chunk(21, 20));
    let (at, end) = places(&first)[4];
    let mut bytes = log(&[first.clone(), old.clone()]);
    bytes[HEADER + at + 30..HEADER + end - 8].fill(0xff);
    let copy = places(&first)[9];
    let copy = bytes[HEADER + copy.0..HEADER + copy.1].to_vec();
    bytes.extend_from_slice(&log(&[chunk(41, 3)])[HEADER..]);
    let free = HEADER + 2 * CHUNK + places(&chunk(41, 3))[2].1;
    bytes[free..free + copy.len()].copy_from_slice(&copy);
    let (read, ids) = read(&bytes);
    let says = |account: &_, ids: &[u64]| judge(&bytes, account, ids.iter().copied()).err().unwrap_or_default();
    assert_eq!(says(&read.account, &ids), "");
    // A row less, a row twice, a row of nothing, and a row of what was rejected.
    assert!(says(&read.account, &ids[1..]).starts_with("lost in silence: 1 at"));
    assert!(says(&read.account, &[&ids[..], &ids[..1]].concat()).starts_with("rows without a record: 1 of 1"));
    assert!(says(&read.account, &[&ids[..], &[9999]].concat()).starts_with("rows without a record: 1 of 9999"));
    assert!(says(&read.account, &[&ids[..], &[5]].concat()).starts_with("rows without a record: 1 of 5"));
    // Each reject and each remark on leftovers is needed.
    assert!(!read.account.rejects.is_empty());
    let mut less = read.account.clone();
    less.rejects.clear();
    assert!(says(&less, &ids).starts_with("lost in silence: 5 at"));
    let mut less = read.account.clone();
    less.notes.retain(|note| !note.starts_with("leftover-records"));
    assert!(less.notes.len() < read.account.notes.len(), "{}", read.summary());
    assert!(says(&less, &ids).starts_with("lost in silence: "));
    // What is left over in one chunk explains nothing in another.
    let mut moved = read.account.clone();
    let second = HEADER + CHUNK + places(&old)[19].1;
    let elsewhere = |note: &String| note.replace(&format!("at {second} to {}", HEADER + 2 * CHUNK), "at 4096 to 69632");
    moved.notes = read.account.notes.iter().map(elsewhere).collect();
    assert!(moved.notes != read.account.notes, "{}", read.summary());
    assert!(says(&moved, &ids).starts_with("lost in silence: "));
}

/// Where the numbers of rows begin that were carved: their offsets in the file are counted from here.
const CARVED: u64 = 1_000_000_000_000;

/// Reads a log, and what lies behind its records; gives the rows of the log and those that were carved, by `pos`.
fn carved(bytes: &[u8]) -> (Read, Vec<u64>, Vec<u64>) {
    let content = content().carving(true);
    let artifacts = all(&content);
    let events = artifacts.iter().find(|a| a.layout().spec.table == "windows_events").unwrap();
    let read = parse(events.as_ref(), "x.evtx", bytes);
    let marks = read.column("carved");
    let (mut own, mut left) = (Vec::new(), Vec::new());
    for (pos, mark) in read.column("pos").iter().zip(&marks) {
        let pos: u64 = pos.parse().unwrap();
        assert_eq!(pos >= CARVED, mark == "leftover", "{pos} {mark:?}");
        if pos >= CARVED { &mut left } else { &mut own }.push(pos);
    }
    (read, own, left)
}

#[test]
fn leftovers_are_rows_where_that_is_asked_for() {
    let old = overwritten(&chunk(1, 1000), &chunk(2001, 3));
    let bytes = log(&[old.clone(), chunk(2004, 5)]);
    let (plain, ids) = read(&bytes);
    assert_eq!(ids, (2001..=2008).collect::<Vec<_>>());
    assert!(plain.column("carved").iter().all(String::is_empty));

    let (read, own, left) = carved(&bytes);
    assert_eq!(own, ids, "the rows of the log are the same");
    let whole = places(&old);
    let wanted: Vec<u64> = whole[3..].iter().map(|(at, _)| CARVED + (HEADER + at) as u64).collect();
    assert!(wanted.len() > 100);
    assert_eq!(left, wanted, "{}", read.summary());
    // Each is itself, with its own number and time, and every byte is still accounted for once.
    let numbers: Vec<u64> = read.column("record_id")[own.len()..].iter().map(|id| id.parse().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1) && numbers[0] < 1000, "{numbers:?}");
    let parsed = |read: &Read| read.account.counts.bytes_parsed;
    let bytes_left: usize = whole[3..].iter().map(|(at, end)| end - at).sum();
    assert_eq!(parsed(&read), parsed(&plain) + bytes_left as u64);
    let note = format!("carved-records: {} of the records", wanted.len());
    assert!(read.account.notes.iter().any(|n| n.starts_with(&note)), "{:?}", read.account.notes);
    assert!(read.account.notes.iter().any(|n| n.starts_with("leftover-records")), "{:?}", read.account.notes);
    // A log without leftovers is read as ever.
    let sound = log(&[chunk(1, 100)]);
    let (read, own, left) = carved(&sound);
    assert_eq!((own.len(), left.len(), read.account.notes.len()), (100, 0, 0));
}

#[test]
fn no_record_counts_twice() {
    let full = chunk(1, 1000);
    let count = places(&full).len();
    let old = overwritten(&full, &chunk(2001, 3));
    let behind = places(&old).len() - 3;
    // The log still holds them, before or behind the chunk in which they are left over.
    for chunks in [[old.clone(), full.clone()], [full.clone(), old.clone()]] {
        let (read, own, left) = carved(&log(&chunks));
        assert_eq!((own.len(), left.len()), (count + 3, 0), "{}", read.summary());
        let note = format!("; {behind} stand elsewhere in the log and count once");
        assert!(read.account.notes.iter().any(|n| n.ends_with(&note)), "{:?}", read.account.notes);
    }
    // They are left over in two chunks.
    let again = overwritten(&full, &chunk(3001, 3));
    let (read, own, left) = carved(&log(&[old, again]));
    assert_eq!((own.len(), left.len()), (6, behind), "{}", read.summary());
}

/// A leftover that is torn is a row, or nothing; what the log holds stays what it is.
#[test]
fn torn_leftovers_change_no_row_of_the_log() {
    let old = overwritten(&chunk(1, 40), &chunk(2001, 3));
    let sample = log(std::slice::from_ref(&old));
    let (_, own, all) = carved(&sample);
    let (from, to) = (HEADER + places(&old)[3].0, HEADER + places(&old)[6].1);
    let mut fewer = 0;
    for at in from..to {
        for damage in [0x00, 0xff, sample[at] ^ 0x10] {
            let mut bytes = sample.clone();
            bytes[at] = damage;
            let (read, now, left) = carved(&bytes);
            assert_eq!(now, own, "{at}: {}", read.summary());
            assert!(left.len() <= all.len(), "{at}: {}", read.summary());
            fewer += usize::from(left.len() < all.len());
        }
    }
    assert!(fewer > 100, "{fewer}");
    // The file ends among them.
    for end in (from..to).step_by(7) {
        let (read, now, left) = carved(&sample[..end]);
        assert!(now.len() <= own.len() && left.len() < all.len(), "{end}: {}", read.summary());
    }
}
