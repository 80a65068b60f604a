//! The sentences of the first screen: what follows the headline, the four boxes and the three questions.

use super::Fact;
use super::survey::Survey;
use crate::words;
use assize_model::display::shortened;
use assize_model::result::ExposureState::{
    self, FixedWhenFirstSeen, MitigatedOnly, NeverVulnerable, Unknown, Vulnerable, WasVulnerable,
};
use assize_model::result::WindowEnd;
use assize_model::{State, Timestamp};

/// What follows the headline, and which campaign it is about where there are several.
pub(super) fn sub(s: &Survey<'_>) -> Vec<String> {
    let mut out = first(s);
    if s.result.campaigns.len() > 1 {
        out.extend(s.about.map(|c| s.lang.fill("sub-about", &[("campaign", shortened(&c.title, 80).into())])));
        out.extend(super::campaigns::behind(s));
    }
    out
}

fn first(s: &Survey<'_>) -> Vec<String> {
    let say = |id: &str| s.lang.say(id);
    let v = &s.result.verdict;
    match v.state {
        State::Breached => {
            let linked =
                v.why.iter().any(|c| c == "finding.strong.linked") && !v.why.iter().any(|c| c == "finding.proof");
            let mut out = vec![say(if linked { "sub-breached-linked" } else { "sub-breached" })];
            out.extend(families(s));
            out
        }
        State::LikelyBreached => vec![s.lang.fill("sub-likely-breached", &[("what", what_is_missing(s).into())])],
        State::CannotExclude => cannot_exclude(s),
        State::Attacked => vec![attempts(s)],
        State::Exposed => {
            let mitigated = s.exposures(&[Vulnerable]).is_empty();
            let id = if mitigated { "sub-exposed-mitigated" } else { "sub-exposed" };
            let date = words::date(s.result.window.to, s.lang);
            vec![s.lang.fill(id, &[("kb", s.updates().into()), ("date", date.into())])]
        }
        State::NoEvidence if s.nothing_applies() => {
            vec![s.lang.fill("sub-nothing-applies", &[("packs", s.packs().into())])]
        }
        State::NoEvidence => {
            vec![s.lang.fill("sub-no-evidence", &[("required", s.required.len().into()), ("span", s.span().into())])]
        }
        State::NotAssessed => not_assessed(s),
    }
}

fn families(s: &Survey<'_>) -> Option<String> {
    let families = s.deciding_families();
    let listed = words::list(&families, s.lang);
    (!families.is_empty())
        .then(|| s.lang.fill("sub-families", &[("count", families.len().into()), ("families", listed.into())]))
}

/// The piece of proof that a probable break-in lacks.
pub(super) fn what_is_missing(s: &Survey<'_>) -> String {
    let lacks = |code: &str| s.result.verdict.why_not_higher.iter().any(|c| c == code);
    s.lang.say(match (lacks("no.proof"), lacks("no.second-family")) {
        (true, _) => "missing-no-proof",
        (_, true) => "missing-no-second-family",
        _ => "missing-other",
    })
}

fn cannot_exclude(s: &Survey<'_>) -> Vec<String> {
    if s.answered == s.required.len() {
        return vec![s.lang.say("sub-cannot-exclude-all")];
    }
    let id = if s.result.verdict.attempt_seen { "sub-cannot-exclude-attempt" } else { "sub-cannot-exclude-none" };
    let mut out = vec![s.lang.fill(id, &[("answered", s.answered.into()), ("required", s.required.len().into())])];
    if s.missing > 0 {
        out.push(s.lang.fill("sub-cannot-exclude-days", &[("missing", s.missing.into()), ("days", s.days.into())]));
    }
    out
}

fn attempts(s: &Survey<'_>) -> String {
    let count = s.attempt_count().max(1);
    match s.result.verdict.since.or_else(|| Survey::first(&s.attempts())) {
        Some(date) => {
            let date = words::moment(date, s.lang);
            s.lang.fill("sub-attacked", &[("count", count.into()), ("date", date.into())])
        }
        None => s.lang.fill("sub-attacked-undated", &[("count", count.into())]),
    }
}

fn not_assessed(s: &Survey<'_>) -> Vec<String> {
    let e = &s.result.evidence;
    if s.result.verdict.why.iter().any(|c| c == "no.campaign") {
        return vec![s.lang.say("why-no-campaign")];
    }
    vec![match e.rows {
        0 => s.lang.fill("sub-not-assessed-nothing", &[("files", e.files.into())]),
        rows => s.lang.fill("sub-not-assessed-not-exchange", &[("rows", rows.into())]),
    }]
}

