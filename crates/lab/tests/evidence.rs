//! The evidence as a reader meets it: rows fit their headers, ids agree between logs, no day is missing by accident.

mod common;

use assize_lab::{EvidenceFile, SCENARIOS, files, scenario};
use chrono::{DateTime, NaiveDateTime};
use common::fields;
use std::collections::{BTreeMap, BTreeSet};

const DAY_SECONDS: i64 = 86_400;

/// Servers whose logs are all left, from 3 January to 12 March 2021.
const COMPLETE: [&str; 5] = ["no-evidence", "exposed", "attacked", "likely-breached", "breached"];

fn evidence(name: &str) -> Vec<EvidenceFile> {
    files(scenario(name).expect("the scenario exists"), 1)
}

fn text(file: &EvidenceFile) -> &str {
    std::str::from_utf8(&file.bytes).expect("logs are UTF-8")
}

/// All text of the files whose path holds `part`.
fn all_text(evidence: &[EvidenceFile], part: &str) -> String {
    evidence.iter().filter(|f| f.path.contains(part)).map(text).collect()
}

/// The columns of the HttpProxy logs that these tests look at.
const LOOKED_AT: [&str; 10] = [
    "DateTime",
    "RequestId",
    "BuildVersion",
    "RevisionVersion",
    "AuthenticatedUser",
    "AnchorMailbox",
    "ClientIpAddress",
    "HttpStatus",
    "BackEndCookie",
    "TargetServer",
];

/// Rows of the HttpProxy logs, by column.
fn proxy_rows(evidence: &[EvidenceFile]) -> Vec<BTreeMap<String, String>> {
    let mut rows = Vec::new();
    for file in evidence.iter().filter(|f| f.path.contains("/Logging/HttpProxy/")) {
        let header = text(file).lines().find_map(|l| l.strip_prefix("#Fields: ")).expect("a header");
        let columns: Vec<&str> = header.split(',').collect();
        for row in text(file).lines().filter(|l| l.starts_with("20")) {
            let pairs = columns.iter().map(|c| (*c).to_owned()).zip(fields(row));
            rows.push(pairs.filter(|(column, _)| LOOKED_AT.contains(&column.as_str())).collect());
        }
    }
    rows
}

/// The moment of a line of any log made here, in seconds.
fn moment(line: &str) -> Option<i64> {
    let line = line.strip_prefix("{\"@timestamp\":\"").unwrap_or(line);
    let iso = line.get(..24).and_then(|t| DateTime::parse_from_rfc3339(t).ok()).map(|t| t.timestamp());
    let w3c = || NaiveDateTime::parse_from_str(line.get(..19)?, "%Y-%m-%d %H:%M:%S").ok();
    iso.or_else(|| w3c().map(|t| t.and_utc().timestamp()))
}

#[test]
fn rows_have_as_many_fields_as_their_header() {
    for scenario in SCENARIOS {
        let mut rows = 0;
        for file in files(scenario, 1).iter().filter(|f| f.path.ends_with(".LOG")) {
            let header = text(file).lines().find_map(|l| l.strip_prefix("#Fields: ")).expect("a header");
            let columns = header.split(',').count();
            assert_eq!(text(file).matches('\n').count(), text(file).matches("\r\n").count(), "{}", file.path);
            for row in text(file).lines().filter(|l| l.starts_with("20")) {
                assert_eq!(fields(row).len(), columns, "{}: {row}", file.path);
                rows += 1;
            }
        }
        assert!(rows > 100, "{}: {rows} rows", scenario.name);
    }
}

#[test]
fn iis_rows_have_fifteen_fields() {
    for file in evidence("breached").iter().filter(|f| f.path.contains("/W3SVC")) {
        for row in text(file).lines().filter(|l| l.starts_with("20")) {
            assert_eq!(row.split(' ').count(), 15, "{}: {row}", file.path);
        }
    }
}

#[test]
fn both_header_layouts_occur() {
    let all = evidence("no-evidence");
    for protocol in ["Autodiscover", "Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa"] {
        let of = |start: &str| {
            let folder = format!("/HttpProxy/{protocol}/");
            all.iter().filter(|f| f.path.contains(&folder) && text(f).starts_with(start)).count()
        };
        assert!(of("DateTime,RequestId,") > 9 && of("#Software: ") > 9, "{protocol}");
    }
}

