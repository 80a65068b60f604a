//! `assize collect`: what Assize reads of a disk, in one package; or the recipe by which another tool takes it.
//!
//! Whether a file is evidence is asked of those who read evidence, by its first bytes and its path, so a package gives
//! the answer that the disk itself gives.

use crate::cmd::{Language, packs};
use crate::exit::{OK, PARTIAL, Stop};
use crate::progress::{Choice, Phase, Progress};
use crate::{input, out, place, run, stop};
use assize_artifacts::Artifact;
use assize_content::{Content, Recipes};
use assize_evidence::{Kind, PackageNote, PackageWriter, Packed, Source, Tool};
use assize_model::file::HEAD_BYTES;
use assize_model::{FileId, FileInfo, Timestamp};
use assize_report::{Value, bytes, message, number};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Arguments of `assize collect`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize collect /mnt/ex01 -o EX01.zip                a mounted disk, or a folder with the logs of a server
  assize collect C:\\ --live --host EX01 -o E:\\EX01.zip   the disk of a server that runs
  assize collect --recipe kape > AssizeExchange.tkape
  assize collect --recipe velociraptor > Custom.Assize.Exchange.yaml
  assize collect --recipe acquire > assize.args      then: acquire @assize.args
  assize collect --recipe powershell > collect.ps1

The folder is only read, and no link in it is followed. The package holds each file with its SHA-256, size and time; what
could not be read is named in it. A run that is stopped leaves no package.
Exit code 0: all was taken; 3: there is nothing that Assize reads; 4: some of it could not be read.")]
pub(crate) struct Args {
    /// A mounted disk, or a folder
    #[arg(required_unless_present = "recipe", value_name = "FOLDER")]
    input: Option<PathBuf>,
    /// Print how another tool collects the same, and collect nothing
    #[arg(long, value_name = "NAME", conflicts_with_all = ["input", "output", "live", "host"], value_parser = recipe)]
    recipe: Option<String>,
    /// The package [default: ./assize-collection-<host>-<UTC>.zip]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that stands there
    #[arg(long)]
    overwrite: bool,
    /// The name of the server, where nothing in the folder says it
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// The server runs: its records end now
    #[arg(long)]
    live: bool,
    /// Language of everything a person reads
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
    /// Only the path of the package
    #[arg(short, long)]
    quiet: bool,
    /// Progress on standard error
    #[arg(long, value_enum, default_value = "auto")]
    progress: Choice,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
}

fn recipe(text: &str) -> Result<String, String> {
    let known = || Recipes::names().collect::<Vec<_>>().join(", ");
    Recipes::names().find(|n| *n == text).map(str::to_owned).ok_or_else(|| format!("one of {} is expected", known()))
}

