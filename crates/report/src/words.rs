//! Numbers, sizes, dates and lists as people write them in each language.

use crate::Lang;
use assize_model::Timestamp;
use assize_model::time::{DAY, Day};

/// The narrow no-break space between groups of digits and before French double punctuation.
pub(crate) const NARROW: char = '\u{202F}';

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_FR: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// `1 204 118`, with narrow no-break spaces.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    out
}

/// `18.4 GB`, `18,4 Go`.
#[must_use]
pub fn bytes(n: u64, lang: Lang) -> String {
    let units: [&str; 5] = match lang {
        Lang::En => ["B", "kB", "MB", "GB", "TB"],
        Lang::Fr => ["o", "ko", "Mo", "Go", "To"],
    };
    let (mut whole, mut tenths, mut unit) = (n, 0, 0);
    while whole >= 1000 && unit < 4 {
        tenths = whole % 1000 / 100;
        whole /= 1000;
        unit += 1;
    }
    let point = if lang == Lang::Fr { ',' } else { '.' };
    match unit {
        0 => format!("{}\u{A0}{}", number(whole), units[0]),
        _ => format!("{}{point}{tenths}\u{A0}{}", number(whole), units[unit]),
    }
}

/// `2 min 11 s`.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let (h, m, s) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    match (h, m) {
        (0, 0) => format!("{s}\u{A0}s"),
        (0, _) => format!("{m}\u{A0}min\u{A0}{s:02}\u{A0}s"),
        _ => format!("{h}\u{A0}h\u{A0}{m:02}\u{A0}min"),
    }
}

fn day_of_month(day: u32, lang: Lang) -> String {
    if lang == Lang::Fr && day == 1 { "1er".into() } else { day.to_string() }
}

fn month(number: u32, lang: Lang) -> &'static str {
    let names = if lang == Lang::Fr { MONTHS_FR } else { MONTHS_EN };
    names[(number.clamp(1, 12) - 1) as usize]
}

/// `28 Feb 2021`, `28 févr. 2021`.
pub(crate) fn date(t: Timestamp, lang: Lang) -> String {
    format!("{} {}", short_date(t, lang), t.parts().0)
}

/// `28 Feb`, `28 févr.`
pub(crate) fn short_date(t: Timestamp, lang: Lang) -> String {
    let (_, mo, d, ..) = t.parts();
    format!("{} {}", day_of_month(d, lang), month(mo, lang))
}

/// `28 Feb 2021 11:09 UTC`, `28 févr. 2021 à 11:09 UTC`.
#[must_use]
pub fn moment(t: Timestamp, lang: Lang) -> String {
    let (_, _, _, h, mi, _) = t.parts();
    let at = if lang == Lang::Fr { " à" } else { "" };
    format!("{}{at} {h:02}:{mi:02} UTC", date(t, lang))
}

/// The same with seconds, for the evidence tables: `28 Feb 2021 11:09:41 UTC`.
pub(crate) fn exact(t: Timestamp, lang: Lang) -> String {
    let (_, _, _, h, mi, s) = t.parts();
    let at = if lang == Lang::Fr { " à" } else { "" };
    format!("{}{at} {h:02}:{mi:02}:{s:02} UTC", date(t, lang))
}

/// `28 Feb 11:09:41`, for the story in the terminal.
pub(crate) fn short_exact(t: Timestamp, lang: Lang) -> String {
    let (_, _, _, h, mi, s) = t.parts();
    format!("{} {h:02}:{mi:02}:{s:02}", short_date(t, lang))
}

/// `3 Jan to 3 Mar 2021`, `du 3 janv. au 3 mars 2021`.
pub(crate) fn span(from: Timestamp, to: Timestamp, lang: Lang) -> String {
    if from.day() == to.day() {
        return match lang {
            Lang::En => date(from, lang),
            Lang::Fr => format!("le {}", date(from, lang)),
        };
    }
    let first = if from.parts().0 == to.parts().0 { short_date(from, lang) } else { date(from, lang) };
    match lang {
        Lang::En => format!("{first} to {}", date(to, lang)),
        Lang::Fr => format!("du {first} au {}", date(to, lang)),
    }
}

/// The span of whole days, both included.
pub(crate) fn day_span(from: Day, to: Day, lang: Lang) -> String {
    span(from.start(), to.start(), lang)
}

