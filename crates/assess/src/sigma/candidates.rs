//! A necessary condition of a rule, computed over distinct values instead of rows.
//!
//! What cannot be said of a column alone (negations) is "maybe": the row stays a candidate and the
//! exact evaluator decides. So this stage may let too much through and never too little.
//!
//! The data of an event is text with many names in it, and path and query of a request are spread over columns. What all
//! rules look for there is searched in one pass (`data`).

use super::data::{Held, Lexicon};
use super::fields::{Field, Fields};
use super::hits::Names;
use super::patterns;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray};
use arrow_buffer::BooleanBuffer;
use assize_model::table::FIXED_COLUMNS;
use rsigma_parser::value::{SigmaValue, StringPart};
use rsigma_parser::{ConditionExpr, Detection, DetectionItem, Modifier, Quantifier, SigmaRule};
use std::collections::BTreeMap;

/// What must hold for a row to match.
#[derive(Debug)]
pub(crate) enum Need {
    /// Nothing is known.
    Maybe,
    /// All of these.
    All(Vec<Need>),
    /// One of these.
    Any(Vec<Need>),
    /// One of the columns holds one of the literals.
    Literal(Vec<usize>, Literals),
    /// One of the columns is the number.
    Number(Vec<usize>, i64),
    /// The data of the event, or the columns that path and query are put together from, hold one of these literals of the
    /// lexicon, under one of the names.
    Data(Vec<u32>, Names),
    /// One of the other columns of text holds one of these.
    Text(Vec<u32>),
}

/// Literals, any of which must be contained; compared without regard to ASCII case.
#[derive(Debug)]
pub(crate) struct Literals(AhoCorasick);

impl Literals {
    fn new(literals: &[String]) -> Option<Self> {
        // Beyond ASCII the evaluator folds case in ways this search does not.
        if literals.is_empty() || literals.iter().any(|l| l.is_empty() || !l.is_ascii()) {
            return None;
        }
        AhoCorasickBuilder::new().ascii_case_insensitive(true).build(literals).ok().map(Self)
    }

    fn found(&self, text: &str) -> bool {
        self.0.is_match(text) || folds_to_ascii(text)
    }
}

/// Whether a text holds a character that becomes an ASCII letter when case is set aside: the Kelvin sign, a long s, a
/// capital i with a dot. Such a text is left to the evaluator.
pub(super) fn folds_to_ascii(text: &str) -> bool {
    !text.is_ascii() && text.contains(becomes_ascii)
}

/// Whether a character is one of those.
pub(super) fn becomes_ascii(c: char) -> bool {
    matches!(c, '\u{212a}' | '\u{17f}' | '\u{130}')
}

/// The necessary condition of a rule.
pub(crate) fn of_rule(rule: &SigmaRule, fields: &Fields, lexicon: &mut Lexicon) -> Need {
    Need::Any(rule.detection.conditions.iter().map(|c| condition(c, rule, fields, lexicon)).collect())
}

fn condition(expr: &ConditionExpr, rule: &SigmaRule, fields: &Fields, lexicon: &mut Lexicon) -> Need {
    match expr {
        ConditionExpr::And(parts) => Need::All(parts.iter().map(|p| condition(p, rule, fields, lexicon)).collect()),
        ConditionExpr::Or(parts) => Need::Any(parts.iter().map(|p| condition(p, rule, fields, lexicon)).collect()),
        ConditionExpr::Not(_) => Need::Maybe,
        ConditionExpr::Identifier(name) => {
            rule.detection.named.get(name).map_or(Need::Maybe, |d| detection(d, fields, lexicon))
        }
        ConditionExpr::Selector { quantifier, pattern } => {
            let needs = rule
                .detection
                .named
                .iter()
                .filter(|(name, _)| pattern.matches_detection_name(name))
                .map(|(_, d)| detection(d, fields, lexicon));
            match quantifier {
                Quantifier::All => Need::All(needs.collect()),
                Quantifier::Any => Need::Any(needs.collect()),
                _ => Need::Maybe,
            }
        }
    }
}

fn detection(detection: &Detection, fields: &Fields, lexicon: &mut Lexicon) -> Need {
    match detection {
        Detection::AllOf(items) => Need::All(items.iter().map(|i| item(i, fields, lexicon)).collect()),
        Detection::AnyOf(parts) => Need::Any(parts.iter().map(|p| self::detection(p, fields, lexicon)).collect()),
        Detection::And(parts) => Need::All(parts.iter().map(|p| self::detection(p, fields, lexicon)).collect()),
        Detection::Keywords(words) => {
            let needs: Option<Vec<Need>> = words.iter().map(|word| anywhere(word, fields, lexicon)).collect();
            needs.map_or(Need::Maybe, Need::Any)
        }
        _ => Need::Maybe,
    }
}

