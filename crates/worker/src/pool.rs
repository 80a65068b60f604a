//! The parent: it gives jobs to children, and takes every word of an answer as hostile.

use crate::confine::{Confinement, Limits};
use crate::frame::{self, AccountText, FRAME_BYTES_MAX, Kind, PIECE_BYTES};
use crate::guard::{Allowance, Guard};
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use assize_model::display::shortened;
use assize_model::rows::{Account, BATCH_ROWS, REJECTS_KEPT, Sink};
use assize_model::{FileInfo, RowsError, Spec};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Bytes of rows for any file, and for each byte of a file beyond.
const ANSWER_BYTES: u64 = 256 << 20;
const ANSWER_PER_BYTE: u64 = 64;
/// Remarks on one file.
const NOTES_MAX: usize = 10_000;

/// Why a file has no account.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// No child could be started.
    #[error("cannot start the reader of binary files: {0}")]
    Start(std::io::Error),
    /// The child ended, or was ended, before it was through. Rows that came before are kept.
    #[error("the reader of this file {0}")]
    Stopped(String),
    /// The child could not go on, and said so.
    #[error("the reader of this file gave up: {0}")]
    GaveUp(String),
    /// The child said what no reader of ours says. Rows that came before are kept.
    #[error("the reader of this file was stopped: its answer is damaged ({0})")]
    Damaged(String),
    /// Our own trouble, as without a worker.
    #[error(transparent)]
    Rows(#[from] RowsError),
}

/// Children that parse, and how to start more.
pub struct Pool {
    program: PathBuf,
    args: Vec<OsString>,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
    guard: Guard,
}

impl Pool {
    /// Children will be `program` with these arguments; it restricts itself and serves.
    #[must_use]
    pub fn new(program: PathBuf, args: Vec<OsString>, limits: Limits) -> Self {
        Self { program, args, limits, idle: Mutex::new(Vec::new()), guard: Guard::default() }
    }

    /// Has a child read one file; its rows go to `sink`. May be called from many threads at once.
    ///
    /// # Errors
    /// When the child failed, whatever it did: the reason names it, and the next file gets a new child. When the sink or
    /// the input failed.
    pub fn parse(
        &self,
        spec: &Spec,
        file: &FileInfo,
        input: &mut dyn BufRead,
        sink: &mut Sink<'_>,
    ) -> Result<Account, WorkerError> {
        let mut worker = self.worker()?;
        let cpu = Duration::from_secs(self.limits.cpu_seconds_for(file.size));
        let allowance = Allowance { cpu, memory_bytes: self.limits.memory_bytes };
        let account = worker.guarded(&self.guard, allowance, |talk| {
            let mut job = Job { spec, file, sink, rows: 0, answer_bytes: 0 };
            job.run(talk, input)
        })?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(account)
    }

    /// How the children are confined; starts one where none waits.
    ///
    /// # Errors
    /// When none can be started.
    pub fn confinement(&self) -> Result<Confinement, WorkerError> {
        let worker = self.worker()?;
        let confinement = worker.confinement.clone();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(confinement)
    }

    /// A child that waits, or a new one.
    fn worker(&self) -> Result<Worker, WorkerError> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut worker) = idle else { return Worker::start(self) };
            // It may have been ended while nobody spoke with it: that is no fault of the next file.
            if worker.is_alive() {
                return Ok(worker);
            }
        }
    }
}

/// A child that waits for jobs. When it is dropped it ends.
struct Worker {
    child: Arc<Mutex<Child>>,
    talk: Talk,
    confinement: Confinement,
}

/// The two pipes of a child.
struct Talk {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// What was said last, and room for what is said next.
    said: Vec<u8>,
    /// What was heard last, and room for what is heard next.
    heard: Vec<u8>,
}

impl Worker {
    fn start(pool: &Pool) -> Result<Self, WorkerError> {
        let mut command = Command::new(&pool.program);
        command.args(&pool.args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Nothing of our surroundings is its business.
        #[cfg(unix)]
        command.env_clear().current_dir("/");
        let mut child = command.spawn().map_err(WorkerError::Start)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(WorkerError::Start(ErrorKind::BrokenPipe.into()));
        };
        widen(&to, &from);
        let talk = Talk { to, from: BufReader::new(from), said: Vec::new(), heard: Vec::new() };
        let mut worker = Self { child: Arc::new(Mutex::new(child)), talk, confinement: Confinement::default() };
        let allowance = Allowance { cpu: Duration::from_secs(10), memory_bytes: pool.limits.memory_bytes };
        worker.confinement = worker.guarded(&pool.guard, allowance, |talk| match talk.answer()? {
            Kind::Ready => serde_json::from_slice(&talk.heard).map_err(damaged),
            _ => Err(WorkerError::Damaged("it does not begin as it should".into())),
        })?;
        Ok(worker)
    }

    fn is_alive(&mut self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(child.try_wait(), Ok(None))
    }

