//! The long parts: findings, coverage, exposure, techniques and indicators, in words.

use super::codes::adjusted;
use super::story::by_weight;
use super::survey::Survey;
use crate::{Lang, export, words};
use assize_model::display::shortened;
use assize_model::exposure::{FlawHistory, FlawState, MitigationFault};
use assize_model::finding::{CitedRow, Strength};
use assize_model::result::{
    CellState, ClockOffset, ClockSpan, ExposureState, QuestionCoverage, ServerPath, SourceCoverage,
};
use assize_model::{CaseResult, Finding, attack};
use std::collections::{BTreeMap, BTreeSet};

/// A finding in words. The records themselves stay in the result, at `index`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingText {
    /// `F-001`.
    pub id: String,
    /// Where it stands in the findings of the result.
    pub index: usize,
    /// A few words.
    pub title: String,
    /// What was seen.
    pub summary: String,
    /// Why it matters; may be empty.
    pub meaning: String,
    /// What else could explain it; may be empty.
    pub otherwise: String,
    /// When, in words.
    pub when: String,
    /// Whether it worked.
    pub outcome: String,
    /// What it proves, in one word.
    pub strength: String,
    /// What it proves, in a clause.
    pub strength_long: String,
    /// How much it matters.
    pub level: String,
    /// The kind of evidence.
    pub family: String,
    /// Why outcome or strength differ from the rule.
    pub adjusted: Vec<String>,
    /// Who answers for it, where it does not count.
    pub suppressed: Option<String>,
}

/// A question in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionText {
    /// Its title.
    pub title: String,
    /// The pack that asks.
    pub pack: String,
    /// Whether the verdict depends on it.
    pub required: bool,
    /// Whether the answer suffices.
    pub sufficient: bool,
    /// Could we look? A few words.
    pub look: String,
    /// The longest run of hours without an answer.
    pub gap: Option<String>,
    /// One character a day, as in the result.
    pub days: String,
    /// Its sources.
    pub sources: Vec<SourceText>,
}

/// A source in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Its name.
    pub title: String,
    /// What became of it.
    pub state: String,
    /// First and last record.
    pub span: String,
    /// Rows in the window.
    pub rows: u64,
    /// What can be done about it.
    pub fix: String,
}

/// A flaw in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureText {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// The state.
    pub state: String,
    /// When it was open.
    pub open: String,
    /// The build that fixes it.
    pub fixed_in: String,
    /// The update that brings it.
    pub kb: String,
}

/// A technique that findings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// `T1190`.
    pub id: String,
    /// MITRE's name, where we know it.
    pub name: String,
    /// The findings.
    pub findings: Vec<String>,
}

/// A value from findings that ties records together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// What it is, in words.
    pub kind: String,
    /// The value, made unclickable.
    pub value: String,
    /// The findings.
    pub findings: Vec<String>,
    /// Whether others can look for it: it is not of this server alone, nor what every server knows.
    pub elsewhere: bool,
}

/// A strip of days brought down to a few characters: `#` all answered, `+` some, `.` none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar(pub String);

impl Bar {
    /// Brings one character a day down to `width`.
    #[must_use]
    pub fn of(days: &str, width: usize) -> Self {
        let days = days.as_bytes();
        if days.is_empty() || width == 0 {
            return Self(String::new());
        }
        let width = width.min(days.len());
        let bucket = |i: usize| &days[i * days.len() / width..(i + 1) * days.len() / width];
        let mark = |cells: &[u8]| match cells.iter().filter(|c| **c == b'#').count() {
            0 => '.',
            n if n == cells.len() => '#',
            _ => '+',
        };
        Self((0..width).map(|i| mark(bucket(i))).collect())
    }
}

