//! Looking for indicators of others in every text of a case.
//!
//! All indicators are searched in one pass. Columns of words are told by their distinct values; of those that hold
//! none, no row is read. Elsewhere each distinct value of a batch is looked at once, and each text.

use crate::row::{Row, each_text, text};
use crate::sigma::{as_json, automaton, is_identifier};
use crate::{AssessError, Tables, sweep};
use aho_corasick::AhoCorasick;
use arrow_array::RecordBatch;
use assize_content::{Layout, WatchKind, Watched};
use assize_model::table::ColumnType;
use assize_model::{Address, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Separators of a web request: an indicator with one of them may lie across columns.
const ACROSS: [char; 4] = ['?', '&', ';', '='];

/// Indicators, ready to be looked for in any number of cases.
pub struct Watch<'a> {
    layouts: &'a [Layout],
    entries: &'a [Watched],
    automaton: AhoCorasick,
    /// The indicator that a pattern stands for.
    patterns: Vec<usize>,
    /// Whether any indicator may lie across path and query.
    across: bool,
    /// The shortest run of digits of an indicator that an identifier could hold; nothing where none could.
    in_identifiers: Option<usize>,
    /// The indicators by address, where an address holds nothing but itself.
    in_addresses: Option<HashMap<String, Vec<usize>>>,
}

/// One row that holds one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The indicator, by its index.
    pub entry: usize,
    /// The row.
    pub address: Address,
    /// Its moment.
    pub time: Option<Timestamp>,
    /// The host that wrote it, where the row says.
    pub host: Option<String>,
    /// Its table.
    pub table: String,
    /// The column in which it stands.
    pub column: String,
    /// All that stands there.
    pub value: String,
}

impl<'a> Watch<'a> {
    /// Prepares the search.
    ///
    /// # Errors
    /// When there are too many indicators to be searched at once.
    pub fn new(layouts: &'a [Layout], entries: &'a [Watched]) -> Result<Self, AssessError> {
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for (n, entry) in entries.iter().enumerate() {
            let written: BTreeSet<String> = match entry.kind {
                // As logs write it, as Windows does, and as JSON writes what Windows does.
                WatchKind::Path => ["/", "\\", "\\\\"].map(|separator| entry.value.replace('/', separator)).into(),
                _ => [entry.value.clone(), as_json(&entry.value)].into(),
            };
            patterns.extend(written.iter().map(|_| n));
            texts.extend(written);
        }
        let automaton = automaton(&texts).map_err(|e| AssessError::Table(format!("too many indicators: {e}")))?;
        let across = entries.iter().any(|entry| entry.value.contains(ACROSS));
        let in_identifiers = texts.iter().filter(|text| is_identifier(text)).map(|text| longest_run(text)).min();
        let in_addresses = addresses(entries);
        Ok(Self { layouts, entries, automaton, patterns, across, in_identifiers, in_addresses })
    }

