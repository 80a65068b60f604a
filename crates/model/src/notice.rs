//! What an authority, a court or an insurer wants to be told: the form of a notice, as data of the content.

use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeForm {
    /// Who gets it: `CNIL`.
    pub authority: String,
    /// The country whose rules these are; `eu` for all of the Union.
    pub country: String,
    /// The language that it must be in; nothing where that differs.
    #[serde(default)]
    pub language: Option<String>,
    /// The day on which these facts were last looked at.
    pub checked: Day,
    /// Where it is handed in; nothing where nobody looked it up.
    #[serde(default)]
    pub contact: Option<String>,
    /// What it is called, by language.
    pub title: BTreeMap<String, String>,
    /// What whoever sends it must know, by language.
    #[serde(default)]
    pub notes: Vec<BTreeMap<String, String>>,
    /// Its stages, in the order of time.
    pub stages: Vec<NoticeStage>,
}

/// One stage of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeStage {
    /// Its name: `early`.
    pub id: String,
    /// Hours from the moment of knowing.
    #[serde(default)]
    pub within_hours: Option<u32>,
    /// Days from the moment of knowing, where the rule counts a month.
    #[serde(default)]
    pub within_days: Option<u32>,
    /// What it says, in order; each is one of [`FIELDS`].
    pub fields: Vec<String>,
}

/// The fields that a notice may have; reports have words for each.
pub const FIELDS: [&str; 33] = [
    "organisation",
    "contact-person",
    "reference",
    "policy",
    "server",
    "version",
    "systems",
    "aware",
    "triage",
    "nature",
    "malicious",
    "cross-border",
    "since",
    "story",
    "severity",
    "vector",
    "data",
    "people",
    "records",
    "consequences",
    "impact-functional",
    "impact-information",
    "recoverability",
    "location",
    "open",
    "patched",
    "indicators",
    "measures",
    "disconnected",
    "people-told",
    "late",
    "costs",
    "seen",
];
