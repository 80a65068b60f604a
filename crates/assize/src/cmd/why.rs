//! `assize explain RULE --record FILE:N`: why a rule matches a record, or does not, branch by branch.

use crate::cases::{self, Opened};
use crate::cmd::explain::is_called;
use crate::exit::Stop;
use crate::rules;
use crate::run::{self, Settings};
use assize_assess::sigma::{Branch, Compared, Part, Why, why};
use assize_case::{Case, FileRecord};
use assize_content::{Content, Outside};
use assize_model::Address;
use assize_model::display::{Foreign, shortened};
use assize_report::{Lang, Value, message};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Characters of a value that are shown.
const VALUE_CHARS: usize = 200;
/// Files that are named where several are meant.
const NAMED: usize = 5;

/// What is asked: a rule and a record of a case, or of evidence.
pub(super) struct Question<'a> {
    pub(super) rule: &'a str,
    pub(super) record: &'a str,
    pub(super) case: &'a Path,
    pub(super) settings: &'a Settings,
}

/// What a rule makes of a record, in words.
pub(super) fn answer(content: &Content, asked: &Question<'_>, lang: Lang) -> Result<String, Stop> {
    let outside = outside(asked.rule)?;
    let built_in = || {
        let mut rules = content.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
        rules.find_map(|(pack, rule)| is_called(pack, &rule.name, &rule.id, asked.rule).then_some(rule))
    };
    let rule = match (&outside, outside.as_ref().and_then(|o| o.rules.first())) {
        (_, Some(first)) => &first.sigma,
        (Some(_), None) => return Err(Stop::Input(format!("{} holds no rule", asked.rule))),
        (None, None) => &built_in().ok_or_else(|| Stop::Usage(unknown(asked.rule)))?.sigma,
    };
    let (file, position) = place(asked.record)?;
    let mut text = String::new();
    for Opened { name, case, .. } in &cases::open(&[PathBuf::from(asked.case)], asked.settings, content)? {
        let Some(record) = file_of(case, file)? else { continue };
        let (path, address) = (record.info.path.as_str(), Address { file: record.info.id, pos: position });
        let fed: Vec<&str> = record.parts.iter().map(|part| part.table.as_str()).collect();
        for why in &why(&content.layouts, rule, case, (address, &fed)).map_err(run::own)? {
            let time = why.time.map(|t| format!("  {t}")).unwrap_or_default();
            let _ = writeln!(text, "{}\n{}:{position}{time}  {}", Foreign(&rule.title), Foreign(path), Foreign(name));
            told(&mut text, why, lang);
        }
    }
    if text.is_empty() {
        return Err(Stop::Usage(format!(
            "{} has no record {position} of a file {file}; `assize timeline` shows the places of records",
            asked.case.display()
        )));
    }
    Ok(text)
}

/// The rules in a file, where the word names one.
fn outside(word: &str) -> Result<Option<Outside>, Stop> {
    let path = PathBuf::from(word);
    if path.is_file() { rules::read(&[path], &[]).map(Some) } else { Ok(None) }
}

fn unknown(word: &str) -> String {
    format!("{word} is no file of a Sigma rule, and no rule of `assize packs show`")
}

/// `FILE:N`, where the file may hold colons.
fn place(record: &str) -> Result<(&str, u64), Stop> {
    let parts = record.rsplit_once(':').and_then(|(file, number)| Some((file, number.parse().ok()?)));
    parts.filter(|(file, _)| !file.is_empty()).ok_or_else(|| {
        Stop::Usage(format!("{record} is no record; a file and a number are, such as Security.evtx:4711"))
    })
}

/// The file of a case that is meant by its path or by the end of it.
fn file_of<'c>(case: &'c Case, wanted: &str) -> Result<Option<&'c FileRecord>, Stop> {
    let ends = |path: &str| path.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    let mut meant: Vec<&FileRecord> = case.files().iter().filter(|f| ends(&f.info.path)).collect();
    if let Some(exact) = meant.iter().find(|f| f.info.path == wanted) {
        return Ok(Some(exact));
    }
    if meant.len() > 1 {
        let paths: Vec<&str> = meant.iter().take(NAMED).map(|f| f.info.path.as_str()).collect();
        return Err(Stop::Usage(format!("{wanted} may be one of several files: {}", paths.join(", "))));
    }
    Ok(meant.pop())
}

fn told(text: &mut String, why: &Why, lang: Lang) {
    let say = |id: &str| message(lang, id, &[]);
    let _ = writeln!(text, "{}", say(if why.matches() { "why-matches" } else { "why-matches-not" }));
    if why.sources.is_empty() {
        let tables = if why.reads.is_empty() { "-".to_owned() } else { why.reads.join(", ") };
        let args = [("table", why.table.clone().into()), ("tables", Value::Text(tables))];
        let _ = writeln!(text, "{}", message(lang, "why-other-table", &args));
    }
    for asked in &why.sources {
        let id = if asked.branch.is_some() { "why-source" } else { "why-source-not" };
        let _ = writeln!(text, "\n{}", message(lang, id, &[("source", asked.source.clone().into())]));
        if let Some(branch) = &asked.branch {
            line(text, branch, 1, lang);
        }
    }
}

/// A branch and what is below it, a line each.
fn line(text: &mut String, branch: &Branch, depth: usize, lang: Lang) {
    let say = |id: &str| message(lang, id, &[]);
    let met = say(if branch.met { "why-met" } else { "why-met-not" });
    let what = match &branch.part {
        Part::Every => say("why-every"),
        Part::Any => say("why-any"),
        Part::Not => say("why-not"),
        Part::Named(name) => Foreign(name).to_string(),
        Part::Count(wanted, of) => {
            let wanted = match wanted.as_str() {
                "any" => "1".to_owned(),
                "all" => of.to_string(),
                number => number.to_owned(),
            };
            message(lang, "why-count", &[("wanted", wanted.into()), ("of", Value::Count(*of))])
        }
        Part::Value(compared) => self::compared(compared, lang),
    };
    let _ = writeln!(text, "{:indent$}{met:<4} {what}", "", indent = depth * 2);
    branch.below.iter().for_each(|below| line(text, below, depth + 1, lang));
}

/// `Image ends with \cmd.exe; the record has C:\x.exe`.
fn compared(compared: &Compared, lang: Lang) -> String {
    let shown = |value: &str| shortened(value, VALUE_CHARS);
    let field = compared.field.clone().unwrap_or_else(|| message(lang, "why-anywhere", &[]));
    let args = [("field", Value::Text(field)), ("wanted", shown(&compared.wanted).into())];
    let asked = message(lang, &format!("why-how-{}", compared.how), &args);
    let held = compared.held.as_deref().map(shown).unwrap_or_default();
    let answer = match compared.why {
        "matched" if compared.held.is_none() => return asked,
        why => message(lang, &format!("why-{why}"), &[("held", held.into())]),
    };
    format!("{asked}{answer}")
}
