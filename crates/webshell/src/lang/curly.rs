//! C# and JScript.

use super::{Cursor, INDEXER, chain, imported, rc};
use crate::ast::{Class, Declared, Expr, Function, Kind, Loop, Op, Param, Step, Stmt};
use crate::lex::{Family, Tok};
use std::rc::Rc;

const MODIFIERS: [&str; 18] = [
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "readonly",
    "const",
    "override",
    "virtual",
    "abstract",
    "sealed",
    "async",
    "partial",
    "extern",
    "unsafe",
    "volatile",
    "final",
    "hide",
];
/// Words that begin no declaration.
const RESERVED: [&str; 22] = [
    "return", "new", "throw", "if", "else", "while", "for", "foreach", "switch", "case", "do", "typeof", "delete",
    "in", "is", "as", "await", "yield", "break", "continue", "goto", "default",
];
const NUMBERS_AND_TEXTS: [&str; 14] = [
    "byte", "string", "object", "int", "char", "bool", "long", "short", "uint", "ulong", "double", "float", "sbyte",
    "decimal",
];

pub(super) fn script(c: &mut Cursor) -> Vec<Stmt> {
    let mut out = Vec::new();
    while !c.done() {
        let before = c.at;
        statement(c, &mut out);
        c.at = c.at.max(before + 1);
    }
    out
}

fn block(c: &mut Cursor) -> Vec<Stmt> {
    let mut out = Vec::new();
    if !c.take("{") {
        statement(c, &mut out);
        return out;
    }
    while !c.done() && !c.take("}") {
        let before = c.at;
        statement(c, &mut out);
        c.at = c.at.max(before + usize::from(!c.is("}")));
        if c.at == before && !c.is("}") {
            c.at += 1;
        }
    }
    out
}

fn statement(c: &mut Cursor, out: &mut Vec<Stmt>) {
    let found = c.deeper(|| None, plain_statement);
    out.extend(found);
}

fn plain_statement(c: &mut Cursor) -> Option<Stmt> {
    // Long: one arm for each word that begins a statement.
    let begins = c.at;
    let offered = attributes(c);
    let marks = c.words.get(begins..c.at).unwrap_or_default();
    match c.peek(0)? {
        Tok::Sign("{") => return Some(Stmt::Block(block(c))),
        Tok::Sign(";" | "}") => {
            c.at += 1;
            return None;
        }
        Tok::Name(name) if c.is_at(1, ":") && !c.is_at(2, ":") && name != "default" && name != "case" => {
            c.at += 2;
            return None;
        }
        Tok::Name(name) => match name.as_str() {
            "if" => return Some(branch(c)),
            "while" => {
                c.at += 1;
                let condition = Some(bracketed(c));
                let body = block(c);
                return Some(Loop::asking(condition, body).into());
            }
            "do" => {
                c.at += 1;
                let body = block(c);
                let condition = c.take_word("while").then(|| bracketed(c));
                return Some(Loop { after: true, ..Loop::asking(condition, body) }.into());
            }
            "for" => return Some(counted(c)),
            "foreach" => return Some(each(c)),
            "switch" if c.is_at(1, "(") => return Some(switch(c)),
            "yield" if matches!(c.name(1), Some("return")) => {
                c.at += 2;
                return Some(Stmt::Yield(expression(c)));
            }
            "return" | "yield" => {
                c.at += 1;
                let value = (!c.is(";") && !c.is("}")).then(|| expression(c));
                return Some(if name == "return" { Stmt::Return(value) } else { Stmt::Expr(value?) });
            }
            "throw" => {
                c.at += 1;
                if c.is(";") || c.is("}") {
                    return None;
                }
                let at = c.here();
                return Some(Stmt::Expr(named(at, THROWN, expression(c))));
            }
            "break" | "continue" => {
                c.at += 1;
                return Some(if name == "break" { Stmt::Break } else { Stmt::Continue });
            }
            "goto" | "import" | "package" if !c.is_at(1, "(") => {
                skip_to_semicolon(c);
                return None;
            }
            "using" if c.is_at(2, "=") && behind_type(c, 3).is_some_and(|end| c.is_at(end, ";")) => {
                // Another name for a class.
                let (at, end) = (c.here(), behind_type(c, 3).unwrap_or(3));
                let class = type_name(c, 3, end);
                let name = rc(c.name(1).unwrap_or(""));
                c.at += end;
                return Some(Stmt::Declare(vec![Declared {
                    at,
                    name,
                    class: None,
                    value: Some(Expr::new(at, Kind::Class(class))),
                }]));
            }
            "using" if !c.is_at(1, "(") && c.name(2).is_none() => {
                skip_to_semicolon(c);
                return None;
            }
            "using" | "lock" | "fixed" | "with" if c.is_at(1, "(") => return Some(held(c)),
            "try" | "finally" | "unsafe" | "checked" | "unchecked" | "else" => {
                c.at += 1;
                return c.is("{").then(|| Stmt::Block(block(c)));
            }
            "catch" => {
                c.at += 1;
                let mut body = Vec::new();
                if c.is("(") {
                    let end = c.behind_bracket(0);
                    body.extend(caught(c, end));
                    c.at = end;
                }
                body.extend(block(c));
                return Some(Stmt::Block(body));
            }
            "namespace" => {
                while !c.done() && !c.is("{") && !c.is(";") {
                    c.at += 1;
                }
                return c.is("{").then(|| Stmt::Block(block(c)));
            }
            "var" | "let" => return Some(declared(c, None)),
            "function" => return Some(Stmt::Function(Rc::new(function(c, offered)))),
            _ => {}
        },
        _ => {}
    }
    let under_its_name = |statement| match statement {
        Stmt::Function(function) => Stmt::Function(imported(function, marks, "EntryPoint")),
        other => other,
    };
    declaration(c, offered).map(under_its_name).or_else(|| {
        let value = expression(c);
        c.take(";");
        Some(Stmt::Expr(value))
    })
}

