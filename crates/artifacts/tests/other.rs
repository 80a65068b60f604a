//! Event lines, web files, and random bytes into everything.

mod common;

use assize_artifacts::all;
use common::{content, parse, read};
use insta::assert_snapshot;
use proptest::prelude::*;

#[test]
fn events_of_several_shippers() {
    let lines = [
        r#"{"EventID":4688,"Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing","Hostname":"EX01","EventTime":"2021-03-03 08:49:42","@timestamp":"2021-03-03T06:49:43.1Z","Keywords":-9214364837600034816,"RecordNumber":7,"ExecutionProcessID":4,"ThreadID":9,"NewProcessName":"C:\\cmd.exe","@version":"1","tags":["x"],"Message":"m"}"#,
        r#"{"@timestamp":"2021-03-03T06:49:43Z","winlog":{"event_id":1,"channel":"Microsoft-Windows-Sysmon/Operational","provider_name":"Microsoft-Windows-Sysmon","computer_name":"EX01","record_id":8,"process":{"pid":4,"thread":{"id":9}},"event_data":{"Image":"a.exe"}},"message":"m"}"#,
        r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"MSExchange CmdletLogs"}},"EventID":{"#attributes":{"Qualifiers":1},"#text":1},"TimeCreated":{"#attributes":{"SystemTime":"2021-03-03T06:49:44Z"}},"Channel":"MSExchange Management","Computer":"EX01"},"EventData":{"Data":{"#text":["Set-OabVirtualDirectory","-ExternalUrl x"]}}}}"##,
        r#"{"EventID":1,"Channel":"System"}"#,
        r#"{"no":"event"}"#,
        r#"{"EventID":1,"#,
    ];
    let read = read("events.json", lines.join("\n").as_bytes());
    assert_snapshot!(format!("{}\n{}", read[0].1.summary(), read[0].1.table(&["pos", "ts", "channel", "provider", "event_id", "keywords", "computer", "record_id", "process_id", "thread_id", "data", "message"])), @r#"
    3 rows, 3 rejects, 1 bad-time, 1 cut-off, 1 unknown
    1 | 2021-03-03T06:49:43.100Z | Security | Microsoft-Windows-Security-Auditing | 4688 | 0x8020000000000000 | EX01 | 7 | 4 | 9 | {"NewProcessName":"C:\\cmd.exe"} | m
    2 | 2021-03-03T06:49:43Z | Microsoft-Windows-Sysmon/Operational | Microsoft-Windows-Sysmon | 1 |  | EX01 | 8 | 4 | 9 | {"Image":"a.exe"} | m
    3 | 2021-03-03T06:49:44Z | MSExchange Management | MSExchange CmdletLogs | 1 |  | EX01 |  |  |  | {"Data":["Set-OabVirtualDirectory","-ExternalUrl x"]} |
    "#);
}

