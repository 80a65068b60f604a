//! What has been found so far, and the scratch file that unpacked archives lie in.

use crate::archive;
use crate::limits::{Budget, WINDOW_KIB};
use crate::locked::{Access, Passwords};
use crate::member::Place;
use crate::names;
use crate::region::{Region, Store, write_at};
use crate::source::{Entry, EvidenceError, Remark};
use assize_model::Timestamp;
use assize_model::file::Skipped;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file or member that may become an entry.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: String,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) place: Place,
}

/// The entries, refusals and remarks of one source while it is being listed.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The name of the input.
    pub(crate) name: String,
    pub(crate) entries: Vec<(Entry, Place)>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) budget: Budget,
    /// What is tried on what is locked.
    pub(crate) passwords: Passwords,
    scratch: Scratch,
    full: bool,
}

/// Why unpacking to the scratch file ended before the end.
#[derive(Debug)]
pub(crate) enum Trouble {
    Damaged(String),
    Limit(String),
}

impl Listing {
    /// Nothing found yet, in an input of this size; unpacked archives go to an anonymous file in `scratch` or the system's
    /// folder.
    pub(crate) fn new(name: String, access: Access, bytes: u64, scratch: Option<&Path>) -> Self {
        let Access { limits, passwords } = access;
        let budget = Budget::new(limits, bytes);
        let folder = scratch.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let scratch = Scratch { folder, file: None, end: 0 };
        let (entries, skipped, remarks) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, entries, skipped, remarks, budget, passwords, scratch, full: false }
    }

    /// Whether no further file may be listed.
    pub(crate) fn full(&self) -> bool {
        self.full
    }

    /// Names something that is refused, unreadable or incomplete.
    pub(crate) fn refuse(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        let path = path.into();
        if self.claim(&path) {
            self.skipped.push(Skipped { path, reason: reason.into() });
        }
    }

    /// Adds the members of one archive: the first of each name, in the order of names.
    pub(crate) fn add_members(&mut self, mut found: Vec<Found>, level: usize) -> Result<(), EvidenceError> {
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let mut last: Option<String> = None;
        for member in found {
            if last.as_ref() == Some(&member.path) {
                self.refuse(member.path, "a second member of this name");
                continue;
            }
            last = Some(member.path.clone());
            if let Place::Packed(packed) = &member.place {
                let limits = &self.budget.limits;
                let fits = limits.file_size(packed.size).and_then(|()| limits.dense(packed.size, packed.data.len()));
                if let Err(reason) = fits.and_then(|()| self.budget.claim_bytes(packed.size)) {
                    self.refuse(member.path, reason);
                    continue;
                }
            }
            self.add(member, level)?;
        }
        Ok(())
    }

    /// Adds one file, and what is inside it when it is an archive.
    pub(crate) fn add(&mut self, found: Found, level: usize) -> Result<(), EvidenceError> {
        let Found { path, modified, place } = found;
        let size = place.size();
        if let Err(reason) = self.budget.limits.file_size(size) {
            self.refuse(path, reason);
            return Ok(());
        }
        let head = match (place.head(archive::HEAD), &place) {
            (Ok(head), _) => head,
            (Err(_), Place::Packed(_)) => Vec::new(),
            (Err(e), Place::Plain(_)) => {
                self.refuse(path, os_reason(&e));
                return Ok(());
            }
        };
        if !self.claim(&path) {
            return Ok(());
        }
        let entry = Entry { path: path.clone(), size, modified, original: None };
        self.entries.push((entry, place.clone()));
        match archive::recognise(&head) {
            Some(form) => archive::open(self, &path, &place, form, level),
            None => {
                if size > 0 && names::says_packed(&path) {
                    self.refuse(
                        path,
                        "its name is that of an archive, its content does not begin like one: kept as it is",
                    );
                }
                Ok(())
            }
        }
    }

    /// Unpacks to the scratch file as far as the limits go.
    pub(crate) fn spool(
        &mut self,
        source: &mut dyn Read,
        packed: u64,
    ) -> Result<(Region, Option<Trouble>), EvidenceError> {
        self.fill(source, |budget, before, n| {
            let sum = before.saturating_add(n as u64);
            match budget.limits.dense(sum, packed).and_then(|()| budget.claim_bytes(n as u64)) {
                Ok(()) => (n, None),
                Err(reason) => (0, Some(reason)),
            }
        })
    }

    /// Keeps a stream that cannot be read twice in the scratch file, up to the limit on all bytes.
    pub(crate) fn keep(&mut self, source: &mut dyn Read) -> Result<(Region, Option<Trouble>), EvidenceError> {
        let most = self.budget.limits.max_total_extra;
        self.fill(source, |_, before, n| {
            let fits = n.min(usize::try_from(most - before).unwrap_or(usize::MAX));
            let reason = || format!("it has more bytes than the limit of {most} (max_total_extra)");
            (fits, (fits < n).then(reason))
        })
    }

    /// Writes to the scratch file. `room` is given the bytes written before and those at hand; it says how many of these
    /// are kept, and why it ends there where it does.
    fn fill(
        &mut self,
        source: &mut dyn Read,
        mut room: impl FnMut(&mut Budget, u64, usize) -> (usize, Option<String>),
    ) -> Result<(Region, Option<Trouble>), EvidenceError> {
        let start = self.scratch.end;
        let mut buffer = vec![0; 128 << 10];
        let mut kept = 0u64;
        let trouble = loop {
            let n = match source.read(&mut buffer) {
                Ok(0) => break None,
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => break Some(Trouble::Damaged(os_reason(&e))),
            };
            let (fits, reason) = room(&mut self.budget, kept, n);
            if fits > 0 {
                self.scratch.append(&buffer[..fits])?;
                kept += fits as u64;
            }
            if let Some(reason) = reason {
                break Some(Trouble::Limit(reason));
            }
        };
        Ok((Region::new(self.scratch.store()?, start, kept), trouble))
    }

    /// Orders what was found, so that the same evidence gives the same numbers.
    pub(crate) fn finish(&mut self) {
        self.entries.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let skipped = &mut self.skipped;
        self.entries.dedup_by(|later, first| {
            let same = later.0.path == first.0.path;
            if same {
                skipped.push(Skipped { path: later.0.path.clone(), reason: "a second member of this name".into() });
            }
            same
        });
        self.skipped.sort();
        self.skipped.dedup();
        self.remarks.sort();
    }

    /// Claims one more file; the first that finds no room is named.
    fn claim(&mut self, path: &str) -> bool {
        let Err(reason) = self.budget.claim_file(path) else { return true };
        if !self.full {
            self.full = true;
            let path = path.chars().take(200).collect();
            self.skipped
                .push(Skipped { path, reason: format!("{reason}: this one and those after it are not listed") });
        }
        false
    }
}

