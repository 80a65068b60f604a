//! Indicators: addresses, hashes, names and agents that others published, where the tables hold them.
//!
//! An address or an agent says who may have come, not what happened: such a sighting is a probe and never raises a
//! verdict. A file on disk with a published hash or path is there: an act that worked.

use crate::group::cite;
use crate::row::Row;
use crate::{Tables, say};
use arrow_array::RecordBatch;
use assize_content::{Indicator, IndicatorKind, Layout, Pack};
use assize_model::finding::{CitedRow, Level, Outcome, ROWS_CITED, Strength, Words};
use assize_model::{Finding, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// What was seen of the indicators of a pack.
pub(crate) struct Sightings<'a> {
    pack: &'a Pack,
    exact: HashMap<(IndicatorKind, String), usize>,
    seen: BTreeMap<(usize, String), Seen>,
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

impl<'a> Sightings<'a> {
    /// Nothing seen yet.
    pub(crate) fn new(pack: &'a Pack) -> Self {
        let exact = pack.indicators.iter().enumerate().map(|(n, i)| ((i.kind, normal(i.kind, &i.value)), n)).collect();
        Self { pack, exact, seen: BTreeMap::new() }
    }

    /// Whether a table can hold any.
    pub(crate) fn wants(&self, layout: &Layout) -> bool {
        let holds = |kind: &str| layout.observables.contains_key(kind);
        !self.pack.indicators.is_empty()
            && (layout.spec.family == "file-system" || OBSERVED.iter().any(|(_, kind)| holds(kind)))
    }

    /// Looks at the values of a batch.
    pub(crate) fn batch(&mut self, layout: &Layout, batch: &RecordBatch, tables: &dyn Tables) {
        if layout.spec.family == "file-system" {
            (0..batch.num_rows()).for_each(|at| self.file(Row { layout, batch, at }, tables));
            return;
        }
        for (kind, observable) in OBSERVED {
            for column in layout.observables.get(observable).into_iter().flatten() {
                self.column(kind, column, layout, batch, tables);
            }
        }
    }

    fn column(&mut self, kind: IndicatorKind, column: &str, layout: &Layout, batch: &RecordBatch, tables: &dyn Tables) {
        // Values repeat: each distinct one is looked up once a batch.
        let mut known: HashMap<String, Option<usize>> = HashMap::new();
        for at in 0..batch.num_rows() {
            let row = Row { layout, batch, at };
            let Some(value) = row.named(column) else { continue };
            let found = match known.get(value.as_ref()) {
                Some(found) => *found,
                None => {
                    let found = self.exact.get(&(kind, normal(kind, &value))).copied();
                    known.insert(value.clone().into_owned(), found);
                    found
                }
            };
            if let Some(indicator) = found {
                self.sight(indicator, row, tables);
            }
        }
    }

    fn file(&mut self, row: Row<'_>, tables: &dyn Tables) {
        let path = row.named("path").unwrap_or_default().to_lowercase().replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let hash = row.named("sha256").unwrap_or_default().to_lowercase();
        let mut found: Vec<usize> = Vec::new();
        found.extend(self.exact.get(&(IndicatorKind::Sha256, hash)));
        found.extend(self.exact.get(&(IndicatorKind::FileName, name)));
        let by_path = self.pack.indicators.iter().enumerate().filter(|(_, i)| i.kind == IndicatorKind::Path);
        found.extend(by_path.filter(|(_, i)| ends_with_path(&path, &normal(i.kind, &i.value))).map(|(n, _)| n));
        for indicator in found {
            self.sight(indicator, row, tables);
        }
    }

    fn sight(&mut self, at: usize, row: Row<'_>, tables: &dyn Tables) {
        let indicator = &self.pack.indicators[at];
        if row.time().is_some_and(|t| !valid(indicator, t)) {
            return;
        }
        let file =
            if is_file(indicator.kind) { row.named("path").unwrap_or_default().into_owned() } else { String::new() };
        let seen = self.seen.entry((at, file)).or_default();
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

    /// One finding an indicator.
    pub(crate) fn findings(self, pack: &Pack) -> Vec<Finding> {
        self.seen.into_iter().map(|((at, file), seen)| finding(pack, &pack.indicators[at], &file, seen)).collect()
    }
}

fn is_file(kind: IndicatorKind) -> bool {
    matches!(kind, IndicatorKind::Sha256 | IndicatorKind::Path | IndicatorKind::FileName)
}

fn valid(indicator: &Indicator, time: Timestamp) -> bool {
    indicator.first_seen.is_none_or(|t| time >= t)
        && indicator.valid_until.is_none_or(|t| time <= t.plus(assize_model::time::DAY))
}

fn normal(kind: IndicatorKind, value: &str) -> String {
    match kind {
        IndicatorKind::UserAgent => value.replace('+', " ").to_lowercase(),
        _ => value.replace('\\', "/").to_lowercase(),
    }
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
        rule: format!("{}/indicator_{kind}", pack.id),
        rule_id: format!("{kind}:{}", indicator.value),
        level: if on_disk { Level::High } else { Level::Low },
        outcome: if on_disk { Outcome::Success } else { Outcome::Probe },
        strength: indicator.strength.min(if on_disk { Strength::Strong } else { Strength::Weak }),
        questions: answers(pack, &seen.family),
        // A page with a published hash is a web shell; other files may be anything.
        techniques: if on_disk && is_page(file) { vec!["T1505.003".into()] } else { Vec::new() },
        family: seen.family,
        vulnerabilities: Vec::new(),
        time: seen.first,
        last: seen.last,
        count: seen.count,
        summary: texts.get("en").map(|w| w.summary.clone()).unwrap_or_default(),
        texts,
        entities: BTreeMap::from([(kind.to_owned(), vec![value.to_owned()])]),
        condition: format!("{} ({})", indicator.value, indicator.source),
        rows: seen.rows,
        adjusted: Vec::new(),
    }
}

/// Endings of pages that a web server runs.
const PAGES: [&str; 5] = [".aspx", ".ashx", ".asmx", ".asp", ".cshtml"];

fn is_page(path: &str) -> bool {
    let path = path.to_lowercase();
    PAGES.iter().any(|ending| path.ends_with(ending))
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
