//! The bytes of a page as text: byte order marks, UTF-16, GB18030, and the UTF-7 that a code page of 65000 asks for.

use crate::fold;
use std::borrow::Cow;
use std::cell::OnceCell;

/// Characters of a page that are looked at. What stands behind is told as not read.
const CHARACTERS_MAX: usize = 64 << 20;
/// Share of NUL bytes, in percent, from which text without a mark is taken as UTF-16.
const NUL_SHARE: usize = 30;

/// A page as text.
#[derive(Debug)]
pub(crate) struct PageText<'a> {
    /// Its characters. NUL characters are kept: the server stops at none of them.
    pub(crate) text: Cow<'a, str>,
    /// The encoding as its registered name says it.
    pub(crate) encoding: &'static str,
    /// Whether characters behind the limit were left unread.
    pub(crate) cut: bool,
}

/// Reads `bytes` as text. Never fails: bytes that stand for nothing become U+FFFD.
#[must_use]
pub(crate) fn read(bytes: &[u8]) -> PageText<'_> {
    let cut = bytes.len() > CHARACTERS_MAX;
    let bytes = &bytes[..bytes.len().min(CHARACTERS_MAX)];
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return PageText { text, encoding: encoding.name(), cut };
    }
    if let Some(wide) = wide(bytes) {
        let (text, _) = wide.decode_without_bom_handling(bytes);
        return PageText { text, encoding: wide.name(), cut };
    }
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), encoding_rs::UTF_8),
        Err(_) => eight_bits(bytes),
    };
    if says_utf7(&text) {
        return PageText { text: Cow::Owned(utf7(&text)), encoding: "UTF-7", cut };
    }
    PageText { text, encoding: encoding.name(), cut }
}

/// Chinese double bytes where they fit: their second byte can be a quote or a backslash, so they cannot be read one by one.
fn eight_bits(bytes: &[u8]) -> (Cow<'_, str>, &'static encoding_rs::Encoding) {
    let (text, wrong) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    if wrong {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
        return (text, encoding_rs::WINDOWS_1252);
    }
    (text, encoding_rs::GB18030)
}

/// UTF-16 without a mark: every second byte of the first kilobyte is mostly zero, always the same one.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(1024) & !1];
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = head.len() / 2 * NUL_SHARE / 100;
    match () {
        () if head.len() < 8 => None,
        () if odd > enough && even * 8 < odd => Some(encoding_rs::UTF_16LE),
        () if even > enough && odd * 8 < even => Some(encoding_rs::UTF_16BE),
        () => None,
    }
}

/// Whether a page asks for code page 65000 before anything else.
fn says_utf7(text: &str) -> bool {
    let head = text[..text.floor_char_boundary(2048)].to_ascii_lowercase();
    head.split("codepage").skip(1).any(|rest| rest.trim_start_matches([' ', '=', '"', '\'', '\t']).starts_with("65000"))
        || head.contains("charset=utf-7")
}

/// Decodes UTF-7 (RFC 2152), and what its decoder in Windows also takes: runs of letters that stand for themselves.
fn utf7(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(plus) = rest.find('+') {
        out.push_str(&rest[..plus]);
        rest = &rest[plus + 1..];
        let run = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'+' || *b == b'/').count();
        let (code, behind) = rest.split_at(run);
        let decoded = fold::base64(code).filter(|bytes| !bytes.is_empty());
        match decoded {
            Some(bytes) if bytes.len() > 1 => {
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                out.push_str(&String::from_utf16_lossy(&units));
            }
            _ => out.push_str(code),
        }
        rest = behind.strip_prefix('-').unwrap_or(behind);
    }
    out.push_str(rest);
    out
}

/// Where the lines of a text begin, to say line and column of a byte.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Found when the first place is asked for: of most pages there is nothing to tell.
    starts: OnceCell<Vec<usize>>,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    #[must_use]
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, starts: OnceCell::new() }
    }

    /// Line and column of the byte at `at`, both from 1; the column counts characters.
    #[must_use]
    pub(crate) fn place(&self, at: usize) -> (usize, usize) {
        let ends = || memchr::memchr_iter(b'\n', self.text.as_bytes());
        let starts = self.starts.get_or_init(|| std::iter::once(0).chain(ends().map(|at| at + 1)).collect());
        let at = self.text.floor_char_boundary(at);
        let line = starts.partition_point(|start| *start <= at).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        (line, self.text[start..at].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf7_with_letters_for_themselves() {
        let page = "<%@codepage=65000%>\n<%e+x-v+x-a+x-l(+x-r+x-e+x-q+ACI-c+ACI)+x-%>";
        assert!(read(page.as_bytes()).text.contains("exvxaxlx") || read(page.as_bytes()).text.contains("\"c\""));
        let run = "<%@ codepage=65000 %><%+AGUAdgBhAGw-%>";
        assert!(read(run.as_bytes()).text.contains("eval"));
    }

    #[test]
    fn wide_text_without_a_mark() {
        let wide: Vec<u8> = "<%eval request(\"a\")%>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).text, "<%eval request(\"a\")%>");
    }

    #[test]
    fn places_count_characters() {
        let text = "é\nab";
        let lines = Lines::of(text);
        assert_eq!(lines.place(4), (2, 2));
        assert_eq!(lines.place(0), (1, 1));
    }
}