    /// Gives every row that holds an indicator, once for each indicator, by table and in stored order.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn run(&self, tables: &dyn Tables, threads: usize, take: &mut dyn FnMut(Sighting)) -> Result<(), AssessError> {
        let listed = self.listed(tables)?;
        for layout in self.layouts {
            let table = layout.spec.table.as_str();
            let is_text = |kind: ColumnType| matches!(kind, ColumnType::Word | ColumnType::Text);
            let texts = layout.spec.columns.iter().filter(|column| is_text(column.kind));
            let may_hold = |column: &str| listed.get(&(table.to_owned(), column.to_owned())).copied();
            // A column without a list may hold anything.
            let columns: Vec<&str> =
                texts.map(|c| c.name.as_str()).filter(|column| may_hold(column).unwrap_or(true)).collect();
            let joined = self.across && layout.derive.query.is_some();
            if columns.is_empty() && !joined || tables.parts(table) == 0 {
                continue;
            }
            let host = layout.observables.get("host").and_then(|columns| columns.first()).map(String::as_str);
            let mut read: Vec<&str> = ["file_id", "pos", "ts"].into_iter().chain(columns.iter().copied()).collect();
            read.extend(host.filter(|host| !columns.contains(host)));
            let find = |batch: &RecordBatch| Ok(self.batch(layout, batch, &columns, joined));
            // A request is put together from columns by their place, so then all of them are read.
            let read = (!joined).then_some(read.as_slice());
            sweep::sweep(tables, (table, read), threads, &find, &mut |found| found.into_iter().for_each(&mut *take))?;
        }
        Ok(())
    }

    /// For columns whose distinct values are listed: whether one of them holds an indicator.
    fn listed(&self, tables: &dyn Tables) -> Result<BTreeMap<(String, String), bool>, AssessError> {
        let mut listed = BTreeMap::new();
        tables.values(&mut |batch| {
            let column = |name: &str| batch.column_by_name(name);
            let (Some(names), Some(columns), Some(values)) = (column("table"), column("column"), column("value"))
            else {
                return Ok(());
            };
            let mut known: Option<((String, String), bool)> = None;
            for at in 0..batch.num_rows() {
                let cell = |array| text(array, at).unwrap_or_default();
                let (name, column) = (cell(names), cell(columns));
                if known.as_ref().is_none_or(|((n, c), _)| *n != name || *c != column) {
                    if let Some((key, holds)) = known.take() {
                        *listed.entry(key).or_default() |= holds;
                    }
                    known = Some(((name.into_owned(), column.into_owned()), false));
                }
                if let Some((_, holds)) = known.as_mut().filter(|(_, holds)| !holds) {
                    *holds = !self.search(&cell(values)).is_empty();
                }
            }
            if let Some((key, holds)) = known {
                *listed.entry(key).or_default() |= holds;
            }
            Ok(())
        })?;
        Ok(listed)
    }

    /// The sightings in a batch: by row, then by indicator; of several columns the first one counts.
    fn batch(&self, layout: &Layout, batch: &RecordBatch, columns: &[&str], joined: bool) -> Vec<Sighting> {
        let mut seen: BTreeMap<(usize, usize), (&str, String)> = BTreeMap::new();
        for name in columns {
            let Some(array) = batch.column_by_name(name) else { continue };
            each_text(array, &mut |value, rows| {
                for (entry, at) in
                    self.search(value).into_iter().flat_map(|entry| rows.iter().map(move |at| (entry, *at)))
                {
                    seen.entry((at, entry)).or_insert_with(|| (name, value.to_owned()));
                }
            });
        }
        for at in (0..batch.num_rows()).filter(|_| joined) {
            let Some(uri) = (Row { layout, batch, at }).uri() else { continue };
            for entry in self.search(&uri) {
                seen.entry((at, entry)).or_insert_with(|| ("uri", uri.clone()));
            }
        }
        let host = layout.observables.get("host").and_then(|columns| columns.first());
        let host = host.and_then(|name| batch.column_by_name(name));
        let sighting = |((at, entry), (column, value)): ((usize, usize), (&str, String))| {
            let row = Row { layout, batch, at };
            let host = host.and_then(|host| text(host, at)).map(|host| host.into_owned());
            let (address, time) = (row.address(), row.time());
            Sighting { entry, address, time, host, table: layout.spec.table.clone(), column: column.to_owned(), value }
        };
        seen.into_iter().map(sighting).collect()
    }

    /// The indicators that stand in a text, each once.
    fn search(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        // Most texts are an address or an identifier and nothing else, and can hold little.
        if let Some(entries) = self.in_addresses.as_ref().filter(|_| is_dotted(text)) {
            return entries.get(text).cloned().unwrap_or_default();
        }
        // A text that is shorter than what is looked for needs no look at its runs.
        let run = self.in_identifiers.unwrap_or(usize::MAX);
        if is_identifier(text) && (text.len() < run || longest_run(text) < run) {
            return found;
        }
        for hit in self.automaton.find_overlapping_iter(text) {
            let entry = self.patterns[hit.pattern().as_usize()];
            let (before, behind) = (&text.as_bytes()[..hit.start()], &text.as_bytes()[hit.end()..]);
            if stands_alone(self.entries[entry].kind, before, behind) && !found.contains(&entry) {
                found.push(entry);
            }
        }
        found.sort_unstable();
        found
    }
}

/// The indicators that are IPv4 addresses. `None` where another one may stand inside an address.
fn addresses(entries: &[Watched]) -> Option<HashMap<String, Vec<usize>>> {
    let mut addresses: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, entry) in entries.iter().enumerate() {
        let value = &entry.value;
        if value.bytes().any(|b| !b.is_ascii_digit() && b != b'.') {
            continue;
        }
        if !is_dotted(value) || !matches!(entry.kind, WatchKind::Ip | WatchKind::Name) {
            return None;
        }
        addresses.entry(value.clone()).or_default().push(n);
    }
    Some(addresses)
}

