//! `assize doctor`: what of this machine matters to a scan, what is wrong with it, and what to do.

use crate::cmd::packs;
use crate::exit::{ERROR, OK, Stop};
use crate::{config, input, out, run};
use assize_model::Timestamp;
use assize_model::display::Foreign;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Arguments of `assize doctor`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize doctor                  before the first scan on a new machine
  assize doctor -o /data/cases   can cases be written there, and is there room?
  assize doctor --json           for a ticket

Exit code 0: nothing is wrong; 1: something is, and the line says what to do.")]
pub(crate) struct Args {
    /// Where cases will be written
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Print what was found as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    name: &'static str,
    found: String,
    /// What is wrong and what to do; nothing where all is well.
    wrong: Option<String>,
}

impl Finding {
    fn well(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, found: found.into(), wrong: None }
    }

    fn new(name: &'static str, found: impl Into<String>, wrong: Option<impl Into<String>>) -> Self {
        Self { name, found: found.into(), wrong: wrong.map(Into::into) }
    }
}

/// With less free room than this even a small case may not fit.
#[cfg(unix)]
const ROOM_MIN: u64 = 2 << 30;
/// With less memory than this a large case may be slow, or be ended by the system.
const MEMORY_MIN: u64 = 1 << 30;
/// Bytes of a file of the system that are read.
const SYSTEM_BYTES_MAX: u64 = 1 << 16;

/// Looks at everything, and says what is wrong.
pub(crate) fn run(args: &Args, asked: Option<&Path>, files: bool) -> Result<u8, Stop> {
    let mut found = vec![Finding::well("version", env!("CARGO_PKG_VERSION"))];
    content(args.content.as_deref(), &mut found);
    found.push(settings(asked, files));
    found.push(Finding::well("cores", cores()));
    found.push(memory());
    folder(&args.output, &mut found);
    found.extend(sandbox(args.content.as_deref()));
    found.push(Finding::well("time zone", format!("{}; every moment we print is UTC", zone())));
    let sick = found.iter().any(|f| f.wrong.is_some());
    if args.json {
        let text = serde_json::to_string_pretty(&found).map_err(run::own)?;
        out::print(&format!("{text}\n"))?;
    } else {
        out::print(&screen(&found))?;
    }
    Ok(if sick { ERROR } else { OK })
}

fn screen(found: &[Finding]) -> String {
    let mut text = String::new();
    for finding in found {
        let mark = if finding.wrong.is_some() { "WRONG" } else { "ok" };
        let _ = writeln!(text, "{mark:<6} {:<14} {}", finding.name, Foreign(&finding.found));
        if let Some(wrong) = &finding.wrong {
            let _ = writeln!(text, "{:22}{}", "", Foreign(wrong));
        }
    }
    let wrong = found.iter().filter(|f| f.wrong.is_some()).count();
    let _ = match wrong {
        0 => writeln!(text, "Nothing is wrong."),
        1 => writeln!(text, "One thing is wrong."),
        more => writeln!(text, "{more} things are wrong."),
    };
    text
}

fn cores() -> String {
    std::thread::available_parallelism().map_or_else(|e| format!("not known ({e})"), |n| n.to_string())
}

/// Each pack with its hash.
fn content(folder: Option<&Path>, found: &mut Vec<Finding>) {
    match packs::load(folder) {
        Ok(content) => {
            let say = |p: &assize_content::Pack| {
                Finding::well("content", format!("{} {}  sha256 {}", p.id, p.version, p.sha256))
            };
            found.extend(content.packs.iter().map(say));
        }
        Err(e) => found.push(Finding::new("content", "cannot be used", Some(e.to_string()))),
    }
}

