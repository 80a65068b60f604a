//! The words of columns, so that a later search opens only those that may hold what it looks for.

mod split;

pub use split::{Names, is_letter};

use crate::store::Store;
use crate::{CaseError, read};
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use hashbrown::HashTable;
use split::WORD_BITS;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// To be raised when the words of a text change: words noted before mean something else then.
pub(crate) const VERSION: u32 = 1;
/// Bytes of a word that are kept.
const WORD_BYTES: usize = WORD_BITS as usize / 8;
/// Words of a column in one segment that are kept. A column with more has to be read.
const COLUMN_MAX: usize = 1 << 20;
/// Words of all columns of a segment that are kept; beyond, the longest list is given up.
const ALL_MAX: usize = 1 << 22;
/// Lists read at once: of the longest, 160 MiB.
const BATCH_ROWS: usize = 32;
/// What errors call the file of words.
const NAME: &str = "words";

/// The words of one column in one file of a table, each as a number of 40 bits.
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

impl ColumnWords {
    /// The words of some texts that stand in a column.
    pub fn of(table: &str, part: u32, column: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let (mut names, mut list) = (Names::default(), List::default());
        texts.into_iter().for_each(|text| names.each_word(text.as_ref(), &mut |word| list.add(word)));
        Self { table: table.into(), part, column: column.into(), words: list.sorted() }
    }
}

/// The words of all columns of text, by table and column, as rows come.
pub(crate) struct Words {
    names: Names,
    tables: BTreeMap<String, BTreeMap<String, List>>,
    column_max: usize,
    all_max: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self { names: Names::default(), tables: BTreeMap::new(), column_max: COLUMN_MAX, all_max: ALL_MAX }
    }
}

/// Words of a column, each once.
#[derive(Default)]
struct List {
    words: HashTable<u64>,
    too_many: bool,
}

/// A column whose words are noted.
pub(crate) struct Noted<'w> {
    names: &'w mut Names,
    list: &'w mut List,
}

impl Noted<'_> {
    /// Takes note of the words of a text.
    pub(crate) fn note(&mut self, text: &str) {
        self.names.each_word(text, &mut |word| self.list.add(word));
    }
}

impl List {
    fn add(&mut self, word: u64) {
        // Words are hashes; a table wants their bits spread over all of a number.
        let spread = |word: &u64| word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.words.entry(spread(&word), |known| *known == word, spread).or_insert(word);
    }

    fn give_up(&mut self) {
        *self = Self { too_many: true, ..Self::default() };
    }

    fn sorted(self) -> Option<Vec<u64>> {
        let mut words: Vec<u64> = self.words.into_iter().collect();
        words.sort_unstable();
        (!self.too_many).then_some(words)
    }
}

impl Words {
    /// Takes note of a table, so that what holds no row is told from what nobody looked at.
    pub(crate) fn open(&mut self, table: &str, schema: &Schema) {
        let text = |kind: &DataType| matches!(kind, DataType::Utf8 | DataType::Dictionary(..));
        let columns = schema.fields().iter().filter(|field| text(field.data_type()));
        let columns = columns.map(|field| (field.name().clone(), List::default())).collect();
        self.tables.insert(table.to_owned(), columns);
    }

    /// A column of a table that was opened, unless it has too many words.
    pub(crate) fn column(&mut self, table: &str, column: &str) -> Option<Noted<'_>> {
        let list = self.tables.get_mut(table)?.get_mut(column).filter(|list| !list.too_many)?;
        Some(Noted { names: &mut self.names, list })
    }

    /// Takes note of the words of a batch of a table that was opened, where a column is text; those of dictionaries come by
    /// [`Words::column`]. What is given up depends on the batches and their order alone.
    pub(crate) fn add(&mut self, table: &str, batch: &RecordBatch) {
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let Some(texts) = array.as_any().downcast_ref::<StringArray>() else { continue };
            let Some(mut column) = self.column(table, field.name()) else { continue };
            let mut before = Before::default();
            for text in texts.iter().flatten().filter(|text| before.is_new(text)) {
                column.note(text);
            }
        }
        self.give_up();
    }

    fn give_up(&mut self) {
        let column_max = self.column_max;
        self.lists_mut().filter(|list| list.words.len() > column_max).for_each(List::give_up);
        while self.lists().map(|list| list.words.len()).sum::<usize>() > self.all_max {
            // Of equals the last one: any choice will do, as long as it is the same each time.
            self.lists_mut().max_by_key(|list| list.words.len()).into_iter().for_each(List::give_up);
        }
    }

    fn lists(&self) -> impl Iterator<Item = &List> {
        self.tables.values().flat_map(BTreeMap::values)
    }

    fn lists_mut(&mut self) -> impl Iterator<Item = &mut List> {
        self.tables.values_mut().flat_map(BTreeMap::values_mut)
    }

    /// Writes the lists, in the order of table and column, each as of the first part of its table.
    pub(crate) fn write(self, store: &mut Store) -> Result<(), CaseError> {
        let columns = |(table, columns): (String, BTreeMap<String, List>)| {
            let of = move |(column, list): (String, List)| ColumnWords {
                table: table.clone(),
                part: 0,
                column,
                words: list.sorted(),
            };
            columns.into_iter().map(of)
        };
        self.tables.into_iter().flat_map(columns).try_for_each(|column| write(store, &column))
    }
}

/// Texts of a column that came before in the same batch, as far as a glance tells: many stand in row after row.
struct Before<'a>([&'a str; 256]);

impl Default for Before<'_> {
    fn default() -> Self {
        Self([""; 256])
    }
}

