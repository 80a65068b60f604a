//! The numbers that a log gives its records: those that are missing between two that are there.

use assize_model::Timestamp;

/// Runs of numbers that are kept. A log whose numbers make more says nothing by their gaps.
const RUNS_MAX: usize = 10_000;
/// Gaps of a log from which nothing was taken are few; whoever exported some of its events left more.
const GAPS_MAX: usize = 8;
/// Nor are more records missing than one of so many.
const MISSING_ONE_OF: u64 = 10;

/// The numbers of one log, as runs without a gap.
#[derive(Default)]
pub(super) struct Numbers {
    runs: Vec<Run>,
    full: bool,
}

/// Numbers that follow each other, with the times of the first and the last.
#[derive(Clone, Copy)]
struct Run {
    first: i64,
    last: i64,
    from: Timestamp,
    to: Timestamp,
}

/// Records that are missing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) records: u64,
    /// The times of the records before and after it.
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Numbers {
    /// Takes the next record in the order of its file.
    pub(super) fn add(&mut self, number: i64, time: Timestamp) {
        let room = self.runs.len() < RUNS_MAX;
        match self.runs.last_mut() {
            Some(run) if run.last.checked_add(1) == Some(number) => (run.last, run.to) = (number, time),
            _ if room => {
                self.runs.push(Run { first: number, last: number, from: time, to: time });
            }
            _ => self.full = true,
        }
    }

    /// Where numbers are missing, if the log was kept as a whole but for them. Files of one log fill the gaps of each other.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let mut runs = self.runs.clone();
        runs.sort_by_key(|run| (run.first, run.last, run.from));
        let mut gaps = Vec::new();
        let (mut there, mut missing) = (0u64, 0u64);
        let mut before: Option<Run> = None;
        for run in runs {
            let reached = before.map_or(run.first, |b| b.last.saturating_add(1));
            if let Some(before) = before.filter(|_| run.first > reached) {
                let records = run.first.abs_diff(reached);
                missing = missing.saturating_add(records);
                gaps.push(Gap { records, from: before.to, to: run.from });
            }
            there = there.saturating_add(
                run.last.saturating_add(1).saturating_sub(reached.max(run.first)).max(0).unsigned_abs(),
            );
            if before.is_none_or(|b| run.last > b.last) {
                before = Some(run);
            }
        }
        let whole = !self.full && gaps.len() <= GAPS_MAX && missing.saturating_mul(MISSING_ONE_OF) <= there;
        gaps.retain(|gap| whole && gap.from <= gap.to);
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, Numbers};
    use assize_model::Timestamp;

    /// Numbers at as many microseconds.
    fn of(numbers: impl IntoIterator<Item = i64>) -> Numbers {
        let mut all = Numbers::default();
        numbers.into_iter().for_each(|n| all.add(n, Timestamp(n)));
        all
    }

    #[test]
    fn what_was_taken_out_of_the_middle_is_told() {
        let gap = Gap { records: 3, from: Timestamp(40), to: Timestamp(44) };
        assert_eq!(of((1..=40).chain(44..=90)).gaps(), [gap]);
    }

    #[test]
    fn files_fill_the_gaps_of_each_other() {
        assert_eq!(of((50..=90).chain(1..=60)).gaps(), []);
        assert_eq!(of((1..=40).chain(44..=90).chain(30..=45)).gaps(), []);
        // A circular log begins anywhere.
        assert_eq!(of((50..=90).chain(1..=49)).gaps(), []);
    }

    #[test]
    fn a_selection_of_events_has_no_gaps() {
        assert_eq!(of((1..=400).step_by(2)).gaps(), []);
        assert_eq!(of([1, 2, 3, 900]).gaps(), []);
        assert_eq!(of([i64::MAX, i64::MIN, 0]).gaps(), []);
        assert_eq!(Numbers::default().gaps(), []);
    }

    #[test]
    fn numbers_that_began_anew_say_nothing() {
        let mut all = of(1000..=1900);
        (1..=900).for_each(|n| all.add(n, Timestamp(2000 + n)));
        assert_eq!(all.gaps(), []);
    }
}
