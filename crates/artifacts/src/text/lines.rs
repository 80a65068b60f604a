//! The lines of a file, one at a time: bounded, decoded, and with every byte counted.
//!
//! It knows encodings and line ends, and nothing of what a line says.

use assize_model::rows::SAMPLE_BYTES;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::{BufRead, Error, ErrorKind};

/// The longest line that is read, in bytes. A longer one is handed on by its beginning only.
pub(crate) const LINE_BYTES_MAX: usize = if cfg!(test) { 1 << 10 } else { 1 << 20 };
/// So many NUL bytes in a row are a hole in the file and end a line; fewer belong to the text.
const HOLE_BYTES: usize = 16;
/// Bytes read ahead; few in tests, so that lines cross the end of the buffer.
const BUFFER_BYTES: usize = if cfg!(test) { 16 } else { 256 << 10 };
/// Bytes read ahead at first: many files are small.
const FIRST_BYTES: usize = if cfg!(test) { 16 } else { 64 << 10 };

/// What comes next in a file.
pub(crate) enum Piece<'a> {
    /// A line.
    Line(Line<'a>),
    /// NUL fill of so many bytes.
    Padding(u64),
    /// The mark of the encoding.
    Mark(u64),
    /// A line beyond [`LINE_BYTES_MAX`]; `raw` is its beginning.
    TooLong { number: u64, offset: u64, bytes: u64, raw: &'a [u8] },
}

/// One line without its end.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) text: &'a str,
    pub(crate) raw: &'a [u8],
    /// Its number, from 1.
    pub(crate) number: u64,
    pub(crate) offset: u64,
    /// Its bytes in the file, the line end included.
    pub(crate) bytes: u64,
    /// Whether a line end follows; the last line of a file still being written has none.
    pub(crate) ended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// One byte a unit: UTF-8, or Latin-1 where a line is not UTF-8.
    Bytes,
    Utf16Le,
    Utf16Be,
}

