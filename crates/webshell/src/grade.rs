//! Weighs what was seen in a page. Each grade has a stated meaning; none is a number.

use crate::flow::value::{Channel, Source, Way};
use crate::flow::{Event, Seen};
use crate::split::Page;
use crate::text::{Lines, PageText};
use crate::vocab::Effect;
use std::collections::BTreeSet;

/// What a page is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Nothing that matters here was found. It is not a statement that the page is harmless.
    None,
    /// Worth knowing beside other findings; many genuine pages do it.
    Context,
    /// Few genuine pages do it: a person should look.
    Suspicious,
    /// A genuine page has hardly a reason to do it.
    Likely,
    /// What a visitor sends is run as a program: remote control, whoever put it there.
    Certain,
}

impl Grade {
    /// The word of machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Context => "context",
            Self::Suspicious => "suspicious",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What a page can do for whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Run scripts.
    Code,
    /// Load programs into memory.
    Load,
    /// Run commands of the system.
    Command,
    /// Write files.
    Write,
    /// Read files.
    Read,
    /// List folders.
    List,
    /// Delete files.
    Delete,
    /// Copy and move files.
    Move,
    /// Change the times and attributes of files.
    Stamp,
    /// Send commands to databases.
    Database,
    /// Connect to other machines.
    Network,
    /// Read or change the registry.
    Registry,
    /// Stay in memory without a file.
    Resident,
}

impl Capability {
    /// The word of machine output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Load => "load",
            Self::Command => "command",
            Self::Write => "write",
            Self::Read => "read",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Move => "move",
            Self::Stamp => "stamp",
            Self::Database => "database",
            Self::Network => "network",
            Self::Registry => "registry",
            Self::Resident => "resident",
        }
    }
}

/// Something about the form of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// Server code inside an image.
    Image,
    /// Server code inside a mailbox file.
    Mailbox,
    /// Server code inside a certificate or request for one.
    Certificate,
    /// Server code inside a dump of the properties of a virtual directory.
    AddressBook,
    /// Server code inside other binary bytes.
    Binary,
    /// Written in UTF-7.
    Utf7,
    /// Encoded with Microsoft's Script Encoder.
    Encoded,
    /// Written in a language that servers seldom have, and that is not followed here.
    Language(String),
    /// A command in a server-side include.
    Include,
    /// A configuration gives an extension to a script engine.
    Mapping(String),
}

/// What one reason tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// What a visitor sends reaches something that matters.
    Flow {
        /// What is done.
        effect: Effect,
        /// By what, as the page reaches it.
        sink: String,
        /// What the visitor sends.
        sources: Vec<Source>,
        /// The way from there, with the line of each step.
        ways: Vec<(Way, usize)>,
        /// What the visitor sends that is written; `sources` then say where, and may be none.
        content: Vec<Source>,
    },
    /// A text that the page decodes is run as a script; then what that script does is told by other reasons.
    Decoded {
        /// By what, as the page reaches it.
        sink: String,
    },
    /// The page runs a text that it puts together, and that could not be worked out.
    Built {
        /// What is done.
        effect: Effect,
        /// By what, as the page reaches it.
        sink: String,
    },
    /// The page does something that matters, without a visitor choosing what.
    Does {
        /// What is done.
        effect: Effect,
        /// By what, as the page reaches it.
        sink: String,
    },
    /// The page fetches something from another server and does something with it that matters.
    Fetched {
        /// What is done.
        effect: Effect,
        /// By what, as the page reaches it.
        sink: String,
    },
    /// The name of a class is put together from pieces.
    Pieced(String),
    /// The page can do several things that only a tool for managing a server needs.
    Powers(Vec<Capability>),
    /// Something about its form.
    Odd(Oddity),
}

/// One reason for a grade, with its place in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The grade that this reason alone would give.
    pub grade: Grade,
    /// What was seen.
    pub told: Told,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Reason {
    /// The reason without the words of any language, for tables: `form "k" -> code: eval (4:27)`.
    #[must_use]
    pub fn notation(&self) -> String {
        let place = format!("({}:{})", self.line, self.column);
        match &self.told {
            Told::Flow { effect, sink, sources, content, .. } => {
                let sources = if sources.is_empty() { content } else { sources };
                let sources: Vec<String> = sources.iter().take(NOTED_MAX).map(Source::notation).collect();
                format!("{} -> {}: {sink} {place}", sources.join(" + "), effect.word())
            }
            Told::Decoded { sink } => format!("decoded -> code: {sink} {place}"),
            Told::Built { effect, sink } => format!("built -> {}: {sink} {place}", effect.word()),
            Told::Does { effect, sink } => format!("{}: {sink} {place}", effect.word()),
            Told::Fetched { effect, sink } => format!("remote -> {}: {sink} {place}", effect.word()),
            Told::Pieced(class) => format!("pieced: {class}"),
            Told::Powers(all) => all.iter().map(|one| one.word()).collect::<Vec<_>>().join("+"),
            Told::Odd(oddity) => oddity.word().to_owned(),
        }
    }
}

