//! `misp-event.json`: one event for MISP, in MISP's own format.
//!
//! PyMISP takes `ip-src: not-an-ip`, so each value is read as what its type says before it is written, and once more by
//! our own check. Galaxy tags bind only where they are spelled exactly as in the galaxy; techniques are, out of the same
//! tables. Actors are never tagged. Templates of objects are those that PyMISP 2.5.34.4 ships.

use crate::export::{
    self, Chosen, FINDINGS_MAX, OURS, Observed, instant, is_cve, is_indicator, is_sha256, is_uuid, uuid5,
};
use crate::{Lang, ReportError};
use assize_model::attack::{self, Technique};
use assize_model::{CaseResult, Finding, State, Timestamp, Tlp};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Types of attributes that we write, each with its category.
const TYPES: [(&str, &str); 10] = [
    ("ip-src", "Network activity"),
    ("uri", "Network activity"),
    ("user-agent", "Network activity"),
    ("http-method", "Network activity"),
    ("sha256", "Payload delivery"),
    ("filename", "Payload delivery"),
    ("vulnerability", "External analysis"),
    ("target-machine", "Targeting data"),
    ("target-user", "Targeting data"),
    ("text", "Other"),
];

/// An object template: name, category, UUID, version, and the relations of which one is required.
struct Template {
    name: &'static str,
    category: &'static str,
    uuid: &'static str,
    version: &'static str,
    one_of: &'static [&'static str],
}

const FILE: Template = Template {
    name: "file",
    category: "file",
    uuid: "688c46fb-5edb-40a3-8273-1af7923e2215",
    version: "25",
    one_of: &["filename", "sha256"],
};
const HTTP_REQUEST: Template = Template {
    name: "http-request",
    category: "network",
    uuid: "b4a8d163-8110-4239-bfcf-e08f3a9fdf7b",
    version: "4",
    one_of: &["uri"],
};
const VULNERABILITY: Template = Template {
    name: "vulnerability",
    category: "vulnerability",
    uuid: "81650945-f186-437b-8945-9f31715d32da",
    version: "12",
    one_of: &["id"],
};
const TEMPLATES: [&Template; 3] = [&FILE, &HTTP_REQUEST, &VULNERABILITY];

/// Requests of one finding that become objects.
const REQUESTS: usize = 3;

/// An event in the making.
struct Event {
    /// What ids are made of besides content: the same value of two servers is two attributes.
    seed: String,
    at: String,
    ids: BTreeSet<String>,
    attributes: Vec<Value>,
    objects: Vec<Value>,
}

/// Where an attribute comes from.
struct Source<'a> {
    finding: Option<&'a Finding>,
    comment: String,
}

pub(crate) fn render(result: &CaseResult, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let chosen = export::chosen(result, FINDINGS_MAX);
    let techniques = export::techniques(&chosen.findings)?;
    let c = crate::compose(result, lang);
    let title = lang.fill("export-title", &[("word", c.word.into()), ("host", c.host.clone().into())]);
    let seed = format!("{}\n{}\n{}", result.host.name, result.window.collected, lang.code());
    let at = (result.window.collected.0.div_euclid(assize_model::time::SECOND)).to_string();
    let mut event = Event { seed, at: at.clone(), ids: BTreeSet::new(), attributes: Vec::new(), objects: Vec::new() };
    event.server(result, &c.host);
    for finding in &chosen.findings {
        event.finding(finding, lang);
    }
    let mut tags = vec![json!({ "name": tlp_tag(result.marking.tlp) })];
    tags.extend(techniques.iter().map(|(t, _)| json!({ "name": galaxy(t) })));
    let content = report(result, &chosen, lang);
    let mut body = json!({
        "info": title,
        "date": result.window.collected.day().to_string(),
        "threat_level_id": threat_level(result.verdict.state),
        "analysis": "2",
        "distribution": "0",
        "published": false,
        "timestamp": at,
        "Tag": tags,
        "Attribute": event.attributes,
        "Object": event.objects,
        "EventReport": [{
            "uuid": uuid5(&OURS, &format!("report\n{}\n{content}", event.seed)),
            "name": title,
            "content": content,
            "distribution": "5",
            "timestamp": at,
        }],
    });
    body["uuid"] = uuid5(&OURS, &export::canonical(&body)).into();
    Ok(export::indented(&json!({ "Event": body })))
}

