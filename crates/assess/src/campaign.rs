//! Several campaigns, one answer: each has its own period, its own questions and its own flaws; the worst is the headline.

use crate::exposure::Survey;
use crate::verdict::{self, Input, Understood};
use crate::{Facts, Tables, coverage};
use assize_content::Pack;
use assize_model::result::{Campaign, Exposure, QuestionCoverage, Standing, Window};
use assize_model::time::DAY;
use assize_model::{Finding, State, Verdict};

/// From so many days after its update on, a campaign lies behind a server that has the update in its first record:
/// six times what Exchange keeps its logs for, twice what it keeps its audit of administrators for.
const BEHIND_DAYS: i64 = 180;

/// A build counts for the begin of a window if it was seen so soon after it.
const SOON: i64 = DAY;

/// A campaign before anything was decided.
pub(crate) struct Plan<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) window: Window,
    pub(crate) standing: Standing,
}

/// The campaigns of some packs, in their order.
pub(crate) fn plans<'a>(tables: &dyn Tables, packs: &[&'a Pack], survey: &Survey, facts: &Facts) -> Vec<Plan<'a>> {
    let plan = |pack: &&'a Pack| {
        let window = coverage::window(tables, Some(pack), survey, facts);
        Plan { pack, standing: standing(pack, &window, survey), window }
    };
    packs.iter().filter(|p| p.from.is_some()).map(plan).collect()
}

fn standing(pack: &Pack, window: &Window, survey: &Survey) -> Standing {
    if pack.from.is_some_and(|from| window.collected < from) {
        return Standing::NotBegun;
    }
    // An Edge server is told of by its role, not by its builds.
    if survey.edge {
        return Standing::Open;
    }
    let cves = &pack.vulnerabilities;
    let seen = survey.fixed_from_first(cves);
    if survey.never_affected(cves) || seen.is_some_and(|first| first <= window.from.plus(SOON)) {
        return Standing::NeverOpen;
    }
    match (seen, pack.fixed) {
        (Some(first), Some(fixed)) if first >= fixed.plus(BEHIND_DAYS * DAY) => Standing::Behind,
        _ => Standing::Open,
    }
}

/// What all campaigns are judged by.
pub(crate) struct Judged<'a> {
    pub(crate) findings: &'a [Finding],
    pub(crate) coverage: &'a [QuestionCoverage],
    pub(crate) exposure: &'a [Exposure],
    pub(crate) understood: Understood,
    pub(crate) edge: bool,
}

/// Each campaign by itself, the number of the one that the headline is about, and the headline.
pub(crate) fn judge(plans: &[Plan<'_>], judged: &Judged<'_>) -> (Vec<Campaign>, Option<usize>, Verdict) {
    let campaigns: Vec<Campaign> = plans.iter().map(|plan| one(plan, judged)).collect();
    let shown = verdict::decide(&judged.input(judged.findings, &[], &[]));
    let got_in = matches!(shown.state, State::Breached | State::LikelyBreached);
    let lead = if got_in { lead_of_break_in(plans, &campaigns, judged, &shown) } else { worst(plans, &campaigns) };
    let Some(plan) = lead.map(|at| &plans[at]) else { return (campaigns, None, no_campaign(shown)) };
    let mut verdict = decide(plan, judged, judged.findings);
    if campaigns.iter().any(|c| c.standing == Standing::Behind) && verdict.state.code() < State::CannotExclude.code() {
        add(&mut verdict, "campaigns.behind");
    }
    (campaigns, lead, verdict)
}

impl<'a> Judged<'a> {
    /// The same with other findings.
    pub(crate) fn over<'b>(&self, findings: &'b [Finding]) -> Judged<'b>
    where
        'a: 'b,
    {
        Judged { findings, ..*self }
    }

    fn input<'b>(
        &self,
        findings: &'b [Finding],
        coverage: &'b [QuestionCoverage],
        exposure: &'b [Exposure],
    ) -> Input<'b>
    where
        'a: 'b,
    {
        Input { findings, coverage, exposure, understood: self.understood, edge: self.edge }
    }
}

/// Whether a finding comes from a pack.
fn is_of(finding: &Finding, pack: &str) -> bool {
    finding.rule.strip_prefix(pack).is_some_and(|rest| rest.starts_with('/'))
}

