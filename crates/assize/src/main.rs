//! The command `assize`: evidence in, verdict out.

mod cache;
mod cases;
mod cmd;
mod config;
mod copies;
mod exit;
mod index;
mod input;
mod inspection;
mod listed;
mod log;
mod opened;
mod out;
mod pages;
mod place;
mod progress;
mod redaction;
mod resources;
mod rows;
mod rules;
mod run;
mod signatures;
mod signed;
mod stop;

use clap::Parser;
use exit::Stop;
use mimalloc::MiMalloc;
use std::path::PathBuf;
use std::process::ExitCode;

/// Record batches are made and dropped all day long: an allocator that keeps memory saves most of its cost.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Reads the evidence of a Microsoft Exchange server and says whether it was broken into.
#[derive(Parser)]
#[command(name = "assize", version, arg_required_else_help = true, after_help = cmd::EXAMPLES, max_term_width = 100)]
struct Cli {
    /// Read settings from this file first; see `assize config`
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    config: Option<PathBuf>,
    /// Read no file of settings
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Settings")]
    no_config: bool,
    #[command(subcommand)]
    command: cmd::Command,
}

impl Cli {
    /// The command with what files and the environment set. Commands about settings, and those without any, must work
    /// where a file is broken.
    fn configured(self) -> Result<Self, Stop> {
        if self.command.is_about_us() {
            return Ok(self);
        }
        let settings = config::load(self.config.as_deref(), !self.no_config)?;
        Ok(if settings.is_empty() { self } else { config::applied(&settings) })
    }
}

fn main() -> ExitCode {
    match Cli::parse().configured().and_then(cmd::run) {
        Ok(code) => {
            log::event("end", &[("exit", code.into())]);
            ExitCode::from(code)
        }
        Err(error) => {
            out::error(&error.to_string());
            log::event("end", &[("exit", error.code().into())]);
            ExitCode::from(error.code())
        }
    }
}
