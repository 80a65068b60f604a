//! One event put into the columns of a row, whatever wrote it as JSON.

use super::node::Node;
use crate::json;
use assize_model::table::CARVED;
use assize_model::{Rows, Spec, Timestamp};
use std::borrow::Cow;

/// The columns of the table, by index.
pub(crate) struct Columns {
    channel: usize,
    provider: usize,
    event_id: usize,
    level: usize,
    task: usize,
    opcode: usize,
    keywords: usize,
    computer: usize,
    record_id: usize,
    user_sid: usize,
    process_id: usize,
    thread_id: usize,
    data: usize,
    message: usize,
    pub(super) carved: usize,
}

impl Columns {
    /// `None` when the layout lacks one of them.
    pub(crate) fn of(spec: &Spec) -> Option<Self> {
        Some(Self {
            channel: spec.column("channel")?,
            provider: spec.column("provider")?,
            event_id: spec.column("event_id")?,
            level: spec.column("level")?,
            task: spec.column("task")?,
            opcode: spec.column("opcode")?,
            keywords: spec.column("keywords")?,
            computer: spec.column("computer")?,
            record_id: spec.column("record_id")?,
            user_sid: spec.column("user_sid")?,
            process_id: spec.column("process_id")?,
            thread_id: spec.column("thread_id")?,
            data: spec.column("data")?,
            message: spec.column("message")?,
            carved: spec.column(CARVED)?,
        })
    }
}

/// Most events have no more data than this.
const DATA_BYTES: usize = 2048;

/// Fills a row from an event of the form `{"Event":{"System":...,"EventData":...}}` and gives its time.
pub(crate) fn fill_event(rows: &mut Rows<'_>, columns: &Columns, event: Node<'_>) -> Option<Timestamp> {
    let [system, rendering] = event.pick(["System", "RenderingInfo"]);
    let [channel, provider, id, level, task, opcode, bits, computer, record_id, security, execution, created] = system?
        .pick([
            "Channel",
            "Provider",
            "EventID",
            "Level",
            "Task",
            "Opcode",
            "Keywords",
            "Computer",
            "EventRecordID",
            "Security",
            "Execution",
            "TimeCreated",
        ]);
    text(rows, columns.channel, channel);
    text(rows, columns.provider, part(provider, "Name").or_else(|| part(provider, "EventSourceName")));
    number(rows, columns.event_id, id);
    number(rows, columns.level, level);
    number(rows, columns.task, task);
    number(rows, columns.opcode, opcode);
    keywords(rows, columns.keywords, bits);
    text(rows, columns.computer, computer);
    number(rows, columns.record_id, record_id);
    text(rows, columns.user_sid, part(security, "UserID"));
    number(rows, columns.process_id, part(execution, "ProcessID"));
    number(rows, columns.thread_id, part(execution, "ThreadID"));
    let mut data = String::with_capacity(DATA_BYTES);
    for (name, value) in event.members() {
        if name == "EventData" || name == "UserData" || name == "ProcessingErrorData" {
            flatten(&mut data, value);
        }
    }
    finish(rows, columns, data, rendering.and_then(|rendering| rendering.get("Message")));
    part(created, "SystemTime").and_then(Node::text).and_then(|t| Timestamp::parse(&t))
}

/// An attribute of an element. Some writers put attributes beside the text, or leave the element flat.
fn part<'t>(element: Option<Node<'t>>, name: &str) -> Option<Node<'t>> {
    element?.get("#attributes").and_then(|attributes| attributes.get(name)).or_else(|| element?.get(name))
}

/// Fills a row from one line of a log shipper and gives its time; `None` for the number when it is no event.
pub(crate) fn fill_shipped(rows: &mut Rows<'_>, columns: &Columns, line: Node<'_>) -> Option<Option<Timestamp>> {
    if let Some(event) = line.get("Event").filter(|e| e.get("System").is_some()) {
        return Some(fill_event(rows, columns, event));
    }
    if let Some(winlog) = line.get("winlog") {
        return winlogbeat(rows, columns, line, winlog);
    }
    nxlog(rows, columns, line)
}

