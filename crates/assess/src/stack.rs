//! Stacking: which values a field has, and how often. What happens seldom says most.

use crate::row::Row;
use crate::sigma::{RowEvent, Stackable};
use crate::{AssessError, Tables, sweep};
use arrow_array::RecordBatch;
use assize_content::Layout;
use assize_model::Timestamp;
use std::collections::HashMap;

/// Combinations that one stack may have; beyond, it is no stack to look at.
const DISTINCT_MAX: usize = 1_000_000;

/// A table and the fields whose values are counted together.
pub struct Stack<'a> {
    layout: &'a Layout,
    fields: Stackable,
    names: Vec<String>,
}

/// How often something was seen, and when first and last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// The first with a moment.
    pub first: Option<Timestamp>,
    /// The last with a moment.
    pub last: Option<Timestamp>,
}

/// The values of each field, in the order asked for, nothing where it has none; and how often.
pub type Stacks = HashMap<Vec<Option<String>>, Tally>;

impl Tally {
    /// Counts a row.
    pub fn take(&mut self, time: Option<Timestamp>) {
        self.add(&Self { rows: 1, first: time, last: time });
    }

    /// Adds what was seen elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.max(other.last);
    }
}

impl<'a> Stack<'a> {
    /// Stacks fields of a table; fields go by the names of columns, of the source, or of Sigma rules.
    ///
    /// # Errors
    /// When there is no such table or field; says which there are.
    pub fn new(layouts: &'a [Layout], table: &str, names: &[&str]) -> Result<Self, String> {
        let Some(layout) = layouts.iter().find(|layout| layout.spec.table == table) else {
            let tables: Vec<&str> = layouts.iter().map(|layout| layout.spec.table.as_str()).collect();
            return Err(format!("there is no table {table}; there are: {}", tables.join(", ")));
        };
        let fields = Stackable::new(layout);
        if let Some(missing) = names.iter().find(|name| !fields.has(name)) {
            let columns: Vec<&str> = layout.spec.columns.iter().map(|c| c.name.as_str()).collect();
            return Err(format!("the table {table} has no field {missing}; its columns are: {}", columns.join(", ")));
        }
        Ok(Self { layout, fields, names: names.iter().map(|name| (*name).to_owned()).collect() })
    }

    /// Counts the rows of a case that `wanted` takes by their moment, and adds them to `stacks`.
    ///
    /// # Errors
    /// When the table cannot be read, or there are more combinations than can be looked at.
    pub fn run(
        &self,
        tables: &dyn Tables,
        threads: usize,
        wanted: &(dyn Fn(Option<Timestamp>) -> bool + Sync),
        stacks: &mut Stacks,
    ) -> Result<(), AssessError> {
        let mut too_many = false;
        let count = |batch: &RecordBatch| Ok(self.of_batch(batch, wanted));
        sweep::sweep(tables, (&self.layout.spec.table, None), threads, &count, &mut |found| {
            for (values, tally) in found {
                if stacks.len() < DISTINCT_MAX || stacks.contains_key(&values) {
                    stacks.entry(values).or_default().add(&tally);
                } else {
                    too_many = true;
                }
            }
        })?;
        if too_many {
            let why = format!("more than {DISTINCT_MAX} different values; stack fewer fields or a shorter time");
            return Err(AssessError::Table(why));
        }
        Ok(())
    }

    fn of_batch(&self, batch: &RecordBatch, wanted: &(dyn Fn(Option<Timestamp>) -> bool + Sync)) -> Stacks {
        let mut stacks = Stacks::new();
        for at in 0..batch.num_rows() {
            let row = Row { layout: self.layout, batch, at };
            let time = row.time();
            if !wanted(time) {
                continue;
            }
            let event: RowEvent<'_> = self.fields.event(row);
            let values: Vec<Option<String>> = self.names.iter().map(|name| event.text(name)).collect();
            // A row without any of the fields is none of those asked for.
            if values.iter().any(Option::is_some) {
                stacks.entry(values).or_default().take(time);
            }
        }
        stacks
    }
}