/// Collects, or prints a recipe.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = packs::load(args.content.as_deref())?;
    let Some(folder) = &args.input else {
        let name = args.recipe.as_deref().unwrap_or_default();
        let text = content.recipes.text(name);
        let text = text.ok_or_else(|| Stop::Usage(format!("the content has no recipe called {name}")))?;
        out::print(text)?;
        return Ok(OK);
    };
    let scratch = tempfile::tempdir().map_err(run::own)?;
    let source = tree(folder, scratch.path())?;
    let stop = stop::asked_for();
    let total = source.entries().iter().map(|e| e.size).sum();
    let choice = if args.quiet && args.progress == Choice::Auto { Choice::None } else { args.progress };
    let progress = Progress::begin(choice, Phase::Read, source.name(), source.entries().len() as u64, total);
    let stopped = || stop.load(Ordering::Relaxed);
    let (chosen, unread) = chosen(&source, &content, &progress, &stopped);
    if chosen.is_empty() && !stopped() {
        progress.end(None);
        return Err(Stop::Input(format!("there is nothing in {} that Assize reads", folder.display())));
    }
    let parent = args.output.as_deref().map_or(Path::new("."), place::parent_of);
    if let Some(to) = args.output.as_ref().filter(|to| to.exists() && !args.overwrite) {
        return Err(Stop::Usage(format!("{} exists; choose another name, or add --overwrite", to.display())));
    }
    let mut package = PackageWriter::begin(parent).map_err(run::own)?;
    for index in &chosen {
        if stopped() {
            progress.end(None);
            return Err(Stop::Interrupted("interrupted: no package was written".into()));
        }
        package.add(&source, *index).map_err(run::own)?;
        progress.file_done(source.entries().get(*index).map_or(0, |e| e.size));
    }
    let mut links = 0u64;
    let left = source.skipped().iter().map(|s| (s.path.as_str(), s.reason.as_str()));
    for (path, reason) in left.chain(unread.iter().map(|(p, r)| (p.as_str(), r.as_str()))) {
        links += u64::from(assize_evidence::is_link(reason));
        package.leave_out(path, reason).map_err(run::own)?;
    }
    if stopped() {
        progress.end(None);
        return Err(Stop::Interrupted("interrupted: no package was written".into()));
    }
    let note = note(args, &source, &content, package.begun());
    let to = args.output.clone().unwrap_or_else(|| parent.join(name(&note, package.begun())));
    let packed = package.finish(&note, &to, args.overwrite).map_err(run::own)?;
    progress.end(None);
    if args.quiet {
        out::print(&format!("{}\n", to.display()))?;
    } else {
        out::print(&screen(args, &packed, links, source.entries().len() as u64, &to))?;
    }
    Ok(if packed.troubled > 0 || packed.not_collected > links { PARTIAL } else { OK })
}

/// The tree, if it is one that can be collected.
fn tree(folder: &Path, scratch: &Path) -> Result<Source, Stop> {
    let shown = folder.display();
    let mut sources = input::open(folder, scratch, &assize_evidence::Passwords::default())?;
    if sources.len() > 1 {
        let names: Vec<&str> = sources.iter().map(Source::name).take(5).collect();
        return Err(Stop::Input(format!("{shown} holds several hosts; collect each of them: {}", names.join(", "))));
    }
    let Some(source) = sources.pop().filter(|s| s.kind() == Kind::Folder) else {
        return Err(Stop::Input(format!("{shown} is no folder; `assize scan` reads it as it is")));
    };
    let is_tree = |tool: Tool| matches!(tool, Tool::Assize | Tool::Cylr | Tool::Drives | Tool::Disk);
    if let Some(made) = source.collections().iter().find(|c| !is_tree(c.tool)) {
        let what = made.tool.name();
        return Err(Stop::Input(format!("{shown} holds a collection of {what}; `assize scan` reads it as it is")));
    }
    Ok(source)
}

/// The files to take, and those that nobody could look into. Of an archive the whole is taken where a member is evidence.
fn chosen(
    source: &Source,
    content: &Content,
    progress: &Progress,
    stopped: &dyn Fn() -> bool,
) -> (BTreeSet<usize>, Vec<(String, String)>) {
    let artifacts = assize_artifacts::all(content);
    let entries = source.entries();
    let on_disk: BTreeMap<&str, usize> = entries.iter().enumerate().map(|(i, e)| (e.path.as_str(), i)).collect();
    let (mut chosen, mut unread) = (BTreeSet::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        if stopped() {
            break;
        }
        let outer = entry.path.split_once("!/").map_or(entry.path.as_str(), |(archive, _)| archive);
        let outer = on_disk.get(outer).copied().unwrap_or(index);
        if chosen.contains(&outer) {
            continue;
        }
        match is_evidence(source, index, &artifacts) {
            Ok(true) => {
                chosen.insert(outer);
            }
            Ok(false) => {}
            Err(reason) => unread.push((entry.path.clone(), reason)),
        }
    }
    chosen.extend(witnesses(source, content, &chosen));
    for (index, entry) in entries.iter().enumerate() {
        if !chosen.contains(&index) {
            progress.file_done(entry.size);
        }
    }
    (chosen, unread)
}

