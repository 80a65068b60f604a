//! Copies of evidence beside the case: `evidence.zip`, under a password that keeps scanners away, and `evidence.json`,
//! which says where each copy comes from.
//!
//! No member is called what evidence calls itself, and nothing leaves the archive: the files may be an intruder's.

use crate::exit::Stop;
use crate::run;
use assize_case::Case;
use assize_evidence::Source;
use assize_model::display::hex;
use assize_model::{CaseResult, FileId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{AesMode, AesSalt, CompressionMethod, ZipArchive, ZipWriter};

/// The archive.
pub(crate) const ARCHIVE: &str = "evidence.zip";
/// What is in it, and what is not.
pub(crate) const LIST: &str = "evidence.json";
/// What everybody uses for files of intruders; it is no secret.
const PASSWORD: &str = "infected";
const SCHEMA: &str = "assize.evidence/1";
/// A list is shorter.
const LIST_BYTES_MAX: u64 = 256 << 20;

/// Which evidence is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Which {
    /// Nothing
    #[default]
    None,
    /// The files that hold records which findings cite
    Findings,
    /// Every file that was read
    All,
}

/// How much is copied at most.
struct Bounds {
    file: u64,
    all: u64,
}

impl Which {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Findings => "findings",
            Self::All => "all",
        }
    }

    fn bounds(self) -> Bounds {
        match self {
            Self::All => Bounds { file: 4 << 30, all: 64 << 30 },
            _ => Bounds { file: 256 << 20, all: 2 << 30 },
        }
    }

    /// Refuses what is read no more.
    pub(crate) fn needs_evidence(self, case: &Path) -> Result<(), Stop> {
        if self == Self::None {
            return Ok(());
        }
        let case = case.display();
        Err(Stop::Usage(format!("--copy-evidence reads evidence, and {case} is a case: scan its evidence again")))
    }
}

/// What is in the archive, and what is not.
#[derive(Serialize, Deserialize)]
struct List {
    schema: String,
    /// `findings` or `all`.
    copied: String,
    password: String,
    encryption: String,
    files: Vec<Copied>,
    left_out: Vec<LeftOut>,
}

/// A copy.
#[derive(Serialize, Deserialize)]
struct Copied {
    member: String,
    /// Where it lay in the evidence.
    path: String,
    size: u64,
    /// Of the copy.
    sha256: String,
    /// Findings that cite records of it.
    findings: Vec<String>,
    /// Why it is not what was read when the case was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// A file that was to be copied and was not.
#[derive(Serialize, Deserialize)]
struct LeftOut {
    path: String,
    size: u64,
    reason: String,
    findings: Vec<String>,
}

/// How many copies there are, and how many there are not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) copied: usize,
    pub(crate) left_out: usize,
}

/// Copies evidence into the case; nothing where nothing is asked for.
pub(crate) fn write(which: Which, source: &Source, case: &Case, result: &CaseResult) -> Result<Option<Summary>, Stop> {
    if which == Which::None {
        return Ok(None);
    }
    let wanted = wanted(which, case, result);
    let mut list = None;
    case.write_with(ARCHIVE, &mut |file| {
        list = Some(archive(which, source, case, &wanted, file)?);
        Ok(())
    })
    .map_err(run::own)?;
    let Some(list) = list else { return Ok(None) };
    case.write(LIST, &text(&list)?).map_err(run::own)?;
    Ok(Some(Summary { copied: list.files.len(), left_out: list.left_out.len() }))
}

fn text(list: &List) -> Result<Vec<u8>, Stop> {
    let mut text = serde_json::to_vec_pretty(list).map_err(run::own)?;
    text.push(b'\n');
    Ok(text)
}

/// A file that is to be copied, and the findings that cite it.
type Wanted<'r> = (FileId, Vec<&'r str>);

/// The files of the strongest findings first, so that what has no room is what tells least.
fn wanted<'r>(which: Which, case: &Case, result: &'r CaseResult) -> Vec<Wanted<'r>> {
    let mut cited: BTreeMap<FileId, BTreeSet<&str>> = BTreeMap::new();
    let mut weight = BTreeMap::new();
    for finding in &result.findings {
        let strength = finding.suppressed.as_ref().map_or(finding.strength, |s| s.strength);
        for file in finding.rows.iter().map(|row| row.address.file) {
            cited.entry(file).or_default().insert(&finding.id);
            let best = weight.entry(file).or_insert(strength);
            *best = strength.max(*best);
        }
    }
    let mut files: Vec<FileId> = match which {
        Which::All => case.files().iter().map(|f| f.info.id).collect(),
        _ => cited.keys().copied().collect(),
    };
    files.sort_by_key(|file| (Reverse(weight.get(file).copied()), *file));
    let of = |file: FileId| cited.get(&file).into_iter().flatten().copied().collect();
    files.into_iter().map(|file| (file, of(file))).collect()
}

