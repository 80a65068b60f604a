//! Rules laid out over tables: which log sources answer each of them, and what is asked of a batch.
//!
//! A rule that decides by columns alone is asked once for each combination of their cells. For all others a row is
//! made into an event once, and every rule whose necessary condition it meets is asked about that one event.

use super::candidates::{self, Need};
use super::data::{Held, Lexicon, Search};
use super::event::RowEvent;
use super::fields::Fields;
use super::hits::Hits;
use super::meaning;
use super::memo::Memo;
use super::unseen::Unseen;
use super::why::{self, Asked};
use crate::row::Row;
use arrow_array::RecordBatch;
use arrow_buffer::BooleanBuffer;
use assize_content::layout::Format;
use assize_content::{Layout, LogSource, Rule};
use assize_model::table::{ColumnType, FIXED_COLUMNS};
use rsigma_eval::{CompiledRule, EvaluationResult, Event, EventValue, compile_rule, evaluate_rule};
use rsigma_parser::SigmaRule;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rules, ready to be run over tables by any number of threads.
pub(crate) struct Plan<'a> {
    /// By the rule; or why the evaluator refuses it.
    compiled: Vec<Result<CompiledRule, String>>,
    sources: Vec<Source<'a>>,
    /// What rules look for in the data of events, by table.
    searches: BTreeMap<&'a str, Search>,
    /// Log sources, by their index, that answer the same rules, with those rules: each row counts once for them.
    together: Vec<(Vec<usize>, Vec<usize>)>,
    /// Whether the evaluator decides every row by itself.
    plain: bool,
}

/// One log source of a table with the rules that it answers.
struct Source<'a> {
    layout: &'a Layout,
    source: &'a LogSource,
    fields: Fields,
    rules: Vec<Routed>,
}

/// One rule on one log source.
struct Routed {
    rule: usize,
    need: Need,
    /// The columns that decide it, where nothing else does.
    decisive: Option<Vec<usize>>,
}

/// What the rules of a plan found in one batch.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Rows that a rule looked at, by the rule.
    pub(super) tried: BTreeMap<usize, u64>,
    /// Rule and row of each match.
    pub(crate) matches: Vec<(usize, usize)>,
}

impl Found {
    /// The rows that some rule matched.
    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> {
        self.matches.iter().map(|(_, at)| *at)
    }
}

/// What a correlation needs of one match.
pub(crate) struct Detail {
    pub(crate) rule: usize,
    /// The row of the batch.
    pub(crate) at: usize,
    pub(crate) fields: serde_json::Map<String, Value>,
    pub(crate) result: EvaluationResult,
}

/// A value as JSON has it, where it is one value.
fn plain(value: &EventValue<'_>) -> Option<Value> {
    match value {
        EventValue::Int(number) => Some((*number).into()),
        other => other.as_str().map(|text| text.into_owned().into()),
    }
}

