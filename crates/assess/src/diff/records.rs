//! Whether the records that findings cite are in another case, and whether its logs reach back to them.

use super::{Assessed, comparable};
use crate::row::text;
use crate::{AssessError, Tables};
use arrow_array::{Array, RecordBatch, TimestampMicrosecondArray, UInt32Array};
use assize_model::finding::CitedRow;
use assize_model::{FileId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The column that tells logs apart where one table holds several.
const CHANNEL: &str = "channel";
/// Columns that every reader needs.
const FIXED: [&str; 3] = ["file_id", "pos", "ts"];

/// What another case says of a cited record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It holds the record.
    There,
    /// It does not, and its copy of that log holds what came before.
    Missing,
    /// Its copy of that log does not reach back so far, or is not there.
    BeforeLog,
    /// It holds nothing of that kind of source.
    NoSource,
    /// A record without a time, such as a file: its place was collected, and it is not there.
    NotInPlace,
    /// The same, and its place was not collected.
    NoPlace,
}

/// Looks for records in another case; one answer each, in their order.
pub(super) fn look(rows: &[&CitedRow], other: Assessed<'_>) -> Result<Vec<Answer>, AssessError> {
    let mut by_table: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        by_table.entry(&row.table).or_default().push(at);
    }
    let folders = folders(other);
    let mut answers = vec![Answer::NoSource; rows.len()];
    for (table, places) in by_table {
        if other.case.table(table).is_none_or(|t| t.rows == 0) {
            continue;
        }
        let mut search = Search::new(rows, places);
        search.run(table, other)?;
        for place in &search.places {
            answers[*place] = search.answer(rows[*place], *place, &folders);
        }
    }
    Ok(answers)
}

/// Folders that the collection has files of, and the ones above those files' folders.
pub(super) fn folders(other: Assessed<'_>) -> HashSet<String> {
    let mut folders = HashSet::new();
    for file in other.case.files() {
        let path = comparable(&file.info.path);
        if let Some((folder, _)) = path.rsplit_once('/') {
            folders.insert(folder.to_owned());
            folders.extend(folder.rsplit_once('/').map(|(above, _)| above.to_owned()));
        }
    }
    folders
}

/// Whether the folder of a file was collected: something of it is there, or of the folder above it.
pub(super) fn is_collected(path: &str, folders: &HashSet<String>) -> bool {
    let Some((folder, _)) = path.rsplit_once('/') else { return true };
    folders.contains(folder) || folder.rsplit_once('/').is_some_and(|(above, _)| folders.contains(above))
}

/// The search for some rows in one table.
struct Search<'a> {
    rows: &'a [&'a CitedRow],
    /// The rows looked for.
    places: Vec<usize>,
    /// The same by their moment.
    by_time: HashMap<Option<i64>, Vec<usize>>,
    found: HashSet<usize>,
    /// The first moment of each log.
    begins: HashMap<String, i64>,
}

