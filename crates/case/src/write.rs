//! Rows into a case: what workers hold while they read evidence.

use crate::manifest::{FileRecord, Manifest, Part, SCHEMA, Stored, TableRecord, WordsRecord};
use crate::store::Store;
use crate::tables::{REJECTS, SegmentRecord, Span, Tables};
use crate::values::{self, Values};
use crate::words::ColumnWords;
use crate::{Case, CaseError, folder, read, words};
use arrow_array::RecordBatch;
use assize_model::file::Skipped;
use assize_model::result::TableSummary;
use assize_model::rows::Account;
use assize_model::{Counts, FileId, FileInfo, RowsError, Spec};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file by which a run says that it is at work here.
const LOCK: &str = "lock";

/// A case being made. Shared by all workers.
///
/// It is made of segments, from 0 upwards: consecutive evidence files whose rows are written together. Segments are
/// written in any order and in parallel; one that is finished stays finished, even if the run is killed. Without
/// [`CaseWriter::seal`] what was written is no case.
#[derive(Debug)]
pub struct CaseWriter {
    folder: PathBuf,
    /// Whether the words of columns are noted.
    words: bool,
    /// Held until the case is sealed or given up.
    _lock: File,
}

/// One segment being written; made by the worker that reads its files.
///
/// Its files are opened in ascending order of ids, each once.
pub struct SegmentWriter {
    tables: Tables,
}

/// One evidence file being written.
///
/// It is finished, skipped or dropped. A dropped one is recorded as skipped.
pub struct FileWriter<'a> {
    tables: &'a mut Tables,
    id: FileId,
    path: String,
    info: Option<FileInfo>,
    /// The tables it feeds, with the rows handed over so far.
    fed: Vec<(Arc<Spec>, u64)>,
    failure: Option<CaseError>,
    ended: bool,
}

impl CaseWriter {
    /// Begins a case in a folder that is missing or empty, or goes on with the one that was begun in it. The caller sees
    /// to it that both are of the same evidence, by the name of the folder.
    ///
    /// # Errors
    /// When the folder holds something else, another run is at work in it, or it cannot be written to.
    pub fn begin(folder: &Path) -> Result<Self, CaseError> {
        folder::prepare(folder)?;
        let path = folder.join(folder::WORK).join(LOCK);
        let lock = File::create(&path).map_err(CaseError::io("make", &path))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(CaseError::Occupied { path: folder.into(), why: "another run is at work in it".into() });
            }
            // A file system without locks: then nobody holds one.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        Ok(Self { folder: folder.into(), words: true, _lock: lock })
    }

    /// For a case that nobody will search again: notes no words.
    #[must_use]
    pub fn without_words(self) -> Self {
        Self { words: false, ..self }
    }

    /// Whether a segment was finished, by this run or an earlier one.
    ///
    /// # Errors
    /// When the disk does not say.
    pub fn is_finished(&self, segment: u32) -> Result<bool, CaseError> {
        Ok(folder::read_record(&self.folder, segment)?.is_some())
    }

    /// Opens a segment for writing. What a stopped run left of it is written anew.
    #[must_use]
    pub fn segment(&self, segment: u32) -> SegmentWriter {
        SegmentWriter { tables: Tables::new(self.folder.clone(), segment, self.words) }
    }

    /// Ends the case of so many segments: joins what they noted, and writes the manifest last.
    ///
    /// `manifest` says what is known of tool, content and source; files, tables and values are filled in here, and
    /// what was skipped while writing is added to what was skipped before.
    ///
    /// # Errors
    /// When a segment was never finished, or the manifest cannot be written.
    pub fn seal(self, segments: u32, mut manifest: Manifest) -> Result<Case, CaseError> {
        manifest.schema = SCHEMA.into();
        manifest.tables.clear();
        let mut tables = BTreeMap::new();
        let mut values = Values::default();
        let mut noted = self.words.then(|| words::create(&self.folder, folder::WORDS)).transpose()?;
        for segment in 0..segments {
            let mut record = folder::read_record(&self.folder, segment)?
                .ok_or_else(|| CaseError::Failed(format!("segment {segment} was never finished")))?;
            self.join_values(&record, &mut values)?;
            let words = record.words.take().filter(|words| words.version == words::VERSION);
            join(record, &mut manifest, &mut tables);
            if let Some((segment, all)) = words.zip(noted.as_mut()) {
                self.join_words(&segment.stored, &tables, all)?;
            }
        }
        count_files(&manifest, &mut tables);
        manifest.tables = tables.into_values().collect();
        manifest.skipped.sort();
        let mut store = Store::create(&self.folder, folder::VALUES, values::NAME, values::schema(), &[])?;
        manifest.not_distinct = values.write(&mut store)?;
        manifest.values = store.close()?;
        let noted = noted.map(Store::close).transpose()?;
        manifest.words = noted.map(|stored| WordsRecord { version: words::VERSION, stored });
        folder::sync_tables(&self.folder, &manifest)?;
        folder::write_json(&self.folder, folder::MANIFEST, &manifest)?;
        Case::open(&self.folder)
    }

    fn join_values(&self, record: &SegmentRecord, values: &mut Values) -> Result<(), CaseError> {
        for batch in read::parquet(&self.folder.join(&record.values.file), values::NAME)? {
            values.join(&batch?)?;
        }
        for (table, column) in &record.not_distinct {
            values.too_many(table, column);
        }
        Ok(())
    }

    /// Adds the words of a segment, whose tables were the last to be joined.
    fn join_words(
        &self,
        segment: &Stored,
        tables: &BTreeMap<String, TableRecord>,
        all: &mut Store,
    ) -> Result<(), CaseError> {
        for column in words::read(&self.folder.join(&segment.file))? {
            let column = column?;
            let part = tables.get(&column.table).map_or(0, |table| table.parts.len().saturating_sub(1));
            let part = u32::try_from(part).map_err(CaseError::table("write", &column.table))?;
            words::write(all, &ColumnWords { part, ..column })?;
        }
        Ok(())
    }
}

