//! What a regular expression needs: texts of which one stands in everything that it matches.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Alternatives that are told one by one; a pattern with more says too little of each.
const TEXTS_MAX: usize = 64;

/// Texts in small letters of which one stands, whatever its capitals, in every text that the pattern matches. `None` where
/// no such texts are known.
pub(super) fn needed(pattern: &str) -> Option<Vec<String>> {
    let hir = ParserBuilder::new().build().parse(pattern).ok()?;
    let texts = of(&hir)?;
    texts.iter().all(|text| !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b))).then_some(texts)
}

fn of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![lower(std::str::from_utf8(&literal.0).ok()?)?]),
        HirKind::Class(class) => letter(class).map(|letter| vec![letter.into()]),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of(&repetition.sub),
        HirKind::Alternation(parts) => {
            let texts: Option<Vec<Vec<String>>> = parts.iter().map(of).collect();
            texts.map(|texts| texts.concat()).filter(|texts| texts.len() <= TEXTS_MAX)
        }
        HirKind::Concat(parts) => best(parts),
        _ => None,
    }
}

/// The longest text that follows from parts in a row. What stands side by side is one text.
fn best(parts: &[Hir]) -> Option<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        let one = match part.kind() {
            HirKind::Literal(_) | HirKind::Class(_) => of(part).and_then(|texts| texts.into_iter().next()),
            _ => None,
        };
        if let Some(text) = one {
            run.push_str(&text);
            continue;
        }
        found.push(vec![std::mem::take(&mut run)]);
        found.extend(of(part));
    }
    found.push(vec![run]);
    let shortest = |texts: &Vec<String>| texts.iter().map(String::len).min().unwrap_or_default();
    // Of equals the one with fewer alternatives.
    found.into_iter().max_by_key(|texts| (shortest(texts), std::cmp::Reverse(texts.len())))
}

/// The one letter that a class stands for, whatever its capitals.
fn letter(class: &Class) -> Option<char> {
    let chars: Vec<char> = match class {
        Class::Unicode(class) => class.ranges().iter().flat_map(|r| r.start()..=r.end()).take(4).collect(),
        Class::Bytes(class) => {
            class.ranges().iter().flat_map(|r| r.start()..=r.end()).map(char::from).take(4).collect()
        }
    };
    // Where case is set aside, `k` and `s` have a third form beyond ASCII, which the search leaves to the evaluator.
    let ascii: Vec<char> = chars.iter().copied().filter(char::is_ascii).map(|c| c.to_ascii_lowercase()).collect();
    let others = chars.iter().filter(|c| !c.is_ascii()).all(|c| matches!(c, '\u{212a}' | '\u{17f}'));
    let first = *ascii.first()?;
    (others && chars.len() < 4 && ascii.iter().all(|c| *c == first)).then_some(first)
}

fn lower(text: &str) -> Option<String> {
    text.is_ascii().then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::needed;
    use proptest::prelude::*;

    #[test]
    fn the_longest_sure_text_is_told() {
        for (pattern, texts) in [
            (r"(?i)(ipfs\.io/|ipfs\.io\s).+\..+@.+\.[a-z]+", Some(vec!["ipfs.io"])),
            (r"C:\\Windows\\[a-z]+\.exe", Some(vec![r"c:\windows\"])),
            (r"abc+defg", Some(vec!["defg"])),
            (r"(?i)kiss", Some(vec!["kiss"])),
            (r"x?y*z", Some(vec!["z"])),
            (r"\d{1,3}\.\d{1,3}", Some(vec!["."])),
            (r"(abc|d)e", Some(vec!["e"])),
            (r"\d+x?", None),
            (r"(abc|def|)", None),
            ("[", None),
        ] {
            let texts = texts.map(|texts| texts.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(needed(pattern), texts, "{pattern}");
        }
    }

    proptest! {
        /// Whatever a pattern matches holds one of its texts.
        #[test]
        fn what_matches_holds_a_needed_text(
            parts in prop::collection::vec("[a-dA-D]{1,3}|\\([a-c]{2,4}\\|[a-c]{2,4}\\)|[a-c]\\?|[a-c]{2}\\+|\\[ab\\]|\\.", 1..5),
            texts in prop::collection::vec("[a-dA-D]{0,12}", 1..20),
        ) {
            for flags in ["", "(?i)"] {
                let pattern = format!("{flags}{}", parts.concat());
                let Some(needed) = needed(&pattern) else { continue };
                let regex = regex::Regex::new(&pattern).unwrap();
                for text in texts.iter().filter(|text| regex.is_match(text)) {
                    let text = text.to_ascii_lowercase();
                    prop_assert!(needed.iter().any(|n| text.contains(n)), "{pattern} matches {text}, {needed:?}");
                }
            }
        }
    }
}
