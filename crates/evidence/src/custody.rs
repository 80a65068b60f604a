//! Hashes: each file is read once from end to end before anything interprets it.

use crate::region::read_full;
use assize_model::file::HEAD_BYTES;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fmt::Write;
use std::io::{self, Read};

/// Bytes read at a time.
const CHUNK: usize = 128 << 10;

/// What one reading of a file gives.
#[derive(Debug)]
pub(crate) struct Taken {
    /// SHA-256 in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// CRC-32, where it was asked for: zip archives state it.
    pub(crate) crc: Option<u32>,
    /// The bytes that were read.
    pub(crate) size: u64,
    /// The first of them.
    pub(crate) head: Vec<u8>,
}

/// A SHA-256 in the making.
#[derive(Default)]
pub(crate) struct Hash(Sha256);

impl Hash {
    /// Takes more bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash in lower-case hexadecimal.
    pub(crate) fn hex(self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

thread_local! {
    /// Zeroed once, not for each of a hundred thousand files.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK]);
}

/// Reads to the end.
pub(crate) fn take(source: &mut dyn Read, with_crc: bool) -> io::Result<Taken> {
    let (mut sha, mut crc, mut size, mut head) = (Hash::default(), with_crc.then(flate2::Crc::new), 0u64, Vec::new());
    BUFFER.with_borrow_mut(|buffer| {
        loop {
            let n = read_full(source, buffer)?;
            let bytes = &buffer[..n];
            if head.len() < HEAD_BYTES {
                head.extend_from_slice(&bytes[..n.min(HEAD_BYTES - head.len())]);
            }
            sha.update(bytes);
            if let Some(crc) = &mut crc {
                crc.update(bytes);
            }
            size = size.saturating_add(n as u64);
            if n < buffer.len() {
                return Ok::<(), io::Error>(());
            }
        }
    })?;
    Ok(Taken { sha256: sha.hex(), crc: crc.map(|crc| crc.sum()), size, head })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        let empty = take(&mut io::empty(), false).unwrap();
        assert_eq!(empty.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let abc = take(&mut &b"abc"[..], true).unwrap();
        assert_eq!(abc.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((abc.size, abc.crc, abc.head.as_slice()), (3, Some(0x3524_41C2), &b"abc"[..]));
        let long = take(&mut io::repeat(7).take(3 * CHUNK as u64 + 5), false).unwrap();
        assert_eq!((long.size, long.head.len()), (3 * CHUNK as u64 + 5, HEAD_BYTES));
    }
}
