//! Reports: a finished case turned into sentences, then JSON, HTML, Markdown, CSV and a timeline.
//!
//! The only input is a [`CaseResult`]: no rules, no evidence and no content packs are known here, so a case
//! assessed years ago prints the same words today. Every human sentence of the product lives in `texts/`.
//! Read the modules in this order: [`mod@lang`] finds sentences, `words` writes numbers and dates,
//! [`mod@compose`] puts sentences in order, and the others write one format each.

pub mod compose;
mod csv;
mod html;
mod json;
pub mod lang;
mod markdown;
pub mod page;
#[doc(hidden)]
pub mod sample;
pub mod terminal;
mod timeline;
mod words;
mod zone;

pub use compose::{Composed, collected_with, compose};
pub use csv::csv_line;
pub use json::schema;
pub use lang::{Lang, Value, message};
pub use terminal::{TerminalFacts, TerminalStyle, quiet_line, quiet_line_aligned, quiet_summary, terminal};
pub use timeline::{timeline_record, undated_rows};
pub use words::{bytes, duration, moment, number};
pub use zone::zone_is_known;

use assize_model::CaseResult;

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The result itself; never translated.
    Json,
    /// One self-contained page.
    Html,
    /// The same content, shorter, for tickets and wikis.
    Markdown,
    /// One line a cited record, for Timesketch; never translated.
    Timeline,
    /// One line a finding, for spreadsheets.
    Csv,
}

/// Every format with its id and file name.
pub const FORMATS: [(Format, &str, &str); 5] = [
    (Format::Json, "json", "result.json"),
    (Format::Html, "html", "report.html"),
    (Format::Markdown, "md", "report.md"),
    (Format::Timeline, "jsonl", "timeline.jsonl"),
    (Format::Csv, "csv", "findings.csv"),
];

impl Format {
    /// The word for the command line: `md`.
    #[must_use]
    pub fn id(self) -> &'static str {
        FORMATS.iter().find(|f| f.0 == self).map_or("", |f| f.1)
    }

    /// The name of the file: `report.md`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        FORMATS.iter().find(|f| f.0 == self).map_or("", |f| f.2)
    }

    /// The format of that id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        FORMATS.iter().find(|f| f.1 == id).map(|f| f.0)
    }
}

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The result holds something JSON cannot say.
    #[error("cannot write the result as {format}")]
    Json {
        /// The id of the format.
        format: &'static str,
        /// What the writer of JSON said.
        #[source]
        cause: serde_json::Error,
    },
}

/// Writes a result in one format. The same result gives the same bytes.
///
/// # Errors
/// Only where the result cannot be expressed in JSON.
pub fn render(result: &CaseResult, format: Format, lang: Lang) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Json => json::render(result),
        Format::Html => Ok(html::page(result, lang).into_bytes()),
        Format::Markdown => Ok(markdown::render(result, lang).into_bytes()),
        Format::Timeline => timeline::render(result),
        Format::Csv => Ok(csv::render(result, lang).into_bytes()),
    }
}
