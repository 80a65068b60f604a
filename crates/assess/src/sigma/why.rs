//! Why a rule matches a record, or does not: each branch of its condition, and what the record holds there.

use super::plan::Plan;
use crate::row::Row;
use crate::{AssessError, Tables};
use assize_content::Layout;
use assize_model::{Address, Timestamp};
use rsigma_eval::result::MatcherKind;
use rsigma_eval::{CompiledRule, ConditionTrace, DetectionTrace, ItemTrace, MatchReason, explain_rule};
use rsigma_parser::value::SigmaValue;
use rsigma_parser::{Detection, Modifier, SigmaRule};
use serde_json::Value;

/// What a rule makes of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The table of the record.
    pub table: String,
    /// Its moment.
    pub time: Option<Timestamp>,
    /// The tables that the rule reads.
    pub reads: Vec<String>,
    /// Log sources of the table that the rule asks for.
    pub sources: Vec<Asked>,
}

/// A log source that a rule asks for, and whether the record is of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The log source as Sigma names it.
    pub source: String,
    /// What the record was compared with; nothing where the record is none of the source.
    pub branch: Option<Branch>,
}

/// A part of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Whether the record meets it.
    pub met: bool,
    /// What it asks.
    pub part: Part,
    /// The parts that it is made of.
    pub below: Vec<Branch>,
}

/// What a part of a condition asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All that is below.
    Every,
    /// One of what is below.
    Any,
    /// That what is below is not so.
    Not,
    /// What the rule calls by this name.
    Named(String),
    /// So many of what is below: as the rule says it, and how many there are.
    Count(String, u64),
    /// Something of a value.
    Value(Compared),
}

/// A value of a record beside what a rule wants of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The field; nothing for words that may stand anywhere.
    pub field: Option<String>,
    /// How it is compared: `exact`, `contains`, `one-of`, `all-of`, `regex`, ...
    pub how: &'static str,
    /// What is wanted, shortened where it is long.
    pub wanted: String,
    /// What the record holds in the field.
    pub held: Option<String>,
    /// Why it is met or not: `matched`, `absent`, `differs`, `case`, `existence`, `nowhere`.
    pub why: &'static str,
}

impl Why {
    /// Whether the rule matches the record.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.sources.iter().any(|asked| asked.branch.as_ref().is_some_and(|branch| branch.met))
    }
}

