//! The screens of `assize scan`: at most 80 columns, no banner, a word beside every sign.

mod diff;
mod layout;
mod quiet;
mod tables;

pub use diff::diff;
pub use quiet::{quiet_line, quiet_line_aligned, quiet_summary};

use crate::compose::survey::Survey;
use crate::compose::{Composed, compose, input_kind};
use crate::{Lang, Value, words};
use assize_model::display::shortened;
use assize_model::result::ExposureState;
use assize_model::{CaseResult, State, Timestamp};
use layout::{Ink, Screen};

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalStyle {
    /// Whether colours are wanted; a word always stands beside a colour.
    pub color: bool,
    /// Whether it can show more than ASCII.
    pub unicode: bool,
    /// Columns; more than 80 are not used.
    pub width: usize,
}

impl Default for TerminalStyle {
    fn default() -> Self {
        Self { color: false, unicode: true, width: 80 }
    }
}

/// What the result cannot know: where things were written and how the run went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalFacts {
    /// Path of the report.
    pub report: Option<String>,
    /// How long the run took.
    pub seconds: Option<u64>,
    /// The time now, for the reader to note.
    pub now: Option<Timestamp>,
    /// The command that lists the other findings, such as `assize timeline CASE`.
    pub timeline: Option<String>,
    /// Whether `assize collect` and its recipes exist.
    pub collect: bool,
    /// Whether to say that the report can be had in the other language.
    pub other_language: bool,
    /// The exit code, where it is not the one of the verdict.
    pub exit: Option<u8>,
}

/// Files that were not opened and are named on the screen; the report names all.
const SKIPPED_NAMED: usize = 3;

/// Findings of removed records that are named on the screen.
const REMOVALS_NAMED: usize = 2;

/// The whole screen of one server.
#[must_use]
pub fn terminal(result: &CaseResult, lang: Lang, style: TerminalStyle, facts: &TerminalFacts) -> String {
    let composed = compose(result, lang);
    let mut screen = Screen::new(style);
    opening(&mut screen, result, &composed, facts);
    headline(&mut screen, result, &composed);
    match result.verdict.state {
        State::Breached | State::LikelyBreached => broken_into(&mut screen, result, &composed, facts),
        State::CannotExclude => cannot_exclude(&mut screen, result, &composed, facts),
        State::NotAssessed => screen.numbered(&lang.say("what-to-try"), &composed.actions),
        _ => answered(&mut screen, &composed),
    }
    for sentence in &composed.unseen_logs {
        screen.blank_unless_blank();
        screen.paragraph(2, sentence, Ink::Plain);
    }
    holes(&mut screen, &composed);
    clock_offsets(&mut screen, &composed);
    // Where someone broke in, what was not looked for is for the report.
    let broken_into = matches!(result.verdict.state, State::Breached | State::LikelyBreached);
    if let Some(sentence) = composed.idle_rules.as_ref().filter(|_| !broken_into) {
        screen.blank_unless_blank();
        screen.paragraph(2, sentence, Ink::Plain);
    }
    directives(&mut screen, &composed);
    closing(&mut screen, result, lang, facts);
    screen.finish()
}

/// What the input is, and how much of it was read.
fn opening(screen: &mut Screen, result: &CaseResult, c: &Composed, facts: &TerminalFacts) {
    let kind = input_kind(result, c.lang);
    screen.paragraph(0, &format!("{kind} · {} · {}", c.host, c.version), Ink::Plain);
    if result.marking.is_said() {
        let parts: Vec<String> = std::iter::once(c.tlp.to_owned()).chain(c.case.clone()).collect();
        screen.paragraph(0, &parts.join(" · "), Ink::Plain);
    }
    if let Some(local) = &c.local {
        screen.paragraph(0, local, Ink::Plain);
    }
    let e = &result.evidence;
    let args: [(&str, Value); 4] = [
        ("files", e.files.into()),
        ("bytes", words::bytes(e.bytes, c.lang).into()),
        ("time", facts.seconds.map_or_else(|| "none".to_owned(), words::duration).into()),
        ("skipped", result.skipped.len().into()),
    ];
    screen.paragraph(0, &c.lang.fill("read-line", &args), Ink::Plain);
    if e.rejects > 0 {
        let args = [("count", e.rejects.into()), ("rows", e.rows.saturating_add(e.rejects).into())];
        screen.paragraph(0, &c.lang.fill("read-rejects", &args), Ink::Plain);
    }
    if result.verdict.state == State::NotAssessed && e.files_understood > 0 {
        let args = [("understood", e.files_understood.into()), ("files", e.files.into())];
        screen.paragraph(0, &c.lang.fill("read-understood", &args), Ink::Plain);
    }
    for skipped in result.skipped.iter().take(SKIPPED_NAMED) {
        let line = format!("  {}: {}", shortened(&skipped.path, 200), shortened(&skipped.reason, 200));
        screen.paragraph(0, &line, Ink::Plain);
    }
    for warning in &c.warnings {
        screen.paragraph(0, warning, Ink::Strong);
    }
    screen.blank();
}

