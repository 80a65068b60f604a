//! `assize packs`: what we look for, and whether its own samples hold; and rules of others that stay at hand.

use crate::cmd::Language;
use crate::exit::{ERROR, OK, Stop};
use crate::out;
use crate::rules::{self, Set};
use crate::signatures;
use assize_content::{Content, Layout, Pack};
use assize_model::display::{Foreign, shortened};
use assize_model::finding::{Level, Strength};
use assize_model::{FileId, FileInfo, Rows};
use assize_report::{Lang, Value, message};
use clap::Subcommand;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Characters of the licences of a set.
const LICENCE_CHARS: usize = 80;

/// Arguments of `assize packs`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize packs list
  assize packs show proxylogon --lang fr
  assize packs test                    every sample of every rule and layout
  assize packs test --content content/ the same for a folder of yours
  assize packs install sigma_all_rules.zip --name sigmahq
                                       keep rules of others at hand, for `assize hunt CASE --sigma sigmahq`

Rules of others find rows for a person to judge; no verdict is made of them. They are kept in your own
folder for data (ASSIZE_DATA moves it), with the licence that lies beside them.")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR", global = true)]
    content: Option<PathBuf>,
    /// Language of titles
    #[arg(long, value_enum, default_value = "auto", global = true)]
    lang: Language,
}

#[derive(Subcommand)]
enum Action {
    /// The packs, a line each
    List,
    /// One pack: questions, rules, indicators; or one set of rules of others
    Show {
        /// Its id, such as proxylogon
        id: String,
    },
    /// Keep Sigma rules of others at hand: a file, a folder, or an archive as they are released
    Install {
        /// The file, folder or archive
        #[arg(value_name = "PATH")]
        path: PathBuf,
        /// What the set is called [default: the name of the file without its ending]
        #[arg(long)]
        name: Option<String>,
    },
    /// Remove a set of rules of others
    Remove {
        /// Its name
        name: String,
    },
    /// Run the samples of every rule and layout
    Test,
}

/// Lists, shows or tests.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = load(args.content.as_deref())?;
    let language = args.lang.lang().code();
    match &args.action {
        Action::List => out::print(&format!("{}{}", list(&content), sets(args.lang.lang()))).map(|()| OK),
        Action::Show { id } => match content.pack(id) {
            Some(pack) => out::print(&show(pack, language)).map(|()| OK),
            None if rules::installed(id).is_some() => show_set(id).map(|()| OK),
            None => Err(Stop::Usage(format!("no pack is called {id}; there are: {}", known(&content)))),
        },
        Action::Install { path, name } => install(path, name.as_deref(), args.lang.lang()).map(|()| OK),
        Action::Remove { name } => rules::remove(name).map(|()| OK),
        Action::Test => test(&content),
    }
}

/// The content built in, or that of a folder.
pub(crate) fn load(folder: Option<&Path>) -> Result<Content, Stop> {
    match folder {
        Some(folder) => Content::load(folder).map_err(|e| Stop::Usage(format!("the content cannot be used: {e}"))),
        None => Content::builtin().map_err(|e| Stop::Own(e.to_string())),
    }
}

