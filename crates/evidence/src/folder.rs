//! Walks a folder: regular files only, no link followed, in an order of its own.

use crate::listing::{Found, Listing, os_reason};
use crate::member::Place;
use crate::region::{Region, Store};
use assize_model::Timestamp;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Why a link is no file of the evidence.
pub(crate) const LINK: &str = "a link, not followed";

/// Whether a reason is that of a link.
#[must_use]
pub fn is_link(reason: &str) -> bool {
    reason == LINK
}

/// Finds all regular files below a folder. What is refused or unreadable is named in the listing.
pub(crate) fn walk(listing: &mut Listing, root: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, path)) = open.pop() {
        let shown = if path.is_empty() { "." } else { &path };
        for (name, entry) in children(listing, &folder, shown) {
            let part = name.to_string_lossy();
            let path = if path.is_empty() { part.into_owned() } else { format!("{path}/{part}") };
            let limits = &listing.budget.limits;
            if path.len() > limits.max_path_bytes {
                let reason =
                    format!("its path is longer than the limit of {} bytes (max_path_bytes)", limits.max_path_bytes);
                listing.refuse(path, reason);
                continue;
            }
            match fs::symlink_metadata(&entry) {
                Err(e) => listing.refuse(path, os_reason(&e)),
                Ok(about) if about.is_dir() => open.push((entry, path)),
                Ok(about) if about.is_file() => found.push(file(entry, path, &about)),
                Ok(about) if about.is_symlink() => listing.refuse(path, LINK),
                Ok(_) => listing.refuse(path, "not a regular file, not opened"),
            }
        }
        if listing.full() || found.len() > listing.budget.limits.max_files {
            break;
        }
    }
    // By the bytes of the path, and by the name on disk where two names look alike once they are text.
    found.sort_by(|a, b| (&a.0.path, &a.1).cmp(&(&b.0.path, &b.1)));
    found.into_iter().map(|(file, _)| file).collect()
}

/// One file on disk.
pub(crate) fn file(on_disk: PathBuf, path: String, about: &Metadata) -> (Found, PathBuf) {
    let region = Region::new(Arc::new(Store::Disk(on_disk.clone())), 0, about.len());
    (Found { path, modified: modified(about), place: Place::Plain(region) }, on_disk)
}

/// The names in a folder, sorted; what cannot be read is named.
fn children(listing: &mut Listing, folder: &Path, path: &str) -> Vec<(OsString, PathBuf)> {
    let mut found = Vec::new();
    let most = listing.budget.limits.max_files.saturating_mul(2).saturating_add(1000);
    match fs::read_dir(folder) {
        Err(e) => listing.refuse(path, os_reason(&e)),
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => found.push((entry.file_name(), entry.path())),
                    Err(e) => listing.refuse(path, format!("listed in part: {}", os_reason(&e))),
                }
                // All names are needed to put them in order; only a folder far beyond the limit is cut.
                if found.len() > most {
                    break;
                }
            }
        }
    }
    found.sort();
    found
}

/// The time of last modification in microseconds, also before 1970.
fn modified(about: &Metadata) -> Option<Timestamp> {
    let time = about.modified().ok()?;
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).ok()?,
        Err(before) => i64::try_from(before.duration().as_micros()).ok()?.checked_neg()?,
    };
    Some(Timestamp(micros))
}
