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
    /// All of these must be in force.
    pub rules: Vec<MitigationRule>,
    /// Patterns that were published before and can be passed by.
    #[serde(default)]
    pub outdated: Vec<String>,
    /// Where it is from.
    pub source: String,
}

/// The condition of one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MitigationRule {
    /// What the condition looks at: `{HTTP_COOKIE}`.
    pub input: String,
    /// The pattern that it must match.
    pub pattern: String,
}

/// Reads the declarations; none where the file is missing.
pub(super) fn read(files: &BTreeMap<String, String>) -> Result<Vec<Mitigation>, ContentError> {
    let Some(text) = files.get(FILE) else { return Ok(Vec::new()) };
    let all: Vec<Mitigation> = yaml_serde::from_str(text).map_err(|e| ContentError::new(FILE, e.to_string()))?;
    match all.iter().find(|m| m.rules.is_empty() || m.cves.is_empty() || m.source.is_empty()) {
        Some(bare) => Err(ContentError::new(FILE, format!("{}: rules, cves and a source are expected", bare.name))),
        None => Ok(all),
    }
}