/// What was thrown last: it ends nothing for good, and whoever catches gets it.
const THROWN: &str = "·thrown";

/// The name that `catch (Type name)` or `catch (name)` gives to what was thrown; the bracket ends before `end`.
fn caught(c: &Cursor, end: usize) -> Option<Stmt> {
    let [.., before, word, _] = c.words.get(c.at..end)? else { return None };
    let Tok::Name(name) = &word.tok else { return None };
    // `catch (Exception)` and `catch (System.Exception)` name a class alone.
    let class = match before.tok {
        Tok::Sign("(") => name.starts_with(char::is_uppercase),
        Tok::Sign(sign) => sign != ">",
        _ => false,
    };
    if class {
        return None;
    }
    Some(Stmt::Expr(named(word.at, name, Expr::new(word.at, Kind::Name(rc(THROWN))))))
}

fn skip_to_semicolon(c: &mut Cursor) {
    while !c.done() && !c.is(";") && !c.is("{") && !c.is("}") {
        c.at += 1;
    }
    c.take(";");
}

/// Passes attributes and modifiers over. True where one offers the function to anyone.
fn attributes(c: &mut Cursor) -> bool {
    let mut offered = false;
    loop {
        if c.is("[") && matches!(c.peek(1), Some(Tok::Name(_))) {
            let end = c.behind_bracket(0);
            offered |= c.words[c.at..end].iter().any(|word| matches!(&word.tok, Tok::Name(name) if is_offer(name)));
            c.at = end;
        } else if c.name(0).is_some_and(|name| MODIFIERS.contains(&name)) && !c.is_at(1, "=") && !c.is_at(1, "(") {
            c.at += 1;
        } else if c.name(0).is_some_and(|name| name.ends_with("Attribute")) && c.name(1).is_some() {
            offered |= c.name(0).is_some_and(is_offer);
            c.at += 1;
        } else {
            return offered;
        }
    }
}

/// A name that stands for a value from here on.
fn named(at: u32, name: &str, value: Expr) -> Expr {
    Expr::new(value.at, Kind::Assign(Box::new(Expr::new(at, Kind::Name(rc(name)))), None, Box::new(value)))
}

fn is_offer(name: &str) -> bool {
    matches!(
        name.strip_suffix("Attribute").unwrap_or(name),
        "WebMethod" | "OperationContract" | "ScriptMethod" | "WebGet" | "WebInvoke" | "HttpPost" | "HttpGet"
    )
}

fn bracketed(c: &mut Cursor) -> Expr {
    let at = c.here();
    if !c.take("(") {
        return Expr::missing(at);
    }
    let value = expression(c);
    c.take(")");
    value
}

fn branch(c: &mut Cursor) -> Stmt {
    let mut arms = Vec::new();
    let mut otherwise = Vec::new();
    loop {
        c.at += 1;
        let condition = bracketed(c);
        arms.push((condition, block(c)));
        if !c.take_word("else") {
            break;
        }
        if !c.word("if") {
            otherwise = block(c);
            break;
        }
    }
    Stmt::If(arms, otherwise)
}

fn counted(c: &mut Cursor) -> Stmt {
    let in_loop = (2..6).any(|ahead| matches!(c.name(ahead), Some("in" | "of")));
    if in_loop {
        return each(c);
    }
    c.at += 1;
    c.take("(");
    let mut first = Vec::new();
    if !c.is(";") {
        statement(c, &mut first);
        while c.take(",") {
            let value = expression(c);
            first.push(Stmt::Expr(value));
        }
        c.take(";");
    } else {
        c.at += 1;
    }
    let condition = (!c.is(";")).then(|| expression(c));
    c.take(";");
    let mut step = Vec::new();
    while !c.done() && !c.is(")") {
        step.push(expression(c));
        if !c.take(",") {
            break;
        }
    }
    c.take(")");
    let body = block(c);
    Loop { first, step, ..Loop::asking(condition, body) }.into()
}

