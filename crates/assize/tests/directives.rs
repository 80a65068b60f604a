//! Directives held against the invented servers: proven and not met cite records, and the rest is never claimed.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout};
use serde_json::Value;

/// A requirement of a directive in a result.
fn requirement<'v>(result: &'v Value, directive: &str, id: &str) -> &'v Value {
    let named =
        |list: &'v Value, name: &str| -> Option<&'v Value> { list.as_array()?.iter().find(|v| v["id"] == name) };
    let directive = named(&result["directives"], directive).unwrap_or_else(|| panic!("{directive} is there"));
    named(&directive["requirements"], id).unwrap_or_else(|| panic!("{id} is there"))
}

#[test]
fn each_server_is_told_what_its_records_show() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Updated on 3 March, updated on 10 March, never updated, and only a few days of one log: the date was 5 March.
    for (name, state, code) in [
        ("no-evidence", "proven", "updated-in-time"),
        ("patched-late", "not-met", "open-and-reached"),
        ("breached", "not-met", "open-and-reached"),
        ("exposed", "not-met", "open-and-reached"),
    ] {
        let evidence = lab(folder.path(), name);
        let (_, result) = scanned(folder.path(), &evidence, &["-o", &format!("case-{name}")]);
        let update = requirement(&result, "ed-21-02", "update-or-disconnect");
        assert_eq!(
            (update["state"].as_str(), update["facts"][0]["code"].as_str()),
            (Some(state), Some(code)),
            "{name}"
        );
        assert_eq!(update["due"], "2021-03-05T17:00:00Z");
        let rows = update["facts"][0]["rows"].as_array().expect("records");
        assert!(!rows.is_empty(), "{name}: what is said is shown");
        if state == "not-met" {
            let request = rows.iter().find(|r| r["table"] == "iis_w3c" || r["table"] == "http_proxy");
            let request = request.unwrap_or_else(|| panic!("{name}: a request from outside: {rows:?}"));
            assert!(rows.iter().any(|r| r["time"].as_str() > Some("2021-03-05T17:00:00Z")), "{name}: {request}");
        }
        let published_later = ["ed-25-02", "bod-26-04"];
        let directives = result["directives"].as_array().expect("directives");
        assert!(!directives.iter().any(|d| published_later.iter().any(|p| d["id"] == *p)), "{name}");
    }
}

#[test]
fn what_only_people_can_say_is_never_proven() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for scenario in assize_lab::SCENARIOS {
        let evidence = lab(folder.path(), scenario.name);
        let (_, result) = scanned(folder.path(), &evidence, &["-o", &format!("case-{}", scenario.name)]);
        for directive in result["directives"].as_array().into_iter().flatten() {
            for requirement in directive["requirements"].as_array().into_iter().flatten() {
                let facts = requirement["facts"].as_array().expect("facts");
                let attested = facts.iter().any(|f| f["code"] == "attested");
                assert!(!attested || requirement["state"] != "proven", "{}: {requirement}", scenario.name);
                assert!(!facts.is_empty(), "{}: {requirement}", scenario.name);
            }
            let disconnected = directive["report"].as_array().expect("fields").iter();
            assert!(disconnected.clone().any(|f| f["field"] == "disconnected" && f["value"].is_null()));
        }
    }
}

#[test]
fn a_directive_is_explained_alone_and_for_a_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "breached");
    let run = assize_in(folder.path(), &["scan", "breached", "-o", "case", "-qq", "--exit-zero"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    for language in ["en", "fr"] {
        let alone = assize_in(folder.path(), &["explain", "ED 25-02", "--lang", language]);
        assert_eq!(alone.status.code(), Some(0), "{}", stderr(&alone));
        assert!(stdout(&alone).contains("CVE-2025-53786"), "{}", stdout(&alone));
        let held = assize_in(folder.path(), &["explain", "ed-21-02", "--case", "case", "--lang", language]);
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(format!("breached-{language}"), stdout(&held));
        });
        let later = assize_in(folder.path(), &["explain", "bod-26-04", "--case", "case", "--lang", language]);
        assert!(stdout(&later).contains("BOD 26-04"), "{}", stdout(&later));
    }
}
