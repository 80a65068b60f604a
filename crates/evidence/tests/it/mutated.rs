//! Archives with bytes changed: whatever comes, it is told or refused, and nothing panics.

use crate::common::{bzip2, gzip, sevenz_of, tar_of, told_of, xz, zip_of, zstd};
use assize_evidence::Limits;
use proptest::prelude::*;
use std::sync::LazyLock;
use zip::CompressionMethod::{Deflated, Stored, Zstd};

/// Made once: packing them costs more than reading them.
static ARCHIVES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(archives);

fn archives() -> Vec<Vec<u8>> {
    let text = b"2021-03-03 06:49:42 POST /owa/auth/x.js - 443 - 198.51.100.23 - 200\n".repeat(20);
    let long = "folder/".repeat(40);
    let members: [(&str, &[u8]); 3] = [("a.log", &text), (&long, b"x"), ("b.log", b"")];
    let zip = zip_of(&members, Deflated);
    let tar = tar_of(&[("in.zip", &zip), ("a.log", &text), (&format!("{long}b.log"), b"x")]);
    vec![
        zip_of(&members, Stored),
        zip_of(&members, Zstd),
        zip_of(&[("in.tar", &tar)], Deflated),
        gzip(&tar),
        zstd(&tar),
        xz(&tar),
        bzip2(&tar),
        sevenz_of(&members),
        zip,
        tar,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_bytes_makes_it_panic(
        which in 0..10usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = ARCHIVES[which].clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(keep) = keep {
            bytes.truncate(keep.index(bytes.len()) + 1);
        }
        let limits = Limits { max_total_extra: 64 << 20, ..Limits::default() };
        let first = told_of("e", &bytes, limits.clone());
        prop_assert_eq!(told_of("e", &bytes, limits), first, "and it is told the same twice");
    }
}
