//! `peers`: asks the programs that our files are for whether they take them.
//!
//! Their libraries are installed from PyPI in pinned versions, into an environment of its own outside the repository, and
//! run as programs. Nothing of them is copied or linked. Shown to them is every format of every lab scenario, in both
//! languages, and of the sample results with their hostile texts.

use crate::{cargo, lab, oracle};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The libraries, each in the version that its traits were found in. stix2-validator 3.3.1 ships no schema; Timesketch
/// asks for a whole server, of which its readers need what is named beside it.
const LIBRARIES: [&str; 13] = [
    "stix2-validator==3.2.0",
    "stix2==3.0.2",
    "pymisp==2.5.34.4",
    "mitreattack-python==6.3.1",
    "ocsf-json-schema==1.2.0",
    "py-ocsf-models==0.10.0",
    "openpyxl==3.1.5",
    "pyarrow",
    "jsonschema",
    "pandas",
    "flask",
    "python-dateutil",
    "pyyaml",
];
const TIMESKETCH: [&str; 2] = ["--no-deps", "timesketch==20261014"];

/// What shows that all of it is there.
const IMPORT: &str = "import stix2validator, stix2, pymisp, mitreattack.navlayers, ocsf_json_schema, py_ocsf_models, \
                      openpyxl, pyarrow, jsonschema, timesketch.lib.utils";

/// Every format that has a reader of its own.
const FORMATS: &str = "jsonl,stix,misp,navigator,ocsf,ecs,timesketch,ssvc,xlsx,parquet,parquet-timeline";

/// Formats whose words people read.
const TRANSLATED: &str = "stix,misp,navigator,xlsx";

/// Writes everything and shows it. A machine without Python or its packages skips it and says so.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir().join("assize-peers");
    let Some(python) = oracle::environment(&folder, IMPORT, &[&LIBRARIES, &TIMESKETCH]) else { return Ok(()) };
    let files = folder.join("files");
    let _ = std::fs::remove_dir_all(&files);
    // As the tests build them: alone they would be built again, with fewer features of their libraries.
    cargo(&["build", "--quiet", "--locked", "--workspace", "--bin", "assize", "--example", "samples"])?;
    scenarios(&files)?;
    let texts = root.join("../shared/data/hostile/strings");
    built("examples/samples", &[shown(&files.join("samples"))?, shown(&texts)?])?;
    match Command::new(python).arg(root.join("xtask/peers/takes.py")).arg(&files).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("a program does not take what is written for it; see above".into()),
        Err(e) => Err(format!("cannot run the programs: {e}")),
    }
}

/// Every format of every lab scenario, and those that people read in French, too.
fn scenarios(files: &Path) -> Result<(), String> {
    for scenario in assize_lab::SCENARIOS {
        let evidence = files.join("evidence").join(scenario.name);
        lab::run(&[scenario.name, shown(&evidence)?])?;
        let case = files.join(scenario.name);
        let scan = ["scan", shown(&evidence)?, "-o", shown(&case)?, "-qq", "--exit-zero", "-f"];
        built("assize", &[&scan[..], &[&format!("json,{FORMATS}")]].concat())?;
        built("assize", &["report", shown(&case)?, "--lang", "fr", "-f", TRANSLATED])?;
    }
    Ok(())
}

/// Runs a program that was built beside this one.
pub(crate) fn built(program: &str, args: &[&str]) -> Result<(), String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let path = own.with_file_name(program).with_extension(std::env::consts::EXE_EXTENSION);
    match Command::new(&path).args(args).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{program} {} failed", args.join(" "))),
        Err(e) => Err(format!("cannot run {}: {e}", path.display())),
    }
}

/// A path as an argument.
pub(crate) fn shown(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| format!("{} is no name that can be written", PathBuf::from(path).display()))
}
