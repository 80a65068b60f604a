//! The log files of one server on one day: where they lie, how they begin, when a new one is begun.

use crate::clock::{HOUR, Ms, iso, shown};
use crate::server::{EXCHANGE, Kind, Server};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// A kind of log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    FrontWeb,
    BackWeb,
    HttpErr,
    ProxyAutodiscover,
    ProxyEas,
    ProxyEcp,
    ProxyEws,
    ProxyMapi,
    ProxyOab,
    ProxyOwa,
    ProxyPowerShell,
    ProxyRpcHttp,
    EcpServer,
    EcpActivity,
    Ews,
    Autodiscover,
    MapiHttp,
    RpsHttp,
    RpsCmdlet,
    Tracking,
    TrackingDelivery,
    TrackingSubmission,
    SmtpReceive,
    SmtpSend,
    Connectivity,
}

/// How the files of a log begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    Iis,
    HttpErr,
    /// An Exchange log of this type; some state the build, some a fixed version.
    Build(&'static str),
    Fixed(&'static str),
    /// The proxy log: with the bare columns first in every second hour, as it occurs.
    Proxy,
}

/// A kind of log, and where and how it is written. `%` stands for parts of the time, `#` for the number of the file.
struct Spec {
    path: &'static str,
    kind: Kind,
    head: Head,
    fields: &'static str,
}

const fn spec(path: &'static str, kind: Kind, head: Head, fields: &'static str) -> Spec {
    Spec { path, kind, head, fields }
}

const PROXY: &str = crate::http_proxy::COLUMNS;
const ECP: &str = "TimeStamp,ServerName,EventId,EventData";
const EWS: &str = "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,UserAgent,VersionInfo,ClientIpAddress,ServerHostName,FrontEndServer,SoapAction,HttpStatus,RequestSize,ResponseSize,ErrorCode,ImpersonatedUser,ProxyAsUser,ActAsUser,Cookie,CorrelationGuid,PrimaryOrProxyServer,TaskType,LocalMailboxCount,TotalRequestTime,GenericInfo,AuthenticationErrors,GenericErrors";
const AUTODISCOVER: &str = "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,UserAgent,ClientIpAddress,ServerHostName,FrontEndServer,SoapAction,HttpStatus,ErrorCode,TotalRequestTime,GenericInfo,AuthenticationErrors,GenericErrors";
const MAPI: &str = "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,UserAgent,ClientIpAddress,ServerHostName,FrontEndServer,HttpStatus,RequestType,ResponseCode,TotalRequestTime,GenericInfo,GenericErrors";
const RPS_HTTP: &str = "DateTime,StartTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,UrlHost,UrlStem,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,ManagedOrganization,ClientIpAddress,ServerHostName,FrontEndServer,HttpStatus,SubStatus,ErrorCode,Action,CommandId,CommandName,SessionId,ShellId,FailFast,ContributeToFailFast,RequestBytes,ClientInfo,CPU,Memory,ActivityContextLifeTime,TotalTime,UrlQuery,GenericLatency,GenericInfo,GenericErrors";
const RPS_CMDLET: &str = "DateTime,StartTime,RequestId,ClientRequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ServerHostName,ProcessId,ProcessName,ThreadId,CultureInfo,Organization,AuthenticatedUser,ExecutingUserSid,EffectiveOrganization,UserServicePlan,IsAdmin,ClientApplication,Cmdlet,Parameters,CmdletUniqueId,UserBudgetOnStart,ContributeToFailFast,RunspaceSettingsCreationHint,ADViewEntireForest,ADRecipientViewRoot,ADConfigurationDomainControllers,ADPreferredGlobalCatalogs,ADPreferredDomainControllers,ADUserConfigurationDomainController,ADUserPreferredGlobalCatalog,ADuserPreferredDomainControllers,ThrottlingInfo,DelayInfo,ThrottlingDelay,IsOutputObjectRedacted,CmdletProxyStage,CmdletProxyRemoteServer,CmdletProxyRemoteServerVersion,CmdletProxyMethod,ProxiedObjectCount,CmdletProxyLatency,OutputObjectCount,ParameterBinding,BeginProcessing,ProcessRecord,EndProcessing,StopProcessing,BizLogic,PowerShellLatency,UserInteractionLatency,ProvisioningLayerLatency,ActivityContextLifeTime,TotalTime,ErrorType,ExecutionResult,CacheHitCount,CacheMissCount,GenericLatency,GenericInfo,GenericErrors,ObjectGuid,ExternalDirectoryOrganizationId,ExternalDirectoryObjectId,NonPiiParameters";
const TRACKING: &str = "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version";
const SMTP: &str =
    "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context";
const CONNECTIVITY: &str = "date-time,session,source,Destination,direction,description";
const HTTPERR: &str =
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename";

/// The logs in the order of [`Log`].
const SPECS: [Spec; 25] = [
    spec("C/inetpub/logs/LogFiles/W3SVC1/u_ex%y%m%d.log", Kind::Iis, Head::Iis, crate::iis::FIELDS),
    spec("C/inetpub/logs/LogFiles/W3SVC2/u_ex%y%m%d.log", Kind::Iis, Head::Iis, crate::iis::FIELDS),
    // The real name is a plain number; with the day in it, days can be written side by side.
    spec("C/Windows/System32/LogFiles/HTTPERR/httperr%Y%m%d.log", Kind::Iis, Head::HttpErr, HTTPERR),
    spec("X/Logging/HttpProxy/Autodiscover/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Eas/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Ecp/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Ews/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Mapi/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Oab/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/Owa/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/PowerShell/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/HttpProxy/RpcHttp/HttpProxy_%Y%m%d%H-#.LOG", Kind::HttpProxy, Head::Proxy, PROXY),
    spec("X/Logging/ECP/Server/ECPServer%Y%m%d-#.LOG", Kind::Ecp, Head::Fixed("ECP Server Log"), ECP),
    spec(
        "X/Logging/ECP/Activity/ECPActivity_11500_%Y%m%d-#.LOG",
        Kind::Ecp,
        Head::Fixed("ECP Activity Context Log"),
        ECP,
    ),
    spec("X/Logging/Ews/Ews_%Y%m%d%H-#.LOG", Kind::BackEnd, Head::Build("EWS Logs"), EWS),
    spec("X/Logging/Autodiscover/Autod_%Y%m%d%H-#.LOG", Kind::BackEnd, Head::Build("Autodiscover Logs"), AUTODISCOVER),
    spec("X/Logging/MapiHttp/Mailbox/Mailbox_%Y%m%d%H-#.LOG", Kind::BackEnd, Head::Build("MAPI/HTTP Logs"), MAPI),
    spec(
        "X/Logging/CmdletInfra/Powershell-Proxy/Http/EXRps_Http_%Y%m%d%H-#.LOG",
        Kind::BackEnd,
        Head::Build("Rps Http Logs"),
        RPS_HTTP,
    ),
    spec(
        "X/Logging/CmdletInfra/Powershell-Proxy/Cmdlet/EXRps_Cmdlet_%Y%m%d%H-#.LOG",
        Kind::BackEnd,
        Head::Build("Rps Cmdlet Logs"),
        RPS_CMDLET,
    ),
    spec(
        "X/TransportRoles/Logs/MessageTracking/MSGTRK%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Build("Message Tracking Log"),
        TRACKING,
    ),
    spec(
        "X/TransportRoles/Logs/MessageTracking/MSGTRKMD%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Build("Message Tracking Log"),
        TRACKING,
    ),
    spec(
        "X/TransportRoles/Logs/MessageTracking/MSGTRKMS%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Build("Message Tracking Log"),
        TRACKING,
    ),
    spec(
        "X/TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpReceive/RECV%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Fixed("SMTP Receive Protocol Log"),
        SMTP,
    ),
    spec(
        "X/TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpSend/SEND%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Fixed("SMTP Send Protocol Log"),
        SMTP,
    ),
    spec(
        "X/TransportRoles/Logs/Hub/Connectivity/CONNECTLOG%Y%m%d%H-#.LOG",
        Kind::Mail,
        Head::Fixed("Transport Connectivity Log"),
        CONNECTIVITY,
    ),
];

/// Exchange begins a new file at about this size.
const FILE_BYTES: u64 = 10 << 20;
/// Rows are handed to the disk in pieces of this size.
const PIECE: usize = 256 << 10;

struct Open {
    file: Option<File>,
    rows: Vec<u8>,
    bytes: u64,
    number: u32,
}

/// The open logs.
pub(super) struct Logs<'a> {
    server: &'a Server,
    /// Nowhere: rows are counted only.
    dir: Option<&'a Path>,
    open: [Option<Open>; SPECS.len()],
    hour: Ms,
    /// What was written.
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl<'a> Logs<'a> {
    /// No log is open.
    pub(super) fn new(server: &'a Server, dir: Option<&'a Path>) -> Self {
        Self { server, dir, open: [const { None }; SPECS.len()], hour: 0, files: 0, bytes: 0 }
    }

    /// Where the next row of a log goes; nowhere, where the server has no such log of that moment any more.
    pub(super) fn row(&mut self, log: Log, time: Ms) -> io::Result<Option<&mut Vec<u8>>> {
        let (spec, index) = (&SPECS[log as usize], log as usize);
        if !self.server.has(spec.kind, time) {
            return Ok(None);
        }
        let full = self.open[index].as_ref().is_some_and(|o| {
            o.rows.len() > PIECE || (spec.path.contains('#') && o.bytes + o.rows.len() as u64 > FILE_BYTES)
        });
        if full {
            self.flush(index)?;
        }
        let number = match &self.open[index] {
            Some(open) if spec.path.contains('#') && open.bytes > FILE_BYTES => open.number + 1,
            Some(_) => 0,
            None => 1,
        };
        if number > 0 {
            let file = self.create(&path(spec, time, number))?;
            let rows = head(spec, self.server, time).into_bytes();
            self.open[index] = Some(Open { file, rows, bytes: 0, number });
            self.files += 1;
        }
        Ok(self.open[index].as_mut().map(|open| &mut open.rows))
    }

    fn create(&self, path: &str) -> io::Result<Option<File>> {
        let Some(dir) = self.dir else { return Ok(None) };
        let path = dir.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        File::create(path).map(Some)
    }

    fn flush(&mut self, index: usize) -> io::Result<()> {
        if let Some(open) = &mut self.open[index] {
            if let Some(file) = &mut open.file {
                file.write_all(&open.rows)?;
            }
            open.bytes += open.rows.len() as u64;
            self.bytes += open.rows.len() as u64;
            open.rows.clear();
        }
        Ok(())
    }

    /// Ends the files of the hour before.
    pub(super) fn hour(&mut self, time: Ms) -> io::Result<()> {
        let hour = time - time.rem_euclid(HOUR);
        if hour != self.hour {
            self.hour = hour;
            self.end(|spec| spec.path.contains("%H"))?;
        }
        Ok(())
    }

    /// Ends every file.
    pub(super) fn day(&mut self) -> io::Result<()> {
        self.end(|_| true)
    }

    fn end(&mut self, which: impl Fn(&Spec) -> bool) -> io::Result<()> {
        for (index, spec) in SPECS.iter().enumerate() {
            if which(spec) {
                self.flush(index)?;
                self.open[index] = None;
            }
        }
        Ok(())
    }
}

fn path(spec: &Spec, time: Ms, number: u32) -> String {
    let path = shown(time, spec.path).replace('#', &number.to_string());
    match path.strip_prefix("X/") {
        Some(inside) => format!("{EXCHANGE}/{inside}"),
        None => path,
    }
}

fn head(spec: &Spec, server: &Server, time: Ms) -> String {
    let [a, b, c, d] = server.build(time);
    let fields = spec.fields;
    let exchange = |version: &str, log: &str| {
        format!(
            "#Software: Microsoft Exchange Server\r\n#Version: {version}\r\n#Log-type: {log}\r\n#Date: {}\r\n#Fields: {fields}\r\n",
            iso(time)
        )
    };
    let build = format!("{a}.{b:02}.{c:04}.{d:03}");
    match spec.head {
        Head::Iis => crate::iis::header(time),
        Head::HttpErr => format!(
            "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: {}\r\n#Fields: {fields}\r\n",
            shown(time, "%Y-%m-%d %H:%M:%S")
        ),
        Head::Fixed(log) => exchange("15.0.0.0", log),
        Head::Build(log) => exchange(&build, log),
        Head::Proxy if time / HOUR % 2 == 0 => format!("{fields}\r\n{}", exchange(&build, "HttpProxy Logs")),
        Head::Proxy => exchange(&build, "HttpProxy Logs"),
    }
}
