//! The decision: a pure function of findings, coverage and exposure.

use assize_model::finding::{Outcome, Strength};
use assize_model::result::{Exposure, ExposureState, QuestionCoverage};
use assize_model::verdict::{Confidence, Triage};
use assize_model::{Finding, State, Verdict};
use std::collections::BTreeSet;

/// Two strong findings of different families within this many minutes, that share an observable, are direct proof.
const LINKED_MICROS: i64 = 15 * 60 * 1_000_000;

/// Whether anything was read, and whether it comes from an Exchange server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Understood {
    /// Not one record.
    Nothing,
    /// Records, but none that only an Exchange server writes.
    Other,
    /// Records of an Exchange server.
    Exchange,
}

/// What the decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Findings.
    pub findings: &'a [Finding],
    /// Questions.
    pub coverage: &'a [QuestionCoverage],
    /// Vulnerabilities.
    pub exposure: &'a [Exposure],
    /// What was read at all.
    pub understood: Understood,
    /// Whether it is an Edge Transport server.
    pub edge: bool,
}

/// Decides.
#[must_use]
pub fn decide(input: &Input<'_>) -> Verdict {
    let evidence = Weighed::of(input.findings);
    // A break-in that is shown is said, whatever the logs of Exchange would have added.
    let shown = broken_into(&evidence).filter(|_| input.understood != Understood::Nothing);
    if shown.is_none() && input.understood != Understood::Exchange {
        return not_assessed(if input.understood == Understood::Nothing {
            "nothing.understood"
        } else {
            "not.exchange"
        });
    }
    let coverage = coverage_reasons(input.coverage);
    let exposure = worst_exposure(input.exposure);
    let mut verdict = shown.unwrap_or_else(|| not_shown(input, &evidence, &coverage, exposure));
    verdict.code = verdict.state.code();
    verdict.attempt_seen = !evidence.attempts.is_empty();
    verdict.since = since(verdict.state, &evidence);
    verdict.triage = Some(triage(verdict.state, exposure));
    if evidence.tampered {
        verdict.why.push("evidence.tampered".into());
    }
    verdict
}

/// The verdict where there is nothing to judge.
pub(crate) fn not_assessed(why: &str) -> Verdict {
    Verdict {
        state: State::NotAssessed,
        code: State::NotAssessed.code(),
        triage: None,
        confidence: None,
        attempt_seen: false,
        since: None,
        decided_by: Vec::new(),
        why: vec![why.into()],
        why_not_higher: Vec::new(),
        why_not_lower: Vec::new(),
    }
}

/// Findings by what they can do to a verdict.
struct Weighed<'a> {
    /// Acts that worked, or of which the records do not say; they can show a break-in.
    acts: Vec<&'a Finding>,
    /// Acts that were tried.
    attempts: Vec<&'a Finding>,
    /// Whether all attempts came after the patch.
    only_after_patch: bool,
    /// Whether logs were cleared.
    tampered: bool,
}

impl<'a> Weighed<'a> {
    fn of(findings: &'a [Finding]) -> Self {
        let acts = findings.iter().filter(|f| matches!(f.outcome, Outcome::Success | Outcome::Unknown)).collect();
        let tried = |f: &&Finding| match f.outcome {
            Outcome::Attempt => true,
            // A probe that is more than a scanner's greeting counts as an attempt.
            Outcome::Probe => f.strength >= Strength::Moderate,
            // What may have worked was tried in any case. A log that was emptied is no attempt; it has its own code.
            Outcome::Success | Outcome::Unknown => {
                f.strength >= Strength::Moderate && (!f.vulnerabilities.is_empty() || !hides_traces(f))
            }
        };
        let attempts: Vec<_> = findings.iter().filter(tried).collect();
        Self {
            only_after_patch: !attempts.is_empty()
                && attempts.iter().all(|f| f.adjusted.iter().any(|a| a == "after-patch")),
            attempts,
            acts,
            tampered: findings.iter().any(hides_traces),
        }
    }

    fn of_strength(&self, least: Strength) -> Vec<&'a Finding> {
        self.acts.iter().copied().filter(|f| f.strength >= least).collect()
    }
}