fn settings(asked: Option<&Path>, files: bool) -> Finding {
    match config::load(asked, files) {
        Ok(settings) if settings.is_empty() => Finding::well("settings", "none set"),
        Ok(settings) => {
            let set: Vec<String> = settings.iter().map(|s| format!("{} from {}", s.key.name, s.origin)).collect();
            Finding::well("settings", set.join(", "))
        }
        Err(e) => Finding::new("settings", "cannot be read", Some(e.to_string())),
    }
}

fn memory() -> Finding {
    let text = system("/proc/meminfo");
    let kibibytes =
        text.lines().find_map(|l| l.strip_prefix("MemAvailable:")?.trim().strip_suffix(" kB")?.parse().ok());
    let Some(free) = kibibytes.map(|k: u64| k << 10) else {
        return Finding::well("memory", "not known on this system");
    };
    let wrong = (free < MEMORY_MIN).then_some("less than 1 GB is free: end other programs, or use fewer --threads");
    Finding::new("memory", format!("{} free", gigabytes(free)), wrong)
}

/// Whether cases can be written to a folder; the clock is read from a file made there.
fn folder(folder: &Path, found: &mut Vec<Finding>) {
    let place = folder.display().to_string();
    let made = tempfile::tempfile_in(folder).and_then(|file| file.metadata()?.modified());
    match made {
        Err(e) => {
            let what = format!("nothing can be written there ({e}): choose another folder with -o");
            found.push(Finding::new("output folder", place, Some(what)));
        }
        Ok(now) => {
            found.push(Finding::well("output folder", format!("{place} can be written")));
            let now = now.duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
            found.push(clock(Timestamp(now)));
        }
    }
    found.push(room(folder));
}

/// A clock that is before the content was written cannot be right. Verdicts do not depend on it; names of folders and
/// the notes of a person do.
fn clock(now: Timestamp) -> Finding {
    let wrong = (now < WRITTEN).then_some("the clock is behind the day this version was made: set it");
    Finding::new("clock", now.to_string(), wrong)
}

/// 1 November 2026.
const WRITTEN: Timestamp = Timestamp(1_793_491_200_000_000);

#[cfg(unix)]
fn room(folder: &Path) -> Finding {
    let Ok(about) = rustix::fs::statvfs(folder) else { return Finding::well("free room", "not known") };
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    let wrong = (free < ROOM_MIN).then_some(
        "less than 2 GB: a case takes about a tenth of the evidence, archives inside archives take their own size meanwhile; \
         choose another folder with -o",
    );
    Finding::new("free room", gigabytes(free), wrong)
}

#[cfg(not(unix))]
fn room(_: &Path) -> Finding {
    Finding::well("free room", "not known on this system")
}

/// How the reader of binary files is kept in its place: one is started and asked. Where the system has not all that
/// we use, evidence is read all the same.
fn sandbox(content: Option<&Path>) -> Vec<Finding> {
    let asked = run::pool(content, &[]).ok_or("our own program is not found".to_owned());
    match asked.and_then(|pool| pool.confinement().map_err(|e| e.to_string())) {
        Ok(confinement) => {
            let taken = confinement.taken.join(", ");
            let mut found = vec![Finding::well("sandbox", if taken.is_empty() { "none".into() } else { taken })];
            found.extend(confinement.missing.into_iter().map(|why| Finding::well("sandbox", format!("without {why}"))));
            found
        }
        Err(e) => vec![Finding::new("sandbox", "not known", Some(e))],
    }
}

fn zone() -> String {
    if let Some(zone) = std::env::var("TZ").ok().filter(|z| !z.is_empty()) {
        return zone;
    }
    let named = fs::read_link("/etc/localtime").ok();
    let named = named.as_ref().and_then(|p| p.to_str()).and_then(|p| p.split_once("zoneinfo/"));
    named.map_or_else(|| "not named".to_owned(), |(_, zone)| zone.to_owned())
}

/// The text of a file of the system; empty where there is none.
fn system(path: &str) -> String {
    input::short(Path::new(path), SYSTEM_BYTES_MAX).unwrap_or_default()
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
