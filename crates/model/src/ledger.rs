//! The ledger of records: what every log wrote, hour by hour, and where records are missing.

use crate::Timestamp;
use crate::finding::CitedRow;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What every log wrote, and the holes in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Each log, in the order of tables and places.
    pub logs: Vec<LogKept>,
    /// Holes, in the order of time.
    pub holes: Vec<Hole>,
    /// Files of logs that were changed after their last record, where their neighbours were not; by path, the first fifty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ChangedLog>,
    /// Logs, or holes, that are not listed, since there are too many.
    pub left_out: u64,
}

/// A file of a log that was changed after its last record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedLog {
    /// Its path in the evidence.
    pub path: String,
    /// Its last record.
    pub last: Timestamp,
    /// Its last change, as the container of the evidence states it: a zip archive does so without a zone.
    pub modified: Timestamp,
    /// By how many seconds more than its neighbours it was changed after its last record.
    pub late_seconds: u64,
    /// Files of the same folder that are alike in this.
    pub neighbours: u64,
}

/// One log: the files of one folder, or one channel of the Windows events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogKept {
    /// Which it is.
    #[serde(flatten)]
    pub log: LogName,
    /// First record.
    pub from: Timestamp,
    /// Last record.
    pub to: Timestamp,
    /// Records with a time.
    pub rows: u64,
    /// Four of five whole days have no longer silence than this; nothing where no day is whole.
    pub silence_minutes: Option<u32>,
    /// Whether it writes so steadily, as the server's own probes make it, that a silence of an hour or two tells something.
    pub steady: bool,
    /// One character an hour, midnight to midnight (UTC): `#` records, `.` none. The last [`DAYS_LISTED`] days.
    pub hours: BTreeMap<Day, String>,
}

/// Days of a log that are listed hour by hour.
pub const DAYS_LISTED: usize = 400;

/// A stretch of time from which records of one log or of several are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// `H-01`, in the order of time.
    pub id: String,
    /// How many records are missing by their numbers; nothing where it is a silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// The minute of the last record before it; nothing where the log begins with its own clearing.
    pub from: Option<Timestamp>,
    /// The minute of the first record after it.
    pub to: Timestamp,
    /// The logs that it is in.
    pub logs: Vec<LogName>,
    /// Other logs that wrote meanwhile.
    pub awake: Vec<LogName>,
    /// What may explain it, the likeliest first.
    pub causes: Vec<Cause>,
    /// Whether the likeliest cause leaves open what happened meanwhile: then it counts against what could be seen.
    pub counts: bool,
}

impl Hole {
    /// Whether any of it lies between two moments.
    #[must_use]
    pub fn overlaps(&self, from: Timestamp, to: Timestamp) -> bool {
        self.to > from && self.from.is_none_or(|begins| begins < to)
    }
}

/// Which log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogName {
    /// The table that holds its records.
    pub table: String,
    /// The name of that table for people, by language.
    pub title: BTreeMap<String, String>,
    /// The folder of its files, or the channel.
    pub place: String,
    /// The last part of the folder, or the channel: `Ecp`, `W3SVC1`, `Security`.
    pub name: String,
}

/// One explanation of a hole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The explanation.
    pub cause: CauseKind,
    /// Records that speak for it; none where it is only what remains.
    pub rows: Vec<CitedRow>,
}

/// Why records may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// Somebody cleared the log: Windows recorded it.
    Cleared,
    /// The server was shut down, or came back, at that time.
    Stopped,
    /// An update was put in: its setup stops the services that write.
    Maintenance,
    /// The clock of the server was set.
    ClockChanged,
    /// A disk was full.
    DiskFull,
    /// Records of the log are there that could not be read.
    Unreadable,
    /// Records were removed: the server ran, and nothing else explains it.
    Removed,
    /// The service that writes was stopped, or nobody asked it anything.
    Idle,
}
