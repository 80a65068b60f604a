//! `assize man`: the manual pages, made of the same words as the help.

use crate::Cli;
use crate::exit::{OK, Stop};
use crate::{out, run};
use clap::CommandFactory;
use clap_mangen::Man;
use std::path::PathBuf;

/// Arguments of `assize man`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize man | man -l -          read the page of `assize`
  assize man /usr/share/man/man1 write the pages of all commands")]
pub(crate) struct Args {
    /// The folder that takes a page for each command; without it, the page of `assize` goes to standard output
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints one page, or writes all.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        Man::new(Cli::command()).render(&mut page).map_err(run::own)?;
        return out::write_all(&page).map(|()| OK);
    };
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write the pages into {}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(trouble)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(trouble)?;
    Ok(OK)
}
