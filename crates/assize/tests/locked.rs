//! Evidence under a password gives the answer that it gives without one.

mod common;

use common::{assize_in, lab, stderr, stdout, tree};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{AesMode, ZipWriter};

#[test]
fn a_locked_collection_is_read_with_its_password() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let open = lab(at, "likely-breached");
    let mut locked = ZipWriter::new(File::create(at.join("EX06.zip")).expect("made"));
    let options = SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, "in fected ");
    for (name, bytes) in tree(&open) {
        locked.start_file(name, options).and_then(|()| Ok(locked.write_all(&bytes)?)).expect("written");
    }
    locked.finish().expect("finished");
    fs::write(at.join("passwords.txt"), "infected\nin fected \n").expect("written");

    let state = |args: &[&str]| {
        let run = assize_in(at, &[&["scan", "--json", "--progress", "none"], args].concat());
        let result: Value = serde_json::from_str(&stdout(&run)).unwrap_or_default();
        (run.status.code(), result["verdict"].clone(), result["findings"].clone(), stderr(&run))
    };
    let plain = state(&["likely-breached", "-o", "plain"]);
    let unlocked = state(&["EX06.zip", "-o", "unlocked", "--password-file", "passwords.txt"]);
    assert_eq!((unlocked.0, &unlocked.1), (Some(40), &plain.1), "{}", unlocked.3);
    let titles = |found: &Value| -> Vec<String> {
        found.as_array().expect("a list").iter().map(|f| f["rule"].to_string()).collect()
    };
    assert_eq!(titles(&unlocked.2), titles(&plain.2));
    for (name, bytes) in tree(&at.join("unlocked")) {
        assert!(!bytes.windows(10).any(|part| part == b"in fected "), "the password is in {name}");
    }
    let without = state(&["EX06.zip", "-o", "without"]);
    assert!(without.0 == Some(3), "{without:?}");
    let none = assize_in(at, &["scan", "EX06.zip", "--password-file", "nothing.txt"]);
    assert!(none.status.code() == Some(2) && stderr(&none).contains("--password-file"), "{}", stderr(&none));
}
