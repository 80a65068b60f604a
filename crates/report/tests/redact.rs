//! Nothing that names the server's own side stands in any format of a redacted result.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

use assize_model::{CaseResult, Finding, State};
use assize_report::{FORMATS, Format, KEY_BYTES, Lang, Pseudonyms, check, redacted, render};
use std::collections::BTreeMap;
use std::io::Read;

const NAMES: [&str; 13] = [
    "EX77.corp.contoso.test",
    "EX77",
    "DC-PARIS",
    "corp.contoso.test",
    "contoso.test",
    "CONTOSO",
    "j.dupont",
    "anne-marie",
    "zoé",
    "10.20.30.40",
    "fd12:3456::77",
    "S-1-5-21-1111-2222-3333",
    "A. Martin",
];

/// What others look for.
const STAY: [&str; 3] = ["203.0.113.77", "/owa/auth/x.js", "proxylogon/"];

fn pseudonyms() -> Pseudonyms {
    Pseudonyms::new([7; KEY_BYTES], BTreeMap::new())
}

/// A result in which names stand wherever evidence may put them.
fn full_of_names() -> CaseResult {
    let mut result = assize_report::sample::sample(State::Breached);
    result.host.name = "EX77.corp.contoso.test".into();
    result.evidence.name = "contoso.test EX77 j.dupont.zip".into();
    result.marking.operator = Some("A. Martin".into());
    result.evidence.not_understood = vec!["C/Users/j.dupont/Desktop/EX77.txt".into()];
    result.evidence.notes.push(("\\\\DC-PARIS\\share".into(), "mail of zoé@contoso.test".into()));
    result.errors.push("10.20.30.40 did not answer".into());
    for (n, finding) in result.findings.iter_mut().enumerate() {
        name_everything(finding, n);
    }
    result
}

fn name_everything(finding: &mut Finding, n: usize) {
    finding.key = "0123456789abcdef".into();
    let mut observe = |kind: &str, value: &str| finding.entities.entry(kind.into()).or_default().push(value.into());
    observe("user", "CONTOSO\\j.dupont");
    observe("user", "CONTOSO\\zoé");
    observe("host", "EX77");
    observe("ip", "10.20.30.40");
    let fields = [
        ("TargetUserName", "zoé"),
        ("authenticated_user", "NT AUTHORITY\\SYSTEM"),
        ("event_data", "{\"SubjectUserSid\":\"S-1-5-21-1111-2222-3333-1104\",\"MemberName\":\"anne-marie\"}"),
        ("cs_uri_query", "Email=anne-marie%40corp.contoso.test&user=CONTOSO%5Cj.dupont&from=fd12:3456::77"),
        ("path", "C:\\Users\\anne-marie\\x.aspx on \\\\DC-PARIS\\c$"),
        ("query", "/autodiscover/autodiscover.json?@evil.example/mapi"),
    ];
    if let Some(row) = finding.rows.first_mut() {
        row.fields.extend(fields.map(|(k, v)| (k.to_owned(), v.to_owned())));
        row.path = format!("EX77/C/Users/j.dupont/{n}.log");
    }
    let said = "j.dupont@contoso.test came to EX77.corp.contoso.test from 10.20.30.40 and 203.0.113.77.";
    finding.summary = said.into();
    for words in finding.texts.values_mut() {
        words.summary = said.into();
    }
}

/// The text that a reader of a format finds in it.
fn text(format: Format, bytes: &[u8]) -> String {
    match format {
        Format::Xlsx => {
            let mut parts = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            let mut text = String::new();
            for n in 0..parts.len() {
                parts.by_index(n).unwrap().read_to_string(&mut text).unwrap();
            }
            text
        }
        Format::Parquet | Format::ParquetTimeline => {
            use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder as Reader;
            let reader = Reader::try_new(bytes::Bytes::copy_from_slice(bytes)).unwrap().build().unwrap();
            let batches: Vec<_> = reader.map(Result::unwrap).collect();
            let rows = batches.iter().flat_map(|b| (0..b.num_rows()).map(|n| format!("{:?}", b.slice(n, 1))));
            rows.collect::<Vec<_>>().join("\n")
        }
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[test]
fn no_format_names_the_servers_own_side() {
    let result = full_of_names();
    let shared = redacted(&result, &mut pseudonyms()).unwrap();
    assert!(shared.redacted && shared.findings.iter().all(|f| f.key.is_empty()));
    for (format, id, _) in FORMATS {
        for lang in [Lang::En, Lang::Fr] {
            let bytes = render(&shared, format, lang).unwrap();
            assert_eq!(check(format, &bytes), Vec::<String>::new(), "{id}");
            let found = text(format, &bytes).to_lowercase();
            for name in NAMES {
                let at = found.find(&name.to_lowercase());
                let around = at.map(|at| found[..at + name.len()].chars().rev().take(80).collect::<Vec<_>>());
                let around = around.map(|c| c.into_iter().rev().collect::<String>());
                assert_eq!(around, None, "{id} says {name}");
            }
        }
    }
    let json = text(Format::Json, &render(&shared, Format::Json, Lang::En).unwrap());
    for stays in STAY {
        assert!(json.contains(stays), "{stays}");
    }
    assert!(json.contains("NT AUTHORITY") && json.contains("autodiscover.json?@evil.example"));
    assert_eq!(shared.verdict, result.verdict);
}

#[test]
fn the_same_mapping_gives_the_same_names_in_every_result() {
    let result = full_of_names();
    let mut mapping = pseudonyms();
    let first = redacted(&result, &mut mapping).unwrap();
    let mut other = assize_report::sample::sample(State::Attacked);
    other.host.name = "ex77.CORP.contoso.test".into();
    let second = redacted(&other, &mut mapping).unwrap();
    assert_eq!(first.host.name, second.host.name);
    assert_eq!(redacted(&result, &mut pseudonyms()).unwrap(), first, "the same key, the same bytes");
    let (host, _) = first.host.name.split_once('.').unwrap();
    assert_eq!(mapping.names()[host], "ex77", "the mapping leads back");
    assert_ne!(redacted(&result, &mut Pseudonyms::new([8; KEY_BYTES], BTreeMap::new())).unwrap(), first);
}

#[test]
fn a_name_that_is_a_word_of_ours_changes_no_answer() {
    let mut result = assize_report::sample::sample(State::Breached);
    for user in ["breached", "success", "proof", "iis_w3c", "high", "T1190"] {
        result.findings[0].entities.entry("user".into()).or_default().push(user.into());
    }
    let shared = redacted(&result, &mut pseudonyms()).unwrap();
    assert_eq!(shared.verdict, result.verdict);
    assert_eq!(shared.findings[0].rule, result.findings[0].rule);
    assert_eq!(shared.findings[0].techniques, result.findings[0].techniques);
}

#[test]
fn whatever_stands_in_a_result_every_format_can_be_written_of_it() {
    let mut all: Vec<CaseResult> = assize_report::sample::samples().into_iter().map(|(_, r)| r).collect();
    all.push(assize_report::sample::crowded(300));
    all.push(assize_report::sample::hostile(&assize_report::sample::naughty(&[])));
    for result in all {
        let shared = redacted(&result, &mut pseudonyms()).unwrap();
        for (format, id, _) in FORMATS {
            assert!(render(&shared, format, Lang::Fr).is_ok(), "{id}");
        }
    }
}
