//! Velociraptor: the zip of an offline collector, an exported flow, the clients of an exported hunt.
//!
//! Paths are percent-encoded part by part, below the way in which a file was read and the volume it is from:
//! `uploads/ntfs/%5C%5C.%5CC%3A/inetpub/x`. Times and hashes of the files are in the results of the artifacts.

use super::claim::Claim;
use super::tree::{Tree, View};
use super::{Outcome, Tool, path};
use crate::source::Remark;
use assize_model::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes of results that are read for times and hashes.
const RESULTS_BYTES_MAX: u64 = 256 << 20;
/// What names a volume shadow copy.
const SHADOW: &str = "HarddiskVolumeShadowCopy";

pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    let uploads = view.has_folder("uploads");
    let of_flow = uploads && view.has_file("uploads.json");
    let of_client = view.has_file("client_info.json") && (uploads || view.has_folder("results"));
    if !of_flow && !of_client {
        return None;
    }
    let mut outcome = Outcome::new(Tool::Velociraptor, view, original);
    outcome.collection.host = host(view);
    read_results(view, &mut outcome);
    if let Some(time) = context_time(view) {
        outcome.collection.collected = Some(time);
    }
    outcome.remarks.extend(sparse(view));
    outcome.remarks.extend(shadow_copies(view));
    Some(outcome)
}

/// Encrypted collections: each is a zip with the real one in it under a password, and at most a note on the key.
pub(super) fn encrypted(tree: Tree<'_>) -> Vec<Outcome> {
    let refused = tree.skipped.iter().filter(|s| s.reason.starts_with("encrypted"));
    let roots = refused.filter_map(|s| s.path.strip_suffix("data.zip"));
    let roots = roots.filter(|root| root.is_empty() || root.ends_with("!/"));
    roots.filter_map(|root| encrypted_at(&View { tree, root, children: &tree.children(root) })).collect()
}

fn encrypted_at(view: &View<'_>) -> Option<Outcome> {
    const NOTE: &str = "metadata.json";
    if view.children.iter().any(|c| c.name != NOTE) {
        return None;
    }
    let note = view.small(&format!("{}{NOTE}", view.root)).unwrap_or_default();
    let key = b"EncryptedPass";
    let advice = if note.windows(key.len()).any(|part| part == key) {
        "decrypt it with the configuration of the server whose certificate it was made with (velociraptor --config \
         server.config.yaml unzip --dump_dir FOLDER COLLECTION.zip) and scan again"
    } else {
        "give its password in a file (--password-file)"
    };
    let reason = format!("this Velociraptor collection is encrypted; {advice}");
    let mut outcome = Outcome::new(Tool::Velociraptor, view, |_| None);
    outcome.refusals.push((format!("{}data.zip", view.root), reason));
    Some(outcome)
}

/// The path on the server, from `uploads/<accessor>/<volume>/<path>`.
fn original(path: &str) -> Option<String> {
    let rest = path.strip_prefix("uploads/")?.split_once('/')?.1;
    let (volume, rest) = rest.split_once('/')?;
    let volume = path::from_windows(&String::from_utf8(path::unescaped(volume)).ok()?);
    let known = matches!(volume.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic());
    if !known && !volume.contains(SHADOW) {
        return None;
    }
    let parts: Vec<String> = rest.split('/').map(path::decoded).collect();
    Some(format!("{volume}/{}", parts.join("/")))
}

/// The server, as the client said.
fn host(view: &View<'_>) -> Option<String> {
    let bytes = view.small(&format!("{}client_info.json", view.root))?;
    // One object, a list of one, or one a line.
    let info: Value = serde_json::Deserializer::from_slice(&bytes).into_iter().next()?.ok()?;
    let info = info.as_array().and_then(|all| all.first()).unwrap_or(&info);
    let places = [Some(info), info.get("os_info"), info.get("OSInfo")];
    let word = |wanted: &str| {
        let mut fields = places.iter().flatten().filter_map(|p| p.as_object()).flatten();
        let value = fields.find(|(name, value)| name.eq_ignore_ascii_case(wanted) && is_word(value));
        value.and_then(|(_, value)| value.as_str()).map(str::to_owned)
    };
    word("fqdn").or_else(|| word("hostname"))
}

fn is_word(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// When the collection was made: its last activity in microseconds, as it says.
fn context_time(view: &View<'_>) -> Option<Timestamp> {
    let context: Value = view.json("collection_context.json")?;
    let number = |key: &str| {
        let value = context.get(key)?;
        let micros = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
        plausible(micros)
    };
    ["active_time", "start_time", "create_time"].into_iter().find_map(number)
}

/// A time between 2000 and 2100 in microseconds.
fn plausible(micros: i64) -> Option<Timestamp> {
    (946_684_800_000_000..4_102_444_800_000_000).contains(&micros).then_some(Timestamp(micros))
}

/// One line of the results of an artifact that collects files.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Upload {
    #[serde(rename = "SourceFile")]
    source: Option<String>,
    #[serde(rename = "SourceFileSha256")]
    sha256: Option<String>,
    #[serde(rename = "CopiedOnTimestamp")]
    copied: Option<f64>,
    #[serde(rename = "Created")]
    created: Option<String>,
    #[serde(rename = "Modified")]
    modified: Option<String>,
    #[serde(rename = "Changed")]
    changed: Option<String>,
    #[serde(rename = "LastAccessed")]
    accessed: Option<String>,
    #[serde(rename = "Upload")]
    upload: Option<Stored>,
}

