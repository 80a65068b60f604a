//! The commands around a scan: settings, explanations, schemas, pages, the state of the machine, many inputs.

mod common;

use common::schema::schema_faults;
use common::{assize_in, lab, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs a command that must succeed; gives its standard output.
fn said(folder: &Path, args: &[&str]) -> String {
    let run = assize_in(folder, args);
    assert_eq!(run.status.code(), Some(0), "{args:?}: {}{}", stdout(&run), stderr(&run));
    stdout(&run)
}

/// Runs with one variable of the environment.
fn with_variable(folder: &Path, name: &str, value: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command.args(args).current_dir(folder).env("XDG_CONFIG_HOME", folder.join("user")).env("LANG", "en_US.UTF-8");
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("ASSIZE_CONFIG").env(name, value);
    command.output().expect("the binary runs")
}

#[test]
fn the_first_that_names_a_setting_wins() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let origin = |name: &str, value: &str, more: &[&str]| {
        let run = with_variable(at, name, value, &[&["config", "show", "--origin"], more].concat());
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        stdout(&run).lines().next().expect("a line for lang").to_owned()
    };
    assert!(origin("UNUSED", "1", &[]).contains("default"));
    fs::create_dir_all(at.join("user/assize")).expect("a folder");
    fs::write(at.join("user/assize/assize.toml"), "lang = \"fr\"\nthreads = 1\n").expect("a file");
    assert!(origin("UNUSED", "1", &[]).contains("user/assize"));
    fs::write(at.join("assize.toml"), "lang = \"en\"\n").expect("a file");
    assert!(origin("UNUSED", "1", &[]).starts_with("lang = \"en\""));
    fs::write(at.join("named.toml"), "lang = \"fr\"\n").expect("a file");
    assert!(origin("UNUSED", "1", &["--config", "named.toml"]).contains("named.toml"));
    assert!(origin("ASSIZE_CONFIG", "named.toml", &[]).contains("named.toml"));
    assert!(origin("ASSIZE_LANG", "fr", &["--config", "named.toml"]).contains("$ASSIZE_LANG"));
    assert!(origin("UNUSED", "1", &["--no-config"]).contains("default"));
    // What it is for: the command speaks French, and a flag still wins.
    let explain = |args: &[&str]| stdout(&with_variable(at, "UNUSED", "1", args));
    let english = explain(&["explain", "breached"]);
    assert_ne!(explain(&["explain", "breached", "--config", "named.toml"]), english);
    assert_eq!(explain(&["explain", "breached", "--config", "named.toml", "--lang", "en"]), english);
}

#[test]
fn settings_that_do_not_fit_name_their_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = |text: &str, says: &[&str]| {
        fs::write(folder.path().join("assize.toml"), text).expect("a file");
        let run = assize_in(folder.path(), &["explain", "breached"]);
        assert_eq!(run.status.code(), Some(2), "{text}: {}", stdout(&run));
        says.iter().for_each(|s| assert!(stderr(&run).contains(s), "{text}: {}", stderr(&run)));
    };
    refused("# mine\n\ntread = 2\n", &["assize.toml:3", "threads"]);
    refused("lang = \"klingon\"\n", &["assize.toml:1", "klingon"]);
    refused("lang = \n", &["assize.toml:1"]);
    refused("campaign = [\"proxylogon\"]\n", &["assize.toml:1", "evidence", "--config"]);
    // What is about settings works all the same.
    assert_eq!(assize_in(folder.path(), &["config", "path"]).status.code(), Some(0));
    assert_eq!(assize_in(folder.path(), &["doctor"]).status.code(), Some(1));
    assert_eq!(assize_in(folder.path(), &["explain", "breached", "--no-config"]).status.code(), Some(0));
    let missing = assize_in(folder.path(), &["explain", "breached", "--config", "nowhere.toml"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_file_of_settings_is_begun_and_never_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    said(folder.path(), &["config", "init"]);
    assert!(said(folder.path(), &["config", "show", "--origin"]).lines().all(|l| l.contains("# default")));
    assert_eq!(assize_in(folder.path(), &["config", "init"]).status.code(), Some(2));
}

#[test]
fn every_word_and_rule_is_explained_in_both_languages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let words = said(at, &["explain", "words"]);
    assert!(words.lines().count() > 30 && !words.contains("explain-word"), "{words}");
    let french = said(at, &["explain", "words", "--lang", "fr"]);
    assert!(!french.contains("explain-word"), "{french}");
    assert_eq!(words.lines().count(), french.lines().count());
    let by_name = said(at, &["explain", "ssrf_admin_session"]);
    assert!(by_name.contains("proxylogon/ssrf_admin_session") && by_name.contains("strong"), "{by_name}");
    assert_eq!(said(at, &["explain", "proxylogon/ssrf_admin_session"]), by_name);
    assert_eq!(assize_in(at, &["explain", "frobnicate"]).status.code(), Some(2));
    assert_eq!(assize_in(at, &["explain", "F-001"]).status.code(), Some(2), "a finding needs its case");
    lab(at, "breached");
    assize_in(at, &["scan", "breached", "-o", "case", "-qq"]);
    let finding = said(at, &["explain", "f-001", "--case", "case"]);
    assert!(finding.starts_with("F-001  ") && finding.contains("proxylogon/"), "{finding}");
    assert_ne!(said(at, &["explain", "F-001", "--case", "case", "--lang", "fr"]), finding);
    let unknown = assize_in(at, &["explain", "F-999", "--case", "case"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("F-001"), "{}", stderr(&unknown));
}

fn follows(folder: &Path, schema: &str, text: &str) {
    let schema: Value = serde_json::from_str(&said(folder, &["schema", schema])).expect("a schema is JSON");
    let value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let faults = schema_faults(&schema, &value);
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn many_inputs_make_an_index_and_what_programs_read_follows_its_schema() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    lab(at, "exposed");
    lab(at, "cannot-exclude");
    let inputs = ["exposed", "nowhere", "cannot-exclude"];
    let scan = |threads: &str| {
        let args = [&["scan", "-q", "-o", threads, "--threads", threads, "--progress", "json"], &inputs[..]].concat();
        let run = assize_in(at, &args);
        assert_eq!(run.status.code(), Some(30), "{}", stderr(&run));
        run
    };
    let (one, three) = (scan("1"), scan("3"));
    assert_eq!(stdout(&one), stdout(&three), "the order is that of the inputs, whatever the threads");
    let index = fs::read_to_string(at.join("3/index.json")).expect("an index");
    assert_eq!(fs::read_to_string(at.join("1/index.json")).expect("an index"), index);
    follows(at, "index", &index);
    let index: Value = serde_json::from_str(&index).expect("JSON");
    assert_eq!(index["exit_code"], 30);
    let page = fs::read_to_string(at.join("3/index.html")).expect("a page");
    for server in index["servers"].as_array().expect("servers") {
        let folder = server["folder"].as_str().expect("a folder");
        assert!(page.contains(&format!("href=\"./{folder}/report.html\"")), "{folder}");
        assert!(at.join("3").join(folder).join("report.html").is_file());
    }
    assert_eq!(index["failed"][0]["input"], "nowhere");
    let servers = index["servers"].as_array().expect("servers");
    assert_eq!(
        servers.iter().map(|s| s["state"].as_str()).collect::<Vec<_>>(),
        [Some("exposed"), Some("cannot-exclude")]
    );
    for server in servers {
        let case = at.join("3").join(server["folder"].as_str().expect("a folder"));
        follows(at, "case", &fs::read_to_string(case.join("case.json")).expect("a manifest"));
        let case = case.to_string_lossy().into_owned();
        follows(at, "verify", &said(at, &["verify", &case, "--json"]));
    }
    let events: Vec<_> = stderr(&one).lines().filter(|l| l.starts_with('{')).map(str::to_owned).collect();
    events.iter().for_each(|line| follows(at, "progress", line));
    for phase in ["read", "assess"] {
        assert!(events.iter().any(|e| e.contains(&format!("\"phase\":\"{phase}\""))), "{events:?}");
    }
    assert!(events.iter().any(|e| !e.contains("\"findings\":null")), "the last event of an input counts its findings");
}

#[test]
fn an_index_never_replaces_what_is_not_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    fs::create_dir(folder.path().join("out")).expect("a folder");
    for name in ["out/index.json", "out/index.html"] {
        let file = folder.path().join(name);
        fs::write(&file, "{\"mine\": 1}").expect("a file");
        let run = assize_in(folder.path(), &["scan", "-qq", "-o", "out", "cannot-exclude", "nowhere"]);
        assert_eq!(run.status.code(), Some(2), "{}", stderr(&run));
        assert!(fs::read_to_string(&file).expect("still there").contains("mine"));
        fs::remove_file(file).expect("removed");
    }
}

