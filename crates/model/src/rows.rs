//! Where a parser puts what it read: rows, rejects, and the account of every byte.

use crate::columns::{Column, taken};
use crate::table::Spec;
use crate::{FileInfo, Note, NoteKind, Timestamp};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use arrow_schema::SchemaRef;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Rows in one record batch at most.
pub const BATCH_ROWS: usize = 16_384;
/// Bytes of text in one record batch at most, before it is handed on.
pub const BATCH_BYTES: usize = 16 << 20;
/// Bytes of a reject kept as its sample.
pub const SAMPLE_BYTES: usize = 200;

/// Takes finished record batches. It fails only for trouble of our own, such as a full disk.
pub type Sink<'a> = dyn FnMut(RecordBatch) -> Result<(), RowsError> + 'a;

/// Our own trouble while keeping rows; never the evidence's.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The case could not take the rows.
    #[error("cannot keep rows: {0}")]
    Keep(String),
    /// The evidence could not be read further.
    #[error("cannot read on: {0}")]
    Read(#[from] std::io::Error),
}

/// Why a record did not become a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The time is missing or no such moment exists.
    BadTime,
    /// Fewer or more fields than the header names.
    WrongFieldCount,
    /// The line or record ends before it is complete.
    CutOff,
    /// The line is longer than we read.
    TooLong,
    /// A quoted value is not closed.
    BadQuoting,
    /// No header names the columns, and the shape is not known.
    NoHeader,
    /// The record is damaged inside.
    Damaged,
    /// Not the kind of record that this file holds.
    Unknown,
}

impl Reason {
    /// The word used in tables and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BadTime => "bad-time",
            Self::WrongFieldCount => "wrong-field-count",
            Self::CutOff => "cut-off",
            Self::TooLong => "too-long",
            Self::BadQuoting => "bad-quoting",
            Self::NoHeader => "no-header",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
        }
    }
}

/// A record that could not become a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Line (from 1) or record number.
    pub pos: u64,
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Why it is no row.
    pub reason: Reason,
    /// Its beginning, at most [`SAMPLE_BYTES`], invalid UTF-8 as U+FFFD.
    pub sample: String,
}

/// The account of one file: bytes = parsed + padding + lost; records = rows + rejects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records that became rows.
    pub rows: u64,
    /// Records that did not.
    pub rejects: u64,
    /// Bytes of rows, headers and comments.
    pub bytes_parsed: u64,
    /// Bytes that carry nothing: NUL fill, unused room of a chunk.
    pub bytes_padding: u64,
    /// Bytes of rejects.
    pub bytes_lost: u64,
}

impl Counts {
    /// All bytes accounted for; equals the size of the file when the parser kept its promise.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes_parsed + self.bytes_padding + self.bytes_lost
    }
}

/// Takes the rows and rejects of one file and hands on record batches of bounded size.
///
/// A parser sets the values of a row by column index and ends it with [`Rows::finish`]; columns it did not
/// set are null, and a value that is not of its column's kind is not kept. What cannot become a row goes to [`Rows::reject`]. Every byte of the file is claimed once:
/// by `finish` or [`Rows::skip`] as parsed, by [`Rows::padding`], or by `reject` as lost.
pub struct Rows<'a> {
    spec: &'a Spec,
    schema: SchemaRef,
    file: &'a FileInfo,
    sink: &'a mut Sink<'a>,
    pos: Vec<u64>,
    ts: Vec<Option<i64>>,
    columns: Vec<Column>,
    text_bytes: usize,
    counts: Counts,
    rejects: Vec<Reject>,
    notes: Vec<String>,
    notes_left_out: u64,
}

/// Remarks on one file that are kept.
pub const NOTES_KEPT: usize = 200;
/// Rejects of one file that are kept with their sample; further ones are counted only.
pub const REJECTS_KEPT: usize = 10_000;

