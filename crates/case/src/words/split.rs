//! The words of a text, so chosen that a text can hold an indicator only if it holds certain words.
//!
//! A *piece* is a run of letters, digits, `_` and `-`, which is what an indicator must not lie in the middle of. Pieces
//! with single dots between them are a *name*. The words of a text are its pieces, and of each name every end that
//! begins with a piece: of `www.evil.example` the words `www`, `evil`, `example`, `evil.example`, `www.evil.example`.
//! Letters count without regard to case. A piece that says little is no word by itself, and fewer than four of them are
//! none together: GUIDs, numbers of up to three digits, one or two letters, the end of a time. Logs hold them in every row,
//! and indicators are rarely nothing else.

use std::ops::Range;
use twox_hash::XxHash3_64;

/// Bits of a word that are kept. Ten thousand words looked for among a hundred million: one is taken for another.
pub(super) const WORD_BITS: u32 = 40;
/// Characters of a GUID.
const GUID_LEN: usize = 36;
/// Where its dashes stand.
const DASHES: [usize; 4] = [8, 13, 18, 23];
/// Pieces that say little and are a word together: an address has four.
const LITTLE_PIECES: usize = 4;
/// Bytes that are looked at together.
const BLOCK: usize = u64::BITS as usize;

/// Whether a byte belongs to a piece.
#[must_use]
pub const fn is_letter(byte: u8) -> bool {
    // Without branches, so that many bytes are told at once.
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | (byte == b'_') | (byte == b'-')
}

/// The names of texts, one text after another, with room that is used again.
#[derive(Default)]
pub struct Names {
    /// The text in lower-case letters.
    text: Vec<u8>,
    /// A bit for each byte of the text that belongs to a piece, and a block without any.
    letters: Vec<u64>,
    at: usize,
    pieces: Vec<Range<usize>>,
}

impl Names {
    /// Begins a text.
    pub fn begin(&mut self, text: &str) {
        self.text.clear();
        self.text.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        let (blocks, rest) = self.text.as_chunks::<BLOCK>();
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        self.letters.clear();
        self.letters.extend(blocks.iter().chain([&last]).map(letters));
        self.letters.push(0);
        self.at = 0;
    }

    /// Goes behind the next name; false where there is none.
    pub fn advance(&mut self) -> bool {
        self.pieces.clear();
        let Some(mut start) = self.first(self.at, 0) else { return false };
        loop {
            // Behind the text, nothing belongs to a piece.
            let end = self.first(start, u64::MAX).unwrap_or(self.text.len());
            self.pieces.push(start..end);
            self.at = end;
            if self.text.get(end) != Some(&b'.') || !self.text.get(end + 1).is_some_and(|byte| is_letter(*byte)) {
                return true;
            }
            start = end + 1;
        }
    }

    /// The first place from one on whose bit, turned by `turn`, is set.
    fn first(&self, from: usize, turn: u64) -> Option<usize> {
        let mut block = from / BLOCK;
        let mut bits = (self.letters.get(block)? ^ turn) & (u64::MAX << (from % BLOCK));
        while bits == 0 {
            block += 1;
            bits = self.letters.get(block)? ^ turn;
        }
        Some(block * BLOCK + bits.trailing_zeros() as usize)
    }

    /// The pieces of the name, by their places in the text.
    #[must_use]
    pub fn pieces(&self) -> &[Range<usize>] {
        &self.pieces
    }

    /// What stands behind the name.
    #[must_use]
    pub fn behind(&self) -> &[u8] {
        &self.text[self.at..]
    }

    /// The word of pieces that end the name, or of one of them; none where that says little.
    #[must_use]
    pub fn word(&self, pieces: Range<usize>) -> Option<u64> {
        let mut longest = None;
        of_name(&self.text, self.pieces.get(pieces)?, &mut |word| longest = Some(word));
        longest
    }

    /// Gives each word of a text; one that stands there twice comes twice.
    pub(super) fn each_word(&mut self, text: &str, visit: &mut impl FnMut(u64)) {
        // Whole columns hold nothing else, and none of those is a word.
        if is_guid(text.as_bytes()) {
            return;
        }
        self.begin(text);
        while self.advance() {
            of_name(&self.text, &self.pieces, visit);
        }
    }
}

/// A bit for each byte that belongs to a piece.
fn letters(block: &[u8; BLOCK]) -> u64 {
    let marks = block.map(|byte| u8::from(is_letter(byte)));
    let (eights, _) = marks.as_chunks::<8>();
    // Moves the lowest bit of each of eight bytes into the highest byte, side by side.
    let packed = |marks: &[u8; 8]| u64::from_le_bytes(*marks).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |bits, marks| bits << 8 | packed(marks))
}

