//! A result turned into sentences, in the order people read them. It decides on words and order only;
//! what a format looks like is left to the other modules.

mod actions;
mod answers;
mod campaigns;
mod codes;
mod detail;
mod directives;
mod holes;
mod incidents;
mod story;
pub(crate) mod survey;

pub(crate) use actions::missing_sources;
pub(crate) use answers::{closed, first_seen_fixed, scope, window_end, worst};
pub(crate) use campaigns::CAMPAIGN_HEADS;
pub use campaigns::CampaignText;
pub(crate) use detail::exposure_id;
pub use detail::{Bar, ClockText, ExposureText, FindingText, Indicator, QuestionText, SourceText, Technique};
pub use directives::{DirectiveText, RequirementText};
pub use holes::HoleText;
pub use incidents::{IncidentText, MailText, StepText};
pub(crate) use story::by_weight;
pub use story::{Sentence, Story};

use crate::{Lang, words};
use assize_model::verdict::Confidence;
use assize_model::{CaseResult, State};
use survey::Survey;

/// Everything a report says, ready to print. All foreign text in it has been made visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The language of the sentences.
    pub lang: Lang,
    /// The state.
    pub state: State,
    /// The sign that stands beside the word.
    pub symbol: &'static str,
    /// The state in one or two words: `BREACHED`.
    pub word: String,
    /// The answer in one sentence.
    pub headline: String,
    /// The same in capitals, for the terminal.
    pub shout: String,
    /// What follows the answer.
    pub sub: Vec<String>,
    /// The server, as the evidence names it.
    pub host: String,
    /// Its version, as far as known.
    pub version: String,
    /// Warnings that go above everything: invented evidence, troubles of our own.
    pub warnings: Vec<String>,
    /// Who may read it: `TLP:AMBER`.
    pub tlp: &'static str,
    /// The number of the case and who made it, where they were given.
    pub case: Option<String>,
    /// The times of the first screen in the zone of the reader, where one was asked for.
    pub local: Option<String>,
    /// How sure we are.
    pub confidence: Option<String>,
    /// The word of BOD 26-04.
    pub triage: Option<String>,
    /// The first box: since when.
    pub since: Fact,
    /// The second box.
    pub still_open: Fact,
    /// The third box.
    pub patched: Fact,
    /// The fourth box.
    pub could_see: Fact,
    /// Am I exposed?
    pub exposed: Vec<String>,
    /// Was I attacked?
    pub attacked: Vec<String>,
    /// Could we tell?
    pub could_tell: Vec<String>,
    /// What to do now, in order.
    pub actions: Vec<String>,
    /// Clocks that may run; facts, no advice.
    pub clocks: Vec<String>,
    /// What decided, why not worse, why not better: label and sentences.
    pub reasons: Vec<(String, Vec<String>)>,
    /// Who did it; never a name. Nothing where nobody was seen or could have been missed.
    pub who: Option<String>,
    /// What happened.
    pub story: Story,
    /// Findings that belong together.
    pub incidents: Vec<IncidentText>,
    /// Every finding, the most telling first.
    pub findings: Vec<FindingText>,
    /// Every campaign by itself, where there are several.
    pub campaigns: Vec<CampaignText>,
    /// Every question with its sources.
    pub coverage: Vec<QuestionText>,
    /// Missing records, those that count first.
    pub holes: Vec<HoleText>,
    /// Files of logs that were changed after their last record.
    pub changed_logs: Vec<String>,
    /// Mitigations that are there, and whether they hold.
    pub mitigations: Vec<String>,
    /// Sources whose clocks stand apart.
    pub clock_offsets: Vec<ClockText>,
    /// What the server's own configuration says of logs that cannot be seen.
    pub unseen_logs: Vec<String>,
    /// How many rules had no record to look at, where some had none.
    pub idle_rules: Option<String>,
    /// Logs and fields that rules ask for and that are not there.
    pub unanswered: Vec<String>,
    /// The flaws of the campaigns.
    pub exposure: Vec<ExposureText>,
    /// What is said of all flaws of Exchange together: how many are in which state.
    pub flaws: Vec<String>,
    /// Directives of authorities, held against the evidence.
    pub directives: Vec<DirectiveText>,
    /// ATT&CK techniques.
    pub techniques: Vec<Technique>,
    /// Techniques that rules looked for in records, and no finding names.
    pub not_found: Vec<Technique>,
    /// Techniques that rules look for in logs of which no record is here.
    pub not_seen: Vec<Technique>,
    /// Indicators, defanged.
    pub indicators: Vec<Indicator>,
    /// Sentences on what was read, for the annex.
    pub annex: Vec<String>,
    /// Cited records without a time: they are in no timeline.
    pub undated_rows: u64,
}

/// One of the boxes of the first screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    /// The question.
    pub label: String,
    /// The answer in a few words.
    pub value: String,
    /// What stands below it.
    pub note: String,
}

