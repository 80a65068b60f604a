//! Who reads a file: told by its first bytes, and only where they say nothing by its path.

use crate::text::fields::split_commas;
use crate::text::header::{NAMES_MAX, looks_like_time, overlap};
use crate::text::{pattern, recognise};
use assize_content::Layout;
use assize_content::layout::Format;
use assize_model::{ColumnType, FileInfo, Timestamp};
use std::cell::OnceCell;

/// Signatures of files that no text layout reads, wherever they lie.
const NO_TEXT: [&[u8]; 6] = [b"ElfFile\0", b"PK\x03\x04", b"\x1f\x8b", b"MZ", b"7z\xbc\xaf\x27\x1c", b"regf"];

/// Names that a header must share with a layout before it counts as of that kind.
const SHARED_NAMES_MIN: usize = 5;

/// A file as those see it who may claim it. What several of them ask is worked out once.
pub struct Look<'f> {
    /// The file, with its first bytes.
    pub file: &'f FileInfo,
    event_json: OnceCell<bool>,
    /// The text layout that reads it, by its index.
    text_layout: OnceCell<Option<usize>>,
}

impl<'f> Look<'f> {
    /// A look at a file.
    #[must_use]
    pub fn new(file: &'f FileInfo) -> Self {
        Self { file, event_json: OnceCell::new(), text_layout: OnceCell::new() }
    }

    /// Whether the file holds events of Windows written as JSON.
    pub(crate) fn is_event_json(&self) -> bool {
        *self.event_json.get_or_init(|| is_event_json(&self.file.head))
    }

    /// The layout that reads this text log, if any does. The layouts are the same each time.
    pub(crate) fn text_layout<'l>(&self, layouts: &'l [Layout]) -> Option<&'l Layout> {
        let found = self.text_layout.get_or_init(|| {
            let found = text_layout(layouts, self)?;
            layouts.iter().position(|l| std::ptr::eq(l, found))
        });
        found.and_then(|at| layouts.get(at))
    }
}

fn text_layout<'l>(layouts: &'l [Layout], look: &Look<'_>) -> Option<&'l Layout> {
    let file = look.file;
    if NO_TEXT.iter().any(|magic| file.head.starts_with(magic)) || look.is_event_json() {
        return None;
    }
    let head = Head::read(&file.head);
    if head.first.starts_with("#TYPE ") {
        return None; // A table that PowerShell exported: findings of another tool, not a log.
    }
    by_content(layouts, &head, &file.path).or_else(|| by_path(layouts, &file.path))
}

/// A layout in Rust that claims this path.
pub(crate) fn path_is_of(layout: &Layout, path: &str) -> bool {
    layout.paths.iter().any(|glob| path_matches(glob, path))
}

/// Whether the first bytes are an event of Windows written as JSON.
pub(crate) fn is_event_json(head: &[u8]) -> bool {
    let text = decode(head);
    let text = text.trim_start();
    let has = |name: &str| text.contains(name);
    // One event a line: a file that spreads one object over many lines is another kind.
    let one_a_line = text.lines().next().is_some_and(|line| line.trim().len() > 1);
    text.starts_with('{')
        && one_a_line
        && (has("\"EventID\"")
            || (has("\"winlog\"") && has("\"event_id\""))
            || ((has("\"Event\":{") || has("\"Event\": {")) && has("\"System\":")))
}

/// What the first lines of a text file say of it.
#[derive(Default)]
struct Head {
    first: String,
    log_type: Option<String>,
    software: Option<String>,
    fields: Option<String>,
    /// Whether the names go on behind the head: more of them than any log has.
    fields_go_on: bool,
    /// A few whole lines that are no comments.
    lines: Vec<String>,
}

