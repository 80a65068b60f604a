//! The real case of March 2021, point by point against its `expected.md`.

mod common;

use common::{assize_in, scanned, shared, stdout};
use serde_json::Value;
use std::sync::OnceLock;

fn result() -> Option<&'static (i32, Value)> {
    static RESULT: OnceLock<Option<(i32, Value)>> = OnceLock::new();
    RESULT
        .get_or_init(|| {
            let case = shared("data/cases/helsecert-2021-03")?;
            let folder = tempfile::tempdir().expect("a temporary folder");
            Some(scanned(folder.path(), &case, &[]))
        })
        .as_ref()
}

fn findings(result: &Value) -> &[Value] {
    result["findings"].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Findings whose rows hold a text in one of their fields.
fn citing<'a>(result: &'a Value, what: &str) -> Vec<&'a Value> {
    let holds = |finding: &&Value| finding["rows"].to_string().contains(what);
    findings(result).iter().filter(holds).collect()
}

#[test]
fn the_server_was_broken_into() {
    let Some((code, result)) = result() else { return };
    assert_eq!(*code, 50);
    assert_eq!(result["verdict"]["state"], "breached");
    assert_eq!(result["verdict"]["triage"], "confirmed");
}

#[test]
fn the_first_success_is_at_06_49() {
    let Some((_, result)) = result() else { return };
    assert!(text(&result["verdict"]["since"]).starts_with("2021-03-03T06:49:4"), "{}", result["verdict"]);
    let session = findings(result)
        .iter()
        .find(|f| text(&f["rule"]).ends_with("/ssrf_admin_session"))
        .expect("the session of an administrator is a finding");
    assert_eq!(text(&session["time"]), "2021-03-03T06:49:46.210Z");
    assert!(session["entities"]["ip"].to_string().contains("130.255.189.21"));
}

#[test]
fn the_script_in_the_virtual_directory_is_proof() {
    let Some((_, result)) = result() else { return };
    let is_script = |f: &&Value| f["strength"] == "proof" && text(&f["rule"]).ends_with("/ecp_vdir_script");
    let script = findings(result).iter().find(is_script).expect("a proof");
    assert!(text(&script["time"]).starts_with("2021-03-03T06:49:53"));
    assert!(script["rows"].to_string().contains("klk123456"), "the rows show the script");
}

#[test]
fn the_sequence_runs_a_second_time_and_writes_the_file() {
    let Some((_, result)) = result() else { return };
    let sessions: Vec<_> = findings(result)
        .iter()
        .filter(|f| f["outcome"] == "success" && text(&f["rule"]).ends_with("/ssrf_admin_session"))
        .map(|f| text(&f["time"]).to_owned())
        .collect();
    assert_eq!(sessions, ["2021-03-03T06:49:46.210Z", "2021-03-03T06:59:13.030Z"]);
    let written = citing(result, "ResetOABVirtualDirectory");
    assert!(written.iter().any(|f| text(&f["time"]).starts_with("2021-03-03T06:59:20") && f["outcome"] == "success"));
}

#[test]
fn the_shell_is_named() {
    let Some((_, result)) = result() else { return };
    let shell = citing(result, "RedirSuiteServerProxy.aspx");
    assert!(!shell.is_empty());
    assert!(shell.iter().any(|f| text(&f["summary"]).contains("RedirSuiteServerProxy.aspx")));
}

#[test]
fn existence_checks_are_told_apart_from_use() {
    let Some((_, result)) = result() else { return };
    for finding in citing(result, "RedirSuiteServerProxy.aspx") {
        assert!(!text(&finding["rule"]).contains("used"), "no use of the shell is shown: {}", finding["rule"]);
    }
    let there = findings(result).iter().find(|f| {
        f["outcome"] == "success" && text(&f["time"]).starts_with("2021-03-05T03:06:27") && f["family"] == "web-log"
    });
    let there = there.expect("the page answered 200 on 5 March");
    let summary = text(&there["summary"]);
    assert!(summary.contains("they show that the page exists, and no command"), "{summary}");
    assert!(summary.contains("Such answers: 5"), "two copies of one log count once: {summary}");
}

#[test]
fn the_shell_was_gone_by_8_march() {
    let Some((_, result)) = result() else { return };
    let says =
        citing(result, "RedirSuiteServerProxy.aspx").into_iter().any(|f| text(&f["summary"]).contains("8 Mar 2021"));
    assert!(says, "a sentence says since when the page no longer answers");
}

#[test]
fn names_that_were_tried_in_vain_are_probes() {
    let Some((_, result)) = result() else { return };
    for name in ["errorFS.aspx", "OutlookEN.aspx"] {
        let tried = citing(result, name);
        assert!(!tried.is_empty(), "{name} was tried");
        assert!(tried.iter().all(|f| f["outcome"] != "success"), "{name} was never there");
    }
}

#[test]
fn no_actor_is_named() {
    let Some(case) = shared("data/cases/helsecert-2021-03") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for language in ["en", "fr"] {
        let output = assize_in(
            folder.path(),
            &["scan", case.to_str().expect("UTF-8"), "--lang", language, "-f", "html,md,json"],
        );
        let mut all = stdout(&output);
        for (name, bytes) in common::tree(folder.path()) {
            if name.ends_with(".html") || name.ends_with(".md") || name.ends_with("result.json") {
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        for actor in ["HAFNIUM", "Hafnium", "APT27", "Tick", "LuckyMouse", "Calypso", "Winnti", "Tonto"] {
            // As a word: a ticket is no group.
            let words = all.match_indices(actor).map(|(at, _)| &all[at + actor.len()..]);
            let named = words.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())).count();
            assert_eq!(named, 0, "{actor} is named");
        }
    }
}

#[test]
fn rows_seen_are_rows_kept_and_rejects() {
    let Some((_, result)) = result() else { return };
    let evidence = &result["evidence"];
    assert!(evidence["rows"].as_u64() > Some(90), "{evidence}");
    let sum =
        |what: &str| evidence["tables"].as_array().into_iter().flatten().filter_map(|t| t[what].as_u64()).sum::<u64>();
    assert_eq!(evidence["rows"].as_u64(), Some(sum("rows")));
    assert_eq!(evidence["rejects"].as_u64(), Some(sum("rejects")));
    // The publisher's own excerpt of the ECP log names no fields: its lines are counted and named, not guessed at.
    assert!(evidence["notes"].to_string().contains("ecp-server-27065.txt"), "{}", evidence["notes"]);
}
