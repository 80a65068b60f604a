//! A scan of event logs for record headers that knows nothing of our reader, and a judge of what the reader made of them.

#![allow(dead_code, unreachable_pub, missing_docs)]

use assize_model::rows::Account;
use std::collections::BTreeMap;

const CHUNK: usize = 65_536;
const RECORD: &[u8] = b"\x2a\x2a\0\0";

fn u32_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, |b| u32::from_le_bytes(b) as usize)
}

/// Where whole records lie in a file, and their numbers: header and end agree, and the content begins as one does.
pub fn whole_records(bytes: &[u8]) -> Vec<(usize, usize, u64)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 28 <= bytes.len() {
        let size = u32_at(bytes, at + 4);
        let end = at.saturating_add(size);
        let whole = bytes[at..].starts_with(RECORD)
            && (32..CHUNK - 512).contains(&size)
            && end <= bytes.len()
            && u32_at(bytes, end - 4) == size
            && bytes[at + 24..].starts_with(b"\x0f\x01\x01\0");
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

/// Whole records of the log, without leftovers and copies, and those that became rows, whose numbers are `ids`.
///
/// # Errors
/// Names those that are gone without a word.
pub fn judge(bytes: &[u8], account: &Account, ids: impl Iterator<Item = u64>) -> Result<(usize, usize), String> {
    if account.counts.bytes() != bytes.len() as u64 {
        return Err(format!("{} bytes accounted for of {}", account.counts.bytes(), bytes.len()));
    }
    let records = whole_records(bytes);
    let mut rows: BTreeMap<u64, usize> = BTreeMap::new();
    for id in ids {
        *rows.entry(id).or_default() += 1;
    }
    let rejected = |at: usize, end: usize| {
        account.rejects.iter().any(|r| r.offset < end as u64 && (at as u64) < r.offset.saturating_add(r.bytes))
    };
    let mut unnamed = Vec::new();
    let mut read = 0;
    for (at, end, id) in &records {
        // A byte is claimed once: what lies in a reject is no row.
        if rejected(*at, *end) {
            continue;
        }
        if let Some(count) = rows.get_mut(id).filter(|count| **count > 0) {
            *count -= 1;
            read += 1;
        } else {
            unnamed.push(format!("{id} at {at}"));
        }
    }
    // Copies, leftovers, and records that go by another number, are counted rather than named one by one.
    let leftovers = counted(account, "leftover-records: ", "");
    let copies = counted(account, "duplicate-records: ", "stand here again");
    let renumbered = counted(account, "bad-record: ", "read all the same");
    if unnamed.len() > leftovers + copies + renumbered {
        return Err(format!("lost in silence: {}\n{}", unnamed.join(", "), account.notes.join("\n")));
    }
    Ok((records.len() - unnamed.len(), read))
}
