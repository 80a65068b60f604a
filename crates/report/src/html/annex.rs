//! The annex: what was checked, what was read, what was not, and with which versions.

use super::{EXAMINERS, Page, ROWS_MAX, file_anchor};
use crate::{number, words};
use assize_model::Timestamp;
use assize_model::display::shortened;
use maud::{Markup, html};

/// Words explained at the end.
const GLOSSARY: [&str; 7] = ["finding", "question", "exploit", "shell", "mitigation", "build", "utc"];

/// Empty lines for those who hand the evidence on.
const HANDS: usize = 4;

/// Everything a second examiner needs.
pub(super) fn annex(page: &Page<'_>) -> Markup {
    let all = html! {
        (checked(page))
        (input(page))
        (custody(page))
        (not_read(page))
        (remarks(page))
        (versions(page))
        h3 { (page.say("glossary-title")) }
        dl.pairs {
            @for word in GLOSSARY {
                dt { (page.say(&format!("glossary-{word}"))) }
                dd { (page.say(&format!("glossary-{word}-says"))) }
            }
        }
    };
    page.part("annex", "annex-title", EXAMINERS, &all)
}

fn checked(page: &Page<'_>) -> Markup {
    let rules = &page.result.checked;
    let matched = rules.iter().filter(|r| r.matches > 0).count();
    let heads = page.heads(&["checked-rule", "checked-tables", "#checked-rows", "#checked-matches"]);
    let body = html! {
        @for r in rules.iter().take(ROWS_MAX) {
            tr {
                th scope="row" { (page.survey.title(&r.title, &r.rule)) br; code { (shortened(&r.rule, 120)) } }
                td { @for (n, t) in r.tables.iter().enumerate() { @if n > 0 { ", " } (page.survey.table(t)) } }
                td.n { (number(r.rows)) }
                td.n { (number(r.matches)) }
            }
        }
    };
    html! {
        h3 { (page.say("checked-title")) }
        p { (page.fill("checked-intro", &[("count", rules.len().into()), ("matched", matched.into())])) }
        @for sentence in page.c.idle_rules.iter().chain(&page.c.unanswered) { p { (sentence) } }
        @if !rules.is_empty() { (page.table(&page.say("checked-caption"), &heads, &body)) }
        (page.left_out(rules.len(), "list-left-out"))
    }
}

fn input(page: &Page<'_>) -> Markup {
    let e = &page.result.evidence;
    let heads = page.heads(&[
        "input-table",
        "input-family",
        "#input-files",
        "#input-rows",
        "#input-rejects-head",
        "input-from",
        "input-to",
    ]);
    let when = |t: Option<Timestamp>| t.map_or_else(|| "–".to_owned(), |t| words::moment(t, page.c.lang));
    let body = html! {
        @for t in e.tables.iter().take(ROWS_MAX) {
            tr {
                th scope="row" { (page.survey.table(&t.table)) br; code { (shortened(&t.table, 60)) } }
                td { (page.survey.family(&t.family)) }
                td.n { (number(t.files)) } td.n { (number(t.rows)) } td.n { (number(t.rejects)) }
                td { (when(t.from)) } td { (when(t.to)) }
            }
        }
    };
    html! {
        h3 { (page.say("input-title")) }
        @for sentence in &page.c.annex { p { (sentence) } }
        @if !e.tables.is_empty() { (page.table(&page.say("input-caption"), &heads, &body)) }
        (page.left_out(e.tables.len(), "list-left-out"))
    }
}

