//! Two pictures, drawn in percent so that they fit any screen; a table always holds the same data.

use super::{Page, ROWS_MAX};
use crate::compose::survey::Sight;
use crate::{number, words};
use assize_model::Timestamp;
use assize_model::finding::Outcome;
use assize_model::time::Day;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Lanes, the most serious first.
const LANES: [Outcome; 4] = [Outcome::Success, Outcome::Attempt, Outcome::Probe, Outcome::Unknown];
/// Height of a lane and of what is above the first.
const LANE: usize = 44;
/// Dots beside each other at most; more days than that share one.
const BINS: i32 = 120;
/// Days before and after the window that are drawn.
const MARGIN: i32 = 60;

/// Days from first to last, both included, and how many of them one dot stands for.
struct Scale {
    from: i32,
    to: i32,
    step: i32,
}

impl Scale {
    fn of(page: &Page<'_>) -> Self {
        let (from, to) = (day_of(page.result.window.from), day_of(page.result.window.to));
        let days: Vec<i32> = page.result.findings.iter().filter_map(|f| f.time).map(day_of).collect();
        let first = days.iter().copied().filter(|d| *d >= from - MARGIN).min().unwrap_or(from).min(from);
        let last = days.iter().copied().filter(|d| *d <= to + MARGIN).max().unwrap_or(to).max(to).max(first);
        Self { from: first, to: last, step: (last - first) / BINS + 1 }
    }

    /// Where a day begins, in percent.
    fn at(&self, day: i32) -> f64 {
        f64::from(day - self.from) * 100.0 / f64::from(self.to - self.from + 1)
    }

    fn bin(&self, day: i32) -> i32 {
        self.from + (day - self.from).div_euclid(self.step) * self.step
    }
}

/// The day of a moment, kept to years people can be asked about: a log may claim any.
fn day_of(t: Timestamp) -> i32 {
    t.day().0.clamp(-200_000, 1_000_000)
}

/// Findings by day and lane.
fn counts(page: &Page<'_>, bin: impl Fn(i32) -> i32) -> BTreeMap<i32, [u64; 4]> {
    let mut out: BTreeMap<i32, [u64; 4]> = BTreeMap::new();
    for finding in &page.result.findings {
        let lane = LANES.iter().position(|l| *l == finding.outcome).unwrap_or(3);
        if let Some(t) = finding.time {
            out.entry(bin(day_of(t))).or_default()[lane] += 1;
        }
    }
    out
}

/// The patterns both pictures use.
fn patterns() -> Markup {
    html! {
        svg.defs aria-hidden="true" focusable="false" {
            defs {
                pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line.hatch-line x1="0" y1="0" x2="0" y2="6" {}
                }
                pattern id="hatch-light" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line.hatch-light x1="0" y1="0" x2="0" y2="9" {}
                }
            }
        }
    }
}

fn percent(x: f64) -> String {
    format!("{x:.2}%")
}

/// Lanes by outcome, dots for findings, hatching for days that could not be seen.
pub(super) fn timeline(page: &Page<'_>) -> Markup {
    let scale = Scale::of(page);
    let dated: usize = page.result.findings.iter().filter(|f| f.time.is_some()).count();
    let used: Vec<usize> =
        (0..4).filter(|n| page.result.findings.iter().any(|f| f.time.is_some() && f.outcome == LANES[*n])).collect();
    let drawn = dated > 0;
    let height = used.len() * LANE + 26;
    let span = words::day_span(Day(scale.from), Day(scale.to), page.c.lang);
    let desc = page.fill("timeline-desc", &[("span", span.into()), ("count", dated.into())]);
    html! {
        (patterns())
        @if drawn {
            section id="timeline" {
                h2 { (page.say("timeline-title")) }
                figure {
                    svg role="img" aria-labelledby="tl-title tl-desc" height=(height) {
                        title id="tl-title" { (page.say("timeline-title")) }
                        desc id="tl-desc" { (desc) }
                        (blind_days(page, &scale, used.len() * LANE))
                        (lanes(page, &scale, &used))
                        (axis(page, &scale, used.len() * LANE + 4))
                    }
                    (legend(page, scale.step))
                }
                (timeline_table(page, &used))
            }
        }
    }
}

