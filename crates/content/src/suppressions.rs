//! Lists of findings that a person answers for: who, why and until when, in YAML or TOML.
//!
//! An entry takes out as little as it can: a finding with one page, or one address, that the entry does not name is not
//! covered by it.

use crate::ContentError;
use assize_model::display::shortened;
use assize_model::time::Day;
use assize_model::{Finding, Suppression, Timestamp};
use ipnet::IpNet;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::net::IpAddr;
use toml::de::{DeTable, DeValue};

/// Entries of one list at most.
const ENTRIES_MAX: usize = 10_000;
/// Characters of one value.
const CHARS_MAX: usize = 1_000;
/// Observables of a kind that a finding keeps. Where there are so many there may be more, and nobody knows which.
const KEPT_MAX: usize = 100;

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: Option<String>,
    finding: Option<String>,
    host: Option<String>,
    path: Option<OneOrMore>,
    address: Option<OneOrMore>,
    owner: Option<String>,
    reason: Option<String>,
    expires: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

/// An entry that was checked.
#[derive(Debug, Clone)]
pub struct Suppressor {
    /// What it says.
    pub says: Suppression,
    networks: Vec<IpNet>,
}

/// Reads a list: YAML, or TOML where the name of the file ends so.
///
/// # Errors
/// Names the file, the entry, and what to do.
pub fn suppressions(file: &str, text: &str) -> Result<Vec<Suppressor>, ContentError> {
    let fault = |what: String| ContentError::new(file, what);
    let whole = if file.to_lowercase().ends_with(".toml") {
        let table = DeTable::parse(text).map_err(|e| {
            let line = e.span().map_or(1, |at| text[..at.start.min(text.len())].matches('\n').count() + 1);
            fault(format!("line {line}: {}", e.message()))
        })?;
        of_table(table.get_ref())
    } else {
        yaml_serde::from_str::<Value>(text).map_err(|e| fault(e.to_string()))?
    };
    let entries = match whole {
        Value::Array(entries) => entries,
        Value::Object(mut map) if map.len() == 1 => match map.remove("suppressions") {
            Some(Value::Array(entries)) => entries,
            _ => return Err(fault(EXPECTED.into())),
        },
        _ => return Err(fault(EXPECTED.into())),
    };
    if entries.len() > ENTRIES_MAX {
        return Err(fault(format!("it has {} entries; at most {ENTRIES_MAX} are read", entries.len())));
    }
    let one = |(n, entry)| read(entry).map_err(|(name, what)| fault(format!("entry {}{name}: {what}", n + 1)));
    entries.into_iter().enumerate().map(one).collect()
}

const EXPECTED: &str = "a list of entries is expected, or one under the name suppressions";

/// TOML as the values that YAML gives, too; a date becomes a text.
fn of_table(table: &DeTable<'_>) -> Value {
    let pairs = table.iter().map(|(name, value)| (name.get_ref().to_string(), of_value(value.get_ref())));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

fn of_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => number.to_string().into(),
        DeValue::Float(number) => number.to_string().into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(moment) => moment.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| of_value(item.get_ref())).collect(),
        DeValue::Table(table) => of_table(table),
    }
}

/// What an entry is about, for a fault, and what is wrong with it.
type Fault = (String, String);

fn read(entry: Value) -> Result<Suppressor, Fault> {
    let about = ["rule", "finding"].iter().find_map(|key| entry.get(*key)?.as_str());
    let name = about.map(|about| format!(" ({})", shortened(about, 80))).unwrap_or_default();
    checked(entry).map_err(|what| (name, what))
}

