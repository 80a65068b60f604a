//! The moment of each line, and whether the moments of a file run forward.

use super::fields::Field;
use super::header::Header;
use super::tell::Tally;
use assize_model::time::{DAY, SECOND};
use assize_model::{Note, NoteKind, Rows, Timestamp};

/// A step back of more than this is worth a remark: writers of logs wait for requests to end, but not so long.
const STEP_BACK: i64 = 30 * SECOND;
/// A step forward of at least this may be a gap.
const STEP_FORWARD: i64 = 3600 * SECOND;
/// How far a step back is from an hour that looks like the end of summer time: rows are not written all the time.
const SUMMER_SLACK: i64 = 300 * SECOND;
/// A step forward is a gap when it is so many times longer than is usual between the rows of the file.
const GAP_FACTOR: i64 = 20;
/// Where more than one in so many steps is that long, rows come in bursts, and a long time without any says nothing.
const STEPS_PER_GAP: u64 = 16;

/// The longest step forward: its length, and the line after it.
#[derive(Clone, Copy, Default)]
struct Longest {
    step: i64,
    line: u64,
}

/// What is known of time while a file is read.
#[derive(Default)]
pub(crate) struct Times {
    /// The last date read, as text and as the start of its day.
    day: Option<([u8; 10], Timestamp)>,
    /// The last `#Date:`.
    stated: Option<Timestamp>,
    /// Whether a row was seen since.
    stated_is_old: bool,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    rows: i64,
    steps_back: Tally,
    farthest_back: i64,
    back: i64,
    steps_forward: Tally,
    forward: i64,
    longest: Longest,
    odd_dates: Tally,
    dateless: u64,
}

impl Times {
    /// Takes note of a `#Date:` line.
    pub(crate) fn stated(&mut self, value: &str, line: u64) {
        self.stated = Timestamp::parse(value);
        self.stated_is_old = false;
        // Zero, or a date before the rows that stand above it.
        let odd =
            self.stated.is_none_or(|stated| self.last.is_some_and(|last| last.0.saturating_sub(stated.0) > STEP_BACK));
        if odd {
            self.odd_dates.add(line);
            self.stated_is_old = true;
        }
    }

    /// The moment of a W3C line: date and time; or the time alone, on the day that `#Date:` states.
    pub(crate) fn w3c(&mut self, header: &Header, line: &str, fields: &[Field]) -> Option<Timestamp> {
        let text = |at: usize| fields.get(at).and_then(|f| line.get(f.start..f.end));
        match header.time.as_slice() {
            [date, time] => {
                let start = self.day(text(*date)?)?;
                Some(start.plus(time_of_day(text(*time)?)?))
            }
            [one] => {
                let value = text(*one)?;
                if let Some(ts) = Timestamp::parse(value) {
                    return Some(ts);
                }
                let start = self.stated?.day().start();
                self.dateless += 1;
                Some(start.plus(time_of_day(value)?))
            }
            _ => None,
        }
    }

    /// The start of a day; the same day comes many times in a row.
    fn day(&mut self, text: &str) -> Option<Timestamp> {
        let key: [u8; 10] = text.as_bytes().try_into().ok()?;
        if let Some((known, start)) = &self.day
            && *known == key
        {
            return Some(*start);
        }
        let start = Timestamp::parse(text)?;
        self.day = Some((key, start));
        Some(start)
    }

    /// Takes note of the moment of a row.
    pub(crate) fn seen(&mut self, ts: Timestamp, line: u64) {
        self.rows += 1;
        match self.last {
            None => self.first = Some(ts),
            Some(last) => {
                let step = ts.0.saturating_sub(last.0);
                if !(-STEP_BACK..STEP_FORWARD).contains(&step) {
                    self.step(step, line);
                }
            }
        }
        if !self.stated_is_old {
            self.stated_is_old = true;
            if let Some(stated) = self.stated {
                let after = ts.0.saturating_sub(stated.0);
                if !(-STEP_BACK..=DAY).contains(&after) {
                    self.odd_dates.add(line);
                }
            }
        }
        self.last = Some(ts);
    }

