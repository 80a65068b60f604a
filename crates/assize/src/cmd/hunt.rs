//! `assize hunt`: the rules and the indicators of others, and questions in SQL, over cases or over evidence itself.

use crate::cases::{self, Opened};
use crate::cmd::scan::{Carve, Common, moment, until};
use crate::cmd::{Language, packs, sql, stack};
use crate::exit::{NOT_ASSESSED, OK, Stop};
use crate::out::{self, Lines};
use crate::{listed, rules, run};
use assize_assess::{Hunt, Match, Sighting, Tally, Watch};
use assize_case::Case;
use assize_content::{Heading, Outside, Watched, Watchlist};
use assize_model::Timestamp;
use assize_model::display::shortened;
use assize_model::finding::Level;
use assize_report::{Value, message};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `assize hunt`.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["sigma", "ioc", "stack", "sql"]).required(true).multiple(true))]
#[command(after_help = "\
Examples:
  assize hunt CASE --sigma rules/                          which rules match, and how often
  assize hunt CASE --sigma my_rule.yml --csv > found.csv   every match
  assize hunt cases/ --sigma rules/ --since 2021-02-28     all cases in a folder
  assize hunt EX01.zip --sigma rules/ --jsonl | jq .rule   evidence that was never scanned
  assize hunt cases/ --ioc addresses.txt                   addresses, hashes, names, paths and pages
  assize hunt cases/ --stack windows_events.ParentImage,Image   which process starts which, the rarest first
  assize hunt CASE --sql \"SELECT c_ip, count(*) FROM iis_w3c GROUP BY 1 ORDER BY 2 DESC\"   who asked most

A case is a folder made by `assize scan`; it is not read from the evidence again. Evidence is
read into a temporary case. A list of indicators holds one on each line, or is CSV with a
column `value`, or a STIX 2.1 bundle; `198[.]51[.]100[.]7` and `hxxps://` are understood.
The tables for SQL stand in docs/tables.md; it is that of SQLite, and only SELECT is answered.
Moments are UTC. A match is no verdict: what a rule or an indicator of others proves is for
you to judge.")]
pub(crate) struct Args {
    /// Cases, folders of cases, or evidence as `assize scan` takes it
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Sigma rules: a file, a folder with any number of them, an archive as they are released, or the name of a set that
    /// `assize packs install` keeps
    #[arg(long, value_name = "PATH")]
    sigma: Vec<PathBuf>,
    /// Processing pipelines of pySigma, which map the names of fields and log sources in those rules
    #[arg(long, value_name = "FILE", requires = "sigma")]
    pipeline: Vec<PathBuf>,
    /// Indicators: a list, one on each line; CSV; or a STIX 2.1 bundle
    #[arg(long, value_name = "FILE")]
    ioc: Vec<PathBuf>,
    /// Which values a field has, and how often, the rarest first; fields go by the names of columns or of Sigma
    #[arg(long, value_name = "TABLE.FIELD,...", value_parser = stack::wanted, conflicts_with_all = ["sigma", "ioc"])]
    stack: Option<(String, Vec<String>)>,
    /// A question in SQL over the tables of the cases: one SELECT. `file` and `pos` cite a row; of several cases, `case_name`
    /// says which
    #[arg(long, value_name = "SELECT", conflicts_with_all = ["sigma", "ioc", "stack"])]
    sql: Option<String>,
    /// Only records from this day or moment on (UTC); records without a time are left out
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub(super) since: Option<Timestamp>,
    /// Only records up to the end of this day, or before this moment (UTC)
    #[arg(long, value_name = "DATE", value_parser = until)]
    pub(super) until: Option<Timestamp>,
    /// One JSON line a match or a row
    #[arg(long, conflicts_with = "csv")]
    pub(super) jsonl: bool,
    /// One line of CSV a match or a row
    #[arg(long)]
    pub(super) csv: bool,
    #[command(flatten)]
    carve: Carve,
    #[command(flatten)]
    pub(super) common: Common,
}

