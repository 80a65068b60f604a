//! `ocsf.ndjson`: OCSF Detection Findings (class 2004), one a line. Never translated.
//!
//! The first line is the answer for the server, the others its findings. The schema is 1.5.0, which both validators in the
//! field know; names and numbers of its classes are those of <https://schema.ocsf.io/1.5.0/classes/detection_finding>.

use crate::export::{self, FINDINGS_MAX, OURS, Observed, is_cve, is_uuid, millis, uuid5};
use crate::{Lang, ReportError};
use assize_model::attack;
use assize_model::finding::{CitedRow, Level, Outcome, Strength};
use assize_model::{CaseResult, Finding, State};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The version of the schema.
const VERSION: &str = "1.5.0";

/// Records of one finding that become evidence; `count` says how many there are.
const EVIDENCE: usize = 10;

/// Bytes of one line at most.
const LINE_MAX: usize = 1_000_000;

const SEVERITIES: [&str; 5] = ["Informational", "Low", "Medium", "High", "Critical"];
const CONFIDENCES: [&str; 3] = ["Low", "Medium", "High"];

pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let chosen = export::chosen(result, FINDINGS_MAX);
    export::techniques(&chosen.findings)?;
    let mut out = export::line_of(&answer(result, &chosen));
    out.push('\n');
    for finding in &chosen.findings {
        out.push_str(&export::line_of(&event(result, finding)));
        out.push('\n');
    }
    Ok(out.into_bytes())
}

/// What every line says.
fn base(result: &CaseResult, uid: &str, severity: usize, confidence: usize) -> Map<String, Value> {
    let product = json!({ "name": "Assize", "vendor_name": "Assize", "version": result.tool.version });
    export::fields([
        ("activity_id", 1.into()),
        ("activity_name", "Create".into()),
        ("category_uid", 2.into()),
        ("category_name", "Findings".into()),
        ("class_uid", 2004.into()),
        ("class_name", "Detection Finding".into()),
        ("type_uid", 200_401.into()),
        ("type_name", "Detection Finding: Create".into()),
        ("severity_id", (severity + 1).into()),
        ("severity", SEVERITIES[severity.min(4)].into()),
        ("confidence_id", (confidence + 1).into()),
        ("confidence", CONFIDENCES[confidence.min(2)].into()),
        ("status_id", 1.into()),
        ("status", "New".into()),
        (
            "metadata",
            json!({ "version": VERSION, "uid": uid, "product": product, "labels": [result.marking.tlp.label()] }),
        ),
        ("resources", json!([{ "name": export::host(result, Lang::En), "type": "Exchange server" }])),
    ])
}

/// The verdict as a finding of its own.
fn answer(result: &CaseResult, chosen: &export::Chosen<'_>) -> Value {
    let c = crate::compose(result, Lang::En);
    let (severity, confidence) = match result.verdict.state {
        State::Breached => (4, 2),
        State::LikelyBreached => (3, 1),
        State::CannotExclude => (2, 0),
        State::Attacked | State::Exposed => (1, 1),
        State::NoEvidence | State::NotAssessed => (0, 0),
    };
    let said = export::answer(result, chosen, Lang::En).join(" ");
    let uid = uuid5(&OURS, &format!("answer\n{}\n{}\n{said}", result.host.name, result.window.collected));
    let mut event = base(result, &uid, severity, confidence);
    let analytic = json!({ "name": "assize/verdict", "uid": "assize/verdict", "type_id": 1, "type": "Rule", "version": result.tool.version });
    event.insert("time".into(), millis(result.window.collected).into());
    event.insert("start_time".into(), millis(result.window.from).into());
    event.insert("end_time".into(), millis(result.window.to.max(result.window.from)).into());
    event.insert("message".into(), c.headline.as_str().into());
    event.insert("is_alert".into(), (result.verdict.state.code() >= State::Attacked.code()).into());
    let info = json!({ "uid": uid, "title": c.headline, "desc": said, "analytic": analytic, "types": ["verdict"] });
    event.insert("finding_info".into(), info);
    let state = json!({ "assize_state": result.verdict.state.word(), "assize_code": result.verdict.code });
    event.insert("unmapped".into(), state);
    Value::Object(event)
}

