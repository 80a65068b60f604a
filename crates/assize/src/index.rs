//! `index.json`: the servers of one run over several inputs, in the order of the inputs; `index.html`: the same, the worst
//! first, for people.

use crate::exit::Stop;
use crate::redaction;
use crate::run::Assessed;
use assize_model::{State, Timestamp, Tlp};
use assize_report::{Format, INDEX_SCHEMA, Lang, ServerLine};
use serde::Serialize;
use std::path::Path;

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
    /// For the page alone.
    #[serde(skip)]
    answer: State,
    #[serde(skip)]
    tlp: Tlp,
    #[serde(skip)]
    page: Option<String>,
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
            answer: verdict.state,
            tlp: assessed.result.marking.tlp,
            page: page(assessed),
        }
    }

    fn line(&self) -> ServerLine<'_> {
        ServerLine {
            host: &self.host,
            state: self.answer,
            since: self.since,
            findings: (self.findings as u64).saturating_sub(self.suppressed),
            suppressed: self.suppressed,
            folder: &self.folder,
            page: self.page.clone(),
            tlp: self.tlp,
            input: &self.input,
        }
    }
}

impl Failed {
    /// A line of the index.
    pub(crate) fn new(input: &Path, why: &Stop) -> Self {
        Self { input: input.display().to_string(), reason: why.to_string() }
    }
}

/// Whether nothing is there, or an index of ours.
fn may_be_replaced(path: &Path) -> bool {
    std::fs::read(path).map_or(true, |old| String::from_utf8_lossy(&old).contains(INDEX_SCHEMA))
}

/// The name of the report for people in the folder of a case, where there is one.
fn page(assessed: &Assessed) -> Option<String> {
    let name = redaction::file_name(assessed.shown(), Format::Html.file_name());
    assessed.folder.join(&name).is_file().then_some(name)
}

/// The same servers as a page.
fn shown(servers: &[Server], failed: &[Failed], lang: Lang) -> String {
    let lines: Vec<ServerLine<'_>> = servers.iter().map(Server::line).collect();
    let failed: Vec<(&str, &str)> = failed.iter().map(|f| (f.input.as_str(), f.reason.as_str())).collect();
    assize_report::index(&lines, &failed, lang)
}

/// Writes the index beside the cases. A folder that was not made for them takes it under a name of its own.
pub(crate) fn write(
    parent: &Path,
    ours: bool,
    servers: &[Server],
    failed: &[Failed],
    code: u8,
    lang: Lang,
) -> Result<(), Stop> {
    let path = parent.join(if ours { "index.json" } else { "assize-index.json" });
    let page = path.with_extension("html");
    if let Some(other) = [&path, &page].into_iter().find(|p| !may_be_replaced(p)) {
        return Err(Stop::Usage(format!("{} is no index of ours; it is left as it is", other.display())));
    }
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write {}: {e}", path.display()));
    let index =
        Index { schema: INDEX_SCHEMA, tool_version: env!("CARGO_PKG_VERSION"), exit_code: code, servers, failed };
    let text = serde_json::to_string_pretty(&index).map_err(crate::run::own)?;
    std::fs::create_dir_all(parent).map_err(trouble)?;
    std::fs::write(&path, format!("{text}\n")).map_err(trouble)?;
    std::fs::write(&page, shown(servers, failed, lang)).map_err(trouble)
}
