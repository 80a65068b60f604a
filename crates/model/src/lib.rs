//! The words of Assize: ids, addresses, table layouts, rows, findings and the verdict.
//!
//! Every other room speaks in these types. This crate knows no disk, no engine and no format.
//! Read the modules in the order in which data flows: a [`file`](mod@file) is described, its records
//! become [`rows`](mod@rows) of a [`table`](mod@table), rows are cited by an [`address`](mod@address), rules turn
//! rows into [`finding`](mod@finding)s, and findings with coverage make one [`verdict`](mod@verdict).

pub mod address;
pub mod attack;
pub mod build;
pub mod bytes;
mod columns;
pub mod diff;
pub mod directive;
pub mod display;
pub mod exposure;
pub mod file;
pub mod finding;
pub mod ledger;
pub mod marking;
pub mod nearest;
pub mod note;
pub mod notice;
pub mod query;
pub mod result;
pub mod rewrite;
pub mod rows;
pub mod suppression;
pub mod table;
pub mod time;
pub mod verdict;

pub use address::{Address, FileId};
pub use build::Build;
pub use file::FileInfo;
pub use finding::Finding;
pub use marking::{Marking, Tlp};
pub use note::{Note, NoteKind};
pub use result::CaseResult;
pub use rows::{Counts, Reason, Reject, Rows, RowsError};
pub use suppression::{Suppressed, Suppression};
pub use table::{Column, ColumnType, Spec};
pub use time::Timestamp;
pub use verdict::{State, Verdict};
