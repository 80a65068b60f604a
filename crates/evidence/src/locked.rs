//! Members under a password: what is tried on them, and how those of zip archives are read.

use crate::limits::Limits;
use crate::listing::{Found, Listing, Trouble, os_reason};
use crate::member::Place;
use crate::region::Region;
use crate::source::EvidenceError;
use assize_model::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::io::BufReader;
use std::panic::AssertUnwindSafe;
use zip::ZipArchive;
use zip::result::ZipError;

/// Why a member under a password is not read.
pub(crate) const ENCRYPTED: &str = "encrypted: a password is needed to unpack it (--password-file)";
/// Why it is not read although passwords were given.
pub(crate) const NONE_FITS: &str = "encrypted: none of the passwords given opens it";
/// Passwords beyond this many are not tried: each costs a thousand rounds of hashing for each member.
const PASSWORDS_MAX: usize = 1000;

/// Passwords that are tried on what is locked. They are shown nowhere and kept in no case.
#[derive(Clone, Default)]
pub struct Passwords(Vec<String>);

impl Passwords {
    /// One password a line; of a blank at its end nobody knows whether it is meant, so it is kept.
    #[must_use]
    pub fn from_lines(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Self(text.lines().filter(|line| !line.is_empty()).take(PASSWORDS_MAX).map(str::to_owned).collect())
    }

    /// The passwords, in the order in which they were given.
    pub(crate) fn each(&self) -> &[String] {
        &self.0
    }

    /// Why a locked member is not read.
    pub(crate) fn reason(&self) -> &'static str {
        if self.0.is_empty() { ENCRYPTED } else { NONE_FITS }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passwords", self.0.len())
    }
}

/// How a source is opened: what it may cost, and what is tried on what is locked.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// What it may cost.
    pub limits: Limits,
    /// What is tried on what is locked.
    pub passwords: Passwords,
}

impl From<Limits> for Access {
    fn from(limits: Limits) -> Self {
        Self { limits, passwords: Passwords::default() }
    }
}

/// A member of a zip archive that is under a password.
pub(crate) struct Locked {
    /// Its number in the directory.
    pub(crate) number: usize,
    pub(crate) path: String,
    pub(crate) modified: Option<Timestamp>,
    /// Where its own header is.
    pub(crate) header: u64,
    pub(crate) packed: u64,
    pub(crate) size: u64,
}

/// Unpacks what a password opens to the scratch file; the rest is named.
pub(crate) fn unlock(
    listing: &mut Listing,
    region: &Region,
    locked: Vec<Locked>,
) -> Result<Vec<(usize, Found)>, EvidenceError> {
    let passwords = listing.passwords.clone();
    let mut found = Vec::new();
    let opened = match region.open() {
        _ if passwords.0.is_empty() || locked.is_empty() => Err(passwords.reason().to_owned()),
        Err(e) => Err(os_reason(&e)),
        Ok(reader) => guarded(|| Archive::open(BufReader::new(reader))),
    };
    let mut archive = match opened {
        Ok(archive) => archive,
        Err(reason) => {
            locked.into_iter().for_each(|member| listing.refuse(member.path, &*reason));
            return Ok(found);
        }
    };
    // Mostly one password opens all: the last that fitted is tried first.
    let mut order: Vec<&String> = passwords.each().iter().collect();
    for member in locked {
        let mut outcome = Err(NONE_FITS.to_owned());
        for (n, password) in order.iter().enumerate() {
            let read = archive.unpack(listing, &member, password)?;
            if !matches!(&read, Err(reason) if reason == NONE_FITS) {
                outcome = read.map(|region| (n, region));
                break;
            }
        }
        match outcome {
            Ok((n, region)) => {
                order[..=n].rotate_right(1);
                let Locked { number, path, modified, .. } = member;
                found.push((number, Found { path, modified, place: Place::Plain(region) }));
            }
            Err(reason) => listing.refuse(member.path, reason),
        }
    }
    Ok(found)
}

type Reader = BufReader<crate::region::RegionReader>;

/// The archive as its crate reads it, and the number of each member there by the place of its header.
struct Archive {
    archive: ZipArchive<Reader>,
    by_header: BTreeMap<u64, usize>,
}

impl Archive {
    fn open(reader: Reader) -> Result<Self, String> {
        let mut archive = ZipArchive::new(reader).map_err(|e| format!("damaged: {e}"))?;
        let mut by_header = BTreeMap::new();
        for n in 0..archive.len() {
            if let Ok(member) = archive.by_index_raw(n) {
                by_header.insert(member.header_start(), n);
            }
        }
        Ok(Self { archive, by_header })
    }

    /// Unpacks one member with one password; the reason where that does not work.
    fn unpack(
        &mut self,
        listing: &mut Listing,
        member: &Locked,
        password: &str,
    ) -> Result<Result<Region, String>, EvidenceError> {
        let Some(index) = self.by_header.get(&member.header).copied() else {
            return Ok(Err("encrypted, and not where the directory of the archive has it".into()));
        };
        let archive = &mut self.archive;
        let read = guarded(|| match archive.by_index_decrypt(index, password.as_bytes()) {
            Err(ZipError::InvalidPassword) => Err(NONE_FITS.to_owned()),
            Err(e) => {
                Err(format!("encrypted, in a way that is not read ({e}); unpack the archive and give the folder"))
            }
            Ok(mut file) => Ok(listing.spool(&mut file, member.packed)),
        });
        let (region, trouble) = match read {
            Err(reason) => return Ok(Err(reason)),
            Ok(spooled) => spooled?,
        };
        Ok(match trouble {
            None if region.len() == member.size => Ok(region),
            Some(Trouble::Limit(reason)) => Err(reason),
            // The old kind of lock lets one wrong password in 256 through, and what comes out is no data.
            None | Some(Trouble::Damaged(_)) => Err(NONE_FITS.into()),
        })
    }
}

/// Runs an unpacker of others: that it stops short is a fault that must not cost the whole scan.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("our reader of this archive stopped; please report it, and unpack the archive".into()))
}