/// Every finding, the most telling first.
pub(super) fn findings(s: &Survey<'_>) -> Vec<FindingText> {
    let place: BTreeMap<&str, usize> = s.result.findings.iter().enumerate().map(|(i, f)| (f.id.as_str(), i)).collect();
    let text = |f: &assize_model::Finding| {
        let text = f.words(s.lang.code());
        let summary = if text.summary.is_empty() { &f.summary } else { &text.summary };
        FindingText {
            id: f.id.clone(),
            index: place[f.id.as_str()],
            title: crate::marked(f, shortened(if text.title.is_empty() { &f.rule } else { &text.title }, 200), s.lang),
            summary: shortened(summary, 4000),
            meaning: shortened(&text.meaning, 4000),
            otherwise: shortened(&text.otherwise, 4000),
            when: f.time.map_or_else(|| s.lang.say("undated"), |t| words::exact(t, s.lang)),
            outcome: s.lang.say(&format!("outcome-{}", f.outcome.word())),
            strength: s.lang.say(&format!("strength-{}", f.strength.word())),
            strength_long: s.lang.say(&format!("strength-{}-long", f.strength.word())),
            level: s.lang.say(&format!("level-{}", f.level.word())),
            family: s.family(&f.family),
            adjusted: f.adjusted.iter().map(|c| adjusted(s.lang, c)).collect(),
            suppressed: crate::suppressed(f, s.lang),
        }
    };
    by_weight(s).into_iter().map(text).collect()
}

pub(super) fn entity(s: &Survey<'_>, kind: &str) -> String {
    s.lang.find(&format!("entity-{kind}")).unwrap_or_else(|| shortened(kind, 40))
}

pub(super) fn defanged(kind: &str, value: &str) -> String {
    shortened(&words::defang(kind, value), 500)
}

/// Every question of the campaign that the answer is about, with its sources, the required ones first.
pub(super) fn coverage(s: &Survey<'_>) -> Vec<QuestionText> {
    let text = |q: &QuestionCoverage| QuestionText {
        title: s.title(&q.title, &q.name),
        pack: shortened(&q.pack, 60),
        required: q.required,
        sufficient: q.sufficient,
        look: look(s, q),
        gap: (q.applies && q.longest_gap_hours > 0)
            .then(|| s.lang.fill("coverage-gap", &[("hours", q.longest_gap_hours.into())])),
        days: q.days.clone(),
        sources: q.sources.iter().map(|x| source(s, x)).collect(),
    };
    let own = s.result.coverage.iter().filter(|q| s.is_about(&q.pack));
    let (required, others): (Vec<_>, Vec<_>) = own.partition(|q| q.required);
    required.into_iter().chain(others).map(text).collect()
}

/// Where the server kept things, in sentences that name the line that says so.
pub(super) fn server_paths(result: &CaseResult, lang: Lang) -> Vec<String> {
    result.host.paths.iter().map(|p| server_path(p, lang)).collect()
}

fn server_path(p: &ServerPath, lang: Lang) -> String {
    let place = format!("{}:{}", shortened(&p.row.path, 200), p.row.address.pos);
    let what = match p.what.as_str() {
        "exchange" => "path-exchange",
        "web-root" => "path-web-root",
        _ => "path-iis-logs",
    };
    let args =
        [("site", shortened(&p.site, 80).into()), ("path", shortened(&p.path, 200).into()), ("place", place.into())];
    let mut text = lang.fill(what, &args);
    for (is_so, id) in [(p.off, "path-off"), (!p.collected && !p.off, "path-not-collected")] {
        if is_so {
            text = format!("{text} {}", lang.say(id));
        }
    }
    text
}

/// Logs or fields that are named in one sentence.
const LACKING_NAMED: usize = 12;

/// How many rules had no record to look at, where some had none.
pub(super) fn idle_rules(result: &CaseResult, lang: Lang) -> Option<String> {
    let idle = result.checked.iter().filter(|rule| rule.rows == 0 && !rule.on_matches).count();
    (idle > 0).then(|| lang.fill("checked-idle", &[("count", idle.into()), ("of", result.checked.len().into())]))
}

