//! Rounds of loops that only make values of values: their names are looked up once for all rounds, and not in each.
//!
//! Decoders of encoded pages go round ten thousand times. What is done in a round is the same as everywhere else, step for step
//! and by the same functions; a body that does anything more has no plan.

use super::calls::Manner;
use super::names::assign;
use super::value::{Data, Value, Way, code_character};
use super::values::{compared, unary};
use super::{CONSTANT_MIN, End, Engine};
use crate::ast::{Expr, Kind, Op, Step, Stmt};
use crate::lex::Family;
use std::borrow::Cow;
use std::rc::Rc;

/// The body of a loop with its names numbered; the first of them is its counter.
pub(super) struct Plan {
    body: Vec<Do>,
    names: Vec<Name>,
    /// Functions of the language that are asked: the page must have nothing of its own under their names.
    asked: Vec<Rc<str>>,
}

struct Name {
    name: Rc<str>,
    /// A part of it is asked for: it must be a list or a text, and stay one.
    is_parted: bool,
    is_set: bool,
}

/// A statement of a plan.
enum Do {
    Set(usize, Option<Op>, Node, u32),
    If(Vec<(Node, Vec<Do>)>, Vec<Do>),
    Count(usize, Ends<Node>, Vec<Do>),
    Break,
}

/// An expression of a plan.
enum Node {
    Fixed(Value),
    Name(usize),
    Unary(Op, Box<Node>),
    Chain(Vec<Node>, Vec<Op>),
    /// A function of the language.
    Ask(Rc<str>, Manner, Vec<Node>, u32),
    /// An element of a list, a character of a text.
    Part(usize, Vec<Node>, u32),
}

/// Where a counter begins and ends, and its step.
pub(super) struct Ends<T> {
    pub(super) from: T,
    pub(super) to: T,
    pub(super) step: Option<T>,
}

/// What the names of a plan hold while its rounds are run.
pub(super) struct Held(Vec<Slot>);

struct Slot {
    name: Rc<str>,
    /// Nothing where the page has set nothing.
    value: Option<Value>,
    /// What the name stands for as long as that is so.
    unset: Value,
    is_changed: bool,
}

impl Held {
    fn value(&self, slot: usize) -> &Value {
        let slot = &self.0[slot];
        slot.value.as_ref().unwrap_or(&slot.unset)
    }
}

