//! What could be seen: each question, each source, each day of the window.

use crate::exposure::Survey;
use crate::row::Row;
use crate::sigma::equals;
use crate::verdict::Understood;
use crate::{AssessError, Facts, Tables};
use arrow_array::{Array, RecordBatch, TimestampMicrosecondArray};
use assize_content::exposure::BuildState;
use assize_content::texts::LANGUAGES;
use assize_content::{AnySource, Content, Pack, Question};
use assize_model::Timestamp;
use assize_model::result::{Cell, CellState, QuestionCoverage, SourceCoverage, Window, WindowEnd};
use assize_model::table::FIXED_COLUMNS;
use assize_model::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// A window longer than this is cut: nobody keeps logs for it, and its days must be listed.
const DAYS_MAX: i32 = 4_000;

/// The period to examine: from the first known exploitation to the patch, or else the end of the evidence.
pub(crate) fn window(tables: &dyn Tables, packs: &[&Pack], survey: &Survey, facts: &Facts) -> Window {
    let from = facts.since.or_else(|| packs.iter().map(|p| p.from).min()).unwrap_or(Timestamp(0));
    let last = tables.tables().iter().filter_map(|t| t.to).max();
    let collected = facts.collected.or(last).unwrap_or(from);
    let patched = patched(packs, survey).filter(|p| *p > from);
    let (to, end) = match (facts.until, patched) {
        (Some(until), _) => (until, WindowEnd::Asked),
        (None, Some(patched)) if patched <= collected => (patched, WindowEnd::Patched),
        _ if facts.collected.is_some() => (collected, WindowEnd::Collected),
        _ => (collected, WindowEnd::LastRecord),
    };
    let longest = Timestamp(from.0.saturating_add(i64::from(DAYS_MAX) * assize_model::time::DAY));
    Window { from, to: to.max(from).min(longest), end, collected }
}

/// When the last of the packs' flaws was first seen fixed.
fn patched(packs: &[&Pack], survey: &Survey) -> Option<Timestamp> {
    let cves: Vec<String> = packs.iter().flat_map(|p| p.vulnerabilities.clone()).collect();
    let builds = &survey.host.builds;
    let fixed = |at: usize| survey.state_at(&cves, None, Some(builds[at].build)) == BuildState::Fixed;
    let first = (0..builds.len()).rev().take_while(|n| fixed(*n)).last()?;
    Some(builds[first].from)
}

/// Every question of the packs.
pub(crate) fn questions(
    tables: &dyn Tables,
    content: &Content,
    packs: &[&Pack],
    survey: &Survey,
    window: &Window,
) -> Result<Vec<QuestionCoverage>, AssessError> {
    let mut all = Vec::new();
    for pack in packs {
        for question in &pack.questions {
            all.push(one(tables, content, pack, question, survey, window)?);
        }
    }
    Ok(all)
}

/// Days of the window, first to last.
fn days(window: &Window) -> Vec<Day> {
    let mut days = vec![window.from.day()];
    while days[days.len() - 1] < window.to.day() {
        days.push(days[days.len() - 1].next());
    }
    days
}

