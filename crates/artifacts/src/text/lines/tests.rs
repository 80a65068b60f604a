//! Lines against what a simpler reader would find.

use super::{LINE_BYTES_MAX, Lines, Piece};
use proptest::prelude::*;

/// The pieces of a file, one word each; their bytes must add up.
fn shown(bytes: &[u8]) -> Vec<String> {
    let mut input = std::io::BufReader::with_capacity(7, bytes);
    let mut lines = Lines::new(&mut input);
    let (mut shown, mut total) = (Vec::new(), 0);
    while let Some(piece) = lines.next().unwrap() {
        let (word, bytes) = match piece {
            Piece::Mark(bytes) => ("mark".into(), bytes),
            Piece::Padding(bytes) => (format!("{bytes} NUL"), bytes),
            Piece::TooLong { number, offset, bytes, .. } => {
                assert_eq!(offset, total);
                (format!("{number}: long"), bytes)
            }
            Piece::Line(line) => {
                assert_eq!(line.offset, total);
                let end = if line.ended { "" } else { " (no end)" };
                (format!("{}: {}{end}", line.number, line.text), line.bytes)
            }
        };
        shown.push(word);
        total += bytes;
    }
    assert_eq!(total, bytes.len() as u64);
    shown
}

#[test]
fn line_ends() {
    assert_eq!(shown(b"a\nb\r\n\nc"), ["1: a", "2: b", "3: ", "4: c (no end)"]);
    assert_eq!(shown(b"a\rb\r\rc\r"), ["1: a", "2: b", "3: ", "4: c"]);
    assert_eq!(shown(b"a\r\nb\rc\r\n"), ["1: a", "2: b\rc"], "a bare CR makes no line where CRLF does");
    assert_eq!(shown(b"\xEF\xBB\xBFa\n"), ["mark", "1: a"]);
    assert_eq!(shown(b"\xFF\xFEa\0\r\0\n\0b\0\n"), ["mark", "1: a", "2: b (no end)"]);
    assert!(shown(b"").is_empty());
}

#[test]
fn long_lines_and_holes() {
    let long = "x".repeat(LINE_BYTES_MAX + 1);
    assert_eq!(shown(format!("a\n{long}\nb\n").as_bytes()), ["1: a", "2: long", "3: b"]);
    assert_eq!(shown(long.as_bytes()), ["1: long"]);
    let fits = "x".repeat(LINE_BYTES_MAX);
    assert_eq!(shown(format!("{fits}\nb").as_bytes()).len(), 2);
    let hole = "\0".repeat(5000);
    assert_eq!(shown(format!("a{hole}b\n{hole}").as_bytes()), ["1: a (no end)", "5000 NUL", "1: b", "5000 NUL"]);
}

proptest! {
    #[test]
    fn lines_are_what_stands_between_line_feeds(text in "([a-z]{0,40}\n){0,20}[a-z]{0,9}") {
        let expected: Vec<String> = text.lines().map(str::to_owned).collect();
        let read: Vec<String> = shown(text.as_bytes())
            .iter()
            .map(|l| l.split_once(": ").unwrap().1.trim_end_matches(" (no end)").to_owned())
            .collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn any_bytes_add_up(bytes in prop::collection::vec(prop::sample::select(b"a\n\r\0\xFF\xFE".to_vec()), 0..200)) {
        shown(&bytes);
    }
}
