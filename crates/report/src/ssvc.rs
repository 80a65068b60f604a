//! `ssvc.ndjson`: what CISA's BOD 26-04 asks for each flaw that the server has or had, as SSVC selection lists, one a line.
//!
//! The decision table is `cisa:DT_BOD2604:1.0.0` of CERT/CC; whether a flaw is in KEV, can be automated and what it gives
//! is CISA's own word (`data/ssvc.csv`). What neither CISA nor the evidence says is not guessed: then a selection keeps
//! every value, and the outcome every one that can follow. Never translated.

use crate::export::{self, OURS, instant, is_cve, uuid5};
use crate::{Lang, ReportError};
use assize_model::result::ExposureState;
use assize_model::verdict::Triage;
use assize_model::{CaseResult, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Flaw, KEV, automatable, technical impact; by CISA's coordinators.
const KNOWN: &str = include_str!("../data/ssvc.csv");

/// The version of the format.
const VERSION: &str = "2.0.0";

/// A decision point of SSVC.
struct Point {
    namespace: &'static str,
    key: &'static str,
    version: &'static str,
    name: &'static str,
    values: &'static [&'static str],
}

const fn point(
    namespace: &'static str,
    key: &'static str,
    version: &'static str,
    name: &'static str,
    values: &'static [&'static str],
) -> Point {
    Point { namespace, key, version, name, values }
}

/// Decision points with their values, and the outcome at the end, in the order they are written.
const POINTS: [Point; 5] = [
    point("cisa", "KEV", "1.0.0", "In KEV", &["N", "Y"]),
    point("cisa", "AE", "1.0.0", "Asset Exposure", &["N", "Y"]),
    point("ssvc", "A", "2.0.0", "Automatable", &["N", "Y"]),
    point("ssvc", "TI", "1.0.0", "Technical Impact", &["P", "T"]),
    point("cisa", "BOD2604", "1.0.0", "CISA BOD 26-04 Remediation Timelines", &["FSU", "60D", "14D", "3D", "3DF"]),
];

/// The outcome of the table for one value of each decision point.
fn outcome(kev: bool, exposed: bool, automatable: bool, total: bool) -> &'static str {
    match (kev, exposed, automatable, total) {
        (false, false, false, _) => "FSU",
        (false, true, false, false) | (false, false, true, _) => "60D",
        (false, true, true, true) => "3D",
        (false, true, _, _) => "14D",
        (true, true, true, false) => "3D",
        (true, true, _, true) | (true, false, true, true) => "3DF",
        (true, _, _, _) => "14D",
    }
}

/// What CISA says of a flaw; nothing where it says nothing.
#[derive(Default, Clone, Copy)]
struct Said {
    kev: Option<bool>,
    automatable: Option<bool>,
    total: Option<bool>,
}

fn said(cve: &str) -> Said {
    let line = KNOWN.lines().find(|l| l.split(',').next() == Some(cve));
    let mut cells = line.unwrap_or_default().split(',').skip(1);
    let mut flag = |yes: &str, no: &str| match cells.next() {
        Some(cell) if cell == yes => Some(true),
        Some(cell) if cell == no => Some(false),
        _ => None,
    };
    Said { kev: flag("Y", "N"), automatable: flag("Y", "N"), total: flag("T", "P") }
}

pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let exposed = reached(result);
    let mut out = String::new();
    for e in &result.exposure {
        let has = !matches!(e.state, ExposureState::NeverVulnerable);
        if has && is_cve(&e.cve) {
            out.push_str(&export::line_of(&list(result, &e.cve, exposed)));
            out.push('\n');
        }
    }
    Ok(out.into_bytes())
}

/// Whether somebody from outside reached the server, as findings show. That nobody is seen shows nothing.
fn reached(result: &CaseResult) -> Option<bool> {
    let outside = |f: &assize_model::Finding| {
        let requests = f.rows.iter().filter_map(export::request);
        requests.into_iter().any(|r| r.client.is_some_and(assize_model::address::is_outside))
    };
    result.findings.iter().any(outside).then_some(true)
}

