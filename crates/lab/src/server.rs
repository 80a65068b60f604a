//! An invented server: what it is called, what it runs when, and which of its logs are left.

use crate::clock::{DAY, Ms};
use crate::request::Request;
use crate::{ecp, events, http_proxy, iis, noise, pages, transport};
use std::collections::{BTreeMap, BTreeSet};

/// Where Exchange is installed, in the collection.
pub(crate) const EXCHANGE: &str = "C/Program Files/Microsoft/Exchange Server/V15";

/// The files being made.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A source of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    HttpProxy,
    Ecp,
    Oab,
    Iis,
    /// The logs of the services behind the proxy. Only big servers have them here.
    BackEnd,
    /// Message tracking and the logs of the mail transport. Only big servers have them here.
    Mail,
    /// The event log of cmdlets.
    Management,
    /// The Security and Application event logs.
    Security,
    /// The System event log.
    System,
    Pages,
}

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Mailbox,
    Edge,
}

/// A page that somebody left.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) written: Ms,
}

/// An invented server with everything that happened to it.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) seed: u64,
    pub(crate) from: Ms,
    pub(crate) collected: Ms,
    /// Builds in the order of time: since when, and the last two numbers and the product's minor.
    pub(crate) builds: Vec<(Ms, [u32; 4])>,
    /// Since when a source is left; a source that is missing here was not collected.
    pub(crate) left: BTreeMap<Kind, Ms>,
    /// Days on which the sources have no files.
    pub(crate) wiped: BTreeSet<Ms>,
    pub(crate) requests: Vec<Request>,
    pub(crate) cmdlets: Vec<ecp::Cmdlet>,
    pub(crate) events: Vec<events::Event>,
    pub(crate) pages: Vec<Page>,
}

impl Server {
    /// A server whose logs are all left.
    pub(crate) fn new(name: &str, seed: u64, from: Ms, collected: Ms) -> Self {
        let kinds = [
            Kind::HttpProxy,
            Kind::Ecp,
            Kind::Oab,
            Kind::Iis,
            Kind::BackEnd,
            Kind::Mail,
            Kind::Management,
            Kind::Security,
            Kind::System,
            Kind::Pages,
        ];
        Self {
            name: name.into(),
            role: Role::Mailbox,
            seed,
            from,
            collected,
            builds: Vec::new(),
            left: kinds.into_iter().map(|k| (k, from)).collect(),
            wiped: BTreeSet::new(),
            requests: Vec::new(),
            cmdlets: Vec::new(),
            events: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// `EX01.example.test`.
    pub(crate) fn fqdn(&self) -> String {
        format!("{}.example.test", self.name)
    }

    /// The build that ran at a moment.
    pub(crate) fn build(&self, time: Ms) -> [u32; 4] {
        self.builds.iter().rev().find(|(since, _)| *since <= time).or(self.builds.first()).map_or([0; 4], |(_, b)| *b)
    }

    /// Whether a source still has the day of a moment.
    pub(crate) fn has(&self, kind: Kind, time: Ms) -> bool {
        let day = time - time.rem_euclid(DAY);
        // Whoever removed files did not reach into the event logs day by day.
        let event_log = matches!(kind, Kind::Management | Kind::Security | Kind::System);
        let wiped = !event_log && self.wiped.contains(&day);
        self.left.get(&kind).is_some_and(|since| time >= *since) && time <= self.collected && !wiped
    }

    /// Lives the days up to the collection, and writes everything that is left.
    pub(crate) fn write(mut self, files: &mut Files) {
        if self.role == Role::Edge {
            return transport::write(self, files);
        }
        noise::add(&mut self);
        self.requests.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        self.cmdlets.sort_by_key(|c| c.time);
        self.events.sort_by_key(|e| e.time);
        http_proxy::write(&self, files);
        iis::write(&self, files);
        ecp::write(&self, files);
        noise::oab_generator(&self, files);
        events::write(&self, files);
        if self.left.contains_key(&Kind::Pages) {
            pages::write(&self, files);
        }
        note(files, &self.fqdn(), &["mailbox"], self.collected);
    }
}

/// What the collection says of itself.
pub(crate) fn note(files: &mut Files, host: &str, roles: &[&str], collected: Ms) {
    let text = "This evidence is invented. It was made by the lab of Assize and describes no real server, person or company.\n";
    files.insert("SYNTHETIC.txt".into(), text.into());
    let roles: Vec<String> = roles.iter().map(|r| format!("\"{r}\"")).collect();
    let json = format!(
        "{{\n  \"schema\": \"assize.collection/1\",\n  \"synthetic\": true,\n  \"host\": \"{host}\",\n  \"roles\": [{}],\n  \"collected_at\": \"{}\",\n  \"collector\": \"assize-lab {}\",\n  \"note\": \"Invented evidence: no real server, person or company.\"\n}}\n",
        roles.join(", "),
        crate::clock::shown(collected, "%Y-%m-%dT%H:%M:%SZ"),
        env!("CARGO_PKG_VERSION")
    );
    files.insert("assize-collection.json".into(), json.into_bytes());
}

/// Appends a line to the file of a day, with its header where the file is new.
pub(crate) fn append(files: &mut Files, path: String, header: impl FnOnce() -> String, line: &str) {
    let file = files.entry(path).or_insert_with(|| header().into_bytes());
    file.extend_from_slice(line.as_bytes());
    file.extend_from_slice(b"\r\n");
}
