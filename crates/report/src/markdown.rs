//! `report.md`: the same content, shorter, for tickets and wikis. Foreign text never becomes markup.

use crate::compose::{Composed, QuestionText, compose, labelled};
use crate::{Lang, number, words};
use assize_model::directive::Met;
use assize_model::display::{Foreign, shortened};
use assize_model::{CaseResult, Finding};
use std::fmt::Write;

/// Findings told in full; the others are counted.
const FINDINGS: usize = 100;
/// Incidents told; the others are counted.
const INCIDENTS: usize = 20;
/// Records shown of one finding.
const ROWS: usize = 5;
/// Indicators listed; the others are counted.
const INDICATORS: usize = 200;

/// The whole document.
pub(crate) fn render(result: &CaseResult, lang: Lang) -> String {
    let c = compose(result, lang);
    let mut out = String::new();
    opening(&mut out, &c);
    answers(&mut out, &c);
    happened(&mut out, &c);
    incidents(&mut out, &c);
    findings(&mut out, result, &c);
    campaigns(&mut out, &c);
    coverage(&mut out, &c);
    exposure(&mut out, &c);
    directives(&mut out, &c);
    indicators(&mut out, &c);
    annex(&mut out, result, &c);
    out
}

/// Text in which nothing is markup: also no bare link, which many readers make clickable by themselves.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in Foreign(text).to_string().chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    let out = out.replace("://", "&#58;//").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;");
    // What would begin a list, a rule or an underlined heading at the start of a line.
    let number = out.trim_start_matches(|c: char| c.is_ascii_digit());
    let lists = number.len() < out.len() && (number.starts_with(". ") || number.starts_with(") "));
    match out.starts_with(['-', '+', '=']) || lists {
        true if lists => out.replacen(['.', ')'], "&#46;", 1),
        true => format!("\\{out}"),
        false => out,
    }
}

/// A code span that no run of backticks inside can end.
fn code(text: &str, max: usize) -> String {
    let text = shortened(text, max);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A pipe ends a table cell even inside a code span.
    format!("{fence} {} {fence}", text.replace('|', "\\u{7C}"))
}

fn heading(out: &mut String, level: usize, text: &str) {
    let _ = write!(out, "\n{} {}\n\n", "#".repeat(level), plain(text));
}

fn opening(out: &mut String, c: &Composed) {
    for warning in &c.warnings {
        let _ = write!(out, "> **{}**\n\n", plain(warning));
    }
    let _ = write!(out, "# {} {}\n\n", plain(c.symbol), plain(&c.headline));
    let _ = write!(out, "**{}** · {} · {}\n\n", plain(&c.word), plain(&c.host), plain(&c.version));
    let marking: Vec<String> = std::iter::once(c.tlp.to_owned()).chain(c.case.clone()).collect();
    let _ = write!(out, "{}\n\n", plain(&marking.join(" · ")));
    let _ = write!(out, "{}\n\n", plain(&c.sub.join(" ")));
    if let Some(local) = &c.local {
        let _ = write!(out, "{}\n\n", plain(local));
    }
    for fact in [&c.since, &c.still_open, &c.patched, &c.could_see] {
        let note = if fact.note.is_empty() { String::new() } else { format!(" ({})", plain(&fact.note)) };
        let _ = writeln!(out, "- {} **{}**{note}", plain(&labelled(&fact.label, c.lang)), plain(&fact.value));
    }
    for (label, value) in [("confidence-label", &c.confidence), ("triage-label", &c.triage)] {
        if let Some(value) = value {
            let _ = writeln!(out, "- {} **{}**", plain(&labelled(&c.lang.say(label), c.lang)), plain(value));
        }
    }
    heading(out, 2, &c.lang.say("what-to-do"));
    for (n, action) in c.actions.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", n + 1, plain(action));
    }
    for clock in &c.clocks {
        let _ = write!(out, "\n{}\n", plain(clock));
    }
}

