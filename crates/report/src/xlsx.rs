//! `report.xlsx`: a workbook of the report, for Excel and LibreOffice. No cell is a formula and none is a link.
//!
//! Every cell is written as text, so nothing in it is ever computed. What Excel cannot hold is cut or left out, and the
//! first sheet says how much: Excel keeps 1,048,576 rows a sheet and 32,767 characters a cell
//! (<https://support.microsoft.com/en-us/office/excel-specifications-and-limits>).

use crate::export::{self, Chosen};
use crate::{Lang, ReportError, compose, words};
use assize_model::display::misleads;
use assize_model::{CaseResult, Tlp};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{Cursor, Read};

/// Rows of a sheet at most, without its head. Fewer than Excel takes, so that the file opens on a small machine.
const ROWS_MAX: usize = 100_000;

/// Characters of a cell at most, in UTF-16 as Excel counts them, with room for the mark of a cut.
const CELL_MAX: usize = 32_000;

/// What Excel keeps.
const EXCEL_ROWS: usize = 1_048_576;
const EXCEL_CELL: usize = 32_767;

/// Bytes of one unpacked part that our own check reads at most.
const PART_MAX: u64 = 1 << 30;

/// A sheet in the making.
struct Sheet {
    name: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What does not fit.
#[derive(Default)]
struct Left {
    /// Cells that were cut.
    cells: u64,
    /// Sheets with more rows than fit: name, rows shown, rows there are.
    rows: Vec<(String, usize, usize)>,
}

pub(crate) fn render(result: &CaseResult, lang: Lang) -> Result<Vec<u8>, ReportError> {
    write(result, lang, ROWS_MAX, CELL_MAX)
        .map_err(|cause| ReportError::Check { format: "xlsx", faults: cause.to_string() })
}

fn write(result: &CaseResult, lang: Lang, rows_max: usize, cell_max: usize) -> Result<Vec<u8>, XlsxError> {
    let mut left = Left::default();
    let mut others = sheets(result, lang);
    for sheet in &mut others {
        if sheet.rows.len() > rows_max {
            left.rows.push((sheet.name.clone(), rows_max, sheet.rows.len()));
            sheet.rows.truncate(rows_max);
        }
        for cell in sheet.rows.iter_mut().flatten() {
            *cell = fitted(cell, cell_max, &mut left.cells);
        }
    }
    let mut book = Workbook::new();
    let at = result.window.collected.parts();
    let date = |y, m, d| ExcelDateTime::from_ymd(y, m, d);
    let part = |n: u32| u8::try_from(n).unwrap_or(1);
    // Excel begins in 1900; a time before that is one of evidence that lies.
    let made = date(u16::try_from(at.0).unwrap_or(1900), part(at.1), part(at.2)).or_else(|_| date(1900, 1, 1))?;
    let tlp = result.marking.tlp.label();
    let about = DocProperties::new().set_creation_datetime(&made).set_comment(tlp).set_author("Assize");
    book.set_properties(&about);
    let answer = answer(result, lang, &left, cell_max);
    for sheet in std::iter::once(&answer).chain(&others) {
        fill(book.add_worksheet(), sheet, tlp)?;
    }
    book.save_to_buffer()
}

/// Writes a sheet: text in every cell, the head in bold and in sight.
fn fill(page: &mut Worksheet, sheet: &Sheet, tlp: &str) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    page.set_name(&sheet.name)?;
    page.set_header(format!("&L{tlp}&R&A"));
    page.set_footer(format!("&L{tlp}&R&P / &N"));
    for (n, cell) in (0_u16..).zip(&sheet.head) {
        // An empty cell with a look of its own would be no text.
        if !cell.is_empty() {
            page.write_string_with_format(0, n, cell, &bold)?;
        }
        page.set_column_width(n, if n == 0 { 18 } else { 28 })?;
    }
    for (n, row) in (1_u32..).zip(&sheet.rows) {
        for (m, cell) in (0_u16..).zip(row) {
            page.write_string(n, m, cell)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A text that Excel keeps whole: nothing invisible, no character that XML does not allow, not too long.
fn fitted(text: &str, max: usize, cut: &mut u64) -> String {
    let (mut out, mut units) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        let shown = match c {
            c if misleads(c) || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) => {
                format!("\\u{{{:X}}}", u32::from(c))
            }
            c => c.to_string(),
        };
        let more: usize = shown.encode_utf16().count();
        if units + more > max {
            *cut += 1;
            out.push('…');
            return out;
        }
        units += more;
        out.push_str(&shown);
    }
    out
}

/// The first sheet: who may read it, the answer, and what the others do not hold.
fn answer(result: &CaseResult, lang: Lang, left: &Left, cell_max: usize) -> Sheet {
    let c = compose(result, lang);
    let all = Chosen { findings: result.findings.iter().collect(), all: result.findings.len() };
    let mut rows = vec![
        vec!["TLP".to_owned(), c.tlp.to_owned()],
        vec![lang.say("export-column-server"), c.host],
        vec![lang.say("export-column-version"), c.version],
        vec![lang.say("export-column-state"), format!("{} {}", c.symbol, c.word)],
    ];
    rows.extend(c.case.map(|case| vec![String::new(), case]));
    rows.extend(export::answer(result, &all, lang).into_iter().map(|said| vec![String::new(), said]));
    rows.extend(c.actions.into_iter().map(|said| vec![lang.say("export-column-do"), said]));
    for (name, shown, count) in &left.rows {
        let args = [("sheet", name.as_str().into()), ("shown", (*shown).into()), ("count", (*count).into())];
        rows.push(vec![lang.say("export-column-limit"), lang.fill("export-rows", &args)]);
    }
    if left.cells > 0 {
        let args = [("count", left.cells.into()), ("max", cell_max.into())];
        rows.push(vec![lang.say("export-column-limit"), lang.fill("export-cells", &args)]);
    }
    let mut unsaid = 0;
    for cell in rows.iter_mut().flatten() {
        *cell = fitted(cell, cell_max.max(200), &mut unsaid);
    }
    Sheet { name: lang.say("export-sheet-answer"), head: vec![String::new(), lang.say("export-sheet-answer")], rows }
}

fn head(lang: Lang, ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| lang.say(id)).collect()
}

