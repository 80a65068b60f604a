//! `ecs.ndjson`: cited records in the Elastic Common Schema, one a line, in the order of time. Never translated.
//!
//! Field names are those of ECS 9 (<https://github.com/elastic/ecs>, `generated/ecs/ecs_flat.yml`); what ECS has no name
//! for stands under `assize`, as it asks of custom fields.

use crate::export::{self, FINDINGS_MAX, OURS, instant, is_cve, is_sha256, is_uuid, uuid5};
use crate::{Lang, ReportError};
use assize_model::attack;
use assize_model::finding::{CitedRow, Level, Outcome};
use assize_model::{CaseResult, Finding, Timestamp};
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// The version of the schema.
const VERSION: &str = "9.0.0";

/// Bytes of a keyword that Elasticsearch keeps in an index without a setting of its own.
const KEYWORD_MAX: usize = 8_000;

pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let chosen = export::chosen(result, FINDINGS_MAX);
    export::techniques(&chosen.findings)?;
    let mut documents: Vec<(Timestamp, &str, Value)> = Vec::new();
    for finding in &chosen.findings {
        if finding.rows.is_empty() {
            let at = finding.time.unwrap_or(result.window.collected);
            documents.push((at, &finding.id, document(result, finding, None, at)));
        }
        for row in &finding.rows {
            let at = row.time.or(finding.time).unwrap_or(result.window.collected);
            documents.push((at, &finding.id, document(result, finding, Some(row), at)));
        }
    }
    // The order of rows within a finding is kept.
    documents.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut out = export::line_of(&answer(result, &chosen));
    out.push('\n');
    for (_, _, document) in documents {
        out.push_str(&export::line_of(&document));
        out.push('\n');
    }
    Ok(out.into_bytes())
}

fn cut(text: &str) -> String {
    assize_model::display::shortened(text, KEYWORD_MAX / 4)
}

/// What every document says.
fn base(result: &CaseResult, at: Timestamp, dated: bool) -> Map<String, Value> {
    let mut own = json!({ "tlp": result.marking.tlp.label(), "dated": dated, "version": result.tool.version });
    if let Some(case) = &result.marking.case_id {
        own["case"] = cut(case).into();
    }
    export::fields([
        ("@timestamp", instant(at).into()),
        ("ecs", json!({ "version": VERSION })),
        ("host", json!({ "name": cut(&export::host(result, Lang::En)) })),
        ("tags", json!(["assize", result.marking.tlp.label()])),
        ("assize", own),
    ])
}

/// The verdict, as a document of its own.
fn answer(result: &CaseResult, chosen: &export::Chosen<'_>) -> Value {
    let said = export::answer(result, chosen, Lang::En).join(" ");
    let mut document = base(result, result.window.collected, true);
    let id = uuid5(&OURS, &format!("ecs\n{}\n{}\n{said}", result.host.name, result.window.collected));
    let event = json!({
        "id": id, "kind": "state", "module": "assize", "dataset": "assize.verdict", "provider": "assize",
        "start": instant(result.window.from), "end": instant(result.window.to.max(result.window.from)),
    });
    document.insert("event".into(), event);
    document.insert("message".into(), said.into());
    document["assize"]["state"] = result.verdict.state.word().into();
    Value::Object(document)
}

fn document(result: &CaseResult, finding: &Finding, row: Option<&CitedRow>, at: Timestamp) -> Value {
    let (title, summary) = export::words(finding, Lang::En);
    let dated = row.map_or(finding.time, |r| r.time).is_some();
    let mut document = base(result, at, dated);
    let position = row.map(|r| json!([r.address.file.0, r.address.pos, r.path, r.table]));
    let id =
        uuid5(&OURS, &export::canonical(&json!([result.host.name, finding.id, finding.rule, instant(at), position])));
    if let Some(by) = crate::suppressed(finding, Lang::En) {
        document["tags"] = json!(["assize", result.marking.tlp.label(), "suppressed"]);
        document["assize"]["suppressed"] = by.into();
    }
    let mut event = json!({
        "id": id,
        "kind": if finding.outcome == Outcome::Probe || finding.suppressed.is_some() { "event" } else { "alert" },
        "category": ["intrusion_detection"],
        "type": ["info"],
        "module": "assize",
        "provider": "assize",
        "severity": severity(finding.level),
    });
    event["dataset"] = format!("assize.{}", row.map_or("finding", |r| r.table.as_str())).into();
    event["outcome"] = match finding.outcome {
        Outcome::Success => "success".into(),
        Outcome::Attempt | Outcome::Probe | Outcome::Unknown => "unknown".into(),
    };
    if let Some(row) = row {
        let original: Vec<String> = row.fields.iter().map(|(k, v)| format!("{k}={}", cut(v))).collect();
        event["original"] = cut(&original.join(" ")).into();
        document.insert("log".into(), json!({ "file": { "path": cut(&row.path) } }));
        about(&mut document, row);
        document["assize"]["position"] = row.address.pos.into();
    }
    document.insert("event".into(), event);
    document.insert("message".into(), format!("[{}] {title}: {summary}", finding.id).into());
    document.insert("rule".into(), json!({ "name": cut(&finding.rule), "uuid": cut(&finding.rule_id) }));
    if let Some(threat) = threat(finding) {
        document.insert("threat".into(), threat);
    }
    let flaws: Vec<&String> = finding.vulnerabilities.iter().filter(|v| is_cve(v)).collect();
    if !flaws.is_empty() {
        document.insert("vulnerability".into(), json!({ "id": flaws }));
    }
    let own = &mut document["assize"];
    own["finding"] = cut(&finding.id).into();
    own["outcome"] = finding.outcome.word().into();
    own["strength"] = finding.strength.word().into();
    own["count"] = finding.count.into();
    Value::Object(document)
}

