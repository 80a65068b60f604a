//! Sigma rules that others wrote: a file or a tree of them, as they are published.

use crate::{ContentError, sigma};
use assize_model::finding::Level;
use rsigma_parser::{CorrelationRule, FilterRule, SigmaRule, parse_sigma_yaml};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file of rules beyond this size is none.
const FILE_BYTES_MAX: u64 = 4 << 20;
/// Licences that are known by their names.
const LICENCES: [&str; 9] = [
    "Detection Rule License (DRL) 1.1",
    "Detection Rule License",
    "MIT License",
    "Apache License",
    "BSD 3-Clause",
    "BSD 2-Clause",
    "Elastic License 2.0",
    "GNU GENERAL PUBLIC LICENSE",
    "GNU AFFERO GENERAL PUBLIC LICENSE",
];
/// Folders inside folders that are looked into.
const DEPTH_MAX: usize = 32;

/// Rules from outside, and what could not be read of them.
#[derive(Debug, Default)]
pub struct Outside {
    /// The rules, in the order of their files.
    pub rules: Vec<OutsideRule>,
    /// What joins several matches, in the order of their files.
    pub correlations: Vec<OutsideCorrelation>,
    /// What takes rows away from rules, in the order of their files. See [`Outside::filter`].
    pub filters: Vec<OutsideFilter>,
    /// Documents that are no rules over rows, and why they do not run: the file, and the reason.
    pub left_out: Vec<ContentError>,
    /// Texts of licences that lie beside rules: the file, and the name of the licence, or else the first line.
    pub licences: Vec<(String, String)>,
}

/// What a person is told of a rule or a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The file, as it was reached.
    pub file: String,
    /// Its identifier; empty where it has none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How much a reader should care, where it says.
    pub level: Option<Level>,
    /// Its licence, where it says.
    pub licence: Option<String>,
}

/// One rule and where it stands.
#[derive(Debug)]
pub struct OutsideRule {
    /// What a person is told of it.
    pub heading: Heading,
    /// The rule.
    pub sigma: SigmaRule,
}

/// One correlation and where it stands.
#[derive(Debug)]
pub struct OutsideCorrelation {
    /// What a person is told of it.
    pub heading: Heading,
    /// The correlation.
    pub sigma: CorrelationRule,
}

/// A filter and where it stands.
#[derive(Debug)]
pub struct OutsideFilter {
    /// The file, as it was reached.
    pub file: String,
    /// The filter.
    pub sigma: FilterRule,
}

impl OutsideRule {
    fn new(file: &str, sigma: SigmaRule) -> Self {
        let level = sigma.level.map(sigma::level);
        let (id, title, licence) = (sigma.id.clone().unwrap_or_default(), sigma.title.clone(), sigma.license.clone());
        Self { heading: Heading { file: file.to_owned(), id, title, level, licence }, sigma }
    }
}

impl OutsideCorrelation {
    fn new(file: &str, sigma: CorrelationRule) -> Self {
        let level = sigma.level.map(sigma::level);
        let (id, title, licence) = (sigma.id.clone().unwrap_or_default(), sigma.title.clone(), sigma.license.clone());
        Self { heading: Heading { file: file.to_owned(), id, title, level, licence }, sigma }
    }
}

impl Outside {
    /// Reads a file, or every `.yml` and `.yaml` file below a folder. Links are not followed.
    ///
    /// # Errors
    /// When the path itself cannot be read. What is wrong inside is listed and spoils nothing else.
    pub fn read(path: &Path) -> Result<Self, ContentError> {
        let fault = |e: std::io::Error| ContentError::new(&path.display().to_string(), e.to_string());
        let mut files = Vec::new();
        if fs::metadata(path).map_err(fault)?.is_dir() {
            gather(path, 0, &mut files).map_err(fault)?;
            files.sort();
        } else {
            files.push(path.to_owned());
        }
        let mut outside = Self::default();
        for file in files {
            outside.file(&file);
        }
        Ok(outside)
    }

    /// Adds what another place holds.
    pub fn add(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.correlations.extend(other.correlations);
        self.filters.extend(other.filters);
        self.licences.extend(other.licences);
        self.left_out.extend(other.left_out);
    }

    /// The heading of a rule by its number, or of a correlation, which are counted behind the rules.
    #[must_use]
    pub fn heading(&self, number: usize) -> Option<&Heading> {
        let correlation = || Some(&self.correlations.get(number.checked_sub(self.rules.len())?)?.heading);
        self.rules.get(number).map(|rule| &rule.heading).or_else(correlation)
    }

