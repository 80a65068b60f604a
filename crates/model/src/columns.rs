//! The columns of a batch being filled: each value is copied once, from the record to its column.

use crate::table::ColumnType;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;
use std::sync::Arc;

/// Room made for the texts of a column before more than one is known, at most.
const FIRST_BYTES: usize = 1 << 20;

/// The key of no value.
const NONE: i32 = -1;

/// A column being filled. Rows that no value was set for are made up when the next value comes, so a column that a log
/// does not have costs nothing.
pub(crate) enum Column {
    Word(Words),
    Text(Texts),
    Number(Numbers),
    Time(Numbers),
}

impl Column {
    /// A column with room for about so many rows.
    pub(crate) fn with_room(kind: ColumnType, rows: usize) -> Self {
        match kind {
            ColumnType::Word => Self::Word(Words { keys: Vec::with_capacity(rows), ..Words::default() }),
            ColumnType::Text => Self::Text(Texts::new(rows)),
            ColumnType::Number => Self::Number(Numbers::new(rows)),
            ColumnType::Time => Self::Time(Numbers::new(rows)),
        }
    }

    /// Drops what was set for a row and for those after it.
    pub(crate) fn abandon(&mut self, row: usize) {
        match self {
            Self::Word(words) => words.keys.truncate(row),
            Self::Text(texts) => texts.cut(row),
            Self::Number(numbers) | Self::Time(numbers) => numbers.cut(row),
        }
    }

    /// So many rows as an array; the column is empty afterwards, with room for as much again where more is to come.
    pub(crate) fn take(&mut self, rows: usize, more: bool) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Word(words) => Arc::new(words.take(rows, more)?),
            Self::Text(texts) => Arc::new(texts.take(rows, more)?),
            Self::Number(numbers) => {
                let (values, nulls) = numbers.take(rows, more);
                Arc::new(Int64Array::try_new(values, nulls)?)
            }
            Self::Time(times) => {
                let (values, nulls) = times.take(rows, more);
                let array = TimestampMicrosecondArray::try_new(values, nulls)?;
                Arc::new(array.with_timezone("UTC"))
            }
        })
    }
}

/// Text of any length that is kept as it stands.
struct Bytes {
    bytes: Vec<u8>,
    offsets: Vec<i32>,
}

impl Default for Bytes {
    fn default() -> Self {
        Self::with_room(0, 0)
    }
}

impl Bytes {
    fn with_room(values: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(values + 1);
        offsets.push(0);
        Self { bytes: Vec::with_capacity(bytes), offsets }
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn get(&self, at: usize) -> &[u8] {
        &self.bytes[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }

    /// Ends a value at the end of the bytes. Batches are cut long before offsets could overflow.
    fn end(&mut self) {
        self.offsets.push(i32::try_from(self.bytes.len()).unwrap_or(i32::MAX));
    }

    fn take(&mut self, nulls: Option<NullBuffer>, more: bool) -> Result<StringArray, ArrowError> {
        // The next batch will need about as much room; a little more costs nothing, a little less moves all of it.
        let room = self.bytes.len() + self.bytes.len() / 8;
        let next = if more { Self::with_room(self.len(), room) } else { Self::default() };
        let full = std::mem::replace(self, next);
        StringArray::try_new(OffsetBuffer::new(full.offsets.into()), Buffer::from_vec(full.bytes), nulls)
    }
}

/// Words: each distinct one is kept once, and rows hold its number.
pub(crate) struct Words {
    words: Bytes,
    table: HashTable<i32>,
    hasher: DefaultHashBuilder,
    keys: Vec<i32>,
    /// The word that was set last: logs repeat themselves.
    last: i32,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            words: Bytes::default(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            keys: Vec::new(),
            last: NONE,
        }
    }
}

impl Words {
    /// Sets the word of a row; gives the bytes that were added.
    pub(crate) fn set(&mut self, row: usize, value: &str) -> usize {
        let before = self.words.bytes.len();
        self.last = self.number(value.as_bytes());
        if self.keys.len() != row {
            self.keys.resize(row, NONE);
        }
        self.keys.push(self.last);
        self.words.bytes.len() - before
    }

    fn number(&mut self, value: &[u8]) -> i32 {
        if self.last != NONE && self.words.get(self.last as usize) == value {
            return self.last;
        }
        let (words, hasher) = (&self.words, &self.hasher);
        let hash = hasher.hash_one(value);
        if let Some(key) = self.table.find(hash, |key| words.get(*key as usize) == value) {
            return *key;
        }
        let key = i32::try_from(self.words.len()).unwrap_or(NONE);
        self.words.bytes.extend_from_slice(value);
        self.words.end();
        let (words, hasher) = (&self.words, &self.hasher);
        self.table.insert_unique(hash, key, |key| hasher.hash_one(words.get(*key as usize)));
        key
    }

    fn take(&mut self, rows: usize, more: bool) -> Result<DictionaryArray<Int32Type>, ArrowError> {
        self.table.clear();
        self.last = NONE;
        let mut keys = taken(&mut self.keys, more);
        keys.resize(rows, NONE);
        let nulls = keys.contains(&NONE).then(|| nulls(keys.len(), |at| keys[at] != NONE));
        if nulls.is_some() {
            keys.iter_mut().for_each(|key| *key = (*key).max(0));
        }
        DictionaryArray::try_new(Int32Array::try_new(keys.into(), nulls)?, Arc::new(self.words.take(None, more)?))
    }
}

/// Text that seldom repeats.
#[derive(Default)]
pub(crate) struct Texts {
    texts: Bytes,
    present: Vec<bool>,
}

impl Texts {
    fn new(rows: usize) -> Self {
        Self { texts: Bytes::with_room(rows, 0), present: Vec::with_capacity(rows) }
    }

