//! A result for others: hosts, people, mail addresses and internal addresses replaced by pseudonyms, everywhere at once.
//!
//! It works on the result before any format is written, so no format can forget a field. First everything is gathered
//! that names the server's own side, then every text of evidence is searched for all of it. Addresses from outside,
//! hashes and pages stay: they are what the others look for.

mod originals;
mod pseudonyms;

pub use pseudonyms::{KEY_BYTES, Pseudonyms};

use crate::ReportError;
use aho_corasick::{AhoCorasick, MatchKind};
use assize_model::CaseResult;
use originals::Originals;
use pseudonyms::Kind;
use serde_json::Value;

/// Parts of a result that are ours: words of content, counts and states. Nothing of the evidence stands in them, and a
/// person called `breached` must not change an answer.
const OURS: [&str; 11] = [
    "schema",
    "tool",
    "packs",
    "window",
    "verdict",
    "campaigns",
    "exposure",
    "coverage",
    "checked",
    "tables",
    "marking",
];

/// Fields that are ours wherever they stand.
const OUR_FIELDS: [&str; 55] = [
    "id",
    "rule",
    "rule_id",
    "level",
    "outcome",
    "strength",
    "family",
    "families",
    "questions",
    "techniques",
    "vulnerabilities",
    "time",
    "last",
    "from",
    "to",
    "collected",
    "expires",
    "table",
    "kind",
    "what",
    "state",
    "cve",
    "kb",
    "build",
    "exchange_build",
    "exchange_version",
    "label",
    "fixed_in",
    "step",
    "days",
    "adjusted",
    "condition",
    "published",
    "added",
    "due",
    "reference",
    "source",
    "key",
    "without_suppressions",
    "roles",
    "cause",
    "hours",
    "tables",
    "code",
    "says",
    "scope",
    "issuer",
    "field",
    "named",
    "incident",
    "differs",
    "alike",
    "order",
    "unseen",
    "sources",
];

/// A text of evidence, with the name of the field that it stands in.
pub(crate) struct Text<'v> {
    pub(crate) field: &'v str,
    pub(crate) text: &'v str,
}

/// The same result for others.
///
/// # Errors
/// Where the result cannot be expressed in JSON.
pub fn redacted(result: &CaseResult, pseudonyms: &mut Pseudonyms) -> Result<CaseResult, ReportError> {
    let trouble = |cause| ReportError::Json { format: "redacted", cause };
    let mut whole = serde_json::to_value(result).map_err(trouble)?;
    let mut texts = Vec::new();
    texts.push(Text { field: "host", text: &result.host.name });
    evidence(&whole, "", true, &mut texts);
    let originals = Originals::of(&texts);
    let replace = Replacer::new(originals.named(pseudonyms));
    rewrite(&mut whole, "", true, &replace);
    let mut out: CaseResult = serde_json::from_value(whole).map_err(trouble)?;
    // A key is made of names; whoever guesses one could make sure of it.
    out.findings.iter_mut().for_each(|f| f.key.clear());
    out.suppressions.iter_mut().for_each(|s| s.finding = s.finding.as_ref().map(|_| "-".into()));
    out.evidence.name = pseudonyms.of(Kind::Input, &result.evidence.name, &|_| false);
    out.marking.operator = None;
    out.redacted = true;
    Ok(out)
}

fn is_ours(field: &str, top: bool) -> bool {
    OUR_FIELDS.contains(&field) || top && OURS.contains(&field)
}

/// A pair of name and value, as the fields of a record are kept.
fn pair(items: &[Value]) -> Option<(&str, &str)> {
    match items {
        [Value::String(name), Value::String(value)] => Some((name, value)),
        _ => None,
    }
}

/// Every text of evidence below a value.
fn evidence<'v>(value: &'v Value, field: &'v str, top: bool, into: &mut Vec<Text<'v>>) {
    match value {
        Value::String(text) => into.push(Text { field, text }),
        Value::Array(items) => match pair(items) {
            Some((name, text)) if field == "fields" => into.push(Text { field: name, text }),
            _ => items.iter().for_each(|item| evidence(item, field, false, into)),
        },
        Value::Object(map) => {
            for (name, value) in map.iter().filter(|(name, _)| !is_ours(name, top)) {
                evidence(value, name, false, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Replaces in every text of evidence below a value.
fn rewrite(value: &mut Value, field: &str, top: bool, replace: &Replacer) {
    match value {
        Value::String(text) => *text = replace.all(text),
        Value::Array(items) => {
            // The name of a field is ours.
            let first = usize::from(field == "fields" && pair(items).is_some());
            items.iter_mut().skip(first).for_each(|item| rewrite(item, field, false, replace));
        }
        Value::Object(map) => {
            for (name, value) in map.iter_mut().filter(|(name, _)| !is_ours(name, top)) {
                rewrite(value, name, false, replace);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Finds all originals in a text at once.
struct Replacer {
    search: Option<AhoCorasick>,
    /// By the number of the original.
    pseudonyms: Vec<String>,
}

impl Replacer {
    /// Of originals with what stands in for each.
    fn new(named: Vec<(String, String)>) -> Self {
        let (originals, pseudonyms): (Vec<String>, Vec<String>) = named.into_iter().unzip();
        let mut builder = AhoCorasick::builder();
        // Overlapping matches: where the longest is part of a word, a shorter one may be a word.
        builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true);
        Self { search: builder.build(&originals).ok(), pseudonyms }
    }

    /// The text with every original that stands as a word replaced; of several that overlap the first, then the longest.
    fn all(&self, text: &str) -> String {
        let Some(search) = &self.search else { return text.to_owned() };
        let mut found: Vec<(usize, usize, usize)> = search
            .find_overlapping_iter(text)
            .map(|m| (m.start(), m.end(), m.pattern().as_usize()))
            .filter(|(from, to, _)| begins_word(text, *from) && ends_word(text, *to))
            .collect();
        found.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for (from, to, which) in found {
            if from >= done {
                out.push_str(&text[done..from]);
                out.push_str(&self.pseudonyms[which]);
                done = to;
            }
        }
        out.push_str(&text[done..]);
        out
    }
}

/// Whether a word can begin here: after anything but a letter, a digit or `_`, and after a character written as `%5C`.
fn begins_word(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let escaped = |bytes: &[u8]| matches!(bytes, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    before.chars().next_back().is_none_or(|c| !is_word(c))
        || before.len() >= 3 && escaped(&before.as_bytes()[before.len() - 3..])
}

fn ends_word(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_none_or(|c| !is_word(c))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> String {
        let named = [("ex01", "H"), ("john", "U1"), ("john.d", "U2"), ("10.0.0.5", "IP"), ("ex01.example.test", "F")];
        Replacer::new(named.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()).all(text)
    }

    #[test]
    fn words_are_replaced_and_parts_of_words_are_not() {
        assert_eq!(replaced("EX01, ex012, aex01, \\\\EX01\\c$"), "H, ex012, aex01, \\\\H\\c$");
        assert_eq!(replaced("john.doe John.d john"), "U1.doe U2 U1");
        assert_eq!(replaced("EX01.example.test:443 10.0.0.53 10.0.0.5"), "F:443 10.0.0.53 IP");
        assert_eq!(replaced("user=EXAMPLE%5Cjohn&x=%65x01"), "user=EXAMPLE%5CU1&x=%65x01");
        assert_eq!(replaced("é€ex01€"), "é€H€");
        assert_eq!(Replacer::new(Vec::new()).all("ex01"), "ex01");
    }
}
