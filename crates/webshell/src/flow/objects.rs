//! Objects: how they are made, and what their methods do.

use super::Engine;
use super::functions::taking;
use super::members::is_request;
use super::value::{Channel, Data, Value, Way};
use crate::ast::{Expr, Kind, Step};
use crate::lex::Family;
use crate::vocab::{self, Effect, Sink};
use std::rc::Rc;

impl Engine<'_> {
    /// A method of an object whose class is known.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn of_object(
        &mut self,
        holder: &Value,
        name: &str,
        values: &[Value],
        args: &[Expr],
        base: &Expr,
        before: &[(u32, Step)],
        at: u32,
    ) -> Option<Value> {
        let Data::Object(number) = holder.data else { return None };
        let class = self.class_of(holder);
        let short = vocab::last_word(&class).to_owned();
        if matches!(short.as_str(), "process" | "processstartinfo") && name == "start" {
            let mut what = self.all_of(holder).into_owned();
            values.iter().for_each(|value| what.absorb(&self.all_of(value)));
            self.tell(Effect::Run, "Process.Start", at, what.origin_only(), None);
            return Some(holder.clone());
        }
        if short == "winmgmts" || short == "win32_process" || short == "managementclass" {
            if matches!(name, "create" | "invokemethod") {
                let mut what = Value::unknown();
                values.iter().for_each(|value| what.absorb(&self.all_of(value)));
                self.tell(Effect::Run, "Win32_Process.Create", at, what, None);
                return Some(Value::unknown());
            }
            return Some(holder.clone());
        }
        if matches!(name, "gettype" | "getmethod" | "createinstance") {
            let reached = holder.with(Data::Path(class.clone()));
            return match name {
                "getmethod" => self.reflected(&class, &reached, name, values, at),
                _ => Some(reached),
            };
        }
        if let Some(sink) = vocab::method(&class, name) {
            let sink = self.opened_for_writing(sink, values);
            let shown = if short == "?" { name.to_owned() } else { format!("{short}.{name}") };
            return Some(self.sink(sink, &shown, Some(holder), values, at));
        }
        if matches!(short.as_str(), "tcpclient" | "socket" | "udpclient") {
            // What comes over the network, somebody else chose.
            if name == "getstream" || name.starts_with("accept") {
                let remote = self.source(Channel::Remote, None, at);
                return Some(self.object(Rc::from("networkstream"), remote));
            }
            if name.starts_with("receive") {
                let remote = self.source(Channel::Remote, None, at);
                self.fill(args, &remote);
                return Some(remote);
            }
        }
        if name == "replace" && short == "regexp" {
            return self.replaced(number, values);
        }
        if matches!(name, "copyto" | "copytoasync" | "writeto") {
            self.copied(holder, values.first(), at);
        }
        if name.starts_with("create") {
            let origin = self.all_of(holder).origin_only();
            return Some(self.object(Rc::from(name), origin));
        }
        // What is written to or put into an object is in it from then on.
        let takes = name.starts_with("write")
            || name.starts_with("add")
            || name.starts_with("append")
            || name.starts_with("load")
            || matches!(name, "push" | "enqueue" | "insert" | "set" | "send" | "put");
        if takes {
            for value in values {
                let value = match &value.data {
                    // `document.load(Request)` reads the body.
                    Data::Path(path) if is_request(path) => self.source(Channel::Body, None, at),
                    _ => self.all_of(value).into_owned(),
                };
                if let Some(object) = self.heap.get_mut(number) {
                    object.origin.absorb(&value);
                }
            }
            let writer =
                matches!(short.as_str(), "streamwriter" | "filestream" | "binarywriter" | "textstream" | "textwriter");
            if writer && name.starts_with("write") {
                let path = self.heap.get(number).and_then(|object| object.fields.get("·path").cloned());
                if let Some(path) = path {
                    let opened = self
                        .heap
                        .get(number)
                        .and_then(|object| object.fields.get("·at").and_then(Value::as_number))
                        .unwrap_or(0.0);
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let opened = opened as u32;
                    self.tell(
                        Effect::Write,
                        &short,
                        if opened == 0 { at } else { opened },
                        path,
                        values.first().cloned(),
                    );
                }
            }
            return Some(holder.clone());
        }
        if name.starts_with("read") || matches!(name, "copyto" | "toarray" | "getbuffer" | "getstring" | "tostring") {
            let origin = self.all_of(holder);
            if origin.sources != 0 {
                self.fill(args, &origin);
            }
            if short == "stream" || short == "memorystream" || name == "toarray" || name == "tostring" {
                return Some(origin.origin_only());
            }
        }
        if let Some(sink) = vocab::any_method(name) {
            return Some(self.sink(sink, name, Some(holder), values, at));
        }
        Some(self.plain(Some(holder), name, values, args, Some((base, before)), at))
    }

    /// What a stream holds is written to the file that another stream writes to.
    pub(super) fn copied(&mut self, from: &Value, to: Option<&Value>, at: u32) {
        let Some(Data::Object(number)) = to.map(|to| &to.data) else { return };
        let path = self.heap.get(*number).and_then(|object| object.fields.get("·path").cloned());
        let content = self.all_of(from).origin_only();
        if let Some(path) = path.filter(|_| content.sources != 0) {
            self.tell(Effect::Write, "CopyTo", at, path, Some(content));
        }
    }

    /// What a pattern of VBScript leaves of a text, where the pattern is a text like any other.
    fn replaced(&mut self, pattern: usize, values: &[Value]) -> Option<Value> {
        let pattern = self.heap.get(pattern).and_then(|object| object.fields.get("pattern")).cloned()?;
        let plain = pattern.as_text().filter(|text| !text.contains(|c: char| r"\^$.|?*+()[]{}".contains(c)))?;
        let args = [values.first()?.clone(), Value::text(plain), values.get(1)?.clone()];
        let data = self.fold("replace", None, &args.iter().collect::<Vec<_>>())?;
        Some(Value { made: true, ..values[0].with(data) })
    }

    /// `OpenTextFile` with a mode of 2 or 8 writes.
    pub(super) fn opened_for_writing(&self, sink: Sink, values: &[Value]) -> Sink {
        let mode = values.get(1).and_then(Value::as_number);
        if sink.effect == Effect::Read && mode.is_some_and(|mode| mode > 1.5 && mode < 9.0) {
            Sink { effect: Effect::Write, ..sink }
        } else {
            sink
        }
    }

    /// Gives the variables among `args` the origin of what is read into them.
    pub(super) fn fill(&mut self, args: &[Expr], origin: &Value) {
        for arg in args.iter().take(2) {
            match &arg.kind {
                Kind::Name(name) => {
                    let mut value = self.lookup(name).unwrap_or_else(Value::unknown);
                    if matches!(value.data, Data::Path(_) | Data::Number(_) | Data::Bool(_)) {
                        continue;
                    }
                    if let Data::Object(number) = value.data
                        && let Some(object) = self.heap.get_mut(number)
                    {
                        object.origin.absorb(origin);
                    }
                    value.absorb(origin);
                    value.whole = true;
                    if !matches!(value.data, Data::Object(_)) {
                        value.data = Data::Unknown;
                    }
                    let value = value.went(Way::Named(name.clone()), arg.at);
                    self.assign_name(name, value);
                }
                Kind::Path(base, steps) => {
                    if let [(_, Step::Member(_))] = steps.as_slice() {
                        self.absorb_into(base, steps, origin);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn com_object(&mut self, values: &[Value], at: u32) -> Value {
        let Some(first) = values.first() else { return Value::unknown() };
        match first.as_text() {
            Some(text) => {
                let class = vocab::class_of(&text.trim().to_lowercase());
                if first.made
                    && vocab::hidden_class(&class)
                    && self.seen.pieced.len() < 16
                    && !self.seen.pieced.contains(&class)
                {
                    self.seen.pieced.push(class.clone());
                }
                let origin = Value { made: first.made, ..Value::unknown() };
                self.object(Rc::from(class), origin)
            }
            None => {
                if first.sources != 0 {
                    self.tell(Effect::Create, "CreateObject", at, first.clone(), None);
                }
                self.object(Rc::from("?"), Value { made: true, ..Value::unknown() })
            }
        }
    }

    pub(super) fn activated(&mut self, values: &[Value], at: u32) -> Value {
        let Some(first) = values.first() else { return Value::unknown() };
        if first.sources != 0 {
            self.tell(Effect::Create, "Activator.CreateInstance", at, first.clone(), None);
            return first.origin_only();
        }
        match &first.data {
            Data::Path(path) => {
                let args = values[1..].iter().find_map(Value::items);
                let made = first.made;
                let mut value = self.make(&path.clone(), &args.unwrap_or_else(|| values[1..].to_vec()), at);
                value.made |= made;
                value
            }
            _ => Value::unknown(),
        }
    }

    pub(super) fn remember_path(&mut self, object: &Value, path: Value, at: u32) {
        if let Data::Object(number) = object.data
            && let Some(object) = self.heap.get_mut(number)
        {
            object.fields.insert(Rc::from("·path"), path);
            object.fields.insert(Rc::from("·at"), Value::number(f64::from(at)));
        }
    }

    /// A new object.
    pub(super) fn create(&mut self, class: &Rc<str>, args: &[Expr], parts: &[Expr], at: u32) -> Value {
        let mut values = self.values(args);
        let lower: Rc<str> = Rc::from(class.to_lowercase());
        if &*lower == "[]" || lower.ends_with("[]") {
            return Value::list(Vec::new());
        }
        let object = match vocab::last(&lower) {
            "string" | "stringbuilder" => match values.first() {
                Some(first) if first.as_text().is_some() => {
                    let text = first.as_text().unwrap_or_else(|| Rc::from(""));
                    Value { made: true, ..first.with(Data::Text(text)) }
                }
                Some(first) => first.origin_only(),
                None => Value::text(""),
            },
            "func"
            | "action"
            | "threadstart"
            | "eventhandler"
            | "parameterizedthreadstart"
            | "thread"
            | "timercallback"
            | "lazy"
            | "waitcallback"
                if matches!(values.first().map(|value| &value.data), Some(Data::Function(_) | Data::Path(_))) =>
            {
                return values.swap_remove(0);
            }
            "activexobject" => self.com_object(&values, at),
            "array" if self.family == Family::Curly => Value::list(values),
            _ => self.make(class, &values, at),
        };
        let Data::Object(number) = object.data else { return object };
        for part in parts {
            if let Kind::Assign(target, _, value) = &part.kind
                && let Kind::Name(name) = &target.kind
            {
                let value = self.value(value);
                let field: Rc<str> = Rc::from(name.to_lowercase());
                if let Some(sink) = vocab::setting(&lower, &field) {
                    self.tell(sink.effect, &field, at, value.clone(), None);
                }
                if let Some(object) = self.heap.get_mut(number) {
                    object.fields.insert(field, value);
                }
            } else {
                let value = self.value(part);
                // `{ "name", value }` of a dictionary.
                if let Some([key, item]) = value.items().as_deref()
                    && let Some(key) = key.as_text()
                    && let Some(object) = self.heap.get_mut(number)
                {
                    object.fields.insert(Rc::from(key.to_lowercase()), item.clone());
                }
                let value = self.all_of(&value);
                if let Some(object) = self.heap.get_mut(number) {
                    object.origin.absorb(&value);
                }
            }
        }
        object
    }

    /// An object of a class, with what its constructor is given.
    pub(super) fn make(&mut self, class: &Rc<str>, values: &[Value], at: u32) -> Value {
        let lower: Rc<str> = match self.lookup(class).map(|value| value.data) {
            // `using Name = Some.Class;`
            Some(Data::Path(path)) => path,
            _ => Rc::from(class.to_lowercase()),
        };
        let mut origin = Value::unknown();
        values.iter().for_each(|value| origin.absorb(&self.all_of(value)));
        if let Some(sink) = vocab::creation(&lower) {
            let sink = self.reading_stream(&lower, sink, values);
            self.sink(sink, vocab::last(class), None, values, at);
        }
        if vocab::last(&lower) == "managementclass" && names_win32_process(values) {
            return self.object(Rc::from("win32_process"), origin);
        }
        if vocab::last(&lower) == "javascriptserializer" && !values.is_empty() {
            // With a resolver it makes objects of the classes that the text names.
            return self.object(Rc::from("resolvingserializer"), Value::unknown());
        }
        let writer = matches!(vocab::last(&lower), "streamwriter" | "filestream" | "binarywriter");
        let path = values.first().cloned();
        if self.classes.contains_key(vocab::last(&lower))
            && let Some(constructor) = self.functions.get(vocab::last(&lower)).cloned()
        {
            let function = taking(&constructor, values.len()).unwrap_or(&constructor[0]).clone();
            self.invoke(&function, values.to_vec());
        }
        let object = self.object(Rc::from(vocab::last_word(&lower)), if writer { Value::unknown() } else { origin });
        if let (true, Some(path)) = (writer, path) {
            // A writer on a stream writes where the stream does.
            let inherited = match path.data {
                Data::Object(inner) => self.heap.get(inner).and_then(|inner| inner.fields.get("·path").cloned()),
                _ => None,
            };
            self.remember_path(&object, inherited.unwrap_or(path), at);
        }
        object
    }

    /// A stream that is opened for reading only.
    pub(super) fn reading_stream(&self, class: &str, sink: Sink, values: &[Value]) -> Sink {
        let reads = values.iter().skip(1).any(|value| matches!(&value.data, Data::Path(path) if path.ends_with("filemode.open") || path.ends_with("fileaccess.read")));
        if vocab::last(class) == "filestream" && reads { Sink { effect: Effect::Read, ..sink } } else { sink }
    }
}

/// The class behind `Win32_Process`, as the first of some arguments.
pub(super) fn names_win32_process(values: &[Value]) -> bool {
    values.first().and_then(Value::as_text).is_some_and(|text| text.eq_ignore_ascii_case("win32_process"))
}
