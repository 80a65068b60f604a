//! What names the server's own side: hosts, domains, people, mail addresses and internal addresses, gathered from
//! fields that hold such names and from marks in running text.

use super::Text;
use super::pseudonyms::{Kind, Pseudonyms};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::LazyLock;

/// Longest name that is looked for.
const CHARS_MAX: usize = 128;

/// Names that every Windows has, or that a service wears: they name nobody, and a report is poorer without them.
const NOBODY: [&str; 46] = [
    "admin",
    "administrateur",
    "administrator",
    "administrators",
    "exchange administrative group (fydibohf23spdlt)",
    "first organization",
    "all users",
    "anonymous",
    "anonymous logon",
    "authenticated users",
    "builtin",
    "configuration",
    "default",
    "default user",
    "defaultapppool",
    "domain",
    "everyone",
    "font driver host",
    "guest",
    "iis apppool",
    "local",
    "local service",
    "localhost",
    "localservice",
    "localsystem",
    "microsoft",
    "microsoft exchange",
    "n/a",
    "network service",
    "networkservice",
    "none",
    "nt authority",
    "nt service",
    "null",
    "public",
    "recipients",
    "root",
    "server",
    "servers",
    "services",
    "system",
    "unknown",
    "user",
    "users",
    "window manager",
    "workgroup",
];

/// First labels of hosts that say what a host is for: alone they are words.
const PURPOSES: [&str; 14] = [
    "autodiscover",
    "ews",
    "exchange",
    "legacy",
    "mail",
    "mx",
    "outlook",
    "owa",
    "remote",
    "server",
    "smtp",
    "webmail",
    "www",
    "localhost",
];

/// Folders that stand where the name of a host could.
const PLACES: [&str; 8] =
    ["device", "inetpub", "program files", "programdata", "system32", "systemroot", "temp", "windows"];

/// Domains of everybody.
const OF_EVERYBODY: [&str; 9] = [
    "gmail.com",
    "hotmail.com",
    "live.com",
    "microsoft.com",
    "office.com",
    "office365.com",
    "outlook.com",
    "protonmail.com",
    "yahoo.com",
];

/// Endings that stand before an `@` in the requests of exploits, and in no mail address.
const PAGES: [&str; 5] = [".json", ".aspx", ".js", ".xml", ".asmx"];

#[allow(clippy::expect_used)] // Constants of ours; a test uses each.
fn regex(text: &str) -> Regex {
    Regex::new(text).expect("a constant that compiles")
}