#[test]
fn every_id_of_the_front_end_is_in_the_proxy_log() {
    for name in COMPLETE.into_iter().chain(["logs-wiped", "patched-late"]) {
        let all = evidence(name);
        let rows = proxy_rows(&all);
        let ids: BTreeSet<&str> = rows.iter().map(|r| r["RequestId"].as_str()).collect();
        assert_eq!(ids.len(), rows.len(), "{name}: an id stands twice");
        // The proxy log of the last one begins on 6 March.
        let since = if name == "patched-late" { "2021-03-06" } else { "" };
        let mut seen = 0;
        for row in all_text(&all, "/W3SVC1/").lines().filter(|l| l.starts_with("20") && *l >= since) {
            if let Some(id) = row.split("cafeReqId=").nth(1).and_then(|r| r.split(';').next()) {
                assert!(ids.contains(id), "{name}: {row}");
                seen += 1;
            }
        }
        assert_eq!(seen, ids.len(), "{name}");
    }
}

#[test]
fn complete_sources_have_no_gap_of_a_day() {
    let exchange =
        ["Autodiscover", "Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa"].map(|p| format!("/Logging/HttpProxy/{p}/"));
    let others = ["/ECP/Server/", "/OABGeneratorLog/", "/W3SVC1/", "/W3SVC2/"].map(str::to_owned);
    let events = ["MSExchange Management", "Security", "Application", "System"].map(|c| format!("Events/{c}.jsonl"));
    for name in COMPLETE {
        let all = evidence(name);
        for source in exchange.iter().chain(&others).chain(&events) {
            let mut times: Vec<i64> = all_text(&all, source).lines().filter_map(moment).collect();
            times.push(moment("2021-01-03 00:00:00").unwrap());
            times.push(moment("2021-03-12 10:15:00").unwrap());
            times.sort_unstable();
            assert!(times.len() > 69, "{name} {source}");
            assert!(times.windows(2).all(|w| w[1] - w[0] <= DAY_SECONDS), "{name} {source}");
        }
    }
}

#[test]
fn the_build_changes_when_the_patch_comes() {
    let build = |name: &str, since: &str, until: &str| -> BTreeSet<String> {
        let rows = proxy_rows(&evidence(name));
        let within = rows.iter().filter(|r| r["DateTime"].as_str() >= since && r["DateTime"].as_str() < until);
        within.map(|r| format!("{}.{}", r["BuildVersion"], r["RevisionVersion"])).collect()
    };
    for (name, patched, before, after) in [
        ("no-evidence", "2021-03-03T06:12", "2176.2", "2176.9"),
        ("attacked", "2021-03-03T06:12", "2176.2", "2176.9"),
        ("likely-breached", "2021-03-04T21:05", "2106.2", "2106.13"),
        ("logs-wiped", "2021-03-04T21:05", "2106.2", "2106.13"),
        ("patched-late", "2021-03-10T18:30", "2106.2", "2106.13"),
    ] {
        assert_eq!(build(name, "2021", patched), BTreeSet::from([before.to_owned()]), "{name}");
        assert_eq!(build(name, patched, "2022"), BTreeSet::from([after.to_owned()]), "{name}");
    }
    for name in ["exposed", "cannot-exclude", "breached"] {
        assert_eq!(build(name, "2021", "2022"), BTreeSet::from(["2106.2".to_owned()]), "{name}");
    }
}

#[test]
fn addresses_are_invented() {
    let invented = |ip: &str| {
        ["198.51.100.", "203.0.113.", "192.0.2.", "10.", "127.0.0.1", "::1"].iter().any(|range| ip.starts_with(range))
    };
    for scenario in SCENARIOS {
        let all = files(scenario, 1);
        for row in proxy_rows(&all) {
            assert!(invented(&row["ClientIpAddress"]), "{}: {}", scenario.name, row["ClientIpAddress"]);
        }
        for row in all_text(&all, "/W3SVC").lines().filter(|l| l.starts_with("20")) {
            assert!(invented(row.split(' ').nth(8).unwrap()), "{row}");
        }
    }
}

#[test]
fn anchors_of_ordinary_requests_hold_no_path() {
    for row in proxy_rows(&evidence("no-evidence")) {
        assert!(!row["AnchorMailbox"].contains('/') && !row["BackEndCookie"].contains('/'), "{row:?}");
    }
}