/// Names that NXLog and its kin give to what `System` holds; the first one present counts.
const NXLOG: [(&str, &[&str]); 11] = [
    ("channel", &["Channel"]),
    ("provider", &["SourceName", "ProviderName", "Provider"]),
    ("level", &["Level", "LevelValue"]),
    ("task", &["Task"]),
    ("opcode", &["OpcodeValue", "Opcode"]),
    ("keywords", &["Keywords"]),
    ("computer", &["Hostname", "Computer"]),
    ("record_id", &["RecordNumber", "EventRecordID", "RecordID"]),
    ("user_sid", &["UserID"]),
    ("process_id", &["ExecutionProcessID"]),
    ("thread_id", &["ExecutionThreadID"]),
];

/// Names for the time of the event, which is the time of the row.
const TIMES: [&str; 3] = ["TimeCreated", "EventTime", "@timestamp"];
/// What tells that a shipper added names of its own.
const SHIPPER_MARKS: [&str; 2] = ["@version", "SourceModuleName"];
/// Names that a shipper adds: they say how the line travelled, not what happened.
const SHIPPER: [&str; 7] =
    ["@version", "EventReceivedTime", "SourceModuleName", "SourceModuleType", "host", "port", "tags"];

/// A flat object: what `System` holds and the event's own data stand side by side.
fn nxlog(rows: &mut Rows<'_>, columns: &Columns, line: Node<'_>) -> Option<Option<Timestamp>> {
    let id = line.get("EventID")?.number()?;
    rows.number(columns.event_id, id);
    let mut taken = vec!["EventID", "Message"];
    for (column, names) in NXLOG {
        let Some((name, value)) = names.iter().find_map(|n| line.get(n).map(|v| (*n, v))) else { continue };
        taken.push(name);
        match column {
            "channel" => text(rows, columns.channel, Some(value)),
            "provider" => text(rows, columns.provider, Some(value)),
            "level" => number(rows, columns.level, Some(value)),
            "task" => number(rows, columns.task, Some(value)),
            "opcode" => number(rows, columns.opcode, Some(value)),
            "keywords" => keywords(rows, columns.keywords, Some(value)),
            "computer" => text(rows, columns.computer, Some(value)),
            "record_id" => number(rows, columns.record_id, Some(value)),
            "user_sid" => text(rows, columns.user_sid, Some(value)),
            "process_id" => number(rows, columns.process_id, Some(value)),
            _ => number(rows, columns.thread_id, Some(value)),
        }
    }
    // `ThreadID` is the writer's own where its process is named too; else it may be part of the data.
    if line.get("ExecutionProcessID").is_some() && line.get("ThreadID").is_some() {
        number(rows, columns.thread_id, line.get("ThreadID"));
        taken.push("ThreadID");
    }
    let shipped = SHIPPER_MARKS.iter().any(|mark| line.get(mark).is_some());
    let mut data = String::with_capacity(DATA_BYTES);
    for (name, value) in line.members() {
        let of_shipper = shipped && SHIPPER.contains(&name);
        if !of_shipper && !TIMES.contains(&name) && !taken.contains(&name) {
            member(&mut data, value, value);
        }
    }
    finish(rows, columns, data, line.get("Message"));
    // A time without a zone is the local time of the machine: only where nothing better is there.
    let local = || TIMES.iter().find_map(|n| Timestamp::parse(&line.get(n)?.text()?));
    Some(TIMES.iter().find_map(|n| zoned(line.get(n))).or_else(local))
}

