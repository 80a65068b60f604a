//! Sigma rules over tables: candidates first, then the exact evaluator.
//!
//! A necessary condition of each rule is computed over the distinct values of a batch (`candidates`); only rows that
//! meet it go to `rsigma-eval`, which decides. Both stages see a row through the same field names (`fields`).

mod candidates;
mod data;
#[cfg(test)]
mod differential;
mod event;
mod fields;
mod grams;
mod hits;
mod meaning;
mod members;
mod memo;
mod object;
mod patterns;
mod plan;
#[cfg(test)]
mod tests;
mod unseen;
mod why;

use crate::exposure::Survey;
use crate::group::Groups;
use crate::row::Row;
use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use assize_content::{Content, Layout, LogSource, Pack, Rule};
use assize_model::result::RuleChecked;
use assize_model::table::{ColumnType, FIXED_COLUMNS};
use assize_model::{FileId, FileInfo, Finding, Rows, Timestamp};
pub(crate) use candidates::{all_hold, any_holds};
pub(crate) use data::{as_json, automaton, is_identifier};
pub(crate) use event::RowEvent;
use fields::Fields;
pub(crate) use fields::Stackable;
use plan::answers;
pub(crate) use plan::{Detail, Found, Plan};
use std::collections::BTreeMap;
pub(crate) use unseen::Unseen;
pub(crate) use why::source_name;
pub use why::{Asked, Branch, Compared, Part, Why, why};

/// The rules of several packs as one plan, numbered as if they were one list: a batch is looked through once for all.
pub(crate) struct OfPacks<'a> {
    pub(crate) plan: Plan<'a>,
    packs: Vec<&'a Pack>,
}

impl<'a> OfPacks<'a> {
    /// # Errors
    /// When the evaluator refuses a rule.
    pub(crate) fn new(content: &'a Content, packs: &[&'a Pack]) -> Result<Self, AssessError> {
        let plan = Plan::new(&content.layouts, rules(packs).map(|(_, rule)| &rule.sigma));
        if let Some((n, why)) = plan.refused().next() {
            let rule = rules(packs).nth(n).map(|(_, rule)| rule.name.clone()).unwrap_or_default();
            return Err(AssessError::Rule { rule, why: why.to_owned() });
        }
        Ok(Self { plan, packs: packs.to_vec() })
    }

    /// Asks for each field and each log that the rules need.
    pub(crate) fn ask(&self, unseen: &mut Unseen) {
        let rules: Vec<&Rule> = rules(&self.packs).map(|(_, rule)| rule).collect();
        self.plan.ask(&rules, unseen);
    }
}

/// The rules of packs in turn, each with its pack.
fn rules<'a>(packs: &[&'a Pack]) -> impl Iterator<Item = (&'a Pack, &'a Rule)> {
    packs.iter().flat_map(|pack| pack.rules.iter().map(|rule| (*pack, rule)))
}

/// The matches of the rules of several packs so far.
pub(crate) struct Matches<'a> {
    /// By the number of the rule.
    groups: Vec<Groups<'a>>,
    checked: Vec<RuleChecked>,
}

impl<'a> Matches<'a> {
    /// Nothing yet.
    pub(crate) fn new(of: &OfPacks<'a>) -> Self {
        let mut matches = Self { groups: Vec::new(), checked: Vec::new() };
        for (n, (pack, rule)) in rules(&of.packs).enumerate() {
            matches.groups.push(Groups::new(pack, rule));
            let tables = of.plan.tables_of(n).into_iter().map(str::to_owned).collect();
            matches.checked.push(RuleChecked { tables, on_matches: of.plan.on_matches(n), ..checked(pack, rule) });
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

    /// The findings of each pack in turn, and what was tried.
    pub(crate) fn finish(
        mut self,
        survey: &Survey,
        of: &OfPacks<'a>,
        unseen: &Unseen,
    ) -> (Vec<Vec<Finding>>, Vec<RuleChecked>) {
        for (n, (checked, (_, rule))) in self.checked.iter_mut().zip(rules(&of.packs)).enumerate() {
            let (fields, logs) = of.plan.lacks(n, &rule.sigma, unseen);
            checked.logs_unseen = logs.into_iter().collect();
            // Of a log that is not there every field is absent: that goes without saying.
            if checked.rows > 0 && !checked.on_matches {
                checked.fields_unseen = fields.into_iter().collect();
            }
        }
        let mut groups = self.groups.into_iter();
        let of_pack = |pack: &&Pack| {
            let groups = groups.by_ref().take(pack.rules.len());
            groups.flat_map(|group| group.findings(pack, survey)).collect()
        };
        (of.packs.iter().map(of_pack).collect(), self.checked)
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
        techniques: rule.techniques.clone(),
        fields_unseen: Vec::new(),
        logs_unseen: Vec::new(),
        on_matches: false,
    }
}

/// Runs the samples of a rule on every table that answers its log source.
pub(crate) fn test_rule(rule: &Rule, layouts: &[Layout]) -> Result<(), String> {
    let mut tried = false;
    for layout in layouts {
        let plan = || Plan::new(std::slice::from_ref(layout), std::iter::once(&rule.sigma));
        let (both, mut alone) = (plan(), plan());
        alone.plainly();
        if let Some((_, why)) = both.refused().next() {
            return Err(why.to_owned());
        }
        for source in layout.sigma.iter().filter(|s| answers(&rule.sigma, s)) {
            tried = true;
            let fields = Fields::new(layout, source);
            let samples =
                rule.assize.matching.iter().map(|s| (s, true)).chain(rule.assize.ignore.iter().map(|s| (s, false)));
            for (sample, expected) in samples {
                let batch = sample_batch(layout, source, &fields, sample)?;
                let matches = |plan: &Plan<'_>| !plan.find(layout, &batch).matches.is_empty();
                let exact = matches(&alone);
                if exact && !matches(&both) {
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
