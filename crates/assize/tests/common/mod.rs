//! What the tests of the command share: running it, and finding evidence.
#![allow(dead_code, unreachable_pub)]

#[path = "../../../report/tests/common/schema.rs"]
pub mod schema;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `assize` with arguments in a folder, without what the user's environment might add.
pub fn assize_in(folder: &Path, args: &[&str]) -> Output {
    assize_command(folder, args).output().expect("the binary runs")
}

/// The same, before it runs.
pub fn assize_command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("LANG", "en_US.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env_remove("ASSIZE_CONFIG")
        .env_remove("ASSIZE_LANG")
        .env("XDG_CONFIG_HOME", folder.join("no-settings"))
        .env("ASSIZE_DATA", folder.join("data-of-user"))
        .env("ASSIZE_CACHE", cache());
    command
}

/// What can be made again, for all tests: rules are compiled once.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Scans an input with `--json`; gives the exit code and the result.
pub fn scanned(folder: &Path, input: &Path, more: &[&str]) -> (i32, Value) {
    let input = input.to_str().expect("a path of the test is UTF-8");
    let mut args = vec!["scan", input, "--json", "--progress", "none"];
    args.extend(more);
    let output = assize_in(folder, &args);
    let code = output.status.code().unwrap_or(-1);
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("no JSON on standard output ({e}), code {code}: {}", stderr(&output)));
    (code, value)
}

/// A folder of `../shared` beside the repository, or `None` with a word that says so.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared absent");
    None
}

/// Writes the evidence of an invented server.
pub fn lab(folder: &Path, name: &str) -> PathBuf {
    let scenario = assize_lab::scenario(name).expect("the scenario exists");
    let evidence = folder.join(name);
    std::fs::create_dir_all(&evidence).expect("the folder can be made");
    assize_lab::write_folder(scenario, 1, &evidence).expect("the evidence can be written");
    evidence
}

/// Scans evidence into a case of that name, whatever the answer.
pub fn scan(folder: &Path, evidence: &str, case: &str) {
    let run = assize_in(folder, &["scan", evidence, "-o", case, "-qq", "--exit-zero", "-f", "json"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
}

/// Files below a folder, with their bytes, sorted.
pub fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort();
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).expect("the file can be read")));
        }
    }
}

/// Takes a packed folder apart.
pub fn unpack(packed: &Path, into: &Path) {
    let file = std::fs::File::open(packed).expect("an archive");
    let mut archive = tar::Archive::new(zstd::Decoder::new(file).expect("zstd"));
    archive.unpack(into).expect("a readable archive");
}
