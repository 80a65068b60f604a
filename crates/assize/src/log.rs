//! The log of a run, where one is asked for: what was opened, what could not be read, what came of it. It is about the
//! run and not about the evidence, so it has a clock.

use crate::exit::Stop;
use assize_model::Timestamp;
use assize_model::display::Foreign;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Where the log goes, and how it is written.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Log of the run")]
pub(crate) struct LogTo {
    /// Append what happens in this run to a file
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// How: a line of text or a JSON object each
    #[arg(long, value_enum, default_value = "text")]
    log_format: Format,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Time, event, and what belongs to it
    Text,
    /// One JSON object a line
    Json,
}

struct Log {
    file: File,
    format: Format,
}

static LOG: OnceLock<Mutex<Log>> = OnceLock::new();

impl LogTo {
    /// Begins the log, if one is asked for.
    pub(crate) fn begin(&self, command: &str) -> Result<(), Stop> {
        let Some(path) = &self.log_file else { return Ok(()) };
        let file = open(path).map_err(|e| Stop::Usage(format!("cannot write the log {}: {e}", path.display())))?;
        let _ = LOG.set(Mutex::new(Log { file, format: self.log_format }));
        event("begin", &[("command", command.into()), ("version", env!("CARGO_PKG_VERSION").into())]);
        Ok(())
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    // It names hosts and paths.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

/// Writes what happened. Where the log cannot be written any more the run goes on: its result does not depend on it.
pub(crate) fn event(what: &str, about: &[(&str, Value)]) {
    let Some(log) = LOG.get() else { return };
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let line = line(log.format, now(), what, about);
    let _ = log.file.write_all(line.as_bytes());
}

/// The moment, for the log and for what holds until a day. No result has it.
#[allow(clippy::disallowed_methods)] // Both are of the run, and not of the evidence.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    // To the millisecond: finer says nothing of a run.
    Timestamp(i64::try_from(since.as_millis()).unwrap_or_default().saturating_mul(1000))
}

fn line(format: Format, time: Timestamp, what: &str, about: &[(&str, Value)]) -> String {
    match format {
        Format::Json => {
            let mut object = Map::new();
            object.insert("time".into(), time.to_string().into());
            object.insert("event".into(), what.into());
            object.extend(about.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            format!("{}\n", Value::Object(object))
        }
        Format::Text => {
            let mut text = format!("{time} {what}");
            for (name, value) in about {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let _ = write!(text, " {name}={:?}", Foreign(&value).to_string());
            }
            text.push('\n');
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_whatever_the_evidence_says() {
        let about = [("path", Value::from("a\nb\u{1b}[2J\"")), ("files", Value::from(3))];
        let text = line(Format::Text, Timestamp(0), "skipped", &about);
        assert_eq!((text.lines().count(), text.contains('\u{1b}')), (1, false), "{text}");
        let json = line(Format::Json, Timestamp(0), "skipped", &about);
        assert_eq!(json.lines().count(), 1);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&value["event"], &value["path"], &value["files"]), (&"skipped".into(), &about[0].1, &3.into()));
    }
}