fn each(c: &mut Cursor) -> Stmt {
    c.at += 1;
    c.take("(");
    let mut name = rc("");
    while !c.done() && !matches!(c.name(0), Some("in" | "of")) && !c.is(")") {
        if let Some(found) = c.name(0) {
            name = rc(found);
        }
        c.at += 1;
    }
    c.at += 1;
    let of = expression(c);
    c.take(")");
    Stmt::Each(name, of, block(c))
}

fn at_default(c: &Cursor) -> bool {
    c.word("default") && c.is_at(1, ":")
}

/// The value that a `switch` asks, for names that its cases give it.
const ASKED: &str = "·asked";

/// `case Type name when condition`: the name stands for the value that is asked.
fn named_case(c: &mut Cursor) -> Option<Expr> {
    let end = behind_type(c, 0)?;
    let name = c.name(end)?;
    if !c.is_at(end + 1, ":") && c.name(end + 1) != Some("when") {
        return None;
    }
    let at = c.here();
    c.at += end + 1;
    if c.take_word("when") {
        choice(c);
    }
    Some(named(at, name, Expr::new(at, Kind::Name(rc(ASKED)))))
}

fn switch(c: &mut Cursor) -> Stmt {
    c.at += 1;
    let value = bracketed(c);
    let value = named(value.at, ASKED, value);
    let mut cases: Vec<(Vec<Expr>, Vec<Stmt>)> = Vec::new();
    c.take("{");
    while !c.done() && !c.take("}") {
        let mut labels = Vec::new();
        let mut any = false;
        let mut body = Vec::new();
        while c.word("case") || at_default(c) {
            if c.take_word("default") {
                any = true;
            } else {
                c.at += 1;
                match named_case(c) {
                    Some(case) => {
                        any = true;
                        body.push(Stmt::Expr(case));
                    }
                    None => labels.push(choice(c)),
                }
            }
            c.take(":");
        }
        while !c.done() && !c.is("}") && !c.word("case") && !at_default(c) {
            let before = c.at;
            statement(c, &mut body);
            c.at = c.at.max(before + 1);
        }
        cases.push((if any { Vec::new() } else { labels }, body));
    }
    Stmt::Switch(value, cases)
}

/// `using (var x = ...) ...` and its like.
fn held(c: &mut Cursor) -> Stmt {
    c.at += 2;
    let mut body = Vec::new();
    statement(c, &mut body);
    c.take(")");
    while c.word("using") && c.is_at(1, "(") {
        c.at += 2;
        statement(c, &mut body);
        c.take(")");
    }
    body.extend(block(c));
    Stmt::Block(body)
}

/// The place behind a type that begins `ahead` words on.
fn behind_type(c: &Cursor, ahead: usize) -> Option<usize> {
    let mut at = ahead;
    if c.is_at(at, "(") {
        // A tuple: `(int a, string b) name`.
        let end = c.behind_bracket(at) - c.at;
        return c.name(end).is_some().then_some(end);
    }
    loop {
        let name = c.name(at)?;
        if RESERVED.contains(&name) {
            return None;
        }
        at += 1;
        if c.is_at(at, "<") {
            at = behind_generic(c, at)?;
        }
        if c.is_at(at, ".") || c.is_at(at, "::") {
            at += 1;
            continue;
        }
        break;
    }
    if c.is_at(at, "?") && !matches!(c.peek(at + 1), Some(Tok::Sign("(" | "-"))) {
        at += 1;
    }
    while c.is_at(at, "*") {
        at += 1;
    }
    while c.is_at(at, "[") {
        let mut inner = at + 1;
        while c.is_at(inner, ",") {
            inner += 1;
        }
        if !c.is_at(inner, "]") {
            return None;
        }
        at = inner + 1;
    }
    Some(at)
}

/// The place behind `<...>` where only types stand inside.
fn behind_generic(c: &Cursor, ahead: usize) -> Option<usize> {
    let mut open = 0_usize;
    for at in ahead..ahead + 40 {
        match c.peek(at)? {
            Tok::Sign("<") => open += 1,
            Tok::Sign(">") => {
                open -= 1;
                if open == 0 {
                    return Some(at + 1);
                }
            }
            Tok::Name(_) | Tok::Sign("," | "." | "[" | "]" | "?" | "::" | "*") => {}
            _ => return None,
        }
    }
    None
}

/// The name of the type that stands between two places, without what is inside its brackets.
fn type_name(c: &Cursor, from: usize, to: usize) -> Rc<str> {
    let mut out = String::new();
    let mut open = 0_usize;
    // What is broken off has no name.
    for word in c.words.get(c.at + from..c.at + to).unwrap_or_default() {
        match &word.tok {
            Tok::Sign("<") => open += 1,
            Tok::Sign(">") => open = open.saturating_sub(1),
            Tok::Name(name) if open == 0 => out.push_str(name),
            Tok::Sign("." | "::") if open == 0 => out.push('.'),
            Tok::Sign("[") if open == 0 => out.push_str("[]"),
            _ => {}
        }
    }
    Rc::from(out)
}

