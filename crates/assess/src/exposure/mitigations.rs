//! Rules of URL Rewrite that should stand between a flaw and the Internet: whether they are there, and whether they do.
//!
//! The points are those of Microsoft's HealthChecker: a rule that is switched off, looks at something else, is weakened
//! by another condition, passed over or removed further down holds nobody back, though its name stands in the file.

use crate::group::cite;
use crate::paths::earlier;
use crate::row::Row;
use crate::{AssessError, Tables};
use assize_content::Content;
use assize_content::exposure::{Mitigation, MitigationCondition, MitigationHeader};
use assize_model::Timestamp;
use assize_model::exposure::{MitigationFault, MitigationSeen};
use assize_model::finding::CitedRow;
use assize_model::rewrite::{RewriteCondition, RewriteRule};

const TABLE: &str = "iis_config";
/// Rules that are kept; a server has a handful.
const RULES_MAX: usize = 2_000;
/// The module that carries the rules out.
const MODULE: &str = "RewriteModule";
/// The site that clients reach, in small letters; its root is where the rules were published to be put.
const FRONT: &str = "default web site";
const ROOT: &str = "wwwroot/web.config";
/// The file of a single folder, at the end of a path.
const OF_FOLDER: &str = "/web.config";
/// Folders of the same site further down, whose own files may undo them.
const BELOW: &str = "frontend/httpproxy/";
/// Patterns that take in every request or answer.
const EVERYTHING: [&str; 5] = ["", ".*", "(.*)", "^(.*)$", "^.*$"];

/// What the configuration says of URL Rewrite.
#[derive(Default)]
pub(super) struct Rewrites {
    rules: Vec<Found>,
    /// Rules about answers, of the whole site and of its folders.
    answers: Vec<Found>,
    /// `clear` and `remove` in folders below, the name in small letters; empty: all.
    undone: Vec<(String, CitedRow)>,
    /// Whether IIS loads the module, where it says what it loads.
    module: Option<bool>,
}

/// A rule of the site, with its place.
struct Found {
    /// The folder below the site, in small letters; empty: the whole site.
    folder: String,
    name: String,
    off: bool,
    rule: RewriteRule,
    /// When the file of its folder was changed, as the container of the evidence states it.
    changed: Option<Timestamp>,
    row: CitedRow,
}

/// Every rule of the site that clients reach.
pub(super) fn rewrites(tables: &dyn Tables, content: &Content) -> Result<Rewrites, AssessError> {
    let mut all = Rewrites::default();
    let Some(layout) = content.layout(TABLE).filter(|_| tables.parts(TABLE) > 0) else { return Ok(all) };
    tables.scan(TABLE, None, &mut |batch| {
        for at in 0..batch.num_rows() {
            all.take(tables, &Row { layout, batch, at });
        }
        Ok(())
    })?;
    Ok(all)
}

impl Rewrites {
    fn take(&mut self, tables: &dyn Tables, row: &Row<'_>) {
        let path = tables.file_path(row.address().file).to_lowercase();
        if earlier(&path) {
            return;
        }
        let text = |name: &str| row.named(name).map(|v| v.into_owned()).unwrap_or_default();
        let cited = || {
            let fields = ["element", "location", "name", "enabled", "rule"].map(|n| (n.to_owned(), text(n)));
            cite(*row, tables, fields.into_iter().filter(|(_, value)| !value.is_empty()).collect())
        };
        let location = text("location").to_lowercase();
        let of_folder = path.ends_with(OF_FOLDER);
        // The file of any other folder says nothing of the site.
        let of_site = path.ends_with(ROOT) || !of_folder && (location.is_empty() || location == FRONT);
        let folder = path
            .split_once(BELOW)
            .and_then(|(_, rest)| rest.strip_suffix(OF_FOLDER))
            .or_else(|| location.strip_prefix(FRONT)?.strip_prefix('/'));
        let below = folder.is_some() || path.contains(BELOW);
        let found = |folder: &str| {
            let rule = serde_json::from_str(&text("rule")).ok()?;
            let off = matches!(text("enabled").to_lowercase().as_str(), "false" | "0");
            // That of the whole server is changed for many reasons.
            let changed = row.named("modified").filter(|_| of_folder).and_then(|time| Timestamp::parse(&time));
            Some(Found { folder: folder.to_owned(), name: text("name"), off, rule, changed, row: cited() })
        };
        match text("element").as_str() {
            "module" => {
                let loaded = text("name").eq_ignore_ascii_case(MODULE);
                self.module = Some(loaded || self.module == Some(true));
            }
            "rewriteRule" if of_site && !below && self.rules.len() < RULES_MAX => self.rules.extend(found("")),
            "rewriteAnswer" if (of_site || folder.is_some()) && self.answers.len() < RULES_MAX => {
                self.answers.extend(found(folder.unwrap_or_default()));
            }
            "rewriteClear" if below && self.undone.len() < RULES_MAX => self.undone.push((String::new(), cited())),
            "rewriteRemove" if below && self.undone.len() < RULES_MAX => {
                self.undone.push((text("name").to_lowercase(), cited()));
            }
            _ => {}
        }
    }