/// Puts everything a report says into sentences.
#[must_use]
pub fn compose(result: &CaseResult, lang: Lang) -> Composed {
    let survey = Survey::of(result, lang);
    let (not_found, not_seen) = detail::no_findings(&survey);
    let state = result.verdict.state;
    let key = state.word();
    Composed {
        lang,
        state,
        symbol: symbol(state),
        word: lang.say(&format!("word-{key}")),
        headline: lang.say(&if survey.nothing_applies() {
            "headline-nothing-applies".to_owned()
        } else {
            format!("headline-{key}")
        }),
        shout: lang.say(&format!("shout-{key}")),
        sub: answers::sub(&survey),
        host: host(result, lang),
        version: version(result, lang),
        warnings: warnings(result, lang),
        tlp: result.marking.tlp.label(),
        case: answers::case(&survey),
        local: answers::local(&survey),
        confidence: result.verdict.confidence.map(|c| lang.say(confidence_id(c))),
        triage: result.verdict.triage.map(|t| lang.say(&format!("triage-{}", t.word()))),
        since: answers::since(&survey),
        still_open: answers::still_open(&survey),
        patched: answers::patched(&survey),
        could_see: answers::could_see(&survey),
        exposed: answers::exposed(&survey),
        attacked: answers::attacked(&survey),
        could_tell: answers::could_tell(&survey),
        actions: actions::actions(&survey),
        clocks: actions::clocks(&survey),
        reasons: codes::reasons(&survey),
        who: (state.code() >= State::Attacked.code()).then(|| lang.say("who-text")),
        story: story::story(&survey),
        incidents: incidents::incidents(&survey),
        findings: detail::findings(&survey),
        campaigns: campaigns::campaigns(&survey),
        coverage: detail::coverage(&survey),
        holes: holes::holes(&survey),
        changed_logs: holes::changed(&survey),
        mitigations: detail::mitigations(&survey),
        clock_offsets: detail::clock_offsets(&survey),
        unseen_logs: detail::unseen_logs(&survey),
        idle_rules: detail::idle_rules(result, lang),
        unanswered: detail::unanswered(result, lang),
        exposure: detail::exposure(&survey),
        flaws: detail::flaws(&survey),
        directives: directives::directives(&survey),
        techniques: detail::techniques(&survey),
        not_found,
        not_seen,
        indicators: detail::indicators(&survey),
        annex: annex(result, lang),
        undated_rows: crate::timeline::undated_rows(result),
    }
}

/// The sign of a state; a word always stands beside it.
pub(crate) fn symbol(state: State) -> &'static str {
    match state {
        State::Breached => "✖",
        State::LikelyBreached => "▲",
        State::CannotExclude => "?",
        State::Attacked => "◆",
        State::Exposed => "!",
        State::NoEvidence => "✔",
        State::NotAssessed => "–",
    }
}

/// A label with the colon of its language, unless it ends with a mark of its own.
pub(crate) fn labelled(label: &str, lang: Lang) -> String {
    match label.ends_with('?') {
        true => label.to_owned(),
        false => lang.fill("labelled", &[("label", label.into())]),
    }
}

fn confidence_id(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::VerySure => "confidence-very-sure",
        Confidence::FairlySure => "confidence-fairly-sure",
        Confidence::NotSure => "confidence-not-sure",
    }
}

pub(crate) fn host(result: &CaseResult, lang: Lang) -> String {
    match result.host.name.as_str() {
        "" => lang.say("host-unknown"),
        name => assize_model::display::shortened(name, 120),
    }
}

fn version(result: &CaseResult, lang: Lang) -> String {
    match (&result.host.exchange_version, result.host.exchange_build) {
        (Some(name), Some(build)) => format!("{} ({build})", assize_model::display::shortened(name, 60)),
        (Some(name), None) => {
            lang.fill("version-by-registry", &[("name", assize_model::display::shortened(name, 60).into())])
        }
        (None, Some(build)) => format!("Exchange {build}"),
        _ => lang.say("version-unknown"),
    }
}

fn warnings(result: &CaseResult, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if result.host.synthetic {
        out.push(lang.say("synthetic"));
    }
    if result.redacted {
        out.push(lang.say("redacted"));
    }
    out.extend(crate::suppressed::warnings(result, lang));
    if !result.errors.is_empty() {
        out.push(lang.fill("incomplete", &[("count", result.errors.len().into())]));
    }
    out
}

/// What collected the evidence: `Velociraptor collection`. Nothing where it is no collection of a tool that we know.
#[must_use]
pub fn collected_with(result: &CaseResult, lang: Lang) -> Option<String> {
    let id = format!("tool-{}", result.evidence.tool.as_ref()?);
    lang.find(&id).map(|_| lang.fill(&id, &[("kind", result.evidence.kind.as_str().into())]))
}

/// What the input is: `Velociraptor collection`, or `Zip archive` where no tool is known.
pub(crate) fn input_kind(result: &CaseResult, lang: Lang) -> String {
    let kind = &result.evidence.kind;
    if let Some(collection) = collected_with(result, lang) {
        return collection;
    }
    lang.find(&format!("kind-{kind}")).unwrap_or_else(|| assize_model::display::shortened(kind, 40))
}

fn annex(result: &CaseResult, lang: Lang) -> Vec<String> {
    let e = &result.evidence;
    let mut out = vec![
        lang.fill(
            "input-line",
            &[
                ("kind", input_kind(result, lang).into()),
                ("name", assize_model::display::shortened(&e.name, 200).into()),
                ("understood", e.files_understood.into()),
                ("files", e.files.into()),
                ("bytes", words::bytes(e.bytes, lang).into()),
                ("rows", e.rows.into()),
            ],
        ),
        lang.fill("input-rejects", &[("count", e.rejects.into()), ("bytes", words::bytes(e.bytes_lost, lang).into())]),
    ];
    if let (Some(from), Some(to)) = (e.from, e.to) {
        let (from, to) = (words::moment(from, lang), words::moment(to, lang));
        out.push(lang.fill("input-span", &[("from", from.into()), ("to", to.into())]));
    }
    out.extend(detail::server_paths(result, lang));
    out.push(lang.fill("suppressed", &[("count", result.suppressed.into())]));
    out.extend(crate::suppressed::list(result, lang));
    out
}