/// Whether a finding says that traces were removed (ATT&CK T1070, indicator removal).
fn hides_traces(finding: &Finding) -> bool {
    finding.techniques.iter().any(|t| t.starts_with("T1070"))
}

/// The verdict where a break-in is shown or likely.
fn broken_into(evidence: &Weighed<'_>) -> Option<Verdict> {
    let proofs: Vec<_> = evidence
        .acts
        .iter()
        .copied()
        .filter(|f| f.strength == Strength::Proof && f.outcome == Outcome::Success)
        .collect();
    if !proofs.is_empty() {
        return Some(of(State::Breached, Confidence::VerySure, &proofs, &["finding.proof"], &[], &["finding.proof"]));
    }
    let strong = evidence.of_strength(Strength::Strong);
    let linked = linked(&strong);
    if !linked.is_empty() {
        let why = ["finding.strong.linked"];
        return Some(of(State::Breached, Confidence::VerySure, &linked, &why, &[], &why));
    }
    if !strong.is_empty() {
        let why = ["finding.strong"];
        return Some(of(
            State::LikelyBreached,
            Confidence::FairlySure,
            &strong,
            &why,
            &["no.proof", "no.second-family"],
            &why,
        ));
    }
    let moderate = evidence.of_strength(Strength::Moderate);
    let families: BTreeSet<&str> = moderate.iter().map(|f| f.family.as_str()).collect();
    if moderate.len() >= 3 && families.len() >= 2 {
        let why = ["finding.moderate.several"];
        return Some(of(State::LikelyBreached, Confidence::FairlySure, &moderate, &why, &["no.proof"], &why));
    }
    None
}

/// The verdict where no break-in is shown: it cannot outrun what could be seen.
fn not_shown(input: &Input<'_>, evidence: &Weighed<'_>, coverage: &[String], exposure: ExposureState) -> Verdict {
    let attempts = &evidence.attempts;
    let nothing = if input.findings.is_empty() { "no.finding" } else { "no.success" };
    // An act that worked, but could be something else: too little to say that somebody got in, too much to say that nobody did.
    let hints: Vec<&Finding> = evidence
        .acts
        .iter()
        .copied()
        .filter(|f| f.outcome == Outcome::Success && f.strength >= Strength::Moderate)
        .collect();
    if input.edge && hints.is_empty() {
        let why = ["no.applicable-question", "exposure.never"];
        return of(State::NoEvidence, Confidence::VerySure, &[], &why, &[nothing], &[]);
    }
    let mut missing: Vec<&str> = coverage.iter().map(String::as_str).collect();
    if exposure == ExposureState::Unknown {
        missing.push("exposure.unknown");
    }
    if !hints.is_empty() {
        missing.insert(0, "finding.moderate");
        return of(State::CannotExclude, Confidence::NotSure, &hints, &missing, &["no.proof"], &missing);
    }
    if !missing.is_empty() {
        return of(State::CannotExclude, Confidence::NotSure, attempts, &missing, &[nothing], &missing);
    }
    if !attempts.is_empty() {
        let mut why = vec!["finding.attempt", "coverage.sufficient"];
        if evidence.only_after_patch {
            why.push("attempts.after-patch");
        }
        return of(State::Attacked, Confidence::VerySure, attempts, &why, &["no.success"], &["finding.attempt"]);
    }
    match exposure {
        ExposureState::Vulnerable => of(
            State::Exposed,
            Confidence::VerySure,
            &[],
            &["exposure.vulnerable", "coverage.sufficient"],
            &["no.finding"],
            &["exposure.vulnerable"],
        ),
        ExposureState::MitigatedOnly => {
            let why = ["exposure.mitigated-only", "coverage.sufficient"];
            of(State::Exposed, Confidence::VerySure, &[], &why, &["no.finding"], &["exposure.mitigated-only"])
        }
        ExposureState::NeverVulnerable => of(
            State::NoEvidence,
            Confidence::VerySure,
            &[],
            &["exposure.never", "coverage.sufficient"],
            &["no.finding"],
            &[],
        ),
        _ => of(
            State::NoEvidence,
            Confidence::VerySure,
            &[],
            &["exposure.fixed", "coverage.sufficient"],
            &["no.finding"],
            &[],
        ),
    }
}

