//! VBScript and VB.NET. Names arrive in lower case.

use super::{Cursor, INDEXER, chain, imported, rc};
use crate::ast::{Class, Declared, Expr, Function, Kind, Loop, Op, Param, Step, Stmt};
use crate::lex::{Family, Tok};
use std::rc::Rc;

const MODIFIERS: [&str; 20] = [
    "public",
    "private",
    "protected",
    "friend",
    "shared",
    "readonly",
    "overrides",
    "overridable",
    "mustoverride",
    "notoverridable",
    "shadows",
    "default",
    "partial",
    "mustinherit",
    "notinheritable",
    "withevents",
    "static",
    "overloads",
    "async",
    "iterator",
];

/// Words that end what another word began.
const ENDS: [&str; 11] =
    ["end", "else", "elseif", "loop", "next", "wend", "case", "catch", "finally", "endif", "until"];

pub(super) fn script(c: &mut Cursor) -> Vec<Stmt> {
    let mut out = Vec::new();
    while !c.done() {
        let before = c.at;
        block(c, &[], &mut out);
        if c.at == before {
            // An end of something that never began.
            c.at += 1;
        }
    }
    out
}

/// Statements up to one of `ends`, which is left standing. Without `ends` every end is left standing.
fn block(c: &mut Cursor, ends: &[&str], out: &mut Vec<Stmt>) {
    while !c.done() {
        if matches!(c.peek(0), Some(Tok::Line | Tok::Sign(":"))) {
            c.at += 1;
            continue;
        }
        if let Some(word) = c.name(0).filter(|word| ENDS.contains(word)) {
            let value = c.is_at(1, "=") || c.is_at(1, ".") || c.is_at(1, "(");
            let ours = ends.contains(&word) || ends.is_empty();
            if !value && ours {
                return;
            }
            // An end of something else: inside of ours it closes nothing.
            if !value && word != "until" {
                if closes_outer(c, word) {
                    return;
                }
                end_of_line(c);
                continue;
            }
        }
        let before = c.at;
        let found = c.deeper(|| None, statement);
        out.extend(found);
        c.at = c.at.max(before + 1);
    }
}

/// `End Sub` and its like close whatever is still open inside the function.
fn closes_outer(c: &Cursor, word: &str) -> bool {
    word == "end"
        && matches!(c.name(1), Some("sub" | "function" | "property" | "class" | "module" | "namespace"))
        && c.depth > 0
}

fn end_of_line(c: &mut Cursor) {
    while !c.done() && !matches!(c.peek(0), Some(Tok::Line | Tok::Sign(":"))) {
        c.at += 1;
    }
}

fn to_line(c: &mut Cursor) {
    while !c.done() && !matches!(c.peek(0), Some(Tok::Line)) {
        c.at += 1;
    }
}

fn at_end(c: &Cursor) -> bool {
    matches!(c.peek(0), None | Some(Tok::Line | Tok::Sign(":")))
}

/// Takes `End Kind`, `EndKind` or the single word that closes a block.
fn close(c: &mut Cursor, kind: &str) {
    if c.word("end") && c.name(1) == Some(kind) {
        c.at += 2;
    } else if kind == "if" && c.word("endif") {
        c.at += 1;
    }
}

