//! Which of many thousand literals stand in a text.
//!
//! Each literal is known by a few bytes of it, those that the fewest others hold. Nearly everywhere in a text stand bytes
//! by which none is known, which one look at a table tells; only elsewhere are literals compared. A library's automaton
//! of so many literals is some megabytes, and waits for memory at most bytes.

use crate::grouped::Grouped;

/// Literals, ready to be searched for.
pub(super) struct Grams {
    /// What literals of one and two bytes are known by: one of them.
    ones: [bool; 256],
    /// What those of three and four bytes are known by: three bytes.
    threes: Told<THREES_WORDS>,
    /// What longer ones are known by: five bytes.
    fives: Told<FIVES_WORDS>,
    /// All of them by the hash of what they are known by.
    groups: Grouped<Entry>,
    /// Their texts, one behind the other.
    texts: Vec<u8>,
}

/// One literal.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    number: u32,
    /// Where it begins and ends among the texts.
    start: u32,
    end: u32,
    /// Where in it the bytes are that it is known by.
    at: u32,
}

/// Which literals were found in the text at hand, for text after text.
#[derive(Default)]
pub(super) struct Seen {
    /// By the literal: the text in which it was found last.
    found_in: Vec<u32>,
    text: u32,
}

/// The bytes that literals of one and two bytes are known by.
const ONE: usize = 1;
/// The bytes that those of three and four are known by.
const THREE: usize = 3;
/// The bytes that longer ones are known by.
const FIVE: usize = 5;
/// Bytes that are read at a time.
const AT_ONCE: usize = u64::BITS as usize / 8;
/// 8 KiB, of which a thousand literals set one bit in sixty.
const THREES_WORDS: usize = 1 << 10;
/// 128 KiB, of which twenty thousand literals set one bit in fifty.
const FIVES_WORDS: usize = 1 << 14;
/// Groups of literals.
const GROUPS: usize = 1 << 16;

/// A bit for each hash; the words are a power of two.
struct Told<const WORDS: usize>(Box<[u64; WORDS]>);

impl<const WORDS: usize> Told<WORDS> {
    fn nothing() -> Self {
        Self(Box::new([0; WORDS]))
    }

    fn add(&mut self, hash: u32) {
        self.0[Self::word(hash)] |= 1 << Self::bit(hash);
    }

    fn tells(&self, hash: u32) -> bool {
        self.0[Self::word(hash)] >> Self::bit(hash) & 1 == 1
    }

    /// By the first bits of a hash, which are the best mixed.
    fn word(hash: u32) -> usize {
        (hash >> (u32::BITS - WORDS.ilog2())) as usize
    }

    /// By those behind them.
    fn bit(hash: u32) -> u32 {
        (hash >> (u32::BITS - WORDS.ilog2() - u64::BITS.ilog2())) % u64::BITS
    }
}

/// The hash of the first bytes of eight: a product with the golden ratio.
fn hash<const BYTES: usize>(eight: u64) -> u32 {
    let first = eight << (u64::BITS as usize - 8 * BYTES);
    (first.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> u32::BITS) as u32
}

/// The hashes of all that a literal may be known by, in the order in which they stand in it.
fn known_by(literal: &[u8]) -> impl Iterator<Item = u32> {
    let (bytes, hash): (usize, fn(u64) -> u32) = match literal.len() {
        0..THREE => (ONE, hash::<ONE>),
        THREE..FIVE => (THREE, hash::<THREE>),
        _ => (FIVE, hash::<FIVE>),
    };
    let eight = |bytes: &[u8]| bytes.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
    literal.windows(bytes).map(move |bytes| hash(eight(bytes)))
}

fn group(hash: u32) -> usize {
    (hash >> (u32::BITS - GROUPS.ilog2())) as usize
}

