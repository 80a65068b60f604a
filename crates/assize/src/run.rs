//! The one function in which the rooms meet: evidence to artifacts to case to assessment.

use crate::copies;
use crate::exit::Stop;
use crate::input;
use crate::log;
use crate::progress::{Choice, Phase, Progress};
use crate::redaction::Redaction;
use crate::resources::{Memory, Resources};
use crate::signatures::{self, Signatures};
use crate::stop;
use assize_artifacts::{Artifact, beside};
use assize_assess::Facts;
use assize_case::{Case, CaseError, CaseWriter, FileRecord, FileWriter, Manifest, SegmentWriter};
use assize_content::{Content, Suppressor};
use assize_evidence::{Described, Held, Passwords, Source};
use assize_model::file::Skipped;
use assize_model::result::{Evidence, TableSummary};
use assize_model::rows::Account;
use assize_model::{CaseResult, FileId, FileInfo, Marking, Rows, RowsError, Timestamp};
use assize_worker::{Limits, Pool, WorkerError};
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufRead, Read};
use std::ops::{Range, RangeInclusive};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What the user asked for.
pub(crate) struct Settings {
    /// Examine from then.
    pub(crate) since: Option<Timestamp>,
    /// Examine up to then.
    pub(crate) until: Option<Timestamp>,
    /// Packs to run; empty: all.
    pub(crate) campaigns: Vec<String>,
    /// Threads.
    pub(crate) threads: usize,
    /// Memory that may be held while evidence is read.
    pub(crate) memory: Memory,
    /// How progress is shown.
    pub(crate) progress: Choice,
    /// Whether rules run; `inspect` only asks what could be seen.
    pub(crate) detect: bool,
    /// Set when the user wants to stop: the files in hand are finished, no other is begun.
    pub(crate) stop: &'static AtomicBool,
    /// What the user says of the case.
    pub(crate) marking: Marking,
    /// The folder of the content, where it is not the built-in one.
    pub(crate) content: Option<PathBuf>,
    /// YARA rules that are asked about files.
    pub(crate) signatures: Option<Arc<Signatures>>,
    /// What is tried on evidence that is locked.
    pub(crate) passwords: Passwords,
    /// Findings that somebody answers for.
    pub(crate) suppressions: Vec<Suppressor>,
    /// Which evidence is copied into the case.
    pub(crate) copies: copies::Which,
    /// Pseudonyms for what is written for others.
    pub(crate) redaction: Option<Arc<Redaction>>,
}

impl Settings {
    /// For a run that nobody set anything for, and that shows no progress.
    pub(crate) fn plain(content: Option<PathBuf>) -> Self {
        let resources = Resources::default();
        Self {
            since: None,
            until: None,
            campaigns: Vec::new(),
            threads: resources.threads(None),
            memory: resources.memory(),
            progress: Choice::None,
            detect: true,
            stop: stop::asked_for(),
            marking: Marking::default(),
            content,
            signatures: None,
            passwords: Passwords::default(),
            suppressions: Vec::new(),
            copies: copies::Which::None,
            redaction: None,
        }
    }
}

/// A case that was assessed.
pub(crate) struct Assessed {
    /// The result.
    pub(crate) result: CaseResult,
    /// The case.
    pub(crate) case: Case,
    /// The same for others, where pseudonyms are wanted.
    pub(crate) redacted: Option<CaseResult>,
    /// Where it lies.
    pub(crate) folder: PathBuf,
    /// How much evidence was copied.
    pub(crate) copies: Option<copies::Summary>,
    /// Seconds of reading and assessing.
    pub(crate) seconds: u64,
}

/// Files that no parser claimed, named in the result.
const NOT_UNDERSTOOD_MAX: usize = 100;

/// Reads the evidence into a case in `folder`, seals it, and assesses it. A run that was stopped is taken up there.
pub(crate) fn assess(settings: &Settings, content: &Content, source: &Source, folder: &Path) -> Result<Assessed, Stop> {
    let bytes = source.entries().iter().map(|e| e.size).sum();
    let files = source.entries().len() as u64;
    let input = [("input", source.name().into()), ("files", files.into()), ("bytes", Value::from(bytes))];
    log::event("read", &input);
    let progress = Progress::begin(settings.progress, Phase::Read, source.name(), files, bytes);
    let case = match Case::open(folder) {
        // Stopped after the evidence was read: only the assessment is left.
        Ok(case) => case,
        Err(_) => read(settings, content, source, writer(folder, settings.detect)?, &progress)?,
    };
    case.forget_reports(&[]).map_err(own)?;
    judge(settings, content, case, &progress)
}