fn statement(c: &mut Cursor) -> Option<Stmt> {
    // Long: one arm for each word that begins a statement.
    let begins = c.at;
    let offered = head(c);
    let marks = c.words.get(begins..c.at).unwrap_or_default();
    let word = c.name(0).unwrap_or("");
    if c.is_at(1, "=") && !matches!(word, "if" | "const" | "dim" | "case") {
        return Some(simple(c));
    }
    match word {
        "if" => return Some(branch(c)),
        "for" => return Some(counted(c)),
        "do" => return Some(endless(c)),
        "while" => {
            c.at += 1;
            let condition = Some(expression(c));
            let mut body = Vec::new();
            block(c, &["wend", "end"], &mut body);
            if !c.take_word("wend") {
                close(c, "while");
            }
            return Some(Loop::asking(condition, body).into());
        }
        "select" => return Some(select(c)),
        "with" => {
            c.at += 1;
            let of = expression(c);
            let mut body = Vec::new();
            // A plain name, or members of one, stands for itself inside.
            c.with.push(is_plain(&of).then(|| of.clone()));
            block(c, &["end"], &mut body);
            c.with.pop();
            close(c, "with");
            return Some(Stmt::With(of, body));
        }
        "sub" | "function" | "property" => {
            let by_itself = marks.iter().any(|word| matches!(&word.tok, Tok::Name(name) if name == "default"));
            let function = imported(Rc::new(function(c, offered)), marks, "entrypoint");
            // What an object does where it is called or indexed itself.
            let own = by_itself.then(|| Rc::new(Function { name: rc(INDEXER), ..(*function).clone() }));
            return Some(match own {
                Some(own) => Stmt::Block(vec![Stmt::Function(function), Stmt::Function(own)]),
                None => Stmt::Function(function),
            });
        }
        "declare" if c.name(1).is_some() => return Some(Stmt::Function(Rc::new(foreign(c)))),
        "class" | "module" | "structure" | "interface" | "namespace" if c.name(1).is_some() => {
            return Some(class(c, word));
        }
        "dim" | "const" | "redim" | "var" => {
            c.at += 1;
            let keeps = c.take_word("preserve");
            return Some(declared(c, keeps));
        }
        "set" | "let" | "call" if c.name(1).is_some() => {
            c.at += 1;
            return Some(simple(c));
        }
        "try" => {
            c.at += 1;
            let mut body = Vec::new();
            block(c, &["catch", "finally", "end"], &mut body);
            while c.word("catch") || c.word("finally") {
                to_line(c);
                block(c, &["catch", "finally", "end"], &mut body);
            }
            close(c, "try");
            return Some(Stmt::Block(body));
        }
        "using" | "synclock" => {
            c.at += 1;
            let mut body = vec![declared(c, false)];
            block(c, &["end"], &mut body);
            close(c, word);
            return Some(Stmt::Block(body));
        }
        "exit" | "continue" | "goto" => {
            let inner = c.name(1).unwrap_or("");
            let out = match inner {
                "sub" | "function" | "property" => Stmt::Return(None),
                _ if word == "continue" => Stmt::Continue,
                _ => Stmt::Break,
            };
            end_of_line(c);
            return Some(out);
        }
        "return" | "throw" => {
            c.at += 1;
            let value = (!at_end(c)).then(|| expression(c));
            return Some(Stmt::Return(value));
        }
        "on" | "option" | "imports" | "inherits" | "implements" | "resume" | "erase" | "randomize"
            if !c.is_at(1, "(") && !c.is_at(1, ".") =>
        {
            end_of_line(c);
            return None;
        }
        _ => {}
    }
    // A field after its modifiers: `Private name As Type = value`.
    if c.name(0).is_some() && c.name(1) == Some("as") {
        return Some(declared(c, false));
    }
    Some(simple(c))
}

/// Passes attributes and modifiers over. True where one offers the function to anyone.
fn head(c: &mut Cursor) -> bool {
    let mut offered = false;
    loop {
        if c.is("<") && c.name(1).is_some() {
            let end = (1..64).find(|ahead| c.is_at(*ahead, ">"));
            let Some(end) = end else { return offered };
            offered |= (1..end).any(|ahead| {
                matches!(c.name(ahead), Some("webmethod" | "webmethodattribute" | "operationcontract" | "scriptmethod"))
            });
            c.at += end + 1;
            while matches!(c.peek(0), Some(Tok::Line)) {
                c.at += 1;
            }
        } else if c.name(0).is_some_and(|word| MODIFIERS.contains(&word)) && c.name(1).is_some() {
            c.at += 1;
        } else {
            return offered;
        }
    }
}

