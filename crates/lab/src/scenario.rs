//! The scenarios: one server for each thing a verdict can say, and for what makes it hard.

use crate::attack;
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, at, day};
use crate::events::Event;
use crate::server::{Kind, Role, Server};

/// An invented server and what must be said about it.
pub struct Scenario {
    /// Its name: `breached`.
    pub name: &'static str,
    /// The server: `EX01`.
    pub host: &'static str,
    /// What happened, in one sentence.
    pub title: &'static str,
    /// The same in French.
    pub title_fr: &'static str,
    /// The verdict that must come out.
    pub state: &'static str,
    /// Its exit code.
    pub code: u8,
    /// When its evidence was collected.
    pub(crate) collected: fn() -> Ms,
    pub(crate) make: fn(&mut Server),
}

impl Scenario {
    /// The server with what happened to it, before its ordinary life is added.
    pub(crate) fn server(&self, seed: u64) -> Server {
        let mut server = Server::new(self.host, seed, begin(), (self.collected)());
        (self.make)(&mut server);
        server
    }
}

/// Every scenario.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "no-evidence",
        host: "EX02",
        title: "Patched on 3 March 2021; nobody came, and every log is there.",
        title_fr: "Mis à jour le 3 mars 2021 ; personne n’est venu, et tous les journaux sont là.",
        state: "no-evidence",
        code: 0,
        collected: in_march,
        make: no_evidence,
    },
    Scenario {
        name: "exposed",
        host: "EX03",
        title: "Never patched; nobody came, and every log is there.",
        title_fr: "Jamais mis à jour ; personne n’est venu, et tous les journaux sont là.",
        state: "exposed",
        code: 10,
        collected: in_march,
        make: exposed,
    },
    Scenario {
        name: "attacked",
        host: "EX05",
        title: "A scanner before the patch, attackers after it; none got in.",
        title_fr: "Un scanneur avant la mise à jour, des attaquants après ; aucun n’est entré.",
        state: "attacked",
        code: 20,
        collected: in_march,
        make: attacked,
    },
    Scenario {
        name: "cannot-exclude",
        host: "EX04",
        title: "Only the last nine days of one kind of log are left.",
        title_fr: "Il ne reste que les neuf derniers jours d’un seul type de journal.",
        state: "cannot-exclude",
        code: 30,
        collected: in_march,
        make: cannot_exclude,
    },
    Scenario {
        name: "likely-breached",
        host: "EX06",
        title: "An administrator session was opened without a password; nothing is seen after it.",
        title_fr: "Une session d’administrateur a été ouverte sans mot de passe ; rien ne se voit ensuite.",
        state: "likely-breached",
        code: 40,
        collected: in_march,
        make: likely_breached,
    },
    Scenario {
        name: "breached",
        host: "EX01",
        title: "The whole chain, a web shell that was used, and passwords copied.",
        title_fr: "La chaîne entière, un web shell utilisé, et des mots de passe copiés.",
        state: "breached",
        code: 50,
        collected: in_march,
        make: breached,
    },
    Scenario {
        name: "patched-late",
        host: "EX07",
        title: "Broken into, patched ten days later, looked at after the logs of Exchange had expired.",
        title_fr: "Piraté, mis à jour dix jours après, examiné quand les journaux d’Exchange avaient expiré.",
        state: "breached",
        code: 50,
        collected: in_april,
        make: patched_late,
    },
    Scenario {
        name: "logs-wiped",
        host: "EX08",
        title: "The logs of the four days that matter are gone, and an event log was cleared.",
        title_fr: "Les journaux des quatre jours décisifs ont disparu, et un journal d’événements a été effacé.",
        state: "cannot-exclude",
        code: 30,
        collected: in_march,
        make: logs_wiped,
    },
    Scenario {
        name: "edge-server",
        host: "EX09",
        title: "An Edge Transport server: it has no web pages to attack.",
        title_fr: "Un serveur de transport Edge : il n’a pas de pages web à attaquer.",
        state: "no-evidence",
        code: 0,
        collected: in_march,
        make: edge_server,
    },
];

/// The scenario of that name.
#[must_use]
pub fn scenario(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|s| s.name == name)
}

const CU18: [u32; 4] = [15, 1, 2106, 2];
const CU18_FIXED: [u32; 4] = [15, 1, 2106, 13];
const CU19: [u32; 4] = [15, 1, 2176, 2];
const CU19_FIXED: [u32; 4] = [15, 1, 2176, 9];

fn begin() -> Ms {
    day(2021, 1, 3)
}

fn in_march() -> Ms {
    at(2021, 3, 12, 10, 15, 0)
}

fn in_april() -> Ms {
    at(2021, 4, 5, 9, 0, 0)
}

fn no_evidence(server: &mut Server) {
    server.builds = [(begin(), CU19), (at(2021, 3, 3, 6, 12, 0), CU19_FIXED)].into();
}

fn exposed(server: &mut Server) {
    server.builds = [(begin(), CU18)].into();
}

fn attacked(server: &mut Server) {
    server.builds = [(begin(), CU19), (at(2021, 3, 3, 6, 12, 0), CU19_FIXED)].into();
    attack::scanner(server, at(2021, 3, 1, 14, 2, 11), "192.0.2.44");
    attack::refused(server, at(2021, 3, 5, 3, 20, 0), &["198.51.100.12", "198.51.100.61", "203.0.113.9"]);
    attack::names_tried(server, at(2021, 3, 8, 20, 37, 0), "198.51.100.61", 300);
}