impl Head {
    fn read(bytes: &[u8]) -> Self {
        let text = decode(bytes);
        let text = text.trim_start_matches('\0');
        let mut head = Self::default();
        let whole_lines = if text.ends_with(['\n', '\r']) || bytes.len() < assize_model::file::HEAD_BYTES {
            usize::MAX
        } else {
            text.split(['\n', '\r']).filter(|l| !l.is_empty()).count().saturating_sub(1)
        };
        for (i, line) in text.split(['\n', '\r']).filter(|l| !l.is_empty()).enumerate() {
            if i == 0 {
                line.clone_into(&mut head.first);
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = || Some(value.trim().to_owned());
            let is = |directive: &str| name.eq_ignore_ascii_case(directive);
            if is("#Log-type") {
                head.log_type = head.log_type.or_else(value);
            } else if is("#Software") {
                head.software = head.software.or_else(value);
            } else if is("#Fields") && head.fields.is_none() {
                head.fields = value();
                head.fields_go_on = i >= whole_lines;
            } else if i < whole_lines && head.lines.len() < 8 && !line.starts_with('#') {
                head.lines.push(line.to_owned());
            }
        }
        head
    }
}

fn by_content<'l>(layouts: &'l [Layout], head: &Head, path: &str) -> Option<&'l Layout> {
    let exchange = head.software.as_deref().is_some_and(|s| s.starts_with("Microsoft Exchange"));
    let commas = head.fields.as_deref().is_some_and(|f| f.contains(','));
    if head.log_type.is_some() || exchange || commas {
        return exchange_layout(layouts, head, path);
    }
    if let Some(fields) = &head.fields {
        // A list of names without end is read too, so that the limit it meets is named.
        let least = if head.fields_go_on { 0 } else { 3 };
        return best(layouts, Format::W3c, fields.split_ascii_whitespace(), least);
    }
    if is_list_of_names(&head.first) {
        let list = head.first.split(',').map(str::trim);
        let known = best(layouts, Format::ExchangeCsv, list.clone(), SHARED_NAMES_MIN)?;
        // Such a list without any `#` line is a log only when it names what a log of that kind names.
        return (overlap(known, list.clone()) * 5 >= list.count() * 4).then_some(known);
    }
    if let Some(shape) = head.lines.iter().find_map(|line| recognise(line, &mut Vec::new())) {
        return best(layouts, Format::W3c, shape.into_iter(), 3);
    }
    layouts.iter().find(|layout| layout.format == Format::Pattern && fits_pattern(layout, head)).or_else(|| {
        // A list of few columns could be of any log: that is left to the path.
        let line = head.lines.first()?;
        layouts.iter().find(|l| headerless(l, line).is_some_and(|names| names.len() >= HEADERLESS_NAMES_MIN))
    })
}

/// Columns that a log without a header must have before it counts as of a kind by their number.
const HEADERLESS_NAMES_MIN: usize = 20;

/// The list of columns that a line of an Exchange log without a header fits: their number, the time, and every number.
pub(crate) fn headerless<'l>(layout: &'l Layout, line: &str) -> Option<&'l [String]> {
    let mut fields = Vec::new();
    split_commas(line, &mut fields).ok()?;
    let fits = |names: &&'l Vec<String>| {
        names.len() == fields.len()
            && names.iter().zip(&fields).all(|(name, field)| {
                let value = field.value(line);
                let is_time = layout.time.iter().any(|t| t.eq_ignore_ascii_case(name));
                let is_number = || {
                    let column = layout.spec.columns.iter().find(|c| c.source.eq_ignore_ascii_case(name));
                    column.is_some_and(|c| c.kind == ColumnType::Number)
                };
                if is_time {
                    Timestamp::parse(&value).is_some()
                } else {
                    value.is_empty() || !is_number() || value.parse::<f64>().is_ok()
                }
            })
    };
    layout.headerless.iter().find(fits).map(Vec::as_slice)
}

/// Whether the first lines that are no comments fit the pattern of a layout: a time where it belongs, and numbers too.
fn fits_pattern(layout: &Layout, head: &Head) -> bool {
    let mut fields = Vec::new();
    let mut fits = |line: &String| {
        if !pattern::split(line, &layout.line, &mut fields) {
            return false;
        }
        let value = |name: &str| {
            let at = layout.line.parts.iter().position(|(_, n)| n.eq_ignore_ascii_case(name))?;
            Some(fields[at].value(line))
        };
        let time: Option<Vec<_>> = layout.time.iter().map(|name| value(name)).collect();
        let numbers = layout.spec.columns.iter().filter(|c| c.kind == ColumnType::Number);
        time.is_some_and(|parts| pattern::moment(layout.clock, &parts.join(" "), None).is_some())
            && numbers.filter_map(|c| value(&c.source)).all(|v| matches!(&*v, "" | "-") || v.parse::<i64>().is_ok())
    };
    head.lines.iter().take(2).any(&mut fits)
}

