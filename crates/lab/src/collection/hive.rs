//! Small registry hives: one bin, keys, texts, numbers and bytes.

use crate::clock::Ms;

/// A key with its values and the keys below it.
pub struct Key {
    name: String,
    values: Vec<(String, Value)>,
    keys: Vec<Key>,
}

/// A value.
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(u32),
    /// Bytes that the registry does not explain.
    Bytes(Vec<u8>),
}

impl Key {
    /// An empty key.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), values: Vec::new(), keys: Vec::new() }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.values.push((name.into(), value));
        self
    }

    /// The same with keys below it.
    #[must_use]
    pub fn holding(mut self, keys: Vec<Key>) -> Self {
        self.keys = keys;
        // Windows looks keys up by halving.
        self.keys.sort_by_key(|k| k.name.to_uppercase());
        self
    }
}

/// Size of the first block of a hive, and what bins are multiples of.
const BLOCK: usize = 4096;
/// No cell.
const NONE: u32 = u32::MAX;
/// Names are stored in one byte a letter.
const NARROW: u16 = 0x20;
/// The root: it cannot be deleted, and nothing is above it.
const ROOT: u16 = 0x0C;

/// The bytes of a hive whose keys were written at that time, in milliseconds since 1970.
#[must_use]
pub fn hive(name: &str, root: &Key, written: i64) -> Vec<u8> {
    let time = filetime(written);
    let mut cells = Cells { bytes: vec![0; 32], time };
    let top = cells.key(root, NONE);
    let used = cells.bytes.len();
    let size = (used + 8).next_multiple_of(BLOCK);
    cells.bytes.resize(size, 0);
    // What is left is one free cell: its size is written without the sign that marks a cell in use.
    put(&mut cells.bytes, used, &number(size - used).to_le_bytes());
    put(&mut cells.bytes, 0, b"hbin");
    put(&mut cells.bytes, 8, &number(size).to_le_bytes());
    put(&mut cells.bytes, 20, &time.to_le_bytes());

    let mut base = vec![0; BLOCK];
    put(&mut base, 0, b"regf");
    put(&mut base, 12, &time.to_le_bytes());
    // Both sequence numbers, the version 1.5, a primary file, loaded directly, the root, the bins, one sector.
    for (at, value) in [(4, 1), (8, 1), (20, 1), (24, 5), (32, 1), (36, top), (40, number(size)), (44, 1)] {
        put(&mut base, at, &u32::to_le_bytes(value));
    }
    put(&mut base, 48, &wide(name));
    let sum = base[..508].chunks_exact(4).fold(0, |sum, c| sum ^ u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
    put(&mut base, 508, &sum.to_le_bytes());
    base.extend_from_slice(&cells.bytes);
    base
}

struct Cells {
    bytes: Vec<u8>,
    time: u64,
}

impl Cells {
    /// Adds a cell and says where it is.
    fn cell(&mut self, data: &[u8]) -> u32 {
        let (at, size) = (self.bytes.len(), (data.len() + 4).next_multiple_of(8));
        self.bytes.extend_from_slice(&number(size).wrapping_neg().to_le_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.resize(at + size, 0);
        number(at)
    }

    fn key(&mut self, key: &Key, parent: u32) -> u32 {
        let mut node = vec![0; 76 + key.name.len()];
        let flags = if parent == NONE { NARROW | ROOT } else { NARROW };
        put(&mut node, 0, b"nk");
        put(&mut node, 2, &flags.to_le_bytes());
        put(&mut node, 4, &self.time.to_le_bytes());
        put(&mut node, 16, &parent.to_le_bytes());
        for (at, value) in [(20, number(key.keys.len())), (28, NONE), (32, NONE), (36, number(key.values.len()))] {
            put(&mut node, at, &value.to_le_bytes());
        }
        for at in [40, 44, 48] {
            put(&mut node, at, &NONE.to_le_bytes());
        }
        let widest = |names: &mut dyn Iterator<Item = usize>| number(names.max().unwrap_or(0) * 2);
        put(&mut node, 52, &widest(&mut key.keys.iter().map(|k| k.name.len())).to_le_bytes());
        put(&mut node, 60, &widest(&mut key.values.iter().map(|(n, _)| n.len())).to_le_bytes());
        put(&mut node, 72, &short(key.name.len()).to_le_bytes());
        put(&mut node, 76, key.name.as_bytes());
        let own = self.cell(&node);
        if !key.values.is_empty() {
            let values: Vec<u8> = key.values.iter().flat_map(|(n, v)| self.value(n, v).to_le_bytes()).collect();
            let list = self.cell(&values);
            self.point(own, 40, list);
        }
        if !key.keys.is_empty() {
            let mut list = b"lf".to_vec();
            list.extend_from_slice(&short(key.keys.len()).to_le_bytes());
            for child in &key.keys {
                list.extend_from_slice(&self.key(child, own).to_le_bytes());
                let mut hint = child.name.clone().into_bytes();
                hint.resize(4, 0);
                list.extend_from_slice(&hint);
            }
            let list = self.cell(&list);
            self.point(own, 28, list);
        }
        own
    }

    fn value(&mut self, name: &str, value: &Value) -> u32 {
        let (kind, size, data) = match value {
            // Four bytes fit where the place of the data would stand.
            Value::Number(n) => (4u32, 4 | 1 << 31, *n),
            Value::Text(text) => {
                let mut bytes = wide(text);
                bytes.extend_from_slice(&[0, 0]);
                (1, number(bytes.len()), self.cell(&bytes))
            }
            Value::Bytes(bytes) => (3, number(bytes.len()), self.cell(bytes)),
        };
        let mut node = b"vk".to_vec();
        node.extend_from_slice(&short(name.len()).to_le_bytes());
        for word in [size, data, kind] {
            node.extend_from_slice(&word.to_le_bytes());
        }
        node.extend_from_slice(&[1, 0, 0, 0]);
        node.extend_from_slice(name.as_bytes());
        self.cell(&node)
    }

    /// Writes the place of a cell into another one.
    fn point(&mut self, cell: u32, at: usize, to: u32) {
        put(&mut self.bytes, cell as usize + 4 + at, &to.to_le_bytes());
    }
}

fn put(bytes: &mut [u8], at: usize, data: &[u8]) {
    bytes[at..at + data.len()].copy_from_slice(data);
}

// The hives made here are a few thousand bytes.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Hundreds of nanoseconds since 1601.
fn filetime(time: Ms) -> u64 {
    (time.unsigned_abs() + 11_644_473_600_000) * 10_000
}
