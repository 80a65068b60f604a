//! One input: opened, and asked what it says of itself.

use crate::exit::Stop;
use assize_case::Hints;
use assize_evidence::{Limits, Source};
use std::path::Path;

/// Opens an input that holds something.
pub(crate) fn open(path: &Path, scratch: &Path) -> Result<Source, Stop> {
    let source = Source::open(path, Limits::default(), Some(scratch)).map_err(|e| Stop::Input(e.to_string()))?;
    if source.entries().is_empty() && source.skipped().is_empty() {
        return Err(Stop::Input(format!("{} is empty: there is no file in it to read", path.display())));
    }
    Ok(source)
}

/// What the collection says of itself, where it does. Claims, not facts: they fill gaps and never overrule records.
pub(crate) fn claims(source: &Source) -> Hints {
    let Some(collection) = source.collection() else { return Hints::default() };
    Hints {
        host: collection.host.clone(),
        collected: collection.collected,
        roles: collection.roles.clone(),
        synthetic: collection.synthetic,
    }
}
