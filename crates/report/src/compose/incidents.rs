//! What belongs together, in words: the steps of a break-in, the mail that was taken, one intruder against the other.

use super::detail::{cell_word, defanged, entity};
use super::survey::Survey;
use crate::words;
use assize_model::display::shortened;
use assize_model::result::{Cell, CellState, Incident, Link, MailTaken, SourceCoverage, Step, StepKind};
use assize_model::{Finding, Timestamp};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Findings named in a step, and values of one kind in a sentence; the others are counted.
const NAMED: usize = 4;
/// Gaps named in a step.
const GAPS: usize = 6;

/// An incident in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentText {
    /// `I-1`.
    pub id: String,
    /// Its sentences: span, kinds of evidence, before or after disclosure.
    pub sentences: Vec<String>,
    /// The steps of a break-in, in order.
    pub steps: Vec<StepText>,
    /// Mail that was read or taken.
    pub mail: Option<MailText>,
    /// What tells who was at work.
    pub traits: Vec<String>,
    /// How it stands to the other incidents.
    pub others: Vec<String>,
    /// What links its findings: the sentence and the findings.
    pub links: Vec<(String, Vec<String>)>,
    /// Its findings, in the order of time.
    pub findings: Vec<String>,
}

/// A step in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepText {
    /// Which step.
    pub kind: StepKind,
    /// Its name.
    pub title: String,
    /// When; empty where nothing was seen.
    pub when: String,
    /// The most telling findings: what, and which.
    pub shown: Vec<(String, String)>,
    /// What else is to be said: further findings, or that nothing was seen.
    pub also: Option<String>,
    /// What could not be seen.
    pub unseen: String,
}

/// Mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// Which mailboxes, by whom, when, how much.
    pub sentences: Vec<String>,
    /// What the records do not tell.
    pub unseen: Vec<String>,
    /// The findings that say so.
    pub findings: Vec<String>,
}

/// What belongs together.
pub(super) fn incidents(s: &Survey<'_>) -> Vec<IncidentText> {
    let findings: BTreeMap<&str, &Finding> = s.result.findings.iter().map(|f| (f.id.as_str(), f)).collect();
    s.result.incidents.iter().map(|i| incident(s, i, &findings)).collect()
}

fn incident(s: &Survey<'_>, i: &Incident, findings: &BTreeMap<&str, &Finding>) -> IncidentText {
    let mut sentences = Vec::new();
    if let (Some(from), Some(to)) = (i.from, i.to) {
        let (from, to) = (words::moment(from, s.lang), words::moment(to, s.lang));
        let args = [("from", from.into()), ("to", to.into()), ("count", i.findings.len().into())];
        sentences.push(s.lang.fill("incident-span", &args));
    }
    let families: Vec<String> = i.families.iter().map(|f| s.family(f)).collect();
    if !families.is_empty() {
        let listed = words::list(&families, s.lang);
        sentences.push(s.lang.fill("incident-families", &[("families", listed.into())]));
    }
    if let Some(before) = i.before_disclosure {
        sentences.push(s.lang.say(if before { "incident-before" } else { "incident-after" }));
    }
    let link = |l: &Link| {
        // That two acts lie close in time names no thing that they share.
        let id = if l.kind == "moment" { "incident-moment" } else { "incident-link" };
        let value = match Timestamp::parse(&l.value).filter(|_| l.kind == "moment") {
            Some(time) => words::exact(time, s.lang),
            None => defanged(&l.kind, &l.value),
        };
        (s.lang.fill(id, &[("kind", entity(s, &l.kind).into()), ("value", value.into())]), l.findings.clone())
    };
    IncidentText {
        id: i.id.clone(),
        sentences,
        steps: i.steps.iter().map(|step| of_step(s, step, findings)).collect(),
        mail: i.mail.as_ref().map(|mail| of_mail(s, mail)),
        traits: traits(s, i),
        others: others(s, i),
        links: i.links.iter().map(link).collect(),
        findings: i.findings.clone(),
    }
}

fn of_step(s: &Survey<'_>, step: &Step, findings: &BTreeMap<&str, &Finding>) -> StepText {
    let mut shown: Vec<&Finding> = step.findings.iter().filter_map(|id| findings.get(id.as_str()).copied()).collect();
    shown.sort_by_key(|f| Reverse((f.strength, f.level)));
    let more = shown.len().saturating_sub(NAMED);
    shown.truncate(NAMED);
    shown.sort_by_key(|f| (f.time.is_none(), f.time, f.id.as_str()));
    let title = |f: &Finding| {
        let words = f.words(s.lang.code());
        shortened(if words.title.is_empty() { &f.rule } else { &words.title }, 120)
    };
    let also = match (shown.is_empty(), more) {
        (true, _) => Some(s.lang.say("step-none")),
        (false, 0) => None,
        (false, more) => Some(s.lang.fill("step-more", &[("count", more.into())])),
    };
    StepText {
        kind: step.kind,
        title: s.lang.say(&format!("step-{}", step.kind.word())),
        when: match (step.from, step.to) {
            (Some(from), Some(to)) if from != to => {
                let args = [("from", words::moment(from, s.lang).into()), ("to", words::moment(to, s.lang).into())];
                s.lang.fill("step-when", &args)
            }
            (Some(from), _) => words::moment(from, s.lang),
            (None, _) if shown.is_empty() => String::new(),
            (None, _) => s.lang.say("undated"),
        },
        shown: shown.into_iter().map(|f| (title(f), f.id.clone())).collect(),
        also,
        unseen: unseen(s, step),
    }
}