/// One line of `--jsonl` for an indicator. Its names are part of the contract.
#[derive(Serialize)]
struct SightingLine<'a> {
    ioc: &'a str,
    ioc_type: &'a str,
    file: &'a str,
    record: u64,
    time: Option<Timestamp>,
    host: Option<&'a str>,
    table: &'a str,
    column: &'a str,
    value: &'a str,
    case: &'a str,
}

/// One line of `--jsonl` for a rule. Its names are part of the contract.
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
    /// What a correlation grouped by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    group: BTreeMap<&'a str, &'a str>,
}

/// The first line of CSV.
const HEAD: [&str; 12] =
    ["time", "host", "level", "rule", "rule_id", "table", "file", "record", "case", "ioc", "column", "value"];
/// Characters of a title on the screen.
const TITLE_CHARS: usize = 64;
/// Characters of a value in a line of CSV or JSON: the data of an event may be long.
const VALUE_CHARS: usize = 2000;

/// What matched in all, by rule or by indicator.
type Tallies = BTreeMap<usize, Tally>;

/// What others look for.
struct Wanted {
    rules: Outside,
    list: Watchlist,
}

/// Hunts.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let content = args.carve.of(packs::load(args.common.content.as_deref())?);
    args.paths.iter().flat_map(|path| cases::case_folders(path)).try_for_each(|c| args.carve.needs_evidence(&c))?;
    if let Some((table, fields)) = &args.stack {
        return stack::run(args, &content, (table, fields));
    }
    if let Some(statement) = &args.sql {
        return sql::run(args, &content, statement);
    }
    let wanted = Wanted { rules: rules::read(&args.sigma, &args.pipeline)?, list: listed::read(&args.ioc)? };
    let hunt = Hunt::new(&content.layouts, &wanted.rules);
    let watch = Watch::new(&content.layouts, &wanted.list.entries).map_err(run::own)?;
    // Rules read all tables; indicators often none of them.
    let open = if wanted.rules.rules.is_empty() { cases::open_unchecked } else { cases::open };
    let cases = open(&args.paths, &args.common.settings(), &content)?;
    let threads = args.common.settings().threads;
    let listed = !wanted.list.entries.is_empty();
    // Before the first line is given: a case that was changed ends the search.
    let plans = cases.iter().filter(|_| listed).map(|opened| opened.plan(&watch)).collect::<Result<Vec<_>, Stop>>()?;
    let mut plans = plans.iter();
    let mut lines = begin(args)?;
    let (mut of_rules, mut of_list): (Tallies, Tallies) = Default::default();
    for Opened { name, case, .. } in &cases {
        let mut trouble = Ok(());
        if !wanted.rules.rules.is_empty() {
            hunt.run(case, threads, &mut |found| {
                if trouble.is_ok() && args.in_time(found.time) {
                    of_rules.entry(found.rule).or_default().take(found.time);
                    trouble = args.give(&mut lines, &wanted.rules, case, name, &found);
                }
            })
            .map_err(run::own)?;
        }
        if let Some(plan) = plans.next() {
            watch
                .run(case, plan, threads, &mut |seen| {
                    if trouble.is_ok() && args.in_time(seen.time) {
                        of_list.entry(seen.entry).or_default().take(seen.time);
                        trouble = args.give_sighting(&mut lines, &wanted.list.entries, case, name, &seen);
                    }
                })
                .map_err(run::own)?;
        }
        trouble?;
    }
    if !args.jsonl && !args.csv {
        screen(args, &mut lines, &wanted, (&of_rules, &of_list))?;
    }
    lines.end()?;
    remarks(&hunt, &wanted, args.common.lang);
    Ok(code(&cases))
}

