//! The ordinary requests and letters of a big server, each written to every log that saw it.

use super::logs::{Log, Logs};
use super::pen::{Guid, Pen, Today};
use crate::clock::Ms;
use crate::rng::Rng;
use crate::server::Server;
use std::io;

/// Somebody with a mailbox.
struct User {
    /// `EXAMPLE\user0001`.
    name: String,
    mail: String,
    sid: String,
    mailbox: Guid,
    device: Guid,
}

/// A way into the mailbox.
struct Protocol {
    log: Log,
    name: &'static str,
    method: &'static str,
    stem: &'static str,
    authentication: &'static str,
    routing: &'static str,
    /// Agents as the proxy writes them: a blank for each comma.
    agents: &'static [&'static str],
    outside: bool,
    /// Of a hundred requests.
    share: u64,
}

const OUTLOOK: &[&str] = &[
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5095; Pro)",
];
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML  like Gecko) Chrome/88.0.4324.182 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0",
];
const PHONES: &[&str] = &["Apple-iPhone12C1/1804.17", "Android-SAMSUNG-SM-G973F/101.10000", "Outlook-iOS-Android/1.0"];
const SERVICES: &[&str] =
    &["MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7)", "AppleExchangeWebServices/818.120.2"];

/// The protocols and their shares.
const PROTOCOLS: [Protocol; 9] = [
    protocol(Log::ProxyMapi, "Mapi", "POST", "/mapi/emsmdb/", "Negotiate", "MailboxGuidWithDomain", OUTLOOK, false, 33),
    protocol(
        Log::ProxyEas,
        "Eas",
        "POST",
        "/Microsoft-Server-ActiveSync/default.eas",
        "Basic",
        "WindowsIdentity",
        PHONES,
        true,
        20,
    ),
    protocol(Log::ProxyOwa, "Owa", "POST", "/owa/service.svc", "FBA", "WindowsIdentity", BROWSERS, true, 17),
    protocol(Log::ProxyEws, "Ews", "POST", "/EWS/Exchange.asmx", "Negotiate", "WindowsIdentity", SERVICES, false, 15),
    protocol(
        Log::ProxyAutodiscover,
        "Autodiscover",
        "POST",
        "/autodiscover/autodiscover.xml",
        "NTLM",
        "WindowsIdentity",
        OUTLOOK,
        false,
        7,
    ),
    protocol(
        Log::ProxyRpcHttp,
        "RpcHttp",
        "RPC_IN_DATA",
        "/rpc/rpcproxy.dll",
        "NTLM",
        "MailboxGuidWithDomain",
        &["MSRPC"],
        false,
        3,
    ),
    protocol(
        Log::ProxyOab,
        "Oab",
        "GET",
        "/OAB/",
        "Negotiate",
        "WindowsIdentity",
        &["OC/16.0.13628 (Microsoft Outlook 16.0.13628)"],
        false,
        2,
    ),
    protocol(
        Log::ProxyPowerShell,
        "PowerShell",
        "POST",
        "/powershell",
        "Kerberos",
        "WindowsIdentity",
        &["Microsoft WinRM Client"],
        false,
        2,
    ),
    protocol(Log::ProxyEcp, "Ecp", "GET", "/ecp/default.aspx", "FBA", "ExchClientVer-ServerCookie", BROWSERS, false, 1),
];

// Long list of plain values: a row of the table above.
#[allow(clippy::too_many_arguments)]
const fn protocol(
    log: Log,
    name: &'static str,
    method: &'static str,
    stem: &'static str,
    authentication: &'static str,
    routing: &'static str,
    agents: &'static [&'static str],
    outside: bool,
    share: u64,
) -> Protocol {
    Protocol { log, name, method, stem, authentication, routing, agents, outside, share }
}

/// A server among its users.
pub(super) struct Life<'a> {
    server: &'a Server,
    fqdn: String,
    users: Vec<User>,
    database: Guid,
    build: [u32; 4],
    /// The texts of a request, kept for their room.
    query: Vec<u8>,
    address: String,
    /// The numbers of one byte as text.
    numbers: Vec<String>,
}

