//! Pages of the guide that are made from declarations, so that a fact is said once.

use assize_content::{Content, Format};
use assize_model::table::{ColumnType, FIXED_COLUMNS};
use std::fmt::Write as _;
use std::path::Path;

/// Writes every generated page.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    for (path, text) in pages(root)? {
        std::fs::write(root.join(path), text).map_err(|e| format!("cannot write {path}: {e}"))?;
    }
    Ok(())
}

/// The generated pages: path and text.
pub(crate) fn pages(root: &Path) -> Result<Vec<(&'static str, String)>, String> {
    let content = Content::load(&root.join("content")).map_err(|e| e.to_string())?;
    Ok(vec![
        ("docs/tables.md", tables(&content)),
        ("docs/artifacts.md", artifacts(&content)),
        ("docs/rules.md", rules(&content)),
    ])
}

const MADE: &str = "<!-- Made by `cargo gen`; edit the declarations instead. -->\n\n";

fn tables(content: &Content) -> String {
    let mut page = format!("# Tables of a case\n\n{MADE}Every table begins with `{}`.\n", FIXED_COLUMNS.join("`, `"));
    for layout in &content.layouts {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| column | at the source | holds |\n| --- | --- | --- |\n",
            layout.spec.table,
            layout.why.trim()
        );
        for column in &layout.spec.columns {
            let kind = match column.kind {
                ColumnType::Word => "text that repeats",
                ColumnType::Text => "text",
                ColumnType::Number => "whole number",
                ColumnType::Time => "moment, UTC",
            };
            let _ = writeln!(page, "| `{}` | `{}` | {kind} |", column.name, column.source);
        }
    }
    page
}

fn artifacts(content: &Content) -> String {
    let mut page = format!(
        "# Artifacts we read\n\n{MADE}| artifact | table | family | read by | usual places |\n| --- | --- | --- | --- | --- |\n"
    );
    for layout in &content.layouts {
        let by = match layout.format {
            Format::W3c | Format::ExchangeCsv | Format::Pattern => "a declared layout",
            Format::Rust => "a parser in Rust",
            Format::Matches => "no kind of file: what an engine found in files",
        };
        let title = layout.title.get("en").map_or("", String::as_str);
        let places: Vec<_> = layout.paths.iter().map(|p| format!("`{p}`")).collect();
        let _ = writeln!(
            page,
            "| {title} | `{}` | {} | {by} | {} |",
            layout.spec.table,
            layout.spec.family,
            places.join(" ")
        );
    }
    page
}

fn rules(content: &Content) -> String {
    let mut page = format!("# Rules\n\n{MADE}");
    for pack in &content.packs {
        let _ = write!(
            page,
            "## {} ({})\n\n| rule | what it finds | outcome | strength |\n| --- | --- | --- | --- |\n",
            pack.title, pack.version
        );
        let all = pack
            .rules
            .iter()
            .map(|r| (&r.name, &r.assize))
            .chain(pack.correlations.iter().map(|c| (&c.name, &c.assize)));
        for (name, assize) in all {
            let title = pack.texts.say("en", name, None, &std::collections::BTreeMap::new()).unwrap_or_default();
            let _ = writeln!(page, "| `{name}` | {title} | {} | {} |", assize.outcome.word(), assize.strength.word());
        }
        page.push('\n');
    }
    page
}
