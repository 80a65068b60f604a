//! The ledger of records: what each log wrote, minute by minute, and where records are missing.
//!
//! A server with Exchange asks itself every few minutes whether its services answer. Those requests stand in its logs,
//! so that a log which is silent for an hour while the server ran has lost records. What a quiet log lost cannot be
//! told that way: of it only whole days are missed (see `coverage`).

mod changed;
mod minutes;
mod numbers;
mod signs;

use crate::{AssessError, Tables};
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, Int64Array, RecordBatch, TimestampMicrosecondArray, UInt32Array};
use assize_content::{AnySource, Content, Format, Layout};
use assize_model::ledger::{Cause, CauseKind, DAYS_LISTED, Hole, Ledger, LogKept, LogName};
use assize_model::table::CARVED;
use assize_model::{FileId, Timestamp};
use changed::LastRecords;
use minutes::{MINUTE, Minutes};
use numbers::{Gap, Numbers};
use signs::Sign;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Logs and holes that are listed.
const LOGS_MAX: usize = 500;
const HOLES_MAX: usize = 200;
/// Families of tables that are written as things happen.
const FLOWING: [&str; 3] = ["web-log", "exchange-log", "windows-events"];
/// A log whose ordinary silences are longer is quiet: an hour less does not show in it.
const STEADY_MINUTES_MAX: u32 = 60;
/// A hole is longer than this, and than so many ordinary silences.
const HOLE_MINUTES_MIN: u32 = 30;
const HOLE_SILENCES: u32 = 3;
/// Around both ends of a hole a server may still be going down, or coming up already.
const EDGE: i64 = 15 * MINUTE;
/// What is written so near to a shutdown or a start belongs to it.
const AROUND_STOP: i64 = 5 * MINUTE;
/// Rows that speak for one cause.
const ROWS_MAX: usize = 3;

/// One log with the minutes in which it wrote.
struct Log<'a> {
    layout: &'a Layout,
    place: String,
    rows: u64,
    /// First and last record.
    from: Timestamp,
    to: Timestamp,
    minutes: Minutes,
    numbers: Numbers,
    /// The longest silence of an ordinary day, in minutes; known once all its records are.
    ordinary: Option<u32>,
}

impl<'a> Log<'a> {
    fn new(layout: &'a Layout, place: String, first: Timestamp) -> Self {
        Self {
            layout,
            place,
            rows: 0,
            from: first,
            to: first,
            minutes: Minutes::default(),
            numbers: Numbers::default(),
            ordinary: None,
        }
    }

    fn add(&mut self, time: Timestamp) {
        self.rows += 1;
        self.from = self.from.min(time);
        self.to = self.to.max(time);
        self.minutes.add(time);
    }

    /// The ordinary silence of a log that writes steadily.
    fn steady(&self) -> Option<u32> {
        self.ordinary.filter(|ordinary| *ordinary <= STEADY_MINUTES_MAX)
    }
}

/// A silence of one log; by its number in the list of logs.
struct Silence {
    log: usize,
    from: Timestamp,
    to: Timestamp,
}

/// The ledger of a case.
pub(crate) fn of_case(tables: &dyn Tables, content: &Content) -> Result<Ledger, AssessError> {
    let mut last = LastRecords::default();
    let (logs, mut left_out) = logs(tables, content, &mut last)?;
    let signs = signs::all(tables, content)?;
    let mut silences = Vec::new();
    for (at, log) in logs.iter().enumerate() {
        let Some(ordinary) = log.steady() else { continue };
        let longest = (ordinary * HOLE_SILENCES).max(HOLE_MINUTES_MIN);
        silences.extend(log.minutes.silences(longest).into_iter().map(|(from, to)| Silence { log: at, from, to }));
    }
    let mut holes: Vec<Hole> = together(silences).iter().map(|group| hole(&logs, group, &signs)).collect();
    holes.extend(cleared(&logs, &signs));
    for log in &logs {
        let unread = tables.table(&log.layout.spec.table).is_some_and(|t| t.rejects > 0);
        holes.extend(log.numbers.gaps().into_iter().map(|gap| unnumbered(log, &gap, unread)));
    }
    holes.sort_by(|a, b| (a.from, a.to, &a.logs[0].place).cmp(&(b.from, b.to, &b.logs[0].place)));
    left_out += u64::try_from(holes.len().saturating_sub(HOLES_MAX)).unwrap_or(u64::MAX);
    holes.truncate(HOLES_MAX);
    for (n, hole) in holes.iter_mut().enumerate() {
        hole.id = format!("H-{:02}", n + 1);
    }
    let kept = logs.iter().map(|log| LogKept {
        log: name(log),
        from: log.from,
        to: log.to,
        rows: log.rows,
        silence_minutes: log.ordinary,
        steady: log.steady().is_some(),
        hours: log.minutes.hours(DAYS_LISTED),
    });
    Ok(Ledger { logs: kept.collect(), holes, changed: last.changed(tables), left_out })
}

