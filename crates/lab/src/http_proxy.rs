//! HttpProxy logs: one file a protocol and day, all columns of Exchange 2016.

use crate::clock::{iso, shown};
use crate::request::Request;
use crate::server::{EXCHANGE, Files, Kind, Server, append};

/// The columns, in the order of a real log.
pub(crate) const COLUMNS: &str = "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus";

/// Writes every request that went through the proxy.
pub(crate) fn write(server: &Server, files: &mut Files) {
    for request in server.requests.iter().filter(|r| !r.protocol.is_empty() && server.has(Kind::HttpProxy, r.time)) {
        let day = shown(request.time, "%Y%m%d");
        let path = format!("{EXCHANGE}/Logging/HttpProxy/{}/HttpProxy_{day}00-1.LOG", request.protocol);
        append(files, path, || header(server, request), &line(server, request));
    }
}

/// Both layouts occur on real servers: the bare list of columns first, or the comments first.
fn header(server: &Server, request: &Request) -> String {
    let [a, b, c, d] = server.build(request.time);
    let comments = format!(
        "#Software: Microsoft Exchange Server\r\n#Version: {a}.{b:02}.{c:04}.{d:03}\r\n#Log-type: HttpProxy Logs\r\n#Date: {}\r\n#Fields: {COLUMNS}\r\n",
        iso(request.time)
    );
    if request.time / crate::clock::DAY % 2 == 0 { format!("{COLUMNS}\r\n{comments}") } else { comments }
}

/// The row of a request.
pub(crate) fn line(server: &Server, r: &Request) -> String {
    let [major, minor, build, revision] = server.build(r.time);
    let known = !r.user.is_empty();
    let proxied = !r.anchor.is_empty();
    let value = |column: &str| -> String {
        match column {
            "DateTime" => iso(r.time),
            "RequestId" => r.id.clone(),
            "MajorVersion" => major.to_string(),
            "MinorVersion" => minor.to_string(),
            "BuildVersion" => build.to_string(),
            "RevisionVersion" => revision.to_string(),
            "Protocol" => r.protocol.into(),
            "UrlHost" => "mail.example.test".into(),
            "UrlStem" => r.stem.clone(),
            "AuthenticationType" if known => authentication(r.protocol).into(),
            "IsAuthenticated" => if known { "true" } else { "false" }.into(),
            "AuthenticatedUser" => r.user.clone(),
            "AnchorMailbox" => r.anchor.clone(),
            // Exchange writes a blank for the comma of "KHTML, like Gecko".
            "UserAgent" => r.agent.replace(',', " "),
            "ClientIpAddress" => r.ip.clone(),
            "ServerHostName" => server.name.clone(),
            "HttpStatus" => r.status.to_string(),
            "BackEndStatus" if proxied => r.status.to_string(),
            "ErrorCode" => r.error.clone(),
            "Method" => r.method.into(),
            "ProxyAction" if proxied => "Proxy".into(),
            "TargetServer" if proxied && !r.target.is_empty() => r.target.clone(),
            "TargetServer" if proxied => server.fqdn(),
            "TargetServerVersion" if proxied => format!("{major}.{minor:02}.{build:04}.000"),
            "RoutingType" | "RoutingStatus" if !proxied => String::new(),
            "RoutingType" => "IntraForest".into(),
            "RoutingStatus" => "CafeV1".into(),
            "RoutingHint" => r.routing.into(),
            "BackEndCookie" => r.cookie.clone(),
            "RequestBytes" => (r.bytes / 4).to_string(),
            "ResponseBytes" => r.bytes.to_string(),
            "TotalRequestTime" => (r.millis() - 2).to_string(),
            "BackendProcessingLatency" if proxied => (r.millis() - 9).to_string(),
            "HttpPipelineLatency" | "CoreLatency" | "RoutingLatency" | "HttpProxyOverhead" => "1".into(),
            "UrlQuery" if !r.query.is_empty() => format!("?{}", r.query),
            "GenericInfo" => {
                format!("BeginRequest={};CorrelationID=<empty>;ProxyState-Run=None;", iso(r.time))
            }
            _ => String::new(),
        }
    };
    COLUMNS.split(',').map(|c| quoted(&value(c))).collect::<Vec<_>>().join(",")
}

/// How clients of a protocol say who they are.
fn authentication(protocol: &str) -> &'static str {
    match protocol {
        "Eas" => "Basic",
        "Owa" | "Ecp" => "FBA",
        "Autodiscover" => "NTLM",
        _ => "Negotiate",
    }
}

/// A field of an Exchange log: in quotes where it holds a comma or a quote.
pub(crate) fn quoted(value: &str) -> String {
    if value.contains(['"', ',']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::{SCENARIOS, files};

    #[test]
    fn rows_have_as_many_fields_as_their_header() {
        let breached = SCENARIOS.iter().find(|s| s.name == "breached").unwrap();
        let mut rows = 0;
        for file in files(breached, 1).iter().filter(|f| f.path.contains("/HttpProxy/") && f.path.ends_with(".LOG")) {
            for line in String::from_utf8(file.bytes.clone()).unwrap().lines().filter(|l| l.starts_with("20")) {
                // None of the values made here holds a comma, so none is in quotes.
                assert_eq!(line.split(',').count(), super::COLUMNS.split(',').count(), "{line}");
                rows += 1;
            }
        }
        assert!(rows > 1000);
    }
}