/// Since when. What the box is called depends on the state.
pub(super) fn since(s: &Survey<'_>) -> Fact {
    let say = |id: &str| s.lang.say(id);
    let v = &s.result.verdict;
    let fact = |label: &str, value: String, note: String| Fact { label: say(label), value, note };
    match v.state {
        State::NotAssessed => fact("fact-since", "–".into(), String::new()),
        State::NoEvidence => fact("fact-period", s.span(), window_end(s)),
        State::Exposed => match s.exposures(&[Vulnerable, MitigatedOnly]).iter().filter_map(|e| e.from).min() {
            Some(from) => fact("fact-open-since", words::date(from, s.lang), days_before_end(s, from)),
            None => fact("fact-open-since", say("fact-unknown"), String::new()),
        },
        State::CannotExclude if !v.attempt_seen => fact("fact-since", say("fact-unknown"), say("since-blind")),
        state => {
            let tried = matches!(state, State::Attacked | State::CannotExclude);
            let label = if tried { "fact-first-attempt" } else { "fact-since" };
            match v.since.or_else(|| Survey::first(&s.deciding())) {
                Some(at) => fact(label, words::moment(at, s.lang), days_before_end(s, at)),
                None => fact(label, say("fact-unknown"), say("since-undated")),
            }
        }
    }
}

fn days_before_end(s: &Survey<'_>, from: Timestamp) -> String {
    s.lang.fill("since-days", &[("count", words::days_between(from, s.result.window.collected).into())])
}

/// Why the window ends where it does.
pub(crate) fn window_end(s: &Survey<'_>) -> String {
    use assize_model::result::WindowEnd::{Asked, Collected, LastRecord, Patched};
    s.lang.say(match s.result.window.end {
        Patched => "window-end-patched",
        Collected => "window-end-collected",
        LastRecord => "window-end-last-record",
        Asked => "window-end-asked",
    })
}

/// The worst state any flaw is in, as an administrator sees it.
pub(crate) fn worst(s: &Survey<'_>) -> ExposureState {
    let has = |state: ExposureState| s.exposure.iter().any(|e| e.state == state);
    [Vulnerable, MitigatedOnly, Unknown, WasVulnerable, FixedWhenFirstSeen, NeverVulnerable]
        .into_iter()
        .find(|x| has(*x))
        .unwrap_or(Unknown)
}

/// When the flaws that were never seen open were first seen fixed.
pub(crate) fn first_seen_fixed(s: &Survey<'_>) -> Option<Timestamp> {
    s.exposures(&[FixedWhenFirstSeen]).iter().filter_map(|e| e.to).max()
}

/// The last moment a flaw was closed, where all that were open are.
pub(crate) fn closed(s: &Survey<'_>) -> Option<Timestamp> {
    s.exposures(&[WasVulnerable]).iter().filter_map(|e| e.to).max()
}

/// Whether the way in still stands open.
pub(super) fn still_open(s: &Survey<'_>) -> Fact {
    let got_in = matches!(s.result.verdict.state, State::Breached | State::LikelyBreached);
    let say = |id: &str| s.lang.say(id);
    let (value, note) = match worst(s) {
        NeverVulnerable if s.nothing_applies() => (say("fact-no"), say("open-nothing-applies")),
        Vulnerable => {
            let cves = s.cves(&[Vulnerable]);
            (say("fact-YES"), s.lang.fill("open-vulnerable", &[("cves", cves.into())]))
        }
        MitigatedOnly => (say("fact-partly"), say("open-mitigated")),
        Unknown => (say("fact-unknown"), say("open-unknown")),
        NeverVulnerable => (say("fact-no"), say("open-never")),
        WasVulnerable => match closed(s) {
            Some(at) => {
                let id = if got_in { "open-closed-left" } else { "open-closed" };
                (say("fact-no"), s.lang.fill(id, &[("date", words::date(at, s.lang).into())]))
            }
            None => (say("fact-no"), say("open-closed-undated")),
        },
        FixedWhenFirstSeen => {
            let id = if got_in { "open-fixed-first-left" } else { "open-fixed-first" };
            (say("fact-no"), s.lang.fill(id, &[("date", fixed_on(s).into())]))
        }
    };
    Fact { label: say("fact-still-open"), value, note }
}