fn declaration(c: &mut Cursor, offered: bool) -> Option<Stmt> {
    // Long: each kind of member is told apart by what stands behind its name.
    let first = c.name(0)?;
    if matches!(first, "class" | "struct" | "interface" | "record" | "enum") && c.name(1).is_some() {
        let name = rc(c.name(1)?);
        while !c.done() && !c.is("{") && !c.is(";") {
            c.at += 1;
        }
        if first == "enum" {
            c.at = c.behind_bracket(0);
            return Some(Stmt::Block(Vec::new()));
        }
        return Some(Stmt::Class(Class { name, body: if c.is("{") { block(c) } else { Vec::new() } }));
    }
    if RESERVED.contains(&first) {
        return None;
    }
    if first == "delegate" && c.name(1).is_some() {
        skip_to_semicolon(c);
        return Some(Stmt::Block(Vec::new()));
    }
    if c.is_at(1, "(") && is_constructor(c) {
        c.at += 1;
        return Some(Stmt::Function(Rc::new(method(c, rc(first), offered))));
    }
    let end = behind_type(c, 0)?;
    let mut at = end;
    let mut name = c.name(at)?;
    if RESERVED.contains(&name) || name == "instanceof" {
        return None;
    }
    // An interface spelled out: `void IHttpHandler.ProcessRequest(...)`.
    while c.is_at(at + 1, ".") && c.name(at + 2).is_some() {
        at += 2;
        name = c.name(at)?;
    }
    let mut behind = at + 1;
    if c.is_at(behind, "<") {
        behind = behind_generic(c, behind)?;
    }
    match c.peek(behind) {
        Some(Tok::Sign("(")) => {
            let after = c.behind_bracket(behind) - c.at;
            let fits = c.is_at(after, "{") || c.is_at(after, "=>") || c.is_at(after, ";") || c.word_at(after, "where");
            if !fits {
                return None;
            }
            c.at += behind;
            Some(Stmt::Function(Rc::new(method(c, rc(name), offered))))
        }
        Some(Tok::Sign("{" | "=>")) => {
            let class = type_name(c, 0, end);
            c.at += behind;
            Some(property(c, (rc(name), Vec::new()), class))
        }
        Some(Tok::Sign("[")) if name == "this" => {
            c.at += behind;
            let params = parameters(c);
            Some(property(c, (rc(INDEXER), params), rc("")))
        }
        Some(Tok::Sign("=" | ";" | ",")) => {
            let class = type_name(c, 0, end);
            c.at += end;
            Some(declared(c, Some(class)))
        }
        // `foreach` and `using` heads and broken ends.
        Some(Tok::Sign(")")) | None => {
            let class = type_name(c, 0, end);
            c.at += end;
            Some(declared(c, Some(class)))
        }
        _ => None,
    }
}

impl Cursor<'_> {
    fn word_at(&self, ahead: usize, word: &str) -> bool {
        self.name(ahead) == Some(word)
    }
}

/// A name, brackets, and a body: nothing else looks like a constructor.
fn is_constructor(c: &Cursor) -> bool {
    let end = c.behind_bracket(1) - c.at;
    c.is_at(end, "{") || (c.is_at(end, ":") && matches!(c.name(end + 1), Some("base" | "this")))
}

/// What a property gives, and what becomes of what it is set to. An indexer has parameters.
fn property(c: &mut Cursor, (name, params): (Rc<str>, Vec<Param>), class: Rc<str>) -> Stmt {
    let at = c.here();
    if c.take("=>") {
        let value = expression(c);
        c.take(";");
        return Stmt::Function(Rc::new(Function {
            name,
            params,
            body: vec![Stmt::Return(Some(value))],
            offered: false,
        }));
    }
    let end = c.behind_bracket(0);
    c.at += 1;
    let mut getter = Vec::new();
    let mut out = Vec::new();
    while !c.done() && c.at + 1 < end {
        let is_get = c.word("get");
        let body_at = c.at + 1;
        if (is_get || c.word("set") || c.word("init") || c.word("add"))
            && matches!(c.peek(1), Some(Tok::Sign("{" | "=>")))
        {
            c.at = body_at;
            let body = if c.take("=>") { vec![Stmt::Return(Some(expression(c)))] } else { block(c) };
            if is_get {
                getter = body;
            } else {
                let params = vec![Param { name: rc("value"), class: Some(class.clone()), at }];
                out.push(Stmt::Function(Rc::new(Function {
                    name: Rc::from(format!("set_{name}")),
                    params,
                    body,
                    offered: false,
                })));
            }
        } else {
            c.at += 1;
        }
    }
    c.at = end;
    if c.take("=") {
        let value = expression(c);
        out.push(Stmt::Declare(vec![Declared { at, name: name.clone(), class: Some(class), value: Some(value) }]));
    } else if getter.is_empty() {
        out.push(Stmt::Declare(vec![Declared { at, name: name.clone(), class: Some(class), value: None }]));
    }
    if !getter.is_empty() {
        out.push(Stmt::Function(Rc::new(Function { name, params, body: getter, offered: false })));
    }
    Stmt::Block(out)
}

