//! The collections of pages kept beside the repository, read in memory: nothing of them touches the disk.

use std::io::Read as _;
use std::path::PathBuf;

/// A page of a collection and its bytes.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The members of an archive under `../shared/data`, or nothing where it is absent, which is said.
pub(crate) fn pages(archive: &str) -> Option<Vec<Page>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(archive);
    let Ok(file) = std::fs::File::open(root) else {
        println!("skipped: ../shared absent");
        return None;
    };
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).expect("a zstd frame"));
    let mut pages = Vec::new();
    for entry in tar.entries().expect("a tar") {
        let mut entry = entry.expect("a member");
        let name = entry.path().expect("a path").display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        pages.push(Page { name, bytes });
    }
    Some(pages)
}
