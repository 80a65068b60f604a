//! Looking for indicators of others in every text of a case.
//!
//! All indicators are searched in one pass. First it is told which columns of which parts of tables may hold one: by the
//! distinct values of columns where nothing else is known, or by the words of all columns where they were noted. Of
//! the others no row is read. Elsewhere each distinct value of a batch is looked at once, and each text.

use crate::row::{Row, each_text, text};
use crate::sigma::{as_json, automaton, is_identifier};
use crate::sweep::in_order;
use crate::words::needed;
use crate::{AssessError, Tables};
use aho_corasick::AhoCorasick;
use arrow_array::RecordBatch;
use assize_case::{ColumnWords, is_letter};
use assize_content::{Layout, WatchKind, Watched};
use assize_model::table::ColumnType;
use assize_model::{Address, Timestamp};
use hashbrown::HashMap as WordMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Separators of a web request: an indicator with one of them may lie across columns.
const ACROSS: [char; 4] = ['?', '&', ';', '='];

/// Indicators, ready to be looked for in any number of cases.
pub struct Watch<'a> {
    layouts: &'a [Layout],
    entries: &'a [Watched],
    search: Search<'a>,
    /// Whether any indicator may lie across path and query.
    across: bool,
}

/// Where in a case which indicators may stand.
pub struct Plan<'a> {
    places: Vec<Place<'a>>,
    /// Some of the indicators; all if `None`.
    search: Option<Search<'a>>,
}

/// Columns of one part of a table.
struct Place<'a> {
    layout: &'a Layout,
    part: usize,
    columns: Vec<&'a str>,
    /// Whether path and query are looked at together, too.
    joined: bool,
}

/// The search for some indicators in a text.
struct Search<'a> {
    entries: &'a [Watched],
    automaton: AhoCorasick,
    /// The indicator that a pattern stands for.
    patterns: Vec<usize>,
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
        let search = Search::new(entries, 0..entries.len())?;
        let across = entries.iter().any(|entry| entry.value.contains(ACROSS));
        Ok(Self { layouts, entries, search, across })
    }

    /// Where to look when no more than the lists of distinct values is known of a case.
    ///
    /// # Errors
    /// When the lists cannot be read.
    pub fn by_values(&self, tables: &dyn Tables) -> Result<Plan<'a>, AssessError> {
        let listed = self.listed(tables)?;
        let mut places = Vec::new();
        for layout in self.layouts {
            let table = layout.spec.table.as_str();
            let may_hold = |column: &str| listed.get(&(table.to_owned(), column.to_owned())).copied();
            // A column without a list may hold anything.
            let columns: Vec<&str> = texts_of(layout).filter(|column| may_hold(column).unwrap_or(true)).collect();
            let joined = self.joined(layout);
            let parts = if columns.is_empty() && !joined { 0 } else { tables.parts(table) };
            places.extend((0..parts).map(|part| Place { layout, part, columns: columns.clone(), joined }));
        }
        Ok(Plan { places, search: None })
    }

    /// Where to look when the words of a case are known, as [`assize_case::Case::words`] gives them.
    ///
    /// # Errors
    /// When the words cannot be read.
    pub fn by_words(
        &self,
        tables: &dyn Tables,
        words: impl Iterator<Item = Result<ColumnWords, AssessError>>,
    ) -> Result<Plan<'a>, AssessError> {
        let mut needs = Needs::new(self.entries);
        let by_part = needs.by_part(words)?;
        let mut places = Vec::new();
        for layout in self.layouts {
            for part in 0..tables.parts(&layout.spec.table) {
                let known = u32::try_from(part).ok().and_then(|part| by_part.get(&(layout.spec.table.clone(), part)));
                let Some(known) = known else {
                    // Of a part of which nothing is known, anything may be in it.
                    needs.may_be.extend(0..self.entries.len());
                    places.push(self.whole(layout, part));
                    continue;
                };
                let columns: Vec<&str> = texts_of(layout).filter(|column| known.columns.contains(*column)).collect();
                let joined = self.joined(layout) && known.across;
                if joined || !columns.is_empty() {
                    places.push(Place { layout, part, columns, joined });
                }
            }
        }
        let some = needs.may_be.len() < self.entries.len();
        let search = some.then(|| Search::new(self.entries, needs.may_be.iter().copied())).transpose()?;
        Ok(Plan { places, search })
    }

    fn joined(&self, layout: &Layout) -> bool {
        self.across && layout.derive.query.is_some()
    }

    fn whole(&self, layout: &'a Layout, part: usize) -> Place<'a> {
        Place { layout, part, columns: texts_of(layout).collect(), joined: self.joined(layout) }
    }

    /// Gives every row that holds an indicator, once for each indicator, by table and in stored order.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn run(
        &self,
        tables: &dyn Tables,
        plan: &Plan<'a>,
        threads: usize,
        take: &mut dyn FnMut(Sighting),
    ) -> Result<(), AssessError> {
        let search = plan.search.as_ref().unwrap_or(&self.search);
        let look = |at: usize| search.place(tables, &plan.places[at]);
        in_order(plan.places.len(), threads, &look, &mut |seen| seen.into_iter().for_each(&mut *take))
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
                    *holds = !self.search.text(&cell(values)).is_empty();
                }
            }
            if let Some((key, holds)) = known {
                *listed.entry(key).or_default() |= holds;
            }
            Ok(())
        })?;
        Ok(listed)
    }
}

