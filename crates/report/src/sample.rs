//! Invented results, one for each state, for tests and for looking at the formats.

use assize_model::directive::{DirectiveStanding, FactShown, Met, ReportField, RequirementStanding};
use assize_model::finding::{CitedRow, Level, Outcome, Strength, Words};
use assize_model::ledger::{Cause, CauseKind, ChangedLog, Hole, Ledger, LogKept, LogName};
use assize_model::result::{
    BuildSeen, Cell, CellState, CitedFile, Comparison, Evidence, Exposure, ExposureState, Host, Incident, Link,
    MailTaken, PackUsed, QuestionCoverage, RuleChecked, SCHEMA, SourceCoverage, Step, StepKind, TableSummary, Tool,
    Traits, Window, WindowEnd,
};
use assize_model::time::Day;
use assize_model::verdict::{Confidence, Triage};
use assize_model::{Address, Build, CaseResult, FileId, Finding, State, Timestamp, Verdict};
use std::collections::BTreeMap;

/// What intruders write where they can: each must come out as harmless text.
pub const HOSTILE: [&str; 10] = [
    "\"><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "\u{1b}]8;;http://evil.example\u{7}click\u{1b}]8;;\u{7}",
    "invoice\u{202e}xpsa.exe",
    "`rm` ``x`` **bold** [a](http://evil.example) | pipe",
    "<img src=x onerror=alert(1)>",
    "line one\r\nline two",
    "http://evil.example/shell.aspx?x=1",
];

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or(Timestamp(0))
}

fn two(en: &str, fr: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".into(), en.into()), ("fr".into(), fr.into())])
}

/// Names for the sources of the sample questions.
const SOURCES: [(&str, &str, &str, &str); 5] = [
    ("http_proxy", "HttpProxy logs", "Journaux HttpProxy", "exchange-log"),
    ("iis_w3c", "IIS logs", "Journaux IIS", "web-log"),
    ("ecp_server", "ECP logs", "Journaux ECP", "exchange-log"),
    ("oab_generator", "OABGenerator logs", "Journaux OABGenerator", "exchange-log"),
    ("files", "File listing", "Arborescence des fichiers", "file-system"),
];

/// Questions: name, titles, required, sources.
const QUESTIONS: [(&str, &str, &str, bool, &[&str]); 6] = [
    ("exploit-requests", "Exploit requests", "Requêtes d’exploitation", true, &["http_proxy", "iis_w3c"]),
    ("virtual-directories", "Virtual directories", "Répertoires virtuels", true, &["ecp_server"]),
    ("files-written", "Files written by Exchange", "Fichiers écrits par Exchange", true, &["oab_generator"]),
    ("web-shells", "Web shells on disk", "Web shells sur le disque", true, &["files"]),
    ("commands", "Commands run by the server", "Commandes lancées par le serveur", false, &["events"]),
    ("passwords", "Passwords copied", "Mots de passe copiés", false, &["events", "files"]),
];

/// One result for each state, by the word of the state.
#[must_use]
pub fn samples() -> Vec<(&'static str, CaseResult)> {
    State::ALL.into_iter().map(|state| (state.word(), sample(state))).collect()
}

/// The sample of one state.
#[must_use]
pub fn sample(state: State) -> CaseResult {
    match state {
        State::Breached => breached(),
        State::LikelyBreached => likely_breached(),
        State::CannotExclude => cannot_exclude(),
        State::Attacked => attacked(),
        State::Exposed => exposed(),
        State::NoEvidence => no_evidence(),
        State::NotAssessed => not_assessed(),
    }
}

