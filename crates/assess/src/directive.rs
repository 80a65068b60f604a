//! Directives of authorities, held against one server: proven, not met, or not to be told from this evidence.
//!
//! A requirement is never said to be met because nothing speaks against it. `updates` says when an update was there,
//! and whether somebody reached the server without it; the other facts are here.

mod updates;

use crate::{AssessError, Tables};
use assize_content::directive::{Condition, Fact, Order, Requirement};
use assize_content::{Content, Directive};
use assize_model::directive::{DirectiveStanding, FIELDS, FactShown, Met, ReportField, RequirementStanding};
use assize_model::exposure::{FlawState, StepState};
use assize_model::result::{CellState, Standing};
use assize_model::time::Day;
use assize_model::{CaseResult, State, Timestamp};
use std::collections::BTreeMap;
use updates::Updates;

/// Each directive that was in the world when the evidence was collected, and is about such a server.
pub(crate) fn standings(
    tables: &dyn Tables,
    content: &Content,
    result: &CaseResult,
) -> Result<Vec<DirectiveStanding>, AssessError> {
    if result.verdict.state == State::NotAssessed {
        return Ok(Vec::new());
    }
    let mut updates = Updates::new(tables, result);
    let mut held = Held { content, result, updates: &mut updates };
    content.directives.iter().filter(|d| concerns(&d.order, result)).map(|d| held.directive(d)).collect()
}

/// Whether a directive is about a server: one that never had its flaws is none of its business.
fn concerns(order: &Order, result: &CaseResult) -> bool {
    let had = |cve: &String| {
        let flaw = result.flaws.iter().find(|f| f.cve == *cve);
        flaw.is_some_and(|f| f.spans.is_empty() || f.spans.iter().any(|s| s.state != FlawState::NotAffected))
    };
    let published = order.published <= result.window.collected.day();
    published && (order.flaws.is_empty() || order.flaws.iter().any(had))
}

/// Directives are held against this.
struct Held<'a, 'u> {
    content: &'a Content,
    result: &'a CaseResult,
    updates: &'u mut Updates<'a>,
}

impl Held<'_, '_> {
    fn directive(&mut self, directive: &Directive) -> Result<DirectiveStanding, AssessError> {
        let order = &directive.order;
        let requirements: Result<Vec<_>, _> =
            order.requirements.iter().map(|r| self.requirement(r, order.published)).collect();
        Ok(DirectiveStanding {
            id: directive.id.clone(),
            issuer: order.issuer.clone(),
            name: order.name.clone(),
            version: order.version.clone(),
            published: order.published,
            title: order.title.clone(),
            scope: order.scope.clone(),
            requirements: requirements?,
            report: report(self.result, &order.flaws),
        })
    }

    fn requirement(&mut self, requirement: &Requirement, published: Day) -> Result<RequirementStanding, AssessError> {
        let mut facts = Vec::new();
        let needed = match requirement.when {
            Some(Condition::Found) => {
                let found = self.found();
                let needed = found.code != "found-nothing";
                facts.push(found);
                needed
            }
            None => true,
        };
        for fact in requirement.asks.iter().filter(|_| needed) {
            facts.extend(self.fact(fact, requirement.due.unwrap_or(published.start()))?);
        }
        Ok(RequirementStanding {
            id: requirement.id.clone(),
            says: requirement.says.clone(),
            due: requirement.due,
            within_hours: requirement.within_hours,
            state: facts.iter().map(|f| f.state).min().unwrap_or(Met::CannotTell),
            facts,
        })
    }

    fn fact(&mut self, fact: &Fact, due: Timestamp) -> Result<Vec<FactShown>, AssessError> {
        Ok(match fact {
            Fact::Updated { flaws } => self.updates.by(flaws.iter().map(|cve| (cve.clone(), due)).collect())?,
            Fact::Listed => self.listed()?,
            Fact::Step { flaw } => vec![self.step(flaw)],
            Fact::Collected { tables } => vec![self.collected(tables)],
            Fact::Searched { pack, since } => vec![self.searched(pack, *since)],
            Fact::Triaged => vec![self.triaged()],
            Fact::LogsOn => vec![self.logs_on()],
            Fact::Attested { what } => vec![about(shown(Met::CannotTell, "attested"), [what.clone()])],
        })
    }