/// Sources that one notation names.
const NOTED_MAX: usize = 4;

impl Oddity {
    /// The word of machine output.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Mailbox => "mailbox",
            Self::Certificate => "certificate",
            Self::AddressBook => "address-book",
            Self::Binary => "binary",
            Self::Utf7 => "utf7",
            Self::Encoded => "encoded",
            Self::Language(_) => "language",
            Self::Include => "include",
            Self::Mapping(_) => "mapping",
        }
    }
}

/// What was found in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The grade of the strongest reason.
    pub grade: Grade,
    /// The language of its scripts, if it has any.
    pub language: Option<&'static str>,
    /// Reasons, strongest first, then in the order of the page.
    pub reasons: Vec<Reason>,
    /// What it can do for a visitor.
    pub capabilities: BTreeSet<Capability>,
    /// Names of the parameters that steer it: the mark of whoever wrote it, the same on every server.
    pub keys: Vec<String>,
    /// Characters or steps beyond the limits were left unread.
    pub cut: bool,
}

impl Found {
    /// What is found where nothing was looked for.
    pub(crate) fn nothing() -> Self {
        Self {
            grade: Grade::None,
            language: None,
            reasons: Vec::new(),
            capabilities: BTreeSet::new(),
            keys: Vec::new(),
            cut: false,
        }
    }
}

/// What there is to weigh.
pub(crate) struct Looked<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) read: &'a PageText<'a>,
    pub(crate) text: &'a str,
    pub(crate) encoded: bool,
    pub(crate) page: &'a Page,
    pub(crate) seen: &'a Seen,
    /// A server would run a file of that name.
    pub(crate) runs: bool,
}

/// Characters from which a text that a page decodes and runs is more than the name of a variable.
const DECODED_MIN: usize = 60;
/// Characters that the beginning of a statement has at least.
const TEMPLATE_MIN: usize = 4;
/// Characters from which it is a program of its own.
const PROGRAM_MIN: usize = 500;
/// Reasons that are kept of one page.
const REASONS_MAX: usize = 24;

pub(crate) fn weigh(looked: &Looked) -> Found {
    let lines = Lines::of(looked.text);
    let mut reasons = Vec::new();
    let mut add = |grade: Grade, told: Told, at: u32| {
        let (line, column) = lines.place(at as usize);
        reasons.push(Reason { grade, told, line, column });
    };
    let mut capabilities = BTreeSet::new();
    let mut keys = Vec::new();
    for event in &looked.seen.events {
        let event = &Event { name: spelled(looked.text, event), ..event.clone() };
        let sources = named(looked.seen, event.what.sources);
        let written = named(looked.seen, event.content.as_ref().map_or(0, |content| content.sources));
        if let Some((grade, told)) = event_reason(looked, event, (&sources, &written), &lines) {
            // What a page first decodes and then does with a visitor's words, it hides.
            let hidden = event.nested && matches!(told, Told::Flow { .. }) && grade < Grade::Likely;
            let grade = if hidden { Grade::Likely } else { grade };
            if grade >= Grade::Suspicious {
                for source in sources.iter().chain(&written) {
                    if let Some(key) = source.key.as_ref().filter(|key| !key.is_empty() && !keys.contains(*key)) {
                        keys.push(key.clone());
                    }
                }
            }
            add(grade, told, event.at);
        }
        let driven = event.what.sources != 0 || !written.is_empty() || event.nested;
        if let Some(capability) = capability(event.effect).filter(|_| driven) {
            capabilities.insert(capability);
        }
    }
    powers(looked, &capabilities, &mut add);
    oddities(looked, &mut add);
    reasons.sort_by(|a, b| b.grade.cmp(&a.grade).then((a.line, a.column).cmp(&(b.line, b.column))));
    reasons.truncate(REASONS_MAX);
    let grade = reasons.first().map_or(Grade::None, |reason| reason.grade);
    Found {
        grade,
        language: looked.page.language,
        reasons,
        capabilities,
        keys,
        cut: looked.seen.cut || looked.read.cut,
    }
}

