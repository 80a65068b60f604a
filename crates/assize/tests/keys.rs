//! A case that somebody signed shows every later change, to us and to the tools of OpenSSH.

mod common;

use common::{assize_in, lab, stderr, stdout};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// A folder with a case `case` and a key `me.key`.
fn signed_case() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lab(folder.path(), "cannot-exclude");
    let scan = ["scan", "cannot-exclude", "-o", "case", "--progress", "none", "--exit-zero"];
    done(folder.path(), &scan);
    done(folder.path(), &["keys", "new", "me.key", "--comment", "A. Martin"]);
    done(folder.path(), &["keys", "sign", "case", "--key", "me.key"]);
    folder
}

fn done(folder: &Path, args: &[&str]) -> String {
    let run = assize_in(folder, args);
    assert!(run.status.success(), "{args:?}: {}", stderr(&run));
    stdout(&run)
}

fn verified(folder: &Path, more: &[&str]) -> (i32, Value) {
    let run = assize_in(folder, &[&["verify", "case", "--json"], more].concat());
    (run.status.code().expect("a code"), serde_json::from_str(&stdout(&run)).expect("JSON"))
}

#[test]
fn a_signed_case_shows_what_was_changed_and_by_whom_it_was_signed() {
    let folder = signed_case();
    let at = folder.path();
    let fingerprint = done(at, &["keys", "show", "me.key.pub"]).lines().nth(1).expect("a fingerprint").to_owned();
    assert_eq!(done(at, &["keys", "show", "me.key"]).lines().nth(1), Some(fingerprint.as_str()));
    for signer in ["me.key.pub", "me.key", &fingerprint] {
        let (code, found) = verified(at, &["--signer", signer]);
        assert_eq!((code, &found["signed_by"]), (0, &Value::from(fingerprint.as_str())), "{found}");
    }
    assert!(done(at, &["verify", "case"]).contains(&format!("Signed by {fingerprint}")));

    // One more report changes nothing that was signed, and is named.
    done(at, &["report", "case", "-f", "md"]);
    let (code, found) = verified(at, &[]);
    assert_eq!((code, &found["later"]), (0, &Value::from(vec!["report.md"])), "{found}");

    // Whoever changes a report and puts its hash into the list of the case has still not signed it.
    let report = at.join("case/report.html");
    let before = fs::read_to_string(&report).expect("a report");
    fs::write(&report, before.replace("We cannot tell", "All is well")).expect("written");
    let written = at.join("case/written.json");
    let list = fs::read_to_string(&written).expect("a list");
    let new = assize_case::sha256(&report).expect("a hash");
    let old: Value = serde_json::from_str(&list).expect("JSON");
    let old = old["report.html"].as_str().expect("a hash");
    assert_ne!(old, new);
    fs::write(&written, list.replace(old, &new)).expect("written");
    let (code, found) = verified(at, &[]);
    assert_eq!((code, &found["differs"]), (1, &Value::from(vec!["report.html is not what was signed"])), "{found}");

    // Signed again by somebody else, it is whole, but not what the first one signed.
    done(at, &["keys", "new", "other.key"]);
    done(at, &["keys", "sign", "case", "--key", "other.key"]);
    assert_eq!(verified(at, &[]).0, 0);
    let (code, found) = verified(at, &["--signer", "me.key.pub"]);
    assert!(code == 1 && found["differs"][0].as_str().is_some_and(|d| d.contains("another key")), "{found}");
}

#[test]
fn a_damaged_or_missing_signature_is_a_difference() {
    let folder = signed_case();
    let at = folder.path();
    let (list, signature) = (at.join("case/signed.sha256"), at.join("case/signed.sha256.sig"));
    let (good_list, good) = (fs::read(&list).expect("a list"), fs::read(&signature).expect("a signature"));
    for (name, list_bytes, signature_bytes) in [
        ("a list of another kind", &b"../case.json\n"[..], good.as_slice()),
        ("a shorter list", &good_list[..good_list.len() / 2], &good),
        ("no signature", &good_list, b""),
        ("half a signature", &good_list, &good[..good.len() / 2]),
        ("bytes", &[0xff, 0x00, 0x1b], &[0xff; 4000]),
    ] {
        fs::write(&list, list_bytes).expect("written");
        fs::write(&signature, signature_bytes).expect("written");
        let (code, found) = verified(at, &[]);
        assert!(code == 1 && found["signed_by"].is_null(), "{name}: {found}");
    }
    fs::remove_file(&list).and_then(|()| fs::remove_file(&signature)).expect("removed");
    assert_eq!(verified(at, &[]).0, 0, "a case need not be signed");
    assert_eq!(verified(at, &["--signer", "me.key.pub"]).0, 1, "but where one asks for it, it must be");
}

#[test]
fn keys_are_kept_and_bad_ones_refused() {
    let folder = signed_case();
    let at = folder.path();
    let again = assize_in(at, &["keys", "new", "me.key"]);
    assert!(again.status.code() == Some(1) && stderr(&again).contains("me.key"), "{}", stderr(&again));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(at.join("me.key")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    File::create(at.join("empty")).expect("made");
    for key in ["me.key.pub", "empty", "none"] {
        let run = assize_in(at, &["keys", "sign", "case", "--key", key]);
        assert!(run.status.code() == Some(3) && stderr(&run).contains(key), "{}", stderr(&run));
    }
    // A case that is changed already is not signed.
    fs::write(at.join("case/result.json"), "{}").expect("written");
    let run = assize_in(at, &["keys", "sign", "case", "--key", "me.key"]);
    assert!(run.status.code() == Some(1) && stderr(&run).contains("result.json"), "{}", stderr(&run));
}

#[test]
fn openssh_reads_keys_and_signatures() {
    let Ok(help) = Command::new("ssh-keygen").arg("-?").output() else {
        println!("skipped: ssh-keygen absent");
        return;
    };
    assert!(!help.stderr.is_empty() || !help.stdout.is_empty());
    let folder = signed_case();
    let case = folder.path().join("case");
    let check = |list: &str| {
        let list = File::open(case.join(list)).expect("a list");
        let args = ["-Y", "check-novalidate", "-n", "assize-case", "-s", "signed.sha256.sig"];
        Command::new("ssh-keygen").args(args).current_dir(&case).stdin(list).output().expect("it runs")
    };
    let good = check("signed.sha256");
    let fingerprint = done(folder.path(), &["keys", "show", "me.key"]).lines().nth(1).expect("a line").to_owned();
    assert!(good.status.success() && stdout(&good).contains(&fingerprint), "{}", stderr(&good));
    assert!(!check("case.json").status.success());
    let read =
        Command::new("ssh-keygen").args(["-l", "-f", "me.key"]).current_dir(folder.path()).output().expect("it runs");
    assert!(stdout(&read).contains(&fingerprint), "{}", stderr(&read));
}