/// A server on which everything could be seen for the 60 days up to the patch, and nothing was.
fn no_evidence() -> CaseResult {
    let window = Window {
        from: at("2021-01-03"),
        to: at("2021-03-03T06:12:00Z"),
        end: WindowEnd::Patched,
        collected: at("2021-03-12T10:15:00Z"),
    };
    let days = 60;
    CaseResult {
        schema: SCHEMA.into(),
        tool: Tool { name: "assize".into(), version: "0.1.0".into() },
        marking: assize_model::Marking::default(),
        packs: vec![pack()],
        host: host("EX02.example.test", "15.1.2176.9", "Exchange 2016 CU19"),
        about: None,
        campaigns: Vec::new(),
        verdict: Verdict {
            state: State::NoEvidence,
            code: State::NoEvidence.code(),
            triage: Some(Triage::NoEvidence),
            confidence: Some(Confidence::VerySure),
            attempt_seen: false,
            since: None,
            decided_by: Vec::new(),
            why: vec!["coverage.sufficient".into(), "exposure.fixed".into()],
            why_not_higher: vec!["no.finding".into()],
            why_not_lower: Vec::new(),
        },
        exposure: exposure(ExposureState::WasVulnerable),
        flaws: Vec::new(),
        directives: Vec::new(),
        coverage: coverage(window.from, days, &|_, _| true),
        ledger: Ledger::default(),
        clock_offsets: Vec::new(),
        findings: Vec::new(),
        incidents: Vec::new(),
        evidence: evidence("velociraptor", "zip", "EX02-collection.zip"),
        checked: checked(&[]),
        skipped: Vec::new(),
        errors: Vec::new(),
        suppressed: 0,
        redacted: false,
        suppressions: Vec::new(),
        without_suppressions: None,
        window,
    }
}

/// The same, still open.
fn exposed() -> CaseResult {
    let mut r = no_evidence();
    r.host = host("EX03.example.test", "15.1.2106.2", "Exchange 2016 CU18");
    r.window.to = r.window.collected;
    r.window.end = WindowEnd::Collected;
    r.exposure = exposure(ExposureState::Vulnerable);
    r.coverage = coverage(r.window.from, 69, &|_, _| true);
    r.verdict.why = vec!["exposure.vulnerable".into(), "coverage.sufficient".into()];
    r.verdict.why_not_lower = vec!["exposure.vulnerable".into()];
    set(&mut r, State::Exposed, Some(Triage::NoEvidence));
    r
}

/// Attempts that came after the patch.
fn attacked() -> CaseResult {
    let mut r = no_evidence();
    r.host = host("EX05.example.test", "15.1.2176.9", "Exchange 2016 CU19");
    r.window.to = r.window.collected;
    r.window.end = WindowEnd::Collected;
    r.coverage = coverage(r.window.from, 69, &|q, d| q != 2 || d != 30);
    let mut f = finding("F-001", "2021-03-05T02:11:09Z", "ssrf_request", ("web-log", "iis_w3c"), Outcome::Attempt);
    f.strength = Strength::Moderate;
    f.adjusted = vec!["after-patch".into()];
    f.count = 17;
    f.entities.insert("ip".into(), (1..=7).map(|n| format!("198.51.100.{n}")).collect());
    words(
        &mut f,
        ("Exploit request (CVE-2021-26855)", "17 requests used the cookie of the flaw; the server answered 401."),
    );
    f.texts.insert(
        "fr".into(),
        Words {
            title: "Requête d’exploitation (CVE-2021-26855)".into(),
            summary: "17 requêtes portaient le cookie de la faille ; le serveur a répondu 401.".into(),
            ..Words::default()
        },
    );
    r.findings = vec![f];
    r.checked = checked(&["ssrf_request"]);
    r.verdict.attempt_seen = true;
    r.verdict.since = Some(at("2021-03-05T02:11:09Z"));
    r.verdict.decided_by = vec!["F-001".into()];
    r.verdict.why = vec!["finding.attempt".into(), "coverage.sufficient".into()];
    r.verdict.why_not_higher = vec!["no.success".into(), "attempts.after-patch".into()];
    r.verdict.why_not_lower = vec!["finding.attempt".into()];
    set(&mut r, State::Attacked, Some(Triage::NoEvidence));
    r
}