/// Adds what a segment left to the manifest and the tables.
fn join(record: SegmentRecord, manifest: &mut Manifest, tables: &mut BTreeMap<String, TableRecord>) {
    manifest.files.extend(record.files);
    manifest.skipped.extend(record.skipped);
    for part in record.tables {
        let table = tables.entry(part.table.clone()).or_insert_with(|| TableRecord {
            summary: TableSummary {
                title: BTreeMap::new(),
                table: part.table,
                family: part.family,
                files: 0,
                rows: 0,
                rejects: 0,
                from: None,
                to: None,
                days: BTreeMap::new(),
            },
            parts: Vec::new(),
        });
        let summary = &mut table.summary;
        summary.rows += part.rows;
        let mut span = Span { from: summary.from, to: summary.to, days: std::mem::take(&mut summary.days) };
        span.join(&part.span);
        (summary.from, summary.to, summary.days) = (span.from, span.to, span.days);
        table.parts.push(part.stored);
    }
}

/// How many files fed each table, and what could not become a row of it.
fn count_files(manifest: &Manifest, tables: &mut BTreeMap<String, TableRecord>) {
    for file in &manifest.files {
        for part in &file.parts {
            if let Some(table) = tables.get_mut(&part.table) {
                table.summary.files += 1;
                table.summary.rejects += part.counts.rejects;
            }
        }
        if let Some(table) = tables.get_mut(REJECTS) {
            table.summary.files += u64::from(file.parts.iter().any(|p| p.counts.rejects > 0));
        }
    }
}

impl SegmentWriter {
    /// Opens the file of that id for writing its rows.
    #[must_use]
    pub fn file(&mut self, id: FileId, path: &str) -> FileWriter<'_> {
        FileWriter {
            tables: &mut self.tables,
            id,
            path: path.into(),
            info: None,
            fed: Vec::new(),
            failure: None,
            ended: false,
        }
    }

    /// Ends the segment: what was written of it outlives the run from here on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<(), CaseError> {
        self.tables.close()
    }
}