fn one(
    tables: &dyn Tables,
    content: &Content,
    pack: &Pack,
    question: &Question,
    survey: &Survey,
    window: &Window,
) -> Result<QuestionCoverage, AssessError> {
    let applies = !(survey.edge && question.not_for_roles.iter().any(|r| r == "edge"));
    let days = days(window);
    let mut answered = vec![false; days.len()];
    let mut sources = Vec::new();
    for source in &question.any_of {
        let seen = read_days(tables, content, source, window)?;
        let read: Vec<bool> = days.iter().map(|d| seen.contains(d)).collect();
        if !source.partial {
            answered.iter_mut().zip(&read).for_each(|(a, r)| *a |= *r);
        }
        sources.push(of_source(tables, content, source, window, &days, &read, applies));
    }
    let unanswered = answered.iter().filter(|a| !**a).count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let longest = answered.split(|a| *a).map(<[bool]>::len).max().unwrap_or_default();
    let longest_gap_hours = count(longest).saturating_mul(24);
    let answered_days = count(days.len() - unanswered);
    let enough = u64::from(answered_days) * 100 >= u64::from(count(days.len())) * u64::from(pack.measure.days_percent);
    let title =
        |l: &str| pack.texts.say(l, &format!("question-{}", question.name), None, &BTreeMap::new()).unwrap_or_default();
    Ok(QuestionCoverage {
        question: pack.number(&question.name).unwrap_or_default(),
        name: question.name.clone(),
        pack: pack.id.clone(),
        title: LANGUAGES.map(|l| (l.to_owned(), title(l))).into(),
        required: question.mandatory,
        applies,
        answered_days,
        window_days: count(days.len()),
        longest_gap_hours,
        sufficient: applies && enough && longest_gap_hours <= pack.measure.gap_hours,
        days: answered.iter().map(|a| if *a { '#' } else { '.' }).collect(),
        sources,
    })
}

/// Days on which a source answers.
fn read_days(
    tables: &dyn Tables,
    content: &Content,
    source: &AnySource,
    window: &Window,
) -> Result<BTreeSet<Day>, AssessError> {
    let Some(table) = tables.table(&source.table).filter(|t| t.rows > 0) else { return Ok(BTreeSet::new()) };
    if source.state {
        let whole = source.needs_paths.iter().all(|p| tables.paths_contain(p));
        return Ok(if whole { days(window).into_iter().collect() } else { BTreeSet::new() });
    }
    if source.r#where.is_empty() && source.needs_column.is_none() {
        return Ok(table.days.keys().copied().collect());
    }
    let Some(layout) = content.layout(&source.table) else { return Ok(BTreeSet::new()) };
    let mut seen = BTreeSet::new();
    let needed = source.needs_column.as_ref().map(|c| layout.spec.column(c));
    tables.scan(&source.table, &mut |batch| {
        let mut rows = vec![true; batch.num_rows()];
        for (column, value) in &source.r#where {
            let array = layout.spec.column(column).and_then(|c| batch.columns().get(c + FIXED_COLUMNS.len()));
            let equal = array.map_or_else(|| vec![false; rows.len()], |a| equals(a, value));
            rows.iter_mut().zip(equal).for_each(|(row, equal)| *row &= equal);
        }
        if let Some(column) = needed {
            let array = column.and_then(|c| batch.columns().get(c + FIXED_COLUMNS.len()));
            rows.iter_mut().enumerate().for_each(|(at, row)| *row &= array.is_some_and(|a| a.is_valid(at)));
        }
        seen.extend(days_of(batch, &rows));
        Ok(())
    })?;
    Ok(seen)
}

fn days_of(batch: &RecordBatch, rows: &[bool]) -> BTreeSet<Day> {
    let Some(times) = batch.column(2).as_any().downcast_ref::<TimestampMicrosecondArray>() else {
        return BTreeSet::new();
    };
    times.iter().zip(rows).filter(|(_, row)| **row).filter_map(|(t, _)| t).map(|t| Timestamp(t).day()).collect()
}

