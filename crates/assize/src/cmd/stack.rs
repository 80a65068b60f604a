//! `assize hunt --stack`: which values a field has over all cases, the rarest first.

use crate::cases;
use crate::cmd::hunt::{Args, code, csv, second};
use crate::exit::Stop;
use crate::out::Lines;
use crate::run;
use assize_assess::{Stack, Stacks, Tally};
use assize_content::Content;
use assize_model::Timestamp;
use assize_model::display::shortened;
use assize_report::{Value, message};
use serde::Serialize;
use std::collections::BTreeMap;

/// Lines that the screen shows: the rarest.
const LINES: usize = 100;
/// Characters of a value on the screen.
const VALUE_CHARS: usize = 80;

/// One line of `--jsonl`. Its names are part of the contract.
#[derive(Serialize)]
struct Line<'a> {
    values: BTreeMap<&'a str, Option<&'a str>>,
    rows: u64,
    cases: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// `TABLE.FIELD,FIELD`.
pub(super) fn wanted(text: &str) -> Result<(String, Vec<String>), String> {
    let parts = text.split_once('.').filter(|(table, fields)| !table.is_empty() && !fields.is_empty());
    let (table, fields) = parts.ok_or("TABLE.FIELD is expected, or TABLE.FIELD,FIELD, such as windows_events.Image")?;
    Ok((table.to_owned(), fields.split(',').map(str::to_owned).collect()))
}

/// Counts over all cases and prints.
pub(super) fn run(args: &Args, content: &Content, (table, fields): (&str, &[String])) -> Result<u8, Stop> {
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    let stack = Stack::new(&content.layouts, table, &names).map_err(Stop::Usage)?;
    let cases = cases::open(&args.paths, &args.common.settings(), content)?;
    let threads = args.common.settings().threads;
    let mut all: BTreeMap<Vec<Option<String>>, (Tally, u64)> = BTreeMap::new();
    for opened in &cases {
        let mut stacks = Stacks::new();
        stack.run(&opened.case, threads, &|time| args.in_time(time), &mut stacks).map_err(run::own)?;
        for (values, tally) in stacks {
            let (sum, cases) = all.entry(values).or_default();
            sum.add(&tally);
            *cases += 1;
        }
    }
    let mut order: Vec<(&Vec<Option<String>>, &Tally, u64)> = all.iter().map(|(v, (s, n))| (v, s, *n)).collect();
    // What stands in few cases is rarer than what each of them has once.
    order.sort_by_key(|(values, tally, cases)| (*cases, tally.rows, *values));
    let mut lines = Lines::begin();
    if args.csv {
        lines.line(&csv(&[&["rows", "cases", "first", "last"][..], &names].concat()))?;
    }
    if args.jsonl || args.csv {
        order.iter().try_for_each(|of| lines.line(&each(args, &names, of)?))?;
    } else {
        screen(args, table, &names, &order, &mut lines)?;
    }
    lines.end()?;
    Ok(code(&cases))
}

/// One line for a program.
fn each(
    args: &Args,
    names: &[&str],
    (values, tally, cases): &(&Vec<Option<String>>, &Tally, u64),
) -> Result<String, Stop> {
    if args.jsonl {
        let values = names.iter().copied().zip(values.iter().map(Option::as_deref)).collect();
        let line = Line { values, rows: tally.rows, cases: *cases, first: tally.first, last: tally.last };
        return serde_json::to_string(&line).map_err(run::own);
    }
    let moment = |time: Option<Timestamp>| time.map(|t| t.to_string()).unwrap_or_default();
    let own = [tally.rows.to_string(), cases.to_string(), moment(tally.first), moment(tally.last)];
    let values = values.iter().map(|value| value.clone().unwrap_or_default());
    let cells: Vec<String> = own.into_iter().chain(values).collect();
    Ok(csv(&cells.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn screen(
    args: &Args,
    table: &str,
    names: &[&str],
    order: &[(&Vec<Option<String>>, &Tally, u64)],
    lines: &mut Lines,
) -> Result<(), Stop> {
    let lang = args.common.lang.lang();
    let rows: u64 = order.iter().map(|(_, tally, _)| tally.rows).sum();
    let what = format!("{table}.{}", names.join(","));
    let summary = [("values", order.len().into()), ("rows", rows.into()), ("what", what.into())];
    lines.line(&message(lang, "hunt-stack-summary", &summary))?;
    if order.is_empty() {
        return Ok(());
    }
    let head = ["hunt-times", "hunt-cases", "hunt-first", "hunt-last"].map(|id| message(lang, id, &[]));
    let line = |own: [&str; 4], values: &str| {
        format!("{:>9}  {:>5}  {:<20}  {:<20}  {values}", own[0], own[1], own[2], own[3])
    };
    lines.line("")?;
    lines.line(&line(head.each_ref().map(String::as_str), &names.join("  ").to_uppercase()))?;
    for (values, tally, cases) in order.iter().take(LINES) {
        let shown = |value: &Option<String>| value.as_ref().map_or_else(|| "-".into(), |v| shortened(v, VALUE_CHARS));
        let values: Vec<String> = values.iter().map(shown).collect();
        let (rows, cases) = (tally.rows.to_string(), cases.to_string());
        lines.line(&line([&rows, &cases, &second(tally.first), &second(tally.last)], &values.join("  ")))?;
    }
    if order.len() > LINES {
        let rest = Value::Count((order.len() - LINES) as u64);
        lines.line(&message(lang, "hunt-stack-more", &[("count", rest)]))?;
    }
    Ok(())
}