fn checked(entry: Value) -> Result<Suppressor, String> {
    let entry: Entry = serde_json::from_value(entry).map_err(|e| e.to_string())?;
    let (rule, finding) = (entry.rule.map(|t| line("rule", t)), entry.finding.map(|t| line("finding", t)));
    let (rule, finding) = (rule.transpose()?, finding.transpose()?);
    if rule.is_some() == finding.is_some() {
        let how = "say rule: PACK/NAME for what a rule finds, or finding: KEY for one finding (`assize explain F-001 --case CASE` shows both)";
        return Err(format!("one of rule and finding is needed; {how}"));
    }
    let many = |name: &str, of: Option<OneOrMore>| -> Result<Vec<String>, String> {
        of.map(OneOrMore::all).unwrap_or_default().into_iter().map(|t| line(name, t)).collect()
    };
    let addresses = many("address", entry.address)?;
    let networks = addresses.iter().map(|text| network(text)).collect::<Result<_, _>>()?;
    let needed = |name: &str, value: Option<String>, how: &str| match value {
        Some(text) if !text.trim().is_empty() => line(name, text),
        _ => Err(format!("{name} is missing; {how}")),
    };
    let expires = needed("expires", entry.expires, "say until when it holds, such as expires: 2027-03-31")?;
    let says = Suppression {
        rule,
        finding,
        host: entry.host.map(|t| line("host", t)).transpose()?,
        paths: many("path", entry.path)?,
        addresses,
        owner: needed("owner", entry.owner, "name the person who answers for it")?,
        reason: needed("reason", entry.reason, "say why these findings are no sign of an intruder")?,
        expires: day(&expires).ok_or_else(|| format!("expires: {expires} is no day such as 2027-03-31"))?,
        expired: false,
        findings: Vec::new(),
    };
    Ok(Suppressor { says, networks })
}

/// One line that says something.
fn line(name: &str, text: String) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > CHARS_MAX || text.chars().any(char::is_control) {
        return Err(format!("{name}: one line of 1 to {CHARS_MAX} characters is expected"));
    }
    Ok(text.to_owned())
}

fn day(text: &str) -> Option<Day> {
    Timestamp::parse(text).filter(|_| text.len() == "2027-03-31".len()).map(Timestamp::day)
}

fn network(text: &str) -> Result<IpNet, String> {
    let single = text.parse::<IpAddr>().map(IpNet::from);
    single.or_else(|_| text.parse()).map_err(|_| {
        format!("address: {} is neither an address nor a network such as 10.1.0.0/16", shortened(text, 80))
    })
}

impl Suppressor {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, today: Day) -> bool {
        today <= self.says.expires
    }

    /// Whether it takes out a finding on a server.
    #[must_use]
    pub fn covers(&self, finding: &Finding, host: &str) -> bool {
        let says = &self.says;
        let about = match (&says.rule, &says.finding) {
            (Some(rule), _) => *rule == finding.rule || rule.eq_ignore_ascii_case(&finding.rule_id),
            (_, Some(key)) => !finding.key.is_empty() && key.eq_ignore_ascii_case(&finding.key),
            (None, None) => false,
        };
        about
            && says.host.as_ref().is_none_or(|wanted| is_host(wanted, host))
            && (says.paths.is_empty() || self.covers_paths(finding))
            && (says.addresses.is_empty() || self.covers_addresses(finding))
    }

    /// Every path that the finding has, and there is one.
    fn covers_paths(&self, finding: &Finding) -> bool {
        let wanted: Vec<String> = self.says.paths.iter().map(|p| comparable(p)).collect();
        let covered = |path: &String| wanted.iter().any(|wanted| is_tail(wanted, &comparable(path)));
        // A file is named by its path already; its bare name alone would say less.
        all_of(finding, "path", &covered)
    }

    /// Every address that the finding has, and there is one.
    fn covers_addresses(&self, finding: &Finding) -> bool {
        let covered = |text: &String| {
            let address = text.parse::<IpAddr>().map(|ip| ip.to_canonical());
            address.is_ok_and(|ip| self.networks.iter().any(|network| network.contains(&ip)))
        };
        all_of(finding, "ip", &covered)
    }
}

/// Whether something holds for all observables of a kind, where there are some and all are known.
fn all_of(finding: &Finding, kind: &str, holds: &dyn Fn(&String) -> bool) -> bool {
    let values = finding.entities.get(kind).map_or(&[][..], Vec::as_slice);
    (1..KEPT_MAX).contains(&values.len()) && values.iter().all(holds)
}