/// Assesses a sealed case again, with the content of today. Nothing reads the evidence, and its reports stay as they are.
pub(crate) fn assess_again(settings: &Settings, content: &Content, case: Case) -> Result<Assessed, Stop> {
    let name = case.manifest().source_name.clone();
    let files = case.files().len() as u64;
    let progress = Progress::begin(settings.progress, Phase::Assess, &name, files, 0);
    judge(settings, content, case, &progress)
}

/// Assesses a case.
fn judge(settings: &Settings, content: &Content, case: Case, progress: &Progress) -> Result<Assessed, Stop> {
    let input = [("input", Value::from(case.manifest().source_name.as_str()))];
    progress.phase(Phase::Assess);
    for skipped in &case.manifest().skipped {
        log::event("skipped", &[("path", skipped.path.as_str().into()), ("reason", skipped.reason.as_str().into())]);
    }
    log::event("assess", &input);
    // From here on nothing reads the evidence.
    let facts = facts(settings, &case);
    let result = assize_assess::assess(&case, content, &facts).map_err(own)?;
    let seconds = progress.end(Some(result.findings.len() as u64));
    let state = [
        ("input", case.manifest().source_name.as_str().into()),
        ("state", result.verdict.state.word().into()),
        ("findings", result.findings.len().into()),
        ("rows", result.evidence.rows.into()),
        ("rejects", result.evidence.rejects.into()),
        ("seconds", seconds.into()),
    ];
    log::event("assessed", &state);
    let folder = case.folder().to_path_buf();
    let redacted = settings.redaction.as_ref().map(|r| r.of(&result)).transpose()?;
    Ok(Assessed { result, case, redacted, folder, copies: None, seconds })
}

impl Assessed {
    /// The result that others may see, and the user with them.
    pub(crate) fn shown(&self) -> &CaseResult {
        self.redacted.as_ref().unwrap_or(&self.result)
    }
}

/// Reads the evidence into a case in `folder` that goes with the run, and leaves it at that.
pub(crate) fn ingest(settings: &Settings, content: &Content, source: &Source, folder: &Path) -> Result<Case, Stop> {
    let bytes = source.entries().iter().map(|e| e.size).sum();
    let progress = Progress::begin(settings.progress, Phase::Read, source.name(), source.entries().len() as u64, bytes);
    let case = read(settings, content, source, writer(folder, false)?, &progress)?;
    progress.end(None);
    Ok(case)
}

/// A trouble of our own.
pub(crate) fn own(e: impl std::fmt::Display) -> Stop {
    Stop::Own(e.to_string())
}

/// Evidence bytes of a segment, by all there is. Smaller ones would make many small files, larger ones lose more work
/// when a run is killed, and leave less for several threads to share.
const SEGMENT_BYTES: RangeInclusive<u64> = 32 << 20..=128 << 20;
/// Segments that are enough for all threads to share.
const SEGMENTS_ENOUGH: u64 = 64;
/// Evidence files of a segment at most.
const SEGMENT_FILES: usize = 4096;

/// Consecutive files that are written together. Where they are cut depends on the evidence alone.
fn segments(source: &Source) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let all = source.entries().iter().fold(0u64, |all, entry| all.saturating_add(entry.size));
    let enough = (all / SEGMENTS_ENOUGH).clamp(*SEGMENT_BYTES.start(), *SEGMENT_BYTES.end());
    let (mut start, mut bytes) = (0, 0u64);
    for (index, entry) in source.entries().iter().enumerate() {
        bytes = bytes.saturating_add(entry.size);
        if bytes >= enough || index + 1 - start >= SEGMENT_FILES || index + 1 == source.entries().len() {
            segments.push(start..index + 1);
            (start, bytes) = (index + 1, 0);
        }
    }
    segments
}

/// Begins a case, or goes on with it. One that is kept will be searched again, and notes its words for that.
fn writer(folder: &Path, kept: bool) -> Result<CaseWriter, Stop> {
    let writer = CaseWriter::begin(folder).map_err(own)?;
    Ok(if kept { writer } else { writer.without_words() })
}

