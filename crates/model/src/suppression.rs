//! Findings that a person answers for. They stay in the result with that person's name, and do not count towards the
//! verdict.

use crate::finding::Strength;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// One entry of a list of suppressions, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The rule that it is about: `general/w3wp_command`, or its identifier. Nothing where it is about one finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The key of the one finding that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// The server that it holds for; nothing where it holds for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Every file or page of a finding must be one of these; empty where any may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Every address of a finding must lie in one of these networks; empty where any may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
    /// Whether that day was over when the case was assessed: then it was ignored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// The findings that it took out.
    pub findings: Vec<String>,
}

/// Who answers for a finding, and what it would prove by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// Who.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires: Day,
    /// Its strength, which counts no more.
    pub strength: Strength,
}