    /// Speaks with the child while its use of time and memory is watched.
    fn guarded<T>(
        &mut self,
        guard: &Guard,
        allowance: Allowance,
        speak: impl FnOnce(&mut Talk) -> Result<T, WorkerError>,
    ) -> Result<T, WorkerError> {
        let Self { child, talk, .. } = self;
        let (spoken, stopped) = guard.over(child, allowance, || speak(talk));
        match (spoken, stopped) {
            // A pipe that breaks, or words that stop in the middle, are how its end is noticed.
            (Err(WorkerError::Stopped(_) | WorkerError::Damaged(_)), Some(why)) => Err(WorkerError::Stopped(why)),
            (Err(WorkerError::Stopped(_)), None) => Err(WorkerError::Stopped(end_of(child))),
            (spoken, _) => spoken,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have ended already; what counts is that it is gone.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// How a child came to its end.
fn end_of(child: &Mutex<Child>) -> String {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // It closed its pipe: where it did not end as well, it ends now.
    let ended = child.try_wait().ok().flatten();
    let status = ended.or_else(|| {
        let _ = child.kill();
        child.wait().ok()
    });
    status.map_or_else(|| "ended, we do not know how".into(), words)
}

fn words(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return format!("ended on signal {signal}");
        }
    }
    status.code().map_or_else(|| "ended early".into(), |code| format!("ended early with code {code}"))
}

impl Talk {
    /// The next word of the child; its bytes are in `heard`.
    fn answer(&mut self) -> Result<Kind, WorkerError> {
        match frame::read_into(&mut self.from, &mut self.heard) {
            Ok(Some(kind)) => Ok(kind),
            Err(e) if e.kind() == ErrorKind::InvalidData => Err(damaged(e)),
            Ok(None) | Err(_) => Err(WorkerError::Stopped("ended early".into())),
        }
    }

    fn say(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), WorkerError> {
        frame::write(&mut self.to, kind, bytes).map_err(unheard)
    }
}

/// The child takes no more.
fn unheard(why: std::io::Error) -> WorkerError {
    WorkerError::Stopped(format!("takes no more: {why}"))
}

/// Lets a pipe hold a whole piece of a file, so that one side need not wake the other several times for each. Where the
/// system refuses, pipes are as they were.
#[cfg(target_os = "linux")]
fn widen(to: &ChildStdin, from: &ChildStdout) {
    const PIPE_BYTES: usize = 1 << 20;
    let _ = rustix::pipe::fcntl_setpipe_size(to, PIPE_BYTES);
    let _ = rustix::pipe::fcntl_setpipe_size(from, PIPE_BYTES);
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &ChildStdin, _: &ChildStdout) {}

fn damaged(what: impl std::fmt::Display) -> WorkerError {
    WorkerError::Damaged(what.to_string())
}

/// One file on its way through a child.
struct Job<'a, 's> {
    spec: &'a Spec,
    file: &'a FileInfo,
    sink: &'a mut Sink<'s>,
    rows: u64,
    answer_bytes: u64,
}

impl Job<'_, '_> {
    fn run(&mut self, talk: &mut Talk, input: &mut dyn BufRead) -> Result<Account, WorkerError> {
        let job = serde_json::to_vec(&(&self.spec.table, self.file)).map_err(|e| RowsError::Keep(e.to_string()))?;
        talk.say(Kind::Job, &job)?;
        talk.say(Kind::Head, &self.file.head)?;
        // Every reader begins at the beginning: the first bytes need not be asked for.
        let (mut given, mut ended) = give(talk, input)?;
        loop {
            let kind = talk.answer()?;
            let bytes = &talk.heard;
            self.answer_bytes += bytes.len() as u64;
            if self.answer_bytes > self.file.size.saturating_mul(ANSWER_PER_BYTE).saturating_add(ANSWER_BYTES) {
                return Err(damaged("it is far larger than the file"));
            }
            match kind {
                Kind::Need if ended => return Err(damaged("it asks for bytes behind the end")),
                Kind::Need => {
                    let (bytes, last) = give(talk, input)?;
                    given += bytes;
                    ended = last;
                }
                Kind::Rows => {
                    let batch = self.batch(bytes)?;
                    self.rows += batch.num_rows() as u64;
                    (self.sink)(batch)?;
                }
                Kind::Account if ended => return self.account(bytes, given),
                Kind::Account => return Err(damaged("it did not read to the end")),
                Kind::Trouble => return Err(WorkerError::GaveUp(clipped(bytes))),
                _ => return Err(damaged("a word that only we say")),
            }
        }
    }