/// The answer of the upload itself, in results of older artifacts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stored {
    #[serde(alias = "Path")]
    path: Option<String>,
    #[serde(alias = "Sha256")]
    sha256: Option<String>,
}

/// Reads times and hashes from the results, one JSON object a line.
fn read_results(view: &View<'_>, outcome: &mut Outcome) {
    let prefix = format!("{}results/", view.root);
    let mut left = RESULTS_BYTES_MAX;
    let mut last: Option<i64> = None;
    for index in view.tree.range(&prefix) {
        let entry = &view.tree.entries[index].0;
        if !entry.path.ends_with("Uploads.json") {
            continue;
        }
        let mut unread = 0u64;
        let whole = view.lines(index, left, &mut |line| {
            // Some exports are one list: its brackets and commas are no part of an object.
            let line = line.strip_prefix(b"[").unwrap_or(line);
            let line = line.strip_suffix(b",").or_else(|| line.strip_suffix(b"]")).unwrap_or(line);
            if line.is_empty() {
                return;
            }
            match serde_json::from_slice::<Upload>(line) {
                Ok(upload) => {
                    if let Some(seconds) = upload.copied {
                        // Whole microseconds; a number out of range becomes the nearest, which is not plausible.
                        last = last.max(plausible((seconds * 1e6) as i64).map(|t| t.0));
                    }
                    outcome.claims.extend(claim(upload));
                }
                Err(_) => unread += 1,
            }
        });
        left = left.saturating_sub(entry.size);
        if !whole || unread > 0 {
            let text = "its times and hashes were read in part: lines are damaged, too long or too many";
            outcome.remarks.push(Remark { path: entry.path.clone(), text: text.into() });
        }
    }
    outcome.collection.collected = last.map(Timestamp);
}

fn claim(upload: Upload) -> Option<(String, Claim)> {
    let stored = upload.upload.unwrap_or_default();
    let source = upload.source.or(stored.path)?;
    let time = |text: Option<String>| text.as_deref().and_then(Timestamp::parse);
    let sha256 = upload.sha256.or(stored.sha256).map(|h| h.to_ascii_lowercase());
    let claim = Claim {
        sha256: sha256.filter(|h| h.len() == 64 && h.bytes().all(|b| b.is_ascii_hexdigit())),
        created: time(upload.created),
        modified: time(upload.modified),
        changed: time(upload.changed),
        accessed: time(upload.accessed),
    };
    Some((path::from_windows(&source).to_lowercase(), claim))
}

/// Files that are stored without their holes: a list of the stored ranges lies beside each.
fn sparse(view: &View<'_>) -> Vec<Remark> {
    let is_list = |index: usize| {
        let head = view.tree.entries[index].1.head(64).unwrap_or_default();
        head.windows(8).any(|part| part.eq_ignore_ascii_case(b"\"ranges\""))
    };
    let mut remarks = Vec::new();
    for index in view.tree.range(&format!("{}uploads/", view.root)) {
        let Some(path) = view.tree.entries[index].0.path.strip_suffix(".idx") else { continue };
        if view.tree.find(path).is_some() && is_list(index) {
            let text = "stored without its holes, which the .idx beside it lists: it is shorter than on the server";
            remarks.push(Remark { path: path.to_owned(), text: text.into() });
        }
    }
    remarks
}

/// How many files are from each volume shadow copy.
fn shadow_copies(view: &View<'_>) -> Vec<Remark> {
    let mut copies: BTreeMap<&str, u64> = BTreeMap::new();
    for index in view.tree.range(&format!("{}uploads/", view.root)) {
        let path = view.tree.entries[index].0.path.as_str();
        // `uploads`, the way of reading, the volume: what is before the third slash.
        let rest = path.get(view.root.len()..).unwrap_or_default();
        let Some((end, _)) = rest.match_indices('/').nth(2) else { continue };
        if rest[..end].contains(SHADOW) {
            *copies.entry(&path[..view.root.len() + end]).or_default() += 1;
        }
    }
    let say = |(path, count): (&str, u64)| {
        let text = format!("files from a volume shadow copy, which is an earlier state of the disk: {count}");
        Remark { path: path.to_owned(), text }
    };
    copies.into_iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::original;

    #[test]
    fn volumes_and_parts_are_decoded_once() {
        for (path, expected) in [
            ("uploads/ntfs/%5C%5C.%5CC%3A/inetpub/u_ex.log", Some("C:/inetpub/u_ex.log")),
            ("uploads/auto/d%3A/Exchange Server/x.LOG", Some("D:/Exchange Server/x.LOG")),
            ("uploads/auto/C:/a", Some("C:/a")),
            ("uploads/auto/C%3A/OAB %28Default Web Site%29/x%254.evtx", Some("C:/OAB (Default Web Site)/x%4.evtx")),
            ("uploads/auto/C%3A/a%2F..%2Fb", Some("C:/a%2F..%2Fb")),
            (
                "uploads/ntfs_vss/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy2/a",
                Some("//?/GLOBALROOT/Device/HarddiskVolumeShadowCopy2/a"),
            ),
            ("uploads/registry/HKEY_LOCAL_MACHINE/x", None),
            ("uploads/auto/x", None),
            ("results/x", None),
        ] {
            assert_eq!(original(path).as_deref(), expected, "{path}");
        }
    }
}
