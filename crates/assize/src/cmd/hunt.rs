//! `assize hunt`: the rules of others over cases, or over evidence itself.

use crate::cmd::scan::{Common, moment};
use crate::cmd::{Language, packs};
use crate::exit::{NOT_ASSESSED, OK, Stop};
use crate::out::{self, Lines};
use crate::{input, opened, run};
use assize_assess::{Hunt, Match};
use assize_case::Case;
use assize_content::{Content, ContentError, Outside, OutsideRule};
use assize_model::Timestamp;
use assize_model::display::shortened;
use assize_model::finding::Level;
use assize_model::time::DAY;
use assize_report::{Value, message};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `assize hunt`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize hunt CASE --sigma rules/                          which rules match, and how often
  assize hunt CASE --sigma my_rule.yml --csv > found.csv   every match
  assize hunt cases/ --sigma rules/ --since 2021-02-28     all cases in a folder
  assize hunt EX01.zip --sigma rules/ --jsonl | jq .rule   evidence that was never scanned

A case is a folder made by `assize scan`; it is not read from the evidence again. Evidence is read into a
temporary case. Moments are UTC. A match is no verdict: what a rule of others proves is for you to judge.")]
pub(crate) struct Args {
    /// Cases, folders of cases, or evidence as `assize scan` takes it
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Sigma rules: a file, or a folder with any number of them
    #[arg(long, value_name = "PATH", required = true)]
    sigma: Vec<PathBuf>,
    /// Only records from this day or moment on (UTC); records without a time are left out
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only records up to the end of this day, or before this moment (UTC)
    #[arg(long, value_name = "DATE", value_parser = end)]
    until: Option<Timestamp>,
    /// One JSON line a match
    #[arg(long, conflicts_with = "csv")]
    jsonl: bool,
    /// One line of CSV a match
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    common: Common,
}

/// A day is meant to its end.
fn end(text: &str) -> Result<Timestamp, String> {
    let is_day = text.trim().len() == "2021-03-02".len();
    moment(text).map(|t| if is_day { t.plus(DAY) } else { t })
}

/// One line of `--jsonl`. Its names are part of the contract.
#[derive(Serialize)]
struct Line<'a> {
    rule_id: &'a str,
    rule: &'a str,
    level: &'a str,
    file: &'a str,
    record: u64,
    time: Option<Timestamp>,
    host: Option<&'a str>,
    table: &'a str,
    case: &'a str,
}

/// The first line of CSV.
const HEAD: [&str; 9] = ["time", "host", "level", "rule", "rule_id", "table", "file", "record", "case"];
/// Rules that cannot run, or files that cannot be read, which are named one by one.
const NAMED: usize = 5;
/// Characters of a title on the screen.
const TITLE_CHARS: usize = 64;

/// What a rule matched in all.
#[derive(Default)]
struct Tally {
    matches: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// Hunts.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = packs::load(args.common.content.as_deref())?;
    let outside = rules(&args.sigma)?;
    let hunt = Hunt::new(&content.layouts, &outside.rules);
    let cases = cases(args, &content)?;
    let mut lines = begin(args)?;
    let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
    for (name, case, _scratch) in &cases.opened {
        let mut trouble = Ok(());
        let threads = args.common.settings().threads;
        hunt.run(case, threads, &mut |found| {
            if trouble.is_ok() && args.in_time(found.time) {
                tallies.entry(found.rule).or_default().take(&found);
                trouble = args.give(&mut lines, &outside.rules, case, name, &found);
            }
        })
        .map_err(run::own)?;
        trouble?;
    }
    if !args.jsonl && !args.csv {
        screen(args, &mut lines, &outside.rules, &tallies)?;
    }
    lines.end()?;
    remarks(&hunt, &outside, args.common.lang);
    let rows = |case: &Case| case.tables().map(|t| t.summary.rows).sum::<u64>();
    Ok(if cases.opened.iter().any(|(_, case, _)| rows(case) > 0) { OK } else { NOT_ASSESSED })
}

