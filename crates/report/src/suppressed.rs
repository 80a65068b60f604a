//! Findings that somebody answers for, in words: marked wherever they stand, counted above everything, listed in the annex.

use crate::{Lang, words};
use assize_model::display::shortened;
use assize_model::finding::Strength;
use assize_model::{CaseResult, Finding, Suppression};

/// Characters of a name or a reason.
const SAID_MAX: usize = 300;

/// A title with the mark that the finding does not count, where it does not.
#[must_use]
pub fn marked(finding: &Finding, title: String, lang: Lang) -> String {
    match finding.suppressed {
        Some(_) => format!("[{}] {title}", lang.say("suppressed-mark")),
        None => title,
    }
}

/// Who answers for a finding, until when and why; nothing where nobody does.
#[must_use]
pub fn suppressed(finding: &Finding, lang: Lang) -> Option<String> {
    let by = finding.suppressed.as_ref()?;
    let strength = lang.say(&format!("strength-{}", by.strength.word()));
    let args = [
        ("owner", shortened(&by.owner, SAID_MAX).into()),
        ("until", words::date(by.expires.start(), lang).into()),
        ("reason", shortened(&by.reason, SAID_MAX).into()),
        ("strength", strength.into()),
    ];
    Some(lang.fill("suppressed-by", &args))
}

/// What stands above the answer: how many findings do not count, what it would be if they did, and each direct proof
/// among them by name.
pub(crate) fn warnings(result: &CaseResult, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if result.suppressed > 0 {
        let mut said = lang.fill("suppressed-warning", &[("count", result.suppressed.into())]);
        if let Some(state) = result.without_suppressions {
            let word = lang.say(&format!("word-{}", state.word()));
            said = format!("{said} {}", lang.fill("suppressed-without", &[("word", word.into())]));
        }
        out.push(said);
    }
    let proof = |f: &&Finding| f.suppressed.as_ref().is_some_and(|s| s.strength == Strength::Proof);
    for finding in result.findings.iter().filter(proof) {
        let title = shortened(&finding.words(lang.code()).title, 200);
        let by = suppressed(finding, lang).unwrap_or_default();
        let args = [("id", finding.id.as_str().into()), ("title", title.into()), ("by", by.into())];
        out.push(lang.fill("suppressed-proof", &args));
    }
    let expired = result.suppressions.iter().filter(|s| s.expired).count();
    if expired > 0 {
        out.push(lang.fill("suppressions-expired", &[("count", expired.into())]));
    }
    out
}

/// The whole list, a sentence an entry, and what became of it.
pub(crate) fn list(result: &CaseResult, lang: Lang) -> Vec<String> {
    result.suppressions.iter().map(|s| entry(s, lang)).collect()
}

fn entry(s: &Suppression, lang: Lang) -> String {
    let about = s.rule.iter().chain(&s.finding).chain(&s.host).chain(&s.paths).chain(&s.addresses);
    let about: Vec<String> = about.map(|part| shortened(part, SAID_MAX)).collect();
    let args = [
        ("about", words::list_up_to(&about, 8, lang).into()),
        ("owner", shortened(&s.owner, SAID_MAX).into()),
        ("until", words::date(s.expires.start(), lang).into()),
        ("reason", shortened(&s.reason, SAID_MAX).into()),
    ];
    let became = match (s.expired, s.findings.is_empty()) {
        (true, _) => lang.say("suppression-expired"),
        (_, true) => lang.say("suppression-unused"),
        (_, false) => lang.fill("suppression-used", &[("findings", words::list_up_to(&s.findings, 20, lang).into())]),
    };
    format!("{} {became}", lang.fill("suppression-line", &args))
}
