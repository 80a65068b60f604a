//! `assize explain`: what the states and exit codes mean.

use crate::cmd::Language;
use crate::exit::{OK, Stop};
use crate::out;
use assize_model::State;
use std::fmt::Write as _;

/// Arguments of `assize explain`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  assize explain exit-codes\n  assize explain cannot-exclude --lang fr")]
pub(crate) struct Args {
    /// A state such as cannot-exclude, or exit-codes
    #[arg(default_value = "exit-codes")]
    word: String,
    /// Language
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
}

/// Prints what a word means.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let lang = args.lang.lang();
    let meaning = |state: State| assize_report::message(lang, &format!("explain-{}", state.word()), &[]);
    let mut text = String::new();
    if args.word == "exit-codes" {
        for state in State::ALL {
            let _ = writeln!(text, "{:>3}  {:<16} {}", state.code(), state.word(), meaning(state));
        }
        for (code, id) in [(1, "error"), (2, "usage"), (4, "partial")] {
            let _ =
                writeln!(text, "{code:>3}  {id:<16} {}", assize_report::message(lang, &format!("explain-{id}"), &[]));
        }
    } else {
        let states = State::ALL.map(State::word).join(", ");
        let state = State::from_word(&args.word).ok_or_else(|| {
            Stop::Usage(format!("nothing is known of {}; ask for exit-codes or one of: {states}", args.word))
        })?;
        let _ = writeln!(text, "{} ({})\n{}", state.word(), state.code(), meaning(state));
    }
    out::print(&text)?;
    Ok(OK)
}
