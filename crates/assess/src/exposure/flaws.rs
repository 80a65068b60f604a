//! One flaw on the line of time of builds.

use super::spans::{self, Run, Running};
use super::steps::Steps;
use super::{Survey, overrides};
use assize_content::exposure::{BuildState, Flaw, Needs, Ransomware};
use assize_model::Timestamp;
use assize_model::exposure::{FlawHistory, FlawListed, FlawSpan, FlawState, StepSeen, StepState};
use assize_model::result::{Exposure, ExposureState};

/// What became of one flaw.
pub(super) fn history(survey: &Survey, flaw: &Flaw) -> FlawHistory {
    let built = |r: &Running| survey.tables.state_with(&flaw.cve, r.build, r.precision, &survey.articles);
    let runs = spans::runs(&survey.running, |r| state(&survey.steps, flaw, built(r), r));
    let mut spans: Vec<FlawSpan> = runs.iter().map(span).collect();
    let revoked = overrides::of(&survey.overrides, flaw);
    for (from, to, _) in &revoked {
        let off = |s: FlawState| matches!(s, FlawState::Fixed | FlawState::NeedsExtraStep);
        overlay(&mut spans, *from, *to, |s| if off(s) { FlawState::FixedButRevoked } else { s });
    }
    let of_flaw = survey.tables.mitigations.iter().filter(|m| m.cves.contains(&flaw.cve));
    let mitigation = of_flaw.filter_map(|m| survey.rewrites.judge(m)).max_by_key(|seen| seen.holds);
    if let Some(seen) = mitigation.as_ref().filter(|seen| seen.holds) {
        // Where nothing dates it, it is known to stand at the end alone.
        let last = survey.running.iter().map(|r| r.to).max();
        let since = seen.since.or(last).unwrap_or(Timestamp(i64::MAX));
        let held = |s| if s == FlawState::Vulnerable { FlawState::MitigatedOnly } else { s };
        overlay(&mut spans, since, None, held);
    }
    let last_bad = survey.running.iter().filter(|r| built(r) == BuildState::Vulnerable).max_by_key(|r| (r.to, r.build));
    let build = last_bad.or(survey.running.last()).map(|r| r.build);
    let fix = build.and_then(|b| survey.tables.fix(&flaw.cve, b));
    let state = spans.last().map_or(FlawState::Unknown, |s| s.state);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    FlawHistory {
        cve: flaw.cve.clone(),
        alias: text(&flaw.alias),
        kind: text(&flaw.kind),
        needs: flaw.needs.map(|n| needs(n).into()),
        published: flaw.published,
        listed: flaw.kev_added.zip(flaw.kev_due).map(|(added, due)| FlawListed {
            added,
            due,
            ransomware: flaw.kev_ransomware == Some(Ransomware::Known),
        }),
        state,
        step: step(&survey.steps, flaw, runs.last()).filter(|_| state != FlawState::NotAffected),
        mitigation: mitigation.filter(|_| state != FlawState::NotAffected),
        can_be_revoked: !flaw.switched_off_by.is_empty(),
        revoked_by: revoked.into_iter().flat_map(|(.., rows)| rows).collect(),
        spans,
        fixed_in: fix.map(|f| f.min_fixed_build),
        kb: fix.map(|f| f.kb.clone()).filter(|kb| !kb.is_empty()),
    }
}

/// The word of the content for what a stranger must have.
fn needs(needs: Needs) -> &'static str {
    match needs {
        Needs::Nothing => "nothing",
        Needs::Relay => "relay",
        Needs::Reader => "reader",
        Needs::Mailbox => "mailbox",
        Needs::Role => "role",
        Needs::Administrator => "administrator",
        Needs::Chain => "chain",
    }
}

fn span(run: &Run<FlawState>) -> FlawSpan {
    FlawSpan { state: run.state, from: run.from, to: run.to, by: run.by }
}

