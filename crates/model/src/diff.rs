//! What became of a server between two cases of it: what `assize diff --json` prints.

use crate::exposure::FlawState;
use crate::finding::{Level, Strength};
use crate::result::{ExposureState, Tool};
use crate::{Build, Marking, State, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of `schema` in that output. Changes within a version only add.
pub const SCHEMA: &str = "assize.diff/1";

/// One server, looked at twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDiff {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The tool that compared.
    pub tool: Tool,
    /// What a person says of the later case, under the closer of the two protocols.
    pub marking: Marking,
    /// The server, as the later case names it.
    pub host: String,
    /// The earlier case.
    pub before: Side,
    /// The later one.
    pub after: Side,
    /// What holds of the server when both are weighed.
    pub standing: Standing,
    /// What a reader must know of the comparison itself.
    pub remarks: Vec<Remark>,
    /// Flaws of the campaigns whose state is another one.
    pub exposure: Vec<ExposureChange>,
    /// Further flaws of Exchange whose state is another one.
    pub flaws: Vec<FlawChange>,
    /// Findings.
    pub findings: FindingChanges,
    /// Files that are no logs.
    pub files: Changes<FileChange>,
    /// What the registry and configurations say.
    pub settings: Changes<SettingChange>,
    /// Questions of which more or less could be seen.
    pub coverage: Vec<CoverageChange>,
    /// Sources that reach less far, further, or are there once only.
    pub sources: Vec<SourceChange>,
}

/// One of the two cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Name of its evidence.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// When its evidence was collected.
    pub collected: Timestamp,
    /// The newest build seen.
    pub build: Option<Build>,
    /// What Microsoft calls it.
    pub version: Option<String>,
    /// Its findings.
    pub findings: u64,
    /// Required questions that were answered well enough.
    pub answered: u64,
    /// Required questions.
    pub required: u64,
}

/// What holds of the server. A verdict that was proved is not undone by records that are no longer there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// Its exit code.
    pub code: u8,
    /// The case whose verdict that is.
    pub from: Which,
    /// Findings that decided the earlier verdict and are missing only because their records are.
    pub held_by: Vec<String>,
}

/// One of two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// The earlier one.
    Before,
    /// The later one.
    After,
}

/// What a reader must know of the comparison itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// The evidence named first was collected after the other.
    Order,
    /// The cases were assessed with different content or versions, so a difference may be one of judgement.
    Content,
    /// One of them says of no server that it is its own.
    Unnamed,
    /// One of them was not read or assessed to its end.
    Incomplete,
    /// Somebody answers for findings of one of them, which do not count there.
    Suppressed,
    /// Of more settings than can be compared, the first ones were.
    Settings,
}

impl Remark {
    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Content => "content",
            Self::Unnamed => "unnamed",
            Self::Incomplete => "incomplete",
            Self::Suppressed => "suppressed",
            Self::Settings => "settings",
        }
    }
}

/// A flaw of a campaign, twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureChange {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// What was said of it; none where it was not asked.
    pub before: Option<ExposureState>,
    /// What is said of it.
    pub after: Option<ExposureState>,
}

/// Another flaw of Exchange, twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawChange {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// What was said of it.
    pub before: Option<FlawState>,
    /// What is said of it.
    pub after: Option<FlawState>,
}

/// Findings of both cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingChanges {
    /// In the earlier case only.
    pub gone: Vec<FindingChange<Fate>>,
    /// In the later one only.
    pub new: Vec<FindingChange<Origin>>,
    /// In both: the name before, the name after, the rule.
    pub same: Vec<FindingKept>,
}

/// A finding that one case has and the other has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingChange<W> {
    /// Its name in the case that has it: `F-003`.
    pub id: String,
    /// Pack and name of the rule.
    pub rule: String,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// How much a reader should care.
    pub level: Level,
    /// What it proves.
    pub strength: Strength,
    /// Whether somebody answers for it, so that it does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suppressed: bool,
    /// Its first moment.
    pub time: Option<Timestamp>,
    /// Why the other case has not got it.
    pub why: W,
    /// Records that it cites and that were looked for in the other case.
    pub records: u64,
    /// Those of them that are there.
    pub records_there: u64,
}

