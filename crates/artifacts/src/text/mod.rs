//! Text logs: one reader for every layout that is declared, W3C or Exchange CSV.

pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod lines;
mod pairs;
mod row;
mod shape;
mod tell;
mod times;

pub(crate) use shape::recognise;

use crate::{Artifact, claim};
use assize_content::Layout;
use assize_content::layout::Format;
use assize_model::{Build, FileInfo, Note, NoteKind, Reason, Rows, RowsError, Timestamp};
use fields::{Field, split_blanks, split_commas, split_words};
use header::{Header, NAMES_MAX};
use lines::{Line, Lines, Piece};
use row::Filler;
use std::collections::BTreeSet;
use std::io::BufRead;
use tell::Seen;
use times::Times;

/// A text log by its declared layout.
pub(crate) struct TextLog<'l> {
    layout: &'l Layout,
    /// All layouts, because a log may fit more than one and goes to the best.
    layouts: &'l [Layout],
}

impl<'l> TextLog<'l> {
    pub(crate) fn new(layout: &'l Layout, layouts: &'l [Layout]) -> Self {
        Self { layout, layouts }
    }
}

impl Artifact for TextLog<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, file: &FileInfo) -> bool {
        claim::text_layout(self.layouts, file).is_some_and(|l| l.spec.table == self.layout.spec.table)
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        Reader::new(self.layout).read(input, rows)
    }
}

/// What to do after a line.
#[derive(PartialEq, Eq)]
enum Step {
    Next,
    /// Read the line anew, with bare CR as line ends.
    Again,
}

/// Why a line is no row, or when its moment was.
type Taken = Result<Timestamp, Reason>;

struct Reader<'l> {
    layout: &'l Layout,
    filler: Filler<'l>,
    times: Times,
    header: Option<Header>,
    /// Whether the header was recognised by shape.
    guessed: bool,
    fields: Vec<Field>,
    log_type: String,
    version: Option<Build>,
    seen: Seen,
    /// Columns that a header names twice.
    twice: BTreeSet<String>,
    /// Whether bare CR were found to end lines in the middle of a file.
    bare_cr: bool,
}

impl<'l> Reader<'l> {
    fn new(layout: &'l Layout) -> Self {
        Self {
            layout,
            filler: Filler::new(layout),
            times: Times::default(),
            header: None,
            guessed: false,
            fields: Vec::new(),
            log_type: String::new(),
            version: None,
            seen: Seen::default(),
            twice: BTreeSet::new(),
            bare_cr: false,
        }
    }

    fn read(mut self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut lines = Lines::new(input);
        let mut next = 1;
        while let Some(piece) = lines.next()? {
            match piece {
                Piece::Mark(bytes) => {
                    rows.skip(bytes);
                    self.seen.text();
                }
                Piece::Padding(bytes) => {
                    rows.padding(bytes);
                    self.seen.padding(bytes, next);
                }
                Piece::TooLong { number, offset, bytes, raw } => {
                    rows.reject(number, offset, bytes, Reason::TooLong, raw);
                    self.seen.text();
                    self.seen.long_line(rows, number, bytes, &lines.long_line_sha256);
                    next = number + 1;
                }
                Piece::Line(line) => {
                    let (bytes, ended) = (line.bytes, line.ended);
                    next = line.number + 1;
                    self.seen.text();
                    if self.line(line, rows)? == Step::Again {
                        let text = format!("from line {} on, lines end in a bare CR, too", next - 1);
                        rows.note(Note::new(NoteKind::LineEnds, text));
                        lines.again_with_bare_cr(bytes, ended);
                    }
                }
            }
        }
        if lines.is_utf16() {
            rows.note(Note::new(
                NoteKind::Encoding,
                "the file is UTF-16, in which no server writes its logs: it is a copy",
            ));
        }
        let mut count = |kind, lines: u64, what: &str| {
            if lines > 0 {
                rows.note(Note::new(kind, format!("{lines} line(s) {what}")));
            }
        };
        count(NoteKind::Encoding, lines.latin1_lines, "are not UTF-8 and were read as Latin-1, byte for byte");
        count(NoteKind::Encoding, lines.damaged_utf16_lines, "hold units that are no UTF-16");
        count(NoteKind::NulHole, lines.lines_with_nul, "hold NUL bytes inside");
        self.tell(rows);
        Ok(())
    }

