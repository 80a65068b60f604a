//! Reads a zip archive without a directory, such as one cut off in transfer: members one after the other.

use super::Record;
use super::directory::{u16_at, u32_at, widen};
use crate::limits::Limits;
use crate::region::RegionReader;
use std::io;

/// Reads members by their own headers, and says so.
pub(super) fn read(reader: &mut RegionReader, limits: &Limits, notes: &mut Vec<String>) -> io::Result<Vec<Record>> {
    let mut found = Vec::new();
    let (mut at, mut names) = (0, 0usize);
    while found.len() <= limits.max_files {
        let Some((record, next)) = header(reader, at)? else { break };
        if record.flags & 8 != 0 && record.packed == 0 {
            let name = crate::names::shown(&record.name);
            notes.push(format!("the members from {name} on are not read: their sizes were to follow in the directory"));
            break;
        }
        if next > reader.len() {
            let left = record.packed.saturating_sub(next - reader.len());
            let name = crate::names::shown(&record.name);
            notes.push(format!("cut off: {left} of {} packed bytes of {name} are there", record.packed));
        }
        names = names.saturating_add(record.name.len());
        if let Err(reason) = limits.names(names) {
            notes.push(format!("{reason}: the members from number {} on are not listed", found.len() + 1));
            break;
        }
        found.push(record);
        at = next;
    }
    let n = found.len();
    notes.push(format!("it has no directory at its end, as if cut off; members found one after the other: {n}"));
    Ok(found)
}

/// One member's own header, and where the next should be.
fn header(reader: &mut RegionReader, at: u64) -> io::Result<Option<(Record, u64)>> {
    let mut head = [0; 30];
    if reader.fill(at, &mut head)? < 30 || !head.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let lengths = [26, 28].map(|at| usize::from(u16_at(&head, at)));
    let mut rest = vec![0; lengths[0] + lengths[1]];
    if reader.fill(at.saturating_add(30), &mut rest)? < rest.len() {
        return Ok(None);
    }
    let mut record = Record {
        flags: u16_at(&head, 6),
        method: u16_at(&head, 8),
        time: u16_at(&head, 10),
        date: u16_at(&head, 12),
        crc: u32_at(&head, 14),
        packed: u64::from(u32_at(&head, 18)),
        size: u64::from(u32_at(&head, 22)),
        header: at,
        ..Record::default()
    };
    widen(&rest[lengths[0]..], [&mut record.size, &mut record.packed]);
    let ahead = 30 + rest.len() as u64;
    rest.truncate(lengths[0]);
    record.name = rest;
    let next = at.saturating_add(ahead).saturating_add(record.packed);
    Ok((next > at).then_some((record, next)))
}
