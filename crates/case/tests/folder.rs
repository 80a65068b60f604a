//! What may be written over, what is removed, and what a check finds.
#![allow(clippy::unwrap_used)]

use assize_case::{Case, CaseError, CaseWriter, Manifest};
use assize_model::table::{Column, ColumnType, Spec};
use assize_model::{FileId, FileInfo, Rows};
use std::fs;
use std::path::Path;

fn seal(writer: CaseWriter) -> Case {
    let columns = vec![Column::new("word", "cs-word", ColumnType::Word)];
    let spec = Spec { table: "web".into(), family: "web-log".into(), columns };
    let info = FileInfo {
        id: FileId(0),
        path: "log".into(),
        size: 1,
        sha256: "00".into(),
        modified: None,
        head: b"#Fields".to_vec(),
    };
    let mut segment = writer.segment(0);
    let mut file = segment.file(info.id, &info.path);
    let account = {
        let mut sink = file.sink(&spec);
        let mut rows = Rows::new(&spec, &info, &mut sink);
        rows.text(0, "GET");
        rows.finish(1, None, 1).unwrap();
        rows.end().unwrap()
    };
    file.finish(info, vec![], vec![("web".into(), account)]).unwrap();
    segment.finish().unwrap();
    let case = writer.seal(1, Manifest::default()).unwrap();
    case.finish().unwrap();
    case
}

fn make(folder: &Path) -> Case {
    seal(CaseWriter::begin(folder).unwrap())
}

/// Changes one byte of a file.
fn spoil(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[10] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_case_is_begun_in_a_free_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("new/case");
    make(&inner);
    assert!(matches!(CaseWriter::begin(&inner), Err(CaseError::Occupied { .. })));
    assert!(matches!(CaseWriter::begin(folder.path()), Err(CaseError::Occupied { .. })));
}

#[test]
fn replacing_removes_the_case_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path());
    case.write("report.html", b"old").unwrap();
    Case::remove(folder.path()).unwrap();
    make(folder.path());
    assert_eq!(names(folder.path()), ["case.json", "tables", "values.parquet", "words.parquet"]);

    fs::write(folder.path().join("notes.md"), "mine").unwrap();
    Case::remove(folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["notes.md"]);
    assert!(matches!(CaseWriter::begin(folder.path()), Err(CaseError::Occupied { .. })));
    assert!(matches!(Case::remove(folder.path()), Err(CaseError::Occupied { .. })));
    assert_eq!(names(folder.path()), ["notes.md"]);
}

#[test]
fn a_whole_case_is_removed_with_its_folder_and_one_with_strangers_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("case");
    make(&place);
    fs::write(place.join("tables/mine.parquet"), "mine").unwrap();
    let error = Case::remove(&place).unwrap_err().to_string();
    assert!(error.ends_with("tables/mine.parquet is no part of the case, and is left alone"), "{error}");
    assert_eq!(Case::open(&place).unwrap().check(), ["tables/mine.parquet is no part of the case"]);
    fs::remove_file(place.join("tables/mine.parquet")).unwrap();
    Case::remove(&place).unwrap();
    assert!(!place.exists());
    Case::remove(&place).unwrap();
}

#[test]
fn a_check_finds_each_changed_byte() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path());
    case.write("report.html", b"<p>as it was</p>").unwrap();
    case.write("report.html", b"<p>as it is now</p>").unwrap();
    assert_eq!(case.check(), [""; 0]);
    for name in ["tables/web/00000.parquet", "values.parquet", "words.parquet", "report.html"] {
        spoil(&folder.path().join(name));
    }
    assert_eq!(
        case.check(),
        [
            "tables/web/00000.parquet is not what the manifest says",
            "values.parquet is not what the manifest says",
            "words.parquet is not what the manifest says",
            "report.html is not what was written"
        ]
    );
    fs::remove_file(folder.path().join("tables/web/00000.parquet")).unwrap();
    assert!(case.check()[0].starts_with("cannot read "));
}

/// Whatever byte of a table is damaged, reading it ends: with rows, or with an error that names the table.
#[test]
fn a_damaged_table_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path());
    let path = folder.path().join("tables/web/00000.parquet");
    let whole = fs::read(&path).unwrap();
    let mut errors = 0;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        fs::write(&path, bytes).unwrap();
        let read = case.scan("web", None).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for error in [read.err(), case.schema("web").err(), case.groups("web").err()].into_iter().flatten() {
            assert!(error.to_string().starts_with("cannot read table web: "), "byte {at}: {error}");
            errors += 1;
        }
    }
    assert!(errors > whole.len() / 4, "{errors} errors of {} damaged bytes", whole.len());
}

#[test]
fn reports_have_plain_names_and_replace_nothing_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path());
    for name in ["", "../x", "a/b", ".hidden", "case.json", "VALUES.parquet", "written.json", "tables", "a\\b", "é"] {
        assert!(case.write(name, b"x").is_err(), "{name}");
    }
    fs::write(folder.path().join("notes.md"), "mine").unwrap();
    assert!(case.write("notes.md", b"x").is_err());
    assert_eq!(fs::read(folder.path().join("notes.md")).unwrap(), b"mine");
}

#[test]
fn what_is_no_finished_case_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let said = |part: &str| {
        let error = Case::open(&folder.path().join(part)).unwrap_err().to_string();
        error.strip_prefix(&folder.path().join(part).display().to_string()).unwrap().to_owned()
    };
    assert_eq!(said("missing"), " is not a finished case: no case.json; scan the evidence again");
    fs::write(folder.path().join("case.json"), r#"{"schema":"other/1"}"#).unwrap();
    assert!(said("").contains(r#"schema "other/1", "assize.case/1" is expected"#));
    let case = make(&folder.path().join("hostile"));
    let manifest = folder.path().join("hostile/case.json");
    let text = fs::read_to_string(&manifest).unwrap().replace(r#""table": "web""#, r#""table": "../web""#);
    fs::write(&manifest, text).unwrap();
    drop(case);
    assert!(said("hostile").contains(r#"case.json names a table "../web""#));
}
