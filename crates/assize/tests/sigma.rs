//! Where Sigma engines are known to disagree, the answer of the specification is ours. The classes are those that were
//! found by running four engines over the same recordings; each has events that must match and such that must not.

mod common;

use assize_assess::{Hunt, Match};
use assize_case::Case;
use assize_content::{Content, Outside};
use common::{assize_in, lab, scanned, shared, stderr, stdout, unpack};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// One class of disagreement.
struct Class {
    name: &'static str,
    /// `product: windows` stands before it.
    source: &'static str,
    detection: &'static str,
    matches: Vec<Value>,
    ignores: Vec<Value>,
}

/// An event as the reader of event logs renders it.
fn event(channel: &str, provider: &str, id: u32, data: &Value) -> Value {
    json!({"Event": {
        "System": {
            "Provider": {"#attributes": {"Name": provider}}, "EventID": id, "Channel": channel,
            "Computer": "ex01.example.test", "TimeCreated": {"#attributes": {"SystemTime": "2021-03-03T06:00:00.000000Z"}},
        },
        "EventData": data,
    }})
}

fn security(id: u32, data: &Value) -> Value {
    event("Security", "Microsoft-Windows-Security-Auditing", id, data)
}

fn sysmon(id: u32, data: &Value) -> Value {
    event("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", id, data)
}

/// Event data without names.
fn unnamed(values: &[&str]) -> Value {
    json!({"Data": {"#text": values}})
}

fn process(command: &str) -> Value {
    sysmon(1, &json!({"Image": "C:\\Windows\\System32\\cmd.exe", "CommandLine": command}))
}

