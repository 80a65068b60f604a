//! `assize schema`: the JSON Schemas of what programs read.

use crate::exit::{OK, Stop};
use crate::out;

/// Arguments of `assize schema`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize schema > result.schema.json
  assize schema case         case.json, the manifest of a case
  assize schema --list       every name, with what it describes")]
pub(crate) struct Args {
    /// Which one
    #[arg(default_value = "result", value_name = "NAME")]
    name: String,
    /// List the names
    #[arg(long)]
    list: bool,
}

/// Each schema: its name, what it describes, its text.
const SCHEMAS: [(&str, &str, &str); 6] = [
    ("case", "case.json, the manifest of a case", include_str!("../../schema/case.schema.json")),
    ("diff", "what `assize diff --json` prints", include_str!("../../schema/diff.schema.json")),
    ("evidence", "evidence.json, the copies of evidence in a case", include_str!("../../schema/evidence.schema.json")),
    ("index", "index.json, the servers of one run", include_str!("../../schema/index.schema.json")),
    ("progress", "a line of --progress json", include_str!("../../schema/progress.schema.json")),
    ("verify", "what `assize verify --json` prints", include_str!("../../schema/verify.schema.json")),
];

/// Prints a schema, or their names.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    if args.list {
        let mut text = format!("{:<10} {}\n", "result", "result.json, and what `assize scan --json` prints");
        SCHEMAS.iter().for_each(|(name, what, _)| text.push_str(&format!("{name:<10} {what}\n")));
        return out::print(&text).map(|()| OK);
    }
    if args.name == "result" {
        return out::print(assize_report::schema()).map(|()| OK);
    }
    let Some((_, _, text)) = SCHEMAS.iter().find(|(name, ..)| *name == args.name) else {
        let names: Vec<&str> = SCHEMAS.iter().map(|(name, ..)| *name).collect();
        return Err(Stop::Usage(format!("no schema is called {}; there are: result, {}", args.name, names.join(", "))));
    };
    out::print(text).map(|()| OK)
}
