//! Where a row comes from: the file and the position in it; and where a request comes from.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// The number of one evidence file in its case, counted from 0 in the order of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u32);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a record stands: its file and its position there.
///
/// The position is the line number, counted from 1, in text; the record number in an event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The evidence file.
    pub file: FileId,
    /// Line (from 1) or record number.
    pub pos: u64,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.pos)
    }
}

/// Whether an address can be one of an attacker from outside: not of the server's own network, nor of no network.
#[must_use]
pub fn is_outside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || shared
                || v4.octets()[0] == 0)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_outside(IpAddr::V4(v4)),
            None => {
                let local = matches!(v6.segments()[0] & 0xfe00, 0xfc00) || v6.segments()[0] & 0xffc0 == 0xfe80;
                !(local || v6.is_loopback() || v6.is_unspecified() || v6.is_multicast())
            }
        },
    }
}
