//! A child for tests: it serves as the real one does, or misbehaves in the one way that its argument names.

use assize_artifacts::{Artifact, Look, all};
use assize_content::{Content, Layout};
use assize_model::{Rows, RowsError};
use assize_worker::{Confinement, Limits, restrict, serve};
use std::io::{self, BufRead, Write};
use std::net::{TcpStream, UdpSocket};
use std::process::{Command, ExitCode};

/// Reads as the real reader does, after it misbehaved.
struct Trial<'c> {
    real: Box<dyn Artifact + 'c>,
    mode: String,
}

impl Artifact for Trial<'_> {
    fn layout(&self) -> &Layout {
        self.real.layout()
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        self.real.claims(look)
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        match self.mode.as_str() {
            "abort" => std::process::abort(),
            "exit" => std::process::exit(3),
            "hang" => loop {
                std::hint::spin_loop();
            },
            "panic" => panic!("on purpose"),
            "memory" => memory(),
            "trouble" => return Err(RowsError::Keep("\x1b[31mno".into())),
            "short" => {
                let bytes = input.fill_buf()?.len();
                rows.skip(bytes as u64);
                return Ok(());
            }
            "many" => rows.skip(7),
            "escape" => escape(rows),
            "late" => {
                self.real.parse(input, rows)?;
                for _ in 0..20_000 {
                    rows.finish(1, None, 0)?;
                }
                std::process::abort();
            }
            _ => {}
        }
        self.real.parse(input, rows)
    }
}

fn memory() {
    let mut all = Vec::new();
    loop {
        all.push(std::hint::black_box(vec![1u8; 1 << 20]));
    }
}

/// Tries what a worker must not be able to do, and tells what came of it.
fn escape(rows: &mut Rows<'_>) {
    let mut tried =
        |what: &str, worked: bool| rows.note(format!("{what} {}", if worked { "worked" } else { "failed" }));
    tried("open", std::fs::File::open("/etc/hostname").is_ok());
    tried("open itself", std::fs::File::open("/proc/self/exe").is_ok());
    tried("create", std::fs::File::create("/tmp/assize-worker-trial").is_ok());
    tried("list", std::fs::read_dir("/").is_ok());
    tried(
        "connect",
        TcpStream::connect("127.0.0.1:9").map_or_else(|e| e.kind() == io::ErrorKind::ConnectionRefused, |_| true),
    );
    tried("bind", UdpSocket::bind("127.0.0.1:0").is_ok());
    tried("execute", Command::new("/bin/true").status().is_ok());
    tried("thread", std::thread::Builder::new().spawn(|| ()).is_ok());
}

/// Words that no child of ours says.
fn garbage(mode: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let ready = serde_json::to_vec(&Confinement::default())?;
    let mut frame = |kind: u8, bytes: &[u8]| {
        out.write_all(&[kind])?;
        out.write_all(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes())?;
        out.write_all(bytes)?;
        out.flush()
    };
    if mode == "garbage-first" {
        return frame(b'?', b"?");
    }
    frame(b'C', &ready)?;
    match mode {
        "garbage-rows" => frame(b'R', &[0x41; 4096]),
        "garbage-account" => {
            frame(b'N', b"")?;
            frame(b'N', b"")?;
            frame(b'A', b"{\"counts\":7}")
        }
        // Messages that state more bytes than any memory has.
        "garbage-sizes" => frame(b'R', &terabyte()),
        "garbage-kind" => frame(b'z', b""),
        "garbage-job" => frame(b'J', b""),
        "garbage-length" => out.write_all(b"R\xff\xff\xff\xff").and_then(|()| out.flush()),
        "garbage-cut" => out.write_all(b"R\xff\0\0\0abc").and_then(|()| out.flush()),
        "flood" => loop {
            frame(b'N', b"")?;
        },
        "flood-rows" => loop {
            frame(b'R', &vec![0; 32 << 20])?;
        },
        "silent" => loop {
            std::thread::park();
        },
        _ => Ok(()),
    }?;
    if mode == "garbage-cut" {
        return Ok(());
    }
    // It waits, so that what it said is read.
    io::copy(&mut io::stdin().lock(), &mut io::sink()).map(|_| ())
}

/// A stream of rows as it should be, but for the length of a body.
fn terabyte() -> Vec<u8> {
    let batch = arrow_array::RecordBatch::new_empty(std::sync::Arc::new(arrow_schema::Schema::empty()));
    let mut bytes = Vec::new();
    if let Ok(mut stream) = arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &batch.schema()) {
        let _ = stream.write(&batch);
    }
    // The length of a body is the one number of eight bytes in the table of a message: any zero may be it.
    let places: Vec<usize> =
        (16..bytes.len().saturating_sub(8)).step_by(8).filter(|at| bytes[*at..at + 8] == [0; 8]).collect();
    for at in places {
        bytes[at + 5] = 1;
    }
    bytes
}

fn main() -> ExitCode {
    let mode = std::env::args().nth(1).unwrap_or_default();
    if mode.starts_with("garbage") || mode.starts_with("flood") || mode == "silent" {
        return if garbage(&mode).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let Ok(content) = Content::builtin() else { return ExitCode::FAILURE };
    let artifacts = all(&content);
    let trial = |real| Box::new(Trial { real, mode: mode.clone() }) as Box<dyn Artifact + '_>;
    let artifacts: Vec<_> = artifacts.into_iter().map(trial).collect();
    let confinement = if mode == "free" { Confinement::default() } else { restrict(&Limits::default()) };
    match serve(io::stdin().lock(), io::stdout().lock(), &confinement, &artifacts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
