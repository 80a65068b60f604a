//! Orders of an authority: what each requires, by when, and which facts of a server show it.

use crate::{ContentError, ExposureTables, Pack};
use assize_model::Timestamp;
use assize_model::time::Day;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};

/// The folder of directives in the content.
const FOLDER: &str = "directives/";
/// The languages of their words.
const LANGUAGES: [&str; 2] = crate::texts::LANGUAGES;

/// An order: one file of `directives/`.
#[derive(Debug, Clone)]
pub struct Directive {
    /// The name of its file: `ed-21-02`.
    pub id: String,
    /// What it says.
    pub order: Order,
}

/// What stands in the file of a directive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Who gave it: `CISA`.
    pub issuer: String,
    /// What it is called: `ED 21-02`.
    pub name: String,
    /// The version of our description of it.
    pub version: String,
    /// The day it was published.
    #[serde(deserialize_with = "day")]
    pub published: Day,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// Whom it binds, by language.
    pub scope: BTreeMap<String, String>,
    /// The flaws it is about: a server that never had one of them is none of its business. Empty: every server is.
    pub flaws: Vec<String>,
    /// What it requires, in its own order.
    pub requirements: Vec<Requirement>,
}

/// One requirement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name within the directive: `update-or-disconnect`.
    pub id: String,
    /// What is required, by language.
    pub says: BTreeMap<String, String>,
    /// The moment by which it must be done.
    #[serde(default, deserialize_with = "moment")]
    pub due: Option<Timestamp>,
    /// Hours from the begin of the work; no date follows from the evidence.
    #[serde(default)]
    pub within_hours: Option<u32>,
    /// What must be so for it to be required at all.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The facts that show it; all of them are needed.
    pub asks: Vec<Fact>,
}

/// What must be so for a requirement to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Something was found on the server.
    Found,
}

/// A fact that a requirement asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fact {
    /// The update of these flaws was there by the date, or nobody from outside reached the server without it.
    Updated {
        /// The flaws.
        flaws: Vec<String>,
    },
    /// The same for each flaw on CISA's list, by the day that the list gives.
    Listed,
    /// What must be done beside the update is done.
    Step {
        /// The flaw.
        flaw: String,
    },
    /// The evidence holds these kinds of traces.
    Collected {
        /// Tables.
        tables: Vec<String>,
    },
    /// The questions of a campaign were answered, back to a day.
    Searched {
        /// The pack.
        pack: String,
        /// How far back.
        #[serde(deserialize_with = "day")]
        since: Day,
    },
    /// There is an answer, and it could be given.
    Triaged,
    /// No site was told to write no log.
    LogsOn,
    /// No file of a server shows it; only people can say.
    Attested {
        /// What they must say, in a word: `reported`.
        what: String,
    },
}

/// What only people can say; reports have words for each.
pub const ATTESTED: [&str; 8] =
    ["memory", "disconnected", "reported", "scanned", "hardened", "inventoried", "keys-removed", "scoped"];

impl Directive {
    /// Reads the folder of directives, in the order of publication.
    ///
    /// # Errors
    /// Names the file, and what was expected there.
    pub(crate) fn read(
        files: &BTreeMap<String, String>,
        packs: &[Pack],
        exposure: &ExposureTables,
        tables: &BTreeSet<&str>,
    ) -> Result<Vec<Self>, ContentError> {
        let mut all = Vec::new();
        for (path, text) in files.iter().filter(|(p, _)| p.starts_with(FOLDER) && p.ends_with(".yml")) {
            let order: Order = yaml_serde::from_str(text).map_err(|e| ContentError::new(path, e.to_string()))?;
            let id = path.trim_start_matches(FOLDER).trim_end_matches(".yml").to_owned();
            order.check(packs, exposure, tables).map_err(|what| ContentError::new(path, what))?;
            all.push(Self { id, order });
        }
        all.sort_by(|a, b| (a.order.published, &a.id).cmp(&(b.order.published, &b.id)));
        Ok(all)
    }
}