fn answers(out: &mut String, c: &Composed) {
    heading(out, 2, &c.lang.say("why-title"));
    for (id, lines) in [("ask-exposed", &c.exposed), ("ask-attacked", &c.attacked), ("ask-could-tell", &c.could_tell)] {
        let _ = writeln!(out, "- **{}** {}", plain(&c.lang.say(id)), plain(&lines.join(" ")));
    }
    for (label, sentences) in &c.reasons {
        let _ = writeln!(out, "- **{}** {}", plain(&labelled(label, c.lang)), plain(&sentences.join(" ")));
    }
    if let Some(who) = &c.who {
        let _ = writeln!(out, "- **{}** {}", plain(&c.lang.say("who-title")), plain(who));
    }
}

fn happened(out: &mut String, c: &Composed) {
    heading(out, 2, &c.lang.say("happened-title"));
    for s in &c.story.sentences {
        let sources = if s.sources.is_empty() { String::new() } else { format!(": {}", plain(&s.sources.join(", "))) };
        let _ = writeln!(
            out,
            "- {} - **{}** {} \\[{}{sources}\\]",
            plain(&s.when),
            plain(&s.title),
            plain(&s.text),
            plain(&s.findings.join(", "))
        );
    }
    if c.story.more > 0 {
        let _ = write!(out, "\n{}\n", plain(&c.lang.fill("happened-more", &[("count", c.story.more.into())])));
    }
    for limit in &c.story.limits {
        let _ = write!(out, "\n{}\n", plain(limit));
    }
}

fn incidents(out: &mut String, c: &Composed) {
    if c.incidents.is_empty() {
        return;
    }
    heading(out, 2, &c.lang.say("incidents-title"));
    let _ = writeln!(out, "{}", plain(&c.lang.say("incidents-intro")));
    for i in c.incidents.iter().take(INCIDENTS) {
        heading(out, 3, &c.lang.fill("incident-title", &[("id", i.id.as_str().into())]));
        let _ = writeln!(out, "{}\n", plain(&i.sentences.join(" ")));
        let row = |step: &crate::compose::StepText| {
            let shown = step.shown.iter().map(|(title, id)| format!("{} \\[{}\\]", plain(title), plain(id)));
            let shown: Vec<String> = shown.chain(step.also.iter().map(|also| plain(also))).collect();
            vec![plain(&step.title), plain(&step.when), shown.join("; "), plain(&step.unseen)]
        };
        let rows: Vec<Vec<String>> = i.steps.iter().map(row).collect();
        if !rows.is_empty() {
            table(out, c, &["steps-step", "steps-when", "steps-shown", "steps-unseen"], &rows);
        }
        if let Some(mail) = &i.mail {
            let ids = plain(&words::list_up_to(&mail.findings, 8, c.lang));
            let label = plain(&labelled(&c.lang.say("mail-title"), c.lang));
            let _ = writeln!(out, "\n**{label}** {} \\[{ids}\\]", plain(&mail.sentences.join(" ")));
            let _ = writeln!(out, "\n{}", plain(&mail.unseen.join(" ")));
        }
        out.push('\n');
        for sentence in i.traits.iter().chain(&i.others) {
            let _ = writeln!(out, "- {}", plain(sentence));
        }
    }
    if c.incidents.len() > INCIDENTS {
        let count = c.incidents.len() - INCIDENTS;
        let _ = writeln!(out, "\n{}", plain(&c.lang.fill("list-left-out", &[("count", count.into())])));
    }
}

fn findings(out: &mut String, result: &CaseResult, c: &Composed) {
    if c.findings.is_empty() {
        return;
    }
    heading(out, 2, &c.lang.say("findings-title"));
    let (all, shown) = (c.findings.len(), c.findings.len().min(FINDINGS));
    let count = match all > shown {
        true => c.lang.fill("findings-shown", &[("shown", shown.into()), ("count", all.into())]),
        false => c.lang.fill("findings-count", &[("count", all.into())]),
    };
    let _ = writeln!(out, "{}", plain(&count));
    for text in c.findings.iter().take(FINDINGS) {
        let f = &result.findings[text.index];
        let _ = write!(out, "\n### {} {}\n\n", plain(&text.id), plain(&text.title));
        let _ = writeln!(out, "{} · {} · {}\n", plain(&text.when), plain(&text.outcome), plain(&text.strength_long));
        if let Some(by) = &text.suppressed {
            let _ = writeln!(out, "**{}**\n", plain(by));
        }
        for part in [&text.summary, &text.meaning].into_iter().filter(|p| !p.is_empty()) {
            let _ = writeln!(out, "{}\n", plain(part));
        }
        if !text.otherwise.is_empty() {
            let label = c.lang.say("finding-otherwise");
            let _ = writeln!(out, "*{}* {}\n", plain(&labelled(&label, c.lang)), plain(&text.otherwise));
        }
        records(out, f, c);
    }
}

