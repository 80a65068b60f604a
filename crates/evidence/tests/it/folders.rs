//! Folders and single files.

use crate::common::{gzip, open, put, tar_of, told, zip_of};
use assize_evidence::{Limits, Source};
use std::fs;
use std::io::Read;
use std::path::Path;
use zip::CompressionMethod::Deflated;

/// Lines without their time, which differs in every run.
fn lines(path: &Path, limits: Limits) -> Vec<String> {
    let told = told(path, limits);
    let short = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.contains(": ") { line.trim().to_owned() } else { words[..words.len().min(2)].join(" ") }
    };
    told.lines().skip(1).map(short).collect()
}

#[test]
fn a_folder_is_listed_in_the_order_of_paths() {
    let folder = tempfile::tempdir().unwrap();
    for (name, size) in [("b/u_ex.log", 3), ("a.log", 70_000), ("B/x", 0), ("a/z", 1), ("a-b", 2)] {
        put(folder.path(), name, &vec![b'x'; size]);
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(lines(folder.path(), Limits::default()), ["B/x 0", "a-b 2", "a.log 70000", "a/z 1", "b/u_ex.log 3"]);
}

#[test]
fn the_time_of_a_file_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "a.log", b"x");
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_micros(1_614_755_000_123_456);
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let text = told(folder.path(), Limits::default());
    assert!(text.contains("a.log 1 2021-03-03T07:03:20.123456Z 2d711642"), "{text}");
}

#[test]
fn an_empty_folder_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(lines(folder.path(), Limits::default()), Vec::<String>::new());
}

#[test]
fn errors_name_the_path_and_what_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let empty = put(folder.path(), "empty.zip", b"");
    let damaged = put(folder.path(), "damaged.zip", b"PK\x03\x04 and no more");
    let fault = |path: &Path| Source::open(path, Limits::default(), None).unwrap_err().to_string();
    let missing = folder.path().join("y.zip");
    assert_eq!(fault(&missing), format!("cannot open {}: No such file or directory", missing.display()));
    assert_eq!(fault(&empty), format!("{} is empty: there is nothing to read", empty.display()));
    assert!(fault(&damaged).ends_with("; unpack it and give the folder"), "{}", fault(&damaged));
    let zip = put(folder.path(), "a.log.gz", &gzip(b"text"));
    let scratch = folder.path().join("none");
    let full = Source::open(&zip, Limits::default(), Some(&scratch)).unwrap_err().to_string();
    assert!(full.starts_with("cannot write scratch data in ") && full.contains("No such file"), "{full}");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_named_and_not_opened() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "real/a.log", b"x");
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    symlink("real", folder.path().join("linked")).unwrap();
    symlink("..", folder.path().join("real/up")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(made.is_ok_and(|s| s.success()));
    assert_eq!(
        lines(folder.path(), Limits::default()),
        [
            "real/a.log 1",
            "! dangling: a link, not followed",
            "! linked: a link, not followed",
            "! pipe: not a regular file, not opened",
            "! real/up: a link, not followed",
        ]
    );
    let pipe = Source::open(&folder.path().join("pipe"), Limits::default(), None).unwrap_err().to_string();
    assert!(pipe.contains("neither a folder nor a file"), "{pipe}");
    // What the analyst names may be a link.
    assert_eq!(lines(&folder.path().join("linked"), Limits::default())[0], "a.log 1");
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "a.log", b"x");
    put(folder.path(), "secret", b"y");
    let source = open(folder.path(), Limits::default()).unwrap();
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("secret", &path).unwrap();
    assert_eq!(source.describe(0).unwrap_err().path, "a.log");
    assert!(source.read(0).is_err());
    assert_eq!(source.describe(7).unwrap_err().reason, "no such file in this source");
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_are_shown_and_opened() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for name in [&b"b\xFF.log"[..], b"b\xFE.log"] {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
    }
    let source = open(folder.path(), Limits::default()).unwrap();
    assert_eq!(source.entries().len(), 1);
    assert_eq!(source.describe(0).unwrap().info.head, b"b\xFE.log", "the first by its bytes");
    assert_eq!(source.entries()[0].path, "b\u{FFFD}.log");
    assert_eq!(source.skipped()[0].reason, "a second member of this name");
}

#[test]
fn a_single_file_and_what_it_packs() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(lines(&put(folder.path(), "u_ex.log", b"text"), Limits::default()), ["u_ex.log 4"]);
    let packed = put(folder.path(), "u_ex.log.gz", &gzip(b"text"));
    assert_eq!(lines(&packed, Limits::default())[1], "u_ex.log.gz!/u_ex.log 4");
    let mut program = b"MZ and the rest of a program".to_vec();
    program.extend(zip_of(&[("a.log", b"text")], Deflated));
    let program = put(folder.path(), "setup.exe", &program);
    assert_eq!(lines(&program, Limits::default())[1], "setup.exe!/a.log 4", "and the program stays a file");
}

