//! Findings that a person answers for: they are marked, and count no more.

use crate::Facts;
use assize_content::Suppressor;
use assize_model::finding::Strength;
use assize_model::{Finding, Suppressed, Suppression};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Digits of a key.
const KEY_DIGITS: usize = 16;

/// What names a finding in every run over the same records. One more record, or another address, gives another key, so
/// that nothing new hides behind what somebody knew.
pub(crate) fn key(finding: &Finding) -> String {
    let about = serde_json::json!([finding.rule_id, finding.time, finding.last, finding.count, finding.entities]);
    let mut key = assize_model::display::hex(&Sha256::digest(about.to_string()));
    key.truncate(KEY_DIGITS);
    key
}

/// Marks each finding that an entry covers, and says what became of every entry. The first entry that covers a finding
/// takes it.
pub(crate) fn apply(findings: &mut [Finding], facts: &Facts, host: &str) -> Vec<Suppression> {
    let entries = &facts.suppressions;
    // Without a day nobody knows that an entry holds.
    let expired = |entry: &Suppressor| !facts.today.is_some_and(|today| entry.holds_on(today));
    let said = |entry: &Suppressor| Suppression { expired: expired(entry), ..entry.says.clone() };
    let mut said: Vec<Suppression> = entries.iter().map(said).collect();
    for finding in findings {
        let covers = |at: &usize| !said[*at].expired && entries[*at].covers(finding, host);
        if let Some(at) = (0..entries.len()).find(covers) {
            said[at].findings.push(finding.id.clone());
            mark(finding, &said[at]);
        }
    }
    said
}

fn mark(finding: &mut Finding, by: &Suppression) {
    finding.suppressed = Some(Suppressed {
        owner: by.owner.clone(),
        reason: by.reason.clone(),
        expires: by.expires,
        strength: finding.strength,
    });
    finding.strength = Strength::Context;
    finding.adjusted.push("suppressed".into());
}

/// The findings that count.
pub(crate) fn counted(findings: &[Finding]) -> Cow<'_, [Finding]> {
    if findings.iter().all(|f| f.suppressed.is_none()) {
        return findings.into();
    }
    findings.iter().filter(|f| f.suppressed.is_none()).cloned().collect()
}

/// What the verdict rests on besides: codes of the reasons.
pub(crate) fn reasons(findings: &[Finding]) -> Vec<String> {
    let suppressed = || findings.iter().filter_map(|f| f.suppressed.as_ref());
    let mut codes = Vec::new();
    if suppressed().next().is_some() {
        codes.push("findings.suppressed".into());
    }
    if suppressed().any(|s| s.strength == Strength::Proof) {
        codes.push("proof.suppressed".into());
    }
    codes
}
