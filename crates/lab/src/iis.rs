//! IIS logs of the front end (W3SVC1) and the back end (W3SVC2), and big ones for measurements.

use crate::clock::{Ms, SECOND, at, shown};
use crate::request::Request;
use crate::rng::Rng;
use crate::server::{Files, Kind, Server, append};
use std::io::{self, Write};

/// The columns that IIS writes unless told otherwise.
pub(crate) const FIELDS: &str = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
const LOGS: &str = "C/inetpub/logs/LogFiles";

/// Writes every request that IIS saw.
pub(crate) fn write(server: &Server, files: &mut Files) {
    for request in server.requests.iter().filter(|r| server.has(Kind::Iis, r.time)) {
        let name = shown(request.time, "u_ex%y%m%d.log");
        append(files, format!("{LOGS}/W3SVC1/{name}"), || header(request.time), &front(request));
        if let Some(inner) = &request.inner {
            append(files, format!("{LOGS}/W3SVC2/{name}"), || header(request.time), &back(server, request, inner));
        }
    }
}

/// How a log begins.
pub(crate) fn header(time: Ms) -> String {
    let date = shown(time, "%Y-%m-%d %H:%M:%S");
    format!(
        "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: {date}\r\n#Fields: {FIELDS}\r\n"
    )
}

/// The row of the front end.
pub(crate) fn front(r: &Request) -> String {
    // Only the proxy of Exchange adds its ids; what IIS serves by itself has none.
    let ids = if r.protocol.is_empty() {
        String::new()
    } else {
        format!("&CorrelationID=<empty>;&cafeReqId={};&encoding=;", r.id)
    };
    let query = format!("{}{ids}", r.query);
    row(r, "10.0.0.5", &r.stem, &query, 443, &r.user, &r.ip, r.status)
}

/// The row of the back end.
pub(crate) fn back(server: &Server, r: &Request, (stem, query, status): &(String, String, u16)) -> String {
    // The proxy comes under the account of the machine where nobody is behind it: a forged request, a self-test.
    let nobody = r.user.is_empty() || r.user.starts_with("HealthMailbox") || r.anchor.starts_with("ServerInfo~a]@");
    let user = if nobody { format!("EXAMPLE\\{}$", server.name) } else { r.user.clone() };
    let query = if query.is_empty() { format!("&ActID={}", r.id) } else { format!("{query}&ActID={}", r.id) };
    row(r, "::1", stem, &query, 444, &user, "::1", *status)
}

// Long list of plain values: they are the columns of the log, in its order.
#[allow(clippy::too_many_arguments)]
fn row(r: &Request, own: &str, stem: &str, query: &str, port: u16, user: &str, ip: &str, status: u16) -> String {
    let dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.replace(' ', "+") };
    format!(
        "{} {own} {} {stem} {} {port} {} {ip} {} - {status} 0 0 {}",
        shown(r.time, "%Y-%m-%d %H:%M:%S"),
        r.method,
        dash(query),
        dash(user),
        dash(&r.agent),
        r.millis()
    )
}

/// What [`iis_log`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IisLogSummary {
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Rows of an attack among them.
    pub planted: u64,
}

/// Paths of ordinary requests, with the ids that Exchange clients put into the query.
const ORDINARY: [(&str, &str, &str); 7] = [
    ("POST", "/Microsoft-Server-ActiveSync/default.eas", "Cmd=Ping&User={user}&DeviceId={device}&DeviceType=iPhone"),
    ("POST", "/mapi/emsmdb/", "MailboxId={mailbox}@example.test"),
    ("POST", "/EWS/Exchange.asmx", ""),
    ("POST", "/owa/service.svc", "action=GetConversationItems&EP=1&ID=-{n}&AC=1&ActID={cid}"),
    ("GET", "/owa/ev.owa2", "ns=PendingRequest&ev=PendingNotificationRequest&UA=0&cid={cid}&X-OWA-CANARY={canary}"),
    ("POST", "/autodiscover/autodiscover.xml", ""),
    ("GET", "/OAB/{book}/oab.xml", ""),
];

