//! Big servers: the size that was asked for, the same bytes whatever the threads, and rows shaped like those of real logs.

mod common;

use assize_lab::{Scale, scenario, write_big};
use common::fields;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const SMALL: Scale = Scale { bytes: 12_000_000, days: 14, front_ends: 2, threads: 1 };

fn tree(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tree(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            found.insert(name, fs::read(&path).expect("the file can be read"));
        }
    }
}

fn big(scale: &Scale) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let summary =
        write_big(scenario("breached").expect("a scenario"), 1, scale, folder.path()).expect("it can be written");
    let mut files = BTreeMap::new();
    tree(folder.path(), folder.path(), &mut files);
    assert_eq!(summary.files, files.len() as u64);
    assert_eq!(summary.bytes, files.values().map(|b| b.len() as u64).sum::<u64>());
    files
}

/// The big server that several tests look at, made once.
fn shared() -> &'static BTreeMap<String, Vec<u8>> {
    static MADE: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    MADE.get_or_init(|| big(&SMALL))
}

fn text(files: &BTreeMap<String, Vec<u8>>, part: &str) -> String {
    files.iter().filter(|(p, _)| p.contains(part)).map(|(_, b)| String::from_utf8_lossy(b)).collect()
}

#[test]
fn a_big_server_is_whole_and_the_same_whatever_the_threads() {
    let files = shared();
    assert!(*files == big(&Scale { threads: 3, ..SMALL }), "threads change bytes");
    let bytes: usize = files.values().map(Vec::len).sum();
    // Headers weigh much in so small a server.
    assert!((10_000_000..26_000_000).contains(&bytes), "{bytes}");

    for (host, attacked) in [("EX01/", true), ("EX51/", false)] {
        let of = |part: &str| {
            text(
                &files.iter().filter(|(p, _)| p.starts_with(host)).map(|(p, b)| (p.clone(), b.clone())).collect(),
                part,
            )
        };
        assert_eq!(of("/HttpProxy/Ecp/").contains("ServerInfo~a]@"), attacked, "{host}");
        assert_eq!(of("/W3SVC1/").contains("/owa/auth/OutlookEN.aspx"), attacked, "{host}");
        assert_eq!(of("/ECP/Server/").contains("CMD=Set-OabVirtualDirectory"), attacked, "{host}");
        // What went through the proxy is in both logs under the same name.
        let ids: BTreeSet<String> =
            of("/Logging/HttpProxy/").lines().filter(|l| l.starts_with("20")).map(|l| fields(l)[1].clone()).collect();
        let web = of("/W3SVC1/");
        let seen: BTreeSet<&str> =
            web.lines().filter_map(|l| l.split("cafeReqId=").nth(1)?.split(';').next()).collect();
        assert!(ids.len() > 500 && ids.iter().map(String::as_str).eq(seen), "{host}: {} ids", ids.len());
    }
}

#[test]
fn rows_fit_their_headers_and_go_forward_in_time() {
    for (path, bytes) in shared() {
        let text = std::str::from_utf8(bytes).expect("logs are UTF-8");
        let web = path.contains("/LogFiles/");
        if !web && !path.ends_with(".LOG") {
            continue;
        }
        let header = text.lines().find_map(|l| l.strip_prefix("#Fields: ")).expect("a header");
        let columns = if web { header.split(' ').count() } else { header.split(',').count() };
        let mut last = "";
        for row in text.lines().filter(|l| l.starts_with("20")) {
            let count = if web { row.split(' ').count() } else { fields(row).len() };
            assert_eq!(count, columns, "{path}: {row}");
            assert!(last <= &row[..19], "{path}: {row}");
            last = &row[..19];
        }
        assert!(!last.is_empty(), "{path} has no row");
    }
}

