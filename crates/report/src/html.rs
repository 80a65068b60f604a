//! `report.html`: one page that needs nothing else, made of text only.
//!
//! Every string goes through maud's escaping. The two constants that do not, style and script, are our own and
//! named by their hash in the page's content security policy, so nothing an intruder wrote can run beside them.

mod annex;
mod charts;
mod directives;
mod findings;
mod first;
pub(crate) mod many;
mod matrix;
mod sections;

use crate::compose::survey::Survey;
use crate::compose::{Composed, compose};
use assize_model::result::CitedFile;
use assize_model::{CaseResult, FileId};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Rows of one table; what is beyond is counted.
const ROWS_MAX: usize = 500;

/// Who reads a report: which parts are open. What the page holds is the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Who runs the server: what to do, what could be seen, what is open.
    #[default]
    Admin,
    /// Who answers to the incident: everything, with the records.
    Responder,
    /// Who decides: the answer and what happened.
    Board,
}

/// Readers of what the server lacks, and of what takes an examiner.
const HANDS_ON: &[Audience] = &[Audience::Admin, Audience::Responder];
const EXAMINERS: &[Audience] = &[Audience::Responder];

/// What every part of the page needs.
struct Page<'a> {
    audience: Audience,
    result: &'a CaseResult,
    survey: &'a Survey<'a>,
    c: &'a Composed,
    /// Findings with a place on this page, to which links lead.
    placed: BTreeSet<&'a str>,
}

impl Page<'_> {
    fn say(&self, id: &str) -> String {
        self.c.lang.say(id)
    }

    fn fill(&self, id: &str, args: &[(&str, crate::Value)]) -> String {
        self.c.lang.fill(id, args)
    }

    /// A label with the colon of its language, unless it ends with a mark of its own.
    fn labelled(&self, id: &str) -> String {
        crate::compose::labelled(&self.say(id), self.c.lang)
    }

    /// A cited file, where the annex has a line for it.
    fn file(&self, file: FileId) -> Option<&CitedFile> {
        let cited = &self.result.evidence.cited;
        let at = cited.binary_search_by_key(&file, |f| f.file).ok()?;
        cited.get(at).filter(|_| at < ROWS_MAX)
    }

    /// Findings by name, linked where they are on this page; a long list is cut.
    fn refs(&self, ids: &[String]) -> Markup {
        const SHOWN: usize = 12;
        html! {
            @for (n, id) in ids.iter().take(SHOWN).enumerate() {
                @if n > 0 { ", " }
                @if self.placed.contains(id.as_str()) { a.nb href={ "#" (anchor(id)) } { (id) } } @else { span.nb { (id) } }
            }
            @if ids.len() > SHOWN { " + " (crate::number((ids.len() - SHOWN) as u64)) }
        }
    }

    /// A table in a frame that scrolls by itself where the screen is narrow.
    fn table(&self, caption: &str, heads: &[(String, bool)], body: &Markup) -> Markup {
        framed(caption, heads, body)
    }

    /// Heads of a table by id; `#` before an id marks a column of numbers.
    fn heads(&self, ids: &[&str]) -> Vec<(String, bool)> {
        heads(self.c.lang, ids)
    }

    /// A part of the page, open for those of `readers` at once and for the others with a click.
    fn part(&self, id: &str, title: &str, readers: &[Audience], body: &Markup) -> Markup {
        html! {
            section {
                details.part id=(id) open[readers.contains(&self.audience)] {
                    summary { h2 { (self.say(title)) } }
                    (body)
                }
            }
        }
    }

    fn left_out(&self, all: usize, id: &str) -> Markup {
        html! { @if all > ROWS_MAX { p.soft { (self.fill(id, &[("count", (all - ROWS_MAX).into())])) } } }
    }
}

/// The whole page, opened for its readers.
#[must_use]
pub fn html_for(result: &CaseResult, lang: crate::Lang, audience: Audience) -> String {
    let composed = compose(result, lang);
    let survey = Survey::of(result, lang);
    let placed = composed.findings.iter().take(findings::SHOWN).map(|f| f.id.as_str()).collect();
    let page = Page { audience, result, survey: &survey, c: &composed, placed };
    let title_args = [("word", composed.word.as_str().into()), ("host", composed.host.as_str().into())];
    let body = html! {
        (first::band(&page))
        main.in id="answer" tabindex="-1" {
            (first::answer(&page))
            (sections::happened(&page))
            (charts::timeline(&page))
            (findings::section(&page))
            (first::why(&page))
            (sections::campaigns(&page))
            (sections::coverage(&page))
            (sections::exposure(&page))
            (directives::section(&page))
            (sections::incidents(&page))
            (sections::techniques(&page))
            (sections::indicators(&page))
            (annex::annex(&page))
        }
        (footer(&page))
    };
    document(&lang.fill("report-title", &title_args), lang, &marking(page.c.tlp), &body)
}

/// What every page of ours has around its body.
fn document(title: &str, lang: crate::Lang, class: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta charset="utf-8";
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body class=(class) {
                a.skip href="#answer" { (lang.say("skip-link")) }
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// A table in a frame that scrolls by itself where the screen is narrow.
fn framed(caption: &str, heads: &[(String, bool)], body: &Markup) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr { @for (head, number) in heads { th.n[*number] scope="col" { (head) } } } }
                tbody { (body) }
            }
        }
    }
}

fn heads(lang: crate::Lang, ids: &[&str]) -> Vec<(String, bool)> {
    ids.iter().map(|id| (lang.say(id.trim_start_matches('#')), id.starts_with('#'))).collect()
}

/// The name by which the style finds what stands on every printed sheet: `tlp-amber`.
fn marking(label: &str) -> String {
    label.to_ascii_lowercase().replace([':', '+'], "-")
}

fn footer(page: &Page<'_>) -> Markup {
    let line = page.fill(
        "print-line",
        &[
            ("version", page.result.tool.version.as_str().into()),
            ("host", page.c.host.as_str().into()),
            ("word", page.c.word.as_str().into()),
        ],
    );
    html! { footer { div.in { p { (line) } p { (page.say("all-utc")) } } } }
}

/// Nothing is loaded from anywhere, and only our own style and script apply.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE)),
        base64(&Sha256::digest(SCRIPT))
    )
}

/// Base64 with padding, as the policy wants hashes.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// An id of ours as a fragment: letters, digits and hyphens.
fn anchor(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// The line of the annex that tells of a file.
fn file_anchor(file: FileId) -> String {
    format!("file-{file}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn only_style_and_script_go_unescaped() {
        let sources = [
            include_str!("html.rs"),
            include_str!("html/annex.rs"),
            include_str!("html/charts.rs"),
            include_str!("html/directives.rs"),
            include_str!("html/findings.rs"),
            include_str!("html/first.rs"),
            include_str!("html/many.rs"),
            include_str!("html/matrix.rs"),
            include_str!("html/sections.rs"),
        ];
        let word = ["Pre", "Escaped("].concat();
        let uses: Vec<&str> =
            sources.iter().flat_map(|s| s.lines()).filter(|l| l.contains(&word)).map(str::trim).collect();
        let allowed = [format!("style {{ ({word}STYLE)) }}"), format!("script {{ ({word}SCRIPT)) }}")];
        assert_eq!(uses, allowed);
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }
}
