//! Matches to findings: rows that tell one thing are one finding, however many they are.

use crate::exposure::Survey;
use crate::row::Row;
use crate::{Tables, say};
use assize_content::exposure::BuildState;
use assize_content::texts::LANGUAGES;
use assize_content::{Pack, Rule};
use assize_model::finding::{CitedRow, Outcome, ROWS_CITED, Strength, Words};
use assize_model::time::SECOND;
use assize_model::{Address, Build, FileId, Finding, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Values of one kind of observable that a finding keeps.
const ENTITIES_MAX: usize = 100;
/// Moments of one kind of answer that are kept for a presence.
const MOMENTS_MAX: usize = 10_000;
/// Findings of one rule; what goes beyond is one finding together.
const FINDINGS_MAX: usize = 300;
/// First rows that are cited; the rest of [`ROWS_CITED`] is for the last ones.
const FIRST_CITED: usize = 40;
/// Characters of one cited field.
const FIELD_CHARS_MAX: usize = 4096;

/// Rows of one rule that are compared with the rows of other files.
const ROWS_COMPARED: usize = 1_000_000;

/// What tells findings of one rule apart.
type Key = (Vec<String>, bool);
/// Where a row stands in time.
type When = (Option<Timestamp>, Address);

/// The matches of one rule so far.
pub(crate) struct Groups<'a> {
    pack: &'a Pack,
    rule: &'a Rule,
    family: String,
    table: String,
    sessions: BTreeMap<Key, Vec<Session>>,
    seen: HashMap<u64, FileId>,
}

/// Rows of one key without a long pause between them.
#[derive(Default, Clone)]
struct Session {
    count: u64,
    first_row: BTreeMap<String, String>,
    first: Option<When>,
    last: Option<When>,
    entities: BTreeMap<String, BTreeSet<String>>,
    distinct: BTreeMap<String, u64>,
    builds: BTreeSet<Build>,
    flaw: BTreeSet<&'static str>,
    cited: BTreeMap<When, CitedRow>,
    present: Vec<Timestamp>,
    absent: Vec<Timestamp>,
    merged: bool,
}

impl<'a> Groups<'a> {
    /// No matches yet.
    pub(crate) fn new(pack: &'a Pack, rule: &'a Rule) -> Self {
        Self {
            pack,
            rule,
            family: String::new(),
            table: String::new(),
            sessions: BTreeMap::new(),
            seen: HashMap::new(),
        }
    }

    /// Takes a row that matched. The same record in a second file, such as a copy that somebody saved, is one act.
    pub(crate) fn add(&mut self, row: Row<'_>, tables: &dyn Tables, survey: &Survey) {
        let file = row.address().file;
        if self.seen.len() < ROWS_COMPARED && *self.seen.entry(fingerprint(row)).or_insert(file) != file {
            return;
        }
        row.layout.spec.family.clone_into(&mut self.family);
        row.layout.spec.table.clone_into(&mut self.table);
        let build = row.named("build").and_then(|b| Build::parse(&b));
        let state = if self.rule.assize.needs_flaw {
            survey.state_at(&self.rule.vulnerabilities, row.time(), build)
        } else {
            BuildState::Unknown
        };
        let group = self.rule.assize.group.iter().map(|c| row.named(c).unwrap_or_default().to_lowercase()).collect();
        let gap =
            self.rule.assize.gap_minutes.map(|m| i64::try_from(m).unwrap_or(i64::MAX).saturating_mul(60 * SECOND));
        let sessions = self.sessions.entry((group, state == BuildState::Fixed)).or_default();
        let session = session_at(sessions, row.time(), gap);
        session.add(row, self.rule, tables, build, state);
    }

    /// The findings of this rule.
    pub(crate) fn findings(self, pack: &Pack, survey: &Survey) -> Vec<Finding> {
        let least = self.rule.assize.at_least.unwrap_or(1);
        let mut kept: Vec<(bool, Session)> = Vec::new();
        let mut tried: Option<Session> = None;
        for ((_, patched), sessions) in &self.sessions {
            for session in sessions {
                if self.rule.assize.presence.is_some() && session.present.is_empty() {
                    merge(&mut tried, session);
                } else {
                    kept.push((*patched, session.clone()));
                }
            }
        }
        kept.retain(|(_, s)| s.count >= least);
        kept.sort_by_key(|(_, s)| s.first);
        if kept.len() > FINDINGS_MAX {
            let mut rest = None;
            for (_, session) in kept.split_off(FINDINGS_MAX) {
                merge(&mut rest, &session);
            }
            kept.extend(rest.map(|s| (false, s)));
        }
        let mut findings: Vec<Finding> =
            kept.iter().map(|(patched, s)| self.finding(pack, s, *patched, false, survey)).collect();
        findings.extend(tried.filter(|s| s.count >= least).map(|s| self.finding(pack, &s, false, true, survey)));
        findings
    }

