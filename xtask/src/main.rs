//! Our own checks and generators: `cargo xtask <task>`.

mod browser;
mod deny;
mod generate;
mod hives;
mod hostile;
mod lab;
mod oracle;
mod peers;
mod tidy;
mod torture;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask <task>

  check-all        everything that guards the main branch
  tidy             what the compiler cannot check: ladder, headers, lists, words, fresh pages
  deny             licences, sources, bans and advisories of the dependencies
  gen              refresh the generated pages
  lab NAME DIR     write the evidence of an invented server into DIR; several names: one input of several hosts
      --layout L   as a tool of responders collects it: velociraptor, kape, kape-zip, acquire, cylr, disk, drive-d
      --size 50GB [--days 45] [--front-ends 2]   of real size, the scenario hidden in it
  oracle           ask a reader that is not ours (Dissect) whether it takes the lab's collections for real, and others
                   how they read registry hives
  peers            ask the programs that our files are for (STIX, MISP, Navigator, OCSF, ...) whether they take them
  browser          look at reports in a browser: no request, no script of others, accessible, printable, first screens
  picture          draw the first screen of the demo's report for the README (docs/report.png)
  torture          kill a scan again and again, and fill its disk: it must end with the bytes of an unbroken run
      [--kills 50] [--disk-full 10] [--size 5GB] [--days 45] [--scenario breached] [--seed 1] [--in DIR]
  fuzz [TARGET]    drive parsers, containers and frames with damaged input; --seconds N for each, --help for more
  windows          check the command line for Windows, where the machine has what that needs
  iis-log BYTES    write a big IIS log to standard output, for measurements
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check-all"] => check_all(),
        ["tidy"] => tidy::run(&root()),
        ["deny"] => deny::run(&root()),
        ["gen"] => generate::write(&root()),
        ["lab", rest @ ..] => lab::run(rest),
        ["oracle"] => oracle::run(&root()).and_then(|()| hives::run(&root())),
        ["peers"] => peers::run(&root()),
        ["browser"] => browser::run(&root()),
        ["picture"] => browser::picture(&root()),
        ["torture", rest @ ..] => torture::run(&root(), rest),
        ["fuzz", rest @ ..] => {
            let run = ["run", "--quiet", "--release", "--locked", "--package", "assize-fuzz", "--"];
            cargo(&[&run[..], rest].concat())
        }
        ["windows"] => windows(),
        ["iis-log", bytes] => iis_log(bytes),
        _ => Err(HELP.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    // Asked when it runs: cargo sets it, and a target folder may be shared by several clones.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    own.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

fn check_all() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    cargo(&["test", "--workspace", "--locked"])?;
    tidy::run(&root())?;
    deny::run(&root())
}

/// Runs cargo in the repository.
pub(crate) fn cargo(args: &[&str]) -> Result<(), String> {
    let status = Command::new("cargo").args(args).current_dir(root()).status().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", args.join(" "))) }
}

/// Compiles the command line for Windows as far as can be without its linker. C code of libraries needs a compiler for it.
fn windows() -> Result<(), String> {
    const TARGET: &str = "x86_64-pc-windows-gnu";
    const COMPILER: &str = "x86_64-w64-mingw32-gcc";
    let says = |program: &str, args: &[&str]| Command::new(program).args(args).output().ok();
    let libraries = says("rustc", &["--print", "target-libdir", "--target", TARGET]);
    let folder = libraries.and_then(|out| String::from_utf8(out.stdout).ok()).unwrap_or_default();
    if !Path::new(folder.trim()).is_dir() || says(COMPILER, &["--version"]).is_none() {
        println!("skipped: needs `rustup target add {TARGET}` and {COMPILER} (Debian: gcc-mingw-w64-x86-64-posix)");
        return Ok(());
    }
    cargo(&["clippy", "--package", "assize", "--target", TARGET, "--locked", "--", "-D", "warnings"])
}

fn iis_log(bytes: &str) -> Result<(), String> {
    let bytes = bytes.parse().map_err(|e| format!("{bytes}: {e}"))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    assize_lab::iis_log(&mut out, bytes, 1).map(|_| ()).map_err(|e| format!("cannot write the log: {e}"))
}
