//! The moment of each line, and whether the moments of a file run forward.

use super::fields::Field;
use super::header::Header;
use assize_model::time::{DAY, SECOND};
use assize_model::{Rows, Timestamp};

/// A step back of more than this is worth a remark: writers of logs wait for requests to end, but not so long.
const STEP_BACK: i64 = 60 * SECOND;

/// What is known of time while a file is read.
#[derive(Default)]
pub(crate) struct Times {
    /// The last date read, as text and as the start of its day.
    day: Option<([u8; 10], Timestamp)>,
    /// The last `#Date:`.
    stated: Option<Timestamp>,
    /// Whether a row was seen since.
    stated_is_old: bool,
    last: Option<Timestamp>,
    steps_back: u64,
    first_step_back: u64,
    odd_dates: u64,
    dateless: u64,
}

impl Times {
    /// Takes note of a `#Date:` line.
    pub(crate) fn stated(&mut self, value: &str) {
        self.stated = Timestamp::parse(value);
        self.stated_is_old = false;
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
        if self.last.is_some_and(|last| last.0.saturating_sub(ts.0) > STEP_BACK) {
            self.steps_back += 1;
            if self.first_step_back == 0 {
                self.first_step_back = line;
            }
        }
        if let Some(stated) = self.stated
            && !self.stated_is_old
        {
            self.stated_is_old = true;
            self.odd_dates += u64::from(stated.0.abs_diff(ts.0) > DAY.unsigned_abs());
        }
        self.last = Some(ts);
    }

    /// Remarks on the file as a whole.
    pub(crate) fn tell(&self, rows: &mut Rows<'_>) {
        if self.steps_back > 0 {
            let (times, line) = (self.steps_back, self.first_step_back);
            rows.note(format!("the time goes back by more than a minute {times} time(s), first at line {line}"));
        }
        if self.odd_dates > 0 {
            let lines = self.odd_dates;
            rows.note(format!("{lines} #Date line(s) differ from the row that follows by more than a day"));
        }
        if self.dateless > 0 {
            let rows_read = self.dateless;
            rows.note(format!("{rows_read} row(s) have no date; the day that the header states was taken"));
        }
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
