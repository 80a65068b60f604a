//! One row of a record batch, read as text.

use crate::grouped::Grouped;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
    UInt64Array,
};
use assize_content::Layout;
use assize_model::query::{LIFTED, rebuild};
use assize_model::table::FIXED_COLUMNS;
use assize_model::{Address, FileId, Timestamp};
use std::borrow::Cow;

/// A row and the layout of its table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) batch: &'a RecordBatch,
    pub(crate) at: usize,
}

impl<'a> Row<'a> {
    /// File and position.
    pub(crate) fn address(&self) -> Address {
        let file = self.batch.column(0).as_any().downcast_ref::<UInt32Array>().map_or(0, |a| a.value(self.at));
        let pos = self.batch.column(1).as_any().downcast_ref::<UInt64Array>().map_or(0, |a| a.value(self.at));
        Address { file: FileId(file), pos }
    }

    /// Its moment.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let times = self.batch.column(2).as_any().downcast_ref::<TimestampMicrosecondArray>()?;
        times.is_valid(self.at).then(|| Timestamp(times.value(self.at)))
    }

    /// A declared column by its index in the layout.
    pub(crate) fn column(&self, index: usize) -> Option<Cow<'a, str>> {
        text(self.batch.columns().get(index + FIXED_COLUMNS.len())?, self.at)
    }

    /// A whole number, where the column holds one.
    pub(crate) fn number(&self, index: usize) -> Option<i64> {
        let array = self.batch.columns().get(index + FIXED_COLUMNS.len())?.as_any().downcast_ref::<Int64Array>()?;
        array.is_valid(self.at).then(|| array.value(self.at))
    }

    /// A column by name; `query` and `uri` are put together from what is stored.
    pub(crate) fn named(&self, name: &str) -> Option<Cow<'a, str>> {
        match name {
            "query" if self.layout.derive.query.is_some() => self.query().map(Cow::Owned),
            "uri" if self.layout.derive.query.is_some() => self.uri().map(Cow::Owned),
            _ => self.column(self.layout.spec.column(name)?),
        }
    }

    /// The query string, as it was.
    pub(crate) fn query(&self) -> Option<String> {
        let shape_at = self.layout.spec.column("query_shape")?;
        let shape = self.column(shape_at)?;
        let lifted: Vec<Option<Cow<'_, str>>> = (0..LIFTED.len()).map(|n| self.column(shape_at + 1 + n)).collect();
        Some(rebuild(&shape, |n| lifted[n].as_deref()))
    }

    /// Path and query, joined by `?` where there is a query.
    pub(crate) fn uri(&self) -> Option<String> {
        let stem = self.layout.derive.stem.as_deref()?;
        let column = self.layout.spec.columns.iter().position(|c| c.source == stem)?;
        let stem = self.column(column)?;
        Some(match self.query() {
            Some(query) if query.starts_with('?') => format!("{stem}{query}"),
            Some(query) => format!("{stem}?{query}"),
            None => stem.into_owned(),
        })
    }
}

/// What every table has of each of its rows: file, position and moment.
pub(crate) struct Fixed<'b> {
    files: &'b UInt32Array,
    positions: &'b UInt64Array,
    times: &'b TimestampMicrosecondArray,
}

impl<'b> Fixed<'b> {
    /// Those columns of a batch, whichever others it has.
    pub(crate) fn of(batch: &'b RecordBatch) -> Option<Self> {
        Some(Self {
            files: batch.column_by_name("file_id")?.as_any().downcast_ref()?,
            positions: batch.column_by_name("pos")?.as_any().downcast_ref()?,
            times: batch.column_by_name("ts")?.as_any().downcast_ref()?,
        })
    }

    /// File and position of a row.
    pub(crate) fn address(&self, at: usize) -> Address {
        Address { file: FileId(self.files.value(at)), pos: self.positions.value(at) }
    }

    /// The moment of a row, where it has one.
    pub(crate) fn time(&self, at: usize) -> Option<Timestamp> {
        self.times.is_valid(at).then(|| Timestamp(self.times.value(at)))
    }
}

/// Gives each text with its row. Many columns hold one in few rows.
pub(crate) fn each_value<'t>(texts: &'t StringArray, visit: &mut dyn FnMut(usize, &'t str)) {
    match texts.nulls() {
        Some(nulls) => nulls.valid_indices().for_each(|at| visit(at, texts.value(at))),
        None => (0..texts.len()).for_each(|at| visit(at, texts.value(at))),
    }
}

/// Gives each text of a column with the rows that hold it: a word once, with all its rows. `false` where the column holds
/// something else.
pub(crate) fn each_text(array: &ArrayRef, visit: &mut dyn FnMut(&str, &[usize])) -> bool {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        each_value(texts, &mut |at, text| visit(text, &[at]));
        return true;
    }
    let Some(words) = any.downcast_ref::<DictionaryArray<Int32Type>>() else { return false };
    let Some(values) = words.values().as_any().downcast_ref::<StringArray>() else { return false };
    let keys = words.keys().iter().enumerate().filter_map(|(at, key)| Some((usize::try_from(key?).ok()?, at)));
    let rows = Grouped::new(values.len(), keys);
    for (word, text) in values.iter().enumerate() {
        if let (Some(text), rows @ [_, ..]) = (text, rows.of(word)) {
            visit(text, rows);
        }
    }
    true
}

/// A cell as text: strings as they are, numbers in digits, moments in RFC 3339; nothing where it is null.
#[must_use]
pub fn text(array: &ArrayRef, at: usize) -> Option<Cow<'_, str>> {
    if !array.is_valid(at) {
        return None;
    }
    let any = array.as_any();
    if let Some(words) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
        let values = words.values().as_any().downcast_ref::<StringArray>()?;
        return Some(Cow::Borrowed(values.value(words.key(at)?)));
    }
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        return Some(Cow::Borrowed(texts.value(at)));
    }
    if let Some(numbers) = any.downcast_ref::<Int64Array>() {
        return Some(Cow::Owned(numbers.value(at).to_string()));
    }
    let times = any.downcast_ref::<TimestampMicrosecondArray>()?;
    Some(Cow::Owned(Timestamp(times.value(at)).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn each_word_comes_once_with_all_its_rows() {
        let values = StringArray::from(vec!["unused", "b", "a"]);
        let keys = arrow_array::Int32Array::from(vec![Some(2), None, Some(1), Some(2)]);
        let words: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(values)));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("b"), Some("a")]));
        let mut seen = Vec::new();
        assert!(each_text(&words, &mut |text, rows| seen.push((text.to_owned(), rows.to_vec()))));
        assert_eq!(seen, [("b".to_owned(), vec![2]), ("a".to_owned(), vec![0, 3])]);
        seen.clear();
        assert!(each_text(&texts, &mut |text, rows| seen.push((text.to_owned(), rows.to_vec()))));
        assert_eq!(seen, [("a".to_owned(), vec![0]), ("b".to_owned(), vec![2]), ("a".to_owned(), vec![3])]);
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        assert!(!each_text(&numbers, &mut |_, _| panic!("a number is no text")));
    }
}
