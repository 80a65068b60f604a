//! Findings of two cases: which are the same, and why one has what the other has not.

use super::Assessed;
use super::records::{Answer, look};
use crate::AssessError;
use crate::correlate::shared;
use assize_model::diff::{Fate, FindingChange, FindingChanges, FindingKept, Origin};
use assize_model::finding::CitedRow;
use assize_model::{Finding, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What all findings of both cases come to.
pub(super) fn changes(before: Assessed<'_>, after: Assessed<'_>) -> Result<FindingChanges, AssessError> {
    let pairs = pairs(&before.result.findings, &after.result.findings);
    let (kept_before, kept_after): (HashSet<usize>, HashSet<usize>) = pairs.iter().copied().unzip();
    let gone = left(&before.result.findings, &kept_before);
    let new = left(&after.result.findings, &kept_after);
    let same = pairs.iter().map(|(b, a)| (&before.result.findings[*b], &after.result.findings[*a]));
    let collected = before.result.window.collected;
    Ok(FindingChanges {
        gone: explained(&gone, after, |_, answers| fate(answers))?,
        new: explained(&new, before, |finding, answers| origin(finding, answers, collected))?,
        same: same
            .map(|(b, a)| FindingKept { before: b.id.clone(), after: a.id.clone(), rule: b.rule.clone() })
            .collect(),
    })
}

fn left<'f>(findings: &'f [Finding], kept: &HashSet<usize>) -> Vec<&'f Finding> {
    findings.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, f)| f).collect()
}

/// The findings that are one, by their places. What cites the same record is one; what is left is one where rule, time
/// and observables fit: of a log that was cut, the first records may be missing.
fn pairs(before: &[Finding], after: &[Finding]) -> Vec<(usize, usize)> {
    let mut by_record: HashMap<(&str, Record<'_>), Vec<usize>> = HashMap::new();
    let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in after.iter().enumerate() {
        by_rule.entry(&finding.rule).or_default().push(at);
        for row in &finding.rows {
            by_record.entry((&finding.rule, record(row))).or_default().push(at);
        }
    }
    let (mut pairs, mut used) = (Vec::new(), HashSet::new());
    let mut later = Vec::new();
    for (at, finding) in before.iter().enumerate() {
        let with_record =
            finding.rows.iter().filter_map(|row| by_record.get(&(finding.rule.as_str(), record(row)))).flatten();
        match with_record.copied().find(|place| !used.contains(place)) {
            Some(place) => {
                used.insert(place);
                pairs.push((at, place));
            }
            None => later.push(at),
        }
    }
    for at in later {
        let candidates = by_rule.get(before[at].rule.as_str()).into_iter().flatten().copied();
        if let Some(place) = candidates.filter(|p| !used.contains(p)).find(|p| is_alike(&before[at], &after[*p])) {
            used.insert(place);
            pairs.push((at, place));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// What a record says, without the place where a collection keeps it.
type Record<'f> = (&'f str, Option<Timestamp>, Vec<(&'f str, String)>);

fn record(row: &CitedRow) -> Record<'_> {
    let value = |name: &str, value: &str| if name == "path" { super::comparable(value) } else { value.to_owned() };
    (&row.table, row.time, row.fields.iter().map(|(n, v)| (n.as_str(), value(n, v))).collect())
}

/// Whether two findings of one rule overlap in time and share an observable of each kind that both have.
fn is_alike(a: &Finding, b: &Finding) -> bool {
    let in_time = match (a.time, a.last, b.time, b.last) {
        (Some(from), Some(to), Some(other_from), Some(other_to)) => from <= other_to && other_from <= to,
        (None, _, None, _) => true,
        _ => false,
    };
    let both: Vec<&String> = a.entities.keys().filter(|kind| b.entities.contains_key(*kind)).collect();
    in_time && !both.is_empty() && both.iter().all(|kind| !shared(kind, a, b).is_empty())
}

/// Each finding with the reason why another case has not got it, from what became of its records there.
fn explained<W>(
    findings: &[&Finding],
    other: Assessed<'_>,
    why: impl Fn(&Finding, &[Answer]) -> W,
) -> Result<Vec<FindingChange<W>>, AssessError> {
    let rows: Vec<&CitedRow> = findings.iter().flat_map(|f| &f.rows).collect();
    let mut answers = look(&rows, other)?.into_iter();
    let mut changes = Vec::new();
    for finding in findings {
        let of_finding: Vec<Answer> = answers.by_ref().take(finding.rows.len()).collect();
        changes.push(FindingChange {
            id: finding.id.clone(),
            rule: finding.rule.clone(),
            title: finding.texts.iter().map(|(language, words)| (language.clone(), words.title.clone())).collect(),
            level: finding.level,
            strength: finding.strength,
            suppressed: finding.suppressed.is_some(),
            time: finding.time,
            why: why(finding, &of_finding),
            records: of_finding.len() as u64,
            records_there: of_finding.iter().filter(|a| **a == Answer::There).count() as u64,
        });
    }
    Ok(changes)
}

/// What the worst of the missing records says. A finding that cites none is as good as one whose log is gone.
fn fate(answers: &[Answer]) -> Fate {
    let of = |answer: &Answer| match answer {
        Answer::There => Fate::JudgedOtherwise,
        Answer::Missing => Fate::RecordGone,
        Answer::BeforeLog => Fate::LogGone,
        Answer::NoSource | Answer::NoPlace => Fate::NotCollected,
        Answer::NotInPlace => Fate::Removed,
    };
    answers.iter().map(of).min().unwrap_or(Fate::LogGone)
}

/// When a thing came about, as far as the earlier case tells.
fn origin(finding: &Finding, answers: &[Answer], collected: Timestamp) -> Origin {
    if finding.last.or(finding.time).is_some_and(|t| t > collected) {
        return Origin::Since;
    }
    if !answers.is_empty() && answers.iter().all(|a| *a == Answer::There) {
        return Origin::JudgedOtherwise;
    }
    match answers.contains(&Answer::NotInPlace) {
        true => Origin::Appeared,
        false => Origin::NewlyRead,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{BeforeLog, Missing, NoPlace, NoSource, NotInPlace, There};

    #[test]
    fn the_worst_of_the_missing_records_decides() {
        let cases: [(&[Answer], Fate); 7] = [
            (&[There, There], Fate::JudgedOtherwise),
            (&[There, NotInPlace], Fate::Removed),
            (&[NotInPlace, BeforeLog], Fate::LogGone),
            (&[NotInPlace, NoPlace], Fate::NotCollected),
            (&[NoSource], Fate::NotCollected),
            (&[BeforeLog, Missing, There], Fate::RecordGone),
            (&[], Fate::LogGone),
        ];
        for (answers, expected) in cases {
            assert_eq!(fate(answers), expected, "{answers:?}");
        }
    }
}