/// Which files the findings rest on, so that another can hold them against the evidence; and room to sign for it.
fn custody(page: &Page<'_>) -> Markup {
    let e = &page.result.evidence;
    let heads = page.heads(&["custody-file", "#custody-size", "custody-sha256", "#custody-records"]);
    let body = html! {
        @for f in e.cited.iter().take(ROWS_MAX) {
            tr id=(file_anchor(f.file)) {
                th.any scope="row" { (shortened(&f.path, 500)) }
                td.n { (number(f.size)) }
                td.any { code { (shortened(&f.sha256, 64)) } }
                td.n { (number(f.records)) }
            }
        }
    };
    let hands = page.heads(&["custody-when", "custody-from", "custody-to", "custody-why", "custody-signature"]);
    html! {
        h3 id="custody" { (page.say("custody-title")) }
        p { (page.fill("custody-intro", &[("count", e.files.into())])) }
        @if e.cited.is_empty() {
            p { (page.say("custody-none")) }
        } @else {
            (page.table(&page.say("custody-caption"), &heads, &body))
            (page.left_out(e.cited.len(), "list-left-out"))
        }
        p { (page.say("custody-signed")) }
        (page.table(&page.say("custody-handed"), &hands, &html! { @for _ in 0..HANDS { tr.blank { @for _ in &hands { td {} } } } }))
    }
}

fn not_read(page: &Page<'_>) -> Markup {
    let r = page.result;
    let skipped: Vec<(&str, &str)> = r.skipped.iter().map(|s| (s.path.as_str(), s.reason.as_str())).collect();
    let unknown = &r.evidence.not_understood;
    let count = r.evidence.files.saturating_sub(r.evidence.files_understood);
    html! {
        h3 { (page.say("skipped-title")) }
        @if skipped.is_empty() { p { (page.say("skipped-none")) } } @else { (paths(page, "skipped-caption", "skipped-reason", &skipped)) }
        @if !unknown.is_empty() {
            h3 { (page.say("not-understood-title")) }
            p { (page.fill("not-understood-intro", &[("shown", unknown.len().into()), ("count", count.max(unknown.len() as u64).into())])) }
            ul { @for path in unknown.iter().take(ROWS_MAX) { li { code { (shortened(path, 500)) } } } }
        }
    }
}

fn remarks(page: &Page<'_>) -> Markup {
    let r = page.result;
    let notes: Vec<(&str, &str)> = r.evidence.notes.iter().map(|(p, n)| (p.as_str(), n.as_str())).collect();
    html! {
        @if !notes.is_empty() {
            h3 { (page.say("notes-title")) }
            (paths(page, "notes-title", "notes-remark", &notes))
        }
        h3 { (page.say("errors-title")) }
        @if r.errors.is_empty() {
            p { (page.say("errors-none")) }
        } @else {
            ul { @for e in r.errors.iter().take(ROWS_MAX) { li { (shortened(e, 1000)) } } }
            (page.left_out(r.errors.len(), "list-left-out"))
        }
    }
}

/// Paths, each with a reason or a remark.
fn paths(page: &Page<'_>, caption: &str, second: &str, rows: &[(&str, &str)]) -> Markup {
    let heads = page.heads(&["skipped-path", second]);
    let body = html! {
        @for (path, reason) in rows.iter().take(ROWS_MAX) {
            tr { td { code { (shortened(path, 500)) } } td { (shortened(reason, 500)) } }
        }
    };
    html! { (page.table(&page.say(caption), &heads, &body)) (page.left_out(rows.len(), "list-left-out")) }
}

fn versions(page: &Page<'_>) -> Markup {
    let r = page.result;
    let heads = page.heads(&["versions-what", "versions-version", "versions-sha256"]);
    let dates = |p: &assize_model::result::PackUsed| {
        let first = p.first_exploitation.map(|t| words::date(t, page.c.lang)).unwrap_or_default();
        match p.disclosed {
            _ if first.is_empty() => page.say("pack-of-no-campaign"),
            Some(public) => {
                let public = words::date(public, page.c.lang);
                page.fill("pack-dates", &[("first", first.into()), ("public", public.into())])
            }
            None => page.fill("pack-dates-first", &[("first", first.into())]),
        }
    };
    let body = html! {
        tr { th scope="row" { (page.say("versions-tool")) } td { (shortened(&r.tool.version, 60)) } td {} }
        @for p in r.packs.iter().take(ROWS_MAX) {
            tr {
                th scope="row" { (shortened(&p.title, 120)) br; span.soft { (dates(p)) } }
                td { (shortened(&p.version, 60)) }
                td { code { (shortened(&p.sha256, 64)) } }
            }
        }
    };
    html! {
        h3 { (page.say("versions-title")) }
        (page.table(&page.say("versions-caption"), &heads, &body))
    }
}
