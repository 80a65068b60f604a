//! The few files of Windows by which readers know a system volume, and which say what is installed where.

use super::OnDisk;
use super::hive::{Key, Value, hive};
use crate::clock::Ms;
use crate::server::{Role, Server};

/// When the invented server was installed: 20 December 2020, 09:00 UTC.
pub(super) const INSTALLED: Ms = 1_608_454_800_000;

/// Hives with what the product says of itself, and the configuration of IIS.
pub(super) fn files(server: &Server, exchange: &str) -> Vec<OnDisk> {
    let at = |path: &str, bytes: Vec<u8>, modified: Ms| OnDisk { drive: 'C', path: path.into(), bytes, modified };
    let mut all = vec![
        at(
            "Windows/System32/config/SOFTWARE",
            hive("SOFTWARE", &software(server, exchange), INSTALLED),
            server.collected,
        ),
        at("Windows/System32/config/SYSTEM", hive("SYSTEM", &system(server), INSTALLED), server.collected),
    ];
    if server.role == Role::Mailbox {
        let config = "Windows/System32/inetsrv/config/applicationHost.config";
        all.push(at(config, application_host(exchange).into_bytes(), INSTALLED));
    }
    all
}

fn software(server: &Server, exchange: &str) -> Key {
    // An Edge server has no proxy log and so no build in the lab: it runs CU18.
    let [major, minor, build, revision] = server.builds.first().map_or([15, 1, 2106, 2], |(_, build)| *build);
    let setup = Key::new("Setup")
        .with("MsiInstallPath", Value::Text(format!("{exchange}\\")))
        .with("MsiProductMajor", Value::Number(major))
        .with("MsiProductMinor", Value::Number(minor))
        .with("MsiBuildMajor", Value::Number(build))
        .with("MsiBuildMinor", Value::Number(revision));
    let role = if server.role == Role::Edge { "EdgeTransportRole" } else { "MailboxRole" };
    let version = Key::new("CurrentVersion")
        .with("ProductName", Value::Text("Windows Server 2016 Standard".into()))
        .with("CurrentVersion", Value::Text("6.3".into()))
        .with("CurrentBuildNumber", Value::Text("14393".into()))
        .with("SystemRoot", Value::Text("C:\\Windows".into()));
    Key::new("ROOT").holding(vec![Key::new("Microsoft").holding(vec![
        Key::new("ExchangeServer").holding(vec![Key::new("v15").holding(vec![Key::new(role), setup])]),
        Key::new("Windows NT").holding(vec![version]),
    ])])
}

fn system(server: &Server) -> Key {
    let name = Key::new("ComputerName").with("ComputerName", Value::Text(server.name.clone()));
    let zone = Key::new("TimeZoneInformation")
        .with("TimeZoneKeyName", Value::Text("UTC".into()))
        .with("Bias", Value::Number(0));
    let control = Key::new("Control").holding(vec![Key::new("ComputerName").holding(vec![name]), zone]);
    let network = Key::new("Parameters")
        .with("Hostname", Value::Text(server.name.clone()))
        .with("Domain", Value::Text("example.test".into()));
    let services = Key::new("Services").holding(vec![Key::new("Tcpip").holding(vec![network])]);
    Key::new("ROOT").holding(vec![
        Key::new("ControlSet001").holding(vec![control, services]),
        Key::new("Select").with("Current", Value::Number(1)),
    ])
}

/// Two sites, as an Exchange server has them.
fn application_host(exchange: &str) -> String {
    let logs = "<logFile logFormat=\"W3C\" directory=\"%SystemDrive%\\inetpub\\logs\\LogFiles\" />";
    let site = |id: u8, name: &str, root: &str, port: u16| {
        format!(
            "      <site name=\"{name}\" id=\"{id}\">\r\n        <application path=\"/\"><virtualDirectory path=\"/\" physicalPath=\"{root}\" /></application>\r\n        <bindings><binding protocol=\"https\" bindingInformation=\"*:{port}:\" /></bindings>\r\n        {logs}\r\n      </site>\r\n"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<configuration>\r\n  <system.applicationHost>\r\n    <sites>\r\n{}{}      <siteDefaults>{logs}</siteDefaults>\r\n    </sites>\r\n  </system.applicationHost>\r\n</configuration>\r\n",
        site(1, "Default Web Site", "%SystemDrive%\\inetpub\\wwwroot", 443),
        site(2, "Exchange Back End", &format!("{exchange}\\ClientAccess"), 444),
    )
}
