//! Every format of every sample: what must hold whatever the server, and whatever an intruder wrote.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

#[path = "common/schema.rs"]
mod rules;

use assize_model::State;
use assize_report::sample::{HOSTILE, crowded, sample, samples};
use assize_report::{
    FORMATS, Format, Lang, TerminalFacts, TerminalStyle, compose, quiet_line, quiet_summary, render, schema, terminal,
    undated_rows,
};
use rules::schema_faults;
use serde_json::Value;

fn text(result: &assize_model::CaseResult, format: Format, lang: Lang) -> String {
    String::from_utf8(render(result, format, lang).unwrap()).unwrap()
}

fn facts() -> TerminalFacts {
    TerminalFacts {
        report: Some("assize-EX01-20210312T1015Z/report.html".into()),
        timeline: Some("assize timeline assize-EX01-20210312T1015Z".into()),
        seconds: Some(131),
        now: assize_model::Timestamp::parse("2021-03-12T10:19:00Z"),
        collect: true,
        other_language: true,
        exit: None,
    }
}

/// The screens of one language, one below the other.
fn screens(lang: Lang, style: TerminalStyle) -> String {
    let screen = |(word, result)| format!("==== {word}\n{}", terminal(&result, lang, style, &facts()));
    samples().into_iter().map(screen).collect()
}

#[test]
fn screens_in_english() {
    insta::assert_snapshot!(screens(Lang::En, TerminalStyle::default()));
}

#[test]
fn screens_in_french() {
    insta::assert_snapshot!(screens(Lang::Fr, TerminalStyle::default()));
}

#[test]
fn screens_without_unicode() {
    let ascii = TerminalStyle { unicode: false, ..TerminalStyle::default() };
    let all = screens(Lang::Fr, ascii);
    assert!(all.is_ascii());
    insta::assert_snapshot!(all);
}

