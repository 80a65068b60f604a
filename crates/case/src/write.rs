//! Rows into a case: what workers hold while they read evidence.

use crate::manifest::{FileRecord, Manifest, Part, SCHEMA};
use crate::order::Order;
use crate::tables::{Item, Tables};
use crate::{Case, CaseError, folder};
use arrow_array::RecordBatch;
use assize_model::file::Skipped;
use assize_model::rows::Account;
use assize_model::{Counts, FileId, FileInfo, RowsError, Spec};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of rows that wait for their turn. A worker beyond it stands still until earlier files are written.
const WAITING_BYTES_MAX: usize = 128 << 20;

/// A case being made. Shared by all workers.
///
/// Without [`CaseWriter::seal`] what was written is no case.
pub struct CaseWriter {
    folder: PathBuf,
    order: Order<Item, Tables>,
}

/// One evidence file being written; made by the worker that reads it.
///
/// Every file id, from 0 upwards without a gap and in ascending order, is opened once and then finished, skipped or
/// dropped. A dropped one is recorded as skipped, so a worker that dies does not stop the others.
pub struct FileWriter<'a> {
    writer: &'a CaseWriter,
    id: FileId,
    path: String,
    info: RefCell<Option<FileInfo>>,
    /// The tables it feeds, with the rows handed over so far.
    fed: RefCell<Vec<(Arc<Spec>, u64)>>,
    failure: RefCell<Option<CaseError>>,
    ended: bool,
}

impl CaseWriter {
    /// Begins a case in a folder that is missing or empty.
    ///
    /// # Errors
    /// When the folder holds something, or cannot be written to.
    pub fn create(folder: &Path) -> Result<Self, CaseError> {
        Self::with_room(folder, WAITING_BYTES_MAX)
    }

    /// Begins a case in place of the one in that folder, which is removed first; see [`Case::remove`].
    ///
    /// # Errors
    /// When the folder holds anything that is no part of a case, or cannot be written to.
    pub fn replace(folder: &Path) -> Result<Self, CaseError> {
        folder::clear(folder)?;
        Self::create(folder)
    }

    fn with_room(folder: &Path, room: usize) -> Result<Self, CaseError> {
        folder::prepare(folder)?;
        Ok(Self { folder: folder.into(), order: Order::new(Tables::new(folder.into()), room, Tables::take) })
    }

    /// Opens the file of that id for writing its rows.
    #[must_use]
    pub fn file(&self, id: FileId, path: &str) -> FileWriter<'_> {
        FileWriter {
            writer: self,
            id,
            path: path.into(),
            info: RefCell::default(),
            fed: RefCell::default(),
            failure: RefCell::default(),
            ended: false,
        }
    }

    /// Ends the case: closes the tables, and writes the manifest last.
    ///
    /// `manifest` says what is known of tool, content and source; files, tables and values are filled in here, and
    /// what was skipped while writing is added to what was skipped before.
    ///
    /// # Errors
    /// When a table or the manifest cannot be written, a worker failed before, or a file was never finished.
    pub fn seal(self, mut manifest: Manifest) -> Result<Case, CaseError> {
        manifest.schema = SCHEMA.into();
        manifest.tables.clear();
        self.order.into_sink()?.close(&mut manifest)?;
        folder::write_json(&self.folder, folder::MANIFEST, &manifest)?;
        Case::open(&self.folder)
    }
}

impl FileWriter<'_> {
    /// Says what is known of the file before it is read, so that its record is whole even if reading stops midway.
    pub fn describe(&self, info: &FileInfo) {
        *self.info.borrow_mut() = Some(without_head(info.clone()));
    }

    /// Takes the batches of one table, for [`assize_model::Rows`].
    pub fn sink(&self, spec: &Spec) -> impl FnMut(RecordBatch) -> Result<(), RowsError> + use<'_> {
        let spec = Arc::new(spec.clone());
        let at = self.fed.borrow().len();
        self.fed.borrow_mut().push((spec.clone(), 0));
        move |batch| {
            let rows = batch.num_rows() as u64;
            self.put(Item::batch(spec.clone(), batch)).map_err(|e| {
                let text = e.to_string();
                *self.failure.borrow_mut() = Some(e);
                RowsError::Keep(text)
            })?;
            self.fed.borrow_mut()[at].1 += rows;
            Ok(())
        }
    }

    /// The failure of ours behind a [`RowsError::Keep`], if there was one.
    pub fn failure(&self) -> Option<CaseError> {
        self.failure.borrow_mut().take()
    }

    /// Ends the file with what each parser made of it: table and account.
    ///
    /// # Errors
    /// When what waited for this file cannot be written.
    pub fn finish(mut self, info: FileInfo, accounts: Vec<(String, Account)>) -> Result<(), CaseError> {
        let mut record = FileRecord { info: without_head(info), parts: Vec::new(), notes: Vec::new() };
        let mut rejects = Vec::new();
        for (table, account) in accounts {
            let spec = self.fed.borrow().iter().find(|(spec, _)| spec.table == table).map(|(spec, _)| spec.clone());
            match spec {
                Some(spec) => rejects.push((spec, account.rejects)),
                None => return Err(CaseError::Failed(format!("{table} has an account of {} but no sink", self.path))),
            }
            record.parts.push(Part { table, counts: account.counts });
            record.notes.extend(account.notes);
        }
        self.ended = true;
        self.put(Item::File(Box::new(record), rejects))?;
        self.writer.order.finish(self.id.0)
    }

    /// Ends a file that could not be opened, or not be read to its end. Rows that were handed over stay, and
    /// their file is recorded, so that every row keeps its address.
    ///
    /// # Errors
    /// When what waited for this file cannot be written.
    pub fn skip(mut self, skipped: Skipped) -> Result<(), CaseError> {
        self.end_early(skipped)
    }

    fn end_early(&mut self, skipped: Skipped) -> Result<(), CaseError> {
        self.ended = true;
        let fed = self.fed.take();
        let parts: Vec<Part> = fed
            .into_iter()
            .filter(|(_, rows)| *rows > 0)
            .map(|(spec, rows)| Part { table: spec.table.clone(), counts: Counts { rows, ..Counts::default() } })
            .collect();
        if !parts.is_empty() {
            let info = self.info.take().unwrap_or_else(|| undescribed(self.id, &self.path));
            let notes = vec![format!("read in part only: {}", skipped.reason)];
            self.put(Item::File(Box::new(FileRecord { info, parts, notes }), Vec::new()))?;
        }
        self.put(Item::Skipped(skipped))?;
        self.writer.order.finish(self.id.0)
    }

    fn put(&self, item: Item) -> Result<(), CaseError> {
        self.writer.order.put(self.id.0, item.bytes(), item)
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
        // A failure here is found again by the next hand-over or by the seal, which report it.
        let _ = self.end_early(skipped);
    }
}

#[cfg(test)]
mod tests;
