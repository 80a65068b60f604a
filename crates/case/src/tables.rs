//! The tables of one segment: rows of consecutive evidence files, what is distinct in them, and what became of each file.

use crate::CaseError;
use crate::folder::{self, is_table_name};
use crate::manifest::{FileRecord, Stored, WordsRecord};
use crate::store::Store;
use crate::values::{self, Values};
use crate::words::{self, Words};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use assize_model::file::Skipped;
use assize_model::table::CARVED;
use assize_model::time::Day;
use assize_model::{FileId, Reject, Spec, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes that the open row group of one table may hold. Counted from the data, not from time or memory.
const TABLE_BYTES_MAX: usize = 32 << 20;
/// Bytes that the open row groups of all tables of a segment may hold together; beyond, the largest is closed.
const ALL_BYTES_MAX: usize = 96 << 20;
/// Times outside these years are rows, but say nothing about coverage: 1990 to 2100.
const SANE: std::ops::Range<i64> = 631_152_000_000_000..4_133_980_800_000_000;
/// The table of what could not become a row.
pub(crate) const REJECTS: &str = "rejects";

/// First and last moment of rows, and how many there are by day; without those that were carved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) days: BTreeMap<Day, u64>,
}

impl Span {
    fn add(&mut self, rows: &RecordBatch) {
        let span = self;
        let Some(times) = rows.column_by_name("ts") else { return };
        let Some(times) = times.as_any().downcast_ref::<TimestampMicrosecondArray>() else { return };
        let carved = rows.column_by_name(CARVED).filter(|c| c.null_count() < c.len());
        let held = |row: &usize| carved.is_none_or(|c| c.is_null(*row));
        let mut run: Option<(Day, u64)> = None;
        let rows = (0..times.len()).filter(held).filter(|row| times.is_valid(*row)).map(|row| times.value(row));
        for time in rows.filter(|t| SANE.contains(t)).map(Timestamp) {
            span.from = Some(span.from.map_or(time, |t| t.min(time)));
            span.to = span.to.max(Some(time));
            // Rows mostly come in the order of time: counting runs spares a look-up for each.
            match &mut run {
                Some((day, rows)) if *day == time.day() => *rows += 1,
                run => {
                    if let Some((day, rows)) = run.replace((time.day(), 1)) {
                        *span.days.entry(day).or_default() += rows;
                    }
                }
            }
        }
        if let Some((day, rows)) = run {
            *span.days.entry(day).or_default() += rows;
        }
    }

    /// Adds what another segment saw.
    pub(crate) fn join(&mut self, other: &Self) {
        self.from = self.from.into_iter().chain(other.from).min();
        self.to = self.to.max(other.to);
        for (day, rows) in &other.days {
            *self.days.entry(*day).or_default() += rows;
        }
    }
}

/// What a finished segment left: `work/00003.json`. A segment without it was never finished.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct SegmentRecord {
    pub(crate) files: Vec<FileRecord>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) tables: Vec<SegmentTable>,
    pub(crate) values: Stored,
    /// Columns with too many distinct values, by table and name.
    pub(crate) not_distinct: Vec<(String, String)>,
    /// The words of its columns, where they are noted.
    #[serde(default)]
    pub(crate) words: Option<WordsRecord>,
}

/// One table of a finished segment.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SegmentTable {
    pub(crate) table: String,
    pub(crate) family: String,
    pub(crate) rows: u64,
    pub(crate) span: Span,
    pub(crate) stored: Stored,
}

/// The tables of a segment being written.
pub(crate) struct Tables {
    folder: PathBuf,
    segment: u32,
    open: BTreeMap<String, Table>,
    record: SegmentRecord,
    values: Values,
    words: Option<Words>,
    table_max: usize,
    all_max: usize,
}

struct Table {
    store: Store,
    name: String,
    family: String,
    rows: u64,
    span: Span,
    /// Bytes of the open row group.
    bytes: usize,
}

impl Tables {
    /// Tables of a segment in the prepared folder of a case; whether their words are noted.
    pub(crate) fn new(folder: PathBuf, segment: u32, words: bool) -> Self {
        Self {
            folder,
            segment,
            open: BTreeMap::new(),
            record: SegmentRecord::default(),
            values: Values::default(),
            words: words.then(Words::default),
            table_max: TABLE_BYTES_MAX,
            all_max: ALL_BYTES_MAX,
        }
    }

