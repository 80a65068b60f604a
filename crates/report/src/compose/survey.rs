//! Counts and lists that several sentences need, taken from the result once.

use crate::{Lang, words};
use assize_model::finding::{Outcome, Strength};
use assize_model::result::{Campaign, Exposure, ExposureState, QuestionCoverage};
use assize_model::time::Day;
use assize_model::{CaseResult, Finding, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What sentences draw on.
pub(crate) struct Survey<'a> {
    pub(crate) result: &'a CaseResult,
    pub(crate) lang: Lang,
    /// The campaign that the answer is about; results of older versions know one only, and do not name it.
    pub(crate) about: Option<&'a Campaign>,
    /// Flaws that the sentences are about: those of that campaign, and any other that stands open.
    pub(crate) exposure: Vec<&'a Exposure>,
    /// Required questions that can be asked of this server.
    pub(crate) required: Vec<&'a QuestionCoverage>,
    /// Those of them that are answered well enough.
    pub(crate) answered: usize,
    /// Days of the window.
    pub(crate) days: u32,
    /// Days without an answer to the required question that lacks most.
    pub(crate) missing: u32,
}

impl<'a> Survey<'a> {
    pub(crate) fn of(result: &'a CaseResult, lang: Lang) -> Self {
        let about = result.campaigns.iter().find(|c| Some(&c.pack) == result.about.as_ref());
        let own = |pack: &str| about.is_none_or(|c| c.pack == pack);
        let required: Vec<_> = result.coverage.iter().filter(|q| q.decides() && own(&q.pack)).collect();
        let stands_open = |e: &Exposure| matches!(e.state, ExposureState::Vulnerable | ExposureState::MitigatedOnly);
        let told = |e: &&Exposure| stands_open(e) || about.is_none_or(|c| c.vulnerabilities.contains(&e.cve));
        let missing = required.iter().map(|q| q.window_days.saturating_sub(q.answered_days)).max().unwrap_or(0);
        Self {
            result,
            lang,
            about,
            exposure: result.exposure.iter().filter(told).collect(),
            answered: required.iter().filter(|q| q.sufficient).count(),
            days: required.iter().map(|q| q.window_days).max().unwrap_or(0),
            missing,
            required,
        }
    }

    /// Whether the required questions cannot be asked of this server at all, as of an Edge server without web pages.
    pub(crate) fn nothing_applies(&self) -> bool {
        self.result.verdict.why.iter().any(|code| code == "no.applicable-question")
    }

    /// The period that was examined, in words.
    pub(crate) fn span(&self) -> String {
        words::span(self.result.window.from, self.result.window.to, self.lang)
    }