fn item(item: &DetectionItem, fields: &Fields, lexicon: &mut Lexicon) -> Need {
    let Some(name) = &item.field.name else {
        let needs = item.values.iter().filter_map(|value| anywhere(value, fields, lexicon));
        return if item.field.modifiers == [Modifier::All] { Need::All(needs.collect()) } else { Need::Maybe };
    };
    let windash = item.field.modifiers.contains(&Modifier::WindAsh);
    let pattern = item.field.modifiers.contains(&Modifier::Re);
    let known: &[Modifier] = if pattern { &OF_PATTERNS } else { &OF_TEXTS };
    if item.field.modifiers.iter().any(|m| !known.contains(m)) {
        return Need::Maybe;
    }
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    let mut joined = false;
    for field in fields.resolve(name).iter() {
        match field {
            Field::Column(index) => columns.push(index + FIXED_COLUMNS.len()),
            Field::Data(name) => names.push(lexicon.name(name)),
            Field::Uri | Field::Query => joined = true,
        }
    }
    let data = !names.is_empty();
    if (data || joined) && columns.is_empty() {
        let separators: &[char] = match (joined, windash) {
            (false, false) => &[],
            // Any dash may stand for another one.
            (false, true) => &['-'],
            // What stands between two separators stands in one of the columns.
            (true, false) => &SEPARATORS,
            (true, true) => return Need::Maybe,
        };
        lexicon.look_in(fields.searched());
        // A dash beyond ASCII may stand for one within it.
        let mut id = |text: &str| lexicon.learn(&longest_part(text, separators).filter(|t| !windash || t.is_ascii())?);
        let ids = |value: &SigmaValue| texts(value, pattern)?.iter().map(|text| id(text)).collect();
        let names = if joined { Names::Any } else { Names::These(names) };
        return told(item, |ids| Need::Data(ids, names.clone()), ids).unwrap_or(Need::Maybe);
    }
    if data || joined {
        // The first place with a value counts; it may be a column.
        return Need::Maybe;
    }
    if columns.is_empty() || windash {
        return Need::Maybe;
    }
    if let Some(need) = in_columns(item, pattern, (&columns, fields), lexicon) {
        return need;
    }
    if pattern {
        return Need::Maybe;
    }
    // With one of these a number is a piece of text: `50` is in `1500`.
    let pieces = [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith];
    let as_text = item.field.modifiers.iter().any(|m| pieces.contains(m));
    let needs: Vec<Need> = item.values.iter().map(|v| value(v, &columns, as_text)).collect();
    if item.field.modifiers.contains(&Modifier::All) { Need::All(needs) } else { any(needs, &columns, &item.values) }
}

/// What a row must hold for a value to stand in one of these columns of text, told without regard to which; `None` where
/// that cannot be told of every value.
fn in_columns(
    item: &DetectionItem,
    pattern: bool,
    (columns, fields): (&[usize], &Fields),
    lexicon: &mut Lexicon,
) -> Option<Need> {
    let all_in = |some: &[usize]| columns.iter().all(|column| some.contains(column));
    let ids = |value: &SigmaValue| texts(value, pattern)?.iter().map(|text| lexicon.learn(text)).collect();
    let told = match (all_in(fields.text_columns()), all_in(fields.searched())) {
        (true, _) => told(item, Need::Text, ids)?,
        (_, true) => told(item, |ids| Need::Data(ids, Names::Any), ids)?,
        _ => return None,
    };
    lexicon.look_in(columns);
    Some(told)
}

/// What must hold for the values of an item, each told by literals of which one must be there; `None` where one of several
/// alternatives cannot be told.
fn told(
    item: &DetectionItem,
    need: impl Fn(Vec<u32>) -> Need,
    mut ids: impl FnMut(&SigmaValue) -> Option<Vec<u32>>,
) -> Option<Need> {
    if item.field.modifiers.contains(&Modifier::All) {
        // Each that can be told must be there.
        return Some(Need::All(item.values.iter().filter_map(ids).map(need).collect()));
    }
    item.values.iter().map(&mut ids).collect::<Option<Vec<_>>>().map(|ids| need(ids.concat()))
}

/// Texts of which one stands wherever a value does.
fn texts(value: &SigmaValue, pattern: bool) -> Option<Vec<String>> {
    match value {
        SigmaValue::String(string) if pattern => patterns::needed(&string.original),
        _ if pattern => None,
        value => longest_literal(value).map(|text| vec![text]),
    }
}

