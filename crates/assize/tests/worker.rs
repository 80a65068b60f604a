//! `assize worker`, as the command itself calls it.

#![allow(clippy::unwrap_used)]

use assize_content::Content;
use assize_model::{FileId, FileInfo};
use assize_worker::{Limits, Pool};

#[test]
fn the_hidden_command_reads_events_without_rights() {
    let bytes =
        "{\"EventTime\":\"2021-03-03 06:49:42Z\",\"Hostname\":\"EX01\",\"EventID\":4624,\"Channel\":\"S\"}\n".repeat(9);
    let content = Content::builtin().unwrap();
    let file = FileInfo {
        id: FileId(2),
        path: "events.json".into(),
        size: bytes.len() as u64,
        sha256: "00".repeat(32),
        modified: None,
        head: bytes.as_bytes().to_vec(),
    };
    let pool = Pool::new(env!("CARGO_BIN_EXE_assize").into(), vec!["worker".into()], Limits::default());
    let mut rows = 0;
    let mut sink = |batch: arrow_array::RecordBatch| {
        rows += batch.num_rows();
        Ok(())
    };
    let spec = &content.layout("windows_events").unwrap().spec;
    let account = pool.parse(spec, &file, &mut bytes.as_bytes(), &mut sink).unwrap();
    assert_eq!((account.counts.rows, rows), (9, 9));
    let confinement = pool.confinement().unwrap();
    assert_eq!(confinement.is_whole(), cfg!(target_os = "linux"), "{confinement:?}");
}

#[test]
fn no_page_of_help_names_it() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_assize")).arg("--help").output().unwrap();
    assert!(!String::from_utf8_lossy(&help.stdout).contains("worker"));
}
