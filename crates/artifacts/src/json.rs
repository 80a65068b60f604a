//! JSON text written by hand: one object, names and values in the order in which they come.

use std::fmt::Write;

/// Adds `"name":"value"` to an object under way; the object opens with its first member.
pub(crate) fn member(object: &mut String, name: &str, value: &str) {
    open_member(object, name);
    string(object, value);
}

/// Adds `"name":`, for a value that the caller writes.
pub(crate) fn open_member(object: &mut String, name: &str) {
    open_with(object, |object| string(object, name));
}

/// The same, for a name that the caller writes with its quotes.
pub(crate) fn open_with(object: &mut String, name: impl FnOnce(&mut String)) {
    object.push(if object.is_empty() { '{' } else { ',' });
    name(object);
    object.push(':');
}

/// Writes a string that holds nothing to escape.
pub(crate) fn plain(into: &mut String, value: &str) {
    into.push('"');
    into.push_str(value);
    into.push('"');
}

/// Writes a string with its quotes.
pub(crate) fn string(into: &mut String, value: &str) {
    into.push('"');
    let mut rest = value;
    while let Some(at) = first_escaped(rest.as_bytes()) {
        into.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => into.push_str("\\\""),
            b'\\' => into.push_str("\\\\"),
            b'\n' => into.push_str("\\n"),
            b'\r' => into.push_str("\\r"),
            b'\t' => into.push_str("\\t"),
            b => _ = write!(into, "\\u{b:04x}"),
        }
        rest = &rest[at + 1..];
    }
    into.push_str(rest);
    into.push('"');
}

/// Where the first byte stands that JSON escapes. Without an early end inside a piece, many are compared at once.
fn first_escaped(text: &[u8]) -> Option<usize> {
    let is_escaped = |b: u8| (b < 0x20) | (b == b'"') | (b == b'\\');
    let pieces = text.chunks(16).enumerate();
    let mut some = pieces.filter(|(_, piece)| piece.iter().fold(false, |any, b| any | is_escaped(*b)));
    some.find_map(|(nth, piece)| piece.iter().position(|b| is_escaped(*b)).map(|at| nth * 16 + at))
}

#[cfg(test)]
mod tests {
    use super::member;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_comes_back(name in ".{0,8}", value in "[\\x00-\\x7fé\u{1f600}]{0,60}") {
            let mut object = String::new();
            member(&mut object, &name, &value);
            object.push('}');
            let read: serde_json::Value = serde_json::from_str(&object).unwrap();
            prop_assert_eq!(read[&name].as_str(), Some(value.as_str()));
        }
    }
}
