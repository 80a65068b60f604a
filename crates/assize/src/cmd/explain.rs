//! `assize explain`: what a finding, a rule, a state, a word or an exit code means.

use crate::cmd::{Language, packs, why};
use crate::exit::{OK, Stop};
use crate::run::Settings;
use crate::{opened, out};
use assize_content::{Content, Directive, Pack};
use assize_model::display::Foreign;
use assize_model::finding::{Outcome, Strength};
use assize_model::{CaseResult, Finding, State};
use assize_report::{Lang, Value, message};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `assize explain`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize explain exit-codes
  assize explain cannot-exclude --lang fr
  assize explain F-001 --case assize-EX01-20210312T1015Z
  assize explain ssrf_admin_session              a rule, by its name or its id
  assize explain ed-21-02 --case CASE            a directive, held against this server; without --case: what it requires
  assize explain coverage                        a word of the report; `assize explain words` lists them
  assize explain my_rule.yml --record Security.evtx:4711 --case EX01.zip
                                                 why a rule matches a record, or does not

A record is a file, or the end of its path, and the number that reports and `assize hunt` show.")]
pub(crate) struct Args {
    /// A finding, a rule or the file of one, a directive, a state, a word, `words`, or `exit-codes`
    #[arg(default_value = "exit-codes")]
    word: String,
    /// The case that a finding or a record belongs to, or a directive is held against; for a record, evidence will do
    #[arg(long, value_name = "PATH")]
    case: Option<PathBuf>,
    /// What the rule makes of this record, branch by branch
    #[arg(long, value_name = "FILE:N", requires = "case")]
    record: Option<String>,
    /// Read the content of this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Language
    #[arg(long, value_enum, default_value = "auto")]
    lang: Language,
}

/// Words of the report that have an explanation, in the order in which a reader meets them.
const WORDS: [&str; 35] = [
    "evidence",
    "record",
    "reject",
    "case",
    "pack",
    "rule",
    "indicator",
    "finding",
    "outcome",
    "probe",
    "attempt",
    "success",
    "unknown",
    "strength",
    "proof",
    "strong",
    "moderate",
    "weak",
    "context",
    "family",
    "incident",
    "exposure",
    "coverage",
    "read",
    "gap",
    "rotated",
    "ended",
    "not-collected",
    "unreadable",
    "disabled",
    "question",
    "window",
    "verdict",
    "confidence",
    "exit-codes",
];
/// Columns of a label.
const LABEL: usize = 26;
/// Records of a finding that are named.
const ROWS_NAMED: usize = 10;

/// Prints what a word means.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    out::print(&explanation(args)?).map(|()| OK)
}

fn explanation(args: &Args) -> Result<String, Stop> {
    let lang = args.lang.lang();
    let word = args.word.as_str();
    if let (Some(record), Some(case)) = (&args.record, &args.case) {
        let settings = &Settings::plain(args.content.clone());
        return why::answer(
            &packs::load(args.content.as_deref())?,
            &why::Question { rule: word, record, case, settings },
            lang,
        );
    }
    if let Some(state) = State::from_word(word) {
        return Ok(format!("{} ({})\n{}\n", state.word(), state.code(), meaning(state, lang)));
    }
    if word == "exit-codes" {
        return Ok(exit_codes(lang));
    }
    if word == "words" {
        return Ok(words(lang));
    }
    if WORDS.contains(&word) {
        return Ok(format!("{word}\n{}\n", message(lang, &format!("explain-word-{word}"), &[])));
    }
    if is_finding(word) {
        let case = args.case.as_ref().ok_or_else(|| Stop::Usage(message(Lang::En, "explain-case", &[])))?;
        return finding(&opened::result(case)?, word, lang);
    }
    let content = packs::load(args.content.as_deref())?;
    if let Some(directive) = content.directives.iter().find(|d| is_directive(d, word)) {
        return match &args.case {
            Some(case) => Ok(held(&opened::result(case)?, directive, lang)),
            None => Ok(order(directive, lang)),
        };
    }
    rule(&content, word, lang).ok_or_else(|| {
        let states = State::ALL.map(State::word).join(", ");
        Stop::Usage(format!(
            "nothing is known of {word}; ask for exit-codes, words, a finding (F-001) with --case, a rule of \
             `assize packs show`, or one of: {states}"
        ))
    })
}

