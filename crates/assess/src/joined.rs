//! Correlations of others: several matches that together say more, in the order of time and across tables.

use assize_content::{Outside, OutsideCorrelation};
use assize_model::time::SECOND;
use assize_model::{Address, Timestamp};
use rsigma_eval::{CorrelationAction, CorrelationConfig, CorrelationEngine, EvaluationResult, JsonEvent};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, SigmaRule};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Matches that are joined in one case; beyond, there is no telling what a correlation would have said.
const MATCHES_MAX: usize = 2_000_000;
/// Groups that are held at a time.
const GROUPS_MAX: usize = 1_000_000;

/// Correlations, and what they need of the rules that they join.
pub(crate) struct Joins<'a> {
    outside: &'a Outside,
    /// The rules that are joined, by index.
    pub(crate) rules: BTreeSet<usize>,
    /// Rules that only serve a correlation, and are not told by themselves.
    pub(crate) silent: BTreeSet<usize>,
    /// The fields that are grouped by or counted.
    pub(crate) names: BTreeSet<String>,
}

/// One match of a rule that is joined.
pub(crate) struct Part {
    pub(crate) rule: usize,
    pub(crate) time: Timestamp,
    pub(crate) address: Address,
    pub(crate) host: Option<String>,
    pub(crate) table: String,
    pub(crate) fields: Map<String, Value>,
}

/// What the matches of a case give.
#[derive(Default)]
pub(crate) struct Parts {
    all: Vec<Part>,
    /// What the evaluator says of a match, by rule.
    results: BTreeMap<usize, EvaluationResult>,
}

/// The match that completed a correlation, which correlation, and the group.
pub(crate) struct Completed<'p> {
    pub(crate) correlation: usize,
    pub(crate) part: &'p Part,
    pub(crate) group: Vec<(String, String)>,
}

impl<'a> Joins<'a> {
    pub(crate) fn new(outside: &'a Outside) -> Self {
        let mut joins = Self { outside, rules: BTreeSet::new(), silent: BTreeSet::new(), names: BTreeSet::new() };
        for correlation in &outside.correlations {
            let rules = (0..outside.rules.len()).filter(|n| refers(correlation, outside, *n));
            let rules: BTreeSet<usize> = rules.collect();
            if !correlation.sigma.generate {
                joins.silent.extend(&rules);
            }
            joins.rules.extend(rules);
            joins.names.extend(correlation.sigma.group_by.iter().cloned());
            for alias in &correlation.sigma.aliases {
                joins.names.extend(alias.mapping.values().cloned());
            }
            if let CorrelationCondition::Threshold { field: Some(fields), .. } = &correlation.sigma.condition {
                joins.names.extend(fields.iter().cloned());
            }
        }
        joins
    }

    /// Correlations that cannot run, by index, and why.
    pub(crate) fn idle(&self) -> Vec<(usize, String)> {
        let missing = |(n, correlation): (usize, &OutsideCorrelation)| {
            let known = |name: &String| {
                self.outside.rules.iter().any(|r| is_called(&r.sigma.id, &r.sigma.name, name))
                    || self.outside.correlations.iter().any(|c| is_called(&c.sigma.id, &c.sigma.name, name))
            };
            let missing = correlation.sigma.rules.iter().find(|name| !known(name))?;
            Some((n, format!("the rule {missing} that it joins is not here")))
        };
        let mut idle: Vec<(usize, String)> = self.outside.correlations.iter().enumerate().filter_map(missing).collect();
        let mut refused = self.engine().1;
        refused.retain(|(n, _)| !idle.iter().any(|(known, _)| known == n));
        idle.extend(refused);
        idle
    }

    /// An engine with all correlations that it takes, and those that it refuses.
    fn engine(&self) -> (CorrelationEngine, Vec<(usize, String)>) {
        let mut engine = CorrelationEngine::new(CorrelationConfig {
            // Each burst is told once, and not again with every further match.
            action_on_match: CorrelationAction::Reset,
            emit_detections: false,
            max_state_entries: GROUPS_MAX,
            ..CorrelationConfig::default()
        });
        let mut refused = Vec::new();
        for rule in &self.rules {
            let mut sigma = self.outside.rules[*rule].sigma.clone();
            sigma.id = Some(identity(&sigma, *rule));
            // A rule that the evaluator refuses is named with the rules, and has no matches to join.
            let _ = engine.add_rule(&sigma);
        }
        for (n, correlation) in self.outside.correlations.iter().enumerate() {
            // Results bear the title: it tells which one it was.
            let numbered = CorrelationRule { title: n.to_string(), ..meant(&correlation.sigma) };
            if let Err(e) = engine.add_correlation(&numbered) {
                refused.push((n, e.to_string()));
            }
        }
        (engine, refused)
    }

