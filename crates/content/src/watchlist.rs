//! Lists of indicators that others published: addresses, hashes, names, paths and addresses of pages, as they come.

use crate::ContentError;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

/// A file of indicators beyond this size is none.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// A shorter value is found everywhere.
const VALUE_CHARS_MIN: usize = 4;
/// Names of the column that holds the value, in lists of several columns.
const VALUE_COLUMNS: [&str; 5] = ["value", "indicator", "ioc", "observable", "indicator_value"];

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WatchKind {
    /// An address of the network.
    Ip,
    /// A hash in hexadecimal: MD5, SHA-1 or SHA-256.
    Hash,
    /// An address of a page, without its scheme.
    Url,
    /// A path, with `/` between parts.
    Path,
    /// The name of a host, a domain, a file, or any other text.
    Name,
}

impl WatchKind {
    /// The kind in one word, for machines.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Hash => "hash",
            Self::Url => "url",
            Self::Path => "path",
            Self::Name => "name",
        }
    }

    fn of(value: &str) -> Self {
        if value.parse::<IpAddr>().is_ok() {
            return Self::Ip;
        }
        let is_hash = [32, 40, 64].contains(&value.len()) && value.bytes().all(|b| b.is_ascii_hexdigit());
        let drive = value.as_bytes().get(1) == Some(&b':');
        match value {
            _ if is_hash => Self::Hash,
            _ if value.contains("://") => Self::Url,
            _ if drive || value.starts_with(['/', '\\', '%']) => Self::Path,
            _ => Self::Name,
        }
    }
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watched {
    /// What is looked for.
    pub value: String,
    /// What it is.
    pub kind: WatchKind,
}

impl Watched {
    /// An indicator as people write it, `hxxp://evil[.]example` included; `None` where too little is left to look for.
    fn read(text: &str) -> Option<Self> {
        let mut text = text.trim().trim_matches(['"', '\'']).to_owned();
        for (written, meant) in [("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[://]", "://"), ("[@]", "@")] {
            text = text.replace(written, meant);
        }
        if let Some(rest) = text.get(..4).filter(|t| t.eq_ignore_ascii_case("hxxp")).and_then(|_| text.get(4..)) {
            text = format!("http{rest}");
        }
        let mut kind = WatchKind::of(&text);
        let value = match kind {
            WatchKind::Url => {
                let (_, page) = text.split_once("://")?;
                let host = page.strip_suffix('/').unwrap_or(page);
                // One that names no page is the host, whatever of it was asked for.
                if host.contains(['/', '?', '#']) {
                    page.to_owned()
                } else {
                    kind = WatchKind::of(host);
                    host.to_owned()
                }
            }
            WatchKind::Path => text.replace('\\', "/"),
            _ => text,
        };
        (value.chars().count() >= VALUE_CHARS_MIN).then_some(Self { value, kind })
    }
}

/// Indicators, sorted, each once.
#[derive(Debug, Default)]
pub struct Watchlist {
    /// The indicators.
    pub entries: Vec<Watched>,
    /// Lines that hold nothing to look for: the file with the line, and why.
    pub left_out: Vec<ContentError>,
}

impl Watchlist {
    /// Reads a list: one indicator a line, `#` before remarks; CSV with a column `value`, `indicator` or `ioc`; a
    /// STIX 2.1 bundle, of whose patterns each compared value is taken; or events of MISP, of which the attributes are
    /// taken that are meant for detection.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no indicator.
    pub fn read(path: &Path) -> Result<Self, ContentError> {
        let name = path.display().to_string();
        let fault = |why: String| ContentError::new(&name, why);
        let size = fs::metadata(path).map_err(|e| fault(e.to_string()))?.len();
        if size > FILE_BYTES_MAX {
            return Err(fault(format!("{size} bytes are more than a list of indicators has")));
        }
        let bytes = fs::read(path).map_err(|e| fault(e.to_string()))?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut list = Self::default();
        if text.trim_start().starts_with(['{', '[']) && text.contains('"') {
            let bundle: Value = serde_json::from_str(text).map_err(|e| fault(e.to_string()))?;
            match bundle.get("objects") {
                Some(_) => list.stix(&name, &bundle),
                None => list.misp(&name, &bundle),
            }
        } else {
            list.lines(&name, text).map_err(fault)?;
        }
        if list.entries.is_empty() {
            let why = list.left_out.first().map_or_else(|| "no indicator is in it".to_owned(), |e| e.what.clone());
            return Err(fault(why));
        }
        list.settle();
        Ok(list)
    }

