//! What a rule means where its letters leave a choice, written into the rule before it is compiled.

use rsigma_parser::value::{SigmaString, SigmaValue};
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaRule};

/// The rule as it is meant.
///
/// `null` is a field without a value. An event log has no nulls: an element that is there and empty is the nearest
/// thing to one, so `null` takes the empty text too.
pub(super) fn of_rule(rule: &SigmaRule) -> SigmaRule {
    let mut rule = rule.clone();
    rule.detection.named.values_mut().for_each(mean);
    rule
}

fn mean(detection: &mut Detection) {
    match detection {
        Detection::AllOf(items) => {
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
