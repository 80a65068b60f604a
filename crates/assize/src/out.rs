//! Standard output and standard error: one contract for what goes where.
//!
//! Results go to standard output. Progress and troubles go to standard error. When nobody reads standard
//! output any more, the command ends quietly.

use crate::exit::Stop;
use assize_model::display::Foreign;
use std::io::{self, IsTerminal, Write};

/// Writes a result.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    write_all(text.as_bytes())
}

/// Writes a result of bytes.
pub(crate) fn write_all(bytes: &[u8]) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(trouble)
}

fn trouble(e: io::Error) -> Stop {
    match e.kind() {
        io::ErrorKind::BrokenPipe => Stop::Closed,
        _ => Stop::Own(format!("cannot write to standard output: {e}")),
    }
}

/// Many results, a line each.
pub(crate) struct Lines(io::BufWriter<io::StdoutLock<'static>>);

impl Lines {
    /// Begins; nothing else can be written to standard output until they end.
    pub(crate) fn begin() -> Self {
        Self(io::BufWriter::new(io::stdout().lock()))
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Stop> {
        writeln!(self.0, "{text}").map_err(trouble)
    }

    /// Ends, and says whether all of them could be written.
    pub(crate) fn end(mut self) -> Result<(), Stop> {
        self.0.flush().map_err(trouble)
    }
}

/// Writes a trouble. Its text may quote evidence, so what misleads is made visible, line by line.
pub(crate) fn error(text: &str) {
    if text.is_empty() {
        return;
    }
    crate::log::event("error", &[("text", text.into())]);
    let mut err = io::stderr().lock();
    for (n, line) in text.lines().enumerate() {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(err, "{}{}", if n == 0 { "assize: " } else { "        " }, Foreign(line));
    }
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether standard output is written in colour.
pub(crate) fn colored(choice: Color) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if set("CLICOLOR_FORCE") => true,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}

/// Whether standard output takes more than ASCII.
pub(crate) fn unicode() -> bool {
    if cfg!(windows) {
        return std::env::var_os("WT_SESSION").is_some();
    }
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|v| !v.is_empty())
        .is_none_or(|v| !matches!(v.as_str(), "C" | "POSIX"))
}
