//! `--redact`: what is written for others carries pseudonyms, and a file of the user's own says which is which.

use crate::exit::Stop;
use crate::{cases, config, input, out, place, run};
use assize_model::CaseResult;
use assize_model::display::hex;
use assize_report::{KEY_BYTES, Pseudonyms};
use serde::{Deserialize, Serialize};
use ssh_key::rand_core::{OsRng, RngCore};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Bytes of a mapping.
const BYTES_MAX: u64 = 256 << 20;
const SCHEMA: &str = "assize.redaction/1";
/// Its name where the user names none.
const NAME: &str = "redaction.json";

/// Whether and how names are replaced.
#[derive(clap::Args)]
pub(crate) struct Redact {
    /// Write for others: hosts, people, mail addresses and internal addresses become pseudonyms. MAP keeps which is which,
    /// and must lie outside of the case [default: redaction.json in your own folder of data]
    #[arg(long, value_name = "MAP", num_args = 0..=1, require_equals = true)]
    redact: Option<Option<PathBuf>>,
}

/// The mapping as it lies on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    schema: String,
    /// The key, in hexadecimal: who has it can tell whether a name is behind a pseudonym.
    key: String,
    /// Pseudonym and original.
    names: BTreeMap<String, String>,
}

/// A mapping in use.
pub(crate) struct Redaction {
    path: PathBuf,
    pseudonyms: Mutex<Pseudonyms>,
}

impl Redact {
    /// Opens the mapping, or makes one; nothing where nothing is to be replaced. It may lie in none of some folders.
    pub(crate) fn begin(&self, outside_of: &[&Path]) -> Result<Option<Redaction>, Stop> {
        let Some(map) = &self.redact else { return Ok(None) };
        let path = match map {
            Some(path) => path.clone(),
            None => of_user()?,
        };
        let parent = place::parent_of(&path);
        refuse_inside(&path, parent, outside_of)?;
        std::fs::create_dir_all(parent).map_err(|e| trouble(parent, "made", &e))?;
        let pseudonyms = match read(&path)? {
            Some((key, names)) => Pseudonyms::new(key, names),
            None => {
                let mut key = [0; KEY_BYTES];
                OsRng.fill_bytes(&mut key);
                Pseudonyms::new(key, BTreeMap::new())
            }
        };
        let redaction = Redaction { path, pseudonyms: Mutex::new(pseudonyms) };
        out::error(&format!("which pseudonym is whose stands in {}; keep it to yourself", redaction.path.display()));
        Ok(Some(redaction))
    }
}

/// Where a mapping lies that nobody named.
fn of_user() -> Result<PathBuf, Stop> {
    config::data_of_user()
        .map(|folder| folder.join(NAME))
        .ok_or_else(|| Stop::Usage("there is no folder of yours for the mapping; name a file: --redact=MAP".into()))
}

/// A mapping that lies in the case would be handed over with it.
fn refuse_inside(path: &Path, parent: &Path, outside_of: &[&Path]) -> Result<(), Stop> {
    let whole =
        |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.into());
    let parent = whole(parent);
    let inside = outside_of.iter().any(|folder| parent.starts_with(whole(folder)));
    if inside || parent.ancestors().any(cases::is_case) {
        let why = "lies in a case or in evidence; it says who is behind the pseudonyms, so choose a place apart";
        return Err(Stop::Usage(format!("the mapping {} {why}", path.display())));
    }
    Ok(())
}

fn trouble(path: &Path, what: &str, e: &dyn std::fmt::Display) -> Stop {
    Stop::Own(format!("{} cannot be {what}: {e}", path.display()))
}

type Known = ([u8; KEY_BYTES], BTreeMap<String, String>);

/// Reads a mapping; nothing where there is none.
fn read(path: &Path) -> Result<Option<Known>, Stop> {
    let text = match input::short(path, BYTES_MAX) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|e| trouble(path, "read", &e))?,
    };
    let known = serde_json::from_str::<Mapping>(&text).ok().filter(|m| m.schema == SCHEMA);
    let known = known.and_then(|m| Some((unhex(&m.key)?, m.names)));
    let is_none = || Stop::Usage(format!("{} is no mapping of ours; it is left as it is", path.display()));
    known.map(Some).ok_or_else(is_none)
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()))
        .collect();
    bytes?.try_into().ok()
}

impl Redaction {
    /// The same result for others. Every pseudonym in it is in the mapping before it is handed out.
    pub(crate) fn of(&self, result: &CaseResult) -> Result<CaseResult, Stop> {
        let mut pseudonyms = self.pseudonyms.lock().unwrap_or_else(PoisonError::into_inner);
        let redacted = assize_report::redacted(result, &mut pseudonyms).map_err(run::own)?;
        self.keep(&pseudonyms)?;
        Ok(redacted)
    }

    /// Writes the mapping beside its place, and puts it there whole. Only its owner can read it.
    fn keep(&self, pseudonyms: &Pseudonyms) -> Result<(), Stop> {
        let mapping = Mapping { schema: SCHEMA.into(), key: hex(pseudonyms.key()), names: pseudonyms.names().clone() };
        let mut text = serde_json::to_vec_pretty(&mapping).map_err(run::own)?;
        text.push(b'\n');
        let parent = place::parent_of(&self.path);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(parent)?;
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|e| e.error)
        };
        write().map(|_| ()).map_err(|e| trouble(&self.path, "written", &e))
    }
}

/// `report.redacted.html`: a name that tells what can be handed over from what cannot.
pub(crate) fn file_name(result: &CaseResult, name: &str) -> String {
    if result.redacted { name.replacen('.', ".redacted.", 1) } else { name.to_owned() }
}
