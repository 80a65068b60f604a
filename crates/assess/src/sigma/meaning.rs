//! What a rule means where its letters leave a choice, written into the rule before it is compiled.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsigma_parser::value::{SigmaString, SigmaValue, StringPart};
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaRule};

/// The rule as it is meant.
///
/// `null` is a field without a value. An event log has no nulls: an element that is there and empty is the nearest
/// thing to one, so `null` takes the empty text too.
///
/// `base64offset` is text somewhere in something longer. Its last character there depends on what follows, so the
/// specification leaves it out; the evaluator looks for it and finds the text only before certain others.
pub(super) fn of_rule(rule: &SigmaRule) -> SigmaRule {
    let mut rule = rule.clone();
    rule.detection.named.values_mut().for_each(mean);
    rule
}

/// The first name in a rule that stands for values nobody gave; such a rule would run and could find nothing.
pub(super) fn unfilled(rule: &SigmaRule) -> Option<String> {
    rule.detection.named.values().find_map(unfilled_in)
}

fn unfilled_in(detection: &Detection) -> Option<String> {
    match detection {
        Detection::AllOf(items) => {
            let expands = items.iter().filter(|item| item.field.modifiers.contains(&Modifier::Expand));
            expands.flat_map(|item| &item.values).find_map(|value| {
                let SigmaValue::String(text) = value else { return None };
                let text = plain(text)?;
                let (_, rest) = text.split_once('%')?;
                let (name, _) = rest.split_once('%')?;
                Some(format!("nobody gave values for %{name}%"))
            })
        }
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().find_map(unfilled_in),
        _ => None,
    }
}

/// A text without wildcards.
fn plain(text: &SigmaString) -> Option<String> {
    text.parts.iter().map(|part| if let StringPart::Plain(text) = part { Some(text.as_str()) } else { None }).collect()
}

fn mean(detection: &mut Detection) {
    match detection {
        Detection::AllOf(items) => {
            items.iter_mut().for_each(find_offsets);
            let (with, without): (Vec<_>, Vec<_>) = items.drain(..).partition(takes_null);
            if with.is_empty() {
                *items = without;
                return;
            }
            let mut parts: Vec<Detection> = with.into_iter().map(null_or_empty).collect();
            if !without.is_empty() {
                parts.insert(0, Detection::AllOf(without));
            }
            *detection = Detection::And(parts);
        }
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter_mut().for_each(mean),
        _ => {}
    }
}

fn takes_null(item: &DetectionItem) -> bool {
    item.values.contains(&SigmaValue::Null) && !item.field.modifiers.contains(&Modifier::All)
}

/// `null` alone, or any other value and the empty one: a field that is not there matches no list, only `null` itself.
fn null_or_empty(item: DetectionItem) -> Detection {
    let mut null = item.clone();
    null.values = vec![SigmaValue::Null];
    let mut others = item;
    others.values.retain(|value| *value != SigmaValue::Null);
    others.values.push(SigmaValue::String(SigmaString::new("")));
    Detection::AnyOf(vec![Detection::AllOf(vec![null]), Detection::AllOf(vec![others])])
}

/// Writes out what text may look like in base64, by where it begins.
fn find_offsets(item: &mut DetectionItem) {
    const KNOWN: [Modifier; 5] =
        [Modifier::Base64Offset, Modifier::Contains, Modifier::Wide, Modifier::Utf16, Modifier::Utf16be];
    let modifiers = &item.field.modifiers;
    if !modifiers.contains(&Modifier::Base64Offset) || modifiers.iter().any(|m| !KNOWN.contains(m)) {
        return;
    }
    let texts: Option<Vec<String>> =
        item.values.iter().map(|value| if let SigmaValue::String(text) = value { plain(text) } else { None }).collect();
    let Some(texts) = texts else { return };
    let bytes = |text: &str| -> Vec<u8> {
        let units = || text.encode_utf16();
        if modifiers.contains(&Modifier::Wide) {
            units().flat_map(u16::to_le_bytes).collect()
        } else if modifiers.contains(&Modifier::Utf16be) {
            units().flat_map(u16::to_be_bytes).collect()
        } else if modifiers.contains(&Modifier::Utf16) {
            [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect()
        } else {
            text.as_bytes().to_vec()
        }
    };
    let patterns = texts.iter().flat_map(|text| offsets(bytes(text)));
    item.values = patterns.map(|pattern| SigmaValue::String(SigmaString::new(&pattern))).collect();
    item.field.modifiers = vec![Modifier::Contains];
}

/// Bytes in base64 behind none, one and two others, without the characters that others decide too.
fn offsets(bytes: Vec<u8>) -> impl Iterator<Item = String> {
    [0, 2, 3].into_iter().enumerate().filter_map(move |(before, start)| {
        let mut all = vec![0; before];
        all.extend_from_slice(&bytes);
        let shared = [0, 3, 2][all.len() % 3];
        let text = STANDARD.encode(&all);
        text.get(start..text.len() - shared).filter(|t| !t.is_empty()).map(str::to_owned)
    })
}
