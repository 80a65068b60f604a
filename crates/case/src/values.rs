//! Distinct values of the columns that repeat, so that a later sweep matches values and not rows.

use crate::CaseError;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use assize_model::table::ColumnType;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Distinct values kept of one column. A column with more is not worth a table of its own.
const VALUES_MAX: usize = 250_000;

/// Rows, first and last moment of one value.
#[derive(Debug, Clone, Copy)]
struct Seen {
    rows: u64,
    first: Option<i64>,
    last: Option<i64>,
}

/// Distinct values by table and column.
#[derive(Default)]
pub(crate) struct Values {
    columns: BTreeMap<(String, String), Column>,
}

#[derive(Default)]
struct Column {
    values: HashMap<String, Seen>,
    too_many: bool,
}

impl Values {
    /// Takes note of the values of a batch.
    pub(crate) fn add(&mut self, table: &str, batch: &RecordBatch) {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let Some(words) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() else { continue };
            let column = self.columns.entry((table.to_owned(), field.name().clone())).or_default();
            if !column.too_many {
                column.add(words, times);
            }
        }
    }

    /// The columns that have too many values to keep.
    pub(crate) fn not_distinct(&self) -> Vec<(String, String)> {
        self.columns.iter().filter(|(_, c)| c.too_many).map(|(k, _)| k.clone()).collect()
    }

    /// One batch a column, values sorted.
    pub(crate) fn batches(&self) -> Result<Vec<RecordBatch>, CaseError> {
        self.columns.iter().filter(|(_, c)| !c.too_many).map(|((t, c), column)| batch(t, c, column)).collect()
    }
}

impl Column {
    fn add(&mut self, words: &DictionaryArray<Int32Type>, times: Option<&TimestampMicrosecondArray>) {
        let Some(texts) = words.values().as_any().downcast_ref::<StringArray>() else { return };
        let mut seen = vec![Seen { rows: 0, first: None, last: None }; texts.len()];
        for (row, key) in words.keys().iter().enumerate() {
            let Some(seen) = key.and_then(|k| usize::try_from(k).ok()).and_then(|k| seen.get_mut(k)) else { continue };
            let time = times.filter(|t| t.is_valid(row)).map(|t| t.value(row));
            seen.rows += 1;
            seen.first = earlier(seen.first, time);
            seen.last = seen.last.max(time);
        }
        for (key, new) in seen.into_iter().enumerate().filter(|(_, s)| s.rows > 0) {
            let old =
                self.values.entry(texts.value(key).to_owned()).or_insert(Seen { rows: 0, first: None, last: None });
            old.rows += new.rows;
            old.first = earlier(old.first, new.first);
            old.last = old.last.max(new.last);
        }
        if self.values.len() > VALUES_MAX {
            self.values = HashMap::new();
            self.too_many = true;
        }
    }
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
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

fn batch(table: &str, column: &str, values: &Column) -> Result<RecordBatch, CaseError> {
    let sorted: BTreeMap<&String, &Seen> = values.values.iter().collect();
    let times = |of: fn(&Seen) -> Option<i64>| -> ArrayRef {
        let array: TimestampMicrosecondArray = sorted.values().map(|s| of(s)).collect();
        Arc::new(array.with_timezone("UTC"))
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(sorted.keys().map(|_| table))),
        Arc::new(StringArray::from_iter_values(sorted.keys().map(|_| column))),
        Arc::new(StringArray::from_iter_values(sorted.keys())),
        Arc::new(UInt64Array::from_iter_values(sorted.values().map(|s| s.rows))),
        times(|s| s.first),
        times(|s| s.last),
    ];
    RecordBatch::try_new(schema(), arrays).map_err(|e| CaseError::table("write", "values", e))
}
