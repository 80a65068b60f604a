//! `bundle.stix.json`: a STIX 2.1 bundle that stands alone, for OpenCTI and its like.
//!
//! Every object that is referred to is in the bundle and stands before what refers to it. Ids are made of content, so the
//! same finding is the same object wherever it is imported. Techniques are MITRE's own objects. Every object of ours
//! carries a marking of TLP 2.0 (<https://github.com/oasis-open/cti-stix-common-objects>, extension `tlp-2.0`).

mod check;

pub(crate) use check::faults;

use crate::export::{self, Chosen, FINDINGS_MAX, OURS, Observed, instant, is_indicator, uuid5};
use crate::{Lang, ReportError};
use assize_model::attack::Technique;
use assize_model::finding::Strength;
use assize_model::result::ExposureState;
use assize_model::{CaseResult, Finding, Timestamp, Tlp};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The space of ids of observables, set by the standard (STIX 2.1, section 2.9).
const OBSERVABLES: [u8; 16] =
    [0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7];

/// The extension by which a marking says a label of TLP 2.0.
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Requests of one finding that are told as traffic.
const REQUESTS: usize = 3;

/// The largest count that the standard allows.
const COUNT_MAX: u64 = 999_999_999;

/// The objects of a bundle, in order.
struct Bundle<'a> {
    lang: Lang,
    /// When the evidence was collected: the bundle says nothing later.
    at: Timestamp,
    marking: &'a str,
    author: String,
    objects: Vec<Value>,
    ids: BTreeSet<String>,
}

/// The id of the marking that OASIS gave each label.
fn marking_id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    }
}

fn marking(tlp: Tlp) -> Value {
    let level = tlp.label().trim_start_matches("TLP:").to_ascii_lowercase();
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(tlp),
        "created": "2022-10-01T00:00:00.000Z",
        "name": tlp.label(),
        "extensions": { TLP_EXTENSION: { "extension_type": "property-extension", "tlp_2_0": level } },
    })
}

pub(crate) fn render(result: &CaseResult, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let chosen = export::chosen(result, FINDINGS_MAX);
    let mut bundle = Bundle {
        lang,
        at: result.window.collected,
        marking: marking_id(result.marking.tlp),
        author: String::new(),
        objects: vec![marking(result.marking.tlp)],
        ids: BTreeSet::new(),
    };
    let tool = format!("{} {}", result.tool.name, result.tool.version);
    let says = "Reads evidence of a Microsoft Exchange server and says whether it was broken into.";
    bundle.author = bundle.domain("identity", json!({ "name": tool, "identity_class": "system", "description": says }));
    let host = bundle.host(result);
    let software = bundle.software(result);
    let flaws = bundle.flaws(result, &chosen);
    let techniques = bundle.techniques(&export::techniques(&chosen.findings)?);
    let mut seen = BTreeMap::new();
    for finding in &chosen.findings {
        if let Some(of) = bundle.observed(finding, software.as_ref()) {
            seen.insert(finding.id.as_str(), of);
        }
    }
    let indicators = bundle.indicators(&chosen, &seen);
    bundle.shells(&chosen, &seen, &techniques);
    bundle.links(&chosen, &techniques, &flaws);
    for finding in &chosen.findings {
        bundle.sightings(finding, &seen, &techniques, &indicators, &host);
    }
    bundle.conclude(result, &chosen, &host);
    let seed = bundle.objects.iter().map(export::canonical).collect::<Vec<_>>().join("\n");
    let whole = json!({
        "type": "bundle",
        "id": format!("bundle--{}", uuid5(&OURS, &seed)),
        "objects": bundle.objects,
    });
    Ok(export::indented(&whole))
}

/// What a finding was observed as.
struct Seen {
    /// The observation.
    id: String,
    /// Its observables, with the ids of those that are objects.
    values: Vec<(Observed, Option<String>)>,
    from: Timestamp,
    to: Timestamp,
}

/// A value that others may look for.
struct Sign<'a> {
    /// When it was first seen.
    from: Timestamp,
    /// The strongest finding that has it.
    best: &'a Finding,
    /// The observations that have it.
    of: Vec<&'a str>,
}

