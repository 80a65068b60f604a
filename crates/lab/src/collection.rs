//! The evidence of invented servers in the shapes that the tools of responders give it.
//!
//! Written from the documents of those tools and from what readers of their output expect. The evidence is the same in
//! every shape; beside it stand the few files of Windows by which a reader knows a system volume, and the lists that
//! the tool itself writes.

pub mod hive;
mod kape;
mod pack;
mod velociraptor;
mod windows;

use crate::clock::{DAY, Ms, SECOND, day, shown};
use crate::scenario::Scenario;
use crate::server::EXCHANGE;
use pack::Pack;
use std::io;
use std::path::{Path, PathBuf};

/// A shape of a collection.
#[derive(Debug)]
pub struct Layout {
    /// Its name: `velociraptor`.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    container: Container,
    tool: Tool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Folder,
    Zip,
    Tar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    /// The lab's own: a letter for the drive, no files of Windows.
    Lab,
    Velociraptor,
    Kape,
    Acquire,
    Cylr,
    /// The root of a mounted system volume.
    Disk,
    /// As KAPE copies a server whose Exchange is installed on drive D.
    DriveD,
}

/// Every shape.
pub const LAYOUTS: &[Layout] = &[
    layout_of("folder", "plain folder of the lab", Container::Folder, Tool::Lab),
    layout_of("velociraptor", "zip of a Velociraptor offline collector", Container::Zip, Tool::Velociraptor),
    layout_of("kape", "target folder of KAPE", Container::Folder, Tool::Kape),
    layout_of("kape-zip", "target zip of KAPE", Container::Zip, Tool::Kape),
    layout_of("acquire", "tar of Dissect Acquire", Container::Tar, Tool::Acquire),
    layout_of("cylr", "zip of CyLR", Container::Zip, Tool::Cylr),
    layout_of("disk", "root of a mounted system volume", Container::Folder, Tool::Disk),
    layout_of("drive-d", "folder of two drives, Exchange installed on D:", Container::Folder, Tool::DriveD),
];

const fn layout_of(name: &'static str, title: &'static str, container: Container, tool: Tool) -> Layout {
    Layout { name, title, container, tool }
}

/// The shape of that name.
#[must_use]
pub fn layout(name: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|l| l.name == name)
}

/// Writes the evidence of a scenario in a shape and gives the path to read it from: `dir` itself for a folder, a file
/// in it for an archive. The same seed gives the same bytes.
///
/// # Errors
/// When a file cannot be written.
pub fn write_collection(scenario: &Scenario, seed: u64, layout: &Layout, dir: &Path) -> io::Result<PathBuf> {
    if layout.tool == Tool::Lab {
        crate::write_folder(scenario, seed, dir)?;
        return Ok(dir.to_owned());
    }
    std::fs::create_dir_all(dir)?;
    let (mut pack, path) = match layout.container {
        Container::Folder => (Pack::folder(dir), dir.to_owned()),
        Container::Zip => {
            let path = dir.join(archive_name(scenario, layout.tool));
            (Pack::zip(&path)?, path)
        }
        Container::Tar => {
            let path = dir.join(archive_name(scenario, layout.tool));
            (Pack::tar(&path)?, path)
        }
    };
    for member in members(scenario, seed, layout.tool) {
        pack.add(&member)?;
    }
    pack.finish()?;
    Ok(path)
}

/// Writes several servers into one input: a folder for each host, or an archive for each.
///
/// # Errors
/// When a file cannot be written.
pub fn write_collections(scenarios: &[&Scenario], seed: u64, layout: &Layout, dir: &Path) -> io::Result<()> {
    for scenario in scenarios {
        let place = if layout.container == Container::Folder { dir.join(scenario.host) } else { dir.to_owned() };
        write_collection(scenario, seed, layout, &place)?;
    }
    Ok(())
}

