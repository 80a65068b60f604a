//! What the builds, the registry, the setup and the configuration of a server make of each flaw, over time.
#![allow(clippy::unwrap_used)]

mod common;

use arrow_array::RecordBatch;
use assize_model::CaseResult;
use assize_model::exposure::{
    BuildConflictKind, BuildSource, FlawHistory, FlawState, MitigationFault, MitigationSeen, StepState,
};
use assize_model::result::{ExposureState, TableSummary};
use assize_model::rewrite::{RewriteCondition, RewriteRule};
use common::{CONTENT, assessed};

/// Values by column; the moment of the row under `ts`.
type Cells<'a> = &'a [(&'a str, &'a str)];

fn table(name: &str, rows: &[Cells<'_>]) -> (TableSummary, Vec<RecordBatch>) {
    common::table(
        name,
        rows.iter().map(|row| {
            let time = row.iter().find(|(column, _)| *column == "ts").map(|(_, time)| *time);
            (time, row.iter().filter(|(column, _)| *column != "ts").copied().collect())
        }),
    )
}

fn flaw<'r>(result: &'r CaseResult, cve: &str) -> &'r FlawHistory {
    result.flaws.iter().find(|f| f.cve == cve).unwrap()
}

/// Each run as `state from`.
fn spans(result: &CaseResult, cve: &str) -> Vec<String> {
    let word = |state: FlawState| serde_json::to_value(state).unwrap().as_str().unwrap().to_owned();
    flaw(result, cve).spans.iter().map(|s| format!("{} {}", word(s.state), s.from)).collect()
}

/// Rows of a log in which a build ran from one day to another.
fn ran(build: &str, from: &str, to: &str) -> (TableSummary, Vec<RecordBatch>) {
    let row = |day| [("ts", day), ("url_stem", "/owa/"), ("build", build)];
    table("http_proxy", &[&row(from), &row(to)])
}

const SETUP: &str = "Microsoft\\ExchangeServer\\v15\\Setup";
const PATCH: &str = "Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18\\Products\\AA\\Patches\\BB";

/// The hive of a server with 2016 CU18.
fn hive<'a>(more: &[Cells<'a>]) -> (TableSummary, Vec<RecordBatch>) {
    let number = |name, value| [("key", SETUP), ("name", name), ("value", value), ("written", "2020-12-20T09:00:00Z")];
    let version = [
        number("MsiProductMajor", "15"),
        number("MsiProductMinor", "1"),
        number("MsiBuildMajor", "2106"),
        number("MsiBuildMinor", "2"),
    ];
    let mut rows: Vec<Cells<'_>> = version.iter().map(|r| &r[..]).collect();
    rows.extend(more);
    table("registry", &rows)
}

#[test]
fn the_list_of_updates_in_the_registry_dates_a_fix_that_no_log_saw() {
    let name = "Security Update for Exchange Server 2016 Cumulative Update 18 (KB5000871)";
    let update: [Cells<'_>; 2] = [
        &[("key", PATCH), ("name", "DisplayName"), ("value", name)],
        &[("key", PATCH), ("name", "Installed"), ("value", "20210309")],
    ];
    let later = table("iis_w3c", &[&[("ts", "2021-03-20"), ("cs_uri_stem", "/owa/")]]);
    let result = assessed(vec![ran("15.1.2106.2", "2021-03-01", "2021-03-03"), hive(&update), later]);
    assert_eq!(
        spans(&result, "CVE-2021-26855"),
        ["vulnerable 2021-03-01T00:00:00Z", "fixed 2021-03-10T00:00:00Z"],
        "from the end of the day of the update"
    );
    let by = &result.host.told[flaw(&result, "CVE-2021-26855").spans[1].by];
    assert_eq!((by.source, by.row.table.as_str()), (BuildSource::RegistryUpdate, "registry"));
    let exposure = result.exposure.iter().find(|e| e.cve == "CVE-2021-26855").unwrap();
    assert_eq!(exposure.state, ExposureState::WasVulnerable);
    assert_eq!(result.window.to.to_string(), "2021-03-10T00:00:00Z");
    assert!(result.host.conflicts.is_empty());
    // Without the list the cumulative update says nothing of the update on top of it.
    let result = assessed(vec![hive(&[])]);
    assert_eq!(spans(&result, "CVE-2021-26855"), ["unknown 2020-12-20T09:00:00Z"]);
    assert_eq!(flaw(&result, "CVE-2020-0688").state, FlawState::Fixed, "CU18 came after that fix");
}