    /// Whether anything was found that the directive would call an indicator.
    fn found(&self) -> FactShown {
        let verdict = &self.result.verdict;
        let fact = match verdict.state {
            State::Breached | State::LikelyBreached => shown(Met::CannotTell, "found"),
            _ if verdict.attempt_seen => shown(Met::CannotTell, "found-attempts"),
            State::NoEvidence | State::Exposed => shown(Met::Proven, "found-nothing"),
            _ => shown(Met::CannotTell, "found-unknown"),
        };
        FactShown { findings: verdict.decided_by.clone(), time: verdict.since, ..fact }
    }

    /// Flaws of this server on CISA's list, each by the end of the day that the list gives.
    fn listed(&mut self) -> Result<Vec<FactShown>, AssessError> {
        let had = |spans: &[assize_model::exposure::FlawSpan]| spans.iter().any(|s| s.state != FlawState::NotAffected);
        let listed = self.result.flaws.iter().filter(|f| f.spans.is_empty() || had(&f.spans));
        let flaws: Vec<(String, Timestamp)> =
            listed.filter_map(|f| Some((f.cve.clone(), f.listed.as_ref()?.due.next().start()))).collect();
        if flaws.is_empty() {
            let code = if self.result.flaws.is_empty() { "build-unknown" } else { "listed-none" };
            let state = if self.result.flaws.is_empty() { Met::CannotTell } else { Met::Proven };
            return Ok(vec![shown(state, code)]);
        }
        self.updates.by(flaws)
    }

    fn step(&self, cve: &str) -> FactShown {
        let step = self.result.flaws.iter().find(|f| f.cve == cve).and_then(|f| f.step.as_ref());
        let (state, code) = match step.map(|s| s.state) {
            Some(StepState::Done | StepState::ByDefault) => (Met::Proven, "step-done"),
            Some(StepState::Missing) => (Met::NotMet, "step-missing"),
            Some(StepState::NotSeen) | None => (Met::CannotTell, "step-not-seen"),
        };
        let rows = step.map(|s| s.rows.clone()).unwrap_or_default();
        about(FactShown { rows, ..shown(state, code) }, [cve.to_owned()])
    }

    /// Whether the evidence holds each kind of trace; those that it lacks are named.
    fn collected(&self, tables: &[String]) -> FactShown {
        let has = |table: &&String| self.result.evidence.tables.iter().any(|t| t.table == **table && t.rows > 0);
        let missing: Vec<&String> = tables.iter().filter(|t| !has(t)).collect();
        let (state, code) = match missing.is_empty() {
            true => (Met::Proven, "collected"),
            false => (Met::CannotTell, "collected-in-part"),
        };
        let named = if missing.is_empty() { tables.iter().collect() } else { missing };
        let mut fact = about(shown(state, code), named.iter().map(|t| (*t).clone()));
        for language in assize_content::texts::LANGUAGES {
            let title = |t: &&String| self.content.layout(t).and_then(|l| l.title.get(language)).cloned();
            let titles: Vec<String> = named.iter().filter_map(title).collect();
            fact.named.insert(language.into(), titles.join(", "));
        }
        fact
    }

