//! `assize verify`: is everything as it was recorded?

use crate::exit::{ERROR, OK, Stop};
use crate::progress::{Choice, Phase, Progress};
use crate::resources::Resources;
use crate::signed::{self, Signer};
use crate::{cases, copies, input, opened, out, run};
use assize_case::Case;
use assize_evidence::{Passwords, Source};
use assize_model::display::Foreign;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Arguments of `assize verify`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize verify CASE                             tables, values and reports against their hashes
  assize verify CASE report.html                 is this the report that the case holds?
  assize verify CASE --evidence EX01.zip         is this the evidence that was read?
  assize verify CASE --signer me.key.pub         is it all as the owner of that key signed it?
  assize verify CASE --json | jq .differs

The manifest itself, case.json, is held by nothing: sign the case (`assize keys`), or write its SHA-256 down where
others cannot change it.
Exit code 0: all is as recorded; 1: something differs; 3: not a case.")]
pub(crate) struct Args {
    /// A case folder
    #[arg(value_name = "CASE")]
    case: PathBuf,
    /// Copies of reports to compare with those that the case wrote
    #[arg(value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// The evidence that the case was made of: the same folder, file or archive
    #[arg(long, value_name = "PATH")]
    evidence: Option<PathBuf>,
    /// Passwords of a locked archive of evidence, one a line
    #[arg(long, value_name = "FILE", value_parser = input::passwords)]
    password_file: Option<Passwords>,
    /// Whoever must have signed the case: a public key in a file, or its fingerprint, SHA256:...
    #[arg(long, value_name = "KEY")]
    signer: Option<String>,
    /// Print what was found as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Only what differs; twice: nothing but the exit code
    #[arg(short, long, action = clap::ArgAction::Count)]
    quiet: u8,
    /// Progress on standard error
    #[arg(long, value_enum, default_value = "auto")]
    progress: Choice,
    /// Threads that read the evidence [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What was compared, and what differs.
#[derive(Serialize)]
struct Checked {
    schema: &'static str,
    case: String,
    /// SHA-256 of `case.json`, for the reader to keep.
    manifest_sha256: String,
    tables: usize,
    written: usize,
    reports: usize,
    evidence_files: Option<usize>,
    /// Copies of evidence in the case that were unpacked and compared.
    evidence_copies: Option<usize>,
    /// Fingerprint of the key that signed the case.
    signed_by: Option<String>,
    /// Files of the case that were written after it was signed.
    later: Vec<String>,
    same: bool,
    differs: Vec<String>,
}

/// Compares, and says each thing that differs.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let case = opened::case(&args.case)?;
    let written = case.written().map_err(run::own)?;
    let signer = args.signer.as_deref().map(Signer::read).transpose()?;
    let signed = signed::check(&case, signer.as_ref())?;
    let mut checked = Checked {
        schema: "assize.verify/1",
        case: args.case.display().to_string(),
        manifest_sha256: assize_case::sha256(&case.folder().join("case.json")).map_err(run::own)?,
        tables: case.manifest().tables.len(),
        written: written.len(),
        reports: args.reports.len(),
        evidence_files: None,
        evidence_copies: None,
        signed_by: signed.by,
        later: signed.later,
        same: true,
        differs: case.check(),
    };
    checked.differs.extend(signed.differs);
    for report in &args.reports {
        checked.differs.extend(copy(report, &written)?);
    }
    if let Some((copied, differs)) = copies::check(&case)? {
        checked.evidence_copies = Some(copied);
        checked.differs.extend(differs);
    }
    if let Some(evidence) = &args.evidence {
        let (files, differs) = against(args, &case, evidence)?;
        checked.evidence_files = Some(files);
        checked.differs.extend(differs);
    }
    checked.same = checked.differs.is_empty();
    if args.json {
        let text = serde_json::to_string_pretty(&checked).map_err(run::own)?;
        out::print(&format!("{text}\n"))?;
    } else if args.quiet < 2 {
        out::print(&screen(&checked, args.quiet == 1))?;
    }
    Ok(if checked.same { OK } else { ERROR })
}

