//! Sigma rules of others: from a file, a folder, an archive, or a set that was installed.
//!
//! A set is one file in the user's own folder: a line that says what it is, and a line for each file of rules, as JSON.
//! Nothing is ever written under a name that an archive brings.

use crate::exit::Stop;
use crate::{cases, config, input, out, place};
use assize_assess::Pipelines;
use assize_content::{ContentError, Outside, text_of_rules};
use assize_evidence::{Passwords, Source};
use assize_report::{Lang, Value, message};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The first line of a set is no longer.
const HEAD_BYTES_MAX: u64 = 4 << 20;
/// How the file of a set ends.
const ENDING: &str = "rules.jsonl";
/// The version of its form.
const VERSION: u32 = 1;

/// What a set says of itself: its first line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Set {
    version: u32,
    /// What it is called.
    pub(crate) name: String,
    /// The name of the file or folder that it was made from.
    pub(crate) source: String,
    /// SHA-256 over all its files.
    pub(crate) sha256: String,
    pub(crate) rules: usize,
    pub(crate) correlations: usize,
    pub(crate) filters: usize,
    /// Documents that are no rules.
    pub(crate) left_out: usize,
    /// Licences that lay beside the rules, and those that rules name themselves.
    pub(crate) licences: Vec<String>,
}

/// One file of a set.
#[derive(Serialize, Deserialize)]
struct Kept {
    file: String,
    text: String,
}

/// Reads all rules, adds what filters among them ask, and maps their names by pipelines.
pub(crate) fn read(paths: &[PathBuf], pipelines: &[PathBuf]) -> Result<Outside, Stop> {
    let mut mapped = Pipelines::default();
    for path in pipelines {
        mapped.add(path).map_err(|e| Stop::Input(e.to_string()))?;
    }
    let mut all = unmapped(paths)?;
    all.filter();
    mapped.apply(&mut all);
    Ok(all)
}

/// Reads all rules as they are written.
fn unmapped(paths: &[PathBuf]) -> Result<Outside, Stop> {
    let mut all = Outside::default();
    for path in paths {
        let is_text = path.is_dir() || path.file_name().and_then(|n| n.to_str()).is_some_and(Outside::reads);
        if let Some(set) = path.to_str().filter(|_| !path.exists()).and_then(installed) {
            kept(&set, &mut |kept| all.take(&kept.file, kept.text.as_bytes()))?;
        } else if is_text || !path.exists() {
            all.add(Outside::read(path).map_err(|e| Stop::Input(format!("{e}{}", installed_names())))?);
        } else {
            packed(path, &mut |name, file| match file {
                Ok(file) => all.take(name, file),
                Err(why) => all.left_out.push(ContentError::new(name, why)),
            })?;
        }
    }
    if paths.is_empty() { Ok(all) } else { some(all, "nothing to hunt with") }
}

/// Rules, where there are any; else why there are none.
fn some(outside: Outside, nothing: &str) -> Result<Outside, Stop> {
    if outside.rules.is_empty() {
        let why = outside.left_out.first().map_or_else(|| "no Sigma rule is there".to_owned(), ContentError::to_string);
        return Err(Stop::Input(format!("{nothing}: {why}")));
    }
    Ok(outside)
}

/// Things that could not be taken which are named one by one.
pub(crate) const NAMED: usize = 5;

/// Says beside the result what could not be taken: some by name, of the others how many.
pub(crate) fn name_some<T: std::fmt::Display>(left_out: &[T], indent: &str, lang: Lang) {
    left_out.iter().take(NAMED).for_each(|fault| out::error(&format!("{indent}{fault}")));
    if left_out.len() > NAMED {
        let rest = Value::Count((left_out.len() - NAMED) as u64);
        out::error(&message(lang, "inspect-more", &[("count", rest)]));
    }
}

/// Takes a file by its path, or why it cannot be read.
type Give<'a> = dyn FnMut(&str, Result<&mut dyn Read, String>) + 'a;

/// Gives the rules and licences in an archive, a folder or a file, by their paths.
fn packed(path: &Path, give: &mut Give<'_>) -> Result<(), Stop> {
    let scratch = cases::scratch()?;
    let source: Source = input::whole(path, scratch.path(), &Passwords::default())?;
    for (index, entry) in source.entries().iter().enumerate() {
        if Outside::wants(&entry.path) {
            let name = format!("{}!/{}", path.display(), entry.path);
            match source.read(index) {
                Ok(mut file) => give(&name, Ok(&mut file)),
                Err(skipped) => give(&name, Err(skipped.reason)),
            }
        }
    }
    Ok(())
}

/// The folder of installed sets.
pub(crate) fn folder() -> Option<PathBuf> {
    config::data_of_user().map(|d| d.join("rules"))
}

