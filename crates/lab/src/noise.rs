//! The ordinary life of a server: probes of its own monitoring, clients, scanners from the Internet, cmdlets, logons.

use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, iso, shown};
use crate::ecp::Cmdlet;
use crate::events::Event;
use crate::request::Request;
use crate::rng::Rng;
use crate::server::{EXCHANGE, Files, Kind, Server, append};

/// User agents of ordinary clients.
pub(crate) const AGENTS: [&str; 5] = [
    "Apple-iPhone12C1/1804.17",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 Safari/537.36",
    "MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7)",
    "OC/16.0.13628 (Microsoft Outlook 16.0.13628)",
];

/// Adds every ordinary thing of every day.
pub(crate) fn add(server: &mut Server) {
    let mut rng = Rng::new(server.seed, &server.name);
    let mut day = server.from - server.from.rem_euclid(DAY);
    while day <= server.collected {
        for slot in 0..6 {
            let start = day + slot * 4 * HOUR;
            requests(server, &mut rng, start);
        }
        self_test(server, day);
        rhythm(server, day);
        cmdlets(server, &mut rng, day);
        logons(server, &mut rng, day);
        day += DAY;
    }
    let end = server.collected;
    server.requests.retain(|r| r.time <= end);
}

/// A moment somewhere in the four hours after `start`.
fn soon(rng: &mut Rng, start: Ms) -> Ms {
    start + Ms::try_from(rng.below(220 * 60)).unwrap_or(0) * SECOND + Ms::try_from(rng.below(999)).unwrap_or(0)
}

fn requests(server: &mut Server, rng: &mut Rng, start: Ms) {
    let user = format!("EXAMPLE\\user{:02}", 1 + rng.below(40));
    let mail = user.replace("EXAMPLE\\", "") + "@example.test";
    let sid = format!("Sid~S-1-5-21-1004336348-1177238915-682003330-{}", 1100 + rng.below(40));
    let inside = format!("10.0.{}.{}", rng.below(4), 10 + rng.below(200));
    let outside = format!("203.0.113.{}", 100 + rng.below(100));
    let ordinary: [(&'static str, &'static str, &str, String, String, &str); 7] = [
        (
            "Eas",
            "POST",
            "/Microsoft-Server-ActiveSync/default.eas",
            format!("Cmd=Sync&User={mail}&DeviceId=APPL{:08X}&DeviceType=iPhone", rng.below(1 << 30)),
            sid.clone(),
            AGENTS[0],
        ),
        (
            "Mapi",
            "POST",
            "/mapi/emsmdb/",
            format!("MailboxId={}@example.test", rng.guid()),
            format!("MailboxGuid~{}", rng.guid()),
            AGENTS[1],
        ),
        ("Ews", "POST", "/EWS/Exchange.asmx", String::new(), format!("SMTP:{mail}"), AGENTS[3]),
        ("Owa", "POST", "/owa/service.svc", "action=FindConversation&EP=1&ID=-12&AC=1".into(), sid.clone(), AGENTS[2]),
        ("Autodiscover", "POST", "/autodiscover/autodiscover.xml", String::new(), format!("SMTP:{mail}"), AGENTS[1]),
        ("Oab", "GET", "/OAB/", String::new(), sid.clone(), AGENTS[4]),
        ("Ecp", "GET", "/ecp/default.aspx", "ExchClientVer=15".into(), sid, AGENTS[2]),
    ];
    let database = Rng::new(server.seed, "database").guid();
    for (protocol, method, stem, query, anchor, agent) in ordinary {
        let time = soon(rng, start);
        let from = if matches!(protocol, "Eas" | "Owa") { &outside } else { &inside };
        let mut request = Request::get(time, protocol, stem, from, agent, rng.guid());
        request.method = method;
        request.query = query.clone();
        if rng.below(5) == 0 {
            // The first leg of Negotiate carries no name and is refused.
            let mut first = request.clone();
            first.id = rng.guid();
            first.time -= SECOND / 4;
            first.status = 401;
            server.requests.push(first);
        }
        request.user.clone_from(&user);
        request.anchor = anchor;
        (request.routing, request.cookie) =
            routing(protocol, &database, &server.fqdn().to_lowercase(), time + 30 * DAY);
        request.bytes = 300 + rng.below(40_000);
        request.inner = Some((stem.into(), query, 200));
        server.requests.push(request);
    }
    probe(server, rng, start);
}

