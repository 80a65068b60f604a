//! `assize worker`: reads binary files for another process of ours, without rights of its own.

use crate::cmd::packs;
use crate::exit::{self, Stop};
use crate::signatures::Reader;
use assize_artifacts::Artifact;
use assize_worker::{Limits, restrict, serve};
use std::io;
use std::path::PathBuf;

/// Arguments of `assize worker`, which nobody but `assize` calls.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Ask the compiled YARA rules of this file
    #[arg(long, value_name = "FILE")]
    signatures: Option<PathBuf>,
    /// Look for records behind those that logs hold
    #[arg(long)]
    carve: bool,
}

/// Serves until the other side is gone.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = packs::load(args.content.as_deref())?.carving(args.carve);
    let artifacts: Vec<Box<dyn Artifact + '_>> = match &args.signatures {
        Some(file) => vec![Box::new(Reader::load(&content, file)?)],
        None => assize_artifacts::all(&content).into_iter().filter(|a| a.binary()).collect(),
    };
    // What standard output of ours writes at the end of each line goes out in one piece here.
    #[cfg(unix)]
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned().map(std::fs::File::from);
    #[cfg(windows)]
    let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned().map(std::fs::File::from);
    let output = output.map_err(|e| Stop::Own(e.to_string()))?;
    // From here on nothing can be opened any more, and only now evidence is read.
    let confinement = restrict(&Limits::default());
    serve(io::stdin().lock(), output, &confinement, &artifacts).map_err(|e| Stop::Own(e.to_string()))?;
    Ok(exit::OK)
}
