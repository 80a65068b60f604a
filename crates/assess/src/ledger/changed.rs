//! Files of logs that were changed after their last record, where the other files of the same log were not.
//!
//! Whoever takes lines out of an old log writes its file anew. Most collections keep the time of that, and some do not: so
//! a file is measured by its neighbours, which also takes out the zone that a zip archive leaves unsaid.

use super::MINUTE;
use crate::Tables;
use assize_model::ledger::ChangedLog;
use assize_model::time::SECOND;
use assize_model::{FileId, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// Files of one log that must be there before they say what is ordinary.
const FILES_MIN: usize = 8;
/// Ordinary files differ by no more than this from each other in what lies between last record and last change, and so
/// many of a hundred do.
const ORDINARY: i64 = 15 * MINUTE;
const ORDINARY_OF_100: usize = 80;
/// A file that is odd differs by more.
const ODD: i64 = 120 * MINUTE;
/// Such files that are listed.
const LISTED: usize = 50;

/// The last record of each file.
#[derive(Default)]
pub(super) struct LastRecords(HashMap<u32, Timestamp>);

impl LastRecords {
    pub(super) fn add(&mut self, file: u32, time: Timestamp) {
        self.0.entry(file).and_modify(|last| *last = time.max(*last)).or_insert(time);
    }

    /// The odd files among those of each folder, by path.
    pub(super) fn changed(&self, tables: &dyn Tables) -> Vec<ChangedLog> {
        let mut folders: BTreeMap<&str, Vec<Aged<'_>>> = BTreeMap::new();
        for (file, last) in &self.0 {
            let Some(modified) = tables.file(FileId(*file)).and_then(|info| info.modified) else { continue };
            let path = tables.file_path(FileId(*file));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            folders.entry(folder).or_default().push(Aged { path, last: *last, modified });
        }
        let mut all: Vec<ChangedLog> = folders.into_values().flat_map(|files| odd(&files)).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.truncate(LISTED);
        all
    }
}

/// A file with its last record and its last change.
struct Aged<'a> {
    path: &'a str,
    last: Timestamp,
    modified: Timestamp,
}

impl Aged<'_> {
    /// Microseconds from the last record to the last change.
    fn age(&self) -> i64 {
        self.modified.0.saturating_sub(self.last.0)
    }
}

/// The files of one folder that were changed later than their neighbours. The newest may still be written to.
fn odd(files: &[Aged<'_>]) -> Vec<ChangedLog> {
    let mut ages: Vec<i64> = files.iter().map(Aged::age).collect();
    ages.sort_unstable();
    let Some(middle) = ages.get(ages.len() / 2).copied().filter(|_| ages.len() >= FILES_MIN) else { return Vec::new() };
    let ordinary = ages.iter().filter(|age| age.abs_diff(middle) <= ORDINARY.unsigned_abs()).count();
    if ordinary * 100 < ages.len() * ORDINARY_OF_100 {
        return Vec::new();
    }
    let newest = files.iter().map(|file| file.last).max();
    let is_odd = |file: &&Aged<'_>| Some(file.last) != newest && file.age().saturating_sub(middle) > ODD;
    let changed = |file: &Aged<'_>| ChangedLog {
        path: file.path.to_owned(),
        last: file.last,
        modified: file.modified,
        late_seconds: file.age().saturating_sub(middle).unsigned_abs() / SECOND.unsigned_abs(),
        neighbours: ordinary as u64,
    };
    files.iter().filter(is_odd).map(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::{Aged, MINUTE, odd};
    use assize_model::Timestamp;

    /// Files of twenty days, changed so many minutes after their last record.
    fn files(ages: impl Fn(i64) -> i64) -> Vec<Aged<'static>> {
        let day = |n: i64| n * 24 * 60;
        let at = |minutes: i64| Timestamp(minutes * MINUTE);
        (0..20).map(|n| Aged { path: "log", last: at(day(n)), modified: at(day(n) + ages(n)) }).collect()
    }

    fn days(files: &[Aged<'_>]) -> Vec<i64> {
        odd(files).iter().map(|c| c.last.0 / (24 * 60 * MINUTE)).collect()
    }

    #[test]
    fn a_file_that_was_written_anew_stands_out() {
        let touched = |n: i64| if n == 7 { 5_000 } else { n % 3 };
        assert_eq!(days(&files(touched)), [7]);
        // All of them in another zone, as in a zip archive.
        assert_eq!(days(&files(|n| touched(n) + 120)), [7]);
        assert_eq!(odd(&files(touched))[0].late_seconds, 4_999 * 60);
    }

    #[test]
    fn ordinary_files_and_those_of_a_copy_do_not() {
        assert_eq!(days(&files(|n| n % 3)), [0i64; 0]);
        // Copied in one go: nothing is ordinary.
        assert_eq!(days(&files(|n| (30 - n) * 24 * 60)), [0i64; 0]);
        // The newest is still written to, and an hour is the summer time.
        assert_eq!(days(&files(|n| if n == 19 { 9_000 } else { 60 * (n % 7 / 6) })), [0i64; 0]);
        assert_eq!(days(&files(|n| if n == 3 { -9_000 } else { 0 })), [0i64; 0]);
        assert!(odd(&[]).is_empty());
    }
}
