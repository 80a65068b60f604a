//! The figures of structure alone, over collections of real shells and real pages.
//!
//! `cargo test -p assize-webshell --test corpus -- --nocapture` prints them by language, kind and collection.

mod common;

use assize_webshell::{Grade, Reason, Told, look};
use common::Page;
use std::collections::{BTreeMap, BTreeSet};

/// Shells at suspicious or above, in percent.
const SUSPICIOUS_MIN: f64 = 97.0;
/// Shells at likely or above, in percent.
const LIKELY_MIN: f64 = 96.5;
/// Shells at suspicious or above, and at likely or above, by what other families, or other collections, were found by; in percent.
const HELD_OUT_MIN: [(&str, f64, f64); 2] = [("family", 96.5, 96.0), ("collection", 96.5, 96.0)];
/// Genuine pages at suspicious or above, and at likely or above.
const FALSE_MAX: (usize, usize) = (6, 1);

/// A shell of the collections with what the table beside them says of it.
struct Shell {
    page: Page,
    said: BTreeMap<String, String>,
}

impl Shell {
    fn said(&self, column: &str) -> &str {
        self.said.get(column).map_or("", String::as_str)
    }

    /// The repository that it was found in.
    fn collection(&self) -> &str {
        self.said("source").split('@').next().unwrap_or("")
    }
}

/// The shells, without tools and what else lies beside them; nothing where the collections are absent.
fn shells() -> Option<Vec<Shell>> {
    let pages = common::pages("webshells/webshells.tar.zst")?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/webshells/labels.tsv");
    let text = std::fs::read_to_string(path).ok()?;
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let head: Vec<String> = lines.next()?.collect();
    let mut rows: BTreeMap<String, BTreeMap<String, String>> = lines
        .map(|cells| head.iter().cloned().zip(cells).collect::<BTreeMap<_, _>>())
        .map(|row| (row["member"].clone(), row))
        .collect();
    let known = pages.into_iter().filter_map(|page| Some(Shell { said: rows.remove(&page.name)?, page }));
    Some(known.filter(|shell| shell.said("label") == "webshell").collect())
}

#[derive(Default)]
struct Count {
    all: f64,
    suspicious: f64,
    likely: f64,
    certain: f64,
}

impl Count {
    fn add(&mut self, grade: Grade, weight: f64) {
        self.all += weight;
        self.suspicious += weight * f64::from(u8::from(grade >= Grade::Suspicious));
        self.likely += weight * f64::from(u8::from(grade >= Grade::Likely));
        self.certain += weight * f64::from(u8::from(grade == Grade::Certain));
    }

    fn line(&self) -> String {
        let percent = |part: f64| part * 100.0 / self.all.max(1e-9);
        format!(
            "{:6.1} shells: suspicious or above {:6.2} %, likely or above {:6.2} %, certain {:6.2} %",
            self.all,
            percent(self.suspicious),
            percent(self.likely),
            percent(self.certain)
        )
    }
}

#[test]
fn shells_are_found_by_what_they_do() {
    let Some(shells) = shells() else { return };
    let mut clusters: BTreeMap<&str, f64> = BTreeMap::new();
    shells.iter().for_each(|shell| *clusters.entry(shell.said("near_duplicate_cluster")).or_default() += 1.0);
    let mut all = Count::default();
    let mut by_cluster = Count::default();
    let mut groups: BTreeMap<String, Count> = BTreeMap::new();
    for shell in &shells {
        let found = look(&shell.page.bytes, &shell.page.name);
        all.add(found.grade, 1.0);
        by_cluster.add(found.grade, 1.0 / clusters[shell.said("near_duplicate_cluster")]);
        for group in [
            format!("language {}", found.language.unwrap_or("none")),
            format!("kind {}", shell.said("kind")),
            format!("collection {}", shell.collection()),
        ] {
            groups.entry(group).or_default().add(found.grade, 1.0);
        }
        if found.grade < Grade::Likely {
            println!("{:?} {} {} {}", found.grade, shell.page.name, shell.said("kind"), shell.said("source"));
        }
    }
    println!("all       {}", all.line());
    println!("clusters  {}", by_cluster.line());
    groups.iter().for_each(|(name, count)| println!("{name:40} {}", count.line()));
    assert!(all.suspicious * 100.0 / all.all >= SUSPICIOUS_MIN, "{}", all.line());
    assert!(all.likely * 100.0 / all.all >= LIKELY_MIN, "{}", all.line());
}

