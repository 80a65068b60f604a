//! What an expression is worth.

use super::value::{Data, Edges, Value, code_character};
use super::{CONSTANT_MIN, COPIED_IN_A_STEP, Engine};
use crate::ast::{Expr, Function, Kind, Op, Step, Stmt};
use crate::fold;
use crate::lex::Family;
use crate::vocab;
use std::borrow::Cow;
use std::rc::Rc;

impl Engine<'_> {
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        self.within(|engine| engine.inner(expr))
    }

    /// One step further in, unless that is too far.
    pub(super) fn within(&mut self, work: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.is_too_far() {
            return Value::unknown();
        }
        self.depth += 1;
        let value = work(self);
        self.depth -= 1;
        value
    }

    pub(super) fn inner(&mut self, expr: &Expr) -> Value {
        // Long: one arm for each kind of expression.
        match &expr.kind {
            Kind::Text(text) => Value::text(text.clone()),
            Kind::Number(number) => Value::number(*number),
            Kind::Name(name) => self.name(name),
            Kind::Character(function, code) => self.character(function, *code, expr.at),
            Kind::Class(class) => Value::path(class.to_lowercase()),
            Kind::Missing => Value::unknown(),
            Kind::Function(function) => Value::of(Data::Function(function.clone())),
            Kind::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
                let mut list = Value::list(Vec::new());
                items.iter().for_each(|item| list.absorb(item));
                list.whole = false;
                list.with(Data::List(Rc::new(std::cell::RefCell::new(items))))
            }
            Kind::Object(fields) => {
                let object = self.object(Rc::from(""), Value::unknown());
                let fields: Vec<(Rc<str>, Value)> =
                    fields.iter().map(|(name, value)| (name.clone(), self.value(value))).collect();
                if let Data::Object(number) = object.data
                    && let Some(slot) = self.heap.get_mut(number)
                {
                    slot.fields.extend(fields);
                }
                object
            }
            Kind::Unary(op, inner) => unary(*op, &self.value(inner)),
            Kind::Chain(operands, ops) if operands.len() > CONSTANT_MIN => match self.constant(expr, operands) {
                Some(value) => value,
                None => self.chain(operands, ops),
            },
            Kind::Chain(operands, ops) => self.chain(operands, ops),
            Kind::Choice(condition, yes, no) => {
                let known = self.value(condition).as_bool();
                let yes = self.value(yes);
                let no = self.value(no);
                let (mut first, second) =
                    if known == Some(false) || yes.is_unknown() && !no.is_unknown() { (no, yes) } else { (yes, no) };
                if known.is_none() {
                    first.absorb(&second);
                }
                first
            }
            Kind::Assign(target, op, value) => self.assign(target, *op, value),
            Kind::Sequence(values) => self.values(values).pop().unwrap_or_else(Value::unknown),
            Kind::New(class, args, parts) => self.create(class, args, parts, expr.at),
            Kind::Path(base, steps) => self.path(base, steps, expr.at),
        }
    }

    pub(super) fn name(&mut self, name: &Rc<str>) -> Value {
        if let Some(value) = self.lookup(name) {
            if !matches!(&value.data, Data::Path(path) if &**path == "·input") {
                return value;
            }
            return Value::path(format!("·input.{name}"));
        }
        let lower = self.lower(name);
        if self.page.inputs.contains_key(&*lower) {
            return Value::path(format!("·input.{name}"));
        }
        match &*lower {
            "true" => return Value::of(Data::Bool(true)),
            "false" => return Value::of(Data::Bool(false)),
            "null" | "nothing" | "undefined" | "vbnullstring" => return Value::of(Data::Null),
            "empty" => return Value::text(""),
            "vbcrlf" | "vbnewline" => return Value::text("\r\n"),
            "vblf" => return Value::text("\n"),
            "vbcr" => return Value::text("\r"),
            "vbtab" => return Value::text("\t"),
            _ => {}
        }
        if let Some(overloads) = self.functions.get(&lower) {
            let function = overloads[0].clone();
            let is_property = function.params.is_empty() && !self.classes.contains_key(&lower);
            // In the basic family a function without parameters needs no brackets.
            let gives = self.family == Family::Basic || self.returns_only(&function);
            if is_property && !function.body.is_empty() && gives {
                return self.invoke(&function, Vec::new());
            }
            return Value::of(Data::Function(function));
        }
        Value::path(lower)
    }

    /// A getter: its body gives something back, and it is asked for by name.
    pub(super) fn returns_only(&self, function: &Function) -> bool {
        matches!(function.body.last(), Some(Stmt::Return(Some(_))))
    }

    pub(super) fn chain(&mut self, operands: &[Expr], ops: &[Op]) -> Value {
        self.chain_by(operands, ops, |engine, operand| Cow::Owned(engine.operand(operand)))
    }

    /// A chain of operands, each worth what `worth` says.
    pub(super) fn chain_by<'t, T>(
        &mut self,
        operands: &'t [T],
        ops: &[Op],
        mut worth: impl FnMut(&mut Self, &'t T) -> Cow<'t, Value>,
    ) -> Value {
        let mut left = worth(self, &operands[0]);
        // A sum of thousands of pieces is joined in one buffer.
        let mut buffer: Option<String> = None;
        for (op, operand) in ops.iter().zip(&operands[1..]) {
            let right = worth(self, operand);
            if matches!(op, Op::Add | Op::Join) && (buffer.is_some() || self.joins(*op, &left, &right)) {
                let more = right.as_text();
                let known = buffer.take().or_else(|| {
                    let start = left.as_text()?;
                    let mut text = std::mem::take(&mut self.spare);
                    text.push_str(&start);
                    Some(text)
                });
                match (known, more) {
                    (Some(mut text), Some(more)) if text.len() + more.len() <= fold::TEXT_MAX => {
                        text.push_str(&more);
                        if left.is_nobodys() && right.is_nobodys() {
                            left = Cow::Owned(Value::unknown());
                        } else {
                            mix(left.to_mut(), &right);
                        }
                        left.to_mut().made = true;
                        buffer = Some(text);
                        continue;
                    }
                    (known_start, _) => {
                        let known_start = known_start.map(Rc::from);
                        let left = left.to_mut();
                        mix(left, &right);
                        let starts = known_start.or_else(|| left.starts());
                        let ends = right.as_text().or_else(|| right.ends());
                        left.edges = Some(Rc::new(Edges { starts, ends }));
                        left.data = Data::Unknown;
                        continue;
                    }
                }
            }
            if let Some(text) = buffer.take() {
                left.to_mut().data = Data::Text(self.finished(text));
            }
            left = Cow::Owned(operate(*op, &left, &right));
        }
        let mut left = left.into_owned();
        if let Some(text) = buffer {
            left.data = Data::Text(self.finished(text));
        }
        left
    }

    /// A text of pieces.
    pub(super) fn put_together(&mut self, pieces: &[&str]) -> Rc<str> {
        let mut text = std::mem::take(&mut self.spare);
        text.extend(pieces.iter().copied());
        self.finished(text)
    }

    /// A text that was put together; its buffer serves again.
    fn finished(&mut self, mut text: String) -> Rc<str> {
        // Long texts that grow by a character are copied in every round.
        self.spend(text.len() / COPIED_IN_A_STEP);
        let whole = Rc::from(text.as_str());
        text.clear();
        self.spare = text;
        whole
    }

    /// The value of a sum in which nothing can change: worked out once, however often its function is called.
    fn constant(&mut self, expr: &Expr, operands: &[Expr]) -> Option<Value> {
        let key = std::ptr::from_ref(expr);
        if let Some(known) = self.constants.get(&key) {
            return known.clone();
        }
        let Kind::Chain(_, ops) = &expr.kind else { return None };
        let fixed = operands.iter().all(|operand| self.is_fixed(operand));
        let value = fixed.then(|| match joined(operands, ops) {
            Some(text) => {
                self.spend(operands.len());
                Value { made: true, ..Value::text(text) }
            }
            None => self.chain(operands, ops),
        });
        // Some of what is run as a script has trees of its own, which are gone when it ends.
        if self.fleeting == 0 {
            self.constants.insert(key, value.clone());
        }
        value
    }

    /// A character by its number, unless the page has something of its own under the name of the function.
    fn character(&mut self, function: &'static str, code: f64, at: u32) -> Value {
        if self.is_own(function) {
            let name = Expr::new(at, Kind::Name(Rc::from(function)));
            let call = Step::Call(vec![Expr::new(at, Kind::Number(code))]);
            return self.path(&name, &[(at, call)], at);
        }
        match code_character(code) {
            Some(character) => Value { made: true, ..Value::text(self.characters.letter(character)) },
            None => Value::unknown(),
        }
    }

    /// Texts, numbers, and characters by number.
    fn is_fixed(&self, expr: &Expr) -> bool {
        match &expr.kind {
            Kind::Text(_) | Kind::Number(_) => true,
            Kind::Character(function, _) => !self.is_own(function),
            _ => false,
        }
    }

    /// One side of an operator.
    pub(super) fn operand(&mut self, expr: &Expr) -> Value {
        let value = self.value(expr);
        if matches!(&expr.kind, Kind::Name(_)) && self.is_empty(&value) { Value::of(Data::Null) } else { value }
    }

    /// Whether a name of this value is an empty text beside an operator: in the basic family one that holds nothing yet is.
    pub(super) fn is_empty(&self, value: &Value) -> bool {
        self.family == Family::Basic && matches!(&value.data, Data::Path(path) if !path.contains('.'))
    }

    pub(super) fn joins(&self, op: Op, left: &Value, right: &Value) -> bool {
        let number = |value: &Value| matches!(value.data, Data::Number(_) | Data::Bool(_));
        match op {
            Op::Join => true,
            // Characters of C# add up as numbers only beside numbers.
            _ => {
                let counts = |value: &Value| number(value) || value.is_unknown();
                !((number(left) && counts(right)) || (number(right) && counts(left)))
            }
        }
    }

    pub(super) fn assign(&mut self, target: &Expr, op: Option<Op>, value: &Expr) -> Value {
        let mut value = self.value(value);
        if let Some(op) = op {
            let before = self.value(target);
            value = self.combined(op, &before, value);
        }
        self.store(target, value.clone());
        value
    }

    /// What `before += value` and its like leave.
    pub(super) fn combined(&mut self, op: Op, before: &Value, value: Value) -> Value {
        match op {
            // An event: whoever raises it calls what was added last.
            Op::Add if matches!(value.data, Data::Function(_)) => value,
            Op::Add | Op::Join if self.joins(op, before, &value) => {
                let mut out = before.clone();
                out.data = match (before.as_text(), value.as_text()) {
                    (Some(a), Some(b)) if a.len() + b.len() <= fold::TEXT_MAX => {
                        Data::Text(self.put_together(&[&a, &b]))
                    }
                    _ => Data::Unknown,
                };
                mix(&mut out, &value);
                out.made = true;
                out
            }
            op => operate(op, before, &value),
        }
    }

    pub(super) fn is_class_of_page(&self, holder: &Value) -> bool {
        match &holder.data {
            Data::Path(path) => self.classes.contains_key(vocab::last(path)),
            Data::Object(_) => self.classes.contains_key(self.class_of(holder).as_ref()),
            _ => false,
        }
    }
}