fn event(result: &CaseResult, finding: &Finding) -> Value {
    let (title, summary) = export::words(finding, Lang::En);
    let seed = json!([result.host.name, finding]);
    let uid = uuid5(&OURS, &export::canonical(&seed));
    let severity = match finding.level {
        Level::Informational => 0,
        Level::Low => 1,
        Level::Medium => 2,
        Level::High => 3,
        Level::Critical => 4,
    };
    let confidence = match finding.strength {
        Strength::Context | Strength::Weak => 0,
        Strength::Moderate => 1,
        Strength::Strong | Strength::Proof => 2,
    };
    let mut event = base(result, &uid, severity, confidence);
    let rule = export::text(&finding.rule);
    let analytic = json!({ "name": rule, "uid": export::text(&finding.rule_id), "type_id": 1, "type": "Rule" });
    let mut info = json!({ "uid": uid, "title": title, "desc": summary, "analytic": analytic, "types": [export::text(&finding.family)] });
    let attacks: Vec<Value> =
        finding.techniques.iter().filter_map(|t| attack::technique(t)).flat_map(attacks).collect();
    if !attacks.is_empty() {
        info["attacks"] = attacks.into();
    }
    // A finding without a time was made when the evidence was collected, and says no span.
    let time = export::span(finding);
    event.insert("time".into(), millis(time.map_or(result.window.collected, |(_, to)| to)).into());
    if let Some((from, to)) = time {
        for (key, at) in [("start_time", from), ("end_time", to)] {
            event.insert(key.into(), millis(at).into());
        }
        info["first_seen_time"] = millis(from).into();
        info["last_seen_time"] = millis(to).into();
    }
    event.insert("count".into(), i32::try_from(finding.count).unwrap_or(i32::MAX).max(1).into());
    event.insert("message".into(), format!("[{}] {title}", finding.id).into());
    let alert = finding.strength > Strength::Context && finding.outcome != Outcome::Probe;
    event.insert("is_alert".into(), alert.into());
    event.insert("finding_info".into(), info);
    event.insert("evidences".into(), finding.rows.iter().take(EVIDENCE).map(evidence).collect());
    let flaws: Vec<Value> =
        finding.vulnerabilities.iter().filter(|v| is_cve(v)).map(|v| json!({ "cve": { "uid": v } })).collect();
    if !flaws.is_empty() {
        event.insert("vulnerabilities".into(), flaws.into());
    }
    let observables = observables(finding);
    if !observables.is_empty() {
        event.insert("observables".into(), observables.into());
    }
    if finding.suppressed.is_some() {
        (event["status_id"], event["status"]) = (3.into(), "Suppressed".into());
    }
    let mut own = json!({
        "assize_finding": export::text(&finding.id),
        "assize_outcome": finding.outcome.word(),
        "assize_strength": finding.strength.word(),
        "assize_dated": time.is_some(),
    });
    if let Some(by) = crate::suppressed(finding, Lang::En) {
        own["assize_suppressed"] = by.into();
    }
    event.insert("unmapped".into(), own);
    Value::Object(event)
}

/// A technique once for each of its tactics.
fn attacks(technique: &'static attack::Technique) -> Vec<Value> {
    let parent = technique.id.split_once('.').and_then(|(id, _)| attack::technique(id));
    let whole = parent.unwrap_or(technique);
    let of = |shortname: &&'static str| {
        let tactic = attack::tactic(shortname)?;
        let mut attack = json!({
            "version": attack::version(),
            "tactic": { "uid": tactic.id, "name": tactic.name },
            "technique": { "uid": whole.id, "name": whole.name },
        });
        if parent.is_some() {
            attack["sub_technique"] = json!({ "uid": technique.id, "name": technique.name });
        }
        Some(attack)
    };
    technique.tactics.iter().filter_map(of).collect()
}

/// A record of the evidence: where it stands, and what it is where OCSF has a field for that.
fn evidence(row: &CitedRow) -> Value {
    let fields: Map<String, Value> = row.fields.iter().map(|(k, v)| (k.clone(), export::text(v).into())).collect();
    let mut evidence = json!({
        "data": { "file": export::text(&row.path), "position": row.address.pos, "table": row.table, "fields": fields },
    });
    if let Some(r) = export::request(row) {
        evidence["url"] = json!({ "path": export::text(r.path) });
        if let Some(query) = r.query {
            evidence["url"]["query_string"] = export::text(query).into();
        }
        if let Some(client) = r.client {
            evidence["src_endpoint"] = json!({ "ip": client.to_string() });
        }
    }
    evidence
}

