//! What is told of incidents: which findings hang together, which intruders stay apart, and whose mail was taken.
#![allow(clippy::unwrap_used)]

mod common;

use arrow_array::RecordBatch;
use assize_model::CaseResult;
use assize_model::result::{CellState, Incident, StepKind, TableSummary};
use common::assessed;

/// Values by column; the moment of the row under `ts`.
type Cells = Vec<(&'static str, String)>;

fn table(name: &str, rows: &[Cells]) -> (TableSummary, Vec<RecordBatch>) {
    common::table(
        name,
        rows.iter().map(|row| {
            let time = row.iter().find(|(column, _)| *column == "ts").map(|(_, time)| time.as_str());
            let rest = row.iter().filter(|(column, _)| *column != "ts").map(|(c, v)| (*c, v.as_str()));
            (time, rest.collect())
        }),
    )
}

fn row(cells: &[(&'static str, &str)]) -> Cells {
    cells.iter().map(|(column, value)| (*column, (*value).to_owned())).collect()
}

/// A request through a forged target.
fn forged(time: &str, ip: &str, target: &str, status: &str, bytes: &str) -> Cells {
    let anchor = format!("ServerInfo~a]@ex01.example.test:444{target}?#");
    row(&[
        ("ts", time),
        ("client_ip_address", ip),
        ("url_stem", "/ecp/y.js"),
        ("anchor_mailbox", &anchor),
        ("http_status", status),
        ("response_bytes", bytes),
        ("build", "15.1.2106.2"),
    ])
}

/// A session of an administrator, opened through the hole.
fn session(time: &str, ip: &str) -> Cells {
    forged(time, ip, "/ecp/proxyLogon.ecp", "241", "100")
}

/// Data sent to a page.
fn used(time: &str, ip: &str, page: &str) -> Cells {
    row(&[("ts", time), ("c_ip", ip), ("cs_method", "POST"), ("cs_uri_stem", page), ("sc_status", "200")])
}

/// A program that a process started, as the Security log has it.
fn process(time: &str, id: &str, image: &str, parent: &str, parent_image: &str, line: &str) -> Cells {
    let data = serde_json::json!({
        "NewProcessId": id, "NewProcessName": image, "ProcessId": parent, "ParentProcessName": parent_image,
        "CommandLine": line, "SubjectLogonId": "0x3e7", "SubjectUserName": "EX01$",
    });
    row(&[
        ("ts", time),
        ("channel", "Security"),
        ("provider", "Microsoft-Windows-Security-Auditing"),
        ("event_id", "4688"),
        ("computer", "EX01"),
        ("data", &data.to_string()),
    ])
}

const WORKER: &str = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
const SHELL: &str = "C:\\Windows\\System32\\cmd.exe";
const DUMP: &str =
    "C:\\Windows\\System32\\rundll32.exe C:\\windows\\system32\\comsvcs.dll MiniDump 624 C:\\x\\l.dmp full";

fn with_rule<'r>(result: &'r CaseResult, rule: &str) -> Vec<&'r Incident> {
    let of_rule = |id: &String| result.findings.iter().any(|f| f.id == *id && f.rule == rule);
    result.incidents.iter().filter(|i| i.findings.iter().any(of_rule)).collect()
}

fn step(incident: &Incident, kind: StepKind) -> &assize_model::result::Step {
    incident.steps.iter().find(|s| s.kind == kind).unwrap()
}

#[test]
fn two_intruders_are_told_apart_and_a_process_follows_its_parent() {
    let (one, other) = ("198.51.100.7", "203.0.113.9");
    let result = assessed(vec![
        table("http_proxy", &[session("2021-03-01T10:00:00Z", one), session("2021-03-04T18:00:00Z", other)]),
        table(
            "iis_w3c",
            &[
                used("2021-03-01T10:05:00Z", one, "/aspnet_client/a.aspx"),
                used("2021-03-04T18:05:00Z", other, "/owa/auth/b.aspx"),
            ],
        ),
        table(
            "windows_events",
            &[
                process("2021-03-01T10:05:01Z", "0x100", SHELL, "0x50", WORKER, "cmd /c whoami"),
                process("2021-03-04T18:05:01Z", "0x200", SHELL, "0x50", WORKER, "cmd /c dump"),
                // Hours later, but a child of that shell.
                process("2021-03-04T21:30:00Z", "0x300", "C:\\Windows\\System32\\rundll32.exe", "0x200", SHELL, DUMP),
            ],
        ),
    ]);
    assert_eq!(result.incidents.len(), 2, "{:#?}", result.incidents.iter().map(|i| &i.links).collect::<Vec<_>>());
    let (first, second) = (&result.incidents[0], &result.incidents[1]);
    assert_eq!(
        (&first.traits.addresses[..], &second.traits.addresses[..]),
        (&[one.to_owned()][..], &[other.to_owned()][..])
    );
    let dumps = with_rule(&result, "general/lsass_dump");
    assert_eq!(dumps.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["I-2"]);
    assert!(second.links.iter().any(|l| l.kind == "process"), "{:?}", second.links);
    assert!(step(first, StepKind::Credentials).findings.is_empty());
    assert!(!step(second, StepKind::Credentials).findings.is_empty());
    assert_eq!(second.others[0].incident, "I-1");
    assert!(["time", "address", "page"].iter().all(|what| second.others[0].differs.iter().any(|d| d == what)));
    // Each step says what could not be seen.
    let proxy = &step(first, StepKind::Entry).sources[0];
    assert_eq!(
        (proxy.id.as_str(), proxy.from.map(|t| t.to_string())),
        ("http_proxy", Some("2021-03-01T10:00:00Z".into()))
    );
    assert!(proxy.cells.iter().any(|c| c.state == CellState::Gap), "nothing was read of 2 and 3 March");
    assert_eq!(step(first, StepKind::Mail).sources[1].state, CellState::NotCollected);
}

#[test]
fn what_happened_while_two_were_there_goes_to_neither() {
    let dump = process("2021-03-01T10:03:00Z", "0x300", "C:\\Windows\\System32\\rundll32.exe", "0x4", SHELL, DUMP);
    let with = |others: &[Cells]| {
        let sessions: Vec<Cells> =
            [session("2021-03-01T10:00:00Z", "198.51.100.7")].into_iter().chain(others.iter().cloned()).collect();
        assessed(vec![table("http_proxy", &sessions), table("windows_events", std::slice::from_ref(&dump))])
    };
    let alone = with(&[]);
    assert_eq!(alone.incidents.len(), 1);
    assert!(alone.incidents[0].links.iter().any(|l| l.kind == "moment"));
    let two = with(&[session("2021-03-01T10:06:00Z", "203.0.113.9")]);
    assert_eq!(two.incidents.len(), 3, "nothing says whose the dump is");
}

#[test]
fn a_scanner_of_everything_joins_nobody() {
    let (one, other) = ("198.51.100.7", "203.0.113.9");
    let tried = |time: &str, ip: &str| forged(time, ip, "/ecp/proxyLogon.ecp", "500", "0");
    let mut proxy = vec![session("2021-03-01T10:00:00Z", one), session("2021-03-01T20:00:00Z", other)];
    proxy.extend([tried("2021-03-01T09:00:00Z", one), tried("2021-03-01T09:00:01Z", other)]);
    let result = assessed(vec![table("http_proxy", &proxy)]);
    assert_eq!(result.incidents.len(), 2);
}

#[test]
fn mail_that_was_taken_is_told_and_counted_once() {
    let ip = "198.51.100.7";
    let mail = |time: &str, bytes: &str| forged(time, ip, "/EWS/Exchange.asmx", "200", bytes);
    let ews = |time: &str, user: &str, mailbox: &str, action: &str| {
        row(&[
            ("ts", time),
            ("client_ip_address", "::1"),
            ("authenticated_user", user),
            ("soap_action", action),
            ("http_status", "200"),
            ("response_size", "900000"),
            ("act_as_user", mailbox),
        ])
    };
    let machine = "EX01$";
    let front = [
        session("2021-03-01T10:00:00Z", ip),
        mail("2021-03-01T10:01:00Z", "1000000"),
        mail("2021-03-01T10:02:00Z", "2000000"),
        // Somebody else reads mail as always.
        row(&[
            ("ts", "2021-03-01T10:01:30Z"),
            ("client_ip_address", "10.0.0.9"),
            ("url_stem", "/ews/exchange.asmx"),
            ("http_status", "200"),
            ("response_bytes", "77"),
            ("anchor_mailbox", "Smtp~z@example.org"),
        ]),
    ];
    let back = [
        ews("2021-03-01T10:01:01Z", machine, "a.person@example.org", "FindItem"),
        ews("2021-03-01T10:02:01Z", machine, "b.person@example.org", "GetItem"),
        ews("2021-03-01T10:01:02Z", machine, "", "GetUserAvailability"),
        ews("2021-03-01T10:01:02Z", "EXAMPLE\\z", "z@example.org", "FindItem"),
        ews("2021-03-01T12:00:00Z", machine, "z@example.org", "FindItem"),
    ];
    let result = assessed(vec![table("http_proxy", &front), table("ews", &back)]);
    let [incident] = &result.incidents[..] else { panic!("{:#?}", result.incidents) };
    let taken = incident.mail.as_ref().unwrap();
    assert_eq!(taken.mailboxes, ["a.person@example.org", "b.person@example.org"]);
    assert_eq!((taken.mailbox_count, taken.requests, taken.bytes), (2, 2, Some(3_000_000)));
    assert_eq!(taken.by, [ip, machine]);
    assert_eq!(taken.unseen, ["items"]);
    assert_eq!(taken.rows.len(), 4);
    assert_eq!(taken.from.unwrap().to_string(), "2021-03-01T10:01:00Z");
    // Without the log of EWS nobody knows whose mail it was.
    let result = assessed(vec![table("http_proxy", &front)]);
    let taken = result.incidents[0].mail.as_ref().unwrap();
    assert_eq!((taken.mailbox_count, &taken.unseen[..]), (0, &["items".to_owned(), "mailboxes".to_owned()][..]));
    assert_eq!(step(&result.incidents[0], StepKind::Mail).sources[1].state, CellState::NotCollected);
}
