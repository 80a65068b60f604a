//! What is driven: one target for each parser, container and frame.

use crate::corpus;
#[path = "../../crates/artifacts/tests/common/log.rs"]
mod log;
#[path = "../../crates/artifacts/tests/common/salvage.rs"]
mod salvage;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use assize_artifacts::hive::Hive;
use assize_artifacts::{Artifact, all};
use assize_case::{Case, CaseWriter, Manifest};
use assize_content::{Content, Layout};
use assize_evidence::{Limits, Source};
use assize_model::display::{Foreign, misleads};
use assize_model::rows::Account;
use assize_model::{FileId, FileInfo, Rows, State, Timestamp};
use assize_report::{FORMATS, Lang, render, sample};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A target takes an input and tells what promise it broke.
type Drive = fn(&World<'_>, &[u8]) -> Result<(), String>;
/// Samples to begin with.
type Samples = fn(&World<'_>) -> Vec<Vec<u8>>;

/// All targets: name, what is driven, and with what it begins.
pub(crate) const TARGETS: [(&str, Drive, Samples); 24] = [
    ("iis_line", iis_line, |_| vec![IIS_LINE.as_bytes().to_vec()]),
    ("iis_file", |w, b| parse(w, "iis_w3c", "u_ex210303.log", b).map(|_| ()), iis_files),
    ("exchange_csv", exchange_csv, exchange_files),
    ("json_lines", |w, b| parse(w, EVENTS, "events.json", b).map(|_| ()), json_files),
    ("evtx_file", |w, b| parse(w, EVENTS, "x.evtx", b).map(|_| ()), event_logs),
    ("evtx_salvage", evtx_salvage, event_logs),
    (
        "web_page",
        |w, b| parse(w, "web_files", "C/inetpub/wwwroot/a.aspx", b).map(|_| ()),
        |_| corpus::lab(&[".aspx", ".config", ".js"]),
    ),
    ("page_vbscript", |_, b| page(b, "a.asp"), |_| corpus::pages(".asp")),
    ("page_csharp", |_, b| page(&[b"<%@ Page Language=\"C#\" %>", b].concat(), "a.aspx"), |_| corpus::pages(".aspx")),
    (
        "page_jscript",
        |_, b| page(&[b"<%@ Page Language=\"JScript\" %>", b].concat(), "a.aspx"),
        |_| corpus::pages(".aspx"),
    ),
    ("page_vbnet", |_, b| page(&[b"<%@ Page Language=\"VB\" %>", b].concat(), "a.aspx"), |_| corpus::pages(".asp")),
    ("page_razor", |_, b| page(b, "a.cshtml").and_then(|()| page(b, "a.vbhtml")), |_| corpus::pages("html")),
    ("page_config", |_, b| page(b, "web.config"), |_| corpus::pages(".config")),
    (
        "iis_config",
        |w, b| parse(w, "iis_config", "C/Windows/System32/inetsrv/config/applicationHost.config", b).map(|_| ()),
        |_| vec![IIS_CONFIG.as_bytes().to_vec()],
    ),
    ("hive", |w, b| parse(w, "registry", "C/Windows/System32/config/SOFTWARE", b).map(|_| ()), |_| corpus::hives()),
    ("hive_log", hive_log, |_| corpus::members("registry/hives.tar.zst", ".dat.log1")),
    (
        "program",
        |w, b| parse(w, "exchange_programs", "C/V15/Bin/ExSetup.exe", b).map(|_| ()),
        |_| vec![[b"MZ", &[0; 60][..], VERSION].concat()],
    ),
    ("zip", |w, b| container(w, "x.zip", b), |_| corpus::zips()),
    ("tar_gz", |w, b| container(w, "x.tar.gz", b), |_| corpus::tars()),
    ("case_open", case_open, case_files),
    ("worker_frame", worker_frame, worker_answers),
    ("layout_yaml", layout_yaml, |_| corpus::texts(&["artifacts"])),
    ("content_load", content_load, content_files),
    ("report_escape", report_escape, escapes),
];

const EVENTS: &str = "windows_events";
const IIS_HEADER: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                          cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n";
const IIS_LINE: &str = "2021-03-05 03:06:27 10.0.0.5 GET /owa/auth/x.aspx &CorrelationID=<empty>;&encoding=; 443 - \
                        198.51.100.9 Mozilla/5.0 - 200 0 0 133\n";

const IIS_CONFIG: &str = r#"<?xml version="1.0"?><configuration><sites><site name="Default Web Site" id="1">
<application path="/owa"><virtualDirectory path="/" physicalPath="D:\V15\FrontEnd\HttpProxy\owa" /></application>
<bindings><binding protocol="https" bindingInformation="*:443:" /></bindings><logFile directory="E:\Logs" enabled="false" />
</site><siteDefaults><logFile directory="%SystemDrive%\inetpub&amp;" /></siteDefaults></sites><location path="a">
<system.webServer><httpLogging dontLog="true" /></system.webServer></location></configuration>"#;

/// The block of a program with its version, 15.1.2106.13, behind its name.
const VERSION: &[u8] = b"V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0\0\0\0\0\xBD\x04\xEF\xFE\0\0\x01\0\
                         \x01\0\x0F\0\x0D\0\x3A\x08";

/// What all targets share.
pub(crate) struct World<'c> {
    content: &'c Content,
    artifacts: Vec<Box<dyn Artifact + 'c>>,
    scratch: tempfile::TempDir,
}

impl<'c> World<'c> {
    /// Makes a scratch folder and a case in it.
    pub(crate) fn new(content: &'c Content) -> Result<Self, String> {
        let world = Self { content, artifacts: all(content), scratch: tempfile::tempdir().map_err(text)? };
        world.make_case(&world.path("case")).map_err(text)?;
        copy(&corpus::content(), &world.path("content")).map_err(text)?;
        Ok(world)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// A small case, as a scan leaves it.
    fn make_case(&self, folder: &Path) -> Result<(), assize_case::CaseError> {
        let writer = CaseWriter::begin(folder)?;
        let mut segment = writer.segment(0);
        for (index, artifact) in self.artifacts.iter().take(4).enumerate() {
            let bytes = artifact.layout().sample.as_bytes();
            let id = FileId(u32::try_from(index).unwrap_or_default());
            let info = FileInfo { id, ..info("sample.log", bytes) };
            let mut file = segment.file(id, &info.path);
            file.describe(&info);
            let spec = &artifact.layout().spec;
            let mut sink = file.sink(spec);
            let mut rows = Rows::new(spec, &info, &mut sink);
            let account = artifact.parse(&mut &bytes[..], &mut rows).and_then(|()| rows.end());
            let account = account.map_err(|e| assize_case::CaseError::Failed(e.to_string()))?;
            drop(sink);
            file.finish(info, Vec::new(), vec![(spec.table.clone(), account)])?;
        }
        segment.finish()?;
        writer.seal(1, Manifest::default())?.finish()
    }
}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

fn info(path: &str, bytes: &[u8]) -> FileInfo {
    FileInfo {
        id: FileId(1),
        path: path.into(),
        size: bytes.len() as u64,
        sha256: "00".repeat(32),
        modified: Timestamp::parse("2021-03-03T00:00:00Z"),
        head: bytes[..bytes.len().min(assize_model::file::HEAD_BYTES)].to_vec(),
    }
}

/// A hive that was not written to its end, with a log beside it: whatever the log says, the hive is read.
fn hive_log(_: &World<'_>, log: &[u8]) -> Result<(), String> {
    static HIVES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let Some(mut hive) = HIVES.get_or_init(corpus::hives).first().cloned() else { return Ok(()) };
    // The number of the first write; that of the second stays behind it.
    if let Some(number) = hive.get_mut(4) {
        *number = number.wrapping_add(1);
    }
    let mut hive = Hive::open(hive, vec![log.to_vec()])?;
    match hive.key("Microsoft")? {
        Some(_) => Ok(()),
        None => Err("a key of the hive is gone".into()),
    }
}

/// Reads bytes with one artifact: every byte is accounted for. Gives the positions of the rows too.
fn parse(world: &World<'_>, table: &str, path: &str, bytes: &[u8]) -> Result<(Account, Vec<u64>), String> {
    let artifact = world.artifacts.iter().find(|a| a.layout().spec.table == table).ok_or("no such table")?;
    let (file, mut at) = (info(path, bytes), Vec::new());
    let mut sink = |batch: arrow_array::RecordBatch| {
        at.extend_from_slice(batch.column(1).as_primitive::<UInt64Type>().values());
        Ok(())
    };
    let mut rows = Rows::new(&artifact.layout().spec, &file, &mut sink);
    artifact.parse(&mut &bytes[..], &mut rows).map_err(text)?;
    let account = rows.end().map_err(text)?;
    if account.counts.bytes() != bytes.len() as u64 {
        return Err(format!("{} bytes accounted for of {}", account.counts.bytes(), bytes.len()));
    }
    if account.counts.rows != at.len() as u64 {
        return Err("rows counted are not rows given".into());
    }
    Ok((account, at))
}

fn iis_line(world: &World<'_>, line: &[u8]) -> Result<(), String> {
    parse(world, "iis_w3c", "u_ex210303.log", &[IIS_HEADER.as_bytes(), line].concat()).map(|_| ())
}

/// By the layout that claims it, as in a scan.
fn exchange_csv(world: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    for artifact in assize_artifacts::claiming(&world.artifacts, &info("HttpProxy/Ecp/HttpProxy_1.LOG", bytes)) {
        parse(world, &artifact.layout().spec.table, "HttpProxy/Ecp/HttpProxy_1.LOG", bytes)?;
    }
    Ok(())
}

fn evtx_salvage(world: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let (account, ids) = parse(world, EVENTS, "x.evtx", bytes)?;
    salvage::judge(bytes, &account, ids.into_iter()).map(|_| ())
}

/// Opens a container and reads every member to its end.
/// A page is followed; its reasons stand inside of it, and the strongest gives the grade.
fn page(bytes: &[u8], name: &str) -> Result<(), String> {
    let found = assize_webshell::look(bytes, name);
    let strongest = found.reasons.iter().map(|reason| reason.grade).max();
    if strongest.is_some_and(|strongest| strongest != found.grade) {
        return Err(format!("{strongest:?} gives {:?}", found.grade));
    }
    match found.reasons.iter().find(|reason| reason.line == 0 || reason.column == 0) {
        Some(reason) => Err(format!("a reason without a place: {reason:?}")),
        None => Ok(()),
    }
}

fn container(world: &World<'_>, name: &str, bytes: &[u8]) -> Result<(), String> {
    let path = world.path(name);
    std::fs::write(&path, bytes).map_err(text)?;
    let limits = Limits { max_files: 1000, max_file_bytes: 16 << 20, max_total_extra: 64 << 20, ..Limits::default() };
    let Ok(source) = Source::open(&path, limits, Some(world.scratch.path())) else { return Ok(()) };
    for index in 0..source.entries().len() {
        let Ok(info) = source.describe(index).map(|d| d.info) else { continue };
        let Ok(mut stream) = source.read(index) else { continue };
        let mut total = 0;
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            total += count as u64;
        }
        if total > info.size {
            return Err(format!("{total} bytes of a member of {}", info.size));
        }
    }
    Ok(())
}

/// A file of the case, by its number, is replaced; then the case is opened and read.
fn case_open(world: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let (whole, damaged) = (world.path("case"), world.path("damaged"));
    copy(&whole, &damaged).map_err(text)?;
    let Some((file, bytes)) = by_number(&damaged, bytes) else { return Ok(()) };
    std::fs::write(file, bytes).map_err(text)?;
    let Ok(case) = Case::open(&damaged) else { return Ok(()) };
    let _ = case.check();
    for table in case.tables() {
        let _ = case.schema(&table.summary.table);
        let _ = case.groups(&table.summary.table);
        if let Ok(batches) = case.scan(&table.summary.table, None) {
            let _ = batches.take_while(Result::is_ok).count();
        }
    }
    if let Ok(values) = case.values() {
        // A batch that cannot be read ends the walk; what counts is that it ends.
        let _ = values.take_while(Result::is_ok).count();
    }
    Ok(())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap_or(&file));
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, target)?;
    }
    Ok(())
}

