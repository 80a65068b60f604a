//! Which keys of which hives are read: those that say which server this is, and those that start something on it.

/// The hives that are read, by the names of their files.
pub(super) const HIVES: [&str; 4] = ["SOFTWARE", "SYSTEM", "SAM", "NTUSER.DAT"];
/// What the names of their logs end with.
pub(super) const LOGS: [&str; 2] = [".LOG1", ".LOG2"];

/// Keys of a hive that are read.
pub(super) struct Wanted {
    /// The path below the root; in the hive of the system, below the set of settings in force.
    pub(super) path: &'static str,
    /// How many levels of keys below it, and 0 for itself.
    pub(super) levels: usize,
    /// The values that are read; all of them for none.
    pub(super) values: &'static [&'static str],
    /// Whether the value is of a thing: that which the key below is named after, or else the value itself.
    pub(super) subject: bool,
}

const fn itself(path: &'static str) -> Wanted {
    Wanted { path, levels: 0, values: &[], subject: false }
}

const fn named(path: &'static str, values: &'static [&'static str]) -> Wanted {
    Wanted { path, levels: 0, values, subject: false }
}

const fn starts(path: &'static str) -> Wanted {
    Wanted { path, levels: 0, values: &[], subject: true }
}

const fn below(path: &'static str, levels: usize, values: &'static [&'static str]) -> Wanted {
    Wanted { path, levels, values, subject: true }
}

const DEBUGGERS: &[&str] = &["Debugger", "VerifierDlls"];
const DEFENDER: &[&str] = &["DisableAntiSpyware", "DisableAntiVirus"];
const REAL_TIME: &[&str] = &["DisableRealtimeMonitoring"];

/// Of the hive of programs.
pub(super) const SOFTWARE: [Wanted; 25] = [
    itself("Microsoft\\ExchangeServer\\v15\\Setup"),
    itself("Microsoft\\ExchangeServer\\v15\\Diagnostics"),
    itself("Microsoft\\ExchangeServer\\v15\\MailboxRole"),
    itself("Microsoft\\ExchangeServer\\v15\\ClientAccessRole"),
    itself("Microsoft\\ExchangeServer\\v15\\HubTransportRole"),
    itself("Microsoft\\ExchangeServer\\v15\\EdgeTransportRole"),
    itself("Microsoft\\ExchangeServer\\v14\\Setup"),
    itself("Microsoft\\InetStp"),
    itself("Microsoft\\Windows NT\\CurrentVersion"),
    starts("Microsoft\\Windows\\CurrentVersion\\Run"),
    starts("Microsoft\\Windows\\CurrentVersion\\RunOnce"),
    starts("Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer\\Run"),
    starts("Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\Run"),
    starts("Wow6432Node\\Microsoft\\Windows\\CurrentVersion\\RunOnce"),
    // The password of a log-on without asking may stand beside them; it is not read.
    named("Microsoft\\Windows NT\\CurrentVersion\\Winlogon", &["Shell", "Userinit"]),
    below("Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options", 1, DEBUGGERS),
    below("Wow6432Node\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options", 1, DEBUGGERS),
    below("Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit", 1, &["MonitorProcess"]),
    named("Microsoft\\Windows Defender", DEFENDER),
    named("Microsoft\\Windows Defender\\Real-Time Protection", REAL_TIME),
    below("Microsoft\\Windows Defender\\Exclusions", 1, &[]),
    named("Policies\\Microsoft\\Windows Defender", DEFENDER),
    named("Policies\\Microsoft\\Windows Defender\\Real-Time Protection", REAL_TIME),
    below("Policies\\Microsoft\\Windows Defender\\Exclusions", 1, &[]),
    below("Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree", 16, &["Id"]),
];
/// Of the hive of the system, below the set of settings in force.
pub(super) const SYSTEM: [Wanted; 6] = [
    itself("Control\\ComputerName\\ComputerName"),
    itself("Control\\TimeZoneInformation"),
    itself("Services\\Tcpip\\Parameters"),
    named("Control\\Lsa", &["Authentication Packages", "Notification Packages", "Security Packages", "RunAsPPL"]),
    named("Control\\SecurityProviders\\WDigest", &["UseLogonCredential"]),
    below("Services", 2, &["ImagePath", "ServiceDll", "DisplayName", "ObjectName", "Start", "Type", "FailureCommand"]),
];
/// Of the accounts of the server itself the names are read; what is kept of their passwords is not.
pub(super) const SAM: [Wanted; 1] = [below("SAM\\Domains\\Account\\Users\\Names", 1, &[])];
/// Of each user: what starts when they log on.
pub(super) const USER: [Wanted; 2] = [
    starts("Software\\Microsoft\\Windows\\CurrentVersion\\Run"),
    starts("Software\\Microsoft\\Windows\\CurrentVersion\\RunOnce"),
];

/// The key below which each installed program has its own; those of Exchange are read.
pub(super) const UNINSTALL: &str = "Microsoft\\Windows\\CurrentVersion\\Uninstall";
/// The key below which the installer of Windows keeps each product, and below that each update of it, with their days.
pub(super) const PRODUCTS: &str = "Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18\\Products";
/// The key below which Windows keeps each task by a number of its own.
pub(super) const TASKS: &str = "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks";
