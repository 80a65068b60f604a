//! A source of evidence: opens it, lists it in a fixed order, and reads its files.

use crate::archive::{self, Form, Inside};
use crate::collection::{self, Claim, Collection, Owner, Recognised};
use crate::custody::Held;
use crate::listing::{Found, Listing, Trouble, os_reason};
use crate::locked::Access;
use crate::member::{Member, Place};
use crate::{custody, folder, tar, zip};
use assize_model::file::{FileInfo, Skipped};
use assize_model::{FileId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The name of a stream.
const STREAM: &str = "standard input";
/// Hosts that a remark names.
const HOSTS_NAMED_MAX: usize = 20;

/// One folder, file or archive of evidence. It is only ever read.
#[derive(Debug)]
pub struct Source {
    kind: Kind,
    name: String,
    entries: Vec<Entry>,
    places: Vec<Place>,
    skipped: Vec<Skipped>,
    remarks: Vec<Remark>,
    collections: Vec<Collection>,
    /// The one of them that speaks for all.
    speaker: Option<usize>,
    /// What the collection says of single files, by path.
    claims: BTreeMap<String, Vec<Claim>>,
}

/// One file that was read from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Path, size, hash and first bytes.
    pub info: FileInfo,
    /// What is not right with it, in plain English, a clause each.
    pub remarks: Vec<String>,
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
    /// A tar archive, plain or inside gzip, zstd, xz or bzip2.
    Tar,
    /// A 7-Zip archive.
    SevenZip,
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
            Self::SevenZip => "7z",
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
    /// seconds: it is read as UTC. Where a collection states a better time in its own records, it is that one.
    pub modified: Option<Timestamp>,
    /// The path on the server, where the layout of a collection tells it: `C:/inetpub/...`, percent-decoded once. It is
    /// for matching and for people; nothing is ever opened or written by it.
    pub original: Option<String>,
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
    pub fn open(path: &Path, access: impl Into<Access>, scratch: Option<&Path>) -> Result<Self, EvidenceError> {
        let (kind, listing) = list(path, access.into(), scratch)?;
        let (mut listing, recognised) = finished(listing);
        if let Some(division) = collection::split(&listing, &recognised) {
            let names: Vec<&str> = division.units.iter().map(|u| u.name.as_str()).take(HOSTS_NAMED_MAX).collect();
            let text =
                format!("it holds {} collections, read as of one host: {}", division.units.len(), names.join(", "));
            let path = listing.name.clone();
            listing.remarks.push(Remark { path, text });
        }
        Ok(Self::whole(kind, listing, recognised))
    }

    /// Opens and lists the evidence as [`Source::open`] does, and divides it where it holds whole collections of
    /// several hosts: a folder or archive of collections, or an exported hunt. One source per host, sorted by name;
    /// in the ordinary case one in all. Paths stay those inside the input; what lies beside the collections and
    /// belongs to none is a source of its own, or named as skipped where it is mere notes.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn open_all(
        path: &Path,
        access: impl Into<Access>,
        scratch: Option<&Path>,
    ) -> Result<Vec<Self>, EvidenceError> {
        let (kind, listing) = list(path, access.into(), scratch)?;
        let (listing, recognised) = finished(listing);
        match collection::split(&listing, &recognised) {
            Some(division) => Ok(divided(kind, &division, listing, recognised)),
            None => Ok(vec![Self::whole(kind, listing, recognised)]),
        }
    }

    /// Opens and lists a tar archive that comes as a stream, such as one on standard input, plain or packed as a whole.
    /// It is kept in the scratch file, since a stream cannot be read twice.
    ///
    /// # Errors
    /// When it is empty or no tar archive, when nothing in it can be listed, and when the scratch file cannot be written.
    pub fn from_tar_stream(
        mut reader: impl Read,
        access: impl Into<Access>,
        scratch: Option<&Path>,
    ) -> Result<Self, EvidenceError> {
        let mut listing = Listing::new(STREAM.into(), access.into(), 0, scratch);
        let (region, trouble) = listing.keep(&mut reader)?;
        let path = PathBuf::from(STREAM);
        if region.len() == 0 && trouble.is_none() {
            return Err(EvidenceError::Empty { path });
        }
        listing.budget.input(region.len());
        if let Some(Trouble::Damaged(reason) | Trouble::Limit(reason)) = trouble {
            let text = format!("the stream ended early, after {} bytes, which are kept: {reason}", region.len());
            listing.refuse(STREAM, text);
        }
        let head = Place::Plain(region.clone()).head(archive::HEAD);
        let form = head.ok().and_then(|head| archive::recognise(&head));
        let is_tar = match form {
            Some(Form::Tar) => true,
            Some(Form::Packed(packing)) => archive::holds_tar(&region, packing),
            _ => false,
        };
        match form.filter(|_| is_tar) {
            Some(form) => {
                let inside = Inside { label: STREAM.into(), prefix: String::new(), level: 0 };
                archive::contents(&mut listing, &region, &inside, form)?;
            }
            None => return Err(EvidenceError::Archive { path, reason: "it is no tar archive".into() }),
        }
        nothing_but_refusals(&path, Kind::Tar, &listing)?;
        let (listing, recognised) = finished(listing);
        Ok(Self::whole(Kind::Tar, listing, recognised))
    }

    fn whole(kind: Kind, listing: Listing, recognised: Recognised) -> Self {
        let (entries, places) = listing.entries.into_iter().unzip();
        let remarks = in_order(listing.remarks);
        let collections = recognised.collections.into_iter().map(|(c, _)| c).collect();
        let (name, skipped) = (listing.name, listing.skipped);
        let (speaker, claims) = (recognised.speaker, recognised.claims);
        Self { kind, name, entries, places, skipped, remarks, collections, speaker, claims }
    }

    /// What the evidence was given as.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The last part of the path given; for one host of several, where its part of the input lies.
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

    /// What collected the evidence and what it says of itself, where its layout is known. `None` also where the input
    /// holds collections of several hosts: then no one of them speaks for all.
    #[must_use]
    pub fn collection(&self) -> Option<&Collection> {
        self.collections.get(self.speaker?)
    }

    /// All collections in the evidence, in the order of their roots.
    #[must_use]
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// What the collection says of a file: times and hashes, as claims.
    #[must_use]
    pub fn claims(&self, index: usize) -> &[Claim] {
        let claims = self.entries.get(index).and_then(|entry| self.claims.get(&entry.path));
        claims.map(Vec::as_slice).unwrap_or_default()
    }

    /// Reads a file once, from end to end, and gives its hash and its first bytes. The size is what was
    /// read, which is less than the entry states where the evidence is damaged.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than its archive states.
    pub fn describe(&self, index: usize) -> Result<Described, Skipped> {
        self.hold(index, &mut Held::default())
    }

    /// The same, and its bytes are held for [`Source::read_held`] where they are few enough.
    ///
    /// # Errors
    /// As [`Source::describe`].
    pub fn hold(&self, index: usize, held: &mut Held) -> Result<Described, Skipped> {
        let (entry, place) = self.at(index)?;
        let skipped = |reason: String| Skipped { path: entry.path.clone(), reason };
        let mut member = place.open().map_err(|e| skipped(os_reason(&e)))?;
        let taken = custody::take(&mut member, matches!(place, Place::Packed(_)), index, held)
            .map_err(|e| skipped(os_reason(&e)))?;
        if member.runs_on() {
            return Err(skipped(format!("its data runs on beyond the {} bytes that the archive states", entry.size)));
        }
        let trouble = trouble(&member, place, &taken);
        let info = FileInfo {
            id: FileId(u32::try_from(index).unwrap_or(u32::MAX)),
            path: entry.path.clone(),
            size: taken.size,
            sha256: taken.sha256,
            modified: entry.modified,
            head: taken.head,
        };
        let contradiction = collection::contradiction(self.claims(index), &info.sha256);
        Ok(Described { info, remarks: trouble.into_iter().chain(contradiction).collect() })
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

    /// Opens a file that [`Source::hold`] described: what is held of it is not read again.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn read_held<'s>(&'s self, index: usize, held: &'s Held) -> Result<Box<dyn BufRead + Send + 's>, Skipped> {
        match held.of(index) {
            Some(bytes) => Ok(Box::new(bytes)),
            None => self.read(index),
        }
    }

    /// The file of that name, in any case, in the folder of another one.
    #[must_use]
    pub fn beside(&self, index: usize, name: &str) -> Option<usize> {
        let own = &self.entries.get(index)?.path;
        let folder = own.get(..own.rfind('/').map_or(0, |at| at + 1))?;
        let named = |e: &Entry| e.path.strip_prefix(folder).is_some_and(|n| n.eq_ignore_ascii_case(name));
        self.entries.iter().position(named)
    }

    fn at(&self, index: usize) -> Result<(&Entry, &Place), Skipped> {
        let found = self.entries.get(index).zip(self.places.get(index));
        found.ok_or_else(|| Skipped { path: format!("file {index}"), reason: "no such file in this source".into() })
    }
}

