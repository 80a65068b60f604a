//! Reads bytes as evidence and shows what became of them.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

pub mod log;
pub mod salvage;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use assize_artifacts::{Artifact, all, claiming};
use assize_content::{Content, ExposureTables, Layout, Recipes};
use assize_model::rows::Account;
use assize_model::{FileId, FileInfo, Rows, Timestamp};
use std::path::{Path, PathBuf};

pub struct Read {
    pub account: Account,
    pub batches: Vec<RecordBatch>,
}

/// The layouts of the repository, alone: other content may be under work.
pub fn content() -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/artifacts");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let layouts = paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "yml"))
        .map(|p| Layout::read(&p.to_string_lossy(), &std::fs::read_to_string(p).unwrap()).unwrap())
        .collect();
    let (exposure, recipes) = (ExposureTables::default(), Recipes::default());
    let known_good = assize_content::KnownGood::default();
    Content {
        layouts,
        packs: Vec::new(),
        exposure,
        known_good,
        recipes,
        interruptions: Vec::new(),
        directives: Vec::new(),
        notices: std::collections::BTreeMap::new(),
        sha256: String::new(),
    }
}

pub fn info(path: &str, bytes: &[u8]) -> FileInfo {
    FileInfo {
        id: FileId(1),
        path: path.into(),
        size: bytes.len() as u64,
        sha256: "00".repeat(32),
        modified: Timestamp::parse("2021-03-03T00:00:00Z"),
        head: bytes[..bytes.len().min(assize_model::file::HEAD_BYTES)].to_vec(),
    }
}

pub fn parse(artifact: &dyn Artifact, path: &str, bytes: &[u8]) -> Read {
    let file = info(path, bytes);
    let mut batches = Vec::new();
    let mut sink = |batch| {
        batches.push(batch);
        Ok(())
    };
    let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
    artifact.parse(&mut std::io::BufReader::with_capacity(8192, bytes), &mut rows).unwrap();
    let account = rows.end().unwrap();
    assert_eq!(account.counts.bytes(), bytes.len() as u64, "{path}: every byte is accounted for: {account:?}");
    Read { account, batches }
}

/// Reads with whoever claims the file: the names of the tables and what each made of it.
pub fn read(path: &str, bytes: &[u8]) -> Vec<(String, Read)> {
    let content = content();
    let artifacts = all(&content);
    claiming(&artifacts, &info(path, bytes))
        .iter()
        .map(|a| (a.layout().spec.table.clone(), parse(*a, path, bytes)))
        .collect()
}

impl Read {
    /// `rows + rejects`, the reasons of the rejects, and the notes, in one line each.
    pub fn summary(&self) -> String {
        let mut reasons = std::collections::BTreeMap::new();
        for reject in &self.account.rejects {
            *reasons.entry(reject.reason.word()).or_insert(0) += 1;
        }
        let mut text = format!("{} rows, {} rejects", self.account.counts.rows, self.account.counts.rejects);
        for (reason, count) in reasons {
            text += &format!(", {count} {reason}");
        }
        for note in &self.account.notes {
            text += &format!("\n  {note}");
        }
        text
    }

    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The value of a column as text; empty for null.
    pub fn value(&self, row: usize, column: &str) -> String {
        let mut row = row;
        for batch in &self.batches {
            if row < batch.num_rows() {
                let array = batch.column_by_name(column).unwrap_or_else(|| panic!("no column {column}"));
                return cell(array.as_ref(), row);
            }
            row -= batch.num_rows();
        }
        panic!("no row {row}");
    }

    /// All values of a column.
    pub fn column(&self, column: &str) -> Vec<String> {
        (0..self.rows()).map(|row| self.value(row, column)).collect()
    }

    /// Some columns of all rows, a line each.
    pub fn table(&self, columns: &[&str]) -> String {
        let line = |row| columns.iter().map(|c| self.value(row, c)).collect::<Vec<_>>().join(" | ");
        (0..self.rows()).map(line).collect::<Vec<_>>().join("\n")
    }
}

fn cell(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    if let Some(words) = array.as_any_dictionary_opt() {
        return words.values().as_string::<i32>().value(words.normalized_keys()[row]).to_owned();
    }
    if let Some(text) = array.as_string_opt::<i32>() {
        return text.value(row).to_owned();
    }
    if let Some(number) = array.as_primitive_opt::<Int64Type>() {
        return number.value(row).to_string();
    }
    if let Some(number) = array.as_primitive_opt::<UInt64Type>() {
        return number.value(row).to_string();
    }
    Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row)).to_string()
}

/// A folder of the sample data, or a word on the console that it is not there.
pub fn shared(part: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared absent ({part})");
    None
}

/// The members of a `.tar.zst`, in memory.
pub fn members(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(archive).unwrap();
    tar_members(zstd::stream::read::Decoder::new(file).unwrap())
}

pub fn tar_members(stream: impl std::io::Read) -> Vec<(String, Vec<u8>)> {
    let mut members = Vec::new();
    for entry in tar::Archive::new(stream).entries().unwrap() {
        let mut entry = entry.unwrap();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        members.push((name, bytes));
    }
    members
}

/// The members of a `.tar.xz`, unpacked into memory by the system's `xz`; `None` where there is none.
pub fn xz_members(archive: &Path) -> Option<Vec<(String, Vec<u8>)>> {
    let output = std::process::Command::new("xz").args(["-dc"]).arg(archive).output();
    match output {
        Ok(output) if output.status.success() => Some(tar_members(output.stdout.as_slice())),
        _ => {
            println!("skipped: no xz here");
            None
        }
    }
}
