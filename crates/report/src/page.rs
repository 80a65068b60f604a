//! What was found in one page, in words: each reason a sentence that names what a visitor sends, the way it takes and what is done.

use crate::lang::{Lang, Value, message};
use assize_webshell::{Capability, Channel, Grade, Oddity, Reason, Source, Told, Way};

/// Steps of a way that are told; the rest is counted.
const WAYS_SHOWN: usize = 6;
/// Sources that are told.
const SOURCES_SHOWN: usize = 4;

/// The name of a grade.
#[must_use]
pub fn grade(lang: Lang, grade: Grade) -> String {
    message(lang, &format!("grade-{}", grade.word()), &[])
}

/// A capability in words.
#[must_use]
pub fn capability(lang: Lang, capability: Capability) -> String {
    message(lang, &format!("able-{}", capability.word()), &[])
}

/// A reason as a sentence, with the way that leads to it.
#[must_use]
pub fn reason(lang: Lang, reason: &Reason) -> String {
    let text = |text: &str| Value::Text(text.to_owned());
    match &reason.told {
        Told::Flow { effect, sink, sources, ways, content } => {
            // Without a say in where it is written, what is written is the flow.
            let (id, from) = match sources.as_slice() {
                [] => ("written", content),
                _ => (effect.word(), sources),
            };
            let what = text(&list(lang, from));
            let mut out = message(lang, &format!("flow-{id}"), &[("source", what), ("sink", text(sink))]);
            if !content.is_empty() && !sources.is_empty() {
                out = format!("{out} {}", message(lang, "flow-content", &[]));
            }
            if !ways.is_empty() {
                out = format!("{out} {}", way(lang, ways));
            }
            out
        }
        Told::Decoded { sink } => message(lang, "page-decoded", &[("sink", text(sink))]),
        Told::Built { effect, sink } => message(lang, &format!("built-{}", effect.word()), &[("sink", text(sink))]),
        Told::Does { effect, sink } => message(lang, &format!("does-{}", effect.word()), &[("sink", text(sink))]),
        Told::Fetched { effect, sink } => message(lang, &format!("fetched-{}", effect.word()), &[("sink", text(sink))]),
        Told::Pieced(class) => message(lang, "page-pieced", &[("class", text(class))]),
        Told::Powers(all) => {
            let words: Vec<String> = all.iter().map(|one| capability(lang, *one)).collect();
            message(lang, "page-powers", &[("powers", text(&words.join(", ")))])
        }
        Told::Odd(oddity) => odd(lang, oddity),
    }
}

fn odd(lang: Lang, oddity: &Oddity) -> String {
    let id = format!("odd-{}", oddity.word());
    match oddity {
        Oddity::Language(language) => message(lang, &id, &[("language", Value::Text(language.clone()))]),
        Oddity::Mapping(path) => message(lang, &id, &[("path", Value::Text(path.clone()))]),
        _ => message(lang, &id, &[]),
    }
}

fn list(lang: Lang, sources: &[Source]) -> String {
    // In the middle of a sentence no name of a source begins with a capital.
    let inside = |(n, word): (usize, String)| {
        let mut rest = word.chars();
        match rest.next().filter(|_| n > 0) {
            Some(first) => first.to_lowercase().chain(rest).collect(),
            None => word,
        }
    };
    let words = sources.iter().take(SOURCES_SHOWN).map(|one| source(lang, one));
    let mut words: Vec<String> = words.enumerate().map(inside).collect();
    if sources.len() > SOURCES_SHOWN {
        let more = (sources.len() - SOURCES_SHOWN) as u64;
        words.push(message(lang, "source-more", &[("count", Value::Count(more))]));
    }
    words.join(", ")
}

/// What a visitor sends, by the name the page gives it.
fn source(lang: Lang, source: &Source) -> String {
    let id = format!("source-{}", source.channel.word());
    match source.key.as_deref().filter(|key| !key.is_empty()) {
        Some(key) if !matches!(source.channel, Channel::Body | Channel::File | Channel::FileName | Channel::Remote) => {
            message(lang, &format!("{id}-named"), &[("key", Value::Text(key.to_owned()))])
        }
        _ => message(lang, &id, &[]),
    }
}

fn way(lang: Lang, ways: &[(Way, usize)]) -> String {
    let step = |(way, line): &(Way, usize)| {
        let (id, name) = match way {
            Way::Named(name) => ("way-named", name),
            Way::Passed(name) => ("way-passed", name),
            Way::Returned(name) => ("way-returned", name),
            Way::Decoded(name) => ("way-decoded", name),
        };
        message(lang, id, &[("name", Value::Text(name.to_string())), ("line", Value::Text(line.to_string()))])
    };
    let mut steps: Vec<String> = ways.iter().take(WAYS_SHOWN).map(step).collect();
    if ways.len() > WAYS_SHOWN {
        steps.push("…".into());
    }
    message(lang, "way", &[("steps", Value::Text(steps.join(" → ")))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_webshell::Effect;

    const EFFECTS: [Effect; 20] = [
        Effect::Code,
        Effect::Load,
        Effect::Run,
        Effect::Native,
        Effect::Write,
        Effect::Read,
        Effect::List,
        Effect::Delete,
        Effect::Move,
        Effect::Stamp,
        Effect::Query,
        Effect::Connect,
        Effect::Net,
        Effect::Fetch,
        Effect::Deserialize,
        Effect::Include,
        Effect::Registry,
        Effect::Resident,
        Effect::Create,
        Effect::Keys,
    ];

    #[test]
    fn every_effect_has_words_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            for effect in EFFECTS {
                for kind in ["flow", "does"] {
                    let id = format!("{kind}-{}", effect.word());
                    assert_ne!(message(lang, &id, &[("source", "a".into()), ("sink", "b".into())]), id);
                }
            }
        }
    }

    #[test]
    fn a_flow_is_a_sentence_with_its_way() {
        let told = Told::Flow {
            effect: Effect::Code,
            sink: "eval".into(),
            sources: vec![Source { channel: Channel::Form, key: Some("klk123456".into()), at: 0 }],
            ways: vec![(Way::Named("a".into()), 4)],
            content: Vec::new(),
        };
        let found = Reason { grade: Grade::Certain, told, line: 5, column: 1 };
        assert_eq!(
            reason(Lang::En, &found),
            "The value of form field “klk123456” is run as a script (eval). Way: named a (line 4)."
        );
    }

    #[test]
    fn what_is_written_to_a_file_of_the_page_is_a_sentence() {
        let told = Told::Flow {
            effect: Effect::Write,
            sink: "File.WriteAllText".into(),
            sources: Vec::new(),
            ways: Vec::new(),
            content: vec![Source { channel: Channel::Form, key: Some("d".into()), at: 0 }],
        };
        let found = Reason { grade: Grade::Likely, told, line: 1, column: 1 };
        assert_eq!(reason(Lang::En, &found), "The value of form field “d” is written to a file (File.WriteAllText).");
    }
}
