//! `result.json`: the result as it is. Nothing here depends on a language.

use crate::ReportError;
use assize_model::CaseResult;

/// Indented JSON with a line feed at the end.
pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let mut out = serde_json::to_vec_pretty(result).map_err(|cause| ReportError::Json { format: "json", cause })?;
    out.push(b'\n');
    Ok(out)
}

/// The JSON Schema (2020-12) of `result.json`.
#[must_use]
pub fn schema() -> &'static str {
    include_str!("../schema/result.schema.json")
}
