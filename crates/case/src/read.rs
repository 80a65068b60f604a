//! A finished case, opened for reading. It stands alone: nothing here knows where the evidence is.

use crate::folder;
use crate::manifest::{FileRecord, Manifest, Stored, TableRecord};
use crate::tables::REJECTS;
use crate::words::{self, ColumnWords};
use crate::{CaseError, values};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use assize_model::{FileId, Timestamp};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

/// Rows handed out at once, at most: what is done for each distinct word of a batch is done the less often the longer it is.
const BATCH_ROWS: u64 = 65_536;

/// Bytes handed out at once, about: rows of a log may be long.
const BATCH_BYTES: u64 = 32 << 20;

/// A sealed case.
///
/// Its tables are our own output. One that comes from elsewhere is compared with its manifest first, by
/// [`Case::check`]: of a table that was changed, what can still be read is wrong at best.
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
        Ok(Self { folder: folder.into(), manifest: folder::read_manifest(folder)? })
    }

    /// Removes the case in a folder: its tables, its manifest, and what was written through [`Case::write`]. What
    /// others put beside them stays, and so does the folder unless it is empty then. A missing or empty folder is fine.
    ///
    /// # Errors
    /// When the folder holds something but no finished case, or strangers lie among its tables: then nothing is removed.
    pub fn remove(folder: &Path) -> Result<(), CaseError> {
        folder::clear(folder)?;
        let Ok(mut entries) = fs::read_dir(folder) else { return Ok(()) };
        if entries.next().is_some() {
            return Ok(());
        }
        fs::remove_dir(folder).map_err(CaseError::io("remove", folder))
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

    /// The tables of evidence, in the order of names; `rejects` is not among them.
    pub fn tables(&self) -> impl Iterator<Item = &TableRecord> {
        self.manifest.tables.iter().filter(|t| t.summary.table != REJECTS)
    }

    /// Every evidence file of which something was read, in the order of ids.
    #[must_use]
    pub fn files(&self) -> &[FileRecord] {
        &self.manifest.files
    }

    /// An evidence file.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&FileRecord> {
        // Files are in the order of ids, but skipped ones are missing.
        self.manifest.files.binary_search_by_key(&id, |f| f.info.id).ok().map(|at| &self.manifest.files[at])
    }

    /// The columns of a table. The metadata holds `assize.family` and, as a JSON list, `assize.sources`: how the
    /// source itself spells the declared columns, in their order.
    ///
    /// # Errors
    /// When the table cannot be opened.
    pub fn schema(&self, table: &str) -> Result<SchemaRef, CaseError> {
        let parts = self.parts(table)?;
        let first = parts.first().ok_or_else(|| CaseError::no_such(table, "file of it"))?;
        Ok(open(&self.folder.join(&first.file), table)?.schema().clone())
    }

    /// The Parquet files of a table, in the order of evidence files.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn parts(&self, table: &str) -> Result<&[Stored], CaseError> {
        let found = self.manifest.tables.iter().find(|t| t.summary.table == table);
        Ok(&found.ok_or_else(|| CaseError::no_such(table, "such table"))?.parts)
    }

    /// The batches of a table, in the order of files and then of records. `columns` names those wanted, all if `None`;
    /// they come in the order of the table.
    ///
    /// # Errors
    /// When there is no such table or column, or the table cannot be opened; each batch may fail as well.
    pub fn scan(
        &self,
        table: &str,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
        // One by one as they are read: a table may have more files than a process may open.
        let mut rest: VecDeque<PathBuf> = self.parts(table)?.iter().map(|p| self.folder.join(&p.file)).collect();
        let mut open = match rest.pop_front() {
            Some(part) => Some(chosen(&part, table, columns)?),
            None => None,
        };
        let columns: Option<Vec<String>> = columns.map(|c| c.iter().map(|c| (*c).to_owned()).collect());
        let table = table.to_owned();
        Ok(std::iter::from_fn(move || {
            loop {
                if let Some(batch) = open.as_mut()?.next() {
                    return Some(batch);
                }
                let part = rest.pop_front()?;
                let columns: Option<Vec<&str>> = columns.as_ref().map(|c| c.iter().map(String::as_str).collect());
                match chosen(&part, &table, columns.as_deref()) {
                    Ok(next) => open = Some(next),
                    Err(e) => {
                        open = None;
                        return Some(Err(e));
                    }
                }
            }
        }))
    }

    /// The batches of one file of a table; see [`Case::scan`]. Columns that it lacks are left out: whoever reads the cases
    /// of earlier versions asks for what came later, too.
    ///
    /// # Errors
    /// When it cannot be opened; each batch may fail as well.
    pub fn scan_part(
        &self,
        table: &str,
        part: &Stored,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
        let builder = open(&self.folder.join(&part.file), table)?;
        let held = |name: &&&str| builder.schema().field_with_name(name).is_ok();
        let columns: Option<Vec<&str>> = columns.map(|columns| columns.iter().filter(held).copied().collect());
        batches(projected(builder, table, columns.as_deref())?, table)
    }

    /// The row groups of a table with the moments they span, so that a reader who wants a period leaves out the others.
    ///
    /// # Errors
    /// When there is no such table, or it cannot be opened.
    pub fn groups(&self, table: &str) -> Result<Vec<Group>, CaseError> {
        let mut all = Vec::new();
        for (part, stored) in self.parts(table)?.iter().enumerate() {
            let reader = open(&self.folder.join(&stored.file), table)?;
            let groups = reader.metadata().row_groups().iter().enumerate();
            all.extend(groups.map(|(index, about)| Group::of(part, index, about)));
        }
        Ok(all)
    }

    /// The batches of one row group, in the order of the table. `columns` names those wanted, all if `None`.
    ///
    /// # Errors
    /// When there is no such table or column, or it cannot be opened; each batch may fail as well.
    pub fn scan_group(
        &self,
        table: &str,
        group: &Group,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
        let part = self.parts(table)?.get(group.part).ok_or_else(|| CaseError::no_such(table, "such part"))?;
        let builder = projected(open(&self.folder.join(&part.file), table)?, table, columns)?;
        batches(builder.with_row_groups(vec![group.index]), table)
    }

    /// Name and SHA-256 of each file that was written after the case was sealed.
    ///
    /// # Errors
    /// When the list of them cannot be read.
    pub fn written(&self) -> Result<BTreeMap<String, String>, CaseError> {
        folder::read_written(&self.folder)
    }

    /// The distinct values of columns that hold words: `table`, `column`, `value`, how many `rows` hold it, and the
    /// `first` and `last` moment of those; sorted by the first three. [`Manifest::not_distinct`] names columns that
    /// had too many and are missing here.
    ///
    /// # Errors
    /// When they cannot be opened; each batch may fail as well.
    pub fn values(&self) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
        parquet(&self.folder.join(folder::VALUES), values::NAME)
    }

    /// The words of each column of each file of a table, in stored order; `None` where none were noted, or by another version to
    /// which something else was a word. Compare [`Manifest::words`] with its hash first.
    ///
    /// # Errors
    /// When they cannot be opened; each column may fail as well.
    pub fn words(&self) -> Result<Option<impl Iterator<Item = Result<ColumnWords, CaseError>> + use<>>, CaseError> {
        let noted = self.manifest.words.as_ref().is_some_and(|words| words.version == words::VERSION);
        noted.then(|| words::read(&self.folder.join(folder::WORDS))).transpose()
    }

    /// Removes the reports but those with these names, so that what stays is of one assessment.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn forget_reports(&self, but: &[&str]) -> Result<(), CaseError> {
        folder::remove_written(&self.folder, but)
    }

    /// Removes what was only needed to go on after a stop. To be called once all that belongs to the case is written.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn finish(&self) -> Result<(), CaseError> {
        folder::remove_work(&self.folder)
    }

    /// Compares tables, values and reports with their hashes; names what differs, is missing, or does not belong.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let words = self.manifest.words.iter().map(|words| &words.stored);
        let parts = self.manifest.parts().chain([&self.manifest.values]).chain(words);
        let mut faults: Vec<String> = parts.filter_map(|part| self.check_part(part)).collect();
        match folder::strangers(&self.folder, &self.manifest) {
            Ok(strangers) => faults.extend(strangers.iter().map(|s| format!("{s} is no part of the case"))),
            Err(e) => faults.push(e.to_string()),
        }
        match folder::read_written(&self.folder) {
            Ok(written) => faults.extend(written.iter().filter_map(|(name, hash)| self.check_written(name, hash))),
            Err(e) => faults.push(e.to_string()),
        }
        faults
    }

    /// Compares one file of a table with its hash; says what is wrong with it.
    #[must_use]
    pub fn check_part(&self, part: &Stored) -> Option<String> {
        match folder::sha256(&self.folder.join(&part.file)) {
            Ok(hash) if hash == part.sha256 => None,
            Ok(_) => Some(format!("{} is not what the manifest says", part.file)),
            Err(e) => Some(e.to_string()),
        }
    }

    fn check_written(&self, name: &str, expected: &str) -> Option<String> {
        match folder::sha256(&self.folder.join(name)) {
            Ok(hash) if hash == expected => None,
            Ok(_) => Some(format!("{name} is not what was written")),
            Err(e) => Some(e.to_string()),
        }
    }

    /// What is signed when somebody stands for the case: the manifest, which holds the hashes of tables and evidence,
    /// and every file that was written; name and SHA-256, in the form of `sha256sum`, by name.
    ///
    /// # Errors
    /// When the manifest or the list of what was written cannot be read.
    pub fn to_sign(&self) -> Result<String, CaseError> {
        let mut files = self.written()?;
        files.insert(folder::MANIFEST.into(), folder::sha256(&self.folder.join(folder::MANIFEST))?);
        Ok(files.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect())
    }

    /// Keeps what was signed, and the signature.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write_signed(&self, list: &str, signature: &str) -> Result<(), CaseError> {
        folder::write_signed(&self.folder, list, signature)
    }

    /// What was signed, and the signature. `None` where the case is not signed.
    ///
    /// # Errors
    /// When one of them is there and cannot be read.
    pub fn signed(&self) -> Result<Option<(String, String)>, CaseError> {
        folder::read_signed(&self.folder)
    }

    /// Writes a file that memory is too small for, in the same way: `fill` writes it.
    ///
    /// # Errors
    /// When the name is not one for a report, or the file cannot be written.
    pub fn write_with(
        &self,
        name: &str,
        fill: &mut dyn FnMut(&mut File) -> std::io::Result<()>,
    ) -> Result<PathBuf, CaseError> {
        folder::write_with(&self.folder, name, fill)
    }

    /// Writes a file of the case whole or not at all: `result.json`, a report. Its name and hash go to `written.json`.
    /// One caller at a time.
    ///
    /// # Errors
    /// When it cannot be written, a file of that name is not ours, or the name is none for a report: letters, digits,
    /// `.`, `-` and `_` only, so that no name can come from evidence.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
        folder::write_report(&self.folder, name, bytes)
    }
}

