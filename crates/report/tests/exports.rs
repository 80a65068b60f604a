//! Files for other programs: what must hold of each whatever the server, and what our own check must refuse.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

use assize_model::{CaseResult, State, Tlp};
use assize_report::sample::{crowded, naughty, sample, samples};
use assize_report::{Format, Lang, check, render};
use serde_json::{Value, json};

/// The formats that other programs import.
const EXPORTS: &[Format] =
    &[Format::Stix, Format::Misp, Format::Navigator, Format::Ocsf, Format::Ecs, Format::Timesketch, Format::Ssvc];

/// Every sample, and the one with many findings.
fn results() -> Vec<(String, CaseResult)> {
    let mut all: Vec<(String, CaseResult)> = samples().into_iter().map(|(n, r)| (n.to_owned(), r)).collect();
    all.push(("crowded".into(), crowded(3000)));
    all.push(("hostile".into(), hostile()));
    all
}

/// A server whose every text was written by the intruder: with the naughty strings that lie beside the repository.
fn hostile() -> CaseResult {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/hostile/strings");
    let mut paths: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    if paths.is_empty() {
        println!("skipped: ../shared absent");
    }
    paths.sort();
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    assize_report::sample::hostile(&naughty(&paths.iter().map(read).collect::<Vec<_>>()))
}

fn value(result: &CaseResult, format: Format, lang: Lang) -> Value {
    serde_json::from_slice(&render(result, format, lang).unwrap()).unwrap()
}

fn faults(format: Format, value: &Value) -> Vec<String> {
    check(format, value.to_string().as_bytes())
}

#[test]
fn every_export_passes_its_own_check_and_is_the_same_twice() {
    for (name, result) in results() {
        for lang in Lang::ALL {
            for format in EXPORTS {
                let bytes = render(&result, *format, lang).unwrap_or_else(|e| panic!("{name} {format:?}: {e}"));
                assert_eq!(bytes, render(&result, *format, lang).unwrap(), "{name} {format:?}");
                // The table for Timesketch holds every line of `timeline.jsonl`.
                let most = if *format == Format::Timesketch { 40_000_000 } else { 8_000_000 };
                assert!(bytes.len() < most, "{name} {format:?}: {}", bytes.len());
            }
        }
    }
}

#[test]
fn no_export_steers_its_reader() {
    for format in EXPORTS {
        let Ok(text) = String::from_utf8(render(&hostile(), *format, Lang::En).unwrap()) else { continue };
        let bad = text.chars().find(|c| !matches!(c, '\n' | '\r') && assize_model::display::misleads(*c));
        assert_eq!(bad, None, "{format:?}");
    }
}

#[test]
fn every_export_says_who_may_read_it() {
    for tlp in Tlp::ALL {
        let mut result = sample(State::Breached);
        result.marking.tlp = tlp;
        // A workbook is packed; its own test looks into it.
        for format in EXPORTS.iter().filter(|f| **f != Format::Xlsx) {
            let bytes = render(&result, *format, Lang::En).unwrap();
            let text = String::from_utf8_lossy(&bytes).to_uppercase();
            let said =
                text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '+')).any(|w| w == tlp.label());
            assert!(said, "{format:?} {tlp}");
        }
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    for format in [Format::Stix, Format::Misp, Format::Navigator, Format::Ocsf, Format::Ecs] {
        let text = String::from_utf8(render(&crowded(3000), format, Lang::En).unwrap()).unwrap();
        assert!(
            text.contains("1\\u202f000 of 3\\u202f000 findings")
                || text.contains("1\u{202f}000 of 3\u{202f}000 findings"),
            "{format:?}"
        );
    }
}

#[test]
fn a_technique_that_does_not_exist_is_an_error() {
    let mut result = sample(State::Breached);
    result.findings[0].techniques = vec!["T9999".into()];
    for format in [Format::Stix, Format::Misp, Format::Navigator, Format::Ocsf, Format::Ecs] {
        let said = render(&result, format, Lang::En).unwrap_err().to_string();
        assert!(said.contains("T9999") && said.contains("18.1"), "{said}");
    }
}

