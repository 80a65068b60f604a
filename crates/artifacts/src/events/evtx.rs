//! Event logs of Windows: memory stays bounded, however large the file.
//!
//! Each record that is present by its header becomes a row or a reject; each byte is accounted for. The file is taken
//! apart into chunks first, wherever they begin, and the chunks are read in the order of their record numbers.

use super::chunk::{
    CHUNK_BYTES, CHUNK_HEADER_BYTES, CHUNK_MAGIC, Header, Scan, Window, for_parser, other_chunk_within, scan,
    template_is_there, u32_at, u64_at,
};
use super::integrity::{Digest, Integrity, Stated, on_grid};
use super::leftovers::Leftovers;
use super::node::Tree;
use super::record::{Columns, fill_event};
use assize_model::rows::SAMPLE_BYTES;
use assize_model::{Reason, Rows, RowsError, Timestamp};
use evtx::{EvtxRecord, ParserSettings, checksum_ieee};
use std::collections::HashSet;
use std::io::{BufRead, ErrorKind};
use std::sync::Arc;

/// How an event log begins.
pub(crate) const FILE_MAGIC: &[u8] = b"ElfFile\0";
const FILE_HEADER_BYTES: usize = 4096;
const FILE_HEADER_USED: usize = 128;
/// Bytes of the buffer that may lie behind us before the rest is moved to its front.
const TAKEN_MAX: usize = 8 * CHUNK_BYTES;
/// Bytes that are asked for at a time: twice a chunk, since a record may reach over the end of one.
const AT_HAND: usize = 2 * CHUNK_BYTES;
/// Chunks held at a time, to be read in the order of their numbers: 64 MiB. A log that Windows began to overwrite has
/// its newest chunks first.
const HELD_MAX: usize = 1024;
/// Chunks that begin within another one; beyond that the file was made to be slow.
const BROKEN_MAX: u32 = 4096;

/// Reads the whole log; with `carve` also what lies behind the last record of each chunk.
pub(crate) fn read(
    input: &mut dyn BufRead,
    rows: &mut Rows<'_>,
    columns: &Columns,
    carve: bool,
) -> Result<(), RowsError> {
    let mut file = File {
        input,
        buffer: Vec::with_capacity(
            usize::try_from(rows.file().size).unwrap_or(usize::MAX).min(TAKEN_MAX + 2 * AT_HAND),
        ),
        taken: 0,
        end: 0,
        exhausted: false,
        offset: 0,
        broken: 0,
        zeros: None,
    };
    let mut log = Log {
        settings: Arc::new(ParserSettings::default().num_threads(1).validate_checksums(false)),
        integrity: Integrity::default(),
        unknown: Unknown::default(),
        known: false,
        held: Vec::new(),
        twice: None,
        tree: Tree::default(),
        leftovers: carve.then(Leftovers::default),
    };
    let stated = log.header(&mut file, rows)?;
    while log.next_block(&mut file, rows)? {
        if log.held.len() >= HELD_MAX {
            log.read_held(rows, columns, false)?;
        }
    }
    let all = log.integrity.chunks == log.held.len() as u64;
    log.read_held(rows, columns, all)?;
    if let Some(leftovers) = log.leftovers.take() {
        leftovers.give(&mut log.integrity, &mut log.tree, rows, columns)?;
    }
    log.tell(file.offset, stated, rows);
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
    /// How much of the buffer was taken.
    taken: usize,
    /// Where the bytes end that were asked for; more may have been read.
    end: usize,
    exhausted: bool,
    offset: u64,
    /// Chunks that began within another one.
    broken: u32,
    /// Where a stretch of zeros began that has not ended yet.
    zeros: Option<u64>,
}

impl File<'_> {
    /// The bytes at hand.
    fn bytes(&self) -> &[u8] {
        &self.buffer[self.taken..self.end]
    }

    /// Reads until so many bytes are at hand or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), RowsError> {
        while self.buffer.len() - self.taken < wanted && !self.exhausted {
            if self.taken >= TAKEN_MAX {
                self.buffer.drain(..self.taken);
                self.taken = 0;
            }
            let more = match self.input.fill_buf() {
                Ok(more) => more,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e.into()),
            };
            let read = more.len().min(AT_HAND);
            self.buffer.extend_from_slice(&more[..read]);
            self.exhausted = read == 0;
            self.input.consume(read);
        }
        self.end = self.buffer.len().min(self.taken + wanted);
        Ok(())
    }

    /// Takes bytes off the front.
    fn take(&mut self, bytes: usize) -> u64 {
        self.taken += bytes;
        self.offset += bytes as u64;
        bytes as u64
    }

    /// How many bytes at the front are one chunk that has its signature.
    fn chunk_length(&mut self) -> usize {
        let length = self.bytes().len().min(CHUNK_BYTES);
        let within = if self.broken < BROKEN_MAX { other_chunk_within(&self.bytes()[..length]) } else { None };
        self.broken += u32::from(within.is_some());
        within.unwrap_or(length)
    }
}

