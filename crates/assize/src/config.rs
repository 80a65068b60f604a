//! Settings that stand in a file or in the environment, in place of flags that are given each time.
//!
//! A setting becomes the default of the flag of that name, so a flag always wins and every value passes the same
//! check. Secrets have no key here, and never will.

use crate::Cli;
use crate::exit::Stop;
use clap::{Command, CommandFactory, FromArgMatches};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The name of the file, wherever it lies.
const FILE: &str = "assize.toml";
/// It is small; a larger one is not read.
const BYTES_MAX: u64 = 1 << 20;

/// Something that can be set.
pub(crate) struct Key {
    /// Its name in the file, which is the long flag.
    pub(crate) name: &'static str,
    /// What it sets.
    pub(crate) what: &'static str,
    /// An example, as it stands in the file.
    example: &'static str,
    /// Whether it can change the answer. Such a setting is not taken from the current folder: that may be evidence.
    decides: bool,
}

/// Everything that can be set.
pub(crate) const KEYS: [Key; 15] = [
    Key { name: "lang", what: "language of what a person reads: en, fr, auto", example: "\"fr\"", decides: false },
    Key { name: "color", what: "colour: auto, always, never", example: "\"never\"", decides: false },
    Key { name: "progress", what: "progress: auto, bar, plain, json, none", example: "\"plain\"", decides: false },
    Key { name: "threads", what: "threads", example: "2", decides: false },
    Key {
        name: "tz",
        what: "zone in which the first screen repeats its times",
        example: "\"Europe/Paris\"",
        decides: false,
    },
    Key { name: "operator", what: "who runs the assessment", example: "\"A. Martin\"", decides: false },
    Key {
        name: "tlp",
        what: "who may read the report: red, amber+strict, amber, green, clear",
        example: "\"green\"",
        decides: false,
    },
    Key { name: "max-memory", what: "memory that a run may hold", example: "\"2GB\"", decides: false },
    Key { name: "nice", what: "let others go first, by so much: 1 to 19", example: "10", decides: false },
    Key { name: "format", what: "files that scan writes", example: "[\"html\", \"json\"]", decides: false },
    Key {
        name: "copy-evidence",
        what: "evidence that scan copies into the case: none, findings, all",
        example: "\"findings\"",
        decides: false,
    },
    Key { name: "campaign", what: "only these packs", example: "[\"proxylogon\"]", decides: true },
    Key {
        name: "content",
        what: "folder of content instead of the built-in one",
        example: "\"content\"",
        decides: true,
    },
    Key {
        name: "suppressions",
        what: "list of findings that somebody answers for",
        example: "\"suppressions.yml\"",
        decides: true,
    },
    Key { name: "fail-on", what: "lowest state with an exit code", example: "\"attacked\"", decides: true },
];

/// A key with its value, and where that came from.
pub(crate) struct Setting {
    pub(crate) key: &'static Key,
    pub(crate) value: String,
    pub(crate) origin: String,
}

/// A place where a file may lie.
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    /// It was asked for by name, so it must be there.
    asked: bool,
    /// It lies in the current folder.
    here: bool,
}