impl Engine<'_> {
    /// The plan of the body of a counting loop, where it can have one. It is made once.
    pub(super) fn plan(&mut self, counter: &Rc<str>, body: &[Stmt]) -> Option<Rc<Plan>> {
        if self.family != Family::Basic || self.setters || body.is_empty() {
            return None;
        }
        let key = body.as_ptr();
        if let Some(known) = self.plans.get(&key) {
            return known.clone();
        }
        let mut planner = Planner { engine: self, names: Vec::new(), asked: Vec::new() };
        planner.number(counter, |name| name.is_set = true);
        let plan = planner.body(body).and_then(|body| planner.end(body)).map(Rc::new);
        // Some of what is run as a script has trees of its own, which are gone when it ends.
        if self.fleeting == 0 {
            self.plans.insert(key, plan.clone());
        }
        plan
    }

    /// What the names of a plan hold now; nothing where one of them is more than a value.
    pub(super) fn enter(&mut self, plan: &Plan) -> Option<Held> {
        if plan.asked.iter().any(|name| self.is_own(name)) {
            return None;
        }
        let is_special = |data: &Data| match data {
            Data::Function(_) => true,
            Data::Path(path) => path.starts_with('·'),
            _ => false,
        };
        let has_parts = |data: &Data| matches!(data, Data::List(_) | Data::Text(_));
        let mut held = Vec::with_capacity(plan.names.len());
        for Name { name, is_parted, .. } in &plan.names {
            let value = self.lookup(name);
            // Inside of a function its name holds what it gives back; with brackets it is the function.
            if self.functions.contains_key(name) && (value.is_none() || *is_parted) {
                return None;
            }
            match &value {
                Some(value) if is_special(&value.data) || *is_parted && !has_parts(&value.data) => return None,
                None if *is_parted => return None,
                _ => {}
            }
            let unset = if value.is_none() { self.name(name) } else { Value::unknown() };
            held.push(Slot { name: name.clone(), value, unset, is_changed: false });
        }
        Some(Held(held))
    }

    /// Gives the names what the rounds left in them.
    pub(super) fn leave(&mut self, held: Held) {
        // Whether the old value stays beside the new one was seen to when it was set.
        let exact = std::mem::replace(&mut self.exact, 1);
        for Slot { name, value, .. } in held.0.into_iter().filter(|slot| slot.is_changed) {
            if let Some(value) = value {
                self.assign_name(&name, value);
            }
        }
        self.exact = exact;
    }

    /// One round of a plan.
    pub(super) fn round(&mut self, plan: &Plan, here: f64, held: &mut Held) -> End {
        self.counted(0, here, &plan.body, held)
    }

    fn counted(&mut self, counter: usize, here: f64, body: &[Do], held: &mut Held) -> End {
        self.set(counter, Value::number(here), held);
        self.exact += 1;
        let end = self.carry_out(body, held);
        self.exact -= 1;
        end
    }

    fn set(&self, slot: usize, value: Value, held: &mut Held) {
        let slot = &mut held.0[slot];
        slot.is_changed = true;
        match &mut slot.value {
            Some(before) => assign(before, value, self.exact == 0),
            empty => *empty = Some(value),
        }
    }

    fn carry_out(&mut self, body: &[Do], held: &mut Held) -> End {
        for one in body {
            if self.spent() {
                return End::Return;
            }
            let end = self.done(one, held);
            if end != End::Through && self.exact > 0 {
                return end;
            }
        }
        End::Through
    }

    fn done(&mut self, one: &Do, held: &mut Held) -> End {
        match one {
            Do::Set(slot, op, value, at) => {
                if self.is_too_far() {
                    return End::Through;
                }
                self.depth += 1;
                let mut value = self.worth(value, held).into_owned();
                if let Some(op) = op {
                    let before = self.named(*slot, held);
                    value = self.combined(*op, &before, value);
                }
                self.depth -= 1;
                if value.sources != 0 {
                    value = value.went(Way::Named(held.0[*slot].name.clone()), *at);
                }
                self.set(*slot, value, held);
            }
            Do::If(arms, otherwise) => {
                return self.branch_by(arms, otherwise, held, Self::holds_in, Self::carry_out);
            }
            Do::Count(counter, Ends { from, to, step }, body) => self.bounded(|engine| {
                let mut end = |node: &Node| engine.worth(node, held).into_owned();
                let ends = Ends { from: end(from), to: end(to), step: step.as_ref().map(end) };
                let round = |engine: &mut Self, here: f64| engine.counted(*counter, here, body, held);
                if !engine.times(&ends, round) {
                    engine.set(*counter, Value::unknown(), held);
                    engine.loose_by(|engine| {
                        engine.carry_out(body, held);
                    });
                }
            }),
            Do::Break => return End::Break,
        }
        End::Through
    }

    /// What an expression of a plan is worth. Names and what is fixed are only looked at.
    fn worth<'n>(&mut self, node: &'n Node, held: &'n Held) -> Cow<'n, Value> {
        if self.is_too_far() {
            return Cow::Owned(Value::unknown());
        }
        match node {
            Node::Fixed(value) => return Cow::Borrowed(value),
            Node::Name(slot) => return Cow::Borrowed(held.value(*slot)),
            _ => {}
        }
        self.depth += 1;
        let value = self.worked_out(node, held);
        self.depth -= 1;
        Cow::Owned(value)
    }

    fn worked_out(&mut self, node: &Node, held: &Held) -> Value {
        match node {
            Node::Fixed(value) => value.clone(),
            Node::Name(slot) => held.value(*slot).clone(),
            Node::Unary(op, inner) => unary(*op, &self.worth(inner, held)),
            Node::Chain(operands, ops) => self.chain_by(operands, ops, |engine, operand| engine.side(operand, held)),
            Node::Ask(name, manner, args, at) => {
                // The name is a step, and so is the call.
                self.steps += 1;
                if self.spent() {
                    return Value::unknown();
                }
                self.worths(args, held, |engine, values| {
                    engine.made_of(None, name, *manner, values, *at).unwrap_or_else(|rest| rest)
                })
            }
            Node::Part(slot, args, at) => {
                let whole = self.named(*slot, held);
                if self.spent() {
                    return whole.origin_only();
                }
                self.worths(args, held, |engine, values| match values {
                    [index] => engine.element(&whole, std::slice::from_ref(*index), *at),
                    more => engine.element(&whole, &more.iter().copied().cloned().collect::<Vec<_>>(), *at),
                })
            }
        }
    }

    /// One side of an operator.
    fn side<'n>(&mut self, operand: &'n Node, held: &'n Held) -> Cow<'n, Value> {
        let value = self.worth(operand, held);
        let empty = matches!(operand, Node::Name(_)) && self.is_empty(&value);
        if empty { Cow::Owned(Value::of(Data::Null)) } else { value }
    }

    /// Whether a condition holds, where that is known.
    fn holds_in(&mut self, condition: &Node, held: &mut Held) -> Option<bool> {
        if let Node::Chain(operands, ops) = condition
            && let ([left, right], [op]) = (operands.as_slice(), ops.as_slice())
            && op.compares()
        {
            if self.is_too_far() {
                return None;
            }
            let (left, right) = (self.side(left, held), self.side(right, held));
            return compared(*op, &left, &right);
        }
        self.worth(condition, held).as_bool()
    }

    fn named<'h>(&mut self, slot: usize, held: &'h Held) -> Cow<'h, Value> {
        if self.is_too_far() {
            return Cow::Owned(Value::unknown());
        }
        Cow::Borrowed(held.value(slot))
    }

    /// Hands the values of arguments on; for few of them no memory is asked for.
    fn worths(&mut self, args: &[Node], held: &Held, then: impl FnOnce(&mut Self, &[&Value]) -> Value) -> Value {
        match args {
            [one] => {
                let one = self.worth(one, held);
                then(self, &[&one])
            }
            [one, two] => {
                let (one, two) = (self.worth(one, held), self.worth(two, held));
                then(self, &[&one, &two])
            }
            [one, two, three] => {
                let (one, two, three) = (self.worth(one, held), self.worth(two, held), self.worth(three, held));
                then(self, &[&one, &two, &three])
            }
            more => {
                let values: Vec<Cow<'_, Value>> = more.iter().map(|arg| self.worth(arg, held)).collect();
                then(self, &values.iter().map(Cow::as_ref).collect::<Vec<_>>())
            }
        }
    }
}