/// Names with their values behind `var` or a type.
fn declared(c: &mut Cursor, class: Option<Rc<str>>) -> Stmt {
    if class.is_none() {
        c.at += 1;
    }
    let mut out = Vec::new();
    while let Some(name) = c.name(0) {
        let at = c.here();
        c.at += 1;
        let mut class = class.clone();
        if class.is_none() && c.take(":") {
            // JScript .NET writes the type behind the name.
            if let Some(end) = behind_type(c, 0) {
                class = Some(type_name(c, 0, end));
                c.at += end;
            }
        }
        let value = c.take("=").then(|| expression(c));
        out.push(Declared { at, name: rc(name), class, value });
        if !c.take(",") {
            break;
        }
    }
    c.take(";");
    Stmt::Declare(out)
}

/// `function`, its name if it has one, parameters and body.
fn function(c: &mut Cursor, offered: bool) -> Function {
    c.at += 1;
    c.take("*");
    if matches!(c.name(0), Some("get" | "set")) && c.name(1).is_some() {
        c.at += 1;
    }
    let mut name = rc("");
    while let Some(found) = c.name(0) {
        name = rc(found);
        c.at += 1;
        if !c.take(".") {
            break;
        }
    }
    method(c, name, offered)
}

/// Parameters and body; the cursor stands on the bracket.
fn method(c: &mut Cursor, name: Rc<str>, offered: bool) -> Function {
    let params = parameters(c);
    if c.take(":") {
        // A constructor of the base class, or a type of JScript .NET.
        while !c.done() && !c.is("{") && !c.is(";") {
            c.at = if c.is("(") { c.behind_bracket(0) } else { c.at + 1 };
        }
    }
    while c.word("where") || (c.name(0).is_some() && !c.is("{") && c.is_at(1, ":")) {
        while !c.done() && !c.is("{") && !c.is(";") {
            c.at += 1;
        }
    }
    let body = if c.take("=>") {
        let value = expression(c);
        c.take(";");
        vec![Stmt::Return(Some(value))]
    } else if c.is("{") {
        block(c)
    } else {
        c.take(";");
        Vec::new()
    };
    Function { name, params, body, offered }
}

fn parameters(c: &mut Cursor) -> Vec<Param> {
    let mut out = Vec::new();
    if !c.is("(") && !c.is("[") {
        return out;
    }
    let end = c.behind_bracket(0);
    c.at += 1;
    while c.at + 1 < end {
        attributes(c);
        while matches!(c.name(0), Some("this" | "ref" | "out" | "in" | "params"))
            && !c.is_at(1, ",")
            && !c.is_at(1, ")")
        {
            c.at += 1;
        }
        let at = c.here();
        let typed = behind_type(c, 0).filter(|behind| c.name(*behind).is_some());
        let (name, class) = match typed {
            Some(behind) => {
                let class = type_name(c, 0, behind);
                c.at += behind;
                (c.name(0), Some(class))
            }
            None => (c.name(0), None),
        };
        c.at += 1;
        let class =
            class.or_else(|| c.take(":").then(|| behind_type(c, 0)).flatten().map(|behind| type_name(c, 0, behind)));
        if let Some(name) = name {
            out.push(Param { name: rc(name), class, at });
        }
        while c.at < end.saturating_sub(1) && !c.is(",") {
            c.at = if c.is("(") || c.is("[") || c.is("{") { c.behind_bracket(0) } else { c.at + 1 };
        }
        c.take(",");
    }
    c.at = end;
    out
}

pub(super) fn expression(c: &mut Cursor) -> Expr {
    let at = c.here();
    c.deeper(
        || Expr::missing(at),
        |c| {
            let left = choice(c);
            let op = match c.peek(0) {
                Some(Tok::Sign("=")) => None,
                Some(Tok::Sign("+=")) => Some(Op::Add),
                Some(Tok::Sign("-=")) => Some(Op::Sub),
                Some(Tok::Sign("*=")) => Some(Op::Mul),
                Some(Tok::Sign("^=")) => Some(Op::Xor),
                Some(Tok::Sign("|=")) => Some(Op::BitOr),
                Some(Tok::Sign("&=")) => Some(Op::BitAnd),
                Some(Tok::Sign("??=" | "/=" | "%=" | "<<=" | ">>=" | ">>>=")) => Some(Op::Else),
                _ => return left,
            };
            c.at += 1;
            let value = expression(c);
            Expr::new(at, Kind::Assign(Box::new(left), op, Box::new(value)))
        },
    )
}

