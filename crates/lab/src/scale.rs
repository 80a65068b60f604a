//! Servers of real size: the life of thousands of people on one or several front ends, with a scenario hidden in it.
//!
//! Days are made one by one, each from numbers of its own, so several are made at a time and the memory they take does
//! not grow with the whole. Rows have the columns and the shapes of real logs; where no real log was at hand (EWS,
//! Autodiscover, MAPI), the columns are those that administrators describe.

mod life;
mod logs;
mod pen;

use crate::clock::{DAY, HOUR, Ms, shown};
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::server::{Files, Role, Server};
use crate::{ecp, events, http_proxy, iis, noise, pages};
use life::Life;
use logs::{Log, Logs};
use pen::Today;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How big.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Bytes of all logs, about; what a scenario took away is missing from them.
    pub bytes: u64,
    /// Days up to the collection.
    pub days: u32,
    /// Servers; the scenario happens on the first.
    pub front_ends: u32,
    /// Threads. They change the time it takes and not one byte.
    pub threads: usize,
}

/// What [`write_big`] wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScaleSummary {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Writes servers of real size: into `dir`, or into a folder in it for each of several. The same seed gives the same
/// bytes.
///
/// # Errors
/// When a file cannot be written, when the scenario has no big form, or when it begins before the first day.
pub fn write_big(scenario: &Scenario, seed: u64, scale: &Scale, dir: &Path) -> io::Result<ScaleSummary> {
    let servers = servers(scenario, seed, scale)?;
    let place = |server: &Server| if servers.len() == 1 { dir.to_owned() } else { dir.join(&server.name) };
    let mut summary = ScaleSummary::default();
    let mut tasks = Vec::new();
    for server in &servers {
        let dir = place(server);
        add(&mut summary, small_files(server, &dir)?);
        let mut start = first_day(scenario, scale);
        while start <= server.collected {
            tasks.push(Task { server, dir: dir.clone(), start });
            start += DAY;
        }
    }
    let weights: u64 = tasks.iter().map(|t| day_weight(t.start, t.server.collected)).sum();
    let moments = u128::from(scale.bytes) / u128::from(cost(&servers[0], first_day(scenario, scale))?.max(1));
    let per_weight = |weight: u64| moments * u128::from(weight) / u128::from(weights.max(1));
    let next = AtomicUsize::new(0);
    let done: Mutex<io::Result<ScaleSummary>> = Mutex::new(Ok(summary));
    std::thread::scope(|scope| {
        for _ in 0..scale.threads.max(1) {
            scope.spawn(|| {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let written = task.write(&per_weight);
                    let Ok(mut done) = done.lock() else { return };
                    match (done.as_mut(), written) {
                        (Ok(all), Ok(one)) => add(all, one),
                        (Ok(_), Err(e)) => *done = Err(e),
                        // Another day could not be written: the rest is of no use.
                        (Err(_), _) => return,
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(|_| Err(io::Error::other("a worker ended early")))
}

fn add(all: &mut ScaleSummary, one: ScaleSummary) {
    all.files += one.files;
    all.bytes += one.bytes;
}

/// Midnight of the first day.
fn first_day(scenario: &Scenario, scale: &Scale) -> Ms {
    let collected = (scenario.collected)();
    collected - collected.rem_euclid(DAY) - Ms::from(scale.days.saturating_sub(1)) * DAY
}

/// The server of the scenario, and its neighbours to whom nothing happened.
fn servers(scenario: &Scenario, seed: u64, scale: &Scale) -> io::Result<Vec<Server>> {
    let mut first = scenario.server(seed);
    if first.role == Role::Edge {
        return Err(io::Error::other(format!("{} has no big form", scenario.name)));
    }
    let from = first_day(scenario, scale);
    let begins = first.requests.iter().map(|r| r.time).chain(first.cmdlets.iter().map(|c| c.time)).min();
    if begins.is_some_and(|time| time < from) {
        return Err(io::Error::other(format!("{} begins before the first of {} days", scenario.name, scale.days)));
    }
    first.from = from;
    let mut all = vec![first];
    for n in 1..scale.front_ends {
        let mut next =
            Server::new(&format!("EX{:02}", 50 + n), seed.wrapping_add(u64::from(n)), from, all[0].collected);
        next.builds.clone_from(&all[0].builds);
        next.left.clone_from(&all[0].left);
        next.wiped.clone_from(&all[0].wiped);
        all.push(next);
    }
    for server in &mut all {
        let mut rng = Rng::new(server.seed, "small");
        let mut start = from;
        while start <= server.collected {
            noise::cmdlets(server, &mut rng, start);
            noise::logons(server, &mut rng, start);
            start += DAY;
        }
        server.requests.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        server.cmdlets.sort_by_key(|c| c.time);
        server.events.sort_by_key(|e| e.time);
    }
    Ok(all)
}

/// What is written once a server: events, the log of the address books, pages, and the notes.
fn small_files(server: &Server, dir: &Path) -> io::Result<ScaleSummary> {
    let mut files = Files::new();
    events::write(server, &mut files);
    noise::oab_generator(server, &mut files);
    if server.left.contains_key(&crate::server::Kind::Pages) {
        pages::write(server, &mut files);
    }
    crate::server::note(&mut files, &server.fqdn(), &["mailbox"], server.collected);
    let summary = ScaleSummary { files: files.len() as u64, bytes: files.values().map(|b| b.len() as u64).sum() };
    for (path, bytes) in files {
        let path = dir.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(summary)
}

/// How busy each hour of a day is: people sleep.
const HOURS: [u64; 24] = [8, 6, 5, 5, 6, 10, 22, 50, 86, 98, 100, 96, 78, 88, 96, 94, 82, 62, 44, 32, 24, 18, 14, 10];

/// How busy an hour is; nothing happens after the collection.
fn weight(hour: Ms, collected: Ms) -> u64 {
    let busy = HOURS[usize::try_from(hour.rem_euclid(DAY) / HOUR).unwrap_or(0)];
    let weekend = matches!(shown(hour, "%u").as_str(), "6" | "7");
    match hour + HOUR <= collected {
        true if weekend => busy / 3,
        true => busy,
        false => 0,
    }
}

fn day_weight(start: Ms, collected: Ms) -> u64 {
    (0..24).map(|h| weight(start + h * HOUR, collected)).sum()
}

/// Bytes that a moment costs, on average over some thousand.
fn cost(server: &Server, start: Ms) -> io::Result<u64> {
    // Counted as if nothing were taken away.
    let mut whole = Server::new(&server.name, server.seed, server.from, server.collected);
    whole.builds.clone_from(&server.builds);
    let (today, mut rng) = (Today::new(start), Rng::new(server.seed, "cost"));
    let (mut logs, mut life) = (Logs::new(&whole, None), Life::new(&whole));
    let moments = 20_000;
    for _ in 0..moments {
        life.moment(&mut rng, &today, start + DAY / 2, &mut logs)?;
    }
    logs.day()?;
    Ok(logs.bytes / moments)
}

/// One day of one server.
struct Task<'a> {
    server: &'a Server,
    dir: PathBuf,
    start: Ms,
}

impl Task<'_> {
    fn write(&self, moments: &dyn Fn(u64) -> u128) -> io::Result<ScaleSummary> {
        let (server, today) = (self.server, Today::new(self.start));
        let mut rng = Rng::new(server.seed ^ self.start.unsigned_abs(), &server.name);
        let (mut logs, mut life) = (Logs::new(server, Some(&self.dir)), Life::new(server));
        let mut told = Told::new(server, self.start);
        for hour in (0..24).map(|h| self.start + h * HOUR) {
            logs.hour(hour)?;
            let count = Ms::try_from(moments(weight(hour, server.collected))).unwrap_or(0);
            for n in 0..count {
                // Each moment has its part of the hour, and lies somewhere in it.
                let (from, to) = (hour + HOUR * n / count, hour + HOUR * (n + 1) / count);
                let time = from + Ms::try_from(rng.below((to - from).unsigned_abs())).unwrap_or(0);
                told.until(time, &mut rng, &mut logs)?;
                life.moment(&mut rng, &today, time, &mut logs)?;
            }
            told.until(hour + HOUR - 1, &mut rng, &mut logs)?;
        }
        logs.day()?;
        Ok(ScaleSummary { files: logs.files, bytes: logs.bytes })
    }
}

/// What the scenario tells of a day, in the order of time.
struct Told<'a> {
    server: &'a Server,
    requests: &'a [crate::request::Request],
    cmdlets: &'a [ecp::Cmdlet],
}

impl<'a> Told<'a> {
    fn new(server: &'a Server, start: Ms) -> Self {
        let requests = &server.requests;
        let cmdlets = &server.cmdlets;
        let request = |time| requests.partition_point(|r| r.time < time);
        let cmdlet = |time| cmdlets.partition_point(|c| c.time < time);
        Self {
            server,
            requests: &requests[request(start)..request(start + DAY)],
            cmdlets: &cmdlets[cmdlet(start)..cmdlet(start + DAY)],
        }
    }

    /// Writes what happened up to a moment.
    fn until(&mut self, time: Ms, rng: &mut Rng, logs: &mut Logs) -> io::Result<()> {
        let server = self.server;
        while let Some((r, rest)) = self.requests.split_first().filter(|(r, _)| r.time <= time) {
            self.requests = rest;
            if let Some(log) = proxy_log(r.protocol) {
                line(logs, log, r.time, || http_proxy::line(server, r))?;
            }
            line(logs, Log::FrontWeb, r.time, || iis::front(r))?;
            if let Some(inner) = &r.inner {
                line(logs, Log::BackWeb, r.time, || iis::back(server, r, inner))?;
            }
        }
        while let Some((c, rest)) = self.cmdlets.split_first().filter(|(c, _)| c.time <= time) {
            self.cmdlets = rest;
            let (session, activity) = (rng.guid(), rng.guid());
            line(logs, Log::EcpServer, c.time, || ecp::line(server, c, &session, &activity))?;
        }
        Ok(())
    }
}

fn line(logs: &mut Logs, log: Log, time: Ms, text: impl FnOnce() -> String) -> io::Result<()> {
    if let Some(out) = logs.row(log, time)? {
        out.extend_from_slice(text().as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    Ok(())
}

/// The proxy log of a protocol that a scenario names; none where IIS served the request by itself.
fn proxy_log(protocol: &str) -> Option<Log> {
    match protocol {
        "Autodiscover" => Some(Log::ProxyAutodiscover),
        "Eas" => Some(Log::ProxyEas),
        "Ecp" => Some(Log::ProxyEcp),
        "Ews" => Some(Log::ProxyEws),
        "Mapi" => Some(Log::ProxyMapi),
        "Oab" => Some(Log::ProxyOab),
        "Owa" => Some(Log::ProxyOwa),
        _ => None,
    }
}
