//! `timeline.jsonl`: one flat line a cited record, as Timesketch reads it. Never translated.

use crate::ReportError;
use assize_model::finding::CitedRow;
use assize_model::{CaseResult, Finding, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Timesketch keeps no longer field.
const FIELD_BYTES: usize = 32_766;

/// One event. The order of fields is the order in the file.
#[derive(Serialize)]
struct Event<'a> {
    message: String,
    datetime: String,
    timestamp: i64,
    timestamp_desc: &'static str,
    data_type: String,
    tag: Vec<String>,
    host: String,
    source_ip: String,
    finding_id: &'a str,
    technique: String,
    rule: String,
    outcome: &'static str,
    strength: &'static str,
    file: String,
    position: u64,
    tlp: &'static str,
}

/// A line an event.
pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let mut out = Vec::new();
    for event in events(result) {
        serde_json::to_writer(&mut out, &event).map_err(|cause| ReportError::Json { format: "jsonl", cause })?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Events in the order of time. Records without a time are left out; [`undated_rows`] counts them.
pub(crate) fn events(result: &CaseResult) -> Vec<impl Serialize> {
    let mut events = Vec::new();
    let places = places(result);
    for finding in &result.findings {
        let tags = places.get(finding.id.as_str()).map_or(&[][..], Vec::as_slice);
        let event = |result, finding, row, t| event(result, finding, row, t, tags);
        match finding.rows.is_empty() {
            true => events.extend(finding.time.map(|t| event(result, finding, None, t))),
            false => {
                let dated = finding.rows.iter().filter_map(|r| Some((r, r.time?)));
                events.extend(dated.map(|(row, t)| event(result, finding, Some(row), t)));
            }
        }
    }
    events.sort_by(|a, b| {
        (a.timestamp, a.finding_id, &a.file, a.position).cmp(&(b.timestamp, b.finding_id, &b.file, b.position))
    });
    events
}

/// Cited records without a time, and findings without records or a time: they are in no timeline.
#[must_use]
pub fn undated_rows(result: &CaseResult) -> u64 {
    let undated = |f: &Finding| match f.rows.is_empty() {
        true => u64::from(f.time.is_none()),
        false => f.rows.iter().filter(|r| r.time.is_none()).count() as u64,
    };
    result.findings.iter().map(undated).sum()
}

/// The place of each finding in the story: `incident:I-1`, `step:entry`.
fn places(result: &CaseResult) -> BTreeMap<&str, Vec<String>> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for incident in &result.incidents {
        for id in &incident.findings {
            places.entry(id).or_default().push(format!("incident:{}", incident.id));
        }
        for (step, id) in incident.steps.iter().flat_map(|s| s.findings.iter().map(move |id| (s.kind, id))) {
            places.entry(id).or_default().push(format!("step:{}", step.word()));
        }
    }
    places
}

fn event<'a>(
    result: &CaseResult,
    finding: &'a Finding,
    row: Option<&CitedRow>,
    time: Timestamp,
    places: &[String],
) -> Event<'a> {
    let mut tag = vec!["assize".to_owned(), finding.outcome.word().to_owned(), finding.strength.word().to_owned()];
    tag.extend(finding.suppressed.iter().map(|_| "suppressed".to_owned()));
    tag.extend(finding.techniques.iter().chain(places).cloned());
    Event {
        message: cut(message(finding, row)),
        datetime: iso(time),
        timestamp: time.0,
        timestamp_desc: if row.is_some() { "Recorded Time" } else { "Finding Time" },
        data_type: row.map_or_else(|| "assize:finding".to_owned(), |r| data_type(&r.table)),
        tag,
        host: cut(result.host.name.clone()),
        source_ip: source_ip(finding, row),
        finding_id: &finding.id,
        technique: finding.techniques.join(","),
        rule: cut(finding.rule.clone()),
        outcome: finding.outcome.word(),
        strength: finding.strength.word(),
        file: cut(row.map(|r| r.path.clone()).unwrap_or_default()),
        position: row.map_or(0, |r| r.address.pos),
        tlp: result.marking.tlp.label(),
    }
}

