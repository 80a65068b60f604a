//! `assize completions`: what a shell needs to complete our commands.

use crate::Cli;
use crate::exit::{OK, Stop};
use crate::out;
use clap::CommandFactory;
use clap_complete::Shell;

/// Arguments of `assize completions`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize completions bash > /etc/bash_completion.d/assize
  assize completions zsh > ~/.zfunc/_assize
  assize completions powershell >> $PROFILE")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "assize", &mut script);
    out::write_all(&script).map(|()| OK)
}
