//! What a person says of a case: its number, who made it, who may read it, and the zone they live in. None of it is
//! evidence, and none of it changes an answer.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person says of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marking {
    /// Its number or name.
    pub case_id: Option<String>,
    /// Who ran the assessment.
    pub operator: Option<String>,
    /// Who may read it.
    pub tlp: Tlp,
    /// The zone in which the first screen repeats its times: `Europe/Paris`, `+02:00`.
    pub tz: Option<String>,
}

impl Marking {
    /// Whether a person said anything of the case itself.
    #[must_use]
    pub fn is_said(&self) -> bool {
        self.case_id.is_some() || self.operator.is_some() || self.tlp != Tlp::default()
    }
}

/// The Traffic Light Protocol, version 2.0 of FIRST.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tlp {
    /// Only those who were given it.
    #[serde(rename = "TLP:RED")]
    Red,
    /// One's own organisation only.
    #[serde(rename = "TLP:AMBER+STRICT")]
    AmberStrict,
    /// One's own organisation and its clients, as they need to know.
    #[default]
    #[serde(rename = "TLP:AMBER")]
    Amber,
    /// The community.
    #[serde(rename = "TLP:GREEN")]
    Green,
    /// Everybody.
    #[serde(rename = "TLP:CLEAR")]
    Clear,
}

impl Tlp {
    /// All of them, the closest first.
    pub const ALL: [Self; 5] = [Self::Red, Self::AmberStrict, Self::Amber, Self::Green, Self::Clear];

    /// The label as FIRST writes it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Red => "TLP:RED",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Amber => "TLP:AMBER",
            Self::Green => "TLP:GREEN",
            Self::Clear => "TLP:CLEAR",
        }
    }

    /// By the label, with or without `TLP:`, in either case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_uppercase();
        let word = word.strip_prefix("TLP:").unwrap_or(&word);
        Self::ALL.into_iter().find(|tlp| tlp.label().strip_prefix("TLP:") == Some(word))
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::Tlp;

    #[test]
    fn labels_come_back() {
        for tlp in Tlp::ALL {
            assert_eq!(Tlp::from_word(tlp.label()), Some(tlp));
            let json = serde_json::to_string(&tlp).unwrap();
            assert_eq!(json, format!("\"{tlp}\""));
            assert_eq!(serde_json::from_str::<Tlp>(&json).unwrap(), tlp);
        }
        assert_eq!(Tlp::from_word("amber+strict"), Some(Tlp::AmberStrict));
        assert_eq!(Tlp::from_word("white"), None);
    }
}
