//! Progress on long work, on standard error only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Counts what is done and shows it now and then.
pub(crate) struct Progress {
    choice: Choice,
    input: String,
    bytes_total: u64,
    files_total: u64,
    bytes: AtomicU64,
    files: AtomicU64,
    begun: Instant,
    shown: Mutex<Instant>,
    bar: ProgressBar,
}

/// Between two lines on standard error.
const PAUSE: Duration = Duration::from_secs(10);

impl Progress {
    /// Begins for one input.
    pub(crate) fn begin(choice: Choice, input: &str, files_total: u64, bytes_total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let choice = match choice {
            Choice::Auto if terminal => Choice::Bar,
            Choice::Auto => Choice::Plain,
            other => other,
        };
        let bar = if choice == Choice::Bar { ProgressBar::new(bytes_total) } else { ProgressBar::hidden() };
        if choice == Choice::Bar {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
            if let Ok(style) = ProgressStyle::with_template("[{bar:28}] {percent} %  {bytes} of {total_bytes}  {eta}") {
                bar.set_style(style.progress_chars("#- "));
            }
        }
        let now = Instant::now();
        Self {
            choice,
            input: input.into(),
            bytes_total,
            files_total,
            bytes: AtomicU64::new(0),
            files: AtomicU64::new(0),
            begun: now,
            shown: Mutex::new(now),
            bar,
        }
    }

    /// One file of so many bytes is done.
    pub(crate) fn file_done(&self, bytes: u64) {
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let files = self.files.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.set_position(bytes);
        if !matches!(self.choice, Choice::Plain | Choice::Json) {
            return;
        }
        let Ok(mut shown) = self.shown.lock() else { return };
        if shown.elapsed() >= PAUSE {
            *shown = Instant::now();
            self.line(files, bytes);
        }
    }

    /// Seconds since the beginning; takes the bar away.
    pub(crate) fn end(&self) -> u64 {
        self.bar.finish_and_clear();
        self.begun.elapsed().as_secs()
    }

    fn line(&self, files: u64, bytes: u64) {
        let done = bytes as f64 / (self.bytes_total.max(1)) as f64;
        let left = self.begun.elapsed().as_secs_f64() * (1.0 - done) / done.max(0.001);
        let line = if self.choice == Choice::Json {
            serde_json::json!({"event": "progress", "input": self.input, "phase": "read", "bytes_done": bytes,
                "bytes_total": self.bytes_total, "files_done": files, "files_total": self.files_total, "eta_s": left.round()})
            .to_string()
        } else {
            format!("{:.0} %  {files} of {} files  about {:.0} s left", done * 100.0, self.files_total, left)
        };
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}
