//! A line taken apart into fields: ranges into the line, so that nothing is copied.

use assize_model::Reason;
use assize_model::bytes::each_of;
use std::borrow::Cow;

/// Where a field stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether doubled quotes inside stand for one.
    pub(crate) doubled: bool,
}

impl Field {
    /// A field without quotes.
    fn plain(start: usize, end: usize) -> Self {
        Self { start, end, doubled: false }
    }

    /// The text of the field.
    #[inline]
    pub(crate) fn value(self, line: &str) -> Cow<'_, str> {
        let text = line.get(self.start..self.end).unwrap_or_default();
        if self.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }
}

/// Takes a line with single blanks between fields apart.
pub(crate) fn split_blanks(line: &str, fields: &mut Vec<Field>) {
    split_at_each(b' ', line, fields);
}

/// Takes a line apart at each of a byte that stands inside no field.
fn split_at_each(separator: u8, line: &str, fields: &mut Vec<Field>) {
    fields.clear();
    let mut start = 0;
    each_of(line.as_bytes(), [separator], |at| {
        fields.push(Field::plain(start, at));
        start = at + 1;
    });
    fields.push(Field::plain(start, line.len()));
}

/// Takes a line with any run of blanks and tabs between fields apart; a field in double quotes may hold them, and
/// doubled quotes.
pub(crate) fn split_words(line: &str, fields: &mut Vec<Field>) -> Result<(), Reason> {
    fields.clear();
    let bytes = line.as_bytes();
    let blank = |at: &usize| matches!(bytes.get(*at), Some(b' ' | b'\t'));
    let mut at = 0;
    loop {
        while blank(&at) {
            at += 1;
        }
        if at == bytes.len() {
            return Ok(());
        }
        let field = if bytes[at] == b'"' {
            quoted(bytes, at).ok_or(Reason::WrongFieldCount)?
        } else {
            Field::plain(at, (at..bytes.len()).find(blank).unwrap_or(bytes.len()))
        };
        at = field.end + usize::from(bytes[at] == b'"');
        if at < bytes.len() && !blank(&at) {
            return Err(Reason::WrongFieldCount);
        }
        fields.push(field);
    }
}

/// Takes a line with commas between fields apart. A field in double quotes may hold commas, and doubled quotes.
pub(crate) fn split_commas(line: &str, fields: &mut Vec<Field>) -> Result<(), Reason> {
    let bytes = line.as_bytes();
    if memchr::memchr(b'"', bytes).is_none() {
        split_at_each(b',', line, fields);
        return Ok(());
    }
    fields.clear();
    let mut start = 0;
    loop {
        let end = if bytes.get(start) == Some(&b'"') {
            let field = quoted(bytes, start).ok_or(Reason::BadQuoting)?;
            fields.push(field);
            field.end + 1
        } else {
            let end = memchr::memchr(b',', &bytes[start..]).map_or(bytes.len(), |i| start + i);
            fields.push(Field::plain(start, end));
            end
        };
        match bytes.get(end) {
            None => return Ok(()),
            Some(b',') => start = end + 1,
            Some(_) => return Err(Reason::BadQuoting),
        }
    }
}

/// A field that begins with a quote at `start`; `None` when it is not closed.
fn quoted(bytes: &[u8], start: usize) -> Option<Field> {
    let mut doubled = false;
    let mut from = start + 1;
    loop {
        let at = from + memchr::memchr(b'"', &bytes[from..])?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(Field { start: start + 1, end: at, doubled });
        }
        doubled = true;
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(line: &str) -> String {
        let mut fields = Vec::new();
        match split_commas(line, &mut fields) {
            Ok(()) => fields.iter().map(|f| f.value(line).into_owned()).collect::<Vec<_>>().join("|"),
            Err(reason) => reason.word().to_owned(),
        }
    }

    #[test]
    fn quotes_protect_commas_and_double_for_themselves() {
        for (line, fields) in [
            ("a,b,,c", "a|b||c"),
            ("", ""),
            (r#""a,b",c"#, "a,b|c"),
            (r#"a,"say ""x"", y","#, r#"a|say "x", y|"#),
            (r#"a"b,c"#, r#"a"b|c"#),
            (r#"a,"not closed"#, "bad-quoting"),
            (r#""a"b,c"#, "bad-quoting"),
        ] {
            assert_eq!(shown(line), fields, "{line}");
        }
    }

    #[test]
    fn words_may_stand_in_quotes() {
        for (line, words) in [
            ("a  b\tc ", "a|b|c"),
            (r#"a "b c" "say ""x""" d"#, r#"a|b c|say "x"|d"#),
            (r#"a b"c d"#, r#"a|b"c|d"#),
            ("", ""),
            (r#"a "b c"#, "wrong-field-count"),
            (r#""a"b"#, "wrong-field-count"),
        ] {
            let mut fields = Vec::new();
            let shown = match split_words(line, &mut fields) {
                Ok(()) => fields.iter().map(|f| f.value(line).into_owned()).collect::<Vec<_>>().join("|"),
                Err(reason) => reason.word().to_owned(),
            };
            assert_eq!(shown, words, "{line}");
        }
    }

    proptest! {
        #[test]
        fn blanks_part_fields(line in "[ a!é\u{a0}]{0,40}") {
            let mut fields = Vec::new();
            split_blanks(&line, &mut fields);
            let values: Vec<_> = fields.iter().map(|f| f.value(&line).into_owned()).collect();
            prop_assert_eq!(values, line.split(' ').collect::<Vec<_>>());
        }

        #[test]
        fn what_is_quoted_comes_back(values in prop::collection::vec("[a,\" ;é]{0,6}", 1..6)) {
            let line = values.iter().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
            prop_assert_eq!(shown(&line), values.join("|"));
        }

        #[test]
        fn any_line_is_taken_apart(line in "[a,\"é]{0,20}") {
            shown(&line);
        }
    }
}
