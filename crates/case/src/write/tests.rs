//! Cases made with little room, by many workers, and with readers that fail.

use super::*;
use assize_model::table::{Column, ColumnType};
use assize_model::{Reason, Rows, Timestamp};
use std::sync::atomic::{AtomicU32, Ordering};

fn spec(table: &str) -> Spec {
    let columns = vec![Column::new("word", "Word", ColumnType::Word), Column::new("id", "ID", ColumnType::Text)];
    Spec { table: table.into(), family: "web-log".into(), columns }
}

fn info(id: u32) -> FileInfo {
    FileInfo { size: 10, sha256: "00".into(), ..undescribed(FileId(id), &format!("log{id:03}")) }
}

fn fill(file: &FileWriter<'_>, info: &FileInfo, table: &str, rows: u64) -> Account {
    let spec = spec(table);
    let mut sink = file.sink(&spec);
    let mut to = Rows::new(&spec, info, &mut sink);
    for pos in 0..rows {
        to.text(0, ["GET", "POST", "HEAD"][pos as usize % 3]);
        to.text(1, &format!("{}-{pos}", info.id));
        to.finish(pos, Some(Timestamp(1_600_000_000_000_000)), 1).unwrap();
    }
    to.end().unwrap()
}

fn hashes(case: &Case) -> Vec<String> {
    case.manifest().tables.iter().map(|t| t.stored.sha256.clone()).collect()
}

#[test]
fn neither_room_nor_workers_change_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for (workers, room) in [(1, 0), (2, 0), (8, 0), (8, 100_000), (8, WAITING_BYTES_MAX)] {
        let writer = CaseWriter::with_room(&folder.path().join(seen.len().to_string()), room).unwrap();
        let next = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let id = next.fetch_add(1, Ordering::Relaxed);
                        if id >= 24 {
                            return;
                        }
                        let file = writer.file(FileId(id), &info(id).path);
                        let account = fill(&file, &info(id), "web", u64::from(id * 7919 % 40_000));
                        file.finish(info(id), vec![("web".into(), account)]).unwrap();
                    }
                });
            }
        });
        let case = writer.seal(Manifest::default()).unwrap();
        seen.push((hashes(&case), std::fs::read(case.folder().join("case.json")).unwrap()));
    }
    assert!(seen.windows(2).all(|w| w[0] == w[1]));
}

#[test]
fn a_reader_that_panics_loses_its_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::with_room(folder.path(), 0).unwrap();
    std::thread::scope(|scope| {
        let dies = scope.spawn(|| {
            let file = writer.file(FileId(0), "log000");
            file.describe(&info(0));
            fill(&file, &info(0), "web", 5);
            panic!("as the test wants it");
        });
        let lives = scope.spawn(|| {
            let file = writer.file(FileId(1), "log001");
            let account = fill(&file, &info(1), "web", 3);
            file.finish(info(1), vec![("web".into(), account)]).unwrap();
        });
        assert!(dies.join().is_err());
        lives.join().unwrap();
    });
    let case = writer.seal(Manifest::default()).unwrap();
    assert_eq!(case.tables().next().unwrap().summary.rows, 8);
    let dead = case.file(FileId(0)).unwrap();
    assert_eq!((dead.info.sha256.as_str(), dead.parts[0].counts.rows), ("00", 5));
    assert_eq!(dead.notes, ["read in part only: the reader of this file stopped early"]);
    assert_eq!(case.manifest().skipped[0].path, "log000");
}

#[test]
fn one_file_may_feed_several_tables_and_a_table_may_have_rejects_only() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::create(folder.path()).unwrap();
    let file = writer.file(FileId(0), "log000");
    let first = fill(&file, &info(0), "web", 2);
    let spec = spec("other");
    let mut sink = file.sink(&spec);
    let of = info(0);
    let mut rows = Rows::new(&spec, &of, &mut sink);
    rows.reject(1, 0, 10, Reason::NoHeader, b"?");
    let second = rows.end().unwrap();
    drop(sink);
    file.finish(info(0), vec![("web".into(), first), ("other".into(), second)]).unwrap();
    let case = writer.seal(Manifest::default()).unwrap();
    let shown: Vec<_> = case.manifest().tables.iter().map(|t| &t.summary).collect();
    let shown: Vec<_> = shown.iter().map(|t| (t.table.as_str(), t.files, t.rows, t.rejects)).collect();
    assert_eq!(shown, [("other", 1, 0, 1), ("rejects", 1, 1, 0), ("web", 1, 2, 0)]);
    assert_eq!(case.scan("other", None).unwrap().count(), 0);
    assert_eq!(case.files()[0].parts.len(), 2);
}

#[test]
fn a_mistake_of_the_caller_is_an_error_and_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::create(folder.path()).unwrap();
    let account = Account { counts: Counts::default(), rejects: vec![], notes: vec![] };
    let error = writer.file(FileId(0), "log000").finish(info(0), vec![("web".into(), account)]).unwrap_err();
    assert_eq!(error.to_string(), "web has an account of log000 but no sink");
    let file = writer.file(FileId(1), "log001");
    let spec = spec("../web");
    let of = info(1);
    let mut sink = file.sink(&spec);
    let mut rows = Rows::new(&spec, &of, &mut sink);
    rows.finish(1, None, 1).unwrap();
    assert!(rows.end().is_err());
    drop(sink);
    assert_eq!(file.failure().unwrap().to_string(), "cannot write table ../web: a table cannot be called that");
    drop(file);
    assert!(matches!(writer.seal(Manifest::default()), Err(CaseError::Poisoned)));
}
