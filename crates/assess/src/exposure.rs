//! Which builds ran when, and which flaws they had.

use crate::row::Row;
use crate::{AssessError, Facts, Tables};
use arrow_array::RecordBatch;
use assize_content::exposure::BuildState;
use assize_content::{Content, ExposureTables, Layout, Pack};
use assize_model::result::{BuildSeen, Exposure, ExposureState, Host};
use assize_model::{Build, Timestamp};
use std::collections::BTreeMap;

/// What the logs say about the server itself.
pub(crate) struct Survey {
    /// Name, builds, roles.
    pub(crate) host: Host,
    /// Whether it is an Edge Transport server: no web pages, so no web flaws.
    pub(crate) edge: bool,
    tables: ExposureTables,
}

impl Survey {
    /// Whether the server had one of these flaws at a moment: by the build that the row carries, else by the builds
    /// seen before. Builds only rise, so a vulnerable first build was no better before it was first seen.
    pub(crate) fn state_at(&self, cves: &[String], time: Option<Timestamp>, row_build: Option<Build>) -> BuildState {
        let seen = &self.host.builds;
        let before = time.and_then(|t| seen.iter().rev().find(|b| b.from <= t));
        let build = row_build.or(before.map(|b| b.build));
        let (build, earlier) = match (build, seen.first()) {
            (Some(build), _) => (build, false),
            (None, Some(first)) if time.is_some() => (first.build, true),
            _ => return BuildState::Unknown,
        };
        let states: Vec<_> = cves.iter().map(|cve| self.tables.state(cve, build)).collect();
        let fixed = |s: &BuildState| matches!(s, BuildState::Fixed | BuildState::NotAffected);
        match states.as_slice() {
            [] => BuildState::Unknown,
            all if all.contains(&BuildState::Vulnerable) => BuildState::Vulnerable,
            all if all.iter().all(fixed) && !earlier => BuildState::Fixed,
            _ => BuildState::Unknown,
        }
    }
}

#[derive(Default)]
struct Seen {
    builds: BTreeMap<Build, (Timestamp, Timestamp, u64)>,
    names: BTreeMap<String, u64>,
}

/// Reads builds and host names out of every table that carries them.
pub(crate) fn survey(tables: &dyn Tables, content: &Content, facts: &Facts) -> Result<Survey, AssessError> {
    let mut seen = Seen::default();
    for layout in &content.layouts {
        let build = layout.spec.column("build");
        // The host that a client asks for is the client's word, so web logs do not name the server.
        let hosts = layout.observables.get("host").filter(|_| layout.spec.family != "web-log");
        if build.is_none() && hosts.is_none() {
            continue;
        }
        tables.scan(&layout.spec.table, &mut |batch| {
            seen.batch(layout, batch, hosts.map_or(&[], Vec::as_slice));
            Ok(())
        })?;
    }
    let edge_logs = tables.paths_contain("/TransportRoles/Logs/Edge/");
    let web = ["http_proxy", "iis_w3c", "ecp_server", "web_files"]
        .iter()
        .any(|t| tables.table(t).is_some_and(|t| t.rows > 0));
    let edge = !web && (edge_logs || facts.roles.iter().any(|r| r == "edge"));
    let label = |build| content.exposure.label(build);
    let mut builds: Vec<BuildSeen> = seen
        .builds
        .iter()
        .map(|(build, (from, to, rows))| BuildSeen {
            build: *build,
            label: label(*build),
            from: *from,
            to: *to,
            rows: *rows,
        })
        .collect();
    builds.sort_by_key(|b| (b.from, b.build));
    let newest = builds.iter().max_by_key(|b| (b.to, b.build));
    let host = Host {
        name: seen.name().or_else(|| facts.host.clone()).or_else(|| name_of(&facts.evidence.name)).unwrap_or_default(),
        exchange_build: newest.map(|b| b.build),
        exchange_version: newest.and_then(|b| b.label.clone()),
        roles: if edge { vec!["edge".into()] } else { facts.roles.clone() },
        synthetic: facts.synthetic,
        builds,
    };
    Ok(Survey { host, edge, tables: content.exposure.clone() })
}

