//! The result of a case: what `result.json` holds and what every report is rendered from.

use crate::directive::DirectiveStanding;
use crate::exposure::{BuildConflict, BuildTold, FlawHistory};
use crate::file::Skipped;
use crate::finding::CitedRow;
use crate::ledger::Ledger;
use crate::time::Day;
use crate::{Build, FileId, Finding, Marking, State, Suppression, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of `schema` in `result.json`. Changes within a version only add.
pub const SCHEMA: &str = "assize.result/1";

/// Everything that was decided about one server. It holds no moment of the run itself, so the same
/// evidence and content give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The tool that made it.
    pub tool: Tool,
    /// What a person says of the case.
    #[serde(default)]
    pub marking: Marking,
    /// The packs that ran.
    pub packs: Vec<PackUsed>,
    /// The server.
    pub host: Host,
    /// The period that was examined for the campaign that the decision is about.
    pub window: Window,
    /// The decision.
    pub verdict: Verdict,
    /// The pack of the campaign that the decision is about: the worst of [`Self::campaigns`].
    #[serde(default)]
    pub about: Option<String>,
    /// Each campaign with its own period and its own answer.
    #[serde(default)]
    pub campaigns: Vec<Campaign>,
    /// Each vulnerability of the campaigns that had begun, against the builds seen.
    pub exposure: Vec<Exposure>,
    /// Every flaw of Exchange that is known, over time; empty for an Edge server, whose role has few of them.
    #[serde(default)]
    pub flaws: Vec<FlawHistory>,
    /// Directives of authorities that are about such a server, held against the evidence.
    #[serde(default)]
    pub directives: Vec<DirectiveStanding>,
    /// Each question of the campaigns that were open to this server, with what could be seen of it.
    pub coverage: Vec<QuestionCoverage>,
    /// What every log wrote, hour by hour, and where records are missing.
    #[serde(default)]
    pub ledger: Ledger,
    /// How far the clocks of sources stand apart that recorded the same events.
    #[serde(default)]
    pub clock_offsets: Vec<ClockOffset>,
    /// Findings, in the order of time.
    pub findings: Vec<Finding>,
    /// Findings that belong together.
    pub incidents: Vec<Incident>,
    /// Whether pseudonyms stand for hosts, people, mail addresses and internal addresses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
    /// What was read.
    pub evidence: Evidence,
    /// Every rule that was tried.
    pub checked: Vec<RuleChecked>,
    /// Files that could not be opened or were refused.
    pub skipped: Vec<Skipped>,
    /// Troubles of our own that left something undone.
    pub errors: Vec<String>,
    /// Findings that do not count, because somebody answers for them.
    pub suppressed: u64,
    /// The list of suppressions that was given, with what became of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressions: Vec<Suppression>,
    /// What the answer would be if all findings counted, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_suppressions: Option<State>,
}

/// Name and version of the tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `assize`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A pack that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackUsed {
    /// Its folder name: `proxylogon`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over its files.
    pub sha256: String,
    /// Its title, the same in every language.
    pub title: String,
    /// First known exploitation; nothing where the pack belongs to no campaign.
    pub first_exploitation: Option<Timestamp>,
    /// Public disclosure.
    pub disclosed: Option<Timestamp>,
    /// The updates that fix it, for advice.
    pub fix: Option<String>,
}

/// What one campaign could do to this server, what it did, and whether that could be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// The pack: `proxylogon`.
    pub pack: String,
    /// Its title, the same in every language.
    pub title: String,
    /// Whether the server stood open to it.
    pub standing: Standing,
    /// Its period: from the first known exploitation to the update or the collection.
    pub window: Window,
    /// Its flaws.
    pub vulnerabilities: Vec<String>,
    /// The answer for this campaign alone, of its own findings and its own questions.
    pub verdict: Verdict,
    /// Required questions that were answered well enough.
    pub answered: u32,
    /// Required questions.
    pub required: u32,
    /// Its findings.
    pub findings: u32,
}

/// Whether a server stood open to a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It may have: its questions are asked.
    Open,
    /// It had none of the flaws at any time of the period.
    NeverOpen,
    /// It has the update in its first record, and that is so long after the update came out that no log can show the
    /// time before. What that time brought cannot be said either way.
    Behind,
    /// The evidence was collected before the campaign began.
    NotBegun,
}

