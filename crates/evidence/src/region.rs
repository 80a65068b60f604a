//! A stretch of bytes in a file, read by position so that several readers share one handle.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where bytes lie.
#[derive(Debug)]
pub(crate) enum Store {
    /// A file of the evidence, opened anew for every reader, so that handles do not pile up.
    Disk(PathBuf),
    /// The anonymous scratch file.
    Scratch(Arc<File>),
}

/// A stretch of a store.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    store: Arc<Store>,
    start: u64,
    len: u64,
}

impl Region {
    /// So many bytes of a store, from `start`.
    pub(crate) fn new(store: Arc<Store>, start: u64, len: u64) -> Self {
        Self { store, start, len }
    }

    /// How many bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// A stretch inside this one, cut where this one ends.
    pub(crate) fn part(&self, start: u64, len: u64) -> Self {
        let start = start.min(self.len);
        let len = len.min(self.len - start);
        Self { store: Arc::clone(&self.store), start: self.start.saturating_add(start), len }
    }

    /// A reader of its own.
    pub(crate) fn open(&self) -> io::Result<RegionReader> {
        let file = match &*self.store {
            Store::Disk(path) => Arc::new(open_regular(path)?),
            Store::Scratch(file) => Arc::clone(file),
        };
        Ok(RegionReader { file, start: self.start, at: 0, len: self.len })
    }
}

/// Reads a region; its position is its own.
#[derive(Debug, Clone)]
pub(crate) struct RegionReader {
    file: Arc<File>,
    start: u64,
    at: u64,
    len: u64,
}

impl RegionReader {
    /// Reads on from here, counted from the start of the region.
    pub(crate) fn move_to(&mut self, at: u64) {
        self.at = at.min(self.len);
    }

    /// How many bytes the region has.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Fills the buffer from a place, or as much of it as there is.
    pub(crate) fn fill(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.move_to(at);
        read_full(self, buffer)
    }
}

impl Read for RegionReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len - self.at).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        if want == 0 {
            return Ok(0);
        }
        let n = read_at(&self.file, &mut buffer[..want], self.start.saturating_add(self.at))?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for RegionReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        // A place behind the end is the end: nothing is read from there.
        self.move_to(at.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place outside the file"))?);
        Ok(self.at)
    }
}

/// Reads until the buffer is full or the source ends.
pub(crate) fn read_full(source: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Opens a file for reading and nothing else: no link is followed, no pipe waited for.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let changed = || io::Error::new(io::ErrorKind::InvalidInput, "no longer a regular file");
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(changed());
    }
    let mut options = OpenOptions::new();
    options.read(true);
    // Where it changes between the look and the call. Windows has no such flag that spares deduplicated
    // files, whose data only their filter can read.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(changed()) }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// Writes at a place of the scratch file; readers elsewhere in it are not disturbed.
#[cfg(unix)]
pub(crate) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

/// Writes at a place of the scratch file; readers elsewhere in it are not disturbed.
#[cfg(windows)]
pub(crate) fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let n = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if n == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[n..];
        at = at.saturating_add(n as u64);
    }
    Ok(())
}
