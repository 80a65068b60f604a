//! Sigma rules of others, from wherever they are kept.

use crate::exit::Stop;
use crate::{cases, input};
use assize_content::{ContentError, Outside};
use std::path::{Path, PathBuf};

/// Reads all rules.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Outside, Stop> {
    let mut all = Outside::default();
    for path in paths {
        let is_text = path.is_dir() || path.file_name().and_then(|n| n.to_str()).is_some_and(Outside::reads);
        if is_text || !path.exists() {
            all.add(Outside::read(path).map_err(|e| Stop::Input(e.to_string()))?);
        } else {
            packed_rules(path, &mut all)?;
        }
    }
    if all.rules.is_empty() && !paths.is_empty() {
        let why = all.left_out.first().map_or_else(|| "no Sigma rule is there".to_owned(), ContentError::to_string);
        return Err(Stop::Input(format!("nothing to hunt with: {why}")));
    }
    Ok(all)
}

/// Reads rules as they are released: an archive of them.
fn packed_rules(path: &Path, all: &mut Outside) -> Result<(), Stop> {
    let scratch = cases::scratch()?;
    let source = input::whole(path, scratch.path())?;
    let archive = path.display();
    for (index, entry) in source.entries().iter().enumerate().filter(|(_, entry)| Outside::reads(&entry.path)) {
        let name = format!("{archive}!/{}", entry.path);
        match source.read(index) {
            Ok(file) => all.take(&name, file),
            Err(skipped) => all.left_out.push(ContentError::new(&name, skipped.reason)),
        }
    }
    Ok(())
}
