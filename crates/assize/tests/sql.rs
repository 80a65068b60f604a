//! `assize hunt --sql` as a person asks.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn ask(folder: &Path, path: &str, sql: &str, more: &[&str]) -> (i32, String, String) {
    let run = assize_in(folder, &[&["hunt", path, "--progress", "none", "--lang", "en", "--sql", sql], more].concat());
    (run.status.code().unwrap_or(-1), stdout(&run), stderr(&run))
}

fn rows(folder: &Path, path: &str, sql: &str) -> Vec<Value> {
    let (code, text, said) = ask(folder, path, sql, &["--jsonl"]);
    assert_eq!((code, said.as_str()), (0, ""), "{sql}");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn a_case_its_evidence_and_a_folder_of_cases_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let evidence = lab(folder, "breached");
    let (_, result) = scanned(folder, &evidence, &["-o", "cases/EX01"]);
    let tables = result["evidence"]["tables"].as_array().expect("tables");
    for table in tables {
        let name = table["table"].as_str().expect("a name");
        let found = rows(folder, "cases/EX01", &format!("SELECT count(*) AS n, count(ts) AS t FROM {name}"));
        assert_eq!(found[0]["n"], table["rows"], "{name}");
    }

    // The lines of the log themselves, counted by hand.
    let mut lines = 0;
    for log in fs::read_dir(evidence.join("C/inetpub/logs/LogFiles/W3SVC1")).expect("a folder").flatten() {
        let text = fs::read_to_string(log.path()).expect("a log");
        lines += text.lines().filter(|l| l.contains(" POST /ecp/") && l.contains(" 198.51.100.77 ")).count();
    }
    assert!(lines > 0);
    let posted = "SELECT count(*) AS n FROM iis_w3c WHERE cs_method = 'POST' AND cs_uri_stem LIKE '/ecp/%' \
                  AND c_ip = '198.51.100.77'";
    assert_eq!(rows(folder, "cases/EX01", posted)[0]["n"], lines);

    // What IIS and HttpProxy say of the same request.
    let joined = "SELECT i.file, i.pos, i.ts, p.file, p.pos FROM iis_w3c i JOIN http_proxy p \
                  ON p.request_id = i.q_cafe_req_id WHERE i.c_ip = '198.51.100.77' ORDER BY i.ts, i.pos";
    let found = rows(folder, "cases/EX01", joined);
    assert!(!found.is_empty());
    let keys: Vec<&String> = found[0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["file", "pos", "ts", "file_2", "pos_2"]);
    for row in &found {
        // Each row is cited so that it is found again in the evidence.
        let (file, pos) = (row["file"].as_str().expect("a path"), row["pos"].as_u64().expect("a line"));
        let text = fs::read_to_string(evidence.join(file)).expect("the file");
        let line = text.lines().nth(usize::try_from(pos).expect("small") - 1).expect("the line");
        assert!(line.contains("198.51.100.77"), "{file}:{pos} {line}");
    }
    assert_eq!(rows(folder, evidence.to_str().expect("UTF-8"), joined), found, "evidence answers like its case");

    // Twice the same, byte for byte; and a second case is a second row of each group.
    let by_code = "SELECT sc_status, count(*) AS n, min(ts), avg(time_taken) FROM iis_w3c GROUP BY 1 ORDER BY 1";
    let once = ask(folder, "cases/EX01", by_code, &["--jsonl"]);
    assert_eq!(ask(folder, "cases/EX01", by_code, &["--jsonl"]), once);
    let second = lab(folder, "exposed");
    scanned(folder, &second, &["-o", "cases/EX02"]);
    let both = rows(folder, "cases", "SELECT case_name, count(*) AS n FROM iis_w3c GROUP BY 1 ORDER BY 1");
    let names: Vec<&str> = both.iter().filter_map(|row| row["case_name"].as_str()).collect();
    assert_eq!(names, ["cases/EX01", "cases/EX02"]);
    let iis = tables.iter().find(|t| t["table"] == "iis_w3c").expect("IIS");
    assert_eq!(both[0]["n"], iis["rows"]);

    // A period, as other hunts take it.
    let (_, part, _) = ask(
        folder,
        "cases/EX01",
        "SELECT min(ts) >= '2021-03-02' AND max(ts) < '2021-03-04' AS inside FROM iis_w3c",
        &["--jsonl", "--since", "2021-03-02", "--until", "2021-03-03"],
    );
    assert_eq!(part, "{\"inside\":1}\n");
}

