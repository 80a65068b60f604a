//! What the evidence records of stops, updates, clocks and cleared logs.

use crate::group::cite;
use crate::row::{Row, text};
use crate::sigma::equals;
use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use assize_content::interruption::Interruption;
use assize_content::{Content, Layout};
use assize_model::Timestamp;
use assize_model::finding::CitedRow;
use assize_model::table::FIXED_COLUMNS;
use std::collections::{BTreeMap, BTreeSet};

/// The column with the data of an event, as JSON.
const DATA: &str = "data";
/// Signs of one declaration that are kept.
const SIGNS_MAX: usize = 2_000;
/// A smaller change of the clock hides nothing, in microseconds.
const JUMP_MIN: i64 = 5 * super::MINUTE;

/// A record that explains a silence.
#[derive(Debug, Clone)]
pub(super) struct Sign<'a> {
    pub(super) says: &'a Interruption,
    pub(super) time: Timestamp,
    /// The log that it speaks of; nothing where it speaks of all.
    pub(super) of: Option<String>,
    pub(super) row: CitedRow,
}

/// Every sign, in the order of declarations and of rows.
pub(super) fn all<'a>(tables: &dyn Tables, content: &'a Content) -> Result<Vec<Sign<'a>>, AssessError> {
    let mut signs = Vec::new();
    for says in &content.interruptions {
        if let Some(layout) = content.layout(&says.table).filter(|_| tables.parts(&says.table) > 0) {
            signs.extend(of_one(tables, layout, says)?);
        }
    }
    Ok(signs)
}

fn of_one<'a>(tables: &dyn Tables, layout: &Layout, says: &'a Interruption) -> Result<Vec<Sign<'a>>, AssessError> {
    let asked = says.r#where.iter().flat_map(BTreeMap::keys).map(String::as_str);
    let light: BTreeSet<&str> = FIXED_COLUMNS.into_iter().chain(asked).collect();
    let light: Vec<&str> = light.into_iter().collect();
    let mut signs = Vec::new();
    for part in 0..tables.parts(&says.table) {
        // Most parts hold no such row: the data of events is read only where one does.
        let mut any = false;
        tables.scan_part(&says.table, part, Some(&light), &mut |batch| {
            any |= rows(says, batch).next().is_some();
            Ok(())
        })?;
        if !any || signs.len() >= SIGNS_MAX {
            continue;
        }
        tables.scan_part(&says.table, part, None, &mut |batch| {
            let found = rows(says, batch).filter_map(|at| sign(tables, Row { layout, batch, at }, says));
            signs.extend(found.take(SIGNS_MAX - signs.len().min(SIGNS_MAX)));
            Ok(())
        })?;
    }
    Ok(signs)
}

/// Rows of a batch that one of the conditions holds for.
fn rows(says: &Interruption, batch: &RecordBatch) -> impl Iterator<Item = usize> + use<> {
    let mut any = vec![says.r#where.is_empty(); batch.num_rows()];
    for condition in &says.r#where {
        let mut all = vec![true; batch.num_rows()];
        for (column, value) in condition {
            let equal = batch.column_by_name(column).map_or_else(|| vec![false; all.len()], |a| equals(a, value));
            all.iter_mut().zip(equal).for_each(|(a, e)| *a &= e);
        }
        any.iter_mut().zip(all).for_each(|(any, all)| *any |= all);
    }
    any.into_iter().enumerate().filter_map(|(at, holds)| holds.then_some(at))
}

fn sign<'a>(tables: &dyn Tables, row: Row<'_>, says: &'a Interruption) -> Option<Sign<'a>> {
    let time = row.time()?;
    let value = |name: &str| {
        let column = row.batch.column_by_name(name).and_then(|c| text(c, row.at));
        column.map(std::borrow::Cow::into_owned).or_else(|| of_data(&row, name))
    };
    if let Some(jump) = &says.jump {
        let moment = |name: &str| value(name).and_then(|v| Timestamp::parse(&v));
        let (before, after) = (moment(&jump.from)?, moment(&jump.to)?);
        if after.0.abs_diff(before.0) < JUMP_MIN.unsigned_abs() {
            return None;
        }
    }
    let of = match says.of.as_slice() {
        [] => None,
        names => Some(names.iter().find_map(|name| value(name))?),
    };
    let asked: BTreeSet<&String> = says.r#where.iter().flat_map(BTreeMap::keys).collect();
    let fields = asked.into_iter().filter_map(|name| Some((name.clone(), value(name)?))).collect();
    Some(Sign { says, time, of, row: cite(row, tables, fields) })
}

/// A value of the data of an event.
fn of_data(row: &Row<'_>, name: &str) -> Option<String> {
    let data = row.batch.column_by_name(DATA).and_then(|c| text(c, row.at))?;
    let data: serde_json::Value = serde_json::from_str(&data).ok()?;
    data.get(name).and_then(|v| v.as_str()).map(str::to_owned)
}
