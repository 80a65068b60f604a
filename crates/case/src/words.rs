//! What is kept of the words in columns, so that a later search opens only those that may hold what it looks for.
//!
//! A file of this kind lies outside of the case and can be made from it again. What a word is, is for others to say:
//! here it is a number of [`WORD_BITS`] bits.

use crate::store::Store;
use crate::{CaseError, read};
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::path::Path;
use std::sync::Arc;
use twox_hash::XxHash64;

/// Bits of a word that are kept. Ten thousand words looked for among a hundred million: one is taken for another.
pub const WORD_BITS: u32 = 40;
/// Bytes of a word that are kept.
const WORD_BYTES: usize = WORD_BITS as usize / 8;
/// Words of a column in one file of its table that are kept. A column with more has to be read.
pub const WORDS_MAX: usize = 1 << 20;
/// Lists read at once: of the longest, 160 MiB.
const BATCH_ROWS: usize = 32;
/// What errors call such a file.
const NAME: &str = "words";

/// The words of one column in one file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnWords {
    /// The table.
    pub table: String,
    /// The file of the table, by its place in the manifest.
    pub part: u32,
    /// The column.
    pub column: String,
    /// The words, sorted, each once; `None` where there were too many.
    pub words: Option<Vec<u64>>,
}

/// A file of words being written.
pub struct WordsWriter {
    store: Store,
}

impl WordsWriter {
    /// Begins the file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(folder: &Path, name: &str) -> Result<Self, CaseError> {
        Ok(Self { store: Store::create(folder, name, NAME, schema(), &[])? })
    }

    /// Adds columns of a file of a table.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, columns: &[ColumnWords]) -> Result<(), CaseError> {
        let packed: Vec<Option<Vec<u8>>> = columns.iter().map(|c| c.words.as_deref().map(packed)).collect();
        let checks = columns.iter().zip(&packed).map(|(c, words)| check(&c.table, c.part, &c.column, words.as_deref()));
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(columns.iter().map(|c| &c.table))),
            Arc::new(UInt32Array::from_iter_values(columns.iter().map(|c| c.part))),
            Arc::new(StringArray::from_iter_values(columns.iter().map(|c| &c.column))),
            Arc::new(BinaryArray::from_iter(packed.iter().map(Option::as_deref))),
            Arc::new(UInt64Array::from_iter_values(checks)),
        ];
        let batch = RecordBatch::try_new(schema(), arrays).map_err(CaseError::table("write", NAME))?;
        self.store.write(&batch)?;
        self.store.cut_beyond(1 << 25)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn close(self) -> Result<(), CaseError> {
        self.store.close().map(|_| ())
    }
}

/// Reads a file of words: each column as it was written.
///
/// # Errors
/// When it cannot be read, or is not as it was written; so may each column.
pub fn read_words(path: &Path) -> Result<impl Iterator<Item = Result<ColumnWords, CaseError>> + use<>, CaseError> {
    let batches = read::parquet_by(path, NAME, BATCH_ROWS)?;
    Ok(batches.flat_map(|batch| match batch.and_then(|batch| columns(&batch)) {
        Ok(columns) => columns.into_iter().map(Ok).collect(),
        Err(e) => vec![Err(e)],
    }))
}

fn columns(batch: &RecordBatch) -> Result<Vec<ColumnWords>, CaseError> {
    let fault = || CaseError::table("read", NAME)("it is not as it was written");
    if batch.schema_ref().fields() != schema().fields() {
        return Err(fault());
    }
    let any = |at: usize| batch.column(at).as_any();
    let (Some(tables), Some(names)) = (any(0).downcast_ref::<StringArray>(), any(2).downcast_ref::<StringArray>())
    else {
        return Err(fault());
    };
    let parts = any(1).downcast_ref::<UInt32Array>().ok_or_else(fault)?;
    let lists = any(3).downcast_ref::<BinaryArray>().ok_or_else(fault)?;
    let checks = any(4).downcast_ref::<UInt64Array>().ok_or_else(fault)?;
    let column = |at: usize| {
        let (table, part, column) = (tables.value(at), parts.value(at), names.value(at));
        let words = lists.is_valid(at).then(|| lists.value(at));
        if checks.value(at) != check(table, part, column, words) {
            return Err(fault());
        }
        let words = words.map(|packed| packed.chunks_exact(WORD_BYTES).map(word).collect());
        Ok(ColumnWords { table: table.into(), part, column: column.into(), words })
    };
    (0..batch.num_rows()).map(column).collect()
}

fn packed(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes().into_iter().skip(8 - WORD_BYTES)).collect()
}

fn word(packed: &[u8]) -> u64 {
    packed.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A number that tells a list that was damaged on the disk: what a list has lost would not be looked for.
fn check(table: &str, part: u32, column: &str, words: Option<&[u8]>) -> u64 {
    let place = format!("{table}/{part}/{column}/{}", words.is_some());
    XxHash64::oneshot(XxHash64::oneshot(0, place.as_bytes()), words.unwrap_or_default())
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("table", DataType::Utf8, false),
        Field::new("part", DataType::UInt32, false),
        Field::new("column", DataType::Utf8, false),
        Field::new("words", DataType::Binary, true),
        Field::new("check", DataType::UInt64, false),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_of_a_table() -> Vec<ColumnWords> {
        let column = |column: &str, words: Option<Vec<u64>>| ColumnWords {
            table: "iis_w3c".into(),
            part: 3,
            column: column.into(),
            words,
        };
        vec![
            column("c_ip", Some(vec![0, 1, 0xff_ffff_ffff])),
            column("cs_uri_stem", None),
            column("cs_host", Some(vec![])),
        ]
    }

    fn written(folder: &Path) -> std::path::PathBuf {
        let mut writer = WordsWriter::create(folder, "w").unwrap();
        columns_of_a_table().chunks(2).for_each(|columns| writer.write(columns).unwrap());
        writer.close().unwrap();
        folder.join("w")
    }

    #[test]
    fn words_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let read: Vec<ColumnWords> = read_words(&written(folder.path())).unwrap().map(Result::unwrap).collect();
        assert_eq!(read, columns_of_a_table());
    }

    #[test]
    fn what_was_damaged_is_an_error_or_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            let read: Result<Vec<ColumnWords>, CaseError> = read_words(&path).and_then(Iterator::collect);
            if let Ok(read) = read {
                assert!(read.iter().all(|column| columns_of_a_table().contains(column)), "byte {at}: {read:?}");
            }
        }
    }
}
