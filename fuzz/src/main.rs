//! Drives every parser, container and frame with damaged input: `cargo xtask fuzz [TARGET] --seconds N`.
//!
//! It runs on the stable compiler: samples are mutated by seed, so a run can be repeated. What makes a target panic, run
//! for longer than ten seconds or break its promise is kept as a file. `fuzz/LEDGER.tsv` holds what was run.

mod corpus;
mod mutate;
mod targets;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use targets::{TARGETS, World};

const HELP: &str = "\
assize-fuzz [TARGET ...] [--seconds N] [--seed N] [--crashes DIR] [--ledger FILE] [--replay FILE]

Without a target, all of them. --seconds is for each target [default: 10], in time of the processor where the system
tells it, else by the clock.";

/// A single input may take so long.
const SLOW: Duration = Duration::from_secs(10);
/// After so long it will not end.
const HANGS: Duration = Duration::from_secs(60);

struct Options {
    targets: Vec<String>,
    seconds: u64,
    seed: u64,
    crashes: PathBuf,
    ledger: Option<PathBuf>,
    replay: Option<PathBuf>,
}

fn options() -> Option<Options> {
    let mut options = Options {
        targets: Vec::new(),
        seconds: 10,
        seed: 1,
        crashes: std::env::temp_dir().join("assize-fuzz"),
        ledger: None,
        replay: None,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => options.seconds = args.next()?.parse().ok()?,
            "--seed" => options.seed = args.next()?.parse().ok()?,
            "--crashes" => options.crashes = args.next()?.into(),
            "--ledger" => options.ledger = Some(args.next()?.into()),
            "--replay" => options.replay = Some(args.next()?.into()),
            name if TARGETS.iter().any(|t| t.0 == name) => options.targets.push(name.into()),
            _ => return None,
        }
    }
    Some(options)
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{HELP}\n\nTargets: {}", TARGETS.map(|t| t.0).join(", "));
        return ExitCode::from(2);
    };
    let content = match assize_content::Content::builtin() {
        Ok(content) => content,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::FAILURE;
        }
    };
    // What panics is told below, with the input that did it.
    std::panic::set_hook(Box::new(|_| ()));
    let run = World::new(&content).and_then(|world| run(&options, &world));
    match run {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the targets asked for and gives the number of findings.
fn run(options: &Options, world: &World<'_>) -> Result<u64, String> {
    std::fs::create_dir_all(&options.crashes).map_err(|e| e.to_string())?;
    let watch = Watch::begin(options.crashes.clone());
    let wanted = |name: &str| options.targets.is_empty() || options.targets.iter().any(|t| t == name);
    let mut findings = 0;
    for (name, target, samples) in TARGETS.iter().filter(|t| wanted(t.0)) {
        let mut samples = samples(world);
        if let Some(path) = &options.replay {
            samples = vec![std::fs::read(path).map_err(|e| e.to_string())?];
        }
        if samples.is_empty() {
            return Err(format!("{name}: there is no sample to begin with"));
        }
        let mut state = options.seed;
        let (begin, mut runs, mut found) = (Spent::now(), 0u64, 0u64);
        while begin.seconds() < options.seconds {
            let round = usize::try_from(runs).unwrap_or(usize::MAX);
            // Every sample as it is first, then damaged ones.
            let input = match samples.get(round) {
                Some(sample) => sample.clone(),
                None if options.replay.is_some() => break,
                None => mutate::mutant(&samples, &mut state),
            };
            runs += 1;
            watch.set(name, &input);
            let started = Instant::now();
            let fault = match std::panic::catch_unwind(AssertUnwindSafe(|| target(world, &input))) {
                Ok(Ok(())) if started.elapsed() > SLOW => Some("slow".to_owned()),
                Ok(Ok(())) => None,
                Ok(Err(why)) => Some(why),
                Err(panic) => Some(format!("panic: {}", said(panic.as_ref()))),
            };
            if let Some(why) = fault {
                found += 1;
                let path = keep(&options.crashes, name, &input)?;
                let line: String = why.lines().next().unwrap_or_default().chars().take(200).collect();
                let why = if options.replay.is_some() { why } else { line };
                println!("{name}: {why} ({})", path.display());
            }
        }
        watch.clear();
        let seconds = begin.seconds();
        println!("{name}: {} samples, {runs} runs, {seconds} s, {found} findings", samples.len());
        findings += found;
        if let Some(ledger) = &options.ledger {
            note(ledger, &format!("{name}\t{}\t{seconds}\t{runs}\t{found}\t{}", options.seed, begin.of()))?;
        }
    }
    Ok(findings)
}

/// What this process and its children have spent of the processor, or of the clock where nothing else is told.
struct Spent {
    ticks: Option<u64>,
    clock: Instant,
}

impl Spent {
    fn now() -> Self {
        Self { ticks: Self::ticks(), clock: Instant::now() }
    }

    fn seconds(&self) -> u64 {
        /// Linux counts for processes in hundredths of a second on every machine.
        const TICKS_PER_SECOND: u64 = 100;
        let spent = Self::ticks().zip(self.ticks).map(|(now, then)| now.saturating_sub(then) / TICKS_PER_SECOND);
        spent.unwrap_or_else(|| self.clock.elapsed().as_secs())
    }

    /// What the seconds are of, as the ledger says it.
    fn of(&self) -> &'static str {
        if self.ticks.is_some() { "processor" } else { "clock" }
    }

    /// User and system time, own and of children that have ended.
    fn ticks() -> Option<u64> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        // The second field is the name in parentheses, and may hold anything.
        let fields = stat.rsplit_once(") ")?.1.split(' ').skip(11).take(4);
        fields.map(|field| field.parse::<u64>().ok()).sum()
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned())).unwrap_or_default()
}

