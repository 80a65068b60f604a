//! `findings.parquet` and `timeline.parquet`: findings and cited records as tables, for DuckDB, pandas and Spark. Never
//! translated.
//!
//! Times are UTC in microseconds. The columns and their order are part of our contract: later versions only add at the end.

use crate::export;
use crate::{Lang, ReportError};
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{ListBuilder, StringBuilder, UInt64Builder};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use assize_model::finding::{Outcome, Strength};
use assize_model::{CaseResult, Finding, Timestamp, attack};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of a text at most; what is longer is cut with an ellipsis, and `result.json` holds it.
const TEXT_MAX: usize = 1 << 20;

/// Rows that are handed to the writer at once.
const BATCH: usize = 10_000;

#[derive(Clone, Copy)]
enum Kind {
    Time,
    Text,
    Texts,
    Count,
}

/// Name, type, and whether every row has a value.
type Column = (&'static str, Kind, bool);

const FINDINGS: [Column; 21] = [
    ("finding_id", Kind::Text, true),
    ("host", Kind::Text, true),
    ("state", Kind::Text, true),
    ("first_seen", Kind::Time, false),
    ("last_seen", Kind::Time, false),
    ("title", Kind::Text, true),
    ("summary", Kind::Text, true),
    ("level", Kind::Text, true),
    ("outcome", Kind::Text, true),
    ("strength", Kind::Text, true),
    ("family", Kind::Text, true),
    ("count", Kind::Count, true),
    ("techniques", Kind::Texts, true),
    ("vulnerabilities", Kind::Texts, true),
    ("addresses", Kind::Texts, true),
    ("paths", Kind::Texts, true),
    ("rule", Kind::Text, true),
    ("rule_id", Kind::Text, true),
    ("tlp", Kind::Text, true),
    ("suppressed", Kind::Text, false),
    ("key", Kind::Text, true),
];

const TIMELINE: [Column; 15] = [
    ("time", Kind::Time, false),
    ("host", Kind::Text, true),
    ("finding_id", Kind::Text, true),
    ("title", Kind::Text, true),
    ("outcome", Kind::Text, true),
    ("strength", Kind::Text, true),
    ("techniques", Kind::Texts, true),
    ("table", Kind::Text, true),
    ("file", Kind::Text, true),
    ("position", Kind::Count, true),
    ("source_ip", Kind::Text, false),
    ("path", Kind::Text, false),
    ("record", Kind::Text, true),
    ("tlp", Kind::Text, true),
    ("suppressed", Kind::Text, false),
];

/// One value of a row.
enum Cell {
    Time(Option<Timestamp>),
    Text(Option<String>),
    Texts(Vec<String>),
    Count(u64),
}

fn text(value: &str) -> Cell {
    Cell::Text(Some(cut(value)))
}

fn cut(value: &str) -> String {
    match value.char_indices().find(|(at, c)| at + c.len_utf8() > TEXT_MAX) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// A row a finding, in the order of the result.
pub(crate) fn findings(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    export::techniques(&result.findings.iter().collect::<Vec<_>>())?;
    let of = |f: &Finding, kind: &str| f.entities.get(kind).cloned().unwrap_or_default();
    let row = |f: &Finding| {
        let (title, summary) = export::words(f, Lang::En);
        let span = export::span(f);
        vec![
            text(&f.id),
            text(&result.host.name),
            text(result.verdict.state.word()),
            Cell::Time(span.map(|s| s.0)),
            Cell::Time(span.map(|s| s.1)),
            text(&title),
            text(&summary),
            text(f.level.word()),
            text(f.outcome.word()),
            text(f.strength.word()),
            text(&f.family),
            Cell::Count(f.count),
            Cell::Texts(f.techniques.clone()),
            Cell::Texts(f.vulnerabilities.clone()),
            Cell::Texts(of(f, "ip").into_iter().filter(|ip| ip.parse::<IpAddr>().is_ok()).collect()),
            Cell::Texts(of(f, "path")),
            text(&f.rule),
            text(&f.rule_id),
            text(result.marking.tlp.label()),
            Cell::Text(crate::suppressed(f, Lang::En)),
            text(&f.key),
        ]
    };
    write(result, "parquet", &FINDINGS, result.findings.iter().map(row))
}

/// A row a cited record, in the order of time; those without a time stand last.
pub(crate) fn timeline(result: &CaseResult) -> Result<Vec<u8>, ReportError> {
    export::techniques(&result.findings.iter().collect::<Vec<_>>())?;
    let mut cited: Vec<_> = result.findings.iter().flat_map(|f| f.rows.iter().map(move |r| (f, r))).collect();
    cited.sort_by_key(|(f, r)| (r.time.is_none(), r.time, &f.id, &r.path, r.address.pos));
    let row = |(f, r): (&Finding, &assize_model::finding::CitedRow)| {
        let request = export::request(r);
        let record: serde_json::Map<String, serde_json::Value> =
            r.fields.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect();
        vec![
            Cell::Time(r.time),
            text(&result.host.name),
            text(&f.id),
            text(&export::words(f, Lang::En).0),
            text(f.outcome.word()),
            text(f.strength.word()),
            Cell::Texts(f.techniques.clone()),
            text(&r.table),
            text(&r.path),
            Cell::Count(r.address.pos),
            Cell::Text(request.as_ref().and_then(|q| q.client).map(|ip| ip.to_string())),
            Cell::Text(request.as_ref().map(|q| cut(q.path))),
            text(&export::line_of(&record.into())),
            text(result.marking.tlp.label()),
            Cell::Text(crate::suppressed(f, Lang::En)),
        ]
    };
    write(result, "parquet-timeline", &TIMELINE, cited.into_iter().map(row))
}

fn schema(columns: &[Column]) -> Schema {
    let field = |(name, kind, always): &Column| {
        let kind = match kind {
            Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Text => DataType::Utf8,
            Kind::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            Kind::Count => DataType::UInt64,
        };
        Field::new(*name, kind, !always)
    };
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

fn write(
    result: &CaseResult,
    format: &'static str,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, ReportError> {
    let trouble = |cause: ParquetError| ReportError::Check { format, faults: cause.to_string() };
    let schema = Arc::new(schema(columns));
    let about = [
        ("tlp", result.marking.tlp.label()),
        ("assize", &result.tool.version),
        ("attack", attack::version()),
        ("state", result.verdict.state.word()),
    ];
    let about = about.iter().map(|(k, v)| KeyValue::new((*k).to_owned(), (*v).to_owned())).collect();
    let properties = WriterProperties::builder()
        .set_created_by("assize".into())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(trouble)?))
        .set_key_value_metadata(Some(about))
        .build();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, schema.clone(), Some(properties)).map_err(trouble)?;
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let part: Vec<Vec<Cell>> = rows.by_ref().take(BATCH).collect();
        let arrays = columns.iter().enumerate().map(|(n, (_, kind, _))| array(&part, n, *kind)).collect();
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|e| trouble(e.into()))?;
        writer.write(&batch).map_err(trouble)?;
    }
    writer.close().map_err(trouble)?;
    Ok(out)
}

