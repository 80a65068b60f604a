//! What the Windows registry says of the server, where no log does.

use crate::row::Row;
use crate::{AssessError, Tables};
use assize_content::Content;
use assize_model::Build;
use assize_model::finding::CitedRow;
use assize_model::result::ServerPath;

/// The table.
const TABLE: &str = "registry";
/// Rows that are looked at; a server has some hundred.
const ROWS_MAX: usize = 20_000;
/// The key in which the setup of Exchange keeps what it did.
const SETUP: &str = "\\exchangeserver\\v15\\setup";
/// The parts of the version there, the first one first. A security update does not change them.
const VERSION: [&str; 4] = ["MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor"];

/// What is known of the server.
#[derive(Default)]
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: Option<String>,
    /// The cumulative update that is installed; updates between are not told.
    pub(crate) build: Option<Build>,
    /// Where Exchange is installed.
    pub(crate) installation: Option<ServerPath>,
}

/// Reads the hives of the Windows that is in force.
pub(crate) fn known(tables: &dyn Tables, content: &Content) -> Result<Known, AssessError> {
    let mut known = Known::default();
    let Some(layout) = content.layout(TABLE).filter(|_| tables.table(TABLE).is_some_and(|t| t.rows > 0)) else {
        return Ok(known);
    };
    let (mut parts, mut domain, mut host) = ([None::<u32>; 4], None, None);
    let mut seen = 0;
    tables.scan(TABLE, None, &mut |batch| {
        for at in (0..batch.num_rows()).take(ROWS_MAX.saturating_sub(seen)) {
            let row = Row { layout, batch, at };
            let path = tables.file_path(row.address().file);
            let text = |name: &str| row.named(name).map(|v| v.into_owned()).unwrap_or_default();
            let (key, name, value) = (text("key").to_lowercase(), text("name"), text("value"));
            if path.to_lowercase().contains("windows.old/") || value.is_empty() {
                continue;
            }
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            if key.ends_with(SETUP) && is("MsiInstallPath") && known.installation.is_none() {
                let fields = [("key", text("key")), ("name", name.clone()), ("value", value.clone())];
                let row = CitedRow {
                    address: row.address(),
                    path: path.to_owned(),
                    table: TABLE.into(),
                    time: None,
                    fields: fields.map(|(n, v)| (n.to_owned(), v)).into(),
                };
                known.installation = Some(crate::paths::installed(value.trim_end_matches('\\'), row, tables));
            } else if key.ends_with(SETUP)
                && let Some(n) = VERSION.iter().position(|v| is(v))
            {
                parts[n] = parts[n].or(value.parse().ok());
            } else if key.ends_with("\\tcpip\\parameters") && is("Domain") {
                domain = domain.take().or(Some(value));
            } else if (key.ends_with("\\tcpip\\parameters") && is("Hostname")) || is("ComputerName") {
                host = host.take().or(Some(value));
            }
        }
        seen += batch.num_rows();
        Ok(())
    })?;
    known.name = host.map(|host: String| match domain {
        Some(domain) => format!("{host}.{domain}"),
        None => host,
    });
    if let [Some(a), Some(b), Some(c), Some(d)] = parts {
        known.build = Some(Build([a, b, c, d]));
    }
    Ok(known)
}
