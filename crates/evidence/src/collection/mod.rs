//! Collections: what a collecting tool brought back, told by its layout, and what it says of itself.
//!
//! One file per tool. A layout is recognised from the listing, in the folder or archive that was given or a little
//! below it. Whatever a collection says (host, times, hashes) is a claim of that tool: it is kept as such, and where
//! it can be compared with the files it is compared.

mod acquire;
mod claim;
mod drives;
mod kape;
mod log_collector;
pub(crate) mod package;
mod path;
mod split;
mod tools;
mod tree;
mod velociraptor;

use crate::listing::Listing;
use crate::source::Remark;
use assize_model::Timestamp;
use std::collections::BTreeMap;
use tree::{Tree, View};

pub use claim::Claim;
pub(crate) use claim::contradiction;
pub(crate) use split::{Division, Owner, Unit, split};

/// Bytes of a file that a collection has about itself; a larger one is not read.
pub(crate) const SMALL_BYTES_MAX: u64 = 64 << 20;
/// Ordinary folders between the input, or an archive, and the root of a collection in it.
const LEVELS_MAX: usize = 2;
/// Folders that are looked at in search of collections.
const FOLDERS_MAX: usize = 20_000;

/// A collection that was recognised, and what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// What made it, as far as its layout tells.
    pub tool: Tool,
    /// What comes before the paths of its files: empty, or a folder or archive ending in `/`.
    pub root: String,
    /// The server that it says it is from.
    pub host: Option<String>,
    /// Roles of the server, as it says.
    pub roles: Vec<String>,
    /// When it was made, as it says.
    pub collected: Option<Timestamp>,
    /// Whether it says of itself that it is invented.
    pub synthetic: bool,
}

/// What made a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Our own collector, or the lab.
    Assize,
    /// Velociraptor: an offline collector, or an exported flow.
    Velociraptor,
    /// Dissect Acquire.
    Acquire,
    /// KAPE.
    Kape,
    /// CyLR.
    Cylr,
    /// Folders named after drives; several tools and people make such.
    Drives,
    /// The root of a Windows disk, mounted or copied.
    Disk,
    /// Microsoft's ExchangeLogCollector.
    ExchangeLogCollector,
    /// What Test-ProxyLogon found: the claims of that tool, no records.
    TestProxyLogon,
    /// What the Exchange On-premises Mitigation Tool did: its claims, no records.
    Eomt,
    /// What the Microsoft Safety Scanner found: its claims, no records.
    Msert,
}

impl Tool {
    /// The word used in results, which stays the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Assize => "assize",
            Self::Velociraptor => "velociraptor",
            Self::Acquire => "acquire",
            Self::Kape => "kape",
            Self::Cylr => "cylr",
            Self::Drives => "drives",
            Self::Disk => "disk",
            Self::ExchangeLogCollector => "exchange-log-collector",
            Self::TestProxyLogon => "test-proxylogon",
            Self::Eomt => "eomt",
            Self::Msert => "msert",
        }
    }

    /// Its name, for a reader.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assize => "assize collect",
            Self::Velociraptor => "Velociraptor",
            Self::Acquire => "Dissect Acquire",
            Self::Kape => "KAPE",
            Self::Cylr => "CyLR",
            Self::Drives => "drive folders",
            Self::Disk => "Windows disk",
            Self::ExchangeLogCollector => "ExchangeLogCollector",
            Self::TestProxyLogon => "Test-ProxyLogon",
            Self::Eomt => "EOMT",
            Self::Msert => "MSERT",
        }
    }
}

/// What one layout makes of a folder.
#[derive(Debug)]
struct Outcome {
    collection: Collection,
    /// Whether the layout alone shows that this is the collection of one server, and the whole of it.
    whole: bool,
    /// The path on the server, from the path below the root.
    original: fn(&str) -> Option<String>,
    /// What is said of single files, by their paths on the server in lower case.
    claims: Vec<(String, Claim)>,
    remarks: Vec<Remark>,
    /// Better reasons for what was refused, by path.
    refusals: Vec<(String, String)>,
    /// What is said of single files, by their paths below the root.
    own_claims: Vec<(String, Claim)>,
}

impl Outcome {
    fn new(tool: Tool, view: &View<'_>, original: fn(&str) -> Option<String>) -> Self {
        let root = view.root.to_owned();
        let collection = Collection { tool, root, host: None, roles: Vec::new(), collected: None, synthetic: false };
        let (claims, remarks, refusals, own_claims) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { collection, whole: true, original, claims, remarks, refusals, own_claims }
    }
}