/// Reads lines out of a byte stream.
pub(crate) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    /// What was read ahead: from `start` to `end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    exhausted: bool,
    /// Whether a NUL was read so far; where there was none, nobody need look for holes.
    has_nul: bool,
    encoding: Option<Encoding>,
    /// `Some(true)` when a bare CR ends lines, as the first line end of the file told.
    bare_cr: Option<bool>,
    offset: u64,
    number: u64,
    decoded: String,
    sample: Vec<u8>,
    /// Lines that were not UTF-8 and were read as Latin-1.
    pub(crate) latin1_lines: u64,
    /// Lines of UTF-16 with a unit that is no character.
    pub(crate) damaged_utf16_lines: u64,
    /// Lines with NUL bytes inside, too few to be a hole.
    pub(crate) lines_with_nul: u64,
    /// The SHA-256 of the last [`Piece::TooLong`], its line end included.
    pub(crate) long_line_sha256: String,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead) -> Self {
        Self {
            input,
            buffer: vec![0; FIRST_BYTES],
            start: 0,
            end: 0,
            exhausted: false,
            has_nul: false,
            encoding: None,
            bare_cr: None,
            offset: 0,
            number: 1,
            decoded: String::new(),
            sample: Vec::new(),
            latin1_lines: 0,
            damaged_utf16_lines: 0,
            lines_with_nul: 0,
            long_line_sha256: String::new(),
        }
    }

    /// The next piece of the file, or `None` at its end.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'_>>, Error> {
        if self.encoding.is_none() {
            let mark = self.begin()?;
            if mark > 0 {
                return Ok(Some(Piece::Mark(mark)));
            }
        }
        let padding = self.skip_padding()?;
        if padding > 0 {
            return Ok(Some(Piece::Padding(padding)));
        }
        let Some((body, taken)) = self.find_line()? else {
            return if self.start == self.end { Ok(None) } else { self.skip_long_line().map(Some) };
        };
        Ok(Some(Piece::Line(self.take(body, taken))))
    }

    /// Whether the text is UTF-16.
    pub(crate) fn is_utf16(&self) -> bool {
        self.unit() == 2
    }

    /// Goes back to the beginning of the line just taken, of so many bytes, to read it with bare CR as line ends.
    /// Nothing may have been read since. `false` when bare CR ends lines already.
    pub(crate) fn again_with_bare_cr(&mut self, bytes: u64, ended: bool) -> bool {
        if self.bare_cr == Some(true) {
            return false;
        }
        self.bare_cr = Some(true);
        self.start -= usize::try_from(bytes).unwrap_or(0).min(self.start);
        self.offset -= bytes.min(self.offset);
        self.number -= u64::from(ended);
        true
    }

    fn unit(&self) -> usize {
        if matches!(self.encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be)) { 2 } else { 1 }
    }

    /// Learns the encoding from the first bytes and gives the length of its mark.
    fn begin(&mut self) -> Result<u64, Error> {
        while self.end < 4 && self.fill()? {}
        let (encoding, mark) = match &self.buffer[..self.end] {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Bytes, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Le, 0),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Be, 0),
            _ => (Encoding::Bytes, 0),
        };
        self.encoding = Some(encoding);
        self.start = mark;
        self.offset = mark as u64;
        Ok(mark as u64)
    }

    /// Reads more behind what is in the buffer; `false` at the end of the file.
    fn fill(&mut self) -> Result<bool, Error> {
        if self.exhausted {
            return Ok(false);
        }
        if self.start > 0 && self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() || self.buffer.len() < BUFFER_BYTES && self.end > 0 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let taken = loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(taken) => break taken,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        };
        self.has_nul = self.has_nul || memchr::memchr(0, &self.buffer[self.end..self.end + taken]).is_some();
        self.end += taken;
        self.exhausted = taken == 0;
        Ok(taken > 0)
    }

    /// Passes over NUL bytes (whole units of them) at the start of a line.
    fn skip_padding(&mut self) -> Result<u64, Error> {
        let unit = self.unit();
        let mut padding = 0;
        loop {
            while self.end - self.start >= unit && self.buffer[self.start..self.start + unit].iter().all(|b| *b == 0) {
                self.start += unit;
                padding += unit as u64;
            }
            if self.end - self.start >= unit || !self.fill()? {
                break;
            }
        }
        if unit == 2 && self.exhausted && self.end - self.start == 1 && self.buffer[self.start] == 0 {
            self.start += 1;
            padding += 1;
        }
        self.offset += padding;
        Ok(padding)
    }

    /// Finds the end of the line that begins at `start`: the length of its body, and with its line end.
    /// `None` when nothing is left or the line is too long.
    fn find_line(&mut self) -> Result<Option<(usize, usize)>, Error> {
        let mut searched = 0;
        loop {
            let found = self.line_end(searched)?;
            let have = found.map_or(self.end - self.start, |(body, _)| body);
            if found.is_some() || have > LINE_BYTES_MAX || self.exhausted {
                if let Some(hole) = self.hole(have) {
                    return Ok((hole <= LINE_BYTES_MAX).then_some((hole, hole)));
                }
                let at_end = self.exhausted && have > 0;
                let found = found.or_else(|| at_end.then_some((have, have)));
                return Ok(found.filter(|(body, _)| *body <= LINE_BYTES_MAX));
            }
            searched = have - have % self.unit();
            self.fill()?;
        }
    }

    /// The first line end from `searched` on, as (length of the body, length with line end).
    fn line_end(&mut self, searched: usize) -> Result<Option<(usize, usize)>, Error> {
        let mut from = searched;
        loop {
            let text = &self.buffer[self.start..self.end];
            let bare_cr = self.bare_cr;
            let Some(at) = find_end(text, from, self.encoding, bare_cr == Some(false)) else { return Ok(None) };
            let unit = self.unit();
            if letter(text, at, self.encoding) == b'\n' {
                self.bare_cr.get_or_insert(false);
                let body = at - if at >= unit && letter(text, at - unit, self.encoding) == b'\r' { unit } else { 0 };
                return Ok(Some((body, at + unit)));
            }
            // A CR: what follows tells whether it ends the line alone.
            if text.len() < at + 2 * unit && self.fill()? {
                continue;
            }
            let text = &self.buffer[self.start..self.end];
            let follows = if text.len() >= at + 2 * unit { letter(text, at + unit, self.encoding) } else { 0 };
            if follows == b'\n' {
                self.bare_cr.get_or_insert(false);
                return Ok(Some((at, at + 2 * unit)));
            }
            if *self.bare_cr.get_or_insert(true) {
                return Ok(Some((at, at + unit)));
            }
            from = at + unit;
        }
    }

    /// Where a run of NUL bytes begins inside the first `have` bytes of the line.
    fn hole(&mut self, have: usize) -> Option<usize> {
        if !self.has_nul {
            return None;
        }
        let text = &self.buffer[self.start..self.start + have];
        let mut from = 0;
        let mut inside = false;
        while let Some(at) = memchr::memchr(0, &text[from..]).map(|i| i + from) {
            let run = text[at..].iter().take_while(|b| **b == 0).count();
            if run >= HOLE_BYTES || (at + run == have && run > self.unit()) {
                let unit = self.unit();
                return Some(at.next_multiple_of(unit)).filter(|at| *at > 0);
            }
            inside = true;
            from = at + run;
        }
        self.lines_with_nul += u64::from(inside && self.unit() == 1);
        None
    }

    /// Hands on the beginning of a line that is too long, and passes over the rest of it.
    fn skip_long_line(&mut self) -> Result<Piece<'_>, Error> {
        self.sample.clear();
        self.sample.extend_from_slice(&self.buffer[self.start..self.end.min(self.start + SAMPLE_BYTES)]);
        let (number, offset, mut bytes) = (self.number, self.offset, 0u64);
        let mut hash = Sha256::new();
        loop {
            if let Some((_, taken)) = self.line_end(0)? {
                hash.update(&self.buffer[self.start..self.start + taken]);
                bytes += taken as u64;
                self.start += taken;
                self.number += 1;
                break;
            }
            // The last unit may be half read, or a CR whose LF is still to come.
            let keep = if self.exhausted { 0 } else { (self.end - self.start).min(4) };
            let left = self.end - self.start - keep;
            let pass = if self.exhausted { left } else { left - left % 2 };
            hash.update(&self.buffer[self.start..self.start + pass]);
            bytes += pass as u64;
            self.start += pass;
            if !self.fill()? && self.start == self.end {
                break;
            }
        }
        self.offset += bytes;
        self.long_line_sha256 = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(Piece::TooLong { number, offset, bytes, raw: &self.sample })
    }

    /// Takes the line out of the buffer and decodes it.
    fn take(&mut self, body: usize, taken: usize) -> Line<'_> {
        let raw = &self.buffer[self.start..self.start + body];
        let (number, offset, ended) = (self.number, self.offset, taken > body);
        self.start += taken;
        self.offset += taken as u64;
        self.number += u64::from(ended);
        let text = match self.encoding {
            Some(Encoding::Utf16Le) => decode_utf16(raw, u16::from_le_bytes, &mut self.decoded),
            Some(Encoding::Utf16Be) => decode_utf16(raw, u16::from_be_bytes, &mut self.decoded),
            _ => None,
        };
        let text = match text {
            Some(damaged) => {
                self.damaged_utf16_lines += u64::from(damaged);
                self.decoded.as_str()
            }
            None => std::str::from_utf8(raw).unwrap_or_else(|_| {
                self.latin1_lines += 1;
                self.decoded.clear();
                self.decoded.extend(raw.iter().map(|b| char::from(*b)));
                self.decoded.as_str()
            }),
        };
        Line { text, raw, number, offset, bytes: taken as u64, ended }
    }
}

