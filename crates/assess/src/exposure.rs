//! Which builds ran when, and which flaws they had.

use crate::registry::Known;
use crate::row::text;
use crate::{AssessError, Facts, Tables};
use arrow_array::{Array, RecordBatch, TimestampMicrosecondArray};
use assize_content::exposure::BuildState;
use assize_content::{Content, ExposureTables, Pack};
use assize_model::result::{BuildSeen, Exposure, ExposureState, Host};
use assize_model::time::DAY;
use assize_model::{Build, Timestamp};
use std::collections::BTreeMap;

/// What the logs say about the server itself.
pub(crate) struct Survey {
    /// Name, builds, roles.
    pub(crate) host: Host,
    /// Whether it is an Edge Transport server: no web pages, so no web flaws.
    pub(crate) edge: bool,
    /// When Exchange was installed here, where its own setup says so and nothing is older.
    pub(crate) installed: Option<Timestamp>,
    tables: ExposureTables,
}

impl Survey {
    /// Whether the server had one of these flaws at a moment: by the build that the row carries, else by the builds
    /// seen around it. Builds only rise, so a vulnerable first build was no better before it was first seen; and while
    /// two builds are seen side by side (two servers, or an update that was taken back), the vulnerable one counts.
    pub(crate) fn state_at(&self, cves: &[String], time: Option<Timestamp>, row_build: Option<Build>) -> BuildState {
        if let Some(build) = row_build {
            return self.state_of(cves, build);
        }
        let (Some(time), Some(first)) = (time, self.host.builds.first()) else { return BuildState::Unknown };
        let seen = || self.host.builds.iter().filter(|b| b.from <= time);
        let beside = seen().filter(|b| b.to >= time).map(|b| self.state_of(cves, b.build));
        if beside.into_iter().any(|s| s == BuildState::Vulnerable) {
            return BuildState::Vulnerable;
        }
        match (seen().next_back(), self.state_of(cves, first.build)) {
            (Some(before), _) => self.state_of(cves, before.build),
            (None, BuildState::Vulnerable) => BuildState::Vulnerable,
            // A server that was first seen with the update may have been without it before.
            (None, _) => BuildState::Unknown,
        }
    }

    /// Whether a build has one of these flaws.
    fn state_of(&self, cves: &[String], build: Build) -> BuildState {
        let states: Vec<_> = cves.iter().map(|cve| self.tables.state(cve, build)).collect();
        let fixed = |s: &BuildState| matches!(s, BuildState::Fixed | BuildState::NotAffected);
        match states.as_slice() {
            [] => BuildState::Unknown,
            all if all.contains(&BuildState::Vulnerable) => BuildState::Vulnerable,
            all if all.iter().all(fixed) => BuildState::Fixed,
            _ => BuildState::Unknown,
        }
    }

    /// Whether every build seen is of a product that never had these flaws. No update leads from one product to another,
    /// but for Exchange 2019 and the one after it, which the tables know as fixed.
    pub(crate) fn never_affected(&self, cves: &[String]) -> bool {
        let never = |b: &BuildSeen| cves.iter().all(|c| self.tables.state(c, b.build) == BuildState::NotAffected);
        !cves.is_empty() && !self.host.builds.is_empty() && self.host.builds.iter().all(never)
    }

    /// Since when the server was seen, where it had none of these flaws from its first record on.
    pub(crate) fn fixed_from_first(&self, cves: &[String]) -> Option<Timestamp> {
        let fixed = |b: &BuildSeen| self.state_of(cves, b.build) == BuildState::Fixed;
        self.host.builds.first().map(|b| b.from).filter(|_| self.host.builds.iter().all(fixed))
    }

    /// When the server was seen without all of these flaws and never with one again; `None` where that never was.
    pub(crate) fn fixed_since(&self, cves: &[String]) -> Option<Timestamp> {
        let builds = &self.host.builds;
        let fixed = |b: &&BuildSeen| self.state_of(cves, b.build) == BuildState::Fixed;
        let last = builds.iter().filter(|b| !fixed(b)).map(|b| b.to).max();
        settled(builds.iter().filter(fixed), last).map(|b| b.from)
    }
}

/// Rows of the old build may follow those of the new one by so much: clocks, and services that start one by one.
const OVERLAP: i64 = DAY;

/// The first of the good builds that came to stay: it began when the last bad one ended, give or take [`OVERLAP`].
fn settled<'b>(good: impl Iterator<Item = &'b BuildSeen>, last_bad: Option<Timestamp>) -> Option<&'b BuildSeen> {
    good.filter(|b| last_bad.is_none_or(|last| b.from.plus(OVERLAP) >= last && b.to >= last)).min_by_key(|b| b.from)
}

#[derive(Default)]
struct Seen {
    builds: BTreeMap<Build, (Timestamp, Timestamp, u64)>,
    names: BTreeMap<String, u64>,
}

