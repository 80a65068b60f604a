//! One evidence file as it was found, before anyone asks what it means.

use crate::{FileId, Timestamp};
use serde::{Deserialize, Serialize};

/// What is known of an evidence file without interpreting it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Its number in the case.
    pub id: FileId,
    /// The path inside the evidence, `/` between parts; a member of an archive follows the archive's
    /// own path after `!/`. Invalid UTF-8 is shown with U+FFFD.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal, taken before the file is interpreted.
    pub sha256: String,
    /// Last modification as the container states it; never trusted alone.
    pub modified: Option<Timestamp>,
    /// The first bytes, at most [`HEAD_BYTES`], so that a reader can recognise the content.
    #[serde(skip)]
    pub head: Vec<u8>,
}

/// How many first bytes of a file [`FileInfo::head`] keeps.
pub const HEAD_BYTES: usize = 4096;

/// Endings of pages that a web server runs.
pub const PAGES: [&str; 5] = [".aspx", ".ashx", ".asmx", ".asp", ".cshtml"];

/// Whether a path, or what a client asked for without its query, ends in a page that a web server runs.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let path = path.to_lowercase();
    PAGES.iter().any(|ending| path.ends_with(ending))
}

impl FileInfo {
    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// An evidence file that could not be opened or was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// The path inside the evidence.
    pub path: String,
    /// The reason in plain English, one clause.
    pub reason: String,
}
