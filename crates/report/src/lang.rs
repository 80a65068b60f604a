//! Sentences by id and language. It knows where texts are kept, and nothing of what they are about.

use assize_model::display::Foreign;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language people can read a report in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// What fills a gap in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text. Characters that mislead are shown as `\u{..}`.
    Text(String),
    /// A count, which also chooses singular or plural.
    Count(u64),
}

/// The texts of both languages, file by file.
pub(crate) const TEXTS: [(Lang, &[(&str, &str)]); 2] = [
    (
        Lang::En,
        &[
            ("verdict", include_str!("../texts/en/verdict.ftl")),
            ("report", include_str!("../texts/en/report.ftl")),
            ("terminal", include_str!("../texts/en/terminal.ftl")),
            ("cli", include_str!("../texts/en/cli.ftl")),
            ("export", include_str!("../texts/en/export.ftl")),
            ("diff", include_str!("../texts/en/diff.ftl")),
            ("directive", include_str!("../texts/en/directive.ftl")),
            ("notice", include_str!("../texts/en/notice.ftl")),
        ],
    ),
    (
        Lang::Fr,
        &[
            ("verdict", include_str!("../texts/fr/verdict.ftl")),
            ("report", include_str!("../texts/fr/report.ftl")),
            ("terminal", include_str!("../texts/fr/terminal.ftl")),
            ("cli", include_str!("../texts/fr/cli.ftl")),
            ("export", include_str!("../texts/fr/export.ftl")),
            ("diff", include_str!("../texts/fr/diff.ftl")),
            ("directive", include_str!("../texts/fr/directive.ftl")),
            ("notice", include_str!("../texts/fr/notice.ftl")),
        ],
    ),
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<(Lang, Bundle)>> =
    LazyLock::new(|| TEXTS.iter().map(|(lang, files)| (*lang, bundle(*lang, files))).collect());

/// Our texts are compiled in, so a fault in one of them is caught by the tests below, never by a reader.
fn bundle(lang: Lang, files: &[(&str, &str)]) -> Bundle {
    let id = lang.code().parse().expect("our language codes are well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Bidirectional marks of ours would hide among those an intruder wrote.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped));
    for (_, text) in files {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(good, _)| good);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// Numbers inside sentences, in groups of three.
fn grouped<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(FluentNumber { value, .. }) if *value >= 0.0 => Some(crate::words::number(*value as u64)),
        _ => None,
    }
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// `en`, `fr`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// The language of a locale such as `fr_FR.UTF-8` or `fr-CA`; English where we have no better.
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        let code = locale.split(['_', '-', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
        Self::from_code(&code).unwrap_or_default()
    }

    /// A sentence without gaps.
    pub(crate) fn say(self, id: &str) -> String {
        message(self, id, &[])
    }

    /// A sentence with its gaps filled.
    pub(crate) fn fill(self, id: &str, args: &[(&str, Value)]) -> String {
        message(self, id, args)
    }

    /// The one of several texts that is in this language, English where it is missing; empty where there is none.
    pub(crate) fn of(self, texts: &BTreeMap<String, String>) -> &str {
        texts.get(self.code()).or_else(|| texts.get(Self::En.code())).map_or("", String::as_str)
    }

    /// A sentence, if there is one of that id.
    pub(crate) fn find(self, id: &str) -> Option<String> {
        BUNDLES.iter().find(|(l, _)| *l == self)?.1.has_message(id).then(|| self.say(id))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

/// A sentence of the product, filled in. An id that does not exist is given back as it is.
#[must_use]
pub fn message(lang: Lang, id: &str, args: &[(&str, Value)]) -> String {
    let Some((_, bundle)) = BUNDLES.iter().find(|(l, _)| *l == lang) else { return id.to_owned() };
    let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else { return id.to_owned() };
    let mut fluent = FluentArgs::new();
    for (key, value) in args {
        match value {
            Value::Text(text) => fluent.set(*key, Foreign(text).to_string()),
            Value::Count(count) => fluent.set(*key, *count),
        }
    }
    bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_model::verdict::Triage;
    use fluent_syntax::ast::{self, Entry};
    use std::collections::BTreeSet;

    /// Every message of a language with the variables it uses.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        messages_without(lang, "")
    }

    fn messages_without(lang: Lang, left_out: &str) -> BTreeMap<String, BTreeSet<String>> {
        let (_, files) = TEXTS.iter().find(|(l, _)| *l == lang).unwrap();
        let mut out = BTreeMap::new();
        for (file, text) in files.iter().filter(|f| f.0 != left_out) {
            let resource = fluent_syntax::parser::parse(*text).unwrap_or_else(|(_, e)| panic!("{file}: {e:?}"));
            for entry in resource.body {
                let Entry::Message(ast::Message { id, value: Some(value), .. }) = entry else { continue };
                let mut used = BTreeSet::new();
                variables(&value, &mut used);
                assert!(out.insert(id.name.to_owned(), used).is_none(), "{} is there twice", id.name);
            }
        }
        out
    }

    fn variables(pattern: &ast::Pattern<&str>, used: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                match expression {
                    ast::Expression::Inline(inline) => variable(inline, used),
                    ast::Expression::Select { selector, variants } => {
                        variable(selector, used);
                        variants.iter().for_each(|v| variables(&v.value, used));
                    }
                }
            }
        }
    }

    fn variable(inline: &ast::InlineExpression<&str>, used: &mut BTreeSet<String>) {
        if let ast::InlineExpression::VariableReference { id } = inline {
            used.insert(id.name.to_owned());
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (en, fr) = (messages(Lang::En), messages(Lang::Fr));
        assert!(en.len() > 250);
        for (id, used) in &en {
            assert_eq!(fr.get(id), Some(used), "{id}");
        }
        assert_eq!(en.keys().collect::<Vec<_>>(), fr.keys().collect::<Vec<_>>());
    }

    #[test]
    fn french_marks_stand_after_a_narrow_space() {
        for (file, text) in TEXTS[1].1 {
            for (n, line) in text.lines().enumerate() {
                for wrong in [" ;", " :", " !", " ?", " %", " »", "« ", "'"] {
                    assert!(!line.contains(wrong), "fr/{file}.ftl:{}: {line}", n + 1);
                }
            }
        }
    }

    /// The ids that the code asks for by name exist, and no sentence is without a reader.
    #[test]
    fn every_id_in_the_code_has_words() {
        let known = messages(Lang::En);
        let mut code = String::new();
        collect(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut code);
        for call in ["say(\"", "fill(\"", "labelled(\""] {
            for part in code.split(call).skip(1) {
                let id = part.split('"').next().unwrap();
                assert!(id.contains('{') || known.contains_key(id), "{id} has no words");
            }
        }
        let built = ["why-", "adjusted-", "word-", "headline-", "shout-", "outcome-", "strength-", "cell-", "fix-"];
        let built_too = [
            "kind-",
            "tool-",
            "family-",
            "entity-",
            "glossary-",
            "quiet-count-",
            "level-",
            "diff-",
            "directive-",
            "notice-",
            "step-",
            "trait-",
            "mail-unseen-",
        ];
        let triages = [Triage::NoEvidence, Triage::NoEvidenceInsufficient, Triage::Suspected, Triage::Confirmed]
            .map(|triage| format!("triage-{}", triage.word()));
        assert!(triages.iter().all(|id| known.contains_key(id)), "{triages:?}");
        // What the command line says is asked for elsewhere.
        let ours = messages_without(Lang::En, "cli");
        for id in ours.keys().filter(|id| !built.iter().chain(&built_too).any(|p| id.starts_with(*p))) {
            let written = code.contains(&format!("\"{id}\"")) || code.contains(&format!("\"#{id}\""));
            assert!(written || triages.contains(id), "nobody says {id}");
        }
    }

    fn collect(folder: &std::path::Path, out: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => collect(&path, out),
                false if path.extension().is_some_and(|e| e == "rs") => {
                    out.push_str(&std::fs::read_to_string(path).unwrap());
                }
                false => {}
            }
        }
    }

    #[test]
    fn languages_by_code_and_locale() {
        assert_eq!(Lang::from_locale("fr_FR.UTF-8"), Lang::Fr);
        assert_eq!(Lang::from_locale("FR"), Lang::Fr);
        assert_eq!(Lang::from_locale("C.UTF-8"), Lang::En);
        assert_eq!(Lang::from_code("de"), None);
    }

    #[test]
    fn gaps_are_filled_without_hidden_marks() {
        assert_eq!(
            message(Lang::En, "cli-input-missing", &[("path", "a\u{202e}b".into())]),
            "a\\u{202E}b does not exist."
        );
        assert_eq!(message(Lang::Fr, "quiet-findings", &[("count", 0_u64.into())]), "0 constat");
        assert_eq!(message(Lang::En, "no-such-id", &[]), "no-such-id");
    }
}
