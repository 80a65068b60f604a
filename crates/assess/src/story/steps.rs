//! The steps of a break-in: which finding shows which, and what could be seen of each.

use super::Told;
use crate::{AssessError, coverage};
use assize_content::AnySource;
use assize_model::result::{Incident, Step, StepKind, Window, WindowEnd};
use assize_model::{Finding, Timestamp, attack};
use std::collections::BTreeMap;

/// A source: the table, and the channel where that holds many.
type Place = (&'static str, Option<&'static str>);

/// Sources that could show a step.
const SOURCES: [(StepKind, &[Place]); 6] = [
    (StepKind::Entry, &[("http_proxy", None), ("iis_w3c", None)]),
    (
        StepKind::Foothold,
        &[
            ("web_files", None),
            ("iis_w3c", None),
            ("windows_events", Some("MSExchange Management")),
            ("ecp_server", None),
        ],
    ),
    (
        StepKind::Execution,
        &[
            ("windows_events", Some("Security")),
            ("windows_events", Some("Microsoft-Windows-Sysmon/Operational")),
            ("windows_events", Some("Microsoft-Windows-PowerShell/Operational")),
        ],
    ),
    (
        StepKind::Credentials,
        &[("windows_events", Some("Security")), ("windows_events", Some("Microsoft-Windows-Sysmon/Operational"))],
    ),
    (StepKind::Mail, &[("http_proxy", None), ("ews", None), ("windows_events", Some("MSExchange Management"))]),
    (StepKind::Exit, &[("iis_w3c", None), ("windows_events", Some("Security"))]),
];

/// Every step, with the findings that show it.
pub(super) fn of(acts: &[&Finding]) -> Vec<Step> {
    let step = |kind: StepKind| {
        let own: Vec<&Finding> = acts.iter().copied().filter(|f| kind_of(f) == kind).collect();
        Step {
            kind,
            from: own.iter().filter_map(|f| f.time).min(),
            to: own.iter().filter_map(|f| f.last).max(),
            findings: super::ids(own.into_iter()),
            sources: Vec::new(),
        }
    };
    StepKind::ALL.into_iter().map(step).collect()
}

/// The step that a finding shows: of several the one that lies furthest along.
pub(super) fn kind_of(finding: &Finding) -> StepKind {
    let furthest = finding.techniques.iter().filter_map(|t| of_technique(t)).max();
    furthest.unwrap_or(match finding.family.as_str() {
        _ if !finding.vulnerabilities.is_empty() => StepKind::Entry,
        "web-log" => StepKind::Entry,
        "file-system" => StepKind::Foothold,
        _ => StepKind::Execution,
    })
}

fn of_technique(id: &str) -> Option<StepKind> {
    // Rights in mailboxes are a foothold in them, and traces are removed by one who leaves.
    const BY_ID: [(&str, StepKind); 3] =
        [("T1114", StepKind::Mail), ("T1098.002", StepKind::Mail), ("T1070", StepKind::Exit)];
    // A technique may serve several ends; the first of these that it serves says what it was for.
    const BY_TACTIC: [(&str, StepKind); 8] = [
        ("initial-access", StepKind::Entry),
        ("persistence", StepKind::Foothold),
        ("credential-access", StepKind::Credentials),
        ("exfiltration", StepKind::Exit),
        ("impact", StepKind::Exit),
        ("collection", StepKind::Exit),
        ("reconnaissance", StepKind::Entry),
        ("resource-development", StepKind::Execution),
    ];
    if let Some((_, kind)) = BY_ID.iter().find(|(start, _)| id.starts_with(start)) {
        return Some(*kind);
    }
    let technique = attack::technique(id)?;
    let served = BY_TACTIC.iter().find(|(tactic, _)| technique.tactics.contains(tactic));
    Some(served.map_or(StepKind::Execution, |(_, kind)| *kind))
}

/// Adds to each step what could be seen of it, from the day on which the incident began to the collection.
pub(super) fn add_sources<'i>(
    incidents: impl Iterator<Item = &'i mut Incident>,
    told: &Told<'_>,
) -> Result<(), AssessError> {
    let mut dated: Vec<(&mut Incident, Window)> =
        incidents.filter_map(|i| i.from.map(|from| (window(from, told.collected), i))).map(|(w, i)| (i, w)).collect();
    if dated.is_empty() {
        return Ok(());
    }
    let mut asked: Vec<Place> = SOURCES.iter().flat_map(|(_, all)| all.iter().copied()).collect();
    asked.sort_unstable();
    asked.dedup();
    let sources: Vec<AnySource> = asked.iter().map(|(table, channel)| source(table, *channel)).collect();
    let windows: Vec<&Window> = dated.iter().map(|(_, window)| window).collect();
    let seen = coverage::of_windows(told.tables, told.content, &sources, &windows)?;
    for ((incident, _), seen) in dated.iter_mut().zip(seen) {
        for step in &mut incident.steps {
            let own = SOURCES.iter().filter(|(kind, _)| *kind == step.kind).flat_map(|(_, all)| all.iter());
            let at = own.filter_map(|source| asked.iter().position(|a| a == source));
            step.sources = at.map(|at| seen[at].clone()).collect();
        }
    }
    Ok(())
}

fn window(from: Timestamp, collected: Timestamp) -> Window {
    Window { from: from.day().start(), to: collected.max(from), end: WindowEnd::Collected, collected }
}

fn source(table: &str, channel: Option<&str>) -> AnySource {
    // What lies on the disk at the collection tells of all days before.
    let state = table == "web_files";
    AnySource {
        table: table.to_owned(),
        r#where: channel.map(|c| ("channel".to_owned(), c.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        state,
        needs_paths: if state { vec!["/owa/auth/".into()] } else { Vec::new() },
        needs_column: None,
        partial: false,
    }
}

#[cfg(test)]
mod tests {
    use super::of_technique;
    use assize_model::result::StepKind::{self, Credentials, Entry, Execution, Exit, Foothold, Mail};

    #[test]
    fn each_technique_has_its_step() {
        let cases: [(&str, StepKind); 12] = [
            ("T1190", Entry),
            ("T1078", Entry),
            ("T1505.003", Foothold),
            ("T1136.001", Foothold),
            ("T1059.001", Execution),
            ("T1087.002", Execution),
            ("T1003.001", Credentials),
            ("T1114.002", Mail),
            ("T1560.001", Exit),
            ("T1041", Exit),
            ("T1486", Exit),
            ("T1070.001", Exit),
        ];
        for (id, kind) in cases {
            assert_eq!(of_technique(id), Some(kind), "{id}");
        }
        assert_eq!(of_technique("T9999"), None);
    }
}
