//! The words of a pack in each language, in Fluent.

use crate::ContentError;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeMap;
use unic_langid::LanguageIdentifier;

/// The languages every text exists in.
pub const LANGUAGES: [&str; 2] = ["en", "fr"];

/// Messages by language. A message may have attributes: a rule has its title as value, and `.says`,
/// `.meaning` and `.otherwise`.
pub struct Texts {
    bundles: BTreeMap<String, FluentBundle<FluentResource>>,
    ids: BTreeMap<String, Vec<String>>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("ids", &self.ids).finish_non_exhaustive()
    }
}

impl Texts {
    /// Reads `texts/en.ftl` and `texts/fr.ftl` of a pack.
    ///
    /// # Errors
    /// Names the file and the fault; a message that one language lacks is a fault.
    pub fn read(folder: &str, files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        let mut texts = Self { bundles: BTreeMap::new(), ids: BTreeMap::new() };
        for language in LANGUAGES {
            let path = format!("{folder}texts/{language}.ftl");
            let fault = |what: String| ContentError::new(&path, what);
            let source = files.get(&path).ok_or_else(|| fault("the file is missing".into()))?;
            let resource = FluentResource::try_new(source.clone()).map_err(|(_, e)| fault(format!("{e:?}")))?;
            let id: LanguageIdentifier = language.parse().map_err(|e| fault(format!("{e}")))?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Our output has its own way to make bidirectional characters visible; marks of ours would hide in it.
            bundle.set_use_isolating(false);
            bundle.add_resource(resource).map_err(|e| fault(format!("{e:?}")))?;
            texts.ids.insert(language.into(), message_ids(source));
            texts.bundles.insert(language.into(), bundle);
        }
        let (first, second) = (&texts.ids[LANGUAGES[0]], &texts.ids[LANGUAGES[1]]);
        for (have, lack, language) in [(first, second, LANGUAGES[1]), (second, first, LANGUAGES[0])] {
            if let Some(id) = have.iter().find(|id| !lack.contains(id)) {
                return Err(ContentError::new(&format!("{folder}texts/{language}.ftl"), format!("{id} is missing")));
            }
        }
        Ok(texts)
    }

    /// Whether a message exists (in every language, since reading checks that).
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.bundles.values().all(|b| b.has_message(id))
    }

    /// A message, or one of its attributes, filled in. `None` where it does not exist.
    #[must_use]
    pub fn say(
        &self,
        language: &str,
        id: &str,
        attribute: Option<&str>,
        args: &BTreeMap<String, String>,
    ) -> Option<String> {
        let bundle = self.bundles.get(language)?;
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut fluent = FluentArgs::new();
        for (key, value) in args {
            // Counts must be numbers for plural rules to work.
            match value.parse::<u64>() {
                Ok(number) if key == "count" => fluent.set(key.as_str(), number),
                _ => fluent.set(key.as_str(), FluentValue::from(value.as_str())),
            }
        }
        let mut faults = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&fluent), &mut faults).into_owned())
    }
}

/// The ids of messages and `id.attribute` of attributes, from the text itself.
fn message_ids(source: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut current = String::new();
    for line in source.lines() {
        let head = line.split('=').next().unwrap_or_default().trim_end();
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) && line.contains('=') {
            head.clone_into(&mut current);
            ids.push(current.clone());
        } else if let Some(name) = head.trim_start().strip_prefix('.')
            && line.starts_with(' ')
            && line.contains('=')
        {
            ids.push(format!("{current}.{name}"));
        }
    }
    ids
}
