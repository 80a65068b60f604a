//! One file as it lies: plain bytes somewhere, or packed inside a zip archive; and the reader for both.

use crate::limits::WINDOW_KIB;
use crate::region::{Region, read_full};
use bzip2::bufread::BzDecoder;
use deflate64::Deflate64Decoder;
use flate2::bufread::DeflateDecoder;
use lzma_rust2::XzReader;
use std::io::{self, BufReader, Read};

/// How a zip member is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflate,
    /// What Windows packs archives beyond 2 GiB with.
    Deflate64,
    Bzip2,
    Zstd,
    Xz,
}

/// A packed member of a zip archive.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    pub(crate) data: Region,
    pub(crate) method: Method,
    /// The unpacked size that the directory states.
    pub(crate) size: u64,
    /// The CRC-32 that the directory states.
    pub(crate) crc: u32,
}

/// Where the bytes of one file are.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Plain(Region),
    Packed(Box<Packed>),
}

impl Place {
    /// The size as stated.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Plain(region) => region.len(),
            Self::Packed(packed) => packed.size,
        }
    }

    /// A reader from the beginning.
    pub(crate) fn open(&self) -> io::Result<Member> {
        let (inner, soft): (Box<dyn Read + Send>, bool) = match self {
            Self::Plain(region) => (Box::new(region.open()?), false),
            Self::Packed(packed) => {
                let data = packed.data.open()?;
                match packed.method {
                    Method::Stored => (Box::new(data), true),
                    Method::Deflate => (Box::new(DeflateDecoder::new(BufReader::new(data))), true),
                    Method::Deflate64 => (Box::new(Deflate64Decoder::new(data)), true),
                    Method::Bzip2 => (Box::new(BzDecoder::new(BufReader::new(data))), true),
                    Method::Xz => (Box::new(XzReader::new_mem_limit(BufReader::new(data), false, WINDOW_KIB)), true),
                    Method::Zstd => (Box::new(zstd::Decoder::new(data)?), true),
                }
            }
        };
        Ok(Member { inner, left: self.size(), soft, trouble: None })
    }

    /// The first bytes, at most so many.
    pub(crate) fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = vec![0; most];
        let n = read_full(&mut self.open()?, &mut head)?;
        head.truncate(n);
        Ok(head)
    }
}

/// Reads one file up to its stated size. Damaged packing ends the file early, the same way every time:
/// what came before is evidence, and [`Member::trouble`] says what happened.
pub(crate) struct Member {
    inner: Box<dyn Read + Send>,
    left: u64,
    soft: bool,
    trouble: Option<io::Error>,
}

impl Member {
    /// What ended the file early.
    pub(crate) fn trouble(&self) -> Option<&io::Error> {
        self.trouble.as_ref()
    }

    /// Whether there are bytes beyond the stated size. Asked after the last read.
    pub(crate) fn runs_on(&mut self) -> bool {
        self.soft && self.left == 0 && self.trouble.is_none() && matches!(self.inner.read(&mut [0; 1]), Ok(1))
    }
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if want == 0 || self.trouble.is_some() {
            return Ok(0);
        }
        match self.inner.read(&mut buffer[..want]) {
            Ok(n) => {
                self.left = self.left.saturating_sub(n as u64);
                Ok(n)
            }
            Err(e) if self.soft && e.kind() != io::ErrorKind::Interrupted => {
                self.trouble = Some(e);
                Ok(0)
            }
            Err(e) => Err(e),
        }
    }
}
