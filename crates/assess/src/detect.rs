//! Rules and indicators of all packs over every table, once.

use crate::exposure::Survey;
use crate::indicator::{Indicators, Sighted, Sightings};
use crate::row::Row;
use crate::sigma::{self, Matches, OfPacks, Unseen};
use crate::{AssessError, Tables, correlate, sweep};
use arrow_array::{RecordBatch, UInt64Array};
use arrow_select::take::take_record_batch;
use assize_content::{Content, Layout, Pack};
use assize_model::Finding;
use assize_model::result::RuleChecked;
use std::collections::BTreeSet;

/// What all packs look for. Shared by all threads.
struct Look<'a> {
    rules: OfPacks<'a>,
    indicators: Indicators,
}

/// What they found so far. Kept by one thread, in stored order.
struct Tally<'a> {
    matches: Matches<'a>,
    sightings: Sightings<'a>,
}

/// What they found in one batch.
struct Found {
    matches: sigma::Found,
    sighted: Vec<Sighted>,
    /// The rows that tell it, and no others.
    rows: RecordBatch,
    /// The numbers that those had in the batch, ascending.
    numbers: Vec<usize>,
}

/// Findings, and what was tried, of each pack in turn.
pub(crate) fn detect<'a>(
    tables: &dyn Tables,
    content: &'a Content,
    packs: &[&'a Pack],
    survey: &Survey,
    threads: usize,
) -> Result<(Vec<Finding>, Vec<RuleChecked>), AssessError> {
    let look = Look { rules: OfPacks::new(content, packs)?, indicators: Indicators::new(packs) };
    let mut unseen = Unseen::default();
    look.rules.ask(&mut unseen);
    let mut tally = Tally { matches: Matches::new(&look.rules), sightings: Sightings::new(packs) };
    for layout in &content.layouts {
        let table = layout.spec.table.as_str();
        if !look.rules.plan.rules_of(table) && !look.indicators.wants(layout) {
            continue;
        }
        sweep::sweep(tables, (table, None), threads, &|batch| find(&look, layout, batch, &unseen), &mut |found| {
            take(&mut tally, layout, &found, tables, survey);
        })?;
    }
    let (matched, checked) = tally.matches.finish(survey, &look.rules, &unseen);
    let mut findings: Vec<Finding> = matched
        .into_iter()
        .zip(tally.sightings.findings())
        .flat_map(|(matched, seen)| [matched, seen])
        .flatten()
        .collect();
    let joined: Vec<Finding> = packs.iter().flat_map(|pack| correlate::run(pack, &findings)).collect();
    findings.extend(joined);
    Ok((findings, checked))
}

/// What all packs find in a batch.
fn find(look: &Look<'_>, layout: &Layout, batch: &RecordBatch, unseen: &Unseen) -> Result<Found, AssessError> {
    unseen.look(layout, batch);
    let matches = look.rules.plan.find(layout, batch);
    let sighted = look.indicators.find(layout, batch);
    let numbers: BTreeSet<usize> = matches.rows().chain(sighted.iter().map(|s| s.row)).collect();
    let numbers: Vec<usize> = numbers.into_iter().collect();
    let wanted = UInt64Array::from_iter_values(numbers.iter().map(|at| *at as u64));
    let rows = take_record_batch(batch, &wanted).map_err(|e| AssessError::Table(e.to_string()))?;
    Ok(Found { matches, sighted, rows, numbers })
}

fn take(tally: &mut Tally<'_>, layout: &Layout, found: &Found, tables: &dyn Tables, survey: &Survey) {
    let row = |was: usize| {
        let at = found.numbers.binary_search(&was).unwrap_or_default();
        Row { layout, batch: &found.rows, at }
    };
    tally.matches.take(&found.matches, row, tables, survey);
    tally.sightings.take(&found.sighted, row, tables);
}
