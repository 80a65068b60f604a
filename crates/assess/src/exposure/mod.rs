//! Which builds ran when, and which flaws they had.
//!
//! `told` collects what each source says of the build, `spans` makes one line of time of it, `flaws` asks the tables of
//! the content about every run of that line, and `steps`, `overrides` and `mitigations` say what the builds cannot.

mod flaws;
mod mitigations;
mod overrides;
mod spans;
mod steps;
mod told;

use crate::paths::Setting;
use crate::registry::Known;
use crate::row::text;
use crate::{AssessError, Facts, Tables};
use arrow_array::{Array, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use assize_content::exposure::{BuildState, Precision};
use assize_content::{Content, ExposureTables, Pack};
use assize_model::exposure::{BuildSource, BuildTold, FlawHistory};
use assize_model::finding::CitedRow;
use assize_model::result::{BuildSeen, Exposure, ExposureState, Host};
use assize_model::time::DAY;
use assize_model::{Address, Build, FileId, Timestamp};
use spans::Running;
use std::collections::{BTreeMap, BTreeSet};

/// What the evidence says about the server itself.
pub(crate) struct Survey {
    /// Name, builds, roles.
    pub(crate) host: Host,
    /// Whether it is an Edge Transport server: no web pages, so no web flaws.
    pub(crate) edge: bool,
    /// When Exchange was installed here, where its own setup says so and nothing is older.
    pub(crate) installed: Option<Timestamp>,
    tables: ExposureTables,
    /// The builds on one line of time.
    running: Vec<Running>,
    /// Articles of all updates that the registry lists.
    articles: BTreeSet<String>,
    steps: steps::Steps,
    overrides: Vec<overrides::Change>,
    rewrites: mitigations::Rewrites,
}

impl Survey {
    /// Whether the server had one of these flaws at a moment: by the build that the row carries, else by the builds
    /// seen around it. Builds only rise, so a vulnerable first build was no better before it was first seen; and while
    /// two builds are seen side by side (two servers, or an update that was taken back), the vulnerable one counts.
    pub(crate) fn state_at(&self, cves: &[String], time: Option<Timestamp>, row_build: Option<Build>) -> BuildState {
        if let Some(build) = row_build {
            return self.state_of(cves, build, Precision::Exact);
        }
        let of = |r: &Running| self.state_of(cves, r.build, r.precision);
        let (Some(time), Some(first)) = (time, self.running.first()) else { return BuildState::Unknown };
        let seen = || self.running.iter().filter(|r| r.from <= time);
        let beside = seen().filter(|r| r.to >= time).map(of);
        if beside.into_iter().any(|s| s == BuildState::Vulnerable) {
            return BuildState::Vulnerable;
        }
        match (seen().next_back(), of(first)) {
            (Some(before), _) => of(before),
            (None, BuildState::Vulnerable) => BuildState::Vulnerable,
            // A server that was first seen with the update may have been without it before.
            (None, _) => BuildState::Unknown,
        }
    }

    /// Whether a build has one of these flaws.
    fn state_of(&self, cves: &[String], build: Build, precision: Precision) -> BuildState {
        let states: Vec<_> =
            cves.iter().map(|cve| self.tables.state_with(cve, build, precision, &self.articles)).collect();
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
        let never = |r: &Running| cves.iter().all(|c| self.tables.state(c, r.build) == BuildState::NotAffected);
        !cves.is_empty() && !self.running.is_empty() && self.running.iter().all(never)
    }

    /// Since when the server was seen, where it had none of these flaws from its first record on.
    pub(crate) fn fixed_from_first(&self, cves: &[String]) -> Option<Timestamp> {
        let fixed = |r: &Running| self.state_of(cves, r.build, r.precision) == BuildState::Fixed;
        self.running.first().map(|r| r.from).filter(|_| self.running.iter().all(fixed))
    }

    /// When the server was seen without all of these flaws and never with one again; `None` where that never was.
    pub(crate) fn fixed_since(&self, cves: &[String]) -> Option<Timestamp> {
        let runs = spans::runs(&self.running, |r| self.state_of(cves, r.build, r.precision));
        runs.last().filter(|run| run.state == BuildState::Fixed).map(|run| run.from)
    }
}

/// Rows of the old build may follow those of the new one by so much: clocks, and services that start one by one.
const OVERLAP: i64 = DAY;

#[derive(Default)]
struct Seen {
    /// When rows of a table carry a build, how many, and the first of them.
    told: BTreeMap<(String, Build), (Timestamp, Timestamp, u64, Address)>,
    names: BTreeMap<String, u64>,
}

/// Reads builds and host names out of every table that carries them.
pub(crate) fn survey(
    tables: &dyn Tables,
    content: &Content,
    facts: &Facts,
    known: &Known,
    settings: &[Setting],
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
        // A build is told with its time and its place; a name is counted alone.
        let mut columns = if build.is_some() { vec!["file_id", "pos", "ts", "build"] } else { Vec::new() };
        columns.extend(hosts.iter().map(String::as_str));
        tables.scan(&layout.spec.table, Some(&columns), &mut |batch| {
            seen.batch(&layout.spec.table, batch, hosts);
            Ok(())
        })?;
    }
    let edge_logs = tables.paths_contain("/TransportRoles/Logs/Edge/");
    let web = ["http_proxy", "iis_w3c", "ecp_server", "web_files"]
        .iter()
        .any(|t| tables.table(t).is_some_and(|t| t.rows > 0));
    let edge = !web && (edge_logs || facts.roles.iter().any(|r| r == "edge"));
    let label = |build| content.exposure.label(build);
    let builds = seen.builds(&label);
    let mut told = seen.told(tables, &label);
    told.extend(told::setup(tables, content)?);
    told.extend(told::registry(known, &content.exposure));
    let newest_record = tables.tables().into_iter().filter_map(|table| table.to).max();
    let program = told::program(tables, content, facts.collected.or(newest_record))?;
    told.extend(program.clone());
    told.sort_by_key(|t| (t.from.is_none(), t.from, t.build, t.source));
    let newest = builds.iter().max_by_key(|b| (b.to, b.build));
    let host = Host {
        name: seen
            .name()
            .or_else(|| facts.host.clone())
            .or_else(|| known.name.clone())
            .or_else(|| name_of(&facts.evidence.name))
            .unwrap_or_default(),
        exchange_build: newest.map(|b| b.build).or(program.as_ref().map(|p| p.build)),
        exchange_version: newest
            .map_or_else(|| program.map_or_else(|| known.build.and_then(label), |p| p.label), |b| b.label.clone()),
        roles: if edge { vec!["edge".into()] } else { facts.roles.clone() },
        paths: Vec::new(),
        synthetic: facts.synthetic,
        builds,
        conflicts: told::conflicts(&told),
        told,
    };
    Ok(Survey {
        running: spans::running(&host.told),
        articles: told::articles(known),
        steps: steps::Steps::of(settings, known),
        overrides: overrides::changes(tables, content)?,
        rewrites: mitigations::rewrites(tables, content)?,
        installed: installed(tables)?,
        host,
        edge,
        tables: content.exposure.clone(),
    })
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
    fn batch(&mut self, table: &str, batch: &RecordBatch, hosts: &[String]) {
        self.builds_of(table, batch);
        for hosts in hosts.iter().filter_map(|h| batch.column_by_name(h)) {
            for name in (0..batch.num_rows()).filter_map(|at| text(hosts, at)).filter(|n| !n.is_empty()) {
                match self.names.get_mut(name.as_ref()) {
                    Some(rows) => *rows += 1,
                    None => *self.names.entry(name.into_owned()).or_default() += 1,
                }
            }
        }
    }

    fn builds_of(&mut self, table: &str, batch: &RecordBatch) {
        let times = batch.column_by_name("ts").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        let files = batch.column_by_name("file_id").and_then(|c| c.as_any().downcast_ref::<UInt32Array>());
        let places = batch.column_by_name("pos").and_then(|c| c.as_any().downcast_ref::<UInt64Array>());
        let (Some(builds), Some(times)) = (batch.column_by_name("build"), times) else { return };
        let mut parsed: BTreeMap<String, Option<Build>> = BTreeMap::new();
        // One batch holds few builds: they are counted here, and the maps are asked once for each.
        let mut here: BTreeMap<Build, (Timestamp, Timestamp, u64, Address)> = BTreeMap::new();
        for at in (0..batch.num_rows()).filter(|at| times.is_valid(*at)) {
            let (Some(text), time) = (text(builds, at), Timestamp(times.value(at))) else { continue };
            let known = parsed.get(text.as_ref()).copied();
            let build = known.unwrap_or_else(|| *parsed.entry(text.to_string()).or_insert(Build::parse(&text)));
            let Some(build) = build else { continue };
            let file = FileId(files.map_or(0, |a| a.value(at)));
            let address = Address { file, pos: places.map_or(0, |a| a.value(at)) };
            add(here.entry(build).or_insert((time, time, 0, address)), (time, time, 1, address));
        }
        for (build, more) in here {
            let told = self.told.entry((table.to_owned(), build)).or_insert((more.0, more.1, 0, more.3));
            add(told, more);
        }
    }

    /// What the rows of all tables say together, in the order in which builds were first seen.
    fn builds(&self, label: &dyn Fn(Build) -> Option<String>) -> Vec<BuildSeen> {
        let mut builds: BTreeMap<Build, BuildSeen> = BTreeMap::new();
        for ((_, build), (from, to, rows, _)) in &self.told {
            let new = || BuildSeen { build: *build, label: label(*build), from: *from, to: *to, rows: 0 };
            let seen = builds.entry(*build).or_insert_with(new);
            (seen.from, seen.to, seen.rows) = (seen.from.min(*from), seen.to.max(*to), seen.rows + rows);
        }
        let mut builds: Vec<BuildSeen> = builds.into_values().collect();
        builds.sort_by_key(|b| (b.from, b.build));
        builds
    }

    /// What the rows of each table say.
    fn told(&self, tables: &dyn Tables, label: &dyn Fn(Build) -> Option<String>) -> Vec<BuildTold> {
        let told = |((table, build), (from, to, rows, address)): (&(String, Build), &(_, _, u64, Address))| BuildTold {
            build: *build,
            label: label(*build),
            exact: true,
            source: BuildSource::Rows,
            from: Some(*from),
            to: Some(*to),
            rows: *rows,
            row: CitedRow {
                address: *address,
                path: tables.file_path(address.file).to_owned(),
                table: table.clone(),
                time: Some(*from),
                fields: vec![("build".into(), build.to_string())],
            },
        };
        self.told.iter().map(told).collect()
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

/// Takes rows of a build to those before; the first row in time is kept, and of several the first in place.
fn add(sum: &mut (Timestamp, Timestamp, u64, Address), more: (Timestamp, Timestamp, u64, Address)) {
    if (more.0, more.3) < (sum.0, sum.3) {
        (sum.0, sum.3) = (more.0, more.3);
    }
    sum.1 = sum.1.max(more.1);
    sum.2 += more.2;
}

/// Every flaw of Exchange over time. An Edge server has a role of its own with few of them, and the tables do not tell which.
pub(crate) fn flaws(survey: &Survey) -> Vec<FlawHistory> {
    if survey.edge { Vec::new() } else { survey.tables.flaws.iter().map(|flaw| flaws::history(survey, flaw)).collect() }
}

/// Each vulnerability of the packs, out of the history of all.
pub(crate) fn of_packs(packs: &[&Pack], survey: &Survey, flaws: &[FlawHistory]) -> Vec<Exposure> {
    let cves: BTreeSet<&String> = packs.iter().flat_map(|p| &p.vulnerabilities).collect();
    let of = |cve: &String| match flaws.iter().find(|f| f.cve == *cve) {
        Some(flaw) => flaws::exposure(flaw),
        None => {
            let state = if survey.edge { ExposureState::NeverVulnerable } else { ExposureState::Unknown };
            Exposure { cve: cve.clone(), state, from: None, to: None, fixed_in: None, kb: None }
        }
    };
    cves.into_iter().map(of).collect()
}
