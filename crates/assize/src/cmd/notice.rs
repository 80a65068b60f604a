//! `assize notice`: the draft of a notice to an authority or an insurer, from what a case shows.

use crate::cmd::{Language, packs, scan};
use crate::exit::{OK, Stop};
use crate::{opened, out};
use assize_model::notice::{NoticeForm, NoticeStage};
use assize_model::{State, Timestamp};
use assize_report::Lang;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `assize notice`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize notice --for cnil CASE                          the first notice, in French
  assize notice --for nis2 --stage early CASE --lang fr
  assize notice --for insurer CASE --aware 2021-03-12T10:19Z > facts.txt
  assize notice --list                                   who can be told what, and by when

CASE is a folder made by `assize scan`, or its result.json. What the evidence does not say is left blank and listed at
the end. The draft is in the language of the authority, where it has one. It is no legal advice.")]
pub(crate) struct Args {
    /// A case folder, or a result.json
    #[arg(value_name = "CASE", required_unless_present = "list")]
    case: Option<PathBuf>,
    /// Who is told: cnil, nis2, cisa, insurer
    #[arg(long = "for", value_name = "WHOM", required_unless_present = "list")]
    to: Option<String>,
    /// Which stage [default: the first]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Since when you know (UTC, or with an offset): the clocks begin there
    #[arg(long, value_name = "MOMENT", value_parser = scan::moment)]
    aware: Option<Timestamp>,
    /// List who can be told what, and by when
    #[arg(long, conflicts_with_all = ["case", "to", "stage", "aware"])]
    list: bool,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Language, where the authority has none of its own
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
}

/// Prints the draft.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let forms = packs::load(args.content.as_deref())?.notices;
    let (Some(path), Some(to)) = (&args.case, &args.to) else {
        return out::print(&list(&forms)).map(|()| OK);
    };
    let Some(form) = forms.get(to.as_str()) else {
        let known: Vec<&str> = forms.keys().map(String::as_str).collect();
        return Err(Stop::Usage(format!("there is no notice for {to}; there are: {}", known.join(", "))));
    };
    let stage = stage(to, form, args.stage.as_deref())?;
    let result = opened::result(path)?;
    if result.verdict.state == State::NotAssessed {
        return Err(Stop::Input(format!("{} was not assessed: there is nothing to tell", path.display())));
    }
    let lang = form.language.as_deref().and_then(Lang::from_code).unwrap_or_else(|| args.lang.lang());
    out::print(&assize_report::notice(&result, form, stage, args.aware, lang)).map(|()| OK)
}

fn stage<'f>(to: &str, form: &'f NoticeForm, wanted: Option<&str>) -> Result<&'f NoticeStage, Stop> {
    let found = match wanted {
        Some(id) => form.stages.iter().find(|s| s.id == id),
        None => form.stages.first(),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = form.stages.iter().map(|s| s.id.as_str()).collect();
        Stop::Usage(format!("{to} has no stage {}; it has: {}", wanted.unwrap_or_default(), known.join(", ")))
    })
}

/// `cnil  fr  initial (72 h), complete  checked 2026-11-26`
fn list(forms: &BTreeMap<String, NoticeForm>) -> String {
    let clock = |s: &NoticeStage| match (s.within_hours, s.within_days) {
        (Some(hours), _) => format!("{} ({hours} h)", s.id),
        (None, Some(days)) => format!("{} ({days} d)", s.id),
        (None, None) => s.id.clone(),
    };
    let line = |(id, form): (&String, &NoticeForm)| {
        let stages: Vec<String> = form.stages.iter().map(clock).collect();
        format!("{id:<9} {:<3} {:<55} checked {}\n", form.country, stages.join(", "), form.checked)
    };
    forms.iter().map(line).collect()
}
