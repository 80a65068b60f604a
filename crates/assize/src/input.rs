//! One input: opened, and asked what it says of itself.

use crate::exit::Stop;
use assize_case::Hints;
use assize_evidence::{Access, Limits, Passwords, Source};
use std::io::Read;
use std::path::Path;

/// A file of passwords is shorter.
const PASSWORD_BYTES_MAX: u64 = 1 << 20;

/// Opens an input that holds something; one source for each host in it. `-` is a tar archive on standard input.
pub(crate) fn open(path: &Path, scratch: &Path, passwords: &Passwords) -> Result<Vec<Source>, Stop> {
    let access = access(passwords);
    let sources = if path.as_os_str() == "-" {
        Source::from_tar_stream(std::io::stdin().lock(), access, Some(scratch)).map(|source| vec![source])
    } else {
        Source::open_all(path, access, Some(scratch))
    };
    let sources = sources.map_err(|e| Stop::Input(e.to_string()))?;
    filled(path, &sources)?;
    Ok(sources)
}

fn access(passwords: &Passwords) -> Access {
    Access { limits: Limits::default(), passwords: passwords.clone() }
}

/// The text of a file that is short, or its first bytes where it is not.
pub(crate) fn short(path: &Path, most: u64) -> std::io::Result<String> {
    std::io::read_to_string(std::fs::File::open(path)?.take(most))
}

/// Reads a file of passwords, one a line, as an argument that names it.
pub(crate) fn passwords(path: &str) -> Result<Passwords, String> {
    let text = short(Path::new(path), PASSWORD_BYTES_MAX).map_err(|e| e.to_string())?;
    Ok(Passwords::from_lines(&text))
}

/// An input without a file in it is a mistake that is said.
pub(crate) fn filled(path: &Path, sources: &[Source]) -> Result<(), Stop> {
    if sources.iter().all(|s| s.entries().is_empty() && s.skipped().is_empty()) {
        return Err(Stop::Input(format!("{} is empty: there is no file in it to read", path.display())));
    }
    Ok(())
}

/// Opens an input as one source, whatever hosts are in it.
pub(crate) fn whole(path: &Path, scratch: &Path, passwords: &Passwords) -> Result<Source, Stop> {
    Source::open(path, access(passwords), Some(scratch)).map_err(|e| Stop::Input(e.to_string()))
}

/// What the collection says of itself, where it does. Claims, not facts: they fill gaps and never overrule records.
pub(crate) fn claims(source: &Source) -> Hints {
    let Some(collection) = source.collection() else { return Hints::default() };
    Hints {
        tool: Some(collection.tool.word().into()),
        host: collection.host.clone(),
        collected: collection.collected,
        roles: collection.roles.clone(),
        synthetic: collection.synthetic,
    }
}
