//! Where a server keeps its evidence, and the recipes by which other tools collect it.
//!
//! A recipe is a text with one part that is written for each place, between `{{place}}` and `{{end}}`.

use crate::ContentError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A folder that holds evidence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What lies there, in English.
    pub what: String,
    /// What the folder is below.
    pub root: Root,
    /// The folder, `/` between parts.
    pub folder: String,
    /// Masks of the names of files.
    pub files: Vec<String>,
}

/// What a folder is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Root {
    /// The installation of Exchange, the folder `V15`.
    Exchange,
    /// The drive that Windows runs from.
    System,
}

/// A recipe: for whom, and how it names things.
struct Kind {
    name: &'static str,
    file: &'static str,
    /// The two roots: Exchange, system.
    roots: [&'static str; 2],
    separator: &'static str,
}

/// The recipes, by name.
const KINDS: [Kind; 5] = [
    Kind {
        name: "kape",
        file: "kape.tkape",
        roots: [r"C:\Program Files\Microsoft\Exchange Server\V15", "C:"],
        separator: "\\",
    },
    Kind { name: "velociraptor", file: "velociraptor.yaml", roots: ["exchange", "system"], separator: "/" },
    Kind {
        name: "acquire",
        file: "acquire.args",
        roots: ["sysvol/Program Files/Microsoft/Exchange Server/V15", "sysvol"],
        separator: "/",
    },
    Kind { name: "powershell", file: "powershell.ps1", roots: ["$exchange", "$system\\"], separator: "\\" },
    Kind { name: "list", file: "list.txt", roots: ["%ExchangeInstallPath%", "%SystemDrive%"], separator: "\\" },
];

/// The places and the recipes of the content.
#[derive(Debug, Clone, Default)]
pub struct Recipes {
    /// Where evidence lies.
    pub places: Vec<Place>,
    texts: BTreeMap<&'static str, String>,
}

impl Recipes {
    /// The names of all recipes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|k| k.name)
    }

    /// Reads the folder `recipes/` of the content.
    ///
    /// # Errors
    /// Names the file, and what was expected there.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        const PLACES: &str = "recipes/places.yml";
        let Some(text) = files.get(PLACES) else { return Ok(Self::default()) };
        let places: Vec<Place> = yaml_serde::from_str(text).map_err(|e| ContentError::new(PLACES, e.to_string()))?;
        let mut texts = BTreeMap::new();
        for kind in &KINDS {
            let path = format!("recipes/{}", kind.file);
            let Some(template) = files.get(&path) else { continue };
            let text = kind.fill(template, &places).map_err(|what| ContentError::new(&path, what.into()))?;
            texts.insert(kind.name, text);
        }
        Ok(Self { places, texts })
    }

    /// The text of a recipe.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}

impl Kind {
    /// Writes the part between the marks once for each place and mask.
    fn fill(&self, template: &str, places: &[Place]) -> Result<String, &'static str> {
        let parts = template.split_once("{{place}}\n").and_then(|(head, rest)| {
            let (part, tail) = rest.split_once("{{end}}\n")?;
            Some((head, part, tail))
        });
        let (head, part, tail) = parts.ok_or("a line {{place}} and after it a line {{end}} are expected")?;
        let mut text = head.to_owned();
        for place in places {
            // Where a part does not name the files, it stands once.
            let masks = if part.contains("{{file}}") {
                place.files.as_slice()
            } else {
                &place.files[..1.min(place.files.len())]
            };
            for mask in masks {
                let root = match place.root {
                    Root::Exchange => self.roots[0],
                    Root::System => self.roots[1],
                };
                text += &part
                    .replace("{{what}}", &place.what)
                    .replace("{{root}}", root)
                    .replace("{{folder}}", &place.folder.replace('/', self.separator))
                    .replace("{{file}}", mask);
            }
        }
        Ok(text + tail)
    }
}