/// What a reason rests on: the function of a library, or the kind of oddity.
fn rests_on(reason: &Reason) -> String {
    match &reason.told {
        Told::Flow { effect, sink, .. }
        | Told::Does { effect, sink }
        | Told::Built { effect, sink }
        | Told::Fetched { effect, sink } => {
            let name = sink.rsplit('.').next().unwrap_or(sink);
            format!("{} {}", effect.word(), name.to_lowercase())
        }
        Told::Decoded { .. } => "decoded".into(),
        Told::Pieced(class) => format!("pieced {class}"),
        Told::Powers(_) => "powers".into(),
        Told::Odd(oddity) => oddity.word().into(),
    }
}

/// How many of a family would be found by somebody who never saw one of it: the list of functions and oddities was made with these
/// shells at hand, so for each family in turn only those count that shells of others were found by. How values are followed is the
/// same for all.
#[test]
fn shells_are_found_by_what_others_do() {
    let Some(shells) = shells() else { return };
    let reasons: Vec<Vec<Reason>> =
        shells.iter().map(|shell| look(&shell.page.bytes, &shell.page.name).reasons).collect();
    for (by, suspicious, likely) in HELD_OUT_MIN {
        let group = |shell: &Shell| match by {
            "family" if !shell.said("family").is_empty() => shell.said("family").to_owned(),
            "family" => shell.said("near_duplicate_cluster").to_owned(),
            _ => shell.collection().to_owned(),
        };
        let groups: Vec<String> = shells.iter().map(group).collect();
        let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (reasons, group) in reasons.iter().zip(&groups) {
            let strong = reasons.iter().filter(|reason| reason.grade >= Grade::Suspicious);
            strong.for_each(|reason| _ = users.entry(rests_on(reason)).or_default().insert(group));
        }
        let mut count = Count::default();
        for ((shell, reasons), group) in shells.iter().zip(&reasons).zip(&groups) {
            let by_others = |reason: &&Reason| {
                users.get(&rests_on(reason)).is_some_and(|users| users.iter().any(|one| one != group))
            };
            let grade = reasons.iter().filter(by_others).map(|reason| reason.grade).max().unwrap_or(Grade::None);
            if grade < Grade::Likely && reasons.first().is_some_and(|first| first.grade >= Grade::Likely) {
                println!("only by its own {by}: {} {}", shell.page.name, rests_on(&reasons[0]));
            }
            count.add(grade, 1.0);
        }
        println!("one {by} held out  {}", count.line());
        assert!(count.suspicious * 100.0 / count.all >= suspicious, "{by}: {}", count.line());
        assert!(count.likely * 100.0 / count.all >= likely, "{by}: {}", count.line());
    }
}

#[test]
fn genuine_pages_are_left_alone() {
    let Some(pages) = common::pages("benign/benign.tar.zst") else { return };
    let mut counts = [0_usize; 5];
    for page in &pages {
        let found = look(&page.bytes, &page.name);
        counts[found.grade as usize] += 1;
        if found.grade >= Grade::Suspicious {
            println!("{:?} {} {:?}", found.grade, page.name, found.reasons.first());
        }
        assert!(
            !page.name.starts_with("benign-exchange-config/") || found.grade <= Grade::Context,
            "{}: {found:?}",
            page.name
        );
    }
    println!(
        "none {} context {} suspicious {} likely {} certain {}",
        counts[0], counts[1], counts[2], counts[3], counts[4]
    );
    assert!(counts[2] + counts[3] + counts[4] <= FALSE_MAX.0, "{counts:?}");
    assert!(counts[3] + counts[4] <= FALSE_MAX.1, "{counts:?}");
}