/// Reads the evidence into a sealed case.
fn read(
    settings: &Settings,
    content: &Content,
    source: &Source,
    writer: CaseWriter,
    progress: &Progress,
) -> Result<Case, Stop> {
    let segments = segments(source);
    let artifacts = assize_artifacts::all(content);
    let carve: Vec<OsString> = content.carves().then(|| "--carve".into()).into_iter().collect();
    let ingest = Ingest {
        source,
        artifacts: &artifacts,
        pool: &pool(settings.content.as_deref(), &carve),
        signatures: settings.signatures.as_deref(),
        writer: &writer,
        segments: &segments,
        progress,
        failed: AtomicBool::new(false),
        asked: settings.stop,
        memory: settings.memory,
        at_work: AtomicUsize::new(settings.threads.max(1)),
    };
    ingest.run(settings.threads)?;
    if settings.stop.load(Ordering::Relaxed) {
        let (done, all) = (progress.files_done(), source.entries().len());
        progress.end(None);
        return Err(crate::stop::interrupted(Path::new(source.name()), done, all as u64));
    }
    let count = u32::try_from(segments.len()).map_err(own)?;
    writer.seal(count, manifest(settings, source, content)).map_err(own)
}

/// The processes that read binary evidence: ourselves, started again without rights.
pub(crate) fn pool(content: Option<&Path>, more: &[OsString]) -> Option<Pool> {
    let program = std::env::current_exe().ok()?;
    let mut args: Vec<OsString> = vec!["worker".into()];
    args.extend_from_slice(more);
    // A worker stands in another folder.
    if let Some(content) = content.and_then(|folder| folder.canonicalize().ok()) {
        args.extend(["--content".into(), content.into()]);
    }
    Some(Pool::new(program, args, Limits::default()))
}

/// All that is needed to read evidence into a case.
struct Ingest<'a> {
    source: &'a Source,
    artifacts: &'a [Box<dyn Artifact + 'a>],
    pool: &'a Option<Pool>,
    signatures: Option<&'a Signatures>,
    writer: &'a CaseWriter,
    segments: &'a [Range<usize>],
    progress: &'a Progress,
    /// Set when one thread failed: the others need not go on.
    failed: AtomicBool,
    /// Set when the user wants to stop.
    asked: &'a AtomicBool,
    memory: Memory,
    /// Threads that read.
    at_work: AtomicUsize,
}

/// Why a file has no account.
enum Trouble {
    /// The evidence, or the reader of it: the file is named, and the run goes on.
    File(String),
    /// Our own.
    Own(CaseError),
}

