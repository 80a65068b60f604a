//! How far the clocks of two sources stand apart, told from the events that both recorded. It is shown, and nothing is
//! shifted by it: a time stays what the evidence says.

use crate::row::{Fixed, text};
use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use assize_content::{Content, Format, Layout};
use assize_model::finding::CitedRow;
use assize_model::result::{ClockOffset, ClockSpan};
use assize_model::time::{Day, SECOND};
use assize_model::{Address, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The kind of observable whose value stands for one event in every log that saw it.
const KEY: &str = "request";
/// Events of the reference that are kept at most. Of more an even sample is kept, told by their values alone.
const EVENTS_MAX: usize = 100_000;
/// Shared events below which nothing is said, of a day and in all.
const EVENTS_MIN: usize = 5;
/// A shorter value is no name of an event, a longer one is of no known log.
const KEY_CHARS: std::ops::RangeInclusive<usize> = 8..=64;
/// Logs are written at the end of a request, each at its own: so much says nothing of a clock.
const SECONDS_USUAL: i64 = 120;
/// Zones differ by multiples of this.
const ZONE_SECONDS: i64 = 15 * 60;
/// How far from such a multiple a difference of zones may be.
const ZONE_SLACK_SECONDS: i64 = 60;
/// Runs of days that are told.
const SPANS_MAX: usize = 50;

/// Compares every source that names its events with the one that says best when they were.
pub(crate) fn offsets(tables: &dyn Tables, content: &Content) -> Result<Vec<ClockOffset>, AssessError> {
    let rows = |l: &Layout| tables.table(&l.spec.table).map_or(0, |t| t.rows);
    let mut named: Vec<(&Layout, &str)> = content
        .layouts
        .iter()
        .filter(|l| rows(l) > 0)
        .filter_map(|l| Some((l, l.observables.get(KEY)?.first()?.as_str())))
        .collect();
    if named.len() < 2 {
        return Ok(Vec::new());
    }
    // Exchange writes the zone into every row; of two such logs the longer one.
    let best = named
        .iter()
        .enumerate()
        .max_by_key(|(n, (l, _))| (l.format == Format::ExchangeCsv, rows(l), std::cmp::Reverse(*n)));
    let (reference, key) = named.remove(best.map_or(0, |(n, _)| n));
    let mut events = Events::default();
    scan(tables, reference, key, &mut |event| events.add(&event))?;
    let mut offsets = Vec::new();
    for (layout, key) in named {
        let mut shared = Shared { events: &events, seen: HashMap::new(), found: Vec::new() };
        scan(tables, layout, key, &mut |event| shared.add(event))?;
        offsets.extend(offset(tables, reference, layout, shared.found));
    }
    Ok(offsets)
}

/// A row that names its event.
struct Event<'a> {
    name: &'a str,
    time: Timestamp,
    address: Address,
}

impl Event<'_> {
    /// The name in one number; GUIDs are written in either case.
    fn number(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        // At once: byte by byte the hash of all names costs as much as reading them.
        self.name.to_ascii_lowercase().hash(&mut hash);
        hash.finish()
    }
}

/// Gives every row of a table that has a moment and names its event.
fn scan(tables: &dyn Tables, layout: &Layout, key: &str, each: &mut dyn FnMut(Event<'_>)) -> Result<(), AssessError> {
    tables.scan(&layout.spec.table, Some(&["file_id", "pos", "ts", key]), &mut |batch: &RecordBatch| {
        let (Some(fixed), Some(names)) = (Fixed::of(batch), batch.column_by_name(key)) else { return Ok(()) };
        for at in 0..batch.num_rows() {
            let Some(time) = fixed.time(at) else { continue };
            let Some(name) = text(names, at).filter(|n| KEY_CHARS.contains(&n.len())) else { continue };
            each(Event { name: &name, time, address: fixed.address(at) });
        }
        Ok(())
    })
}

/// Events of the reference by their numbers; one that stands there at several moments says nothing.
#[derive(Default)]
struct Events {
    kept: HashMap<u64, Option<(Timestamp, Address)>>,
    /// Only numbers that end in so many zero bits are kept.
    bits: u32,
}

impl Events {
    fn keeps(&self, number: u64) -> bool {
        number.trailing_zeros() >= self.bits
    }

    fn add(&mut self, event: &Event<'_>) {
        let number = event.number();
        if !self.keeps(number) {
            return;
        }
        let kept = self.kept.entry(number).or_insert(Some((event.time, event.address)));
        if kept.is_some_and(|(time, _)| time != event.time) {
            *kept = None;
        }
        while self.kept.len() > EVENTS_MAX {
            self.bits += 1;
            let bits = self.bits;
            self.kept.retain(|number, _| number.trailing_zeros() >= bits);
        }
    }
}

/// One event in both sources.
struct Pair {
    /// Microseconds from the reference to the source.
    apart: i64,
    time: Timestamp,
    name: String,
    reference: (Timestamp, Address),
    source: (Timestamp, Address),
}

/// Events of the reference that the source has, too; the first row of each counts.
struct Shared<'a> {
    events: &'a Events,
    seen: HashMap<u64, ()>,
    found: Vec<Pair>,
}

impl Shared<'_> {
    fn add(&mut self, event: Event<'_>) {
        let number = event.number();
        if !self.events.keeps(number) {
            return;
        }
        let Some(Some(reference)) = self.events.kept.get(&number).copied() else { return };
        if self.seen.insert(number, ()).is_some() {
            return;
        }
        let apart = event.time.0.saturating_sub(reference.0.0);
        let source = (event.time, event.address);
        self.found.push(Pair { apart, time: reference.0, name: event.name.to_owned(), reference, source });
    }
}

