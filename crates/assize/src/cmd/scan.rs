//! `assize scan`: evidence in, verdict out.

use crate::cmd::{Language, packs};
use crate::exit::{self, Stop};
use crate::index;
use crate::out::{self, Color};
use crate::progress::{self, Choice};
use crate::redaction::Redact;
use crate::resources::Resources;
use crate::run::{self, Assessed, Settings};
use crate::signatures::{self, Signatures};
use crate::{cases, copies, input, log, place, redaction};
use assize_content::{Content, Suppressor};
use assize_evidence::{Passwords, Source};
use assize_model::display::hex;
use assize_model::time::DAY;
use assize_model::{Marking, State, Timestamp, Tlp};
use assize_report::{Format, Lang, TerminalFacts, TerminalStyle};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Arguments of `assize scan`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize scan EX01-collection.zip              answer, and a case folder with report.html
  assize scan /mnt/ex01 -o case-ex01           name the case folder
  assize scan --lang fr -q collections/*.zip   one line per server, in French
  assize scan EX01.zip --json | jq -r .verdict.state
  assize scan EX01.zip --since 2021-01-01 --until 2021-03-31
  assize scan EX01.zip --case-id 2021-017 --operator MARTIN --tlp green --tz Europe/Paris

  assize scan EX01.zip --copy-evidence findings   with the files behind the findings, under a password
  assize scan EX01.zip --redact=map.json       reports for others, without names of hosts and people
  assize scan EX01.zip --suppressions ours.yml what somebody answers for does not count, and is named
  assize scan EX01.zip --yara rules/           with YARA rules of others, too

  ssh ex01 tar -c -C / inetpub | assize scan -

  assize scan assize-EX01-20210312T1015Z       a case again, with the packs of today; no evidence is read

An input is a folder, a file, a .zip, .7z or .tar (plain, .gz, .zst, .xz, .bz2), or - for a tar archive on standard
input. One input may hold the collections of several hosts: each becomes a case. It is only read. Nothing is sent
anywhere. A case that is assessed again keeps an earlier result that says something else.
The exit code is the answer: see `assize explain exit-codes`.")]
pub(crate) struct Args {
    /// Folders, files or archives of evidence, of one host each or of several; - is a tar archive on standard input
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
    /// Ask these YARA rules about every file, logs too: a file, a folder or an archive of them
    #[arg(long, value_name = "PATH")]
    yara: Vec<PathBuf>,
    /// Findings that somebody answers for, in YAML or TOML: each with rule or finding, owner, reason and expires. They stay
    /// in the result and do not count
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,
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
    /// Files to write into the case folder: html, json, md, jsonl, csv; for other programs stix, misp, navigator, ocsf, ecs,
    /// timesketch, ssvc, xlsx, parquet, parquet-timeline
    #[arg(short, long, value_delimiter = ',', default_value = "html,json,jsonl,csv", value_name = "LIST", value_parser = format)]
    format: Vec<Format>,
    /// Lowest state that gives a non-zero exit code
    #[arg(long, default_value = "exposed", value_name = "STATE", value_parser = state)]
    fail_on: State,
    /// Exit with 0 whenever the run completed
    #[arg(long)]
    exit_zero: bool,
    /// Copy evidence into the case, as evidence.zip under the password `infected`, with a list of where each copy comes from
    #[arg(long, value_enum, default_value = "none", value_name = "WHICH")]
    copy_evidence: copies::Which,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    carve: Carve,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    about: About,
}

/// What a person says of the case.
#[derive(clap::Args)]
#[command(next_help_heading = "About the case")]
pub(crate) struct About {
    /// Repeat the times of the first screen in this zone: Europe/Paris, +02:00; every time is in UTC besides
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    tz: Option<String>,
    /// Number or name of the case, for the report and the manifest
    #[arg(long, value_name = "ID", value_parser = label)]
    case_id: Option<String>,
    /// Who runs the assessment, for the report and the manifest
    #[arg(long, value_name = "NAME", value_parser = label)]
    operator: Option<String>,
    /// Who may read the report: red, amber+strict, amber, green, clear
    #[arg(long, default_value = "amber", value_name = "LABEL", value_parser = tlp)]
    tlp: Tlp,
}

impl About {
    /// What was said of a case before, with what is said now.
    fn over(&self, before: &Marking) -> Marking {
        let now = self.marking();
        Marking {
            case_id: now.case_id.or_else(|| before.case_id.clone()),
            operator: now.operator.or_else(|| before.operator.clone()),
            tlp: if now.tlp == Tlp::default() { before.tlp } else { now.tlp },
            tz: now.tz.or_else(|| before.tz.clone()),
        }
    }

    fn marking(&self) -> Marking {
        let (case_id, operator, tz) = (self.case_id.clone(), self.operator.clone(), self.tz.clone());
        Marking { case_id, operator, tlp: self.tlp, tz }
    }
}

/// Characters of a name or a number that a person gives a case.
const LABEL_CHARS_MAX: usize = 200;

fn label(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LABEL_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(format!("one line of at most {LABEL_CHARS_MAX} characters is expected"));
    }
    Ok(text.to_owned())
}

/// A zone by its name or offset.
pub(crate) fn zone(text: &str) -> Result<String, String> {
    if assize_report::zone_is_known(text) {
        return Ok(text.to_owned());
    }
    Err("a zone such as Europe/Paris, or an offset such as +02:00, is expected".into())
}

fn tlp(text: &str) -> Result<Tlp, String> {
    Tlp::from_word(text).ok_or_else(|| "one of red, amber+strict, amber, green, clear is expected".into())
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
    /// Passwords of locked archives, one a line; each is tried
    #[arg(long, value_name = "FILE", value_parser = input::passwords)]
    password_file: Option<Passwords>,
    #[command(flatten)]
    resources: Resources,
    #[command(flatten)]
    log: log::LogTo,
}

impl Common {
    /// Begins the log and takes the place in the queue, where they are asked for. Before anything else is done.
    pub(crate) fn begin(&self, command: &str) -> Result<(), Stop> {
        self.log.begin(command)?;
        self.resources.take_place()
    }

    /// The whole of the evidence, with every pack.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            threads: self.resources.threads(self.threads),
            memory: self.resources.memory(),
            progress: self.progress(),
            passwords: self.passwords(),
            ..Settings::plain(self.content.clone())
        }
    }

    /// What is tried on evidence that is locked.
    pub(crate) fn passwords(&self) -> Passwords {
        self.password_file.clone().unwrap_or_default()
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

/// Whether more is looked for than what logs hold.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Carve {
    /// Read records of an earlier use behind those that event logs hold: rows with `leftover` in the column `carved`. They
    /// may be torn, and say nothing of how far back a log reaches
    #[arg(long)]
    carve: bool,
}

impl Carve {
    /// The content, read in that way.
    pub(crate) fn of(self, content: Content) -> Content {
        content.carving(self.carve)
    }

    /// Refuses what is read no more.
    pub(crate) fn needs_evidence(self, case: &Path) -> Result<(), Stop> {
        if !self.carve {
            return Ok(());
        }
        let case = case.display();
        Err(Stop::Usage(format!("--carve reads evidence, and {case} is a case: scan its evidence again")))
    }
}

/// A day or a moment.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "a day such as 2021-03-02, or a moment such as 2021-03-02T06:12:00Z, is expected".into())
}

/// The end of a day that is meant to its end, or a moment.
pub(crate) fn until(text: &str) -> Result<Timestamp, String> {
    let is_day = text.trim().len() == "2021-03-02".len();
    moment(text).map(|t| if is_day { t.plus(DAY) } else { t })
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
    args.common.begin("scan")?;
    let content = args.carve.of(packs::load(args.common.content.as_deref())?);
    if let Some(unknown) = args.campaign.iter().find(|id| content.pack(id).is_none()) {
        return Err(Stop::Usage(format!("no pack is called {unknown}; there are: {}", packs::ids(&content))));
    }
    let inputs = inputs(args)?;
    if args.dry_run {
        return dry_run(args, &inputs);
    }
    let settings = settings(args, &content, &inputs)?;
    let mut inputs: Vec<Input> = inputs.into_iter().map(|path| Input { path, sources: None }).collect();
    if let [input] = inputs.as_mut_slice()
        && let Some(assessed) = alone(args, &content, input, &settings)?
    {
        show(args, &assessed)?;
        return Ok(exit::over(&[assessed.result.verdict.state], 0, args.fail_on, args.exit_zero));
    }
    several(args, &content, inputs, settings)
}

/// What holds for every input: the machine, and the YARA rules, which are compiled once.
fn settings(args: &Args, content: &Content, inputs: &[PathBuf]) -> Result<Settings, Stop> {
    let rules = signatures::files(&args.yara, cases::scratch)?;
    let signatures = Signatures::prepare(content, args.common.content.as_deref(), rules)?;
    signatures::name_faults(signatures.iter().flat_map(|s| &s.heading.faults), args.common.lang.lang());
    let suppressions = args.suppressions.as_deref().map(suppressions).transpose()?.unwrap_or_default();
    let folders: Vec<&Path> = inputs.iter().chain(&args.output).map(PathBuf::as_path).collect();
    let redaction = args.redact.begin(&folders)?.map(Arc::new);
    Ok(Settings { signatures: signatures.map(Arc::new), suppressions, redaction, ..args.common.settings() })
}

/// Bytes of a list of suppressions.
const SUPPRESSIONS_BYTES_MAX: u64 = 4 << 20;

/// Reads the list of findings that somebody answers for.
fn suppressions(path: &Path) -> Result<Vec<Suppressor>, Stop> {
    let name = path.display().to_string();
    let text = input::short(path, SUPPRESSIONS_BYTES_MAX + 1)
        .map_err(|e| Stop::Usage(format!("cannot read the suppressions in {name}: {e}")))?;
    if text.len() as u64 > SUPPRESSIONS_BYTES_MAX {
        return Err(Stop::Usage(format!("{name} is too large for a list of suppressions")));
    }
    assize_content::suppressions(&name, &text).map_err(|e| Stop::Usage(e.to_string()))
}

/// Scans the only input where it is one case or one host; else its hosts are opened and wait.
fn alone(args: &Args, content: &Content, input: &mut Input, settings: &Settings) -> Result<Option<Assessed>, Stop> {
    if cases::is_case(&input.path) {
        return again(args, content, &input.path, settings).map(Some);
    }
    let place = Place { output: args.output.as_deref(), several: false, overwrite: args.overwrite };
    let sources = input::open(&input.path, place.parent(true)?, &settings.passwords)?;
    if let [source] = sources.as_slice() {
        return one(args, content, source, settings, &place).map(Some);
    }
    input.sources = Some(sources);
    Ok(None)
}

/// An input as it was named, and its hosts where it was opened already.
struct Input {
    path: PathBuf,
    sources: Option<Vec<Source>>,
}

/// What came of one input: of each host in it, or why it could not be opened.
type Outcome = Result<Vec<Result<Assessed, Stop>>, Stop>;

/// Scans several inputs at once, shows them in the order in which they were named, and writes their index.
fn several(args: &Args, content: &Content, inputs: Vec<Input>, mut settings: Settings) -> Result<u8, Stop> {
    // Threads are shared: as many inputs at once as there are threads, each with its part of them.
    let at_once = settings.threads.clamp(1, inputs.len());
    settings.threads = (settings.threads / at_once).max(1);
    let names: Vec<PathBuf> = inputs.iter().map(|input| input.path.clone()).collect();
    let inputs = Mutex::new(inputs.into_iter().enumerate());
    let (send, received) = std::sync::mpsc::channel();
    let mut done = BTreeMap::new();
    let mut servers = Servers::default();
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            let (send, settings, inputs) = (send.clone(), &settings, &inputs);
            scope.spawn(move || {
                while !settings.stop.load(Ordering::Relaxed) {
                    let next = inputs.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, input)) = next else { return };
                    // Where nobody takes results any more the run is over.
                    if send.send((at, hosts(args, content, input, settings))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut turn = 0;
        for (at, outcome) in received {
            done.insert(at, outcome);
            while let Some(outcome) = done.remove(&turn) {
                let added = progress::aside(|| servers.add(args, &names[turn], outcome));
                turn += 1;
                if let Err(stop) = added {
                    // Nobody reads what we print, or a second Ctrl-C will follow: begin no other input.
                    settings.stop.store(true, Ordering::Relaxed);
                    return Err(stop);
                }
            }
        }
        Ok(())
    })?;
    if settings.stop.load(Ordering::Relaxed) {
        let (done, all) = (servers.states.len(), names.len());
        return Err(Stop::Interrupted(format!(
            "interrupted: {done} servers of {all} inputs were assessed; their cases are kept, and the same command \
             goes on with the others"
        )));
    }
    let code = exit::over(&servers.states, servers.failed.len(), args.fail_on, args.exit_zero);
    let parent = args.output.as_deref().unwrap_or(Path::new("."));
    index::write(parent, args.output.is_some(), &servers.index, &servers.failed, code, args.common.lang.lang())?;
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
    /// Takes what came of the next input, and shows it.
    fn add(&mut self, args: &Args, input: &Path, outcome: Outcome) -> Result<(), Stop> {
        for host in outcome.unwrap_or_else(|stop| vec![Err(stop)]) {
            match host {
                Ok(assessed) => {
                    self.states.push(assessed.result.verdict.state);
                    self.index.push(index::Server::new(input, &assessed));
                    show(args, &assessed)?;
                }
                Err(stop @ (Stop::Closed | Stop::Interrupted(_))) => return Err(stop),
                Err(stop) => {
                    out::error(&stop.to_string());
                    self.failed.push(index::Failed::new(input, &stop));
                }
            }
        }
        Ok(())
    }
}

/// Bytes of a list of names that are read.
const NAMES_BYTES_MAX: u64 = 64 << 20;

/// The inputs named on the command line, then those of the list.
fn inputs(args: &Args) -> Result<Vec<PathBuf>, Stop> {
    let mut inputs = args.inputs.clone();
    let Some(list) = &args.files_from else { return Ok(inputs) };
    let trouble = |e: std::io::Error| Stop::Usage(format!("cannot read the list of inputs {}: {e}", list.display()));
    let text = if list.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin().lock().take(NAMES_BYTES_MAX))
    } else {
        input::short(list, NAMES_BYTES_MAX)
    };
    let text = text.map_err(trouble)?;
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
    let scratch = cases::scratch()?;
    let lang = args.common.lang.lang();
    let passwords = args.common.passwords();
    for input in inputs {
        let sources = input::open(input, scratch.path(), &passwords)?;
        let entries = || sources.iter().flat_map(Source::entries);
        let bytes = entries().map(|e| e.size).sum();
        let into = match (&args.output, inputs.len()) {
            (Some(folder), 1) if sources.len() == 1 => folder.clone(),
            (folder, _) => folder.clone().unwrap_or_else(|| PathBuf::from(".")).join("assize-<host>-<UTC>"),
        };
        let facts: [(&str, assize_report::Value); 4] = [
            ("input", input.display().to_string().into()),
            ("files", assize_report::number(entries().count() as u64).into()),
            ("size", assize_report::bytes(bytes, lang).into()),
            ("folder", into.display().to_string().into()),
        ];
        out::print(&format!("{}\n", assize_report::message(lang, "scan-dry-run", &facts)))?;
    }
    Ok(exit::OK)
}

/// Scans every host of one input.
fn hosts(args: &Args, content: &Content, input: Input, settings: &Settings) -> Outcome {
    if cases::is_case(&input.path) {
        return Ok(vec![again(args, content, &input.path, settings)]);
    }
    let place = Place { output: args.output.as_deref(), several: true, overwrite: args.overwrite };
    let sources = match input.sources {
        Some(sources) => sources,
        None => input::open(&input.path, place.parent(true)?, &settings.passwords)?,
    };
    Ok(sources.iter().map(|source| one(args, content, source, settings, &place)).collect())
}

/// What was asked for of one case.
fn of_case(args: &Args, shared: &Settings, marking: Marking) -> Settings {
    Settings {
        since: args.since,
        until: args.until,
        campaigns: args.campaign.clone(),
        marking,
        copies: args.copy_evidence,
        content: shared.content.clone(),
        signatures: shared.signatures.clone(),
        passwords: shared.passwords.clone(),
        suppressions: shared.suppressions.clone(),
        redaction: shared.redaction.clone(),
        ..*shared
    }
}

/// Scans one host into its case folder.
fn one(
    args: &Args,
    content: &Content,
    source: &Source,
    shared: &Settings,
    place: &Place<'_>,
) -> Result<Assessed, Stop> {
    let settings = of_case(args, shared, args.about.marking());
    assess_into(&settings, content, source, place, &args.format, args.common.lang.lang())
}

/// Writes the reports of a case; gives their names. With pseudonyms they have names that say so, and the case keeps its own
/// result, which later commands read.
fn reports(assessed: &Assessed, formats: &[Format], lang: Lang) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    let mut write = |result, format: Format, name: String| {
        let bytes = assize_report::render(result, format, lang).map_err(run::own)?;
        assessed.case.write(&name, &bytes).map_err(run::own)?;
        names.push(name);
        Ok::<_, Stop>(())
    };
    if assessed.redacted.is_some() {
        write(&assessed.result, Format::Json, Format::Json.file_name().into())?;
    }
    for format in formats {
        write(assessed.shown(), *format, redaction::file_name(assessed.shown(), format.file_name()))?;
    }
    Ok(names)
}

/// How the name of a result begins that a later one took the place of.
const EARLIER: &str = "result.earlier-";

/// Assesses a case again where it lies, with the content of today. An earlier result that says something else is kept.
fn again(args: &Args, content: &Content, folder: &Path, shared: &Settings) -> Result<Assessed, Stop> {
    args.carve.needs_evidence(folder)?;
    args.copy_evidence.needs_evidence(folder)?;
    if args.output.is_some() && args.inputs.len() < 2 {
        let what = "is a case, which is assessed again where it lies; to keep it apart, copy it first";
        return Err(Stop::Usage(format!("{} {what}", folder.display())));
    }
    if !args.yara.is_empty() {
        let what = "is a case, which holds no files that YARA rules could be asked about; scan the evidence";
        return Err(Stop::Usage(format!("{} {what}", folder.display())));
    }
    let case = cases::checked(folder)?;
    let settings = of_case(args, shared, args.about.over(&case.manifest().marking));
    // Kept before anything is replaced: a run may be killed at any moment.
    let mut kept = earlier(folder)?;
    for (name, bytes) in &kept {
        case.write(name, bytes).map_err(run::own)?;
    }
    let assessed = run::assess_again(&settings, content, case)?;
    let written = reports(&assessed, &args.format, args.common.lang.lang())?;
    if written.iter().any(|name| name == Format::Json.file_name()) {
        let now = assize_report::render(&assessed.result, Format::Json, args.common.lang.lang()).map_err(run::own)?;
        kept.retain(|(_, old)| *old != now);
    }
    // The evidence is not at hand to be copied again.
    let names = kept.iter().map(|(name, _)| name).chain(&written).map(String::as_str);
    let names: Vec<&str> = names.chain([copies::ARCHIVE, copies::LIST]).collect();
    assessed.case.forget_reports(&names).map_err(run::own)?;
    Ok(assessed)
}

/// Results in a case folder: those that were kept before, and the last one under the name that it is kept by.
fn earlier(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Stop> {
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot read {}: {e}", folder.display()));
    let mut kept = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_last = name == Format::Json.file_name();
        if is_last || name.starts_with(EARLIER) {
            let bytes = std::fs::read(entry.path()).map_err(trouble)?;
            let hash = hex(&Sha256::digest(&bytes)[..4]);
            kept.push((if is_last { format!("{EARLIER}{hash}.json") } else { name }, bytes));
        }
    }
    kept.sort();
    kept.dedup();
    Ok(kept)
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

impl Place<'_> {
    /// The folder that case folders go into; made, and looked at whether the case may go there, where `begin` says so.
    pub(crate) fn parent(&self, begin: bool) -> Result<&Path, Stop> {
        let parent = match (self.fixed(), self.output) {
            (Some(dir), _) => place::parent_of(dir),
            (None, Some(dir)) => dir,
            (None, None) => Path::new("."),
        };
        if begin {
            if let Some(dir) = self.fixed() {
                place::check_free(dir, self.overwrite)?;
            }
            std::fs::create_dir_all(parent).map_err(|e| Stop::Own(format!("cannot make {}: {e}", parent.display())))?;
        }
        Ok(parent)
    }

    /// The one case folder that was asked for.
    fn fixed(&self) -> Option<&Path> {
        self.output.filter(|_| !self.several)
    }
}

/// Runs one host and writes the case with its reports.
///
/// The name of a case folder holds the host, which is known only at the end: the case is made in an unfinished folder
/// beside it and renamed. A run that is killed leaves that folder, and the same command goes on in it.
pub(crate) fn assess_into(
    settings: &Settings,
    content: &Content,
    source: &Source,
    place: &Place<'_>,
    formats: &[Format],
    lang: Lang,
) -> Result<Assessed, Stop> {
    let parent = place.parent(false)?;
    let making = place::unfinished(parent, source, content, settings)?;
    let mut assessed = run::assess(settings, content, source, &making)?;
    reports(&assessed, formats, lang)?;
    assessed.copies = copies::write(settings.copies, source, &assessed.case, &assessed.result)?;
    assessed.case.finish().map_err(|e| Stop::Own(e.to_string()))?;
    // Two inputs of one host must not take the same free name.
    let _one_at_a_time = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = match place.fixed() {
        Some(dir) => dir.to_path_buf(),
        None => place::free_name(parent, &assessed.result),
    };
    assessed.case = place::put(&assessed.case, &folder, place.overwrite)?;
    assessed.folder = folder;
    Ok(assessed)
}

/// What the terminal shows of one server.
fn show(args: &Args, assessed: &Assessed) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let result = assessed.shown();
    if args.json || args.jsonl {
        let mut bytes = assize_report::render(result, Format::Json, lang).map_err(|e| Stop::Own(e.to_string()))?;
        if args.jsonl {
            let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| Stop::Own(e.to_string()))?;
            bytes = format!("{value}\n").into_bytes();
        }
        return out::write_all(&bytes);
    }
    match args.common.quiet {
        0 => {
            copied(assessed, lang)?;
            out::print(&assize_report::terminal(result, lang, args.common.style(), &facts(assessed)))
        }
        1 => out::print(&format!("{}\n", assize_report::quiet_line(result, lang))),
        _ => Ok(()),
    }
}

/// How much evidence was copied, where any was wanted.
fn copied(assessed: &Assessed, lang: Lang) -> Result<(), Stop> {
    let Some(copies) = assessed.copies else { return Ok(()) };
    let facts = [
        ("file", copies::ARCHIVE.into()),
        ("count", copies.copied.into()),
        ("left", copies.left_out.into()),
        ("list", copies::LIST.into()),
    ];
    out::print(&format!("{}\n", assize_report::message(lang, "scan-copied", &facts)))
}

/// What only the command knows: where the report is, and how long it took.
pub(crate) fn facts(assessed: &Assessed) -> TerminalFacts {
    TerminalFacts {
        report: Some(
            assessed
                .folder
                .join(redaction::file_name(assessed.shown(), Format::Html.file_name()))
                .display()
                .to_string(),
        ),
        seconds: Some(assessed.seconds),
        timeline: Some(format!("assize timeline {}", assessed.folder.display())),
        collect: true,
        other_language: true,
        ..TerminalFacts::default()
    }
}
