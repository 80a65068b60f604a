//! What the formats for other programs share: ids made of content, observables that are what they are called, times, and
//! JSON that steers no reader.
//!
//! Every one of those formats is checked by us before it is handed out, because the programs that read them accept what
//! they should not: an address that is none, a technique that does not exist, a link to nothing.

pub(crate) use crate::compose::host;

use crate::compose::by_weight;
use crate::compose::survey::Survey;
use crate::{Lang, ReportError};
use assize_model::address::is_outside;
use assize_model::attack::{self, Technique};
use assize_model::display::{hex, misleads, shortened};
use assize_model::file::is_page;
use assize_model::finding::{CitedRow, Strength};
use assize_model::{CaseResult, Finding, Timestamp, Tlp};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Findings of one file at most; the others are counted in it.
pub(crate) const FINDINGS_MAX: usize = 1000;

/// Characters of a text for people at most.
pub(crate) const TEXT_MAX: usize = 4000;

/// The namespace of ids that are ours (a UUID of version 4, drawn once).
pub(crate) const OURS: [u8; 16] =
    [0x8d, 0x1e, 0x6c, 0x5a, 0x3f, 0x0b, 0x4c, 0x7e, 0x9a, 0x52, 0x6e, 0x0d, 0x41, 0xb7, 0xc3, 0x98];

/// A UUID of version 5 (RFC 9562): the same name in the same space is the same id everywhere.
pub(crate) fn uuid5(space: &[u8; 16], name: &str) -> String {
    let digest = Sha1::new().chain_update(space).chain_update(name.as_bytes()).finalize();
    let mut id: Vec<u8> = digest[..16].to_vec();
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    let text = hex(&id);
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// Whether a text is a UUID, as RFC 9562 writes it.
pub(crate) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|p| p.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a text is the id of a vulnerability: `CVE-2021-26855`.
pub(crate) fn is_cve(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |p: Option<&str>, least: usize, most: usize| {
        p.is_some_and(|p| (least..=most).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    parts.next() == Some("CVE") && digits(parts.next(), 4, 4) && digits(parts.next(), 4, 19) && parts.next().is_none()
}

/// Whether a text is a label of TLP 2.0, as FIRST writes it.
pub(crate) fn is_tlp(text: &str) -> bool {
    Tlp::ALL.iter().any(|t| t.label() == text)
}

/// JSON on one line. What is invisible, or would end a line for some readers, is written as `\u`: the value is the same,
/// and no editor or terminal is steered by the file.
pub(crate) fn line_of(value: &Value) -> String {
    visible_json(&value.to_string())
}

/// The same, indented, with a line feed at the end.
pub(crate) fn indented(value: &Value) -> Vec<u8> {
    // A value of ours has only keys that are strings.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(&visible_json(line));
        out.push('\n');
    }
    out.into_bytes()
}

fn visible_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if misleads(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// JSON with sorted keys and nothing between them (RFC 8785, for the strings and whole numbers that we write).
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let parts: Vec<String> =
                sorted.into_iter().map(|(k, v)| format!("{}:{}", Value::from(k.as_str()), canonical(v))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Fields of an object, in the order they are written.
pub(crate) fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}

/// `2021-03-03T06:49:42.162Z`: milliseconds always, microseconds where there are any.
pub(crate) fn instant(t: Timestamp) -> String {
    let (y, mo, d, h, mi, s) = t.parts();
    let micros = t.0.rem_euclid(assize_model::time::SECOND);
    let fraction = if micros % 1000 == 0 { format!("{:03}", micros / 1000) } else { format!("{micros:06}") };
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{fraction}Z")
}

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn millis(t: Timestamp) -> i64 {
    t.0.div_euclid(1000)
}

/// A text for people, with everything invisible made visible.
pub(crate) fn text(text: &str) -> String {
    shortened(text, TEXT_MAX)
}

/// Whether a text of a file holds a character that misleads; line feeds are ours.
pub(crate) fn misleading(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && misleads(c))
}

/// The words of a finding, ready to print: title, then summary.
pub(crate) fn words(finding: &Finding, lang: Lang) -> (String, String) {
    let words = finding.words(lang.code());
    let named = [&words.title, &finding.rule].into_iter().find(|t| !t.trim().is_empty());
    let title = named.unwrap_or(&finding.id);
    let summary = if words.summary.is_empty() { &finding.summary } else { &words.summary };
    (crate::marked(finding, shortened(title, 200), lang), text(summary))
}

/// The findings that a file has room for.
pub(crate) struct Chosen<'a> {
    /// In the order of the result.
    pub(crate) findings: Vec<&'a Finding>,
    /// How many there are.
    pub(crate) all: usize,
}

/// The most telling findings, at most `max`.
pub(crate) fn chosen<'a>(result: &'a CaseResult, max: usize) -> Chosen<'a> {
    let survey = Survey::of(result, Lang::En);
    let ids: BTreeSet<&str> = by_weight(&survey).into_iter().take(max).map(|f| f.id.as_str()).collect();
    let findings = result.findings.iter().filter(|f| ids.contains(f.id.as_str())).take(max).collect();
    Chosen { findings, all: result.findings.len() }
}