/// Texts and characters by number, joined; `None` where there is anything else, or too much.
fn joined(operands: &[Expr], ops: &[Op]) -> Option<String> {
    let mut out = String::with_capacity(operands.len());
    for operand in operands {
        match &operand.kind {
            Kind::Text(text) => out.push_str(text),
            Kind::Character(_, code) => out.push(code_character(*code)?),
            _ => return None,
        }
    }
    (ops.iter().all(|op| *op == Op::Join) && out.len() <= fold::TEXT_MAX).then_some(out)
}

/// Two parts of one text: who chose either has a part in it, and none has all of it unless the other part is empty.
pub(super) fn mix(left: &mut Value, right: &Value) {
    let is_blank = |value: &Value| matches!(&value.data, Data::Text(text) if text.trim().is_empty());
    let right_is_empty = || is_blank(right) || matches!(right.data, Data::Null);
    if matches!(left.data, Data::Measure) {
        left.sources = 0;
    }
    let right_sources = if matches!(right.data, Data::Measure) { 0 } else { right.sources };
    let tail = if left.tail != right.tail && right_is_empty() { left.tail } else { right.tail };
    let whole = match (left.sources != 0, right_sources != 0) {
        (true, true) => left.whole && right.whole,
        (true, false) => left.whole && right_is_empty(),
        (false, true) => right.whole && is_blank(left),
        (false, false) => false,
    };
    left.absorb(right);
    left.whole = whole;
    left.tail = tail;
}

