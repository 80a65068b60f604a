//! What could be seen: each question, each source, each day of the window.

mod sources;

use crate::exposure::Survey;
use crate::ledger;
use crate::row::text;
use crate::verdict::Understood;
use crate::{AssessError, Facts, Tables};
use assize_content::texts::LANGUAGES;
use assize_content::{AnySource, Content, Pack, Question};
use assize_model::Timestamp;
use assize_model::ledger::{Hole, Ledger};
use assize_model::result::{Cell, CellState, QuestionCoverage, SourceCoverage, Window, WindowEnd};
use assize_model::time::Day;
use sources::Seen;
use std::collections::BTreeMap;

/// A window longer than this is cut: nobody keeps logs for it, and its days must be listed.
const DAYS_MAX: i32 = 4_000;

/// The period to examine: from the first known exploitation to the patch, or else the end of the evidence; without a
/// campaign that of the evidence.
pub(crate) fn window(tables: &dyn Tables, pack: Option<&Pack>, survey: &Survey, facts: &Facts) -> Window {
    // A server cannot be attacked before it is there.
    let began = pack.and_then(|p| p.from).max(survey.installed);
    let first = tables.tables().iter().filter_map(|t| t.from).min();
    let from = facts.since.or(began).or(first).unwrap_or(Timestamp(0));
    let last = tables.tables().iter().filter_map(|t| t.to).max();
    let collected = facts.collected.or(last).unwrap_or(from);
    let patched = pack.and_then(|p| survey.fixed_since(&p.vulnerabilities)).filter(|p| *p > from);
    let (to, end) = match (facts.until, patched) {
        (Some(until), _) => (until, WindowEnd::Asked),
        (None, Some(patched)) if patched <= collected => (patched, WindowEnd::Patched),
        _ if facts.collected.is_some() => (collected, WindowEnd::Collected),
        _ => (collected, WindowEnd::LastRecord),
    };
    let longest = Timestamp(from.0.saturating_add(i64::from(DAYS_MAX) * assize_model::time::DAY));
    Window { from, to: to.max(from).min(longest), end, collected }
}

/// Every question of the packs, each over the window of its pack.
pub(crate) fn questions(
    tables: &dyn Tables,
    content: &Content,
    packs: &[(&Pack, &Window)],
    survey: &Survey,
    ledger: &Ledger,
) -> Result<Vec<QuestionCoverage>, AssessError> {
    let all = || packs.iter().flat_map(|(p, w)| p.questions.iter().map(move |q| (*p, q, *w)));
    let sources: Vec<(&AnySource, &Window)> =
        all().flat_map(|(_, q, w)| q.any_of.iter().map(move |s| (s, w))).collect();
    let mut seen = sources::seen(tables, content, &sources)?.into_iter();
    Ok(all()
        .map(|(pack, question, window)| {
            let seen: Vec<Seen> = seen.by_ref().take(question.any_of.len()).collect();
            let covered = one(tables, content, pack, question, &seen, survey.edge, window);
            with_holes(covered, open_holes(content, question, &seen, ledger, window))
        })
        .collect())
}

/// What could be seen of some sources, in each of some periods.
pub(crate) fn of_windows(
    tables: &dyn Tables,
    content: &Content,
    sources: &[AnySource],
    windows: &[&Window],
) -> Result<Vec<Vec<SourceCoverage>>, AssessError> {
    let longest = i64::from(DAYS_MAX) * assize_model::time::DAY;
    let cut = |w: &&Window| Window { from: w.from.max(w.to.plus(-longest)), ..(*w).clone() };
    let windows: Vec<Window> = windows.iter().map(cut).collect();
    let Some(from) = windows.iter().map(|w| w.from).min() else { return Ok(Vec::new()) };
    let whole = Window { from, ..windows.iter().max_by_key(|w| w.to).unwrap_or(&windows[0]).clone() };
    let whole = cut(&&whole);
    let asked: Vec<(&AnySource, &Window)> = sources.iter().map(|s| (s, &whole)).collect();
    let seen = sources::seen(tables, content, &asked)?;
    let of = |window: &Window| {
        let days = days(window);
        let each = sources.iter().zip(&seen);
        each.map(|(source, seen)| of_source(tables, content, source, seen, window, &days, true)).collect()
    };
    Ok(windows.iter().map(of).collect())
}

