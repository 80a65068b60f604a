//! The data of one event, read: names and values in their order. An event is asked by a handful of rules and then
//! dropped, so texts are borrowed where they stand as they are meant, and nothing is hashed.

use rsigma_eval::EventValue;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// An object, each name once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object<'t>(Vec<(Text<'t>, Member<'t>)>);

/// What stands under a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Member<'t> {
    /// A text.
    Text(Cow<'t, str>),
    /// Anything else.
    Other(Value),
}

#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(transparent)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> Object<'t> {
    /// Reads an object; `None` for anything else.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The value of a name as it is written, or else of the first that a rule may mean by it.
    pub(super) fn get(&self, name: &str) -> Option<&Member<'t>> {
        let as_written = self.0.iter().find(|(known, _)| known.0 == name);
        as_written.or_else(|| self.0.iter().find(|(known, _)| same_name(&known.0, name))).map(|(_, value)| value)
    }

    /// All values.
    pub(super) fn values(&self) -> impl Iterator<Item = &Member<'t>> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The same without blanks at the ends of texts; `None` where no text ends with one.
    pub(super) fn trimmed(&self) -> Option<Self> {
        let ends_blank = |value: &Member<'_>| matches!(value, Member::Text(text) if text.ends_with(' '));
        if !self.values().any(ends_blank) {
            return None;
        }
        let trimmed = |text: &Cow<'t, str>| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(' ')),
            Cow::Owned(text) => Cow::Owned(text.trim_end_matches(' ').to_owned()),
        };
        let value = |value: &Member<'t>| match value {
            Member::Text(text) => Member::Text(trimmed(text)),
            other => other.clone(),
        };
        Some(Self(self.0.iter().map(|(name, of_name)| (name.clone(), value(of_name))).collect()))
    }
}

impl Member<'_> {
    /// As the evaluator has it. Values without a name are one text, a line each, so that a pattern may span two of them.
    pub(super) fn value(&self) -> EventValue<'_> {
        match self {
            Self::Text(text) => EventValue::Str(Cow::Borrowed(text)),
            Self::Other(Value::Array(_)) => EventValue::Str(Cow::Owned(self.texts().join("\n"))),
            Self::Other(other) => EventValue::from(other),
        }
    }

    /// Each text in it.
    pub(super) fn texts(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::Text(text) => vec![Cow::Borrowed(text)],
            Self::Other(Value::Array(items)) => items.iter().map(plain).collect(),
            Self::Other(other) => vec![plain(other)],
        }
    }
}

/// Whether a rule means this name.
pub(super) fn same_name(name: &str, asked: &str) -> bool {
    letters(name).eq(letters(asked))
}

/// What counts of a name: Defender writes `New Value` where rules say `NewValue`.
pub(super) fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|b| *b != b' ').map(|b| b.to_ascii_lowercase())
}

fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members: Vec<(Text<'de>, Member<'de>)> = Vec::with_capacity(MEMBERS);
                while let Some((name, value)) = map.next_entry::<Text<'de>, Member<'de>>()? {
                    // Of a name that stands twice the last value counts, in the place of the first.
                    match members.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, before)) => *before = value,
                        None => members.push((name, value)),
                    }
                }
                Ok(Object(members))
            }
        }
        from.deserialize_map(Members)
    }
}

/// Most events have no more members than this.
const MEMBERS: usize = 32;

impl<'de> Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any)
    }
}

/// A text, or whatever else stands there.
struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Member<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Member<'de>, E> {
        Ok(Member::Other(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Member<'de>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(Member::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Member<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(members)).map(Member::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, Object};
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};
    use std::borrow::Cow;

    #[test]
    fn a_name_is_found_as_it_is_written_before_one_like_it() {
        let object = Object::read(r#"{"new value":1,"NewValue":2,"a":"x","a":"y"}"#).unwrap();
        assert_eq!(object.get("NewValue"), Some(&Member::Other(2.into())));
        assert_eq!(object.get("newvalue"), Some(&Member::Other(1.into())));
        assert_eq!(object.get("a"), Some(&Member::Text("y".into())), "the last of two");
        assert_eq!(object.values().count(), 3);
        assert!(["[]", "1", "", "{", "{}x"].iter().all(|text| Object::read(text).is_none()));
    }

    #[test]
    fn blanks_at_the_ends_of_texts_go_and_nothing_else() {
        let object = Object::read(r#"{"a":"x  ","b":"\\ ","c":[" "],"d":" y"}"#).unwrap();
        let trimmed = Object::read(r#"{"a":"x","b":"\\","c":[" "],"d":" y"}"#).unwrap();
        assert_eq!(object.trimmed().as_ref(), Some(&trimmed));
        assert_eq!(trimmed.trimmed(), None);
    }

    #[test]
    fn a_text_without_escapes_is_not_copied() {
        let object = Object::read(r#"{"a":"x","b":"\\"}"#).unwrap();
        let borrowed = |name| matches!(object.get(name), Some(Member::Text(Cow::Borrowed(_))));
        assert!(borrowed("a") && !borrowed("b"));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a\"\\\\é\n ]{0,5}".prop_map(Value::from),
        ];
        let list = prop::collection::vec(leaf.clone(), 0..3).prop_map(Value::from);
        prop_oneof![3 => leaf, 1 => list.clone(), 1 => list.prop_map(|v| json!({ "x": v }))]
    }

    proptest! {
        /// The same as a reader that copies everything.
        #[test]
        fn every_value_is_read(values in prop::collection::vec(("[a-c\"\\\\]{0,2}", value()), 0..8)) {
            let map: Map<String, Value> = values.into_iter().collect();
            let text = Value::Object(map).to_string();
            let map: Map<String, Value> = serde_json::from_str(&text).unwrap();
            let object = Object::read(&text).unwrap();
            prop_assert_eq!(object.values().count(), map.len());
            for (name, value) in &map {
                let read = match object.get(name).unwrap() {
                    Member::Text(text) => Value::from(text.as_ref()),
                    Member::Other(value) => value.clone(),
                };
                prop_assert_eq!(&read, value);
            }
        }
    }
}