/// Remarks sorted, each once.
fn in_order(remarks: Vec<Remark>) -> Vec<Remark> {
    remarks.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Opens the input and lists what is in it.
fn list(path: &Path, access: Access, scratch: Option<&Path>) -> Result<(Kind, Listing), EvidenceError> {
    let failed = |cause: io::Error| EvidenceError::Open { path: path.into(), reason: os_reason(&cause), cause };
    // A link that the analyst names is meant; only links inside the evidence are not followed.
    let on_disk = fs::canonicalize(path).map_err(failed)?;
    let about = fs::metadata(&on_disk).map_err(failed)?;
    let name: String =
        path.file_name().or(on_disk.file_name()).map_or_else(|| ".".into(), |n| n.to_string_lossy().into());
    let mut listing = Listing::new(name.clone(), access, about.len(), scratch);
    let kind = if about.is_dir() {
        fs::read_dir(&on_disk).map_err(failed)?;
        open_folder(&mut listing, &on_disk)?;
        Kind::Folder
    } else if !about.is_file() {
        return Err(EvidenceError::Special { path: path.into() });
    } else if about.len() == 0 {
        return Err(EvidenceError::Empty { path: path.into() });
    } else {
        let (file, _) = folder::file(on_disk, name, &about);
        let head = file.place.head(archive::HEAD).map_err(failed)?;
        open_file(&mut listing, file, &head)?
    };
    nothing_but_refusals(path, kind, &listing)?;
    Ok((kind, listing))
}

/// An archive of which nothing can be listed is no source.
fn nothing_but_refusals(path: &Path, kind: Kind, listing: &Listing) -> Result<(), EvidenceError> {
    if listing.entries.is_empty()
        && kind != Kind::Folder
        && let Some(first) = listing.skipped.first()
        && listing.skipped.iter().all(|s| s.path == listing.name)
    {
        return Err(EvidenceError::Archive { path: path.into(), reason: first.reason.clone() });
    }
    Ok(())
}

/// Puts a listing in order and recognises the collections in it.
fn finished(mut listing: Listing) -> (Listing, Recognised) {
    listing.finish();
    let recognised = collection::recognise(&mut listing);
    (listing, recognised)
}

/// Gives each host its part of the listing.
fn divided(kind: Kind, division: &collection::Division, listing: Listing, recognised: Recognised) -> Vec<Source> {
    let kind_of = |unit: &collection::Unit| {
        let archive = listing.entries.iter().find(|(e, _)| e.path == unit.name);
        let head = archive.and_then(|(_, place)| place.head(archive::HEAD).ok());
        match head.and_then(|head| archive::recognise(&head)) {
            Some(Form::Zip) => Kind::Zip,
            Some(Form::SevenZip) => Kind::SevenZip,
            Some(_) => Kind::Tar,
            None => kind,
        }
    };
    let empty = |unit: &collection::Unit| Source {
        kind: kind_of(unit),
        name: unit.name.clone(),
        entries: Vec::new(),
        places: Vec::new(),
        skipped: Vec::new(),
        remarks: Vec::new(),
        collections: unit.collections.iter().map(|(c, _)| c.clone()).collect(),
        speaker: (!unit.collections.is_empty()).then_some(0),
        claims: BTreeMap::new(),
    };
    let mut sources: Vec<Source> = division.units.iter().map(empty).collect();
    let mut skipped = listing.skipped;
    for (entry, place) in listing.entries {
        match division.owner(&entry.path) {
            Owner::Unit(unit) => {
                sources[unit].entries.push(entry);
                sources[unit].places.push(place);
            }
            Owner::Nobody => {
                let reason = "beside the collections of several hosts and of none of them: not read";
                skipped.push(Skipped { path: entry.path, reason: reason.into() });
            }
        }
    }
    for one in skipped {
        match division.owner(&one.path) {
            Owner::Unit(unit) => sources[unit].skipped.push(one),
            Owner::Nobody => sources.iter_mut().for_each(|s| s.skipped.push(one.clone())),
        }
    }
    for remark in listing.remarks {
        match division.owner(&remark.path) {
            Owner::Unit(unit) => sources[unit].remarks.push(remark),
            Owner::Nobody => sources.iter_mut().for_each(|s| s.remarks.push(remark.clone())),
        }
    }
    for (path, claims) in recognised.claims {
        if let Owner::Unit(unit) = division.owner(&path) {
            sources[unit].claims.insert(path, claims);
        }
    }
    for source in &mut sources {
        source.skipped.sort();
        source.remarks = in_order(std::mem::take(&mut source.remarks));
    }
    sources
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
        Some(Form::SevenZip) => Kind::SevenZip,
        Some(Form::Packed(packing)) if archive::holds_tar(&region, packing) => Kind::Tar,
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
    match (place, taken.crc) {
        (Place::Packed(packed), Some(crc)) if packed.crc != crc => {
            Some(format!("its CRC-32 is {crc:08x}, the archive states {:08x}", packed.crc))
        }
        _ => None,
    }
}