/// First and last moment of a finding, the earlier one first; nothing where it carries no time.
pub(crate) fn span(finding: &Finding) -> Option<(Timestamp, Timestamp)> {
    let from = finding.time?;
    let to = finding.last.unwrap_or(from);
    Some((from.min(to), from.max(to)))
}

/// Techniques of findings in the order of their ids, each with its findings.
pub(crate) fn techniques<'a>(
    findings: &[&'a Finding],
) -> Result<Vec<(&'static Technique, Vec<&'a Finding>)>, ReportError> {
    let mut by_id: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        for id in &finding.techniques {
            by_id.entry(id).or_default().push(finding);
        }
    }
    let known = |(id, of): (&str, Vec<&'a Finding>)| match attack::technique(id) {
        Some(technique) => Ok((technique, of)),
        None => Err(ReportError::Technique {
            finding: of.first().map(|f| f.id.clone()).unwrap_or_default(),
            technique: shortened(id, 40),
            version: attack::version(),
        }),
    };
    by_id.into_iter().map(known).collect()
}

/// A value that is what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Observed {
    /// An address.
    Ip(IpAddr),
    /// SHA-256 of a file, lower-case.
    Sha256(String),
    /// What a client asked for, from the first slash.
    Request(String),
    /// The name of a file, without folders.
    FileName(String),
    /// A user, as `DOMAIN\name` or `name`.
    User(String),
    /// What a client calls itself.
    Agent(String),
    /// A host by its name.
    Host(String),
}

/// Reads a value as what its kind says, or not at all: nothing invisible, and nothing that is something else.
pub(crate) fn observed(kind: &str, value: &str) -> Option<Observed> {
    if value.is_empty() || value.len() > TEXT_MAX || value.chars().any(misleads) {
        return None;
    }
    match kind {
        "ip" => value.parse().ok().map(Observed::Ip),
        "hash" => Some(value.to_ascii_lowercase()).filter(|v| is_sha256(v)).map(Observed::Sha256),
        "path" => value.starts_with('/').then(|| Observed::Request(value.to_owned())),
        "file" => (!value.contains(['/', '\\', ':'])).then(|| Observed::FileName(value.to_owned())),
        "user" => Some(Observed::User(value.to_owned())),
        "agent" => Some(Observed::Agent(value.to_owned())),
        "host" => is_host(value).then(|| Observed::Host(value.to_owned())),
        _ => None,
    }
}

/// Kinds that no other program has a field for: they tie records of one server together and mean nothing elsewhere.
const OURS_ALONE: [&str; 2] = ["request", "canary"];

/// A name as DNS or NetBIOS allows.
fn is_host(text: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label) && text.parse::<IpAddr>().is_err()
}

/// Whether a host name is one of DNS, with a domain.
pub(crate) fn is_domain(text: &str) -> bool {
    is_host(text) && text.contains('.') && !text.contains('_')
}

/// Observables of a finding in the order of their kinds, and how many values are not what their kind says.
pub(crate) fn observables(finding: &Finding) -> (Vec<Observed>, u64) {
    let (mut found, mut refused) = (BTreeSet::new(), 0);
    for (kind, values) in finding.entities.iter().filter(|(k, _)| !OURS_ALONE.contains(&k.as_str())) {
        for value in values {
            match observed(kind, value) {
                Some(value) => _ = found.insert(value),
                None => refused += 1,
            }
        }
    }
    (found.into_iter().collect(), refused)
}

/// What others may look for: addresses from outside, hashes, and pages that were web shells. Requests that made one are
/// for services and style sheets that every Exchange has.
pub(crate) fn is_indicator(finding: &Finding, value: &Observed) -> bool {
    if finding.strength == Strength::Context {
        return false;
    }
    match value {
        Observed::Ip(ip) => is_outside(*ip),
        Observed::Sha256(_) => true,
        Observed::Request(path) => finding.strength >= Strength::Strong && is_shell(finding) && is_page(path),
        _ => false,
    }
}

/// Whether a finding is of a web shell.
pub(crate) fn is_shell(finding: &Finding) -> bool {
    finding.techniques.iter().any(|t| t == "T1505.003")
}

/// A field of a record by the names that logs have for it.
pub(crate) fn field<'a>(row: &'a CitedRow, names: &[&str]) -> Option<&'a str> {
    let found = names.iter().find_map(|n| row.fields.iter().find(|(k, _)| k == n));
    found.map(|(_, v)| v.as_str()).filter(|v| !v.is_empty() && *v != "-")
}

