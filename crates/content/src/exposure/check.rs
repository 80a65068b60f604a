//! What the three tables must agree on.

use super::{BuildState, ExposureTables, Flaw};
use crate::ContentError;
use std::collections::BTreeSet;

const BUILDS: &str = "exposure/builds.csv";
const FIXES: &str = "exposure/fixed_builds.csv";
const FLAWS: &str = "exposure/cves.csv";
const PRODUCTS: [&str; 5] = ["Exchange 2010", "Exchange 2013", "Exchange 2016", "Exchange 2019", "Exchange SE"];
const KINDS: [&str; 8] = ["", "code", "rights", "disclosure", "spoofing", "tampering", "outage", "bypass"];

impl ExposureTables {
    /// Every fix is of a known flaw and a known build of its product, and every flaw says how it is fixed.
    pub(super) fn check(&self) -> Result<(), ContentError> {
        let builds: BTreeSet<_> = self.builds.iter().map(|b| (b.product.as_str(), b.cu.as_str(), b.build)).collect();
        for known in &self.builds {
            if super::product_of(known.build) != Some(known.product.as_str()) {
                return fault(BUILDS, format!("{} is no build of {}", known.build, known.product));
            }
        }
        for fix in &self.fixed {
            if !builds.contains(&(&fix.product, &fix.cu, fix.min_fixed_build)) {
                let what = format!("{}: {} is no build of {} {}", fix.cve, fix.min_fixed_build, fix.product, fix.cu);
                return fault(FIXES, what);
            }
            if !self.flaw(&fix.cve).is_some_and(|flaw| flaw.affects(&fix.product)) {
                return fault(FIXES, format!("{} has a fix for {}, which {FLAWS} does not name", fix.cve, fix.product));
            }
        }
        let mut seen = BTreeSet::new();
        for flaw in &self.flaws {
            if !seen.insert(&flaw.cve) {
                return fault(FLAWS, format!("{} stands there twice", flaw.cve));
            }
            self.check_flaw(flaw)?;
        }
        Ok(())
    }

    fn check_flaw(&self, flaw: &Flaw) -> Result<(), ContentError> {
        let wrong = |what: &str| fault(FLAWS, format!("{}: {what}", flaw.cve));
        if !KINDS.contains(&flaw.kind.as_str()) {
            return wrong("kind is one of code, rights, disclosure, spoofing, tampering, outage, bypass");
        }
        if flaw.families.is_empty() || flaw.families.iter().chain(&flaw.not_assessed).any(|p| !PRODUCTS.contains(&&**p))
        {
            return wrong("families and not_assessed are years of Exchange, or SE");
        }
        if flaw.families.iter().any(|p| flaw.not_assessed.contains(p)) {
            return wrong("a product line has it or was not assessed, not both");
        }
        // Advisories without a number have no day of publication in the lists.
        if (flaw.published.is_none() && flaw.cve.starts_with("CVE-")) || flaw.source.is_empty() {
            return wrong("published or source is missing");
        }
        let listed = flaw.kev_added.is_some();
        if listed != flaw.kev_due.is_some() || (flaw.kev_ransomware.is_some() && !listed) {
            return wrong("kev_added and kev_due go together, and kev_ransomware with them");
        }
        if flaw.default_from.is_some() && flaw.step.is_none() {
            return wrong("default_from without a step");
        }
        let fixed = self.fixed.iter().any(|f| f.cve == flaw.cve);
        if fixed == flaw.fixed_by.is_empty() || (!fixed && flaw.step.is_none()) {
            return wrong("either an update with its builds in fixed_builds.csv, or a step that needs none");
        }
        let lost = flaw.families.iter().find(|p| self.without_builds(flaw, p));
        lost.map_or(Ok(()), |p| wrong(&format!("no fixed build of {p}")))
    }

    fn without_builds(&self, flaw: &Flaw, product: &str) -> bool {
        let listed = self.fixed.iter().any(|f| f.cve == flaw.cve && f.product == product);
        !listed && self.without_fix(&flaw.cve, product) == BuildState::Unknown
    }
}

fn fault(file: &str, what: String) -> Result<(), ContentError> {
    Err(ContentError::new(file, what))
}
