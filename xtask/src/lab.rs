//! `lab`: writes the evidence of invented servers.

use assize_lab::{LAYOUTS, Layout, SCENARIOS, Scenario};
use std::path::Path;

/// `lab NAME[,NAME...] DIR [--layout LAYOUT]`.
pub(crate) fn run(args: &[&str]) -> Result<(), String> {
    let (plain, flags) = split(args, &["--layout"])?;
    let [names, dir] = plain.as_slice() else {
        return Err("expected: lab NAME DIR; see `cargo xtask`".into());
    };
    let dir = Path::new(dir);
    let scenarios = names.split(',').map(scenario).collect::<Result<Vec<_>, _>>()?;
    let layout = layout(flag(&flags, "--layout").unwrap_or("folder"))?;
    let done = match scenarios.as_slice() {
        [one] => assize_lab::write_collection(one, 1, layout, dir).map(|_| ()),
        several => assize_lab::write_collections(several, 1, layout, dir),
    };
    done.map_err(|e| format!("cannot write {}: {e}", dir.display()))
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
