//! What goes into a case comes out of it, and the same rows give the same bytes whatever the workers.
#![allow(clippy::unwrap_used)]

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType, UInt32Type, UInt64Type};
use assize_case::{Case, CaseError, CaseWriter, Manifest, SegmentWriter};
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

/// Files in a segment.
const SEGMENT: u32 = 7;

/// Writes a case of [`FILES`] files; file 7 is dropped, file 9 refused.
fn make(folder: &Path, workers: usize) -> Case {
    let writer = CaseWriter::begin(folder).unwrap();
    let segments = FILES.div_ceil(SEGMENT);
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= segments {
                        return;
                    }
                    let mut segment = writer.segment(number);
                    for id in number * SEGMENT..FILES.min((number + 1) * SEGMENT) {
                        one(&mut segment, id);
                    }
                    segment.finish().unwrap();
                }
            });
        }
    });
    let case = writer.seal(segments, Manifest { tool_version: "test".into(), ..Manifest::default() }).unwrap();
    case.finish().unwrap();
    case
}

fn one(segment: &mut SegmentWriter, id: u32) {
    let (info, spec) = (info(id), spec());
    let mut file = segment.file(info.id, &info.path);
    if id == 7 {
        return;
    }
    if id == 9 {
        return file.skip(Skipped { path: info.path, reason: "encrypted".into() }).unwrap();
    }
    let account = {
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
        rows.end().unwrap()
    };
    file.finish(info, vec![], vec![("web".into(), account)]).unwrap();
}

fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for part in ["", "tables/web", "tables/rejects"] {
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
        ["case.json".to_owned()]
            .into_iter()
            .chain((0..6).map(|n| format!("tables/rejects/{n:05}.parquet")))
            .chain((0..6).map(|n| format!("tables/web/{n:05}.parquet")))
            .chain(["values.parquet", "words.parquet"].map(str::to_owned))
            .collect::<Vec<_>>()
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

/// What the cells of two files hold, spelled out: nulls, text, numbers, times, and what is distinct.
#[test]
fn every_kind_of_column_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (case, spec) = (make(folder.path(), 2), spec());
    assert_eq!(case.schema("web").unwrap().fields(), spec.schema().fields());
    assert_eq!(case.schema("web").unwrap().metadata()["assize.family"], "web-log");
    assert_eq!(case.schema("web").unwrap().metadata()["assize.sources"], r#"["method","id","status","made"]"#);
    let first = case.scan("web", None).unwrap().next().unwrap().unwrap();
    assert_eq!(first.schema().fields(), spec.schema().fields());
    let mut shown = Vec::new();
    for at in [0, 1, 50] {
        let file = first.column(0).as_primitive::<UInt32Type>().value(at);
        let word = first.column(3).as_dictionary::<Int32Type>();
        let word = word.values().as_string::<i32>().value(word.key(at).unwrap());
        let text = first.column(4).as_string::<i32>();
        let text = if text.is_null(at) { "null" } else { text.value(at) };
        let number = first.column(5).as_primitive::<Int64Type>().value(at);
        let time = first.column(6).as_primitive::<TimestampMicrosecondType>();
        let time = if time.is_null(at) { -1 } else { time.value(at) };
        shown.push(format!("{file} {word} {text} {number} {time}"));
    }
    assert_eq!(shown, ["1 GET 1-0 0 0", "1 POST null 1 -1", "2 GET 2-0 0 0"]);
}

/// Differences of such numbers do not fit their type; they must come back all the same.
#[test]
fn the_largest_and_smallest_numbers_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let writer = CaseWriter::begin(folder.path()).unwrap();
    let (info, spec) = (info(0), spec());
    let mut segment = writer.segment(0);
    let mut file = segment.file(info.id, &info.path);
    let mut sink = file.sink(&spec);
    let mut rows = Rows::new(&spec, &info, &mut sink);
    // Enough distinct numbers that the dictionary is given up on the way.
    let of = |n: i64| if n % 2 == 0 { i64::MIN + n } else { i64::MAX - n };
    for n in 0..200_000 {
        rows.number(2, of(n));
        rows.time(3, Timestamp(of(n)));
        rows.finish(of(n).cast_unsigned(), Some(Timestamp(of(n))), 1).unwrap();
    }
    let account = rows.end().unwrap();
    drop(sink);
    file.finish(info, vec![], vec![("web".into(), account)]).unwrap();
    segment.finish().unwrap();
    let case = writer.seal(1, Manifest::default()).unwrap();
    let mut n = 0;
    for batch in case.scan("web", Some(&["pos", "ts", "status", "made"])).unwrap() {
        let batch = batch.unwrap();
        for at in 0..batch.num_rows() {
            let times = [1, 3].map(|c| batch.column(c).as_primitive::<TimestampMicrosecondType>().value(at));
            assert_eq!(batch.column(0).as_primitive::<UInt64Type>().value(at), of(n).cast_unsigned());
            assert_eq!(batch.column(2).as_primitive::<Int64Type>().value(at), of(n));
            assert_eq!(times, [of(n); 2]);
            n += 1;
        }
    }
    assert_eq!(n, 200_000);
    assert_eq!(case.tables().next().unwrap().summary.from, None);
}

