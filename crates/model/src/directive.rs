//! What a directive of an authority requires of one server, and what the evidence shows of it.

use crate::Timestamp;
use crate::finding::CitedRow;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One directive, held against one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectiveStanding {
    /// Its name in the content: `ed-21-02`.
    pub id: String,
    /// Who gave it.
    pub issuer: String,
    /// What it is called: `ED 21-02`.
    pub name: String,
    /// The version of our description of it.
    pub version: String,
    /// The day it was published.
    pub published: Day,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// Whom it binds, by language.
    pub scope: BTreeMap<String, String>,
    /// Each requirement, in the order of the directive.
    pub requirements: Vec<RequirementStanding>,
    /// What a report to the authority asks for of this server.
    pub report: Vec<ReportField>,
}

/// One requirement, held against one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementStanding {
    /// Its name within the directive.
    pub id: String,
    /// What is required, by language.
    pub says: BTreeMap<String, String>,
    /// The moment by which it must be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Hours from the begin of the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_hours: Option<u32>,
    /// The answer: not met where one fact says so, proven where all of them do, else not to be told.
    pub state: Met,
    /// The facts it rests on.
    pub facts: Vec<FactShown>,
}

/// Whether something required is done, as far as the evidence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Met {
    /// The evidence shows that it is not.
    NotMet,
    /// The evidence does not say.
    CannotTell,
    /// The evidence shows that it is.
    Proven,
}

impl Met {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::NotMet, Self::CannotTell, Self::Proven];

    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotMet => "not-met",
            Self::CannotTell => "cannot-tell",
            Self::Proven => "proven",
        }
    }
}

/// One fact, and what the evidence says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactShown {
    /// What it says for the requirement.
    pub state: Met,
    /// Why, as a code: `updated-in-time`.
    pub code: String,
    /// What it is about: flaws, tables, the pack, or the word for what only people can say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// What people call that, by language, where it has other names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named: BTreeMap<String, String>,
    /// The moment that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Findings that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Records that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<CitedRow>,
}

/// The codes that a fact may have; reports have words for each.
pub const CODES: [&str; 25] = [
    "updated-in-time",
    "updated-when-unknown",
    "open-and-reached",
    "open-maybe-disconnected",
    "open-before-date",
    "build-unknown",
    "listed-none",
    "step-done",
    "step-missing",
    "step-not-seen",
    "collected",
    "collected-in-part",
    "searched",
    "searched-in-part",
    "searched-not-so-far-back",
    "not-searched",
    "triaged",
    "triaged-in-part",
    "logs-off",
    "logs-not-off",
    "attested",
    "found",
    "found-attempts",
    "found-nothing",
    "found-unknown",
];

/// One field of the report to the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportField {
    /// Its name: `build`.
    pub field: String,
    /// Its value, in no language; nothing where the evidence does not say.
    pub value: Option<String>,
}

/// The fields, in their order; reports have words for each.
pub const FIELDS: [&str; 15] = [
    "host",
    "roles",
    "version",
    "build",
    "collected",
    "exposed-from",
    "exposed-until",
    "triage",
    "since",
    "attempts",
    "findings",
    "logs-from",
    "logs-to",
    "questions",
    "disconnected",
];
