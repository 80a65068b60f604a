//! The folder of a case: what stands in it, how a file gets there whole, and what may be removed again.
//!
//! No name here comes from evidence: tables are named by content, reports by the code that writes them.

use crate::CaseError;
use crate::manifest::{Manifest, SCHEMA, Stored};
use crate::tables::{SegmentRecord, SegmentTable};
use assize_model::display::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The manifest.
pub(crate) const MANIFEST: &str = "case.json";
/// The distinct values.
pub(crate) const VALUES: &str = "values.parquet";
/// The words of columns.
pub(crate) const WORDS: &str = "words.parquet";
/// The reports and other files written after the case was sealed, with their hashes.
pub(crate) const WRITTEN: &str = "written.json";
/// What somebody signed: the hashes of the manifest and of what was written, in the form of `sha256sum`.
pub(crate) const SIGNED: &str = "signed.sha256";
/// The signature over [`SIGNED`].
pub(crate) const SIGNATURE: &str = "signed.sha256.sig";
/// A signature, or what is signed, is shorter.
const SIGNED_BYTES_MAX: u64 = 1 << 20;
/// The folder of tables.
pub(crate) const TABLES: &str = "tables";
/// The folder of what is needed to go on after a stop. A finished case has none.
pub(crate) const WORK: &str = "work";
/// Added to the name of a file until it is whole.
const UNFINISHED: &str = ".unfinished";

/// Name and SHA-256 of each file written after the case was sealed.
pub(crate) type Written = BTreeMap<String, String>;

/// The file that holds one segment's rows of a table.
pub(crate) fn table_part(table: &str, segment: u32) -> String {
    format!("{TABLES}/{table}/{segment:05}.parquet")
}

/// The file that holds one segment's distinct values until they are joined.
pub(crate) fn values_part(segment: u32) -> String {
    format!("{WORK}/{segment:05}.parquet")
}

/// The file that holds one segment's words until they are joined.
pub(crate) fn words_part(segment: u32) -> String {
    format!("{WORK}/{segment:05}-words.parquet")
}

/// The note that a segment is finished, inside [`WORK`].
pub(crate) fn record_name(segment: u32) -> String {
    format!("{segment:05}.json")
}

/// Whether a table may be called that: lower-case letters, digits and `_`.
pub(crate) fn is_table_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a report may be called that: letters, digits, `.`, `-` and `_`, no dot in front, no name that is taken.
fn is_report_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && ![MANIFEST, VALUES, WORDS, WRITTEN, SIGNED, SIGNATURE, TABLES, WORK]
            .iter()
            .any(|taken| name.eq_ignore_ascii_case(taken))
}

/// Makes the folder of a new case, or takes up one that was begun. It must be empty otherwise.
pub(crate) fn prepare(folder: &Path) -> Result<(), CaseError> {
    let (tables, work) = (folder.join(TABLES), folder.join(WORK));
    fs::create_dir_all(folder).map_err(CaseError::io("make", folder))?;
    let begun = work.is_dir();
    if !begun && fs::read_dir(folder).map_err(CaseError::io("read", folder))?.next().is_some() {
        return Err(CaseError::Occupied { path: folder.into(), why: "it is not empty".into() });
    }
    // In this order, so that a folder of which only a part was made is taken up too.
    for folder in [work, tables] {
        fs::create_dir_all(&folder).map_err(CaseError::io("make", folder))?;
    }
    Ok(())
}

