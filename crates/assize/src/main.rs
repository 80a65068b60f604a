//! The command `assize`: evidence in, verdict out.

mod cmd;
mod exit;
mod input;
mod inspection;
mod out;
mod place;
mod progress;
mod run;

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Record batches are made and dropped all day long: an allocator that keeps memory saves most of its cost.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Reads the evidence of a Microsoft Exchange server and says whether it was broken into.
#[derive(Parser)]
#[command(name = "assize", version, arg_required_else_help = true, after_help = cmd::EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: cmd::Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cmd::run(cli.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            out::error(&error.to_string());
            ExitCode::from(error.code())
        }
    }
}
