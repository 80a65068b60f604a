//! `oracle`: asks a reader of collections that is not ours whether it takes the lab's for real.
//!
//! dissect.target is installed from PyPI into an environment of its own, outside the repository, and run as a program.
//! Nothing of it is copied or linked.

use crate::lab;
use std::path::{Path, PathBuf};
use std::process::Command;

const READER: &str = "dissect.target==3.25.1";

/// The collections that are shown to the reader. The plain folder of the lab holds no files of Windows and is none.
const SCENARIOS: [&str; 3] = ["breached", "no-evidence", "logs-wiped"];

/// Writes each collection, and has the reader open it as Windows and find the web logs in it.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir().join("assize-oracle");
    let Some(python) = environment(&folder, "import dissect.target", &[&[READER]]) else { return Ok(()) };
    let evidence = folder.join("evidence");
    let _ = std::fs::remove_dir_all(&evidence);
    let mut asked = Command::new(python);
    asked.arg(root.join("xtask/oracle/opens.py"));
    for name in SCENARIOS {
        let scenario = lab::scenario(name)?;
        for layout in assize_lab::LAYOUTS.iter().filter(|l| l.name != "folder") {
            let dir = evidence.join(format!("{name}-{}", layout.name));
            let path = assize_lab::write_collection(scenario, 1, layout, &dir)
                .map_err(|e| format!("cannot write {}: {e}", dir.display()))?;
            asked.arg(path).arg(scenario.host);
        }
    }
    match asked.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("the reader does not take every collection for real; see above".into()),
        Err(e) => Err(format!("cannot run the reader: {e}")),
    }
}

/// The Python of an environment in `folder` that can do `import`, after each of `installs` (arguments of pip). Where it
/// cannot be had, that is said.
pub(crate) fn environment(folder: &Path, import: &str, installs: &[&[&str]]) -> Option<PathBuf> {
    made(folder, import, installs).map_err(|why| println!("skipped: {why}")).ok()
}

fn made(folder: &Path, import: &str, installs: &[&[&str]]) -> Result<PathBuf, String> {
    let venv = folder.join("venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let quiet = |command: &mut Command| command.output().is_ok_and(|o| o.status.success());
    if quiet(Command::new(&python).args(["-c", import])) {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    if !quiet(Command::new(system).args(["-m", "venv"]).arg(&venv)) {
        return Err(format!("{system} cannot make an environment here"));
    }
    for install in installs {
        if !quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(*install)) {
            return Err(format!("{} cannot be installed here", install.join(" ")));
        }
    }
    Ok(python)
}
