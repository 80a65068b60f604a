//! What is known of a value: what it is, who could choose it, and which way it came.

use crate::ast::Function;
use std::cell::RefCell;
use std::rc::Rc;

/// Steps of a way that are kept for the explanation.
const TRAIL_MAX: u8 = 16;

/// One kind of thing a visitor sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Any collection of the request: query, form, cookies, variables.
    Any,
    /// The query string.
    Query,
    /// A field of a form, or a control of the page.
    Form,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The body as it is.
    Body,
    /// An uploaded file.
    File,
    /// The name that an uploaded file says it has.
    FileName,
    /// An argument of a method that a web service offers.
    Argument,
    /// What another server answered.
    Remote,
}

/// Where a value enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// By which channel.
    pub channel: Channel,
    /// The name of the parameter, header or cookie, where the page says one.
    pub key: Option<String>,
    /// The byte of the page where it is read.
    pub at: u32,
}

impl Channel {
    /// The word of machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "request",
            Self::Query => "query",
            Self::Form => "form",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
            Self::File => "file",
            Self::FileName => "file-name",
            Self::Argument => "argument",
            Self::Remote => "remote",
        }
    }
}

impl Source {
    /// `form "k"`.
    #[must_use]
    pub fn notation(&self) -> String {
        match &self.key {
            Some(key) => format!("{} \"{key}\"", self.channel.word()),
            None => self.channel.word().to_owned(),
        }
    }
}

/// What happened to a value on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It was given a name.
    Named(Rc<str>),
    /// It was handed to a function of the page.
    Passed(Rc<str>),
    /// A function of the page gave it back.
    Returned(Rc<str>),
    /// It was decoded, deciphered or turned around: the name of what did so.
    Decoded(Rc<str>),
}

/// A way of a value, last step first.
#[derive(Debug)]
pub(crate) struct Trail {
    pub(crate) before: Option<Rc<Trail>>,
    pub(crate) way: Way,
    pub(crate) at: u32,
    length: u8,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    Unknown,
    /// A number or a yes that is not known. Its sources chose it, but can say little with it.
    Measure,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    List(Rc<RefCell<Vec<Value>>>),
    /// An object of the page, by its number.
    Object(usize),
    Function(Rc<Function>),
    /// Something the language or a library has, by its dotted name in lower case.
    Path(Rc<str>),
}

/// What is known of a text in whose middle something is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edges {
    pub(crate) starts: Option<Rc<str>>,
    pub(crate) ends: Option<Rc<str>>,
}

/// A value and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) data: Data,
    /// One bit for each source that has a part in it.
    pub(crate) sources: u64,
    /// All of it was chosen by a source, not only a part of a longer text.
    pub(crate) whole: bool,
    /// Its end was chosen by a source: of a path, the kind of file.
    pub(crate) tail: bool,
    /// What it begins and ends with, where the rest is not known.
    pub(crate) edges: Option<Rc<Edges>>,
    /// It was put together from pieces or decoded by the page.
    pub(crate) made: bool,
    pub(crate) trail: Option<Rc<Trail>>,
}

impl Value {
    pub(crate) fn unknown() -> Self {
        Self::of(Data::Unknown)
    }