/// One request.
struct Call<'a> {
    time: Ms,
    took: u64,
    protocol: &'a Protocol,
    user: &'a User,
    id: Guid,
    address: &'a str,
    agent: &'a str,
    query: &'a str,
    sent: u64,
    answered: u64,
    status: u64,
}

/// How many people have a mailbox.
const USERS: u64 = 4000;

impl<'a> Life<'a> {
    /// A server and its users.
    pub(super) fn new(server: &'a Server) -> Self {
        // The same people whatever server of the organisation they come to.
        let mut rng = Rng::new(server.seed, "people");
        let user = |n: u64, rng: &mut Rng| User {
            name: format!("EXAMPLE\\user{n:04}"),
            mail: format!("user{n:04}@example.test"),
            sid: format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1100 + n),
            mailbox: Guid::new(rng),
            device: Guid::new(rng),
        };
        let users = (0..USERS).map(|n| user(n, &mut rng)).collect();
        let database = Guid::new(&mut Rng::new(server.seed, "database"));
        Self {
            server,
            fqdn: server.fqdn(),
            users,
            database,
            build: [0; 4],
            query: Vec::new(),
            address: String::new(),
            numbers: (0..256).map(|n| n.to_string()).collect(),
        }
    }

    /// One request, and now and then a letter, at a moment.
    pub(super) fn moment(&mut self, rng: &mut Rng, today: &Today, time: Ms, logs: &mut Logs) -> io::Result<()> {
        self.build = self.server.build(time);
        let mut chance = rng.below(100);
        let protocol = PROTOCOLS.iter().find(|p| match chance.checked_sub(p.share) {
            None => true,
            Some(rest) => {
                chance = rest;
                false
            }
        });
        let protocol = protocol.unwrap_or(&PROTOCOLS[0]);
        let user_at = rng.below(USERS) as usize;
        self.address_of(rng, protocol.outside, user_at);
        self.query_of(rng, protocol, user_at);
        let (query, address) = (std::mem::take(&mut self.query), std::mem::take(&mut self.address));
        let refused = rng.below(14) == 0;
        let call = Call {
            time,
            took: 12 + rng.below(90) + if rng.below(40) == 0 { rng.below(9000) } else { 0 },
            protocol,
            user: &self.users[user_at],
            id: Guid::new(rng),
            address: &address,
            agent: protocol.agents[rng.below(protocol.agents.len() as u64) as usize],
            query: std::str::from_utf8(&query).unwrap_or_default(),
            sent: 80 + rng.below(4000),
            answered: 90 + rng.below(60_000),
            status: if refused { 401 } else { 200 },
        };
        self.proxy(&call, rng, today, logs)?;
        self.web(&call, today, logs)?;
        if !refused {
            self.back_end(&call, rng, today, logs)?;
        }
        (self.query, self.address) = (query, address);
        if rng.below(9) == 0 {
            self.letter(rng, today, time, user_at, logs)?;
        }
        if rng.below(150) == 0 {
            self.stranger(rng, today, time, logs)?;
        }
        Ok(())
    }

    /// Inside, everybody has a desk and a place in the wireless network.
    fn address_of(&mut self, rng: &mut Rng, outside: bool, user_at: usize) {
        let parts = if outside {
            [203, 0, 113, 100 + rng.below(100)]
        } else {
            let seat = user_at as u64;
            [10, rng.below(2), seat / 250, 1 + seat % 250]
        };
        self.address.clear();
        for (n, part) in parts.into_iter().enumerate() {
            if n > 0 {
                self.address.push('.');
            }
            self.address.push_str(&self.numbers[part as usize]);
        }
    }

    fn query_of(&mut self, rng: &mut Rng, protocol: &Protocol, user_at: usize) {
        let user = &self.users[user_at];
        self.query.clear();
        let mut add = |parts: &[&str]| parts.iter().for_each(|p| self.query.extend_from_slice(p.as_bytes()));
        match protocol.name {
            "Mapi" | "RpcHttp" => add(&["mailboxId=", user.mailbox.text(), "@example.test"]),
            "Eas" => {
                let commands = ["Sync", "Ping", "Ping", "FolderSync", "SendMail", "ItemOperations"];
                let command = commands[rng.below(6) as usize];
                add(&[
                    "Cmd=",
                    command,
                    "&User=EXAMPLE%5C",
                    &user.name[8..],
                    "&DeviceId=",
                    &user.device.text()[24..],
                    "&DeviceType=iPhone",
                ]);
            }
            "Owa" => {
                let actions = [
                    "FindConversation",
                    "GetConversationItems",
                    "GetFolder",
                    "FindFolder",
                    "UpdateItem",
                    "GetReminders",
                ];
                add(&[
                    "action=",
                    actions[rng.below(6) as usize],
                    "&EP=1&ID=-",
                    &self.numbers[rng.below(250) as usize],
                    "&AC=1",
                ]);
            }
            "PowerShell" => add(&["clientApplication=ActiveMonitor;PSVersion=5.1.14393.4046"]),
            "Ecp" => add(&["ExchClientVer=15"]),
            _ => {}
        }
    }

    /// The row of the proxy log.
    fn proxy(&self, c: &Call, rng: &mut Rng, today: &Today, logs: &mut Logs) -> io::Result<()> {
        // Long: the columns in their order; a real log holds 74.
        let Some(out) = logs.row(c.protocol.log, c.time)? else { return Ok(()) };
        let (p, server) = (c.protocol, self.server.name.as_str());
        let known = c.status == 200;
        let mut pen = Pen { out, today };
        self.version(pen.iso(c.time).text(",").guid(&c.id).text(","));
        if known && p.name == "Mapi" {
            let step = rng.below(3) as usize;
            pen.text("R:").guid(&c.user.device).text(":").number(1 + step as u64);
            pen.texts(&[";RT:", ["Connect", "Execute", "Disconnect"][step], ";CI:"]).guid(&c.user.mailbox);
            pen.text(":1;CID:").guid(&c.id);
        }
        pen.texts(&[",", p.name, ",mail.example.test,", p.stem, ",,"]);
        if !known {
            // The first leg of Negotiate: nobody is known yet, and no back end was asked.
            pen.texts(&[
                p.authentication,
                ",false,,,,",
                c.agent,
                ",",
                c.address,
                ",",
                server,
                ",401,,,",
                p.method,
                ",,,,,,,,,",
            ]);
            pen.cell(c.sent).text("0,,,0,,,0,,0,,0,,,0,2,,,,,,,,,,,,,,,,,2,,");
            self.asked(&mut pen, c).text(",,BeginRequest=").iso(c.time - 2);
            pen.text(";CorrelationID=<empty>;ProxyState-Run=None;EndRequest=").iso(c.time).text(";,,,,,,").end();
            return Ok(());
        }
        pen.texts(&[p.authentication, ",true,", &c.user.name, ",,"]);
        if p.routing == "MailboxGuidWithDomain" {
            pen.text("MailboxGuid~").guid(&c.user.mailbox);
        } else {
            pen.texts(&["Sid~", &c.user.sid]);
        }
        pen.texts(&[",", c.agent, ",", c.address, ",", server, ",200,200,,", p.method, ",Proxy,", &self.fqdn, ","]);
        let [major, minor, build, _] = self.build;
        pen.number(major.into()).text(if minor < 10 { ".0" } else { "." }).number(minor.into()).text(if build < 1000 {
            ".0"
        } else {
            "."
        });
        pen.number(build.into()).texts(&[".000,IntraForest,", p.routing, ","]);
        if p.name == "Ecp" {
            pen.texts(&["Server~", &self.fqdn, "~1942063431~", &today.in_a_month, "T00:00:00"]);
        } else {
            pen.text("Database~").guid(&self.database).texts(&["~~", &today.in_a_month, "T00:00:00"]);
            pen.text(if p.routing == "WindowsIdentity" { "~example.test~1" } else { "" });
        }
        let (took, behind) = (c.took, c.took - 4);
        pen.text(",,,")
            .cell(c.sent)
            .cell(c.answered)
            .text(",,0,0,,0,,0,,0,0,,0,")
            .cell(took)
            .text("0,0,1,0,")
            .cell(behind);
        pen.text("0,0,0,0,0,").cell(took - 1).text("1,").cell(behind).text("2,3,3,").cell(took).text(",");
        self.asked(&mut pen, c).text(",,BeginRequest=").iso(c.time - took as Ms);
        pen.texts(&[";CorrelationID=<empty>;ProxyState-Run=None;FEAuth=BEVersion-1942063431;BeginGetRequestStream="]);
        pen.iso(c.time - behind as Ms)
            .text(";OnRequestStreamReady=")
            .iso(c.time - behind as Ms)
            .text(";BeginGetResponse=");
        pen.iso(c.time - behind as Ms)
            .text(";OnResponseReady=")
            .iso(c.time - 1)
            .text(";EndGetResponse=")
            .iso(c.time - 1);
        pen.text(";ProxyState-Complete=ProxyResponseData;SharedCacheGuard=0;EndRequest=").iso(c.time);
        pen.text(";,,,|RoutingDB:").guid(&self.database).text(",,,CafeV1").end();
        Ok(())
    }

    /// The build in four columns.
    fn version(&self, pen: &mut Pen) {
        for part in self.build {
            pen.cell(part.into());
        }
    }

    /// The query as the proxy writes it.
    fn asked<'p, 't>(&self, pen: &'p mut Pen<'t>, c: &Call) -> &'p mut Pen<'t> {
        if c.query.is_empty() { pen } else { pen.text("?").text(c.query) }
    }

    /// The web logs of the front end and the back end.
    fn web(&self, c: &Call, today: &Today, logs: &mut Logs) -> io::Result<()> {
        let p = c.protocol;
        let known = c.status == 200;
        let user = if known { c.user.name.as_str() } else { "-" };
        if let Some(out) = logs.row(Log::FrontWeb, c.time)? {
            let mut pen = Pen { out, today };
            pen.w3c(c.time).texts(&[
                " 10.0.0.5 ",
                p.method,
                " ",
                p.stem,
                " ",
                c.query,
                "&CorrelationID=<empty>;&cafeReqId=",
            ]);
            pen.guid(&c.id).texts(&[";&encoding=; 443 ", user, " ", c.address, " "]);
            plus(&mut pen, c.agent)
                .text(if known { " - 200 0 0 " } else { " - 401 1 2148074254 " })
                .number(c.took + 2)
                .end();
        }
        // A log is begun when its first row is asked for: who has no row does not ask.
        if !known {
            return Ok(());
        }
        if let Some(out) = logs.row(Log::BackWeb, c.time)? {
            let mut pen = Pen { out, today };
            pen.w3c(c.time).texts(&[" ::1 ", p.method, " ", p.stem, " ", c.query]);
            if p.name == "Mapi" {
                pen.texts(&["&FrontEnd=", &self.fqdn, "&RequestId="]).guid(&c.id);
                pen.text("&ClientRequestInfo=R:{")
                    .guid(&c.user.device)
                    .text("}:1;RT:Execute;CI:{")
                    .guid(&c.user.mailbox);
                pen.text("}:1;CID:{").guid(&c.id).text("}&ResponseInfo=XRC:0;SC:0;RC:0&ActID=").guid(&c.id);
            } else {
                pen.text("&ActID=").guid(&c.id);
            }
            pen.texts(&[" 444 ", user, " ::1 "]);
            plus(&mut pen, c.agent).text(" - 200 0 0 ").number(c.took - 4).end();
        }
        Ok(())
    }

    /// What the services of the back end write of it.
    fn back_end(&self, c: &Call, rng: &mut Rng, today: &Today, logs: &mut Logs) -> io::Result<()> {
        match c.protocol.name {
            "Ews" => {
                let Some(out) = logs.row(Log::Ews, c.time)? else { return Ok(()) };
                let mut pen = Pen { out, today };
                self.opening(&mut pen, c);
                let action = *rng.pick(&[
                    "GetItem",
                    "FindItem",
                    "SyncFolderItems",
                    "GetFolder",
                    "GetUserAvailabilityRequest",
                    "CreateItem",
                ]);
                pen.texts(&[
                    "Target=None;Req=Exchange2016/Exchange2016;,",
                    c.address,
                    ",",
                    &self.server.name,
                    ",",
                    &self.fqdn,
                    ",",
                    action,
                    ",200,",
                ]);
                pen.cell(c.sent)
                    .cell(c.answered)
                    .text(",,,,,")
                    .guid(&c.id)
                    .text(",PrimaryServer,LocalTask,1,")
                    .cell(c.took - 6);
                pen.texts(&["BackEndAuthenticator=WindowsAuthenticator;TotalBERehydrationModuleLatency=0;MailboxTypeCacheSize=103;SAN=", &c.user.mail, ";,,"]).end();
            }
            "Autodiscover" => {
                let Some(out) = logs.row(Log::Autodiscover, c.time)? else { return Ok(()) };
                let mut pen = Pen { out, today };
                self.opening(&mut pen, c);
                pen.texts(&[c.address, ",", &self.server.name, ",", &self.fqdn, ",,200,NoError,"]).cell(c.took - 6);
                pen.texts(&["EmailAddress=", &c.user.mail, ";RequestedSchema=Outlook;ADQuery=2;,,"]).end();
            }
            "Mapi" => {
                let Some(out) = logs.row(Log::MapiHttp, c.time)? else { return Ok(()) };
                let mut pen = Pen { out, today };
                self.opening(&mut pen, c);
                pen.texts(&[c.address, ",", &self.server.name, ",", &self.fqdn, ",200,Execute,0,"]).cell(c.took - 6);
                pen.text("Stage=BegR:")
                    .iso(c.time - 6)
                    .texts(&[";PostAR:1;PreH:1;PostH:3;EndR:3;SourceCafeServer=", &self.fqdn, ";,"])
                    .end();
            }
            "PowerShell" => self.shell(c, rng, today, logs)?,
            "Ecp" => self.panel(c, today, logs)?,
            _ => {}
        }
        Ok(())
    }

    /// The columns with which these logs begin, up to the agent.
    fn opening(&self, pen: &mut Pen, c: &Call) {
        self.version(pen.iso(c.time).text(",").guid(&c.id).text(","));
        pen.guid(&c.user.device).texts(&[
            ",",
            c.protocol.authentication,
            ",true,",
            &c.user.name,
            ",example.test,",
            c.agent,
            ",",
        ]);
    }

    /// Remote PowerShell: the request, and the cmdlet of the monitoring that it ran.
    fn shell(&self, c: &Call, rng: &mut Rng, today: &Today, logs: &mut Logs) -> io::Result<()> {
        let health = "HealthMailbox0a1b2c3d";
        if let Some(out) = logs.row(Log::RpsHttp, c.time)? {
            let mut pen = Pen { out, today };
            self.version(pen.iso(c.time).text(",").iso(c.time - 9).text(",").guid(&c.id).text(","));
            pen.texts(&[
                ",",
                &self.fqdn,
                ",/powershell,Kerberos,true,",
                health,
                ",,,",
                c.address,
                " 10.0.0.5,",
                &self.server.name,
                ",",
                &self.fqdn,
            ]);
            pen.text(",200,,,Command,").guid(&c.id).texts(&[
                ",,",
                "Version_15.1_(Build_2106.2)=",
                &c.user.device.text()[..8],
                ",",
            ]);
            pen.guid(&c.user.device)
                .text(",,,")
                .cell(c.sent)
                .texts(&[c.agent, ",0,0,9,9,?", c.query, ",,WinRMDataSender.Ctor=0;,"])
                .end();
        }
        if let Some(out) = logs.row(Log::RpsCmdlet, c.time)? {
            let cmdlet = *rng.pick(&["Get-Mailbox", "Get-MailboxDatabase", "Get-ExchangeServer", "Get-Recipient"]);
            let mut pen = Pen { out, today };
            pen.iso(c.time).text(",").iso(c.time - 15).text(",").guid(&c.id).text(",,");
            self.version(&mut pen);
            pen.texts(&[&self.server.name, ",15756,w3wp#MSExchangePowerShellAppPool,"]).cell(20 + rng.below(90));
            pen.texts(&[
                ",,",
                health,
                ",S-1-5-21-1004336348-1177238915-682003330-1990,,,False,ActiveMonitor,",
                cmdlet,
                ",\"-ResultSize \"\"1\"\"\",",
            ]);
            pen.guid(&c.user.device).text(",,,GCRandomly,False,example.test,dc01.example.test,dc01.example.test,dc01.example.test,,,,,,,,,,,,0,,,0,6,8,0,,9,,,6,");
            pen.cell(22_000_000 + rng.below(900_000))
                .text("15,,Success,,,TaskModuleLatency=4;ProvisioningLayerLatency.C=9;BizLogic.C=15;Cmd=15;Cmd.AD=4;,");
            pen.texts(&["PSSenderInfo=example\\", health, ";,,,,,\"-ResultSize \"\"1\"\"\""]).end();
        }
        Ok(())
    }

    /// The control panel: what it was asked, and what it spent.
    fn panel(&self, c: &Call, today: &Today, logs: &mut Logs) -> io::Result<()> {
        let url = "/ecp/RulesEditor/InboxRules.svc/GetList?msExchEcpCanary=";
        let [a, b, build, d] = self.build;
        let build = format!("{a}.{b}.{build}.{d}");
        if let Some(out) = logs.row(Log::EcpServer, c.time)? {
            let mut pen = Pen { out, today };
            pen.iso(c.time)
                .texts(&[",", &self.server.name, ",ECP.Request,S:TIME="])
                .number(c.took)
                .text(";S:SID=")
                .guid(&c.user.device);
            pen.texts(&[
                ";S:CMD=Get-InboxRule;S:REQID=;S:URL=",
                url,
                &c.id.text()[..18],
                ".;S:REFERRER=;S:EX=;S:ACTID=",
            ])
            .guid(&c.id);
            pen.texts(&[";S:RS=0;S:BLD=", &build, ";S:TNAME=<null>;S:TID=;S:USID="])
                .guid(&c.user.device)
                .text(";S:EDOID=;S:ACID=")
                .end();
        }
        if let Some(out) = logs.row(Log::EcpActivity, c.time)? {
            let mut pen = Pen { out, today };
            pen.iso(c.time).texts(&[
                ",",
                &self.server.name,
                ",Request,S:PSA=<PII>",
                &c.user.mail,
                "</PII>;S:URL=https://localhost:444",
                url,
            ]);
            pen.texts(&[&c.id.text()[..18], ".;S:Bld=", &build, ";S:ActID="]).guid(&c.id).texts(&[";Dbl:BudgUse.T[]=12.0008001327515;I32:ADS.C[dc01]=1;F:ADS.AL[dc01]=1.692039;S:WLM.Bal=2.147484E+09;Dbl:WLM.TS=16"]).end();
        }
        Ok(())
    }

    /// A letter: the conversation with the other server, the connection, and its way through the mailboxes.
    fn letter(&self, rng: &mut Rng, today: &Today, time: Ms, user_at: usize, logs: &mut Logs) -> io::Result<()> {
        let (id, user) = (Guid::new(rng), &self.users[user_at]);
        let (size, number) = (2_000 + rng.below(90_000), rng.next() >> 24);
        let session = &id.text().replace('-', "").to_uppercase()[..16];
        let sent = rng.below(3) == 0;
        let log = if sent { Log::SmtpSend } else { Log::SmtpReceive };
        if let Some(out) = logs.row(log, time)? {
            let talk = Talk {
                server: &self.server.name,
                session,
                size,
                id: &id,
                user,
                number,
                port: 20_000 + rng.below(40_000),
                time,
            };
            if sent { talk.sending(out, today) } else { talk.receiving(out, today) }
        }
        if let Some(out) = logs.row(Log::Connectivity, time)? {
            let mut pen = Pen { out, today };
            for what in [
                "+,Undefined 00000000-0000-0000-0000-000000000000",
                ">,Established connection to 10.0.0.5",
                "-,Messages: 1 Bytes: 4096 Recipients: 1",
            ] {
                pen.iso(time).texts(&[",", session, ",SMTP,mailbox database 01,", what]).end();
            }
        }
        self.tracked(&Track { time, id: &id, user, size, number, other: rng.below(90) }, today, logs)
    }

    fn tracked(&self, t: &Track, today: &Today, logs: &mut Logs) -> io::Result<()> {
        let server = self.server.name.as_str();
        let [a, b, c, d] = self.build;
        let schema = format!("{a}.{b:02}.{c:04}.{d:03}");
        let other = self.numbers[t.other as usize].as_str();
        let letter = |pen: &mut Pen| {
            pen.texts(&["<", t.id.text(), "@mail.example.org>,"]).guid(t.id);
            pen.texts(&[",", &t.user.mail, ",To,"]).cell(t.size).texts(&[
                "1,,,Minutes of the meeting,sender",
                other,
                "@example.org,sender",
                other,
                "@example.org,",
            ]);
        };
        if let Some(out) = logs.row(Log::Tracking, t.time)? {
            let mut pen = Pen { out, today };
            pen.iso(t.time)
                .texts(&[",203.0.113.", other, ",mail.example.org,10.0.0.5,", server, ",08D8DC0000000000;"])
                .iso(t.time);
            pen.texts(&[";0,", server, "\\Default ", server, ",SMTP,RECEIVE,"]).cell(t.number);
            letter(&mut pen);
            pen.texts(&[
                "0cA: ,Incoming,,203.0.113.",
                other,
                ",10.0.0.5,S:FirstForestHop=",
                &self.fqdn,
                ";S:DeliveryPriority=Normal;S:AccountForest=example.test,Email,",
            ]);
            pen.guid(t.id).texts(&[",", &schema]).end();
        }
        if let Some(out) = logs.row(Log::TrackingDelivery, t.time)? {
            let mut pen = Pen { out, today };
            pen.iso(t.time).texts(&[",10.0.0.5,", server, ",10.0.0.5,", server, ",08D8DC0000000001;"]).iso(t.time);
            pen.texts(&[";ClientSubmitTime:,,STOREDRIVER,DELIVER,"]).cell(t.number);
            letter(&mut pen);
            pen.iso(t.time).texts(&[";SRV=", &self.fqdn, ":TOTAL-SUB=0.128|SA=0.128,Incoming,,203.0.113.", other, ",10.0.0.5,S:MailboxDatabaseName=Mailbox Database 01;S:DeliveryPriority=Normal;S:AccountForest=example.test,Email,"]);
            pen.guid(t.id).texts(&[",", &schema]).end();
        }
        if t.number % 2 == 1 {
            return Ok(());
        }
        if let Some(out) = logs.row(Log::TrackingSubmission, t.time)? {
            let mut pen = Pen { out, today };
            pen.iso(t.time)
                .texts(&[",fe80::d9e3:e981:da2d:427b%3,", server, ",,,\"MDB:"])
                .guid(&self.database)
                .text(", Mailbox:")
                .guid(&t.user.mailbox);
            pen.text(", Event:").number(t.number % 90_000_000).text(", MessageClass:IPM.Note, CreationTime:").iso(t.time).text(", ClientType:MOMT, SubmissionAssistant:MailboxTransportSubmissionEmailAssistant\",,STOREDRIVER,NOTIFYMAPI,,,,,,,,,,,");
            pen.texts(&[&t.user.mail, ",,"]).iso(t.time).texts(&[
                ";LSRV=",
                &self.fqdn,
                ":TOTAL-SUB=0.128|SA=0.128|MTSS-PEN=0.000,,,,,S:ItemEntryId=00-00-00-00,,",
            ]);
            pen.guid(t.id).texts(&[",", &schema]).end();
        }
        Ok(())
    }

    /// Somebody from the Internet whose request never reached IIS.
    fn stranger(&self, rng: &mut Rng, today: &Today, time: Ms, logs: &mut Logs) -> io::Result<()> {
        let Some(out) = logs.row(Log::HttpErr, time)? else { return Ok(()) };
        let mut pen = Pen { out, today };
        pen.w3c(time)
            .texts(&[" 192.0.2.", &self.numbers[1 + rng.below(250) as usize], " "])
            .number(20_000 + rng.below(40_000));
        let what = *rng.pick(&[
            " 10.0.0.5 443 - - - - - Timer_ConnectionIdle -",
            " 10.0.0.5 443 HTTP/1.1 GET / 400 - Hostname -",
            " 10.0.0.5 443 HTTP/2.0 GET /owa/ - 1 Connection_Dropped MSExchangeOWAAppPool",
        ]);
        pen.text(what).end();
        Ok(())
    }
}

