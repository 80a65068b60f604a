//! Dissect Acquire: `fs/C:/...`, or `C:/...` and `sysvol/...` from its older versions; its report beside it.

use super::tree::View;
use super::{Outcome, Tool, path};
use crate::source::Remark;
use assize_model::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Modules that are named in a remark.
const NAMED_MAX: usize = 20;

pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    let is_volume = |name: &str| (name.len() == 2 && path::drive(name).is_some()) || name == "sysvol";
    let inside = |folder: &str| view.tree.children(&format!("{}{folder}/", view.root));
    let below_fs = view.has_folder("fs")
        && inside("fs").iter().any(|c| c.is_folder && (is_volume(c.name) || c.name.starts_with('$')));
    let at_top = || {
        let mut volumes = view.folders().filter(|name| is_volume(name));
        volumes.any(|volume| inside(volume).iter().any(|c| c.is_folder && path::at_root(c.name)))
    };
    if !below_fs && !at_top() {
        return None;
    }
    let mut outcome = Outcome::new(Tool::Acquire, view, original);
    let own = view.files().map(|name| format!("{}{name}", view.root));
    for path in own.chain(view.beside()).filter(|path| path.ends_with("report.json")) {
        read_report(view, &path, &mut outcome);
    }
    Some(outcome)
}

/// The path on the server. `sysvol` is the drive that Windows runs from.
fn original(path: &str) -> Option<String> {
    let path = path.strip_prefix("fs/").unwrap_or(path);
    match path.split_once('/')? {
        ("sysvol", rest) => path::below_system_drive(rest),
        _ => path::below_drive(path),
    }
}

/// What the report says, as far as it is asked here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    name: Value,
    timestamp: Value,
    #[serde(rename = "modules-failed")]
    failed: BTreeMap<String, Value>,
    #[serde(rename = "modules-successful")]
    successful: Vec<Value>,
}

fn read_report(view: &View<'_>, path: &str, outcome: &mut Outcome) {
    let Some(report) = view.small(path).and_then(|bytes| serde_json::from_slice::<Report>(&bytes).ok()) else {
        let text = "the report of the collection cannot be read: which parts failed is not known";
        outcome.remarks.push(Remark { path: path.to_owned(), text: text.into() });
        return;
    };
    let collection = &mut outcome.collection;
    collection.host = report.name.as_str().filter(|name| !name.is_empty() && *name != "local").map(str::to_owned);
    collection.collected = report.timestamp.as_str().and_then(Timestamp::parse);
    if !report.failed.is_empty() {
        let (failed, all) = (report.failed.len(), report.failed.len() + report.successful.len());
        let names: Vec<&str> = report.failed.keys().map(String::as_str).take(NAMED_MAX).collect();
        let more = if failed > NAMED_MAX { ", ..." } else { "" };
        let text = format!("{failed} of {all} parts of the collection failed: {}{more}", names.join(", "));
        outcome.remarks.push(Remark { path: path.to_owned(), text });
    }
}

#[cfg(test)]
mod tests {
    use super::original;

    #[test]
    fn the_three_layouts() {
        for (path, expected) in [
            ("fs/C:/inetpub/x", Some("C:/inetpub/x")),
            ("fs/d:/x", Some("D:/x")),
            ("fs/sysvol/Windows/x", Some("%SystemDrive%/Windows/x")),
            ("C:/x", Some("C:/x")),
            ("sysvol/x", Some("%SystemDrive%/x")),
            ("fs/$fs$/fs0/x", None),
            ("fs/C:", None),
        ] {
            assert_eq!(original(path).as_deref(), expected, "{path}");
        }
    }
}
