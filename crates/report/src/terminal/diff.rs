//! The screen of `assize diff`: what is gone, what is new, and what only cannot be seen any more.

use super::TerminalStyle;
use super::layout::{Ink, Screen, padded};
use crate::compose::{exposure_id, symbol};
use crate::{Lang, words};
use assize_model::diff::{
    CaseDiff, Change, Changes, CoverageChange, Fate, FileChange, FindingChange, Origin, Reach, SettingChange, Side,
    SourceChange, Which,
};
use assize_model::display::shortened;
use std::collections::BTreeMap;

/// Things of one kind that are named; the others are counted, and `--json` has them.
const NAMED: usize = 12;
/// Columns of the name of a finding.
const ID: usize = 7;

/// The whole screen.
#[must_use]
pub fn diff(diff: &CaseDiff, lang: Lang, style: TerminalStyle) -> String {
    let mut screen = Screen::new(style);
    opening(&mut screen, diff, lang);
    standing(&mut screen, diff, lang);
    findings(&mut screen, diff, lang);
    things(&mut screen, lang, "files", &diff.files, |c| c.change, file);
    things(&mut screen, lang, "settings", &diff.settings, |c| c.change, setting);
    exposure(&mut screen, diff, lang);
    seen(&mut screen, diff, lang);
    screen.blank_unless_blank();
    let args = [("code", u64::from(diff.standing.code).into()), ("word", diff.standing.state.word().into())];
    screen.paragraph(0, &lang.fill("exit-line", &args), Ink::Plain);
    screen.finish()
}

fn opening(screen: &mut Screen, diff: &CaseDiff, lang: Lang) {
    let host = if diff.host.is_empty() { lang.say("host-unknown") } else { shortened(&diff.host, 120) };
    screen.paragraph(0, &format!("{host} · {}", diff.marking.tlp.label()), Ink::Plain);
    screen.blank();
    for (id, side) in [("diff-before", &diff.before), ("diff-after", &diff.after)] {
        one_case(screen, lang, id, side);
    }
    screen.blank();
}

/// One of the cases: its verdict, then what it rests on.
fn one_case(screen: &mut Screen, lang: Lang, id: &str, side: &Side) {
    let state = side.verdict.state;
    let label = lang.say(id);
    let shout = lang.say(&format!("shout-{}", state.word()));
    screen.headline(state, symbol(state), &format!("{label}  {shout}"), "");
    let version = match (&side.version, side.build) {
        (Some(name), Some(build)) => format!("{} ({build})", shortened(name, 60)),
        (Some(name), None) => shortened(name, 60),
        (None, Some(build)) => format!("Exchange {build}"),
        (None, None) => lang.say("version-unknown"),
    };
    let args = [
        ("name", shortened(&side.name, 80).into()),
        ("date", words::moment(side.collected, lang).into()),
        ("version", version.into()),
        ("count", side.findings.into()),
        ("answered", side.answered.into()),
        ("required", side.required.into()),
    ];
    screen.paragraph(4, &lang.fill("diff-case", &args), Ink::Plain);
}

/// What holds when both are weighed, and what a reader must know of the comparison.
fn standing(screen: &mut Screen, diff: &CaseDiff, lang: Lang) {
    let held = &diff.standing.held_by;
    let sentence = match diff.standing.from {
        Which::Before => {
            let named = words::list_up_to(held, NAMED, lang);
            lang.fill("diff-stands-before", &[("count", held.len().into()), ("findings", named.into())])
        }
        Which::After if diff.before.verdict.code > diff.after.verdict.code => lang.say("diff-stands-better"),
        Which::After if diff.before.verdict.code < diff.after.verdict.code => lang.say("diff-stands-worse"),
        Which::After => lang.say("diff-stands-same"),
    };
    screen.paragraph(2, &sentence, Ink::Strong);
    for remark in &diff.remarks {
        screen.paragraph(2, &lang.say(&format!("diff-remark-{}", remark.word())), Ink::Plain);
    }
    screen.blank();
}

fn findings(screen: &mut Screen, diff: &CaseDiff, lang: Lang) {
    let f = &diff.findings;
    let args = [("gone", f.gone.len().into()), ("new", f.new.len().into()), ("same", f.same.len().into())];
    screen.paragraph(2, &lang.fill("diff-findings", &args), Ink::Strong);
    for origin in Origin::ALL {
        let of: Vec<&FindingChange<Origin>> = f.new.iter().filter(|c| c.why == origin).collect();
        group(screen, lang, &format!("diff-new-{}", origin.word()), &of);
    }
    for fate in Fate::ALL {
        let of: Vec<&FindingChange<Fate>> = f.gone.iter().filter(|c| c.why == fate).collect();
        group(screen, lang, &format!("diff-gone-{}", fate.word()), &of);
    }
    screen.blank();
}

/// Findings that are new or gone for one reason, the most telling first.
fn group<W>(screen: &mut Screen, lang: Lang, id: &str, findings: &[&FindingChange<W>]) {
    if findings.is_empty() {
        return;
    }
    screen.paragraph(4, &lang.fill(id, &[("count", findings.len().into())]), Ink::Plain);
    let mut findings = findings.to_vec();
    findings.sort_by_key(|f| std::cmp::Reverse(f.strength));
    for finding in findings.iter().take(NAMED) {
        let title = named(&finding.title, &finding.rule, lang);
        let strength = lang.say(&format!("strength-{}", finding.strength.word()));
        let mark = if finding.suppressed { format!("[{}] ", lang.say("suppressed-mark")) } else { String::new() };
        screen.hanging(6, &finding.id, ID, &format!("{mark}{} ({strength})", shortened(title, 200)));
    }
    more(screen, lang, 6, findings.len());
}

