//! What an intruder, or a scanner, did in a scenario. The order and the marks are those that public reports of March 2021
//! show; addresses, names and ids are invented.

use crate::clock::{MINUTE, Ms, SECOND};
use crate::ecp::{self, Cmdlet};
use crate::events::Event;
use crate::request::Request;
use crate::rng::Rng;
use crate::server::{EXCHANGE, Page, Server};
use crate::{pages, payload};

const TOOL: &str = "python-requests/2.25.1";
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150 Safari/537.36";

/// The server itself, as the back end that a client names.
fn itself(server: &Server) -> String {
    server.fqdn().to_lowercase()
}

/// A request whose back end the client forged. What the back end was asked stands in its own log: in ours only where it
/// is this server.
fn forged(server: &Server, rng: &mut Rng, time: Ms, ip: &str, host: &str, target: &str, status: u16) -> Request {
    let path = target.split('?').next().unwrap_or(target).to_owned();
    let query = target.split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default();
    let mut request = Request::get(time, "Ecp", "/ecp/y.js", ip, TOOL, rng.guid());
    request.method = "POST";
    request.routing = "X-BEResource-Cookie";
    request.target = host.into();
    request.anchor = format!("ServerInfo~a]@{host}:444{target}{}#", if target.contains('?') { "" } else { "?" });
    request.status = status;
    request.inner = (status < 500 && host == itself(server)).then_some((path, query, status));
    request
}

/// The first three steps: a mailbox, its identity, a session of the control panel. Gives the canary of the session.
pub(crate) fn session(server: &mut Server, start: Ms, ip: &str, host: &str) -> String {
    let mut rng = Rng::new(server.seed, "session");
    let canary = format!("{:016x}{:08x}.", rng.next(), rng.below(1 << 32));
    let steps = [
        (0, "/autodiscover/autodiscover.xml", 200),
        (1_500, "/mapi/emsmdb/", 200),
        (3_900, "/ecp/proxyLogon.ecp", 241),
    ];
    for (after, target, status) in steps {
        let request = forged(server, &mut rng, start + after, ip, host, target, status);
        server.requests.push(request);
    }
    canary
}

/// The steps that change the virtual directory and write the file, in every log that sees them.
pub(crate) fn write_page(server: &mut Server, start: Ms, ip: &str, canary: &str) {
    let mut rng = Rng::new(server.seed, "page");
    let identity = rng.guid();
    let dd = "/ecp/DDI/DDIService.svc/";
    let url = |what: &str, schema: &str| format!("{dd}{what}?msExchEcpCanary={canary}&schema={schema}");
    let steps = [
        (8 * SECOND, url("GetObject", "OABVirtualDirectory")),
        (12 * SECOND, url("SetObject", "OABVirtualDirectory")),
        (26 * SECOND, url("SetObject", "ResetOABVirtualDirectory")),
        (33 * SECOND, url("SetObject", "OABVirtualDirectory")),
    ];
    for (after, target) in &steps {
        let request = forged(server, &mut rng, start + after, ip, &itself(server), target, 200);
        server.requests.push(request);
    }
    let site = format!("{}\\OAB (Default Web Site)", server.name);
    let inner = format!("https://{}/OAB", server.fqdn());
    let cmdlets = [
        (
            11_800,
            "Set-OabVirtualDirectory",
            vec![("ExternalUrl", payload::script()), ("Identity", identity.clone())],
            1,
        ),
        (25_700, "Remove-OabVirtualDirectory", vec![("Force", "$true".to_owned()), ("Identity", site)], 2),
        (
            29_000,
            "New-OabVirtualDirectory",
            vec![("WebSiteName", "Default Web Site".into()), ("Server", server.name.clone()), ("InternalUrl", inner)],
            2,
        ),
        (32_800, "Set-OabVirtualDirectory", vec![("ExternalUrl", "$null".into()), ("Identity", identity)], 3),
    ];
    for (after, name, parameters, step) in cmdlets {
        let cmdlet = Cmdlet { time: start + after, name, parameters, url: steps[step].1.clone() };
        let event = ecp::event(server, &cmdlet, "example.test/Users/Administrator");
        server.events.push(event);
        server.cmdlets.push(cmdlet);
    }
}

/// Leaves the page on disk.
pub(crate) fn leave_page(server: &mut Server, written: Ms, name: &str) {
    let dump = pages::directory_dump(&server.fqdn().to_lowercase(), &payload::script());
    let path = format!("{EXCHANGE}/FrontEnd/HttpProxy/owa/auth/{name}");
    server.pages.push(Page { path, bytes: dump, written });
}

