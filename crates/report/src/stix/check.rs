//! What must hold of a bundle before it is handed out, also where readers of STIX would take it.

use super::{OBSERVABLES, marking_id};
use crate::export::{self, is_cve, is_sha256, is_uuid, uuid5};
use assize_model::{Timestamp, Tlp, attack};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

const OBSERVABLE: [&str; 7] =
    ["ipv4-addr", "ipv6-addr", "file", "user-account", "software", "domain-name", "network-traffic"];

/// Everything that is wrong with a bundle, in words.
pub(crate) fn faults(whole: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let bundle_id = whole["id"].as_str().and_then(|id| id.strip_prefix("bundle--"));
    if whole["type"] != "bundle" || !bundle_id.is_some_and(is_uuid) {
        faults.push("it is no bundle".into());
    }
    let mut before = BTreeSet::new();
    for object in whole["objects"].as_array().into_iter().flatten() {
        let id = object["id"].as_str().unwrap_or_default();
        let mut fault = |what: &str| faults.push(format!("{id}: {what}"));
        one(object, id, &before, &mut fault);
        if !before.insert(id) {
            fault("its id is there twice");
        }
    }
    if before.is_empty() {
        faults.push("it holds nothing".into());
    }
    faults
}

fn one(object: &Value, id: &str, before: &BTreeSet<&str>, fault: &mut impl FnMut(&str)) {
    let Some(map) = object.as_object() else { return fault("it is no object") };
    let kind = object["type"].as_str().unwrap_or_default();
    let uuid = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--")).unwrap_or_default();
    if !is_uuid(uuid) || object["spec_version"] != "2.1" {
        fault("id and version are not those of its type");
    }
    marked(object, kind, id, fault);
    for (key, value) in map {
        let refs = match value {
            Value::String(text) if key.ends_with("_ref") => vec![text.as_str()],
            Value::Array(items) if key.ends_with("_refs") => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if refs.iter().any(|r| !before.contains(r)) {
            fault(&format!("{key} names what does not stand before it"));
        }
        if key.ends_with("_refs") && refs.is_empty() {
            fault(&format!("{key} is empty"));
        }
    }
    texts(object, fault);
    times(object, fault);
    match OBSERVABLE.contains(&kind) {
        true => observable(map, kind, uuid, fault),
        false => domain(object, kind, id, fault),
    }
}

/// One marking of TLP 2.0 on everything that is ours.
fn marked(object: &Value, kind: &str, id: &str, fault: &mut impl FnMut(&str)) {
    let known = |id: &str| Tlp::ALL.iter().find(|tlp| marking_id(**tlp) == id);
    if kind == "marking-definition" {
        if known(id).is_none_or(|tlp| object["name"] != tlp.label()) {
            fault("it is no marking of TLP 2.0");
        }
    } else if kind != "attack-pattern" {
        let marks = object["object_marking_refs"].as_array().map_or(&[][..], Vec::as_slice);
        if marks.len() != 1 || marks[0].as_str().and_then(known).is_none() {
            fault("it carries no marking of TLP 2.0");
        }
    }
}

/// No text that people read misleads them.
fn texts(value: &Value, fault: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if export::misleading(text) => fault("a text holds characters that mislead"),
        Value::Array(items) => items.iter().for_each(|v| texts(v, fault)),
        Value::Object(map) => map.values().for_each(|v| texts(v, fault)),
        _ => {}
    }
}

/// Times are times, and what ends does not end before it began.
fn times(object: &Value, fault: &mut impl FnMut(&str)) {
    let read = |key: &str| match &object[key] {
        Value::Null => Ok(None),
        value => {
            let text = value.as_str().filter(|t| t.ends_with('Z') && t.len() >= 24);
            text.and_then(Timestamp::parse).map(Some).ok_or(())
        }
    };
    let keys = ["valid_from", "published"];
    if keys.iter().any(|k| read(k).is_err()) {
        fault("a time is none");
    }
    for (from, to) in [("created", "modified"), ("first_observed", "last_observed"), ("first_seen", "last_seen")] {
        match (read(from), read(to)) {
            (Ok(Some(a)), Ok(Some(b))) if a <= b => {}
            (Ok(None), Ok(None)) => {}
            // A marking of OASIS was made once and never changed.
            (Ok(Some(_)), Ok(None)) if object["type"] == "marking-definition" => {}
            _ => fault(&format!("{from} and {to} are no span")),
        }
    }
}