impl Ingest<'_> {
    /// Reads every segment that is not finished yet, in parallel.
    fn run(&self, threads: usize) -> Result<(), Stop> {
        // The largest first, so that no thread is left alone with one at the end.
        let size = |range: &Range<usize>| self.source.entries()[range.clone()].iter().map(|e| e.size).sum::<u64>();
        let mut order: Vec<usize> = (0..self.segments.len()).collect();
        order.sort_by_key(|n| std::cmp::Reverse(size(&self.segments[*n])));
        let next = AtomicUsize::new(0);
        let failure: Mutex<Option<CaseError>> = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    let mut held = Held::default();
                    while !self.stopped() && !self.too_many() {
                        let Some(number) = order.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                        if let Err(e) = self.segment(*number, &mut held) {
                            self.failed.store(true, Ordering::Relaxed);
                            if let Ok(mut first) = failure.lock() {
                                first.get_or_insert(e);
                            }
                        }
                    }
                });
            }
        });
        match failure.into_inner() {
            Ok(None) => Ok(()),
            Ok(Some(e)) => Err(own(format!("{e}\nWhat was read so far is kept; run the same command again to go on"))),
            Err(_) => Err(own("a worker ended early")),
        }
    }

    /// Whether this thread leaves because less memory may be held. The last one stays.
    fn too_many(&self) -> bool {
        let leave = |n: usize| (n > 1).then(|| n - 1);
        self.memory.is_passed() && self.at_work.fetch_update(Ordering::Relaxed, Ordering::Relaxed, leave).is_ok()
    }

    fn stopped(&self) -> bool {
        self.failed.load(Ordering::Relaxed) || self.asked.load(Ordering::Relaxed)
    }

    /// Reads the files of one segment in their order, unless an earlier run did.
    fn segment(&self, number: usize, held: &mut Held) -> Result<(), CaseError> {
        let files = self.segments[number].clone();
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let size = |index: usize| self.source.entries()[index].size;
        if self.writer.is_finished(number)? {
            files.for_each(|index| self.progress.file_done(size(index)));
            return Ok(());
        }
        let mut segment = self.writer.segment(number);
        for index in files {
            if self.stopped() {
                return Ok(());
            }
            if self.at_work.load(Ordering::Relaxed) == 1 && self.memory.is_passed() {
                return Err(CaseError::Failed(self.memory.passed()));
            }
            self.file(index, &mut segment, held)?;
            self.progress.file_done(size(index));
        }
        segment.finish()
    }

    /// Hashes one file, and lets whoever claims it read it.
    fn file(&self, index: usize, segment: &mut SegmentWriter, held: &mut Held) -> Result<(), CaseError> {
        let entry = &self.source.entries()[index];
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let mut file = segment.file(id, &entry.path);
        let Described { info, mut remarks } = match self.source.hold(index, held) {
            Ok(described) => described,
            Err(skipped) => return file.skip(skipped),
        };
        file.describe(&info);
        let mut accounts = Vec::new();
        let claimants = assize_artifacts::claiming(self.artifacts, &info);
        for artifact in &claimants {
            match self.parse(*artifact, self.pool.as_ref(), (&info, held), &mut file) {
                Ok(account) => accounts.push((artifact.layout().spec.table.clone(), account)),
                Err(Trouble::File(reason)) => return file.skip(Skipped { path: info.path, reason }),
                Err(Trouble::Own(e)) => return Err(e),
            }
        }
        if let Some(signatures) = self.signatures.filter(|s| s.wants(&info, &claimants)) {
            match self.parse(&signatures.reader, signatures.pool.as_ref(), (&info, held), &mut file) {
                // A file that no signature is about is not thereby understood.
                Ok(account) if account.counts.rows == 0 => remarks.extend(account.notes),
                Ok(account) => accounts.push((signatures::TABLE.into(), account)),
                // The rows of its parsers stand.
                Err(Trouble::File(reason)) => remarks.push(format!("its signatures were given up: {reason}")),
                Err(Trouble::Own(e)) => return Err(e),
            }
        }
        file.finish(info, remarks, accounts)
    }

    /// A file that is read with another one; none where it is larger than such files are, or cannot be read: it is named
    /// where it is described itself.
    fn small(&self, index: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.source.read(index).ok()?.take(beside::BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= beside::BYTES_MAX).then_some(bytes)
    }

    /// Lets one parser read a file: a binary one in a process without rights, where that can be had.
    fn parse(
        &self,
        artifact: &dyn Artifact,
        pool: Option<&Pool>,
        (info, held): (&FileInfo, &Held),
        file: &mut FileWriter<'_>,
    ) -> Result<Account, Trouble> {
        let spec = &artifact.layout().spec;
        let index = info.id.0 as usize;
        let names = artifact.beside(info);
        let open = || {
            let own = self.source.read_held(index, held).map_err(|s| Trouble::File(s.reason))?;
            let others =
                names.iter().filter_map(|name| self.source.beside(index, name)).filter_map(|at| self.small(at));
            Ok(if names.is_empty() { own } else { beside::with(own, others.collect()) })
        };
        if let Some(pool) = pool.filter(|_| artifact.binary()) {
            let read = pool.parse(spec, info, &mut open()?, &mut file.sink(spec));
            match read {
                Ok(account) => return Ok(account),
                Err(WorkerError::Rows(e)) => return Err(Trouble::rows(e, file)),
                // No process can be started here at all: then it is read as text is.
                Err(WorkerError::Start(_)) => {}
                Err(e) => return Err(Trouble::File(e.to_string())),
            }
        }
        guarded(artifact, open()?, info, file).map_err(Trouble::File)?.map_err(|e| Trouble::rows(e, file))
    }
}

impl Trouble {
    fn rows(e: RowsError, file: &mut FileWriter<'_>) -> Self {
        match e {
            RowsError::Keep(why) => Self::Own(file.failure().unwrap_or(CaseError::Failed(why))),
            RowsError::Read(e) => Self::File(format!("reading stopped: {e}")),
        }
    }
}