/// What message tracking says of a letter.
struct Track<'a> {
    time: Ms,
    id: &'a Guid,
    user: &'a User,
    size: u64,
    number: u64,
    other: u64,
}

/// A conversation between mail servers.
struct Talk<'a> {
    server: &'a str,
    session: &'a str,
    size: u64,
    id: &'a Guid,
    user: &'a User,
    number: u64,
    port: u64,
    time: Ms,
}

impl Talk<'_> {
    fn line(&self, pen: &mut Pen, connector: &str, step: u64) {
        pen.iso(self.time).texts(&[",", self.server, "\\", connector, self.server, ",", self.session, ","]).cell(step);
    }

    fn receiving(&self, out: &mut Vec<u8>, today: &Today) {
        let size = self.size.to_string();
        let says: [&[&str]; 10] = [
            &["+,,"],
            &[
                ">,\"220 ",
                self.server,
                ".example.test Microsoft ESMTP MAIL Service ready at ",
                &today.in_mail,
                " 10:00:00 +0000\",",
            ],
            &["<,EHLO mail.example.org,"],
            &[
                ">,250  ",
                self.server,
                ".example.test Hello [203.0.113.7] SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES STARTTLS 8BITMIME BINARYMIME CHUNKING,",
            ],
            &["<,MAIL FROM:<sender@example.org> SIZE=", &size, ","],
            &["<,RCPT TO:<", &self.user.mail, ">,"],
            &[">,250 2.1.5 Recipient OK,"],
            &["<,BDAT ", &size, " LAST,"],
            &["<,QUIT,"],
            &["-,,Local"],
        ];
        self.say(&says, "Default Frontend ", out, today);
    }

    fn sending(&self, out: &mut Vec<u8>, today: &Today) {
        let number = self.number.to_string();
        let says: [&[&str]; 7] = [
            &["*,,attempting to connect"],
            &["+,,"],
            &["<,220 mail.example.org ESMTP,"],
            &[">,EHLO ", self.server, ".example.test,"],
            &[">,MAIL FROM:<", &self.user.mail, ">,"],
            &["<,250 2.6.0 <", self.id.text(), "@example.test> [InternalId=", &number, "] Queued mail for delivery,"],
            &["-,,Remote"],
        ];
        self.say(&says, "Outbound Proxy Frontend Send Connector ", out, today);
    }

    fn say(&self, says: &[&[&str]], connector: &str, out: &mut Vec<u8>, today: &Today) {
        let mut pen = Pen { out, today };
        for (step, said) in says.iter().enumerate() {
            self.line(&mut pen, connector, step as u64);
            pen.text("10.0.0.5:25,203.0.113.7:").cell(self.port).texts(said).end();
        }
    }
}

/// An agent as IIS writes it.
fn plus<'p, 't>(pen: &'p mut Pen<'t>, agent: &str) -> &'p mut Pen<'t> {
    let from = pen.out.len();
    pen.text(agent);
    pen.out[from..].iter_mut().filter(|b| **b == b' ').for_each(|b| *b = b'+');
    pen
}
