//! What is recorded of the moments in which a log falls silent.

use crate::ContentError;
use assize_model::ledger::CauseKind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file that declares them.
const FILE: &str = "interruptions.yml";

/// Rows that say why records may be missing around them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// What a hole is put down to.
    pub cause: CauseKind,
    /// The table that records it.
    pub table: String,
    /// One of these must hold: column to value. Empty: any row.
    #[serde(default)]
    pub r#where: Vec<BTreeMap<String, String>>,
    /// For a change of the clock: the data that holds the time before and the time after.
    #[serde(default)]
    pub jump: Option<Jump>,
    /// The first of these columns, or values in the data, that is there names the log concerned. Empty: all of them.
    #[serde(default)]
    pub of: Vec<String>,
    /// Minutes before the hole within which it explains it.
    pub before: u32,
    /// Minutes after its end.
    pub after: u32,
}

/// Names of event data with two moments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jump {
    /// The time before the change.
    pub from: String,
    /// The time after it.
    pub to: String,
}

/// Reads the declarations; none where the file is missing.
pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Vec<Interruption>, ContentError> {
    let Some(text) = files.get(FILE) else { return Ok(Vec::new()) };
    yaml_serde::from_str(text).map_err(|e| ContentError::new(FILE, e.to_string()))
}
