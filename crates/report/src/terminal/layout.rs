//! Lines that fit: wrapping, columns, colours and the fallback to ASCII. It knows nothing of what they say.

use super::TerminalStyle;
use assize_model::State;
use std::fmt::Write;

/// How a line is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    State(State),
}

/// Lines on the way to a terminal.
pub(super) struct Screen {
    style: TerminalStyle,
    width: usize,
    lines: Vec<(String, Ink)>,
}

impl Screen {
    pub(super) fn new(style: TerminalStyle) -> Self {
        Self { style, width: style.width.clamp(40, 80), lines: Vec::new() }
    }

    /// Columns in use.
    pub(super) fn columns(&self) -> usize {
        self.width
    }

    /// Text as this terminal can show it.
    pub(super) fn shown(&self, text: &str) -> String {
        if self.style.unicode { text.replace('\u{2019}', "'") } else { ascii(text) }
    }

    /// The same in at most `max` columns; the ellipsis takes three of them in ASCII.
    pub(super) fn cut(&self, text: &str, max: usize) -> String {
        let text = self.shown(text);
        let max = if self.style.unicode || width(&text) <= max { max } else { max.saturating_sub(2) };
        self.shown(&cut(&text, max))
    }

    /// A line that is known to fit.
    pub(super) fn line(&mut self, text: &str, ink: Ink) {
        let text = self.shown(text);
        self.lines.push((text.trim_end().to_owned(), ink));
    }

    pub(super) fn blank(&mut self) {
        self.lines.push((String::new(), Ink::Plain));
    }

    /// One blank line, not two.
    pub(super) fn blank_unless_blank(&mut self) {
        if self.lines.last().is_some_and(|(text, _)| !text.is_empty()) {
            self.blank();
        }
    }

    /// Wrapped text with every line indented alike.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str, ink: Ink) {
        for part in wrap(&self.shown(text), self.width - indent) {
            self.lines.push((format!("{:indent$}{part}", ""), ink));
        }
    }

    /// A label, then wrapped text in a column of its own.
    pub(super) fn hanging(&mut self, indent: usize, label: &str, column: usize, text: &str) {
        let label = self.shown(label);
        let start = indent + column;
        for (n, part) in wrap(&self.shown(text), self.width - start).into_iter().enumerate() {
            let lead = if n == 0 { padded(&label, column) } else { " ".repeat(column) };
            self.lines.push((format!("{:indent$}{lead}{part}", ""), Ink::Plain));
        }
    }

    /// `Do now   1  first`, the others below.
    pub(super) fn numbered(&mut self, label: &str, items: &[String]) {
        let column = width(label) + 3;
        for (n, item) in items.iter().enumerate() {
            let lead = if n == 0 { padded(label, column) } else { " ".repeat(column) };
            self.hanging(2, &format!("{lead}{}", n + 1), column + 3, item);
        }
    }

    /// The sign, the capitals, and the host at the right edge.
    pub(super) fn headline(&mut self, state: State, symbol: &str, shout: &str, host: &str) {
        let left = self.shown(&format!("  {symbol} {shout}"));
        if width(&left) > self.width {
            for (n, part) in wrap(left.trim_start(), self.width - 4).into_iter().enumerate() {
                let indent = if n == 0 { 2 } else { 4 };
                self.lines.push((format!("{:indent$}{part}", ""), Ink::State(state)));
            }
            return;
        }
        let room = self.width.saturating_sub(width(&left) + 2);
        let host = if room < 4 { String::new() } else { self.cut(host, room) };
        let gap = self.width.saturating_sub(width(&left) + width(&host));
        let line = format!("{left}{:gap$}{host}", "");
        self.lines.push((line.trim_end().to_owned(), Ink::State(state)));
    }

    /// Everything, with a line feed after each line.
    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        for (text, ink) in &self.lines {
            let text = text.replace(['\u{202F}', '\u{A0}'], " ");
            let _ = match code(*ink) {
                Some(code) if self.style.color && !text.is_empty() => writeln!(out, "\u{1b}[{code}m{text}\u{1b}[0m"),
                _ => writeln!(out, "{text}"),
            };
        }
        out
    }
}

fn code(ink: Ink) -> Option<&'static str> {
    match ink {
        Ink::Plain => None,
        Ink::Strong => Some("1"),
        Ink::State(State::Breached) => Some("1;31"),
        Ink::State(State::LikelyBreached | State::Attacked) => Some("1;33"),
        Ink::State(State::CannotExclude) => Some("1;35"),
        Ink::State(State::Exposed) => Some("1;34"),
        Ink::State(State::NoEvidence) => Some("1;32"),
        Ink::State(State::NotAssessed) => Some("1"),
    }
}

/// Columns that text takes: East Asian wide characters two, combining marks none.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x610..=0x61A | 0x64B..=0x65F | 0x20D0..=0x20FF => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Text with blanks after it up to `to` columns, and at least one.
pub(super) fn padded(text: &str, to: usize) -> String {
    let gap = to.saturating_sub(width(text)).max(1);
    format!("{text}{:gap$}", "")
}

/// Text with blanks before it up to `to` columns, so that times stand below each other.
pub(super) fn right(text: &str, to: usize) -> String {
    format!("{:gap$}{text}", "", gap = to.saturating_sub(width(text)))
}

/// Text of at most `max` columns, with an ellipsis where something was cut.
fn cut(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for c in text.chars() {
        if used + columns(c) + 1 > max {
            break;
        }
        used += columns(c);
        out.push(c);
    }
    format!("{}…", out.trim_end())
}

/// Breaks at ordinary blanks; a word longer than the line is broken where the line ends.
pub(super) fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(8);
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        if !line.is_empty() && width(&line) + 1 + width(word) > max {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if width(&line) + columns(c) > max {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

/// For consoles that show nothing but ASCII: accents fall, signs become letters, the rest becomes `\u{..}`.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202F}' | '\u{A0}' => out.push('\u{A0}'),
            c if c.is_ascii() => out.push(c),
            c => match FOLDED.iter().find(|(from, _)| from.contains(c)) {
                Some((_, to)) => out.push_str(to),
                None => {
                    let _ = write!(out, "\\u{{{:X}}}", u32::from(c));
                }
            },
        }
    }
    out
}

const FOLDED: [(&str, &str); 33] = [
    ("àâä", "a"),
    ("ÀÂÄ", "A"),
    ("éèêë", "e"),
    ("ÉÈÊË", "E"),
    ("îï", "i"),
    ("ÎÏ", "I"),
    ("ôö", "o"),
    ("ÔÖ", "O"),
    ("ùûü", "u"),
    ("ÙÛÜ", "U"),
    ("ç", "c"),
    ("Ç", "C"),
    ("œ", "oe"),
    ("Œ", "OE"),
    ("æ", "ae"),
    ("Æ", "AE"),
    ("ÿ", "y"),
    ("ñ", "n"),
    ("’‘", "'"),
    ("“”«»", "\""),
    ("–—", "-"),
    ("·", "-"),
    ("…", "..."),
    ("→", "->"),
    ("✖", "x"),
    ("▲", "^"),
    ("◆", "*"),
    ("✔", "+"),
    ("°", "o"),
    ("×", "x"),
    ("≥", ">="),
    ("≤", "<="),
    ("€", "EUR"),
];
