//! What rules ask for and no record has: logs that nothing came of, and fields that are always absent.
//!
//! A rule that looks for a field that nobody records finds nothing, whatever happened. That is worth knowing before its
//! silence is taken for an answer.

use super::fields::Field;
use super::object::same_name;
use crate::row::each_text;
use arrow_array::{Array, ArrayRef, RecordBatch};
use assize_content::Layout;
use assize_model::table::FIXED_COLUMNS;
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is asked for and was not seen yet. Shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Unseen(Mutex<BTreeMap<String, Asked>>);

/// What is asked for of one table.
#[derive(Debug, Default, Clone, PartialEq)]
struct Asked {
    /// Columns, by index in the layout.
    columns: BTreeSet<usize>,
    /// Names in event data.
    names: BTreeSet<String>,
    /// Values of a column of words that make a log of its own, such as a channel of Windows: column and value.
    logs: BTreeSet<(usize, String)>,
}

impl Unseen {
    /// Asks for a field of a table.
    pub(crate) fn field(&mut self, table: &str, field: &Field) {
        let asked = self.table(table);
        match field {
            Field::Column(index) => _ = asked.columns.insert(*index),
            Field::Data(name) => _ = asked.names.insert(name.to_lowercase()),
            // Every request has a path, and none without a query lacks one.
            Field::Uri | Field::Query => {}
        }
    }

    /// Asks for a log of a table.
    pub(crate) fn log(&mut self, table: &str, column: usize, value: &str) {
        self.table(table).logs.insert((column, value.to_lowercase()));
    }

    fn table(&mut self, table: &str) -> &mut Asked {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).entry(table.to_owned()).or_default()
    }

    /// Whether no record had the field.
    pub(crate) fn lacks_field(&self, table: &str, field: &Field) -> bool {
        self.lock().get(table).is_some_and(|asked| match field {
            Field::Column(index) => asked.columns.contains(index),
            Field::Data(name) => asked.names.contains(&name.to_lowercase()),
            Field::Uri | Field::Query => false,
        })
    }

    /// Whether no record was of the log.
    pub(crate) fn lacks_log(&self, table: &str, column: usize, value: &str) -> bool {
        self.lock().get(table).is_some_and(|asked| asked.logs.contains(&(column, value.to_lowercase())))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes off what a batch has.
    pub(crate) fn look(&self, layout: &Layout, batch: &RecordBatch) {
        // A copy: what is looked for is not locked while it is.
        let left = self.lock().get(&layout.spec.table).cloned().unwrap_or_default();
        if left == Asked::default() {
            return;
        }
        let array = |index: usize| batch.columns().get(index + FIXED_COLUMNS.len());
        let has = |index: usize| array(index).is_some_and(|a| a.null_count() < a.len());
        let mut seen =
            Asked { columns: left.columns.iter().copied().filter(|c| has(*c)).collect(), ..Asked::default() };
        for column in left.logs.iter().map(|(column, _)| *column).collect::<BTreeSet<_>>() {
            let Some(words) = array(column) else { continue };
            each_text(words, &mut |text, _| _ = seen.logs.insert((column, text.to_lowercase())));
        }
        if let Some(data) = layout.spec.column("data").and_then(array).filter(|_| !left.names.is_empty()) {
            seen.names = names(data, &left.names);
        }
        if let Some(asked) = self.lock().get_mut(&layout.spec.table) {
            asked.columns.retain(|c| !seen.columns.contains(c));
            asked.names.retain(|n| !seen.names.contains(n));
            asked.logs.retain(|l| !seen.logs.contains(l));
        }
    }
}

/// Which of these names stand in event data. A name ends in `":` there, as nothing inside a value does.
fn names(data: &ArrayRef, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut keys: HashSet<String> = HashSet::new();
    each_text(data, &mut |text, _| {
        let bytes = text.as_bytes();
        for end in memmem::find_iter(bytes, b"\":") {
            let Some(start) = memchr::memrchr(b'"', &bytes[..end]) else { continue };
            let Some(key) = text.get(start + 1..end).filter(|key| !keys.contains(*key)) else { continue };
            keys.insert(key.to_owned());
            seen.extend(wanted.iter().filter(|name| same_name(key, name)).cloned());
        }
    });
    seen
}

#[cfg(test)]
mod tests {
    use super::names;
    use arrow_array::{ArrayRef, StringArray};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    #[test]
    fn a_name_is_seen_where_it_is_one_and_not_inside_a_value() {
        let data = [r#"{"New Value":"x","TargetUserName":"\"Inside\":1","Data":["Listed"]}"#, r#"{"last":1}"#];
        let data: ArrayRef = Arc::new(StringArray::from(data.to_vec()));
        let wanted = ["newvalue", "targetusername", "inside", "listed", "data", "last", "absent"];
        let seen = names(&data, &wanted.map(str::to_owned).into());
        assert_eq!(seen, BTreeSet::from(["data", "last", "newvalue", "targetusername"].map(str::to_owned)));
    }
}