/// Whether a text is an IPv4 address as it is mostly written: then it holds no other.
fn is_dotted(text: &str) -> bool {
    let digits = |part: &[u8]| (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    text.len() <= 15 && text.as_bytes().first().is_some_and(u8::is_ascii_digit) && {
        let mut parts = text.as_bytes().split(|b| *b == b'.');
        parts.by_ref().take(4).filter(|part| digits(part)).count() == 4 && parts.next().is_none()
    }
}

/// The longest run of hexadecimal digits in an identifier.
fn longest_run(text: &str) -> usize {
    text.as_bytes().split(|b| *b == b'-').map(<[u8]>::len).max().unwrap_or_default()
}

/// Whether what was found is the thing itself and no part of a longer one: `10.0.0.1` is not in `110.0.0.10`, and
/// `evil.example` not in `evil.example.org`; it is in `www.evil.example`.
fn stands_alone(kind: WatchKind, before: &[u8], behind: &[u8]) -> bool {
    let letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    // A part follows behind a dot; a dot that ends a sentence does not count.
    let goes_on = letter(behind.first()) || (behind.first() == Some(&b'.') && letter(behind.get(1)));
    match kind {
        WatchKind::Ip => {
            let dotted =
                before.last() == Some(&b'.') && digit(before.len().checked_sub(2).and_then(|at| before.get(at)));
            // A mapped address (`::ffff:198.51.100.7`) is that address; a port may follow.
            !letter(before.last()) && !dotted && !goes_on
        }
        WatchKind::Hash => !letter(before.last()) && !letter(behind.first()),
        WatchKind::Name => !letter(before.last()) && !goes_on,
        WatchKind::Url => !letter(before.last()),
        // The end of a path, or a folder.
        WatchKind::Path => !goes_on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_content::WatchKind::{Hash, Ip, Name, Path, Url};

    fn found(kind: WatchKind, value: &str, text: &str) -> bool {
        let entries = [Watched { value: value.into(), kind }];
        !Watch::new(&[], &entries).unwrap().search(text).is_empty()
    }

    /// What is found in a text in one pass over it, however it looks.
    fn found_by_search(watch: &Watch<'_>, text: &str) -> Vec<usize> {
        let slow = Watch {
            in_identifiers: Some(0),
            in_addresses: None,
            automaton: watch.automaton.clone(),
            patterns: watch.patterns.clone(),
            ..*watch
        };
        slow.search(text)
    }

    #[test]
    fn texts_that_can_hold_little_are_told_the_same_without_a_search() {
        let entry = |kind, value: &str| Watched { value: value.into(), kind };
        let hash = "d41d8cd98f00b204e9800998ecf8427e";
        let lists = [
            vec![entry(Ip, "198.51.100.7"), entry(Name, "10.0.0.1"), entry(Hash, hash), entry(Name, "a.example")],
            vec![entry(Ip, "198.51.100.7"), entry(Url, "198.51.100.7"), entry(Name, "cafe-12")],
            vec![entry(Name, "100.7"), entry(Hash, "0123456789abcdef0123456789abcdef01234567")],
        ];
        let texts = [
            "198.51.100.7",
            "198.51.100.70",
            "10.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "0cde28fc-cafe-1299-8d6f-3a5253a4b6e9",
            "cafe-12",
            hash,
            "D41D8CD98F00B204E9800998ECF8427E",
            "d41d8cd98f00b204e9800998ecf8427e0",
            "",
            "-",
        ];
        for list in &lists {
            let watch = Watch::new(&[], list).unwrap();
            for text in texts {
                assert_eq!(watch.search(text), found_by_search(&watch, text), "{text} with {list:?}");
            }
        }
    }

    #[test]
    fn a_thing_is_found_as_itself_only() {
        for (kind, value, text) in [
            (Ip, "198.51.100.7", "198.51.100.7"),
            (Ip, "198.51.100.7", "from 198.51.100.7:443."),
            (Ip, "198.51.100.7", "::ffff:198.51.100.7"),
            (Ip, "198.51.100.7", r#"{"IpAddress":"198.51.100.7"}"#),
            (Ip, "2001:db8::1", "[2001:DB8::1]:443"),
            (Name, "evil.example", "https://www.Evil.example/a"),
            (Name, "shell.aspx", "/owa/auth/shell.aspx"),
            (Name, "shell.aspx", r#"{"Path":"C:\\inetpub\\shell.aspx"}"#),
            (Hash, "d41d8cd98f00b204e9800998ecf8427e", "MD5=D41D8CD98F00B204E9800998ECF8427E,SHA1=x"),
            (Url, "evil.example/a?b=c", "ExternalUrl 'http://evil.example/a?b=c&d'"),
            (Path, "/owa/auth/x.aspx", r"C:\web\owa\auth\X.aspx"),
            (Path, "C:/inetpub/x.aspx", r#"{"TargetFilename":"C:\\inetpub\\x.aspx"}"#),
        ] {
            assert!(found(kind, value, text), "{value} in {text}");
        }
        for (kind, value, text) in [
            (Ip, "98.51.100.7", "198.51.100.7"),
            (Ip, "198.51.100.7", "198.51.100.70"),
            (Ip, "51.100.7.1", "198.51.100.7.1"),
            (Name, "evil.example", "notevil.example"),
            (Name, "evil.example", "evil.example.org"),
            (Name, "shell.aspx", "webshell.aspx"),
            (Hash, "d41d8cd98f00b204e9800998ecf8427e", "ad41d8cd98f00b204e9800998ecf8427e"),
            (Path, "/owa/auth/x.asp", "/owa/auth/x.aspx"),
        ] {
            assert!(!found(kind, value, text), "{value} in {text}");
        }
    }
}
