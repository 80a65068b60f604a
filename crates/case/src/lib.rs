//! A case: everything derived from the evidence of one server, as Parquet tables with a manifest.
//!
//! A case is a folder: `case.json` (written last, so a folder without it is no case), `tables/*.parquet`,
//! `values.parquet`, and the reports that others write through [`Case::write`]. The same evidence gives the same
//! bytes, whatever the number of threads.

mod error;
mod manifest;
mod order;
mod read;
mod values;
mod write;

pub use error::CaseError;
pub use manifest::{FileRecord, Manifest, Part, TableRecord};
pub use read::Case;
pub use write::{CaseWriter, FileWriter};