fn choice(c: &mut Cursor) -> Expr {
    let condition = binary(c, 0);
    if !c.is("?") {
        return condition;
    }
    let at = condition.at;
    c.at += 1;
    let yes = expression(c);
    c.take(":");
    let no = expression(c);
    Expr::new(at, Kind::Choice(Box::new(condition), Box::new(yes), Box::new(no)))
}

/// The operator at the cursor: its level, the weakest being 0, and how many words it takes.
fn operator(c: &Cursor) -> Option<(usize, Op, usize)> {
    let sign = match c.peek(0)? {
        Tok::Sign(sign) => sign.as_bytes(),
        Tok::Name(name) if matches!(name.as_str(), "as" | "is" | "instanceof" | "in") => {
            return Some((7, Op::Equal, 0));
        }
        _ => return None,
    };
    let (level, op) = match sign {
        b"??" => (0, Op::Else),
        b"||" => (1, Op::Or),
        b"&&" => (2, Op::And),
        b"|" => (3, Op::BitOr),
        b"^" => (4, Op::Xor),
        b"&" => (5, Op::BitAnd),
        b"==" | b"===" => (6, Op::Equal),
        b"!=" | b"!==" => (6, Op::Differs),
        b">" if c.is_at(1, ">") => return Some((8, Op::Right, if c.is_at(2, ">") { 3 } else { 2 })),
        b"<" => (7, Op::Less),
        b">" => (7, Op::More),
        b"<=" => (7, Op::AtMost),
        b">=" => (7, Op::AtLeast),
        b"<<" => (8, Op::Left),
        b"+" => (9, Op::Add),
        b"-" => (9, Op::Sub),
        b"*" => (10, Op::Mul),
        b"/" => (10, Op::Div),
        b"%" => (10, Op::Rest),
        _ => return None,
    };
    Some((level, op, 1))
}

/// Operands and operators that bind at least as `weakest` does.
fn binary(c: &mut Cursor, weakest: usize) -> Expr {
    let mut left = unary(c);
    while let Some((level, _, length)) = operator(c).filter(|(level, ..)| *level >= weakest) {
        if length == 0 {
            left = class_test(c, left);
            continue;
        }
        let mut operands = vec![left];
        let mut ops = Vec::new();
        while let Some((_, op, length)) = operator(c).filter(|(here, _, length)| *here == level && *length > 0) {
            c.at += length;
            operands.push(binary(c, level + 1));
            ops.push(op);
        }
        left = chain(operands, ops);
    }
    left
}

/// `as Type`, `is Type name`: what is asked changes nothing of the value, which the name stands for from then on.
fn class_test(c: &mut Cursor, value: Expr) -> Expr {
    let asks = !c.word("as");
    c.at += 1;
    c.take_word("not");
    match behind_type(c, 0) {
        Some(end) => {
            c.at += end;
            if let Some(name) = c.name(0).filter(|name| asks && !RESERVED.contains(name)) {
                let at = c.here();
                c.at += 1;
                return named(at, name, value);
            }
        }
        None => {
            c.deeper(
                || (),
                |c| {
                    binary(c, 8);
                },
            );
        }
    }
    value
}

fn unary(c: &mut Cursor) -> Expr {
    let at = c.here();
    let op = match c.peek(0) {
        Some(Tok::Sign("!")) => Some(Op::Not),
        Some(Tok::Sign("-")) => Some(Op::Minus),
        Some(Tok::Sign("~")) => Some(Op::Invert),
        Some(Tok::Sign("+" | "++" | "--" | "&" | "*" | "^" | "...")) => None,
        Some(Tok::Name(name))
            if matches!(name.as_str(), "await" | "ref" | "out" | "delete" | "void" | "typeof" | "params" | "throw")
                && !c.is_at(1, "(")
                && starts_value(c, 1) =>
        {
            None
        }
        Some(Tok::Sign("(")) if is_cast(c) => {
            let end = c.behind_bracket(0);
            let class = type_name(c, 1, end - c.at - 1);
            c.at = end;
            return c.deeper(|| Expr::missing(at), |c| cast(at, class, unary(c)));
        }
        _ => return postfix(c),
    };
    c.at += 1;
    c.deeper(
        || Expr::missing(at),
        |c| {
            // `out var name` declares a name.
            if c.name(1).is_some()
                && behind_type(c, 0) == Some(1)
                && op.is_none()
                && (c.is_at(2, ")") || c.is_at(2, ","))
            {
                c.at += 1;
            }
            let value = unary(c);
            match op {
                Some(op) => Expr::new(at, Kind::Unary(op, Box::new(value))),
                None => value,
            }
        },
    )
}