/// Hardly any logs.
/// Records of two hours that are missing while the server ran.
fn ledger() -> Ledger {
    let log = |table: &str, en: &str, fr: &str, name: &str| LogName {
        table: table.into(),
        title: two(en, fr),
        place: format!("C/logs/{name}"),
        name: name.into(),
    };
    let (from, to) = (at("2021-03-06T01:58:00Z"), at("2021-03-06T04:03:00Z"));
    let proxy = log("http_proxy", "Exchange HTTP proxy log", "Journal du proxy HTTP d’Exchange", "Ecp");
    let start = CitedRow {
        address: Address { file: FileId(4), pos: 77 },
        path: "Events/System.evtx".into(),
        table: "windows_events".into(),
        time: Some(at("2021-03-06T04:01:00Z")),
        fields: vec![("event_id".into(), "6005".into())],
    };
    let cause = |cause: CauseKind, rows: Vec<CitedRow>| Cause { cause, rows };
    Ledger {
        logs: vec![LogKept {
            log: proxy.clone(),
            from: at("2021-03-03T00:00:00Z"),
            to: at("2021-03-11T23:59:00Z"),
            rows: 812_345,
            silence_minutes: Some(2),
            steady: true,
            hours: BTreeMap::from([(from.day(), format!("##..{}", "#".repeat(20)))]),
        }],
        holes: vec![Hole {
            id: "H-01".into(),
            records: None,
            from: Some(from),
            to,
            logs: vec![proxy],
            awake: vec![log("iis_w3c", "IIS web log", "Journal web IIS", "W3SVC1")],
            causes: vec![
                cause(CauseKind::Removed, vec![]),
                cause(CauseKind::Idle, vec![]),
                cause(CauseKind::Stopped, vec![start]),
            ],
            counts: true,
        }],
        changed: vec![ChangedLog {
            path: format!("C/inetpub/logs/LogFiles/W3SVC1/{}.log", HOSTILE[0]),
            last: from,
            modified: to,
            late_seconds: 7_200,
            neighbours: 29,
        }],
        left_out: 0,
    }
}

fn cannot_exclude() -> CaseResult {
    let mut r = exposed();
    r.host = Host { name: "EX04".into(), synthetic: true, ..Host::default() };
    r.exposure = exposure(ExposureState::Unknown);
    r.coverage = coverage(r.window.from, 69, &|q, d| (q == 0 && d >= 60) || (q == 4 && d >= 67));
    r.coverage[0].holes = vec!["H-01".into()];
    r.ledger = ledger();
    r.evidence = evidence("kape", "folder", "EX04");
    r.evidence.not_understood = vec!["C/Windows/System32/config/SYSTEM".into(), HOSTILE[0].into()];
    r.verdict.confidence = None;
    r.verdict.why = (2..=4).map(|n| format!("coverage.required.q{n}.none")).collect();
    r.verdict.why.insert(0, "coverage.required.q1.partial".into());
    r.verdict.why_not_higher = vec!["no.finding".into()];
    r.verdict.why_not_lower = vec!["coverage.required.q1.partial".into(), "something.new".into()];
    set(&mut r, State::CannotExclude, Some(Triage::NoEvidenceInsufficient));
    r
}

/// Direct proof, and an intruder who writes into our report.
fn breached() -> CaseResult {
    let mut r = exposed();
    r.host = host("EX01.example.test", "15.1.2106.2", "Exchange 2016 CU18");
    r.host.synthetic = true;
    r.coverage = coverage(r.window.from, 69, &|q, d| q != 2 || !(20..24).contains(&d));
    r.findings = breached_findings();
    r.incidents = vec![incident(r.window.from)];
    r.directives = vec![directive(&r)];
    r.checked = checked(&["ssrf_request", "shell_written", "shell_answered", "lsass_copied"]);
    r.skipped = vec![assize_model::file::Skipped { path: HOSTILE[5].into(), reason: "the file is encrypted".into() }];
    r.evidence.rejects = 12;
    r.evidence.bytes_lost = 4096;
    r.evidence.cited = cited(&r.findings);
    r.verdict.attempt_seen = true;
    r.verdict.since = Some(at("2021-02-28T11:09:41Z"));
    r.verdict.decided_by = ["F-001", "F-002", "F-003"].map(String::from).into();
    r.verdict.why = vec!["finding.proof".into(), "finding.strong.linked".into()];
    r.verdict.why_not_higher = Vec::new();
    r.verdict.why_not_lower = vec!["finding.proof".into()];
    set(&mut r, State::Breached, Some(Triage::Confirmed));
    r
}

