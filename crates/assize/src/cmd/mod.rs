//! The commands, one a file.

mod collect;
mod completions;
mod config;
mod demo;
mod diff;
mod doctor;
mod explain;
mod hunt;
mod inspect;
mod keys;
mod man;
mod notice;
mod packs;
mod report;
mod scan;
mod schema;
mod sql;
mod stack;
mod timeline;
mod verify;
mod webshell;
mod why;
mod worker;

use crate::Cli;
use crate::exit::Stop;
use assize_report::Lang;
use clap::Subcommand;

/// Shown under `assize --help`.
pub(crate) const EXAMPLES: &str = "\
Examples:
  assize demo                          see it work on an invented, broken-into server
  assize inspect EX01.zip              what is in this collection, and what is missing?
  assize collect /mnt/ex01 -o EX01.zip take what Assize reads, and nothing else
  assize scan EX01.zip                 was this server broken into?
  assize scan --lang fr EX01.zip       the same in French
  assize scan -q collections/*.zip     one line per server
  assize scan X --json | jq -r .verdict.state
  assize webshell strange.aspx         is this file a web shell, and why?
  assize timeline CASE                 what happened, record by record

Exit codes: 0 no-evidence, 1 error, 2 usage, 3 not-assessed, 4 partial, 10 exposed,
20 attacked, 30 cannot-exclude, 40 likely-breached, 50 breached. 30 and above: a person must look.
130: interrupted. `assize explain exit-codes` says more.";

/// What can be asked.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Assess collections, folders or files; write a case folder with the report
    Scan(scan::Args),
    /// Say what an input is, what it holds and what is missing, without looking for attacks
    Inspect(inspect::Args),
    /// Pack what Assize reads from a mounted disk or a folder, or print a recipe for other collectors
    Collect(collect::Args),
    /// Render the report of a case again: another language, another format
    Report(report::Args),
    /// Print or filter the timeline of a case
    Timeline(timeline::Args),
    /// Search cases or evidence: rules and indicators of others, values, or SQL
    Hunt(hunt::Args),
    /// Say whether a file is a web shell, and why
    Webshell(webshell::Args),
    /// Compare two cases of one server: before and after it was cleared up
    Diff(diff::Args),
    /// Draft a notice to an authority or an insurer from what a case shows
    Notice(notice::Args),
    /// Check a case folder or report against its manifest, and evidence against the recorded hashes
    Verify(verify::Args),
    /// Make a key of your own, and sign cases with it
    Keys(keys::Args),
    /// List, show or test the content: packs, rules, layouts
    Packs(packs::Args),
    /// Assess an invented server, to see what a report looks like
    Demo(demo::Args),
    /// Explain a finding, a rule, a state, a word or the exit codes
    Explain(explain::Args),
    /// Show the settings in force and where they come from, or write a file of them
    Config(config::Args),
    /// Say whether this machine has what a scan needs
    Doctor(doctor::Args),
    /// Print the JSON Schema of what programs read
    Schema(schema::Args),
    /// Print the completions of a shell
    Completions(completions::Args),
    /// Print the manual page, or write those of all commands
    Man(man::Args),
    /// Read binary files for another process of ours
    #[command(hide = true)]
    Worker(worker::Args),
}

impl Command {
    /// Whether it is about the tool itself, and must work with broken settings.
    pub(crate) fn is_about_us(&self) -> bool {
        use Command::{Completions, Config, Doctor, Man, Schema, Worker};
        matches!(self, Config(_) | Doctor(_) | Schema(_) | Completions(_) | Man(_) | Worker(_))
    }
}

/// Runs one command and gives its exit code.
pub(crate) fn run(cli: Cli) -> Result<u8, Stop> {
    match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Timeline(args) => timeline::run(&args),
        Command::Hunt(args) => hunt::run(&args),
        Command::Webshell(args) => webshell::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Notice(args) => notice::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Packs(args) => packs::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Config(args) => config::run(&args, cli.config.as_deref(), !cli.no_config),
        Command::Doctor(args) => doctor::run(&args, cli.config.as_deref(), !cli.no_config),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
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