/// A cast to a number cuts what a stranger can say with it; any other leaves the value.
fn cast(at: u32, class: Rc<str>, value: Expr) -> Expr {
    if matches!(class.as_ref(), "int" | "long" | "double" | "bool" | "float" | "decimal" | "short" | "uint") {
        let name = Expr::new(at, Kind::Name(rc("Convert.ToInt32")));
        return Expr::new(at, Kind::Path(Box::new(name), vec![(at, Step::Call(vec![value]))]));
    }
    if matches!(class.as_ref(), "char") {
        let name = Expr::new(at, Kind::Name(rc("Convert.ToChar")));
        return Expr::new(at, Kind::Path(Box::new(name), vec![(at, Step::Call(vec![value]))]));
    }
    value
}

fn starts_value(c: &Cursor, ahead: usize) -> bool {
    matches!(
        c.peek(ahead),
        Some(Tok::Name(_) | Tok::Text(_) | Tok::Number(_) | Tok::Woven(_) | Tok::Sign("(" | "!" | "~" | "{" | "["))
    )
}

/// `(Type)value`: a type alone between brackets, and a value behind them.
fn is_cast(c: &Cursor) -> bool {
    let Some(end) = behind_type(c, 1) else { return false };
    if !c.is_at(end, ")") {
        return false;
    }
    match c.peek(end + 1) {
        Some(Tok::Sign("(")) => {
            let name = c.name(1).unwrap_or("");
            NUMBERS_AND_TEXTS.contains(&name) || end > 2 || name.starts_with(char::is_uppercase)
        }
        Some(Tok::Name(name)) => !matches!(name.as_str(), "as" | "is" | "in" | "instanceof"),
        Some(Tok::Text(_) | Tok::Number(_) | Tok::Woven(_) | Tok::Sign("!" | "~" | "[")) => true,
        _ => false,
    }
}

fn postfix(c: &mut Cursor) -> Expr {
    // Long: one arm for each thing that can stand behind a value.
    let base = primary(c);
    let mut steps = Vec::new();
    loop {
        let at = c.here();
        match c.peek(0) {
            Some(Tok::Sign("." | "?." | "::")) => {
                c.at += 1;
                if c.is("[") {
                    continue;
                }
                let Some(name) = c.name(0) else { continue };
                c.at += 1;
                steps.push((at, Step::Member(rc(name))));
                skip_generic(c);
            }
            Some(Tok::Sign("(")) => {
                c.at += 1;
                let args = arguments(c, ")");
                steps.push((at, Step::Call(args)));
            }
            Some(Tok::Sign("[")) => {
                c.at += 1;
                let args = arguments(c, "]");
                steps.push((at, Step::Index(args)));
            }
            Some(Tok::Sign("++" | "--")) => {
                let op = if c.is("++") { Op::Add } else { Op::Sub };
                c.at += 1;
                let target = joined(base, steps);
                let one = Expr::new(at, Kind::Number(1.0));
                return Expr::new(at, Kind::Assign(Box::new(target), Some(op), Box::new(one)));
            }
            Some(Tok::Sign("!"))
                if !c.is_at(1, "=") && matches!(c.peek(1), Some(Tok::Sign("." | "[" | "(" | ")" | ";" | ","))) =>
            {
                c.at += 1
            }
            _ => break,
        }
    }
    joined(base, steps)
}

fn joined(base: Expr, steps: Vec<(u32, Step)>) -> Expr {
    if steps.is_empty() { base } else { Expr::new(base.at, Kind::Path(Box::new(base), steps)) }
}

/// `Method<Type>(...)`.
fn skip_generic(c: &mut Cursor) {
    if c.is("<")
        && let Some(end) = behind_generic(c, 0)
        && matches!(c.peek(end), Some(Tok::Sign("(" | ")" | "." | "," | ";" | "{" | "[")))
    {
        c.at += end;
    }
}

fn arguments(c: &mut Cursor, close: &str) -> Vec<Expr> {
    let mut out = Vec::new();
    while !c.done() && !c.take(close) {
        let before = c.at;
        // `name: value`
        if c.name(0).is_some() && c.is_at(1, ":") && !c.is_at(2, ":") {
            c.at += 2;
        }
        out.push(expression(c));
        if !c.take(",") && !c.is(close) {
            if c.is(";") || c.is("}") || c.is(")") {
                break;
            }
            c.at += usize::from(c.at == before);
        }
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
        Tok::Woven(pieces) => {
            c.at += 1;
            super::woven(c, at, pieces, Family::Curly)
        }
        Tok::Sign("(") => {
            if let Some(lambda) = lambda(c) {
                return lambda;
            }
            c.at += 1;
            let mut values = vec![expression(c)];
            while c.take(",") {
                values.push(expression(c));
            }
            c.take(")");
            if values.len() == 1 { values.swap_remove(0) } else { Expr::new(at, Kind::Sequence(values)) }
        }
        Tok::Sign("[") => {
            c.at += 1;
            let items = arguments(c, "]");
            Expr::new(at, Kind::List(items))
        }
        Tok::Sign("{") => {
            c.at += 1;
            braces(c, at)
        }
        Tok::Name(name) => match name.as_str() {
            "new" => {
                c.at += 1;
                c.deeper(|| Expr::missing(at), |c| created(c, at))
            }
            "function" => Expr::new(at, Kind::Function(Rc::new(function(c, false)))),
            "delegate" if c.is_at(1, "(") || c.is_at(1, "{") => {
                c.at += 1;
                Expr::new(at, Kind::Function(Rc::new(method(c, rc(""), false))))
            }
            "typeof" if c.is_at(1, "(") => {
                let end = c.behind_bracket(1);
                let class = type_name(c, 2, end - c.at - 1);
                c.at = end;
                Expr::new(at, Kind::Class(class))
            }
            "async" if c.is_at(1, "(") || c.name(1).is_some() => {
                c.at += 1;
                primary(c)
            }
            "from" if c.name(1).is_some() && c.word_at(2, "in") => query(c),
            _ if c.is_at(1, "=>") => lambda(c).unwrap_or_else(|| Expr::missing(at)),
            _ => {
                c.at += 1;
                skip_generic(c);
                Expr::new(at, Kind::Name(rc(name)))
            }
        },
        Tok::Sign(";" | "}" | ")" | "]" | "," | ":") => Expr::missing(at),
        Tok::Sign(_) | Tok::Line => {
            c.at += 1;
            Expr::missing(at)
        }
    }
}

