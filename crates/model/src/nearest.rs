//! The name that somebody probably meant.

/// The nearest of some names to one that is none of them: a name that contains it, or one that few letters tell apart.
/// `None` where none is near.
#[must_use]
pub fn of<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // A part of a name is a better hint than a word that happens to look like it; shorter parts say nothing.
    let part = |of: &str| name.len() > 2 && of.contains(name);
    let near = |of: &'n str| (if part(of) { 1 } else { distance(name, of) }, of);
    let (far, found) = among.into_iter().map(near).min()?;
    (far <= name.chars().count().max(2) / 2).then_some(found)
}

/// Letters to add, drop or change to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (n, x) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], n + 1);
        for (m, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[m + 1];
            row[m + 1] = change.min(corner + 1).min(row[m] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn near_is_a_part_or_a_few_letters() {
        let names = ["iis_w3c", "http_proxy", "windows_events"];
        assert_eq!(of("iis", names), Some("iis_w3c"));
        assert_eq!(of("htp_proxi", names), Some("http_proxy"));
        assert_eq!(of("events", names), Some("windows_events"));
        assert_eq!(of("zzzzzz", names), None);
        assert_eq!(of("", names), None);
        assert_eq!(of("x", []), None);
    }
}
