//! A hive, with the logs of what was not written into it yet: its keys are looked up or walked.

use assize_model::Timestamp;
use assize_model::display::hex;
use notatin::cell_key_node::CellKeyNode;
use notatin::cell_value::CellValue;
use notatin::log::LogCode;
use notatin::parser::Parser;
use notatin::parser_builder::ParserBuilder;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Keys that one walk visits: damaged lists may lead in circles.
const WALK_MAX: usize = 200_000;
/// Keys below keys that a walk goes down.
const DEPTH_MAX: usize = 64;

/// An opened hive.
pub struct Hive {
    parser: Parser,
    state: State,
}

/// Whether a hive is as its server last wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It was written to its end.
    Whole,
    /// It was not, and the logs beside it were applied: its keys are those that Windows would find.
    Recovered,
    /// It was not, and no log beside it continues it. The reason is `None` where there is no log.
    Unfinished(Option<String>),
}

/// One key.
pub struct Key(CellKeyNode);

/// One value of a key.
pub struct Value {
    /// Its name; the unnamed one is `(default)`.
    pub name: String,
    /// Where it stands, in bytes from the begin of the hive with its logs applied.
    pub pos: u64,
    /// Its bytes as they are stored.
    pub bytes: Vec<u8>,
    /// The type as a number, as it is stored.
    pub stored_as: u32,
    content: CellValue,
}

impl Hive {
    /// Opens a hive. Nothing is recovered that was deleted. Where logs cannot be applied, the hive is read without them.
    ///
    /// # Errors
    /// When it is no hive, or its first blocks lead nowhere.
    pub fn open(bytes: Vec<u8>, logs: Vec<Vec<u8>>) -> Result<Self, String> {
        let unfinished = bytes.get(4..8) != bytes.get(8..12);
        let bytes: Arc<[u8]> = bytes.into();
        let mut why = None;
        let old = logs.iter().any(|log| log.get(512..516) == Some(b"DIRT"));
        if unfinished && !logs.is_empty() {
            // The library adds up offsets that the logs state; where that ends it, the hive itself may still be read.
            let read = catch_unwind(AssertUnwindSafe(|| parser(&bytes, logs)));
            match read.unwrap_or_else(|_| Err("an offset in a log leads nowhere".into())) {
                Ok(parser) if applied(&parser) => return Ok(Self { parser, state: State::Recovered }),
                Ok(_) if old => why = Some("they are of the kind before Windows 8.1, which is not read".into()),
                Ok(_) => why = Some("they do not go on where it ends".into()),
                Err(e) => why = Some(e),
            }
        }
        let state = if unfinished { State::Unfinished(why) } else { State::Whole };
        Ok(Self { parser: parser(&bytes, Vec::new())?, state })
    }

    /// Whether it is as its server last wrote it.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The key of a path below the root, in any case, where there is one; the root for an empty path.
    ///
    /// # Errors
    /// When what leads there cannot be read.
    pub fn key(&mut self, path: &str) -> Result<Option<Key>, String> {
        if path.is_empty() {
            return self.parser.get_root_key().map(|key| key.map(Key)).map_err(|e| e.to_string());
        }
        self.parser.get_key(path, false).map(|key| key.map(Key)).map_err(|e| e.to_string())
    }

    /// The keys right below a key, in the order in which they are stored.
    pub fn below(&mut self, key: &mut Key) -> Vec<Key> {
        key.0.read_sub_keys(&mut self.parser).into_iter().map(Key).collect()
    }

    /// Visits the keys below a key, each before those below it, down to so many levels. The names from the key to each
    /// are joined by `\`. Gives whether all were visited.
    pub fn walk(&mut self, top: &mut Key, levels: usize, visit: &mut dyn FnMut(&str, &Key)) -> bool {
        let mut left = WALK_MAX;
        let mut ahead = vec![(String::new(), levels.min(DEPTH_MAX), self.below(top).into_iter())];
        while let Some((path, levels, keys)) = ahead.last_mut() {
            let Some(mut key) = keys.next() else {
                ahead.pop();
                continue;
            };
            if left == 0 {
                return false;
            }
            left -= 1;
            let path = if path.is_empty() { key.name().to_owned() } else { format!("{path}\\{}", key.name()) };
            visit(&path, &key);
            let levels = *levels - 1;
            if levels > 0 {
                let keys = self.below(&mut key).into_iter();
                ahead.push((path, levels, keys));
            }
        }
        true
    }
}

fn parser(bytes: &Arc<[u8]>, logs: Vec<Vec<u8>>) -> Result<Parser, String> {
    let mut builder = ParserBuilder::from_file(Cursor::new(Arc::clone(bytes)));
    builder.recover_deleted(false);
    for log in logs {
        builder.with_transaction_log(Cursor::new(log));
    }
    builder.build().map_err(|e| e.to_string())
}

/// Whether a log was applied: then the library says up to which of its entries, and 0 where it took none.
fn applied(parser: &Parser) -> bool {
    let said = parser.get_parse_logs().get().map(Vec::as_slice).unwrap_or_default();
    said.iter().any(|log| log.code == LogCode::Info && log.text.starts_with("Applied") && !log.text.contains(" to 0."))
}

impl Key {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.key_name
    }

    /// Where it stands, as [`Value::pos`].
    #[must_use]
    pub fn pos(&self) -> u64 {
        self.0.file_offset_absolute as u64
    }

    /// When it, or a value of it, was last written.
    #[must_use]
    pub fn written(&self) -> Timestamp {
        Timestamp(self.0.last_key_written_date_and_time().timestamp_micros())
    }

    /// A value by its name, in any case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        self.values().find(|v| v.name.eq_ignore_ascii_case(name))
    }

    /// Its values, in the order in which they are stored.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.0.value_iter().map(|value| Value {
            name: value.get_pretty_name(),
            pos: value.file_offset_absolute as u64,
            bytes: value.detail.value_bytes().unwrap_or_default(),
            stored_as: value.detail.data_type_raw(),
            content: value.get_content().0,
        })
    }
}

impl Value {
    /// It as a number, where it is one of 32 bits.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        match self.content {
            CellValue::U32(n) => Some(n),
            _ => None,
        }
    }

    /// The name of its type, as notatin gives it: `String`, `U32`.
    pub(super) fn kind(&self) -> String {
        self.content.get_type()
    }

    /// It as text: bytes as hexadecimal digits, the first 64 of them; several texts joined by `; `.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.content {
            CellValue::None | CellValue::Error => String::new(),
            CellValue::Binary(bytes) => hex(bytes.get(..64).unwrap_or(bytes)),
            CellValue::String(text) => text.trim_end_matches('\0').to_owned(),
            CellValue::MultiString(texts) => texts.join("; "),
            CellValue::U32(n) => n.to_string(),
            CellValue::I32(n) => n.to_string(),
            CellValue::U64(n) => n.to_string(),
            CellValue::I64(n) => n.to_string(),
        }
    }
}
