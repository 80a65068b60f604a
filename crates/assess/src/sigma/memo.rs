//! Answers of a rule remembered by the cells that decide it, for the rows of one batch.
//!
//! Columns of words hold few distinct values, so a rule that looks at words and numbers alone is asked once for each
//! combination of them, and not once a row.

use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, Int64Array, RecordBatch};
use assize_model::table::FIXED_COLUMNS;
use std::collections::HashMap;

/// No value.
const NULL: i64 = i64::MIN;

/// A column whose cells are told apart by a number.
enum Cells<'b> {
    Word(&'b DictionaryArray<Int32Type>),
    Number(&'b Int64Array),
}

/// The answers of one rule so far.
pub(crate) struct Memo<'b> {
    columns: Vec<Cells<'b>>,
    answers: HashMap<Vec<i64>, bool>,
    key: Vec<i64>,
}

impl<'b> Memo<'b> {
    /// A memory for a batch; `None` where a column is text that seldom repeats, or there is none to tell rows apart.
    pub(crate) fn new(batch: &'b RecordBatch, decisive: Option<&[usize]>) -> Option<Self> {
        let cells = |index: &usize| {
            let any = batch.columns().get(index + FIXED_COLUMNS.len())?.as_any();
            let word = any.downcast_ref().map(Cells::Word);
            word.or_else(|| any.downcast_ref().map(Cells::Number))
        };
        let columns = decisive?.iter().map(cells).collect::<Option<Vec<_>>>()?;
        Some(Self { key: vec![NULL; columns.len()], columns, answers: HashMap::new() })
    }

    /// The answer for a row, which is worked out only if no row like it came before.
    pub(crate) fn ask(&mut self, at: usize, answer: impl FnOnce() -> bool) -> bool {
        for (key, cells) in self.key.iter_mut().zip(&self.columns) {
            *key = match cells {
                Cells::Word(words) => words.key(at).and_then(|k| i64::try_from(k).ok()).unwrap_or(NULL),
                // The smallest number is taken for no value: both are rare, so such a row is asked of its own.
                Cells::Number(cells) if cells.is_valid(at) && cells.value(at) == NULL => return answer(),
                Cells::Number(cells) => {
                    if cells.is_valid(at) {
                        cells.value(at)
                    } else {
                        NULL
                    }
                }
            };
        }
        if let Some(known) = self.answers.get(&self.key) {
            return *known;
        }
        let found = answer();
        self.answers.insert(self.key.clone(), found);
        found
    }
}
