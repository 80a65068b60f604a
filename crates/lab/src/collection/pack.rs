//! The containers: a folder, a zip, a tar. The same members give the same bytes.

use super::Member;
use crate::clock::{Ms, shown};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A container that is being written.
pub(super) enum Pack {
    Folder(PathBuf),
    Zip(Zip<BufWriter<File>>),
    Tar(Box<tar::Builder<BufWriter<File>>>),
}

impl Pack {
    /// Files below a folder.
    pub(super) fn folder(dir: &Path) -> Self {
        Self::Folder(dir.to_owned())
    }

    /// A new zip.
    pub(super) fn zip(path: &Path) -> io::Result<Self> {
        Ok(Self::Zip(Zip::new(BufWriter::new(File::create(path)?))))
    }

    /// A new tar.
    pub(super) fn tar(path: &Path) -> io::Result<Self> {
        Ok(Self::Tar(Box::new(tar::Builder::new(BufWriter::new(File::create(path)?)))))
    }

    /// Adds one file.
    pub(super) fn add(&mut self, member: &Member) -> io::Result<()> {
        match self {
            Self::Folder(dir) => {
                let path = dir.join(&member.path);
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                let mut file = File::create(path)?;
                file.write_all(&member.bytes)?;
                file.set_modified(UNIX_EPOCH + Duration::from_millis(member.modified.unsigned_abs()))
            }
            Self::Zip(zip) => zip.add(member),
            Self::Tar(tar) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(member.bytes.len() as u64);
                header.set_mode(0o644);
                header.set_mtime(member.modified.unsigned_abs() / 1000);
                tar.append_data(&mut header, &member.path, member.bytes.as_slice())
            }
        }
    }

    /// Writes what stands at the end.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Zip(zip) => zip.finish(),
            Self::Tar(mut tar) => {
                tar.finish()?;
                tar.get_mut().flush()
            }
        }
    }
}

/// A zip of members below 4 GiB, all deflated.
pub(super) struct Zip<W> {
    out: W,
    at: u32,
    directory: Vec<u8>,
    members: u16,
}

/// Names are UTF-8.
const UTF8_NAMES: u16 = 1 << 11;
/// The method deflate, and the version of the format that has it.
const DEFLATE: u16 = 8;
const VERSION: u16 = 20;

impl<W: Write> Zip<W> {
    fn new(out: W) -> Self {
        Self { out, at: 0, directory: Vec::new(), members: 0 }
    }

    fn add(&mut self, member: &Member) -> io::Result<()> {
        let mut crc = Crc::new();
        crc.update(&member.bytes);
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&member.bytes)?;
        let packed = deflate.finish()?;
        let (date, time) = dos_time(member.modified);
        let mut about = Vec::new();
        for word in [VERSION, UTF8_NAMES, DEFLATE, time, date] {
            about.extend_from_slice(&word.to_le_bytes());
        }
        for size in [crc.sum(), small(packed.len())?, small(member.bytes.len())?] {
            about.extend_from_slice(&size.to_le_bytes());
        }
        let name = member.path.as_bytes();
        let name_bytes = u16::try_from(name.len()).map_err(io::Error::other)?;
        about.extend_from_slice(&name_bytes.to_le_bytes());
        about.extend_from_slice(&0u16.to_le_bytes());

        self.directory.extend_from_slice(b"PK\x01\x02");
        self.directory.extend_from_slice(&VERSION.to_le_bytes());
        self.directory.extend_from_slice(&about);
        // No comment, first disk, no attributes.
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&self.at.to_le_bytes());
        self.directory.extend_from_slice(name);
        self.members = self.members.checked_add(1).ok_or_else(|| io::Error::other("too many members"))?;

        for part in [b"PK\x03\x04".as_slice(), &about, name, &packed] {
            self.out.write_all(part)?;
            self.at = self.at.checked_add(small(part.len())?).ok_or_else(|| io::Error::other("the zip is too big"))?;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&self.directory)?;
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend_from_slice(&self.members.to_le_bytes());
        end.extend_from_slice(&self.members.to_le_bytes());
        end.extend_from_slice(&small(self.directory.len())?.to_le_bytes());
        end.extend_from_slice(&self.at.to_le_bytes());
        end.extend_from_slice(&0u16.to_le_bytes());
        self.out.write_all(&end)?;
        self.out.flush()
    }
}

fn small(bytes: usize) -> io::Result<u32> {
    u32::try_from(bytes).map_err(io::Error::other)
}

/// Date and time as zip keeps them: two seconds fine.
fn dos_time(time: Ms) -> (u16, u16) {
    let part = |pattern: &str| shown(time, pattern).parse::<u16>().unwrap_or(0);
    let date = part("%Y").saturating_sub(1980) << 9 | part("%m") << 5 | part("%d");
    (date, part("%H") << 11 | part("%M") << 5 | (part("%S") / 2))
}
