//! A pack: one folder with its questions, rules, indicators and words. It is of one campaign, or of none.

use crate::indicator::Indicator;
use crate::sigma::{self, Correlation, Document, Rule};
use crate::{ContentError, Texts, digest};
use assize_model::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A folder of content about one campaign, or of what belongs to none.
#[derive(Debug)]
pub struct Pack {
    /// The folder's name: `proxylogon`.
    pub id: String,
    /// Its title, the same in every language.
    pub title: String,
    /// Its version, `2026.11.1`.
    pub version: String,
    /// SHA-256 over its files.
    pub sha256: String,
    /// The CVEs it is about.
    pub vulnerabilities: Vec<String>,
    /// The update that fixes them.
    pub fix: Option<String>,
    /// First known exploitation: the window begins here. `None`: the pack belongs to no campaign.
    pub from: Option<Timestamp>,
    /// When the flaws were made public.
    pub disclosed: Option<Timestamp>,
    /// When the update that fixes them came out.
    pub fixed: Option<Timestamp>,
    /// What suffices as coverage.
    pub measure: Measure,
    /// What it asks of the evidence, in order: `q1`, `q2`, ...
    pub questions: Vec<Question>,
    /// Rules over rows.
    pub rules: Vec<Rule>,
    /// Rules over findings.
    pub correlations: Vec<Correlation>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Files of YARA rules: path in the pack, and text. They are compiled by whoever runs them.
    pub signatures: Vec<(String, String)>,
    /// Its words.
    pub texts: Texts,
}

/// How much of the window must have been seen before a negative answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Share of the days, in percent.
    pub days_percent: u32,
    /// The longest run without an answer, in hours.
    pub gap_hours: u32,
}

/// What a pack asks of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name; the text `question-<name>` is its title.
    pub name: String,
    /// Sources, any of which can answer it.
    pub any_of: Vec<AnySource>,
    /// Whether the verdict depends on it.
    #[serde(default)]
    pub mandatory: bool,
    /// Roles of a server to which it does not apply.
    #[serde(default)]
    pub not_for_roles: Vec<String>,
}

/// One source that can answer a question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnySource {
    /// The table.
    pub table: String,
    /// Only rows with these values count: column to value, compared without regard to case.
    #[serde(default)]
    pub r#where: BTreeMap<String, String>,
    /// The table shows a state at the time of collection: it answers for the whole window.
    #[serde(default)]
    pub state: bool,
    /// For a state: the evidence must hold a path that contains each of these (`/` between parts, no regard to case).
    #[serde(default)]
    pub needs_paths: Vec<String>,
    /// Answers in full only on days on which this column has a value; else the source is shown, but does not answer.
    #[serde(default)]
    pub needs_column: Option<String>,
    /// Never answers alone; shown because it helps.
    #[serde(default)]
    pub partial: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: String,
    version: String,
    #[serde(default)]
    vulnerabilities: Vec<String>,
    #[serde(default)]
    fix: Option<String>,
    #[serde(default)]
    window: Option<RawWindow>,
    #[serde(default = "Measure::usual")]
    coverage: Measure,
    #[serde(default)]
    questions: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    from: Timestamp,
    #[serde(default)]
    disclosed: Option<Timestamp>,
    #[serde(default)]
    fixed: Option<Timestamp>,
}

impl Measure {
    /// What suffices where a pack says nothing else.
    fn usual() -> Self {
        Self { days_percent: 95, gap_hours: 24 }
    }
}

