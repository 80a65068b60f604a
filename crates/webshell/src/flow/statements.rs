//! What is done, one statement after the other: branches that hang on unknown values are all taken, loops run round by round where their end is known.

use super::rounds::Ends;
use super::value::{Channel, Data, Value, Way};
use super::{End, Engine, IDLE_ROUNDS_MAX, LOOP_STEPS_MAX, ROUNDS_MAX, UNSURE_ROUNDS_MAX};
use crate::ast::{Declared, Expr, Kind, Loop, Stmt};
use crate::lex::Family;
use std::rc::Rc;

impl Engine<'_> {
    pub(super) fn statements(&mut self, statements: &[Stmt]) -> End {
        for statement in statements {
            if self.spent() {
                return End::Return;
            }
            let end = self.statement(statement);
            // What a loop that is only looked at leaves early, others may not: the rest is read all the same.
            if end != End::Through && self.exact > 0 {
                return end;
            }
        }
        End::Through
    }

    pub(super) fn statement(&mut self, statement: &Stmt) -> End {
        // Long: one arm for each kind of statement.
        match statement {
            Stmt::Expr(expr) => {
                self.value(expr);
            }
            Stmt::Declare(names) => names.iter().for_each(|name| self.declared(name)),
            Stmt::If(arms, otherwise) => return self.branch(arms, otherwise),
            Stmt::Loop(looped) => self.bounded(|engine| engine.looped(looped)),
            Stmt::Count(name, from, to, step, body) => {
                self.bounded(|engine| engine.count(name, from, to, step.as_ref(), body))
            }
            Stmt::Each(name, of, body) => self.bounded(|engine| engine.each(name, of, body)),
            Stmt::Switch(value, cases) => return self.switch(value, cases),
            Stmt::Return(value) => {
                if let Some(value) = value {
                    let value = self.value(value);
                    self.give_back(value);
                }
                self.may_leave |= self.exact == 0;
                return End::Return;
            }
            Stmt::Yield(value) => {
                let value = self.value(value);
                let mut all = Value::list(vec![value.clone()]);
                all.absorb(&value);
                self.give_back(all);
            }
            Stmt::Break => {
                self.may_leave |= self.exact == 0;
                return End::Break;
            }
            Stmt::Continue => return End::Continue,
            Stmt::Block(body) => return self.statements(body),
            Stmt::Function(_) => {}
            Stmt::Class(class) => {
                // Fields of all classes share one room: what one object holds, another of its kind may.
                for inner in &class.body {
                    if !matches!(inner, Stmt::Function(_) | Stmt::Class(_)) {
                        self.statement(inner);
                    }
                }
                for inner in &class.body {
                    if let Stmt::Function(function) = inner
                        && matches!(function.name.as_ref(), "class_initialize" | "class_terminate")
                    {
                        self.invoke(function, Vec::new());
                    }
                }
            }
            Stmt::With(of, body) => {
                let value = self.value(of);
                let name: Rc<str> = Rc::from("·with");
                let before = self.lookup(&name);
                self.assign_name(&name, value);
                self.statements(body);
                if let Some(before) = before {
                    self.assign_name(&name, before);
                }
            }
        }
        End::Through
    }

    pub(super) fn give_back(&mut self, value: Value) {
        if let Some(slot) = self.returned.last_mut() {
            *slot = Some(match slot.take() {
                Some(mut before) => {
                    // The last known value counts, and all origins.
                    let mut value = value;
                    if value.is_unknown() && !before.is_unknown() {
                        before.absorb(&value);
                        before
                    } else {
                        value.absorb(&before);
                        value
                    }
                }
                None => value,
            });
        }
    }

    pub(super) fn declared(&mut self, name: &Declared) {
        let value = match &name.value {
            Some(value) => self.value(value).went(Way::Named(name.name.clone()), name.at),
            None => {
                let class = name.class.as_deref().unwrap_or("").to_lowercase();
                if self.lookup(&name.name).is_some() {
                    return;
                }
                match self.by_class(&class) {
                    value
                        if value.is_unknown()
                            && self.family == Family::Basic
                            && matches!(class.as_str(), "" | "string") =>
                    {
                        Value::of(Data::Null)
                    }
                    value => value,
                }
            }
        };
        let key = name.name.clone();
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(key, value);
        }
    }

    pub(super) fn branch(&mut self, arms: &[(Expr, Vec<Stmt>)], otherwise: &[Stmt]) -> End {
        let ask = |engine: &mut Self, condition: &Expr, (): &mut ()| engine.value(condition).as_bool();
        self.branch_by(arms, otherwise, &mut (), ask, |engine, body, ()| engine.statements(body))
    }

    /// Conditions that hold where `ask` says so, with bodies that `run` runs.
    pub(super) fn branch_by<C, T, S>(
        &mut self,
        arms: &[(C, Vec<T>)],
        otherwise: &[T],
        state: &mut S,
        ask: impl Fn(&mut Self, &C, &mut S) -> Option<bool>,
        run: impl Fn(&mut Self, &[T], &mut S) -> End,
    ) -> End {
        let mut open = false;
        for (condition, body) in arms {
            match ask(self, condition, state).filter(|_| self.exact > 0) {
                Some(true) if !open => return run(self, body, state),
                Some(false) => {}
                _ => {
                    open = true;
                    self.guarded(|engine| run(engine, body, state));
                }
            }
        }
        if self.exact > 0 && !open {
            return run(self, otherwise, state);
        }
        self.guarded(|engine| run(engine, otherwise, state));
        End::Through
    }

    /// Statements that may not run: what they end is not taken as ended.
    pub(super) fn guarded(&mut self, run: impl FnOnce(&mut Self) -> End) {
        let exact = std::mem::take(&mut self.exact);
        run(self);
        self.exact = exact;
    }

    /// A loop with steps of its own: one that decodes for too long leaves what it has, and the rest of the page is read.
    pub(super) fn bounded(&mut self, run: impl FnOnce(&mut Self)) {
        let whole = self.entry_end;
        self.entry_end = whole.min(self.steps.saturating_add(LOOP_STEPS_MAX));
        let may_leave = self.may_leave;
        run(self);
        self.may_leave = may_leave;
        self.seen.cut |= self.steps >= self.entry_end;
        self.entry_end = whole.min(self.limit);
    }

    pub(super) fn looped(&mut self, looped: &Loop) {
        self.statements(&looped.first);
        let (mut rounds, mut unsure, mut idle) = (0, 0, Idle::of(&looped.body));
        let mut known = looped.after
            || looped.condition.as_ref().is_some_and(|condition| self.holds(condition, looped.until) == Some(true));
        if known && self.loose == 0 {
            self.look(&looped.body, &looped.step);
        }
        while known && rounds < ROUNDS_MAX && self.steps < self.entry_end {
            rounds += 1;
            self.exact += 1;
            self.may_leave = false;
            let puts = self.puts;
            let end = self.statements(&looped.body);
            self.exact -= 1;
            unsure = if self.may_leave { unsure + 1 } else { 0 };
            if end == End::Break || end == End::Return {
                return;
            }
            let puts = self.puts - puts;
            looped.step.iter().for_each(|step| {
                self.value(step);
            });
            let again = looped.condition.as_ref().and_then(|condition| self.holds(condition, looped.until));
            if again == Some(false) {
                return;
            }
            known = again == Some(true) && !idle.too_long(puts) && unsure < UNSURE_ROUNDS_MAX;
        }
        self.seen.cut |= rounds >= ROUNDS_MAX;
        self.loose(&looped.body, &looped.step);
    }

    /// One look at a body before its rounds are run: everything in it is seen, and nothing of it kept.
    pub(super) fn look(&mut self, body: &[Stmt], step: &[Expr]) {
        if !body.iter().any(|statement| matches!(statement, Stmt::Switch(..) | Stmt::If(..) | Stmt::Block(_))) {
            return;
        }
        let before = self.scopes.clone();
        self.loose(body, step);
        self.scopes = before;
    }

    pub(super) fn holds(&mut self, condition: &Expr, until: bool) -> Option<bool> {
        self.value(condition).as_bool().map(|holds| holds != until)
    }

    /// A body whose rounds are not known: read twice, so that what one round leaves reaches the next.
    pub(super) fn loose(&mut self, body: &[Stmt], step: &[Expr]) {
        self.loose_by(|engine| {
            engine.statements(body);
            for step in step {
                engine.value(step);
            }
        });
    }

    pub(super) fn loose_by(&mut self, mut round: impl FnMut(&mut Self)) {
        let exact = std::mem::take(&mut self.exact);
        let rounds = if self.loose == 0 { 2 } else { 1 };
        self.loose += 1;
        for _ in 0..rounds {
            round(self);
        }
        self.loose -= 1;
        self.exact = exact;
    }

    pub(super) fn count(&mut self, name: &Rc<str>, from: &Expr, to: &Expr, step: Option<&Expr>, body: &[Stmt]) {
        let from = self.value(from);
        let to = self.value(to);
        let step = step.map(|step| self.value(step));
        let ends = Ends { from, to, step };
        let plan = self.plan(name, body);
        let known = match plan.and_then(|plan| Some((self.enter(&plan)?, plan))) {
            Some((mut held, plan)) => {
                let known = self.times(&ends, |engine, here| engine.round(&plan, here, &mut held));
                self.leave(held);
                known
            }
            None => self.times(&ends, |engine, here| {
                engine.assign_name(name, Value::number(here));
                engine.exact += 1;
                let end = engine.statements(body);
                engine.exact -= 1;
                end
            }),
        };
        if !known {
            self.assign_name(name, Value::unknown());
            self.loose(body, &[]);
        }
    }

    /// Rounds of a counter, where its ends are known; says whether they are.
    pub(super) fn times(&mut self, ends: &Ends<Value>, mut round: impl FnMut(&mut Self, f64) -> End) -> bool {
        let step = ends.step.as_ref().map_or(Some(1.0), Value::as_number);
        let (Some(from), Some(to), Some(step)) = (ends.from.as_number(), ends.to.as_number(), step) else {
            return false;
        };
        if step == 0.0 {
            return false;
        }
        let mut here = from;
        let mut rounds = 0;
        while (if step > 0.0 { here <= to } else { here >= to }) && rounds < ROUNDS_MAX && self.steps < self.entry_end {
            rounds += 1;
            if matches!(round(self, here), End::Break | End::Return) {
                break;
            }
            here += step;
        }
        true
    }

    pub(super) fn each(&mut self, name: &Rc<str>, of: &Expr, body: &[Stmt]) {
        let of = self.value(of);
        let items: Option<Vec<Value>> = match &of.data {
            Data::List(items) => Some(items.borrow().clone()),
            Data::Text(text) => Some(text.chars().map(|c| of.with(Data::Text(Rc::from(c.to_string())))).collect()),
            _ => None,
        };
        match items.filter(|items| !items.is_empty()) {
            Some(items) => {
                for item in items.into_iter().take(ROUNDS_MAX as usize) {
                    if self.steps >= self.entry_end {
                        return;
                    }
                    self.assign_name(name, item);
                    self.exact += 1;
                    let end = self.statements(body);
                    self.exact -= 1;
                    if end == End::Break || end == End::Return {
                        return;
                    }
                }
            }
            None => {
                let item = match &of.data {
                    Data::Path(path) if &**path == "request.files" => self.source(Channel::File, None, 0),
                    _ => of.origin_only(),
                };
                self.assign_name(name, item);
                self.loose(body, &[]);
            }
        }
    }

    pub(super) fn switch(&mut self, value: &Expr, cases: &[(Vec<Expr>, Vec<Stmt>)]) -> End {
        // What leaves a case stays in the loop.
        let may_leave = self.may_leave;
        let end = self.cases(value, cases);
        self.may_leave = may_leave;
        end
    }

    fn cases(&mut self, value: &Expr, cases: &[(Vec<Expr>, Vec<Stmt>)]) -> End {
        let value = self.value(value);
        if self.exact > 0
            && let Some(text) = value.as_text()
        {
            let mut running = false;
            for (labels, body) in cases {
                running |= labels.iter().any(|label| self.value(label).as_text().as_deref() == Some(&*text));
                if running {
                    return match self.statements(body) {
                        End::Break => End::Through,
                        end => end,
                    };
                }
            }
            for (labels, body) in cases {
                if labels.is_empty() {
                    let end = self.statements(body);
                    return if end == End::Break { End::Through } else { end };
                }
            }
            return End::Through;
        }
        for (labels, body) in cases {
            for label in labels {
                self.value(label);
            }
            self.guarded(|engine| engine.statements(body));
        }
        End::Through
    }
}

/// Rounds in a row of a loop that leave nothing behind.
///
/// Where a body only calls functions, what the next round does is what this one did: all of it was seen.
struct Idle {
    only_calls: bool,
    rounds: u32,
}

impl Idle {
    fn of(body: &[Stmt]) -> Self {
        let is_call = |statement: &Stmt| matches!(statement, Stmt::Expr(Expr { kind: Kind::Path(..), .. }));
        Self { only_calls: body.iter().all(is_call), rounds: 0 }
    }

    /// Counts a round that put so many values somewhere.
    fn too_long(&mut self, puts: u64) -> bool {
        self.rounds = if self.only_calls && puts == 0 { self.rounds + 1 } else { 0 };
        self.rounds >= IDLE_ROUNDS_MAX
    }
}