/// Whether there was anything to search.
pub(super) fn code(cases: &[Opened]) -> u8 {
    let rows = |case: &Case| case.tables().map(|t| t.summary.rows).sum::<u64>();
    if cases.iter().any(|opened| rows(&opened.case) > 0) { OK } else { NOT_ASSESSED }
}

/// Reads all indicators.
impl Args {
    pub(super) fn in_time(&self, time: Option<Timestamp>) -> bool {
        match time {
            Some(time) => self.since.is_none_or(|s| time >= s) && self.until.is_none_or(|u| time < u),
            None => self.since.is_none() && self.until.is_none(),
        }
    }

    /// Gives one match, where each is asked for.
    fn give(&self, lines: &mut Lines, rules: &Outside, case: &Case, name: &str, found: &Match) -> Result<(), Stop> {
        if !self.jsonl && !self.csv {
            return Ok(());
        }
        let Some(rule) = rules.heading(found.rule) else { return Ok(()) };
        let file = case.file(found.address.file).map_or("", |f| f.info.path.as_str());
        let host = found.host.as_deref().or(case.manifest().hints.host.as_deref());
        let line = Line {
            rule_id: &rule.id,
            rule: &rule.title,
            level: rule.level.map_or("", Level::word),
            file,
            record: found.address.pos,
            time: found.time,
            host,
            table: &found.table,
            case: name,
            group: found.group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        };
        lines.line(&if self.jsonl { serde_json::to_string(&line).map_err(run::own)? } else { line.csv() })
    }

    /// Gives one sighting, where each is asked for.
    fn give_sighting(
        &self,
        lines: &mut Lines,
        list: &[Watched],
        case: &Case,
        name: &str,
        seen: &Sighting,
    ) -> Result<(), Stop> {
        if !self.jsonl && !self.csv {
            return Ok(());
        }
        let entry = &list[seen.entry];
        let file = case.file(seen.address.file).map_or("", |f| f.info.path.as_str());
        let line = SightingLine {
            ioc: &entry.value,
            ioc_type: entry.kind.word(),
            file,
            record: seen.address.pos,
            time: seen.time,
            host: seen.host.as_deref().or(case.manifest().hints.host.as_deref()),
            table: &seen.table,
            column: &seen.column,
            value: &shortened(&seen.value, VALUE_CHARS),
            case: name,
        };
        lines.line(&if self.jsonl { serde_json::to_string(&line).map_err(run::own)? } else { line.csv() })
    }
}

impl SightingLine<'_> {
    fn csv(&self) -> String {
        let time = self.time.map(|t| t.to_string()).unwrap_or_default();
        let (host, record) = (self.host.unwrap_or_default(), self.record.to_string());
        let place = [self.table, self.file, &record, self.case, self.ioc, self.column, self.value];
        csv(&[&[&time, host, "", "", ""][..], &place].concat())
    }
}

impl Line<'_> {
    fn csv(&self) -> String {
        let time = self.time.map(|t| t.to_string()).unwrap_or_default();
        let host = self.host.unwrap_or_default();
        let record = self.record.to_string();
        let cells = [&time, host, self.level, self.rule, self.rule_id, self.table, self.file, &record, self.case];
        csv(&[&cells[..], &["", "", ""]].concat())
    }
}

/// A line without its end.
pub(super) fn csv(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    assize_report::csv_line(&cells)
}

fn begin(args: &Args) -> Result<Lines, Stop> {
    let mut lines = Lines::begin();
    if args.csv {
        lines.line(&csv(&HEAD))?;
    }
    Ok(lines)
}

