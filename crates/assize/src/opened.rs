//! A case that was made before: opened, with its result.

use crate::exit::Stop;
use assize_case::{Case, CaseError};
use assize_model::CaseResult;
use assize_report::Format;
use std::path::Path;

/// Opens the case in a folder. What is no case is a fault of the input, not of ours.
pub(crate) fn case(folder: &Path) -> Result<Case, Stop> {
    Case::open(folder).map_err(|e| match e {
        CaseError::NotACase { .. } => Stop::Input(e.to_string()),
        other => Stop::Own(other.to_string()),
    })
}

/// What was changed in the tables of a case since they were sealed: their reader trusts them, so such a table is refused
/// before it is opened.
pub(crate) fn changed(case: &Case) -> Option<String> {
    case.check().into_iter().find(|fault| fault.contains("table")).map(|fault| with_advice(case, &fault))
}

/// A case that is not searched because of a fault in one of its tables.
pub(crate) fn refused(case: &Case, fault: &str) -> Stop {
    Stop::Input(with_advice(case, fault))
}

fn with_advice(case: &Case, fault: &str) -> String {
    format!("{fault}; see `assize verify {}`", case.folder().display())
}

/// Reads `result.json` of a case folder, or such a file itself.
pub(crate) fn result(path: &Path) -> Result<CaseResult, Stop> {
    let path = if path.is_dir() { path.join(Format::Json.file_name()) } else { path.to_owned() };
    let text = std::fs::read(&path).map_err(|e| {
        Stop::Input(format!("cannot read {}: {e}; a case folder made by `assize scan` is expected", path.display()))
    })?;
    serde_json::from_slice(&text).map_err(|e| Stop::Input(format!("{} is no result of ours: {e}", path.display())))
}