/// The whole report in Markdown, with what the event does not hold before it.
fn report(result: &CaseResult, chosen: &Chosen<'_>, lang: Lang) -> String {
    let left: Vec<String> = export::left_out(chosen, lang).iter().map(|s| format!("> {s}\n\n")).collect();
    format!("{}{}", left.concat(), crate::markdown::render(result, lang))
}

/// `tlp:amber+strict`, as MISP's taxonomy writes it.
fn tlp_tag(tlp: Tlp) -> String {
    tlp.label().to_ascii_lowercase()
}

/// `misp-galaxy:mitre-attack-pattern="Web Shell - T1505.003"`.
fn galaxy(technique: &Technique) -> String {
    format!("misp-galaxy:mitre-attack-pattern=\"{} - {}\"", technique.name, technique.id)
}

/// MISP's number for high, medium, low and undefined.
fn threat_level(state: State) -> &'static str {
    match state {
        State::Breached | State::LikelyBreached => "1",
        State::CannotExclude => "2",
        State::Attacked | State::Exposed => "3",
        State::NoEvidence | State::NotAssessed => "4",
    }
}

impl Event {
    /// An attribute; nothing where the value is not what its type says.
    fn attribute(&mut self, kind: &str, value: &str, to_ids: bool, from: &Source<'_>, part_of: &str) -> Option<Value> {
        let category = TYPES.iter().find(|(k, _)| *k == kind)?.1;
        if !is_value(kind, value) {
            return None;
        }
        let id = uuid5(&OURS, &[&self.seed, "attribute", part_of, kind, value, &from.comment].join("\n"));
        if !self.ids.insert(id.clone()) {
            return None;
        }
        let mut attribute = export::fields([
            ("uuid", id.into()),
            ("type", kind.into()),
            ("category", category.into()),
            ("value", value.into()),
            ("to_ids", to_ids.into()),
            ("distribution", "5".into()),
            ("timestamp", self.at.as_str().into()),
            ("comment", from.comment.as_str().into()),
        ]);
        seen(&mut attribute, from.finding);
        Some(Value::Object(attribute))
    }

    /// An object of a template with attributes by their relation; nothing where none of those it needs fits.
    fn object(&mut self, template: &Template, parts: &[(&str, &str, &str, bool)], from: &Source<'_>) {
        let inside: Vec<String> = parts.iter().map(|(relation, _, value, _)| format!("{relation}={value}")).collect();
        let inside = format!("{}\n{}", template.name, inside.join("\n"));
        let mut attributes = Vec::new();
        for (relation, kind, value, to_ids) in parts {
            if let Some(mut attribute) = self.attribute(kind, value, *to_ids, from, &inside) {
                attribute["object_relation"] = (*relation).into();
                attributes.push(attribute);
            }
        }
        let has = |relation: &&str| attributes.iter().any(|a| a["object_relation"] == **relation);
        if !template.one_of.iter().any(has) {
            return;
        }
        let mut object = export::fields([
            ("uuid", uuid5(&OURS, &[&self.seed, "object", &inside, &from.comment].join("\n")).into()),
            ("name", template.name.into()),
            ("meta-category", template.category.into()),
            ("template_uuid", template.uuid.into()),
            ("template_version", template.version.into()),
            ("distribution", "5".into()),
            ("timestamp", self.at.as_str().into()),
            ("comment", from.comment.as_str().into()),
        ]);
        seen(&mut object, from.finding);
        object.insert("Attribute".into(), attributes.into());
        self.objects.push(Value::Object(object));
    }