    /// Sets the text of a row; gives the bytes that were added.
    pub(crate) fn set(&mut self, row: usize, value: &str) -> usize {
        self.cut(row);
        self.fill(row);
        if self.texts.bytes.capacity() == 0 {
            // The texts of a column are about as long as the first.
            self.texts.bytes.reserve(value.len().saturating_mul(self.present.capacity()).min(FIRST_BYTES));
        }
        self.texts.bytes.extend_from_slice(value.as_bytes());
        self.texts.end();
        self.present.push(true);
        value.len()
    }

    fn fill(&mut self, rows: usize) {
        if self.present.len() == rows {
            return;
        }
        let end = self.texts.offsets.last().copied().unwrap_or_default();
        self.texts.offsets.resize(rows + 1, end);
        self.present.resize(rows, false);
    }

    fn cut(&mut self, row: usize) {
        if self.present.len() > row {
            self.present.truncate(row);
            self.texts.offsets.truncate(row + 1);
            self.texts.bytes.truncate(self.texts.offsets.last().map_or(0, |at| *at as usize));
        }
    }

    fn take(&mut self, rows: usize, more: bool) -> Result<StringArray, ArrowError> {
        self.fill(rows);
        let present = taken(&mut self.present, more);
        let nulls = present.contains(&false).then(|| nulls(present.len(), |at| present[at]));
        self.texts.take(nulls, more)
    }
}

/// Numbers or moments.
#[derive(Default)]
pub(crate) struct Numbers {
    values: Vec<i64>,
    present: Vec<bool>,
}

impl Numbers {
    fn new(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), present: Vec::with_capacity(rows) }
    }

    /// Sets the number of a row.
    pub(crate) fn set(&mut self, row: usize, value: i64) {
        self.fill(row);
        self.values.push(value);
        self.present.push(true);
    }

    fn fill(&mut self, rows: usize) {
        if self.values.len() == rows {
            return;
        }
        self.values.resize(rows, 0);
        self.present.resize(rows, false);
    }

    fn cut(&mut self, row: usize) {
        self.values.truncate(row);
        self.present.truncate(row);
    }

    fn take(&mut self, rows: usize, more: bool) -> (ScalarBuffer<i64>, Option<NullBuffer>) {
        self.fill(rows);
        let values = taken(&mut self.values, more).into();
        let present = taken(&mut self.present, more);
        (values, present.contains(&false).then(|| nulls(rows, |at| present[at])))
    }
}

/// What was filled; where more is to come, room for as much is in its place.
pub(crate) fn taken<T>(filled: &mut Vec<T>, more: bool) -> Vec<T> {
    let next = Vec::with_capacity(if more { filled.len() } else { 0 });
    std::mem::replace(filled, next)
}

fn nulls(rows: usize, present: impl FnMut(usize) -> bool) -> NullBuffer {
    NullBuffer::new(BooleanBuffer::collect_bool(rows, present))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is set, set again, dropped or left out: each row holds the last value set for it, or none.
        #[test]
        fn each_row_holds_what_was_set_last(
            rows in prop::collection::vec((prop::collection::vec("[ab\u{e9}]{0,3}", 0..3), any::<bool>()), 0..60),
            batches in 1usize..4,
        ) {
            for kind in [ColumnType::Word, ColumnType::Text] {
                let mut column = Column::with_room(kind, 8);
                for _ in 0..batches {
                    let mut expected = Vec::new();
                    for (values, dropped) in &rows {
                        for value in values {
                            match &mut column {
                                Column::Word(words) => words.set(expected.len(), value),
                                Column::Text(texts) => texts.set(expected.len(), value),
                                _ => 0,
                            };
                        }
                        if *dropped {
                            column.abandon(expected.len());
                        } else {
                            expected.push(values.last().cloned());
                        }
                    }
                    let array = column.take(expected.len(), true).unwrap();
                    let shown: Vec<Option<String>> = match kind {
                        ColumnType::Word => {
                            let words = array.as_dictionary::<Int32Type>();
                            let texts = words.values().as_string::<i32>();
                            words.keys().iter().map(|k| k.map(|k| texts.value(k as usize).to_owned())).collect()
                        }
                        _ => array.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect(),
                    };
                    prop_assert_eq!(shown, expected);
                }
            }
        }
    }

    #[test]
    fn numbers_are_set_again_dropped_and_left_out() {
        let mut numbers = Numbers::default();
        numbers.set(1, 7);
        numbers.set(1, 8);
        numbers.set(2, 9);
        let mut column = Column::Number(numbers);
        column.abandon(2);
        let array = column.take(3, false).unwrap();
        let shown: Vec<Option<i64>> = array.as_primitive::<arrow_array::types::Int64Type>().iter().collect();
        assert_eq!(shown, [None, Some(8), None]);
    }

    #[test]
    fn a_word_is_kept_once_a_batch() {
        let mut words = Words::default();
        for (row, value) in ["GET", "GET", "POST", "GET"].into_iter().enumerate() {
            words.set(row, value);
        }
        let array = words.take(6, true).unwrap();
        assert_eq!((array.len(), array.null_count(), array.values().len()), (6, 2, 2));
        words.set(0, "POST");
        assert_eq!(words.take(1, false).unwrap().values().len(), 1, "nothing is left of the batch before");
    }
}
