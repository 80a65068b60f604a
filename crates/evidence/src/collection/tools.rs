//! What tools for the first reaction wrote: Test-ProxyLogon, EOMT, MSERT. Victims have these files already. They are
//! named as the claims of another tool and not read as records.

use super::tree::{Tree, View};
use super::{Outcome, Tool};
use crate::source::Remark;

/// How the files of Test-ProxyLogon end, behind the name of the server.
const PROXY_LOGON: [&str; 6] = [
    "-cve-2021-26855.csv",
    "-cve-2021-26857.csv",
    "-cve-2021-26858.csv",
    "-cve-2021-27065.csv",
    "-logagedays.csv",
    "-other.csv",
];
/// Files of the mitigation tool.
const EOMT: [&str; 4] = ["eomt.log", "eomtsummary.txt", "eomtv2.log", "eomtv2summary.txt"];
/// Files of the safety scanner.
const MSERT: [&str; 2] = ["msert.log", "msert.old.log"];

/// Names such files in remarks; and says what the input is where it is nothing but that.
pub(super) fn recognise(tree: Tree<'_>) -> (Option<Outcome>, Vec<Remark>) {
    let (mut remarks, mut tools, mut hosts) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (entry, _)) in tree.entries.iter().enumerate() {
        let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
        let Some((tool, host)) = wrote(name).filter(|(tool, _)| reads_so(tree, index, *tool)) else { continue };
        let text = format!("written by {}: kept as the claim of that tool, not read as a record", tool.name());
        remarks.push(Remark { path: entry.path.clone(), text });
        tools.push(tool);
        hosts.extend(host.map(str::to_ascii_lowercase));
    }
    let others = tree.entries.iter().filter(|(e, _)| !tree.is_opened_archive(&e.path)).count();
    let only = !tools.is_empty() && tools.len() == others;
    let tool = tools.into_iter().min().filter(|_| only);
    let outcome = tool.map(|tool| {
        let view = View { tree, root: "", children: &[] };
        let mut outcome = Outcome::new(tool, &view, |_| None);
        outcome.whole = false;
        hosts.sort();
        hosts.dedup();
        outcome.collection.host = if hosts.len() == 1 { hosts.pop() } else { None };
        outcome
    });
    (outcome, remarks)
}

/// The tool that writes files of this name, and the server that the name begins with.
fn wrote(name: &str) -> Option<(Tool, Option<&str>)> {
    let lower = name.to_ascii_lowercase();
    if let Some(end) = PROXY_LOGON.iter().find(|end| lower.ends_with(*end)) {
        let host = name.get(..name.len() - end.len()).filter(|host| !host.is_empty())?;
        return Some((Tool::TestProxyLogon, Some(host)));
    }
    if EOMT.contains(&lower.as_str()) {
        return Some((Tool::Eomt, None));
    }
    MSERT.contains(&lower.as_str()).then_some((Tool::Msert, None))
}

/// Whether the file begins as that tool writes it.
fn reads_so(tree: Tree<'_>, index: usize, tool: Tool) -> bool {
    let head = tree.entries[index].1.head(512).unwrap_or_default();
    // The scanner writes UTF-16: its zero bytes are of no interest here.
    let text: Vec<u8> = head.into_iter().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&text);
    let text = text.trim_start_matches(|c: char| !c.is_ascii());
    match tool {
        // A table that PowerShell exported: a line on its type, or columns in quotes.
        Tool::TestProxyLogon => text.starts_with("#TYPE ") || text.starts_with('"'),
        Tool::Msert => text.contains("Safety Scanner") || text.contains("Malicious Software Removal"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_tool_and_the_server() {
        assert_eq!(wrote("EX01-Cve-2021-26855.csv"), Some((Tool::TestProxyLogon, Some("EX01"))));
        assert_eq!(wrote("ex-02-LogAgeDays.csv"), Some((Tool::TestProxyLogon, Some("ex-02"))));
        assert_eq!(wrote("EOMTSummary.txt"), Some((Tool::Eomt, None)));
        assert_eq!(wrote("msert.log"), Some((Tool::Msert, None)));
        assert_eq!(wrote("-other.csv"), None);
        assert_eq!(wrote("u_ex210303.log"), None);
    }
}