fn classes() -> Vec<Class> {
    // Long: a table, one entry for each class.
    let class = |name, source, detection, matches, ignores| Class { name, source, detection, matches, ignores };
    vec![
        class(
            "a provider does not choose the log",
            "service: security",
            "e: {EventID: 1102}\n  condition: e",
            vec![event("Security", "Microsoft-Windows-Eventlog", 1102, &json!({}))],
            vec![event("System", "Microsoft-Windows-Eventlog", 1102, &json!({}))],
        ),
        class(
            "an absent field makes its filter false",
            "category: create_remote_thread",
            "e: {SourceImage|endswith: '\\powershell.exe'}\n  f: {SourceParentImage|endswith: '\\CompatTelRunner.exe'}\n  condition: e and not f",
            vec![sysmon(8, &json!({"SourceImage": "C:\\a\\powershell.exe"}))],
            vec![sysmon(
                8,
                &json!({"SourceImage": "C:\\a\\powershell.exe", "SourceParentImage": "C:\\a\\CompatTelRunner.exe"}),
            )],
        ),
        class(
            "the audit of Windows names a process otherwise",
            "category: process_creation",
            "e:\n    Image|endswith: '\\whoami.exe'\n    ParentImage|endswith: '\\w3wp.exe'\n    IntegrityLevel: ['High', 'S-1-16-12288']\n    CommandLine|contains: '/all'\n  condition: e",
            vec![security(
                4688,
                &json!({
                    "NewProcessName": "C:\\Windows\\System32\\whoami.exe", "ParentProcessName": "C:\\inetsrv\\w3wp.exe",
                    "MandatoryLabel": "S-1-16-12288", "CommandLine": "whoami /all",
                }),
            )],
            vec![security(4689, &json!({"NewProcessName": "C:\\Windows\\System32\\whoami.exe"}))],
        ),
        class(
            "windash: any dash or slash",
            "category: process_creation",
            "e: {CommandLine|windash|contains: ' -enc '}\n  condition: e",
            vec![process("a -enc b"), process("a /enc b"), process("a \u{2013}enc b"), process("a \u{2014}enc b")],
            vec![process("a enc b")],
        ),
        class(
            "fieldref: one field against another",
            "category: process_creation",
            "e: {Image|fieldref: ParentImage}\n  condition: e",
            vec![sysmon(1, &json!({"Image": "C:\\a.exe", "ParentImage": "C:\\a.exe"}))],
            vec![sysmon(1, &json!({"Image": "C:\\a.exe", "ParentImage": "C:\\b.exe"}))],
        ),
        class(
            "cidr",
            "category: network_connection",
            "e: {Initiated: 'true'}\n  f: {DestinationIp|cidr: ['10.0.0.0/8', 'fc00::/7']}\n  condition: e and not f",
            vec![
                sysmon(3, &json!({"Initiated": "true", "DestinationIp": "198.51.100.7"})),
                sysmon(3, &json!({"Initiated": "true", "DestinationIp": "2001:db8::1"})),
            ],
            vec![
                sysmon(3, &json!({"Initiated": "true", "DestinationIp": "10.1.2.3"})),
                sysmon(3, &json!({"Initiated": "true", "DestinationIp": "fd00::1"})),
            ],
        ),
        class(
            "words without a field search values without a name",
            "service: msexchange-management",
            "k: ['Install-TransportAgent']\n  condition: k",
            vec![event(
                "MSExchange Management",
                "MSExchange CmdletLogs",
                6,
                &unnamed(&["install-transportagent", "-Name a"]),
            )],
            vec![event("MSExchange Management", "MSExchange CmdletLogs", 6, &unnamed(&["Get-Mailbox"]))],
        ),
        class(
            "Data is every value without a name",
            "service: application",
            "e: {Provider_Name|contains: MSSQL, EventID: 15457, Data|contains: xp_cmdshell}\n  condition: e",
            vec![event("Application", "MSSQL$X", 15457, &unnamed(&["show", "XP_CMDSHELL", "0"]))],
            vec![event("Application", "MSSQL$X", 15457, &unnamed(&["show", "clr enabled"]))],
        ),
        class(
            "words search all values of all logs",
            "product: windows",
            "k: ['mimidrv.sys', '*sekurlsa::*']\n  condition: k",
            vec![
                event(
                    "Microsoft-Windows-Windows Defender/Operational",
                    "D",
                    1116,
                    &json!({"Path": "C:\\x\\mimidrv.sys"}),
                ),
                security(4688, &json!({"CommandLine": "a sekurlsa::logonpasswords"})),
            ],
            vec![security(4688, &json!({"CommandLine": "kurlsa::"}))],
        ),
        class(
            "what the system writes wins over data of the same name",
            "service: system",
            "e: {EventID: 104, Channel: System}\n  condition: e",
            vec![event("System", "Microsoft-Windows-Eventlog", 104, &json!({"Channel": "Windows PowerShell"}))],
            vec![event("Security", "Microsoft-Windows-Eventlog", 104, &json!({"Channel": "System"}))],
        ),
        class(
            "a log may be called otherwise than its provider",
            "service: dns-server",
            "e: {EventID: 771}\n  condition: e",
            vec![event("DNS Server", "Microsoft-Windows-DNS-Server-Service", 771, &json!({}))],
            vec![event("System", "Microsoft-Windows-DNS-Server-Service", 771, &json!({}))],
        ),
        class(
            "a deleted key is no created one",
            "category: registry_delete",
            "e: {TargetObject|contains: RunMRU}\n  condition: e",
            vec![
                sysmon(12, &json!({"EventType": "DeleteKey", "TargetObject": "HKU\\RunMRU"})),
                sysmon(12, &json!({"EventType": "DeleteValue", "TargetObject": "HKU\\RunMRU\\a"})),
            ],
            vec![sysmon(12, &json!({"EventType": "CreateKey", "TargetObject": "HKU\\RunMRU"}))],
        ),
        class(
            "identifiers in braces, in either case",
            "service: security",
            "e: {EventID: 4719}\n  f: {SubcategoryGuid: '{0CCE9210-69AE-11D9-BED3-505054503030}'}\n  condition: e and not f",
            vec![security(4719, &json!({"SubcategoryGuid": "{0cce9211-69ae-11d9-bed3-505054503030}"}))],
            vec![security(4719, &json!({"SubcategoryGuid": "{0cce9210-69ae-11d9-bed3-505054503030}"}))],
        ),
        class(
            "a backslash before a star, before another backslash, and alone",
            "service: security",
            "e: {EventID: 5145, ShareName: '\\\\\\\\\\*\\\\IPC$', RelativeTargetName: 'a\\b'}\n  condition: e",
            vec![security(5145, &json!({"ShareName": "\\\\*\\IPC$", "RelativeTargetName": "a\\b"}))],
            vec![security(5145, &json!({"ShareName": "\\\\x\\IPC$", "RelativeTargetName": "a\\b"}))],
        ),
        class(
            "names of fields with blanks",
            "service: windefend",
            "e: {EventID: 5007, NewValue|contains: '\\Exclusions\\Paths'}\n  condition: e",
            vec![event(
                "Microsoft-Windows-Windows Defender/Operational",
                "D",
                5007,
                &json!({"New Value": "HKLM\\SOFTWARE\\Exclusions\\Paths\\C:\\"}),
            )],
            vec![event(
                "Microsoft-Windows-Windows Defender/Operational",
                "D",
                5007,
                &json!({"Old Value": "HKLM\\SOFTWARE\\Exclusions\\Paths\\C:\\"}),
            )],
        ),
        class(
            "null is what is absent or empty",
            "category: create_remote_thread",
            "e: {TargetImage: 'C:\\a.exe', StartModule: null}\n  condition: e",
            vec![
                sysmon(8, &json!({"TargetImage": "C:\\a.exe", "StartModule": ""})),
                sysmon(8, &json!({"TargetImage": "C:\\a.exe"})),
            ],
            vec![sysmon(8, &json!({"TargetImage": "C:\\a.exe", "StartModule": "b.dll"}))],
        ),
        class(
            "an empty text is what is there and empty",
            "category: create_remote_thread",
            "e: {TargetImage: 'C:\\e.exe', StartModule: ''}\n  condition: e",
            vec![sysmon(8, &json!({"TargetImage": "C:\\e.exe", "StartModule": ""}))],
            vec![
                sysmon(8, &json!({"TargetImage": "C:\\e.exe"})),
                sysmon(8, &json!({"TargetImage": "C:\\e.exe", "StartModule": "b.dll"})),
            ],
        ),
        class(
            "numbers that are held as text, and texts that are numbers",
            "service: security",
            "e: {EventID: 4624, LogonType: 3, KeyLength: '0'}\n  condition: e",
            vec![
                security(4624, &json!({"LogonType": 3, "KeyLength": 0})),
                security(4624, &json!({"LogonType": "3", "KeyLength": "0"})),
            ],
            vec![security(4624, &json!({"LogonType": "10", "KeyLength": "0"}))],
        ),
        class(
            "a blank behind a value",
            "service: security",
            "e: {EventID: 4624, LogonProcessName: NtLmSsp}\n  condition: e",
            vec![
                security(4624, &json!({"LogonProcessName": "NtLmSsp "})),
                security(4624, &json!({"LogonProcessName": "NtLmSsp"})),
            ],
            vec![security(4624, &json!({"LogonProcessName": "NtLmSspX"}))],
        ),
        class(
            "wide: text of two bytes a character, in base64",
            "category: process_creation",
            "e: {CommandLine|wide|base64offset|contains: 'http://'}\n  condition: e",
            vec![
                process("x aAB0AHQAcAA6AC8ALwBlAHgAYQBtAHAAbABlAA=="),
                process("x eGgAdAB0AHAAOgAvAC8AZQB4AGEAbQBwAGwAZQA="),
                process("x eHloAHQAdABwADoALwAvAGUAeABhAG0AcABsAGUA"),
            ],
            vec![process("x aHR0cDovLw y")],
        ),
        class(
            "regular expressions, with and without regard to case",
            "category: process_creation",
            "e: {CommandLine|re: 'cmd\\.exe\\s+/C'}\n  i: {CommandLine|re|i: '^POWERSHELL'}\n  condition: 1 of them",
            vec![process("a cmd.exe  /C b"), process("powershell -v")],
            vec![process("a CMD.EXE /C b"), process("a powershell -v")],
        ),
        class(
            "cased",
            "category: process_creation",
            "e: {CommandLine|cased|contains: IEX}\n  condition: e",
            vec![process("IEX(New-Object)")],
            vec![process("iexplore.exe")],
        ),
        class(
            "all of several values",
            "category: process_creation",
            "e: {CommandLine|contains|all: ['one', 'two']}\n  condition: e",
            vec![process("two and one")],
            vec![process("one and one")],
        ),
        class(
            "exists",
            "category: process_creation",
            "e: {CommandLine|contains: there, Company|exists: false}\n  condition: e",
            vec![process("there")],
            vec![sysmon(1, &json!({"CommandLine": "there", "Company": "x"}))],
        ),
        class(
            "numbers compared",
            "service: security",
            "e: {EventID: 4625, FailureCount|gte: 5, FailureCount|lt: 10}\n  condition: e",
            vec![security(4625, &json!({"FailureCount": "5"})), security(4625, &json!({"FailureCount": 9}))],
            vec![security(4625, &json!({"FailureCount": "10"})), security(4625, &json!({"FailureCount": 4}))],
        ),
        class(
            "a list of maps is one of them",
            "category: process_creation",
            "e:\n    - {Image|endswith: '\\cmd.exe', CommandLine|startswith: alpha}\n    - {CommandLine|startswith: beta}\n  condition: e",
            vec![process("alpha"), sysmon(1, &json!({"Image": "C:\\x.exe", "CommandLine": "beta"}))],
            vec![sysmon(1, &json!({"Image": "C:\\x.exe", "CommandLine": "alpha"}))],
        ),
        class(
            "one of, all of, and names with a star",
            "category: process_creation",
            "sel_a: {CommandLine|contains: gamma}\n  sel_b: {CommandLine|contains: delta}\n  filter_x: {CommandLine|contains: omit}\n  condition: all of sel_* and not 1 of filter_*",
            vec![process("gamma delta")],
            vec![process("gamma"), process("gamma delta omit")],
        ),
    ]
}

