//! Rows on their way from the Parquet tables of cases into the database.

use crate::tables::{Column, From, quoted};
use crate::{QueryError, Source, Window};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, DictionaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use assize_case::{Case, Group};
use assize_model::query::{LIFTED, rebuild};
use assize_model::{FileId, Timestamp};
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, Statement};

/// The columns by which rows are told apart and chosen.
const FILE_ID: &str = "file_id";
const TS: &str = "ts";
const SHAPE: &str = "query_shape";

/// Loads one table.
pub(crate) struct Loader<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) window: Window,
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [Column],
}

impl Loader<'_> {
    /// Loads its rows from all cases, in the order of cases, files and records.
    pub(crate) fn load(&self, cases: &[Source<'_>], stop: &mut dyn FnMut() -> bool) -> Result<(), QueryError> {
        let mut insert = self.db.prepare(&self.insertion()).map_err(QueryError::engine)?;
        self.db.execute_batch("BEGIN").map_err(QueryError::engine)?;
        for source in cases {
            // A case that has no such table adds no row to it.
            let Ok(parts) = source.case.parts(self.table) else { continue };
            if parts.is_empty() {
                continue;
            }
            let stored = self.stored(source.case)?;
            let stored: Vec<&str> = stored.iter().map(String::as_str).collect();
            for group in source.case.groups(self.table)?.iter().filter(|group| self.reaches(group)) {
                for batch in source.case.scan_group(self.table, group, Some(&stored))? {
                    self.take(*source, &batch?, &mut insert)?;
                    if stop() {
                        return Err(QueryError::Stopped);
                    }
                }
            }
        }
        self.db.execute_batch("COMMIT").map_err(QueryError::engine)
    }

    fn insertion(&self) -> String {
        if self.columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", quoted(self.table));
        }
        let names: Vec<String> = self.columns.iter().map(|c| quoted(&c.name)).collect();
        let holes = vec!["?"; names.len()].join(", ");
        format!("INSERT INTO {} ({}) VALUES ({holes})", quoted(self.table), names.join(", "))
    }

    /// The stored columns that are needed of a case, in the order of its table.
    fn stored(&self, case: &Case) -> Result<Vec<String>, QueryError> {
        let of = |from| self.columns.iter().any(|c| c.from == from);
        let wanted = |name: &str| {
            // One that every table has, so that rows of which nothing else is asked are there at all.
            name == FILE_ID
                || (name == TS && !self.everything())
                || (of(From::Query) && (name == SHAPE || LIFTED.iter().any(|(_, column)| *column == name)))
                || self.columns.iter().any(|c| c.from == From::Stored && c.name == name)
        };
        let schema = case.schema(self.table)?;
        Ok(schema.fields().iter().map(|f| f.name().clone()).filter(|name| wanted(name)).collect())
    }

    fn everything(&self) -> bool {
        self.window.since.is_none() && self.window.until.is_none()
    }

    /// Whether a row group can hold rows of the window.
    fn reaches(&self, group: &Group) -> bool {
        // Where nothing is known of it, it may hold anything.
        let Some((from, to)) = group.span else { return true };
        self.window.until.is_none_or(|until| from < until) && self.window.since.is_none_or(|since| to >= since)
    }

    fn take(&self, source: Source<'_>, batch: &RecordBatch, insert: &mut Statement<'_>) -> Result<(), QueryError> {
        let cells: Vec<Cells<'_>> =
            self.columns.iter().map(|c| Cells::of(source, batch, c)).collect::<Result<_, QueryError>>()?;
        let times = batch.column_by_name(TS).and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        for row in 0..batch.num_rows() {
            let time = times.filter(|t| t.is_valid(row)).map(|t| Timestamp(t.value(row)));
            if !self.holds(time) {
                continue;
            }
            for (at, cells) in cells.iter().enumerate() {
                insert.raw_bind_parameter(at + 1, cells.at(row)).map_err(QueryError::engine)?;
            }
            insert.raw_execute().map_err(QueryError::engine)?;
        }
        Ok(())
    }

    fn holds(&self, time: Option<Timestamp>) -> bool {
        let Some(time) = time else { return self.everything() };
        self.window.since.is_none_or(|since| time >= since) && self.window.until.is_none_or(|until| time < until)
    }
}

