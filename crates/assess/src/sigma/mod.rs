//! Sigma rules over tables: candidates first, then the exact evaluator.
//!
//! A necessary condition of each rule is computed over the distinct values of a batch (`candidates`); only rows that
//! meet it go to `rsigma-eval`, which decides. Both stages see a row through the same field names (`fields`).

mod candidates;
#[cfg(test)]
mod differential;
mod event;
mod fields;
mod memo;
#[cfg(test)]
mod tests;

use crate::exposure::Survey;
use crate::group::Groups;
use crate::row::Row;
use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use assize_content::{Content, Layout, LogSource, Pack, Rule};
use assize_model::result::RuleChecked;
use assize_model::table::{ColumnType, FIXED_COLUMNS};
use assize_model::{FileId, FileInfo, Finding, Rows, Timestamp};
use candidates::Need;
pub(crate) use candidates::equals;
use event::RowEvent;
use fields::Fields;
use memo::Memo;
use rsigma_eval::{CompiledRule, compile_rule, evaluate_rule};
use std::collections::BTreeMap;

/// One rule on one table.
struct Routed<'a> {
    rule: usize,
    table: &'a str,
    source: &'a LogSource,
    fields: Fields,
    need: Need,
    /// The columns that decide it, where nothing else does.
    decisive: Option<Vec<usize>>,
}

/// A pack's rules, ready to be run over tables by any number of threads.
pub(crate) struct Plan<'a> {
    pack: &'a Pack,
    compiled: Vec<CompiledRule>,
    routed: Vec<Routed<'a>>,
}

/// What the rules of a plan found in one batch.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Rows that a rule looked at, by the rule.
    tried: BTreeMap<usize, u64>,
    /// Rule and row of each match.
    matches: Vec<(usize, usize)>,
}

/// The matches of a pack so far.
pub(crate) struct Matches<'a> {
    pack: &'a Pack,
    groups: Vec<Groups<'a>>,
    checked: Vec<RuleChecked>,
}

impl Found {
    /// The rows that some rule matched.
    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> {
        self.matches.iter().map(|(_, at)| *at)
    }
}

impl<'a> Plan<'a> {
    /// Resolves each rule to the tables of its log source.
    pub(crate) fn new(content: &'a Content, pack: &'a Pack) -> Result<Self, AssessError> {
        let mut plan = Self { pack, compiled: Vec::new(), routed: Vec::new() };
        for (n, rule) in pack.rules.iter().enumerate() {
            let fault = |e: rsigma_eval::EvalError| AssessError::Rule { rule: rule.name.clone(), why: e.to_string() };
            plan.compiled.push(compile_rule(&rule.sigma).map_err(fault)?);
            for layout in &content.layouts {
                for source in layout.sigma.iter().filter(|s| answers(rule, s)) {
                    let fields = Fields::of_rule(layout, source, &rule.sigma);
                    let need = candidates::of_rule(&rule.sigma, &fields);
                    let decisive = fields.decisive(&rule.sigma);
                    plan.routed.push(Routed { rule: n, table: &layout.spec.table, source, fields, need, decisive });
                }
            }
        }
        Ok(plan)
    }

    /// Whether any rule reads a table.
    pub(crate) fn rules_of(&self, table: &str) -> bool {
        self.routed.iter().any(|r| r.table == table)
    }

    /// Runs every rule of a table over a batch.
    pub(crate) fn find(&self, layout: &Layout, batch: &RecordBatch) -> Found {
        let mut found = Found::default();
        // A row may belong to several log sources that answer one rule; it is tried and counted once.
        let mut met: BTreeMap<usize, (Vec<bool>, Vec<bool>)> = BTreeMap::new();
        for routed in self.routed.iter().filter(|r| r.table == layout.spec.table) {
            let none = || vec![false; batch.num_rows()];
            let (tried, matched) = met.entry(routed.rule).or_insert_with(|| (none(), none()));
            let rows = candidates::belongs(routed.source, layout, batch);
            for (tried, row) in tried.iter_mut().zip(&rows) {
                *found.tried.entry(routed.rule).or_default() += u64::from(*row && !*tried);
                *tried |= *row;
            }
            let rows = routed.need.rows(batch, rows);
            let mut memo = Memo::new(batch, routed.decisive.as_deref());
            for at in rows.iter().enumerate().filter(|(_, candidate)| **candidate).map(|(at, _)| at) {
                let exact = || {
                    let event = RowEvent::new(Row { layout, batch, at }, &routed.fields);
                    evaluate_rule(&self.compiled[routed.rule], &event).is_some()
                };
                if !matched[at] && memo.as_mut().map_or_else(exact, |memo| memo.ask(at, exact)) {
                    matched[at] = true;
                    found.matches.push((routed.rule, at));
                }
            }
        }
        found
    }
}

impl<'a> Matches<'a> {
    /// Nothing yet.
    pub(crate) fn new(plan: &Plan<'a>) -> Self {
        let mut matches = Self { pack: plan.pack, groups: Vec::new(), checked: Vec::new() };
        for rule in &plan.pack.rules {
            matches.groups.push(Groups::new(plan.pack, rule));
            matches.checked.push(checked(plan.pack, rule));
        }
        for routed in &plan.routed {
            let tables = &mut matches.checked[routed.rule].tables;
            if !tables.iter().any(|t| t == routed.table) {
                tables.push(routed.table.to_owned());
            }
        }
        matches
    }