    /// Whether the questions of a campaign were answered, from records that reach back to a day.
    fn searched(&self, pack: &str, since: Day) -> FactShown {
        let campaign = self.result.campaigns.iter().find(|c| c.pack == pack && c.standing == Standing::Open);
        let fact = |state, code| about(shown(state, code), [pack.to_owned()]);
        let Some(campaign) = campaign.filter(|c| c.required > 0) else { return fact(Met::CannotTell, "not-searched") };
        if campaign.answered < campaign.required {
            return fact(Met::CannotTell, "searched-in-part");
        }
        let required = self.result.coverage.iter().filter(|q| q.pack == pack && q.decides());
        let late = required.filter_map(|q| self.reach(&q.sources)).filter(|from| from.day() > since).max();
        match late {
            Some(from) => FactShown { time: Some(from), ..fact(Met::CannotTell, "searched-not-so-far-back") },
            None => fact(Met::Proven, "searched"),
        }
    }

    /// The first record of the sources that answered a question; nothing where one of them shows a state.
    fn reach(&self, sources: &[assize_model::result::SourceCoverage]) -> Option<Timestamp> {
        let read = sources.iter().filter(|s| s.state == CellState::Read);
        let firsts: Option<Vec<Timestamp>> =
            read.map(|s| self.result.evidence.tables.iter().find(|t| t.table == s.id)?.from).collect();
        firsts?.into_iter().min().or(Some(self.result.window.from))
    }

    fn triaged(&self) -> FactShown {
        let verdict = &self.result.verdict;
        let (state, code) = match verdict.state {
            State::CannotExclude => (Met::CannotTell, "triaged-in-part"),
            _ => (Met::Proven, "triaged"),
        };
        let findings = verdict.decided_by.clone();
        about(FactShown { findings, ..shown(state, code) }, verdict.triage.map(|t| t.word().to_owned()))
    }

    /// Logging that was switched off is shown; that it was on all the time is not.
    fn logs_on(&self) -> FactShown {
        let off: Vec<_> = self.result.host.paths.iter().filter(|p| p.off).collect();
        if off.is_empty() {
            return shown(Met::CannotTell, "logs-not-off");
        }
        let rows = off.iter().map(|p| p.row.clone()).collect();
        about(FactShown { rows, ..shown(Met::NotMet, "logs-off") }, off.iter().map(|p| p.site.clone()))
    }
}

/// A fact without anything beside it.
fn shown(state: Met, code: &str) -> FactShown {
    FactShown {
        state,
        code: code.into(),
        about: Vec::new(),
        named: BTreeMap::new(),
        time: None,
        findings: Vec::new(),
        rows: Vec::new(),
    }
}

fn about(fact: FactShown, what: impl IntoIterator<Item = String>) -> FactShown {
    FactShown { about: what.into_iter().collect(), ..fact }
}

/// What a report to the authority asks for. What the evidence does not say stays empty.
fn report(result: &CaseResult, flaws: &[String]) -> Vec<ReportField> {
    let of_order = || result.exposure.iter().filter(|e| flaws.is_empty() || flaws.contains(&e.cve));
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let moment = |t: Option<Timestamp>| t.map(|t| t.to_string());
    let required = || result.coverage.iter().filter(|q| q.decides());
    let value = |field: &str| match field {
        "host" => text(&result.host.name),
        "roles" => text(&result.host.roles.join(", ")),
        "version" => result.host.exchange_version.clone(),
        "build" => result.host.exchange_build.map(|b| b.to_string()),
        "collected" => Some(result.window.collected.to_string()),
        "exposed-from" => moment(of_order().filter_map(|e| e.from).min()),
        "exposed-until" => moment(of_order().filter_map(|e| e.to).max()),
        "triage" => result.verdict.triage.map(|t| t.word().to_owned()),
        "since" => moment(result.verdict.since),
        "attempts" => Some(if result.verdict.attempt_seen { "seen" } else { "none-seen" }.to_owned()),
        "findings" => Some(result.findings.len().to_string()),
        "logs-from" => moment(result.evidence.from),
        "logs-to" => moment(result.evidence.to),
        "questions" => Some(format!("{}/{}", required().filter(|q| q.sufficient).count(), required().count())),
        // No file of a server says whether its cable was pulled.
        _ => None,
    };
    FIELDS.iter().map(|field| ReportField { field: (*field).to_owned(), value: value(field) }).collect()
}
