//! What the rules that belong to no campaign find in recordings of attacks, and in ordinary logs.
//!
//! The recordings are labelled with the technique that they show. Those of other products (a database server, an SSH
//! server, a name server, an authority for certificates) say nothing about the host of an Exchange server.

mod common;

use common::{assize_in, shared, stderr, tree, unpack};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Words in the name of a recording that is out of scope, and what it is about.
const OUT_OF_SCOPE: [(&str, &str); 6] = [
    ("SQL_Server", "the audit of a database server"),
    ("OpenSSH_brutforce", "an SSH server, which Exchange does not have"),
    ("DNS_server", "a name server"),
    ("OCSP", "an authority for certificates"),
    ("Dcshadow", "a domain controller that reads its own database"),
    ("Kerberos_host_ticket", "a domain controller that gives ordinary tickets"),
];

/// Recordings in scope whose technique is not found, and why not.
const MISSED: [(&str, &str); 8] = [
    ("WMIimplant_registry_crash_control", "a value of the settings for crashes; every administrator tool may set it"),
    ("symbolic_link_created", "one link to a settings file; nothing in it is unusual"),
    ("New_SSP_loaded_in_LSA_only_legitim", "only libraries of Windows, as the name says"),
    ("Module_Virtualization_disabled", "parts of Windows removed by name; the same happens with each update"),
    ("Task_Manager_access_indicator", "the task manager was opened; the dump itself is not in the recording"),
    ("Sensitve_DPAPI_attributes", "reads of a domain controller by another one"),
    ("Anonymous_login_with_domain", "a nameless log-on, as old clients make it every day"),
    ("RDP_shadow_session", "only the key was opened, no value was set"),
];

/// The least share of recordings in scope whose technique must be found, in percent.
const FOUND_LEAST: usize = 90;

/// Scans recordings, each for itself; gives the result of each by the name of its file.
fn assessed(folder: &Path, packed: &Path) -> BTreeMap<String, Value> {
    unpack(packed, folder);
    let recordings: Vec<String> =
        tree(folder).into_iter().map(|(name, _)| name).filter(|name| name.ends_with(".evtx")).collect();
    let list = recordings.join("\n");
    fs::write(folder.join("list"), list).expect("written");
    let run = assize_in(folder, &["scan", "-q", "--progress", "none", "-o", "cases", "--files-from", "list"]);
    assert!(run.status.code().is_some(), "{}", stderr(&run));
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder.join("cases")).expect("cases") {
        let case = entry.expect("an entry").path();
        if !case.is_dir() {
            continue;
        }
        let read = |name: &str| -> Value {
            serde_json::from_slice(&fs::read(case.join(name)).expect("a file of the case")).expect("JSON")
        };
        let name = read("case.json")["files"][0]["path"].as_str().expect("a path").to_owned();
        found.insert(name, read("result.json"));
    }
    assert_eq!(found.len(), recordings.len(), "{}", stderr(&run));
    found
}

/// `T1003` of `TA0006-Credential Access/T1003-Credential dumping`; labels of other collections name no technique.
fn technique(label: &str) -> Option<&str> {
    let at = label
        .match_indices('T')
        .map(|(at, _)| at)
        .find(|at| label.get(at + 1..at + 5).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit())))?;
    label.get(at..at + 5)
}

/// What a result says was found: rule, strength, techniques.
fn findings(result: &Value) -> Vec<(&str, &str, Vec<&str>)> {
    result["findings"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .map(|f| {
            let techniques = f["techniques"].as_array().map_or(&[][..], Vec::as_slice);
            (
                f["rule"].as_str().unwrap_or_default(),
                f["strength"].as_str().unwrap_or_default(),
                techniques.iter().filter_map(Value::as_str).collect(),
            )
        })
        .collect()
}

#[test]
fn techniques_are_found_in_recordings_of_attacks() {
    let (Some(packed), Some(index)) = (shared("data/evtx/attack.tar.zst"), shared("data/evtx/index.tsv")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = assessed(folder.path(), &packed);
    let index = fs::read_to_string(index).expect("an index");
    let (mut hits, mut asked) = (0, 0);
    let mut misses = Vec::new();
    for line in index.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (Some(name), Some(label)) = (cells[0].strip_prefix("attack/"), cells.get(5)) else { continue };
        let Some(technique) = technique(label).filter(|_| !OUT_OF_SCOPE.iter().any(|(word, _)| name.contains(word)))
        else {
            continue;
        };
        asked += 1;
        let found = findings(&results[name]);
        if found.iter().any(|(.., techniques)| techniques.iter().any(|t| t.starts_with(technique))) {
            hits += 1;
        } else {
            misses.push((name, technique, found));
        }
    }
    println!("{hits} of {asked} recordings in scope");
    for (name, technique, found) in &misses {
        let why = MISSED.iter().find(|(word, _)| name.contains(word)).map_or("not expected", |(_, why)| why);
        println!("missed: {technique} in {name}: {why} {found:?}");
    }
    assert!(asked > 100 && hits * 100 >= asked * FOUND_LEAST, "{hits} of {asked}: {misses:#?}");
    let unexpected: Vec<_> = misses.iter().filter(|(n, ..)| !MISSED.iter().any(|(word, _)| n.contains(word))).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test]
fn ordinary_logs_raise_nothing_strong() {
    let Some(packed) = shared("data/evtx/format.tar.zst") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, result) in assessed(folder.path(), &packed) {
        let strong: Vec<_> =
            findings(&result).into_iter().filter(|(_, strength, _)| matches!(*strength, "strong" | "proof")).collect();
        assert!(strong.is_empty(), "{name}: {strong:?}");
    }
}