#[test]
fn the_setup_program_tells_the_update_that_neither_log_nor_registry_names() {
    let program = |path, version| table("exchange_programs", &[&[("path", path), ("version", version)]]);
    let bin = "C/Program Files/Microsoft/Exchange Server/V15/Bin/ExSetup.exe";
    let later = || table("iis_w3c", &[&[("ts", "2021-03-20"), ("cs_uri_stem", "/owa/")]]);
    let result = assessed(vec![hive(&[]), later(), program(bin, "15.1.2106.13")]);
    assert_eq!(spans(&result, "CVE-2021-26855").last().unwrap(), "fixed 2021-03-20T00:00:00Z");
    assert_eq!(result.host.exchange_build, assize_model::Build::parse("15.1.2106.13"));
    assert!(result.host.told.iter().any(|t| t.source == BuildSource::Program && t.row.table == "exchange_programs"));
    // One that lies elsewhere says nothing of this server, nor does a library.
    for (path, version) in
        [("C/Windows.old/Bin/ExSetup.exe", "15.1.2106.13"), ("C/Users/a/ExSetup.exe", "15.1.2106.13"), (bin, "")]
    {
        let result = assessed(vec![hive(&[]), later(), program(path, version)]);
        assert_eq!(result.host.exchange_build, None, "{path}");
    }
}

#[test]
fn a_server_that_had_the_update_when_first_seen_is_not_said_to_have_been_open() {
    let result = assessed(vec![ran("15.1.2106.13", "2021-03-09", "2021-03-20")]);
    let of = |result: &CaseResult| {
        let exposure = result.exposure.iter().find(|e| e.cve == "CVE-2021-26855").unwrap();
        (exposure.state, exposure.from.is_some(), exposure.to.map(|t| t.to_string()))
    };
    let first = Some("2021-03-09T00:00:00Z".to_owned());
    assert_eq!(of(&result), (ExposureState::FixedWhenFirstSeen, false, first.clone()));
    let result = assessed(vec![
        ran("15.1.2106.13", "2021-03-09", "2021-03-20"),
        table("ecp_server", &[&[("ts", "2021-03-01"), ("build", "15.1.2106.2")]]),
    ]);
    assert_eq!(of(&result), (ExposureState::WasVulnerable, true, first), "an older record shows it open");
}

#[test]
fn a_setup_counts_when_it_went_through() {
    let log = |ended: &'static str| {
        let begun: Cells<'_> = &[("ts", "2021-04-01T10:00:00Z"), ("text", "Setup version: 15.1.2242.4.")];
        let end = [("ts", "2021-04-01T11:30:00Z"), ("text", ended)];
        table("exchange_setup", &[begun, &end])
    };
    let logs = || ran("15.1.2106.2", "2021-03-01", "2021-03-30");
    let done = log("The Exchange Server setup operation completed successfully.");
    let result = assessed(vec![logs(), done]);
    assert_eq!(
        spans(&result, "CVE-2021-26855"),
        ["vulnerable 2021-03-01T00:00:00Z", "fixed 2021-04-01T11:30:00Z"],
        "CU20 holds the fix"
    );
    assert_eq!(flaw(&result, "CVE-2021-34473").state, FlawState::Unknown, "an update may stand on CU20");
    let result = assessed(vec![logs(), log("[ERROR] Setup failed.")]);
    assert_eq!(spans(&result, "CVE-2021-26855"), ["vulnerable 2021-03-01T00:00:00Z"]);
    assert!(result.host.told.iter().any(|t| t.source == BuildSource::SetupBegun), "what began is still told");
}

#[test]
fn sources_that_contradict_each_other_are_shown() {
    let result = assessed(vec![ran("15.1.2176.9", "2021-03-04", "2021-03-20"), hive(&[])]);
    let conflict = &result.host.conflicts[0];
    assert_eq!(conflict.kind, BuildConflictKind::RegistryBehind);
    assert_eq!(result.host.told[conflict.older].build.to_string(), "15.1.2106.2");
    let sides = vec![
        ran("15.1.2106.2", "2021-03-01", "2021-03-20"),
        table("ecp_server", &[&[("ts", "2021-03-04"), ("build", "15.1.2106.13")]]),
    ];
    let result = assessed(sides);
    assert_eq!(result.host.conflicts.len(), 1);
    assert_eq!(result.host.conflicts[0].kind, BuildConflictKind::OlderAfterNewer);
    assert_eq!(flaw(&result, "CVE-2021-26855").state, FlawState::Vulnerable, "the worse one counts");
}