/// Keeps an input under a name that its bytes give.
fn keep(folder: &Path, target: &str, input: &[u8]) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder.join(format!("{target}-{:016x}", hasher.finish()));
    std::fs::write(&path, input).map_err(|e| e.to_string())?;
    Ok(path)
}

fn note(ledger: &Path, line: &str) -> Result<(), String> {
    let file = std::fs::OpenOptions::new().append(true).create(true).open(ledger);
    file.and_then(|mut file| writeln!(file, "{line}")).map_err(|e| format!("cannot write {}: {e}", ledger.display()))
}

/// A target, its input, and when it began.
type Now = Option<(String, Vec<u8>, Instant)>;

/// What runs now, and since when; a second thread ends the whole run when it does not end.
struct Watch {
    now: Arc<Mutex<Now>>,
    _done: std::sync::mpsc::Sender<()>,
}

impl Watch {
    fn begin(crashes: PathBuf) -> Self {
        let now = Arc::default();
        let (done, is_done) = channel();
        let seen = Arc::clone(&now);
        std::thread::spawn(move || Self::look(&seen, &is_done, &crashes));
        Self { now, _done: done }
    }

    fn set(&self, target: &str, input: &[u8]) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((target.into(), input.to_vec(), Instant::now()));
    }

    fn clear(&self) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn look(now: &Mutex<Now>, is_done: &Receiver<()>, crashes: &Path) {
        while is_done.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            let now = now.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((target, input, since)) = now.as_ref()
                && since.elapsed() > HANGS
            {
                let kept = keep(crashes, target, input).map_or_else(|e| e, |path| path.display().to_string());
                println!("{target}: does not end ({kept})");
                std::process::exit(3);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, TARGETS, World, run};

    /// Each target takes its samples, as many as a second allows, and some of them damaged.
    #[test]
    fn every_target_keeps_its_promise_for_a_second() {
        let content = assize_content::Content::builtin().unwrap();
        let crashes = tempfile::tempdir().unwrap();
        let ledger = crashes.path().join("ledger.tsv");
        let options = Options {
            targets: Vec::new(),
            seconds: 1,
            seed: 1,
            crashes: crashes.path().into(),
            ledger: Some(ledger.clone()),
            replay: None,
        };
        let world = World::new(&content).unwrap();
        assert_eq!(run(&options, &world), Ok(0), "see above for what broke");
        let ledger = std::fs::read_to_string(ledger).unwrap();
        let runs = ledger.lines().filter_map(|line| line.split('\t').nth(3)?.parse().ok());
        assert_eq!(runs.filter(|runs: &u64| *runs > 0).count(), TARGETS.len());
    }
}
