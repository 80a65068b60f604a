//! Trees of whole disks: folders named after drives, as CyLR and others write them, and the root of a Windows disk.

use super::tree::{Child, View};
use super::{Outcome, Tool, path};
use crate::source::Remark;

/// A hive that every installation of Windows has.
const HIVE: &str = "Windows/System32/config/SOFTWARE";
/// What a collection of invented evidence says of itself: it tells nothing of the tool.
const NOTES: [&str; 2] = [super::package::NOTE, "SYNTHETIC.txt"];

/// Folders named after drives. CyLR writes nothing beside them, and takes the system folder in any case.
pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    if !has_drives(view) {
        return None;
    }
    let beside = |c: &Child<'_>| !c.is_folder && NOTES.contains(&c.name);
    let only_drives = view.children.iter().all(|c| beside(c) || (c.is_folder && path::drive(c.name).is_some()));
    let with_system = || {
        view.folders()
            .any(|name| path::drive(name).is_some() && view.find_any_case(&format!("{name}/{HIVE}")).is_some())
    };
    let system_folder = || {
        view.folders().filter(|name| path::drive(name).is_some()).any(|name| {
            let inside = view.tree.children(&format!("{}{name}/", view.root));
            inside.iter().any(|c| c.is_folder && c.name.eq_ignore_ascii_case("windows"))
        })
    };
    let is_cylr = only_drives && system_folder();
    let tool = if is_cylr { Tool::Cylr } else { Tool::Drives };
    let mut outcome = Outcome::new(tool, view, path::below_drive);
    // Logs that someone packed with their full paths look alike and are not the whole of a server.
    outcome.whole = is_cylr || with_system();
    Some(outcome)
}

/// Whether there is a folder named after a drive that holds what lies at the root of one.
pub(super) fn has_drives(view: &View<'_>) -> bool {
    view.folders().filter(|name| path::drive(name).is_some()).any(|name| {
        let inside = view.tree.children(&format!("{}{name}/", view.root));
        inside.iter().any(|c| c.is_folder && path::at_root(c.name))
    })
}

/// The root of a Windows disk, mounted or copied. Names have no case there.
pub(super) fn recognise_disk(view: &View<'_>) -> Option<Outcome> {
    // Most folders have neither name: the deeper look is for those that do.
    let named = |wanted: &str| view.folders().any(|name| name.eq_ignore_ascii_case(wanted));
    let now = named("Windows") && view.find_any_case(HIVE).is_some();
    let before = named("Windows.old").then(|| view.find_any_case(&format!("Windows.old/{HIVE}"))).flatten();
    if !now && before.is_none() {
        return None;
    }
    let mut outcome = Outcome::new(Tool::Disk, view, path::below_system_drive);
    if let Some(hive) = before {
        let text = "the disk holds an earlier installation of Windows: what lies below Windows.old is of that one";
        outcome.remarks.push(Remark { path: hive, text: text.into() });
    }
    Some(outcome)
}