/// Reads builds and host names out of every table that carries them.
pub(crate) fn survey(
    tables: &dyn Tables,
    content: &Content,
    facts: &Facts,
    known: &Known,
) -> Result<Survey, AssessError> {
    let mut seen = Seen::default();
    for layout in &content.layouts {
        let build = layout.spec.column("build");
        // The host that a client asks for is the client's word, so web logs do not name the server.
        let hosts = layout.observables.get("host").filter(|_| layout.spec.family != "web-log");
        if build.is_none() && hosts.is_none() {
            continue;
        }
        let hosts = hosts.map_or(&[][..], Vec::as_slice);
        let mut columns = vec!["ts"];
        columns.extend(build.map(|_| "build"));
        columns.extend(hosts.iter().map(String::as_str));
        tables.scan(&layout.spec.table, Some(&columns), &mut |batch| {
            seen.batch(batch, hosts);
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
        name: seen
            .name()
            .or_else(|| facts.host.clone())
            .or_else(|| known.name.clone())
            .or_else(|| name_of(&facts.evidence.name))
            .unwrap_or_default(),
        exchange_build: newest.map(|b| b.build),
        exchange_version: newest.map_or_else(|| known.build.and_then(label), |b| b.label.clone()),
        roles: if edge { vec!["edge".into()] } else { facts.roles.clone() },
        paths: Vec::new(),
        synthetic: facts.synthetic,
        builds,
    };
    let installed = installed(tables)?;
    Ok(Survey { host, edge, installed, tables: content.exposure.clone() })
}

/// The moment at which setup put Exchange on this server: the first run that its log tells of was an installation, and
/// no other log of Exchange is older.
fn installed(tables: &dyn Tables) -> Result<Option<Timestamp>, AssessError> {
    const SETUP: &str = "exchange_setup";
    // (when, whether it was an installation) of the first run.
    let mut first: Option<(Timestamp, bool)> = None;
    if tables.table(SETUP).is_none_or(|t| t.rows == 0) {
        return Ok(None);
    }
    tables.scan(SETUP, Some(&["ts", "text"]), &mut |batch| {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        let (Some(times), Some(texts)) = (times, batch.column_by_name("text")) else { return Ok(()) };
        for at in (0..batch.num_rows()).filter(|at| times.is_valid(*at)) {
            let time = Timestamp(times.value(at));
            let Some(line) = text(texts, at).map(|t| t.to_lowercase()) else { continue };
            // Setup writes its own command line: `Command Line Parameter Name='mode', Value='Install'.`
            if line.contains("name='mode'") && first.is_none_or(|(t, _)| time < t) {
                first = Some((time, line.contains("value='install'")));
            }
        }
        Ok(())
    })?;
    let older = |time: &Timestamp| {
        let logs = tables.tables().into_iter().filter(|t| t.family == "exchange-log" && t.table != SETUP);
        logs.filter_map(|t| t.from).any(|from| from < *time)
    };
    Ok(first.filter(|(_, install)| *install).map(|(time, _)| time).filter(|t| !older(t)))
}

/// The name of an input without its endings, as a last resort.
fn name_of(input: &str) -> Option<String> {
    let name = input.split('.').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

impl Seen {
    fn batch(&mut self, batch: &RecordBatch, hosts: &[String]) {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        if let (Some(builds), Some(times)) = (batch.column_by_name("build"), times) {
            let mut parsed: BTreeMap<String, Option<Build>> = BTreeMap::new();
            for at in (0..batch.num_rows()).filter(|at| times.is_valid(*at)) {
                let (Some(text), time) = (text(builds, at), Timestamp(times.value(at))) else { continue };
                let known = parsed.get(text.as_ref()).copied();
                let build = known.unwrap_or_else(|| *parsed.entry(text.to_string()).or_insert(Build::parse(&text)));
                if let Some(build) = build {
                    let entry = self.builds.entry(build).or_insert((time, time, 0));
                    *entry = (entry.0.min(time), entry.1.max(time), entry.2 + 1);
                }
            }
        }
        for hosts in hosts.iter().filter_map(|h| batch.column_by_name(h)) {
            for name in (0..batch.num_rows()).filter_map(|at| text(hosts, at)).filter(|n| !n.is_empty()) {
                match self.names.get_mut(name.as_ref()) {
                    Some(rows) => *rows += 1,
                    None => *self.names.entry(name.into_owned()).or_default() += 1,
                }
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
    let state = |b: &BuildSeen| tables.state(cve, b.build);
    let bad = |b: &&BuildSeen| state(b) == BuildState::Vulnerable;
    let last_bad = builds.iter().filter(bad).max_by_key(|b| (b.to, b.build));
    exposure.from = builds.iter().find(bad).map(|b| b.from);
    let fix = last_bad.or(builds.last()).and_then(|b| tables.fix(cve, b.build));
    exposure.fixed_in = fix.map(|f| f.min_fixed_build);
    exposure.kb = fix.map(|f| f.kb.clone());
    let good = builds.iter().filter(|b| matches!(state(b), BuildState::Fixed | BuildState::NotAffected));
    let settled = settled(good, last_bad.map(|b| b.to));
    exposure.state = match (last_bad, settled, builds.last().map(state)) {
        (_, _, None) => ExposureState::Unknown,
        (Some(_), None, _) => ExposureState::Vulnerable,
        (Some(_), Some(fixed), _) => {
            exposure.to = Some(fixed.from);
            ExposureState::WasVulnerable
        }
        (None, _, Some(BuildState::NotAffected)) => ExposureState::NeverVulnerable,
        // Fixed since the first row: whether it was fixed before the attacks began is not for the builds to say.
        (None, _, Some(BuildState::Fixed)) => {
            exposure.to = builds.first().map(|b| b.from);
            ExposureState::WasVulnerable
        }
        (None, ..) => ExposureState::Unknown,
    };
    exposure
}
