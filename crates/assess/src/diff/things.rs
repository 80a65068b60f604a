//! Files and settings of two cases: what is new, another one, or gone.

use super::records::{folders, is_collected};
use super::{Assessed, comparable};
use crate::row::text;
use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use assize_case::FileRecord;
use assize_model::diff::{Change, Changes, FileChange, SettingChange};
use assize_model::table::FIXED_COLUMNS;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Things of one kind that are listed; all of them are counted.
const LISTED_MAX: usize = 500;
/// Settings of one case that are compared; a server has some thousand.
const SETTINGS_MAX: usize = 50_000;
/// Characters of a setting that are shown.
const VALUE_CHARS_MAX: usize = 500;
/// Families of tables that say how things are, not what happened.
const STATE_FAMILIES: [&str; 2] = ["file-system", "config"];
/// Tables of settings, with the columns that name one. Of the others the whole row is the name.
const NAMED_BY: [(&str, &[&str]); 1] = [("registry", &["hive", "key", "name"])];
/// When something was written tells nothing of what it says.
const NO_SETTING: [&str; 2] = ["written", "type"];

/// Files that are no logs. A log grows by itself, and what is missing of it is told with the findings and sources.
pub(super) fn files(before: Assessed<'_>, after: Assessed<'_>) -> Changes<FileChange> {
    let (old, new) = (things(before), things(after));
    let (cited_before, cited_after) = (cited(before), cited(after));
    let folders = folders(after);
    let at_new: HashMap<&str, &str> = new.values().map(|f| (f.info.sha256.as_str(), f.info.path.as_str())).collect();
    let mut changes = Vec::new();
    for (path, file) in &new {
        let was = old.get(path);
        if was.is_some_and(|was| was.info.sha256 == file.info.sha256) {
            continue;
        }
        changes.push(FileChange {
            change: if was.is_some() { Change::Changed } else { Change::New },
            path: file.info.path.clone(),
            sha256_before: was.map(|was| was.info.sha256.clone()),
            sha256_after: Some(file.info.sha256.clone()),
            same_bytes_at: None,
            findings: cited_after.get(path).cloned().unwrap_or_default(),
        });
    }
    for (path, file) in old.iter().filter(|(path, _)| !new.contains_key(*path)) {
        let collected = is_collected(path, &folders);
        changes.push(FileChange {
            change: if collected { Change::Gone } else { Change::NotCollected },
            path: file.info.path.clone(),
            sha256_before: Some(file.info.sha256.clone()),
            sha256_after: None,
            same_bytes_at: at_new
                .get(file.info.sha256.as_str())
                .filter(|_| file.info.size > 0)
                .map(|p| (*p).to_owned()),
            findings: cited_before.get(path).cloned().unwrap_or_default(),
        });
    }
    // What a finding cites comes first: of many changed pages that is the one to look at.
    changes.sort_by(|a, b| {
        let key = |c: &FileChange| (c.change, c.findings.is_empty());
        key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path))
    });
    listed(changes, |c| c.change)
}

/// The files of a case that are no logs, by their comparable paths.
fn things(side: Assessed<'_>) -> BTreeMap<String, &FileRecord> {
    let states: BTreeSet<&str> = side
        .result
        .evidence
        .tables
        .iter()
        .filter(|t| STATE_FAMILIES.contains(&t.family.as_str()))
        .map(|t| t.table.as_str())
        .collect();
    // What no parser read counts where it lies on a drive of the server; the lists of a collector do not.
    let is_thing = |(path, file): &(String, &FileRecord)| match file.parts.is_empty() {
        true => path.get(1..3) == Some(":/"),
        false => file.parts.iter().all(|part| states.contains(part.table.as_str())),
    };
    side.case.files().iter().map(|f| (comparable(&f.info.path), f)).filter(is_thing).collect()
}

