//! What a finding can be known by: its observables, and what its rows say of sessions, processes and pages.

use crate::correlate::{comparable, outside};
use assize_model::Finding;
use assize_model::file::{PAGES, is_page};
use assize_model::finding::CitedRow;
use assize_model::time::{DAY, SECOND};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Endings of paths that everybody who tries the same flaw asks for; they link nobody.
const COMMON_ENDINGS: [&str; 6] = [".js", ".css", ".png", ".flt", ".ecp", ".svc"];

/// Where the services of Exchange answer: everybody asks there, so a path below one of them links nobody.
const DOORS: [&str; 9] = [
    "/autodiscover/",
    "/ews/",
    "/mapi/",
    "/powershell",
    "/rpc/",
    "/microsoft-server-activesync",
    "/ecp/",
    "/owa/",
    "/api/",
];

/// What lies below one of them all the same, and where intruders leave pages.
const FOLDERS: [&str; 2] = ["/ecp/auth/", "/owa/auth/"];

/// Log-on sessions of the system itself; all its services share them.
const SYSTEM_SESSIONS: [u64; 4] = [0, 0x3e4, 0x3e5, 0x3e7];

/// Accounts under which services run; that two acts ran under one of them links nothing.
const SYSTEM_ACCOUNTS: [&str; 6] =
    ["system", "local service", "network service", "anonymous logon", "localsystem", "-"];

/// A kind of key, and how far apart in time two findings may lie that share one; `None`: however far.
pub(super) const KINDS: [(&str, Option<i64>); 10] = [
    ("record", None),
    ("request", None),
    ("canary", None),
    ("activity", None),
    ("path", None),
    ("compiled", None),
    ("ip", Some(DAY)),
    // Numbers of sessions and processes are given again after a restart.
    ("session", Some(DAY)),
    ("process", Some(DAY)),
    ("account", Some(3_600 * SECOND)),
];

/// On which side of a link a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Any two that share the value hang together.
    Same,
    /// The process itself, or the page itself.
    Itself,
    /// A child of the process, or what IIS compiled of the page: it hangs together with the thing itself and not with
    /// others of its kind. All commands of a web shell are children of one worker process, whoever sent them.
    Made,
}

