//! A finding: something we state about the server, with the rows that show it.

use crate::{Address, Suppressed, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much a reader should care, in Sigma's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Informational,
    /// Minor.
    Low,
    /// Worth a look.
    Medium,
    /// Serious.
    High,
    /// Act now.
    Critical,
}

impl Level {
    /// Sigma's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Did the act work?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Somebody looked whether the door is there.
    Probe,
    /// Somebody tried the door; it is not shown that it opened.
    Attempt,
    /// The records do not say.
    Unknown,
    /// The server did what only the flaw, or an intruder, makes it do.
    Success,
}

/// What one finding proves, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Helps to understand; never raises a verdict.
    Context,
    /// Could well be something else.
    Weak,
    /// Hard to explain otherwise, but possible.
    Moderate,
    /// Very hard to explain otherwise.
    Strong,
    /// Shows the act itself.
    Proof,
}

impl Outcome {
    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Attempt => "attempt",
            Self::Unknown => "unknown",
            Self::Success => "success",
        }
    }
}

impl Strength {
    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
            Self::Proof => "proof",
        }
    }
}

/// The words of a finding in one language, filled in and ready to print.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// A few words: `Administrator session obtained through the front end`.
    pub title: String,
    /// One or two sentences that say what was seen.
    pub summary: String,
    /// Why this matters; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meaning: String,
    /// What else could explain it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub otherwise: String,
}

/// One row of the case that a finding cites, with the fields a person needs to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedRow {
    /// File and position.
    #[serde(flatten)]
    pub address: Address,
    /// Path of the evidence file.
    pub path: String,
    /// The table that holds the row.
    pub table: String,
    /// Time of the row.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time: Option<Timestamp>,
    /// The fields that matter, in the order of the table; the text is as in the evidence.
    pub fields: Vec<(String, String)>,
}

/// Rows of one finding that are cited in full; the others are counted.
pub const ROWS_CITED: usize = 50;

/// A match, or a set of matches, that we state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `F-001`, in the order of time.
    pub id: String,
    /// What names this finding in every run over the same records: a hash of its rule, times, count and observables.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Pack and name of the rule: `proxylogon/ssrf_admin_session`.
    pub rule: String,
    /// The rule's own identifier (UUID).
    pub rule_id: String,
    /// How much a reader should care.
    pub level: Level,
    /// Did the act work?
    pub outcome: Outcome,
    /// What it proves.
    pub strength: Strength,
    /// The kind of source it comes from; two lines of one log are one family.
    pub family: String,
    /// Questions of the pack that it answers.
    pub questions: Vec<String>,
    /// ATT&CK technique ids: `T1190`.
    pub techniques: Vec<String>,
    /// CVE ids.
    pub vulnerabilities: Vec<String>,
    /// First moment.
    pub time: Option<Timestamp>,
    /// Last moment.
    pub last: Option<Timestamp>,
    /// The stretches of time in which its rows stand, in order: what is joined must lie near one of them. Kept for the
    /// assessment alone.
    #[serde(skip)]
    pub moments: Vec<(Timestamp, Timestamp)>,
    /// How many rows matched.
    pub count: u64,
    /// The English summary, for readers of the machine output.
    pub summary: String,
    /// The words by language: `en`, `fr`.
    pub texts: BTreeMap<String, Words>,
    /// Observables by kind (`ip`, `path`, `request`, `canary`, `user`, `host`, `agent`), sorted, at most 100 of a kind.
    pub entities: BTreeMap<String, Vec<String>>,
    /// The condition that matched, in Sigma's words.
    pub condition: String,
    /// The rows, at most [`ROWS_CITED`], first and last ones kept.
    pub rows: Vec<CitedRow>,
    /// Why the outcome or strength differs from what the rule says by itself; codes such as `after-patch`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjusted: Vec<String>,
    /// Who answers for it, where somebody does: then it does not count, and is context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// The words in a language, English where that one is missing.
    ///
    /// # Panics
    /// Never: a finding without words gives empty ones.
    #[must_use]
    pub fn words(&self, lang: &str) -> Words {
        self.texts.get(lang).or_else(|| self.texts.get("en")).cloned().unwrap_or_default()
    }
}