/// Whether the update is there.
pub(super) fn patched(s: &Survey<'_>) -> Fact {
    let say = |id: &str| s.lang.say(id);
    let (value, note) = match worst(s) {
        NeverVulnerable if s.nothing_applies() => (say("fact-not-applicable"), say("patched-nothing-applies")),
        Vulnerable | MitigatedOnly => (say("fact-NO"), s.lang.fill("patched-missing", &[("kb", s.updates().into())])),
        Unknown => (say("fact-unknown"), say("open-unknown")),
        NeverVulnerable => (say("fact-yes"), say("patched-never")),
        WasVulnerable => match (closed(s), s.result.host.exchange_build) {
            (Some(at), _) => {
                (say("fact-yes"), s.lang.fill("patched-since", &[("date", words::moment(at, s.lang).into())]))
            }
            (None, Some(build)) => {
                (say("fact-yes"), s.lang.fill("patched-build", &[("build", build.to_string().into())]))
            }
            (None, None) => (say("fact-yes"), String::new()),
        },
        FixedWhenFirstSeen => (say("fact-yes"), s.lang.fill("patched-first", &[("date", fixed_on(s).into())])),
    };
    Fact { label: say("fact-patched"), value, note }
}

/// The moment of [`first_seen_fixed`] in words.
fn fixed_on(s: &Survey<'_>) -> String {
    first_seen_fixed(s).map_or_else(|| "none".to_owned(), |at| words::moment(at, s.lang))
}

/// Whether everything needed could be seen.
pub(super) fn could_see(s: &Survey<'_>) -> Fact {
    let label = s.lang.say("fact-could-see");
    if s.nothing_applies() {
        return Fact { label, value: s.lang.say("fact-not-applicable"), note: s.lang.say("see-nothing-applies") };
    }
    if s.required.is_empty() {
        return Fact { label, value: s.lang.say("fact-NO"), note: s.lang.say("see-nothing") };
    }
    let all = s.answered == s.required.len();
    let value = s.lang.say(if all { "fact-yes" } else { "fact-NO" });
    let of = s.lang.fill("see-questions", &[("answered", s.answered.into()), ("required", s.required.len().into())]);
    let days: [(&str, crate::Value); 2] = [("missing", s.missing.into()), ("days", s.days.into())];
    let detail = match (s.missing, all) {
        (0, _) => s.lang.say("see-every-day"),
        (_, true) => s.lang.fill("see-days", &days),
        (_, false) => s.lang.fill("see-missing", &days),
    };
    Fact { label, value, note: format!("{of}, {detail}") }
}

/// Am I exposed?
pub(super) fn exposed(s: &Survey<'_>) -> Vec<String> {
    if s.exposure.is_empty() {
        return vec![s.lang.say("exposed-nothing")];
    }
    let mut out = Vec::new();
    let fill = |id: &str, state: ExposureState| {
        s.lang.fill(id, &[("cves", s.cves(&[state]).into()), ("kb", s.updates().into())])
    };
    match worst(s) {
        Vulnerable => {
            out.push(fill("exposed-vulnerable", Vulnerable));
            out.extend(build_without(s));
        }
        MitigatedOnly => out.push(fill("exposed-mitigated", MitigatedOnly)),
        Unknown => match s.exposures(&[Unknown]).len() == s.exposure.len() {
            true => out.push(s.lang.say("exposed-unknown")),
            false => out.push(fill("exposed-unknown-some", Unknown)),
        },
        WasVulnerable => {
            let count = s.exposures(&[WasVulnerable]).len();
            let date = closed(s).map(|at| words::moment(at, s.lang));
            let id = if date.is_some() { "exposed-was" } else { "exposed-was-undated" };
            let args =
                [("count", count.into()), ("packs", s.packs().into()), ("date", date.unwrap_or_default().into())];
            out.push(s.lang.fill(id, &args));
        }
        FixedWhenFirstSeen => {
            let count = s.exposures(&[FixedWhenFirstSeen]).len();
            let args = [("count", count.into()), ("packs", s.packs().into()), ("date", fixed_on(s).into())];
            out.push(s.lang.fill("exposed-fixed-first", &args));
        }
        NeverVulnerable => {
            let args = [("count", s.exposure.len().into()), ("packs", s.packs().into()), ("span", s.span().into())];
            out.push(s.lang.fill(if s.nothing_applies() { "exposed-nothing-applies" } else { "exposed-never" }, &args));
        }
    }
    out
}

