//! Hives of the Windows registry: the keys that say which server this is, and what starts on it.
//!
//! A hive is a binary file full of offsets, so it is read in a process of its own. Only named keys are looked up, and nothing
//! that was deleted is recovered. What Windows had not yet written into a hive stands in the logs beside it, which are applied.

pub mod hive;
mod task;
mod wanted;

use crate::{Artifact, Look, beside};
use assize_content::Layout;
use assize_model::rows::Reason;
use assize_model::{FileInfo, Note, NoteKind, Rows, RowsError, Timestamp};
use hive::{Hive, Key, State};
use std::io::{BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use wanted::{HIVES, LOGS, PRODUCTS, SAM, SOFTWARE, SYSTEM, TASKS, UNINSTALL, USER, Wanted};

/// How a hive begins, and each log of one.
const MAGIC: &[u8] = b"regf";
/// Bytes of a hive that are read. The reader holds them twice, and stays below the limit of its process.
const BYTES_MAX: u64 = 160 << 20;
/// Values of one key, keys below one key, and characters of one value.
const VALUES_MAX: usize = 200;
/// Values in all: damaged keys may share theirs.
const VALUES_ALL_MAX: usize = 50_000;
const KEYS_MAX: usize = 5_000;
const VALUE_CHARS_MAX: usize = 4096;

struct Registry<'l> {
    layout: &'l Layout,
}

/// The artifact for the table `registry`.
pub(crate) fn make(layout: &Layout) -> Box<dyn Artifact + '_> {
    Box::new(Registry { layout })
}

/// The hive that a file is, by its name.
fn hive_of(file: &FileInfo) -> Option<&'static str> {
    HIVES.into_iter().find(|name| file.name().eq_ignore_ascii_case(name))
}

/// Whether a file is a log of such a hive.
fn is_log(file: &FileInfo) -> bool {
    let name = file.name().to_ascii_uppercase();
    LOGS.iter().any(|end| name.strip_suffix(end).is_some_and(|hive| HIVES.contains(&hive)))
}

impl Artifact for Registry<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        look.file.head.starts_with(MAGIC) && (hive_of(look.file).is_some() || is_log(look.file))
    }

    fn beside(&self, file: &FileInfo) -> Vec<String> {
        let logs = |hive: &str| LOGS.iter().map(|end| format!("{hive}{end}")).collect();
        hive_of(file).map(logs).unwrap_or_default()
    }

    fn binary(&self) -> bool {
        true
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let Some(name) = hive_of(rows.file()) else {
            // What a log holds is told with its hive.
            rows.skip(std::io::copy(input, &mut std::io::sink())?);
            return Ok(());
        };
        let (bytes, rest) = own(input, rows.file().size)?;
        if rest > 0 {
            rows.note(Note::new(NoteKind::Limit, format!("only its first {BYTES_MAX} bytes are read")));
        }
        let logs = beside::take(input)?;
        let size = bytes.len() as u64 + rest;
        let sample = bytes.get(..64.min(bytes.len())).unwrap_or_default().to_vec();
        let mut keys = Keys { hive: name, values: Vec::new(), notes: Vec::new() };
        // The library adds up offsets that the file states. Where that ends it, what was read before is kept.
        let read = catch_unwind(AssertUnwindSafe(|| keys.read(bytes, logs)))
            .unwrap_or_else(|_| Err("an offset in it leads nowhere".to_owned()));
        keys.notes.drain(..).for_each(|note| rows.note(note));
        for value in keys.values {
            value.fill(rows)?;
        }
        match read {
            Ok(()) => rows.skip(size),
            Err(why) => {
                rows.note(Note::new(NoteKind::Damaged, format!("no hive that can be read to its end: {why}")));
                rows.reject(0, 0, size, Reason::Damaged, &sample);
            }
        }
        Ok(())
    }
}

