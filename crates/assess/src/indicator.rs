//! Indicators: addresses, hashes, names and agents that others published, where the tables hold them.
//!
//! An address or an agent says who may have come, not what happened: such a sighting is a probe and never raises a
//! verdict. A file on disk with a published hash or path is there: an act that worked.

use crate::group::cite;
use crate::row::Row;
use crate::{Tables, say};
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, RecordBatch, StringArray};
use assize_content::{Indicator, IndicatorKind, Layout, Pack};
use assize_model::finding::{CitedRow, Level, Outcome, ROWS_CITED, Strength, Words};
use assize_model::table::FIXED_COLUMNS;
use assize_model::{Finding, Timestamp};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The indicators of all packs, ready to be looked up by any number of threads.
#[derive(Default)]
pub(crate) struct Indicators {
    /// By kind: the indicators of each value in its plain form.
    exact: BTreeMap<IndicatorKind, Exact>,
    /// Ends of paths in their plain form.
    paths: Vec<(String, Place)>,
}

/// An indicator: the number of its pack, and its own there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    pack: usize,
    indicator: usize,
}

/// The indicators of one kind.
#[derive(Default)]
struct Exact {
    values: HashMap<String, Vec<Place>>,
    /// The lengths that they have, in bytes.
    lengths: BTreeSet<usize>,
}

/// A row of a batch in which an indicator stands.
pub(crate) struct Sighted {
    place: Place,
    /// The row.
    pub(crate) row: usize,
}

/// What was seen of the indicators of all packs.
pub(crate) struct Sightings<'a> {
    packs: Vec<&'a Pack>,
    seen: BTreeMap<(Place, String), Seen>,
}

#[derive(Default)]
struct Seen {
    family: String,
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    rows: Vec<CitedRow>,
}

/// The kind of observable that holds the value of an indicator, outside of files.
const OBSERVED: [(IndicatorKind, &str); 2] = [(IndicatorKind::Ip, "ip"), (IndicatorKind::UserAgent, "agent")];

impl Indicators {
    pub(crate) fn new(packs: &[&Pack]) -> Self {
        let mut indicators = Self::default();
        for (pack, of) in packs.iter().enumerate() {
            for (n, indicator) in of.indicators.iter().enumerate() {
                let (value, place) =
                    (normal(indicator.kind, &indicator.value).into_owned(), Place { pack, indicator: n });
                if indicator.kind == IndicatorKind::Path {
                    indicators.paths.push((value, place));
                } else {
                    indicators.exact.entry(indicator.kind).or_default().learn(value, place);
                }
            }
        }
        indicators
    }

    /// Whether a table can hold any.
    pub(crate) fn wants(&self, layout: &Layout) -> bool {
        let holds = |kind: &str| layout.observables.contains_key(kind);
        let any = !self.exact.is_empty() || !self.paths.is_empty();
        any && (layout.spec.family == "file-system" || OBSERVED.iter().any(|(_, kind)| holds(kind)))
    }

    /// Looks at the values of a batch.
    pub(crate) fn find(&self, layout: &Layout, batch: &RecordBatch) -> Vec<Sighted> {
        let mut found = Vec::new();
        if layout.spec.family == "file-system" {
            (0..batch.num_rows()).for_each(|at| self.file(Row { layout, batch, at }, &mut found));
            return found;
        }
        for (kind, observable) in OBSERVED {
            let Some(exact) = self.exact.get(&kind) else { continue };
            for column in layout.observables.get(observable).into_iter().flatten() {
                observed((kind, exact), column, layout, batch, &mut found);
            }
        }
        found
    }

    fn file(&self, row: Row<'_>, found: &mut Vec<Sighted>) {
        let path = row.named("path").unwrap_or_default();
        let path = normal(IndicatorKind::Path, &path);
        let name = path.rsplit('/').next().unwrap_or_default();
        let hash = row.named("sha256").unwrap_or_default();
        let exact = [(IndicatorKind::Sha256, &*hash), (IndicatorKind::FileName, name)];
        let exact = exact.iter().flat_map(|(kind, value)| self.exact.get(kind).map_or(&[][..], |e| e.of(*kind, value)));
        let by_path = self.paths.iter().filter(|(end, _)| ends_with_path(&path, end)).map(|(_, place)| place);
        found.extend(exact.chain(by_path).map(|place| Sighted { place: *place, row: row.at }));
    }
}

impl Exact {
    fn learn(&mut self, value: String, place: Place) {
        self.lengths.insert(value.len());
        let places = self.values.entry(value).or_default();
        // Of two in a pack that say the same the last one counts.
        places.retain(|known| known.pack != place.pack);
        places.push(place);
    }