/// Logs that no record is of, and fields that none has, where rules ask for them.
pub(super) fn unanswered(result: &CaseResult, lang: Lang) -> Vec<String> {
    let checked = &result.checked;
    let mut out = Vec::new();
    let logs: BTreeSet<&String> = checked.iter().flat_map(|rule| &rule.logs_unseen).collect();
    let fields: BTreeSet<&String> = checked.iter().flat_map(|rule| &rule.fields_unseen).collect();
    for (id, names) in [("checked-logs", logs), ("checked-fields", fields)] {
        if !names.is_empty() {
            let names: Vec<String> = names.into_iter().map(|name| shortened(name, 80)).collect();
            let list = words::list_up_to(&names, LACKING_NAMED, lang);
            out.push(lang.fill(id, &[("count", names.len().into()), ("names", list.into())]));
        }
    }
    out
}

/// Logs that the configuration names and the evidence has nothing of.
pub(super) fn unseen_logs(s: &Survey<'_>) -> Vec<String> {
    let unseen = s.result.host.paths.iter().filter(|p| p.what == "iis-logs" && (p.off || !p.collected));
    unseen.map(|p| server_path(p, s.lang)).collect()
}

/// Two sources whose clocks stand apart, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockText {
    /// By how much, and what follows from it.
    pub sentence: String,
    /// The runs of days, where the difference changes.
    pub spans: Vec<String>,
    /// An event that shows it: its name, then place and time in each source.
    pub example: String,
    /// The places of the example.
    pub places: Vec<String>,
}

/// Sources whose clocks differ by more than the writing of logs explains.
pub(super) fn clock_offsets(s: &Survey<'_>) -> Vec<ClockText> {
    s.result.clock_offsets.iter().filter(|c| c.differs).map(|c| clock(s, c)).collect()
}

fn clock(s: &Survey<'_>, c: &ClockOffset) -> ClockText {
    let apart = |seconds: i64| words::duration(seconds.unsigned_abs());
    let way = |seconds: i64| if seconds < 0 { "behind" } else { "ahead" };
    // Where the difference changes, the largest one is told, and then each run.
    let seconds =
        c.spans.iter().map(|x| x.median_seconds).chain([c.median_seconds]).max_by_key(|m| m.abs()).unwrap_or_default();
    let args = [
        ("source", s.title(&c.source_title, &c.source).into()),
        ("reference", s.title(&c.reference_title, &c.reference).into()),
        ("apart", apart(seconds).into()),
        ("way", way(seconds).into()),
        ("varies", if c.spans.is_empty() { "no" } else { "yes" }.into()),
        ("spread", words::duration(c.spread_seconds).into()),
        ("count", c.shared.into()),
        ("why", if c.zone { "zone" } else { "clock" }.into()),
    ];
    let span = |x: &ClockSpan| {
        let days = words::day_span(x.from, x.to, s.lang);
        let args = [
            ("days", days.into()),
            ("apart", apart(x.median_seconds).into()),
            ("way", if x.median_seconds.abs() < 60 { "same" } else { way(x.median_seconds) }.into()),
            ("count", x.shared.into()),
        ];
        s.lang.fill("clock-span", &args)
    };
    let place = |r: &CitedRow| {
        let when = r.time.map_or_else(|| s.lang.say("undated"), |t| words::exact(t, s.lang));
        format!("{} ({}): {when}", shortened(&r.path, 300), r.address.pos)
    };
    let name = c.rows.first().and_then(|r| r.fields.first()).map(|(_, v)| shortened(v, 80)).unwrap_or_default();
    ClockText {
        sentence: format!("{} {}", s.lang.fill("clock-apart", &args), s.lang.say("clock-not-shifted")),
        spans: c.spans.iter().map(span).collect(),
        example: s.lang.fill("clock-example", &[("name", name.into())]),
        places: c.rows.iter().map(place).collect(),
    }
}