fn of_source(
    tables: &dyn Tables,
    content: &Content,
    source: &AnySource,
    window: &Window,
    days: &[Day],
    read: &[bool],
    applies: bool,
) -> SourceCoverage {
    let table = tables.table(&source.table);
    let first = read.iter().position(|r| *r);
    let last = read.iter().rposition(|r| *r);
    let state_of = |at: usize| match (first, last) {
        _ if !applies => CellState::NotApplicable,
        _ if read[at] => CellState::Read,
        (None, _) | (_, None) => match table {
            Some(t) if t.rows == 0 && t.files > 0 => CellState::Unreadable,
            // The log is there, but the server was not told to write what the question needs.
            Some(t) if t.rows > 0 && source.needs_column.is_some() => CellState::Disabled,
            _ => CellState::NotCollected,
        },
        (Some(first), _) if at < first => CellState::Rotated,
        (_, Some(last)) if at > last => CellState::Ended,
        _ => CellState::Gap,
    };
    let mut cells: Vec<Cell> = Vec::new();
    for (at, day) in days.iter().enumerate() {
        let state = state_of(at);
        match cells.last_mut() {
            Some(cell) if cell.state == state => cell.to = *day,
            _ => cells.push(Cell { from: *day, to: *day, state }),
        }
    }
    let worst = cells.iter().map(|c| c.state).find(|s| *s != CellState::Read).unwrap_or(CellState::Read);
    let inside = |t: &Timestamp| *t >= window.from && *t <= window.to;
    let rows = table.map_or(0, |t| t.days.range(window.from.day()..=window.to.day()).map(|(_, n)| n).sum());
    SourceCoverage {
        id: source.table.clone(),
        title: title(content, source),
        state: worst,
        from: table.and_then(|t| t.from).filter(|_| first.is_some()).map(|t| t.max(window.from)).filter(inside),
        to: table.and_then(|t| t.to).filter(|_| first.is_some()).map(|t| t.min(window.to)).filter(inside),
        rows: if first.is_some() { rows } else { 0 },
        cells,
    }
}

/// The name of a source for people; one channel of the events is named with its table.
fn title(content: &Content, source: &AnySource) -> BTreeMap<String, String> {
    let table = content.layout(&source.table).map(|l| l.title.clone()).unwrap_or_default();
    let part: Vec<&str> = source.r#where.values().map(String::as_str).collect();
    let full = |title: String| if part.is_empty() { title } else { format!("{title} ({})", part.join(", ")) };
    table.into_iter().map(|(l, t)| (l, full(t))).collect()
}

/// Parts of paths that only an Exchange server is asked for.
const EXCHANGE_PATHS: [&str; 7] =
    ["/owa", "/ecp", "/ews/", "/mapi/", "/autodiscover", "/microsoft-server-activesync", "/oab"];

/// Whether anything was read, and whether any of it comes from an Exchange server.
pub(crate) fn understood(tables: &dyn Tables, content: &Content) -> Result<Understood, AssessError> {
    let rows = |table: &str| tables.table(table).map_or(0, |t| t.rows);
    let all = tables.tables();
    if all.iter().all(|t| t.rows == 0) {
        return Ok(Understood::Nothing);
    }
    if all.iter().any(|t| t.family == "exchange-log" && t.rows > 0) {
        return Ok(Understood::Exchange);
    }
    let pages = ["/FrontEnd/HttpProxy/", "/ClientAccess/", "/owa/auth/"];
    if rows("web_files") > 0 && pages.iter().any(|p| tables.paths_contain(p)) {
        return Ok(Understood::Exchange);
    }
    let asked = |v: &str| EXCHANGE_PATHS.iter().any(|p| v.to_lowercase().starts_with(p));
    let found = any_value(tables, content, "iis_w3c", "cs_uri_stem", &asked)?
        || any_value(tables, content, "windows_events", "channel", &|v| v.starts_with("MSExchange"))?;
    Ok(if found { Understood::Exchange } else { Understood::Other })
}

/// Whether any row of a table has such a value.
fn any_value(
    tables: &dyn Tables,
    content: &Content,
    table: &str,
    column: &str,
    test: &dyn Fn(&str) -> bool,
) -> Result<bool, AssessError> {
    let Some(layout) = content.layout(table) else { return Ok(false) };
    let mut found = false;
    tables.scan(table, &mut |batch| {
        found =
            found || (0..batch.num_rows()).any(|at| Row { layout, batch, at }.named(column).is_some_and(|v| test(&v)));
        Ok(())
    })?;
    Ok(found)
}
