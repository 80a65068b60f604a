//! Signatures: the bytes of one file and YARA rules turned into matches.
//!
//! Alone in its crate because YARA-X is a third of the build. A rule that does not compile is named with its file and line and left out,
//! and a file that takes too long is given up: neither stops a scan.

use rsa as _;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use yara_x::{Compiler, MetaValue, ScanError, Scanner, SourceCode};

/// Names that rules of the field expect to be told about a file. Those we do not know stay empty.
const GLOBALS: [&str; 6] = ["filename", "filepath", "extension", "filetype", "owner", "md5"];
/// Time for one file.
const FILE_TIME_MAX: Duration = Duration::from_secs(20);
/// Matches of one string that are kept.
const MATCHES_MAX: usize = 64;
/// Faults that are kept.
const FAULTS_MAX: usize = 1000;
/// Bytes of a match that are kept as a sample of it.
const SAMPLE_BYTES: usize = 120;

/// The text of one file of rules.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its path, for messages.
    pub name: String,
    /// The campaign pack that it belongs to; none for rules of others.
    pub pack: Option<String>,
    /// Its text.
    pub text: String,
}

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file that it stands in.
    pub file: String,
    /// The pack of that file.
    pub pack: Option<String>,
}

/// A rule or file of rules that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where: `file:line:column`, or the file alone.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Compiled rules.
pub struct Rules {
    rules: yara_x::Rules,
    /// Where rules come from; the number of a file is the name space of its rules.
    origins: Vec<Origin>,
    /// Rules that were left out.
    pub faults: Vec<Fault>,
}

/// What compiled rules say of themselves, before the form of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// How many rules run.
    pub rules: usize,
    /// Rules that were left out.
    pub faults: Vec<Fault>,
    origins: Vec<Origin>,
}

impl Heading {
    /// Reads it from what [`Rules::to_bytes`] wrote, without the rules.
    ///
    /// # Errors
    /// When it is of another version, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, YaraError> {
        Self::split(bytes).map(|(heading, _)| heading)
    }

    fn split(bytes: &[u8]) -> Result<(Self, &[u8]), YaraError> {
        let damaged = || YaraError::Other("they are damaged".into());
        let (length, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
        let (heading, rules) = rest.split_at_checked(length).ok_or_else(damaged)?;
        Ok((serde_json::from_slice(heading).map_err(other)?, rules))
    }
}

/// One rule that matched a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The name of the rule.
    pub rule: String,
    /// Where it stands.
    pub origin: Origin,
    /// What its author says of it.
    pub description: Option<String>,
    /// The first of its strings that matched, if a string did.
    pub first: Option<Found>,
}

/// A string of a rule, found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What the rule calls it: `$a`.
    pub string: String,
    /// Its first byte in the file.
    pub at: usize,
    /// What stands there, no more than its beginning; what is no UTF-8 as U+FFFD.
    pub sample: String,
}

/// Why a file was given up.
#[derive(Debug, thiserror::Error)]
pub enum YaraError {
    /// It took too long.
    #[error("the rules took longer than {} seconds", FILE_TIME_MAX.as_secs())]
    Slow,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Rules {
    /// Compiles files of rules. What does not compile is in `faults`; the rest runs.
    #[must_use]
    pub fn compile(files: &[RuleFile]) -> Self {
        let mut compiler = Compiler::new();
        // Rules are data: they may not name files of this machine. Old rules write patterns in the way of YARA 3.
        compiler.enable_includes(false).relaxed_re_syntax(true).colorize_errors(false);
        let mut faults = Vec::new();
        for global in GLOBALS {
            if let Err(error) = compiler.define_global(global, "") {
                faults.push(Fault { place: global.into(), what: error.to_string() });
            }
        }
        for (number, file) in files.iter().enumerate() {
            compiler.new_namespace(&number.to_string());
            let before = compiler.errors().len();
            let source = SourceCode::from(file.text.as_str()).with_origin(&file.name);
            if compiler.add_source(source).is_err() {
                faults.extend(compiler.errors()[before..].iter().map(|error| fault(&file.name, &error.to_string())));
            }
        }
        faults.truncate(FAULTS_MAX);
        let origin = |file: &RuleFile| Origin { file: file.name.clone(), pack: file.pack.clone() };
        Self { rules: compiler.build(), origins: files.iter().map(origin).collect(), faults }
    }

    /// The compiled rules as bytes, for [`Rules::from_bytes`] of the same version.
    ///
    /// # Errors
    /// When the engine cannot write them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, YaraError> {
        let heading = Heading { rules: self.len(), faults: self.faults.clone(), origins: self.origins.clone() };
        let heading = serde_json::to_vec(&heading).map_err(other)?;
        let mut bytes = (heading.len() as u64).to_le_bytes().to_vec();
        bytes.extend(heading);
        bytes.extend(self.rules.serialize().map_err(other)?);
        Ok(bytes)
    }