/// The bytes of the hive itself, and how many more there are than are read.
fn own(input: &mut dyn BufRead, size: u64) -> Result<(Vec<u8>, u64), RowsError> {
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(BYTES_MAX)).unwrap_or_default());
    (&mut *input).take(size.min(BYTES_MAX)).read_to_end(&mut bytes)?;
    let rest = std::io::copy(&mut input.take(size.saturating_sub(BYTES_MAX)), &mut std::io::sink())?;
    Ok((bytes, rest))
}

/// The keys of a hive, looked up one after the other.
struct Keys {
    hive: &'static str,
    values: Vec<Cells>,
    notes: Vec<String>,
}

/// One value, or a key without regard to its values.
struct Cells {
    pos: u64,
    hive: &'static str,
    key: String,
    /// Name, type and content.
    value: Option<[String; 3]>,
    /// The service, task, account or program that it is of.
    subject: String,
    written: Timestamp,
}

/// What the values of a key are of.
enum Subject {
    None,
    /// Each is of what its own name says.
    Name,
    Is(String),
}

impl Keys {
    fn read(&mut self, bytes: Vec<u8>, logs: Vec<Vec<u8>>) -> Result<(), String> {
        let mut hive = Hive::open(bytes, logs)?;
        self.notes.extend(told(hive.state()));
        match self.hive {
            "SOFTWARE" => {
                SOFTWARE.iter().for_each(|wanted| self.wanted(&mut hive, "", wanted));
                self.programs(&mut hive);
                self.updates(&mut hive);
                self.tasks(&mut hive);
            }
            "SYSTEM" => {
                let current = self.get(&mut hive, "Select").and_then(|key| key.value("Current")?.number());
                let set = format!("ControlSet{:03}\\", current.unwrap_or(1));
                SYSTEM.iter().for_each(|wanted| self.wanted(&mut hive, &set, wanted));
            }
            "SAM" => SAM.iter().for_each(|wanted| self.wanted(&mut hive, "", wanted)),
            _ => USER.iter().for_each(|wanted| self.wanted(&mut hive, "", wanted)),
        }
        Ok(())
    }

    /// A key, where there is one.
    fn get(&mut self, hive: &mut Hive, path: &str) -> Option<Key> {
        match hive.key(path) {
            Ok(key) => key,
            Err(e) => {
                self.note(NoteKind::Damaged, format!("the key {path} cannot be read: {e}"));
                None
            }
        }
    }

    /// The values of a key, or of those below it. A key of which all values are read is a row of its own, for that it is
    /// there says something.
    fn wanted(&mut self, hive: &mut Hive, set: &str, wanted: &Wanted) {
        let path = format!("{set}{}", wanted.path);
        let Some(mut key) = self.get(hive, &path) else { return };
        if wanted.levels == 0 {
            if wanted.values.is_empty() {
                self.add(&path, &key, key.pos(), None, "");
            }
            let subject = if wanted.subject { Subject::Name } else { Subject::None };
            return self.values(&path, &key, wanted.values, &subject);
        }
        let whole = hive.walk(&mut key, wanted.levels, &mut |name, key| {
            let path = format!("{path}\\{name}");
            // A task is named by its whole path; a service by the first part, also in the keys below its own.
            let subject = if wanted.levels > 2 { name } else { name.split('\\').next().unwrap_or(name) };
            if wanted.values.is_empty() {
                self.add(&path, key, key.pos(), None, subject);
            }
            self.values(&path, key, wanted.values, &Subject::Is(subject.to_owned()));
        });
        if !whole {
            self.note(NoteKind::Limit, format!("there are too many keys below {path} to read them all"));
        }
    }