/// Reads the note that a segment is finished; `None` where it is not, or where its files are not what the note says.
pub(crate) fn read_record(folder: &Path, segment: u32) -> Result<Option<SegmentRecord>, CaseError> {
    let path = folder.join(WORK).join(record_name(segment));
    let text = match fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(CaseError::io("read", &path))?,
    };
    // Written whole or not at all; what cannot be read was touched by somebody else and is made again.
    let Ok(record) = serde_json::from_slice::<SegmentRecord>(&text) else { return Ok(None) };
    let whole = |s: &Stored| fs::metadata(folder.join(&s.file)).is_ok_and(|m| m.len() == s.bytes);
    let ours = |t: &SegmentTable| is_table_name(&t.table) && t.stored.file == table_part(&t.table, segment);
    let good = record.tables.iter().all(|t| ours(t) && whole(&t.stored))
        && record.values.file == values_part(segment)
        && whole(&record.values)
        && record.words.as_ref().is_none_or(|w| w.stored.file == words_part(segment) && whole(&w.stored));
    Ok(good.then_some(record))
}

/// Removes what was only needed to go on after a stop.
pub(crate) fn remove_work(folder: &Path) -> Result<(), CaseError> {
    let work = folder.join(WORK);
    match fs::remove_dir_all(&work) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(CaseError::io("remove", work)(e)),
        _ => sync_folder(folder),
    }
}

/// Removes the case in a folder and nothing else. An empty or missing folder is left as it is; one that holds
/// something but no finished case is refused before anything is removed.
pub(crate) fn clear(folder: &Path) -> Result<(), CaseError> {
    let occupied = |why: String| CaseError::Occupied { path: folder.into(), why };
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(CaseError::io("read", folder)(e)),
        Ok(true) => return Ok(()),
        Ok(false) => {}
    }
    let manifest = read_manifest(folder)
        .map_err(|e| occupied(format!("it holds something that is no case of ours, which is left alone ({e})")))?;
    let written = read_written(folder)?;
    let parts: Vec<PathBuf> = manifest.parts().map(|p| folder.join(&p.file)).collect();
    if let Some(stranger) = strangers(folder, &manifest)?.first() {
        return Err(occupied(format!("{stranger} is no part of the case, and is left alone")));
    }
    // The manifest goes first, so that what a crash leaves behind is no case.
    let names = [MANIFEST, VALUES, WORDS]
        .into_iter()
        .chain(written.keys().map(String::as_str))
        .chain([WRITTEN, SIGNED, SIGNATURE]);
    for path in names.map(|n| folder.join(n)).chain(parts) {
        remove(&path)?;
    }
    let tables = folder.join(TABLES);
    for folder in manifest.tables.iter().map(|t| tables.join(&t.summary.table)).chain([tables.clone()]) {
        match fs::remove_dir(&folder) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(CaseError::io("remove", folder)(e)),
            _ => {}
        }
    }
    remove_work(folder)
}

fn remove(path: &Path) -> Result<(), CaseError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(CaseError::io("remove", path)(e)),
        _ => Ok(()),
    }
}

/// Removes the reports but those with these names, and strikes them off the list.
pub(crate) fn remove_written(folder: &Path, but: &[&str]) -> Result<(), CaseError> {
    let mut written = read_written(folder)?;
    let (stay, go): (Vec<String>, Vec<String>) = written.keys().cloned().partition(|name| but.contains(&name.as_str()));
    for name in go {
        remove(&folder.join(&name))?;
        written.remove(&name);
    }
    if stay.is_empty() { remove(&folder.join(WRITTEN)) } else { write_json(folder, WRITTEN, &written).map(|_| ()) }
}

/// What lies among the tables without being one of the manifest's, sorted. A link in place of a folder counts too.
pub(crate) fn strangers(folder: &Path, manifest: &Manifest) -> Result<Vec<String>, CaseError> {
    let known: BTreeSet<&str> = manifest.parts().map(|p| p.file.as_str()).collect();
    let tables: BTreeSet<String> = manifest.tables.iter().map(|t| format!("{TABLES}/{}", t.summary.table)).collect();
    let mut strangers = Vec::new();
    let mut look_into = vec![TABLES.to_owned()];
    while let Some(name) = look_into.pop() {
        let path = folder.join(&name);
        let kind = fs::symlink_metadata(&path).map_err(CaseError::io("read", &path))?;
        if !kind.is_dir() {
            strangers.push(name);
            continue;
        }
        for entry in fs::read_dir(&path).map_err(CaseError::io("read", &path))? {
            let inner = entry.map_err(CaseError::io("read", &path))?.file_name();
            let inner = format!("{name}/{}", inner.to_string_lossy());
            if tables.contains(&inner) {
                look_into.push(inner);
            } else if !known.contains(inner.as_str()) {
                strangers.push(inner);
            }
        }
    }
    strangers.sort();
    Ok(strangers)
}

