//! A child that dies, hangs, floods or lies costs its file and nothing else.

#![allow(clippy::unwrap_used)]

use arrow_array::RecordBatch;
use assize_artifacts::{Artifact, all};
use assize_content::Content;
use assize_model::rows::Account;
use assize_model::{FileId, FileInfo, Rows};
use assize_worker::{Limits, Pool, WorkerError};
use std::path::{Path, PathBuf};

/// Event lines, which the reader of events takes as well as logs: small, and ours.
const EVENTS: &str = concat!(
    r#"{"EventTime":"2021-03-03 06:49:42Z","Hostname":"EX01","EventID":4624,"Channel":"Security","Message":"a"}"#,
    "\n",
    r#"{"EventTime":"2021-03-03 06:49:43Z","Hostname":"EX01","EventID":4625,"Channel":"Security","Message":"b"}"#,
    "\n{broken\n"
);

fn pool(mode: &str, limits: Limits) -> Pool {
    Pool::new(trial(), vec![mode.into()], limits)
}

/// The child for tests, which `cargo test` builds as an example.
fn trial() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let folder = own.parent().and_then(Path::parent).unwrap().join("examples");
    let path = folder.join(format!("trial{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "run `cargo test -p assize-worker` without --test: it builds {}", path.display());
    path
}

fn quick() -> Limits {
    Limits { cpu_seconds: 1, ..Limits::default() }
}

fn info(bytes: &[u8]) -> FileInfo {
    FileInfo {
        id: FileId(4),
        path: "events.json".into(),
        size: bytes.len() as u64,
        sha256: "00".repeat(32),
        modified: None,
        head: bytes[..bytes.len().min(assize_model::file::HEAD_BYTES)].to_vec(),
    }
}

fn events(content: &Content) -> Box<dyn Artifact + '_> {
    all(content).into_iter().find(|a| a.layout().spec.table == "windows_events").unwrap()
}

/// What a pool makes of some bytes: the account or the error, and the rows that came.
fn parsed(pool: &Pool, bytes: &[u8]) -> (Result<Account, WorkerError>, Vec<RecordBatch>) {
    let content = Content::builtin().unwrap();
    let mut batches = Vec::new();
    let mut sink = |batch| {
        batches.push(batch);
        Ok(())
    };
    let account = pool.parse(&events(&content).layout().spec, &info(bytes), &mut &bytes[..], &mut sink);
    (account, batches)
}

fn failure(mode: &str) -> String {
    failure_within(mode, quick())
}

fn failure_within(mode: &str, limits: Limits) -> String {
    let pool = pool(mode, limits);
    // More than one piece, for a child that stops after the first.
    let events = if mode == "short" { EVENTS.repeat(2000) } else { EVENTS.into() };
    let (account, _) = parsed(&pool, events.as_bytes());
    account.expect_err(mode).to_string()
}

#[test]
fn a_worker_reads_as_we_do() {
    let content = Content::builtin().unwrap();
    let artifact = events(&content);
    assert!(artifact.binary());
    let many = EVENTS.repeat(20_000);
    let (mut here, file) = (Vec::new(), info(many.as_bytes()));
    let mut sink = |batch| {
        here.push(batch);
        Ok(())
    };
    let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
    artifact.parse(&mut many.as_bytes(), &mut rows).unwrap();
    let account = rows.end().unwrap();
    let pool = pool("", Limits::default());
    for _ in 0..2 {
        let (there, batches) = parsed(&pool, many.as_bytes());
        assert_eq!(there.unwrap(), account);
        assert!(batches == here, "the same rows");
    }
    let confinement = pool.confinement().unwrap();
    assert!(confinement.is_whole(), "{confinement:?}");
}

/// Real event logs, some of them damaged, come through a worker as they come without one.
#[test]
fn event_logs_are_read_as_we_do() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/evtx/format.tar.zst");
    if !archive.exists() {
        println!("skipped: ../shared absent");
        return;
    }
    let content = Content::builtin().unwrap();
    let pool = pool("", Limits::default());
    let stream = zstd::stream::read::Decoder::new(std::fs::File::open(archive).unwrap()).unwrap();
    for entry in tar::Archive::new(stream).entries().unwrap() {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry.unwrap(), &mut bytes).unwrap();
        let artifact = events(&content);
        let (mut here, file) = (Vec::new(), info(&bytes));
        let mut sink = |batch| {
            here.push(batch);
            Ok(())
        };
        let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
        artifact.parse(&mut bytes.as_slice(), &mut rows).unwrap();
        let account = rows.end().unwrap();
        let (there, batches) = parsed(&pool, &bytes);
        assert_eq!(there.unwrap(), account);
        assert!(batches == here, "the same rows");
    }
}