#[test]
fn an_answer_has_three_forms() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let evidence = lab(folder, "exposed");
    scanned(folder, &evidence, &["-o", "case"]);
    let sql = "WITH x(a, b, \"=c\") AS (VALUES (-5, '=cmd', NULL), (2.5, char(27) || '[2J', x'0aff')) SELECT * FROM x";
    let form = |more: &[&str]| {
        let (code, text, said) = ask(folder, "case", sql, more);
        assert_eq!((code, said.as_str()), (0, ""));
        text
    };
    let screen = form(&[]);
    assert_eq!(screen, "2 rows.\n\n  a  b          =c\n -5  =cmd       -\n2.5  \\u{1B}[2J  0aff\n");
    assert_eq!(
        form(&["--jsonl"]),
        "{\"a\":-5,\"b\":\"=cmd\",\"=c\":null}\n{\"a\":2.5,\"b\":\"\\u001b[2J\",\"=c\":\"0aff\"}\n"
    );
    assert_eq!(form(&["--csv"]), "\"a\",\"b\",\"'=c\"\n-5,\"'=cmd\",\n2.5,\"\\u{1B}[2J\",\"0aff\"\n");
    let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 250) SELECT x FROM n";
    let (_, text, _) = ask(folder, "case", many, &[]);
    assert!(
        text.starts_with("250 rows.\n") && text.ends_with("100\nand 150 more; --csv and --jsonl give all\n"),
        "{text}"
    );
    assert_eq!(ask(folder, "case", many, &["--jsonl"]).1.lines().count(), 250);
    assert_eq!(ask(folder, "case", "SELECT 1 WHERE 0", &[]).1, "No row.\n");
}

#[test]
fn a_wrong_statement_says_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let evidence = lab(folder, "exposed");
    scanned(folder, &evidence, &["-o", "case"]);
    let before = common::tree(&folder.join("case"));
    for (sql, words) in [
        ("SELECT * FROM iis", "there is no table iis; did you mean iis_w3c?"),
        ("SELECT cip FROM iis_w3c", "there is no column cip; did you mean c_ip?"),
        ("SELECT c_ip FORM iis_w3c", "^"),
        ("DELETE FROM iis_w3c", "only SELECT is answered"),
        ("ATTACH 'new.db' AS x", "only SELECT is answered"),
        ("VACUUM INTO 'new.db'", "only SELECT is answered"),
        ("PRAGMA user_version", "only SELECT is answered"),
        ("SELECT load_extension('x')", "load_extension cannot be used"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("", "empty"),
    ] {
        let (code, text, said) = ask(folder, "case", sql, &["--jsonl"]);
        assert_eq!((code, text.as_str()), (2, ""), "{sql}: {said}");
        assert!(said.contains(words), "{sql}: {said}");
    }
    assert_eq!(common::tree(&folder.join("case")), before, "a case is read, never changed");
    assert!(!folder.join("new.db").exists());

    // Evidence is not read for a statement that nobody could answer; other questions are asked by themselves.
    let (code, _, said) = ask(folder, "missing.zip", "SELEC 1", &[]);
    assert!(code == 2 && said.contains("syntax error"), "{said}");
    let (code, _, said) = ask(folder, "case", "SELECT 1", &["--stack", "iis_w3c.c_ip"]);
    assert!(code == 2 && said.contains("cannot be used with"), "{said}");
}