impl Bundle<'_> {
    /// Adds an object once.
    fn push(&mut self, id: &str, object: Map<String, Value>) {
        if self.ids.insert(id.to_owned()) {
            self.objects.push(Value::Object(object));
        }
    }

    /// A domain or relationship object. Its id is made of everything it says.
    fn domain(&mut self, kind: &str, says: Value) -> String {
        let mut object = export::fields([("type", kind.into()), ("spec_version", "2.1".into()), ("id", Value::Null)]);
        if !self.author.is_empty() {
            object.insert("created_by_ref".into(), self.author.as_str().into());
        }
        object.insert("created".into(), instant(self.at).into());
        object.insert("modified".into(), instant(self.at).into());
        if let Value::Object(says) = says {
            object.extend(says.into_iter().filter(|(_, v)| !v.is_null()));
        }
        object.insert("lang".into(), self.lang.code().into());
        object.insert("object_marking_refs".into(), json!([self.marking]));
        let id = format!("{kind}--{}", uuid5(&OURS, &export::canonical(&Value::Object(object.clone()))));
        object.insert("id".into(), id.as_str().into());
        self.push(&id, object);
        id
    }

    /// An observable. Its id is made of the fields that the standard names, here all those of `of`.
    fn observable(&mut self, kind: &str, of: Value) -> String {
        let id = observable_id(kind, &of);
        let mut object =
            export::fields([("type", kind.into()), ("spec_version", "2.1".into()), ("id", id.as_str().into())]);
        object.insert("object_marking_refs".into(), json!([self.marking]));
        if let Value::Object(of) = of {
            object.extend(of);
        }
        self.push(&id, object);
        id
    }

    /// The server, as what was looked at.
    fn host(&mut self, result: &CaseResult) -> String {
        let c = crate::compose(result, self.lang);
        let name = export::host(result, self.lang);
        self.domain("identity", json!({ "name": name, "identity_class": "system", "description": c.version }))
    }

    /// Exchange itself, where its build is known.
    fn software(&mut self, result: &CaseResult) -> Option<String> {
        let build = result.host.exchange_build?.to_string();
        let of = json!({ "name": "Microsoft Exchange Server", "vendor": "Microsoft", "version": build });
        Some(self.observable("software", of))
    }

    /// Flaws that findings use, and those that the server had.
    fn flaws(&mut self, result: &CaseResult, chosen: &Chosen<'_>) -> BTreeMap<String, String> {
        let had = result.exposure.iter().filter(|e| {
            matches!(e.state, ExposureState::Vulnerable | ExposureState::WasVulnerable | ExposureState::MitigatedOnly)
        });
        let used = chosen.findings.iter().flat_map(|f| &f.vulnerabilities);
        let ids: BTreeSet<&String> = had.map(|e| &e.cve).chain(used).filter(|c| export::is_cve(c)).collect();
        let flaw = |id: &String| {
            let of = json!({
                "name": id,
                "external_references": [{ "source_name": "cve", "external_id": id }],
            });
            (id.clone(), self.domain("vulnerability", of))
        };
        ids.into_iter().map(flaw).collect()
    }

    /// MITRE's own objects, by the id of the technique. They carry MITRE's dates and none of our markings.
    fn techniques(&mut self, used: &[(&'static Technique, Vec<&Finding>)]) -> BTreeMap<&'static str, String> {
        let mut ids = BTreeMap::new();
        for (technique, _) in used {
            let id = format!("attack-pattern--{}", technique.stix);
            let phase = |t: &&str| json!({ "kill_chain_name": "mitre-attack", "phase_name": t });
            let url = format!("https://attack.mitre.org/techniques/{}", technique.id.replace('.', "/"));
            let object = export::fields([
                ("type", "attack-pattern".into()),
                ("spec_version", "2.1".into()),
                ("id", id.as_str().into()),
                ("created", technique.created.into()),
                ("modified", technique.modified.into()),
                ("name", technique.name.into()),
                ("kill_chain_phases", technique.tactics.iter().map(phase).collect()),
                (
                    "external_references",
                    json!([{ "source_name": "mitre-attack", "url": url, "external_id": technique.id }]),
                ),
            ]);
            self.push(&id, object);
            ids.insert(technique.id, id);
        }
        ids
    }

    /// The observation of a finding: its values, a few of its requests, and the file of evidence that says so.
    fn observed(&mut self, finding: &Finding, software: Option<&String>) -> Option<Seen> {
        let (from, to) = export::span(finding)?;
        let (mut found, _) = export::observables(finding);
        // A name without a domain is the server's own, which stands in the bundle already.
        found.retain(|v| !matches!(v, Observed::Host(name) if !export::is_domain(name)));
        let values: Vec<(Observed, Option<String>)> = found.into_iter().map(|v| (v.clone(), self.value(&v))).collect();
        let mut refs: BTreeSet<String> = values.iter().filter_map(|(_, id)| id.clone()).collect();
        refs.extend(finding.rows.iter().filter_map(export::request).take(REQUESTS).filter_map(|r| self.traffic(&r)));
        let file = finding.rows.first().and_then(|r| r.path.rsplit(['/', '\\']).next());
        let file = file.filter(|name| !name.is_empty());
        refs.extend(file.and_then(|name| self.value(&Observed::FileName(export::text(name)))));
        refs.extend(software.cloned());
        if refs.is_empty() {
            return None;
        }
        let of = json!({
            "first_observed": instant(from),
            "last_observed": instant(to),
            "number_observed": finding.count.clamp(1, COUNT_MAX),
            "object_refs": refs,
            "external_references": [{ "source_name": "assize", "external_id": finding.id, "description": self.says(finding) }],
        });
        Some(Seen { id: self.domain("observed-data", of), values, from, to })
    }

    /// What a finding says, on one line.
    fn says(&self, finding: &Finding) -> String {
        let (title, summary) = export::words(finding, self.lang);
        let strength = self.lang.say(&format!("strength-{}-long", finding.strength.word()));
        let args = [
            ("count", finding.count.into()),
            ("strength", strength.into()),
            ("id", finding.id.as_str().into()),
            ("rule", export::text(&finding.rule).into()),
        ];
        format!("{title}. {summary} {}", self.lang.fill("export-observed", &args))
    }

    /// The observable of a value. What a client asked for is part of its traffic: alone it is no URL.
    fn value(&mut self, value: &Observed) -> Option<String> {
        let (kind, of) = match value {
            Observed::Ip(IpAddr::V4(ip)) => ("ipv4-addr", json!({ "value": ip.to_string() })),
            Observed::Ip(IpAddr::V6(ip)) => ("ipv6-addr", json!({ "value": ip.to_string() })),
            Observed::Sha256(hash) => ("file", json!({ "hashes": { "SHA-256": hash } })),
            Observed::FileName(name) => ("file", json!({ "name": name })),
            Observed::User(name) => ("user-account", json!({ "account_login": name })),
            Observed::Agent(name) => ("software", json!({ "name": name })),
            Observed::Host(name) => ("domain-name", json!({ "value": name })),
            Observed::Request(_) => return None,
        };
        Some(self.observable(kind, of))
    }

    /// A request as traffic from its client.
    fn traffic(&mut self, r: &export::Request<'_>) -> Option<String> {
        let client = self.value(&Observed::Ip(r.client?))?;
        let value = r.query.map_or_else(|| r.path.to_owned(), |q| format!("{}?{q}", r.path));
        let mut ext =
            json!({ "request_method": r.method?.to_ascii_lowercase(), "request_value": export::text(&value) });
        if let Some(agent) = r.agent {
            ext["request_header"] = json!({ "User-Agent": [export::text(agent)] });
        }
        let of = json!({ "src_ref": client, "protocols": ["tcp", "http"], "extensions": { "http-request-ext": ext } });
        Some(self.observable("network-traffic", of))
    }

    /// Indicators by their value; one for each value, from the first moment it was seen.
    fn indicators(&mut self, chosen: &Chosen<'_>, seen: &BTreeMap<&str, Seen>) -> BTreeMap<Observed, String> {
        let mut first: BTreeMap<Observed, Sign<'_>> = BTreeMap::new();
        for finding in &chosen.findings {
            let Some(of) = seen.get(finding.id.as_str()) else { continue };
            for (value, _) in of.values.iter().filter(|(v, _)| is_indicator(finding, v)) {
                let sign =
                    first.entry(value.clone()).or_insert_with(|| Sign { from: of.from, best: finding, of: Vec::new() });
                sign.from = sign.from.min(of.from);
                if finding.strength > sign.best.strength {
                    sign.best = finding;
                }
                sign.of.push(&of.id);
            }
        }
        let mut ids = BTreeMap::new();
        for (value, Sign { from, best, of }) in first {
            let Some(pattern) = pattern(&value) else { continue };
            // The scale "None, Low, Med, High" of the standard, appendix A.
            let confidence = match best.strength {
                Strength::Proof | Strength::Strong => 85,
                Strength::Moderate => 50,
                _ => 15,
            };
            let (title, summary) = export::words(best, self.lang);
            let says = json!({
                "name": title,
                "description": if summary.is_empty() { &title } else { &summary },
                "indicator_types": ["malicious-activity"],
                "pattern": pattern,
                "pattern_type": "stix",
                "pattern_version": "2.1",
                "valid_from": instant(from),
                "confidence": confidence,
            });
            let id = self.domain("indicator", says);
            for data in of {
                self.relation(&id, "based-on", data);
            }
            ids.insert(value, id);
        }
        ids
    }

    fn relation(&mut self, from: &str, how: &str, to: &str) {
        self.domain("relationship", json!({ "relationship_type": how, "source_ref": from, "target_ref": to }));
    }

    /// Web shells that are proven by their content or by what they did: as malware, with their files.
    fn shells(&mut self, chosen: &Chosen<'_>, seen: &BTreeMap<&str, Seen>, techniques: &BTreeMap<&str, String>) {
        for finding in chosen.findings.iter().filter(|f| export::is_shell(f) && f.strength >= Strength::Strong) {
            let Some(of) = seen.get(finding.id.as_str()) else { continue };
            let files: Vec<&String> = of
                .values
                .iter()
                .filter(|(v, _)| matches!(v, Observed::Sha256(_)))
                .filter_map(|(_, id)| id.as_ref())
                .collect();
            if files.is_empty() {
                continue;
            }
            let (title, summary) = export::words(finding, self.lang);
            let id = self.domain(
                "malware",
                json!({
                    "name": title,
                    "description": summary,
                    "malware_types": ["webshell"],
                    "is_family": false,
                    "first_seen": instant(of.from),
                    "last_seen": instant(of.to),
                    "sample_refs": files,
                }),
            );
            if let Some(technique) = techniques.get("T1505.003") {
                self.relation(&id, "uses", technique);
            }
        }
    }

    /// Which technique was used on which flaw.
    fn links(&mut self, chosen: &Chosen<'_>, techniques: &BTreeMap<&str, String>, flaws: &BTreeMap<String, String>) {
        let pairs: BTreeSet<(&String, &String)> = chosen
            .findings
            .iter()
            .filter(|f| f.techniques.iter().any(|t| t == "T1190"))
            .flat_map(|f| f.vulnerabilities.iter().filter_map(|v| Some((techniques.get("T1190")?, flaws.get(v)?))))
            .collect();
        for (technique, flaw) in pairs {
            self.relation(technique, "targets", flaw);
        }
    }

    /// That techniques and indicators were seen on the server.
    fn sightings(
        &mut self,
        finding: &Finding,
        seen: &BTreeMap<&str, Seen>,
        techniques: &BTreeMap<&str, String>,
        indicators: &BTreeMap<Observed, String>,
        host: &str,
    ) {
        // Somebody answers for it: it was observed, and is no sign of an intruder.
        let Some(of) = seen.get(finding.id.as_str()).filter(|_| finding.suppressed.is_none()) else { return };
        let of_values =
            of.values.iter().filter(|(v, _)| is_indicator(finding, v)).filter_map(|(v, _)| indicators.get(v));
        let of_techniques = finding.techniques.iter().filter_map(|t| techniques.get(t.as_str()));
        for what in of_values.chain(of_techniques) {
            let says = json!({
                "first_seen": instant(of.from),
                "last_seen": instant(of.to),
                "count": finding.count.clamp(1, COUNT_MAX),
                "sighting_of_ref": what,
                "observed_data_refs": [of.id],
                "where_sighted_refs": [host],
            });
            self.domain("sighting", says);
        }
    }

    /// The answer as a note on the server, and the report that holds everything.
    fn conclude(&mut self, result: &CaseResult, chosen: &Chosen<'_>, host: &str) {
        let c = crate::compose(result, self.lang);
        let title = self.lang.fill("export-title", &[("word", c.word.into()), ("host", c.host.into())]);
        let content = export::answer(result, chosen, self.lang).join("\n");
        self.domain("note", json!({ "abstract": c.headline, "content": content, "object_refs": [host] }));
        let all: Vec<Value> = self.objects.iter().skip(1).map(|o| o["id"].clone()).collect();
        let packs: Vec<&str> = result.packs.iter().map(|p| p.title.as_str()).collect();
        let says = json!({
            "name": title,
            "description": content,
            "report_types": ["observed-data", "indicator"],
            "published": instant(self.at),
            "labels": if packs.is_empty() { Value::Null } else { json!(packs) },
            "object_refs": all,
        });
        self.domain("report", says);
    }
}

/// The id of an observable, of the fields that the standard lets contribute.
fn observable_id(kind: &str, of: &Value) -> String {
    format!("{kind}--{}", uuid5(&OBSERVABLES, &export::canonical(of)))
}

/// The pattern that finds a value.
fn pattern(value: &Observed) -> Option<String> {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    Some(match value {
        Observed::Ip(IpAddr::V4(ip)) => format!("[ipv4-addr:value = '{ip}']"),
        Observed::Ip(IpAddr::V6(ip)) => format!("[ipv6-addr:value = '{ip}']"),
        Observed::Sha256(hash) => format!("[file:hashes.'SHA-256' = '{hash}']"),
        // A percent sign in the path would stand for anything.
        Observed::Request(path) if !path.contains(['%', '_']) => {
            format!("[url:value LIKE '%{}']", quoted(path))
        }
        Observed::Request(path) => format!("[url:value = '{}']", quoted(path)),
        _ => return None,
    })
}
