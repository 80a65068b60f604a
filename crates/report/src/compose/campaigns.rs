//! Each campaign by itself: whether it was open to the server, whether it came, and whether that could be seen.

use super::survey::Survey;
use crate::words;
use assize_model::State;
use assize_model::display::shortened;
use assize_model::result::{Campaign, Standing};

/// The heads of the table of campaigns.
pub(crate) const CAMPAIGN_HEADS: [&str; 5] =
    ["campaign-name", "campaign-period", "campaign-was-open", "campaign-was-attacked", "campaign-could-see"];

/// A campaign in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignText {
    /// Its title.
    pub title: String,
    /// Its period: `3 Jan to 3 Mar 2021`.
    pub period: String,
    /// Whether the server stood open to it.
    pub open: String,
    /// Whether it was attacked.
    pub attacked: String,
    /// Whether that could be seen.
    pub seen: String,
}

/// Every campaign: the one that the answer is about, then the others, the latest first. Nothing where there is one only.
pub(super) fn campaigns(s: &Survey<'_>) -> Vec<CampaignText> {
    let all = &s.result.campaigns;
    if all.len() < 2 {
        return Vec::new();
    }
    let mut sorted: Vec<&Campaign> = all.iter().collect();
    let first = |c: &Campaign| s.about.is_some_and(|a| a.pack == c.pack);
    let key = |c: &Campaign| (first(c), c.verdict.state.code(), c.window.from);
    sorted.sort_by(|a, b| key(b).cmp(&key(a)).then_with(|| a.pack.cmp(&b.pack)));
    sorted.into_iter().map(|c| text(s, c)).collect()
}

fn text(s: &Survey<'_>, c: &Campaign) -> CampaignText {
    let say = |id: &str| s.lang.say(id);
    let date = |t| words::date(t, s.lang);
    let not_begun = c.standing == Standing::NotBegun;
    CampaignText {
        title: shortened(&c.title, 80),
        period: match not_begun {
            true => s.lang.fill("campaign-from", &[("date", date(c.window.from).into())]),
            false => words::span(c.window.from, c.window.to, s.lang),
        },
        open: say(match c.standing {
            Standing::NotBegun => "campaign-not-begun",
            Standing::NeverOpen => "campaign-never-open",
            Standing::Behind => "campaign-behind",
            Standing::Open if c.verdict.why.iter().any(|w| w == "exposure.unknown") => "campaign-open-unknown",
            Standing::Open => "campaign-open",
        }),
        attacked: say(match c.verdict.state {
            State::Breached => "campaign-breached",
            State::LikelyBreached => "campaign-likely-breached",
            _ if c.verdict.attempt_seen => "campaign-attacked",
            _ if not_begun => "campaign-nothing-asked",
            _ => "campaign-none-seen",
        }),
        seen: match c.standing {
            Standing::NotBegun | Standing::NeverOpen => say("campaign-nothing-asked"),
            Standing::Behind => say("campaign-not-seen"),
            Standing::Open if c.required == 0 => say("campaign-requires-nothing"),
            Standing::Open => s.lang.fill(
                "see-questions",
                &[("answered", u64::from(c.answered).into()), ("required", u64::from(c.required).into())],
            ),
        },
    }
}

/// Which campaigns lie behind what any log could show, and since when the server is seen.
pub(super) fn behind(s: &Survey<'_>) -> Option<String> {
    let behind: Vec<String> =
        s.result.campaigns.iter().filter(|c| c.standing == Standing::Behind).map(|c| shortened(&c.title, 80)).collect();
    let since = s.result.host.builds.first()?.from;
    let args =
        [("campaigns", words::list_up_to(&behind, 4, s.lang).into()), ("date", words::date(since, s.lang).into())];
    (!behind.is_empty()).then(|| s.lang.fill("sub-behind", &args))
}
