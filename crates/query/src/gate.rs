//! What a statement may do: read our tables, and compute. What it reads is noted on the way.

use crate::QueryError;
use crate::error::{pointed, said};
use crate::tables::{Column, Tables};
use assize_model::nearest;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Error, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Functions that a statement may call: those whose answer hangs on their arguments alone (`'now'` as a moment is one of
/// them). Whatever a later engine brings is refused until it is named here.
#[rustfmt::skip]
const FUNCTIONS: [&str; 90] = [
    // Values and texts.
    "abs", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "if", "ifnull", "iif", "instr",
    "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "nullif", "octet_length", "printf",
    "quote", "regexp", "replace", "round", "rtrim", "sign", "soundex", "substr", "substring", "trim", "typeof",
    "unhex", "unicode", "unistr", "unistr_quote", "unlikely", "upper",
    // Moments.
    "date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff",
    // Over many rows.
    "avg", "count", "group_concat", "string_agg", "sum", "total", "median", "percentile", "percentile_cont",
    "percentile_disc", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
    "first_value", "last_value", "nth_value",
    // JSON: the data of events is kept in that form.
    "->", "->>", "json", "json_array", "json_array_insert", "json_array_length", "json_error_position",
    "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
    "json_pretty", "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid",
    "json_each", "json_tree",
];
/// Tables that stand for the parts of a value.
const PARTS: [&str; 2] = ["json_each", "json_tree"];
/// Columns that an error names.
const COLUMNS_NAMED: usize = 60;

/// What preparing a statement showed.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Tables that are read, and the columns of each.
    pub(crate) reads: BTreeMap<String, BTreeSet<String>>,
    /// What was refused first.
    refused: Option<String>,
}

/// Lets a statement through, or not.
#[derive(Clone)]
pub(crate) struct Gate {
    tables: Arc<Tables>,
    seen: Arc<Mutex<Seen>>,
}

impl Gate {
    pub(crate) fn new(tables: Arc<Tables>) -> Self {
        Self { tables, seen: Arc::default() }
    }

    /// Stands between the database and every statement from now on.
    pub(crate) fn close(&self, db: &mut Connection) -> Result<(), QueryError> {
        let gate = self.clone();
        let judge = move |context: AuthContext<'_>| gate.judge(&context.action);
        db.authorizer(Some(judge)).map_err(QueryError::engine)
    }

    fn with<T>(&self, f: impl FnOnce(&mut Seen) -> T) -> T {
        f(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a statement read.
    pub(crate) fn seen(&self) -> Seen {
        self.with(std::mem::take)
    }

    fn judge(&self, action: &AuthAction<'_>) -> Authorization {
        let refused = match *action {
            AuthAction::Select | AuthAction::Recursive => None,
            AuthAction::Read { table_name, column_name } => self.read(table_name, column_name),
            AuthAction::Function { function_name } if FUNCTIONS.contains(&function_name) => None,
            AuthAction::Function { function_name } => Some(format!("the function {function_name} cannot be used here")),
            _ => Some(ONLY_SELECT.into()),
        };
        match refused {
            None => Authorization::Allow,
            Some(why) => {
                self.with(|seen| seen.refused.get_or_insert(why).len());
                Authorization::Deny
            }
        }
    }

    fn read(&self, table: &str, column: &str) -> Option<String> {
        if self.tables.contains_key(table) {
            self.with(|seen| {
                let columns = seen.reads.entry(table.to_owned()).or_default();
                // Without a name the rows are counted; `ROWID` is their order, which every table has.
                if !column.is_empty() && column != "ROWID" {
                    columns.insert(column.to_owned());
                }
            });
            return None;
        }
        // What a statement names itself (WITH) is told without a column; what the engine has of its own is not ours to show.
        let own = ["sqlite_", "pragma_", "dbstat", "fts"].iter().any(|own| table.starts_with(own));
        let known = PARTS.contains(&table) || (column.is_empty() && !own);
        (!known).then(|| format!("there is no table {table}; {}", self.there_are()))
    }

    /// Prepares the one statement that may be asked.
    pub(crate) fn prepare<'d>(&self, db: &'d Connection, sql: &str) -> Result<Statement<'d>, QueryError> {
        // The engine would take what stands before it for the whole.
        if sql.contains('\0') {
            return Err(QueryError::Statement("a statement holds no character 0".into()));
        }
        let statement = db.prepare(sql).map_err(|e| QueryError::Statement(self.fault(sql, &e)))?;
        // What no hook is asked about: VACUUM, EXPLAIN.
        if !statement.readonly() || statement.is_explain() != 0 || statement.column_count() == 0 {
            return Err(QueryError::Statement(ONLY_SELECT.into()));
        }
        if statement.parameter_count() > 0 {
            return Err(QueryError::Statement("the statement leaves a value open (`?`, `:name`); write it out".into()));
        }
        Ok(statement)
    }

