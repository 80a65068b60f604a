//! The minutes in which a log wrote something, and how long it is silent.

use assize_model::Timestamp;
use assize_model::time::{DAY, Day, SECOND};
use std::collections::BTreeMap;

/// One minute, in microseconds.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// Minutes of a day, and the words of 64 of them that hold it.
const OF_DAY: usize = 1_440;
const WORDS: usize = OF_DAY.div_ceil(64);
/// Days of one log; a log with more of them has times that nobody can believe.
const DAYS_MAX: usize = 4_000;
/// Whole days that must be known before a log is called steady.
const DAYS_MIN: usize = 3;

/// Minutes since 1970 (UTC) in which at least one record stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Minutes {
    days: BTreeMap<Day, [u64; WORDS]>,
}

impl Minutes {
    /// Notes a record.
    pub(super) fn add(&mut self, time: Timestamp) {
        let day = time.day();
        if self.days.len() >= DAYS_MAX && !self.days.contains_key(&day) {
            return;
        }
        let minute = usize::try_from(time.0.rem_euclid(DAY) / MINUTE).unwrap_or_default();
        self.days.entry(day).or_insert([0; WORDS])[minute / 64] |= 1 << (minute % 64);
    }

    /// Every minute with a record, by its start, in the order of time.
    fn each(&self) -> impl Iterator<Item = Timestamp> {
        self.days.iter().flat_map(|(day, words)| of_day(words).map(|minute| start(*day, minute)))
    }

    /// Whether any record stands between two moments, both taken out, at a minute that tells something.
    pub(super) fn any_between(&self, from: Timestamp, to: Timestamp, tells: &dyn Fn(Timestamp) -> bool) -> bool {
        let days = self.days.range(from.day()..=to.day().max(from.day()));
        days.into_iter().any(|(day, words)| {
            of_day(words).map(|minute| start(*day, minute)).any(|minute| minute > from && minute < to && tells(minute))
        })
    }

    /// Silences that are longer than so many minutes: the last minute before each and the first after it.
    pub(super) fn silences(&self, minutes: u32) -> Vec<(Timestamp, Timestamp)> {
        let longest = i64::from(minutes) * MINUTE;
        let (mut all, mut last) = (Vec::new(), None::<Timestamp>);
        for minute in self.each() {
            if let Some(last) = last.filter(|last| minute.0 - last.0 > longest) {
                all.push((last, minute));
            }
            last = Some(minute);
        }
        all
    }

    /// The minutes of silence that four of five whole days do not exceed. The first day and the last one are cut off,
    /// and a day without any record says nothing of the others.
    pub(super) fn ordinary_silence(&self) -> Option<u32> {
        let whole = self.days.len().checked_sub(2).filter(|whole| *whole >= DAYS_MIN)?;
        let mut longest: Vec<u32> = self.days.values().skip(1).take(whole).map(longest_silence).collect();
        longest.sort_unstable();
        longest.get((longest.len() - 1) * 4 / 5).copied()
    }

    /// One character for each hour of the last days: `#` for a record.
    pub(super) fn hours(&self, days: usize) -> BTreeMap<Day, String> {
        let line = |words| {
            let mut hours = [false; 24];
            of_day(words).for_each(|minute| hours[minute / 60] = true);
            hours.map(|written| if written { '#' } else { '.' }).iter().collect()
        };
        self.days.iter().rev().take(days).map(|(day, words)| (*day, line(words))).collect()
    }
}

fn start(day: Day, minute: usize) -> Timestamp {
    day.start().plus(i64::try_from(minute).unwrap_or_default() * MINUTE)
}

/// The minutes of a day that are set.
fn of_day(words: &[u64; WORDS]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            Some(at * 64 + usize::try_from(bit).unwrap_or_default())
        })
    })
}

/// The longest silence within a day, from midnight to midnight, in minutes.
fn longest_silence(words: &[u64; WORDS]) -> u32 {
    let (mut longest, mut next) = (0, 0);
    for minute in of_day(words).chain([OF_DAY]) {
        longest = longest.max(minute - next);
        next = minute + 1;
    }
    u32::try_from(longest).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Ten days of a record every quarter of an hour, without some of them.
    fn quarters(keep: impl Fn(Timestamp) -> bool) -> Minutes {
        let mut minutes = Minutes::default();
        let first = at("2021-03-01T00:03:00Z");
        (0..960).map(|n| first.plus(n * 15 * MINUTE)).filter(|t| keep(*t)).for_each(|t| minutes.add(t));
        minutes
    }

    #[test]
    fn a_steady_log_is_silent_between_two_probes_only() {
        let minutes = quarters(|_| true);
        assert_eq!(minutes.ordinary_silence(), Some(14));
        assert_eq!(minutes.silences(15), []);
        assert_eq!(minutes.hours(2).into_values().collect::<Vec<_>>(), ["#".repeat(24), "#".repeat(24)]);
    }

    #[test]
    fn an_hour_that_was_taken_out_shows() {
        let (from, to) = (at("2021-03-05T10:00:00Z"), at("2021-03-05T11:00:00Z"));
        let minutes = quarters(|t| t < from || t >= to);
        assert_eq!(minutes.ordinary_silence(), Some(14));
        assert_eq!(minutes.silences(45), [(at("2021-03-05T09:48:00Z"), at("2021-03-05T11:03:00Z"))]);
        assert!(!minutes.any_between(from, to, &|_| true));
        let noon = at("2021-03-05T12:00:00Z");
        assert!(minutes.any_between(from, noon, &|_| true));
        assert!(!minutes.any_between(from, noon, &|minute| minute < to));
        assert_eq!(minutes.hours(400)[&from.day()], format!("{}.{}", "#".repeat(10), "#".repeat(13)));
    }

    #[test]
    fn whole_days_that_are_gone_do_not_make_a_log_quiet() {
        let (from, to) = (at("2021-03-05T00:00:00Z"), at("2021-03-08T00:00:00Z"));
        let minutes = quarters(|t| t < from || t >= to);
        assert_eq!(minutes.ordinary_silence(), Some(14));
        assert_eq!(minutes.silences(45), [(at("2021-03-04T23:48:00Z"), at("2021-03-08T00:03:00Z"))]);
    }

    #[test]
    fn of_few_days_nothing_is_said() {
        let minutes = quarters(|t| t < at("2021-03-05T00:00:00Z"));
        assert_eq!(minutes.ordinary_silence(), None);
    }

    #[test]
    fn the_last_minute_of_a_day_and_times_before_1970_are_minutes_too() {
        let mut minutes = Minutes::default();
        minutes.add(at("2021-03-05T23:59:59Z"));
        minutes.add(at("2021-03-06T00:00:00Z"));
        minutes.add(Timestamp(-1));
        assert_eq!(minutes.each().count(), 3);
        assert_eq!(minutes.each().next(), Some(Timestamp(-MINUTE)));
    }
}
