//! Incidents: findings that hang together, told as the steps of a break-in.
//!
//! `keys` says what a finding can be known by, `join` puts together what shares a key, `steps` puts that in the order of a
//! break-in and says what could not be seen, `mail` tells what was read or taken of the mail, and `traits` holds one
//! incident against the others: several intruders on one server are told apart.

mod join;
mod keys;
mod mail;
mod steps;
mod traits;

use crate::{AssessError, Tables};
use assize_content::{Content, Pack};
use assize_model::result::{Incident, Link};
use assize_model::{Finding, Timestamp};
use std::collections::BTreeSet;

/// Incidents whose steps are told with their sources and compared with each other.
const TOLD_MAX: usize = 20;

/// What the incidents are told from.
pub(crate) struct Told<'a> {
    pub(crate) tables: &'a dyn Tables,
    pub(crate) content: &'a Content,
    /// When the evidence was collected.
    pub(crate) collected: Timestamp,
}

/// The incidents, in the order of time.
pub(crate) fn incidents(findings: &[Finding], packs: &[&Pack], told: &Told<'_>) -> Result<Vec<Incident>, AssessError> {
    let disclosed = packs.iter().filter_map(|p| p.disclosed).min();
    let mut sets = join::sets(findings);
    sets.sort_by_key(|set| {
        let from = set.findings.iter().filter_map(|f| f.time).min();
        (from.is_none(), from, ids(set.findings.iter().copied()))
    });
    let mut incidents: Vec<Incident> =
        sets.iter().enumerate().map(|(n, set)| incident(format!("I-{}", n + 1), set, disclosed)).collect();
    steps::add_sources(incidents.iter_mut().take(TOLD_MAX), told)?;
    traits::compare(&mut incidents, TOLD_MAX);
    mail::add(&mut incidents, &sets, told)?;
    Ok(incidents)
}

fn ids<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    findings.map(|f| f.id.clone()).collect()
}

fn incident(id: String, set: &join::Set<'_>, disclosed: Option<Timestamp>) -> Incident {
    let findings = &set.findings;
    // What was only tried from the same address may be older than the break-in.
    let acts: Vec<&Finding> = findings.iter().copied().filter(|f| join::anchors(f)).collect();
    let from = acts.iter().filter_map(|f| f.time).min();
    let families: BTreeSet<String> = findings.iter().map(|f| f.family.clone()).collect();
    Incident {
        id,
        from,
        to: acts.iter().filter_map(|f| f.last).max(),
        findings: ids(findings.iter().copied()),
        links: set
            .links
            .iter()
            .map(|((kind, value), of)| Link {
                kind: (*kind).to_owned(),
                value: value.clone(),
                findings: of.iter().cloned().collect(),
            })
            .collect(),
        families: families.into_iter().collect(),
        before_disclosure: from.zip(disclosed).map(|(from, disclosed)| from < disclosed),
        steps: steps::of(&acts),
        traits: traits::of(&acts),
        others: Vec::new(),
        mail: None,
    }
}
