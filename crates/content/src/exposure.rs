//! Builds of Exchange and the lowest fixed build of each vulnerability.

use crate::ContentError;
use assize_model::Build;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One row of `exposure/builds.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownBuild {
    /// `Exchange 2016`.
    pub product: String,
    /// `CU18`.
    pub cu: String,
    /// `Exchange 2016 CU18 Mar21SU`.
    pub label: String,
    /// The build.
    pub build: Build,
    /// The day of release, `2021-03-02`.
    pub release_date: String,
}

/// One row of `exposure/fixed_builds.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct FixedBuild {
    /// `CVE-2021-26855`.
    pub cve: String,
    /// `Exchange 2016`.
    pub product: String,
    /// `CU18`.
    pub cu: String,
    /// The lowest build of that cumulative update that has the fix.
    pub min_fixed_build: Build,
    /// `KB5000871`.
    pub kb: String,
}

/// Builds and fixes, from Microsoft's published tables.
#[derive(Debug, Clone, Default)]
pub struct ExposureTables {
    /// Known builds.
    pub builds: Vec<KnownBuild>,
    /// Fixes.
    pub fixed: Vec<FixedBuild>,
}

/// Whether one build has one flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildState {
    /// The build has the flaw.
    Vulnerable,
    /// The build has the fix.
    Fixed,
    /// The product never had the flaw.
    NotAffected,
    /// The tables do not say.
    Unknown,
}

impl ExposureTables {
    /// Reads both tables.
    ///
    /// # Errors
    /// Names the file and the row.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        Ok(Self { builds: table("exposure/builds.csv", files)?, fixed: table("exposure/fixed_builds.csv", files)? })
    }

    /// What Microsoft calls a build; the nearest lower build of the same cumulative update where it is not listed.
    #[must_use]
    pub fn label(&self, build: Build) -> Option<String> {
        let same = self.builds.iter().filter(|b| b.build.same_update(build) && b.build <= build);
        same.max_by_key(|b| b.build).map(|b| b.label.clone())
    }

    /// Whether a build has a flaw, by the rule of Microsoft's servicing: a cumulative update that is listed has
    /// its own fixed build; one newer than every listed has all earlier fixes; an older one never got the fix.
    #[must_use]
    pub fn state(&self, cve: &str, build: Build) -> BuildState {
        let Some(product) = product_of(build) else { return BuildState::Unknown };
        let fixes: Vec<_> = self.fixed.iter().filter(|f| f.cve == cve && f.product == product).collect();
        if fixes.is_empty() {
            let known = self.fixed.iter().any(|f| f.cve == cve);
            return match (known, product) {
                (false, _) => BuildState::Unknown,
                (true, "Exchange SE") => BuildState::Fixed,
                (true, _) => BuildState::NotAffected,
            };
        }
        if let Some(fix) = fixes.iter().find(|f| f.min_fixed_build.same_update(build)) {
            return if build >= fix.min_fixed_build { BuildState::Fixed } else { BuildState::Vulnerable };
        }
        let newest = fixes.iter().map(|f| f.min_fixed_build).max();
        if newest.is_some_and(|n| build > n) { BuildState::Fixed } else { BuildState::Vulnerable }
    }

    /// The fix for the cumulative update of a build.
    #[must_use]
    pub fn fix(&self, cve: &str, build: Build) -> Option<&FixedBuild> {
        self.fixed.iter().find(|f| f.cve == cve && f.min_fixed_build.same_update(build))
    }
}

/// The product line of a build.
#[must_use]
pub fn product_of(build: Build) -> Option<&'static str> {
    Some(match build.0 {
        [14, ..] => "Exchange 2010",
        [15, 0, ..] => "Exchange 2013",
        [15, 1, ..] => "Exchange 2016",
        [15, 2, b, _] if b >= 2562 => "Exchange SE",
        [15, 2, ..] => "Exchange 2019",
        _ => return None,
    })
}

pub(crate) fn table<T: for<'de> Deserialize<'de>>(
    path: &str,
    files: &BTreeMap<String, String>,
) -> Result<Vec<T>, ContentError> {
    let text = files.get(path).ok_or_else(|| ContentError::new(path, "the file is missing".into()))?;
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.map_err(|e| ContentError::new(path, e.to_string()))).collect()
}