    /// Takes rows of one file for one table.
    pub(crate) fn rows(&mut self, spec: &Spec, rows: &RecordBatch) -> Result<(), CaseError> {
        self.ready(spec)?;
        self.values.add(&spec.table, rows, self.words.as_mut());
        if let Some(words) = &mut self.words {
            words.add(&spec.table, rows);
        }
        if let Some(table) = self.open.get_mut(&spec.table) {
            table.span.add(rows);
        }
        self.keep(&spec.table, rows)
    }

    /// Takes note that a file is through, with what could not become a row.
    pub(crate) fn file(&mut self, record: FileRecord, rejects: &[(Arc<Spec>, Vec<Reject>)]) -> Result<(), CaseError> {
        for (spec, rejects) in rejects.iter().filter(|(_, r)| !r.is_empty()) {
            // A table of which nothing could be read is there all the same, empty: it was collected.
            self.ready(spec)?;
            self.open(REJECTS, REJECTS, reject_schema(), &[])?;
            self.keep(REJECTS, &reject_batch(record.info.id, &spec.table, rejects)?)?;
        }
        self.record.files.push(record);
        Ok(())
    }

    /// Takes note of a file that could not be read, or not to its end.
    pub(crate) fn skipped(&mut self, skipped: Skipped) {
        self.record.skipped.push(skipped);
    }

    /// Opens the table of a layout, unless it is open.
    fn ready(&mut self, spec: &Spec) -> Result<(), CaseError> {
        if !is_table_name(&spec.table) || spec.table == REJECTS {
            return Err(CaseError::table("write", &spec.table)("a table cannot be called that"));
        }
        if self.open.contains_key(&spec.table) {
            return Ok(());
        }
        let sources: Vec<&str> = spec.columns.iter().map(|c| c.source.as_str()).collect();
        let sources = serde_json::to_string(&sources).map_err(CaseError::table("write", &spec.table))?;
        let notes = [("assize.family", spec.family.clone()), ("assize.sources", sources)];
        let schema = spec.schema();
        if let Some(words) = &mut self.words {
            words.open(&spec.table, &schema);
        }
        self.open(&spec.table, &spec.family, schema, &notes)
    }

    fn open(&mut self, name: &str, family: &str, schema: SchemaRef, notes: &[(&str, String)]) -> Result<(), CaseError> {
        if !self.open.contains_key(name) {
            let store = Store::create(&self.folder, &folder::table_part(name, self.segment), name, schema, notes)?;
            let (name, family) = (name.to_owned(), family.to_owned());
            let table = Table { store, name: name.clone(), family, rows: 0, span: Span::default(), bytes: 0 };
            self.open.insert(name, table);
        }
        Ok(())
    }

    /// Writes rows of an open table, and closes row groups where they take too much.
    fn keep(&mut self, name: &str, rows: &RecordBatch) -> Result<(), CaseError> {
        let Some(table) = self.open.get_mut(name) else { return Ok(()) };
        table.store.write(rows)?;
        table.rows += rows.num_rows() as u64;
        table.bytes = table.store.open_bytes();
        if table.bytes > self.table_max {
            table.cut()?;
        }
        if self.open.values().map(|t| t.bytes).sum::<usize>() > self.all_max
            && let Some(largest) = self.open.values_mut().max_by_key(|t| t.bytes)
        {
            largest.cut()?;
        }
        Ok(())
    }

    /// Closes every table and notes what is in them; the segment is finished once that note is on the disk.
    pub(crate) fn close(mut self) -> Result<(), CaseError> {
        for table in self.open.into_values() {
            let Table { store, name, family, rows, span, .. } = table;
            self.record.tables.push(SegmentTable { table: name, family, rows, span, stored: store.close()? });
        }
        let name = folder::values_part(self.segment);
        let mut store = Store::create(&self.folder, &name, values::NAME, values::schema(), &[])?;
        self.record.not_distinct = self.values.write_part(&mut store)?;
        self.record.values = store.close()?;
        if let Some(words) = self.words {
            let mut store = words::create(&self.folder, &folder::words_part(self.segment))?;
            words.write(&mut store)?;
            self.record.words = Some(WordsRecord { version: words::VERSION, stored: store.close()? });
        }
        folder::write_json(&self.folder.join(folder::WORK), &folder::record_name(self.segment), &self.record)?;
        Ok(())
    }
}

impl Table {
    fn cut(&mut self) -> Result<(), CaseError> {
        self.bytes = 0;
        self.store.cut()
    }
}

fn reject_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("file_id", DataType::UInt32, false),
        Field::new("pos", DataType::UInt64, false),
        Field::new("table", DataType::Utf8, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("bytes", DataType::UInt64, false),
        Field::new("reason", DataType::Utf8, false),
        Field::new("sample", DataType::Utf8, false),
    ]))
}