#[test]
fn quiet_lines_in_both_languages() {
    let mut out = String::new();
    for lang in Lang::ALL {
        for (_, result) in samples() {
            out.push_str(&quiet_line(&result, lang));
            out.push('\n');
        }
        out.push_str(&quiet_summary(&State::ALL, 50, lang));
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

#[test]
fn screens_fit_and_carry_no_controls() {
    for lang in Lang::ALL {
        for unicode in [true, false] {
            for width in [40, 60, 80, 200] {
                let style = TerminalStyle { color: false, unicode, width };
                let plain = TerminalFacts { timeline: None, ..TerminalFacts::default() };
                for (word, result) in samples() {
                    let screen = terminal(&result, lang, style, &plain);
                    for line in screen.lines() {
                        assert!(line.chars().count() <= width.min(80), "{word} {lang:?} {width}: {line:?}");
                        assert!(!line.chars().any(assize_model::display::misleads), "{word}: {line:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn colour_stands_beside_the_word() {
    let style = TerminalStyle { color: true, ..TerminalStyle::default() };
    let screen = terminal(&sample(State::Breached), Lang::En, style, &facts());
    assert!(screen.contains("\u{1b}[1;31m  ✖ THIS SERVER WAS BROKEN INTO"));
    assert_eq!(screen.matches("\u{1b}[0m").count() * 2, screen.matches("\u{1b}[").count());
}

/// Text of a page without markup, style and script.
fn visible(html: &str) -> String {
    let body = html.split("</style>").nth(1).unwrap().split("<script>").next().unwrap();
    let mut out = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Everything people read of one result.
fn readable(result: &assize_model::CaseResult, lang: Lang) -> String {
    [
        visible(&text(result, Format::Html, lang)),
        text(result, Format::Markdown, lang),
        terminal(result, lang, TerminalStyle::default(), &facts()),
        quiet_line(result, lang),
    ]
    .join("\n")
}

#[test]
fn words_that_promise_too_much_do_not_occur() {
    let forbidden: [&[&str]; 2] = [
        &["clean", "safe", "secure", "not compromised", "100 % sure", "100 %"],
        &["sain", "saine", "sûr", "sécurisé", "sécurisée", "non compromis"],
    ];
    for (lang, words) in Lang::ALL.into_iter().zip(forbidden) {
        for (state, result) in samples() {
            let all = readable(&result, lang).to_lowercase().replace("très sûr", "").replace("assez sûr", "");
            let all = all.replace("coverage 100 %", "").replace("couverture 100 %", "");
            for word in words {
                let whole = |at: usize| {
                    let before = all[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
                    before && all[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
                };
                assert!(!all.match_indices(word).any(|(at, _)| whole(at)), "{state} {lang:?}: {word}");
            }
        }
    }
}

#[test]
fn every_gap_is_filled() {
    for lang in Lang::ALL {
        for (state, result) in samples() {
            let all = readable(&result, lang);
            assert!(!all.contains("{$") && !all.contains("{ $"), "{state} {lang:?}");
        }
    }
}

#[test]
fn a_negative_answer_carries_its_scope() {
    for state in [State::NoEvidence, State::Exposed, State::CannotExclude] {
        let c = compose(&sample(state), Lang::En);
        let scope = &c.attacked[0];
        assert!(scope.contains("records of HttpProxy logs") && scope.contains("2021"), "{scope}");
    }
}

#[test]
fn pages_run_nothing_foreign_and_load_nothing() {
    for lang in Lang::ALL {
        for (state, result) in samples() {
            let page = text(&result, Format::Html, lang);
            let head = page.split("<head>").nth(1).unwrap();
            assert!(head.starts_with(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
            ));
            assert!(page.contains(&format!("<html lang=\"{}\">", lang.code())));
            for bad in
                ["<script>alert", "<img", " style=", "href=\"http", "href=\"java", " onerror=\"", "\u{202e}", "\u{1b}"]
            {
                assert!(!page.contains(bad), "{state} {lang:?}: {bad:?}");
            }
            assert_eq!(page.matches("<script").count(), 1, "{state}");
            assert_eq!(page.matches("<style").count(), 1, "{state}");
            assert_eq!(page.matches("<h1").count(), 1);
        }
    }
}

#[test]
fn a_crowded_page_stays_small_and_says_so() {
    let result = crowded(5000);
    let page = text(&result, Format::Html, Lang::En);
    assert!(page.len() < 5_000_000, "{}", page.len());
    assert!(page.contains("300 of 5\u{202F}000 findings are shown in full"));
    assert_eq!(page.matches("<details class=\"finding\"").count(), 300);
    assert!(page.contains("they are in result.json"));
}

#[test]
fn invented_evidence_says_so() {
    let page = text(&sample(State::Breached), Format::Html, Lang::En);
    assert!(page.contains("SYNTHETIC EVIDENCE"));
    assert!(!text(&sample(State::NoEvidence), Format::Html, Lang::En).contains("SYNTHETIC EVIDENCE"));
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    let result = sample(State::Breached);
    for (format, ..) in FORMATS {
        assert_eq!(render(&result, format, Lang::Fr).unwrap(), render(&result, format, Lang::Fr).unwrap());
    }
    for format in [Format::Json, Format::Timeline] {
        assert_eq!(render(&result, format, Lang::En).unwrap(), render(&result, format, Lang::Fr).unwrap());
    }
}

#[test]
fn the_result_can_be_read_back() {
    for (_, result) in samples() {
        let again: assize_model::CaseResult =
            serde_json::from_slice(&render(&result, Format::Json, Lang::En).unwrap()).unwrap();
        assert_eq!(again, result);
    }
}

#[test]
fn results_follow_the_schema_and_the_schema_knows_every_field() {
    let schema: Value = serde_json::from_str(schema()).unwrap();
    for (state, result) in samples() {
        let value = serde_json::to_value(&result).unwrap();
        let faults = schema_faults(&schema, &value);
        assert!(faults.is_empty(), "{state}: {faults:?}");
    }
    let mut wrong = serde_json::to_value(sample(State::Breached)).unwrap();
    wrong["verdict"]["state"] = "clean".into();
    wrong["host"]["extra"] = 1.into();
    wrong.as_object_mut().unwrap().remove("errors");
    let faults = schema_faults(&schema, &wrong);
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn the_timeline_is_flat_dated_and_in_order() {
    let result = sample(State::Breached);
    let lines = text(&result, Format::Timeline, Lang::Fr);
    let events: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(events.len(), 5);
    assert_eq!(undated_rows(&result), 1);
    let mut last = 0;
    for event in &events {
        let fields = event.as_object().unwrap();
        for name in [
            "message",
            "datetime",
            "timestamp",
            "timestamp_desc",
            "data_type",
            "tag",
            "host",
            "source_ip",
            "finding_id",
            "technique",
        ] {
            assert!(fields.contains_key(name), "{name}");
        }
        assert!(fields.iter().all(|(k, v)| !k.starts_with('_') && (k == "tag" || !v.is_array() && !v.is_object())));
        let now = event["timestamp"].as_i64().unwrap();
        assert!(now >= last && event["datetime"].as_str().unwrap().ends_with("+00:00"));
        last = now;
    }
    assert_eq!(events[1]["datetime"], "2021-02-28T11:09:41.000000+00:00");
    assert_eq!(events[0]["data_type"], "iis:log:line");
    assert!(text(&crowded(8), Format::Timeline, Lang::En).lines().all(|l| l.len() < 40_000));
}

#[test]
fn the_table_for_spreadsheets_holds_no_formula() {
    let table = text(&sample(State::Breached), Format::Csv, Lang::Fr);
    let lines: Vec<&str> = table.split("\r\n").filter(|l| !l.is_empty()).collect();
    assert_eq!(lines.len(), 7);
    for line in &lines {
        let cells: Vec<&str> = line[1..line.len() - 1].split("\",\"").collect();
        assert_eq!(cells.len(), 23, "{line}");
        assert!(!cells.iter().any(|c| c.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r'])), "{line}");
    }
    assert!(table.contains("\"'=cmd|' /C calc'!A0\""));
}

#[test]
fn markdown_in_both_languages() {
    for lang in Lang::ALL {
        let page = text(&sample(State::Breached), Format::Markdown, lang);
        insta::assert_snapshot!(format!("markdown-{}", lang.code()), page);
        // Outside of code spans there is no markup of others.
        let outside: String = page.lines().map(without_code).collect();
        for bad in ["<script", "<img", "://", "**bold**"] {
            assert!(!outside.contains(bad), "{bad}");
        }
    }
}

fn without_code(line: &str) -> String {
    let mut rest = line;
    let mut out = String::new();
    while let Some(start) = rest.find('`') {
        if rest[..start].ends_with('\\') {
            out.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
            continue;
        }
        out.push_str(&rest[..start]);
        let fence: String = rest[start..].chars().take_while(|c| *c == '`').collect();
        let inner = &rest[start + fence.len()..];
        let end = inner.find(&format!(" {fence}")).expect("a code span ends");
        rest = &inner[end + 1 + fence.len()..];
    }
    out + rest
}

#[test]
fn hostile_text_is_shown_not_obeyed() {
    let page = text(&sample(State::Breached), Format::Html, Lang::En);
    assert!(page.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("invoice\\u{202E}xpsa.exe"));
    assert!(page.contains("hxxp[://]evil[.]example/shell.aspx?x=1"));
    assert!(page.contains("{{7*7}}"));
    assert_eq!(HOSTILE.len(), 10);
}

#[test]
fn unknown_codes_are_shown_as_they_are() {
    let c = compose(&sample(State::CannotExclude), Lang::Fr);
    let all: Vec<&String> = c.reasons.iter().flat_map(|r| &r.1).collect();
    assert!(all.iter().any(|s| *s == "something.new"));
    assert!(all.iter().any(|s| s.contains("«\u{202F}Requêtes d’exploitation\u{202F}»")), "{all:?}");
}
