//! The two tables of the screens: what happened, and what could be seen.

use super::TerminalFacts;
use super::layout::{Ink, Screen, padded, right, width, wrap};
use crate::compose::survey::Survey;
use crate::compose::{Bar, Composed, Sentence, labelled, missing_sources};
use crate::words;
use assize_model::CaseResult;
use std::collections::BTreeSet;

/// Characters of a strip of days.
const BAR: usize = 18;
/// Columns below which a table becomes a list.
const TABLE: usize = 68;
/// Incidents told on the screen.
const INCIDENTS: usize = 3;
/// Sources named as missing.
const SOURCES: usize = 6;

/// When, what, which finding, where it was read.
pub(super) fn story(screen: &mut Screen, c: &Composed, facts: &TerminalFacts) {
    let told = |s: &&Sentence| s.findings.iter().any(|id| c.story.brief.contains(id));
    let sentences: Vec<&Sentence> = c.story.sentences.iter().filter(told).collect();
    if sentences.is_empty() {
        return;
    }
    if screen.columns() < TABLE {
        for s in &sentences {
            screen.hanging(2, "-", 2, &format!("{} {}: {}", s.when, s.findings.join(" "), s.title));
        }
        more(screen, c, facts, c.findings.len() - sentences.len());
        return screen.blank();
    }
    let years: BTreeSet<i32> = sentences.iter().filter_map(|s| s.time).map(|t| t.parts().0).collect();
    let when = |s: &Sentence| match s.time {
        Some(t) if years.len() > 1 => words::date(t, c.lang),
        Some(t) => words::short_exact(t, c.lang),
        None => c.lang.say("undated"),
    };
    let whens: Vec<String> = sentences.iter().map(|s| screen.shown(&when(s))).collect();
    let when_width = whens.iter().map(|w| width(w)).max().unwrap_or(0) + 2;
    let id_width = sentences.iter().map(|s| width(&s.findings.join(" "))).max().unwrap_or(0) + 2;
    let source_width = 18.min(screen.columns() / 4);
    let title_width = screen.columns() - 2 - when_width - id_width - source_width;
    for (s, when) in sentences.iter().zip(&whens) {
        let title = wrap(&screen.shown(&s.title), title_width - 2);
        let sources = wrap(&screen.cut(&s.sources.join(", "), source_width * 2), source_width);
        for n in 0..title.len().max(sources.len()) {
            let lead = if n == 0 { when.as_str() } else { "" };
            let id = if n == 0 { s.findings.join(" ") } else { String::new() };
            let of = |parts: &[String]| parts.get(n).cloned().unwrap_or_default();
            let line = format!(
                "  {}{}{}{}{}",
                right(lead, when_width - 2),
                "  ",
                padded(&of(&title), title_width),
                padded(&id, id_width),
                of(&sources)
            );
            screen.line(&line, Ink::Plain);
        }
    }
    more(screen, c, facts, c.findings.len() - sentences.len());
    screen.blank();
}

/// How far each incident went, and what mail was taken.
pub(super) fn incidents(screen: &mut Screen, c: &Composed) {
    for i in c.incidents.iter().take(INCIDENTS) {
        let names = |seen: bool| {
            let named = i.steps.iter().filter(|s| s.shown.is_empty() != seen).map(|s| s.title.clone());
            words::list(&named.collect::<Vec<_>>(), c.lang)
        };
        let (seen, none) = (names(true), names(false));
        let id = if none.is_empty() { "steps-line-all" } else { "steps-line" };
        let line = c.lang.fill(id, &[("id", i.id.as_str().into()), ("seen", seen.into()), ("none", none.into())]);
        screen.paragraph(2, &line, Ink::Plain);
        if let Some(mail) = &i.mail {
            let label = labelled(&c.lang.say("mail-title"), c.lang);
            screen.paragraph(4, &format!("{label} {}", mail.sentences.join(" ")), Ink::Plain);
        }
    }
    if c.incidents.len() > INCIDENTS {
        let count = c.incidents.len() - INCIDENTS;
        screen.paragraph(2, &c.lang.fill("incidents-more", &[("count", count.into())]), Ink::Plain);
    }
    if !c.incidents.is_empty() {
        screen.blank();
    }
}

