//! Rows to Parquet: one table a file, in the order of evidence files.

use crate::manifest::{FileRecord, Manifest, Part, SCHEMA, TableRecord};
use crate::order::Order;
use crate::values::{self, Values};
use crate::{Case, CaseError};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use assize_model::file::Skipped;
use assize_model::result::TableSummary;
use assize_model::rows::Account;
use assize_model::{FileId, FileInfo, Reject, RowsError, Spec, Timestamp};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that a table may hold in memory before a row group is closed. Counted from the data, not from time.
const ROW_GROUP_BYTES: usize = 128 << 20;
/// Rows of a row group.
const ROW_GROUP_ROWS: usize = 1 << 20;
/// Times outside these years are rows, but say nothing about coverage: 1990 to 2100.
const SANE: std::ops::Range<i64> = 631_152_000_000_000..4_102_444_800_000_000;

/// A case being made. Shared by all workers.
pub struct CaseWriter {
    folder: PathBuf,
    order: Order<Item, Tables>,
}

enum Item {
    Batch(Arc<TableName>, RecordBatch),
    End(Box<FileRecord>, Vec<(String, Vec<Reject>)>),
    Skipped(Skipped),
}

struct TableName {
    table: String,
    family: String,
}

/// One evidence file being written; made by the worker that reads it.
///
/// Every file id, from 0 upwards without a gap, is opened once and then finished or dropped. A dropped one is
/// recorded as skipped, so a worker that dies does not stop the others.
pub struct FileWriter<'a> {
    writer: &'a CaseWriter,
    info: FileId,
    path: String,
    failure: RefCell<Option<CaseError>>,
    finished: bool,
}

impl CaseWriter {
    /// Begins a case in an existing, empty folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(folder: &Path) -> Result<Self, CaseError> {
        let tables = folder.join("tables");
        std::fs::create_dir_all(&tables).map_err(CaseError::io("make", &tables))?;
        Ok(Self { folder: folder.into(), order: Order::new(Tables::new(tables)) })
    }

    /// Opens the file of that id for writing its rows.
    #[must_use]
    pub fn file(&self, id: FileId, path: &str) -> FileWriter<'_> {
        FileWriter { writer: self, info: id, path: path.into(), failure: RefCell::new(None), finished: false }
    }

    /// Ends the case: closes the tables, and writes the manifest last.
    ///
    /// # Errors
    /// When a table or the manifest cannot be written.
    pub fn seal(self, mut manifest: Manifest) -> Result<Case, CaseError> {
        let tables = self.order.into_sink()?;
        manifest.schema = SCHEMA.into();
        tables.close(&self.folder, &mut manifest)?;
        manifest.skipped.sort();
        let json = serde_json::to_vec_pretty(&manifest).map_err(|e| CaseError::table("write", "case.json", e))?;
        crate::read::write_file(&self.folder, "case.json", &json)?;
        Case::open(&self.folder)
    }
}

impl FileWriter<'_> {
    /// Takes the batches of one table, for [`assize_model::Rows`].
    pub fn sink(&self, spec: &Spec) -> impl FnMut(RecordBatch) -> Result<(), RowsError> + use<'_> {
        let name = Arc::new(TableName { table: spec.table.clone(), family: spec.family.clone() });
        move |batch| {
            let put = self.writer.order.put(self.info.0, Item::Batch(name.clone(), batch), Tables::take);
            put.map_err(|e| {
                let text = e.to_string();
                *self.failure.borrow_mut() = Some(e);
                RowsError::Keep(text)
            })
        }
    }

    /// The failure of ours behind a [`RowsError::Keep`], if there was one.
    pub fn failure(&self) -> Option<CaseError> {
        self.failure.borrow_mut().take()
    }

    /// Ends the file with what each parser made of it.
    ///
    /// # Errors
    /// When what waited for this file cannot be written.
    pub fn finish(mut self, info: FileInfo, accounts: Vec<(String, Account)>) -> Result<(), CaseError> {
        self.finished = true;
        let mut record = FileRecord { info, parts: Vec::new(), notes: Vec::new() };
        let mut rejects = Vec::new();
        for (table, account) in accounts {
            record.parts.push(Part { table: table.clone(), counts: account.counts });
            record.notes.extend(account.notes);
            rejects.push((table, account.rejects));
        }
        let order = &self.writer.order;
        order.put(self.info.0, Item::End(Box::new(record), rejects), Tables::take)?;
        order.finish(self.info.0, Tables::take)
    }

    /// Ends a file that could not be opened.
    ///
    /// # Errors
    /// When what waited for this file cannot be written.
    pub fn skip(mut self, skipped: Skipped) -> Result<(), CaseError> {
        self.finished = true;
        self.writer.order.put(self.info.0, Item::Skipped(skipped), Tables::take)?;
        self.writer.order.finish(self.info.0, Tables::take)
    }
}

impl Drop for FileWriter<'_> {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let reason = "the reader of this file stopped early".into();
        let skipped = Skipped { path: std::mem::take(&mut self.path), reason };
        // A failure here is found again by the next hand-over, which reports it.
        let order = &self.writer.order;
        let _ = order.put(self.info.0, Item::Skipped(skipped), Tables::take);
        let _ = order.finish(self.info.0, Tables::take);
    }
}

/// What the order writes to.
struct Tables {
    folder: PathBuf,
    open: BTreeMap<String, Table>,
    files: Vec<FileRecord>,
    skipped: Vec<Skipped>,
    values: Values,
}

