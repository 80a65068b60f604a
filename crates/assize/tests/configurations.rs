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

/// A configuration as Exchange has it, with room for more in two places.
fn configuration(modules: &str, applications: &str) -> String {
    format!(
        r#"<configuration>
  <system.applicationHost><sites><site name="Default Web Site" id="1">
    <application path="/" applicationPool="MSExchangeOWAAppPool"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
    {applications}
  </site></sites></system.applicationHost>
  <system.webServer>
    <globalModules><add name="UriCacheModule" image="%windir%\System32\inetsrv\cachuri.dll" />{modules}</globalModules>
  </system.webServer>
</configuration>"#
    )
}

#[test]
fn what_was_added_to_a_configuration_is_told_with_its_first_date() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("server");
    let module = r#"<add name="Cache" image="C:\ProgramData\cache.dll" />"#;
    let hidden = r#"<application path="/owa/auth/x"><virtualDirectory path="/" physicalPath="C:\ProgramData\COM1\x" /></application>"#;
    let day = |days: u64| std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(days * 86_400);
    // 10, 20 and 30 August 2021.
    for (path, days, text) in [
        ("C/inetpub/history/CFGHISTORY_0000000001", 18_849, configuration("", "")),
        ("C/inetpub/history/CFGHISTORY_0000000002", 18_859, configuration(module, "")),
        ("C/Windows/System32/inetsrv/config", 18_869, configuration(module, hidden)),
    ] {
        let path = input.join(path);
        fs::create_dir_all(&path).unwrap();
        let path = path.join("applicationHost.config");
        fs::write(&path, text).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(day(days)).unwrap();
    }
    let web = input.join("C/inetpub/wwwroot/images");
    fs::create_dir_all(&web).unwrap();
    let maker = r#"<configuration><system.webServer><handlers><add name="i" path="*.png" verb="*" type="System.Web.UI.PageHandlerFactory" /></handlers></system.webServer></configuration>"#;
    fs::write(web.join("web.config"), maker).unwrap();
    let output = assize_in(folder.path(), &["scan", input.to_str().unwrap(), "--json", "--progress", "none"]);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = result["findings"].as_array().unwrap();
    let said = |rule: &str| {
        let found: Vec<&Value> = findings.iter().filter(|f| f["rule"] == format!("general/{rule}")).collect();
        assert_eq!(found.len(), 1, "{rule}: {findings:#?}");
        (found[0]["summary"].as_str().unwrap().to_owned(), found[0]["count"].as_u64().unwrap())
    };
    let (module, count) = said("iis_code_in_writable_folder");
    assert!(module.contains(r"C:\ProgramData\cache.dll") && module.contains("20 Aug 2021"), "{module}");
    assert_eq!(count, 1, "copies of a file are one act");
    assert!(said("iis_folder_device_name").0.contains("30 Aug 2021"));
    assert!(said("iis_files_run_as_pages").0.contains("*.png"));
    said("iis_module_unknown");
}