    /// Flaws in one of some states, in the order of the result.
    pub(crate) fn exposures(&self, states: &[ExposureState]) -> Vec<&'a Exposure> {
        self.exposure.iter().copied().filter(|e| states.contains(&e.state)).collect()
    }

    /// Flaws in one of some states, written shortly.
    pub(crate) fn cves(&self, states: &[ExposureState]) -> String {
        words::cves(&self.exposures(states).iter().map(|e| e.cve.clone()).collect::<Vec<_>>())
    }

    /// The updates that fix what is open or only mitigated; what the packs name where the exposure names none.
    pub(crate) fn updates(&self) -> String {
        let open = self.exposures(&[ExposureState::Vulnerable, ExposureState::MitigatedOnly]);
        let named: BTreeSet<String> = open.iter().filter_map(|e| e.kb.clone()).collect();
        self.updates_or_packs(named)
    }

    /// The same for every flaw, whatever its state.
    pub(crate) fn all_updates(&self) -> String {
        self.updates_or_packs(self.exposure.iter().filter_map(|e| e.kb.clone()).collect())
    }

    fn updates_or_packs(&self, named: BTreeSet<String>) -> String {
        let names: Vec<String> = match named.is_empty() {
            true => self.result.packs.iter().filter(|p| self.is_about(&p.id)).filter_map(|p| p.fix.clone()).collect(),
            false => named.into_iter().collect(),
        };
        match names.is_empty() {
            true => self.lang.say("the-updates"),
            false => words::list_up_to(&names, 4, self.lang),
        }
    }

    /// Whether the answer is about a pack.
    pub(crate) fn is_about(&self, pack: &str) -> bool {
        self.about.is_none_or(|c| c.pack == pack)
    }

    /// Titles of the packs that the answer is about.
    pub(crate) fn packs(&self) -> String {
        let titles = self.result.packs.iter().filter(|p| self.is_about(&p.id)).map(|p| p.title.clone());
        words::list_up_to(&titles.collect::<Vec<_>>(), 3, self.lang)
    }

    /// Sources of required questions with records in the window: their titles and rows, each source once.
    pub(crate) fn sources_read(&self) -> (Vec<String>, u64) {
        let (mut seen, mut titles, mut rows) = (BTreeSet::new(), Vec::new(), 0);
        for source in self.required.iter().flat_map(|q| &q.sources).filter(|s| s.rows > 0) {
            if seen.insert(&source.id) {
                titles.push(self.title(&source.title, &source.id));
                rows += source.rows;
            }
        }
        (titles, rows)
    }

    /// A title in our language, else in English, else the id.
    pub(crate) fn title(&self, titles: &BTreeMap<String, String>, id: &str) -> String {
        let title = titles.get(self.lang.code()).or_else(|| titles.get("en")).map_or(id, String::as_str);
        assize_model::display::shortened(title, 200)
    }

    /// The name of a table for people.
    pub(crate) fn table(&self, id: &str) -> String {
        let read = self.result.evidence.tables.iter().find(|t| t.table == id && !t.title.is_empty());
        let asked = || self.result.coverage.iter().flat_map(|q| &q.sources).find(|s| s.id == id).map(|s| &s.title);
        let title = read.map(|t| &t.title).or_else(asked);
        title.map_or_else(|| assize_model::display::shortened(id, 60), |title| self.title(title, id))
    }

    /// A kind of evidence for people.
    pub(crate) fn family(&self, id: &str) -> String {
        let known = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let found = if known { self.lang.find(&format!("family-{id}")) } else { None };
        found.unwrap_or_else(|| assize_model::display::shortened(id, 40))
    }

    /// Findings that are attempts or probes and more than context.
    pub(crate) fn attempts(&self) -> Vec<&'a Finding> {
        let tried = |f: &&Finding| match f.outcome {
            Outcome::Attempt => f.strength > Strength::Context,
            // The greeting of a scanner is no attempt; the verdict draws the same line.
            Outcome::Probe => f.strength >= Strength::Moderate,
            _ => false,
        };
        self.result.findings.iter().filter(tried).collect()
    }

    /// At least so many attempts: one request may stand in several logs, so families are not added up.
    pub(crate) fn attempt_count(&self) -> u64 {
        let mut by_family: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in self.attempts() {
            let sum = by_family.entry(&finding.family).or_default();
            *sum = sum.saturating_add(finding.count);
        }
        by_family.into_values().max().unwrap_or(0)
    }

    /// Addresses of the attempts, in order, each once.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let of = |f: &'a Finding| f.entities.get("ip").into_iter().flatten().cloned();
        let all: BTreeSet<String> = self.attempts().into_iter().flat_map(of).collect();
        all.into_iter().map(|a| assize_model::display::shortened(&a, 60)).collect()
    }

    /// Findings that decided, or else the successes.
    pub(crate) fn deciding(&self) -> Vec<&'a Finding> {
        let decided = &self.result.verdict.decided_by;
        self.result.findings.iter().filter(|f| decided.contains(&f.id)).collect()
    }

    /// Kinds of evidence of the findings that decided.
    pub(crate) fn deciding_families(&self) -> Vec<String> {
        let ids: BTreeSet<&str> = self.deciding().iter().map(|f| f.family.as_str()).collect();
        ids.into_iter().map(|id| self.family(id)).collect()
    }

    /// Whether a required question has no answer on a day of the window (by its number from 0): all, some, none of them.
    pub(crate) fn sight(&self, day: usize) -> Sight {
        let blind = self.required.iter().filter(|q| q.days.as_bytes().get(day) != Some(&b'#')).count();
        match blind {
            0 => Sight::Full,
            n if n == self.required.len() => Sight::None,
            _ => Sight::Some,
        }
    }

    /// First and last day without an answer to some required question.
    pub(crate) fn blind_span(&self) -> Option<(Day, Day)> {
        let first = self.result.window.from.day().0;
        let blind: Vec<i32> = (0..self.days as usize)
            .filter(|d| self.sight(*d) != Sight::Full)
            .filter_map(|d| i32::try_from(d).ok())
            .collect();
        Some((Day(first.saturating_add(*blind.first()?)), Day(first.saturating_add(*blind.last()?))))
    }

    /// First time of some findings.
    pub(crate) fn first(findings: &[&Finding]) -> Option<Timestamp> {
        findings.iter().filter_map(|f| f.time).min()
    }
}

/// How much of a day could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    /// Every required question had an answer.
    Full,
    /// Some had not.
    Some,
    /// None had.
    None,
}