    /// Takes note of a row that is far from the one before it.
    #[cold]
    fn step(&mut self, step: i64, line: u64) {
        if step < 0 {
            self.steps_back.add(line);
            self.back = self.back.saturating_add(step);
            self.farthest_back = self.farthest_back.min(step);
        } else {
            self.steps_forward.add(line);
            self.forward = self.forward.saturating_add(step);
            if step > self.longest.step {
                self.longest = Longest { step, line };
            }
        }
    }

    /// The usual time between two rows: that between all of them but for the long steps.
    fn usual_step(&self) -> Option<i64> {
        let (first, last) = (self.first?, self.last?);
        let long = i64::try_from(self.steps_back.times + self.steps_forward.times).ok()?;
        let steps = (self.rows - 1).checked_sub(long).filter(|n| *n > 0)?;
        let time = last.0.saturating_sub(first.0).saturating_sub(self.back).saturating_sub(self.forward);
        Some(time.max(0) / steps)
    }

    /// Remarks on the file as a whole.
    pub(crate) fn tell(&self, rows: &mut Rows<'_>) {
        let mut note = |kind, text: String| rows.note(Note::new(kind, text));
        if self.steps_back.times > 0 {
            let Tally { times, first } = self.steps_back;
            let by = span(-self.farthest_back);
            // Twice the same hour is what the end of summer time looks like.
            let summer = if (-self.farthest_back - 3600 * SECOND).abs() <= SUMMER_SLACK {
                " the end of summer time,"
            } else {
                ""
            };
            note(
                NoteKind::ClockRegression,
                format!(
                    "the time goes back {times} time(s), by up to {by}, first at line {first}: a clock that was set,{summer} or rows put in or moved"
                ),
            );
        }
        let Longest { step, line } = self.longest;
        let rare = i64::try_from(self.steps_forward.times * STEPS_PER_GAP).is_ok_and(|n| n <= self.rows);
        if rare && self.usual_step().is_some_and(|usual| step > usual.saturating_mul(GAP_FACTOR)) {
            let text = format!("no row for {} before line {line}", span(step));
            note(NoteKind::Gap, text);
        }
        if self.odd_dates.times > 0 {
            let Tally { times, first } = self.odd_dates;
            note(
                NoteKind::DateDirective,
                format!("{times} #Date line(s) do not go with the rows beside them, first at line {first}"),
            );
        }
        if self.dateless > 0 {
            let text = format!("{} row(s) have no date; the day that the header states was taken", self.dateless);
            note(NoteKind::NoDate, text);
        }
    }
}

/// A length of time for people, its two largest parts: `6 h 12 min`.
fn span(micros: i64) -> String {
    let seconds = micros / SECOND;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// The moment of a line of an Exchange log.
pub(crate) fn csv(header: &Header, line: &str, fields: &[Field]) -> Option<Timestamp> {
    match header.time.as_slice() {
        [one] => Timestamp::parse(&fields.get(*one)?.value(line)),
        several => {
            let parts: Option<Vec<_>> = several.iter().map(|at| fields.get(*at).map(|f| f.value(line))).collect();
            Timestamp::parse(&parts?.join(" "))
        }
    }
}

/// `06:49:42`, with or without a fraction, in microseconds. A leap second counts as the 59th.
fn time_of_day(text: &str) -> Option<i64> {
    let b = text.as_bytes();
    let two = |at: usize| match b[at..at + 2] {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    };
    if b.len() < 8 || b[2] != b':' || b[5] != b':' {
        return None;
    }
    if b.len() > 8 {
        return Timestamp::parse(&format!("1970-01-01 {text}")).map(|t| t.0);
    }
    let (h, m, s) = (two(0)?, two(3)?, two(6)?);
    (h < 24 && m < 60 && s <= 60).then(|| (h * 3600 + m * 60 + s.min(59)) * SECOND)
}
