//! Drafts of notices: facts of the case with their findings, blanks that are listed, in the language of the authority.

mod common;

use common::{assize_in, lab, scan, stderr, stdout};
use std::path::Path;

/// Words that no text may use of a server.
const FORBIDDEN: [&str; 8] = ["clean", "safe", "secure", "not compromised", "sain", "sûr", "sécurisé", "non compromis"];

fn case(folder: &Path, name: &str) {
    lab(folder, name);
    scan(folder, name, &format!("case-{name}"));
}

fn draft(folder: &Path, args: &[&str]) -> String {
    let run = assize_in(folder, &[&["notice"], args].concat());
    assert_eq!(run.status.code(), Some(0), "{args:?}: {}", stderr(&run));
    stdout(&run)
}

#[test]
fn drafts_tell_what_the_case_shows_and_list_the_rest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    for (name, args) in [
        ("cnil", vec!["--for", "cnil", "--lang", "en"]),
        ("nis2-final-en", vec!["--for", "nis2", "--stage", "final", "--lang", "en"]),
        ("nis2-early-fr", vec!["--for", "nis2", "--stage", "early", "--lang", "fr"]),
        ("cisa", vec!["--for", "cisa", "--lang", "fr"]),
        ("insurer-fr", vec!["--for", "insurer", "--lang", "fr", "--aware", "2021-03-12T10:19:00Z"]),
    ] {
        let text = draft(folder.path(), &[&["case-breached"], &args[..]].concat());
        assert_eq!(text, draft(folder.path(), &[&["case-breached"], &args[..]].concat()));
        let blanks = text.lines().filter(|l| l.contains("________________")).count();
        assert_eq!(text.lines().filter(|l| l.starts_with("  [ ] ")).count(), blanks, "{text}");
        assert!(blanks > 0 && text.contains("F-0") && text.contains("TLP:AMBER"), "{text}");
        insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!(name, text); });
    }
}

#[test]
fn indicators_of_a_draft_are_what_others_can_look_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let text = draft(folder.path(), &["--for", "cisa", "--lang", "en", "case-breached"]);
    let (_, after) = text.split_once("Indicators:\n").expect("a field of indicators");
    let named: Vec<&str> = after.lines().take_while(|line| line.starts_with("  - ")).collect();
    let names = |value: &str| named.iter().any(|line| line.contains(value));
    assert!(names("address 203.0.113[.]45") && names("path /owa/auth/OutlookEN.aspx"), "{named:?}");
    assert!(!names("::1") && !names("EX01") && !names("/ecp/"), "own names, and pages of every server: {named:?}");
}

#[test]
fn the_clock_runs_from_the_moment_that_is_named_and_from_no_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "breached");
    let known = draft(folder.path(), &["--for", "cnil", "case-breached", "--aware", "2021-03-12T11:19:00+01:00"]);
    assert!(known.contains("15 mars 2021 à 10:19 UTC"), "{known}");
    let unknown = draft(folder.path(), &["--for", "cnil", "case-breached"]);
    assert!(!unknown.contains("15 mars 2021 à 10:19") && unknown.contains("--aware"), "{unknown}");
    assert!(unknown.contains("notifications.cnil.fr") && unknown.contains("26 nov. 2026"), "{unknown}");
}

#[test]
fn no_draft_says_more_than_its_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for scenario in assize_lab::SCENARIOS {
        case(folder.path(), scenario.name);
        let path = format!("case-{}", scenario.name);
        for to in ["cnil", "nis2", "cisa", "insurer"] {
            for language in ["en", "fr"] {
                let text = draft(folder.path(), &["--for", to, &path, "--lang", language]);
                let words: Vec<String> =
                    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
                let said = words.join(" ");
                for word in FORBIDDEN {
                    assert!(
                        !format!(" {said} ").contains(&format!(" {word} ")),
                        "{} {to} {language}: {word}",
                        scenario.name
                    );
                }
                let shown = !text.contains("does not show a break-in") && !text.contains("ne montrent pas d");
                assert_eq!(shown, scenario.code >= 40, "{} {to} {language}: {text}", scenario.name);
            }
        }
    }
}

#[test]
fn wrong_questions_are_answered_with_what_there_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case(folder.path(), "exposed");
    let list = draft(folder.path(), &["--list"]);
    for says in ["cnil", "initial (72 h)", "early (24 h)", "checked 2026-11-26"] {
        assert!(list.contains(says), "{says}: {list}");
    }
    for (args, says) in [
        (&["--for", "nobody", "case-exposed"][..], "cnil"),
        (&["--for", "nis2", "--stage", "late", "case-exposed"], "early"),
        (&["case-exposed"], "--for"),
    ] {
        let run = assize_in(folder.path(), &[&["notice"], args].concat());
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        assert!(stderr(&run).contains(says), "{args:?}: {}", stderr(&run));
    }
    let none = assize_in(folder.path(), &["notice", "--for", "cnil", "nowhere"]);
    assert_eq!(none.status.code(), Some(3));
}
