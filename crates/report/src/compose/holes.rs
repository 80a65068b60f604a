//! Missing records, in words.

use super::survey::Survey;
use crate::words;
use assize_model::display::shortened;
use assize_model::finding::CitedRow;
use assize_model::ledger::{CauseKind, ChangedLog, Hole, LogName};

/// Logs of one kind that a sentence names.
const NAMED: usize = 6;

/// A hole in the records, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoleText {
    /// `H-01`.
    pub id: String,
    /// Whether it counts against what could be seen.
    pub counts: bool,
    /// From when to when, and in which logs.
    pub span: String,
    /// What wrote meanwhile, the likeliest cause and the others, and what follows.
    pub sentences: Vec<String>,
    /// The records that speak for a cause: the cause, then the place of the record.
    pub signs: Vec<(String, String)>,
}

/// Every hole, those that count first.
pub(super) fn holes(s: &Survey<'_>) -> Vec<HoleText> {
    let (counted, explained): (Vec<&Hole>, Vec<&Hole>) = s.result.ledger.holes.iter().partition(|h| h.counts);
    counted.into_iter().chain(explained).map(|h| hole(s, h)).collect()
}

/// Files of logs that were changed after their last record, a sentence each.
pub(super) fn changed(s: &Survey<'_>) -> Vec<String> {
    let one = |file: &ChangedLog| {
        let args = [
            ("path", shortened(&file.path, 300).into()),
            ("last", words::moment(file.last, s.lang).into()),
            ("late", words::duration(file.late_seconds).into()),
            ("count", file.neighbours.into()),
        ];
        s.lang.fill("log-changed", &args)
    };
    s.result.ledger.changed.iter().map(one).collect()
}

fn hole(s: &Survey<'_>, h: &Hole) -> HoleText {
    let logs = logs(s, &h.logs);
    let to = words::moment(h.to, s.lang);
    let span = match (h.from, h.records) {
        (Some(from), Some(records)) => {
            let args = [
                ("count", records.into()),
                ("from", words::moment(from, s.lang).into()),
                ("to", to.into()),
                ("logs", logs.into()),
            ];
            s.lang.fill("hole-numbers", &args)
        }
        (Some(from), None) => {
            let seconds = h.to.0.saturating_sub(from.0).unsigned_abs() / 1_000_000;
            let args = [
                ("from", words::moment(from, s.lang).into()),
                ("to", to.into()),
                ("long", words::duration(seconds).into()),
                ("logs", logs.into()),
            ];
            s.lang.fill("hole-span", &args)
        }
        (None, _) => s.lang.fill("hole-before", &[("to", to.into()), ("logs", logs.into())]),
    };
    let mut sentences = Vec::new();
    if h.from.is_some() && h.records.is_none() {
        sentences.push(match h.awake.is_empty() {
            true => s.lang.say("hole-alone"),
            false => s.lang.fill("hole-awake", &[("logs", self::logs(s, &h.awake).into())]),
        });
    }
    let causes: Vec<String> = h.causes.iter().map(|c| cause(s, c.cause)).collect();
    if let Some((first, others)) = causes.split_first() {
        sentences.push(s.lang.fill("hole-likeliest", &[("cause", first.clone().into())]));
        if !others.is_empty() {
            sentences.push(s.lang.fill("hole-possible", &[("causes", others.join(", ").into())]));
        }
    }
    sentences.push(s.lang.say(if h.counts { "hole-counts" } else { "hole-explained" }));
    let signs = h.causes.iter().flat_map(|c| c.rows.iter().map(move |r| (cause(s, c.cause), place(s, r))));
    HoleText { id: h.id.clone(), counts: h.counts, span, sentences, signs: signs.collect() }
}

fn cause(s: &Survey<'_>, cause: CauseKind) -> String {
    s.lang.say(match cause {
        CauseKind::Cleared => "hole-cleared",
        CauseKind::Stopped => "hole-stopped",
        CauseKind::Maintenance => "hole-maintenance",
        CauseKind::ClockChanged => "hole-clock-changed",
        CauseKind::DiskFull => "hole-disk-full",
        CauseKind::Unreadable => "hole-unreadable",
        CauseKind::Removed => "hole-removed",
        CauseKind::Idle => "hole-idle",
    })
}

/// Logs by what they are: `Exchange HTTP proxy log (Ecp, Owa)`.
fn logs(s: &Survey<'_>, logs: &[LogName]) -> String {
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for log in logs {
        let (title, name) = (s.title(&log.title, &log.table), shortened(&log.name, 60));
        match kinds.iter_mut().find(|(known, _)| *known == title) {
            Some((_, names)) => names.push(name),
            None => kinds.push((title, vec![name])),
        }
    }
    let kind = |(title, mut names): (String, Vec<String>)| {
        let more = names.len() > NAMED;
        names.truncate(NAMED);
        names.extend(more.then(|| "…".to_owned()));
        format!("{title} ({})", names.join(", "))
    };
    words::list(&kinds.into_iter().map(kind).collect::<Vec<_>>(), s.lang)
}

fn place(s: &Survey<'_>, row: &CitedRow) -> String {
    let when = row.time.map_or_else(|| s.lang.say("undated"), |t| words::exact(t, s.lang));
    let fields: Vec<String> =
        row.fields.iter().map(|(name, value)| format!("{name} {}", shortened(value, 60))).collect();
    format!("{} ({}): {when}, {}", shortened(&row.path, 300), row.address.pos, fields.join(", "))
}