fn headline(screen: &mut Screen, result: &CaseResult, c: &Composed) {
    let short = if result.host.name.is_empty() { "" } else { c.host.split('.').next().unwrap_or_default() };
    screen.headline(result.verdict.state, c.symbol, &c.shout, short);
    let lines = match result.verdict.state {
        State::Breached => breached_sub(result, c),
        State::LikelyBreached => {
            let mut lines = vec![since_and_way_in(result, c)];
            lines.extend(c.sub.iter().cloned());
            lines
        }
        State::NoEvidence => vec![seen_all(result, c)],
        State::CannotExclude => vec![c.sub.join(" ")],
        _ => c.sub.clone(),
    };
    for line in lines {
        screen.paragraph(4, &line, Ink::Plain);
    }
    screen.blank();
}

fn seen_all(result: &CaseResult, c: &Composed) -> String {
    let survey = Survey::of(result, c.lang);
    if survey.nothing_applies() {
        return c.sub.join(" ");
    }
    let args = [("required", survey.required.len().into()), ("span", survey.span().into())];
    c.lang.fill("sub-no-evidence-short", &args)
}

fn breached_sub(result: &CaseResult, c: &Composed) -> Vec<String> {
    let survey = Survey::of(result, c.lang);
    let proof = result.verdict.why.iter().any(|code| code == "finding.proof");
    let id = if proof { "proof-families" } else { "linked-families" };
    let count = survey.deciding_families().len().max(1);
    vec![since_and_way_in(result, c), c.lang.fill(id, &[("count", count.into())])]
}

fn since_and_way_in(result: &CaseResult, c: &Composed) -> String {
    let survey = Survey::of(result, c.lang);
    let since = result.verdict.since.or_else(|| Survey::first(&survey.deciding()));
    let since = match since {
        Some(at) => {
            let days = words::days_between(at, result.window.collected);
            c.lang.fill("since-line", &[("date", words::moment(at, c.lang).into()), ("count", days.into())])
        }
        None => c.lang.say("since-line-undated"),
    };
    let way_in = match crate::compose::worst(&survey) {
        ExposureState::Vulnerable => Some(c.lang.say("way-in-open")),
        ExposureState::MitigatedOnly => Some(c.lang.say("way-in-mitigated")),
        ExposureState::WasVulnerable => crate::compose::closed(&survey)
            .map(|at| c.lang.fill("way-in-closed", &[("date", words::date(at, c.lang).into())])),
        ExposureState::FixedWhenFirstSeen => crate::compose::first_seen_fixed(&survey)
            .map(|at| c.lang.fill("way-in-fixed-first", &[("date", words::date(at, c.lang).into())])),
        _ => None,
    };
    way_in.map_or_else(|| since.clone(), |way_in| format!("{since} {way_in}"))
}

/// Breached and probably breached: what happened, then what to do.
fn broken_into(screen: &mut Screen, result: &CaseResult, c: &Composed, facts: &TerminalFacts) {
    tables::story(screen, c, facts);
    tables::incidents(screen, c);
    let survey = Survey::of(result, c.lang);
    if survey.answered < survey.required.len() {
        screen.paragraph(2, &c.could_tell.join(" "), Ink::Plain);
        screen.blank();
    }
    screen.paragraph(2, &c.lang.say("do-now").to_uppercase(), Ink::Strong);
    let note = facts.now.map(|now| c.lang.fill("do-note-time-at", &[("now", words::moment(now, c.lang).into())]));
    let plain_note = c.lang.say("do-note-time");
    for (n, action) in c.actions.iter().enumerate() {
        let text = note.as_ref().filter(|_| *action == plain_note).unwrap_or(action);
        screen.hanging(4, &(n + 1).to_string(), 3, text);
    }
    screen.blank();
    who(screen, c);
}

fn who(screen: &mut Screen, c: &Composed) {
    let label = c.lang.say("who-title");
    if let Some(who) = &c.who {
        screen.hanging(2, &label, layout::width(&label) + 2, who);
    }
}

