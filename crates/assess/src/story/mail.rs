//! Mail that was read or taken out: which mailboxes, by whom, when, how much, and what the records do not tell.
//!
//! Findings say that it happened; the logs of the front end and of EWS are read once more to count it.

use super::join::Set;
use super::{Told, keys};
use crate::row::{Fixed, each_text, text};
use crate::{AssessError, moments};
use arrow_array::{Array, Int64Array, RecordBatch};
use assize_model::finding::CitedRow;
use assize_model::result::{Incident, MailTaken, StepKind};
use assize_model::time::SECOND;
use assize_model::{Finding, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;

/// Values of one kind that are kept, and mailboxes that are told apart for their number.
const KEPT: usize = 100;
const DISTINCT_MAX: usize = 100_000;
/// Counted records that are cited.
const CITED: usize = 50;
/// Requests whose moments are kept, to find what the back end did for them.
const TIMES_MAX: usize = 100_000;
/// What the back end did so soon before or after a request of the intruder under the account of the server was for it.
const SAME_MOMENT: i64 = 5 * SECOND;

/// Parts of addresses behind which mail lies. The address book and the look-up of a mailbox are no mail.
const MAIL_PATHS: [&str; 5] =
    ["/ews/", "/mapi/emsmdb", "/owa/service.svc", "/rpc/rpcproxy", "/microsoft-server-activesync"];

/// What EWS is asked for when mail is read.
const READING: [&str; 7] =
    ["finditem", "getitem", "exportitems", "getattachment", "syncfolderitems", "conversation", "searchmailboxes"];

/// What is counted for one incident.
struct Count {
    /// Its place among the incidents.
    at: usize,
    addresses: BTreeSet<String>,
    span: (Timestamp, Timestamp),
    /// When mail was asked for.
    times: Vec<Timestamp>,
    front: Answers,
    back: Answers,
    mailboxes: BTreeSet<String>,
    by: BTreeSet<String>,
    files: BTreeSet<String>,
    rows: Vec<CitedRow>,
    /// Whether an answer was counted of which no record names the mailbox.
    unnamed: bool,
}

/// Answered requests, and their bytes where they are recorded.
#[derive(Default)]
struct Answers {
    count: u64,
    bytes: Option<u64>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// Adds the mail to every incident in which some was read or taken.
pub(super) fn add(incidents: &mut [Incident], sets: &[Set<'_>], told: &Told<'_>) -> Result<(), AssessError> {
    let findings_of = |at: usize| {
        let ids = incidents[at].steps.iter().filter(|s| s.kind == StepKind::Mail).flat_map(|s| &s.findings);
        let ids: BTreeSet<&String> = ids.collect();
        sets[at].findings.iter().copied().filter(|f| ids.contains(&f.id)).collect::<Vec<&Finding>>()
    };
    let findings: Vec<Vec<&Finding>> = (0..incidents.len()).map(findings_of).collect();
    let with_mail = (0..incidents.len()).filter(|at| !findings[*at].is_empty());
    let mut counts: Vec<Count> = with_mail.map(|at| Count::new(at, &incidents[at], &findings[at])).collect();
    if counts.iter().any(|c| !c.addresses.is_empty()) {
        front_end(&mut counts, told)?;
        ews(&mut counts, told)?;
    }
    for count in counts {
        let at = count.at;
        incidents[at].mail = Some(count.taken(&findings[at]));
    }
    Ok(())
}

impl Count {
    fn new(at: usize, incident: &Incident, findings: &[&Finding]) -> Self {
        let mut count = Self {
            at,
            addresses: incident.traits.addresses.iter().map(|a| a.to_lowercase()).collect(),
            span: (incident.from.unwrap_or(Timestamp(i64::MAX)), incident.to.unwrap_or(Timestamp(i64::MIN))),
            times: findings.iter().flat_map(|f| moments::of(f)).flat_map(|(from, to)| [from, to]).collect(),
            front: Answers::default(),
            back: Answers::default(),
            mailboxes: BTreeSet::new(),
            by: BTreeSet::new(),
            files: BTreeSet::new(),
            rows: Vec::new(),
            unnamed: false,
        };
        for finding in findings {
            count.by.extend(keys::accounts(finding));
            count.by.extend(keys::addresses(finding));
            finding.rows.iter().for_each(|row| count.command(row));
        }
        count
    }

    /// Takes what a command says: whose mailbox, into which file, by whom.
    fn command(&mut self, row: &CitedRow) {
        let mut texts: Vec<String> = row.fields.iter().map(|(_, value)| value.clone()).collect();
        if let Some((_, data)) = keys::event_data(row) {
            texts = data.values().flat_map(strings).collect();
        }
        for text in &texts {
            self.mailboxes.extend(["-Mailbox", "-SourceMailbox"].iter().filter_map(|name| parameter(text, name)));
            self.files.extend(parameter(text, "-FilePath"));
        }
    }

    fn near(&self, time: Timestamp) -> bool {
        let after = self.times.partition_point(|t| *t < time.plus(-SAME_MOMENT));
        self.times.get(after).is_some_and(|t| *t <= time.plus(SAME_MOMENT))
    }

    fn taken(mut self, findings: &[&Finding]) -> MailTaken {
        self.rows.sort_by(|a, b| (a.time, &a.table, a.address).cmp(&(b.time, &b.table, b.address)));
        let first = findings.iter().filter_map(|f| f.time).chain(self.front.from).chain(self.back.from).min();
        let last = findings.iter().filter_map(|f| f.last).chain(self.front.to).chain(self.back.to).max();
        // One request stands in both logs, so they are not added up.
        let bytes = self.front.bytes.max(self.back.bytes);
        let mut unseen = vec!["items"];
        if self.mailboxes.is_empty() || self.unnamed {
            unseen.push("mailboxes");
        }
        if bytes.is_none() {
            unseen.push("amount");
        }
        if !self.files.is_empty() {
            unseen.push("files-fetched");
        }
        if findings.iter().any(|f| f.techniques.iter().any(|t| t == "T1114.003")) {
            unseen.push("later-mail");
        }
        let kept = |values: &BTreeSet<String>| values.iter().take(KEPT).cloned().collect();
        MailTaken {
            from: first,
            to: last,
            mailboxes: kept(&self.mailboxes),
            mailbox_count: self.mailboxes.len() as u64,
            by: kept(&self.by),
            requests: self.front.count.max(self.back.count),
            bytes,
            files: kept(&self.files),
            findings: super::ids(findings.iter().copied()),
            rows: self.rows,
            unseen: unseen.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl Answers {
    fn take(&mut self, time: Timestamp, bytes: Option<i64>) {
        self.count += 1;
        if let Some(bytes) = bytes.and_then(|b| u64::try_from(b).ok()) {
            self.bytes = Some(self.bytes.unwrap_or_default().saturating_add(bytes));
        }
        self.from = Some(self.from.map_or(time, |from| from.min(time)));
        self.to = self.to.max(Some(time));
    }
}

/// Counts answered requests for mail from the addresses of each incident, while it lasted.
fn front_end(counts: &mut [Count], told: &Told<'_>) -> Result<(), AssessError> {
    const COLUMNS: [&str; 9] = [
        "file_id",
        "pos",
        "ts",
        "client_ip_address",
        "url_stem",
        "anchor_mailbox",
        "authenticated_user",
        "http_status",
        "response_bytes",
    ];
    told.scan("http_proxy", &COLUMNS, &mut |batch| {
        each(batch, "client_ip_address", &mut |address, rows| {
            let address = address.to_lowercase();
            for count in counts.iter_mut().filter(|c| c.addresses.contains(&address)) {
                rows.iter().for_each(|at| front_row(count, told, &Cells { batch, at: *at }, &COLUMNS[3..]));
            }
        });
    })?;
    counts.iter_mut().for_each(|c| c.times.sort_unstable());
    Ok(())
}

fn front_row(count: &mut Count, told: &Told<'_>, row: &Cells<'_>, shown: &[&str]) {
    let Some(time) = row.time().filter(|t| count.span.0 <= *t && *t <= count.span.1) else { return };
    let (stem, anchor) = (row.text("url_stem").to_lowercase(), row.text("anchor_mailbox"));
    let asked = |path: &&str| stem.starts_with(*path) || anchor.to_lowercase().contains(*path);
    // The look-up of a mailbox through the forged target reads no mail.
    let forged = anchor.starts_with("ServerInfo~");
    let mail = MAIL_PATHS.iter().any(|p| asked(p) && !(forged && *p == "/mapi/emsmdb"));
    if !mail || row.text("http_status") != "200" {
        return;
    }
    count.front.take(time, row.number("response_bytes"));
    if count.times.len() < TIMES_MAX {
        count.times.push(time);
    }
    let mailbox = if forged { None } else { mail_address(&anchor) };
    count.unnamed |= mailbox.is_none();
    keep(&mut count.mailboxes, mailbox);
    keep(&mut count.by, Some(row.text("client_ip_address")));
    keep(&mut count.by, Some(row.text("authenticated_user")));
    row.cite(count, told, "http_proxy", shown);
}

/// Counts what EWS gave: to the same addresses, or under the account of the server at the moment of such a request.
fn ews(counts: &mut [Count], told: &Told<'_>) -> Result<(), AssessError> {
    const COLUMNS: [&str; 12] = [
        "file_id",
        "pos",
        "ts",
        "client_ip_address",
        "authenticated_user",
        "soap_action",
        "http_status",
        "response_size",
        "impersonated_user",
        "proxy_as_user",
        "act_as_user",
        "user_agent",
    ];
    told.scan("ews", &COLUMNS, &mut |batch| {
        each(batch, "soap_action", &mut |action, rows| {
            let action = action.to_lowercase();
            if READING.iter().any(|what| action.contains(what)) {
                for row in rows.iter().map(|at| Cells { batch, at: *at }) {
                    counts.iter_mut().for_each(|count| ews_row(count, told, &row, &COLUMNS[3..]));
                }
            }
        });
    })?;
    // Where the back end names the mailboxes of all that the front end answered, none is unnamed.
    counts.iter_mut().for_each(|c| c.unnamed &= c.back.count < c.front.count || c.mailboxes.is_empty());
    Ok(())
}

fn ews_row(count: &mut Count, told: &Told<'_>, row: &Cells<'_>, shown: &[&str]) {
    let Some(time) =
        row.time().filter(|t| count.span.0.plus(-SAME_MOMENT) <= *t && *t <= count.span.1.plus(SAME_MOMENT))
    else {
        return;
    };
    let user = row.text("authenticated_user");
    let own = count.addresses.contains(&row.text("client_ip_address").to_lowercase());
    let for_it = user.ends_with('$') && count.near(time);
    if row.text("http_status") != "200" || !(own || for_it) {
        return;
    }
    count.back.take(time, row.number("response_size"));
    let of = ["act_as_user", "impersonated_user", "proxy_as_user"].map(|column| row.text(column));
    let mailbox = of.into_iter().find(|m| !m.is_empty()).or_else(|| (!user.ends_with('$')).then(|| user.clone()));
    keep(&mut count.mailboxes, mailbox);
    keep(&mut count.by, Some(user));
    row.cite(count, told, "ews", shown);
}

fn keep(values: &mut BTreeSet<String>, value: Option<String>) {
    let value = value.filter(|v| !v.is_empty() && v != "-" && values.len() < DISTINCT_MAX);
    values.extend(value);
}

impl Told<'_> {
    /// Reads some columns of a table, where it has rows.
    fn scan(&self, table: &str, columns: &[&str], visit: &mut dyn FnMut(&RecordBatch)) -> Result<(), AssessError> {
        if self.tables.table(table).is_none_or(|t| t.rows == 0) {
            return Ok(());
        }
        self.tables.scan(table, Some(columns), &mut |batch| {
            visit(batch);
            Ok(())
        })
    }
}

/// Gives each text of a column with the rows that hold it.
fn each(batch: &RecordBatch, column: &str, visit: &mut dyn FnMut(&str, &[usize])) {
    if let Some(array) = batch.column_by_name(column) {
        each_text(array, visit);
    }
}

/// One row of a batch that holds some columns.
struct Cells<'b> {
    batch: &'b RecordBatch,
    at: usize,
}

impl Cells<'_> {
    fn text(&self, column: &str) -> String {
        let array = self.batch.column_by_name(column);
        array.and_then(|a| text(a, self.at)).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    fn number(&self, column: &str) -> Option<i64> {
        let array = self.batch.column_by_name(column)?.as_any().downcast_ref::<Int64Array>()?;
        array.is_valid(self.at).then(|| array.value(self.at))
    }

    fn time(&self) -> Option<Timestamp> {
        Fixed::of(self.batch)?.time(self.at)
    }

    /// Cites the row, while there is room.
    fn cite(&self, count: &mut Count, told: &Told<'_>, table: &str, columns: &[&str]) {
        if count.rows.len() >= CITED {
            return;
        }
        let Some(address) = Fixed::of(self.batch).map(|fixed| fixed.address(self.at)) else { return };
        let fields = columns.iter().map(|c| ((*c).to_owned(), self.text(c))).filter(|(_, v)| !v.is_empty());
        count.rows.push(CitedRow {
            address,
            path: told.tables.file_path(address.file).to_owned(),
            table: table.to_owned(),
            time: self.time(),
            fields: fields.collect(),
        });
    }
}

/// All texts of a value.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// The value of a parameter of a command, in quotes or up to the next space.
fn parameter(text: &str, name: &str) -> Option<String> {
    let at = text.find(&format!("{name} "))? + name.len() + 1;
    let rest = text[at..].trim_start();
    let value = match rest.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next()?,
        None => rest.split_whitespace().next()?,
    };
    (!value.is_empty()).then(|| value.chars().take(400).collect())
}

/// The address of mail in an anchor such as `Smtp~a@example.org`.
fn mail_address(anchor: &str) -> Option<String> {
    let part = anchor.split(['~', ':', ' ', ';', ',', '?', '/']).find(|p| p.contains('@') && p.contains('.'))?;
    Some(part.trim_matches(['<', '>', '"', '\'']).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{mail_address, parameter};

    #[test]
    fn commands_name_mailbox_and_file() {
        let text = "-Mailbox \"a.person\" -FilePath \"\\\\files\\export\\a b.pst\" -BadItemLimit 5";
        assert_eq!(parameter(text, "-Mailbox").as_deref(), Some("a.person"));
        assert_eq!(parameter(text, "-FilePath").as_deref(), Some("\\\\files\\export\\a b.pst"));
        assert_eq!(parameter(text, "-BadItemLimit").as_deref(), Some("5"));
        assert_eq!(parameter("-Mailbox \"", "-Mailbox"), None);
        assert_eq!(parameter("-Mailbox", "-Mailbox"), None);
    }

    #[test]
    fn anchors_name_mailboxes() {
        assert_eq!(mail_address("Smtp~A.Person@example.org").as_deref(), Some("a.person@example.org"));
        assert_eq!(mail_address("Sid~S-1-5-21-1"), None);
    }
}
