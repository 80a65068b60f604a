//! What the terminal shows, over the invented servers: read these snapshots as a user would.

mod common;

use common::{assize_in, lab, stdout};

/// The screen of a scan, without what differs from run to run.
fn screen(name: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), name);
    let mut args = vec!["scan", name, "-o", "case", "--progress", "none"];
    args.extend(more);
    stdout(&assize_in(folder.path(), &args))
}

macro_rules! snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({filters => vec![(r"\b(in|en) (\d+ min )?\d+ s\b", "$1 [time]")], omit_expression => true}, {
            insta::assert_snapshot!($name, $text);
        });
    };
}

#[test]
fn transcript_1_no_sign_of_a_break_in() {
    snapshot!("no-evidence", screen("no-evidence", &[]));
}

#[test]
fn transcript_2_exposed() {
    snapshot!("exposed", screen("exposed", &[]));
}

#[test]
fn transcript_3_breached() {
    snapshot!("breached", screen("breached", &[]));
}

#[test]
fn transcript_4_not_enough_logs() {
    snapshot!("cannot-exclude", screen("cannot-exclude", &[]));
}

#[test]
fn transcript_4_in_french() {
    snapshot!("cannot-exclude-fr", screen("cannot-exclude", &["--lang", "fr"]));
}

#[test]
fn transcript_5_french_quiet_many_servers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = ["breached", "no-evidence", "exposed", "cannot-exclude"];
    for name in names {
        lab(folder.path(), name);
    }
    let mut args = vec!["scan", "--lang", "fr", "-q", "-o", "cases"];
    args.extend(names);
    let run = assize_in(folder.path(), &args);
    assert_eq!(run.status.code(), Some(50));
    snapshot!("quiet-fr", stdout(&run));
}

#[test]
fn other_states() {
    for name in ["attacked", "likely-breached", "patched-late", "logs-wiped", "edge-server"] {
        snapshot!(name, screen(name, &[]));
    }
}

#[test]
fn help_has_examples() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for command in [
        "scan",
        "inspect",
        "collect",
        "report",
        "timeline",
        "diff",
        "notice",
        "verify",
        "packs",
        "demo",
        "explain",
        "schema",
        "config",
        "doctor",
        "completions",
        "man",
    ] {
        let help = stdout(&assize_in(folder.path(), &[command, "--help"]));
        assert!(help.contains("Example"), "{command}");
        snapshot!(format!("help-{command}"), help);
    }
    snapshot!("help", stdout(&assize_in(folder.path(), &["--help"])));
}

#[test]
fn inspection_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    snapshot!("inspect", stdout(&assize_in(folder.path(), &["inspect", "cannot-exclude"])));
    snapshot!("inspect-fr", stdout(&assize_in(folder.path(), &["inspect", "cannot-exclude", "--lang", "fr"])));
}

#[test]
fn every_screen_fits_eighty_columns() {
    for scenario in assize_lab::SCENARIOS {
        for language in ["en", "fr"] {
            for line in screen(scenario.name, &["--lang", language]).lines().filter(|l| !l.contains("report.html")) {
                assert!(line.chars().count() <= 80, "{} {language}: {line}", scenario.name);
            }
        }
    }
}

#[test]
fn packs_hold_their_samples() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = assize_in(folder.path(), &["packs", "test"]);
    assert_eq!(run.status.code(), Some(0), "{}", common::stderr(&run));
    assert!(stdout(&run).ends_with("0 failed\n"));
    assert!(stdout(&assize_in(folder.path(), &["packs", "list"])).contains("proxylogon"));
}