    /// Remarks on the file as a whole.
    fn tell(&self, rows: &mut Rows<'_>) {
        self.seen.tell(rows);
        if !self.twice.is_empty() {
            let names = self.twice.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
            let text = format!("the header names a column twice: {names}; the first counts, all are kept");
            rows.note(Note::new(NoteKind::DuplicateField, text));
        }
        if self.filler.repeated_keys > 0 {
            let text = format!("{} row(s) name a key twice; the first was taken", self.filler.repeated_keys);
            rows.note(Note::new(NoteKind::DuplicateKey, text));
        }
        self.times.tell(rows);
    }

    fn line(&mut self, line: Line<'_>, rows: &mut Rows<'_>) -> Result<Step, RowsError> {
        // Files put together out of several keep the mark of the encoding in the middle.
        let line = Line { text: line.text.strip_prefix('\u{feff}').unwrap_or(line.text), ..line };
        if line.text.starts_with('#') {
            if self.is_several_lines(line.text) {
                return Ok(Step::Again);
            }
            self.directive(line, rows);
            rows.skip(line.bytes);
            return Ok(Step::Next);
        }
        if line.text.trim_ascii().is_empty() || self.names_columns(line, rows) {
            rows.skip(line.bytes);
            return Ok(Step::Next);
        }
        let taken = match self.layout.format {
            Format::W3c => self.w3c_row(line),
            _ => self.csv_row(line),
        };
        match taken {
            Ok(ts) => {
                if let Some(header) = &self.header {
                    self.filler.fill(rows, header, line.text, &self.fields, self.version, &self.log_type);
                }
                self.times.seen(ts, line.number);
                if !line.ended {
                    self.seen.open_row = Some(line.number);
                }
                rows.finish(line.number, Some(ts), line.bytes)?;
            }
            Err(_) if self.is_several_lines(line.text) => return Ok(Step::Again),
            Err(reason) => {
                // A line without an end is the last one written, or stands before a hole.
                let cut =
                    !line.ended && matches!(reason, Reason::WrongFieldCount | Reason::BadQuoting | Reason::BadTime);
                let reason = if cut { Reason::CutOff } else { reason };
                self.seen.reject(reason, line.number);
                rows.reject(line.number, line.offset, line.bytes, reason, line.raw);
            }
        }
        Ok(Step::Next)
    }

    /// Whether a line that is no row is several: bare CR between lines that fit, in a file whose first line ended
    /// otherwise. It is asked once in a file, because from then on bare CR end lines.
    fn is_several_lines(&mut self, text: &str) -> bool {
        if self.bare_cr || !text.trim_end_matches('\r').contains('\r') {
            return false;
        }
        let mut lines = text.split('\r').filter(|l| !l.is_empty());
        self.bare_cr = lines.all(|l| l.starts_with('#') || self.fits(l));
        self.bare_cr
    }

    /// Whether a line has the fields of a row, or the columns that a header above it would name.
    fn fits(&mut self, text: &str) -> bool {
        let date = text.bytes().next().is_some_and(|b| b.is_ascii_digit());
        match &self.header {
            None => date,
            Some(_) if self.guessed => recognise(text, &mut self.fields).is_some(),
            Some(header) if self.layout.format == Format::W3c => {
                split_blanks(text, &mut self.fields);
                date && self.fields.len() == header.names.len()
            }
            Some(header) => split_commas(text, &mut self.fields).is_ok() && self.fields.len() == header.names.len(),
        }
    }

    /// A line that begins with `#`: the header, or a comment.
    fn directive(&mut self, line: Line<'_>, rows: &mut Rows<'_>) {
        let (name, value) = line.text.split_once(':').unwrap_or((line.text, ""));
        let value = value.trim();
        let is = |directive: &str| name.eq_ignore_ascii_case(directive);
        if is("#Fields") && self.layout.format == Format::W3c {
            self.set_header(line.number, value, value.split_ascii_whitespace(), rows);
        } else if is("#Fields") {
            self.set_header(line.number, value, value.split(',').map(str::trim), rows);
        } else if is("#Log-type") {
            value.clone_into(&mut self.log_type);
        } else if is("#Version") {
            // 15.0.0.0 is no build: some logs have a version of their own layout.
            self.version = Build::parse(value).filter(|b| b.0[2] > 0);
        } else if is("#Date") {
            self.times.stated(value, line.number);
        }
    }