#[test]
fn an_override_switches_a_fix_off_until_it_is_removed() {
    let fixed = "15.1.2507.61"; // August 2025 and later
    let new = r#"-Name "Old ids" -Component "OAuth" -Section "AppIdBasedAudienceValidation" -Parameters @("Enabled=false") -Reason "x""#;
    let call = |time, cmdlet, parameters| [("ts", time), ("cmdlet", cmdlet), ("parameters", parameters)];
    let made = call("2025-10-01T08:00:00Z", "New-SettingOverride", new);
    let gone = call("2025-10-09T08:00:00Z", "Remove-SettingOverride", r#"-Identity "Old ids" -Confirm $false"#);
    let other = call("2025-10-08T08:00:00Z", "Remove-SettingOverride", r#"-Identity "Another""#);
    let logs = || ran(fixed, "2025-09-01", "2025-10-20");
    let cve = "CVE-2025-25005";
    let result = assessed(vec![logs(), table("rps_cmdlet", &[&made, &other])]);
    assert_eq!(spans(&result, cve), ["fixed 2025-09-01T00:00:00Z", "fixed-but-revoked 2025-10-01T08:00:00Z"]);
    assert_eq!(flaw(&result, cve).revoked_by.len(), 1);
    assert_eq!(flaw(&result, "CVE-2025-25006").state, FlawState::Fixed, "another section");
    let result = assessed(vec![logs(), table("rps_cmdlet", &[&made, &other, &gone])]);
    assert_eq!(spans(&result, cve).last().unwrap(), "fixed 2025-10-09T08:00:00Z");
    // The same from the event log, and a call that failed is none.
    let data = serde_json::json!({ "Data": ["New-SettingOverride", new, "CONTOSO\\admin"] }).to_string();
    let event = |id| {
        let cells =
            [("ts", "2025-10-01T08:00:00Z"), ("channel", "MSExchange Management"), ("event_id", id), ("data", &data)];
        table("windows_events", &[&cells])
    };
    assert_eq!(flaw(&assessed(vec![logs(), event("1")]), cve).state, FlawState::FixedButRevoked);
    let result = assessed(vec![logs(), event("6")]);
    assert_eq!(flaw(&result, cve).state, FlawState::Fixed);
    assert!(flaw(&result, cve).can_be_revoked, "nothing seen does not say that there is none");
}

/// The configuration of IIS: folders of the front end, and Extended Protection of some.
fn iis<'a>(protected: &'a [(&'a str, &'a str)], modules: &'a [&'a str]) -> (TableSummary, Vec<RecordBatch>) {
    let paths = ["/owa", "/ecp", "/EWS", "/mapi"];
    let mut rows: Vec<Vec<(&str, &str)>> = paths
        .into_iter()
        .map(|path| vec![("element", "application"), ("site", "Default Web Site"), ("path", path)])
        .collect();
    let on = |(location, value): &(&'a str, &'a str)| {
        vec![("element", "extendedProtection"), ("location", *location), ("value", *value)]
    };
    rows.extend(protected.iter().map(on));
    rows.extend(modules.iter().map(|name| vec![("element", "module"), ("name", *name)]));
    table("iis_config", &rows.iter().map(|r| &r[..]).collect::<Vec<_>>())
}

#[test]
fn extended_protection_is_read_from_the_configuration_of_iis() {
    let all = [
        ("Default Web Site/owa", "Require"),
        ("Default Web Site/ecp", "Require"),
        ("Default Web Site/EWS", "Allow"),
        ("Default Web Site/mapi", "Require"),
    ];
    let state = |build: &str, protected: Option<&[(&str, &str)]>| {
        let mut tables = vec![ran(build, "2024-03-01", "2024-03-20")];
        tables.extend(protected.map(|p| iis(p, &[])));
        let result = assessed(tables);
        let flaw = flaw(&result, "CVE-2024-21410");
        (flaw.state, flaw.step.as_ref().unwrap().state)
    };
    let cu23 = "15.1.2507.37";
    assert_eq!(state(cu23, None), (FlawState::NeedsExtraStep, StepState::NotSeen));
    assert_eq!(state(cu23, Some(&all)), (FlawState::Fixed, StepState::Done));
    assert_eq!(state(cu23, Some(&all[..3])), (FlawState::NeedsExtraStep, StepState::Missing));
    let weak = [("Default Web Site/owa", "Allow"), all[1], all[2], all[3]];
    assert_eq!(state(cu23, Some(&weak)), (FlawState::NeedsExtraStep, StepState::Missing), "it lets others in");
    // From 2019 CU14 on the setup turns it on; that it is off is then somebody's doing.
    let cu14 = "15.2.1544.9";
    assert_eq!(state(cu14, None), (FlawState::Fixed, StepState::ByDefault));
    assert_eq!(state(cu14, Some(&all[..1])), (FlawState::NeedsExtraStep, StepState::Missing));
}

