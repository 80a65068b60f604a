//! `assize hunt --sql`: a question of a person over the tables of cases.

use crate::cases::{self, Opened};
use crate::cmd::hunt::{Args, code, csv};
use crate::exit::Stop;
use crate::out::Lines;
use crate::stop;
use assize_content::Content;
use assize_model::display::{hex, shortened};
use assize_query::{QueryError, Question, Source, Value, Window, check};
use assize_report::message;
use serde_json::{Map, Number, Value as Json};

/// Rows that the screen shows: the first.
const LINES: usize = 100;
/// Characters of a value on the screen.
const VALUE_CHARS: usize = 80;

/// Answers and prints.
pub(super) fn run(args: &Args, content: &Content, sql: &str) -> Result<u8, Stop> {
    // Evidence may take an hour to read: a slip of the pen is told before.
    check(sql).map_err(stopped)?;
    let stop = stop::asked_for();
    let cases = cases::open(&args.paths, &args.common.settings(), content)?;
    let sources: Vec<Source<'_>> = cases.iter().map(|Opened { name, case, .. }| Source { name, case }).collect();
    let question = Question::new(&sources, sql).map_err(stopped)?;
    let mut answer = Answer::begin(args, question.columns())?;
    let mut trouble = Ok(());
    let window = Window { since: args.since, until: args.until };
    let answered = question.answer(window, stop, &mut |row| {
        trouble = answer.row(row);
        trouble.is_ok()
    });
    trouble?;
    answered.map_err(stopped)?;
    answer.end()?;
    Ok(code(&cases))
}

/// How a question that got no answer ends the command.
fn stopped(why: QueryError) -> Stop {
    match why {
        QueryError::Statement(why) => Stop::Usage(why),
        QueryError::Stopped => Stop::Interrupted(why.to_string()),
        other => Stop::Own(other.to_string()),
    }
}

/// An answer being printed.
struct Answer<'a> {
    args: &'a Args,
    columns: &'a [String],
    lines: Lines,
    /// What the screen will show.
    shown: Vec<Vec<Cell>>,
    rows: usize,
}

/// A value on the screen, and whether it may stand among numbers.
type Cell = (String, bool);

impl<'a> Answer<'a> {
    fn begin(args: &'a Args, columns: &'a [String]) -> Result<Self, Stop> {
        let mut lines = Lines::begin();
        if args.csv {
            lines.line(&csv(&columns.iter().map(String::as_str).collect::<Vec<_>>()))?;
        }
        Ok(Self { args, columns, lines, shown: Vec::new(), rows: 0 })
    }

    fn row(&mut self, row: &[Value<'_>]) -> Result<(), Stop> {
        self.rows += 1;
        if self.args.jsonl {
            let object: Map<String, Json> = self.columns.iter().cloned().zip(row.iter().map(json)).collect();
            return self.lines.line(&Json::Object(object).to_string());
        }
        if self.args.csv {
            let cells: Vec<String> = row.iter().map(csv_cell).collect();
            return self.lines.line(&cells.join(","));
        }
        if self.rows <= LINES {
            self.shown.push(row.iter().map(screen_cell).collect());
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), Stop> {
        if !self.args.jsonl && !self.args.csv {
            self.screen()?;
        }
        self.lines.end()
    }

    /// The first rows in columns as wide as what stands in them, numbers to the right.
    fn screen(&mut self) -> Result<(), Stop> {
        let lang = self.args.common.lang.lang();
        self.lines.line(&message(lang, "hunt-sql-summary", &[("rows", self.rows.into())]))?;
        if self.rows == 0 {
            return Ok(());
        }
        let numbers: Vec<bool> = (0..self.columns.len()).map(|at| self.shown.iter().all(|row| row[at].1)).collect();
        let head: Vec<Cell> = self.columns.iter().map(|name| (shortened(name, VALUE_CHARS), true)).collect();
        let wide = |at: usize| self.shown.iter().chain([&head]).map(|row| row[at].0.chars().count()).max();
        let widths: Vec<usize> = (0..head.len()).map(|at| wide(at).unwrap_or_default()).collect();
        let line = |row: &[Cell]| {
            let cell = |(((text, _), width), number): ((&Cell, &usize), &bool)| {
                if *number { format!("{text:>width$}") } else { format!("{text:<width$}") }
            };
            row.iter().zip(&widths).zip(&numbers).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.lines.line("")?;
        self.lines.line(&line(&head))?;
        for row in &self.shown {
            self.lines.line(&line(row))?;
        }
        if self.rows > LINES {
            self.lines.line(&message(lang, "hunt-sql-more", &[("count", (self.rows - LINES).into())]))?;
        }
        Ok(())
    }
}

fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Whole(n) => (*n).into(),
        // JSON has no infinity.
        Value::Real(n) => Number::from_f64(*n).map_or_else(|| n.to_string().into(), Json::Number),
        Value::Text(text) => text.as_ref().into(),
        Value::Bytes(bytes) => hex(bytes).into(),
    }
}

/// A cell of CSV: a number as it is, so that a spreadsheet can count with it; everything else as elsewhere.
fn csv_cell(value: &Value<'_>) -> String {
    match json(value) {
        Json::Null => String::new(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => csv(&[&text]),
        other => csv(&[&other.to_string()]),
    }
}

fn screen_cell(value: &Value<'_>) -> Cell {
    match json(value) {
        Json::Null => ("-".into(), true),
        Json::String(text) => (shortened(&text, VALUE_CHARS), false),
        number => (number.to_string(), true),
    }
}
