//! One front end for each family of languages. Each brings words into the shape of `ast`, and never gives up.

mod basic;
mod curly;

use crate::ast::{Expr, Kind, Stmt};
use crate::lex::{Family, Tok, Word};
use std::rc::Rc;

/// Brackets and statements inside one another; deeper ones are passed over.
const DEPTH_MAX: usize = 96;

/// Reads the words of one script, and says whether some stood too deep to be read.
pub(crate) fn parse(words: &[Word], family: Family) -> (Vec<Stmt>, bool) {
    let mut cursor = Cursor { words, at: 0, depth: 0, too_deep: false };
    let script = match family {
        Family::Curly => curly::script(&mut cursor),
        Family::Basic => basic::script(&mut cursor),
    };
    (script, cursor.too_deep)
}

/// A place among the words.
struct Cursor<'a> {
    words: &'a [Word],
    at: usize,
    depth: usize,
    too_deep: bool,
}

impl<'a> Cursor<'a> {
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
        let mut open = 0_usize;
        let mut at = self.at + ahead;
        while let Some(word) = self.words.get(at) {
            match word.tok {
                Tok::Sign("(" | "[" | "{") => open += 1,
                Tok::Sign(")" | "]" | "}") => open = open.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if open == 0 {
                break;
            }
        }
        at
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

/// A chain, or its only operand.
fn chain(mut operands: Vec<Expr>, ops: Vec<crate::ast::Op>) -> Expr {
    if operands.len() == 1 {
        return operands.remove(0);
    }
    Expr::new(operands[0].at, Kind::Chain(operands, ops))
}

fn rc(text: &str) -> Rc<str> {
    Rc::from(text)
}
