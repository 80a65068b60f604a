//! Characters into words: one lexer for the two families of languages that IIS runs.
//!
//! The curly family is C# and JScript, the basic family VBScript and VB.NET. Nothing here fails: what fits no rule is skipped, since
//! the pages of intruders are seldom well written.

use std::sync::LazyLock;

/// A family of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// C# and JScript.
    Curly,
    /// VBScript and VB.NET.
    Basic,
}

/// One word of a script.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tok {
    /// A name, with its escapes resolved; in the basic family in lower case.
    Name(String),
    /// A literal text.
    Text(String),
    /// A literal text with expressions in it: texts and scripts in turn, beginning with a text.
    Woven(Vec<String>),
    /// A number.
    Number(f64),
    /// An operator or bracket.
    Sign(&'static str),
    /// The end of a line, where a line ends a statement.
    Line,
}

/// A word and the byte it begins at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) tok: Tok,
    pub(crate) at: u32,
}

/// Words that one page may have.
const WORDS_MAX: usize = 1 << 20;

/// Bytes that a pattern between slashes may have.
const PATTERN_MAX: usize = 1024;

/// Signs by their first byte, longest first.
type Signs = [Vec<&'static str>; 128];

/// Signs of the curly family. `>>` is none: it closes two lists of types more often than it shifts.
static CURLY: LazyLock<Signs> = LazyLock::new(|| {
    by_first_byte(
        ">>>= === !== <<= >>= >>> ... ??= => == != <= >= && || ++ -- += -= *= /= %= &= |= ^= << ?? ?. :: { } ( ) [ ] ; , . : ? = + - * / % < > & | ^ ! ~ #",
    )
});
/// Signs of the basic family.
static BASIC: LazyLock<Signs> =
    LazyLock::new(|| by_first_byte("<> <= >= &= += -= *= /= := { } ( ) [ ] , . : = + - * / & < > \\ ^ ? ! @"));

fn by_first_byte(all: &'static str) -> Signs {
    let mut signs: Signs = std::array::from_fn(|_| Vec::new());
    all.split(' ').for_each(|sign| signs[usize::from(sign.as_bytes()[0])].push(sign));
    signs
}

/// Appends the words of `source`, whose first byte stands at `base` of the page.
pub(crate) fn words(source: &str, base: usize, family: Family, out: &mut Vec<Word>) {
    // Most scripts have a word for every six bytes or fewer.
    out.reserve((source.len() / 6).min(WORDS_MAX));
    let mut lexer = Lexer { text: source, bytes: source.as_bytes(), at: 0, base, out };
    match family {
        Family::Curly => lexer.curly(),
        Family::Basic => lexer.basic(),
    }
}

struct Lexer<'a, 'o> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    base: usize,
    out: &'o mut Vec<Word>,
}

impl Lexer<'_, '_> {
    fn push(&mut self, tok: Tok, at: usize) {
        let at = u32::try_from(self.base + at).unwrap_or(u32::MAX);
        self.out.push(Word { tok, at });
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn more(&self) -> bool {
        self.at < self.bytes.len() && self.out.len() < WORDS_MAX
    }

    fn character(&self) -> char {
        self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or('\0')
    }

    /// Moves behind the next `end`, or to the end of the text.
    fn behind(&mut self, end: &str) {
        let found = memchr::memmem::find(&self.bytes[self.at..], end.as_bytes());
        self.at = found.map_or(self.bytes.len(), |at| self.at + at + end.len());
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr2(b'\n', b'\r', &self.bytes[self.at..]).map_or(self.bytes.len(), |at| self.at + at);
    }

    fn curly(&mut self) {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("<!--")) {
            self.skip_line();
        }
        while self.more() {
            let start = self.at;
            match self.byte(0) {
                b'/' if self.byte(1) == b'/' => self.skip_line(),
                b'/' if self.byte(1) == b'*' => {
                    self.at += 2;
                    self.behind("*/");
                }
                b'/' if self.pattern_may_stand() && self.pattern() => {}
                b'#' if self.line_is_blank_before() => self.skip_line(),
                b'"' | b'\'' => {
                    let text = self.quoted();
                    self.push(Tok::Text(text), start);
                }
                b'`' => self.template(),
                b'@' if self.byte(1) == b'"' => self.verbatim(1),
                b'$' if self.byte(1) == b'"' => self.woven(1, false),
                b'$' if self.byte(1) == b'@' && self.byte(2) == b'"' => self.woven(2, true),
                b'@' if self.byte(1) == b'$' && self.byte(2) == b'"' => self.woven(2, true),
                b'0'..=b'9' => self.number(),
                b'.' if self.byte(1).is_ascii_digit() => self.number(),
                b'\\' if matches!(self.byte(1), b'u' | b'U') => self.name(Family::Curly),
                b'@' => self.at += 1,
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' => self.name(Family::Curly),
                byte if byte >= 0x80 => self.beyond_ascii(Family::Curly),
                _ => self.sign(&CURLY),
            }
        }
    }

