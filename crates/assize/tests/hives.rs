//! Hives of the registry: what starts on a server is told, also where it stands in the logs beside a hive alone, and what real
//! hives hold is no alarm.

mod common;
#[path = "../../webshell/tests/common/mod.rs"]
mod corpus;

use assize_lab::hive::{Key, Value as Stored, hive};
use common::scanned;
use corpus::pages;
use serde_json::Value;
use std::fs;
use std::path::Path;

const CONFIG: &str = "C/Windows/System32/config";

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
    fs::write(path, bytes).expect("the file can be written");
}

/// Rules on hives that found something: their names, strengths and sentences.
fn findings(result: &Value) -> Vec<[String; 3]> {
    let findings = result["findings"].as_array().expect("findings").iter();
    let text = |f: &Value, part: &str| f[part].as_str().expect("a text").to_owned();
    let of_hives = findings.filter(|f| f["rule"].as_str().is_some_and(|r| r.starts_with("general/hive_")));
    of_hives.map(|f| ["rule", "strength", "summary"].map(|part| text(f, part))).collect()
}

/// Keys one below the other.
fn path(names: &str, last: impl FnOnce(Key) -> Key) -> Key {
    let mut names = names.rsplit('\\');
    let lowest = last(Key::new(names.next().expect("a name")));
    names.fold(lowest, |below, name| Key::new(name).holding(vec![below]))
}

fn text(value: &str) -> Stored {
    Stored::Text(value.into())
}

/// A text in UTF-16 behind its length in bytes.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [u32::try_from(units.len()).expect("a length").to_le_bytes().to_vec(), units].concat()
}

/// A task as the service of tasks keeps it.
fn actions(program: &str, arguments: &str) -> Stored {
    let [owner, id, folder] = ["LocalSystem", "", ""].map(wide);
    Stored::Bytes([vec![3, 0], owner, vec![0x66; 2], id, wide(program), wide(arguments), folder, vec![0, 0]].concat())
}

/// A server on which an intruder put services, a keeper of passwords, and passwords in clear.
fn system() -> Key {
    let service = |name: &str, program: &str| Key::new(name).with("ImagePath", text(program));
    let control = Key::new("Control").holding(vec![
        Key::new("Lsa").with("Notification Packages", text("scecli; keeper")),
        path(r"SecurityProviders\WDigest", |k| k.with("UseLogonCredential", Stored::Number(1))),
    ]);
    let services = Key::new("Services").holding(vec![
        service("W3SVC", r"%windir%\system32\svchost.exe -k iissvcs"),
        service("BTOBTO", r"%COMSPEC% /Q /c echo cd ^> \\127.0.0.1\C$\__output"),
        Key::new("Net").holding(vec![Key::new("Parameters").with("ServiceDll", text(r"C:\Users\Public\n.dll"))]),
    ]);
    Key::new("ROOT").holding(vec![
        Key::new("Select").with("Current", Stored::Number(1)),
        Key::new("ControlSet001").holding(vec![control, services]),
    ])
}

/// The same in the hive of programs: debuggers, a task, the log-on and Defender.
fn software() -> Key {
    let task = |id: &str, name: &str, program: &str| {
        Key::new(id).with("Path", text(name)).with("Actions", actions(program, "-File C:\\Windows\\Temp\\t.ps1"))
    };
    let nt = Key::new("CurrentVersion").holding(vec![
        path(r"Image File Execution Options\sethc.exe", |k| k.with("Debugger", text("cmd.exe"))),
        path(r"SilentProcessExit\w3wp.exe", |k| k.with("MonitorProcess", text(r"C:\Users\Public\m.exe"))),
        path(r"Schedule\TaskCache\Tasks", |k| {
            let own = r"\Microsoft\Windows\Maintenance\WinSAT";
            k.holding(vec![task("{1}", r"\Winnet", "powershell.exe"), task("{2}", own, "powershell.exe")])
        }),
        Key::new("Winlogon")
            .with("Userinit", text(r"C:\Windows\system32\userinit.exe,C:\x.exe"))
            .with("DefaultPassword", text("s3cret")),
    ]);
    let defender = path(r"Exclusions\Paths", |k| k.with("C:\\", Stored::Number(0)));
    Key::new("ROOT").holding(vec![Key::new("Microsoft").holding(vec![
        path(r"Windows\CurrentVersion\Run", |k| k.with("upd", text(r"C:\ProgramData\svchost.exe"))),
        Key::new("Windows NT").holding(vec![nt]),
        Key::new("Windows Defender").holding(vec![defender]),
    ])])
}