/// The state of a build, with what must be done beside the update.
fn state(steps: &Steps, flaw: &Flaw, built: BuildState, running: &Running) -> FlawState {
    match (built, flaw.step) {
        (BuildState::Vulnerable, _) => FlawState::Vulnerable,
        (BuildState::Unknown, _) => FlawState::Unknown,
        (BuildState::NotAssessed, _) => FlawState::EndOfLifeNotAssessed,
        (BuildState::NotAffected, _) => FlawState::NotAffected,
        (BuildState::Fixed, None) => FlawState::Fixed,
        (BuildState::Fixed, Some(step)) => match steps.seen(step).0 {
            StepState::Done | StepState::ByDefault => FlawState::Fixed,
            StepState::NotSeen if flaw.done_by_default(running.build) => FlawState::Fixed,
            StepState::Missing | StepState::NotSeen => FlawState::NeedsExtraStep,
        },
    }
}

fn step(steps: &Steps, flaw: &Flaw, last: Option<&Run<FlawState>>) -> Option<StepSeen> {
    let step = flaw.step?;
    let (seen, rows) = steps.seen(step);
    let by_default = seen == StepState::NotSeen && last.is_some_and(|run| flaw.done_by_default(run.build));
    let state = if by_default { StepState::ByDefault } else { seen };
    Some(StepSeen { step: step.word().into(), state, rows: rows.to_vec() })
}

/// Changes the states within a stretch of time; runs are cut where it begins and ends, and joined where they are alike.
pub(super) fn overlay(
    spans: &mut Vec<FlawSpan>,
    from: Timestamp,
    to: Option<Timestamp>,
    change: impl Fn(FlawState) -> FlawState,
) {
    let mut cut: Vec<FlawSpan> = Vec::new();
    for span in spans.drain(..) {
        let end = |t: Option<Timestamp>| t.unwrap_or(Timestamp(i64::MAX));
        let inside = (span.from.max(from), end(span.to).min(end(to)));
        if inside.0 >= inside.1 || change(span.state) == span.state {
            cut.push(span);
            continue;
        }
        let open = |t: Timestamp| (t < Timestamp(i64::MAX)).then_some(t);
        let parts = [
            (span.from, inside.0, span.state),
            (inside.0, inside.1, change(span.state)),
            (inside.1, end(span.to), span.state),
        ];
        let parts = parts.into_iter().filter(|(from, to, _)| from < to);
        cut.extend(parts.map(|(from, to, state)| FlawSpan { state, from, to: open(to), by: span.by }));
    }
    for span in cut {
        match spans.last_mut() {
            Some(last) if last.state == span.state => last.to = span.to,
            _ => spans.push(span),
        }
    }
}

/// The state of a flaw in the words of a pack: what decides a verdict.
pub(super) fn exposure(flaw: &FlawHistory) -> Exposure {
    let seen_missing = flaw.step.as_ref().is_some_and(|s| s.state == StepState::Missing);
    let all = |wanted: FlawState| flaw.spans.iter().all(|s| s.state == wanted);
    let open = |s: FlawState| {
        matches!(s, FlawState::Vulnerable | FlawState::FixedButRevoked | FlawState::MitigatedOnly)
            || (s == FlawState::NeedsExtraStep && seen_missing)
    };
    let state = match flaw.state {
        FlawState::MitigatedOnly => ExposureState::MitigatedOnly,
        s if open(s) => ExposureState::Vulnerable,
        FlawState::NotAffected if all(FlawState::NotAffected) => ExposureState::NeverVulnerable,
        FlawState::Fixed | FlawState::NotAffected if flaw.spans.iter().any(|s| open(s.state)) => {
            ExposureState::WasVulnerable
        }
        FlawState::Fixed | FlawState::NotAffected => ExposureState::FixedWhenFirstSeen,
        _ => ExposureState::Unknown,
    };
    let fixed = matches!(state, ExposureState::WasVulnerable | ExposureState::FixedWhenFirstSeen);
    let closed = flaw.spans.last().filter(|_| fixed);
    Exposure {
        cve: flaw.cve.clone(),
        state,
        from: flaw.spans.iter().find(|s| open(s.state)).map(|s| s.from),
        to: closed.map(|s| s.from),
        fixed_in: flaw.fixed_in,
        kb: flaw.kb.clone(),
    }
}
