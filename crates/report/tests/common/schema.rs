//! The part of JSON Schema that ours use, for the tests of this crate and of the command.

use serde_json::Value;

/// What a value says that its schema does not allow.
pub(crate) fn schema_faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, schema, value, "$", &mut faults);
    faults
}

/// The part of JSON Schema that ours use; unlike the standard, a field it does not name is a fault.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let named = root.pointer(name.trim_start_matches('#')).expect("a schema names what it has");
        return check(root, named, value, at, faults);
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = |option: &Value| {
            let mut found = Vec::new();
            check(root, option, value, at, &mut found);
            found.is_empty()
        };
        if !options.iter().any(fits) {
            faults.push(format!("{at}: no option fits {value}"));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |wanted: &Value| wanted.as_array().map_or(wanted == kind, |w| w.iter().any(|k| k == kind));
    if !schema["type"].is_null() && !fits(&schema["type"]) {
        faults.push(format!("{at}: {kind} instead of {}", schema["type"]));
    }
    let named = |list: &Value| list.as_array().is_none_or(|l| l.contains(value));
    if !named(&schema["enum"]) || !schema["const"].is_null() && schema["const"] != *value {
        faults.push(format!("{at}: {value} is not allowed"));
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{at}[{n}]"), faults);
    }
    let Some(object) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            faults.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, inner) in object {
        let known = [&schema["properties"][name], &schema["additionalProperties"]].into_iter().find(|s| !s.is_null());
        match known {
            Some(known) => check(root, known, inner, &format!("{at}.{name}"), faults),
            None => faults.push(format!("{at}.{name} is unknown to the schema")),
        }
    }
}