    fn file(&mut self, path: &Path) {
        let name = path.display().to_string();
        match fs::File::open(path) {
            Ok(file) => self.take(&name, file),
            Err(e) => self.left_out.push(ContentError::new(&name, e.to_string())),
        }
    }

    /// Takes one file of rules, or the text of a licence that lies beside them, from wherever it is; what is wrong in rules
    /// is listed.
    pub fn take(&mut self, name: &str, file: impl Read) {
        let of_rules = Self::reads(name) || !Self::is_licence(name);
        match text_of_rules(file) {
            Ok(text) if of_rules => self.documents(name, &text),
            Ok(text) => self.licence(name, &text),
            Err(why) if of_rules => self.left_out.push(ContentError::new(name, why)),
            Err(_) => {}
        }
    }

    /// Whether a file beside rules is worth taking, by its name.
    #[must_use]
    pub fn wants(name: &str) -> bool {
        Self::reads(name) || Self::is_licence(name)
    }

    /// Whether a file is one of rules, by its name.
    #[must_use]
    pub fn reads(name: &str) -> bool {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ["yml", "yaml"].iter().any(|e| ending.eq_ignore_ascii_case(e))
    }

    /// Whether a file holds a licence, by its name.
    fn is_licence(path: &str) -> bool {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let stem = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".md")).unwrap_or(&name);
        ["license", "licence", "copying"].iter().any(|l| stem.starts_with(l)) || stem.ends_with("license")
    }

    fn licence(&mut self, file: &str, text: &str) {
        let known = LICENCES.into_iter().find(|name| text.contains(name));
        let mut lines = text.lines().map(|line| line.trim_matches(['#', ' ', '\t', '*', '=']));
        let said = known.or_else(|| lines.find(|line| !line.is_empty()));
        self.licences.extend(said.map(|line| (file.to_owned(), line.to_owned())));
    }

    fn documents(&mut self, file: &str, text: &str) {
        let collection = match parse_sigma_yaml(text) {
            Ok(collection) => collection,
            Err(e) => return self.left_out.push(ContentError::new(file, e.to_string())),
        };
        let mut leave_out = |why: String| self.left_out.push(ContentError::new(file, why));
        collection.errors.into_iter().for_each(&mut leave_out);
        let filters = collection.filters.into_iter();
        self.filters.extend(filters.map(|sigma| OutsideFilter { file: file.to_owned(), sigma }));
        let correlations = collection.correlations.into_iter();
        self.correlations.extend(correlations.map(|sigma| OutsideCorrelation::new(file, sigma)));
        self.rules.extend(collection.rules.into_iter().map(|rule| OutsideRule::new(file, rule)));
    }
}

/// Reads a file that belongs to rules, which is never large.
///
/// # Errors
/// When it cannot be read, is no text, or is larger than any such file.
pub fn text_of_rules(file: impl Read) -> Result<String, String> {
    let mut text = String::new();
    match file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text) {
        Ok(size) if size as u64 <= FILE_BYTES_MAX => Ok(text),
        Ok(_) => Err(format!("more than the {FILE_BYTES_MAX} bytes that a file of rules has")),
        Err(e) => Err(e.to_string()),
    }
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() && depth < DEPTH_MAX {
            gather(&path, depth + 1, files)?;
        } else if kind.is_file() && path.file_name().and_then(|n| n.to_str()).is_some_and(Outside::wants) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str =
        "title: A\nlogsource: {product: windows}\ndetection:\n  selection: {EventID: 1}\n  condition: selection\n";

    #[test]
    fn a_tree_is_read_and_what_is_wrong_in_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::create_dir(place("deep")).unwrap();
        fs::write(place("deep/b.yaml"), RULE).unwrap();
        fs::write(place("a.yml"), format!("{RULE}---\n{RULE}")).unwrap();
        fs::write(place("broken.yml"), "title: [").unwrap();
        fs::write(place("readme.md"), "no rule").unwrap();
        let outside = Outside::read(folder.path()).unwrap();
        let names: Vec<_> =
            outside.rules.iter().map(|r| r.heading.file.rsplit(['/', '\\']).next().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.yml", "a.yml", "b.yaml"]);
        assert_eq!(outside.left_out.len(), 1);
        assert!(outside.left_out[0].file.ends_with("broken.yml"));
        assert!(Outside::read(&place("missing")).is_err());
    }
}