    /// What became of a mitigation on this server; nothing where no rule of it is there.
    pub(super) fn judge(&self, mitigation: &Mitigation) -> Option<MitigationSeen> {
        let headers = mitigation.headers.iter().map(|header| self.judge_header(header));
        let judged: Vec<(Option<&Found>, Option<MitigationFault>)> =
            mitigation.rules.iter().map(|rule| self.judge_rule(mitigation, rule)).chain(headers).collect();
        if judged.iter().all(|(found, _)| found.is_none()) {
            return None;
        }
        let fault = judged.iter().find_map(|(_, fault)| *fault);
        let found: Vec<&Found> = judged.iter().filter_map(|(found, _)| *found).collect();
        let undone = self.undone.iter().filter(|_| fault == Some(MitigationFault::UndoneBelow)).map(|(_, row)| row);
        let since = found.iter().map(|f| f.changed);
        Some(MitigationSeen {
            name: mitigation.name.clone(),
            holds: fault.is_none(),
            fault,
            // The file was changed then for the last time: before that it cannot be said.
            since: since.collect::<Option<Vec<Timestamp>>>().and_then(|times| times.into_iter().max()),
            rows: found.iter().map(|f| &f.row).chain(undone.take(1)).cloned().collect(),
        })
    }

    /// The rule of the site that comes nearest to a published one, and what is wrong with it.
    fn judge_rule(
        &self,
        mitigation: &Mitigation,
        wanted: &MitigationCondition,
    ) -> (Option<&Found>, Option<MitigationFault>) {
        let asks = |found: &&Found, pattern: &str| found.rule.conditions.iter().any(|c| same(&c.pattern, pattern));
        let exact = self.rules.iter().filter(|found| asks(found, &wanted.pattern));
        if let Some(best) = best(exact, |found| self.fault(found, wanted)) {
            return best;
        }
        let old = self.rules.iter().find(|found| mitigation.outdated.iter().any(|pattern| asks(found, pattern)));
        (old, Some(if old.is_some() { MitigationFault::OutdatedPattern } else { MitigationFault::RuleMissing }))
    }

    /// The rule that writes a published header into the answers of a folder, and what is wrong with it.
    fn judge_header(&self, wanted: &MitigationHeader) -> (Option<&Found>, Option<MitigationFault>) {
        let writes = |found: &&Found| {
            same(&found.rule.variable, &wanted.variable)
                && same(&found.rule.action, "Rewrite")
                && found.rule.value.to_lowercase().contains(&wanted.value.to_lowercase())
                && (found.folder.is_empty() || same(&found.folder, &wanted.folder))
        };
        best(self.answers.iter().filter(writes), |found| self.fault_of_header(found, wanted))
            .unwrap_or((None, Some(MitigationFault::RuleMissing)))
    }

    /// The first thing that keeps a rule about answers from holding.
    fn fault_of_header(&self, found: &Found, wanted: &MitigationHeader) -> Option<MitigationFault> {
        let rule = &found.rule;
        let published = |c: &RewriteCondition| {
            let is_it = |w: &MitigationCondition| same(&c.input, &w.input) && same(&c.pattern, &w.pattern);
            !c.negated && wanted.conditions.iter().any(is_it)
        };
        first([
            (found.off, MitigationFault::SwitchedOff),
            (!reads_expressions(rule), MitigationFault::OtherSyntax),
            (!rule.before.iter().all(published), MitigationFault::OtherAddresses),
            (!of_everything(rule), MitigationFault::OtherInput),
            (!rule.conditions.is_empty(), MitigationFault::FurtherConditions),
            (self.module == Some(false), MitigationFault::ModuleMissing),
        ])
    }

    /// The first thing that keeps a rule from holding.
    fn fault(&self, found: &Found, wanted: &MitigationCondition) -> Option<MitigationFault> {
        let rule = &found.rule;
        let condition = rule.conditions.iter().find(|c| same(&c.pattern, &wanted.pattern))?;
        let refuses =
            same(&rule.action, "AbortRequest") || same(&rule.action, "CustomResponse") && rule.status == "403";
        let before = self.rules.iter().take_while(|other| !std::ptr::eq(*other, found));
        let passed_over = before.into_iter().any(|other| {
            other.row.path == found.row.path
                && !other.off
                && other.rule.stops
                && other.rule.conditions.is_empty()
                && of_everything(&other.rule)
        });
        let name = found.name.to_lowercase();
        let undone = self.undone.iter().any(|(removed, _)| removed.is_empty() || *removed == name);
        let alone = rule.conditions.len() == 1 || same(&rule.grouping, "MatchAny");
        first([
            (found.off, MitigationFault::SwitchedOff),
            (!reads_expressions(rule), MitigationFault::OtherSyntax),
            (!of_everything(rule), MitigationFault::OtherAddresses),
            (!same(&condition.input, &wanted.input) || condition.negated, MitigationFault::OtherInput),
            (!alone, MitigationFault::FurtherConditions),
            (!refuses, MitigationFault::DoesNotRefuse),
            (passed_over, MitigationFault::PassedOver),
            (undone, MitigationFault::UndoneBelow),
            (self.module == Some(false), MitigationFault::ModuleMissing),
        ])
    }
}

/// The rule that nothing keeps from holding; if there is none, the first.
fn best<'f>(
    rules: impl Iterator<Item = &'f Found>,
    fault: impl Fn(&Found) -> Option<MitigationFault>,
) -> Option<(Option<&'f Found>, Option<MitigationFault>)> {
    let judged: Vec<_> = rules.map(|found| (Some(found), fault(found))).collect();
    judged.iter().find(|(_, fault)| fault.is_none()).or(judged.first()).copied()
}

fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

fn reads_expressions(rule: &RewriteRule) -> bool {
    rule.syntax.is_empty() || same(&rule.syntax, "ECMAScript")
}

/// Whether the pattern takes in whatever there is.
fn of_everything(rule: &RewriteRule) -> bool {
    EVERYTHING.contains(&rule.url.trim()) && !rule.url_negated
}

fn first<const N: usize>(faults: [(bool, MitigationFault); N]) -> Option<MitigationFault> {
    faults.into_iter().find_map(|(is_so, fault)| is_so.then_some(fault))
}
