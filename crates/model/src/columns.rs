//! The columns of a batch being filled: each value is copied once, from the record to its column.

use crate::table::ColumnType;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;
use std::sync::Arc;

/// The key of no value.
const NONE: i32 = -1;

/// A column being filled, with the value of the row in hand.
pub(crate) enum Column {
    Word(Words),
    Text(Texts),
    Number(Numbers),
    Time(Numbers),
}

impl Column {
    pub(crate) fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Word => Self::Word(Words::default()),
            ColumnType::Text => Self::Text(Texts::default()),
            ColumnType::Number => Self::Number(Numbers::default()),
            ColumnType::Time => Self::Time(Numbers::default()),
        }
    }

    /// Ends the row in hand; gives the bytes of its text.
    pub(crate) fn finish(&mut self) -> usize {
        match self {
            Self::Word(words) => words.finish(),
            Self::Text(texts) => texts.finish(),
            Self::Number(numbers) | Self::Time(numbers) => numbers.finish(),
        }
    }

    /// Drops the value of the row in hand.
    pub(crate) fn abandon(&mut self) {
        match self {
            Self::Word(words) => words.pending = NONE,
            Self::Text(texts) => texts.abandon(),
            Self::Number(numbers) | Self::Time(numbers) => numbers.pending = None,
        }
    }

    /// The finished rows as an array; the column is empty afterwards.
    pub(crate) fn take(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Word(words) => Arc::new(words.take()?),
            Self::Text(texts) => Arc::new(texts.take()?),
            Self::Number(numbers) => Arc::new(Int64Array::try_new(numbers.values(), numbers.nulls())?),
            Self::Time(times) => {
                let array = TimestampMicrosecondArray::try_new(times.values(), times.nulls())?;
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
        Self { bytes: Vec::new(), offsets: vec![0] }
    }
}

impl Bytes {
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

    fn take(&mut self, nulls: Option<NullBuffer>) -> Result<StringArray, ArrowError> {
        // The next batch will need about as much room.
        let next = Self { bytes: Vec::with_capacity(self.bytes.len()), offsets: vec![0] };
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
    pending: i32,
    /// The word of the last row: logs repeat themselves.
    last: i32,
    fresh: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            words: Bytes::default(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            keys: Vec::new(),
            pending: NONE,
            last: NONE,
            fresh: 0,
        }
    }
}

impl Words {
    pub(crate) fn set(&mut self, value: &str) {
        let value = value.as_bytes();
        if self.last != NONE && self.words.get(self.last as usize) == value {
            self.pending = self.last;
            return;
        }
        let (words, hasher) = (&self.words, &self.hasher);
        let found = self.table.find(hasher.hash_one(value), |key| words.get(*key as usize) == value).copied();
        self.pending = found.unwrap_or_else(|| self.add(value));
        self.last = self.pending;
    }

    fn add(&mut self, value: &[u8]) -> i32 {
        let key = i32::try_from(self.words.len()).unwrap_or(NONE);
        self.words.bytes.extend_from_slice(value);
        self.words.end();
        let (words, hasher) = (&self.words, &self.hasher);
        self.table.insert_unique(hasher.hash_one(value), key, |key| hasher.hash_one(words.get(*key as usize)));
        self.fresh += value.len();
        key
    }

    fn finish(&mut self) -> usize {
        self.keys.push(std::mem::replace(&mut self.pending, NONE));
        std::mem::take(&mut self.fresh)
    }

    fn take(&mut self) -> Result<DictionaryArray<Int32Type>, ArrowError> {
        self.table.clear();
        self.last = NONE;
        let next = Vec::with_capacity(self.keys.len());
        let mut keys = std::mem::replace(&mut self.keys, next);
        let nulls = keys.contains(&NONE).then(|| nulls(keys.len(), |at| keys[at] != NONE));
        if nulls.is_some() {
            keys.iter_mut().for_each(|key| *key = (*key).max(0));
        }
        DictionaryArray::try_new(Int32Array::try_new(keys.into(), nulls)?, Arc::new(self.words.take(None)?))
    }
}

/// Text that seldom repeats.
#[derive(Default)]
pub(crate) struct Texts {
    texts: Bytes,
    present: Vec<bool>,
    pending: bool,
}

impl Texts {
    pub(crate) fn set(&mut self, value: &str) {
        self.abandon();
        self.texts.bytes.extend_from_slice(value.as_bytes());
        self.pending = true;
    }

    fn start(&self) -> usize {
        self.texts.offsets.last().map_or(0, |at| *at as usize)
    }

    fn abandon(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.texts.bytes.truncate(self.start());
        }
    }

    fn finish(&mut self) -> usize {
        let bytes = self.texts.bytes.len() - self.start();
        self.texts.end();
        self.present.push(std::mem::take(&mut self.pending));
        bytes
    }

    fn take(&mut self) -> Result<StringArray, ArrowError> {
        let present = std::mem::take(&mut self.present);
        let nulls = present.contains(&false).then(|| nulls(present.len(), |at| present[at]));
        self.texts.take(nulls)
    }
}

/// Numbers or moments.
#[derive(Default)]
pub(crate) struct Numbers {
    values: Vec<i64>,
    present: Vec<bool>,
    pub(crate) pending: Option<i64>,
}

impl Numbers {
    fn finish(&mut self) -> usize {
        let value = self.pending.take();
        self.values.push(value.unwrap_or_default());
        self.present.push(value.is_some());
        0
    }

    fn values(&mut self) -> ScalarBuffer<i64> {
        let next = Vec::with_capacity(self.values.len());
        std::mem::replace(&mut self.values, next).into()
    }

    fn nulls(&mut self) -> Option<NullBuffer> {
        let present = std::mem::take(&mut self.present);
        present.contains(&false).then(|| nulls(present.len(), |at| present[at]))
    }
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
                let mut column = Column::new(kind);
                for _ in 0..batches {
                    let mut expected = Vec::new();
                    for (values, dropped) in &rows {
                        for value in values {
                            match &mut column {
                                Column::Word(words) => words.set(value),
                                Column::Text(texts) => texts.set(value),
                                _ => {}
                            }
                        }
                        if *dropped {
                            column.abandon();
                        } else {
                            column.finish();
                            expected.push(values.last().cloned());
                        }
                    }
                    let array = column.take().unwrap();
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
    fn a_word_is_kept_once_a_batch() {
        let mut words = Words::default();
        for value in ["GET", "GET", "POST", "GET"] {
            words.set(value);
            words.finish();
        }
        let array = words.take().unwrap();
        assert_eq!((array.len(), array.values().len()), (4, 2));
        words.set("POST");
        words.finish();
        assert_eq!(words.take().unwrap().values().len(), 1, "nothing is left of the batch before");
    }
}
