//! Moments in the zone of the reader, beside UTC and never in place of it.

use crate::{Lang, words};
use assize_model::Timestamp;
use chrono::{DateTime, FixedOffset, Offset, TimeZone};
use chrono_tz::Tz;

/// A zone by its name in the database of IANA, or an offset such as `+02:00`.
enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

fn read(name: &str) -> Option<Zone> {
    let offset = || {
        // An offset is written as at the end of a moment.
        let moment = DateTime::parse_from_rfc3339(&format!("1970-01-01T00:00:00{name}")).ok()?;
        Some(Zone::Fixed(*moment.offset()))
    };
    name.parse().ok().map(Zone::Named).or_else(offset)
}

/// Whether a zone is known.
#[must_use]
pub fn zone_is_known(name: &str) -> bool {
    read(name).is_some()
}

/// `28 Feb 2021 12:09 (UTC+01:00)`; nothing where the zone is not known.
pub(crate) fn local(t: Timestamp, name: &str, lang: Lang) -> Option<String> {
    let utc = DateTime::from_timestamp_micros(t.0)?.naive_utc();
    let seconds = match read(name)? {
        Zone::Named(tz) => tz.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
        Zone::Fixed(offset) => offset.local_minus_utc(),
    };
    // The calendar of the shifted moment is that of the zone.
    let shifted = Timestamp(t.0.checked_add(i64::from(seconds).checked_mul(1_000_000)?)?);
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let clock = words::moment(shifted, lang);
    let clock = clock.strip_suffix(" UTC").unwrap_or(&clock);
    Some(format!("{clock} (UTC{sign}{hours:02}:{minutes:02})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_and_winter() {
        let at = |text: &str, zone: &str| local(Timestamp::parse(text).unwrap(), zone, Lang::En);
        assert_eq!(at("2021-02-28T23:09:00Z", "Europe/Paris").unwrap(), "1 Mar 2021 00:09 (UTC+01:00)");
        assert_eq!(at("2021-07-28T11:09:00Z", "Europe/Paris").unwrap(), "28 Jul 2021 13:09 (UTC+02:00)");
        assert_eq!(at("2021-02-28T11:09:00Z", "-03:30").unwrap(), "28 Feb 2021 07:39 (UTC-03:30)");
        assert_eq!(at("2021-02-28T11:09:00Z", "Europe/Atlantis"), None);
        assert!(zone_is_known("UTC") && !zone_is_known("") && !zone_is_known("+99:00") && !zone_is_known("\u{1b}[2J"));
    }
}