/// An incident with steps seen and unseen, and mail that somebody took.
fn incident(from: Timestamp) -> Incident {
    let step = |kind: StepKind, findings: &[&str], marks: &str| Step {
        kind,
        from: findings.first().map(|_| at("2021-02-28T11:09:41Z")),
        to: findings.first().map(|_| at("2021-03-03T02:40:12Z")),
        findings: findings.iter().map(|f| (*f).to_owned()).collect(),
        sources: vec![source("http_proxy", from, marks), source("windows_events", from, "##########")],
    };
    Incident {
        id: "I-1".into(),
        from: Some(at("2021-02-28T11:09:41Z")),
        to: Some(at("2021-03-03T02:40:12Z")),
        findings: ["F-001", "F-002", "F-003", "F-004"].map(String::from).into(),
        links: vec![
            Link { kind: "ip".into(), value: "203.0.113.77".into(), findings: vec!["F-001".into(), "F-003".into()] },
            Link { kind: "path".into(), value: HOSTILE[0].into(), findings: vec!["F-002".into(), "F-003".into()] },
        ],
        families: ["exchange-log", "web-log", "file-system"].map(String::from).into(),
        before_disclosure: Some(true),
        steps: vec![
            step(StepKind::Entry, &["F-001"], "##########"),
            step(StepKind::Foothold, &["F-002", "F-003"], "####....##"),
            step(StepKind::Execution, &[], "##########"),
            step(StepKind::Credentials, &["F-004"], ".........."),
            step(StepKind::Mail, &["F-001"], "...#######"),
            step(StepKind::Exit, &[], ".........."),
        ],
        traits: Traits {
            addresses: vec!["203.0.113.77".into()],
            pages: vec![HOSTILE[0].into()],
            agents: vec![HOSTILE[3].into()],
            accounts: Vec::new(),
            order: vec!["T1190".into(), "T1505.003".into()],
        },
        others: vec![Comparison {
            incident: "I-2".into(),
            differs: vec!["time".into(), "address".into()],
            alike: vec!["order".into()],
        }],
        mail: Some(MailTaken {
            from: Some(at("2021-02-28T11:20:00Z")),
            to: Some(at("2021-02-28T11:58:09Z")),
            mailboxes: vec!["a.person@example.test".into(), HOSTILE[2].into()],
            mailbox_count: 2,
            by: vec!["203.0.113.77".into(), "EX01$".into()],
            requests: 14,
            bytes: Some(48_000_000),
            files: vec![HOSTILE[5].into()],
            findings: vec!["F-001".into()],
            rows: Vec::new(),
            unseen: ["items", "mailboxes", "amount", "files-fetched", "later-mail"].map(String::from).into(),
        }),
    }
}

/// One strong finding, no proof.
fn likely_breached() -> CaseResult {
    let mut r = breached();
    r.host = host("EX06.example.test", "15.1.2176.9", "Exchange 2016 CU19");
    r.exposure = exposure(ExposureState::WasVulnerable);
    r.coverage = coverage(r.window.from, 69, &|_, _| true);
    r.findings.retain(|f| f.id == "F-001" || f.id == "F-005");
    r.incidents.clear();
    r.skipped.clear();
    r.errors = vec![format!("cannot read the rule: {}", HOSTILE[7])];
    r.verdict.decided_by = vec!["F-001".into()];
    r.verdict.why = vec!["finding.strong".into()];
    r.verdict.why_not_higher = vec!["no.proof".into(), "no.second-family".into()];
    r.verdict.why_not_lower = vec!["finding.strong".into()];
    r.verdict.confidence = Some(Confidence::FairlySure);
    set(&mut r, State::LikelyBreached, Some(Triage::Suspected));
    r
}

/// Nothing that we understand.
fn not_assessed() -> CaseResult {
    let mut r = no_evidence();
    r.host = Host::default();
    r.exposure = Vec::new();
    r.coverage = Vec::new();
    r.checked = Vec::new();
    r.evidence =
        Evidence { kind: "zip".into(), name: HOSTILE[0].into(), files: 3, bytes: 18_000, ..Evidence::default() };
    r.evidence.not_understood = vec!["data.zip".into(), "metadata.json".into(), "readme.txt".into()];
    r.verdict.confidence = None;
    r.verdict.why = vec!["nothing.understood".into()];
    r.verdict.why_not_higher = Vec::new();
    set(&mut r, State::NotAssessed, None);
    r
}

/// A breached server with many findings, to see that a page stays small.
#[must_use]
pub fn crowded(count: usize) -> CaseResult {
    let mut r = breached();
    let pattern = r.findings[0].clone();
    for n in r.findings.len()..count {
        let mut f = pattern.clone();
        f.id = format!("F-{:04}", n + 1);
        f.strength = if n % 3 == 0 { Strength::Moderate } else { Strength::Weak };
        f.time = f.time.map(|t| t.plus(i64::try_from(n).unwrap_or(0) * 60 * 1_000_000));
        let row = f.rows[0].clone();
        let cited = if n < 40 { 50 } else { 1 };
        f.rows =
            (0..cited).map(|_| CitedRow { fields: vec![("uri".into(), "A".repeat(6000))], ..row.clone() }).collect();
        f.count = 5000;
        r.findings.push(f);
    }
    r
}