/// Gives the words of a name, by the places of its pieces in a text of lower-case letters: of each piece, and of each
/// end, the longest last.
fn of_name(text: &[u8], pieces: &[Range<usize>], visit: &mut impl FnMut(u64)) {
    let is_little = |piece: &Range<usize>| says_little(&text[piece.clone()]);
    // Most that say little stand by themselves, or are times, and need no number.
    if pieces.len() < LITTLE_PIECES && pieces.iter().all(is_little) {
        return;
    }
    let (mut end, mut says_much) = (None, false);
    for (nth, piece) in pieces.iter().rev().enumerate() {
        let own = XxHash3_64::oneshot(&text[piece.clone()]);
        if !is_little(piece) {
            says_much = true;
            visit(cut(own));
        }
        end = Some(end.map_or(own, |behind| {
            let both = joined(own, behind);
            if says_much || nth + 1 >= LITTLE_PIECES {
                visit(cut(both));
            }
            both
        }));
    }
}

/// Whether a piece is no word by itself.
fn says_little(piece: &[u8]) -> bool {
    match piece {
        [digits @ .., b'z'] if digits.len() == 3 => digits.iter().all(u8::is_ascii_digit),
        [_, _, _] => piece.iter().all(u8::is_ascii_digit),
        _ => piece.len() < 3 || is_guid(piece),
    }
}

/// Whether a piece is a GUID.
fn is_guid(piece: &[u8]) -> bool {
    let Ok(piece) = <&[u8; GUID_LEN]>::try_from(piece) else { return false };
    // All bytes without a branch: most pieces of that length are one.
    DASHES.iter().all(|at| piece[*at] == b'-')
        && piece.iter().filter(|b| b.is_ascii_hexdigit()).count() == GUID_LEN - DASHES.len()
}

/// The end of a name that begins with a piece, from that piece and the end behind it.
fn joined(piece: u64, behind: u64) -> u64 {
    // Any mixture will do that depends on the order.
    (piece.rotate_left(29) ^ behind).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn cut(word: u64) -> u64 {
    word >> (u64::BITS - WORD_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Vec<u64> {
        let mut words = Vec::new();
        Names::default().each_word(text, &mut |word| words.push(word));
        words
    }

    fn count(text: &str) -> usize {
        held(text).len()
    }

    #[test]
    fn words_of_texts() {
        assert_eq!(count("www.evil.example"), 5);
        assert_eq!((count("..abc..b. "), count("123 1234 12c")), (1, 2));
        assert_eq!((count("198.51.100.7"), count("::ffff:198.51.100.7"), count("1.2.3")), (1, 2, 0));
        assert_eq!((count("2021-03-03T04:05:39.922Z"), count("39.922y")), (1, 2));
        assert_eq!(held("OWA/Auth"), held("owa|auth"));
        assert_ne!(held("abc.bcd"), held("bcd.abc"));
        assert_eq!(count("0cde28fc-cafe-1299-8d6f-3a5253a4b6e9"), 0);
        assert_eq!(count("0cde28fc-cafe-1299-8d6f-3a5253a4b6e9x é - \u{1}"), 1);
        assert_eq!((count(""), count(". \u{e9} /")), (0, 0));
    }

    #[test]
    fn letters_are_told_alike_one_by_one_and_together() {
        for from in 0..=u8::MAX {
            let block: [u8; BLOCK] = std::array::from_fn(|at| from.wrapping_add(at as u8));
            let one_by_one = (0..BLOCK).filter(|at| is_letter(block[*at])).fold(0, |bits, at| bits | 1 << at);
            assert_eq!(letters(&block), one_by_one);
            let letter = from.is_ascii_alphanumeric() || matches!(from, b'_' | b'-');
            assert_eq!(is_letter(from), letter, "{from}");
        }
    }

    #[test]
    fn pieces_of_any_length_are_whole() {
        for long in 1..200 {
            for gap in 1..70 {
                let text = format!("{}{}b.c", "a".repeat(long), " ".repeat(gap));
                let (mut names, mut pieces) = (Names::default(), Vec::new());
                names.begin(&text);
                while names.advance() {
                    pieces.extend_from_slice(names.pieces());
                }
                let from = long + gap;
                assert_eq!(pieces, [0..long, from..from + 1, from + 2..from + 3]);
            }
        }
    }

    #[test]
    fn the_word_of_an_end_is_among_those_of_the_text() {
        let mut names = Names::default();
        names.begin("www.0cde28fc-cafe-1299-8d6f-3a5253a4b6e9.example");
        assert!(names.advance());
        let words = held("x www.0cde28fc-cafe-1299-8d6f-3a5253a4b6e9.EXAMPLE!");
        for from in 0..3 {
            assert!(words.contains(&names.word(from..3).unwrap()), "from piece {from}");
        }
        assert_eq!((names.word(1..2), names.word(3..3)), (None, None), "a GUID, and nothing");
    }
}
