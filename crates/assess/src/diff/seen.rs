//! What could be looked at, in two cases.

use assize_model::CaseResult;
use assize_model::diff::{CoverageChange, Reach, SourceChange};
use assize_model::result::{QuestionCoverage, TableSummary};
use std::collections::BTreeMap;

/// Questions of which more or less could be seen.
pub(super) fn coverage(before: &CaseResult, after: &CaseResult) -> Vec<CoverageChange> {
    type Key<'q> = (&'q str, &'q str);
    let mut both: BTreeMap<Key<'_>, (Option<&QuestionCoverage>, Option<&QuestionCoverage>)> = BTreeMap::new();
    let asked = |result: &'_ CaseResult| -> Vec<QuestionCoverage> {
        result.coverage.iter().filter(|q| q.applies).cloned().collect()
    };
    let (asked_before, asked_after) = (asked(before), asked(after));
    asked_before.iter().for_each(|q| both.entry((&q.pack, &q.name)).or_default().0 = Some(q));
    asked_after.iter().for_each(|q| both.entry((&q.pack, &q.name)).or_default().1 = Some(q));
    let days = |q: Option<&QuestionCoverage>| q.map(|q| (q.answered_days, q.window_days));
    // A window that ends with the update has fewer days; what counts is how many of them nobody could see.
    let unseen = |q: Option<&QuestionCoverage>| q.map(|q| q.window_days.saturating_sub(q.answered_days));
    let mut changes = Vec::new();
    for (question, before, after) in both.values().filter_map(|(b, a)| Some(((*a).or(*b)?, *b, *a))) {
        if unseen(before) != unseen(after) {
            changes.push(CoverageChange {
                pack: question.pack.clone(),
                name: question.name.clone(),
                title: question.title.clone(),
                required: question.required,
                before: days(before),
                after: days(after),
            });
        }
    }
    changes
}

/// Sources that reach less far, further, or are there once only.
pub(super) fn sources(before: &CaseResult, after: &CaseResult) -> Vec<SourceChange> {
    let mut both: BTreeMap<&str, (Option<&TableSummary>, Option<&TableSummary>)> = BTreeMap::new();
    before.evidence.tables.iter().for_each(|t| both.entry(&t.table).or_default().0 = Some(t));
    after.evidence.tables.iter().for_each(|t| both.entry(&t.table).or_default().1 = Some(t));
    let reach =
        |t: Option<&TableSummary>| t.filter(|t| t.rows > 0).map(|t| Reach { from: t.from, to: t.to, rows: t.rows });
    let days = |r: &Option<Reach>| r.as_ref().map(|r| (r.from.map(|t| t.day()), r.to.map(|t| t.day())));
    let mut changes = Vec::new();
    for (table, (old, new)) in both {
        let (before, after) = (reach(old), reach(new));
        if days(&before) != days(&after) {
            let title = new.or(old).map(|t| t.title.clone()).unwrap_or_default();
            changes.push(SourceChange { table: table.to_owned(), title, before, after });
        }
    }
    changes
}