/// The name of a function as the page writes it, where it stands at its place: names are followed in lower case.
fn spelled(text: &str, event: &Event) -> String {
    const BEFORE: usize = 48;
    const BEHIND: usize = 160;
    let at = (event.at as usize).min(text.len());
    let window = &text[text.floor_char_boundary(at.saturating_sub(BEFORE))..text.floor_char_boundary(at + BEHIND)];
    let lower = event.name.to_lowercase();
    let last = crate::vocab::last(&lower);
    // The whole name first, then its last word: objects are reached by the names that a page gives them.
    for wanted in [lower.as_str(), last] {
        if let Some(found) = (!wanted.is_empty()).then(|| crate::split::find_ignoring_case(window, wanted)).flatten() {
            let head = lower.strip_suffix(wanted).unwrap_or("");
            return format!("{head}{}", &window[found..found + wanted.len()]);
        }
    }
    event.name.clone()
}

fn named(seen: &Seen, bits: u64) -> Vec<Source> {
    seen.sources
        .iter()
        .enumerate()
        .filter(|(number, _)| bits & (1 << number) != 0)
        .map(|(_, source)| source.clone())
        .collect()
}

fn capability(effect: Effect) -> Option<Capability> {
    Some(match effect {
        Effect::Code | Effect::Deserialize => Capability::Code,
        Effect::Load | Effect::Native => Capability::Load,
        Effect::Run => Capability::Command,
        Effect::Write => Capability::Write,
        Effect::Read => Capability::Read,
        Effect::List => Capability::List,
        Effect::Delete => Capability::Delete,
        Effect::Move => Capability::Move,
        Effect::Stamp => Capability::Stamp,
        Effect::Query | Effect::Connect => Capability::Database,
        Effect::Net | Effect::Fetch => Capability::Network,
        Effect::Registry => Capability::Registry,
        Effect::Resident => Capability::Resident,
        Effect::Include | Effect::Create | Effect::Keys => return None,
    })
}