    /// Compiled rules that [`Rules::to_bytes`] wrote. They are to be trusted as the program is: never take them from
    /// evidence.
    ///
    /// # Errors
    /// When they are of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, YaraError> {
        let (Heading { origins, faults, .. }, rules) = Heading::split(bytes)?;
        Ok(Self { rules: yara_x::Rules::deserialize(rules).map_err(other)?, origins, faults })
    }

    /// Every rule, with where it stands.
    pub fn names(&self) -> impl Iterator<Item = (&Origin, &str)> {
        self.rules.iter().filter_map(|rule| Some((self.origin(rule.namespace())?, rule.identifier())))
    }

    /// The values that the rules state under a name in their `meta`, in their order: origin, rule, value.
    pub fn stated(&self, name: &str) -> impl Iterator<Item = (&Origin, &str, &[u8])> {
        self.rules.iter().flat_map(move |rule| {
            let origin = self.origin(rule.namespace());
            let values = rule.metadata().filter(|(key, _)| *key == name).filter_map(|(_, value)| match value {
                MetaValue::String(text) => Some(text.as_bytes()),
                MetaValue::Bytes(bytes) => Some(AsRef::<[u8]>::as_ref(bytes)),
                _ => None,
            });
            let values: Vec<_> = values.collect();
            values.into_iter().filter_map(move |value| Some((origin?, rule.identifier(), value)))
        })
    }

    fn origin(&self, namespace: &str) -> Option<&Origin> {
        self.origins.get(namespace.parse::<usize>().ok()?)
    }

    /// How many rules run.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.iter().len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A scanner for files, one after the other. Each thread has its own.
    #[must_use]
    pub fn scanner(&self) -> FileScanner<'_> {
        let mut scanner = Scanner::new(&self.rules);
        scanner.set_timeout(FILE_TIME_MAX).max_matches_per_pattern(MATCHES_MAX);
        FileScanner { rules: self, scanner }
    }
}

/// Scans files with one set of rules.
pub struct FileScanner<'r> {
    rules: &'r Rules,
    scanner: Scanner<'r>,
}

impl FileScanner<'_> {
    /// The rules that match `bytes`, a file at `path`, in the order of their names and files.
    ///
    /// # Errors
    /// Says why the file was given up.
    pub fn scan(&mut self, bytes: &[u8], path: &str) -> Result<Vec<Match>, YaraError> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| format!(".{extension}"));
        for (global, value) in [("filename", name), ("filepath", path), ("extension", extension.as_str())] {
            self.scanner.set_global(global, value).map_err(other)?;
        }
        let rules = self.rules;
        let results = self.scanner.scan(bytes).map_err(|error| match error {
            ScanError::Timeout => YaraError::Slow,
            error => other(error),
        })?;
        let mut matches: Vec<Match> =
            results.matching_rules().filter_map(|rule| matched(&rule, rules, bytes)).collect();
        matches.sort_by(|a, b| (&a.rule, &a.origin.file).cmp(&(&b.rule, &b.origin.file)));
        Ok(matches)
    }
}

