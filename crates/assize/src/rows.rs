//! Rows of a sealed case as text, in the order of time, with bounded memory.
//!
//! A table stands in the order of its files. To give its rows in the order of time, the case is read in passes: each
//! keeps the earliest rows after those already given, and leaves out row groups that lie outside what it can keep.

use crate::exit::Stop;
use crate::run;
use arrow_array::{Array, ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use assize_assess::text;
use assize_case::{Case, Group};
use assize_model::finding::CitedRow;
use assize_model::query::{LIFTED, rebuild};
use assize_model::table::FIXED_COLUMNS;
use assize_model::{Address, FileId, Timestamp};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rows that one pass keeps, and the bytes of their text.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
}

/// What a pass may keep: about a tenth of what a small server has.
pub(crate) const BOUNDS: Bounds = Bounds { rows: 400_000, bytes: 160 << 20 };
/// What a kept row takes beside its text.
const ROW_BYTES: usize = 200;

/// Where a row stands in the whole order: time, then table, file and position.
type Key = (i64, usize, u32, u64);

/// Which rows are wanted.
pub(crate) struct Wanted<'a> {
    /// Tables; empty: all.
    pub(crate) tables: &'a [String],
    /// From then.
    pub(crate) since: Option<Timestamp>,
    /// Up to, and without, then.
    pub(crate) until: Option<Timestamp>,
    /// Holds the text looked for.
    pub(crate) holds: &'a dyn Fn(&CitedRow) -> bool,
}

/// Gives every wanted row with a time, in the order of time; says how many rows of those tables have none.
pub(crate) fn in_order(
    case: &Case,
    wanted: &Wanted<'_>,
    bounds: Bounds,
    give: &mut dyn FnMut(CitedRow) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    let mut walk = Walk::new(case, wanted, bounds)?;
    let undated = walk.groups.iter().map(|(_, _, g)| g.undated).sum();
    loop {
        let kept = walk.pass()?;
        walk.after = kept.rows.last_key_value().map(|(last, _)| *last);
        for (_, row) in kept.rows {
            give(row)?;
        }
        if !kept.full {
            return Ok(undated);
        }
    }
}

struct Walk<'a> {
    case: &'a Case,
    wanted: &'a Wanted<'a>,
    bounds: Bounds,
    /// Table and row group, the earliest first.
    groups: Vec<(usize, String, Group)>,
    after: Option<Key>,
}

/// What one pass has kept so far.
#[derive(Default)]
struct Kept {
    rows: BTreeMap<Key, CitedRow>,
    bytes: usize,
    /// Whether rows had to give way: then there are later ones.
    full: bool,
}

impl<'a> Walk<'a> {
    fn new(case: &'a Case, wanted: &'a Wanted<'a>, bounds: Bounds) -> Result<Self, Stop> {
        let mut groups = Vec::new();
        for (at, table) in case.tables().map(|t| &t.summary.table).enumerate() {
            if wanted.tables.is_empty() || wanted.tables.contains(table) {
                let of_table = case.groups(table).map_err(run::own)?;
                groups.extend(of_table.into_iter().map(|g| (at, table.clone(), g)));
            }
        }
        // Where nothing is known of a group it may hold anything: it comes first, and is read in every pass.
        groups.sort_by_key(|(at, _, g)| (g.span.map(|(from, _)| from), *at));
        Ok(Self { case, wanted, bounds, groups, after: None })
    }

    /// Keeps the earliest rows after those already given.
    fn pass(&self) -> Result<Kept, Stop> {
        let mut kept = Kept::default();
        for (at, table, group) in &self.groups {
            if !self.reaches(group, &kept) {
                continue;
            }
            for batch in self.case.scan_group(table, group, None).map_err(run::own)? {
                self.take(*at, table, &batch.map_err(run::own)?, &mut kept);
            }
        }
        Ok(kept)
    }