/// A number that grows with the level, as ECS leaves it to the source.
fn severity(level: Level) -> u8 {
    match level {
        Level::Informational => 1,
        Level::Low => 21,
        Level::Medium => 47,
        Level::High => 73,
        Level::Critical => 99,
    }
}

/// What a record is of, where ECS has a name for it.
fn about(document: &mut Map<String, Value>, row: &CitedRow) {
    if let Some(r) = export::request(row) {
        let mut url = json!({ "path": cut(r.path) });
        if let Some(query) = r.query {
            url["query"] = cut(query).into();
        }
        url["original"] = cut(&r.query.map_or_else(|| r.path.to_owned(), |q| format!("{}?{q}", r.path))).into();
        document.insert("url".into(), url);
        let mut http = Map::new();
        http.extend(r.method.map(|m| ("request".to_owned(), json!({ "method": m }))));
        http.extend(r.status.map(|s| ("response".to_owned(), json!({ "status_code": s }))));
        if !http.is_empty() {
            document.insert("http".into(), http.into());
        }
        document.extend(r.client.map(|ip| ("source".to_owned(), json!({ "ip": ip.to_string() }))));
        document.extend(r.agent.map(|a| ("user_agent".to_owned(), json!({ "original": cut(a) }))));
    }
    if let Some(path) = export::field(row, &["path"]) {
        let mut file = json!({ "path": cut(path) });
        if let Some(hash) = export::field(row, &["sha256"]).filter(|h| is_sha256(h)) {
            file["hash"] = json!({ "sha256": hash });
        }
        document.insert("file".into(), file);
    }
}

/// Techniques and tactics; ECS keeps lists of each, side by side.
fn threat(finding: &Finding) -> Option<Value> {
    let found: Vec<_> = finding.techniques.iter().filter_map(|t| attack::technique(t)).collect();
    let (mut whole, mut part) = (Vec::new(), Vec::new());
    let mut tactics: Vec<&attack::Tactic> = Vec::new();
    for t in &found {
        match t.id.split_once('.').and_then(|(id, _)| attack::technique(id)) {
            Some(parent) => {
                whole.push(parent);
                part.push(*t);
            }
            None => whole.push(t),
        }
        tactics.extend(t.tactics.iter().filter_map(|s| attack::tactic(s)));
    }
    whole.dedup();
    tactics.dedup();
    let named = |list: &[&attack::Technique]| json!({ "id": list.iter().map(|t| t.id).collect::<Vec<_>>(), "name": list.iter().map(|t| t.name).collect::<Vec<_>>() });
    let mut technique = named(&whole);
    if !part.is_empty() {
        technique["subtechnique"] = named(&part);
    }
    let tactic = json!({
        "id": tactics.iter().map(|t| t.id).collect::<Vec<_>>(),
        "name": tactics.iter().map(|t| t.name).collect::<Vec<_>>(),
    });
    (!found.is_empty()).then(|| json!({ "framework": "MITRE ATT&CK", "technique": technique, "tactic": tactic }))
}