/// An assignment, a call with or without brackets, or a value.
fn simple(c: &mut Cursor) -> Stmt {
    let at = c.here();
    let target = postfix(c);
    let op = match c.peek(0) {
        Some(Tok::Sign("=")) => Some(None),
        Some(Tok::Sign("&=")) => Some(Some(Op::Join)),
        Some(Tok::Sign("+=")) => Some(Some(Op::Add)),
        Some(Tok::Sign("-=")) => Some(Some(Op::Sub)),
        Some(Tok::Sign("*=" | "/=")) => Some(Some(Op::Else)),
        _ => None,
    };
    if let Some(op) = op {
        c.at += 1;
        let value = expression(c);
        return Stmt::Expr(Expr::new(at, Kind::Assign(Box::new(target), op, Box::new(value))));
    }
    if at_end(c) || c.name(0).is_some_and(|word| matches!(word, "else" | "end" | "loop" | "next")) {
        return Stmt::Expr(bare_call(target));
    }
    if matches!(c.peek(0), Some(Tok::Sign("&" | "+" | "-" | "*" | "/" | "<" | ">" | "<>" | "^")))
        && takes_brackets(&target)
    {
        let rest = continued(c, target);
        return Stmt::Expr(rest);
    }
    let mut args = Vec::new();
    loop {
        let before = c.at;
        if c.is(",") {
            args.push(Expr::missing(c.here()));
        } else {
            args.push(expression(c));
        }
        if !c.take(",") || c.at == before {
            break;
        }
    }
    Stmt::Expr(Expr::new(at, call_on(target, args).kind))
}

fn takes_brackets(target: &Expr) -> bool {
    matches!(&target.kind, Kind::Path(_, steps) if matches!(steps.last(), Some((_, Step::Call(_)))))
}

/// The rest of a sum whose first operand was already read. What it joins is given to the call that was read.
fn continued(c: &mut Cursor, first: Expr) -> Expr {
    c.at += 1;
    let rest = expression(c);
    let at = first.at;
    match first.kind {
        // `eval(a) & b` is a call with one argument, `(a) & b`.
        Kind::Path(base, mut steps) => {
            if let Some((_, Step::Call(args))) = steps.last_mut()
                && let Some(last) = args.pop()
            {
                args.push(Expr::new(at, Kind::Chain(vec![last, rest], vec![Op::Join])));
            }
            Expr::new(at, Kind::Path(base, steps))
        }
        kind => Expr::new(at, kind),
    }
}

/// A name that stands alone is called.
fn bare_call(target: Expr) -> Expr {
    match &target.kind {
        Kind::Name(_) => call_on(target, Vec::new()),
        Kind::Path(_, steps) if matches!(steps.last(), Some((_, Step::Member(_)))) => call_on(target, Vec::new()),
        _ => target,
    }
}

fn call_on(target: Expr, args: Vec<Expr>) -> Expr {
    let at = target.at;
    match target.kind {
        Kind::Path(base, mut steps) => {
            steps.push((at, Step::Call(args)));
            Expr::new(at, Kind::Path(base, steps))
        }
        _ => Expr::new(at, Kind::Path(Box::new(target), vec![(at, Step::Call(args))])),
    }
}

fn branch(c: &mut Cursor) -> Stmt {
    c.at += 1;
    let condition = expression(c);
    let then = c.take_word("then");
    if then && !matches!(c.peek(0), Some(Tok::Line) | None) {
        return one_line(c, condition);
    }
    let mut arms = vec![(condition, Vec::new())];
    let mut otherwise = Vec::new();
    block(c, &["elseif", "else", "end", "endif"], &mut arms[0].1);
    loop {
        if c.word("elseif") || (c.word("else") && c.name(1) == Some("if")) {
            c.at += if c.word("else") { 2 } else { 1 };
            let condition = expression(c);
            c.take_word("then");
            let mut body = Vec::new();
            block(c, &["elseif", "else", "end", "endif"], &mut body);
            arms.push((condition, body));
        } else if c.take_word("else") {
            block(c, &["elseif", "else", "end", "endif"], &mut otherwise);
        } else {
            break;
        }
    }
    close(c, "if");
    Stmt::If(arms, otherwise)
}

