//! Functions of the library: those that matter, and those that only make values of values.

use super::Engine;
use super::functions::taking;
use super::members::{CONSTRUCTOR, is_request};
use super::names::stored_name;
use super::objects::names_win32_process;
use super::value::{Channel, Data, Value, Way};
use super::values::mix;
use crate::ast::{Expr, Kind, Step};
use crate::fold::{self, Ask};
use crate::lex::Family;
use crate::vocab::{self, Content, Effect, Sink};
use std::rc::Rc;

/// What stands behind a class where all its methods are asked for.
pub(super) const ANY_METHOD: &str = ".*";

impl Engine<'_> {
    pub(super) fn values(&mut self, args: &[Expr]) -> Vec<Value> {
        args.iter().map(|arg| self.value(arg)).collect()
    }

    /// A call of a value that is no member of anything.
    pub(super) fn call(&mut self, called: &Value, args: &[Expr], at: u32) -> Value {
        let values = self.values(args);
        match &called.data {
            Data::Function(function) => {
                let function = self.overload(&function.clone(), values.len());
                self.invoke_at(&function, values, args)
            }
            Data::Path(path) if is_request(path) || path.starts_with("request.") => {
                self.of_request(&path.clone(), values.first(), at)
            }
            Data::Path(path) => {
                if self.keyed.contains(path)
                    && let Some(kept) = self.lookup(&stored_name(path, &values))
                {
                    return kept;
                }
                self.library(&path.clone(), called, &values, args, at)
            }
            Data::List(_) | Data::Text(_) if self.family == Family::Basic || values.len() == 1 => {
                self.element(called, &values, at)
            }
            Data::Object(_) => self.element(called, &values, at),
            _ => {
                let mut out = called.origin_only();
                values.iter().for_each(|value| out.absorb(value));
                out
            }
        }
    }

    pub(super) fn method(
        &mut self,
        base: &Expr,
        before: &[(u32, Step)],
        holder: &Value,
        name: &Rc<str>,
        args: &[Expr],
        at: u32,
    ) -> Value {
        // Long: the order in which the meanings of a method are tried is the point.
        let mut lower = self.lower(name);
        if &**name == "substring" && self.family == Family::Curly && self.page.scripting {
            // JScript says where a part ends; `Substring` of .NET says how long it is.
            lower = Rc::from("slice");
        }
        let mut values = self.values(args);
        // Fields that hold functions, then functions of the page.
        if let Data::Object(number) = holder.data {
            let field = self
                .heap
                .get(number)
                .and_then(|object| object.fields.get(&lower).or_else(|| object.fields.get(name)))
                .cloned();
            if let Some(field) = field {
                return match &field.data {
                    Data::Function(function) => self.invoke_at(&function.clone(), values, args),
                    Data::Path(path) => self.library(&path.clone(), &field, &values, args, at),
                    _ => self.element(&field, &values, at),
                };
            }
        }
        if matches!(holder.data, Data::Function(_)) && &*lower == CONSTRUCTOR {
            return self.library(&Rc::from("function"), holder, &values, args, at);
        }
        if let Data::Function(function) = &holder.data {
            // `f.Invoke(x)`, `f.call(null, x)`, `f.apply(null, [x])`.
            if matches!(&*lower, "call" | "apply") && !values.is_empty() {
                values.remove(0);
            }
            if &*lower == "apply"
                && let Some(Data::List(items)) = values.first().map(|value| value.data.clone())
            {
                values = items.borrow().clone();
            }
            return self.invoke(&function.clone(), values);
        }
        let known_class = matches!(holder.data, Data::Object(_)) && !self.is_class_of_page(holder);
        if &*lower == "request" && holder.sources == 0 && !known_class {
            return self.of_request("request", values.first(), at);
        }
        if !known_class
            && holder.sources == 0
            && let Some(overloads) = self.functions.get(&lower).cloned()
            && !self.is_of_library(holder, &lower)
        {
            let function = taking(&overloads, values.len()).unwrap_or(&overloads[0]).clone();
            return self.invoke_at(&function, values, args);
        }
        // A method that the page adds to a class of the library: `static void Go(this string text)`.
        if !known_class
            && holder.sources != 0
            && let Some(overloads) = self.functions.get(&lower).cloned()
            && let Some(function) = taking(&overloads, values.len() + 1)
        {
            values.insert(0, holder.clone());
            return self.invoke(function, values);
        }
        if let Data::Path(path) = &holder.data {
            let path = path.clone();
            if is_request(&path) || path.starts_with("request.") {
                return self.request_method(&path, &lower, &values, at);
            }
            if let Some(control) = path.strip_prefix("·input.") {
                if &*lower == "saveas" {
                    let content = self.source(Channel::File, Some(control.to_owned()), at);
                    self.tell(
                        Effect::Write,
                        "saveas",
                        at,
                        values.first().cloned().unwrap_or_else(Value::unknown),
                        Some(content),
                    );
                }
                return Value::unknown();
            }
            // Writing to the input of a program that runs.
            if path.ends_with("standardinput") && lower.starts_with("write") {
                self.tell(
                    Effect::Run,
                    "StandardInput",
                    at,
                    values.first().cloned().unwrap_or_else(Value::unknown),
                    None,
                );
                return Value::unknown();
            }
            if let Some(found) = self.reflected(&path, holder, &lower, &values, at) {
                return found;
            }
            let full = self.member_path(&path, &lower);
            return self.library_on(&full, holder, Some((base, before)), &values, args, at);
        }
        if let (Data::Text(text), "append" | "appendline" | "insert") = (&holder.data, &*lower) {
            let mut grown = holder.clone();
            let more = values.last().cloned().unwrap_or_else(Value::unknown);
            mix(&mut grown, &more);
            grown.made = true;
            grown.data = match (more.as_text(), &*lower) {
                (Some(more), "insert") if text.len() + more.len() <= fold::TEXT_MAX => {
                    Data::Text(Rc::from(format!("{more}{text}")))
                }
                (Some(more), _) if text.len() + more.len() <= fold::TEXT_MAX => {
                    Data::Text(Rc::from(format!("{text}{more}")))
                }
                _ => Data::Unknown,
            };
            if let Kind::Name(name) = &base.kind
                && before.is_empty()
                && self.lookup(name).is_some()
            {
                self.assign_name(name, grown.clone());
            }
            return grown;
        }
        if matches!(&*lower, "invoke" | "invokemember" | "dynamicinvoke") && holder.sources != 0 {
            // A visitor named the class, or the function, that is called here.
            self.tell(Effect::Create, name, at, holder.clone(), None);
        }
        if &*lower == "get" && names_win32_process(&values) {
            return self.object(Rc::from("win32_process"), Value::unknown());
        }
        if let Some(found) = self.of_object(holder, &lower, &values, args, base, before, at) {
            return found;
        }
        if let Some(sink) = vocab::any_method(&lower) {
            let sink = self.opened_for_writing(sink, &values);
            return self.sink(sink, &lower, Some(holder), &values, at);
        }
        if matches!(&*lower, "copyto" | "copytoasync") {
            self.copied(holder, values.first(), at);
        }
        self.plain(Some(holder), &lower, &values, args, Some((base, before)), at)
    }

    /// Whether a method is one of a library, whatever the page calls its own functions.
    fn is_of_library(&self, holder: &Value, name: &str) -> bool {
        let Data::Path(path) = &holder.data else { return false };
        let is_known = || vocab::function(&format!("{path}.{name}"), self.page.scripting).is_some();
        is_request(path)
            || ["request.", "system."].iter().any(|root| path.starts_with(root))
            || !self.is_class_of_page(holder) && is_known()
    }

    /// A function of the library, by its dotted name.
    pub(super) fn library(
        &mut self,
        path: &Rc<str>,
        called: &Value,
        values: &[Value],
        args: &[Expr],
        at: u32,
    ) -> Value {
        self.library_on(path, called, None, values, args, at)
    }

    pub(super) fn library_on(
        &mut self,
        path: &Rc<str>,
        holder: &Value,
        on: Option<(&Expr, &[(u32, Step)])>,
        values: &[Value],
        args: &[Expr],
        at: u32,
    ) -> Value {
        let name = vocab::last(path);
        let holder_of = match self.meaning(path) {
            Meaning::Plain => Some(holder).filter(|holder| holder.sources != 0),
            meaning => {
                if meaning == Meaning::Special
                    && let Some(found) = self.special(path, holder, values, args, at)
                {
                    return found;
                }
                Some(holder).filter(|holder| !matches!(holder.data, Data::Path(_)) || holder.sources != 0)
            }
        };
        let mut out = self.plain(holder_of, name, values, args, on, at);
        // What a file that is not here makes of it is not for this page to answer for.
        if self.family == Family::Basic && !path.contains('.') && !fold::of_language(name) {
            out.made = false;
        }
        out
    }

    /// What a name means that does more than make values of values; nothing where it does not here.
    fn special(&mut self, path: &Rc<str>, holder: &Value, values: &[Value], args: &[Expr], at: u32) -> Option<Value> {
        // Long: the order in which the meanings of a name are tried is the point.
        let name = vocab::last(path);
        if matches!(name, "createobject" | "getobject" | "activexobject") {
            if name == "getobject"
                && values
                    .first()
                    .and_then(|first| first.as_text().or_else(|| first.starts()))
                    .is_some_and(|text| text.to_lowercase().starts_with("script:"))
            {
                self.tell(Effect::Load, "GetObject", at, values[0].clone(), None);
            }
            return Some(self.com_object(values, at));
        }
        if name == "gettypefromprogid" || name == "gettypefromclsid" {
            let class = values
                .first()
                .and_then(Value::as_text)
                .map_or_else(|| "?".into(), |text| vocab::class_of(&text.to_lowercase()));
            return Some(Value { made: values.first().is_some_and(|value| value.made), ..Value::path(class) });
        }
        if name == "getref"
            && let Some(function) =
                values.first().and_then(Value::as_text).and_then(|text| self.functions.get(&*text.to_lowercase()))
        {
            return Some(Value::of(Data::Function(function[0].clone())));
        }
        if name == "findcontrol"
            && let Some(control) = values.first().and_then(Value::as_text)
            && self.page.inputs.contains_key(control.to_lowercase().as_str())
        {
            return Some(Value::path(format!("·input.{control}")));
        }
        if vocab::tail(path) == "jsonconvert.deserializeobject" && values.iter().any(|value| self.names_classes(value))
        {
            let sink = Sink { effect: Effect::Deserialize, what: &[0], content: Content::None };
            return Some(self.sink(sink, &shown(path), None, values, at));
        }
        if matches!(name, "getdomain" | "createdomain") {
            return Some(Value::path("appdomain.currentdomain"));
        }
        if vocab::tail(path) == "expression.call"
            && let Some(Data::Path(method)) = values.first().map(|first| first.data.clone())
        {
            let concealed = Value { made: true, ..values[0].clone() };
            return Some(self.library(&method, &concealed, &values[1..], &[], at));
        }
        if let Some(class) = path.strip_suffix(ANY_METHOD) {
            return Some(self.some_method(class, values, at));
        }
        if name == "callbyname" && values.len() > 1 {
            return Some(self.called_by_name(values, at));
        }
        if matches!(vocab::tail(path), "activator.createinstance") {
            return Some(self.activated(values, at));
        }
        if let Some(sink) = vocab::function(path, self.page.scripting) {
            let plain_getter = sink.effect == Effect::Create && path.ends_with("gettype");
            if plain_getter && values.first().is_some_and(|first| first.sources != 0) {
                return Some(self.sink(sink, &shown(path), None, values, at).with_origin(&values[0]));
            }
            if plain_getter {
                return Some(
                    self.reflected(&Rc::from("type"), holder, "gettype", values, at).unwrap_or_else(Value::unknown),
                );
            }
            let shown = shown(path);
            let sink = if path.ends_with("file.open") && args.len() > 1 {
                Sink { effect: Effect::Write, ..sink }
            } else {
                sink
            };
            return Some(self.sink(sink, &shown, None, values, at));
        }
        // A method of a class that is reached as a path: by reflection, or through its program identifier.
        if let Some((class, _)) = path.rsplit_once('.').filter(|_| holder.made)
            && let Some(sink) = vocab::method(class, name)
        {
            return Some(self.sink(sink, &shown(path), None, values, at));
        }
        if let Some(sink) =
            vocab::imported(name).filter(|_| self.functions.contains_key(name) || holder.made || path.contains('.'))
        {
            return Some(self.sink(sink, name, None, values, at));
        }
        if matches!(vocab::tail(path), "buffer.blockcopy" | "array.copy" | "marshal.copy") && values.len() > 1 {
            let origin = self.all_of(&values[0]);
            let target = if path.ends_with("blockcopy") { 2 } else { 1 };
            if origin.sources != 0
                && let Some(arg) = args.get(target)
            {
                self.fill(std::slice::from_ref(arg), &origin);
            }
            if path.ends_with("marshal.copy") {
                self.tell(Effect::Native, "Marshal.Copy", at, origin.origin_only(), None);
            }
            return Some(Value::unknown());
        }
        if let Some(sink) = vocab::any_method(name) {
            let sink = self.opened_for_writing(sink, values);
            return Some(self.sink(sink, name, Some(holder), values, at));
        }
        if PARSERS.contains(&vocab::tail(path)) {
            return Some(Value::unknown());
        }
        // A class of this name: `Type.GetConstructor().Invoke(...)`.
        if vocab::creation(path).is_some() && holder.made {
            return Some(self.make(path, values, at));
        }
        None
    }

    /// Settings by which a text names the classes of the objects that are made of it.
    fn names_classes(&self, settings: &Value) -> bool {
        let Data::Object(number) = settings.data else { return false };
        let handling = self.heap.get(number).and_then(|object| object.fields.get("typenamehandling"));
        handling.is_some_and(|value| !matches!(&value.data, Data::Path(path) if vocab::last(path) == "none"))
    }

    /// One of the methods of a class, chosen where that cannot be worked out: what a visitor hands to it tells.
    fn some_method(&mut self, class: &str, values: &[Value], at: u32) -> Value {
        let effect = match vocab::last(class) {
            "process" => Effect::Run,
            "assembly" => Effect::Load,
            _ => return Value::unknown(),
        };
        self.sink(Sink { effect, what: vocab::ALL, content: Content::None }, class, None, values, at)
    }

    /// `CallByName(object, "Run", kind, argument)`.
    fn called_by_name(&mut self, values: &[Value], at: u32) -> Value {
        let name = values[1].as_text().map(|text| text.to_lowercase()).unwrap_or_default();
        let class = self.class_of(&values[0]);
        match vocab::method(&class, &name).or_else(|| vocab::any_method(&name)) {
            Some(sink) => self.sink(sink, &name, Some(&values[0]), values.get(3..).unwrap_or_default(), at),
            None => values[0].origin_only(),
        }
    }

    /// Whether a name of the basic family stands for a function of the language that only makes values of values, and for
    /// nothing of the page.
    pub(super) fn is_of_language(&mut self, name: &Rc<str>) -> bool {
        self.is_plain(name) && !self.is_own(name)
    }

    /// Whether the page itself has something of that name.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.functions.contains_key(name)
            || self.keyed.contains(name)
            || self.scopes.iter().any(|scope| scope.contains_key(name))
            || self.page.inputs.contains_key(name)
    }

    /// Whether a name stands for a function of the language that only makes values of values.
    pub(super) fn is_plain(&mut self, path: &Rc<str>) -> bool {
        self.meaning(path) == Meaning::Plain
    }

    /// What a path may mean by its name alone. What was asked once is remembered.
    fn meaning(&mut self, path: &Rc<str>) -> Meaning {
        if let Some(known) = self.meanings.get(path) {
            return *known;
        }
        let meaning = Meaning::of(path, self.page.scripting);
        self.meanings.insert(path.clone(), meaning);
        meaning
    }

    /// What a function that matters is given, and what comes of it.
    pub(super) fn sink(&mut self, sink: Sink, name: &str, holder: Option<&Value>, values: &[Value], at: u32) -> Value {
        let mut what: Option<Value> = None;
        for number in sink.what {
            let Some(value) = values.get(*number) else { continue };
            let value = self.all_of(value).into_owned();
            match &mut what {
                Some(before) => {
                    let unknown = !matches!(before.data, Data::Text(_));
                    before.absorb(&value);
                    if unknown && matches!(value.data, Data::Text(_)) {
                        before.data = value.data;
                    }
                }
                None => what = Some(value),
            }
        }
        let what =
            what.unwrap_or_else(|| holder.map_or_else(Value::unknown, |holder| self.all_of(holder).origin_only()));
        let content = match sink.content {
            Content::None => None,
            Content::Argument(number) => values.get(number).map(|value| self.all_of(value).into_owned()),
            Content::Holder => holder.map(|holder| self.all_of(holder).origin_only()),
        };
        self.tell(sink.effect, name, at, what.clone(), content);
        match sink.effect {
            Effect::Code => self.nested_script(&what, at),
            Effect::Load => {
                let mut out = what.origin_only();
                out.data = Data::Path(Rc::from("assembly"));
                if what.sources != 0 { out.origin_only() } else { out }
            }
            Effect::Write | Effect::Read if !values.is_empty() && sink.content == Content::None => {
                // What is written to the result goes to the path.
                let class = match name {
                    _ if sink.effect == Effect::Write => "textstream",
                    "filesystemobject.getfile" => "file",
                    _ => "reader",
                };
                let object = self.object(Rc::from(class), Value::unknown());
                self.remember_path(&object, what, at);
                object
            }
            Effect::Fetch => {
                let remote = self.source(Channel::Remote, None, at);
                self.object(Rc::from("webresponse"), remote)
            }
            Effect::List if name == "filesystemobject.getfolder" => self.object(Rc::from("folder"), what.origin_only()),
            _ => Value::unknown(),
        }
    }

    /// The value of a function whose arguments are known. Long texts cost as many steps as they are long.
    pub(super) fn fold(&mut self, name: &str, on: Option<&Value>, args: &[&Value]) -> Option<Data> {
        let length = |value: &Value| if let Data::Text(text) = &value.data { text.len() } else { 0 };
        let bytes = on.map_or(0, length) + args.iter().copied().map(length).sum::<usize>();
        // Characters one by one are remembered; everything else reads the text.
        if !matches!(name, "mid" | "charat" | "charcodeat" | "substring" | "len" | "asc" | "ascw") {
            self.spend(bytes / 256);
        }
        let data = fold::call(&Ask { name, on, args }, &mut self.characters);
        let cost = self.characters.cost();
        self.spend(cost);
        data
    }

    /// A function that only makes values of values.
    pub(super) fn plain(
        &mut self,
        holder: Option<&Value>,
        name: &str,
        values: &[Value],
        args: &[Expr],
        on: Option<(&Expr, &[(u32, Step)])>,
        at: u32,
    ) -> Value {
        let manner = match self.manners.get(name) {
            Some(known) => *known,
            None => *self.manners.entry(Rc::from(name)).or_insert(Manner::of(name)),
        };
        let mut made = |values: &[&Value]| self.made_of(holder, name, manner, values, at);
        let made = match values {
            [one] => made(&[one]),
            [one, two] => made(&[one, two]),
            more => made(&more.iter().collect::<Vec<_>>()),
        };
        let out = match made {
            Ok(known) => return known,
            Err(out) => out,
        };
        if let Some((base, before)) = on {
            let takes = name.starts_with("write")
                || name.starts_with("add")
                || name.starts_with("append")
                || matches!(name, "push" | "insert" | "enqueue" | "set" | "setvalue");
            let taken = takes.then(|| {
                values.iter().fold(Value::unknown(), |mut all, value| {
                    let value = self.all_of(value);
                    if all.sources == 0 {
                        all.whole = value.whole;
                    }
                    all.absorb(&value);
                    all
                })
            });
            if let Some(taken) = taken.filter(|taken| taken.sources != 0 || taken.made) {
                self.absorb_into(base, before, &taken);
            }
        }
        let reads = name.starts_with("read") || name.starts_with("copy") || name == "fill";
        if reads && let Some(holder) = holder.filter(|holder| holder.sources != 0) {
            self.fill(args, &holder.origin_only());
        }
        out
    }

    /// What a function makes of its values; an error is what is left of them where it cannot be worked out.
    pub(super) fn made_of(
        &mut self,
        holder: Option<&Value>,
        name: &str,
        manner: Manner,
        values: &[&Value],
        at: u32,
    ) -> Result<Value, Value> {
        let data = self.fold(name, holder, values);
        if manner.cuts || manner.counts && !values.is_empty() {
            let mut number = Value::of(data.unwrap_or(Data::Measure));
            if manner.counts {
                values.iter().copied().chain(holder).for_each(|value| number.absorb_any(value));
            }
            return Ok(number);
        }
        // Most of what decoders work with: nothing but what it is has to be told.
        let nobodys = || holder.is_none() && !manner.decodes && values.iter().all(|value| value.is_nobodys());
        let data = match data {
            Some(data) if nobodys() => {
                let is_made = |value: &Value| value.made && (manner.codes || !matches!(value.data, Data::Measure));
                let made = manner.makes || values.iter().any(|value| is_made(value));
                return Ok(Value { made, ..Value::of(data) });
            }
            data => data,
        };
        let mut out = holder.map_or_else(Value::unknown, |holder| self.all_of(holder).origin_only());
        if manner.codes {
            values.iter().for_each(|value| out.absorb_any(value));
        }
        let alone = holder.is_none_or(|holder| holder.sources == 0);
        for value in values.iter().copied() {
            let value = self.all_of(value);
            let whole = out.whole || (alone && value.whole);
            out.absorb(&value);
            out.whole = whole;
        }
        // Functions that are handed over are called with what the call has.
        for value in values {
            if let Data::Function(function) = &value.data {
                let args = vec![out.origin_only(); function.params.len()];
                let given = self.invoke(&function.clone(), args);
                out.absorb(&given);
            }
        }
        if let Some(data) = data {
            out.data = data;
            out.made |= manner.makes;
            if manner.decodes {
                return Ok(out.went(Way::Decoded(Rc::from(name)), at));
            }
            return Ok(out);
        }
        if manner.decodes {
            out.made = true;
            out = out.went(Way::Decoded(Rc::from(name)), at);
        }
        Err(out)
    }
}