/// The rules that matched, the most pressing first, of one level the rarest first: what happens seldom says most. Then
/// the indicators that were seen, the rarest first.
fn screen(
    args: &Args,
    lines: &mut Lines,
    wanted: &Wanted,
    (of_rules, of_list): (&Tallies, &Tallies),
) -> Result<(), Stop> {
    let (rules, list) = (&wanted.rules, &wanted.list.entries);
    let heading = |n: usize| rules.heading(n);
    let hunted = !rules.rules.is_empty();
    if hunted {
        let mut order: Vec<(&usize, &Tally)> = of_rules.iter().collect();
        let rank = |n: usize| heading(n).map(|h| h.level);
        order.sort_by_key(|(n, tally)| (std::cmp::Reverse(rank(**n)), tally.rows, **n));
        let shown =
            |n: usize| heading(n).map_or(("", ""), |h: &Heading| (h.level.map_or("", Level::word), h.title.as_str()));
        let of = rules.rules.len() + rules.correlations.len();
        table(args, lines, ("hunt-summary", of), ("hunt-level", "hunt-rule"), &order, &shown)?;
    }
    if !list.is_empty() {
        if hunted {
            lines.line("")?;
        }
        let mut order: Vec<(&usize, &Tally)> = of_list.iter().collect();
        order.sort_by_key(|(n, tally)| (tally.rows, **n));
        let shown = |n: usize| (list[n].kind.word(), list[n].value.as_str());
        table(args, lines, ("hunt-ioc-summary", list.len()), ("hunt-kind", "hunt-ioc"), &order, &shown)?;
    }
    Ok(())
}

fn table<'w>(
    args: &Args,
    lines: &mut Lines,
    (summary, of): (&str, usize),
    (second, last): (&str, &str),
    order: &[(&usize, &Tally)],
    shown: &dyn Fn(usize) -> (&'w str, &'w str),
) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let count = |n: usize| Value::Count(n as u64);
    let matches = Value::Count(order.iter().map(|(_, tally)| tally.rows).sum());
    lines.line(&message(lang, summary, &[("rules", count(order.len())), ("of", count(of)), ("matches", matches)]))?;
    if order.is_empty() {
        return Ok(());
    }
    let head = ["hunt-times", second, "hunt-first", "hunt-last", last].map(|id| message(lang, id, &[]));
    let row = |cells: [&str; 5]| {
        format!("{:>9}  {:<13}  {:<20}  {:<20}  {}", cells[0], cells[1], cells[2], cells[3], cells[4])
    };
    lines.line("")?;
    lines.line(&row(head.each_ref().map(String::as_str)))?;
    for (n, tally) in order {
        let (word, title) = shown(**n);
        let (times, first, last) = (tally.rows.to_string(), self::second(tally.first), self::second(tally.last));
        lines.line(&row([&times, word, &first, &last, &shortened(title, TITLE_CHARS)]))?;
    }
    Ok(())
}

/// To the second: `2021-03-03 06:49:42`; a dash where there is no moment.
pub(super) fn second(time: Option<Timestamp>) -> String {
    let Some(time) = time else { return "-".into() };
    let (y, mo, d, h, mi, s) = time.parts();
    format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
}

/// What did not run is said beside the result, whatever its form: a rule that did not run found nothing.
fn remarks(hunt: &Hunt<'_>, wanted: &Wanted, lang: Language) {
    let outside = &wanted.rules;
    let say = |id: &str, count: usize| out::error(&message(lang.lang(), id, &[("count", Value::Count(count as u64))]));
    let idle = hunt.idle();
    let mut by_why: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (n, why) in &idle {
        by_why.entry(why).or_default().extend(outside.heading(*n).map(|h| h.title.as_str()));
    }
    if !idle.is_empty() {
        say("hunt-idle", idle.len());
    }
    for (why, titles) in by_why {
        out::error(&format!("  {why}: {}", titles[..titles.len().min(rules::NAMED)].join("; ")));
        if titles.len() > rules::NAMED {
            say("inspect-more", titles.len() - rules::NAMED);
        }
    }
    if !outside.left_out.is_empty() {
        say("hunt-left-out", outside.left_out.len());
        rules::name_some(&outside.left_out, "  ", lang.lang());
    }
    listed::name_left_out(&wanted.list, lang.lang());
}