/// The grade of one thing that a page does, and what to say of it.
///
/// `sources` say where or what, `written` are those of what is written.
fn event_reason(
    looked: &Looked,
    event: &Event,
    (sources, written): (&[Source], &[Source]),
    lines: &Lines,
) -> Option<(Grade, Told)> {
    // Long: one arm for each effect.
    let direct = sources.iter().any(|source| source.channel != Channel::Remote);
    let remote = !direct && !sources.is_empty();
    let whole = event.what.whole;
    let content = !written.is_empty();
    let flow = |grade: Grade| {
        let value = event.content.as_ref().filter(|_| sources.is_empty()).unwrap_or(&event.what);
        let ways = value.ways().into_iter().map(|(way, at)| (way, lines.place(at as usize).0)).collect();
        let told = Told::Flow {
            effect: event.effect,
            sink: event.name.clone(),
            sources: sources.to_vec(),
            ways,
            content: written.to_vec(),
        };
        Some((grade, told))
    };
    let does = |grade: Grade| Some((grade, Told::Does { effect: event.effect, sink: event.name.clone() }));
    let built = |grade: Grade| Some((grade, Told::Built { effect: event.effect, sink: event.name.clone() }));
    let known = event.what.as_text().is_some();
    if remote && event.effect.runs() {
        return Some((Grade::Likely, Told::Fetched { effect: event.effect, sink: event.name.clone() }));
    }
    match event.effect {
        _ if direct && event.effect.runs() => flow(Grade::Certain),
        Effect::Code if known && event.what.made && event.what.as_text().is_some_and(|text| text.len() >= 8) => {
            let grade = match event.what.as_text().map_or(0, |text| text.len()) {
                PROGRAM_MIN.. => Grade::Likely,
                DECODED_MIN.. => Grade::Suspicious,
                _ => Grade::Context,
            };
            Some((grade, Told::Decoded { sink: event.name.clone() }))
        }
        Effect::Code if event.what.is_unknown() => {
            // A statement whose beginning stands in the page is a template, not a hidden program.
            let template = event.what.starts().is_some_and(|start| start.len() >= TEMPLATE_MIN);
            built(if event.what.made && !template { Grade::Suspicious } else { Grade::Context })
        }
        Effect::Load if named_library(event) => None,
        Effect::Load => does(Grade::Likely),
        Effect::Keys => does(Grade::Likely),
        Effect::Native => does(Grade::Likely),
        Effect::Run => {
            does(if drops(looked) || (!known && steered(looked)) { Grade::Likely } else { Grade::Suspicious })
        }
        Effect::Write => {
            let uploads = written.iter().any(|source| source.channel == Channel::File);
            let fetched = written.iter().any(|source| source.channel == Channel::Remote);
            let chosen = sources
                .iter()
                .any(|source| !matches!(source.channel, Channel::FileName | Channel::File | Channel::Remote));
            match () {
                () if written.iter().any(is_password) => flow(Grade::Likely),
                () if chosen && content => {
                    flow(if whole || event.what.tail { Grade::Likely } else { Grade::Suspicious })
                }
                // Whatever a visitor sends becomes a page that the server runs.
                () if content && !fetched && !uploads && names_a_page(event) => {
                    let all = event.content.as_ref().is_some_and(|content| content.whole);
                    // A page that is only filled in may be a setting that an installer keeps.
                    flow(if all { Grade::Likely } else { Grade::Suspicious })
                }
                () if chosen => flow(Grade::Context),
                () if fetched => Some((
                    if names_a_page(event) { Grade::Likely } else { Grade::Context },
                    Told::Fetched { effect: event.effect, sink: event.name.clone() },
                )),
                () if uploads => flow(if beside_the_page(event) { Grade::Suspicious } else { Grade::Context }),
                () if writes_a_page(event) => does(Grade::Likely),
                () if content => flow(Grade::Context),
                () if names_a_page(event) => does(Grade::Context),
                () => None,
            }
        }
        Effect::Read if direct => {
            let parameter = sources
                .iter()
                .any(|source| !matches!(source.channel, Channel::File | Channel::FileName | Channel::Remote));
            flow(if whole && parameter { Grade::Suspicious } else { Grade::Context })
        }
        Effect::List | Effect::Delete | Effect::Move if direct => flow(Grade::Context),
        Effect::Stamp if direct => flow(Grade::Likely),
        Effect::Query if direct && crate::split::find_ignoring_case(looked.text, "xp_cmdshell").is_some() => {
            flow(Grade::Certain)
        }
        Effect::Query if direct && whole => flow(Grade::Likely),
        Effect::Connect if direct => flow(Grade::Likely),
        Effect::Net if direct => flow(Grade::Likely),
        Effect::Net if !known && steered(looked) => does(Grade::Likely),
        Effect::Fetch if direct => flow(Grade::Context),
        Effect::Deserialize if direct => flow(Grade::Likely),
        Effect::Include if direct => flow(Grade::Context),
        Effect::Registry if direct => flow(Grade::Likely),
        Effect::Create if direct && event.name.to_lowercase().contains("invoke") => flow(Grade::Likely),
        Effect::Create if direct => flow(Grade::Suspicious),
        Effect::Resident => does(if !looked.seen.sources.is_empty() { Grade::Likely } else { Grade::Suspicious }),
        _ => None,
    }
}

/// A library that is named, not given as bytes: `Assembly.Load("System.Web")`.
fn named_library(event: &Event) -> bool {
    const NAME_MAX: usize = 200;
    let name = event.what.as_text().unwrap_or_else(|| "".into());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '_' | '-' | '=' | ' ');
    !name.is_empty()
        && name.len() < NAME_MAX
        && name.chars().all(plain)
        && !["from", "file"].iter().any(|end| event.name.to_ascii_lowercase().ends_with(end))
}

/// A form field for a password. A page that writes one to a file keeps it for somebody.
fn is_password(source: &Source) -> bool {
    let key = source.key.as_deref().unwrap_or("").to_ascii_lowercase();
    matches!(source.channel, Channel::Form | Channel::Any | Channel::Query)
        && ["passw", "pwd", "passwd"].iter().any(|word| key.contains(word))
}

