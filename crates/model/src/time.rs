//! Points in time: UTC microseconds, without a clock of their own.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Microseconds since 1970-01-01T00:00:00Z. Serialised as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A calendar day in UTC, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Microseconds in one second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in one day.
pub const DAY: i64 = 86_400 * SECOND;

impl Timestamp {
    /// From calendar parts in UTC; `None` where no such moment exists. A leap second counts as the 59th.
    #[must_use]
    pub fn from_parts(y: i32, mo: u32, d: u32, h: u32, mi: u32, s: u32, micros: u32) -> Option<Self> {
        let time = NaiveDate::from_ymd_opt(y, mo, d)?.and_hms_micro_opt(h, mi, s.min(59), micros)?;
        (s <= 60).then_some(Self(time.and_utc().timestamp_micros()))
    }

    /// Reads `2021-03-03T06:49:42.162Z`, with a blank for `T`, with an offset, or without a zone (then UTC).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.trim().as_bytes();
        if b.len() < 10 || b[4] != b'-' || b[7] != b'-' {
            return None;
        }
        let (y, mo, d) = (digits(&b[0..4])?, digits(&b[5..7])?, digits(&b[8..10])?);
        let year = i32::try_from(y).ok()?;
        if b.len() == 10 {
            return Self::from_parts(year, mo, d, 0, 0, 0, 0);
        }
        if b.len() < 19 || !matches!(b[10], b'T' | b't' | b' ') || b[13] != b':' || b[16] != b':' {
            return None;
        }
        let (h, mi, s) = (digits(&b[11..13])?, digits(&b[14..16])?, digits(&b[17..19])?);
        let (micros, rest) = fraction(&b[19..])?;
        let local = Self::from_parts(year, mo, d, h, mi, s, micros)?;
        Some(Self(local.0.checked_sub(offset(rest)?)?))
    }

    /// The day this moment falls on, in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY)).unwrap_or(i32::MAX))
    }

    /// Moves by microseconds; stays at the end of the range instead of wrapping.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Calendar parts in UTC: year, month, day, hour, minute, second. Out-of-range moments give the epoch.
    #[must_use]
    pub fn parts(self) -> (i32, u32, u32, u32, u32, u32) {
        let t = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        (t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second())
    }

    /// ISO 8601 with six digits of a second, always: `2021-03-03T06:49:42.000000Z`, so that texts sort as moments do.
    #[must_use]
    pub fn precise(self) -> String {
        let (y, mo, d, h, mi, s) = self.parts();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{:06}Z", self.0.rem_euclid(SECOND))
    }

    /// `20210312T1015Z`, for names of folders.
    #[must_use]
    pub fn compact(self) -> String {
        let (y, mo, d, h, mi, _) = self.parts();
        format!("{y:04}{mo:02}{d:02}T{h:02}{mi:02}Z")
    }
}

impl Day {
    /// The first moment of the day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0).saturating_mul(DAY))
    }

    /// The following day.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A number written in ASCII digits only.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

/// Reads `.162`, `,162` or nothing; gives microseconds and what follows.
fn fraction(bytes: &[u8]) -> Option<(u32, &[u8])> {
    if !matches!(bytes.first(), Some(b'.' | b',')) {
        return Some((0, bytes));
    }
    let len = bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut micros = digits(&bytes[1..1 + len.min(6)])?;
    for _ in len..6 {
        micros *= 10;
    }
    (len > 0).then(|| (micros, &bytes[1 + len..]))
}

/// Reads `Z`, `+02:00`, `+0200` or nothing; gives microseconds east of UTC.
fn offset(bytes: &[u8]) -> Option<i64> {
    let (sign, rest) = match bytes {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (h, m) = match rest {
        [a, b, b':', c, d] | [a, b, c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
        [a, b] => (digits(&[*a, *b])?, 0),
        _ => return None,
    };
    (h < 24 && m < 60).then(|| sign * i64::from(h * 3600 + m * 60) * SECOND)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, mo, d, h, mi, s) = self.parts();
        write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}")?;
        match self.0.rem_euclid(SECOND) {
            0 => {}
            us if us % 1000 == 0 => write!(f, ".{:03}", us / 1000)?,
            us => write!(f, ".{us:06}")?,
        }
        f.write_str("Z")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, mo, d, ..) = self.start().parts();
        write!(f, "{y:04}-{mo:02}-{d:02}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a time: {text:?}")))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(d).map(Timestamp::day)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    fn shown(text: &str) -> String {
        Timestamp::parse(text).map_or_else(|| "none".into(), |t| t.to_string())
    }

    #[test]
    fn reads_the_forms_that_logs_use() {
        assert_eq!(shown("2021-03-03T06:49:42.162Z"), "2021-03-03T06:49:42.162Z");
        assert_eq!(shown("2021-03-03 06:49:42"), "2021-03-03T06:49:42Z");
        assert_eq!(shown("2021-03-03T08:49:42+02:00"), "2021-03-03T06:49:42Z");
        assert_eq!(shown("2021-03-03T06:49:42.1234567Z"), "2021-03-03T06:49:42.123456Z");
        assert_eq!(shown("2021-03-03"), "2021-03-03T00:00:00Z");
        assert_eq!(shown("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59Z");
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "2021",
            "2021-02-30 00:00:00",
            "2021-03-03T25:00:00",
            "2021-03-03T06:49",
            "x021-03-03",
            "2021-03-03T06:49:42.Z",
        ] {
            assert_eq!(shown(text), "none", "{text}");
        }
    }
}