/// The values of one column in one batch.
enum Cells<'a> {
    /// The case has no such column.
    Nothing,
    Case(&'a str),
    File(&'a Case, &'a UInt32Array),
    Query(Box<Cells<'a>>, Vec<Cells<'a>>),
    Words(&'a DictionaryArray<Int32Type>, &'a StringArray),
    Texts(&'a StringArray),
    Moments(&'a TimestampMicrosecondArray),
    Numbers(&'a Int64Array),
    Small(&'a UInt32Array),
    Large(&'a UInt64Array),
}

impl<'a> Cells<'a> {
    fn of(source: Source<'a>, batch: &'a RecordBatch, column: &Column) -> Result<Self, QueryError> {
        let files = || batch.column_by_name(FILE_ID).and_then(|c| c.as_any().downcast_ref());
        Ok(match column.from {
            From::Stored => Self::stored(batch, &column.name)?,
            From::Case => Self::Case(source.name),
            From::File => files().map_or(Self::Nothing, |files| Self::File(source.case, files)),
            From::Query => {
                let lifted = LIFTED.iter().map(|(_, name)| Self::stored(batch, name));
                Self::Query(Box::new(Self::stored(batch, SHAPE)?), lifted.collect::<Result<_, QueryError>>()?)
            }
        })
    }

    fn stored(batch: &'a RecordBatch, name: &str) -> Result<Self, QueryError> {
        let Some(column) = batch.column_by_name(name) else { return Ok(Self::Nothing) };
        let any = column.as_any();
        let words = any.downcast_ref::<DictionaryArray<Int32Type>>();
        let found = words
            .and_then(|words| Some(Self::Words(words, words.values().as_any().downcast_ref()?)))
            .or_else(|| any.downcast_ref().map(Self::Texts))
            .or_else(|| any.downcast_ref().map(Self::Moments))
            .or_else(|| any.downcast_ref().map(Self::Numbers))
            .or_else(|| any.downcast_ref().map(Self::Small))
            .or_else(|| any.downcast_ref().map(Self::Large));
        // Left out it would be taken for empty.
        found
            .ok_or_else(|| QueryError::engine(format!("column {name} holds {}, which is new here", column.data_type())))
    }

    fn at(&self, row: usize) -> ToSqlOutput<'_> {
        const NULL: ToSqlOutput<'_> = ToSqlOutput::Borrowed(ValueRef::Null);
        let whole = |n: i64| ToSqlOutput::Borrowed(ValueRef::Integer(n));
        match self {
            Self::Numbers(numbers) if numbers.is_valid(row) => whole(numbers.value(row)),
            Self::Small(numbers) if numbers.is_valid(row) => whole(numbers.value(row).into()),
            // What is larger than any number of the engine keeps its digits.
            Self::Large(numbers) if numbers.is_valid(row) => match i64::try_from(numbers.value(row)) {
                Ok(number) => whole(number),
                Err(_) => ToSqlOutput::Owned(Owned::Text(numbers.value(row).to_string())),
            },
            Self::Moments(times) if times.is_valid(row) => {
                ToSqlOutput::Owned(Owned::Text(Timestamp(times.value(row)).precise()))
            }
            Self::Query(shape, lifted) => shape.text(row).map_or(NULL, |shape| {
                let query = rebuild(shape, |n| lifted[n].text(row));
                ToSqlOutput::Owned(Owned::Text(query))
            }),
            _ => self.text(row).map_or(NULL, |text| ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))),
        }
    }

    /// A text that stands there as it is.
    fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Case(name) => Some(name),
            Self::File(case, files) => case.file(FileId(files.value(row))).map(|f| f.info.path.as_str()),
            Self::Words(words, values) => {
                let key = words.key(row)?;
                (key < values.len()).then(|| values.value(key))
            }
            Self::Texts(texts) => texts.is_valid(row).then(|| texts.value(row)),
            _ => None,
        }
    }
}