fn build_without(s: &Survey<'_>) -> Option<String> {
    let build = s.result.host.exchange_build?.to_string();
    let kb = s.updates();
    Some(match &s.result.host.exchange_version {
        Some(label) => s
            .lang
            .fill("exposed-build", &[("build", build.into()), ("label", label.as_str().into()), ("kb", kb.into())]),
        None => s.lang.fill("exposed-build-bare", &[("build", build.into()), ("kb", kb.into())]),
    })
}

/// Was I attacked? A negative answer always carries its scope.
pub(super) fn attacked(s: &Survey<'_>) -> Vec<String> {
    match s.result.verdict.state {
        State::Breached => return vec![s.lang.fill("attacked-got-in", &[("count", s.deciding().len().max(1).into())])],
        State::LikelyBreached => {
            return vec![s.lang.fill("attacked-probably", &[("count", s.deciding().len().max(1).into())])];
        }
        _ => {}
    }
    let attempts = s.attempts();
    if attempts.is_empty() {
        return vec![scope(s, "attacked-none")];
    }
    let date = Survey::first(&attempts).map_or_else(|| "none".to_owned(), |at| words::moment(at, s.lang));
    let first = s.lang.fill(
        "attacked-attempts",
        &[("count", s.attempt_count().into()), ("addresses", s.addresses().len().into()), ("date", date.into())],
    );
    vec![first, scope(s, "attacked-no-success")]
}

/// What was looked through, for a sentence that says nothing was seen.
pub(crate) fn scope(s: &Survey<'_>, id: &str) -> String {
    if s.nothing_applies() {
        return s.lang.fill("attacked-nothing-applies", &[("packs", s.packs().into())]);
    }
    let (sources, rows) = s.sources_read();
    if sources.is_empty() {
        return s.lang.say("attacked-blind");
    }
    let every = if s.missing == 0 { "yes" } else { "no" };
    s.lang.fill(
        id,
        &[
            ("rows", rows.into()),
            ("sources", words::list_up_to(&sources, 5, s.lang).into()),
            ("span", s.span().into()),
            ("every", every.into()),
        ],
    )
}

/// Could we tell?
pub(super) fn could_tell(s: &Survey<'_>) -> Vec<String> {
    if s.nothing_applies() {
        return vec![s.lang.say("tell-nothing-applies")];
    }
    if s.required.is_empty() {
        return vec![s.lang.say("tell-nothing")];
    }
    let got_in = matches!(s.result.verdict.state, State::Breached | State::LikelyBreached);
    let all = s.answered == s.required.len();
    let id = match (all, s.missing) {
        (true, 0) => "tell-yes",
        (true, _) => "tell-enough",
        (false, _) if got_in => "tell-more",
        _ => "tell-no",
    };
    let args = [
        ("answered", s.answered.into()),
        ("required", s.required.len().into()),
        ("missing", s.missing.into()),
        ("days", s.days.into()),
    ];
    vec![s.lang.fill(id, &args)]
}

/// The number of the case and who made it.
pub(super) fn case(s: &Survey<'_>) -> Option<String> {
    let marking = &s.result.marking;
    let said = |id: &str, value: &Option<String>| {
        value.as_ref().map(|v| s.lang.fill(id, &[("value", assize_model::display::shortened(v, 200).into())]))
    };
    let parts: Vec<String> =
        [said("case-id", &marking.case_id), said("case-operator", &marking.operator)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The moments of the first screen in the zone of the reader.
pub(super) fn local(s: &Survey<'_>) -> Option<String> {
    let zone = s.result.marking.tz.as_ref()?;
    let since = s.result.verdict.since.or_else(|| Survey::first(&s.deciding()));
    let moments = [
        ("local-since", since),
        ("local-patched", (s.result.window.end == WindowEnd::Patched).then_some(s.result.window.to)),
        ("local-collected", Some(s.result.window.collected)),
    ];
    let told = moments
        .into_iter()
        .filter_map(|(id, t)| Some(s.lang.fill(id, &[("time", crate::zone::local(t?, zone, s.lang)?.into())])));
    let told: Vec<String> = told.collect();
    let args = [("zone", assize_model::display::shortened(zone, 40).into()), ("times", told.join(", ").into())];
    (!told.is_empty()).then(|| s.lang.fill("local-times", &args))
}
