//! SQL over cases: a question of a person, answered with rows.
//!
//! A statement is first prepared against empty tables that look like those of the cases. That says whether it may be
//! answered at all, and which tables and columns it reads; these alone are loaded from Parquet into a temporary database
//! on the disk, and the statement runs there. Memory stays bounded whatever the cases hold, nothing of a case can be
//! changed, and the database goes when the answer is given. The engine is SQLite; `docs/adr/0015` says why.
//!
//! Read [`Question`] first; `tables` says what can be asked for, `gate` what a statement may do, `engine` how the
//! database is kept within bounds, `load` how rows get there.

mod engine;
mod error;
mod gate;
mod load;
mod question;
mod tables;

pub use error::QueryError;
pub use question::{Question, Value, check};

use assize_case::Case;
use assize_model::Timestamp;

/// A case that is asked, and what it is called in the column [`CASE`].
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// How the answer names it.
    pub name: &'a str,
    /// The case.
    pub case: &'a Case,
}

/// Only rows with a time in here: from `since` on, before `until`, both UTC. Open on both sides: all rows, also those
/// without a time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// From then.
    pub since: Option<Timestamp>,
    /// Up to, and without, then.
    pub until: Option<Timestamp>,
}

/// The column that names the case, where several are asked. `case` itself is a word of SQL.
pub const CASE: &str = "case_name";
/// The column with the path of the evidence file; with `pos` it cites the row.
pub const FILE: &str = "file";
/// The column with the query string of a request, put together again.
pub const QUERY: &str = "query";
