//! JSON as one list of its values, in the order in which they begin. Events are read by the thousand: the list serves for
//! one after the other, and names and values stay where they stand in the text unless they hold escapes.

use crate::json;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Room for the values of one JSON text after another.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    entries: Vec<Entry>,
    /// Names and values that hold escapes, as they are meant.
    meant: String,
}

/// A value and where it ends.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Its name in the object that holds it; empty in a list.
    name: Span,
    kind: Kind,
    /// The place in the list behind the last value within it.
    end: u32,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Big(u64),
    Float(f64),
    Text(Span),
    List,
    Object,
}

/// A stretch of the text, or of what its escapes mean.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
    meant: bool,
}

/// A JSON value within its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'t> {
    text: &'t str,
    tree: &'t Tree,
    at: u32,
}

impl Tree {
    /// Reads one JSON value. The depth is bounded by the reader.
    pub(crate) fn read<'t>(&'t mut self, text: &'t [u8]) -> Option<Node<'t>> {
        self.entries.clear();
        self.meant.clear();
        // Looking at all of the text at once is cheaper than at each string of it.
        let text = std::str::from_utf8(text).ok().filter(|text| u32::try_from(text.len()).is_ok())?;
        let mut reader = serde_json::Deserializer::from_str(text);
        Value { tree: self, text, name: Span::default() }.deserialize(&mut reader).ok()?;
        reader.end().ok()?;
        Some(Node { text, tree: self, at: 0 })
    }

    fn str<'t>(&'t self, text: &'t str, span: Span) -> &'t str {
        let within = if span.meant { &self.meant } else { text };
        within.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn next(&self) -> u32 {
        small(self.entries.len())
    }

    /// Where a string stands that was borrowed from the text.
    fn borrowed(text: &str, string: &str) -> Span {
        let start = string.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
        Span { start: small(start), end: small(start.wrapping_add(string.len())), meant: false }
    }

    /// Keeps a string whose escapes were read.
    fn keep(&mut self, string: &str) -> Span {
        let start = small(self.meant.len());
        self.meant.push_str(string);
        Span { start, end: small(self.meant.len()), meant: true }
    }
}

/// A place in a text or list that is shorter than 4 GiB, as [`Tree::read`] makes sure.
fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl<'t> Node<'t> {
    fn entry(self) -> Entry {
        self.tree.entries[self.at as usize]
    }

    pub(crate) fn is_object(self) -> bool {
        matches!(self.entry().kind, Kind::Object)
    }

    /// The values directly within it.
    fn within(self) -> Within<'t> {
        Within { next: Self { at: self.at + 1, ..self }, end: self.entry().end }
    }

    /// Its name in the object that holds it; empty in a list.
    pub(crate) fn name(self) -> &'t str {
        self.tree.str(self.text, self.entry().name)
    }

    /// Opens a member of that name in an object under way; see [`json::open_member`].
    pub(crate) fn open_member(self, object: &mut String) {
        json::open_with(object, |object| self.write_str(self.entry().name, object));
    }

    /// Writes a string with its quotes. What stands in the text as it is meant holds nothing to escape.
    fn write_str(self, span: Span, into: &mut String) {
        let write = if span.meant { json::string } else { json::plain };
        write(into, self.tree.str(self.text, span));
    }

    /// The first member of that name.
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        let [found] = self.pick([name]);
        found
    }

    /// The first member of each of these names, found in one pass.
    pub(crate) fn pick<const N: usize>(self, names: [&str; N]) -> [Option<Self>; N] {
        let mut picked = [None; N];
        for (name, value) in self.members() {
            if let Some(at) = names.iter().position(|wanted| *wanted == name) {
                picked[at].get_or_insert(value);
            }
        }
        picked
    }

    /// The members of an object, in the order in which they stand; none for anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'t str, Self)> {
        let mut within = self.within();
        if !self.is_object() {
            within.end = within.next.at;
        }
        within.map(|value| (value.name(), value))
    }

    /// The items of a list; `None` for anything else.
    pub(crate) fn list(self) -> Option<impl Iterator<Item = Self>> {
        matches!(self.entry().kind, Kind::List).then(|| self.within())
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self.entry().kind, Kind::Null)
    }

    /// The bits of a whole number.
    pub(crate) fn bits(self) -> Option<u64> {
        match self.entry().kind {
            Kind::Int(n) => Some(n.cast_unsigned()),
            Kind::Big(n) => Some(n),
            _ => None,
        }
    }

    /// The text of a plain value. An element with attributes has its text under `#text`.
    pub(crate) fn text(self) -> Option<Cow<'t, str>> {
        match self.entry().kind {
            Kind::Text(span) => Some(Cow::Borrowed(self.tree.str(self.text, span))),
            Kind::Int(n) => Some(Cow::Owned(n.to_string())),
            Kind::Big(n) => Some(Cow::Owned(n.to_string())),
            Kind::Float(n) => Some(Cow::Owned(n.to_string())),
            Kind::Bool(b) => Some(Cow::Borrowed(if b { "true" } else { "false" })),
            Kind::Object => self.get("#text").and_then(Self::text),
            Kind::Null | Kind::List => None,
        }
    }

    /// A whole number, written as a number or as text.
    pub(crate) fn number(self) -> Option<i64> {
        match self.entry().kind {
            Kind::Int(n) => Some(n),
            Kind::Object => self.get("#text").and_then(Self::number),
            Kind::Text(span) => self.tree.str(self.text, span).parse().ok(),
            _ => None,
        }
    }

    /// Writes the value as JSON.
    pub(crate) fn write(self, into: &mut String) {
        match self.entry().kind {
            Kind::Null => into.push_str("null"),
            Kind::Bool(_) | Kind::Int(_) | Kind::Big(_) => into.push_str(&self.text().unwrap_or_default()),
            Kind::Float(n) => into.push_str(&serde_json::Number::from_f64(n).map_or("null".into(), |n| n.to_string())),
            Kind::Text(span) => self.write_str(span, into),
            Kind::List => {
                into.push('[');
                for (i, item) in self.within().enumerate() {
                    if i > 0 {
                        into.push(',');
                    }
                    item.write(into);
                }
                into.push(']');
            }
            Kind::Object => {
                let mut object = String::new();
                for (_, value) in self.members() {
                    value.open_member(&mut object);
                    value.write(&mut object);
                }
                into.push_str(if object.is_empty() { "{" } else { &object });
                into.push('}');
            }
        }
    }
}

