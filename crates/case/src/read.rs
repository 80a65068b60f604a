//! A finished case, opened for reading. It stands alone: nothing here knows where the evidence is.

use crate::CaseError;
use crate::manifest::{FileRecord, Manifest, SCHEMA, TableRecord};
use arrow_array::RecordBatch;
use assize_model::FileId;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Rows handed out at once.
const BATCH_ROWS: usize = 16_384;

/// A sealed case.
#[derive(Debug)]
pub struct Case {
    folder: PathBuf,
    manifest: Manifest,
}

impl Case {
    /// Opens the case in a folder.
    ///
    /// # Errors
    /// When there is none, or it was never finished.
    pub fn open(folder: &Path) -> Result<Self, CaseError> {
        let not = |why: String| CaseError::NotACase { path: folder.into(), why };
        let text = fs::read(folder.join("case.json")).map_err(|e| not(format!("no case.json ({e})")))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|e| not(format!("case.json is damaged ({e})")))?;
        if manifest.schema != SCHEMA {
            return Err(not(format!("case.json has schema {}, {SCHEMA} is expected", manifest.schema)));
        }
        Ok(Self { folder: folder.into(), manifest })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where the case lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The tables of evidence, in the order of names.
    pub fn tables(&self) -> impl Iterator<Item = &TableRecord> {
        self.manifest.tables.iter().filter(|t| t.summary.table != "rejects")
    }

    /// An evidence file.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&FileRecord> {
        // Files are in the order of ids, but skipped ones are missing.
        self.manifest.files.binary_search_by_key(&id, |f| f.info.id).ok().map(|at| &self.manifest.files[at])
    }

    /// The batches of a table, in the order of files and then of records; `columns` names those wanted, all if `None`.
    ///
    /// # Errors
    /// When the table cannot be opened; each batch may fail as well. A case is our own output; one that comes
    /// from elsewhere is compared with its manifest first, see [`Case::check`].
    pub fn scan(
        &self,
        table: &str,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
        let path = self.folder.join("tables").join(format!("{table}.parquet"));
        let file = File::open(&path).map_err(CaseError::io("read", &path))?;
        let fault = |e| CaseError::table("read", table, e);
        let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(fault)?.with_batch_size(BATCH_ROWS);
        if let Some(columns) = columns {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        let reader = builder.build().map_err(fault)?;
        let name = table.to_owned();
        Ok(reader.map(move |batch| batch.map_err(|e| CaseError::table("read", &name, e))))
    }

    /// Compares every table with the manifest; names those that differ.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for table in &self.manifest.tables {
            let name = &table.summary.table;
            let path = self.folder.join("tables").join(format!("{name}.parquet"));
            match sha256(&path) {
                Ok(hash) if hash == table.sha256 => {}
                Ok(_) => faults.push(format!("table {name} is not what the manifest says")),
                Err(e) => faults.push(e.to_string()),
            }
        }
        faults
    }

    /// Writes a file of the case whole or not at all: `result.json`, a report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
        write_file(&self.folder, name, bytes)
    }
}

/// Writes beside, syncs, and renames, so that a reader finds the old file or the new one.
pub(crate) fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
    let path = folder.join(name);
    let beside = folder.join(format!("{name}.unfinished"));
    let mut file = File::create(&beside).map_err(CaseError::io("make", &beside))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(CaseError::io("write", &beside))?;
    fs::rename(&beside, &path).map_err(CaseError::io("write", &path))?;
    Ok(path)
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> Result<String, CaseError> {
    let mut file = File::open(path).map_err(CaseError::io("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).map_err(CaseError::io("read", path))?;
        if n == 0 {
            return Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect());
        }
        hash.update(&buffer[..n]);
    }
}
