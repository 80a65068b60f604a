//! The content of this repository: it reads, its rules match their samples and no others, and its words are whole.

use assize_content::exposure::BuildState;
use assize_content::{Content, Pack, Rule};
use assize_model::Build;
use rsigma_eval::{CompiledRule, JsonEvent, compile_rule, evaluate_rule};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

fn content() -> Content {
    Content::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")).expect("the content reads")
}

/// A sample as an event: what looks like a number is one, as in a table.
fn event(sample: &BTreeMap<String, String>) -> Value {
    let value = |v: &String| v.parse::<i64>().map_or_else(|_| Value::from(v.as_str()), Value::from);
    Value::Object(sample.iter().map(|(k, v)| (k.clone(), value(v))).collect::<Map<_, _>>())
}

fn matches(rule: &CompiledRule, sample: &Value) -> bool {
    evaluate_rule(rule, &JsonEvent::borrow(sample)).is_some()
}

#[test]
fn every_rule_matches_its_samples_and_no_others() {
    for rule in content().packs.iter().flat_map(|p| &p.rules) {
        let compiled = compile_rule(&rule.sigma).unwrap_or_else(|e| panic!("{}: {e}", rule.name));
        for sample in &rule.assize.matching {
            assert!(matches(&compiled, &event(sample)), "{} must match {sample:?}", rule.name);
        }
        for sample in &rule.assize.ignore {
            assert!(!matches(&compiled, &event(sample)), "{} must not match {sample:?}", rule.name);
        }
    }
}

#[test]
fn a_forged_target_is_classified_exactly_once() {
    let content = content();
    let pack = content.pack("proxylogon").expect("the pack is there");
    let rules: Vec<_> = pack
        .rules
        .iter()
        .filter(|r| r.name.starts_with("ssrf_"))
        .map(|r| (&r.name, compile_rule(&r.sigma).expect("it compiles")))
        .collect();
    let hosts = ["a]@mail.example.org:444", "mail.example.org", "localhost", "a1.scanner.example"];
    let targets = [
        "/autodiscover/autodiscover.xml?#",
        "/mapi/emsmdb/?#",
        "/mapi/nspi/?#",
        "/EWS/Exchange.asmx?#",
        "/ecp/proxyLogon.ecp?#",
        "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory#",
        "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory#",
        "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#",
        "/ecp/DDI/DDIService.svc/NewObject?#",
        "/owa/auth/logon.aspx?",
        "/",
    ];
    for (host, target) in hosts.iter().flat_map(|h| targets.iter().map(move |t| (h, t))) {
        for status in [None, Some(200), Some(241), Some(302), Some(401), Some(500), Some(503)] {
            for error in [None, Some("ServerError")] {
                let mut row = serde_json::json!({ "AnchorMailbox": format!("ServerInfo~{host}{target}") });
                if let Some(status) = status {
                    row["HttpStatus"] = status.into();
                }
                if let Some(error) = error {
                    row["ErrorCode"] = error.into();
                }
                let hits: Vec<_> = rules.iter().filter(|(_, r)| matches(r, &row)).map(|(n, _)| n).collect();
                assert_eq!(hits.len(), 1, "{row}: {hits:?}");
            }
        }
    }
    for normal in ["ServerInfo~", "ServerInfo~mail.example.org", "SMTP:a/b@example.org", "Sid~S-1-5-21-1"] {
        let row = serde_json::json!({ "AnchorMailbox": normal, "HttpStatus": 200, "UrlStem": "/ecp/default.aspx" });
        assert!(!rules.iter().any(|(_, r)| matches(r, &row)), "{normal}");
    }
}

