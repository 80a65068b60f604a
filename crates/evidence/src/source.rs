//! A source of evidence: opens it, lists it in a fixed order, and reads its files.

use crate::archive::{self, Form, Inside};
use crate::limits::{Budget, Limits};
use crate::listing::{Found, Listing, os_reason};
use crate::member::{Member, Place};
use crate::{custody, folder, tar, zip};
use assize_model::file::{FileInfo, Skipped};
use assize_model::{FileId, Timestamp};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// One folder, file or archive of evidence. It is only ever read.
#[derive(Debug)]
pub struct Source {
    kind: Kind,
    name: String,
    entries: Vec<Entry>,
    places: Vec<Place>,
    skipped: Vec<Skipped>,
    remarks: Vec<Remark>,
}

/// One file that was read from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Path, size, hash and first bytes.
    pub info: FileInfo,
    /// What is not right with it, in plain English, one clause.
    pub remark: Option<String>,
}

/// What the evidence was given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A single file. If it is compressed, what it holds is listed beside it.
    File,
    /// A zip archive.
    Zip,
    /// A tar archive, plain or inside gzip or zstd.
    Tar,
}

impl Kind {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::File => "file",
            Self::Zip => "zip",
            Self::Tar => "tar",
        }
    }
}

/// One file of the evidence, as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path inside the evidence; see [`FileInfo::path`].
    pub path: String,
    /// The size that the disk or the archive states. Damaged members are shorter.
    pub size: u64,
    /// Last modification as stated. A zip archive gives a local time without its zone, in steps of two
    /// seconds: it is read as UTC.
    pub modified: Option<Timestamp>,
}

/// Something that is not right with a file that was kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The path inside the evidence.
    pub path: String,
    /// What is not right, in plain English, one clause.
    pub text: String,
}

/// Why a source cannot be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The system does not let us in.
    #[error("cannot open {}: {reason}", .path.display())]
    Open {
        /// What was to be opened.
        path: PathBuf,
        /// What the system says.
        reason: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// There is not one byte.
    #[error("{} is empty: there is nothing to read", .path.display())]
    Empty {
        /// What was to be opened.
        path: PathBuf,
    },
    /// A device, a pipe or the like.
    #[error("{} is neither a folder nor a file; give a folder, a file or an archive", .path.display())]
    Special {
        /// What was to be opened.
        path: PathBuf,
    },
    /// An archive of which nothing can be listed.
    #[error("cannot read the archive {}: {reason}; unpack it and give the folder", .path.display())]
    Archive {
        /// What was to be opened.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Our own scratch file cannot be made or written.
    #[error("cannot write scratch data in {}: {reason}; name a folder with more room", .folder.display())]
    Scratch {
        /// The folder of the scratch file.
        folder: PathBuf,
        /// What the system says.
        reason: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
}

impl Source {
    /// Opens and lists the evidence. Nothing is interpreted yet, but archives are looked into; what has to be
    /// unpacked for that goes to one anonymous file in `scratch`, or in the system's folder for such files.
    ///
    /// # Errors
    /// When the path cannot be opened, holds nothing, or is an archive of which nothing can be listed; and
    /// when the scratch file cannot be written.
    pub fn open(path: &Path, limits: Limits, scratch: Option<&Path>) -> Result<Self, EvidenceError> {
        let failed = |cause: io::Error| EvidenceError::Open { path: path.into(), reason: os_reason(&cause), cause };
        // A link that the analyst names is meant; only links inside the evidence are not followed.
        let on_disk = fs::canonicalize(path).map_err(failed)?;
        let about = fs::metadata(&on_disk).map_err(failed)?;
        let name: String =
            path.file_name().or(on_disk.file_name()).map_or_else(|| ".".into(), |n| n.to_string_lossy().into());
        let mut listing = Listing::new(Budget::new(limits, about.len()), scratch);
        let kind = if about.is_dir() {
            fs::read_dir(&on_disk).map_err(failed)?;
            open_folder(&mut listing, &on_disk)?;
            Kind::Folder
        } else if !about.is_file() {
            return Err(EvidenceError::Special { path: path.into() });
        } else if about.len() == 0 {
            return Err(EvidenceError::Empty { path: path.into() });
        } else {
            let (file, _) = folder::file(on_disk, name.clone(), &about);
            let head = file.place.head(archive::HEAD).map_err(failed)?;
            open_file(&mut listing, file, &head)?
        };
        if listing.entries.is_empty()
            && kind != Kind::Folder
            && let Some(first) = listing.skipped.first()
            && listing.skipped.iter().all(|s| s.path == name)
        {
            return Err(EvidenceError::Archive { path: path.into(), reason: first.reason.clone() });
        }
        listing.finish();
        let (entries, places) = listing.entries.into_iter().unzip();
        let remarks = listing.remarks.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        Ok(Self { kind, name, entries, places, skipped: listing.skipped, remarks })
    }

    /// What the evidence was given as.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The last part of the path given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, sorted by the bytes of their paths; the position of each is its [`FileId`].
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was refused, unreadable or incomplete when the source was listed, sorted. An archive that is
    /// damaged or only partly read is named here by its own path, even though it is an entry too.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What was found not right with files while they were listed, sorted. Damage inside a file is told by
    /// [`Source::describe`].
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Reads a file once, from end to end, and gives its hash and its first bytes. The size is what was
    /// read, which is less than the entry states where the evidence is damaged.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than its archive states.
    pub fn describe(&self, index: usize) -> Result<Described, Skipped> {
        let (entry, place) = self.at(index)?;
        let skipped = |reason: String| Skipped { path: entry.path.clone(), reason };
        let mut member = place.open().map_err(|e| skipped(os_reason(&e)))?;
        let taken = custody::take(&mut member).map_err(|e| skipped(os_reason(&e)))?;
        if member.runs_on() {
            return Err(skipped(format!("its data runs on beyond the {} bytes that the archive states", entry.size)));
        }
        let remark = trouble(&member, place, &taken);
        let info = FileInfo {
            id: FileId(u32::try_from(index).unwrap_or(u32::MAX)),
            path: entry.path.clone(),
            size: taken.size,
            sha256: taken.sha256,
            modified: entry.modified,
            head: taken.head,
        };
        Ok(Described { info, remark })
    }

    /// Opens a file for reading, with a position of its own. It gives the bytes that [`Source::describe`]
    /// hashed, and ends there.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn read(&self, index: usize) -> Result<Box<dyn BufRead + Send + '_>, Skipped> {
        let (entry, place) = self.at(index)?;
        let member = place.open().map_err(|e| Skipped { path: entry.path.clone(), reason: os_reason(&e) })?;
        Ok(Box::new(BufReader::with_capacity(64 << 10, member)))
    }

    fn at(&self, index: usize) -> Result<(&Entry, &Place), Skipped> {
        let found = self.entries.get(index).zip(self.places.get(index));
        found.ok_or_else(|| Skipped { path: format!("file {index}"), reason: "no such file in this source".into() })
    }
}

/// Lists a folder and the archives in it.
fn open_folder(listing: &mut Listing, on_disk: &Path) -> Result<(), EvidenceError> {
    let files = folder::walk(listing, on_disk);
    listing.budget.input(files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.place.size())));
    for file in files {
        listing.add(file, 0)?;
    }
    Ok(())
}

