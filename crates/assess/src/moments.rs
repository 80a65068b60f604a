//! When a finding was seen: not one span from its first row to its last, in which months may lie, but the stretches in
//! which its rows stand.

use assize_model::time::SECOND;
use assize_model::{Finding, Timestamp};
use std::collections::BTreeMap;

/// From the first row of a stretch to its last.
pub(crate) type Moment = (Timestamp, Timestamp);

/// Rows so close together are one stretch. What is said to lie within minutes of a stretch then lies so near to a row.
const PAUSE: i64 = 60 * SECOND;

/// Stretches of one finding that are told apart; of more, the first and the last ones are kept.
const KEPT: usize = 512;

/// Stretches, while rows come in any order.
#[derive(Default, Clone)]
pub(crate) struct Moments {
    to_by_from: BTreeMap<Timestamp, Timestamp>,
}

impl Moments {
    /// Takes a stretch; those that it touches become one with it.
    pub(crate) fn add(&mut self, (mut from, mut to): Moment) {
        let near = self.to_by_from.range(..=to.plus(PAUSE)).rev();
        let touched: Vec<Moment> =
            near.map(|(a, b)| (*a, *b)).take_while(|(_, end)| *end >= from.plus(-PAUSE)).collect();
        for (begin, end) in touched {
            (from, to) = (from.min(begin), to.max(end));
            self.to_by_from.remove(&begin);
        }
        self.to_by_from.insert(from, to);
        if self.to_by_from.len() > KEPT {
            // A stretch that is left out can join nothing: a join that is missed claims less than one that is made up.
            let middle = self.to_by_from.keys().nth(KEPT / 2).copied();
            middle.into_iter().for_each(|middle| _ = self.to_by_from.remove(&middle));
        }
    }

    /// Takes those of another.
    pub(crate) fn join(&mut self, other: &Self) {
        other.all().into_iter().for_each(|moment| self.add(moment));
    }

    /// All of them, in the order of time.
    pub(crate) fn all(&self) -> Vec<Moment> {
        self.to_by_from.iter().map(|(from, to)| (*from, *to)).collect()
    }
}

/// The stretches of a finding, in the order of time; none where it has no time.
pub(crate) fn of(finding: &Finding) -> Vec<Moment> {
    match finding.moments.as_slice() {
        [] => finding.time.zip(finding.last).into_iter().collect(),
        moments => moments.to_vec(),
    }
}

/// The least time between two findings: 0 where they overlap, none where one of them has no time.
pub(crate) fn apart(a: &Finding, b: &Finding) -> Option<i64> {
    let (a, b) = (of(a), of(b));
    let (mut at, mut other, mut least) = (0, 0, None);
    while let (Some(x), Some(y)) = (a.get(at), b.get(other)) {
        let between = y.0.0.saturating_sub(x.1.0).max(x.0.0.saturating_sub(y.1.0)).max(0);
        least = Some(least.unwrap_or(between).min(between));
        // The one that ends first can come no nearer to what follows.
        if x.1 <= y.1 { at += 1 } else { other += 1 }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::Moments;
    use assize_model::Timestamp;
    use assize_model::time::SECOND;

    fn second(n: i64) -> Timestamp {
        Timestamp(n * SECOND)
    }

    #[test]
    fn rows_in_any_order_make_the_same_stretches() {
        let mut forward = Moments::default();
        let mut backward = Moments::default();
        let rows = [0, 30, 59, 300, 340, 10_000];
        rows.iter().for_each(|s| forward.add((second(*s), second(*s))));
        rows.iter().rev().for_each(|s| backward.add((second(*s), second(*s))));
        let expected = vec![(second(0), second(59)), (second(300), second(340)), (second(10_000), second(10_000))];
        assert_eq!(forward.all(), expected);
        assert_eq!(backward.all(), expected);
        backward.add((second(100), second(250)));
        assert_eq!(backward.all(), [(second(0), second(340)), expected[2]], "what lies between two joins them");
    }

    #[test]
    fn stretches_are_bounded() {
        let mut moments = Moments::default();
        (0..5_000).for_each(|n| moments.add((second(n * 600), second(n * 600))));
        let all = moments.all();
        assert_eq!((all.len(), all[0].0, all[511].0), (512, second(0), second(4_999 * 600)));
    }
}