/// The longest part between separators.
fn longest_part(literal: &str, separators: &[char]) -> Option<String> {
    literal.split(separators).max_by_key(|part| part.len()).map(str::to_owned)
}

/// Modifiers of values whose texts can be searched for.
const OF_TEXTS: [Modifier; 6] =
    [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith, Modifier::All, Modifier::Cased, Modifier::WindAsh];
/// Modifiers of regular expressions.
const OF_PATTERNS: [Modifier; 5] =
    [Modifier::Re, Modifier::IgnoreCase, Modifier::Multiline, Modifier::DotAll, Modifier::All];

/// What stands between path, names and values of a request.
const SEPARATORS: [char; 4] = ['?', '=', '&', ';'];

/// What a row must hold for a word to stand in any of its values.
fn anywhere(word: &SigmaValue, fields: &Fields, lexicon: &mut Lexicon) -> Option<Need> {
    let literal = longest_literal(word)?;
    lexicon.look_in(fields.searched());
    lexicon.look_in(fields.text_columns());
    let part = if fields.joins() { longest_part(&literal, &SEPARATORS)? } else { literal.clone() };
    let searched = Need::Data(vec![lexicon.learn(&part)?], Names::Any);
    let others = Need::Text(vec![lexicon.learn(&literal)?]);
    Some(if fields.searched().is_empty() { others } else { Need::Any(vec![searched, others]) })
}

/// Joins the literals of alternatives into one search where each alternative has exactly one.
fn any(needs: Vec<Need>, columns: &[usize], values: &[SigmaValue]) -> Need {
    let longest: Option<Vec<String>> = values.iter().map(longest_literal).collect();
    match longest.and_then(|l| Literals::new(&l)) {
        Some(literals) => Need::Literal(columns.to_vec(), literals),
        None => Need::Any(needs),
    }
}

fn value(value: &SigmaValue, columns: &[usize], as_text: bool) -> Need {
    if let SigmaValue::Integer(number) = value {
        return if as_text { Need::Maybe } else { Need::Number(columns.to_vec(), *number) };
    }
    match longest_literal(value).and_then(|l| Literals::new(&[l])) {
        Some(literals) => Need::Literal(columns.to_vec(), literals),
        None => Need::Maybe,
    }
}

/// The longest piece between the wildcards of a string that is no number.
fn longest_literal(value: &SigmaValue) -> Option<String> {
    let SigmaValue::String(string) = value else { return None };
    let plain = string.parts.iter().filter_map(|p| if let StringPart::Plain(text) = p { Some(text) } else { None });
    let longest = plain.max_by_key(|t| t.len())?;
    // "200" may stand for a number, which a column keeps as such.
    (longest.parse::<f64>().is_err()).then(|| longest.clone())
}

impl Need {
    /// Whether any row of a batch can meet the need, as far as the data of its events tells.
    pub(crate) fn possible(&self, held: &Held) -> bool {
        match self {
            Self::All(needs) => needs.iter().all(|need| need.possible(held)),
            Self::Any(needs) => needs.iter().any(|need| need.possible(held)),
            Self::Data(ids, names) => held.searched.any(ids, names),
            Self::Text(ids) => held.others.any(ids, &Names::Any),
            Self::Maybe | Self::Literal(..) | Self::Number(..) => true,
        }
    }

    /// Which of the rows that are still in meet the need.
    pub(crate) fn rows(&self, batch: &RecordBatch, rows: &BooleanBuffer, held: &Held) -> BooleanBuffer {
        let is = |all: &BooleanBuffer| all & rows;
        match self {
            Self::Maybe => rows.clone(),
            Self::All(needs) => {
                let step = |rows: BooleanBuffer, need: &Self| {
                    if rows.has_true() { need.rows(batch, &rows, held) } else { rows }
                };
                needs.iter().fold(rows.clone(), step)
            }
            Self::Any(needs) => {
                let step = |met: BooleanBuffer, need: &Self| &met | &need.rows(batch, rows, held);
                needs.iter().fold(BooleanBuffer::new_unset(rows.len()), step)
            }
            Self::Data(ids, names) => is(&held.searched.rows(ids, names)),
            Self::Text(ids) => is(&held.others.rows(ids, &Names::Any)),
            Self::Literal(columns, literals) => {
                by_column(batch, columns, rows, &|_, array| literal(array, literals, rows))
            }
            Self::Number(columns, wanted) => {
                by_column(batch, columns, rows, &|column, array| is(&held.number(column, array, *wanted)))
            }
        }
    }
}

