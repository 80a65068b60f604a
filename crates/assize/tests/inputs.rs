//! Bad inputs: a clear message, and the right exit code.

mod common;

use common::{assize_in, lab, scanned, stderr, stdout};
use std::fs;
use std::path::Path;

fn scan(folder: &Path, input: &str) -> (Option<i32>, String, String) {
    let run = assize_in(folder, &["scan", input]);
    (run.status.code(), stdout(&run), stderr(&run))
}

#[test]
fn an_input_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, out, err) = scan(folder.path(), "nowhere.zip");
    assert_eq!((code, out.as_str()), (Some(3), ""));
    assert!(err.contains("nowhere.zip"), "{err}");
}

#[test]
fn an_empty_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    let (code, out, err) = scan(folder.path(), "empty");
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(format!("{out}{err}").contains("empty"), "{out}{err}");
}

#[test]
fn not_an_exchange_server_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = folder.path().join("photos");
    fs::create_dir(&evidence).expect("a folder");
    fs::write(evidence.join("holiday.txt"), "sun and sea\n").expect("a file");
    let (code, out, err) = scan(folder.path(), "photos");
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(out.contains("Exchange"), "{out}{err}");
}

#[test]
fn an_unreadable_member_is_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "exposed");
    let target = folder.path().join("elsewhere.log");
    fs::write(&target, "x").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&target, evidence.join("link.log")).expect("a link");
    let (code, result) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(code, 10);
    assert!(result["skipped"].to_string().contains("link.log"), "{}", result["skipped"]);
}

#[test]
fn text_renamed_to_evtx_and_a_cut_event_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "exposed");
    fs::write(evidence.join("Security.evtx"), "this is no event log\n".repeat(50)).expect("a file");
    let (code, result) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(code, 10);
    let notes = result["evidence"]["notes"].to_string();
    assert!(notes.contains("Security.evtx"), "{notes}");
    assert!(result["evidence"]["rejects"].as_u64() > Some(0), "what is no record is a reject");
}

#[test]
fn a_zip_with_names_that_climb_out() {
    let Some(archives) = common::shared("data/hostile/archives.tar.xz") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = "archives/zip_name_dotdot.zip";
    let mut tar = std::process::Command::new("tar");
    let run = tar.arg("-xJf").arg(archives).arg("-C").arg(folder.path()).arg(name).status();
    if !run.is_ok_and(|s| s.success()) {
        println!("skipped: tar cannot read xz here");
        return;
    }
    let before = common::tree(folder.path()).len();
    let (code, out, err) = scan(folder.path(), name);
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(format!("{out}{err}").contains(".."), "{out}{err}");
    let outside = common::tree(folder.path()).into_iter().filter(|(n, _)| !n.starts_with("assize-")).count();
    assert_eq!(outside, before, "nothing was written outside the case");
}

#[test]
fn arguments_that_do_not_fit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for args in [
        vec!["scan"],
        vec!["scan", "x", "--since", "yesterday"],
        vec!["scan", "x", "--campaign", "none"],
        vec!["packs", "show", "none"],
        vec!["frob"],
    ] {
        let run = assize_in(folder.path(), &args);
        assert_eq!(run.status.code(), Some(2), "{args:?}: {}", stderr(&run));
        assert!(stdout(&run).is_empty());
    }
}

#[test]
fn a_case_folder_is_never_overwritten_unasked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    fs::create_dir(folder.path().join("taken")).expect("a folder");
    fs::write(folder.path().join("taken/notes.txt"), "mine").expect("a file");
    for more in [vec![], vec!["--overwrite"]] {
        let mut args = vec!["scan", "cannot-exclude", "-o", "taken"];
        args.extend(more);
        let run = assize_in(folder.path(), &args);
        assert!(matches!(run.status.code(), Some(1 | 2)), "{}", stderr(&run));
        assert_eq!(fs::read_to_string(folder.path().join("taken/notes.txt")).expect("still there"), "mine");
    }
}

#[test]
fn json_is_alone_on_standard_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "cannot-exclude");
    let (code, result) = scanned(folder.path(), &evidence, &["--lang", "fr"]);
    assert_eq!(code, 30);
    assert_eq!(result["schema"], "assize.result/1");
    assert_eq!(result["verdict"]["state"], "cannot-exclude");
    let (code, _) = scanned(folder.path(), &evidence, &["--exit-zero"]);
    assert_eq!(code, 0);
    let (code, _) = scanned(folder.path(), &evidence, &["--fail-on", "breached"]);
    assert_eq!(code, 0);
}

#[test]
fn overwriting_a_case_leaves_notes_beside_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    let scan = |more: &[&str]| {
        let args = [&["scan", "cannot-exclude", "-o", "case", "-qq"], more].concat();
        assize_in(folder.path(), &args).status.code()
    };
    assert_eq!(scan(&[]), Some(30));
    fs::write(folder.path().join("case/notes.txt"), "mine").expect("a file");
    assert_eq!(scan(&[]), Some(2));
    assert_eq!(scan(&["--overwrite"]), Some(30));
    assert_eq!(fs::read_to_string(folder.path().join("case/notes.txt")).expect("still there"), "mine");
}

#[test]
fn a_cut_event_log_is_read_as_far_as_it_goes_and_named() {
    let Some(archive) = common::shared("data/hostile/evtx.tar.xz") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = lab(folder.path(), "exposed");
    let member = "evtx/derived/small_trunc_inside_record.evtx";
    let tar = std::process::Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&evidence).arg(member).status();
    if !tar.is_ok_and(|s| s.success()) {
        println!("skipped: tar cannot read xz here");
        return;
    }
    let (code, result) = scanned(folder.path(), &evidence, &[]);
    assert_eq!(code, 10);
    let notes = result["evidence"]["notes"].to_string();
    assert!(notes.contains("small_trunc_inside_record.evtx"), "{notes}");
}

#[test]
fn inputs_from_a_list_and_a_run_that_writes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    lab(folder.path(), "edge-server");
    fs::write(folder.path().join("list"), "cannot-exclude\0edge-server\0").expect("a file");
    let before = common::tree(folder.path()).len();
    let dry = assize_in(folder.path(), &["scan", "--files-from", "list", "-0", "-n"]);
    assert_eq!(dry.status.code(), Some(0), "{}", stderr(&dry));
    assert_eq!(stdout(&dry).lines().count(), 2);
    assert_eq!(common::tree(folder.path()).len(), before, "nothing was written");
    let run = assize_in(folder.path(), &["scan", "--files-from", "list", "-0", "-q", "-o", "cases"]);
    assert_eq!(run.status.code(), Some(30), "{}", stderr(&run));
    let none = assize_in(folder.path(), &["scan", "--files-from", "nowhere"]);
    assert_eq!(none.status.code(), Some(2));
}