pub(super) fn unary(op: Op, value: &Value) -> Value {
    match (op, value.as_bool(), value.as_code()) {
        (Op::Not, Some(known), _) => Value::of(Data::Bool(!known)),
        (Op::Not, None, _) => Value::of(Data::Measure),
        (Op::Minus, _, Some(number)) => value.with(Data::Number(-number)),
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        (Op::Invert, _, Some(number)) => value.with(Data::Number(!(number as i64) as f64)),
        _ => value.origin_only(),
    }
}

/// What a comparison says; nothing where that is not known, or it is none.
pub(super) fn compared(op: Op, left: &Value, right: &Value) -> Option<bool> {
    let numbers = |work: fn(&f64, &f64) -> bool| numbers(left, right).map(|(a, b)| work(&a, &b));
    match op {
        Op::Equal => equal(left, right),
        Op::Differs => equal(left, right).map(|same| !same),
        Op::Less => numbers(f64::lt),
        Op::More => numbers(f64::gt),
        Op::AtMost => numbers(f64::le),
        Op::AtLeast => numbers(f64::ge),
        _ => None,
    }
}

fn numbers(left: &Value, right: &Value) -> Option<(f64, f64)> {
    Some((left.as_number().or_else(|| left.as_code())?, right.as_number().or_else(|| right.as_code())?))
}