    fn basic(&mut self) {
        while self.more() {
            let start = self.at;
            match self.byte(0) {
                b'\n' => {
                    self.at += 1;
                    self.push(Tok::Line, start);
                }
                b'\r' => {
                    self.at += 1;
                    if self.byte(0) != b'\n' {
                        self.push(Tok::Line, start);
                    }
                }
                b'\'' => self.skip_line(),
                b'_' if self.continues() => {}
                b'"' => self.basic_text(),
                b'0'..=b'9' => self.number(),
                b'.' if self.byte(1).is_ascii_digit() => self.number(),
                b'&' if self.radix() => {}
                b'#' if self.date() => {}
                b'<' if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("<!--")) => self.skip_line(),
                b'$' if self.byte(1) == b'"' => {
                    self.at += 1;
                    let whole = self.basic_body();
                    self.push(Tok::Woven(weave(&whole, "{")), start);
                }
                byte if byte.is_ascii_alphabetic() || byte == b'_' => self.name(Family::Basic),
                byte if byte >= 0x80 => self.beyond_ascii(Family::Basic),
                _ => self.sign(&BASIC),
            }
        }
    }

    /// Longest sign first; what is none is a blank.
    fn sign(&mut self, signs: &Signs) {
        let here = &self.bytes[self.at..];
        if matches!(here[0], b' ' | b'\t') {
            self.at += here.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            return;
        }
        let rest = |sign: &&&str| sign.len() <= here.len() && sign.bytes().zip(here).skip(1).all(|(a, b)| a == *b);
        let found = signs[usize::from(here[0] & 0x7f)].iter().find(rest).filter(|_| here[0].is_ascii());
        match found {
            Some(sign) => {
                self.push(Tok::Sign(sign), self.at);
                self.at += sign.len();
            }
            None => self.at += 1,
        }
    }

    /// Letters of other scripts are part of names; typographic quotes open a text, as VB.NET has it and copied shells expect it.
    fn beyond_ascii(&mut self, family: Family) {
        let character = self.character();
        match character {
            '\u{201c}' | '\u{201d}' | '\u{ff02}' => self.typographic(),
            '\u{2018}' | '\u{2019}' if family == Family::Basic => self.skip_line(),
            _ if character.is_alphanumeric() => self.name(family),
            _ => self.at += character.len_utf8().max(1),
        }
    }

    fn typographic(&mut self) {
        let start = self.at;
        self.at += self.character().len_utf8();
        let rest = &self.text[self.at..];
        let end = rest.find(['\u{201c}', '\u{201d}', '\u{ff02}', '"', '\n']).unwrap_or(rest.len());
        let text = rest[..end].to_owned();
        self.at += end;
        let close = self.character();
        if close != '\n' && close != '\0' {
            self.at += close.len_utf8();
        }
        self.push(Tok::Text(text), start);
    }

    fn name(&mut self, family: Family) {
        let start = self.at;
        let letters =
            self.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        // Nearly every name is nothing but these.
        let mut name = self.text[start..start + letters].to_owned();
        self.at += letters;
        loop {
            let byte = self.byte(0);
            if byte.is_ascii_alphanumeric() || byte == b'_' || (byte == b'$' && family == Family::Curly) {
                name.push(char::from(byte));
                self.at += 1;
            } else if byte == b'\\' && family == Family::Curly && matches!(self.byte(1), b'u' | b'U') {
                let digits = if self.byte(1) == b'u' { 4 } else { 8 };
                match self.hex(2, digits) {
                    // Characters that format and show nothing are no part of a name (ECMA-334, section 6.4.3).
                    Some(code) if code.is_alphanumeric() || code == '_' => name.push(code),
                    Some(_) => {}
                    None => break,
                }
                self.at += 2 + digits;
            } else if byte >= 0x80 {
                let character = self.character();
                if character.is_alphanumeric() {
                    name.extend(character.to_lowercase().filter(|_| family == Family::Basic));
                    if family == Family::Curly {
                        name.push(character);
                    }
                } else if !matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}'..='\u{2064}' | '\u{202a}'..='\u{202e}')
                {
                    break;
                }
                self.at += character.len_utf8();
            } else {
                break;
            }
        }
        if self.at == start {
            self.at += self.character().len_utf8().max(1);
            return;
        }
        if family == Family::Basic {
            name.make_ascii_lowercase();
            if name == "rem" {
                return self.skip_line();
            }
        }
        self.push(Tok::Name(name), start);
    }

    fn hex(&self, from: usize, digits: usize) -> Option<char> {
        let digits = self.bytes.get(self.at + from..self.at + from + digits)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().and_then(char::from_u32)
    }

    fn number(&mut self) {
        let start = self.at;
        if self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X') {
            let digits =
                self.bytes[self.at + 2..].iter().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'_').count();
            let value =
                i64::from_str_radix(&self.text[start + 2..start + 2 + digits].replace('_', ""), 16).unwrap_or(0);
            self.at += 2 + digits;
            self.skip_suffix();
            #[allow(clippy::cast_precision_loss)]
            return self.push(Tok::Number(value as f64), start);
        }
        let mut dot = false;
        while self.byte(0).is_ascii_digit()
            || self.byte(0) == b'_'
            || (self.byte(0) == b'.' && !dot && self.byte(1).is_ascii_digit())
        {
            dot |= self.byte(0) == b'.';
            self.at += 1;
        }
        let digits = &self.text[start..self.at];
        let value = if digits.contains('_') { digits.replace('_', "").parse() } else { digits.parse() };
        let value = value.unwrap_or(0.0);
        self.skip_suffix();
        self.push(Tok::Number(value), start);
    }

    fn skip_suffix(&mut self) {
        while matches!(self.byte(0), b'u' | b'U' | b'l' | b'L' | b'f' | b'F' | b'd' | b'D' | b'm' | b'M')
            && self.at < self.bytes.len()
        {
            self.at += 1;
        }
    }

    /// `&H41` and `&O101`; an ampersand before a digit is octal as well.
    fn radix(&mut self) -> bool {
        let (radix, skip) = match self.byte(1) {
            b'h' | b'H' => (16, 2),
            b'o' | b'O' => (8, 2),
            b'0'..=b'7' => (8, 1),
            _ => return false,
        };
        let rest = self.bytes.get(self.at + skip..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
        if digits == 0 || (skip == 1 && !self.operator_is_missing()) {
            return false;
        }
        let value = i64::from_str_radix(&self.text[self.at + skip..self.at + skip + digits], radix).unwrap_or(0);
        let start = self.at;
        self.at += skip + digits;
        if self.byte(0) == b'&' && skip == 2 && !matches!(self.byte(1), b' ') {
            self.at += 1;
        }
        #[allow(clippy::cast_precision_loss)]
        self.push(Tok::Number(value as f64), start);
        true
    }

    /// Whether the word before cannot be the left side of an operator.
    fn operator_is_missing(&self) -> bool {
        !matches!(
            self.out.last().map(|word| &word.tok),
            Some(Tok::Name(_) | Tok::Text(_) | Tok::Number(_) | Tok::Sign(")" | "]"))
        )
    }

    fn date(&mut self) -> bool {
        let rest = &self.bytes[self.at + 1..];
        let end = rest.iter().take(24).position(|byte| *byte == b'#');
        let fits = end.is_some_and(|end| {
            rest[..end]
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b':' | b' ' | b'A' | b'P' | b'M'))
        });
        if let Some(end) = end.filter(|_| fits) {
            self.push(Tok::Number(0.0), self.at);
            self.at += end + 2;
            return true;
        }
        false
    }

    /// An underscore before the end of a line joins it with the next.
    fn continues(&mut self) -> bool {
        let before =
            self.at == 0 || !(self.bytes[self.at - 1].is_ascii_alphanumeric() || self.bytes[self.at - 1] == b'_');
        let rest = &self.bytes[self.at + 1..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let joins = before && matches!(rest.get(blanks), Some(b'\r' | b'\n'));
        if joins {
            self.at += 1 + blanks;
            self.at += usize::from(self.byte(0) == b'\r');
            self.at += usize::from(self.byte(0) == b'\n');
        }
        joins
    }

    /// A text of the basic family: doubled quotes stand for one, and the line ends it.
    fn basic_text(&mut self) {
        let start = self.at;
        let text = self.basic_body();
        if matches!(self.byte(0), b'c' | b'C') && !self.byte(1).is_ascii_alphanumeric() {
            self.at += 1;
        }
        self.push(Tok::Text(text), start);
    }

    /// A text from its quote to the same quote or the end of the line; a quote in it is written twice.
    fn basic_body(&mut self) -> String {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            let end = memchr::memchr3(b'"', b'\n', b'\r', rest).unwrap_or(rest.len());
            text.push_str(&self.text[self.at..self.at + end]);
            self.at += end;
            if self.byte(0) == b'"' && self.byte(1) == b'"' {
                text.push('"');
                self.at += 2;
                continue;
            }
            self.at += usize::from(self.byte(0) == b'"');
            return text;
        }
    }

    /// A quoted text with escapes, from its quote to the same quote or the end of the line.
    fn quoted(&mut self) -> String {
        let quote = self.byte(0);
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            let end = memchr::memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
            text.push_str(&self.text[self.at..self.at + end]);
            self.at += end;
            match self.byte(0) {
                b'\\' => self.escape(&mut text),
                byte if byte == quote => {
                    self.at += 1;
                    return text;
                }
                _ => return text,
            }
        }
    }

    fn escape(&mut self, text: &mut String) {
        let digits = match self.byte(1) {
            b'u' => 4,
            b'U' => 8,
            b'x' => self.bytes[(self.at + 2).min(self.bytes.len())..]
                .iter()
                .take(2)
                .take_while(|byte| byte.is_ascii_hexdigit())
                .count(),
            _ => 0,
        };
        if digits > 0
            && let Some(character) = self.hex(2, digits)
        {
            text.push(character);
            self.at += 2 + digits;
            return;
        }
        let octal = self.bytes[self.at + 1..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
        if octal > 0 {
            let code = u32::from_str_radix(&self.text[self.at + 1..self.at + 1 + octal], 8).unwrap_or(0);
            text.extend(char::from_u32(code));
            self.at += 1 + octal;
            return;
        }
        self.at += 1;
        let plain = match self.byte(0) {
            b'n' => "\n",
            b'r' => "\r",
            b't' => "\t",
            b'\n' | 0 => "",
            b'\r' => {
                self.at += usize::from(self.byte(1) == b'\n');
                ""
            }
            _ => {
                let character = self.character();
                text.push(character);
                self.at += character.len_utf8();
                return;
            }
        };
        text.push_str(plain);
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// `@"..."` and `"""`: doubled quotes stand for one, lines do not end it. `skip` bytes stand before the quote.
    fn verbatim(&mut self, skip: usize) {
        let start = self.at;
        self.at += skip + 1;
        let text = self.verbatim_body();
        self.push(Tok::Text(text), start);
    }

    fn verbatim_body(&mut self) -> String {
        let mut text = String::new();
        loop {
            let rest = &self.bytes[self.at.min(self.bytes.len())..];
            let end = memchr::memchr(b'"', rest).unwrap_or(rest.len());
            text.push_str(&self.text[self.at.min(self.bytes.len())..self.at + end]);
            self.at += end;
            if self.byte(0) == b'"' && self.byte(1) == b'"' {
                text.push('"');
                self.at += 2;
            } else {
                self.at = (self.at + 1).min(self.bytes.len());
                return text;
            }
        }
    }

    /// `$"..{expression}.."`: texts and scripts in turn.
    fn woven(&mut self, skip: usize, verbatim: bool) {
        let start = self.at;
        self.at += skip;
        let whole = if verbatim {
            self.at += 1;
            self.verbatim_body()
        } else {
            self.quoted()
        };
        let pieces = weave(&whole, "{");
        self.push(Tok::Woven(pieces), start);
    }

    fn template(&mut self) {
        let start = self.at;
        let whole = self.quoted_lines();
        let pieces = weave(&whole, "${");
        self.push(Tok::Woven(pieces), start);
    }

    fn quoted_lines(&mut self) -> String {
        self.at += 1;
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'`', rest).unwrap_or(rest.len());
        let text = self.text[self.at..self.at + end].to_owned();
        self.at = (self.at + end + 1).min(self.bytes.len());
        text
    }

    fn line_is_blank_before(&self) -> bool {
        self.bytes[..self.at]
            .iter()
            .rev()
            .take_while(|byte| **byte != b'\n')
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
    }

    /// Whether a slash here begins a pattern rather than a division.
    fn pattern_may_stand(&self) -> bool {
        match self.out.last().map(|word| &word.tok) {
            None => true,
            Some(Tok::Sign(sign)) => !matches!(*sign, ")" | "]" | "}" | "++" | "--"),
            Some(Tok::Name(name)) => matches!(name.as_str(), "return" | "typeof" | "case" | "in"),
            Some(_) => false,
        }
    }

    /// Reads `/pattern/flags` as a text, where it ends in the line.
    fn pattern(&mut self) -> bool {
        let rest = &self.bytes[self.at + 1..];
        let mut class = false;
        let mut at = 0;
        while let Some(byte) = rest[..rest.len().min(PATTERN_MAX)].get(at).filter(|byte| **byte != b'\n') {
            match byte {
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    let start = self.at;
                    let flags = rest[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    let text = self.text.get(start..start + at + 2 + flags).unwrap_or("").to_owned();
                    self.push(Tok::Text(text), start);
                    self.at += at + 2 + flags;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }
}

/// Splits a woven text at its holes. `open` begins a hole, `}` ends it.
fn weave(whole: &str, open: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = whole;
    while let Some(start) = rest.find(open) {
        if let Some(last) = pieces.last_mut() {
            last.push_str(&rest[..start]);
        }
        rest = &rest[start + open.len()..];
        if open == "{" && rest.starts_with('{') {
            if let Some(last) = pieces.last_mut() {
                last.push('{');
            }
            rest = &rest[1..];
            continue;
        }
        let end = rest.find('}').unwrap_or(rest.len());
        pieces.push(rest[..end].to_owned());
        pieces.push(String::new());
        rest = rest.get(end + 1..).unwrap_or("");
        if pieces.len() > 256 {
            break;
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.push_str(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(source: &str, family: Family) -> Vec<Tok> {
        let mut out = Vec::new();
        words(source, 0, family, &mut out);
        out.into_iter().map(|word| word.tok).collect()
    }

    #[test]
    fn escapes_in_names_and_texts() {
        assert_eq!(
            all(r#"\u0065val("\x41\u0042\103")"#, Family::Curly)[..3],
            [Tok::Name("eval".into()), Tok::Sign("("), Tok::Text("ABC".into())]
        );
    }

    #[test]
    fn basic_numbers_and_quotes() {
        assert_eq!(
            all("a = \"x\"\"y\" & &H41 & Chr(&0141)", Family::Basic)[2..6],
            [Tok::Text("x\"y".into()), Tok::Sign("&"), Tok::Number(65.0), Tok::Sign("&")]
        );
    }

    #[test]
    fn nothing_hangs_on_broken_ends() {
        for source in ["\"", "'", "@\"", "$\"{", "/*", "`", "\\u", "&H", "#", "\"\\", "\u{201c}", "/[", "\"\\x"] {
            all(source, Family::Curly);
            all(source, Family::Basic);
        }
    }
}
