//! Scenarios that a campaign brings itself, as text: `scenarios.yml` in its folder. A new campaign needs no Rust.

use crate::clock::{Ms, SECOND};
use crate::ecp;
use crate::events::Event;
use crate::request::Request;
use crate::rng::Rng;
use crate::server::{EXCHANGE, Page, Server, append};
use crate::{EvidenceFile, Files};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Times that one request may be repeated, and scenarios of one file.
const REPEATED_MAX: u32 = 5_000;
const SCRIPTS_MAX: usize = 100;

/// Folders of the HttpProxy log that a request may go through; none where IIS answers by itself.
const PROTOCOLS: [&str; 12] =
    ["Autodiscover", "Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa", "OwaCalendar", "PowerShell", "RpcHttp", "Rest", ""];
const METHODS: [&str; 5] = ["GET", "POST", "HEAD", "OPTIONS", "PUT"];

/// A scenario: a server, what happened to it, and what must be said of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Its name: `probe`.
    pub name: String,
    /// What happened, in one sentence.
    pub title: String,
    /// What must come out for the campaign.
    pub expect: Expected,
    /// Since when the server lives: RFC 3339.
    from: Moment,
    /// When its evidence was collected.
    collected: Moment,
    /// Builds in the order of time.
    builds: Vec<Built>,
    #[serde(default)]
    requests: Vec<Asked>,
    #[serde(default)]
    cmdlets: Vec<Ran>,
    #[serde(default)]
    events: Vec<Logged>,
    #[serde(default)]
    pages: Vec<Left>,
    #[serde(default)]
    lines: Vec<Line>,
}

/// What must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The state of the verdict: `attacked`.
    pub state: String,
    /// Rules that must have a finding, `pack/name`.
    #[serde(default)]
    pub rules: Vec<String>,
    /// How many incidents must be told apart.
    #[serde(default)]
    pub incidents: Option<usize>,
    /// The strength that no finding may exceed: `moderate`.
    #[serde(default)]
    pub strongest: Option<String>,
}

/// A moment in UTC, `2021-08-13T03:12:44Z`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Moment(Ms);

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = chrono::DateTime::parse_from_rfc3339(&text).map_err(|e| format!("{text}: {e}"))?;
        Ok(Self(time.timestamp_millis()))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Built {
    since: Moment,
    build: String,
}

/// A request that the front end saw, and what the back end was asked for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    at: Moment,
    #[serde(default)]
    protocol: String,
    #[serde(default)]
    method: Option<String>,
    path: String,
    #[serde(default)]
    query: String,
    ip: String,
    agent: String,
    #[serde(default)]
    user: String,
    status: u16,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    anchor: String,
    #[serde(default)]
    error: String,
    /// So often, `every` seconds.
    #[serde(default)]
    times: Option<u32>,
    #[serde(default)]
    every: Option<u32>,
    #[serde(default)]
    back: Option<Inner>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    path: String,
    #[serde(default)]
    query: String,
    status: u16,
}

/// A cmdlet, as `MSExchange Management` records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ran {
    at: Moment,
    name: String,
    #[serde(default)]
    parameters: String,
    user: String,
    /// What Exchange threw, where it failed.
    #[serde(default)]
    failed: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Logged {
    at: Moment,
    channel: String,
    provider: String,
    id: u32,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: BTreeMap<String, String>,
}

/// A file that somebody left. Its content is inert: a form that no page has, or a text that says so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Left {
    path: String,
    written: Moment,
    form: Form,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    /// The first bytes of a mailbox file.
    Pst,
    /// The first bytes of a certificate request.
    Der,
    /// A page without code.
    Text,
}

/// A line of another log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    header: String,
    line: String,
}

/// Reads the scenarios of a campaign.
///
/// # Errors
/// Says what was expected where.
pub fn scripts(text: &str) -> Result<Vec<Script>, String> {
    let scripts: Vec<Script> = yaml_serde::from_str(text).map_err(|e| e.to_string())?;
    if scripts.len() > SCRIPTS_MAX {
        return Err(format!("more than {SCRIPTS_MAX} scenarios"));
    }
    for script in &scripts {
        script.server(1).map_err(|e| format!("{}: {e}", script.name))?;
    }
    Ok(scripts)
}

impl Script {
    /// The evidence, sorted by path. The same seed gives the same bytes.
    ///
    /// # Errors
    /// Names what the lab cannot make; [`scripts`] has refused that already.
    pub fn files(&self, seed: u64) -> Result<Vec<EvidenceFile>, String> {
        let mut files = Files::new();
        self.server(seed)?.write(&mut files);
        for line in &self.lines {
            append(&mut files, placed(&line.path), || line.header.replace('\n', "\r\n"), line.line.trim_end());
        }
        Ok(files.into_iter().map(|(path, bytes)| EvidenceFile { path, bytes }).collect())
    }

