//! What all rules look for in the data of events, and in path and query of requests, searched in one pass over each.
//!
//! The data is JSON. A value that holds a literal is written there with the literal as JSON writes it, so a search of
//! the written text needs no parsing: what is not found there is in no value.

use super::candidates::{becomes_ascii, folds_to_ascii, number};
use super::grams::{Grams, Seen};
use super::hits::{Gathering, Hits, Inside, Name};
use super::members::{members, name};
use super::object::letters;
use crate::grouped::Grouped;
use crate::row::each_value;
use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, BuildError, MatchKind};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow_buffer::BooleanBuffer;
use hashbrown::HashMap as FastMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A shorter literal is found nearly everywhere and tells nothing.
const LITERAL_BYTES_MIN: usize = 3;
/// Two of these are rare enough, and much that attackers send begins with them.
const RARE: &[u8] = b"{}$@(<%>`|^~!#*";
/// One of these is.
const RAREST: &[u8] = b"<>`|^";
/// Most identifiers and addresses are no longer.
const NUMBER_BYTES: usize = 64;
/// Bytes of literals up to which a search is laid out as a table: twice as fast, and some two hundred times as large as
/// they are.
const TABLE_BYTES_MAX: usize = 64 << 10;

/// Literals, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ids: HashMap<String, u32>,
    /// The number of all those that hold a character beyond ASCII, once there is one: such characters are rare enough to be
    /// told by being there.
    beyond_ascii: Option<u32>,
    /// The columns in which some rule looks for one.
    columns: BTreeSet<usize>,
    /// The names of members that rules ask for, by their letters.
    names: FastMap<Vec<u8>, u32>,
}

/// The literals of a lexicon, ready to be searched.
pub(crate) struct Search {
    all: All,
    /// Those that an identifier or an address can hold, where they are few; most values lifted out of queries are such.
    in_numbers: Option<Searcher>,
    literals: usize,
    beyond_ascii: Option<u32>,
    columns: BTreeSet<usize>,
    names: FastMap<Vec<u8>, u32>,
}

/// Every literal, in small letters.
struct All {
    /// Each way in which one is written.
    ways: Grams,
    /// By the way, the literals that it stands for: what is a way of writing one literal may be another one as it is.
    ids: Grouped<u32>,
}

impl All {
    fn new(ways: &BTreeMap<String, Vec<u32>>) -> Self {
        let ids = ways.values().enumerate().flat_map(|(way, ids)| ids.iter().map(move |id| (way, *id)));
        Self { ways: Grams::new(ways.keys().map(String::as_bytes)), ids: Grouped::new(ways.len(), ids) }
    }

    /// Adds the literals that stand in a text in small letters, some more than once.
    fn find(&self, text: &mut String, seen: &mut Seen, into: &mut Vec<u32>) {
        self.ways.find(text, seen, &mut |way| into.extend(self.ids.of(way as usize)));
    }
}

/// What was found in a batch.
pub(crate) struct Held {
    /// In the data of events, or in what path and query are put together from.
    pub(crate) searched: Hits,
    /// In the other columns of text.
    pub(crate) others: Hits,
    /// Rows by column and number, once some rule asked for them.
    numbers: RefCell<FastMap<(usize, i64), BooleanBuffer>>,
}

impl Held {
    pub(crate) fn new(searched: Hits, others: Hits) -> Self {
        Self { searched, others, numbers: RefCell::default() }
    }

    /// The rows of a column that hold a number. Many rules ask for the same few.
    pub(crate) fn number(&self, column: usize, array: &ArrayRef, wanted: i64) -> BooleanBuffer {
        self.numbers.borrow_mut().entry((column, wanted)).or_insert_with(|| number(array, wanted)).clone()
    }
}

impl Lexicon {
    /// Has these columns searched, by their place in a batch.
    pub(crate) fn look_in(&mut self, columns: &[usize]) {
        self.columns.extend(columns);
    }

    /// The number of a name in the data of events.
    pub(crate) fn name(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        *self.names.entry(letters(name).collect()).or_insert(next)
    }

    /// The number of a literal; `None` for one that cannot be searched for.
    pub(crate) fn learn(&mut self, literal: &str) -> Option<u32> {
        let next = u32::try_from(self.count()).ok()?;
        if holds_beyond_ascii(literal) {
            return Some(*self.beyond_ascii.get_or_insert(next));
        }
        // What folds to ASCII is left to the evaluator; values without a name are one text, a line each; and JSON writes
        // control characters in more than one way.
        let tells = match literal.as_bytes() {
            [one] => RAREST.contains(one),
            [one, other] => RARE.contains(one) && RARE.contains(other),
            many => many.len() >= LITERAL_BYTES_MIN,
        };
        if !tells || !literal.is_ascii() || literal.bytes().any(|b| b < 0x20) {
            return None;
        }
        Some(*self.ids.entry(literal.to_ascii_lowercase()).or_insert(next))
    }

    fn count(&self) -> usize {
        self.ids.len() + usize::from(self.beyond_ascii.is_some())
    }

