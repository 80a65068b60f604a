//! What is remarked on an event log as a whole. Each remark begins with its kind: `dirty: ...`.
//!
//! A log that was cut, pasted or cleared shows it here, whatever its records say.

use super::chunk::{CHUNK_BYTES, Window};
use assize_model::Rows;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Places that a remark names; further ones are counted.
const NAMED_MAX: usize = 8;
/// Records whose digest is kept, to know them when they come again: 72 MB.
const KNOWN_MAX: usize = 4_000_000;
/// Runs of record numbers that are kept; a sound log has one.
const RUNS_MAX: usize = 65_536;

/// A count, and the first few places it was made at.
#[derive(Default)]
pub(crate) struct Tally {
    count: u64,
    places_seen: u64,
    places: Vec<String>,
}

impl Tally {
    /// Counts once, at this place.
    pub(crate) fn at(&mut self, place: impl ToString) {
        self.count += 1;
        self.places_seen += 1;
        if self.places.len() < NAMED_MAX {
            self.places.push(place.to_string());
        }
    }

    /// Counts so many between two places.
    pub(crate) fn many(&mut self, count: u64, from: u64, to: u64) {
        if count > 0 {
            self.at(format!("{count} at {from} to {to}"));
            self.count += count - 1;
        }
    }

    fn tell(&self, rows: &mut Rows<'_>, kind: &str, what: &str) {
        if self.count > 0 {
            let more = if self.places_seen > self.places.len() as u64 { ", ..." } else { "" };
            rows.note(format!("{kind}: {} {what}: {}{more}", self.count, self.places.join(", ")));
        }
    }
}

/// Record numbers, as runs without a gap.
#[derive(Default)]
struct Numbers {
    runs: Vec<(u64, u64)>,
    full: bool,
}

impl Numbers {
    fn add(&mut self, id: u64) {
        let room = self.runs.len() < RUNS_MAX;
        match self.runs.last_mut() {
            Some(last) if last.1.checked_add(1) == Some(id) => last.1 = id,
            _ if room => self.runs.push((id, id)),
            _ => self.full = true,
        }
    }

    /// How many numbers are between the first and the last and are missing, and how many stand more than once.
    fn gaps(mut self, gaps: &mut Tally) -> (u64, u64) {
        self.runs.sort_unstable();
        let (mut missing, mut twice) = (0u64, 0u64);
        let mut reached: Option<u64> = None;
        for (first, last) in self.runs {
            if let Some(reached) = reached {
                let gap = first.saturating_sub(reached.saturating_add(1));
                if gap > 0 {
                    gaps.at(format!("{gap} after {reached}"));
                    missing = missing.saturating_add(gap);
                }
                if first <= reached {
                    twice = twice.saturating_add(last.min(reached).saturating_sub(first).saturating_add(1));
                }
            }
            reached = reached.max(Some(last));
        }
        (missing, twice)
    }
}

/// What was noticed while a log was read.
#[derive(Default)]
pub(crate) struct Integrity {
    /// Chunks read.
    pub(crate) chunks: u64,
    /// Chunks without a signature.
    pub(crate) unsigned: Tally,
    /// Chunks that do not lie on the grid.
    pub(crate) misaligned: Tally,
    /// Chunks that end before they are full.
    pub(crate) cut: Tally,
    /// Chunks that do not match their checksum.
    pub(crate) checksum: Tally,
    /// Stretches that are no chunk.
    pub(crate) foreign: Tally,
    /// Stretches of zeros where a chunk or a record was.
    pub(crate) zeroed: Tally,
    /// Records that were read though their header is damaged.
    pub(crate) mended: Tally,
    /// Records, or what was left of them, that could not be read.
    pub(crate) bad: Tally,
    /// Records whose template is gone.
    pub(crate) without_template: Tally,
    /// Records that chunks state and that the end of the file took away.
    pub(crate) missing: u64,
    /// Record headers with a time that cannot be.
    pub(crate) times: Tally,
    /// Records of an earlier use of the room behind the last one.
    pub(crate) leftovers: Tally,
    /// What became of those, where they were wanted: rows, and records that stand elsewhere.
    pub(crate) carved: Option<(u64, u64)>,
    /// Numbers of rows.
    read: Numbers,
    /// Numbers of what could not be read.
    lost: Numbers,
    known: HashSet<u64>,
    repeated: u64,
}

/// What the header of the file says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stated {
    /// Chunks of the file.
    pub(crate) chunks: u64,
    /// The number of the record to come.
    pub(crate) next_record: u64,
    /// Whether the log was open when it was copied.
    pub(crate) dirty: bool,
}

impl Integrity {
    /// Whether this very record was read before: same number, same bytes. A copy counts once.
    pub(crate) fn is_repeated(&mut self, digest: Digest) -> bool {
        let repeated = self.known.contains(&digest.0);
        self.repeated += u64::from(repeated);
        repeated
    }