fn records(out: &mut String, f: &Finding, c: &Composed) {
    for row in f.rows.iter().take(ROWS) {
        let when = row.time.map_or_else(|| c.lang.say("undated"), |t| words::exact(t, c.lang));
        let fields: Vec<String> = row.fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let place = format!("{} position {}", row.path, row.address.pos);
        let _ = writeln!(out, "- {} {}: {}", plain(&when), code(&place, 300), code(&fields.join(" "), 1000));
    }
    let shown = f.rows.len().min(ROWS);
    let rows = c.lang.fill("finding-rows", &[("shown", shown.into()), ("count", f.count.into())]);
    let _ = writeln!(out, "\n{}. {}", code(&f.rule, 200), plain(&rows));
}

fn table(out: &mut String, c: &Composed, heads: &[&str], rows: &[Vec<String>]) {
    let heads: Vec<String> = heads.iter().map(|id| plain(&c.lang.say(id))).collect();
    let _ = writeln!(out, "| {} |\n|{}", heads.join(" | "), " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

fn campaigns(out: &mut String, c: &Composed) {
    if c.campaigns.is_empty() {
        return;
    }
    heading(out, 2, &c.lang.say("campaigns-title"));
    let row = |x: &crate::compose::CampaignText| {
        [&x.title, &x.period, &x.open, &x.attacked, &x.seen].map(|t| plain(t)).into()
    };
    let rows: Vec<Vec<String>> = c.campaigns.iter().map(row).collect();
    table(out, c, &crate::compose::CAMPAIGN_HEADS, &rows);
}

fn coverage(out: &mut String, c: &Composed) {
    heading(out, 2, &c.lang.say("coverage-title"));
    let _ = writeln!(out, "{}\n", plain(&c.could_tell.join(" ")));
    let row = |q: &QuestionText| {
        let required = c.lang.say(if q.required { "coverage-required" } else { "coverage-optional" });
        let source = |s: &crate::compose::SourceText| {
            format!("{}: {}, {} ({})", plain(&s.title), plain(&s.state), plain(&s.span), number(s.rows))
        };
        let sources: Vec<String> = q.sources.iter().map(source).collect();
        vec![format!("{} ({})", plain(&q.title), plain(&required)), plain(&q.look), sources.join("; ")]
    };
    let rows: Vec<Vec<String>> = c.coverage.iter().map(row).collect();
    table(out, c, &["coverage-question", "coverage-look", "coverage-source"], &rows);
    for sentence in &c.unseen_logs {
        let _ = write!(out, "\n{}\n", plain(sentence));
    }
    if !c.holes.is_empty() {
        heading(out, 3, &c.lang.say("holes-title"));
    }
    for hole in &c.holes {
        let _ = writeln!(out, "- {} {} {}", plain(&hole.id), plain(&hole.span), plain(&hole.sentences.join(" ")));
        for (cause, place) in &hole.signs {
            let args = [("cause", cause.clone().into()), ("place", place.clone().into())];
            let _ = writeln!(out, "  - {}", plain(&c.lang.fill("hole-sign", &args)));
        }
    }
    for sentence in &c.changed_logs {
        let _ = write!(out, "\n{}\n", plain(sentence));
    }
    if !c.clock_offsets.is_empty() {
        heading(out, 3, &c.lang.say("clock-title"));
    }
    for offset in &c.clock_offsets {
        let _ = writeln!(out, "{}\n", plain(&offset.sentence));
        for span in &offset.spans {
            let _ = writeln!(out, "- {}", plain(span));
        }
        let _ = writeln!(out, "{}\n", plain(&offset.example));
        for place in &offset.places {
            let _ = writeln!(out, "- {}", code(place, 400));
        }
    }
}

fn exposure(out: &mut String, c: &Composed) {
    heading(out, 2, &c.lang.say("exposure-title"));
    let row = |e: &crate::compose::ExposureText| {
        vec![plain(&e.cve), plain(&e.state), plain(&e.open), plain(&e.fixed_in), plain(&e.kb)]
    };
    let rows: Vec<Vec<String>> = c.exposure.iter().map(row).collect();
    if rows.is_empty() {
        let _ = writeln!(out, "{}", plain(&c.lang.say("exposure-none")));
    } else {
        let heads = ["exposure-flaw", "exposure-state", "exposure-open", "exposure-fixed-in", "exposure-update"];
        table(out, c, &heads, &rows);
    }
    c.mitigations.iter().for_each(|sentence| _ = writeln!(out, "\n{}", plain(sentence)));
    if let Some((first, states)) = c.flaws.split_first() {
        let _ = writeln!(out, "\n{}\n", plain(first));
        states.iter().for_each(|state| _ = writeln!(out, "- {}", plain(state)));
    }
}

/// Each directive in one line, then what is not met; the page and `result.json` have all of it.
fn directives(out: &mut String, c: &Composed) {
    if c.directives.is_empty() {
        return;
    }
    heading(out, 2, &c.lang.say("directives-title"));
    let _ = writeln!(out, "{}\n", plain(&c.lang.say("directives-intro")));
    for directive in &c.directives {
        let _ = writeln!(out, "- {}", plain(&directive.line));
        for requirement in directive.requirements.iter().filter(|r| r.state == Met::NotMet) {
            let head = format!("{} ({}, {})", requirement.says, requirement.word, requirement.due);
            let _ = writeln!(out, "  - {} {}", plain(&head), plain(&requirement.facts.join(" ")));
        }
    }
}

fn indicators(out: &mut String, c: &Composed) {
    if c.indicators.is_empty() {
        return;
    }
    heading(out, 2, &c.lang.say("indicators-title"));
    let _ = writeln!(out, "{}\n", plain(&c.lang.say("indicators-intro")));
    for i in c.indicators.iter().take(INDICATORS) {
        let ids = words::list_up_to(&i.findings, 8, c.lang);
        let _ = writeln!(out, "- {}: {} \\[{}\\]", plain(&i.kind), code(&i.value, 300), plain(&ids));
    }
    if c.indicators.len() > INDICATORS {
        let count = c.indicators.len() - INDICATORS;
        let _ = write!(out, "\n{}\n", plain(&c.lang.fill("indicators-left-out", &[("count", count.into())])));
    }
}

fn annex(out: &mut String, result: &CaseResult, c: &Composed) {
    heading(out, 2, &c.lang.say("annex-title"));
    for sentence in &c.annex {
        let _ = writeln!(out, "- {}", plain(sentence));
    }
    let matched = result.checked.iter().filter(|r| r.matches > 0).count();
    let args = [("count", result.checked.len().into()), ("matched", matched.into())];
    let _ = writeln!(out, "- {}", plain(&c.lang.fill("checked-intro", &args)));
    for sentence in c.idle_rules.iter().chain(&c.unanswered) {
        let _ = writeln!(out, "- {}", plain(sentence));
    }
    for s in result.skipped.iter().take(100) {
        let _ = writeln!(out, "- {}: {}", code(&s.path, 300), plain(&shortened(&s.reason, 300)));
    }
    for e in result.errors.iter().take(100) {
        let _ = writeln!(out, "- {}", plain(&shortened(e, 500)));
    }
    for p in &result.packs {
        let _ = writeln!(out, "- {} {} {}", plain(&shortened(&p.title, 100)), plain(&p.version), code(&p.sha256, 64));
    }
    let _ = writeln!(out, "- Assize {}", plain(&result.tool.version));
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn foreign_text_is_never_markup() {
        assert_eq!(plain("<b>*x* [a](http://e.example)"), "&lt;b&gt;\\*x\\* \\[a\\](http&#58;//e.example)");
        assert_eq!(plain("- item"), "\\- item");
        assert_eq!(plain("1. item"), "1&#46; item");
        assert_eq!(plain("203.0.113.7 asked: what?"), "203.0.113.7 asked: what?");
        assert_eq!(code("a ``b`` | c", 50), "``` a ``b`` \\u{7C} c ```");
    }
}
