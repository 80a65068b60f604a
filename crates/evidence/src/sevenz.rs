//! 7-Zip archives. Members are packed together in blocks, so each block is unpacked once, to the scratch file.

use crate::archive::Inside;
use crate::limits::WINDOW_KIB;
use crate::listing::{Found, Listing, Trouble, os_reason};
use crate::locked::{self, ENCRYPTED, NONE_FITS};
use crate::member::Place;
use crate::names;
use crate::region::{Region, RegionReader};
use crate::source::{EvidenceError, Remark};
use assize_model::Timestamp;
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error, Password};
use std::io::{BufReader, Read, Seek};

/// KiB of memory that the list of members may take.
const LIST_KIB: usize = 64 << 10;
/// 100-nanosecond steps from the year 1601 to 1970.
const EPOCH: u64 = 116_444_736_000_000_000;
/// What marks a link in the attributes that Windows keeps.
const REPARSE_POINT: u32 = 0x400;

/// Lists the members.
pub(crate) fn list(listing: &mut Listing, region: &Region, inside: &Inside) -> Result<(), EvidenceError> {
    let opened = region.open().map(|reader| BufReader::with_capacity(64 << 10, reader));
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(e) => {
            listing.refuse(&inside.label, os_reason(&e));
            return Ok(());
        }
    };
    // The list of members may be locked, too.
    let given = listing.passwords.each().iter().map(|password| Password::new(password));
    let mut passwords: Vec<Password> = [Password::empty()].into_iter().chain(given).collect();
    let (archive, fitting) = match opened_with(&mut reader, &passwords) {
        Ok(opened) => opened,
        Err(reason) => {
            let reason = if reason == ENCRYPTED { listing.passwords.reason() } else { &reason };
            listing.refuse(&inside.label, reason);
            return Ok(());
        }
    };
    passwords[..=fitting].rotate_right(1);
    let mut found = Vec::new();
    let mut names = 0usize;
    for (index, entry) in archive.files.iter().enumerate() {
        names = names.saturating_add(entry.name.len());
        if index > listing.budget.limits.max_files || listing.budget.limits.names(names).is_err() {
            let reason =
                format!("its members from number {} on are not listed (max_files, max_names_bytes)", index + 1);
            listing.refuse(&inside.label, reason);
            break;
        }
        if !entry.has_stream && !entry.is_directory {
            match path_of(entry, inside, listing) {
                Ok(path) => found.push(member(path, entry, region.part(0, 0))),
                Err((shown, reason)) => listing.refuse(shown, reason),
            }
        }
    }
    for index in 0..archive.blocks.len() {
        if found.len() > listing.budget.limits.max_files || listing.full() {
            break;
        }
        Block { listing, archive: &archive, inside, index, found: &mut found }.unlock(&mut reader, &passwords)?;
    }
    listing.add_members(found, inside.level)
}

/// The archive, and the number of the password that opened it.
fn opened_with(reader: &mut BufReader<RegionReader>, passwords: &[Password]) -> Result<(Archive, usize), String> {
    let mut first = None;
    for (n, password) in passwords.iter().enumerate() {
        let read = guarded(|| {
            reader.rewind()?;
            Archive::read_with_memory_limit(reader, password, LIST_KIB)
        });
        match read {
            Ok(archive) => return Ok((archive, n)),
            // Without a password it is said plainly that one is needed; what a wrong one makes of the list is no news.
            Err(reason) if n == 0 && reason != ENCRYPTED => return Err(reason),
            Err(reason) => first = first.or(Some(reason)),
        }
    }
    Err(first.unwrap_or_else(|| ENCRYPTED.into()))
}

/// One block on its way to the scratch file.
struct Block<'a> {
    listing: &'a mut Listing,
    archive: &'a Archive,
    inside: &'a Inside,
    index: usize,
    found: &'a mut Vec<Found>,
}

