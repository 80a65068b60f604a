//! `assize notice`: the draft of a notice. What the case shows is filled in; what it does not is left blank and listed.

use crate::compose::{Composed, compose, labelled};
use crate::{Lang, words};
use assize_model::display::shortened;
use assize_model::finding::{Outcome, Strength};
use assize_model::notice::{NoticeForm, NoticeStage};
use assize_model::time::{DAY, SECOND};
use assize_model::{CaseResult, Finding, State, Timestamp};
use std::fmt::Write as _;

/// Sentences of what happened that a notice tells.
const STORY_MAX: usize = 10;
/// Indicators that it names.
const INDICATORS_MAX: usize = 20;
/// Findings that one answer cites.
const CITED_MAX: usize = 8;
/// Characters of a title or a note of the content.
const NOTE_MAX: usize = 600;
/// Techniques by which mail is taken.
const MAIL: [&str; 2] = ["T1114", "T1567"];

/// The draft of a notice as text. `aware` is the moment from which its clock runs, where somebody named it.
#[must_use]
pub fn notice(
    result: &CaseResult,
    form: &NoticeForm,
    stage: &NoticeStage,
    aware: Option<Timestamp>,
    lang: Lang,
) -> String {
    let composed = compose(result, lang);
    let draft = Draft { result, c: &composed, lang, aware };
    let mut out = String::new();
    draft.opening(&mut out, form, stage);
    let mut blank = Vec::new();
    for field in &stage.fields {
        let label = lang.say(&format!("notice-field-{field}"));
        let lines = draft.field(field);
        if lines.is_empty() {
            let _ = writeln!(out, "{} {}", labelled(&label, lang), lang.say("notice-blank"));
            blank.push(label);
            continue;
        }
        let _ = write!(out, "{}", labelled(&label, lang));
        match lines.as_slice() {
            [one] => _ = writeln!(out, " {one}"),
            several => {
                out.push('\n');
                several.iter().for_each(|line| _ = writeln!(out, "  - {line}"));
            }
        }
    }
    draft.closing(&mut out, form, &blank);
    out
}

/// What the fields are filled from.
struct Draft<'a> {
    result: &'a CaseResult,
    c: &'a Composed,
    lang: Lang,
    aware: Option<Timestamp>,
}