/// Strings that have broken other programs: a few of ours, and every line and JSON string of some files.
#[must_use]
pub fn naughty(files: &[String]) -> Vec<String> {
    let mut all: Vec<String> = HOSTILE.map(String::from).into();
    all.extend(
        ["\u{0}", "a\r\nb", "\u{2028}", "\u{ffff}", "\\", "'; DROP TABLE", "%s%n", "_x003D_1"].map(String::from),
    );
    for text in files {
        all.extend(text.lines().map(String::from));
        strings(&serde_json::from_str(text).unwrap_or_default(), &mut all);
    }
    all
}

fn strings(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|v| strings(v, into)),
        serde_json::Value::Object(map) => map.values().for_each(|v| strings(v, into)),
        _ => {}
    }
}

/// A breached server whose every text was written by the intruder, each of `texts` somewhere.
#[must_use]
pub fn hostile(texts: &[String]) -> CaseResult {
    let mut r = breached();
    let mut next = texts.iter().cycle().cloned();
    let mut text = || next.next().unwrap_or_default();
    let pattern = r.findings[1].clone();
    for n in 0..texts.len().div_ceil(24) {
        let mut f = pattern.clone();
        f.id = format!("F-1{n:04}");
        f.time = pattern.time.map(|t| t.plus(i64::try_from(n).unwrap_or(0) * 1_000_001));
        f.last = f.time;
        (f.rule, f.condition, f.summary) = (text(), text(), text());
        f.techniques = vec!["T1505.003".into(), "T1190".into()];
        f.vulnerabilities.push(text());
        for words in f.texts.values_mut() {
            (words.title, words.summary) = (text(), text());
        }
        for kind in ["ip", "file", "hash", "user", "host", "agent"] {
            f.entities.insert(kind.into(), vec![text(), text()]);
        }
        f.entities.insert("path".into(), vec![format!("/{}", text())]);
        let row = &mut f.rows[0];
        row.path = text();
        row.fields = ["c_ip", "cs_uri_stem", "query", "cs_user_agent", "sc_status"].map(|k| (k.into(), text())).into();
        row.fields[1].1.insert(0, '/');
        row.fields[0].1 = "198.51.100.9".into();
        r.findings.push(f);
    }
    (r.host.name, r.host.exchange_version) = (text(), Some(text()));
    (r.marking.case_id, r.marking.operator) = (Some(text()), Some(text()));
    r.packs[0].title = text();
    r
}

fn set(r: &mut CaseResult, state: State, triage: Option<Triage>) {
    r.verdict.state = state;
    r.verdict.code = state.code();
    r.verdict.triage = triage;
}

fn pack() -> PackUsed {
    PackUsed {
        id: "proxylogon".into(),
        version: "2026.11.1".into(),
        sha256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef".into(),
        title: "ProxyLogon".into(),
        first_exploitation: Some(at("2021-01-03")),
        disclosed: Some(at("2021-03-02")),
        fix: Some("KB5000871".into()),
    }
}

fn host(name: &str, build: &str, version: &str) -> Host {
    let build = Build::parse(build);
    let seen = build.map(|build| BuildSeen {
        build,
        label: Some(version.into()),
        from: at("2021-01-03T00:00:11Z"),
        to: at("2021-03-12T10:14:58Z"),
        rows: 8_123_456,
    });
    Host {
        name: name.into(),
        exchange_build: build,
        exchange_version: Some(version.into()),
        roles: Vec::new(),
        builds: seen.into_iter().collect(),
        told: Vec::new(),
        conflicts: Vec::new(),
        synthetic: false,
        paths: Vec::new(),
    }
}

fn exposure(state: ExposureState) -> Vec<Exposure> {
    let seen = |wanted: &[ExposureState], t: &str| wanted.contains(&state).then(|| at(t));
    ["CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"]
        .into_iter()
        .map(|cve| Exposure {
            cve: cve.into(),
            state,
            from: seen(&[ExposureState::Vulnerable, ExposureState::WasVulnerable], "2021-01-03T00:00:11Z"),
            to: seen(&[ExposureState::WasVulnerable], "2021-03-03T06:12:00Z"),
            fixed_in: Build::parse("15.1.2106.13"),
            kb: Some("KB5000871".into()),
        })
        .collect()
}