    pub(crate) fn of(data: Data) -> Self {
        Self { data, sources: 0, whole: false, tail: false, edges: None, made: false, trail: None }
    }

    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::of(Data::Text(text.into()))
    }

    pub(crate) fn number(number: f64) -> Self {
        Self::of(Data::Number(number))
    }

    pub(crate) fn path(path: impl Into<Rc<str>>) -> Self {
        Self::of(Data::Path(path.into()))
    }

    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::of(Data::List(Rc::new(RefCell::new(items))))
    }

    /// The values of a list, where it is one.
    pub(crate) fn items(&self) -> Option<Vec<Value>> {
        if let Data::List(items) = &self.data { Some(items.borrow().clone()) } else { None }
    }

    /// The same origin, with nothing known of what it is.
    pub(crate) fn origin_only(&self) -> Self {
        Self {
            data: Data::Unknown,
            sources: self.sources,
            whole: self.whole,
            tail: self.tail,
            edges: self.edges.clone(),
            made: self.made,
            trail: self.trail.clone(),
        }
    }

    /// A part that was made from this value.
    pub(crate) fn with(&self, data: Data) -> Self {
        Self { data, ..self.clone() }
    }

    /// The same value, with the origin of another besides its own.
    pub(crate) fn with_origin(mut self, other: &Value) -> Self {
        self.sources |= other.sources;
        self.made |= other.made;
        self
    }

    /// What it begins with, where that is known and the rest is not.
    pub(crate) fn starts(&self) -> Option<Rc<str>> {
        self.edges.as_ref().and_then(|edges| edges.starts.clone())
    }

    /// What it ends with, where that is known and the rest is not.
    pub(crate) fn ends(&self) -> Option<Rc<str>> {
        self.edges.as_ref().and_then(|edges| edges.ends.clone())
    }

    /// Whether nobody chose it, and nothing else stands behind it.
    pub(crate) fn is_nobodys(&self) -> bool {
        let alone = !matches!(self.data, Data::Object(_) | Data::List(_) | Data::Function(_));
        alone && self.sources == 0 && self.trail.is_none() && self.edges.is_none() && !self.whole && !self.tail
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown)
    }

    /// Takes the origin of another value in. A number keeps who chose it to itself, until characters are made of it.
    pub(crate) fn absorb(&mut self, other: &Value) {
        if !matches!(other.data, Data::Measure) {
            self.absorb_any(other);
        }
    }

    /// Takes the origin of another value in, of a number as well.
    pub(crate) fn absorb_any(&mut self, other: &Value) {
        if self.sources == 0 {
            self.whole = other.whole;
            self.tail = other.tail;
        }
        if self.trail.is_none() || (self.sources == 0 && other.sources != 0) {
            self.trail.clone_from(&other.trail);
        }
        self.sources |= other.sources;
        self.made |= other.made;
    }

    /// Adds a step to the way, where there is one to tell.
    pub(crate) fn went(mut self, way: Way, at: u32) -> Self {
        if self.sources == 0 && !matches!(way, Way::Decoded(_)) {
            return self;
        }
        let length = self.trail.as_ref().map_or(0, |trail| trail.length);
        let repeated = self.trail.as_ref().is_some_and(|trail| trail.way == way);
        if length < TRAIL_MAX && !repeated {
            self.trail = Some(Rc::new(Trail { before: self.trail.take(), way, at, length: length + 1 }));
        }
        self
    }

    /// The steps of the way, first step first.
    pub(crate) fn ways(&self) -> Vec<(Way, u32)> {
        let mut out = Vec::new();
        let mut trail = self.trail.as_ref();
        while let Some(step) = trail {
            out.push((step.way.clone(), step.at));
            trail = step.before.as_ref();
        }
        out.reverse();
        out
    }

    pub(crate) fn as_text(&self) -> Option<Rc<str>> {
        match &self.data {
            Data::Text(text) => Some(text.clone()),
            Data::Number(number) => Some(Rc::from(number_text(*number))),
            Data::Bool(value) => Some(Rc::from(if *value { "True" } else { "False" })),
            Data::Null => Some(Rc::from("")),
            Data::List(items) => list_text(&items.borrow()),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Bool(value) => Some(f64::from(u8::from(*value))),
            Data::Null => Some(0.0),
            Data::Text(text) => text.trim().parse().ok().or_else(|| basic_number(text)),
            _ => None,
        }
    }

    /// The code of a character where arithmetic is done with one.
    pub(crate) fn as_code(&self) -> Option<f64> {
        match &self.data {
            Data::Text(text) => {
                let mut characters = text.chars();
                let first = characters.next()?;
                if characters.next().is_none() { Some(f64::from(first as u32)) } else { self.as_number() }
            }
            _ => self.as_number(),
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::Number(number) => Some(*number != 0.0),
            _ => None,
        }
    }
}

/// `&H41` inside a text.
fn basic_number(text: &str) -> Option<f64> {
    let digits = text.trim().strip_prefix('&')?;
    let (radix, digits) = match digits.as_bytes().first()? {
        b'h' | b'H' => (16, &digits[1..]),
        b'o' | b'O' => (8, &digits[1..]),
        _ => return None,
    };
    #[allow(clippy::cast_precision_loss)]
    i64::from_str_radix(digits.trim_end_matches('&'), radix).ok().map(|value| value as f64)
}

fn number_text(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let whole = number as i64;
    if number.fract() == 0.0 && number.abs() < 1e15 { whole.to_string() } else { number.to_string() }
}

/// A list of characters or of their codes is a text.
fn list_text(items: &[Value]) -> Option<Rc<str>> {
    let mut out = String::new();
    for item in items {
        match &item.data {
            Data::Text(text) => out.push_str(text),
            Data::Number(code) => out.push(code_character(*code)?),
            _ => return None,
        }
    }
    (!out.is_empty()).then(|| Rc::from(out))
}

/// The character with the code, as `Chr` and a byte of Latin text have it.
pub(crate) fn code_character(code: f64) -> Option<char> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let code = if (-65536.0..0.0).contains(&code) {
        (code + 65536.0) as u32
    } else if code <= 1_114_111.0 {
        code as u32
    } else {
        return None;
    };
    char::from_u32(code)
}
