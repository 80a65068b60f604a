//! What must be done beside an update, as far as files of the server tell.

use crate::paths::Setting;
use crate::registry::Known;
use assize_content::exposure::Step;
use assize_model::exposure::StepState;
use assize_model::finding::CitedRow;

/// The site that clients reach.
const FRONT: &str = "Default Web Site";
/// Its folders that want Extended Protection, and whether a client that does without it must be refused; those that are
/// not named here work without. By Microsoft's list, as HealthChecker and its configured samples have it.
const PROTECTED: [(&str, bool); 8] = [
    ("api", true),
    ("ecp", true),
    ("ews", false),
    ("mapi", true),
    ("microsoft-server-activesync", false),
    ("oab", false),
    ("owa", true),
    ("rpc", true),
];
/// The cache of tokens in IIS.
const TOKEN_CACHE: &str = "TokenCacheModule";
/// Rows that are cited for one step.
const ROWS_CITED: usize = 10;

/// What the evidence says of each step that it can speak of.
#[derive(Default)]
pub(super) struct Steps {
    protection: Option<(bool, Vec<CitedRow>)>,
    token_cache: Option<(bool, Vec<CitedRow>)>,
    signing: Option<(bool, Vec<CitedRow>)>,
}

impl Steps {
    pub(super) fn of(settings: &[Setting], known: &Known) -> Self {
        Self {
            protection: protection(settings),
            token_cache: token_cache(settings),
            signing: known.signing.as_ref().map(|(on, row)| (*on, vec![row.clone()])),
        }
    }

    /// Whether a step is done, and the rows that say so.
    pub(super) fn seen(&self, step: Step) -> (StepState, &[CitedRow]) {
        let seen = match step {
            Step::ExtendedProtection => &self.protection,
            Step::TokenCache => &self.token_cache,
            Step::SerializationSigning => &self.signing,
            // These stand in the directory, in the cloud, or in files that nobody collects.
            Step::DownloadDomains | Step::PrepareSchema | Step::PrepareDomain | Step::HybridApp | Step::OutsideIn => {
                &None
            }
        };
        match seen {
            Some((true, rows)) => (StepState::Done, rows),
            Some((false, rows)) => (StepState::Missing, rows),
            None => (StepState::NotSeen, &[]),
        }
    }
}

/// Whether every front-end folder that wants it has Extended Protection on; the rows of those that have not, or of those
/// that have.
fn protection(settings: &[Setting]) -> Option<(bool, Vec<CitedRow>)> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (folder, refuses) in PROTECTED {
        let place = format!("/{folder}");
        let is_there =
            |s: &&Setting| s.element == "application" && s.site == FRONT && s.path.eq_ignore_ascii_case(&place);
        let Some(application) = settings.iter().find(is_there) else { continue };
        let location = format!("{FRONT}{place}");
        let own = |s: &&Setting| s.element == "extendedProtection" && s.location.eq_ignore_ascii_case(&location);
        // The last one that speaks of a place is in force.
        let setting = settings.iter().rfind(own);
        let value = setting.map_or("", |s| s.value.as_str());
        let on = value.eq_ignore_ascii_case("Require") || (!refuses && value.eq_ignore_ascii_case("Allow"));
        let row = setting.unwrap_or(application).row.clone();
        if on { with.push(row) } else { without.push(row) }
    }
    let on = without.is_empty();
    let mut rows = if on { with } else { without };
    rows.truncate(ROWS_CITED);
    (!rows.is_empty()).then_some((on, rows))
}

/// Whether IIS runs without its cache of tokens. A corrected program of it is a second way, which no file that we read tells.
fn token_cache(settings: &[Setting]) -> Option<(bool, Vec<CitedRow>)> {
    let mut modules = settings.iter().filter(|s| s.element == "module").peekable();
    let any = modules.peek()?.row.clone();
    let cache = modules.find(|s| s.name.eq_ignore_ascii_case(TOKEN_CACHE));
    Some((cache.is_none(), vec![cache.map_or(any, |s| s.row.clone())]))
}
