//! What can go wrong with a case: always trouble of our own.

use std::path::PathBuf;

/// A case could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file of the case could not be written or read.
    #[error("cannot {what} {}: {source}", .path.display())]
    Io {
        /// `write`, `read`, `make`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The folder is no finished case.
    #[error("{} is not a finished case: {why}; scan the evidence again", .path.display())]
    NotACase {
        /// The folder.
        path: PathBuf,
        /// What is missing or wrong.
        why: String,
    },
    /// A table could not be written or read.
    #[error("cannot {what} table {table}: {why}")]
    Table {
        /// `write`, `read`.
        what: &'static str,
        /// The table.
        table: String,
        /// The cause.
        why: String,
    },
    /// A row could not be kept.
    #[error("{0}")]
    Failed(String),
    /// Another thread failed first; its error is the one to read.
    #[error("another part of the run failed")]
    Poisoned,
}

impl CaseError {
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }

    pub(crate) fn table(what: &'static str, table: &str, why: impl std::fmt::Display) -> Self {
        Self::Table { what, table: table.into(), why: why.to_string() }
    }
}
