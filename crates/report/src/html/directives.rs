//! What authorities require, and what the evidence shows of it.

use super::{HANDS_ON, Page};
use crate::compose::DirectiveText;
use maud::{Markup, html};

/// The section of directives; nothing where none is about this server.
pub(super) fn section(page: &Page<'_>) -> Markup {
    let all = html! {
        p { (page.say("directives-intro")) }
        @for directive in &page.c.directives { (one(page, directive)) }
    };
    html! { @if !page.c.directives.is_empty() { (page.part("directives", "directives-title", HANDS_ON, &all)) } }
}

fn one(page: &Page<'_>, directive: &DirectiveText) -> Markup {
    let caption = page.fill("directive-caption", &[("name", directive.name.as_str().into())]);
    let heads = page.heads(&["directive-requirement", "directive-due", "directive-state", "directive-why"]);
    let body = html! {
        @for r in &directive.requirements {
            tr {
                th scope="row" { (r.says) }
                td.nb { (r.due) }
                td.nb { (r.word) }
                td { @for fact in &r.facts { p { (fact) } } }
            }
        }
    };
    let fields = html! {
        @for (field, value) in &directive.report { tr { th scope="row" { (field) } td { (value) } } }
    };
    html! {
        details {
            summary { (directive.line) }
            p { (directive.title) }
            p.soft { (directive.scope) }
            (page.table(&caption, &heads, &body))
            (page.table(
                &format!("{}: {}", directive.name, page.say("directive-report")),
                &page.heads(&["directive-field", "directive-value"]),
                &fields,
            ))
        }
    }
}
