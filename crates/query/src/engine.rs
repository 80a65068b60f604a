//! The database: opened, kept within bounds, and taught what our columns need.

use crate::QueryError;
use crate::tables::{Tables, creation};
use regex::Regex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::cmp::Ordering;
use std::error::Error;
use std::path::Path;

/// Bounds of a statement and of what it may hold. A cell may be as large as an evidence file allows a record to be; what
/// is longer comes from a statement that builds texts.
const LIMITS: [(Limit, i32); 12] = [
    (Limit::SQLITE_LIMIT_LENGTH, 256 << 20),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 2000),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 500),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_VDBE_OP, 1_000_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 100),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 2000),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];
/// Sorting and joining go to the disk beyond the cache; this is for single values that a statement makes.
const HEAP_MAX: u32 = 1 << 30;
/// KiB of pages that are kept in memory.
const CACHE_KIB: u32 = 64 << 10;
/// Bytes that a regular expression may take once compiled.
const REGEX_MAX: usize = 1 << 20;

/// A database in memory with the tables, empty.
pub(crate) fn empty(tables: &Tables) -> Result<Connection, QueryError> {
    let db = Connection::open_in_memory_with_flags(flags()).map_err(QueryError::engine)?;
    prepare(&db, tables)?;
    Ok(db)
}

/// A database in a file with the tables, empty. Nothing of it outlives the answer, so nothing is done for its safety.
pub(crate) fn in_file(path: &Path, tables: &Tables) -> Result<Connection, QueryError> {
    let db = Connection::open_with_flags(path, flags() | OpenFlags::SQLITE_OPEN_CREATE).map_err(QueryError::engine)?;
    db.execute_batch(&format!(
        "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -{CACHE_KIB};"
    ))
    .map_err(QueryError::engine)?;
    prepare(&db, tables)?;
    Ok(db)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn prepare(db: &Connection, tables: &Tables) -> Result<(), QueryError> {
    use rusqlite::config::DbConfig::{
        SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_TRUSTED_SCHEMA,
    };
    let made = || -> rusqlite::Result<()> {
        for (limit, value) in LIMITS {
            db.set_limit(limit, value)?;
        }
        db.set_db_config(SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.set_db_config(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        // A misspelt column in double quotes is a fault, not a text.
        db.set_db_config(SQLITE_DBCONFIG_DQS_DML, false)?;
        db.execute_batch(&format!("PRAGMA temp_store = FILE; PRAGMA hard_heap_limit = {HEAP_MAX};"))?;
        db.create_collation("moment", moments)?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        db.create_scalar_function("regexp", 2, flags, regexp)?;
        for (name, columns) in tables {
            db.execute_batch(&creation(name, columns))?;
        }
        Ok(())
    };
    made().map_err(QueryError::engine)
}

/// Compares moments however a person writes them: with a blank for the `T`, without `Z`, with fewer digits of a second.
/// Without that, `ts > '2021-03-03 06:00'` would compare a blank with a `T` and take the whole day, in silence.
fn moments(a: &str, b: &str) -> Ordering {
    key(a).cmp(key(b))
}

fn key(text: &str) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    if rest.get(19) == Some(&b'.') {
        let digits = rest.iter().rposition(|b| *b != b'0').map_or(0, |at| at + 1);
        rest = &rest[..digits];
        rest = rest.strip_suffix(b".").unwrap_or(rest);
    }
    rest.iter().enumerate().map(|(at, byte)| if at == 10 && *byte == b'T' { b' ' } else { *byte })
}

/// `value REGEXP pattern`: `true` where the pattern is found anywhere in the value. The pattern is compiled once.
fn regexp(context: &mut Context<'_>) -> rusqlite::Result<Option<bool>> {
    type Fault = Box<dyn Error + Send + Sync>;
    let value = match context.get_raw(1) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(n) => n.to_string().into(),
        ValueRef::Real(n) => n.to_string().into(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes),
    };
    if context.get_raw(0) == ValueRef::Null {
        return Ok(None);
    }
    let pattern = context.get_or_create_aux(0, |pattern| -> Result<Regex, Fault> {
        Ok(regex::RegexBuilder::new(pattern.as_str()?).size_limit(REGEX_MAX).build()?)
    })?;
    Ok(Some(pattern.is_match(&value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_compare_however_they_are_written() {
        let stored = "2021-03-03T06:49:42.000000Z";
        for same in ["2021-03-03 06:49:42", "2021-03-03T06:49:42Z", "2021-03-03 06:49:42.000"] {
            assert_eq!(moments(stored, same), Ordering::Equal, "{same}");
        }
        for earlier in ["2021-03-03", "2021-03-03 06:49", "2021-03-03T06:49:41.999999Z", ""] {
            assert_eq!(moments(stored, earlier), Ordering::Greater, "{earlier}");
            assert_eq!(moments(earlier, stored), Ordering::Less, "{earlier}");
        }
        for later in ["2021-03-03 06:49:42.000001", "2021-03-03T06:50", "2021-03-04"] {
            assert_eq!(moments(stored, later), Ordering::Less, "{later}");
        }
        let half = "2021-03-03T06:49:42.500000Z";
        assert_eq!(moments(half, "2021-03-03 06:49:42.5"), Ordering::Equal);
        assert_eq!(moments(half, stored), Ordering::Greater);
    }
}