/// The ids of all packs, with commas between.
pub(crate) fn ids(content: &Content) -> String {
    content.packs.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// The ids of packs and the names of sets.
fn known(content: &Content) -> String {
    let sets = rules::sets().into_iter().map(|set| set.name);
    std::iter::once(ids(content)).chain(sets).collect::<Vec<_>>().join(", ")
}

fn install(path: &Path, name: Option<&str>, lang: Lang) -> Result<(), Stop> {
    let (set, left_out) = rules::install(path, name)?;
    rules::name_some(&left_out, "", lang);
    out::print(&set_line(&set, lang))
}

/// Sets of rules of others, a line each.
fn sets(lang: Lang) -> String {
    rules::sets().iter().map(|set| set_line(set, lang)).collect()
}

fn set_line(set: &Set, lang: Lang) -> String {
    let licence = if set.licences.is_empty() {
        message(lang, "packs-no-licence", &[])
    } else {
        shortened(&set.licences.join("; "), LICENCE_CHARS)
    };
    let args = [
        ("rules", set.rules.into()),
        ("correlations", set.correlations.into()),
        ("filters", set.filters.into()),
        ("licence", Value::Text(licence)),
    ];
    format!("{:<14} {:<10} {}\n", set.name, set.sha256.get(..10).unwrap_or_default(), message(lang, "packs-set", &args))
}

/// Every rule of a set: level, licence, title.
fn show_set(name: &str) -> Result<(), Stop> {
    let all = rules::read(&[PathBuf::from(name)], &[])?;
    let beside = all.licences.first().map(|(_, licence)| licence.as_str());
    let mut text = String::new();
    for number in 0..all.rules.len() + all.correlations.len() {
        let Some(heading) = all.heading(number) else { continue };
        let licence = heading.licence.as_deref().or(beside).unwrap_or("-");
        let level = heading.level.map_or("-", Level::word);
        let _ = writeln!(
            text,
            "{level:<14} {:<34} {}  {}",
            shortened(licence, 34),
            Foreign(&heading.title),
            Foreign(&heading.id)
        );
    }
    out::print(&text)
}

fn list(content: &Content) -> String {
    let mut text = String::new();
    for pack in &content.packs {
        let _ = writeln!(
            text,
            "{:<14} {:<10} {} rules, {} correlations, {} indicators  {}",
            pack.id,
            pack.version,
            pack.rules.len(),
            pack.correlations.len(),
            pack.indicators.len(),
            pack.title
        );
    }
    text
}

fn show(pack: &Pack, language: &str) -> String {
    let none = BTreeMap::new();
    let title = |id: &str| pack.texts.say(language, id, None, &none).unwrap_or_default();
    let mut text =
        format!("{} {}  sha256 {}\n{}\n\n", pack.title, pack.version, pack.sha256, pack.vulnerabilities.join(" "));
    for (n, question) in pack.questions.iter().enumerate() {
        let sources: Vec<_> = question.any_of.iter().map(|s| s.table.as_str()).collect();
        let mark = if question.mandatory { "*" } else { " " };
        let _ = writeln!(
            text,
            "q{}{mark} {}  ({})",
            n + 1,
            title(&format!("question-{}", question.name)),
            sources.join(", ")
        );
    }
    text.push('\n');
    for rule in &pack.rules {
        row(&mut text, &rule.name, rule.assize.outcome.word(), rule.assize.strength, &title(&rule.name));
    }
    for rule in &pack.correlations {
        row(&mut text, &rule.name, rule.assize.outcome.word(), rule.assize.strength, &title(&rule.name));
    }
    let _ = writeln!(text, "\n{} indicators", pack.indicators.len());
    text
}

fn row(text: &mut String, name: &str, outcome: &str, strength: Strength, title: &str) {
    let _ = writeln!(text, "{name:<36} {outcome:<8} {:<9} {title}", strength.word());
}

fn test(content: &Content) -> Result<u8, Stop> {
    let mut faults = Vec::new();
    let mut tried = 0;
    for layout in &content.layouts {
        tried += 1;
        if let Err(fault) = test_layout(layout, content) {
            faults.push(format!("artifacts/{}.yml: {fault}", layout.spec.table));
        }
    }
    for pack in &content.packs {
        for rule in &pack.rules {
            tried += 1;
            if let Err(fault) = assize_assess::test_rule(rule, &content.layouts) {
                faults.push(format!("{}/{}.yml: {fault}", pack.id, rule.name));
            }
        }
    }
    let (signatures, wrong) = signatures::test(content);
    tried += signatures;
    faults.extend(wrong.iter().map(ToString::to_string));
    for fault in &faults {
        out::error(fault);
    }
    out::print(&format!("{tried} layouts, rules and signatures tried, {} failed\n", faults.len()))?;
    Ok(if faults.is_empty() { OK } else { ERROR })
}

/// Reads the sample of a layout and compares what comes of it with what the layout expects.
fn test_layout(layout: &Layout, content: &Content) -> Result<(), String> {
    let Some(expect) = &layout.expect else { return Ok(()) };
    let artifact = assize_artifacts::reader(layout, content).ok_or("nobody reads it")?;
    let size = layout.sample.len() as u64;
    let head = layout.sample.as_bytes().to_vec();
    let info = FileInfo { id: FileId(0), path: "sample".into(), size, sha256: String::new(), modified: None, head };
    let mut batches = Vec::new();
    let mut sink = |batch| {
        batches.push(batch);
        Ok(())
    };
    let mut rows = Rows::new(&layout.spec, &info, &mut sink);
    let read = artifact.parse(&mut layout.sample.as_bytes(), &mut rows).and_then(|()| rows.end());
    let counts = read.map_err(|e| e.to_string())?.counts;
    if (counts.rows, counts.rejects) != (expect.rows, expect.rejects) {
        return Err(format!(
            "{} rows and {} rejects, {} and {} are expected",
            counts.rows, counts.rejects, expect.rows, expect.rejects
        ));
    }
    for (column, value) in &expect.first {
        let found = batches.first().and_then(|b| assize_assess::cell(layout, b, 0, column)).unwrap_or_default();
        if found != *value {
            return Err(format!("{column} of the first row is {found:?}, {value:?} is expected"));
        }
    }
    Ok(())
}