/// `If a Then b [: c] [Else d]` on one line.
fn one_line(c: &mut Cursor, condition: Expr) -> Stmt {
    let mut yes = Vec::new();
    let mut no = Vec::new();
    let mut other = false;
    while !c.done() && !matches!(c.peek(0), Some(Tok::Line)) {
        if c.take(":") {
            continue;
        }
        if c.word("elseif") {
            c.at += 1;
            let condition = expression(c);
            c.take_word("then");
            no.push(one_line(c, condition));
            break;
        }
        if c.take_word("else") {
            other = true;
            continue;
        }
        if c.word("end") && c.name(1) == Some("if") {
            c.at += 2;
            break;
        }
        if c.word("end") && !c.is_at(1, "=") {
            c.at += 1;
            continue;
        }
        if c.name(0).is_some_and(|word| matches!(word, "loop" | "next" | "wend")) {
            break;
        }
        let before = c.at;
        let found = c.deeper(|| None, statement);
        if other { &mut no } else { &mut yes }.extend(found);
        c.at = c.at.max(before + 1);
    }
    Stmt::If(vec![(condition, yes)], no)
}

fn counted(c: &mut Cursor) -> Stmt {
    c.at += 1;
    if c.take_word("each") {
        let name = rc(c.name(0).unwrap_or(""));
        c.at += 1;
        typed(c);
        c.take_word("in");
        let of = expression(c);
        let mut body = Vec::new();
        block(c, &["next"], &mut body);
        after_next(c);
        return Stmt::Each(name, of, body);
    }
    let name = rc(c.name(0).unwrap_or(""));
    c.at += 1;
    typed(c);
    c.take("=");
    let from = expression(c);
    c.take_word("to");
    let to = expression(c);
    let step = c.take_word("step").then(|| expression(c));
    let mut body = Vec::new();
    block(c, &["next"], &mut body);
    after_next(c);
    Stmt::Count(name, from, to, step, body)
}

fn after_next(c: &mut Cursor) {
    if c.take_word("next")
        && c.name(0).is_some()
        && !c.is_at(1, "=")
        && !c.is_at(1, "(")
        && !c.is_at(1, ".")
        && matches!(c.peek(1), None | Some(Tok::Line | Tok::Sign(":")))
    {
        c.at += 1;
    }
}

fn endless(c: &mut Cursor) -> Stmt {
    c.at += 1;
    let mut until = c.word("until");
    let mut condition = None;
    let mut after = false;
    if c.word("while") || c.word("until") {
        c.at += 1;
        condition = Some(expression(c));
    }
    let mut body = Vec::new();
    block(c, &["loop"], &mut body);
    c.take_word("loop");
    if c.word("while") || c.word("until") {
        until = c.word("until");
        after = true;
        c.at += 1;
        condition = Some(expression(c));
    }
    Loop { until, after, ..Loop::asking(condition, body) }.into()
}

fn select(c: &mut Cursor) -> Stmt {
    c.at += 1;
    c.take_word("case");
    let value = expression(c);
    let mut cases = Vec::new();
    let mut before = Vec::new();
    block(c, &["case", "end"], &mut before);
    while c.take_word("case") {
        let mut labels = Vec::new();
        if !c.take_word("else") {
            loop {
                c.take_word("is");
                labels.push(expression(c));
                if c.take_word("to") {
                    expression(c);
                }
                if !c.take(",") {
                    break;
                }
            }
        }
        let mut body = Vec::new();
        block(c, &["case", "end"], &mut body);
        cases.push((labels, body));
    }
    close(c, "select");
    Stmt::Switch(value, cases)
}

/// `Declare Function Name Lib "kernel32" Alias "WinExec" (...)`.
fn foreign(c: &mut Cursor) -> Function {
    let is_kind = |word: &str| matches!(word, "function" | "sub");
    while c.name(0).is_some_and(|word| !is_kind(word)) {
        c.at += 1;
    }
    c.at += 1;
    let name = rc(c.name(0).unwrap_or(""));
    let mut imports = None;
    while !c.done() && !c.is("(") && !at_end(c) {
        if let (true, Some(Tok::Text(text))) = (c.word("alias"), c.peek(1)) {
            imports = Some(text.as_str());
        }
        c.at += 1;
    }
    let params = parameters(c);
    end_of_line(c);
    let function = Function { name, params, body: Vec::new(), offered: false };
    imports.map_or_else(|| function.clone(), |imports| super::alias(&function, imports))
}

