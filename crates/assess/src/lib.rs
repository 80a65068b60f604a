//! Assessment: the tables of a sealed case and the content become findings, incidents, exposure, coverage and one
//! verdict.
//!
//! It reads tables and nothing else. In the order in which things are decided: [`mod@sigma`] finds candidate rows and
//! lets the exact evaluator decide, `group` makes findings of matches, `indicator` and `correlate` add theirs, `story`
//! puts findings together, `exposure`, `ledger`, `coverage` and `clock`
//! say what could be true, where records are missing, what could be seen and whose clock agrees with whose, and [`verdict`] decides.

mod campaign;
mod clock;
mod correlate;
mod coverage;
mod detect;
mod diff;
mod directive;
mod exposure;
mod group;
mod grouped;
mod hunt;
mod indicator;
mod joined;
mod ledger;
mod moments;
mod paths;
mod pipeline;
mod registry;
mod row;
mod say;
pub mod sigma;
mod stack;
mod story;
mod suppress;
mod sweep;
mod tables;
pub mod verdict;
mod watch;
mod words;

pub use diff::{Assessed, diff};
pub use hunt::{Hunt, Match};
pub use pipeline::Pipelines;
pub use row::text;
pub use stack::{Stack, Stacks, Tally};
pub use tables::{MemoryTables, Tables, Visit};
pub use watch::{Plan, Sighting, Watch};

use arrow_array::RecordBatch;
use assize_content::{Content, Layout, Pack, Rule, Suppressor};
use assize_model::file::Skipped;
use assize_model::result::{CitedFile, ClockOffset, Evidence, Host, PackUsed, SCHEMA, Standing, Tool};
use assize_model::time::Day;
use assize_model::{CaseResult, FileId, Finding, Marking, Timestamp};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Trouble of our own while assessing.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// A table could not be read.
    #[error("{0}")]
    Table(String),
    /// A rule cannot run. Content is checked on load, so this names a rule that the evaluator refuses.
    #[error("rule {rule} cannot run: {why}")]
    Rule {
        /// The rule.
        rule: String,
        /// The cause.
        why: String,
    },
}

/// What is known beside the tables.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The host, as the collection states it.
    pub host: Option<String>,
    /// When the evidence was collected, as the collection states it.
    pub collected: Option<Timestamp>,
    /// Roles, as the collection states them.
    pub roles: Vec<String>,
    /// Whether the collection says that it is invented.
    pub synthetic: bool,
    /// Examine from then.
    pub since: Option<Timestamp>,
    /// Examine up to then.
    pub until: Option<Timestamp>,
    /// Packs to run; empty: all.
    pub campaigns: Vec<String>,
    /// Whether rules run.
    pub detect: bool,
    /// Threads to use; they change no result.
    pub threads: usize,
    /// What a person says of the case.
    pub marking: Marking,
    /// What was read.
    pub evidence: Evidence,
    /// Files that could not be opened or were refused.
    pub skipped: Vec<Skipped>,
    /// Version of the tool.
    pub tool_version: String,
    /// Findings that somebody answers for.
    pub suppressions: Vec<Suppressor>,
    /// The day on which they must hold.
    pub today: Option<Day>,
}

/// Assesses one case.
///
/// # Errors
/// When a table cannot be read, or a rule cannot run.
pub fn assess(tables: &dyn Tables, content: &Content, facts: &Facts) -> Result<CaseResult, AssessError> {
    if facts.threads < 2 {
        return assess_with(tables, content, facts, || clock::offsets(tables, content));
    }
    // Clocks are compared on one core, while the others go on.
    std::thread::scope(|scope| {
        let clocks = scope.spawn(|| clock::offsets(tables, content));
        assess_with(tables, content, facts, || {
            clocks.join().unwrap_or_else(|_| Err(AssessError::Table("the comparison of clocks stopped".into())))
        })
    })
}

