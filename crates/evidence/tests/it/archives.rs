//! Zip and tar archives, whole and damaged.

use crate::common::{gzip, tar_of, told_of, zip_of, zstd};
use assize_evidence::Limits;
use zip::CompressionMethod::{Deflated, Stored, Zstd};

const MEMBERS: [(&str, &[u8]); 3] =
    [("W3SVC1/u_ex210303.log", b"#Software: IIS\n"), ("a.log", b"a"), ("empty.log", b"")];

const LISTED: &str = "  W3SVC1/u_ex210303.log 15 2021-03-03T07:03:20Z 105032be
  a.log 1 2021-03-03T07:03:20Z ca978112
  empty.log 0 2021-03-03T07:03:20Z e3b0c442
";

fn listed(name: &str, bytes: &[u8]) -> String {
    told_of(name, bytes, Limits::default())
}

#[test]
fn every_container_tells_the_same() {
    let tar = tar_of(&MEMBERS);
    // No name says what it is: the content does.
    for (bytes, kind) in [
        (zip_of(&MEMBERS, Stored), "zip"),
        (zip_of(&MEMBERS, Deflated), "zip"),
        (zip_of(&MEMBERS, Zstd), "zip"),
        (gzip(&tar), "tar"),
        (zstd(&tar), "tar"),
        (tar, "tar"),
    ] {
        assert_eq!(listed("evidence.bin", &bytes), format!("{kind} evidence.bin\n{LISTED}"));
    }
}

#[test]
fn the_order_of_members_does_not_matter() {
    let mut turned = MEMBERS;
    turned.reverse();
    assert_eq!(listed("e", &tar_of(&turned)), listed("e", &tar_of(&MEMBERS)));
    assert_eq!(listed("e", &zip_of(&turned, Deflated)), listed("e", &zip_of(&MEMBERS, Deflated)));
}

#[test]
fn archives_in_archives_are_opened() {
    let inner = zip_of(&MEMBERS[1..2], Deflated);
    for outer in [
        zip_of(&[("i.zip", &inner)], Stored),
        zip_of(&[("i.zip", &inner)], Deflated),
        tar_of(&[("i.zip", &inner)]),
        zstd(&tar_of(&[("i.zip", &inner)])),
    ] {
        let text = listed("e", &outer);
        assert!(text.contains("\n  i.zip ") && text.contains("\n  i.zip!/a.log 1 "), "{text}");
    }
}

/// Bytes that hardly pack, the same in every run.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8 & 0x3F
    };
    (0..len).map(|_| next()).collect()
}

/// Header and data of a member, and its record, as a writer of ill will would write them.
struct Raw<'a> {
    name: &'a str,
    data: &'a [u8],
    flags: u16,
    method: u16,
    size: u32,
    /// Points to the header of the member before.
    overlaps: bool,
    attributes: u32,
}

fn raw<'a>(name: &'a str, data: &'a [u8]) -> Raw<'a> {
    let size = u32::try_from(data.len()).unwrap();
    Raw { name, data, flags: 0, method: 0, size, overlaps: false, attributes: 0 }
}

