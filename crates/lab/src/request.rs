//! One web request, as the server lived it; the logs are views of it.

use crate::clock::Ms;

/// A request to the front end, or inside the server.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) time: Ms,
    /// Folder of the HttpProxy log: `Ecp`. Empty: the front end served it itself, only IIS saw it.
    pub(crate) protocol: &'static str,
    pub(crate) method: &'static str,
    pub(crate) stem: String,
    pub(crate) query: String,
    pub(crate) user: String,
    pub(crate) ip: String,
    pub(crate) agent: String,
    pub(crate) status: u16,
    pub(crate) anchor: String,
    pub(crate) routing: &'static str,
    /// Where the answer of the back end says to go next time.
    pub(crate) cookie: String,
    /// The back end that was asked. Empty: this server.
    pub(crate) target: String,
    pub(crate) error: String,
    pub(crate) bytes: u64,
    pub(crate) id: String,
    /// What the back end was asked, where IIS logged it there: path, query, status.
    pub(crate) inner: Option<(String, String, u16)>,
}

impl Request {
    /// An anonymous GET that is answered 200.
    pub(crate) fn get(time: Ms, protocol: &'static str, stem: &str, ip: &str, agent: &str, id: String) -> Self {
        Self {
            time,
            protocol,
            method: "GET",
            stem: stem.into(),
            query: String::new(),
            user: String::new(),
            ip: ip.into(),
            agent: agent.into(),
            status: 200,
            anchor: String::new(),
            routing: "",
            cookie: String::new(),
            target: String::new(),
            error: String::new(),
            bytes: 900,
            id,
            inner: None,
        }
    }

    /// How long it took, about: the same in every log. Two megabytes leave in a second.
    pub(crate) fn millis(&self) -> u64 {
        20 + self.bytes % 300 + if self.bytes > 1_000_000 { self.bytes / 2_000 } else { 0 }
    }
}