    /// Adds another list.
    pub fn add(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.left_out.extend(other.left_out);
        self.settle();
    }

    fn settle(&mut self) {
        let entries: BTreeSet<Watched> = self.entries.drain(..).collect();
        self.entries = entries.into_iter().collect();
    }

    fn take(&mut self, place: impl FnOnce() -> String, text: &str) {
        match Watched::read(text) {
            Some(entry) => self.entries.push(entry),
            None => {
                let why = format!("{text:?} is too short to be looked for");
                self.left_out.push(ContentError::new(&place(), why));
            }
        }
    }

    fn lines(&mut self, name: &str, text: &str) -> Result<(), String> {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let is_value = |cell: &str| VALUE_COLUMNS.iter().any(|c| cell.trim().eq_ignore_ascii_case(c));
        let head = first.filter(|line| line.split(',').any(|cell| is_value(cell.trim().trim_matches('"'))));
        if head.is_none() {
            for (n, line) in text.lines().enumerate() {
                let value = line.split_once(" #").map_or(line, |(value, _)| value).trim();
                if !value.is_empty() && !value.starts_with('#') {
                    self.take(|| format!("{name}:{}", n + 1), value);
                }
            }
            return Ok(());
        }
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let column = reader.headers().map_err(|e| e.to_string())?.iter().position(is_value);
        let column = column.ok_or("no column holds the value")?;
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            if let Some(value) = record.get(column).filter(|value| !value.is_empty()) {
                self.take(|| format!("{name}:{line}"), value);
            }
        }
        Ok(())
    }

    /// Takes each value that a pattern compares something with: `[ipv4-addr:value = '198.51.100.7']`.
    fn stix(&mut self, name: &str, bundle: &Value) {
        let objects = bundle.get("objects").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for object in objects.iter().filter(|o| o["type"] == "indicator") {
            let place = || format!("{name}: {}", object["id"].as_str().unwrap_or_default());
            let pattern = object["pattern"].as_str().unwrap_or_default();
            let values = compared(pattern);
            if values.is_empty() {
                self.left_out.push(ContentError::new(&place(), format!("no value is compared in {pattern:?}")));
            }
            values.iter().for_each(|value| self.take(place, value));
        }
    }

    /// Takes the attributes of one event, of a list of them, or of an answer of a MISP server.
    fn misp(&mut self, name: &str, found: &Value) {
        if let Some(events) = found.as_array().or_else(|| found.get("response").and_then(Value::as_array)) {
            events.iter().for_each(|event| self.misp(name, event));
            return;
        }
        let event = found.get("Event").unwrap_or(found);
        let listed = |of: &Value| of.get("Attribute").and_then(Value::as_array).cloned().unwrap_or_default();
        let objects = event.get("Object").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for attribute in listed(event).into_iter().chain(objects.iter().flat_map(listed)) {
            let kind = attribute["type"].as_str().unwrap_or_default();
            if !MISP_KINDS.contains(&kind) || attribute["to_ids"] == false || attribute["deleted"] == true {
                continue;
            }
            let place = || format!("{name}: {}", attribute["uuid"].as_str().unwrap_or(kind));
            let value = attribute["value"].as_str().unwrap_or_default();
            // `filename|sha256` holds two values, `ip-dst|port` one and a number that finds everything.
            let parts: Vec<&str> = if kind.contains('|') { value.split('|').collect() } else { vec![value] };
            let ports = kind.ends_with("|port");
            for part in parts.into_iter().take(if ports { 1 } else { 2 }) {
                self.take(place, part);
            }
        }
    }
}

