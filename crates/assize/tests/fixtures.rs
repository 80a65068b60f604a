//! The whole report of each invented server, as a file that a person can read and a diff can show.
//!
//! `ASSIZE_UPDATE=1 cargo test -p assize --test fixtures` writes the files anew; read the diff before you commit it.

mod common;

use common::{assize_in, lab};
use std::fs;
use std::path::Path;

#[test]
fn every_fixture_is_reported_as_expected() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut different = Vec::new();
    for scenario in assize_lab::SCENARIOS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        lab(folder.path(), scenario.name);
        let run = assize_in(folder.path(), &["scan", scenario.name, "-o", "case", "-f", "md", "-qq"]);
        assert_eq!(run.status.code(), Some(i32::from(scenario.code)), "{}", scenario.name);
        let report = fs::read_to_string(folder.path().join("case/report.md")).expect("a report");
        let expected = fixtures.join(scenario.name).join("expected.md");
        if std::env::var_os("ASSIZE_UPDATE").is_some() {
            fs::create_dir_all(expected.parent().expect("a folder")).expect("a folder");
            fs::write(&expected, &report).expect("the file");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != report {
            different.push(scenario.name);
        }
    }
    assert!(different.is_empty(), "the report differs from fixtures/*/expected.md: {different:?}");
}