/// Each file of a folder behind its number, in two bytes.
fn numbered(folder: &Path) -> Vec<Vec<u8>> {
    let numbered = files(folder).into_iter().zip(0u16..=u16::MAX);
    numbered.filter_map(|(path, n)| Some([n.to_be_bytes().to_vec(), std::fs::read(path).ok()?].concat())).collect()
}

/// The file of a folder that a sample is meant for, and what stands behind its number.
fn by_number<'b>(folder: &Path, sample: &'b [u8]) -> Option<(PathBuf, &'b [u8])> {
    let (number, bytes) = sample.split_first_chunk()?;
    let mut files = files(folder);
    let at = usize::from(u16::from_be_bytes(*number)) % files.len().max(1);
    (at < files.len()).then(|| (files.swap_remove(at), bytes))
}

fn case_files(world: &World<'_>) -> Vec<Vec<u8>> {
    numbered(&world.path("case"))
}

fn content_files(world: &World<'_>) -> Vec<Vec<u8>> {
    numbered(&world.path("content"))
}

/// A file of the content is replaced; then it is loaded: rules, indicators, words.
fn content_load(world: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let folder = world.path("content");
    let Some((file, bytes)) = by_number(&folder, bytes) else { return Ok(()) };
    let before = std::fs::read(&file).map_err(text)?;
    std::fs::write(&file, bytes).map_err(text)?;
    let loaded = std::panic::catch_unwind(|| Content::load(&folder).is_ok());
    std::fs::write(file, before).map_err(text)?;
    loaded.map(|_| ()).map_err(|_| "panic while content is loaded".into())
}

