//! Reports: a finished case turned into sentences, then JSON, HTML, Markdown, CSV, a timeline, and what other programs
//! import.
//!
//! The only input is a [`CaseResult`]: no rules, no evidence and no content packs are known here, so a case
//! assessed years ago prints the same words today. Every human sentence of the product lives in `texts/`.
//! Read the modules in this order: [`mod@lang`] finds sentences, `words` writes numbers and dates,
//! [`mod@compose`] puts sentences in order, and the others write one format each.

pub mod compose;
mod csv;
mod ecs;
mod export;
mod html;
mod json;
pub mod lang;
mod markdown;
mod misp;
mod navigator;
mod notice;
mod ocsf;
pub mod page;
mod parquet;
mod redact;
#[doc(hidden)]
pub mod sample;
mod ssvc;
mod stix;
mod suppressed;
pub mod terminal;
mod timeline;
mod timesketch;
mod words;
mod xlsx;
mod zone;

pub use compose::{Composed, collected_with, compose};
pub use csv::csv_line;
pub use html::many::{INDEX_SCHEMA, ServerLine, index};
pub use html::{Audience, html_for};
pub use json::schema;
pub use lang::{Lang, Value, message};
pub use notice::notice;
pub use redact::{KEY_BYTES, Pseudonyms, redacted};
pub use suppressed::{marked, suppressed};
pub use terminal::diff as diff_screen;
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
    /// A STIX 2.1 bundle.
    Stix,
    /// An event for MISP.
    Misp,
    /// A layer of the ATT&CK Navigator.
    Navigator,
    /// Detection Findings of OCSF, one a line; never translated.
    Ocsf,
    /// Cited records in the Elastic Common Schema, one a line; never translated.
    Ecs,
    /// The timeline as a table, for Timesketch; never translated.
    Timesketch,
    /// What BOD 26-04 asks for each flaw, as SSVC selections, one a line; never translated.
    Ssvc,
    /// A workbook.
    Xlsx,
    /// Findings as a Parquet table; never translated.
    Parquet,
    /// Cited records as a Parquet table; never translated.
    ParquetTimeline,
}

/// Every format with its id and file name.
pub const FORMATS: [(Format, &str, &str); 15] = [
    (Format::Json, "json", "result.json"),
    (Format::Html, "html", "report.html"),
    (Format::Markdown, "md", "report.md"),
    (Format::Timeline, "jsonl", "timeline.jsonl"),
    (Format::Csv, "csv", "findings.csv"),
    (Format::Stix, "stix", "bundle.stix.json"),
    (Format::Misp, "misp", "misp-event.json"),
    (Format::Navigator, "navigator", "attack-navigator.json"),
    (Format::Ocsf, "ocsf", "ocsf.ndjson"),
    (Format::Ecs, "ecs", "ecs.ndjson"),
    (Format::Timesketch, "timesketch", "timesketch.csv"),
    (Format::Ssvc, "ssvc", "ssvc.ndjson"),
    (Format::Xlsx, "xlsx", "report.xlsx"),
    (Format::Parquet, "parquet", "findings.parquet"),
    (Format::ParquetTimeline, "parquet-timeline", "timeline.parquet"),
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
    /// A finding names a technique that the matrix does not have.
    #[error(
        "{finding} names {technique}, which ATT&CK {version} does not have: a fault of the content it was assessed with"
    )]
    Technique {
        /// The finding.
        finding: String,
        /// The id of the technique.
        technique: String,
        /// The version of the matrix.
        version: &'static str,
    },
    /// A file does not pass our own check, and is not handed out.
    #[error("{format} is not written, because our own check finds: {faults}")]
    Check {
        /// The id of the format.
        format: &'static str,
        /// What it finds.
        faults: String,
    },
}

/// Writes a result in one format. The same result gives the same bytes.
///
/// # Errors
/// Where the result cannot be expressed in JSON, names a technique that does not exist, or where a file for another
/// program does not pass [`check`].
pub fn render(result: &CaseResult, format: Format, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let bytes = match format {
        Format::Json => json::render(result),
        Format::Html => Ok(html_for(result, lang, Audience::default()).into_bytes()),
        Format::Markdown => Ok(markdown::render(result, lang).into_bytes()),
        Format::Timeline => timeline::render(result),
        Format::Csv => Ok(csv::render(result, lang).into_bytes()),
        Format::Stix => stix::render(result, lang),
        Format::Misp => misp::render(result, lang),
        Format::Navigator => navigator::render(result, lang),
        Format::Ocsf => ocsf::render(result),
        Format::Ecs => ecs::render(result),
        Format::Timesketch => timesketch::render(result),
        Format::Ssvc => ssvc::render(result),
        Format::Xlsx => xlsx::render(result, lang),
        Format::Parquet => parquet::findings(result),
        Format::ParquetTimeline => parquet::timeline(result),
    }?;
    match check(format, &bytes) {
        faults if faults.is_empty() => Ok(bytes),
        mut faults => {
            faults.truncate(FAULTS_SAID);
            Err(ReportError::Check { format: format.id(), faults: faults.join("; ") })
        }
    }
}

/// Faults of a file that are said in full.
const FAULTS_SAID: usize = 5;

/// What is wrong with a file for another program, in words: also what that program would take. Nothing for the formats
/// that people read.
#[must_use]
pub fn check(format: Format, bytes: &[u8]) -> Vec<String> {
    let json = || serde_json::from_slice(bytes).map_err(|e| vec![e.to_string()]);
    let text = || std::str::from_utf8(bytes).map_err(|e| vec![e.to_string()]);
    let faults = match format {
        Format::Json | Format::Html | Format::Markdown | Format::Timeline | Format::Csv => Ok(Vec::new()),
        Format::Stix => json().map(|v| stix::faults(&v)),
        Format::Misp => json().map(|v| misp::faults(&v)),
        Format::Navigator => json().map(|v| navigator::faults(&v)),
        Format::Ocsf => text().map(ocsf::faults),
        Format::Ecs => text().map(ecs::faults),
        Format::Timesketch => text().map(timesketch::faults),
        Format::Ssvc => text().map(ssvc::faults),
        Format::Xlsx => Ok(xlsx::faults(bytes)),
        Format::Parquet => Ok(parquet::findings_faults(bytes)),
        Format::ParquetTimeline => Ok(parquet::timeline_faults(bytes)),
    };
    faults.unwrap_or_else(|faults| faults)
}