/// A parser that panics, which is a fault of ours, costs its file and not the run.
fn guarded(
    artifact: &dyn Artifact,
    input: Box<dyn BufRead + Send + '_>,
    info: &FileInfo,
    file: &mut FileWriter<'_>,
) -> Result<Result<Account, RowsError>, String> {
    std::panic::catch_unwind(AssertUnwindSafe(|| read_with(artifact, input, info, file)))
        .map_err(|_| "our reader of this file stopped; please report it".to_owned())
}

/// Lets one parser read a file into the case.
fn read_with(
    artifact: &dyn Artifact,
    mut input: Box<dyn BufRead + Send + '_>,
    info: &FileInfo,
    file: &mut FileWriter<'_>,
) -> Result<Account, RowsError> {
    let spec = &artifact.layout().spec;
    let mut sink = file.sink(spec);
    let mut rows = Rows::new(spec, info, &mut sink);
    artifact.parse(&mut input, &mut rows)?;
    rows.end()
}

fn manifest(settings: &Settings, source: &Source, content: &Content) -> Manifest {
    Manifest {
        marking: settings.marking.clone(),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        content: content.packs.iter().map(|p| (p.id.clone(), p.version.clone(), p.sha256.clone())).collect(),
        source_kind: source.kind().word().into(),
        source_name: source.name().into(),
        skipped: source.skipped().to_vec(),
        hints: input::claims(source),
        limits: content.carves().then(|| ("carve".into(), 1)).into_iter().collect(),
        remarks: source.remarks().iter().map(|r| (r.path.clone(), r.text.clone())).collect(),
        ..Manifest::default()
    }
}

/// What is known beside the tables: what the collection says of itself, and what was read.
fn facts(settings: &Settings, case: &Case) -> Facts {
    let manifest = case.manifest();
    let claims = manifest.hints.clone();
    let parts = || manifest.files.iter().flat_map(|f| &f.parts);
    // An archive whose members were read is understood, though no parser claims the archive itself.
    let opened: BTreeSet<&str> =
        manifest.files.iter().filter_map(|f| f.info.path.rsplit_once("!/").map(|(archive, _)| archive)).collect();
    // Nor does a signature that matched make a file one that is understood.
    let is_read = |file: &FileRecord| file.parts.iter().any(|part| part.table != signatures::TABLE);
    let unclaimed = || manifest.files.iter().filter(|f| !is_read(f) && !opened.contains(f.info.path.as_str()));
    let tables: Vec<TableSummary> = case.tables().map(|t| t.summary.clone()).collect();
    let mut notes: Vec<(String, String)> = manifest.remarks.clone();
    for file in &manifest.files {
        notes.extend(file.notes.iter().map(|n| (file.info.path.clone(), n.clone())));
        let (rows, rejects) = file.parts.iter().fold((0, 0), |(r, x), p| (r + p.counts.rows, x + p.counts.rejects));
        if rejects > 0 {
            let note = format!("{rejects} of {} records could not be read; see the table rejects", rows + rejects);
            notes.push((file.info.path.clone(), note));
        }
    }
    let evidence = Evidence {
        kind: manifest.source_kind.clone(),
        tool: claims.tool,
        name: manifest.source_name.clone(),
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|f| f.info.size).sum(),
        files_understood: manifest.files.len() as u64 - unclaimed().count() as u64,
        rows: parts().map(|p| p.counts.rows).sum(),
        rejects: parts().map(|p| p.counts.rejects).sum(),
        bytes_lost: parts().map(|p| p.counts.bytes_lost).sum(),
        not_understood: unclaimed().take(NOT_UNDERSTOOD_MAX).map(|f| f.info.path.clone()).collect(),
        // Known once there are findings.
        cited: Vec::new(),
        notes,
        from: tables.iter().filter_map(|t| t.from).min(),
        to: tables.iter().filter_map(|t| t.to).max(),
        tables,
    };
    Facts {
        host: claims.host,
        collected: claims.collected,
        roles: claims.roles,
        synthetic: claims.synthetic,
        since: settings.since,
        until: settings.until,
        campaigns: settings.campaigns.clone(),
        detect: settings.detect,
        threads: settings.threads,
        marking: settings.marking.clone(),
        evidence,
        skipped: manifest.skipped.clone(),
        tool_version: manifest.tool_version.clone(),
        suppressions: settings.suppressions.clone(),
        today: Some(log::now().day()),
    }
}