impl Plan<'_> {
    /// The parts of tables in which something may stand: table and number.
    pub fn parts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.places.iter().map(|place| (place.layout.spec.table.as_str(), place.part))
    }
}

/// The columns of a table that hold text.
fn texts_of(layout: &Layout) -> impl Iterator<Item = &str> {
    let is_text = |kind: ColumnType| matches!(kind, ColumnType::Word | ColumnType::Text);
    layout.spec.columns.iter().filter(move |column| is_text(column.kind)).map(|column| column.name.as_str())
}

/// The words that indicators need.
struct Needs {
    /// The ways of writing an indicator: the indicator, all words that a text must hold, and whether it may lie across columns.
    ways: Vec<(usize, Vec<u64>, bool)>,
    /// The ways by one of their words, and no way where a word is needed beside another.
    by_word: WordMap<u64, Vec<usize>>,
    /// The indicators that may be somewhere.
    may_be: BTreeSet<usize>,
}

/// What the words of a part of a table tell.
#[derive(Default)]
struct Known {
    /// The columns that may hold an indicator.
    columns: BTreeSet<String>,
    /// Whether path and query may hold one together.
    across: bool,
    /// Of the words that are asked for, those in any column.
    words: Vec<u64>,
}

impl Needs {
    fn new(entries: &[Watched]) -> Self {
        let mut ways = Vec::new();
        let mut by_word: WordMap<u64, Vec<usize>> = WordMap::new();
        for (n, entry) in entries.iter().enumerate() {
            let across = entry.value.contains(ACROSS);
            ways.extend(written(entry).iter().map(|text| (n, needed(entry.kind, text), across)));
        }
        ways.dedup();
        for word in ways.iter().flat_map(|(_, words, _)| words) {
            by_word.entry(*word).or_default();
        }
        let mut needs = Self { ways, by_word, may_be: BTreeSet::new() };
        needs.hang();
        needs
    }

    /// Hangs each way on the word that the fewest of them need: `owa` is in every other path.
    fn hang(&mut self) {
        let mut count: WordMap<u64, usize> = WordMap::new();
        self.ways.iter().flat_map(|(_, words, _)| words).for_each(|word| *count.entry(*word).or_default() += 1);
        for (n, (_, words, _)) in self.ways.iter().enumerate() {
            let rarest = words.iter().min_by_key(|word| (count.get(*word), **word));
            rarest.and_then(|word| self.by_word.get_mut(word)).into_iter().for_each(|ways| ways.push(n));
        }
    }

