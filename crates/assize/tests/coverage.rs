//! Losing the sources of a required question takes every negative answer away.

mod common;

use common::{lab, scanned};
use std::fs;
use std::path::Path;

/// For each required question of the ProxyLogon pack, the folders and files that can answer it.
const SOURCES: [(&str, &[&str]); 4] = [
    ("q1", &["C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy"]),
    ("q2", &["C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP", "Events/MSExchange Management.jsonl"]),
    (
        "q3",
        &[
            "C/Program Files/Microsoft/Exchange Server/V15/Logging/OABGeneratorLog",
            "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd",
            "C/inetpub/wwwroot",
        ],
    ),
    ("q4", &["C/Program Files/Microsoft/Exchange Server/V15/FrontEnd", "C/inetpub/wwwroot"]),
];

fn remove(path: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).expect("the folder can be removed");
    } else {
        fs::remove_file(path).expect("the file can be removed");
    }
}

#[test]
fn without_its_sources_a_required_question_stays_open() {
    for name in ["no-evidence", "exposed", "attacked"] {
        for (question, sources) in SOURCES {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let evidence = lab(folder.path(), name);
            sources.iter().for_each(|source| remove(&evidence.join(source)));
            let (code, result) = scanned(folder.path(), &evidence, &[]);
            assert_eq!(code, 30, "{name} without the sources of {question}: {}", result["verdict"]);
            let reason = format!("coverage.required.{question}.none");
            assert!(
                result["verdict"]["why"].to_string().contains(&reason),
                "{name} {question}: {}",
                result["verdict"]["why"]
            );
        }
    }
}

#[test]
fn a_breach_stays_one_when_other_sources_are_lost() {
    for (_, sources) in SOURCES {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let evidence = lab(folder.path(), "breached");
        sources.iter().for_each(|source| remove(&evidence.join(source)));
        let (code, _) = scanned(folder.path(), &evidence, &[]);
        assert_eq!(code, 50);
    }
}
