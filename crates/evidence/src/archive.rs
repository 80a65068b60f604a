//! Recognises archives by their first bytes and opens them where they lie.

use crate::limits::WINDOW_KIB;
use crate::listing::{Found, Listing, Trouble, os_reason};
use crate::member::{Method, Place};
use crate::region::{Region, read_full};
use crate::source::EvidenceError;
use crate::{names, sevenz, tar, xz, zip};
use std::io::{self, BufReader, Read};

/// How many first bytes [`recognise`] wants.
pub(crate) const HEAD: usize = 512;

/// What the first bytes say a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Zip,
    SevenZip,
    Tar,
    /// One stream, packed.
    Packed(Packing),
    /// A container of a kind that is not opened: what it is, and what to do with it.
    Foreign(&'static str, &'static str),
}

/// How a single stream is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

const UNPACK: &str = "unpack it and give the folder";
const MOUNT: &str = "mount it for reading and give the folder where its files appear";
const DECRYPT: &str = "decrypt it with acquire-decrypt and the private key of the collection, and scan again";

/// First bytes and what they stand for.
const MAGIC: [(&[u8], Form); 20] = [
    (b"PK\x03\x04", Form::Zip),
    (b"PK\x05\x06", Form::Zip),
    (b"PK\x07\x08", Form::Zip),
    (b"7z\xBC\xAF\x27\x1C", Form::SevenZip),
    (b"\x1F\x8B\x08", Form::Packed(Packing::Gzip)),
    (b"\x28\xB5\x2F\xFD", Form::Packed(Packing::Zstd)),
    (b"\xFD7zXZ\x00", Form::Packed(Packing::Xz)),
    (b"BZh", Form::Packed(Packing::Bzip2)),
    (b"Rar!\x1A\x07", Form::Foreign("a RAR archive", UNPACK)),
    (b"MSCF\0\0\0\0", Form::Foreign("a cabinet archive", UNPACK)),
    (b"LZIP", Form::Foreign("an lzip file", UNPACK)),
    (b"\x1F\x9D", Form::Foreign("a file packed by compress", UNPACK)),
    (b"EVF\x09\x0D\x0A\xFF\0", Form::Foreign("a disk image (E01)", MOUNT)),
    (b"EVF2\x0D\x0A\x81\0", Form::Foreign("a disk image (Ex01)", MOUNT)),
    (b"vhdxfile", Form::Foreign("a disk image (VHDX)", MOUNT)),
    (b"conectix", Form::Foreign("a disk image (VHD)", MOUNT)),
    (b"KDMV", Form::Foreign("a disk image (VMDK)", MOUNT)),
    (b"# Disk DescriptorFile", Form::Foreign("the description of a disk image (VMDK)", MOUNT)),
    (b"QFI\xFB", Form::Foreign("a disk image (QCOW)", MOUNT)),
    (b"ENCRYPTEDACQUIRE", Form::Foreign("an encrypted collection of Dissect Acquire", DECRYPT)),
];

/// What kind of archive begins with these bytes.
pub(crate) fn recognise(head: &[u8]) -> Option<Form> {
    // `BZh` may begin a text; the digits of pi behind the level, or those that end an empty stream, make it certain.
    let bzip2 = |head: &[u8]| matches!(head.get(4..10), Some(b"1AY&SY" | b"\x17\x72\x45\x38\x50\x90"));
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, form)| *form);
    match known {
        Some(Form::Packed(Packing::Bzip2)) if !bzip2(head) => None,
        Some(form) => Some(form),
        // Zstandard may begin with a frame to be passed over, as parallel writers do.
        None if matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]) => Some(Form::Packed(Packing::Zstd)),
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
    if let Form::Foreign(what, advice) = form {
        listing.refuse(path, format!("{what}, which is not opened; {advice}"));
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
        Form::SevenZip => sevenz::list(listing, region, inside),
        Form::Packed(packing) => compressed(listing, region, inside, packing),
        Form::Foreign(..) => Ok(()),
    }
}

/// Whether a tar archive is inside the compression.
pub(crate) fn holds_tar(region: &Region, packing: Packing) -> bool {
    let mut head = [0; HEAD];
    let read = unpacked(region, packing).and_then(|mut source| read_full(&mut source, &mut head));
    read.is_ok_and(|n| tar::begins(&head[..n]))
}

/// Unpacks one stream once: a tar archive inside is listed, anything else is a single member.
fn compressed(listing: &mut Listing, region: &Region, inside: &Inside, packing: Packing) -> Result<(), EvidenceError> {
    let mut source = match unpacked(region, packing) {
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
        None if packing == Packing::Xz => frame(listing, region, inside, size),
        None => {}
    }
    if tar {
        return tar::list(listing, &unpacked, inside);
    }
    let path = format!("{}{}", inside.prefix, names::inner(&inside.label));
    listing.add(Found { path, modified: None, place }, inside.level)
}

/// Says where the frame of an xz file does not fit what came out of it.
fn frame(listing: &mut Listing, region: &Region, inside: &Inside, size: u64) {
    let fault = match region.open().and_then(|mut reader| xz::stated(&mut reader)) {
        Ok(None) => return,
        Ok(Some(Ok(stated))) if stated == size => return,
        Ok(Some(Ok(stated))) => format!("it states {stated} unpacked bytes"),
        Ok(Some(Err(fault))) => fault.to_owned(),
        Err(e) => os_reason(&e),
    };
    listing.refuse(&inside.label, format!("damaged, though {size} bytes were unpacked and are kept: {fault}"));
}

/// A reader of what is packed. Streams that follow each other in one file are one, as their tools have it.
fn unpacked(region: &Region, packing: Packing) -> io::Result<Box<dyn Read>> {
    let packed = BufReader::new(region.open()?);
    Ok(match packing {
        Packing::Zstd => Box::new(zstd::Decoder::with_buffer(packed)?),
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, WINDOW_KIB)),
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(recognise(b"PK\x03\x04rest"), Some(Form::Zip));
        assert_eq!(recognise(b"PK"), None);
        assert_eq!(recognise(b"\x1F\x8B\x08\x00"), Some(Form::Packed(Packing::Gzip)));
        assert_eq!(recognise(b"BZh is a short text"), None);
        assert_eq!(recognise(b"BZh91AY&SY"), Some(Form::Packed(Packing::Bzip2)));
        assert_eq!(recognise(&[0; 512]), None);
        assert_eq!(recognise(b"#Software: Microsoft Internet Information Services 10.0"), None);
    }
}
