//! `lab`: writes the evidence of invented servers.

use assize_lab::{LAYOUTS, Layout, SCENARIOS, Scale, Scenario};
use std::path::Path;

/// `lab NAME[,NAME...] DIR [--layout LAYOUT]`, or `lab NAME DIR --size BYTES [--days N] [--front-ends N]`.
pub(crate) fn run(args: &[&str]) -> Result<(), String> {
    let (plain, flags) = split(args, &["--layout", "--size", "--days", "--front-ends"])?;
    let [names, dir] = plain.as_slice() else {
        return Err("expected: lab NAME DIR; see `cargo xtask`".into());
    };
    let dir = Path::new(dir);
    let scenarios = names.split(',').map(scenario).collect::<Result<Vec<_>, _>>()?;
    if let Some(size) = flag(&flags, "--size") {
        let [scenario] = scenarios.as_slice() else { return Err("a big server has one scenario".into()) };
        return big(scenario, bytes(size)?, &flags, dir);
    }
    let layout = layout(flag(&flags, "--layout").unwrap_or("folder"))?;
    let done = match scenarios.as_slice() {
        [one] => assize_lab::write_collection(one, 1, layout, dir).map(|_| ()),
        several => assize_lab::write_collections(several, 1, layout, dir),
    };
    done.map_err(|e| format!("cannot write {}: {e}", dir.display()))
}

/// Writes a server of real size and says how fast.
fn big(scenario: &Scenario, bytes: u64, flags: &[(&str, &str)], dir: &Path) -> Result<(), String> {
    let scale = Scale {
        bytes,
        days: number(flags, "--days", 45)?,
        front_ends: number(flags, "--front-ends", 1)?,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let begun = std::time::Instant::now();
    let done =
        assize_lab::write_big(scenario, 1, &scale, dir).map_err(|e| format!("cannot write {}: {e}", dir.display()))?;
    let seconds = begun.elapsed().as_secs_f64();
    let rate = done.bytes as f64 / 1e6 / seconds;
    println!("{} files, {} bytes, {seconds:.1} s, {rate:.0} MB/s on {} threads", done.files, done.bytes, scale.threads);
    Ok(())
}

/// A size: `5GB`, `300MB`, or bytes.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("", 1)];
    let size = units.iter().find_map(|(unit, times)| text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(*times));
    size.ok_or_else(|| format!("{text} is no size; write 5GB, 300MB or bytes"))
}

/// A number after a flag.
pub(crate) fn number<T: std::str::FromStr>(flags: &[(&str, &str)], name: &str, unless: T) -> Result<T, String> {
    match flag(flags, name) {
        None => Ok(unless),
        Some(text) => text.parse().map_err(|_| format!("{name} {text}: a number is expected")),
    }
}

/// The scenario of that name.
pub(crate) fn scenario(name: &str) -> Result<&'static Scenario, String> {
    let known = || SCENARIOS.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    assize_lab::scenario(name).ok_or_else(|| format!("no scenario is called {name}; there are: {}", known()))
}

fn layout(name: &str) -> Result<&'static Layout, String> {
    let known = || LAYOUTS.iter().map(|l| format!("\n  {:13} {}", l.name, l.title)).collect::<String>();
    assize_lab::layout(name).ok_or_else(|| format!("no layout is called {name}; there are:{}", known()))
}

/// Arguments that stand alone, and flags with their values.
pub(crate) type Split<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

/// Parts arguments from flags; every flag takes a value.
pub(crate) fn split<'a>(args: &[&'a str], known: &[&str]) -> Result<Split<'a>, String> {
    let (mut plain, mut flags) = (Vec::new(), Vec::new());
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if !arg.starts_with("--") {
            plain.push(*arg);
        } else if !known.contains(arg) {
            return Err(format!("{arg} is not known here; there are: {}", known.join(", ")));
        } else {
            flags.push((*arg, *rest.next().ok_or_else(|| format!("{arg} needs a value"))?));
        }
    }
    Ok((plain, flags))
}

/// The value of a flag.
pub(crate) fn flag<'a>(flags: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    flags.iter().rev().find(|(n, _)| *n == name).map(|(_, value)| *value)
}