/// What a rule makes of the record at an address; nothing where none of the tables that its file gave rows to has such a
/// record. It may be in several.
///
/// # Errors
/// When a table cannot be read, or the rule cannot run.
pub fn why(
    layouts: &[Layout],
    rule: &SigmaRule,
    tables: &dyn Tables,
    (address, fed): (Address, &[&str]),
) -> Result<Vec<Why>, AssessError> {
    let plan = Plan::new(layouts, std::iter::once(rule));
    if let Some((_, why)) = plan.refused().next() {
        return Err(AssessError::Rule { rule: rule.title.clone(), why: why.to_owned() });
    }
    let every = lists(rule.detection.named.values());
    let mut found = Vec::new();
    for layout in layouts.iter().filter(|layout| fed.contains(&layout.spec.table.as_str())) {
        tables.scan(&layout.spec.table, None, &mut |batch| {
            let rows = (0..batch.num_rows()).map(|at| Row { layout, batch, at });
            for row in rows.filter(|row| row.address() == address) {
                let reads = plan.tables_of(0).into_iter().map(str::to_owned).collect();
                let mut sources = plan.asked(0, row);
                sources.iter_mut().flat_map(|asked| &mut asked.branch).for_each(|branch| all_of(branch, &every));
                found.push(Why { table: layout.spec.table.clone(), time: row.time(), reads, sources });
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// Lists of values in a rule: the field, the first value, and whether all of them are wanted.
fn lists<'r>(parts: impl IntoIterator<Item = &'r Detection>) -> Vec<(String, String, bool)> {
    let mut lists = Vec::new();
    for part in parts {
        match part {
            Detection::AllOf(items) => lists.extend(items.iter().filter_map(|item| {
                let SigmaValue::String(first) = item.values.first()? else { return None };
                let first = first.original.to_lowercase();
                Some((item.field.name.clone()?, first, item.field.modifiers.contains(&Modifier::All)))
            })),
            Detection::AnyOf(parts) | Detection::And(parts) => lists.extend(self::lists(parts)),
            _ => {}
        }
    }
    lists
}

/// The evaluator tells a list of which one value is wanted and one of which all are in the same way; the rule does not.
fn all_of(branch: &mut Branch, lists: &[(String, String, bool)]) {
    if let Part::Value(compared) = &mut branch.part
        && compared.how == "one-of"
    {
        let wanted = compared.wanted.to_lowercase();
        let begins = |first: &str| wanted.starts_with(first.trim_matches('*'));
        let of_field = || lists.iter().filter(|(field, ..)| Some(field) == compared.field.as_ref());
        let list = of_field().find(|(_, first, _)| begins(first)).or_else(|| of_field().next());
        if list.is_some_and(|(_, _, all)| *all) {
            compared.how = "all-of";
        }
    }
    branch.below.iter_mut().for_each(|below| all_of(below, lists));
}

/// A log source in words: `product windows, service security`.
pub(crate) fn source_name(product: &Option<String>, category: &Option<String>, service: &Option<String>) -> String {
    let parts = [("product", product), ("category", category), ("service", service)];
    let stated = parts.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    stated.collect::<Vec<_>>().join(", ")
}

/// The whole condition of a rule, branch by branch.
pub(super) fn branches(rule: &CompiledRule, event: &impl rsigma_eval::Event) -> Branch {
    let told = explain_rule(rule, event);
    let mut below: Vec<Branch> = told.conditions.iter().map(condition).collect();
    match below.pop() {
        Some(only) if below.is_empty() => only,
        last => {
            below.extend(last);
            Branch { met: told.matched, part: Part::Any, below }
        }
    }
}

fn condition(trace: &ConditionTrace) -> Branch {
    let met = trace.matched();
    let (part, below) = match trace {
        ConditionTrace::Selection { name, detection: inner, .. } => (Part::Named(name.clone()), unwrapped(inner)),
        ConditionTrace::And { children, .. } => (Part::Every, children.iter().map(condition).collect()),
        ConditionTrace::Or { children, .. } => (Part::Any, children.iter().map(condition).collect()),
        ConditionTrace::Not { child, .. } => (Part::Not, vec![condition(child)]),
        ConditionTrace::Quantified { quantifier, branches, .. } => {
            let named = |b: &rsigma_eval::SelectionBranch| Branch {
                met: b.matched,
                part: Part::Named(b.name.clone()),
                below: unwrapped(&b.detection),
            };
            (Part::Count(quantifier.clone(), branches.len() as u64), branches.iter().map(named).collect())
        }
    };
    Branch { met, part, below }
}

/// What a named part is made of: a list of which all must hold needs no line of its own.
fn unwrapped(trace: &DetectionTrace) -> Vec<Branch> {
    let branch = detection(trace);
    if branch.part == Part::Every { branch.below } else { vec![branch] }
}

fn detection(trace: &DetectionTrace) -> Branch {
    let met = trace.matched();
    let (part, below) = match trace {
        DetectionTrace::AllOf { items, .. } => (Part::Every, items.iter().map(item).collect()),
        DetectionTrace::AnyOf { branches, .. } => (Part::Any, branches.iter().map(detection).collect()),
        DetectionTrace::And { branches, .. } => (Part::Every, branches.iter().map(detection).collect()),
        DetectionTrace::Keywords { item: words, .. } => return item(words),
        DetectionTrace::ArrayMatch { field, quantifier, members, .. } => {
            let below = members.iter().map(|member| detection(&member.detection)).collect();
            (Part::Named(format!("{field} ({quantifier})")), below)
        }
        DetectionTrace::Conditional { condition: inner, .. } => return condition(inner),
        DetectionTrace::Other { kind, .. } => (Part::Named(kind.clone()), Vec::new()),
    };
    Branch { met, part, below }
}

fn item(trace: &ItemTrace) -> Branch {
    let how = match trace.matcher {
        MatcherKind::Exact => "exact",
        MatcherKind::Contains => "contains",
        MatcherKind::StartsWith => "starts-with",
        MatcherKind::EndsWith => "ends-with",
        MatcherKind::Regex => "regex",
        MatcherKind::OneOf => "one-of",
        MatcherKind::Cidr => "cidr",
        MatcherKind::Numeric => "number",
        MatcherKind::Exists => "exists",
        MatcherKind::FieldRef => "field",
        MatcherKind::Null => "null",
        MatcherKind::Bool => "bool",
        MatcherKind::Expand => "expand",
        MatcherKind::Timestamp => "time",
        MatcherKind::Keyword => "keyword",
    };
    let why = match trace.reason {
        MatchReason::Matched => "matched",
        MatchReason::FieldAbsent => "absent",
        MatchReason::ValueMismatch => "differs",
        MatchReason::CaseMismatch => "case",
        MatchReason::Existence => "existence",
        MatchReason::NoKeywordMatch => "nowhere",
    };
    let held = trace.actual.as_ref().map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let (field, wanted) = (trace.field.clone(), trace.pattern.clone().unwrap_or_default());
    Branch { met: trace.matched, part: Part::Value(Compared { field, how, wanted, held, why }), below: Vec::new() }
}
