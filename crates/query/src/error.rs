//! What can be wrong with a question, in words that help to ask it again.

use assize_case::CaseError;

/// A question could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The statement is wrong, or asks for more than reading.
    #[error("{0}")]
    Statement(String),
    /// It was stopped.
    #[error("stopped before the answer was complete")]
    Stopped,
    /// A case could not be read.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The temporary database failed.
    #[error("cannot keep rows in a temporary database: {0}")]
    Engine(String),
}

impl QueryError {
    /// What the engine says while it is ours to use, not the statement's.
    pub(crate) fn engine(e: impl std::fmt::Display) -> Self {
        Self::Engine(e.to_string())
    }

    /// What the engine says while the statement runs.
    pub(crate) fn running(e: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{CannotOpen, DiskFull, OperationInterrupted, OutOfMemory, SystemIoFailure};
        match e.sqlite_error_code() {
            Some(OperationInterrupted) => Self::Stopped,
            Some(OutOfMemory) => Self::Statement("the statement needs more memory than it may take".into()),
            Some(DiskFull | SystemIoFailure | CannotOpen) => Self::engine(e),
            _ => Self::Statement(said(e)),
        }
    }
}

/// What the engine says, without what we say better.
pub(crate) fn said(e: &rusqlite::Error) -> String {
    match e {
        rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    }
}

/// The line of a statement in which something is wrong, with a caret below the place. `offset` counts bytes.
pub(crate) fn pointed(sql: &str, offset: usize) -> String {
    let at = sql.floor_char_boundary(offset);
    let start = sql[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = sql[at..].find('\n').map_or(sql.len(), |n| at + n);
    // Long statements are shown around the place. A tab would move the caret.
    let shown = |text: &str| text.replace(|c: char| c.is_control(), " ");
    let before: Vec<char> = shown(&sql[start..at]).chars().collect();
    let before: String = before[before.len().saturating_sub(60)..].iter().collect();
    let after: String = shown(&sql[at..end]).chars().take(60).collect();
    format!("  {before}{after}\n  {}^", " ".repeat(before.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::pointed;

    #[test]
    fn the_caret_stands_below_the_place() {
        assert_eq!(pointed("SELECT x", 7), "  SELECT x\n         ^");
        assert_eq!(pointed("SELECT\n\tfoo, é bar\nFROM y", 16), "   foo, é bar\n          ^");
        assert_eq!(pointed("é", 1), "  é\n  ^");
        assert_eq!(pointed("", 9), "  \n  ^");
        let long = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let shown = pointed(&long, 500);
        assert_eq!(shown.lines().nth(1).map(str::len), Some(63));
        assert!(shown.contains("aXb") && shown.len() < 250);
    }
}
