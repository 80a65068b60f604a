//! The sample data, where it lies beside the repository.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Read, members, read, shared};
use insta::assert_snapshot;
use std::collections::BTreeMap;
use std::path::Path;

fn summary(path: &str, bytes: &[u8]) -> String {
    let read = read(path, bytes);
    if read.is_empty() {
        return format!("{path}: nobody");
    }
    read.iter().map(|(table, r)| format!("{path}: {table}: {}", r.summary())).collect::<Vec<_>>().join("\n")
}

/// Every file of a folder, without its subfolders.
fn folder(part: &str) -> Option<String> {
    let folder = shared(part)?;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let named = |p: &Path| p.file_name().unwrap().to_string_lossy().into_owned();
    let files = paths.iter().filter(|p| p.is_file());
    Some(files.map(|p| summary(&named(p), &std::fs::read(p).unwrap())).collect::<Vec<_>>().join("\n"))
}

/// The one table that reads a file.
fn only(path: &str, bytes: &[u8]) -> Read {
    let mut read = read(path, bytes);
    assert_eq!(read.len(), 1, "{path}");
    read.remove(0).1
}

#[test]
fn iis_logs() {
    let Some(lines) = folder("iis") else { return };
    assert_snapshot!(lines);
}

#[test]
fn exchange_logs() {
    let Some(lines) = folder("exchange-logs") else { return };
    assert_snapshot!(lines);
}

#[test]
fn a_real_case() {
    let Some(lines) = folder("cases/helsecert-2021-03") else { return };
    assert_snapshot!(lines);
    let Some(folder) = shared("cases/helsecert-2021-03/reshaped") else { return };
    let proxy = std::fs::read(folder.join("HttpProxy/Ecp/HttpProxy_2021030306-1.LOG")).unwrap();
    assert_snapshot!(only("HttpProxy_2021030306-1.LOG", &proxy).table(&[
        "ts",
        "client_ip_address",
        "url_stem",
        "http_status",
        "build",
        "anchor_mailbox"
    ]));
    let iis = std::fs::read(folder.join("W3SVC1/u_ex210305-08.log")).unwrap();
    assert_snapshot!(only("u_ex.log", &iis).table(&[
        "pos",
        "ts",
        "s_ip",
        "cs_uri_stem",
        "q_cafe_req_id",
        "c_ip",
        "sc_status"
    ]));
}

#[test]
fn a_script_in_the_control_panel_log() {
    let Some(archive) = shared("cases/helsecert-2021-03/evidence-with-script-text.tar.zst") else { return };
    let members = members(&archive);
    let (name, bytes) = members.iter().find(|(n, _)| n.ends_with("ECPServer20210303-1.LOG")).unwrap();
    let read = only(name, bytes);
    assert_snapshot!(read.summary());
    assert!(read.value(2, "cmd").contains("eval(Request["), "the script is whole");
    assert!(read.value(2, "cmd").ends_with(".Identity='982d48c8-8bfa-4b6b-b431-53fd7ea4e9b3'"));
    assert_snapshot!(
        read.column("ex").iter().map(|e| e.chars().take(60).collect::<String>()).collect::<Vec<_>>().join("|")
    );
}

/// Records of each event log of the set, against the count that comes with it.
#[test]
fn event_logs() {
    let Some(index) = shared("evtx/index.tsv") else { return };
    let index = std::fs::read_to_string(index).unwrap();
    let expected: BTreeMap<&str, (u64, u64)> = index
        .lines()
        .skip(1)
        .map(|l| l.split('\t').collect::<Vec<_>>())
        .map(|c| (c[0], (c[6].parse().unwrap(), c[7].parse().unwrap())))
        .collect();
    let mut total = [0; 3];
    let mut odd = Vec::new();
    for archive in ["attack", "format", "sigma-regression"] {
        let Some(archive) = shared(&format!("evtx/{archive}.tar.zst")) else { return };
        for (name, bytes) in members(&archive).iter().filter(|(n, _)| n.ends_with(".evtx")) {
            let read = only(name, bytes);
            let counts = read.account.counts;
            total = [total[0] + 1, total[1] + counts.rows, total[2] + counts.rejects];
            let wanted = expected.get(name.as_str()).map(|e| e.0);
            assert!(counts.rows >= wanted.unwrap_or(0), "{name}: {wanted:?} expected, {}", read.summary());
            if wanted.is_some_and(|w| w != counts.rows) || counts.rejects > 0 || !read.account.notes.is_empty() {
                odd.push(format!("{name}: {wanted:?} expected, {}", read.summary()));
            }
        }
    }
    assert_snapshot!(format!("{total:?}\n{}", odd.join("\n")));
}

#[test]
fn events_as_json_lines() {
    let Some(folder) = shared("cases/json-format-twins") else { return };
    // The other archive holds 80 MB: it is for the release build.
    let names = if cfg!(debug_assertions) {
        vec!["psh_powershell_httplistener.zip"]
    } else {
        vec!["psh_powershell_httplistener.zip", "empire_persistence_registry_modification_run_keys_standard_user.zip"]
    };
    for name in names {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(folder.join(name)).unwrap()).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_index(0).unwrap(), &mut bytes).unwrap();
        let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count() as u64;
        let read = only(name, &bytes);
        assert_eq!((read.account.counts.rows, read.account.counts.rejects), (lines, 0), "{name}");
        if name.starts_with("psh") {
            assert_snapshot!(format!("{}\n{}", read.summary(), read.value(1, "data")));
            assert_snapshot!(
                read.table(&["ts", "channel", "provider", "event_id", "level", "keywords", "computer", "process_id"])
                    .lines()
                    .take(3)
                    .collect::<Vec<_>>()
                    .join("\n")
            );
        }
    }
}
