//! Finding separators: records are many short fields, so a search begun for each costs more than the fields.

const LOW: u64 = u64::from_le_bytes([0x7F; 8]);

/// Calls `found` with the place of each byte that is one of `set`, in order. Eight bytes are looked at together.
pub fn each_of<const N: usize>(bytes: &[u8], set: [u8; N], mut found: impl FnMut(usize)) {
    let patterns = set.map(|byte| u64::from_le_bytes([byte; 8]));
    let (words, rest) = bytes.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let mut hits = patterns.iter().fold(0, |hits, pattern| hits | zeros(word ^ pattern));
        while hits != 0 {
            found(at + hits.trailing_zeros() as usize / 8);
            hits &= hits - 1;
        }
        at += 8;
    }
    rest.iter().enumerate().filter(|(_, byte)| set.contains(byte)).for_each(|(i, _)| found(at + i));
}

/// The highest bit of each byte that is zero, and of no other.
fn zeros(word: u64) -> u64 {
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use super::each_of;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_separator_is_found(text in "[ !=<>&;:a\\x00\\x01\u{a0}\u{e9}]{0,60}") {
            let mut places = Vec::new();
            each_of(text.as_bytes(), *b" =;", |at| places.push(at));
            let expected: Vec<usize> = text.match_indices([' ', '=', ';']).map(|(at, _)| at).collect();
            prop_assert_eq!(places, expected);
        }
    }
}
