//! A scan of event logs for record headers that knows nothing of our reader, and a judge of what the reader made of them.

#![allow(dead_code, unreachable_pub, missing_docs)]

use assize_model::rows::Account;
use std::collections::{BTreeMap, HashSet};

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

/// What the remark on leftovers counts, chunk by chunk: from which offset, and how many.
fn leftovers(account: &Account) -> Vec<(usize, usize)> {
    const KIND: &str = "leftover-records: ";
    let mut found = Vec::new();
    for note in account.notes.iter().filter_map(|n| n.strip_prefix(KIND)) {
        let places = note.rsplit(": ").next().unwrap_or_default().split(", ");
        found.extend(
            places.filter_map(|p| p.split_once(" at ")).filter_map(|(n, at)| Some((at.parse().ok()?, n.parse().ok()?))),
        );
    }
    found
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
    // A byte is claimed once: what lies in a reject is no row. The others by their number.
    let mut others: BTreeMap<u64, Vec<Place>> = BTreeMap::new();
    for (at, end, id) in records.iter().filter(|(at, end, _)| !rejected(*at, *end)) {
        others.entry(*id).or_default().push((*at, *end, *id));
    }
    // Copies, leftovers, and records that go by another number, are counted rather than named one by one.
    let mut copies = counted(account, "duplicate-records: ", "stand here again");
    let mut leftovers = leftovers(account);
    let mended = counted(account, "bad-record: ", "read all the same");
    let mut renumbered = mended;
    let (mut unnamed, mut unread, mut read) = (Vec::new(), 0, 0);
    // Those of which no row has the number first: the others leave a choice which of them became the row.
    let mut groups: Vec<_> =
        others.into_iter().map(|(id, places)| (rows.get(&id).copied().unwrap_or(0), places)).collect();
    groups.sort_by_key(|(count, _)| *count > 0);
    for (count, mut places) in groups {
        let became = count.min(places.len());
        if let Some(left) = places.first().and_then(|p| rows.get_mut(&p.2)) {
            *left -= became;
        }
        let mut excess = places.len() - became;
        (read, unread) = (read + became, unread + excess);
        places.retain(|(at, _, _)| {
            let mut of_chunk = leftovers.iter_mut().filter(|(from, _)| (*from..from + CHUNK).contains(at));
            let left = of_chunk.find(|(_, left)| excess > 0 && *left > 0);
            excess -= usize::from(left.is_some());
            left.map(|(_, left)| *left -= 1).is_none()
        });
        // Number, time and content are what a copy has in common with the one that was read.
        let different: HashSet<&[u8]> = places.iter().map(|(at, end, _)| &bytes[at + 8..*end]).collect();
        let copied = excess.min(copies).min(places.len() - different.len());
        let renamed = (excess - copied).min(renumbered);
        (copies, renumbered) = (copies - copied, renumbered - renamed);
        if excess > copied + renamed {
            unnamed.extend(places.iter().map(|(at, _, id)| format!("{id} at {at}")));
        }
    }
    if !unnamed.is_empty() {
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
    if over > mended {
        let over: Vec<_> = rows.iter().filter(|r| *r.1 > 0).map(|(id, n)| format!("{n} of {id}")).collect();
        return Err(format!("rows without a record: {}\n{}", over.join(", "), account.notes.join("\n")));
    }
    Ok((records.len() - unread, read))
}