fn list(result: &CaseResult, cve: &str, exposed: Option<bool>) -> Value {
    let said = said(cve);
    let known = [said.kev, exposed, said.automatable, said.total];
    let both = |flag: Option<bool>| flag.map_or_else(|| vec![false, true], |f| vec![f]);
    let mut outcomes = BTreeSet::new();
    for k in both(known[0]) {
        for e in both(known[1]) {
            for a in both(known[2]) {
                for t in both(known[3]) {
                    let found = outcome(k, e, a, t);
                    outcomes.insert(POINTS[4].values.iter().position(|v| *v == found).unwrap_or_default());
                }
            }
        }
    }
    let mut chosen: Vec<Vec<&str>> =
        (0..4).map(|n| both(known[n]).into_iter().map(|f| POINTS[n].values[usize::from(f)]).collect()).collect();
    chosen.push(outcomes.into_iter().map(|at| POINTS[4].values[at]).collect());
    let selection = |(p, values): (&Point, &Vec<&str>)| {
        let values: Vec<Value> = values.iter().map(|v| json!({ "key": v })).collect();
        json!({ "namespace": p.namespace, "key": p.key, "version": p.version, "name": p.name, "values": values })
    };
    let selections: Vec<Value> = POINTS.iter().zip(&chosen).map(selection).collect();
    let host = export::host(result, Lang::En);
    let triage = match result.verdict.triage {
        Some(Triage::Confirmed) => "confirmed",
        Some(Triage::Suspected) => "suspected",
        Some(Triage::NoEvidence) => "no evidence of compromise",
        Some(Triage::NoEvidenceInsufficient) => "no evidence of compromise (the evidence does not suffice)",
        None => "not assessed",
    };
    let summary = format!(
        "{}; forensic triage of {host}: {triage}; state {}",
        result.marking.tlp.label(),
        result.verdict.state.word()
    );
    let id = uuid5(&OURS, &format!("ssvc\n{}\n{}\n{cve}\n{summary}", result.host.name, result.window.collected));
    json!({
        "timestamp": instant(result.window.collected),
        "schemaVersion": VERSION,
        "target_ids": [cve],
        "selections": selections,
        "references": [{ "uri": format!("urn:uuid:{id}"), "summary": summary }],
    })
}

/// Everything that is wrong with a file, in words. A server without a flaw has an empty one.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let mut fault = |what: &str| faults.push(format!("line {}: {what}", n + 1));
        let Ok(list) = serde_json::from_str::<Value>(line) else {
            fault("it is no JSON");
            continue;
        };
        let keys = ["timestamp", "schemaVersion", "target_ids", "selections", "references"];
        if list.as_object().is_none_or(|o| !o.keys().eq(keys)) || list["schemaVersion"] != VERSION {
            fault("it is no selection list that we write");
        }
        if list["timestamp"].as_str().and_then(Timestamp::parse).is_none() {
            fault("its time is none");
        }
        if !list["target_ids"].as_array().is_some_and(|t| t.len() == 1 && t[0].as_str().is_some_and(is_cve)) {
            fault("it is not of one flaw");
        }
        let summary = list["references"][0]["summary"].as_str().unwrap_or_default();
        let label = summary.split(';').next().unwrap_or_default();
        if !export::is_tlp(label) || export::misleading(summary) {
            fault("it carries no label of TLP 2.0");
        }
        match chosen(&list) {
            None => fault("a decision point or a value of it does not exist"),
            Some(values) if !follows(&values) => fault("the outcome does not follow from the selections"),
            Some(_) => {}
        }
    }
    faults
}

/// The values of each decision point, where all are points and values that exist.
fn chosen(list: &Value) -> Option<Vec<Vec<&'static str>>> {
    let selections = list["selections"].as_array().filter(|s| s.len() == POINTS.len())?;
    selections.iter().zip(&POINTS).map(|(selection, p)| values(selection, p)).collect()
}

fn values(selection: &Value, p: &Point) -> Option<Vec<&'static str>> {
    let same = selection["namespace"] == p.namespace && selection["key"] == p.key && selection["version"] == p.version;
    let values = selection["values"].as_array().filter(|v| same && !v.is_empty())?;
    let known = |v: &Value| p.values.iter().find(|k| v["key"] == **k).copied();
    values.iter().map(known).collect()
}

/// Whether the outcomes are those that the table gives for the values.
fn follows(values: &[Vec<&str>]) -> bool {
    let mut wanted = BTreeSet::new();
    for k in &values[0] {
        for e in &values[1] {
            for a in &values[2] {
                wanted.extend(values[3].iter().map(|t| outcome(*k == "Y", *e == "Y", *a == "Y", *t == "T")));
            }
        }
    }
    wanted == values[4].iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sixteen rows of `cisa_bod_26_04_1_0_0.json` of CERT/CC: KEV, exposure, automatable, impact, outcome.
    #[test]
    fn the_table_is_that_of_cert_cc() {
        let rows = "NNNP FSU|YNNP 14D|NYNP 60D|NNYP 60D|NNNT FSU|YYNP 14D|YNYP 14D|NYYP 14D|YNNT 14D|NYNT 14D|NNYT 60D|\
                    YYYP 3D|YYNT 3DF|YNYT 3DF|NYYT 3D|YYYT 3DF";
        for row in rows.split('|') {
            let (values, wanted) = row.trim().split_once(' ').unwrap();
            let v = values.as_bytes();
            assert_eq!(outcome(v[0] == b'Y', v[1] == b'Y', v[2] == b'Y', v[3] == b'T'), wanted, "{row}");
        }
    }

    #[test]
    fn what_cisa_says_is_read() {
        let of = |cve: &str| (said(cve).kev, said(cve).automatable, said(cve).total);
        assert_eq!(of("CVE-2021-26855"), (Some(true), Some(true), Some(true)));
        assert_eq!(of("CVE-2021-27065"), (Some(true), Some(false), Some(true)));
        assert_eq!(of("CVE-1999-0001"), (None, None, None));
    }
}
