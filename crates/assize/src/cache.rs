//! The user's folder for what can be made again.

use crate::config;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder for one kind of thing, if it is there or can be made.
pub(crate) fn folder(kind: &str) -> Option<PathBuf> {
    let user = config::folder_of_user(("LOCALAPPDATA", "Assize/cache"), ("XDG_CACHE_HOME", ".cache"));
    let folder = config::var("ASSIZE_CACHE").or(user)?.join(kind);
    std::fs::create_dir_all(&folder).is_ok().then_some(folder)
}

/// Writes beside the place first: another run may be reading there.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    let path = folder.join(name);
    file.persist(&path)?;
    Ok(path)
}

/// Removes files with an ending beyond so many of the newest.
pub(crate) fn forget_old(folder: &Path, ending: &str, newest: usize) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let kept = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(ending));
    let about = |e: std::fs::DirEntry| e.metadata().ok().and_then(|m| Some((m.modified().ok()?, e.path())));
    let mut kept: Vec<_> = kept.filter_map(about).collect();
    kept.sort();
    for (_, path) in kept.iter().rev().skip(newest) {
        // One that cannot be removed costs room, and nothing else.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_newest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for (name, age) in [("a.x", 3), ("b.x", 2), ("c.x", 1), ("d.y", 9)] {
            let path = write(folder.path(), name, &[0; 10]).unwrap();
            let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 - age);
            std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
        let names = || {
            let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
            names.sort();
            names
        };
        forget_old(folder.path(), ".x", 2);
        assert_eq!(names(), ["b.x", "c.x", "d.y"]);
        forget_old(folder.path(), ".x", 1);
        assert_eq!(names(), ["c.x", "d.y"]);
    }
}