    fn server(&self, seed: u64) -> Result<Server, String> {
        let mut server = Server::new("EX21", seed, self.from.0, self.collected.0);
        for built in &self.builds {
            server.builds.push((built.since.0, build(&built.build)?));
        }
        let mut rng = Rng::new(seed, &self.name);
        for asked in &self.requests {
            asked.add(&mut server, &mut rng)?;
        }
        for ran in &self.cmdlets {
            let how = ran.failed.as_deref().map_or(Ok(()), Err);
            server.events.push(ecp::ran(ran.at.0, &ran.name, &ran.parameters, &ran.user, how, &server.fqdn()));
        }
        for logged in &self.events {
            let (channel, provider) = (logged.channel.clone(), logged.provider.clone());
            let event = Event::new(logged.at.0, channel, provider, logged.id, &logged.message);
            server.events.push(logged.data.iter().fold(event, |event, (name, value)| event.with(name, value)));
        }
        server.pages.extend(self.pages.iter().map(|left| Page {
            path: placed(&left.path),
            bytes: left.form.bytes(),
            written: left.written.0,
        }));
        Ok(server)
    }
}

impl Asked {
    fn add(&self, server: &mut Server, rng: &mut Rng) -> Result<(), String> {
        let known = |list: &[&'static str], word: &str| {
            list.iter().copied().find(|w| *w == word).ok_or_else(|| format!("{word:?} is none of {list:?}"))
        };
        let protocol = known(&PROTOCOLS, &self.protocol)?;
        let method = known(&METHODS, self.method.as_deref().unwrap_or("GET"))?;
        let times = self.times.unwrap_or(1);
        if times > REPEATED_MAX {
            return Err(format!("times: {times} is more than {REPEATED_MAX}"));
        }
        for n in 0..times {
            let time = self.at.0 + Ms::from(n) * Ms::from(self.every.unwrap_or(1)) * SECOND;
            let mut request = Request::get(time, protocol, &self.path, &self.ip, &self.agent, rng.guid());
            request.method = method;
            request.query.clone_from(&self.query);
            request.user.clone_from(&self.user);
            request.status = self.status;
            request.bytes = self.bytes.unwrap_or(900);
            request.anchor.clone_from(&self.anchor);
            request.error.clone_from(&self.error);
            request.inner = self.back.as_ref().map(|b| (b.path.clone(), b.query.clone(), b.status));
            server.requests.push(request);
        }
        Ok(())
    }
}

impl Form {
    fn bytes(self) -> Vec<u8> {
        let inert = b"Invented by the lab; holds no code.\r\n";
        let head: &[u8] = match self {
            Self::Pst => b"!BDN\x4e\x29\x53\x4d\x17\x00\x13\x00\x01\x01",
            Self::Der => b"\x30\x82\x05\x1a\x30\x82\x04\x02\x02\x01\x00",
            Self::Text => b"<%-- Invented stand-in; it holds no code. --%>\r\n",
        };
        [head, inert].concat()
    }
}

/// `{exchange}` is where Exchange is installed.
fn placed(path: &str) -> String {
    path.replace("{exchange}", EXCHANGE)
}

/// The four numbers of a build.
fn build(text: &str) -> Result<[u32; 4], String> {
    let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
    numbers.ok().and_then(|n| n.try_into().ok()).ok_or_else(|| format!("{text} is no build"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "
- name: one
  title: One request.
  expect: { state: exposed }
  from: 2021-08-06T00:00:00Z
  collected: 2021-08-08T00:00:00Z
  builds: [{ since: 2021-08-06T00:00:00Z, build: 15.1.2242.4 }]
  requests: [{ at: 2021-08-07T03:12:44Z, protocol: Autodiscover, path: /a.json, ip: 198.51.100.7, agent: x, status: 401, times: 3 }]
  pages: [{ path: '{exchange}/FrontEnd/HttpProxy/owa/auth/x.aspx', written: 2021-08-07T03:12:44Z, form: pst }]
  lines: [{ path: 'C/x.LOG', header: \"#a\\n\", line: one }]
";

    #[test]
    fn a_scenario_in_text_becomes_evidence() {
        let script = &scripts(ONE).unwrap()[0];
        let files = script.files(1).unwrap();
        assert!(files == script.files(1).unwrap());
        let of =
            |part: &str| files.iter().filter(|f| f.path.contains(part)).map(|f| f.bytes.clone()).collect::<Vec<_>>();
        let proxy = String::from_utf8(of("/HttpProxy/Autodiscover/").concat()).unwrap();
        assert_eq!(proxy.lines().filter(|l| l.contains("/a.json")).count(), 3);
        assert!(of("owa/auth/x.aspx")[0].starts_with(b"!BDN"));
        assert_eq!(of("C/x.LOG"), [b"#a\r\none\r\n"]);
    }

    #[test]
    fn what_the_lab_cannot_make_is_refused() {
        for (from, to) in
            [("Autodiscover", "Nothing"), ("15.1.2242.4", "15.1"), ("times: 3", "times: 99999"), ("08-07", "13-07")]
        {
            assert!(scripts(&ONE.replace(from, to)).is_err(), "{to}");
        }
    }
}
