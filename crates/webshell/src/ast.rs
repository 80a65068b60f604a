//! The shape that scripts of every language are brought into. It is as coarse as following values allows.

use std::rc::Rc;

/// Something with a value, and the byte of the page it begins at.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) at: u32,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Text(Rc<str>),
    Number(f64),
    Name(Rc<str>),
    /// A character by its number, and the function that makes it: `Chr(101)`. Encoded pages hold tens of thousands.
    Character(&'static str, f64),
    /// A value and what is taken from it, one step after the other.
    Path(Box<Expr>, Vec<(u32, Step)>),
    /// A new object of a class: arguments, then the parts of its initialiser.
    New(Rc<str>, Vec<Expr>, Vec<Expr>),
    /// Operands of one level with the operators between them: a long sum is one level, not a deep tree.
    Chain(Vec<Expr>, Vec<Op>),
    Unary(Op, Box<Expr>),
    /// Target and value; the operator of `+=` and its like.
    Assign(Box<Expr>, Option<Op>, Box<Expr>),
    List(Vec<Expr>),
    /// Values worked out one after the other, of which the last one counts: `(a = b, c(a))`.
    Sequence(Vec<Expr>),
    Object(Vec<(Rc<str>, Expr)>),
    Function(Rc<Function>),
    /// Condition, value if so, value if not.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A class as a value, as in `typeof(Assembly)`.
    Class(Rc<str>),
    Missing,
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Member(Rc<str>),
    Call(Vec<Expr>),
    Index(Vec<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    /// Joins texts, whatever the operands are.
    Join,
    Sub,
    Mul,
    Div,
    Whole,
    Rest,
    Power,
    Equal,
    Differs,
    Less,
    More,
    AtMost,
    AtLeast,
    And,
    Or,
    BitAnd,
    BitOr,
    Xor,
    Left,
    Right,
    Else,
    Not,
    Minus,
    Invert,
}

impl Op {
    /// Whether it compares its sides.
    pub(crate) fn compares(self) -> bool {
        matches!(self, Self::Equal | Self::Differs | Self::Less | Self::More | Self::AtMost | Self::AtLeast)
    }
}

/// Something that is done.
#[derive(Debug, Clone)]
pub(crate) enum Stmt {
    Expr(Expr),
    Declare(Vec<Declared>),
    /// Conditions with what is done, then what is done otherwise.
    If(Vec<(Expr, Vec<Stmt>)>, Vec<Stmt>),
    Loop(Box<Loop>),
    /// A counter of the basic family: name, from, to, step.
    Count(Rc<str>, Expr, Expr, Option<Expr>, Vec<Stmt>),
    Each(Rc<str>, Expr, Vec<Stmt>),
    /// The value, and each case with its labels; without labels: the default.
    Switch(Expr, Vec<(Vec<Expr>, Vec<Stmt>)>),
    Return(Option<Expr>),
    /// One of several values that a function gives back, one after the other.
    Yield(Expr),
    Break,
    Continue,
    Block(Vec<Stmt>),
    Function(Rc<Function>),
    Class(Class),
    With(Expr, Vec<Stmt>),
}

#[derive(Debug, Clone)]
pub(crate) struct Loop {
    pub(crate) first: Vec<Stmt>,
    pub(crate) condition: Option<Expr>,
    /// The loop goes on until the condition holds.
    pub(crate) until: bool,
    /// The condition is asked after the body.
    pub(crate) after: bool,
    pub(crate) step: Vec<Expr>,
    pub(crate) body: Vec<Stmt>,
}

#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) at: u32,
    pub(crate) name: Rc<str>,
    pub(crate) class: Option<Rc<str>>,
    pub(crate) value: Option<Expr>,
}

#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) name: Rc<str>,
    pub(crate) body: Vec<Stmt>,
}

#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) name: Rc<str>,
    pub(crate) params: Vec<Param>,
    pub(crate) body: Vec<Stmt>,
    /// Anyone who reaches the page calls it with arguments of their own: a method of a web service.
    pub(crate) offered: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: Rc<str>,
    pub(crate) class: Option<Rc<str>>,
    pub(crate) at: u32,
}

impl Loop {
    /// A loop that goes on while the condition holds, asked before each round; without one, it never ends by itself.
    pub(crate) fn asking(condition: Option<Expr>, body: Vec<Stmt>) -> Self {
        Self { first: Vec::new(), condition, until: false, after: false, step: Vec::new(), body }
    }
}

impl From<Loop> for Stmt {
    fn from(of: Loop) -> Self {
        Self::Loop(Box::new(of))
    }
}

impl Expr {
    pub(crate) fn new(at: u32, kind: Kind) -> Self {
        Self { at, kind }
    }

    pub(crate) fn missing(at: u32) -> Self {
        Self { at, kind: Kind::Missing }
    }
}
