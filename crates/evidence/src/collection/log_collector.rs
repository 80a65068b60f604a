//! Microsoft's ExchangeLogCollector: one folder or archive per server, one folder per kind of log, and not the paths
//! that they had on the server.

use super::tree::View;
use super::{Outcome, Tool};

/// Kinds of logs by which the layout is told.
const TELLING: [&str; 8] = [
    "HTTPERR_Logs",
    "Windows_Event_Logs",
    "App_Sys_Logs",
    "EWS_BE_Logs",
    "EWS_Proxy_Logs",
    "ECP_Logs",
    "OWA_Proxy_Logs",
    "Daily_Performance_Logs",
];

pub(super) fn recognise(view: &View<'_>) -> Option<Outcome> {
    let kinds: Vec<&str> = view.folders().map(kind).filter(|name| name.ends_with("_Logs")).collect();
    let telling = |name: &&&str| TELLING.contains(*name) || name.starts_with("IIS_");
    if kinds.len() < 2 || kinds.iter().filter(telling).count() == 0 {
        return None;
    }
    Some(Outcome::new(Tool::ExchangeLogCollector, view, |_| None))
}

/// The kind of log that a folder is named after; it may be packed.
fn kind(folder: &str) -> &str {
    folder.strip_suffix(".zip!").unwrap_or(folder)
}
