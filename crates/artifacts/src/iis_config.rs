//! The configuration of IIS: where the pages and the logs of each site lie, which programs see a request, and which
//! requests are turned away.
//!
//! XML, read as events with an end to everything: bytes, depth, attributes. A document type is not followed.

use crate::claim::{self, decode};
use crate::{Artifact, Look};
use assize_content::Layout;
use assize_model::display::hex;
use assize_model::rewrite::{RewriteCondition, RewriteRule};
use assize_model::rows::Reason;
use assize_model::{Note, NoteKind, Rows, RowsError};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};

/// Bytes that are read; such a file has a few hundred thousand.
const BYTES_MAX: u64 = 16 << 20;
/// Elements inside one another.
const DEPTH_MAX: usize = 128;
/// Attributes of one element.
const ATTRIBUTES_MAX: usize = 256;
/// Characters of one value that are kept.
const VALUE_CHARS_MAX: usize = 4096;

/// Elements that become rows: what they lie in, their name, and what they are called in the table.
const ELEMENTS: [(&str, &str, &str); 22] = [
    ("sites", "site", "site"),
    ("bindings", "binding", "binding"),
    ("site", "application", "application"),
    ("application", "virtualDirectory", "virtualDirectory"),
    ("site", "logFile", "logFile"),
    ("siteDefaults", "logFile", "logFile"),
    ("applicationPools", "add", "pool"),
    ("globalModules", "add", "module"),
    ("modules", "add", "managedModule"),
    ("httpModules", "add", "managedModule"),
    ("isapiFilters", "filter", "isapiFilter"),
    ("handlers", "add", "handler"),
    ("httpHandlers", "add", "handler"),
    ("buildProviders", "add", "buildProvider"),
    ("system.web", "machineKey", MACHINE_KEY),
    ("system.applicationHost", "log", "log"),
    ("system.webServer", "httpLogging", "httpLogging"),
    ("windowsAuthentication", "extendedProtection", "extendedProtection"),
    ("rules", "clear", "rewriteClear"),
    ("rules", "remove", "rewriteRemove"),
    ("globalRules", "clear", "rewriteClear"),
    ("globalRules", "remove", "rewriteRemove"),
];
/// The keys that sign what a page gives out and takes back.
const MACHINE_KEY: &str = "machineKey";
/// Elements that only matter where they name the code that runs: without it they say in which order modules are asked.
const NAME_A_TYPE: [&str; 2] = ["managedModule", "buildProvider"];
/// The section of URL Rewrite: other sections have `rules` of another kind.
const REWRITE: &str = "rewrite";
/// Where its rules about answers stand.
const OUTBOUND: &str = "outboundRules";
/// Rules about answers that wait at a time.
const OUTBOUND_MAX: usize = 1_000;
/// Conditions of one rule.
const CONDITIONS_MAX: usize = 100;
/// Attributes that are kept: their name, and the column.
const ATTRIBUTES: [(&str, &str); 18] = [
    ("applicationPool", "pool"),
    ("bindingInformation", "binding"),
    ("centralLogFileMode", "log_format"),
    ("directory", "folder"),
    ("dontLog", "enabled"),
    ("enabled", "enabled"),
    ("extension", "path"),
    ("id", "site_id"),
    ("image", "folder"),
    ("localTimeRollover", "local_time"),
    ("logFormat", "log_format"),
    ("name", "name"),
    ("path", "path"),
    ("physicalPath", "folder"),
    ("protocol", "name"),
    ("scriptProcessor", "folder"),
    ("tokenChecking", "value"),
    ("type", "value"),
];

struct IisConfig<'l> {
    layout: &'l Layout,
}

/// The artifact for the table `iis_config`.
pub(crate) fn make(layout: &Layout) -> Box<dyn Artifact + '_> {
    Box::new(IisConfig { layout })
}

