//! On which days each source of a question has rows that answer it. A table is read once for all its sources.

use super::days;
use crate::sigma::all_hold;
use crate::{AssessError, Tables};
use arrow_array::{Array, RecordBatch, TimestampMicrosecondArray};
use arrow_buffer::BooleanBuffer;
use assize_content::{AnySource, Content};
use assize_model::Timestamp;
use assize_model::result::{TableSummary, Window};
use assize_model::table::CARVED;
use assize_model::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// What answers of one source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Rows by day.
    pub(crate) days: BTreeMap<Day, u64>,
    /// First row.
    pub(crate) from: Option<Timestamp>,
    /// Last row.
    pub(crate) to: Option<Timestamp>,
}

/// What answers of each source, in their order.
pub(crate) fn seen(
    tables: &dyn Tables,
    content: &Content,
    sources: &[(&AnySource, &Window)],
) -> Result<Vec<Seen>, AssessError> {
    let table = |source: &AnySource| tables.table(&source.table).filter(|t| t.rows > 0);
    let mut all: Vec<Seen> =
        sources.iter().map(|(s, w)| table(s).map_or_else(Seen::default, |t| without_rows(tables, s, t, w))).collect();
    let sources: Vec<&AnySource> = sources.iter().map(|(s, _)| *s).collect();
    let scanned: BTreeSet<&str> =
        sources.iter().filter(|s| by_row(s) && table(s).is_some()).map(|s| s.table.as_str()).collect();
    for layout in content.layouts.iter().filter(|l| scanned.contains(l.spec.table.as_str())) {
        let of_table = |s: &&AnySource| s.table == layout.spec.table && by_row(s);
        let asked = sources.iter().copied().filter(of_table).flat_map(columns);
        let mut names: BTreeSet<&str> = asked.filter(|c| layout.spec.column(c).is_some()).collect();
        names.extend(["ts", CARVED]);
        let names: Vec<&str> = names.into_iter().collect();
        tables.scan(&layout.spec.table, Some(&names), &mut |batch| {
            for (source, seen) in sources.iter().zip(&mut all).filter(|(s, _)| of_table(s)) {
                seen.take(batch, &rows(source, batch));
            }
            Ok(())
        })?;
    }
    Ok(all)
}

/// Whether rows must be looked at to know what answers.
fn by_row(source: &AnySource) -> bool {
    !source.state && (!source.r#where.is_empty() || source.needs_column.is_some())
}

/// What can be told of a source without its rows.
fn without_rows(tables: &dyn Tables, source: &AnySource, table: &TableSummary, window: &Window) -> Seen {
    if by_row(source) {
        return Seen::default();
    }
    if !source.state {
        return Seen { days: table.days.clone(), from: table.from, to: table.to };
    }
    if !source.needs_paths.iter().all(|p| tables.paths_contain(p)) {
        return Seen::default();
    }
    let rows = |day: Day| (day, table.days.get(&day).copied().unwrap_or_default());
    Seen { days: days(window).into_iter().map(rows).collect(), from: table.from, to: table.to }
}

/// The columns that a source asks for.
fn columns(source: &AnySource) -> impl Iterator<Item = &str> {
    source.r#where.keys().map(String::as_str).chain(source.needs_column.as_deref())
}

/// Rows of a batch that answer. What was carved says nothing of how far back a log reaches.
fn rows(source: &AnySource, batch: &RecordBatch) -> BooleanBuffer {
    let of = |name: &str| batch.column_by_name(name);
    let mut rows = all_hold(&source.r#where, batch);
    if let Some(carved) = of(CARVED) {
        rows = BooleanBuffer::collect_bool(rows.len(), |at| rows.value(at) && carved.is_null(at));
    }
    if let Some(name) = &source.needs_column {
        let needed = of(name);
        rows = BooleanBuffer::collect_bool(rows.len(), |at| rows.value(at) && needed.is_some_and(|a| a.is_valid(at)));
    }
    rows
}

impl Seen {
    fn take(&mut self, batch: &RecordBatch, rows: &BooleanBuffer) {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        let Some(times) = times else { return };
        for at in rows.set_indices().filter(|at| times.is_valid(*at)) {
            let time = Timestamp(times.value(at));
            *self.days.entry(time.day()).or_default() += 1;
            self.from = Some(self.from.map_or(time, |from| from.min(time)));
            self.to = self.to.max(Some(time));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, StringArray};
    use std::sync::Arc;

    #[test]
    fn what_was_carved_does_not_answer() {
        let r#where = BTreeMap::from([("channel".to_owned(), "Security".to_owned())]);
        let table = "windows_events".to_owned();
        let source =
            AnySource { table, r#where, state: false, needs_paths: vec![], needs_column: None, partial: false };
        let channels: ArrayRef = Arc::new(StringArray::from(vec!["Security", "Security", "System"]));
        let carved: ArrayRef = Arc::new(StringArray::from(vec![None, Some("leftover"), None]));
        let batch =
            RecordBatch::try_from_iter_with_nullable([("channel", channels.clone(), true), (CARVED, carved, true)]);
        assert_eq!(rows(&source, &batch.unwrap()), vec![true, false, false].into());
        // A case that was made before.
        let batch = RecordBatch::try_from_iter([("channel", channels)]);
        assert_eq!(rows(&source, &batch.unwrap()), vec![true, true, false].into());
    }
}