/// Reads all rules.
fn rules(paths: &[PathBuf]) -> Result<Outside, Stop> {
    let mut all = Outside::default();
    for path in paths {
        let read = Outside::read(path).map_err(|e| Stop::Input(e.to_string()))?;
        all.rules.extend(read.rules);
        all.left_out.extend(read.left_out);
    }
    if all.rules.is_empty() {
        let why = all.left_out.first().map_or_else(|| "no Sigma rule is there".to_owned(), ContentError::to_string);
        return Err(Stop::Input(format!("nothing to hunt with: {why}")));
    }
    Ok(all)
}

/// Cases to be searched: their names, and the folder that goes with a temporary one.
struct Cases {
    opened: Vec<(String, Case, Option<tempfile::TempDir>)>,
}

fn cases(args: &Args, content: &Content) -> Result<Cases, Stop> {
    let mut cases = Cases { opened: Vec::new() };
    for path in &args.paths {
        let folders = case_folders(path);
        for folder in &folders {
            cases.opened.push((folder.display().to_string(), checked(folder)?, None));
        }
        if folders.is_empty() {
            cases.read(args, content, path)?;
        }
    }
    Ok(cases)
}

/// Opens a case whose tables are as they were sealed: the reader of tables trusts them.
fn checked(folder: &Path) -> Result<Case, Stop> {
    let case = opened::case(folder)?;
    match case.check().into_iter().find(|fault| fault.contains("table")) {
        Some(fault) => Err(Stop::Input(format!("{fault}; see `assize verify {}`", folder.display()))),
        None => Ok(case),
    }
}

/// The path itself where it is a case, or the cases right below it.
fn case_folders(path: &Path) -> Vec<PathBuf> {
    let is_case = |folder: &Path| folder.join("case.json").is_file() && folder.join("tables").is_dir();
    if is_case(path) {
        return vec![path.to_owned()];
    }
    let below = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = below.filter(|folder| is_case(folder)).collect();
    folders.sort();
    folders
}

impl Cases {
    /// Reads evidence into temporary cases.
    fn read(&mut self, args: &Args, content: &Content, path: &Path) -> Result<(), Stop> {
        let scratch = || {
            let made = tempfile::Builder::new().prefix("assize-hunt-").tempdir();
            made.map_err(|e| Stop::Own(format!("cannot make a temporary folder: {e}")))
        };
        let unpacked = scratch()?;
        let settings = args.common.settings();
        for source in &input::open(path, unpacked.path())? {
            let folder = scratch()?;
            let case = run::ingest(&settings, content, source, &folder.path().join("case"))?;
            self.opened.push((source.name().to_owned(), case, Some(folder)));
        }
        Ok(())
    }
}

impl Tally {
    fn take(&mut self, found: &Match) {
        self.matches += 1;
        self.first = self.first.into_iter().chain(found.time).min();
        self.last = self.last.max(found.time);
    }
}

impl Args {
    fn in_time(&self, time: Option<Timestamp>) -> bool {
        match time {
            Some(time) => self.since.is_none_or(|s| time >= s) && self.until.is_none_or(|u| time < u),
            None => self.since.is_none() && self.until.is_none(),
        }
    }

    /// Gives one match, where each is asked for.
    fn give(
        &self,
        lines: &mut Lines,
        rules: &[OutsideRule],
        case: &Case,
        name: &str,
        found: &Match,
    ) -> Result<(), Stop> {
        if !self.jsonl && !self.csv {
            return Ok(());
        }
        let rule = &rules[found.rule];
        let file = case.file(found.address.file).map_or("", |f| f.info.path.as_str());
        let host = found.host.as_deref().or(case.manifest().hints.host.as_deref());
        let line = Line {
            rule_id: &rule.id,
            rule: &rule.title,
            level: level(rule.level),
            file,
            record: found.address.pos,
            time: found.time,
            host,
            table: &found.table,
            case: name,
        };
        lines.line(&if self.jsonl { serde_json::to_string(&line).map_err(run::own)? } else { line.csv() })
    }
}