#[test]
fn columns_are_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), 1);
    let batch = case.scan("web", Some(&["status", "pos"])).unwrap().next().unwrap().unwrap();
    assert_eq!(batch.schema().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>(), ["pos", "status"]);
    let error = case.scan("web", Some(&["stat"])).err().unwrap().to_string();
    assert_eq!(error, "cannot read table web: there is no column stat");
    // A case of an earlier version lacks what came later: part by part that is left out.
    let part = &case.parts("web").unwrap()[0];
    let batch = case.scan_part("web", part, Some(&["status", "stat"])).unwrap().next().unwrap().unwrap();
    assert_eq!(batch.schema().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>(), ["status"]);
    let error = case.scan("wed", None).err().unwrap().to_string();
    assert_eq!(error, "cannot read table wed: there is no such table");
}

#[test]
fn distinct_values_are_counted_with_their_times() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), 8);
    let mut shown = Vec::new();
    for batch in case.values().unwrap() {
        let batch = batch.unwrap();
        let text = |column: usize, at| batch.column(column).as_string::<i32>().value(at).to_owned();
        let time = |column: usize, at| batch.column(column).as_primitive::<TimestampMicrosecondType>().value(at);
        for at in 0..batch.num_rows() {
            let rows = batch.column(3).as_primitive::<UInt64Type>().value(at);
            let days = (time(5, at) - time(4, at)) / 86_400_000_000;
            shown.push(format!("{} {} {} {rows} over {days} days", text(0, at), text(1, at), text(2, at)));
        }
    }
    assert_eq!(shown, ["web method GET 19100 over 1948 days", "web method POST 19100 over 1948 days"]);
    assert!(case.manifest().not_distinct.is_empty());
}

#[test]
fn rejects_are_a_table_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), 4);
    let rejects = case.manifest().tables.iter().find(|t| t.summary.table == "rejects").unwrap();
    assert_eq!((rejects.summary.rows, rejects.summary.files), (38, 38));
    assert_eq!(case.scan("rejects", None).unwrap().map(|b| b.unwrap().num_rows()).sum::<usize>(), 38);
    let batch = case.scan("rejects", None).unwrap().next().unwrap().unwrap();
    assert_eq!(batch.column_by_name("reason").unwrap().as_string::<i32>().value(0), "cut-off");
    assert_eq!(batch.column_by_name("table").unwrap().as_string::<i32>().value(0), "web");
}

#[test]
fn an_unfinished_case_is_no_case_and_a_changed_table_is_found() {
    let folder = tempfile::tempdir().unwrap();
    drop(CaseWriter::begin(folder.path()).unwrap());
    assert!(matches!(Case::open(folder.path()), Err(CaseError::NotACase { .. })));
    let case = make(&folder.path().join("whole"), 2);
    assert_eq!(case.check(), Vec::<String>::new());
    let table = folder.path().join("whole/tables/web/00000.parquet");
    let mut bytes = fs::read(&table).unwrap();
    bytes[20] ^= 1;
    fs::write(&table, bytes).unwrap();
    assert_eq!(case.check(), ["tables/web/00000.parquet is not what the manifest says"]);
}
