//! Functions of the page: how they are found, called, and looked at as the server would call them.

use super::value::{Channel, Data, Value, Way};
use super::{ANSWERS_MAX, ASKED_MAX, CALLS_MAX, DECODED_MIN, Engine, NESTED_MAX, SCRIPTS_MAX};
use crate::ast::{Expr, Function, Kind, Param, Stmt};
use crate::lex::{self, Family};
use crate::vocab::{self, Effect};
use hashbrown::HashMap;
use std::rc::Rc;

impl Engine<'_> {
    pub(super) fn entry(&mut self, function: &Rc<Function>) {
        if function.body.is_empty() {
            if vocab::imported(&function.name.to_lowercase()).is_some() {
                let at = function.params.first().map_or(0, |param| param.at);
                self.tell(Effect::Native, &function.name, at, Value::unknown(), None);
            }
            return;
        }
        // What an interface offers, the class behind it does.
        let overloads = self.functions.get(function.name.to_lowercase().as_str());
        let offered = function.offered || overloads.is_some_and(|found| found.iter().any(|one| one.offered));
        let args = function.params.iter().map(|param| self.parameter(param, offered)).collect();
        self.invoke(function, args);
    }

    /// What a parameter holds when the server calls: by its class, or what a visitor of a web service sends.
    pub(super) fn parameter(&mut self, param: &Param, offered: bool) -> Value {
        if offered {
            return self.source(Channel::Argument, Some(param.name.to_string()), param.at);
        }
        self.by_class(param.class.as_deref().unwrap_or(""))
    }

    /// What is known of a value from its class alone.
    pub(super) fn by_class(&mut self, class: &str) -> Value {
        let class = class.to_lowercase();
        match vocab::last(&class) {
            "httprequest" | "httprequestbase" | "httplistenerrequest" => Value::path("request"),
            "httpcontext" | "httpcontextbase" | "httplistenercontext" => Value::path("httpcontext"),
            "textbox" | "hiddenfield" | "htmlinputtext" | "htmlinputhidden" | "htmltextarea" | "htmlinputfile"
            | "fileupload" | "dropdownlist" => Value::path("·input"),
            _ => Value::unknown(),
        }
    }

    /// Makes functions and classes known before anything runs.
    pub(super) fn declare(&mut self, statements: &[Stmt]) {
        for statement in statements {
            match statement {
                Stmt::Function(function) if !function.name.is_empty() => {
                    self.functions.entry(Rc::from(function.name.to_lowercase())).or_default().push(function.clone());
                }
                Stmt::Class(class) => {
                    self.classes.insert(Rc::from(class.name.to_lowercase()), Rc::new(class.clone()));
                    self.declare(&class.body);
                }
                Stmt::Block(inner) => self.declare(inner),
                _ => {}
            }
        }
    }

    pub(super) fn overload(&mut self, function: &Rc<Function>, count: usize) -> Rc<Function> {
        let name = self.lower(&function.name);
        self.functions.get(&name).and_then(|found| taking(found, count)).unwrap_or(function).clone()
    }

    /// A text that the page runs as a script and that is known: its script is followed as well.
    pub(super) fn nested_script(&mut self, what: &Value, at: u32) -> Value {
        let Data::Text(text) = &what.data else { return what.origin_only() };
        if self.nested >= NESTED_MAX || text.len() < DECODED_MIN {
            return Value::unknown();
        }
        let known = self.scripts.get(&(at, text.clone())).cloned();
        let is_new = known.is_none();
        let script = known.unwrap_or_else(|| self.parsed(text, at));
        let is_kept = !is_new || self.keeps(&script, text, at);
        self.nested += 1;
        self.fleeting += u32::from(!is_kept);
        if is_new {
            self.declare(&script);
        }
        let value = match &*script {
            [Stmt::Expr(expr)] => self.value(expr),
            _ => {
                self.statements(&script);
                Value::unknown()
            }
        };
        // Functions that the text declares are offered to the rest of the page; they are looked at here, once.
        for statement in script.iter().filter(|_| is_new) {
            if let Stmt::Function(function) = statement {
                self.entry(function);
            }
        }
        self.nested -= 1;
        self.fleeting -= u32::from(!is_kept);
        value
    }

    fn parsed(&mut self, text: &str, at: u32) -> Rc<[Stmt]> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        lex::words(text, 0, self.family, &mut words);
        words.iter_mut().for_each(|word| word.at = at);
        let (script, too_deep) = crate::lang::parse(&words, self.family);
        self.words = words;
        self.seen.cut |= too_deep;
        Rc::from(script)
    }

    /// Keeps a script that is run from a text for the next time, where there is room.
    fn keeps(&mut self, script: &Rc<[Stmt]>, text: &Rc<str>, at: u32) -> bool {
        let room = self.kept_bytes + text.len() <= SCRIPTS_MAX;
        if room {
            self.kept_bytes += text.len();
            self.scripts.insert((at, text.clone()), script.clone());
        }
        room
    }

    /// Calls a function of the page, and gives its parameters by reference back where a name was handed over.
    pub(super) fn invoke_at(&mut self, function: &Rc<Function>, values: Vec<Value>, args: &[Expr]) -> Value {
        let handed: Vec<u64> = values.iter().map(|value| value.sources).collect();
        self.left = Rc::from([]);
        let value = self.invoke(function, values);
        let left = self.left.clone();
        for ((arg, before), left) in args.iter().zip(&handed).zip(left.iter()) {
            let known = self.family == Family::Basic
                && (left.sources != 0 || matches!(left.data, Data::Text(_) | Data::List(_)));
            // What a function of the curly family leaves in `out` and `ref` parameters is told by an origin that is new.
            let fresh = left.sources & !before != 0;
            if let Kind::Name(name) = &arg.kind
                && (known || fresh)
                && self.lookup(name).is_some()
            {
                self.assign_name(name, left.clone());
            }
        }
        value
    }

    /// What a function gives back. What it was asked before is answered from memory.
    pub(super) fn invoke(&mut self, function: &Rc<Function>, values: Vec<Value>) -> Value {
        let mixed = || {
            values.iter().fold(Value::unknown(), |mut all, value| {
                all.absorb(value);
                all
            })
        };
        if function.body.is_empty() {
            return match vocab::imported(&function.name.to_lowercase()) {
                Some(sink) => {
                    let at = function.params.first().map_or(0, |param| param.at);
                    self.sink(sink, &function.name, None, &values, at)
                }
                None => mixed(),
            };
        }
        let asked = asked_with(Rc::as_ptr(function), &values);
        if let Some((value, left)) = asked.as_ref().and_then(|asked| self.answered.get(asked)) {
            self.left = left.clone();
            return value.clone();
        }
        if self.calls >= CALLS_MAX || self.steps >= self.entry_end {
            return mixed();
        }
        let asked = asked.filter(|_| self.answered.len() < ANSWERS_MAX);
        if let Some(asked) = &asked {
            // A function that calls itself finds this.
            self.answered.insert(asked.clone(), (mixed(), Rc::from([])));
        }
        let value = self.run(function, &values);
        if let Some(asked) = asked {
            // Lists and objects may change before they are asked for again.
            match value.data {
                Data::List(_) | Data::Object(_) => self.answered.remove(&asked),
                _ => self.answered.insert(asked, (value.clone(), self.left.clone())),
            };
        }
        value
    }

    /// Runs the body of a function in a scope of its own.
    fn run(&mut self, function: &Rc<Function>, values: &[Value]) -> Value {
        let scope = function.params.iter().enumerate().map(|(number, param)| {
            let value = match values.get(number) {
                Some(value) if !value.is_unknown() || value.sources != 0 => value.clone(),
                _ => self.by_class(param.class.as_deref().unwrap_or("")),
            };
            let nameless = function.name.is_empty();
            let way = if nameless { Way::Named(param.name.clone()) } else { Way::Passed(function.name.clone()) };
            (param.name.clone(), value.went(way, param.at))
        });
        let mut scope: HashMap<Rc<str>, Value> = scope.collect();
        if self.family == Family::Basic && !function.name.is_empty() {
            scope.insert(function.name.clone(), Value::of(Data::Null));
        }
        let (exact, loose) = (std::mem::take(&mut self.exact), std::mem::take(&mut self.loose));
        let may_leave = self.may_leave;
        self.scopes.push(scope);
        self.returned.push(None);
        self.calls += 1;
        self.statements(&function.body);
        self.calls -= 1;
        (self.exact, self.loose) = (exact, loose);
        self.may_leave = may_leave;
        let mut ended = self.scopes.pop().unwrap_or_default();
        let left = |param: &Param| ended.get(&param.name).cloned().unwrap_or_else(Value::unknown);
        self.left = function.params.iter().map(left).collect();
        let returned = self.returned.pop().flatten();
        let named = ended
            .remove(&function.name)
            .filter(|value| self.family == Family::Basic && !matches!(value.data, Data::Null));
        match (named, returned) {
            (Some(mut named), Some(returned)) => {
                named.absorb(&returned);
                named
            }
            (Some(value), None) | (None, Some(value)) => value,
            (None, None) => Value::unknown(),
        }
    }
}