fn screen(checked: &Checked, quiet: bool) -> String {
    let mut text = String::new();
    for fault in &checked.differs {
        let _ = writeln!(text, "DIFFERS  {}", Foreign(fault));
    }
    if quiet {
        return text;
    }
    let mut compared = format!("{} tables, {} written files", checked.tables, checked.written);
    if checked.reports > 0 {
        let _ = write!(compared, ", {} copies of reports", checked.reports);
    }
    if let Some(files) = checked.evidence_files {
        let _ = write!(compared, ", {files} files of evidence");
    }
    if let Some(copied) = checked.evidence_copies {
        let _ = write!(compared, ", {copied} copies of evidence");
    }
    match checked.differs.len() {
        0 => {
            let _ = writeln!(text, "All is as recorded: {compared}.");
        }
        count => {
            let things = if count == 1 { "One thing differs".into() } else { format!("{count} things differ") };
            let _ = writeln!(text, "{things}. Compared: {compared}.");
        }
    }
    match &checked.signed_by {
        Some(key) => {
            let _ = writeln!(text, "Signed by {key}");
        }
        None => text.push_str("Not signed.\n"),
    }
    if !checked.later.is_empty() && checked.signed_by.is_some() {
        let _ = writeln!(text, "Written after that, and not signed: {}", Foreign(&checked.later.join(", ")));
    }
    let _ = writeln!(text, "SHA-256 of case.json: {}", checked.manifest_sha256);
    text
}

/// Whether a copy is one of the files that the case wrote, whatever the copy is called.
fn copy(report: &Path, written: &BTreeMap<String, String>) -> Result<Option<String>, Stop> {
    let hash = assize_case::sha256(report).map_err(|e| Stop::Input(e.to_string()))?;
    if written.values().any(|known| *known == hash) {
        return Ok(None);
    }
    Ok(Some(format!("{} is no file that this case wrote", report.display())))
}

/// Compares the evidence with what was recorded of it: how many files there are, and what differs.
fn against(args: &Args, case: &Case, evidence: &Path) -> Result<(usize, Vec<String>), Stop> {
    let scratch = cases::scratch()?;
    let source = input::whole(evidence, scratch.path(), &args.password_file.clone().unwrap_or_default())?;
    let recorded: BTreeMap<&str, &str> =
        case.files().iter().map(|f| (f.info.path.as_str(), f.info.sha256.as_str())).collect();
    let refused: BTreeSet<&str> = case.manifest().skipped.iter().map(|s| s.path.as_str()).collect();
    let found = hashed(&source, args);
    let mut differs = Vec::new();
    for (path, hash) in &found {
        match (recorded.get(path.as_str()), hash) {
            (Some(recorded), Ok(hash)) if recorded == hash => {}
            (Some(_), Ok(_)) => differs.push(format!("evidence {path} is not what was read")),
            (Some(_), Err(reason)) => differs.push(format!("evidence {path} cannot be read: {reason}")),
            // What could not be read then has no hash to compare with.
            (None, _) if refused.contains(path.as_str()) => {}
            (None, _) => differs.push(format!("evidence {path} was not there")),
        }
    }
    let gone = recorded.keys().filter(|path| !found.contains_key(**path));
    differs.extend(gone.map(|path| format!("evidence {path} is missing")));
    differs.sort();
    Ok((found.len(), differs))
}

/// The hash of every file, or why there is none.
fn hashed(source: &Source, args: &Args) -> BTreeMap<String, Result<String, String>> {
    let bytes = source.entries().iter().map(|e| e.size).sum();
    let choice = if args.quiet > 0 && args.progress == Choice::Auto { Choice::None } else { args.progress };
    let progress = Progress::begin(choice, Phase::Verify, source.name(), source.entries().len() as u64, bytes);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..Resources::default().threads(args.threads) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = source.entries().get(index) else { return };
                    let hash = source.describe(index).map(|d| d.info.sha256).map_err(|s| s.reason);
                    if let Ok(mut found) = found.lock() {
                        found.insert(entry.path.clone(), hash);
                    }
                    progress.file_done(entry.size);
                }
            });
        }
    });
    progress.end(None);
    found.into_inner().unwrap_or_default()
}
