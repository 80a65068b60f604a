//! What a collection says of single files: times and hashes. Claims, compared with what is there.

use super::tree::Tree;
use assize_model::Timestamp;
use std::collections::BTreeMap;

/// What a collection says of one of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// SHA-256 of the bytes that were collected, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// When the file was made, on the server.
    pub created: Option<Timestamp>,
    /// When its content was last changed.
    pub modified: Option<Timestamp>,
    /// When its record in the file system was last changed.
    pub changed: Option<Timestamp>,
    /// When it was last read.
    pub accessed: Option<Timestamp>,
}

/// Gives claims to the entries whose path on the server they name.
pub(super) fn assign(
    originals: &[(usize, String)],
    claims: &[(String, Claim)],
    to: &mut BTreeMap<String, Vec<Claim>>,
    tree: Tree<'_>,
) {
    if claims.is_empty() {
        return;
    }
    let mut entries: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, original) in originals {
        entries.entry(original.to_lowercase()).or_default().push(*index);
    }
    for (path, claim) in claims {
        for index in entries.get(path).into_iter().flatten() {
            let of_entry = to.entry(tree.entries[*index].0.path.clone()).or_default();
            if !of_entry.contains(claim) {
                of_entry.push(claim.clone());
            }
        }
    }
}

/// The time of last change, where all claims that give one agree.
pub(super) fn modified(claims: &[Claim]) -> Option<Timestamp> {
    let mut times = claims.iter().filter_map(|c| c.modified);
    let first = times.next()?;
    times.all(|t| t == first).then_some(first)
}

/// What is wrong where hashes are claimed for a file and none of them is its own.
pub(crate) fn contradiction(claims: &[Claim], sha256: &str) -> Option<String> {
    let mut hashes = claims.iter().filter_map(|c| c.sha256.as_deref());
    let first = hashes.next()?;
    if first == sha256 || hashes.any(|h| h == sha256) {
        return None;
    }
    Some(format!("the collection states another SHA-256 for it, {first}: it was changed since, or is another file"))
}
