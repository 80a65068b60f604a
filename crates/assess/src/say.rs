//! Arguments for the sentences of a pack: moments and lists as a person writes them.

use assize_model::Timestamp;
use std::collections::BTreeSet;

const MONTHS: [(&str, [&str; 12]); 2] = [
    ("en", ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]),
    ("fr", ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]),
];

/// Values of a list that are written out.
const LISTED: usize = 5;

/// `28 Feb 2021 11:09:41 UTC`, `28 févr. 2021 à 11:09:41 UTC`.
pub(crate) fn moment(language: &str, time: Timestamp) -> String {
    let (y, mo, d, h, mi, s) = time.parts();
    let months = MONTHS.iter().find(|(l, _)| *l == language).map_or(&MONTHS[0].1, |(_, m)| m);
    let month = months[(mo as usize).clamp(1, 12) - 1];
    let at = if language == "fr" { "à " } else { "" };
    format!("{d} {month} {y} {at}{h:02}:{mi:02}:{s:02} UTC")
}

/// `a, b and 3 more`; `none` where there is nothing, which the sentences of packs select on.
pub(crate) fn list(language: &str, values: &BTreeSet<String>, total: usize) -> String {
    if values.is_empty() {
        return "none".into();
    }
    let mut text = values.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    let more = total.max(values.len()).saturating_sub(LISTED.min(values.len()));
    if more > 0 {
        text.push_str(&if language == "fr" { format!(" et {more} de plus") } else { format!(" and {more} more") });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_lists_read_well() {
        let time = Timestamp::parse("2021-02-28T11:09:41Z").unwrap();
        assert_eq!(moment("en", time), "28 Feb 2021 11:09:41 UTC");
        assert_eq!(moment("fr", time), "28 févr. 2021 à 11:09:41 UTC");
        let values: BTreeSet<String> = (0..7).map(|n| n.to_string()).collect();
        assert_eq!(list("en", &values, 7), "0, 1, 2, 3, 4 and 2 more");
        assert_eq!(list("en", &BTreeSet::new(), 0), "none");
        assert_eq!(list("fr", &values, 100), "0, 1, 2, 3, 4 et 95 de plus");
    }
}
