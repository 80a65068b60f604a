//! Hashes: each file is read once from end to end before anything interprets it.

use crate::region::read_full;
use assize_model::file::HEAD_BYTES;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::{self, Read};

/// Bytes read at a time.
const CHUNK: usize = 128 << 10;
/// Bytes of a file that are held from its hashing to its reading. Most logs have fewer, so they are read, and unpacked,
/// once.
const HELD_MAX: usize = 16 << 20;

/// The bytes of one file from its hashing to its reading, where they are few enough. A thread has one for all its files.
#[derive(Debug, Default)]
pub struct Held {
    /// As long as the longest file so far, so that nothing is zeroed twice.
    buffer: Vec<u8>,
    /// The file, and how many bytes it has.
    whole: Option<(usize, usize)>,
}

impl Held {
    /// All bytes of a file, if it is the one that is held.
    pub(crate) fn of(&self, index: usize) -> Option<&[u8]> {
        let (_, length) = self.whole.filter(|(file, _)| *file == index)?;
        self.buffer.get(..length)
    }
}

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

/// Reads a file to its end, and holds its bytes where they are few enough.
pub(crate) fn take(source: &mut dyn Read, with_crc: bool, index: usize, held: &mut Held) -> io::Result<Taken> {
    let (mut sha, mut crc, mut size, mut head) = (Hash::default(), with_crc.then(flate2::Crc::new), 0u64, Vec::new());
    held.whole = None;
    let mut filled = Some(0);
    loop {
        // Beyond what is held, one chunk takes the place of the other.
        filled = filled.filter(|filled| filled + CHUNK <= HELD_MAX);
        let at = filled.unwrap_or(0);
        if held.buffer.len() < at + CHUNK {
            held.buffer.resize(at + CHUNK, 0);
        }
        let chunk = &mut held.buffer[at..at + CHUNK];
        let n = read_full(source, chunk)?;
        let bytes = &chunk[..n];
        if head.len() < HEAD_BYTES {
            head.extend_from_slice(&bytes[..n.min(HEAD_BYTES - head.len())]);
        }
        sha.update(bytes);
        if let Some(crc) = &mut crc {
            crc.update(bytes);
        }
        size = size.saturating_add(n as u64);
        filled = filled.map(|filled| filled + n);
        if n < CHUNK {
            break;
        }
    }
    held.whole = filled.map(|length| (index, length));
    Ok(Taken { sha256: sha.hex(), crc: crc.map(|crc| crc.sum()), size, head })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        let mut held = Held::default();
        let empty = take(&mut io::empty(), false, 0, &mut held).unwrap();
        assert_eq!(empty.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let abc = take(&mut &b"abc"[..], true, 1, &mut held).unwrap();
        assert_eq!(abc.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((abc.size, abc.crc, abc.head.as_slice()), (3, Some(0x3524_41C2), &b"abc"[..]));
        let long = take(&mut io::repeat(7).take(3 * CHUNK as u64 + 5), false, 2, &mut held).unwrap();
        assert_eq!((long.size, long.head.len()), (3 * CHUNK as u64 + 5, HEAD_BYTES));
    }

    #[test]
    fn a_file_is_held_as_a_whole_or_not_at_all() {
        let mut held = Held::default();
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, HELD_MAX - 1, HELD_MAX, HELD_MAX + 1, 2 * HELD_MAX, 5] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            take(&mut &bytes[..], false, size, &mut held).unwrap();
            // A file that ends where the room does is only known to end by one more look.
            let expected = (size < HELD_MAX).then_some(&bytes[..]);
            assert!(held.of(size) == expected, "{size}");
            assert!(held.of(size + 1).is_none(), "another file");
            assert!(held.buffer.len() <= HELD_MAX);
        }
        let broken = &mut io::Read::chain(&b"x"[..], Broken);
        assert!(take(broken, false, 7, &mut held).is_err());
        assert!(held.of(7).is_none() && held.of(5).is_none(), "nothing is left of a file that cannot be read");
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }
}