/// An account that Windows shows to nobody.
fn accounts() -> Key {
    Key::new("ROOT").holding(vec![path(r"SAM\Domains\Account\Users\Names", |k| {
        k.holding(vec![Key::new("Administrator"), Key::new("support$")])
    })])
}

#[test]
fn what_an_intruder_left_in_the_registry_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("evidence");
    // 3 March 2021.
    let written = 1_614_754_800_000;
    for (name, root) in [("SYSTEM", &system()), ("SOFTWARE", &software()), ("SAM", &accounts())] {
        write(&input.join(CONFIG).join(name), &hive(name, root, written));
        // A copy that Windows kept is no second act.
        write(&input.join(CONFIG).join("RegBack").join(name), &hive(name, root, written - 86_400_000));
    }
    let (_, result) = scanned(folder.path(), &input, &[]);
    let found = findings(&result);
    let rules: Vec<&str> = found.iter().map(|[rule, ..]| rule.trim_start_matches("general/hive_")).collect();
    let mut sorted = rules.clone();
    sorted.sort_unstable();
    let all = [
        "debugger",
        "defender_exclusion",
        "hidden_account",
        "logon_debugger",
        "lsa_package",
        "run_key",
        "service_command",
        "service_folder",
        "task_script",
        "wdigest",
        "winlogon",
    ];
    assert_eq!(sorted, all, "{found:#?}");
    let said = |rule: &str| &found[rules.iter().position(|r| *r == rule).unwrap()][2];
    assert!(
        said("task_script").contains(r"\Winnet") && said("task_script").contains("t.ps1"),
        "{}",
        said("task_script")
    );
    assert!(said("hidden_account").contains("support$"));
    // The copy says since when at the latest.
    assert!(said("service_command").contains("2 Mar 2021"), "{}", said("service_command"));
    assert!(!result.to_string().contains("s3cret"), "a password of a log-on is not read");
}

#[test]
fn real_hives_raise_no_alarm_and_their_logs_are_applied() {
    let Some(members) = pages("registry/hives.tar.zst") else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("evidence");
    let user = "C/Users/tony";
    for (member, to) in [
        ("regipy/system/SYSTEM", format!("{CONFIG}/SYSTEM")),
        ("regipy/sam/SAM", format!("{CONFIG}/SAM")),
        ("trans_ntuser.dat/transactions_NTUSER.DAT", format!("{user}/NTUSER.DAT")),
        ("trans_ntuser.dat/transactions_ntuser.dat.log1", format!("{user}/ntuser.dat.LOG1")),
        ("trans_ntuser.dat/transactions_ntuser.dat.log2", format!("{user}/ntuser.dat.LOG2")),
        ("regipy/ntuser.dat/NTUSER.DAT", "C/Users/a/NTUSER.DAT".to_owned()),
        ("plaso/test_data_NTUSER-WIN7.DAT/NTUSER-WIN7.DAT", "C/Users/b/NTUSER.DAT".to_owned()),
        ("regipy/ntuser_with_winscp.dat/NTUSER_with_winscp.DAT", "C/Users/c/NTUSER.DAT".to_owned()),
    ] {
        let page = members.iter().find(|page| page.name.ends_with(member)).expect("the member is there");
        write(&input.join(to), &page.bytes);
    }
    let (_, result) = scanned(folder.path(), &input, &[]);
    let found = findings(&result);
    // That of the system was made in 2009, when Windows kept passwords in clear by itself.
    assert!(found.is_empty(), "{found:#?}");
    let notes = result["evidence"]["notes"].as_array().unwrap();
    let of = |path: &str| notes.iter().find(|n| n[0] == path).map(|n| n[1].as_str().unwrap().to_owned());
    assert!(of(&format!("{user}/NTUSER.DAT")).is_some_and(|n| n.contains("were applied")), "{notes:#?}");
    assert!(of("C/Users/c/NTUSER.DAT").is_some_and(|n| n.contains("which are not here")), "{notes:#?}");
    assert_eq!(of(&format!("{CONFIG}/SYSTEM")), None);
    assert_eq!(result["evidence"]["not_understood"].as_array().unwrap().len(), 0, "a log of a hive is understood");
    assert_eq!(result["evidence"]["rejects"], 0);
}