    fn finding(&self, pack: &Pack, session: &Session, patched: bool, tried: bool, survey: &Survey) -> Finding {
        let assize = &self.rule.assize;
        let mut outcome = assize.outcome;
        let mut strength = assize.strength;
        let mut adjusted: Vec<String> = session.flaw.iter().map(|f| (*f).to_owned()).collect();
        if patched {
            outcome = outcome.min(Outcome::Attempt);
            strength = strength.min(Strength::Weak);
        }
        if tried {
            outcome = Outcome::Probe;
            strength = Strength::Context;
            adjusted.push("not-there".into());
        }
        if session.merged && !tried {
            adjusted.push("several-together".into());
        }
        let texts: BTreeMap<String, Words> = LANGUAGES
            .iter()
            .map(|l| ((*l).to_owned(), words(pack, &self.rule.name, l, &session.args(l, survey))))
            .collect();
        Finding {
            id: String::new(),
            rule: format!("{}/{}", self.pack.id, self.rule.name),
            rule_id: self.rule.id.clone(),
            level: self.rule.level,
            outcome,
            strength,
            family: self.family.clone(),
            questions: assize.answers.clone(),
            techniques: self.rule.techniques.clone(),
            vulnerabilities: self.rule.vulnerabilities.clone(),
            time: session.first.and_then(|w| w.0),
            last: session.last.and_then(|w| w.0),
            count: session.count,
            summary: texts.get("en").map(|w| w.summary.clone()).unwrap_or_default(),
            texts,
            entities: session.entities.iter().map(|(k, v)| (k.clone(), v.iter().cloned().collect())).collect(),
            condition: self.rule.condition.clone(),
            rows: session.cited.values().cloned().collect(),
            adjusted,
        }
    }
}

/// The words of a rule, filled in.
pub(crate) fn words(pack: &Pack, name: &str, language: &str, args: &BTreeMap<String, String>) -> Words {
    let say = |attribute: Option<&str>| pack.texts.say(language, name, attribute, args).unwrap_or_default();
    Words {
        title: say(None),
        summary: say(Some("says")),
        meaning: say(Some("meaning")),
        otherwise: say(Some("otherwise")),
    }
}

/// The session a row belongs to; sessions that the row brings together become one.
fn session_at(sessions: &mut Vec<Session>, time: Option<Timestamp>, gap: Option<i64>) -> &mut Session {
    let near = |s: &Session| match (gap, time, s.first.and_then(|w| w.0), s.last.and_then(|w| w.0)) {
        (None, ..) => true,
        (Some(gap), Some(time), Some(first), Some(last)) => time >= first.plus(-gap) && time <= last.plus(gap),
        (Some(_), time, first, _) => time.is_none() && first.is_none(),
    };
    let mut places = sessions.iter().enumerate().filter(|(_, s)| near(s)).map(|(n, _)| n);
    let (first, second) = (places.next(), places.next());
    match (first, second) {
        (None, _) => {
            sessions.push(Session::default());
            let at = sessions.len() - 1;
            &mut sessions[at]
        }
        (Some(a), None) => &mut sessions[a],
        (Some(a), Some(b)) => {
            let other = sessions.remove(b);
            sessions[a].join(&other);
            &mut sessions[a]
        }
    }
}

fn merge(into: &mut Option<Session>, session: &Session) {
    match into {
        Some(whole) => {
            whole.join(session);
            whole.merged = true;
        }
        None => *into = Some(session.clone()),
    }
}