#[test]
fn the_whole_chain_stands_in_every_log_that_saw_it() {
    let all = evidence("breached");
    let rows = proxy_rows(&all);
    let chain: Vec<_> = rows.iter().filter(|r| r["AnchorMailbox"].starts_with("ServerInfo~a]@")).collect();
    assert!(chain.iter().all(|r| r["TargetServer"] == "ex01.example.test"));
    let statuses: Vec<&str> = chain.iter().map(|r| r["HttpStatus"].as_str()).collect();
    assert_eq!(statuses, ["200", "200", "241", "200", "200", "200", "200"]);
    assert_eq!(chain[0]["DateTime"], "2021-02-28T11:09:41.000Z");
    assert!(chain.iter().all(|r| r["ClientIpAddress"] == "198.51.100.77" && r["AuthenticatedUser"].is_empty()));
    let back = all_text(&all, "/W3SVC2/");
    let reset = back.lines().find(|l| l.contains("schema=ResetOABVirtualDirectory")).unwrap();
    assert!(reset.contains("EXAMPLE\\EX01$") && reset.contains(" 444 ") && reset.contains(" 200 "), "{reset}");
    for log in ["/ECP/Server/", "Events/MSExchange Management.jsonl"] {
        let text = all_text(&all, log);
        for cmdlet in ["Set-OabVirtualDirectory", "Remove-OabVirtualDirectory", "New-OabVirtualDirectory"] {
            assert!(text.contains(cmdlet), "{log} {cmdlet}");
        }
        assert!(text.contains("k7q2x9"), "{log}");
    }
    let page = all_text(&all, "/owa/auth/OutlookEN.aspx");
    assert!(page.contains("ExternalUrl") && page.contains("k7q2x9"));
    assert!(all_text(&all, "Events/Security.jsonl").contains("\"whoami\""));
    let front = all_text(&all, "/W3SVC1/");
    let visits: Vec<_> = front.lines().filter(|l| l.contains(" /owa/auth/OutlookEN.aspx ")).collect();
    assert!(visits.len() > 5 && visits.iter().all(|l| l.contains(" 200 0 0 ")), "the page is there until the end");
    let fetched = front.lines().find(|l| l.contains("GET /aspnet_client/lsa.dmp ")).unwrap();
    assert!(fetched.starts_with("2021-03-03 02:44:12 ") && fetched.contains(" 200 0 0 24"), "{fetched}");
}

#[test]
fn an_event_says_each_thing_once() {
    for name in ["breached", "logs-wiped", "edge-server"] {
        for line in all_text(&evidence(name), "Events/").lines() {
            let names = line.split("\":").filter_map(|before| before.rsplit("\"").next());
            let names: Vec<&str> = names.filter(|n| n.chars().all(char::is_alphanumeric) && !n.is_empty()).collect();
            let unique: BTreeSet<&&str> = names.iter().collect();
            assert_eq!(unique.len(), names.len(), "{line}");
        }
    }
}

#[test]
fn what_is_gone_is_gone() {
    let wiped = evidence("logs-wiped");
    for day in ["210226", "210227", "210228", "210301"] {
        assert!(wiped.iter().all(|f| !f.path.contains(day)), "{day}");
    }
    let cmdlets = all_text(&wiped, "Events/MSExchange Management.jsonl");
    assert!(cmdlets.contains("\"2021-02-27T"), "nobody reached into the event log of cmdlets");
    let security = all_text(&wiped, "Events/Security.jsonl");
    assert!(security.lines().next().unwrap().contains("\"EventID\":1102"));
    assert!(all_text(&wiped, "Events/System.jsonl").contains("\"EventID\":104"));

    let little = evidence("cannot-exclude");
    assert!(
        little
            .iter()
            .filter(|f| f.path.contains('/'))
            .all(|f| f.path.contains("/HttpProxy/") || f.path.starts_with("Events/"))
    );
    assert!(little.iter().all(|f| !f.path.contains("/FrontEnd/")));

    let late = evidence("patched-late");
    assert!(late.iter().all(|f| !f.path.ends_with("OutlookEN.aspx")));
    let visits = all_text(&late, "/W3SVC1/");
    let statuses: Vec<&str> =
        visits.lines().filter(|l| l.contains("OutlookEN")).filter_map(|l| l.split(' ').nth(11)).collect();
    assert_eq!(statuses, ["200", "200", "200", "200", "302"]);

    let edge = evidence("edge-server");
    assert!(edge.iter().all(|f| !f.path.contains("inetpub") && !f.path.contains("HttpProxy")));
}

#[test]
fn a_collection_is_small_and_says_that_it_is_invented() {
    for scenario in SCENARIOS {
        let all = files(scenario, 1);
        let bytes: usize = all.iter().map(|f| f.bytes.len()).sum();
        println!("{:16} {:4} files {bytes:8} bytes", scenario.name, all.len());
        // Most of it are the requests by which a server asks itself whether it answers.
        assert!(bytes < 24_000_000, "{}: {bytes}", scenario.name);
        assert!(all_text(&all, "SYNTHETIC.txt").contains("invented"));
        assert!(all_text(&all, "assize-collection.json").contains("\"synthetic\": true"));
    }
}
