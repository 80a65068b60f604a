//! Correlations: findings of several rules that together say more.

use crate::moments::{self, Moment};
use crate::{group, say};
use assize_content::texts::LANGUAGES;
use assize_content::{Correlation, Pack};
use assize_model::finding::{CitedRow, ROWS_CITED, Words};
use assize_model::time::SECOND;
use assize_model::{Finding, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Findings that one correlation makes; a pair of busy rules must not make a thousand.
const FINDINGS_MAX: usize = 50;
/// Findings that are compared for one start of a correlation.
const TRIES_MAX: usize = 20_000;

/// The findings of every correlation of a pack, over the findings of all packs.
pub(crate) fn run(pack: &Pack, findings: &[Finding]) -> Vec<Finding> {
    pack.correlations.iter().flat_map(|c| one(pack, c, findings)).collect()
}

fn one(pack: &Pack, correlation: &Correlation, findings: &[Finding]) -> Vec<Finding> {
    let of_rule = |name: &String| {
        // A rule of another pack is named with it: `general/w3wp_command`.
        let rule = if name.contains('/') { name.clone() } else { format!("{}/{name}", pack.id) };
        // A thing that was looked for and was not there joins nothing.
        findings
            .iter()
            .filter(move |f| f.rule == rule && !f.adjusted.iter().any(|a| a == "not-there" || a == "after-patch"))
    };
    let candidates: Vec<Vec<&Finding>> = correlation.rules.iter().map(|r| of_rule(r).collect()).collect();
    let Some((first, others)) = candidates.split_first() else { return Vec::new() };
    let mut made = Vec::new();
    for start in first {
        if made.len() == FINDINGS_MAX {
            break;
        }
        let mut tries = TRIES_MAX;
        let fits = moments(start).into_iter().find_map(|when| {
            let mut parts = vec![Part { finding: start, when }];
            complete(correlation, others, &mut parts, &mut tries).then_some(parts)
        });
        made.extend(fits.map(|parts| finding(pack, correlation, &parts)));
    }
    made
}

/// A finding, and the stretch of it that fits the others.
struct Part<'f> {
    finding: &'f Finding,
    when: Option<Moment>,
}

/// The stretches of a finding. A file has no moment of its own, and fits any time.
fn moments(finding: &Finding) -> Vec<Option<Moment>> {
    let all = moments::of(finding);
    if all.is_empty() { vec![None] } else { all.into_iter().map(Some).collect() }
}

/// Finds one finding of each further rule that fits all others. The first that fits one rule may leave none for the
/// next, so it is given back and the next one is tried.
fn complete<'f>(
    correlation: &Correlation,
    rules: &[Vec<&'f Finding>],
    parts: &mut Vec<Part<'f>>,
    tries: &mut usize,
) -> bool {
    let Some((candidates, rest)) = rules.split_first() else { return true };
    for candidate in candidates {
        let whole = candidate.time.zip(candidate.last);
        // What is out of time as a whole need not be looked at piece by piece.
        if !in_time(correlation, parts, whole) || !parts.iter().all(|p| shares(correlation, p.finding, candidate)) {
            continue;
        }
        for when in moments(candidate) {
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            if in_time(correlation, parts, when) {
                parts.push(Part { finding: candidate, when });
                if complete(correlation, rest, parts, tries) {
                    return true;
                }
                parts.pop();
            }
        }
    }
    false
}

/// Whether two findings share an observable of every kind asked for.
fn shares(correlation: &Correlation, a: &Finding, b: &Finding) -> bool {
    correlation.group_by.iter().all(|kind| !shared(kind, a, b).is_empty())
}

/// Whether an address tells one caller from another: the server's own does not.
pub(crate) fn outside(ip: &str) -> bool {
    ip != "::1" && !ip.starts_with("127.")
}

/// Observables of a kind that two findings share, without regard to case. Paths are compared by their last parts: a
/// file on disk and the request for it differ in what stands before.
pub(crate) fn shared(kind: &str, a: &Finding, b: &Finding) -> Vec<String> {
    let values = |f: &Finding| -> BTreeMap<String, String> {
        f.entities.get(kind).into_iter().flatten().map(|v| (comparable(kind, v), v.clone())).collect()
    };
    let other = values(b);
    values(a).into_iter().filter(|(key, _)| !key.is_empty() && other.contains_key(key)).map(|(_, v)| v).collect()
}

/// A value as it is compared with others of its kind.
pub(crate) fn comparable(kind: &str, value: &str) -> String {
    let value = value.to_lowercase();
    if kind != "path" {
        return value;
    }
    let value = value.replace('\\', "/");
    let mut parts = value.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(name), Some(folder)) => format!("{folder}/{name}"),
        (name, _) => name.unwrap_or_default().to_owned(),
    }
}