/// Values that OCSF has a type for.
fn observables(finding: &Finding) -> Vec<Value> {
    let (found, _) = export::observables(finding);
    let one = |v: &Observed| {
        let (name, type_id, kind, value) = match v {
            Observed::Ip(ip) => ("evidences.src_endpoint.ip", 2, "IP Address", ip.to_string()),
            Observed::Sha256(hash) => ("evidences.file.hashes.value", 8, "Hash", hash.clone()),
            Observed::FileName(name) => ("evidences.file.name", 7, "File Name", name.clone()),
            Observed::User(name) => ("evidences.user.name", 4, "User Name", name.clone()),
            Observed::Host(name) => ("resources.name", 1, "Hostname", name.clone()),
            Observed::Request(_) | Observed::Agent(_) => return None,
        };
        Some(json!({ "name": name, "type_id": type_id, "type": kind, "value": value }))
    };
    found.iter().filter_map(one).collect()
}

/// Keys of a line that we write; the schema allows no others than its own.
const KEYS: [&str; 28] = [
    "activity_id",
    "activity_name",
    "category_uid",
    "category_name",
    "class_uid",
    "class_name",
    "type_uid",
    "type_name",
    "severity_id",
    "severity",
    "confidence_id",
    "confidence",
    "status_id",
    "status",
    "metadata",
    "resources",
    "time",
    "start_time",
    "end_time",
    "message",
    "is_alert",
    "finding_info",
    "unmapped",
    "count",
    "evidences",
    "vulnerabilities",
    "observables",
    "raw_data",
];

/// Everything that is wrong with a file, in words.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for (n, line) in text.lines().enumerate() {
        let mut fault = |what: &str| faults.push(format!("line {}: {what}", n + 1));
        let Ok(event) = serde_json::from_str::<Value>(line) else {
            fault("it is no JSON");
            continue;
        };
        if line.len() > LINE_MAX {
            fault("it is too long");
        }
        one(&event, &mut fault);
        if !event["metadata"]["uid"].as_str().is_some_and(|id| is_uuid(id) && ids.insert(id.to_owned())) {
            fault("its id is none, or is there twice");
        }
    }
    if ids.is_empty() {
        faults.push("it holds nothing".into());
    }
    faults
}

fn one(event: &Value, fault: &mut impl FnMut(&str)) {
    let number = |key: &str| event[key].as_i64();
    if event.as_object().is_none_or(|o| o.keys().any(|k| !KEYS.contains(&k.as_str()))) {
        fault("a field is not of the schema");
    }
    let activity = number("activity_id").unwrap_or_default();
    if number("class_uid") != Some(2004)
        || number("type_uid") != Some(200_400 + activity)
        || number("category_uid") != Some(2)
    {
        fault("class, category and type do not fit together");
    }
    if event["metadata"]["version"] != VERSION {
        fault("it is not of the version of the schema that we write");
    }
    let labels = event["metadata"]["labels"].as_array().map_or(&[][..], Vec::as_slice);
    if labels.len() != 1 || !labels[0].as_str().is_some_and(export::is_tlp) {
        fault("it carries no label of TLP 2.0");
    }
    for (id, word, words) in
        [("severity_id", "severity", &SEVERITIES[..]), ("confidence_id", "confidence", &CONFIDENCES[..])]
    {
        let at = number(id).and_then(|n| usize::try_from(n - 1).ok()).and_then(|n| words.get(n));
        if at.is_none_or(|w| event[word] != *w) {
            fault(&format!("{id} and {word} do not fit together"));
        }
    }
    let in_order = match (number("start_time"), number("end_time")) {
        (Some(from), Some(to)) => from <= to,
        (None, None) => true,
        _ => false,
    };
    if number("time").is_none() || !in_order {
        fault("its times are none");
    }
    let info = &event["finding_info"];
    if info["uid"] != event["metadata"]["uid"]
        || info["title"].as_str().is_none_or(|t| t.is_empty() || export::misleading(t))
    {
        fault("the finding has no id or title");
    }
    for a in info["attacks"].as_array().into_iter().flatten() {
        let id = a["sub_technique"]["uid"].as_str().or(a["technique"]["uid"].as_str()).unwrap_or_default();
        let tactics =
            attack::technique(id).map(|t| t.tactics.iter().filter_map(|s| attack::tactic(s)).collect::<Vec<_>>());
        if a["version"] != attack::version() || !tactics.is_some_and(|t| t.iter().any(|t| a["tactic"]["uid"] == t.id)) {
            fault(&format!("{id} is no technique of its tactic"));
        }
    }
    for e in event["evidences"].as_array().into_iter().flatten() {
        let ip = &e["src_endpoint"]["ip"];
        if !ip.is_null() && ip.as_str().is_none_or(|ip| ip.parse::<IpAddr>().is_err()) {
            fault("an address is none");
        }
    }
    for v in event["vulnerabilities"].as_array().into_iter().flatten() {
        if !v["cve"]["uid"].as_str().is_some_and(is_cve) {
            fault("a vulnerability is none");
        }
    }
}
