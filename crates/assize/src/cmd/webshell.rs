//! `assize webshell`: is this file a web shell, and why?
//!
//! For the administrator who has one strange file, or a folder of them. Nothing is run, nothing of the files is written to a disk where
//! the system keeps a folder in memory.

use crate::cmd::packs;
use crate::cmd::scan::Common;
use crate::exit::{NOT_ASSESSED, OK, Stop};
use crate::listed::{self, Listed};
use crate::out::{self, Lines};
use crate::rules::name_some;
use crate::{input, pages, run, signatures};
use assize_evidence::Source;
use assize_report::page;
use assize_report::{Lang, Value, message};
use assize_webshell::Grade;
use assize_yara::Rules;
use pages::{Checked, Checks};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `assize webshell`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize webshell OutlookEN.aspx              is this a web shell, and why?
  assize webshell /mnt/ex01/inetpub           every file below a folder
  assize webshell pages.zip --jsonl | jq -r 'select(.grade == \"certain\") | .path'
  assize webshell suspects/ --yara rules/     with YARA rules of others, too
  assize webshell suspects/ --ioc hashes.txt   with a list of known ones
  cat strange.aspx | assize webshell -

Grades: certain, a visitor's words are run as a program, or the file is a known shell; likely, a
genuine page has hardly a reason; suspicious, a person should look; context, many genuine pages do
it. A grade is no verdict on a server, and a file with nothing found is not thereby harmless.")]
pub(crate) struct Args {
    /// Files, folders or archives; `-` is one file, or a tar archive, on standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// YARA rules: a file, a folder or an archive of them
    #[arg(long, value_name = "PATH")]
    yara: Vec<PathBuf>,
    /// Run no YARA rules
    #[arg(long, conflicts_with = "yara")]
    no_yara: bool,
    /// Indicators: one a line, CSV, a STIX bundle or MISP events; hashes, names, paths, parameters
    #[arg(long, value_name = "FILE")]
    ioc: Vec<PathBuf>,
    /// Do not ask whether a file is known by its hash
    #[arg(long)]
    no_known_hashes: bool,
    /// One JSON line for each file read
    #[arg(long)]
    jsonl: bool,
    /// Show files that only do what many genuine pages do, too
    #[arg(long, conflicts_with = "jsonl")]
    all: bool,
    #[command(flatten)]
    common: Common,
}

/// One line of `--jsonl`. Its names are part of the contract.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    sha256: &'a str,
    grade: &'a str,
    language: Option<&'a str>,
    reasons: Vec<ReasonLine<'a>>,
    capabilities: Vec<&'a str>,
    keys: &'a [String],
}

#[derive(Serialize)]
struct ReasonLine<'a> {
    text: &'a str,
    line: usize,
    column: usize,
}

/// Looks at every file.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    args.common.begin("webshell")?;
    let content = packs::load(args.common.content.as_deref())?;
    let lang = args.common.lang.lang();
    let rules = signatures::files(&args.yara, scratch)?;
    let rules = (!rules.is_empty()).then(|| Rules::compile(&rules));
    signatures::name_faults(rules.iter().flat_map(|rules| &rules.faults), lang);
    let list = listed::read(&args.ioc)?;
    listed::name_left_out(&list, lang);
    let listed = (!args.ioc.is_empty()).then(|| Listed::new(&list));
    let known = (!args.no_known_hashes).then_some(&content);
    let lang_of_reasons = if args.jsonl { Lang::En } else { lang };
    let checks = Checks { known, rules: rules.as_ref(), listed: listed.as_ref(), lang: lang_of_reasons };
    let threads = args.common.settings().threads;
    let asked = match args.paths.as_slice() {
        paths if paths.iter().all(|path| path.is_dir()) => Asked::Folders,
        [_] => Asked::One,
        _ => Asked::Several,
    };
    let mut shown = Shown { args, asked, lang, lines: Lines::begin(), counts: [0; 5], unread: Vec::new() };
    for path in &args.paths {
        one(path, &checks, threads, &mut shown)?;
    }
    shown.end()
}

/// One path of the command line.
fn one(path: &Path, checks: &Checks<'_>, threads: usize, shown: &mut Shown<'_>) -> Result<(), Stop> {
    let scratch = scratch()?;
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let limit = pages::FILE_BYTES_MAX as u64 + 1;
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|e| Stop::Input(format!("standard input: {e}")))?;
        if !is_tar(&bytes) {
            return shown.file(&checks.check("-", &bytes));
        }
        let rest = std::io::stdin().lock();
        let stream = std::io::Cursor::new(bytes).chain(rest);
        let source = Source::from_tar_stream(stream, assize_evidence::Limits::default(), Some(scratch.path()));
        return pages::each(&source.map_err(|e| Stop::Input(e.to_string()))?, checks, threads, &mut |found| {
            shown.take(found)
        });
    }
    let source = input::whole(path, scratch.path(), &shown.args.common.passwords())?;
    input::filled(path, std::slice::from_ref(&source))?;
    shown.unread.extend(source.skipped().iter().map(|skipped| format!("{}: {}", skipped.path, skipped.reason)));
    pages::each(&source, checks, threads, &mut |found| shown.take(found))
}