    /// What is wrong with a statement, where, and what would be right.
    fn fault(&self, sql: &str, e: &Error) -> String {
        if let Some(why) = self.with(|seen| seen.refused.clone()) {
            return why;
        }
        let at = match e {
            Error::MultipleStatement => return "one statement at a time".into(),
            Error::Empty => return "the statement is empty".into(),
            // The rest of a text with several statements is looked at by itself.
            Error::SqlInputError { sql: part, offset, .. } => {
                usize::try_from(*offset).ok().map(|at| at + sql.len().saturating_sub(part.len()))
            }
            _ => None,
        };
        let what = said(e);
        let (what, at) = match (what.strip_prefix("no such table: "), what.strip_prefix("no such column: ")) {
            // The engine does not say where; the first place is as good as any.
            (Some(table), _) => (self.no_table(table), at.or_else(|| sql.find(table))),
            (_, Some(column)) if !column.starts_with('"') => (self.no_column(sql, column), at),
            _ => (what, at),
        };
        at.map_or(what.clone(), |at| format!("{what}\n{}", pointed(sql, at)))
    }

    fn no_table(&self, table: &str) -> String {
        let near = nearest::of(table, self.tables.keys().map(String::as_str));
        let near = near.map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        format!("there is no table {table}; {near}{}", self.there_are())
    }

    fn there_are(&self) -> String {
        let names: Vec<&str> = self.tables.keys().map(String::as_str).collect();
        format!("there are: {}", names.join(", "))
    }

    /// Names the columns of the tables that the statement speaks of.
    fn no_column(&self, sql: &str, column: &str) -> String {
        let name = column.rsplit('.').next().unwrap_or(column);
        let words = words(sql);
        let named: Vec<(&String, &Vec<Column>)> =
            self.tables.iter().filter(|(table, _)| words.iter().any(|w| w.eq_ignore_ascii_case(table))).collect();
        let all = || named.iter().flat_map(|(_, columns)| columns.iter().map(|c| c.name.as_str()));
        let near = nearest::of(name, all()).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        let lists = named.iter().map(|(table, columns)| {
            let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).take(COLUMNS_NAMED).collect();
            format!("\n{table} has: {}", names.join(", "))
        });
        format!("there is no column {column}{near}{}", lists.collect::<String>())
    }
}

const ONLY_SELECT: &str = "only SELECT is answered: a case is read, never changed";

/// The columns to load of each table that is read.
///
/// `NATURAL JOIN` and `USING` compare columns that the engine asks nobody about, and so may read a table that it does not
/// name. Where one of the words stands, also inside a text, every table that the statement speaks of is loaded whole.
pub(crate) fn needed(tables: &Tables, seen: &Seen, sql: &str) -> Tables {
    let words = words(sql);
    let spoken = |word: &str| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if spoken("NATURAL") || spoken("USING") {
        return tables
            .iter()
            .filter(|(table, _)| spoken(table))
            .map(|(t, columns)| (t.clone(), columns.clone()))
            .collect();
    }
    let of = |(table, read): (&String, &BTreeSet<String>)| {
        let columns = tables.get(table)?.iter().filter(|c| read.contains(&c.name));
        Some((table.clone(), columns.cloned().collect()))
    };
    seen.reads.iter().filter_map(of).collect()
}