/// Could we look? In a few words.
/// Each mitigation of a flaw that no update closes: whether it holds, since when, and the place of its rules.
pub(super) fn mitigations(s: &Survey<'_>) -> Vec<String> {
    let open = |f: &&FlawHistory| matches!(f.state, FlawState::Vulnerable | FlawState::MitigatedOnly);
    let sentence = |f: &FlawHistory| {
        let seen = f.mitigation.as_ref()?;
        let place = seen.rows.first().map(|r| format!("{}:{}", shortened(&r.path, 300), r.address.pos));
        let args = [
            ("name", shortened(&seen.name, 80).into()),
            ("cve", f.cve.clone().into()),
            ("place", place.unwrap_or_default().into()),
        ];
        Some(match (seen.fault, seen.since) {
            (Some(fault), _) => {
                let why = s.lang.say(mitigation_fault(fault));
                format!(
                    "{} {}",
                    s.lang.fill("mitigation-fails", &args),
                    s.lang.fill("mitigation-why", &[("why", why.into())])
                )
            }
            (None, since) => {
                let since =
                    since.map(|t| s.lang.fill("mitigation-since", &[("when", words::moment(t, s.lang).into())]));
                let parts =
                    [Some(s.lang.fill("mitigation-holds", &args)), since, Some(s.lang.say("mitigation-no-cure"))];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
        })
    };
    s.result.flaws.iter().filter(open).filter_map(sentence).collect()
}

fn mitigation_fault(fault: MitigationFault) -> &'static str {
    match fault {
        MitigationFault::RuleMissing => "mitigation-rule-missing",
        MitigationFault::OutdatedPattern => "mitigation-outdated-pattern",
        MitigationFault::SwitchedOff => "mitigation-switched-off",
        MitigationFault::OtherSyntax => "mitigation-other-syntax",
        MitigationFault::OtherAddresses => "mitigation-other-addresses",
        MitigationFault::OtherInput => "mitigation-other-input",
        MitigationFault::FurtherConditions => "mitigation-further-conditions",
        MitigationFault::DoesNotRefuse => "mitigation-does-not-refuse",
        MitigationFault::PassedOver => "mitigation-passed-over",
        MitigationFault::UndoneBelow => "mitigation-undone-below",
        MitigationFault::ModuleMissing => "mitigation-module-missing",
    }
}

/// Holes that a question names.
const HOLES_NAMED: usize = 5;

fn look(s: &Survey<'_>, q: &QuestionCoverage) -> String {
    if !q.applies {
        return s.lang.say("coverage-not-applicable");
    }
    let args = [("answered", q.answered_days.into()), ("days", q.window_days.into())];
    let count = [("count", q.answered_days.into())];
    let bare = q.days.trim_matches('.');
    let one_run = !bare.is_empty() && bare.bytes().all(|b| b == b'#');
    match (q.answered_days, q.sufficient) {
        (n, _) if n == q.window_days && !q.holes.is_empty() => {
            let holes = words::list_up_to(&q.holes, HOLES_NAMED, s.lang);
            s.lang.fill("coverage-holes", &[("holes", holes.into())])
        }
        (n, _) if n == q.window_days && n > 0 => s.lang.say("coverage-yes"),
        (_, true) => s.lang.fill("coverage-enough", &args),
        (0, _) => s.lang.fill("coverage-no", &[("reason", why_nothing(s, q).into())]),
        _ if one_run && q.days.ends_with('#') => s.lang.fill("coverage-last", &count),
        _ if one_run && q.days.starts_with('#') => s.lang.fill("coverage-first", &count),
        _ => s.lang.fill("coverage-some", &args),
    }
}

/// The reason that says most about a question without an answer.
fn why_nothing(s: &Survey<'_>, q: &QuestionCoverage) -> String {
    use CellState::{Disabled, Ended, Gap, NotCollected, Rotated, Unreadable};
    let has = |state: &CellState| q.sources.iter().any(|x| x.state == *state);
    let state = [Unreadable, Rotated, Ended, Gap, Disabled, NotCollected].into_iter().find(has).unwrap_or(NotCollected);
    s.lang.say(&format!("cell-{}", cell_word(state)))
}

