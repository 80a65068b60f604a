//! Log layouts: where a kind of log lives, how it is recognised, and what its columns are called.

use crate::ContentError;
use assize_model::query::LIFTED;
use assize_model::table::{Column, ColumnType, Spec};
use serde::Deserialize;
use std::collections::BTreeMap;
use yaml_serde::{Mapping, Value};

/// How a file of this kind is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// W3C extended log: `#Fields:` with blanks between names.
    W3c,
    /// Exchange log: `#Log-type:`, `#Fields:` with commas between names.
    ExchangeCsv,
    /// One pattern for every line; see [`Pattern`].
    Pattern,
    /// A parser in Rust of the same name as the table.
    Rust,
    /// No kind of file: an engine that is asked about files of any kind, such as one for signatures. Each row is a match, so that
    /// there is none says nothing of what was recorded.
    Matches,
}

impl Format {
    /// Whether the text reader reads it, by what the layout declares.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Rust | Self::Matches)
    }
}

/// How the time of a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// `2021-03-03T06:49:42.162Z`, or a date and a time of day; in UTC unless an offset is stated.
    #[default]
    Iso,
    /// `03/Mar/2021:08:49:42 +0200`, as web servers of the NCSA kind write it.
    Clf,
    /// `3/3/2021 8:49:42`, month or day first, in the zone of the server, which is not stated. Such rows have no
    /// `ts`; what is written goes to the column `local_time`.
    Local,
    /// `03/03/2021 06:49:42.0162`, as the setup of Exchange writes it: in UTC where setup states its version as 15 or
    /// later, otherwise as [`Clock::Local`].
    Setup,
}

/// The pattern of a line: `[{time}] [{level}] {text}`. A name in braces takes what stands before the next literal
/// text, the last one the rest of the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pattern {
    /// The literal text before each name, and the name.
    pub parts: Vec<(String, String)>,
    /// The literal text at the end.
    pub end: String,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When a brace does not close, or two names touch.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut pattern = Self::default();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("line: a brace does not close")?;
            if literal.is_empty() && !pattern.parts.is_empty() {
                return Err(format!("line: nothing stands before {{{name}}}"));
            }
            pattern.parts.push((literal.into(), name.into()));
            rest = after;
        }
        rest.clone_into(&mut pattern.end);
        if pattern.parts.is_empty() { Err("line: no name in braces".into()) } else { Ok(pattern) }
    }
}

/// One layout. The YAML form is shown in `docs/guide/content.md`.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Table, family and columns. Derived columns follow the declared ones; text formats end with `extra`.
    pub spec: Spec,
    /// The name for people, by language.
    pub title: BTreeMap<String, String>,
    /// What the source shows and why it matters.
    pub why: String,
    /// Globs of usual places, `/` between parts, matched without regard to case against the end of a path.
    pub paths: Vec<String>,
    /// How it is read.
    pub format: Format,
    /// Values of `#Log-type:` that mark this kind (Exchange logs). `*` takes any not claimed by another layout.
    pub log_types: Vec<String>,
    /// The column whose values are logs of their own, such as channels; empty: each folder of files is one.
    pub log: String,
    /// The column with the number that such a log gives each record, one after the other; empty: it gives none.
    pub number: String,
    /// Source names of the columns that make up the time, joined by a blank.
    pub time: Vec<String>,
    /// How the time is written.
    pub clock: Clock,
    /// The pattern of each line, for [`Format::Pattern`].
    pub line: Pattern,
    /// Whether a line that does not fit the pattern goes on with the last value of the line before it.
    pub continues: bool,
    /// Lists of columns, as such a log names them in its header, by which lines without a header are read.
    pub headerless: Vec<Vec<String>>,
    /// Whether what lies behind the records is looked for, too. Not declared: a run asks for it.
    pub carve: bool,
    /// What is made out of the declared columns.
    pub derive: Derive,
    /// The Sigma log sources that this table answers.
    pub sigma: Vec<LogSource>,
    /// Column names by the kind of observable they hold: `ip`, `agent`, `path`, `user`, `host`, `request`, `canary`.
    pub observables: BTreeMap<String, Vec<String>>,
    /// A few lines of such a log, or empty for parsers in Rust.
    pub sample: String,
    /// What reading the sample must give.
    pub expect: Option<Expect>,
}

