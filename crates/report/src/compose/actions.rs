//! What to do now, by state, and the clocks that may run.

use super::answers::{what_is_missing, worst};
use super::survey::Survey;
use crate::words;
use assize_model::State;
use assize_model::result::{CellState, ExposureState};

/// Addresses named in the action to block them.
const ADDRESSES_SHOWN: usize = 5;

/// What to do now, in order.
pub(super) fn actions(s: &Survey<'_>) -> Vec<String> {
    let say = |id: &str| s.lang.say(id);
    let kb = |id: &str| s.lang.fill(id, &[("kb", s.updates().into())]);
    match s.result.verdict.state {
        State::Breached => emergency(s),
        State::LikelyBreached => {
            let mut out = emergency(s);
            out.insert(4.min(out.len()), s.lang.fill("do-get", &[("what", what_is_missing(s).into())]));
            out
        }
        State::CannotExclude => cannot_exclude(s),
        State::Attacked => {
            let open = matches!(worst(s), ExposureState::Vulnerable | ExposureState::MitigatedOnly);
            let update = match worst(s) {
                _ if open => kb("do-install"),
                ExposureState::Unknown => s.lang.fill("do-check-update", &[("kb", s.all_updates().into())]),
                _ => say("do-check-update-done"),
            };
            vec![update, block(s), say("do-again-week")]
        }
        State::Exposed => vec![kb("do-install"), say("do-again-after")],
        State::NoEvidence => vec![say("do-keep-updating"), say("do-keep-record")],
        State::NotAssessed => vec![say("do-try-folder"), say("do-try-password"), say("do-try-errors")],
    }
}

fn emergency(s: &Survey<'_>) -> Vec<String> {
    ["do-cable", "do-nothing-yet", "do-call", "do-note-time", "do-passwords", "do-rebuild"]
        .map(|id| s.lang.say(id))
        .into()
}

fn cannot_exclude(s: &Survey<'_>) -> Vec<String> {
    let mut out = vec![s.lang.say("do-save-logs")];
    let missing = missing_sources(s);
    if !missing.is_empty() {
        let sources = words::list_up_to(&missing, 6, s.lang);
        out.push(s.lang.fill("do-collect", &[("sources", sources.into())]));
    }
    if let Some((from, to)) = s.blind_span() {
        let span = words::day_span(from, to, s.lang);
        out.push(s.lang.fill("do-ask-provider", &[("span", span.into())]));
    }
    out.push(s.lang.say("do-as-if"));
    out
}

/// Sources of required questions that lack days, each once, with the days: `HttpProxy logs (3 Jan to 2 Mar 2021)`.
pub(crate) fn missing_sources(s: &Survey<'_>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for source in s.required.iter().filter(|q| !q.sufficient).flat_map(|q| &q.sources) {
        let lacks =
            |state: CellState| !matches!(state, CellState::Read | CellState::NotApplicable | CellState::Disabled);
        let cells: Vec<_> = source.cells.iter().filter(|c| lacks(c.state)).collect();
        let title = s.title(&source.title, &source.id);
        let text = match (cells.first(), cells.last()) {
            _ if !lacks(source.state) && cells.is_empty() => continue,
            (Some(first), Some(last)) => format!("{title} ({})", words::day_span(first.from, last.to, s.lang)),
            _ => title,
        };
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

fn block(s: &Survey<'_>) -> String {
    let all = s.addresses();
    if all.is_empty() {
        return s.lang.say("do-block-none");
    }
    let shown = &all[..all.len().min(ADDRESSES_SHOWN)];
    s.lang.fill(
        "do-block",
        &[
            ("count", all.len().into()),
            ("addresses", if shown.len() < all.len() { shown.join(", ") } else { words::list(shown, s.lang) }.into()),
            ("more", (all.len() - shown.len()).into()),
        ],
    )
}

/// Clocks that may run, where a break-in is shown, probable or possible.
pub(super) fn clocks(s: &Survey<'_>) -> Vec<String> {
    match s.result.verdict.state {
        State::Breached | State::LikelyBreached | State::CannotExclude => {
            vec![s.lang.say("clock-generic"), s.lang.say("clock-blank")]
        }
        _ => Vec::new(),
    }
}
