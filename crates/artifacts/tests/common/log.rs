//! Event logs made here, as Windows lays them out: sound, small, and the same on every run.

#![allow(dead_code, unreachable_pub, missing_docs)]

/// Bytes before the first chunk.
pub const HEADER: usize = 4096;
/// Bytes of a chunk.
pub const CHUNK: usize = 65_536;
/// Bytes of a chunk before its first record.
pub const CHUNK_HEADER: usize = 512;
const TEMPLATE_ID: u32 = 0x1c0d_e001;
/// 2021-03-03 as Windows counts.
const DAY: u64 = 132_592_032_000_000_000;
const FRAGMENT: [u8; 4] = [0x0f, 1, 1, 0];

/// A log of these chunks.
pub fn log(chunks: &[Vec<u8>]) -> Vec<u8> {
    let last = chunks.last().map_or(0, |c| u64::from_le_bytes(c[32..40].try_into().unwrap_or_default()));
    let mut header = vec![0; HEADER];
    header[..8].copy_from_slice(b"ElfFile\0");
    put(&mut header, 16, &(chunks.len() as u64).saturating_sub(1).to_le_bytes());
    put(&mut header, 24, &(last + 1).to_le_bytes());
    put(&mut header, 32, &128_u32.to_le_bytes());
    put(&mut header, 36, &[1, 0, 3, 0]);
    put(&mut header, 40, &4096_u16.to_le_bytes());
    put(&mut header, 42, &u16::try_from(chunks.len()).unwrap_or(u16::MAX).to_le_bytes());
    let sum = crc32(&header[..120]);
    put(&mut header, 124, &sum.to_le_bytes());
    [vec![header], chunks.to_vec()].concat().concat()
}

/// A chunk of so many records, numbered from `first`; fewer where the room ends.
pub fn chunk(first: u64, count: u64) -> Vec<u8> {
    let mut chunk = vec![0; CHUNK_HEADER];
    let (mut last, mut last_at, mut template) = (first, CHUNK_HEADER, None);
    for id in first..first + count {
        let record = record(id, chunk.len(), &mut template);
        if chunk.len() + record.len() > CHUNK {
            break;
        }
        (last, last_at) = (id, chunk.len());
        chunk.extend(record);
    }
    let free = chunk.len();
    chunk.resize(CHUNK, 0);
    chunk[..8].copy_from_slice(b"ElfChnk\0");
    for (at, number) in [(8, first), (16, last), (24, first), (32, last)] {
        put(&mut chunk, at, &number.to_le_bytes());
    }
    for (at, number) in [(40, 128), (44, last_at), (48, free)] {
        put(&mut chunk, at, &u32::try_from(number).unwrap_or_default().to_le_bytes());
    }
    let sum = crc32(&chunk[CHUNK_HEADER..free]);
    put(&mut chunk, 52, &sum.to_le_bytes());
    let sum = crc32(&[&chunk[..120], &chunk[128..CHUNK_HEADER]].concat());
    put(&mut chunk, 124, &sum.to_le_bytes());
    chunk
}

/// `new`, written over `old`: behind the records of the one lie those of the other.
pub fn overwritten(old: &[u8], new: &[u8]) -> Vec<u8> {
    let free = places(new).last().map_or(CHUNK_HEADER, |(_, end)| *end);
    [&new[..free], &old[free..]].concat()
}

/// Where the records of a chunk begin and end.
pub fn places(chunk: &[u8]) -> Vec<(usize, usize)> {
    super::salvage::whole_records(chunk).iter().map(|(at, end, _)| (*at, *end)).collect()
}

