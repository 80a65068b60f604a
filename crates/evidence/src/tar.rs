//! Tar archives: members are stretches of the archive, so nothing is unpacked.
//!
//! The headers are walked here rather than by the crate `tar`, which stops at the first damaged header and
//! reads extended headers of any size; the fields of a header are read by the crate.

use crate::archive::Inside;
use crate::listing::{Found, Listing, os_reason};
use crate::member::Place;
use crate::names;
use crate::region::{Region, RegionReader};
use crate::source::{EvidenceError, Remark};
use ::tar::Header;
use assize_model::Timestamp;
use assize_model::time::SECOND;
use std::io;

const BLOCK: u64 = 512;
/// The last second of the year 9999, beyond which no time is shown.
const LAST_SECOND: u64 = 253_402_300_799;

/// Whether a tar header begins here: by its magic word, or by its checksum where an old one has none.
pub(crate) fn begins(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else { return false };
    let header = header(block);
    has_magic(block) || (block[0] != 0 && sound(&header) && header.entry_size().is_ok())
}

/// Whether a whole, undamaged header is here.
pub(crate) fn sound_header(head: &[u8]) -> bool {
    head.first_chunk::<512>().is_some_and(|block| sound(&header(block)))
}

/// Lists the members.
pub(crate) fn list(listing: &mut Listing, region: &Region, inside: &Inside) -> Result<(), EvidenceError> {
    let reader = match region.open() {
        Ok(reader) => reader,
        Err(e) => {
            listing.refuse(&inside.label, os_reason(&e));
            return Ok(());
        }
    };
    let mut walk =
        Walk { region, inside, reader, at: 0, extended: Extended::default(), lost: false, found: Vec::new(), names: 0 };
    while !listing.full() {
        match walk.step(listing) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => {
                listing.refuse(&inside.label, format!("unreadable at byte {}: {}", walk.at, os_reason(&e)));
                break;
            }
        }
        if let Err(reason) = listing.budget.limits.names(walk.names) {
            listing.refuse(&inside.label, format!("{reason}: the members from byte {} on are not listed", walk.at));
            break;
        }
        if walk.found.len() > listing.budget.limits.max_files {
            break;
        }
    }
    listing.add_members(walk.found, inside.level)
}

/// What extended headers say of the next member.
#[derive(Debug, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
    refused: Option<String>,
}

struct Walk<'a> {
    region: &'a Region,
    inside: &'a Inside,
    reader: RegionReader,
    at: u64,
    extended: Extended,
    /// Whether the place of the next header is unknown, after a damaged one.
    lost: bool,
    found: Vec<Found>,
    /// Bytes of the names found.
    names: usize,
}

