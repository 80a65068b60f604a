//! Distinct values of the columns that repeat, so that a later sweep matches values and not rows.

use crate::CaseError;
use crate::store::Store;
use crate::words::Words;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use assize_model::table::ColumnType;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

/// What errors call the file of distinct values.
pub(crate) const NAME: &str = "values";
/// Bytes that the distinct values of one column may take. A column with more is not worth a list of its own.
const COLUMN_BYTES_MAX: usize = 64 << 20;
/// Bytes that all lists may take together; beyond, the largest is given up.
const ALL_BYTES_MAX: usize = 256 << 20;
/// What one value takes beside its text.
const VALUE_BYTES: usize = 48;
/// A column with so many values is worth a list only while each stands in [`ROWS_PER_VALUE`] rows on average: a list
/// that is about as long as the table spares nobody the table.
const MANY_VALUES: usize = 1 << 16;
/// See [`MANY_VALUES`].
const ROWS_PER_VALUE: u64 = 4;
/// Values written at once.
const BATCH_ROWS: usize = 16_384;

/// Rows, first and last moment of one value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    rows: u64,
    /// Later than any moment when there is none.
    first: i64,
    /// Earlier than any moment when there is none.
    last: i64,
}

/// Distinct values by table and column.
pub(crate) struct Values {
    tables: BTreeMap<String, BTreeMap<String, Column>>,
    bytes: usize,
    column_max: usize,
    all_max: usize,
}

/// The values of one column in the order in which they came, their texts one behind the other.
#[derive(Default)]
struct Column {
    texts: String,
    /// Where each text ends.
    ends: Vec<usize>,
    seen: Vec<Seen>,
    /// The number of each value, by its hash.
    table: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    rows: u64,
    too_many: bool,
}

fn dictionary(column: &ArrayRef) -> Option<&DictionaryArray<Int32Type>> {
    column.as_any().downcast_ref()
}

/// The moment of a row that has none.
const UNDATED: i64 = i64::MAX;

/// The moments of the rows of a batch.
fn moments(batch: &RecordBatch) -> Vec<i64> {
    let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
    times.map_or_else(|| vec![UNDATED; batch.num_rows()], |times| times.iter().map(|t| t.unwrap_or(UNDATED)).collect())
}

/// What was seen of each word, by its key.
fn seen_in_column(words: &DictionaryArray<Int32Type>, moments: &[i64]) -> Vec<Seen> {
    let mut seen = vec![Seen::NEVER; words.values().len()];
    for (key, moment) in words.keys().iter().zip(moments) {
        let Some(seen) = key.and_then(|k| seen.get_mut(usize::try_from(k).ok()?)) else { continue };
        seen.rows += 1;
        if *moment != UNDATED {
            seen.first = seen.first.min(*moment);
            seen.last = seen.last.max(*moment);
        }
    }
    seen
}

impl Seen {
    const NEVER: Self = Self { rows: 0, first: i64::MAX, last: i64::MIN };

    fn at(
        rows: u64,
        first: Option<&TimestampMicrosecondArray>,
        last: Option<&TimestampMicrosecondArray>,
        at: usize,
    ) -> Self {
        let moment = |of: Option<&TimestampMicrosecondArray>| of.filter(|t| t.is_valid(at)).map(|t| t.value(at));
        Self { rows, first: moment(first).unwrap_or(i64::MAX), last: moment(last).unwrap_or(i64::MIN) }
    }

    fn join(&mut self, other: &Self) {
        self.rows += other.rows;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    fn has_time(&self) -> bool {
        self.first <= self.last
    }
}

impl Default for Values {
    fn default() -> Self {
        Self { tables: BTreeMap::new(), bytes: 0, column_max: COLUMN_BYTES_MAX, all_max: ALL_BYTES_MAX }
    }
}

impl Values {
    /// Takes note of the values of a batch. What is given up depends on the batches and their order alone. The words of
    /// values that are new go to `words`: of a column that has no list any more, those of all values.
    pub(crate) fn add(&mut self, table: &str, batch: &RecordBatch, mut words: Option<&mut Words>) {
        let moments = moments(batch);
        for (at, column) in batch.columns().iter().enumerate() {
            let Some(array) = dictionary(column) else { continue };
            let Some(texts) = array.values().as_any().downcast_ref::<StringArray>() else { continue };
            let name = batch.schema_ref().field(at).name();
            let mut noted = words.as_deref_mut().and_then(|words| words.column(table, name));
            let mut note = |text: &str| noted.iter_mut().for_each(|column| column.note(text));
            let seen = || {
                let seen = texts.iter().zip(seen_in_column(array, &moments));
                seen.filter_map(|(text, seen)| Some((text?, seen))).filter(|(_, seen)| seen.rows > 0)
            };
            if !self.take(table, name, seen, &mut note) {
                texts.iter().flatten().for_each(note);
            }
        }
    }