impl<'a> Search<'a> {
    fn new(rows: &'a [&'a CitedRow], places: Vec<usize>) -> Self {
        let mut by_time: HashMap<Option<i64>, Vec<usize>> = HashMap::new();
        for place in &places {
            by_time.entry(rows[*place].time.map(|t| t.0)).or_default().push(*place);
        }
        Self { rows, places, by_time, found: HashSet::new(), begins: HashMap::new() }
    }

    fn run(&mut self, table: &str, other: Assessed<'_>) -> Result<(), AssessError> {
        let mut columns: BTreeSet<&str> = FIXED.into_iter().chain([CHANNEL]).collect();
        for place in &self.places {
            columns.extend(self.rows[*place].fields.iter().map(|(name, _)| name.as_str()));
        }
        let columns: Vec<&str> = columns.into_iter().collect();
        Tables::scan(other.case, table, Some(&columns), &mut |batch| {
            self.take(batch, other);
            Ok(())
        })
    }

    fn take(&mut self, batch: &RecordBatch, other: Assessed<'_>) {
        let files = batch.column_by_name("file_id").and_then(|c| c.as_any().downcast_ref::<UInt32Array>());
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        let (Some(files), Some(times)) = (files, times) else { return };
        // The rows of one log stand together, so its name is made seldom.
        let mut last: Option<(u32, Option<String>, String)> = None;
        for at in 0..batch.num_rows() {
            let time = times.is_valid(at).then(|| times.value(at));
            let (file, channel) = (files.value(at), batch.column_by_name(CHANNEL).and_then(|c| text(c, at)));
            if last.as_ref().is_none_or(|(f, c, _)| *f != file || c.as_deref() != channel.as_deref()) {
                let path = other.case.file_path(FileId(file));
                last = Some((file, channel.as_deref().map(str::to_owned), log_name(channel.as_deref(), path)));
            }
            if let (Some(time), Some((.., name))) = (time, &last) {
                match self.begins.get_mut(name) {
                    Some(first) => *first = time.min(*first),
                    None => _ = self.begins.insert(name.clone(), time),
                }
            }
            let Some(candidates) = self.by_time.get(&time) else { continue };
            for place in candidates {
                if !self.found.contains(place) && is_same(self.rows[*place], batch, at) {
                    self.found.insert(*place);
                }
            }
        }
    }

    fn answer(&self, row: &CitedRow, place: usize, folders: &HashSet<String>) -> Answer {
        if self.found.contains(&place) {
            return Answer::There;
        }
        let Some(Timestamp(time)) = row.time else {
            return if is_collected(&comparable(&row.path), folders) { Answer::NotInPlace } else { Answer::NoPlace };
        };
        let channel = row.fields.iter().find(|(name, _)| name == CHANNEL).map(|(_, value)| value.as_str());
        match self.begins.get(&log_name(channel, &row.path)) {
            Some(begins) if *begins <= time => Answer::Missing,
            _ => Answer::BeforeLog,
        }
    }
}

/// What a log is called in every collection: its channel, or the file with the folder that it lies in.
fn log_name(channel: Option<&str>, path: &str) -> String {
    if let Some(channel) = channel.filter(|c| !c.is_empty()) {
        return channel.to_lowercase();
    }
    let path = path.to_lowercase();
    let start = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    path[start..].to_owned()
}

/// Whether a row of a table is the one that was cited. Fields that were put together for the reader have no column.
fn is_same(cited: &CitedRow, batch: &RecordBatch, at: usize) -> bool {
    let mut compared = 0;
    for (name, value) in &cited.fields {
        let Some(column) = batch.column_by_name(name) else { continue };
        compared += 1;
        let other = text(column, at);
        if !is_equal(name, value, other.as_deref().unwrap_or_default()) {
            return false;
        }
    }
    compared > 0 || cited.time.is_some()
}

/// Whether two values of a field are one. A cited value may be cut, and a path is written as its collection writes it.
fn is_equal(name: &str, cited: &str, other: &str) -> bool {
    match (name, cited.strip_suffix('…')) {
        ("path", _) => comparable(cited) == comparable(other),
        (_, Some(start)) => other.starts_with(start),
        _ => cited == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_keep_their_names_in_every_collection() {
        for path in ["C/inetpub/logs/LogFiles/W3SVC1/u_ex210228.log", "W3SVC1/U_EX210228.log"] {
            assert_eq!(log_name(None, path), "w3svc1/u_ex210228.log");
        }
        assert_eq!(log_name(Some("Security"), "Events/Security.evtx"), "security");
        assert_eq!(log_name(Some(""), "x.log"), "x.log");
    }

    #[test]
    fn values_are_compared_as_they_are_cited() {
        assert!(is_equal("path", "C/a/B.aspx", "c:/A/b.aspx"));
        assert!(is_equal("data", "begin…", "begin and more"));
        assert!(!is_equal("data", "begin", "begin and more"));
    }
}
