//! What the evidence records of stops, updates, clocks and cleared logs.

use crate::group::cite;
use crate::row::{Row, text};
use crate::sigma::any_holds;
use crate::{AssessError, Tables};
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
    let mut found: Vec<Vec<Sign<'a>>> = content.interruptions.iter().map(|_| Vec::new()).collect();
    let said: BTreeSet<&str> = content.interruptions.iter().map(|says| says.table.as_str()).collect();
    for layout in content.layouts.iter().filter(|layout| said.contains(layout.spec.table.as_str())) {
        of_table(tables, layout, &content.interruptions, &mut found)?;
    }
    Ok(found.into_iter().flatten().collect())
}

/// Looks for what is declared of one table, and reads that table once for all of it.
fn of_table<'a>(
    tables: &dyn Tables,
    layout: &Layout,
    declared: &'a [Interruption],
    found: &mut [Vec<Sign<'a>>],
) -> Result<(), AssessError> {
    let table = &layout.spec.table;
    let own = || declared.iter().enumerate().filter(|(_, says)| says.table == *table);
    let asked = own().flat_map(|(_, says)| &says.r#where).flat_map(BTreeMap::keys).map(String::as_str);
    let light: BTreeSet<&str> = FIXED_COLUMNS.into_iter().chain(asked).collect();
    let named = own().flat_map(|(_, says)| &says.of).map(String::as_str);
    let whole: BTreeSet<&str> = light.iter().copied().chain(named).chain([DATA]).collect();
    let (light, whole): (Vec<&str>, Vec<&str>) = (light.into_iter().collect(), whole.into_iter().collect());
    for part in 0..tables.parts(table) {
        // Most parts hold no such row: the data of events is read only where one does that there is room for.
        let mut any = false;
        tables.scan_part(table, part, Some(&light), &mut |batch| {
            any |= own().any(|(at, says)| found[at].len() < SIGNS_MAX && any_holds(&says.r#where, batch).has_true());
            Ok(())
        })?;
        if !any {
            continue;
        }
        tables.scan_part(table, part, Some(&whole), &mut |batch| {
            for (at, says) in own() {
                let rows = any_holds(&says.r#where, batch);
                let signs = rows.set_indices().filter_map(|at| sign(tables, Row { layout, batch, at }, says));
                let room = SIGNS_MAX - found[at].len();
                found[at].extend(signs.take(room));
            }
            Ok(())
        })?;
    }
    Ok(())
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
