//! Calendar days and moments, without a clock.

/// Milliseconds since 1970.
pub(crate) type Ms = i64;

/// One second, one minute, one hour, one day.
pub(crate) const SECOND: Ms = 1_000;
pub(crate) const MINUTE: Ms = 60 * SECOND;
pub(crate) const HOUR: Ms = 60 * MINUTE;
pub(crate) const DAY: Ms = 24 * HOUR;

/// Midnight of a day in UTC.
pub(crate) fn day(y: i32, m: u32, d: u32) -> Ms {
    chrono::NaiveDate::from_ymd_opt(y, m, d)
        .map_or(0, |d| d.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}

/// A moment in UTC.
pub(crate) fn at(y: i32, mo: u32, d: u32, h: i64, mi: i64, s: i64) -> Ms {
    day(y, mo, d) + h * HOUR + mi * MINUTE + s * SECOND
}

/// A moment in a pattern of chrono.
pub(crate) fn shown(time: Ms, pattern: &str) -> String {
    chrono::DateTime::from_timestamp_millis(time).unwrap_or_default().format(pattern).to_string()
}

/// `2021-03-03T06:49:42.162Z`.
pub(crate) fn iso(time: Ms) -> String {
    shown(time, "%Y-%m-%dT%H:%M:%S%.3fZ")
}