#[test]
fn the_cache_of_tokens_is_looked_for_among_the_modules_of_iis() {
    let state = |modules: &[&str]| {
        let result = assessed(vec![ran("15.1.2507.37", "2024-03-01", "2024-03-20"), iis(&[], modules)]);
        flaw(&result, "CVE-2023-21709").state
    };
    assert_eq!(state(&[]), FlawState::NeedsExtraStep);
    assert_eq!(state(&["RewriteModule", "TokenCacheModule"]), FlawState::NeedsExtraStep);
    assert_eq!(state(&["RewriteModule"]), FlawState::Fixed);
}

#[test]
fn a_package_for_an_old_update_is_settled_by_the_list_of_updates() {
    let logs = || ran("15.1.1847.12", "2021-03-09", "2021-03-20");
    let cve = "CVE-2020-0688";
    assert_eq!(flaw(&assessed(vec![logs()]), cve).state, FlawState::Unknown);
    let kb = &CONTENT.exposure.fixed.iter().find(|f| f.cve == cve && f.cu == "CU14" && f.product.ends_with("2016"));
    let name = format!("Security Update for Exchange Server 2016 Cumulative Update 14 ({})", kb.unwrap().kb);
    let update: Cells<'_> = &[("key", PATCH), ("name", "DisplayName"), ("value", &name)];
    let result = assessed(vec![logs(), table("registry", &[update])]);
    assert_eq!(flaw(&result, cve).state, FlawState::Fixed);
}

#[test]
fn of_a_product_at_its_end_nobody_says_that_it_is_without_the_flaw() {
    let result = assessed(vec![ran("15.0.1497.48", "2026-01-01", "2026-01-20")]);
    assert_eq!(flaw(&result, "CVE-2024-49040").state, FlawState::EndOfLifeNotAssessed);
    assert_eq!(flaw(&result, "CVE-2020-17144").state, FlawState::NotAffected);
    let states: std::collections::BTreeSet<_> = result.flaws.iter().map(|f| f.state).collect();
    assert!(!states.contains(&FlawState::Unknown), "{states:?}");
}

#[test]
fn without_a_build_nothing_is_said() {
    let result = assessed(vec![table("http_proxy", &[&[("ts", "2021-03-01"), ("url_stem", "/owa/")]])]);
    assert!(result.flaws.iter().all(|f| f.state == FlawState::Unknown && f.spans.is_empty()));
    assert!(result.host.told.is_empty());
}

const COOKIE: &str = "{HTTP_COOKIE}";
const ANONYMOUS: &str = "(.*)X-AnonResource-Backend(.*)";
const BACK_END: &str = "(.*)X-BEResource=(.+)/(.+)~(.+)";

/// A rule as EOMT writes it, with one thing changed.
fn rule(pattern: &str, change: impl Fn(&mut RewriteRule)) -> String {
    let condition = RewriteCondition { input: COOKIE.into(), pattern: pattern.into(), negated: false };
    let mut rule = RewriteRule {
        stops: true,
        url: ".*".into(),
        conditions: vec![condition],
        action: "AbortRequest".into(),
        ..RewriteRule::default()
    };
    change(&mut rule);
    serde_json::to_string(&rule).unwrap()
}

fn row(json: &str) -> [(&str, &str); 3] {
    [("element", "rewriteRule"), ("name", "one"), ("rule", json)]
}

