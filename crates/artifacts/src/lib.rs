//! Artifacts: the bytes of one evidence file turned into rows and rejects.
//!
//! Parsers are pure: bytes in, rows out. They know no disk, clock, network or neighbouring file.

use assize_content::{Content, Layout};
use assize_model::{FileInfo, Rows, RowsError};
use std::io::BufRead;

/// A kind of trace with a known place and layout.
pub trait Artifact: Sync {
    /// Says what this is, where it lives and which columns its table has.
    fn layout(&self) -> &Layout;
    /// Whether this file, by its first bytes and then by its path, is of this kind.
    fn claims(&self, file: &FileInfo) -> bool;
    /// Reads one file and fills `rows`; what cannot be read goes to `rows.reject`.
    ///
    /// # Errors
    /// Only for trouble of our own; broken evidence is data.
    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError>;
}

/// All artifacts of the content, in the order in which they are asked.
#[must_use]
pub fn all(content: &Content) -> Vec<Box<dyn Artifact + '_>> {
    let _ = content;
    Vec::new()
}

/// Who reads this file.
#[must_use]
pub fn claiming<'a>(artifacts: &'a [Box<dyn Artifact + 'a>], file: &FileInfo) -> Vec<&'a (dyn Artifact + 'a)> {
    artifacts.iter().filter(|a| a.claims(file)).map(AsRef::as_ref).collect()
}