#[test]
fn files_of_a_web_server() {
    let dump = "AddressListsCanRead : \r\nExternalUrl : http://f/<script language=\"JScript\" runat=\"server\">function Page_Load(){}</script>\r\n";
    let wide: Vec<u8> = [vec![0xFF, 0xFE], dump.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let pst = [b"!BDN".as_slice(), &[0u8, 1, 2, 255].repeat(100), b"<%@ Page %>"].concat();
    let mut lines = Vec::new();
    for (path, bytes) in [
        ("C/inetpub/wwwroot/aspnet_client/a.aspx", dump.as_bytes()),
        ("V15/FrontEnd/HttpProxy/owa/auth/b.ASPX", wide.as_slice()),
        ("D/anywhere/c.ashx", pst.as_slice()),
        ("C/inetpub/wwwroot/web.config", b"<configuration/>"),
        ("C/inetpub/wwwroot/trailing.aspx. ", b""),
        ("C/other/web.config", b"<configuration/>"),
        ("C/inetpub/wwwroot/App_Code/a.cs", b"class A {}"),
        ("C/other/a.cs", b"class A {}"),
        ("C/inetpub/wwwroot/logo.png", b"\x89PNG"),
        ("C/inetpub/logs/LogFiles/notes.txt", b"x"),
        ("C/inetpub/wwwroot/cert.cer", b"\x30\x82\x01\x02\xff\xfe\0\0"),
    ] {
        let read = read(path, bytes);
        match read.iter().find(|(table, _)| table == "web_files").or(read.first()) {
            Some((table, r)) => lines.push(format!(
                "{table}: {}",
                r.table(&["ts", "name", "extension", "size", "form", "content"]).replace("\r\n", "⏎")
            )),
            None => lines.push(format!("{path}: nobody")),
        }
    }
    assert_snapshot!(lines.join("\n"), @r#"
    web_files:  | a.aspx | aspx | 122 | text | AddressListsCanRead : ⏎ExternalUrl : http://f/<script language="JScript" runat="server">function Page_Load(){}</script>⏎
    web_files:  | b.ASPX | aspx | 246 | text | AddressListsCanRead : ⏎ExternalUrl : http://f/<script language="JScript" runat="server">function Page_Load(){}</script>⏎
    web_files:  | c.ashx | ashx | 415 | pst | !BDN����������������������������������������������������������������������������������������������������<%@ Page %>
    web_files:  | web.config | config | 16 | text | <configuration/>
    web_files:  | trailing.aspx.  | aspx | 0 | empty | 
    C/other/web.config: nobody
    web_files:  | a.cs | cs | 10 | text | class A {}
    C/other/a.cs: nobody
    C/inetpub/wwwroot/logo.png: nobody
    C/inetpub/logs/LogFiles/notes.txt: nobody
    web_files:  | cert.cer | cer | 8 | der | 0���
    "#);
}

const IIS_CONFIG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <system.applicationHost>
    <log centralLogFileMode="Site"><centralW3CLogFile enabled="true" directory="E:\Central" /></log>
    <sites>
      <site name="Default Web Site" id="1">
        <application path="/" applicationPool="DefaultAppPool"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
        <application path="/owa" applicationPool="MSExchangeOWAAppPool">
          <virtualDirectory path="/" physicalPath="D:\Exchange\V15\FrontEnd\HttpProxy\owa" />
          <virtualDirectory path="/auth" physicalPath="C:\Users\Public\a &amp; b" />
        </application>
        <bindings><binding protocol="https" bindingInformation="*:443:" /></bindings>
        <logFile directory="E:\IISLogs" logFormat="W3C" localTimeRollover="true" enabled="false" />
      </site>
      <siteDefaults><logFile directory="%SystemDrive%\inetpub\logs\LogFiles" /></siteDefaults>
    </sites>
  </system.applicationHost>
  <system.webServer><globalModules><add name="RewriteModule" image="%SystemRoot%\system32\inetsrv\rewrite.dll" /></globalModules></system.webServer>
  <location path="Default Web Site/ecp"><system.webServer><httpLogging dontLog="true" /></system.webServer></location>
</configuration>
"#;

#[test]
fn configuration_of_iis() {
    const PLACE: &str = "C/Windows/System32/inetsrv/config/applicationHost.config";
    let config = IIS_CONFIG;
    let columns = [
        "pos",
        "element",
        "location",
        "site",
        "site_id",
        "path",
        "folder",
        "name",
        "enabled",
        "log_format",
        "local_time",
        "binding",
    ];
    let told = |bytes: &[u8]| {
        let read = read(PLACE, bytes);
        let (_, read) = read.iter().find(|(table, _)| table == "iis_config").expect("it is claimed");
        format!("{}\n{}", read.summary(), read.table(&columns))
    };
    assert_snapshot!(told(config.as_bytes()), @r#"
    12 rows, 0 rejects
    4 | log |  |  |  |  |  |  |  | Site |  | 
    6 | site |  | Default Web Site | 1 |  |  |  |  |  |  | 
    7 | application |  | Default Web Site | 1 | / |  |  |  |  |  | 
    7 | virtualDirectory |  | Default Web Site | 1 | / | %SystemDrive%\inetpub\wwwroot |  |  |  |  | 
    8 | application |  | Default Web Site | 1 | /owa |  |  |  |  |  | 
    9 | virtualDirectory |  | Default Web Site | 1 | /owa | D:\Exchange\V15\FrontEnd\HttpProxy\owa |  |  |  |  | 
    10 | virtualDirectory |  | Default Web Site | 1 | /owa/auth | C:\Users\Public\a & b |  |  |  |  | 
    12 | binding |  | Default Web Site | 1 |  |  | https |  |  |  | https *:443:
    13 | logFile |  | Default Web Site | 1 |  | E:\IISLogs |  | false | W3C | true | 
    15 | logFile |  |  |  |  | %SystemDrive%\inetpub\logs\LogFiles |  |  |  |  | 
    18 | module |  |  |  |  | %SystemRoot%\system32\inetsrv\rewrite.dll | RewriteModule |  |  |  | 
    19 | httpLogging | Default Web Site/ecp |  |  |  |  |  | false |  |  |
    "#);
    let wide: Vec<u8> = [vec![0xFF, 0xFE], config.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    assert_eq!(told(&wide), told(config.as_bytes()), "whatever the encoding");
    let cut = told(&config.as_bytes()[..config.len() / 2]);
    assert!(cut.contains("truncated: it ends inside") || cut.contains("damaged"), "{cut}");
    let hostile = r#"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><configuration><sites><site name="&a;"/></sites></configuration>"#;
    let told_of_it = told(hostile.as_bytes());
    assert!(
        told_of_it.starts_with("0 rows, 1 rejects, 1 damaged") && told_of_it.contains("document type"),
        "{told_of_it}"
    );
    let deep = format!("<configuration>{}", "<a>".repeat(100_000));
    assert!(told(deep.as_bytes()).contains("limit: elements lie more than 128 deep"));
}

#[test]
fn code_that_the_configuration_of_iis_lets_run() {
    const PLACE: &str = "C/Windows/System32/inetsrv/config/applicationHost.config";
    let key = "CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF";
    let config = format!(
        r#"<configuration>
  <system.applicationHost><applicationPools><add name="DefaultAppPool" /></applicationPools></system.applicationHost>
  <system.web>
    <machineKey validationKey="{key}" decryptionKey="AutoGenerate,IsolateApps" validation="SHA1" />
    <httpHandlers><add path="*.jpg" verb="*" type="System.Web.UI.PageHandlerFactory" /></httpHandlers>
    <compilation><buildProviders><add extension=".jpg" type="System.Web.Compilation.PageBuildProvider" /><add extension=".x" /></buildProviders></compilation>
  </system.web>
  <system.webServer>
    <modules><add name="IsapiModule" /><add name="Helper" type="Helper.Module, Helper" /></modules>
    <isapiFilters><filter name="auth" path="C:\a\owaauth.dll" enabled="true" /></isapiFilters>
    <handlers><add name="php" path="*.php" modules="FastCgiModule" scriptProcessor="C:\php\php-cgi.exe" /></handlers>
  </system.webServer>
</configuration>"#
    );
    let read = read(PLACE, config.as_bytes());
    let (_, read) = read.iter().find(|(table, _)| table == "iis_config").expect("it is claimed");
    let table = read.table(&["pos", "element", "path", "folder", "name", "enabled", "value"]);
    assert_snapshot!(format!("{}\n{table}", read.summary()), @r#"
    7 rows, 0 rejects
    2 | pool |  |  | DefaultAppPool |  | 
    4 | machineKey |  |  |  |  | validationKey=written out, SHA-256 6d60845874ad370b4c0e1906237bb25eaf3490e22abd71b9c8423f81664e8fe3; decryptionKey=AutoGenerate,IsolateApps
    5 | handler | *.jpg |  |  |  | System.Web.UI.PageHandlerFactory
    6 | buildProvider | .jpg |  |  |  | System.Web.Compilation.PageBuildProvider
    9 | managedModule |  |  | Helper |  | Helper.Module, Helper
    10 | isapiFilter |  | C:\a\owaauth.dll | auth | true | 
    11 | handler | *.php | C:\php\php-cgi.exe | php |  |
    "#);
    assert!(!table.contains(key), "keys are not kept");
}

#[test]
fn only_the_beginning_of_a_large_page_is_kept() {
    let page = "é".repeat(100_000);
    let read = read("x.aspx", page.as_bytes());
    assert_eq!(read[0].1.value(0, "content").len(), 64 << 10);
    assert_snapshot!(read[0].1.summary(), @r#"
    1 rows, 0 rejects
      only the first 65536 bytes are kept as text
    "#);
}

/// Pieces of every format, so that random input goes deeper than noise would.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            b"#Fields: date time cs-uri-query cs-uri-stem\n".to_vec(),
            b"#Fields: DateTime,EventData,TimeStamp\n".to_vec(),
            b"#Log-type: HttpProxy Logs\r\n".to_vec(),
            b"#Fields:\n".to_vec(),
            b"#Fields: ,,\n".to_vec(),
            b"2021-03-03 06:49:42 GET / - 443 - ::1 x - 200 0 0 1\n".to_vec(),
            b"2021-03-03T06:49:42Z,\"S:CMD='a;S:EX=';'S:X=''\",\n".to_vec(),
            b"{\"EventID\":1,\"TimeCreated\":\"2021-03-03T06:49:42Z\"}\n".to_vec(),
            b"\xFF\xFE".to_vec(),
            b"\0".repeat(20),
            b"\r".to_vec(),
            b"\n\0".to_vec(),
            b"ElfFile\0".to_vec(),
            b"ElfChnk\0".to_vec(),
            b"\x2a\x2a\0\0\x1c\0\0\0".to_vec(),
            vec![0; 600],
        ]),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_bytes_into_any_artifact(bytes in pieces()) {
        let content = content();
        for artifact in &all(&content) {
            parse(artifact.as_ref(), "x", &bytes);
        }
        read("x.evtx", &bytes);
        read("W3SVC1/u_ex1.log", &bytes);
    }
}

#[test]
fn rules_that_turn_requests_away() {
    const PLACE: &str = "C/inetpub/wwwroot/web.config";
    let config = r#"<configuration>
  <system.web><authorization><rules><clear /></rules></authorization></system.web>
  <system.webServer>
    <rewrite>
      <rules>
        <rule name="X-BEResource Abort - inbound" stopProcessing="true">
          <match url=".*" />
          <conditions><add input="{HTTP_COOKIE}" pattern="(.*)X-BEResource=(.+)/(.+)~(.+)" /></conditions>
          <action type="AbortRequest" />
        </rule>
        <rule name="later" enabled="false" patternSyntax="Wildcard"><match url="*" negate="true"/><action type="CustomResponse" statusCode="403"/></rule>
        <remove name="PowerShell - inbound" />
      </rules>
      <outboundRules>
        <rule name="EOMT OWA CSP - outbound" preCondition="pages">
          <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" />
          <action type="Rewrite" value="{R:1}; script-src-attr 'none'" />
        </rule>
        <clear />
        <preConditions><preCondition name="pages"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" /></preCondition></preConditions>
      </outboundRules>
    </rewrite>
  </system.webServer>
</configuration>"#;
    let read = read(PLACE, config.as_bytes());
    let (_, read) = read.iter().find(|(table, _)| table == "iis_config").expect("it is claimed");
    assert_snapshot!(format!("{}\n{}", read.summary(), read.table(&["pos", "element", "name", "enabled", "value", "rule"])), @r#"
    4 rows, 0 rejects
    6 | rewriteRule | X-BEResource Abort - inbound |  | AbortRequest | {"stops":true,"url":".*","conditions":[{"input":"{HTTP_COOKIE}","pattern":"(.*)X-BEResource=(.+)/(.+)~(.+)"}],"action":"AbortRequest"}
    11 | rewriteRule | later | false | CustomResponse | {"syntax":"Wildcard","url":"*","url_negated":true,"action":"CustomResponse","status":"403"}
    12 | rewriteRemove | PowerShell - inbound |  |  | 
    15 | rewriteAnswer | EOMT OWA CSP - outbound |  | Rewrite | {"variable":"RESPONSE_Content_Security_Policy","url":"(.*)","before":[{"input":"{RESPONSE_CONTENT_TYPE}","pattern":"^text/html"}],"action":"Rewrite","value":"{R:1}; script-src-attr 'none'"}
    "#);
}

#[test]
fn rules_about_answers_are_kept_where_the_file_breaks_off_and_however_many_there_are() {
    const PLACE: &str = "C/inetpub/wwwroot/web.config";
    let table = |bytes: &str| {
        let read = read(PLACE, bytes.as_bytes());
        let (_, read) = read.iter().find(|(table, _)| table == "iis_config").expect("it is claimed");
        read.table(&["element", "name", "rule"])
    };
    let head = "<configuration><system.webServer><rewrite><outboundRules>";
    let rule = r#"<rule name="a" preCondition="p"><match serverVariable="X" pattern=".*" /></rule>"#;
    assert_eq!(
        table(&format!("{head}{rule}<rule name=\"b\"><match")).trim(),
        // What it waits for is not said: it must not look as if it waited for nothing.
        r#"rewriteAnswer | a | {"variable":"X","url":".*","before":[{"input":"p","pattern":""}]}"#
    );
    let many = rule.repeat(2_500);
    assert_eq!(
        table(&format!("{head}{many}</outboundRules></rewrite></system.webServer></configuration>")).lines().count(),
        2_500
    );
}
