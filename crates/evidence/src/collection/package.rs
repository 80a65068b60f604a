//! Our own packages, which say of themselves what they are in `assize-collection.json`, and of each file its size, time
//! and SHA-256 in `assize-files.jsonl`. [`crate::package`] writes them.

use super::claim::Claim;
use super::tree::View;
use super::{Collection, Outcome, Tool, path};
use crate::package::Line;
use crate::source::Remark;
use assize_model::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The note at the root.
pub(crate) const NOTE: &str = "assize-collection.json";
/// The list of files beside it.
pub(crate) const FILES: &str = "assize-files.jsonl";
/// What the collector of our packages is called, before its version.
pub(crate) const COLLECTOR: &str = "assize collect ";

/// Bytes of a list that are read.
const FILES_BYTES_MAX: u64 = 512 << 20;
/// Paths that are named, of each kind.
const NAMED_MAX: usize = 100;

/// What the note says; what is missing or of another kind is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Note {
    host: serde_json::Value,
    roles: serde_json::Value,
    collected_at: serde_json::Value,
    synthetic: serde_json::Value,
    collector: serde_json::Value,
    system_drive: serde_json::Value,
}

impl Note {
    /// The note in this folder, if there is one.
    pub(super) fn read(view: &View<'_>) -> Option<Self> {
        if view.has_file(NOTE) { view.json(NOTE) } else { None }
    }

    /// Whether `assize collect` wrote it.
    pub(super) fn is_of_collect(&self) -> bool {
        self.collector.as_str().is_some_and(|c| c.starts_with(COLLECTOR))
    }

    /// Fills what a collection does not say of itself.
    pub(super) fn fill(&self, collection: &mut Collection) {
        collection.host = collection.host.take().or_else(|| self.host.as_str().map(str::to_owned));
        collection.collected = collection.collected.or_else(|| self.collected_at.as_str().and_then(Timestamp::parse));
        if collection.roles.is_empty() {
            let roles = self.roles.as_array().map(Vec::as_slice).unwrap_or_default();
            collection.roles = roles.iter().filter_map(|r| r.as_str().map(str::to_owned)).collect();
        }
        collection.synthetic |= self.synthetic.as_bool().unwrap_or_default();
    }
}

/// What such a folder is.
pub(super) fn outcome(view: &View<'_>, note: &Note) -> Outcome {
    let of_disk = note.system_drive.as_bool().unwrap_or_default();
    let original = if of_disk { path::below_system_drive } else { path::below_drive };
    let mut outcome = Outcome::new(Tool::Assize, view, original);
    note.fill(&mut outcome.collection);
    if view.has_file(FILES) {
        read_files(view, &mut outcome);
    }
    outcome
}

/// Reads what is said of each file, and compares it with what is there.
fn read_files(view: &View<'_>, outcome: &mut Outcome) {
    let list = format!("{}{FILES}", view.root);
    let Some(index) = view.tree.find(&list) else { return };
    let (mut listed, mut missing, mut unread) = (BTreeSet::new(), Counted::default(), 0u64);
    let mut left_out = Counted::default();
    let mut remarks = Vec::new();
    let whole = view.lines(index, FILES_BYTES_MAX, &mut |line| match serde_json::from_slice::<Line>(line) {
        Ok(Line { path, not_collected: Some(reason), .. }) => left_out.add(format!("{path} ({reason})")),
        Ok(line) => {
            let path = format!("{}{}", view.root, line.path);
            match view.tree.find(&path) {
                Some(at) => {
                    listed.insert(at);
                }
                None => missing.add(line.path.clone()),
            }
            if let Some(trouble) = line.trouble {
                remarks.push(Remark { path, text: format!("when it was collected: {trouble}") });
            }
            let modified = line.modified.as_deref().and_then(Timestamp::parse);
            outcome.own_claims.push((line.path, Claim { sha256: line.sha256, modified, ..Claim::default() }));
        }
        Err(_) => unread += 1,
    });
    let mut added = Counted::default();
    for at in view.tree.range(view.root) {
        let path = &view.tree.entries[at].0.path;
        let own = &path[view.root.len()..];
        if !listed.contains(&at) && !own.contains("!/") && own != NOTE && own != FILES {
            added.add(own.to_owned());
        }
    }
    let mut say = |text: Option<String>| remarks.extend(text.map(|text| Remark { path: list.clone(), text }));
    say(missing.text("files that the list of the package names are not in it"));
    say(added.text("files of the package are not in its list"));
    say(left_out.text("files and folders were not collected"));
    if !whole || unread > 0 {
        say(Some("read in part: lines are damaged, too long or too many".into()));
    }
    outcome.remarks.extend(remarks);
}

/// Paths, all of them counted and the first ones named.
#[derive(Default)]
struct Counted {
    count: u64,
    named: Vec<String>,
}

impl Counted {
    fn add(&mut self, path: String) {
        self.count += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push(path);
        }
    }

    fn text(&self, what: &str) -> Option<String> {
        let more = if self.count > self.named.len() as u64 { ", ..." } else { "" };
        (self.count > 0).then(|| format!("{} {what}: {}{more}", self.count, self.named.join(", ")))
    }
}
