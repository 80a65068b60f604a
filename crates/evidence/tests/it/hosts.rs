//! Several hosts in one input.

use crate::collections::recognised;
use crate::common::{gzip, put, tar_of, zip_of};
use assize_evidence::{Limits, Source};
use std::fmt::Write;
use std::path::Path;
use zip::CompressionMethod::{Deflated, Stored};

const LOG: &[u8] = b"#Software: Microsoft Internet Information Services 10.0\n";

/// All sources, each with its files, and what is said of them.
fn told(path: &Path) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let sources = match Source::open_all(path, Limits::default(), Some(scratch.path())) {
        Ok(sources) => sources,
        Err(e) => return format!("error: {e}\n"),
    };
    let mut text = String::new();
    for source in sources {
        let _ = writeln!(text, "{} {}", source.kind().word(), source.name());
        for index in 0..source.entries().len() {
            let info = source.describe(index).unwrap().info;
            assert_eq!(info.id.0 as usize, index);
            let _ = writeln!(text, "  {}", info.path);
        }
        for skipped in source.skipped() {
            let _ = writeln!(text, "  ! {}: {}", skipped.path, skipped.reason);
        }
        let said = recognised(&source);
        let _ = writeln!(text, "  {}", said.lines().next().unwrap_or_default());
        for remark in source.remarks() {
            let _ = writeln!(text, "  ? {}: {}", remark.path, remark.text);
        }
    }
    text
}