/// The visitor's own name for a file is used in the folder of the page, or wherever that name leads: no folder of its own is named,
/// or one in which Exchange and IIS keep their own pages.
fn beside_the_page(event: &Event) -> bool {
    const OWN: [&str; 4] = ["aspnet_client", r"frontend\httpproxy", r"owa\auth", r"clientaccess\ecp"];
    let own = |start: &str| OWN.iter().any(|folder| start.replace('/', r"\").to_ascii_lowercase().contains(folder));
    event.what.whole
        || event.what.starts().is_some_and(|start| start.trim_matches(['.', '/', '\\', '~']).is_empty() || own(&start))
}

/// The page writes a file as well: what it runs may be what it wrote.
fn drops(looked: &Looked) -> bool {
    looked.seen.events.iter().any(|event| event.effect == Effect::Write)
}

/// A visitor steers something else of the page.
fn steered(looked: &Looked) -> bool {
    looked.seen.events.iter().any(|event| event.effect != Effect::Run && event.what.sources != 0)
}

/// Writes a script that the server would run.
fn writes_a_page(event: &Event) -> bool {
    event
        .content
        .as_ref()
        .and_then(|content| content.as_text())
        .is_some_and(|text| text.contains("<%") || text.to_lowercase().contains("runat"))
}

/// The path ends like that of a page that servers run.
fn names_a_page(event: &Event) -> bool {
    let path =
        event.what.as_text().or_else(|| event.what.ends()).map(|text| text.trim().to_lowercase()).unwrap_or_default();
    [".asp", ".aspx", ".ashx", ".asmx", ".asa", ".cer", ".cdx", ".php", ".jsp"]
        .iter()
        .any(|extension| path.ends_with(extension))
}

/// Several capabilities at once, each steered by the visitor.
fn powers(looked: &Looked, capabilities: &BTreeSet<Capability>, add: &mut impl FnMut(Grade, Told, u32)) {
    use Capability::{Command, Database, Delete, List, Move, Read, Registry, Stamp, Write};
    let files = [List, Read, Write, Delete, Move, Stamp].iter().filter(|one| capabilities.contains(one)).count();
    let reaches = looked.seen.events.iter().any(|event| event.effect == Effect::Net && event.what.sources != 0);
    let beyond =
        [Command, Database, Registry].iter().filter(|one| capabilities.contains(one)).count() + usize::from(reaches);
    let grade = match (files, beyond) {
        // A tool for managing files is no proof of who put it there: nothing of it runs what a visitor sends.
        (3.., _) | (2, 1..) => Grade::Likely,
        (1, 1..) => Grade::Suspicious,
        (2, 0) => Grade::Context,
        _ => return,
    };
    let at = looked.seen.events.first().map_or(0, |event| event.at);
    add(grade, Told::Powers(capabilities.iter().copied().collect()), at);
}

fn oddities(looked: &Looked, add: &mut impl FnMut(Grade, Told, u32)) {
    for at in &looked.page.exec {
        add(Grade::Likely, Told::Odd(Oddity::Include), *at);
    }
    for (at, extension) in &looked.page.mapped {
        add(Grade::Likely, Told::Odd(Oddity::Mapping(extension.clone())), *at);
    }
    for (at, language) in &looked.page.foreign {
        add(Grade::Suspicious, Told::Odd(Oddity::Language(language.clone())), *at);
    }
    if !looked.page.code {
        return;
    }
    if let Some(oddity) = container(looked).filter(|_| looked.runs) {
        add(Grade::Likely, Told::Odd(oddity), 0);
    }
    if looked.read.encoding == "UTF-7" {
        add(Grade::Likely, Told::Odd(Oddity::Utf7), 0);
    }
    if looked.encoded {
        let acts = !looked.seen.events.is_empty();
        add(if acts { Grade::Likely } else { Grade::Suspicious }, Told::Odd(Oddity::Encoded), 0);
    }
    for word in &looked.seen.pieced {
        let runs = !matches!(word.as_str(), "scripting.filesystemobject" | "adodb.stream");
        add(if runs { Grade::Likely } else { Grade::Suspicious }, Told::Pieced(word.clone()), 0);
    }
}

/// What holds the code, where that is nothing that code should be in.
fn container(looked: &Looked) -> Option<Oddity> {
    let bytes = looked.bytes;
    let head = &bytes[..bytes.len().min(16)];
    if head.starts_with(b"!BDN") {
        return Some(Oddity::Mailbox);
    }
    if head.starts_with(&[0x30, 0x82]) {
        return Some(Oddity::Certificate);
    }
    let image = head.get(..3).is_some_and(|magic| magic.eq_ignore_ascii_case(b"GIF"))
        || head.starts_with(&[0xff, 0xd8, 0xff])
        || head.starts_with(b"\x89PNG")
        || head.starts_with(b"BM\x36");
    if image {
        return Some(Oddity::Image);
    }
    let lower = looked.text.get(..looked.text.len().min(1 << 16)).unwrap_or("");
    let holds = |word: &str| memchr::memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
    if holds("ExternalUrl") && ["OfflineAddressBooks", "InternalUrl", "WhenChanged"].into_iter().any(holds) {
        return Some(Oddity::AddressBook);
    }
    let odd = bytes.iter().take(1 << 16).filter(|byte| **byte < 9 || (14..32).contains(*byte)).count();
    (odd > 64
        && odd * 10 > bytes.len().min(1 << 16)
        && looked.read.encoding != "UTF-16LE"
        && looked.read.encoding != "UTF-16BE")
        .then_some(Oddity::Binary)
}