impl FileWriter<'_> {
    /// Says what is known of the file before it is read, so that its record is whole even if reading stops midway.
    pub fn describe(&mut self, info: &FileInfo) {
        self.info = Some(without_head(info.clone()));
    }

    /// Takes the batches of one table, for [`assize_model::Rows`].
    pub fn sink<'s>(&'s mut self, spec: &'s Spec) -> impl FnMut(RecordBatch) -> Result<(), RowsError> {
        let at = self.fed.len();
        self.fed.push((Arc::new(spec.clone()), 0));
        move |batch| {
            self.tables.rows(spec, &batch).map_err(|e| {
                let text = e.to_string();
                self.failure = Some(e);
                RowsError::Keep(text)
            })?;
            self.fed[at].1 += batch.num_rows() as u64;
            Ok(())
        }
    }

    /// The failure of ours behind a [`RowsError::Keep`], if there was one.
    pub fn failure(&mut self) -> Option<CaseError> {
        self.failure.take()
    }

    /// Ends the file with what each parser made of it, table and account, and with remarks on the whole file.
    ///
    /// # Errors
    /// When rejects of this file cannot be written.
    pub fn finish(
        mut self,
        info: FileInfo,
        remarks: Vec<String>,
        accounts: Vec<(String, Account)>,
    ) -> Result<(), CaseError> {
        let mut record = FileRecord { info: without_head(info), parts: Vec::new(), notes: remarks };
        let mut rejects = Vec::new();
        for (table, account) in accounts {
            let spec = self.fed.iter().find(|(spec, _)| spec.table == table).map(|(spec, _)| spec.clone());
            match spec {
                Some(spec) => rejects.push((spec, account.rejects)),
                None => return Err(CaseError::Failed(format!("{table} has an account of {} but no sink", self.path))),
            }
            record.parts.push(Part { table, counts: account.counts });
            record.notes.extend(account.notes);
        }
        self.ended = true;
        self.tables.file(record, &rejects)
    }

    /// Ends a file that could not be opened, or not be read to its end. Rows that were handed over stay, and
    /// their file is recorded, so that every row keeps its address.
    ///
    /// # Errors
    /// When what is known of the file cannot be written.
    pub fn skip(mut self, skipped: Skipped) -> Result<(), CaseError> {
        self.end_early(skipped)
    }

    fn end_early(&mut self, skipped: Skipped) -> Result<(), CaseError> {
        self.ended = true;
        let fed = std::mem::take(&mut self.fed);
        let parts: Vec<Part> = fed
            .into_iter()
            .filter(|(_, rows)| *rows > 0)
            .map(|(spec, rows)| Part { table: spec.table.clone(), counts: Counts { rows, ..Counts::default() } })
            .collect();
        if !parts.is_empty() {
            let info = self.info.take().unwrap_or_else(|| undescribed(self.id, &self.path));
            let notes = vec![format!("read in part only: {}", skipped.reason)];
            self.tables.file(FileRecord { info, parts, notes }, &[])?;
        }
        self.tables.skipped(skipped);
        Ok(())
    }
}

/// The first bytes of a file have served once it is read; records of many files would keep them all in memory.
fn without_head(info: FileInfo) -> FileInfo {
    FileInfo { head: Vec::new(), ..info }
}

/// A file of which only the path is known; an empty hash says that none was taken.
fn undescribed(id: FileId, path: &str) -> FileInfo {
    FileInfo { id, path: path.into(), size: 0, sha256: String::new(), modified: None, head: Vec::new() }
}

impl Drop for FileWriter<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let reason = "the reader of this file stopped early".into();
        let skipped = Skipped { path: self.path.clone(), reason };
        // Without rejects nothing is written here that could fail.
        let _ = self.end_early(skipped);
    }
}

#[cfg(test)]
mod tests;
