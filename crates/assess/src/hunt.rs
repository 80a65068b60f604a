//! Hunting: rules that others wrote over the rows of a case, each match by itself, and what several of them say together.

use crate::joined::{Joins, Part, Parts};
use crate::row::Row;
use crate::sigma::{Detail, Found, Plan, source_name};
use crate::{AssessError, Tables, sweep};
use arrow_array::RecordBatch;
use assize_content::{Layout, Outside};
use assize_model::{Address, Timestamp};
use rsigma_eval::EvaluationResult;
use std::collections::BTreeSet;

/// Outside rules, ready to be run over any number of cases.
pub struct Hunt<'a> {
    layouts: &'a [Layout],
    outside: &'a Outside,
    plan: Plan<'a>,
    joins: Joins<'a>,
}

/// One row that one rule matched, or that completed a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The rule, by its index; correlations are counted behind the rules. See [`Outside::heading`].
    pub rule: usize,
    /// The row.
    pub address: Address,
    /// Its moment.
    pub time: Option<Timestamp>,
    /// The host that wrote it, where the row says.
    pub host: Option<String>,
    /// Its table.
    pub table: String,
    /// What a correlation grouped by: names and values.
    pub group: Vec<(String, String)>,
}

impl<'a> Hunt<'a> {
    /// Lays the rules out over the tables of the layouts.
    #[must_use]
    pub fn new(layouts: &'a [Layout], outside: &'a Outside) -> Self {
        let plan = Plan::new(layouts, outside.rules.iter().map(|r| &r.sigma));
        Self { layouts, outside, plan, joins: Joins::new(outside) }
    }

    /// The same hunt without its first stage: the evaluator decides on every row. It is what the two stages are measured
    /// against, some hundred times slower.
    #[must_use]
    pub fn plainly(mut self) -> Self {
        self.plan.plainly();
        self
    }

    /// The rules and correlations that cannot run, by index, and why.
    #[must_use]
    pub fn idle(&self) -> Vec<(usize, String)> {
        let mut idle: Vec<(usize, String)> = self.plan.refused().map(|(n, why)| (n, why.to_owned())).collect();
        let rules = self.outside.rules.len();
        let told: BTreeSet<usize> = self.plan.answered().into_iter().chain(idle.iter().map(|(n, _)| *n)).collect();
        let asked = |n: usize| (n, format!("no table answers its log source ({})", source(self.outside, n)));
        idle.extend((0..rules).filter(|n| !told.contains(n)).map(asked));
        idle.extend(self.joins.idle().into_iter().map(|(n, why)| (rules + n, why)));
        idle.sort();
        idle
    }

    /// Runs every rule over the tables of a case, and gives each match in stored order; then what was completed by
    /// several of them, in the order of time.
    ///
    /// # Errors
    /// When a table cannot be read, or more was found than can be joined.
    pub fn run(&self, tables: &dyn Tables, threads: usize, take: &mut dyn FnMut(Match)) -> Result<(), AssessError> {
        let mut parts = Parts::default();
        let mut too_many = false;
        for layout in self.layouts {
            let table = layout.spec.table.as_str();
            if !self.plan.rules_of(table) {
                continue;
            }
            let find = |batch: &RecordBatch| {
                let found = self.plan.find(layout, batch);
                let details = self.plan.details(layout, batch, &found, (&self.joins.rules, &self.joins.names));
                let parts = details.into_iter().filter_map(|detail| part(layout, batch, detail));
                Ok((self.matches(layout, batch, &found), parts.collect::<Vec<_>>()))
            };
            sweep::sweep(tables, (table, None), threads, &find, &mut |(matches, found)| {
                matches.into_iter().for_each(&mut *take);
                for (part, result) in found {
                    too_many |= !parts.take(part, result);
                }
            })?;
        }
        if too_many {
            return Err(AssessError::Table("correlations join more matches than can be held; narrow the rules".into()));
        }
        for completed in self.joins.complete(&mut parts) {
            let part = completed.part;
            take(Match {
                rule: self.outside.rules.len() + completed.correlation,
                address: part.address,
                time: Some(part.time),
                host: part.host.clone(),
                table: part.table.clone(),
                group: completed.group,
            });
        }
        Ok(())
    }

    /// The matches of a batch: by row, then by rule.
    fn matches(&self, layout: &Layout, batch: &RecordBatch, found: &Found) -> Vec<Match> {
        let told = found.matches.iter().filter(|(rule, _)| !self.joins.silent.contains(rule));
        let mut order: Vec<(usize, usize)> = told.map(|(rule, at)| (*at, *rule)).collect();
        order.sort_unstable();
        let of = |(at, rule): (usize, usize)| {
            let row = Row { layout, batch, at };
            let (address, time, table) = (row.address(), row.time(), layout.spec.table.clone());
            Match { rule, address, time, host: host(layout, row), table, group: Vec::new() }
        };
        order.into_iter().map(of).collect()
    }
}

/// A match that correlations join, and what the evaluator says of it. What has no moment comes before or after nothing.
fn part(layout: &Layout, batch: &RecordBatch, detail: Detail) -> Option<(Part, EvaluationResult)> {
    let row = Row { layout, batch, at: detail.at };
    let (time, host, table) = (row.time()?, host(layout, row), layout.spec.table.clone());
    Some((Part { rule: detail.rule, time, address: row.address(), host, table, fields: detail.fields }, detail.result))
}

fn host(layout: &Layout, row: Row<'_>) -> Option<String> {
    let column = layout.observables.get("host").and_then(|columns| columns.first())?;
    row.named(column).map(|host| host.into_owned())
}

fn source(outside: &Outside, rule: usize) -> String {
    let source = &outside.rules[rule].sigma.logsource;
    source_name(&source.product, &source.category, &source.service)
}
