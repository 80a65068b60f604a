//! Text logs: one reader for every layout that is declared, W3C or Exchange CSV.

pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod lines;
mod pairs;
mod row;
mod shape;
mod times;

pub(crate) use shape::recognise;

use crate::{Artifact, claim};
use assize_content::Layout;
use assize_content::layout::Format;
use assize_model::{Build, FileInfo, Reason, Rows, RowsError, Timestamp};
use fields::{Field, split_blanks, split_commas};
use header::{Header, NAMES_MAX};
use lines::{Line, Lines, Piece};
use row::Filler;
use std::io::BufRead;
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
    guessed_rows: u64,
    loose_commas: u64,
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
            guessed_rows: 0,
            loose_commas: 0,
        }
    }

    fn read(mut self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut lines = Lines::new(input);
        let (mut padding, mut holes, mut empty) = (0, 0u64, true);
        while let Some(piece) = lines.next()? {
            empty = false;
            match piece {
                Piece::Mark(bytes) => rows.skip(bytes),
                Piece::Padding(bytes) => {
                    rows.padding(bytes);
                    padding += bytes;
                    holes += 1;
                }
                Piece::TooLong { number, offset, bytes, raw } => {
                    rows.reject(number, offset, bytes, Reason::TooLong, raw);
                    rows.note(format!("line {number} has {bytes} bytes, more than we read of a line"));
                }
                Piece::Line(line) => self.line(line, rows)?,
            }
        }
        if empty {
            rows.note("the file is empty");
        }
        if padding > 0 {
            rows.note(format!("{padding} bytes are NUL fill, in {holes} place(s)"));
        }
        if lines.latin1_lines > 0 {
            rows.note(format!("{} line(s) were not UTF-8 and were read as Latin-1", lines.latin1_lines));
        }
        if lines.damaged_utf16_lines > 0 {
            rows.note(format!("{} line(s) hold units that are no UTF-16", lines.damaged_utf16_lines));
        }
        self.tell(rows);
        Ok(())
    }

    /// Remarks on the file as a whole.
    fn tell(&self, rows: &mut Rows<'_>) {
        if self.guessed_rows > 0 {
            let rows_read = self.guessed_rows;
            rows.note(format!(
                "no #Fields header: columns were recognised by shape (less certain), in {rows_read} line(s)"
            ));
        }
        if self.loose_commas > 0 {
            rows.note(format!("{} line(s) hold commas without quotes in their last field", self.loose_commas));
        }
        if self.filler.repeated_keys > 0 {
            rows.note(format!("{} row(s) name a key twice; the first was taken", self.filler.repeated_keys));
        }
        self.times.tell(rows);
    }

    fn line(&mut self, line: Line<'_>, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        if line.text.starts_with('#') {
            self.directive(line, rows);
            rows.skip(line.bytes);
            return Ok(());
        }
        if line.text.trim_ascii().is_empty() || self.names_columns(line, rows) {
            rows.skip(line.bytes);
            return Ok(());
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
                rows.finish(line.number, Some(ts), line.bytes)
            }
            Err(reason) => {
                // A line without an end is the last one written, or stands before a hole.
                let cut =
                    !line.ended && matches!(reason, Reason::WrongFieldCount | Reason::BadQuoting | Reason::BadTime);
                let reason = if cut { Reason::CutOff } else { reason };
                rows.reject(line.number, line.offset, line.bytes, reason, line.raw);
                Ok(())
            }
        }
    }

    /// A line that begins with `#`: the header, or a comment.
    fn directive(&mut self, line: Line<'_>, rows: &mut Rows<'_>) {
        let (name, value) = line.text.split_once(':').unwrap_or((line.text, ""));
        let value = value.trim();
        match name {
            "#Fields" if self.layout.format == Format::W3c => {
                self.set_header(value, value.split_ascii_whitespace(), rows)
            }
            "#Fields" => self.set_header(value, value.split(',').map(str::trim), rows),
            "#Log-type" | "#Log-Type" => value.clone_into(&mut self.log_type),
            // 15.0.0.0 is no build: some logs have a version of their own layout.
            "#Version" => self.version = Build::parse(value).filter(|b| b.0[2] > 0),
            "#Date" => self.times.stated(value),
            _ => {}
        }
    }

    fn set_header<'n>(&mut self, line: &str, names: impl Iterator<Item = &'n str> + Clone, rows: &mut Rows<'_>) {
        let count = names.clone().count();
        self.guessed = false;
        if self.header.as_ref().is_some_and(|h| h.line == line) {
            return;
        }
        if count > NAMES_MAX {
            rows.note(format!("a header names {count} columns; no more than {NAMES_MAX} are read"));
            self.header = None;
            return;
        }
        let header = Header::new(self.layout, line, names);
        if !header.twice.is_empty() {
            rows.note(format!("the header names a column twice: {}; the first counts", header.twice.join(", ")));
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
        self.set_header(text, text.split(',').map(str::trim), rows);
        true
    }

    fn w3c_row(&mut self, line: Line<'_>) -> Taken {
        if self.header.is_none() || self.guessed {
            return self.shaped_row(line.text);
        }
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        split_blanks(line.text, &mut self.fields);
        if self.fields.len() != header.names.len() {
            // An empty field in some versions of IIS, or a blank at the end.
            self.fields.retain(|f| f.end > f.start);
        }
        if self.fields.len() != header.names.len() {
            return Err(Reason::WrongFieldCount);
        }
        self.times.w3c(header, line.text, &self.fields).ok_or(Reason::BadTime)
    }

    /// A W3C line without a header before it.
    fn shaped_row(&mut self, text: &str) -> Taken {
        let names = shape::recognise(text, &mut self.fields).ok_or(Reason::NoHeader)?;
        let same = self.header.as_ref().is_some_and(|h| h.names == names);
        if !same {
            self.header = Some(Header::new(self.layout, "", names.into_iter()));
            self.guessed = true;
        }
        self.guessed_rows += 1;
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        self.times.w3c(header, text, &self.fields).ok_or(Reason::BadTime)
    }

    fn csv_row(&mut self, line: Line<'_>) -> Taken {
        let Some(header) = &self.header else { return Err(Reason::NoHeader) };
        let expected = header.names.len();
        let split = split_commas(line.text, &mut self.fields);
        if split.is_err() || self.fields.len() != expected {
            if !self.join_last_field(line.text) {
                return Err(split.err().unwrap_or(Reason::WrongFieldCount));
            }
            self.loose_commas += 1;
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