impl Artifact for IisConfig<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        claim::path_is_of(self.layout, &look.file.path)
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut bytes = Vec::new();
        (&mut *input).take(BYTES_MAX).read_to_end(&mut bytes)?;
        let rest = std::io::copy(input, &mut std::io::sink())?;
        let text = decode(&bytes);
        let read = read(&text, rows)?;
        // Positions in the text are those in the file where it is UTF-8 without a mark, as IIS writes it.
        let lost = read.map_or(0, |at| bytes.len().saturating_sub(at)) as u64 + rest;
        rows.skip((bytes.len() as u64 + rest).saturating_sub(lost));
        if lost > 0 {
            let at = bytes.len() as u64 + rest - lost;
            let sample = bytes.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
            let line = 1 + text.bytes().take(usize::try_from(at).unwrap_or(usize::MAX)).filter(|b| *b == b'\n').count();
            let reason = if read.is_some() { Reason::Damaged } else { Reason::TooLong };
            rows.reject(line as u64, at, lost, reason, sample);
        }
        Ok(())
    }
}

/// What is around the element in hand.
#[derive(Default)]
struct Around {
    open: Vec<String>,
    location: String,
    site: String,
    site_id: Option<i64>,
    application: String,
    rule: Option<Rule>,
    /// Rules about answers, until what they wait for is known: it may stand behind them.
    outbound: Vec<Rule>,
    /// What answers must be like (`preCondition`), by its name.
    before: BTreeMap<String, Vec<RewriteCondition>>,
    /// The one of them that is open.
    open_before: Option<String>,
}

/// A rule of URL Rewrite whose end is still to come.
struct Rule {
    line: u64,
    name: String,
    enabled: String,
    /// The name of what answers must be like.
    before: String,
    rule: RewriteRule,
}

/// Reads all there is; gives the position from which on nothing could be read.
fn read(text: &str, rows: &mut Rows<'_>) -> Result<Option<usize>, RowsError> {
    let mut around = Around::default();
    let read = elements(text, &mut around, rows)?;
    // Where the file breaks off, rules may still wait.
    around.rules_about_answers(rows)?;
    Ok(read)
}

/// Reads all elements.
fn elements(text: &str, around: &mut Around, rows: &mut Rows<'_>) -> Result<Option<usize>, RowsError> {
    let mut reader = Reader::from_str(text);
    let (mut line, mut counted) = (1u64, 0usize);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let event = reader.read_event();
        match event {
            Ok(Event::Eof) if around.open.is_empty() => return Ok(None),
            Ok(Event::Start(element)) => {
                line += lines(text, &mut counted, before);
                around.element(&element, line, rows)?;
                if around.open.len() >= DEPTH_MAX {
                    rows.note(Note::new(NoteKind::Limit, format!("elements lie more than {DEPTH_MAX} deep")));
                    return Ok(Some(before));
                }
                around.open.push(name(&element));
            }
            Ok(Event::Empty(element)) => {
                line += lines(text, &mut counted, before);
                around.element(&element, line, rows)?;
                around.open.push(name(&element));
                around.close(rows)?;
            }
            Ok(Event::End(_)) => around.close(rows)?,
            Ok(Event::DocType(_)) => {
                rows.note(Note::new(NoteKind::Damaged, "it has a document type, which no such file has: not read on"));
                return Ok(Some(before));
            }
            Ok(Event::Eof) => {
                rows.note(Note::new(NoteKind::Truncated, format!("it ends inside <{}>", around.open.join("><"))));
                return Ok(None);
            }
            Ok(_) => {}
            Err(e) => {
                rows.note(Note::new(NoteKind::Damaged, format!("no XML any more: {e}")));
                return Ok(Some(before));
            }
        }
    }
}

/// Line ends up to a position that were not counted yet.
fn lines(text: &str, counted: &mut usize, to: usize) -> u64 {
    let part = text.as_bytes().get(*counted..to).unwrap_or_default();
    *counted = to.max(*counted);
    part.iter().filter(|b| **b == b'\n').count() as u64
}

fn name(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().chars().take(100).collect()
}

