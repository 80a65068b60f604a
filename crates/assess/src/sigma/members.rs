//! JSON cut into its members without being read: a member that stands alike in many rows is looked through once.

/// Cuts one object into its members, in their order: each is the text from its name to the next name. The items of a
/// list are cut like members. `None` where a member holds an object, or a list within a list: such a value is one text.
///
/// No value spans two pieces, and together they are the whole text.
pub(super) fn members<'t>(text: &'t str, members: &mut Vec<&'t str>) -> Option<()> {
    let bytes = text.as_bytes();
    let (mut start, mut outside, mut depth) = (0, 0, 0);
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'"', &bytes[at..]) {
        let opens = at + found;
        depth = below(&bytes[outside..opens], depth)?;
        if opens > start && bytes[opens - 1] == b',' {
            members.push(&text[start..opens]);
            start = opens;
        }
        outside = end(bytes, opens + 1)?;
        at = outside;
    }
    below(&bytes[outside..], depth)?;
    members.push(&text[start..]);
    Some(())
}

/// The name that a member begins with; `None` for an item of a list, and where it cannot be read as it stands.
pub(super) fn name(member: &str) -> Option<&str> {
    let name = member.strip_prefix('{').unwrap_or(member).strip_prefix('"')?;
    let (name, rest) = name.split_at(name.find(['"', '\\'])?);
    rest.starts_with("\":").then_some(name)
}

/// Where a string ends that began before this place: behind its quote.
fn end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr::memchr(b'"', bytes.get(at..)?)?;
        let escapes = bytes[..quote].iter().rev().take_while(|b| **b == b'\\').count();
        at = quote + 1;
        if escapes % 2 == 0 {
            return Some(at);
        }
    }
}

/// How deep what follows lies, given what stands between two strings: an object is one level, a list in it the second.
fn below(between: &[u8], mut depth: u8) -> Option<u8> {
    for byte in between {
        match byte {
            b'{' if depth == 0 => depth = 1,
            b'[' if depth == 1 => depth = 2,
            b'{' | b'[' => return None,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    Some(depth)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn members(text: &str) -> Option<Vec<&str>> {
        let mut pieces = Vec::new();
        super::members(text, &mut pieces).map(|()| pieces)
    }

    #[test]
    fn an_object_is_cut_where_a_name_or_an_item_begins() {
        for (text, cut) in [
            (r#"{"a":"b","c":1,"d":2}"#, Some(vec![r#"{"a":"b","#, r#""c":1,"#, r#""d":2}"#])),
            (
                r#"{"a":"b,","c":"\\","d":"\\\"","e":"x"}"#,
                Some(vec![r#"{"a":"b,","#, r#""c":"\\","#, r#""d":"\\\"","#, r#""e":"x"}"#]),
            ),
            (r#"{"Data":["a","b",3]}"#, Some(vec![r#"{"Data":["a","#, r#""b",3]}"#])),
            (r#"{"a":{"b":1}}"#, None),
            (r#"{"a":[["b"]]}"#, None),
            (r#"{"a":[{}]}"#, None),
            (r#"{"a":"b"#, None),
            ("{}", Some(vec!["{}"])),
            ("", Some(vec![""])),
        ] {
            assert_eq!(members(text), cut, "{text}");
        }
    }

    #[test]
    fn a_member_has_a_name_and_an_item_of_a_list_has_none() {
        let named = members(r#"{"a b":"c","d":["\"e\":","f"],"g\"h":1}"#).unwrap();
        let names: Vec<Option<&str>> = named.iter().map(|member| super::name(member)).collect();
        assert_eq!(names, [Some("a b"), Some("d"), None, None]);
        assert_eq!(["", "{}", "{\"a\"", "1"].map(super::name), [None; 4]);
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = "[a,\"\\\\\\[\\]{}:é\\n]{0,6}".prop_map(Value::from);
        let plain = prop_oneof![4 => text, 1 => any::<i32>().prop_map(Value::from), 1 => Just(Value::Null)];
        let list = prop::collection::vec(plain.clone(), 0..3).prop_map(Value::from);
        prop_oneof![5 => plain.clone(), 2 => list, 1 => plain.prop_map(|v| json!({ "x": v }))]
    }

    proptest! {
        /// Every value stands in one piece, and the pieces are the text.
        #[test]
        fn no_value_is_cut(values in prop::collection::vec(("[a-c,\"]{0,3}", value()), 0..6)) {
            let object: Map<String, Value> = values.into_iter().collect();
            let nested = |v: &Value| v.is_object() || v.as_array().is_some_and(|l| l.iter().any(Value::is_array));
            let text = Value::Object(object.clone()).to_string();
            match members(&text) {
                None => prop_assert!(object.values().any(nested), "{text}"),
                Some(pieces) => {
                    prop_assert_eq!(pieces.concat(), text.as_str());
                    let whole = |v: &Value| pieces.iter().any(|piece| piece.contains(&v.to_string()));
                    for value in object.values() {
                        prop_assert!(value.as_array().map_or_else(|| whole(value), |list| list.iter().all(whole)), "{text}");
                    }
                }
            }
        }

        #[test]
        fn any_text_is_taken(text in ".*") {
            if let Some(pieces) = members(&text) {
                prop_assert_eq!(pieces.concat(), text);
            }
        }
    }
}
