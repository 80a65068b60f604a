//! Findings put together that share a key, or of which only one intruder can be meant.

use super::keys::{self, KINDS, Keys, Side};
use crate::moments::apart;
use assize_model::Finding;
use assize_model::finding::{Outcome, Strength};
use assize_model::time::SECOND;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that are compared with each other.
const LINKED_MAX: usize = 2_000;

/// Each finding is compared with so many that follow it and share a value; that suffices to hold all of them together.
const FOLLOWING_MAX: usize = 200;

/// Rows of the back end and of Windows carry no outer address. They are put to the one intruder who acted within so much
/// time, where there is one; the shorter time is asked first.
const SAME_MOMENT: [i64; 2] = [120 * SECOND, 15 * 60 * SECOND];

/// Findings that hang together, in the order of time, and by what.
pub(super) struct Set<'f> {
    pub(super) findings: Vec<&'f Finding>,
    pub(super) links: Links,
}

/// Kind and value of what is shared, and the findings that share it.
type Links = BTreeMap<(&'static str, String), BTreeSet<String>>;

/// What is compared.
struct Compared<'f> {
    findings: Vec<&'f Finding>,
    keys: Vec<Keys>,
    root: Vec<usize>,
    links: Vec<(&'static str, String, usize, usize)>,
}

/// Whether a finding can begin an incident or hold one together: it shows an act that worked, or that may have, or is
/// strong. What was merely tried is put to an incident and puts no two together: scanners try everything everywhere.
pub(super) fn anchors(finding: &Finding) -> bool {
    finding.strength >= Strength::Strong || finding.outcome >= Outcome::Unknown
}

fn matters(finding: &Finding) -> bool {
    finding.outcome >= Outcome::Attempt && finding.strength >= Strength::Weak
}

/// Whether a finding alone makes an incident of the set that holds it.
fn heavy(finding: &Finding) -> bool {
    finding.outcome == Outcome::Success && finding.strength >= Strength::Moderate
        || finding.strength >= Strength::Strong
}

/// Sets of findings, each with at least one that shows an act that worked, or is strong.
pub(super) fn sets(findings: &[Finding]) -> Vec<Set<'_>> {
    let matter = strongest(findings.iter().filter(|f| matters(f)).collect());
    let keys = matter.iter().map(|f| keys::of(f)).collect();
    let root = (0..matter.len()).collect();
    let mut compared = Compared { findings: matter, keys, root, links: Vec::new() };
    let tried = compared.by_keys();
    compared.by_moment();
    compared.sets(&tried)
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

impl<'f> Compared<'f> {
    /// Joins what shares a key, and gives the links to what was only tried: kind, value, the act, what was tried.
    fn by_keys(&mut self) -> Vec<(&'static str, String, usize, usize)> {
        let mut holders: BTreeMap<(&'static str, String), Vec<(usize, Side)>> = BTreeMap::new();
        for (at, keys) in self.keys.iter().enumerate() {
            for (kind, value, side) in keys.keys() {
                holders.entry((*kind, value.clone())).or_default().push((at, *side));
            }
        }
        let mut tried = Vec::new();
        for ((kind, value), with) in holders {
            let within = KINDS.iter().find(|(k, _)| *k == kind).and_then(|(_, within)| *within);
            for (n, (a, side)) in with.iter().enumerate() {
                for (b, other) in with[n + 1..].iter().take(FOLLOWING_MAX) {
                    let sides = *side == Side::Same || side != other;
                    if a == b || !sides || !self.near(*a, *b, within) {
                        continue;
                    }
                    let shown = self.keys[*a][&(kind, value.clone(), *side)].clone();
                    match (anchors(self.findings[*a]), anchors(self.findings[*b])) {
                        (true, true) => self.join(kind, shown, *a, *b),
                        (true, false) => tried.push((kind, shown, *a, *b)),
                        (false, true) => tried.push((kind, shown, *b, *a)),
                        (false, false) => {}
                    }
                }
            }
        }
        tried
    }

    fn near(&self, a: usize, b: usize, within: Option<i64>) -> bool {
        let Some(within) = within else { return true };
        let (a, b) = (self.findings[a], self.findings[b]);
        // What is too far apart as a whole need not be looked at piece by piece.
        let (Some(from), Some(to), Some(other_from), Some(other_to)) = (a.time, a.last, b.time, b.last) else {
            return false;
        };
        from <= other_to.plus(within) && other_from <= to.plus(within) && apart(a, b).is_some_and(|d| d <= within)
    }

    fn join(&mut self, kind: &'static str, value: String, a: usize, b: usize) {
        let (ra, rb) = (self.find(a), self.find(b));
        self.root[ra.max(rb)] = ra.min(rb);
        self.links.push((kind, value, a, b));
    }

    fn find(&self, mut n: usize) -> usize {
        while self.root[n] != n {
            n = self.root[n];
        }
        n
    }

    fn groups(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for n in (0..self.findings.len()).filter(|n| anchors(self.findings[*n])) {
            groups.entry(self.find(n)).or_default().push(n);
        }
        groups
    }

    /// Puts acts without an outer address to the one intruder who acted at that moment.
    fn by_moment(&mut self) {
        let groups: Vec<Vec<usize>> = self.groups().into_values().collect();
        let outer = |group: &Vec<usize>| group.iter().any(|n| self.keys[*n].keys().any(|(kind, ..)| *kind == "ip"));
        let (outer, inner): (Vec<_>, Vec<_>) = groups.into_iter().partition(outer);
        let inner = inner.iter().filter(|group| group.iter().any(|n| heavy(self.findings[*n])));
        let found: Vec<(usize, usize)> = inner.filter_map(|group| self.only_one(group, &outer)).collect();
        for (inner, outer) in found {
            let time = self.findings[inner].time.max(self.findings[outer].time);
            self.join("moment", time.map(|t| t.to_string()).unwrap_or_default(), inner, outer);
        }
    }

    /// The pair of findings that lies close in time, where that is so with one group alone.
    fn only_one(&self, group: &[usize], outer: &[Vec<usize>]) -> Option<(usize, usize)> {
        for within in SAME_MOMENT {
            let pair = |other: &Vec<usize>| {
                let pairs = group.iter().flat_map(|a| other.iter().map(|b| (*a, *b)));
                pairs.into_iter().find(|(a, b)| self.near(*a, *b, Some(within)))
            };
            let mut pairs = outer.iter().filter_map(pair);
            match (pairs.next(), pairs.next()) {
                (Some(pair), None) => return Some(pair),
                (None, _) => {}
                // Two acted then, and nothing says whose this is.
                (Some(_), Some(_)) => return None,
            }
        }
        None
    }

    fn sets(&self, tried: &[(&'static str, String, usize, usize)]) -> Vec<Set<'f>> {
        let groups = self.groups().into_iter().filter(|(_, set)| set.iter().any(|n| heavy(self.findings[*n])));
        groups.map(|(root, set)| self.set(root, set, tried)).collect()
    }

    fn set(&self, root: usize, set: Vec<usize>, tried: &[(&'static str, String, usize, usize)]) -> Set<'f> {
        let mut links = Links::new();
        let mut members: BTreeSet<usize> = set.into_iter().collect();
        let all = self.links.iter().chain(tried);
        for (kind, value, a, b) in all.filter(|(_, _, a, _)| self.find(*a) == root) {
            members.extend([*a, *b]);
            // That a row is cited by two findings is told by the rows; it need not be told again.
            if *kind != "record" {
                let ids = [a, b].map(|n| self.findings[*n].id.clone());
                links.entry((*kind, value.clone())).or_default().extend(ids);
            }
        }
        Set { findings: members.into_iter().map(|n| self.findings[n]).collect(), links }
    }
}
