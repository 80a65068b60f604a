//! Text logs: one reader for every layout that is declared, W3C or Exchange CSV.

pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod lines;
mod pairs;
pub(crate) mod pattern;
mod row;
mod shape;
mod tell;
mod times;

pub(crate) use shape::recognise;

use crate::{Artifact, Look, claim};
use assize_content::Layout;
use assize_content::layout::{Clock, Format};
use assize_model::{Build, Note, NoteKind, Reason, Rows, RowsError};
use fields::{Field, split_blanks, split_commas, split_words};
use header::{Header, NAMES_MAX};
use lines::{LINE_BYTES_MAX, Line, Lines, Piece};
use pattern::{Moment, moment};
use row::Filler;
use std::collections::BTreeSet;
use std::io::BufRead;
use tell::Seen;
use times::Times;

/// Bytes that a short row of a log takes: room is made for as many rows as a file may hold.
const SHORT_ROW: u64 = 200;

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

    fn claims(&self, look: &Look<'_>) -> bool {
        look.text_layout(self.layouts).is_some_and(|l| l.spec.table == self.layout.spec.table)
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        rows.expect(rows.file().size / SHORT_ROW);
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
type Taken = Result<Moment, Reason>;

/// A line that may go on in the lines after it.
#[derive(Default)]
struct Open {
    text: String,
    number: u64,
    offset: u64,
    bytes: u64,
    ended: bool,
}

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
    /// The line in hand of a log whose lines may go on.
    open: Option<Open>,
    /// Rows whose time has no zone.
    local: u64,
    /// The column for the time as it is written.
    local_time: Option<usize>,
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
            open: None,
            local: 0,
            local_time: layout.spec.column("local_time"),
        }
    }

    fn read(mut self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut lines = Lines::new(input);
        let mut next = 1;
        if self.layout.format == Format::Pattern {
            let names = self.layout.line.parts.iter().map(|(_, name)| name.as_str());
            self.header = Some(Header::new(self.layout, "", names));
        }
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
        self.close(rows)?;
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
        if self.local > 0 {
            let text = format!(
                "{} row(s) have a time in the zone of the server, which the log does not state: it is kept as it is written, in local_time, and stands on no timeline",
                self.local
            );
            rows.note(Note::new(NoteKind::NoZone, text));
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
        if line.text.starts_with('#') && self.layout.format != Format::Pattern {
            if self.is_several_lines(line.text) {
                return Ok(Step::Again);
            }
            self.directive(line, rows);
            rows.skip(line.bytes);
            return Ok(Step::Next);
        }
        if self.layout.continues {
            return self.goes_on(line, rows);
        }
        if line.text.trim_ascii().is_empty() || self.names_columns(line, rows) {
            rows.skip(line.bytes);
            return Ok(Step::Next);
        }
        self.record(line, rows)
    }

    /// A line of a log whose lines may go on: it begins a record, or belongs to the one before it.
    fn goes_on(&mut self, line: Line<'_>, rows: &mut Rows<'_>) -> Result<Step, RowsError> {
        let begins = self.begins(line.text);
        if let Some(open) = self.open.as_mut().filter(|o| !begins && o.text.len() + line.text.len() < LINE_BYTES_MAX) {
            open.text.push('\n');
            open.text.push_str(line.text);
            open.bytes += line.bytes;
            open.ended = line.ended;
            return Ok(Step::Next);
        }
        self.close(rows)?;
        self.seen.open_row = None;
        if !begins && line.text.trim_ascii().is_empty() {
            rows.skip(line.bytes);
            return Ok(Step::Next);
        }
        if !begins {
            return self.record(line, rows);
        }
        let Line { text, number, offset, bytes, ended, .. } = line;
        self.open = Some(Open { text: text.to_owned(), number, offset, bytes, ended });
        Ok(Step::Next)
    }

    /// Whether a record begins with this line: it fits the pattern, its time included.
    fn begins(&mut self, text: &str) -> bool {
        pattern::split(text, &self.layout.line, &mut self.fields) && self.pattern_time(text).is_some()
    }

    /// Ends the record in hand.
    fn close(&mut self, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let Open { text, number, offset, bytes, ended } = &open;
        let line = Line { text, raw: text.as_bytes(), number: *number, offset: *offset, bytes: *bytes, ended: *ended };
        self.record(line, rows).map(|_| ())
    }

    /// One record: a row, or a reject.
    fn record(&mut self, line: Line<'_>, rows: &mut Rows<'_>) -> Result<Step, RowsError> {
        let taken = match self.layout.format {
            Format::W3c => self.w3c_row(line),
            Format::Pattern => self.pattern_row(line),
            _ => self.csv_row(line),
        };
        match taken {
            Ok(moment) => {
                if let Some(header) = &self.header {
                    self.filler.fill(rows, header, line.text, &self.fields, self.version, &self.log_type);
                }
                let ts = match moment {
                    Moment::Utc(ts) => {
                        self.times.seen(ts, line.number);
                        Some(ts)
                    }
                    Moment::Local(ts) => {
                        self.times.seen(ts, line.number);
                        self.keep_local_time(rows, line.text);
                        None
                    }
                };
                if !line.ended {
                    self.seen.open_row = Some(line.number);
                }
                rows.finish(line.number, ts, line.bytes)?;
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
            _ if self.layout.format == Format::Pattern => self.begins(text),
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
        self.times.w3c(header, line.text, &self.fields).map(Moment::Utc).ok_or(Reason::BadTime)
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
        self.times.w3c(header, line.text, &self.fields).map(Moment::Utc).ok_or(Reason::BadTime)
    }

    fn pattern_row(&mut self, line: Line<'_>) -> Taken {
        if !pattern::split(line.text, &self.layout.line, &mut self.fields) {
            return Err(Reason::WrongFieldCount);
        }
        // `[0] Setup version: 15.1.2176.9.` tells which clock the rows after it were written by.
        if self.layout.clock == Clock::Setup
            && let Some((_, version)) = line.text.split_once("Setup version: ")
        {
            let version = version.lines().next().unwrap_or_default().trim_end_matches(['.', ' ']);
            self.version = Build::parse(version).or(self.version);
        }
        self.pattern_time(line.text).ok_or(Reason::BadTime)
    }

    /// The time in the fields in hand.
    fn pattern_time(&self, line: &str) -> Option<Moment> {
        let header = self.header.as_ref()?;
        match header.time.as_slice() {
            [one] => moment(self.layout.clock, &self.fields.get(*one)?.value(line), self.version),
            several => {
                let parts: Option<Vec<_>> =
                    several.iter().map(|at| self.fields.get(*at).map(|f| f.value(line))).collect();
                moment(self.layout.clock, &parts?.join(" "), self.version)
            }
        }
    }

    /// Keeps a time as it is written.
    fn keep_local_time(&mut self, rows: &mut Rows<'_>, line: &str) {
        self.local += 1;
        let (Some(column), Some(header)) = (self.local_time, &self.header) else { return };
        let parts: Vec<_> = header.time.iter().filter_map(|at| self.fields.get(*at)).map(|f| f.value(line)).collect();
        rows.text(column, &parts.join(" "));
    }

    fn csv_row(&mut self, line: Line<'_>) -> Taken {
        if self.header.is_none() || self.guessed {
            self.guess_columns(line)?;
        }
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
        times::csv(header, line.text, &self.fields).map(Moment::Utc).ok_or(Reason::BadTime)
    }

    /// Finds the columns of a line of an Exchange log without a header before it.
    fn guess_columns(&mut self, line: Line<'_>) -> Result<(), Reason> {
        let names = claim::headerless(self.layout, line.text).ok_or(Reason::NoHeader)?;
        if self.header.as_ref().is_none_or(|h| h.names != names) {
            self.header = Some(Header::new(self.layout, "", names.iter().map(String::as_str)));
            self.guessed = true;
        }
        self.seen.guessed.add(line.number);
        Ok(())
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
