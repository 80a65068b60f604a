//! `index.json`: the servers of one run over several inputs, in the order of the inputs.

use crate::exit::Stop;
use crate::run::Assessed;
use assize_model::Timestamp;
use serde::Serialize;
use std::path::Path;

/// The value of `schema`.
const SCHEMA: &str = "assize.index/1";

#[derive(Serialize)]
struct Index<'a> {
    schema: &'static str,
    tool_version: &'static str,
    exit_code: u8,
    servers: &'a [Server],
    failed: &'a [Failed],
}

/// A server that was assessed.
#[derive(Serialize)]
pub(crate) struct Server {
    input: String,
    host: String,
    state: &'static str,
    code: u8,
    folder: String,
    since: Option<Timestamp>,
    findings: usize,
    /// Those of them that do not count.
    suppressed: u64,
}

/// An input that was not.
#[derive(Serialize)]
pub(crate) struct Failed {
    input: String,
    reason: String,
}

impl Server {
    /// A line of the index.
    pub(crate) fn new(input: &Path, assessed: &Assessed) -> Self {
        let verdict = &assessed.result.verdict;
        Self {
            input: input.display().to_string(),
            host: assessed.result.host.name.clone(),
            state: verdict.state.word(),
            code: verdict.state.code(),
            folder: assessed.folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            since: verdict.since,
            findings: assessed.result.findings.len(),
            suppressed: assessed.result.suppressed,
        }
    }
}

impl Failed {
    /// A line of the index.
    pub(crate) fn new(input: &Path, why: &Stop) -> Self {
        Self { input: input.display().to_string(), reason: why.to_string() }
    }
}

/// Writes the index beside the cases. A folder that was not made for them takes it under a name of its own.
pub(crate) fn write(parent: &Path, ours: bool, servers: &[Server], failed: &[Failed], code: u8) -> Result<(), Stop> {
    let path = parent.join(if ours { "index.json" } else { "assize-index.json" });
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write {}: {e}", path.display()));
    if let Ok(old) = std::fs::read_to_string(&path)
        && !old.contains(SCHEMA)
    {
        return Err(Stop::Usage(format!("{} is no index of ours; it is left as it is", path.display())));
    }
    let index = Index { schema: SCHEMA, tool_version: env!("CARGO_PKG_VERSION"), exit_code: code, servers, failed };
    let text = serde_json::to_string_pretty(&index).map_err(crate::run::own)?;
    std::fs::create_dir_all(parent).map_err(trouble)?;
    std::fs::write(&path, format!("{text}\n")).map_err(trouble)
}