/// Reads the manifest, and makes sure that it names nothing outside the folder.
pub(crate) fn read_manifest(folder: &Path) -> Result<Manifest, CaseError> {
    let not = |why: String| CaseError::NotACase { path: folder.into(), why };
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).map_err(|e| match e.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => not(format!("no {MANIFEST}")),
        _ => CaseError::io("read", &path)(e),
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| not(format!("{MANIFEST} is damaged ({e})")))?;
    if manifest.schema != SCHEMA {
        return Err(not(format!("{MANIFEST} has schema {:?}, {SCHEMA:?} is expected", manifest.schema)));
    }
    if let Some(table) = manifest.tables.iter().find(|t| !is_table_name(&t.summary.table)) {
        return Err(not(format!("{MANIFEST} names a table {:?}", table.summary.table)));
    }
    if manifest.values.file != VALUES {
        return Err(not(format!("{MANIFEST} names a file {:?}", manifest.values.file)));
    }
    if let Some(words) = manifest.words.as_ref().filter(|words| words.stored.file != WORDS) {
        return Err(not(format!("{MANIFEST} names a file {:?}", words.stored.file)));
    }
    for table in &manifest.tables {
        let prefix = format!("{TABLES}/{}/", table.summary.table);
        let ours = |name: &str| name.strip_prefix(&prefix).and_then(|n| n.strip_suffix(".parquet")).is_some_and(digits);
        if let Some(part) = table.parts.iter().find(|p| !ours(&p.file)) {
            return Err(not(format!("{MANIFEST} names a file {:?}", part.file)));
        }
    }
    Ok(manifest)
}

fn digits(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}

/// Reads what was written after the case was sealed; nothing was, if there is no such list.
pub(crate) fn read_written(folder: &Path) -> Result<Written, CaseError> {
    let path = folder.join(WRITTEN);
    let text = match fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Written::new()),
        text => text.map_err(CaseError::io("read", &path))?,
    };
    let written: Written =
        serde_json::from_slice(&text).map_err(|source| CaseError::Json { what: "read", path: path.clone(), source })?;
    match written.keys().find(|n| !is_report_name(n)) {
        Some(name) => Err(CaseError::Failed(format!("{} names a file {name:?}", path.display()))),
        None => Ok(written),
    }
}

/// Writes a report and notes it in the list of what was written.
pub(crate) fn write_report(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
    let mut written = may_be_written(folder, name)?;
    // Noted first: a file that is noted but missing is found by a check, one that is there but not noted is nobody's.
    written.insert(name.into(), hex(Sha256::digest(bytes).as_slice()));
    write_json(folder, WRITTEN, &written)?;
    write_file(folder, name, bytes)
}

/// The same for a file that memory is too small for: `fill` writes it.
pub(crate) fn write_with(
    folder: &Path,
    name: &str,
    fill: &mut dyn FnMut(&mut File) -> io::Result<()>,
) -> Result<PathBuf, CaseError> {
    let mut written = may_be_written(folder, name)?;
    let beside = folder.join(format!("{name}{UNFINISHED}"));
    let mut file = File::create(&beside).map_err(CaseError::io("make", &beside))?;
    if let Err(e) = fill(&mut file).and_then(|()| file.sync_all()) {
        drop(file);
        remove(&beside)?;
        return Err(CaseError::io("write", &beside)(e));
    }
    written.insert(name.into(), sha256(&beside)?);
    write_json(folder, WRITTEN, &written)?;
    put_in_place(folder, name, &beside)
}

