//! An Edge Transport server: mail in and out, no web pages.

use crate::clock::{DAY, HOUR, Ms, SECOND, iso, shown};
use crate::events::Event;
use crate::rng::Rng;
use crate::server::{EXCHANGE, Files, Kind, Server, append, note};

/// Writes the logs of an Edge server.
pub(crate) fn write(mut server: Server, files: &mut Files) {
    let mut rng = Rng::new(server.seed, "edge");
    let mut day = server.from - server.from.rem_euclid(DAY);
    while day <= server.collected {
        for hour in [1, 7, 13, 19] {
            let time = day + hour * HOUR + Ms::try_from(rng.below(3000)).unwrap_or(0) * SECOND;
            if time <= server.collected {
                mail(&server, files, &mut rng, time);
                server.events.push(
                    Event::new(
                        time,
                        "Security",
                        "Microsoft-Windows-Security-Auditing",
                        4624,
                        "An account was successfully logged on.",
                    )
                    .with("LogonType", "5"),
                );
            }
        }
        day += DAY;
    }
    server.left.retain(|kind, _| *kind == Kind::Security);
    crate::events::write(&server, files);
    note(files, &server.fqdn(), &["edge"], server.collected);
}

fn mail(server: &Server, files: &mut Files, rng: &mut Rng, time: Ms) {
    let logs = format!("{EXCHANGE}/TransportRoles/Logs/Edge");
    let day = shown(time, "%Y%m%d");
    let header = |kind: &str, fields: &str| {
        format!(
            "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: {kind}\r\n#Date: {}\r\n#Fields: {fields}\r\n",
            iso(time)
        )
    };
    let session = format!("08D8{:012X}", rng.below(1 << 46));
    let receive = format!(
        "{},{}\\Default internal receive connector,{session},0,10.9.0.5:25,203.0.113.{}:4{:04},+,,",
        iso(time),
        server.name,
        1 + rng.below(250),
        rng.below(9999)
    );
    let fields = "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context";
    append(
        files,
        format!("{logs}/ProtocolLog/SmtpReceive/RECV{day}-1.LOG"),
        || header("SMTP Receive Protocol Log", fields),
        &receive,
    );
    let connect =
        format!("{},{session},SMTP,mail.example.test,+,Undefined 00000000-0000-0000-0000-000000000000", iso(time));
    let fields = "date-time,session,source,Destination,direction,description";
    append(
        files,
        format!("{logs}/Connectivity/CONNECTLOG{day}-1.LOG"),
        || header("Transport Connectivity Log", fields),
        &connect,
    );
    let agent = format!(
        "{},{session},10.9.0.5:25,203.0.113.7:40100,203.0.113.7,,sender@example.test,sender@example.test;,user{:02}@example.test,1,Content Filter Agent,OnEndOfData,AcceptMessage,,SCL,0,,,,Incoming",
        iso(time),
        rng.below(40)
    );
    let fields = "Timestamp,SessionId,LocalEndpoint,RemoteEndpoint,EnteredOrgFromIP,MessageId,P1FromAddress,P2FromAddresses,Recipient,NumRecipients,Agent,Event,Action,SmtpResponse,Reason,ReasonData,Diagnostics,NetworkMsgID,TenantID,Directionality";
    append(files, format!("{logs}/AgentLog/AGENTLOG{day}-1.LOG"), || header("Agent Log", fields), &agent);
}
