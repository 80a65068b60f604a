//! The records of one 64 KiB chunk of an event log, found by their headers alone.
//!
//! The parser of records says nothing of what it passes over, and believes what a chunk says of itself. This second,
//! simpler look at the same bytes knows how many records there are. It hands the parser a copy in which all of them
//! can be reached, so that what was not read can be named.

use assize_model::Timestamp;
use evtx::{ChunkFlags, EvtxChunkData, checksum_ieee};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes of a chunk.
pub(crate) const CHUNK_BYTES: usize = 65_536;
/// Bytes before the first record of a chunk.
pub(crate) const CHUNK_HEADER_BYTES: usize = 512;
/// Where the header of a chunk keeps its tables of names and templates.
const NAMES: Range<usize> = 128..CHUNK_HEADER_BYTES;
/// How a chunk begins.
pub(crate) const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8] = b"\x2a\x2a\0\0";
/// Signature, size, number and time of a record.
const RECORD_HEADER_BYTES: usize = 24;
/// Header of a record, and its size again at its end.
const RECORD_BYTES_MIN: usize = 28;
/// How the content of a record begins: a fragment of binary XML.
const FRAGMENT: &[u8] = b"\x0f\x01\x01\0";
/// 9999-12-31 as Windows counts.
const FILETIME_MAX: u64 = 2_650_467_743_999_999_999;
/// 2000-01-01 as Windows counts: a time that the parser takes, where the real one is read from the record itself.
const FILETIME_ANY: u64 = 125_911_584_000_000_000;
/// Records that a chunk can hold: more than a header that tells the truth will ever count.
pub(crate) const CHUNK_RECORDS_MAX: u64 = (CHUNK_BYTES / RECORD_BYTES_MIN) as u64;

/// Where a record lies in its chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Its number.
    pub(crate) id: u64,
    /// Its time as its header states it.
    pub(crate) filetime: u64,
    /// Whether its header and its end agree, and its number fits between its neighbours.
    pub(crate) whole: bool,
}

impl Window {
    /// The time of its header; `None` where it is none, or one that no calendar has.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        /// From 1601 to 1970.
        const EPOCH_MICROS: i64 = 11_644_473_600_000_000;
        let possible = (1..=FILETIME_MAX).contains(&self.filetime);
        let micros = i64::try_from(self.filetime / 10).ok().filter(|_| possible)?;
        Some(Timestamp(micros - EPOCH_MICROS))
    }
}

/// What lies in a chunk.
pub(crate) struct Scan {
    /// The records, in order of place.
    pub(crate) records: Vec<Window>,
    /// Records that begin where the header of a chunk is: bytes were pasted, or it is none.
    pub(crate) in_header: Vec<Window>,
    /// A record that begins within the chunk and ends behind it.
    pub(crate) beyond: Option<Window>,
    /// Records of an earlier use of the same room, behind the last one, and beginnings of such.
    pub(crate) leftovers: u64,
    /// Those of them that are whole by their headers, in order of place.
    pub(crate) left: Vec<Window>,
}