/// What is known of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name, as the evidence states it.
    pub name: String,
    /// The newest build seen.
    pub exchange_build: Option<Build>,
    /// What Microsoft calls that build: `Exchange 2016 CU18`.
    pub exchange_version: Option<String>,
    /// `edge` where only the Edge Transport role is seen.
    pub roles: Vec<String>,
    /// Every build seen running, in the order of time.
    pub builds: Vec<BuildSeen>,
    /// What each source says of the build, in the order of time.
    #[serde(default)]
    pub told: Vec<BuildTold>,
    /// Where two of them cannot both be right.
    #[serde(default)]
    pub conflicts: Vec<BuildConflict>,
    /// True where the evidence says of itself that it is invented.
    pub synthetic: bool,
    /// Where it kept things, as its own configuration says.
    #[serde(default)]
    pub paths: Vec<ServerPath>,
}

/// A folder of the server, as its configuration names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerPath {
    /// `exchange`: where it is installed; `web-root`: the pages of a site; `iis-logs`: its logs.
    pub what: String,
    /// The site; empty where it is of none.
    pub site: String,
    /// The folder, as it is written there.
    pub path: String,
    /// Whether the evidence has anything of that folder.
    pub collected: bool,
    /// For logs: whether the site was told to write none.
    pub off: bool,
    /// The row that says so.
    pub row: CitedRow,
}

/// A build that rows of the logs carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildSeen {
    /// The build.
    pub build: Build,
    /// What Microsoft calls it.
    pub label: Option<String>,
    /// First row that carries it.
    pub from: Timestamp,
    /// Last row that carries it.
    pub to: Timestamp,
    /// Rows that carry it.
    pub rows: u64,
}

/// The period that was examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From: the first known exploitation, or what was asked for.
    pub from: Timestamp,
    /// To: the patch, the collection, or what was asked for.
    pub to: Timestamp,
    /// Why it ends there.
    pub end: WindowEnd,
    /// When the evidence was collected, as stated or as the last record shows.
    pub collected: Timestamp,
}

/// Why the window ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowEnd {
    /// A fixed build was first seen then.
    Patched,
    /// The evidence was collected then, as it says itself.
    Collected,
    /// The last record read.
    LastRecord,
    /// Asked for on the command line.
    Asked,
}

/// One vulnerability against the builds seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// The state.
    pub state: ExposureState,
    /// First moment seen vulnerable.
    pub from: Option<Timestamp>,
    /// First moment seen fixed, and fixed since.
    pub to: Option<Timestamp>,
    /// The lowest fixed build for the cumulative update seen last, where one exists.
    pub fixed_in: Option<Build>,
    /// The update that brings it: `KB5000871`.
    pub kb: Option<String>,
}

/// Whether the server had the flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExposureState {
    /// No build seen had it, and the first was seen before the window ends.
    NeverVulnerable,
    /// Had it, fixed now.
    WasVulnerable,
    /// Fixed in the first record that tells a build; whether it had it before that cannot be seen.
    FixedWhenFirstSeen,
    /// A mitigation stands, the update is missing.
    MitigatedOnly,
    /// Has it.
    Vulnerable,
    /// The evidence does not say.
    Unknown,
}

/// What could be seen of one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionCoverage {
    /// Its number in the pack: `q1`.
    pub question: String,
    /// Its name in the pack: `exploit-requests`.
    pub name: String,
    /// The pack.
    pub pack: String,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// Whether the verdict depends on it.
    pub required: bool,
    /// False where it cannot be asked of this server (an Edge server has no web pages).
    pub applies: bool,
    /// Days of the window on which at least one source could be read.
    pub answered_days: u32,
    /// Days of the window.
    pub window_days: u32,
    /// The longest run of hours without an answer.
    pub longest_gap_hours: u32,
    /// Whether that suffices, by the pack's own measure.
    pub sufficient: bool,
    /// One character a day of the window: `#` answered, `.` not.
    pub days: String,
    /// Holes in the records of the window that no source of the question fills; see [`Ledger`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<String>,
    /// Each source that could answer, with what became of it.
    pub sources: Vec<SourceCoverage>,
}

impl QuestionCoverage {
    /// Whether the verdict depends on it: it is required, and can be asked of this server.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.required && self.applies
    }
}