/// Objects of a bundle by type.
fn of_type<'a>(bundle: &'a mut Value, kind: &str) -> &'a mut Value {
    let objects = bundle["objects"].as_array_mut().unwrap();
    objects.iter_mut().find(|o| o["type"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn a_bundle_that_is_not_whole_is_refused() {
    let good = value(&sample(State::Breached), Format::Stix, Lang::En);
    assert_eq!(faults(Format::Stix, &good), Vec::<String>::new());
    let changes: [(&str, &str, Value); 13] = [
        ("ipv4-addr", "value", json!("not-an-ip")),
        ("ipv4-addr", "value", json!("198.51.100.10")),
        ("observed-data", "number_observed", json!(0)),
        ("observed-data", "last_observed", json!("2001-01-01T00:00:00.000Z")),
        ("observed-data", "object_refs", json!([])),
        ("sighting", "sighting_of_ref", json!("indicator--2ed6657d-e927-568b-95e1-2665a8aea6a2")),
        ("sighting", "object_marking_refs", json!(["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"])),
        ("attack-pattern", "name", json!("Something else")),
        ("vulnerability", "name", json!("ProxyLogon")),
        ("indicator", "pattern", json!("[ipv4-addr:value = '10.0.0.5']")),
        ("identity", "name", json!("a\u{202e}b")),
        ("report", "published", json!("yesterday")),
        ("marking-definition", "name", json!("TLP:WHITE")),
    ];
    for (kind, key, wrong) in changes {
        let mut bad = good.clone();
        of_type(&mut bad, kind)[key] = wrong;
        assert!(!faults(Format::Stix, &bad).is_empty(), "{kind}.{key}");
    }
    let mut bad = good.clone();
    bad["objects"].as_array_mut().unwrap().reverse();
    assert!(!faults(Format::Stix, &bad).is_empty(), "what refers stands before what it refers to");
}

#[test]
fn a_bundle_holds_the_answer_and_mitres_own_objects() {
    let mut bundle = value(&sample(State::Breached), Format::Stix, Lang::Fr);
    assert_eq!(of_type(&mut bundle, "note")["lang"], "fr");
    assert!(of_type(&mut bundle, "note")["content"].as_str().unwrap().contains("Ce serveur a été piraté"));
    let objects = bundle["objects"].as_array().unwrap();
    let shell = objects.iter().find(|o| o["id"] == "attack-pattern--5d0d3609-d06d-49e1-b9c9-b544e0c618cb").unwrap();
    assert_eq!(shell["name"], "Web Shell");
}

/// A change of a JSON value by its pointer.
type Change<'a> = (&'a str, Value);

fn refused(format: Format, good: &Value, changes: &[Change<'_>]) {
    assert_eq!(faults(format, good), Vec::<String>::new());
    for (at, wrong) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(at).unwrap_or_else(|| panic!("{at} is not there: {good}")) = wrong.clone();
        assert!(!faults(format, &bad).is_empty(), "{at} = {wrong}");
    }
}

#[test]
fn a_misp_event_with_a_value_that_is_something_else_is_refused() {
    let good = value(&sample(State::Breached), Format::Misp, Lang::En);
    let attributes = good["Event"]["Attribute"].as_array().unwrap();
    let at = |kind: &str| attributes.iter().position(|a| a["type"] == kind).unwrap();
    let ip = format!("/Event/Attribute/{}", at("ip-src"));
    refused(
        Format::Misp,
        &good,
        &[
            (&format!("{ip}/value"), json!("not-an-ip")),
            (&format!("{ip}/value"), json!("10.0.0.5")),
            (&format!("{ip}/type"), json!("sha256")),
            (&format!("{ip}/category"), json!("Other")),
            (&format!("{ip}/first_seen"), json!("2031-01-01T00:00:00.000Z")),
            (&format!("{ip}/uuid"), good["Event"]["uuid"].clone()),
            (&format!("/Event/Attribute/{}/value", at("target-machine")), json!("a\u{202e}b")),
            ("/Event/Tag/0/name", json!("tlp:white")),
            ("/Event/Tag/1/name", json!("misp-galaxy:mitre-attack-pattern=\"Web Shells - T1505.003\"")),
            ("/Event/Tag/1/name", json!("misp-galaxy:threat-actor=\"HAFNIUM\"")),
            ("/Event/Object/0/template_version", json!("1")),
            ("/Event/Object/0/name", json!("cookie")),
            ("/Event/threat_level_id", json!("5")),
            ("/Event/date", json!("soon")),
        ],
    );
}

#[test]
fn a_layer_that_the_matrix_does_not_have_is_refused() {
    let good = value(&sample(State::Breached), Format::Navigator, Lang::Fr);
    refused(
        Format::Navigator,
        &good,
        &[
            ("/techniques/0/techniqueID", json!("T9999")),
            ("/techniques/0/tactic", json!("stealth")),
            ("/techniques/0/tactic", json!("impact")),
            ("/techniques/0/score", json!("5")),
            ("/techniques/0/score", json!(6)),
            ("/techniques/0", good["techniques"][1].clone()),
            ("/versions/attack", json!("17")),
            ("/versions/layer", json!("4.4")),
            ("/gradient/colors", json!(["#ffffff"])),
            ("/links", json!([{ "label": "case", "url": "file:///C:/cases" }])),
            ("/metadata/0/value", json!("TLP:WHITE")),
            ("/description", json!("")),
        ],
    );
}

/// A line of a file, changed in one place.
fn line_refused(format: Format, line: usize, changes: &[Change<'_>]) {
    let text = String::from_utf8(render(&sample(State::Breached), format, Lang::En).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let good: Value = serde_json::from_str(lines[line]).unwrap();
    for (at, wrong) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(at).unwrap_or_else(|| panic!("{at} is not there: {good}")) = wrong.clone();
        let mut lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        lines[line] = bad.to_string();
        assert!(!check(format, lines.join("\n").as_bytes()).is_empty(), "{format:?} {at} = {wrong}");
    }
    assert!(!check(format, &[text.as_bytes(), b"{"].concat()).is_empty());
}

#[test]
fn a_detection_finding_that_contradicts_itself_is_refused() {
    line_refused(
        Format::Ocsf,
        2,
        &[
            ("/type_uid", json!(200_402)),
            ("/class_uid", json!(2005)),
            ("/severity", json!("Fatal")),
            ("/confidence_id", json!(4)),
            ("/time", json!("2021-03-01")),
            ("/end_time", json!(0)),
            ("/metadata/version", json!("1.6.0")),
            ("/metadata/labels/0", json!("TLP:WHITE")),
            ("/finding_info/uid", json!("F-001")),
            ("/finding_info/attacks/0/tactic/uid", json!("TA0040")),
            ("/finding_info/attacks/0/technique/uid", json!("T9999")),
            ("/evidences/0/src_endpoint/ip", json!("not-an-ip")),
            ("/vulnerabilities/0/cve/uid", json!("ProxyLogon")),
            ("/unmapped", Value::Null),
        ][..13],
    );
}

#[test]
fn a_document_with_fields_that_ecs_does_not_have_is_refused() {
    line_refused(
        Format::Ecs,
        2,
        &[
            ("/source/ip", json!("not-an-ip")),
            ("/source", json!({ "address_of": "198.51.100.9" })),
            ("/http/response/status_code", json!("200")),
            ("/@timestamp", json!("01/03/2021")),
            ("/@timestamp", json!("2001-01-01T00:00:00.000Z")),
            ("/threat/technique/id/0", json!("T9999")),
            ("/assize/tlp", json!("TLP:WHITE")),
            ("/tags", json!(["assize"])),
            ("/event/id", json!("1")),
            ("/ecs/version", json!("1.0")),
        ],
    );
}

#[test]
fn a_selection_whose_outcome_does_not_follow_is_refused() {
    let value = |n: usize| format!("/selections/{n}/values/0/key");
    line_refused(
        Format::Ssvc,
        0,
        &[
            (&value(0), json!("N")),
            (&value(3), json!("total")),
            (&value(4), json!("14D")),
            ("/selections/1/namespace", json!("ssvc")),
            ("/selections/4/version", json!("2.0.0")),
            ("/target_ids/0", json!("ProxyLogon")),
            ("/timestamp", json!("now")),
            ("/schemaVersion", json!("1.0.0")),
            ("/references/0/summary", json!("for everybody")),
        ],
    );
}

#[test]
fn proxylogon_asks_for_three_days_and_forensics_whatever_is_reached() {
    for state in [State::Breached, State::Exposed] {
        let text = String::from_utf8(render(&sample(state), Format::Ssvc, Lang::En).unwrap()).unwrap();
        let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(first["target_ids"], json!(["CVE-2021-26855"]));
        assert_eq!(first["selections"][4]["values"], json!([{ "key": "3DF" }]), "{state}");
    }
    // That nobody was seen does not show that nobody can reach it.
    let text = String::from_utf8(render(&sample(State::Exposed), Format::Ssvc, Lang::En).unwrap()).unwrap();
    let second: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["selections"][1]["values"], json!([{ "key": "N" }, { "key": "Y" }]));
    assert_eq!(second["selections"][4]["values"], json!([{ "key": "14D" }, { "key": "3DF" }]));
}

#[test]
fn a_table_that_timesketch_would_cut_in_silence_is_refused() {
    let good = String::from_utf8(render(&sample(State::Breached), Format::Timesketch, Lang::Fr).unwrap()).unwrap();
    assert_eq!(good.matches("\r\n").count(), 6);
    let json = render(&sample(State::Breached), Format::Timeline, Lang::Fr).unwrap();
    assert_eq!(String::from_utf8(json).unwrap().lines().count(), 5, "a line for each row below the head");
    for (from, to) in [
        ("2021-02-28T11:09:41.000000+00:00", "28 Feb 2021"),
        ("2021-02-28T11:09:41.000000+00:00", "1601-01-01T00:00:00.000000+00:00"),
        ("\"203.0.113.77\"", "\"not-an-ip\""),
        ("\"TLP:AMBER\"", "\"\""),
        ("\"message\"", "\"text\""),
        ("\"[F-005]", "\"=[F-005]"),
        ("\"Recorded Time\"", "\"\""),
        ("\"iis:log:line\",", ""),
    ] {
        assert!(good.contains(from), "{from}");
        assert!(!check(Format::Timesketch, good.replacen(from, to, 1).as_bytes()).is_empty(), "{from} -> {to}");
    }
    let mut old = sample(State::Breached);
    let row = old.findings[0].rows[0].clone();
    let time = assize_model::Timestamp::parse("1601-01-01");
    old.findings[0].rows.push(assize_model::finding::CitedRow { time, ..row });
    let text = String::from_utf8(render(&old, Format::Timesketch, Lang::En).unwrap()).unwrap();
    assert!(text.contains("1 records carry times that Timesketch cannot hold") && text.matches("\r\n").count() == 7);
}
