//! Rows of one group without a long pause between them: counters and a few rows, however many rows there are.

use super::cite;
use crate::exposure::Survey;
use crate::moments::Moments;
use crate::row::Row;
use crate::{Tables, say};
use assize_content::Rule;
use assize_content::exposure::BuildState;
use assize_content::sigma::Presence;
use assize_model::finding::{CitedRow, ROWS_CITED};
use assize_model::{Address, Build, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Values of one kind of observable that a finding keeps.
const ENTITIES_MAX: usize = 100;
/// Further values of one kind that are told apart for their number.
const DISTINCT_MAX: usize = 100_000;
/// Moments at which a thing was not there that are kept.
const MOMENTS_MAX: usize = 10_000;
/// First rows that are cited; the rest of [`ROWS_CITED`] is for the last ones.
const FIRST_CITED: usize = 40;
/// Characters of one cited field.
const FIELD_CHARS_MAX: usize = 4096;

/// Where a row stands in time.
type When = (Option<Timestamp>, Address);

/// Rows of one key without a long pause between them.
#[derive(Default, Clone)]
pub(super) struct Session {
    pub(super) count: u64,
    pub(super) first: Option<When>,
    pub(super) flaw: BTreeSet<&'static str>,
    pub(super) cited: BTreeMap<When, CitedRow>,
    pub(super) moments: Moments,
    /// Whether it stands for several sessions.
    pub(super) merged: bool,
    first_row: BTreeMap<String, String>,
    last: Option<When>,
    entities: BTreeMap<String, BTreeSet<String>>,
    more: BTreeMap<String, HashSet<u64>>,
    builds: BTreeSet<Build>,
    present_count: u64,
    present: Option<(Timestamp, Timestamp)>,
    absent: Vec<Timestamp>,
    /// The date of the oldest file that has the thing, as the container of the evidence states it.
    saved: Option<Timestamp>,
}

impl Session {
    /// A session that stands for several from the start.
    pub(super) fn several() -> Self {
        Self { merged: true, ..Self::default() }
    }

    /// Its first moment.
    pub(super) fn from(&self) -> Option<Timestamp> {
        self.first.and_then(|w| w.0)
    }

    /// Its last moment.
    pub(super) fn to(&self) -> Option<Timestamp> {
        self.last.and_then(|w| w.0)
    }

    /// Whether an answer showed that the thing asked for was there.
    pub(super) fn was_present(&self) -> bool {
        self.present_count > 0
    }

    /// Observables by kind.
    pub(super) fn entities(&self) -> BTreeMap<String, Vec<String>> {
        self.entities.iter().map(|(k, v)| (k.clone(), v.iter().cloned().collect())).collect()
    }

    /// Takes a row.
    pub(super) fn add(
        &mut self,
        row: Row<'_>,
        rule: &Rule,
        tables: &dyn Tables,
        build: Option<Build>,
        state: BuildState,
    ) {
        let when = (row.time(), row.address());
        self.count += 1;
        if self.first.is_none_or(|f| when < f) {
            self.first = Some(when);
            self.first_row = all_fields(row);
        }
        self.last = self.last.max(Some(when));
        when.0.into_iter().for_each(|time| self.moments.add((time, time)));
        self.builds.extend(build);
        match state {
            BuildState::Vulnerable => self.flaw.insert("before-fix"),
            BuildState::Fixed => self.flaw.insert("after-patch"),
            _ => false,
        };
        for (kind, columns) in &row.layout.observables {
            for value in columns.iter().filter_map(|c| row.named(c)).filter_map(|v| observable(kind, &v)) {
                self.keep(kind, value);
            }
        }
        if let Some(presence) = &rule.assize.presence {
            match status(presence, row) {
                Some(true) => self.was_there(row.time()),
                Some(false) => self.was_not_there(row.time()),
                None => {}
            }
        }
        self.cite(when, || cited(row, rule, tables));
    }

    /// Takes the date of the file that a row is of.
    pub(super) fn saved(&mut self, date: Option<Timestamp>) {
        self.saved = [self.saved, date].into_iter().flatten().min();
    }

    fn was_there(&mut self, time: Option<Timestamp>) {
        self.present_count += 1;
        if let Some(time) = time {
            let (from, to) = self.present.unwrap_or((time, time));
            self.present = Some((from.min(time), to.max(time)));
        }
    }

    fn was_not_there(&mut self, time: Option<Timestamp>) {
        if self.absent.len() >= MOMENTS_MAX {
            // Only what follows the last sight of the thing says since when it is gone.
            let last = self.present.map(|(_, to)| to);
            self.absent.retain(|t| last.is_none_or(|last| *t > last));
            self.absent.sort_unstable();
            self.absent.truncate(MOMENTS_MAX / 2);
        }
        self.absent.extend(time);
    }

    fn keep(&mut self, kind: &str, value: String) {
        let values = self.entities.entry(kind.to_owned()).or_default();
        if values.contains(&value) {
            return;
        }
        if values.len() < ENTITIES_MAX {
            values.insert(value);
            return;
        }
        let more = self.more.entry(kind.to_owned()).or_default();
        if more.len() < DISTINCT_MAX {
            more.insert(number_of(&value));
        }
    }

    /// How many different values of a kind there were.
    fn distinct(&self, kind: &str) -> usize {
        self.entities.get(kind).map_or(0, BTreeSet::len) + self.more.get(kind).map_or(0, HashSet::len)
    }

    fn cite(&mut self, when: When, make: impl FnOnce() -> CitedRow) {
        if self.cited.len() >= ROWS_CITED {
            let mut middle = self.cited.keys().skip(FIRST_CITED - 1).copied();
            let (before, after) = (middle.next(), middle.next());
            if before < Some(when) && Some(when) < after {
                return;
            }
        }
        self.cited.insert(when, make());
        if self.cited.len() > ROWS_CITED
            && let Some(middle) = self.cited.keys().nth(FIRST_CITED).copied()
        {
            self.cited.remove(&middle);
        }
    }

    /// Takes the rows of another.
    pub(super) fn join(&mut self, other: &Self) {
        self.count += other.count;
        if other.first.is_some() && (self.first.is_none() || other.first < self.first) {
            self.first = other.first;
            self.first_row.clone_from(&other.first_row);
        }
        self.last = self.last.max(other.last);
        self.moments.join(&other.moments);
        for (kind, values) in &other.entities {
            for value in values {
                self.keep(kind, value.clone());
            }
        }
        for (kind, more) in &other.more {
            self.more.entry(kind.clone()).or_default().extend(more);
        }
        for (kind, more) in &mut self.more {
            for value in self.entities.get(kind).into_iter().flatten() {
                more.remove(&number_of(value));
            }
        }
        self.builds.extend(&other.builds);
        self.flaw.extend(&other.flaw);
        self.merged |= other.merged;
        self.present_count += other.present_count;
        self.present = match (self.present, other.present) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (a, b) => a.or(b),
        };
        other.absent.iter().for_each(|t| self.was_not_there(Some(*t)));
        self.saved(other.saved);
        for (when, row) in &other.cited {
            self.cite(*when, || row.clone());
        }
    }

    /// Everything a sentence may want to say.
    pub(super) fn args(&self, language: &str, survey: &Survey) -> BTreeMap<String, String> {
        let mut args = self.first_row.clone();
        let moment = |t: Option<Timestamp>| t.map_or_else(|| "none".to_owned(), |t| say::moment(language, t));
        let last_present = self.present.map(|(_, to)| to);
        let gone = self.absent.iter().filter(|t| last_present.is_some_and(|p| **t > p)).min().copied();
        args.insert("count".into(), self.count.to_string());
        args.insert("first".into(), moment(self.from()));
        args.insert("last".into(), moment(self.to()));
        args.insert("present_count".into(), self.present_count.to_string());
        args.insert("first_present".into(), moment(self.present.map(|(from, _)| from)));
        args.insert("last_present".into(), moment(last_present));
        args.insert("gone_since".into(), moment(gone));
        args.insert("saved".into(), moment(self.saved));
        args.insert("tried_paths_count".into(), self.distinct("path").to_string());
        args.insert("host".into(), survey.host.name.clone());
        let builds: BTreeSet<String> = self.builds.iter().map(ToString::to_string).collect();
        args.insert("builds".into(), say::list(language, &builds, builds.len()));
        let empty = BTreeSet::new();
        for (arg, kind) in [("ips", "ip"), ("paths", "path"), ("agents", "agent"), ("users", "user")] {
            let values = self.entities.get(kind).unwrap_or(&empty);
            args.insert(arg.into(), say::list(language, values, self.distinct(kind)));
        }
        args
    }
}