/// A line of ours at the moment of collection, that says something of the others.
pub(crate) fn remark(result: &CaseResult, message: &str) -> serde_json::Value {
    let at = result.window.collected;
    serde_json::json!({
        "message": message,
        "datetime": iso(at),
        "timestamp": at.0,
        "timestamp_desc": "Collection Time",
        "data_type": "assize:remark",
        "tag": ["assize"],
        "host": cut(result.host.name.clone()),
        "source_ip": "",
        "finding_id": "",
        "technique": "",
        "rule": "",
        "outcome": "",
        "strength": "",
        "file": "",
        "position": 0,
        "tlp": result.marking.tlp.label(),
    })
}

/// One record of a table as a line of the timeline, cited by findings or not: flat, in the same words as
/// `timeline.jsonl`, then every field of the record under its own name.
#[must_use]
pub fn timeline_record(host: &str, row: &CitedRow, time: Timestamp, findings: &[&str]) -> String {
    let said: Vec<String> = row.fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let mut line = serde_json::Map::new();
    let texts = [
        ("message", cut(said.join(" "))),
        ("datetime", iso(time)),
        ("timestamp_desc", "Recorded Time".into()),
        ("data_type", data_type(&row.table)),
        ("host", cut(host.to_owned())),
        ("finding_id", findings.join(",")),
        ("file", cut(row.path.clone())),
    ];
    line.extend(texts.map(|(name, text)| (name.to_owned(), text.into())));
    line.insert("timestamp".into(), time.0.into());
    line.insert("position".into(), row.address.pos.into());
    for (name, value) in &row.fields {
        let name = if line.contains_key(name) { format!("row_{name}") } else { name.clone() };
        line.insert(name, cut(value.clone()).into());
    }
    serde_json::Value::Object(line).to_string()
}

/// The title, then the record as it stands in the evidence.
fn message(finding: &Finding, row: Option<&CitedRow>) -> String {
    let words = finding.words("en");
    let title = if words.title.is_empty() { &finding.rule } else { &words.title };
    match row {
        Some(row) => {
            let fields: Vec<String> = row.fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
            format!("[{}] {title}: {}", finding.id, fields.join(" "))
        }
        None => format!("[{}] {title}: {}", finding.id, finding.summary),
    }
}

/// Plaso's word for a source where it has one, so that its analysers recognise the line.
fn data_type(table: &str) -> String {
    const KNOWN: [(&str, &str); 5] = [
        ("iis", "iis:log:line"),
        ("event", "windows:evtx:record"),
        ("evtx", "windows:evtx:record"),
        ("mft", "fs:stat"),
        ("usn", "fs:ntfs:usn_change"),
    ];
    let known = KNOWN.iter().find(|(part, _)| table.split('_').any(|word| word.starts_with(part)));
    known.map_or_else(|| format!("assize:{table}"), |(_, name)| (*name).to_owned())
}

/// The first field that holds an address of a client, else the only address of the finding.
fn source_ip(finding: &Finding, row: Option<&CitedRow>) -> String {
    let is_client = |key: &str| !key.starts_with("s_") && !key.contains("server") && !key.contains("target");
    let of_row = row.into_iter().flat_map(|r| &r.fields).find(|(k, v)| is_client(k) && v.parse::<IpAddr>().is_ok());
    if let Some((_, address)) = of_row {
        return address.clone();
    }
    match finding.entities.get("ip").map(Vec::as_slice) {
        Some([only]) if only.parse::<IpAddr>().is_ok() => only.clone(),
        _ => String::new(),
    }
}

/// `2021-03-03T06:49:42.162000+00:00`.
fn iso(t: Timestamp) -> String {
    let (y, mo, d, h, mi, s) = t.parts();
    let micros = t.0.rem_euclid(assize_model::time::SECOND);
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{micros:06}+00:00")
}

/// At most [`FIELD_BYTES`], cut between characters.
fn cut(mut text: String) -> String {
    if text.len() > FIELD_BYTES {
        let end = (0..=FIELD_BYTES - 3).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
