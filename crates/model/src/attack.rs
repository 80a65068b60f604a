//! The matrix of MITRE ATT&CK that findings are named after: techniques and tactics of one version, as data.
//!
//! The tables lie in `content/attack/` and are built in, because content, assessment and reports must mean the same
//! technique by the same id. Names of tactics change between versions, so a version is said wherever one is written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A technique or sub-technique of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// `T1505.003`.
    pub id: &'static str,
    /// As MITRE writes it, without the name of the technique it belongs to: `Web Shell`.
    pub name: &'static str,
    /// Short names of its tactics, in the order of MITRE: `persistence`.
    pub tactics: Vec<&'static str>,
    /// The UUID of its STIX object.
    pub stix: &'static str,
    /// When MITRE made that object (RFC 3339, UTC).
    pub created: &'static str,
    /// When MITRE last changed it (RFC 3339, UTC).
    pub modified: &'static str,
}

/// A tactic of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tactic {
    /// `TA0003`.
    pub id: &'static str,
    /// `persistence`.
    pub shortname: &'static str,
    /// `Persistence`.
    pub name: &'static str,
}

struct Matrix {
    version: &'static str,
    techniques: BTreeMap<&'static str, Technique>,
    tactics: Vec<Tactic>,
}

static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    read(include_str!("../../../content/attack/techniques.tsv"), include_str!("../../../content/attack/tactics.tsv"))
});

/// Reads both tables. They are built in, so a line that does not fit is caught by the tests below.
fn read(techniques: &'static str, tactics: &'static str) -> Matrix {
    let head = techniques.lines().next().unwrap_or_default();
    let version = head.split_once("Enterprise ").and_then(|(_, rest)| rest.split(',').next()).unwrap_or_default();
    let technique = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next();
        let (id, name, tactics) = (cell()?, cell()?, cell()?.split(' ').collect());
        Some((id, Technique { id, name, tactics, stix: cell()?, created: cell()?, modified: cell()? }))
    };
    let tactic = |line: &'static str| {
        let mut cells = line.split('\t');
        Some(Tactic { id: cells.next()?, shortname: cells.next()?, name: cells.next()? })
    };
    Matrix {
        version,
        techniques: techniques.lines().skip(2).filter_map(technique).collect(),
        tactics: tactics.lines().skip(2).filter_map(tactic).collect(),
    }
}

/// The version of the matrix: `18.1`.
#[must_use]
pub fn version() -> &'static str {
    MATRIX.version
}

/// The technique of that id, where this version has it; revoked and deprecated ones are not in it.
#[must_use]
pub fn technique(id: &str) -> Option<&'static Technique> {
    MATRIX.techniques.get(id)
}

/// All tactics, in the order of the matrix.
#[must_use]
pub fn tactics() -> &'static [Tactic] {
    &MATRIX.tactics
}

/// The tactic of that short name.
#[must_use]
pub fn tactic(shortname: &str) -> Option<&'static Tactic> {
    MATRIX.tactics.iter().find(|t| t.shortname == shortname)
}

impl Technique {
    /// The name with that of the technique it belongs to: `Server Software Component: Web Shell`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parent = self.id.split_once('.').and_then(|(id, _)| technique(id));
        parent.map_or_else(|| self.name.to_owned(), |p| format!("{}: {}", p.name, self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_technique_of_known_tactics() {
        assert_eq!(version(), "18.1");
        assert_eq!((MATRIX.techniques.len(), tactics().len()), (691, 14));
        for t in MATRIX.techniques.values() {
            assert!(t.tactics.iter().all(|s| tactic(s).is_some()), "{}", t.id);
            assert!(t.stix.len() == 36 && t.modified.ends_with('Z') && t.created <= t.modified, "{}", t.id);
            let parent = t.id.split_once('.').map(|(id, _)| id);
            assert!(parent.is_none_or(|id| technique(id).is_some()), "{}", t.id);
        }
        assert_eq!(technique("T1505.003").unwrap().full_name(), "Server Software Component: Web Shell");
        assert!(technique("T1100").is_none(), "revoked: it became T1505.003");
    }

    /// The tables say what MITRE's own file says, where that lies beside the repository.
    #[test]
    fn names_are_those_of_mitre() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/attack/attck_matrix.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: ../shared absent");
            return;
        };
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["attack_version"], version());
    }
}
