//! Setting overrides that switch a fix off, as far as records of cmdlets tell. The overrides themselves stand in the
//! directory, so that nothing is seen does not say that there are none.

use crate::group::cite;
use crate::row::{Row, text};
use crate::{AssessError, Tables};
use assize_content::exposure::{Flaw, Override};
use assize_content::{Content, Layout};
use assize_model::Timestamp;
use assize_model::finding::CitedRow;

/// The log of remote PowerShell, and the event log of cmdlets with its event for one that ran.
const CMDLETS: &str = "rps_cmdlet";
const EVENTS: &str = "windows_events";
const CHANNEL: &str = "MSExchange Management";
const RAN: i64 = 1;
/// Records that are kept, and characters of one.
const CHANGES_MAX: usize = 1_000;
const CHARS_MAX: usize = 2_000;

/// A cmdlet that made, changed or removed an override.
pub(super) struct Change {
    time: Timestamp,
    verb: Verb,
    /// The name of the override in lower case.
    name: String,
    /// The whole call in lower case, without blanks.
    call: String,
    row: CitedRow,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    New,
    Set,
    Remove,
}

/// Every change of an override, in the order of time.
pub(super) fn changes(tables: &dyn Tables, content: &Content) -> Result<Vec<Change>, AssessError> {
    let mut changes = Vec::new();
    if let Some(layout) = content.layout(CMDLETS) {
        tables.scan(CMDLETS, None, &mut |batch| {
            for row in (0..batch.num_rows()).map(|at| Row { layout, batch, at }) {
                let failed = row.named("error_type").is_some_and(|e| !e.is_empty());
                if row.named("cmdlet").is_some_and(|c| c.ends_with("-SettingOverride")) && !failed {
                    let text = |name: &str| row.named(name).unwrap_or_default();
                    add(&mut changes, &row, tables, &format!("{} {}", text("cmdlet"), text("parameters")));
                }
            }
            Ok(())
        })?;
    }
    if let Some(layout) = content.layout(EVENTS) {
        events(tables, layout, &mut changes)?;
    }
    changes.sort_by_key(|c| (c.time, c.row.address));
    Ok(changes)
}

/// The event log is long: its data is read only where a part has events of that channel.
fn events(tables: &dyn Tables, layout: &Layout, changes: &mut Vec<Change>) -> Result<(), AssessError> {
    for part in 0..tables.parts(EVENTS) {
        let mut any = false;
        tables.scan_part(EVENTS, part, Some(&["channel"]), &mut |batch| {
            let channels = batch.column_by_name("channel");
            any |= channels.is_some_and(|c| (0..batch.num_rows()).any(|at| text(c, at).as_deref() == Some(CHANNEL)));
            Ok(())
        })?;
        if !any {
            continue;
        }
        let (channel, id, data) =
            (layout.spec.column("channel"), layout.spec.column("event_id"), layout.spec.column("data"));
        tables.scan_part(EVENTS, part, None, &mut |batch| {
            for row in (0..batch.num_rows()).map(|at| Row { layout, batch, at }) {
                let of_cmdlets = channel.and_then(|c| row.column(c)).is_some_and(|c| c == CHANNEL);
                if of_cmdlets && id.and_then(|c| row.number(c)) == Some(RAN) {
                    let data = data.and_then(|c| row.column(c)).unwrap_or_default();
                    if data.contains("-SettingOverride") {
                        add(changes, &row, tables, &data.replace("\\\"", "\""));
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn add(changes: &mut Vec<Change>, row: &Row<'_>, tables: &dyn Tables, call: &str) {
    let lower = call.to_lowercase();
    let verbs = [
        ("new-settingoverride", Verb::New),
        ("set-settingoverride", Verb::Set),
        ("remove-settingoverride", Verb::Remove),
    ];
    let Some((_, verb)) = verbs.into_iter().find(|(word, _)| lower.contains(word)) else { return };
    let (Some(time), true) = (row.time(), changes.len() < CHANGES_MAX) else { return };
    changes.push(Change {
        time,
        verb,
        name: argument(&lower, if verb == Verb::New { "-name" } else { "-identity" }),
        call: lower.split_whitespace().collect(),
        row: cite(*row, tables, vec![("call".into(), call.chars().take(CHARS_MAX).collect())]),
    });
}

/// The argument after a switch: between quotes, or up to a blank.
fn argument(call: &str, switch: &str) -> String {
    let Some((_, rest)) = call.split_once(switch) else { return String::new() };
    let rest = rest.trim_start_matches([' ', ':']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => rest[1..].split(quote).next().unwrap_or_default().to_owned(),
        None => rest.split_whitespace().next().unwrap_or_default().to_owned(),
    }
}

/// A stretch of time in which a fix was off, with the records that say so.
pub(super) type Off = (Timestamp, Option<Timestamp>, Vec<CitedRow>);

/// When the fix of a flaw was switched off, and until when.
pub(super) fn of(changes: &[Change], flaw: &Flaw) -> Vec<Off> {
    let mut all: Vec<Off> = Vec::new();
    for wanted in &flaw.switched_off_by {
        let mut off: Vec<(String, Off)> = Vec::new();
        // Names of overrides of that place, whatever they say at first.
        let mut names: Vec<&str> = Vec::new();
        for change in changes {
            let open = |o: &(String, Off)| o.1.1.is_none() && !change.name.is_empty() && o.0 == change.name;
            let named = !change.name.is_empty() && names.contains(&change.name.as_str());
            let same_place = change.call.contains(&wanted.section.to_lowercase())
                && change.call.contains(&wanted.component.to_lowercase());
            let switches_off = change.call.contains(&parameter(wanted));
            if change.verb == Verb::New && same_place {
                names.push(&change.name);
            }
            match change.verb {
                Verb::New if same_place && switches_off => {
                    off.push((change.name.clone(), (change.time, None, vec![change.row.clone()])));
                }
                Verb::Set if switches_off && named && !off.iter().any(open) => {
                    off.push((change.name.clone(), (change.time, None, vec![change.row.clone()])));
                }
                Verb::Set if switches_off => {}
                Verb::New => {}
                // It says something else now, or it is gone.
                Verb::Set | Verb::Remove => {
                    for (_, (_, to, rows)) in off.iter_mut().filter(|o| open(o)) {
                        *to = Some(change.time);
                        rows.push(change.row.clone());
                    }
                }
            }
        }
        all.extend(off.into_iter().map(|(_, off)| off));
    }
    all.sort_by_key(|(from, to, _)| (*from, *to));
    all
}

/// How the parameter stands in a call without blanks.
fn parameter(wanted: &Override) -> String {
    wanted.parameter.to_lowercase()
}
