//! The words of a text, so chosen that a text can hold an indicator only if it holds certain words.
//!
//! A *piece* is a run of letters, digits, `_` and `-`, which is what an indicator must not lie in the middle of. Pieces
//! with single dots between them are a *name*. The words of a text are its pieces, and of each name every end that
//! begins with a piece: of `www.evil.example` the words `www`, `evil`, `example`, `evil.example`, `www.evil.example`.
//! Letters count without regard to case. A piece that looks like a GUID is no word: logs hold one in almost every row,
//! and lists of indicators hardly any.

use crate::row::texts;
use crate::sweep::in_order;
use crate::{AssessError, Tables};
use assize_case::{ColumnWords, WORD_BITS, WORDS_MAX};
use assize_content::WatchKind;
use hashbrown::HashTable;
use std::ops::Range;
use twox_hash::XxHash64;

/// To be raised when the words of a text change: words kept before mean something else then.
pub const WORDS_VERSION: u32 = 1;
/// Where the dashes of a GUID stand.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Whether a byte belongs to a piece.
pub(crate) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The words of a text as they are counted one by one, with room that is used again.
#[derive(Default)]
struct Splitter {
    lower: Vec<u8>,
    pieces: Vec<Range<usize>>,
}

impl Splitter {
    /// Gives each word of a text; one that stands there twice comes twice.
    fn each(&mut self, text: &str, visit: &mut impl FnMut(u64)) {
        self.lower.clear();
        self.lower.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        let mut at = 0;
        while name(&self.lower, &mut at, &mut self.pieces) {
            let mut end = None;
            for piece in self.pieces.iter().rev() {
                let piece = &self.lower[piece.clone()];
                let own = hash(piece);
                if !is_guid(piece) {
                    visit(cut(own));
                }
                end = Some(end.map_or(own, |behind| {
                    let both = joined(own, behind);
                    visit(cut(both));
                    both
                }));
            }
        }
    }
}

/// Finds the next name from a place on; gives its pieces, and goes behind it.
fn name(text: &[u8], at: &mut usize, pieces: &mut Vec<Range<usize>>) -> bool {
    pieces.clear();
    let letter = |at: usize| text.get(at).is_some_and(|byte| is_letter(*byte));
    while *at < text.len() && !letter(*at) {
        *at += 1;
    }
    while letter(*at) {
        let start = *at;
        while letter(*at) {
            *at += 1;
        }
        pieces.push(start..*at);
        if text.get(*at) == Some(&b'.') && letter(*at + 1) {
            *at += 1;
        }
    }
    !pieces.is_empty()
}

