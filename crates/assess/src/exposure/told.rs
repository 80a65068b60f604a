//! What each source says of the build: rows of logs, the setup's own log, the registry. Nothing is reconciled here.

use super::OVERLAP;
use crate::group::cite;
use crate::paths::of_earlier_windows;
use crate::registry::{Known, Program};
use crate::row::Row;
use crate::tables::layout_with_rows;
use crate::{AssessError, Tables};
use assize_content::{Content, ExposureTables};
use assize_model::exposure::{BuildConflict, BuildConflictKind, BuildSource, BuildTold};
use assize_model::finding::CitedRow;
use assize_model::{Build, Timestamp};
use std::collections::BTreeSet;

/// The log of the setup.
const SETUP: &str = "exchange_setup";
/// Programs of Exchange with their versions.
const PROGRAMS: &str = "exchange_programs";
/// How its line with the version begins.
const VERSION: &str = "Setup version: ";
/// What it says when it went through.
const DONE: &str = "The Exchange Server setup operation completed successfully";
/// Builds told and disagreements kept; a server has a handful.
const TOLD_MAX: usize = 200;
const CONFLICTS_MAX: usize = 20;

/// What the setup's own log says: each version it began with, and whether that went through before the next began.
pub(super) fn setup(tables: &dyn Tables, content: &Content) -> Result<Vec<BuildTold>, AssessError> {
    let mut told: Vec<BuildTold> = Vec::new();
    let Some(layout) = layout_with_rows(tables, content, SETUP) else {
        return Ok(told);
    };
    tables.scan(SETUP, None, &mut |batch| {
        for at in 0..batch.num_rows() {
            let row = Row { layout, batch, at };
            let Some(text) = row.named("text") else { continue };
            if let Some(version) = text.strip_prefix(VERSION) {
                let Some(build) = Build::parse(version.trim_end_matches(['.', ' '])) else { continue };
                if told.len() < TOLD_MAX {
                    told.push(one(
                        build,
                        BuildSource::SetupBegun,
                        row.time(),
                        cite(row, tables, vec![("text".into(), text.to_string())]),
                    ));
                }
            } else if text.starts_with(DONE)
                && let Some(last) = told.last_mut().filter(|t| t.row.address.file == row.address().file)
            {
                last.source = BuildSource::Setup;
                last.from = row.time();
                last.to = row.time();
                last.rows = 2;
            }
        }
        Ok(())
    })?;
    told.iter_mut().for_each(|t| t.label = content.exposure.label(t.build));
    Ok(told)
}

fn one(build: Build, source: BuildSource, at: Option<Timestamp>, row: CitedRow) -> BuildTold {
    BuildTold { build, label: None, exact: false, source, from: at, to: at, rows: 1, row }
}

/// What the setup program itself says: it carries the build that was installed when the evidence was collected, at `then`. An
/// earlier Windows on the same disk has one, too, and so may a folder that somebody unpacked an update into.
pub(super) fn program(
    tables: &dyn Tables,
    content: &Content,
    then: Option<Timestamp>,
) -> Result<Option<BuildTold>, AssessError> {
    let mut newest: Option<BuildTold> = None;
    let Some(layout) = layout_with_rows(tables, content, PROGRAMS) else {
        return Ok(None);
    };
    tables.scan(PROGRAMS, None, &mut |batch| {
        for at in 0..batch.num_rows() {
            let row = Row { layout, batch, at };
            let text = |name: &str| row.named(name).map(std::borrow::Cow::into_owned).unwrap_or_default();
            let (path, version) = (text("path"), text("version"));
            let place = path.replace('\\', "/").to_ascii_lowercase();
            let Some(build) = Build::parse(&version).filter(|_| place.ends_with("/bin/exsetup.exe")) else { continue };
            if of_earlier_windows(&place) || newest.as_ref().is_some_and(|known| known.build >= build) {
                continue;
            }
            let row = cite(row, tables, vec![("path".into(), path), ("version".into(), version)]);
            newest = Some(BuildTold {
                exact: true,
                label: content.exposure.label(build),
                ..one(build, BuildSource::Program, then, row)
            });
        }
        Ok(())
    })?;
    Ok(newest)
}

/// What the registry says: the cumulative update, and what is in the lists of programs and their updates.
pub(super) fn registry(known: &Known, content: &ExposureTables) -> Vec<BuildTold> {
    let mut told = Vec::new();
    if let (Some(build), Some((written, row))) = (known.build, &known.build_row) {
        told.push(one(build, BuildSource::Registry, *written, row.clone()));
    }
    let update = |program: &Program| {
        let cu = known.build?;
        let exact = program.kb().and_then(|kb| content.build_of(&kb, cu)).or(program.version)?;
        // Of another cumulative update: what was installed before it.
        let row = program.row.clone().filter(|_| exact.same_update(cu))?;
        let source = if exact == cu { BuildSource::Registry } else { BuildSource::RegistryUpdate };
        Some(BuildTold { exact: exact != cu, ..one(exact, source, program.installed, row) })
    };
    told.extend(known.programs.iter().filter_map(update));
    told.iter_mut().for_each(|t| t.label = content.label(t.build));
    told.truncate(TOLD_MAX);
    told
}

/// Articles of all updates of Exchange in the lists of Windows.
pub(super) fn articles(known: &Known) -> BTreeSet<String> {
    known.programs.iter().filter_map(Program::kb).collect()
}

/// Every pair of sources that cannot both be right.
pub(super) fn conflicts(told: &[BuildTold]) -> Vec<BuildConflict> {
    let sure = || told.iter().enumerate().filter(|(_, t)| t.source != BuildSource::SetupBegun);
    let pairs = sure().flat_map(|a| sure().map(move |b| (a, b)));
    let conflict = |((older, a), (newer, b)): ((usize, &BuildTold), (usize, &BuildTold))| {
        // A cumulative update and a security update on top of it do not contradict each other.
        if a.build >= b.build || (a.build.same_update(b.build) && !(a.exact && b.exact)) {
            return None;
        }
        let kind = match (a.source, a.to, b.from) {
            // An update that the list of Windows names was followed by others, and stays in the list.
            (BuildSource::RegistryUpdate, ..) => return None,
            (BuildSource::Registry, ..) => BuildConflictKind::RegistryBehind,
            (_, Some(to), Some(from)) if to > from.plus(OVERLAP) => BuildConflictKind::OlderAfterNewer,
            _ => return None,
        };
        Some(BuildConflict { older, newer, kind })
    };
    let mut seen = BTreeSet::new();
    let new = |c: &BuildConflict| seen.insert((told[c.older].build, told[c.newer].build, told[c.older].source));
    pairs.filter_map(conflict).filter(new).take(CONFLICTS_MAX).collect()
}
