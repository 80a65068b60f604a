//! `torture`: a scan that is killed, or whose disk is full, is taken up by the same command. Whatever happened on the
//! way, the case must be the one that an unbroken run makes, to the byte.

use crate::lab::{bytes, flag, number, scenario, split};
use assize_lab::Scale;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A scan that takes so many times as long as the unbroken one hangs.
const PATIENCE: u32 = 20;

/// Makes a server, scans it unbroken, then breaks scan after scan.
pub(crate) fn run(root: &Path, args: &[&str]) -> Result<(), String> {
    let known = ["--kills", "--disk-full", "--size", "--days", "--scenario", "--seed", "--in"];
    let (_, flags) = split(args, &known)?;
    let kills: u32 = number(&flags, "--kills", 50)?;
    let fills: u32 = number(&flags, "--disk-full", 10)?;
    let size = bytes(flag(&flags, "--size").unwrap_or("5GB"))?;
    let days = number(&flags, "--days", 45)?;
    let mut chance = Chance(number(&flags, "--seed", 1)?);
    let scenario = scenario(flag(&flags, "--scenario").unwrap_or("breached"))?;
    let place = match flag(&flags, "--in") {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    };
    let place = place.map_err(|e| format!("no place to work in: {e}"))?;

    let evidence = place.path().join("evidence");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let made = assize_lab::write_big(scenario, 1, &Scale { bytes: size, days, front_ends: 1, threads }, &evidence)
        .map_err(|e| format!("cannot write the evidence: {e}"))?;
    let mut torture =
        Torture { binary: binary(root)?, evidence, took: Duration::ZERO, code: 0, whole: BTreeMap::new() };
    torture.unbroken(&place.path().join("whole"))?;
    println!(
        "unbroken: {} bytes of evidence, {} files of the case, exit {}, {:.1} s",
        made.bytes,
        torture.whole.len(),
        torture.code,
        torture.took.as_secs_f64()
    );
    torture.kill(&place.path().join("killed/case"), kills, &mut chance)?;
    torture.fill(place.path(), fills, &mut chance)
}

/// The release binary, built now.
fn binary(root: &Path) -> Result<PathBuf, String> {
    crate::cargo(&["build", "--release", "--locked", "-p", "assize"])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release").join(if cfg!(windows) { "assize.exe" } else { "assize" }))
}

struct Torture {
    binary: PathBuf,
    evidence: PathBuf,
    /// How long an unbroken run takes, how it ends, and what it leaves.
    took: Duration,
    code: i32,
    whole: BTreeMap<String, String>,
}

impl Torture {
    fn start(&self, case: &Path) -> Result<Child, String> {
        let mut scan = Command::new(&self.binary);
        scan.arg("scan").arg(&self.evidence).arg("-o").arg(case).args(["-qq", "--progress", "none"]);
        scan.stdout(Stdio::null()).stderr(Stdio::null());
        scan.spawn().map_err(|e| format!("cannot run {}: {e}", self.binary.display()))
    }

    fn unbroken(&mut self, case: &Path) -> Result<(), String> {
        let begun = Instant::now();
        let status = self.start(case)?.wait().map_err(|e| e.to_string())?;
        self.took = begun.elapsed();
        self.code = status.code().unwrap_or(-1);
        self.whole = hashes(case)?;
        if self.whole.is_empty() { Err(format!("the unbroken run left no case: {status}")) } else { Ok(()) }
    }

    /// Kills runs at moments of chance until so many were killed; each is taken up until it ends.
    fn kill(&self, case: &Path, kills: u32, chance: &mut Chance) -> Result<(), String> {
        let (mut killed, mut ended, mut taking_up) = (0u32, 0u32, Duration::ZERO);
        let around = case.parent().unwrap_or(case);
        while killed < kills {
            clear(around)?;
            fs::create_dir_all(around).map_err(|e| e.to_string())?;
            let before = killed;
            let mut begun = Instant::now();
            while killed < kills {
                begun = Instant::now();
                let mut running = self.start(case)?;
                let moment = self.took.mul_f64(chance.part());
                if wait(&mut running, moment)?.is_some() {
                    break;
                }
                end(&mut running)?;
                killed += 1;
            }
            if killed == before {
                // It was over before its moment came: that shows nothing.
                continue;
            }
            if killed == kills {
                // The last run is the one that is started now.
                begun = Instant::now();
            }
            self.end_of(case, &format!("after {} kills", killed - before))?;
            ended += 1;
            taking_up += begun.elapsed();
            let beside = fs::read_dir(around).into_iter().flatten().count().saturating_sub(1);
            if beside > 0 {
                return Err(format!(
                    "after {} kills: {beside} unfinished folders lie beside the case",
                    killed - before
                ));
            }
        }
        let share = taking_up.as_secs_f64() / (self.took.as_secs_f64() * f64::from(ended.max(1)));
        println!("kills: {killed} in {ended} scans, each with the bytes of the unbroken one");
        println!("the last run of each took {:.0} % of the time of the unbroken one", 100.0 * share);
        Ok(())
    }