/// Every field that we write, with the type that ECS gives it.
const FIELDS: [(&str, Kind); 40] = [
    ("@timestamp", Kind::Date),
    ("ecs.version", Kind::Word),
    ("host.name", Kind::Word),
    ("tags", Kind::Words),
    ("message", Kind::Word),
    ("event.id", Kind::Word),
    ("event.kind", Kind::Word),
    ("event.category", Kind::Words),
    ("event.type", Kind::Words),
    ("event.module", Kind::Word),
    ("event.provider", Kind::Word),
    ("event.dataset", Kind::Word),
    ("event.severity", Kind::Number),
    ("event.outcome", Kind::Word),
    ("event.original", Kind::Word),
    ("event.start", Kind::Date),
    ("event.end", Kind::Date),
    ("log.file.path", Kind::Word),
    ("source.ip", Kind::Ip),
    ("url.path", Kind::Word),
    ("url.query", Kind::Word),
    ("url.original", Kind::Word),
    ("http.request.method", Kind::Word),
    ("http.response.status_code", Kind::Number),
    ("user_agent.original", Kind::Word),
    ("file.path", Kind::Word),
    ("file.hash.sha256", Kind::Word),
    ("rule.name", Kind::Word),
    ("rule.uuid", Kind::Word),
    ("threat.framework", Kind::Word),
    ("threat.technique.id", Kind::Words),
    ("threat.technique.name", Kind::Words),
    ("threat.technique.subtechnique.id", Kind::Words),
    ("threat.technique.subtechnique.name", Kind::Words),
    ("threat.tactic.id", Kind::Words),
    ("threat.tactic.name", Kind::Words),
    ("vulnerability.id", Kind::Words),
    ("assize.tlp", Kind::Word),
    ("assize.dated", Kind::Flag),
    ("assize.version", Kind::Word),
];

/// Fields of our own besides.
const OWN: [(&str, Kind); 8] = [
    ("assize.case", Kind::Word),
    ("assize.state", Kind::Word),
    ("assize.finding", Kind::Word),
    ("assize.outcome", Kind::Word),
    ("assize.strength", Kind::Word),
    ("assize.count", Kind::Number),
    ("assize.position", Kind::Number),
    ("assize.suppressed", Kind::Word),
];

/// The type of a field.
#[derive(Clone, Copy)]
enum Kind {
    Date,
    Word,
    Words,
    Number,
    Ip,
    Flag,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        let word = |v: &Value| v.as_str().is_some_and(|t| t.len() <= 4 * KEYWORD_MAX && !export::misleading(t));
        match self {
            Self::Date => value.as_str().is_some_and(|t| t.ends_with('Z') && Timestamp::parse(t).is_some()),
            Self::Word => word(value),
            Self::Words => value.as_array().is_some_and(|l| !l.is_empty() && l.iter().all(word)),
            Self::Number => value.is_u64(),
            Self::Ip => value.as_str().is_some_and(|t| t.parse::<IpAddr>().is_ok()),
            Self::Flag => value.is_boolean(),
        }
    }
}

/// Everything that is wrong with a file, in words.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut last = None;
    for (n, line) in text.lines().enumerate() {
        let mut fault = |what: String| faults.push(format!("line {}: {what}", n + 1));
        let Ok(document) = serde_json::from_str::<Value>(line) else {
            fault("it is no JSON".into());
            continue;
        };
        let mut found = Vec::new();
        flat("", &document, &mut found);
        for (name, value) in &found {
            match FIELDS.iter().chain(&OWN).find(|(known, _)| known == name) {
                None => fault(format!("{name} is no field of ECS {VERSION}")),
                Some((_, kind)) if !kind.fits(value) => fault(format!("{name} is not of its type")),
                Some(_) => {}
            }
        }
        let at = document["@timestamp"].as_str().and_then(Timestamp::parse);
        // The first line is the answer.
        if n > 0 && (at.is_none() || at < last) {
            fault("it is not in the order of time".into());
        }
        last = if n > 0 { at } else { None };
        let tlp = document["assize"]["tlp"].as_str().unwrap_or_default();
        let tagged = document["tags"].as_array().is_some_and(|t| t.iter().any(|t| t == tlp));
        if !tagged || !export::is_tlp(tlp) {
            fault("it carries no label of TLP 2.0".into());
        }
        let known = |id: &Value| id.as_str().is_some_and(|id| attack::technique(id).is_some());
        let techniques = &document["threat"]["technique"];
        let ids = [&techniques["id"], &techniques["subtechnique"]["id"]];
        if ids.iter().any(|l| l.as_array().is_some_and(|l| !l.iter().all(known))) {
            fault("a technique does not exist".into());
        }
        if !document["event"]["id"].as_str().is_some_and(is_uuid) || document["ecs"]["version"] != VERSION {
            fault("id or version is missing".into());
        }
    }
    if text.is_empty() {
        faults.push("it holds nothing".into());
    }
    faults
}

/// Names with dots, and what stands under them.
fn flat<'a>(prefix: &str, value: &'a Value, into: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flat(&name, value, into);
            }
        }
        other => into.push((prefix.to_owned(), other)),
    }
}
