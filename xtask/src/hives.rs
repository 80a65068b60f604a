//! The second half of `oracle`: real registry hives, key by key and byte by byte, against readers that are not ours.
//!
//! `python-registry` reads what `regipy` made of the logs beside a hive; both are installed from PyPI and run as programs.

use crate::oracle::environment;
use assize_artifacts::hive::{Hive, Key};
use assize_evidence::{Limits, Source};
use assize_model::display::hex;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::process::Command;

const READERS: [&str; 2] = ["python-registry==1.3.1", "regipy==6.2.1"];
/// What is compared, from `../shared`.
const HIVES: &str = "../shared/data/registry/hives.tar.zst";
/// Hives that have logs beside them: the hive, then its logs.
const WITH_LOGS: [[&str; 3]; 1] = [[
    "regipy/trans_ntuser.dat/transactions_NTUSER.DAT",
    "regipy/trans_ntuser.dat/transactions_ntuser.dat.log1",
    "regipy/trans_ntuser.dat/transactions_ntuser.dat.log2",
]];
/// Levels of keys at most; Windows allows as many.
const LEVELS: usize = 512;

/// Writes each hive as it is and as we read it, and has the other readers compare.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let archive = root.join(HIVES);
    if !archive.exists() {
        println!("skipped: ../shared absent");
        return Ok(());
    }
    let folder = std::env::temp_dir().join("assize-hives");
    let Some(python) = environment(&folder, "import Registry, regipy", &[&READERS]) else { return Ok(()) };
    let files = folder.join("files");
    let _ = std::fs::remove_dir_all(&files);
    std::fs::create_dir_all(&files).map_err(|e| e.to_string())?;
    let source = Source::open(&archive, Limits::default(), None).map_err(|e| e.to_string())?;
    let mut list = Vec::new();
    for (index, entry) in source.entries().iter().enumerate().filter(|(_, e)| e.size > 0) {
        let bytes = read(&source, index)?;
        if !bytes.starts_with(b"regf") || WITH_LOGS.iter().flatten().skip(1).any(|log| entry.path.ends_with(log)) {
            continue;
        }
        let beside = WITH_LOGS.iter().find(|names| entry.path.ends_with(names[0]));
        let mut logs = Vec::new();
        for name in beside.into_iter().flatten().skip(1) {
            let at = source.entries().iter().position(|e| e.path.ends_with(name)).ok_or("a log is missing")?;
            logs.push(read(&source, at)?);
        }
        let name = format!("{index:02}");
        let mut written = Vec::new();
        for (end, bytes) in ["hive", "log1", "log2"].iter().zip(std::iter::once(&bytes).chain(&logs)) {
            let path = files.join(format!("{name}.{end}"));
            std::fs::write(&path, bytes).map_err(|e| e.to_string())?;
            written.push(path.display().to_string());
        }
        let ours = files.join(format!("{name}.json"));
        std::fs::write(&ours, dump(bytes, logs).to_string()).map_err(|e| e.to_string())?;
        list.push(json!({ "name": entry.path, "files": written, "ours": ours.display().to_string() }));
    }
    let index = files.join("index.json");
    std::fs::write(&index, Value::from(list).to_string()).map_err(|e| e.to_string())?;
    match Command::new(python).arg(root.join("xtask/oracle/hives.py")).arg(&index).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("a hive reads differently, and nobody has said why; see above".into()),
        Err(e) => Err(format!("cannot run the readers: {e}")),
    }
}

fn read(source: &Source, index: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut member = source.read(index).map_err(|s| s.reason)?;
    member.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// Every key with its values; the reason alone, where there is none to read.
fn dump(bytes: Vec<u8>, logs: Vec<Vec<u8>>) -> Value {
    let mut hive = match Hive::open(bytes, logs) {
        Ok(hive) => hive,
        Err(why) => return json!({ "refused": why }),
    };
    let state = format!("{:?}", hive.state());
    let Ok(Some(mut root)) = hive.key("") else { return json!({ "refused": "no root" }) };
    let mut keys = vec![row("", &root)];
    hive.walk(&mut root, LEVELS, &mut |path, key| keys.push(row(path, key)));
    json!({ "state": state, "keys": keys })
}

fn row(path: &str, key: &Key) -> Value {
    let values: Vec<Value> = key.values().map(|v| json!([v.name, v.stored_as, hex(&v.bytes)])).collect();
    json!([path, key.written().0, values])
}
