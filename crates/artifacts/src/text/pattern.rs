//! Lines by the pattern of their layout, and the ways in which such logs write the time.

use super::fields::Field;
use assize_content::layout::{Clock, Pattern};
use assize_model::time::SECOND;
use assize_model::{Build, Timestamp};

/// Takes a line apart by its pattern; `false` when it does not fit. Blanks around a value do not count.
pub(crate) fn split(line: &str, pattern: &Pattern, fields: &mut Vec<Field>) -> bool {
    fields.clear();
    let Some(line) = line.strip_suffix(pattern.end.as_str()) else { return false };
    let mut at = 0;
    for (i, (before, _)) in pattern.parts.iter().enumerate() {
        if !line[at..].starts_with(before.as_str()) {
            return false;
        }
        at += before.len();
        let end = match pattern.parts.get(i + 1) {
            Some((next, _)) => match line[at..].find(next.as_str()) {
                Some(length) => at + length,
                None => return false,
            },
            None => line.len(),
        };
        let value = &line[at..end];
        let start = at + value.len() - value.trim_ascii_start().len();
        fields.push(Field { start, end: start + value.trim_ascii().len(), doubled: false });
        at = end;
    }
    true
}

/// A moment, or a time of day somewhere on earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Utc(Timestamp),
    /// As if it were UTC; only to be compared with others of the same log.
    Local(Timestamp),
}

/// Reads a time as the clock of the layout writes it. `setup` is the version that the setup of Exchange states.
pub(crate) fn moment(clock: Clock, text: &str, setup: Option<Build>) -> Option<Moment> {
    match clock {
        Clock::Iso => Timestamp::parse(text).map(Moment::Utc),
        Clock::Clf => clf(text).map(Moment::Utc),
        Clock::Local => local(text).map(Moment::Local),
        Clock::Setup => {
            let ts = local(text)?;
            // Since version 15 setup writes UTC, and names the zone of the server beside it.
            Some(if setup.is_some_and(|b| b.0[0] >= 15) { Moment::Utc(ts) } else { Moment::Local(ts) })
        }
    }
}

/// `03/Mar/2021:08:49:42 +0200`.
fn clf(text: &str) -> Option<Timestamp> {
    let (date, zone) = text.split_once(' ')?;
    let (date, time) = date.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        .iter()
        .position(|m| m.eq_ignore_ascii_case(month))?
        + 1;
    if parts.next().is_some() || !matches!(zone.as_bytes(), [b'+' | b'-', ..]) {
        return None;
    }
    Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{time}{zone}"))
}

/// `3/3/2021 8:49:42.0162`: month and day in either order, whatever stands between the parts. Digits behind the
/// seconds are milliseconds, filled up with zeros in front.
fn local(text: &str) -> Option<Timestamp> {
    let mut numbers = [0u32; 7];
    let mut count = 0;
    for part in text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()) {
        if count == numbers.len() || part.len() > 4 {
            return None;
        }
        numbers[count] = part.parse().ok()?;
        count += 1;
    }
    let [a, b, year, hour, minute, second, millis] = numbers;
    if count < 6 || millis > 999 {
        return None;
    }
    let year = i32::try_from(match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        year => year,
    })
    .ok()?;
    let at = |month, day| Timestamp::from_parts(year, month, day, hour, minute, second, millis * 1000);
    let ts = at(a, b).or_else(|| at(b, a))?;
    (ts.0 > -100 * 366 * 86_400 * SECOND).then_some(ts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        let shown = |clock, text, setup: Option<&str>| match moment(clock, text, setup.and_then(Build::parse)) {
            Some(Moment::Utc(ts)) => format!("{ts}"),
            Some(Moment::Local(ts)) => format!("local {ts}"),
            None => "none".into(),
        };
        for (clock, text, setup, expected) in [
            (Clock::Iso, "2021-03-03T06:49:42.162Z", None, "2021-03-03T06:49:42.162Z"),
            (Clock::Clf, "08/Apr/2001:17:39:04 -0800", None, "2001-04-09T01:39:04Z"),
            (Clock::Clf, "08/Apr/2001:17:39:04", None, "none"),
            (Clock::Clf, "31/Apr/2001:17:39:04 +0000", None, "none"),
            (Clock::Local, "03/20/01 7:55:20", None, "local 2001-03-20T07:55:20Z"),
            (Clock::Local, "20.03.2001 07:55:20", None, "local 2001-03-20T07:55:20Z"),
            (Clock::Local, "13/13/2001 07:55:20", None, "none"),
            (Clock::Setup, "03/12/2021 17:13:08.0074", None, "local 2021-03-12T17:13:08.074Z"),
            (Clock::Setup, "03/12/2021 17:13:08.0074", Some("15.1.2176.9"), "2021-03-12T17:13:08.074Z"),
            (Clock::Setup, "03/12/2021 17:13:08.0074", Some("14.3.123.4"), "local 2021-03-12T17:13:08.074Z"),
            (Clock::Setup, "99/99/9999 99:99:99", Some("15.1.2176.9"), "none"),
        ] {
            assert_eq!(shown(clock, text, setup), expected, "{text}");
        }
    }

    #[test]
    fn values_stand_between_the_literals() {
        let pattern = Pattern::read("[{time}] [{level}] {text}").unwrap_or_default();
        let mut fields = Vec::new();
        let line = "[03/12/2021 17:13:08.0074] [0] Setup [x] y";
        assert!(split(line, &pattern, &mut fields));
        let values: Vec<_> = fields.iter().map(|f| f.value(line)).collect();
        assert_eq!(values, ["03/12/2021 17:13:08.0074", "0", "Setup [x] y"]);
        assert!(!split("[a] b", &pattern, &mut fields) && !split("", &pattern, &mut fields));
    }
}