/// One column of some rows.
fn array(rows: &[Vec<Cell>], n: usize, kind: Kind) -> ArrayRef {
    let cells = rows.iter().map(|row| &row[n]);
    match kind {
        Kind::Time => {
            let times = cells.map(|c| if let Cell::Time(t) = c { t.map(|t| t.0) } else { None });
            Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        Kind::Text => {
            let texts = cells.map(|c| if let Cell::Text(t) = c { t.as_deref() } else { None });
            Arc::new(texts.collect::<StringArray>())
        }
        Kind::Count => {
            let mut built = UInt64Builder::new();
            cells.for_each(|c| built.append_value(if let Cell::Count(n) = c { *n } else { 0 }));
            Arc::new(built.finish())
        }
        Kind::Texts => {
            let mut built = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                if let Cell::Texts(texts) = cell {
                    texts.iter().for_each(|t| built.values().append_value(cut(t)));
                }
                built.append(true);
            }
            Arc::new(built.finish())
        }
    }
}

/// Everything that is wrong with `findings.parquet`, in words.
pub(crate) fn findings_faults(bytes: &[u8]) -> Vec<String> {
    faults(bytes, &FINDINGS).unwrap_or_else(|cause| vec![cause.to_string()])
}

/// Everything that is wrong with `timeline.parquet`, in words.
pub(crate) fn timeline_faults(bytes: &[u8]) -> Vec<String> {
    faults(bytes, &TIMELINE).unwrap_or_else(|cause| vec![cause.to_string()])
}

