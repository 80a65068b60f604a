//! Remarks on the integrity of a whole file: a word that programs rely on, and a sentence for people.

use std::fmt;

/// What a remark is about. The words are part of our contract: they stand before the colon in the case and the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// The file has no bytes.
    Empty,
    /// Text in another encoding than its kind of log is written in.
    Encoding,
    /// Line ends that change inside the file.
    LineEnds,
    /// NUL fill up to the end of the file.
    NulTail,
    /// NUL bytes with text behind them.
    NulHole,
    /// A line beyond what is read of a line.
    OversizeLine,
    /// Lines without a header; columns were recognised by shape, which is less certain.
    MissingHeader,
    /// A header that names one column twice.
    DuplicateField,
    /// The columns change inside the file.
    FieldsChange,
    /// Lines with fewer or more fields than the header names.
    FieldCount,
    /// Quotes that do not close, or commas without quotes.
    Quoting,
    /// Lines whose time is missing or no moment.
    BadTime,
    /// A line or record that ends before it is complete.
    Truncated,
    /// Rows that go back in time.
    ClockRegression,
    /// A long time without rows.
    Gap,
    /// A date in the header that the rows around it contradict.
    DateDirective,
    /// Rows without a date of their own.
    NoDate,
    /// The log states no time zone.
    NoZone,
    /// A key that stands twice in one row.
    DuplicateKey,
    /// Records that are damaged inside or of an unknown kind.
    Damaged,
    /// A limit of ours was reached.
    Limit,
}

impl NoteKind {
    /// All kinds, in the order of this list.
    pub const ALL: [Self; 21] = [
        Self::Empty,
        Self::Encoding,
        Self::LineEnds,
        Self::NulTail,
        Self::NulHole,
        Self::OversizeLine,
        Self::MissingHeader,
        Self::DuplicateField,
        Self::FieldsChange,
        Self::FieldCount,
        Self::Quoting,
        Self::BadTime,
        Self::Truncated,
        Self::ClockRegression,
        Self::Gap,
        Self::DateDirective,
        Self::NoDate,
        Self::NoZone,
        Self::DuplicateKey,
        Self::Damaged,
        Self::Limit,
    ];

    /// The word of the kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Encoding => "encoding",
            Self::LineEnds => "line-ends",
            Self::NulTail => "nul-tail",
            Self::NulHole => "nul-hole",
            Self::OversizeLine => "oversize-line",
            Self::MissingHeader => "missing-header",
            Self::DuplicateField => "duplicate-field",
            Self::FieldsChange => "fields-change",
            Self::FieldCount => "field-count",
            Self::Quoting => "quoting",
            Self::BadTime => "bad-time",
            Self::Truncated => "truncated",
            Self::ClockRegression => "clock-regression",
            Self::Gap => "gap",
            Self::DateDirective => "date-directive",
            Self::NoDate => "no-date",
            Self::NoZone => "no-zone",
            Self::DuplicateKey => "duplicate-key",
            Self::Damaged => "damaged",
            Self::Limit => "limit",
        }
    }

    /// The kind of a remark as it is kept in a case; `None` for one without a word of ours.
    #[must_use]
    pub fn of(remark: &str) -> Option<Self> {
        let (word, _) = remark.split_once(": ")?;
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One remark. A case keeps it as one string, `gap: no row for 6 h before line 24`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// The remark in plain English.
    pub text: String,
}

impl Note {
    /// A remark of a kind.
    #[must_use]
    pub fn new(kind: NoteKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.text)
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Note, NoteKind};

    #[test]
    fn a_remark_keeps_its_kind_as_a_string() {
        for kind in NoteKind::ALL {
            assert_eq!(NoteKind::of(&String::from(Note::new(kind, "a: b"))), Some(kind));
        }
        assert_eq!(NoteKind::of("line 3: odd"), None);
        assert_eq!(NoteKind::of("gap"), None);
    }
}
