//! Exchange build numbers: `15.1.2106.2`, also written `15.01.2106.002`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A build of Exchange: major, minor, build, revision. The first three name the cumulative update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Build(pub [u32; 4]);

impl Build {
    /// Reads four numbers with dots between them; leading zeros are allowed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.');
        let mut numbers = [0; 4];
        for number in &mut numbers {
            *number = parts.next()?.parse().ok()?;
        }
        parts.next().is_none().then_some(Self(numbers))
    }

    /// Whether both carry the same cumulative update.
    #[must_use]
    pub fn same_update(self, other: Self) -> bool {
        self.0[..3] == other.0[..3]
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

impl Serialize for Build {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Build {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a build: {text:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::Build;

    #[test]
    fn padded_and_plain_forms_are_one_build() {
        assert_eq!(Build::parse("15.01.2106.002"), Build::parse("15.1.2106.2"));
        assert_eq!(Build::parse("15.1.2106"), None);
        assert_eq!(Build::parse("15.1.2106.2.1"), None);
        assert!(Build::parse("15.1.2106.13") > Build::parse("15.1.2106.2"));
    }
}
