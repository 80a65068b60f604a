//! Matches to findings: rows that tell one thing are one finding, however many they are.

mod session;

use crate::Tables;
use crate::exposure::Survey;
use crate::row::Row;
use assize_content::exposure::BuildState;
use assize_content::texts::LANGUAGES;
use assize_content::{Pack, Rule};
use assize_model::finding::{CitedRow, Outcome, Strength, Words};
use assize_model::time::SECOND;
use assize_model::{Build, FileId, Finding, Timestamp};
use session::{Session, status};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Findings of one rule; what goes beyond is one finding together.
const FINDINGS_MAX: usize = 300;
/// Groups of one rule that are kept apart. A scanner asks for a hundred thousand names; what goes beyond is counted
/// together, except that a thing that was there has twice the room.
const SESSIONS_MAX: usize = 2_000;
/// Rows of one rule that are compared with the rows of other files.
const ROWS_COMPARED: usize = 1_000_000;

/// Columns that say when what a row tells was written, other than as its time: the file, the key. They tell no two records
/// apart.
const SAVED: [&str; 2] = ["modified", "written"];

/// What tells findings of one rule apart: the values of its group, and whether the server was patched by then.
type Key = (Vec<String>, bool);

/// The matches of one rule so far.
pub(crate) struct Groups<'a> {
    pack: &'a Pack,
    rule: &'a Rule,
    family: String,
    sessions: BTreeMap<Key, Vec<Session>>,
    /// Sessions in `sessions`.
    kept: usize,
    /// What went beyond [`SESSIONS_MAX`]: by whether the server was patched, and whether the thing was there.
    beyond: BTreeMap<(bool, bool), Session>,
    seen: HashMap<u64, FileId>,
}

impl<'a> Groups<'a> {
    /// No matches yet.
    pub(crate) fn new(pack: &'a Pack, rule: &'a Rule) -> Self {
        Self {
            pack,
            rule,
            family: String::new(),
            sessions: BTreeMap::new(),
            kept: 0,
            beyond: BTreeMap::new(),
            seen: HashMap::new(),
        }
    }

    /// Takes a row that matched. The same record in a second file, such as a copy that somebody saved, is one act; it may
    /// tell since when.
    pub(crate) fn add(&mut self, row: Row<'_>, tables: &dyn Tables, survey: &Survey) {
        let file = row.address().file;
        let is_copy = self.seen.len() < ROWS_COMPARED && *self.seen.entry(fingerprint(row)).or_insert(file) != file;
        let saved = SAVED.iter().find_map(|column| row.named(column)).and_then(|date| Timestamp::parse(&date));
        if is_copy && saved.is_none() {
            return;
        }
        row.layout.spec.family.clone_into(&mut self.family);
        let build = row.named("build").and_then(|b| Build::parse(&b));
        let state = if self.rule.assize.needs_flaw {
            survey.state_at(&self.rule.vulnerabilities, row.time(), build)
        } else {
            BuildState::Unknown
        };
        let group = self.rule.assize.group.iter().map(|c| row.named(c).unwrap_or_default().to_lowercase()).collect();
        let present = self.rule.assize.presence.as_ref().is_some_and(|p| status(p, row) == Some(true));
        let rule = self.rule;
        let session = self.session((group, state == BuildState::Fixed), row.time(), present);
        session.saved(saved);
        if !is_copy {
            session.add(row, rule, tables, build, state);
        }
    }

    /// The session that a row belongs to.
    fn session(&mut self, key: Key, time: Option<Timestamp>, present: bool) -> &mut Session {
        let gap = self.rule.assize.gap_minutes;
        let gap = gap.map(|m| i64::try_from(m).unwrap_or(i64::MAX).saturating_mul(60 * SECOND));
        let place = match self.sessions.get_mut(&key) {
            Some(sessions) => {
                let before = sessions.len();
                let place = near(sessions, time, gap);
                self.kept -= before - sessions.len();
                place
            }
            None => None,
        };
        let room = if present { 2 * SESSIONS_MAX } else { SESSIONS_MAX };
        if place.is_none() && self.kept >= room {
            return self.beyond.entry((key.1, present)).or_insert_with(Session::several);
        }
        let sessions = self.sessions.entry(key).or_default();
        let place = place.unwrap_or_else(|| {
            self.kept += 1;
            sessions.push(Session::default());
            sessions.len() - 1
        });
        &mut sessions[place]
    }

    /// The findings of this rule.
    pub(crate) fn findings(self, pack: &Pack, survey: &Survey) -> Vec<Finding> {
        let least = self.rule.assize.at_least.unwrap_or(1);
        let mut kept: Vec<(bool, Session)> = Vec::new();
        let mut tried: Option<Session> = None;
        let grouped = self.sessions.iter().flat_map(|((_, patched), all)| all.iter().map(|s| (*patched, s)));
        for (patched, session) in grouped.chain(self.beyond.iter().map(|((patched, _), s)| (*patched, s))) {
            if self.rule.assize.presence.is_some() && !session.was_present() {
                merge(&mut tried, session);
            } else {
                kept.push((patched, session.clone()));
            }
        }
        kept.retain(|(_, s)| s.count >= least);
        kept.sort_by_key(|(_, s)| s.first);
        if kept.len() > FINDINGS_MAX {
            let beyond = kept.split_off(FINDINGS_MAX);
            // What came after the patch cannot have worked and stays apart from what may have.
            for patched in [false, true] {
                let mut rest = None;
                beyond.iter().filter(|(p, _)| *p == patched).for_each(|(_, session)| merge(&mut rest, session));
                kept.extend(rest.map(|s| (patched, s)));
            }
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
            key: String::new(),
            rule: format!("{}/{}", self.pack.id, self.rule.name),
            rule_id: self.rule.id.clone(),
            level: self.rule.level,
            outcome,
            strength,
            family: self.family.clone(),
            questions: assize.answers.clone(),
            techniques: self.rule.techniques.clone(),
            vulnerabilities: self.rule.vulnerabilities.clone(),
            time: session.from(),
            last: session.to(),
            moments: session.moments.all(),
            count: session.count,
            summary: texts.get("en").map(|w| w.summary.clone()).unwrap_or_default(),
            texts,
            entities: session.entities(),
            condition: self.rule.condition.clone(),
            rows: session.cited.values().cloned().collect(),
            adjusted,
            suppressed: None,
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

/// The session near a moment; two that the moment brings together become one.
fn near(sessions: &mut Vec<Session>, time: Option<Timestamp>, gap: Option<i64>) -> Option<usize> {
    let near = |s: &Session| match (gap, time, s.from(), s.to()) {
        (None, ..) => true,
        (Some(gap), Some(time), Some(from), Some(to)) => time >= from.plus(-gap) && time <= to.plus(gap),
        (Some(_), time, from, _) => time.is_none() && from.is_none(),
    };
    let mut places = sessions.iter().enumerate().filter(|(_, s)| near(s)).map(|(n, _)| n);
    let (first, second) = (places.next()?, places.next());
    if let Some(second) = second {
        let other = sessions.remove(second);
        sessions[first].join(&other);
    }
    Some(first)
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

/// A number that two rows of the same content share.
fn fingerprint(row: Row<'_>) -> u64 {
    // Its keys are fixed, so the same rows give the same numbers in every run.
    let mut hasher = DefaultHasher::new();
    row.time().map(|t| t.0).hash(&mut hasher);
    let saved = SAVED.map(|column| row.layout.spec.column(column));
    for column in (0..row.layout.spec.columns.len()).filter(|column| !saved.contains(&Some(*column))) {
        row.column(column).hash(&mut hasher);
    }
    hasher.finish()
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