/// How an ordinary request was routed, and the cookie that its answer brings: a database, or a server without any path.
fn routing(protocol: &str, database: &str, host: &str, until: Ms) -> (&'static str, String) {
    let until = shown(until, "%Y-%m-%dT%H:%M:%S");
    match protocol {
        "Ecp" => ("ExchClientVer-ServerCookie", format!("Server~{host}~1942063431~{until}")),
        "Mapi" => ("MailboxGuidWithDomain", format!("Database~{database}~~{until}")),
        _ => ("WindowsIdentity", format!("Database~{database}~~{until}~example.test~1")),
    }
}

/// What Managed Availability asks each service of the front end, a few times an hour (a real server: every few seconds):
/// nobody is logged on, and the answer comes from the front end itself.
fn rhythm(server: &mut Server, day: Ms) {
    let mut rng = Rng::new(server.seed ^ day.unsigned_abs(), "rhythm");
    let asked = [
        ("Owa", "/owa/healthcheck.htm"),
        ("Ecp", "/ecp/healthcheck.htm"),
        ("Ews", "/ews/healthcheck.htm"),
        ("Autodiscover", "/autodiscover/healthcheck.htm"),
    ];
    for quarter in 0..DAY / (15 * MINUTE) {
        for (at, (protocol, stem)) in (0..).zip(asked) {
            let time = day + quarter * 15 * MINUTE + at * MINUTE + Ms::try_from(rng.below(40)).unwrap_or(0) * SECOND;
            let mut request = Request::get(time, protocol, stem, "127.0.0.1", "AMProbe/Local/ClientAccess", rng.guid());
            request.bytes = 300;
            server.requests.push(request);
        }
    }
}

/// A deep test of Managed Availability each day, through the proxy to the back end.
fn self_test(server: &mut Server, day: Ms) {
    let mut rng = Rng::new(server.seed ^ day.unsigned_abs(), "self-test");
    let agents = [
        ("Ews", "POST", "/EWS/Exchange.asmx", "ExchangeInternalEwsClient-HealthManager"),
        ("Mapi", "POST", "/mapi/emsmdb/", "MapiHttpClient"),
        (
            "Ecp",
            "GET",
            "/ecp/",
            "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; ECPDEEPTEST)",
        ),
    ];
    let (protocol, method, stem, agent) = *rng.pick(&agents);
    let mut request = Request::get(soon(&mut rng, day), protocol, stem, "127.0.0.1", agent, rng.guid());
    request.method = method;
    request.user = format!("HealthMailbox{:08x}@example.test", rng.below(1 << 31));
    request.anchor = format!("MailboxGuid~{}", rng.guid());
    request.routing = "MailboxGuidWithDomain";
    request.inner = Some((stem.into(), String::new(), 200));
    server.requests.push(request);
}

/// The server's own monitoring, a phone that looks for its settings, and strangers from the Internet.
fn probe(server: &mut Server, rng: &mut Rng, start: Ms) {
    let health = format!("HealthMailbox{:08x}@example.test", rng.below(1 << 31));
    let mut own = Request::get(
        soon(rng, start),
        "Owa",
        "/owa/healthcheck.htm",
        "127.0.0.1",
        "AMProbe/Local/ClientAccess",
        rng.guid(),
    );
    own.user = health;
    server.requests.push(own);
    let json = Request {
        query: "Email=user07@example.test&Protocol=ActiveSync&RedirectCount=1".into(),
        ..Request::get(
            soon(rng, start),
            "Autodiscover",
            "/autodiscover/autodiscover.json",
            "203.0.113.150",
            "Outlook-iOS/2.0",
            rng.guid(),
        )
    };
    server.requests.push(json);
    let stranger = format!("192.0.2.{}", 1 + rng.below(250));
    let path = *rng.pick(&["/", "/.env", "/robots.txt", "/favicon.ico", "/owa/auth/logon.aspx"]);
    let mut look = Request::get(soon(rng, start), "", path, &stranger, "Mozilla/5.0 zgrab/0.x", rng.guid());
    look.status = if path == "/" || path.ends_with(".aspx") { 200 } else { 404 };
    server.requests.push(look);
}