impl Around {
    /// An element begins: what it says of those inside it is kept, and if it is one of ours it becomes a row.
    fn element(&mut self, element: &BytesStart<'_>, line: u64, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let own = name(element);
        let values = values(element, line, rows);
        let value = |wanted: &str| values.iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| v.as_str());
        let parent = self.open.last().map_or("", String::as_str);
        match own.as_str() {
            "location" => self.location = value("path").unwrap_or_default().to_owned(),
            "site" if parent == "sites" => {
                self.site = value("name").unwrap_or_default().to_owned();
                self.site_id = value("id").and_then(|id| id.parse().ok());
            }
            "application" if parent == "site" => self.application = value("path").unwrap_or_default().to_owned(),
            _ => {}
        }
        let (parent, in_rewrite) = (parent.to_owned(), self.open.iter().any(|e| e == REWRITE));
        if in_rewrite {
            self.part_of_rule(&parent, &own, &values, line);
        }
        let Some((_, _, called)) = ELEMENTS.iter().find(|(inside, n, _)| *inside == parent && *n == own) else {
            return Ok(());
        };
        if called.starts_with(REWRITE) && !in_rewrite || NAME_A_TYPE.contains(called) && value("type").is_none() {
            return Ok(());
        }
        let spec = rows.spec();
        let column = |name: &str| spec.column(name);
        let text = |rows: &mut Rows<'_>, at: Option<usize>, value: &str| {
            if let Some(at) = at.filter(|_| !value.is_empty()) {
                rows.text(at, value);
            }
        };
        let known = [
            (column("element"), *called),
            (column("location"), self.location.as_str()),
            (column("site"), self.site.as_str()),
        ];
        known.into_iter().for_each(|(at, value)| text(rows, at, value));
        if let (Some(at), Some(id)) = (column("site_id"), self.site_id) {
            rows.number(at, id);
        }
        for (attribute, to) in ATTRIBUTES {
            let Some(value) = value(attribute) else { continue };
            match (attribute, *called) {
                ("id", _) => {}
                // Below the application it is mounted in: `/owa` and `/auth` are `/owa/auth`.
                ("path", "virtualDirectory") => {
                    let whole = format!("{}/{}", self.application.trim_end_matches('/'), value.trim_start_matches('/'));
                    text(rows, column(to), if whole == "/" { "/" } else { whole.trim_end_matches('/') });
                }
                ("dontLog", _) => text(rows, column(to), if is_true(value) { "false" } else { "true" }),
                ("bindingInformation", _) => {
                    let protocol = values.iter().find(|(n, _)| n == "protocol").map_or("", |(_, v)| v.as_str());
                    text(rows, column(to), format!("{protocol} {value}").trim());
                }
                ("name", "site") => {}
                ("path", "isapiFilter") => text(rows, column("folder"), value),
                _ => text(rows, column(to), value),
            }
        }
        if *called == MACHINE_KEY {
            text(rows, column("value"), &keys(&values));
        }
        finish(rows, line)
    }

    /// The last element ends; a rule of URL Rewrite is whole then.
    fn close(&mut self, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        match self.open.pop().as_deref() {
            Some("rule") if self.open.last().is_some_and(|parent| parent == OUTBOUND) => {
                self.outbound.extend(self.rule.take());
                if self.outbound.len() >= OUTBOUND_MAX {
                    return self.rules_about_answers(rows);
                }
            }
            Some("rule") => {
                return self.rule.take().map_or(Ok(()), |rule| self.rewrite_rule("rewriteRule", &rule, rows));
            }
            Some(OUTBOUND) => {
                self.rules_about_answers(rows)?;
                self.before.clear();
            }
            Some("preCondition") => self.open_before = None,
            Some("location") => self.location.clear(),
            Some("site") => {
                self.site.clear();
                self.site_id = None;
            }
            Some("application") => self.application.clear(),
            _ => {}
        }
        Ok(())
    }

    /// A rule of URL Rewrite begins, or an element inside one.
    fn part_of_rule(&mut self, parent: &str, own: &str, values: &[(String, String)], line: u64) {
        let value = |wanted: &str| values.iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| v.as_str());
        let text = |name: &str| value(name).unwrap_or_default().to_owned();
        let yes = |name: &str| value(name).is_some_and(is_true);
        let condition = || RewriteCondition { input: text("input"), pattern: text("pattern"), negated: yes("negate") };
        if own == "rule" && matches!(parent, "rules" | "globalRules" | OUTBOUND) {
            let rule =
                RewriteRule { syntax: text("patternSyntax"), stops: yes("stopProcessing"), ..RewriteRule::default() };
            let before = text("preCondition");
            self.rule = Some(Rule { line, name: text("name"), enabled: text("enabled"), before, rule });
        }
        if (parent, own) == ("preConditions", "preCondition") {
            self.open_before = Some(text("name"));
        }
        if let Some(open) = self.open_before.as_ref().filter(|_| (parent, own) == ("preCondition", "add")) {
            let conditions = self.before.entry(open.clone()).or_default();
            conditions.extend(Some(condition()).filter(|_| conditions.len() < CONDITIONS_MAX));
        }
        let Some(Rule { rule, .. }) = &mut self.rule else { return };
        match (parent, own) {
            ("rule", "match") => {
                rule.variable = text("serverVariable");
                (rule.url, rule.url_negated) =
                    (value("url").map_or_else(|| text("pattern"), str::to_owned), yes("negate"));
            }
            ("rule", "conditions") => rule.grouping = text("logicalGrouping"),
            ("rule", "action") => {
                (rule.action, rule.status) = (text("type"), text("statusCode"));
                rule.value = value("url").or(value("value")).unwrap_or_default().to_owned();
            }
            ("conditions", "add") if rule.conditions.len() < CONDITIONS_MAX => rule.conditions.push(condition()),
            _ => {}
        }
    }

    /// What the rules about answers waited for is there, or will not come.
    fn rules_about_answers(&mut self, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        for mut rule in std::mem::take(&mut self.outbound) {
            rule.rule.before = match self.before.get(&rule.before) {
                Some(conditions) => conditions.clone(),
                None if rule.before.is_empty() => Vec::new(),
                // It waits for something that is not said: that is not the same as waiting for nothing.
                None => vec![RewriteCondition { input: rule.before.clone(), ..RewriteCondition::default() }],
            };
            self.rewrite_rule("rewriteAnswer", &rule, rows)?;
        }
        Ok(())
    }

    fn rewrite_rule(&self, element: &str, rule: &Rule, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let json = serde_json::to_string(&rule.rule).unwrap_or_default();
        let values = [
            ("element", element),
            ("location", &self.location),
            ("name", &rule.name),
            ("enabled", &rule.enabled),
            ("value", &rule.rule.action),
            ("rule", &json),
        ];
        for (column, value) in values {
            rows.named_text(column, value);
        }
        finish(rows, rule.line)
    }
}

