//! The manifest: what a case is made of, with hashes. It holds no moment of the run.

use assize_model::file::Skipped;
use assize_model::result::TableSummary;
use assize_model::{Counts, FileInfo, Marking, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of `schema` in `case.json`.
pub(crate) const SCHEMA: &str = "assize.case/1";

/// `case.json`. Whoever seals a case fills what is known of tool, content and source; the rest is filled here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Always `assize.case/1`.
    pub schema: String,
    /// Version of the tool.
    pub tool_version: String,
    /// Packs and layouts that were in force: id, version, SHA-256.
    pub content: Vec<(String, String, String)>,
    /// `folder`, `file`, `zip`, `tar`.
    pub source_kind: String,
    /// Name of the input, without the folders above it.
    pub source_name: String,
    /// What a person says of the case.
    pub marking: Marking,
    /// What the collection says of itself, so that the case can be assessed again without the evidence.
    pub hints: Hints,
    /// Limits that were in force while reading, by name; `carve` is 1 where leftovers of event logs were looked for.
    pub limits: BTreeMap<String, u64>,
    /// Every evidence file, in the order of ids.
    pub files: Vec<FileRecord>,
    /// Files that could not be opened or were refused.
    pub skipped: Vec<Skipped>,
    /// Remarks on files that were kept although something is wrong with them: path and text.
    pub remarks: Vec<(String, String)>,
    /// Every table, in the order of names; `rejects` is one of them.
    pub tables: Vec<TableRecord>,
    /// The file of distinct values.
    pub values: Stored,
    /// Columns with too many distinct values to keep: table and column.
    pub not_distinct: Vec<(String, String)>,
    /// The file of words; none in a case of an earlier version.
    pub words: Option<WordsRecord>,
}

impl Manifest {
    /// The Parquet files of all tables.
    pub fn parts(&self) -> impl Iterator<Item = &Stored> {
        self.tables.iter().flat_map(|t| &t.parts)
    }
}

/// The file of words, and what they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsRecord {
    /// What a word is changes with this.
    pub version: u32,
    /// The file.
    #[serde(flatten)]
    pub stored: Stored,
}

/// What a collection says of the server and of itself. A claim, not a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// What made the collection, in a word: `velociraptor`.
    pub tool: Option<String>,
    /// The host.
    pub host: Option<String>,
    /// When the evidence was collected.
    pub collected: Option<Timestamp>,
    /// Roles of the server.
    pub roles: Vec<String>,
    /// Whether the evidence is invented, as it says itself.
    pub synthetic: bool,
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

/// One table and its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// Rows, rejects, days.
    #[serde(flatten)]
    pub summary: TableSummary,
    /// Its Parquet files, in the order of evidence files.
    pub parts: Vec<Stored>,
}

/// A Parquet file of the case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stored {
    /// Its name inside the case, with `/` between folders: `tables/iis_w3c/00003.parquet`.
    pub file: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Row groups.
    pub row_groups: u64,
}
