//! Rules of URL Rewrite that stand in for an update.

use crate::ContentError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file that declares them.
const FILE: &str = "exposure/mitigations.yml";

/// A mitigation, as it was published.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mitigation {
    /// `EOMT`.
    pub name: String,
    /// The flaws whose way in it closes.
    pub cves: Vec<String>,
    /// All of these must be in force: each turns requests away by what one part of them is like.
    #[serde(default)]
    pub rules: Vec<MitigationCondition>,
    /// All of these must be in force: each writes a header into answers.
    #[serde(default)]
    pub headers: Vec<MitigationHeader>,
    /// Patterns that were published before and can be passed by.
    #[serde(default)]
    pub outdated: Vec<String>,
    /// Where it is from.
    pub source: String,
}

/// A header that a rule writes into answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MitigationHeader {
    /// The header, as URL Rewrite calls it: `RESPONSE_Content_Security_Policy`.
    pub variable: String,
    /// What must stand in it, among other things.
    pub value: String,
    /// The folder below the site whose answers are meant: `owa`.
    pub folder: String,
    /// What an answer may have to be like; a rule that asks for more leaves some out.
    pub conditions: Vec<MitigationCondition>,
}

/// What one part of a request or an answer is like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MitigationCondition {
    /// What is looked at: `{HTTP_COOKIE}`.
    pub input: String,
    /// The pattern that it must match.
    pub pattern: String,
}

/// Reads the declarations; none where the file is missing.
pub(super) fn read(files: &BTreeMap<String, String>) -> Result<Vec<Mitigation>, ContentError> {
    let Some(text) = files.get(FILE) else { return Ok(Vec::new()) };
    let all: Vec<Mitigation> = yaml_serde::from_str(text).map_err(|e| ContentError::new(FILE, e.to_string()))?;
    match all.iter().find(|m| m.rules.is_empty() && m.headers.is_empty() || m.cves.is_empty() || m.source.is_empty()) {
        Some(bare) => {
            Err(ContentError::new(FILE, format!("{}: rules or headers, cves and a source are expected", bare.name)))
        }
        None => Ok(all),
    }
}