/// Args as a finding has them: what the log does not name is `none`.
fn args(rule: Option<&Rule>, present: bool) -> BTreeMap<String, String> {
    let mut args: BTreeMap<String, String> = [
        ("count", "3"),
        ("first", "3 Mar 2021 06:49:42 UTC"),
        ("last", "3 Mar 2021 06:50:08 UTC"),
        ("ips", "192.0.2.7"),
        ("paths", "/owa/auth/a.aspx"),
        ("agents", "none"),
        ("users", "none"),
        ("host", "none"),
        ("builds", "none"),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .into();
    for column in rule.iter().flat_map(|r| r.assize.show.iter().chain(&r.assize.group)) {
        args.insert(column.clone(), format!("<{column}>"));
    }
    args.insert("saved".into(), if present { "3 Mar 2021 06:50:08 UTC" } else { "none" }.into());
    if rule.is_some_and(|r| r.assize.presence.is_some()) {
        for key in ["present_count", "first_present", "last_present", "gone_since", "tried_paths_count"] {
            args.insert(key.into(), if present { format!("<{key}>") } else { "none".into() });
        }
    }
    args
}

fn each_text(pack: &Pack, mut f: impl FnMut(&str, &str, String)) {
    let blocks = pack.rules.iter().map(|r| (&r.name, Some(r))).chain(pack.correlations.iter().map(|c| (&c.name, None)));
    for (name, rule) in blocks {
        for language in ["en", "fr"] {
            for present in [true, false] {
                for attribute in [None, Some("says"), Some("meaning"), Some("otherwise")] {
                    let text = pack.texts.say(language, name, attribute, &args(rule, present));
                    f(language, name, text.unwrap_or_else(|| panic!("{language}: {name}.{attribute:?} is missing")));
                }
            }
        }
    }
    for question in &pack.questions {
        for language in ["en", "fr"] {
            for attribute in [None, Some("missing")] {
                let id = format!("question-{}", question.name);
                let text = pack.texts.say(language, &id, attribute, &BTreeMap::new());
                f(language, &id, text.unwrap_or_else(|| panic!("{language}: {id}.{attribute:?} is missing")));
            }
        }
    }
}

#[test]
fn every_text_is_whole_and_promises_nothing() {
    let forbidden = |language: &str| -> &[&str] {
        if language == "fr" {
            &["sain", "saine", "sûr", "sûre", "sécurisé", "sécurisée", "non compromis"]
        } else {
            &["clean", "safe", "secure", "not compromised", "100 %"]
        }
    };
    for pack in &content().packs {
        each_text(pack, |language, id, text| {
            assert!(
                !text.trim().is_empty() && !text.contains("{$") && !text.contains("{ $"),
                "{language}: {id}: {text}"
            );
            let lower = text.to_lowercase();
            let words: Vec<_> = lower.split(|c: char| !c.is_alphanumeric()).collect();
            for word in forbidden(language) {
                let found = if word.contains(' ') { lower.contains(word) } else { words.contains(word) };
                assert!(!found, "{language}: {id}: {word:?} in {text}");
            }
            if language == "fr" {
                // A narrow no-break space stands before these, except inside an address such as `a://b`.
                for sign in [" ;", " :", " !", " ?", "« ", " »", "\u{a0}:", "'"] {
                    assert!(!text.contains(sign), "{language}: {id}: {sign:?} in {text}");
                }
            }
            assert!(!has_typed_apostrophe(&text), "{language}: {id}: ’ and not ' in {text}");
        });
    }
    for layout in &content().layouts {
        for (language, title) in &layout.title {
            assert!(!has_typed_apostrophe(title), "{language}: {}: ’ and not ' in {title}", layout.spec.table);
        }
    }
}

/// Whether an apostrophe is that of a typewriter: `Exchange's`, and not `Exchange’s`.
fn has_typed_apostrophe(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).any(|w| w[0].is_alphabetic() && w[1] == '\'' && w[2].is_alphabetic())
}

#[test]
fn builds_are_judged_by_their_cumulative_update() {
    let tables = content().exposure;
    let state = |build: &str| {
        let build: Build = Build::parse(build).expect("a build");
        tables.state("CVE-2021-26855", build)
    };
    for (build, expected) in [
        ("15.1.2106.2", BuildState::Vulnerable),  // 2016 CU18
        ("15.1.2106.13", BuildState::Fixed),      // with KB5000871
        ("15.1.2176.2", BuildState::Vulnerable),  // 2016 CU19
        ("15.1.2242.4", BuildState::Fixed),       // 2016 CU20 came with the fix
        ("15.1.1415.2", BuildState::Vulnerable),  // 2016 CU8, fixed later by its own update
        ("15.1.1261.35", BuildState::Vulnerable), // 2016 CU7 never got one
        ("15.0.1178.4", BuildState::Vulnerable),  // 2013 CU9 lies between SP1 and CU21, which did
        ("15.0.1497.12", BuildState::Fixed),      // 2013 CU23
        ("15.2.858.5", BuildState::Fixed),        // 2019 CU9 came with the fix
        ("15.2.2562.17", BuildState::Fixed),      // SE
        ("14.3.513.0", BuildState::NotAffected),  // 2010
    ] {
        assert_eq!(state(build), expected, "{build}");
    }
    let ecp: Build = Build::parse("15.1.2106.13").expect("a build");
    assert_eq!(tables.label(ecp).as_deref(), Some("Exchange 2016 CU18 Mar21SU"));
}

/// Recipes are what the tools read, and no kind of log is without a place in them.
#[test]
fn recipes_know_where_every_layout_lies() {
    let content = Content::builtin().unwrap();
    for name in ["kape", "velociraptor"] {
        let text = content.recipes.text(name).unwrap();
        let read: yaml_serde::Value = yaml_serde::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
        assert!(read.is_mapping(), "{name}");
    }
    let places = &content.recipes.places;
    let covered = |glob: &str| {
        let (first, name) = (glob.split('/').next().unwrap_or_default(), glob.rsplit('/').next().unwrap_or_default());
        let inside = |folder: &str| glob.contains('/') && format!("/{folder}/").contains(&format!("/{first}/"));
        places.iter().any(|p| inside(&p.folder) || p.files.iter().any(|f| f == name))
    };
    for layout in content.layouts.iter().filter(|l| !l.paths.is_empty()) {
        assert!(layout.paths.iter().any(|p| covered(p)), "no recipe takes {}: {:?}", layout.spec.table, layout.paths);
    }
}