fn matched(rule: &yara_x::Rule<'_, '_>, rules: &Rules, bytes: &[u8]) -> Option<Match> {
    let description = rule.metadata().find_map(|(key, value)| match value {
        MetaValue::String(text) if key == "description" => Some(text.to_owned()),
        _ => None,
    });
    let places = rule.patterns().filter_map(|string| {
        let range = string.matches().next()?.range();
        Some((range.start, range.end, string.identifier().to_owned()))
    });
    let first = places.min().map(|(at, end, string)| {
        let sample = bytes.get(at..end.min(at + SAMPLE_BYTES)).unwrap_or_default();
        Found { string, at, sample: String::from_utf8_lossy(sample).into_owned() }
    });
    Some(Match { rule: rule.identifier().into(), origin: rules.origin(rule.namespace())?.clone(), description, first })
}

fn other(error: impl std::fmt::Display) -> YaraError {
    YaraError::Other(error.to_string())
}

/// The compiler writes `error[E001]: what`, then `--> file:line:column`, then a picture of the line.
fn fault(file: &str, message: &str) -> Fault {
    let what = message.lines().next().unwrap_or(message).to_owned();
    let place = message.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap_or(file).to_owned();
    Fault { place, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<RuleFile> {
        vec![RuleFile { name: "mine.yar".into(), pack: None, text: text.into() }]
    }

    #[test]
    fn a_rule_matches_and_says_where() {
        let rules = Rules::compile(&files(
            "rule found : shell { meta: description = \"a shell\" strings: $a = \"eval\" condition: $a and filename == \"x.aspx\" }",
        ));
        assert_eq!((rules.len(), rules.faults.len()), (1, 0));
        let matches = rules.scanner().scan(b"<% eval", "C/inetpub/x.aspx").unwrap();
        let expected = Match {
            rule: "found".into(),
            origin: Origin { file: "mine.yar".into(), pack: None },
            description: Some("a shell".into()),
            first: Some(Found { string: "$a".into(), at: 3, sample: "eval".into() }),
        };
        assert_eq!(matches, [expected]);
        assert!(rules.scanner().scan(b"<% eval", "y.aspx").unwrap().is_empty());
    }

    #[test]
    fn a_broken_rule_is_named_and_the_others_run() {
        let rules = Rules::compile(&files(
            "rule good { condition: true }\nrule bad { condition: nothing_known }\nrule also_good { condition: filesize > 0 }",
        ));
        assert_eq!(rules.len(), 2);
        assert_eq!(rules.faults.len(), 1);
        assert!(rules.faults[0].place.starts_with("mine.yar:2:"), "{:?}", rules.faults);
        assert!(rules.faults[0].what.contains("unknown identifier"), "{:?}", rules.faults);
    }

    #[test]
    fn rules_cannot_read_files() {
        let rules = Rules::compile(&files("include \"/etc/passwd\"\nrule good { condition: true }"));
        assert_eq!(rules.faults.len(), 1);
    }

    #[test]
    fn compiled_rules_are_kept_with_their_origins_and_faults() {
        let text = "rule found { meta: ignore = \"no\" strings: $a = \"eval\" condition: $a }\nrule bad { condition: nothing_known }";
        let pack = Some("proxylogon".to_owned());
        let rules = Rules::compile(&[RuleFile { name: "own.yar".into(), pack, text: text.into() }]);
        let again = Rules::from_bytes(&rules.to_bytes().unwrap()).unwrap();
        assert_eq!(again.faults, rules.faults);
        let heading = Heading::read(&rules.to_bytes().unwrap()).unwrap();
        assert_eq!((heading.rules, heading.faults), (1, rules.faults.clone()));
        assert_eq!(again.scanner().scan(b"eval", "x").unwrap(), rules.scanner().scan(b"eval", "x").unwrap());
        let stated: Vec<_> = again.stated("ignore").map(|(o, rule, text)| (o.pack.as_deref(), rule, text)).collect();
        assert_eq!(stated, [(Some("proxylogon"), "found", b"no".as_slice())]);
        assert!(Rules::from_bytes(b"\xff\xff\xff\xff\xff\xff\xff\xff").is_err());
        assert!(Rules::from_bytes(b"").is_err());
    }
}
