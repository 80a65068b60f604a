//! Names of fields in rules, and where a table keeps them.

use super::event::RowEvent;
use crate::row::Row;
use assize_content::{Format, Layout, LogSource};
use assize_model::Column;
use assize_model::query::LIFTED;
use assize_model::table::{ColumnType, FIXED_COLUMNS};
use rsigma_parser::{Detection, Modifier, SigmaRule};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where the value of a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    /// A column, by its index in the layout.
    Column(usize),
    /// Path and query, put together.
    Uri,
    /// The query, put together.
    Query,
    /// A name in the event data.
    Data(String),
}

/// The fields of a table by all their names, whatever the log source.
pub(crate) struct Stackable(Fields);

impl Stackable {
    /// The fields of a table.
    pub(crate) fn new(layout: &Layout) -> Self {
        // A name that some log source spells otherwise may stand as it is in another: `Image` and `NewProcessName`.
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, to) in layout.sigma.iter().flat_map(|source| &source.fields) {
            let places = fields.entry(name.clone()).or_insert_with(|| vec![name.clone()]);
            let more: Vec<String> = to.iter().filter(|place| !places.contains(place)).cloned().collect();
            places.extend(more);
        }
        let whole = LogSource {
            category: None,
            product: None,
            service: None,
            r#where: Vec::new(),
            data: BTreeMap::new(),
            fields,
        };
        Self(Fields::new(layout, &whole))
    }

    /// Whether a name may mean something.
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.0.resolve(name).is_empty()
    }

    /// A row as an event of these fields.
    pub(crate) fn event<'a>(&'a self, row: Row<'a>) -> RowEvent<'a> {
        RowEvent::new(row, &self.0)
    }
}

/// Resolves names for one table and log source. Those that a rule names are looked up once.
pub(crate) struct Fields {
    declared: Vec<(String, Vec<String>)>,
    columns: Vec<(String, String)>,
    /// The column that holds further values by name, as JSON: `data` of events, `extra` of a log without a layout of
    /// its own. A text log may have a column `Data` as well; that one is text like any other.
    pub(crate) data: Option<usize>,
    /// Whether path and query are put together from several columns.
    joins: bool,
    /// The columns that are searched for what all rules look for, by their place in a batch.
    searched: Vec<usize>,
    /// The other columns of text.
    texts: Vec<usize>,
    known: HashMap<String, Vec<Field>>,
}

impl Fields {
    /// For a table and one of its log sources.
    pub(crate) fn new(layout: &Layout, source: &LogSource) -> Self {
        let data = match layout.format {
            Format::Rust => layout.spec.column("data"),
            _ if layout.log_types.iter().any(|t| t == "*") => layout.spec.column("extra"),
            _ => None,
        };
        let uri = uri_columns(layout);
        let joins = !uri.is_empty();
        let place = |n: usize| n + FIXED_COLUMNS.len();
        let searched: Vec<usize> = data.into_iter().chain(uri).map(place).collect();
        let is_text = |(n, column): &(usize, &Column)| {
            !searched.contains(&place(*n)) && matches!(column.kind, ColumnType::Word | ColumnType::Text)
        };
        let texts = layout.spec.columns.iter().enumerate().filter(is_text).map(|(n, _)| place(n)).collect();
        Self {
            texts,
            searched,
            joins,
            declared: source.fields.iter().map(|(name, to)| (name.to_lowercase(), to.clone())).collect(),
            columns: layout.spec.columns.iter().map(|c| (c.source.to_lowercase(), c.name.clone())).collect(),
            data,
            known: HashMap::new(),
        }
    }

    /// Looks up the names that a rule uses.
    pub(crate) fn learn_rule(&mut self, rule: &SigmaRule) {
        rule.detection.named.values().for_each(|detection| self.learn(detection));
    }

    fn learn(&mut self, detection: &Detection) {
        match detection {
            Detection::AllOf(items) => {
                for name in items.iter().filter_map(|i| i.field.name.as_ref()) {
                    let found = self.find(name);
                    self.known.insert(name.clone(), found);
                }
            }
            Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().for_each(|part| self.learn(part)),
            _ => {}
        }
    }