/// The values directly within another one.
struct Within<'t> {
    next: Node<'t>,
    end: u32,
}

impl<'t> Iterator for Within<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let node = (self.next.at < self.end).then_some(self.next)?;
        self.next.at = node.entry().end;
        Some(node)
    }
}

/// The next value of a text, on its way into the list.
struct Value<'r, 'de> {
    tree: &'r mut Tree,
    text: &'de str,
    name: Span,
}

impl Value<'_, '_> {
    fn push(self, kind: Kind) {
        let end = self.tree.next() + 1;
        self.tree.entries.push(Entry { name: self.name, kind, end });
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(Kind::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.push(Kind::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.push(Kind::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.push(i64::try_from(value).map_or(Kind::Big(value), Kind::Int));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.push(Kind::Float(value));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        let span = Tree::borrowed(self.text, value);
        self.push(Kind::Text(span));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        let span = self.tree.keep(value);
        self.push(Kind::Text(span));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { tree, text, name } = self;
        let at = tree.entries.len();
        Value { tree, text, name }.push(Kind::List);
        while seq.next_element_seed(Value { tree, text, name: Span::default() })?.is_some() {}
        tree.entries[at].end = tree.next();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { tree, text, name } = self;
        let at = tree.entries.len();
        Value { tree, text, name }.push(Kind::Object);
        while let Some(name) = map.next_key_seed(Name { tree, text })? {
            map.next_value_seed(Value { tree, text, name })?;
        }
        tree.entries[at].end = tree.next();
        Ok(())
    }
}

/// The name of a member, on its way.
struct Name<'r, 'de> {
    tree: &'r mut Tree,
    text: &'de str,
}

impl<'de> DeserializeSeed<'de> for Name<'_, 'de> {
    type Value = Span;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Span, D::Error> {
        d.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name<'_, 'de> {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Span, E> {
        Ok(Tree::borrowed(self.text, name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Span, E> {
        Ok(self.tree.keep(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn what_is_read_is_written_again() {
        let mut tree = Tree::default();
        for text in [
            r#"{"a":1,"b":[null,true,-2,18446744073709551615,1.5,"x\"y",[],{"z":[1]}],"c":{},"d":{"é":"\n"},"e\t":"\\"}"#,
            "[]",
            r#""""#,
        ] {
            let mut again = String::new();
            tree.read(text.as_bytes()).unwrap().write(&mut again);
            assert_eq!(again, text);
        }
        assert!(tree.read(b"{\"a\":").is_none());
        assert!(tree.read(b"{} {}").is_none(), "one value and no more");
        assert!(tree.read("[".repeat(100_000).as_bytes()).is_none(), "depth is bounded");
    }

    #[test]
    fn members_are_found_by_name_and_each_is_a_value_of_its_own() {
        let mut tree = Tree::default();
        let node = tree.read(br##"{"a":{"b":[1,{"c":2}],"\u0064":"\u0065"},"a":3,"f":{"#text":"7"}}"##).unwrap();
        let names: Vec<&str> = node.members().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "a", "f"]);
        let first = node.get("a").unwrap();
        assert_eq!(first.get("d").and_then(|d| d.text()).as_deref(), Some("e"));
        let items: Vec<_> = first.get("b").unwrap().list().unwrap().collect();
        assert_eq!((items.len(), items[1].get("c").unwrap().number()), (2, Some(2)));
        assert_eq!(node.get("f").unwrap().number(), Some(7));
        assert!(node.get("c").is_none() && first.list().is_none() && items[0].members().next().is_none());
    }
}