fn coverage(from: Timestamp, days: u32, seen: &dyn Fn(usize, u32) -> bool) -> Vec<QuestionCoverage> {
    let question = |(n, (name, en, fr, required, sources)): (usize, &(&str, &str, &str, bool, &[&str]))| {
        let marks: String = (0..days).map(|d| if seen(n, d) { '#' } else { '.' }).collect();
        let answered = u32::try_from(marks.matches('#').count()).unwrap_or(0);
        let gap = marks.split('#').map(str::len).max().unwrap_or(0);
        QuestionCoverage {
            question: format!("q{}", n + 1),
            name: (*name).into(),
            pack: "proxylogon".into(),
            title: two(en, fr),
            required: *required,
            applies: true,
            answered_days: answered,
            window_days: days,
            longest_gap_hours: u32::try_from(gap).unwrap_or(0) * 24,
            sufficient: answered * 100 >= days * 95 && gap <= 1,
            sources: sources.iter().map(|id| source(id, from, &marks)).collect(),
            days: marks,
            holes: Vec::new(),
        }
    };
    QUESTIONS.iter().enumerate().map(question).collect()
}

fn source(id: &str, from: Timestamp, marks: &str) -> SourceCoverage {
    let known = SOURCES.iter().find(|s| s.0 == id);
    let mut cells: Vec<Cell> = Vec::new();
    let blind = if marks.contains('#') { CellState::Rotated } else { CellState::NotCollected };
    let first_seen = marks.find('#').unwrap_or(0);
    for (n, mark) in marks.chars().enumerate() {
        let day = Day(from.day().0 + i32::try_from(n).unwrap_or(0));
        let state = match mark {
            '#' => CellState::Read,
            _ if n > first_seen => CellState::Gap,
            _ => blind,
        };
        match cells.last_mut() {
            Some(cell) if cell.state == state => cell.to = day,
            _ => cells.push(Cell { from: day, to: day, state }),
        }
    }
    let read: Vec<&Cell> = cells.iter().filter(|c| c.state == CellState::Read).collect();
    SourceCoverage {
        id: id.into(),
        title: known.map_or_else(|| two("Event logs", "Journaux d’événements"), |k| two(k.1, k.2)),
        state: if read.is_empty() { CellState::NotCollected } else { CellState::Read },
        from: read.first().map(|c| c.from.start()),
        to: read.last().map(|c| c.to.start()),
        rows: if read.is_empty() { 0 } else { 2_707_818 },
        cells,
    }
}

fn evidence(tool: &str, kind: &str, name: &str) -> Evidence {
    let tables = SOURCES.iter().map(|(id, _, _, family)| TableSummary {
        title: BTreeMap::new(),
        table: (*id).into(),
        family: (*family).into(),
        files: 60,
        rows: 2_707_818,
        rejects: 0,
        from: Some(at("2021-01-03T00:00:11Z")),
        to: Some(at("2021-03-12T10:14:58Z")),
        days: BTreeMap::new(),
    });
    Evidence {
        kind: kind.into(),
        tool: Some(tool.into()),
        name: name.into(),
        files: 1214,
        bytes: 18_412_345_678,
        files_understood: 300,
        rows: 13_539_090,
        tables: tables.collect(),
        notes: vec![("C/inetpub/logs/LogFiles/W3SVC1/u_ex210228.log".into(), "ends in the middle of a line".into())],
        from: Some(at("2021-01-03T00:00:11Z")),
        to: Some(at("2021-03-12T10:14:58Z")),
        ..Evidence::default()
    }
}

/// The files of the records that findings cite, with invented hashes.
fn cited(findings: &[Finding]) -> Vec<CitedFile> {
    let mut files: BTreeMap<FileId, CitedFile> = BTreeMap::new();
    for row in findings.iter().flat_map(|f| &f.rows) {
        let new = || CitedFile {
            file: row.address.file,
            path: row.path.clone(),
            size: 4_194_304,
            sha256: format!("{:064x}", row.address.file.0 + 0xabc),
            records: 0,
        };
        files.entry(row.address.file).or_insert_with(new).records += 1;
    }
    files.into_values().collect()
}