    fn set_header<'n>(
        &mut self,
        number: u64,
        line: &str,
        names: impl Iterator<Item = &'n str> + Clone,
        rows: &mut Rows<'_>,
    ) {
        let guessed = std::mem::replace(&mut self.guessed, false);
        if self.header.as_ref().is_some_and(|h| h.line == line) {
            return;
        }
        let count = names.clone().count();
        if count > NAMES_MAX {
            let text = format!("the header in line {number} names {count} columns; no more than {NAMES_MAX} are read");
            rows.note(Note::new(NoteKind::Limit, text));
            self.header = None;
            return;
        }
        if self.header.is_some() && !guessed {
            self.seen.headers_changed.add(number);
        }
        let header = Header::new(self.layout, line, names);
        if self.twice.len() < NAMES_MAX {
            self.twice.extend(header.twice.iter().cloned());
        }
        self.header = Some(header);
    }

    /// Whether an Exchange log names its columns in this line, without `#Fields:` before them.
    fn names_columns(&mut self, line: Line<'_>, rows: &mut Rows<'_>) -> bool {
        if self.layout.format == Format::W3c || line.text.bytes().next().is_none_or(|b| b.is_ascii_digit()) {
            return false;
        }
        let text = line.text.trim_ascii();
        if self.header.as_ref().is_some_and(|h| h.line == text) {
            return true;
        }
        if self.header.is_some() || !claim::is_list_of_names(text) {
            return false;
        }
        self.set_header(line.number, text, text.split(',').map(str::trim), rows);
        true
    }

    fn w3c_row(&mut self, line: Line<'_>) -> Taken {
        if self.header.is_none() || self.guessed {
            return self.shaped_row(line);
        }
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        split_blanks(line.text, &mut self.fields);
        if self.fields.len() != header.names.len() {
            // An empty field in some versions of IIS, or a blank at the end.
            self.fields.retain(|f| f.end > f.start);
        }
        if self.fields.len() != header.names.len() {
            // The standard of such logs allows tabs and quotes; not IIS itself, but tools that stand for it use them.
            split_words(line.text, &mut self.fields)?;
        }
        if self.fields.len() != header.names.len() {
            return Err(Reason::WrongFieldCount);
        }
        self.times.w3c(header, line.text, &self.fields).ok_or(Reason::BadTime)
    }

    /// A W3C line without a header before it.
    fn shaped_row(&mut self, line: Line<'_>) -> Taken {
        let names = recognise(line.text, &mut self.fields).ok_or(Reason::NoHeader)?;
        let same = self.header.as_ref().is_some_and(|h| h.names == names);
        if !same {
            self.header = Some(Header::new(self.layout, "", names.into_iter()));
            self.guessed = true;
        }
        self.seen.guessed.add(line.number);
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        self.times.w3c(header, line.text, &self.fields).ok_or(Reason::BadTime)
    }

    fn csv_row(&mut self, line: Line<'_>) -> Taken {
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        let expected = header.names.len();
        let split = split_commas(line.text, &mut self.fields);
        if split.is_err() || self.fields.len() != expected {
            if !self.join_last_field(line.text) {
                return Err(split.err().unwrap_or(Reason::WrongFieldCount));
            }
            self.seen.loose_commas.add(line.number);
        }
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        times::csv(header, line.text, &self.fields).ok_or(Reason::BadTime)
    }

    /// Takes the rest of the line as its last field where that field holds typed pairs: scripts in it have
    /// commas and quotes, and copies of such logs have lost the quotes around them.
    fn join_last_field(&mut self, text: &str) -> bool {
        let Some(header) = &self.header else { return false };
        let Some(last) = header.names.len().checked_sub(1) else { return false };
        if header.pairs != Some(last) || last == 0 {
            return false;
        }
        let Some(comma) = memchr::memchr_iter(b',', text.as_bytes()).nth(last - 1) else { return false };
        let start = comma + 1;
        let head = &text[..comma];
        // A quote that opens and never closes is a line cut off, not a copy.
        if head.contains('"') || text[start..].starts_with('"') {
            return false;
        }
        if split_commas(head, &mut self.fields).is_err() || self.fields.len() != last {
            return false;
        }
        self.fields.push(Field { start, end: text.len(), doubled: false });
        true
    }
}
