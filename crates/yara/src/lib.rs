//! Signatures: the bytes of one file and YARA rules turned into matches.
//!
//! Alone in its crate because YARA-X is a third of the build. A rule that does not compile is named with its file and line and left out,
//! and a file that takes too long is given up: neither stops a scan.

use rsa as _;
use std::time::Duration;
use yara_x::{Compiler, ScanError, Scanner, SourceCode};

/// Names that rules of the field expect to be told about a file. Those we do not know stay empty.
const GLOBALS: [&str; 6] = ["filename", "filepath", "extension", "filetype", "owner", "md5"];
/// Time for one file.
const FILE_TIME_MAX: Duration = Duration::from_secs(20);
/// Matches of one string that are kept.
const MATCHES_MAX: usize = 64;
/// Faults that are kept.
const FAULTS_MAX: usize = 1000;

/// The text of one file of rules.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its path, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A rule or file of rules that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Rules that were left out.
    pub faults: Vec<Fault>,
}

/// One rule that matched a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The name of the rule.
    pub rule: String,
    /// The file that the rule stands in.
    pub file: String,
    /// What its author says of it.
    pub description: Option<String>,
    /// The byte of its first matching string, if a string matched.
    pub first: Option<usize>,
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
        for file in files {
            compiler.new_namespace(&file.name);
            let before = compiler.errors().len();
            let source = SourceCode::from(file.text.as_str()).with_origin(&file.name);
            if compiler.add_source(source).is_err() {
                faults.extend(compiler.errors()[before..].iter().map(|error| fault(&file.name, &error.to_string())));
            }
        }
        faults.truncate(FAULTS_MAX);
        Self { rules: compiler.build(), faults }
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
        FileScanner { scanner }
    }
}

/// Scans files with one set of rules.
pub struct FileScanner<'r> {
    scanner: Scanner<'r>,
}

impl FileScanner<'_> {
    /// The rules that match `bytes`, a file at `path`, in the order of their names.
    ///
    /// # Errors
    /// Says why the file was given up.
    pub fn scan(&mut self, bytes: &[u8], path: &str) -> Result<Vec<Match>, YaraError> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| format!(".{extension}"));
        for (global, value) in [("filename", name), ("filepath", path), ("extension", extension.as_str())] {
            self.scanner.set_global(global, value).map_err(|e| YaraError::Other(e.to_string()))?;
        }
        let results = self.scanner.scan(bytes).map_err(|error| match error {
            ScanError::Timeout => YaraError::Slow,
            other => YaraError::Other(other.to_string()),
        })?;
        let mut matches: Vec<Match> = results.matching_rules().map(|rule| matched(&rule)).collect();
        matches.sort_by(|a, b| (&a.rule, &a.file).cmp(&(&b.rule, &b.file)));
        Ok(matches)
    }
}

fn matched(rule: &yara_x::Rule<'_, '_>) -> Match {
    let description = rule.metadata().find_map(|(key, value)| match value {
        yara_x::MetaValue::String(text) if key == "description" => Some(text.to_owned()),
        _ => None,
    });
    let first = rule.patterns().filter_map(|pattern| pattern.matches().next().map(|found| found.range().start)).min();
    Match { rule: rule.identifier().into(), file: rule.namespace().into(), description, first }
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
        vec![RuleFile { name: "mine.yar".into(), text: text.into() }]
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
            file: "mine.yar".into(),
            description: Some("a shell".into()),
            first: Some(3),
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
}