    /// What the parts complete, in the order of time.
    pub(crate) fn complete<'p>(&self, parts: &'p mut Parts) -> Vec<Completed<'p>> {
        let (mut engine, _) = self.engine();
        parts
            .all
            .sort_by(|one, other| (one.time, &one.table, one.address).cmp(&(other.time, &other.table, other.address)));
        for (rule, result) in &mut parts.results {
            result.header.rule_id = Some(identity(&self.outside.rules[*rule].sigma, *rule));
        }
        let mut completed = Vec::new();
        for part in &parts.all {
            let Some(result) = parts.results.get(&part.rule) else { continue };
            let event = JsonEvent::owned(Value::Object(part.fields.clone()));
            let seconds = part.time.0.div_euclid(SECOND);
            for result in engine.process_with_detections(&event, vec![result.clone()], seconds) {
                let Some(body) = result.as_correlation() else { continue };
                let Ok(correlation) = result.header.rule_title.parse::<usize>() else { continue };
                if !holds(&self.outside.correlations[correlation].sigma, body.aggregated_value) {
                    continue;
                }
                completed.push(Completed { correlation, part, group: body.group_key.clone() });
            }
        }
        completed
    }
}

impl Parts {
    /// Takes one match; `false` where there are too many.
    pub(crate) fn take(&mut self, part: Part, result: EvaluationResult) -> bool {
        self.results.entry(part.rule).or_insert(result);
        let room = self.all.len() < MATCHES_MAX;
        if room {
            self.all.push(part);
        }
        room
    }
}

/// A correlation as it is meant. Rules that must be met in one window must all be met, says the specification; where it
/// states no condition the engine is content with one of them.
fn meant(sigma: &CorrelationRule) -> CorrelationRule {
    let mut sigma = sigma.clone();
    if let (CorrelationType::Temporal, CorrelationCondition::Threshold { predicates, field: None, .. }) =
        (sigma.correlation_type, &mut sigma.condition)
        && *predicates == [(ConditionOperator::Gte, 1)]
    {
        *predicates = vec![(ConditionOperator::Gte, sigma.rules.len() as u64)];
    }
    if sigma.correlation_type == CorrelationType::ValuePercentile {
        // It is compared here (see `holds`), so the engine must keep its window until then.
        sigma.custom_attributes.insert("rsigma.action".into(), "alert".into());
    }
    sigma
}

/// Whether a value meets the condition. The engine gives a percentile without comparing it.
fn holds(sigma: &CorrelationRule, value: f64) -> bool {
    let CorrelationCondition::Threshold { predicates, .. } = &sigma.condition else { return true };
    sigma.correlation_type != CorrelationType::ValuePercentile
        || predicates.iter().all(|(operator, wanted)| {
            let wanted = *wanted as f64;
            match operator {
                ConditionOperator::Lt => value < wanted,
                ConditionOperator::Lte => value <= wanted,
                ConditionOperator::Gt => value > wanted,
                ConditionOperator::Gte => value >= wanted,
                ConditionOperator::Eq => (value - wanted).abs() < f64::EPSILON,
                ConditionOperator::Neq => (value - wanted).abs() >= f64::EPSILON,
            }
        })
}

/// The identifier by which the engine knows a rule; it finds a name only through one.
fn identity(sigma: &SigmaRule, rule: usize) -> String {
    sigma.id.clone().unwrap_or_else(|| format!("rule {rule}"))
}

/// Whether a correlation joins a rule.
fn refers(correlation: &OutsideCorrelation, outside: &Outside, rule: usize) -> bool {
    let sigma = &outside.rules[rule].sigma;
    correlation.sigma.rules.iter().any(|name| is_called(&sigma.id, &sigma.name, name))
}

/// Whether this identifier or this name is the one by which a correlation refers to something.
fn is_called(id: &Option<String>, own: &Option<String>, name: &str) -> bool {
    [id, own].into_iter().flatten().any(|known| known == name)
}