/// A request of a client, out of a record of IIS or of the front end.
pub(crate) struct Request<'a> {
    pub(crate) client: Option<IpAddr>,
    pub(crate) method: Option<&'a str>,
    /// From the first slash, without the query.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) status: Option<u16>,
    pub(crate) agent: Option<&'a str>,
}

/// The request that a record is of, where it is of one.
pub(crate) fn request(row: &CitedRow) -> Option<Request<'_>> {
    let path = field(row, &["cs_uri_stem", "url_stem"]).filter(|p| p.starts_with('/'))?;
    let known =
        ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "PROPFIND", "RPC_IN_DATA", "RPC_OUT_DATA"];
    Some(Request {
        client: field(row, &["c_ip", "client_ip_address"]).and_then(|ip| ip.parse().ok()),
        method: field(row, &["cs_method", "method"]).filter(|m| known.contains(m)),
        path,
        query: field(row, &["query", "cs_uri_query", "url_query"]),
        status: field(row, &["sc_status", "http_status"])
            .and_then(|s| s.parse().ok())
            .filter(|s| (100..600).contains(s)),
        agent: field(row, &["cs_user_agent", "user_agent"]),
    })
}

/// What a file does not hold, in sentences: findings without room, findings without a time, values that are not what
/// they are called.
pub(crate) fn left_out(chosen: &Chosen<'_>, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    let shown = chosen.findings.len();
    if shown < chosen.all {
        said.push(lang.fill("export-findings", &[("shown", shown.into()), ("count", chosen.all.into())]));
    }
    let undated = chosen.findings.iter().filter(|f| f.time.is_none()).count();
    if undated > 0 {
        said.push(lang.fill("export-undated", &[("count", undated.into())]));
    }
    let refused: u64 = chosen.findings.iter().map(|f| observables(f).1).sum();
    if refused > 0 {
        said.push(lang.fill("export-refused", &[("count", refused.into())]));
    }
    said
}

/// The answer in a few sentences, and what the file does not hold.
pub(crate) fn answer(result: &CaseResult, chosen: &Chosen<'_>, lang: Lang) -> Vec<String> {
    let c = crate::compose(result, lang);
    let mut said = c.warnings;
    said.push(c.headline);
    for part in [c.sub, c.exposed, c.attacked, c.could_tell, left_out(chosen, lang)] {
        said.extend(part);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_standard() {
        // The example of RFC 9562, appendix A.4.
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(uuid5(&dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert!(is_uuid(&uuid5(&OURS, "")) && !is_uuid("2ED6657D-E927-568B-95E1-2665A8AEA6A2"));
    }

    #[test]
    fn a_page_of_every_exchange_is_no_indicator() {
        let mut finding = crate::sample::sample(assize_model::State::Breached).findings.remove(0);
        (finding.strength, finding.techniques) = (Strength::Proof, vec!["T1505.003".into()]);
        let told = |path: &str| is_indicator(&finding, &Observed::Request(path.into()));
        assert!(told("/owa/auth/OutlookEN.aspx") && told("/aspnet_client/x.ASHX"));
        assert!(!told("/ecp/DDI/DDIService.svc/SetObject") && !told("/owa/auth/Current/themes/resources/logon.css"));
    }

    #[test]
    fn a_value_is_what_it_is_called_or_nothing() {
        for (kind, value) in [
            ("ip", "not-an-ip"),
            ("ip", "198.51.100.9\u{202e}"),
            ("hash", "zz"),
            ("path", "relative"),
            ("file", "a/b.aspx"),
            ("host", "a b"),
            ("host", "198.51.100.9"),
            ("user", "a\nb"),
            ("canary", "x"),
        ] {
            assert_eq!(observed(kind, value), None, "{kind} {value}");
        }
        assert!(matches!(observed("ip", "2001:db8::1"), Some(Observed::Ip(IpAddr::V6(_)))));
        assert!(is_cve("CVE-2021-26855") && !is_cve("CVE-21-1") && !is_cve("CVE-2021-1234-5"));
    }

    #[test]
    fn the_networks_own_addresses_are_no_attackers() {
        for own in ["10.0.0.5", "100.64.1.1", "127.0.0.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.5", "0.1.2.3"] {
            assert!(!is_outside(own.parse().unwrap()), "{own}");
        }
        assert!(is_outside("198.51.100.9".parse().unwrap()) && is_outside("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn json_is_written_so_that_it_steers_nobody() {
        let line = line_of(&serde_json::json!({"a": "x\u{202e}y\u{2028}z\u{e0001}\n"}));
        assert_eq!(line, "{\"a\":\"x\\u202ey\\u2028z\\udb40\\udc01\\n\"}");
        let back: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back["a"], "x\u{202e}y\u{2028}z\u{e0001}\n");
        assert_eq!(
            canonical(&serde_json::json!({"b": [1, {"d": 1, "c": "é"}], "a": null})),
            "{\"a\":null,\"b\":[1,{\"c\":\"é\",\"d\":1}]}"
        );
    }
}