/// The cmdlets of a day.
pub(crate) fn cmdlets(server: &mut Server, rng: &mut Rng, day: Ms) {
    for hour in [2, 9, 15, 21] {
        let time = day + hour * HOUR + Ms::try_from(rng.below(3000)).unwrap_or(0) * SECOND;
        let url = format!("/ecp/RulesEditor/InboxRules.svc/GetList?msExchEcpCanary={:016x}.", rng.next());
        server.cmdlets.push(Cmdlet { time, name: "Get-InboxRule", parameters: Vec::new(), url });
        let user = format!("user{:02}", 1 + rng.below(40));
        let set = Cmdlet {
            time: time + 7 * MINUTE,
            name: "Set-Mailbox",
            parameters: vec![("Identity", user), ("HiddenFromAddressListsEnabled", "False".into())],
            url: String::new(),
        };
        let event = if hour == 15 {
            let unknown = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException: the object couldn't be found.";
            crate::ecp::failure(server, &set, "example.test/Users/admin", unknown)
        } else {
            crate::ecp::event(server, &set, "example.test/Users/admin")
        };
        server.events.push(event);
    }
}

/// The Windows events of a day.
pub(crate) fn logons(server: &mut Server, rng: &mut Rng, day: Ms) {
    for hour in [1, 8, 13, 20] {
        let time = day + hour * HOUR + Ms::try_from(rng.below(3000)).unwrap_or(0) * SECOND;
        let logon = Event::new(
            time,
            "Security",
            "Microsoft-Windows-Security-Auditing",
            4624,
            "An account was successfully logged on.",
        )
        .with("TargetUserName", &format!("user{:02}", 1 + rng.below(40)))
        .with("LogonType", "3")
        .with("IpAddress", &format!("10.0.1.{}", 10 + rng.below(200)));
        server.events.push(logon);
        server.events.push(
            Event::new(
                time + MINUTE,
                "System",
                "Service Control Manager",
                7036,
                "The Windows Update service entered the running state.",
            )
            .with("param1", "Windows Update")
            .with("param2", "running"),
        );
        server.events.push(Event::new(
            time + 3 * MINUTE,
            "Application",
            "MSExchange ADAccess",
            2080,
            "Exchange Active Directory Provider has discovered the following servers: dc01.example.test CDG 1 7 7 1 0 1 1 7 1",
        ));
        // The .NET compiler under the web server is ordinary: that is how pages are compiled.
        server.events.push(
            Event::new(
                time + 2 * MINUTE,
                "Security",
                "Microsoft-Windows-Security-Auditing",
                4688,
                "A new process has been created.",
            )
            .with("NewProcessName", "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe")
            .with("ParentProcessName", "C:\\Windows\\System32\\inetsrv\\w3wp.exe")
            .with("CommandLine", "csc.exe /noconfig /fullpaths"),
        );
    }
}

/// Writes the log of the address-book generator.
pub(crate) fn oab_generator(server: &Server, files: &mut Files) {
    let mut rng = Rng::new(server.seed, "oab");
    let mut day = server.from - server.from.rem_euclid(DAY);
    while day <= server.collected {
        for hour in [0, 8, 16] {
            let time = day + hour * HOUR + Ms::try_from(rng.below(3000)).unwrap_or(0) * SECOND;
            if !server.has(Kind::Oab, time) {
                continue;
            }
            let header = || {
                format!(
                    "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: OAB Generator Log\r\n#Date: {}\r\n#Fields: DateTime,ServerName,EventId,Data\r\n",
                    iso(time)
                )
            };
            let data = if rng.below(9) == 0 {
                format!(
                    "Download failed and temporary file 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\OAB\\Temp\\{}.tmp' needs to be removed",
                    rng.guid()
                )
            } else {
                "Generation of the default address book finished".to_owned()
            };
            let line = format!("{},{},{},{data}", iso(time), server.name, 20 + rng.below(60));
            append(
                files,
                format!("{EXCHANGE}/Logging/OABGeneratorLog/OABGenerator{}-1.LOG", shown(time, "%Y%m%d")),
                header,
                &line,
            );
        }
        day += DAY;
    }
}
