//! `assize report`: the words of a finished case again, in another language or format.

use crate::cmd::{Language, scan};
use crate::exit::{OK, Stop};
use crate::redaction::{self, Redact};
use crate::{opened, out};
use assize_case::Case;
use assize_report::{Audience, Format, Lang};
use std::path::PathBuf;

/// Arguments of `assize report`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize report assize-EX01-20210312T1015Z --lang fr       report.fr.html beside report.html
  assize report assize-EX01-20210312T1015Z --redact=map.json -f html,stix   for others, without names
  assize report assize-EX01-20210312T1015Z --audience board       the same words, less of them open
  assize report assize-EX01-20210312T1015Z -f md --stdout  the report as Markdown on standard output")]
pub(crate) struct Args {
    /// A case folder, or a result.json
    #[arg(value_name = "CASE")]
    case: PathBuf,
    /// Formats
    #[arg(short, long, value_delimiter = ',', default_value = "html", value_name = "LIST", value_parser = scan::format)]
    format: Vec<Format>,
    /// Write to standard output instead of the case folder
    #[arg(long)]
    stdout: bool,
    /// Whom the page is opened for: its words are the same, other parts of it are open
    #[arg(long, value_enum, default_value = "admin", value_name = "WHO")]
    audience: For,
    /// Repeat the times of the first screen in this zone
    #[arg(long, value_name = "ZONE", value_parser = scan::zone)]
    tz: Option<String>,
    #[command(flatten)]
    redact: Redact,
    /// Language
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
}

/// Who reads the page.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum For {
    /// Who runs the server: what to do, what could be seen, what is open
    Admin,
    /// Who answers to the incident: everything, with the records
    Responder,
    /// Who decides: the answer and what happened
    Board,
}

impl For {
    fn audience(self) -> Audience {
        match self {
            Self::Admin => Audience::Admin,
            Self::Responder => Audience::Responder,
            Self::Board => Audience::Board,
        }
    }
}

/// Renders again. It reads `result.json` and nothing else.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let path = if args.case.is_dir() { args.case.join(Format::Json.file_name()) } else { args.case.clone() };
    let mut result = opened::result(&path)?;
    result.marking.tz = args.tz.clone().or(result.marking.tz);
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    if let Some(redaction) = args.redact.begin(&[])? {
        result = redaction.of(&result)?;
    }
    let lang = args.lang.lang();
    for format in &args.format {
        let bytes = match format {
            Format::Html => assize_report::html_for(&result, lang, args.audience.audience()).into_bytes(),
            _ => assize_report::render(&result, *format, lang).map_err(|e| Stop::Own(e.to_string()))?,
        };
        if args.stdout {
            out::write_all(&bytes)?;
            continue;
        }
        let name = redaction::file_name(&result, &file_name(*format, lang));
        // In a case the manifest of reports is kept; a result.json of its own has none.
        let file = match Case::open(&folder) {
            Ok(case) => case.write(&name, &bytes).map_err(|e| Stop::Own(e.to_string()))?,
            Err(_) => {
                let file = folder.join(name);
                std::fs::write(&file, bytes).map_err(|e| Stop::Own(format!("cannot write {}: {e}", file.display())))?;
                file
            }
        };
        out::print(&format!("{}\n", file.display()))?;
    }
    Ok(OK)
}

/// Formats that people read carry the language when it is not English.
fn file_name(format: Format, lang: Lang) -> String {
    let name = format.file_name();
    match (format, lang) {
        (
            Format::Html | Format::Markdown | Format::Stix | Format::Misp | Format::Navigator | Format::Xlsx,
            Lang::Fr,
        ) => name.replacen('.', ".fr.", 1),
        _ => name.to_owned(),
    }
}