/// Finds the records of the chunk that the first `length` bytes are: those up to `live_end`, those behind it that carry
/// on the numbers, and what is left over from before. `sure` tells that the live part ends exactly there.
pub(crate) fn scan(bytes: &[u8], length: usize, live_end: usize, sure: bool) -> Scan {
    let chunk = &bytes[..length.min(bytes.len())];
    let mut records: Vec<Window> = Vec::new();
    let mut leftovers: Vec<Window> = Vec::new();
    let held = OnceCell::new();
    let mut at = CHUNK_HEADER_BYTES;
    while let Some(found) = next_window(chunk, at, &held) {
        at = found.end;
        // The header of an open log lags behind. A copy may number its records anew and leave others behind them.
        let carries_on = |last: &Window| last.end == found.start && last.id.checked_add(1) == Some(found.id);
        let live = found.start < live_end || (leftovers.is_empty() && records.last().is_none_or(carries_on));
        if live { &mut records } else { &mut leftovers }.push(found);
    }
    let last_end = records.iter().chain(&leftovers).map(|w| w.end).max().unwrap_or(CHUNK_HEADER_BYTES);
    let beyond = begun(bytes, last_end, chunk.len()).into_iter().find(|w| w.end > chunk.len());
    let end = beyond.map_or(chunk.len(), |w| w.start);
    let live_end = records.last().map_or(live_end, |last| last.end.max(live_end));
    let mut all = Vec::with_capacity(records.len());
    let mut reached = CHUNK_HEADER_BYTES;
    for record in records {
        all.extend(mended(chunk, reached, record.start));
        all.push(record);
        reached = record.end;
    }
    if sure {
        all.extend(mended(chunk, reached, live_end.min(end)));
    }
    settle_numbers(&mut all);
    let reached = all.last().map_or(live_end, |last| last.end.max(live_end));
    let in_header = begun(bytes, 0, CHUNK_HEADER_BYTES.min(chunk.len()));
    let count = leftovers.len() as u64 + beginnings(&chunk[..end.min(chunk.len())], reached, &leftovers);
    Scan { records: all, in_header, beyond, leftovers: count, left: leftovers }
}

/// Whole records that begin between two places, whether or not they end there.
fn begun(bytes: &[u8], mut from: usize, to: usize) -> Vec<Window> {
    let mut found = Vec::new();
    // The signature of one that begins in the last bytes goes on behind them.
    while let Some(at) = bytes
        .get(from..bytes.len().min(to + RECORD_MAGIC.len() - 1))
        .and_then(|room| memchr::memmem::find(room, RECORD_MAGIC))
        .map(|at| from + at)
    {
        from = at + 1;
        if let Some(window) = window(bytes, at).filter(|w| bytes[w.start + RECORD_HEADER_BYTES..].starts_with(FRAGMENT))
        {
            from = window.end;
            found.push(window);
        }
    }
    found
}

/// How many records begin behind `from` and between these, and are not whole.
fn beginnings(chunk: &[u8], from: usize, between: &[Window]) -> u64 {
    let ends = std::iter::once(from).chain(between.iter().map(|w| w.end));
    let starts = between.iter().map(|w| w.start).chain(std::iter::once(chunk.len()));
    let begins = |at: &usize| chunk.get(at + RECORD_HEADER_BYTES..).is_some_and(|c| c.starts_with(FRAGMENT));
    let gaps = ends.zip(starts).filter_map(|(from, to)| Some((from, chunk.get(from..to)?)));
    gaps.map(|(from, gap)| {
        memchr::memmem::find_iter(gap, RECORD_MAGIC).map(|at| from + at).filter(begins).count() as u64
    })
    .sum()
}

/// The next record whose header and end agree. Bytes that look like one by chance may have whole records within them,
/// whose places are worked out once and kept in `held`: what begins like no record and holds one is none.
fn next_window(chunk: &[u8], mut at: usize, held: &OnceCell<Vec<usize>>) -> Option<Window> {
    let holds_others = |found: &Window| {
        let starts =
            held.get_or_init(|| begun(chunk, CHUNK_HEADER_BYTES, chunk.len()).iter().map(|w| w.start).collect());
        starts.get(starts.partition_point(|s| *s <= found.start)).is_some_and(|s| *s < found.end)
    };
    while at < chunk.len() {
        if let Some(found) = window(chunk, at)
            && (chunk[found.start + RECORD_HEADER_BYTES..].starts_with(FRAGMENT) || !holds_others(&found))
        {
            return Some(found);
        }
        at += 1 + memchr::memmem::find(&chunk[at + 1..], RECORD_MAGIC)?;
    }
    None
}