fn meaning(state: State, lang: Lang) -> String {
    message(lang, &format!("explain-{}", state.word()), &[])
}

fn exit_codes(lang: Lang) -> String {
    let mut text = String::new();
    for state in State::ALL {
        let _ = writeln!(text, "{:>3}  {:<16} {}", state.code(), state.word(), meaning(state, lang));
    }
    for (code, id) in [(1, "error"), (2, "usage"), (4, "partial"), (130, "interrupted")] {
        let _ = writeln!(text, "{code:>3}  {id:<16} {}", message(lang, &format!("explain-{id}"), &[]));
    }
    text
}

fn words(lang: Lang) -> String {
    let mut text = String::new();
    for word in WORDS.iter().filter(|w| **w != "exit-codes") {
        let _ = writeln!(text, "{word:<14} {}", message(lang, &format!("explain-word-{word}"), &[]));
    }
    text
}

/// `F-001`, whatever the capitals.
fn is_finding(word: &str) -> bool {
    let number = word.strip_prefix("F-").or_else(|| word.strip_prefix("f-"));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn finding(result: &CaseResult, id: &str, lang: Lang) -> Result<String, Stop> {
    let Some(finding) = result.findings.iter().find(|f| f.id.eq_ignore_ascii_case(id)) else {
        let known = match (result.findings.first(), result.findings.last()) {
            (Some(first), Some(last)) => format!("it has {} to {}", first.id, last.id),
            _ => "it has none".to_owned(),
        };
        return Err(Stop::Usage(format!("the case has no finding {id}; {known}")));
    };
    let words = finding.words(lang.code());
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}\n", finding.id, Foreign(&words.title));
    let _ = writeln!(text, "{}\n", Foreign(&words.summary));
    labelled(&mut text, lang, "finding-plain", &words.meaning);
    let none = message(lang, "finding-otherwise-none", &[]);
    labelled(&mut text, lang, "finding-otherwise", if words.otherwise.is_empty() { &none } else { &words.otherwise });
    weight(&mut text, lang, finding.outcome, finding.strength);
    labelled(&mut text, lang, "finding-family", &finding.family);
    labelled(&mut text, lang, "finding-techniques", &finding.techniques.join(", "));
    labelled(&mut text, lang, "finding-flaws", &finding.vulnerabilities.join(", "));
    for code in &finding.adjusted {
        labelled(&mut text, lang, "finding-adjusted", &message(lang, &format!("adjusted-{code}"), &[]));
    }
    labelled(&mut text, lang, "finding-rule", &format!("{} ({})", finding.rule, finding.rule_id));
    labelled(&mut text, lang, "finding-condition", &finding.condition);
    labelled(&mut text, lang, "finding-key", &finding.key);
    labelled(&mut text, lang, "finding-suppressed", &assize_report::suppressed(finding, lang).unwrap_or_default());
    records(&mut text, finding, lang);
    Ok(text)
}

fn records(text: &mut String, finding: &Finding, lang: Lang) {
    if finding.rows.is_empty() {
        return;
    }
    let shown = finding.rows.len().min(ROWS_NAMED);
    let args: [(&str, Value); 2] = [("shown", shown.into()), ("count", finding.count.into())];
    let _ = writeln!(text, "\n{}", message(lang, "finding-rows", &args));
    for row in finding.rows.iter().take(ROWS_NAMED) {
        let time = row.time.map_or_else(|| message(lang, "undated", &[]), |t| t.to_string());
        let _ = writeln!(text, "  {time}  {}  {}:{}", row.table, Foreign(&row.path), row.address.pos);
    }
}

/// Whether a word means a directive: `ed-21-02`, `ED 21-02`.
fn is_directive(directive: &Directive, word: &str) -> bool {
    directive.id.eq_ignore_ascii_case(word) || directive.order.name.eq_ignore_ascii_case(word)
}

