//! The truth table of the verdict, and what must hold for any findings and any coverage.
#![allow(clippy::unwrap_used)]

use assize_assess::verdict::{Input, Understood, decide};
use assize_model::finding::{Level, Outcome, Strength};
use assize_model::result::{Exposure, ExposureState, QuestionCoverage};
use assize_model::{Finding, State, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A finding: strength, outcome, family, minute, and the address it shares with others.
#[derive(Debug, Clone)]
struct F(Strength, Outcome, &'static str, i64, &'static str);

fn finding(n: usize, F(strength, outcome, family, minute, ip): &F) -> Finding {
    let time = Some(Timestamp(1_614_556_800_000_000 + minute * 60_000_000));
    Finding {
        id: format!("F-{:03}", n + 1),
        key: String::new(),
        rule: "test/rule".into(),
        rule_id: "rule".into(),
        level: Level::High,
        outcome: *outcome,
        strength: *strength,
        family: (*family).into(),
        questions: vec![],
        techniques: vec![],
        vulnerabilities: vec!["CVE-2021-26855".into()],
        time,
        last: time,
        moments: Vec::new(),
        count: 1,
        summary: String::new(),
        texts: BTreeMap::new(),
        entities: BTreeMap::from([("ip".to_owned(), vec![(*ip).to_owned()])]),
        condition: String::new(),
        rows: vec![],
        adjusted: vec![],
        suppressed: None,
    }
}

fn question(n: usize, required: bool, applies: bool, answered: u32) -> QuestionCoverage {
    QuestionCoverage {
        question: format!("q{}", n + 1),
        name: "name".into(),
        pack: "test".into(),
        title: BTreeMap::new(),
        required,
        applies,
        answered_days: answered,
        window_days: 60,
        longest_gap_hours: (60 - answered) * 24,
        sufficient: applies && answered == 60,
        days: String::new(),
        holes: Vec::new(),
        sources: vec![],
    }
}

fn exposure(state: ExposureState) -> Exposure {
    Exposure { cve: "CVE-2021-26855".into(), state, from: None, to: None, fixed_in: None, kb: None }
}

/// The state for findings, days answered of each required question, and an exposure.
fn state(findings: &[F], answered: &[u32], exposed: ExposureState) -> State {
    let findings: Vec<_> = findings.iter().enumerate().map(|(n, f)| finding(n, f)).collect();
    let coverage: Vec<_> = answered.iter().enumerate().map(|(n, days)| question(n, true, true, *days)).collect();
    let exposure = [exposure(exposed)];
    decide(&Input {
        findings: &findings,
        coverage: &coverage,
        exposure: &exposure,
        understood: Understood::Exchange,
        edge: false,
    })
    .state
}

use ExposureState::{
    FixedWhenFirstSeen, MitigatedOnly, NeverVulnerable, Unknown as NotKnown, Vulnerable, WasVulnerable,
};
use Outcome::{Attempt, Probe, Success, Unknown};
use State::{Attacked, Breached, CannotExclude, Exposed, LikelyBreached, NoEvidence};
use Strength::{Context, Moderate, Proof, Strong, Weak};

const ALL: &[u32] = &[60, 60, 60, 60];
const PART: &[u32] = &[60, 9, 60, 60];
const NONE: &[u32] = &[0, 0, 0, 0];

/// What is the case, findings, days answered of each question, exposure, and the state that must come out.
type Line = (&'static str, Vec<F>, &'static [u32], ExposureState, State);

#[test]
fn truth_table() {
    // Long: it is a table.
    let (web, app, disk) = ("web-log", "exchange-log", "file-system");
    let table: Vec<Line> = vec![
        ("nothing, all seen, fixed", vec![], ALL, WasVulnerable, NoEvidence),
        ("nothing, all seen, fixed when first seen", vec![], ALL, FixedWhenFirstSeen, NoEvidence),
        ("nothing, part seen, fixed when first seen", vec![], PART, FixedWhenFirstSeen, CannotExclude),
        ("nothing, all seen, never vulnerable", vec![], ALL, NeverVulnerable, NoEvidence),
        ("nothing, all seen, vulnerable", vec![], ALL, Vulnerable, Exposed),
        ("nothing, all seen, mitigated", vec![], ALL, MitigatedOnly, Exposed),
        ("nothing, all seen, no build known", vec![], ALL, NotKnown, CannotExclude),
        ("nothing, part seen, fixed", vec![], PART, WasVulnerable, CannotExclude),
        ("nothing, every test skipped", vec![], NONE, WasVulnerable, CannotExclude),
        ("nothing, every test skipped, never vulnerable", vec![], NONE, NeverVulnerable, CannotExclude),
        ("attempt, all seen", vec![F(Moderate, Attempt, app, 0, "a")], ALL, WasVulnerable, Attacked),
        ("attempt, all seen, still vulnerable", vec![F(Weak, Attempt, app, 0, "a")], ALL, Vulnerable, Attacked),
        ("attempt, part seen", vec![F(Moderate, Attempt, app, 0, "a")], PART, WasVulnerable, CannotExclude),
        (
            "a strong attempt is still an attempt",
            vec![F(Strong, Attempt, app, 0, "a"), F(Strong, Attempt, web, 0, "a")],
            ALL,
            WasVulnerable,
            Attacked,
        ),
        ("a proof of an attempt is no breach", vec![F(Proof, Attempt, app, 0, "a")], ALL, WasVulnerable, Attacked),
        ("a scanner's greeting", vec![F(Weak, Probe, web, 0, "a")], ALL, WasVulnerable, NoEvidence),
        ("a probe that is more", vec![F(Moderate, Probe, web, 0, "a")], ALL, WasVulnerable, Attacked),
        (
            "context never raises",
            vec![F(Context, Success, web, 0, "a"), F(Context, Success, app, 0, "a"), F(Context, Success, disk, 0, "a")],
            ALL,
            WasVulnerable,
            NoEvidence,
        ),
        ("one moderate success", vec![F(Moderate, Success, app, 0, "a")], ALL, WasVulnerable, CannotExclude),
        (
            "three moderate of one family",
            vec![
                F(Moderate, Success, app, 0, "a"),
                F(Moderate, Success, app, 1, "a"),
                F(Moderate, Success, app, 2, "a"),
            ],
            ALL,
            WasVulnerable,
            CannotExclude,
        ),
        (
            "three moderate of two families",
            vec![
                F(Moderate, Success, app, 0, "a"),
                F(Moderate, Success, app, 1, "a"),
                F(Moderate, Unknown, web, 2, "b"),
            ],
            ALL,
            WasVulnerable,
            LikelyBreached,
        ),
        ("one strong", vec![F(Strong, Success, app, 0, "a")], ALL, WasVulnerable, LikelyBreached),
        ("one strong, nothing else seen", vec![F(Strong, Success, app, 0, "a")], NONE, NotKnown, LikelyBreached),
        (
            "two strong of one family",
            vec![F(Strong, Success, app, 0, "a"), F(Strong, Success, app, 1, "a")],
            ALL,
            WasVulnerable,
            LikelyBreached,
        ),
        (
            "two strong of two families, far apart",
            vec![F(Strong, Success, app, 0, "a"), F(Strong, Success, web, 16, "a")],
            ALL,
            WasVulnerable,
            LikelyBreached,
        ),
        (
            "two strong of two families, nothing shared",
            vec![F(Strong, Success, app, 0, "a"), F(Strong, Success, web, 1, "b")],
            ALL,
            WasVulnerable,
            LikelyBreached,
        ),
        (
            "two strong of two families, linked",
            vec![F(Strong, Success, app, 0, "a"), F(Strong, Success, web, 15, "a")],
            ALL,
            WasVulnerable,
            Breached,
        ),
        ("proof", vec![F(Proof, Success, app, 0, "a")], ALL, WasVulnerable, Breached),
        ("proof, nothing else seen", vec![F(Proof, Success, app, 0, "a")], NONE, NotKnown, Breached),
    ];
    let wrong: Vec<_> = table
        .iter()
        .map(|(name, findings, answered, exposed, expected)| (name, state(findings, answered, *exposed), expected))
        .filter(|(_, got, expected)| got != *expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_understood_is_no_answer() {
    for understood in [Understood::Nothing, Understood::Other] {
        let verdict = decide(&Input { findings: &[], coverage: &[], exposure: &[], understood, edge: false });
        assert_eq!(verdict.state, State::NotAssessed);
        assert_eq!(verdict.triage, None);
    }
}

#[test]
fn a_break_in_is_said_of_a_server_that_is_not_known_to_be_exchange() {
    let findings = [finding(0, &F(Strong, Success, "file-system", 0, "a"))];
    let input = Input { findings: &findings, coverage: &[], exposure: &[], understood: Understood::Other, edge: false };
    assert_eq!(decide(&input).state, LikelyBreached);
    let weaker = [finding(0, &F(Moderate, Success, "file-system", 0, "a"))];
    assert_eq!(decide(&Input { findings: &weaker, ..input }).state, State::NotAssessed);
}

#[test]
fn reasons_name_the_question_that_is_open() {
    let coverage = [
        question(0, true, true, 60),
        question(1, true, true, 9),
        question(2, true, true, 0),
        question(3, false, true, 0),
    ];
    let exposure = [exposure(Vulnerable)];
    let verdict = decide(&Input {
        findings: &[],
        coverage: &coverage,
        exposure: &exposure,
        understood: Understood::Exchange,
        edge: false,
    });
    assert_eq!(verdict.why, ["coverage.required.q2.partial", "coverage.required.q3.none"]);
    assert_eq!(verdict.why_not_higher, ["no.finding"]);
}

fn any_finding() -> impl Strategy<Value = F> {
    let strengths = prop::sample::select(vec![Context, Weak, Moderate, Strong, Proof]);
    let outcomes = prop::sample::select(vec![Probe, Attempt, Unknown, Success]);
    let families = prop::sample::select(vec!["web-log", "exchange-log", "windows-events", "file-system"]);
    (strengths, outcomes, families, 0..60i64, prop::sample::select(vec!["a", "b"]))
        .prop_map(|(s, o, f, m, i)| F(s, o, f, m, i))
}

fn any_exposure() -> impl Strategy<Value = ExposureState> {
    prop::sample::select(vec![NeverVulnerable, WasVulnerable, MitigatedOnly, Vulnerable, NotKnown])
}

proptest! {
    #[test]
    fn losing_a_question_never_lowers_and_never_leaves_a_negative_answer(
        findings in prop::collection::vec(any_finding(), 0..6),
        answered in prop::collection::vec(prop::sample::select(vec![0u32, 9, 60]), 4),
        lost in 0..4usize,
        exposed in any_exposure(),
    ) {
        let before = state(&findings, &answered, exposed);
        let mut less = answered;
        less[lost] = 0;
        let after = state(&findings, &less, exposed);
        prop_assert!(after >= CannotExclude);
        prop_assert!(after >= before);
        if before >= CannotExclude {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn one_more_finding_never_lowers(
        findings in prop::collection::vec(any_finding(), 0..6),
        more in any_finding(),
        answered in prop::collection::vec(prop::sample::select(vec![0u32, 60]), 4),
        exposed in any_exposure(),
    ) {
        let before = state(&findings, &answered, exposed);
        let mut longer = findings;
        longer.push(more);
        prop_assert!(state(&longer, &answered, exposed) >= before);
    }

    #[test]
    fn the_order_of_findings_changes_nothing(findings in prop::collection::vec(any_finding(), 0..6)) {
        let turned: Vec<F> = findings.iter().rev().cloned().collect();
        prop_assert_eq!(state(&findings, ALL, Vulnerable), state(&turned, ALL, Vulnerable));
    }
}