/// The batches of a Parquet file, of the columns wanted or of all.
fn chosen(
    path: &Path,
    table: &str,
    columns: Option<&[&str]>,
) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
    batches(projected(open(path, table)?, table, columns)?, table)
}

fn projected(
    mut builder: ParquetRecordBatchReaderBuilder<File>,
    table: &str,
    columns: Option<&[&str]>,
) -> Result<ParquetRecordBatchReaderBuilder<File>, CaseError> {
    if let Some(columns) = columns {
        let find = |name: &&str| {
            let at = builder.schema().fields().iter().position(|f| f.name() == name);
            at.ok_or_else(|| CaseError::no_such(table, format_args!("column {name}")))
        };
        let columns = columns.iter().map(find).collect::<Result<Vec<usize>, CaseError>>()?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns);
        builder = builder.with_projection(mask);
    }
    Ok(builder)
}

/// The batches of a Parquet file.
pub(crate) fn parquet(
    path: &Path,
    table: &str,
) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
    chosen(path, table, None)
}

/// The batches of a Parquet file of our own, of so many rows each.
pub(crate) fn parquet_by(
    path: &Path,
    table: &str,
    rows: usize,
) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
    batches(open(path, table)?.with_batch_size(rows), table)
}

/// A part of a table that can be read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    part: usize,
    index: usize,
    /// First and last moment of its rows; `None` where none is dated, or the table does not say.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Rows without a time, as far as the table says.
    pub undated: u64,
    /// Rows.
    pub rows: u64,
}

