//! What is remarked on a file as a whole once it is read.

use assize_model::{Note, NoteKind, Reason, Rows};

/// So many lines that are too long are named one by one.
const LONG_LINES_NAMED: u64 = 8;

/// How often something was seen, and where first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) times: u64,
    pub(crate) first: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, line: u64) {
        if self.times == 0 {
            self.first = line;
        }
        self.times += 1;
    }
}

/// What was seen while a file was read.
#[derive(Default)]
pub(crate) struct Seen {
    rejects: [Tally; KINDS.len()],
    long_lines: Tally,
    nul_holes: (Tally, u64),
    nul_tail: u64,
    /// The last line, when no line end follows and it was read as a row.
    pub(crate) open_row: Option<u64>,
    /// Headers that name other columns than the one before.
    pub(crate) headers_changed: Tally,
    /// Lines whose columns were recognised by shape.
    pub(crate) guessed: Tally,
    pub(crate) loose_commas: Tally,
    pub(crate) any: bool,
}

/// Which kind of remark the rejects of a reason make, and how it is said.
const KINDS: [(Reason, NoteKind, &str); 7] = [
    (Reason::WrongFieldCount, NoteKind::FieldCount, "have fewer or more fields than the header names"),
    (Reason::BadTime, NoteKind::BadTime, "have no time, or one that never was"),
    (Reason::CutOff, NoteKind::Truncated, "end before they are complete"),
    (Reason::BadQuoting, NoteKind::Quoting, "hold quotes that do not close"),
    (Reason::NoHeader, NoteKind::MissingHeader, "have no header before them, and their shape is not known"),
    (Reason::Damaged, NoteKind::Damaged, "are damaged inside"),
    (Reason::Unknown, NoteKind::Damaged, "are of no kind that belongs in this log"),
];

impl Seen {
    pub(crate) fn reject(&mut self, reason: Reason, line: u64) {
        if let Some(at) = KINDS.iter().position(|(r, ..)| *r == reason) {
            self.rejects[at].add(line);
        }
    }

    /// NUL fill before the line of that number: a hole, if anything follows.
    pub(crate) fn padding(&mut self, bytes: u64, line: u64) {
        self.nul_holes.0.add(line);
        self.nul_holes.1 += bytes;
        self.nul_tail = bytes;
    }

    /// Something other than NUL fill.
    pub(crate) fn text(&mut self) {
        self.any = true;
        self.nul_tail = 0;
        self.open_row = None;
    }

    pub(crate) fn long_line(&mut self, rows: &mut Rows<'_>, line: u64, bytes: u64, sha256: &str) {
        self.long_lines.add(line);
        if self.long_lines.times <= LONG_LINES_NAMED {
            let text = format!(
                "line {line} has {bytes} bytes, more than are read of a line; only its beginning is kept; SHA-256 of all its bytes: {sha256}"
            );
            rows.note(Note::new(NoteKind::OversizeLine, text));
        }
    }

    pub(crate) fn tell(&self, rows: &mut Rows<'_>) {
        let mut note = |kind, text: String| rows.note(Note::new(kind, text));
        if !self.any && self.nul_tail == 0 {
            note(NoteKind::Empty, "the file is empty".into());
        }
        if self.long_lines.times > LONG_LINES_NAMED {
            note(NoteKind::OversizeLine, format!("{} lines are longer than is read of a line", self.long_lines.times));
        }
        let (mut holes, mut hole_bytes) = self.nul_holes;
        if self.nul_tail > 0 {
            holes.times -= 1;
            hole_bytes -= self.nul_tail;
            let bytes = self.nul_tail;
            note(
                NoteKind::NulTail,
                format!("the last {bytes} bytes are NUL fill: room made before it was needed, or a crash"),
            );
        }
        if holes.times > 0 {
            let Tally { times, first } = holes;
            note(
                NoteKind::NulHole,
                format!("{hole_bytes} bytes are NUL fill, in {times} place(s), first at line {first}"),
            );
        }
        for ((_, kind, text), Tally { times, first }) in KINDS.iter().zip(&self.rejects) {
            if *times > 0 {
                note(*kind, format!("{times} line(s) {text}, first at line {first}"));
            }
        }
        if let Some(line) = self.open_row {
            note(NoteKind::Truncated, format!("the file ends inside line {line}: its last value may be cut"));
        }
        if self.guessed.times > 0 {
            let Tally { times, first } = self.guessed;
            note(
                NoteKind::MissingHeader,
                format!(
                    "no header names the columns: they were recognised by shape (less certain), in {times} line(s), first at line {first}"
                ),
            );
        }
        if self.headers_changed.times > 0 {
            let Tally { times, first } = self.headers_changed;
            note(NoteKind::FieldsChange, format!("the columns change {times} time(s), first at line {first}"));
        }
        if self.loose_commas.times > 0 {
            let Tally { times, first } = self.loose_commas;
            note(
                NoteKind::Quoting,
                format!("{times} line(s) hold commas without quotes in their last field, first at line {first}"),
            );
        }
    }
}
