//! ATT&CK drawn as its matrix: a column a tactic, a box a technique that findings name, and below those how many were looked for
//! in vain and how many no record could have shown. The table and the lists below it hold the same and more.

use super::Page;
use crate::compose::Technique;
use assize_model::attack;
use assize_model::display::shortened;
use assize_model::finding::Strength;
use maud::{Markup, html};

/// Width of a column, height of a box, and room between boxes.
const COLUMN: usize = 170;
const BOX: usize = 46;
const GAP: usize = 6;
/// Height of a box that only counts.
const FLAT: usize = 22;
/// Height of the names of tactics.
const TOP: usize = 24;
/// Boxes below each other; the table holds the rest.
const ROWS: usize = 14;
/// Characters of a name that fit a box.
const NAME: usize = 20;

/// How strong the strongest finding of a technique is; each is drawn in a way of its own, not by colour alone.
const FILLS: [(&str, &str); 3] = [("proof", "matrix-proof"), ("moderate", "matrix-moderate"), ("weak", "matrix-weak")];

fn fill(strength: Strength) -> &'static str {
    match strength {
        Strength::Proof | Strength::Strong => FILLS[0].0,
        Strength::Moderate => FILLS[1].0,
        Strength::Weak | Strength::Context => FILLS[2].0,
    }
}

/// A column: techniques of one tactic.
struct Column {
    tactic: &'static str,
    cells: Vec<Cell>,
    /// How many were looked for and not found, and how many could not be seen.
    not_found: usize,
    not_seen: usize,
}

impl Column {
    /// Where its boxes end.
    fn below(&self) -> usize {
        TOP + self.cells.len().min(ROWS) * (BOX + GAP)
    }

    /// What is counted below them, each in its way.
    fn without(&self) -> impl Iterator<Item = (&'static str, &'static str, usize)> {
        let counts = [self.not_found, self.not_seen];
        WITHOUT.iter().zip(counts).filter(|(_, count)| *count > 0).map(|((way, _, text), count)| (*way, *text, count))
    }

    fn height(&self) -> usize {
        self.below() + self.without().count() * (FLAT + GAP)
    }
}

/// What is drawn below the boxes of a column: its way, the name of it, and what stands in the box.
const WITHOUT: [(&str, &str, &str); 2] =
    [("none", "matrix-not-found", "matrix-count-none"), ("unseen", "matrix-not-seen", "matrix-count-unseen")];

struct Cell {
    id: String,
    name: &'static str,
    findings: usize,
    fill: &'static str,
}

/// Tactics that findings or rules name, in the order of MITRE, with their techniques.
fn columns(page: &Page<'_>) -> Vec<Column> {
    let strongest = |id: &str| {
        let of = page.result.findings.iter().filter(|f| f.techniques.iter().any(|t| t == id));
        of.map(|f| fill(f.strength)).min_by_key(|name| FILLS.iter().position(|f| f.0 == *name))
    };
    let cells = |tactic: &attack::Tactic| -> Vec<Cell> {
        let of = page.c.techniques.iter().filter_map(|t| Some((t, attack::technique(&t.id)?)));
        of.filter(|(_, known)| known.tactics.contains(&tactic.shortname))
            .map(|(t, known)| Cell {
                id: t.id.clone(),
                name: known.name,
                findings: t.findings.len(),
                fill: strongest(&t.id).unwrap_or(FILLS[2].0),
            })
            .collect()
    };
    let count = |list: &[Technique], tactic: &attack::Tactic| {
        let known = list.iter().filter_map(|t| attack::technique(&t.id));
        known.filter(|known| known.tactics.contains(&tactic.shortname)).count()
    };
    let columns = attack::tactics().iter().map(|tactic| Column {
        tactic: tactic.name,
        cells: cells(tactic),
        not_found: count(&page.c.not_found, tactic),
        not_seen: count(&page.c.not_seen, tactic),
    });
    columns.filter(|c| !c.cells.is_empty() || c.not_found + c.not_seen > 0).collect()
}

/// The names of a technique's tactics, as MITRE writes them.
pub(super) fn tactics(id: &str) -> String {
    let names = |t: &attack::Technique| t.tactics.iter().filter_map(|s| attack::tactic(s)).map(|t| t.name).collect();
    attack::technique(id).map(names).map(|names: Vec<&str>| names.join(", ")).unwrap_or_default()
}

/// The picture; nothing where no technique is of this matrix.
pub(super) fn drawn(page: &Page<'_>) -> Markup {
    let columns = columns(page);
    let beyond: usize = columns.iter().map(|column| column.cells.len().saturating_sub(ROWS)).sum();
    let (width, height) = (columns.len() * COLUMN, columns.iter().map(Column::height).max().unwrap_or(0));
    let found = columns.iter().filter(|column| !column.cells.is_empty()).count();
    let counts = [
        ("techniques", page.c.techniques.len().into()),
        ("tactics", found.into()),
        ("nothing", page.c.not_found.len().into()),
        ("unseen", page.c.not_seen.len().into()),
    ];
    html! {
        @if !columns.is_empty() {
            figure {
                div.wide tabindex="0" role="region" aria-label=(page.say("matrix-title")) {
                    svg.matrix role="img" aria-labelledby="mx-title mx-desc" width=(width) height=(height)
                        viewBox={ "0 0 " (width) " " (height) } {
                        title id="mx-title" { (page.say("matrix-title")) }
                        desc id="mx-desc" { (page.fill("matrix-desc", &counts)) }
                        @for (n, column) in columns.iter().enumerate() {
                            text.head x=(n * COLUMN + GAP) y="16" { (shortened(column.tactic, NAME)) }
                            @for (row, cell) in column.cells.iter().take(ROWS).enumerate() {
                                (boxed(cell, n * COLUMN + GAP / 2, TOP + row * (BOX + GAP)))
                            }
                            @for (row, (way, text, count)) in column.without().enumerate() {
                                @let text = page.fill(text, &[("count", count.into())]);
                                (counted(way, &text, n * COLUMN + GAP / 2, column.below() + row * (FLAT + GAP)))
                            }
                        }
                    }
                }
                (legend(page))
                @if beyond > 0 { p.soft { (page.fill("matrix-left-out", &[("count", beyond.into())])) } }
            }
        }
    }
}

fn boxed(cell: &Cell, x: usize, y: usize) -> Markup {
    html! {
        rect class={ "cell cell-" (cell.fill) } x=(x) y=(y) width=(COLUMN - GAP) height=(BOX) rx="4" {}
        text.head x=(x + 8) y=(y + 19) { (cell.id) " × " (cell.findings) }
        text x=(x + 8) y=(y + 36) { (shortened(cell.name, NAME)) }
    }
}

/// How many techniques of a column were looked for in vain, or could not be seen.
fn counted(way: &str, text: &str, x: usize, y: usize) -> Markup {
    html! {
        rect class={ "cell cell-" (way) } x=(x) y=(y) width=(COLUMN - GAP) height=(FLAT) rx="4" {}
        text x=(x + 8) y=(y + 15) { (text) }
    }
}

fn legend(page: &Page<'_>) -> Markup {
    html! {
        ul.legend {
            @for (fill, id) in FILLS.into_iter().chain(WITHOUT.map(|(way, name, _)| (way, name))) {
                li {
                    svg aria-hidden="true" { rect class={ "cell cell-" (fill) } x="2" y="2" width="22" height="9" rx="2" {} }
                    (page.say(id))
                }
            }
        }
    }
}