    /// The search for all of them; `None` where there are none.
    pub(crate) fn search(self) -> Option<Search> {
        let literals = self.count();
        let mut patterns: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (literal, id) in &self.ids {
            // What lies deeper than one level is a value as it is written.
            for way in BTreeSet::from([as_json(literal), literal.clone()]) {
                patterns.entry(way).or_default().push(*id);
            }
        }
        if patterns.is_empty() {
            return None;
        }
        let all = All::new(&patterns);
        let in_numbers = packed::Config::new().builder().extend(patterns.keys().filter(|way| is_number(way))).build();
        let Self { beyond_ascii, columns, names, .. } = self;
        Some(Search { all, in_numbers, literals, beyond_ascii, columns, names })
    }
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

/// Whether what holds this text holds a character beyond ASCII as well, even when case is set aside.
fn holds_beyond_ascii(text: &str) -> bool {
    text.contains(|c: char| !c.is_ascii() && !becomes_ascii(c))
}

/// What a search needs at hand, for text after text.
#[derive(Default)]
struct Room {
    /// The literals of one text.
    ids: Vec<u32>,
    /// The text in small letters.
    small: String,
    /// What was found in it.
    seen: Seen,
}

impl Search {
    /// Looks through columns of text; in one that cannot be read, any row may hold anything. `json` is the column that holds
    /// JSON, where one does.
    pub(crate) fn hits(&self, batch: &RecordBatch, columns: &[usize], json: Option<usize>) -> Hits {
        let mut hits = Gathering::new(batch.num_rows(), self.literals);
        for column in columns.iter().filter(|column| self.columns.contains(column)) {
            let any = batch.columns().get(*column).map(|array| array.as_any());
            let words = any.and_then(|any| any.downcast_ref::<DictionaryArray<Int32Type>>());
            let read = match words {
                Some(words) => words.values().as_any().downcast_ref().map(|of| self.words(words.keys(), of, &mut hits)),
                None => {
                    any.and_then(|any| any.downcast_ref()).map(|of| self.texts(of, json == Some(*column), &mut hits))
                }
            };
            if read.is_none() {
                return Hits::anything(batch.num_rows());
            }
        }
        hits.end()
    }

    /// Looks through words, each of them once.
    fn words(&self, keys: &Int32Array, words: &StringArray, hits: &mut Gathering) {
        let mut room = Room::default();
        let inside = |word: Option<&str>| {
            word.map_or(Inside::Nothing, |word| self.inside(word, || Name::Unknown, hits, &mut room))
        };
        let found: Vec<Inside> = words.iter().map(inside).collect();
        if found.iter().all(|inside| matches!(inside, Inside::Nothing)) {
            return;
        }
        let keys = keys.iter().enumerate().filter_map(|(at, key)| Some((at, usize::try_from(key?).ok()?)));
        keys.for_each(|(at, key)| hits.put(found[key], at));
    }

    /// Looks through texts; of JSON each member that stands in several rows is looked through once.
    fn texts(&self, texts: &StringArray, json: bool, hits: &mut Gathering) {
        let (mut known, mut room, mut cut): (FastMap<&str, Inside>, Room, Vec<&str>) = Default::default();
        // The members of the row before: the next one often has the same in the same places.
        let mut before: Vec<(&str, Inside)> = Vec::new();
        each_value(texts, &mut |at, text| {
            cut.clear();
            if !json || members(text, &mut cut).is_none() {
                let inside = self.inside(text, || Name::Unknown, hits, &mut room);
                return hits.put(inside, at);
            }
            // An empty text, in which nothing stands, is the last where there was none.
            before.resize(before.len().max(cut.len()), ("", Inside::Nothing));
            for (member, (last, inside)) in cut.iter().zip(&mut before) {
                if last != member {
                    let inside_of = || self.inside(member, || self.name(member), hits, &mut room);
                    *inside = *known.entry(member).or_insert_with(inside_of);
                    *last = member;
                }
                hits.put(*inside, at);
            }
        });
    }

    /// Whether an identifier or an address may hold one of the literals, which is told quickly.
    fn may_hold(&self, number: &str) -> bool {
        let mut small = [0; NUMBER_BYTES];
        match (&self.in_numbers, small.get_mut(..number.len())) {
            (Some(any), Some(small)) => {
                small.copy_from_slice(number.as_bytes());
                small.make_ascii_lowercase();
                any.find(small).is_some()
            }
            _ => true,
        }
    }

    /// The name of a member.
    fn name(&self, member: &str) -> Name {
        let asked = |name| self.names.get(&letters(name).collect::<Vec<u8>>());
        name(member).map_or(Name::Unknown, |name| asked(name).map_or(Name::Other, |name| Name::Is(*name)))
    }

    /// What stands in a text of that name.
    fn inside(&self, text: &str, name: impl FnOnce() -> Name, hits: &mut Gathering, room: &mut Room) -> Inside {
        let Room { ids, small, seen } = room;
        ids.clear();
        if is_number(text) && !self.may_hold(text) {
            return Inside::Nothing;
        }
        if folds_to_ascii(text) {
            return Inside::Anything;
        }
        small.clear();
        small.push_str(text);
        small.make_ascii_lowercase();
        self.all.find(small, seen, ids);
        ids.extend(self.beyond_ascii.filter(|_| !text.is_ascii()));
        hits.text(ids, name)
    }
}
