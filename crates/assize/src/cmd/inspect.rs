//! `assize inspect`: what an input is, what it holds, and what is missing.
//!
//! It reads the evidence on the same road as `scan`, with no rules, into a case that is thrown away.

use crate::cmd::packs;
use crate::cmd::scan::{Carve, Common};
use crate::exit::{NOT_ASSESSED, OK, Stop};
use crate::out;
use crate::run::{self, Settings};
use assize_report::Format;
use std::path::PathBuf;

/// Arguments of `assize inspect`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize inspect EX01-collection.zip
  assize inspect /mnt/ex01 --json | jq .coverage")]
pub(crate) struct Args {
    /// A folder, file or archive of evidence
    #[arg(value_name = "INPUT")]
    input: PathBuf,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    carve: Carve,
    #[command(flatten)]
    common: Common,
}

/// Inspects one input.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    args.common.begin("inspect")?;
    let content = args.carve.of(packs::load(args.common.content.as_deref())?);
    let lang = args.common.lang.lang();
    let scratch = crate::cases::scratch()?;
    let settings = Settings { detect: false, ..args.common.settings() };
    let mut understood = false;
    for (number, source) in crate::input::open(&args.input, scratch.path(), &settings.passwords)?.iter().enumerate() {
        let folder = scratch.path().join(format!("case-{number}"));
        let assessed = run::assess(&settings, &content, source, &folder)?;
        understood |= assessed.result.evidence.rows > 0;
        if args.json {
            let bytes =
                assize_report::render(&assessed.result, Format::Json, lang).map_err(|e| Stop::Own(e.to_string()))?;
            out::write_all(&bytes)?;
        } else {
            out::print(&crate::inspection::screen(&assessed.result, lang))?;
        }
    }
    Ok(if understood { OK } else { NOT_ASSESSED })
}