fn more(screen: &mut Screen, lang: Lang, indent: usize, all: usize) {
    if all > NAMED {
        screen.paragraph(indent, &lang.fill("diff-more", &[("count", (all - NAMED).into())]), Ink::Plain);
    }
}

/// A name in the language of the reader, or else what programs call it.
fn named<'t>(texts: &'t BTreeMap<String, String>, other: &'t str, lang: Lang) -> &'t str {
    Some(lang.of(texts)).filter(|name| !name.is_empty()).unwrap_or(other)
}

/// Files or settings that differ, kind by kind.
fn things<T>(
    screen: &mut Screen,
    lang: Lang,
    what: &str,
    changes: &Changes<T>,
    kind: impl Fn(&T) -> Change,
    line: impl Fn(&T, Lang) -> String,
) {
    if changes.counts.is_empty() {
        return;
    }
    screen.paragraph(2, &lang.say(&format!("diff-{what}")), Ink::Strong);
    for change in Change::ALL {
        let count = changes.counts.get(change.word()).copied().unwrap_or_default();
        if count == 0 {
            continue;
        }
        let args = [("count", count.into())];
        screen.paragraph(4, &lang.fill(&format!("diff-change-{}", change.word()), &args), Ink::Plain);
        for thing in changes.listed.iter().filter(|t| kind(t) == change).take(NAMED) {
            screen.paragraph(6, &line(thing, lang), Ink::Plain);
        }
        more(screen, lang, 6, usize::try_from(count).unwrap_or(usize::MAX));
    }
    screen.blank();
}

/// `C:/inetpub/wwwroot/x.aspx  sha256 1f2e3d4c5b6a  F-036`
fn file(file: &FileChange, lang: Lang) -> String {
    let short = |hash: &Option<String>| hash.as_deref().map(|h| shortened(h, 16));
    let mut text = shortened(&file.path, 300);
    match (short(&file.sha256_before), short(&file.sha256_after)) {
        (Some(before), Some(after)) => text.push_str(&format!("  sha256 {before} → {after}")),
        (before, after) => before.or(after).into_iter().for_each(|hash| text.push_str(&format!("  sha256 {hash}"))),
    }
    if !file.findings.is_empty() {
        text.push_str(&format!("  {}", words::list_up_to(&file.findings, 5, lang)));
    }
    if let Some(path) = &file.same_bytes_at {
        text.push_str(&format!("  {}", lang.fill("diff-same-bytes", &[("path", shortened(path, 300).into())])));
    }
    text
}

fn setting(setting: &SettingChange, _: Lang) -> String {
    let value = |value: &Option<String>| value.as_deref().map(|v| shortened(v, 100));
    let name = format!("{}: {}", shortened(&setting.table, 40), shortened(&setting.name, 200));
    match (value(&setting.before), value(&setting.after)) {
        (Some(before), Some(after)) => format!("{name} = {before} → {after}"),
        (Some(one), None) | (None, Some(one)) => format!("{name} = {one}"),
        (None, None) => name,
    }
}

fn exposure(screen: &mut Screen, diff: &CaseDiff, lang: Lang) {
    if diff.exposure.is_empty() && diff.flaws.is_empty() {
        return;
    }
    screen.paragraph(2, &lang.say("exposure-title").to_uppercase(), Ink::Strong);
    let word = |state: Option<_>| state.map_or_else(|| "–".to_owned(), |s| lang.say(exposure_id(s)));
    for change in diff.exposure.iter().take(NAMED) {
        let text = format!("{} → {}", word(change.before), word(change.after));
        screen.hanging(4, &padded(&shortened(&change.cve, 20), 16), 18, &text);
    }
    more(screen, lang, 4, diff.exposure.len());
    if !diff.flaws.is_empty() {
        screen.paragraph(4, &lang.fill("diff-flaws", &[("count", diff.flaws.len().into())]), Ink::Plain);
    }
    screen.blank();
}

/// What could be looked at: an answer that is missing now is no good news.
fn seen(screen: &mut Screen, diff: &CaseDiff, lang: Lang) {
    if diff.coverage.is_empty() && diff.sources.is_empty() {
        return;
    }
    screen.paragraph(2, &lang.say("diff-seen"), Ink::Strong);
    for change in diff.coverage.iter().filter(|c| c.required).take(NAMED) {
        screen.paragraph(4, &question(change, lang), Ink::Plain);
    }
    more(screen, lang, 4, diff.coverage.iter().filter(|c| c.required).count());
    for change in diff.sources.iter().take(NAMED) {
        screen.paragraph(4, &source(change, lang), Ink::Plain);
    }
    more(screen, lang, 4, diff.sources.len());
}

fn question(change: &CoverageChange, lang: Lang) -> String {
    let days = |days: Option<(u32, u32)>| match days {
        Some((answered, all)) => {
            lang.fill("diff-days", &[("answered", u64::from(answered).into()), ("days", u64::from(all).into())])
        }
        None => lang.say("diff-not-asked"),
    };
    let title = named(&change.title, &change.name, lang);
    let name = crate::compose::labelled(&format!("{} ({})", shortened(title, 80), shortened(&change.pack, 40)), lang);
    format!("{name} {} → {}", days(change.before), days(change.after))
}

fn source(change: &SourceChange, lang: Lang) -> String {
    let reach = |reach: &Option<Reach>| match reach {
        Some(Reach { from: Some(from), to: Some(to), .. }) => words::span(*from, *to, lang),
        Some(Reach { rows, .. }) => lang.fill("diff-rows", &[("count", (*rows).into())]),
        None => lang.say("diff-nothing"),
    };
    let title = named(&change.title, &change.table, lang);
    let name = crate::compose::labelled(&shortened(title, 80), lang);
    format!("{name} {} → {}", reach(&change.before), reach(&change.after))
}