impl<'a> Plan<'a> {
    /// Resolves each rule to the tables of its log source.
    pub(crate) fn new<'r>(layouts: &'a [Layout], rules: impl Iterator<Item = &'r SigmaRule>) -> Self {
        let mut plan = Self {
            compiled: Vec::new(),
            sources: Vec::new(),
            searches: BTreeMap::new(),
            together: Vec::new(),
            plain: false,
        };
        for layout in layouts {
            for source in &layout.sigma {
                let fields = Fields::new(layout, source);
                plan.sources.push(Source { layout, source, fields, rules: Vec::new() });
            }
        }
        let mut lexicons: BTreeMap<&str, Lexicon> = BTreeMap::new();
        for (n, rule) in rules.enumerate() {
            let rule = &meaning::of_rule(rule);
            plan.compiled.push(match meaning::unfilled(rule) {
                Some(why) => Err(why),
                None => compile_rule(rule).map_err(|e| e.to_string()),
            });
            let exact = plan.sources.iter().any(|s| is_exactly(rule, s.source));
            for source in &mut plan.sources {
                if answers(rule, source.source) && (!exact || is_exactly(rule, source.source)) {
                    source.fields.learn_rule(rule);
                    let lexicon = lexicons.entry(&source.layout.spec.table).or_default();
                    let need = candidates::of_rule(rule, &source.fields, lexicon);
                    source.rules.push(Routed { rule: n, need, decisive: source.fields.decisive(rule) });
                }
            }
        }
        plan.sources.retain(|s| !s.rules.is_empty());
        plan.together = plan.sets();
        plan.searches = lexicons.into_iter().filter_map(|(table, lexicon)| Some((table, lexicon.search()?))).collect();
        plan
    }

    /// Asks for each field and each log that the rules need, which are those of the plan.
    pub(crate) fn ask(&self, rules: &[&Rule], unseen: &mut Unseen) {
        for source in &self.sources {
            let table = source.layout.spec.table.as_str();
            let fields = source.rules.iter().flat_map(|routed| source.fields.asked(&rules[routed.rule].sigma));
            fields.for_each(|(_, field)| unseen.field(table, &field));
            source.logs().for_each(|(column, value)| unseen.log(table, column, value));
        }
    }

    /// The fields of a rule that no record has, wherever the rule may look for them, and the logs it reads that nothing
    /// came of. The rule is the one of this number.
    pub(crate) fn lacks(
        &self,
        number: usize,
        rule: &SigmaRule,
        unseen: &Unseen,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut names, mut had, mut logs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for source in self.sources.iter().filter(|s| s.rules.iter().any(|routed| routed.rule == number)) {
            let table = source.layout.spec.table.as_str();
            for (name, field) in source.fields.asked(rule) {
                if !unseen.lacks_field(table, &field) {
                    had.insert(name.clone());
                }
                names.insert(name);
            }
            let lacking = source.logs().filter(|(column, value)| unseen.lacks_log(table, *column, value));
            logs.extend(lacking.map(|(_, value)| value.to_owned()));
        }
        (&names - &had, logs)
    }

    /// Leaves every row to the evaluator: much slower, and the same answer.
    pub(crate) fn plainly(&mut self) {
        self.plain = true;
    }

    /// The rules that the evaluator refuses, and why.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (usize, &str)> {
        self.compiled.iter().enumerate().filter_map(|(n, c)| Some((n, c.as_ref().err()?.as_str())))
    }

    /// Whether any rule reads a table.
    pub(crate) fn rules_of(&self, table: &str) -> bool {
        self.sources.iter().any(|s| s.layout.spec.table == table)
    }

    /// The rules that some table answers.
    pub(crate) fn answered(&self) -> BTreeSet<usize> {
        self.together.iter().flat_map(|(_, rules)| rules).copied().collect()
    }

    /// The tables that a rule reads; none where no table answers its log source.
    pub(crate) fn tables_of(&self, rule: usize) -> Vec<&str> {
        let reads = self.sources.iter().filter(|s| s.rules.iter().any(|r| r.rule == rule));
        let mut tables: Vec<&str> = reads.map(|s| s.layout.spec.table.as_str()).collect();
        tables.dedup();
        tables
    }

    /// Whether a rule reads nothing but tables of matches.
    pub(crate) fn on_matches(&self, rule: usize) -> bool {
        let mut reads = self.sources.iter().filter(|s| s.rules.iter().any(|r| r.rule == rule)).peekable();
        reads.peek().is_some() && reads.all(|source| source.layout.format == Format::Matches)
    }

    /// For each match of these rules, the values of fields in its event, and what the evaluator says of it.
    pub(crate) fn details(
        &self,
        layout: &Layout,
        batch: &RecordBatch,
        found: &Found,
        (rules, names): (&BTreeSet<usize>, &BTreeSet<String>),
    ) -> Vec<Detail> {
        let wanted: Vec<(usize, usize)> =
            found.matches.iter().filter(|(rule, _)| rules.contains(rule)).copied().collect();
        let mut details: BTreeMap<(usize, usize), Detail> = BTreeMap::new();
        if wanted.is_empty() {
            return Vec::new();
        }
        for source in self.sources.iter().filter(|s| s.layout.spec.table == layout.spec.table) {
            let rows = source.rows(batch);
            let answered = |rule: usize| source.rules.iter().any(|routed| routed.rule == rule);
            for (rule, at) in wanted.iter().filter(|(rule, at)| rows.value(*at) && answered(*rule)) {
                let event = source.event(batch, *at);
                let Some(result) = self.evaluate(*rule, &event) else { continue };
                let value = |name: &String| Some((name.clone(), plain(&event.get_field(name)?)?));
                let fields = names.iter().filter_map(value).collect();
                details.entry((*rule, *at)).or_insert(Detail { rule: *rule, at: *at, fields, result });
            }
        }
        details.into_values().collect()
    }

    /// What a rule makes of one row: each log source of the table that it asks for.
    pub(super) fn asked(&self, rule: usize, row: Row<'_>) -> Vec<Asked> {
        let asks = |source: &&Source<'_>| {
            source.layout.spec.table == row.layout.spec.table && source.rules.iter().any(|routed| routed.rule == rule)
        };
        let asked = |source: &Source<'_>| {
            let compiled = self.compiled[rule].as_ref().ok().filter(|_| source.rows(row.batch).value(row.at));
            let branch = compiled.map(|compiled| {
                let event = source.event(row.batch, row.at);
                let trimmed = event.trimmed().filter(|trimmed| evaluate_rule(compiled, *trimmed).is_some());
                why::branches(compiled, trimmed.unwrap_or(&event))
            });
            let LogSource { product, category, service, r#where, .. } = source.source;
            let name = why::source_name(product, category, service);
            let is = |column: &String, value: &String| format!("{column} {value}");
            let all =
                |values: &BTreeMap<String, String>| values.iter().map(|(c, v)| is(c, v)).collect::<Vec<_>>().join(", ");
            let ways: Vec<String> = r#where.iter().map(all).collect();
            let source = if ways.is_empty() { name } else { format!("{name} ({})", ways.join("; ")) };
            Asked { source, branch }
        };
        self.sources.iter().filter(asks).map(asked).collect()
    }

    /// Runs every rule of a table over a batch.
    pub(crate) fn find(&self, layout: &Layout, batch: &RecordBatch) -> Found {
        let mut found = Found::default();
        let rows_of = |source: &Source<'_>| {
            let rows = (source.layout.spec.table == layout.spec.table).then(|| source.rows(batch));
            rows.filter(BooleanBuffer::has_true)
        };
        let rows_of: Vec<Option<BooleanBuffer>> = self.sources.iter().map(rows_of).collect();
        self.count(&rows_of, &mut found);
        let mut held: Option<Held> = None;
        for (source, rows) in self.sources.iter().zip(&rows_of).filter_map(|(s, rows)| Some((s, rows.as_ref()?))) {
            let held = held.get_or_insert_with(|| self.held(source, batch));
            // Row and rule, for those that no column decides.
            let mut left: Vec<(usize, usize)> = Vec::new();
            for routed in &source.rules {
                if !self.plain && !routed.need.possible(held) {
                    continue;
                }
                let candidates = match &routed.need {
                    _ if self.plain => None,
                    Need::Maybe => None,
                    need => Some(need.rows(batch, rows, held)),
                };
                let candidates = candidates.as_ref().unwrap_or(rows);
                let candidates = candidates.set_indices();
                match Memo::new(batch, routed.decisive.as_deref().filter(|_| !self.plain)) {
                    Some(mut memo) => {
                        for at in candidates {
                            if memo.ask(at, || self.matches(routed.rule, &source.event(batch, at))) {
                                found.matches.push((routed.rule, at));
                            }
                        }
                    }
                    None => left.extend(candidates.map(|at| (at, routed.rule))),
                }
            }
            left.sort_unstable();
            for same in left.chunk_by(|one, other| one.0 == other.0) {
                let event = source.event(batch, same[0].0);
                let met = same.iter().filter(|(_, rule)| self.matches(*rule, &event));
                found.matches.extend(met.map(|(at, rule)| (*rule, *at)));
            }
        }
        // A row may belong to several log sources that answer one rule.
        found.matches.sort_unstable();
        found.matches.dedup();
        found
    }

    /// What a batch holds of what rules look for.
    fn held(&self, source: &Source<'_>, batch: &RecordBatch) -> Held {
        let search = self.searches.get(source.layout.spec.table.as_str()).filter(|_| !self.plain);
        let hits = |columns: &[usize]| {
            let json = source.fields.data.map(|data| data + FIXED_COLUMNS.len());
            search.map_or_else(|| Hits::anything(batch.num_rows()), |search| search.hits(batch, columns, json))
        };
        Held::new(hits(source.fields.searched()), hits(source.fields.text_columns()))
    }

    fn matches(&self, rule: usize, event: &RowEvent<'_>) -> bool {
        self.evaluate(rule, event).is_some()
    }

    /// What the evaluator says of an event as its values stand, or else without blanks at their ends, which Windows leaves
    /// in some.
    fn evaluate(&self, rule: usize, event: &RowEvent<'_>) -> Option<EvaluationResult> {
        let rule = self.compiled[rule].as_ref().ok()?;
        evaluate_rule(rule, event).or_else(|| evaluate_rule(rule, event.trimmed()?))
    }

    /// The log sources of a table that answer the same rules.
    fn sets(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut of_rule: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
        for (n, source) in self.sources.iter().enumerate() {
            for routed in &source.rules {
                of_rule.entry((&source.layout.spec.table, routed.rule)).or_default().push(n);
            }
        }
        let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for ((_, rule), sources) in of_rule {
            sets.entry(sources).or_default().push(rule);
        }
        sets.into_iter().collect()
    }

    /// Counts the rows that each rule looks at, given those of each log source.
    fn count(&self, rows_of: &[Option<BooleanBuffer>], found: &mut Found) {
        for (sources, rules) in &self.together {
            let rows = sources.iter().filter_map(|source| rows_of[*source].as_ref());
            let Some(rows) = rows.cloned().reduce(|all, rows| &all | &rows) else { continue };
            let count = rows.count_set_bits() as u64;
            for rule in rules {
                *found.tried.entry(*rule).or_default() += count;
            }
        }
    }
}