/// A finding of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingKept {
    /// Its name in the earlier case.
    pub before: String,
    /// Its name in the later one.
    pub after: String,
    /// Pack and name of the rule.
    pub rule: String,
}

/// Why the later case has not got a finding; the one that must be looked at first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The log still holds what came before, and its record is not in it: somebody or something took it out.
    RecordGone,
    /// The log no longer reaches back to it. What it said remains said.
    LogGone,
    /// The later case has nothing of that source or of that place.
    NotCollected,
    /// The place was collected again, and the thing is not there any more.
    Removed,
    /// Its records are still there; what is made of them is another thing.
    JudgedOtherwise,
}

/// Why the earlier case had not got a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It happened after the earlier evidence was collected.
    Since,
    /// The place was collected before, and the thing was not there.
    Appeared,
    /// It is older than the earlier evidence, which had no such record.
    NewlyRead,
    /// Its records were there before; what is made of them is another thing.
    JudgedOtherwise,
}

impl Fate {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] =
        [Self::RecordGone, Self::LogGone, Self::NotCollected, Self::Removed, Self::JudgedOtherwise];

    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RecordGone => "record-gone",
            Self::LogGone => "log-gone",
            Self::NotCollected => "not-collected",
            Self::Removed => "removed",
            Self::JudgedOtherwise => "judged-otherwise",
        }
    }

    /// Whether only the record of what was found is missing, so that the finding still holds.
    #[must_use]
    pub fn is_loss_of_record(self) -> bool {
        matches!(self, Self::RecordGone | Self::LogGone | Self::NotCollected)
    }
}

impl Origin {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Since, Self::Appeared, Self::NewlyRead, Self::JudgedOtherwise];

    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Since => "since",
            Self::Appeared => "appeared",
            Self::NewlyRead => "newly-read",
            Self::JudgedOtherwise => "judged-otherwise",
        }
    }
}

/// Things that differ: all of them counted, the first ones listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes<T> {
    /// How many are of each kind, by the word of the kind.
    pub counts: BTreeMap<String, u64>,
    /// The first ones of each kind.
    pub listed: Vec<T>,
}

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is there now.
    New,
    /// It is another one.
    Changed,
    /// It was there, its place was collected again, and it is not there.
    Gone,
    /// It was there, and nothing of its place was collected again.
    NotCollected,
}

impl Change {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::New, Self::Changed, Self::Gone, Self::NotCollected];

    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::NotCollected => "not-collected",
        }
    }
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// What became of it.
    pub change: Change,
    /// Its path in the case that has it, the later one where both have.
    pub path: String,
    /// Its SHA-256 before.
    pub sha256_before: Option<String>,
    /// Its SHA-256 after.
    pub sha256_after: Option<String>,
    /// Where the same bytes lie now under another name, for a file that is gone.
    pub same_bytes_at: Option<String>,
    /// Findings that cite it: of the earlier case for what is gone, of the later one for the others.
    pub findings: Vec<String>,
}

/// A setting that differs: a value of the registry, an element of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// What became of it.
    pub change: Change,
    /// The table: `registry`, `iis_config`.
    pub table: String,
    /// What it is called: `SOFTWARE\...\Setup MsiBuildMajor`.
    pub name: String,
    /// Its value before.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

/// A question of which more or less could be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageChange {
    /// The pack.
    pub pack: String,
    /// Its name in the pack.
    pub name: String,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// Whether the verdict depends on it.
    pub required: bool,
    /// Days answered and days asked, before.
    pub before: Option<(u32, u32)>,
    /// The same after.
    pub after: Option<(u32, u32)>,
}

/// A source, twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceChange {
    /// The table.
    pub table: String,
    /// Its name for people, by language.
    pub title: BTreeMap<String, String>,
    /// Before.
    pub before: Option<Reach>,
    /// After.
    pub after: Option<Reach>,
}

/// How far a source reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// First record.
    pub from: Option<Timestamp>,
    /// Last record.
    pub to: Option<Timestamp>,
    /// Rows.
    pub rows: u64,
}