/// Writes one big log of ordinary requests with a dozen rows of the campaign of March 2021 among them.
///
/// # Errors
/// When the log cannot be written.
pub fn iis_log(out: &mut dyn Write, bytes: u64, seed: u64) -> io::Result<IisLogSummary> {
    let mut rng = Rng::new(seed, "iis-log");
    let users: Vec<User> = (0..3000).map(|n| User::new(n, &mut rng)).collect();
    let book = rng.guid();
    let mut time = at(2021, 3, 1, 0, 0, 0);
    let mut summary = IisLogSummary { rows: 0, bytes: 0, planted: 0 };
    let head = header(time);
    out.write_all(head.as_bytes())?;
    summary.bytes += head.len() as u64;
    let plant_every = (bytes / 12).max(1);
    while summary.bytes < bytes {
        time += SECOND * i64::from(summary.rows.is_multiple_of(9));
        let line = if summary.bytes / plant_every >= summary.planted && summary.planted < 12 {
            summary.planted += 1;
            let mut planted =
                Request::get(time, "Ecp", "/ecp/y.js", "198.51.100.77", "python-requests/2.25.1", rng.guid());
            planted.method = "POST";
            front(&planted)
        } else {
            ordinary(&mut rng, &users, &book, time)
        };
        out.write_all(line.as_bytes())?;
        out.write_all(b"\r\n")?;
        summary.bytes += line.len() as u64 + 2;
        summary.rows += 1;
    }
    out.flush()?;
    Ok(summary)
}

/// Somebody with a mailbox, a device, and the addresses of a desk, of a way through the firewall and of a telephone.
struct User {
    name: String,
    mailbox: String,
    device: String,
    addresses: [String; 3],
}

impl User {
    fn new(number: u64, rng: &mut Rng) -> Self {
        let address = |rng: &mut Rng| format!("10.{}.{}.{}", rng.below(4), rng.below(250), 1 + rng.below(250));
        Self {
            name: format!("EXAMPLE\\user{number:04}"),
            mailbox: rng.guid(),
            device: format!("{:032X}", u128::from(rng.next())),
            addresses: [address(rng), address(rng), address(rng)],
        }
    }
}

fn ordinary(rng: &mut Rng, users: &[User], book: &str, time: Ms) -> String {
    let user = rng.pick(users);
    let (method, stem, query) = *rng.pick(&ORDINARY);
    let fill = |text: &str, rng: &mut Rng| {
        text.replace("{user}", &user.name)
            .replace("{mailbox}", &user.mailbox)
            .replace("{device}", &user.device)
            .replace("{book}", book)
            .replace("{cid}", &rng.guid())
            .replace("{canary}", &format!("{:016x}.", rng.next()))
            .replace("{n}", &rng.below(900).to_string())
    };
    let ip = rng.pick(&user.addresses);
    let (stem, query) = (fill(stem, rng), fill(query, rng));
    let agent: &&str = rng.pick(&crate::noise::AGENTS);
    let mut request = Request::get(time, "Ews", &stem, ip, agent, rng.guid());
    request.method = method;
    request.query = query;
    request.user.clone_from(&user.name);
    request.bytes = rng.below(60_000);
    request.status = if rng.below(12) == 0 { 401 } else { 200 };
    front(&request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_big_log_has_the_size_asked_for() {
        let mut out = Vec::new();
        let summary = iis_log(&mut out, 2_000_000, 1).unwrap();
        assert_eq!(summary.bytes, out.len() as u64);
        assert!(summary.bytes.abs_diff(2_000_000) < 20_000);
        assert_eq!(summary.planted, 12);
        assert_eq!(out.iter().filter(|b| **b == b'\n').count() as u64, summary.rows + 4);
    }
}
