//! Typed pairs in one field, as the control panel of Exchange logs them: `S:CMD=Get-Mailbox;I32:ADS.C[DC1]=2`.
//!
//! A value may hold `;` and what looks like a further pair, because an intruder chooses parts of it. Two forms
//! of quoting are seen. Exchange wraps the whole item, and doubles the quotes inside:
//! `'S:CMD=Set-X.Url=''http://a;S:EX=b'''`. Copies of such logs often lost that and hold `S:CMD=Set-X.Url='http://a'`.

use std::borrow::Cow;

/// So many quotes that open and never close are searched for to the end; further ones count as text.
const UNCLOSED_MAX: u32 = 64;

/// Calls `each` with every key and its value, in order.
pub(crate) fn each<'t>(text: &'t str, mut each: impl FnMut(&'t str, Cow<'t, str>)) {
    let mut at = 0;
    let mut searches_left = UNCLOSED_MAX;
    while at < text.len() {
        let item = wrapped(text, at, &mut searches_left).or_else(|| bare(text, at, &mut searches_left));
        let Some((key, value, end)) = item else {
            // Not a pair: on to the next place where one may begin.
            at = next_item(text, at).unwrap_or(text.len());
            continue;
        };
        each(key, value);
        at = end;
    }
}

/// The place after a run of `;` where a typed key stands, from `from` on.
fn next_item(text: &str, from: usize) -> Option<usize> {
    memchr::memchr_iter(b';', &text.as_bytes()[from..]).map(|i| from + i + 1).find(|at| item_starts(text, *at))
}

/// Whether a typed key stands here, behind a quote or not.
fn item_starts(text: &str, at: usize) -> bool {
    let text = &text.as_bytes()[at..];
    typed_key(text.strip_prefix(b"'").unwrap_or(text)).is_some()
}

/// `S:CMD=` at the beginning: where its key begins and ends.
fn typed_key(text: &[u8]) -> Option<(usize, usize)> {
    let kind = text.iter().take(5).take_while(|b| b.is_ascii_alphanumeric()).count();
    if !(1..=4).contains(&kind) || text.get(kind) != Some(&b':') {
        return None;
    }
    let key = text[kind + 1..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'[' | b']' | b'-'))
        .count();
    (key > 0 && text.get(kind + 1 + key) == Some(&b'=')).then_some((kind + 1, kind + 1 + key))
}

/// An item in single quotes with the quotes inside doubled. Its end is a single quote before `;` or the end.
fn wrapped<'t>(text: &'t str, at: usize, searches_left: &mut u32) -> Option<(&'t str, Cow<'t, str>, usize)> {
    let bytes = text.as_bytes();
    if bytes[at] != b'\'' || *searches_left == 0 {
        return None;
    }
    let (key, value) = typed_key(&bytes[at + 1..]).map(|(a, b)| (at + 1 + a, at + 1 + b))?;
    let mut from = value + 1;
    loop {
        let Some(quote) = bytes.get(from..).and_then(|rest| memchr::memchr(b'\'', rest)).map(|i| from + i) else {
            *searches_left -= 1;
            return None;
        };
        match bytes.get(quote + 1) {
            Some(b'\'') => from = quote + 2,
            None | Some(b';') => {
                let inner = &text[value + 1..quote];
                let inner =
                    if inner.contains("''") { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) };
                return Some((&text[key..value], inner, after(text, quote + 1)));
            }
            Some(_) => from = quote + 1,
        }
    }
}

/// An item without quotes around it. Quotes that open behind `=` and close again protect what is inside.
fn bare<'t>(text: &'t str, at: usize, searches_left: &mut u32) -> Option<(&'t str, Cow<'t, str>, usize)> {
    let bytes = text.as_bytes();
    let lead = usize::from(bytes[at] == b'\'');
    let (key, value) = typed_key(&bytes[at + lead..]).map(|(a, b)| (at + lead + a, at + lead + b))?;
    let start = value + 1;
    let quoted = if *searches_left > 0 { quoted_end(text, start) } else { None };
    *searches_left -= u32::from(quoted.is_none() && *searches_left > 0);
    let end = quoted.or_else(|| plain_end(text, start)).unwrap_or(text.len());
    Some((&text[key..value], Cow::Borrowed(text[start..end].trim_end_matches(';')), after(text, end)))
}