/// Writes the archive; gives the list of what is in it.
fn archive(which: Which, source: &Source, case: &Case, wanted: &[Wanted<'_>], file: &mut File) -> io::Result<List> {
    let bounds = which.bounds();
    let mut list = List {
        schema: SCHEMA.into(),
        copied: which.word().into(),
        password: PASSWORD.into(),
        encryption: "AES-256".into(),
        files: Vec::new(),
        left_out: Vec::new(),
    };
    let mut zip = ZipWriter::new(io::BufWriter::new(file));
    let mut room = bounds.all;
    for (id, findings) in wanted {
        let Some(record) = case.file(*id) else { continue };
        let (info, findings) = (&record.info, findings.iter().map(|f| (*f).to_owned()).collect());
        let mut leave = |reason: String, findings| {
            list.left_out.push(LeftOut { path: info.path.clone(), size: info.size, reason, findings });
        };
        if info.size > bounds.file {
            leave(format!("larger than the {} bytes of a copy", bounds.file), findings);
            continue;
        }
        if info.size > room {
            leave(format!("the {} bytes of all copies are used up", bounds.all), findings);
            continue;
        }
        let mut input = match usize::try_from(id.0).map(|index| source.read(index)) {
            Ok(Ok(input)) => input,
            Ok(Err(skipped)) => {
                leave(skipped.reason, findings);
                continue;
            }
            Err(_) => continue,
        };
        room -= info.size;
        let member = format!("files/{:05}.bin", id.0);
        zip.start_file(&member, options(&info.sha256, info.size)?)?;
        let (size, sha256, trouble) = copy(&mut input, info.size, &mut zip)?;
        let changed = (sha256 != info.sha256).then(|| "it is not what was read when the case was made".to_owned());
        list.files.push(Copied { member, path: info.path.clone(), size, sha256, findings, fault: trouble.or(changed) });
    }
    let text = text(&list).map_err(|e| io::Error::other(e.to_string()))?;
    zip.start_file("list.json", options(&hex(&Sha256::digest(&text)), 0)?)?;
    zip.write_all(&text)?;
    zip.finish()?.flush()?;
    Ok(list)
}

/// How a member is packed. The salt comes from the content: the password is no secret, and so the same evidence gives the
/// same archive.
fn options(sha256: &str, size: u64) -> io::Result<SimpleFileOptions> {
    let salt = Sha256::digest(format!("assize evidence copy\n{sha256}"));
    let salt = AesSalt::try_new(AesMode::Aes256, &salt[..16])?;
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    Ok(plain.large_file(size >= u64::from(u32::MAX) / 2).with_aes_encryption_and_salt(PASSWORD.as_bytes(), salt))
}

/// Copies a file to its end, at most a byte more than it had: size, SHA-256, and what went wrong with reading it.
fn copy(input: &mut dyn Read, size: u64, out: &mut dyn Write) -> io::Result<(u64, String, Option<String>)> {
    let mut input = input.take(size.saturating_add(1));
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let n = match input.read(&mut buffer) {
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Ok((bytes, hex(&hash.finalize()), Some(format!("reading stopped: {e}")))),
        };
        if n == 0 {
            return Ok((bytes, hex(&hash.finalize()), None));
        }
        out.write_all(&buffer[..n])?;
        hash.update(&buffer[..n]);
        bytes += n as u64;
    }
}

/// Unpacks every copy that a case has and compares it: how many there are, and what differs.
pub(crate) fn check(case: &Case) -> Result<Option<(usize, Vec<String>)>, Stop> {
    if !case.written().map_err(run::own)?.contains_key(LIST) {
        return Ok(None);
    }
    let read = |name: &str| File::open(case.folder().join(name));
    let list: List = match read(LIST).and_then(|f| io::read_to_string(f.take(LIST_BYTES_MAX))) {
        Ok(text) => match serde_json::from_str(&text) {
            Ok(list) => list,
            Err(e) => return Ok(Some((0, vec![format!("{LIST} cannot be read: {e}")]))),
        },
        Err(e) => return Ok(Some((0, vec![format!("{LIST} cannot be read: {e}")]))),
    };
    let mut zip = match read(ARCHIVE).map_err(zip::result::ZipError::from).and_then(ZipArchive::new) {
        Ok(zip) => zip,
        Err(e) => return Ok(Some((0, vec![format!("{ARCHIVE} cannot be read: {e}")]))),
    };
    let recorded: BTreeMap<&str, &str> =
        case.files().iter().map(|f| (f.info.path.as_str(), f.info.sha256.as_str())).collect();
    let mut differs = Vec::new();
    for file in &list.files {
        let member = zip.by_name_decrypt(&file.member, PASSWORD.as_bytes());
        match member.map(|mut member| copy(&mut member, file.size, &mut io::sink())) {
            Ok(Ok((_, hash, None))) if hash == file.sha256 => {}
            _ => differs.push(format!("the copy {} of {} is not what was copied", file.member, file.path)),
        }
        if file.fault.is_none() && recorded.get(file.path.as_str()) != Some(&file.sha256.as_str()) {
            differs.push(format!("the copy {} is not the {} that was read", file.member, file.path));
        }
    }
    Ok(Some((list.files.len(), differs)))
}
