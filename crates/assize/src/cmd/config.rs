//! `assize config`: which settings are in force, and where they come from.

use crate::config::{self, KEYS};
use crate::exit::{OK, Stop};
use crate::out;
use assize_model::display::Foreign;
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `assize config`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize config init             an assize.toml here, with every setting explained and none set
  assize config init --user      the same for you, wherever you are
  assize config show --origin    what is in force, and where each value comes from
  assize config path             where files are looked for

The first that names a setting wins: the flag, ASSIZE_* in the environment, --config or $ASSIZE_CONFIG,
./assize.toml, your own file, the file of the machine. What can change the answer (campaign, content,
fail-on) is not taken from ./assize.toml, because the current folder may be evidence.")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The value of every setting
    Show {
        /// Say where each value comes from
        #[arg(long)]
        origin: bool,
    },
    /// Write a file with every setting explained and none set
    Init {
        /// The file [default: ./assize.toml]
        #[arg(value_name = "FILE", conflicts_with = "user")]
        file: Option<PathBuf>,
        /// Your own file
        #[arg(long)]
        user: bool,
    },
    /// Where files are looked for, the first one first
    Path,
}

/// Shows, writes or names.
pub(crate) fn run(args: &Args, asked: Option<&Path>, files: bool) -> Result<u8, Stop> {
    match &args.action {
        Action::Show { origin } => show(asked, files, *origin),
        Action::Init { file, user } => init(file.as_deref(), *user),
        Action::Path => {
            for place in config::places(asked) {
                let state = if place.path.exists() { "read" } else { "absent" };
                out::print(&format!("{state:<7} {}\n", place.path.display()))?;
            }
            Ok(OK)
        }
    }
}

fn show(asked: Option<&Path>, files: bool, origin: bool) -> Result<u8, Stop> {
    let settings = config::load(asked, files)?;
    for key in &KEYS {
        let set = settings.iter().find(|s| s.key.name == key.name);
        let value = set.map_or_else(|| config::default(key), |s| s.value.clone());
        let from = set.map_or("default", |s| s.origin.as_str());
        let line = format!("{} = {:?}", key.name, Foreign(&value).to_string());
        out::print(&if origin { format!("{line:<40} # {}\n", Foreign(from)) } else { format!("{line}\n") })?;
    }
    Ok(OK)
}

fn init(file: Option<&Path>, user: bool) -> Result<u8, Stop> {
    let path = match (user, file) {
        (true, _) => config::of_user()
            .ok_or_else(|| Stop::Usage("it is not known where your own file belongs; name it".into()))?,
        (false, file) => file.map_or_else(|| PathBuf::from("assize.toml"), Path::to_path_buf),
    };
    let trouble = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::Usage(format!("{} exists; it is left as it is", path.display())),
        _ => Stop::Own(format!("cannot write {}: {e}", path.display())),
    };
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(trouble)?;
    }
    let mut file = std::fs::File::create_new(&path).map_err(trouble)?;
    file.write_all(config::template().as_bytes()).map_err(trouble)?;
    out::print(&format!("{}\n", path.display())).map(|()| OK)
}