    /// Takes the lists of a finished segment: a batch as [`Values::write`] stored it.
    pub(crate) fn join(&mut self, stored: &RecordBatch) -> Result<(), CaseError> {
        let fault = || CaseError::table("read", NAME)("its layout is not ours");
        let text = |at: usize| stored.column(at).as_any().downcast_ref::<StringArray>();
        let time = |at: usize| stored.column(at).as_any().downcast_ref::<TimestampMicrosecondArray>();
        if stored.schema_ref().fields() != schema().fields() {
            return Err(fault());
        }
        let (Some(tables), Some(columns), Some(values)) = (text(0), text(1), text(2)) else { return Err(fault()) };
        let rows = stored.column(3).as_any().downcast_ref::<UInt64Array>().ok_or_else(fault)?;
        let seen: Vec<Seen> = (0..stored.num_rows()).map(|at| Seen::at(rows.value(at), time(4), time(5), at)).collect();
        // A batch may hold the end of one list and the beginning of the next.
        let mut from = 0;
        while from < stored.num_rows() {
            let (table, column) = (tables.value(from), columns.value(from));
            let same = |at: &usize| tables.value(*at) == table && columns.value(*at) == column;
            let to = (from..stored.num_rows()).take_while(same).count() + from;
            self.take(table, column, || (from..to).map(|at| (values.value(at), seen[at])), &mut |_| ());
            from = to;
        }
        Ok(())
    }

    /// Gives up a column, as a segment did.
    pub(crate) fn too_many(&mut self, table: &str, column: &str) {
        let column = self.tables.entry(table.to_owned()).or_default().entry(column.to_owned()).or_default();
        self.bytes -= column.bytes();
        column.give_up();
    }

    /// Takes values into the list of a column, and gives those that are new. What was seen of them is worked out only where
    /// the column keeps a list; false where it does not.
    fn take<'v, S: Iterator<Item = (&'v str, Seen)>>(
        &mut self,
        table: &str,
        column: &str,
        seen: impl FnOnce() -> S,
        new: &mut dyn FnMut(&str),
    ) -> bool {
        // Two look-ups, and no copy of a name that is there already.
        if !self.tables.get(table).is_some_and(|t| t.contains_key(column)) {
            self.tables.entry(table.to_owned()).or_default().insert(column.to_owned(), Column::default());
        }
        let Some(column) = self.tables.get_mut(table).and_then(|t| t.get_mut(column)) else { return false };
        if column.too_many {
            return false;
        }
        self.bytes -= column.bytes();
        column.add(seen(), new);
        if column.bytes() > self.column_max || column.seldom_repeats() {
            column.give_up();
        }
        self.bytes += column.bytes();
        while self.bytes > self.all_max {
            self.give_up_largest();
        }
        true
    }

    fn give_up_largest(&mut self) {
        // Of equals the last one: any choice will do, as long as it is the same each time.
        let Some(largest) = self.tables.values_mut().flat_map(BTreeMap::values_mut).max_by_key(|c| c.bytes()) else {
            return;
        };
        self.bytes -= largest.bytes();
        largest.give_up();
    }

    /// Writes the lists, in the order of table, column and value; gives the columns that have none.
    pub(crate) fn write(self, store: &mut Store) -> Result<Vec<(String, String)>, CaseError> {
        self.write_in(store, Column::sorted)
    }

    /// Writes the lists as they came, for [`Values::join`].
    pub(crate) fn write_part(self, store: &mut Store) -> Result<Vec<(String, String)>, CaseError> {
        self.write_in(store, |column| (0..column.seen.len()).collect())
    }

    fn write_in(self, store: &mut Store, order: fn(&Column) -> Vec<usize>) -> Result<Vec<(String, String)>, CaseError> {
        let mut not_distinct = Vec::new();
        for (table, columns) in self.tables {
            for (name, column) in columns {
                if column.too_many {
                    not_distinct.push((table.clone(), name));
                    continue;
                }
                for values in order(&column).chunks(BATCH_ROWS) {
                    store.write(&batch(&table, &name, &column, values)?)?;
                }
            }
        }
        Ok(not_distinct)
    }
}