/// Whole days between two moments.
pub(crate) fn days_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.0.saturating_sub(from.0) / DAY).unwrap_or(0)
}

/// `a, b and c`, `a, b et c`.
pub(crate) fn list(items: &[String], lang: Lang) -> String {
    let and = if lang == Lang::Fr { "et" } else { "and" };
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// The same, cut after `max` items with a count of the rest.
pub(crate) fn list_up_to(items: &[String], max: usize, lang: Lang) -> String {
    if items.len() <= max {
        return list(items, lang);
    }
    let mut shown: Vec<String> = items[..max].to_vec();
    let rest = number((items.len() - max) as u64);
    shown.push(if lang == Lang::Fr { format!("{rest} de plus") } else { format!("{rest} more") });
    list(&shown, lang)
}

/// `CVE-2021-26855 -26857 -27065`: the year is said once.
pub(crate) fn cves(ids: &[String]) -> String {
    let mut out = String::new();
    let mut last = "";
    for id in ids {
        let stem = id.rfind('-').map_or("", |at| &id[..at]);
        if !stem.is_empty() && stem == last {
            out.push(' ');
            out.push_str(&id[stem.len()..]);
        } else {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(id);
        }
        last = stem;
    }
    out
}

/// An indicator that no program makes clickable: `198.51.100[.]7`, `hxxp[://]a[.]example/x.aspx`.
pub(crate) fn defang(kind: &str, text: &str) -> String {
    match (kind, text.rfind('.')) {
        ("ip" | "host", Some(at)) => return format!("{}[.]{}", &text[..at], &text[at + 1..]),
        ("ip" | "host", None) => return text.to_owned(),
        _ => {}
    }
    let lower = text.to_ascii_lowercase();
    let (mut out, mut at, mut in_host) = (String::with_capacity(text.len() + 8), 0, false);
    while let Some(c) = text[at..].chars().next() {
        let (written, read): (&str, usize) = match &lower[at..] {
            rest if rest.starts_with("http") => ("hxxp", 4),
            rest if rest.starts_with("javascript:") => ("javascript[:]", 11),
            rest if rest.starts_with("://") => ("[://]", 3),
            rest if in_host && rest.starts_with('.') => ("[.]", 1),
            _ => (&text[at..at + c.len_utf8()], c.len_utf8()),
        };
        in_host = written == "[://]" || in_host && !matches!(c, '/' | '?' | '#' | ' ');
        out.push_str(written);
        at += read;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn dates_follow_the_language() {
        let t = at("2021-02-28T11:09:41Z");
        assert_eq!(moment(t, Lang::En), "28 Feb 2021 11:09 UTC");
        assert_eq!(moment(t, Lang::Fr), "28 févr. 2021 à 11:09 UTC");
        assert_eq!(date(at("2021-03-01"), Lang::Fr), "1er mars 2021");
        assert_eq!(span(at("2021-01-03"), at("2021-03-03"), Lang::En), "3 Jan to 3 Mar 2021");
        assert_eq!(span(at("2020-12-03"), at("2021-03-03"), Lang::Fr), "du 3 déc. 2020 au 3 mars 2021");
    }

    #[test]
    fn numbers_are_grouped_thinly() {
        assert_eq!(number(1_204_118), "1\u{202F}204\u{202F}118");
        assert_eq!(number(118), "118");
        assert_eq!(bytes(18_412_000_000, Lang::En), "18.4\u{A0}GB");
        assert_eq!(bytes(18_412_000_000, Lang::Fr), "18,4\u{A0}Go");
        assert_eq!(duration(131), "2\u{A0}min\u{A0}11\u{A0}s");
    }

    #[test]
    fn lists_and_links() {
        let ids = ["CVE-2021-26855", "CVE-2021-26857", "CVE-2022-41040"].map(String::from);
        assert_eq!(cves(&ids), "CVE-2021-26855 -26857, CVE-2022-41040");
        assert_eq!(defang("path", "HTTP://a.example/x.aspx"), "hxxp[://]a[.]example/x.aspx");
        assert_eq!(defang("ip", "198.51.100.7"), "198.51.100[.]7");
        assert_eq!(list_up_to(&ids, 1, Lang::En), "CVE-2021-26855 and 2 more");
    }
}