fn in_time(correlation: &Correlation, parts: &[Part<'_>], next: Option<Moment>) -> bool {
    let span = i64::try_from(correlation.timespan_seconds).unwrap_or(i64::MAX).saturating_mul(SECOND);
    parts.iter().all(|part| match (part.when, next) {
        (Some((from, to)), Some((next_from, next_to))) => {
            let apart = next_from <= to.plus(span) && from <= next_to.plus(span);
            apart && (!correlation.ordered || next_to >= from)
        }
        _ => true,
    })
}

/// The rows of a part that are cited: those that fit first, then the others.
fn rows(part: &Part<'_>, most: usize) -> Vec<CitedRow> {
    let fits = |r: &&CitedRow| match (part.when, r.time) {
        (Some((from, to)), Some(time)) => from <= time && time <= to,
        _ => true,
    };
    let (fitting, others): (Vec<&CitedRow>, Vec<&CitedRow>) = part.finding.rows.iter().partition(fits);
    fitting.into_iter().chain(others).take(most).cloned().collect()
}

fn finding(pack: &Pack, correlation: &Correlation, parts: &[Part<'_>]) -> Finding {
    let when: Vec<Moment> = parts.iter().filter_map(|p| p.when).collect();
    let time = when.iter().map(|(from, _)| *from).min();
    let last = when.iter().map(|(_, to)| *to).max();
    let cited: Vec<Vec<CitedRow>> = parts.iter().map(|p| rows(p, (ROWS_CITED / parts.len()).max(1))).collect();
    let parts: Vec<&Finding> = parts.iter().map(|p| p.finding).collect();
    let mut entities: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (kind, values) in parts.iter().flat_map(|p| &p.entities) {
        entities.entry(kind.clone()).or_default().extend(values.iter().cloned());
    }
    let strongest = parts.iter().max_by_key(|p| p.strength);
    let texts: BTreeMap<String, Words> = LANGUAGES
        .iter()
        .map(|l| {
            (
                (*l).to_owned(),
                group::words(pack, &correlation.name, l, &args(l, correlation, &parts, &entities, time, last)),
            )
        })
        .collect();
    Finding {
        id: String::new(),
        key: String::new(),
        rule: format!("{}/{}", pack.id, correlation.name),
        rule_id: correlation.id.clone(),
        level: correlation.level,
        outcome: correlation.assize.outcome,
        strength: correlation.assize.strength,
        family: strongest.map(|p| p.family.clone()).unwrap_or_default(),
        questions: correlation.assize.answers.clone(),
        techniques: correlation.techniques.clone(),
        vulnerabilities: correlation.vulnerabilities.clone(),
        time,
        last,
        moments: time.zip(last).into_iter().collect(),
        count: parts.iter().map(|p| p.count).sum(),
        summary: texts.get("en").map(|w| w.summary.clone()).unwrap_or_default(),
        texts,
        entities: entities.into_iter().map(|(k, v)| (k, v.into_iter().take(100).collect())).collect(),
        condition: correlation.rules.join(if correlation.ordered { " then " } else { " and " }),
        rows: cited.into_iter().flatten().collect(),
        adjusted: Vec::new(),
        suppressed: None,
    }
}

fn args(
    language: &str,
    correlation: &Correlation,
    parts: &[&Finding],
    entities: &BTreeMap<String, BTreeSet<String>>,
    time: Option<Timestamp>,
    last: Option<Timestamp>,
) -> BTreeMap<String, String> {
    let moment = |t: Option<Timestamp>| t.map_or_else(|| "none".into(), |t| say::moment(language, t));
    let none = BTreeSet::new();
    let list = |kind: &str| {
        let values = entities.get(kind).unwrap_or(&none);
        say::list(language, values, values.len())
    };
    let mut args = BTreeMap::from([
        ("count".to_owned(), parts.iter().map(|p| p.count).sum::<u64>().to_string()),
        ("first".to_owned(), moment(time)),
        ("last".to_owned(), moment(last)),
        ("ips".to_owned(), list("ip")),
        ("paths".to_owned(), list("path")),
        ("agents".to_owned(), list("agent")),
        ("users".to_owned(), list("user")),
        ("host".to_owned(), list("host")),
    ]);
    for kind in &correlation.group_by {
        let both: BTreeSet<String> = shared(kind, parts[0], parts[parts.len() - 1]).into_iter().collect();
        args.insert(format!("shared_{kind}"), say::list(language, &both, both.len()));
    }
    args
}
