//! Pseudonyms: the same name gives the same pseudonym wherever the same key is used, and nobody without the key can say
//! which name it was.

use assize_model::display::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::BTreeMap;

/// Bytes of the key.
pub const KEY_BYTES: usize = 32;

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A host, by one label.
    Host,
    /// A domain of DNS, or of Windows.
    Domain,
    /// A person or an account.
    User,
    /// An internal address, version 4.
    Ip4,
    /// An internal address, version 6.
    Ip6,
    /// An account by its security identifier, without its last number.
    Sid,
    /// A container of evidence, which people call after a server or a client.
    Input,
}

/// A key, and every pseudonym that was given with it.
#[derive(Clone)]
pub struct Pseudonyms {
    key: [u8; KEY_BYTES],
    /// The original of each pseudonym.
    names: BTreeMap<String, String>,
}

impl Pseudonyms {
    /// With what was given before.
    #[must_use]
    pub fn new(key: [u8; KEY_BYTES], names: BTreeMap<String, String>) -> Self {
        Self { key, names }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The original of each pseudonym, in order.
    #[must_use]
    pub fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// The pseudonym of a name, none of those in use and no name itself.
    pub(crate) fn of(&mut self, kind: Kind, name: &str, is_name: &dyn Fn(&str) -> bool) -> String {
        let name = name.to_lowercase();
        let mut turn = 0u32;
        loop {
            let pseudonym = form(kind, &name, &self.digest(kind, &name, turn));
            match self.names.get(&pseudonym) {
                Some(taken) if *taken == name => return pseudonym,
                None if !is_name(&pseudonym) => {
                    self.names.insert(pseudonym.clone(), name);
                    return pseudonym;
                }
                // Two names of one pseudonym would be one person in the eyes of a reader.
                _ => turn += 1,
            }
        }
    }

    fn digest(&self, kind: Kind, name: &str, turn: u32) -> [u8; 32] {
        // A key shorter than a block is one that ends with zeros.
        let mut block = [0; 64];
        block[..KEY_BYTES].copy_from_slice(&self.key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(format!("{kind:?}\n{turn}\n{name}").as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// A pseudonym that is what it stands in for: a host is one of DNS, an address can be parsed.
fn form(kind: Kind, name: &str, digest: &[u8; 32]) -> String {
    let word = hex(&digest[..4]);
    let number = |at: usize| u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
    match kind {
        Kind::Host => format!("host-{word}"),
        Kind::Domain if name.contains('.') => format!("domain-{word}.example"),
        Kind::Domain => format!("domain-{word}"),
        Kind::User => format!("user-{word}"),
        Kind::Ip4 => format!("10.{}.{}.{}", digest[0], digest[1], digest[2]),
        Kind::Ip6 => {
            let parts: Vec<String> = digest[..14].chunks(2).map(hex).collect();
            let address: Result<std::net::Ipv6Addr, _> = format!("fd00:{}", parts.join(":")).parse();
            address.map_or(word, |ip| ip.to_string())
        }
        Kind::Input => format!("input-{word}"),
        Kind::Sid => format!("S-1-5-21-{}-{}-{}", number(0), number(4), number(8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_pseudonyms() {
        let make = |key| Pseudonyms::new([key; KEY_BYTES], BTreeMap::new());
        let no = |_: &str| false;
        let (mut a, mut b, mut c) = (make(1), make(1), make(2));
        let first = a.of(Kind::Host, "EX01", &no);
        assert_eq!((first.clone(), &a.names()[&first]), (b.of(Kind::Host, "ex01", &no), &"ex01".to_owned()));
        assert_ne!(first, c.of(Kind::Host, "ex01", &no));
        assert_ne!(a.of(Kind::User, "ex01", &no).trim_start_matches("user-"), first.trim_start_matches("host-"));
        // One that is taken, or a name itself, is passed over.
        let other = c.of(Kind::Host, "ex01", &|p| p == first || a.names().contains_key(p));
        assert_ne!(other, first);
        assert!(a.of(Kind::Ip4, "192.168.1.1", &no).parse::<std::net::Ipv4Addr>().is_ok());
        assert!(a.of(Kind::Ip6, "fe80::1", &no).starts_with("fd00:"));
        assert!(a.of(Kind::Domain, "a.b", &no).ends_with(".example"));
    }
}