/// A chunk, or what is left of one.
pub(super) struct Piece {
    /// Where it begins in the file.
    offset: u64,
    pub(super) bytes: Vec<u8>,
    /// Bytes at the beginning of the chunk that are not in the file, and stand here as zeros.
    absent: usize,
    signed: bool,
    header: Header,
    pub(super) records: Vec<Window>,
    /// Records that begin where its header is.
    in_header: Vec<Window>,
    /// A record that begins in it and ends behind it.
    beyond: Option<Window>,
    /// Records of an earlier use of the same room.
    leftovers: u64,
    /// Those that are whole by their headers.
    pub(super) left: Vec<Window>,
}

/// The log as it is being read.
struct Log {
    settings: Arc<ParserSettings>,
    integrity: Integrity,
    unknown: Unknown,
    /// Whether anything of an event log was seen.
    known: bool,
    held: Vec<Piece>,
    /// Numbers that stand more than once in the log, where all of it is at hand: no other record can be a copy.
    twice: Option<HashSet<u64>>,
    tree: Tree,
    /// What lies behind the records, where it is wanted.
    leftovers: Option<Leftovers>,
}

impl Log {
    /// Reads the header of the file and gives what it states; `None` where none is there.
    fn header(&mut self, file: &mut File<'_>, rows: &mut Rows<'_>) -> Result<Option<Stated>, RowsError> {
        file.fill(FILE_HEADER_BYTES)?;
        let header = file.bytes();
        if header.is_empty() {
            rows.note("empty-file: the file holds no byte");
            return Ok(None);
        }
        let end = memchr::memmem::find(header, CHUNK_MAGIC).unwrap_or(header.len());
        if !header.starts_with(FILE_MAGIC) {
            self.unknown(file, end);
            return Ok(None);
        }
        self.known = true;
        let flags = u32_at(header, 120);
        let dirty = flags & 1 != 0;
        let stated = Stated { chunks: u64::from(u32_at(header, 40) >> 16), next_record: u64_at(header, 24), dirty };
        if dirty {
            rows.note("dirty: the log was not closed properly");
        }
        let sound = header.len() >= 128 && (flags & 4 != 0 || u32_at(header, 124) == checksum_ieee(&header[..120]));
        if !sound {
            rows.note("checksum: the header of the file does not match its checksum");
        }
        if u32_at(header, 32) != 128 || u32_at(header, 40) & 0xffff != FILE_HEADER_BYTES as u32 {
            rows.note("bad-file-header: the header of the file does not state the sizes that it always has");
        }
        if end < FILE_HEADER_BYTES {
            rows.note(format!("truncated-header: the header of the file ends after {end} bytes"));
        }
        let used = end.min(FILE_HEADER_USED);
        let rest = &file.bytes()[used..end];
        // Behind what is used of it the header is empty.
        if only_zeros(rest) {
            rows.skip(file.take(end));
        } else {
            rows.note("bad-file-header: the part of the header that is never used holds something");
            rows.reject(0, used as u64, rest.len() as u64, Reason::Damaged, rest);
            rows.skip(used as u64);
            file.take(end);
        }
        Ok(Some(stated))
    }

    /// Sets bytes aside that may be no event log.
    fn unknown(&mut self, file: &mut File<'_>, bytes: usize) {
        let keep = SAMPLE_BYTES.saturating_sub(self.unknown.sample.len()).min(bytes);
        self.unknown.sample.extend_from_slice(&file.bytes()[..keep]);
        self.unknown.bytes += file.take(bytes);
    }

