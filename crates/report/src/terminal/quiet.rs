//! One line a server, and one line for all of them.

use super::layout::padded;
use crate::compose::host;
use crate::compose::survey::Survey;
use crate::{Lang, words};
use assize_model::display::shortened;
use assize_model::{CaseResult, State};

/// Columns of the word, so that what follows stands in line.
const WORD: usize = 27;
/// Columns of a host name, as far as it fits.
const HOST: usize = 4;

/// `EX01  BREACHED                   since 28 Feb 2021 11:09 UTC   13 findings`
#[must_use]
pub fn quiet_line(result: &CaseResult, lang: Lang) -> String {
    quiet_line_aligned(result, lang, HOST)
}

/// The same with the host padded to so many columns, for several lines below each other.
#[must_use]
pub fn quiet_line_aligned(result: &CaseResult, lang: Lang, host_columns: usize) -> String {
    // A server without a name is known by what was handed in.
    let unnamed = result.host.name.is_empty() && !result.evidence.name.is_empty();
    let host = if unnamed { shortened(&result.evidence.name, 24) } else { host(result, lang) };
    let host = if unnamed { &host } else { host.split('.').next().unwrap_or_default() };
    let word = lang.say(&format!("word-{}", result.verdict.state.word()));
    let line = format!("{}{}{}", padded(host, host_columns + 2), padded(&word, WORD), detail(result, lang));
    let line = match result.suppressed {
        0 => line,
        count => format!("{line}   {}", lang.fill("quiet-suppressed", &[("count", count.into())])),
    };
    line.replace(['\u{202F}', '\u{A0}'], " ").replace('\u{2019}', "'").trim_end().to_owned()
}

fn detail(result: &CaseResult, lang: Lang) -> String {
    let s = Survey::of(result, lang);
    let findings = lang
        .fill("quiet-findings", &[("count", (result.findings.len() as u64).saturating_sub(result.suppressed).into())]);
    match result.verdict.state {
        State::Breached | State::LikelyBreached => {
            match result.verdict.since.or_else(|| Survey::first(&s.deciding())) {
                Some(at) => {
                    let since = lang.fill("quiet-breached", &[("date", words::moment(at, lang).into())]);
                    format!("{since}   {findings}")
                }
                None => findings,
            }
        }
        State::NoEvidence if s.nothing_applies() => lang.say("quiet-nothing-applies"),
        State::NoEvidence => lang.fill("quiet-coverage", &[("percent", percent(&s).into())]),
        State::Exposed => lang.fill("quiet-exposed", &[("kb", s.updates().into())]),
        State::Attacked => {
            let attempts = lang.fill("quiet-attacked", &[("count", s.attempt_count().max(1).into())]);
            let coverage = lang.fill("quiet-coverage", &[("percent", percent(&s).into())]);
            format!("{attempts}   {coverage}")
        }
        State::CannotExclude => {
            let args = [("answered", s.answered.into()), ("required", s.required.len().into())];
            lang.fill("quiet-cannot", &args)
        }
        State::NotAssessed => match result.evidence.rows {
            0 => lang.fill("quiet-not-assessed", &[("files", result.evidence.files.into())]),
            rows => lang.fill("quiet-not-exchange", &[("rows", rows.into())]),
        },
    }
}

/// Days answered of the required question that lacks most; rounded down, so that 100 means every day.
fn percent(s: &Survey<'_>) -> u32 {
    match s.days {
        0 => 0,
        days => (days - s.missing.min(days)) * 100 / days,
    }
}

/// `4 servers, 1 breached, 1 without an answer. Exit code 50`
#[must_use]
pub fn quiet_summary(states: &[State], exit_code: u8, lang: Lang) -> String {
    let mut parts = vec![lang.fill("quiet-servers", &[("count", states.len().into())])];
    for state in [State::Breached, State::LikelyBreached, State::CannotExclude, State::NotAssessed] {
        let count = states.iter().filter(|s| **s == state).count();
        if count > 0 {
            parts.push(lang.fill(&format!("quiet-count-{}", state.word()), &[("count", count.into())]));
        }
    }
    let exit = lang.fill("quiet-exit", &[("code", u64::from(exit_code).into())]);
    format!("{}. {exit}", parts.join(", ")).replace(['\u{202F}', '\u{A0}'], " ")
}