/// What a path may mean by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A function of the language that only makes values of values.
    Plain,
    /// Something that [`Engine::special`] may know.
    Special,
    /// Nothing that is known: most names.
    Other,
}

impl Meaning {
    /// Whatever [`Engine::special`] tells by a name has to be here as well: other names do not get there.
    fn of(path: &str, scripting: bool) -> Self {
        const NAMES: [&str; 10] = [
            "createobject",
            "getobject",
            "activexobject",
            "gettypefromprogid",
            "gettypefromclsid",
            "getref",
            "findcontrol",
            "getdomain",
            "createdomain",
            "callbyname",
        ];
        const TAILS: [&str; 6] = [
            "jsonconvert.deserializeobject",
            "expression.call",
            "activator.createinstance",
            "buffer.blockcopy",
            "array.copy",
            "marshal.copy",
        ];
        let is_function = vocab::function(path, scripting).is_some();
        if fold::of_language(path) && !is_function {
            return Self::Plain;
        }
        let (name, tail) = (vocab::last(path), vocab::tail(path));
        let is_method = path.rsplit_once('.').is_some_and(|(class, name)| vocab::method(class, name).is_some());
        let is_special = is_function
            || is_method
            || NAMES.contains(&name)
            || TAILS.contains(&tail)
            || PARSERS.contains(&tail)
            || path.ends_with(ANY_METHOD)
            || vocab::imported(name).is_some()
            || vocab::any_method(name).is_some()
            || vocab::creation(path).is_some();
        if is_special { Self::Special } else { Self::Other }
    }
}

/// Functions that make numbers of texts, or nothing.
const PARSERS: [&str; 8] = [
    "int.parse",
    "int32.parse",
    "long.parse",
    "guid.parse",
    "datetime.parse",
    "bool.parse",
    "double.parse",
    "decimal.parse",
];

/// How a function of some name makes values of values.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Nothing of who chose its values goes through.
    cuts: bool,
    /// It makes numbers, of which characters may be made again.
    counts: bool,
    /// It makes characters of numbers.
    codes: bool,
    /// What it gives was put together by the page.
    makes: bool,
    /// It undoes an encoding.
    decodes: bool,
}

impl Manner {
    pub(super) fn of(name: &str) -> Self {
        let decodes = fold::decodes(name);
        let joins = ["replace", "chr", "chrw", "join", "fromcharcode", "concat", "mid", "substring"].contains(&name);
        Self {
            cuts: vocab::cuts(name),
            counts: vocab::counts(name),
            codes: matches!(name, "chr" | "chrw" | "chrb" | "tochar" | "fromcharcode"),
            makes: decodes || joins,
            decodes,
        }
    }
}

/// The name of a function as a reader knows it.
fn shown(path: &str) -> String {
    vocab::tail(path).trim_start_matches("·.").to_owned()
}
