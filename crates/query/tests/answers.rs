//! What was put into cases comes back by SQL, unchanged and in bounds.
#![allow(clippy::unwrap_used)]

use assize_case::{Case, CaseWriter, Manifest};
use assize_model::query::split;
use assize_model::table::{Column, ColumnType};
use assize_model::{FileId, FileInfo, Rows, Spec, Timestamp};
use assize_query::{QueryError, Question, Source, Value, Window};
use std::path::Path;
use std::sync::atomic::AtomicBool;

static GO_ON: AtomicBool = AtomicBool::new(false);
static STOP: AtomicBool = AtomicBool::new(true);

/// 3 March 2021, 06:49:42 UTC.
const MOMENT: i64 = 1_614_754_182_000_000;

/// What an attacker could put into a log to steer whoever reads it.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "'",
        "''",
        "\"",
        "`;",
        "'; DROP TABLE log; --",
        "\\",
        "%",
        "_",
        "\0",
        "a\0b",
        "\0\0",
        "\u{1}",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{202e}abc",
        "\u{feff}",
        "\r\n",
        "\t",
        "NULL",
        "",
        " ",
        "1",
        "1e9",
        "0x10",
        "-",
        "é",
        "𝕏",
        "\u{fffd}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(3 << 20));
    texts
}

fn spec(table: &str, second: ColumnType) -> Spec {
    let column = |name: &str, kind| Column::new(name, name, kind);
    Spec {
        table: table.into(),
        family: "f".into(),
        columns: vec![
            column("word", ColumnType::Word),
            column("text", second),
            column("select", ColumnType::Number),
            column("made", ColumnType::Time),
        ],
    }
}

/// A case of one table `log`: a row for each of `words`, the last without a time.
fn make(folder: &Path, words: &[String], second: ColumnType) -> Case {
    let writer = CaseWriter::begin(folder).unwrap();
    let mut segment = writer.segment(0);
    let spec = spec("log", second);
    let info = FileInfo {
        id: FileId(3),
        path: "logs/it's \"one\".log".into(),
        size: 0,
        sha256: String::new(),
        modified: None,
        head: Vec::new(),
    };
    let mut file = segment.file(info.id, &info.path);
    let mut sink = file.sink(&spec);
    let mut rows = Rows::new(&spec, &info, &mut sink);
    for (pos, word) in (1u64..).zip(words) {
        rows.text(0, word);
        match second {
            ColumnType::Number => rows.number(1, 7),
            _ => rows.text(1, word),
        }
        rows.number(2, i64::MIN + i64::try_from(pos).unwrap());
        rows.time(3, Timestamp(MOMENT + 500_000));
        let time = (pos < words.len() as u64).then(|| Timestamp(MOMENT + i64::try_from(pos).unwrap() * 1_000_000));
        rows.finish(pos, time, 1).unwrap();
    }
    let account = rows.end().unwrap();
    drop(sink);
    file.finish(info, vec![], vec![(spec.table, account)]).unwrap();
    segment.finish().unwrap();
    writer.seal(1, Manifest::default()).unwrap()
}

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Text(text) => Value::Text(text.clone().into_owned().into()),
        Value::Whole(n) => Value::Whole(*n),
        Value::Real(n) => Value::Real(*n),
        Value::Null | Value::Bytes(_) => Value::Null,
    }
}

