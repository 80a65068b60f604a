//! What can go wrong with a case: always trouble of our own.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// A case could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file of the case could not be written or read.
    #[error("cannot {what} {}: {source}", .path.display())]
    Io {
        /// `write`, `read`, `make`, `remove`.
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
    /// The folder holds something that a new case must not touch.
    #[error("cannot make a case in {}: {why}", .path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// A table could not be written or read.
    #[error("cannot {what} table {table}: {source}")]
    Table {
        /// `write`, `read`.
        what: &'static str,
        /// The table.
        table: String,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file of the case is no JSON of ours.
    #[error("cannot {what} {}: {source}", .path.display())]
    Json {
        /// `write`, `read`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: serde_json::Error,
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

    pub(crate) fn table<E>(what: &'static str, table: &str) -> impl Fn(E) -> Self + use<E>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let table = table.to_owned();
        move |source| Self::Table { what, table: table.clone(), source: source.into() }
    }

    pub(crate) fn no_such(table: &str, thing: impl fmt::Display) -> Self {
        Self::table("read", table)(format!("there is no {thing}"))
    }
}