fn sheets(result: &CaseResult, lang: Lang) -> Vec<Sheet> {
    // Long: the sheets and their columns, one below the other as they stand in the workbook.
    let sheet = |name: &str, ids: &[&str], rows| Sheet { name: lang.say(name), head: head(lang, ids), rows };
    let c = compose(result, lang);
    let coverage = c.coverage.iter().flat_map(|q| {
        q.sources.iter().map(|s| {
            let required = lang.say(if q.required { "coverage-required" } else { "coverage-optional" });
            [&q.title, &required, &q.look, &s.title, &s.state, &s.span, &s.rows.to_string(), &s.fix]
                .map(String::from)
                .into()
        })
    });
    let exposure = c.exposure.iter().map(|e| [&e.cve, &e.state, &e.open, &e.fixed_in, &e.kb].map(String::from).into());
    let values = c.indicators.iter().map(|i| vec![i.kind.clone(), i.value.clone(), i.findings.join(" ")]);
    let rules = result.checked.iter().map(|r| {
        let title = r.title.get(lang.code()).or_else(|| r.title.get("en")).unwrap_or(&r.rule);
        vec![title.clone(), r.rule.clone(), r.tables.join(" "), r.rows.to_string(), r.matches.to_string()]
    });
    vec![
        sheet(
            "export-sheet-findings",
            &[
                "export-column-finding",
                "export-column-first",
                "export-column-last",
                "export-column-title",
                "export-column-summary",
                "finding-outcome",
                "finding-strength",
                "finding-level",
                "finding-family",
                "export-column-count",
                "finding-techniques",
                "finding-flaws",
                "finding-rule",
                "finding-suppressed",
            ],
            findings(result, &c),
        ),
        sheet(
            "export-sheet-timeline",
            &[
                "evidence-when",
                "export-column-finding",
                "export-column-title",
                "export-column-file",
                "export-column-position",
                "evidence-what",
            ],
            timeline(result, lang),
        ),
        sheet(
            "export-sheet-coverage",
            &[
                "coverage-question",
                "export-column-required",
                "coverage-look",
                "coverage-source",
                "coverage-state",
                "coverage-span",
                "coverage-rows",
                "coverage-fix",
            ],
            coverage.collect(),
        ),
        sheet(
            "export-sheet-exposure",
            &["exposure-flaw", "exposure-state", "exposure-open", "exposure-fixed-in", "exposure-update"],
            exposure.collect(),
        ),
        sheet(
            "export-sheet-indicators",
            &["indicators-kind", "indicators-value", "indicators-findings"],
            values.collect(),
        ),
        sheet(
            "export-sheet-checked",
            &["export-column-title", "checked-rule", "checked-tables", "checked-rows", "checked-matches"],
            rules.collect(),
        ),
    ]
}

