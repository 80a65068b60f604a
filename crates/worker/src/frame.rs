//! Frames: one byte of kind, four of length, and so many bytes.

use assize_model::rows::{Account, Counts, Reject};
use serde::{Deserialize, Serialize};
use std::io::{self, IoSlice, Read, Write};

/// Bytes of a frame at most: a full record batch, and room.
pub(crate) const FRAME_BYTES_MAX: usize = 64 << 20;
/// Bytes of evidence in one frame.
pub(crate) const PIECE_BYTES: usize = 256 << 10;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Child, once: how it is confined.
    Ready,
    /// Parent: the table and the file, as JSON.
    Job,
    /// Parent: the first bytes of the file, for recognition.
    Head,
    /// Child: more bytes of the file are wanted.
    Need,
    /// Parent: bytes of the file, the first of them unasked; more follow.
    Bytes,
    /// Parent: the last bytes of the file, or none.
    Last,
    /// Child: one record batch, as an Arrow IPC stream of its own.
    Rows,
    /// Child, at the end: the account, as JSON.
    Account,
    /// Child, at the end: why there is no account.
    Trouble,
}

/// Every kind and its byte.
const KINDS: [(Kind, u8); 9] = [
    (Kind::Ready, b'C'),
    (Kind::Job, b'J'),
    (Kind::Head, b'H'),
    (Kind::Need, b'N'),
    (Kind::Bytes, b'B'),
    (Kind::Last, b'L'),
    (Kind::Rows, b'R'),
    (Kind::Account, b'A'),
    (Kind::Trouble, b'T'),
];

/// Writes one frame.
pub(crate) fn write(to: &mut impl Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= FRAME_BYTES_MAX);
    let Some(length) = length else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a frame is larger than allowed"));
    };
    let byte = KINDS.iter().find(|(k, _)| *k == kind).map_or(0, |(_, byte)| *byte);
    let [a, b, c, d] = length.to_le_bytes();
    let head = [byte, a, b, c, d];
    // One call of the system wakes the other side once.
    let written = loop {
        match to.write_vectored(&[IoSlice::new(&head), IoSlice::new(bytes)]) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    to.write_all(head.get(written..).unwrap_or_default())?;
    to.write_all(&bytes[written.saturating_sub(head.len())..])?;
    to.flush()
}

/// Reads one frame; `None` where the other side has ended in good order.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<(Kind, Vec<u8>)>> {
    let mut bytes = Vec::new();
    Ok(read_into(from, &mut bytes)?.map(|kind| (kind, bytes)))
}

/// Reads one frame into a buffer that serves again and again; see [`read`].
pub(crate) fn read_into(from: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<Option<Kind>> {
    bytes.clear();
    let mut head = [0; 5];
    let first = loop {
        match from.read(&mut head[..1]) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    if first == 0 {
        return Ok(None);
    }
    from.read_exact(&mut head[1..])?;
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let kind = KINDS.iter().find(|(_, byte)| *byte == head[0]).map(|(k, _)| *k);
    let kind = kind.ok_or_else(|| bad("a frame of no known kind"))?;
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(bad("a frame is larger than allowed"));
    }
    // What is stated is not believed before it is there: memory grows with what arrives.
    bytes.reserve(length.min(PIECE_BYTES));
    let read = from.take(length as u64).read_to_end(bytes);
    if bytes.len() < length {
        // Half a frame is none.
        bytes.clear();
        read?;
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a frame ends early"));
    }
    Ok(Some(kind))
}

/// An account on its way.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountText {
    counts: Counts,
    rejects: Vec<Reject>,
    notes: Vec<String>,
}

impl From<Account> for AccountText {
    fn from(account: Account) -> Self {
        Self { counts: account.counts, rejects: account.rejects, notes: account.notes }
    }
}

impl From<AccountText> for Account {
    fn from(text: AccountText) -> Self {
        Self { counts: text.counts, rejects: text.rejects, notes: text.notes }
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME_BYTES_MAX, KINDS, Kind, read, read_into, write};

    #[test]
    fn every_kind_comes_back() {
        for (kind, _) in KINDS {
            let mut bytes = Vec::new();
            write(&mut bytes, kind, b"abc").unwrap();
            assert_eq!(read(&mut bytes.as_slice()).unwrap(), Some((kind, b"abc".to_vec())));
        }
        assert_eq!(read(&mut [].as_slice()).unwrap(), None);
    }

    #[test]
    fn a_buffer_that_serves_again_holds_the_last_frame_alone() {
        let mut sent = Vec::new();
        write(&mut sent, Kind::Rows, &[7; 3000]).unwrap();
        write(&mut sent, Kind::Need, b"").unwrap();
        write(&mut sent, Kind::Rows, b"abc").unwrap();
        let (mut from, mut bytes) = (&sent[..], vec![1, 2, 3]);
        for (kind, held) in [(Kind::Rows, &[7; 3000][..]), (Kind::Need, b""), (Kind::Rows, b"abc")] {
            assert_eq!((read_into(&mut from, &mut bytes).unwrap(), &bytes[..]), (Some(kind), held));
        }
        assert_eq!((read_into(&mut from, &mut bytes).unwrap(), bytes.len()), (None, 0), "the end");
        assert!(read_into(&mut &b"R\x05\0\0\0abc"[..], &mut bytes).is_err());
        assert_eq!(bytes, b"", "half a frame is none");
    }

    #[test]
    fn what_is_no_frame_is_an_error() {
        for bad in [&b"X\0\0\0\0"[..], b"R", b"R\x05\0\0\0abc", b"R\xff\xff\xff\xff"] {
            assert!(read(&mut &bad[..]).is_err(), "{bad:?}");
        }
        assert!(write(&mut Vec::new(), Kind::Rows, &vec![0; FRAME_BYTES_MAX + 1]).is_err());
    }
}