impl Order {
    fn check(&self, packs: &[Pack], exposure: &ExposureTables, tables: &BTreeSet<&str>) -> Result<(), String> {
        let flaw = |cve: &String| match exposure.flaw(cve) {
            Some(_) => Ok(()),
            None => Err(format!("{cve} is no flaw of exposure/cves.csv")),
        };
        self.flaws.iter().try_for_each(flaw)?;
        in_all_languages("title", &self.title)?;
        in_all_languages("scope", &self.scope)?;
        let mut seen = BTreeSet::new();
        for requirement in &self.requirements {
            let id = &requirement.id;
            if !seen.insert(id) {
                return Err(format!("{id} stands there twice"));
            }
            in_all_languages(id, &requirement.says)?;
            if requirement.asks.is_empty() {
                return Err(format!("{id} asks for no fact"));
            }
            if requirement.due.is_some() && requirement.within_hours.is_some() {
                return Err(format!("{id} has a date or hours, not both"));
            }
            for fact in &requirement.asks {
                match fact {
                    Fact::Updated { flaws } => flaws.iter().try_for_each(flaw)?,
                    Fact::Step { flaw: cve } => flaw(cve)?,
                    Fact::Searched { pack, .. } if !packs.iter().any(|p| p.id == *pack) => {
                        return Err(format!("{id}: there is no pack {pack}"));
                    }
                    Fact::Collected { tables: asked } => {
                        if let Some(none) = asked.iter().find(|t| !tables.contains(t.as_str())) {
                            return Err(format!("{id}: there is no table {none}"));
                        }
                    }
                    Fact::Attested { what } if !ATTESTED.contains(&what.as_str()) => {
                        return Err(format!("{id}: attested is one of {}", ATTESTED.join(", ")));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn in_all_languages(what: &str, texts: &BTreeMap<String, String>) -> Result<(), String> {
    match LANGUAGES.iter().find(|l| texts.get(**l).is_none_or(String::is_empty)) {
        Some(language) => Err(format!("{what}: the words in {language} are missing")),
        None => Ok(()),
    }
}

fn day<'de, D: Deserializer<'de>>(d: D) -> Result<Day, D::Error> {
    let text = String::deserialize(d)?;
    let day = Timestamp::parse(&text).filter(|_| text.len() == 10).map(Timestamp::day);
    day.ok_or_else(|| serde::de::Error::custom(format!("not a day: {text:?}")))
}

fn moment<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(d)?;
    Timestamp::parse(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("not a moment: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    #[test]
    fn directives_are_read_in_the_order_of_publication() {
        let content = Content::builtin().unwrap();
        let ids: Vec<&str> = content.directives.iter().map(|d| d.id.as_str()).collect();
        assert_eq!(ids, ["ed-21-02", "ed-25-02", "bod-26-04"]);
        let due = content.directives[0].order.requirements[1].due.map(|t| t.to_string());
        assert_eq!(due.as_deref(), Some("2021-03-05T17:00:00Z"), "noon in Washington");
    }

    #[test]
    fn a_broken_directive_is_named_with_its_fault() {
        let content = Content::builtin().unwrap();
        let tables: BTreeSet<&str> = content.layouts.iter().map(|l| l.spec.table.as_str()).collect();
        let good = "issuer: X\nname: Y\nversion: '1'\npublished: 2021-03-03\ntitle: { en: a, fr: b }\nscope: { en: a, fr: b }\n\
                    flaws: []\nrequirements:\n  - id: one\n    says: { en: a, fr: b }\n    asks: [{ fact: triaged }]\n";
        let read = |text: String| {
            let files = BTreeMap::from([("directives/y.yml".to_owned(), text)]);
            Directive::read(&files, &content.packs, &content.exposure, &tables).map_err(|e| e.to_string())
        };
        assert_eq!(read(good.into()).unwrap().len(), 1);
        for (from, to, says) in [
            ("fr: b }\n    asks", "de: b }\n    asks", "words in fr"),
            ("fact: triaged", "fact: attested, what: magic", "attested is one of"),
            ("fact: triaged", "fact: updated, flaws: [CVE-1999-0001]", "is no flaw"),
            ("fact: triaged", "fact: collected, tables: [nothing]", "no table nothing"),
            ("fact: triaged", "fact: searched, pack: nothing, since: 2021-01-01", "no pack nothing"),
            ("2021-03-03", "yesterday", "not a day"),
            ("    asks", "    due: later\n    asks", "not a moment"),
            ("[{ fact: triaged }]", "[]", "asks for no fact"),
        ] {
            let fault = read(good.replacen(from, to, 1)).unwrap_err();
            assert!(fault.contains(says) && fault.contains("directives/y.yml"), "{fault}");
        }
    }
}
