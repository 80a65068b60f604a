//! Our own collections, which say of themselves what they are in `assize-collection.json`.

use super::tree::View;
use super::{Outcome, Tool, path};
use assize_model::Timestamp;
use serde::Deserialize;

/// The note at the root.
const NOTE: &str = "assize-collection.json";

/// What the note says; what is missing or of another kind is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Note {
    host: serde_json::Value,
    roles: serde_json::Value,
    collected_at: serde_json::Value,
    synthetic: serde_json::Value,
}

pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    if !view.has_file(NOTE) {
        return None;
    }
    let note: Note = view.json(NOTE)?;
    let mut outcome = Outcome::new(Tool::Assize, view, path::below_drive);
    let collection = &mut outcome.collection;
    collection.host = note.host.as_str().map(str::to_owned);
    collection.collected = note.collected_at.as_str().and_then(Timestamp::parse);
    let roles = note.roles.as_array().map(Vec::as_slice).unwrap_or_default();
    collection.roles = roles.iter().filter_map(|r| r.as_str().map(str::to_owned)).collect();
    collection.synthetic = note.synthetic.as_bool().unwrap_or_default();
    Some(outcome)
}
