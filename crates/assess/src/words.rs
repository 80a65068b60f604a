//! The words that a text must hold in which an indicator is found.

use assize_case::Names;
use assize_content::WatchKind;

/// Words that each text holds in which such an indicator is found; none where any text may hold it.
pub(crate) fn needed(kind: WatchKind, indicator: &str) -> Vec<u64> {
    let (mut words, mut names) = (Vec::new(), Names::default());
    names.begin(indicator);
    while names.advance() {
        let pieces = names.pieces();
        // What is found may be a part of something longer: a path on the left, an address of a page on the right.
        let from = usize::from(pieces[0].start == 0 && kind == WatchKind::Path);
        let to = pieces.len() - usize::from(names.behind().is_empty() && kind == WatchKind::Url);
        let name_ends = match names.behind() {
            // Behind a hash, a dot and another piece may follow.
            [] => !matches!(kind, WatchKind::Url | WatchKind::Hash),
            [b'.'] => kind != WatchKind::Url,
            _ => true,
        };
        if name_ends {
            words.extend(names.word(from..to));
        } else {
            words.extend((from..to).filter_map(|piece| names.word(piece..piece + 1)));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The word of a text that is one name.
    fn whole(text: &str) -> Option<u64> {
        let mut names = Names::default();
        names.begin(text);
        assert!(names.advance() && names.behind().is_empty(), "{text}");
        names.word(0..names.pieces().len())
    }

    #[test]
    fn what_an_indicator_needs() {
        let needs = |kind, value: &str, words: &[&str]| {
            let mut expected: Vec<u64> = words.iter().filter_map(|word| whole(word)).collect();
            expected.sort_unstable();
            assert_eq!(needed(kind, value), expected, "{value}");
        };
        needs(WatchKind::Ip, "198.51.100.7", &["198.51.100.7"]);
        needs(WatchKind::Name, "Evil.example", &["evil.example"]);
        needs(WatchKind::Name, ".evil.example.", &["evil.example"]);
        needs(WatchKind::Hash, "d41d8cd98f00b204e9800998ecf8427e", &["d41d8cd98f00b204e9800998ecf8427e"]);
        needs(WatchKind::Path, "C:/inetpub/x.aspx", &["inetpub", "x.aspx"]);
        needs(WatchKind::Path, "one.two/three", &["two", "three"]);
        needs(WatchKind::Url, "evil.example/abc?b=c", &["evil.example", "abc"]);
        needs(WatchKind::Url, "www.evil.example", &["www", "evil"]);
        needs(WatchKind::Name, "0cde28fc-cafe-1299-8d6f-3a5253a4b6e9", &[]);
        needs(WatchKind::Url, "evil", &[]);
    }
}