/// The three questions with a full answer.
fn answered(screen: &mut Screen, c: &Composed) {
    for (id, lines) in [("ask-exposed", &c.exposed), ("ask-attacked", &c.attacked), ("ask-could-tell", &c.could_tell)] {
        screen.hanging(2, &c.lang.say(id), 21, &lines.join(" "));
    }
    screen.blank();
    screen.numbered(&c.lang.say("do-now"), &c.actions);
}

/// What could not be seen, and how to mend that.
fn cannot_exclude(screen: &mut Screen, result: &CaseResult, c: &Composed, facts: &TerminalFacts) {
    let survey = Survey::of(result, c.lang);
    if crate::compose::worst(&survey) != ExposureState::Unknown {
        screen.hanging(2, &c.lang.say("ask-exposed"), 21, &c.exposed.join(" "));
    }
    if result.verdict.attempt_seen {
        screen.hanging(2, &c.lang.say("ask-attacked"), 21, &c.attacked[0]);
    }
    // That somebody removed records is the one thing that the missing ones do say.
    let counted = result.findings.iter().filter(|f| f.suppressed.is_none());
    let removed = counted.filter(|f| f.techniques.iter().any(|t| t.starts_with("T1070")));
    for finding in removed.take(REMOVALS_NAMED) {
        screen.blank_unless_blank();
        let summary = shortened(&finding.words(c.lang.code()).summary, 400);
        screen.paragraph(2, &format!("{summary} [{}]", finding.id), Ink::Strong);
    }
    if !c.coverage.is_empty() {
        screen.blank_unless_blank();
        tables::coverage(screen, result, c);
    }
    screen.blank_unless_blank();
    screen.paragraph(2, &c.lang.say("do-save-logs"), Ink::Strong);
    tables::to_collect(screen, &survey, facts);
    if let Some((from, to)) = survey.blind_span() {
        let span = words::day_span(from, to, c.lang);
        screen.paragraph(2, &c.lang.fill("get-no-more", &[("span", span.into())]), Ink::Plain);
    }
    screen.blank();
    who(screen, c);
}

/// Holes that a screen has room for.
const HOLES_SHOWN: usize = 3;

/// Missing records that count: what could not be seen is part of the answer.
fn holes(screen: &mut Screen, c: &Composed) {
    let counted: Vec<_> = c.holes.iter().filter(|hole| hole.counts).collect();
    for hole in counted.iter().take(HOLES_SHOWN) {
        screen.blank_unless_blank();
        screen.hanging(2, &c.lang.say("holes-label"), 21, &hole.span);
        screen.hanging(2, "", 21, &hole.sentences.join(" "));
    }
    if counted.len() > HOLES_SHOWN {
        let more = c.lang.fill("holes-more", &[("count", (counted.len() - HOLES_SHOWN).into())]);
        screen.hanging(2, "", 21, &more);
    }
}

/// Sources whose clocks stand apart: a reader of times must know.
fn clock_offsets(screen: &mut Screen, c: &Composed) {
    for offset in &c.clock_offsets {
        screen.blank_unless_blank();
        screen.hanging(2, &c.lang.say("clock-label"), 21, &offset.sentence);
        for span in &offset.spans {
            screen.hanging(23, "-", 2, span);
        }
    }
}

/// What authorities require, a line a directive; the report says why.
fn directives(screen: &mut Screen, c: &Composed) {
    if c.directives.is_empty() {
        return;
    }
    screen.blank_unless_blank();
    let label = c.lang.say("directives-title");
    for (n, directive) in c.directives.iter().enumerate() {
        screen.hanging(2, if n == 0 { &label } else { "" }, 21, &directive.line);
    }
}

fn closing(screen: &mut Screen, result: &CaseResult, lang: Lang, facts: &TerminalFacts) {
    screen.blank_unless_blank();
    if let Some(path) = &facts.report {
        // A path is copied: it stays on one line, even one that is too long.
        let path = assize_model::display::Foreign(path);
        let line = format!("{}   {path}", lang.say("report-line"));
        let also = format!("   {}", lang.say("cli-also-in"));
        let room = layout::width(&line) + layout::width(&also) <= screen.columns();
        screen.line(&format!("{line}{}", if facts.other_language && room { &also } else { "" }), Ink::Plain);
    }
    let code = facts.exit.unwrap_or(result.verdict.code);
    let args = [("code", Value::Count(code.into())), ("word", result.verdict.state.word().into())];
    screen.paragraph(0, &lang.fill("exit-line", &args), Ink::Plain);
}
