//! The layout of a table: its columns, in order, and what they hold.

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Text that repeats much: method, status word, address, user agent. Kept as a dictionary.
    Word,
    /// Text that seldom repeats: an id, a message.
    Text,
    /// A whole number.
    Number,
    /// A moment in UTC, microseconds.
    Time,
}

impl ColumnType {
    /// The Arrow type: dictionary of strings, string, 64-bit integer, UTC microseconds.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Word => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::Text => DataType::Utf8,
            Self::Number => DataType::Int64,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name here: the source's own field in snake case (`cs_uri_stem`).
    pub name: String,
    /// The source's own spelling (`cs-uri-stem`), which Sigma rules use too.
    pub source: String,
    /// What it holds.
    pub kind: ColumnType,
}

impl Column {
    /// A column whose name here and at the source are given.
    #[must_use]
    pub fn new(name: &str, source: &str, kind: ColumnType) -> Self {
        Self { name: name.into(), source: source.into(), kind }
    }
}

/// The layout of one table. The columns `file_id`, `pos` and `ts` stand before the declared ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The table, named after what Exchange or Windows calls the source: `iis_w3c`.
    pub table: String,
    /// The kind of source, for independence of evidence: `web-log`, `exchange-log`, `windows-events`, `file-system`.
    pub family: String,
    /// The declared columns, in order.
    pub columns: Vec<Column>,
}

/// The columns that every table begins with.
pub const FIXED_COLUMNS: [&str; 3] = ["file_id", "pos", "ts"];

/// A row with something in this column was not kept by the log any more: it was found behind what the log holds. It says
/// what happened, and nothing of how far back the log reaches.
pub const CARVED: &str = "carved";

impl Spec {
    /// The index of a declared column by its name here.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// The Arrow schema: `file_id`, `pos`, `ts`, then the declared columns, all of these nullable.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let mut fields = vec![
            Field::new("file_id", DataType::UInt32, false),
            Field::new("pos", DataType::UInt64, false),
            Field::new("ts", ColumnType::Time.arrow(), true),
        ];
        fields.extend(self.columns.iter().map(|c| Field::new(&c.name, c.kind.arrow(), true)));
        Arc::new(Schema::new(fields))
    }
}
