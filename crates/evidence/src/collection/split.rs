//! Several hosts in one input: which part of the listing belongs to which of them.
//!
//! An input is divided only where at least two whole collections of different hosts were recognised in it. A folder
//! of logs with old logs packed beside them stays one.

use super::tree::{Tree, belongs, parent_and_name};
use super::{Collection, Recognised};
use crate::listing::Listing;
use std::collections::BTreeMap;

/// Endings of files that people and tools put beside collections, and that are no records of a server.
const BESIDE: [&str; 21] = [
    "json", "txt", "csv", "md", "pdf", "doc", "docx", "xls", "xlsx", "html", "htm", "xml", "yaml", "yml", "sha256",
    "sha1", "md5", "asc", "sig", "png", "jpg",
];

/// One host's part of an input.
#[derive(Debug)]
pub(crate) struct Unit {
    /// Where it lies, which is its name.
    pub(crate) name: String,
    /// Its collections; none for what belongs to no recognised one.
    pub(crate) collections: Vec<(Collection, bool)>,
    /// What the paths of its files begin with. Files beside and archives themselves are among the parts, too.
    territories: Vec<String>,
}

/// Who gets what.
#[derive(Debug)]
pub(crate) struct Division {
    /// The hosts, sorted by name.
    pub(crate) units: Vec<Unit>,
    rest: Rest,
}

/// What becomes of files that belong to no unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// They make a source of their own, the last of the units.
    Own(usize),
    /// They are notes beside collections: named in every source, and not read.
    Notes,
}

/// Where a path goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// To one unit.
    Unit(usize),
    /// To none: it is only named.
    Nobody,
}

impl Division {
    /// Where a path goes.
    pub(crate) fn owner(&self, path: &str) -> Owner {
        let mine = |unit: &Unit| unit.territories.iter().any(|t| owns(t, path));
        match (self.units.iter().position(mine), self.rest) {
            (Some(unit), _) | (None, Rest::Own(unit)) => Owner::Unit(unit),
            (None, Rest::Notes) => Owner::Nobody,
        }
    }
}

/// Whether a path lies in a territory, is the archive itself, or a file beside it that belongs to it by name.
fn owns(territory: &str, path: &str) -> bool {
    if path.starts_with(territory) || territory.strip_suffix("!/") == Some(path) {
        return true;
    }
    let Some((parent, name)) = parent_and_name(territory) else { return false };
    path.strip_prefix(parent).is_some_and(|file| !file.contains('/') && belongs(file, name))
}

/// Divides an input among the hosts in it; `None` where it is of one.
pub(crate) fn split(listing: &Listing, recognised: &Recognised) -> Option<Division> {
    let roots = &recognised.collections;
    let hosts = hosts(roots);
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, host) in hosts.iter().enumerate() {
        // What is not the whole of a server makes no host of its own.
        if let Some(host) = host {
            groups.entry(host).or_default().push(index);
        }
    }
    if groups.len() < 2 {
        return None;
    }
    let mut units: Vec<Unit> = groups
        .into_values()
        .map(|members| {
            let territories: Vec<String> = members.iter().map(|i| territory(*i, roots, &hosts)).collect();
            let name = territories[0].trim_end_matches('/').trim_end_matches('!').to_owned();
            let collections = members.iter().map(|i| roots[*i].clone()).collect();
            Unit { name, collections, territories }
        })
        .collect();
    units.sort_by(|a, b| a.name.cmp(&b.name));
    let mut division = Division { units, rest: Rest::Notes };
    let tree = Tree { entries: &listing.entries, skipped: &listing.skipped };
    let mut paths = listing.entries.iter().map(|(entry, _)| entry.path.as_str());
    if paths.any(|path| division.owner(path) == Owner::Nobody && !is_note(path, tree)) {
        division.rest = Rest::Own(division.units.len());
        let name = listing.name.clone();
        division.units.push(Unit { name, collections: Vec::new(), territories: Vec::new() });
    }
    Some(division)
}

/// The host of each whole collection, as a word to compare by. One that does not say is a host of its own.
pub(super) fn hosts(roots: &[(Collection, bool)]) -> Vec<Option<String>> {
    let said = |c: &Collection| c.host.as_deref().map(str::to_ascii_lowercase);
    let full: Vec<String> = roots.iter().filter_map(|(c, _)| said(c)).filter(|h| h.contains('.')).collect();
    let of = |collection: &Collection| {
        let Some(host) = said(collection) else { return format!("/{}", collection.root) };
        // `ex01` is `ex01.example.org` where no other host of that short name is there.
        let mut longer = full.iter().filter(|h| h.split('.').next() == Some(host.as_str()));
        match longer.next() {
            Some(first) if longer.all(|h| h == first) => first.clone(),
            _ => host,
        }
    };
    roots.iter().map(|(c, whole)| whole.then(|| of(c))).collect()
}

/// The highest folder or archive around a root in which there is no other host.
fn territory(index: usize, roots: &[(Collection, bool)], hosts: &[Option<String>]) -> String {
    let mut territory = roots[index].0.root.as_str();
    while let Some((parent, _)) = parent_and_name(territory).filter(|(parent, _)| !parent.is_empty()) {
        let shared = roots.iter().zip(hosts).any(|((c, _), host)| c.root.starts_with(parent) && *host != hosts[index]);
        if shared {
            break;
        }
        territory = parent;
    }
    territory.to_owned()
}

/// Whether a file is a note that lies beside collections, or a part of an exported hunt as a whole.
fn is_note(path: &str, tree: Tree<'_>) -> bool {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let of_hunt = || {
        let at = path.find("!/").map_or(0, |at| at + 2);
        let hunt = format!("{}hunt_info.json", &path[..at]);
        path[at..].starts_with("results/") && tree.find(&hunt).is_some()
    };
    let ending = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let beside = folder.is_empty() || folder.ends_with("!/");
    (beside && BESIDE.contains(&ending.as_str())) || of_hunt()
}