/// Every log of the tables that flow, in the order of tables and places, and how many there are beyond those.
fn logs<'a>(
    tables: &dyn Tables,
    content: &'a Content,
    last: &mut LastRecords,
) -> Result<(Vec<Log<'a>>, u64), AssessError> {
    let mut all = Vec::new();
    for layout in &content.layouts {
        if FLOWING.contains(&layout.spec.family.as_str()) && layout.format != Format::Matches {
            let mut of_table: BTreeMap<String, Log<'a>> = BTreeMap::new();
            let mut places = Places::default();
            let own = [layout.log.as_str(), layout.number.as_str()].into_iter().filter(|column| !column.is_empty());
            let columns: Vec<&str> = ["file_id", "ts", CARVED].into_iter().chain(own).collect();
            tables.scan(&layout.spec.table, Some(&columns), &mut |batch| {
                take(tables, layout, batch, &mut places, &mut of_table, last);
                Ok(())
            })?;
            all.extend(of_table.into_values());
        }
    }
    let left_out = u64::try_from(all.len().saturating_sub(LOGS_MAX)).unwrap_or(u64::MAX);
    all.truncate(LOGS_MAX);
    all.iter_mut().for_each(|log| log.ordinary = log.minutes.ordinary_silence());
    Ok((all, left_out))
}

/// The places of files, so that a path is looked at once.
#[derive(Default)]
struct Places(HashMap<u32, String>);

impl Places {
    fn of(&mut self, tables: &dyn Tables, file: u32) -> &str {
        self.0.entry(file).or_insert_with(|| {
            let path = tables.file_path(FileId(file));
            path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
        })
    }
}

