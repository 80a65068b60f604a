//! `findings.csv`: one line a finding, for spreadsheets. A cell never becomes a formula.

use crate::Lang;
use assize_model::display::{misleads, shortened};
use assize_model::{CaseResult, Finding};
use std::fmt::Write;

/// Characters of a cell; spreadsheets keep no more than 32 767.
const CELL: usize = 30_000;

const HEAD: [&str; 23] = [
    "finding_id",
    "time",
    "last",
    "title",
    "summary",
    "outcome",
    "strength",
    "level",
    "family",
    "count",
    "rows_cited",
    "rows_undated",
    "techniques",
    "vulnerabilities",
    "addresses",
    "paths",
    "adjusted",
    "rule",
    "first_record",
    "suppressed_by",
    "suppressed_until",
    "suppressed_because",
    "key",
];

/// RFC 4180, every cell in quotes. Title and summary are in the language asked for, all else is machine words.
pub(crate) fn render(result: &CaseResult, lang: Lang) -> String {
    let mut out = String::new();
    line(&mut out, &HEAD.map(String::from));
    for finding in &result.findings {
        line(&mut out, &cells(finding, lang));
    }
    out
}

fn cells(f: &Finding, lang: Lang) -> [String; 23] {
    let words = f.words(lang.code());
    let time = |t: Option<assize_model::Timestamp>| t.map(|t| t.to_string()).unwrap_or_default();
    let of = |kind: &str| f.entities.get(kind).map(|v| v.join(" ; ")).unwrap_or_default();
    let by = f.suppressed.as_ref();
    let first = f.rows.first().map(|r| format!("{} position {}", r.path, r.address.pos));
    [
        f.id.clone(),
        time(f.time),
        time(f.last),
        words.title,
        if words.summary.is_empty() { f.summary.clone() } else { words.summary },
        f.outcome.word().to_owned(),
        f.strength.word().to_owned(),
        format!("{:?}", f.level).to_lowercase(),
        f.family.clone(),
        f.count.to_string(),
        f.rows.len().to_string(),
        f.rows.iter().filter(|r| r.time.is_none()).count().to_string(),
        f.techniques.join(" "),
        f.vulnerabilities.join(" "),
        of("ip"),
        of("path"),
        f.adjusted.join(" "),
        f.rule.clone(),
        first.unwrap_or_default(),
        by.map(|s| s.owner.clone()).unwrap_or_default(),
        by.map(|s| s.expires.to_string()).unwrap_or_default(),
        by.map(|s| s.reason.clone()).unwrap_or_default(),
        f.key.clone(),
    ]
}

fn line(out: &mut String, cells: &[String]) {
    let _ = write!(out, "{}\r\n", csv_line(cells));
}

/// Cells as one line of CSV, without its end: every cell in quotes, none of them a formula.
#[must_use]
pub fn csv_line(cells: &[String]) -> String {
    let quoted: Vec<String> = cells.iter().map(|c| cell(c)).collect();
    quoted.join(",")
}

/// A cell in quotes. An apostrophe goes before what a spreadsheet could take for a formula.
fn cell(text: &str) -> String {
    let guard = if starts_formula(text) { "'" } else { "" };
    let shown = shortened(text, CELL).replace('"', "\"\"");
    format!("\"{guard}{shown}\"")
}

/// Whether a spreadsheet could take a text for a formula: also after blanks, quotes and characters nobody sees, and for full-width forms.
pub(crate) fn starts_formula(text: &str) -> bool {
    let first = text.chars().next();
    if matches!(first, Some('\t' | '\r' | '\n')) {
        return true;
    }
    let hidden = |c: &char| c.is_whitespace() || misleads(*c) || matches!(c, '"' | '\'');
    let lead = text.chars().find(|c| !hidden(c));
    matches!(lead, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@x", " =1", "\u{200B}=1", "＝1", "\"=1", "\t=1", "\r", "\n1"] {
            assert!(cell(text).starts_with("\"'"), "{text:?}");
        }
        assert_eq!(cell("a\"b"), "\"a\"\"b\"");
        assert_eq!(cell("a\nb"), "\"a\\u{A}b\"");
    }
}