/// The name of an input without its endings, as a last resort.
fn name_of(input: &str) -> Option<String> {
    let name = input.split('.').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

impl Seen {
    fn batch(&mut self, layout: &Layout, batch: &RecordBatch, hosts: &[String]) {
        let mut parsed: BTreeMap<String, Option<Build>> = BTreeMap::new();
        for at in 0..batch.num_rows() {
            let row = Row { layout, batch, at };
            if let (Some(text), Some(time)) = (row.named("build"), row.time()) {
                let build = *parsed.entry(text.into_owned()).or_insert_with_key(|t| Build::parse(t));
                if let Some(build) = build {
                    let entry = self.builds.entry(build).or_insert((time, time, 0));
                    *entry = (entry.0.min(time), entry.1.max(time), entry.2 + 1);
                }
            }
            for name in hosts.iter().filter_map(|h| row.named(h)).filter(|n| !n.is_empty()) {
                *self.names.entry(name.into_owned()).or_default() += 1;
            }
        }
    }

    /// The name that most rows carry; where one of its forms has a domain, that form.
    fn name(&self) -> Option<String> {
        let short = |name: &str| name.split('.').next().unwrap_or(name).to_uppercase();
        let mut by_short: BTreeMap<String, u64> = BTreeMap::new();
        for (name, rows) in &self.names {
            *by_short.entry(short(name)).or_default() += rows;
        }
        let (most, _) = by_short.into_iter().max_by_key(|(_, rows)| *rows)?;
        let forms = self.names.iter().filter(|(name, _)| short(name) == most);
        forms.max_by_key(|(name, rows)| (name.contains('.'), **rows)).map(|(name, _)| name.clone())
    }
}

/// Each vulnerability of the packs against the builds seen.
pub(crate) fn of_packs(content: &Content, packs: &[&Pack], survey: &Survey) -> Vec<Exposure> {
    let mut cves: Vec<&String> = packs.iter().flat_map(|p| &p.vulnerabilities).collect();
    cves.sort();
    cves.dedup();
    cves.into_iter().map(|cve| of_cve(&content.exposure, cve, survey)).collect()
}

fn of_cve(tables: &ExposureTables, cve: &str, survey: &Survey) -> Exposure {
    let builds = &survey.host.builds;
    let mut exposure =
        Exposure { cve: cve.into(), state: ExposureState::Unknown, from: None, to: None, fixed_in: None, kb: None };
    if survey.edge {
        exposure.state = ExposureState::NeverVulnerable;
        return exposure;
    }
    let states: Vec<BuildState> = builds.iter().map(|b| tables.state(cve, b.build)).collect();
    let last_vulnerable = states.iter().rposition(|s| *s == BuildState::Vulnerable);
    exposure.from = states.iter().position(|s| *s == BuildState::Vulnerable).map(|n| builds[n].from);
    let fix = last_vulnerable.or(builds.len().checked_sub(1)).and_then(|n| tables.fix(cve, builds[n].build));
    exposure.fixed_in = fix.map(|f| f.min_fixed_build);
    exposure.kb = fix.map(|f| f.kb.clone());
    exposure.state = match (last_vulnerable, states.last()) {
        (_, None) => ExposureState::Unknown,
        (Some(n), Some(_)) if n + 1 == states.len() => ExposureState::Vulnerable,
        (Some(n), Some(_)) => {
            exposure.to = Some(builds[n + 1].from);
            ExposureState::WasVulnerable
        }
        (None, Some(BuildState::NotAffected)) => ExposureState::NeverVulnerable,
        // Fixed since the first row: whether it was fixed before the attacks began is not for the builds to say.
        (None, Some(BuildState::Fixed)) => {
            exposure.to = builds.first().map(|b| b.from);
            ExposureState::WasVulnerable
        }
        (None, Some(_)) => ExposureState::Unknown,
    };
    exposure
}
