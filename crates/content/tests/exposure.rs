//! Every row of the fix tables against the builds around it, and the traps that such tables hold.
#![allow(clippy::unwrap_used)]

use assize_content::exposure::{BuildState, FixedBuild, Precision, Ransomware, Step};
use assize_content::{Content, ExposureTables};
use assize_model::Build;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

fn tables() -> ExposureTables {
    Content::builtin().unwrap().exposure
}

fn build(text: &str) -> Build {
    Build::parse(text).unwrap()
}

/// The fixed build is fixed, the build before it in the same update is not, the build after it is; but a package that
/// holds its own month only says nothing of the months before.
fn faults_around(tables: &ExposureTables, fix: &FixedBuild) -> String {
    let same = |b: Build| tables.builds.iter().any(|k| k.product == fix.product && k.cu == fix.cu && k.build == b);
    let builds = || tables.builds.iter().map(|b| b.build).filter(|b| same(*b));
    let only_own = |b: Build| tables.builds.iter().any(|k| k.build == b && k.only_own);
    let mut faults = String::new();
    let mut expect = |place: &str, build: Build, expected: BuildState| {
        let state = tables.state(&fix.cve, build);
        if state != expected {
            let _ = writeln!(faults, "{} {} {}: {place} {build} is {state:?}", fix.cve, fix.product, fix.cu);
        }
    };
    expect("itself", fix.min_fixed_build, BuildState::Fixed);
    if let Some(before) = builds().filter(|b| *b < fix.min_fixed_build).max() {
        expect("before", before, BuildState::Vulnerable);
    }
    if let Some(after) = builds().filter(|b| *b > fix.min_fixed_build).min() {
        expect("after", after, if only_own(after) { BuildState::Unknown } else { BuildState::Fixed });
    }
    faults
}

#[test]
fn every_fix_holds_from_its_build_on_and_not_before() {
    let tables = tables();
    assert!(tables.fixed.len() > 600 && tables.flaws.len() > 140);
    let faults: String = tables.fixed.iter().map(|fix| faults_around(&tables, fix)).collect();
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_collected_table_of_fixes_says_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/domain/exchange-cve-fixed-builds.csv");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared absent");
        return;
    };
    let tables = tables();
    let (mut faults, mut rows) = (String::new(), 0);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [cve, product, cu, _, min, kb, ..] = cells.as_slice() else { panic!("{line}") };
        let fix = FixedBuild {
            cve: (*cve).into(),
            product: (*product).into(),
            cu: (*cu).into(),
            min_fixed_build: build(min),
            kb: (*kb).into(),
        };
        faults.push_str(&faults_around(&tables, &fix));
        rows += 1;
    }
    assert!(rows > 600, "{rows} rows");
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_package_of_march_2021_for_an_old_update_does_not_bring_the_fixes_before_it() {
    let tables = tables();
    let package = build("15.1.1847.12"); // 2016 CU14 with KB5000871, numerically above the update of February 2020
    assert_eq!(tables.state("CVE-2021-26855", package), BuildState::Fixed);
    assert_eq!(tables.state("CVE-2020-0688", package), BuildState::Unknown);
    // What came later never came for that cumulative update.
    assert_eq!(tables.state("CVE-2021-34473", package), BuildState::Vulnerable);
    // Nor did the other flaws of the same month, which its package does not hold.
    assert_eq!(tables.state("CVE-2021-26412", package), BuildState::Vulnerable);
    // The list of what is installed settles it: the update of March 2020 holds that of February.
    let fix = tables.fix("CVE-2020-0688", package).unwrap();
    let kbs = |kb: &str| BTreeSet::from([kb.to_owned(), "KB5000871".to_owned()]);
    let with = |kb: &str| tables.state_with("CVE-2020-0688", package, Precision::Exact, &kbs(kb));
    assert_eq!(with(&fix.kb), BuildState::Fixed);
    assert_eq!(with("KB5000871"), BuildState::Unknown);
    // The same package on an update that Microsoft still served holds everything before it.
    assert!(tables.builds.iter().any(|b| b.build == build("15.1.2106.13") && !b.only_own));
}

#[test]
fn proxyshell_was_fixed_before_anybody_spoke_of_it() {
    let tables = tables();
    let flaw = tables.flaw("CVE-2021-34473").unwrap();
    assert_eq!((flaw.alias.as_str(), flaw.fixed_by.as_str()), ("ProxyShell", "Apr21SU"));
    let fix = tables.fix(&flaw.cve, build("15.1.2176.2")).unwrap();
    let released = tables.builds.iter().find(|b| b.build == fix.min_fixed_build).unwrap();
    assert!(released.release_date < flaw.published.unwrap().to_string());
    assert_eq!(tables.state(&flaw.cve, fix.min_fixed_build), BuildState::Fixed);
}