fn lanes(page: &Page<'_>, scale: &Scale, used: &[usize]) -> Markup {
    let bins = counts(page, |day| scale.bin(day));
    html! {
        @for (row, lane) in used.iter().enumerate() {
            @let y = row * LANE;
            text x="0" y=(y + 12) { (page.say(&format!("outcome-{}", LANES[*lane].word()))) }
            line.lane x1="0" x2="100%" y1=(y + 29) y2=(y + 29) {}
            @for (day, lanes) in bins.range(scale.from..=scale.to) {
                @if lanes[*lane] > 0 {
                    @let middle = scale.at(*day) + (scale.at(day + scale.step) - scale.at(*day)) / 2.0;
                    @let radius = (5 + lanes[*lane].ilog2()).min(11);
                    circle class={ "dot dot-" (LANES[*lane].word()) } cx=(percent(middle.clamp(0.6, 99.4))) cy=(y + 29) r=(radius) {}
                }
            }
        }
    }
}

/// Runs of days with the same sight, as days from the first of the window.
fn sights(page: &Page<'_>) -> Vec<(usize, usize, Sight)> {
    let mut runs: Vec<(usize, usize, Sight)> = Vec::new();
    for day in 0..page.survey.days as usize {
        let sight = page.survey.sight(day);
        match runs.last_mut() {
            Some(run) if run.2 == sight => run.1 = day,
            _ => runs.push((day, day, sight)),
        }
    }
    runs
}

fn blind_days(page: &Page<'_>, scale: &Scale, height: usize) -> Markup {
    let first = day_of(page.result.window.from);
    let day = |n: usize| first + i32::try_from(n).unwrap_or(0);
    html! {
        @for (from, to, sight) in sights(page) {
            @if sight != Sight::Full {
                @let x = scale.at(day(from));
                @let fill = if sight == Sight::None { "url(#hatch)" } else { "url(#hatch-light)" };
                rect x=(percent(x)) y="0" width=(percent(scale.at(day(to) + 1) - x)) height=(height) fill=(fill) opacity="0.45" {}
            }
        }
    }
}

/// Five dates on a wide screen, three on a narrow one.
fn axis(page: &Page<'_>, scale: &Scale, y: usize) -> Markup {
    let days = scale.to - scale.from;
    let tick = |n: i32| words::short_date(Day(scale.from + days * n / 4).start(), page.c.lang);
    html! {
        line.axis x1="0" x2="100%" y1=(y) y2=(y) {}
        text x="0" y=(y + 16) { (words::date(Day(scale.from).start(), page.c.lang)) }
        @if days >= 8 {
            text.mid x="25%" y=(y + 16) text-anchor="middle" { (tick(1)) }
            text x="50%" y=(y + 16) text-anchor="middle" { (tick(2)) }
            text.mid x="75%" y=(y + 16) text-anchor="middle" { (tick(3)) }
        }
        text x="100%" y=(y + 16) text-anchor="end" { (words::date(Day(scale.to).start(), page.c.lang)) }
    }
}

fn legend(page: &Page<'_>, step: i32) -> Markup {
    let runs = sights(page);
    let days = u64::try_from(step).unwrap_or(1);
    html! {
        ul.legend {
            li {
                svg aria-hidden="true" { circle.dot cx="13" cy="6" r="5" {} }
                (page.fill("timeline-legend-dot", &[("days", days.into())]))
            }
            @for (sight, fill, id) in [
                (Sight::None, "url(#hatch)", "timeline-legend-none"), (Sight::Some, "url(#hatch-light)", "timeline-legend-some"),
            ] {
                @if runs.iter().any(|r| r.2 == sight) {
                    li {
                        svg aria-hidden="true" {
                            rect width="26" height="12" fill=(fill) {}
                            rect.frame width="26" height="12" {}
                        }
                        (page.say(id))
                    }
                }
            }
        }
    }
}

