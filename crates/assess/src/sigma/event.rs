//! A row as the exact evaluator sees it.

use super::fields::{Field, Fields};
use super::object::{Member, Object};
use crate::row::Row;
use rsigma_eval::{Event, EventValue};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A row of a table as a Sigma event.
pub(crate) struct RowEvent<'a> {
    row: Row<'a>,
    fields: &'a Fields,
    data: OnceCell<Option<Object<'a>>>,
    /// The same event without blanks at the ends of values, where some value has any.
    trimmed: OnceCell<Option<Box<RowEvent<'a>>>>,
}

impl<'a> RowEvent<'a> {
    /// An event of that row.
    pub(crate) fn new(row: Row<'a>, fields: &'a Fields) -> Self {
        Self { row, fields, data: OnceCell::new(), trimmed: OnceCell::new() }
    }

    /// The event without blanks at the ends of the values of its data; nothing where none has any. Windows writes
    /// `NtLmSsp ` and rules say `NtLmSsp`.
    pub(crate) fn trimmed(&self) -> Option<&RowEvent<'a>> {
        let trim = || {
            let data = OnceCell::from(Some(self.data()?.trimmed()?));
            Some(Box::new(Self { data, trimmed: OnceCell::from(None), ..*self }))
        };
        self.trimmed.get_or_init(trim).as_deref()
    }

    /// The value of a field by any of its names, as text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = self.get_field(name)?;
        Some(value.as_str().map_or_else(|| value.to_json().to_string(), Cow::into_owned))
    }

    /// Whether the event data has one of the values under each name.
    pub(crate) fn holds(&self, wanted: &BTreeMap<String, Vec<String>>) -> bool {
        wanted.iter().all(|(name, values)| {
            let value = self.value(&Field::Data(name.clone()));
            let text = value.as_ref().and_then(EventValue::as_str);
            text.is_some_and(|text| values.iter().any(|v| v.eq_ignore_ascii_case(&text)))
        })
    }

    fn data(&self) -> Option<&Object<'a>> {
        let read = || match self.row.column(self.fields.data?)? {
            Cow::Borrowed(text) => Object::read(text),
            // The column holds text.
            Cow::Owned(_) => None,
        };
        self.data.get_or_init(read).as_ref()
    }

    fn value(&self, field: &Field) -> Option<EventValue<'_>> {
        match field {
            Field::Column(index) => match self.row.number(*index) {
                Some(number) => Some(EventValue::Int(number)),
                None => self.row.column(*index).map(EventValue::Str),
            },
            Field::Uri => self.row.uri().map(|u| EventValue::Str(Cow::Owned(u))),
            Field::Query => self.row.query().map(|q| EventValue::Str(Cow::Owned(q))),
            Field::Data(name) => self.data()?.get(name).map(Member::value),
        }
    }
}

impl Event for RowEvent<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        let places = self.fields.resolve(path);
        places.iter().find_map(|field| self.value(field))
    }

    fn any_string_value(&self, pred: &dyn Fn(&str) -> bool) -> bool {
        self.all_string_values().iter().any(|value| pred(value))
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        let columns = 0..self.row.layout.spec.columns.len();
        let mut values: Vec<Cow<'_, str>> =
            columns.filter(|c| Some(*c) != self.fields.data).filter_map(|c| self.row.column(c)).collect();
        values.extend(self.row.query().map(Cow::Owned));
        values.extend(self.data().into_iter().flat_map(Object::values).flat_map(Member::texts));
        values
    }

    fn to_json(&self) -> Value {
        let columns = self.row.layout.spec.columns.iter().enumerate();
        let object =
            columns.filter_map(|(n, c)| Some((c.source.clone(), Value::String(self.row.column(n)?.into_owned()))));
        Value::Object(object.collect())
    }
}
