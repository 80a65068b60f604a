//! What the tests share: a source opened and told as text.

use assize_evidence::{Access, Described, EvidenceError, Limits, Source};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

/// Opens with limits and a scratch folder of its own, which must be empty afterwards.
pub(crate) fn open(path: &Path, access: impl Into<Access>) -> Result<Source, EvidenceError> {
    let scratch = tempfile::tempdir().expect("a folder for the test");
    let source = Source::open(path, access, Some(scratch.path()));
    let left = std::fs::read_dir(scratch.path()).expect("the scratch folder").count();
    assert_eq!(left, 0, "nothing has a name in the scratch folder");
    source
}

/// Describes and reads every file; tells entries, refusals and remarks, one a line.
pub(crate) fn told(path: &Path, access: impl Into<Access>) -> String {
    match open(path, access) {
        Ok(source) => tell(&source),
        Err(e) => format!("error: {e}\n"),
    }
}

/// The same for an open source.
pub(crate) fn tell(source: &Source) -> String {
    let mut text = format!("{} {}\n", source.kind().word(), source.name());
    let mut remarks: BTreeSet<(String, String)> =
        source.remarks().iter().map(|r| (r.path.clone(), r.text.clone())).collect();
    for (index, entry) in source.entries().iter().enumerate() {
        let time = entry.modified.map_or_else(|| "-".into(), |t| t.to_string());
        match source.describe(index) {
            Ok(Described { info, remarks: found }) => {
                remarks.extend(found.into_iter().map(|text| (entry.path.clone(), text)));
                assert_eq!((info.id.0 as usize, &info.path), (index, &entry.path));
                let mut reader = source.read(index).map_err(|e| e.reason).expect("what was described can be read");
                let (mut read, mut chunk) = (0, vec![0; 1 << 20]);
                loop {
                    match reader.read(&mut chunk).expect("damage ends a file, it is no error") {
                        0 => break,
                        n => read += n as u64,
                    }
                }
                assert_eq!(read, info.size, "{} reads as it was hashed", entry.path);
                let _ = writeln!(text, "  {} {} {time} {}", entry.path, info.size, &info.sha256[..8]);
            }
            Err(skipped) => {
                let _ = writeln!(text, "  {} {} {time} skipped: {}", entry.path, entry.size, skipped.reason);
            }
        }
    }
    for skipped in source.skipped() {
        let _ = writeln!(text, "  ! {}: {}", skipped.path, skipped.reason);
    }
    for (path, remark) in remarks {
        let _ = writeln!(text, "  ? {path}: {remark}");
    }
    text
}

/// A file in a folder of the test.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

/// What is told of one archive, without the line that names it.
pub(crate) fn told_of(name: &str, bytes: &[u8], limits: Limits) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), name, bytes);
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_614_755_000);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let text = told(&path, limits);
    text.replace(&format!("{}/", folder.path().canonicalize().unwrap().display()), "")
}

/// A tar archive of regular files, all of one time.
pub(crate) fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, data) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_614_755_000);
        builder.append_data(&mut header, name, *data).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A zip archive, packed by one method.
pub(crate) fn zip_of(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let time = zip::DateTime::from_date_and_time(2021, 3, 3, 7, 3, 20).unwrap();
    let options = zip::write::SimpleFileOptions::default().compression_method(method).last_modified_time(time);
    for (name, data) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Packed by gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packed by Zstandard.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).unwrap()
}

/// Packed by xz.
pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packed by bzip2.
pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A 7-Zip archive, each member in a block of its own.
pub(crate) fn sevenz_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter, NtTime};
    let mut writer = ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    for (name, data) in members {
        let mut entry = ArchiveEntry::new_file(name);
        entry.has_last_modified_date = true;
        entry.last_modified_date = NtTime::new(116_444_736_000_000_000 + 1_614_755_000 * 10_000_000);
        writer.push_archive_entry(entry, Some(*data)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