/// Takes in the rows of a batch. What was carved says nothing of what a log kept.
fn take<'a>(
    tables: &dyn Tables,
    layout: &'a Layout,
    batch: &RecordBatch,
    places: &mut Places,
    logs: &mut BTreeMap<String, Log<'a>>,
    last: &mut LastRecords,
) {
    let column = |name: &str| batch.column_by_name(name);
    let times = column("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
    let files = column("file_id").and_then(|c| c.as_any().downcast_ref::<UInt32Array>());
    let (Some(times), Some(files)) = (times, files) else { return };
    let carved = column(CARVED);
    let numbers = column(&layout.number).and_then(|c| c.as_any().downcast_ref::<Int64Array>());
    let words = column(&layout.log).and_then(|c| c.as_any().downcast_ref::<DictionaryArray<Int32Type>>());
    let key = |at: usize| match words {
        Some(words) => words.key(at).map_or(u64::MAX, |k| u64::try_from(k).unwrap_or(u64::MAX)),
        None => u64::from(files.value(at)),
    };
    let kept = (0..batch.num_rows()).filter(|at| times.is_valid(*at) && carved.is_none_or(|c| c.is_null(*at)));
    let kept: Vec<(u64, usize)> = kept.map(|at| (key(at), at)).collect();
    // Rows of one log stand together: it is looked up once for a run of them.
    for run in kept.chunk_by(|a, b| a.0 == b.0) {
        let first = run[0].1;
        let place = match words {
            Some(_) => column(&layout.log).and_then(|c| crate::row::text(c, first)).unwrap_or_default().into_owned(),
            None => places.of(tables, files.value(first)).to_owned(),
        };
        let log = logs.entry(place.clone()).or_insert_with(|| Log::new(layout, place, Timestamp(times.value(first))));
        run.iter().for_each(|(_, at)| log.add(Timestamp(times.value(*at))));
        // A run is of one file here. Files of Windows events are made in full size, and written to in their middle.
        if layout.log.is_empty()
            && let Some(time) = run.iter().map(|(_, at)| times.value(*at)).max()
        {
            last.add(files.value(first), Timestamp(time));
        }
        if let Some(numbers) = numbers {
            let numbered = run.iter().filter(|(_, at)| numbers.is_valid(*at));
            numbered.for_each(|(_, at)| log.numbers.add(numbers.value(*at), Timestamp(times.value(*at))));
        }
    }
}

/// Silences of several logs at the same time are one hole: each overlaps the first one of it by more than half of both.
fn together(mut silences: Vec<Silence>) -> Vec<Vec<Silence>> {
    silences.sort_by_key(|s| (s.from, s.to, s.log));
    let mut groups: Vec<Vec<Silence>> = Vec::new();
    for silence in silences {
        let same = |group: &&mut Vec<Silence>| {
            let first = &group[0];
            let both = first.to.min(silence.to).0 - first.from.max(silence.from).0;
            2 * both > (first.to.0 - first.from.0).max(silence.to.0 - silence.from.0)
        };
        match groups.iter_mut().rev().take(LOGS_MAX).find(same) {
            Some(group) => group.push(silence),
            None => groups.push(vec![silence]),
        }
    }
    groups
}

/// The hole that silences of the same time make, with what explains it.
fn hole(logs: &[Log<'_>], group: &[Silence], signs: &[Sign<'_>]) -> Hole {
    let from = group.iter().map(|s| s.from).min().unwrap_or(Timestamp(0));
    let to = group.iter().map(|s| s.to).max().unwrap_or(from);
    let silent: BTreeSet<usize> = group.iter().map(|s| s.log).collect();
    let inside = (from.plus(EDGE), to.plus(-EDGE));
    // What a server writes while it goes down or comes up does not say that it ran in between.
    let stops: Vec<Timestamp> = signs.iter().filter(|s| s.says.cause == CauseKind::Stopped).map(|s| s.time).collect();
    let tells = |minute: Timestamp| !stops.iter().any(|stop| stop.0.abs_diff(minute.0) <= AROUND_STOP.unsigned_abs());
    let awake: Vec<usize> = (0..logs.len())
        .filter(|at| !silent.contains(at) && logs[*at].minutes.any_between(inside.0, inside.1, &tells))
        .collect();
    // A log of the same kind that went on, or any of requests where requests are missing: the services ran.
    let of_events = |at: &usize| logs[*at].layout.spec.family == "windows-events";
    let services_ran = awake.iter().any(|at| logs[*at].steady().is_some() && !of_events(at));
    let places: Vec<&str> = silent.iter().map(|at| logs[*at].place.as_str()).collect();
    let causes = causes(signs, (Some(from), to), &places, !awake.is_empty(), services_ran);
    Hole {
        id: String::new(),
        records: None,
        from: Some(from),
        to,
        logs: silent.iter().map(|at| name(&logs[*at])).collect(),
        awake: awake.into_iter().map(|at| name(&logs[at])).collect(),
        counts: counts(&causes),
        causes,
    }
}

fn name(log: &Log<'_>) -> LogName {
    let channel = !log.layout.log.is_empty();
    LogName {
        table: log.layout.spec.table.clone(),
        title: log.layout.title.clone(),
        place: log.place.clone(),
        name: if channel { &log.place } else { log.place.rsplit('/').next().unwrap_or_default() }.into(),
    }
}

/// Event logs that begin with their own clearing: whatever stood before is missing.
fn cleared(logs: &[Log<'_>], signs: &[Sign<'_>]) -> Vec<Hole> {
    let begins = |log: &&Log<'_>| {
        signs.iter().any(|s| s.says.cause == CauseKind::Cleared && explains(s, (None, log.from), &[&log.place]))
    };
    let open = logs.iter().filter(begins).map(|log| {
        let causes = causes(signs, (None, log.from), &[&log.place], true, true);
        let logs = vec![name(log)];
        let (awake, counts) = (Vec::new(), counts(&causes));
        Hole { id: String::new(), records: None, from: None, to: log.from, logs, awake, causes, counts }
    });
    open.collect()
}

