//! The sections between the first screen and the annex.

use super::{EXAMINERS, HANDS_ON, Page, ROWS_MAX, anchor, charts, matrix};
use crate::compose::IncidentText;
use crate::{number, words};
use maud::{Markup, html};

/// What happened, in sentences that name their findings.
pub(super) fn happened(page: &Page<'_>) -> Markup {
    let story = &page.c.story;
    html! {
        section id="happened" {
            h2 { (page.say("happened-title")) }
            @if !story.sentences.is_empty() {
                ol.story {
                    @for s in &story.sentences {
                        li {
                            @match s.time {
                                Some(t) => time datetime=(t.to_string()) { (s.when) },
                                None => span.when { (s.when) },
                            }
                            b { (s.title) }
                            (s.text) " [" (page.refs(&s.findings))
                            @if !s.sources.is_empty() { ", " (s.sources.join(", ")) }
                            "]"
                        }
                    }
                }
            }
            @if story.more > 0 { p.soft { (page.fill("happened-more", &[("count", story.more.into())])) } }
            @if page.c.undated_rows > 0 {
                @let undated = page.result.findings.iter().filter(|f| f.time.is_none()).count();
                @if undated > 0 { p.soft { (page.fill("happened-undated", &[("count", undated.into())])) } }
            }
            @for limit in &story.limits { p.soft { (limit) } }
        }
    }
}

/// What could and could not be seen.
pub(super) fn coverage(page: &Page<'_>) -> Markup {
    let heads = page.heads(&[
        "coverage-question",
        "coverage-look",
        "coverage-source",
        "coverage-state",
        "coverage-span",
        "#coverage-rows",
        "coverage-fix",
    ]);
    let body = html! {
        @for q in &page.c.coverage {
            @for (n, s) in q.sources.iter().enumerate() {
                tr {
                    @if n == 0 {
                        th scope="rowgroup" rowspan=(q.sources.len()) {
                            (q.title) br;
                            span.soft { (page.say(if q.required { "coverage-required" } else { "coverage-optional" })) }
                        }
                        td rowspan=(q.sources.len()) {
                            (q.look)
                            @if let Some(gap) = &q.gap { br; span.soft { (gap) } }
                        }
                    }
                    td { (s.title) }
                    td { (s.state) }
                    td { (s.span) }
                    td.n { (number(s.rows)) }
                    td.fix { (s.fix) }
                }
            }
        }
    };
    let all = html! {
        @for sentence in &page.c.could_tell { p { (sentence) } }
        @if page.c.coverage.is_empty() {
            p.soft { (page.say("coverage-none")) }
        } @else {
            (charts::coverage(page))
            (page.table(&page.say("coverage-caption"), &heads, &body))
        }
        @for sentence in &page.c.unseen_logs { p { (sentence) } }
        (holes(page))
        @for sentence in &page.c.changed_logs { p { (sentence) } }
        (clock_offsets(page))
    };
    page.part("coverage", "coverage-title", HANDS_ON, &all)
}