fn faults(bytes: &[u8], columns: &[Column]) -> Result<Vec<String>, ParquetError> {
    let mut faults = Vec::new();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::copy_from_slice(bytes))?;
    if reader.schema().fields() != schema(columns).fields() {
        return Ok(vec!["its columns are not ours".into()]);
    }
    let about = reader.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let of = |key: &str| about.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.clone()).unwrap_or_default();
    let tlp = of("tlp");
    if !export::is_tlp(&tlp) || of("attack") != attack::version() {
        faults.push("it carries no label of TLP 2.0, or no version of ATT&CK".into());
    }
    let mut last = None;
    for batch in reader.build()? {
        let batch = batch?;
        let texts =
            |name: &str| batch.column_by_name(name).and_then(|c| c.as_any().downcast_ref::<StringArray>().cloned());
        let all = |name: &str, fits: &dyn Fn(&str) -> bool| texts(name).is_none_or(|c| c.iter().flatten().all(fits));
        let words = |word: &str| {
            [Outcome::Probe, Outcome::Attempt, Outcome::Unknown, Outcome::Success].iter().any(|o| o.word() == word)
        };
        let strengths = [Strength::Context, Strength::Weak, Strength::Moderate, Strength::Strong, Strength::Proof];
        for (name, fits) in [
            ("tlp", all("tlp", &|t| t == tlp)),
            ("outcome", all("outcome", &words)),
            ("strength", all("strength", &|t| strengths.iter().any(|s| s.word() == t))),
            ("source_ip", all("source_ip", &|t| t.parse::<IpAddr>().is_ok())),
            ("finding_id", all("finding_id", &|t| !t.is_empty())),
        ] {
            if !fits {
                faults.push(format!("{name} holds what it does not say"));
            }
        }
        let lists = |name: &str, fits: &dyn Fn(&str) -> bool| {
            let list = batch.column_by_name(name).and_then(|c| c.as_any().downcast_ref::<arrow_array::ListArray>());
            let texts = list.and_then(|l| l.values().as_any().downcast_ref::<StringArray>());
            texts.is_none_or(|t| t.iter().flatten().all(fits))
        };
        if !lists("techniques", &|t| attack::technique(t).is_some())
            || !lists("addresses", &|t| t.parse::<IpAddr>().is_ok())
        {
            faults.push("a technique or an address does not exist".into());
        }
        let times = batch.column_by_name("time").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        for time in times.into_iter().flatten() {
            // Those without a time stand last.
            let key = (time.is_none(), time);
            if last.is_some_and(|l| l > key) {
                faults.push("its rows are not in the order of time".into());
                return Ok(faults);
            }
            last = Some(key);
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::sample;
    use assize_model::State;

    /// What pyarrow would read without a word.
    #[test]
    fn a_table_that_is_not_what_it_says_is_refused() {
        let result = sample(State::Breached);
        assert_eq!(timeline_faults(&timeline(&result).unwrap()), Vec::<String>::new());
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (time, ip) in [(2, "198.51.100.9"), (1, "not-an-ip")] {
            let mut row: Vec<Cell> = TIMELINE.iter().map(|_| text("x")).collect();
            row[0] = Cell::Time(Some(Timestamp(time)));
            (row[4], row[5], row[13]) = (text("success"), text("proof"), text("TLP:AMBER"));
            (row[6], row[9]) = (Cell::Texts(vec!["T9999".into()]), Cell::Count(1));
            row[10] = text(ip);
            rows.push(row);
        }
        let bad = write(&result, "parquet-timeline", &TIMELINE, rows.into_iter()).unwrap();
        let said = timeline_faults(&bad).join("; ");
        for fault in ["source_ip", "order of time", "a technique"] {
            assert!(said.contains(fault), "{said}");
        }
        assert!(!findings_faults(&bad).is_empty(), "columns of the other table");
        assert!(!timeline_faults(b"PAR1").is_empty());
    }
}