/// A value with its side, as it is compared, and as the evidence has it.
pub(super) type Keys = BTreeMap<(&'static str, String, Side), String>;

/// Everything that a finding can be known by.
pub(super) fn of(finding: &Finding) -> Keys {
    let mut keys = Keys::new();
    let mut add = |kind, value: &str, side, shown: &str| {
        keys.insert((kind, value.to_lowercase(), side), shown.to_owned());
    };
    let values = |kind: &str| finding.entities.get(kind).into_iter().flatten();
    for kind in ["request", "canary"] {
        // A publisher may have put a placeholder where an id stood.
        values(kind).filter(|v| v.len() >= 8).for_each(|v| add(kind, v, Side::Same, v));
    }
    addresses(finding).iter().for_each(|v| add("ip", v, Side::Same, v));
    accounts(finding).iter().for_each(|v| add("account", v, Side::Same, v));
    for path in values("path").filter(|path| is_theirs(finding, path)) {
        match compiled_of(path) {
            Some(page) => add("compiled", &page, Side::Made, path),
            None => {
                let lower = path.to_lowercase();
                if path.contains('.') && !COMMON_ENDINGS.iter().any(|e| lower.ends_with(e)) {
                    add("path", &comparable("path", path), Side::Same, path);
                }
                if is_page(path) {
                    add("compiled", &name_of(path), Side::Itself, path);
                }
            }
        }
    }
    for row in &finding.rows {
        let place = format!("{} {}:{}", row.table, row.address.file.0, row.address.pos);
        add("record", &place, Side::Same, &format!("{}:{}", row.path, row.address.pos));
        for (name, value) in row.fields.iter().filter(|(_, v)| v.len() >= 8) {
            if ["act_id", "activity_id", "correlation_guid"].contains(&name.as_str()) {
                add("activity", value, Side::Same, value);
            }
        }
        if let Some((computer, data)) = event_data(row) {
            event_keys(&computer, &data, &mut add);
        }
    }
    keys
}

/// Whether a path can tell one intruder from another: a page or a file that they left, and no door of Exchange. The path
/// of a request that uses a flaw is the door of that flaw.
fn is_theirs(finding: &Finding, path: &str) -> bool {
    let left = finding.vulnerabilities.is_empty() || finding.techniques.iter().any(|t| t.starts_with("T1505"));
    let path = path.to_lowercase();
    let starts = |list: &[&str]| list.iter().any(|start| path.starts_with(start));
    left && (!starts(&DOORS) || starts(&FOLDERS))
}

/// Sessions and processes of an event.
fn event_keys(
    computer: &str,
    data: &serde_json::Map<String, Value>,
    add: &mut impl FnMut(&'static str, &str, Side, &str),
) {
    let value = |name: &str| data.get(name).and_then(Value::as_str).filter(|v| !v.is_empty());
    for name in ["SubjectLogonId", "TargetLogonId", "LogonId"] {
        let Some(session) = value(name) else { continue };
        if number(session).is_none_or(|n| !SYSTEM_SESSIONS.contains(&n)) {
            add("session", &format!("{computer} {session}"), Side::Same, session);
        }
    }
    if let Some(activity) = value("ActivityID").filter(|v| v.len() >= 8) {
        add("activity", activity, Side::Same, activity);
    }
    let process = |id: &str| match number(id) {
        Some(n) => format!("{computer} {n}"),
        None => id.to_owned(),
    };
    // Windows names the new process and the one that made it, Sysmon both with identifiers of its own.
    let made = value("NewProcessId").is_some();
    let itself = value("ProcessGuid").or_else(|| value("NewProcessId"));
    let parent = value("ParentProcessGuid").or_else(|| value("ProcessId").filter(|_| made));
    if let Some(id) = itself {
        add("process", &process(id), Side::Itself, id);
    }
    if let Some(id) = parent {
        add("process", &process(id), Side::Made, id);
    }
}

/// A number as Windows writes it: `0x3e7` or `999`.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The computer of an event and its data.
pub(super) fn event_data(row: &CitedRow) -> Option<(String, serde_json::Map<String, Value>)> {
    let field = |name: &str| row.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let Ok(Value::Object(data)) = serde_json::from_str(field("data")?) else { return None };
    Some((field("computer").unwrap_or_default().to_lowercase(), data))
}

/// Addresses from which somebody came.
pub(super) fn addresses(finding: &Finding) -> BTreeSet<String> {
    finding.entities.get("ip").into_iter().flatten().filter(|ip| outside(ip)).cloned().collect()
}

/// Accounts of people under which something was done, as far as observables and events name them.
pub(super) fn accounts(finding: &Finding) -> BTreeSet<String> {
    let named = finding.entities.get("user").into_iter().flatten().cloned();
    let subject = |row: &CitedRow| {
        let (_, data) = event_data(row)?;
        // Exchange writes the cmdlet, its parameters and who ran it as values without a name.
        let of_exchange = row.fields.iter().any(|(name, value)| name == "channel" && value == "MSExchange Management");
        let cmdlet = data.get("Data").and_then(|values| values.get(2)).filter(|_| of_exchange);
        data.get("SubjectUserName").or(cmdlet).and_then(Value::as_str).map(str::to_owned)
    };
    named.chain(finding.rows.iter().filter_map(subject)).filter(|a| is_person(a)).collect()
}

fn is_person(account: &str) -> bool {
    let name = account.rsplit(['\\', '/']).next().unwrap_or_default().to_lowercase();
    let system = name.starts_with("s-1-5-18") || name.starts_with("s-1-5-19") || name.starts_with("s-1-5-20");
    !name.is_empty()
        && !system
        && !name.ends_with('$')
        && !name.starts_with("healthmailbox")
        && !SYSTEM_ACCOUNTS.contains(&name.as_str())
}

/// The last part of a path.
pub(super) fn name_of(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase()
}

/// The page of which IIS compiled a file: `x.aspx` of `x.aspx.cdcab7d2.compiled` and `App_Web_x.aspx.cdcab7d2.abc.dll`.
pub(super) fn compiled_of(path: &str) -> Option<String> {
    let name = name_of(path);
    if !name.ends_with(".compiled") && !name.starts_with("app_web_") {
        return None;
    }
    let name = name.strip_prefix("app_web_").unwrap_or(&name);
    let end = PAGES.iter().filter_map(|e| name.find(&format!("{e}.")).map(|at| at + e.len())).min()?;
    Some(name[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::{compiled_of, is_person};

    #[test]
    fn compiled_files_name_their_page() {
        let of = |path: &str| compiled_of(path);
        assert_eq!(of("C/x/root/1a/2b/OutlookEN.aspx.cdcab7d2.compiled").as_deref(), Some("outlooken.aspx"));
        assert_eq!(of("C:\\x\\App_Web_shell.aspx.cdcab7d2.abcd_0.dll").as_deref(), Some("shell.aspx"));
        assert_eq!(of("C/inetpub/wwwroot/aspnet_client/a.aspx"), None);
        assert_eq!(of("App_Web_2xq0h3.dll"), None, "it holds many pages");
    }

    #[test]
    fn services_are_no_people() {
        assert!(is_person("EXAMPLE\\user07") && is_person("example.test/Users/Administrator"));
        assert!(
            !["SYSTEM", "NT AUTHORITY\\SYSTEM", "EX21$", "S-1-5-18", "", "HealthMailbox1a2b"]
                .iter()
                .any(|a| is_person(a))
        );
    }
}
