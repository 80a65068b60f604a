//! KAPE: folders named after drives without the colon, and its own logs beside them.
//!
//! The name of the machine in its console log is the one KAPE ran on, which need not be the one collected from: the
//! host stays unknown.

use super::drives::has_drives;
use super::tree::View;
use super::{Outcome, Tool, path};
use crate::source::Remark;
use assize_model::Timestamp;
use std::collections::BTreeMap;

/// Bytes of a log of left-out files that are read.
const SKIP_LOG_BYTES_MAX: u64 = 256 << 20;
/// Reasons for leaving files out that are told apart.
const REASONS_MAX: usize = 8;
/// Streams of the file system under names that KAPE gives them.
const STREAMS: [&str; 4] = ["$Secure_$SDS", "$Extend/$J", "$Extend/$UsnJrnl$J", "$Extend/$UsnJrnl_$J"];

pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    let logs: Vec<&str> = view.files().filter(|name| is_log(name)).collect();
    let drives: Vec<&str> = view.folders().filter(|name| path::drive(name).is_some()).collect();
    let with_streams =
        || drives.iter().any(|drive| STREAMS.iter().any(|s| view.find_any_case(&format!("{drive}/{s}")).is_some()));
    if drives.is_empty() || !(with_streams() || (!logs.is_empty() && has_drives(view))) {
        return None;
    }
    let mut outcome = Outcome::new(Tool::Kape, view, path::below_drive);
    outcome.collection.collected = logs.iter().filter_map(|name| time_of(name)).max();
    for name in logs.iter().filter(|name| name.contains("_SkipLog")) {
        outcome.remarks.extend(left_out(view, name));
    }
    Some(outcome)
}

fn is_log(name: &str) -> bool {
    ["_CopyLog.csv", "_SkipLog.csv", "_SkipLog.csv.csv", "_ConsoleLog.txt"].iter().any(|end| name.ends_with(end))
}

/// The time that begins the name of a log, in UTC: `2021-03-12T10_15_00_1234567_CopyLog.csv`.
fn time_of(name: &str) -> Option<Timestamp> {
    let (date, rest) = name.split_once('T')?;
    let clock = rest.get(..8)?.replace('_', ":");
    Timestamp::parse(&format!("{date}T{clock}Z"))
}

/// How many files were left out, and why.
fn left_out(view: &View<'_>, name: &str) -> Option<Remark> {
    let path = format!("{}{name}", view.root);
    let index = view.tree.find(&path)?;
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut header = true;
    let whole = view.lines(index, SKIP_LOG_BYTES_MAX, &mut |line| {
        if line.is_empty() || std::mem::take(&mut header) {
            return;
        }
        let reason = line.rsplit(|b| *b == b',').next().unwrap_or_default();
        let reason: String = String::from_utf8_lossy(reason).trim_matches('"').chars().take(60).collect();
        let known = reasons.contains_key(&reason) || reasons.len() < REASONS_MAX;
        *reasons.entry(if known { reason } else { "other".into() }).or_default() += 1;
    });
    let count: u64 = reasons.values().sum();
    if count == 0 {
        return None;
    }
    let each: Vec<String> = reasons.iter().map(|(reason, n)| format!("{reason}: {n}")).collect();
    let more = if whole { "" } else { "at least " };
    let text = format!("KAPE left {more}{count} files out of this collection ({})", each.join(", "));
    Some(Remark { path, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_log_tells_the_time() {
        let time = time_of("2021-03-12T10_15_07_1234567_CopyLog.csv").map(|t| t.to_string());
        assert_eq!(time.as_deref(), Some("2021-03-12T10:15:07Z"));
        assert_eq!(time_of("CopyLog.csv"), None);
        assert_eq!(time_of("T\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"), None);
    }
}