fn layout_yaml(_: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let _ = Layout::read("artifacts/x.yml", &String::from_utf8_lossy(bytes));
    Ok(())
}

/// A child that says these bytes, whatever it is asked.
fn worker_frame(world: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let path = world.path("answer");
    std::fs::write(&path, bytes).map_err(text)?;
    let args = ["-c", "cat \"$0\"; exec cat >/dev/null"].map(Into::into).into_iter().chain([path.into()]).collect();
    // A child that waits in the middle of a word is ended the first time that it is looked at.
    let limits = assize_worker::Limits { cpu_seconds: 0, bytes_per_second: u64::MAX, ..Default::default() };
    let pool = assize_worker::Pool::new("/bin/sh".into(), args, limits);
    let artifact = world.artifacts.iter().find(|a| a.layout().spec.table == EVENTS).ok_or("no events")?;
    let events = JSON.as_bytes();
    // Whatever it says, it is an account or an error.
    let _ = pool.parse(&artifact.layout().spec, &info("a.json", events), &mut &events[..], &mut |_| Ok(()));
    Ok(())
}

const JSON: &str =
    "{\"EventTime\":\"2021-03-03 06:49:42Z\",\"Hostname\":\"EX01\",\"EventID\":4624,\"Channel\":\"S\"}\n";

