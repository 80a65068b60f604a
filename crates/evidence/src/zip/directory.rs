//! Finds and reads the central directory of a zip archive.

use super::Record;
use crate::limits::Limits;
use crate::region::RegionReader;
use std::io::{self, BufReader, Read};

/// The end record with the longest comment lies within so many last bytes.
const TAIL: u64 = 22 + 0xFFFF;
const END: &[u8; 4] = b"PK\x05\x06";
const END64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR64: &[u8; 4] = b"PK\x06\x07";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const LOCAL: &[u8; 4] = b"PK\x03\x04";

/// A number of two bytes, little-endian; what is missing counts as 0.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u16::from_le_bytes(*b))
}

/// A number of four bytes.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

/// A number of eight bytes.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

/// Where a directory is, as one end record tells it.
#[derive(Debug, Clone, Copy)]
struct End {
    /// Where the end record is.
    at: u64,
    /// Where the directory begins.
    start: u64,
    /// Bytes in front of the archive, which its offsets do not count.
    shift: u64,
    /// The members stated.
    count: u64,
    /// Whether the record and its comment end where the file ends.
    exact: bool,
}

/// Reads the directory; `None` where there is none.
pub(super) fn read(
    reader: &mut RegionReader,
    limits: &Limits,
    notes: &mut Vec<String>,
) -> io::Result<Option<Vec<Record>>> {
    let ends = ends(reader)?;
    let exact: Vec<End> = ends.iter().copied().filter(|e| e.exact).collect();
    let candidates = if exact.is_empty() { &ends } else { &exact };
    // A second end record may hide in a comment. The last directory that has members is the one to read.
    let Some(end) = candidates.iter().rev().find(|e| e.count > 0).or(candidates.last()) else { return Ok(None) };
    let others = ends.iter().filter(|e| e.at > end.at || (e.exact && e.at != end.at)).count();
    if others > 0 {
        notes.push(format!("it has {} directories; the one that ends at byte {} is read", others + 1, end.at));
    }
    records(reader, end, limits, notes).map(Some)
}

/// Whether a file that begins as something else ends as a zip archive.
pub(crate) fn appended(reader: &mut RegionReader) -> bool {
    ends(reader).is_ok_and(|ends| ends.iter().any(|e| e.exact && e.count > 0))
}

/// All end records that lead to a directory, in the order of their places.
fn ends(reader: &mut RegionReader) -> io::Result<Vec<End>> {
    let from = reader.len().saturating_sub(TAIL);
    let mut tail = vec![0; usize::try_from(reader.len() - from).unwrap_or(0)];
    let n = reader.fill(from, &mut tail)?;
    tail.truncate(n);
    let mut found = Vec::new();
    for i in 0..tail.len().saturating_sub(21) {
        let record = &tail[i..];
        if record.starts_with(END) {
            let at = from.saturating_add(i as u64);
            let exact = i + 22 + usize::from(u16_at(record, 20)) == tail.len();
            found.extend(end(reader, record, at, exact)?);
        }
    }
    Ok(found)
}

/// Follows one end record to its directory.
fn end(reader: &mut RegionReader, record: &[u8], at: u64, exact: bool) -> io::Result<Option<End>> {
    let mut count = u64::from(u16_at(record, 10));
    let mut size = u64::from(u32_at(record, 12));
    let mut offset = u64::from(u32_at(record, 16));
    let mut limit = at;
    let mut locator = [0; 20];
    let before = at.checked_sub(20);
    if let Some(before) = before
        && reader.fill(before, &mut locator)? == 20
        && locator.starts_with(LOCATOR64)
    {
        let mut end64 = [0; 56];
        // Where bytes lie in front of the archive, the locator's offset is short by them.
        for place in [u64_at(&locator, 8), before.saturating_sub(56)] {
            if reader.fill(place, &mut end64)? == 56 && end64.starts_with(END64) {
                (count, size, offset) = (u64_at(&end64, 32), u64_at(&end64, 40), u64_at(&end64, 48));
                limit = place;
                break;
            }
        }
    }
    if count == 0 && size == 0 {
        return Ok(Some(End { at, start: limit, shift: 0, count, exact }));
    }
    let shifted = limit.checked_sub(size).and_then(|start| Some((start, start.checked_sub(offset)?)));
    for (start, shift) in shifted.into_iter().chain([(offset, 0)]) {
        let mut magic = [0; 4];
        if start < limit && reader.fill(start, &mut magic)? == 4 && magic == *CENTRAL {
            return Ok(Some(End { at, start, shift, count, exact }));
        }
    }
    Ok(None)
}

