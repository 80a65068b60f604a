//! Hives of the Windows registry: the few keys that say which server this is.
//!
//! A hive is a binary file full of offsets, so it is read in a process of its own. Only named keys are looked up; nothing
//! is recovered, and transaction logs beside a hive are not applied, which is said where the hive asks for it.

use crate::{Artifact, Look};
use assize_content::Layout;
use assize_model::rows::Reason;
use assize_model::{FileInfo, Note, NoteKind, Rows, RowsError, Spec, Timestamp};
use notatin::cell_key_node::CellKeyNode;
use notatin::cell_value::CellValue;
use notatin::parser::Parser;
use notatin::parser_builder::ParserBuilder;
use std::io::{BufRead, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a hive begins.
const MAGIC: &[u8] = b"regf";
/// Bytes of a hive that are read. The reader holds them twice, and stays below the limit of its process.
const BYTES_MAX: u64 = 160 << 20;
/// Values of one key, keys below one key, and characters of one value.
const VALUES_MAX: usize = 200;
/// Values in all: damaged keys may share theirs.
const VALUES_ALL_MAX: usize = 10_000;
const KEYS_MAX: usize = 5_000;
const VALUE_CHARS_MAX: usize = 4096;

/// Keys that are looked up in the hive of programs.
const SOFTWARE: [&str; 9] = [
    "Microsoft\\ExchangeServer\\v15\\Setup",
    "Microsoft\\ExchangeServer\\v15\\Diagnostics",
    "Microsoft\\ExchangeServer\\v15\\MailboxRole",
    "Microsoft\\ExchangeServer\\v15\\ClientAccessRole",
    "Microsoft\\ExchangeServer\\v15\\HubTransportRole",
    "Microsoft\\ExchangeServer\\v15\\EdgeTransportRole",
    "Microsoft\\ExchangeServer\\v14\\Setup",
    "Microsoft\\InetStp",
    "Microsoft\\Windows NT\\CurrentVersion",
];
/// The key below which each installed program has its own; those of Exchange are read.
const UNINSTALL: &str = "Microsoft\\Windows\\CurrentVersion\\Uninstall";
/// The key below which the installer of Windows keeps each product, and below that each update of it, with their days.
const PRODUCTS: &str = "Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18\\Products";
/// Keys of the hive of the system, below the set of settings in force.
const SYSTEM: [&str; 3] =
    ["Control\\ComputerName\\ComputerName", "Control\\TimeZoneInformation", "Services\\Tcpip\\Parameters"];

struct Registry<'l> {
    layout: &'l Layout,
}

/// The artifact for the table `registry`.
pub(crate) fn make(layout: &Layout) -> Box<dyn Artifact + '_> {
    Box::new(Registry { layout })
}

/// The hive that a file is, by its name.
fn hive(file: &FileInfo) -> Option<&'static str> {
    ["SOFTWARE", "SYSTEM"].into_iter().find(|name| file.name().eq_ignore_ascii_case(name))
}

impl Artifact for Registry<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        look.file.head.starts_with(MAGIC) && hive(look.file).is_some()
    }

    fn binary(&self) -> bool {
        true
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut bytes = Vec::with_capacity(usize::try_from(rows.file().size.min(BYTES_MAX)).unwrap_or_default());
        (&mut *input).take(BYTES_MAX).read_to_end(&mut bytes)?;
        let rest = std::io::copy(input, &mut std::io::sink())?;
        if rest > 0 {
            let text = format!("only its first {BYTES_MAX} bytes are read");
            rows.note(Note::new(NoteKind::Limit, text));
        }
        let size = bytes.len() as u64;
        if unfinished(&bytes) {
            rows.note(
                "it was not written to its end; the newest values may stand in the logs beside it, which are not read",
            );
        }
        let sample = bytes.get(..64.min(bytes.len())).unwrap_or_default().to_vec();
        let mut keys = Keys { hive: hive(rows.file()).unwrap_or_default(), values: Vec::new(), notes: Vec::new() };
        // The library adds up offsets that the file states. Where that ends it, what was read before is kept.
        let read = catch_unwind(AssertUnwindSafe(|| keys.read(bytes)))
            .unwrap_or_else(|_| Err("an offset in it leads nowhere".to_owned()));
        keys.notes.drain(..).for_each(|note| rows.note(note));
        let spec = rows.spec();
        for value in keys.values {
            value.fill(spec, rows)?;
        }
        match read {
            Ok(()) => rows.skip(size + rest),
            Err(why) => {
                rows.note(Note::new(NoteKind::Damaged, format!("no hive that can be read to its end: {why}")));
                rows.reject(0, 0, size + rest, Reason::Damaged, &sample);
            }
        }
        Ok(())
    }
}

/// Whether the two counters of the first block differ: a write was begun and not ended.
fn unfinished(bytes: &[u8]) -> bool {
    bytes.get(4..8) != bytes.get(8..12)
}

/// The keys of a hive, looked up one after the other.
struct Keys {
    hive: &'static str,
    values: Vec<Value>,
    notes: Vec<Note>,
}

/// One value, or a key without regard to its values.
struct Value {
    pos: u64,
    hive: &'static str,
    key: String,
    /// Name, type and content.
    value: Option<[String; 3]>,
    written: Timestamp,
}

