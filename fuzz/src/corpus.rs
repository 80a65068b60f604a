//! Samples to begin with: those of the layouts, the evidence of invented servers, and real files where they are at hand.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Bytes of one sample: small samples are tried more often.
const SAMPLE_BYTES: usize = 140_000;
/// Samples of one kind.
const SAMPLES: usize = 200;

/// Files of invented servers whose path ends so.
pub(crate) fn lab(ends: &[&str]) -> Vec<Vec<u8>> {
    let files = assize_lab::SCENARIOS.iter().flat_map(|scenario| assize_lab::files(scenario, 1));
    let wanted = files.filter(|f| ends.iter().any(|end| f.path.to_ascii_lowercase().ends_with(end)));
    wanted.map(|f| cut(f.bytes)).take(SAMPLES).collect()
}

/// The hives of an invented server.
pub(crate) fn hives() -> Vec<Vec<u8>> {
    let made = tempfile::tempdir().ok().and_then(|folder| {
        let (scenario, layout) = (assize_lab::scenario("no-evidence")?, assize_lab::layout("disk")?);
        let disk = assize_lab::write_collection(scenario, 1, layout, folder.path()).ok()?;
        let read = |name: &str| std::fs::read(disk.join("Windows/System32/config").join(name)).ok();
        Some(vec![read("SOFTWARE")?, read("SYSTEM")?])
    });
    made.unwrap_or_default()
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(SAMPLE_BYTES);
    bytes
}

/// The sample data beside the repository; where it is absent there are none.
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(part);
    path.exists().then_some(path)
}

/// Members of a `.tar.zst` of the sample data.
pub(crate) fn members(part: &str, end: &str) -> Vec<Vec<u8>> {
    let open = || zstd::stream::read::Decoder::new(std::fs::File::open(shared(part)?).ok()?).ok();
    let Some(mut archive) = open().map(tar::Archive::new) else { return Vec::new() };
    let Ok(entries) = archive.entries() else { return Vec::new() };
    let named = entries.flatten().filter(|e| e.path_bytes().ends_with(end.as_bytes()));
    let read = |mut entry: tar::Entry<'_, _>| {
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        Some(cut(bytes))
    };
    named.filter_map(read).take(SAMPLES).collect()
}

/// Files of a folder of the sample data.
pub(crate) fn folder(part: &str) -> Vec<Vec<u8>> {
    let Some(entries) = shared(part).and_then(|path| std::fs::read_dir(path).ok()) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
    paths.sort();
    paths.iter().filter_map(|p| std::fs::read(p).ok()).map(cut).take(SAMPLES).collect()
}

/// A zip of a few files, one stored and one in another zip.
/// Shells and genuine pages whose names end so, those of a size that can be changed often.
pub(crate) fn pages(end: &str) -> Vec<Vec<u8>> {
    const PAGE_BYTES_MAX: usize = 16 << 10;
    const PAGES_MAX: usize = 400;
    let archives = ["webshells/webshells.tar.zst", "benign/benign.tar.zst"];
    let small = |page: &Vec<u8>| page.len() <= PAGE_BYTES_MAX;
    let mut pages: Vec<Vec<u8>> =
        archives.iter().flat_map(|archive| members(archive, end).into_iter().filter(small).take(PAGES_MAX)).collect();
    pages.push(b"<%eval request(\"a\")%>@{ var c = Request[\"c\"]; Process.Start(c); }".to_vec());
    pages
}

pub(crate) fn zips() -> Vec<Vec<u8>> {
    let zip = |files: &[(&str, &[u8])]| -> Option<Vec<u8>> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).ok()?;
            zip.write_all(bytes).ok()?;
        }
        Some(zip.finish().ok()?.into_inner())
    };
    let inner = zip(&[("u_ex210303.log", b"#Fields: date time\n2021-03-03 00:00:00\n")]).unwrap_or_default();
    let outer = zip(&[("C/inetpub/a.log", b"a\n"), ("b/c.zip", &inner), ("d.txt", &[0; 5000])]).unwrap_or_default();
    vec![inner, outer]
}

/// The same as tar, plain and in gzip.
pub(crate) fn tars() -> Vec<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in [("C/inetpub/a.log", &b"a\n"[..]), ("b/long.txt", &[7; 3000])] {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        // A sample that cannot be made is one sample less.
        let _ = tar.append_data(&mut header, name, bytes);
    }
    let plain = tar.into_inner().unwrap_or_default();
    let mut packed = Vec::new();
    let _ = flate2::read::GzEncoder::new(plain.as_slice(), flate2::Compression::fast()).read_to_end(&mut packed);
    vec![plain, packed]
}

/// The content of this repository.
pub(crate) fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content")
}

/// Files of folders of the content.
pub(crate) fn texts(folders: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(content().join(folder)).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
        paths.sort();
        found.extend(paths.iter().filter_map(|p| std::fs::read(p).ok()));
    }
    found
}
