//! `index.html`: one line a server of a run over several, the worst first, each with the way to its report.

use crate::compose::symbol;
use crate::{Lang, number, words};
use assize_model::display::shortened;
use assize_model::{State, Timestamp, Tlp};
use maud::{Markup, html};
use std::cmp::Reverse;

/// Marks an index as ours, so that no other file is replaced by one.
pub const INDEX_SCHEMA: &str = "assize.index/1";
/// Servers and inputs in the tables; the index in JSON holds all of them.
const SERVERS_MAX: usize = 5000;

/// A server of the run.
#[derive(Debug, Clone)]
pub struct ServerLine<'a> {
    /// Its name, as the evidence has it.
    pub host: &'a str,
    /// The answer.
    pub state: State,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Findings that count.
    pub findings: u64,
    /// Findings that somebody answers for.
    pub suppressed: u64,
    /// The folder of its case, beside the page.
    pub folder: &'a str,
    /// The name of its report in that folder, where one was written.
    pub page: Option<String>,
    /// Who may read its report.
    pub tlp: Tlp,
    /// What was handed in.
    pub input: &'a str,
}

/// The page over all of them; `failed` are inputs that could not be assessed, with the reason.
#[must_use]
pub fn index(servers: &[ServerLine<'_>], failed: &[(&str, &str)], lang: Lang) -> String {
    let mut lines: Vec<&ServerLine<'_>> = servers.iter().collect();
    lines.sort_by_key(|s| (Reverse(s.state.code()), s.since, s.host, s.input));
    let tlp = strictest(servers);
    let title = lang.fill("index-title", &[("count", lines.len().into())]);
    let body = html! {
        header { div.band { div.in { h1 { (title) } p.sure { span { (tlp.label()) } } } } }
        main.in id="answer" tabindex="-1" data-schema=(INDEX_SCHEMA) {
            (counts(&lines, failed.len(), lang))
            (table(&lines, lang))
            (failures(failed, lang))
        }
        footer { div.in { p { (lang.fill("index-line", &[("version", env!("CARGO_PKG_VERSION").into())])) } p { (lang.say("all-utc")) } } }
    };
    super::document(&title, lang, &super::marking(tlp.label()), &body)
}

/// A page over several reports is for those who may read every one of them.
fn strictest(servers: &[ServerLine<'_>]) -> Tlp {
    let place = |tlp: &Tlp| Tlp::ALL.iter().position(|t| t == tlp);
    servers.iter().map(|s| s.tlp).min_by_key(place).unwrap_or_default()
}

/// How many servers there are in each state.
fn counts(lines: &[&ServerLine<'_>], failed: usize, lang: Lang) -> Markup {
    let mut states: Vec<(State, usize)> = Vec::new();
    for line in lines {
        match states.last_mut() {
            Some((state, n)) if *state == line.state => *n += 1,
            _ => states.push((line.state, 1)),
        }
    }
    html! {
        dl.facts.states data-first {
            @for (state, n) in states {
                div {
                    dt { span aria-hidden="true" { (symbol(state)) " " } (lang.say(&format!("word-{}", state.word()))) }
                    dd.value { (number(n as u64)) }
                }
            }
            @if failed > 0 { div { dt { (lang.say("index-failed")) } dd.value { (number(failed as u64)) } } }
        }
    }
}

fn table(lines: &[&ServerLine<'_>], lang: Lang) -> Markup {
    let heads = ["index-server", "index-answer", "index-since", "#index-findings", "index-input"];
    let body = html! {
        @for s in lines.iter().take(SERVERS_MAX) {
            tr {
                th scope="row" {
                    @match &s.page {
                        Some(page) => a href=(link(s.folder, page)) { (name(s, lang)) },
                        None => { (name(s, lang)) br; code { (shortened(s.folder, 120)) } },
                    }
                }
                td { span aria-hidden="true" { (symbol(s.state)) " " } (lang.say(&format!("word-{}", s.state.word()))) }
                td.nb { @match s.since { Some(t) => time datetime=(t.to_string()) { (words::moment(t, lang)) }, None => "–" } }
                td.n {
                    (number(s.findings))
                    @if s.suppressed > 0 { br; (lang.fill("quiet-suppressed", &[("count", s.suppressed.into())])) }
                }
                td.any { code { (shortened(s.input, 200)) } }
            }
        }
    };
    let left = lines.len().saturating_sub(SERVERS_MAX);
    html! {
        section {
            (super::framed(&lang.say("index-caption"), &super::heads(lang, &heads), &body))
            @if left > 0 { p.soft { (lang.fill("index-left-out", &[("count", left.into())])) } }
        }
    }
}

fn failures(failed: &[(&str, &str)], lang: Lang) -> Markup {
    let body = html! {
        @for (input, reason) in failed.iter().take(SERVERS_MAX) {
            tr { td.any { code { (shortened(input, 200)) } } td { (shortened(reason, 500)) } }
        }
    };
    let left = failed.len().saturating_sub(SERVERS_MAX);
    html! {
        @if !failed.is_empty() {
            section {
                h2 { (lang.say("index-failed")) }
                (super::framed(&lang.say("index-failed-caption"), &super::heads(lang, &["index-input", "index-reason"]), &body))
                @if left > 0 { p.soft { (lang.fill("index-left-out", &[("count", left.into())])) } }
            }
        }
    }
}

fn name(s: &ServerLine<'_>, lang: Lang) -> String {
    if s.host.is_empty() { lang.say("host-unknown") } else { shortened(s.host, 120) }
}

/// The way to a report. The name of a folder may come from evidence, so every byte that could mean something is encoded.
fn link(folder: &str, page: &str) -> String {
    let coded = |text: &str| -> String {
        let letter = |b: u8| match b {
            b if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_') => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        };
        text.bytes().map(letter).collect()
    };
    // "./" keeps a name with a colon from being read as a scheme.
    format!("./{}/{}", coded(folder), coded(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<'a>(host: &'a str, state: State, folder: &'a str) -> ServerLine<'a> {
        let page = Some("report.html".into());
        ServerLine {
            host,
            state,
            since: None,
            findings: 2,
            suppressed: 1,
            folder,
            page,
            tlp: Tlp::Amber,
            input: "in.zip",
        }
    }

    #[test]
    fn the_worst_server_stands_first_and_hostile_names_stay_text() {
        let hostile = "<script>alert(1)</script>";
        let servers = [
            line("EX02", State::NoEvidence, "b"),
            line(hostile, State::Breached, "javascript:alert(1)/../x"),
            line("EX03", State::CannotExclude, "c"),
        ];
        for lang in Lang::ALL {
            let page = index(&servers, &[("x.zip", hostile)], lang);
            let at = |text: &str| page.find(text).expect("on the page");
            assert!(at("&lt;script&gt;alert(1)") < at(">EX03<") && at(">EX03<") < at(">EX02<"));
            assert!(!page.contains(hostile));
            assert!(page.contains("href=\"./javascript%3Aalert%281%29%2F..%2Fx/report.html\""));
        }
    }
}