/// Whether a name is that of the server: whole, or without its domain.
fn is_host(wanted: &str, host: &str) -> bool {
    wanted.eq_ignore_ascii_case(host)
        || !wanted.contains('.') && host.split('.').next().is_some_and(|short| wanted.eq_ignore_ascii_case(short))
}

fn comparable(path: &str) -> String {
    path.trim().replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// Whether a path ends with another, at the border of a folder: a page on disk and in a request end alike.
fn is_tail(tail: &str, path: &str) -> bool {
    path.strip_suffix(tail).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "- { rule: a/b, owner: A. Martin, reason: our scanner, expires: 2027-03-31 }";

    fn fault(text: &str) -> String {
        suppressions("list.yml", text).map(|l| l.len()).unwrap_err().to_string()
    }

    #[test]
    fn yaml_and_toml_say_the_same() {
        let yaml = suppressions(
            "list.yml",
            "suppressions:\n- rule: a/b\n  host: EX01\n  path: [owa/x.aspx]\n  address: 10.0.0.0/8\n  owner: A. Martin\n  reason: our scanner\n  expires: 2027-03-31\n",
        );
        let toml = suppressions(
            "list.TOML",
            "[[suppressions]]\nrule = \"a/b\"\nhost = \"EX01\"\npath = \"owa/x.aspx\"\naddress = [\"10.0.0.0/8\"]\nowner = \"A. Martin\"\nreason = \"our scanner\"\nexpires = 2027-03-31\n",
        );
        let (yaml, toml) = (yaml.unwrap(), toml.unwrap());
        assert_eq!(yaml[0].says, toml[0].says);
        assert_eq!(yaml[0].says.expires.to_string(), "2027-03-31");
        assert!(yaml[0].holds_on(day("2027-03-31").unwrap()) && !yaml[0].holds_on(day("2027-04-01").unwrap()));
        assert_eq!(suppressions("l.yml", "[]").unwrap().len(), 0);
    }

    #[test]
    fn a_fault_names_file_and_entry_and_says_what_to_do() {
        for name in ["owner", "reason", "expires"] {
            let without: Vec<&str> = WHOLE.trim_matches(['-', ' ', '{', '}']).split(", ").collect();
            let without = without.into_iter().filter(|part| !part.starts_with(name)).collect::<Vec<_>>().join(", ");
            let said = fault(&format!("{WHOLE}\n- {{ {without} }}"));
            assert!(said.starts_with(&format!("list.yml: entry 2 (a/b): {name} is missing; ")), "{said}");
        }
        for (bad, says) in [
            (WHOLE.replace("rule: a/b", "host: x"), "one of rule and finding"),
            (WHOLE.replace("2027-03-31", "soon"), "no day such as"),
            (WHOLE.replace("2027-03-31", "2027-03-31T10:00:00Z"), "no day such as"),
            (WHOLE.replace("owner", "address: ten, owner"), "neither an address nor a network"),
            (WHOLE.replace("owner", "ownr: x, owner"), "ownr"),
            (WHOLE.replace("our scanner", "' '"), "reason is missing"),
            ("rule: a/b".into(), "a list of entries"),
            ("- 7".into(), "entry 1"),
            ("- {".into(), "list.yml"),
        ] {
            let said = fault(&bad);
            assert!(said.contains(says), "{said}");
        }
        let said = suppressions("l.toml", "a = 1\nb = ").map(|l| l.len()).unwrap_err().to_string();
        assert!(said.starts_with("l.toml: line 2"), "{said}");
    }

    #[test]
    fn tails_end_at_folders() {
        assert!(is_tail("owa/x.aspx", "c/inetpub/owa/x.aspx") && is_tail("x.aspx", "x.aspx"));
        assert!(!is_tail("x.aspx", "owa/max.aspx") && !is_tail("owa/x.aspx", "x.aspx"));
        assert!(is_host("ex01", "EX01.example.test") && is_host("EX01.example.test", "ex01.example.test"));
        assert!(!is_host("EX01.other.test", "EX01.example.test") && !is_host("EX0", "EX01"));
    }
}