/// A folder or a file that the environment names.
pub(crate) fn var(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A folder of this user's: below the one that a variable of Windows names, or elsewhere that of the desktop standards or
/// its usual place in the home folder.
pub(crate) fn folder_of_user(windows: (&str, &str), elsewhere: (&str, &str)) -> Option<PathBuf> {
    if cfg!(windows) {
        return var(windows.0).map(|d| d.join(windows.1));
    }
    var(elsewhere.0).or_else(|| var("HOME").map(|home| home.join(elsewhere.1))).map(|d| d.join("assize"))
}

/// The folder of this user's data.
pub(crate) fn data_of_user() -> Option<PathBuf> {
    var("ASSIZE_DATA").or_else(|| folder_of_user(("LOCALAPPDATA", "Assize"), ("XDG_DATA_HOME", ".local/share")))
}

/// Where files are looked for, the first one first.
pub(crate) fn places(asked: Option<&Path>) -> Vec<Place> {
    let asked = asked.map(Path::to_path_buf).or_else(|| var("ASSIZE_CONFIG"));
    let mut places: Vec<Place> = asked.into_iter().map(|path| Place { path, asked: true, here: false }).collect();
    places.push(Place { path: PathBuf::from(FILE), asked: false, here: true });
    let user = folder_of_user(("APPDATA", "Assize"), ("XDG_CONFIG_HOME", ".config"));
    let machine =
        if cfg!(windows) { var("PROGRAMDATA").map(|d| d.join("Assize")) } else { Some(PathBuf::from("/etc/assize")) };
    places.extend([user, machine].into_iter().flatten().map(|d| Place {
        path: d.join(FILE),
        asked: false,
        here: false,
    }));
    places
}

/// The file of this user.
pub(crate) fn of_user() -> Option<PathBuf> {
    let place = places(None).into_iter().find(|p| !p.asked && !p.here)?;
    Some(place.path)
}

/// Every setting in force: the environment, then the files; the first that names a key wins.
pub(crate) fn load(asked: Option<&Path>, files: bool) -> Result<Vec<Setting>, Stop> {
    let mut settings = Vec::new();
    for key in &KEYS {
        let name = variable(key);
        if let Some(value) = std::env::var(&name).ok().filter(|v| !v.is_empty()) {
            valid(key, &value).map_err(|why| Stop::Usage(format!("{name}: {why}")))?;
            settings.push(Setting { key, value, origin: format!("${name}") });
        }
    }
    for place in places(asked).iter().filter(|_| files) {
        for setting in read(place)? {
            if !settings.iter().any(|s: &Setting| s.key.name == setting.key.name) {
                settings.push(setting);
            }
        }
    }
    Ok(settings)
}

/// `ASSIZE_FAIL_ON`
fn variable(key: &Key) -> String {
    format!("ASSIZE_{}", key.name.to_uppercase().replace('-', "_"))
}

/// The settings of one file; none where it is not there.
fn read(place: &Place) -> Result<Vec<Setting>, Stop> {
    let path = &place.path;
    let trouble = |e: std::io::Error| Stop::Usage(format!("cannot read the settings in {}: {e}", path.display()));
    let about = match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !place.asked => return Ok(Vec::new()),
        about => about.map_err(trouble)?,
    };
    if about.len() > BYTES_MAX {
        return Err(Stop::Usage(format!("{} is too large for a file of settings", path.display())));
    }
    let text = std::fs::read_to_string(path).map_err(trouble)?;
    parse(&text, place).map_err(|(at, why)| {
        let line = text[..at.min(text.len())].matches('\n').count() + 1;
        Stop::Usage(format!("{}:{line}: {why}", path.display()))
    })
}

/// A fault: the byte where it is, and what it is.
type Fault = (usize, String);

fn parse(text: &str, place: &Place) -> Result<Vec<Setting>, Fault> {
    let table = DeTable::parse(text)
        .map_err(|e| (e.span().map_or(0, |s| s.start), e.message().lines().collect::<Vec<_>>().join("; ")))?;
    let mut settings = Vec::new();
    for (name, value) in table.get_ref() {
        let (at, name) = (name.span().start, name.get_ref().as_ref());
        let Some(key) = KEYS.iter().find(|k| k.name == name) else {
            return Err((at, format!("there is no setting {name}{}", nearest(name))));
        };
        if place.here && key.decides {
            let why = "can change the answer, and the current folder may be evidence; put it into another file, or name \
                       this one with --config";
            return Err((at, format!("{name} {why}")));
        }
        let mut value = plain(value.get_ref()).ok_or_else(|| {
            (at, format!("{name}: a text, a whole number or a list of texts is expected, such as {}", key.example))
        })?;
        if ["content", "suppressions"].contains(&key.name) {
            // Named from the file, not from wherever the command is run.
            let base = place.path.parent().unwrap_or(Path::new(""));
            value = base.join(&value).to_string_lossy().into_owned();
        }
        valid(key, &value).map_err(|why| (at, format!("{name}: {why}")))?;
        settings.push(Setting { key, value, origin: place.path.display().to_string() });
    }
    Ok(settings)
}