    /// Whether a row group can hold rows for this pass.
    fn reaches(&self, group: &Group, kept: &Kept) -> bool {
        if group.undated == group.rows {
            return false;
        }
        let Some((from, to)) = group.span else { return true };
        let before = self.wanted.until.is_some_and(|until| from >= until) || kept.beyond(from.0);
        let behind = self.wanted.since.is_some_and(|since| to < since) || self.after.is_some_and(|a| to.0 < a.0);
        !before && !behind
    }

    fn take(&self, at: usize, table: &str, batch: &RecordBatch, kept: &mut Kept) {
        let Some(columns) = Columns::of(batch) else { return };
        for row in 0..batch.num_rows() {
            let Some(time) = columns.time(row) else { continue };
            let address = columns.address(row);
            let key = (time.0, at, address.file.0, address.pos);
            let outside =
                self.wanted.since.is_some_and(|s| time < s) || self.wanted.until.is_some_and(|until| time >= until);
            if outside || self.after.is_some_and(|a| key <= a) || kept.past(&key) {
                continue;
            }
            let path = self.case.file(address.file).map(|f| f.info.path.clone()).unwrap_or_default();
            let cited =
                CitedRow { address, path, table: table.to_owned(), time: Some(time), fields: columns.fields(row) };
            if (self.wanted.holds)(&cited) {
                kept.put(key, cited, self.bounds);
            }
        }
    }
}

impl Kept {
    /// Whether nothing at or after this moment can be kept any more.
    fn beyond(&self, from: i64) -> bool {
        self.full && self.rows.last_key_value().is_some_and(|(last, _)| from > last.0)
    }

    fn past(&self, key: &Key) -> bool {
        self.full && self.rows.last_key_value().is_some_and(|(last, _)| key > last)
    }

    /// Keeps a row; the latest ones give way. One row always fits.
    fn put(&mut self, key: Key, row: CitedRow, bounds: Bounds) {
        self.bytes += size(&row);
        self.rows.insert(key, row);
        while self.rows.len() > 1 && (self.rows.len() > bounds.rows || self.bytes > bounds.bytes) {
            if let Some((_, gone)) = self.rows.pop_last() {
                self.bytes -= size(&gone);
                self.full = true;
            }
        }
    }
}

fn size(row: &CitedRow) -> usize {
    let fields = row.fields.iter().map(|(k, v)| k.len() + v.len() + 48);
    ROW_BYTES + row.path.len() + row.table.len() + fields.sum::<usize>()
}

/// The columns of a batch: the three fixed ones, the values that were lifted out of a query string, and the others.
struct Columns<'a> {
    files: &'a UInt32Array,
    positions: &'a UInt64Array,
    times: &'a TimestampMicrosecondArray,
    lifted: Vec<Option<&'a ArrayRef>>,
    others: Vec<(String, &'a ArrayRef)>,
}

impl<'a> Columns<'a> {
    /// `None` where the table is none of evidence.
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let schema = batch.schema();
        let is_lifted = |name: &str| LIFTED.iter().any(|(_, column)| *column == name);
        let others = schema.fields().iter().zip(batch.columns()).skip(FIXED_COLUMNS.len());
        Some(Self {
            files: batch.column_by_name(FIXED_COLUMNS[0])?.as_any().downcast_ref()?,
            positions: batch.column_by_name(FIXED_COLUMNS[1])?.as_any().downcast_ref()?,
            times: batch.column_by_name(FIXED_COLUMNS[2])?.as_any().downcast_ref()?,
            lifted: LIFTED.iter().map(|(_, column)| batch.column_by_name(column)).collect(),
            others: others.filter(|(f, _)| !is_lifted(f.name())).map(|(f, c)| (f.name().clone(), c)).collect(),
        })
    }

    fn time(&self, row: usize) -> Option<Timestamp> {
        self.times.is_valid(row).then(|| Timestamp(self.times.value(row)))
    }

    fn address(&self, row: usize) -> Address {
        Address { file: FileId(self.files.value(row)), pos: self.positions.value(row) }
    }

    /// What the row says, without what is empty. A query string that was taken apart is put together again.
    fn fields(&self, row: usize) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for (name, column) in &self.others {
            let Some(text) = text(column, row).filter(|t| !t.is_empty()) else { continue };
            if name == "query_shape" {
                let lifted: Vec<Option<Cow<'_, str>>> = self.lifted.iter().map(|c| text_of(*c, row)).collect();
                fields.push(("query".to_owned(), rebuild(&text, |n| lifted[n].as_deref())));
            } else {
                fields.push((name.clone(), text.into_owned()));
            }
        }
        fields
    }
}

