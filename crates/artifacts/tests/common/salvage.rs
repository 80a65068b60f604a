//! A scan of event logs for record headers that knows nothing of our reader, and a judge of what the reader made of them.

#![allow(dead_code, unreachable_pub, missing_docs)]

use assize_model::rows::Account;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

const CHUNK: usize = 65_536;
const RECORD: &[u8] = b"\x2a\x2a\0\0";
const CONTENT: &[u8] = b"\x0f\x01\x01\0";

fn u32_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, |b| u32::from_le_bytes(b) as usize)
}

/// Where a record lies in a file, from its first byte to behind its last, and its number.
pub type Place = (usize, usize, u64);

/// Where whole records lie in a file: header and end agree, and the content begins as one does.
pub fn whole_records(bytes: &[u8]) -> Vec<Place> {
    headed(bytes, CONTENT)
}

fn headed(bytes: &[u8], content: &[u8]) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 28 <= bytes.len() {
        let size = u32_at(bytes, at + 4);
        let end = at.saturating_add(size);
        let whole = bytes[at..].starts_with(RECORD)
            && (32..CHUNK - 512).contains(&size)
            && end <= bytes.len()
            && u32_at(bytes, end - 4) == size
            && bytes[at + 24..].starts_with(content);
        if whole {
            found.push((at, end, u32_at(bytes, at + 8) as u64 | (u32_at(bytes, at + 12) as u64) << 32));
            at = end;
        } else {
            let Some(next) = memchr::memmem::find(&bytes[at + 1..], RECORD) else { break };
            at += 1 + next;
        }
    }
    found
}

/// The count that remarks of one kind state, as far as they hold these words.
fn counted(account: &Account, kind: &str, words: &str) -> usize {
    let notes = account.notes.iter().filter(|n| n.contains(words)).filter_map(|n| n.strip_prefix(kind));
    notes.filter_map(|n| n.split(' ').next()?.parse::<usize>().ok()).sum()
}

/// The remark on records that were read though their header is damaged.
const MENDED: (&str, &str) = ("bad-record: ", "read all the same");
/// The remark on records of an earlier use.
const LEFTOVERS: (&str, &str) = ("leftover-records: ", "");

/// The places that remarks of one kind name.
fn named<'a>(account: &'a Account, (kind, words): (&'a str, &'a str)) -> impl Iterator<Item = &'a str> {
    let notes = account.notes.iter().filter(move |n| n.starts_with(kind) && n.contains(words));
    notes.flat_map(|n| n.rsplit(": ").next().unwrap_or_default().split(", "))
}

/// How many leftovers lie in which room.
fn leftovers(account: &Account) -> Vec<(Range<usize>, usize)> {
    let read = |place: &str| {
        let (count, room) = place.split_once(" at ")?;
        let (from, to) = room.split_once(" to ")?;
        Some((from.parse().ok()?..to.parse().ok()?, count.parse().ok()?))
    };
    named(account, LEFTOVERS).filter_map(read).collect()
}

/// Whole records of the log, without leftovers and copies, and those that became rows, whose numbers are `ids`.
///
/// # Errors
/// Names those that are gone without a word, and rows that no record is left for.
pub fn judge(bytes: &[u8], account: &Account, ids: impl Iterator<Item = u64>) -> Result<(usize, usize), String> {
    if account.counts.bytes() != bytes.len() as u64 {
        return Err(format!("{} bytes accounted for of {}", account.counts.bytes(), bytes.len()));
    }
    let records = whole_records(bytes);
    let mut rows: BTreeMap<u64, usize> = BTreeMap::new();
    for id in ids {
        *rows.entry(id).or_default() += 1;
    }
    let mut rejects: Vec<(u64, u64)> =
        account.rejects.iter().map(|r| (r.offset, r.offset.saturating_add(r.bytes))).collect();
    rejects.sort_unstable();
    let rejected = |at: usize, end: usize| rejects.iter().any(|r| r.0 < end as u64 && (at as u64) < r.1);
    let mended: Vec<usize> = named(account, MENDED).filter_map(|p| p.parse().ok()).collect();
    let mended_count = counted(account, MENDED.0, MENDED.1);
    let mut leftovers = leftovers(account);
    let leftover_count: usize = leftovers.iter().map(|l| l.1).sum();
    // A remark names a few places; those that it counts beyond them may lie anywhere.
    let mut anywhere =
        mended_count - mended.len() + counted(account, LEFTOVERS.0, LEFTOVERS.1).saturating_sub(leftover_count);
    let mut others: BTreeMap<u64, Vec<Place>> = BTreeMap::new();
    let (mut unnamed, mut unread, mut read) = (Vec::new(), 0, 0);
    for (at, end, id) in &records {
        // A byte is claimed once: what lies in a reject is no row. What is whole and was mended goes by another number.
        if rejected(*at, *end) || mended.contains(at) {
            continue;
        }
        match leftovers.iter_mut().find(|(room, _)| room.contains(at)) {
            Some((_, left)) if *left > 0 => (*left, unread) = (*left - 1, unread + 1),
            Some(_) => unnamed.push((*at, *end, *id)),
            None => others.entry(*id).or_default().push((*at, *end, *id)),
        }
    }
    let mut copies = counted(account, "duplicate-records: ", "stand here again");
    for (id, places) in others {
        let left = rows.entry(id).or_default();
        let became = places.len().min(*left);
        // Number, time and content are what a copy has in common with the one that was read.
        let different: HashSet<&[u8]> = places.iter().map(|(at, end, _)| &bytes[at + 8..*end]).collect();
        let copied = (places.len() - became).min(places.len() - different.len()).min(copies);
        (*left, read, copies) = (*left - became, read + became, copies - copied);
        let silent = places.len() - became - copied;
        let explained = silent.min(anywhere);
        (anywhere, unread) = (anywhere - explained, unread + places.len() - became);
        if silent > explained {
            unnamed.extend(places);
        }
    }
    if !unnamed.is_empty() {
        let unnamed: Vec<_> = unnamed.iter().map(|(at, _, id)| format!("{id} at {at}")).collect();
        return Err(format!("lost in silence: {}\n{}", unnamed.join(", "), account.notes.join("\n")));
    }
    // What begins otherwise may be read as well, and what lost its header or its end.
    for (at, end, id) in headed(bytes, b"") {
        if let Some(left) = rows.get_mut(&id).filter(|left| **left > 0)
            && !bytes[at + 24..].starts_with(CONTENT)
            && !rejected(at, end)
        {
            *left -= 1;
        }
    }
    let over: usize = rows.values().sum();
    if over > mended_count {
        let over: Vec<_> = rows.iter().filter(|r| *r.1 > 0).map(|(id, n)| format!("{n} of {id}")).collect();
        return Err(format!("rows without a record: {}\n{}", over.join(", "), account.notes.join("\n")));
    }
    Ok((records.len() - unread, read))
}