    /// The server and the flaws it had.
    fn server(&mut self, result: &CaseResult, host: &str) {
        let from = Source { finding: None, comment: String::new() };
        if let Some(name) = self.attribute("target-machine", host, false, &from, "") {
            self.attributes.push(name);
        }
        for e in &result.exposure {
            let state = match e.state {
                assize_model::result::ExposureState::Vulnerable => "vulnerable",
                assize_model::result::ExposureState::WasVulnerable => "was-vulnerable",
                assize_model::result::ExposureState::MitigatedOnly => "mitigated-only",
                _ => continue,
            };
            let parts = [("id", "vulnerability", e.cve.as_str(), false)];
            self.object(&VULNERABILITY, &parts, &Source { finding: None, comment: state.into() });
        }
    }

    /// What a finding saw.
    fn finding(&mut self, finding: &Finding, lang: Lang) {
        let (title, _) = export::words(finding, lang);
        let from = Source { finding: Some(finding), comment: format!("[{}] {title}", finding.id) };
        let (values, _) = export::observables(finding);
        for value in &values {
            let to_ids = is_indicator(finding, value);
            match value {
                Observed::Sha256(hash) => {
                    let name = values.iter().find_map(|v| match v {
                        Observed::FileName(name) => Some(name.as_str()),
                        _ => None,
                    });
                    let hash = [("sha256", "sha256", hash.as_str(), to_ids)];
                    let name = name.map(|n| ("filename", "filename", n, false));
                    self.object(&FILE, &hash.into_iter().chain(name).collect::<Vec<_>>(), &from);
                }
                Observed::Ip(ip) => self.flat("ip-src", &ip.to_string(), to_ids, &from),
                Observed::Request(path) => self.flat("uri", path, to_ids, &from),
                Observed::FileName(name) => self.flat("filename", name, false, &from),
                Observed::User(name) => self.flat("target-user", name, false, &from),
                Observed::Agent(name) => self.flat("user-agent", name, false, &from),
                Observed::Host(name) => self.flat("target-machine", name, false, &from),
            }
        }
        for r in finding.rows.iter().filter_map(export::request).take(REQUESTS) {
            let uri = r.query.map_or_else(|| r.path.to_owned(), |q| format!("{}?{q}", r.path));
            let client = r.client.map(|ip| ip.to_string());
            let parts = [
                Some(("uri", "uri", uri.as_str(), false)),
                r.method.map(|m| ("method", "http-method", m, false)),
                r.agent.map(|a| ("user-agent", "user-agent", a, false)),
                client.as_deref().map(|ip| ("ip-src", "ip-src", ip, false)),
            ];
            self.object(&HTTP_REQUEST, &parts.into_iter().flatten().collect::<Vec<_>>(), &from);
        }
    }

    fn flat(&mut self, kind: &str, value: &str, to_ids: bool, from: &Source<'_>) {
        let attribute = self.attribute(kind, value, to_ids, from, "");
        self.attributes.extend(attribute);
    }
}

/// The moments of a finding, where it has any.
fn seen(into: &mut Map<String, Value>, finding: Option<&Finding>) {
    if let Some((from, to)) = finding.and_then(export::span) {
        into.insert("first_seen".into(), instant(from).into());
        into.insert("last_seen".into(), instant(to).into());
    }
}

/// Whether a value is what its type says.
fn is_value(kind: &str, value: &str) -> bool {
    let shown =
        !value.is_empty() && value.len() <= export::TEXT_MAX && !value.chars().any(assize_model::display::misleads);
    shown
        && value.trim() == value
        && match kind {
            "ip-src" => value.parse::<IpAddr>().is_ok(),
            "sha256" => is_sha256(value),
            "uri" => value.starts_with('/'),
            "vulnerability" => is_cve(value),
            "filename" => !value.contains(['/', '\\', '|']),
            "http-method" => value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'),
            _ => true,
        }
}

