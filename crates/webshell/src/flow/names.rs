//! Names, fields and elements: where values are kept.

use super::functions::taking;
use super::value::{Data, Value, Way};
use super::{Engine, ITEMS_MAX, KEY_MAX};
use crate::ast::{Expr, Kind, Step};
use crate::lex::Family;
use crate::vocab;
use std::borrow::Cow;
use std::rc::Rc;

impl Engine<'_> {
    /// A name in lower case. Names of the basic family are; those of the other are remembered.
    pub(super) fn lower(&mut self, name: &Rc<str>) -> Rc<str> {
        if self.family == Family::Basic {
            return name.clone();
        }
        self.lowered.entry(name.clone()).or_insert_with(|| Rc::from(name.to_lowercase())).clone()
    }

    pub(super) fn lookup(&self, name: &Rc<str>) -> Option<Value> {
        let (page, local) = self.scopes.split_first()?;
        local.last().and_then(|scope| scope.get(name)).or_else(|| page.get(name)).cloned()
    }

    pub(super) fn assign_name(&mut self, name: &Rc<str>, value: Value) {
        self.puts += 1;
        let uncertain = self.exact == 0;
        let Some((page, local)) = self.scopes.split_first_mut() else { return };
        let mut local = local.last_mut();
        if let Some(before) = local.as_mut().and_then(|scope| scope.get_mut(name)) {
            return assign(before, value, uncertain);
        }
        if let Some(before) = page.get_mut(name) {
            return assign(before, value, uncertain);
        }
        // A name that nobody declared is known to the whole page in JScript, and to the function alone in VBScript.
        let global = self.family == Family::Curly || name.contains('[');
        local.filter(|_| !global).unwrap_or(page).insert(name.clone(), value);
    }

    /// Puts a value where an expression points to.
    pub(super) fn store(&mut self, target: &Expr, value: Value) {
        match &target.kind {
            Kind::Name(name) => {
                if self.setters
                    && let Some(function) = self
                        .functions
                        .get(&*format!("set_{}", name.to_lowercase()))
                        .and_then(|found| found.first())
                        .cloned()
                {
                    self.invoke(&function, vec![value.clone()]);
                }
                // A name of our own is no step of the way.
                let own = name.starts_with('·');
                let value = if own { value } else { value.went(Way::Named(name.clone()), target.at) };
                self.assign_name(name, value);
            }
            Kind::Path(base, steps) => self.store_in(base, steps, value, target.at),
            Kind::List(items) => {
                for item in items {
                    self.store(item, value.origin_only());
                }
            }
            _ => {}
        }
    }

    pub(super) fn store_in(&mut self, base: &Expr, steps: &[(u32, Step)], value: Value, at: u32) {
        let Some(((_, last), before)) = steps.split_last() else { return };
        self.puts += 1;
        let root = self.value(base);
        let holder = if before.is_empty() { root.clone() } else { self.path(base, before, base.at) };
        if let (Data::Object(number), false) = (&root.data, before.is_empty())
            && let Some(object) = self.heap.get_mut(*number)
        {
            object.origin.absorb(&value);
        }
        match last {
            Step::Member(name) => {
                let own = before.is_empty()
                    && matches!(&base.kind, Kind::Name(word) if matches!(word.as_ref(), "this" | "me" | "self" | "base"));
                self.store_member(&holder, name, own, value, at);
            }
            Step::Index(args) | Step::Call(args) => {
                let index: Vec<Value> = args.iter().map(|arg| self.value(arg)).collect();
                match &holder.data {
                    Data::List(items) => self.store_item(&mut items.borrow_mut(), index.first(), value),
                    Data::Path(path) => {
                        let name = stored_name(path, &index);
                        self.keyed.insert(path.clone());
                        self.assign_name(&name, value);
                    }
                    Data::Object(number) => {
                        let text = index.first().and_then(Value::as_text);
                        let key = text.map_or_else(|| Rc::from("·any"), |text| Rc::from(text.to_lowercase()));
                        if let Some(object) = self.heap.get_mut(*number) {
                            object.fields.insert(key, value);
                        }
                    }
                    _ => self.absorb_into(base, before, &value),
                }
            }
        }
    }

    /// `own` says that the holder is the object whose code this is: its members are names of the page.
    fn store_member(&mut self, holder: &Value, name: &Rc<str>, own: bool, value: Value, at: u32) {
        let lower = self.lower(name);
        if let Some(sink) = vocab::setting(&self.class_of(holder), &lower) {
            self.tell(sink.effect, &lower, at, value.clone(), None);
        }
        // `Property Let` and its like: setting a member calls a function of the page.
        if !own
            && self.is_class_of_page(holder)
            && let Some(function) = self.functions.get(&lower).and_then(|found| taking(found, 1)).cloned()
        {
            self.invoke(&function, vec![value.clone()]);
        }
        match &holder.data {
            Data::Object(number) => {
                let value = value.went(Way::Named(name.clone()), at);
                if let Some(object) = self.heap.get_mut(*number) {
                    object.fields.insert(lower, value);
                }
            }
            Data::Path(path) if !own => self.assign_name(&Rc::from(format!("{path}.{lower}")), value),
            _ => self.assign_name(name, value.went(Way::Named(name.clone()), at)),
        }
    }

    /// An element of a list. Where its place is not known, it may be any of them.
    fn store_item(&self, items: &mut Vec<Value>, place: Option<&Value>, mut value: Value) {
        let place = place.and_then(Value::as_number).filter(|at| (0.0..ITEMS_MAX).contains(at));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        match place.map(|at| at as usize) {
            Some(place) if place < items.len() => {
                if self.exact == 0 {
                    value.absorb(&items[place]);
                }
                items[place] = value;
            }
            Some(place) => {
                items.resize(place, Value::of(Data::Null));
                items.push(value);
            }
            None if items.is_empty() => items.push(value),
            None => items.iter_mut().for_each(|item| item.absorb(&value)),
        }
    }

    /// What is put into something of unknown shape gives it its origin.
    pub(super) fn absorb_into(&mut self, base: &Expr, steps: &[(u32, Step)], value: &Value) {
        if value.sources == 0 && !value.made {
            return;
        }
        if !steps.is_empty() && !matches!(steps, [(_, Step::Member(_))]) {
            return;
        }
        let Kind::Name(name) = &base.kind else { return };
        let name = match steps {
            [(_, Step::Member(member))] if matches!(name.as_ref(), "this" | "me") => member.clone(),
            [_] => {
                // A part of an object that is not known by itself: `start.ArgumentList.Add(x)`.
                if let Some(Data::Object(number)) = self.lookup(name).map(|value| value.data)
                    && let Some(object) = self.heap.get_mut(number)
                {
                    object.origin.absorb(value);
                }
                return;
            }
            _ => name.clone(),
        };
        let known = self.lookup(&name);
        let mut after = known.clone().unwrap_or_else(Value::unknown);
        match after.data {
            Data::Object(number) => {
                if let Some(object) = self.heap.get_mut(number) {
                    object.origin.absorb(value);
                }
            }
            Data::List(ref items) => {
                items.borrow_mut().push(value.clone());
                self.puts += 1;
                return;
            }
            Data::Path(_) => return,
            _ => {}
        }
        after.absorb(value);
        if matches!(after.data, Data::Text(_)) {
            after.data = Data::Unknown;
        }
        after.whole = value.whole;
        let told = |of: &Value| (of.sources, of.whole, of.tail, of.made, of.is_unknown());
        if known.is_none_or(|known| told(&known) != told(&after)) {
            self.assign_name(&name, after);
        }
    }

    /// The class of the object behind a value, or nothing.
    pub(super) fn class_of(&self, value: &Value) -> Rc<str> {
        match value.data {
            Data::Object(number) => self.heap.get(number).map_or_else(|| Rc::from(""), |object| object.class.clone()),
            _ => Rc::from(""),
        }
    }

    /// Everything that has a part in a value: of an object, all its fields.
    pub(super) fn all_of<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        if !matches!(value.data, Data::Object(_) | Data::List(_)) {
            return Cow::Borrowed(value);
        }
        let mut out = value.clone();
        match &value.data {
            Data::Object(number) => {
                if let Some(object) = self.heap.get(*number) {
                    out.absorb(&object.origin);
                    for field in object.fields.values() {
                        out.absorb(field);
                        if let Data::Object(inner) = field.data
                            && let Some(inner) = self.heap.get(inner)
                        {
                            out.absorb(&inner.origin);
                            inner.fields.values().for_each(|field| out.absorb(field));
                        }
                    }
                }
            }
            Data::List(items) => items.borrow().iter().take(64).for_each(|item| out.absorb(item)),
            _ => {}
        }
        Cow::Owned(out)
    }
}

/// Gives a name another value. `uncertain` says that the statement that does so may not have run.
pub(super) fn assign(before: &mut Value, mut value: Value, uncertain: bool) {
    let nothing = matches!(value.data, Data::Null);
    if uncertain && before.sources != 0 && value.sources == 0 && !nothing {
        // Who could choose the value before still can.
        value.absorb(before);
    } else if uncertain && nothing && matches!(before.data, Data::Object(_) | Data::List(_)) {
        // What is let go of in one branch is still held in another.
        return;
    }
    *before = value;
}

pub(super) fn stored_name(path: &str, index: &[Value]) -> Rc<str> {
    let key = index
        .first()
        .and_then(Value::as_text)
        .filter(|text| text.len() <= KEY_MAX)
        .map(|text| text.to_lowercase())
        .unwrap_or_default();
    Rc::from(format!("{path}[{key}]"))
}