/// What was written so far, where a file of that name may be added or replaced.
fn may_be_written(folder: &Path, name: &str) -> Result<Written, CaseError> {
    if !is_report_name(name) {
        return Err(CaseError::Failed(format!("a file of a case cannot be called {name:?}")));
    }
    let written = read_written(folder)?;
    if !written.contains_key(name) && folder.join(name).exists() {
        return Err(CaseError::Failed(format!("{} is there, and not from us", folder.join(name).display())));
    }
    Ok(written)
}

/// Writes what somebody signed, and the signature.
pub(crate) fn write_signed(folder: &Path, list: &str, signature: &str) -> Result<(), CaseError> {
    // The old signature goes first: a list without one is refused, a list with another's would be a false charge.
    remove(&folder.join(SIGNATURE))?;
    write_file(folder, SIGNED, list.as_bytes())?;
    write_file(folder, SIGNATURE, signature.as_bytes()).map(|_| ())
}

/// Reads what somebody signed, and the signature, which is empty where only that is missing.
pub(crate) fn read_signed(folder: &Path) -> Result<Option<(String, String)>, CaseError> {
    let read = |name: &str| {
        let path = folder.join(name);
        let mut text = Vec::new();
        match File::open(&path).and_then(|file| file.take(SIGNED_BYTES_MAX).read_to_end(&mut text)) {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            read => {
                read.map_err(CaseError::io("read", path)).map(|_| Some(String::from_utf8_lossy(&text).into_owned()))
            }
        }
    };
    Ok(match (read(SIGNED)?, read(SIGNATURE)?) {
        (None, None) => None,
        (list, signature) => Some((list.unwrap_or_default(), signature.unwrap_or_default())),
    })
}

/// Writes JSON with line breaks, so that people and `diff` can read it.
pub(crate) fn write_json<T: serde::Serialize>(folder: &Path, name: &str, what: &T) -> Result<PathBuf, CaseError> {
    let mut json = serde_json::to_vec_pretty(what).map_err(|source| CaseError::Json {
        what: "write",
        path: folder.join(name),
        source,
    })?;
    json.push(b'\n');
    write_file(folder, name, &json)
}

/// Writes beside, syncs, and renames, so that a reader finds the old file or the new one.
fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
    let beside = folder.join(format!("{name}{UNFINISHED}"));
    let mut file = File::create(&beside).map_err(CaseError::io("make", &beside))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(CaseError::io("write", &beside))?;
    put_in_place(folder, name, &beside)
}

fn put_in_place(folder: &Path, name: &str, beside: &Path) -> Result<PathBuf, CaseError> {
    let path = folder.join(name);
    fs::rename(beside, &path).map_err(CaseError::io("write", &path))?;
    sync_folder(folder)?;
    Ok(path)
}

/// Makes the names of all tables outlive a power cut.
pub(crate) fn sync_tables(folder: &Path, manifest: &Manifest) -> Result<(), CaseError> {
    let tables = folder.join(TABLES);
    for table in &manifest.tables {
        sync_folder(&tables.join(&table.summary.table))?;
    }
    sync_folder(&tables)
}

/// Makes names that were added to a folder outlive a power cut, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), CaseError> {
    #[cfg(unix)]
    File::open(folder).and_then(|f| f.sync_all()).map_err(CaseError::io("write", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// SHA-256 of a file, in lower-case hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn sha256(path: &Path) -> Result<String, CaseError> {
    let mut file = File::open(path).map_err(CaseError::io("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).map_err(CaseError::io("read", path))?;
        if n == 0 {
            return Ok(hex(hash.finalize().as_slice()));
        }
        hash.update(&buffer[..n]);
    }
}
