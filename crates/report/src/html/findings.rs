//! Findings with the records that show them. What is cut or left out is counted.

use super::{Audience, Page, anchor, file_anchor};
use crate::compose::{FindingText, scope};
use crate::{number, words};
use assize_model::Finding;
use assize_model::display::{Foreign, misleads, shortened};
use assize_model::finding::{CitedRow, ROWS_CITED};
use maud::{Markup, html};

/// Findings shown in full.
pub(super) const SHOWN: usize = 300;
/// Characters of one value of a record.
const CELL: usize = 4096;
/// Bytes of a value that are shown as bytes.
const BYTES: usize = 256;
/// Characters of a hash that stand beside a record; the annex has all of it.
const HASH: usize = 12;
/// Characters of all records on the page together; the page must open on any machine.
const BUDGET: usize = 1_500_000;

/// All findings that have a place on this page.
pub(super) fn section(page: &Page<'_>) -> Markup {
    let all = &page.c.findings;
    let mut left = BUDGET;
    html! {
        section id="findings" {
            h2 { (page.say("findings-title")) }
            @if all.is_empty() {
                p { (page.fill("findings-none", &[("scope", scope(page.survey, "attacked-none").into())])) }
            } @else {
                @if all.len() > SHOWN {
                    p { (page.fill("findings-shown", &[("shown", SHOWN.into()), ("count", all.len().into())])) }
                } @else {
                    p { (page.fill("findings-count", &[("count", all.len().into())])) }
                }
                div.tools id="tools" hidden {
                    button type="button" id="toggle" aria-pressed="false" data-open=(page.say("findings-open-all"))
                        data-close=(page.say("findings-close-all")) { (page.say("findings-open-all")) }
                    label for="filter" { (page.say("findings-filter")) }
                    input type="search" id="filter" autocomplete="off";
                    span role="status" id="shown" {}
                }
                @for text in all.iter().take(SHOWN) { (finding(page, text, &mut left)) }
            }
        }
    }
}

fn finding(page: &Page<'_>, text: &FindingText, left: &mut usize) -> Markup {
    let f = &page.result.findings[text.index];
    html! {
        details.finding id=(anchor(&text.id)) open[page.audience == Audience::Responder] {
            summary {
                h3 { span.id { (text.id) } (text.title) }
                span.chips { span { (text.when) } span { (text.outcome) } span { (text.strength) } }
            }
            div.body {
                @if let Some(by) = &text.suppressed { p { strong { (by) } } }
                h4 { (page.say("finding-plain")) }
                p { (text.summary) }
                @if !text.meaning.is_empty() { p { (text.meaning) } }
                h4 { (page.say("finding-evidence")) }
                (evidence(page, f, left))
                h4 { (page.say("finding-why")) }
                (why(page, text, f))
                h4 { (page.say("finding-otherwise")) }
                @if text.otherwise.is_empty() {
                    p { (page.say("finding-otherwise-none")) }
                } @else {
                    p { (text.otherwise) }
                }
            }
        }
    }
}

fn why(page: &Page<'_>, text: &FindingText, f: &Finding) -> Markup {
    html! {
        dl.pairs {
            dt { (page.say("finding-rule")) } dd { code { (shortened(&f.rule, 200)) } " " span.soft { (shortened(&f.rule_id, 60)) } }
            dt { (page.say("finding-condition")) } dd { code { (shortened(&f.condition, CELL)) } }
            dt { (page.say("finding-strength")) } dd { (text.strength_long) }
            dt { (page.say("finding-outcome")) } dd { (text.outcome) }
            dt { (page.say("finding-level")) } dd { (text.level) }
            dt { (page.say("finding-family")) } dd { (text.family) }
            @if !text.adjusted.is_empty() { dt { (page.say("finding-adjusted")) } dd { (text.adjusted.join(" ")) } }
            @if !f.key.is_empty() { dt { (page.say("finding-key")) } dd { code { (shortened(&f.key, 60)) } } }
            @if !f.techniques.is_empty() {
                dt { (page.say("finding-techniques")) } dd { (Foreign(&f.techniques.join(", ")).to_string()) }
            }
            @if !f.vulnerabilities.is_empty() {
                dt { (page.say("finding-flaws")) } dd { (Foreign(&f.vulnerabilities.join(", ")).to_string()) }
            }
        }
    }
}

fn evidence(page: &Page<'_>, f: &Finding, left: &mut usize) -> Markup {
    let mut shown: Vec<&CitedRow> = Vec::new();
    let mut long = 0u64;
    for row in f.rows.iter().take(ROWS_CITED) {
        let size = row.path.len()
            + row.fields.iter().map(|(k, v)| k.len() + v.len().min(CELL) + 30 + dumped(v) * 3).sum::<usize>();
        if size > *left {
            break;
        }
        *left -= size;
        long += row.fields.iter().filter(|(_, v)| v.chars().nth(CELL).is_some()).count() as u64;
        shown.push(row);
    }
    let heads = page.heads(&["evidence-when", "evidence-where", "evidence-what"]);
    let body = html! { @for row in &shown { (record(page, row)) } };
    html! {
        @if shown.is_empty() && !f.rows.is_empty() {
            p.soft { (page.say("finding-rows-budget")) }
        } @else if !shown.is_empty() {
            (page.table(&page.fill("evidence-caption", &[("id", f.id.as_str().into())]), &heads, &body))
        }
        p.soft {
            (page.fill("finding-rows", &[("shown", shown.len().into()), ("count", f.count.into())]))
            @if long > 0 {
                " " (page.fill("finding-cells", &[("count", long.into()), ("max", number(CELL as u64).into())]))
            }
        }
    }
}

fn record(page: &Page<'_>, row: &CitedRow) -> Markup {
    let place =
        page.fill("position-line", &[("path", shortened(&row.path, 500).into()), ("position", row.address.pos.into())]);
    html! {
        tr {
            td.nb { @match row.time {
                Some(t) => time datetime=(t.to_string()) { (words::exact(t, page.c.lang)) },
                None => (page.say("undated")),
            } }
            td.any {
                (place)
                @if let Some(file) = page.file(row.address.file) {
                    " " span.soft { "SHA-256 " a href={ "#" (file_anchor(file.file)) } { code { (file.sha256.get(..HASH).unwrap_or_default()) "…" } } }
                }
            }
            td.any { ul.rec { @for (key, value) in &row.fields { li { b { (shortened(key, 80)) } code { (shortened(value, CELL)) } (bytes(page, value)) } } } }
        }
    }
}

/// Bytes that are shown of a value: none where its text hides nothing.
fn dumped(value: &str) -> usize {
    if value.chars().any(misleads) { value.len().min(BYTES) } else { 0 }
}

/// The bytes of a value that holds what no reader can see, so that they can be compared with the evidence.
fn bytes(page: &Page<'_>, value: &str) -> Markup {
    let shown = dumped(value);
    let pairs: Vec<String> = value.bytes().take(shown).map(|b| format!("{b:02x}")).collect();
    html! {
        @if shown > 0 {
            details.bytes {
                summary { (page.say("evidence-bytes")) }
                code { (pairs.join(" ")) }
                @if value.len() > shown {
                    " " (page.fill("evidence-bytes-more", &[("count", (value.len() - shown).into())]))
                }
            }
        }
    }
}