    /// Remembers a record that became a row, and what it says where a copy of it may come.
    pub(crate) fn row(&mut self, window: &Window, digest: Option<Digest>) {
        self.read.add(window.id);
        if self.known.len() < KNOWN_MAX {
            self.known.extend(digest.map(|digest| digest.0));
        }
    }

    /// Remembers a record that did not.
    pub(crate) fn reject(&mut self, window: &Window, place: u64) {
        self.bad.at(place);
        self.lost.add(window.id);
    }

    /// Writes the remarks.
    pub(crate) fn tell(mut self, rows: &mut Rows<'_>, stated: Option<Stated>) {
        for (tally, kind, what) in [
            (&self.cut, "truncated-chunk", "chunk(s) end before they are full, at offset"),
            (&self.unsigned, "bad-chunk", "chunk(s) have no signature and were read all the same, at offset"),
            (&self.foreign, "bad-chunk", "stretch(es) of the file are no chunk, at offset"),
            (&self.misaligned, "misaligned", "chunk(s) begin off the grid of 65536 bytes, at offset"),
            (&self.checksum, "checksum", "chunk(s) do not match their checksum, at offset"),
            (&self.zeroed, "zeroed", "stretch(es) between records or chunks hold zeros only, at offset"),
            (&self.mended, "bad-record", "record(s) have a damaged header and were read all the same, at offset"),
            (&self.bad, "bad-record", "record(s), or what is left of them, could not be read, at offset"),
            (&self.without_template, "no-template", "record(s) need a template that is gone, at offset"),
            (&self.times, "bad-time", "record header(s) state a time that cannot be (record: 100 ns since 1601)"),
            (
                &self.leftovers,
                "leftover-records",
                if self.carved.is_some() {
                    "record(s) of an earlier use, whole or not, lie behind the last one of a chunk"
                } else {
                    "record(s) of an earlier use, whole or not, lie behind the last one of a chunk and were not read"
                },
            ),
        ] {
            tally.tell(rows, kind, what);
        }
        if let Some((carved, twice)) = self.carved.filter(|of| *of != (0, 0)) {
            rows.note(format!(
                "carved-records: {carved} of the records of an earlier use were read all the same and are rows, marked as \
                 carved; {twice} stand elsewhere in the log and count once"
            ));
        }
        if self.missing > 0 {
            let missing = self.missing;
            rows.note(format!("truncated-chunk: {missing} record(s) that chunks state are not in the file"));
        }
        if self.repeated > 0 {
            let repeated = self.repeated;
            rows.note(format!(
                "duplicate-records: {repeated} record(s) stand here again with the same bytes; they count once"
            ));
        }
        if self.known.len() >= KNOWN_MAX {
            rows.note(format!("duplicate-records: records after the first {KNOWN_MAX} were not compared"));
        }
        self.numbers(rows, stated);
    }

    fn numbers(&mut self, rows: &mut Rows<'_>, stated: Option<Stated>) {
        let last = self.read.runs.iter().map(|r| r.1).max();
        let (mut read, lost) = (std::mem::take(&mut self.read), std::mem::take(&mut self.lost));
        if read.full || lost.full {
            rows.note(format!(
                "record-id-gap: the record numbers make more than {RUNS_MAX} runs; gaps were not counted"
            ));
        }
        let (_, twice) = Numbers { runs: read.runs.clone(), full: false }.gaps(&mut Tally::default());
        if twice > 0 {
            rows.note(format!(
                "conflicting-records: {twice} record number(s) stand more than once with different content"
            ));
        }
        // What could not be read is named elsewhere: it leaves no gap, as far as its number can be believed.
        let within = |id: u64| last.is_some_and(|last| id <= last);
        read.runs.extend(lost.runs.into_iter().filter(|r| within(r.1)));
        let mut gaps = Tally::default();
        let (missing, _) = read.gaps(&mut gaps);
        gaps.count = missing;
        gaps.tell(rows, "record-id-gap", "record number(s) are missing");
        let Some(stated) = stated else { return };
        if stated.chunks != self.chunks {
            let (stated, found) = (stated.chunks, self.chunks);
            rows.note(format!("header-count: the header of the file states {stated} chunk(s), {found} are there"));
        }
        // The header of an open log lags behind its records.
        if let Some(last) = last.filter(|last| !stated.dirty && last.checked_add(1) != Some(stated.next_record)) {
            let next = stated.next_record;
            rows.note(format!("header-count: the header states {next} as the next record number, the last is {last}"));
        }
    }
}

/// The content of a record and the number that it goes by, in a word.
#[derive(Clone, Copy)]
pub(crate) struct Digest(u64);

impl Digest {
    pub(crate) fn of(window: &Window, record: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        window.id.hash(&mut hasher);
        record.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Whether a chunk at this offset lies where Windows puts one.
pub(crate) fn on_grid(offset: u64, file_header: u64) -> bool {
    offset.checked_sub(file_header).is_some_and(|o| o % CHUNK_BYTES as u64 == 0)
}