#[test]
fn a_scenario_that_began_before_the_first_day_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scale = Scale { days: 5, ..SMALL };
    let refused = write_big(scenario("breached").unwrap(), 1, &scale, folder.path()).unwrap_err();
    assert!(refused.to_string().contains("begins before"), "{refused}");
    let edge = write_big(scenario("edge-server").unwrap(), 1, &SMALL, folder.path()).unwrap_err();
    assert!(edge.to_string().contains("no big form"), "{edge}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

/// Real samples, and the logs made here that must look like them.
const SAMPLES: [(&str, &str); 7] = [
    ("artefacts_Autodiscover_HttpProxy_2023010919-1.LOG", "/Logging/HttpProxy/Autodiscover/"),
    ("artefacts_Eas_HttpProxy_2023011116-1.LOG", "/Logging/HttpProxy/Eas/"),
    ("artefacts_Mapi_HttpProxy_2023010601-1.LOG", "/Logging/HttpProxy/Mapi/"),
    ("artefacts_ECPServer20230111-1.LOG", "/ECP/Server/"),
    ("artefacts_ECPActivity_11500_20230111-1.LOG", "/ECP/Activity/"),
    ("artefacts_MSGTRKMS2022091915-1.LOG", "/MSGTRKMS"),
    ("artefacts_Rps_Cmdlet_2023011116-1.LOG", "/Powershell-Proxy/Cmdlet/"),
];

/// The shape of the values of columns. It holds for the real rows and for ours; a column that is not named holds a
/// whole number or nothing.
const COLUMNS: &[(&str, &str)] = &[
    ("DateTime date-time TimeStamp StartTime", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    ("RequestId CmdletUniqueId", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("ClientRequestId", r"(|R:[0-9a-f-]+:\d+;RT:\w+;CI:[0-9a-f-]+:\d+;CID:[0-9a-f-]+)"),
    ("Protocol", r"\w+"),
    ("UrlHost ServerHostName ServerName client-hostname", r"[\w.-]+"),
    ("TargetServer server-hostname", r"[\w.-]*"),
    ("UrlStem", r"/[\w./-]+"),
    ("AuthenticationType", r"\w+"),
    ("IsAuthenticated IsAdmin ADViewEntireForest", "([Tt]rue|[Ff]alse)"),
    ("AuthenticatedUser", r"(|(\w+\\)?\w+)"),
    ("Organization ADRecipientViewRoot", r"[\w.]*"),
    ("AnchorMailbox", r"(|Sid~S-1-5(-\d+)+|MailboxGuid~[0-9a-f-]+|SMTP:\S+|ServerInfo~\S+)"),
    ("UserAgent", "[^,]*"),
    (
        "ClientIpAddress client-ip server-ip original-client-ip original-server-ip",
        r"([0-9a-fA-F.:]*(%\d+)?|fe80::1234:5678:123abc:245e%3)",
    ),
    ("HttpStatus", r"\d{3}"),
    ("Method", "[A-Z_]+"),
    ("ProxyAction", "(|Proxy)"),
    ("ErrorCode GenericErrors", ".*"),
    ("TargetServerVersion", r"(|\d\d\.\d\d\.\d{4}\.\d{3})"),
    ("RoutingType", "(|IntraForest)"),
    ("RoutingHint", r"[\w-]*"),
    ("BackEndCookie", r"(|Database~[0-9a-f-]{36}~~\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(~[\w.]+~1)?)"),
    ("AccountForestLatencyBreakup", r"(\d+;)*"),
    ("UrlQuery", r"(|\?.+)"),
    (
        "GenericInfo",
        r"(BeginRequest=\d{4}-.*;CorrelationID=<empty>;ProxyState-Run=None;.*EndRequest=\d{4}-.*|PSSenderInfo=.*;)",
    ),
    ("DatabaseGuid", r"(\|RoutingDB:[0-9a-f-]{36})*"),
    ("RoutingStatus", "(|CafeV1)"),
    ("GenericLatency", r".*Cmd=\d+;.*"),
    ("EventId", r"(ECP\.Request|Request)"),
    (
        "EventData",
        r"(S:TIME=\d+;S:SID=[0-9a-f-]+;.*S:REFERRER=;S:EX=;S:ACTID=[0-9a-f-]+;S:RS=0;S:BLD=\d+(\.\d+){3};S:TNAME=<null>;S:TID=;S:USID=[0-9a-f-]+;S:EDOID=;S:ACID=|(S:PSA=<PII>\S+</PII>;)?S:URL=https://localhost:444/ecp/\S+;S:Bld=[\d.]+;S:ActID=[0-9a-f-]+;.*Dbl:WLM.TS=\d+)",
    ),
    (
        "source-context",
        r"MDB:[0-9a-f-]+, Mailbox:[0-9a-f-]+, Event:\d+, MessageClass:IPM.Note, CreationTime:\S+Z, ClientType:MOMT, SubmissionAssistant:MailboxTransportSubmissionEmailAssistant(, ServerMdbConnectionId:\w+)?",
    ),
    ("source", "STOREDRIVER"),
    ("event-id", "(NOTIFYMAPI|RECEIVE)"),
    (
        "message-id network-message-id recipient-address sender-address return-path message-subject recipient-status directionality custom-data transport-traffic-type message-info",
        ".*",
    ),
    ("log-id", "[0-9a-f-]{35,36}"),
    ("schema-version", r"\d\d\.\d\d\.\d{4}\.\d{3}"),
    ("ProcessName", "w3wp#MSExchangePowerShellAppPool"),
    ("ExecutingUserSid", r"S-1-5(-\d+)+"),
    ("ClientApplication", "ActiveMonitor"),
    ("Cmdlet", r"[A-Z]\w+-[A-Z]\w+"),
    ("Parameters NonPiiParameters", "-ResultSize 1"),
    ("RunspaceSettingsCreationHint", "GCRandomly"),
    (
        "ADConfigurationDomainControllers ADPreferredGlobalCatalogs ADPreferredDomainControllers ADUserConfigurationDomainController",
        r"[\w.-]*",
    ),
    ("ExecutionResult", "Success"),
];

/// Rows of a log by column, and its columns.
fn rows(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let header = text.lines().find_map(|l| l.strip_prefix("#Fields: ")).expect("a header");
    (fields(header), text.lines().filter(|l| l.starts_with("20")).map(fields).collect())
}

fn misshapen(columns: &[String], rows: &[Vec<String>], shapes: &BTreeMap<&str, Regex>, plain: &Regex) -> Vec<String> {
    let mut wrong = BTreeSet::new();
    for row in rows {
        for (column, value) in columns.iter().zip(row) {
            if !shapes.get(column.as_str()).unwrap_or(plain).is_match(value) {
                wrong.insert(format!("{column}: {value}"));
            }
        }
    }
    wrong.into_iter().take(20).collect()
}

#[test]
fn rows_are_shaped_like_those_of_real_logs() {
    let samples: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exchange-logs");
    if !samples.exists() {
        println!("skipped: ../shared absent");
        return;
    }
    let whole = |pattern: &str| Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    let shapes: BTreeMap<&str, Regex> =
        COLUMNS.iter().flat_map(|(names, p)| names.split(' ').map(move |n| (n, whole(p)))).collect();
    let plain = whole(r"\d*");
    let ours: BTreeMap<String, Vec<u8>> =
        shared().clone().into_iter().filter(|(p, _)| p.starts_with("EX51/")).collect();
    let read = |sample: &str| rows(&String::from_utf8_lossy(&fs::read(samples.join(sample)).expect("a sample")));
    let all: Vec<_> = SAMPLES.iter().map(|(sample, _)| read(sample)).collect();
    for ((sample, part), (columns, real_rows)) in SAMPLES.iter().zip(all.clone()) {
        let (our_columns, our_rows) = rows(&text(&ours, part));
        assert_eq!(our_columns, columns, "{part}");
        assert!(!real_rows.is_empty() && our_rows.len() > 10, "{part}: {} rows", our_rows.len());
        let none: Vec<String> = Vec::new();
        assert_eq!(misshapen(&columns, &real_rows, &shapes, &plain), none, "the real {sample}");
        assert_eq!(misshapen(&columns, &our_rows, &shapes, &plain), none, "{part}");
        // What every real row of such columns fills in, ours fill in too, where they were let in at all.
        let kin: Vec<Vec<String>> = all.iter().filter(|(c, _)| *c == columns).flat_map(|(_, r)| r.clone()).collect();
        for (at, column) in columns.iter().enumerate() {
            let filled = kin.iter().all(|r| r.get(at).is_some_and(|v| !v.is_empty()));
            let let_in = |r: &&Vec<String>| !r.iter().any(|v| v == "401");
            if filled && column != "Organization" {
                let empty = our_rows.iter().filter(let_in).filter(|r| r[at].is_empty()).count();
                assert_eq!(empty, 0, "{part}: {column} is empty in {empty} rows");
            }
        }
    }
}
