//! What is wrong with content: the file, and what was expected there.

/// A fault in content. Speaks like a compiler: file, place, what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct ContentError {
    /// The file.
    pub file: String,
    /// What is wrong, with line and column where known.
    pub what: String,
}

impl ContentError {
    /// A fault in `file`.
    #[must_use]
    pub fn new(file: &str, what: String) -> Self {
        Self { file: file.into(), what }
    }
}