impl Session {
    fn add(&mut self, row: Row<'_>, rule: &Rule, tables: &dyn Tables, build: Option<Build>, state: BuildState) {
        let when = (row.time(), row.address());
        self.count += 1;
        if self.first.is_none_or(|f| when < f) {
            self.first = Some(when);
            self.first_row = all_fields(row);
        }
        self.last = self.last.max(Some(when));
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
        if let (Some(presence), Some(time)) = (&rule.assize.presence, row.time())
            && let Some(status) = row.layout.spec.column(&presence.status).and_then(|c| row.number(c))
        {
            let moments = if presence.present.contains(&status) {
                Some(&mut self.present)
            } else {
                presence.absent.contains(&status).then_some(&mut self.absent)
            };
            if let Some(moments) = moments.filter(|m| m.len() < MOMENTS_MAX) {
                moments.push(time);
            }
        }
        self.cite(when, || cited(row, rule, tables));
    }

    fn keep(&mut self, kind: &str, value: String) {
        let values = self.entities.entry(kind.to_owned()).or_default();
        if values.contains(&value) {
            return;
        }
        *self.distinct.entry(kind.to_owned()).or_default() += 1;
        if values.len() < ENTITIES_MAX {
            values.insert(value);
        }
    }

    fn cite(&mut self, when: When, make: impl FnOnce() -> CitedRow) {
        self.cited.insert(when, make());
        if self.cited.len() > ROWS_CITED
            && let Some(middle) = self.cited.keys().nth(FIRST_CITED).copied()
        {
            self.cited.remove(&middle);
        }
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        if other.first.is_some() && (self.first.is_none() || other.first < self.first) {
            self.first = other.first;
            self.first_row.clone_from(&other.first_row);
        }
        self.last = self.last.max(other.last);
        for (kind, values) in &other.entities {
            for value in values {
                self.keep(kind, value.clone());
            }
        }
        self.builds.extend(&other.builds);
        self.flaw.extend(&other.flaw);
        self.present.extend(&other.present);
        self.absent.extend(&other.absent);
        for (when, row) in &other.cited {
            self.cite(*when, || row.clone());
        }
    }

    /// Everything a sentence may want to say.
    fn args(&self, language: &str, survey: &Survey) -> BTreeMap<String, String> {
        let mut args = self.first_row.clone();
        let moment = |t: Option<Timestamp>| t.map_or_else(|| "none".to_owned(), |t| say::moment(language, t));
        let last_present = self.present.iter().max().copied();
        let gone = self.absent.iter().filter(|t| last_present.is_none_or(|p| **t > p)).min().copied();
        args.insert("count".into(), self.count.to_string());
        args.insert("first".into(), moment(self.first.and_then(|w| w.0)));
        args.insert("last".into(), moment(self.last.and_then(|w| w.0)));
        args.insert("present_count".into(), self.present.len().to_string());
        args.insert("first_present".into(), moment(self.present.iter().min().copied()));
        args.insert("last_present".into(), moment(last_present));
        args.insert("gone_since".into(), moment(gone.filter(|_| last_present.is_some())));
        args.insert("tried_paths_count".into(), self.distinct.get("path").copied().unwrap_or_default().to_string());
        args.insert("host".into(), survey.host.name.clone());
        let builds: BTreeSet<String> = self.builds.iter().map(ToString::to_string).collect();
        args.insert("builds".into(), say::list(language, &builds, builds.len()));
        let empty = BTreeSet::new();
        for (arg, kind) in [("ips", "ip"), ("paths", "path"), ("agents", "agent"), ("users", "user")] {
            let values = self.entities.get(kind).unwrap_or(&empty);
            let total = usize::try_from(self.distinct.get(kind).copied().unwrap_or_default()).unwrap_or(usize::MAX);
            args.insert(arg.into(), say::list(language, values, total));
        }
        args
    }
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

/// A number that two rows of the same content share.
fn fingerprint(row: Row<'_>) -> u64 {
    // Its keys are fixed, so the same rows give the same numbers in every run.
    let mut hasher = DefaultHasher::new();
    row.time().map(|t| t.0).hash(&mut hasher);
    for column in 0..row.layout.spec.columns.len() {
        row.column(column).hash(&mut hasher);
    }
    hasher.finish()
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

/// A row with the fields that a person needs.
pub(crate) fn cite(row: Row<'_>, tables: &dyn Tables, fields: Vec<(String, String)>) -> CitedRow {
    let address = row.address();
    CitedRow {
        address,
        path: tables.file_path(address.file).to_owned(),
        table: row.layout.spec.table.clone(),
        time: row.time(),
        fields,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(FIELD_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