fn is_guid(piece: &[u8]) -> bool {
    piece.len() == 36
        && piece.iter().enumerate().all(|(at, b)| if DASHES.contains(&at) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

fn hash(piece: &[u8]) -> u64 {
    XxHash64::oneshot(0, piece)
}

/// The end of a name that begins with a piece, from that piece and the end behind it.
fn joined(piece: u64, behind: u64) -> u64 {
    // Any mixture will do that depends on the order.
    (piece.rotate_left(29) ^ behind).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn cut(word: u64) -> u64 {
    word >> (u64::BITS - WORD_BITS)
}

/// Words that each text holds in which such an indicator is found; none where any text may hold it.
pub(crate) fn needed(kind: WatchKind, indicator: &str) -> Vec<u64> {
    let lower = indicator.to_ascii_lowercase().into_bytes();
    let (mut words, mut pieces, mut at) = (Vec::new(), Vec::new(), 0);
    while name(&lower, &mut at, &mut pieces) {
        // What is found may be a part of something longer: a path on the left, an address of a page on the right.
        let whole_from = usize::from(pieces[0].start == 0 && kind == WatchKind::Path);
        let whole_to = pieces.len() - usize::from(at == lower.len() && kind == WatchKind::Url);
        let name_ends = match &lower[at..] {
            // Behind a hash, a dot and another piece may follow.
            [] => !matches!(kind, WatchKind::Url | WatchKind::Hash),
            [b'.'] => kind != WatchKind::Url,
            _ => true,
        };
        let Some(whole) = pieces.get(whole_from..whole_to) else { continue };
        if let (true, [before @ .., last]) = (name_ends, whole) {
            let last = &lower[last.clone()];
            let end = before.iter().rev().fold(hash(last), |behind, p| joined(hash(&lower[p.clone()]), behind));
            if !before.is_empty() || !is_guid(last) {
                words.push(cut(end));
            }
            continue;
        }
        let pieces = whole.iter().map(|piece| &lower[piece.clone()]);
        words.extend(pieces.filter(|piece| !is_guid(piece)).map(|piece| cut(hash(piece))));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Words of a column as they come, each once.
#[derive(Default)]
struct Found {
    words: HashTable<u64>,
    too_many: bool,
}

impl Found {
    fn add(&mut self, word: u64) {
        // Words are hashes; a table wants their bits spread over all of a number.
        let spread = |word: &u64| word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.words.entry(spread(&word), |known| *known == word, spread).or_insert(word);
    }

    fn sorted(self) -> Option<Vec<u64>> {
        let mut words: Vec<u64> = self.words.into_iter().collect();
        words.sort_unstable();
        (!self.too_many).then_some(words)
    }
}

/// Gives the words of every column of text, for each part of each table in stored order.
///
/// # Errors
/// When a table cannot be read.
pub fn words(tables: &dyn Tables, threads: usize, take: &mut dyn FnMut(Vec<ColumnWords>)) -> Result<(), AssessError> {
    let names = tables.tables();
    let parts: Vec<(&str, usize)> = names
        .iter()
        .flat_map(|table| (0..tables.parts(&table.table)).map(|part| (table.table.as_str(), part)))
        .collect();
    let make = |at: usize| of_part(tables, parts[at].0, parts[at].1);
    in_order(parts.len(), threads, &make, take)
}

fn of_part(tables: &dyn Tables, table: &str, part: usize) -> Result<Vec<ColumnWords>, AssessError> {
    let mut splitter = Splitter::default();
    let mut columns: Vec<(String, Found)> = Vec::new();
    tables.scan_part(table, part, None, &mut |batch| {
        let held = batch.schema_ref().fields().iter().zip(batch.columns());
        let held = held.filter_map(|(field, array)| Some((field.name(), texts(array)?)));
        for (nth, (name, texts)) in held.enumerate() {
            // All batches of a part have the same columns.
            if columns.len() <= nth {
                columns.push((name.clone(), Found::default()));
            }
            let found = &mut columns[nth].1;
            for text in texts.iter().flatten() {
                if found.words.len() > WORDS_MAX {
                    *found = Found { too_many: true, ..Found::default() };
                }
                if found.too_many {
                    break;
                }
                splitter.each(text, &mut |word| found.add(word));
            }
        }
        Ok(())
    })?;
    let number = u32::try_from(part).map_err(|e| AssessError::Table(format!("{table}: {e}")))?;
    let column = |(column, found): (String, Found)| ColumnWords {
        table: table.to_owned(),
        part: number,
        column,
        words: found.sorted(),
    };
    Ok(columns.into_iter().map(column).collect())
}

/// The words of some texts, as they are kept.
#[cfg(test)]
pub(crate) fn words_of(texts: &[&str]) -> Vec<u64> {
    let (mut splitter, mut found) = (Splitter::default(), Found::default());
    texts.iter().for_each(|text| splitter.each(text, &mut |word| found.add(word)));
    found.sorted().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Vec<u64> {
        let mut words = Vec::new();
        Splitter::default().each(text, &mut |word| words.push(word));
        words
    }

    fn count(text: &str) -> usize {
        held(text).len()
    }

    #[test]
    fn words_of_texts() {
        assert_eq!(count("www.evil.example"), 5);
        assert_eq!(count("..a..b. "), 2);
        assert_eq!(held("OWA/Auth"), held("owa|auth"));
        assert_ne!(held("a.b"), held("b.a"));
        assert_eq!(count("0cde28fc-cafe-1299-8d6f-3a5253a4b6e9"), 0);
        assert_eq!(count("0cde28fc-cafe-1299-8d6f-3a5253a4b6e9x é - \u{1}"), 2);
        assert_eq!((count(""), count(". \u{e9} /")), (0, 0));
    }

    #[test]
    fn what_an_indicator_needs() {
        let needs = |kind, value: &str, words: &[&str]| {
            let mut expected: Vec<u64> = words.iter().filter_map(|word| held(word).last().copied()).collect();
            expected.sort_unstable();
            assert_eq!(needed(kind, value), expected, "{value}");
        };
        needs(WatchKind::Ip, "198.51.100.7", &["198.51.100.7"]);
        needs(WatchKind::Name, "Evil.example", &["evil.example"]);
        needs(WatchKind::Name, ".evil.example.", &["evil.example"]);
        needs(WatchKind::Hash, "d41d8cd98f00b204e9800998ecf8427e", &["d41d8cd98f00b204e9800998ecf8427e"]);
        needs(WatchKind::Path, "C:/inetpub/x.aspx", &["inetpub", "x.aspx"]);
        needs(WatchKind::Path, "a.b/c", &["b", "c"]);
        needs(WatchKind::Url, "evil.example/a?b=c", &["evil.example", "a", "b"]);
        needs(WatchKind::Url, "www.evil.example", &["www", "evil"]);
        needs(WatchKind::Name, "0cde28fc-cafe-1299-8d6f-3a5253a4b6e9", &[]);
        needs(WatchKind::Url, "evil", &[]);
    }
}
