//! What the tests of whole assessments share: tables in memory, and the content.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use arrow_array::RecordBatch;
use assize_assess::{Facts, MemoryTables, assess};
use assize_content::Content;
use assize_model::result::TableSummary;
use assize_model::table::ColumnType;
use assize_model::{CaseResult, FileId, FileInfo, Rows, Timestamp};
use std::sync::LazyLock;

/// The built-in content.
pub static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::builtin().unwrap());

/// A table of rows: the moment of each, where it has one, and its values by column.
pub fn table<'v>(
    name: &str,
    rows: impl IntoIterator<Item = (Option<&'v str>, Vec<(&'v str, &'v str)>)>,
) -> (TableSummary, Vec<RecordBatch>) {
    let spec = &CONTENT.layout(name).unwrap().spec;
    let file =
        FileInfo { id: FileId(0), path: "x".into(), size: 0, sha256: String::new(), modified: None, head: Vec::new() };
    let mut batches = Vec::new();
    let mut sink = |b| {
        batches.push(b);
        Ok(())
    };
    let mut out = Rows::new(spec, &file, &mut sink);
    let mut times = Vec::new();
    let mut count = 0;
    for (time, values) in rows {
        let time = time.map(|t| Timestamp::parse(t).unwrap());
        for (column, value) in values {
            let column = spec.column(column).unwrap();
            match spec.columns[column].kind {
                ColumnType::Number => out.number(column, value.parse().unwrap()),
                ColumnType::Time => out.time(column, Timestamp::parse(value).unwrap()),
                _ => out.text(column, value),
            }
        }
        times.extend(time);
        count += 1;
        out.finish(count, time, 1).unwrap();
    }
    out.end().unwrap();
    let mut summary = TableSummary {
        table: name.into(),
        family: spec.family.clone(),
        files: 1,
        rows: count,
        rejects: 0,
        from: times.iter().min().copied(),
        to: times.iter().max().copied(),
        days: [].into(),
        title: [].into(),
    };
    times.iter().for_each(|t| *summary.days.entry(t.day()).or_default() += 1);
    (summary, batches)
}

/// The result of a case of these tables.
pub fn assessed(tables: Vec<(TableSummary, Vec<RecordBatch>)>) -> CaseResult {
    assessed_in("x", tables)
}

/// The same, of one file with this path.
pub fn assessed_in(path: &str, tables: Vec<(TableSummary, Vec<RecordBatch>)>) -> CaseResult {
    let tables = MemoryTables { paths: vec![path.into()], tables };
    let facts = Facts { detect: true, tool_version: "test".into(), ..Facts::default() };
    assess(&tables, &CONTENT, &facts).unwrap()
}