    /// What is told of each part, by table and number.
    fn by_part(
        &mut self,
        words: impl Iterator<Item = Result<ColumnWords, AssessError>>,
    ) -> Result<BTreeMap<(String, u32), Known>, AssessError> {
        let mut parts: BTreeMap<(String, u32), Known> = BTreeMap::new();
        let anywhere: BTreeSet<usize> = self.ways.iter().filter(|w| w.1.is_empty()).map(|w| w.0).collect();
        let anywhere_across = self.ways.iter().any(|(_, words, across)| *across && words.is_empty());
        for column in words {
            let ColumnWords { table, part, column, words } = column?;
            let known = parts.entry((table, part)).or_default();
            let asked =
                words.map(|words| words.into_iter().filter(|w| self.by_word.contains_key(w)).collect::<Vec<_>>());
            let ways = asked.as_ref().map(|asked| self.met(asked));
            let held = match &ways {
                Some(ways) => !ways.is_empty() || !anywhere.is_empty(),
                None => true,
            };
            match ways {
                Some(ways) => self.may_be.extend(ways.into_iter().map(|way| self.ways[way].0)),
                // Too many words to be kept: any of them may be there.
                None => self.may_be.extend(self.ways.iter().map(|way| way.0)),
            }
            if held {
                known.columns.insert(column);
            }
            known.across |= asked.is_none() || anywhere_across;
            known.words.extend(asked.into_iter().flatten());
        }
        self.may_be.extend(anywhere);
        for known in parts.values_mut() {
            known.words.sort_unstable();
            let across: Vec<usize> = self.met(&known.words).into_iter().filter(|way| self.ways[*way].2).collect();
            known.across |= !across.is_empty();
            self.may_be.extend(across.iter().map(|way| self.ways[*way].0));
        }
        Ok(parts)
    }

    /// The ways of which all words are among these, which are sorted.
    fn met(&self, asked: &[u64]) -> Vec<usize> {
        let ways = asked.iter().filter_map(|word| self.by_word.get(word)).flatten().copied();
        ways.filter(|way| self.ways[*way].1.iter().all(|word| asked.binary_search(word).is_ok())).collect()
    }
}

/// An indicator as it may be written.
fn written(entry: &Watched) -> BTreeSet<String> {
    match entry.kind {
        // As logs write it, as Windows does, and as JSON writes what Windows does.
        WatchKind::Path => ["/", "\\", "\\\\"].map(|separator| entry.value.replace('/', separator)).into(),
        _ => [entry.value.clone(), as_json(&entry.value)].into(),
    }
}

impl<'a> Search<'a> {
    /// Prepares the search for those indicators that are chosen.
    fn new(entries: &'a [Watched], chosen: impl Iterator<Item = usize> + Clone) -> Result<Self, AssessError> {
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for n in chosen.clone() {
            let written = written(&entries[n]);
            patterns.extend(written.iter().map(|_| n));
            texts.extend(written);
        }
        let automaton = automaton(&texts).map_err(|e| AssessError::Table(format!("too many indicators: {e}")))?;
        let in_identifiers = texts.iter().filter(|text| is_identifier(text)).map(|text| longest_run(text)).min();
        let in_addresses = addresses(chosen.map(|n| (n, &entries[n])));
        Ok(Self { entries, automaton, patterns, in_identifiers, in_addresses })
    }

    /// The sightings in one part of a table.
    fn place(&self, tables: &dyn Tables, place: &Place<'_>) -> Result<Vec<Sighting>, AssessError> {
        let Place { layout, part, columns, joined } = place;
        let host = layout.observables.get("host").and_then(|columns| columns.first()).map(String::as_str);
        let mut read: Vec<&str> = ["file_id", "pos", "ts"].into_iter().chain(columns.iter().copied()).collect();
        read.extend(host.filter(|host| !columns.contains(host)));
        // A request is put together from columns by their place, so then all of them are read.
        let read = (!joined).then_some(read.as_slice());
        let mut seen = Vec::new();
        tables.scan_part(&layout.spec.table, *part, read, &mut |batch| {
            seen.extend(self.batch(layout, batch, columns, *joined));
            Ok(())
        })?;
        Ok(seen)
    }

