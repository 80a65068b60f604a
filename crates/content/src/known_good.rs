//! Files that a healthy Exchange server has.

use crate::ContentError;
use crate::exposure::table;
use assize_model::Build;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One row of `known_good/exchange_web_files.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownFile {
    /// Path below the folder of the installation: `\FrontEnd\HttpProxy\owa\auth\logon.aspx`.
    pub path: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// The first build seen with this content.
    pub first_build: Build,
    /// The last one.
    pub last_build: Build,
}

/// Web files that Microsoft shipped, with every content they had.
#[derive(Debug, Clone, Default)]
pub struct KnownGood {
    files: Vec<KnownFile>,
    by_hash: BTreeMap<String, usize>,
    paths: BTreeSet<String>,
}

impl KnownGood {
    /// Reads the table.
    ///
    /// # Errors
    /// Names the file and the row.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        const NAME: &str = "known_good/exchange_web_files.csv";
        if !files.contains_key(NAME) {
            return Ok(Self::default());
        }
        let files: Vec<KnownFile> = table(NAME, files)?;
        let by_hash = files.iter().enumerate().map(|(n, file)| (file.sha256.to_ascii_lowercase(), n)).collect();
        let paths = files.iter().map(|file| normal(&file.path)).collect();
        Ok(Self { files, by_hash, paths })
    }

    /// The file with that SHA-256, in lower-case hexadecimal.
    #[must_use]
    pub fn by_sha256(&self, sha256: &str) -> Option<&KnownFile> {
        self.by_hash.get(sha256).and_then(|n| self.files.get(*n))
    }

    /// Whether a genuine file lies at the end of `path`, whatever the folder of the installation and the slashes.
    #[must_use]
    pub fn has_path(&self, path: &str) -> bool {
        let path = normal(path);
        path.match_indices('/').any(|(at, _)| self.paths.contains(&path[at..]))
    }
}

fn normal(path: &str) -> String {
    let path = path.replace('\\', "/").to_ascii_lowercase();
    if path.starts_with('/') { path } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use crate::Content;

    #[test]
    fn a_genuine_page_is_known_by_hash_and_by_place() {
        let known = Content::builtin().unwrap().known_good;
        let hash = "442892c71f3c3a4a55ed572649a98742bbafa85fde887201c97782edbf21a495";
        assert_eq!(known.by_sha256(hash).unwrap().path, "\\ClientAccess\\ecp\\About.aspx");
        assert!(known.has_path("C/Program Files/Microsoft/Exchange Server/V15/ClientAccess/ecp/About.aspx"));
        assert!(!known.has_path("C/inetpub/wwwroot/aspnet_client/About.aspx"));
        assert!(known.by_sha256("").is_none());
    }
}