/// What the status of a row says: the thing was there, was not, or nothing.
pub(super) fn status(presence: &Presence, row: Row<'_>) -> Option<bool> {
    let status = row.layout.spec.column(&presence.status).and_then(|c| row.number(c))?;
    if presence.present.contains(&status) {
        return Some(true);
    }
    presence.absent.contains(&status).then_some(false)
}

/// A number that stands for a value, the same in every run.
fn number_of(value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The value of an observable, where a cell holds one.
fn observable(kind: &str, cell: &str) -> Option<String> {
    let value = match kind {
        // The canary stands inside a longer text; it ends where the next parameter begins.
        "canary" => {
            let rest = &cell[cell.find("msExchEcpCanary=")? + "msExchEcpCanary=".len()..];
            rest.split(['&', '#', ';', '\'', '"', ' ']).next()?.trim_end_matches('.')
        }
        _ => cell,
    };
    (!value.is_empty() && value != "-").then(|| value.chars().take(FIELD_CHARS_MAX).collect())
}

fn all_fields(row: Row<'_>) -> BTreeMap<String, String> {
    let columns = row.layout.spec.columns.iter().enumerate();
    let mut fields: BTreeMap<String, String> =
        columns.map(|(n, c)| (c.name.clone(), shortened(&row.column(n).unwrap_or_default()))).collect();
    for name in ["query", "uri"] {
        fields.extend(row.named(name).map(|v| (name.to_owned(), shortened(&v))));
    }
    fields
}

fn cited(row: Row<'_>, rule: &Rule, tables: &dyn Tables) -> CitedRow {
    let fields = if rule.assize.show.is_empty() {
        let own = |name: &String| name.starts_with("q_") || name == "query_shape";
        let mut fields: Vec<(String, String)> = row
            .layout
            .spec
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| !own(&c.name))
            .filter_map(|(n, c)| Some((c.name.clone(), shortened(&row.column(n)?))))
            .collect();
        fields.extend(row.named("query").map(|q| ("query".to_owned(), shortened(&q))));
        fields
    } else {
        rule.assize.show.iter().filter_map(|name| Some((name.clone(), shortened(&row.named(name)?)))).collect()
    };
    cite(row, tables, fields)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(FIELD_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
