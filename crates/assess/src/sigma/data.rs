//! What all rules look for in the data of events, searched in one pass over each event.
//!
//! The data is JSON. A value that holds a literal is written there with the literal as JSON writes it, so a search of
//! the written text needs no parsing: what is not found there is in no value.

use super::candidates::folds_to_ascii;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use arrow_array::{Array, RecordBatch, StringArray};
use std::collections::HashMap;

/// A shorter literal is found nearly everywhere and tells nothing.
const LITERAL_BYTES_MIN: usize = 3;

/// Literals, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ids: HashMap<String, u32>,
}

/// The literals of a lexicon, ready to be searched.
#[derive(Debug)]
pub(crate) struct Search {
    automaton: AhoCorasick,
    /// The literal that a pattern stands for: some are written in two ways.
    ids: Vec<u32>,
    literals: usize,
}

/// Which literals stand in the data of which rows of a batch.
#[derive(Debug)]
pub(crate) struct Hits {
    /// By the literal: rows in ascending order.
    by_literal: Vec<Vec<u32>>,
    /// Rows that may hold any of them.
    anything: Vec<u32>,
}

impl Lexicon {
    /// The number of a literal; `None` for one that cannot be searched for.
    pub(crate) fn learn(&mut self, literal: &str) -> Option<u32> {
        // Beyond ASCII the evaluator folds case in ways this search does not; values without a name are one text, a
        // line each; and JSON writes control characters in more than one way.
        if literal.len() < LITERAL_BYTES_MIN || !literal.is_ascii() || literal.bytes().any(|b| b < 0x20) {
            return None;
        }
        let next = u32::try_from(self.ids.len()).ok()?;
        Some(*self.ids.entry(literal.to_ascii_lowercase()).or_insert(next))
    }

    /// The search for all of them; `None` where there are none.
    pub(crate) fn search(&self) -> Option<Search> {
        let mut literals: Vec<(&str, u32)> = self.ids.iter().map(|(literal, id)| (literal.as_str(), *id)).collect();
        literals.sort_unstable_by_key(|(_, id)| *id);
        let (mut patterns, mut ids) = (Vec::new(), Vec::new());
        for (literal, id) in literals {
            let written = serde_json::Value::from(literal).to_string();
            let written = &written[1..written.len() - 1];
            // What lies deeper than one level is a value as it is written.
            for pattern in [written, literal].into_iter().take(if written == literal { 1 } else { 2 }) {
                patterns.push(pattern.to_owned());
                ids.push(id);
            }
        }
        if patterns.is_empty() {
            return None;
        }
        let mut builder = AhoCorasickBuilder::new();
        let builder = builder.ascii_case_insensitive(true).match_kind(MatchKind::Standard);
        Some(Search { automaton: builder.build(patterns).ok()?, ids, literals: self.ids.len() })
    }
}

impl Search {
    /// Looks through a column of data; in a column that cannot be read, any row may hold anything.
    pub(crate) fn hits(&self, batch: &RecordBatch, column: usize) -> Hits {
        let Some(texts) = batch.columns().get(column).and_then(|c| c.as_any().downcast_ref::<StringArray>()) else {
            return Hits::anything(batch.num_rows());
        };
        let mut hits = Hits { by_literal: vec![Vec::new(); self.literals], anything: Vec::new() };
        for (row, text) in (0u32..).zip(texts.iter()) {
            let Some(text) = text else { continue };
            if folds_to_ascii(text) {
                hits.anything.push(row);
                continue;
            }
            for found in self.automaton.find_overlapping_iter(text) {
                let rows = &mut hits.by_literal[self.ids[found.pattern().as_usize()] as usize];
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
        hits
    }
}

impl Hits {
    /// Nothing was searched: any row may hold anything.
    pub(crate) fn anything(rows: usize) -> Self {
        Self { by_literal: Vec::new(), anything: (0..).take(rows).collect() }
    }

    fn of(&self, id: u32) -> &[u32] {
        self.by_literal.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether any row may hold one of the literals.
    pub(crate) fn any(&self, ids: &[u32]) -> bool {
        !self.anything.is_empty() || ids.iter().any(|id| !self.of(*id).is_empty())
    }

    /// The rows, of those that are still in, that may hold one of the literals.
    pub(crate) fn rows(&self, ids: &[u32], rows: &[bool]) -> Vec<bool> {
        let mut met = vec![false; rows.len()];
        let held = ids.iter().flat_map(|id| self.of(*id)).chain(&self.anything);
        for row in held.map(|row| *row as usize) {
            met[row] = rows[row];
        }
        met
    }
}
