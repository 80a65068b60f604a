//! `attack-navigator.json`: a layer of the ATT&CK Navigator. One colour a technique: how strong the strongest finding is.
//!
//! The version of ATT&CK is data and stands in the layer. Tactics are those of that version. The library that reads layers
//! prints a complaint and goes on, so what must hold is checked here.

use crate::export::{self, FINDINGS_MAX};
use crate::{Lang, ReportError};
use assize_model::attack;
use assize_model::finding::Strength;
use assize_model::{CaseResult, Finding, Tlp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Versions of the format of layers and of the Navigator that it is written for.
const LAYER: &str = "4.5";
const NAVIGATOR: &str = "5.1.0";

/// From weak to strong; they differ in brightness, so that they can be told apart without colour.
const COLOURS: [&str; 3] = ["#fff3b0", "#f0a030", "#9c2a10"];

/// Findings that a comment names in words.
const NAMED: usize = 5;

/// 1 for context, 5 for proof.
fn score(finding: &Finding) -> u8 {
    match finding.strength {
        Strength::Context => 1,
        Strength::Weak => 2,
        Strength::Moderate => 3,
        Strength::Strong => 4,
        Strength::Proof => 5,
    }
}

pub(crate) fn render(result: &CaseResult, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let chosen = export::chosen(result, FINDINGS_MAX);
    let c = crate::compose(result, lang);
    let mut cells = Vec::new();
    for (technique, findings) in export::techniques(&chosen.findings)? {
        let best = findings.iter().map(|f| score(f)).max().unwrap_or(1);
        let ids: Vec<&str> = findings.iter().map(|f| f.id.as_str()).collect();
        let named = findings.iter().take(NAMED).map(|f| format!("[{}] {}", f.id, export::words(f, lang).0));
        let mut said: Vec<String> = named.collect();
        if findings.len() > NAMED {
            said.push(lang.fill("export-more", &[("count", (findings.len() - NAMED).into())]));
        }
        for tactic in &technique.tactics {
            cells.push(json!({
                "techniqueID": technique.id,
                "tactic": tactic,
                "score": best,
                "comment": said.join("\n"),
                "enabled": true,
                "metadata": [{ "name": "findings", "value": export::text(&ids.join(", ")) }],
            }));
        }
    }
    let legend = [(0, "strength-context"), (1, "strength-moderate"), (2, "strength-proof")];
    let major = attack::version().split('.').next().unwrap_or_default();
    let layer = json!({
        "name": lang.fill("export-title", &[("word", c.word.into()), ("host", c.host.into())]),
        "versions": { "attack": major, "navigator": NAVIGATOR, "layer": LAYER },
        "domain": "enterprise-attack",
        "description": export::answer(result, &chosen, lang).join("\n"),
        "sorting": 3,
        "hideDisabled": false,
        "techniques": cells,
        "gradient": { "colors": COLOURS, "minValue": 1, "maxValue": 5 },
        "legendItems": legend.map(|(n, id)| json!({ "label": lang.say(id), "color": COLOURS[n] })),
        "metadata": [
            { "name": "TLP", "value": result.marking.tlp.label() },
            { "name": "ATT&CK", "value": attack::version() },
            { "name": "state", "value": result.verdict.state.word() },
        ],
        "links": [],
    });
    Ok(export::indented(&layer))
}

/// Everything that is wrong with a layer, in words.
pub(crate) fn faults(layer: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let major = attack::version().split('.').next().unwrap_or_default();
    let versions = json!({ "attack": major, "navigator": NAVIGATOR, "layer": LAYER });
    if layer["versions"] != versions || layer["domain"] != "enterprise-attack" {
        faults.push("versions and domain are not those of our matrix".into());
    }
    let meta = |name: &str| {
        layer["metadata"].as_array().into_iter().flatten().find(|m| m["name"] == name).and_then(|m| m["value"].as_str())
    };
    if meta("TLP").and_then(Tlp::from_word).is_none() || meta("ATT&CK") != Some(attack::version()) {
        faults.push("it says no label of TLP, or no version of ATT&CK".into());
    }
    for key in ["name", "description"] {
        if layer[key].as_str().is_none_or(|t| t.is_empty() || export::misleading(t)) {
            faults.push(format!("{key} is missing or misleads"));
        }
    }
    let colour = |c: &Value| c.as_str().is_some_and(|c| c.len() == 7 && c.starts_with('#'));
    let gradient = &layer["gradient"];
    let colours = gradient["colors"].as_array().map_or(&[][..], Vec::as_slice);
    if colours.len() < 2 || !colours.iter().all(colour) || gradient["minValue"] != 1 || gradient["maxValue"] != 5 {
        faults.push("the gradient is none".into());
    }
    if layer["links"].as_array().is_none_or(|l| !l.is_empty()) {
        faults.push("a layer of ours has no links".into());
    }
    let mut cells = BTreeSet::new();
    for cell in layer["techniques"].as_array().into_iter().flatten() {
        let (id, tactic) =
            (cell["techniqueID"].as_str().unwrap_or_default(), cell["tactic"].as_str().unwrap_or_default());
        let fits = attack::technique(id).is_some_and(|t| t.tactics.contains(&tactic))
            && cell["score"].as_u64().is_some_and(|s| (1..=5).contains(&s))
            && cell["comment"].as_str().is_some_and(|c| !export::misleading(c))
            && cells.insert((id, tactic));
        if !fits {
            faults.push(format!("{id} {tactic}: no cell of the matrix, no score, or there twice"));
        }
    }
    faults
}