fn observable(map: &Map<String, Value>, kind: &str, uuid: &str, fault: &mut impl FnMut(&str)) {
    let own = ["type", "spec_version", "id", "object_marking_refs"];
    let of: Map<String, Value> =
        map.iter().filter(|(k, _)| !own.contains(&k.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
    let value = map.get("value").and_then(Value::as_str).unwrap_or_default();
    let fits = match kind {
        "ipv4-addr" => value.parse::<Ipv4Addr>().is_ok(),
        "ipv6-addr" => value.parse::<Ipv6Addr>().is_ok(),
        "domain-name" => export::is_domain(value),
        "file" => match map.get("hashes") {
            Some(hashes) => hashes["SHA-256"].as_str().is_some_and(is_sha256),
            None => map.get("name").and_then(Value::as_str).is_some_and(|n| !n.is_empty()),
        },
        "network-traffic" => map.contains_key("src_ref") && map.contains_key("protocols"),
        "user-account" => map.get("account_login").and_then(Value::as_str).is_some_and(|n| !n.is_empty()),
        _ => map.get("name").and_then(Value::as_str).is_some_and(|n| !n.is_empty()),
    };
    if !fits {
        fault("its value is not what its type says");
    }
    if uuid != uuid5(&OBSERVABLES, &export::canonical(&Value::Object(of))) {
        fault("its id is not made of its value");
    }
}

fn domain(object: &Value, kind: &str, id: &str, fault: &mut impl FnMut(&str)) {
    let count = |key: &str| object[key].as_u64().is_some_and(|n| (1..=super::COUNT_MAX).contains(&n));
    let starts = |key: &str, with: &str| object[key].as_str().is_some_and(|t| t.starts_with(with));
    let fits = match kind {
        "marking-definition" | "identity" | "note" | "report" | "relationship" => true,
        "observed-data" => count("number_observed") && object["object_refs"].is_array(),
        "sighting" => {
            let there = object["where_sighted_refs"].as_array().into_iter().flatten().filter_map(Value::as_str);
            count("count") && there.into_iter().all(|r| r.starts_with("identity--"))
        }
        "vulnerability" => object["name"].as_str().is_some_and(is_cve),
        "malware" => object["is_family"] == false,
        "attack-pattern" => {
            let named = object["external_references"][0]["external_id"].as_str().and_then(attack::technique);
            named.is_some_and(|t| id.strip_prefix("attack-pattern--") == Some(t.stix) && object["name"] == t.name)
        }
        "indicator" => starts("pattern", "[") && object["pattern"].as_str().is_some_and(is_pattern),
        _ => false,
    };
    if !fits {
        fault(&format!("it is no {kind} that we write"));
    }
}

/// One comparison of one value that is what its field says, its quotes closed where they must be.
fn is_pattern(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    // The field ends at the first blank; the value may hold anything.
    let Some((field, rest)) = inner.and_then(|t| t.split_once(' ')) else { return false };
    let Some(quoted) = rest.strip_prefix("= ").or_else(|| rest.strip_prefix("LIKE ")) else { return false };
    let Some(value) = quoted.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) else { return false };
    let mut escaped = false;
    for c in value.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, '\'') => return false,
            (true, c) if c != '\'' && c != '\\' => return false,
            _ => escaped = false,
        }
    }
    !escaped
        && match field {
            "ipv4-addr:value" => value.parse::<Ipv4Addr>().is_ok_and(|ip| assize_model::address::is_outside(ip.into())),
            "ipv6-addr:value" => value.parse::<Ipv6Addr>().is_ok_and(|ip| assize_model::address::is_outside(ip.into())),
            "file:hashes.'SHA-256'" => is_sha256(value),
            "url:value" => value.trim_start_matches('%').starts_with('/'),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::is_pattern;

    #[test]
    fn patterns_close_their_quotes() {
        for good in ["[ipv4-addr:value = '198.51.100.9']", "[url:value LIKE '%/a\\'b\\\\c.aspx']"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in [
            "[ipv4-addr:value = '10.0.0.5']",
            "[ipv4-addr:value = 'not-an-ip']",
            "[url:value = '/a' OR url:value = '/b']",
            "[url:value = '/a\\']",
            "[file:name = 'x']",
            "[file:hashes.'SHA-256' = 'zz']",
        ] {
            assert!(!is_pattern(bad), "{bad}");
        }
    }
}