static MAIL: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)([a-z0-9][a-z0-9._+'-]*)(?:@|%40)((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)"));
static SID: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(S-1-5-21-\d+-\d+-\d+)"));
static IP4: LazyLock<Regex> = LazyLock::new(|| regex(r"\d{1,3}(?:\.\d{1,3}){3}"));
static IP6: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}"));
/// Two backslashes, or four where a text is written in JSON, that no path comes before.
static UNC: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:^|[^A-Za-z0-9_.:)}$%\\])\\{2,4}([A-Za-z0-9][A-Za-z0-9._-]+)\\"));
static HOME: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)(?:[\\/]|%5C|%2F)(?:users|documents and settings)(?:[\\/]{1,4}|%5C|%2F)([^\\/:*?"<>|%]+)"#)
});
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)\b(?:user(?:name)?|login|mailbox|email|account)=([^&;\s"'<>]+)"#));
static DISTINGUISHED: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)\b(cn|ou|dc|o)=([^,/;"'<>&\r\n]+)"#));
static FULL_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_-]+)+"));

/// Everything that was found, as it is written, in lower case.
#[derive(Default)]
pub(crate) struct Originals {
    hosts: BTreeSet<String>,
    domains: BTreeSet<String>,
    users: BTreeSet<String>,
    sids: BTreeSet<String>,
    addresses: BTreeSet<String>,
}

impl Originals {
    /// Gathers from all texts.
    pub(crate) fn of(texts: &[Text<'_>]) -> Self {
        let mut all = Self::default();
        for text in texts {
            all.field(text);
            all.running(text.text);
        }
        all.hosts_below();
        all.domains_above();
        // An account of this very host stands before its name as a domain does.
        let own: BTreeSet<String> = all.hosts.iter().filter_map(|h| h.split('.').next().map(str::to_owned)).collect();
        all.domains.retain(|d| !own.contains(d));
        all.more_full_names(texts);
        all
    }

    /// A field that holds names, or fields of its own.
    fn field(&mut self, text: &Text<'_>) {
        if text.text.starts_with('{')
            && let Ok(inside) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text.text)
        {
            let texts = inside.iter().filter_map(|(name, value)| Some(Text { field: name, text: value.as_str()? }));
            // One level: a text in it may begin with a brace, too.
            texts.filter(|t| !t.text.starts_with('{')).for_each(|t| self.field(&t));
            return;
        }
        let field = text.field.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|w| field.contains(w));
        let measures = ["agent", "latency", "status", "count", "guid", "type", "version", "num_", "info", "header"];
        if is(&measures) {
            return;
        }
        let values = || text.text.split([',', ';', '|']).map(str::trim).filter(|v| !v.is_empty());
        if is(&["user", "account", "mailbox", "caller", "owner", "sender", "recipient", "membername", "operator"]) {
            values().for_each(|v| self.account(v));
        } else if is(&["domain"]) {
            values().for_each(|v| self.domain(v));
        } else if is(&["host", "server", "computer", "workstation", "machine"]) {
            values().flat_map(str::split_whitespace).for_each(|v| self.host(v));
        }
    }

    /// Marks in running text.
    fn running(&mut self, text: &str) {
        for found in MAIL.captures_iter(text) {
            let before = found.get(1).map_or("", |m| &text[..m.start()]);
            self.mail(before, &found[1], &found[2]);
        }
        self.sids.extend(SID.captures_iter(text).map(|found| found[1].to_lowercase()));
        for found in IP4.find_iter(text).chain(IP6.find_iter(text)) {
            self.address(found.as_str());
        }
        UNC.captures_iter(text).for_each(|found| self.host(&found[1]));
        HOME.captures_iter(text).for_each(|found| self.user(&found[1]));
        NAMED.captures_iter(text).for_each(|found| self.account(&found[1]));
        if text.to_lowercase().contains("/o=") || text.to_lowercase().contains(",dc=") {
            self.distinguished(text);
        }
    }

    /// The parts of a distinguished name.
    fn distinguished(&mut self, text: &str) {
        let mut components: Vec<String> = Vec::new();
        for found in DISTINGUISHED.captures_iter(text) {
            match found[1].eq_ignore_ascii_case("dc") {
                true => components.push(found[2].trim().to_owned()),
                false => self.user(&found[2]),
            }
        }
        if !components.is_empty() {
            self.domain(&components.join("."));
            self.domain(&components[0]);
        }
    }

    fn mail(&mut self, before: &str, local: &str, domain: &str) {
        // `%3Fjdoe@` is a question mark and a name.
        let bytes = before.as_bytes();
        let escaped =
            bytes.last() == Some(&b'%') && local.len() >= 2 && local.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
        let local = if escaped { &local[2..] } else { local };
        if local.is_empty() || PAGES.iter().any(|page| local.to_lowercase().ends_with(page)) {
            return;
        }
        self.user(local);
        self.domain(domain);
    }

    /// An account as logs write it: `DOMAIN\name`, `name@domain`, `EX01$`, a security identifier, a name.
    fn account(&mut self, text: &str) {
        let text = text.replace("%5C", "\\").replace("%5c", "\\").replace("%40", "@").replace("%20", " ");
        if text.contains(['@', '=', '~']) || text.to_uppercase().starts_with("S-1-") {
            return;
        }
        let (domain, name) = text.rsplit_once('\\').map_or((None, text.as_str()), |(d, n)| (Some(d), n));
        if let Some(domain) = domain {
            if NOBODY.contains(&domain.to_lowercase().as_str()) {
                return;
            }
            self.domain(domain);
        }
        match name.strip_suffix('$') {
            Some(machine) => self.host(machine),
            None => self.user(name),
        }
    }

    fn user(&mut self, text: &str) {
        if let Some(name) = named(text).filter(|n| n.chars().any(char::is_alphabetic)) {
            self.users.insert(name);
        }
    }

    fn domain(&mut self, text: &str) {
        let Some(name) = named(text).filter(|n| is_dns(n)) else { return };
        if !OF_EVERYBODY.iter().any(|known| name == *known || name.ends_with(&format!(".{known}"))) {
            self.domains.insert(name);
        }
    }

    /// A host by its name, perhaps with a port.
    fn host(&mut self, text: &str) {
        let text =
            text.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(h, _)| h);
        if PLACES.contains(&text.to_lowercase().as_str()) {
            return;
        }
        let Some(name) = named(text.trim_start_matches('\\').trim_end_matches(['.', '$'])) else { return };
        if is_dns(&name) && name.parse::<IpAddr>().is_err() && name.chars().any(char::is_alphabetic) {
            self.hosts.insert(name);
        }
    }

    fn address(&mut self, text: &str) {
        let Ok(ip) = text.parse::<IpAddr>() else { return };
        let names_nobody = ip.is_loopback() || ip.is_unspecified() || ip.is_multicast();
        let all = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast() || v4.octets()[0] == 0);
        if !assize_model::address::is_outside(ip) && !names_nobody && !all {
            self.addresses.insert(text.to_lowercase());
        }
    }

    /// The domains of hosts.
    fn hosts_below(&mut self) {
        let below: Vec<String> =
            self.hosts.iter().filter_map(|h| h.split_once('.').map(|(_, domain)| domain.to_owned())).collect();
        below.iter().for_each(|domain| self.domain(domain));
    }

    /// The domains above domains, as long as they have two labels.
    fn domains_above(&mut self) {
        let mut above: Vec<String> = self.domains.iter().cloned().collect();
        while let Some(domain) = above.pop() {
            if let Some((_, parent)) = domain.split_once('.').filter(|(_, p)| p.contains('.')) {
                self.domain(parent);
                above.push(parent.to_owned());
            }
        }
    }

    /// Full names below a domain of ours, wherever they stand.
    fn more_full_names(&mut self, texts: &[Text<'_>]) {
        let ours: Vec<String> = self.domains.iter().filter(|d| d.contains('.')).map(|d| format!(".{d}")).collect();
        for found in texts.iter().flat_map(|t| FULL_NAME.find_iter(t.text)) {
            let name = found.as_str().to_lowercase();
            if ours.iter().any(|domain| name.ends_with(domain.as_str())) {
                self.hosts.insert(name);
            }
        }
    }

    /// Each original with its pseudonym, also as text writes it that is not ASCII.
    pub(crate) fn named(&self, pseudonyms: &mut Pseudonyms) -> Vec<(String, String)> {
        let sets = [&self.hosts, &self.domains, &self.users, &self.sids, &self.addresses];
        let is_name = |text: &str| sets.iter().any(|set| set.contains(text));
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for user in &self.users {
            all.insert(user.clone(), pseudonyms.of(Kind::User, user, &is_name));
        }
        for domain in &self.domains {
            all.insert(domain.clone(), pseudonyms.of(Kind::Domain, domain, &is_name));
        }
        for host in &self.hosts {
            let (label, domain) = host.split_once('.').map_or((host.as_str(), None), |(l, d)| (l, Some(d)));
            let short = pseudonyms.of(Kind::Host, label, &is_name);
            if let Some(domain) = domain {
                let domain = if self.domains.contains(domain) {
                    pseudonyms.of(Kind::Domain, domain, &is_name)
                } else {
                    domain.to_owned()
                };
                all.insert(host.clone(), format!("{short}.{domain}"));
            }
            if !PURPOSES.contains(&label) && label.chars().count() > 1 {
                all.insert(label.to_owned(), short);
            }
        }
        for sid in &self.sids {
            all.insert(sid.clone(), pseudonyms.of(Kind::Sid, sid, &is_name));
        }
        for address in &self.addresses {
            let kind = if address.contains(':') { Kind::Ip6 } else { Kind::Ip4 };
            all.insert(address.clone(), pseudonyms.of(kind, address, &is_name));
        }
        // The search ignores case in ASCII alone.
        let upper: Vec<(String, String)> =
            all.iter().filter(|(name, _)| !name.is_ascii()).map(|(n, p)| (n.to_uppercase(), p.clone())).collect();
        all.extend(upper);
        all.into_iter().collect()
    }
}