/// The record whose header and end agree at this place.
fn window(chunk: &[u8], at: usize) -> Option<Window> {
    let head = chunk.get(at..at.checked_add(RECORD_HEADER_BYTES)?)?;
    if !head.starts_with(RECORD_MAGIC) {
        return None;
    }
    let size = usize::try_from(u32_at(head, 4)).ok()?;
    let end = at.checked_add(size)?;
    if size < RECORD_BYTES_MIN || end > chunk.len() || u32_at(chunk, end - 4) != u32_at(head, 4) {
        return None;
    }
    Some(Window { start: at, end, id: u64_at(head, 8), filetime: u64_at(head, 16), whole: true })
}

/// Records between two places whose header or whose end is damaged, but not both.
fn mended(chunk: &[u8], mut from: usize, mut to: usize) -> Vec<Window> {
    let begins = |at: usize| chunk.get(at..).is_some_and(|c| c.starts_with(RECORD_MAGIC));
    let holds = |at: usize| chunk.get(at + RECORD_HEADER_BYTES..).is_some_and(|c| c.starts_with(FRAGMENT));
    let fits = |size: usize, room: usize| (RECORD_BYTES_MIN..=room).contains(&size);
    let window = |start: usize, end: usize| Window {
        start,
        end,
        id: u64_at(chunk, start + 8),
        filetime: u64_at(chunk, start + 16),
        whole: false,
    };
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while to.saturating_sub(from) >= RECORD_BYTES_MIN {
        let room = to - from;
        let stated = usize::try_from(u32_at(chunk, from + 4)).unwrap_or(usize::MAX);
        let repeated = usize::try_from(u32_at(chunk, to - 4)).unwrap_or(usize::MAX);
        let headed = begins(from) && holds(from) && fits(stated, room);
        if headed && (stated == room || begins(from + stated)) {
            front.push(window(from, from + stated));
            from += stated;
        } else if fits(repeated, room) && holds(to - repeated) && (repeated == room || begins(to - repeated)) {
            back.push(window(to - repeated, to));
            to -= repeated;
        } else if headed {
            // Its end is gone; whether enough of it is left is for the parser to say.
            front.push(window(from, from + stated));
            from += stated;
        } else {
            break;
        }
    }
    front.extend(back.into_iter().rev());
    front
}

/// Gives a record whose number is damaged the one that its neighbours leave for it. One that has the number of another
/// record is a copy of it.
fn settle_numbers(records: &mut [Window]) {
    let mut known: Option<HashMap<u64, u32>> = None;
    for i in 1..records.len().saturating_sub(1) {
        let (before, own, after) = (records[i - 1].id, records[i].id, records[i + 1].id);
        let between = before.checked_add(1).filter(|id| id.checked_add(1) == Some(after));
        let Some(id) = between.filter(|id| *id != own) else { continue };
        let known = known.get_or_insert_with(|| {
            let mut known = HashMap::new();
            records.iter().for_each(|r| *known.entry(r.id).or_default() += 1);
            known
        });
        if known.get(&own).is_none_or(|count| *count < 2) {
            records[i].id = id;
            records[i].whole = false;
        }
    }
}

/// Whether the template that a record is written with lies where the record says.
pub(crate) fn template_is_there(chunk: &[u8], record: &Window) -> bool {
    const TEMPLATE: u8 = 0x0c;
    let content = &chunk[record.start + RECORD_HEADER_BYTES..record.end - 4];
    if !content.starts_with(FRAGMENT) || content.get(4) != Some(&TEMPLATE) || content.len() < 14 {
        return true; // Written out in full, or for the parser to judge.
    }
    let Ok(place) = usize::try_from(u32_at(content, 10)) else { return false };
    // The identifier of a template begins with its number.
    place.checked_add(8).is_some_and(|end| end <= chunk.len()) && u32_at(chunk, place + 4) == u32_at(content, 6)
}

