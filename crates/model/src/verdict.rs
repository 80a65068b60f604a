//! The verdict: one state for one server, with what decided it.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The state of a server, in the order of exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing could be understood.
    NotAssessed,
    /// No sign of a break-in, evidence sufficient, fixed.
    NoEvidence,
    /// Vulnerable, or only mitigated; no sign of attack; evidence sufficient.
    Exposed,
    /// Attempts; no sign of success; evidence sufficient.
    Attacked,
    /// The evidence does not suffice for a negative answer.
    CannotExclude,
    /// Strong signs, no direct proof.
    LikelyBreached,
    /// Direct proof.
    Breached,
}

impl State {
    /// All states, in the order of the table in the guide.
    pub const ALL: [Self; 7] = [
        Self::NoEvidence,
        Self::NotAssessed,
        Self::Exposed,
        Self::Attacked,
        Self::CannotExclude,
        Self::LikelyBreached,
        Self::Breached,
    ];

    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::NoEvidence => 0,
            Self::NotAssessed => 3,
            Self::Exposed => 10,
            Self::Attacked => 20,
            Self::CannotExclude => 30,
            Self::LikelyBreached => 40,
            Self::Breached => 50,
        }
    }

    /// The word used in machine output: `cannot-exclude`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotAssessed => "not-assessed",
            Self::NoEvidence => "no-evidence",
            Self::Exposed => "exposed",
            Self::Attacked => "attacked",
            Self::CannotExclude => "cannot-exclude",
            Self::LikelyBreached => "likely-breached",
            Self::Breached => "breached",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How sure we are of the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Direct proof, or all that is needed could be seen.
    VerySure,
    /// One thing is missing.
    FairlySure,
    /// The evidence is thin.
    NotSure,
}

/// The words of CISA BOD 26-04 for the outcome of a triage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Triage {
    /// No evidence of compromise.
    NoEvidence,
    /// No evidence, but the evidence does not suffice.
    NoEvidenceInsufficient,
    /// Compromise suspected.
    Suspected,
    /// Compromise confirmed.
    Confirmed,
}

impl Triage {
    /// The word used in machine output: `no-evidence-insufficient`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoEvidence => "no-evidence",
            Self::NoEvidenceInsufficient => "no-evidence-insufficient",
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
        }
    }
}

/// The decision for one server and all packs that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The state.
    pub state: State,
    /// Its exit code.
    pub code: u8,
    /// The word of BOD 26-04; none where nothing was assessed.
    pub triage: Option<Triage>,
    /// How sure we are; none where nothing was assessed.
    pub confidence: Option<Confidence>,
    /// Whether attempts were seen, whatever the state.
    pub attempt_seen: bool,
    /// First success of an intruder; for `attacked`, the first attempt.
    pub since: Option<Timestamp>,
    /// Findings that decided.
    pub decided_by: Vec<String>,
    /// Codes of the reasons: `finding.proof`, `coverage.required.q1.partial`, `exposure.vulnerable`.
    pub why: Vec<String>,
    /// Why the state is not a worse one.
    pub why_not_higher: Vec<String>,
    /// Why the state is not a better one.
    pub why_not_lower: Vec<String>,
}