/// A row a finding, in the order of the result.
fn findings(result: &CaseResult, c: &crate::Composed) -> Vec<Vec<String>> {
    let mut texts: Vec<&crate::compose::FindingText> = c.findings.iter().collect();
    texts.sort_by_key(|t| t.index);
    let time = |t: Option<assize_model::Timestamp>| t.map(|t| t.to_string()).unwrap_or_default();
    let row = |(f, t): (&assize_model::Finding, &crate::compose::FindingText)| {
        vec![
            f.id.clone(),
            time(f.time),
            time(f.last),
            t.title.clone(),
            t.summary.clone(),
            t.outcome.clone(),
            t.strength.clone(),
            t.level.clone(),
            t.family.clone(),
            f.count.to_string(),
            f.techniques.join(" "),
            f.vulnerabilities.join(" "),
            f.rule.clone(),
            t.suppressed.clone().unwrap_or_default(),
        ]
    };
    result.findings.iter().zip(texts).map(row).collect()
}

/// A row a cited record, in the order of time; those without a time stand last.
fn timeline(result: &CaseResult, lang: Lang) -> Vec<Vec<String>> {
    let cited = result.findings.iter().flat_map(|f| f.rows.iter().map(move |r| (f, r)));
    let mut cited: Vec<_> = cited.collect();
    cited.sort_by_key(|(f, r)| (r.time.is_none(), r.time, &f.id, &r.path, r.address.pos));
    let row = |(f, r): (&assize_model::Finding, &assize_model::finding::CitedRow)| {
        let said: Vec<String> = r.fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
        vec![
            r.time.map_or_else(|| lang.say("undated"), |t| words::exact(t, lang)),
            f.id.clone(),
            export::words(f, lang).0,
            r.path.clone(),
            r.address.pos.to_string(),
            said.join(" "),
        ]
    };
    cited.into_iter().map(row).collect()
}

