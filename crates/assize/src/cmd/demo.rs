//! `assize demo`: an invented server, assessed for real.

use crate::cmd::packs;
use crate::cmd::scan::{self, Common, Place};
use crate::exit::{OK, Stop};
use crate::input;
use crate::out;
use crate::run::Settings;
use crate::signatures::Signatures;
use assize_content::Content;
use assize_lab::Scenario;
use assize_report::FORMATS;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `assize demo`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize demo                     a server that was broken into
  assize demo cannot-exclude      a server whose logs are missing
  assize demo --all               every state, a line each
  assize demo --lang fr

The evidence is invented and says so. It is written beside the case, so that you can scan it again yourself.
A demo always ends with exit code 0.")]
pub(crate) struct Args {
    /// The scenario
    #[arg(default_value = "breached", value_name = "SCENARIO")]
    scenario: String,
    /// Every scenario
    #[arg(long)]
    all: bool,
    /// Where the evidence and the case go
    #[arg(short, long, value_name = "DIR", default_value = "assize-demo")]
    output: PathBuf,
    /// The seed of the invented evidence
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    common: Common,
}

/// Makes the evidence, scans it like any other, and shows the answer.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    args.common.begin("demo")?;
    let names = || assize_lab::SCENARIOS.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    let chosen = assize_lab::scenario(&args.scenario)
        .ok_or_else(|| Stop::Usage(format!("no scenario is called {}; there are: {}", args.scenario, names())))?;
    let scenarios: Vec<&Scenario> = if args.all { assize_lab::SCENARIOS.iter().collect() } else { vec![chosen] };
    let content = packs::load(args.common.content.as_deref())?;
    for scenario in scenarios {
        one(args, &content, scenario)?;
    }
    Ok(OK)
}

fn one(args: &Args, content: &Content, scenario: &Scenario) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let folder = args.output.join(scenario.name);
    let evidence = folder.join("evidence");
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write {}: {e}", evidence.display()));
    std::fs::create_dir_all(&evidence).map_err(trouble)?;
    assize_lab::write_folder(scenario, args.seed, &evidence).map_err(trouble)?;
    let signatures = Signatures::prepare(content, args.common.content.as_deref(), Vec::new())?;
    let settings = Settings { signatures: signatures.map(Arc::new), ..args.common.settings() };
    let case = folder.join("case");
    let place = Place { output: Some(&case), several: false, overwrite: true };
    let sources = input::open(&evidence, place.parent(true)?, &settings.passwords)?;
    let Some(source) = sources.first() else { return Err(Stop::Own("the lab wrote nothing".into())) };
    let assessed = scan::assess_into(&settings, content, source, &place, &FORMATS.map(|(format, ..)| format), lang)?;
    if args.all || args.common.quiet == 1 {
        return out::print(&format!("{}\n", assize_report::quiet_line(&assessed.result, lang)));
    }
    if args.common.quiet > 1 {
        return Ok(());
    }
    out::print(&intro(&evidence, lang))?;
    out::print(&assize_report::terminal(&assessed.result, lang, args.common.style(), &scan::facts(&assessed)))
}

fn intro(evidence: &Path, lang: assize_report::Lang) -> String {
    let evidence = evidence.display().to_string();
    format!("{}\n\n", assize_report::message(lang, "demo-intro", &[("evidence", evidence.into())]))
}