/// A record at this place of its chunk. The first one holds the template, the others point to it.
fn record(id: u64, at: usize, template: &mut Option<usize>) -> Vec<u8> {
    let mut record = vec![0; 24];
    record.extend(FRAGMENT);
    record.extend([0x0c, 1]);
    record.extend(TEMPLATE_ID.to_le_bytes());
    let here = at + record.len() + 4;
    let place = *template.get_or_insert(here);
    record.extend(u32::try_from(place).unwrap_or_default().to_le_bytes());
    if place == here {
        let body = event(here + 24);
        record.extend([0; 4]);
        record.extend(TEMPLATE_ID.to_le_bytes());
        record.extend([7; 12]);
        record.extend(u32::try_from(body.len()).unwrap_or_default().to_le_bytes());
        record.extend(body);
    }
    let text: String =
        format!("record {id} ").chars().cycle().take(10 + usize::try_from(id * 37 % 150).unwrap_or(0)).collect();
    let time = DAY + id * 10_000_000;
    let values: [(u8, Vec<u8>); 4] = [
        (0x06, 4624_u16.to_le_bytes().to_vec()),
        (0x0a, id.to_le_bytes().to_vec()),
        (0x11, time.to_le_bytes().to_vec()),
        (0x01, utf16(&text)),
    ];
    record.extend(4_u32.to_le_bytes());
    for (kind, value) in &values {
        record.extend(u16::try_from(value.len()).unwrap_or_default().to_le_bytes());
        record.extend([*kind, 0]);
    }
    record.extend(values.into_iter().flat_map(|(_, value)| value));
    record.push(0);
    let size = u32::try_from(record.len() + 4).unwrap_or_default().to_le_bytes();
    put(&mut record, 0, b"\x2a\x2a\0\0");
    put(&mut record, 4, &size);
    put(&mut record, 8, &id.to_le_bytes());
    put(&mut record, 16, &time.to_le_bytes());
    record.extend(size);
    record
}

/// The body of the template, which begins at this place of the chunk: names stand where they are used.
fn event(at: usize) -> Vec<u8> {
    let mut body = FRAGMENT.to_vec();
    open(&mut body, at, "Event", None);
    open(&mut body, at, "System", None);
    for (name, attribute, value) in [
        ("Provider", Some("Name"), text("Made")),
        ("EventID", None, value(0, 0x06)),
        ("EventRecordID", None, value(1, 0x0a)),
        ("TimeCreated", Some("SystemTime"), value(2, 0x11)),
        ("Channel", None, text("Security")),
        ("Computer", None, text("ex01.example.org")),
    ] {
        open(&mut body, at, name, attribute.map(|a| (a, value.as_slice())));
        if attribute.is_none() {
            body.extend(value);
        }
        body.push(4);
    }
    body.push(4);
    open(&mut body, at, "EventData", None);
    open(&mut body, at, "Data", Some(("Name", &text("What"))));
    body.extend(value(3, 0x01));
    body.extend([4, 4, 4, 0]);
    body
}

/// Opens an element, with or without an attribute.
fn open(body: &mut Vec<u8>, at: usize, name: &str, attribute: Option<(&str, &[u8])>) {
    body.push(if attribute.is_some() { 0x41 } else { 0x01 });
    body.extend([0xff, 0xff, 0, 0, 0, 0]);
    put_name(body, at, name);
    if let Some((name, value)) = attribute {
        body.extend([0; 4]);
        body.push(6);
        put_name(body, at, name);
        body.extend(value);
    }
    body.push(2);
}

fn put_name(body: &mut Vec<u8>, at: usize, name: &str) {
    body.extend(u32::try_from(at + body.len() + 4).unwrap_or_default().to_le_bytes());
    body.extend([0; 6]);
    body.extend(u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
    body.extend(utf16(name));
    body.extend([0; 2]);
}

fn text(text: &str) -> Vec<u8> {
    let mut token = vec![5, 1];
    token.extend(u16::try_from(text.len()).unwrap_or_default().to_le_bytes());
    token.extend(utf16(text));
    token
}

/// What stands in the record under this index.
fn value(index: u16, kind: u8) -> Vec<u8> {
    [&[0x0d][..], &index.to_le_bytes(), &[kind]].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
