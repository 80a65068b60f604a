//! What the road costs: CPU seconds for each GB of a generated IIS log, beside two tools that everybody knows.
//!
//! `cargo bench -p assize --bench road` makes the log (256 MB, or `ASSIZE_BENCH_MB`), then measures parse, ingest and scan in one
//! run, and ripgrep, DuckDB and Dissect where they are installed (`rg`; modules `duckdb` and `dissect.target` of `python3`,
//! or of the Python that `ASSIZE_BENCH_PYTHON` names). Dissect, which is slow, gets the first sixteen megabytes. CPU time is that of the whole process
//! and its children, from `/proc/self/stat`.

#[path = "../../artifacts/benches/cpu/mod.rs"]
mod cpu;

use assize_content::Content;
use assize_model::{FileId, FileInfo, Rows};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs one stage three times and prints the best.
fn stage(name: &str, gb: f64, mut work: impl FnMut() -> bool) {
    let mut best: Option<(f64, f64)> = None;
    for _ in 0..3 {
        let (cpu, wall) = (cpu::seconds(), Instant::now());
        if !work() {
            println!("{name:<44} not here");
            return;
        }
        let took = (cpu::seconds() - cpu, wall.elapsed().as_secs_f64());
        best = Some(best.map_or(took, |b| if took.0 < b.0 { took } else { b }));
    }
    if let Some((cpu, wall)) = best {
        println!("{name:<44} {:>7.2} CPU s/GB  {:>7.2} s/GB", cpu / gb, wall / gb);
    }
}

fn parse(content: &Content, log: &Path, bytes: u64) -> bool {
    let artifacts = assize_artifacts::all(content);
    let head = b"#Software: Microsoft Internet Information Services 10.0\r\n#Fields: ".to_vec();
    let info = FileInfo {
        id: FileId(0),
        path: "W3SVC1/u_ex210301.log".into(),
        size: bytes,
        sha256: String::new(),
        modified: None,
        head,
    };
    let Some(artifact) = assize_artifacts::claiming(&artifacts, &info).into_iter().next() else { return false };
    let Ok(file) = File::open(log) else { return false };
    let mut sink = |_| Ok(());
    let mut rows = Rows::new(&artifact.layout().spec, &info, &mut sink);
    artifact
        .parse(&mut BufReader::with_capacity(1 << 20, file), &mut rows)
        .and_then(|()| rows.end())
        .is_ok_and(|a| a.counts.rejects == 0)
}

fn runs(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.code().is_some_and(|c| c < 126 && c != 1))
}

fn assize(args: &[&str], folder: &Path) -> bool {
    let _ = fs::remove_dir_all(folder.join("case"));
    runs(Command::new(env!("CARGO_BIN_EXE_assize")).args(args).current_dir(folder))
}

/// DuckDB reads the same columns and writes the same kind of file.
const DUCKDB: &str = "
import duckdb, sys
c = duckdb.connect(); c.execute('set threads=%s' % sys.argv[2])
names = 'date time s_ip cs_method cs_uri_stem cs_uri_query s_port cs_username c_ip cs_user_agent cs_referer sc_status sc_substatus sc_win32_status time_taken'.split()
source = \"read_csv('%s', delim=' ', header=false, comment='#', skip=4, quote='', escape='', auto_detect=false, columns={%s})\" % (sys.argv[1], ', '.join(\"'%s': 'VARCHAR'\" % n for n in names))
if sys.argv[3] == 'read':
    c.execute('select ' + ', '.join('sum(length(%s))' % n for n in names) + ' from ' + source).fetchall()
else:
    c.execute(\"copy (select * from %s) to '%s' (format parquet, compression zstd)\" % (source, sys.argv[3]))
";

/// Dissect reads the web logs of a volume, and we read them after it.
const DISSECT: &str = "
import logging, sys
from dissect.target import Target
logging.disable(logging.ERROR)
rows = sum(1 for _ in Target.open(sys.argv[1]).iis.logs())
sys.exit(1 if rows < 1000 else 0)
";

/// Bytes of the log that Dissect reads.
const SMALL_BYTES: u64 = 16_000_000;

/// The volume of an invented server with the beginning of the log for its web logs.
fn volume(log: &Path, dir: &Path) -> std::io::Result<PathBuf> {
    let unknown = || std::io::Error::other("the lab does not know it");
    let (scenario, layout) = assize_lab::scenario("attacked").zip(assize_lab::layout("disk")).ok_or_else(unknown)?;
    let volume = assize_lab::write_collection(scenario, 1, layout, dir)?;
    let logs = volume.join("inetpub/logs/LogFiles/W3SVC1");
    fs::remove_dir_all(&logs)?;
    fs::create_dir_all(&logs)?;
    let mut small = File::create(logs.join("u_ex210301.log"))?;
    std::io::copy(&mut File::open(log)?.take(SMALL_BYTES), &mut small)?;
    Ok(volume)
}

fn main() {
    let megabytes: u64 = std::env::var("ASSIZE_BENCH_MB").ok().and_then(|t| t.parse().ok()).unwrap_or(256);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path();
    let log = place.join("evidence/W3SVC1/u_ex210301.log");
    fs::create_dir_all(log.parent().expect("a folder")).expect("the folder can be made");
    let mut file = std::io::BufWriter::new(File::create(&log).expect("the log can be made"));
    let made = assize_lab::iis_log(&mut file, megabytes * 1_000_000, 1).expect("the log can be written");
    drop(file);
    let gb = made.bytes as f64 / 1e9;
    println!("generated IIS log: {} bytes, {} rows, {} of them planted", made.bytes, made.rows, made.planted);
    let content = Content::builtin().expect("the built-in content reads");
    let path = log.display().to_string();
    stage("parse to Arrow (1 thread)", gb, || parse(&content, &log, made.bytes));
    let common = ["evidence", "--progress", "none", "--threads"];
    stage("ingest: inspect, with hashes and Parquet (1)", gb, || {
        assize(&[&["inspect"], &common[..], &["1"]].concat(), place)
    });
    stage("scan: ingest and all rules (1 thread)", gb, || {
        assize(&[&["scan"], &common[..], &["1", "-qq", "-o", "case"]].concat(), place)
    });
    stage("ripgrep -c, one literal", gb, || runs(Command::new("rg").args(["-c", "/ecp/y.js", &path])));
    let python = std::env::var_os("ASSIZE_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
    let duckdb = |what: &str| runs(Command::new(&python).args(["-c", DUCKDB, &path, "1", what]));
    stage("DuckDB read_csv, all columns touched (1)", gb, || duckdb("read"));
    let parquet = place.join("duckdb.parquet").display().to_string();
    stage("DuckDB read_csv to Parquet zstd (1)", gb, || duckdb(&parquet));
    let volume = volume(&log, &place.join("volume")).expect("a volume can be made");
    let small = SMALL_BYTES.min(made.bytes) as f64 / 1e9;
    stage("Dissect iis.logs, 16 MB", small, || runs(Command::new(&python).arg("-c").arg(DISSECT).arg(&volume)));
    let logs = volume.join("inetpub/logs/LogFiles").display().to_string();
    stage("ingest of the same 16 MB (1 thread)", small, || {
        runs(Command::new(env!("CARGO_BIN_EXE_assize")).args([
            "inspect",
            &logs,
            "--progress",
            "none",
            "--threads",
            "1",
        ]))
    });
}