    /// Runs on a small disk until it is full, then on the same disk made larger.
    fn fill(&self, place: &Path, fills: u32, chance: &mut Chance) -> Result<(), String> {
        let disk = place.join("disk");
        fs::create_dir_all(&disk).map_err(|e| e.to_string())?;
        let case_bytes: u64 = total(&place.join("whole"));
        for n in 0..fills {
            let size = (case_bytes as f64 * (0.05 + 0.85 * chance.part())) as u64;
            let Ok(mounted) = Mounted::new(&disk, size) else {
                println!("disk full: skipped: a small disk can be mounted by the administrator only");
                return Ok(());
            };
            let case = disk.join("case");
            let mut running = self.start(&case)?;
            let status = wait(&mut running, self.took * PATIENCE)?;
            let Some(status) = status else {
                end(&mut running)?;
                return Err(format!("disk full at {size} bytes: the scan hangs"));
            };
            if status.code() == Some(self.code) {
                return Err(format!("disk full at {size} bytes: the scan says that all is well"));
            }
            mounted.grow(case_bytes * 8 + (64 << 20))?;
            self.end_of(&case, &format!("after a disk that was full at {size} bytes, number {}", n + 1))?;
        }
        println!("disk full: {fills} scans, each with the bytes of the unbroken one");
        Ok(())
    }

    /// Lets the scan end, unless it has, and compares.
    fn end_of(&self, case: &Path, when: &str) -> Result<(), String> {
        let found = hashes(case)?;
        if found == self.whole {
            return Ok(());
        }
        let mut running = self.start(case)?;
        let Some(status) = wait(&mut running, self.took * PATIENCE)? else {
            end(&mut running)?;
            return Err(format!("{when}: the scan hangs"));
        };
        if status.code() != Some(self.code) {
            return Err(format!("{when}: {status}, and not exit {}", self.code));
        }
        let found = hashes(case)?;
        let differ = |name: &&String| found.get(*name) != self.whole.get(*name);
        let names: Vec<&String> = self.whole.keys().chain(found.keys()).filter(differ).collect();
        if names.is_empty() { Ok(()) } else { Err(format!("{when}: other bytes in {names:?}")) }
    }
}

/// Waits for the end of a run, so long and no longer.
// The moment of a kill is one of the clock: nothing that the run does tells of it.
#[allow(clippy::disallowed_methods)]
fn wait(running: &mut Child, most: Duration) -> Result<Option<ExitStatus>, String> {
    let until = Instant::now() + most;
    loop {
        match running.try_wait().map_err(|e| e.to_string())? {
            Some(status) => return Ok(Some(status)),
            None if Instant::now() >= until => return Ok(None),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Kills a run without a word.
fn end(running: &mut Child) -> Result<(), String> {
    running.kill().and_then(|()| running.wait()).map(|_| ()).map_err(|e| format!("cannot end the run: {e}"))
}

fn clear(case: &Path) -> Result<(), String> {
    match fs::remove_dir_all(case) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("cannot clear {}: {e}", case.display())),
        _ => Ok(()),
    }
}

/// SHA-256 of every file below a folder, by its path.
fn hashes(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let hash = hash(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        found.insert(name, hash);
    }
    Ok(found)
}

fn hash(path: &Path) -> std::io::Result<String> {
    let (mut file, mut sha, mut buffer) = (fs::File::open(path)?, Sha256::new(), vec![0; 1 << 20]);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(sha.finalize().iter().map(|b| format!("{b:02x}")).collect());
        }
        sha.update(&buffer[..n]);
    }
}

fn total(folder: &Path) -> u64 {
    files(folder).iter().filter_map(|p| p.metadata().ok()).map(|m| m.len()).sum()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

/// A small disk in memory; gone when it is dropped.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(at: &'a Path, size: u64) -> Result<Self, String> {
        mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "assize-torture"], at)?;
        Ok(Self(at))
    }

    fn grow(&self, size: u64) -> Result<(), String> {
        mount(&["-o", &format!("remount,size={size}")], self.0)
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn mount(options: &[&str], at: &Path) -> Result<(), String> {
    let done = Command::new("mount").args(options).arg(at).stderr(Stdio::null()).status();
    if done.is_ok_and(|s| s.success()) { Ok(()) } else { Err(format!("cannot mount {}", at.display())) }
}

/// Moments and sizes of chance, the same for the same seed.
struct Chance(u64);

impl Chance {
    /// A part of the whole: from nothing to all of it.
    fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}
