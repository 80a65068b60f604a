//! Event logs of Windows, chunk by chunk: memory stays at one chunk, however large the file.
//!
//! Each record that is present by its header becomes a row or a reject; each byte is accounted for.

use super::chunk::{CHUNK_BYTES, CHUNK_HEADER_BYTES, CHUNK_MAGIC, Window, mend_times, scan, u32_at, u64_at};
use super::node::Node;
use super::record::{Columns, fill_event};
use assize_model::rows::SAMPLE_BYTES;
use assize_model::{Reason, Rows, RowsError, Timestamp};
use evtx::{EvtxChunkData, EvtxRecord, ParserSettings};
use std::io::{BufRead, ErrorKind};
use std::sync::Arc;

/// How an event log begins.
pub(crate) const FILE_MAGIC: &[u8] = b"ElfFile\0";
const FILE_HEADER_BYTES: usize = 4096;

/// Reads all chunks.
pub(crate) fn read(input: &mut dyn BufRead, rows: &mut Rows<'_>, columns: &Columns) -> Result<(), RowsError> {
    let mut file = File {
        input,
        buffer: Vec::with_capacity(CHUNK_BYTES + CHUNK_MAGIC.len()),
        exhausted: false,
        offset: 0,
        settings: Arc::new(ParserSettings::default().num_threads(1).validate_checksums(false)),
        unknown: Unknown::default(),
        known: false,
        chunks: 0,
        damaged_chunks: 0,
        stale_headers: 0,
        impossible_times: 0,
        ids: Vec::new(),
    };
    file.header(rows)?;
    let stated = file.stated_chunks();
    if file.known && stated.is_some() {
        file.take(FILE_HEADER_BYTES.min(file.buffer.len()), |bytes| rows.skip(bytes));
    }
    while file.next_block(rows, columns)? {}
    file.tell(rows, stated);
    Ok(())
}

/// Bytes at the beginning of a file that may turn out to be no event log at all.
#[derive(Default)]
struct Unknown {
    bytes: u64,
    sample: Vec<u8>,
}

struct File<'a> {
    input: &'a mut dyn BufRead,
    buffer: Vec<u8>,
    exhausted: bool,
    offset: u64,
    settings: Arc<ParserSettings>,
    unknown: Unknown,
    /// Whether a signature of an event log was seen.
    known: bool,
    chunks: u64,
    damaged_chunks: u64,
    stale_headers: u64,
    impossible_times: u64,
    /// First and last record of each chunk.
    ids: Vec<(u64, u64)>,
}

