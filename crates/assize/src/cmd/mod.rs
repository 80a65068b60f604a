//! The commands, one a file.

mod demo;
mod explain;
mod inspect;
mod packs;
mod report;
mod scan;
mod schema;
mod worker;

use crate::exit::Stop;
use assize_report::Lang;
use clap::Subcommand;

/// Shown under `assize --help`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  assize demo                          see it work on an invented, broken-into server
  assize inspect EX01.zip              what is in this collection, and what is missing?
  assize scan EX01.zip                 was this server broken into?
  assize scan --lang fr EX01.zip       the same in French
  assize scan -q collections/*.zip     one line per server
  assize scan X --json | jq -r .verdict.state

Exit codes: 0 no-evidence, 1 error, 2 usage, 3 not-assessed, 4 partial, 10 exposed,
20 attacked, 30 cannot-exclude, 40 likely-breached, 50 breached. 30 and above: a person must look.";

/// What can be asked.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Assess collections, folders or files; write a case folder with the report
    Scan(scan::Args),
    /// Say what an input is, what it holds and what is missing, without looking for attacks
    Inspect(inspect::Args),
    /// Render the report of a case again: another language, another format
    Report(report::Args),
    /// List, show or test the content: packs, rules, layouts
    Packs(packs::Args),
    /// Assess an invented server, to see what a report looks like
    Demo(demo::Args),
    /// Explain exit codes and states
    Explain(explain::Args),
    /// Print the JSON Schema of result.json
    Schema(schema::Args),
    /// Read binary files for another process of ours
    #[command(hide = true)]
    Worker(worker::Args),
}

/// Runs one command and gives its exit code.
pub(crate) fn run(command: Command) -> Result<u8, Stop> {
    match command {
        Command::Scan(args) => scan::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Packs(args) => packs::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Worker(args) => worker::run(&args),
    }
}

/// The language of everything a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// French
    Fr,
    /// As the environment says
    Auto,
}

impl Language {
    /// The language meant.
    pub(crate) fn lang(self) -> Lang {
        match self {
            Self::En => Lang::En,
            Self::Fr => Lang::Fr,
            Self::Auto => ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|v| !v.is_empty())
                .map_or(Lang::En, |v| Lang::from_locale(&v)),
        }
    }
}