impl Draft<'_> {
    fn say(&self, id: &str) -> String {
        self.lang.say(id)
    }

    /// What it is, that it is a draft, and by when it must be sent.
    fn opening(&self, out: &mut String, form: &NoticeForm, stage: &NoticeStage) {
        let title = shortened(self.lang.of(&form.title), NOTE_MAX);
        let _ = writeln!(out, "{title}");
        let _ = writeln!(out, "{}\n", self.lang.say(&format!("notice-stage-{}", stage.id)));
        let _ = writeln!(out, "{} · {}", self.c.tlp, self.say("notice-draft"));
        if self.result.host.synthetic {
            let _ = writeln!(out, "{}", self.say("synthetic"));
        }
        let clock = match (stage.within_hours, stage.within_days) {
            (Some(hours), _) => Some((i64::from(hours).saturating_mul(3600 * SECOND), "notice-within-hours", hours)),
            (None, Some(days)) => Some((i64::from(days).saturating_mul(DAY), "notice-within-days", days)),
            (None, None) => None,
        };
        if let Some((length, id, count)) = clock {
            let due = self.aware.map(|t| words::moment(t.plus(length), self.lang));
            let due = due.unwrap_or_else(|| self.say("notice-due-unknown"));
            let _ = writeln!(out, "{}", self.lang.fill(id, &[("count", count.into()), ("due", due.into())]));
        }
        if let Some(contact) = &form.contact {
            let _ =
                writeln!(out, "{}", self.lang.fill("notice-contact", &[("contact", shortened(contact, 100).into())]));
        }
        for note in &form.notes {
            let _ = writeln!(out, "{}", shortened(self.lang.of(note), NOTE_MAX));
        }
        if !is_break_in(self.result.verdict.state) {
            let _ = writeln!(out, "{}", self.say("notice-nothing-shown"));
        }
        out.push('\n');
    }

    /// What was left blank, and how old the facts about the authority are.
    fn closing(&self, out: &mut String, form: &NoticeForm, blank: &[String]) {
        let _ = writeln!(out, "\n{}", self.lang.fill("notice-blanks", &[("count", blank.len().into())]));
        for label in blank {
            let _ = writeln!(out, "  [ ] {label}");
        }
        let checked = words::date(form.checked.start(), self.lang);
        let _ = writeln!(out, "\n{}", self.lang.fill("notice-checked", &[("date", checked.into())]));
        let args = [
            ("version", self.result.tool.version.as_str().into()),
            ("name", shortened(&self.result.evidence.name, 100).into()),
            ("date", words::moment(self.result.window.collected, self.lang).into()),
        ];
        let _ = writeln!(out, "{}", self.lang.fill("notice-made-from", &args));
    }

    /// The lines of a field; none where the case does not say.
    fn field(&self, field: &str) -> Vec<String> {
        match field {
            "server" => vec![self.c.host.clone()],
            "version" => vec![self.c.version.clone()],
            "systems" => vec![self.say("notice-systems")],
            "aware" => self.aware.map(|t| words::moment(t, self.lang)).into_iter().collect(),
            "triage" => self.c.triage.clone().into_iter().collect(),
            "nature" => vec![[vec![self.c.headline.clone()], self.c.sub.clone()].concat().join(" ")],
            "malicious" => self.malicious(),
            "since" => self.since(),
            "story" => self.story(),
            "vector" => self.vector(),
            "data" | "impact-information" => self.data(),
            "consequences" => self.consequences(),
            "open" => vec![self.c.still_open.value.clone()],
            "patched" => vec![self.c.patched.value.clone()],
            "indicators" => self.indicators(),
            "seen" => self.c.could_tell.clone(),
            // Who it is about, what was done and what it cost no log says.
            _ => Vec::new(),
        }
    }

    /// Only findings say that somebody meant harm; without one nobody knows.
    fn malicious(&self) -> Vec<String> {
        let verdict = &self.result.verdict;
        match verdict.state {
            State::Breached | State::LikelyBreached => vec![self.cited("notice-malicious-yes", &self.deciding())],
            _ if verdict.attempt_seen => vec![self.say("notice-malicious-attempts")],
            _ => Vec::new(),
        }
    }

    fn since(&self) -> Vec<String> {
        let first = self.result.verdict.since.filter(|_| is_break_in(self.result.verdict.state));
        first
            .map(|t| self.lang.fill("notice-since", &[("date", words::moment(t, self.lang).into())]))
            .into_iter()
            .collect()
    }

    fn story(&self) -> Vec<String> {
        let told = &self.c.story.sentences;
        let line = |s: &crate::compose::Sentence| {
            format!("{} {} {} [{}]", s.when, labelled(&s.title, self.lang), s.text, s.findings.join(", "))
        };
        let mut lines: Vec<String> = told.iter().take(STORY_MAX).map(line).collect();
        let more = told.len().saturating_sub(STORY_MAX) + self.c.story.more;
        if more > 0 {
            lines.push(self.lang.fill("notice-more", &[("count", more.into())]));
        }
        lines
    }

    /// The campaign and its flaws, where somebody got in by them.
    fn vector(&self) -> Vec<String> {
        let deciding = self.deciding();
        let mut flaws: Vec<String> = deciding.iter().flat_map(|f| f.vulnerabilities.iter().cloned()).collect();
        flaws.sort();
        flaws.dedup();
        if flaws.is_empty() {
            return Vec::new();
        }
        let flaws = shortened(&words::cves(&flaws), 200);
        let about = self.result.campaigns.iter().find(|c| Some(&c.pack) == self.result.about.as_ref());
        let name = about.map_or_else(String::new, |c| shortened(&c.title, 60));
        let args = [("name", name.into()), ("flaws", flaws.into())];
        vec![format!("{} [{}]", self.lang.fill("notice-vector", &args), ids(&deciding))]
    }

    /// A mail server holds mail. Whether it was read is said only where a finding says so.
    fn data(&self) -> Vec<String> {
        let mail = self.findings(|f| f.techniques.iter().any(|t| MAIL.iter().any(|m| t.starts_with(m))));
        let secrets = self.findings(|f| f.techniques.iter().any(|t| t.starts_with("T1003")));
        let mut lines = vec![self.say("notice-data-kept")];
        lines.push(match mail.is_empty() {
            true => self.say("notice-data-mail-unseen"),
            false => self.cited("notice-data-mail", &mail),
        });
        if !secrets.is_empty() {
            lines.push(self.cited("notice-data-passwords", &secrets));
        }
        lines
    }

    fn consequences(&self) -> Vec<String> {
        match self.result.verdict.state {
            State::Breached => vec![self.cited("notice-consequences-breached", &self.deciding())],
            State::LikelyBreached => vec![self.cited("notice-consequences-likely", &self.deciding())],
            State::CannotExclude => vec![self.say("notice-consequences-open")],
            _ => Vec::new(),
        }
    }

    /// What the authority can look for elsewhere: not the names of this server, nor pages that every server has.
    fn indicators(&self) -> Vec<String> {
        let all: Vec<_> = self.c.indicators.iter().filter(|i| i.elsewhere).collect();
        let line = |i: &crate::compose::Indicator| format!("{} {} [{}]", i.kind, i.value, i.findings.join(", "));
        let mut lines: Vec<String> = all.iter().take(INDICATORS_MAX).copied().map(line).collect();
        if all.len() > INDICATORS_MAX {
            lines.push(self.lang.fill("notice-more", &[("count", (all.len() - INDICATORS_MAX).into())]));
        }
        lines
    }

    fn deciding(&self) -> Vec<&Finding> {
        self.result.findings.iter().filter(|f| self.result.verdict.decided_by.contains(&f.id)).collect()
    }

    /// Findings that show that something was done, and count.
    fn findings(&self, wanted: impl Fn(&Finding) -> bool) -> Vec<&Finding> {
        let counts = |f: &&Finding| f.strength >= Strength::Moderate && f.outcome == Outcome::Success;
        self.result.findings.iter().filter(counts).filter(|f| wanted(f)).collect()
    }

    fn cited(&self, id: &str, findings: &[&Finding]) -> String {
        match findings {
            [] => self.say(id),
            some => format!("{} [{}]", self.say(id), ids(some)),
        }
    }
}

fn ids(findings: &[&Finding]) -> String {
    let ids: Vec<String> = findings.iter().take(CITED_MAX).map(|f| shortened(&f.id, 20)).collect();
    let more = if findings.len() > CITED_MAX { ", …" } else { "" };
    format!("{}{more}", ids.join(", "))
}

fn is_break_in(state: State) -> bool {
    matches!(state, State::Breached | State::LikelyBreached)
}