#[test]
fn pages_and_completions_know_every_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = said(folder.path(), &["completions", shell]);
        assert!(script.contains("timeline") && script.contains("doctor"), "{shell}");
    }
    assert!(said(folder.path(), &["man"]).contains(".TH assize"));
    said(folder.path(), &["man", "pages"]);
    for page in ["assize.1", "assize-scan.1", "assize-timeline.1"] {
        assert!(folder.path().join("pages").join(page).exists(), "{page}");
    }
    let list = said(folder.path(), &["schema", "--list"]);
    for name in list.lines().filter_map(|l| l.split_whitespace().next()) {
        let schema: Value = serde_json::from_str(&said(folder.path(), &["schema", name])).expect("JSON");
        assert!(schema["title"].is_string(), "{name}");
    }
    assert_eq!(assize_in(folder.path(), &["schema", "nothing"]).status.code(), Some(2));
}

#[test]
fn the_doctor_finds_a_folder_that_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let well = stdout(&assize_in(folder.path(), &["doctor"]));
    assert!(well.contains("proxylogon") && well.contains("can be written"), "{well}");
    let sick = assize_in(folder.path(), &["doctor", "-o", "nowhere"]);
    assert_eq!(sick.status.code(), Some(1), "{}", stdout(&sick));
    assert!(stdout(&sick).contains("WRONG  output folder"), "{}", stdout(&sick));
    let json: Vec<Value> =
        serde_json::from_slice(&assize_in(folder.path(), &["doctor", "--json"]).stdout).expect("JSON");
    assert!(json.iter().any(|f| f["name"] == "clock"));
}

/// The first line tells that one input is done; the signal then meets one of the others.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_done_and_what_was_begun() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "breached");
    let mut args = vec!["scan", "-q", "--threads", "1", "-o", "cases"];
    args.extend(["breached"; 8]);
    let mut run = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(args)
        .current_dir(folder.path())
        .env("XDG_CONFIG_HOME", folder.path().join("none"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut out = BufReader::new(run.stdout.take().expect("standard output"));
    out.read_line(&mut String::new()).expect("a line");
    let kill = Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    assert!(kill.expect("kill runs").success());
    let output = run.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
    let left: Vec<_> = fs::read_dir(folder.path().join("cases")).expect("the folder").flatten().collect();
    let begun = |e: &fs::DirEntry| e.file_name().to_string_lossy().starts_with(".assize-unfinished-");
    let (begun, done): (Vec<_>, Vec<_>) = left.iter().partition(|e| begun(e));
    assert!((1..8).contains(&done.len()) && begun.len() <= 1, "{left:?}");
    assert!(done.iter().all(|case| case.path().join("case.json").exists()), "{left:?}");
}
