//! The words of cases, kept in the user's cache, so that a search for indicators opens only what may hold one.
//!
//! The case itself stays as it was sealed. What is kept was made of tables that were as their manifest says, and is found
//! again only while the manifest and the size and time of each table are the same; what is read then is compared with its
//! hash once more. Without a cache, or when what it holds is damaged, every table is compared and searched.

use crate::cases::Opened;
use crate::exit::Stop;
use crate::run::own;
use crate::{cache, opened, place};
use assize_assess::{AssessError, Plan, WORDS_VERSION, Watch, words};
use assize_case::{Case, WordsWriter, read_words, sha256};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The folder of the cache.
const KIND: &str = "words";
/// What such a file is called behind its digest.
const ENDING: &str = ".words";
/// Files that are kept, and bytes of them.
const KEPT_MAX: (usize, u64) = (1000, 8 << 30);

/// Where to look for indicators in a case.
pub(crate) fn plan<'a>(watch: &Watch<'a>, opened: &Opened, threads: usize) -> Result<Plan<'a>, Stop> {
    let case = &opened.case;
    let by_values = || watch.by_values(case).map_err(own);
    if opened.is_temporary() {
        return by_values();
    }
    let place = cache::folder(KIND).and_then(|folder| Some((folder, name(case)?)));
    let Some((folder, name)) = place else {
        opened.check()?;
        return by_values();
    };
    if let Some(plan) = by_words(watch, case, &folder.join(&name)) {
        return unchanged(case, &plan).map(|()| plan);
    }
    opened.check()?;
    // Room that is missing for the words is no reason not to search.
    let made = keep(case, &folder, &name, threads).ok();
    made.and_then(|()| by_words(watch, case, &folder.join(&name))).map_or_else(by_values, Ok)
}

/// What the words tell; nothing where none are kept, or they are damaged.
fn by_words<'a>(watch: &Watch<'a>, case: &Case, path: &Path) -> Option<Plan<'a>> {
    let words = read_words(path).ok()?.map(|column| column.map_err(|e| AssessError::Table(e.to_string())));
    watch.by_words(case, words).ok()
}

/// Compares what will be read with its hash.
fn unchanged(case: &Case, plan: &Plan<'_>) -> Result<(), Stop> {
    for (table, part) in plan.parts() {
        let parts = case.parts(table).map_err(own)?;
        if let Some(fault) = parts.get(part).and_then(|part| case.check_part(part)) {
            return Err(opened::refused(case, &fault));
        }
    }
    Ok(())
}

/// The name of the words of a case: it says of which bytes, as far as that can be told without reading them.
fn name(case: &Case) -> Option<String> {
    let mut marks = vec![
        WORDS_VERSION.to_string(),
        env!("CARGO_PKG_VERSION").to_owned(),
        sha256(&case.folder().join("case.json")).ok()?,
    ];
    for part in case.manifest().parts() {
        let about = std::fs::metadata(case.folder().join(&part.file)).ok()?;
        let time = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        marks.push(format!("{} {}", about.len(), time.as_nanos()));
    }
    Some(format!("{}{ENDING}", &place::digest(marks)[..32]))
}

/// Makes the words of a case and keeps them.
fn keep(case: &Case, folder: &Path, name: &str, threads: usize) -> Result<(), Stop> {
    // Written beside the place first: another run may be reading there.
    let beside = tempfile::Builder::new().prefix("unfinished-").tempdir_in(folder).map_err(own)?;
    let mut writer = WordsWriter::create(beside.path(), name).map_err(own)?;
    let mut written = Ok(());
    words(case, threads, &mut |columns| {
        if written.is_ok() {
            written = writer.write(&columns);
        }
    })
    .map_err(own)?;
    written.and_then(|()| writer.close()).map_err(own)?;
    if self::name(case).as_deref() != Some(name) {
        return Err(Stop::Own(format!("{} changed while it was read", case.folder().display())));
    }
    std::fs::rename(beside.path().join(name), folder.join(name)).map_err(own)?;
    cache::forget_old(folder, ENDING, KEPT_MAX);
    Ok(())
}