/// Runs all classes in one hunt over one file: several logs in one file, and rules that must keep to their own.
#[test]
fn every_class_of_disagreement_is_answered_by_the_specification() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (rules, evidence) = (folder.path().join("rules"), folder.path().join("evidence"));
    fs::create_dir_all(&rules).expect("a folder");
    fs::create_dir_all(&evidence).expect("a folder");
    let classes = classes();
    let (mut lines, mut expected) = (Vec::new(), BTreeSet::new());
    for (n, class) in classes.iter().enumerate() {
        let source = if class.source.starts_with("product") {
            class.source.to_owned()
        } else {
            format!("product: windows\n  {}", class.source)
        };
        let rule =
            format!("title: {}\nlogsource:\n  {source}\ndetection:\n  {}\n", Value::from(class.name), class.detection);
        fs::write(rules.join(format!("{n:02}.yml")), rule).expect("a rule");
        for (matches, event) in class.matches.iter().map(|e| (true, e)).chain(class.ignores.iter().map(|e| (false, e)))
        {
            lines.push(event.to_string());
            if matches {
                expected.insert((class.name.to_owned(), lines.len() as u64));
            }
        }
    }
    fs::write(evidence.join("events.jsonl"), lines.join("\n") + "\n").expect("a file");
    let run = assize_in(
        folder.path(),
        &["hunt", "evidence", "--sigma", "rules", "--jsonl", "--progress", "none", "--lang", "en"],
    );
    assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""));
    // Rules meet events of other classes too, where those fit; only the own ones are judged.
    let mut own = BTreeSet::new();
    let mut line = 0u64;
    for class in &classes {
        let count = (class.matches.len() + class.ignores.len()) as u64;
        own.extend((line + 1..=line + count).map(|record| (class.name.to_owned(), record)));
        line += count;
    }
    let found: BTreeSet<(String, u64)> = stdout(&run)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"))
        .map(|v| (v["rule"].as_str().expect("a title").to_owned(), v["record"].as_u64().expect("a number")))
        .filter(|pair| own.contains(pair))
        .collect();
    let show = |pairs: Vec<&(String, u64)>| {
        let line = |(name, record): &(String, u64)| {
            format!("{name}: {}", lines[usize::try_from(*record).expect("a line") - 1])
        };
        pairs.into_iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let (missed, wrong) = (show(expected.difference(&found).collect()), show(found.difference(&expected).collect()));
    assert!(missed.is_empty() && wrong.is_empty(), "missed:\n{missed}\n\nwrong:\n{wrong}");
}

