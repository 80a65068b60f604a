//! Zip archives: the central directory is read, members stay packed where they lie.
//!
//! The directory is read here rather than by the crate `zip`, which keeps the last of two members of one
//! name, gives up at the first damaged record, and trusts what a directory says of sizes and places.

mod directory;
mod salvage;

use crate::archive::Inside;
use crate::listing::{Found, Listing, os_reason};
use crate::locked::{self, Locked};
use crate::member::{Method, Packed, Place};
use crate::names;
use crate::region::{Region, RegionReader};
use crate::source::{EvidenceError, Remark};
use assize_model::Timestamp;
use std::io;

pub(crate) use directory::appended;

/// Lists the members, by the directory or, where there is none, by their own headers.
pub(crate) fn list(listing: &mut Listing, region: &Region, inside: &Inside) -> Result<(), EvidenceError> {
    let limits = listing.budget.limits.clone();
    let read = region.open().and_then(|mut reader| {
        let mut notes = Vec::new();
        let records = match directory::read(&mut reader, &limits, &mut notes)? {
            Some(records) => records,
            None => salvage::read(&mut reader, &limits, &mut notes)?,
        };
        let (kept, locked) = members(listing, &mut reader, region, records, inside)?;
        Ok((kept, locked, notes))
    });
    match read {
        Ok((mut found, locked, notes)) => {
            for note in notes {
                listing.refuse(&inside.label, note);
            }
            found.extend(locked::unlock(listing, region, locked)?);
            // Back in the directory's order: of two members of one name, its first is kept.
            found.sort_by_key(|(number, _)| *number);
            listing.add_members(found.into_iter().map(|(_, member)| member).collect(), inside.level)
        }
        Err(e) => {
            listing.refuse(&inside.label, os_reason(&e));
            Ok(())
        }
    }
}

/// One record of the directory.
#[derive(Debug, Default, Clone)]
struct Record {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    /// DOS date and time.
    date: u16,
    time: u16,
    crc: u32,
    packed: u64,
    size: u64,
    /// Where the member's own header is.
    header: u64,
    /// The host system that made it, and what it says of the kind of file.
    host: u8,
    attributes: u32,
}

impl Record {
    /// Why it is no file of its own, where it is none.
    fn special(&self) -> Option<&'static str> {
        let mode = (self.attributes >> 16) & 0o170_000;
        let unix = matches!(self.host, 3 | 19);
        match mode {
            0o120_000 => Some(crate::folder::LINK),
            0 | 0o100_000 | 0o040_000 => None,
            _ => unix.then_some("a device or pipe, not opened"),
        }
    }

    fn is_locked(&self) -> bool {
        self.flags & 1 != 0
    }

    fn method(&self) -> Option<Method> {
        match self.method {
            0 => Some(Method::Stored),
            8 => Some(Method::Deflate),
            9 => Some(Method::Deflate64),
            12 => Some(Method::Bzip2),
            20 | 93 => Some(Method::Zstd),
            95 => Some(Method::Xz),
            _ => None,
        }
    }

    /// The DOS time has no zone: it is read as UTC.
    fn modified(&self) -> Option<Timestamp> {
        let (date, time) = (u32::from(self.date), u32::from(self.time));
        let year = i32::from(self.date >> 9) + 1980;
        let second = (time & 31) * 2;
        Timestamp::from_parts(year, date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, second, 0)
    }
}

/// Members with their numbers in the directory, and those under a password.
type Members = (Vec<(usize, Found)>, Vec<Locked>);

/// Turns records into members; what overlaps, misleads or cannot be read is refused by name.
fn members(
    listing: &mut Listing,
    reader: &mut RegionReader,
    region: &Region,
    mut records: Vec<Record>,
    inside: &Inside,
) -> io::Result<Members> {
    // In the order of places, so that an overlap is seen; the sort keeps the directory's order for equals.
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|i| records[*i].header);
    let (mut found, mut locked): Members = (Vec::new(), Vec::new());
    let mut free = 0u64;
    for i in order {
        let record = std::mem::take(&mut records[i]);
        let shown = || format!("{}{}", inside.prefix, names::shown(&record.name));
        if record.name.ends_with(b"/") && record.size == 0 {
            continue;
        }
        let path = match names::member_path(&record.name, listing.budget.limits.max_path_bytes) {
            Ok(path) => format!("{}{path}", inside.prefix),
            Err(reason) => {
                listing.refuse(shown(), reason);
                continue;
            }
        };
        let (data, own_name) = match directory::data_start(reader, &record)? {
            Ok(start) => start,
            Err(reason) => {
                listing.refuse(path, reason);
                continue;
            }
        };
        let end = data.saturating_add(record.packed);
        if record.header < free {
            listing.refuse(path, "its bytes overlap those of another member");
            continue;
        }
        free = end;
        let modified = record.modified();
        let (packed, size, header) = (record.packed, record.size, record.header);
        if let Some(reason) = record.special() {
            listing.refuse(path, reason);
            continue;
        }
        if record.is_locked() {
            locked.push(Locked { number: i, path, modified, header, packed, size });
            continue;
        }
        let Some(method) = record.method() else {
            let method = record.method;
            let reason =
                format!("packed by method {method}, which is not read; unpack the archive and give the folder");
            listing.refuse(path, reason);
            continue;
        };
        if own_name != record.name {
            let own = names::shown(&own_name);
            let text = format!("its own header names it {own}; the name in the directory is used");
            listing.remarks.push(Remark { path: path.clone(), text });
        }
        let packed = Packed { data: region.part(data, packed), method, size, crc: record.crc };
        found.push((i, Found { path, modified, place: Place::Packed(Box::new(packed)) }));
    }
    locked.sort_by_key(|member| member.number);
    Ok((found, locked))
}
