//! Declarations of what to look for: log layouts, rules, indicators, builds and campaign packs.
//!
//! Content is data. It is read and checked here, and knows neither evidence nor tables. A new campaign is a
//! folder; nothing in this crate names one.

pub mod directive;
mod error;
pub mod exposure;
mod filter;
pub mod indicator;
pub mod interruption;
mod known_good;
pub mod layout;
mod notice;
pub mod outside;
pub mod pack;
pub mod places;
pub mod sigma;
mod suppressions;
pub mod texts;
mod watchlist;

pub use directive::Directive;
pub use error::ContentError;
pub use exposure::ExposureTables;
pub use indicator::{Indicator, IndicatorKind};
pub use interruption::Interruption;
pub use known_good::{KnownFile, KnownGood};
pub use layout::{Format, Layout, LogSource};
pub use outside::{Heading, Outside, OutsideCorrelation, OutsideFilter, OutsideRule, text_of_rules};
pub use pack::{AnySource, Pack, Question};
pub use places::{Place, Recipes};
pub use sigma::{Correlation, Rule};
pub use suppressions::{Suppressor, suppressions};
pub use texts::Texts;
pub use watchlist::{WatchKind, Watched, Watchlist};

use assize_model::notice::NoticeForm;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// All content: layouts, builds, and packs.
pub struct Content {
    /// Log layouts, in the order of their names.
    pub layouts: Vec<Layout>,
    /// Campaign packs, then general rules, in the order of their names.
    pub packs: Vec<Pack>,
    /// Builds and the lowest fixed build of each vulnerability.
    pub exposure: ExposureTables,
    /// Web files that Microsoft shipped.
    pub known_good: KnownGood,
    /// Where evidence lies, and how other tools collect it.
    pub recipes: Recipes,
    /// What is recorded of the moments in which a log falls silent.
    pub interruptions: Vec<Interruption>,
    /// Orders of authorities, in the order of publication.
    pub directives: Vec<Directive>,
    /// Forms of notices, by name.
    pub notices: BTreeMap<String, NoticeForm>,
    /// SHA-256 over all files, in hexadecimal.
    pub sha256: String,
}

impl Content {
    /// The content built into this binary.
    ///
    /// # Errors
    /// Only when the binary was built from broken content, which its own tests refuse.
    pub fn builtin() -> Result<Self, ContentError> {
        let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/content.zst"));
        let json = zstd::decode_all(packed).map_err(|e| ContentError::new("built-in content", e.to_string()))?;
        let files = serde_json::from_slice(&json).map_err(|e| ContentError::new("built-in content", e.to_string()))?;
        Self::from_files(&files)
    }

    /// The content of a folder laid out like `content/` in the repository.
    ///
    /// # Errors
    /// Names the file and what was expected there.
    pub fn load(folder: &Path) -> Result<Self, ContentError> {
        let mut files = BTreeMap::new();
        read_folder(folder, folder, &mut files)?;
        Self::from_files(&files)
    }

    fn from_files(files: &BTreeMap<String, String>) -> Result<Self, ContentError> {
        let mut layouts = Vec::new();
        for (path, text) in files.iter().filter(|(p, _)| p.starts_with("artifacts/") && p.ends_with(".yml")) {
            layouts.push(Layout::read(path, text)?);
        }
        let mut packs = Vec::new();
        for path in files.keys().filter(|p| p.ends_with("/pack.yml")) {
            let folder = path.trim_end_matches("pack.yml");
            packs.push(Pack::read(folder, files)?);
        }
        pack::check_across(&packs)?;
        let exposure = ExposureTables::read(files)?;
        let known_good = KnownGood::read(files)?;
        let recipes = Recipes::read(files)?;
        let interruptions = interruption::read(files)?;
        let tables = layouts.iter().map(|l| l.spec.table.as_str()).collect();
        let directives = Directive::read(files, &packs, &exposure, &tables)?;
        let notices = notice::read(files)?;
        let sha256 = digest("", files);
        Ok(Self { layouts, packs, exposure, known_good, recipes, interruptions, directives, notices, sha256 })
    }

    /// Has parsers look for records behind those that their logs hold; the rows say so in [`CARVED`].
    ///
    /// [`CARVED`]: assize_model::table::CARVED
    #[must_use]
    pub fn carving(mut self, carve: bool) -> Self {
        self.layouts.iter_mut().for_each(|layout| layout.carve = carve);
        self
    }

    /// Whether they do.
    #[must_use]
    pub fn carves(&self) -> bool {
        self.layouts.iter().any(|layout| layout.carve)
    }

    /// The layout of a table.
    #[must_use]
    pub fn layout(&self, table: &str) -> Option<&Layout> {
        self.layouts.iter().find(|l| l.spec.table == table)
    }

    /// The pack of that id.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|p| p.id == id)
    }
}

/// Files of one content folder at most, and bytes of one file at most.
const FILES_MAX: usize = 100_000;
const FILE_BYTES_MAX: u64 = 64 << 20;

fn read_folder(root: &Path, folder: &Path, into: &mut BTreeMap<String, String>) -> Result<(), ContentError> {
    let trouble = |path: &Path, e: std::io::Error| ContentError::new(&path.to_string_lossy(), e.to_string());
    for entry in std::fs::read_dir(folder).map_err(|e| trouble(folder, e))? {
        let entry = entry.map_err(|e| trouble(folder, e))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|e| trouble(&path, e))?;
        if kind.is_dir() {
            read_folder(root, &path, into)?;
        } else if kind.is_file() {
            let size = entry.metadata().map_err(|e| trouble(&path, e))?.len();
            if into.len() >= FILES_MAX || size > FILE_BYTES_MAX {
                return Err(ContentError::new(&path.to_string_lossy(), "more content than we read".into()));
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            into.insert(name, std::fs::read_to_string(&path).map_err(|e| trouble(&path, e))?);
        }
    }
    Ok(())
}

/// SHA-256 over the files of a folder, names included, in hexadecimal.
fn digest(folder: &str, files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files.iter().filter(|(p, _)| p.starts_with(folder)) {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    assize_model::display::hex(&hash.finalize())
}