/// The same by day: days with findings, and runs of days that could not be seen.
fn timeline_table(page: &Page<'_>, used: &[usize]) -> Markup {
    let first = day_of(page.result.window.from);
    let by_day = counts(page, |day| day);
    let mut rows: Vec<(i32, i32, [u64; 4])> = by_day.iter().map(|(day, n)| (*day, *day, *n)).collect();
    for (from, to, _) in sights(page).into_iter().filter(|r| r.2 != Sight::Full) {
        let (from, to) = (first + i32::try_from(from).unwrap_or(0), first + i32::try_from(to).unwrap_or(0));
        if by_day.range(from..=to).next().is_none() {
            rows.push((from, to, [0; 4]));
        }
    }
    rows.sort_unstable();
    let mut heads = page.heads(&["timeline-bin"]);
    heads.extend(used.iter().map(|n| (page.say(&format!("outcome-{}", LANES[*n].word())), true)));
    heads.extend(page.heads(&["timeline-could-see"]));
    let sight = |day: i32| match usize::try_from(day - first) {
        Ok(n) if n < page.survey.days as usize => page.say(match page.survey.sight(n) {
            Sight::Full => "timeline-see-all",
            Sight::Some => "timeline-see-some",
            Sight::None => "timeline-see-none",
        }),
        _ => "–".into(),
    };
    let body = html! {
        @for (from, to, n) in rows.iter().take(ROWS_MAX) {
            tr {
                th scope="row" { (days(page, *from, *to)) }
                @for lane in used { td.n { (number(n[*lane])) } }
                td { (sight(*from)) }
            }
        }
    };
    html! {
        details open[page.audience == super::Audience::Responder] {
            summary { (page.say("timeline-table")) }
            div.body {
                (page.table(&page.say("timeline-table"), &heads, &body))
                (page.left_out(rows.len(), "timeline-left-out"))
            }
        }
    }
}

fn days(page: &Page<'_>, from: i32, to: i32) -> String {
    match from == to {
        true => words::date(Day(from).start(), page.c.lang),
        false => words::day_span(Day(from), Day(to), page.c.lang),
    }
}

/// One strip a question: filled where it could be answered.
pub(super) fn coverage(page: &Page<'_>) -> Markup {
    let lang = page.c.lang;
    html! {
        figure {
            figcaption.soft { (page.fill("coverage-desc", &[("span", page.survey.span().into())])) }
            ul.strips {
                @for q in &page.c.coverage {
                    li {
                        div.q {
                            span { strong { (q.title) } " " span.soft { (page.say(if q.required { "coverage-required" } else { "coverage-optional" })) } }
                            span { (q.look) }
                        }
                        @if !q.days.is_empty() {
                            svg role="img" aria-label={ (q.title) " - " (q.look) } height="16" {
                                rect width="100%" height="16" fill="url(#hatch)" {}
                                @for (from, len) in answered(&q.days) {
                                    @let unit = 100.0 / q.days.len() as f64;
                                    rect.seen x=(percent(from as f64 * unit)) width=(percent(len as f64 * unit)) height="16" {}
                                }
                                rect.frame width="100%" height="16" {}
                            }
                        }
                    }
                }
            }
            div.ends aria-hidden="true" {
                span { (words::date(page.result.window.from, lang)) }
                span { (words::date(page.result.window.to, lang)) }
            }
        }
    }
}

/// Runs of answered days: the first and how many.
fn answered(days: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (n, _) in days.bytes().enumerate().filter(|(_, b)| *b == b'#') {
        match runs.last_mut() {
            Some((from, len)) if *from + *len == n => *len += 1,
            _ => runs.push((n, 1)),
        }
    }
    runs
}
