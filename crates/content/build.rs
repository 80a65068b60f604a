//! Packs the folder `content/` into one compressed block for the binary.
//!
//! Compressed for two reasons: the rules quote web shells, which anti-malware would find in a plain binary,
//! and one block is easier to hash than a tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

fn collect(root: &Path, folder: &Path, into: &mut BTreeMap<String, String>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, into)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            let name = path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
            into.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    // Asked when it runs, not when it is compiled: a target folder may be shared by several clones.
    let own = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let root = Path::new(&own).join("../../content");
    let mut files = BTreeMap::new();
    collect(&root, &root, &mut files)?;
    let json = serde_json::to_vec(&files)?;
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("content.zst");
    fs::write(out, zstd::encode_all(json.as_slice(), 9)?)
}