struct Table {
    writer: ArrowWriter<BufWriter<File>>,
    summary: TableSummary,
}

impl Tables {
    fn new(folder: PathBuf) -> Self {
        Self { folder, open: BTreeMap::new(), files: Vec::new(), skipped: Vec::new(), values: Values::default() }
    }

    fn take(&mut self, item: Item) -> Result<(), CaseError> {
        match item {
            Item::Batch(name, batch) => {
                self.values.add(&name.table, &batch);
                let table = self.table(&name.table, &name.family, batch.schema())?;
                table.count(&batch);
                table.write(&name.table, &batch)
            }
            Item::End(record, rejects) => {
                for (table, rejects) in rejects.iter().filter(|(_, r)| !r.is_empty()) {
                    let batch = reject_batch(record.info.id, table, rejects)?;
                    self.table("rejects", "rejects", batch.schema())?.write("rejects", &batch)?;
                }
                self.files.push(*record);
                Ok(())
            }
            Item::Skipped(skipped) => {
                self.skipped.push(skipped);
                Ok(())
            }
        }
    }

    fn table(&mut self, name: &str, family: &str, schema: SchemaRef) -> Result<&mut Table, CaseError> {
        match self.open.entry(name.to_owned()) {
            std::collections::btree_map::Entry::Occupied(open) => Ok(open.into_mut()),
            std::collections::btree_map::Entry::Vacant(vacant) => {
                let writer = parquet_writer(&self.folder.join(format!("{name}.parquet")), name, schema)?;
                let summary = TableSummary {
                    table: name.into(),
                    family: family.into(),
                    files: 0,
                    rows: 0,
                    rejects: 0,
                    from: None,
                    to: None,
                    days: BTreeMap::new(),
                };
                Ok(vacant.insert(Table { writer, summary }))
            }
        }
    }

    /// Closes every table, writes the distinct values, and fills the manifest.
    fn close(mut self, folder: &Path, manifest: &mut Manifest) -> Result<(), CaseError> {
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for part in self.files.iter().flat_map(|f| &f.parts) {
            let entry = counts.entry(part.table.as_str()).or_default();
            entry.0 += 1;
            entry.1 += part.counts.rejects;
        }
        for (name, mut table) in std::mem::take(&mut self.open) {
            close_parquet(table.writer, &name)?;
            let sha256 = crate::read::sha256(&self.folder.join(format!("{name}.parquet")))?;
            if name == "rejects" {
                manifest.tables.push(TableRecord { summary: table.summary, sha256 });
                continue;
            }
            (table.summary.files, table.summary.rejects) = counts.get(name.as_str()).copied().unwrap_or_default();
            manifest.tables.push(TableRecord { summary: table.summary, sha256 });
        }
        let path = folder.join("values.parquet");
        let mut writer = parquet_writer(&path, "values", values::schema())?;
        for batch in self.values.batches()? {
            writer.write(&batch).map_err(|e| CaseError::table("write", "values", e))?;
        }
        close_parquet(writer, "values")?;
        manifest.not_distinct = self.values.not_distinct();
        manifest.skipped.append(&mut self.skipped);
        manifest.files = self.files;
        Ok(())
    }
}

impl Table {
    fn write(&mut self, name: &str, batch: &RecordBatch) -> Result<(), CaseError> {
        self.writer.write(batch).map_err(|e| CaseError::table("write", name, e))?;
        if self.writer.in_progress_size() > ROW_GROUP_BYTES {
            self.writer.flush().map_err(|e| CaseError::table("write", name, e))?;
        }
        Ok(())
    }

    fn count(&mut self, batch: &RecordBatch) {
        self.summary.rows += batch.num_rows() as u64;
        let Some(times) =
            batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>())
        else {
            return;
        };
        for time in times.iter().flatten().filter(|t| SANE.contains(t)).map(Timestamp) {
            self.summary.from = Some(self.summary.from.map_or(time, |t| t.min(time)));
            self.summary.to = self.summary.to.max(Some(time));
            *self.summary.days.entry(time.day()).or_default() += 1;
        }
    }
}

fn parquet_writer(path: &Path, table: &str, schema: SchemaRef) -> Result<ArrowWriter<BufWriter<File>>, CaseError> {
    let level = ZstdLevel::try_new(1).map_err(|e| CaseError::table("write", table, e))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by("assize".into())
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .build();
    let file = File::create(path).map_err(CaseError::io("make", path))?;
    ArrowWriter::try_new(BufWriter::new(file), schema, Some(properties))
        .map_err(|e| CaseError::table("write", table, e))
}

fn close_parquet(writer: ArrowWriter<BufWriter<File>>, table: &str) -> Result<(), CaseError> {
    let fault = |e: &dyn std::fmt::Display| CaseError::table("write", table, e);
    let buffer = writer.into_inner().map_err(|e| fault(&e))?;
    let file = buffer.into_inner().map_err(|e| fault(&e))?;
    file.sync_all().map_err(|e| fault(&e))
}

fn reject_batch(file: FileId, table: &str, rejects: &[Reject]) -> Result<RecordBatch, CaseError> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("file_id", DataType::UInt32, false),
        Field::new("pos", DataType::UInt64, false),
        Field::new("table", DataType::Utf8, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("bytes", DataType::UInt64, false),
        Field::new("reason", DataType::Utf8, false),
        Field::new("sample", DataType::Utf8, false),
    ]));
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
    RecordBatch::try_new(schema, arrays).map_err(|e| CaseError::table("write", "rejects", e))
}