/// Lists an archive, or a file and what it holds.
fn open_file(listing: &mut Listing, file: Found, head: &[u8]) -> Result<Kind, EvidenceError> {
    let Place::Plain(region) = file.place.clone() else { return Ok(Kind::File) };
    let form = archive::recognise(head);
    let kind = match form {
        Some(Form::Zip) => Kind::Zip,
        // A magic word alone may sit in any file: that file stays an entry of its own.
        Some(Form::Tar) if tar::sound_header(head) => Kind::Tar,
        Some(form @ (Form::Gzip | Form::Zstd)) if archive::holds_tar(&region, form) => Kind::Tar,
        _ => Kind::File,
    };
    match form {
        Some(form) if kind != Kind::File => {
            let inside = Inside { label: file.path, prefix: String::new(), level: 0 };
            archive::contents(listing, &region, &inside, form)?;
        }
        _ => {
            let inside = Inside { label: file.path.clone(), prefix: format!("{}!/", file.path), level: 1 };
            listing.add(file, 0)?;
            // Some programs carry an archive behind them; the program stays a file of its own.
            if form.is_none() && region.open().is_ok_and(|mut reader| zip::appended(&mut reader)) {
                zip::list(listing, &region, &inside)?;
            }
        }
    }
    Ok(kind)
}

/// What is not right with a file that was read to its end.
fn trouble(member: &Member, place: &Place, taken: &custody::Taken) -> Option<String> {
    let (size, stated) = (taken.size, place.size());
    if let Some(e) = member.trouble() {
        return Some(format!("damaged after {size} of {stated} bytes, which are kept: {}", os_reason(e)));
    }
    if size < stated {
        return Some(format!("it ends after {size} of {stated} bytes, which are kept"));
    }
    match place {
        Place::Packed(packed) if packed.crc != taken.crc => {
            Some(format!("its CRC-32 is {:08x}, the archive states {:08x}", taken.crc, packed.crc))
        }
        _ => None,
    }
}