fn client(host: &str) -> Vec<u8> {
    format!(r#"{{"os_info":{{"hostname":"{host}"}}}}"#).into_bytes()
}

/// A Velociraptor collection of a host.
fn velociraptor(host: &str, file: &str) -> Vec<u8> {
    let file = format!("uploads/auto/C%3A/inetpub/{file}");
    zip_of(&[("uploads.json", b"{}"), ("client_info.json", &client(host)), (&file, LOG)], Deflated)
}

#[test]
fn a_folder_of_collections_is_divided() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "EX01.zip", &velociraptor("EX01.example.org", "a.log"));
    put(folder.path(), "b/EX02-Targets.zip", &velociraptor("EX02", "b.log"));
    put(folder.path(), "EX01-again.zip", &velociraptor("ex01", "c.log"));
    put(folder.path(), "EX03/C/Windows/System32/x", b"x");
    put(folder.path(), "EX04.tar.gz", &gzip(&tar_of(&[("fs/C:/Windows/x", b"x")])));
    put(folder.path(), "EX04.report.json", br#"{"modules-failed":{"IIS":"x"}}"#);
    put(folder.path(), "README.txt", b"who gave this to whom");
    insta::assert_snapshot!(told(folder.path()), @r#"
    zip EX01-again.zip
      EX01-again.zip
      EX01-again.zip!/client_info.json
      EX01-again.zip!/uploads.json
      EX01-again.zip!/uploads/auto/C%3A/inetpub/c.log
      EX01.zip
      EX01.zip!/client_info.json
      EX01.zip!/uploads.json
      EX01.zip!/uploads/auto/C%3A/inetpub/a.log
      ! README.txt: beside the collections of several hosts and of none of them: not read
      Velociraptor at "EX01-again.zip!/": host ex01, roles [], -
    folder EX03
      EX03/C/Windows/System32/x
      ! README.txt: beside the collections of several hosts and of none of them: not read
      CyLR at "EX03/": host -, roles [], -
    tar EX04.tar.gz
      EX04.report.json
      EX04.tar.gz
      EX04.tar.gz!/fs/C:/Windows/x
      ! README.txt: beside the collections of several hosts and of none of them: not read
      Dissect Acquire at "EX04.tar.gz!/": host -, roles [], -
      ? EX04.report.json: 1 of 1 parts of the collection failed: IIS
    folder b
      b/EX02-Targets.zip
      b/EX02-Targets.zip!/client_info.json
      b/EX02-Targets.zip!/uploads.json
      b/EX02-Targets.zip!/uploads/auto/C%3A/inetpub/b.log
      ! README.txt: beside the collections of several hosts and of none of them: not read
      Velociraptor at "b/EX02-Targets.zip!/": host EX02, roles [], -
    "#);
}

#[test]
fn an_exported_hunt_is_divided() {
    let folder = tempfile::tempdir().unwrap();
    let (ex01, ex02) = (client("EX01"), client("EX02"));
    let zip = zip_of(
        &[
            ("hunt_info.json", b"{}"),
            ("results/All Windows.Triage.json", b"{}"),
            ("EX01-C.1/client_info.json", &ex01),
            ("EX01-C.1/uploads.json", b"{}"),
            ("EX01-C.1/uploads/auto/C%3A/a.log", LOG),
            ("EX02-C.2/client_info.json", &ex02),
            ("EX02-C.2/results/x.json", b"{}"),
        ],
        Stored,
    );
    let zip = put(folder.path(), "H.1.zip", &zip);
    insta::assert_snapshot!(told(&zip), @r#"
    zip EX01-C.1
      EX01-C.1/client_info.json
      EX01-C.1/uploads.json
      EX01-C.1/uploads/auto/C%3A/a.log
      ! hunt_info.json: beside the collections of several hosts and of none of them: not read
      ! results/All Windows.Triage.json: beside the collections of several hosts and of none of them: not read
      Velociraptor at "EX01-C.1/": host EX01, roles [], -
    zip EX02-C.2
      EX02-C.2/client_info.json
      EX02-C.2/results/x.json
      ! hunt_info.json: beside the collections of several hosts and of none of them: not read
      ! results/All Windows.Triage.json: beside the collections of several hosts and of none of them: not read
      Velociraptor at "EX02-C.2/": host EX02, roles [], -
    "#);
    let whole = Source::open(&zip, Limits::default(), None).unwrap();
    assert!(whole.collection().is_none(), "no one of two hosts speaks for both");
    assert_eq!(whole.collections().len(), 2);
    assert!(whole.remarks()[0].text.starts_with("it holds 2 collections"), "{:?}", whole.remarks());
}

#[test]
fn a_zip_of_collections_is_divided() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (velociraptor("EX01", "a.log"), velociraptor("EX02", "b.log"));
    let zip = put(folder.path(), "all.zip", &zip_of(&[("x/one.zip", &one), ("x/two.zip", &two)], Stored));
    insta::assert_snapshot!(told(&zip), @r#"
    zip x/one.zip
      x/one.zip
      x/one.zip!/client_info.json
      x/one.zip!/uploads.json
      x/one.zip!/uploads/auto/C%3A/inetpub/a.log
      Velociraptor at "x/one.zip!/": host EX01, roles [], -
    zip x/two.zip
      x/two.zip
      x/two.zip!/client_info.json
      x/two.zip!/uploads.json
      x/two.zip!/uploads/auto/C%3A/inetpub/b.log
      Velociraptor at "x/two.zip!/": host EX02, roles [], -
    "#);
}

#[test]
fn logs_beside_collections_are_a_source_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "EX01.zip", &velociraptor("EX01", "a.log"));
    put(folder.path(), "EX02.zip", &velociraptor("EX02", "b.log"));
    put(folder.path(), "EX03 logs/u_ex.log", LOG);
    put(folder.path(), "notes.txt", b"x");
    let name = folder.path().file_name().unwrap().to_string_lossy().into_owned();
    insta::assert_snapshot!(told(folder.path()).replace(&name, "INPUT"), @r#"
    zip EX01.zip
      EX01.zip
      EX01.zip!/client_info.json
      EX01.zip!/uploads.json
      EX01.zip!/uploads/auto/C%3A/inetpub/a.log
      Velociraptor at "EX01.zip!/": host EX01, roles [], -
    zip EX02.zip
      EX02.zip
      EX02.zip!/client_info.json
      EX02.zip!/uploads.json
      EX02.zip!/uploads/auto/C%3A/inetpub/b.log
      Velociraptor at "EX02.zip!/": host EX02, roles [], -
    folder INPUT
      EX03 logs/u_ex.log
      notes.txt
      no collection
    "#);
}

#[test]
fn what_is_of_one_host_stays_one_source() {
    let one = |files: &[(&str, &[u8])]| {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, bytes)| drop(put(folder.path(), name, bytes)));
        let sources = Source::open_all(folder.path(), Limits::default(), None).unwrap();
        let all = Source::open(folder.path(), Limits::default(), None).unwrap();
        assert_eq!(sources.len(), 1, "{:?}", sources.iter().map(Source::name).collect::<Vec<_>>());
        assert_eq!((sources[0].entries(), sources[0].name()), (all.entries(), all.name()));
        sources[0].collection().map(|c| c.tool.name())
    };
    let old = zip_of(&[("u_ex200101.log", LOG)], Deflated);
    let with_path = zip_of(&[("C/inetpub/logs/LogFiles/W3SVC1/u_ex200102.log", LOG)], Deflated);
    let other = zip_of(&[("D/Program Files/x.LOG", LOG)], Deflated);
    // Logs with older ones packed beside them, some with their full paths.
    one(&[("u_ex210303.log", LOG), ("old1.zip", &old), ("old2.zip", &with_path), ("old3.zip", &other)]);
    let (a, b) = (velociraptor("EX01", "a.log"), velociraptor("ex01.example.org", "b.log"));
    assert_eq!(one(&[("a.zip", &a), ("b.zip", &b)]), Some("Velociraptor"), "twice from one host");
    assert_eq!(one(&[("a.zip", &a), ("old.zip", &old), ("notes.txt", b"x")]), Some("Velociraptor"));
    assert_eq!(one(&[("a.log", LOG)]), None);
    assert_eq!(one(&[]), None);
}