/// The words of a statement, and of the texts in it. Names of tables are such words, however they are quoted.
fn words(sql: &str) -> BTreeSet<&str> {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::tables::{From, Holds};

    fn tables() -> Arc<Tables> {
        let column = |name: &str, holds| Column { name: name.into(), holds, from: From::Stored };
        let columns = |names: [&str; 4]| names.map(|n| column(n, Holds::Text)).to_vec();
        Arc::new(Tables::from([
            ("iis_w3c".into(), columns(["c_ip", "cs_uri_stem", "sc_status", "pos"])),
            ("http_proxy".into(), columns(["client_ip", "url_stem", "http_status", "pos"])),
        ]))
    }

    /// Tables and columns that the program of a statement reads, by its opcodes, on the database in memory.
    fn by_opcodes(sql: &str) -> BTreeSet<(String, usize)> {
        let tables = tables();
        let db = engine::empty(&tables).unwrap();
        let mut roots = BTreeMap::new();
        let mut rows = db.prepare("SELECT rootpage, name FROM sqlite_schema").unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            roots.insert(row.get::<_, i64>(0).unwrap(), row.get::<_, String>(1).unwrap());
        }
        let mut cursors: BTreeMap<i64, String> = BTreeMap::new();
        let mut read = BTreeSet::new();
        let mut program = db.prepare(&format!("EXPLAIN {sql}")).unwrap();
        let mut program = program.query([]).unwrap();
        while let Some(row) = program.next().unwrap() {
            let (code, p1, p2): (String, i64, i64) = (row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap());
            match code.as_str() {
                "OpenRead" => drop(cursors.insert(p1, roots.get(&p2).unwrap_or_else(|| panic!("{sql}: {p2}")).clone())),
                "Column" => {
                    if let Some(table) = cursors.get(&p1) {
                        read.insert((table.clone(), usize::try_from(p2).unwrap()));
                    }
                }
                _ => {}
            }
        }
        read
    }

    /// What is not loaded would be taken for empty, in silence: every column that a program reads has to be known before.
    #[test]
    fn every_column_that_a_statement_reads_is_loaded() {
        for sql in [
            "SELECT * FROM iis_w3c",
            "SELECT c_ip, count(*) FROM iis_w3c WHERE sc_status = 200 GROUP BY 1 ORDER BY max(pos)",
            "SELECT a.c_ip FROM iis_w3c a JOIN http_proxy b ON a.c_ip = b.client_ip AND b.http_status > 400",
            "SELECT 1 FROM iis_w3c NATURAL JOIN http_proxy",
            "SELECT 1 FROM iis_w3c a JOIN iis_w3c b USING (c_ip)",
            "SELECT 1 FROM iis_w3c a FULL JOIN http_proxy b USING (pos)",
            "SELECT 1 WHERE 'x' IN (SELECT c_ip FROM iis_w3c) OR EXISTS (SELECT 1 FROM http_proxy WHERE url_stem = '/')",
            "WITH x AS (SELECT * FROM iis_w3c), y(a, b, c, d) AS (SELECT * FROM x) SELECT c FROM y",
            "WITH x AS MATERIALIZED (SELECT * FROM iis_w3c) SELECT count(*) FROM x",
            "SELECT row_number() OVER (PARTITION BY c_ip ORDER BY pos), lag(sc_status) OVER w FROM iis_w3c WINDOW w AS (ORDER BY cs_uri_stem)",
            "SELECT (SELECT url_stem FROM http_proxy WHERE client_ip = c_ip LIMIT 1) FROM iis_w3c",
            "SELECT c_ip FROM iis_w3c UNION SELECT client_ip FROM http_proxy EXCEPT SELECT cs_uri_stem FROM iis_w3c",
            "SELECT value FROM iis_w3c, json_each(cs_uri_stem) WHERE key = 'a'",
            "SELECT (c_ip, pos) = (SELECT client_ip, pos FROM http_proxy) FROM iis_w3c",
            "SELECT group_concat(c_ip ORDER BY pos) FILTER (WHERE sc_status = 1) FROM iis_w3c",
            "SELECT rowid, _rowid_ FROM iis_w3c WHERE c_ip REGEXP '^1' AND cs_uri_stem NOT LIKE '%x%' ESCAPE '!'",
            "SELECT CASE WHEN c_ip IS NULL THEN pos ELSE sc_status END FROM iis_w3c",
            "SELECT count(*) FROM iis_w3c LEFT JOIN http_proxy ON client_ip IN (c_ip, cs_uri_stem)",
            "WITH RECURSIVE c(n, p) AS (SELECT 1, pos FROM iis_w3c UNION ALL SELECT n + 1, c.p FROM c WHERE n < 3) SELECT max(n) FROM c",
        ] {
            let tables = tables();
            let mut db = engine::empty(&tables).unwrap();
            let gate = Gate::new(tables.clone());
            gate.close(&mut db).unwrap();
            gate.prepare(&db, sql).map(drop).unwrap_or_else(|e| panic!("{sql}: {e}"));
            let loaded = needed(&tables, &gate.seen(), sql);
            let read = by_opcodes(sql);
            assert!(!read.is_empty() || sql.contains("count"), "{sql}");
            for (table, at) in read {
                let name = &tables[&table][at].name;
                assert!(
                    loaded.get(&table).is_some_and(|l| l.iter().any(|c| c.name == *name)),
                    "{sql}: {table}.{name} is read"
                );
            }
        }
    }

    #[test]
    fn only_what_is_read_is_loaded() {
        let tables = tables();
        let mut db = engine::empty(&tables).unwrap();
        let gate = Gate::new(tables.clone());
        gate.close(&mut db).unwrap();
        let sql = "SELECT c_ip FROM iis_w3c WHERE sc_status = 500";
        gate.prepare(&db, sql).unwrap();
        let loaded = needed(&tables, &gate.seen(), sql);
        let names: Vec<&str> = loaded["iis_w3c"].iter().map(|c| c.name.as_str()).collect();
        assert_eq!((loaded.len(), names), (1, vec!["c_ip", "sc_status"]));
    }

    const MORE_THAN_READING: &[&str] = &[
        "INSERT INTO iis_w3c (c_ip) VALUES ('x')",
        "WITH x AS (SELECT 1) INSERT INTO iis_w3c (c_ip) SELECT * FROM x",
        "UPDATE iis_w3c SET c_ip = 'x'",
        "DELETE FROM iis_w3c",
        "DELETE FROM iis_w3c RETURNING c_ip",
        "DROP TABLE iis_w3c",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x AS SELECT * FROM iis_w3c",
        "CREATE VIEW v AS SELECT 1",
        "CREATE INDEX i ON iis_w3c (c_ip)",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "ALTER TABLE iis_w3c RENAME TO x",
        "ATTACH 'x.db' AS x",
        "ATTACH 'x' || '.db' AS x",
        "DETACH main",
        "PRAGMA journal_mode",
        "PRAGMA temp_store_directory = 'x'",
        "VACUUM",
        "VACUUM INTO 'x.db'",
        "BEGIN",
        "SAVEPOINT x",
        "REINDEX",
        "ANALYZE",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT * FROM iis_w3c",
    ];

    #[test]
    fn what_is_more_than_reading_is_refused() {
        let refused = |sql: &str| {
            let tables = tables();
            let mut db = engine::empty(&tables).unwrap();
            let gate = Gate::new(tables);
            gate.close(&mut db).unwrap();
            let why = gate.prepare(&db, sql).map(drop).expect_err(sql);
            assert!(matches!(why, QueryError::Statement(_)), "{sql}: {why}");
            why.to_string()
        };
        for sql in MORE_THAN_READING {
            assert!(refused(sql).contains("only SELECT"), "{sql}: {}", refused(sql));
        }
        for sql in [
            "SELECT load_extension('x')",
            "SELECT fts3_tokenizer('simple')",
            "SELECT random()",
            "SELECT randomblob(10)",
            "SELECT zeroblob(1000000000)",
            "SELECT sqlite_version()",
            "SELECT last_insert_rowid()",
            "SELECT CURRENT_TIMESTAMP",
        ] {
            assert!(refused(sql).contains("cannot be used"), "{sql}: {}", refused(sql));
        }
        for sql in [
            "SELECT * FROM sqlite_schema",
            "SELECT count(*) FROM sqlite_schema",
            "SELECT * FROM pragma_database_list",
            "SELECT count(*) FROM pragma_database_list",
            "SELECT * FROM dbstat",
            "SELECT * FROM nowhere",
        ] {
            let why = refused(sql);
            assert!(why.contains("there is no table") && why.contains("iis_w3c"), "{sql}: {why}");
        }
        for (sql, word) in [
            ("SELECT 1; SELECT 2", "one statement"),
            ("SELECT 1; DROP TABLE iis_w3c", "only SELECT"),
            ("", "empty"),
            ("-- nothing", "empty"),
            ("SELECT ?", "leaves a value open"),
            ("SELECT :x", "leaves a value open"),
            ("SELECT readfile('x')", "no such function"),
            ("SELECT writefile('x', 'y')", "no such function"),
            ("SELECT 1\0", "character 0"),
        ] {
            assert!(refused(sql).contains(word), "{sql}: {}", refused(sql));
        }
    }

    #[test]
    fn a_fault_has_a_place_and_a_way_out() {
        let fault = |sql: &str| {
            let tables = tables();
            let mut db = engine::empty(&tables).unwrap();
            let gate = Gate::new(tables);
            gate.close(&mut db).unwrap();
            gate.prepare(&db, sql).map(drop).unwrap_err().to_string()
        };
        let why = fault("SELECT c_ip\nFROM iis");
        assert!(why.contains("there is no table iis; did you mean iis_w3c? there are: http_proxy, iis_w3c"), "{why}");
        let why = fault("SELECT c_ipp FROM iis_w3c");
        assert!(why.contains("there is no column c_ipp; did you mean c_ip?\niis_w3c has: c_ip, cs_uri_stem"), "{why}");
        assert!(why.ends_with("\n  SELECT c_ipp FROM iis_w3c\n         ^"), "{why}");
        let why = fault("SELECT c_ip FORM iis_w3c");
        assert!(why.contains("syntax error") && why.ends_with('^'), "{why}");
        let why = fault("SELECT c_ip FROM iis_w3c WHERE c_ip = \"x\"");
        assert!(why.contains("single-quotes"), "{why}");
    }
}
