//! Hostile texts in evidence: the records that findings cite are written again, each time with another text in another
//! field, so that what an intruder could send reaches the report by the way that it would take.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Texts that are always there; a folder may hold more.
const OWN: [&str; 8] = [
    "\"><script>alert(1)</script>",
    "'\"--></style></script><svg/onload=alert(1)>",
    "<img src=http://198.51.100.7/x.png onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%=7*7%>",
    "=cmd|' /C calc'!A0",
    "\u{202e}txt.exe\u{200b}\u{1b}]8;;http://198.51.100.7/\u{7}link",
    "<meta http-equiv=refresh content=0;url=http://198.51.100.7/>",
];

/// Files with a hostile name, at most.
const NAMES_MAX: usize = 150;
/// Bytes of such a name: a file system takes 255, with the ending.
const NAME_BYTES_MAX: usize = 200;
/// Where pages lie that anybody can ask for.
const PAGES: &str = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth";

/// Our texts, and every line of the files in `folder` where there is one.
pub(crate) fn texts(folder: &Path) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = OWN.map(String::from).into();
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(all) };
    let mut paths: Vec<_> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        all.extend(String::from_utf8_lossy(&bytes).lines().filter(|l| !l.is_empty()).map(String::from));
    }
    Ok(all)
}

/// Fills the evidence of a server with `texts`; `result` says which of its records findings cite.
pub(crate) fn fill(result: &Path, evidence: &Path, texts: &[String]) -> Result<(), String> {
    for rows in cited(result)?.values() {
        let mut added: BTreeMap<&str, String> = BTreeMap::new();
        for (n, text) in texts.iter().enumerate() {
            let (path, position) = &rows[n % rows.len()];
            let log = read(&evidence.join(path))?;
            let Some(line) = position.checked_sub(1).and_then(|p| log.lines().nth(p)) else { continue };
            // Rows and fields are gone through at different paces, so that every field of every row gets its turn.
            let _ = writeln!(added.entry(path).or_default(), "{}", with(line, n + n / rows.len(), text));
        }
        for (path, lines) in added {
            let path = evidence.join(path);
            let log = read(&path)?;
            write(&path, &format!("{}\n{lines}", log.trim_end()))?;
        }
    }
    let named = texts.iter().filter(|t| t.len() <= NAME_BYTES_MAX && !t.contains(['/', '\0']));
    for text in named.take(NAMES_MAX) {
        write(
            &evidence.join(PAGES).join(format!("{text}.aspx")),
            &format!("<%@ Page Language=\"C#\" %>\n<p>{text}</p>\n"),
        )?;
    }
    Ok(())
}

/// Cited records by table: path and line. Files without lines are left out.
fn cited(result: &Path) -> Result<BTreeMap<String, Vec<(String, usize)>>, String> {
    let result: Value = serde_json::from_str(&read(result)?).map_err(|e| e.to_string())?;
    let mut out: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    let list = |v: &Value, key: &str| v[key].as_array().cloned().unwrap_or_default();
    for row in list(&result, "findings").iter().flat_map(|f| list(f, "rows")) {
        let line = row["pos"].as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
        if let (Some(table), Some(path), Some(line)) = (row["table"].as_str(), row["path"].as_str(), line) {
            out.entry(table.to_owned()).or_default().push((path.to_owned(), line));
        }
    }
    Ok(out)
}

/// A record with a text at the end of one of its fields, written as its log would write it.
fn with(line: &str, n: usize, text: &str) -> String {
    if let Ok(Value::Object(mut event)) = serde_json::from_str::<Value>(line) {
        let key = event.keys().nth(n % event.len().max(1)).cloned().unwrap_or_default();
        let old = event.get(&key).and_then(Value::as_str).unwrap_or_default().to_owned();
        event.insert(key, Value::String(old + text));
        return Value::Object(event).to_string();
    }
    let comma = line.split(' ').count() < line.split(',').count();
    let mut fields = split(line, if comma { ',' } else { ' ' });
    let place = n % fields.len();
    // Web servers write no blanks inside a field, and no log breaks a line.
    let text = text.replace(if comma { ['\n', '\r'] } else { [' ', '\n'] }, "+");
    let old = fields[place].trim_matches('"');
    fields[place] = if comma { format!("\"{old}{}\"", text.replace('"', "\"\"")) } else { format!("{old}{text}") };
    fields.join(if comma { "," } else { " " })
}

/// Fields between separators; one inside quotes separates nothing.
fn split(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        quoted ^= c == '"' && separator == ',';
        match fields.last_mut() {
            Some(field) if c != separator || quoted => field.push(c),
            _ => fields.push(String::new()),
        }
    }
    fields
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}