/// The word of a state in machine output and in message ids.
pub(crate) fn cell_word(state: CellState) -> &'static str {
    match state {
        CellState::Read => "read",
        CellState::Gap => "gap",
        CellState::Rotated => "rotated",
        CellState::Ended => "ended",
        CellState::NotCollected => "not-collected",
        CellState::Unreadable => "unreadable",
        CellState::Disabled => "disabled",
        CellState::NotApplicable => "not-applicable",
    }
}

fn source(s: &Survey<'_>, x: &SourceCoverage) -> SourceText {
    let span = match (x.from, x.to) {
        (Some(from), Some(to)) => words::span(from, to, s.lang),
        _ => "–".into(),
    };
    // A source that was read has days it does not cover all the same; the reader needs the way to mend those.
    let lacking = x.cells.iter().map(|c| c.state).filter(|c| *c != CellState::Read).max();
    let fix = if x.state == CellState::Read { lacking.unwrap_or(x.state) } else { x.state };
    SourceText {
        title: s.title(&x.title, &x.id),
        state: s.lang.say(&format!("cell-{}", cell_word(x.state))),
        span,
        rows: x.rows,
        fix: s.lang.say(&format!("fix-{}", cell_word(fix))),
    }
}

/// Flaws that are named in one sentence.
const FLAWS_NAMED: usize = 12;

/// How many flaws of Exchange are in which state at the end of the evidence; those that somebody must act on by name, first those
/// that are known to be used.
pub(super) fn flaws(s: &Survey<'_>) -> Vec<String> {
    let all = &s.result.flaws;
    let Some(end) = s.result.evidence.to.filter(|_| !all.is_empty()) else { return Vec::new() };
    let sentence = |flaw: &FlawHistory| match flaw.state {
        // What became public later nobody could have mended at the time.
        FlawState::Vulnerable if flaw.published.is_some_and(|day| day.start() > end) => "flaws-vulnerable-later",
        FlawState::Vulnerable => "flaws-vulnerable",
        FlawState::MitigatedOnly => "flaws-mitigated-only",
        FlawState::FixedButRevoked => "flaws-fixed-but-revoked",
        FlawState::NeedsExtraStep => "flaws-needs-extra-step",
        FlawState::Unknown => "flaws-unknown",
        FlawState::EndOfLifeNotAssessed => "flaws-not-assessed",
        FlawState::Fixed => "flaws-fixed",
        FlawState::NotAffected => "flaws-not-affected",
    };
    let mut out = vec![s.lang.fill("flaws-known", &[("count", all.len().into())])];
    for id in [
        "flaws-vulnerable",
        "flaws-vulnerable-later",
        "flaws-mitigated-only",
        "flaws-fixed-but-revoked",
        "flaws-needs-extra-step",
        "flaws-unknown",
        "flaws-not-assessed",
        "flaws-fixed",
        "flaws-not-affected",
    ] {
        let mut flaws: Vec<&FlawHistory> = all.iter().filter(|flaw| sentence(flaw) == id).collect();
        if flaws.is_empty() {
            continue;
        }
        flaws.sort_by_key(|flaw| flaw.listed.is_none());
        let names: Vec<String> = flaws.iter().map(|flaw| shortened(&flaw.cve, 40)).collect();
        let names = words::list_up_to(&names, FLAWS_NAMED, s.lang);
        out.push(s.lang.fill(id, &[("count", flaws.len().into()), ("names", names.into())]));
    }
    out
}