/// The first `;` with a pair behind it that is outside quotes; `None` when the quotes do not balance before it.
fn quoted_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = false;
    for at in memchr::memchr2_iter(b'\'', b';', &bytes[start..]).map(|i| start + i) {
        match bytes[at] {
            b'\'' => open = !open && (at > start && bytes[at - 1] == b'='),
            _ if !open && item_starts(text, at + 1) => return Some(at),
            _ => {}
        }
    }
    (!open).then_some(text.len())
}

/// The first `;` with a pair behind it.
fn plain_end(text: &str, start: usize) -> Option<usize> {
    next_item(text, start).map(|at| at - 1)
}

/// The place of the next item, at or behind `end`.
fn after(text: &str, end: usize) -> usize {
    let semicolons = text.as_bytes()[end..].iter().take_while(|b| **b == b';').count();
    end + semicolons
}

#[cfg(test)]
mod tests {
    use super::each;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let mut lines = Vec::new();
        each(text, |k, v| lines.push(format!("{k} = {v}")));
        lines.join("\n")
    }

    #[test]
    fn plain_items() {
        assert_snapshot!(shown("S:TIME=13;S:SID=6666;S:CMD=Get-InboxRule;S:REQID=;Dbl:BudgUse.T[]=12.0;I32:ADS.C[DC-1.a]=1"), @r"
        TIME = 13
        SID = 6666
        CMD = Get-InboxRule
        REQID = 
        BudgUse.T[] = 12.0
        ADS.C[DC-1.a] = 1
        ");
    }

    #[test]
    fn an_item_in_quotes_keeps_a_forged_pair_inside() {
        assert_snapshot!(shown("S:TIME=1;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script>a='''';S:EX=fake;b()</script>''.Identity=''9''';S:EX="), @r"
        TIME = 1
        CMD = Set-OabVirtualDirectory.ExternalUrl='http://f/<script>a='';S:EX=fake;b()</script>'.Identity='9'
        EX = 
        ");
    }

    #[test]
    fn a_value_with_plain_quotes_keeps_a_forged_pair_inside() {
        assert_snapshot!(shown("S:CMD=Set-Oab.ExternalUrl='http://f/<script>eval(Request[\"k\"],\"unsafe\");S:EX=fake;</script>'.Identity='9';S:EX=it isn't there;S:BLD=15.1.2106.2"), @r#"
        CMD = Set-Oab.ExternalUrl='http://f/<script>eval(Request["k"],"unsafe");S:EX=fake;</script>'.Identity='9'
        EX = it isn't there
        BLD = 15.1.2106.2
        "#);
    }

    #[test]
    fn text_that_is_no_pair_is_passed_over() {
        assert_snapshot!(shown("hello;;world;S:A=1;;S:B=2;'S:C=not closed;S:D=4"), @r"
        A = 1
        B = 2
        C = not closed
        D = 4
        ");
        assert_eq!(shown(""), "");
        assert_eq!(shown("';'"), "");
    }

    proptest! {
        #[test]
        fn wrapped_values_come_back(values in prop::collection::vec("[a';=é:S]{0,12}", 1..6)) {
            let text = values.iter().map(|v| format!("'S:CMD={}'", v.replace('\'', "''"))).collect::<Vec<_>>().join(";");
            let mut read = Vec::new();
            each(&text, |_, v| read.push(v.into_owned()));
            prop_assert_eq!(read, values);
        }

        #[test]
        fn any_text_is_taken_apart(text in "[S:CMD=';é\\[]{0,40}") {
            let mut length = 0;
            each(&text, |k, v| length += k.len() + v.len());
            prop_assert!(length <= text.len());
        }
    }
}