/// A visit of a page under `/owa/auth/`.
pub(crate) fn visit(server: &mut Server, time: Ms, ip: &str, name: &str, method: &'static str, status: u16) {
    let mut rng = Rng::new(server.seed ^ time.unsigned_abs(), name);
    let agent = if method == "POST" { TOOL } else { BROWSER };
    let mut request = Request::get(time, "Owa", &format!("/owa/auth/{name}"), ip, agent, rng.guid());
    request.method = method;
    request.status = status;
    request.bytes = if method == "POST" { 3_100 } else { 1_200 };
    server.requests.push(request);
}

/// The commands that the page ran, as the Security log shows them.
pub(crate) fn commands(server: &mut Server, time: Ms) {
    let group = payload::group_query();
    server.events.push(process(time, "cmd.exe", "inetsrv\\w3wp.exe", &payload::shell_command()));
    server.events.push(process(time + 120, "whoami.exe", "cmd.exe", "whoami"));
    server.events.push(process(time + MINUTE, "cmd.exe", "inetsrv\\w3wp.exe", &format!("\"cmd\" /c {group}")));
    server.events.push(process(time + MINUTE + 90, "net.exe", "cmd.exe", &group));
}

/// A program of Windows that another one started.
fn process(time: Ms, image: &str, parent: &str, line: &str) -> Event {
    let windows = "C:\\Windows\\System32\\";
    Event::new(time, "Security", "Microsoft-Windows-Security-Auditing", 4688, "A new process has been created.")
        .with("NewProcessName", &format!("{windows}{image}"))
        .with("ParentProcessName", &format!("{windows}{parent}"))
        .with("CommandLine", line)
        .with("SubjectUserName", "SYSTEM")
}

/// The memory of LSASS, copied into a web folder and fetched from there.
pub(crate) fn dump_and_fetch(server: &mut Server, time: Ms, ip: &str) {
    server.events.push(process(time, "rundll32.exe", "cmd.exe", &payload::memory_dump()));
    let mut rng = Rng::new(server.seed, "fetch");
    let mut fetch = Request::get(time + 4 * MINUTE, "", "/aspnet_client/lsa.dmp", ip, BROWSER, rng.guid());
    fetch.bytes = 48_000_000;
    server.requests.push(fetch);
}

/// A scanner of an administrator or of a researcher: asks for an answer that only a flawed server gives.
pub(crate) fn scanner(server: &mut Server, time: Ms, ip: &str) {
    let mut rng = Rng::new(server.seed, "scanner");
    let mut request =
        Request::get(time, "Owa", "/owa/auth/x.js", ip, "Mozilla/5.0 (compatible; Nmap Scripting Engine)", rng.guid());
    request.routing = "X-BEResource-Cookie";
    request.target = "localhost".into();
    request.anchor = "ServerInfo~localhost/owa/auth/logon.aspx?".into();
    request.status = 500;
    request.error = "NetworkError".into();
    server.requests.push(request);
}

/// Attempts that a fixed server refuses.
pub(crate) fn refused(server: &mut Server, start: Ms, ips: &[&str]) {
    let mut rng = Rng::new(server.seed, "refused");
    for (n, ip) in ips.iter().enumerate() {
        for step in 0..6 {
            let time = start + Ms::try_from(n).unwrap_or(0) * 37 * MINUTE * 60 + step * 2 * SECOND;
            let mut request = forged(
                server,
                &mut rng,
                time,
                ip,
                &itself(server),
                "/autodiscover/autodiscover.xml",
                if step % 2 == 0 { 500 } else { 503 },
            );
            request.error = "InvalidBackEndCookie".into();
            server.requests.push(request);
        }
    }
}

/// Well-known names of web shells, tried one after the other. None is there, unless somebody left a page of that name.
pub(crate) fn names_tried(server: &mut Server, start: Ms, ip: &str, count: i64) {
    let names = [
        "discover.aspx",
        "OutlookEN.aspx",
        "errorFS.aspx",
        "shell.aspx",
        "help.aspx",
        "RedirSuiteServerProxy.aspx",
        "supp0rt.aspx",
        "HttpProxy.aspx",
    ];
    let mut rng = Rng::new(server.seed, "names");
    for n in 0..count {
        let name = *rng.pick(&names);
        let (stem, status, protocol) = if n % 3 == 0 {
            (format!("/aspnet_client/{name}"), 404, "")
        } else {
            (format!("/owa/auth/{name}"), 302, "Owa")
        };
        let mut request = Request::get(start + n * 700, protocol, &stem, ip, BROWSER, rng.guid());
        let left = server.pages.iter().any(|page| page.path.ends_with(&request.stem));
        request.status = if left { 200 } else { status };
        server.requests.push(request);
    }
}