impl Keys {
    fn read(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let mut builder = ParserBuilder::from_file(Cursor::new(bytes));
        builder.recover_deleted(false);
        let mut parser = builder.build().map_err(|e| e.to_string())?;
        if self.hive == "SOFTWARE" {
            SOFTWARE.into_iter().for_each(|path| self.key(&mut parser, path));
            self.programs(&mut parser);
            self.updates(&mut parser);
            return Ok(());
        }
        let current = self.get(&mut parser, "Select").and_then(|key| match key.get_value("Current")?.get_content().0 {
            CellValue::U32(n) => Some(n),
            _ => None,
        });
        let set = format!("ControlSet{:03}", current.unwrap_or(1));
        SYSTEM.into_iter().for_each(|path| self.key(&mut parser, &format!("{set}\\{path}")));
        Ok(())
    }

    /// A key, where there is one.
    fn get(&mut self, parser: &mut Parser, path: &str) -> Option<CellKeyNode> {
        match parser.get_key(path, false) {
            Ok(key) => key,
            Err(e) => {
                self.notes.push(Note::new(NoteKind::Damaged, format!("the key {path} cannot be read: {e}")));
                None
            }
        }
    }

    /// Every value of a key; a key without any is a row of its own, for that it is there says something.
    fn key(&mut self, parser: &mut Parser, path: &str) {
        if let Some(key) = self.get(parser, path) {
            self.add(path, &key, key.file_offset_absolute, None);
            self.values(path, &key);
        }
    }

    fn values(&mut self, path: &str, key: &CellKeyNode) {
        for (n, value) in key.value_iter().enumerate() {
            if n >= VALUES_MAX || self.values.len() >= VALUES_ALL_MAX {
                self.notes.push(Note::new(
                    NoteKind::Limit,
                    format!("not all values of {path} are read, for there are too many"),
                ));
                break;
            }
            let name = value.get_pretty_name().chars().take(VALUE_CHARS_MAX).collect();
            let content = value.get_content().0;
            let value_of = [name, content.get_type(), shown(&content)];
            self.add(path, key, value.file_offset_absolute, Some(value_of));
        }
    }

    /// What is installed of Exchange, by the names that programs show.
    fn programs(&mut self, parser: &mut Parser) {
        let Some(mut all) = self.get(parser, UNINSTALL) else { return };
        for key in all.read_sub_keys(parser).into_iter().take(KEYS_MAX) {
            let name = key.get_value("DisplayName").map(|v| shown(&v.get_content().0)).unwrap_or_default();
            if name.contains("Exchange") {
                let path = format!("{UNINSTALL}\\{}", key.key_name);
                self.values(&path, &key);
            }
        }
    }

    /// Updates of Exchange, below the products that they are of.
    fn updates(&mut self, parser: &mut Parser) {
        let Some(mut all) = self.get(parser, PRODUCTS) else { return };
        let mut looked = 0;
        for product in all.read_sub_keys(parser).into_iter().take(KEYS_MAX) {
            let path = format!("{PRODUCTS}\\{}\\Patches", product.key_name);
            let Some(mut patches) = self.get(parser, &path) else { continue };
            for key in patches.read_sub_keys(parser).into_iter().take(KEYS_MAX - looked) {
                looked += 1;
                let name = key.get_value("DisplayName").map(|v| shown(&v.get_content().0)).unwrap_or_default();
                if name.contains("Exchange") {
                    self.values(&format!("{path}\\{}", key.key_name), &key);
                }
            }
        }
    }

    fn add(&mut self, path: &str, key: &CellKeyNode, pos: usize, value: Option<[String; 3]>) {
        let written = Timestamp(key.last_key_written_date_and_time().timestamp_micros());
        self.values.push(Value { pos: pos as u64, hive: self.hive, key: path.to_owned(), value, written });
    }
}

impl Value {
    /// Makes a row of it.
    fn fill(self, spec: &Spec, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let [name, kind, content] = self.value.unwrap_or_default();
        let cells = [("hive", self.hive), ("key", &self.key), ("name", &name), ("type", &kind), ("value", &content)];
        for (at, cell) in cells.into_iter().filter_map(|(column, cell)| Some((spec.column(column)?, cell))) {
            if !cell.is_empty() {
                rows.text(at, cell);
            }
        }
        if let Some(at) = spec.column("written") {
            rows.time(at, self.written);
        }
        rows.finish(self.pos, None, 0)
    }
}

/// A value as text.
fn shown(value: &CellValue) -> String {
    let text = match value {
        CellValue::None | CellValue::Error => String::new(),
        CellValue::Binary(bytes) => bytes.iter().take(64).map(|b| format!("{b:02x}")).collect(),
        CellValue::String(text) => text.trim_end_matches('\0').to_owned(),
        CellValue::MultiString(texts) => texts.join("; "),
        CellValue::U32(n) => n.to_string(),
        CellValue::I32(n) => n.to_string(),
        CellValue::U64(n) => n.to_string(),
        CellValue::I64(n) => n.to_string(),
    };
    text.chars().take(VALUE_CHARS_MAX).collect()
}