/// A function and what it is asked with: what is known of each value, and who chose it. Lists change, so they have no key.
fn asked_with(function: *const Function, values: &[Value]) -> Option<(*const Function, String)> {
    let mut key = String::new();
    for value in values {
        match &value.data {
            Data::Text(text) if text.len() > ASKED_MAX => return None,
            Data::Text(text) => key.push_str(text),
            Data::Number(number) => key.extend(number.to_bits().to_le_bytes().map(char::from)),
            Data::Path(path) => key.push_str(path),
            Data::Object(number) => key.extend(['o', char::from_u32(u32::try_from(*number).ok()?)?]),
            Data::Bool(known) => key.push(if *known { 'y' } else { 'n' }),
            Data::Unknown => key.push('?'),
            Data::Measure => key.push('#'),
            Data::Null => key.push('0'),
            Data::List(_) | Data::Function(_) => return None,
        }
        if value.sources != 0 {
            key.extend(value.sources.to_le_bytes().map(char::from));
            key.push(if value.whole { 'w' } else { 'p' });
        }
        key.push('\0');
    }
    Some((function, key))
}

/// The one of some functions of a name that takes so many arguments.
pub(super) fn taking(overloads: &[Rc<Function>], count: usize) -> Option<&Rc<Function>> {
    // What is only declared, another class does: of equals the first one is taken.
    overloads.iter().filter(|function| function.params.len() == count).min_by_key(|function| function.body.is_empty())
}