/// How the tool calls its archive.
fn archive_name(scenario: &Scenario, tool: Tool) -> String {
    let (host, time) = (scenario.host, (scenario.collected)());
    match tool {
        Tool::Velociraptor => {
            format!("Collection-{host}_example_test-{}.zip", shown(time, "%Y-%m-%dT%H_%M_%SZ"))
        }
        Tool::Acquire => format!("{host}_{}.tar", shown(time, "%Y%m%d%H%M%S")),
        Tool::Cylr => format!("{host}.zip"),
        _ => format!("{}_{host}.zip", shown(time, "%Y-%m-%dT%H%M%S")),
    }
}

/// A file of the server's disk.
#[derive(Debug, Clone)]
struct OnDisk {
    drive: char,
    /// `/` between parts, without the drive.
    path: String,
    bytes: Vec<u8>,
    modified: Ms,
}

impl OnDisk {
    /// `C:\Windows\System32`.
    fn windows_path(&self) -> String {
        format!("{}:\\{}", self.drive, self.path.replace('/', "\\"))
    }
}

/// A file of the collection.
#[derive(Debug, Clone)]
struct Member {
    path: String,
    bytes: Vec<u8>,
    modified: Ms,
}

/// Every file of a collection, sorted by path.
fn members(scenario: &Scenario, seed: u64, tool: Tool) -> Vec<Member> {
    let (disk, notes) = disk(scenario, seed, tool);
    let about = About { host: scenario.host, collected: (scenario.collected)() };
    let mut all: Vec<Member> = notes;
    match tool {
        Tool::Velociraptor => all.extend(velociraptor::lists(&about, &disk)),
        Tool::Kape | Tool::DriveD => all.extend(kape::lists(&about, &disk)),
        _ => {}
    }
    all.extend(disk.into_iter().map(|f| Member { path: place(&f, tool), bytes: f.bytes, modified: f.modified }));
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// What the lists of a tool say of the whole.
struct About {
    host: &'static str,
    collected: Ms,
}

/// Where a tool puts a file.
fn place(file: &OnDisk, tool: Tool) -> String {
    let (drive, path) = (file.drive, &file.path);
    match tool {
        Tool::Velociraptor => velociraptor::place(file),
        Tool::Acquire => format!("fs/{drive}:/{path}"),
        Tool::Disk => path.clone(),
        _ => format!("{drive}/{path}"),
    }
}

/// Where Exchange is on drive D, and how its paths read in the logs.
const ON_D: (&str, &str) = ("Exchange/V15", "D:\\Exchange\\V15");
/// The same on drive C.
const ON_C: &str = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";

/// The files of the server's disks, and the notes that lie beside them.
fn disk(scenario: &Scenario, seed: u64, tool: Tool) -> (Vec<OnDisk>, Vec<Member>) {
    let server = scenario.server(seed);
    let collected = (scenario.collected)();
    let on_d = tool == Tool::DriveD;
    let (mut disk, mut notes) = (Vec::new(), Vec::new());
    for file in crate::files(scenario, seed) {
        let left = server.pages.iter().find(|p| p.path == file.path);
        let modified = left.map_or_else(|| modified(&file.path, collected), |p| p.written);
        let bytes = if on_d { replaced(&file.bytes, ON_C, ON_D.1) } else { file.bytes };
        let exchange = file.path.strip_prefix(EXCHANGE).and_then(|p| p.strip_prefix('/'));
        if let (true, Some(path)) = (on_d, exchange) {
            disk.push(OnDisk { drive: 'D', path: format!("{}/{path}", ON_D.0), bytes, modified });
        } else if let Some(path) = file.path.strip_prefix("C/") {
            disk.push(OnDisk { drive: 'C', path: path.into(), bytes, modified });
        } else if file.path.starts_with("Events/") {
            disk.push(OnDisk { drive: 'C', path: file.path, bytes, modified });
        } else {
            notes.push(Member { path: file.path, bytes, modified });
        }
    }
    disk.extend(windows::files(&server, if on_d { ON_D.1 } else { ON_C }));
    if matches!(tool, Tool::Kape | Tool::DriveD) {
        // The journal of changes, as far as a page of zeros is one: by it KAPE's folders are known.
        disk.push(OnDisk { drive: 'C', path: "$Extend/$J".into(), bytes: vec![0; 4096], modified: collected });
    }
    disk.sort_by(|a, b| (a.drive, &a.path).cmp(&(b.drive, &b.path)));
    (disk, notes)
}

/// When a file was last written: at the end of the day in its name; pages when the server was installed.
fn modified(path: &str, collected: Ms) -> Ms {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some(date) = date_in(name) {
        return (date + DAY - SECOND).min(collected);
    }
    let web = path.contains("/FrontEnd/") || path.contains("/wwwroot/");
    if web { windows::INSTALLED } else { collected }
}

/// The day in a name: `u_ex210305.log`, `HttpProxy_2021030500-1.LOG`.
fn date_in(name: &str) -> Option<Ms> {
    let digits: String = name.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let digits = if digits.len() == 6 { format!("20{digits}") } else { digits };
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|d| d.parse::<u32>().ok());
    let year = part(0, 4).and_then(|y| i32::try_from(y).ok())?;
    Some(day(year, part(4, 6)?, part(6, 8)?)).filter(|time| *time > 0)
}