/// Columns made out of others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Derive {
    /// Source name of a query-string column. It is not kept as it is: `query_shape` and the `q_` columns of
    /// [`assize_model::query`] take its place, and `uri` stands for stem and query together in rules.
    pub query: Option<String>,
    /// Source name of the column with the path, the first half of `uri`.
    pub stem: Option<String>,
    /// Source names of the four columns that make up `build`; or one column that holds the build as text.
    pub build: Vec<String>,
    /// A column of typed pairs, `S:KEY=value;I32:KEY=value`, whose named keys become columns.
    pub pairs: Option<Pairs>,
}

/// Pairs inside one column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pairs {
    /// Source name of the column that holds them. It is kept as it is, too.
    pub from: String,
    /// Keys that become columns, in order. Compared without regard to case.
    pub keys: Vec<String>,
}

/// A Sigma log source that a table answers, and under which conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSource {
    /// Sigma `category`.
    pub category: Option<String>,
    /// Sigma `product`.
    pub product: Option<String>,
    /// Sigma `service`.
    pub service: Option<String>,
    /// A row belongs to the log source when one of these holds: column name to value, text or number,
    /// compared without regard to case. Empty: every row does.
    pub r#where: Vec<BTreeMap<String, String>>,
    /// Further conditions on event data: name to values, one of which it must be, without regard to case.
    pub data: BTreeMap<String, Vec<String>>,
    /// Names of fields in rules, to column names or names in event data; the first one present counts.
    pub fields: BTreeMap<String, Vec<String>>,
}

/// What reading the sample must give.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Rows.
    pub rows: u64,
    /// Rejects.
    pub rejects: u64,
    /// Values of the first row, by column name.
    #[serde(default)]
    pub first: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: BTreeMap<String, String>,
    why: String,
    family: String,
    #[serde(default)]
    paths: Vec<String>,
    format: Format,
    #[serde(default)]
    log_types: Vec<String>,
    #[serde(default)]
    log: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    time: Vec<String>,
    #[serde(default)]
    clock: Clock,
    #[serde(default)]
    line: Option<String>,
    #[serde(default)]
    continues: bool,
    #[serde(default)]
    headerless: Vec<String>,
    columns: Mapping,
    #[serde(default)]
    derive: Derive,
    #[serde(default)]
    sigma: Vec<LogSource>,
    #[serde(default)]
    observables: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    sample: String,
    #[serde(default)]
    expect: Option<Expect>,
}

impl Layout {
    /// Reads one layout; the table is named after the file.
    ///
    /// # Errors
    /// Names the file, the line and what was expected.
    pub fn read(path: &str, text: &str) -> Result<Self, ContentError> {
        let fault = |what: String| ContentError::new(path, what);
        let raw: Raw = yaml_serde::from_str(text).map_err(|e| fault(e.to_string()))?;
        let table = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yml");
        let columns = columns(&raw).map_err(fault)?;
        for language in ["en", "fr"] {
            if !raw.title.contains_key(language) {
                return Err(fault(format!("title: {language} is missing")));
            }
        }
        let known = |name: &String| columns.iter().any(|c| c.name == *name);
        if let Some(name) = raw.observables.values().flatten().find(|n| !known(n)) {
            return Err(fault(format!("observables: no column is called {name}")));
        }
        for (part, name) in [("log", &raw.log), ("number", &raw.number)] {
            if !name.is_empty() && !known(name) {
                return Err(fault(format!("{part}: no column is called {name}")));
            }
        }
        let line = match (&raw.line, raw.format) {
            (Some(line), Format::Pattern) => Pattern::read(line).map_err(fault)?,
            (None, Format::Pattern) => return Err(fault("line: a pattern is expected".into())),
            (Some(_), _) => return Err(fault("line: only for `format: pattern`".into())),
            (None, _) => Pattern::default(),
        };
        if matches!(raw.clock, Clock::Local | Clock::Setup) && !known(&"local_time".to_owned()) {
            return Err(fault("clock: a column local_time is expected".into()));
        }
        Ok(Self {
            spec: Spec { table: table.into(), family: raw.family, columns },
            title: raw.title,
            why: raw.why,
            paths: raw.paths,
            format: raw.format,
            log_types: raw.log_types,
            log: raw.log,
            number: raw.number,
            time: raw.time,
            clock: raw.clock,
            line,
            continues: raw.continues,
            headerless: raw.headerless.iter().map(|l| l.split(',').map(|n| n.trim().into()).collect()).collect(),
            carve: false,
            derive: raw.derive,
            sigma: raw.sigma,
            observables: raw.observables,
            sample: raw.sample,
            expect: raw.expect,
        })
    }
}

