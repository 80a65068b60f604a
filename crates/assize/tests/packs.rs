//! Every campaign brings its own evidence (`scenarios.yml`), and the answer that must come out for it.

mod common;

use common::scanned;
use std::fs;
use std::path::{Path, PathBuf};

fn campaigns() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/campaigns");
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder).expect("the packs").map(|entry| entry.expect("an entry").path()).collect();
    all.sort();
    all
}

/// What a finding proves, weakest first.
const STRENGTHS: [&str; 5] = ["context", "weak", "moderate", "strong", "proof"];

/// What is wrong with incidents and strengths.
fn wrong_story(result: &serde_json::Value, expect: &assize_lab::Expected) -> Vec<String> {
    let mut wrong = Vec::new();
    let incidents = result["incidents"].as_array().expect("incidents");
    if expect.incidents.is_some_and(|count| count != incidents.len()) {
        let told: Vec<String> =
            incidents.iter().map(|i| format!("{} {} {}", i["id"], i["findings"], i["links"])).collect();
        wrong.push(format!("{} incidents: {told:#?}", incidents.len()));
    }
    let Some(most) = expect.strongest.as_deref().and_then(|s| STRENGTHS.iter().position(|w| *w == s)) else {
        return wrong;
    };
    for finding in result["findings"].as_array().expect("findings") {
        let strength = STRENGTHS.iter().position(|w| finding["strength"] == *w).expect("a strength");
        let explained =
            ["en", "fr"].iter().all(|l| finding["texts"][l]["otherwise"].as_str().is_some_and(|t| !t.is_empty()));
        if strength > most || (strength > 0 && !explained) {
            wrong.push(format!("{} is {}, explained: {explained}", finding["rule"], finding["strength"]));
        }
    }
    wrong
}

/// What is wrong with the answer for one scenario: nothing, or a line each.
fn wrong(id: &str, only: bool, script: &assize_lab::Script) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = folder.path().join("evidence");
    for file in script.files(1).expect("the evidence") {
        let path = evidence.join(&file.path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, file.bytes).expect("a file");
    }
    let asked = ["--campaign", id];
    let (_, result) = scanned(folder.path(), &evidence, if only { &asked } else { &[] });
    let state = &result["verdict"]["state"];
    let found: Vec<String> = result["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| format!("{} x{} {} {}", f["rule"], f["count"], f["strength"], f["outcome"]))
        .collect();
    let mut wrong = Vec::new();
    if state != &script.expect.state {
        let why = &result["verdict"]["why"];
        wrong.push(format!("{id}/{}: {state} for {}: {why} {found:#?}", script.name, script.expect.state));
    }
    for rule in &script.expect.rules {
        if !found.iter().any(|f| f.starts_with(&format!("\"{rule}\" "))) {
            wrong.push(format!("{id}/{}: {rule} has no finding: {found:#?}", script.name));
        }
    }
    wrong.extend(wrong_story(&result, &script.expect).into_iter().map(|what| format!("{id}/{}: {what}", script.name)));
    // One who tries a thousand times is one finding of each rule; two who got in are two.
    if found.len() > 25 * script.expect.incidents.unwrap_or(1).max(1) {
        wrong.push(format!("{id}/{}: {} findings", script.name, found.len()));
    }
    wrong
}

#[test]
fn every_scenario_of_a_campaign_gives_its_answer() {
    let only = std::env::var("ASSIZE_CAMPAIGN").ok();
    let mut scenarios = Vec::new();
    for pack in campaigns() {
        let id = pack.file_name().and_then(|n| n.to_str()).expect("UTF-8").to_owned();
        // The lab itself has the servers of this campaign; see `tests/scenarios.rs`.
        if id == "proxylogon" || only.as_ref().is_some_and(|o| *o != id) {
            continue;
        }
        let text =
            fs::read_to_string(pack.join("scenarios.yml")).unwrap_or_else(|e| panic!("{id}: scenarios.yml: {e}"));
        let scripts = assize_lab::scripts(&text).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert!(scripts.len() >= 3, "{id}: a probe, an attempt and a success");
        scenarios.extend(scripts.into_iter().map(|script| (id.clone(), script)));
    }
    // Each is a process of its own, so two at a time take half the time.
    let (one, two) = scenarios.split_at(scenarios.len() / 2);
    let all = |part: &[(String, assize_lab::Script)]| -> Vec<String> {
        part.iter().flat_map(|(id, script)| wrong(id, true, script)).collect()
    };
    let wrong = std::thread::scope(|scope| {
        let other = scope.spawn(|| all(two));
        [all(one), other.join().expect("no panic")].concat()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_work_of_administrators_is_no_break_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/general/scenarios.yml");
    let text = fs::read_to_string(folder).expect("the scenarios");
    let scripts = assize_lab::scripts(&text).expect("scenarios");
    let wrong: Vec<String> = scripts.iter().flat_map(|script| wrong("general", false, script)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
