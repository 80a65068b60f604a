//! Every layout reads its own sample as it says.

mod common;

use assize_artifacts::{all, claiming};
use assize_content::Format;
use common::{content, info, parse};

#[test]
fn every_sample_reads_as_expected() {
    let content = content();
    let artifacts = all(&content);
    for layout in content.layouts.iter().filter(|l| !l.sample.is_empty()) {
        let table = &layout.spec.table;
        let expect = layout.expect.as_ref().unwrap_or_else(|| panic!("{table}: a sample needs its expect"));
        let bytes = layout.sample.as_bytes();
        let claimants = claiming(&artifacts, &info("somewhere/else.txt", bytes));
        let tables: Vec<_> = claimants.iter().map(|a| a.layout().spec.table.as_str()).collect();
        assert_eq!(tables, [table.as_str()], "the sample is claimed by its own layout, by content");
        let read = parse(claimants[0], "sample", bytes);
        let counts = read.account.counts;
        assert_eq!((counts.rows, counts.rejects), (expect.rows, expect.rejects), "{table}: {}", read.summary());
        for (column, value) in &expect.first {
            assert_eq!(&read.value(0, column), value, "{table}.{column}");
        }
    }
}

#[test]
fn every_layout_is_read_by_someone() {
    let content = content();
    let artifacts = all(&content);
    let tables: Vec<_> = artifacts.iter().map(|a| a.layout().spec.table.as_str()).collect();
    // What engines find in files of any kind is no kind of file.
    let files = content.layouts.iter().filter(|l| l.format != Format::Matches);
    let layouts: Vec<_> = files.map(|l| l.spec.table.as_str()).collect();
    assert_eq!(tables, layouts);
}
