//! `assize schema`: the JSON Schema of the result.

use crate::exit::{OK, Stop};
use crate::out;

/// Arguments of `assize schema`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  assize schema > result.schema.json")]
pub(crate) struct Args {}

/// Prints the schema.
pub(crate) fn run(_: &Args) -> Result<u8, Stop> {
    out::print(assize_report::schema())?;
    Ok(OK)
}