/// The flaws of the campaigns.
pub(super) fn exposure(s: &Survey<'_>) -> Vec<ExposureText> {
    let text = |e: &assize_model::result::Exposure| ExposureText {
        cve: shortened(&e.cve, 40),
        state: s.lang.say(exposure_id(e.state)),
        open: match (e.from.map(|t| words::date(t, s.lang)), e.to.map(|t| words::date(t, s.lang))) {
            (Some(from), Some(to)) => s.lang.fill("exposure-from-to", &[("from", from.into()), ("to", to.into())]),
            (Some(from), None) => s.lang.fill("exposure-from", &[("from", from.into())]),
            (None, Some(to)) => s.lang.fill("exposure-before-not-seen", &[("to", to.into())]),
            (None, None) => "–".into(),
        },
        fixed_in: e.fixed_in.map_or_else(|| "–".into(), |b| b.to_string()),
        kb: e.kb.as_deref().map_or_else(|| "–".into(), |kb| shortened(kb, 40)),
    };
    s.result.exposure.iter().map(text).collect()
}

/// The words for the state of a flaw.
pub(crate) fn exposure_id(state: ExposureState) -> &'static str {
    match state {
        ExposureState::Vulnerable => "exposure-vulnerable",
        ExposureState::WasVulnerable => "exposure-was-vulnerable",
        ExposureState::FixedWhenFirstSeen => "exposure-fixed-when-first-seen",
        ExposureState::MitigatedOnly => "exposure-mitigated-only",
        ExposureState::NeverVulnerable => "exposure-never-vulnerable",
        ExposureState::Unknown => "exposure-state-unknown",
    }
}

/// Techniques of all findings, by id.
pub(super) fn techniques(s: &Survey<'_>) -> Vec<Technique> {
    let mut by_id: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in &s.result.findings {
        for id in &finding.techniques {
            by_id.entry(id).or_default().push(finding.id.clone());
        }
    }
    by_id.into_iter().map(|(id, findings)| technique(id, findings)).collect()
}

fn technique(id: &str, findings: Vec<String>) -> Technique {
    let name = attack::technique(id).map(attack::Technique::full_name).unwrap_or_default();
    Technique { id: shortened(id, 20), name, findings }
}

/// Techniques that some rule looks for and no finding names, by id: those that a rule had a record to look at for, and the
/// others.
pub(super) fn no_findings(s: &Survey<'_>) -> (Vec<Technique>, Vec<Technique>) {
    let found: BTreeSet<&String> = s.result.findings.iter().flat_map(|f| &f.techniques).collect();
    let mut by_id: BTreeMap<&String, bool> = BTreeMap::new();
    // A rule on what signatures matched says nothing of a record where none did.
    for rule in s.result.checked.iter().filter(|rule| !rule.on_matches) {
        for id in rule.techniques.iter().filter(|id| !found.contains(id)) {
            *by_id.entry(id).or_default() |= rule.rows > 0;
        }
    }
    let (looked, unseen): (Vec<_>, Vec<_>) = by_id.into_iter().partition(|(_, rows)| *rows);
    let named = |ids: Vec<(&String, bool)>| ids.into_iter().map(|(id, _)| technique(id, Vec::new())).collect();
    (named(looked), named(unseen))
}

/// Values of findings that are more than context, by kind and value.
pub(super) fn indicators(s: &Survey<'_>) -> Vec<Indicator> {
    let mut by_value: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in s.result.findings.iter().filter(|f| f.strength != Strength::Context) {
        for (kind, values) in &finding.entities {
            for value in values {
                by_value.entry((kind, value)).or_default().push(finding);
            }
        }
    }
    let text = |((kind, value), findings): ((&str, &str), Vec<&Finding>)| {
        let observed = export::observed(kind, value);
        Indicator {
            kind: entity(s, kind),
            value: defanged(kind, value),
            elsewhere: observed.is_some_and(|v| findings.iter().any(|f| export::is_indicator(f, &v))),
            findings: findings.iter().map(|f| f.id.clone()).collect(),
        }
    };
    by_value.into_iter().map(text).collect()
}
