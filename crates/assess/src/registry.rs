//! What the Windows registry says of the server, where no log does.

use crate::paths::of_earlier_windows;
use crate::row::Row;
use crate::tables::layout_with_rows;
use crate::{AssessError, Tables};
use assize_content::Content;
use assize_model::finding::CitedRow;
use assize_model::result::ServerPath;
use assize_model::{Build, Timestamp};
use std::collections::BTreeMap;

/// The table.
const TABLE: &str = "registry";
/// Rows that are looked at; a server has some hundred.
const ROWS_MAX: usize = 20_000;
/// The key in which the setup of Exchange keeps what it did.
const SETUP: &str = "\\exchangeserver\\v15\\setup";
/// The key in which administrators switch features of Exchange for tests and by advice.
const DIAGNOSTICS: &str = "\\exchangeserver\\v15\\diagnostics";
/// The parts of the version there, the first one first. A security update does not change them.
const VERSION: [&str; 4] = ["MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor"];
/// Parts of the keys in which Windows lists programs and their updates.
const PROGRAMS: [&str; 2] = ["\\uninstall\\", "\\patches\\"];

/// What is known of the server.
#[derive(Default)]
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: Option<String>,
    /// The cumulative update that is installed; updates between are not told.
    pub(crate) build: Option<Build>,
    /// When the key that says so was last written to, and a row of it.
    pub(crate) build_row: Option<(Option<Timestamp>, CitedRow)>,
    /// Where Exchange is installed.
    pub(crate) installation: Option<ServerPath>,
    /// Programs and updates of Exchange, in the order of their keys.
    pub(crate) programs: Vec<Program>,
    /// What is said of the signing of what PowerShell passes on.
    pub(crate) signing: Option<(bool, CitedRow)>,
}

/// A program or an update in the lists of Windows.
#[derive(Default)]
pub(crate) struct Program {
    /// `Security Update for Exchange Server 2016 Cumulative Update 18 (KB5000871)`.
    pub(crate) name: String,
    /// Its version, where it is one of Exchange.
    pub(crate) version: Option<Build>,
    /// The day it was installed, of the server's own zone: the end of that day, UTC.
    pub(crate) installed: Option<Timestamp>,
    /// The row with its name.
    pub(crate) row: Option<CitedRow>,
}

impl Program {
    /// The article of an update: `KB5000871`.
    pub(crate) fn kb(&self) -> Option<String> {
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let numbers = self.name.match_indices("KB").filter_map(|(at, _)| self.name.get(at + 2..)).map(digits);
        numbers.filter(|n| (6..=8).contains(&n.len())).map(|n| format!("KB{n}")).next()
    }
}

/// A value of the registry with the row it stands in.
struct Value<'r> {
    row: Row<'r>,
    path: &'r str,
    /// The key as it is written, and in lower case.
    key: String,
    lower: String,
    name: String,
    value: String,
}

impl Value<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn cited(&self) -> CitedRow {
        let fields = [("key", &self.key), ("name", &self.name), ("value", &self.value)];
        CitedRow {
            address: self.row.address(),
            path: self.path.to_owned(),
            table: TABLE.into(),
            time: None,
            fields: fields.map(|(n, v)| (n.to_owned(), v.clone())).into(),
        }
    }
}

/// Values that make sense only together.
#[derive(Default)]
struct Parts {
    version: [Option<u32>; 4],
    domain: Option<String>,
    host: Option<String>,
    programs: BTreeMap<String, Program>,
}