impl Column {
    fn add<'v>(&mut self, seen: impl Iterator<Item = (&'v str, Seen)>, new: &mut dyn FnMut(&str)) {
        for (text, seen) in seen {
            self.rows += seen.rows;
            let hash = self.hasher.hash_one(text);
            let same = |(known, at): &(u64, u32)| *known == hash && self.text(*at as usize) == text;
            if let Some((_, at)) = self.table.find(hash, same) {
                self.seen[*at as usize].join(&seen);
                continue;
            }
            // Lists are given up long before numbers run out.
            let number = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
            self.table.insert_unique(hash, (hash, number), |(hash, _)| *hash);
            self.texts.push_str(text);
            self.ends.push(self.texts.len());
            self.seen.push(seen);
            new(text);
        }
    }

    fn text(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[start..self.ends[at]]
    }

    fn bytes(&self) -> usize {
        self.texts.len() + self.seen.len() * VALUE_BYTES
    }

    fn seldom_repeats(&self) -> bool {
        self.seen.len() > MANY_VALUES && self.rows < self.seen.len() as u64 * ROWS_PER_VALUE
    }

    /// The numbers of the values in the order of their texts.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.seen.len()).collect();
        order.sort_unstable_by(|a, b| self.text(*a).cmp(self.text(*b)));
        order
    }

    fn give_up(&mut self) {
        *self = Self { too_many: true, ..Self::default() };
    }
}

/// The layout of `values.parquet`.
pub(crate) fn schema() -> SchemaRef {
    let time = ColumnType::Time.arrow();
    Arc::new(Schema::new(vec![
        Field::new("table", DataType::Utf8, false),
        Field::new("column", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, false),
        Field::new("rows", DataType::UInt64, false),
        Field::new("first", time.clone(), true),
        Field::new("last", time, true),
    ]))
}

fn batch(table: &str, name: &str, column: &Column, values: &[usize]) -> Result<RecordBatch, CaseError> {
    let seen = || values.iter().map(|at| &column.seen[*at]);
    let times = |of: fn(&Seen) -> i64| -> ArrayRef {
        let array: TimestampMicrosecondArray = seen().map(|s| s.has_time().then_some(of(s))).collect();
        Arc::new(array.with_timezone("UTC"))
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(values.iter().map(|_| table))),
        Arc::new(StringArray::from_iter_values(values.iter().map(|_| name))),
        Arc::new(StringArray::from_iter_values(values.iter().map(|at| column.text(*at)))),
        Arc::new(UInt64Array::from_iter_values(seen().map(|s| s.rows))),
        times(|s| s.first),
        times(|s| s.last),
    ];
    RecordBatch::try_new(schema(), arrays).map_err(CaseError::table("write", NAME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::UInt32Array;

    fn batch_of(words: &[&str]) -> RecordBatch {
        let words: DictionaryArray<Int32Type> = words.iter().copied().collect();
        let ids: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..words.len() as u32));
        RecordBatch::try_from_iter([("id", ids), ("word", Arc::new(words))]).unwrap()
    }

    fn add(values: &mut Values, table: &str, words: &[&str]) {
        values.add(table, &batch_of(words), None);
    }

    fn given_up(values: &Values) -> Vec<&str> {
        values.tables.iter().filter(|(_, c)| c.values().any(|c| c.too_many)).map(|(t, _)| t.as_str()).collect()
    }

    #[test]
    fn a_column_with_too_much_text_is_given_up_and_stays_so() {
        let mut values = Values { column_max: 3 * VALUE_BYTES, ..Values::default() };
        add(&mut values, "a", &["x", "y", "x"]);
        assert_eq!(given_up(&values), [""; 0]);
        add(&mut values, "a", &["z"]);
        add(&mut values, "a", &["x"]);
        assert_eq!(given_up(&values), ["a"]);
        assert_eq!(values.bytes, 0);
    }

    #[test]
    fn a_column_of_many_values_that_seldom_repeat_is_given_up() {
        let many: Vec<String> = (0..=MANY_VALUES).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let mut values = Values::default();
        let often: Vec<&str> = many.iter().flat_map(|v| std::iter::repeat_n(*v, 4)).collect();
        add(&mut values, "often", &often);
        add(&mut values, "few", &many[1..]);
        add(&mut values, "seldom", &many);
        assert_eq!(given_up(&values), ["seldom"]);
    }

    #[test]
    fn the_largest_column_makes_room_for_the_others() {
        let mut values = Values { all_max: 4 * VALUE_BYTES, ..Values::default() };
        add(&mut values, "a", &["x", "y", "z"]);
        add(&mut values, "b", &["x"]);
        assert_eq!(given_up(&values), ["a"]);
        add(&mut values, "b", &["y"]);
        assert_eq!(values.bytes, 2 * (VALUE_BYTES + 1));
    }
}
