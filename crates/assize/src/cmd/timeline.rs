//! `assize timeline`: the rows of a case in the order of time.

use crate::cmd::Language;
use crate::cmd::scan::{moment, until};
use crate::exit::{OK, Stop};
use crate::out::{self, Lines};
use crate::rows::{self, BOUNDS, Wanted};
use crate::{opened, run};
use assize_case::Case;
use assize_model::display::{Foreign, shortened};
use assize_model::finding::CitedRow;
use assize_model::{Address, CaseResult, Finding, Timestamp};
use assize_report::{Format, Lang};
use std::collections::HashMap;
use std::path::PathBuf;

/// Arguments of `assize timeline`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize timeline CASE                                 the records that findings cite
  assize timeline CASE --all --since 2021-02-28 --until 2021-03-01
  assize timeline CASE --all --table iis_w3c --find 198.51.100.23
  assize timeline CASE --jsonl > timeline.jsonl        for Timesketch
  assize timeline CASE --all --csv > timeline.csv

CASE is a folder made by `assize scan`. Moments are UTC. Records without a time are in no timeline;
how many there are is said on standard error.")]
pub(crate) struct Args {
    /// A case folder
    #[arg(value_name = "CASE")]
    case: PathBuf,
    /// Only the records that findings cite, which is the default
    #[arg(long, conflicts_with = "all")]
    findings: bool,
    /// Every record of every table
    #[arg(long)]
    all: bool,
    /// From this day or moment (UTC)
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Timestamp>,
    /// Up to the end of this day, or before this moment (UTC)
    #[arg(long, value_name = "DATE", value_parser = until)]
    until: Option<Timestamp>,
    /// Only these tables
    #[arg(long, value_delimiter = ',', value_name = "TABLE")]
    table: Vec<String>,
    /// Only records that hold this text, in a value or in the path of their file; capitals do not matter
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
    /// One JSON line a record, as Timesketch reads it
    #[arg(long, conflicts_with = "csv")]
    jsonl: bool,
    /// One line of CSV a record
    #[arg(long)]
    csv: bool,
    /// Language of what a person reads
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
}

/// The first line of CSV.
const HEAD: [&str; 7] = ["time", "findings", "table", "title", "record", "file", "position"];
/// Characters of one value on the screen.
const VALUE_CHARS: usize = 240;

/// Prints the timeline.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let case = opened::case(&args.case)?;
    if let Some(unknown) = args.table.iter().find(|t| !case.tables().any(|known| known.summary.table == **t)) {
        let known: Vec<&str> = case.tables().map(|t| t.summary.table.as_str()).collect();
        return Err(Stop::Usage(format!("the case has no table {unknown}; it has: {}", known.join(", "))));
    }
    let result = match opened::result(&args.case) {
        Ok(result) => Some(result),
        // Every record can be shown of a case that was read and never assessed; what findings cite cannot.
        Err(_) if args.all => None,
        Err(stop) => return Err(stop),
    };
    let (given, undated) = match &result {
        Some(result) if !args.all => cited(args, result)?,
        result => all(args, &case, result.as_ref())?,
    };
    remarks(args, given, undated);
    Ok(OK)
}

/// What is not in the output is said beside it.
fn remarks(args: &Args, given: u64, undated: u64) {
    if undated > 0 {
        out::error(&format!("{undated} records carry no time and are not in the timeline"));
    }
    if given == 0 && !args.all {
        out::error("no record that a finding cites fits; `--all` looks at every record");
    } else if given == 0 {
        out::error("no record fits");
    }
}

impl Args {
    /// Whether a record is wanted, whatever its time.
    fn holds(&self, row: &CitedRow) -> bool {
        let Some(find) = &self.find else { return true };
        let find = find.to_lowercase();
        let in_text = |text: &str| text.to_lowercase().contains(&find);
        in_text(&row.path) || row.fields.iter().any(|(_, value)| in_text(value))
    }

    fn in_time(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|s| time >= s) && self.until.is_none_or(|u| time < u)
    }

    fn wants(&self, row: &CitedRow) -> bool {
        row.time.is_none_or(|t| self.in_time(t))
            && (self.table.is_empty() || self.table.contains(&row.table))
            && self.holds(row)
    }
}

/// The records that findings cite.
fn cited(args: &Args, result: &CaseResult) -> Result<(u64, u64), Stop> {
    let mut wanted = result.clone();
    wanted.findings.retain_mut(|finding| keep(args, finding));
    let undated = assize_report::undated_rows(&wanted);
    if args.jsonl {
        let bytes = assize_report::render(&wanted, Format::Timeline, Lang::En).map_err(run::own)?;
        let lines = bytes.iter().filter(|b| **b == b'\n').count();
        return out::write_all(&bytes).map(|()| (lines as u64, undated));
    }
    let mut rows: Vec<(Timestamp, &Finding, Option<&CitedRow>)> = Vec::new();
    for finding in &wanted.findings {
        match finding.rows.is_empty() {
            true => rows.extend(finding.time.map(|t| (t, finding, None))),
            false => rows.extend(finding.rows.iter().filter_map(|r| Some((r.time?, finding, Some(r))))),
        }
    }
    rows.sort_by(|(a, f, r), (b, g, q)| (a, &f.id, r.map(|r| r.address)).cmp(&(b, &g.id, q.map(|q| q.address))));
    let mut lines = begin(args)?;
    let given = rows.len() as u64;
    for (time, finding, row) in rows {
        let title = title(finding, args.lang.lang());
        lines.line(&shown(args, time, &finding.id, &title, row))?;
    }
    lines.end().map(|()| (given, undated))
}