    /// Takes one chunk off the file, or passes over what is none; `false` at the end.
    fn next_block(&mut self, file: &mut File<'_>, rows: &mut Rows<'_>) -> Result<bool, RowsError> {
        file.fill(AT_HAND)?;
        let length = file.bytes().len().min(CHUNK_BYTES);
        if length == 0 {
            return Ok(false);
        }
        if file.bytes().starts_with(CHUNK_MAGIC) {
            let length = file.chunk_length();
            self.hold(file, Piece::signed(file.offset, file.bytes(), length), rows);
            return Ok(true);
        }
        let room = &file.bytes()[1..file.bytes().len().min(CHUNK_BYTES + CHUNK_MAGIC.len() - 1)];
        let next = memchr::memmem::find(room, CHUNK_MAGIC).map(|at| at + 1).filter(|at| *at < length);
        let stretch = next.unwrap_or(length);
        if self.known && only_zeros(&file.bytes()[..stretch]) {
            file.zeros.get_or_insert(file.offset);
            rows.padding(file.take(stretch));
        } else if let Some(piece) = Piece::unsigned(file.offset, file.bytes(), stretch, next.is_some()) {
            self.hold(file, piece, rows);
        } else if self.known {
            self.integrity.foreign.at(file.offset);
            rows.reject(self.integrity.chunks, file.offset, stretch as u64, Reason::Damaged, &file.bytes()[..stretch]);
            file.take(stretch);
        } else {
            self.unknown(file, stretch);
        }
        Ok(true)
    }

    /// Keeps a chunk until its turn comes, and says what is odd about its place.
    fn hold(&mut self, file: &mut File<'_>, piece: Piece, rows: &mut Rows<'_>) {
        if !self.known {
            self.known = true;
            rows.note(
                "bad-file-header: the header of the file is damaged or missing; its chunks were read all the same",
            );
            if self.unknown.bytes > 0 {
                rows.reject(0, 0, self.unknown.bytes, Reason::Damaged, &self.unknown.sample);
            }
        }
        if let Some(zeros) = file.zeros.take() {
            self.integrity.zeroed.at(zeros);
        }
        self.integrity.chunks += 1;
        if !on_grid(piece.offset, FILE_HEADER_BYTES as u64) {
            self.integrity.misaligned.at(piece.offset);
        }
        if !piece.signed {
            self.integrity.unsigned.at(piece.offset);
        }
        let taken = file.take(piece.bytes.len() - piece.absent);
        if piece.bytes.len() < CHUNK_BYTES || piece.absent > 0 {
            self.integrity.cut.at(piece.offset + taken);
        }
        self.held.push(piece);
    }

    /// Reads the chunks at hand, in the order of their record numbers; `all` tells that the log has no others.
    fn read_held(&mut self, rows: &mut Rows<'_>, columns: &Columns, all: bool) -> Result<(), RowsError> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|p| (p.records.first().map_or(u64::MAX, |r| r.id), p.offset));
        rows.expect(held.iter().map(|p| p.records.len() as u64).sum());
        self.twice = all.then(|| twice(held.iter().flat_map(|p| &p.records)));
        for piece in &held {
            self.chunk(piece, rows, columns)?;
        }
        Ok(())
    }

    /// Reads the records of one chunk.
    fn chunk(&mut self, piece: &Piece, rows: &mut Rows<'_>, columns: &Columns) -> Result<(), RowsError> {
        if !(piece.header.sound && piece.header.records_sound) && piece.absent == 0 {
            self.integrity.checksum.at(piece.offset);
        }
        for (record, left) in piece.records.iter().zip((0..piece.records.len()).rev()) {
            // Windows writes no time into the last record of a log that it exports.
            if record.time().is_none() && !(record.filetime == 0 && left == 0) {
                self.integrity.times.at(format!("{}: {}", record.id, record.filetime));
            }
        }
        let mut account = Account::new(piece, &mut self.integrity, rows);
        // The table of names in the header only saves time: without it names are read where they stand.
        for names in [true, false] {
            let Some(mut data) = for_parser(&piece.bytes, &piece.records, names) else { break };
            let Ok(mut chunk) = data.parse(Arc::clone(&self.settings)) else { continue };
            for record in chunk.iter() {
                // What the parser refuses is found again by its header, and rejected there.
                let Ok(record) = record else { continue };
                let Some(index) = account.index(&record) else { continue };
                account.pass_to(index, &mut self.integrity, rows);
                self.record(record, &mut account, rows, columns)?;
            }
            break;
        }
        account.pass_to(piece.records.len(), &mut self.integrity, rows);
        let carved = self.leftovers.as_mut().map_or(0, |leftovers| leftovers.take(piece, &self.settings));
        account.end(carved, &mut self.integrity, rows);
        Ok(())
    }

