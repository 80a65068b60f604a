//! What all rules look for in the data of events, and in path and query of requests, searched in one pass over each.
//!
//! The data is JSON. A value that holds a literal is written there with the literal as JSON writes it, so a search of
//! the written text needs no parsing: what is not found there is in no value.

use super::candidates::folds_to_ascii;
use crate::row::each_text;
use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, BuildError, MatchKind};
use arrow_array::RecordBatch;
use std::collections::{BTreeSet, HashMap};

/// A shorter literal is found nearly everywhere and tells nothing.
const LITERAL_BYTES_MIN: usize = 3;
/// Two of these are rare enough, and much that attackers send begins with them.
const RARE: &[u8] = b"{}$@(<%>`|^~!#*";
/// Most identifiers and addresses are no longer.
const NUMBER_BYTES: usize = 64;
/// Of a longer literal only the end is searched for: it tells as much, and all of them together stay small.
const LITERAL_BYTES_MAX: usize = 14;
/// Bytes of literals up to which a search is laid out as a table: twice as fast, and some two hundred times as large as
/// they are.
const TABLE_BYTES_MAX: usize = 64 << 10;

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
    /// The same for the literals that an identifier or an address can hold; most values lifted out of queries are such.
    in_numbers: Option<InNumbers>,
    literals: usize,
    columns: BTreeSet<usize>,
}

/// The literals that an identifier in hexadecimal or an address can hold.
#[derive(Debug)]
struct InNumbers {
    automaton: AhoCorasick,
    ids: Vec<u32>,
    /// Tells quickly that none of them is in a text in small letters; nothing where they are too many for it.
    any: Option<Searcher>,
}

impl InNumbers {
    fn new(patterns: &[String], ids: Vec<u32>) -> Option<Self> {
        let any = packed::Config::new().builder().extend(patterns).build();
        Some(Self { automaton: some_automaton(patterns)?, ids, any })
    }

    /// Whether a text may hold one of them.
    fn may_hold(&self, text: &str) -> bool {
        let mut small = [0; NUMBER_BYTES];
        match (&self.any, small.get_mut(..text.len())) {
            (Some(any), Some(small)) => {
                small.copy_from_slice(text.as_bytes());
                small.make_ascii_lowercase();
                any.find(small).is_some()
            }
            _ => true,
        }
    }
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
    by_literal: Vec<Vec<usize>>,
    /// Rows that may hold any of them.
    anything: Vec<usize>,
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
        let rare = literal.len() == 2 && literal.bytes().all(|b| RARE.contains(&b));
        if (literal.len() < LITERAL_BYTES_MIN && !rare) || !literal.is_ascii() || literal.bytes().any(|b| b < 0x20) {
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
            // What lies deeper than one level is a value as it is written.
            let ways = BTreeSet::from([as_json(literal), literal.to_owned()]);
            ids.extend(ways.iter().map(|_| id));
            patterns.extend(ways);
        }
        let automaton = some_automaton(&patterns)?;
        let (few, of_few): (Vec<String>, Vec<u32>) =
            patterns.into_iter().zip(&ids).filter(|(pattern, _)| is_number(pattern)).unzip();
        let in_numbers = InNumbers::new(&few, of_few);
        Some(Search { automaton, in_numbers, ids, literals: self.ids.len(), columns: self.columns.clone() })
    }
}

fn some_automaton(patterns: &[String]) -> Option<AhoCorasick> {
    (!patterns.is_empty()).then(|| automaton(patterns).ok())?
}

/// Finds every place of each text, without regard to ASCII case.
///
/// # Errors
/// When they are too many.
pub(crate) fn automaton(patterns: &[String]) -> Result<AhoCorasick, BuildError> {
    let few = patterns.iter().map(String::len).sum::<usize>() <= TABLE_BYTES_MAX;
    AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(few.then_some(AhoCorasickKind::DFA))
        .build(patterns)
}

/// A text as it is written inside JSON, without its quotes.
pub(crate) fn as_json(text: &str) -> String {
    let written = serde_json::Value::from(text).to_string();
    written[1..written.len() - 1].to_owned()
}

/// Whether a text is made of hexadecimal digits and dashes alone.
pub(crate) fn is_identifier(text: &str) -> bool {
    all(text, |b| is_digit(b) || b == b'-')
}

/// Whether a text is made of what identifiers and addresses are made of alone.
fn is_number(text: &str) -> bool {
    all(text, |b| is_digit(b) || b == b'-' || b == b'.' || b == b':')
}

fn is_digit(b: u8) -> bool {
    b.wrapping_sub(b'0') < 10 || (b | 0x20).wrapping_sub(b'a') < 6
}

/// Whether each byte fits. Without an early end inside a piece, many are compared at once.
fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(16).all(|piece| piece.iter().fold(true, |all, b| all & fits(*b)))
}

impl Search {
    /// Looks through columns of text; in one that cannot be read, any row may hold anything.
    pub(crate) fn hits(&self, batch: &RecordBatch, columns: &[usize]) -> Hits {
        let mut hits = Hits { by_literal: vec![Vec::new(); self.literals], anything: Vec::new() };
        for column in columns.iter().filter(|column| self.columns.contains(column)) {
            let Some(array) = batch.columns().get(*column) else { return Hits::anything(batch.num_rows()) };
            if !each_text(array, &mut |text, rows| self.text(text, rows, &mut hits)) {
                return Hits::anything(batch.num_rows());
            }
        }
        hits
    }

    /// Looks through one text, and adds its rows to those of each literal in it.
    fn text(&self, text: &str, rows: &[usize], hits: &mut Hits) {
        if is_number(text) {
            let Some(few) = self.in_numbers.as_ref().filter(|few| few.may_hold(text)) else { return };
            for found in few.automaton.find_overlapping_iter(text) {
                hits.by_literal[few.ids[found.pattern().as_usize()] as usize].extend(rows);
            }
        } else if folds_to_ascii(text) {
            hits.anything.extend(rows);
        } else {
            let mut last = None;
            for found in self.automaton.find_overlapping_iter(text) {
                let id = self.ids[found.pattern().as_usize()];
                if last != Some(id) {
                    hits.by_literal[id as usize].extend(rows);
                    last = Some(id);
                }
            }
        }
    }
}

impl Hits {
    /// Nothing was searched: any row may hold anything.
    pub(crate) fn anything(rows: usize) -> Self {
        Self { by_literal: Vec::new(), anything: (0..rows).collect() }
    }

    fn of(&self, id: u32) -> &[usize] {
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
        for row in held {
            met[*row] = rows[*row];
        }
        met
    }
}