/// Everything that is wrong with a workbook, in words.
pub(crate) fn faults(bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    let Ok(mut parts) = zip::ZipArchive::new(Cursor::new(bytes)) else { return vec!["it is no workbook".into()] };
    let mut sheets = 0;
    for n in 0..parts.len() {
        let mut text = String::new();
        let Ok(part) = parts.by_index(n) else { return vec!["a part cannot be read".into()] };
        let name = part.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        if part.take(PART_MAX).read_to_string(&mut text).is_err() {
            faults.push(format!("{name}: it is no text"));
        }
        let mut fault = |what: &str| faults.push(format!("{name}: {what}"));
        // Markup of others is escaped, so these can only be markup of the workbook.
        for (mark, what) in [
            ("<f>", "a cell is a formula"),
            ("<f ", "a cell is a formula"),
            ("<hyperlink", "a cell is a link"),
            ("TargetMode=", "something outside is named"),
            ("<definedName", "a name is defined"),
        ] {
            if text.contains(mark) {
                fault(what);
            }
        }
        if ["vba", "externalLink", "connections", "oleObject"].iter().any(|bad| name.contains(bad)) {
            fault("it has no place in a report");
        }
        if name == "xl/sharedStrings.xml" {
            let long =
                text.split("<t").any(|t| t.split("</t>").next().unwrap_or("").encode_utf16().count() > 6 * EXCEL_CELL);
            if long || text.contains(|c: char| c != '\n' && misleads(c)) {
                fault("a text is too long, or misleads");
            }
        }
        if name.starts_with("xl/worksheets/sheet") {
            sheets += 1;
            if text.matches("<row ").count() > EXCEL_ROWS {
                fault("it has more rows than Excel keeps");
            }
            // Cells of text name a shared string; all others would be numbers, dates or computed.
            if text.matches("<c ").count() != text.matches(" t=\"s\"").count() {
                fault("a cell is no text");
            }
            if !Tlp::ALL.iter().any(|t| text.contains(&format!("<oddHeader>&amp;L{}&amp;R", t.label()))) {
                fault("it carries no label of TLP 2.0");
            }
        }
    }
    if sheets < 2 {
        faults.push("its sheets are missing".into());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::crowded;

    #[test]
    fn what_excel_cannot_hold_is_counted_and_said() {
        let bytes = write(&crowded(30), Lang::En, 10, 1000).unwrap();
        let mut parts = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut text = String::new();
        parts.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("10 of 30 rows of “Findings” are in this file"), "{text}");
        assert!(text.contains("long cells are cut after 1\u{202f}000 characters"));
        assert_eq!(faults(&bytes), Vec::<String>::new());
    }

    #[test]
    fn every_sheet_says_who_may_read_it() {
        for tlp in Tlp::ALL {
            let mut result = crowded(8);
            result.marking.tlp = tlp;
            let bytes = render(&result, Lang::Fr).unwrap();
            let mut parts = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
            for n in 1..=7 {
                let mut text = String::new();
                parts.by_name(&format!("xl/worksheets/sheet{n}.xml")).unwrap().read_to_string(&mut text).unwrap();
                assert!(text.contains(&format!("&amp;L{}&amp;R", tlp.label())), "{tlp} {n}");
            }
        }
    }

    #[test]
    fn a_cell_is_text_that_xml_allows() {
        let mut cut = 0;
        assert_eq!(fitted("a\u{0}\u{ffff}\u{202e}b", 100, &mut cut), "a\\u{0}\\u{FFFF}\\u{202E}b");
        assert_eq!(fitted("😀😀😀", 5, &mut cut), "😀😀…");
        assert_eq!(cut, 1);
    }

    /// A formula, a link, a number: Excel would take each.
    #[test]
    fn a_workbook_that_computes_or_links_is_refused() {
        type Change = fn(&mut Worksheet) -> Result<&mut Worksheet, XlsxError>;
        let changes: [Change; 4] = [
            |page| page.write_formula(0, 0, "=1+1"),
            |page| page.write_url(0, 0, "https://example.org"),
            |page| page.write_number(0, 0, 1),
            |page| Ok(page.set_header("&Lfor everybody&R")),
        ];
        for change in changes {
            let mut book = Workbook::new();
            for name in ["a", "b"] {
                let page = book.add_worksheet();
                page.set_name(name).unwrap().set_header("&LTLP:AMBER&R&A");
                page.write_string(1, 0, "=1+1").unwrap();
            }
            assert_eq!(faults(&book.save_to_buffer().unwrap()), Vec::<String>::new());
            change(book.worksheet_from_index(0).unwrap()).unwrap();
            assert!(!faults(&book.save_to_buffer().unwrap()).is_empty());
        }
        assert!(!faults(b"PK").is_empty());
    }
}
