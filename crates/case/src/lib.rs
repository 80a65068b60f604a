//! A case: everything derived from the evidence of one server, as Parquet tables with a manifest.
//!
//! A case is a folder: `case.json` (written last, so a folder without it is no case), `tables/<table>/*.parquet`,
//! `values.parquet`, `words.parquet`, the reports that others write through [`Case::write`], `written.json`, which lists those,
//! and `signed.sha256` with its signature where somebody stands for it.
//! The same evidence gives the same bytes, whatever the number of threads, and however often the run was stopped.
//!
//! [`CaseWriter`] takes the rows, segment by segment: `tables` keeps those of one segment, one `store` a table, and
//! `values` notes what is distinct, `words` which words stand where, so that a search opens only what may hold
//! what it looks for. `work/` holds a note for each segment that is finished, so that a run which was
//! killed goes on where it stood. [`Case`] reads a finished case and needs nothing else.

mod error;
mod folder;
mod manifest;
mod read;
mod store;
mod tables;
mod values;
mod words;
mod write;

pub use error::CaseError;
pub use folder::sha256;
pub use manifest::{FileRecord, Hints, Manifest, Part, Stored, TableRecord, WordsRecord};
pub use read::{Case, Group};
pub use words::{ColumnWords, Names, is_letter};
pub use write::{CaseWriter, FileWriter, SegmentWriter};
