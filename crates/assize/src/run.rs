//! The one function in which the rooms meet: evidence to artifacts to case to assessment.

use crate::exit::Stop;
use crate::input;
use crate::progress::{Choice, Progress};
use assize_artifacts::Artifact;
use assize_assess::Facts;
use assize_case::{Case, CaseError, CaseWriter, FileWriter, Hints, Manifest, SegmentWriter};
use assize_content::Content;
use assize_evidence::{Described, Source};
use assize_model::file::Skipped;
use assize_model::result::{Evidence, TableSummary};
use assize_model::rows::Account;
use assize_model::{CaseResult, FileId, FileInfo, Rows, RowsError, Timestamp};
use std::collections::BTreeSet;
use std::io::BufRead;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
    /// How progress is shown.
    pub(crate) progress: Choice,
    /// Whether rules run; `inspect` only asks what could be seen.
    pub(crate) detect: bool,
}

/// A case that was assessed.
pub(crate) struct Assessed {
    /// The result.
    pub(crate) result: CaseResult,
    /// The case.
    pub(crate) case: Case,
    /// Where it lies.
    pub(crate) folder: PathBuf,
    /// Seconds of reading and assessing.
    pub(crate) seconds: u64,
}

/// Files that no parser claimed, named in the result.
const NOT_UNDERSTOOD_MAX: usize = 100;

/// Reads the evidence into a case in `folder`, seals it, and assesses it. A run that was stopped is taken up there.
pub(crate) fn assess(settings: &Settings, content: &Content, source: &Source, folder: &Path) -> Result<Assessed, Stop> {
    let bytes = source.entries().iter().map(|e| e.size).sum();
    let progress = Progress::begin(settings.progress, source.name(), source.entries().len() as u64, bytes);
    let case = match Case::open(folder) {
        // Stopped after the evidence was read: only the assessment is left.
        Ok(case) => case,
        Err(_) => read(settings, content, source, folder, &progress)?,
    };
    case.forget_reports().map_err(own)?;
    // From here on nothing reads the evidence.
    let facts = facts(settings, &case);
    let result = assize_assess::assess(&case, content, &facts).map_err(own)?;
    Ok(Assessed { result, case, folder: folder.to_path_buf(), seconds: progress.end() })
}

fn own(e: impl std::fmt::Display) -> Stop {
    Stop::Own(e.to_string())
}

/// Evidence bytes of a segment. Smaller ones would make many small files, larger ones lose more work when a run is killed.
const SEGMENT_BYTES: u64 = 32 << 20;
/// Evidence files of a segment at most.
const SEGMENT_FILES: usize = 4096;

/// Consecutive files that are written together. Where they are cut depends on the evidence alone.
fn segments(source: &Source) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let (mut start, mut bytes) = (0, 0u64);
    for (index, entry) in source.entries().iter().enumerate() {
        bytes = bytes.saturating_add(entry.size);
        if bytes >= SEGMENT_BYTES || index + 1 - start >= SEGMENT_FILES || index + 1 == source.entries().len() {
            segments.push(start..index + 1);
            (start, bytes) = (index + 1, 0);
        }
    }
    segments
}

/// Reads the evidence into a sealed case.
fn read(
    settings: &Settings,
    content: &Content,
    source: &Source,
    folder: &Path,
    progress: &Progress,
) -> Result<Case, Stop> {
    let writer = CaseWriter::begin(folder).map_err(own)?;
    let segments = segments(source);
    ingest(source, content, &writer, &segments, settings.threads, progress)?;
    let count = u32::try_from(segments.len()).map_err(own)?;
    writer.seal(count, manifest(source, content, input::claims(source))).map_err(own)
}

/// Reads every segment that is not finished yet, in parallel.
fn ingest(
    source: &Source,
    content: &Content,
    writer: &CaseWriter,
    segments: &[Range<usize>],
    threads: usize,
    progress: &Progress,
) -> Result<(), Stop> {
    let artifacts = assize_artifacts::all(content);
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure: Mutex<Option<CaseError>> = Mutex::new(None);
    // The largest first, so that no thread is left alone with one at the end.
    let size = |range: &Range<usize>| source.entries()[range.clone()].iter().map(|e| e.size).sum::<u64>();
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(size(&segments[*n])));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let Some(number) = order.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                    let files = segments[*number].clone();
                    if let Err(e) = one_segment(source, *number, files, &artifacts, writer, progress, &stop) {
                        stop.store(true, Ordering::Relaxed);
                        if let Ok(mut first) = failure.lock() {
                            first.get_or_insert(e);
                        }
                        return;
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

/// Reads the files of one segment in their order, unless an earlier run did.
fn one_segment<'a>(
    source: &Source,
    number: usize,
    files: Range<usize>,
    artifacts: &'a [Box<dyn Artifact + 'a>],
    writer: &CaseWriter,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<(), CaseError> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    if writer.is_finished(number)? {
        files.for_each(|index| progress.file_done(source.entries()[index].size));
        return Ok(());
    }
    let mut segment = writer.segment(number);
    for index in files {
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        one_file(source, index, artifacts, &mut segment)?;
        progress.file_done(source.entries()[index].size);
    }
    segment.finish()
}

/// Hashes one file, and lets whoever claims it read it.
fn one_file<'a>(
    source: &Source,
    index: usize,
    artifacts: &'a [Box<dyn Artifact + 'a>],
    segment: &mut SegmentWriter,
) -> Result<(), CaseError> {
    let entry = &source.entries()[index];
    let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    let mut file = segment.file(id, &entry.path);
    let Described { info, remarks } = match source.describe(index) {
        Ok(described) => described,
        Err(skipped) => return file.skip(skipped),
    };
    file.describe(&info);
    let mut accounts = Vec::new();
    for artifact in assize_artifacts::claiming(artifacts, &info) {
        let read =
            source.read(index).map_err(|s| s.reason).and_then(|input| guarded(artifact, input, &info, &mut file));
        match read {
            Ok(Ok(account)) => accounts.push((artifact.layout().spec.table.clone(), account)),
            Ok(Err(RowsError::Keep(why))) => return Err(file.failure().unwrap_or(CaseError::Failed(why))),
            Ok(Err(RowsError::Read(e))) => {
                return file.skip(Skipped { path: info.path, reason: format!("reading stopped: {e}") });
            }
            Err(reason) => return file.skip(Skipped { path: info.path, reason }),
        }
    }
    file.finish(info, remarks, accounts)
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

fn manifest(source: &Source, content: &Content, hints: Hints) -> Manifest {
    Manifest {
        tool_version: env!("CARGO_PKG_VERSION").into(),
        content: content.packs.iter().map(|p| (p.id.clone(), p.version.clone(), p.sha256.clone())).collect(),
        source_kind: source.kind().word().into(),
        source_name: source.name().into(),
        skipped: source.skipped().to_vec(),
        hints,
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
    let unclaimed = || manifest.files.iter().filter(|f| f.parts.is_empty() && !opened.contains(f.info.path.as_str()));
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
        name: manifest.source_name.clone(),
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|f| f.info.size).sum(),
        files_understood: manifest.files.len() as u64 - unclaimed().count() as u64,
        rows: parts().map(|p| p.counts.rows).sum(),
        rejects: parts().map(|p| p.counts.rejects).sum(),
        bytes_lost: parts().map(|p| p.counts.bytes_lost).sum(),
        not_understood: unclaimed().take(NOT_UNDERSTOOD_MAX).map(|f| f.info.path.clone()).collect(),
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
        evidence,
        skipped: manifest.skipped.clone(),
        tool_version: manifest.tool_version.clone(),
    }
}
