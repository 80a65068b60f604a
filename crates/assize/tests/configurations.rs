//! Configuration files of real Exchange servers, as they came: none of them is a sign of anything.

mod common;
#[path = "../../webshell/tests/common/mod.rs"]
mod corpus;

use common::assize_in;
use corpus::{Page, pages};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Members of the archive that are such files.
const MEMBERS: &str = "benign-exchange-config/";
/// So many there are.
const FILES: usize = 41;

/// Puts each file where a server has one of its kind: that of IIS as a whole in a server of its own, those of applications
/// together in the first; gives how many there are of both.
fn place(pages: &[Page], into: &Path) -> (usize, usize) {
    let (mut servers, mut applications) = (0, 0);
    for page in pages.iter().filter(|page| page.name.contains(MEMBERS)) {
        let path = if page.bytes.windows(24).any(|w| w == b"<system.applicationHost>") {
            servers += 1;
            format!("server{servers}/C/Windows/System32/inetsrv/config/applicationHost.config")
        } else {
            applications += 1;
            let folder = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy";
            format!("server1/{folder}/application{applications}/web.config")
        };
        let path = into.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, &page.bytes).expect("the file can be written");
    }
    (servers, applications)
}

#[test]
fn real_configurations_raise_nothing_above_context() {
    let Some(pages) = pages("benign/benign.tar.zst") else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("configurations");
    let (with_iis, applications) = place(&pages, &input);
    assert_eq!(with_iis + applications, FILES);
    let input = input.to_str().unwrap();
    let output = assize_in(folder.path(), &["scan", input, "--json", "--progress", "none"]);
    // Each folder is a server of its own, and has its own result.
    let results = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let (mut servers, mut rows) = (0, BTreeMap::<String, u64>::new());
    let mut above = Vec::new();
    for result in results.map(Result::unwrap) {
        servers += 1;
        for table in result["evidence"]["tables"].as_array().unwrap() {
            *rows.entry(table["table"].as_str().unwrap().into()).or_default() += table["rows"].as_u64().unwrap();
        }
        let findings = result["findings"].as_array().unwrap().iter().filter(|f| f["strength"] != "context");
        above.extend(findings.map(|f| format!("{} {}: {}", f["strength"], f["rule"], f["summary"])));
    }
    assert_eq!(servers, with_iis);
    assert!(rows["web_files"] >= applications as u64 && rows["iis_config"] > 1000, "they were read: {rows:?}");
    assert!(above.is_empty(), "{above:#?}");
}
