//! What all rules look for in the data of events, and in path and query of requests, searched in one pass over each.
//!
//! The data is JSON. A value that holds a literal is written there with the literal as JSON writes it, so a search of
//! the written text needs no parsing: what is not found there is in no value.

use super::candidates::folds_to_ascii;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray};
use std::collections::{BTreeSet, HashMap};

/// A shorter literal is found nearly everywhere and tells nothing.
const LITERAL_BYTES_MIN: usize = 3;
/// Of a longer literal only the end is searched for: it tells as much, and all of them together stay small.
const LITERAL_BYTES_MAX: usize = 14;

/// Literals, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ids: HashMap<String, u32>,
    /// The columns in which some rule looks for one.
    columns: BTreeSet<usize>,
}

/// The literals of a lexicon, ready to be searched.
#[derive(Debug)]
pub(crate) struct Search {
    automaton: AhoCorasick,
    /// The literal that a pattern stands for: some are written in two ways.
    ids: Vec<u32>,
    /// The same for the literals that an identifier in hexadecimal can hold; most values lifted out of queries are such.
    in_identifiers: Option<(AhoCorasick, Vec<u32>)>,
    literals: usize,
    columns: BTreeSet<usize>,
}

/// What was found in a batch.
#[derive(Debug)]
pub(crate) struct Held {
    /// In the data of events, or in what path and query are put together from.
    pub(crate) searched: Hits,
    /// In the other columns of text.
    pub(crate) others: Hits,
}

/// Which literals stand in the data of which rows of a batch.
#[derive(Debug)]
pub(crate) struct Hits {
    /// By the literal: its rows, some more than once.
    by_literal: Vec<Vec<u32>>,
    /// Rows that may hold any of them.
    anything: Vec<u32>,
}

impl Lexicon {
    /// Has these columns searched, by their place in a batch.
    pub(crate) fn look_in(&mut self, columns: &[usize]) {
        self.columns.extend(columns);
    }

    /// The number of a literal; `None` for one that cannot be searched for.
    pub(crate) fn learn(&mut self, literal: &str) -> Option<u32> {
        // Beyond ASCII the evaluator folds case in ways this search does not; values without a name are one text, a
        // line each; and JSON writes control characters in more than one way.
        if literal.len() < LITERAL_BYTES_MIN || !literal.is_ascii() || literal.bytes().any(|b| b < 0x20) {
            return None;
        }
        let literal = &literal[literal.len().saturating_sub(LITERAL_BYTES_MAX)..];
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
        let automaton = automaton(&patterns)?;
        let (few, of_few): (Vec<String>, Vec<u32>) =
            patterns.into_iter().zip(&ids).filter(|(pattern, _)| is_identifier(pattern)).unzip();
        let in_identifiers = self::automaton(&few).zip(Some(of_few));
        Some(Search { automaton, in_identifiers, ids, literals: self.ids.len(), columns: self.columns.clone() })
    }
}

fn automaton(patterns: &[String]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasickBuilder::new();
    let builder = builder.ascii_case_insensitive(true).match_kind(MatchKind::Standard);
    (!patterns.is_empty()).then(|| builder.build(patterns).ok())?
}

/// Whether a text is made of hexadecimal digits and dashes alone.
fn is_identifier(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

impl Search {
    /// Looks through columns of text; in one that cannot be read, any row may hold anything.
    pub(crate) fn hits(&self, batch: &RecordBatch, columns: &[usize]) -> Hits {
        let mut hits = Hits { by_literal: vec![Vec::new(); self.literals], anything: Vec::new() };
        for column in columns.iter().filter(|column| self.columns.contains(column)) {
            let Some(array) = batch.columns().get(*column) else { return Hits::anything(batch.num_rows()) };
            let any = array.as_any();
            if let Some(texts) = any.downcast_ref::<StringArray>() {
                for (row, text) in (0u32..).zip(texts.iter()) {
                    text.into_iter().for_each(|text| self.text(text, &mut hits, &mut |rows| rows.push(row)));
                }
            } else if let Some(words) = any.downcast_ref::<DictionaryArray<Int32Type>>()
                && let Some(values) = words.values().as_any().downcast_ref::<StringArray>()
            {
                self.words(words, values, &mut hits);
            } else {
                return Hits::anything(batch.num_rows());
            }
        }
        hits
    }

    /// Looks at each distinct value once.
    fn words(&self, words: &DictionaryArray<Int32Type>, values: &StringArray, hits: &mut Hits) {
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); values.len()];
        for (row, key) in (0u32..).zip(words.keys().iter()) {
            key.and_then(|key| usize::try_from(key).ok()).into_iter().for_each(|key| rows_of[key].push(row));
        }
        for (value, of_value) in values.iter().zip(&rows_of).filter(|(_, rows)| !rows.is_empty()) {
            let Some(value) = value else { continue };
            self.text(value, hits, &mut |rows| rows.extend(of_value));
        }
    }

    /// Looks through one text, and adds its rows to those of each literal in it.
    fn text(&self, text: &str, hits: &mut Hits, add: &mut dyn FnMut(&mut Vec<u32>)) {
        if is_identifier(text) {
            let Some((automaton, ids)) = &self.in_identifiers else { return };
            for found in automaton.find_overlapping_iter(text) {
                add(&mut hits.by_literal[ids[found.pattern().as_usize()] as usize]);
            }
        } else if folds_to_ascii(text) {
            add(&mut hits.anything);
        } else {
            let mut last = None;
            for found in self.automaton.find_overlapping_iter(text) {
                let id = self.ids[found.pattern().as_usize()];
                if last != Some(id) {
                    add(&mut hits.by_literal[id as usize]);
                    last = Some(id);
                }
            }
        }
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
