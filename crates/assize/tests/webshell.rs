//! Files looked at one by one, as a person asks.

mod common;

use common::{assize_in, shared, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const SHELL: &str = "<%@ Page Language=\"C#\" %>\n<%\nstring a = Request.Form[\"klk123456\"];\nSystem.Diagnostics.Process.Start(\"cmd.exe\", \"/c \" + a);\n%>";
const PAGE: &str = "<%@ Page Language=\"C#\" %><%# Eval(\"Name\") %>";

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn piped(folder: &Path, args: &[&str], input: &[u8]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code().unwrap_or(-1), stdout(&output))
}

#[test]
fn one_line_of_json_for_each_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("web")).expect("a folder");
    fs::write(folder.path().join("web/a.aspx"), SHELL).expect("a file");
    fs::write(folder.path().join("web/b.aspx"), PAGE).expect("a file");
    let run = assize_in(folder.path(), &["webshell", "web", "--jsonl", "--lang", "fr"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let found = lines(&stdout(&run));
    let text = "The value of form field “klk123456” is run as a command (Process.Start). Way: named a (line 3).";
    assert_eq!(
        found[0],
        serde_json::json!({
            "path": "a.aspx", "sha256": found[0]["sha256"], "grade": "certain", "language": "C#",
            "reasons": [{ "text": text, "line": 4, "column": 27 }],
            "capabilities": ["command"], "keys": ["klk123456"],
        })
    );
    assert_eq!(found[0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!((found[1]["path"].as_str(), found[1]["grade"].as_str()), (Some("b.aspx"), Some("none")));
    assert_eq!(found.len(), 2);
}

#[test]
fn a_person_reads_the_reason_and_what_it_does_not_mean() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.aspx"), SHELL).expect("a file");
    let screen = |lang: &str| stdout(&assize_in(folder.path(), &["webshell", "a.aspx", "--lang", lang]));
    insta::assert_snapshot!("en", screen("en"));
    insta::assert_snapshot!("fr", screen("fr"));
}

#[test]
fn standard_input_holds_a_page_or_an_archive() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, page) = piped(folder.path(), &["webshell", "-", "--jsonl"], SHELL.as_bytes());
    assert_eq!((code, lines(&page)[0]["grade"].as_str()), (0, Some("certain")));
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in [("x/a.aspx", SHELL), ("x/b.aspx", PAGE)] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, text.as_bytes()).expect("a member");
    }
    let (code, members) = piped(folder.path(), &["webshell", "-", "--jsonl"], &tar.into_inner().expect("a tar"));
    let members = lines(&members);
    let paths: Vec<_> = members.iter().map(|line| line["path"].as_str().unwrap_or("")).collect();
    assert_eq!((code, paths), (0, vec!["x/a.aspx", "x/b.aspx"]));
}

#[test]
fn rules_of_others_run_and_the_broken_one_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("b.aspx"), PAGE).expect("a file");
    let rules = "rule named { meta: description = \"a test\" strings: $a = \"Eval\" condition: $a }\nrule bad { condition: nothing }";
    fs::write(folder.path().join("mine.yar"), rules).expect("a file");
    let run = assize_in(folder.path(), &["webshell", "b.aspx", "--yara", "mine.yar", "--jsonl"]);
    let found = lines(&stdout(&run));
    assert_eq!(found[0]["grade"], "suspicious");
    assert_eq!(found[0]["reasons"][0]["text"], "The rule named of mine.yar matches. a test");
    assert_eq!(found[0]["reasons"][0]["column"], 30);
    assert!(stderr(&run).contains("mine.yar:2:"), "{}", stderr(&run));
    let run = assize_in(folder.path(), &["webshell", "b.aspx", "--yara", "b.aspx"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert!(stderr(&run).contains("b.aspx:1:"), "{}", stderr(&run));
}

#[test]
fn a_list_of_others_names_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.aspx"), PAGE).expect("a file");
    fs::write(folder.path().join("b.aspx"), SHELL).expect("a file");
    fs::write(folder.path().join("c.aspx"), "abc").expect("a file");
    // MD5 of "abc" (RFC 1321).
    let list = "a.aspx\nklk123456\n900150983cd24fb0d6963f7d28e17f72\nxyz\n";
    fs::write(folder.path().join("list.txt"), list).expect("a file");
    let run = assize_in(folder.path(), &["webshell", "a.aspx", "b.aspx", "c.aspx", "--ioc", "list.txt", "--jsonl"]);
    assert!(stderr(&run).contains("list.txt:4"), "{}", stderr(&run));
    let lines = lines(&stdout(&run));
    let grades: Vec<&str> = lines.iter().map(|line| line["grade"].as_str().expect("a grade")).collect();
    assert_eq!(grades, ["suspicious", "certain", "certain"]);
    let last = |line: &Value| line["reasons"].as_array().and_then(|all| all.last()).map(|r| r["text"].to_string());
    for (line, word) in lines.iter().zip(["a.aspx", "klk123456", "900150983cd24fb0d6963f7d28e17f72"]) {
        assert!(last(line).expect("a reason").contains(word), "{line}");
    }
}

#[test]
fn nothing_to_read_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = assize_in(folder.path(), &["webshell", "absent.aspx"]);
    assert_eq!(run.status.code(), Some(3), "{}", stderr(&run));
    assert!(stderr(&run).contains("absent.aspx"), "{}", stderr(&run));
}

/// With the public signatures beside structure: what the guide states.
#[test]
fn with_signatures_the_known_shells_are_found() {
    let (Some(shells), Some(pages), Some(rules)) = (
        shared("data/webshells/webshells.tar.zst"),
        shared("data/benign/benign.tar.zst"),
        shared("data/rules/signature-base.tar.zst"),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let grades = |archive: &Path, below: &str| -> [usize; 3] {
        let path = |path: &Path| path.to_str().expect("a path of the test is UTF-8").to_owned();
        let run = assize_in(folder.path(), &["webshell", &path(archive), "--yara", &path(&rules), "--jsonl"]);
        let found = lines(&stdout(&run));
        let of = |grades: &[&str]| {
            let wanted = |line: &&Value| line["path"].as_str().is_some_and(|path| path.starts_with(below));
            found.iter().filter(wanted).filter(|line| grades.contains(&line["grade"].as_str().unwrap_or(""))).count()
        };
        let all = ["none", "context", "suspicious", "likely", "certain"];
        [of(&all), of(&all[2..]), of(&all[3..])]
    };
    let [all, suspicious, likely] = grades(&shells, "webshell/");
    println!("{all} shells: {suspicious} suspicious or above, {likely} likely or above");
    assert!(suspicious * 100 >= all * 99 && likely * 100 >= all * 97, "{all} {suspicious} {likely}");
    let [all, suspicious, likely] = grades(&pages, "benign");
    println!("{all} genuine pages: {suspicious} suspicious or above, {likely} likely or above");
    assert!(suspicious <= 6 && likely <= 1, "{all} {suspicious} {likely}");
}
