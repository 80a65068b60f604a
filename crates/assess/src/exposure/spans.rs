//! One line of time out of all that was told: which build ran when, and runs of equal state on it.

use super::OVERLAP;
use assize_content::exposure::Precision;
use assize_model::exposure::{BuildSource, BuildTold};
use assize_model::{Build, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A build with the time it was seen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) build: Build,
    pub(super) precision: Precision,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// Whether a program was seen running in it; else it is known from the moment it was installed only.
    pub(super) ran: bool,
    /// The evidence with which it begins, by its place in what was told.
    pub(super) by: usize,
}

/// A run of time with one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run<S> {
    pub(super) state: S,
    pub(super) from: Timestamp,
    /// The beginning of the next one.
    pub(super) to: Option<Timestamp>,
    pub(super) by: usize,
    /// The build that decided.
    pub(super) build: Build,
}

/// Builds in the order in which they were first seen, each once. A source that knows the cumulative update only says
/// nothing where another knows the very build of that update.
pub(super) fn running(told: &[BuildTold]) -> Vec<Running> {
    let dated = |t: &&BuildTold| t.from.is_some() && t.source != BuildSource::SetupBegun;
    let known_better = |t: &BuildTold| told.iter().any(|o| o.exact && o.from.is_some() && o.build.same_update(t.build));
    let mut by_build: BTreeMap<(Build, bool), Running> = BTreeMap::new();
    for (by, t) in told.iter().enumerate().filter(|(_, t)| dated(t)).filter(|(_, t)| t.exact || !known_better(t)) {
        let Some(from) = t.from else { continue };
        let precision = if t.exact { Precision::Exact } else { Precision::CumulativeUpdate };
        let to = t.to.unwrap_or(from);
        let ran = t.source == BuildSource::Rows;
        let new = Running { build: t.build, precision, from, to, ran, by };
        let run = by_build.entry((t.build, t.exact)).or_insert(new);
        run.to = run.to.max(to);
        run.ran |= ran;
        if (from, by) < (run.from, run.by) {
            (run.from, run.by) = (from, by);
        }
    }
    let mut all: Vec<Running> = by_build.into_values().collect();
    all.sort_by_key(|r| (r.from, r.build));
    all
}

/// Runs of equal state, the worst state being the least one. A build that is still seen more than a day after another began
/// runs beside it until a third one begins: that its rows end first may only say that its logs do.
pub(super) fn runs<S: Ord + Copy>(running: &[Running], state: impl Fn(&Running) -> S) -> Vec<Run<S>> {
    let states: Vec<S> = running.iter().map(state).collect();
    let mut runs: Vec<Run<S>> = Vec::new();
    for at in running.iter().map(|r| r.from).collect::<BTreeSet<_>>() {
        let Some((by, state)) = at_moment(running, &states, at) else { continue };
        match runs.last_mut() {
            Some(last) if last.state == state => {}
            last => {
                if let Some(last) = last {
                    last.to = Some(at);
                }
                runs.push(Run { state, from: at, to: None, by: running[by].by, build: running[by].build });
            }
        }
    }
    runs
}

/// The worst state of the builds that run at a moment, and whose it is.
fn at_moment<S: Ord + Copy>(running: &[Running], states: &[S], at: Timestamp) -> Option<(usize, S)> {
    let begun: Vec<usize> = (0..running.len()).filter(|n| running[*n].from <= at).collect();
    let last = *begun.last()?;
    // One that is still seen when the last one no longer is stands on its own.
    let late = |n: usize| if running[n].ran { 0 } else { OVERLAP };
    let longer = |stays: usize, n: usize| if running[n].to > running[stays].to.plus(late(stays)) { n } else { stays };
    let standing = begun.iter().copied().fold(last, longer);
    let active = begun.into_iter().filter(|n| *n == standing || running[*n].to > at.plus(OVERLAP));
    active.map(|n| (states[n], n != standing, n)).min().map(|(state, _, n)| (n, state))
}

#[cfg(test)]
mod tests {
    use super::{Running, runs};
    use assize_content::exposure::Precision;
    use assize_model::time::DAY;
    use assize_model::{Build, Timestamp};

    /// A build with the first and the last day it was seen.
    fn seen(revision: u32, from: i64, to: i64) -> Running {
        let (from, to) = (Timestamp(from * DAY), Timestamp(to * DAY));
        Running { build: Build([15, 1, 1, revision]), precision: Precision::Exact, from, to, ran: true, by: 0 }
    }

    /// Days on which a state begins, a build below 10 being bad.
    fn states(running: &[Running]) -> Vec<(i64, bool)> {
        let good = |r: &Running| r.build.0[3] >= 10;
        runs(running, good).iter().map(|run| (run.from.0 / DAY, run.state)).collect()
    }

    #[test]
    fn an_update_ends_what_was_before_it() {
        assert_eq!(
            states(&[seen(1, 0, 9), seen(2, 9, 12), seen(10, 12, 20), seen(11, 20, 30)]),
            [(0, false), (12, true)]
        );
        // Rows of the old build may follow for a day.
        assert_eq!(states(&[seen(1, 0, 13), seen(10, 12, 20)]), [(0, false), (12, true)]);
    }

    #[test]
    fn what_is_still_seen_beside_the_update_counts_until_a_third_build() {
        assert_eq!(states(&[seen(1, 0, 19), seen(10, 12, 20)]), [(0, false)]);
        assert_eq!(states(&[seen(1, 0, 19), seen(10, 12, 20), seen(11, 25, 30)]), [(0, false), (25, true)]);
        // Taken back: the update is gone when its rows are.
        assert_eq!(states(&[seen(1, 0, 30), seen(10, 12, 13), seen(11, 20, 21)]), [(0, false)]);
    }

    #[test]
    fn an_update_that_is_known_from_its_day_alone_is_not_taken_back_by_the_rows_of_that_day() {
        let listed = Running { ran: false, ..seen(10, 12, 12) };
        let half_a_day = Timestamp(12 * DAY + DAY / 2);
        let old = Running { to: half_a_day, ..seen(1, 0, 0) };
        assert_eq!(states(&[old, listed]), [(0, false), (12, true)]);
        assert_eq!(states(&[old, seen(10, 12, 12)]), [(0, false)]);
    }
}
