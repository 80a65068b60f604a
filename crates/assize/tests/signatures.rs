//! YARA rules over the files of a scan: those of packs, and those that the user names.

mod common;

use assize_content::Content;
use assize_model::{FileId, FileInfo};
use assize_worker::{Limits, Pool};
use common::{assize_in, cache, lab, scanned, stderr, tree};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const RULES: &str = r#"
rule asked_for_a_page { meta: description = "a path of ECP" strings: $a = "/ecp/y.js" condition: $a }
rule is_broken { condition: nothing_known }
rule is_marked { strings: $a = "made for this test" condition: $a }
"#;

/// A page that JScript compiles to, as far as names tell: the words of .NET, none of its code.
const COMPILED: &[u8] =
    b"MZ\0\0 __BuildControlTree get_Request Microsoft.JScript Eval JScriptEvaluate u\0n\0s\0a\0f\0e\0 made for this test";

fn evidence(folder: &Path) -> PathBuf {
    let evidence = lab(folder, "attacked");
    let pages = evidence.join("C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/root/1/2");
    fs::create_dir_all(&pages).expect("a folder");
    fs::write(pages.join("App_Web_1a2b3c4d.dll"), COMPILED).expect("a file");
    fs::write(folder.join("mine.yar"), RULES).expect("a file");
    evidence
}

/// Rule and strength of the findings that signatures made.
fn findings(result: &Value) -> Vec<(&str, &str, &str)> {
    let all = result["findings"].as_array().expect("findings");
    let all = all.iter().map(|f| [&f["rule"], &f["strength"], &f["summary"]].map(|v| v.as_str().unwrap_or_default()));
    all.filter(|[rule, ..]| rule.contains("/signature_") || rule.contains("compiled_shell"))
        .map(|[a, b, c]| (a, b, c))
        .collect()
}

#[test]
fn rules_of_packs_and_of_the_user_become_findings() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = evidence(folder.path());
    let (code, own) = scanned(folder.path(), &evidence, &["-o", "own"]);
    let rules = |result: &Value| {
        findings(result).iter().map(|(rule, strength, _)| format!("{rule} {strength}")).collect::<Vec<_>>()
    };
    assert_eq!(rules(&own), ["general/compiled_shell strong"]);
    assert!(code >= 40, "a strong sign is no attempt: {code}");
    let (_, with) = scanned(folder.path(), &evidence, &["-o", "with", "--yara", "mine.yar"]);
    let mut found = rules(&with);
    found.dedup();
    let expected = [
        "general/compiled_shell strong",
        "general/signature_in_web_folder moderate",
        "general/signature_elsewhere weak",
    ];
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    // A match in a file that nobody reads makes it no file that is understood.
    assert_eq!(own["evidence"]["files_understood"], with["evidence"]["files_understood"]);
    // From the cache, with one thread: the same bytes.
    let again = assize_in(
        folder.path(),
        &["scan", evidence.to_str().expect("UTF-8"), "-qq", "-o", "again", "--yara", "mine.yar", "--threads", "1"],
    );
    assert!(stderr(&again).contains("mine.yar:3:29"), "{}", stderr(&again));
    let differ = tree(&folder.path().join("with")) != tree(&folder.path().join("again"));
    assert!(!differ, "the same evidence and rules gave other bytes");
    let notes = with["evidence"]["notes"].to_string();
    assert!(!notes.contains("its signatures"), "{notes}");
}

#[test]
fn a_case_has_no_files_to_ask_about_and_a_folder_without_rules_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = evidence(folder.path());
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let run = assize_in(folder.path(), &["scan", "case", "--yara", "mine.yar"]);
    assert!(stderr(&run).contains("scan the evidence"), "{}", stderr(&run));
    let run = assize_in(folder.path(), &["scan", "case", "--yara", "case/tables"]);
    assert!(stderr(&run).contains("no file of YARA rules"), "{}", stderr(&run));
}

#[test]
fn signatures_are_asked_in_a_process_without_rights() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = evidence(folder.path());
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let sets = fs::read_dir(cache().join("signatures")).expect("a cache").map(|e| e.expect("an entry").path());
    let content = Content::builtin().expect("the content reads");
    let spec = &content.layout("signatures").expect("a table").spec;
    let file = FileInfo {
        id: FileId(2),
        path: "C/a.dll".into(),
        size: COMPILED.len() as u64,
        sha256: "00".repeat(32),
        modified: None,
        head: COMPILED.to_vec(),
    };
    for set in sets {
        let args = vec!["worker".into(), "--signatures".into(), set.into()];
        let pool = Pool::new(env!("CARGO_BIN_EXE_assize").into(), args, Limits::default());
        let mut rows = 0;
        let mut sink = |batch: arrow_array::RecordBatch| {
            rows += batch.num_rows();
            Ok(())
        };
        let mut parse = || pool.parse(spec, &file, &mut { COMPILED }, &mut sink).expect("an account");
        let account = parse();
        assert!(account.counts.rows >= 1 && account.notes.is_empty(), "{account:?}");
        // The clock of the engine, by which it gives up slow rules, runs on a thread that needs rights of its own.
        assert_eq!(parse().counts.rows, account.counts.rows);
        assert_eq!(rows as u64, 2 * account.counts.rows);
        let confinement = pool.confinement().expect("it answers");
        assert_eq!(confinement.is_whole(), cfg!(target_os = "linux"), "{confinement:?}");
    }
}
