//! What a path leads to: members, elements, the request, and functions that are reached by their names.

use super::Engine;
use super::calls::ANY_METHOD;
use super::names::stored_name;
use super::value::{Channel, Data, Value};
use crate::ast::{Expr, Kind, Step};
use crate::lang::INDEXER;
use crate::lex::Family;
use crate::vocab::{self, Effect};
use std::borrow::Cow;
use std::rc::Rc;

impl Engine<'_> {
    pub(super) fn path(&mut self, base: &Expr, steps: &[(u32, Step)], at: u32) -> Value {
        let mut number = 0;
        let mut value = match (&base.kind, steps.first()) {
            // Inside of a function of the basic family its name holds what it gives back; with brackets it is the function.
            (Kind::Name(name), Some((_, Step::Call(args)))) if self.family == Family::Basic => {
                if self.is_of_language(name) {
                    // The name is a step, and so is the call.
                    self.steps += 1;
                    if self.spent() {
                        return Value::unknown();
                    }
                    number = 1;
                    let values = self.values(args);
                    self.plain(None, name, &values, args, None, at)
                } else if let Some(found) = self.functions.get(name) {
                    Value::of(Data::Function(found[0].clone()))
                } else {
                    self.value(base)
                }
            }
            _ => self.value(base),
        };
        while let Some((place, step)) = steps.get(number) {
            if self.spent() {
                return value.origin_only();
            }
            let next = steps.get(number + 1).map(|(_, step)| step);
            match (step, next) {
                (Step::Member(name), Some(Step::Call(args))) => {
                    value = self.method(base, &steps[..number], &value, name, args, *place);
                    number += 1;
                }
                (Step::Member(name), _) => value = self.member(&value, name, *place, base, number),
                (Step::Index(args), _) => value = self.index(&value, args, *place),
                (Step::Call(args), _) => value = self.call(&value, args, if number == 0 { at } else { *place }),
            }
            number += 1;
        }
        value
    }

    pub(super) fn member(&mut self, holder: &Value, name: &Rc<str>, at: u32, base: &Expr, number: usize) -> Value {
        let lower = self.lower(name);
        if matches!(&*lower, "validationkey" | "decryptionkey") {
            self.tell(Effect::Keys, name, at, Value::unknown(), None);
        }
        if let Data::Object(object) = holder.data {
            if let Some(field) = self.heap.get(object).and_then(|object| object.fields.get(&lower)).cloned() {
                return field;
            }
            if let Some(field) = self.heap.get(object).and_then(|object| object.fields.get(name)).cloned() {
                return field;
            }
        }
        let own = number == 0
            && matches!(&base.kind, Kind::Name(word) if ["this", "me", "page", "base"].iter().any(|own| word.eq_ignore_ascii_case(own)));
        if own || self.is_class_of_page(holder) {
            if let Some(value) = self.lookup(name) {
                return value;
            }
            if &*lower != "request" && (self.functions.contains_key(&lower) || self.page.inputs.contains_key(&*lower)) {
                return self.value(&Expr::new(at, Kind::Name(name.clone())));
            }
        }
        if let Data::Path(path) = &holder.data {
            return self.member_of_path(&path.clone(), holder, &lower, at);
        }
        if &*lower == "request" {
            return Value::path("request");
        }
        if vocab::cuts(&lower) {
            return self.measure(holder, &lower);
        }
        if let Data::Object(_) = holder.data {
            let class = self.class_of(holder);
            let short = vocab::last_word(&class);
            if (short == "xmlhttp" || short.starts_with("winhttp")) && lower.starts_with("response") {
                return self.source(Channel::Remote, None, at);
            }
            let mut out = self.all_of(holder).origin_only();
            if matches!(short, "reader" | "textstream") && lower.starts_with("read") {
                // What a file holds that is not here.
                return Value { made: true, ..out };
            }
            out.data = Data::Path(Rc::from(format!("{}.{lower}", vocab::last(&class))));
            return out;
        }
        // A member of what a visitor sends is chosen by the visitor too.
        if holder.sources != 0 {
            if &*lower == "filename" {
                return self.source(Channel::FileName, None, at);
            }
            return holder.origin_only();
        }
        if let Some(value) = self.lookup(name) {
            return value;
        }
        if self.functions.contains_key(&lower) {
            return self.value(&Expr::new(at, Kind::Name(name.clone())));
        }
        Value::path(format!("·.{lower}"))
    }

    pub(super) fn measure(&self, holder: &Value, name: &str) -> Value {
        #[allow(clippy::cast_precision_loss)]
        match (&holder.data, name) {
            (Data::Text(text), "length") => Value::number(text.chars().count() as f64),
            (Data::List(items), "length" | "count") => Value::number(items.borrow().len() as f64),
            _ => Value::of(Data::Measure),
        }
    }

    pub(super) fn member_of_path(&mut self, path: &Rc<str>, holder: &Value, name: &str, at: u32) -> Value {
        if is_request(path) {
            if let Some(channel) = vocab::request_member(name) {
                let whole = ["rawurl", "url", "pathinfo", "useragent", "urlreferrer", "inputstream", "content", "body"];
                if whole.contains(&name) {
                    return self.source(channel, None, at);
                }
                return Value::path(format!("request.{name}"));
            }
            return Value::unknown();
        }
        if path.starts_with("request.") {
            return match name {
                "count" | "length" => Value::unknown(),
                "keys" | "allkeys" => self.source(self.channel(path), None, at),
                _ => Value::path(path.clone()),
            };
        }
        if let Some(control) = path.strip_prefix("·input.") {
            return match name {
                "text" | "value" | "selectedvalue" | "selecteditem" | "innertext" | "innerhtml" => {
                    self.source(Channel::Form, Some(control.to_owned()), at)
                }
                "filename" => self.source(Channel::FileName, None, at),
                "postedfile" | "filebytes" | "filecontent" => self.source(Channel::File, Some(control.to_owned()), at),
                _ => Value::unknown(),
            };
        }
        if name == "request" {
            return Value::path("request");
        }
        let path = nearest(path);
        let full = self.member_path(&path, name);
        if let Some(value) = self.lookup(&full) {
            return value;
        }
        if vocab::cuts(name) && holder.sources == 0 {
            return Value::unknown();
        }
        let value = holder.with(Data::Path(full));
        if holder.sources != 0 { value.origin_only() } else { value }
    }

    /// The path of a member.
    pub(super) fn member_path(&mut self, path: &str, name: &str) -> Rc<str> {
        self.put_together(&[path, ".", name])
    }

    pub(super) fn channel(&self, path: &str) -> Channel {
        vocab::request_member(vocab::last(path)).unwrap_or(Channel::Any)
    }

    pub(super) fn index(&mut self, holder: &Value, args: &[Expr], at: u32) -> Value {
        let index: Vec<Value> = args.iter().map(|arg| self.value(arg)).collect();
        self.element(holder, &index, at)
    }

    /// An element of what a value holds.
    pub(super) fn element(&mut self, holder: &Value, index: &[Value], at: u32) -> Value {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = index.first().and_then(Value::as_number).filter(|place| *place >= 0.0).map(|place| place as usize);
        match &holder.data {
            Data::List(items) => {
                let items = items.borrow();
                match place.and_then(|place| items.get(place)) {
                    Some(item) if item.sources != 0 || !matches!(item.data, Data::Null) => item.clone(),
                    // What was put at a place that is not known may be here.
                    _ => {
                        let mut out = holder.origin_only();
                        items.iter().take(64).for_each(|item| out.absorb(item));
                        out
                    }
                }
            }
            // Texts and functions of JScript lead to the function that makes functions.
            Data::Text(_) if names_constructor(index) => Value { made: true, ..Value::path(CONSTRUCTOR) },
            Data::Function(_) if names_constructor(index) => Value { made: true, ..Value::path("function") },
            Data::Path(path) if path.as_ref() == CONSTRUCTOR && names_constructor(index) => {
                Value { made: true, ..Value::path("function") }
            }
            Data::Text(text) => {
                let character = place.and_then(|place| self.characters.at(text, place));
                let cost = self.characters.cost();
                self.spend(cost);
                match character {
                    Some(character) => holder.with(Data::Text(self.characters.letter(character))),
                    None => holder.origin_only(),
                }
            }
            Data::Path(path) if is_request(path) || path.starts_with("request.") => {
                self.of_request(&path.clone(), index.first(), at)
            }
            Data::Path(path) if path.ends_with(ANY_METHOD) => holder.clone(),
            Data::Path(path) if holder.sources == 0 => {
                // The global object of JScript, asked by name: `this["eval"]`.
                if matches!(path.as_ref(), "this" | "window" | "globalthis" | "self")
                    && let Some(name) = index.first().and_then(Value::as_text)
                {
                    if let Some(value) = self.lookup(&name) {
                        return value;
                    }
                    return Value { made: index[0].made, ..Value::path(name.to_lowercase()) };
                }
                let name = stored_name(path, index);
                self.lookup(&name).unwrap_or_else(Value::unknown)
            }
            Data::Object(_) if self.is_class_of_page(holder) && self.functions.contains_key(INDEXER) => {
                let function = self.functions[INDEXER][0].clone();
                self.invoke(&function, index.to_vec())
            }
            Data::Object(number) => {
                let key = index.first().and_then(Value::as_text).map(|text| text.to_lowercase());
                let field = key.and_then(|key| {
                    self.heap
                        .get(*number)
                        .and_then(|object| object.fields.get(key.as_str()).or_else(|| object.fields.get("·any")))
                        .cloned()
                });
                field.unwrap_or_else(|| self.all_of(holder).origin_only())
            }
            _ => holder.origin_only(),
        }
    }

    /// A value out of a collection of the request.
    pub(super) fn of_request(&mut self, path: &str, key: Option<&Value>, at: u32) -> Value {
        let channel = if is_request(path) { Channel::Any } else { self.channel(path) };
        let name = key.and_then(Value::as_text).map(|text| text.to_string());
        if path.ends_with(".servervariables") {
            // Only what stands in the request itself is the visitor's choice.
            let chosen = name.as_deref().is_none_or(|name| {
                let name = name.to_lowercase();
                name.starts_with("http_")
                    || matches!(name.as_str(), "query_string" | "all_http" | "all_raw" | "path_info" | "content_type")
            });
            if !chosen {
                return Value::unknown();
            }
            return self.source(Channel::Header, name, at);
        }
        self.source(channel, name, at)
    }

    pub(super) fn request_method(&mut self, path: &str, name: &str, values: &[Value], at: u32) -> Value {
        match name {
            "binaryread" => self.source(Channel::Body, None, at),
            "mappath" => values.first().cloned().unwrap_or_else(Value::unknown),
            "saveas" => {
                let content =
                    self.source(if path.ends_with("files") { Channel::File } else { Channel::Body }, None, at);
                self.tell(
                    Effect::Write,
                    "SaveAs",
                    at,
                    values.first().cloned().unwrap_or_else(Value::unknown),
                    Some(content),
                );
                Value::unknown()
            }
            "get" | "getvalues" | "item" | "getkey" => {
                let path = if name == "item" && is_request(path) { "request" } else { path };
                self.of_request(path, values.first(), at)
            }
            "tostring" => self.source(self.channel(path), None, at),
            _ if vocab::cuts(name) => Value::unknown(),
            _ if vocab::request_member(name).is_some() => {
                self.of_request(&format!("request.{name}"), values.first(), at)
            }
            _ => {
                if is_request(path) {
                    return Value::unknown();
                }
                self.of_request(path, values.first(), at)
            }
        }
    }

    /// Functions that are reached by their names: `GetMethod("Load").Invoke(...)`, `GetType("...")`, `InvokeMember("Start", ...)`.
    pub(super) fn reflected(
        &mut self,
        path: &Rc<str>,
        holder: &Value,
        name: &str,
        values: &[Value],
        at: u32,
    ) -> Option<Value> {
        let text = |number: usize| values.get(number).and_then(Value::as_text).map(|text| text.to_lowercase());
        match name {
            // `Delegate.CreateDelegate(typeof(Func<...>), typeof(Process), "Start")`: the class before the name.
            "createdelegate" if vocab::last(path) == "delegate" => {
                let (Data::Path(class), Some(method)) = (&values.get(1)?.data, text(2)) else { return None };
                Some(Value { made: true, ..Value::path(format!("{class}.{method}")) })
            }
            "getmethod" | "getproperty" | "getfield" | "getmember" | "createdelegate" => {
                let method = text(0).or_else(|| text(1))?;
                Some(Value { made: true, ..Value::path(format!("{path}.{method}")) }.with_origin(holder))
            }
            "gettype"
                if matches!(vocab::tail(path), "type" | "system.type" | "assembly") || path.ends_with(".assembly") =>
            {
                let class = text(0)?;
                let class = class.split(',').next().unwrap_or("").trim().to_owned();
                Some(Value { made: values[0].made, ..Value::path(class) }.with_origin(holder))
            }
            // A property by its name: what it holds becomes a part of the object, and what it is set to as well.
            "getvalue" | "setvalue" => {
                let property: Rc<str> = Rc::from(vocab::last(path));
                let Data::Object(number) = values.first()?.data else { return None };
                let known = self.heap.get(number)?.fields.get(&property).cloned();
                let value = match (name, known) {
                    ("setvalue", _) => values.get(1)?.clone(),
                    (_, Some(known)) => return Some(known),
                    _ => self.object(property.clone(), Value::unknown()),
                };
                self.heap.get_mut(number)?.fields.insert(property, value.clone());
                Some(value)
            }
            "getmethods" | "getruntimemethods" | "getmembers" => {
                Some(Value { made: true, ..Value::path(format!("{path}{ANY_METHOD}")) })
            }
            "first" | "firstordefault" | "single" | "where" | "last" | "elementat" if path.ends_with(ANY_METHOD) => {
                Some(holder.clone())
            }
            "gettype" if values.is_empty() => Some(holder.clone()),
            "getconstructor" | "getconstructors" | "gettypeinfo" | "makegenerictype" => Some(holder.clone()),
            "invoke" | "dynamicinvoke" => {
                let args = values.iter().rev().find_map(Value::items);
                // The object that a method is called on comes first; a delegate knows its own.
                let own = usize::from(name == "invoke" && values.len() > 1);
                let mut args = args.unwrap_or_else(|| values.iter().skip(own).cloned().collect());
                // A method without arguments does what its object holds.
                if let Some(object) = values.first().filter(|first| matches!(first.data, Data::Object(_)))
                    && args.iter().all(|arg| arg.sources == 0)
                {
                    args.push(self.all_of(object).origin_only());
                }
                let concealed = Value { made: true, ..holder.clone() };
                Some(self.library(path, &concealed, &args, &[], at))
            }
            "invokemember" => {
                let Some(method) = text(0) else {
                    if let Some(first) = values.first().filter(|first| first.sources != 0) {
                        self.tell(Effect::Create, "InvokeMember", at, first.clone(), None);
                    }
                    return None;
                };
                let args = values.iter().rev().find_map(Value::items)?;
                let concealed = Value { made: true, ..holder.clone() };
                Some(self.library(&Rc::from(format!("{path}.{method}")), &concealed, &args, &[], at))
            }
            "bind" if vocab::function(path, self.page.scripting).is_some() => Some(holder.clone()),
            "call" | "apply" if vocab::function(path, self.page.scripting).is_some() => {
                let args: Vec<Value> = match values.get(1).map(|value| &value.data) {
                    Some(Data::List(items)) if name == "apply" => items.borrow().clone(),
                    _ => values.iter().skip(1).cloned().collect(),
                };
                Some(self.library(path, holder, &args, &[], at))
            }
            _ => None,
        }
    }
}

/// What leads from a value of JScript to the function that made it.
pub(super) const CONSTRUCTOR: &str = "constructor";

fn names_constructor(index: &[Value]) -> bool {
    index.first().and_then(Value::as_text).is_some_and(|text| &*text == CONSTRUCTOR)
}

/// Whether a path leads to the request as a whole.
pub(super) fn is_request(path: &str) -> bool {
    path == "request" || path.ends_with(".request")
}

/// A path without the members between its root and the last two, where there are many of them: functions that call one another
/// would make it longer for ever.
fn nearest(path: &str) -> Cow<'_, str> {
    // No name of a library has more; of what has no name at all fewer are worth telling apart.
    const MEMBERS_MAX: usize = 7;
    const NAMELESS_MAX: usize = 5;
    let max = if path.starts_with("·.") { NAMELESS_MAX } else { MEMBERS_MAX };
    if path.bytes().filter(|byte| *byte == b'.').count() < max {
        return Cow::Borrowed(path);
    }
    let root = path.split('.').next().unwrap_or(path);
    Cow::Owned(format!("{root}.{}", vocab::tail(path)))
}