#[test]
fn archives_in_a_folder_are_opened_to_the_depth_given() {
    let folder = tempfile::tempdir().unwrap();
    let inner = zip_of(&[("deep.log", b"deep")], Deflated);
    let middle = tar_of(&[("inner.zip", &inner), ("m.log", b"m")]);
    put(folder.path(), "logs/outer.dat", &gzip(&middle));
    put(folder.path(), "logs/broken.zip", b"PK\x03\x04 broken");
    put(folder.path(), "z.log", b"z");
    let told = lines(folder.path(), Limits::default());
    let paths: Vec<&str> = told.iter().map(|l| l.split(' ').next().unwrap()).collect();
    let expected = [
        "logs/broken.zip",
        "logs/outer.dat",
        "logs/outer.dat!/inner.zip",
        "logs/outer.dat!/inner.zip!/deep.log",
        "logs/outer.dat!/m.log",
        "z.log",
        "!",
    ];
    assert_eq!(paths, expected);
    assert!(told[6].starts_with("! logs/broken.zip: it has no directory at its end"), "{}", told[6]);
    let shallow = lines(folder.path(), Limits { max_depth: 1, ..Limits::default() });
    assert!(
        shallow.contains(
            &"! logs/outer.dat!/inner.zip: an archive inside 1 others is not opened (max_depth 1)".to_owned()
        ),
        "{shallow:?}"
    );
}

#[test]
fn limits_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..5 {
        put(folder.path(), &format!("{n}.log"), b"0123456789");
    }
    let few = lines(folder.path(), Limits { max_files: 3, ..Limits::default() });
    assert_eq!(few[3], "! 3.log: more than 3 files (max_files): this one and those after it are not listed");
    let small = lines(folder.path(), Limits { max_file_bytes: 9, ..Limits::default() });
    assert_eq!(small[0], "! 0.log: 10 bytes pass the limit of 9 for one file (max_file_bytes)");
    let short = lines(folder.path(), Limits { max_path_bytes: 4, ..Limits::default() });
    assert_eq!(short[0], "! 0.log: its path is longer than the limit of 4 bytes (max_path_bytes)");
}

#[test]
fn several_threads_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let members: Vec<(String, Vec<u8>)> =
        (0..20u8).map(|n| (format!("{n:02}.log"), vec![n; 200_000 + usize::from(n)])).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, d)| (n.as_str(), d.as_slice())).collect();
    put(folder.path(), "a.zip", &zip_of(&members, Deflated));
    put(folder.path(), "b.tar.gz", &gzip(&tar_of(&members)));
    let source = open(folder.path(), Limits::default()).unwrap();
    assert_eq!(source.entries().len(), 42);
    std::thread::scope(|scope| {
        for start in 0..4 {
            let source = &source;
            scope.spawn(move || {
                for index in (0..42).cycle().skip(start * 10).take(42) {
                    let info = source.describe(index).unwrap().info;
                    let mut bytes = Vec::new();
                    source.read(index).map_err(|e| e.reason).unwrap().read_to_end(&mut bytes).unwrap();
                    assert_eq!(bytes.len() as u64, info.size);
                    if let Ok(n) = info.name().trim_end_matches(".log").parse::<u8>() {
                        assert!(bytes.iter().all(|b| *b == n), "{}", info.path);
                    }
                }
            });
        }
    });
}

#[test]
fn names_that_differ_by_case_alone_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "A.log", b"1");
    put(folder.path(), "a.log", b"22");
    // Where the system itself takes them for one, there is one.
    let on_disk = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(open(folder.path(), Limits::default()).unwrap().entries().len(), on_disk);
    let members: [(&str, &[u8]); 2] = [("A.log", b"1"), ("a.log", b"22")];
    let zip = put(folder.path(), "z/e.zip", &zip_of(&members, Deflated));
    assert_eq!(lines(&zip, Limits::default()), ["A.log 1", "a.log 2"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let secret = put(folder.path(), "secret.log", b"x");
    let closed = put(folder.path(), "closed/a.log", b"x").parent().unwrap().to_owned();
    put(folder.path(), "z.log", b"z");
    for path in [&secret, &closed] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }
    let told = lines(folder.path(), Limits::default());
    let all_powerful = fs::File::open(&secret).is_ok();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    if all_powerful {
        println!("skipped: this user may read everything");
        return;
    }
    assert_eq!(told, ["z.log 1", "! closed: Permission denied", "! secret.log: Permission denied"]);
}

#[test]
fn a_giant_of_nothing_but_holes_meets_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let giant = put(folder.path(), "giant.vmem", b"x");
    // Where the file system has no holes or no such sizes, there is nothing to see.
    if fs::File::options().write(true).open(&giant).unwrap().set_len(1 << 40).is_err() {
        println!("skipped: no such large files here");
        return;
    }
    put(folder.path(), "z.log", b"z");
    let told = lines(folder.path(), Limits::default());
    assert_eq!(told[0], "z.log 1");
    assert!(told[1].contains("1099511627776 bytes pass the limit") && told[1].contains("(max_file_bytes)"), "{told:?}");
    // A small window into such a file is read to its end.
    fs::File::options().write(true).open(&giant).unwrap().set_len(8 << 20).unwrap();
    assert_eq!(lines(folder.path(), Limits::default()), ["giant.vmem 8388608", "z.log 1"]);
}

#[test]
fn folders_as_deep_as_a_path_can_be_are_walked() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("{}a.log", "d/".repeat(1500));
    put(folder.path(), &deep, b"x");
    assert_eq!(lines(folder.path(), Limits::default()), [format!("{deep} 1")]);
}
