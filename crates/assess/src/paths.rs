//! Where the server kept its things, as the configuration of IIS says; and whether the evidence has them.

use crate::registry::Known;
use crate::row::Row;
use crate::tables::layout_with_rows;
use crate::{AssessError, Tables};
use assize_content::Content;
use assize_model::FileId;
use assize_model::finding::CitedRow;
use assize_model::result::ServerPath;
use std::collections::BTreeMap;

/// The table.
const TABLE: &str = "iis_config";
/// The file of a single folder: it speaks of no sites.
const OF_FOLDER: &str = "web.config";
/// Rows that are looked at; a server has some hundred.
const ROWS_MAX: usize = 20_000;
/// Folders that are named.
const PATHS_MAX: usize = 100;
/// Folders of an installation of Exchange from which pages are served.
const OF_EXCHANGE: [&str; 2] = ["\\frontend\\httpproxy", "\\clientaccess"];

/// One row of the configuration.
pub(crate) struct Setting {
    pub(crate) element: String,
    /// The path of the `<location>` around it.
    pub(crate) location: String,
    pub(crate) site: String,
    site_id: Option<i64>,
    pub(crate) path: String,
    folder: String,
    pub(crate) name: String,
    pub(crate) value: String,
    off: bool,
    pub(crate) row: CitedRow,
}

/// The folders that the configuration in force names.
pub(crate) fn of_server(tables: &dyn Tables, settings: &[Setting], known: Known) -> Vec<ServerPath> {
    // The registry names the folder itself; from the configuration of IIS it is only told.
    let mut paths: Vec<ServerPath> = known.installation.into_iter().collect();
    paths.extend(installation(settings, tables).filter(|_| paths.is_empty()));
    paths.extend(web_roots(settings, tables));
    paths.extend(logs(settings, tables));
    paths.truncate(PATHS_MAX);
    paths
}

/// The rows of the one file in force: not those that IIS keeps of earlier days, nor those of an earlier Windows.
pub(crate) fn settings(tables: &dyn Tables, content: &Content) -> Result<Vec<Setting>, AssessError> {
    let Some(layout) = layout_with_rows(tables, content, TABLE) else {
        return Ok(Vec::new());
    };
    let mut by_file: BTreeMap<FileId, Vec<Setting>> = BTreeMap::new();
    let mut seen = 0;
    tables.scan(TABLE, None, &mut |batch| {
        for at in (0..batch.num_rows()).take(ROWS_MAX.saturating_sub(seen)) {
            let row = Row { layout, batch, at };
            let address = row.address();
            let path = tables.file_path(address.file);
            if earlier(path) || path.to_lowercase().ends_with(OF_FOLDER) {
                continue;
            }
            let text = |name: &str| row.named(name).map(|v| v.into_owned()).unwrap_or_default();
            let fields = ["element", "location", "site", "path", "folder", "name", "enabled", "value"]
                .map(|name| (name.to_owned(), text(name)));
            let cited = CitedRow {
                address,
                path: path.to_owned(),
                table: TABLE.into(),
                time: None,
                fields: fields.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            };
            by_file.entry(address.file).or_default().push(Setting {
                element: text("element"),
                location: text("location"),
                name: text("name"),
                value: text("value"),
                site: text("site"),
                site_id: layout.spec.column("site_id").and_then(|c| row.number(c)),
                path: text("path"),
                folder: text("folder"),
                off: text("enabled").eq_ignore_ascii_case("false"),
                row: cited,
            });
        }
        seen += batch.num_rows();
        Ok(())
    })?;
    Ok(by_file.into_values().next().unwrap_or_default())
}

pub(crate) fn earlier(path: &str) -> bool {
    path.to_lowercase().contains("/history/") || of_earlier_windows(path)
}

/// Whether a file is of the Windows that was on the disk before.
pub(crate) fn of_earlier_windows(path: &str) -> bool {
    path.to_lowercase().contains("windows.old/")
}

/// Where Exchange is installed: what most of its web folders lie below.
fn installation(settings: &[Setting], tables: &dyn Tables) -> Option<ServerPath> {
    let mut found: BTreeMap<String, (usize, &Setting, &str)> = BTreeMap::new();
    for setting in settings.iter().filter(|s| s.element == "virtualDirectory") {
        let lower = setting.folder.to_ascii_lowercase();
        let Some(at) = OF_EXCHANGE.iter().find_map(|part| lower.find(part)) else { continue };
        let Some(root) = setting.folder.get(..at) else { continue };
        found.entry(root.to_ascii_lowercase()).or_insert((0, setting, root)).0 += 1;
    }
    let (_, setting, root) = found.into_values().max_by_key(|(count, ..)| *count)?;
    Some(path("exchange", setting, root.to_owned(), tables))
}

/// Where the pages of each site lie.
fn web_roots<'s>(settings: &'s [Setting], tables: &dyn Tables) -> Vec<ServerPath> {
    let roots = settings.iter().filter(|s| s.element == "virtualDirectory" && s.path == "/" && !s.folder.is_empty());
    roots.map(|s: &'s Setting| path("web-root", s, s.folder.clone(), tables)).collect()
}

/// Where each site logs, and whether it does.
fn logs(settings: &[Setting], tables: &dyn Tables) -> Vec<ServerPath> {
    let of = |site: &str| settings.iter().filter(|s| s.element == "logFile").find(|s| s.site == site);
    let by_default = of("");
    let mut all = Vec::new();
    for site in settings.iter().filter(|s| s.element == "site") {
        let own = of(&site.site);
        let folder = [own, by_default].into_iter().flatten().find(|s| !s.folder.is_empty());
        let Some(setting) = folder.or(own) else { continue };
        let id = site.site_id.unwrap_or_default();
        let folder = format!("{}\\W3SVC{id}", setting.folder.trim_end_matches('\\'));
        let mut log = path("iis-logs", setting, folder, tables);
        log.site = site.site.clone();
        log.off = own.or(by_default).is_some_and(|s| s.off);
        all.push(log);
    }
    all
}

/// Where Exchange is installed, as the registry says.
pub(crate) fn installed(folder: &str, row: CitedRow, tables: &dyn Tables) -> ServerPath {
    let collected = is_collected(folder, tables);
    ServerPath { what: "exchange".into(), site: String::new(), path: folder.to_owned(), collected, off: false, row }
}

/// Whether the evidence has anything of a folder. The drive is not told by every collection, nor is the case of names.
fn is_collected(folder: &str, tables: &dyn Tables) -> bool {
    let below = folder.replace('\\', "/");
    let below = below.split_once('/').map_or("", |(_, rest)| rest).trim_end_matches('/');
    !below.is_empty() && tables.paths_contain(&format!("/{below}/"))
}

fn path(what: &str, setting: &Setting, folder: String, tables: &dyn Tables) -> ServerPath {
    ServerPath {
        what: what.into(),
        site: setting.site.clone(),
        collected: is_collected(&folder, tables),
        path: folder,
        off: false,
        row: setting.row.clone(),
    }
}