impl<'a> Rows<'a> {
    /// Rows of `file` for the table that `spec` lays out, handed to `sink` in batches.
    #[must_use]
    pub fn new(spec: &'a Spec, file: &'a FileInfo, sink: &'a mut Sink<'a>) -> Self {
        Self {
            spec,
            schema: spec.schema(),
            file,
            sink,
            pos: Vec::new(),
            ts: Vec::new(),
            columns: spec.columns.iter().map(|c| Column::with_room(c.kind, 0)).collect(),
            text_bytes: 0,
            counts: Counts::default(),
            rejects: Vec::new(),
            notes: Vec::new(),
            notes_left_out: 0,
        }
    }

    /// Makes room for about so many rows, where none is in hand yet. What is not told costs time, not rows.
    pub fn expect(&mut self, rows: u64) {
        let rows = usize::try_from(rows).map_or(BATCH_ROWS, |rows| rows.min(BATCH_ROWS));
        if self.pos.is_empty() && rows > self.pos.capacity() {
            self.pos.reserve(rows);
            self.ts.reserve(rows);
            self.columns = self.spec.columns.iter().map(|c| Column::with_room(c.kind, rows)).collect();
        }
    }

    /// The layout being filled.
    #[must_use]
    pub fn spec(&self) -> &'a Spec {
        self.spec
    }

    /// The file being read.
    #[must_use]
    pub fn file(&self) -> &'a FileInfo {
        self.file
    }

    /// Sets a text column (`Word` or `Text`). The last value set wins.
    ///
    /// # Panics
    /// If `column` is out of range: a mistake of the parser, not of the evidence.
    pub fn text(&mut self, column: usize, value: &str) {
        let row = self.pos.len();
        self.text_bytes += match &mut self.columns[column] {
            Column::Word(words) => words.set(row, value),
            Column::Text(texts) => texts.set(row, value),
            Column::Number(_) | Column::Time(_) => 0,
        };
    }

    /// Sets a `Number` column.
    ///
    /// # Panics
    /// If `column` is out of range.
    pub fn number(&mut self, column: usize, value: i64) {
        if let Column::Number(numbers) = &mut self.columns[column] {
            numbers.set(self.pos.len(), value);
        }
    }

    /// Sets a `Time` column.
    ///
    /// # Panics
    /// If `column` is out of range.
    pub fn time(&mut self, column: usize, value: Timestamp) {
        if let Column::Time(times) = &mut self.columns[column] {
            times.set(self.pos.len(), value.0);
        }
    }

    /// Sets a text column by its name. An empty value sets nothing, nor does a name that the table lacks.
    pub fn named_text(&mut self, name: &str, value: &str) {
        if let Some(at) = self.spec.column(name).filter(|_| !value.is_empty()) {
            self.text(at, value);
        }
    }

    /// Sets the column `modified` to when the file was changed last, as its container states it, where there are both.
    pub fn modified(&mut self) {
        if let (Some(at), Some(modified)) = (self.spec.column("modified"), self.file.modified) {
            self.time(at, modified);
        }
    }

    /// Ends the row at `pos`, at time `ts`, made of `bytes` bytes of the file.
    ///
    /// # Errors
    /// When the batch is full and the sink cannot take it.
    pub fn finish(&mut self, pos: u64, ts: Option<Timestamp>, bytes: u64) -> Result<(), RowsError> {
        self.pos.push(pos);
        self.ts.push(ts.map(|t| t.0));
        self.counts.rows += 1;
        self.counts.bytes_parsed += bytes;
        if self.pos.len() >= BATCH_ROWS || self.text_bytes >= BATCH_BYTES {
            self.flush(true)?;
        }
        Ok(())
    }

    /// Drops the values set so far for the row in hand.
    pub fn abandon(&mut self) {
        let row = self.pos.len();
        self.columns.iter_mut().for_each(|column| column.abandon(row));
    }

    /// Counts bytes that were understood but are no record: headers, comments, blank lines.
    pub fn skip(&mut self, bytes: u64) {
        self.counts.bytes_parsed += bytes;
    }

    /// Counts bytes that carry nothing.
    pub fn padding(&mut self, bytes: u64) {
        self.counts.bytes_padding += bytes;
    }

    /// Records that something at `pos` could not become a row. Values set for it are dropped.
    pub fn reject(&mut self, pos: u64, offset: u64, bytes: u64, reason: Reason, raw: &[u8]) {
        self.abandon();
        self.counts.rejects += 1;
        self.counts.bytes_lost += bytes;
        if self.rejects.len() < REJECTS_KEPT {
            let sample = String::from_utf8_lossy(&raw[..raw.len().min(SAMPLE_BYTES)]).into_owned();
            self.rejects.push(Reject { pos, offset, bytes, reason, sample });
        }
    }

    /// Adds a remark on the whole file: a [`Note`](crate::Note), or plain English. A hostile file may give cause for
    /// any number of them; no more than [`NOTES_KEPT`] are kept.
    pub fn note(&mut self, note: impl Into<String>) {
        if self.notes.len() < NOTES_KEPT {
            self.notes.push(note.into());
        } else {
            self.notes_left_out += 1;
        }
    }

    /// Ends the file: hands on the last batch and gives the account.
    ///
    /// # Errors
    /// When the sink cannot take the batch.
    pub fn end(mut self) -> Result<Account, RowsError> {
        if !self.pos.is_empty() {
            self.flush(false)?;
        }
        if self.notes_left_out > 0 {
            let left_out = format!("{} further remarks are left out", self.notes_left_out);
            self.notes.push(Note::new(NoteKind::Limit, left_out).into());
        }
        Ok(Account { counts: self.counts, rejects: self.rejects, notes: self.notes })
    }

    fn flush(&mut self, more: bool) -> Result<(), RowsError> {
        let keep = |e: arrow_schema::ArrowError| RowsError::Keep(e.to_string());
        let rows = self.pos.len();
        let pos = taken(&mut self.pos, more);
        let ts: TimestampMicrosecondArray = self.ts.drain(..).collect();
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from_value(self.file.id.0, rows)),
            Arc::new(UInt64Array::from(pos)),
            Arc::new(ts.with_timezone("UTC")),
        ];
        for column in &mut self.columns {
            arrays.push(column.take(rows, more).map_err(keep)?);
        }
        self.text_bytes = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(keep)?;
        (self.sink)(batch)
    }
}

