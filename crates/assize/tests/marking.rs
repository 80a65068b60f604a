//! What a person says of a case stands in the report and the manifest, and changes no answer.

mod common;

use common::{assize_in, lab, stderr, stdout};
use serde_json::Value;
use std::fs;

#[test]
fn number_operator_label_and_zone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    let plain = assize_in(folder.path(), &["scan", "cannot-exclude", "-o", "plain", "--progress", "none"]);
    let said = [
        "scan",
        "cannot-exclude",
        "-o",
        "case",
        "--progress",
        "none",
        "--case-id",
        "2021-017 <b>",
        "--operator",
        "A. Martin",
        "--tlp",
        "Amber+Strict",
        "--tz",
        "Europe/Paris",
        "-f",
        "html,md,json",
    ];
    let marked = assize_in(folder.path(), &said);
    assert_eq!(marked.status.code(), plain.status.code(), "{}", stderr(&marked));
    let screen = stdout(&marked);
    assert!(screen.contains("TLP:AMBER+STRICT · Case 2021-017 <b> · A. Martin"), "{screen}");
    assert!(screen.contains("In Europe/Paris: ") && screen.contains("(UTC+01:00)"), "{screen}");
    assert!(!stdout(&plain).contains("TLP"), "nobody said anything");
    let read = |name: &str| fs::read_to_string(folder.path().join("case").join(name)).expect("it was written");
    let result: Value = serde_json::from_str(&read("result.json")).expect("JSON");
    let manifest: Value = serde_json::from_str(&read("case.json")).expect("JSON");
    for marking in [&result["marking"], &manifest["marking"]] {
        assert_eq!(marking["case_id"], "2021-017 <b>");
        assert_eq!(marking["operator"], "A. Martin");
        assert_eq!(marking["tlp"], "TLP:AMBER+STRICT");
        assert_eq!(marking["tz"], "Europe/Paris");
    }
    let html = read("report.html");
    assert!(html.contains("TLP:AMBER+STRICT") && html.contains("2021-017 &lt;b&gt;") && !html.contains("017 <b>"));
    assert!(read("report.md").contains("TLP:AMBER+STRICT"));
    let unmarked: Value =
        serde_json::from_slice(&fs::read(folder.path().join("plain/result.json")).expect("a result")).expect("JSON");
    assert_eq!(unmarked["marking"]["tlp"], "TLP:AMBER", "the label where none was given");
    assert_eq!(unmarked["verdict"], result["verdict"]);
    // Rendered again in another zone, and in French.
    let again = assize_in(folder.path(), &["report", "case", "--tz", "+09:00", "--lang", "fr", "-f", "md", "--stdout"]);
    let again = stdout(&again);
    assert!(again.contains("(UTC+09:00)") && again.contains("Heure de"), "{again}");
}

#[test]
fn what_is_no_zone_no_label_and_no_line_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (flag, value) in
        [("--tz", "Europe/Atlantis"), ("--tz", ""), ("--tlp", "white"), ("--case-id", "a\nb"), ("--operator", " ")]
    {
        let run = assize_in(folder.path(), &["scan", "x", flag, value]);
        assert_eq!(run.status.code(), Some(2), "{flag} {value}: {}", stderr(&run));
    }
}