/// What a real child says to one job.
fn worker_answers(world: &World<'_>) -> Vec<Vec<u8>> {
    let frame = |kind: u8, bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap_or_default().to_le_bytes();
        [&[kind][..], &length, bytes].concat()
    };
    let file = info("a.json", JSON.as_bytes());
    let job = serde_json::to_vec(&(EVENTS, &file)).unwrap_or_default();
    let said = [frame(b'J', &job), frame(b'H', &file.head), frame(b'B', JSON.as_bytes()), frame(b'E', &[])].concat();
    let mut answer = Vec::new();
    let confinement = assize_worker::Confinement::default();
    match assize_worker::serve(said.as_slice(), &mut answer, &confinement, &world.artifacts) {
        Ok(()) => vec![answer],
        Err(_) => Vec::new(),
    }
}

/// Foreign text in a report changes neither its form nor the terminal.
fn report_escape(_: &World<'_>, bytes: &[u8]) -> Result<(), String> {
    let foreign: String = String::from_utf8_lossy(bytes).chars().take(200).collect();
    if Foreign(&foreign).to_string().chars().any(misleads) {
        return Err("a misleading character is shown".into());
    }
    let with = |text: &str| {
        let mut result = sample::sample(State::Breached);
        result.host.name = text.into();
        result.evidence.name = text.into();
        result.evidence.notes.push((text.into(), text.into()));
        result
    };
    for (format, id, _) in FORMATS {
        let page = render(&with(&foreign), format, Lang::En).map_err(text)?;
        // A workbook and tables are no text; what they hold is checked before they are handed out.
        if matches!(id, "xlsx" | "parquet" | "parquet-timeline") {
            continue;
        }
        let page = String::from_utf8(page).map_err(text)?;
        if id == "html" {
            let plain = render(&with("x"), format, Lang::En).map_err(text)?;
            let tags = |page: &str| page.matches('<').count();
            if tags(&page) != tags(&String::from_utf8_lossy(&plain)) {
                return Err("text from evidence became markup".into());
            }
        }
        if id == "json" {
            let read: serde_json::Value = serde_json::from_str(&page).map_err(text)?;
            if read["host"]["name"].as_str() != Some(&foreign) {
                return Err("a text in result.json is not the one that went in".into());
            }
        }
    }
    Ok(())
}