#[test]
fn a_worker_can_do_nothing_but_read_and_write_its_pipes() {
    let (account, _) = parsed(&pool("escape", Limits::default()), EVENTS.as_bytes());
    let notes = account.unwrap().notes;
    assert_eq!(notes.len(), 8, "{notes:?}");
    assert!(notes.iter().all(|n| n.ends_with(" failed")), "{notes:?}");
}

#[test]
fn an_end_before_its_time_is_an_error_with_a_reason() {
    assert_eq!(failure("abort"), "the reader of this file ended on signal 6");
    assert_eq!(failure("exit"), "the reader of this file ended early with code 3");
    assert_eq!(failure("panic"), "the reader of this file ended early with code 101");
    assert_eq!(failure("trouble"), "the reader of this file gave up: cannot keep rows: \\u{1B}[31mno");
}

#[test]
fn a_worker_that_takes_too_much_is_stopped() {
    assert_eq!(failure("hang"), "the reader of this file was stopped after 1 s of processor time");
    assert_eq!(failure("silent"), "the reader of this file was stopped after 10 s without an end");
    // A machine that clears its memory slowly must not run out of time first.
    let memory = failure_within("memory", Limits { cpu_seconds: 60, ..quick() });
    assert!(memory.contains("of memory") || memory.ends_with("ended on signal 6"), "{memory}");
}

#[test]
fn words_that_no_reader_says_are_refused() {
    for (mode, why) in [
        ("garbage-first", "no known kind"),
        ("garbage-rows", "damaged"),
        ("garbage-account", "damaged"),
        ("garbage-sizes", "damaged"),
        ("garbage-kind", "no known kind"),
        ("garbage-job", "only we say"),
        ("garbage-length", "larger than allowed"),
        ("garbage-cut", "ended"),
        ("short", "did not read to the end"),
        ("many", "not of the"),
        ("flood-rows", "damaged|stopped"),
        ("flood", "stopped"),
    ] {
        let said = failure(mode);
        assert!(why.split('|').any(|why| said.contains(why)), "{mode}: {said}");
    }
}

#[test]
fn rows_that_came_before_the_end_are_kept_and_the_next_file_is_read() {
    let (account, batches) = parsed(&pool("late", Limits::default()), EVENTS.as_bytes());
    assert!(account.is_err());
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 16_384);
    let pool = pool("abort", Limits::default());
    assert!(parsed(&pool, EVENTS.as_bytes()).0.is_err());
    assert!(parsed(&pool, EVENTS.as_bytes()).0.is_err(), "another child, the same fault: and we are still here");
}

/// Somebody ends a child in the middle of its work.
#[test]
#[cfg(target_os = "linux")]
fn a_killed_worker_is_named() {
    let bytes = EVENTS.repeat(50_000).into_bytes();
    let pool = pool("", Limits::default());
    let content = Content::builtin().unwrap();
    let mut killed = false;
    let mut sink = |_| {
        if !std::mem::replace(&mut killed, true) {
            for child in children() {
                let _ = std::process::Command::new("kill").args(["-9", &child]).status();
            }
        }
        Ok(())
    };
    let account = pool.parse(&events(&content).layout().spec, &info(&bytes), &mut &bytes[..], &mut sink);
    assert_eq!(account.unwrap_err().to_string(), "the reader of this file ended on signal 9");
    assert!(parsed(&pool, EVENTS.as_bytes()).0.is_ok(), "the next file has a new child");
}

/// A child that was ended while it waited is replaced, and no file suffers.
#[test]
#[cfg(target_os = "linux")]
fn a_worker_that_died_while_idle_is_replaced() {
    let pool = pool("", Limits::default());
    assert!(parsed(&pool, EVENTS.as_bytes()).0.is_ok());
    for child in children() {
        std::process::Command::new("kill").args(["-9", &child]).status().unwrap();
        while std::fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            std::thread::yield_now();
        }
    }
    assert!(parsed(&pool, EVENTS.as_bytes()).0.is_ok());
}

/// The children of the thread that asks.
#[cfg(target_os = "linux")]
fn children() -> Vec<String> {
    let list = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    list.split_ascii_whitespace().map(str::to_owned).collect()
}
