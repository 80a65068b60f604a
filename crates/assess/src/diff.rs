//! Two cases of one server: what became of it between them.
//!
//! What is missing from the later case may be gone from the server, or only from its logs. The two are told apart by
//! looking for the cited records themselves: `records` finds them, `findings` says what their absence means, `things`
//! compares what lies on the disk, `seen` what could be looked at.

mod findings;
mod records;
mod seen;
mod things;

use crate::AssessError;
use assize_case::Case;
use assize_model::diff::{CaseDiff, ExposureChange, FlawChange, Remark, SCHEMA, Side, Standing, Which};
use assize_model::result::Tool;
use assize_model::{CaseResult, Marking, Tlp};
use std::collections::BTreeMap;

/// A sealed case and its result.
#[derive(Clone, Copy)]
pub struct Assessed<'a> {
    /// Its tables.
    pub case: &'a Case,
    /// What was made of them.
    pub result: &'a CaseResult,
}

/// What became of a server between two cases of it.
///
/// # Errors
/// When a table cannot be read.
pub fn diff(before: Assessed<'_>, after: Assessed<'_>, tool_version: &str) -> Result<CaseDiff, AssessError> {
    let findings = findings::changes(before, after)?;
    let files = things::files(before, after);
    let (settings, cut) = things::settings(before, after)?;
    let mut remarks = remarks(before.result, after.result);
    if cut {
        remarks.push(Remark::Settings);
    }
    let (exposure, flaws) = exposure(before.result, after.result);
    let host = if after.result.host.name.is_empty() { &before.result.host.name } else { &after.result.host.name };
    Ok(CaseDiff {
        schema: SCHEMA.into(),
        tool: Tool { name: "assize".into(), version: tool_version.into() },
        marking: marking(&before.result.marking, &after.result.marking),
        host: host.clone(),
        before: side(before.result),
        after: side(after.result),
        standing: standing(before.result, after.result, &findings),
        remarks,
        exposure,
        flaws,
        findings,
        files,
        settings,
        coverage: seen::coverage(before.result, after.result),
        sources: seen::sources(before.result, after.result),
    })
}

/// What is said of the later case, under the closer of the two protocols.
fn marking(before: &Marking, after: &Marking) -> Marking {
    let closer = Tlp::ALL.into_iter().find(|tlp| [before.tlp, after.tlp].contains(tlp)).unwrap_or_default();
    Marking { tlp: closer, ..after.clone() }
}

fn side(result: &CaseResult) -> Side {
    let required = || result.coverage.iter().filter(|q| q.decides());
    Side {
        name: result.evidence.name.clone(),
        verdict: result.verdict.clone(),
        collected: result.window.collected,
        build: result.host.exchange_build,
        version: result.host.exchange_version.clone(),
        findings: result.findings.len() as u64,
        answered: required().filter(|q| q.sufficient).count() as u64,
        required: required().count() as u64,
    }
}

/// The later verdict, unless it is the better one only because records of the earlier one are missing.
fn standing(before: &CaseResult, after: &CaseResult, findings: &assize_model::diff::FindingChanges) -> Standing {
    let (earlier, later) = (&before.verdict, &after.verdict);
    let lost = findings.gone.iter().filter(|f| f.why.is_loss_of_record() && earlier.decided_by.contains(&f.id));
    let held_by: Vec<String> = match earlier.code > later.code {
        true => lost.map(|f| f.id.clone()).collect(),
        false => Vec::new(),
    };
    let (verdict, from) = if held_by.is_empty() { (later, Which::After) } else { (earlier, Which::Before) };
    Standing { state: verdict.state, code: verdict.code, from, held_by }
}

fn remarks(before: &CaseResult, after: &CaseResult) -> Vec<Remark> {
    let content = |r: &CaseResult| -> Vec<(String, String)> {
        r.packs.iter().map(|p| (p.id.clone(), p.sha256.clone())).collect()
    };
    let mut remarks = Vec::new();
    if before.window.collected > after.window.collected {
        remarks.push(Remark::Order);
    }
    if before.tool.version != after.tool.version || content(before) != content(after) {
        remarks.push(Remark::Content);
    }
    if before.host.name.is_empty() || after.host.name.is_empty() {
        remarks.push(Remark::Unnamed);
    }
    if !before.errors.is_empty() || !after.errors.is_empty() {
        remarks.push(Remark::Incomplete);
    }
    if before.suppressed + after.suppressed > 0 {
        remarks.push(Remark::Suppressed);
    }
    remarks
}

fn exposure(before: &CaseResult, after: &CaseResult) -> (Vec<ExposureChange>, Vec<FlawChange>) {
    let of_campaigns = twice(
        before.exposure.iter().map(|e| (e.cve.clone(), e.state)),
        after.exposure.iter().map(|e| (e.cve.clone(), e.state)),
    );
    let exposure: Vec<ExposureChange> =
        of_campaigns.into_iter().map(|(cve, before, after)| ExposureChange { cve, before, after }).collect();
    let all = twice(
        before.flaws.iter().map(|f| (f.cve.clone(), f.state)),
        after.flaws.iter().map(|f| (f.cve.clone(), f.state)),
    );
    let told = |cve: &String| exposure.iter().any(|e| e.cve == *cve);
    let others = all.into_iter().filter(|(cve, ..)| !told(cve));
    let flaws = others.map(|(cve, before, after)| FlawChange { cve, before, after }).collect();
    (exposure, flaws)
}

/// What two lists say of the same thing, where they differ, in the order of names.
fn twice<V: Copy + PartialEq>(
    before: impl Iterator<Item = (String, V)>,
    after: impl Iterator<Item = (String, V)>,
) -> Vec<(String, Option<V>, Option<V>)> {
    let mut both: BTreeMap<String, (Option<V>, Option<V>)> = BTreeMap::new();
    before.for_each(|(name, value)| both.entry(name).or_default().0 = Some(value));
    after.for_each(|(name, value)| both.entry(name).or_default().1 = Some(value));
    let differ = both.into_iter().filter(|(_, (before, after))| before != after);
    differ.map(|(name, (before, after))| (name, before, after)).collect()
}

/// The path of an evidence file as it compares with one of another collection: small letters, and the drive written in
/// one way.
fn comparable(path: &str) -> String {
    let path = path.to_lowercase();
    match path.split_once('/') {
        Some(("%systemdrive%", rest)) => format!("c:/{rest}"),
        Some((drive, rest)) if matches!(drive.as_bytes(), [letter] | [letter, b':'] if letter.is_ascii_alphabetic()) => {
            format!("{}:/{rest}", &drive[..1])
        }
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_two_collections_compare() {
        for same in ["C/inetpub/x.aspx", "C:/Inetpub/x.aspx", "%SystemDrive%/inetpub/X.aspx"] {
            assert_eq!(comparable(same), "c:/inetpub/x.aspx");
        }
        for other in ["x.aspx", "CC/x.aspx", "é/x.aspx", "1/x.aspx", ""] {
            assert_eq!(comparable(other), other.to_lowercase());
        }
    }

    #[test]
    fn what_is_the_same_twice_is_no_change() {
        let list = |pairs: &[(&str, u8)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect::<Vec<_>>();
        let (before, after) = (list(&[("a", 1), ("b", 2), ("c", 3)]), list(&[("b", 2), ("c", 4), ("d", 5)]));
        let found = twice(before.into_iter(), after.into_iter());
        let expected = [("a", Some(1), None), ("c", Some(3), Some(4)), ("d", None, Some(5))];
        assert_eq!(found, expected.map(|(n, b, a)| (n.to_owned(), b, a)));
    }
}
