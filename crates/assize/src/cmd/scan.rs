//! `assize scan`: evidence in, verdict out.

use crate::cmd::{Language, packs};
use crate::exit::{self, Stop};
use crate::index;
use crate::out::{self, Color};
use crate::progress::{self, Choice};
use crate::run::{self, Assessed, Settings};
use crate::stop;
use assize_model::{State, Timestamp};
use assize_report::{Format, Lang, TerminalFacts, TerminalStyle};
use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Arguments of `assize scan`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize scan EX01-collection.zip              answer, and a case folder with report.html
  assize scan /mnt/ex01 -o case-ex01           name the case folder
  assize scan --lang fr -q collections/*.zip   one line per server, in French
  assize scan EX01.zip --json | jq -r .verdict.state
  assize scan EX01.zip --since 2021-01-01 --until 2021-03-31

An input is a folder, a file, a .zip, .tar, .tar.gz or .tar.zst. It is only read. Nothing is sent anywhere.
The exit code is the answer: see `assize explain exit-codes`.")]
pub(crate) struct Args {
    /// Folders, files or archives of evidence; each is one server
    #[arg(required_unless_present = "files_from", value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Read the names of inputs from this file, one a line; - is standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The names of --files-from end with NUL, as `find -print0` writes them
    #[arg(short = '0', long = "null", requires = "files_from")]
    null: bool,
    /// Say what would be read and written, and do neither
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Case folder; with several inputs, the folder that takes their case folders [default: ./assize-<host>-<UTC>]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write into a case folder that exists, replacing the case in it
    #[arg(long)]
    overwrite: bool,
    /// Only these packs
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    campaign: Vec<String>,
    /// Examine from this day or moment (UTC) [default: first known exploitation]
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Timestamp>,
    /// Examine up to this day or moment (UTC) [default: the patch, or the end of the evidence]
    #[arg(long, value_name = "DATE", value_parser = moment)]
    until: Option<Timestamp>,
    /// Print result.json on standard output, and nothing else there
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Print one JSON line per server on standard output
    #[arg(long)]
    jsonl: bool,
    /// Files to write into the case folder
    #[arg(short, long, value_delimiter = ',', default_value = "html,json,jsonl,csv", value_name = "LIST", value_parser = format)]
    format: Vec<Format>,
    /// Lowest state that gives a non-zero exit code
    #[arg(long, default_value = "exposed", value_name = "STATE", value_parser = state)]
    fail_on: State,
    /// Exit with 0 whenever the run completed
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    common: Common,
}

/// Flags that `scan`, `inspect` and `demo` share.
#[derive(clap::Args)]
pub(crate) struct Common {
    /// Language of everything a person reads; machine output is never translated
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) lang: Language,
    /// Only the verdict line; twice: nothing but errors
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(crate) quiet: u8,
    /// Colour
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) color: Color,
    /// Progress on standard error
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) progress: Choice,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    pub(crate) content: Option<PathBuf>,
}

impl Common {
    /// The whole of the evidence, with every pack.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            since: None,
            until: None,
            campaigns: Vec::new(),
            threads: threads(self.threads),
            progress: self.progress(),
            detect: true,
            stop: stop::asked_for(),
        }
    }

    /// How progress is shown: not at all where the user asked for silence.
    fn progress(&self) -> Choice {
        if self.quiet > 0 && self.progress == Choice::Auto { Choice::None } else { self.progress }
    }

    /// How the terminal is written to.
    pub(crate) fn style(&self) -> TerminalStyle {
        TerminalStyle { color: out::colored(self.color), unicode: out::unicode(), width: 80 }
    }
}

/// Threads to use: as many as asked for, or one a core.
pub(crate) fn threads(asked: Option<NonZeroUsize>) -> usize {
    asked.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// A day or a moment.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "a day such as 2021-03-02, or a moment such as 2021-03-02T06:12:00Z, is expected".into())
}

fn state(text: &str) -> Result<State, String> {
    let all = State::ALL.map(State::word).join(", ");
    State::from_word(text).ok_or_else(|| format!("one of {all} is expected"))
}

/// A format by its id.
pub(crate) fn format(text: &str) -> Result<Format, String> {
    let all = assize_report::FORMATS.map(|(_, id, _)| id).join(", ");
    Format::from_id(text).ok_or_else(|| format!("one of {all} is expected"))
}

/// Scans every input and gives the exit code over all.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = packs::load(args.common.content.as_deref())?;
    if let Some(unknown) = args.campaign.iter().find(|id| content.pack(id).is_none()) {
        return Err(Stop::Usage(format!("no pack is called {unknown}; there are: {}", packs::ids(&content))));
    }
    let inputs = inputs(args)?;
    if args.dry_run {
        return dry_run(args, &inputs);
    }
    if let [input] = inputs.as_slice() {
        let assessed = one(args, &content, input, &args.common.settings(), false)?;
        show(args, &assessed)?;
        return Ok(exit::over(&[assessed.result.verdict.state], 0, args.fail_on, args.exit_zero));
    }
    several(args, &content, &inputs)
}

/// Scans several inputs at once, shows them in the order in which they were named, and writes their index.
fn several(args: &Args, content: &assize_content::Content, inputs: &[PathBuf]) -> Result<u8, Stop> {
    let mut settings = args.common.settings();
    // Threads are shared: as many inputs at once as there are threads, each with its part of them.
    let at_once = settings.threads.clamp(1, inputs.len());
    settings.threads = (settings.threads / at_once).max(1);
    let next = AtomicUsize::new(0);
    let (send, received) = std::sync::mpsc::channel();
    let mut done = BTreeMap::new();
    let mut servers = Servers::default();
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            let (send, settings, next) = (send.clone(), &settings, &next);
            scope.spawn(move || {
                while !settings.stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(at) else { return };
                    // Where nobody takes results any more the run is over.
                    if send.send((at, one(args, content, input, settings, true))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        for (at, result) in received {
            done.insert(at, result);
            while let Some(result) = done.remove(&servers.count()) {
                let input = &inputs[servers.count()];
                if let Err(stop) = progress::aside(|| servers.add(args, input, result)) {
                    // Nobody reads what we print, or a second Ctrl-C will follow: begin no other input.
                    settings.stop.store(true, Ordering::Relaxed);
                    return Err(stop);
                }
            }
        }
        Ok(())
    })?;
    if settings.stop.load(Ordering::Relaxed) {
        let (done, all) = (servers.states.len(), inputs.len());
        return Err(Stop::Interrupted(format!(
            "interrupted: {done} of {all} inputs were assessed; their cases are kept"
        )));
    }
    let code = exit::over(&servers.states, servers.failed.len(), args.fail_on, args.exit_zero);
    let parent = args.output.as_deref().unwrap_or(Path::new("."));
    index::write(parent, args.output.is_some(), &servers.index, &servers.failed, code)?;
    if args.common.quiet < 2 && !args.json && !args.jsonl {
        let summary = assize_report::quiet_summary(&servers.states, code, args.common.lang.lang());
        out::print(&format!("{summary}\n"))?;
    }
    Ok(code)
}

/// What came of the inputs so far.
#[derive(Default)]
struct Servers {
    states: Vec<State>,
    index: Vec<index::Server>,
    failed: Vec<index::Failed>,
}

impl Servers {
    fn count(&self) -> usize {
        self.index.len() + self.failed.len()
    }

    /// Takes what came of the next input, and shows it.
    fn add(&mut self, args: &Args, input: &Path, result: Result<Assessed, Stop>) -> Result<(), Stop> {
        let assessed = match result {
            Ok(assessed) => assessed,
            Err(stop @ (Stop::Closed | Stop::Interrupted(_))) => return Err(stop),
            Err(stop) => {
                out::error(&stop.to_string());
                self.failed.push(index::Failed::new(input, &stop));
                return Ok(());
            }
        };
        self.states.push(assessed.result.verdict.state);
        self.index.push(index::Server::new(input, &assessed));
        show(args, &assessed)
    }
}

/// Bytes of a list of names that are read.
const NAMES_BYTES_MAX: u64 = 64 << 20;

/// The inputs named on the command line, then those of the list.
fn inputs(args: &Args) -> Result<Vec<PathBuf>, Stop> {
    let mut inputs = args.inputs.clone();
    let Some(list) = &args.files_from else { return Ok(inputs) };
    let trouble = |e: std::io::Error| Stop::Usage(format!("cannot read the list of inputs {}: {e}", list.display()));
    let mut text = String::new();
    let read = if list.as_os_str() == "-" {
        std::io::stdin().lock().take(NAMES_BYTES_MAX).read_to_string(&mut text)
    } else {
        std::fs::File::open(list).and_then(|f| f.take(NAMES_BYTES_MAX).read_to_string(&mut text))
    };
    read.map_err(trouble)?;
    let end = if args.null { '\0' } else { '\n' };
    inputs.extend(
        text.split(end).map(|name| name.trim_end_matches('\r')).filter(|name| !name.is_empty()).map(PathBuf::from),
    );
    if inputs.is_empty() {
        return Err(Stop::Usage(format!("the list of inputs {} names nothing", list.display())));
    }
    Ok(inputs)
}

/// What would be read and written.
fn dry_run(args: &Args, inputs: &[PathBuf]) -> Result<u8, Stop> {
    let scratch = tempfile::tempdir().map_err(|e| Stop::Own(format!("cannot make a temporary folder: {e}")))?;
    let lang = args.common.lang.lang();
    for input in inputs {
        let source = crate::input::open(input, scratch.path())?;
        let bytes = source.entries().iter().map(|e| e.size).sum();
        let into = match (&args.output, inputs.len()) {
            (Some(folder), 1) => folder.clone(),
            (folder, _) => folder.clone().unwrap_or_else(|| PathBuf::from(".")).join("assize-<host>-<UTC>"),
        };
        let facts: [(&str, assize_report::Value); 4] = [
            ("input", input.display().to_string().into()),
            ("files", assize_report::number(source.entries().len() as u64).into()),
            ("size", assize_report::bytes(bytes, lang).into()),
            ("folder", into.display().to_string().into()),
        ];
        out::print(&format!("{}\n", assize_report::message(lang, "scan-dry-run", &facts)))?;
    }
    Ok(exit::OK)
}

/// Scans one input into its case folder.
fn one(
    args: &Args,
    content: &assize_content::Content,
    input: &Path,
    shared: &Settings,
    several: bool,
) -> Result<Assessed, Stop> {
    let settings = Settings { since: args.since, until: args.until, campaigns: args.campaign.clone(), ..*shared };
    let place = Place { output: args.output.as_deref(), several, overwrite: args.overwrite };
    assess_into(&settings, content, input, &place, &args.format, args.common.lang.lang())
}

static NAMING: Mutex<()> = Mutex::new(());

/// Where a case goes.
pub(crate) struct Place<'a> {
    /// As asked for.
    pub(crate) output: Option<&'a Path>,
    /// Whether that folder takes several cases.
    pub(crate) several: bool,
    /// Whether a case in it may be replaced.
    pub(crate) overwrite: bool,
}

/// Runs one input and writes the case with its reports.
///
/// The name of a case folder holds the host, which is known only at the end: the case is made in an unnamed
/// folder beside it and renamed.
pub(crate) fn assess_into(
    settings: &Settings,
    content: &assize_content::Content,
    input: &Path,
    place: &Place<'_>,
    formats: &[Format],
    lang: Lang,
) -> Result<Assessed, Stop> {
    let own = |what: &str, e: std::io::Error| Stop::Own(format!("{what}: {e}"));
    let fixed = place.output.filter(|_| !place.several);
    let parent = match (fixed, place.output) {
        (Some(dir), _) => dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        (None, Some(dir)) => dir,
        (None, None) => Path::new("."),
    };
    if let Some(dir) = fixed {
        run::check_free(dir, place.overwrite)?;
    }
    std::fs::create_dir_all(parent).map_err(|e| own(&format!("cannot make {}", parent.display()), e))?;
    let making = tempfile::Builder::new()
        .prefix(".assize-unfinished-")
        .tempdir_in(parent)
        .map_err(|e| own(&format!("cannot write into {}", parent.display()), e))?;
    let mut assessed = run::assess(settings, content, input, making.path())?;
    for format in formats {
        let bytes = assize_report::render(&assessed.result, *format, lang).map_err(|e| Stop::Own(e.to_string()))?;
        assessed.case.write(format.file_name(), &bytes).map_err(|e| Stop::Own(e.to_string()))?;
    }
    // Two inputs of one host must not take the same free name.
    let _one_at_a_time = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = match fixed {
        Some(dir) => dir.to_path_buf(),
        None => run::free_name(parent, &assessed.result),
    };
    assessed.case = run::put_in_place(making, &folder, place.overwrite)?;
    assessed.folder = folder;
    Ok(assessed)
}

/// What the terminal shows of one server.
fn show(args: &Args, assessed: &Assessed) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let result = &assessed.result;
    if args.json || args.jsonl {
        let mut bytes = assize_report::render(result, Format::Json, lang).map_err(|e| Stop::Own(e.to_string()))?;
        if args.jsonl {
            let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| Stop::Own(e.to_string()))?;
            bytes = format!("{value}\n").into_bytes();
        }
        return out::write_all(&bytes);
    }
    match args.common.quiet {
        0 => out::print(&assize_report::terminal(result, lang, args.common.style(), &facts(assessed))),
        1 => out::print(&format!("{}\n", assize_report::quiet_line(result, lang))),
        _ => Ok(()),
    }
}

/// What only the command knows: where the report is, and how long it took.
pub(crate) fn facts(assessed: &Assessed) -> TerminalFacts {
    TerminalFacts {
        report: Some(assessed.folder.join(Format::Html.file_name()).display().to_string()),
        seconds: Some(assessed.seconds),
        timeline: Some(format!("assize timeline {}", assessed.folder.display())),
        other_language: true,
        ..TerminalFacts::default()
    }
}
