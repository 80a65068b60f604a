//! Sigma filters: conditions that are added to the rules of others without touching their files.
//!
//! A filter is written into the rules it is for, before anything is compiled, so that everything that reads a rule
//! (the first stage, the evaluator, `explain`) sees one condition.

use crate::ContentError;
use crate::outside::{Outside, OutsideFilter, OutsideRule};
use rsigma_parser::{ConditionExpr, FilterRule, FilterRuleTarget, LogSource, Quantifier, SelectorPattern};

impl Outside {
    /// Adds what each filter asks to the rules that it is for. A filter that is for none is listed as left out.
    pub fn filter(&mut self) {
        for (number, OutsideFilter { file, sigma }) in std::mem::take(&mut self.filters).into_iter().enumerate() {
            let mut used = false;
            for rule in self.rules.iter_mut().filter(|rule| is_for(&sigma, rule)) {
                add(&sigma, number, rule);
                used = true;
            }
            if !used {
                let why = format!("{}: a filter for rules that are not here", sigma.title);
                self.left_out.push(ContentError::new(&file, why));
            }
        }
    }
}

/// Whether a filter is for a rule: named by identifier, name or title, and of a log source within that of the filter.
fn is_for(filter: &FilterRule, rule: &OutsideRule) -> bool {
    let sigma = &rule.sigma;
    let is = |wanted: &String| {
        sigma.id.as_ref() == Some(wanted) || sigma.name.as_ref() == Some(wanted) || sigma.title == *wanted
    };
    let named = match &filter.rules {
        FilterRuleTarget::Any => true,
        FilterRuleTarget::Specific(names) => names.iter().any(is),
    };
    named && filter.logsource.as_ref().is_none_or(|asked| within(asked, &sigma.logsource))
}

fn within(asked: &LogSource, has: &LogSource) -> bool {
    let same = |asked: &Option<String>, has: &Option<String>| {
        asked.as_ref().is_none_or(|asked| has.as_ref().is_some_and(|has| has.eq_ignore_ascii_case(asked)))
    };
    same(&asked.category, &has.category) && same(&asked.product, &has.product) && same(&asked.service, &has.service)
}

/// Adds a filter to a rule. Names with `_` in front are not meant by `them`.
fn add(filter: &FilterRule, number: usize, rule: &mut OutsideRule) {
    let prefix = format!("_filter{number}_");
    let detection = &mut rule.sigma.detection;
    let rules_own: Vec<String> = detection.named.keys().cloned().collect();
    let own = &filter.detection;
    detection.named.extend(own.named.iter().map(|(name, part)| (format!("{prefix}{name}"), part.clone())));
    let mut names: Vec<&String> = own.named.keys().collect();
    names.sort();
    let asked = match own.conditions.first() {
        Some(condition) => renamed(condition, &prefix),
        None => ConditionExpr::And(names.iter().map(|n| ConditionExpr::Identifier(format!("{prefix}{n}"))).collect()),
    };
    let both = |condition: &ConditionExpr| ConditionExpr::And(vec![spelled(condition, &rules_own), asked.clone()]);
    detection.conditions = detection.conditions.iter().map(both).collect();
}

/// A condition of a rule whose patterns of names cannot take in those of a filter.
fn spelled(condition: &ConditionExpr, names: &[String]) -> ConditionExpr {
    let each = |parts: &[ConditionExpr]| parts.iter().map(|part| spelled(part, names)).collect();
    match condition {
        ConditionExpr::And(parts) => ConditionExpr::And(each(parts)),
        ConditionExpr::Or(parts) => ConditionExpr::Or(each(parts)),
        ConditionExpr::Not(part) => ConditionExpr::Not(Box::new(spelled(part, names))),
        ConditionExpr::Selector { quantifier, pattern: pattern @ SelectorPattern::Pattern(text) }
            if text.starts_with(['*', '_', '?']) =>
        {
            let mut meant: Vec<&String> = names.iter().filter(|name| pattern.matches_detection_name(name)).collect();
            meant.sort();
            let meant = meant.into_iter().map(|name| ConditionExpr::Identifier(name.clone())).collect();
            match quantifier {
                Quantifier::Any => ConditionExpr::Or(meant),
                Quantifier::All => ConditionExpr::And(meant),
                Quantifier::Count(_) => condition.clone(),
            }
        }
        other => other.clone(),
    }
}

fn renamed(condition: &ConditionExpr, prefix: &str) -> ConditionExpr {
    let each = |parts: &[ConditionExpr]| parts.iter().map(|part| renamed(part, prefix)).collect();
    match condition {
        ConditionExpr::Identifier(name) => ConditionExpr::Identifier(format!("{prefix}{name}")),
        ConditionExpr::And(parts) => ConditionExpr::And(each(parts)),
        ConditionExpr::Or(parts) => ConditionExpr::Or(each(parts)),
        ConditionExpr::Not(part) => ConditionExpr::Not(Box::new(renamed(part, prefix))),
        ConditionExpr::Selector { quantifier, pattern } => {
            let pattern = match pattern {
                SelectorPattern::Them => SelectorPattern::Pattern(format!("{prefix}*")),
                SelectorPattern::Pattern(pattern) => SelectorPattern::Pattern(format!("{prefix}{pattern}")),
            };
            ConditionExpr::Selector { quantifier: quantifier.clone(), pattern }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Outside;
    use rsigma_parser::ConditionExpr;

    const RULE: &str = "title: A\nid: 8d6f3a52-53a4-4b6e-9b58-7e4f5a1c0001\nlogsource: {product: windows, category: process_creation}\n\
        detection:\n  selection: {EventID: 1}\n  b_main: {EventID: 2}\n  condition: 1 of *_main or selection\n---\n";

    fn read(filter: &str) -> Outside {
        let mut outside = Outside::default();
        outside.take("rules.yml", format!("{RULE}{filter}").as_bytes());
        outside.filter();
        outside
    }

    #[test]
    fn a_filter_is_written_into_the_rules_it_is_for() {
        let filter = "title: Not admins\nlogsource: {product: Windows}\nfilter:\n  rules: [8d6f3a52-53a4-4b6e-9b58-7e4f5a1c0001]\n  \
            a_main: {User: adm}\n  condition: not 1 of a_*\n";
        let outside = read(filter);
        assert!(outside.left_out.is_empty(), "{:?}", outside.left_out);
        let detection = &outside.rules[0].sigma.detection;
        assert!(detection.named.contains_key("_filter0_a_main"), "{:?}", detection.named.keys());
        let ConditionExpr::And(both) = &detection.conditions[0] else { panic!("{:?}", detection.conditions) };
        // The pattern of the rule must not take in the name that the filter brought.
        assert_eq!(both[0].to_string(), "((b_main) or selection)");
        assert_eq!(both[1].to_string(), "not 1 of _filter0_a_*");
    }

    #[test]
    fn a_filter_for_other_rules_is_named() {
        for (rules, source) in
            [("[other]", "{product: windows}"), ("any", "{product: linux}"), ("any", "{service: sysmon}")]
        {
            let filter = format!(
                "title: F\nlogsource: {source}\nfilter:\n  rules: {rules}\n  a: {{User: adm}}\n  condition: not a\n"
            );
            let outside = read(&filter);
            assert_eq!(outside.rules[0].sigma.detection.named.len(), 2, "{filter}");
            assert!(outside.left_out[0].to_string().contains("a filter for rules that are not here"), "{filter}");
        }
    }
}
