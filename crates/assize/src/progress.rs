//! Progress on long work, on standard error only.

use assize_model::display::Foreign;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Choice {
    /// A bar on a terminal, else a line every ten seconds.
    Auto,
    /// A bar.
    Bar,
    /// A line every ten seconds.
    Plain,
    /// One JSON event a line.
    Json,
    /// Nothing.
    None,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Evidence is read.
    Read,
    /// The case is sealed and assessed.
    Assess,
    /// Evidence is compared with what was recorded.
    Verify,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Assess => "assess",
            Self::Verify => "verify",
        }
    }
}

/// Counts what is done and shows it now and then.
pub(crate) struct Progress {
    choice: Choice,
    input: String,
    bytes_total: u64,
    files_total: u64,
    bytes: AtomicU64,
    files: AtomicU64,
    begun: Instant,
    shown: Mutex<(Instant, Phase)>,
    bar: ProgressBar,
}

/// Between two lines for people, and between two for programs.
const PAUSE: Duration = Duration::from_secs(10);
const PAUSE_JSON: Duration = Duration::from_secs(1);

/// Several inputs are read at once, each with a bar of its own.
static BARS: LazyLock<MultiProgress> =
    LazyLock::new(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(4)));

/// Does something that writes to the terminal while the bars are out of the way.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    BARS.suspend(work)
}

impl Progress {
    /// Begins for one input.
    pub(crate) fn begin(choice: Choice, phase: Phase, input: &str, files_total: u64, bytes_total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let choice = match choice {
            Choice::Auto if terminal => Choice::Bar,
            Choice::Auto => Choice::Plain,
            other => other,
        };
        let now = Instant::now();
        let progress = Self {
            choice,
            input: Foreign(input).to_string(),
            bytes_total,
            files_total,
            bytes: AtomicU64::new(0),
            files: AtomicU64::new(0),
            begun: now,
            shown: Mutex::new((now, phase)),
            bar: if choice == Choice::Bar { bar(input, bytes_total) } else { ProgressBar::hidden() },
        };
        if choice == Choice::Json {
            progress.event(phase, None);
        }
        progress
    }

    /// Files that are done.
    pub(crate) fn files_done(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    /// One file of so many bytes is done.
    pub(crate) fn file_done(&self, bytes: u64) {
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bar.set_position(bytes);
        let pause = match self.choice {
            Choice::Plain => PAUSE,
            Choice::Json => PAUSE_JSON,
            _ => return,
        };
        let Ok(mut shown) = self.shown.lock() else { return };
        if shown.0.elapsed() < pause {
            return;
        }
        shown.0 = Instant::now();
        if self.choice == Choice::Json { self.event(shown.1, None) } else { self.line() }
    }

    /// Something else begins.
    pub(crate) fn phase(&self, phase: Phase) {
        if let Ok(mut shown) = self.shown.lock() {
            shown.1 = phase;
        }
        if self.choice == Choice::Json {
            self.event(phase, None);
        }
    }

    /// Seconds since the beginning; takes the bar away.
    pub(crate) fn end(&self, findings: Option<u64>) -> u64 {
        self.bar.finish_and_clear();
        if let (Choice::Json, Ok(shown)) = (self.choice, self.shown.lock()) {
            self.event(shown.1, findings);
        }
        self.begun.elapsed().as_secs()
    }

    /// Seconds left, once enough was done to say so.
    fn left(&self, bytes: u64) -> Option<u64> {
        let done = bytes as f64 / self.bytes_total as f64;
        let left = self.begun.elapsed().as_secs_f64() * (1.0 - done) / done;
        (done > 0.01 && left.is_finite()).then_some(left.max(0.0).round() as u64)
    }

    fn line(&self) {
        let (bytes, files) = (self.bytes.load(Ordering::Relaxed), self.files_done());
        let percent = (bytes as f64 * 100.0 / self.bytes_total.max(1) as f64).min(100.0);
        let left = self.left(bytes).map(|s| format!("  about {s} s left")).unwrap_or_default();
        write(&format!("{}  {percent:.0} %  {files} of {} files{left}", self.input, self.files_total));
    }

    fn event(&self, phase: Phase, findings: Option<u64>) {
        let bytes = self.bytes.load(Ordering::Relaxed);
        let event = serde_json::json!({
            "event": "progress", "input": self.input, "phase": phase.word(), "bytes_done": bytes,
            "bytes_total": self.bytes_total, "files_done": self.files_done(), "files_total": self.files_total,
            "findings": findings, "eta_s": self.left(bytes),
        });
        write(&event.to_string());
    }
}

fn bar(input: &str, bytes_total: u64) -> ProgressBar {
    let bar = BARS.add(ProgressBar::new(bytes_total));
    let template = "[{bar:28}] {percent} %  {bytes} of {total_bytes}  {eta}  {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("#- "));
    }
    bar.set_message(Foreign(input).to_string());
    bar
}

/// Where standard error is gone there is nobody left to tell.
fn write(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
