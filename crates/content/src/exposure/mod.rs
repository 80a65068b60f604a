//! Builds of Exchange, the lowest fixed build of each flaw, and what is known of each flaw beside that.

mod check;
mod flaw;
mod mitigation;

pub use flaw::{Flaw, Needs, Override, Ransomware, Step};
pub use mitigation::{Mitigation, MitigationCondition, MitigationHeader};

use crate::ContentError;
use assize_model::Build;
use assize_model::time::Day;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};

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
    /// `KB5000871`; empty where none is known.
    pub kb: String,
    /// Whether it holds the fixes of its own month only. Microsoft made such packages in March 2021 for cumulative
    /// updates that it no longer served: their number is above earlier fixes that they may lack.
    #[serde(default, deserialize_with = "yes")]
    pub only_own: bool,
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

/// Builds, fixes and flaws, from Microsoft's published tables.
#[derive(Debug, Clone, Default)]
pub struct ExposureTables {
    /// Known builds.
    pub builds: Vec<KnownBuild>,
    /// Fixes.
    pub fixed: Vec<FixedBuild>,
    /// Flaws, in the order of the file.
    pub flaws: Vec<Flaw>,
    /// Rules that stand in for an update.
    pub mitigations: Vec<Mitigation>,
}

/// Whether one build has one flaw; the worst to live with comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildState {
    /// The build has the flaw.
    Vulnerable,
    /// The tables do not say.
    Unknown,
    /// Microsoft no longer looked at that product when the flaw was found.
    NotAssessed,
    /// The build has the fix.
    Fixed,
    /// The product never had the flaw.
    NotAffected,
}

/// How well a build is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// The security update too.
    Exact,
    /// The cumulative update only: security updates may stand above it.
    CumulativeUpdate,
}

impl ExposureTables {
    /// Reads and checks the tables.
    ///
    /// # Errors
    /// Names the file and the row.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        let tables = Self {
            builds: table("exposure/builds.csv", files)?,
            fixed: table("exposure/fixed_builds.csv", files)?,
            flaws: table("exposure/cves.csv", files)?,
            mitigations: mitigation::read(files)?,
        };
        tables.check()?;
        Ok(tables)
    }

    /// What Microsoft calls a build; the nearest lower build of the same cumulative update where it is not listed.
    #[must_use]
    pub fn label(&self, build: Build) -> Option<String> {
        self.listed(build).map(|b| b.label.clone())
    }

    /// The flaw of that name.
    #[must_use]
    pub fn flaw(&self, cve: &str) -> Option<&Flaw> {
        self.flaws.iter().find(|f| f.cve == cve)
    }

    /// The build that a package brings, by its article: `KB5000871` on a cumulative update.
    #[must_use]
    pub fn build_of(&self, kb: &str, update: Build) -> Option<Build> {
        self.builds.iter().filter(|b| b.kb == kb && b.build.same_update(update)).map(|b| b.build).max()
    }

    /// The row of a build, or else of the nearest lower build of the same cumulative update.
    fn listed(&self, build: Build) -> Option<&KnownBuild> {
        let same = self.builds.iter().filter(|b| b.build.same_update(build) && b.build <= build);
        same.max_by_key(|b| b.build)
    }

    /// Whether a build has a flaw, by the rule of Microsoft's servicing: a cumulative update that is listed has
    /// its own fixed build; one newer than every listed has all earlier fixes; an older one never got the fix.
    #[must_use]
    pub fn state(&self, cve: &str, build: Build) -> BuildState {
        self.state_with(cve, build, Precision::Exact, &BTreeSet::new())
    }

    /// The same for a build that may be known by its cumulative update only, and with the articles (`KB5000871`) of
    /// what is installed beside it.
    #[must_use]
    pub fn state_with(&self, cve: &str, build: Build, precision: Precision, kbs: &BTreeSet<String>) -> BuildState {
        let Some(product) = product_of(build) else { return BuildState::Unknown };
        let fixes: Vec<_> = self.fixed.iter().filter(|f| f.cve == cve && f.product == product).collect();
        if fixes.is_empty() {
            return self.without_fix(cve, product);
        }
        if let Some(fix) = fixes.iter().find(|f| f.min_fixed_build.same_update(build)) {
            return match (build >= fix.min_fixed_build, precision) {
                (true, _) if self.may_lack(build, fix, kbs) => BuildState::Unknown,
                (true, _) => BuildState::Fixed,
                (false, Precision::Exact) => BuildState::Vulnerable,
                // The update may stand on top of it.
                (false, Precision::CumulativeUpdate) => BuildState::Unknown,
            };
        }
        let newest = fixes.iter().map(|f| f.min_fixed_build).max();
        if newest.is_some_and(|n| build > n) { BuildState::Fixed } else { BuildState::Vulnerable }
    }

    /// What can be said of a product that no fix is listed for.
    fn without_fix(&self, cve: &str, product: &str) -> BuildState {
        let Some(flaw) = self.flaw(cve) else { return BuildState::Unknown };
        match product {
            _ if flaw.not_assessed.iter().any(|p| p == product) => BuildState::NotAssessed,
            // Nothing to install: what must be done is a setting.
            _ if flaw.affects(product) && self.fixed.iter().all(|f| f.cve != cve) => BuildState::Fixed,
            _ if flaw.affects(product) => BuildState::Unknown,
            // It came out with every fix of Exchange 2019 in it.
            SUBSCRIPTION if flaw.affects("Exchange 2019") => BuildState::Fixed,
            _ => BuildState::NotAffected,
        }
    }

    /// Whether a build above a fix may be without it all the same: see [`KnownBuild::only_own`].
    fn may_lack(&self, build: Build, fix: &FixedBuild, kbs: &BTreeSet<String>) -> bool {
        let Some(package) = self.listed(build).filter(|b| b.only_own) else { return false };
        let brings = |b: &&KnownBuild| b.build.same_update(build) && b.build >= fix.min_fixed_build && !b.only_own;
        package.build != fix.min_fixed_build && !self.builds.iter().filter(brings).any(|b| kbs.contains(&b.kb))
    }

    /// The fix for the cumulative update of a build.
    #[must_use]
    pub fn fix(&self, cve: &str, build: Build) -> Option<&FixedBuild> {
        self.fixed.iter().find(|f| f.cve == cve && f.min_fixed_build.same_update(build))
    }
}

/// The subscription edition: the product line after Exchange 2019.
const SUBSCRIPTION: &str = "Exchange SE";

fn yes<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    match String::deserialize(d)?.as_str() {
        "yes" => Ok(true),
        "" => Ok(false),
        other => Err(serde::de::Error::custom(format!("yes or nothing, not {other:?}"))),
    }
}

/// A day, or nothing.
fn day<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Day>, D::Error> {
    let text = String::deserialize(d)?;
    if text.is_empty() {
        return Ok(None);
    }
    let day = assize_model::Timestamp::parse(&text).filter(|_| text.len() == 10).map(assize_model::Timestamp::day);
    day.map(Some).ok_or_else(|| serde::de::Error::custom(format!("not a day: {text:?}")))
}

/// The product line of a build.
#[must_use]
pub fn product_of(build: Build) -> Option<&'static str> {
    Some(match build.0 {
        [14, ..] => "Exchange 2010",
        [15, 0, ..] => "Exchange 2013",
        [15, 1, ..] => "Exchange 2016",
        [15, 2, b, _] if b >= 2562 => SUBSCRIPTION,
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