fn checked(matched: &[&str]) -> Vec<RuleChecked> {
    let rules = [
        ("ssrf_request", "Exploit request (CVE-2021-26855)", "Requête d’exploitation (CVE-2021-26855)"),
        ("shell_written", "Web shell written", "Web shell déposé"),
        ("shell_answered", "Web shell answered a stranger", "Web shell utilisé par un inconnu"),
        ("lsass_copied", "Password memory copied (LSASS)", "Mémoire des mots de passe copiée (LSASS)"),
        ("vdir_changed", "Virtual directory with a script in its address", "Répertoire virtuel contenant un script"),
    ];
    let rule = |(name, en, fr): &(&str, &str, &str)| RuleChecked {
        rule: format!("proxylogon/{name}"),
        rule_id: "6b269392-9eba-40b5-acb6-55c882b20ba6".into(),
        title: two(en, fr),
        tables: vec!["http_proxy".into(), "iis_w3c".into()],
        rows: 5_415_636,
        matches: if matched.contains(name) { 17 } else { 0 },
        techniques: match *name {
            "ssrf_request" => vec!["T1190".into()],
            "lsass_copied" => vec!["T1003.001".into()],
            _ => vec!["T1505.003".into()],
        },
        fields_unseen: if *name == "lsass_copied" { vec!["OriginalFileName".into()] } else { Vec::new() },
        logs_unseen: if *name == "lsass_copied" {
            vec!["Microsoft-Windows-Sysmon/Operational".into()]
        } else {
            Vec::new()
        },
        on_matches: false,
    };
    rules.iter().map(rule).collect()
}

/// A directive with one requirement of each state.
fn directive(result: &CaseResult) -> DirectiveStanding {
    let fact = |state, code: &str, about: &str| FactShown {
        state,
        code: code.into(),
        about: vec![about.into()],
        named: BTreeMap::new(),
        time: Some(at("2021-03-06T08:15:00Z")),
        findings: Vec::new(),
        rows: result.findings.iter().take(1).flat_map(|f| f.rows.iter().take(1).cloned()).collect(),
    };
    let requirement = |id: &str, due: Option<&str>, hours, fact: FactShown| RequirementStanding {
        id: id.into(),
        says: two(
            "Install the update, or disconnect the server.",
            "Installer la mise à jour, ou déconnecter le serveur.",
        ),
        due: due.map(at),
        within_hours: hours,
        state: fact.state,
        facts: vec![fact],
    };
    DirectiveStanding {
        id: "ed-21-02".into(),
        issuer: "CISA".into(),
        name: "ED 21-02".into(),
        version: "2026.11.1".into(),
        published: at("2021-03-03").day(),
        title: two("ED 21-02: ProxyLogon", "ED 21-02 : ProxyLogon"),
        scope: two("A yardstick.", "Un repère."),
        requirements: vec![
            requirement(
                "update",
                Some("2021-03-05T17:00:00Z"),
                None,
                fact(Met::NotMet, "open-and-reached", "CVE-2021-26855"),
            ),
            requirement("scoping", None, Some(2), fact(Met::CannotTell, "attested", "scoped")),
            requirement("triage", None, None, fact(Met::Proven, "triaged", "confirmed")),
        ],
        report: vec![
            ReportField { field: "host".into(), value: Some(HOSTILE[7].into()) },
            ReportField { field: "triage".into(), value: Some("confirmed".into()) },
            ReportField { field: "disconnected".into(), value: None },
        ],
    }
}