impl Grams {
    /// Literals by their place in the list; an empty one is never found.
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l [u8]> + Clone) -> Self {
        // How many literals hold such bytes, about: some share a place.
        let mut holders = vec![0u32; GROUPS];
        literals.clone().flat_map(known_by).for_each(|hash| holders[group(hash)] += 1);
        let (mut ones, mut threes, mut fives) = ([false; 256], Told::nothing(), Told::nothing());
        let (mut texts, mut entries) = (Vec::new(), Vec::new());
        for (number, literal) in (0..).zip(literals) {
            let places = (0..).zip(known_by(literal));
            let Some((at, hash)) = places.min_by_key(|(_, hash)| holders[group(*hash)]) else { continue };
            match literal.len() {
                0..THREE => ones[usize::from(literal[at as usize])] = true,
                THREE..FIVE => threes.add(hash),
                _ => fives.add(hash),
            }
            let start = texts.len() as u32;
            texts.extend_from_slice(literal);
            entries.push((group(hash), Entry { number, start, end: texts.len() as u32, at }));
        }
        Self { ones, threes, fives, groups: Grouped::new(GROUPS, entries.iter().copied()), texts }
    }

    /// Gives each literal that stands in a text once. The text is longer meanwhile.
    pub(super) fn find(&self, text: &mut String, seen: &mut Seen, give: &mut impl FnMut(u32)) {
        seen.begin();
        let length = text.len();
        // Eight bytes can be read at each of its places.
        text.push_str("\0\0\0\0\0\0\0");
        let bytes = text.as_bytes();
        for (at, eight) in bytes.array_windows().enumerate() {
            self.look(&bytes[..length], (at, eight), seen, give);
        }
        text.truncate(length);
    }

    /// Gives the literals that are known by what stands here.
    #[inline(always)]
    fn look(&self, text: &[u8], (at, eight): (usize, &[u8; AT_ONCE]), seen: &mut Seen, give: &mut impl FnMut(u32)) {
        let is_one = self.ones[usize::from(eight[0])];
        let eight = u64::from_le_bytes(*eight);
        let (three, five) = (hash::<THREE>(eight), hash::<FIVE>(eight));
        let (is_three, is_five) = (self.threes.tells(three), self.fives.tells(five));
        // Nearly always none of them, which one question tells.
        if is_one | is_three | is_five {
            let told = [(is_one, hash::<ONE>(eight)), (is_three, three), (is_five, five)];
            told.iter().filter(|(is, _)| *is).for_each(|(_, hash)| self.compare(text, (at, *hash), seen, give));
        }
    }

    /// Gives the literals that are known by bytes of this hash, and stand around this place.
    #[inline(never)]
    fn compare(&self, text: &[u8], (at, hash): (usize, u32), seen: &mut Seen, give: &mut impl FnMut(u32)) {
        for entry in self.groups.of(group(hash)) {
            if seen.holds(entry.number) {
                continue;
            }
            let literal = &self.texts[entry.start as usize..entry.end as usize];
            let here = at.checked_sub(entry.at as usize).and_then(|start| text.get(start..));
            if here.is_some_and(|here| here.starts_with(literal)) {
                seen.add(entry.number);
                give(entry.number);
            }
        }
    }
}

impl Seen {
    fn begin(&mut self) {
        self.text = self.text.checked_add(1).unwrap_or_else(|| {
            self.found_in.fill(0);
            1
        });
    }

    fn holds(&self, literal: u32) -> bool {
        self.found_in.get(literal as usize) == Some(&self.text)
    }

    fn add(&mut self, literal: u32) {
        let literal = literal as usize;
        if literal >= self.found_in.len() {
            self.found_in.resize(literal + 1, 0);
        }
        self.found_in[literal] = self.text;
    }
}

#[cfg(test)]
mod tests {
    use super::{Grams, Seen};
    use proptest::prelude::*;

    fn found(literals: &[&str], text: &str, seen: &mut Seen) -> Vec<u32> {
        let (mut found, mut room) = (Vec::new(), text.to_owned());
        let literals = Grams::new(literals.iter().map(|literal| literal.as_bytes()));
        literals.find(&mut room, seen, &mut |literal| found.push(literal));
        assert_eq!(room, text, "the text is as it was");
        found.sort_unstable();
        found
    }

    #[test]
    fn literals_of_every_length_are_found_once_wherever_they_stand() {
        let literals: [&str; 9] = ["<", "${", "cmd", "cmd.exe", ".exe", "m.ex", "/c", "", "cmd.exe /c whoami"];
        let mut seen = Seen::default();
        assert_eq!(found(&literals, "cmd.exe /c cmd.exe", &mut seen), [2, 3, 4, 6]);
        assert_eq!(found(&literals, "x<y${z", &mut seen), [0, 1]);
        assert_eq!(found(&literals, ".ex", &mut seen), [0; 0]);
        assert_eq!(found(&literals, "", &mut seen), [0; 0]);
        assert_eq!(found(&literals, "acmd.exe /c whoami", &mut seen), [2, 3, 4, 6, 8]);
    }

    #[test]
    fn what_was_found_in_one_text_is_not_in_the_next_however_many_there_were() {
        let mut seen = Seen { text: u32::MAX - 1, ..Seen::default() };
        for text in ["abc", "xyz", "abc", "xyz"] {
            let expected: &[u32] = if text == "abc" { &[0] } else { &[] };
            assert_eq!(found(&["abc"], text, &mut seen), expected);
        }
    }

    proptest! {
        /// The same as a look for each of them.
        #[test]
        fn each_literal_is_found_where_it_stands(
            literals in prop::collection::vec("[ab.]{1,7}", 0..40),
            texts in prop::collection::vec("[ab.c]{0,40}", 1..6),
        ) {
            let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
            let mut seen = Seen::default();
            for text in &texts {
                let stands = |literal: &&str| text.contains(literal);
                let expected: Vec<u32> =
                    (0..).zip(&literals).filter(|(_, literal)| stands(literal)).map(|(number, _)| number).collect();
                prop_assert_eq!(found(&literals, text, &mut seen), expected);
            }
        }
    }
}
