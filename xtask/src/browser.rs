//! `browser`: opens reports in a browser, as a reader would, and checks what only a browser can tell.
//!
//! Chromium comes from the system; what drives it and what knows the rules of accessibility come from npm in pinned
//! versions, into a folder outside the repository, and are run as programs. Nothing of them is copied or linked.

use crate::peers::{built, shown};
use crate::{cargo, hostile, lab};
use std::path::{Path, PathBuf};
use std::process::Command;

const LIBRARIES: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

/// The server whose records intruders fill with hostile texts.
const FILLED: &str = "breached";

/// Writes reports and looks at them. A machine without a browser skips it and says so.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let libraries = match libraries() {
        Ok(libraries) => libraries,
        Err(why) => {
            println!("skipped: {why}");
            return Ok(());
        }
    };
    let files = tempfile::tempdir().map_err(|e| e.to_string())?;
    let pages = files.path().join("pages");
    // As the tests build them: alone they would be built again, with fewer features of their libraries.
    cargo(&["build", "--quiet", "--locked", "--workspace", "--bin", "assize", "--example", "samples"])?;
    let texts = root.join("../shared/data/hostile/strings");
    scenarios(files.path(), &pages)?;
    filled(files.path(), &pages, &hostile::texts(&texts)?)?;
    samples(files.path(), &pages, &texts)?;
    look(root, &libraries, &[&pages])
}

/// Draws the first screen of the demo's report for the README.
pub(crate) fn picture(root: &Path) -> Result<(), String> {
    let libraries = libraries()?;
    let files = tempfile::tempdir().map_err(|e| e.to_string())?;
    let demo = files.path().join("demo");
    cargo(&["run", "--quiet", "--locked", "--workspace", "--bin", "assize", "--", "demo", "--output", shown(&demo)?])?;
    look(root, &libraries, &[&demo.join("breached/case/report.html"), &root.join("docs/report.png")])
}

fn look(root: &Path, libraries: &Path, args: &[&Path]) -> Result<(), String> {
    match Command::new("node").arg(root.join("xtask/browser/look.mjs")).arg(libraries).args(args).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("a report is not as it must be; see above".into()),
        Err(e) => Err(format!("cannot run node: {e}")),
    }
}

/// The folder with the libraries; why not, where they or the browser cannot be had.
fn libraries() -> Result<PathBuf, String> {
    let quiet = |command: &mut Command| command.output().is_ok_and(|o| o.status.success());
    for (program, flag) in [("/usr/bin/chromium", "--version"), ("node", "--version"), ("pdftotext", "-v")] {
        if !quiet(Command::new(program).arg(flag)) {
            return Err(format!("needs {program} (Debian: chromium, nodejs, npm, poppler-utils)"));
        }
    }
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let folder = cache.ok_or("no folder for what is kept: HOME is not set")?.join("assize/browser");
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let install = ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
    if !quiet(Command::new("npm").args(install).arg(&folder).args(LIBRARIES)) {
        return Err(format!("{} cannot be installed here", LIBRARIES.join(" and ")));
    }
    Ok(folder)
}

/// The page of every lab scenario, in both languages, and the index of a run over several.
fn scenarios(files: &Path, pages: &Path) -> Result<(), String> {
    for scenario in assize_lab::SCENARIOS {
        let evidence = files.join("evidence").join(scenario.name);
        lab::run(&[scenario.name, shown(&evidence)?])?;
        reported(&evidence, &pages.join(scenario.name))?;
    }
    let evidence = files.join("evidence");
    let (one, two) = (evidence.join(FILLED), evidence.join("edge-server"));
    let several = pages.join("several");
    let run = ["scan", "-qq", "--exit-zero", "-f", "html", "-o", shown(&several)?];
    built("assize", &[&run[..], &[shown(&one)?, shown(&two)?]].concat())?;
    for who in ["responder", "board"] {
        let result = pages.join(who).join("result.json");
        let copied = std::fs::create_dir_all(pages.join(who));
        let copied = copied.and_then(|()| std::fs::copy(pages.join(FILLED).join("result.json"), &result));
        copied.map_err(|e| format!("cannot copy to {}: {e}", result.display()))?;
        built("assize", &["report", shown(&result)?, "--audience", who])?;
    }
    Ok(())
}

/// One server in whose logs and folders hostile texts stand, each in a field of each kind of record.
fn filled(files: &Path, pages: &Path, texts: &[String]) -> Result<(), String> {
    let evidence = files.join("evidence").join(FILLED);
    let cited = pages.join(FILLED).join("result.json");
    hostile::fill(&cited, &evidence, texts)?;
    reported(&evidence, &pages.join("hostile-evidence"))
}

/// Results that no scan gives: every text of a result hostile, and more findings than a page takes.
fn samples(files: &Path, pages: &Path, texts: &Path) -> Result<(), String> {
    let all = files.join("samples");
    built("examples/samples", &[shown(&all)?, shown(texts)?])?;
    for name in ["hostile-en", "crowded-fr"] {
        std::fs::rename(all.join(name), pages.join(name)).map_err(|e| format!("cannot move {name}: {e}"))?;
    }
    Ok(())
}

fn reported(evidence: &Path, case: &Path) -> Result<(), String> {
    built("assize", &["scan", shown(evidence)?, "-o", shown(case)?, "-qq", "--exit-zero", "-f", "json,html"])?;
    built("assize", &["report", shown(case)?, "--lang", "fr"])
}