/// Leaves the wanted rows of a finding; says whether anything of it is left.
fn keep(args: &Args, finding: &mut Finding) -> bool {
    if finding.rows.is_empty() {
        // A finding over findings cites no record of its own.
        let found = args.find.as_ref().is_none_or(|f| finding.summary.to_lowercase().contains(&f.to_lowercase()));
        return args.table.is_empty() && found && finding.time.is_none_or(|t| args.in_time(t));
    }
    finding.rows.retain(|row| args.wants(row));
    !finding.rows.is_empty()
}

fn title(finding: &Finding, lang: Lang) -> String {
    let title = finding.words(lang.code()).title;
    assize_report::marked(finding, if title.is_empty() { finding.rule.clone() } else { title }, lang)
}

/// Every record of every table.
fn all(args: &Args, case: &Case, result: Option<&CaseResult>) -> Result<(u64, u64), Stop> {
    if let Some(fault) = opened::changed(case) {
        return Err(Stop::Own(fault));
    }
    let host = result.map(|r| r.host.name.clone()).unwrap_or_default();
    let findings = by_row(result);
    let holds = |row: &CitedRow| args.holds(row);
    let wanted = Wanted { tables: &args.table, since: args.since, until: args.until, holds: &holds };
    let mut lines = begin(args)?;
    let mut given = 0;
    let undated = rows::in_order(case, &wanted, BOUNDS, &mut |row| {
        given += 1;
        let time = row.time.unwrap_or(Timestamp(0));
        let of_row = findings.get(&(row.table.as_str(), row.address)).map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<&str> = of_row.iter().map(|f| f.id.as_str()).collect();
        if args.jsonl {
            return lines.line(&assize_report::timeline_record(&host, &row, time, &ids));
        }
        let titles: Vec<String> = of_row.iter().map(|f| title(f, args.lang.lang())).collect();
        lines.line(&shown(args, time, &ids.join(","), &titles.join("; "), Some(&row)))
    })?;
    lines.end().map(|()| (given, undated))
}

/// The findings that cite a record.
fn by_row(result: Option<&CaseResult>) -> HashMap<(&str, Address), Vec<&Finding>> {
    let mut by_row: HashMap<(&str, Address), Vec<&Finding>> = HashMap::new();
    for finding in result.into_iter().flat_map(|r| &r.findings) {
        for row in &finding.rows {
            by_row.entry((row.table.as_str(), row.address)).or_default().push(finding);
        }
    }
    by_row
}

fn begin(args: &Args) -> Result<Lines, Stop> {
    let mut lines = Lines::begin();
    if args.csv {
        lines.line(&csv(&HEAD.map(String::from)))?;
    }
    Ok(lines)
}

/// One line. Whatever comes from evidence is made visible where it would mislead.
fn shown(args: &Args, time: Timestamp, ids: &str, title: &str, row: Option<&CitedRow>) -> String {
    if args.csv {
        let record = row.map(|r| r.fields.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" "));
        let cells = [
            time.to_string(),
            ids.to_owned(),
            row.map(|r| r.table.clone()).unwrap_or_default(),
            title.to_owned(),
            record.unwrap_or_default(),
            row.map(|r| r.path.clone()).unwrap_or_default(),
            row.map(|r| r.address.pos.to_string()).unwrap_or_default(),
        ];
        return csv(&cells);
    }
    let (date, clock) = day_and_time(time);
    let ids = if ids.is_empty() { "-" } else { ids };
    let table = row.map_or("-", |r| r.table.as_str());
    let mut line = format!("{date} {clock}  {:<5}  {:<16}", Foreign(ids).to_string(), Foreign(table).to_string());
    if !title.is_empty() {
        line.push_str(&format!("  {}", Foreign(title)));
    }
    if let Some(row) = row {
        for (name, value) in &row.fields {
            line.push_str(&format!("  {}={}", Foreign(name), shortened(value, VALUE_CHARS)));
        }
        line.push_str(&format!("  ({}:{})", Foreign(&row.path), row.address.pos));
    }
    line
}

/// A line of CSV ends with carriage return and line feed.
fn csv(cells: &[String]) -> String {
    format!("{}\r", assize_report::csv_line(cells))
}

/// `2021-03-03` and `06:49:42.162`.
fn day_and_time(time: Timestamp) -> (String, String) {
    let (_, _, _, h, m, s) = time.parts();
    let millis = time.0.rem_euclid(assize_model::time::SECOND) / 1000;
    (time.day().to_string(), format!("{h:02}:{m:02}:{s:02}.{millis:03}"))
}
