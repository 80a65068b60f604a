//! What goes into a case comes out of it, and the same rows give the same bytes whatever the workers.
#![allow(clippy::unwrap_used)]

use assize_case::{Case, CaseError, CaseWriter, Manifest};
use assize_model::file::Skipped;
use assize_model::table::{Column, ColumnType, Spec};
use assize_model::{FileId, FileInfo, Reason, Rows, Timestamp};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

const FILES: u32 = 40;

fn spec() -> Spec {
    let column = |name: &str, kind| Column::new(name, name, kind);
    Spec {
        table: "web".into(),
        family: "web-log".into(),
        columns: vec![
            column("method", ColumnType::Word),
            column("id", ColumnType::Text),
            column("status", ColumnType::Number),
            column("made", ColumnType::Time),
        ],
    }
}

fn info(id: u32) -> FileInfo {
    FileInfo {
        id: FileId(id),
        path: format!("log{id:03}"),
        size: 10,
        sha256: "00".into(),
        modified: None,
        head: vec![],
    }
}

/// Writes a case of [`FILES`] files; file 7 is dropped, file 9 refused.
fn make(folder: &Path, workers: usize) -> Case {
    let writer = CaseWriter::create(folder).unwrap();
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    if id >= FILES {
                        return;
                    }
                    one(&writer, id);
                }
            });
        }
    });
    writer.seal(Manifest { tool_version: "test".into(), ..Manifest::default() }).unwrap()
}

fn one(writer: &CaseWriter, id: u32) {
    let (info, spec) = (info(id), spec());
    let file = writer.file(info.id, &info.path);
    if id == 7 {
        return;
    }
    if id == 9 {
        return file.skip(Skipped { path: info.path, reason: "encrypted".into() }).unwrap();
    }
    let mut sink = file.sink(&spec);
    let mut rows = Rows::new(&spec, &info, &mut sink);
    for n in 0..i64::from(id) * 50 {
        rows.text(0, if n % 2 == 0 { "GET" } else { "POST" });
        if n % 3 == 0 {
            rows.text(1, &format!("{id}-{n}"));
            rows.time(3, Timestamp(n));
        }
        rows.number(2, n);
        rows.finish(n as u64, Some(Timestamp(1_614_556_800_000_000 + n * 86_400_000_000)), 5).unwrap();
    }
    rows.reject(9, 9, 3, Reason::CutOff, b"cut");
    let account = rows.end().unwrap();
    drop(sink);
    file.finish(info, vec![("web".into(), account)]).unwrap();
}

fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for part in ["", "tables"] {
        for entry in fs::read_dir(folder.join(part)).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
            all.push((entry.strip_prefix(folder).unwrap().display().to_string(), fs::read(&entry).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn workers_do_not_change_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let trees: Vec<_> = [1, 2, 8]
        .into_iter()
        .map(|workers| {
            let case = folder.path().join(workers.to_string());
            make(&case, workers);
            tree(&case)
        })
        .collect();
    assert!(trees[0] == trees[1] && trees[1] == trees[2]);
    assert_eq!(
        trees[0].iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>(),
        ["case.json", "tables/rejects.parquet", "tables/web.parquet", "values.parquet"]
    );
}

#[test]
fn rows_come_back_in_order_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), 3);
    let table = case.tables().next().unwrap();
    let expected: u64 = (0..FILES).filter(|i| ![7, 9].contains(i)).map(|i| u64::from(i) * 50).sum();
    assert_eq!(table.summary.rows, expected);
    assert_eq!(table.summary.rejects, u64::from(FILES) - 2);
    assert_eq!(table.summary.days.values().sum::<u64>(), expected);
    let mut last = (0, 0);
    let mut rows = 0;
    for batch in case.scan("web", None).unwrap() {
        let batch = batch.unwrap();
        let files = batch.column(0).as_any().downcast_ref::<arrow_array::UInt32Array>().unwrap();
        let positions = batch.column(1).as_any().downcast_ref::<arrow_array::UInt64Array>().unwrap();
        for at in 0..batch.num_rows() {
            let here = (files.value(at), positions.value(at));
            assert!(rows == 0 || here > last);
            last = here;
            rows += 1;
        }
        assert!(matches!(batch.column(3).data_type(), arrow_schema::DataType::Dictionary(..)));
    }
    assert_eq!(rows, expected);
    let skipped: Vec<_> = case.manifest().skipped.iter().map(|s| s.path.as_str()).collect();
    assert_eq!(skipped, ["log007", "log009"]);
    assert_eq!(case.file(FileId(8)).unwrap().info.path, "log008");
    assert!(case.file(FileId(9)).is_none());
}

#[test]
fn an_unfinished_case_is_no_case_and_a_changed_table_is_found() {
    let folder = tempfile::tempdir().unwrap();
    drop(CaseWriter::create(folder.path()).unwrap());
    assert!(matches!(Case::open(folder.path()), Err(CaseError::NotACase { .. })));
    let case = make(&folder.path().join("whole"), 2);
    assert_eq!(case.check(), Vec::<String>::new());
    let table = folder.path().join("whole/tables/web.parquet");
    let mut bytes = fs::read(&table).unwrap();
    bytes[20] ^= 1;
    fs::write(&table, bytes).unwrap();
    assert_eq!(case.check(), ["table web is not what the manifest says"]);
}
