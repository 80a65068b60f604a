//! The records of one 64 KiB chunk of an event log, found by their headers alone.
//!
//! The parser of records says nothing of what it passes over. This second, simpler look at the same bytes knows
//! how many records there are, so that what was not read can be named.

/// Bytes of a chunk.
pub(crate) const CHUNK_BYTES: usize = 65_536;
/// Bytes before the first record of a chunk.
pub(crate) const CHUNK_HEADER_BYTES: usize = 512;
/// How a chunk begins.
pub(crate) const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8] = b"\x2a\x2a\0\0";
/// Header and trailer of a record.
const RECORD_BYTES_MIN: usize = 28;
/// 9999-12-31 as Windows counts; the parser refuses records beyond.
const FILETIME_MAX: u64 = 2_650_467_743_999_999_999;

/// Where a record lies in its chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) id: u64,
}

/// The records of a chunk up to `live_end`, and those that follow on without a gap in place and number.
pub(crate) fn scan(chunk: &[u8], live_end: usize) -> Vec<Window> {
    let mut found: Vec<Window> = Vec::new();
    let mut at = CHUNK_HEADER_BYTES;
    while at < chunk.len() {
        let here = window(chunk, at);
        let last = found.last().map(|w| w.id);
        let follows = |w: &Window| found.last().is_some_and(|l| l.end == w.start && l.id.checked_add(1) == Some(w.id));
        match here {
            Some(w) if at < live_end || follows(&w) => {
                at = w.end;
                if last.is_none_or(|id| w.id > id) {
                    found.push(w);
                }
            }
            _ if at >= live_end => break,
            _ => {
                let next = memchr::memmem::find(&chunk[at + 1..], RECORD_MAGIC).map(|i| at + 1 + i);
                match next.filter(|next| *next < live_end) {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
    }
    found
}

/// The record whose header and trailer agree at this place.
fn window(chunk: &[u8], at: usize) -> Option<Window> {
    let head = chunk.get(at..at.checked_add(24)?)?;
    if !head.starts_with(RECORD_MAGIC) {
        return None;
    }
    let size = usize::try_from(u32_at(head, 4)).ok()?;
    let end = at.checked_add(size)?;
    if size < RECORD_BYTES_MIN || end > chunk.len() || u32_at(chunk, end - 4) != u32_at(head, 4) {
        return None;
    }
    Some(Window { start: at, end, id: u64_at(head, 8) })
}

/// Sets the times of record headers that no calendar has to zero, so that the parser does not refuse the record;
/// the time of the event itself stands inside. Gives how many there were.
pub(crate) fn mend_times(chunk: &mut [u8], records: &[Window]) -> u64 {
    let mut mended = 0;
    for record in records {
        if u64_at(chunk, record.start + 16) > FILETIME_MAX {
            chunk[record.start + 16..record.start + 24].fill(0);
            mended += 1;
        }
    }
    mended
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}
