//! Which literals stand in which rows of a batch.
//!
//! A text that stands in many rows is looked through once: what is kept is which literals stand in which text, and which
//! text in which row. Both are small, and most literals are never asked about.

use crate::grouped::Grouped;
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};

/// What stands in one text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Inside {
    /// No literal.
    Nothing,
    /// Those of the text that goes by this number.
    Some(u32),
    /// Anything.
    Anything,
}

/// The names under which a need is met.
#[derive(Debug, Clone)]
pub(crate) enum Names {
    /// Under any name, or none.
    Any,
    /// Under one of these.
    These(Vec<u32>),
}

/// The name under which a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// It may be any.
    Unknown,
    /// The one of this number.
    Is(u32),
    /// One that no rule asks for.
    Other,
}

impl Names {
    fn has(&self, name: Name) -> bool {
        match (self, name) {
            (Self::Any, _) | (_, Name::Unknown) => true,
            (Self::These(names), Name::Is(name)) => names.contains(&name),
            (Self::These(_), Name::Other) => false,
        }
    }
}

/// Hits under way.
pub(super) struct Gathering {
    rows: usize,
    literals: usize,
    /// Literal and text.
    found: Vec<(u32, u32)>,
    /// The names of texts with a literal, by their number.
    names: Vec<Name>,
    /// Text and row.
    used: Vec<(u32, u32)>,
    anything: Vec<u32>,
}

impl Gathering {
    /// For a batch of so many rows, and so many literals.
    pub(super) fn new(rows: usize, literals: usize) -> Self {
        Self { rows, literals, found: Vec::new(), names: Vec::new(), used: Vec::new(), anything: Vec::new() }
    }

    /// A text in which these literals stand, any of them more than once, and its name.
    pub(super) fn text(&mut self, literals: &mut Vec<u32>, name: impl FnOnce() -> Name) -> Inside {
        literals.sort_unstable();
        literals.dedup();
        if literals.is_empty() {
            return Inside::Nothing;
        }
        let text = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.found.extend(literals.iter().map(|literal| (*literal, text)));
        self.names.push(name());
        Inside::Some(text)
    }

    /// Adds a row in which this stands.
    pub(super) fn put(&mut self, inside: Inside, row: usize) {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        match inside {
            Inside::Nothing => {}
            Inside::Some(text) => self.used.push((text, row)),
            Inside::Anything => self.anything.push(row),
        }
    }

    pub(super) fn end(self) -> Hits {
        Hits {
            rows: self.rows,
            texts: by_first(self.literals, &self.found),
            of_text: by_first(self.names.len(), &self.used),
            names: self.names,
            anything: self.anything,
        }
    }
}

fn by_first(count: usize, pairs: &[(u32, u32)]) -> Grouped<u32> {
    Grouped::new(count, pairs.iter().map(|(first, other)| (*first as usize, *other)))
}

/// Which literals stand in which rows of a batch.
pub(crate) struct Hits {
    /// Rows of the batch.
    rows: usize,
    /// By the literal: the texts that hold it.
    texts: Grouped<u32>,
    /// By the text: its rows.
    of_text: Grouped<u32>,
    /// By the text: its name.
    names: Vec<Name>,
    /// Rows that may hold any of them.
    anything: Vec<u32>,
}

impl Hits {
    /// Nothing was searched: any row may hold anything.
    pub(crate) fn anything(rows: usize) -> Self {
        let mut none = Gathering::new(rows, 0);
        (0..rows).for_each(|row| none.put(Inside::Anything, row));
        none.end()
    }

    /// Whether any row may hold one of the literals under one of the names.
    pub(crate) fn any(&self, ids: &[u32], names: &Names) -> bool {
        !self.anything.is_empty() || self.texts_with(ids, names).next().is_some()
    }

    /// The rows that may hold one of the literals under one of the names.
    pub(crate) fn rows(&self, ids: &[u32], names: &Names) -> BooleanBuffer {
        let mut met = BooleanBufferBuilder::new(self.rows);
        met.append_n(self.rows, false);
        let held = self.texts_with(ids, names).flat_map(|text| self.of_text.of(text)).chain(&self.anything);
        held.for_each(|row| met.set_bit(*row as usize, true));
        met.finish()
    }

    fn texts_with(&self, ids: &[u32], names: &Names) -> impl Iterator<Item = usize> {
        let texts = ids.iter().flat_map(|id| self.texts.of(*id as usize)).map(|text| *text as usize);
        texts.filter(|text| names.has(self.names[*text]))
    }
}

#[cfg(test)]
mod tests {
    use super::{Gathering, Hits, Inside, Name, Names};

    #[test]
    fn a_row_holds_what_its_texts_hold() {
        let mut gathering = Gathering::new(5, 4);
        let first = gathering.text(&mut vec![2, 0, 2], || Name::Is(7));
        let none = gathering.text(&mut Vec::new(), || Name::Is(7));
        let second = gathering.text(&mut vec![2], || Name::Other);
        for (inside, row) in [(first, 0), (none, 1), (second, 4), (first, 3), (second, 3)] {
            gathering.put(inside, row);
        }
        let hits = gathering.end();
        let rows = |ids: &[u32]| hits.rows(ids, &Names::Any).set_indices().collect::<Vec<_>>();
        assert_eq!((rows(&[0]), rows(&[2]), rows(&[1, 3])), (vec![0, 3], vec![0, 3, 4], vec![]));
        let any = |ids: &[u32]| hits.any(ids, &Names::Any);
        assert!(any(&[1, 0]) && !any(&[1, 3]) && !any(&[]));
        let named = |name: u32| hits.rows(&[2], &Names::These(vec![5, name])).set_indices().collect::<Vec<_>>();
        assert_eq!((named(7), named(8)), (vec![0, 3], vec![]), "under that name, and no other");
    }

    #[test]
    fn a_text_whose_name_is_unknown_may_stand_under_any() {
        let mut gathering = Gathering::new(1, 1);
        let text = gathering.text(&mut vec![0], || Name::Unknown);
        gathering.put(text, 0);
        assert!(gathering.end().any(&[0], &Names::These(vec![3])));
    }

    #[test]
    fn what_was_not_searched_may_hold_anything() {
        assert_eq!(Hits::anything(3).rows(&[7], &Names::These(vec![1])).count_set_bits(), 3);
        let mut gathering = Gathering::new(3, 1);
        gathering.put(Inside::Anything, 1);
        let hits = gathering.end();
        assert!(hits.any(&[0], &Names::Any));
        assert_eq!(hits.rows(&[0], &Names::Any).set_indices().collect::<Vec<_>>(), [1]);
    }
}
