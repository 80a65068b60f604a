//! The pages of the web folders: stand-ins for the genuine ones, and whatever an intruder left.

use crate::server::{EXCHANGE, Files, Server};

/// The pages that every Exchange has in `owa/auth`.
const OWA_AUTH: [&str; 9] = [
    "errorFE",
    "expiredpassword",
    "frowny",
    "logoff",
    "logon",
    "OutlookCN",
    "RedirSuiteServiceProxy",
    "signout",
    "SvmFeedback",
];

/// Writes the web folders.
pub(crate) fn write(server: &Server, files: &mut Files) {
    let stand_in = |what: &str| {
        format!("<%-- Invented stand-in for {what}; it holds no code. --%>\r\n<html><body></body></html>\r\n")
            .into_bytes()
    };
    let proxy = format!("{EXCHANGE}/FrontEnd/HttpProxy");
    for name in OWA_AUTH {
        files.insert(format!("{proxy}/owa/auth/{name}.aspx"), stand_in(name));
    }
    files.insert(format!("{proxy}/ecp/auth/TimeoutLogout.aspx"), stand_in("TimeoutLogout"));
    for folder in ["oab", "ews", "autodiscover", "mapi"] {
        files.insert(format!("{proxy}/{folder}/global.asax"), stand_in("global.asax"));
    }
    let root = "C/inetpub/wwwroot";
    files.insert(format!("{root}/iisstart.htm"), b"<html><head><title>IIS</title></head></html>\r\n".to_vec());
    files.insert(format!("{root}/web.config"), b"<?xml version=\"1.0\"?>\r\n<configuration/>\r\n".to_vec());
    files.insert(
        format!("{root}/aspnet_client/system_web/4_0_30319/WebForms.js"),
        b"// Invented stand-in.\r\n".to_vec(),
    );
    for page in &server.pages {
        files.insert(page.path.clone(), page.bytes.clone());
    }
}

/// The properties of an address-book directory as the reset writes them into a file, with a text as ExternalUrl.
pub(crate) fn directory_dump(host: &str, external_url: &str) -> Vec<u8> {
    let rows = [
        ("Name", "OAB (Default Web Site)".to_owned()),
        ("PollInterval", "480".into()),
        ("OfflineAddressBooks", "\\Default Offline Address List".into()),
        ("RequireSSL", "True".into()),
        ("BasicAuthentication", "False".into()),
        ("WindowsAuthentication", "True".into()),
        ("OAuthAuthentication", "False".into()),
        ("MetabasePath", format!("IIS://{host}/W3SVC/1/ROOT/OAB")),
        ("Path", "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB".into()),
        ("ExtendedProtectionTokenChecking", "None".into()),
        ("ExtendedProtectionFlags", String::new()),
        ("ExtendedProtectionSPNList", String::new()),
        ("AdminDisplayVersion", "Version 15.1 (Build 2106.2)".into()),
        ("Server", host.split('.').next().unwrap_or(host).into()),
        ("InternalUrl", format!("https://{host}/OAB")),
        ("InternalAuthenticationMethods", "WindowsIntegrated".into()),
        ("ExternalUrl", external_url.into()),
        ("ExternalAuthenticationMethods", "WindowsIntegrated".into()),
        ("AdminDisplayName", String::new()),
        ("ExchangeVersion", "0.10 (14.0.100.0)".into()),
        (
            "DistinguishedName",
            format!("CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN={host},CN=Servers,DC=example,DC=test"),
        ),
        ("ObjectClass", "top msExchVirtualDirectory msExchOABVirtualDirectory".into()),
    ];
    rows.iter().map(|(name, value)| format!("{name:<32}: {value}\r\n")).collect::<String>().into_bytes()
}
