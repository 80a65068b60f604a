//! The same server gives the same answer, whatever tool its evidence was collected with.

mod common;

use assize_lab::{LAYOUTS, scenario, write_collection};
use common::scanned;
use serde_json::{Value, json};
use std::path::Path;

/// What must not depend on the shape of the collection: the verdict and its code, and of each finding the rule, the
/// outcome, the times and the number of rows.
fn essence(code: i32, result: &Value) -> Value {
    let findings: Vec<Value> = result["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| json!({"rule": f["rule"], "outcome": f["outcome"], "time": f["time"], "last": f["last"], "rows": f["count"]}))
        .collect();
    json!({
        "code": code, "verdict": result["verdict"]["state"], "host": result["host"]["name"],
        "synthetic": result["host"]["synthetic"], "findings": findings,
    })
}

/// The word of the tool that a layout is of.
fn tool(layout: &str) -> &str {
    match layout {
        "folder" => "assize",
        "kape-zip" | "drive-d" => "kape",
        other => other,
    }
}

fn answers_alike(name: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenario = scenario(name).expect("the scenario exists");
    let answer = |layout: &assize_lab::Layout| {
        let dir = folder.path().join(layout.name);
        let path = write_collection(scenario, 1, layout, &dir).expect("the collection can be written");
        let (code, result) = scanned(folder.path(), Path::new(&path), &[]);
        assert_eq!(result["evidence"]["tool"], tool(layout.name), "{}", layout.name);
        essence(code, &result)
    };
    let plain = answer(&LAYOUTS[0]);
    assert_eq!(plain["code"], scenario.code);
    let mut different = Vec::new();
    for layout in &LAYOUTS[1..] {
        let this = answer(layout);
        if this != plain {
            different.push(format!("{}\n{this:#}\nand not\n{plain:#}", layout.name));
        }
    }
    assert!(different.is_empty(), "{name}: {}", different.join("\n"));
}

#[test]
fn a_server_that_was_broken_into() {
    answers_alike("breached");
}

#[test]
fn a_server_without_a_sign() {
    answers_alike("no-evidence");
}

#[test]
fn a_server_whose_logs_were_wiped() {
    answers_alike("logs-wiped");
}