/// The findings that cite each file.
fn cited(side: Assessed<'_>) -> HashMap<String, Vec<String>> {
    let mut cited: HashMap<String, Vec<String>> = HashMap::new();
    for finding in &side.result.findings {
        let paths: BTreeSet<String> = finding.rows.iter().map(|row| comparable(&row.path)).collect();
        paths.into_iter().for_each(|path| cited.entry(path).or_default().push(finding.id.clone()));
    }
    cited
}

/// A setting: its table and name; then its value.
type Settings = BTreeMap<(String, String), String>;

/// What the registry and configurations say; and whether there were more settings than are compared.
pub(super) fn settings(
    before: Assessed<'_>,
    after: Assessed<'_>,
) -> Result<(Changes<SettingChange>, bool), AssessError> {
    let ((old, cut_before), (new, cut_after)) = (read(before)?, read(after)?);
    let tables = |settings: &Settings| settings.keys().map(|(table, _)| table.clone()).collect::<BTreeSet<String>>();
    let (in_old, in_new) = (tables(&old), tables(&new));
    let mut changes = Vec::new();
    for (key, value) in &new {
        let was = old.get(key);
        // A table that the earlier case had not got says nothing of what is new on the server.
        if was != Some(value) && in_old.contains(&key.0) {
            let change = if was.is_some() { Change::Changed } else { Change::New };
            changes.push(setting(change, key, was, Some(value)));
        }
    }
    for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        let change = if in_new.contains(&key.0) { Change::Gone } else { Change::NotCollected };
        changes.push(setting(change, key, Some(value), None));
    }
    changes.sort_by(|a, b| (a.change, &a.table, &a.name).cmp(&(b.change, &b.table, &b.name)));
    Ok((listed(changes, |c| c.change), cut_before || cut_after))
}

fn setting(change: Change, key: &(String, String), before: Option<&String>, after: Option<&String>) -> SettingChange {
    let short = |text: &String| text.chars().take(VALUE_CHARS_MAX).collect::<String>();
    SettingChange {
        change,
        table: key.0.clone(),
        name: short(&key.1),
        before: before.filter(|v| !v.is_empty()).map(short),
        after: after.filter(|v| !v.is_empty()).map(short),
    }
}

fn read(side: Assessed<'_>) -> Result<(Settings, bool), AssessError> {
    let (mut settings, mut cut) = (Settings::new(), false);
    for table in side.result.evidence.tables.iter().filter(|t| t.family == "config").map(|t| &t.table) {
        Tables::scan(side.case, table, None, &mut |batch| {
            for at in 0..batch.num_rows() {
                cut |= settings.len() >= SETTINGS_MAX;
                if settings.len() < SETTINGS_MAX {
                    let (name, value) = named(table, batch, at);
                    settings.insert((table.clone(), name), value);
                }
            }
            Ok(())
        })?;
    }
    Ok((settings, cut))
}

/// A row of settings: what it is called, and what it says.
fn named(table: &str, batch: &RecordBatch, at: usize) -> (String, String) {
    let named_by = NAMED_BY.iter().find(|(name, _)| *name == table).map(|(_, columns)| *columns);
    let (mut name, mut value) = (Vec::new(), Vec::new());
    let schema = batch.schema();
    for (field, array) in schema.fields().iter().zip(batch.columns()).skip(FIXED_COLUMNS.len()) {
        let column = field.name().as_str();
        let Some(text) = text(array, at).filter(|t| !t.is_empty() && !NO_SETTING.contains(&column)) else { continue };
        match named_by {
            None => name.push(format!("{column}={text}")),
            Some(columns) if columns.contains(&column) => name.push(text.into_owned()),
            Some(_) => value.push(text.into_owned()),
        }
    }
    (name.join(if named_by.is_some() { "\\" } else { " " }), value.join(" "))
}

/// Counts all changes and keeps the first ones of each kind.
fn listed<T>(changes: Vec<T>, kind: impl Fn(&T) -> Change) -> Changes<T> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut listed = Vec::new();
    for change in changes {
        let count = counts.entry(kind(&change).word().to_owned()).or_default();
        *count += 1;
        if *count <= LISTED_MAX as u64 {
            listed.push(change);
        }
    }
    Changes { counts, listed }
}
