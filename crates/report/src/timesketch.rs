//! `timesketch.csv`: the lines of `timeline.jsonl` as a table, for the uploader of Timesketch that takes no JSON.
//!
//! Its reader drops a row whose date it cannot hold and says so in a log only. So such rows are not written, and one row
//! says how many there were. Never translated.

use crate::csv::starts_formula;
use crate::{ReportError, csv_line, export, timeline};
use assize_model::{CaseResult, Timestamp};
use serde_json::Value;

/// Columns, in their order.
const HEAD: [&str; 16] = [
    "message",
    "datetime",
    "timestamp",
    "timestamp_desc",
    "data_type",
    "tag",
    "host",
    "source_ip",
    "finding_id",
    "technique",
    "rule",
    "outcome",
    "strength",
    "file",
    "position",
    "tlp",
];

/// The moments that pandas holds in nanoseconds, rounded to whole years (microseconds since 1970).
const FROM: i64 = -9_214_560_000_000_000;
const TO: i64 = 9_214_646_400_000_000;

pub(crate) fn render(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    let mut out = csv_line(&HEAD.map(String::from));
    out.push_str("\r\n");
    let mut beyond = 0_u64;
    for event in timeline::events(result) {
        let event = serde_json::to_value(event).map_err(|cause| ReportError::Json { format: "timesketch", cause })?;
        match event["timestamp"].as_i64() {
            Some(at) if (FROM..=TO).contains(&at) => row(&mut out, &event),
            _ => beyond += 1,
        }
    }
    if beyond > 0 {
        row(&mut out, &timeline::remark(result, &format!("{beyond} records carry times that Timesketch cannot hold")));
    }
    Ok(out.into_bytes())
}

fn row(out: &mut String, event: &Value) {
    let cell = |name: &str| match &event[name] {
        Value::String(text) => text.clone(),
        // As the reader of tags takes lists.
        Value::Array(_) => event[name].to_string(),
        other => other.to_string(),
    };
    out.push_str(&csv_line(&HEAD.map(cell)));
    out.push_str("\r\n");
}

/// Everything that is wrong with a table, in words.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rows = text.split("\r\n");
    if rows.next() != Some(csv_line(&HEAD.map(String::from)).as_str()) {
        faults.push("the columns are not ours".into());
    }
    for (n, row) in rows.filter(|r| !r.is_empty()).enumerate() {
        let mut fault = |what: &str| faults.push(format!("row {}: {what}", n + 1));
        let Some(cells) = cells(row).filter(|c| c.len() == HEAD.len()) else {
            fault("its cells are not those of the columns");
            continue;
        };
        let at = Timestamp::parse(&cells[1]);
        if at.is_none_or(|at| at.0.to_string() != cells[2] || !(FROM..=TO).contains(&at.0)) {
            fault("its date is none, or none that Timesketch keeps");
        }
        if cells[0].is_empty() || cells[3].is_empty() {
            fault("message and timestamp_desc are required");
        }
        if !cells[7].is_empty() && cells[7].parse::<std::net::IpAddr>().is_err() {
            fault("source_ip is no address");
        }
        if !export::is_tlp(&cells[15]) {
            fault("it carries no label of TLP 2.0");
        }
        if serde_json::from_str::<Vec<String>>(&cells[5]).is_err() {
            fault("its tags are no list");
        }
        if cells.iter().any(|c| !c.starts_with('\'') && starts_formula(c)) {
            fault("a cell is a formula");
        }
    }
    faults
}

/// The cells of a row in which every cell stands in quotes.
fn cells(row: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = row;
    loop {
        rest = rest.strip_prefix('"')?;
        let mut cell = String::new();
        loop {
            let at = rest.find('"')?;
            cell.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    cell.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        cells.push(cell);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return rest.is_empty().then_some(cells),
        }
    }
}