fn assess_with(
    tables: &dyn Tables,
    content: &Content,
    facts: &Facts,
    clock_offsets: impl FnOnce() -> Result<Vec<ClockOffset>, AssessError>,
) -> Result<CaseResult, AssessError> {
    // Long: the steps of an assessment in their order, each of them a call.
    // What belongs to no campaign is looked for whichever campaign is asked for.
    let asked = |p: &&Pack| p.from.is_none() || facts.campaigns.is_empty() || facts.campaigns.contains(&p.id);
    let packs: Vec<&Pack> = content.packs.iter().filter(asked).collect();
    let known = registry::known(tables, content)?;
    let settings = paths::settings(tables, content)?;
    let survey = exposure::survey(tables, content, facts, &known, &settings)?;
    let plans = campaign::plans(tables, &packs, &survey, facts);
    let open: Vec<_> = plans.iter().filter(|p| p.standing == Standing::Open).map(|p| (p.pack, &p.window)).collect();
    let begun: Vec<&Pack> = plans.iter().filter(|p| p.standing != Standing::NotBegun).map(|p| p.pack).collect();
    let questions = || {
        let ledger = ledger::of_case(tables, content)?;
        let coverage = coverage::questions(tables, content, &open, &survey, &ledger)?;
        Ok::<_, AssessError>((ledger, coverage))
    };
    let detect = || match facts.detect {
        true => detect::detect(tables, content, &packs, &survey, facts.threads),
        false => Ok((Vec::new(), Vec::new())),
    };
    let ((mut findings, checked), (ledger, coverage)) = at_once(facts.threads, detect, questions)?;
    number(&mut findings);
    let flaws = exposure::flaws(&survey);
    let exposure = exposure::of_packs(&begun, &survey, &flaws);
    let clock_offsets = clock_offsets()?;
    let paths = paths::of_server(tables, &settings, known);
    let understood = coverage::understood(tables, content)?;
    let judged =
        campaign::Judged { findings: &[], coverage: &coverage, exposure: &exposure, understood, edge: survey.edge };
    let with_all = campaign::judge(&plans, &judged.over(&findings)).2.state;
    let suppressions = suppress::apply(&mut findings, facts, &survey.host.name);
    let counted = suppress::counted(&findings);
    let collected = coverage::window(tables, None, &survey, facts).collected;
    let incidents = story::incidents(&counted, &packs, &story::Told { tables, content, collected })?;
    let (campaigns, lead, mut verdict) = campaign::judge(&plans, &judged.over(&counted));
    verdict.why.extend(suppress::reasons(&findings));
    let suppressed = findings.len() - counted.len();
    let window = match lead {
        Some(at) => plans[at].window.clone(),
        None => coverage::window(tables, None, &survey, facts),
    };
    let cited = cited(tables, &findings);
    let mut result = CaseResult {
        schema: SCHEMA.into(),
        tool: Tool { name: "assize".into(), version: facts.tool_version.clone() },
        marking: facts.marking.clone(),
        packs: packs.iter().map(|p| used(p)).collect(),
        host: Host { paths, ..survey.host },
        window,
        about: lead.map(|at| plans[at].pack.id.clone()),
        campaigns,
        exposure,
        flaws,
        directives: Vec::new(),
        coverage,
        ledger,
        clock_offsets,
        suppressed: suppressed as u64,
        suppressions,
        without_suppressions: (with_all != verdict.state).then_some(with_all),
        findings,
        incidents,
        redacted: false,
        evidence: Evidence { cited, ..titled(facts.evidence.clone(), content) },
        checked,
        skipped: facts.skipped.clone(),
        errors: Vec::new(),
        verdict,
    };
    result.directives = directive::standings(tables, content, &result)?;
    Ok(result)
}

/// What was found and what could be seen: the second is worked out on one core, while the others look for attacks.
fn at_once<D, Q: Send>(
    threads: usize,
    detect: impl FnOnce() -> Result<D, AssessError>,
    questions: impl FnOnce() -> Result<Q, AssessError> + Send,
) -> Result<(D, Q), AssessError> {
    if threads < 2 {
        return Ok((detect()?, questions()?));
    }
    std::thread::scope(|scope| {
        let asked = scope.spawn(questions);
        let detected = detect()?;
        let stopped = |_| Err(AssessError::Table("the look at what could be seen stopped".into()));
        Ok((detected, asked.join().unwrap_or_else(stopped)?))
    })
}

/// Runs the `match` and `ignore` samples of a rule on the same road as rows of a case.
///
/// # Errors
/// Says which sample behaved otherwise.
pub fn test_rule(rule: &Rule, layouts: &[Layout]) -> Result<(), String> {
    sigma::test_rule(rule, layouts)
}

/// A cell of a row as text, by the name of its column; `ts` is the moment of the row.
#[must_use]
pub fn cell(layout: &Layout, batch: &RecordBatch, at: usize, column: &str) -> Option<String> {
    let row = row::Row { layout, batch, at };
    if column == "ts" { row.time().map(|t| t.to_string()) } else { row.named(column).map(Cow::into_owned) }
}

/// The same with the names that people call the tables by, so that a report needs no content.
fn titled(mut evidence: Evidence, content: &Content) -> Evidence {
    for table in &mut evidence.tables {
        table.title = content.layout(&table.table).map(|l| l.title.clone()).unwrap_or_default();
    }
    evidence
}

/// The files whose records are cited.
fn cited(tables: &dyn Tables, findings: &[Finding]) -> Vec<CitedFile> {
    let mut records: BTreeMap<FileId, BTreeSet<u64>> = BTreeMap::new();
    for row in findings.iter().flat_map(|f| &f.rows) {
        records.entry(row.address.file).or_default().insert(row.address.pos);
    }
    let files = records.into_iter().filter_map(|(file, cited)| Some((tables.file(file)?, cited)));
    let files = files.map(|(info, cited)| CitedFile {
        file: info.id,
        path: info.path.clone(),
        size: info.size,
        sha256: info.sha256.clone(),
        records: cited.len() as u64,
    });
    files.collect()
}

fn used(pack: &Pack) -> PackUsed {
    PackUsed {
        id: pack.id.clone(),
        version: pack.version.clone(),
        sha256: pack.sha256.clone(),
        title: pack.title.clone(),
        first_exploitation: pack.from,
        disclosed: pack.disclosed,
        fix: pack.fix.clone(),
    }
}

/// Puts findings in the order of time, undated ones last, and numbers them.
fn number(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |f: &Finding| {
            (f.time.is_none(), f.time, f.rule.clone(), f.rows.first().map(|r| r.address), f.summary.clone())
        };
        key(a).cmp(&key(b))
    });
    for (n, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("F-{:03}", n + 1);
        finding.key = suppress::key(finding);
    }
}
