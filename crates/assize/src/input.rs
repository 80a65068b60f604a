//! One input: opened, and asked what it says of itself.

use crate::exit::Stop;
use assize_case::Hints;
use assize_evidence::{Limits, Source};
use assize_model::Timestamp;
use std::io::Read;
use std::path::Path;

/// The note that our own collector, and the lab, put at the root of a collection.
const COLLECTION: &str = "assize-collection.json";
/// It is small; more than this is not read.
const COLLECTION_BYTES_MAX: u64 = 1 << 20;

/// Opens an input that holds something.
pub(crate) fn open(path: &Path, scratch: &Path) -> Result<Source, Stop> {
    let source = Source::open(path, Limits::default(), Some(scratch)).map_err(|e| Stop::Input(e.to_string()))?;
    if source.entries().is_empty() && source.skipped().is_empty() {
        return Err(Stop::Input(format!("{} is empty: there is no file in it to read", path.display())));
    }
    Ok(source)
}

/// Reads what the collection says of itself, where it does. Claims, not facts: they fill gaps and never overrule records.
pub(crate) fn claims(source: &Source) -> Hints {
    let is_note = |path: &str| path.rsplit('/').next() == Some(COLLECTION);
    let Some(index) = source.entries().iter().position(|e| is_note(&e.path)) else { return Hints::default() };
    let mut text = String::new();
    let Ok(file) = source.read(index) else { return Hints::default() };
    if file.take(COLLECTION_BYTES_MAX).read_to_string(&mut text).is_err() {
        return Hints::default();
    }
    let Ok(note) = serde_json::from_str::<serde_json::Value>(&text) else { return Hints::default() };
    let word = |key: &str| note.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Hints {
        host: word("host"),
        collected: word("collected_at").and_then(|t| Timestamp::parse(&t)),
        roles: note
            .get("roles")
            .and_then(|v| v.as_array())
            .map(|all| all.iter().filter_map(|r| r.as_str().map(str::to_owned)).collect())
            .unwrap_or_default(),
        synthetic: note.get("synthetic").and_then(serde_json::Value::as_bool).unwrap_or_default(),
    }
}