/// A value as a flag takes it.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            texts.collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// Whether the flag of that name takes the value; if not, why.
fn valid(key: &Key, value: &str) -> Result<(), String> {
    let flag = format!("--{}={value}", key.name);
    match Cli::command().try_get_matches_from(["assize", "scan", "x", &flag]) {
        Ok(_) => Ok(()),
        Err(e) => Err(e.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()),
    }
}

/// `; did you mean fail-on?`
fn nearest(name: &str) -> String {
    match assize_model::nearest::of(name, KEYS.iter().map(|k| k.name)) {
        Some(key) => format!("; did you mean {key}?"),
        None => format!("; there are: {}", KEYS.map(|k| k.name).join(", ")),
    }
}

/// The command line again, with the settings as defaults of its flags.
pub(crate) fn applied(settings: &[Setting]) -> Cli {
    let mut command = Cli::command();
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |c| settings.iter().fold(c, with_default));
    }
    let matches = command.get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit())
}

fn with_default(command: Command, setting: &Setting) -> Command {
    let id = setting.key.name.replace('-', "_");
    // The formats of `report` are what it is asked for, not what a scan writes.
    let takes = command.get_arguments().any(|a| a.get_id() == id.as_str())
        && !(id == "format" && command.get_name() == "report");
    if takes { command.mut_arg(id, |a| a.default_value(setting.value.clone())) } else { command }
}

/// A file of settings in which every key is explained and none is set.
pub(crate) fn template() -> String {
    let mut text = "# Settings of assize. A flag wins over the environment (ASSIZE_LANG), which wins over this file.\n\
                    # `assize config show --origin` says where each value comes from. No secrets belong here.\n"
        .to_owned();
    for key in &KEYS {
        text.push_str(&format!(
            "\n# {}{}\n# {} = {}\n",
            key.what,
            if key.decides { DECIDES } else { "" },
            key.name,
            key.example
        ));
    }
    text
}

const DECIDES: &str = "; not taken from the current folder, which may be evidence";

/// The value that a key has without any setting, as `scan` has it.
pub(crate) fn default(key: &Key) -> String {
    let command = Cli::command();
    let id = key.name.replace('-', "_");
    let scan = command.find_subcommand("scan");
    let argument = scan.and_then(|c| c.get_arguments().find(|a| a.get_id() == id.as_str()));
    let values = argument.map(|a| a.get_default_values()).unwrap_or_default();
    values.iter().map(|v| v.to_string_lossy()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(here: bool) -> Place {
        Place { path: PathBuf::from("folder").join(FILE), asked: false, here }
    }

    #[test]
    fn the_template_is_a_file_of_settings_and_so_are_its_examples() {
        let template = template();
        assert_eq!(parse(&template, &place(true)).unwrap().len(), 0);
        let examples: String = template
            .lines()
            .filter_map(|l| l.strip_prefix("# "))
            .filter(|l| l.contains(" = "))
            .map(|l| format!("{l}\n"))
            .collect();
        assert_eq!(parse(&examples, &place(false)).unwrap().len(), KEYS.len());
    }

    #[test]
    fn faults_have_a_place_and_a_way_out() {
        let fault = |text: &str, here| parse(text, &place(here)).map(|s| s.len()).unwrap_err();
        let (at, why) = fault("lang = \"fr\"\ncolour = \"never\"\n", false);
        assert_eq!((at, why.contains("did you mean color?")), (12, true), "{why}");
        assert!(fault("zzzzzzzzzzzzzzz = 1", false).1.contains("fail-on"));
        assert!(fault("threads = 0", false).1.contains("threads"));
        assert!(fault("lang = \"xx\"", false).1.contains("xx"));
        assert!(fault("lang = true", false).1.contains("expected"));
        assert!(fault("fail-on = \"breached\"", true).1.contains("evidence"));
        assert!(fault("lang = ", false).0 > 0);
    }

    #[test]
    fn content_is_named_from_the_file() {
        let settings = parse("content = \"mine\"", &place(false)).unwrap();
        assert_eq!(PathBuf::from(&settings[0].value), PathBuf::from("folder").join("mine"));
    }
}