    /// One record batch that is what the layout says, and of this file.
    fn batch(&self, bytes: &[u8]) -> Result<RecordBatch, WorkerError> {
        check_sizes(bytes)?;
        // The reader of this format promises an error for damaged bytes, and has been seen to panic.
        let read = std::panic::catch_unwind(|| {
            let mut stream = StreamReader::try_new(bytes, None)?;
            if stream.schema().fields() != self.spec.schema().fields() {
                return Ok((None, true));
            }
            let batch = stream.next().transpose()?;
            Ok::<_, arrow_schema::ArrowError>((batch, stream.next().is_none()))
        });
        let (batch, alone) = read.map_err(|_| damaged("its rows cannot be decoded"))?.map_err(damaged)?;
        let batch = batch.filter(|_| alone).ok_or_else(|| damaged("not one batch of rows of the table"))?;
        if batch.num_rows() == 0 || batch.num_rows() > BATCH_ROWS {
            return Err(damaged(format!("{} rows at once", batch.num_rows())));
        }
        let files = batch.column(0).as_primitive::<UInt32Type>();
        if files.null_count() > 0 || files.values().iter().any(|id| *id != self.file.id.0) {
            return Err(damaged("rows of another file"));
        }
        // A schema of ours, without what the other side may have written beside it.
        RecordBatch::try_new(self.spec.schema(), batch.columns().to_vec()).map_err(damaged)
    }

    /// The account, where it agrees with what was given and taken.
    fn account(&self, bytes: &[u8], given: u64) -> Result<Account, WorkerError> {
        let account: Account = serde_json::from_slice::<AccountText>(bytes).map_err(damaged)?.into();
        let counts = account.counts;
        let bytes = [counts.bytes_parsed, counts.bytes_padding, counts.bytes_lost];
        let bytes = bytes.into_iter().try_fold(0u64, u64::checked_add);
        if counts.rows != self.rows {
            return Err(damaged(format!("{} rows by its account, {} came", counts.rows, self.rows)));
        }
        // Files that are read with it follow it; their bytes are in accounts of their own.
        if bytes != Some(given) && bytes != Some(given.min(self.file.size)) {
            return Err(damaged(format!("its account is not of the {given} bytes it was given")));
        }
        if account.rejects.len() as u64 != counts.rejects.min(REJECTS_KEPT as u64) {
            return Err(damaged("rejects that are not named"));
        }
        if account.notes.len() > NOTES_MAX {
            return Err(damaged("too many remarks"));
        }
        Ok(account)
    }
}

/// Refuses a stream that states more bytes than it has, or more values than a batch: the reader of this format takes
/// memory for what is stated, and memory that is not there ends the whole process.
fn check_sizes(stream: &[u8]) -> Result<(), WorkerError> {
    const MARK: &[u8] = &[0xff; 4];
    let mut rest = stream;
    while !rest.is_empty() {
        let head = rest.split_at_checked(8).filter(|(head, _)| head.starts_with(MARK));
        let (head, after) = head.ok_or_else(|| damaged("a message without a mark"))?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if length == 0 {
            return if after.is_empty() { Ok(()) } else { Err(damaged("bytes after the end")) };
        }
        let (text, after) = after.split_at_checked(length).ok_or_else(|| damaged("a message ends early"))?;
        let message = arrow_ipc::root_as_message(text).map_err(damaged)?;
        let body = usize::try_from(message.bodyLength()).ok();
        let body = body.and_then(|body| after.split_at_checked(body)).ok_or_else(|| damaged("a body ends early"))?;
        let dictionary = message.header_as_dictionary_batch().and_then(|d| d.data());
        if let Some(batch) = message.header_as_record_batch().or(dictionary) {
            let small = |count: i64| usize::try_from(count).is_ok_and(|count| count <= BATCH_ROWS);
            let nodes =
                batch.nodes().is_none_or(|nodes| nodes.iter().all(|n| small(n.length()) && small(n.null_count())));
            if !small(batch.length()) || !nodes || batch.compression().is_some() {
                return Err(damaged("more values than a batch has"));
            }
        }
        rest = body.1;
    }
    Ok(())
}

/// Gives the child the next bytes of the file; says how many, and whether they are the last.
fn give(talk: &mut Talk, input: &mut dyn BufRead) -> Result<(u64, bool), WorkerError> {
    let piece = next(input)?;
    if let Some((piece, _)) = piece.split_at_checked(PIECE_BYTES).filter(|(_, more)| !more.is_empty()) {
        // More is there already, so it need not be moved to see whether more comes.
        frame::write(&mut talk.to, Kind::Bytes, piece).map_err(unheard)?;
        input.consume(PIECE_BYTES);
        return Ok((PIECE_BYTES as u64, false));
    }
    talk.said.clear();
    talk.said.extend_from_slice(piece);
    let given = piece.len();
    input.consume(given);
    let last = next(input)?.is_empty();
    frame::write(&mut talk.to, if last { Kind::Last } else { Kind::Bytes }, &talk.said).map_err(unheard)?;
    Ok((given as u64, last))
}

/// The bytes of the file that come next; none at its end.
fn next(input: &mut dyn BufRead) -> Result<&[u8], WorkerError> {
    loop {
        match input.fill_buf() {
            Ok(_) => break,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(RowsError::Read(e).into()),
        }
    }
    input.fill_buf().map_err(|e| RowsError::Read(e).into())
}

/// Words of the child for a person, cut to a line and made safe to show.
fn clipped(bytes: &[u8]) -> String {
    shortened(&String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]), 200)
}

const _: () = assert!(PIECE_BYTES < FRAME_BYTES_MAX, "a piece of a file fits a frame");
