//! JSON as a tree that borrows from its text: events are read by the thousand, and their names and most of
//! their values need no copy.

use crate::json;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'t> {
    Null,
    Bool(bool),
    Int(i64),
    Big(u64),
    Float(f64),
    Text(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    /// Members in the order in which they stand.
    Object(Vec<(Cow<'t, str>, Node<'t>)>),
}

impl<'t> Node<'t> {
    /// Reads one JSON value. The depth is bounded by the reader.
    pub(crate) fn read(text: &'t [u8]) -> Option<Self> {
        // Looking at all of the text at once is cheaper than at each string of it.
        serde_json::from_str(std::str::from_utf8(text).ok()?).ok()
    }

    /// The first member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The members of an object; none for anything else.
    pub(crate) fn members(&self) -> &[(Cow<'t, str>, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The text of a plain value. An element with attributes has its text under `#text`.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Int(n) => Some(Cow::Owned(n.to_string())),
            Self::Big(n) => Some(Cow::Owned(n.to_string())),
            Self::Float(n) => Some(Cow::Owned(n.to_string())),
            Self::Bool(b) => Some(Cow::Borrowed(if *b { "true" } else { "false" })),
            Self::Object(_) => self.get("#text").and_then(Self::text),
            Self::Null | Self::Array(_) => None,
        }
    }

    /// A whole number, written as a number or as text.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            Self::Object(_) => self.get("#text").and_then(Self::number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Writes the value as JSON.
    pub(crate) fn write(&self, into: &mut String) {
        match self {
            Self::Null => into.push_str("null"),
            Self::Bool(_) | Self::Int(_) | Self::Big(_) => into.push_str(&self.text().unwrap_or_default()),
            Self::Float(n) => into.push_str(&serde_json::Number::from_f64(*n).map_or("null".into(), |n| n.to_string())),
            // What could be borrowed from JSON holds nothing to escape.
            Self::Text(Cow::Borrowed(text)) => json::plain(into, text),
            Self::Text(text) => json::string(into, text),
            Self::Array(items) => {
                into.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        into.push(',');
                    }
                    item.write(into);
                }
                into.push(']');
            }
            Self::Object(members) => {
                let mut object = String::new();
                for (name, value) in members {
                    json::open_member(&mut object, name);
                    value.write(&mut object);
                }
                into.push_str(if members.is_empty() { "{" } else { &object });
                into.push('}');
            }
        }
    }
}

/// A name that borrows from the text where it holds no escapes.
struct Name<'t>(Cow<'t, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match Node::deserialize(d)? {
            Node::Text(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom("a name is text")),
        }
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Node<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Node<'de>, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
                Ok(Node::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
                Ok(Node::Int(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
                Ok(i64::try_from(value).map_or(Node::Big(value), Node::Int))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
                Ok(Node::Float(value))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Node<'de>, E> {
                Ok(Node::Text(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Node<'de>, E> {
                Ok(Node::Text(Cow::Owned(value.to_owned())))
            }
            fn visit_string<E>(self, value: String) -> Result<Node<'de>, E> {
                Ok(Node::Text(Cow::Owned(value)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Node::Array(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Node::Object(members))
            }
        }
        d.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::Node;

    #[test]
    fn what_is_read_is_written_again() {
        for text in
            [r#"{"a":1,"b":[null,true,-2,18446744073709551615,1.5,"x\"y"],"c":{},"d":{"é":"\n"}}"#, "[]", r#""""#]
        {
            let mut again = String::new();
            Node::read(text.as_bytes()).unwrap().write(&mut again);
            assert_eq!(again, text);
        }
        assert!(Node::read(b"{\"a\":").is_none());
        assert!(Node::read("[".repeat(100_000).as_bytes()).is_none(), "depth is bounded");
    }
}
