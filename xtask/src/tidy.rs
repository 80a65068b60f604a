//! `tidy`: what the compiler cannot check. It prints every fault with its file and line, then fails.

use crate::generate;
use std::fs;
use std::path::{Path, PathBuf};

/// The ladder: a crate may use those on lower steps only.
const LADDER: [(&str, u8); 13] = [
    ("model", 0),
    ("lab", 0),
    ("webshell", 0),
    ("content", 1),
    ("evidence", 2),
    ("artifacts", 2),
    ("case", 2),
    ("yara", 2),
    ("assess", 3),
    ("query", 3),
    ("report", 3),
    ("worker", 3),
    ("assize", 4),
];

/// A function longer than this says why in a comment that begins `// Long:`.
const LINES_MAX: usize = 70;

/// `ARCHITECTURE.md` is read in one sitting.
const MAP_LINES_MAX: usize = 200;

/// Runs every check over the repository.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut faults = Vec::new();
    ladder(root, &mut faults);
    for path in sources(root) {
        let text = read(&path);
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        header(&name, &text, &mut faults);
        long_functions(&name, &text, &mut faults);
    }
    own_words(root, &mut faults);
    lists(root, &mut faults);
    map(root, &mut faults);
    book(root, &mut faults);
    match generate::pages(root) {
        Ok(pages) => fresh(root, &pages, &mut faults),
        Err(e) => faults.push(e),
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// All Rust files of ours, sorted.
fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["crates", "fuzz", "xtask"] {
        walk(&root.join(folder), &mut found);
    }
    found.retain(|p| p.extension().is_some_and(|e| e == "rs"));
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "target" && name != ".git" {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Dependencies point down, and rooms on one step never use each other.
fn ladder(root: &Path, faults: &mut Vec<String>) {
    for (room, step) in LADDER {
        let manifest = root.join("crates").join(room).join("Cargo.toml");
        let text = read(&manifest);
        let dependencies = text.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines() {
            let Some(other) = line.strip_prefix("assize-").and_then(|l| l.split(['.', ' ', '=']).next()) else {
                continue;
            };
            let lower = LADDER.iter().any(|(name, s)| *name == other && *s < step);
            // `assess` reads cases and `assize` reads all; every other pair must go down.
            if !lower {
                faults.push(format!(
                    "crates/{room}/Cargo.toml: {room} may not use {other}: dependencies point down the ladder"
                ));
            }
        }
    }
    let Ok(rooms) = fs::read_dir(root.join("crates")) else { return };
    for room in rooms.flatten() {
        let name = room.file_name().to_string_lossy().into_owned();
        if !LADDER.iter().any(|(known, _)| *known == name) {
            faults.push(format!("crates/{name}: no step of the ladder is named for it"));
        }
    }
}

/// Every file says what it is for.
fn header(name: &str, text: &str, faults: &mut Vec<String>) {
    if !text.starts_with("//!") {
        faults.push(format!("{name}:1: a `//!` header is expected"));
    }
}

/// A function that runs long says why.
fn long_functions(name: &str, text: &str, faults: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    for (start, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let is_fn =
            ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn "].iter().any(|p| body.starts_with(p));
        if !is_fn || !line.trim_end().ends_with('{') {
            continue;
        }
        let close = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines[start..].iter().position(|l| *l == close) else { continue };
        let explained = lines[start..start + length].iter().any(|l| l.contains("// Long:"));
        if length > LINES_MAX && !explained {
            faults.push(format!(
                "{name}:{}: {length} lines; give the second idea a name, or say `// Long: why`",
                start + 1
            ));
        }
    }
}

/// The repository speaks of the product alone: no path of a machine, no registry host.
fn own_words(root: &Path, faults: &mut Vec<String>) {
    let mut all = Vec::new();
    for folder in ["crates", "fuzz", "xtask", "content", "docs", "fixtures", ".ci", ".githooks", ".cargo"] {
        walk(&root.join(folder), &mut all);
    }
    for name in
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml", "deny.toml", "clippy.toml"]
    {
        all.push(root.join(name));
    }
    // Written in halves, so that this file does not find itself.
    let foreign =
        [concat!("/ro", "ot/."), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("crates-io", ".proxy")];
    for path in all {
        for (n, line) in read(&path).lines().enumerate() {
            if let Some(word) = foreign.iter().find(|w| line.contains(**w)) {
                let name = path.strip_prefix(root).unwrap_or(&path).display();
                faults.push(format!("{name}:{}: `{word}` belongs to a machine, not to the product", n + 1));
            }
        }
    }
}

/// A folder and the list in its parent that must name every file of it.
const LISTS: [(&str, &str, &[&str]); 2] = [
    ("crates/assize/src/cmd", "crates/assize/src/cmd/mod.rs", &["mod"]),
    ("crates/report/src", "crates/report/src/lib.rs", &["lib"]),
];

/// Every listed folder is listed whole.
fn lists(root: &Path, faults: &mut Vec<String>) {
    for (folder, list, without) in LISTS {
        let text = read(&root.join(list));
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".rs") else { continue };
            if !without.contains(&stem) && !text.contains(&format!("mod {stem};")) {
                faults.push(format!("{list}: {stem} is not listed"));
            }
        }
    }
}

/// The map stays short.
fn map(root: &Path, faults: &mut Vec<String>) {
    let lines = read(&root.join("ARCHITECTURE.md")).lines().count();
    if lines == 0 || lines > MAP_LINES_MAX {
        faults.push(format!("ARCHITECTURE.md: {lines} lines; 1 to {MAP_LINES_MAX} are expected"));
    }
    for (room, _) in LADDER {
        if !read(&root.join("ARCHITECTURE.md")).contains(&format!("`{room}`")) {
            faults.push(format!("ARCHITECTURE.md: the room `{room}` is not on the map"));
        }
    }
}

/// Every page of `docs` is in the book, and no link of a page leads nowhere.
fn book(root: &Path, faults: &mut Vec<String>) {
    let docs = root.join("docs");
    let summary = read(&docs.join("SUMMARY.md"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md"), root.join("content/README.md")];
    walk(&docs, &mut pages);
    for page in pages.iter().filter(|page| page.extension().is_some_and(|e| e == "md")) {
        let name = page.strip_prefix(root).unwrap_or(page).display();
        if let Ok(of_book) = page.strip_prefix(&docs)
            && !page.ends_with("SUMMARY.md")
            && !summary.contains(&format!("]({})", of_book.display()))
        {
            faults.push(format!("docs/SUMMARY.md: {} is not listed", of_book.display()));
        }
        let folder = page.parent().unwrap_or(root);
        for (n, line) in read(page).lines().enumerate() {
            let links = line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
            let paths = links.map(|link| link.split_once('#').map_or(link, |(path, _)| path));
            for path in paths.filter(|path| !path.is_empty() && !path.contains("://")) {
                if !folder.join(path).exists() {
                    faults.push(format!("{name}:{}: {path} is not there", n + 1));
                }
            }
        }
    }
}

/// Generated pages are as the declarations say now.
fn fresh(root: &Path, pages: &[(&str, String)], faults: &mut Vec<String>) {
    for (path, text) in pages {
        if read(&root.join(path)) != *text {
            faults.push(format!("{path}: out of date; run `cargo gen`"));
        }
    }
}