impl Line<'_> {
    fn csv(&self) -> String {
        let time = self.time.map(|t| t.to_string()).unwrap_or_default();
        let host = self.host.unwrap_or_default();
        let record = self.record.to_string();
        let cells = [&time, host, self.level, self.rule, self.rule_id, self.table, self.file, &record, self.case];
        csv(&cells)
    }
}

/// A line without its end.
fn csv(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    assize_report::csv_line(&cells).trim_end_matches('\n').to_owned()
}

fn begin(args: &Args) -> Result<Lines, Stop> {
    let mut lines = Lines::begin();
    if args.csv {
        lines.line(&csv(&HEAD))?;
    }
    Ok(lines)
}

fn level(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Critical) => "critical",
        Some(Level::High) => "high",
        Some(Level::Medium) => "medium",
        Some(Level::Low) => "low",
        Some(Level::Informational) => "informational",
        None => "",
    }
}

/// The rules that matched, the most pressing first, of one level the rarest first: what happens seldom says most.
fn screen(args: &Args, lines: &mut Lines, rules: &[OutsideRule], tallies: &BTreeMap<usize, Tally>) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let count = |n: usize| Value::Count(n as u64);
    let matches: u64 = tallies.values().map(|t| t.matches).sum();
    let counts = [("rules", count(tallies.len())), ("of", count(rules.len())), ("matches", count(matches as usize))];
    lines.line(&message(lang, "hunt-summary", &counts))?;
    if tallies.is_empty() {
        return Ok(());
    }
    let head = ["times", "level", "first", "last", "rule"].map(|name| message(lang, &format!("hunt-{name}"), &[]));
    let head = head.each_ref().map(String::as_str);
    let row = |cells: [&str; 5]| {
        format!("{:>9}  {:<13}  {:<20}  {:<20}  {}", cells[0], cells[1], cells[2], cells[3], cells[4])
    };
    lines.line("")?;
    lines.line(&row(head))?;
    let mut order: Vec<(&usize, &Tally)> = tallies.iter().collect();
    order.sort_by_key(|(n, tally)| (std::cmp::Reverse(rules[**n].level), tally.matches, **n));
    for (n, tally) in order {
        let rule = &rules[*n];
        let moment = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), second);
        let title = shortened(&rule.title, TITLE_CHARS);
        let (times, first, last) = (tally.matches.to_string(), moment(tally.first), moment(tally.last));
        lines.line(&row([&times, level(rule.level), &first, &last, &title]))?;
    }
    Ok(())
}

/// To the second: `2021-03-03 06:49:42`.
fn second(time: Timestamp) -> String {
    let (y, mo, d, h, mi, s) = time.parts();
    format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
}

/// What did not run is said beside the result, whatever its form: a rule that did not run found nothing.
fn remarks(hunt: &Hunt<'_>, outside: &Outside, lang: Language) {
    let say = |id: &str, count: usize| out::error(&message(lang.lang(), id, &[("count", Value::Count(count as u64))]));
    let idle = hunt.idle();
    let mut by_why: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (n, why) in &idle {
        by_why.entry(why).or_default().push(&outside.rules[*n].title);
    }
    if !idle.is_empty() {
        say("hunt-idle", idle.len());
    }
    for (why, titles) in by_why {
        out::error(&format!("  {why}: {}", titles[..titles.len().min(NAMED)].join("; ")));
        if titles.len() > NAMED {
            say("inspect-more", titles.len() - NAMED);
        }
    }
    if !outside.left_out.is_empty() {
        say("hunt-left-out", outside.left_out.len());
    }
    outside.left_out.iter().take(NAMED).for_each(|e| out::error(&format!("  {e}")));
    if outside.left_out.len() > NAMED {
        say("inspect-more", outside.left_out.len() - NAMED);
    }
}