fn breached_findings() -> Vec<Finding> {
    let mut request =
        finding("F-001", "2021-02-28T11:09:41Z", "ssrf_request", ("exchange-log", "http_proxy"), Outcome::Success);
    request.strength = Strength::Strong;
    request.adjusted = vec!["before-fix".into()];
    say(
        &mut request,
        "Exploit request (CVE-2021-26855)",
        "Requête d’exploitation (CVE-2021-26855)",
        "203.0.113.77 used the flaw to reach the administration pages as the server itself; the server answered 241.",
        "203.0.113.77 a utilisé la faille pour atteindre les pages d’administration au nom du serveur ; celui-ci a répondu 241.",
    );

    let mut shell =
        finding("F-002", "2021-02-28T11:10:07Z", "shell_written", ("file-system", "files"), Outcome::Success);
    shell.strength = Strength::Proof;
    shell.techniques = vec!["T1505.003".into()];
    shell.entities.insert("path".into(), HOSTILE.iter().map(|h| (*h).to_owned()).collect());
    say(
        &mut shell,
        "Web shell written",
        "Web shell déposé",
        "The server wrote a page that runs any command it is sent: \"><script>alert(1)</script>.",
        "Le serveur a écrit une page qui exécute toute commande reçue : \"><script>alert(1)</script>.",
    );

    let mut answered =
        finding("F-003", "2021-02-28T11:14:55Z", "shell_answered", ("web-log", "iis_w3c"), Outcome::Success);
    answered.strength = Strength::Proof;
    answered.count = 1204;
    say(
        &mut answered,
        "Web shell answered a stranger",
        "Web shell utilisé par un inconnu",
        "203.0.113.77 sent commands to that page 1 204 times and got an answer (200).",
        "203.0.113.77 a envoyé 1 204 fois des commandes à cette page et a reçu une réponse (200).",
    );

    let mut lsass =
        finding("F-004", "2021-03-03T02:40:12Z", "lsass_copied", ("file-system", "files"), Outcome::Success);
    lsass.strength = Strength::Strong;
    lsass.techniques = vec!["T1003.001".into()];
    say(
        &mut lsass,
        "Password memory copied (LSASS)",
        "Mémoire des mots de passe copiée (LSASS)",
        "A file named lsass.dmp was made in a folder of the web server.",
        "Un fichier nommé lsass.dmp a été créé dans un dossier du serveur web.",
    );

    let mut hostile = finding("F-005", "2021-02-27T09:00:00Z", "probe", ("web-log", "iis_w3c"), Outcome::Probe);
    hostile.strength = Strength::Weak;
    hostile.level = Level::Low;
    hostile.condition = HOSTILE[6].into();
    hostile.rule = HOSTILE[3].into();
    say(&mut hostile, HOSTILE[0], HOSTILE[3], HOSTILE[6], HOSTILE[4]);

    let mut undated = finding("F-006", "", "leftover", ("config", "files"), Outcome::Unknown);
    undated.strength = Strength::Context;
    undated.time = None;
    undated.rows[0].time = None;
    say(
        &mut undated,
        "Archive left in a public folder",
        "Archive laissée dans un dossier public",
        "A packed file lies where the web server could hand it out.",
        "Un fichier compressé se trouve là où le serveur web peut le servir.",
    );
    vec![hostile, request, shell, answered, lsass, undated]
}

fn say(f: &mut Finding, title: &str, titre: &str, summary: &str, resume: &str) {
    words(f, (title, summary));
    let fr = Words {
        title: titre.into(),
        summary: resume.into(),
        meaning: "Ceci montre qu’une personne extérieure a pu agir sur le serveur.".into(),
        otherwise: "Un test d’intrusion autorisé laisse les mêmes traces.".into(),
    };
    f.texts.insert("fr".into(), fr);
}

fn words(f: &mut Finding, (title, summary): (&str, &str)) {
    let en = Words {
        title: title.into(),
        summary: summary.into(),
        meaning: "This shows that a person from outside could act on the server.".into(),
        otherwise: "An authorised penetration test leaves the same records.".into(),
    };
    f.summary = summary.into();
    f.texts.insert("en".into(), en);
}

fn finding(id: &str, time: &str, rule: &str, (family, table): (&str, &str), outcome: Outcome) -> Finding {
    let time = Timestamp::parse(time);
    let fields = [("c_ip", "203.0.113.77"), ("cs_uri_stem", "/owa/auth/x.js"), ("sc_status", "200")];
    let mut fields: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    fields.extend(HOSTILE.iter().enumerate().map(|(n, h)| (format!("field_{n}"), (*h).into())));
    Finding {
        id: id.into(),
        key: String::new(),
        rule: format!("proxylogon/{rule}"),
        rule_id: "6b269392-9eba-40b5-acb6-55c882b20ba6".into(),
        level: Level::Critical,
        outcome,
        strength: Strength::Moderate,
        family: family.into(),
        questions: vec!["q1".into()],
        techniques: vec!["T1190".into()],
        vulnerabilities: vec!["CVE-2021-26855".into()],
        time,
        last: time,
        moments: Vec::new(),
        count: 1,
        summary: String::new(),
        texts: BTreeMap::new(),
        entities: BTreeMap::from([("ip".into(), vec!["203.0.113.77".into()])]),
        condition: "selection and not filter".into(),
        rows: vec![CitedRow {
            address: Address { file: FileId(17), pos: 48_211 },
            path: "C/inetpub/logs/LogFiles/W3SVC1/u_ex210228.log".into(),
            table: table.into(),
            time,
            fields,
        }],
        adjusted: Vec::new(),
        suppressed: None,
    }
}