fn operate(op: Op, left: &Value, right: &Value) -> Value {
    // A comparison says yes or no, whoever chose its sides.
    if op.compares() {
        return Value::of(compared(op, left, right).map_or(Data::Measure, Data::Bool));
    }
    let texts = || Some((left.as_text()?, right.as_text()?));
    let codes = || Some((left.as_code()?, right.as_code()?));
    let numbers = || numbers(left, right);
    #[allow(clippy::cast_possible_truncation)]
    let whole = |number: f64| number as i64;
    #[allow(clippy::cast_precision_loss)]
    let number = |value: i64| Data::Number(value as f64);
    let bits = |work: fn(i64, i64) -> i64| codes().map(|(a, b)| number(work(whole(a), whole(b))));
    let data = match op {
        Op::Add => numbers().map(|(a, b)| Data::Number(a + b)),
        Op::Sub => numbers().map(|(a, b)| Data::Number(a - b)),
        Op::Mul => numbers().map(|(a, b)| Data::Number(a * b)),
        Op::Div => numbers().filter(|(_, b)| *b != 0.0).map(|(a, b)| Data::Number(a / b)),
        Op::Whole => numbers().filter(|(_, b)| *b != 0.0).map(|(a, b)| Data::Number((a / b).trunc())),
        Op::Rest => numbers().filter(|(_, b)| *b != 0.0).map(|(a, b)| Data::Number(a % b)),
        Op::Power => numbers().map(|(a, b)| Data::Number(a.powf(b))),
        Op::BitAnd => bits(|a, b| a & b),
        Op::BitOr => bits(|a, b| a | b),
        Op::Xor => match (left.as_bool(), right.as_bool(), &left.data) {
            (Some(a), Some(b), Data::Bool(_)) => Some(Data::Bool(a != b)),
            _ => bits(|a, b| a ^ b),
        },
        Op::Left => bits(|a, b| a.wrapping_shl(u32::try_from(b & 63).unwrap_or(0))),
        Op::Right => bits(|a, b| a.wrapping_shr(u32::try_from(b & 63).unwrap_or(0))),
        Op::And => {
            let both = left.as_bool().zip(right.as_bool()).map(|(a, b)| Data::Bool(a && b));
            return Value::of(both.unwrap_or(Data::Measure));
        }
        Op::Or
            if matches!((&left.data, &right.data), (Data::Measure | Data::Bool(_), Data::Measure | Data::Bool(_))) =>
        {
            return Value::of(left.as_bool().zip(right.as_bool()).map_or(Data::Measure, |(a, b)| Data::Bool(a || b)));
        }
        Op::Or => left.as_bool().zip(right.as_bool()).map(|(a, b)| Data::Bool(a || b)),
        Op::Else => {
            let mut first = if left.is_unknown() && left.sources == 0 { right.clone() } else { left.clone() };
            first.absorb(right);
            return first;
        }
        Op::Equal | Op::Differs | Op::Less | Op::More | Op::AtMost | Op::AtLeast => None,
        Op::Join | Op::Not | Op::Minus | Op::Invert => texts().map(|(a, b)| Data::Text(Rc::from(format!("{a}{b}")))),
    };
    let mut out = left.origin_only();
    out.absorb_any(right);
    out.made = true;
    let numbers = matches!(left.data, Data::Measure) || matches!(right.data, Data::Measure);
    out.data = data.unwrap_or(if numbers { Data::Measure } else { Data::Unknown });
    out
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (&left.data, &right.data) {
        (Data::Number(a), Data::Number(b)) => return Some((a - b).abs() < f64::EPSILON),
        (Data::Text(a), Data::Text(b)) => return Some(a == b),
        _ => {}
    }
    Some(left.as_text()? == right.as_text()?)
}
