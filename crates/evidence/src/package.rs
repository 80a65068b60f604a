//! Writes a package: evidence as it lies, in one zip archive, with what [`crate::Source`] reads back of it.
//!
//! Members keep the paths they have in the evidence. `assize-files.jsonl` says of each file its size, time and SHA-256,
//! and of each that could not be taken why; `assize-collection.json` says what the whole is. The archive is made under
//! another name beside its place and put there when it is whole: a run that is stopped leaves no half package.

use crate::collection::package::{COLLECTOR, FILES, NOTE};
use crate::custody::Hash;
use crate::region::read_full;
use crate::source::Source;
use assize_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The value of `schema` in the note.
const SCHEMA: &str = "assize.collection/1";
/// Bytes read at a time.
const CHUNK: usize = 128 << 10;
/// From this size on a member gets the long form of sizes. No more than the listed size is read of any file.
const LARGE: u64 = 2 << 30;

/// One line of the list of files.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    /// The path in the package, which is the one in the evidence.
    pub(crate) path: String,
    /// Bytes that were taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    /// Last modification, to the microsecond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified: Option<String>,
    /// SHA-256 of what was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    /// What was not right while it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<String>,
    /// Why it was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_collected: Option<String>,
}

/// What a package says of itself.
#[derive(Debug, Default, Clone, Serialize)]
pub struct PackageNote {
    /// The server, where it is known.
    pub host: Option<String>,
    /// Its roles, where they are known.
    pub roles: Vec<String>,
    /// When the evidence ends: for a running server the moment of the collection.
    pub collected_at: Option<Timestamp>,
    /// Whether the evidence is invented, as it says itself.
    pub synthetic: bool,
    /// What was collected, without the folders above it.
    pub input: String,
    /// Whether the paths are those below the drive that Windows runs from.
    pub system_drive: bool,
    /// SHA-256 of the content that said which files are evidence.
    pub content_sha256: String,
    /// Files that were looked at.
    pub files_seen: u64,
}

/// What a package became.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Files in it.
    pub files: u64,
    /// Their bytes, unpacked.
    pub bytes: u64,
    /// Files that were taken with a trouble.
    pub troubled: u64,
    /// Files and folders that could not be taken.
    pub not_collected: u64,
    /// Bytes of the package.
    pub package_bytes: u64,
    /// SHA-256 of the package.
    pub package_sha256: String,
}

/// A package that is being written.
pub struct PackageWriter {
    zip: ZipWriter<BufWriter<File>>,
    path: TempPath,
    lines: BufWriter<File>,
    packed: Packed,
    begun: Option<Timestamp>,
}

/// Why a package cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The place, or what is in it.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Something stands there.
    #[error("{} exists; choose another name, or add --overwrite", .path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
}

