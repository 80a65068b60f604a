//! What the fields of a line are called, and where each goes.
//!
//! The columns of a log may change within one file, so a header is made anew from each line that names them.

use assize_content::Layout;
use assize_content::layout::{Format, snake_case};
use assize_model::ColumnType;
use std::collections::HashMap;

/// Names in one header at most.
pub(crate) const NAMES_MAX: usize = 1024;

/// Where the value of a field goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// It is the time, or part of it.
    Time,
    /// The query string, which is taken apart.
    Query,
    /// A declared column.
    Column(usize, ColumnType),
    /// No column is declared: its name and value go to `extra`.
    Extra,
}

/// The fields of the lines that follow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    /// The line that named them, to know it again.
    pub(crate) line: String,
    pub(crate) names: Vec<String>,
    pub(crate) targets: Vec<Target>,
    /// The fields that make up the time, in order.
    pub(crate) time: Vec<usize>,
    /// The fields that make up the build: four, or none.
    pub(crate) build: Vec<usize>,
    /// The field that holds typed pairs.
    pub(crate) pairs: Option<usize>,
    /// The field with the path, where the query string still stands behind it.
    pub(crate) joined_query: Option<usize>,
    /// Names that stand more than once.
    pub(crate) twice: Vec<String>,
}

impl Header {
    /// Reads the names of a header. Names are compared without regard to case; of two alike the first counts.
    pub(crate) fn new<'n>(layout: &Layout, line: &str, names: impl Iterator<Item = &'n str>) -> Self {
        let mut header = Self { line: line.to_owned(), ..Self::default() };
        let mut seen: HashMap<String, usize> = HashMap::new();
        for name in names {
            let times = seen.entry(name.to_ascii_lowercase()).or_default();
            let again = std::mem::replace(times, *times + 1);
            let target = if again > 0 { Target::Extra } else { target(layout, name) };
            header.targets.push(target);
            if again > 0 {
                header.twice.push(name.to_owned());
                header.names.push(format!("{name}#{}", again + 1));
            } else {
                header.names.push(name.to_owned());
            }
        }
        header.time = layout.time.iter().filter_map(|source| header.place(source)).collect();
        if header.time.len() < layout.time.len() || header.time.is_empty() {
            header.time = header.names.iter().position(|n| looks_like_time(n)).into_iter().collect();
        }
        if layout.time.is_empty() {
            // The time of an unknown log stays among its fields, as it was written.
        } else if layout.format == Format::ExchangeCsv {
            header.time.iter().for_each(|at| header.targets[*at] = Target::Time);
        }
        if let [_, _, _, _] = layout.derive.build.as_slice() {
            let places: Vec<usize> = layout.derive.build.iter().filter_map(|s| header.place(s)).collect();
            header.build = if places.len() == 4 { places } else { Vec::new() };
        }
        if layout.format == Format::Pattern && !header.targets.contains(&Target::Query) {
            header.joined_query =
                layout.derive.query.as_ref().and(layout.derive.stem.as_ref()).and_then(|s| header.place(s));
        }
        header.pairs = layout.derive.pairs.as_ref().and_then(|p| header.place(&p.from));
        header
    }

    /// The first field of that name.
    fn place(&self, source: &str) -> Option<usize> {
        self.names.iter().position(|n| n.eq_ignore_ascii_case(source))
    }
}

/// Where a field of that name goes. `cs(X-Forwarded-For)` is the header that IIS was told to log under its own name.
fn target(layout: &Layout, name: &str) -> Target {
    if layout.time.iter().any(|t| t.eq_ignore_ascii_case(name)) {
        return Target::Time;
    }
    if layout.derive.query.as_deref().is_some_and(|q| q.eq_ignore_ascii_case(name)) {
        return Target::Query;
    }
    let column = |name: &str| {
        let at = layout
            .spec
            .columns
            .iter()
            .position(|c| c.source.eq_ignore_ascii_case(name) && is_declared(layout, &c.name))?;
        Some(Target::Column(at, layout.spec.columns[at].kind))
    };
    let bare = name.strip_suffix(')').and_then(|n| n.split_once('(')).map(|(_, n)| n);
    column(name).or_else(|| bare.and_then(column)).unwrap_or(Target::Extra)
}

/// Whether a column holds a field of the source, rather than something made out of others.
fn is_declared(layout: &Layout, column: &str) -> bool {
    let pair = layout.derive.pairs.as_ref().is_some_and(|p| p.keys.iter().any(|k| snake_case(k) == column));
    let derived = column == "extra"
        || (column == "build" && !layout.derive.build.is_empty())
        || (layout.derive.query.is_some() && (column == "query_shape" || column.starts_with("q_")));
    !pair && !derived
}

/// `date-time`, `DateTime`, `TimeStamp`, `Timestamp`, and such.
pub(crate) fn looks_like_time(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(name.as_str(), "datetime" | "timestamp" | "datetimeutc" | "time" | "eventtime" | "logtime")
}

/// How many names of a header are columns of the layout, its time included.
pub(crate) fn overlap<'n>(layout: &Layout, names: impl Iterator<Item = &'n str>) -> usize {
    names.filter(|n| target(layout, n) != Target::Extra).count()
}