/// What became of one source of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCoverage {
    /// The table: `http_proxy`.
    pub id: String,
    /// Its name for people, by language.
    pub title: BTreeMap<String, String>,
    /// What became of it, over the whole window.
    pub state: CellState,
    /// First record in the window.
    pub from: Option<Timestamp>,
    /// Last record in the window.
    pub to: Option<Timestamp>,
    /// Rows in the window.
    pub rows: u64,
    /// The window cut into runs of days of one state.
    pub cells: Vec<Cell>,
}

/// A run of days with one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Their state.
    pub state: CellState,
}

/// Whether a source could be read on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellState {
    /// Records of that day were read.
    Read,
    /// The source is there before and after, but has no records of that day.
    Gap,
    /// Older than what is left of the source.
    Rotated,
    /// The source ends before that day.
    Ended,
    /// Nothing of the source is in the evidence.
    NotCollected,
    /// Files are there but could not be read.
    Unreadable,
    /// Switched off on the server.
    Disabled,
    /// Cannot exist on this server.
    NotApplicable,
}

/// How far the clocks of two sources stand apart, estimated from events that both recorded. No time is shifted by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// The table that the other is compared with: `http_proxy`.
    pub reference: String,
    /// Its name for people, by language.
    pub reference_title: BTreeMap<String, String>,
    /// The table that is compared: `iis_w3c`.
    pub source: String,
    /// Its name for people, by language.
    pub source_title: BTreeMap<String, String>,
    /// The kind of observable by which an event is known in both: `request`.
    pub key: String,
    /// Events that both recorded and that were compared.
    pub shared: u64,
    /// The median of the time in the source less the time in the reference.
    pub median_seconds: i64,
    /// From the first quartile of those differences to the third.
    pub spread_seconds: u64,
    /// Whether that is more than the writing of logs explains.
    pub differs: bool,
    /// Whether it is a difference between zones: one of the two was written in local time.
    pub zone: bool,
    /// Runs of days of one difference, where it changes.
    pub spans: Vec<ClockSpan>,
    /// One event that shows it, as the source and as the reference recorded it.
    pub rows: Vec<CitedRow>,
}

/// A run of days on which two sources stand equally far apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSpan {
    /// First day, by the reference.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The median difference of its first day.
    pub median_seconds: i64,
    /// Events that both recorded.
    pub shared: u64,
}

/// Findings that belong together, and how they hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// `I-1`, in the order of time.
    pub id: String,
    /// First moment.
    pub from: Option<Timestamp>,
    /// Last moment.
    pub to: Option<Timestamp>,
    /// The findings, in the order of time.
    pub findings: Vec<String>,
    /// What links them: kind and value of the observable that two or more of them share.
    pub links: Vec<Link>,
    /// Independent kinds of evidence.
    pub families: Vec<String>,
    /// Whether it began before the flaws were made public.
    pub before_disclosure: Option<bool>,
    /// How far it went: every step of a break-in in order, with what shows it and what could be seen of it.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What tells one intruder from another.
    #[serde(default)]
    pub traits: Traits,
    /// How it stands to the other incidents.
    #[serde(default)]
    pub others: Vec<Comparison>,
    /// Mail that was read or taken out.
    #[serde(default)]
    pub mail: Option<MailTaken>,
}

/// One step of a break-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step.
    pub kind: StepKind,
    /// First moment of its findings.
    pub from: Option<Timestamp>,
    /// Last moment.
    pub to: Option<Timestamp>,
    /// The findings that show it, in the order of time; none where nothing of it was seen.
    pub findings: Vec<String>,
    /// Each source that could show it, from the day on which the incident began to the collection.
    pub sources: Vec<SourceCoverage>,
}

/// The steps of a break-in, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// How they got in.
    Entry,
    /// What they left behind in order to come back.
    Foothold,
    /// What they ran.
    Execution,
    /// Passwords, tickets and keys.
    Credentials,
    /// Mail that was read or exported.
    Mail,
    /// What was packed, carried away, destroyed or wiped.
    Exit,
}

impl StepKind {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Entry, Self::Foothold, Self::Execution, Self::Credentials, Self::Mail, Self::Exit];

    /// The word used in machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Foothold => "foothold",
            Self::Execution => "execution",
            Self::Credentials => "credentials",
            Self::Mail => "mail",
            Self::Exit => "exit",
        }
    }
}

