//! The one function in which the rooms meet: evidence to artifacts to case to assessment.

use crate::exit::Stop;
use crate::input;
use crate::progress::{Choice, Phase, Progress};
use assize_artifacts::Artifact;
use assize_assess::Facts;
use assize_case::{Case, CaseError, CaseWriter, FileWriter, Hints, Manifest};
use assize_content::Content;
use assize_evidence::Source;
use assize_model::file::Skipped;
use assize_model::result::{Evidence, TableSummary};
use assize_model::rows::Account;
use assize_model::{CaseResult, FileId, FileInfo, Rows, RowsError, Timestamp};
use std::collections::BTreeSet;
use std::io::BufRead;
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
    /// Set when the user wants to stop: the files in hand are finished, no other is begun.
    pub(crate) stop: &'static AtomicBool,
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

/// Reads the evidence into a case in `folder`, seals it, and assesses it.
pub(crate) fn assess(settings: &Settings, content: &Content, path: &Path, folder: &Path) -> Result<Assessed, Stop> {
    let source = input::open(path, folder)?;
    if source.entries().is_empty() && source.skipped().is_empty() {
        return Err(Stop::Input(format!("{} is empty: there is no file in it to read", path.display())));
    }
    let bytes = source.entries().iter().map(|e| e.size).sum();
    let progress = Progress::begin(settings.progress, Phase::Read, source.name(), source.entries().len() as u64, bytes);
    let writer = CaseWriter::create(folder).map_err(own)?;
    ingest(&source, content, &writer, settings, &progress)?;
    if settings.stop.load(Ordering::Relaxed) {
        let (done, all) = (progress.files_done(), source.entries().len());
        progress.end(None);
        return Err(crate::stop::interrupted(path, done, all as u64));
    }
    progress.phase(Phase::Assess);
    let case = writer.seal(manifest(&source, content, input::claims(&source))).map_err(own)?;
    // From here on nothing reads the evidence.
    let facts = facts(settings, &case);
    let result = assize_assess::assess(&case, content, &facts).map_err(own)?;
    let seconds = progress.end(Some(result.findings.len() as u64));
    Ok(Assessed { result, case, folder: folder.to_path_buf(), seconds })
}

/// A trouble of our own.
pub(crate) fn own(e: impl std::fmt::Display) -> Stop {
    Stop::Own(e.to_string())
}

/// Reads every file, in parallel, in the order of paths.
fn ingest(
    source: &Source,
    content: &Content,
    writer: &CaseWriter,
    settings: &Settings,
    progress: &Progress,
) -> Result<(), Stop> {
    let artifacts = assize_artifacts::all(content);
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure: Mutex<Option<CaseError>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..settings.threads.max(1) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) && !settings.stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = source.entries().get(index) else { return };
                    if let Err(e) = one_file(source, index, &artifacts, writer) {
                        stop.store(true, Ordering::Relaxed);
                        if let Ok(mut first) = failure.lock() {
                            first.get_or_insert(e);
                        }
                        return;
                    }
                    progress.file_done(entry.size);
                }
            });
        }
    });
    match failure.into_inner() {
        Ok(None) => Ok(()),
        Ok(Some(e)) => Err(own(e)),
        Err(_) => Err(own("a worker ended early")),
    }
}

/// Hashes one file, and lets whoever claims it read it.
fn one_file<'a>(
    source: &Source,
    index: usize,
    artifacts: &'a [Box<dyn Artifact + 'a>],
    writer: &CaseWriter,
) -> Result<(), CaseError> {
    let entry = &source.entries()[index];
    let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    let file = writer.file(id, &entry.path);
    let info = match source.describe(index) {
        Ok(info) => info,
        Err(skipped) => return file.skip(skipped),
    };
    file.describe(&info);
    let mut accounts = Vec::new();
    for artifact in assize_artifacts::claiming(artifacts, &info) {
        let read = source.read(index).map_err(|s| s.reason).and_then(|input| guarded(artifact, input, &info, &file));
        match read {
            Ok(Ok(account)) => accounts.push((artifact.layout().spec.table.clone(), account)),
            Ok(Err(RowsError::Keep(why))) => return Err(file.failure().unwrap_or(CaseError::Failed(why))),
            Ok(Err(RowsError::Read(e))) => {
                return file.skip(Skipped { path: info.path, reason: format!("reading stopped: {e}") });
            }
            Err(reason) => return file.skip(Skipped { path: info.path, reason }),
        }
    }
    file.finish(info, accounts)
}

/// A parser that panics, which is a fault of ours, costs its file and not the run.
fn guarded(
    artifact: &dyn Artifact,
    input: Box<dyn BufRead + Send + '_>,
    info: &FileInfo,
    file: &FileWriter<'_>,
) -> Result<Result<Account, RowsError>, String> {
    std::panic::catch_unwind(AssertUnwindSafe(|| read_with(artifact, input, info, file)))
        .map_err(|_| "our reader of this file stopped; please report it".to_owned())
}

/// Lets one parser read a file into the case.
fn read_with(
    artifact: &dyn Artifact,
    mut input: Box<dyn BufRead + Send + '_>,
    info: &FileInfo,
    file: &FileWriter<'_>,
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
        remarks: source.remarks().into_iter().map(|r| (r.path, r.text)).collect(),
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
        evidence,
        skipped: manifest.skipped.clone(),
        tool_version: manifest.tool_version.clone(),
    }
}

/// Says before any work whether a case may go into a folder.
pub(crate) fn check_free(folder: &Path, overwrite: bool) -> Result<(), Stop> {
    let Ok(mut entries) = std::fs::read_dir(folder) else { return Ok(()) };
    if entries.next().is_none() {
        return Ok(());
    }
    let place = folder.display();
    match (overwrite, folder.join("case.json").exists()) {
        (true, true) => Ok(()),
        (true, false) => Err(Stop::Usage(format!("{place} holds something that is no case of ours; it is left alone"))),
        (false, _) => {
            Err(Stop::Usage(format!("{place} exists and is not empty; choose another folder, or add --overwrite")))
        }
    }
}

/// `assize-EX01-20210312T1015Z`, or the first such name that is free. The host is the evidence's word, so only letters,
/// digits and hyphens of it become part of a name.
pub(crate) fn free_name(parent: &Path, result: &CaseResult) -> PathBuf {
    let short = result.host.name.split('.').next().unwrap_or_default();
    let host: String = short.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect();
    let host = if host.is_empty() { "server".to_owned() } else { host };
    let base = format!("assize-{host}-{}", result.window.collected.compact());
    let names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
    names.map(|n| parent.join(n)).find(|p| !p.exists()).unwrap_or_else(|| parent.join(base))
}

/// Moves a finished case to its place. Of a case that stands there only what a case consists of is removed; notes that a
/// person keeps beside it stay.
pub(crate) fn put_in_place(making: tempfile::TempDir, folder: &Path, overwrite: bool) -> Result<Case, Stop> {
    check_free(folder, overwrite)?;
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write {}: {e}", folder.display()));
    if folder.join("case.json").exists() {
        Case::remove(folder).map_err(own)?;
    }
    std::fs::create_dir_all(folder).map_err(trouble)?;
    for entry in std::fs::read_dir(making.path()).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        std::fs::rename(entry.path(), folder.join(entry.file_name())).map_err(trouble)?;
    }
    keep_private(folder);
    Case::open(folder).map_err(own)
}

/// A case holds mail addresses and user names: readable by the group at most.
fn keep_private(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A file system without modes is no trouble.
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o750));
    }
    #[cfg(not(unix))]
    let _ = folder;
}