impl Block<'_> {
    /// Unpacks the block, with the first password that fits where it is locked.
    fn unlock(&mut self, reader: &mut BufReader<RegionReader>, passwords: &[Password]) -> Result<(), EvidenceError> {
        let (archive, index) = (self.archive, self.index);
        // The members without data between others were listed before.
        let first = archive.stream_map.block_first_file_index.get(index).copied().unwrap_or(archive.files.len());
        let of_block =
            archive.stream_map.file_block_index.iter().skip(first).take_while(|b| **b == Some(index)).count();
        let files = archive.files.iter().skip(first).take(of_block);
        let entries: Vec<&ArchiveEntry> = files.filter(|f| f.has_stream).collect();
        if !archive.is_file_encrypted(first) {
            let password = Password::empty();
            let (done, reason) = self.unpack(reader, &password, entries.len())?;
            reason.iter().for_each(|reason| self.refuse_from(&entries, done, reason));
            return Ok(());
        }
        for password in passwords.iter().filter(|password| !password.is_empty()) {
            match self.unpack(reader, password, entries.len())? {
                (0, Some(reason)) if reason == NONE_FITS => {}
                (done, reason) => {
                    reason.iter().for_each(|reason| self.refuse_from(&entries, done, reason));
                    return Ok(());
                }
            }
        }
        let reason = self.listing.passwords.reason();
        self.refuse_from(&entries, 0, reason);
        Ok(())
    }

    /// Unpacks the block: how many members came out, and why no more where that is so. What a wrong password makes of a
    /// block breaks off, sooner or later within the first member.
    fn unpack(
        &mut self,
        reader: &mut BufReader<RegionReader>,
        password: &Password,
        members: usize,
    ) -> Result<(usize, Option<String>), EvidenceError> {
        let (archive, index) = (self.archive, self.index);
        let decoder = BlockDecoder::new_with_memory_limit(1, WINDOW_KIB as usize, index, archive, password, reader);
        let (mut done, mut sum) = (0usize, 0u64);
        let mut failure: Option<EvidenceError> = None;
        let mut stopped: Option<String> = None;
        let packed = self.packed();
        let locked = !password.is_empty();
        let unpacked = guarded(|| {
            decoder.for_each_entries(&mut |entry, source| {
                if !entry.has_stream {
                    return Ok(true);
                }
                sum = sum.saturating_add(entry.size);
                match self.take(entry, source, sum, packed, locked && done == 0) {
                    Ok(None) => {
                        done += 1;
                        Ok(true)
                    }
                    Ok(Some(reason)) => {
                        stopped = Some(reason);
                        Ok(false)
                    }
                    Err(e) => {
                        failure = Some(e);
                        Ok(false)
                    }
                }
            })
        });
        if let Some(e) = failure {
            return Err(e);
        }
        Ok(match (stopped, unpacked) {
            (Some(reason), _) => (done, Some(reason)),
            (None, Err(_)) if locked && done == 0 => (done, Some(NONE_FITS.into())),
            (None, Err(reason)) if done < members => (done, Some(reason)),
            _ => (done, None),
        })
    }

    /// Takes one member; the reason why the block goes no further, where it does not.
    fn take(
        &mut self,
        entry: &ArchiveEntry,
        source: &mut dyn Read,
        sum: u64,
        packed: u64,
        trying: bool,
    ) -> Result<Option<String>, EvidenceError> {
        let limits = &self.listing.budget.limits;
        // What is refused or left unread is unpacked all the same, to reach what is behind it.
        if let Err(reason) = limits.file_size(entry.size).and_then(|()| limits.dense(sum, packed)) {
            return Ok(Some(reason));
        }
        let path = match path_of(entry, self.inside, self.listing) {
            Ok(path) => path,
            Err((shown, reason)) => {
                if let Err(reason) = self.listing.budget.claim_bytes(entry.size) {
                    return Ok(Some(reason));
                }
                self.listing.refuse(shown, reason);
                return Ok(None);
            }
        };
        let (region, trouble) = self.listing.spool(source, packed)?;
        let size = region.len();
        match trouble {
            Some(Trouble::Limit(reason)) => return Ok(Some(reason)),
            Some(Trouble::Damaged(_)) if trying => return Ok(Some(NONE_FITS.into())),
            Some(Trouble::Damaged(reason)) => {
                let text = format!("damaged after {size} of {} bytes, which are kept: {reason}", entry.size);
                self.listing.remarks.push(Remark { path: path.clone(), text });
            }
            None => {}
        }
        self.found.push(member(path, entry, region));
        Ok(None)
    }

    /// The packed bytes of the block.
    fn packed(&self) -> u64 {
        let starts = self.archive.stream_map.block_first_pack_stream_index();
        let sizes = self.archive.pack_sizes();
        let start = starts.get(self.index).copied().unwrap_or(sizes.len());
        let end = starts.get(self.index + 1).copied().unwrap_or(sizes.len());
        sizes.get(start..end).unwrap_or_default().iter().fold(0, |sum: u64, n| sum.saturating_add(*n))
    }

    /// Names the members that were not reached.
    fn refuse_from(&mut self, entries: &[&ArchiveEntry], from: usize, reason: &str) {
        for entry in entries.iter().skip(from) {
            let path = match path_of(entry, self.inside, self.listing) {
                Ok(path) => path,
                Err((shown, _)) => shown,
            };
            self.listing.refuse(path, reason);
        }
    }
}

/// The path of a member; or how to show it, and why it is refused.
fn path_of(entry: &ArchiveEntry, inside: &Inside, listing: &Listing) -> Result<String, (String, String)> {
    let shown = || format!("{}{}", inside.prefix, names::shown(entry.name.as_bytes()));
    // Archivers of Unix keep the mode in the upper half.
    let mode = (entry.windows_attributes >> 16) & 0o170_000;
    if mode == 0o120_000 || entry.windows_attributes & REPARSE_POINT != 0 {
        return Err((shown(), crate::folder::LINK.into()));
    }
    if !matches!(mode, 0 | 0o100_000 | 0o040_000) {
        return Err((shown(), "a device or pipe, not opened".into()));
    }
    if entry.is_anti_item {
        return Err((shown(), "a note that the file was deleted, no file".into()));
    }
    names::member_path(entry.name.as_bytes(), listing.budget.limits.max_path_bytes)
        .map(|path| format!("{}{path}", inside.prefix))
        .map_err(|reason| (shown(), reason))
}

fn member(path: String, entry: &ArchiveEntry, region: Region) -> Found {
    let modified = entry.has_last_modified_date.then(|| time(entry)).flatten();
    Found { path, modified, place: Place::Plain(region) }
}

/// The time of last modification, which is in UTC.
fn time(entry: &ArchiveEntry) -> Option<Timestamp> {
    let steps = u64::from(entry.last_modified_date);
    Some(Timestamp(i64::try_from(steps.checked_sub(EPOCH)? / 10).ok()?))
}

/// Runs the unpacker; the reason where it fails.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, String> {
    locked::guarded(|| work().map_err(|e| reason(&e)))
}

/// What is wrong, in words.
fn reason(error: &Error) -> String {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => ENCRYPTED.into(),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => ENCRYPTED.into(),
        Error::UnsupportedCompressionMethod(method) => {
            format!("packed by {method}, which is not read; unpack the archive and give the folder")
        }
        Error::MaxMemLimited { max_kb, .. } => {
            format!("unpacking it takes more memory than the limit of {} MiB", max_kb >> 10)
        }
        Error::Io(cause, _) => os_reason(cause),
        Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => "damaged: a checksum in it is wrong".into(),
        other => format!("damaged: {other}"),
    }
}