/// `from x in source where .. select ..`: a list of what its parts are worth.
fn query(c: &mut Cursor) -> Expr {
    let at = c.here();
    c.at += 3;
    c.deeper(
        || Expr::missing(at),
        |c| {
            let mut items = vec![expression(c)];
            while matches!(
                c.name(0),
                Some(
                    "where"
                        | "select"
                        | "orderby"
                        | "let"
                        | "group"
                        | "descending"
                        | "ascending"
                        | "by"
                        | "into"
                        | "join"
                        | "on"
                        | "equals"
                        | "from"
                        | "in"
                )
            ) {
                c.at += 1;
                items.push(expression(c));
            }
            Expr::new(at, Kind::List(items))
        },
    )
}

fn lambda(c: &mut Cursor) -> Option<Expr> {
    let at = c.here();
    let params = if c.is("(") {
        let end = c.behind_bracket(0) - c.at;
        if !c.is_at(end, "=>") {
            return None;
        }
        parameters(c)
    } else {
        let name = c.name(0)?;
        c.at += 1;
        vec![Param { name: rc(name), class: None, at }]
    };
    c.at += 1;
    let body = if c.is("{") { block(c) } else { vec![Stmt::Return(Some(expression(c)))] };
    Some(Expr::new(at, Kind::Function(Rc::new(Function { name: rc(""), params, body, offered: false }))))
}

/// An object, or the items of a list, between braces.
fn braces(c: &mut Cursor, at: u32) -> Expr {
    let mut fields = Vec::new();
    let mut items = Vec::new();
    while !c.done() && !c.take("}") {
        let before = c.at;
        let key = match c.peek(0) {
            Some(Tok::Name(name)) => Some(rc(name)),
            Some(Tok::Text(text)) => Some(rc(text)),
            Some(Tok::Number(number)) => Some(Rc::from(number.to_string())),
            _ => None,
        };
        if let Some(key) = key.filter(|_| c.is_at(1, ":")) {
            c.at += 2;
            fields.push((key, expression(c)));
        } else {
            items.push(expression(c));
        }
        c.take(",");
        c.at += usize::from(c.at == before);
    }
    if fields.is_empty() { Expr::new(at, Kind::List(items)) } else { Expr::new(at, Kind::Object(fields)) }
}

fn created(c: &mut Cursor, at: u32) -> Expr {
    let mut class = rc("");
    if c.name(0).is_some() {
        let mut end = 0;
        loop {
            end += 1;
            if c.is_at(end, "<") {
                end = behind_generic(c, end).unwrap_or(end);
            }
            if (c.is_at(end, ".") || c.is_at(end, "::")) && c.name(end + 1).is_some() {
                end += 1;
            } else {
                break;
            }
        }
        class = type_name(c, 0, end);
        c.at += end;
        c.take("?");
    }
    let mut args = Vec::new();
    let mut list = false;
    if c.take("(") {
        args = arguments(c, ")");
    } else {
        while c.take("[") {
            list = true;
            args.extend(arguments(c, "]"));
        }
    }
    let mut parts = Vec::new();
    if c.is("{") {
        c.at += 1;
        match braces(c, at).kind {
            Kind::List(items) => parts = items,
            Kind::Object(fields) => parts = fields.into_iter().map(|(_, value)| value).collect(),
            _ => {}
        }
        if list || class.is_empty() {
            return Expr::new(at, Kind::List(parts));
        }
    } else if list {
        // A list of a given length has nothing in it yet.
        return Expr::new(at, Kind::New(rc("[]"), args, Vec::new()));
    }
    Expr::new(at, Kind::New(class, args, parts))
}
