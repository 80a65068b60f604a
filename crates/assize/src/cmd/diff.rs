//! `assize diff`: what became of a server between two cases of it.

use crate::cmd::Language;
use crate::exit::Stop;
use crate::out::{self, Color};
use crate::{cases, opened, run};
use assize_assess::Assessed;
use assize_model::CaseResult;
use assize_report::TerminalStyle;
use std::path::PathBuf;

/// Arguments of `assize diff`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize diff assize-EX01-20210312T1015Z assize-EX01-20210405T0900Z    before and after the server was cleared up
  assize diff BEFORE AFTER --lang fr
  assize diff BEFORE AFTER --json | jq '.findings.gone[] | select(.why == \"record-gone\")'

BEFORE and AFTER are folders made by `assize scan`. A finding whose log is no longer there is said to be no longer
visible, and never counts as better.
Exit code: that of the later verdict, as `assize explain exit-codes` lists them. Where the earlier verdict was worse and
what decided it is missing only because its records are, the earlier code stays. 3: not two cases of one server.")]
pub(crate) struct Args {
    /// The case folder of the earlier evidence
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The case folder of the later evidence
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Compare two servers of different names: it was renamed
    #[arg(long)]
    renamed: bool,
    /// Print what differs as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Language of what a person reads
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
    /// Colour
    #[arg(long, value_enum, default_value = "auto")]
    color: Color,
}

/// Compares, and says what differs.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let (before, after) = (cases::checked(&args.before)?, cases::checked(&args.after)?);
    let (earlier, later) = (opened::result(&args.before)?, opened::result(&args.after)?);
    if !args.renamed {
        same_server(&earlier, &later)?;
    }
    let (before, after) = (Assessed { case: &before, result: &earlier }, Assessed { case: &after, result: &later });
    let diff = assize_assess::diff(before, after, env!("CARGO_PKG_VERSION")).map_err(run::own)?;
    if args.json {
        let text = serde_json::to_string_pretty(&diff).map_err(run::own)?;
        out::print(&format!("{text}\n"))?;
    } else {
        let style = TerminalStyle { color: out::colored(args.color), unicode: out::unicode(), width: 80 };
        out::print(&assize_report::diff_screen(&diff, args.lang.lang(), style))?;
    }
    Ok(diff.standing.code)
}

/// Two servers are not before and after. One collection may know the short name only.
fn same_server(before: &CaseResult, after: &CaseResult) -> Result<(), Stop> {
    let (a, b) = (before.host.name.to_lowercase(), after.host.name.to_lowercase());
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let known = !a.is_empty() && !b.is_empty();
    let same = a == b || (short(&a) == short(&b) && (!a.contains('.') || !b.contains('.')));
    match known && !same {
        true => Err(Stop::Input(format!(
            "the cases are of two servers, {} and {}; add --renamed if it is one",
            before.host.name, after.host.name
        ))),
        false => Ok(()),
    }
}
