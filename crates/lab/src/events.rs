//! Windows events as JSON lines, the way a log shipper writes them.

use crate::clock::{Ms, iso};
use crate::server::{Files, Kind, Server};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The channel of cmdlets.
pub(crate) const MANAGEMENT: &str = "MSExchange Management";

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) time: Ms,
    pub(crate) channel: Cow<'static, str>,
    pub(crate) source: Cow<'static, str>,
    pub(crate) id: u32,
    pub(crate) message: String,
    /// Event data: name, and value in JSON.
    pub(crate) data: Vec<(String, String)>,
}

impl Event {
    /// An event without data.
    pub(crate) fn new(
        time: Ms,
        channel: impl Into<Cow<'static, str>>,
        source: impl Into<Cow<'static, str>>,
        id: u32,
        message: &str,
    ) -> Self {
        Self { time, channel: channel.into(), source: source.into(), id, message: message.into(), data: Vec::new() }
    }

    /// The same with a text of event data.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.data.push((name.into(), json(value)));
        self
    }
}

/// A string in JSON.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of strings in JSON.
pub(crate) fn array(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|v| json(v)).collect::<Vec<_>>().join(","))
}

/// Writes a file a channel.
pub(crate) fn write(server: &Server, files: &mut Files) {
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &server.events {
        let number = numbers.entry(&event.channel).or_insert(100_000);
        *number += 1;
        let kind = match event.channel.as_ref() {
            MANAGEMENT => Kind::Management,
            "System" => Kind::System,
            _ => Kind::Security,
        };
        if !server.has(kind, event.time) {
            continue;
        }
        let time = iso(event.time);
        let mut line = format!(
            "{{\"@timestamp\":\"{time}\",\"TimeCreated\":\"{time}\",\"EventID\":{},\"Channel\":{},\"SourceName\":{},\"Hostname\":{},\"RecordNumber\":{number},\"Message\":{}",
            event.id,
            json(&event.channel),
            json(&event.source),
            json(&server.fqdn()),
            json(&event.message)
        );
        for (name, value) in &event.data {
            let _ = write!(line, ",{}:{value}", json(name));
        }
        line.push_str("}\n");
        files.entry(format!("Events/{}.jsonl", event.channel)).or_default().extend_from_slice(line.as_bytes());
    }
}
