//! What `assize inspect` shows: the input, what it holds, what is missing, and which question stays open.

use assize_model::CaseResult;
use assize_model::display::Foreign;
use assize_report::{Lang, Value, bytes, collected_with, message, number};
use std::fmt::Write as _;

/// Paths of one list that are written out.
const LISTED: usize = 10;

/// The whole screen.
pub(crate) fn screen(result: &CaseResult, lang: Lang) -> String {
    let say = |id: &str, args: &[(&str, Value)]| message(lang, id, args);
    let evidence = &result.evidence;
    let mut text = String::new();
    let _ = writeln!(text, "{}", what(result, lang));
    let files = [
        ("files", number(evidence.files).into()),
        ("size", bytes(evidence.bytes, lang).into()),
        ("understood", number(evidence.files_understood).into()),
    ];
    let _ = writeln!(text, "{}\n", say("inspect-files", &files));
    let _ = writeln!(text, "{}", say("inspect-holds", &[]));
    if evidence.tables.is_empty() {
        let _ = writeln!(text, "  {}", say("inspect-nothing", &[]));
    }
    for table in &evidence.tables {
        let day = |t: Option<assize_model::Timestamp>| t.map_or_else(|| "-".to_owned(), |t| t.day().to_string());
        let _ = writeln!(
            text,
            "  {:<18} {:>12} {}  {:>6} {}  {} .. {}",
            table.table,
            number(table.rows),
            say("inspect-rows", &[]),
            number(table.rejects),
            say("inspect-rejects", &[]),
            day(table.from),
            day(table.to)
        );
    }
    let _ = writeln!(text, "\n{}", say("inspect-questions", &[]));
    for question in &result.coverage {
        let title = question.title.get(lang.code()).cloned().unwrap_or_default();
        let mark = if question.required { "*" } else { " " };
        let answer = if !question.applies {
            say("inspect-does-not-apply", &[])
        } else {
            let days = [
                ("answered", u64::from(question.answered_days).into()),
                ("days", u64::from(question.window_days).into()),
            ];
            say(if question.sufficient { "inspect-answered" } else { "inspect-open" }, &days)
        };
        let _ = writeln!(text, " {mark} {title:<34} {answer}");
    }
    let _ = writeln!(text, "   {}", say("inspect-required", &[]));
    let not_read = evidence.not_understood.iter().map(|p| Foreign(p).to_string());
    list(&mut text, &say("inspect-not-understood", &[]), not_read, lang);
    list(
        &mut text,
        &say("inspect-skipped", &[]),
        result.skipped.iter().map(|s| format!("{}: {}", Foreign(&s.path), Foreign(&s.reason))),
        lang,
    );
    list(
        &mut text,
        &say("inspect-notes", &[]),
        evidence.notes.iter().map(|(p, n)| format!("{}: {}", Foreign(p), Foreign(n))),
        lang,
    );
    text
}

/// What the input is, and of which server.
fn what(result: &CaseResult, lang: Lang) -> String {
    let evidence = &result.evidence;
    let kind = message(lang, &format!("inspect-kind-{}", evidence.kind), &[]);
    let tool = collected_with(result, lang);
    let is = if tool.is_some() { "inspect-is-collection" } else { "inspect-is" };
    let args = [
        ("name", Foreign(&evidence.name).to_string().into()),
        ("tool", tool.unwrap_or_default().into()),
        ("kind", kind.into()),
        ("host", Foreign(&result.host.name).to_string().into()),
    ];
    message(lang, is, &args)
}

fn list(text: &mut String, title: &str, items: impl Iterator<Item = String>, lang: Lang) {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for item in items.iter().take(LISTED) {
        let _ = writeln!(text, "  {item}");
    }
    if items.len() > LISTED {
        let more = [("count", Value::from((items.len() - LISTED) as u64))];
        let _ = writeln!(text, "  {}", message(lang, "inspect-more", &more));
    }
}
