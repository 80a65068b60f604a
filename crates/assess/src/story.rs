//! Incidents: findings that hang together by an address, a request, a canary or a file.

use crate::correlate::{comparable, outside, shared};
use crate::moments::apart;
use assize_content::Pack;
use assize_model::finding::{Outcome, Strength};
use assize_model::result::{Incident, Link};
use assize_model::time::{DAY, SECOND};
use assize_model::{Finding, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of observable that link findings, and how far apart in time; `None`: however far.
const LINKS: [(&str, Option<i64>); 4] = [("request", None), ("canary", None), ("path", None), ("ip", Some(DAY))];

/// Findings that are compared with each other, the earliest first.
const LINKED_MAX: usize = 2_000;

/// Endings of paths that everybody who tries the same flaw asks for; they link nobody.
const COMMON_ENDINGS: [&str; 6] = [".js", ".css", ".png", ".flt", ".ecp", ".svc"];

/// Rows of the back end carry no outer address: they are linked to what the front end did in these seconds.
const SAME_MOMENT: i64 = 120 * SECOND;

/// Findings put together. Each incident has at least one finding that shows an act that worked, or is strong.
pub(crate) fn incidents(findings: &[Finding], packs: &[&Pack]) -> Vec<Incident> {
    let matters = |f: &&Finding| f.outcome >= Outcome::Attempt && f.strength >= Strength::Weak;
    let matter = strongest(findings.iter().filter(matters).collect());
    let mut root: Vec<usize> = (0..matter.len()).collect();
    let mut links: BTreeMap<(String, String), BTreeSet<usize>> = BTreeMap::new();
    for (a, b) in pairs(&matter) {
        let found = between(matter[a], matter[b]);
        if found.is_empty() {
            continue;
        }
        let (ra, rb) = (find(&root, a), find(&root, b));
        root[ra.max(rb)] = ra.min(rb);
        for link in found {
            links.entry(link).or_default().extend([a, b]);
        }
    }
    let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..matter.len() {
        sets.entry(find(&root, n)).or_default().push(n);
    }
    let heavy = |f: &Finding| {
        f.outcome == Outcome::Success && f.strength >= Strength::Moderate || f.strength >= Strength::Strong
    };
    let kept = sets.into_values().filter(|set| set.iter().any(|n| heavy(matter[*n])));
    let disclosed = packs.iter().filter_map(|p| p.disclosed).min();
    let mut incidents: Vec<Incident> = kept.map(|set| incident(&set, &matter, &links, disclosed)).collect();
    incidents.sort_by_key(|i| (i.from.is_none(), i.from, i.findings.clone()));
    for (n, incident) in incidents.iter_mut().enumerate() {
        incident.id = format!("I-{}", n + 1);
    }
    incidents
}

/// The findings that are compared, in their order: all, or the strongest where there are too many.
fn strongest(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    if findings.len() > LINKED_MAX {
        let mut weakest: Vec<_> = findings.iter().map(|f| (Reverse((f.strength, f.outcome)), f.id.as_str())).collect();
        weakest.sort();
        let kept: BTreeSet<&str> = weakest.into_iter().take(LINKED_MAX).map(|(_, id)| id).collect();
        findings.retain(|f| kept.contains(f.id.as_str()));
    }
    findings
}

/// Pairs that may hang together, in order: they share a value of some kind, or stand close in time.
fn pairs(findings: &[&Finding]) -> BTreeSet<(usize, usize)> {
    let mut holders: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (n, finding) in findings.iter().enumerate() {
        for (kind, _) in LINKS {
            for value in finding.entities.get(kind).into_iter().flatten() {
                let with = holders.entry((kind, comparable(kind, value))).or_default();
                if with.last() != Some(&n) {
                    with.push(n);
                }
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for with in holders.values() {
        for (at, a) in with.iter().enumerate() {
            pairs.extend(with[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    for a in (0..findings.len()).filter(|n| chain(findings[*n])) {
        let near = |b: &usize| {
            chain(findings[*b]) && apart(findings[a], findings[*b]).is_some_and(|between| between <= SAME_MOMENT)
        };
        pairs.extend((a + 1..findings.len()).filter(near).map(|b| (a, b)));
    }
    pairs
}

/// Whether a finding is a step of an exploit that worked.
fn chain(finding: &Finding) -> bool {
    finding.outcome == Outcome::Success && !finding.vulnerabilities.is_empty()
}

fn find(root: &[usize], mut n: usize) -> usize {
    while root[n] != n {
        n = root[n];
    }
    n
}

/// What two findings share: kind and value.
fn between(a: &Finding, b: &Finding) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (kind, within) in LINKS {
        if within.is_some_and(|w| apart(a, b).is_none_or(|d| d > w)) {
            continue;
        }
        let links = |v: &String| match kind {
            // A publisher may have put a placeholder where an id stood.
            "request" | "canary" => v.len() >= 8,
            "ip" => outside(v),
            "path" => v.contains('.') && !COMMON_ENDINGS.iter().any(|e| v.to_lowercase().ends_with(e)),
            _ => true,
        };
        found.extend(shared(kind, a, b).into_iter().filter(links).map(|v| (kind.to_owned(), v)));
    }
    let inner = |f: &Finding| {
        !f.entities.contains_key("ip") || f.entities.get("user").is_some_and(|u| u.iter().any(|u| u.ends_with('$')))
    };
    if found.is_empty()
        && chain(a)
        && chain(b)
        && (inner(a) || inner(b))
        && apart(a, b).is_some_and(|d| d <= SAME_MOMENT)
    {
        found.push(("moment".to_owned(), a.time.max(b.time).map(|t| t.to_string()).unwrap_or_default()));
    }
    found
}

fn incident(
    set: &[usize],
    matter: &[&Finding],
    links: &BTreeMap<(String, String), BTreeSet<usize>>,
    disclosed: Option<Timestamp>,
) -> Incident {
    let findings: Vec<&Finding> = set.iter().map(|n| matter[*n]).collect();
    let from = findings.iter().filter_map(|f| f.time).min();
    let families: BTreeSet<String> = findings.iter().map(|f| f.family.clone()).collect();
    let ids = |of: &BTreeSet<usize>| of.iter().map(|n| matter[*n].id.clone()).collect();
    Incident {
        id: String::new(),
        from,
        to: findings.iter().filter_map(|f| f.last).max(),
        findings: findings.iter().map(|f| f.id.clone()).collect(),
        links: links
            .iter()
            .filter(|(_, of)| of.iter().any(|n| set.contains(n)))
            .map(|((kind, value), of)| Link { kind: kind.clone(), value: value.clone(), findings: ids(of) })
            .collect(),
        families: families.into_iter().collect(),
        before_disclosure: from.zip(disclosed).map(|(from, disclosed)| from < disclosed),
    }
}
