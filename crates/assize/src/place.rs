//! Where a case goes: made in an unfinished folder beside its place, and put there whole.

use crate::exit::Stop;
use crate::run::Settings;
use assize_case::Case;
use assize_content::Content;
use assize_evidence::Source;
use assize_model::CaseResult;
use assize_model::display::hex;
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder that a path lies in; that of the run, where it is a bare name.
pub(crate) fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// SHA-256 over texts, in hexadecimal; where one ends and the next begins counts, too.
pub(crate) fn digest(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.as_ref().len() as u64).to_le_bytes());
        hash.update(text.as_ref());
    }
    hex(&hash.finalize())
}

/// The folder in which a case of this evidence is made. Its name says which evidence and content that is, so the same
/// command finds the work that an earlier run left, and no other command does.
pub(crate) fn unfinished(
    parent: &Path,
    source: &Source,
    content: &Content,
    settings: &Settings,
) -> Result<PathBuf, Stop> {
    let head = [
        env!("CARGO_PKG_VERSION").to_owned(),
        content.sha256.clone(),
        // What was left over is a row of some cases, and none of others.
        if content.carves() { "carve" } else { "" }.to_owned(),
        // The manifest of a case holds it, so another marking is another case.
        format!("{:?}", settings.marking),
        // Rules of packs belong to the content.
        settings.signatures.as_ref().and_then(|s| s.of_user.clone()).unwrap_or_default(),
        source.kind().word().to_owned(),
        source.name().to_owned(),
    ];
    let entries = source.entries().iter().flat_map(|e| [e.path.clone(), format!("{} {:?}", e.size, e.modified)]);
    let id = digest(head.into_iter().chain(entries));
    let id = &id[..16];
    let folder = parent.join(format!(".assize-unfinished-{id}"));
    std::fs::create_dir_all(&folder).map_err(|e| Stop::Own(format!("cannot make {}: {e}", folder.display())))?;
    keep_private(&folder);
    Ok(folder)
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

/// Moves a finished case to its place, at once where nothing stands there. Of a case that stands there only what a case
/// consists of is removed; notes that a person keeps beside it stay.
pub(crate) fn put(made: &Case, folder: &Path, overwrite: bool) -> Result<Case, Stop> {
    check_free(folder, overwrite)?;
    let trouble = |e: std::io::Error| Stop::Own(format!("cannot write {}: {e}", folder.display()));
    if folder.join("case.json").exists() {
        Case::remove(folder).map_err(|e| Stop::Own(e.to_string()))?;
    }
    match std::fs::remove_dir(folder) {
        Err(e) if e.kind() == ErrorKind::DirectoryNotEmpty => move_into(made.folder(), folder).map_err(trouble)?,
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(trouble(e)),
        _ => std::fs::rename(made.folder(), folder).map_err(trouble)?,
    }
    Case::open(folder).map_err(|e| Stop::Own(e.to_string()))
}

/// Moves what is in one folder into another, the manifest last: without it nothing there is a case.
fn move_into(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from)? {
        names.push(entry?.file_name());
    }
    names.sort_by_key(|name| name == "case.json");
    for name in names {
        std::fs::rename(from.join(&name), to.join(&name))?;
    }
    std::fs::remove_dir(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an earlier run left is taken up only by one that reads the same evidence in the same way.
    #[test]
    fn another_way_of_reading_is_another_case() {
        let folder = tempfile::tempdir().unwrap();
        let evidence = folder.path().join("log.txt");
        std::fs::write(&evidence, "text").unwrap();
        let sources = crate::input::open(&evidence, folder.path(), &Default::default()).unwrap();
        let made = |carve| {
            let content = Content::builtin().unwrap().carving(carve);
            unfinished(folder.path(), &sources[0], &content, &Settings::plain(None)).unwrap()
        };
        assert_eq!(made(false), made(false));
        assert_eq!(made(true), made(true));
        assert_ne!(made(true), made(false));
    }
}
