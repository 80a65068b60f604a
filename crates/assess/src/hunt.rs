//! Hunting: rules that others wrote over the rows of a case, each match by itself.

use crate::row::Row;
use crate::sigma::{Found, Plan};
use crate::{AssessError, Tables, sweep};
use arrow_array::RecordBatch;
use assize_content::{Layout, OutsideRule};
use assize_model::{Address, Timestamp};

/// Outside rules, ready to be run over any number of cases.
pub struct Hunt<'a> {
    layouts: &'a [Layout],
    rules: &'a [OutsideRule],
    plan: Plan<'a>,
}

/// One row that one rule matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The rule, by its index.
    pub rule: usize,
    /// The row.
    pub address: Address,
    /// Its moment.
    pub time: Option<Timestamp>,
    /// The host that wrote it, where the row says.
    pub host: Option<String>,
    /// Its table.
    pub table: String,
}

impl<'a> Hunt<'a> {
    /// Lays the rules out over the tables of the layouts.
    #[must_use]
    pub fn new(layouts: &'a [Layout], rules: &'a [OutsideRule]) -> Self {
        Self { layouts, rules, plan: Plan::new(layouts, rules.iter().map(|r| &r.sigma)) }
    }

    /// The same hunt without its first stage: the evaluator decides on every row. It is what the two stages are measured
    /// against, some hundred times slower.
    #[must_use]
    pub fn plainly(mut self) -> Self {
        self.plan.plainly();
        self
    }

    /// The rules that cannot run, by index, and why.
    #[must_use]
    pub fn idle(&self) -> Vec<(usize, String)> {
        let mut idle: Vec<(usize, String)> = self.plan.refused().map(|(n, why)| (n, why.to_owned())).collect();
        for (n, rule) in self.rules.iter().enumerate() {
            if self.plan.tables_of(n).is_empty() && !idle.iter().any(|(known, _)| *known == n) {
                idle.push((n, format!("no table answers its log source ({})", source(rule))));
            }
        }
        idle.sort();
        idle
    }

    /// Runs every rule over the tables of a case, and gives each match in stored order.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn run(&self, tables: &dyn Tables, threads: usize, take: &mut dyn FnMut(Match)) -> Result<(), AssessError> {
        for layout in self.layouts {
            let table = layout.spec.table.as_str();
            if !self.plan.rules_of(table) {
                continue;
            }
            let find = |batch: &RecordBatch| Ok(matches(layout, batch, &self.plan.find(layout, batch)));
            sweep::sweep(tables, (table, None), threads, &find, &mut |found| found.into_iter().for_each(&mut *take))?;
        }
        Ok(())
    }
}

fn source(rule: &OutsideRule) -> String {
    let source = &rule.sigma.logsource;
    let parts = [("product", &source.product), ("category", &source.category), ("service", &source.service)];
    let shown = parts.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    shown.collect::<Vec<_>>().join(", ")
}

/// The matches of a batch: by row, then by rule.
fn matches(layout: &Layout, batch: &RecordBatch, found: &Found) -> Vec<Match> {
    let mut order: Vec<(usize, usize)> = found.matches.iter().map(|(rule, at)| (*at, *rule)).collect();
    order.sort_unstable();
    let host = layout.observables.get("host").and_then(|columns| columns.first());
    let of = |(at, rule): (usize, usize)| {
        let row = Row { layout, batch, at };
        Match {
            rule,
            address: row.address(),
            time: row.time(),
            host: host.and_then(|column| row.named(column)).map(|host| host.into_owned()),
            table: layout.spec.table.clone(),
        }
    };
    order.into_iter().map(of).collect()
}