impl Pack {
    /// Reads the pack whose files begin with `folder` (which ends in `/`).
    ///
    /// # Errors
    /// Names the file, and what was expected there.
    pub(crate) fn read(folder: &str, files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        let manifest = format!("{folder}pack.yml");
        let text = files.get(&manifest).ok_or_else(|| ContentError::new(&manifest, "the file is missing".into()))?;
        let raw: Raw = yaml_serde::from_str(text).map_err(|e| ContentError::new(&manifest, e.to_string()))?;
        let mut pack = Self {
            id: folder.trim_end_matches('/').rsplit('/').next().unwrap_or(folder).into(),
            title: raw.title,
            version: raw.version,
            sha256: digest(folder, files),
            vulnerabilities: raw.vulnerabilities,
            fix: raw.fix,
            from: raw.window.as_ref().map(|w| w.from),
            disclosed: raw.window.as_ref().and_then(|w| w.disclosed),
            fixed: raw.window.as_ref().and_then(|w| w.fixed),
            measure: raw.coverage,
            questions: raw.questions,
            rules: Vec::new(),
            correlations: Vec::new(),
            indicators: Vec::new(),
            signatures: Vec::new(),
            texts: Texts::read(folder, files)?,
        };
        for (path, text) in files.iter().filter(|(p, _)| p.starts_with(folder)) {
            // Scenarios are evidence for tests; the lab reads them.
            if path.ends_with(".yml") && *path != manifest && !path.ends_with("/scenarios.yml") {
                match sigma::read(path, text)? {
                    Document::Rule(rule) => pack.rules.push(*rule),
                    Document::Correlation(rule) => pack.correlations.push(*rule),
                }
            } else if path.ends_with("iocs.csv") {
                pack.indicators.extend(Indicator::read_all(path, text)?);
            } else if path.ends_with(".yar") {
                pack.signatures.push((path[folder.len()..].to_owned(), text.clone()));
            }
        }
        pack.check(&manifest)?;
        Ok(pack)
    }

    /// The number of a question, `q1` for the first.
    #[must_use]
    pub fn number(&self, question: &str) -> Option<String> {
        self.questions.iter().position(|q| q.name == question).map(|n| format!("q{}", n + 1))
    }

    fn check(&self, manifest: &str) -> Result<(), ContentError> {
        let fault = |what: String| Err(ContentError::new(manifest, what));
        if self.from.is_none() && !(self.vulnerabilities.is_empty() && self.questions.is_empty()) {
            return fault(
                "a pack without a window belongs to no campaign: it has neither vulnerabilities nor questions".into(),
            );
        }
        let blocks = self
            .rules
            .iter()
            .map(|r| (&r.name, &r.assize))
            .chain(self.correlations.iter().map(|c| (&c.name, &c.assize)));
        for (name, assize) in blocks {
            if !self.texts.has(name) {
                return fault(format!("texts: {name} is missing"));
            }
            // What belongs to no campaign answers questions of campaigns; see `check_across`.
            let unknown = |a: &&String| self.from.is_some() && self.number(a).is_none();
            if let Some(answer) = assize.answers.iter().find(unknown) {
                return fault(format!("{name}: no question is called {answer}"));
            }
        }
        for question in &self.questions {
            if !self.texts.has(&format!("question-{}", question.name)) {
                return fault(format!("texts: question-{} is missing", question.name));
            }
        }
        for correlation in &self.correlations {
            let own = correlation.rules.iter().filter(|n| !n.contains('/'));
            if let Some(rule) = own.into_iter().find(|n| !self.rules.iter().any(|r| r.name == **n)) {
                return fault(format!("{}: no rule is called {rule}", correlation.name));
            }
        }
        Ok(())
    }
}

/// Checks what packs say of each other: a correlation may name rules of another pack as `general/<name>`, and what
/// belongs to no campaign answers questions that campaigns ask.
pub(crate) fn check_across(packs: &[Pack]) -> Result<(), ContentError> {
    let asked = |name: &String| packs.iter().any(|p| p.number(name).is_some());
    let known = |name: &str| {
        name.split_once('/')
            .is_some_and(|(id, rule)| packs.iter().any(|p| p.id == id && p.rules.iter().any(|r| r.name == rule)))
    };
    for pack in packs {
        let fault = |what: String| Err(ContentError::new(&pack.id, what));
        for correlation in &pack.correlations {
            if let Some(rule) = correlation.rules.iter().find(|n| n.contains('/') && !known(n)) {
                return fault(format!("{}: no pack has a rule {rule}", correlation.name));
            }
        }
        let answers = pack.rules.iter().map(|r| &r.assize).chain(pack.correlations.iter().map(|c| &c.assize));
        if let Some(answer) = answers.flat_map(|a| &a.answers).find(|a| !asked(a)) {
            return fault(format!("no campaign asks {answer}"));
        }
    }
    Ok(())
}