fn function(c: &mut Cursor, offered: bool) -> Function {
    let kind = c.name(0).unwrap_or("").to_owned();
    c.at += 1;
    if kind == "property" && matches!(c.name(0), Some("get" | "let" | "set")) {
        c.at += 1;
    }
    let name = rc(c.name(0).unwrap_or(""));
    c.at += 1;
    let params = parameters(c);
    typed(c);
    to_statement_end(c);
    let mut body = Vec::new();
    while kind == "property" && matches!(c.peek(0), Some(Tok::Line)) {
        c.at += 1;
    }
    if kind == "property" && c.take_word("get") {
        block(c, &["end"], &mut body);
        close(c, "get");
    }
    block(c, &["end"], &mut body);
    while c.word("end") && c.name(1) != Some(&kind) && !closes_outer(c, "end") && !c.done() {
        // A bare `End` stops the page; what stands behind it is read all the same.
        c.at += 1;
        block(c, &["end"], &mut body);
    }
    close(c, &kind);
    Function { name, params, body, offered }
}

impl Cursor<'_> {
    /// A blank in front of a dot: it belongs to the object of the `With` around, not to the word before.
    fn stands_apart(&self) -> bool {
        const LINE_MIN: u32 = 3;
        let before = self.at.checked_sub(1).and_then(|at| self.words.get(at));
        let end = match before.map(|word| (&word.tok, word.at)) {
            Some((Tok::Name(name), at)) => at + u32::try_from(name.len()).unwrap_or(0),
            Some((Tok::Sign(")"), at)) => at + 1,
            _ => return false,
        };
        // More than a blank or two: a statement that goes on in the next line.
        (1..LINE_MIN).contains(&self.here().saturating_sub(end))
    }
}

/// Passes `Handles x.y`, `Implements z` and the end of the head over.
fn to_statement_end(c: &mut Cursor) {
    if matches!(c.name(0), Some("handles" | "implements")) {
        end_of_line(c);
    }
}

fn class(c: &mut Cursor, kind: &str) -> Stmt {
    c.at += 1;
    let name = rc(c.name(0).unwrap_or(""));
    end_of_line(c);
    let mut body = Vec::new();
    block(c, &["end"], &mut body);
    while c.word("end")
        && c.name(1) != Some(kind)
        && !c.done()
        && !matches!(c.name(1), Some("namespace" | "module" | "class"))
    {
        c.at += 1;
        block(c, &["end"], &mut body);
    }
    close(c, kind);
    Stmt::Class(Class { name, body })
}

fn parameters(c: &mut Cursor) -> Vec<Param> {
    let mut out = Vec::new();
    if !c.is("(") {
        return out;
    }
    let end = c.behind_bracket(0);
    c.at += 1;
    while c.at + 1 < end {
        while matches!(c.name(0), Some("byval" | "byref" | "optional" | "paramarray")) {
            c.at += 1;
        }
        let at = c.here();
        if let Some(name) = c.name(0) {
            c.at += 1;
            if c.is("(") {
                c.at = c.behind_bracket(0);
            }
            let class = typed(c);
            out.push(Param { name: rc(name), class, at });
        }
        while c.at + 1 < end && !c.is(",") {
            c.at += 1;
        }
        c.take(",");
    }
    c.at = end;
    out
}

/// `As Type`, `As New Type`.
fn typed(c: &mut Cursor) -> Option<Rc<str>> {
    if !c.word("as") || c.name(1) == Some("new") {
        return None;
    }
    c.at += 1;
    Some(class_name(c))
}

fn class_name(c: &mut Cursor) -> Rc<str> {
    let name = dotted_name(c);
    if c.is("(") && (c.is_at(1, ")") || c.name(1) == Some("of")) {
        let list = c.is_at(1, ")");
        c.at = c.behind_bracket(0);
        if list {
            return Rc::from(format!("{name}[]"));
        }
    }
    name
}

