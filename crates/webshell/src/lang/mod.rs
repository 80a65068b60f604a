//! One front end for each family of languages. Each brings words into the shape of `ast`, and never gives up.

mod basic;
mod curly;

use crate::ast::{Expr, Function, Kind, Op, Param, Step, Stmt};
use crate::lex::{Family, Tok, Word, words};
use std::rc::Rc;

/// Brackets and statements inside one another; deeper ones are passed over.
const DEPTH_MAX: usize = 96;

/// Reads the words of one script, and says whether some stood too deep to be read.
pub(crate) fn parse(words: &[Word], family: Family) -> (Vec<Stmt>, bool) {
    let ends = ends(words);
    let mut cursor = Cursor::new(words, &ends);
    let script = match family {
        Family::Curly => curly::script(&mut cursor),
        Family::Basic => basic::script(&mut cursor),
    };
    (script, cursor.too_deep)
}

/// For each word the place behind it; for an opening bracket, that behind the bracket which closes it, whatever its kind.
fn ends(words: &[Word]) -> Vec<u32> {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut ends: Vec<u32> = (1..=words.len()).map(place).collect();
    let mut open = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match word.tok {
            Tok::Sign("(" | "[" | "{") => open.push(at),
            Tok::Sign(")" | "]" | "}") => {
                if let Some(start) = open.pop() {
                    ends[start] = place(at + 1);
                }
            }
            _ => {}
        }
    }
    open.into_iter().for_each(|start| ends[start] = place(words.len()));
    ends
}

/// A place among the words.
struct Cursor<'a> {
    words: &'a [Word],
    ends: &'a [u32],
    at: usize,
    depth: usize,
    too_deep: bool,
    /// What each `With` around is about, where it is a name or members of one.
    with: Vec<Option<Expr>>,
}

impl<'a> Cursor<'a> {
    fn new(words: &'a [Word], ends: &'a [u32]) -> Self {
        Self { words, ends, at: 0, depth: 0, too_deep: false, with: Vec::new() }
    }

    #[inline]
    fn peek(&self, ahead: usize) -> Option<&'a Tok> {
        self.words.get(self.at + ahead).map(|word| &word.tok)
    }

    fn here(&self) -> u32 {
        self.words.get(self.at).or(self.words.last()).map_or(0, |word| word.at)
    }

    fn done(&self) -> bool {
        self.at >= self.words.len()
    }

    #[inline]
    fn is(&self, sign: &str) -> bool {
        self.is_at(0, sign)
    }

    #[inline]
    fn is_at(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.peek(ahead), Some(Tok::Sign(found)) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn name(&self, ahead: usize) -> Option<&'a str> {
        match self.peek(ahead) {
            Some(Tok::Name(name)) => Some(name),
            _ => None,
        }
    }

    #[inline]
    fn word(&self, word: &str) -> bool {
        self.name(0) == Some(word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word(word);
        self.at += usize::from(found);
        found
    }

    /// The place behind the bracket that closes the one `ahead` words on. Broken brackets end where the words do.
    fn behind_bracket(&self, ahead: usize) -> usize {
        let at = self.at + ahead;
        self.ends.get(at).map_or(self.words.len(), |end| *end as usize)
    }

    /// Runs `inner` one level deeper, or passes one word over where that is too deep.
    fn deeper<T>(&mut self, otherwise: impl FnOnce() -> T, inner: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEPTH_MAX {
            self.at += 1;
            self.too_deep = true;
            return otherwise();
        }
        self.depth += 1;
        let value = inner(self);
        self.depth -= 1;
        value
    }
}

/// A text with values in its holes: pieces of text and holes in turn.
fn woven(c: &Cursor, at: u32, pieces: &[String], family: Family) -> Expr {
    let mut operands = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        if number % 2 == 0 {
            operands.push(Expr::new(at, Kind::Text(rc(piece))));
            continue;
        }
        let mut inner = Vec::new();
        words(piece, at as usize, family, &mut inner);
        // Every word of a hole stands where its text does.
        inner.iter_mut().for_each(|word| word.at = at);
        let ends = ends(&inner);
        let mut cursor = Cursor { depth: c.depth + 1, ..Cursor::new(&inner, &ends) };
        operands.push(match family {
            Family::Curly => curly::expression(&mut cursor),
            Family::Basic => basic::expression(&mut cursor),
        });
    }
    let ops = vec![Op::Join; operands.len() - 1];
    chain(operands, ops)
}

/// A chain, or its only operand.
fn chain(mut operands: Vec<Expr>, ops: Vec<Op>) -> Expr {
    if operands.len() == 1 {
        return operands.remove(0);
    }
    Expr::new(operands[0].at, Kind::Chain(operands, ops))
}

/// The name under which an indexer is a function.
pub(crate) const INDEXER: &str = "·item";

/// The function, or where its attributes say that it stands for one of a library, a call of that one:
/// `[DllImport("kernel32", EntryPoint = "WinExec")]`. `word` is how the language writes that.
fn imported(function: Rc<Function>, attributes: &[Word], word: &str) -> Rc<Function> {
    let names_it = |words: &&[Word]| matches!(&words[0].tok, Tok::Name(name) if name == word);
    match attributes.windows(3).find(names_it).map(|words| &words[2].tok) {
        Some(Tok::Text(imports)) if function.body.is_empty() => Rc::new(alias(&function, imports)),
        _ => function,
    }
}

/// A function that only calls one of a library, by the name that it has there.
fn alias(function: &Function, imports: &str) -> Function {
    let name = |of: &Param| Expr::new(of.at, Kind::Name(of.name.clone()));
    let at = function.params.first().map_or(0, |param| param.at);
    let call = vec![
        (at, Step::Member(rc(&imports.to_lowercase()))),
        (at, Step::Call(function.params.iter().map(name).collect())),
    ];
    let library = Box::new(Expr::new(at, Kind::Name(rc("·import"))));
    Function { body: vec![Stmt::Return(Some(Expr::new(at, Kind::Path(library, call))))], ..function.clone() }
}

fn rc(text: &str) -> Rc<str> {
    Rc::from(text)
}
