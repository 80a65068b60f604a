//! Inputs made to break a reader: no panic, every byte accounted for, and the damage said aloud.

mod common;

use common::{read, shared, xz_members};
use insta::assert_snapshot;

fn summaries(archive: &str) -> Option<String> {
    let members = xz_members(&shared(archive)?)?;
    let lines = members.iter().map(|(name, bytes)| {
        let read = read(name, bytes);
        match read.as_slice() {
            [] => format!("{name}: nobody"),
            read => read.iter().map(|(t, r)| format!("{name}: {t}: {}", r.summary())).collect::<Vec<_>>().join("\n"),
        }
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn web_logs() {
    let Some(lines) = summaries("hostile/iis.tar.xz") else { return };
    assert_snapshot!(lines);
}

#[test]
fn event_logs() {
    let Some(lines) = summaries("hostile/evtx.tar.xz") else { return };
    assert_snapshot!(lines);
}
