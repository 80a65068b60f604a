//! How much of the machine a run may take: memory, processors, and whose turn comes first.

use crate::exit::Stop;
use std::num::NonZeroUsize;

/// Memory that a run takes with no thread at work, and that of each thread, as measured; see `docs/performance.md`.
const MEMORY_BASE: u64 = 150 << 20;
const MEMORY_THREAD: u64 = 100 << 20;
/// With less than this nothing can be read.
const MEMORY_MIN: u64 = 256 << 20;

/// What a run may take.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[command(next_help_heading = "What the run may take")]
pub(crate) struct Resources {
    /// Memory, such as 1GB: fewer threads; a scan that cannot stay below it ends, and what was read is kept
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_memory: Option<u64>,
    /// Share of the processors in percent, in whole cores and at least one
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    cpu_limit: Option<u8>,
    /// Let others go first, by so much: 1 to 19
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=19))]
    nice: Option<u8>,
}

impl Resources {
    /// Threads: as many as asked for or one a core, and no more than memory and processors allow.
    pub(crate) fn threads(&self, asked: Option<NonZeroUsize>) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = asked.map_or(cores, NonZeroUsize::get);
        let by_cpu = self.cpu_limit.map(|percent| (cores * usize::from(percent) / 100).max(1));
        let by_memory = self.max_memory.map(|bytes| {
            usize::try_from(bytes.saturating_sub(MEMORY_BASE) / MEMORY_THREAD).unwrap_or(usize::MAX).max(1)
        });
        [by_cpu, by_memory].into_iter().flatten().fold(threads, usize::min)
    }

    /// The memory that the run may hold.
    pub(crate) fn memory(&self) -> Memory {
        Memory { most: self.max_memory }
    }

    /// Takes the place in the queue that was asked for; readers of binary files stand there, too.
    pub(crate) fn take_place(&self) -> Result<(), Stop> {
        let Some(nice) = self.nice else { return Ok(()) };
        lower(nice).map_err(|e| Stop::Own(format!("cannot lower the priority by {nice}: {e}")))
    }
}

#[cfg(unix)]
fn lower(nice: u8) -> Result<(), String> {
    rustix::process::nice(nice.into()).map(|_| ()).map_err(|e| e.to_string())
}

#[cfg(not(unix))]
fn lower(_: u8) -> Result<(), String> {
    Err("not on this system".into())
}

/// A limit of memory, looked at between files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    most: Option<u64>,
}

impl Memory {
    /// Whether more is held than may be; where the system does not tell, it is not.
    pub(crate) fn is_passed(&self) -> bool {
        self.most.is_some_and(|most| held().is_some_and(|held| held > most))
    }

    /// What is said when the limit cannot be kept.
    pub(crate) fn passed(&self) -> String {
        let (held, most) = (held().unwrap_or_default() >> 20, self.most.unwrap_or_default() >> 20);
        format!("the run holds {held} MiB of memory, and --max-memory allows {most} MiB")
    }
}

/// Bytes of memory that we hold.
#[cfg(unix)]
fn held() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(rustix::param::page_size() as u64)
}

#[cfg(not(unix))]
fn held() -> Option<u64> {
    None
}

/// `512MB`, `1.5G`, `2GiB`; a unit is one of 1024.
fn size(text: &str) -> Result<u64, String> {
    let expected = || "a size such as 512MB or 2GB is expected".to_owned();
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let number: f64 = number.parse().map_err(|_| expected())?;
    let shift = match unit.trim().to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return Err(expected()),
    };
    // Out of range becomes the largest there is.
    let bytes = (number * f64::from(1u32 << (shift - 20)) * f64::from(1u32 << 20)) as u64;
    if bytes < MEMORY_MIN {
        return Err(format!("at least {} MB are needed", MEMORY_MIN >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("512MB").unwrap(), 512 << 20);
        assert_eq!(size("1.5g").unwrap(), 3 << 29);
        assert_eq!(size("2 GiB").unwrap(), 2 << 30);
        for wrong in ["", "MB", "1", "12kB", "-1GB", "1MB", "1..2GB", "1GBB0"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn threads_fit_into_what_is_allowed() {
        let most = |max_memory, cpu_limit| {
            let resources = Resources { max_memory, cpu_limit, nice: None };
            resources.threads(NonZeroUsize::new(64))
        };
        assert_eq!(most(None, None), 64);
        assert_eq!(most(Some(256 << 20), None), 1);
        assert_eq!(most(Some(1 << 30), None), 8);
        assert_eq!(most(None, Some(1)), 1);
        assert!(most(None, Some(100)) <= 64);
    }

    #[cfg(unix)]
    #[test]
    fn a_limit_that_is_passed_is_seen() {
        assert!(Memory { most: Some(1) }.is_passed() && !Memory { most: None }.is_passed());
        assert!(!Memory { most: Some(1 << 50) }.is_passed());
    }
}