impl Group {
    fn of(part: usize, index: usize, about: &RowGroupMetaData) -> Self {
        let ts = about.columns().iter().find(|c| c.column_path().string() == "ts").and_then(|c| c.statistics());
        let span = match ts {
            Some(Statistics::Int64(times)) => times.min_opt().zip(times.max_opt()),
            _ => None,
        };
        Self {
            part,
            index,
            span: span.map(|(from, to)| (Timestamp(*from), Timestamp(*to))),
            undated: ts.and_then(Statistics::null_count_opt).unwrap_or_default(),
            rows: u64::try_from(about.num_rows()).unwrap_or_default(),
        }
    }
}

fn open(path: &Path, table: &str) -> Result<ParquetRecordBatchReaderBuilder<File>, CaseError> {
    let file = File::open(path).map_err(CaseError::io("read", path))?;
    let builder = guarded(table, || ParquetRecordBatchReaderBuilder::try_new(file))?;
    let rows = batch_rows(builder.metadata().row_groups());
    Ok(builder.with_batch_size(rows))
}

/// Rows to hand out at once: as many as fit, where all are as long as in the row group of the longest.
fn batch_rows(groups: &[RowGroupMetaData]) -> usize {
    let size = |group: &RowGroupMetaData| {
        group.total_byte_size().max(0).unsigned_abs() / group.num_rows().max(1).unsigned_abs()
    };
    let longest = groups.iter().map(size).max().unwrap_or_default().max(1);
    usize::try_from((BATCH_BYTES / longest).clamp(1, BATCH_ROWS)).unwrap_or(1)
}

