//! The first screen: the verdict, four boxes and what to do now.

use super::Page;
use crate::compose::{Fact, window_end};
use maud::{Markup, html};

/// The band with the answer.
pub(super) fn band(page: &Page<'_>) -> Markup {
    let c = page.c;
    html! {
        header {
            @for warning in &c.warnings { p.warn { (warning) } }
            div class={ "band v-" (c.state.word()) } {
                div.in {
                    p.who-where {
                        span { span.word { (c.word) } " · " (c.host) }
                        span { (c.version) }
                    }
                    h1 { span.sign aria-hidden="true" { (c.symbol) } span { (c.headline) } }
                    @for sentence in &c.sub { p.sub { (sentence) } }
                    @if let Some(local) = &c.local { p.sub { (local) } }
                    p.sure {
                        @if let Some(confidence) = &c.confidence {
                            span { (page.labelled("confidence-label")) " " strong { (confidence) } }
                        }
                        @if let Some(triage) = &c.triage {
                            span { (page.labelled("triage-label")) " " strong { (triage) } }
                        }
                        span { (c.tlp) }
                        @if let Some(case) = &c.case { span { (case) } }
                    }
                }
            }
        }
    }
}

/// The boxes, what to do now, and where everything else is.
pub(super) fn answer(page: &Page<'_>) -> Markup {
    let c = page.c;
    html! {
        section.first aria-label=(page.say("what-to-do")) {
            dl.facts {
                @for fact in [&c.since, &c.still_open, &c.patched, &c.could_see] { (boxed(fact)) }
            }
            div class={ "now v-" (c.state.word()) } {
                h2 { (page.say("what-to-do")) }
                ol { @for action in &c.actions { li { (action) } } }
                @if !c.clocks.is_empty() {
                    div.clock { @for clock in &c.clocks { p { (clock) } } }
                }
            }
            nav aria-label=(page.say("nav-title")) {
                ul {
                    @for (anchor, id) in [
                        ("happened", "nav-happened"), ("findings", "nav-findings"), ("coverage", "nav-coverage"),
                        ("exposure", "nav-exposure"), ("annex", "nav-annex"),
                    ] {
                        li { a href={ "#" (anchor) } { (page.say(id)) } }
                    }
                }
            }
        }
    }
}

fn boxed(fact: &Fact) -> Markup {
    html! {
        div {
            dt { (fact.label) }
            dd.value { (fact.value) }
            @if !fact.note.is_empty() { dd.note data-of=(fact.label) { (fact.note) } }
        }
    }
}

/// The three questions in full sentences, why this answer, and who did it.
pub(super) fn why(page: &Page<'_>) -> Markup {
    let c = page.c;
    let window = page.fill("window-line", &[("span", page.survey.span().into())]);
    html! {
        section {
            h2 { (page.say("why-title")) }
            dl.qa {
                @for (id, lines) in
                    [("ask-exposed", &c.exposed), ("ask-attacked", &c.attacked), ("ask-could-tell", &c.could_tell)]
                {
                    dt { (page.say(id)) }
                    dd { (lines.join(" ")) }
                }
                @for (label, sentences) in &c.reasons {
                    dt { (label) }
                    dd { @for sentence in sentences { div { (sentence) } } }
                }
                @for (id, value) in [("confidence-label", &c.confidence), ("triage-label", &c.triage)] {
                    @if let Some(value) = value { dt { (page.say(id)) } dd { (value) } }
                }
                @if let Some(who) = &c.who { dt { (page.say("who-title")) } dd { (who) } }
            }
            p.soft { (window) " (" (window_end(page.survey)) "). " (page.say("all-utc")) }
        }
    }
}