/// The sets that are installed, by name. A file that is none is passed over.
pub(crate) fn sets() -> Vec<Set> {
    let entries = folder().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut sets: Vec<Set> = entries.filter_map(|entry| head(&entry.path())).collect();
    sets.sort_by(|a, b| a.name.cmp(&b.name));
    sets
}

/// The file of a set with this name, where one is installed.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = folder().filter(|_| is_name(name))?.join(format!("{name}.{ENDING}"));
    head(&path).map(|_| path)
}

/// The names of all sets, for an error.
fn installed_names() -> String {
    let names: Vec<String> = sets().into_iter().map(|set| set.name).collect();
    if names.is_empty() { String::new() } else { format!("; installed sets of rules: {}", names.join(", ")) }
}

/// A name that is no path and needs no quotes.
fn is_name(name: &str) -> bool {
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(letters) && !name.starts_with(['.', '-'])
}

fn head(path: &Path) -> Option<Set> {
    let mut line = String::new();
    BufReader::new(File::open(path).ok()?).take(HEAD_BYTES_MAX).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok().filter(|set: &Set| set.version == VERSION)
}

/// Gives the files of a set.
fn kept(path: &Path, give: &mut dyn FnMut(Kept)) -> Result<(), Stop> {
    let fault = |why: String| Stop::Input(format!("{}: {why}; install the set again", path.display()));
    let file = File::open(path).map_err(|e| fault(e.to_string()))?;
    for line in BufReader::new(file).lines().skip(1) {
        give(serde_json::from_str(&line.map_err(|e| fault(e.to_string()))?).map_err(|e| fault(e.to_string()))?);
    }
    Ok(())
}

/// Installs the rules in a file, a folder or an archive under a name; says what they are, and what was left out.
pub(crate) fn install(path: &Path, name: Option<&str>) -> Result<(Set, Vec<ContentError>), Stop> {
    let source = path.file_name().and_then(|n| n.to_str()).unwrap_or("rules").to_owned();
    let name = name.unwrap_or_else(|| source.split('.').next().unwrap_or_default()).to_owned();
    if !is_name(&name) {
        let want = "letters, digits, `-`, `_` and `.` make a name of a set";
        return Err(Stop::Usage(format!("{want}; give one with --name")));
    }
    let folder = folder().ok_or_else(|| Stop::Usage("no folder is known for data of yours: set ASSIZE_DATA".into()))?;
    let (mut outside, mut files) = (Outside::default(), Vec::new());
    packed(path, &mut |file, bytes| {
        match bytes.and_then(text_of_rules) {
            Ok(text) => {
                // Where it lay on this machine is nobody's business later.
                let file = file.split_once("!/").map_or(file, |(_, inside)| inside).to_owned();
                outside.take(&file, text.as_bytes());
                files.push(Kept { file, text });
            }
            Err(why) => outside.left_out.push(ContentError::new(file, why)),
        }
    })?;
    let outside = some(outside, "nothing to install")?;
    let set = described(name, source, &outside, &files);
    write(&folder, &set, &files).map_err(|e| Stop::Own(format!("cannot write into {}: {e}", folder.display())))?;
    Ok((set, outside.left_out))
}

fn described(name: String, source: String, outside: &Outside, files: &[Kept]) -> Set {
    let own = outside.rules.iter().filter_map(|rule| rule.heading.licence.clone());
    let mut licences: Vec<String> = outside.licences.iter().map(|(_, licence)| licence.clone()).chain(own).collect();
    licences.sort();
    licences.dedup();
    Set {
        version: VERSION,
        name,
        source,
        sha256: place::digest(files.iter().flat_map(|kept| [&kept.file, &kept.text])),
        rules: outside.rules.len(),
        correlations: outside.correlations.len(),
        filters: outside.filters.len(),
        left_out: outside.left_out.len(),
        licences,
    }
}

/// Writes a set beside its place first: one that is there stays whole until the new one is.
fn write(folder: &Path, set: &Set, files: &[Kept]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let mut out = BufWriter::new(file.as_file_mut());
    serde_json::to_writer(&mut out, set)?;
    for kept in files {
        out.write_all(b"\n")?;
        serde_json::to_writer(&mut out, kept)?;
    }
    out.write_all(b"\n")?;
    out.flush()?;
    drop(out);
    file.persist(folder.join(format!("{}.{ENDING}", set.name)))?;
    Ok(())
}

/// Removes a set.
pub(crate) fn remove(name: &str) -> Result<(), Stop> {
    let missing = || Stop::Usage(format!("no set of rules is called {name}{}", installed_names()));
    let path = installed(name).ok_or_else(missing)?;
    match fs::remove_file(&path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(Stop::Own(format!("cannot remove {}: {e}", path.display()))),
        _ => Ok(()),
    }
}