fn of(
    state: State,
    confidence: Confidence,
    by: &[&Finding],
    why: &[&str],
    not_higher: &[&str],
    not_lower: &[&str],
) -> Verdict {
    let words = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect();
    Verdict {
        state,
        code: state.code(),
        triage: None,
        confidence: Some(confidence),
        attempt_seen: false,
        since: None,
        decided_by: by.iter().map(|f| f.id.clone()).collect(),
        why: words(why),
        why_not_higher: words(not_higher),
        why_not_lower: words(not_lower),
    }
}

/// Kinds of observable that identify an act. The host is the same for all, a user agent is worn by many, and an
/// account of the system does everything, so these link nobody.
const IDENTIFIERS: [&str; 6] = ["ip", "request", "canary", "path", "file", "hash"];

/// Strong findings that have a partner of another family, near in time, that shares an identifier. One request that
/// stands in two logs is one act seen twice, and no partner of itself.
fn linked<'a>(strong: &[&'a Finding]) -> Vec<&'a Finding> {
    let partner = |a: &Finding, b: &Finding| {
        a.family != b.family
            && near(a, b)
            && crate::correlate::shared("request", a, b).is_empty()
            && IDENTIFIERS.iter().any(|kind| {
                crate::correlate::shared(kind, a, b).iter().any(|v| *kind != "ip" || crate::correlate::outside(v))
            })
    };
    strong.iter().copied().filter(|a| strong.iter().any(|b| partner(a, b))).collect()
}

fn near(a: &Finding, b: &Finding) -> bool {
    crate::moments::apart(a, b).is_some_and(|between| between <= LINKED_MICROS)
}

/// One code for each required question that was not answered.
fn coverage_reasons(coverage: &[QuestionCoverage]) -> Vec<String> {
    let lacking = coverage.iter().filter(|q| q.decides() && !q.sufficient);
    lacking
        .map(|q| {
            let how = match q.answered_days {
                0 => "none",
                days if days == q.window_days && !q.holes.is_empty() => "hole",
                _ => "partial",
            };
            format!("coverage.required.{}.{how}", q.question)
        })
        .collect()
}

/// The exposure that decides: the worst of all vulnerabilities, where not knowing one is not knowing.
fn worst_exposure(exposure: &[Exposure]) -> ExposureState {
    let order = [
        ExposureState::Vulnerable,
        ExposureState::Unknown,
        ExposureState::MitigatedOnly,
        ExposureState::WasVulnerable,
        ExposureState::FixedWhenFirstSeen,
    ];
    let has = |state: &ExposureState| exposure.iter().any(|e| e.state == *state);
    match order.into_iter().find(has) {
        Some(state) => state,
        None if exposure.is_empty() => ExposureState::Unknown,
        None => ExposureState::NeverVulnerable,
    }
}

fn since(state: State, evidence: &Weighed<'_>) -> Option<assize_model::Timestamp> {
    let first = |findings: &[&Finding]| findings.iter().filter_map(|f| f.time).min();
    match state {
        State::Breached | State::LikelyBreached => {
            let worked: Vec<_> = evidence
                .of_strength(Strength::Moderate)
                .into_iter()
                .filter(|f| f.outcome == Outcome::Success)
                .collect();
            first(&worked).or_else(|| first(&evidence.of_strength(Strength::Moderate)))
        }
        State::Attacked | State::CannotExclude => first(&evidence.attempts),
        _ => None,
    }
}

fn triage(state: State, exposure: ExposureState) -> Triage {
    match state {
        State::Breached => Triage::Confirmed,
        State::LikelyBreached => Triage::Suspected,
        State::CannotExclude
            if matches!(
                exposure,
                ExposureState::Vulnerable
                    | ExposureState::WasVulnerable
                    | ExposureState::FixedWhenFirstSeen
                    | ExposureState::Unknown
            ) =>
        {
            Triage::Suspected
        }
        State::CannotExclude => Triage::NoEvidenceInsufficient,
        _ => Triage::NoEvidence,
    }
}