/// Declared columns, then derived ones, then `extra` for text formats.
fn columns(raw: &Raw) -> Result<Vec<Column>, String> {
    let mut columns = Vec::new();
    for (name, kind) in &raw.columns {
        let (Value::String(source), Value::String(kind)) = (name, kind) else {
            return Err("columns: a name and a type are expected, such as `c-ip: word`".into());
        };
        if raw.derive.query.as_deref() == Some(source) {
            continue;
        }
        let kind = column_type(kind)
            .ok_or_else(|| format!("columns: {source}: {kind} is no type (word, text, number, time)"))?;
        columns.push(Column::new(&snake_case(source), source, kind));
    }
    if raw.derive.query.is_some() {
        columns.push(Column::new("query_shape", "query_shape", ColumnType::Word));
        columns.extend(LIFTED.iter().map(|(_, column)| Column::new(column, column, ColumnType::Text)));
    }
    if !raw.derive.build.is_empty() {
        columns.push(Column::new("build", "build", ColumnType::Word));
    }
    if let Some(pairs) = &raw.derive.pairs {
        columns.extend(pairs.keys.iter().map(|k| Column::new(&snake_case(k), k, ColumnType::Text)));
    }
    if raw.format.is_text() {
        columns.push(Column::new("extra", "extra", ColumnType::Text));
    }
    let mut names: Vec<_> = columns.iter().map(|c| &c.name).collect();
    names.sort();
    match names.windows(2).find(|w| w[0] == w[1]) {
        Some(twice) => Err(format!("columns: {} stands twice", twice[0])),
        None => Ok(columns),
    }
}

fn column_type(word: &str) -> Option<ColumnType> {
    Some(match word {
        "word" => ColumnType::Word,
        "text" => ColumnType::Text,
        "number" => ColumnType::Number,
        "time" => ColumnType::Time,
        _ => return None,
    })
}

/// `cs(User-Agent)` → `cs_user_agent`, `AnchorMailbox` → `anchor_mailbox`, `EventID` → `event_id`.
#[must_use]
pub fn snake_case(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut name = String::with_capacity(source.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            continue;
        }
        let after_lower = i > 0 && (chars[i - 1].is_ascii_lowercase() || chars[i - 1].is_ascii_digit());
        let ends_capitals =
            i > 0 && chars[i - 1].is_ascii_uppercase() && chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_lower || ends_capitals) && !name.ends_with('_') {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Pattern, snake_case};

    #[test]
    fn a_pattern_is_literal_text_and_names() {
        let pattern = Pattern::read("[{time}] [{level}] {text}").unwrap();
        let part = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(pattern.parts, [part("[", "time"), part("] [", "level"), part("] ", "text")]);
        assert_eq!(Pattern::read("{a}{b}").unwrap_err(), "line: nothing stands before {b}");
        assert!(Pattern::read("{a").is_err() && Pattern::read("a").is_err());
    }

    #[test]
    fn names_follow_the_source() {
        for (source, name) in [
            ("cs(User-Agent)", "cs_user_agent"),
            ("c-ip", "c_ip"),
            ("AnchorMailbox", "anchor_mailbox"),
            ("EventID", "event_id"),
            ("UserADObjectGuid", "user_ad_object_guid"),
            ("X-Forwarded-For", "x_forwarded_for"),
            ("CMD", "cmd"),
        ] {
            assert_eq!(snake_case(source), name);
        }
    }
}
