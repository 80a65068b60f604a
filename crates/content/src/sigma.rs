//! Rules: plain Sigma with a block `assize` that says what a match proves and brings samples.

use crate::ContentError;
use assize_model::attack;
use assize_model::finding::{Level, Outcome, Strength};
use rsigma_parser::{CorrelationRule, CorrelationType, SigmaRule};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A rule over rows.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file it stands in, without its ending; also the id of its texts.
    pub name: String,
    /// Its Sigma identifier.
    pub id: String,
    /// The Sigma rule.
    pub sigma: SigmaRule,
    /// How much a reader should care.
    pub level: Level,
    /// ATT&CK technique ids out of the tags.
    pub techniques: Vec<String>,
    /// CVE ids out of the tags.
    pub vulnerabilities: Vec<String>,
    /// The condition as it is written.
    pub condition: String,
    /// What a match proves, and the samples.
    pub assize: Assize,
}

/// A rule over findings of other rules.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// The file it stands in, without its ending; also the id of its texts.
    pub name: String,
    /// Its Sigma identifier.
    pub id: String,
    /// How much a reader should care.
    pub level: Level,
    /// ATT&CK technique ids out of the tags.
    pub techniques: Vec<String>,
    /// CVE ids out of the tags.
    pub vulnerabilities: Vec<String>,
    /// Names of the rules that must all have a finding.
    pub rules: Vec<String>,
    /// Whether they must follow each other in the order given.
    pub ordered: bool,
    /// Kinds of observable that the findings must share (`path`, `ip`); empty: the server is enough.
    pub group_by: Vec<String>,
    /// How far apart they may be, in seconds.
    pub timespan_seconds: u64,
    /// What it proves.
    pub assize: Assize,
}

/// The block `assize` of a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assize {
    /// Did the act work?
    pub outcome: Outcome,
    /// What a match proves.
    pub strength: Strength,
    /// Names of the questions it answers.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Columns that tell one finding from another: rows alike in these are one finding. Empty: all rows are.
    #[serde(default)]
    pub group: Vec<String>,
    /// A pause of more than this many minutes begins a new finding.
    #[serde(default)]
    pub gap_minutes: Option<u64>,
    /// Fewer rows than this are no finding.
    #[serde(default)]
    pub at_least: Option<u64>,
    /// The act works only on a server that has one of the rule's CVEs: a row that carries a fixed build
    /// cannot have worked, one that carries a vulnerable build shows that the server was.
    #[serde(default)]
    pub needs_flaw: bool,
    /// Whether an answer shows that the thing asked for was there.
    #[serde(default)]
    pub presence: Option<Presence>,
    /// Columns shown with each cited row; empty: all that are not null.
    #[serde(default)]
    pub show: Vec<String>,
    /// Samples that must match: Sigma field to value.
    #[serde(default, rename = "match")]
    pub matching: Vec<BTreeMap<String, String>>,
    /// Samples that must not match.
    #[serde(default)]
    pub ignore: Vec<BTreeMap<String, String>>,
}

/// How an answer shows whether a thing was there.
///
/// Rows are taken by group. A group with a row whose status is among `present` is a finding of the rule's own
/// outcome and strength, and the first `absent` answer after the last `present` one says since when the thing
/// is gone. Groups without a `present` row are one finding of the rule together: a probe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// The column with the status.
    pub status: String,
    /// Statuses that show it was there.
    pub present: Vec<i64>,
    /// Statuses that show it was not.
    pub absent: Vec<i64>,
}

/// A document of a rule file.
pub(crate) enum Document {
    /// A rule over rows.
    Rule(Box<Rule>),
    /// A rule over findings.
    Correlation(Box<Correlation>),
}

/// Reads the one document of a rule file.
pub(crate) fn read(path: &str, text: &str) -> Result<Document, ContentError> {
    let fault = |what: String| ContentError::new(path, what);
    let mut collection = rsigma_parser::parse_sigma_yaml(text).map_err(|e| fault(e.to_string()))?;
    if let Some(error) = collection.errors.first() {
        return Err(fault(error.clone()));
    }
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yml").to_owned();
    match (collection.rules.pop(), collection.correlations.pop()) {
        (Some(sigma), None) if collection.rules.is_empty() => {
            rule(name, sigma).map(|r| Document::Rule(Box::new(r))).map_err(fault)
        }
        (None, Some(sigma)) if collection.correlations.is_empty() => {
            correlation(name, &sigma).map(|c| Document::Correlation(Box::new(c))).map_err(fault)
        }
        _ => Err(fault("one rule in one file is expected".into())),
    }
}

