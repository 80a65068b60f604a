//! What authorities require of a server, in words.

use super::survey::Survey;
use crate::{Lang, Value, words};
use assize_model::directive::{DirectiveStanding, FactShown, Met, ReportField, RequirementStanding};
use assize_model::display::shortened;

/// Characters of a list of flaws or sources.
const ABOUT_MAX: usize = 300;
/// Findings and records that one fact names.
const CITED_MAX: usize = 3;

/// A directive in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveText {
    /// `ED 21-02`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Whom it binds.
    pub scope: String,
    /// How many requirements are in which state, in one line.
    pub line: String,
    /// Each requirement.
    pub requirements: Vec<RequirementText>,
    /// Fields of a report to the authority, and their values.
    pub report: Vec<(String, String)>,
}

/// A requirement in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementText {
    /// What is required.
    pub says: String,
    /// By when; empty where no time is given.
    pub due: String,
    /// Its state.
    pub state: Met,
    /// The word for it.
    pub word: String,
    /// What shows it.
    pub facts: Vec<String>,
}

/// Every directive of a result.
pub(super) fn directives(s: &Survey<'_>) -> Vec<DirectiveText> {
    s.result.directives.iter().map(|d| directive(d, s.lang)).collect()
}

fn directive(d: &DirectiveStanding, lang: Lang) -> DirectiveText {
    let name = shortened(&d.name, 60);
    let count = |state: Met| -> Value { d.requirements.iter().filter(|r| r.state == state).count().into() };
    let args = [
        ("name", name.as_str().into()),
        ("proven", count(Met::Proven)),
        ("not_met", count(Met::NotMet)),
        ("cannot_tell", count(Met::CannotTell)),
    ];
    DirectiveText {
        title: shortened(lang.of(&d.title), 200),
        scope: shortened(lang.of(&d.scope), 400),
        line: lang.fill("directive-line", &args),
        requirements: d.requirements.iter().map(|r| requirement(r, lang)).collect(),
        report: d.report.iter().map(|f| field(f, lang)).collect(),
        name,
    }
}

fn requirement(r: &RequirementStanding, lang: Lang) -> RequirementText {
    let due = match (r.due, r.within_hours) {
        (Some(due), _) => words::moment(due, lang),
        (None, Some(hours)) => lang.fill("directive-due-hours", &[("hours", hours.into())]),
        (None, None) => String::new(),
    };
    RequirementText {
        says: shortened(lang.of(&r.says), 600),
        due,
        state: r.state,
        word: lang.say(&format!("directive-met-{}", r.state.word())),
        facts: r.facts.iter().map(|f| fact(f, lang)).collect(),
    }
}

/// A fact as a sentence, with what shows it.
fn fact(fact: &FactShown, lang: Lang) -> String {
    let about = match (lang.of(&fact.named), fact.code.as_str()) {
        ("", "triaged") => fact.about.iter().map(|word| lang.say(&format!("triage-{word}"))).collect(),
        ("", _) => words::cves(&fact.about),
        (named, _) => named.to_owned(),
    };
    let time = fact.time.map_or_else(|| lang.say("undated"), |t| words::moment(t, lang));
    let what = fact.about.first().map(|what| lang.say(&format!("directive-attested-{what}"))).unwrap_or_default();
    let args = [("about", shortened(&about, ABOUT_MAX).into()), ("time", time.into()), ("what", what.into())];
    let mut text = lang.fill(&format!("directive-fact-{}", fact.code), &args);
    let cited: Vec<String> = fact.findings.iter().take(CITED_MAX).map(|id| shortened(id, 20)).collect();
    let rows = fact.rows.iter().take(CITED_MAX);
    let records = rows.map(|row| format!("{}:{}", shortened(&row.path, 200), row.address.pos));
    let all: Vec<String> = cited.into_iter().chain(records).collect();
    if !all.is_empty() {
        text.push_str(&format!(" [{}]", all.join(", ")));
    }
    text
}

fn field(field: &ReportField, lang: Lang) -> (String, String) {
    let value = match (&field.value, field.field.as_str()) {
        (None, _) => lang.say("directive-blank"),
        (Some(word), "triage") => lang.say(&format!("triage-{word}")),
        (Some(value), _) => shortened(value, 200),
    };
    (lang.say(&format!("directive-field-{}", field.field)), value)
}
