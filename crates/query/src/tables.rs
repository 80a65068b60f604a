//! Which tables and columns can be asked for: those of the cases, with a few that are put together.

use crate::{CASE, FILE, QUERY, QueryError, Source};
use arrow_schema::{DataType, Schema};
use std::collections::BTreeMap;

/// What a column holds, as far as comparing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Number,
    Text,
    /// ISO 8601, UTC, six digits of a second: `2021-03-03T06:49:42.000000Z`.
    Moment,
    /// Cases that were made by different versions disagree.
    Anything,
}

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The Parquet column of that name.
    Stored,
    /// The name of the case.
    Case,
    /// The path of the file that `file_id` names.
    File,
    /// The query string that was taken apart.
    Query,
}

/// A column that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) holds: Holds,
    pub(crate) from: From,
}

/// The tables of all cases together, by name.
pub(crate) type Tables = BTreeMap<String, Vec<Column>>;

/// Looks at the tables of all cases.
pub(crate) fn of(cases: &[Source<'_>]) -> Result<Tables, QueryError> {
    let mut tables = Tables::new();
    for source in cases {
        for table in &source.case.manifest().tables {
            let name = &table.summary.table;
            // A table of which no row was kept has no file, and so no columns.
            if table.parts.is_empty() {
                continue;
            }
            let schema = source.case.schema(name)?;
            join(tables.entry(name.clone()).or_insert_with(|| first(&schema, cases.len() > 1)), &schema);
        }
    }
    Ok(tables)
}

/// The columns that are put together.
fn first(schema: &Schema, several: bool) -> Vec<Column> {
    let own = |name: &str, from| Column { name: name.into(), holds: Holds::Text, from };
    let free = |column: &Column| schema.field_with_name(&column.name).is_err();
    let mut columns = Vec::new();
    columns.extend(several.then(|| own(CASE, From::Case)));
    columns.push(own(FILE, From::File));
    columns.extend(schema.field_with_name("query_shape").is_ok().then(|| own(QUERY, From::Query)));
    columns.retain(free);
    columns
}

/// Adds the columns of one case.
fn join(columns: &mut Vec<Column>, schema: &Schema) {
    for field in schema.fields() {
        let holds = match field.data_type() {
            DataType::Int64 | DataType::UInt64 | DataType::UInt32 => Holds::Number,
            DataType::Timestamp(..) => Holds::Moment,
            _ => Holds::Text,
        };
        match columns.iter_mut().find(|c| c.name == *field.name()) {
            Some(column) if column.holds != holds => column.holds = Holds::Anything,
            Some(_) => {}
            None => columns.push(Column { name: field.name().clone(), holds, from: From::Stored }),
        }
    }
}

/// The statement that makes an empty table.
pub(crate) fn creation(name: &str, columns: &[Column]) -> String {
    let column = |c: &Column| {
        let kind = match c.holds {
            Holds::Number => " INTEGER",
            Holds::Text => " TEXT",
            Holds::Moment => " TEXT COLLATE moment",
            Holds::Anything => "",
        };
        format!("{}{kind}", quoted(&c.name))
    };
    let columns: Vec<String> = columns.iter().map(column).collect();
    format!("CREATE TABLE {} ({})", quoted(name), columns.join(", "))
}

/// A name as SQL takes any.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