fn rule(name: String, sigma: SigmaRule) -> Result<Rule, String> {
    let assize = block(sigma.custom_attributes.get("assize"))?;
    if assize.matching.is_empty() || assize.ignore.is_empty() {
        return Err("assize: a `match` sample and an `ignore` sample are expected".into());
    }
    Ok(Rule {
        name,
        id: sigma.id.clone().ok_or("id is missing")?,
        level: level(sigma.level.ok_or("level is missing")?),
        techniques: techniques(&sigma.tags)?,
        vulnerabilities: vulnerabilities(&sigma.tags),
        condition: sigma.detection.conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        assize,
        sigma,
    })
}

fn correlation(name: String, sigma: &CorrelationRule) -> Result<Correlation, String> {
    let ordered = match sigma.correlation_type {
        CorrelationType::Temporal => false,
        CorrelationType::TemporalOrdered => true,
        _ => return Err("correlation: temporal or temporal_ordered is expected".into()),
    };
    Ok(Correlation {
        name,
        id: sigma.id.clone().ok_or("id is missing")?,
        level: level(sigma.level.ok_or("level is missing")?),
        techniques: techniques(&sigma.tags)?,
        vulnerabilities: vulnerabilities(&sigma.tags),
        rules: sigma.rules.clone(),
        ordered,
        group_by: sigma.group_by.clone(),
        timespan_seconds: sigma.timespan.seconds,
        assize: block(sigma.custom_attributes.get("assize"))?,
    })
}

fn block(value: Option<&yaml_serde::Value>) -> Result<Assize, String> {
    let value = value.ok_or("the block `assize` is missing")?;
    yaml_serde::from_value(value.clone()).map_err(|e| format!("assize: {e}"))
}

pub(crate) fn level(level: rsigma_parser::Level) -> Level {
    match level {
        rsigma_parser::Level::Informational => Level::Informational,
        rsigma_parser::Level::Low => Level::Low,
        rsigma_parser::Level::Medium => Level::Medium,
        rsigma_parser::Level::High => Level::High,
        rsigma_parser::Level::Critical => Level::Critical,
    }
}

/// `attack.t1505.003` → `T1505.003`. What the matrix of our version does not have is a fault of the rule: a report would
/// carry it to readers who cannot look it up.
fn techniques(tags: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for tag in tags.iter().filter_map(|t| t.strip_prefix("attack.")) {
        let id = tag.to_ascii_uppercase();
        // Groups, software and campaigns are named by a letter and a number.
        let named = id.strip_prefix(['G', 'S', 'C']);
        let named = named.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if attack::technique(&id).is_some() {
            found.push(id);
        } else if attack::tactic(tag).is_none() && !named {
            let version = attack::version();
            return Err(format!("tags: attack.{tag} is no technique and no tactic of ATT&CK {version}"));
        }
    }
    Ok(found)
}

/// `cve.2021-26855` → `CVE-2021-26855`.
fn vulnerabilities(tags: &[String]) -> Vec<String> {
    tags.iter().filter_map(|t| t.strip_prefix("cve.")).map(|r| format!("CVE-{r}")).collect()
}

#[cfg(test)]
mod tests {
    use super::techniques;

    #[test]
    fn a_technique_that_the_matrix_does_not_have_is_a_fault() {
        let read = |tag: &str| techniques(&[tag.to_owned()]);
        assert_eq!(read("attack.t1505.003"), Ok(vec!["T1505.003".to_owned()]));
        for fits in ["attack.persistence", "attack.g0125", "attack.s0020", "cve.2021-26855", "detection.emerging"] {
            assert_eq!(read(fits), Ok(Vec::new()), "{fits}");
        }
        for fault in ["attack.t9999", "attack.t1100", "attack.t1505.3", "attack.stealth", "attack.g", "attack.é1"] {
            let said = read(fault).unwrap_err();
            assert!(said.contains(fault) && said.contains("18.1"), "{said}");
        }
    }
}
