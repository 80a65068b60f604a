//! Distinct values of the columns that repeat, so that a later sweep matches values and not rows.

use crate::CaseError;
use crate::store::Store;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use assize_model::table::ColumnType;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What errors call the file of distinct values.
pub(crate) const NAME: &str = "values";
/// Bytes that the distinct values of one column may take. A column with more is not worth a list of its own.
const COLUMN_BYTES_MAX: usize = 64 << 20;
/// Bytes that all lists may take together; beyond, the largest is given up.
const ALL_BYTES_MAX: usize = 256 << 20;
/// What one value takes beside its text.
const VALUE_BYTES: usize = 96;
/// Values written at once.
const BATCH_ROWS: usize = 16_384;

/// Rows, first and last moment of one value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    rows: u64,
    first: Option<i64>,
    last: Option<i64>,
}

/// Distinct values by table and column.
pub(crate) struct Values {
    tables: BTreeMap<String, BTreeMap<String, Column>>,
    bytes: usize,
    column_max: usize,
    all_max: usize,
}

#[derive(Default)]
struct Column {
    values: HashMap<Box<str>, Seen>,
    bytes: usize,
    too_many: bool,
}

fn words(column: &ArrayRef) -> Option<&DictionaryArray<Int32Type>> {
    column.as_any().downcast_ref()
}

fn seen_in_column(words: &DictionaryArray<Int32Type>, times: Option<&TimestampMicrosecondArray>) -> Vec<Seen> {
    let mut seen = vec![Seen::default(); words.values().len()];
    for (row, key) in words.keys().iter().enumerate() {
        let Some(seen) = key.and_then(|k| usize::try_from(k).ok()).and_then(|k| seen.get_mut(k)) else { continue };
        let time = times.filter(|t| t.is_valid(row)).map(|t| t.value(row));
        seen.join(&Seen { rows: 1, first: time, last: time });
    }
    seen
}

impl Seen {
    fn join(&mut self, other: &Self) {
        self.rows += other.rows;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.last = self.last.max(other.last);
    }
}

impl Default for Values {
    fn default() -> Self {
        Self { tables: BTreeMap::new(), bytes: 0, column_max: COLUMN_BYTES_MAX, all_max: ALL_BYTES_MAX }
    }
}

impl Values {
    /// Takes note of the values of a batch. What is given up depends on the batches and their order alone.
    pub(crate) fn add(&mut self, table: &str, batch: &RecordBatch) {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        for (at, column) in batch.columns().iter().enumerate() {
            let Some(words) = words(column) else { continue };
            let Some(texts) = words.values().as_any().downcast_ref::<StringArray>() else { continue };
            let seen = seen_in_column(words, times);
            let seen = texts.iter().zip(&seen).filter_map(|(text, seen)| Some((text?, seen)));
            self.take(table, batch.schema_ref().field(at).name(), seen.filter(|(_, seen)| seen.rows > 0));
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
        let (Some(first), Some(last)) = (time(4), time(5)) else { return Err(fault()) };
        let moment = |of: &TimestampMicrosecondArray, at: usize| of.is_valid(at).then(|| of.value(at));
        for at in 0..stored.num_rows() {
            let seen = Seen { rows: rows.value(at), first: moment(first, at), last: moment(last, at) };
            self.take(tables.value(at), columns.value(at), std::iter::once((values.value(at), &seen)));
        }
        Ok(())
    }

    /// Gives up a column, as a segment did.
    pub(crate) fn too_many(&mut self, table: &str, column: &str) {
        let column = self.tables.entry(table.to_owned()).or_default().entry(column.to_owned()).or_default();
        self.bytes -= column.bytes;
        column.give_up();
    }

    fn take<'v>(&mut self, table: &str, column: &str, seen: impl Iterator<Item = (&'v str, &'v Seen)>) {
        // Two look-ups, and no copy of a name that is there already.
        if !self.tables.get(table).is_some_and(|t| t.contains_key(column)) {
            self.tables.entry(table.to_owned()).or_default().insert(column.to_owned(), Column::default());
        }
        let Some(column) = self.tables.get_mut(table).and_then(|t| t.get_mut(column)) else { return };
        if column.too_many {
            return;
        }
        self.bytes -= column.bytes;
        column.add(seen);
        if column.bytes > self.column_max {
            column.give_up();
        }
        self.bytes += column.bytes;
        while self.bytes > self.all_max {
            self.give_up_largest();
        }
    }

    fn give_up_largest(&mut self) {
        // Of equals the last one: any choice will do, as long as it is the same each time.
        let Some(largest) = self.tables.values_mut().flat_map(BTreeMap::values_mut).max_by_key(|c| c.bytes) else {
            return;
        };
        self.bytes -= largest.bytes;
        largest.give_up();
    }

    /// Writes the lists, in the order of table, column and value; gives the columns that have none.
    pub(crate) fn write(self, store: &mut Store) -> Result<Vec<(String, String)>, CaseError> {
        let mut not_distinct = Vec::new();
        for (table, columns) in self.tables {
            for (name, column) in columns {
                if column.too_many {
                    not_distinct.push((table.clone(), name));
                    continue;
                }
                let mut values: Vec<(Box<str>, Seen)> = column.values.into_iter().collect();
                values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
                for values in values.chunks(BATCH_ROWS) {
                    store.write(&batch(&table, &name, values)?)?;
                }
            }
        }
        Ok(not_distinct)
    }
}

impl Column {
    fn add<'v>(&mut self, seen: impl Iterator<Item = (&'v str, &'v Seen)>) {
        for (text, new) in seen {
            if let Some(old) = self.values.get_mut(text) {
                old.join(new);
            } else {
                self.bytes += text.len() + VALUE_BYTES;
                self.values.insert(text.into(), *new);
            }
        }
    }

    fn give_up(&mut self) {
        self.values = HashMap::new();
        self.bytes = 0;
        self.too_many = true;
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

fn batch(table: &str, column: &str, values: &[(Box<str>, Seen)]) -> Result<RecordBatch, CaseError> {
    let times = |of: fn(&Seen) -> Option<i64>| -> ArrayRef {
        let array: TimestampMicrosecondArray = values.iter().map(|(_, s)| of(s)).collect();
        Arc::new(array.with_timezone("UTC"))
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(values.iter().map(|_| table))),
        Arc::new(StringArray::from_iter_values(values.iter().map(|_| column))),
        Arc::new(StringArray::from_iter_values(values.iter().map(|(text, _)| text))),
        Arc::new(UInt64Array::from_iter_values(values.iter().map(|(_, s)| s.rows))),
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
        values.add(table, &batch_of(words));
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
    fn the_largest_column_makes_room_for_the_others() {
        let mut values = Values { all_max: 4 * VALUE_BYTES, ..Values::default() };
        add(&mut values, "a", &["x", "y", "z"]);
        add(&mut values, "b", &["x"]);
        assert_eq!(given_up(&values), ["a"]);
        add(&mut values, "b", &["y"]);
        assert_eq!(values.bytes, 2 * (VALUE_BYTES + 1));
    }
}
