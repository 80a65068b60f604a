//! Indicators: what a bad thing looks like, with how much it proves and until when.

use crate::ContentError;
use assize_model::Timestamp;
use assize_model::finding::Strength;
use serde::Deserialize;

/// The kind of value an indicator holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndicatorKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// SHA-256 of a file, in hexadecimal.
    Sha256,
    /// The end of a path, `/` between parts, compared without regard to case.
    Path,
    /// The name of a file, compared without regard to case.
    FileName,
    /// A user agent, compared as a whole with blanks and `+` alike.
    UserAgent,
}

/// One indicator of a pack (`iocs.csv`: type,value,first_seen,valid_until,strength,source,note).
#[derive(Debug, Clone, Deserialize)]
pub struct Indicator {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: IndicatorKind,
    /// Its value.
    pub value: String,
    /// Since when it was seen; rows before that are not matched.
    #[serde(deserialize_with = "day")]
    pub first_seen: Option<Timestamp>,
    /// Rows after that are not matched: an address changes hands.
    #[serde(deserialize_with = "day")]
    pub valid_until: Option<Timestamp>,
    /// What a match proves.
    pub strength: Strength,
    /// Who published it.
    pub source: String,
    /// What to beware of.
    pub note: String,
}

fn day<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(d)?;
    if text.is_empty() {
        return Ok(None);
    }
    Timestamp::parse(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("not a day: {text}")))
}

impl Indicator {
    /// Reads `iocs.csv`.
    ///
    /// # Errors
    /// Names the file, the line and what was expected; addresses that are private or reserved are refused.
    pub fn read_all(path: &str, text: &str) -> Result<Vec<Self>, ContentError> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let mut all = Vec::new();
        for (n, row) in reader.deserialize::<Self>().enumerate() {
            let indicator = row.map_err(|e| ContentError::new(path, e.to_string()))?;
            indicator.check().map_err(|what| ContentError::new(path, format!("row {}: {what}", n + 2)))?;
            all.push(indicator);
        }
        Ok(all)
    }

    fn check(&self) -> Result<(), String> {
        match self.kind {
            IndicatorKind::Ip => {
                let ip: std::net::IpAddr = self.value.parse().map_err(|_| format!("{} is no address", self.value))?;
                let private = match ip {
                    std::net::IpAddr::V4(v4) => {
                        v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_documentation()
                    }
                    std::net::IpAddr::V6(v6) => v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unique_local(),
                };
                if private { Err(format!("{ip} is private or reserved")) } else { Ok(()) }
            }
            IndicatorKind::Sha256 if self.value.len() != 64 || !self.value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Err(format!("{} is no SHA-256", self.value))
            }
            _ if self.value.trim().is_empty() => Err("the value is empty".into()),
            _ => Ok(()),
        }
    }
}
