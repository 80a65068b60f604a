//! Codes of the result in words. A code nobody has words for is shown as it is.

use super::survey::Survey;
use crate::Lang;

/// What decided, why not worse, why not better; empty parts are left out.
pub(super) fn reasons(s: &Survey<'_>) -> Vec<(String, Vec<String>)> {
    let v = &s.result.verdict;
    [("why-label", &v.why), ("why-higher-label", &v.why_not_higher), ("why-lower-label", &v.why_not_lower)]
        .into_iter()
        .filter(|(_, codes)| !codes.is_empty())
        .map(|(label, codes)| (s.lang.say(label), codes.iter().map(|c| reason(s, c)).collect()))
        .collect()
}

/// `coverage.required.q1.partial` names its question; every other code is a sentence of its own.
fn reason(s: &Survey<'_>, code: &str) -> String {
    if let Some((question, how)) = code.strip_prefix("coverage.required.").and_then(|rest| rest.rsplit_once('.')) {
        let known = s.result.coverage.iter().find(|q| q.question == question && s.is_about(&q.pack));
        let title = known.map_or_else(|| question.to_owned(), |q| s.title(&q.title, &q.name));
        return match how {
            "partial" => s.lang.fill("why-coverage-partial", &[("question", title.into())]),
            "hole" => s.lang.fill("why-coverage-hole", &[("question", title.into())]),
            "none" => s.lang.fill("why-coverage-none", &[("question", title.into())]),
            _ => shown(code),
        };
    }
    in_words(s.lang, "why", code)
}

/// An adjustment of a finding.
pub(super) fn adjusted(lang: Lang, code: &str) -> String {
    in_words(lang, "adjusted", code)
}

fn in_words(lang: Lang, prefix: &str, code: &str) -> String {
    lang.find(&format!("{prefix}-{}", code.replace('.', "-"))).unwrap_or_else(|| shown(code))
}

fn shown(code: &str) -> String {
    assize_model::display::shortened(code, 120)
}