/// The layout of an Exchange log: by what it calls itself, then by its place, its columns, or the one for any other.
fn exchange_layout<'l>(layouts: &'l [Layout], head: &Head, path: &str) -> Option<&'l Layout> {
    let of_type = |wanted: &str| {
        layouts
            .iter()
            .filter(|l| l.format == Format::ExchangeCsv)
            .find(|l| l.log_types.iter().any(|t| t.eq_ignore_ascii_case(wanted)))
    };
    if let Some(layout) = head.log_type.as_deref().and_then(of_type) {
        return Some(layout);
    }
    if let Some(layout) = by_path(layouts, path).filter(|l| l.format == Format::ExchangeCsv) {
        return Some(layout);
    }
    let by_columns = || {
        let fields = head.fields.as_deref()?;
        best(layouts, Format::ExchangeCsv, fields.split(',').map(str::trim), SHARED_NAMES_MIN)
    };
    if head.log_type.is_none()
        && let Some(layout) = by_columns()
    {
        return Some(layout);
    }
    of_type("*")
}

/// The layout of that format that knows most of the names, and at least `least` of them. Of two alike the richer.
fn best<'l, 'n>(
    layouts: &'l [Layout],
    format: Format,
    names: impl Iterator<Item = &'n str> + Clone,
    least: usize,
) -> Option<&'l Layout> {
    let shared = |l: &Layout| overlap(l, names.clone().take(NAMES_MAX));
    layouts
        .iter()
        .filter(|l| l.format == format)
        .map(|l| (shared(l), l.spec.columns.len(), l))
        .filter(|(shared, ..)| *shared >= least)
        .max_by_key(|(shared, columns, _)| (*shared, *columns))
        .map(|(.., layout)| layout)
}

fn by_path<'l>(layouts: &'l [Layout], path: &str) -> Option<&'l Layout> {
    layouts.iter().filter(|l| l.format.is_text()).find(|l| path_is_of(l, path))
}

/// `DateTime,RequestId,...`: a bare list of names, the time first.
pub(crate) fn is_list_of_names(line: &str) -> bool {
    let mut names = line.trim_ascii().split(',').map(str::trim);
    let is_name = |n: &str| n.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && n.len() <= 80;
    line.matches(',').count() >= 2 && looks_like_time(names.next().unwrap_or_default()) && names.all(is_name)
}

/// Whether a glob matches the end of a path, part by part, without regard to case.
fn path_matches(glob: &str, path: &str) -> bool {
    let mut path = path.rsplit(['/', '\\']);
    glob.rsplit('/').all(|pattern| path.next().is_some_and(|part| part_matches(pattern.as_bytes(), part.as_bytes())))
}

/// `*` stands for any run of characters, `?` for one byte.
fn part_matches(pattern: &[u8], part: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < part.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || c.eq_ignore_ascii_case(&part[t]) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                p = at + 1;
                t = from + 1;
                star = Some((at, t));
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// The head of a file as text, whatever its encoding; what is not text becomes U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let utf16 = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|p| unit([p[0], p[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => utf16(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => utf16(u16::from_be_bytes, rest),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => utf16(u16::from_le_bytes, bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => utf16(u16::from_be_bytes, bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_event_json, path_matches};

    #[test]
    fn events_as_json_stand_one_a_line() {
        assert!(is_event_json(br#"{"EventID":4624,"Channel":"Security"}"#));
        assert!(!is_event_json(b"{\n  \"EventID\": 4624,\n  \"Channel\": \"Security\"\n}"));
    }

    #[test]
    fn a_glob_matches_the_end_of_a_path() {
        for (glob, path, matches) in [
            ("LogFiles/W3SVC*/u_ex*.log", "C/inetpub/logs/LogFiles/W3SVC1/U_EX210303.LOG", true),
            ("LogFiles/W3SVC*/u_ex*.log", "a.zip!/logfiles/w3svc2/u_ex21.log", true),
            ("LogFiles/W3SVC*/u_ex*.log", "C/LogFiles/HTTPERR/u_ex21.log", false),
            ("*.evtx", "x.evtx", true),
            ("*.evtx", "x.evtx.txt", false),
            ("a/b", "b", false),
            ("a*b*c", "aXXbYYc", true),
            ("a*b*c", "aXXbYY", false),
        ] {
            assert_eq!(path_matches(glob, path), matches, "{glob} {path}");
        }
    }
}