/// What the shared events say; nothing where there are too few.
fn offset(tables: &dyn Tables, reference: &Layout, source: &Layout, mut pairs: Vec<Pair>) -> Option<ClockOffset> {
    if pairs.len() < EVENTS_MIN {
        return None;
    }
    pairs.sort_by_key(|p| (p.apart, p.time, p.source.1));
    let quarter = |n: usize| pairs.get(pairs.len() * n / 4).map_or(0, |p| p.apart);
    let median = rounded(quarter(2));
    let spans = spans(&pairs);
    let differs = median.abs() >= SECONDS_USUAL || spans.iter().any(|s| s.median_seconds.abs() >= SECONDS_USUAL);
    let told = spans.iter().map(|s| s.median_seconds).filter(|s| s.abs() >= SECONDS_USUAL);
    let zone = differs && told.chain((median.abs() >= SECONDS_USUAL).then_some(median)).all(is_zone);
    // The event that shows it: the middle one, or where the middle says nothing the middle of the longest run that does.
    let odd = spans.iter().filter(|s| s.median_seconds.abs() >= SECONDS_USUAL).max_by_key(|s| s.shared);
    let shows = match odd.filter(|_| median.abs() < SECONDS_USUAL) {
        Some(span) => pairs.iter().min_by_key(|p| {
            let inside = (span.from..=span.to).contains(&p.time.day());
            (!inside, rounded(p.apart).abs_diff(span.median_seconds), p.time)
        }),
        None => pairs.get(pairs.len() / 2),
    };
    let cited = |layout: &Layout, pair: &Pair, (time, address): (Timestamp, Address)| CitedRow {
        address,
        path: tables.file_path(address.file).to_owned(),
        table: layout.spec.table.clone(),
        time: Some(time),
        fields: vec![(KEY.into(), pair.name.clone())],
    };
    let rows = shows.map(|p| vec![cited(source, p, p.source), cited(reference, p, p.reference)]);
    Some(ClockOffset {
        reference: reference.spec.table.clone(),
        reference_title: reference.title.clone(),
        source: source.spec.table.clone(),
        source_title: source.title.clone(),
        key: KEY.into(),
        shared: pairs.len() as u64,
        median_seconds: median,
        spread_seconds: rounded(quarter(3)).abs_diff(rounded(quarter(1))),
        differs,
        zone,
        spans: if spans.len() > 1 { spans } else { Vec::new() },
        rows: rows.unwrap_or_default(),
    })
}

/// Runs of days on which the sources stand equally far apart. Days with few shared events belong to the run before.
fn spans(pairs: &[Pair]) -> Vec<ClockSpan> {
    let mut days: BTreeMap<Day, Vec<i64>> = BTreeMap::new();
    for pair in pairs {
        days.entry(pair.time.day()).or_default().push(pair.apart);
    }
    let mut spans: Vec<ClockSpan> = Vec::new();
    // In the order of size already: the middle of each day is its median.
    for (day, apart) in days.into_iter().filter(|(_, apart)| apart.len() >= EVENTS_MIN) {
        let median_seconds = rounded(apart.get(apart.len() / 2).copied().unwrap_or_default());
        let shared = apart.len() as u64;
        match spans.last_mut() {
            Some(last) if last.median_seconds.abs_diff(median_seconds) < SECONDS_USUAL.unsigned_abs() => {
                last.to = day;
                last.shared += shared;
            }
            _ => spans.push(ClockSpan { from: day, to: day, median_seconds, shared }),
        }
    }
    spans.truncate(SPANS_MAX);
    spans
}

/// Microseconds to the nearest second.
fn rounded(micros: i64) -> i64 {
    micros.saturating_add(SECOND / 2).div_euclid(SECOND)
}

/// Whether a difference is one between zones of the world.
fn is_zone(seconds: i64) -> bool {
    let off = seconds.rem_euclid(ZONE_SECONDS);
    seconds.abs() <= 26 * 3600 && off.min(ZONE_SECONDS - off) <= ZONE_SLACK_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_model::FileId;

    #[test]
    fn zones_are_multiples_of_a_quarter_of_an_hour() {
        for (seconds, zone) in
            [(3600, true), (-12_600, true), (7_185, true), (20_700, true), (400, false), (3_000, false)]
        {
            assert_eq!(is_zone(seconds), zone, "{seconds}");
        }
        assert_eq!((rounded(1_499_999), rounded(-1_500_000), rounded(-1_600_000)), (1, -1, -2));
    }

    #[test]
    fn a_sample_is_kept_of_many_events_and_does_not_depend_on_their_order() {
        let event = |n: u64| (format!("request-{n:08}"), Timestamp(i64::try_from(n).unwrap_or(0)));
        let kept = |numbers: &mut dyn Iterator<Item = u64>| {
            let mut events = Events::default();
            for (name, time) in numbers.map(event) {
                let address = Address { file: FileId(0), pos: 1 };
                events.add(&Event { name: &name, time, address });
            }
            let mut kept: Vec<u64> = events.kept.keys().copied().collect();
            kept.sort_unstable();
            kept
        };
        let all = 250_000;
        let one = kept(&mut (0..all));
        assert!(one.len() <= EVENTS_MAX && one.len() > EVENTS_MAX / 4, "{}", one.len());
        assert_eq!(one, kept(&mut (0..all).rev()));
    }
}