    /// Where a field may be; the first place with a value counts.
    pub(crate) fn resolve(&self, name: &str) -> Cow<'_, [Field]> {
        self.known.get(name).map_or_else(|| Cow::Owned(self.find(name)), |known| Cow::Borrowed(known.as_slice()))
    }

    /// The columns that are searched for what all rules look for, by their place in a batch: the data of events, or what
    /// path and query are put together from.
    pub(crate) fn searched(&self) -> &[usize] {
        &self.searched
    }

    /// The columns of text beside those that are searched for what all rules look for.
    pub(crate) fn text_columns(&self) -> &[usize] {
        &self.texts
    }

    /// Whether some text of a row is put together from several columns.
    pub(crate) fn joins(&self) -> bool {
        self.joins
    }

    /// The columns that decide a rule, where nothing else does: then rows with the same cells there get one answer.
    pub(crate) fn decisive(&self, rule: &SigmaRule) -> Option<Vec<usize>> {
        let mut columns = BTreeSet::new();
        for detection in rule.detection.named.values() {
            self.gather(detection, &mut columns)?;
        }
        Some(columns.into_iter().collect())
    }

    /// The names that a rule asks for, each with a place where it may be.
    pub(crate) fn asked(&self, rule: &SigmaRule) -> Vec<(String, Field)> {
        let mut names = BTreeSet::new();
        rule.detection.named.values().for_each(|detection| names_of(detection, &mut names));
        let places = |name: &String| self.resolve(name).iter().map(|f| (name.clone(), f.clone())).collect::<Vec<_>>();
        names.iter().flat_map(places).collect()
    }

    fn gather(&self, detection: &Detection, columns: &mut BTreeSet<usize>) -> Option<()> {
        match detection {
            Detection::AllOf(items) => {
                for item in items {
                    // A value may name another field, which is not looked up here.
                    let other = [Modifier::FieldRef, Modifier::Expand].iter().any(|m| item.field.modifiers.contains(m));
                    let name = item.field.name.as_ref().filter(|_| !other)?;
                    for field in self.resolve(name).iter() {
                        let Field::Column(index) = field else { return None };
                        columns.insert(*index);
                    }
                }
                Some(())
            }
            Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().try_for_each(|p| self.gather(p, columns)),
            // Words that may stand anywhere, and lists inside a field.
            _ => None,
        }
    }

    fn find(&self, name: &str) -> Vec<Field> {
        let lower = name.to_lowercase();
        if let Some((_, to)) = self.declared.iter().find(|(n, _)| *n == lower) {
            return to.iter().filter_map(|t| self.place(t)).collect();
        }
        self.place(&lower).into_iter().collect()
    }

    /// A column by name here or at the source, a virtual one, or a name in event data.
    fn place(&self, name: &str) -> Option<Field> {
        let lower = name.to_lowercase();
        match lower.as_str() {
            "uri" if self.joins => return Some(Field::Uri),
            "query" if self.joins => return Some(Field::Query),
            _ => {}
        }
        let named = |(source, column): &(String, String)| *source == lower || *column == lower;
        // The column with event data is never meant itself: `Data` in a rule is the list of values without a name.
        if let Some(index) = self.columns.iter().position(named).filter(|index| Some(*index) != self.data) {
            return Some(Field::Column(index));
        }
        self.data.map(|_| Field::Data(name.to_owned()))
    }
}

fn names_of(detection: &Detection, names: &mut BTreeSet<String>) {
    match detection {
        Detection::AllOf(items) => names.extend(items.iter().filter_map(|item| item.field.name.clone())),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().for_each(|part| names_of(part, names)),
        _ => {}
    }
}

/// What path and query are put together from, by index in the layout: path, shape of the query, what was lifted out of
/// it. None where there is no query.
fn uri_columns(layout: &Layout) -> Vec<usize> {
    let shape = layout.derive.query.as_ref().and_then(|_| layout.spec.column("query_shape"));
    let stem = layout.derive.stem.as_deref();
    let stem = stem.and_then(|stem| layout.spec.columns.iter().position(|c| c.source == stem));
    shape.into_iter().flat_map(|shape| stem.into_iter().chain(shape..=shape + LIFTED.len())).collect()
}