    /// The indicators of a value as it is written.
    fn of(&self, kind: IndicatorKind, value: &str) -> &[Place] {
        // Small letters are as long as large ones, within ASCII.
        if value.is_ascii() && !self.lengths.contains(&value.len()) {
            return &[];
        }
        self.values.get(&*normal(kind, value)).map_or(&[], Vec::as_slice)
    }
}

/// Looks at one column.
fn observed(
    (kind, exact): (IndicatorKind, &Exact),
    column: &str,
    layout: &Layout,
    batch: &RecordBatch,
    found: &mut Vec<Sighted>,
) {
    let mut see =
        |places: &[Place], row: usize| found.extend(places.iter().map(|place| Sighted { place: *place, row }));
    let array = layout.spec.column(column).and_then(|c| batch.columns().get(c + FIXED_COLUMNS.len()));
    // Values repeat: each distinct one is looked up once a batch.
    if let Some(words) = array.and_then(|a| a.as_any().downcast_ref::<DictionaryArray<Int32Type>>())
        && let Some(values) = words.values().as_any().downcast_ref::<StringArray>()
    {
        let hits: Vec<&[Place]> = values.iter().map(|v| v.map_or(&[][..], |v| exact.of(kind, v))).collect();
        if hits.iter().any(|places| !places.is_empty()) {
            let hit = |key: Option<i32>| hits.get(usize::try_from(key?).ok()?).copied();
            words.keys().iter().enumerate().for_each(|(at, key)| see(hit(key).unwrap_or_default(), at));
        }
        return;
    }
    for at in 0..batch.num_rows() {
        if let Some(value) = (Row { layout, batch, at }).named(column) {
            see(exact.of(kind, &value), at);
        }
    }
}

impl<'a> Sightings<'a> {
    /// Nothing seen yet.
    pub(crate) fn new(packs: &[&'a Pack]) -> Self {
        Self { packs: packs.to_vec(), seen: BTreeMap::new() }
    }

    /// Takes what was found in a batch. `row` gives the row of a sighting by the number it had there.
    pub(crate) fn take<'r>(&mut self, found: &[Sighted], row: impl Fn(usize) -> Row<'r>, tables: &dyn Tables) {
        found.iter().for_each(|sighted| self.sight(sighted.place, row(sighted.row), tables));
    }

    fn sight(&mut self, place: Place, row: Row<'_>, tables: &dyn Tables) {
        let indicator = &self.packs[place.pack].indicators[place.indicator];
        if row.time().is_some_and(|t| !valid(indicator, t)) {
            return;
        }
        let file =
            if is_file(indicator.kind) { row.named("path").unwrap_or_default().into_owned() } else { String::new() };
        let seen = self.seen.entry((place, file)).or_default();
        seen.count += 1;
        if seen.family.is_empty() {
            row.layout.spec.family.clone_into(&mut seen.family);
        }
        if let Some(time) = row.time() {
            seen.first = Some(seen.first.map_or(time, |t| t.min(time)));
            seen.last = seen.last.max(Some(time));
        }
        if seen.rows.len() < ROWS_CITED {
            let columns = [
                "path",
                "sha256",
                "size",
                "cs_method",
                "cs_uri_stem",
                "c_ip",
                "cs_user_agent",
                "sc_status",
                "client_ip_address",
                "url_stem",
                "user_agent",
                "http_status",
            ];
            let fields = columns.iter().filter_map(|c| Some(((*c).to_owned(), row.named(c)?.into_owned()))).collect();
            seen.rows.push(cite(row, tables, fields));
        }
    }

    /// One finding an indicator, of each pack in turn.
    pub(crate) fn findings(self) -> Vec<Vec<Finding>> {
        let mut findings: Vec<Vec<Finding>> = self.packs.iter().map(|_| Vec::new()).collect();
        for ((place, file), seen) in self.seen {
            let pack = self.packs[place.pack];
            findings[place.pack].push(finding(pack, &pack.indicators[place.indicator], &file, seen));
        }
        findings
    }
}

fn is_file(kind: IndicatorKind) -> bool {
    matches!(kind, IndicatorKind::Sha256 | IndicatorKind::Path | IndicatorKind::FileName)
}

fn valid(indicator: &Indicator, time: Timestamp) -> bool {
    indicator.first_seen.is_none_or(|t| time >= t)
        && indicator.valid_until.is_none_or(|t| time <= t.plus(assize_model::time::DAY))
}

