//! The log of the control panel, and the cmdlets that Exchange ran: the same act in two logs.

use crate::clock::{Ms, iso, shown};
use crate::events::{self, Event};
use crate::http_proxy::quoted;
use crate::rng::Rng;
use crate::server::{EXCHANGE, Files, Kind, Server, append};

/// A cmdlet that the control panel ran.
#[derive(Debug, Clone)]
pub(crate) struct Cmdlet {
    pub(crate) time: Ms,
    /// `Set-OabVirtualDirectory`.
    pub(crate) name: &'static str,
    /// Parameters: name and value.
    pub(crate) parameters: Vec<(&'static str, String)>,
    /// The request of the control panel.
    pub(crate) url: String,
}

/// Writes the ECP Server log.
pub(crate) fn write(server: &Server, files: &mut Files) {
    let mut rng = Rng::new(server.seed, "ecp");
    for cmdlet in &server.cmdlets {
        let (session, activity) = (rng.guid(), rng.guid());
        if server.has(Kind::Ecp, cmdlet.time) {
            let day = shown(cmdlet.time, "%Y%m%d");
            let path = format!("{EXCHANGE}/Logging/ECP/Server/ECPServer{day}-1.LOG");
            append(files, path, || header(cmdlet.time), &line(server, cmdlet, &session, &activity));
        }
    }
}

fn header(time: Ms) -> String {
    format!(
        "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: ECP Server Log\r\n#Date: {}\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n",
        iso(time)
    )
}

/// The row of a cmdlet.
pub(crate) fn line(server: &Server, cmdlet: &Cmdlet, session: &str, activity: &str) -> String {
    let [a, b, c, d] = server.build(cmdlet.time);
    let parameters: String =
        cmdlet.parameters.iter().map(|(name, value)| format!(".{name}={}", literal(value))).collect();
    let pairs = [
        ("TIME", "15".to_owned()),
        ("SID", session.to_owned()),
        ("CMD", format!("{}{parameters}", cmdlet.name)),
        ("REQID", String::new()),
        ("URL", cmdlet.url.clone()),
        ("REFERRER", String::new()),
        ("EX", String::new()),
        ("ACTID", activity.to_owned()),
        ("RS", "0".into()),
        ("BLD", format!("{a}.{b}.{c}.{d}")),
        ("TNAME", "<null>".into()),
        ("TID", String::new()),
        ("USID", session.to_owned()),
        ("EDOID", String::new()),
        ("ACID", String::new()),
    ];
    let data: Vec<String> = pairs.iter().map(|(key, value)| pair(key, value)).collect();
    format!("{},{},ECP.Request,{}", iso(cmdlet.time), server.name, quoted(&data.join(";")))
}

/// A value in single quotes, unless it is a word of PowerShell.
fn literal(value: &str) -> String {
    if value.starts_with('$') { value.to_owned() } else { format!("'{value}'") }
}

/// A pair; in single quotes as a whole where the value holds what ends a pair.
fn pair(key: &str, value: &str) -> String {
    if value.contains([';', '\'', '"']) {
        format!("'S:{key}={}'", value.replace('\'', "''"))
    } else {
        format!("S:{key}={value}")
    }
}

/// The cmdlet as an event of MSExchange Management. The message is misspelt by Exchange itself.
pub(crate) fn event(server: &Server, cmdlet: &Cmdlet, user: &str) -> Event {
    record(server, cmdlet, user, (1, "Cmdlet suceeded."), "")
}

/// The same cmdlet where it failed.
pub(crate) fn failure(server: &Server, cmdlet: &Cmdlet, user: &str, exception: &str) -> Event {
    record(server, cmdlet, user, (6, "Cmdlet failed."), exception)
}

fn record(server: &Server, cmdlet: &Cmdlet, user: &str, (id, message): (u32, &str), exception: &str) -> Event {
    let parameters: Vec<String> =
        cmdlet.parameters.iter().map(|(name, value)| format!("-{name} \"{value}\"")).collect();
    let by = ("ECP", "7640 w3wp#MSExchangeECPAppPool");
    let what = (cmdlet.name, parameters.join(" "));
    written(cmdlet.time, what, (user, by.0, by.1), (id, message, exception), &server.fqdn())
}

/// A cmdlet that somebody ran in a remote PowerShell session, by the words of its parameters.
pub(crate) fn ran(time: Ms, name: &str, parameters: &str, user: &str, how: Result<(), &str>, host: &str) -> Event {
    let (id, message, exception) = match how {
        Ok(()) => (1, "Cmdlet suceeded.", ""),
        Err(exception) => (6, "Cmdlet failed.", exception),
    };
    let by = (user, "Remote-ManagementShell-Unknown", "9120 w3wp#MSExchangePowerShellAppPool");
    written(time, (name, parameters.to_owned()), by, (id, message, exception), host)
}

fn written(
    time: Ms,
    (name, parameters): (&str, String),
    (user, application, process): (&str, &str, &str),
    (id, message, exception): (u32, &str, &str),
    host: &str,
) -> Event {
    let strings = [
        name.to_owned(),
        parameters,
        user.to_owned(),
        "S-1-5-21-1004336348-1177238915-682003330-500".into(),
        "S-1-5-21-1004336348-1177238915-682003330-500".into(),
        application.to_owned(),
        process.to_owned(),
        String::new(),
        "41".into(),
        "00:00:00.1560000".into(),
        format!(
            "View Entire Forest: 'True', Default Scope: 'example.test', Configuration Domain Controller: 'dc01.example.test', on {host}"
        ),
        exception.to_owned(),
        "en-US".into(),
    ];
    let mut event = Event::new(time, events::MANAGEMENT, "MSExchange CmdletLogs", id, message);
    event.data = vec![("Data".into(), events::array(&strings))];
    event
}