/// What became of one file once a parser was through with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Rows, rejects and bytes.
    pub counts: Counts,
    /// The rejects, at most [`REJECTS_KEPT`].
    pub rejects: Vec<Reject>,
    /// Remarks on the whole file.
    pub notes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::ColumnType;
    use crate::{Column, FileId};
    use arrow_array::Array;

    #[test]
    fn records_seen_are_rows_and_rejects() {
        let spec = Spec {
            table: "t".into(),
            family: "web-log".into(),
            columns: vec![Column::new("a", "a", ColumnType::Word), Column::new("n", "n", ColumnType::Number)],
        };
        let file =
            FileInfo { id: FileId(3), path: "x".into(), size: 9, sha256: String::new(), modified: None, head: vec![] };
        let mut batches = Vec::new();
        let mut sink = |b| {
            batches.push(b);
            Ok(())
        };
        let mut rows = Rows::new(&spec, &file, &mut sink);
        rows.text(0, "x");
        rows.number(1, 7);
        rows.finish(1, None, 4).unwrap();
        rows.text(0, "dropped");
        rows.reject(2, 4, 3, Reason::BadTime, b"???");
        rows.finish(3, Some(Timestamp(0)), 2).unwrap();
        let account = rows.end().unwrap();
        assert_eq!((account.counts.rows, account.counts.rejects, account.counts.bytes()), (2, 1, 9));
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].column(3).null_count(), 1, "the value of the reject was dropped");
    }
}