/// The plain form of a value; most have it already.
fn normal(kind: IndicatorKind, value: &str) -> Cow<'_, str> {
    let (written, plain) = if kind == IndicatorKind::UserAgent { ('+', " ") } else { ('\\', "/") };
    if value.chars().all(|c| c.is_ascii() && !c.is_ascii_uppercase() && c != written) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(value.replace(written, plain).to_lowercase())
}

fn ends_with_path(path: &str, end: &str) -> bool {
    let end = end.trim_start_matches('/');
    path == end || path.strip_suffix(end).is_some_and(|head| head.ends_with('/'))
}

fn finding(pack: &Pack, indicator: &Indicator, file: &str, seen: Seen) -> Finding {
    let on_disk = is_file(indicator.kind);
    let kind = match indicator.kind {
        IndicatorKind::Ip => "ip",
        IndicatorKind::UserAgent => "agent",
        _ => "path",
    };
    let value = if on_disk { file } else { indicator.value.as_str() };
    let texts: BTreeMap<String, Words> =
        ["en", "fr"].iter().map(|l| ((*l).to_owned(), words(pack, indicator, value, &seen, l))).collect();
    Finding {
        id: String::new(),
        key: String::new(),
        rule: format!("{}/indicator_{kind}", pack.id),
        rule_id: format!("{kind}:{}", indicator.value),
        level: if on_disk { Level::High } else { Level::Low },
        outcome: if on_disk { Outcome::Success } else { Outcome::Probe },
        strength: indicator.strength.min(if on_disk { Strength::Strong } else { Strength::Weak }),
        questions: answers(pack, &seen.family),
        // A page with a published hash is a web shell; other files may be anything.
        techniques: if on_disk && assize_model::file::is_page(file) { vec!["T1505.003".into()] } else { Vec::new() },
        family: seen.family,
        vulnerabilities: Vec::new(),
        time: seen.first,
        last: seen.last,
        moments: Vec::new(),
        count: seen.count,
        summary: texts.get("en").map(|w| w.summary.clone()).unwrap_or_default(),
        texts,
        entities: BTreeMap::from([(kind.to_owned(), vec![value.to_owned()])]),
        condition: format!("{} ({})", indicator.value, indicator.source),
        rows: seen.rows,
        adjusted: Vec::new(),
        suppressed: None,
    }
}

/// The questions of a pack that files answer, where the sighting is a file.
fn answers(pack: &Pack, family: &str) -> Vec<String> {
    let asks = |q: &&assize_content::Question| q.mandatory && q.any_of.iter().all(|s| s.state);
    if family != "file-system" {
        return Vec::new();
    }
    pack.questions.iter().filter(asks).map(|q| q.name.clone()).collect()
}

/// The words of a sighting: of the pack where it has them (`indicator-ip`), else these.
fn words(pack: &Pack, indicator: &Indicator, value: &str, seen: &Seen, language: &str) -> Words {
    let moment = |t: Option<Timestamp>| t.map_or_else(String::new, |t| say::moment(language, t));
    let (first, source, count) = (moment(seen.first), &indicator.source, seen.count);
    let id = match indicator.kind {
        IndicatorKind::Ip => "indicator-ip",
        IndicatorKind::UserAgent => "indicator-agent",
        _ => "indicator-file",
    };
    let args = BTreeMap::from([
        ("value".to_owned(), value.to_owned()),
        ("indicator".to_owned(), indicator.value.clone()),
        ("source".to_owned(), source.clone()),
        ("note".to_owned(), indicator.note.clone()),
        ("count".to_owned(), count.to_string()),
        ("first".to_owned(), first.clone()),
    ]);
    if pack.texts.has(id) {
        return crate::group::words(pack, id, language, &args);
    }
    let (title, summary) = match (language, id) {
        ("fr", "indicator-file") => (
            "Fichier signalé par d’autres",
            format!("{value} porte un nom ou une empreinte qui figurent sur une liste de cette campagne ({source})."),
        ),
        ("fr", _) => (
            "Adresse ou client signalés par d’autres",
            format!(
                "{value} figure sur une liste de cette campagne ({source}) et apparaît dans {count} lignes à partir du {first}. Cela seul ne dit pas ce qui s’est passé."
            ),
        ),
        (_, "indicator-file") => (
            "File that others reported",
            format!("{value} has a name or a hash that is on a list of this campaign ({source})."),
        ),
        _ => (
            "Address or client that others reported",
            format!(
                "{value} is on a list of this campaign ({source}) and stands in {count} rows from {first} on. That alone does not say what happened."
            ),
        ),
    };
    Words { title: title.into(), summary, meaning: String::new(), otherwise: indicator.note.clone() }
}
