//! Which builds ran when, by which evidence, and what that means for each flaw of Exchange.

use crate::finding::CitedRow;
use crate::time::Day;
use crate::{Build, Timestamp};
use serde::{Deserialize, Serialize};

/// What one source says of the build of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildTold {
    /// The build.
    pub build: Build,
    /// What Microsoft calls it.
    pub label: Option<String>,
    /// Whether the source tells security updates too; else the build is that of the cumulative update.
    pub exact: bool,
    /// How it says so.
    pub source: BuildSource,
    /// The first moment for which it says so, UTC. A source that knows days only counts from the end of the day.
    pub from: Option<Timestamp>,
    /// The last one.
    pub to: Option<Timestamp>,
    /// Rows that say so.
    pub rows: u64,
    /// The first of them.
    pub row: CitedRow,
}

/// How a source knows a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildSource {
    /// The program that wrote the rows ran in it.
    Rows,
    /// The setup of Exchange says that it went through.
    Setup,
    /// The setup of Exchange says that it began, and not that it went through.
    SetupBegun,
    /// The registry keeps it as installed.
    Registry,
    /// The registry lists an update with its day.
    RegistryUpdate,
    /// A program that is installed carries it: the one that was there when the evidence was collected.
    Program,
}

/// Two sources that cannot both be right for one server that is only ever updated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildConflict {
    /// What says the older build, by its place in `told`.
    pub older: usize,
    /// What says the newer one.
    pub newer: usize,
    /// Why they disagree.
    pub kind: BuildConflictKind,
}

/// Why two sources disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildConflictKind {
    /// The older build is still seen more than a day after the newer one began: two servers, or an update that was taken
    /// back.
    OlderAfterNewer,
    /// The registry, which speaks of the day of the collection, knows an older cumulative update than others saw before.
    RegistryBehind,
}

/// One flaw over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawHistory {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// What everybody calls it: `ProxyLogon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// What it lets a stranger do: `code`, `rights`, `disclosure`, `spoofing`, `tampering`, `outage`, `bypass`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What a stranger must have: `nothing`, `relay`, `reader`, `mailbox`, `role`, `administrator`, `chain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// When it was made public, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Day>,
    /// When CISA put it on its list of flaws that are used, and the day by which that list wants it fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<FlawListed>,
    /// The state at the end.
    pub state: FlawState,
    /// Since when, and what before; in the order of time.
    pub spans: Vec<FlawSpan>,
    /// What must be done beside the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepSeen>,
    /// Rules that were published to stand in for the update, where some of them are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigation: Option<MitigationSeen>,
    /// Whether a setting override can switch the fix off, which only a list of the overrides tells for sure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_be_revoked: bool,
    /// Records of overrides that switch the fix off or on again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked_by: Vec<CitedRow>,
    /// The lowest fixed build for the cumulative update seen last, where one exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_in: Option<Build>,
    /// The update that brings it: `KB5000871`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kb: Option<String>,
}

/// What became of a mitigation on this server. It holds back who comes after it, and does nothing against one who was in
/// before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MitigationSeen {
    /// What its publisher calls it: `EOMT`.
    pub name: String,
    /// Whether all of its rules are in force as published.
    pub holds: bool,
    /// What keeps it from holding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<MitigationFault>,
    /// When the file with the rules was changed last, as the container of the evidence states it: they stand since then at
    /// the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The rules, and what undoes them.
    pub rows: Vec<CitedRow>,
}

/// Why a mitigation does not hold (the points of Microsoft's HealthChecker).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MitigationFault {
    /// One of its rules is not there.
    RuleMissing,
    /// The pattern is one that was published first and can be passed by.
    OutdatedPattern,
    /// The rule is switched off.
    SwitchedOff,
    /// It is read as something else than a regular expression.
    OtherSyntax,
    /// It is asked about some addresses only.
    OtherAddresses,
    /// It looks at another part of the request, or for its absence.
    OtherInput,
    /// Further conditions must hold, too.
    FurtherConditions,
    /// It does not refuse the request.
    DoesNotRefuse,
    /// A rule before it ends the search for every request.
    PassedOver,
    /// The configuration of a folder below removes it.
    UndoneBelow,
    /// IIS does not load the module that carries it out.
    ModuleMissing,
}

/// An entry in CISA's list of flaws that are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawListed {
    /// The day it was added.
    pub added: Day,
    /// The day by which it must be fixed.
    pub due: Day,
    /// Whether extortion with it is known.
    pub ransomware: bool,
}

/// A run of time with one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawSpan {
    /// The state.
    pub state: FlawState,
    /// From: for the first run the first evidence of any build.
    pub from: Timestamp,
    /// To: the beginning of the next run; none for the last one.
    pub to: Option<Timestamp>,
    /// The evidence with which it begins, by its place in `told`.
    pub by: usize,
}

/// Whether the server had a flaw; the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlawState {
    /// It had it.
    Vulnerable,
    /// It had it behind a mitigation, which does nothing against one who was in before.
    MitigatedOnly,
    /// The update is there, and a setting override switches its fix off.
    FixedButRevoked,
    /// The update is there or none is needed, and what must be done beside it is not, or is not seen.
    NeedsExtraStep,
    /// The evidence does not say.
    Unknown,
    /// Microsoft no longer looked at this product when the flaw was found.
    EndOfLifeNotAssessed,
    /// It has the fix.
    Fixed,
    /// The product never had it.
    NotAffected,
}

/// What the evidence says of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSeen {
    /// `extended-protection`.
    pub step: String,
    /// Whether it is done.
    pub state: StepState,
    /// Rows that say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<CitedRow>,
}

/// Whether a step is done, as the server was collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// It is.
    Done,
    /// This build does it by itself, and nothing was seen that undoes it.
    ByDefault,
    /// It is not.
    Missing,
    /// The evidence does not say.
    NotSeen,
}