/// The answer of a campaign by some findings: its own questions, its own flaws.
fn decide(plan: &Plan<'_>, judged: &Judged<'_>, findings: &[Finding]) -> Verdict {
    let open = plan.standing == Standing::Open;
    let asked = |q: &&QuestionCoverage| open && q.pack == plan.pack.id;
    let coverage: Vec<QuestionCoverage> = judged.coverage.iter().filter(asked).cloned().collect();
    let own = |e: &&Exposure| open && plan.pack.vulnerabilities.contains(&e.cve);
    let mut exposure: Vec<Exposure> = judged.exposure.iter().filter(own).cloned().collect();
    // A campaign without a flaw of the server (stolen passwords, a cloud service) has no exposure to be unsure of.
    if exposure.is_empty() {
        exposure.push(never());
    }
    let mut verdict = verdict::decide(&judged.input(findings, &coverage, &exposure));
    let code = match plan.standing {
        _ if verdict.state == State::NotAssessed => return verdict,
        Standing::Open => return verdict,
        Standing::NeverOpen => "campaign.never-open",
        Standing::Behind => "campaign.behind",
        Standing::NotBegun => "campaign.not-begun",
    };
    // Nothing was asked, so nothing was answered either.
    verdict.why.retain(|c| c != "coverage.sufficient" && c != "exposure.never");
    add(&mut verdict, code);
    verdict
}

fn never() -> Exposure {
    let state = assize_model::result::ExposureState::NeverVulnerable;
    Exposure { cve: String::new(), state, from: None, to: None, fixed_in: None, kb: None }
}

fn add(verdict: &mut Verdict, code: &str) {
    if !verdict.why.iter().any(|c| c == code) {
        verdict.why.push(code.into());
    }
}

fn one(plan: &Plan<'_>, judged: &Judged<'_>) -> Campaign {
    let own: Vec<Finding> = judged.findings.iter().filter(|f| is_of(f, &plan.pack.id)).cloned().collect();
    let asked = |q: &&QuestionCoverage| q.pack == plan.pack.id && q.decides();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let required: Vec<_> = judged.coverage.iter().filter(asked).collect();
    Campaign {
        pack: plan.pack.id.clone(),
        title: plan.pack.title.clone(),
        standing: plan.standing,
        window: plan.window.clone(),
        vulnerabilities: plan.pack.vulnerabilities.clone(),
        verdict: decide(plan, judged, &own),
        answered: count(required.iter().filter(|q| q.sufficient).count()),
        required: count(required.len()),
        findings: count(own.len()),
    }
}

/// The campaign with the worst answer; of several the one with an attempt, then one that requires an answer of the
/// evidence, then one that was open, then the latest.
///
/// A campaign that requires nothing says *no evidence* of every server where it found nothing, so it must not speak for
/// one that was asked.
fn worst(plans: &[Plan<'_>], campaigns: &[Campaign]) -> Option<usize> {
    let key = |at: usize| {
        let c = &campaigns[at];
        let requires = plans[at].pack.questions.iter().any(|q| q.mandatory);
        (
            c.verdict.state.code(),
            c.verdict.attempt_seen,
            requires,
            c.standing == Standing::Open,
            c.window.from,
            c.required,
        )
    };
    let begun = (0..campaigns.len()).filter(|at| campaigns[*at].standing != Standing::NotBegun);
    begun.max_by_key(|at| key(*at))
}

/// The campaign of the first finding that shows the break-in and belongs to one; else the worst.
fn lead_of_break_in(plans: &[Plan<'_>], campaigns: &[Campaign], judged: &Judged<'_>, shown: &Verdict) -> Option<usize> {
    let deciding = judged.findings.iter().filter(|f| shown.decided_by.contains(&f.id));
    let mut of = deciding.filter_map(|f| campaigns.iter().position(|c| is_of(f, &c.pack)));
    of.next().or_else(|| worst(plans, campaigns))
}

/// The answer where no campaign had begun: what was found stands; but nothing found says nothing.
fn no_campaign(shown: Verdict) -> Verdict {
    match shown.state {
        State::Breached | State::LikelyBreached | State::NotAssessed => shown,
        _ if !shown.decided_by.is_empty() => shown,
        _ => verdict::not_assessed("no.campaign"),
    }
}