/// Winlogbeat: the event under `winlog`, its data under `event_data`.
fn winlogbeat(rows: &mut Rows<'_>, columns: &Columns, line: Node<'_>, winlog: Node<'_>) -> Option<Option<Timestamp>> {
    let code = winlog.get("event_id").or_else(|| line.get("event")?.get("code"));
    rows.number(columns.event_id, code?.number()?);
    let process = winlog.get("process");
    text(rows, columns.channel, winlog.get("channel"));
    text(rows, columns.provider, winlog.get("provider_name"));
    number(rows, columns.task, winlog.get("task"));
    number(rows, columns.opcode, winlog.get("opcode"));
    keywords(rows, columns.keywords, winlog.get("keywords"));
    text(rows, columns.computer, winlog.get("computer_name").or_else(|| line.get("host")?.get("name")));
    number(rows, columns.record_id, winlog.get("record_id"));
    text(rows, columns.user_sid, winlog.get("user").and_then(|u| u.get("identifier")));
    number(rows, columns.process_id, process.and_then(|p| p.get("pid")));
    number(rows, columns.thread_id, process.and_then(|p| p.get("thread")?.get("id")));
    let mut data = String::with_capacity(DATA_BYTES);
    for name in ["event_data", "user_data"] {
        for (_, value) in winlog.get(name).into_iter().flat_map(Node::members) {
            member(&mut data, value, value);
        }
    }
    finish(rows, columns, data, line.get("message"));
    let created = winlog.get("time_created").or_else(|| line.get("event")?.get("created"));
    Some(zoned(line.get("@timestamp")).or_else(|| zoned(created)))
}

/// A time that states its zone.
fn zoned(value: Option<Node<'_>>) -> Option<Timestamp> {
    let text = value?.text()?;
    let clock = text.get(10..)?;
    let stated = clock.ends_with(['Z', 'z']) || clock.contains(['+', '-']);
    stated.then(|| Timestamp::parse(&text)).flatten()
}

fn finish(rows: &mut Rows<'_>, columns: &Columns, mut data: String, message: Option<Node<'_>>) {
    if !data.is_empty() {
        data.push('}');
        rows.text(columns.data, &data);
    }
    text(rows, columns.message, message);
}

/// Adds the values below `node` by their own names. Values without a name go to `Data`, always as a list.
fn flatten(data: &mut String, node: Node<'_>) {
    if !node.is_object() && !node.is_null() {
        return list(data, node);
    }
    for (name, value) in node.members() {
        match name {
            "#attributes" => attributes(data, value),
            "#text" if node.name() == DATA => list(data, value),
            "#text" => member(data, node, value),
            DATA if !value.is_object() => list(data, value),
            _ if value.is_object() => flatten(data, value),
            _ => member(data, value, value),
        }
    }
}

/// The name of what has no name of its own.
const DATA: &str = "Data";

/// Attributes that say something: not the name space of the markup.
fn attributes(data: &mut String, node: Node<'_>) {
    for (_, value) in node.members().filter(|(n, _)| !n.starts_with("xmlns") && *n != "Name") {
        member(data, value, value);
    }
}

/// `"Data":[...]`, one value or many.
fn list(data: &mut String, node: Node<'_>) {
    json::open_member(data, DATA);
    if node.list().is_some() {
        node.write(data);
    } else {
        data.push('[');
        node.write(data);
        data.push(']');
    }
}

/// Adds a value by the name of a member.
fn member(data: &mut String, named: Node<'_>, value: Node<'_>) {
    named.open_member(data);
    // `{"#text": x}` is x.
    let mut members = value.members();
    match (members.next(), members.next()) {
        (Some(("#text", text)), None) => text.write(data),
        _ => value.write(data),
    }
}

fn text(rows: &mut Rows<'_>, column: usize, value: Option<Node<'_>>) {
    if let Some(value) = value.and_then(Node::text).filter(|v| !v.is_empty()) {
        rows.text(column, &value);
    }
}

fn number(rows: &mut Rows<'_>, column: usize, value: Option<Node<'_>>) {
    if let Some(value) = value.and_then(Node::number) {
        rows.number(column, value);
    }
}

/// Keywords as `0x8020000000000000`, whichever way the bits were written.
fn keywords(rows: &mut Rows<'_>, column: usize, value: Option<Node<'_>>) {
    let Some(value) = value else { return };
    let items = value.list().map(|items| items.filter_map(Node::text).collect::<Vec<_>>().join(", ").into());
    let bits = || value.bits().map(|bits| format!("{bits:#x}").into());
    let written: Option<Cow<'_, str>> = items.or_else(bits).or_else(|| value.text());
    if let Some(written) = written {
        rows.text(column, &written);
    }
}