fn batches(
    builder: ParquetRecordBatchReaderBuilder<File>,
    table: &str,
) -> Result<impl Iterator<Item = Result<RecordBatch, CaseError>> + use<>, CaseError> {
    let mut reader = Some(guarded(table, || builder.build())?);
    let table = table.to_owned();
    Ok(std::iter::from_fn(move || {
        let batch = guarded(&table, || reader.as_mut().and_then(Iterator::next).transpose());
        if batch.is_err() {
            reader = None;
        }
        batch.transpose()
    }))
}

/// The Parquet reader promises an error for a damaged file, and has been seen to panic.
fn guarded<T, E>(table: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, CaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match std::panic::catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(CaseError::table("read", table)),
        Err(_) => Err(CaseError::Table { what: "read", table: table.into(), source: "it is damaged".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use arrow_array::{ArrayRef, StringArray};
    use std::sync::Arc;

    /// The most rows handed out at once of a table with so many rows of so many bytes.
    fn most_rows(rows: usize, bytes: usize) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|_| "x".repeat(bytes))));
        let batch = RecordBatch::try_from_iter([("text", texts)]).unwrap();
        let mut store = Store::create(folder.path(), "t.parquet", "t", batch.schema(), &[]).unwrap();
        store.write(&batch).unwrap();
        store.close().unwrap();
        let read: Vec<usize> =
            parquet(&folder.path().join("t.parquet"), "t").unwrap().map(|b| b.unwrap().num_rows()).collect();
        assert_eq!(read.iter().sum::<usize>(), rows);
        read.into_iter().max().unwrap_or_default()
    }

    #[test]
    fn long_rows_are_handed_out_few_at_a_time() {
        assert_eq!(most_rows(70_000, 8), 65_536);
        assert_eq!(most_rows(100, 1 << 20), 31, "32 MiB, less what stands around the texts");
    }
}