impl Walk<'_> {
    /// Reads one header and moves behind what it describes; `false` at the end.
    fn step(&mut self, listing: &mut Listing) -> io::Result<bool> {
        let mut block = [0; BLOCK as usize];
        let n = self.reader.fill(self.at, &mut block)?;
        if (n as u64) < BLOCK {
            if block.iter().any(|b| *b != 0) && !self.lost {
                listing.refuse(&self.inside.label, format!("cut off inside the header at byte {}", self.at));
            }
            return Ok(false);
        }
        if block.iter().all(|b| *b == 0) {
            self.at += BLOCK;
            return Ok(true);
        }
        let header = header(&block);
        let size = header.entry_size().ok().filter(|size| *size <= i64::MAX as u64);
        let (Some(size), true) = (size, sound(&header) && (!self.lost || has_magic(&block))) else {
            if !self.lost {
                let reason = format!("the header at byte {} is damaged; members behind it were searched for", self.at);
                listing.refuse(&self.inside.label, reason);
            }
            self.lost = true;
            self.extended = Extended::default();
            self.at += BLOCK;
            return Ok(true);
        };
        self.lost = false;
        match block[156] {
            b'x' | b'X' | b'L' => self.extend(block[156], size, listing)?,
            b'g' | b'K' => self.pass(size),
            kind => {
                let extended = std::mem::take(&mut self.extended);
                self.member(kind, &header, size, extended, listing);
            }
        }
        Ok(true)
    }

    /// Moves behind a header and its data.
    fn pass(&mut self, size: u64) {
        let blocks = size.div_ceil(BLOCK).saturating_add(1);
        self.at = self.at.saturating_add(blocks.saturating_mul(BLOCK));
    }

    /// Reads an extended header, within its limit.
    fn extend(&mut self, kind: u8, size: u64, listing: &Listing) -> io::Result<()> {
        let most = listing.budget.limits.max_header_bytes;
        if size > most {
            let reason =
                format!("its extended header has {size} bytes, more than the limit of {most} (max_header_bytes)");
            self.extended.refused = Some(reason);
            self.pass(size);
            return Ok(());
        }
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
        let n = self.reader.fill(self.at.saturating_add(BLOCK), &mut bytes)?;
        bytes.truncate(n);
        self.pass(size);
        if kind == b'L' {
            let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
            bytes.truncate(end);
            self.extended.name = Some(bytes);
            return Ok(());
        }
        for (key, value) in records(&bytes) {
            match key {
                b"path" => self.extended.name = Some(value.to_vec()),
                b"size" => self.extended.size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok()),
                key if key.starts_with(b"GNU.sparse.") => self.extended.sparse = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes or refuses one member and moves behind it.
    fn member(&mut self, kind: u8, header: &Header, stated: u64, extended: Extended, listing: &mut Listing) {
        let inside = self.inside;
        let raw = extended.name.unwrap_or_else(|| header.path_bytes().into_owned());
        let size = extended.size.unwrap_or(stated);
        let data = self.at.saturating_add(BLOCK);
        let regular = matches!(kind, 0 | b'0' | b'7');
        let folder = kind == b'5' || (regular && raw.ends_with(b"/") && size == 0);
        let links = matches!(kind, b'1' | b'2' | b'3' | b'4' | b'6');
        self.pass(if folder || links { 0 } else { size });
        if folder {
            return;
        }
        let shown = || format!("{}{}", inside.prefix, names::shown(&raw));
        let refused = match kind {
            b'1' | b'2' => Some(crate::folder::LINK.into()),
            b'3' | b'4' | b'6' => Some("a device or pipe, not opened".into()),
            b'S' => Some("a sparse member, which is not read; unpack the archive and give the folder".into()),
            _ if extended.sparse => {
                Some("a sparse member, which is not read; unpack the archive and give the folder".into())
            }
            _ if !regular => Some("a member of a kind that is not read".into()),
            _ => extended.refused,
        };
        if let Some(reason) = refused {
            listing.refuse(shown(), reason);
            return;
        }
        let path = match names::member_path(&raw, listing.budget.limits.max_path_bytes) {
            Ok(path) => format!("{}{path}", inside.prefix),
            Err(reason) => return listing.refuse(shown(), reason),
        };
        let left = self.reader.len().saturating_sub(data);
        if size > left {
            let reason =
                format!("cut off: {left} of {size} bytes of {} are there, and they are kept", names::shown(&raw));
            listing.refuse(&inside.label, reason);
        }
        if size != stated && stated != 0 {
            let text = format!("its headers state two sizes, {stated} and {size}; read with {size}");
            listing.remarks.push(Remark { path: path.clone(), text });
        }
        self.names = self.names.saturating_add(path.len());
        self.found.push(Found { path, modified: time(header), place: Place::Plain(self.region.part(data, size)) });
    }
}

fn header(block: &[u8; 512]) -> Header {
    let mut header = Header::new_old();
    *header.as_mut_bytes() = *block;
    header
}

fn has_magic(block: &[u8; 512]) -> bool {
    block[257..262] == *b"ustar"
}

/// Whether the checksum of a header is right.
fn sound(header: &Header) -> bool {
    let bytes = header.as_bytes();
    // The checksum counts its own eight bytes as blanks.
    let sum: u32 = bytes[..148].iter().chain(&bytes[156..]).map(|b| u32::from(*b)).sum();
    header.cksum().is_ok_and(|stated| stated == sum + 8 * u32::from(b' '))
}

/// The time of last modification; 0 means that the archiver left it out.
fn time(header: &Header) -> Option<Timestamp> {
    let seconds = header.mtime().ok().filter(|s| (1..=LAST_SECOND).contains(s))?;
    Some(Timestamp(i64::try_from(seconds).ok()?.checked_mul(SECOND)?))
}

/// The records of a pax header: `17 path=some/name\n`, with the length of the whole record in front.
fn records(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    while let Some(blank) = bytes.iter().take(20).position(|b| *b == b' ') {
        let len = std::str::from_utf8(&bytes[..blank]).ok().and_then(|n| n.parse::<usize>().ok());
        let Some(record) = len.and_then(|len| bytes.get(blank + 1..len)) else { break };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(equals) = record.iter().position(|b| *b == b'=') {
            found.push((&record[..equals], &record[equals + 1..]));
        }
        bytes = bytes.get(len.unwrap_or(bytes.len())..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pax_records() {
        assert_eq!(records(b"12 path=a/b\n11 size=42\n"), [(&b"path"[..], &b"a/b"[..]), (b"size", b"42")]);
        assert_eq!(records(b"14 path=a\nb/c\n"), [(&b"path"[..], &b"a\nb/c"[..])], "a name may hold a line break");
        for damaged in [&b""[..], b"99 path=a\n", b"0 =", b"2 ", b"x path=a\n", b"18446744073709551615 a=b"] {
            assert_eq!(records(damaged), [], "{damaged:?}");
        }
    }
}