    /// Takes what was found in a batch. `row` gives the row of a match by the number it had there.
    pub(crate) fn take<'r>(
        &mut self,
        found: &Found,
        row: impl Fn(usize) -> Row<'r>,
        tables: &dyn Tables,
        survey: &Survey,
    ) {
        for (rule, rows) in &found.tried {
            self.checked[*rule].rows += rows;
        }
        for (rule, at) in &found.matches {
            self.checked[*rule].matches += 1;
            self.groups[*rule].add(row(*at), tables, survey);
        }
    }

    /// The findings, and what was tried.
    pub(crate) fn finish(self, survey: &Survey) -> (Vec<Finding>, Vec<RuleChecked>) {
        let pack = self.pack;
        let findings = self.groups.into_iter().flat_map(|g| g.findings(pack, survey)).collect();
        (findings, self.checked)
    }
}

fn checked(pack: &Pack, rule: &Rule) -> RuleChecked {
    let title = |language: &str| pack.texts.say(language, &rule.name, None, &BTreeMap::new()).unwrap_or_default();
    RuleChecked {
        rule: format!("{}/{}", pack.id, rule.name),
        rule_id: rule.id.clone(),
        title: assize_content::texts::LANGUAGES.map(|l| (l.to_owned(), title(l))).into(),
        tables: Vec::new(),
        rows: 0,
        matches: 0,
    }
}

/// Whether a log source is what a rule asks for: each attribute that the rule states is equal.
fn answers(rule: &Rule, source: &LogSource) -> bool {
    let asked = &rule.sigma.logsource;
    let same = |asked: &Option<String>, has: &Option<String>| asked.is_none() || asked == has;
    let any = asked.category.is_some() || asked.product.is_some() || asked.service.is_some();
    any && same(&asked.category, &source.category)
        && same(&asked.product, &source.product)
        && same(&asked.service, &source.service)
}

/// Runs the samples of a rule on every table that answers its log source.
pub(crate) fn test_rule(rule: &Rule, layouts: &[Layout]) -> Result<(), String> {
    let compiled = compile_rule(&rule.sigma).map_err(|e| e.to_string())?;
    let mut tried = false;
    for layout in layouts {
        for source in layout.sigma.iter().filter(|s| answers(rule, s)) {
            tried = true;
            let fields = Fields::of_rule(layout, source, &rule.sigma);
            let need = candidates::of_rule(&rule.sigma, &fields);
            let samples =
                rule.assize.matching.iter().map(|s| (s, true)).chain(rule.assize.ignore.iter().map(|s| (s, false)));
            for (sample, expected) in samples {
                let batch = sample_batch(layout, source, &fields, sample)?;
                let candidate = need.rows(&batch, vec![true])[0];
                let row = Row { layout, batch: &batch, at: 0 };
                let exact = evaluate_rule(&compiled, &RowEvent::new(row, &fields)).is_some();
                if exact && !candidate {
                    return Err(format!("the first stage loses the sample {sample:?}"));
                }
                if exact != expected {
                    let wish = if expected { "must match and does not" } else { "must not match and does" };
                    return Err(format!("the sample {sample:?} {wish}"));
                }
            }
        }
    }
    if tried { Ok(()) } else { Err("no table answers its log source".into()) }
}

/// A batch of one row that shows a sample's fields where the table keeps them.
fn sample_batch(
    layout: &Layout,
    source: &LogSource,
    fields: &Fields,
    sample: &BTreeMap<String, String>,
) -> Result<RecordBatch, String> {
    let mut values: BTreeMap<usize, String> = BTreeMap::new();
    let mut data = serde_json::Map::new();
    for condition in source.r#where.iter().take(1).flatten() {
        if let Some(index) = layout.spec.column(condition.0) {
            values.insert(index, condition.1.clone());
        }
    }
    for (name, value) in sample {
        match fields.resolve(name).first() {
            Some(fields::Field::Column(index)) => {
                values.insert(*index, value.clone());
            }
            Some(fields::Field::Uri) => {
                let query = value.split_once('?').map(|(_, q)| q.to_owned());
                let shape = layout.spec.column("query_shape");
                if let (Some(shape), Some(query)) = (shape, query) {
                    values.insert(shape, query);
                }
            }
            Some(fields::Field::Query) => {
                layout.spec.column("query_shape").map(|shape| values.insert(shape, value.clone()));
            }
            Some(fields::Field::Data(key)) => {
                data.insert(key.clone(), value.clone().into());
            }
            None => return Err(format!("table {} has no field {name}", layout.spec.table)),
        }
    }
    if let (Some(index), false) = (fields.data, data.is_empty()) {
        values.insert(index, serde_json::Value::Object(data).to_string());
    }
    one_row(layout, &values)
}

fn one_row(layout: &Layout, values: &BTreeMap<usize, String>) -> Result<RecordBatch, String> {
    let file = FileInfo {
        id: FileId(0),
        path: "sample".into(),
        size: 0,
        sha256: String::new(),
        modified: None,
        head: Vec::new(),
    };
    let mut batches = Vec::new();
    let mut sink = |batch| {
        batches.push(batch);
        Ok(())
    };
    let mut rows = Rows::new(&layout.spec, &file, &mut sink);
    for (index, value) in values {
        match layout.spec.columns[*index].kind {
            ColumnType::Word | ColumnType::Text => rows.text(*index, value),
            ColumnType::Number => rows.number(*index, value.parse().map_err(|_| format!("{value} is no number"))?),
            ColumnType::Time => {
                rows.time(*index, Timestamp::parse(value).ok_or_else(|| format!("{value} is no moment"))?)
            }
        }
    }
    rows.finish(1, None, 0).map_err(|e| e.to_string())?;
    rows.end().map_err(|e| e.to_string())?;
    debug_assert!(FIXED_COLUMNS.len() == 3);
    batches.pop().ok_or_else(|| "no row".into())
}