fn reject_batch(file: FileId, table: &str, rejects: &[Reject]) -> Result<RecordBatch, CaseError> {
    let numbers =
        |of: fn(&Reject) -> u64| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(rejects.iter().map(of))) };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(rejects.iter().map(|_| file.0))),
        numbers(|r| r.pos),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|_| table))),
        numbers(|r| r.offset),
        numbers(|r| r.bytes),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|r| r.reason.word()))),
        Arc::new(StringArray::from_iter_values(rejects.iter().map(|r| r.sample.as_str()))),
    ];
    RecordBatch::try_new(reject_schema(), arrays).map_err(CaseError::table("write", REJECTS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_model::table::{Column, ColumnType};
    use assize_model::{FileInfo, Rows};

    /// Writes 40 batches of noise by turns into two tables; gives the row groups and hashes.
    fn stored(table_max: usize, all_max: usize) -> Vec<(u64, String)> {
        let folder = tempfile::tempdir().unwrap();
        folder::prepare(folder.path()).unwrap();
        let mut tables = Tables { table_max, all_max, ..Tables::new(folder.path().into(), 0, true) };
        let file =
            FileInfo { id: FileId(0), path: "x".into(), size: 0, sha256: String::new(), modified: None, head: vec![] };
        for n in 0..40u64 {
            let table = ["a", "b"][n as usize % 2].to_owned();
            let columns = vec![Column::new("id", "id", ColumnType::Text)];
            let spec = Spec { table, family: "f".into(), columns };
            let mut sink = |batch| {
                tables.rows(&spec, &batch).unwrap();
                Ok(())
            };
            let mut rows = Rows::new(&spec, &file, &mut sink);
            for pos in 0..500u64 {
                rows.text(0, &format!("{:x}", (n * 500 + pos).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
                rows.finish(pos, None, 1).unwrap();
            }
            rows.end().unwrap();
        }
        tables.close().unwrap();
        let record = folder::read_record(folder.path(), 0).unwrap().unwrap();
        record.tables.into_iter().map(|t| (t.stored.row_groups, t.stored.sha256)).collect()
    }

    #[test]
    fn row_groups_are_cut_by_data_alone() {
        let groups = |of: &[(u64, String)]| of.iter().map(|(n, _)| *n).collect::<Vec<_>>();
        let whole = stored(usize::MAX, usize::MAX);
        assert_eq!(groups(&whole), [1, 1]);
        let by_table = stored(50_000, usize::MAX);
        assert!(groups(&by_table).iter().all(|n| *n > 1), "{by_table:?}");
        let by_all = stored(usize::MAX, 50_000);
        assert!(groups(&by_all).iter().all(|n| *n > 1), "{by_all:?}");
        assert_eq!(by_table, stored(50_000, usize::MAX));
        assert_eq!(by_all, stored(usize::MAX, 50_000));
    }

    #[test]
    fn the_name_of_our_own_table_is_refused_when_that_is_open_too() {
        let folder = tempfile::tempdir().unwrap();
        folder::prepare(folder.path()).unwrap();
        let mut tables = Tables::new(folder.path().into(), 0, false);
        let spec = Spec { table: REJECTS.into(), family: "f".into(), columns: Vec::new() };
        assert!(tables.ready(&spec).is_err());
        tables.open(REJECTS, REJECTS, reject_schema(), &[]).unwrap();
        assert!(tables.ready(&spec).is_err());
    }

    #[test]
    fn a_span_counts_days_and_ignores_absurd_years() {
        let at = |text| Timestamp::parse(text).map(|t| t.0);
        let times: TimestampMicrosecondArray = [
            at("2021-03-03 10:00:00"),
            at("2021-03-03 09:00:00"),
            at("1601-01-01 00:00:00"),
            None,
            at("2021-03-02 09:00:00"),
            at("2021-03-03 11:00:00"),
        ]
        .into_iter()
        .collect();
        let times: ArrayRef = Arc::new(times);
        let mut span = Span::default();
        span.add(&RecordBatch::try_from_iter([("ts", times)]).unwrap());
        let days: Vec<String> = span.days.iter().map(|(day, rows)| format!("{day} {rows}")).collect();
        assert_eq!(days, ["2021-03-02 1", "2021-03-03 3"]);
        assert_eq!(span.from.unwrap().to_string(), "2021-03-02T09:00:00Z");
        assert_eq!(span.to.unwrap().to_string(), "2021-03-03T11:00:00Z");
    }
}