/// A copy of a chunk in which the parser finds each of these records, under its place in the list counted from 1; with
/// or without the table of names of its header.
pub(crate) fn for_parser(chunk: &[u8], records: &[Window], names: bool) -> Option<EvtxChunkData> {
    let mut bytes = chunk.to_vec();
    bytes.resize(CHUNK_BYTES, 0);
    bytes[..CHUNK_MAGIC.len()].copy_from_slice(CHUNK_MAGIC);
    if !names {
        bytes[NAMES].fill(0);
    }
    for (record, number) in records.iter().zip(1u64..) {
        let size = u32::try_from(record.end - record.start).ok()?.to_le_bytes();
        let head = &mut bytes[record.start..record.start + RECORD_HEADER_BYTES];
        head[..4].copy_from_slice(RECORD_MAGIC);
        head[4..8].copy_from_slice(&size);
        head[8..16].copy_from_slice(&number.to_le_bytes());
        head[16..24].copy_from_slice(&FILETIME_ANY.to_le_bytes());
        bytes[record.end - 4..record.end].copy_from_slice(&size);
    }
    let mut data = EvtxChunkData::new(bytes, false).ok()?;
    let last = records.last()?;
    data.header.first_event_record_id = 1;
    data.header.last_event_record_id = records.len() as u64;
    data.header.last_event_record_data_offset = u32::try_from(last.start).ok()?;
    data.header.free_space_offset = u32::try_from(last.end).ok()?;
    Some(data)
}

/// What the header of a chunk says, as far as it can be believed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Header {
    /// Whether it matches its checksum.
    pub(crate) sound: bool,
    /// Whether the records match theirs; `true` where the end of the file took some away.
    pub(crate) records_sound: bool,
    /// Where the records end.
    pub(crate) live_end: usize,
    /// The number of its last record.
    pub(crate) last_id: u64,
    /// How many records it states; zero for a number that no chunk has room for.
    pub(crate) records: u64,
}

impl Header {
    /// Reads the header of a chunk, whether or not its signature is there.
    pub(crate) fn read(chunk: &[u8]) -> Self {
        let Some(head) = chunk.get(..CHUNK_HEADER_BYTES) else { return Self::default() };
        let mut bytes = head.to_vec();
        bytes[..CHUNK_MAGIC.len()].copy_from_slice(CHUNK_MAGIC);
        let cut = chunk.len() < CHUNK_BYTES;
        let Ok(data) = EvtxChunkData::new(bytes, false) else { return Self::default() };
        let header = &data.header;
        let live_end = usize::try_from(header.free_space_offset).unwrap_or(usize::MAX);
        let records = header.last_event_record_number.wrapping_sub(header.first_event_record_number).wrapping_add(1);
        let sound = data.validate_header_checksum() && (CHUNK_HEADER_BYTES..=CHUNK_BYTES).contains(&live_end);
        let unchecked = header.flags.contains(ChunkFlags::NO_CRC32) || (cut && live_end > chunk.len());
        let records_match = |records| checksum_ieee(records) == header.events_checksum;
        Self {
            sound,
            records_sound: unchecked || chunk.get(CHUNK_HEADER_BYTES..live_end).is_some_and(records_match),
            live_end: live_end.clamp(CHUNK_HEADER_BYTES, CHUNK_BYTES),
            last_id: header.last_event_record_id,
            records: if records <= CHUNK_RECORDS_MAX { records } else { 0 },
        }
    }
}

/// Where another chunk begins within this one, because bytes of it are gone.
pub(crate) fn other_chunk_within(chunk: &[u8]) -> Option<usize> {
    /// The size that every header of a chunk states.
    const STATED_HEADER_BYTES: u32 = 128;
    let mut records = None;
    let behind = chunk.get(CHUNK_HEADER_BYTES..)?;
    let places = memchr::memmem::find_iter(behind, CHUNK_MAGIC).map(|at| at + CHUNK_HEADER_BYTES);
    places.filter(|at| u32_at(chunk, at + 40) == STATED_HEADER_BYTES).find(|at| {
        // Within a whole record it is data that looks like a chunk.
        let records = records.get_or_insert_with(|| scan(chunk, chunk.len(), chunk.len(), false).records);
        !records.iter().any(|r| (r.start..r.end).contains(at))
    })
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}