/// Records that are missing by their numbers. Nothing but a hand takes them out of the middle of a log, unless they are there
/// and could not be read.
fn unnumbered(log: &Log<'_>, gap: &Gap, unread: bool) -> Hole {
    let kinds = unread.then_some(CauseKind::Unreadable).into_iter().chain([CauseKind::Removed]);
    Hole {
        id: String::new(),
        records: Some(gap.records),
        from: Some(gap.from),
        to: gap.to,
        logs: vec![name(log)],
        awake: Vec::new(),
        causes: kinds.map(|cause| Cause { cause, rows: Vec::new() }).collect(),
        counts: true,
    }
}

/// Whether a sign stands where it explains a hole of these logs.
fn explains(sign: &Sign<'_>, (from, to): (Option<Timestamp>, Timestamp), places: &[&str]) -> bool {
    let concerned = sign.of.as_ref().is_none_or(|of| places.iter().any(|p| p.eq_ignore_ascii_case(of)));
    let minutes = |n: u32| i64::from(n) * MINUTE;
    let (before, after) = (minutes(sign.says.before), minutes(sign.says.after));
    let near = |moment: Timestamp| sign.time >= moment.plus(-before) && sign.time <= moment.plus(after);
    // The end of a silence says why it was one: a server that came back then, a clock that was set, a log begun anew.
    // Setup, and a full disk, are there before it and all along.
    concerned
        && match (sign.says.cause, from) {
            (CauseKind::Maintenance | CauseKind::DiskFull, Some(from)) => {
                sign.time >= from.plus(-before) && sign.time <= to.plus(after)
            }
            _ => near(to),
        }
}

/// What may explain a hole, the likeliest first.
fn causes(
    signs: &[Sign<'_>],
    hole: (Option<Timestamp>, Timestamp),
    places: &[&str],
    awake: bool,
    services_ran: bool,
) -> Vec<Cause> {
    let rows = |cause: CauseKind| {
        let of = signs.iter().filter(|s| s.says.cause == cause && explains(s, hole, places));
        of.take(ROWS_MAX).map(|s| s.row.clone()).collect::<Vec<_>>()
    };
    // What is recorded explains a hole only where nothing that was recorded meanwhile speaks against it.
    let fits = |cause: CauseKind| match cause {
        CauseKind::Stopped | CauseKind::ClockChanged => !awake,
        CauseKind::Maintenance => !services_ran,
        _ => true,
    };
    let shown = |cause: CauseKind| Some(Cause { cause, rows: rows(cause) }).filter(|c| !c.rows.is_empty());
    let recorded =
        [CauseKind::Cleared, CauseKind::Stopped, CauseKind::Maintenance, CauseKind::ClockChanged, CauseKind::DiskFull];
    let (first, later): (Vec<Cause>, Vec<Cause>) = recorded.into_iter().filter_map(shown).partition(|c| fits(c.cause));
    // Windows records who emptied a log: nothing else needs to be thought of.
    if first.first().is_some_and(|c| c.cause == CauseKind::Cleared) {
        return first;
    }
    let bare = |cause: CauseKind| Cause { cause, rows: Vec::new() };
    let rest = if awake { [CauseKind::Removed, CauseKind::Idle] } else { [CauseKind::Idle, CauseKind::Removed] };
    first.into_iter().chain(rest.map(bare)).chain(later).collect()
}

/// Whether it stays open what happened meanwhile.
fn counts(causes: &[Cause]) -> bool {
    let ordinary = [CauseKind::Stopped, CauseKind::Maintenance, CauseKind::ClockChanged];
    !causes.first().is_some_and(|c| ordinary.contains(&c.cause))
}

/// Holes that leave a question open which this source should answer: those that count, in a log of it.
pub(crate) fn holes_of<'a>(ledger: &'a Ledger, source: &AnySource, layout: Option<&Layout>) -> Vec<&'a Hole> {
    let place = layout.and_then(|l| source.r#where.get(&l.log));
    let asked =
        |log: &LogName| log.table == source.table && place.is_none_or(|place| log.place.eq_ignore_ascii_case(place));
    ledger.holes.iter().filter(|hole| hole.counts && hole.logs.iter().any(asked)).collect()
}