/// Kinds of attributes of MISP that stand in logs and files.
const MISP_KINDS: [&str; 24] = [
    "ip-src",
    "ip-dst",
    "ip-src|port",
    "ip-dst|port",
    "domain",
    "domain|ip",
    "hostname",
    "hostname|port",
    "url",
    "uri",
    "user-agent",
    "email-src",
    "md5",
    "sha1",
    "sha256",
    "filename",
    "filename|md5",
    "filename|sha1",
    "filename|sha256",
    "regkey",
    "named pipe",
    "windows-service-name",
    "windows-scheduled-task",
    "x509-fingerprint-sha1",
];

/// The texts behind the `=` of a STIX pattern; a quote inside is written `\'`.
fn compared(pattern: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('\'') {
        let equals = before.trim_end().ends_with('=') && !before.trim_end().ends_with("!=");
        let mut value = String::new();
        let mut chars = behind.char_indices();
        let mut end = behind.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => value.extend(chars.next().map(|(_, c)| c)),
                '\'' => {
                    end = at + 1;
                    break;
                }
                c => value.push(c),
            }
        }
        if equals {
            found.push(value);
        }
        rest = &behind[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Watchlist {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        fs::write(&path, text).unwrap();
        Watchlist::read(&path).unwrap()
    }

    fn shown(list: &Watchlist) -> Vec<String> {
        list.entries.iter().map(|e| format!("{} {}", e.kind.word(), e.value)).collect()
    }

    #[test]
    fn lines_as_people_write_them() {
        let list = read(
            "# a remark\n198[.]51[.]100[.]7 # seen in March\nhxxps://evil[.]example/a\n\nhttps://evil.example\nhttp://192.0.2.9/\nevil.example\nC:\\inetpub\\x.aspx\nabc\n2001:db8::1\nD41D8CD98F00B204E9800998ECF8427E\nevil.example\n",
        );
        let mut found = shown(&list);
        found.sort();
        assert_eq!(
            found,
            [
                "hash D41D8CD98F00B204E9800998ECF8427E",
                "ip 192.0.2.9",
                "ip 198.51.100.7",
                "ip 2001:db8::1",
                "name evil.example",
                "path C:/inetpub/x.aspx",
                "url evil.example/a",
            ]
        );
        assert_eq!(list.left_out.len(), 1);
        assert!(list.left_out[0].file.ends_with("list:9"), "{:?}", list.left_out);
    }

    #[test]
    fn tables_and_bundles() {
        let csv = read("type,indicator,note\nip,198.51.100.7,\"one, two\"\ndomain,evil.example,\n");
        assert_eq!(shown(&csv), ["ip 198.51.100.7", "name evil.example"]);
        let stix = read(
            r#"{"type":"bundle","objects":[{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '198.51.100.7'] OR [file:name = 'it\\'s.aspx' AND file:size != 'none']"},{"type":"malware"}]}"#,
        );
        assert_eq!(shown(&stix), ["ip 198.51.100.7", "name it's.aspx"]);
        let misp = read(
            r#"{"response":[{"Event":{"info":"a","Attribute":[
                {"type":"ip-dst|port","value":"198.51.100.7|443","to_ids":true},
                {"type":"comment","value":"not looked for"},
                {"type":"domain","value":"left.example","to_ids":false}],
                "Object":[{"name":"file","Attribute":[{"type":"filename|md5","value":"x.aspx|d41d8cd98f00b204e9800998ecf8427e"}]}]}}]}"#,
        );
        let expected = ["hash d41d8cd98f00b204e9800998ecf8427e", "ip 198.51.100.7", "name x.aspx"];
        let mut found = shown(&misp);
        found.sort();
        assert_eq!(found, expected);
    }
}