/// Ends a row. It has no time: that of the file is what its maker wished, and stands in a column of its own.
fn finish(rows: &mut Rows<'_>, line: u64) -> Result<(), RowsError> {
    rows.modified();
    rows.finish(line, None, 0)
}

/// The keys of a `machineKey` without what must stay secret: whoever has a key that is written out can forge what the
/// server signs. Its SHA-256 tells it from others, and finds the same one on other servers.
fn keys(values: &[(String, String)]) -> String {
    let told = values.iter().filter(|(name, _)| name.ends_with("Key")).map(|(name, key)| {
        if key.trim().to_ascii_lowercase().starts_with("autogenerate") {
            return format!("{name}={}", key.trim());
        }
        let digest = hex(&Sha256::digest(key.trim().to_ascii_uppercase()));
        format!("{name}=written out, SHA-256 {digest}")
    });
    told.collect::<Vec<String>>().join("; ")
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value == "1"
}

/// The attributes of an element, as far as they can be read.
fn values(element: &BytesStart<'_>, line: u64, rows: &mut Rows<'_>) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for attribute in element.attributes().with_checks(false) {
        let Ok(attribute) = attribute else {
            rows.note(Note::new(NoteKind::Damaged, format!("attributes in line {line} cannot be read")));
            break;
        };
        if values.len() >= ATTRIBUTES_MAX {
            rows.note(Note::new(NoteKind::Limit, format!("more than {ATTRIBUTES_MAX} attributes in line {line}")));
            break;
        }
        let raw = &attribute.value;
        let value = quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_string(), |v| v.into_owned());
        values.push((attribute.key.local_name().as_ref().to_owned(), value.chars().take(VALUE_CHARS_MAX).collect()));
    }
    values
}
