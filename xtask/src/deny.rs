//! Licences, sources, bans and advisories of the dependencies, with `cargo deny`.

use std::path::Path;
use std::process::Command;

/// Runs `cargo deny`. Advisories come from a copy beside the repository where one exists: no network is needed.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    deny(root, &["--offline", "--locked", "check", "bans", "licenses", "sources"])?;
    let database = root.join("../shared/data/advisory-db.tar.zst");
    if !database.exists() {
        println!("skipped: ../shared absent (advisories)");
        return Ok(());
    }
    advisories(root, &database)
}

fn deny(root: &Path, args: &[&str]) -> Result<(), String> {
    let status = Command::new("cargo").arg("deny").args(args).current_dir(root).status().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("cargo deny {} failed", args.join(" "))) }
}

/// Compares the lock file with each advisory of the database. Only what every advisory states is read: the
/// package, whether it was withdrawn, and the requirement strings of patched and unaffected versions.
fn advisories(root: &Path, database: &Path) -> Result<(), String> {
    let script = root.join("xtask/advisories.sh");
    let status =
        Command::new("bash").arg(script).arg(database).current_dir(root).status().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err("advisories: see above".into()) }
}
