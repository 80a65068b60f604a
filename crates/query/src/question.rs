//! A question: a statement that was checked against the tables of some cases, and its answer.

use crate::gate::{self, Gate};
use crate::load::Loader;
use crate::tables::{self, Tables};
use crate::{QueryError, Source, Window, engine};
use rusqlite::types::ValueRef;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Steps of the engine between two looks at whether the user wants to stop: some milliseconds.
const STEPS: i32 = 100_000;
/// The database, in a folder of its own.
const ROWS: &str = "rows.db";

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A number.
    Real(f64),
    /// Text; moments are ISO 8601, UTC.
    Text(Cow<'a, str>),
    /// Bytes, which only a statement itself can make.
    Bytes(&'a [u8]),
}

impl<'a> From<ValueRef<'a>> for Value<'a> {
    fn from(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(n) => Self::Whole(n),
            ValueRef::Real(n) => Self::Real(n),
            ValueRef::Text(bytes) => Self::Text(String::from_utf8_lossy(bytes)),
            ValueRef::Blob(bytes) => Self::Bytes(bytes),
        }
    }
}

/// A statement that may be answered from some cases.
pub struct Question<'a> {
    cases: &'a [Source<'a>],
    sql: &'a str,
    tables: Arc<Tables>,
    needed: Tables,
    columns: Vec<String>,
}

/// Looks at a statement before there are cases: whether it is one, and only reads. Tables and columns stay unknown.
///
/// # Errors
/// When no case could answer it.
pub fn check(sql: &str) -> Result<(), QueryError> {
    match Question::new(&[], sql) {
        Err(QueryError::Statement(why)) if !why.starts_with("there is no ") => Err(QueryError::Statement(why)),
        Err(QueryError::Statement(_)) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

impl<'a> Question<'a> {
    /// Checks a statement against the tables of some cases; nothing of their rows is read yet.
    ///
    /// # Errors
    /// When it is none, does more than reading, or asks for what is not there; when a case cannot be read.
    pub fn new(cases: &'a [Source<'a>], sql: &'a str) -> Result<Self, QueryError> {
        let tables = Arc::new(tables::of(cases)?);
        let mut db = engine::empty(&tables)?;
        let gate = Gate::new(tables.clone());
        gate.close(&mut db)?;
        let statement = gate.prepare(&db, sql)?;
        let columns = distinct(statement.column_names());
        let needed = gate::needed(&tables, &gate.seen(), sql);
        drop(statement);
        Ok(Self { cases, sql, tables, needed, columns })
    }

    /// The columns of the answer; where the statement gives a name twice, the second is `name_2`.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Gives the rows of the answer in their order, until `give` wants no more.
    ///
    /// # Errors
    /// When it was stopped, a case cannot be read, the disk is full, or the statement fails on a value.
    pub fn answer(
        &self,
        window: Window,
        stop: &'static AtomicBool,
        give: &mut dyn FnMut(&[Value<'_>]) -> bool,
    ) -> Result<(), QueryError> {
        self.answer_until(window, move || stop.load(Ordering::Relaxed), give)
    }

    fn answer_until(
        &self,
        window: Window,
        stop: impl FnMut() -> bool + Clone + Send + 'static,
        give: &mut dyn FnMut(&[Value<'_>]) -> bool,
    ) -> Result<(), QueryError> {
        let folder = tempfile::Builder::new().prefix("assize-").tempdir().map_err(QueryError::engine)?;
        let answered = self.answer_in(&folder.path().join(ROWS), window, stop, give);
        // Copies of evidence must not stay behind.
        let removed = folder.close().map_err(QueryError::engine);
        answered.and(removed)
    }

    fn answer_in(
        &self,
        path: &Path,
        window: Window,
        mut stop: impl FnMut() -> bool + Clone + Send + 'static,
        give: &mut dyn FnMut(&[Value<'_>]) -> bool,
    ) -> Result<(), QueryError> {
        let mut db = engine::in_file(path, &self.tables)?;
        for (table, columns) in &self.needed {
            Loader { db: &db, window, table, columns }.load(self.cases, &mut stop)?;
        }
        let gate = Gate::new(self.tables.clone());
        gate.close(&mut db)?;
        db.progress_handler(STEPS, Some(stop)).map_err(QueryError::engine)?;
        let mut statement = gate.prepare(&db, self.sql)?;
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|e| QueryError::running(&e))? {
            let value = |at| row.get_ref(at).map(Value::from);
            let values: rusqlite::Result<Vec<Value<'_>>> = (0..width).map(value).collect();
            if !give(&values.map_err(|e| QueryError::running(&e))?) {
                break;
            }
        }
        Ok(())
    }
}

/// Names of which none is there twice.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        let mut own = name.to_owned();
        let mut n = 2;
        while distinct.contains(&own) {
            own = format!("{name}_{n}");
            n += 1;
        }
        distinct.push(own);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_without_an_end_is_stopped() {
        let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n";
        let question = Question::new(&[], endless).unwrap();
        let mut looks = 0;
        let stop = move || {
            looks += 1;
            looks > 5
        };
        let stopped = question.answer_until(Window::default(), stop, &mut |_| panic!("there is no answer"));
        assert!(matches!(stopped, Err(QueryError::Stopped)), "{stopped:?}");
    }

    #[test]
    fn memory_has_an_end() {
        for huge in [
            "SELECT length(printf('%.*c', 300000000, 'x'))",
            "WITH RECURSIVE n(x, t) AS (SELECT 1, 'x' UNION ALL SELECT x + 1, t || t FROM n) SELECT max(length(t)) FROM n",
        ] {
            let question = Question::new(&[], huge).unwrap();
            let ended = question.answer_until(Window::default(), || false, &mut |_| true);
            assert!(matches!(ended, Err(QueryError::Statement(_))), "{huge}: {ended:?}");
        }
    }

    #[test]
    fn values_and_names_of_columns() {
        let question =
            Question::new(&[], "SELECT 1 AS a, 2.5 AS a, 'x' AS a_2, NULL, x'00ff', 'A' REGEXP '^a'").unwrap();
        assert_eq!(question.columns(), ["a", "a_2", "a_2_2", "NULL", "x'00ff'", "'A' REGEXP '^a'"]);
        let mut seen = 0;
        let wanted = [
            Value::Whole(1),
            Value::Real(2.5),
            Value::Text("x".into()),
            Value::Null,
            Value::Bytes(&[0, 255]),
            Value::Whole(0),
        ];
        let take = &mut |row: &[Value<'_>]| {
            seen += 1;
            assert_eq!(row, wanted);
            true
        };
        question.answer_until(Window::default(), || false, take).unwrap();
        assert_eq!(seen, 1);
        let wrong = Question::new(&[], "SELECT 'x' REGEXP '('").unwrap();
        let why = wrong.answer_until(Window::default(), || false, &mut |_| true).unwrap_err().to_string();
        assert!(why.contains("regex parse error"), "{why}");
    }

    #[test]
    fn before_there_are_cases_only_the_form_is_checked() {
        for fine in ["SELECT * FROM iis_w3c", "SELECT count(*) FROM x JOIN y USING (z)", "SELECT a.b FROM x a"] {
            check(fine).unwrap_or_else(|e| panic!("{fine}: {e}"));
        }
        for wrong in ["SELEC 1", "SELECT", "PRAGMA journal_mode", "SELECT 1; SELECT 2", "SELECT load_extension('x')"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
