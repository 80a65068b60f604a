//! Whole assessments over tables in memory: what many rows, many builds and awkward orders must not change.
#![allow(clippy::unwrap_used)]

mod common;

use arrow_array::RecordBatch;
use assize_assess::{Facts, MemoryTables, assess};
use assize_model::finding::Outcome;
use assize_model::result::{CellState, ExposureState, TableSummary};
use assize_model::{CaseResult, Finding, State, Timestamp};
use common::{CONTENT, assessed};

/// A row: its moment and its values by column.
type Cells = (String, Vec<(&'static str, String)>);

fn row(time: &str, values: &[(&'static str, &str)]) -> Cells {
    (time.into(), values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
}

/// `10:05:09` on a day of March 2021.
fn at(day: u32, second: usize) -> String {
    format!("2021-03-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

fn table(name: &str, rows: &[Cells]) -> (TableSummary, Vec<RecordBatch>) {
    fn borrowed((time, values): &Cells) -> (Option<&str>, Vec<(&str, &str)>) {
        (Some(time), values.iter().map(|(column, value)| (*column, value.as_str())).collect())
    }
    common::table(name, rows.iter().map(borrowed))
}

fn of_rule<'r>(result: &'r CaseResult, rule: &str) -> Vec<&'r Finding> {
    let names = ["proxylogon", "general"].map(|pack| format!("{pack}/{rule}"));
    result.findings.iter().filter(|f| names.contains(&f.rule)).collect()
}

const VULNERABLE: &str = "15.1.2106.2";
const FIXED: &str = "15.1.2106.13";

/// A request for a page through the front end.
fn page(time: String, stem: &str, status: &str) -> Cells {
    row(
        &time,
        &[
            ("url_stem", stem),
            ("http_status", status),
            ("method", "GET"),
            ("client_ip_address", "198.51.100.7"),
            ("build", VULNERABLE),
        ],
    )
}

#[test]
fn a_scanner_is_one_finding_and_hides_nothing() {
    let name = |n: usize| format!("/owa/auth/p{n}.aspx");
    let mut rows: Vec<Cells> = (0..6_000).map(|n| page(at(5, n), &name(n), "302")).collect();
    // The last names are known already: they are no further ones.
    rows.extend((0..300).map(|n| page(at(6, n), &name(n % 150), "302")));
    rows.push(page(at(6, 4_000), &name(5_999), "200"));
    let result = assessed(vec![table("http_proxy", &rows)]);
    let found = of_rule(&result, "proxy_page_present");
    assert_eq!(found.len(), 2, "the page that is there, and all the others");
    let there = found.iter().find(|f| f.outcome == Outcome::Success).unwrap();
    assert_eq!((there.count, &there.entities["path"]), (1, &vec![name(5_999)]));
    let tried = found.iter().find(|f| f.outcome == Outcome::Probe).unwrap();
    assert_eq!((tried.count, tried.entities["path"].len(), tried.rows.len()), (6_300, 100, 50));
    assert!(tried.adjusted.contains(&"not-there".to_owned()));
}

#[test]
fn values_beyond_those_kept_are_counted_once() {
    let rows: Vec<Cells> = (0..900)
        .map(|n| {
            let mut row = page(at(5, n), "/owa/auth/x.aspx", "302");
            row.1[3].1 = format!("198.51.100.{}", n % 150);
            row
        })
        .collect();
    let result = assessed(vec![table("http_proxy", &rows)]);
    let tried = of_rule(&result, "proxy_page_present")[0];
    assert!(tried.texts["en"].summary.contains("and 145 more"), "{}", tried.texts["en"].summary);
}

/// An administrator session through the front end.
fn session(time: String, ip: &str, build: &str) -> Cells {
    step(time, ip, build, "/ecp/proxyLogon.ecp", "241")
}

fn step(time: String, ip: &str, build: &str, target: &str, status: &str) -> Cells {
    row(
        &time,
        &[
            ("anchor_mailbox", &format!("ServerInfo~a]@ex01.example.org:444{target}?#")),
            ("url_stem", "/ecp/y.js"),
            ("http_status", status),
            ("client_ip_address", ip),
            ("server_host_name", "EX01"),
            ("build", build),
        ],
    )
}

#[test]
fn what_came_after_the_patch_never_worked_however_many_came() {
    let ip = |n: usize| format!("198.51.{}.{}", 100 + n / 250, n % 250 + 1);
    let rows: Vec<Cells> = (0..700).map(|n| session(at(20, n * 60), &ip(n), FIXED)).collect();
    let result = assessed(vec![table("http_proxy", &rows)]);
    let found = of_rule(&result, "ssrf_admin_session");
    assert_eq!(found.iter().map(|f| f.count).sum::<u64>(), 700);
    assert!(found.iter().all(|f| f.outcome <= Outcome::Attempt && f.adjusted.contains(&"after-patch".to_owned())));
    assert_eq!(result.verdict.state, State::CannotExclude);
}

#[test]
fn a_vulnerable_build_beside_a_fixed_one_is_still_exposed() {
    let rows = |build: &str, days: std::ops::Range<u32>| -> Vec<Cells> {
        days.map(|d| row(&at(d, 0), &[("url_stem", "/owa/"), ("build", build)])).collect()
    };
    let state = |rows: Vec<Cells>| {
        let result = assessed(vec![table("http_proxy", &rows)]);
        let flaw = result.exposure.iter().find(|e| e.cve == "CVE-2021-26855").unwrap();
        (flaw.state, flaw.to.map(|t| t.to_string()))
    };
    let one = [rows(VULNERABLE, 1..4), rows(FIXED, 4..12)].concat();
    assert_eq!(state(one), (ExposureState::WasVulnerable, Some("2021-03-04T00:00:00Z".into())));
    let two_servers = [rows(VULNERABLE, 1..12), rows(FIXED, 4..12)].concat();
    assert_eq!(state(two_servers), (ExposureState::Vulnerable, None));
    let taken_back = [rows(VULNERABLE, 1..4), rows(FIXED, 4..6), rows(VULNERABLE, 6..12)].concat();
    assert_eq!(state(taken_back), (ExposureState::Vulnerable, None));
}

#[test]
fn rows_without_a_build_count_as_vulnerable_while_any_such_build_runs() {
    let front = |build: &str, day: u32| row(&at(day, 0), &[("url_stem", "/owa/"), ("build", build)]);
    let backend = row(
        &at(8, 0),
        &[
            ("cs_method", "POST"),
            ("cs_uri_stem", "/ecp/DDI/DDIService.svc/SetObject"),
            ("query_shape", "schema=ResetOABVirtualDirectory"),
            ("cs_username", "EXAMPLE\\EX01$"),
            ("sc_status", "200"),
            ("s_port", "444"),
        ],
    );
    let front = [front(VULNERABLE, 1), front(FIXED, 4), front(VULNERABLE, 10), front(FIXED, 12)];
    let result = assessed(vec![table("http_proxy", &front), table("iis_w3c", &[backend])]);
    let found = of_rule(&result, "iis_backend_reset");
    assert_eq!(found.iter().map(|f| f.outcome).collect::<Vec<_>>(), [Outcome::Success]);
}

#[test]
fn a_chain_is_found_although_an_earlier_step_does_not_fit() {
    let (change, reset) = (
        "/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=1.&schema=OABVirtualDirectory",
        "/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=1.&schema=ResetOABVirtualDirectory",
    );
    let minute = |m: usize| at(1, 10 * 3600 + m * 60);
    let rows = [
        step(minute(0), "198.51.100.7", VULNERABLE, change, "200"),
        session(minute(12), "198.51.100.7", VULNERABLE),
        step(minute(20), "198.51.100.7", VULNERABLE, change, "200"),
        step(minute(25), "198.51.100.7", VULNERABLE, reset, "200"),
    ];
    let result = assessed(vec![table("http_proxy", &rows)]);
    assert_eq!(of_rule(&result, "chain_in_front_end").len(), 1);
    assert_eq!(result.verdict.state, State::Breached);
}

/// An event of a channel with its data.
fn event(time: String, channel: &str, id: &str, data: &serde_json::Value) -> Cells {
    row(&time, &[("channel", channel), ("event_id", id), ("data", &data.to_string())])
}

#[test]
fn values_without_a_name_are_read_as_text_and_not_as_json() {
    let data = |url: &str| serde_json::json!({ "Data": ["Set-OabVirtualDirectory", format!("-ExternalUrl \"{url}\" -Identity \"1\"")], "X": "a < b" });
    let rows = [
        event(at(1, 0), "MSExchange Management", "1", &data("https://mail.example.org/OAB")),
        event(at(1, 60), "MSExchange Management", "1", &data("http://f/<script runat=server>")),
    ];
    let result = assessed(vec![table("windows_events", &rows)]);
    let found = of_rule(&result, "cmdlet_vdir_script");
    assert_eq!(found.iter().map(|f| (f.count, f.rows[0].address.pos)).collect::<Vec<_>>(), [(1, 2)]);
}

#[test]
fn a_text_column_called_data_is_text() {
    let data = "Download failed and temporary file 'C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx' needs to be removed";
    let result = assessed(vec![table("oab_generator", &[row(&at(1, 0), &[("data", data)])])]);
    assert_eq!(of_rule(&result, "oab_write_outside").len(), 1);
}

#[test]
fn what_is_left_of_a_source_is_told_from_what_was_never_there() {
    let requests = [row(&at(20, 0), &[("url_stem", "/owa/"), ("build", FIXED)])];
    let patched = [
        row(&at(3, 0), &[("cmdlet", "Get-Mailbox"), ("build", VULNERABLE)]),
        row(&at(4, 0), &[("cmdlet", "Get-Mailbox"), ("build", FIXED)]),
    ];
    let events: Vec<Cells> = (1..4)
        .flat_map(|d| {
            ["System", "System", "MSExchange Management"].map(|c| event(at(d, 0), c, "7036", &serde_json::json!({})))
        })
        .collect();
    let result =
        assessed(vec![table("http_proxy", &requests), table("rps_cmdlet", &patched), table("windows_events", &events)]);
    let source = |question: &str, id: &str| {
        let question = result.coverage.iter().find(|q| q.name == question).unwrap();
        question.sources.iter().find(|s| s.id == id).unwrap()
    };
    // The window ends with the patch on 4 March; the proxy log begins on the 20th.
    assert_eq!(source("exploit-requests", "http_proxy").state, CellState::Rotated);
    assert_eq!(source("virtual-directories", "ecp_server").state, CellState::NotCollected);
    let channel = source("virtual-directories", "windows_events");
    assert_eq!((channel.rows, channel.from.map(|t| t.to_string())), (3, Some("2021-03-01T00:00:00Z".into())));
}

/// A server that was patched on 3 March and of which everything could be seen, with further events.
fn seen_whole(events: &[Cells]) -> CaseResult {
    let first = Timestamp::parse("2021-01-03T00:00:00Z").unwrap();
    let days = |hour: i64| (0..70).map(move |d| first.plus((d * 24 + hour) * 3600 * 1_000_000));
    let build = |t: Timestamp| if t.to_string().as_str() < "2021-03-03T06" { VULNERABLE } else { FIXED };
    let proxy: Vec<Cells> = days(7)
        .map(|t| row(&t.to_string(), &[("url_stem", "/owa/"), ("server_host_name", "EX01"), ("build", build(t))]))
        .collect();
    let panel: Vec<Cells> = days(8).map(|t| row(&t.to_string(), &[("server_name", "EX01")])).collect();
    let pages = vec![row("2021-03-12T00:00:00Z", &[("path", "C/inetpub/wwwroot/iisstart.htm"), ("form", "text")])];
    let tables = MemoryTables {
        paths: vec!["C/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx".into(), "C/inetpub/wwwroot/iisstart.htm".into()],
        tables: vec![
            table("ecp_server", &panel),
            table("http_proxy", &proxy),
            table("web_files", &pages),
            table("windows_events", events),
        ],
    };
    let facts = Facts { detect: true, tool_version: "test".into(), ..Facts::default() };
    assess(&tables, &CONTENT, &facts).unwrap()
}

#[test]
fn a_grave_act_without_a_cve_is_not_nothing() {
    let nothing = seen_whole(&[event(at(1, 0), "System", "7036", &serde_json::json!({}))]);
    assert_eq!((nothing.verdict.state, nothing.findings.len()), (State::NoEvidence, 0), "{:?}", nothing.verdict.why);

    let saved = event(
        at(1, 0),
        "Microsoft-Windows-Sysmon/Operational",
        "1",
        &serde_json::json!({ "Image": "C:\\Windows\\System32\\reg.exe", "CommandLine": "reg save hklm\\sam C:\\ProgramData\\sam.hiv" }),
    );
    let result = seen_whole(&[saved]);
    assert_eq!(of_rule(&result, "registry_hives_saved").len(), 1);
    assert_eq!(result.verdict.state, State::CannotExclude, "{:?}", result.verdict.why);
}

#[test]
fn an_emptied_log_is_said_whatever_the_state() {
    let result = seen_whole(&[event(at(1, 0), "Security", "1102", &serde_json::json!({}))]);
    assert_eq!(of_rule(&result, "security_log_cleared").len(), 1);
    assert_eq!(result.verdict.state, State::NoEvidence);
    assert!(result.verdict.why.contains(&"evidence.tampered".to_owned()), "{:?}", result.verdict.why);
}

#[test]
fn the_same_host_alone_does_not_make_two_signs_a_proof() {
    let shell = serde_json::json!({
        "ParentImage": "C:\\Windows\\System32\\inetsrv\\w3wp.exe", "Image": "C:\\Windows\\System32\\cmd.exe", "CommandLine": "cmd /c dir",
    });
    let mut event = event(at(1, 60), "Microsoft-Windows-Sysmon/Operational", "1", &shell);
    event.1.push(("computer", "EX01".into()));
    let proxy = [session(at(1, 0), "198.51.100.7", VULNERABLE)];
    let result = assessed(vec![table("http_proxy", &proxy), table("windows_events", &[event])]);
    assert_eq!((of_rule(&result, "w3wp_command").len(), of_rule(&result, "ssrf_admin_session").len()), (1, 1));
    assert_eq!(result.verdict.state, State::LikelyBreached);
}

/// A request to a path, as IIS notes it.
fn noted(time: &str, stem: &str, query: &str) -> Cells {
    let asked = [("c_ip", "198.51.100.7"), ("cs_method", "POST"), ("cs_uri_stem", stem), ("sc_status", "200")];
    let mut row = row(time, &asked);
    if !query.is_empty() {
        row.1.push(("query_shape", query.into()));
    }
    row
}

/// Makes the row of a moment.
type Made<'m> = &'m dyn Fn(&str) -> Cells;

#[test]
fn acts_months_apart_are_not_joined() {
    let page = |time: &str| noted(time, "/aspnet_client/x.aspx", "");
    let confused =
        |time: &str| noted(time, "/autodiscover/autodiscover.json", "@a.example.org/powershell/?X-Rps-CAT=VgEA");
    let reached = |time: &str| {
        let query = "a@a.example.org/powershell/?x=a&Email=autodiscover/admin@localhost";
        let mut row = noted(time, "/autodiscover/autodiscover.json", query);
        row.1.push(("cs_username", "EXAMPLE\\user07".into()));
        row
    };
    let command = |time: &str| {
        let data = serde_json::json!({ "ParentImage": "C:\\Windows\\System32\\inetsrv\\w3wp.exe", "Image": "C:\\Windows\\System32\\cmd.exe" });
        event(time.into(), "Microsoft-Windows-Sysmon/Operational", "1", &data)
    };
    let export = |time: &str| {
        let path = "-Mailbox \"a\" -FilePath \"\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\aspnet_client\\x.aspx\"";
        let data = serde_json::json!({ "Data": ["New-MailboxExportRequest", path] });
        event(time.into(), "MSExchange Management", "1", &data)
    };
    let times = ["2021-01-05T03:00:00Z", "2021-12-05T03:00:00Z"];
    let joined = |requests: Made<'_>, events: &[Cells], rule: &str| {
        let requests: Vec<Cells> = times.iter().map(|t| requests(t)).collect();
        let result = assessed(vec![table("iis_w3c", &requests), table("windows_events", events)]);
        let found = result.findings.iter().find(|f| f.rule == rule);
        (found.map(|f| f.time.unwrap().to_string()), result.verdict.state)
    };
    let between = "2021-08-05T03:00:00Z";
    let soon = "2021-12-05T03:04:00Z";
    let cases: [(&str, Made<'_>, Made<'_>); 3] = [
        ("general/page_use_and_command", &page, &command),
        ("proxyshell/confusion_then_export", &confused, &export),
        ("proxynotshell/reached_then_command", &reached, &command),
    ];
    for (rule, requests, act) in cases {
        let (found, state) = joined(requests, &[act(between)], rule);
        assert_eq!(found, None, "{rule}: an act that lies between two requests lies near neither");
        // An export under the name of a page is proof by itself.
        assert!(rule.ends_with("export") || state == State::LikelyBreached, "{rule}: {state:?}");
        assert_eq!(joined(requests, &[act(soon)], rule).0.as_deref(), Some(times[1]), "{rule}: dated by what fits");
    }
    // In the right order, and within 30 days of what came before it.
    let late = |requests: &[Cells], used: &str| {
        let requests: Vec<Cells> = requests.iter().cloned().chain([page("2021-01-02T00:00:00Z"), page(used)]).collect();
        let result = assessed(vec![table("iis_w3c", &requests)]);
        result.findings.iter().any(|f| f.rule == "proxynotshell/reached_then_page")
    };
    assert!(!late(&[reached(between)], "2021-12-05T03:00:00Z"));
    assert!(late(&[reached(between)], "2021-08-20T03:00:00Z"));
}

#[test]
fn two_signs_with_one_address_prove_nothing_where_they_lie_months_apart() {
    let page = |time: &str| noted(time, "/aspnet_client/x.aspx", "");
    let pages = [page("2021-01-05T03:00:00Z"), page("2021-12-05T03:00:00Z")];
    let state = |time: &str| {
        let sessions = [session(time.into(), "198.51.100.7", VULNERABLE)];
        assessed(vec![table("iis_w3c", &pages), table("http_proxy", &sessions)]).verdict.state
    };
    assert_eq!(state("2021-03-05T03:00:00Z"), State::LikelyBreached);
    assert_eq!(state("2021-01-05T03:05:00Z"), State::Breached);
}