/// What tells one intruder from another; at most 50 values of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Addresses from which they came.
    pub addresses: Vec<String>,
    /// Pages that they left or used.
    pub pages: Vec<String>,
    /// Client programs, as these call themselves.
    pub agents: Vec<String>,
    /// Accounts under which they acted.
    pub accounts: Vec<String>,
    /// ATT&CK techniques in the order in which each was first seen.
    pub order: Vec<String>,
}

/// What two incidents have in common and what not: `time`, `address`, `page`, `agent`, `account`, `order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The other incident.
    pub incident: String,
    /// What is different.
    pub differs: Vec<String>,
    /// What is the same.
    pub alike: Vec<String>,
}

/// Mail that was read or taken out, as far as the records say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTaken {
    /// First moment.
    pub from: Option<Timestamp>,
    /// Last moment.
    pub to: Option<Timestamp>,
    /// Mailboxes that the records name, at most 100.
    pub mailboxes: Vec<String>,
    /// How many they name.
    pub mailbox_count: u64,
    /// Accounts and addresses by which it was done, at most 100.
    pub by: Vec<String>,
    /// Requests for mail that the server answered.
    pub requests: u64,
    /// Bytes of those answers, where the records count them.
    pub bytes: Option<u64>,
    /// Files into which mailboxes were exported, at most 100.
    pub files: Vec<String>,
    /// The findings that say so.
    pub findings: Vec<String>,
    /// The records that were counted beside those of the findings, at most 50.
    pub rows: Vec<CitedRow>,
    /// What the records do not tell, as codes: `items`, `mailboxes`, `amount`, `files-fetched`, `later-mail`.
    pub unseen: Vec<String>,
}

/// An observable shared by findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// `ip`, `request`, `canary`, `path`.
    pub kind: String,
    /// The value, as in the evidence.
    pub value: String,
    /// The findings that share it.
    pub findings: Vec<String>,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the input is: `folder`, `file`, `zip`, `tar`.
    pub kind: String,
    /// What collected it, where its layout tells: `velociraptor`, `kape`, `assize`.
    #[serde(default)]
    pub tool: Option<String>,
    /// Its name as given, without the folders above it.
    pub name: String,
    /// Files seen.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that at least one parser read.
    pub files_understood: u64,
    /// Records that became rows.
    pub rows: u64,
    /// Records that did not.
    pub rejects: u64,
    /// Bytes of rejects.
    pub bytes_lost: u64,
    /// Each table.
    pub tables: Vec<TableSummary>,
    /// Paths of files that no parser claimed, at most 100.
    pub not_understood: Vec<String>,
    /// Files that findings cite, in the order of their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cited: Vec<CitedFile>,
    /// Remarks on files: path, then the remark.
    pub notes: Vec<(String, String)>,
    /// First and last record.
    pub from: Option<Timestamp>,
    /// Last record.
    pub to: Option<Timestamp>,
}

/// A file that findings cite, as it was before anything was read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedFile {
    /// Its number in the case, as cited records have it.
    pub file: FileId,
    /// Path inside the evidence.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Records of it that are cited.
    pub records: u64,
}

/// One table of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSummary {
    /// Its name.
    pub table: String,
    /// Its name for people, by language; empty before the case was assessed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: BTreeMap<String, String>,
    /// The kind of source.
    pub family: String,
    /// Files that fed it.
    pub files: u64,
    /// Rows.
    pub rows: u64,
    /// Rejects.
    pub rejects: u64,
    /// First record.
    pub from: Option<Timestamp>,
    /// Last record.
    pub to: Option<Timestamp>,
    /// Rows by day.
    pub days: BTreeMap<Day, u64>,
}

/// A rule that was tried, whether or not it matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChecked {
    /// Pack and name.
    pub rule: String,
    /// Its identifier.
    pub rule_id: String,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// The tables it was tried on.
    pub tables: Vec<String>,
    /// Rows it was tried on.
    pub rows: u64,
    /// Rows that matched.
    pub matches: u64,
    /// ATT&CK techniques that it looks for: `T1505.003`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// Fields that it asks for and no record has, in the spelling of the rule: what it says of them it cannot find.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields_unseen: Vec<String>,
    /// Logs that it reads and no record is of, such as channels of Windows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs_unseen: Vec<String>,
    /// Whether each row it could be tried on is a match already, such as that of a signature: then none says nothing of what was
    /// recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_matches: bool,
}