    /// Makes a row of the next record.
    fn record(
        &mut self,
        record: EvtxRecord<'_>,
        account: &mut Account<'_>,
        rows: &mut Rows<'_>,
        columns: &Columns,
    ) -> Result<(), RowsError> {
        let (piece, window) = (account.piece, account.window());
        // The number, the time and the content; the size stands before them.
        let raw = &piece.bytes[window.start + 8..window.end];
        if !template_is_there(&piece.bytes, window) {
            self.integrity.without_template.at(piece.place(window.start));
            return Ok(());
        }
        let may_be_a_copy = self.twice.as_ref().is_none_or(|twice| twice.contains(&window.id));
        let digest = may_be_a_copy.then(|| Digest::of(window, raw));
        if let Some(leftovers) = &mut self.leftovers {
            leftovers.held(window);
        }
        if digest.is_some_and(|digest| self.integrity.is_repeated(digest)) {
            rows.skip(account.passed());
            return Ok(());
        }
        let Some(ts) = fill(record, &mut self.tree, rows, columns) else {
            rows.abandon();
            return Ok(());
        };
        if !window.whole {
            self.integrity.mended.at(piece.place(window.start));
        }
        self.integrity.row(window, digest);
        rows.finish(window.id, ts.or(window.time()), account.passed())
    }

    /// Remarks on the file as a whole.
    fn tell(self, bytes: u64, stated: Option<Stated>, rows: &mut Rows<'_>) {
        if !self.known && self.unknown.bytes > 0 {
            rows.note("not-evtx: neither the header of an event log nor a chunk of one is here");
            rows.reject(0, 0, self.unknown.bytes, Reason::Unknown, &self.unknown.sample);
        }
        if self.known && self.integrity.chunks == 0 {
            rows.note(format!("empty-log: there is no chunk in these {bytes} bytes, and so no record"));
        }
        self.integrity.tell(rows, stated);
    }
}

impl Piece {
    /// A chunk that begins with its signature: the first `length` bytes of these.
    fn signed(offset: u64, bytes: &[u8], length: usize) -> Self {
        let chunk = &bytes[..length];
        let header = Header::read(chunk);
        let (live_end, sure) =
            if header.sound { (header.live_end.min(length), header.live_end <= length) } else { (length, false) };
        Self::of(offset, chunk.to_vec(), header, scan(bytes, length, live_end, sure))
    }

    /// A chunk that lost its signature, told by its records; `None` where there are none. When the next chunk follows,
    /// it may be the beginning that is missing: then its records reach their templates from the end.
    fn unsigned(offset: u64, bytes: &[u8], length: usize, followed: bool) -> Option<Self> {
        let reachable = |p: &Self| p.records.iter().filter(|r| template_is_there(&p.bytes, r)).count();
        let mut piece = Self { signed: false, ..Self::signed(offset, bytes, length) };
        if followed && length < CHUNK_BYTES {
            let absent = CHUNK_BYTES - length;
            let mut moved = vec![0; absent];
            moved.extend_from_slice(&bytes[..length]);
            let found = scan(&moved, CHUNK_BYTES, CHUNK_BYTES, true);
            let moved = Self { absent, signed: false, ..Self::of(offset, moved, Header::default(), found) };
            if reachable(&moved) > reachable(&piece) {
                piece = moved;
            }
        }
        (!piece.records.is_empty()).then_some(piece)
    }

    fn of(offset: u64, bytes: Vec<u8>, header: Header, found: Scan) -> Self {
        let Scan { records, in_header, beyond, leftovers, left } = found;
        Self { offset, bytes, absent: 0, signed: true, header, records, in_header, beyond, leftovers, left }
    }

    /// Where a byte of the chunk stands in the file.
    pub(super) fn place(&self, at: usize) -> u64 {
        self.offset + at.saturating_sub(self.absent) as u64
    }
}

/// What became of the bytes of a chunk so far.
struct Account<'p> {
    piece: &'p Piece,
    /// The first byte in the chunk that is not accounted for.
    at: usize,
    /// The record that comes next.
    next: usize,
}

impl<'p> Account<'p> {
    fn new(piece: &'p Piece, integrity: &mut Integrity, rows: &mut Rows<'_>) -> Self {
        let mut account = Self { piece, at: piece.absent, next: 0 };
        let header = CHUNK_HEADER_BYTES.min(piece.bytes.len()).max(piece.absent);
        for window in &piece.in_header {
            rows.skip((window.start - account.at) as u64);
            account.at = window.start;
            account.reject_part(window, window.end.min(header), integrity, rows);
        }
        rows.skip((header - account.at) as u64);
        account.at = header;
        account
    }

    /// Rejects a record as far as it lies before this place: what is behind it is accounted for elsewhere.
    fn reject_part(&mut self, window: &Window, end: usize, integrity: &mut Integrity, rows: &mut Rows<'_>) {
        let raw = &self.piece.bytes[window.start..end];
        let place = self.piece.place(window.start);
        rows.reject(window.id, place, raw.len() as u64, Reason::Damaged, raw);
        integrity.reject(window, place);
        self.at = end;
    }