fn more(screen: &mut Screen, c: &Composed, facts: &TerminalFacts, count: usize) {
    if count == 0 {
        return;
    }
    let more = c.lang.fill("more-findings", &[("count", count.into())]);
    let more = screen.shown(&more);
    match &facts.timeline {
        // A command is copied: it stays on one line, even one that is too long.
        Some(command) => {
            screen.line(&format!("  {more}  ->  {}", assize_model::display::Foreign(command)), Ink::Plain);
        }
        None => screen.line(&format!("  {more} {}", c.lang.say("more-in-report")), Ink::Plain),
    }
}

/// Question, could we look, and a strip of days.
pub(super) fn coverage(screen: &mut Screen, result: &CaseResult, c: &Composed) {
    if screen.columns() < TABLE {
        for q in &c.coverage {
            let star = if q.required { "*" } else { "-" };
            screen.hanging(2, star, 2, &format!("{}: {}", q.title, q.look));
        }
        screen.paragraph(2, &c.lang.say("table-required"), Ink::Plain);
        return screen.blank();
    }
    let bar_width = c.coverage.iter().map(|q| q.days.len().min(BAR)).max().unwrap_or(0).max(14);
    let look_width = 23;
    let title_width = screen.columns().saturating_sub(2 + 4 + look_width + bar_width + 2).max(14);
    let (from, to) = (result.window.from, result.window.to);
    let (from, to) = (screen.shown(&words::short_date(from, c.lang)), screen.shown(&words::short_date(to, c.lang)));
    let dots = bar_width.saturating_sub(width(&from) + width(&to) + 2);
    let scale = format!("{from} {} {to}", ".".repeat(dots));
    let row = |screen: &Screen, title: &str, star: &str, look: &str, bar: &str| {
        format!(
            "  {}{}{}{bar}",
            padded(&screen.cut(title, title_width - 1), title_width),
            padded(star, 4),
            padded(&screen.cut(look, look_width - 1), look_width)
        )
    };
    let head = row(screen, &c.lang.say("table-question"), "", &c.lang.say("table-look"), &scale);
    screen.line(&head, Ink::Strong);
    let mut partly = false;
    for q in &c.coverage {
        let bar = Bar::of(&q.days, BAR).0;
        partly |= bar.contains('+');
        let line = row(screen, &q.title, if q.required { "*" } else { "" }, &q.look, &bar);
        screen.line(&line, Ink::Plain);
    }
    let legend = c.lang.say(if partly { "table-legend-partly" } else { "table-legend" });
    let required = c.lang.say("table-required");
    let lead = 2 + title_width;
    let gap = screen.columns().saturating_sub(lead + width(&required) + width(&legend)).clamp(2, 12);
    screen.line(&format!("{:lead$}{required}{:gap$}{legend}", "", ""), Ink::Plain);
    screen.blank();
}

/// What to collect, and the commands for it.
pub(super) fn to_collect(screen: &mut Screen, survey: &Survey<'_>, facts: &TerminalFacts) {
    let missing = missing_sources(survey);
    if missing.is_empty() {
        return;
    }
    let lang = survey.lang;
    screen.paragraph(2, &lang.say("get-answer"), Ink::Plain);
    for source in missing.iter().take(SOURCES) {
        screen.hanging(4, "-", 2, source);
    }
    if missing.len() > SOURCES {
        let more = lang.fill("get-more-sources", &[("count", (missing.len() - SOURCES).into())]);
        screen.hanging(4, "-", 2, &more);
    }
    if facts.collect {
        let commands = [
            ("get-on-server", "assize collect C:\\ --live"),
            ("get-with-kape", "assize collect --recipe kape > AssizeExchange.tkape"),
        ];
        for (id, command) in commands {
            screen.hanging(4, &lang.say(id), 17, command);
        }
    }
}