impl File<'_> {
    /// Reads until the buffer holds so many bytes or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), RowsError> {
        while self.buffer.len() < wanted && !self.exhausted {
            let more = match self.input.fill_buf() {
                Ok(more) => more,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e.into()),
            };
            let taken = more.len().min(wanted - self.buffer.len());
            self.buffer.extend_from_slice(&more[..taken]);
            self.exhausted = taken == 0;
            self.input.consume(taken);
        }
        Ok(())
    }

    /// Takes bytes off the front.
    fn take(&mut self, bytes: usize, account: impl FnOnce(u64)) {
        account(bytes as u64);
        self.buffer.drain(..bytes);
        self.offset += bytes as u64;
    }

    /// Looks at the header of the file.
    fn header(&mut self, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        self.fill(FILE_HEADER_BYTES)?;
        if self.buffer.is_empty() {
            rows.note("the file is empty");
        } else if self.buffer.starts_with(FILE_MAGIC) {
            self.known = true;
            if u32_at(&self.buffer, 120) & 1 != 0 {
                rows.note("the log was not closed properly (marked dirty)");
            }
        }
        Ok(())
    }

    /// The number of chunks that the header states; `None` without a header.
    fn stated_chunks(&self) -> Option<u64> {
        self.buffer.starts_with(FILE_MAGIC).then(|| u64::from(u32_at(&self.buffer, 40) >> 16))
    }

    /// Reads one chunk, or passes over what is none; `false` at the end of the file.
    fn next_block(&mut self, rows: &mut Rows<'_>, columns: &Columns) -> Result<bool, RowsError> {
        self.fill(CHUNK_BYTES + CHUNK_MAGIC.len() - 1)?;
        let length = self.buffer.len().min(CHUNK_BYTES);
        let block = &self.buffer[..length];
        if length == 0 {
            return Ok(false);
        }
        if block.starts_with(CHUNK_MAGIC) {
            self.found(rows);
            self.chunk(length, rows, columns)?;
            self.take(length, |_| ());
            return Ok(true);
        }
        let lost = memchr::memmem::find(&self.buffer[1..], CHUNK_MAGIC).map_or(length, |at| (at + 1).min(length));
        if self.known && self.buffer[..lost].iter().all(|b| *b == 0) {
            self.take(lost, |bytes| rows.padding(bytes));
        } else if !self.known {
            let keep = SAMPLE_BYTES.saturating_sub(self.unknown.sample.len()).min(lost);
            self.unknown.sample.extend_from_slice(&self.buffer[..keep]);
            self.unknown.bytes += lost as u64;
            self.take(lost, |_| ());
        } else if lost == length && !scan(block, length).is_empty() {
            rows.note(format!("the chunk at offset {} has no signature; it was read as one all the same", self.offset));
            self.damaged_chunks += 1;
            self.chunk(length, rows, columns)?;
            self.take(length, |_| ());
        } else {
            self.damaged_chunks += 1;
            rows.reject(self.chunks, self.offset, lost as u64, Reason::Damaged, &self.buffer[..lost]);
            self.take(lost, |_| ());
        }
        Ok(true)
    }

    /// A first chunk where no header was: what came before it is lost.
    fn found(&mut self, rows: &mut Rows<'_>) {
        if self.known {
            return;
        }
        self.known = true;
        if self.unknown.bytes > 0 {
            rows.note("the header of the file is damaged: its signature is missing");
            rows.reject(0, 0, self.unknown.bytes, Reason::Damaged, &self.unknown.sample);
        }
    }

    /// Reads the records of the chunk at the front of the buffer, `length` bytes of which are there.
    fn chunk(&mut self, length: usize, rows: &mut Rows<'_>, columns: &Columns) -> Result<(), RowsError> {
        let mut bytes = self.buffer[..length].to_vec();
        bytes.resize(CHUNK_BYTES, 0);
        bytes[..CHUNK_MAGIC.len()].copy_from_slice(CHUNK_MAGIC);
        self.chunks += 1;
        let cut = length < CHUNK_BYTES;
        let Ok(mut data) = EvtxChunkData::new(bytes, false) else { return Ok(()) };
        let trusted = data.validate_header_checksum();
        let stated_end = usize::try_from(data.header.free_space_offset).unwrap_or(CHUNK_BYTES).min(length);
        let windows = scan(&data.data[..length], if trusted { stated_end } else { length });
        self.impossible_times += mend_times(&mut data.data, &windows);
        let live_end = windows.last().map_or(CHUNK_HEADER_BYTES, |w| w.end).max(if trusted { stated_end } else { 0 });
        if let (Some(first), Some(last)) = (windows.first(), windows.last()) {
            let stale = !trusted || live_end > stated_end;
            self.stale_headers += u64::from(stale && !cut);
            if stale {
                data.header.first_event_record_id = first.id;
                data.header.last_event_record_id = last.id;
                data.header.last_event_record_data_offset = u32::try_from(last.start).unwrap_or(u32::MAX);
                data.header.free_space_offset = u32::try_from(last.end).unwrap_or(u32::MAX);
            }
            self.ids.push((first.id, last.id));
        }
        let mut account =
            Account { offset: self.offset, windows: &windows, at: CHUNK_HEADER_BYTES.min(length), records: 0 };
        rows.skip(account.at as u64);
        self.records(&mut data, &mut account, length, rows, columns)?;
        if cut {
            self.cut_chunk(&mut account, &data, length, rows);
        } else {
            account.pass_to(live_end, &data.data, rows);
        }
        rows.padding(length.saturating_sub(account.at) as u64);
        Ok(())
    }

    /// Says what the end of the file took away from its last chunk.
    fn cut_chunk(&self, account: &mut Account<'_>, data: &EvtxChunkData, length: usize, rows: &mut Rows<'_>) {
        account.pass_to(account.windows.last().map_or(0, |w| w.end), &data.data, rows);
        let end = self.offset + length as u64;
        rows.note(format!("the file ends inside a chunk, at offset {end}"));
        let header = &data.header;
        let stated = header.last_event_record_number.wrapping_sub(header.first_event_record_number).saturating_add(1);
        let missing = stated.saturating_sub(account.records);
        // A chunk has room for some two thousand records: a larger number is damage, not a count.
        if missing == 0 || missing > CHUNK_BYTES as u64 {
            return;
        }
        rows.note(format!("{missing} record(s) that the last chunk states are not in the file"));
        let lost = &data.data[account.at.min(length)..length];
        let (offset, bytes) = (account.offset + account.at as u64, lost.len() as u64);
        rows.reject(header.last_event_record_id, offset, bytes, Reason::CutOff, lost);
        account.at = length;
    }

    /// Hands every record of a chunk to the parser.
    fn records(
        &self,
        data: &mut EvtxChunkData,
        account: &mut Account<'_>,
        length: usize,
        rows: &mut Rows<'_>,
        columns: &Columns,
    ) -> Result<(), RowsError> {
        let copy = data.data.clone();
        if data.parse(Arc::clone(&self.settings)).is_err() {
            // The table of names in the header only saves time: without it names are read where they stand.
            data.data[128..512].fill(0);
            match EvtxChunkData::new(std::mem::take(&mut data.data), false) {
                Ok(mut again) => {
                    again.header.first_event_record_id = data.header.first_event_record_id;
                    again.header.last_event_record_id = data.header.last_event_record_id;
                    again.header.last_event_record_data_offset = data.header.last_event_record_data_offset;
                    again.header.free_space_offset = data.header.free_space_offset;
                    *data = again;
                }
                Err(_) => data.data.clone_from(&copy),
            }
        }
        let Ok(mut chunk) = data.parse(Arc::clone(&self.settings)) else { return Ok(()) };
        for record in chunk.iter() {
            // What the parser refuses is found again by its header, and rejected there.
            let Ok(record) = record else { continue };
            let start = usize::try_from(record.binxml_offset).unwrap_or(0).saturating_sub(24);
            let end = start + record.binxml_size as usize + 28;
            if start < account.at || start >= length {
                continue;
            }
            let Some((id, ts)) = fill(record, rows, columns) else {
                rows.abandon();
                continue;
            };
            account.pass_to(start, &copy, rows);
            rows.finish(id, Some(ts), account.row(end.min(length)))?;
        }
        Ok(())
    }

    /// Remarks on the file as a whole.
    fn tell(&mut self, rows: &mut Rows<'_>, stated: Option<u64>) {
        if !self.known && self.unknown.bytes > 0 {
            rows.note("not an event log: the signature is missing");
            rows.reject(0, 0, self.unknown.bytes, Reason::Unknown, &self.unknown.sample);
        }
        let chunks = self.chunks;
        if let Some(stated) = stated.filter(|stated| *stated != chunks) {
            rows.note(format!("the header of the file states {stated} chunk(s), {chunks} are there"));
        }
        for (count, remark) in [
            (self.damaged_chunks, "stretch(es) of the file are no chunk, or have lost its signature"),
            (self.stale_headers, "chunk header(s) do not fit their records; the records were read all the same"),
            (self.impossible_times, "record header(s) state a time that no calendar has"),
        ] {
            if count > 0 {
                rows.note(format!("{count} {remark}"));
            }
        }
        self.ids.sort_unstable();
        let (mut missing, mut twice) = (0u64, 0u64);
        let mut reached: Option<u64> = None;
        for (first, last) in &self.ids {
            if let Some(reached) = reached {
                missing = missing.saturating_add(first.saturating_sub(reached.saturating_add(1)));
                twice +=
                    if *first <= reached { last.min(&reached).saturating_sub(*first).saturating_add(1) } else { 0 };
            }
            reached = reached.max(Some(*last));
        }
        if missing > 0 {
            rows.note(format!("{missing} record number(s) are missing between the first and the last"));
        }
        if twice > 0 {
            rows.note(format!("{twice} record number(s) stand more than once"));
        }
    }
}