/// The anonymous file that holds whatever had to be unpacked; made when it is first needed.
#[derive(Debug)]
struct Scratch {
    folder: PathBuf,
    file: Option<(Arc<File>, Arc<Store>)>,
    end: u64,
}

impl Scratch {
    fn file(&mut self) -> Result<&(Arc<File>, Arc<Store>), EvidenceError> {
        let made = match self.file.take() {
            Some(made) => made,
            None => {
                let file = tempfile::tempfile_in(&self.folder).map_err(|cause| self.failed(cause))?;
                let file = Arc::new(file);
                (Arc::clone(&file), Arc::new(Store::Scratch(file)))
            }
        };
        Ok(self.file.insert(made))
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), EvidenceError> {
        let end = self.end;
        let written = write_at(&self.file()?.0, bytes, end);
        written.map_err(|cause| self.failed(cause))?;
        self.end = end.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn store(&mut self) -> Result<Arc<Store>, EvidenceError> {
        Ok(Arc::clone(&self.file()?.1))
    }

    fn failed(&self, cause: io::Error) -> EvidenceError {
        EvidenceError::Scratch { folder: self.folder.clone(), reason: os_reason(&cause), cause }
    }
}

/// What the system says, without its number.
pub(crate) fn os_reason(error: &io::Error) -> String {
    let text = error.to_string();
    if error.kind() == io::ErrorKind::OutOfMemory {
        return format!("unpacking it takes more memory than the limit of {} MiB", WINDOW_KIB >> 10);
    }
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
