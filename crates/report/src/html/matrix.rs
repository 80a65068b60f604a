//! ATT&CK drawn as its matrix: a column a tactic, a box a technique. The table below it holds the same and more.

use super::Page;
use assize_model::attack;
use assize_model::display::shortened;
use assize_model::finding::Strength;
use maud::{Markup, html};

/// Width of a column, height of a box, and room between boxes.
const COLUMN: usize = 170;
const BOX: usize = 46;
const GAP: usize = 6;
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

struct Cell {
    id: String,
    name: &'static str,
    findings: usize,
    fill: &'static str,
}

/// Tactics that findings name, in the order of MITRE, with their techniques.
fn columns(page: &Page<'_>) -> Vec<(&'static str, Vec<Cell>)> {
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
    let columns = attack::tactics().iter().map(|tactic| (tactic.name, cells(tactic)));
    columns.filter(|(_, cells)| !cells.is_empty()).collect()
}

/// The names of a technique's tactics, as MITRE writes them.
pub(super) fn tactics(id: &str) -> String {
    let names = |t: &attack::Technique| t.tactics.iter().filter_map(|s| attack::tactic(s)).map(|t| t.name).collect();
    attack::technique(id).map(names).map(|names: Vec<&str>| names.join(", ")).unwrap_or_default()
}

/// The picture; nothing where no technique is of this matrix.
pub(super) fn drawn(page: &Page<'_>) -> Markup {
    let columns = columns(page);
    let rows = columns.iter().map(|(_, cells)| cells.len().min(ROWS)).max().unwrap_or(0);
    let beyond: usize = columns.iter().map(|(_, cells)| cells.len().saturating_sub(ROWS)).sum();
    let (width, height) = (columns.len() * COLUMN, 24 + rows * (BOX + GAP));
    let counts = [("techniques", page.c.techniques.len().into()), ("tactics", columns.len().into())];
    html! {
        @if !columns.is_empty() {
            figure {
                div.wide tabindex="0" role="region" aria-label=(page.say("matrix-title")) {
                    svg.matrix role="img" aria-labelledby="mx-title mx-desc" width=(width) height=(height)
                        viewBox={ "0 0 " (width) " " (height) } {
                        title id="mx-title" { (page.say("matrix-title")) }
                        desc id="mx-desc" { (page.fill("matrix-desc", &counts)) }
                        @for (n, (tactic, cells)) in columns.iter().enumerate() {
                            text.head x=(n * COLUMN + GAP) y="16" { (shortened(tactic, NAME)) }
                            @for (row, cell) in cells.iter().take(ROWS).enumerate() {
                                (boxed(cell, n * COLUMN + GAP / 2, 24 + row * (BOX + GAP)))
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

fn legend(page: &Page<'_>) -> Markup {
    html! {
        ul.legend {
            @for (fill, id) in FILLS {
                li {
                    svg aria-hidden="true" { rect class={ "cell cell-" (fill) } x="2" y="2" width="22" height="9" rx="2" {} }
                    (page.say(id))
                }
            }
        }
    }
}