/// What a directive requires, of whom, and by when.
fn order(directive: &Directive, lang: Lang) -> String {
    let order = &directive.order;
    let say = |texts: &BTreeMap<String, String>| texts.get(lang.code()).cloned().unwrap_or_default();
    let args: [(&str, Value); 3] = [
        ("name", order.name.as_str().into()),
        ("issuer", order.issuer.as_str().into()),
        ("date", order.published.to_string().into()),
    ];
    let mut text = format!("{}\n{}\n\n", say(&order.title), message(lang, "directive-known", &args));
    let _ = writeln!(text, "{}\n", say(&order.scope));
    for requirement in &order.requirements {
        let hours = requirement.within_hours.map(|h| message(lang, "directive-due-hours", &[("hours", h.into())]));
        let due = requirement.due.map(|due| assize_report::moment(due, lang)).or(hours).unwrap_or_default();
        let _ =
            writeln!(text, "- {}{}", say(&requirement.says), if due.is_empty() { due } else { format!(" ({due})") });
    }
    text
}

/// A directive held against a server: each requirement with what shows its state, then the fields of a report.
fn held(result: &CaseResult, directive: &Directive, lang: Lang) -> String {
    let name = &directive.order.name;
    let composed = assize_report::compose(result, lang);
    let Some(held) = composed.directives.iter().find(|d| d.name == *name) else {
        return format!("{}\n", message(lang, "directive-none", &[("name", name.as_str().into())]));
    };
    let mut text = format!("{}\n{}\n\n{}\n", held.title, held.scope, held.line);
    for requirement in &held.requirements {
        let due = if requirement.due.is_empty() { String::new() } else { format!(" ({})", requirement.due) };
        let _ = writeln!(text, "\n[{}] {}{due}", requirement.word, requirement.says);
        requirement.facts.iter().for_each(|fact| _ = writeln!(text, "    {fact}"));
    }
    let _ = writeln!(text, "\n{}", message(lang, "directive-report", &[]));
    held.report.iter().for_each(|(field, value)| _ = writeln!(text, "  {field:<32} {value}"));
    text
}

/// Whether a word means something of a pack: by its name, with or without the pack, or by its id.
pub(super) fn is_called(pack: &Pack, name: &str, id: &str, word: &str) -> bool {
    name == word || id.eq_ignore_ascii_case(word) || word.split_once('/') == Some((pack.id.as_str(), name))
}

/// A rule or correlation that a word means.
fn rule(content: &Content, word: &str, lang: Lang) -> Option<String> {
    for pack in &content.packs {
        let is = |name: &str, id: &str| is_called(pack, name, id, word);
        if let Some(rule) = pack.rules.iter().find(|r| is(&r.name, &r.id)) {
            let mut text = opening(pack, &rule.name, lang);
            weight(&mut text, lang, rule.assize.outcome, rule.assize.strength);
            labelled(&mut text, lang, "finding-techniques", &rule.techniques.join(", "));
            labelled(&mut text, lang, "finding-flaws", &rule.vulnerabilities.join(", "));
            labelled(&mut text, lang, "finding-rule", &format!("{}/{} ({})", pack.id, rule.name, rule.id));
            labelled(&mut text, lang, "finding-condition", &rule.condition);
            return Some(text);
        }
        if let Some(rule) = pack.correlations.iter().find(|r| is(&r.name, &r.id)) {
            let mut text = opening(pack, &rule.name, lang);
            weight(&mut text, lang, rule.assize.outcome, rule.assize.strength);
            labelled(&mut text, lang, "finding-rule", &format!("{}/{} ({})", pack.id, rule.name, rule.id));
            let joined = if rule.ordered { " > " } else { " + " };
            labelled(&mut text, lang, "finding-condition", &rule.rules.join(joined));
            return Some(text);
        }
    }
    None
}

fn opening(pack: &Pack, name: &str, lang: Lang) -> String {
    let say = |attribute| pack.texts.say(lang.code(), name, attribute, &BTreeMap::new()).unwrap_or_default();
    let mut text = format!("{name}  {}\n\n", say(None));
    labelled(&mut text, lang, "finding-plain", &say(Some("meaning")));
    labelled(&mut text, lang, "finding-otherwise", &say(Some("otherwise")));
    text
}

fn weight(text: &mut String, lang: Lang, outcome: Outcome, strength: Strength) {
    labelled(text, lang, "finding-outcome", &message(lang, &format!("outcome-{}", outcome.word()), &[]));
    labelled(text, lang, "finding-strength", &message(lang, &format!("strength-{}-long", strength.word()), &[]));
}

/// A label and what it stands for; nothing where there is nothing.
fn labelled(text: &mut String, lang: Lang, id: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(text, "{:<LABEL$} {}", message(lang, id, &[]), Foreign(value));
    }
}