/// A name that names somebody: of some length, and not one that everybody has.
fn named(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let length = name.chars().count();
    let fits = (2..=CHARS_MAX).contains(&length) && !name.chars().any(char::is_control);
    (fits && !NOBODY.contains(&name.as_str())).then_some(name)
}

fn is_dns(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[(&str, &str)]) -> Originals {
        let texts: Vec<Text<'_>> = texts.iter().map(|(field, text)| Text { field, text }).collect();
        Originals::of(&texts)
    }

    fn list(set: &BTreeSet<String>) -> String {
        set.iter().cloned().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_found_in_fields_and_in_running_text() {
        let all = found(&[
            ("host", "EX01.corp.example.test"),
            ("TargetUserName", "CORP\\jdoe"),
            ("user", "NT AUTHORITY\\SYSTEM"),
            ("event_data", "{\"SubjectUserName\":\"k.lee\",\"LogonId\":\"0x3e7\"}"),
            ("authenticated_user", "EX02$"),
            ("cs_user_agent", "curl/7"),
            ("path", "C:\\Users\\m.martin\\AppData and \\\\DC07\\share"),
            ("data", r#"{"a": "C:\\Windows\\x C:\\Users\\p.roy\\y", "b": "\\\\DC08\\c$", "c": "\\Device\\x"}"#),
            ("query", "Email=autodiscover/autodiscover.json%3F@evil.example&user=corp%5Cbob&mailbox=anna%40mail.test"),
            ("x", "/o=First/ou=Group/cn=Recipients/cn=zoe"),
            ("x", "S-1-5-21-1-2-3-1104, owa.corp.example.test:443 ?dc=https&o=preview"),
            ("y", "10.0.0.5 198.51.100.9 127.0.0.1 10.0.17763.1 fe80::1 12:30:45"),
        ]);
        assert_eq!(list(&all.hosts), "dc07 dc08 ex01.corp.example.test ex02 owa.corp.example.test");
        assert_eq!(list(&all.domains), "corp corp.example.test example.test mail.test");
        assert_eq!(list(&all.users), "anna bob first group jdoe k.lee m.martin p.roy zoe");
        assert_eq!(list(&all.sids), "s-1-5-21-1-2-3");
        assert_eq!(list(&all.addresses), "10.0.0.5 fe80::1");
    }
}
