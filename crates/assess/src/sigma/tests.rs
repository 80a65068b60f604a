//! The first stage never loses a row that the exact evaluator matches.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

/// Words that rules of the pack look for, and words near them.
const WORDS: [&str; 22] = [
    "POST",
    "get",
    "/ecp/y.js",
    "/owa/auth/OutlookEN.aspx",
    "/OWA/AUTH/logon.aspx",
    "/aspnet_client/a.aspx",
    "/ecp/DDI/DDIService.svc/SetObject",
    "schema=ResetOABVirtualDirectory",
    "EXAMPLE\\EX01$",
    "ServerInfo~a]@ex01:444/ecp/proxyLogon.ecp?#",
    "ServerInfo~localhost/owa/auth/x.js",
    "ServerInfo~A]@ex01:444/AUTODISCOVER/autodiscover.xml?#",
    "Server~ex01.example.test/a~1",
    "X-BEResource-Cookie",
    "S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/<script runat=\"server\">'",
    "https://mail.example.test/OAB",
    "python-requests/2.25.1",
    "antSword/v2.1",
    "&CorrelationID=<empty>;",
    "a.b",
    "İſK",
    "200",
];
const NUMBERS: [i64; 8] = [200, 241, 302, 404, 443, 444, 500, 503];

fn batch(layout: &Layout, cells: &[Vec<Option<usize>>]) -> RecordBatch {
    let file =
        FileInfo { id: FileId(0), path: "x".into(), size: 0, sha256: String::new(), modified: None, head: vec![] };
    let mut batches = Vec::new();
    let mut sink = |b| {
        batches.push(b);
        Ok(())
    };
    let mut rows = Rows::new(&layout.spec, &file, &mut sink);
    for row in cells {
        for (column, cell) in
            layout.spec.columns.iter().enumerate().zip(row).filter_map(|(c, cell)| cell.map(|v| (c, v)))
        {
            match column.1.kind {
                ColumnType::Word | ColumnType::Text => rows.text(column.0, WORDS[cell % WORDS.len()]),
                ColumnType::Number => rows.number(column.0, NUMBERS[cell % NUMBERS.len()]),
                ColumnType::Time => {}
            }
        }
        rows.finish(1, None, 0).unwrap();
    }
    rows.end().unwrap();
    batches.pop().unwrap()
}

#[test]
fn no_match_is_lost() {
    let tables = prop::sample::select(vec!["iis_w3c", "http_proxy", "ecp_server", "web_files"]);
    let cell = prop::option::weighted(0.8, 0..64usize);
    let strategy = (tables, prop::collection::vec(prop::collection::vec(cell, 90), 1..40));
    let content = Content::builtin().unwrap();
    let matched = Cell::new(0);
    let mut runner = TestRunner::new(Config::with_cases(64));
    let ran = runner.run(&strategy, |(table, cells)| {
        let layout = content.layout(table).unwrap();
        let batch = batch(layout, &cells);
        for rule in content.packs.iter().flat_map(|p| &p.rules) {
            let plan = || Plan::new(std::slice::from_ref(layout), std::iter::once(&rule.sigma));
            let (both, mut alone) = (plan(), plan());
            alone.plainly();
            let (both, alone) = (both.find(layout, &batch).matches, alone.find(layout, &batch).matches);
            prop_assert_eq!(&both, &alone, "{} in {}", rule.name, table);
            matched.set(matched.get() + alone.len());
        }
        Ok(())
    });
    ran.unwrap_or_else(|e| panic!("{e}"));
    assert!(matched.get() > 10, "only {} matches, which prove little", matched.get());
}