fn cannot_exclude(server: &mut Server) {
    server.builds = [(begin(), CU18)].into();
    server.left.clear();
    server.left.insert(Kind::HttpProxy, at(2021, 3, 3, 15, 0, 0));
    server.left.insert(Kind::Security, day(2021, 3, 10));
    server.left.insert(Kind::System, day(2021, 3, 10));
}

fn likely_breached(server: &mut Server) {
    server.builds = [(begin(), CU18), (at(2021, 3, 4, 21, 5, 0), CU18_FIXED)].into();
    // The back end that was named is another server of the organisation, whose logs are not in this collection.
    attack::session(server, at(2021, 2, 27, 19, 53, 36), "198.51.100.200", "ex16.example.test");
}

/// The page that the intruders of these scenarios leave: one of the names that reports of March 2021 give.
const PAGE: &str = "OutlookEN.aspx";

fn break_in(server: &mut Server, start: Ms, ip: &str) {
    let itself = server.fqdn().to_lowercase();
    let canary = attack::session(server, start, ip, &itself);
    attack::write_page(server, start, ip, &canary);
    attack::visit(server, start + 2 * MINUTE, ip, PAGE, "GET", 200);
}

fn breached(server: &mut Server) {
    server.builds = [(begin(), CU18)].into();
    let start = at(2021, 2, 28, 11, 9, 41);
    break_in(server, start, "198.51.100.77");
    attack::leave_page(server, start + 26 * SECOND, PAGE);
    for (after, ip) in [
        (5 * MINUTE + 14_000, "198.51.100.77"),
        (6 * MINUTE, "198.51.100.77"),
        (2 * DAY, "203.0.113.45"),
        (3 * DAY - 9 * HOUR, "203.0.113.45"),
    ] {
        attack::visit(server, start + after, ip, PAGE, "POST", 200);
    }
    attack::commands(server, start + 5 * MINUTE + 14_300);
    attack::dump_and_fetch(server, at(2021, 3, 3, 2, 40, 12), "203.0.113.45");
    attack::scanner(server, at(2021, 3, 7, 9, 0, 0), "192.0.2.44");
    attack::names_tried(server, at(2021, 3, 9, 1, 0, 0), "192.0.2.80", 40);
}

fn patched_late(server: &mut Server) {
    server.builds = [(begin(), CU18), (at(2021, 3, 10, 18, 30, 0), CU18_FIXED)].into();
    for kind in [Kind::HttpProxy, Kind::Ecp, Kind::Oab, Kind::BackEnd, Kind::Mail] {
        server.left.insert(kind, day(2021, 3, 6));
    }
    let start = at(2021, 2, 27, 4, 31, 8);
    break_in(server, start, "203.0.113.45");
    for after in [3 * HOUR, 2 * DAY, 9 * DAY] {
        attack::visit(server, start + after, "203.0.113.45", PAGE, "POST", 200);
    }
    // On 11 March the page was gone: somebody deleted it.
    attack::visit(server, at(2021, 3, 11, 7, 0, 0), "203.0.113.45", PAGE, "GET", 302);
}

fn logs_wiped(server: &mut Server) {
    server.builds = [(begin(), CU18), (at(2021, 3, 4, 21, 5, 0), CU18_FIXED)].into();
    server.wiped = [day(2021, 2, 26), day(2021, 2, 27), day(2021, 2, 28), day(2021, 3, 1)].into();
    let time = at(2021, 3, 2, 3, 11, 0);
    // A cleared log begins with the event that says so; for Application, System says it.
    server.left.insert(Kind::Security, time);
    server.events.push(
        Event::new(time, "Security", "Microsoft-Windows-Eventlog", 1102, "The audit log was cleared.")
            .with("SubjectUserName", "SYSTEM"),
    );
    server.events.push(
        Event::new(
            time + 20 * SECOND,
            "System",
            "Microsoft-Windows-Eventlog",
            104,
            "The Application log file was cleared.",
        )
        .with("SubjectUserName", "SYSTEM"),
    );
}

fn edge_server(server: &mut Server) {
    server.role = Role::Edge;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        for scenario in SCENARIOS {
            let first = files(scenario, 1);
            assert!(first.len() > 3, "{}", scenario.name);
            assert!(first.is_sorted_by_key(|f| &f.path));
            assert!(first == files(scenario, 1), "{}", scenario.name);
        }
        assert!(files(&SCENARIOS[5], 1) != files(&SCENARIOS[5], 2));
    }

    #[test]
    fn front_end_rows_of_iis_are_found_in_the_proxy_log() {
        let all = files(scenario("breached").unwrap(), 1);
        let text = |part: &str| -> String {
            all.iter()
                .filter(|f| f.path.contains(part))
                .map(|f| String::from_utf8_lossy(&f.bytes).into_owned())
                .collect()
        };
        let (iis, proxy) = (text("/W3SVC1/"), text("/HttpProxy/Ecp/"));
        let forged: Vec<&str> = proxy.lines().filter(|l| l.contains("ServerInfo~a]@")).collect();
        assert_eq!(forged.len(), 7);
        for row in forged {
            let id = row.split(',').nth(1).unwrap();
            assert!(iis.contains(&format!("cafeReqId={id}")), "{id}");
        }
    }

    #[test]
    fn complete_sources_have_a_file_every_day() {
        let all = files(scenario("no-evidence").unwrap(), 1);
        for part in ["/HttpProxy/Ecp/", "/HttpProxy/Owa/", "/ECP/Server/", "/OABGeneratorLog/", "/W3SVC1/", "/W3SVC2/"]
        {
            assert_eq!(all.iter().filter(|f| f.path.contains(part)).count(), 69, "{part}");
        }
    }
}