/// A folder for what comes out of archives: in memory where there is one, since scanners delete shells that reach a disk.
fn scratch() -> Result<tempfile::TempDir, Stop> {
    let memory = Path::new("/dev/shm");
    match tempfile::Builder::new().prefix("assize-").tempdir_in(memory) {
        Ok(folder) => Ok(folder),
        Err(_) => crate::cases::scratch(),
    }
}

/// Whether a stream is a tar archive, packed or not.
fn is_tar(bytes: &[u8]) -> bool {
    let magic: [&[u8]; 4] = [&[0x28, 0xb5, 0x2f, 0xfd], &[0x1f, 0x8b], b"BZh", &[0xfd, b'7', b'z', b'X', b'Z']];
    bytes.get(257..262) == Some(b"ustar") || magic.iter().any(|magic| bytes.starts_with(magic))
}

/// What the command line names.
#[derive(PartialEq, Eq)]
enum Asked {
    /// Folders only: what is in them that is worth a look.
    Folders,
    /// One file or archive: whatever there is to say of it.
    One,
    /// Several, not all of them folders.
    Several,
}

/// What has been shown so far.
struct Shown<'a> {
    args: &'a Args,
    asked: Asked,
    lang: Lang,
    lines: Lines,
    counts: [u64; 5],
    unread: Vec<String>,
}

impl Shown<'_> {
    fn take(&mut self, found: Result<Checked, String>) -> Result<(), Stop> {
        match found {
            Ok(checked) => self.file(&checked),
            Err(why) => {
                self.unread.push(why);
                Ok(())
            }
        }
    }

    fn file(&mut self, checked: &Checked) -> Result<(), Stop> {
        self.counts[checked.grade as usize] += 1;
        if self.args.jsonl {
            let line = Line {
                path: &checked.path,
                sha256: &checked.sha256,
                grade: checked.grade.word(),
                language: checked.language,
                reasons: checked
                    .reasons
                    .iter()
                    .map(|r| ReasonLine { text: &r.text, line: r.line, column: r.column })
                    .collect(),
                capabilities: checked.capabilities.iter().map(|one| one.word()).collect(),
                keys: &checked.keys,
            };
            return self.lines.line(&serde_json::to_string(&line).map_err(run::own)?);
        }
        let least = if self.args.all { Grade::Context } else { Grade::Suspicious };
        let alone = self.asked == Asked::One && checked.grade > Grade::None;
        if checked.grade < least && !alone && !checked.genuine {
            return Ok(());
        }
        if checked.genuine && !self.args.all && self.asked == Asked::Folders {
            return Ok(());
        }
        self.explained(checked)
    }

    /// One file with its reasons, for people.
    fn explained(&mut self, checked: &Checked) -> Result<(), Stop> {
        use assize_model::display::Foreign;
        let language = checked.language.map_or(String::new(), |language| format!("  ({language})"));
        let grade = page::grade(self.lang, checked.grade);
        self.lines.line(&format!("{grade:<12}{}{language}", Foreign(&checked.path)))?;
        for reason in &checked.reasons {
            let place = if reason.line > 0 { format!("{}:{}", reason.line, reason.column) } else { String::new() };
            self.lines.line(&format!("  {place:<9} {}", reason.text))?;
        }
        if !checked.capabilities.is_empty() {
            let able: Vec<String> = checked.capabilities.iter().map(|one| page::capability(self.lang, *one)).collect();
            self.lines.line(&format!(
                "            {}",
                message(self.lang, "shell-able", &[("able", Value::Text(able.join(", ")))])
            ))?;
        }
        if !checked.keys.is_empty() {
            let keys = Value::Text(checked.keys.join(", "));
            self.lines.line(&format!("            {}", message(self.lang, "shell-keys", &[("keys", keys)])))?;
        }
        self.lines.line("")
    }

    fn end(mut self) -> Result<u8, Stop> {
        let files: u64 = self.counts.iter().sum();
        if !self.args.jsonl {
            let count = |grade: Grade| Value::Count(self.counts[grade as usize]);
            let counts = [
                ("files", Value::Count(files)),
                ("certain", count(Grade::Certain)),
                ("likely", count(Grade::Likely)),
                ("suspicious", count(Grade::Suspicious)),
                ("context", count(Grade::Context)),
                ("none", count(Grade::None)),
            ];
            self.lines.line(&message(self.lang, "shell-summary", &counts))?;
            for grade in [Grade::Certain, Grade::Likely, Grade::Suspicious]
                .into_iter()
                .filter(|grade| self.counts[*grade as usize] > 0)
            {
                let meaning = message(self.lang, &format!("grade-{}-means", grade.word()), &[]);
                let gaps = [("grade", Value::Text(page::grade(self.lang, grade))), ("meaning", Value::Text(meaning))];
                self.lines.line(&message(self.lang, "shell-meaning", &gaps))?;
            }
            self.lines.line(&message(self.lang, "shell-limits", &[]))?;
        }
        self.lines.end()?;
        if !self.unread.is_empty() {
            out::error(&message(self.lang, "shell-unread", &[("count", Value::Count(self.unread.len() as u64))]));
            name_some(&self.unread, "  ", self.lang);
        }
        Ok(if files > 0 { OK } else { NOT_ASSESSED })
    }
}
