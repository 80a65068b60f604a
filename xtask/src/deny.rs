//! Licences, sources, bans and advisories of the dependencies, with `cargo deny`.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The folder that `cargo deny` expects inside its database folder, for the database of RustSec.
const DATABASE: &str = "advisory-db-3157b0e258782691";

/// Runs `cargo deny`. Advisories come from a copy beside the repository where one exists: no network is needed.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    // Crates of other platforms are looked at too, and a build here has never needed them.
    run_in(root, Command::new("cargo").args(["fetch", "--quiet", "--locked"]))?;
    run_in(
        root,
        Command::new("cargo").args(["deny", "--offline", "--locked", "check", "bans", "licenses", "sources"]),
    )?;
    let archive = root.join("../shared/data/advisory-db.tar.zst");
    if !archive.exists() {
        println!("skipped: ../shared absent (advisories)");
        return Ok(());
    }
    advisories(root, &archive)
}

/// Unpacks the database into a repository of its own, which is the form `cargo deny` reads.
fn advisories(root: &Path, archive: &Path) -> Result<(), String> {
    let place = env::temp_dir().join(format!("assize-advisories-{}", std::process::id()));
    let database = place.join(DATABASE);
    fs::create_dir_all(&database).map_err(|e| format!("cannot make {}: {e}", database.display()))?;
    let checked = prepare(&database, archive).and_then(|()| {
        let config = place.join("deny.toml");
        let rules = fs::read_to_string(root.join("deny.toml")).map_err(|e| format!("cannot read deny.toml: {e}"))?;
        let path = place.display().to_string().replace('\\', "/");
        let head = format!("[advisories]\ndb-path = \"{path}\"\nmaximum-db-staleness = \"P10Y\"");
        fs::write(&config, rules.replace("[advisories]", &head))
            .map_err(|e| format!("cannot write {}: {e}", config.display()))?;
        let config = config.display().to_string();
        run_in(
            root,
            Command::new("cargo").args(["deny", "--offline", "--locked", "--config", &config, "check", "advisories"]),
        )
    });
    let removed = fs::remove_dir_all(&place).map_err(|e| format!("cannot remove {}: {e}", place.display()));
    checked.and(removed)
}

fn prepare(database: &Path, archive: &Path) -> Result<(), String> {
    run_in(
        database,
        Command::new("tar").args(["-I", "zstd", "-xf"]).arg(fs::canonicalize(archive).map_err(|e| e.to_string())?),
    )?;
    for args in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["-c", "user.name=check", "-c", "user.email=check@localhost", "commit", "-qm", "copy"],
    ] {
        run_in(database, Command::new("git").args(args))?;
    }
    // The age of the database is read from its last fetch.
    fs::write(database.join(".git/FETCH_HEAD"), "").map_err(|e| e.to_string())
}

fn run_in(folder: &Path, command: &mut Command) -> Result<(), String> {
    let name = format!("{command:?}");
    let status = command.current_dir(folder).status().map_err(|e| format!("{name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed")) }
}