/// What could not be seen of a step: each source with the days that it lacks.
fn unseen(s: &Survey<'_>, step: &Step) -> String {
    if step.sources.is_empty() {
        return s.lang.say("step-sources-not-told");
    }
    let lacking = |source: &SourceCoverage| {
        let gaps: Vec<&Cell> = source.cells.iter().filter(|c| c.state != CellState::Read).collect();
        let (first, last) = (gaps.first()?, gaps.last()?);
        let worst = gaps.iter().map(|c| c.state).max()?;
        let args = [
            ("source", s.title(&source.title, &source.id).into()),
            ("state", s.lang.say(&format!("cell-{}", cell_word(worst))).into()),
            ("span", words::day_span(first.from, last.to, s.lang).into()),
        ];
        Some(s.lang.fill("step-gap", &args))
    };
    let gaps: Vec<String> = step.sources.iter().filter_map(lacking).take(GAPS).collect();
    match gaps.is_empty() {
        true => s.lang.say("step-all-read"),
        false => gaps.join("; "),
    }
}

fn of_mail(s: &Survey<'_>, mail: &MailTaken) -> MailText {
    let listed = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|v| shortened(&words::defang("user", v), 200)).collect();
        words::list_up_to(&values, 12, s.lang)
    };
    let args = [("count", mail.mailbox_count.into()), ("mailboxes", listed(&mail.mailboxes).into())];
    let mut sentences = vec![s.lang.fill("mail-which", &args)];
    if !mail.by.is_empty() {
        sentences.push(s.lang.fill("mail-by", &[("by", listed(&mail.by).into())]));
    }
    if let (Some(from), Some(to)) = (mail.from, mail.to) {
        let (from, to) = (words::exact(from, s.lang), words::exact(to, s.lang));
        sentences.push(s.lang.fill("mail-when", &[("from", from.into()), ("to", to.into())]));
    }
    if mail.requests > 0 {
        let bytes = mail.bytes.map_or_else(|| "none".to_owned(), |b| words::bytes(b, s.lang));
        sentences.push(s.lang.fill("mail-amount", &[("requests", mail.requests.into()), ("bytes", bytes.into())]));
    }
    if !mail.files.is_empty() {
        sentences.push(s.lang.fill("mail-files", &[("files", listed(&mail.files).into())]));
    }
    let unseen = mail.unseen.iter().filter_map(|code| s.lang.find(&format!("mail-unseen-{code}")));
    MailText { sentences, unseen: unseen.collect(), findings: mail.findings.clone() }
}

fn traits(s: &Survey<'_>, i: &Incident) -> Vec<String> {
    let t = &i.traits;
    // The word for the trait, and the kind of observable that decides how a value is made unclickable.
    let kinds = [
        ("address", "ip", &t.addresses),
        ("page", "path", &t.pages),
        ("agent", "agent", &t.agents),
        ("account", "user", &t.accounts),
        ("order", "technique", &t.order),
    ];
    let named = kinds.into_iter().filter(|(_, _, values)| !values.is_empty());
    named
        .map(|(word, kind, values)| {
            let values: Vec<String> = values.iter().map(|v| defanged(kind, v)).collect();
            let kind = s.lang.say(&format!("trait-{word}"));
            let values = words::list_up_to(&values, NAMED * 2, s.lang);
            s.lang.fill("incident-trait", &[("kind", kind.into()), ("values", values.into())])
        })
        .collect()
}

fn others(s: &Survey<'_>, i: &Incident) -> Vec<String> {
    let kinds = |codes: &[String]| {
        let named: Vec<String> = codes.iter().filter_map(|c| s.lang.find(&format!("trait-{c}"))).collect();
        words::list(&named, s.lang)
    };
    let compared = i.others.iter().filter(|o| !o.differs.is_empty() || !o.alike.is_empty());
    let mut out: Vec<String> = compared
        .map(|o| {
            let id = match (o.differs.is_empty(), o.alike.is_empty()) {
                (false, true) => "incident-differs",
                (true, _) => "incident-alike",
                (false, false) => "incident-differs-alike",
            };
            let args = [
                ("incident", o.incident.as_str().into()),
                ("differs", kinds(&o.differs).into()),
                ("alike", kinds(&o.alike).into()),
            ];
            s.lang.fill(id, &args)
        })
        .collect();
    if !out.is_empty() {
        out.push(s.lang.say("incident-others-limit"));
    }
    out
}