fn within(cases: &[Source<'_>], sql: &str, window: Window) -> Vec<Vec<Value<'static>>> {
    let question = Question::new(cases, sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let mut rows = Vec::new();
    let take = &mut |row: &[Value<'_>]| {
        rows.push(row.iter().map(owned).collect());
        true
    };
    question.answer(window, &GO_ON, take).unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows
}

fn ask(cases: &[Source<'_>], sql: &str) -> Vec<Vec<Value<'static>>> {
    within(cases, sql, Window::default())
}

fn text(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

#[test]
fn hostile_texts_come_back_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let words = hostile();
    let case = make(folder.path(), &words, ColumnType::Text);
    let cases = [Source { name: "one", case: &case }];
    let found = ask(&cases, "SELECT word, text, pos FROM log ORDER BY pos");
    let wanted: Vec<_> = (1..).zip(&words).map(|(pos, word)| vec![text(word), text(word), Value::Whole(pos)]).collect();
    assert!(found == wanted, "{found:?}");
    // A text is found by what it holds, whatever it looks like.
    assert_eq!(
        ask(&cases, "SELECT count(*) FROM log WHERE text = '1' AND text = 1 AND typeof(text) = 'text'").len(),
        1
    );
    assert_eq!(ask(&cases, "SELECT pos FROM log WHERE word = '''; DROP TABLE log; --'"), [[Value::Whole(5)]]);
}

#[test]
fn every_kind_of_column_is_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), &["a".into(), "b".into()], ColumnType::Text);
    let cases = [Source { name: "one", case: &case }];
    assert_eq!(
        ask(&cases, "SELECT * FROM log WHERE pos = 1"),
        [[
            text("logs/it's \"one\".log"),
            Value::Whole(3),
            Value::Whole(1),
            text("2021-03-03T06:49:43.000000Z"),
            text("a"),
            text("a"),
            Value::Whole(i64::MIN + 1),
            text("2021-03-03T06:49:42.500000Z"),
        ]]
    );
    assert_eq!(ask(&cases, "SELECT ts, typeof(\"select\") FROM log WHERE pos = 2"), [[Value::Null, text("integer")]]);
    // Moments compare however they are written, also with what the functions of the engine give.
    for same in [
        "ts = '2021-03-03 06:49:43'",
        "ts = '2021-03-03T06:49:43Z'",
        "ts > '2021-03-03 06:49:42.9' AND ts < '2021-03-03 06:50'",
        "ts BETWEEN datetime(made, '-1 minute') AND datetime(made, '+1 minute')",
        "ts NOT BETWEEN datetime(made, '-1 hour') AND datetime(made, '-1 minute')",
        "date(ts) = '2021-03-03' AND ts LIKE '2021-03-03T06:%'",
        "word REGEXP '^[a-f]$'",
    ] {
        assert_eq!(ask(&cases, &format!("SELECT pos FROM log WHERE {same} AND ts")), [[Value::Whole(1)]], "{same}");
    }
}

#[test]
fn a_window_takes_rows_by_their_time() {
    let folder = tempfile::tempdir().unwrap();
    let words: Vec<String> = (0..100).map(|n| format!("word {n}")).collect();
    let case = make(folder.path(), &words, ColumnType::Text);
    let cases = [Source { name: "one", case: &case }];
    let at = |seconds: i64| Some(Timestamp(MOMENT + seconds * 1_000_000));
    for (since, until, rows) in
        [(None, None, 100), (at(10), None, 90), (None, at(10), 9), (at(10), at(20), 10), (at(500), None, 0)]
    {
        let window = Window { since, until };
        assert_eq!(within(&cases, "SELECT count(*) FROM log", window), [[Value::Whole(rows)]], "{since:?} {until:?}");
        assert_eq!(within(&cases, "SELECT count(word) FROM log", window), [[Value::Whole(rows)]]);
    }
}

#[test]
fn cases_are_told_apart_and_joined() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    std::fs::create_dir_all(&a).unwrap();
    std::fs::create_dir_all(&b).unwrap();
    let (a, b) = (make(&a, &["x".into(), "y".into()], ColumnType::Text), make(&b, &["x".into()], ColumnType::Number));
    let cases = [Source { name: "first", case: &a }, Source { name: "second", case: &b }];
    assert_eq!(
        ask(&cases, "SELECT case_name, count(*) FROM log GROUP BY 1"),
        [[text("first"), Value::Whole(2)], [text("second"), Value::Whole(1)]]
    );
    assert_eq!(
        ask(&cases, "SELECT a.pos, b.pos, a.file FROM log a JOIN log b USING (word) WHERE a.case_name < b.case_name"),
        [[Value::Whole(1), Value::Whole(1), text("logs/it's \"one\".log")]]
    );
    // The columns disagree: each case keeps its kind.
    assert_eq!(ask(&cases, "SELECT DISTINCT typeof(text) FROM log ORDER BY 1"), [[text("integer")], [text("text")]]);
    let Err(QueryError::Statement(why)) = Question::new(&cases[..1], "SELECT case_name FROM log").map(drop) else {
        panic!("one case has no such column");
    };
    assert!(why.contains("there is no column case_name"), "{why}");
}

#[test]
fn a_query_string_is_whole_again() {
    let folder = tempfile::tempdir().unwrap();
    let query = "a=1&cafeReqId=6d16f793;&Email=x@example.test&b";
    let taken = split(query);
    let writer = CaseWriter::begin(folder.path()).unwrap();
    let mut segment = writer.segment(0);
    let names = ["query_shape"].into_iter().chain(assize_model::query::LIFTED.iter().map(|(_, column)| *column));
    let columns = names.map(|name| Column::new(name, name, ColumnType::Text)).collect();
    let spec = Spec { table: "web".into(), family: "f".into(), columns };
    let info =
        FileInfo { id: FileId(0), path: "x".into(), size: 0, sha256: String::new(), modified: None, head: Vec::new() };
    let mut file = segment.file(info.id, &info.path);
    let mut sink = file.sink(&spec);
    let mut rows = Rows::new(&spec, &info, &mut sink);
    rows.text(0, &taken.shape);
    for (at, lifted) in (1..).zip(&taken.lifted) {
        lifted.iter().for_each(|value| rows.text(at, value));
    }
    rows.finish(1, None, 1).unwrap();
    rows.finish(2, None, 1).unwrap();
    let account = rows.end().unwrap();
    drop(sink);
    file.finish(info, vec![], vec![(spec.table, account)]).unwrap();
    segment.finish().unwrap();
    let case = writer.seal(1, Manifest::default()).unwrap();
    let cases = [Source { name: "one", case: &case }];
    assert_eq!(ask(&cases, "SELECT query FROM web"), [[text(query)], [Value::Null]]);
}

#[test]
fn a_stop_is_heard_while_rows_are_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), &["a".into()], ColumnType::Text);
    let cases = [Source { name: "one", case: &case }];
    let question = Question::new(&cases, "SELECT * FROM log").unwrap();
    let stopped = question.answer(Window::default(), &STOP, &mut |_| panic!("there is no answer"));
    assert!(matches!(stopped, Err(QueryError::Stopped)), "{stopped:?}");
}

#[test]
fn whoever_asks_may_have_enough() {
    let folder = tempfile::tempdir().unwrap();
    let case = make(folder.path(), &["a".into(), "b".into()], ColumnType::Text);
    let cases = [Source { name: "one", case: &case }];
    let mut rows = 0;
    let question = Question::new(&cases, "SELECT * FROM log").unwrap();
    let enough = &mut |_: &[Value<'_>]| {
        rows += 1;
        false
    };
    question.answer(Window::default(), &GO_ON, enough).unwrap();
    assert_eq!(rows, 1);
}
