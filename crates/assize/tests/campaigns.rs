//! Several campaigns over one server: each has its own period, its own questions and its own answer.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout};
use std::fs;
use std::path::{Path, PathBuf};

/// The content of this repository with packs of some campaigns added, which have no rules.
fn content(folder: &Path, packs: &[(&str, &str)]) -> PathBuf {
    let to = folder.join("content");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content"), &to);
    // Of the campaigns of this repository only one takes part: what the others say is told by their own scenarios.
    for entry in fs::read_dir(to.join("campaigns")).expect("the packs") {
        let path = entry.expect("an entry").path();
        if !path.ends_with("proxylogon") {
            fs::remove_dir_all(path).expect("a pack");
        }
    }
    for (id, manifest) in packs {
        let pack = to.join("campaigns").join(id);
        fs::create_dir_all(pack.join("texts")).expect("a folder");
        let must = !manifest.contains(NO_FLAW);
        let questions =
            format!("questions:\n  - {{ name: asked, any_of: [{{ table: httperr }}], mandatory: {must} }}\n");
        fs::write(pack.join("pack.yml"), format!("title: {id}\nversion: \"1\"\n{manifest}\n{questions}"))
            .expect("a pack");
        for language in ["en", "fr"] {
            fs::write(pack.join(format!("texts/{language}.ftl")), "question-asked = Asked\n").expect("texts");
        }
    }
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).expect("a file") }
    }
}

const LATER: &str = "vulnerabilities: [CVE-2021-34473]\nwindow: { from: \"2021-08-06\" }";
const BEHIND: &str = "vulnerabilities: [CVE-2020-0688]\nwindow: { from: \"2020-02-26\", fixed: \"2020-02-11\" }";
const RECENT: &str = "vulnerabilities: [CVE-2020-0688]\nwindow: { from: \"2020-02-26\", fixed: \"2020-12-08\" }";
/// A campaign through no flaw of the server, which can therefore require nothing.
const NO_FLAW: &str = "vulnerabilities: []\nwindow: { from: \"2021-03-01\" }";
const OTHER_PRODUCT: &str =
    "vulnerabilities: [CVE-2020-17144]\nwindow: { from: \"2020-12-08\", fixed: \"2020-12-08\" }";
const STILL_OPEN: &str = "vulnerabilities: [CVE-2021-34473]\nwindow: { from: \"2021-03-04\" }";

fn standing<'a>(result: &'a serde_json::Value, pack: &str) -> &'a str {
    let all = result["campaigns"].as_array().expect("campaigns");
    let one = all.iter().find(|c| c["pack"] == pack).expect("the campaign");
    one["standing"].as_str().expect("a standing")
}

#[test]
fn what_could_not_touch_the_server_does_not_colour_the_answer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let packs = [("later", LATER), ("behind", BEHIND), ("other", OTHER_PRODUCT), ("free", NO_FLAW)];
    let content = content(folder.path(), &packs);
    let content = content.to_str().expect("UTF-8");
    for (scenario, code) in [("no-evidence", 0), ("exposed", 10), ("attacked", 20), ("edge-server", 0)] {
        let evidence = lab(folder.path(), scenario);
        let case = folder.path().join(format!("case-{scenario}"));
        let args = ["--content", content, "-o", case.to_str().expect("UTF-8"), "-f", "json,md"];
        let (found, result) = scanned(folder.path(), &evidence, &args);
        assert_eq!(found, code, "{scenario}");
        assert_eq!(result["about"], "proxylogon", "{scenario}");
        assert_eq!(standing(&result, "proxylogon"), "open");
        assert_eq!(standing(&result, "later"), "not-begun");
        assert_eq!(standing(&result, "free"), "open");
        if scenario != "edge-server" {
            assert_eq!(standing(&result, "behind"), "behind");
            assert_eq!(standing(&result, "other"), "never-open");
            let report = fs::read_to_string(case.join("report.md")).expect("a report");
            assert!(report.contains("This answer is about ProxyLogon"), "{report}");
            assert!(report.contains("What was before 3 Jan 2021 cannot be seen: behind."), "{report}");
        }
        let asked = result["coverage"].as_array().expect("questions");
        let required = |q: &&serde_json::Value| q["required"] == true && scenario != "edge-server";
        assert!(asked.iter().filter(required).all(|q| q["pack"] == "proxylogon"));
    }
}

#[test]
fn a_campaign_whose_time_the_logs_could_show_and_do_not_is_not_excluded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let content = content(folder.path(), &[("recent", RECENT), ("still", STILL_OPEN)]);
    let evidence = lab(folder.path(), "attacked");
    let content = content.to_str().expect("UTF-8");
    let (code, result) = scanned(folder.path(), &evidence, &["--content", content, "-f", "json,md"]);
    assert_eq!(code, 30);
    // Both cannot be excluded; the one that is told is the latest.
    assert_eq!(result["about"], "still");
    assert_eq!(standing(&result, "recent"), "open");
    let window = &result["window"];
    assert_eq!(window["from"], "2021-03-04T00:00:00Z", "the period is that of the campaign");
    // Each campaign keeps its own answer, and a choice of campaigns leaves the others out.
    let own = result["campaigns"].as_array().expect("campaigns").iter().find(|c| c["pack"] == "proxylogon");
    assert_eq!(own.expect("the campaign")["verdict"]["state"], "attacked");
    let (code, result) = scanned(folder.path(), &evidence, &["--content", content, "--campaign", "proxylogon"]);
    assert_eq!((code, result["campaigns"].as_array().map(Vec::len)), (20, Some(1)));
}

/// A server on which setup put Exchange in the middle of a campaign is not asked for the time before.
#[test]
fn a_window_begins_when_the_server_was_installed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let content = content(folder.path(), &[("behind", BEHIND)]);
    let evidence = lab(folder.path(), "no-evidence");
    let setup = |mode: &str, day: u32| {
        let at = format!("[01/{day:02}/2021 20:00:00.0000] [0]");
        format!("{at} Setup version: 15.1.2176.2.\r\n{at} Command Line Parameter Name='mode', Value='{mode}'.\r\n")
    };
    let logs = evidence.join("C/ExchangeSetupLogs");
    fs::create_dir_all(&logs).expect("a folder");
    let mut standings = Vec::new();
    // An update as the first run says nothing about when the server came; neither does what older logs contradict.
    for (mode, day) in [("Install", 2), ("Upgrade", 2), ("Install", 20)] {
        fs::write(logs.join("ExchangeSetup.log"), setup(mode, day)).expect("a log");
        let (_, result) = scanned(folder.path(), &evidence, &["--content", content.to_str().expect("UTF-8")]);
        standings.push(standing(&result, "behind").to_owned());
    }
    assert_eq!(standings, ["never-open", "behind", "behind"]);
}

#[test]
fn evidence_older_than_every_campaign_is_not_assessed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let content = content(folder.path(), &[("later", LATER)]);
    let evidence = lab(folder.path(), "attacked");
    let run = assize_in(
        folder.path(),
        &[
            "scan",
            evidence.to_str().expect("UTF-8"),
            "-o",
            "case",
            "--content",
            content.to_str().expect("UTF-8"),
            "--campaign",
            "later",
        ],
    );
    assert_eq!(run.status.code(), Some(3), "{}", stderr(&run));
    assert!(stdout(&run).contains("before any campaign that we know began"), "{}", stdout(&run));
}