/// Reads records until they end; the number that the archive states is only compared.
fn records(reader: &RegionReader, end: &End, limits: &Limits, notes: &mut Vec<String>) -> io::Result<Vec<Record>> {
    let mut own = reader.clone();
    own.move_to(end.start);
    let mut source = BufReader::with_capacity(64 << 10, own.take(end.at.saturating_sub(end.start)));
    let mut found = Vec::new();
    let (mut damaged, mut names) = (false, 0usize);
    let most = limits.max_files;
    let mut head = [0; 46];
    while found.len() <= most {
        if crate::region::read_full(&mut source, &mut head)? < 46 || !head.starts_with(CENTRAL) {
            break;
        }
        let lengths = [28, 30, 32].map(|at| usize::from(u16_at(&head, at)));
        let mut rest = vec![0; lengths.iter().sum()];
        if crate::region::read_full(&mut source, &mut rest)? < rest.len() {
            damaged = true;
            break;
        }
        let extra = rest[lengths[0]..lengths[0] + lengths[1]].to_vec();
        // One byte beyond the limit is enough to refuse a name.
        rest.truncate(lengths[0].min(limits.max_path_bytes.saturating_add(1)));
        rest.shrink_to_fit();
        names = names.saturating_add(rest.len());
        if let Err(reason) = limits.names(names) {
            notes.push(format!("{reason}: the members from number {} on are not listed", found.len() + 1));
            return Ok(found);
        }
        found.push(record(&head, rest, &extra, end.shift));
    }
    // The field has two bytes: writers without zip64 let it wrap around.
    let wraps = end.count <= 0xFFFF && found.len() as u64 & 0xFFFF == end.count & 0xFFFF;
    if damaged || (found.len() <= most && found.len() as u64 != end.count && !wraps) {
        notes.push(format!("its directory states {} members and has {}", end.count, found.len()));
    }
    Ok(found)
}

/// One record of the directory.
fn record(head: &[u8; 46], name: Vec<u8>, extra: &[u8], shift: u64) -> Record {
    let mut record = Record {
        name,
        host: head[5],
        flags: u16_at(head, 8),
        method: u16_at(head, 10),
        time: u16_at(head, 12),
        date: u16_at(head, 14),
        crc: u32_at(head, 16),
        packed: u64::from(u32_at(head, 20)),
        size: u64::from(u32_at(head, 24)),
        attributes: u32_at(head, 38),
        header: u64::from(u32_at(head, 42)),
    };
    widen(extra, [&mut record.size, &mut record.packed, &mut record.header]);
    record.header = record.header.saturating_add(shift);
    record
}

/// Reads the zip64 field: only the numbers that did not fit are in it, in this order.
pub(super) fn widen<const N: usize>(mut extra: &[u8], numbers: [&mut u64; N]) {
    while extra.len() >= 4 {
        let len = usize::from(u16_at(extra, 2));
        let Some(field) = extra.get(4..4 + len) else { return };
        if u16_at(extra, 0) == 1 {
            let mut at = 0;
            for number in numbers {
                if *number == 0xFFFF_FFFF && at + 8 <= field.len() {
                    *number = u64_at(field, at);
                    at += 8;
                }
            }
            return;
        }
        extra = &extra[4 + len..];
    }
}

/// Where the data of a member begins, and the name in its own header; or the reason why it cannot be read.
pub(super) fn data_start(
    reader: &mut RegionReader,
    record: &Record,
) -> io::Result<Result<(u64, Vec<u8>), &'static str>> {
    let mut head = [0; 30];
    if reader.fill(record.header, &mut head)? < 30 || !head.starts_with(LOCAL) || record.header >= reader.len() {
        return Ok(Err("damaged: no header where the directory says it is"));
    }
    let name_len = u16_at(&head, 26);
    let mut name = vec![0; usize::from(name_len)];
    let n = reader.fill(record.header.saturating_add(30), &mut name)?;
    if n < name.len() {
        return Ok(Err("damaged: cut off inside its header"));
    }
    let ahead = 30 + u64::from(name_len) + u64::from(u16_at(&head, 28));
    Ok(Ok((record.header.saturating_add(ahead), name)))
}
