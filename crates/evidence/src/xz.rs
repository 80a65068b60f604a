//! Checks the frame of an xz file: the unpacker reads blocks one after the other and believes their list only in part.

use crate::region::RegionReader;
use std::io;

/// Bytes of a list of blocks that are read; a longer one is not checked.
const LIST_BYTES_MAX: u64 = 16 << 20;
/// Streams in one file that are checked.
const STREAMS_MAX: usize = 10_000;

/// The unpacked bytes that all lists of blocks state, or what is wrong in them; `None` where that is not known.
pub(crate) fn stated(reader: &mut RegionReader) -> io::Result<Option<Result<u64, &'static str>>> {
    let (mut end, mut total) = (reader.len(), 0u64);
    for _ in 0..STREAMS_MAX {
        end = without_padding(reader, end)?;
        if end == 0 {
            return Ok(Some(Ok(total)));
        }
        match stream(reader, end)? {
            Some(Ok((start, bytes))) => (end, total) = (start, total.saturating_add(bytes)),
            Some(Err(fault)) => return Ok(Some(Err(fault))),
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Streams may be followed by zeros, four at a time.
fn without_padding(reader: &mut RegionReader, mut end: u64) -> io::Result<u64> {
    let mut word = [0; 4];
    while end >= 4 && reader.fill(end - 4, &mut word)? == 4 && word == [0; 4] {
        end -= 4;
    }
    Ok(end)
}

/// Where the stream that ends here begins, and the unpacked bytes that it states.
fn stream(reader: &mut RegionReader, end: u64) -> io::Result<Option<Result<(u64, u64), &'static str>>> {
    let mut footer = [0; 12];
    let Some(at) = end.checked_sub(12) else { return Ok(Some(Err("its end is cut off"))) };
    if reader.fill(at, &mut footer)? < 12 || footer[10..] != *b"YZ" || crc(&footer[4..10]) != footer[..4] {
        return Ok(Some(Err("its end is damaged")));
    }
    let size = (u64::from(u32::from_le_bytes([footer[4], footer[5], footer[6], footer[7]])) + 1) * 4;
    if size > LIST_BYTES_MAX {
        return Ok(None);
    }
    let Some(start) = at.checked_sub(size) else { return Ok(Some(Err("its end states a wrong size"))) };
    let mut list = vec![0; usize::try_from(size).unwrap_or(0)];
    if reader.fill(start, &mut list)? < list.len() {
        return Ok(Some(Err("its end states a wrong size")));
    }
    let Some(blocks) = blocks(&list) else { return Ok(Some(Err("its list of blocks is damaged"))) };
    let (mut packed, mut unpacked) = (12u64, 0u64);
    for (size, bytes) in &blocks {
        packed = packed.saturating_add(size.saturating_add(3) / 4 * 4);
        unpacked = unpacked.saturating_add(*bytes);
    }
    let Some(first) = start.checked_sub(packed) else { return Ok(Some(Err("its blocks are larger than the file"))) };
    let mut at = first + 12;
    for (size, bytes) in blocks {
        if !block(reader, at, size, bytes, footer[9])? {
            return Ok(Some(Err("its list of blocks and its blocks differ")));
        }
        at = at.saturating_add(size.saturating_add(3) / 4 * 4);
    }
    Ok(Some(Ok((first, unpacked))))
}

/// The packed and unpacked size of each block in a list.
fn blocks(list: &[u8]) -> Option<Vec<(u64, u64)>> {
    let (list, sum) = list.split_last_chunk::<4>()?;
    let mut rest = list.strip_prefix(b"\0").filter(|_| crc(list) == *sum)?;
    let count = number(&mut rest)?;
    let mut found = Vec::new();
    for _ in 0..count {
        found.push((number(&mut rest)?, number(&mut rest)?));
    }
    (rest.len() < 4 && rest.iter().all(|b| *b == 0)).then_some(found)
}

/// Whether the header of a block states what the list says of it.
fn block(reader: &mut RegionReader, at: u64, size: u64, unpacked: u64, check: u8) -> io::Result<bool> {
    let mut first = [0; 1];
    if reader.fill(at, &mut first)? < 1 || first[0] == 0 {
        return Ok(false);
    }
    let mut header = vec![0; (usize::from(first[0]) + 1) * 4];
    if reader.fill(at, &mut header)? < header.len() {
        return Ok(false);
    }
    let Some((header, sum)) = header.split_last_chunk::<4>() else { return Ok(false) };
    if crc(header) != *sum || header.len() < 2 || header[1] & 0x3C != 0 {
        return Ok(false);
    }
    // The sizes of checks, by their number.
    let check = [0u64, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][usize::from(check & 15)];
    let around = header.len() as u64 + 4 + check;
    let mut rest = &header[2..];
    let mut fits = |flag: u8, wanted: Option<u64>| header[1] & flag == 0 || number(&mut rest) == wanted;
    Ok(size > around && fits(0x40, size.checked_sub(around)) && fits(0x80, Some(unpacked)))
}

/// A number in groups of seven bits, the lowest first, as short as it can be.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << (shift * 7);
        if byte & 0x80 == 0 {
            return (shift == 0 || *byte != 0).then_some(value);
        }
    }
    None
}

/// CRC-32 as it is written in the file.
fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!(number(&mut &[0x05][..]), Some(5));
        assert_eq!(number(&mut &[0x80, 0x01][..]), Some(128));
        for bad in [&[][..], &[0x80], &[0x85, 0x00], &[0xFF; 10]] {
            assert_eq!(number(&mut &bad[..]), None, "{bad:?}");
        }
    }
}