/// Makes a plan of a body, or finds what keeps it from having one.
struct Planner<'e, 'p> {
    engine: &'e mut Engine<'p>,
    names: Vec<Name>,
    asked: Vec<Rc<str>>,
}

impl Planner<'_, '_> {
    fn end(&mut self, body: Vec<Do>) -> Option<Plan> {
        let is_plain = |name: &Name| !(name.is_set && (name.is_parted || self.asked.contains(&name.name)));
        self.names.iter().all(is_plain).then(|| Plan {
            body,
            names: std::mem::take(&mut self.names),
            asked: std::mem::take(&mut self.asked),
        })
    }

    /// The number of a name.
    fn number(&mut self, name: &Rc<str>, used: impl FnOnce(&mut Name)) -> usize {
        let number = self.names.iter().position(|known| known.name == *name).unwrap_or_else(|| {
            self.names.push(Name { name: name.clone(), is_parted: false, is_set: false });
            self.names.len() - 1
        });
        used(&mut self.names[number]);
        number
    }

    fn body(&mut self, body: &[Stmt]) -> Option<Vec<Do>> {
        body.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &Stmt) -> Option<Do> {
        Some(match statement {
            Stmt::Expr(Expr { kind: Kind::Assign(target, op, value), .. }) => {
                let Kind::Name(name) = &target.kind else { return None };
                let slot = self.number(name, |name| name.is_set = true);
                Do::Set(slot, *op, self.node(value)?, target.at)
            }
            Stmt::If(arms, otherwise) => {
                let arm = |(condition, body): &(Expr, Vec<Stmt>)| Some((self.node(condition)?, self.body(body)?));
                let arms = arms.iter().map(arm).collect::<Option<_>>()?;
                Do::If(arms, self.body(otherwise)?)
            }
            Stmt::Count(name, from, to, step, body) => {
                let counter = self.number(name, |name| name.is_set = true);
                let step = match step {
                    Some(step) => Some(self.node(step)?),
                    None => None,
                };
                Do::Count(counter, Ends { from: self.node(from)?, to: self.node(to)?, step }, self.body(body)?)
            }
            Stmt::Break => Do::Break,
            _ => return None,
        })
    }

    fn node(&mut self, expr: &Expr) -> Option<Node> {
        Some(match &expr.kind {
            Kind::Text(text) => Node::Fixed(Value::text(text.clone())),
            Kind::Number(number) => Node::Fixed(Value::number(*number)),
            Kind::Character(function, code) => {
                self.asked.push(Rc::from(*function));
                Node::Fixed(match code_character(*code) {
                    Some(character) => Value { made: true, ..Value::text(self.engine.characters.letter(character)) },
                    None => Value::unknown(),
                })
            }
            Kind::Name(name) => Node::Name(self.number(name, |_| {})),
            Kind::Unary(op, inner) => Node::Unary(*op, Box::new(self.node(inner)?)),
            Kind::Chain(operands, ops) => {
                let nodes: Vec<Node> = operands.iter().map(|operand| self.node(operand)).collect::<Option<_>>()?;
                // A sum in which nothing can change is worked out once for the whole page.
                if nodes.len() > CONSTANT_MIN && nodes.iter().all(|node| matches!(node, Node::Fixed(_))) {
                    return None;
                }
                Node::Chain(nodes, ops.clone())
            }
            Kind::Path(base, steps) => {
                let (Kind::Name(name), [(_, Step::Call(args))]) = (&base.kind, steps.as_slice()) else { return None };
                let nodes: Vec<Node> = args.iter().map(|arg| self.node(arg)).collect::<Option<_>>()?;
                if self.engine.is_plain(name) {
                    self.asked.push(name.clone());
                    Node::Ask(name.clone(), Manner::of(name), nodes, expr.at)
                } else {
                    Node::Part(self.number(name, |name| name.is_parted = true), nodes, expr.at)
                }
            }
            _ => return None,
        })
    }
}