fn dotted_name(c: &mut Cursor) -> Rc<str> {
    let mut out = String::new();
    while let Some(name) = c.name(0) {
        out.push_str(name);
        c.at += 1;
        if c.is(".") && c.name(1).is_some() {
            c.at += 1;
            out.push('.');
        } else {
            break;
        }
    }
    Rc::from(out)
}

/// Names, each with what it begins with: an array is empty, unless it keeps what it holds.
fn declared(c: &mut Cursor, keeps: bool) -> Stmt {
    let mut out = Vec::new();
    while let Some(name) = c.name(0) {
        let at = c.here();
        c.at += 1;
        let array = c.is("(");
        if array {
            c.at = c.behind_bracket(0);
        }
        let class = typed(c);
        let mut value = (array && !keeps).then(|| Expr::new(at, Kind::List(Vec::new())));
        if c.word("as") && c.name(1) == Some("new") {
            c.at += 1;
            value = Some(created(c));
        }
        if c.take("=") {
            value = Some(expression(c));
        }
        out.push(Declared { at, name: rc(name), class, value });
        if !c.take(",") {
            break;
        }
    }
    Stmt::Declare(out)
}

fn created(c: &mut Cursor) -> Expr {
    let at = c.here();
    c.at += 1;
    let class = dotted_name(c);
    if c.is("(") && c.name(1) == Some("of") {
        c.at = c.behind_bracket(0);
    }
    let empty = c.is("(") && c.is_at(1, ")");
    let args = if c.take("(") { arguments(c) } else { Vec::new() };
    if c.is("{") || (c.word("with") && c.is_at(1, "{")) {
        c.take_word("with");
        c.at += 1;
        let parts = list(c);
        let is_list = empty || !args.is_empty();
        return if is_list { Expr::new(at, Kind::List(parts)) } else { Expr::new(at, Kind::New(class, args, parts)) };
    }
    Expr::new(at, Kind::New(class, args, Vec::new()))
}

/// The operator at the cursor and its level, the weakest being 0.
fn operator(c: &Cursor) -> Option<(usize, Op)> {
    Some(match c.peek(0)? {
        Tok::Name(name) => match name.as_str() {
            "xor" | "eqv" | "imp" => (0, Op::Xor),
            "or" | "orelse" => (1, Op::Or),
            "and" | "andalso" => (2, Op::And),
            "is" | "isnot" | "like" => (3, Op::Equal),
            "mod" => (6, Op::Rest),
            _ => return None,
        },
        Tok::Sign(sign) => match sign.as_bytes() {
            b"=" => (3, Op::Equal),
            b"<>" => (3, Op::Differs),
            b"<" => (3, Op::Less),
            b">" => (3, Op::More),
            b"<=" => (3, Op::AtMost),
            b">=" => (3, Op::AtLeast),
            b"&" => (4, Op::Join),
            b"+" => (5, Op::Add),
            b"-" => (5, Op::Sub),
            b"\\" => (7, Op::Whole),
            b"*" => (8, Op::Mul),
            b"/" => (8, Op::Div),
            b"^" => (9, Op::Power),
            _ => return None,
        },
        _ => return None,
    })
}

pub(super) fn expression(c: &mut Cursor) -> Expr {
    let at = c.here();
    c.deeper(|| Expr::missing(at), |c| binary(c, 0))
}

/// Operands and operators that bind at least as `weakest` does.
fn binary(c: &mut Cursor, weakest: usize) -> Expr {
    let mut left = unary(c);
    while let Some((level, _)) = operator(c).filter(|(level, _)| *level >= weakest) {
        let mut operands = vec![left];
        let mut ops = Vec::new();
        while let Some((_, op)) = operator(c).filter(|(here, _)| *here == level) {
            c.at += 1;
            // VB.NET lets a line end behind an operator.
            while matches!(c.peek(0), Some(Tok::Line)) && c.peek(1).is_some_and(|tok| matches!(tok, Tok::Text(_))) {
                c.at += 1;
            }
            operands.push(binary(c, level + 1));
            ops.push(op);
        }
        left = chain(operands, ops);
    }
    left
}