/// Everything that is wrong with an event, in words.
pub(crate) fn faults(whole: &Value) -> Vec<String> {
    let event = &whole["Event"];
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let mut id = |of: &Value, what: &str| {
        let id = of["uuid"].as_str().unwrap_or_default().to_owned();
        let fits = is_uuid(&id) && ids.insert(id.clone());
        (!fits).then(|| format!("{what} {id}: its id is none, or is there twice"))
    };
    faults.extend(id(event, "event"));
    let date = event["date"].as_str().and_then(Timestamp::parse);
    let level = event["threat_level_id"].as_str().is_some_and(|l| matches!(l, "1" | "2" | "3" | "4"));
    if date.is_none() || !level || event["info"].as_str().is_none_or(|i| i.is_empty() || export::misleading(i)) {
        faults.push("the event lacks its date, level or title".into());
    }
    faults.extend(tags(event));
    let list = |of: &Value, key: &str| of[key].as_array().cloned().unwrap_or_default();
    for a in list(event, "Attribute") {
        faults.extend(id(&a, "attribute"));
        faults.extend(attribute_faults(&a));
    }
    for o in list(event, "Object") {
        faults.extend(id(&o, "object"));
        let Some(template) = TEMPLATES.iter().find(|t| o["name"] == t.name) else {
            faults.push(format!("object {}: no template of ours", o["name"]));
            continue;
        };
        let inside = list(&o, "Attribute");
        let needed = inside.iter().any(|a| template.one_of.iter().any(|r| a["object_relation"] == *r));
        if o["template_uuid"] != template.uuid || o["template_version"] != template.version || !needed {
            faults.push(format!("object {}: it is not as its template says", o["name"]));
        }
        for a in inside {
            faults.extend(id(&a, "attribute"));
            faults.extend(attribute_faults(&a));
        }
    }
    let reports = list(event, "EventReport");
    if reports.iter().any(|r| r["content"].as_str().is_none_or(|c| c.is_empty() || export::misleading(c))) {
        faults.push("the report is empty or misleads".into());
    }
    faults.extend(reports.iter().filter_map(|r| id(r, "report")));
    faults
}

/// One label of TLP 2.0, and galaxies that are spelled exactly.
fn tags(event: &Value) -> Vec<String> {
    let names: Vec<&str> =
        event["Tag"].as_array().into_iter().flatten().map(|t| t["name"].as_str().unwrap_or_default()).collect();
    let mut faults = Vec::new();
    let is_tlp = |name: &&&str| Tlp::ALL.iter().any(|tlp| tlp_tag(*tlp) == **name);
    if names.iter().filter(|n| n.starts_with("tlp:")).count() != 1 || names.iter().filter(is_tlp).count() != 1 {
        faults.push("not one label of TLP 2.0".into());
    }
    for name in names.iter().filter(|n| !n.starts_with("tlp:")) {
        let id = name.rsplit_once(" - ").map(|(_, id)| id.trim_end_matches('"'));
        if id.and_then(attack::technique).is_none_or(|t| galaxy(t) != **name) {
            faults.push(format!("{name}: no tag that would bind to a galaxy"));
        }
    }
    faults
}

fn attribute_faults(a: &Value) -> Option<String> {
    let kind = a["type"].as_str().unwrap_or_default();
    let value = a["value"].as_str().unwrap_or_default();
    let known = TYPES.iter().any(|(k, category)| *k == kind && a["category"] == *category);
    let span = |key: &str| a[key].as_str().map(Timestamp::parse);
    let in_order = match (span("first_seen"), span("last_seen")) {
        (None, None) => true,
        (Some(Some(from)), Some(Some(to))) => from <= to,
        _ => false,
    };
    let own = kind == "ip-src" && a["to_ids"] == true && !value.parse().is_ok_and(assize_model::address::is_outside);
    let comment = a["comment"].as_str().is_some_and(|c| !export::misleading(c));
    (!known || !is_value(kind, value) || !in_order || own || !comment).then(|| {
        format!("{kind} {}: the value, its times or its category are not what its type says", export::text(value))
    })
}