/// What is said of the mitigation of CVE-2021-26855 where a vulnerable server has this configuration.
fn mitigated(settings: &[Cells<'_>]) -> (FlawState, Option<MitigationSeen>) {
    let result = assessed(vec![
        ran("15.1.2106.2", "2021-03-01T00:00:00Z", "2021-03-20T00:00:00Z"),
        table("iis_config", settings),
    ]);
    let flaw = flaw(&result, "CVE-2021-26855");
    (flaw.state, flaw.mitigation.clone())
}

#[test]
fn a_mitigation_counts_as_it_was_published_and_where_nothing_undoes_it() {
    let good = [rule(ANONYMOUS, |_| ()), rule(BACK_END, |_| ())];
    let module = [("element", "module"), ("name", "RewriteModule")];
    let (state, seen) = mitigated(&[&module, &row(&good[0]), &row(&good[1])]);
    assert_eq!(state, FlawState::MitigatedOnly);
    let seen = seen.unwrap();
    assert!(seen.holds && seen.fault.is_none() && seen.rows.len() == 2, "{seen:?}");

    type Change = fn(&mut RewriteRule);
    let faults: [(MitigationFault, Change); 6] = [
        (MitigationFault::OtherSyntax, |r| r.syntax = "Wildcard".into()),
        (MitigationFault::OtherAddresses, |r| r.url = "^owa".into()),
        (MitigationFault::OtherAddresses, |r| r.url_negated = true),
        (MitigationFault::OtherInput, |r| r.conditions[0].input = "{REQUEST_URI}".into()),
        (MitigationFault::FurtherConditions, |r| r.conditions.push(RewriteCondition::default())),
        (MitigationFault::DoesNotRefuse, |r| r.action = "None".into()),
    ];
    for (fault, change) in faults {
        let changed = rule(BACK_END, change);
        let (state, seen) = mitigated(&[&row(&good[0]), &row(&changed)]);
        assert_eq!((state, seen.unwrap().fault), (FlawState::Vulnerable, Some(fault)));
    }
    let off = [("element", "rewriteRule"), ("enabled", "false"), ("rule", good[1].as_str())];
    let other = [("element", "module"), ("name", "HttpLoggingModule")];
    let all = rule("", |r| r.conditions.clear());
    let cases: [(MitigationFault, &[Cells<'_>]); 4] = [
        (MitigationFault::RuleMissing, &[&row(&good[0])]),
        (MitigationFault::SwitchedOff, &[&row(&good[0]), &off]),
        (MitigationFault::ModuleMissing, &[&other, &row(&good[0]), &row(&good[1])]),
        (MitigationFault::PassedOver, &[&row(&all), &row(&good[0]), &row(&good[1])]),
    ];
    for (fault, settings) in cases {
        let (state, seen) = mitigated(settings);
        assert_eq!((state, seen.unwrap().fault), (FlawState::Vulnerable, Some(fault)));
    }
    let below = [("element", "rewriteClear"), ("location", "Default Web Site/ecp")];
    let (state, seen) = mitigated(&[&row(&good[0]), &row(&good[1]), &below]);
    let seen = seen.unwrap();
    assert_eq!((state, seen.fault, seen.rows.len()), (FlawState::Vulnerable, Some(MitigationFault::UndoneBelow), 3));
    assert_eq!(mitigated(&[&module]), (FlawState::Vulnerable, None), "a module alone is no mitigation");
}

#[test]
fn an_early_pattern_of_a_mitigation_does_not_count() {
    let of = |pattern: &str, input: &str| {
        let json = rule(pattern, |r| r.conditions[0].input = input.into());
        let settings = table("iis_config", &[&[("element", "rewriteRule"), ("rule", json.as_str())]]);
        let result = assessed(vec![ran("15.1.2507.12", "2022-10-01T00:00:00Z", "2022-10-20T00:00:00Z"), settings]);
        let flaw = flaw(&result, "CVE-2022-41040");
        (flaw.state, flaw.mitigation.as_ref().and_then(|m| m.fault))
    };
    let early = of(".*autodiscover\\.json.*\\@.*Powershell.*", "{REQUEST_URI}");
    assert_eq!(early, (FlawState::Vulnerable, Some(MitigationFault::OutdatedPattern)));
    let last = of("(?=.*autodiscover)(?=.*powershell)", "{UrlDecode:{REQUEST_URI}}");
    assert_eq!(last, (FlawState::MitigatedOnly, None));
}

/// The rule that Microsoft's tool writes against CVE-2026-42897.
fn header(change: impl FnOnce(&mut RewriteRule)) -> String {
    let asks = |input: &str, pattern: &str| RewriteCondition {
        input: input.into(),
        pattern: pattern.into(),
        ..RewriteCondition::default()
    };
    let pages = r"^/owa/?($|\?|default\.aspx|projection\.aspx|readingPane\.aspx|popout\.aspx)";
    let mut rule = RewriteRule {
        variable: "RESPONSE_Content_Security_Policy".into(),
        url: "(.*)".into(),
        before: vec![asks("{RESPONSE_CONTENT_TYPE}", "^text/html"), asks("{REQUEST_URI}", pages)],
        action: "Rewrite".into(),
        value: "{R:1}; script-src-attr 'none'".into(),
        ..RewriteRule::default()
    };
    change(&mut rule);
    serde_json::to_string(&rule).unwrap()
}

#[test]
fn a_header_that_stands_in_for_an_update_counts_where_all_pages_get_it() {
    let of = |location: &str, enabled: &str, json: &str| {
        let cells = [("element", "rewriteAnswer"), ("location", location), ("enabled", enabled), ("rule", json)];
        let settings = table("iis_config", &[&cells]);
        let result = assessed(vec![ran("15.1.2507.61", "2026-05-20T00:00:00Z", "2026-06-01T00:00:00Z"), settings]);
        let flaw = flaw(&result, "CVE-2026-42897");
        (flaw.state, flaw.mitigation.as_ref().map(|m| m.fault))
    };
    const OWA: &str = "Default Web Site/owa";
    let good = header(|_| ());
    assert_eq!(of(OWA, "", &good), (FlawState::MitigatedOnly, Some(None)));
    assert_eq!(of("", "true", &good), (FlawState::MitigatedOnly, Some(None)), "the whole server has it, so OWA does");
    assert_eq!(of("Default Web Site/ecp", "", &good), (FlawState::Vulnerable, None), "another folder");
    assert_eq!(of(OWA, "", &header(|r| r.value = "frame-ancestors".into())), (FlawState::Vulnerable, None));
    let fault = |json: &str| of(OWA, "", json);
    let early = header(|r| r.before[1].pattern = r"^/owa/?($|\?|default\.aspx|projection\.aspx)".into());
    assert_eq!(fault(&early), (FlawState::Vulnerable, Some(Some(MitigationFault::OtherAddresses))));
    let only = header(|r| r.conditions.push(RewriteCondition::default()));
    assert_eq!(fault(&only), (FlawState::Vulnerable, Some(Some(MitigationFault::FurtherConditions))));
    let some = header(|r| r.url = "^$".into());
    assert_eq!(fault(&some), (FlawState::Vulnerable, Some(Some(MitigationFault::OtherInput))));
    assert_eq!(of(OWA, "false", &good), (FlawState::Vulnerable, Some(Some(MitigationFault::SwitchedOff))));
}

#[test]
fn the_file_of_a_folder_speaks_for_that_folder_alone() {
    let when = ("2026-05-20T00:00:00Z", "2026-06-01T00:00:00Z");
    let json = header(|_| ());
    let of = |path: &str| {
        let cells = [("element", "rewriteAnswer"), ("modified", "2026-05-16T10:00:00Z"), ("rule", json.as_str())];
        let settings = common::table("iis_config", [(None, cells.to_vec())]);
        let result = common::assessed_in(path, vec![ran("15.1.2507.61", when.0, when.1), settings]);
        flaw(&result, "CVE-2026-42897").mitigation.as_ref().map(|m| (m.holds, m.since.map(|t| t.to_string())))
    };
    let dated = Some((true, Some("2026-05-16T10:00:00Z".to_owned())));
    assert_eq!(of("C/inetpub/wwwroot/web.config"), dated);
    assert_eq!(of("V15/FrontEnd/HttpProxy/owa/web.config"), dated);
    assert_eq!(of("C/Windows/System32/inetsrv/config/applicationHost.config"), Some((true, None)));
    for other in
        ["C/inetpub/wwwroot/sub/web.config", "V15/ClientAccess/owa/web.config", "V15/FrontEnd/HttpProxy/web.config"]
    {
        assert_eq!(of(other), None, "{other}");
    }
    let rules = [rule(ANONYMOUS, |_| ()), rule(BACK_END, |_| ())];
    let of = |path: &str| {
        let rows = rules.iter().map(|json| (None, row(json).to_vec()));
        let seen = ran("15.1.2106.2", "2021-03-01T00:00:00Z", "2021-03-20T00:00:00Z");
        let result = common::assessed_in(path, vec![seen, common::table("iis_config", rows)]);
        flaw(&result, "CVE-2021-26855").mitigation.as_ref().map(|m| m.holds)
    };
    assert_eq!(of("C/inetpub/wwwroot/web.config"), Some(true));
    assert_eq!(of("C/inetpub/wwwroot/sub/web.config"), None);
}