    /// The sightings in a batch: by row, then by indicator; of several columns the first one counts.
    fn batch(&self, layout: &Layout, batch: &RecordBatch, columns: &[&str], joined: bool) -> Vec<Sighting> {
        let mut seen: BTreeMap<(usize, usize), (&str, String)> = BTreeMap::new();
        for name in columns {
            let Some(array) = batch.column_by_name(name) else { continue };
            each_text(array, &mut |value, rows| {
                for (entry, at) in
                    self.text(value).into_iter().flat_map(|entry| rows.iter().map(move |at| (entry, *at)))
                {
                    seen.entry((at, entry)).or_insert_with(|| (name, value.to_owned()));
                }
            });
        }
        for at in (0..batch.num_rows()).filter(|_| joined) {
            let Some(uri) = (Row { layout, batch, at }).uri() else { continue };
            for entry in self.text(&uri) {
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
    fn text(&self, text: &str) -> Vec<usize> {
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
fn addresses<'e>(entries: impl Iterator<Item = (usize, &'e Watched)>) -> Option<HashMap<String, Vec<usize>>> {
    let mut addresses: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, entry) in entries {
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
    let letter = |b: Option<&u8>| b.is_some_and(|b| is_letter(*b));
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
    use proptest::prelude::*;

    fn search(entries: &[Watched]) -> Search<'_> {
        Search::new(entries, 0..entries.len()).unwrap()
    }

    fn found(kind: WatchKind, value: &str, text: &str) -> bool {
        let entries = [Watched { value: value.into(), kind }];
        !search(&entries).text(text).is_empty()
    }

    /// What is found in a text in one pass over it, however it looks.
    fn found_by_search(search: &Search<'_>, text: &str) -> Vec<usize> {
        let slow = Search {
            in_identifiers: Some(0),
            in_addresses: None,
            automaton: search.automaton.clone(),
            patterns: search.patterns.clone(),
            ..*search
        };
        slow.text(text)
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
            let search = search(list);
            for text in texts {
                assert_eq!(search.text(text), found_by_search(&search, text), "{text} with {list:?}");
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

    /// What the words of one column tell of it: whether it has to be read.
    fn told(entries: &[Watched], texts: &[&str]) -> bool {
        let mut needs = Needs::new(entries);
        let column = ColumnWords::of("t", 0, "c", texts);
        let parts = needs.by_part(std::iter::once(Ok(column))).unwrap();
        !parts[&("t".to_owned(), 0)].columns.is_empty()
    }

    #[test]
    fn words_tell_columns_that_need_not_be_read() {
        let entry = |kind, value: &str| Watched { value: value.into(), kind };
        let list = [entry(Ip, "198.51.100.7"), entry(Path, "/owa/auth/x.aspx"), entry(Name, "evil.example")];
        assert!(!told(&list, &["198.51.100.70", "/owa/auth/y.aspx", "x.aspx.txt", "evil.example.org", "auth owa"]));
        assert!(told(&list, &["::ffff:198.51.100.7"]) && told(&list, &["www.EVIL.example."]));
        assert!(told(&list, &[r"C:\\web\\owa\\auth\\x.aspx"]));
        // Without a word of its own, an indicator may be anywhere.
        assert!(told(&[entry(Url, "evil")], &["x"]));
    }

    proptest! {
        /// Whatever is found in a text, the words of the text tell that it may be there.
        #[test]
        fn words_tell_of_all_that_is_found(
            value in r"[aB0./\\:?= é_-]{1,6}",
            around in prop::collection::vec(r"[aB0./\\:?= é_-]{0,3}", 2),
            kind in prop::sample::select(vec![Ip, Hash, Url, Path, Name]),
        ) {
            let value = if kind == Path { value.replace('\\', "/") } else { value };
            let text = format!("{}{value}{}", around[0], around[1]);
            let entries = [Watched { value, kind }];
            if !found_by_search(&search(&entries), &text).is_empty() {
                prop_assert!(told(&entries, &[&text]), "{entries:?} in {text:?}");
            }
        }
    }
}
