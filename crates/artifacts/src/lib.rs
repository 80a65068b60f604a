//! Artifacts: the bytes of one evidence file turned into rows and rejects.
//!
//! Parsers are pure: bytes in, rows out. They know no disk, clock, network or neighbouring file.
//! Read `claim` first (who reads a file), then `text` (every log layout that is declared in
//! `content/artifacts/`), then the artifacts in Rust, one each.

pub mod beside;
mod claim;
mod events;
mod exchange_programs;
mod iis_config;
mod json;
mod registry;
mod text;
mod web_files;

pub use claim::Look;
pub use registry::hive;

use assize_content::{Content, KnownGood, Layout};
use assize_model::{FileInfo, Rows, RowsError};
use std::io::BufRead;

/// A kind of trace with a known place and layout.
pub trait Artifact: Sync {
    /// Says what this is, where it lives and which columns its table has.
    fn layout(&self) -> &Layout;
    /// Whether this file, by its first bytes and then by its path, is of this kind.
    fn claims(&self, look: &Look<'_>) -> bool;
    /// The names of files in the same folder, in any case, that are read with this one; see [`beside::with`].
    fn beside(&self, _file: &FileInfo) -> Vec<String> {
        Vec::new()
    }
    /// Reads one file and fills `rows`; what cannot be read goes to `rows.reject`.
    ///
    /// # Errors
    /// Only for trouble of our own; broken evidence is data.
    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError>;
    /// Whether the format is binary: offsets and sizes that the evidence states. Such a reader runs in a process of its
    /// own where there is one.
    fn binary(&self) -> bool {
        false
    }
}

/// Makes an artifact in Rust out of its layout, and of the files that Microsoft shipped.
type Make = for<'l> fn(&'l Layout, &'l KnownGood) -> Box<dyn Artifact + 'l>;

/// The artifacts in Rust, by the name of their table.
const RUST: [(&str, Make); 5] = [
    ("windows_events", |layout, _| events::make(layout)),
    ("web_files", web_files::make),
    ("iis_config", |layout, _| iis_config::make(layout)),
    ("registry", |layout, _| registry::make(layout)),
    ("exchange_programs", |layout, _| exchange_programs::make(layout)),
];

/// All artifacts of the content, in the order in which they are asked.
#[must_use]
pub fn all(content: &Content) -> Vec<Box<dyn Artifact + '_>> {
    content.layouts.iter().filter_map(|layout| reader(layout, content)).collect()
}

/// Who reads files of one layout; a declared layout must know the others, to leave them what is theirs.
#[must_use]
pub fn reader<'l>(layout: &'l Layout, content: &'l Content) -> Option<Box<dyn Artifact + 'l>> {
    if layout.format.is_text() {
        return Some(Box::new(text::TextLog::new(layout, &content.layouts)));
    }
    RUST.iter().find(|(table, _)| *table == layout.spec.table).map(|(_, make)| make(layout, &content.known_good))
}

/// Who reads this file.
#[must_use]
pub fn claiming<'a>(artifacts: &'a [Box<dyn Artifact + 'a>], file: &FileInfo) -> Vec<&'a (dyn Artifact + 'a)> {
    let look = Look::new(file);
    artifacts.iter().filter(|a| a.claims(&look)).map(AsRef::as_ref).collect()
}
