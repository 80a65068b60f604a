//! What tells one intruder from another: when, from where, with which pages and clients, in which order.

use super::keys;
use crate::correlate::comparable;
use assize_model::Finding;
use assize_model::result::{Comparison, Incident, Traits};
use assize_model::time::DAY;
use std::collections::BTreeSet;

/// Values of one kind that are kept.
const KEPT: usize = 50;

/// Techniques from which on an order says something.
const ORDER_MIN: usize = 3;

/// What is known of those behind some acts.
pub(super) fn of(acts: &[&Finding]) -> Traits {
    let kept = |values: BTreeSet<String>| values.into_iter().take(KEPT).collect::<Vec<_>>();
    let entity = |kind: &'static str| acts.iter().filter_map(move |f| f.entities.get(kind)).flatten().cloned();
    let mut order: Vec<String> = Vec::new();
    let mut dated: Vec<&&Finding> = acts.iter().filter(|f| f.time.is_some()).collect();
    dated.sort_by_key(|f| (f.time, f.id.as_str()));
    for technique in dated.iter().flat_map(|f| &f.techniques) {
        if order.len() < KEPT && !order.contains(technique) {
            order.push(technique.clone());
        }
    }
    Traits {
        addresses: kept(acts.iter().flat_map(|f| keys::addresses(f)).collect()),
        pages: kept(entity("path").filter(|p| assize_model::file::is_page(p)).collect()),
        agents: kept(entity("agent").collect()),
        accounts: kept(acts.iter().flat_map(|f| keys::accounts(f)).collect()),
        order,
    }
}

/// Holds every incident against every other, among the first ones.
pub(super) fn compare(incidents: &mut [Incident], most: usize) {
    let count = incidents.len().min(most);
    for at in 0..count {
        let others = (0..count).filter(|other| *other != at);
        let others: Vec<Comparison> = others.map(|other| with(&incidents[at], &incidents[other])).collect();
        incidents[at].others = others;
    }
}

fn with(one: &Incident, other: &Incident) -> Comparison {
    let mut compared = Comparison { incident: other.id.clone(), differs: Vec::new(), alike: Vec::new() };
    let mut say = |what: &str, alike: Option<bool>| match alike {
        Some(true) => compared.alike.push(what.to_owned()),
        Some(false) => compared.differs.push(what.to_owned()),
        None => {}
    };
    say("time", same_days(one, other));
    let (a, b) = (&one.traits, &other.traits);
    say("address", share(&a.addresses, &b.addresses, str::to_lowercase));
    say("page", share(&a.pages, &b.pages, |page| comparable("path", page)));
    say("agent", share(&a.agents, &b.agents, str::to_lowercase));
    say("account", share(&a.accounts, &b.accounts, str::to_lowercase));
    let orders = a.order.len() >= ORDER_MIN && b.order.len() >= ORDER_MIN;
    say("order", orders.then(|| a.order == b.order));
    compared
}

/// Whether less than a day lies between them.
fn same_days(one: &Incident, other: &Incident) -> Option<bool> {
    let (a_from, a_to, b_from, b_to) = (one.from?, one.to?, other.from?, other.to?);
    Some(a_from <= b_to.plus(DAY) && b_from <= a_to.plus(DAY))
}

/// Whether two lists share a value; nothing where one of them is empty.
fn share(a: &[String], b: &[String], key: impl Fn(&str) -> String) -> Option<bool> {
    let known: BTreeSet<String> = a.iter().map(|v| key(v)).collect();
    (!a.is_empty() && !b.is_empty()).then(|| b.iter().any(|v| known.contains(&key(v))))
}