/// What became of the bytes of a chunk so far.
struct Account<'w> {
    /// Where the chunk begins in the file.
    offset: u64,
    windows: &'w [Window],
    /// The first byte in the chunk that is not accounted for.
    at: usize,
    /// Records read or rejected.
    records: u64,
}

impl Account<'_> {
    /// Counts a row that ends at `end` and gives its bytes.
    fn row(&mut self, end: usize) -> u64 {
        let bytes = end.saturating_sub(self.at);
        self.at = self.at.max(end);
        self.records += 1;
        bytes as u64
    }

    /// Passes on to `end`: records that lie between and did not become rows are rejected by name.
    fn pass_to(&mut self, end: usize, chunk: &[u8], rows: &mut Rows<'_>) {
        for window in self.windows {
            if window.start < self.at || window.end > end {
                continue;
            }
            self.pass_over(window.start, chunk, rows);
            let raw = &chunk[window.start..window.end];
            rows.reject(window.id, self.offset + window.start as u64, raw.len() as u64, Reason::Damaged, raw);
            self.at = window.end;
            self.records += 1;
        }
        self.pass_over(end, chunk, rows);
    }

    /// Bytes that belong to no record: nothing, or what was one.
    fn pass_over(&mut self, end: usize, chunk: &[u8], rows: &mut Rows<'_>) {
        if end <= self.at {
            return;
        }
        let raw = &chunk[self.at..end];
        if raw.iter().all(|b| *b == 0) {
            rows.padding(raw.len() as u64);
        } else {
            rows.reject(u64_at(raw, 8), self.offset + self.at as u64, raw.len() as u64, Reason::Damaged, raw);
            self.records += 1;
        }
        self.at = end;
    }
}

/// Fills a row from one record: its number and its time.
fn fill(record: EvtxRecord<'_>, rows: &mut Rows<'_>, columns: &Columns) -> Option<(u64, Timestamp)> {
    let written = Timestamp(record.timestamp.as_microsecond());
    let id = record.event_record_id;
    let json = record.into_json_bytes().ok()?.data;
    let node = Node::read(&json)?;
    let ts = fill_event(rows, columns, node.get("Event")?);
    Some((id, ts.unwrap_or(written)))
}
