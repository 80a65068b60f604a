//! Cases by their folders, and evidence read into temporary ones.

use crate::exit::Stop;
use crate::run::own;
use crate::run::{self, Settings};
use crate::{input, opened};
use assize_assess::{AssessError, Plan, Watch};
use assize_case::Case;
use assize_content::Content;
use std::path::{Path, PathBuf};

/// A case to be searched.
pub(crate) struct Opened {
    /// Its folder, or the input that was read into it.
    pub(crate) name: String,
    /// The case.
    pub(crate) case: Case,
    /// The folder of a temporary one, which goes with it.
    scratch: Option<tempfile::TempDir>,
}

impl Opened {
    /// Where to look for indicators: only what may hold one is opened, and compared with its hash before.
    pub(crate) fn plan<'a>(&self, watch: &Watch<'a>) -> Result<Plan<'a>, Stop> {
        let case = &self.case;
        let unchanged = |part| case.check_part(part).map_or(Ok(()), |fault| Err(opened::refused(case, &fault)));
        let (Some(record), Some(words)) = (&case.manifest().words, case.words().map_err(own)?) else {
            // One that goes with the run was not touched since.
            if self.scratch.is_none()
                && let Some(fault) = opened::changed(case)
            {
                return Err(Stop::Input(fault));
            }
            return watch.by_values(case).map_err(own);
        };
        unchanged(&record.stored)?;
        let words = words.map(|column| column.map_err(|e| AssessError::Table(e.to_string())));
        let plan = watch.by_words(case, words).map_err(own)?;
        for (table, part) in plan.parts() {
            case.parts(table).map_err(own)?.get(part).map_or(Ok(()), unchanged)?;
        }
        Ok(plan)
    }
}

/// Opens cases, all cases in folders, and evidence. Their tables are as they were sealed.
pub(crate) fn open(paths: &[PathBuf], settings: &Settings, content: &Content) -> Result<Vec<Opened>, Stop> {
    open_by(checked, paths, settings, content)
}

/// Opens cases whose tables are to be checked before they are read.
pub(crate) fn open_unchecked(paths: &[PathBuf], settings: &Settings, content: &Content) -> Result<Vec<Opened>, Stop> {
    open_by(opened::case, paths, settings, content)
}

fn open_by(
    open: fn(&Path) -> Result<Case, Stop>,
    paths: &[PathBuf],
    settings: &Settings,
    content: &Content,
) -> Result<Vec<Opened>, Stop> {
    let mut cases = Vec::new();
    for path in paths {
        let folders = case_folders(path);
        for folder in &folders {
            cases.push(Opened { name: folder.display().to_string(), case: open(folder)?, scratch: None });
        }
        if folders.is_empty() {
            read(settings, content, path, &mut cases)?;
        }
    }
    Ok(cases)
}

/// A temporary folder.
pub(crate) fn scratch() -> Result<tempfile::TempDir, Stop> {
    let made = tempfile::Builder::new().prefix("assize-").tempdir();
    made.map_err(|e| Stop::Own(format!("cannot make a temporary folder: {e}")))
}

/// Reads evidence into temporary cases.
fn read(settings: &Settings, content: &Content, path: &Path, cases: &mut Vec<Opened>) -> Result<(), Stop> {
    let unpacked = scratch()?;
    for source in &input::open(path, unpacked.path(), &settings.passwords)? {
        let folder = scratch()?;
        let case = run::ingest(settings, content, source, &folder.path().join("case"))?;
        cases.push(Opened { name: source.name().to_owned(), case, scratch: Some(folder) });
    }
    Ok(())
}

/// Opens a case whose tables are as they were sealed.
pub(crate) fn checked(folder: &Path) -> Result<Case, Stop> {
    let case = opened::case(folder)?;
    opened::changed(&case).map_or(Ok(case), |fault| Err(Stop::Input(fault)))
}

/// Whether a folder is a case.
pub(crate) fn is_case(folder: &Path) -> bool {
    folder.join("case.json").is_file() && folder.join("tables").is_dir()
}

/// The path itself where it is a case, or the cases right below it.
pub(crate) fn case_folders(path: &Path) -> Vec<PathBuf> {
    if is_case(path) {
        return vec![path.to_owned()];
    }
    let below = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = below.filter(|folder| is_case(folder)).collect();
    folders.sort();
    folders
}
