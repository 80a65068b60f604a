//! Files that a web server could serve or run: their text, for rules that look into them.
//!
//! A dropped script is often no script by its look: CVE-2021-27065 leaves a page inside a dump of properties,
//! CVE-2021-34473 one inside an encoded mailbox. So the form of a file is a column too.

use crate::{Artifact, Look};
use assize_content::{KnownGood, Layout};
use assize_model::{Rows, RowsError};
use std::io::{BufRead, ErrorKind};

/// Bytes of a file that are looked into.
const LOOKED_BYTES_MAX: usize = 16 << 20;
/// Reasons that are kept.
const REASONS_MAX: usize = 5;
/// Bytes of a file that are kept as text.
pub(crate) const CONTENT_BYTES_MAX: usize = 64 << 10;
/// Extensions that IIS hands to code, wherever such a file lies.
const RUN: [&str; 10] = ["aspx", "ashx", "asmx", "asax", "ascx", "asp", "cshtml", "vbhtml", "soap", "svc"];
/// Extensions that matter only where a web server looks. `cs` and `vb` are code behind pages, and what `App_Code` holds:
/// ASP.NET compiles them when they are first asked for.
const SERVED: [&str; 17] = [
    "asa", "browser", "cdx", "cer", "config", "cs", "js", "htm", "html", "json", "jsp", "master", "php", "shtml",
    "skin", "txt", "vb",
];
/// Parts of paths below which a web server of Exchange looks.
const ROOTS: [&str; 6] = [
    "/inetpub/",
    "/wwwroot/",
    "/frontend/httpproxy/",
    "/clientaccess/",
    "/aspnet_client/",
    "/temporary asp.net files/",
];

struct WebFiles<'l> {
    layout: &'l Layout,
    known: &'l KnownGood,
}

/// The artifact for the table `web_files`.
pub(crate) fn make<'l>(layout: &'l Layout, known: &'l KnownGood) -> Box<dyn Artifact + 'l> {
    Box::new(WebFiles { layout, known })
}

impl Artifact for WebFiles<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        let path = format!("/{}", look.file.path.to_ascii_lowercase().replace('\\', "/"));
        let Some(extension) = extension(&path) else { return false };
        RUN.contains(&extension)
            || (SERVED.contains(&extension)
                && ROOTS.iter().any(|root| path.contains(root))
                && !path.contains("/inetpub/logs/"))
            || (ROOTS.iter().any(|root| path.contains(root)) && has_code(&look.file.head))
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let (looked, bytes) = read_start(input)?;
        let start = &looked[..looked.len().min(CONTENT_BYTES_MAX)];
        let spec = rows.spec();
        let file = rows.file();
        let column = |name: &str| spec.column(name);
        let extension = extension(&file.path).unwrap_or_default().to_ascii_lowercase();
        for (name, value) in [
            ("path", file.path.as_str()),
            ("name", file.name()),
            ("extension", &extension),
            ("sha256", &file.sha256),
            ("form", form(start)),
        ] {
            if let Some(at) = column(name) {
                rows.text(at, value);
            }
        }
        if let Some(at) = column("content").filter(|_| !start.is_empty()) {
            rows.text(at, &content(start));
        }
        if let (Some(at), Ok(size)) = (column("size"), i64::try_from(bytes)) {
            rows.number(at, size);
        }
        rows.modified();
        if bytes > looked.len() as u64 {
            rows.note(format!("only the first {} bytes are looked into", looked.len()));
        } else if bytes > start.len() as u64 {
            rows.note(format!("only the first {} bytes are kept as text", start.len()));
        }
        self.explain(&looked, rows);
        // No time: that of a file is what its maker wished, and says nothing of how far back a log reaches.
        rows.finish(0, None, bytes)
    }
}

impl WebFiles<'_> {
    /// Whether Microsoft shipped it; else what its scripts do with what a visitor sends.
    fn explain(&self, bytes: &[u8], rows: &mut Rows<'_>) {
        let file = rows.file();
        let shipped = match () {
            () if self.known.by_sha256(&file.sha256).is_some() => "yes",
            () if self.known.has_path(&file.path) => "changed",
            () => "no",
        };
        if let Some(at) = rows.spec().column("shipped") {
            rows.text(at, shipped);
        }
        if shipped == "yes" {
            return;
        }
        let found = assize_webshell::look(bytes, &file.path);
        let reasons: Vec<String> =
            found.reasons.iter().take(REASONS_MAX).map(assize_webshell::Reason::notation).collect();
        let (flows, keys) = (reasons.join("; "), found.keys.join(", "));
        for (name, value) in [
            ("grade", found.grade.word()),
            ("language", found.language.unwrap_or("")),
            ("flows", &flows),
            ("keys", &keys),
        ] {
            rows.named_text(name, value);
        }
        if found.cut {
            rows.note("parts of its scripts are too deep or too long to be followed");
        }
    }
}

/// Whether the first bytes hold server code, whatever the name says.
fn has_code(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"<%").is_some() || memchr::memmem::find(head, b"runat").is_some()
}

/// The first bytes, and how many there are in all.
fn read_start(input: &mut dyn BufRead) -> Result<(Vec<u8>, u64), RowsError> {
    let mut start = Vec::new();
    let mut bytes = 0u64;
    loop {
        let more = match input.fill_buf() {
            Ok(more) => more,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(e.into()),
        };
        if more.is_empty() {
            return Ok((start, bytes));
        }
        let keep = (LOOKED_BYTES_MAX - start.len()).min(more.len());
        start.extend_from_slice(&more[..keep]);
        bytes += more.len() as u64;
        let taken = more.len();
        input.consume(taken);
    }
}

/// The letters behind the last point of a name.
fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    // Windows passes over points and blanks at the end of a name.
    name.trim_end_matches(['.', ' ']).rsplit_once('.').map(|(_, extension)| extension)
}

/// What the first bytes look like.
fn form(start: &[u8]) -> &'static str {
    match start {
        [] => "empty",
        [b'!', b'B', b'D', b'N', ..] => "pst",
        [0x30, 0x80..=0x84, ..] => "der",
        _ if is_text(start) => "text",
        _ => "binary",
    }
}

/// Whether nearly all of it is what people write: few control characters, in any encoding.
fn is_text(start: &[u8]) -> bool {
    let text = decoded(start);
    let strange = text.chars().filter(|c| (c.is_control() && !c.is_ascii_whitespace()) || *c == '\u{fffd}').count();
    strange * 20 <= text.chars().count()
}

/// The bytes as text, without NULs, which rules could not look past.
fn content(start: &[u8]) -> String {
    let mut text = decoded(start);
    text.retain(|c| c != '\0');
    text
}

fn decoded(start: &[u8]) -> String {
    let text = crate::claim::decode(start);
    // The end may have been cut inside a character.
    if start.len() == CONTENT_BYTES_MAX { text.trim_end_matches('\u{fffd}').to_owned() } else { text }
}
