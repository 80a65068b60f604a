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

/// The remark on records that were read though their header is damaged.
const MENDED: (&str, &str) = ("bad-record: ", "read all the same");

/// The places that it names.
fn mended(account: &Account) -> Vec<usize> {
    let notes = account.notes.iter().filter(|n| n.starts_with(MENDED.0) && n.contains(MENDED.1));
    notes.flat_map(|n| n.rsplit(": ").next().unwrap_or_default().split(", ")).filter_map(|p| p.parse().ok()).collect()
}

/// The records of one number that are in no reject.
struct Group {
    places: Vec<Place>,
    /// How many of them neither became a row nor are explained so far.
    unread: usize,
    /// How many have the same bytes as another one.
    copies: usize,
}

/// Explains what was not read. Copies, leftovers, and records that go by another number, are counted by the reader
/// rather than named one by one: each count explains so many and no more. Where there is a choice, it is left for last.
fn explain(groups: &mut [Group], account: &Account) {
    let mut copies = counted(account, "duplicate-records: ", "stand here again");
    let mut further = counted(account, MENDED.0, MENDED.1) - mended(account).len();
    let mut leftovers = leftovers(account);
    // A place belongs to the last chunk that begins before it.
    leftovers.sort_by_key(|(from, _)| std::cmp::Reverse(*from));
    let within = |chunk: &(usize, usize), at: usize| (chunk.0..chunk.0 + CHUNK).contains(&at);
    let mut leave = |group: &mut Group, most: usize| {
        let mut most = most.min(group.unread);
        group.places.retain(|(at, _, _)| {
            let chunk = leftovers.iter_mut().find(|chunk| most > 0 && chunk.1 > 0 && within(chunk, *at));
            (most, group.unread) = if chunk.is_some() { (most - 1, group.unread - 1) } else { (most, group.unread) };
            chunk.map(|chunk| chunk.1 -= 1).is_none()
        });
    };
    for group in &mut *groups {
        leave(group, group.unread.saturating_sub(group.copies));
    }
    let all = self::leftovers(account);
    for group in &mut *groups {
        let reached = group.places.iter().filter(|p| all.iter().any(|chunk| within(chunk, p.0))).count();
        let forced = group.unread.saturating_sub(reached).min(group.copies).min(copies);
        (group.unread, group.copies, copies) = (group.unread - forced, group.copies - forced, copies - forced);
    }
    for group in groups {
        leave(group, group.unread);
        let copied = group.unread.min(group.copies).min(copies);
        (group.unread, copies) = (group.unread - copied, copies - copied);
        // Those that go by another number and whose place is not told.
        let renamed = group.unread.min(further);
        (group.unread, further) = (group.unread - renamed, further - renamed);
    }
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
    // A byte is claimed once: what lies in a reject is no row. What is whole and was mended goes by another number.
    let renumbered = mended(account);
    let mut others: BTreeMap<u64, Vec<Place>> = BTreeMap::new();
    for (at, end, id) in records.iter().filter(|(at, end, _)| !rejected(*at, *end) && !renumbered.contains(at)) {
        others.entry(*id).or_default().push((*at, *end, *id));
    }
    let (mut groups, mut read) = (Vec::new(), 0);
    for (id, places) in others {
        let left = rows.entry(id).or_default();
        let became = places.len().min(*left);
        (*left, read) = (*left - became, read + became);
        // Number, time and content are what a copy has in common with the one that was read.
        let different: HashSet<&[u8]> = places.iter().map(|(at, end, _)| &bytes[at + 8..*end]).collect();
        let copies = places.len() - different.len();
        groups.push(Group { unread: places.len() - became, copies, places });
    }
    let unread: usize = groups.iter().map(|g| g.unread).sum();
    let mended = counted(account, MENDED.0, MENDED.1);
    explain(&mut groups, account);
    let unnamed: Vec<_> = groups.iter().filter(|g| g.unread > 0).flat_map(|g| &g.places).collect();
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
    if over > mended {
        let over: Vec<_> = rows.iter().filter(|r| *r.1 > 0).map(|(id, n)| format!("{n} of {id}")).collect();
        return Err(format!("rows without a record: {}\n{}", over.join(", "), account.notes.join("\n")));
    }
    Ok((records.len() - unread, read))
}