/// A placeholder that nobody filled makes a rule that cannot run, and that is said.
#[test]
fn a_placeholder_without_a_value_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("evidence")).expect("a folder");
    fs::write(folder.path().join("evidence/events.jsonl"), process("admin").to_string() + "\n").expect("a file");
    let rule = "title: Placeholder\nlogsource: {product: windows, category: process_creation}\ndetection:\n  e: {CommandLine|expand: '%admins%'}\n  condition: e\n";
    fs::write(folder.path().join("rule.yml"), rule).expect("a rule");
    let run = assize_in(
        folder.path(),
        &["hunt", "evidence", "--sigma", "rule.yml", "--jsonl", "--progress", "none", "--lang", "en"],
    );
    assert_eq!(stdout(&run), "");
    assert!(stderr(&run).contains("%admins%"), "{}", stderr(&run));
}

/// Rule by rule and row by row: what both stages say is what the evaluator says of every row by itself.
#[test]
fn both_stages_say_what_the_evaluator_says_alone() {
    let parts = ["attack", "format", "sigma-regression"].map(|part| shared(&format!("data/evtx/{part}.tar.zst")));
    let (Some(rules), [Some(attack), Some(format), Some(regression)]) = (shared("data/rules/sigma.tar.zst"), parts)
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evidence = folder.path().join("evidence");
    for (name, packed) in [("attack", attack), ("format", format), ("regression", regression)] {
        unpack(&packed, &evidence.join(name));
    }
    lab(&evidence, "breached");
    unpack(&rules, &folder.path().join("sigma"));
    scanned(folder.path(), &evidence, &["-o", "case"]);
    let case = Case::open(&folder.path().join("case")).expect("a case");
    let content = Content::builtin().expect("content");
    let mut outside = Outside::default();
    for part in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        outside.add(Outside::read(&folder.path().join("sigma").join(part)).expect("rules"));
    }
    let found = |hunt: &Hunt<'_>| {
        let mut all: Vec<Match> = Vec::new();
        hunt.run(&case, 2, &mut |found| all.push(found)).expect("tables");
        all
    };
    let both = found(&Hunt::new(&content.layouts, &outside));
    let alone = found(&Hunt::new(&content.layouts, &outside).plainly());
    let tables: BTreeSet<&str> = alone.iter().map(|m| m.table.as_str()).collect();
    let hit: BTreeSet<usize> = alone.iter().map(|m| m.rule).collect();
    println!("{} rules, {} matches of {} of them in {tables:?}", outside.rules.len(), alone.len(), hit.len());
    for (one, other, what) in [(&both, &alone, "too many"), (&alone, &both, "lost")] {
        let other: BTreeSet<(usize, _)> = other.iter().map(|m| (m.rule, m.address)).collect();
        let only: Vec<_> = one.iter().filter(|m| !other.contains(&(m.rule, m.address))).collect();
        let shown: Vec<_> = only.iter().take(9).map(|m| (outside.heading(m.rule), m)).collect();
        assert!(only.is_empty(), "{} {what}: {shown:#?}", only.len());
    }
    assert!(both == alone && hit.len() > 300 && tables.len() > 2, "{} rules, {tables:?}", hit.len());
}
