//! One line's fields put into the columns of a row.

use super::fields::Field;
use super::header::{Header, Target};
use super::pairs;
use crate::json;
use assize_content::Layout;
use assize_content::layout::Format;
use assize_model::query::{Lifted, split_into};
use assize_model::table::ColumnType;
use assize_model::{Build, Rows, Timestamp};

/// What a layout makes out of its fields, by column index.
pub(crate) struct Filler<'l> {
    layout: &'l Layout,
    /// `query_shape`; the lifted values follow it.
    query: Option<usize>,
    build: Option<usize>,
    /// The column of the first key of the pairs.
    pairs: Option<usize>,
    /// The one key or field that holds the build as text.
    build_key: Option<&'l str>,
    extra: Option<usize>,
    log_type: Option<usize>,
    shape_text: String,
    extra_text: String,
    build_text: String,
    last_build: (String, Option<String>),
    /// Rows whose pairs name one key twice.
    pub(crate) repeated_keys: u64,
}

impl<'l> Filler<'l> {
    pub(crate) fn new(layout: &'l Layout) -> Self {
        let column = |name: &str| layout.spec.column(name);
        let keys = layout.derive.pairs.as_ref().map_or(0, |p| p.keys.len());
        let build_key = match layout.derive.build.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        };
        let extra = column("extra");
        Self {
            layout,
            query: layout.derive.query.as_ref().and(column("query_shape")),
            build: (!layout.derive.build.is_empty()).then(|| column("build")).flatten(),
            // The columns of the keys stand last but for `extra`.
            pairs: extra.filter(|_| keys > 0).and_then(|at| at.checked_sub(keys)),
            build_key,
            extra,
            log_type: layout.spec.columns.iter().position(|c| c.source.eq_ignore_ascii_case("Log-type")),
            shape_text: String::new(),
            extra_text: String::new(),
            build_text: String::new(),
            last_build: (String::new(), None),
            repeated_keys: 0,
        }
    }

    /// Sets the columns of one row. `version` and `log_type` are what the header of the file states.
    pub(crate) fn fill(
        &mut self,
        rows: &mut Rows<'_>,
        header: &Header,
        line: &str,
        fields: &[Field],
        version: Option<Build>,
        log_type: &str,
    ) {
        let dash_is_null = self.layout.format != Format::ExchangeCsv;
        self.extra_text.clear();
        for (at, (field, target)) in fields.iter().zip(&header.targets).enumerate() {
            if *target == Target::Time {
                continue;
            }
            let value = field.value(line);
            if value.is_empty() || (dash_is_null && value == "-") {
                continue;
            }
            let taken = match *target {
                Target::Time => true,
                Target::Column(column, kind) => set(rows, column, kind, &value),
                Target::Query => self.query(rows, &value),
                Target::Extra => false,
            };
            if !taken {
                json::member(&mut self.extra_text, &header.names[at], &value);
            }
            if header.pairs == Some(at) {
                self.pairs(rows, &value);
            }
        }
        if let Some(at) = header.joined_query {
            self.divide(rows, header.targets[at], &fields[at].value(line));
        }
        self.build(rows, header, line, fields, version);
        if let Some(column) = self.log_type.filter(|_| !log_type.is_empty()) {
            rows.text(column, log_type);
        }
        if let Some(column) = self.extra.filter(|_| !self.extra_text.is_empty()) {
            self.extra_text.push('}');
            rows.text(column, &self.extra_text);
        }
    }

    /// Divides a path and the query string behind it.
    fn divide(&mut self, rows: &mut Rows<'_>, target: Target, value: &str) {
        if let (Target::Column(column, _), Some((stem, query))) = (target, value.split_once('?')) {
            rows.text(column, stem);
            self.query(rows, query);
        }
    }

    /// Takes the query string apart.
    fn query(&mut self, rows: &mut Rows<'_>, value: &str) -> bool {
        let Some(first) = self.query else { return false };
        let mut lifted = Lifted::default();
        split_into(value, &mut self.shape_text, &mut lifted);
        rows.text(first, &self.shape_text);
        for (i, value) in lifted.iter().enumerate() {
            if let Some(value) = value {
                rows.text(first + 1 + i, value);
            }
        }
        true
    }

    /// Sets the columns of the keys that are asked for. A key that stands twice is doubtful: the first counts.
    fn pairs(&mut self, rows: &mut Rows<'_>, value: &str) {
        let (Some(first), Some(pairs)) = (self.pairs, self.layout.derive.pairs.as_ref()) else { return };
        let mut seen = vec![false; pairs.keys.len()];
        let mut repeated = false;
        let build_key = self.build_key;
        let build_text = &mut self.build_text;
        build_text.clear();
        pairs::each(value, |key, value| {
            if build_key.is_some_and(|k| k.eq_ignore_ascii_case(key)) && build_text.is_empty() {
                build_text.push_str(&value);
            }
            let Some(at) = pairs.keys.iter().position(|k| k.eq_ignore_ascii_case(key)) else { return };
            repeated |= seen[at];
            if !std::mem::replace(&mut seen[at], true) && !value.is_empty() {
                rows.text(first + at, &value);
            }
        });
        self.repeated_keys += u64::from(repeated);
    }

    /// Sets the build that was running: from four fields, from one key, or from the header of the file.
    fn build(&mut self, rows: &mut Rows<'_>, header: &Header, line: &str, fields: &[Field], version: Option<Build>) {
        let Some(column) = self.build else { return };
        if self.build_key.is_none() {
            self.build_text.clear();
            for at in &header.build {
                if !self.build_text.is_empty() {
                    self.build_text.push('.');
                }
                self.build_text.push_str(&fields[*at].value(line));
            }
        }
        if self.build_text.is_empty() {
            // The version of a log with four columns for the build is that build too, for rows that leave them out.
            if let Some(build) = version.filter(|_| self.build_key.is_none() && header.build.is_empty()) {
                rows.text(column, &build.to_string());
            }
            return;
        }
        if self.last_build.0 != self.build_text {
            self.last_build = (self.build_text.clone(), Build::parse(&self.build_text).map(|b| b.to_string()));
        }
        if let Some(build) = &self.last_build.1 {
            rows.text(column, build);
        }
    }
}

/// Sets one column; `false` when the value is not of its type.
fn set(rows: &mut Rows<'_>, column: usize, kind: ColumnType, value: &str) -> bool {
    match kind {
        ColumnType::Word | ColumnType::Text => rows.text(column, value),
        ColumnType::Number => match value.parse() {
            Ok(number) => rows.number(column, number),
            Err(_) => return false,
        },
        ColumnType::Time => match Timestamp::parse(value) {
            Some(time) => rows.time(column, time),
            None => return false,
        },
    }
    true
}