/// `Chr(101)`, and nothing taken from it.
fn character(c: &mut Cursor) -> Option<Expr> {
    let name = c.name(0)?;
    let function = *["chr", "chrw", "chrb"].iter().find(|function| **function == name)?;
    let sign = usize::from(c.is_at(2, "-"));
    let Some(Tok::Number(number)) = c.peek(2 + sign) else { return None };
    let alone = c.is_at(1, "(") && c.is_at(3 + sign, ")");
    if !alone || matches!(c.peek(4 + sign), Some(Tok::Sign("." | "!" | "("))) {
        return None;
    }
    let at = c.here();
    c.at += 4 + sign;
    Some(Expr::new(at, Kind::Character(function, if sign > 0 { -number } else { *number })))
}

fn unary(c: &mut Cursor) -> Expr {
    if let Some(character) = character(c) {
        return character;
    }
    let at = c.here();
    if c.take("-") {
        return c.deeper(|| Expr::missing(at), |c| Expr::new(at, Kind::Unary(Op::Minus, Box::new(unary(c)))));
    }
    if c.take_word("not") {
        // It binds weaker than a comparison.
        return c.deeper(|| Expr::missing(at), |c| Expr::new(at, Kind::Unary(Op::Not, Box::new(binary(c, 3)))));
    }
    if c.take("+") || c.take("&") {
        return c.deeper(|| Expr::missing(at), unary);
    }
    if c.word("new") && c.name(1).is_some() {
        return c.deeper(
            || Expr::missing(at),
            |c| {
                let base = created(c);
                steps(c, base)
            },
        );
    }
    postfix(c)
}

fn postfix(c: &mut Cursor) -> Expr {
    let base = primary(c);
    steps(c, base)
}

fn steps(c: &mut Cursor, base: Expr) -> Expr {
    // The dot of a `With` is where its object begins.
    let with = c.is(".") && base.at == c.here();
    let (base, mut steps) = match base.kind {
        Kind::Path(inner, steps) if with => (*inner, steps),
        _ => (base, Vec::new()),
    };
    let mut first = with;
    loop {
        let at = c.here();
        match c.peek(0) {
            Some(Tok::Sign(".")) if !std::mem::take(&mut first) && c.stands_apart() => break,
            Some(Tok::Sign("." | "!")) => {
                c.at += 1;
                let Some(name) = c.name(0) else { continue };
                c.at += 1;
                steps.push((at, Step::Member(rc(name))));
            }
            Some(Tok::Sign("(")) => {
                c.at += 1;
                let args = arguments(c);
                steps.push((at, Step::Call(args)));
            }
            _ => break,
        }
    }
    if steps.is_empty() { base } else { Expr::new(base.at, Kind::Path(Box::new(base), steps)) }
}

/// A name, or members of one. It is said again with each dot, so it is short.
fn is_plain(expr: &Expr) -> bool {
    const STEPS_MAX: usize = 8;
    match &expr.kind {
        Kind::Name(_) => true,
        Kind::Path(base, steps) => {
            matches!(base.kind, Kind::Name(_))
                && steps.len() <= STEPS_MAX
                && steps.iter().all(|(_, step)| matches!(step, Step::Member(_)))
        }
        _ => false,
    }
}

fn arguments(c: &mut Cursor) -> Vec<Expr> {
    let mut out = Vec::new();
    while !c.done() && !c.take(")") {
        let before = c.at;
        while matches!(c.peek(0), Some(Tok::Line)) {
            c.at += 1;
        }
        if c.name(0).is_some() && c.is_at(1, ":=") {
            c.at += 2;
        }
        if c.word("of") {
            c.at += 1;
        }
        if c.is(",") {
            out.push(Expr::missing(c.here()));
        } else if !c.is(")") {
            out.push(expression(c));
        }
        if !c.take(",") && !c.is(")") {
            if matches!(c.peek(0), Some(Tok::Line | Tok::Sign(":")) | None) {
                if c.is_at(1, ")") {
                    c.at += 1;
                    continue;
                }
                break;
            }
            c.at += usize::from(c.at == before);
            if c.at > before && !c.is(",") && !c.is(")") {
                // A word without an operator: a broken copy. The rest of the brackets is read as one more argument.
                continue;
            }
        }
    }
    out
}