/// The ASCII letter at a unit, or 0 where the unit is none.
fn letter(text: &[u8], at: usize, encoding: Option<Encoding>) -> u8 {
    match encoding {
        Some(Encoding::Utf16Le) if text.get(at + 1) == Some(&0) => text[at],
        Some(Encoding::Utf16Be) if text[at] == 0 => text.get(at + 1).copied().unwrap_or(0),
        Some(Encoding::Utf16Le | Encoding::Utf16Be) => 0,
        _ => text[at],
    }
}

/// The first unit from `from` on that may end a line.
fn find_end(text: &[u8], from: usize, encoding: Option<Encoding>, lf_only: bool) -> Option<usize> {
    let find = |from: usize| {
        let rest = text.get(from..)?;
        let at = if lf_only { memchr::memchr(b'\n', rest) } else { memchr::memchr2(b'\n', b'\r', rest) };
        at.map(|i| i + from)
    };
    if !matches!(encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be)) {
        return find(from);
    }
    let mut from = from;
    while let Some(at) = find(from) {
        let unit = at - at % 2;
        if unit + 1 < text.len() && matches!(letter(text, unit, encoding), b'\n' | b'\r') {
            return Some(unit);
        }
        from = at + 1;
    }
    None
}

/// Decodes into `into`; `Some(true)` when a unit was no character.
fn decode_utf16(raw: &[u8], unit: fn([u8; 2]) -> u16, into: &mut String) -> Option<bool> {
    into.clear();
    let mut damaged = raw.len() % 2 == 1;
    let units = raw.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    for c in char::decode_utf16(units) {
        damaged |= c.is_err();
        into.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Some(damaged)
}

#[cfg(test)]
mod tests;