/// A layout: recognises a folder as the root of a collection of its tool.
type Layout = fn(&View<'_>) -> Option<Outcome>;

/// The layouts, in the order in which they are asked: from what cannot be mistaken to what several tools share.
const LAYOUTS: [Layout; 6] = [
    velociraptor::recognise,
    acquire::recognise,
    kape::recognise,
    log_collector::recognise,
    drives::recognise,
    drives::recognise_disk,
];

/// What was recognised in a listing.
#[derive(Debug, Default)]
pub(crate) struct Recognised {
    /// The collections, in the order of their roots, and whether each is the whole collection of one server.
    pub(crate) collections: Vec<(Collection, bool)>,
    /// The one of them that speaks for all, if any does.
    pub(crate) speaker: Option<usize>,
    /// What is said of single files, by path.
    pub(crate) claims: BTreeMap<String, Vec<Claim>>,
}

impl Recognised {
    /// The collection that speaks for the whole listing: of one host, and not a part among other things.
    fn speaker(&self, tree: Tree<'_>) -> Option<usize> {
        let hosts = split::hosts(&self.collections);
        let mut whole = hosts.iter().enumerate().filter_map(|(i, host)| Some((i, host.as_ref()?)));
        if let Some((first, host)) = whole.next() {
            return whole.all(|(_, other)| other == host).then_some(first);
        }
        let root = &self.collections.first()?.0.root;
        let inside = |path: &str| path.starts_with(root.as_str()) || tree.is_opened_archive(path);
        (self.collections.len() == 1 && tree.entries.iter().all(|(e, _)| inside(&e.path))).then_some(0)
    }
}

/// Recognises collections in a finished listing: gives its entries their paths on the server, and says in remarks
/// what the collections say of themselves that a reader must know.
pub(crate) fn recognise(listing: &mut Listing) -> Recognised {
    let tree = Tree { entries: &listing.entries, skipped: &listing.skipped };
    let mut search = Search { tree, looked_at: 0, found: velociraptor::encrypted(tree) };
    search.look("", 0);
    let (looked_at, mut found) = (search.looked_at, search.found);
    found.sort_by(|a, b| a.collection.root.cmp(&b.collection.root));
    let (others, of_tools) = tools::recognise(tree);
    if found.is_empty() {
        found.extend(others);
    }
    let mut remarks = of_tools;
    if looked_at >= FOLDERS_MAX {
        let text = format!("only its first {FOLDERS_MAX} folders were searched for collections of known tools");
        remarks.push(Remark { path: listing.name.clone(), text });
    }
    let (mut originals, mut refusals) = (Vec::new(), Vec::new());
    let mut recognised = Recognised::default();
    for outcome in found {
        let root = &outcome.collection.root;
        let of_root: Vec<(usize, String)> = tree
            .range(root)
            .filter_map(|i| Some((i, (outcome.original)(tree.entries[i].0.path.get(root.len()..)?)?)))
            .collect();
        claim::assign(&of_root, &outcome.claims, &mut recognised.claims, tree);
        for (path, claim) in outcome.own_claims {
            if let Some(at) = tree.find(&format!("{root}{path}")) {
                recognised.claims.entry(tree.entries[at].0.path.clone()).or_default().push(claim);
            }
        }
        originals.extend(of_root);
        remarks.extend(outcome.remarks);
        refusals.extend(outcome.refusals);
        recognised.collections.push((outcome.collection, outcome.whole));
    }
    recognised.speaker = recognised.speaker(tree);
    for (path, reason) in refusals {
        if let Some(skipped) = listing.skipped.iter_mut().find(|s| s.path == path) {
            skipped.reason = reason;
        }
    }
    for (index, original) in originals {
        listing.entries[index].0.original = Some(original);
    }
    for (entry, _) in &mut listing.entries {
        if let Some(time) = recognised.claims.get(&entry.path).and_then(|claims| claim::modified(claims)) {
            entry.modified = Some(time);
        }
    }
    listing.remarks.extend(remarks);
    listing.remarks.sort();
    listing.skipped.sort();
    recognised
}

/// Recognises a folder as the root of a collection. A note of ours says what is in it; where the collection is not of
/// our making, its layout says who made it.
fn recognise_one(view: &View<'_>) -> Option<Outcome> {
    let note = package::Note::read(view);
    if let Some(note) = note.as_ref().filter(|note| note.is_of_collect()) {
        return Some(package::outcome(view, note));
    }
    let found = LAYOUTS.iter().find_map(|layout| layout(view));
    match (found, note) {
        // Folders of drives are no tool.
        (Some(outcome), Some(note)) if outcome.collection.tool == Tool::Drives => Some(package::outcome(view, &note)),
        (Some(mut outcome), Some(note)) => {
            note.fill(&mut outcome.collection);
            Some(outcome)
        }
        (None, Some(note)) => Some(package::outcome(view, &note)),
        (found, None) => found,
    }
}

/// The search for roots, from the top down; below a root there is no further search.
struct Search<'a> {
    tree: Tree<'a>,
    looked_at: usize,
    found: Vec<Outcome>,
}

impl Search<'_> {
    fn look(&mut self, root: &str, level: usize) {
        if self.looked_at >= FOLDERS_MAX {
            return;
        }
        self.looked_at += 1;
        let children = self.tree.children(root);
        let view = View { tree: self.tree, root, children: &children };
        if let Some(outcome) = recognise_one(&view) {
            self.found.push(outcome);
            return;
        }
        for child in children.iter().filter(|c| c.is_folder) {
            // What is inside an archive lies as deep as the archive, and counts anew.
            let level = if child.name.ends_with('!') { 0 } else { level + 1 };
            if level <= LEVELS_MAX {
                self.look(&format!("{root}{}/", child.name), level);
            }
        }
    }
}