fn zip_raw(members: &[Raw<'_>]) -> Vec<u8> {
    let (mut zip, mut directory, mut last) = (Vec::new(), Vec::new(), 0u32);
    for m in members {
        let common = |out: &mut Vec<u8>| {
            for n in [20, m.flags, m.method, 0x3869, 0x5263] {
                out.extend(n.to_le_bytes());
            }
            let mut crc = flate2::Crc::new();
            crc.update(m.data);
            for n in [crc.sum(), u32::try_from(m.data.len()).unwrap(), m.size] {
                out.extend(n.to_le_bytes());
            }
            out.extend(u16::try_from(m.name.len()).unwrap().to_le_bytes());
            out.extend([0, 0]);
        };
        if !m.overlaps {
            last = u32::try_from(zip.len()).unwrap();
            zip.extend(b"PK\x03\x04");
            common(&mut zip);
            zip.extend(m.name.as_bytes());
            zip.extend(m.data);
        }
        directory.extend(b"PK\x01\x02\x14\x03");
        common(&mut directory);
        directory.extend([0; 6]);
        directory.extend(m.attributes.to_le_bytes());
        directory.extend(last.to_le_bytes());
        directory.extend(m.name.as_bytes());
    }
    let (start, size, count) = (zip.len(), directory.len(), u16::try_from(members.len()).unwrap());
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(u32::try_from(size).unwrap().to_le_bytes());
    zip.extend(u32::try_from(start).unwrap().to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[test]
fn refused_zip_members_are_named_and_the_rest_goes_on() {
    let zip = zip_raw(&[
        raw("good.log", b"good"),
        Raw { overlaps: true, ..raw("overlap.log", b"good") },
        raw("twice.log", b"1"),
        raw("twice.log", b"2"),
        raw("..\\up.log", b"x"),
        Raw { flags: 1, ..raw("secret.log", b"x") },
        Raw { method: 9, ..raw("new.log", b"x") },
        Raw { attributes: 0o120_777 << 16, ..raw("link", b"/etc/passwd") },
        Raw { attributes: 0o010_644 << 16, ..raw("pipe", b"") },
        Raw { size: 2, ..raw("longer.log", b"12345") },
        Raw { size: 9, ..raw("shorter.log", b"12345") },
        Raw { size: u32::MAX, ..raw("bomb.log", b"12345") },
        raw("folder/", b""),
    ]);
    insta::assert_snapshot!(listed("e.zip", &zip), @r"
    zip e.zip
      good.log 4 2021-03-03T07:03:18Z 770e6076
      longer.log 2 2021-03-03T07:03:18Z skipped: its data runs on beyond the 2 bytes that the archive states
      shorter.log 5 2021-03-03T07:03:18Z 5994471a
      twice.log 1 2021-03-03T07:03:18Z 6b86b273
      ! ..\up.log: its name has `..` in it
      ! bomb.log: 4294967295 bytes from 5 pass the limit of 200 to 1 (max_ratio)
      ! link: a link, not followed
      ! new.log: packed by method 9, which is not read; unpack the archive and give the folder
      ! overlap.log: its bytes overlap those of another member
      ! pipe: a device or pipe, not opened
      ! secret.log: encrypted; give the password
      ! twice.log: a second member of this name
      ? shorter.log: it ends after 5 of 9 bytes, which are kept
    ");
}

#[test]
fn refused_tar_members_are_named_and_the_rest_goes_on() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, kind: tar::EntryType, data: &[u8], time: u64| {
        let mut header = tar::Header::new_gnu();
        // The name goes in as it is: the crate would not write some of these.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(data.len() as u64);
        header.set_mtime(time);
        header.set_cksum();
        builder.append(&header, data).unwrap();
    };
    use tar::EntryType;
    add("./good.log", EntryType::Regular, b"good", 0);
    add("twice.log", EntryType::Regular, b"1", 1_614_755_000);
    add("twice.log", EntryType::Regular, b"2", 1_614_755_000);
    add("/etc/x", EntryType::Regular, b"x", 0);
    add("link", EntryType::Symlink, b"", 0);
    add("hard", EntryType::Link, b"", 0);
    add("pipe", EntryType::Fifo, b"", 0);
    add("folder/", EntryType::Directory, b"", 0);
    add("volume", EntryType::new(b'V'), b"", 0);
    add("late.log", EntryType::Regular, b"late", u64::MAX >> 1);
    let tar = builder.into_inner().unwrap();
    insta::assert_snapshot!(listed("e.tar", &tar), @r"
    tar e.tar
      good.log 4 - 770e6076
      late.log 4 - 089001a3
      twice.log 1 2021-03-03T07:03:20Z 6b86b273
      ! /etc/x: its name is an absolute path
      ! hard: a link, not followed
      ! link: a link, not followed
      ! pipe: a device or pipe, not opened
      ! twice.log: a second member of this name
      ! volume: a member of a kind that is not read
    ");
}

#[test]
fn long_names_of_a_tar_are_read() {
    let long = format!("{}/a.log", "folder/".repeat(40));
    let text = listed("e.tar", &tar_of(&[(&long, b"x")]));
    assert!(text.contains(&format!("  {} 1 ", long.replace("//", "/"))), "{text}");
}

#[test]
fn a_cut_archive_keeps_what_is_there() {
    let data = vec![b'x'; 5000];
    let members: [(&str, &[u8]); 2] = [("a.log", &data), ("b.log", &data)];
    let tar = tar_of(&members);
    insta::assert_snapshot!(listed("e.tar", &tar[..8000]), @r"
    tar e.tar
      a.log 5000 2021-03-03T07:03:20Z c59d3c04
      b.log 1856 2021-03-03T07:03:20Z ad314978
      ! e.tar: cut off: 1856 of 5000 bytes of b.log are there, and they are kept
    ");
    let zip = zip_of(&members, Stored);
    insta::assert_snapshot!(listed("e.zip", &zip[..8000]), @r"
    zip e.zip
      a.log 5000 2021-03-03T07:03:20Z c59d3c04
      b.log 2930 2021-03-03T07:03:20Z 3d3936bb
      ! e.zip: cut off: 2930 of 5000 packed bytes of b.log are there
      ! e.zip: it has no directory at its end, as if cut off; members found one after the other: 2
      ? b.log: it ends after 2930 of 5000 bytes, which are kept
    ");
    let packed = gzip(&tar_of(&[("a.log", &data), ("noise.bin", &noise(40_000))]));
    let text = listed("e.tar.gz", &packed[..packed.len() / 2]);
    assert!(text.starts_with("tar e.tar.gz\n  a.log 5000 ") && text.contains("which are kept"), "{text}");
}

#[test]
fn a_damaged_header_hides_nothing_behind_it() {
    let mut tar = tar_of(&[("a.log", b"a"), ("b.log", b"b"), ("c.log", b"c")]);
    tar[1024 + 20] ^= 1;
    let text = listed("e.tar", &tar);
    assert!(text.contains("  a.log 1 ") && text.contains("  c.log 1 "), "{text}");
    assert!(text.contains("! e.tar: the header at byte 1024 is damaged"), "{text}");
}

#[test]
fn damaged_packing_ends_a_file_early() {
    let mut zip = zip_of(&[("a.log", &noise(200_000)), ("b.log", b"b")], Deflated);
    for byte in &mut zip[90_000..90_040] {
        *byte = 0;
    }
    let text = listed("e.zip", &zip);
    assert!(text.contains("  b.log 1 "), "{text}");
    assert!(text.contains("\n  ? a.log: "), "{text}");
}

#[test]
fn bombs_meet_a_named_limit() {
    let limits = || Limits { ratio_free_bytes: 1 << 20, ..Limits::default() };
    let zeros = vec![0; 3 << 20];
    let zip = zip_of(&[("bomb", &zeros), ("a.log", b"a")], Deflated);
    let text = told_of("e.zip", &zip, limits());
    assert!(text.contains("  a.log 1 ") && text.contains("! bomb: ") && text.contains("(max_ratio)"), "{text}");
    let text = told_of("e.tar.gz", &gzip(&tar_of(&[("a.log", b"a"), ("bomb", &zeros)])), limits());
    assert!(text.contains("  a.log 1 ") && text.contains("(max_ratio)"), "{text}");
    // Many small ones add up.
    let part = vec![0; 100 << 10];
    let names: Vec<String> = (0..30).map(|n| format!("{n:02}")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), part.as_slice())).collect();
    let text = told_of("e.zip", &zip_of(&members, Deflated), limits());
    assert!(text.contains("  00 102400 ") && text.contains("! 29: ") && text.contains("(max_ratio)"), "{text}");
    let total = Limits { max_total_times: 0, max_total_extra: 250_000, ..Limits::default() };
    let text = told_of("e.zip", &zip_of(&members, Deflated), total);
    assert!(text.contains("  01 102400 ") && text.contains("! 02: 307200 unpacked bytes in all"), "{text}");
}

#[test]
fn a_directory_in_a_comment_is_named() {
    let mut zip = zip_of(&[("a.log", b"a")], Stored);
    let end = zip.len();
    zip[end - 2] = 22;
    zip.extend(b"PK\x05\x06");
    zip.extend([0; 18]);
    let text = listed("e.zip", &zip);
    assert!(text.contains("  a.log 1 ") && text.contains("! e.zip: it has 2 directories"), "{text}");
}

#[test]
fn too_many_bytes_of_names_are_a_named_limit() {
    let names: Vec<String> = (0..30).map(|n| format!("{n:02}{}", "n".repeat(98))).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
    for archive in [zip_of(&members, Stored), tar_of(&members), gzip(&tar_of(&members))] {
        let text = told_of("e", &archive, Limits { max_names_bytes: 1000, ..Limits::default() });
        assert!(text.contains("more than 1000 bytes of names (max_names_bytes)"), "{text}");
        assert!(text.contains("\n  00nn") && text.lines().count() < 14, "{text}");
    }
}
