//! Every invented server gives its expected verdict and exit code, in both languages, and never promises safety.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout, tree};

/// Words that no report may use of a server, as words of their own.
const FORBIDDEN: [(&str, &[&str]); 2] = [
    ("en", &["clean", "safe", "secure", "not compromised", "100 % sure", "100% sure"]),
    ("fr", &["sain", "saine", "sécurisé", "sécurisée", "non compromis", "non compromise", "en sécurité"]),
];

fn holds_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let letter = |c: char| c.is_alphanumeric();
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(letter) && !text[at + word.len()..].starts_with(letter))
}

#[test]
fn every_scenario_gives_its_verdict_in_both_languages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for scenario in assize_lab::SCENARIOS {
        let evidence = lab(folder.path(), scenario.name);
        for (language, forbidden) in FORBIDDEN {
            let case = folder.path().join(format!("case-{}-{language}", scenario.name));
            let (input, output) = (evidence.to_str().expect("UTF-8"), case.to_str().expect("UTF-8"));
            let run =
                assize_in(folder.path(), &["scan", input, "-o", output, "--lang", language, "-f", "html,md,json"]);
            let code = run.status.code();
            let said = stdout(&run);
            if code != Some(i32::from(scenario.code)) {
                wrong.push(format!(
                    "{} {language}: exit {code:?}, {} expected\n{said}{}",
                    scenario.name,
                    scenario.code,
                    stderr(&run)
                ));
                continue;
            }
            let result: serde_json::Value =
                serde_json::from_slice(&std::fs::read(case.join("result.json")).expect("a result")).expect("JSON");
            assert_eq!(result["verdict"]["state"], scenario.state, "{}", scenario.name);
            let mut people_read = said;
            for file in ["report.html", "report.md"] {
                people_read.push_str(&std::fs::read_to_string(case.join(file)).expect("a report"));
            }
            for word in forbidden {
                if holds_word(&people_read, word) {
                    wrong.push(format!("{} {language}: says `{word}`", scenario.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn same_evidence_same_bytes_whatever_the_threads_and_the_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "breached");
    // The same files, made in the opposite order: a folder lists them as they come.
    let again = folder.path().join("again/breached");
    for (name, bytes) in tree(&evidence).into_iter().rev() {
        let path = again.join(&name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        let made = std::fs::metadata(evidence.join(&name)).and_then(|m| m.modified()).expect("a time");
        std::fs::File::options().write(true).open(&path).and_then(|f| f.set_modified(made)).expect("the same time");
    }
    let mut cases = Vec::new();
    for (n, (input, threads)) in
        [(&evidence, "1"), (&evidence, "1"), (&evidence, "8"), (&again, "3")].into_iter().enumerate()
    {
        let case = folder.path().join(format!("case{n}"));
        let (code, _) = scanned(folder.path(), input, &["-o", case.to_str().expect("UTF-8"), "--threads", threads]);
        assert_eq!(code, 50);
        cases.push(tree(&case));
    }
    for (n, case) in cases.iter().enumerate().skip(1) {
        let names = |c: &[(String, Vec<u8>)]| c.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(case), names(&cases[0]));
        for ((name, bytes), (_, first)) in case.iter().zip(&cases[0]) {
            assert!(bytes == first, "case {n}: {name} differs");
        }
    }
}

#[test]
fn an_archive_gives_the_same_answer_as_its_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "likely-breached");
    let tar = folder.path().join("ex06.tar");
    let done = std::process::Command::new("tar").arg("-cf").arg(&tar).arg("-C").arg(&evidence).arg(".").status();
    assert!(done.is_ok_and(|s| s.success()), "tar runs");
    let (code, of_tar) = scanned(folder.path(), &tar, &[]);
    let (_, of_folder) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(code, 40);
    assert_eq!(of_tar["verdict"], of_folder["verdict"]);
    assert_eq!(of_tar["findings"].as_array().map(Vec::len), of_folder["findings"].as_array().map(Vec::len));
}

#[test]
fn anchors_seen_before_the_disclosure_are_no_breach_alone() {
    let Some(path) = common::shared("data/cases/observed-anchors/anchors.tsv") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = std::fs::read_to_string(path).expect("the table");
    let rows: Vec<_> = text.lines().filter(|l| l.starts_with("20")).filter_map(|l| l.split_once('\t')).collect();
    assert!(rows.len() >= 8);
    let header = "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n#Log-type: HttpProxy Logs\r\n#Date: 2021-02-27T00:00:00.000Z\r\n#Fields: DateTime,AnchorMailbox\r\n";
    for (n, (time, anchor)) in rows.iter().enumerate() {
        let evidence = folder.path().join(format!("row{n}"));
        std::fs::create_dir_all(&evidence).expect("a folder");
        std::fs::write(evidence.join("HttpProxy_2021022719-1.LOG"), format!("{header}{time},{anchor}\r\n"))
            .expect("a log");
        let (code, result) = scanned(folder.path(), &evidence, &[]);
        let findings = result["findings"].as_array().map_or(0, Vec::len);
        assert!(findings >= 1, "{anchor} is classified");
        assert!((20..50).contains(&code), "{anchor}: exit {code}");
    }
}

/// A rule whose field or log is not there finds nothing whatever happened: its silence is told apart from an answer.
#[test]
fn what_rules_could_not_look_for_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "attacked");
    let (_, result) = scanned(folder.path(), &evidence, &["-f", "json,md", "--lang", "en"]);
    let rule = |name: &str| {
        let rules = result["checked"].as_array().expect("rules");
        let of_any =
            |rule: &&serde_json::Value| rule["rule"].as_str().is_some_and(|r| r.ends_with(&format!("/{name}")));
        rules.iter().find(of_any).expect("the rule").clone()
    };
    // The logs of the lab do not have `sc-bytes`, as those of Windows do not unless they are told to.
    assert_eq!(rule("iis_loot_download")["fields_unseen"], serde_json::json!(["sc-bytes"]));
    assert!(rule("iis_loot_download")["rows"].as_u64() > Some(0));
    let defender = rule("defender_detection");
    assert_eq!(defender["rows"], 0);
    assert_eq!(defender["logs_unseen"], serde_json::json!(["Microsoft-Windows-Windows Defender/Operational"]));
    assert!(defender["fields_unseen"].is_null(), "of a log that is not there every field is absent");
    let seen = rule("ssrf_admin_session");
    assert!(seen["fields_unseen"].is_null() && seen["logs_unseen"].is_null(), "{seen}");
}

/// Bytes of the logs of the busy server; more where `ASSIZE_BUSY_MB` says so.
const BUSY_MB: u64 = 200;

#[test]
fn a_healthy_busy_server_raises_nothing_above_context() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = folder.path().join("evidence");
    let megabytes = std::env::var("ASSIZE_BUSY_MB").ok().and_then(|m| m.parse().ok()).unwrap_or(BUSY_MB);
    let scale = assize_lab::Scale { bytes: megabytes * 1_000_000, days: 30, front_ends: 1, threads: 2 };
    let scenario = assize_lab::scenario("no-evidence").expect("a scenario");
    let written = assize_lab::write_big(scenario, 1, &scale, &evidence).expect("it can be written");
    assert!(written.bytes > scale.bytes / 2, "{written:?}");
    let (_, result) = scanned(folder.path(), &evidence, &[]);
    let told: Vec<String> = result["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|f| f["strength"] != "context")
        .map(|f| format!("{} x{} {} {}", f["rule"], f["count"], f["strength"], f["outcome"]))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(result["incidents"], serde_json::json!([]));
}
