//! The manifest: what a case is made of, with hashes. It holds no moment of the run.

use assize_model::file::Skipped;
use assize_model::result::TableSummary;
use assize_model::{Counts, FileInfo};
use serde::{Deserialize, Serialize};

/// The value of `schema` in `case.json`.
pub(crate) const SCHEMA: &str = "assize.case/1";

/// `case.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Version of the tool.
    pub tool_version: String,
    /// Packs and layouts that were in force: id, version, SHA-256.
    pub content: Vec<(String, String, String)>,
    /// `folder`, `file`, `zip`, `tar`.
    pub source_kind: String,
    /// Name of the input, without the folders above it.
    pub source_name: String,
    /// Every evidence file, in the order of ids.
    pub files: Vec<FileRecord>,
    /// Files that could not be opened or were refused.
    pub skipped: Vec<Skipped>,
    /// Remarks on files that were kept although something is wrong with them: path and text.
    pub remarks: Vec<(String, String)>,
    /// Every table.
    pub tables: Vec<TableRecord>,
    /// Columns with too many distinct values to keep: table and column.
    pub not_distinct: Vec<(String, String)>,
}

/// One evidence file and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The file.
    #[serde(flatten)]
    pub info: FileInfo,
    /// The tables it fed; empty where no parser claimed it.
    pub parts: Vec<Part>,
    /// Remarks on the whole file.
    pub notes: Vec<String>,
}

/// What one parser made of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The table.
    pub table: String,
    /// Rows, rejects, bytes.
    #[serde(flatten)]
    pub counts: Counts,
}

/// One table and its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// Rows, rejects, days.
    #[serde(flatten)]
    pub summary: TableSummary,
    /// SHA-256 of the Parquet file.
    pub sha256: String,
}