fn list(c: &mut Cursor) -> Vec<Expr> {
    let mut out = Vec::new();
    while !c.done() && !c.take("}") {
        let before = c.at;
        if c.take(".") {
            continue;
        }
        let value = expression(c);
        // `.Field = value` of an initialiser reads as a comparison.
        out.push(match value.kind {
            Kind::Chain(mut operands, ops) if ops == [Op::Equal] => {
                let right = operands.pop();
                let left = operands.pop();
                match (left, right) {
                    (Some(left), Some(right)) => {
                        Expr::new(value.at, Kind::Assign(Box::new(left), None, Box::new(right)))
                    }
                    _ => Expr::missing(value.at),
                }
            }
            kind => Expr::new(value.at, kind),
        });
        c.take(",");
        while matches!(c.peek(0), Some(Tok::Line)) {
            c.at += 1;
        }
        c.at += usize::from(c.at == before);
    }
    out
}

fn primary(c: &mut Cursor) -> Expr {
    // Long: one arm for each thing that is a value by itself.
    let at = c.here();
    let Some(tok) = c.peek(0) else { return Expr::missing(at) };
    match tok {
        Tok::Text(text) => {
            c.at += 1;
            Expr::new(at, Kind::Text(rc(text)))
        }
        Tok::Number(number) => {
            c.at += 1;
            Expr::new(at, Kind::Number(*number))
        }
        Tok::Sign("(") => {
            c.at += 1;
            let mut values = arguments(c);
            if values.is_empty() { Expr::missing(at) } else { values.swap_remove(0) }
        }
        Tok::Sign("{") => {
            c.at += 1;
            let items = list(c);
            Expr::new(at, Kind::List(items))
        }
        // The object of the `With` around.
        Tok::Sign(".") if c.name(1).is_some() => match c.with.last().cloned().flatten() {
            Some(of) => Expr { at, ..of },
            None => Expr::new(at, Kind::Name(rc("·with"))),
        },
        Tok::Name(name) => {
            c.at += 1;
            match name.as_str() {
                "ctype" | "directcast" | "trycast" if c.is("(") => {
                    c.at += 1;
                    let mut values = arguments(c);
                    if values.is_empty() { Expr::missing(at) } else { values.swap_remove(0) }
                }
                "gettype" if c.is("(") && c.name(1).is_some() => {
                    c.at += 1;
                    let class = class_name(c);
                    c.take(")");
                    Expr::new(at, Kind::Class(class))
                }
                "typeof" | "addressof" | "await" | "byval" => c.deeper(|| Expr::missing(at), unary),
                "function" | "sub" if c.is("(") => {
                    let params = parameters(c);
                    if at_end(c) {
                        let mut body = Vec::new();
                        block(c, &["end"], &mut body);
                        close(c, name);
                        Expr::new(at, Kind::Function(Rc::new(Function { name: rc(""), params, body, offered: false })))
                    } else {
                        let value = expression(c);
                        Expr::new(
                            at,
                            Kind::Function(Rc::new(Function {
                                name: rc(""),
                                params,
                                body: vec![Stmt::Return(Some(value))],
                                offered: false,
                            })),
                        )
                    }
                }
                _ => Expr::new(at, Kind::Name(rc(name))),
            }
        }
        Tok::Sign(")" | "]" | "}" | ",") | Tok::Line => Expr::missing(at),
        Tok::Sign(":") => Expr::missing(at),
        Tok::Woven(pieces) => {
            c.at += 1;
            super::woven(c, at, pieces, Family::Basic)
        }
        Tok::Sign(_) => {
            c.at += 1;
            Expr::missing(at)
        }
    }
}
