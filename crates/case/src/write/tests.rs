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

fn fill(file: &mut FileWriter<'_>, info: &FileInfo, table: &str, rows: u64) -> Account {
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

/// Writes a segment of three files.
fn segment(writer: &CaseWriter, number: u32) {
    let mut segment = writer.segment(number);
    for id in number * 3..number * 3 + 3 {
        let mut file = segment.file(FileId(id), &info(id).path);
        let account = fill(&mut file, &info(id), "web", u64::from(id * 7919 % 20_000));
        file.finish(info(id), vec!["seen".into()], vec![("web".into(), account)]).unwrap();
    }
    segment.finish().unwrap();
}

/// Every file of a finished case with its bytes.
fn tree(case: &Case) -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<String> = case.manifest().parts().map(|p| p.file.clone()).collect();
    names.extend([folder::MANIFEST.into(), folder::VALUES.into()]);
    names.into_iter().map(|n| (n.clone(), std::fs::read(case.folder().join(&n)).unwrap())).collect()
}

const SEGMENTS: u32 = 8;

fn whole(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let writer = CaseWriter::begin(folder).unwrap();
    (0..SEGMENTS).for_each(|n| segment(&writer, n));
    tree(&writer.seal(SEGMENTS, Manifest::default()).unwrap())
}

#[test]
fn neither_workers_nor_the_order_of_segments_change_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let expected = whole(&folder.path().join("whole"));
    for workers in [1, 3] {
        let writer = CaseWriter::begin(&folder.path().join(workers.to_string())).unwrap();
        let next = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= SEGMENTS {
                            return;
                        }
                        segment(&writer, SEGMENTS - 1 - n);
                    }
                });
            }
        });
        assert!(tree(&writer.seal(SEGMENTS, Manifest::default()).unwrap()) == expected);
    }
}

#[test]
fn a_stopped_run_is_taken_up_and_ends_in_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let expected = whole(&folder.path().join("whole"));
    let place = folder.path().join("stopped");
    let writer = CaseWriter::begin(&place).unwrap();
    segment(&writer, 0);
    segment(&writer, 5);
    assert!(matches!(CaseWriter::begin(&place), Err(CaseError::Occupied { .. })), "one run at a time");
    // Stopped in the middle of a segment: its table is there, its note is not.
    let mut half = writer.segment(3);
    fill(&mut half.file(FileId(9), "log009"), &info(9), "web", 40_000);
    drop((half, writer));
    // Somebody lost a file of a finished segment.
    std::fs::remove_file(place.join("tables/web/00005.parquet")).unwrap();

    let writer = CaseWriter::begin(&place).unwrap();
    let finished: Vec<u32> = (0..SEGMENTS).filter(|n| writer.is_finished(*n).unwrap()).collect();
    assert_eq!(finished, [0]);
    (1..SEGMENTS).for_each(|n| segment(&writer, n));
    let case = writer.seal(SEGMENTS, Manifest::default()).unwrap();
    assert!(tree(&case) == expected);
    case.finish().unwrap();
    assert!(!place.join(folder::WORK).exists());
    assert_eq!(case.check(), [""; 0]);
}

#[test]
fn a_case_with_an_open_segment_is_not_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::begin(folder.path()).unwrap();
    segment(&writer, 0);
    let error = writer.seal(2, Manifest::default()).unwrap_err().to_string();
    assert_eq!(error, "segment 1 was never finished");
}

#[test]
fn a_reader_that_panics_loses_its_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::begin(folder.path()).unwrap();
    let mut segment = writer.segment(0);
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut file = segment.file(FileId(0), "log000");
        file.describe(&info(0));
        fill(&mut file, &info(0), "web", 5);
        panic!("as the test wants it");
    }));
    assert!(died.is_err());
    let mut file = segment.file(FileId(1), "log001");
    let account = fill(&mut file, &info(1), "web", 3);
    file.finish(info(1), vec![], vec![("web".into(), account)]).unwrap();
    segment.finish().unwrap();
    let case = writer.seal(1, Manifest::default()).unwrap();
    assert_eq!(case.tables().next().unwrap().summary.rows, 8);
    let dead = case.file(FileId(0)).unwrap();
    assert_eq!((dead.info.sha256.as_str(), dead.parts[0].counts.rows), ("00", 5));
    assert_eq!(dead.notes, ["read in part only: the reader of this file stopped early"]);
    assert_eq!(case.manifest().skipped[0].path, "log000");
}

#[test]
fn one_file_may_feed_several_tables_and_a_table_may_have_rejects_only() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::begin(folder.path()).unwrap();
    let mut segment = writer.segment(0);
    let mut file = segment.file(FileId(0), "log000");
    let first = fill(&mut file, &info(0), "web", 2);
    let spec = spec("other");
    let of = info(0);
    let second = {
        let mut sink = file.sink(&spec);
        let mut rows = Rows::new(&spec, &of, &mut sink);
        rows.reject(1, 0, 10, Reason::NoHeader, b"?");
        rows.end().unwrap()
    };
    file.finish(info(0), vec![], vec![("web".into(), first), ("other".into(), second)]).unwrap();
    segment.finish().unwrap();
    let case = writer.seal(1, Manifest::default()).unwrap();
    let shown: Vec<_> = case.manifest().tables.iter().map(|t| &t.summary).collect();
    let shown: Vec<_> = shown.iter().map(|t| (t.table.as_str(), t.files, t.rows, t.rejects)).collect();
    assert_eq!(shown, [("other", 1, 0, 1), ("rejects", 1, 1, 0), ("web", 1, 2, 0)]);
    assert_eq!(case.scan("other", None).unwrap().count(), 0);
    assert_eq!(case.files()[0].parts.len(), 2);
}

#[test]
fn a_mistake_of_the_caller_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::begin(folder.path()).unwrap();
    let mut segment = writer.segment(0);
    let account = Account { counts: Counts::default(), rejects: vec![], notes: vec![] };
    let file = segment.file(FileId(0), "log000");
    let error = file.finish(info(0), vec![], vec![("web".into(), account)]).unwrap_err();
    assert_eq!(error.to_string(), "web has an account of log000 but no sink");
    let mut file = segment.file(FileId(1), "log001");
    let spec = spec("../web");
    let of = info(1);
    {
        let mut sink = file.sink(&spec);
        let mut rows = Rows::new(&spec, &of, &mut sink);
        rows.finish(1, None, 1).unwrap();
        assert!(rows.end().is_err());
    }
    assert_eq!(file.failure().unwrap().to_string(), "cannot write table ../web: a table cannot be called that");
}