/// Bytes in which one text stands for another.
fn replaced(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            // In JSON each backslash is two.
            let double = |t: &str| t.replace('\\', "\\\\");
            text.replace(old, new).replace(&double(old), &double(new)).into_bytes()
        }
        Err(_) => bytes.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breached(layout: &str) -> Vec<Member> {
        members(crate::scenario("breached").unwrap(), 1, super::layout(layout).unwrap().tool)
    }

    #[test]
    fn every_file_of_the_evidence_is_in_every_shape() {
        let evidence = crate::files(crate::scenario("breached").unwrap(), 1);
        for layout in LAYOUTS.iter().filter(|l| l.tool != Tool::Lab) {
            let all = breached(layout.name);
            assert!(all.len() > evidence.len(), "{}", layout.name);
            assert!(all.windows(2).all(|w| w[0].path < w[1].path), "{}: sorted, and no name twice", layout.name);
            if layout.tool != Tool::DriveD {
                for file in &evidence {
                    assert!(all.iter().any(|m| m.bytes == file.bytes), "{}: {}", layout.name, file.path);
                }
            }
        }
    }

    #[test]
    fn places() {
        let path = |layout: &str, end: &str| {
            let all = breached(layout);
            all.into_iter().find(|m| m.path.ends_with(end)).map_or_else(String::new, |m| m.path)
        };
        assert_eq!(path("acquire", "u_ex210301.log"), "fs/C:/inetpub/logs/LogFiles/W3SVC1/u_ex210301.log");
        assert_eq!(
            path("velociraptor", "u_ex210301.log"),
            "uploads/ntfs/%5C%5C.%5CC%3A/inetpub/logs/LogFiles/W3SVC1/u_ex210301.log"
        );
        assert_eq!(
            path("velociraptor", "owa/auth/logon.aspx"),
            "uploads/auto/C%3A/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx"
        );
        assert_eq!(path("drive-d", "auth/logon.aspx"), "D/Exchange/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx");
        assert_eq!(path("disk", "config/SOFTWARE"), "Windows/System32/config/SOFTWARE");
    }

    #[test]
    fn an_installation_on_drive_d_names_drive_c_nowhere() {
        let text: Vec<Member> = breached("drive-d");
        for member in text {
            let text = String::from_utf8_lossy(&member.bytes);
            assert!(!text.contains(ON_C) && !text.contains("Exchange Server\\\\V15"), "{}", member.path);
        }
    }

    #[test]
    fn names_tell_the_day() {
        let noon = day(2021, 3, 12) + DAY / 2;
        assert_eq!(modified("C/inetpub/logs/LogFiles/W3SVC1/u_ex210305.log", noon), day(2021, 3, 6) - SECOND);
        assert_eq!(modified("x/HttpProxy_2021031200-1.LOG", noon), noon);
        assert_eq!(modified("C/inetpub/wwwroot/iisstart.htm", noon), windows::INSTALLED);
    }
}