/// Whether anyone reads this file.
fn is_evidence(source: &Source, index: usize, artifacts: &[Box<dyn Artifact + '_>]) -> Result<bool, String> {
    let Some(entry) = source.entries().get(index) else { return Ok(false) };
    let mut head = Vec::new();
    let reader = source.read(index).map_err(|s| s.reason)?;
    reader.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|e| format!("it cannot be read: {e}"))?;
    let info = FileInfo {
        id: FileId(u32::try_from(index).unwrap_or(u32::MAX)),
        path: entry.path.clone(),
        size: entry.size,
        sha256: String::new(),
        modified: entry.modified,
        head,
    };
    Ok(!assize_artifacts::claiming(artifacts, &info).is_empty())
}

/// A question may ask whether a folder is in the evidence at all. Where nobody reads what is in it, its smallest file
/// stands for it.
fn witnesses(source: &Source, content: &Content, chosen: &BTreeSet<usize>) -> BTreeSet<usize> {
    let sources = content.packs.iter().flat_map(|p| &p.questions).flat_map(|q| &q.any_of);
    let wanted: BTreeSet<String> = sources.flat_map(|s| &s.needs_paths).map(|p| p.to_lowercase()).collect();
    let rooted: Vec<String> = source.entries().iter().map(|e| format!("/{}", e.path.to_lowercase())).collect();
    let stands_for = |part: &String| {
        let inside = || (0..rooted.len()).filter(|i| rooted[*i].contains(part.as_str()));
        if inside().any(|i| chosen.contains(&i)) {
            return None;
        }
        inside().filter(|i| !rooted[*i].contains("!/")).min_by_key(|i| (source.entries()[*i].size, *i))
    };
    wanted.iter().filter_map(stands_for).collect()
}

/// What the package says of itself. Only of a running server is the moment of collection the end of the records.
fn note(args: &Args, source: &Source, content: &Content, begun: Option<Timestamp>) -> PackageNote {
    let hints = input::claims(source);
    let collection = source.collection();
    PackageNote {
        host: args.host.clone().or(hints.host),
        roles: hints.roles,
        collected_at: if args.live { begun } else { hints.collected },
        synthetic: hints.synthetic,
        input: source.name().into(),
        system_drive: collection.is_some_and(|c| c.tool == Tool::Disk && c.root.is_empty()),
        content_sha256: content.sha256.clone(),
        files_seen: source.entries().len() as u64,
    }
}

/// `assize-collection-EX01-20210312T1015Z.zip`. Only letters, digits and hyphens of a host become part of a name.
fn name(note: &PackageNote, begun: Option<Timestamp>) -> String {
    let host = note.host.as_deref().unwrap_or(&note.input);
    let short = host.split('.').next().unwrap_or_default();
    let host: String = short.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect();
    let host = if host.is_empty() { "server".to_owned() } else { host };
    format!("assize-collection-{host}-{}.zip", begun.unwrap_or(Timestamp(0)).compact())
}

fn screen(args: &Args, packed: &Packed, links: u64, seen: u64, to: &Path) -> String {
    let lang = args.lang.lang();
    let package = to.display().to_string();
    let mut text = String::new();
    let mut say = |id: &str, values: &[(&str, Value)]| {
        let _ = writeln!(text, "{}", message(lang, id, values));
    };
    say(
        "collect-done",
        &[
            ("files", number(packed.files).into()),
            ("seen", number(seen).into()),
            ("size", bytes(packed.bytes, lang).into()),
            ("package", package.clone().into()),
            ("packed", bytes(packed.package_bytes, lang).into()),
        ],
    );
    say("collect-hash", &[("hash", packed.package_sha256.clone().into())]);
    for (id, count) in [
        ("collect-troubled", packed.troubled),
        ("collect-left-out", packed.not_collected.saturating_sub(links)),
        ("collect-links", links),
    ] {
        if count > 0 {
            say(id, &[("count", count.into())]);
        }
    }
    say("collect-next", &[("package", package.into())]);
    text
}
