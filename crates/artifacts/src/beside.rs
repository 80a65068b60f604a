//! Files that belong to another one and are read with it, such as the logs of a hive: they follow it in the same stream,
//! each behind its length, so that a reader still knows no neighbour and works the same in a process of its own.

use std::io::{self, BufRead, Cursor, ErrorKind, Read};

/// Such files at most.
const FILES_MAX: usize = 8;
/// Bytes of each that are read.
pub const BYTES_MAX: u64 = 32 << 20;

/// A file, and behind it those that belong to it.
pub fn with<'i>(file: impl BufRead + Send + 'i, others: Vec<Vec<u8>>) -> Box<dyn BufRead + Send + 'i> {
    let mut behind = Vec::new();
    for other in others {
        behind.extend_from_slice(&(other.len() as u64).to_le_bytes());
        behind.extend(other);
    }
    Box::new(file.chain(Cursor::new(behind)))
}

/// The files that follow, once the one before was read to its end.
///
/// # Errors
/// When the stream ends early, or is none of ours.
pub(crate) fn take(input: &mut dyn BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut others = Vec::new();
    while !input.fill_buf()?.is_empty() {
        let mut length = [0; 8];
        input.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut bytes = Vec::new();
        (&mut *input).take(length.min(BYTES_MAX)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length || others.len() >= FILES_MAX {
            return Err(ErrorKind::InvalidData.into());
        }
        others.push(bytes);
    }
    Ok(others)
}

#[cfg(test)]
mod tests {
    use super::{take, with};
    use std::io::Read;

    #[test]
    fn files_come_apart_as_they_went_together() {
        let others = vec![vec![1; 70_000], Vec::new(), b"x".to_vec()];
        let mut stream = with(&b"abc"[..], others.clone());
        let mut own = [0; 3];
        stream.read_exact(&mut own).unwrap();
        assert_eq!(&own, b"abc");
        assert_eq!(take(&mut stream).unwrap(), others);
        assert_eq!(take(&mut with(&b""[..], Vec::new())).unwrap(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn what_is_none_is_an_error() {
        assert!(take(&mut &b"abc"[..]).is_err());
        assert!(take(&mut &[9, 0, 0, 0, 0, 0, 0, 0, 1][..]).is_err());
        assert!(take(&mut &[0xff; 9][..]).is_err());
    }
}