fn escapes(_: &World<'_>) -> Vec<Vec<u8>> {
    let own = ["<script>alert(1)</script>", "=cmd|'/c calc'!A0", "\u{1b}[31m\u{202e}abc", "a|b\n# c", "\"}]", "</a>"];
    let mut samples: Vec<Vec<u8>> = own.iter().map(|t| t.as_bytes().to_vec()).collect();
    for file in corpus::folder("hostile/strings") {
        samples.extend(file.split(|b| *b == b'\n').map(<[u8]>::to_vec).take(2000));
    }
    samples
}

fn iis_files(world: &World<'_>) -> Vec<Vec<u8>> {
    let mut samples = layout_samples(world, |l| l.spec.table == "iis_w3c");
    samples.extend(corpus::folder("iis"));
    samples.extend(corpus::lab(&["u_ex210303.log"]));
    samples
}

fn exchange_files(world: &World<'_>) -> Vec<Vec<u8>> {
    let mut samples = layout_samples(world, |l| l.spec.family == "exchange-log");
    samples.extend(corpus::folder("exchange-logs"));
    samples
}

fn json_files(_: &World<'_>) -> Vec<Vec<u8>> {
    let mut samples = corpus::lab(&[".json", ".jsonl"]);
    samples.push(JSON.as_bytes().to_vec());
    samples
}

fn event_logs(_: &World<'_>) -> Vec<Vec<u8>> {
    let mut samples = corpus::members("evtx/format.tar.zst", ".evtx");
    samples.extend(corpus::members("evtx/attack.tar.zst", ".evtx"));
    let (full, new) = (log::chunk(1, 1000), log::chunk(301, 40));
    samples.push(log::log(&[full.clone(), log::overwritten(&full, &new)]));
    samples.push(log::log(&[log::chunk(1, 30), log::chunk(31, 2)]));
    samples
}

fn layout_samples(world: &World<'_>, wanted: impl Fn(&Layout) -> bool) -> Vec<Vec<u8>> {
    let layouts = world.content.layouts.iter().filter(|l| wanted(l) && !l.sample.is_empty());
    layouts.map(|l| l.sample.as_bytes().to_vec()).collect()
}