fn by_column(
    batch: &RecordBatch,
    columns: &[usize],
    rows: &BooleanBuffer,
    test: &dyn Fn(usize, &ArrayRef) -> BooleanBuffer,
) -> BooleanBuffer {
    let mut met = BooleanBuffer::new_unset(rows.len());
    for column in columns {
        let Some(array) = batch.columns().get(*column) else { return rows.clone() };
        met = &met | &test(*column, array);
    }
    met
}

fn literal(array: &ArrayRef, literals: &Literals, rows: &BooleanBuffer) -> BooleanBuffer {
    if let Some(words) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
        let Some(values) = words.values().as_any().downcast_ref::<StringArray>() else { return rows.clone() };
        let found: Vec<bool> = values.iter().map(|v| v.is_some_and(|v| literals.found(v))).collect();
        return of_words(words, &found, rows);
    }
    if let Some(texts) = array.as_any().downcast_ref::<StringArray>() {
        let holds = |at: usize| rows.value(at) && texts.is_valid(at) && literals.found(texts.value(at));
        return BooleanBuffer::collect_bool(rows.len(), holds);
    }
    rows.clone()
}

/// The rows, of these, whose word is one of those marked.
fn of_words(words: &DictionaryArray<Int32Type>, marked: &[bool], rows: &BooleanBuffer) -> BooleanBuffer {
    if !marked.contains(&true) {
        return BooleanBuffer::new_unset(rows.len());
    }
    BooleanBuffer::collect_bool(rows.len(), |at| rows.value(at) && words.key(at).is_some_and(|key| marked[key]))
}

/// Rows whose cell is a number, as far as that can be told; all of them where the column holds no numbers.
pub(super) fn number(array: &ArrayRef, wanted: i64) -> BooleanBuffer {
    let Some(cells) = array.as_any().downcast_ref::<Int64Array>() else { return BooleanBuffer::new_set(array.len()) };
    // The evaluator compares as floating point, where neighbours of very large numbers are equal.
    let is = |cell: i64| cell == wanted || cell.unsigned_abs() > 1 << 52;
    let equal = BooleanBuffer::collect_bool(cells.len(), |at| is(cells.values()[at]));
    cells.nulls().map_or_else(|| equal.clone(), |valid| &equal & valid.inner())
}

/// Rows for which one of several sets of conditions holds; all of them where there is none.
pub(crate) fn any_holds(sets: &[BTreeMap<String, String>], batch: &RecordBatch) -> BooleanBuffer {
    let any = sets.iter().map(|conditions| all_hold(conditions, batch)).reduce(|any, rows| &any | &rows);
    any.unwrap_or_else(|| BooleanBuffer::new_set(batch.num_rows()))
}

/// Rows in which each column is its value, without regard to case.
pub(crate) fn all_hold(conditions: &BTreeMap<String, String>, batch: &RecordBatch) -> BooleanBuffer {
    let mut rows = BooleanBuffer::new_set(batch.num_rows());
    for (column, value) in conditions {
        // Most logs are not in most batches.
        if !rows.has_true() {
            break;
        }
        let none = || BooleanBuffer::new_unset(batch.num_rows());
        rows = batch.column_by_name(column).map_or_else(none, |array| equals(array, value, &rows));
    }
    rows
}

/// Those of some rows whose cell is a value, without regard to case.
fn equals(array: &ArrayRef, value: &str, rows: &BooleanBuffer) -> BooleanBuffer {
    if let Some(words) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>()
        && let Some(values) = words.values().as_any().downcast_ref::<StringArray>()
    {
        let same: Vec<bool> = values.iter().map(|v| v.is_some_and(|v| v.eq_ignore_ascii_case(value))).collect();
        return of_words(words, &same, rows);
    }
    if let Some(cells) = array.as_any().downcast_ref::<Int64Array>() {
        // In digits, as a cell is shown.
        let wanted = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
        let is = |at: usize, wanted| rows.value(at) && cells.is_valid(at) && cells.value(at) == wanted;
        let equal = |wanted| BooleanBuffer::collect_bool(cells.len(), |at| is(at, wanted));
        return wanted.map_or_else(|| BooleanBuffer::new_unset(cells.len()), equal);
    }
    let text = |at: usize| crate::row::text(array, at);
    let is = |at: usize| rows.value(at) && text(at).is_some_and(|text| text.eq_ignore_ascii_case(value));
    BooleanBuffer::collect_bool(array.len(), is)
}