/// Reads the hives of the Windows that is in force.
pub(crate) fn known(tables: &dyn Tables, content: &Content) -> Result<Known, AssessError> {
    let mut known = Known::default();
    let Some(layout) = layout_with_rows(tables, content, TABLE) else {
        return Ok(known);
    };
    let mut parts = Parts::default();
    let mut seen = 0;
    tables.scan(TABLE, None, &mut |batch| {
        for at in (0..batch.num_rows()).take(ROWS_MAX.saturating_sub(seen)) {
            let row = Row { layout, batch, at };
            let path = tables.file_path(row.address().file);
            let text = |name: &str| row.named(name).map(|v| v.into_owned()).unwrap_or_default();
            let (key, name, value) = (text("key"), text("name"), text("value"));
            if of_earlier_windows(path) || value.is_empty() {
                continue;
            }
            let value = Value { row, path, lower: key.to_lowercase(), key, name, value };
            known.value(&value, tables, &mut parts);
        }
        seen += batch.num_rows();
        Ok(())
    })?;
    known.name = parts.host.map(|host: String| match parts.domain {
        Some(domain) => format!("{host}.{domain}"),
        None => host,
    });
    if let [Some(a), Some(b), Some(c), Some(d)] = parts.version {
        known.build = Some(Build([a, b, c, d]));
    }
    known.programs = parts.programs.into_values().filter(|p| p.row.is_some()).collect();
    Ok(known)
}

impl Known {
    fn value(&mut self, v: &Value<'_>, tables: &dyn Tables, parts: &mut Parts) {
        if v.lower.ends_with(SETUP) && v.is("MsiInstallPath") && self.installation.is_none() {
            self.installation = Some(crate::paths::installed(v.value.trim_end_matches('\\'), v.cited(), tables));
        } else if v.lower.ends_with(SETUP)
            && let Some(n) = VERSION.iter().position(|name| v.is(name))
        {
            parts.version[n] = parts.version[n].or(v.value.parse().ok());
            if n == 2 && self.build_row.is_none() {
                let written = v.row.named("written").and_then(|w| Timestamp::parse(&w));
                self.build_row = Some((written, v.cited()));
            }
        } else if v.lower.ends_with(DIAGNOSTICS) && v.is("EnableSerializationDataSigning") {
            self.signing = Some((v.value != "0", v.cited()));
        } else if PROGRAMS.iter().any(|part| v.lower.contains(part)) {
            parts.programs.entry(v.lower.clone()).or_default().value(v);
        } else if v.lower.ends_with("\\tcpip\\parameters") && v.is("Domain") {
            parts.domain = parts.domain.take().or(Some(v.value.clone()));
        } else if (v.lower.ends_with("\\tcpip\\parameters") && v.is("Hostname")) || v.is("ComputerName") {
            parts.host = parts.host.take().or(Some(v.value.clone()));
        }
    }
}

impl Program {
    fn value(&mut self, v: &Value<'_>) {
        if v.is("DisplayName") && v.value.contains("Exchange") {
            self.name.clone_from(&v.value);
            self.row = Some(v.cited());
        } else if v.is("DisplayVersion") {
            self.version = Build::parse(&v.value);
        } else if v.is("InstallDate") || v.is("Installed") {
            self.installed = end_of(&v.value);
        }
    }
}

/// The end of a day that is written `20210303`.
fn end_of(day: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| day.get(from..to)?.parse().ok();
    let year = i32::try_from(part(0, 4)?).ok().filter(|_| day.len() == 8)?;
    let day = Timestamp::from_parts(year, part(4, 6)?, part(6, 8)?, 0, 0, 0, 0)?.day();
    Some(day.next().start())
}

#[cfg(test)]
mod tests {
    use super::{Program, end_of};

    #[test]
    fn the_lists_of_windows_give_article_and_day() {
        let name = "Security Update for Exchange Server 2016 Cumulative Update 18 (KB5000871)";
        assert_eq!(Program { name: name.into(), ..Program::default() }.kb().as_deref(), Some("KB5000871"));
        for none in ["Exchange KB", "Microsoft Exchange Server 2016 Cumulative Update 18", "KB12", "KB123456789"] {
            assert_eq!(Program { name: none.into(), ..Program::default() }.kb(), None, "{none}");
        }
        assert_eq!(end_of("20210303").map(|t| t.to_string()).as_deref(), Some("2021-03-04T00:00:00Z"));
        for none in ["", "2021030", "20210231", "2021é303", "202103031"] {
            assert_eq!(end_of(none), None, "{none}");
        }
    }
}