    fn values(&mut self, path: &str, key: &Key, names: &[&str], subject: &Subject) {
        let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n.eq_ignore_ascii_case(name));
        for (n, value) in key.values().filter(|value| wanted(&value.name)).enumerate() {
            if n >= VALUES_MAX || self.values.len() >= VALUES_ALL_MAX {
                self.note(NoteKind::Limit, format!("not all values of {path} are read, for there are too many"));
                break;
            }
            let subject = match subject {
                Subject::None => "",
                Subject::Name => &value.name,
                Subject::Is(name) => name,
            };
            self.add(path, key, value.pos, Some([value.name.clone(), value.kind(), value.shown()]), subject);
        }
    }

    /// What each task runs, by the path that people know it by.
    fn tasks(&mut self, hive: &mut Hive) {
        let Some(mut all) = self.get(hive, TASKS) else { return };
        for key in hive.below(&mut all).into_iter().take(KEYS_MAX) {
            let path = format!("{TASKS}\\{}", key.name());
            let subject = key.value("Path").map(|value| value.shown()).unwrap_or_default();
            if let Some(value) = key.value("Actions") {
                let said = task::actions(&value.bytes).unwrap_or_else(|| value.shown());
                self.add(&path, &key, value.pos, Some([value.name.clone(), value.kind(), said]), &subject);
            }
            self.values(&path, &key, &["Author"], &Subject::Is(subject));
        }
    }

    /// What is installed of Exchange, by the names that programs show.
    fn programs(&mut self, hive: &mut Hive) {
        let Some(mut all) = self.get(hive, UNINSTALL) else { return };
        for key in hive.below(&mut all).into_iter().take(KEYS_MAX) {
            self.of_exchange(&format!("{UNINSTALL}\\{}", key.name()), &key);
        }
    }

    /// Updates of Exchange, below the products that they are of.
    fn updates(&mut self, hive: &mut Hive) {
        let Some(mut all) = self.get(hive, PRODUCTS) else { return };
        let mut looked = 0;
        for product in hive.below(&mut all).into_iter().take(KEYS_MAX) {
            let path = format!("{PRODUCTS}\\{}\\Patches", product.name());
            let Some(mut patches) = self.get(hive, &path) else { continue };
            for key in hive.below(&mut patches).into_iter().take(KEYS_MAX - looked) {
                looked += 1;
                self.of_exchange(&format!("{path}\\{}", key.name()), &key);
            }
        }
    }

    /// The values of a program or an update, where it is one of Exchange.
    fn of_exchange(&mut self, path: &str, key: &Key) {
        if key.value("DisplayName").is_some_and(|name| name.shown().contains("Exchange")) {
            self.values(path, key, &[], &Subject::None);
        }
    }

    fn note(&mut self, kind: NoteKind, text: String) {
        self.notes.push(Note::new(kind, text).into());
    }

    fn add(&mut self, path: &str, key: &Key, pos: u64, value: Option<[String; 3]>, subject: &str) {
        let value = value.map(|cells| cells.map(|text| text.chars().take(VALUE_CHARS_MAX).collect()));
        let (key, subject, written) = (path.to_owned(), subject.to_owned(), key.written());
        self.values.push(Cells { pos, hive: self.hive, key, value, subject, written });
    }
}

/// What is said of a hive that was not written to its end.
fn told(state: &State) -> Option<String> {
    Some(match state {
        State::Whole => return None,
        State::Recovered => {
            "it was not written to its end: the logs beside it were applied, and positions are those after that".into()
        }
        State::Unfinished(None) => {
            "it was not written to its end; the newest values may stand in the logs beside it, which are not here"
                .into()
        }
        State::Unfinished(Some(why)) => {
            let text = format!("it was not written to its end, and the logs beside it cannot be applied: {why}");
            Note::new(NoteKind::Damaged, text).into()
        }
    })
}

impl Cells {
    /// Makes a row of it.
    fn fill(self, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let [name, kind, content] = self.value.unwrap_or_default();
        let cells = [
            ("hive", self.hive),
            ("key", &self.key),
            ("name", &name),
            ("type", &kind),
            ("value", &content),
            ("subject", &self.subject),
        ];
        for (column, cell) in cells {
            rows.named_text(column, cell);
        }
        if let Some(at) = rows.spec().column("written") {
            rows.time(at, self.written);
        }
        rows.finish(self.pos, None, 0)
    }
}