/// Days of the window, first to last.
pub(crate) fn days(window: &Window) -> Vec<Day> {
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
    seen: &[Seen],
    edge: bool,
    window: &Window,
) -> QuestionCoverage {
    let applies = !(edge && question.not_for_roles.iter().any(|r| r == "edge"));
    let days = days(window);
    let mut answered = vec![false; days.len()];
    let mut sources = Vec::new();
    for (source, seen) in question.any_of.iter().zip(seen) {
        if !source.partial {
            answered.iter_mut().zip(&days).for_each(|(a, d)| *a |= seen.days.contains_key(d));
        }
        sources.push(of_source(tables, content, source, seen, window, &days, applies));
    }
    let unanswered = answered.iter().filter(|a| !**a).count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let longest = answered.split(|a| *a).map(<[bool]>::len).max().unwrap_or_default();
    let longest_gap_hours = count(longest).saturating_mul(24);
    let answered_days = count(days.len() - unanswered);
    let enough = u64::from(answered_days) * 100 >= u64::from(count(days.len())) * u64::from(pack.measure.days_percent);
    let title =
        |l: &str| pack.texts.say(l, &format!("question-{}", question.name), None, &BTreeMap::new()).unwrap_or_default();
    QuestionCoverage {
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
        holes: Vec::new(),
        sources,
    }
}

/// A question whose records are missing for some hours is not answered for the whole period, however few they are:
/// whoever takes records away takes those that matter.
fn with_holes(question: QuestionCoverage, holes: Vec<String>) -> QuestionCoverage {
    let holes = if question.applies { holes } else { Vec::new() };
    QuestionCoverage { sufficient: question.sufficient && holes.is_empty(), holes, ..question }
}

/// Holes of the window in which nothing answers: one of the sources lost records, and no other one has that time.
fn open_holes(content: &Content, question: &Question, seen: &[Seen], ledger: &Ledger, window: &Window) -> Vec<String> {
    let full: Vec<(&AnySource, &Seen)> = question.any_of.iter().zip(seen).filter(|(s, _)| !s.partial).collect();
    let holes = |source: &AnySource| {
        let all = ledger::holes_of(ledger, source, content.layout(&source.table));
        all.into_iter().filter(|h| h.overlaps(window.from, window.to)).collect::<Vec<_>>()
    };
    let all: Vec<(&AnySource, &Seen, Vec<&Hole>)> = full.into_iter().map(|(s, seen)| (s, seen, holes(s))).collect();
    let has = |source: &AnySource, seen: &Seen, missing: &[&Hole], hole: &Hole| {
        let begins = hole.from.unwrap_or(window.from);
        let from = begins.max(window.from).day();
        let to = hole.to.min(window.to).day();
        let reads = seen.days.range(from..=to.max(from)).count();
        let wanted = usize::try_from(i64::from(to.0) - i64::from(from.0) + 1).unwrap_or(1);
        reads >= wanted && (source.state || !missing.iter().any(|other| other.overlaps(begins, hole.to)))
    };
    let open = |hole: &&Hole| !all.iter().any(|(source, seen, missing)| has(source, seen, missing, hole));
    let mut ids: Vec<String> =
        all.iter().flat_map(|(_, _, holes)| holes.iter().copied().filter(open)).map(|h| h.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn of_source(
    tables: &dyn Tables,
    content: &Content,
    source: &AnySource,
    seen: &Seen,
    window: &Window,
    days: &[Day],
    applies: bool,
) -> SourceCoverage {
    let read = |at: usize| seen.days.contains_key(&days[at]);
    let first = (0..days.len()).find(|at| read(*at));
    let last = (0..days.len()).rfind(|at| read(*at));
    let never = never(tables, source, seen, window);
    let state_of = |at: usize| match (first, last) {
        _ if !applies => CellState::NotApplicable,
        _ if read(at) => CellState::Read,
        (None, _) | (_, None) => never,
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
    SourceCoverage {
        id: source.table.clone(),
        title: title(content, source),
        state: worst,
        from: seen.from.filter(|_| first.is_some()).map(|t| t.max(window.from)).filter(inside),
        to: seen.to.filter(|_| first.is_some()).map(|t| t.min(window.to)).filter(inside),
        rows: seen.days.range(window.from.day()..=window.to.day()).map(|(_, rows)| rows).sum(),
        cells,
    }
}

/// The state of a source that answers on no day of the window.
fn never(tables: &dyn Tables, source: &AnySource, seen: &Seen, window: &Window) -> CellState {
    let (first, last) = (seen.days.keys().next(), seen.days.keys().next_back());
    match tables.table(&source.table) {
        Some(t) if t.rows == 0 && t.files > 0 => CellState::Unreadable,
        _ if first.is_some_and(|d| *d > window.to.day()) => CellState::Rotated,
        _ if last.is_some_and(|d| *d < window.from.day()) => CellState::Ended,
        _ if first.is_some() => CellState::Gap,
        // The log is there, but the server was not told to write what the question needs.
        Some(t) if t.rows > 0 && source.needs_column.is_some() => CellState::Disabled,
        _ => CellState::NotCollected,
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
    if layout.spec.column(column).is_none() {
        return Ok(false);
    }
    let mut found = false;
    tables.scan(table, Some(&[column]), &mut |batch| {
        let cells = batch.column_by_name(column);
        found = found || cells.is_some_and(|c| (0..c.len()).any(|at| text(c, at).is_some_and(|v| test(&v))));
        Ok(())
    })?;
    Ok(found)
}
