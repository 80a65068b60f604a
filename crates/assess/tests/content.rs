//! Every rule of the built-in content behaves on its samples, on the road that rows of a case take.
#![allow(clippy::unwrap_used)]

use assize_content::Content;

#[test]
fn every_rule_matches_what_it_must_and_nothing_else() {
    let content = Content::builtin().unwrap();
    let rules: Vec<_> = content.packs.iter().flat_map(|p| &p.rules).collect();
    assert!(rules.len() > 40);
    let faults: Vec<String> = rules
        .iter()
        .filter_map(|rule| {
            assize_assess::test_rule(rule, &content.layouts).err().map(|e| format!("{}: {e}", rule.name))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