    /// The record that comes next.
    fn window(&self) -> &'p Window {
        &self.piece.records[self.next]
    }

    /// Which of the records the parser has read.
    fn index(&self, record: &EvtxRecord<'_>) -> Option<usize> {
        let index = usize::try_from(record.event_record_id).ok()?.checked_sub(1)?;
        (self.next..self.piece.records.len()).contains(&index).then_some(index)
    }

    /// Passes over the record that comes next and gives its bytes, as far as they are in the file.
    fn passed(&mut self) -> u64 {
        let window = self.window();
        let bytes = window.end - window.start.max(self.at);
        self.at = window.end;
        self.next += 1;
        bytes as u64
    }

    /// Passes on to a record: those before it did not become rows and are rejected by name.
    fn pass_to(&mut self, index: usize, integrity: &mut Integrity, rows: &mut Rows<'_>) {
        while self.next < index {
            let window = self.window();
            self.pass_gap(window.start, integrity, rows);
            let raw = &self.piece.bytes[window.start..window.end];
            let place = self.piece.place(window.start);
            rows.reject(window.id, place, self.passed(), Reason::Damaged, raw);
            integrity.reject(window, place);
        }
        if let Some(window) = self.piece.records.get(index) {
            self.pass_gap(window.start, integrity, rows);
        }
    }

    /// Bytes before a record that belong to none: there was one.
    fn pass_gap(&mut self, end: usize, integrity: &mut Integrity, rows: &mut Rows<'_>) {
        if end <= self.at {
            return;
        }
        let raw = &self.piece.bytes[self.at..end];
        let place = self.piece.place(self.at);
        let zeros = only_zeros(raw);
        if zeros { &mut integrity.zeroed } else { &mut integrity.bad }.at(place);
        rows.reject(u64_at(raw, 8), place, raw.len() as u64, Reason::Damaged, raw);
        self.at = end;
    }

    /// The bytes behind the last record. Those of so many bytes that were carved are accounted for elsewhere.
    fn end(&mut self, carved: u64, integrity: &mut Integrity, rows: &mut Rows<'_>) {
        let header = &self.piece.header;
        let length = self.piece.bytes.len();
        let missing = if header.sound { header.records.saturating_sub(self.next as u64) } else { 0 };
        if length < CHUNK_BYTES && missing > 0 && header.live_end > length {
            let raw = &self.piece.bytes[self.at..];
            integrity.missing += missing;
            rows.reject(header.last_id, self.piece.place(self.at), raw.len() as u64, Reason::CutOff, raw);
            return;
        }
        let beyond = self.piece.beyond.as_ref().filter(|w| w.start >= self.at);
        let end = beyond.map_or(length, |w| w.start);
        // Where the header cannot be believed, bytes that are not zero may have been a record.
        let live_end = if header.sound { header.live_end.min(end) } else { end };
        let held = !only_zeros(&self.piece.bytes[self.at..live_end.max(self.at)]);
        if held || (header.sound && missing > 0) {
            self.pass_gap(live_end, integrity, rows);
        }
        integrity.leftovers.many(self.piece.leftovers, self.piece.place(self.at), self.piece.place(end));
        rows.padding(((end - self.at) as u64).saturating_sub(carved));
        self.at = end;
        if let Some(window) = beyond {
            self.reject_part(window, length, integrity, rows);
        }
    }
}

/// Whether nothing is here. A loop that stops at the first byte would look at them one by one.
fn only_zeros(bytes: &[u8]) -> bool {
    bytes.chunks(1024).all(|part| part.iter().fold(0, |all, byte| all | byte) == 0)
}

/// The numbers that more than one of these records have.
fn twice<'r>(records: impl Iterator<Item = &'r Window>) -> HashSet<u64> {
    let mut ids: Vec<u64> = records.map(|record| record.id).collect();
    ids.sort_unstable();
    ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
}

/// Fills a row from one record and gives its time; `None` for what is no event.
fn fill(record: EvtxRecord<'_>, tree: &mut Tree, rows: &mut Rows<'_>, columns: &Columns) -> Option<Option<Timestamp>> {
    fill_from(&record.into_json_bytes().ok()?.data, tree, rows, columns)
}

/// Fills a row from the JSON of one record; see [`fill`].
pub(super) fn fill_from(
    json: &[u8],
    tree: &mut Tree,
    rows: &mut Rows<'_>,
    columns: &Columns,
) -> Option<Option<Timestamp>> {
    let node = tree.read(json)?;
    Some(fill_event(rows, columns, node.get("Event")?))
}
