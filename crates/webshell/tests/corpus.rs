//! The figures of structure alone, over collections of real shells and real pages.
//!
//! `cargo test -p assize-webshell --test corpus -- --nocapture` prints them by language, kind and collection.

mod common;

use assize_webshell::{Grade, Reason, Told, look};
use std::collections::{BTreeMap, BTreeSet};

/// Shells at suspicious or above, in percent.
const SUSPICIOUS_MIN: f64 = 97.0;
/// Shells at likely or above, in percent.
const LIKELY_MIN: f64 = 96.5;
/// Shells at suspicious or above, and at likely or above, by what other families, or other collections, were found by; in percent.
const HELD_OUT_MIN: [(&str, f64, f64); 2] = [("family", 96.5, 96.0), ("collection", 96.5, 96.0)];
/// Genuine pages at suspicious or above, and at likely or above.
const FALSE_MAX: (usize, usize) = (6, 1);

/// The head and the rows of the table beside the shells.
fn labels() -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/webshells/labels.tsv");
    let text = std::fs::read_to_string(path).ok()?;
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    Some((lines.next()?, lines.collect()))
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
    let (Some(pages), Some((head, rows))) = (common::pages("webshells/webshells.tar.zst"), labels()) else {
        return;
    };
    let column = |name: &str| head.iter().position(|column| column == name).expect("a column");
    let labels: BTreeMap<&str, &Vec<String>> = rows.iter().map(|row| (row[column("member")].as_str(), row)).collect();
    let clusters = rows.iter().filter(|row| row[column("label")] == "webshell").fold(
        BTreeMap::<&str, f64>::new(),
        |mut sizes, row| {
            *sizes.entry(&row[column("near_duplicate_cluster")]).or_default() += 1.0;
            sizes
        },
    );
    let mut all = Count::default();
    let mut by_cluster = Count::default();
    let mut groups: BTreeMap<String, Count> = BTreeMap::new();
    for page in &pages {
        let row = labels[page.name.as_str()];
        if row[column("label")] != "webshell" {
            continue;
        }
        let found = look(&page.bytes, &page.name);
        all.add(found.grade, 1.0);
        by_cluster.add(found.grade, 1.0 / clusters[row[column("near_duplicate_cluster")].as_str()]);
        let collection = row[column("source")].split('@').next().unwrap_or("");
        for group in [
            format!("language {}", found.language.unwrap_or("none")),
            format!("kind {}", row[column("kind")]),
            format!("collection {collection}"),
        ] {
            groups.entry(group).or_default().add(found.grade, 1.0);
        }
        if found.grade < Grade::Likely {
            println!("{:?} {} {} {}", found.grade, page.name, row[column("kind")], row[column("source")]);
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
    let (Some(pages), Some((head, rows))) = (common::pages("webshells/webshells.tar.zst"), labels()) else {
        return;
    };
    let column = |name: &str| head.iter().position(|column| column == name).expect("a column");
    let labels: BTreeMap<&str, &Vec<String>> = rows.iter().map(|row| (row[column("member")].as_str(), row)).collect();
    let of = |page: &common::Page| labels[page.name.as_str()];
    let shells: Vec<_> = pages.iter().filter(|page| of(page)[column("label")] == "webshell").collect();
    let reasons: Vec<Vec<Reason>> = shells.iter().map(|page| look(&page.bytes, &page.name).reasons).collect();
    for (by, suspicious, likely) in HELD_OUT_MIN {
        let group = |page: &common::Page| {
            let (row, named) = (of(page), column("family"));
            match by {
                "family" if !row[named].is_empty() => row[named].clone(),
                "family" => row[column("near_duplicate_cluster")].clone(),
                _ => row[column("source")].split('@').next().unwrap_or("").to_owned(),
            }
        };
        let groups: Vec<String> = shells.iter().map(|page| group(page)).collect();
        let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (reasons, group) in reasons.iter().zip(&groups) {
            let strong = reasons.iter().filter(|reason| reason.grade >= Grade::Suspicious);
            strong.for_each(|reason| _ = users.entry(rests_on(reason)).or_default().insert(group));
        }
        let mut count = Count::default();
        for ((page, reasons), group) in shells.iter().zip(&reasons).zip(&groups) {
            let by_others = |reason: &&Reason| {
                users.get(&rests_on(reason)).is_some_and(|users| users.iter().any(|one| one != group))
            };
            let grade = reasons.iter().filter(by_others).map(|reason| reason.grade).max().unwrap_or(Grade::None);
            if grade < Grade::Likely && reasons.first().is_some_and(|first| first.grade >= Grade::Likely) {
                println!("only by its own {by}: {} {}", page.name, rests_on(&reasons[0]));
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