impl PackageWriter {
    /// Begins a package that will stand in this folder.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn begin(folder: &Path) -> Result<Self, PackageError> {
        let begin = || -> io::Result<Self> {
            let named = tempfile::Builder::new().prefix(".assize-collect-").suffix(".part").tempfile_in(folder)?;
            let lines = BufWriter::new(tempfile::tempfile_in(folder)?);
            // The clock of the disk, read from a file made now.
            let begun = named.as_file().metadata()?.modified().ok();
            let begun = begun.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
            let begun = begun.and_then(|t| i64::try_from(t.as_micros()).ok()).map(Timestamp);
            let (file, path) = NamedTempFile::into_parts(named);
            let zip = ZipWriter::new(BufWriter::with_capacity(CHUNK, file));
            Ok(Self { zip, path, lines, packed: Packed::default(), begun })
        };
        begin().map_err(|source| PackageError::Write { path: folder.into(), source })
    }

    /// When it was begun, by the clock of the disk that it stands on.
    #[must_use]
    pub fn begun(&self) -> Option<Timestamp> {
        self.begun
    }

    /// How far it is.
    #[must_use]
    pub fn so_far(&self) -> &Packed {
        &self.packed
    }

    /// Takes one file of the evidence. What cannot be read of it is said in the list, and what was read is kept.
    ///
    /// # Errors
    /// When the package cannot be written.
    pub fn add(&mut self, source: &Source, index: usize) -> Result<(), PackageError> {
        let Some(entry) = source.entries().get(index) else { return Ok(()) };
        let mut reader = match source.read(index) {
            Ok(reader) => reader,
            Err(skipped) => return self.leave_out(&entry.path, &skipped.reason),
        };
        let modified = entry.modified;
        let options = options(modified).large_file(entry.size >= LARGE);
        let taken = self.zip.start_file(entry.path.as_str(), options).map_err(io::Error::from);
        let taken = taken.and_then(|()| copy(&mut reader, &mut self.zip));
        let taken = taken.map_err(|e| self.failed(e))?;
        let short = (taken.size < entry.size && taken.trouble.is_none())
            .then(|| format!("it ended after {} of {} bytes", taken.size, entry.size));
        let trouble = taken.trouble.or(short);
        self.packed.files += 1;
        self.packed.bytes = self.packed.bytes.saturating_add(taken.size);
        self.packed.troubled += u64::from(trouble.is_some());
        self.line(&Line {
            path: entry.path.clone(),
            size: Some(taken.size),
            modified: modified.map(|t| t.to_string()),
            sha256: Some(taken.sha256),
            trouble,
            not_collected: None,
        })
    }

    /// Says of a file or folder that it could not be taken, and why.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn leave_out(&mut self, path: &str, reason: &str) -> Result<(), PackageError> {
        self.packed.not_collected += 1;
        self.line(&Line { path: path.into(), not_collected: Some(reason.into()), ..Line::default() })
    }

    /// Ends the package and puts it in its place, whole.
    ///
    /// # Errors
    /// When it cannot be written, or something stands there and may not be replaced.
    pub fn finish(mut self, note: &PackageNote, to: &Path, overwrite: bool) -> Result<Packed, PackageError> {
        let failed = |source: io::Error| PackageError::Write { path: to.into(), source };
        self.add_list().map_err(failed)?;
        self.add_note(note).map_err(failed)?;
        let Self { zip, path, mut packed, .. } = self;
        let file = zip.finish().map_err(io::Error::from).and_then(|out| Ok(out.into_inner()?)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        drop(file);
        let mut whole = File::open(&path).map_err(failed)?;
        let taken = copy(&mut whole, &mut io::sink()).map_err(failed)?;
        if let Some(trouble) = taken.trouble {
            return Err(failed(io::Error::other(trouble)));
        }
        drop(whole);
        (packed.package_bytes, packed.package_sha256) = (taken.size, taken.sha256);
        let put = if overwrite { path.persist(to) } else { path.persist_noclobber(to) };
        put.map_err(|e| match e.error.kind() {
            io::ErrorKind::AlreadyExists => PackageError::Exists { path: to.into() },
            _ => failed(e.error),
        })?;
        Ok(packed)
    }

    /// The list of files becomes a member.
    fn add_list(&mut self) -> io::Result<()> {
        self.lines.flush()?;
        let mut list = self.lines.get_ref();
        let size = list.seek(SeekFrom::End(0))?;
        list.seek(SeekFrom::Start(0))?;
        self.zip.start_file(FILES, options(self.begun).large_file(size >= LARGE))?;
        io::copy(&mut list, &mut self.zip)?;
        Ok(())
    }

    fn add_note(&mut self, note: &PackageNote) -> io::Result<()> {
        #[derive(Serialize)]
        struct Whole<'a> {
            schema: &'static str,
            collector: String,
            #[serde(flatten)]
            note: &'a PackageNote,
            packed_at: Option<Timestamp>,
            files: u64,
            bytes: u64,
            troubled: u64,
            not_collected: u64,
        }
        let Packed { files, bytes, troubled, not_collected, .. } = self.packed;
        let collector = format!("{COLLECTOR}{}", env!("CARGO_PKG_VERSION"));
        let whole =
            Whole { schema: SCHEMA, collector, note, packed_at: self.begun, files, bytes, troubled, not_collected };
        self.zip.start_file(NOTE, options(self.begun))?;
        serde_json::to_writer_pretty(&mut self.zip, &whole)?;
        self.zip.write_all(b"\n")
    }

    fn line(&mut self, line: &Line) -> Result<(), PackageError> {
        let write = |lines: &mut BufWriter<File>| -> io::Result<()> {
            serde_json::to_writer(&mut *lines, line)?;
            lines.write_all(b"\n")
        };
        write(&mut self.lines).map_err(|e| self.failed(e))
    }

    fn failed(&self, source: io::Error) -> PackageError {
        PackageError::Write { path: self.path.to_path_buf(), source }
    }
}

/// How a member is packed. Its time is that of the file in UTC, as far as zip can say it; the list says it exactly.
fn options(modified: Option<Timestamp>) -> SimpleFileOptions {
    let time = modified.and_then(|t| {
        let (year, month, day, hour, minute, second) = t.parts();
        let small = |n: u32| u8::try_from(n).ok();
        let year = u16::try_from(year).ok()?;
        DateTime::from_date_and_time(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?)
            .ok()
    });
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(time.unwrap_or_default())
        .unix_permissions(0o600)
}

/// What was copied of a file.
struct Copied {
    size: u64,
    sha256: String,
    trouble: Option<String>,
}

/// Copies to the end, hashing. A trouble of the reader ends the copy and is told; one of the writer is an error.
fn copy(reader: &mut dyn Read, writer: &mut dyn Write) -> io::Result<Copied> {
    let mut buffer = vec![0; CHUNK];
    let (mut hash, mut size, mut trouble) = (Hash::default(), 0u64, None);
    loop {
        let n = match read_full(reader, &mut buffer) {
            Ok(n) => n,
            Err(e) => {
                trouble = Some(format!("reading stopped after {size} bytes: {}", crate::listing::os_reason(&e)));
                break;
            }
        };
        let bytes = buffer.get(..n).unwrap_or_default();
        hash.update(bytes);
        writer.write_all(bytes)?;
        size = size.saturating_add(n as u64);
        if n < buffer.len() {
            break;
        }
    }
    Ok(Copied { size, sha256: hash.hex(), trouble })
}