fn text_of(column: Option<&ArrayRef>, row: usize) -> Option<Cow<'_, str>> {
    text(column?, row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_case::{CaseWriter, Manifest};
    use assize_model::table::{Column, ColumnType};
    use assize_model::{FileInfo, Rows, Spec};

    /// A case of two tables whose files overlap in time; some rows have none.
    fn case(folder: &std::path::Path) -> Case {
        let writer = CaseWriter::begin(folder).unwrap();
        let mut segment = writer.segment(0);
        for id in 0..6u32 {
            let table = ["a", "b"][id as usize % 2].to_owned();
            let columns = vec![Column::new("word", "word", ColumnType::Word)];
            let spec = Spec { table: table.clone(), family: "f".into(), columns };
            let info = FileInfo {
                id: FileId(id),
                path: format!("log{id}"),
                size: 0,
                sha256: String::new(),
                modified: None,
                head: Vec::new(),
            };
            let mut file = segment.file(info.id, &info.path);
            let mut sink = file.sink(&spec);
            let mut rows = Rows::new(&spec, &info, &mut sink);
            for pos in 0..200u64 {
                rows.text(0, &format!("word {}", pos % 7));
                let time = (pos % 10 != 9).then(|| Timestamp((pos * 7919 % 500) as i64));
                rows.finish(pos, time, 1).unwrap();
            }
            let account = rows.end().unwrap();
            drop(sink);
            file.finish(info, vec![], vec![(table, account)]).unwrap();
        }
        segment.finish().unwrap();
        writer.seal(1, Manifest::default()).unwrap()
    }

    /// Time, table, file and position of every row given, and how many have no time.
    fn given(case: &Case, bounds: Bounds, holds: &dyn Fn(&CitedRow) -> bool) -> (Vec<(i64, String, u32, u64)>, u64) {
        let mut seen = Vec::new();
        let wanted = Wanted { tables: &[], since: None, until: Some(Timestamp(450)), holds };
        let undated = in_order(case, &wanted, bounds, &mut |row| {
            seen.push((row.time.unwrap().0, row.table, row.address.file.0, row.address.pos));
            Ok(())
        });
        (seen, undated.unwrap())
    }

    #[test]
    fn the_order_is_the_same_however_little_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let case = case(folder.path());
        let (all, undated) = given(&case, BOUNDS, &|_| true);
        assert_eq!(undated, 6 * 20);
        assert!(all.len() > 900 && all.is_sorted(), "{}", all.len());
        for bounds in [
            Bounds { rows: 1, ..BOUNDS },
            Bounds { rows: 7, ..BOUNDS },
            Bounds { bytes: 1, ..BOUNDS },
            Bounds { bytes: 5000, ..BOUNDS },
        ] {
            assert_eq!(given(&case, bounds, &|_| true).0, all);
        }
        let (some, _) = given(&case, Bounds { rows: 5, ..BOUNDS }, &|row| row.fields[0].1 == "word 3");
        assert!(!some.is_empty());
        assert_eq!(some, all.iter().filter(|(.., pos)| pos % 7 == 3).cloned().collect::<Vec<_>>());
    }
}