/// Missing records, with what speaks for each explanation.
fn holes(page: &Page<'_>) -> Markup {
    html! {
        @if !page.c.holes.is_empty() {
            h3 { (page.say("holes-title")) }
            ul {
                @for hole in page.c.holes.iter().take(ROWS_MAX) {
                    li id=(anchor(&hole.id)) {
                        strong { (hole.id) } " " (hole.span)
                        @for sentence in &hole.sentences { " " (sentence) }
                        @if !hole.signs.is_empty() {
                            ul {
                                @for (cause, place) in &hole.signs {
                                    li.soft {
                                        (page.fill("hole-sign", &[("cause", cause.clone().into()), ("place", place.clone().into())]))
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (page.left_out(page.c.holes.len(), "list-left-out"))
        }
    }
}

/// Sources whose clocks stand apart.
fn clock_offsets(page: &Page<'_>) -> Markup {
    html! {
        @if !page.c.clock_offsets.is_empty() {
            h3 { (page.say("clock-title")) }
            @for c in &page.c.clock_offsets {
                p { (c.sentence) }
                @if !c.spans.is_empty() { ul { @for span in &c.spans { li { (span) } } } }
                p.soft { (c.example) }
                ul { @for place in &c.places { li { code { (place) } } } }
            }
        }
    }
}

/// Each campaign by itself, where there are several.
pub(super) fn campaigns(page: &Page<'_>) -> Markup {
    let heads = page.heads(&crate::compose::CAMPAIGN_HEADS);
    let body = html! {
        @for c in &page.c.campaigns {
            tr { th scope="row" { (c.title) } td { (c.period) } td { (c.open) } td { (c.attacked) } td { (c.seen) } }
        }
    };
    let all = page.table(&page.say("campaigns-caption"), &heads, &body);
    html! {
        @if !page.c.campaigns.is_empty() { (page.part("campaigns", "campaigns-title", HANDS_ON, &all)) }
    }
}

/// Flaws against builds.
pub(super) fn exposure(page: &Page<'_>) -> Markup {
    let heads =
        page.heads(&["exposure-flaw", "exposure-state", "exposure-open", "exposure-fixed-in", "exposure-update"]);
    let body = html! {
        @for e in &page.c.exposure {
            tr { th.nb scope="row" { (e.cve) } td { (e.state) } td { (e.open) } td { (e.fixed_in) } td { (e.kb) } }
        }
    };
    let all = html! {
        @for sentence in &page.c.exposed { p { (sentence) } }
        @if page.c.exposure.is_empty() {
            p.soft { (page.say("exposure-none")) }
        } @else {
            (page.table(&page.say("exposure-caption"), &heads, &body))
        }
        @for sentence in &page.c.mitigations { p { (sentence) } }
        @if let Some((first, states)) = page.c.flaws.split_first() {
            p { (first) }
            ul { @for state in states { li { (state) } } }
        }
        (builds(page))
    };
    page.part("exposure", "exposure-title", HANDS_ON, &all)
}

fn builds(page: &Page<'_>) -> Markup {
    let builds = &page.result.host.builds;
    let heads = page.heads(&["builds-build", "builds-name", "builds-from", "builds-to", "#builds-rows"]);
    let body = html! {
        @for b in builds {
            tr {
                th.nb scope="row" { (b.build.to_string()) }
                td { @if let Some(label) = &b.label { (assize_model::display::shortened(label, 80)) } }
                td { (words::moment(b.from, page.c.lang)) }
                td { (words::moment(b.to, page.c.lang)) }
                td.n { (number(b.rows)) }
            }
        }
    };
    html! {
        @if builds.is_empty() {
            p.soft { (page.say("builds-none")) }
        } @else {
            (page.table(&page.say("builds-caption"), &heads, &body))
        }
    }
}

/// Findings that belong together.
pub(super) fn incidents(page: &Page<'_>) -> Markup {
    html! {
        @if !page.c.incidents.is_empty() {
            section id="incidents" {
                h2 { (page.say("incidents-title")) }
                p.soft { (page.say("incidents-intro")) }
                @for i in page.c.incidents.iter().take(ROWS_MAX) {
                    h3 id=(anchor(&i.id)) { (page.fill("incident-title", &[("id", i.id.as_str().into())])) }
                    p { @for sentence in &i.sentences { (sentence) " " } }
                    p { (page.refs(&i.findings)) }
                    (steps(page, i))
                    (mail(page, i))
                    @if !i.traits.is_empty() || !i.others.is_empty() {
                        ul { @for sentence in i.traits.iter().chain(&i.others) { li { (sentence) } } }
                    }
                    @if !i.links.is_empty() {
                        ul { @for (link, ids) in i.links.iter().take(50) { li { (link) " [" (page.refs(ids)) "]" } } }
                    }
                }
                (page.left_out(page.c.incidents.len(), "list-left-out"))
            }
        }
    }
}

/// The steps of a break-in, each with what shows it and what could not be seen.
fn steps(page: &Page<'_>, incident: &IncidentText) -> Markup {
    let heads = page.heads(&["steps-step", "steps-when", "steps-shown", "steps-unseen"]);
    let body = html! {
        @for step in &incident.steps {
            tr {
                th scope="row" { (step.title) }
                td { (step.when) }
                td {
                    @for (title, id) in &step.shown { (title) " [" (page.refs(std::slice::from_ref(id))) "]" br; }
                    @if let Some(also) = &step.also { span.soft { (also) } }
                }
                td { (step.unseen) }
            }
        }
    };
    // Each table is a landmark: its name must be its own.
    let caption = page.fill("steps-caption", &[("id", incident.id.as_str().into())]);
    html! { @if !incident.steps.is_empty() { (page.table(&caption, &heads, &body)) } }
}

/// Mail that was read or taken.
fn mail(page: &Page<'_>, incident: &IncidentText) -> Markup {
    html! {
        @if let Some(mail) = &incident.mail {
            h4 { (page.say("mail-title")) }
            p { @for sentence in &mail.sentences { (sentence) " " } "[" (page.refs(&mail.findings)) "]" }
            p.soft { @for sentence in &mail.unseen { (sentence) " " } }
        }
    }
}

/// ATT&CK techniques.
pub(super) fn techniques(page: &Page<'_>) -> Markup {
    let heads = page.heads(&["techniques-id", "techniques-name", "techniques-tactics", "techniques-findings"]);
    let body = html! {
        @for t in page.c.techniques.iter().take(ROWS_MAX) {
            tr { th.nb scope="row" { (t.id) } td { (t.name) } td { (matrix::tactics(&t.id)) } td { (page.refs(&t.findings)) } }
        }
    };
    let all = html! {
        (matrix::drawn(page))
        @if page.c.techniques.is_empty() {
            p.soft { (page.say("techniques-none")) }
        } @else {
            (page.table(&page.say("techniques-caption"), &heads, &body))
            (page.left_out(page.c.techniques.len(), "list-left-out"))
        }
        @for (list, title) in [(&page.c.not_found, "techniques-not-found"), (&page.c.not_seen, "techniques-not-seen")] {
            @if !list.is_empty() {
                h3 { (page.say(title)) }
                p.soft {
                    @for (n, t) in list.iter().take(ROWS_MAX).enumerate() {
                        @if n > 0 { ", " } span.nb { (t.id) } " " (t.name)
                    }
                }
            }
        }
    };
    page.part("techniques", "techniques-title", EXAMINERS, &all)
}

/// Values others can look for.
pub(super) fn indicators(page: &Page<'_>) -> Markup {
    let heads = page.heads(&["indicators-kind", "indicators-value", "indicators-findings"]);
    let body = html! {
        @for i in page.c.indicators.iter().take(ROWS_MAX) {
            tr { td { (i.kind) } td { code { (i.value) } } td { (page.refs(&i.findings)) } }
        }
    };
    let all = html! {
        @if page.c.indicators.is_empty() {
            p.soft { (page.say("indicators-none")) }
        } @else {
            p.soft { (page.say("indicators-intro")) }
            (page.table(&page.say("indicators-caption"), &heads, &body))
            (page.left_out(page.c.indicators.len(), "indicators-left-out"))
        }
    };
    page.part("indicators", "indicators-title", EXAMINERS, &all)
}