impl<'a> Before<'a> {
    /// Whether a text has words that were not taken yet. One that only looks like another is new.
    fn is_new(&mut self, text: &'a str) -> bool {
        let bytes = text.as_bytes();
        let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let mixed = (eight(bytes.first_chunk()) ^ eight(bytes.last_chunk()).rotate_left(25) ^ bytes.len() as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = &mut self.0[(mixed >> (u64::BITS - 8)) as usize];
        let new = *place != text;
        *place = text;
        new
    }
}

/// Begins a file of words.
pub(crate) fn create(folder: &Path, name: &str) -> Result<Store, CaseError> {
    Store::create(folder, name, NAME, schema(), &[])
}

/// Adds the words of a column to a file of words.
pub(crate) fn write(store: &mut Store, column: &ColumnWords) -> Result<(), CaseError> {
    let packed = column.words.as_deref().map(packed);
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values([&column.table])),
        Arc::new(UInt32Array::from_iter_values([column.part])),
        Arc::new(StringArray::from_iter_values([&column.column])),
        Arc::new(BinaryArray::from_iter([packed])),
    ];
    store.write(&RecordBatch::try_new(schema(), arrays).map_err(CaseError::table("write", NAME))?)?;
    store.cut_beyond(1 << 25)
}

/// Reads a file of words: each column as it was written.
pub(crate) fn read(path: &Path) -> Result<impl Iterator<Item = Result<ColumnWords, CaseError>> + use<>, CaseError> {
    let batches = read::parquet_by(path, NAME, BATCH_ROWS)?;
    Ok(batches.flat_map(|batch| match batch.and_then(|batch| columns(&batch)) {
        Ok(columns) => columns.into_iter().map(Ok).collect(),
        Err(e) => vec![Err(e)],
    }))
}

fn columns(batch: &RecordBatch) -> Result<Vec<ColumnWords>, CaseError> {
    let fault = || CaseError::table("read", NAME)("its layout is not ours");
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
    let column = |at: usize| ColumnWords {
        table: tables.value(at).into(),
        part: parts.value(at),
        column: names.value(at).into(),
        words: lists.is_valid(at).then(|| lists.value(at).chunks_exact(WORD_BYTES).map(unpacked).collect()),
    };
    Ok((0..batch.num_rows()).map(column).collect())
}

fn packed(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes().into_iter().skip(8 - WORD_BYTES)).collect()
}

fn unpacked(packed: &[u8]) -> u64 {
    packed.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// The layout of `words.parquet`.
fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("table", DataType::Utf8, false),
        Field::new("part", DataType::UInt32, false),
        Field::new("column", DataType::Utf8, false),
        Field::new("words", DataType::Binary, true),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Values;
    use arrow_array::DictionaryArray;
    use arrow_array::types::Int32Type;

    fn batch(texts: &[&str], words: &[&str]) -> RecordBatch {
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
        let words: DictionaryArray<Int32Type> = words.iter().copied().collect();
        RecordBatch::try_from_iter([("text", texts), ("word", Arc::new(words) as ArrayRef)]).unwrap()
    }

    fn noted(mut words: Words, batches: &[RecordBatch]) -> Vec<ColumnWords> {
        words.open("t", batches[0].schema_ref());
        let mut values = Values::default();
        for batch in batches {
            values.add("t", batch, Some(&mut words));
            words.add("t", batch);
        }
        let folder = tempfile::tempdir().unwrap();
        let mut store = create(folder.path(), "w").unwrap();
        words.write(&mut store).unwrap();
        store.close().unwrap();
        read(&folder.path().join("w")).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn words_of_rows_come_back_as_those_of_their_texts() {
        let batches = [
            batch(&["abc def", "cde", "abc def"], &["xxx", "xxx", "y.z"]),
            batch(&["abc def", "", "d"], &["-", "xxx", "w_x"]),
        ];
        let expected = [
            ColumnWords::of("t", 0, "text", ["abc def", "cde"]),
            ColumnWords::of("t", 0, "word", ["xxx", "y.z", "w_x"]),
        ];
        assert_eq!(noted(Words::default(), &batches), expected);
        assert_eq!(expected[1].words.as_ref().map(Vec::len), Some(2));
    }

    #[test]
    fn a_table_without_rows_holds_no_word() {
        let none = batch(&[], &[]);
        let empty = [ColumnWords::of("t", 0, "text", [""; 0]), ColumnWords::of("t", 0, "word", [""; 0])];
        assert_eq!(noted(Words::default(), &[none]), empty);
    }

    #[test]
    fn lists_that_grow_too_long_are_given_up_and_stay_so() {
        let batches = [batch(&["abc bcd cde"; 2], &["xxx", "yyy"]), batch(&["abc"; 2], &["xxx", "xxx"])];
        let given_up = |words: Words| noted(words, &batches).iter().map(|c| c.words.is_none()).collect::<Vec<_>>();
        assert_eq!(given_up(Words { column_max: 2, ..Words::default() }), [true, false]);
        assert_eq!(given_up(Words { all_max: 4, ..Words::default() }), [true, false]);
        assert_eq!(given_up(Words { all_max: 1, ..Words::default() }), [true, true]);
        assert_eq!(given_up(Words { column_max: 3, all_max: 5, ..Words::default() }), [false, false]);
    }

    #[test]
    fn texts_that_only_look_alike_are_both_taken() {
        let (one, other) = ("12345678 one more 12345678", "12345678 two more 12345678");
        let mut before = Before::default();
        assert!(before.is_new(one) && before.is_new(other) && before.is_new(one) && !before.is_new(one));
    }
}
