//! What happened: the summaries of the most telling findings, in the order of time.

use super::answers::scope;
use super::survey::Survey;
use crate::words;
use assize_model::finding::{Outcome, Strength};
use assize_model::{Finding, Timestamp};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Sentences told at most, and those of them that a screen has room for.
const SENTENCES: usize = 8;
const BRIEF: usize = 5;

/// What happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    /// In the order of time.
    pub sentences: Vec<Sentence>,
    /// The findings of the few that a small screen tells.
    pub brief: Vec<String>,
    /// Findings that are not told here.
    pub more: usize,
    /// What the story does not show, or why there is none.
    pub limits: Vec<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// When it began.
    pub time: Option<Timestamp>,
    /// When, in words; says so where it is not known.
    pub when: String,
    /// A few words.
    pub title: String,
    /// One or two sentences.
    pub text: String,
    /// The findings that say so.
    pub findings: Vec<String>,
    /// Names of the sources it was read in.
    pub sources: Vec<String>,
}

/// The order of importance: what decided, what worked, what proves most, what matters most, then the time.
pub(crate) fn by_weight<'a>(s: &Survey<'a>) -> Vec<&'a Finding> {
    let decided: BTreeSet<&str> = s.result.verdict.decided_by.iter().map(String::as_str).collect();
    let mut all: Vec<&Finding> = s.result.findings.iter().collect();
    all.sort_by_key(|f| {
        let weight = (decided.contains(f.id.as_str()), f.outcome == Outcome::Success, f.strength, f.level);
        (Reverse(weight), f.time.is_none(), f.time, f.id.as_str())
    });
    all
}

/// Tells what happened. Context alone is no story.
pub(super) fn story(s: &Survey<'_>) -> Story {
    let all = by_weight(s);
    // What could well be something else is told only where there is nothing better.
    let better = all.iter().any(|f| f.strength >= Strength::Moderate);
    let least = if better { Strength::Moderate } else { Strength::Weak };
    let telling: Vec<&Finding> = all.into_iter().filter(|f| f.strength >= least).collect();
    let mut told = varied(&telling, SENTENCES);
    let brief = varied(&telling, BRIEF).iter().map(|f| f.id.clone()).collect();
    told.sort_by_key(|f| (f.time.is_none(), f.time, f.id.as_str()));
    let sentences: Vec<Sentence> = told.into_iter().map(|f| sentence(s, f)).collect();
    let mut limits = Vec::new();
    if sentences.is_empty() {
        let scope = scope(s, "attacked-none");
        limits.push(s.lang.fill("happened-none", &[("scope", scope.into())]));
    }
    if s.missing > 0 {
        limits.push(s.lang.fill("happened-blind", &[("missing", s.missing.into()), ("days", s.days.into())]));
    }
    Story { brief, more: s.result.findings.len() - sentences.len(), sentences, limits }
}

/// The most telling findings of different kinds: first the weightiest for each question, then the weightiest left. Five
/// proofs of one act tell less than one proof of each act.
fn varied<'a>(telling: &[&'a Finding], most: usize) -> Vec<&'a Finding> {
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    let (first, rest): (Vec<&Finding>, Vec<&Finding>) =
        telling.iter().partition(|f| f.questions.first().is_some_and(|q| asked.insert(q.as_str())));
    first.into_iter().chain(rest).take(most).collect()
}

fn sentence(s: &Survey<'_>, finding: &Finding) -> Sentence {
    let text = finding.words(s.lang.code());
    let tables: BTreeSet<&str> = finding.rows.iter().map(|r| r.table.as_str()).collect();
    let summary = if text.summary.is_empty() { &finding.summary } else { &text.summary };
    Sentence {
        time: finding.time,
        when: finding.time.map_or_else(|| s.lang.say("undated"), |t| words::exact(t, s.lang)),
        title: assize_model::display::shortened(&text.title, 120),
        text: assize_model::display::shortened(summary, 1000),
        findings: vec![finding.id.clone()],
        sources: tables.into_iter().map(|t| s.table(t)).collect(),
    }
}
