//! Candidates and the evaluator over a row must decide as the evaluator does over plain JSON, for rules that nobody wrote.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rsigma_eval::JsonEvent;
use rsigma_eval::{compile_rule, evaluate_rule};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::sync::LazyLock;

static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::builtin().unwrap());

/// Fields of IIS rules, with the column that holds each; `uri` and `query` are put together.
const FIELDS: [(&str, &str); 6] = [
    ("cs-method", "cs_method"),
    ("cs-uri-stem", "cs_uri_stem"),
    ("sc-status", "sc_status"),
    ("cs-user-agent", "cs_user_agent"),
    ("cs-uri-query", "uri"),
    ("query", "query"),
];
const MODIFIERS: [&str; 9] =
    ["", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|re", "|exists"];
const CONDITIONS: [&str; 9] = [
    "a",
    "a and b",
    "a or b",
    "a and not b",
    "not a and b",
    "1 of them",
    "all of them",
    "1 of a* and b",
    "not (a or b)",
];
/// Values of rules and of cells alike, so that they often meet; `ſ` and `K` (Kelvin) fold to ASCII letters, and what is
/// short or beyond ASCII is searched for in ways of its own.
const TEXTS: [&str; 18] = [
    "GET",
    "get",
    "/ecp/y.js",
    "/ECP/",
    "y*s",
    "*",
    "a?c",
    "abc",
    "200",
    "20",
    "ks",
    "k\u{17f}",
    "\u{212a}s",
    "\u{c9}t\u{e9}",
    "<",
    "a<b",
    "\u{1f600}",
    "x \u{1f600}k",
];

fn item() -> impl Strategy<Value = (usize, usize, Vec<Value>)> {
    let text = prop::sample::select(TEXTS.to_vec()).prop_map(Value::from);
    let number = prop::sample::select(vec![200i64, 20, 404, 0]).prop_map(Value::from);
    let value = prop_oneof![6 => text, 2 => number, 1 => Just(Value::Null)];
    (0..FIELDS.len(), 0..MODIFIERS.len(), prop::collection::vec(value, 1..4))
}

fn selection() -> impl Strategy<Value = Vec<(usize, usize, Vec<Value>)>> {
    prop::collection::vec(item(), 1..3)
}

fn rule(a: &[(usize, usize, Vec<Value>)], b: &[(usize, usize, Vec<Value>)], condition: usize) -> Value {
    let named = |items: &[(usize, usize, Vec<Value>)]| {
        let pair = |(field, modifier, values): &(usize, usize, Vec<Value>)| {
            let modifier = MODIFIERS[*modifier];
            let value = match modifier {
                "|exists" => json!(values[0].is_string()),
                // A regular expression is one text.
                "|re" => json!(values[0].as_str().map_or("a.c", |t| if t.starts_with('*') { "^.b" } else { t })),
                _ => json!(values),
            };
            (format!("{}{modifier}", FIELDS[*field].0), value)
        };
        Value::Object(items.iter().map(pair).collect::<Map<_, _>>())
    };
    json!({
        "title": "t", "logsource": { "category": "webserver", "product": "windows", "service": "iis" },
        "detection": { "a": named(a), "b": named(b), "condition": CONDITIONS[condition] },
    })
}

/// Method, path, query, status, agent of a row.
type Cells = (Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<i64>, Option<&'static str>);

fn cells() -> impl Strategy<Value = Cells> {
    let text = || prop::option::weighted(0.85, prop::sample::select(TEXTS.to_vec()));
    (text(), text(), text(), prop::option::weighted(0.85, prop::sample::select(vec![200i64, 20, 404, 1200])), text())
}

fn batch(layout: &Layout, all: &[Cells]) -> RecordBatch {
    let file =
        FileInfo { id: FileId(0), path: "x".into(), size: 0, sha256: String::new(), modified: None, head: Vec::new() };
    let mut batches = Vec::new();
    let mut sink = |b| {
        batches.push(b);
        Ok(())
    };
    let mut rows = Rows::new(&layout.spec, &file, &mut sink);
    let at = |name: &str| layout.spec.column(name).unwrap();
    for (method, stem, query, status, agent) in all {
        let texts = [("cs_method", method), ("cs_uri_stem", stem), ("query_shape", query), ("cs_user_agent", agent)];
        for (column, value) in texts {
            value.iter().for_each(|v| rows.text(at(column), v));
        }
        status.iter().for_each(|s| rows.number(at("sc_status"), *s));
        rows.finish(1, None, 0).unwrap();
    }
    rows.end().unwrap();
    batches.pop().unwrap()
}

/// The same row as the outside world would hand it to the evaluator.
fn event((method, stem, query, status, agent): &Cells) -> Value {
    let uri = stem.map(|stem| query.map_or_else(|| stem.to_owned(), |query| format!("{stem}?{query}")));
    let values = [
        ("cs-method", method.map(Value::from)),
        ("cs-uri-stem", stem.map(Value::from)),
        ("sc-status", status.map(Value::from)),
        ("cs-user-agent", agent.map(Value::from)),
        ("cs-uri-query", uri.map(Value::from)),
        ("query", query.map(Value::from)),
    ];
    Value::Object(values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

#[test]
fn both_stages_decide_as_the_evaluator_alone() {
    let strategy = (selection(), selection(), 0..CONDITIONS.len(), prop::collection::vec(cells(), 1..30));
    let (matched, passed) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config::with_cases(400));
    let ran = runner.run(&strategy, |(a, b, condition, rows)| {
        let yaml = rule(&a, &b, condition).to_string();
        let collection = rsigma_parser::parse_sigma_yaml(&yaml).unwrap();
        prop_assume!(collection.errors.is_empty() && collection.rules.len() == 1);
        let sigma = &collection.rules[0];
        let compiled = compile_rule(&meaning::of_rule(sigma));
        prop_assume!(compiled.is_ok());
        let compiled = compiled.unwrap();
        let layout = CONTENT.layout("iis_w3c").unwrap();
        let plan = Plan::new(std::slice::from_ref(layout), std::iter::once(sigma));
        let found: Vec<usize> = plan.find(layout, &batch(layout, &rows)).rows().collect();
        for (at, cells) in rows.iter().enumerate() {
            let alone = evaluate_rule(&compiled, &JsonEvent::owned(event(cells))).is_some();
            prop_assert_eq!(found.contains(&at), alone, "{} on {:?}", yaml, cells);
            matched.set(matched.get() + usize::from(alone));
            passed.set(passed.get() + usize::from(!alone));
        }
        Ok(())
    });
    ran.unwrap_or_else(|e| panic!("{e}"));
    assert!(matched.get() > 100 && passed.get() > 100, "{} rows matched, {} did not", matched.get(), passed.get());
}
