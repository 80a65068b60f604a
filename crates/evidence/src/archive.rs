//! Recognises archives by their first bytes and opens them where they lie.

use crate::listing::{Found, Listing, Trouble, os_reason};
use crate::member::{Method, Place};
use crate::region::{Region, read_full};
use crate::source::EvidenceError;
use crate::{names, tar, zip};
use std::io::{self, BufReader, Read};

/// How many first bytes [`recognise`] wants.
pub(crate) const HEAD: usize = 512;

/// What the first bytes say a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Zip,
    Tar,
    Gzip,
    Zstd,
    /// An archive of a kind that is not opened.
    Foreign(&'static str),
}

/// First bytes and what they stand for.
const MAGIC: [(&[u8], Form); 9] = [
    (b"PK\x03\x04", Form::Zip),
    (b"PK\x05\x06", Form::Zip),
    (b"PK\x07\x08", Form::Zip),
    (b"\x1F\x8B\x08", Form::Gzip),
    (b"\x28\xB5\x2F\xFD", Form::Zstd),
    (b"7z\xBC\xAF\x27\x1C", Form::Foreign("a 7-Zip archive")),
    (b"Rar!\x1A\x07", Form::Foreign("a RAR archive")),
    (b"\xFD7zXZ\x00", Form::Foreign("an xz file")),
    (b"BZh", Form::Foreign("a bzip2 file")),
];

/// What kind of archive begins with these bytes.
pub(crate) fn recognise(head: &[u8]) -> Option<Form> {
    // `BZh` may begin a text; the digits of pi behind the level make it certain.
    let bzip2 = |head: &[u8]| head.get(4..10) == Some(b"1AY&SY");
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, form)| *form);
    match known {
        Some(Form::Foreign("a bzip2 file")) if !bzip2(head) => None,
        Some(form) => Some(form),
        // Zstandard may begin with a frame to be passed over, as parallel writers do.
        None if matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]) => Some(Form::Zstd),
        None => tar::begins(head).then_some(Form::Tar),
    }
}

/// The place of an archive among the others.
#[derive(Debug)]
pub(crate) struct Inside {
    /// The path of the archive itself.
    pub(crate) label: String,
    /// What comes before the names of its members.
    pub(crate) prefix: String,
    /// The archives around its members, not counting the input.
    pub(crate) level: usize,
}

/// Opens an archive that is itself an entry; `level` archives are around it.
pub(crate) fn open(
    listing: &mut Listing,
    path: &str,
    place: &Place,
    form: Form,
    level: usize,
) -> Result<(), EvidenceError> {
    if let Form::Foreign(what) = form {
        listing.refuse(path, format!("{what}, which is not opened; unpack it and give the folder"));
        return Ok(());
    }
    // Each level is a call inside a call: beyond some depth no limit is taken at its word.
    let most = listing.budget.limits.max_depth.min(16);
    if level >= most {
        listing.refuse(path, format!("an archive inside {level} others is not opened (max_depth {most})"));
        return Ok(());
    }
    let inside = Inside { label: path.to_owned(), prefix: format!("{path}!/"), level: level + 1 };
    let region = match place {
        Place::Plain(region) => region.clone(),
        Place::Packed(packed) if packed.method == Method::Stored => packed.data.part(0, packed.size),
        Place::Packed(packed) => {
            let mut member = match place.open() {
                Ok(member) => member,
                Err(e) => {
                    listing.refuse(path, os_reason(&e));
                    return Ok(());
                }
            };
            let (region, trouble) = listing.spool(&mut member, packed.data.len())?;
            if let Some(Trouble::Limit(reason) | Trouble::Damaged(reason)) = trouble {
                listing.refuse(path, reason);
                return Ok(());
            }
            region
        }
    };
    contents(listing, &region, &inside, form)
}

/// Lists the members of an archive.
pub(crate) fn contents(
    listing: &mut Listing,
    region: &Region,
    inside: &Inside,
    form: Form,
) -> Result<(), EvidenceError> {
    match form {
        Form::Zip => zip::list(listing, region, inside),
        Form::Tar => tar::list(listing, region, inside),
        Form::Gzip | Form::Zstd => compressed(listing, region, inside, form),
        Form::Foreign(_) => Ok(()),
    }
}

/// Whether a tar archive is inside the compression.
pub(crate) fn holds_tar(region: &Region, form: Form) -> bool {
    let mut head = [0; HEAD];
    let read = unpacked(region, form).and_then(|mut source| read_full(&mut source, &mut head));
    read.is_ok_and(|n| tar::begins(&head[..n]))
}

/// Unpacks gzip or zstd once: a tar archive inside is listed, anything else is a single member.
fn compressed(listing: &mut Listing, region: &Region, inside: &Inside, form: Form) -> Result<(), EvidenceError> {
    let mut source = match unpacked(region, form) {
        Ok(source) => source,
        Err(e) => {
            listing.refuse(&inside.label, os_reason(&e));
            return Ok(());
        }
    };
    let (unpacked, trouble) = listing.spool(&mut source, region.len())?;
    let place = Place::Plain(unpacked.clone());
    let tar = place.head(HEAD).is_ok_and(|head| tar::begins(&head));
    let size = unpacked.len();
    match trouble {
        // A tar archive keeps the members before the limit; a single file would be cut somewhere within.
        Some(Trouble::Limit(reason)) if tar => {
            listing.refuse(&inside.label, format!("{reason}; its first {size} bytes are listed"));
        }
        Some(Trouble::Limit(reason)) => {
            listing.refuse(&inside.label, reason);
            return Ok(());
        }
        Some(Trouble::Damaged(reason)) if size == 0 => {
            listing.refuse(&inside.label, format!("damaged from its first byte on: {reason}"));
            return Ok(());
        }
        Some(Trouble::Damaged(reason)) => {
            listing.refuse(&inside.label, format!("damaged after {size} unpacked bytes, which are kept: {reason}"));
        }
        None => {}
    }
    if tar {
        return tar::list(listing, &unpacked, inside);
    }
    let path = format!("{}{}", inside.prefix, names::inner(&inside.label));
    listing.add(Found { path, modified: None, place }, inside.level)
}

/// A reader of what gzip or zstd packed.
fn unpacked(region: &Region, form: Form) -> io::Result<Box<dyn Read>> {
    let packed = BufReader::new(region.open()?);
    Ok(match form {
        Form::Zstd => Box::new(zstd::Decoder::with_buffer(packed)?),
        _ => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(recognise(b"PK\x03\x04rest"), Some(Form::Zip));
        assert_eq!(recognise(b"PK"), None);
        assert_eq!(recognise(b"\x1F\x8B\x08\x00"), Some(Form::Gzip));
        assert_eq!(recognise(b"BZh is a short text"), None);
        assert_eq!(recognise(b"BZh91AY&SY"), Some(Form::Foreign("a bzip2 file")));
        assert_eq!(recognise(&[0; 512]), None);
        assert_eq!(recognise(b"#Software: Microsoft Internet Information Services 10.0"), None);
    }
}