impl<'a> Source<'a> {
    /// The values of words by which its rows are told from others: channels of Windows.
    fn logs(&self) -> impl Iterator<Item = (usize, &str)> {
        let spec = &self.layout.spec;
        let conditions = self.source.r#where.iter().flatten();
        conditions.filter_map(|(column, value)| {
            let index = spec.column(column)?;
            (spec.columns[index].kind == ColumnType::Word).then_some((index, value.as_str()))
        })
    }

    /// The rows of a batch that belong to the source.
    fn rows(&self, batch: &RecordBatch) -> BooleanBuffer {
        let rows = candidates::any_holds(&self.source.r#where, batch);
        if self.source.data.is_empty() {
            return rows;
        }
        let holds = |at: usize| rows.value(at) && self.event(batch, at).holds(&self.source.data);
        BooleanBuffer::collect_bool(rows.len(), holds)
    }

    fn event<'b>(&'b self, batch: &'b RecordBatch, at: usize) -> RowEvent<'b> {
        RowEvent::new(Row { layout: self.layout, batch, at }, &self.fields)
    }
}

/// Whether a log source is what a rule asks for: each attribute that the rule states is equal.
pub(super) fn answers(rule: &SigmaRule, source: &LogSource) -> bool {
    let asked = &rule.logsource;
    let same = |asked: &Option<String>, has: &Option<String>| asked.is_none() || asked == has;
    let any = asked.category.is_some() || asked.product.is_some() || asked.service.is_some();
    any && same(&asked.category, &source.category)
        && same(&asked.product, &source.product)
        && same(&asked.service, &source.service)
}

/// Whether a log source has the attributes of a rule and no others: then no narrower one is meant.
fn is_exactly(rule: &SigmaRule, source: &LogSource) -> bool {
    let asked = &rule.logsource;
    answers(rule, source)
        && asked.category.is_some() == source.category.is_some()
        && asked.product.is_some() == source.product.is_some()
        && asked.service.is_some() == source.service.is_some()
}
