//! Rules and indicators of all packs over every table, once.

use crate::exposure::Survey;
use crate::indicator::{Indicators, Sightings};
use crate::row::Row;
use crate::sigma::{self, Matches, Plan, Unseen};
use crate::{AssessError, Tables, correlate, sweep};
use arrow_array::{RecordBatch, UInt64Array};
use arrow_select::take::take_record_batch;
use assize_content::{Content, Layout, Pack};
use assize_model::Finding;
use assize_model::result::RuleChecked;
use std::collections::BTreeSet;

/// What one pack looks for. Shared by all threads.
struct Look<'a> {
    plan: Plan<'a>,
    indicators: Indicators<'a>,
}

/// What one pack found so far. Kept by one thread, in stored order.
struct Tally<'a> {
    matches: Matches<'a>,
    sightings: Sightings<'a>,
}

/// What all packs found in one batch.
struct Found {
    /// By pack: matches of rules, and indicator and row of each sighting.
    packs: Vec<(sigma::Found, Vec<(usize, usize)>)>,
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
    let look = |pack: &'a Pack| Ok(Look { plan: sigma::of_pack(content, pack)?, indicators: Indicators::new(pack) });
    let looks: Vec<Look<'a>> = packs.iter().copied().map(look).collect::<Result<_, AssessError>>()?;
    let mut unseen = Unseen::default();
    packs.iter().zip(&looks).for_each(|(pack, look)| look.plan.ask(&pack.rules, &mut unseen));
    let tally = |(pack, look): (&&'a Pack, &Look<'a>)| Tally {
        matches: Matches::new(pack, &look.plan),
        sightings: Sightings::new(pack),
    };
    let mut tallies: Vec<Tally<'_>> = packs.iter().zip(&looks).map(tally).collect();
    for layout in &content.layouts {
        let table = layout.spec.table.as_str();
        if !looks.iter().any(|l| l.plan.rules_of(table) || l.indicators.wants(layout)) {
            continue;
        }
        sweep::sweep(tables, (table, None), threads, &|batch| find(&looks, layout, batch, &unseen), &mut |found| {
            take(&mut tallies, layout, &found, tables, survey);
        })?;
    }
    let (mut findings, mut checked) = (Vec::new(), Vec::new());
    for (tally, look) in tallies.into_iter().zip(&looks) {
        let (mut found, tried) = tally.matches.finish(survey, &look.plan, &unseen);
        found.extend(tally.sightings.findings());
        findings.extend(found);
        checked.extend(tried);
    }
    let joined: Vec<Finding> = packs.iter().flat_map(|pack| correlate::run(pack, &findings)).collect();
    findings.extend(joined);
    Ok((findings, checked))
}

/// What all packs find in a batch.
fn find(looks: &[Look<'_>], layout: &Layout, batch: &RecordBatch, unseen: &Unseen) -> Result<Found, AssessError> {
    unseen.look(layout, batch);
    let packs: Vec<_> = looks.iter().map(|l| (l.plan.find(layout, batch), l.indicators.find(layout, batch))).collect();
    let rows = |(found, sighted): &(sigma::Found, Vec<(usize, usize)>)| -> Vec<usize> {
        found.rows().chain(sighted.iter().map(|(_, at)| *at)).collect()
    };
    let numbers: BTreeSet<usize> = packs.iter().flat_map(rows).collect();
    let numbers: Vec<usize> = numbers.into_iter().collect();
    let wanted = UInt64Array::from_iter_values(numbers.iter().map(|at| *at as u64));
    let rows = take_record_batch(batch, &wanted).map_err(|e| AssessError::Table(e.to_string()))?;
    Ok(Found { packs, rows, numbers })
}

fn take(tallies: &mut [Tally<'_>], layout: &Layout, found: &Found, tables: &dyn Tables, survey: &Survey) {
    let row = |was: usize| {
        let at = found.numbers.binary_search(&was).unwrap_or_default();
        Row { layout, batch: &found.rows, at }
    };
    for (tally, (matches, sighted)) in tallies.iter_mut().zip(&found.packs) {
        tally.matches.take(matches, row, tables, survey);
        tally.sightings.take(sighted, row, tables);
    }
}