#[test]
fn what_healthchecker_leaves_out_is_here() {
    let tables = tables();
    for cve in ["CVE-2021-34473", "CVE-2021-34523", "CVE-2021-33766"] {
        assert_eq!(tables.state(cve, build("15.1.2176.9")), BuildState::Vulnerable, "{cve}: CU19 of March 2021");
    }
    assert_eq!(tables.label(build("15.2.221.18")).as_deref(), Some("Exchange 2019 RTM Mar21SU"));
    assert_eq!(tables.label(build("14.3.513.0")).as_deref(), Some("Exchange 2010 SP3 RU32"));
    // A hotfix update counts as much as a security update.
    let hybrid = "CVE-2025-53786";
    assert_eq!(tables.state(hybrid, build("15.1.2507.55")), BuildState::Fixed);
    assert_eq!(tables.state(hybrid, build("15.1.2507.54")), BuildState::Vulnerable);
}

#[test]
fn a_product_out_of_support_is_not_said_to_be_without_a_flaw() {
    let tables = tables();
    let last_of_2013 = build("15.0.1497.48");
    assert_eq!(tables.state("CVE-2024-49040", last_of_2013), BuildState::NotAssessed);
    assert_eq!(tables.state("CVE-2021-34473", build("14.3.513.0")), BuildState::NotAssessed);
    assert_eq!(tables.state("CVE-2023-21529", last_of_2013), BuildState::Fixed, "its last update has that fix");
    // Of the four of March 2021, Exchange 2010 has one, and Microsoft said so.
    assert_eq!(tables.state("CVE-2021-26855", last_of_2013), BuildState::Fixed);
    assert_eq!(tables.state("CVE-2021-26855", build("14.3.496.0")), BuildState::NotAffected);
    assert_eq!(tables.state("CVE-2021-26857", build("14.3.496.0")), BuildState::Vulnerable);
}

#[test]
fn steps_beside_the_update_and_overrides_that_undo_it_are_named() {
    let tables = tables();
    let step = |cve: &str| tables.flaw(cve).unwrap().step;
    assert_eq!(step("CVE-2022-21979"), Some(Step::ExtendedProtection));
    assert_eq!(step("CVE-2021-34470"), Some(Step::PrepareSchema));
    assert_eq!(step("CVE-2023-21709"), Some(Step::TokenCache));
    assert_eq!(step("CVE-2021-26855"), None);
    // No update at all: only the setting, on by itself from 2019 CU14 on.
    let relay = tables.flaw("CVE-2024-21410").unwrap();
    assert!(relay.fixed_by.is_empty() && relay.done_by_default(build("15.2.1544.4")));
    assert!(!relay.done_by_default(build("15.1.2507.72")) && !relay.done_by_default(build("15.2.1258.12")));
    assert!(tables.flaw("CVE-2023-36439").unwrap().done_by_default(build("15.1.2507.35")));
    let revoked: Vec<_> = tables.flaws.iter().filter(|f| !f.switched_off_by.is_empty()).map(|f| &*f.cve).collect();
    assert_eq!(revoked.len(), 7, "{revoked:?}");
    let twice = &tables.flaw("CVE-2025-59248").unwrap().switched_off_by;
    assert_eq!(twice.len(), 3);
    assert_eq!((twice[1].component.as_str(), twice[1].parameter.as_str()), ("Transport", "Enabled=false"));
}

#[test]
fn flaws_that_are_used_carry_the_day_they_were_listed() {
    let tables = tables();
    let listed: Vec<_> = tables.flaws.iter().filter(|f| f.kev_added.is_some()).collect();
    assert_eq!(listed.len(), 19);
    let storm = tables.flaw("CVE-2023-21529").unwrap();
    assert_eq!(storm.kev_added.unwrap().to_string(), "2026-04-13");
    assert_eq!(storm.kev_ransomware, Some(Ransomware::Known));
}

#[test]
fn a_build_known_by_its_cumulative_update_only_is_not_judged_beyond_that() {
    let tables = tables();
    let state = |cve: &str, b: &str| tables.state_with(cve, build(b), Precision::CumulativeUpdate, &BTreeSet::new());
    assert_eq!(state("CVE-2021-26855", "15.1.2106.2"), BuildState::Unknown, "CU18: the update may stand above it");
    assert_eq!(state("CVE-2021-26855", "15.1.2242.4"), BuildState::Fixed, "CU20 came with the fix");
    assert_eq!(state("CVE-2021-26855", "15.1.1261.35"), BuildState::Vulnerable, "CU7 never got one");
}
