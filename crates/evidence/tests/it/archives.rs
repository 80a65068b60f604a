//! Zip and tar archives, whole and damaged.

use crate::common::{bzip2, gzip, open, put, sevenz_of, tar_of, tell, told_of, xz, zip_of, zstd};
use assize_evidence::{Limits, Source};
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
        (xz(&tar), "tar"),
        (bzip2(&tar), "tar"),
        (sevenz_of(&MEMBERS), "7z"),
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
        xz(&tar_of(&[("i.zip", &inner)])),
        sevenz_of(&[("i.zip", &inner)]),
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
        Raw { method: 98, ..raw("new.log", b"x") },
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
      ! new.log: packed by method 98, which is not read; unpack the archive and give the folder
      ! overlap.log: its bytes overlap those of another member
      ! pipe: a device or pipe, not opened
      ! secret.log: encrypted: a password is needed to unpack it (--password-file)
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

/// Bytes from their hexadecimal digits.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn encrypted_members_of_a_7z_are_named() {
    // Made by 7-Zip: one member under a password; and one whose list of members is under it, too.
    let member = "377abcaf271c0004c136942b100000000000000062000000000000000f8f7caedc81778f3d67dd3fd1b32eb909f8758a
        0104060001091000070b0100022406f1070112530f911288e53483a0b5d457ad3268b5da412121010001000c0b0700080a018cb2ebe2
        00000501190100110d0073002e006c006f0067000000140a0100489af9edd97cdd01150601002080a4810000";
    insta::assert_snapshot!(listed("e.7z", &hex(member)), @r"
    7z e.7z
      ! s.log: encrypted: a password is needed to unpack it (--password-file)
    ");
    let list = "377abcaf271c00041ab2b56f80000000000000002e000000000000008721d5a3d2b6d571c05ecbec197c99433d588d107132
        b02aa340a2650d1aec9fcd247cd1b5e421b2f9c90c2d166de14accb2e678545cd49355005cc4062c4797a7af1161c358e2b3ecc02f71d3
        2233d92931b6d3c0f5cea5904a27b8f88afbc95df4e02a635517141b574b74664df22f62c71c7596350852a9e169bf8037c1021c8fde6a
        17061001097000070b0100012406f1070112530fb0b874f47b5c497120bf954607e9b37a0c620a011b5bb8cf0000";
    insta::assert_snapshot!(listed("e.7z", &hex(list)), @r"
    error: cannot read the archive e.7z: encrypted: a password is needed to unpack it (--password-file); unpack it and give the folder
    ");
}

#[test]
fn a_damaged_7z_keeps_what_is_there() {
    let noise = noise(300_000);
    let whole = sevenz_of(&[("a.log", b"a"), ("noise.bin", &noise), ("z.log", b"z")]);
    // The members are packed one after the other, each by itself.
    let mut hit = whole.clone();
    for byte in &mut hit[100_000..100_016] {
        *byte ^= 0x55;
    }
    let text = listed("e.7z", &hit);
    assert!(text.contains("\n  a.log 1 ") && text.contains("\n  z.log 1 "), "{text}");
    assert!(text.contains("  ? noise.bin: damaged after "), "{text}");
    let cut = listed("e.7z", &whole[..200_000]);
    assert!(cut.starts_with("error: cannot read the archive e.7z: "), "its list is at its end: {cut}");
}

#[test]
fn single_files_packed_by_xz_and_bzip2() {
    for (name, bytes) in [("u_ex.log.xz", xz(b"text")), ("u_ex.log.bz2", bzip2(b"text"))] {
        let text = listed(name, &bytes);
        assert!(text.contains(&format!("\n  {name}!/u_ex.log 4 ")), "{text}");
        let twice = [bytes.clone(), bytes].concat();
        let text = listed(name, &twice);
        assert!(text.contains(&format!("\n  {name}!/u_ex.log 8 ")), "streams behind each other are one: {text}");
    }
}

#[test]
fn what_is_not_opened_says_what_to_do() {
    for (head, words) in [
        (&b"Rar!\x1A\x07\x01\0"[..], "a RAR archive, which is not opened; unpack it and give the folder"),
        (b"MSCF\0\0\0\0", "a cabinet archive, which is not opened; unpack it"),
        (b"vhdxfile", "a disk image (VHDX), which is not opened; mount it for reading and give the folder"),
        (b"EVF\x09\x0D\x0A\xFF\0", "a disk image (E01), which is not opened; mount it"),
        (b"ENCRYPTEDACQUIRE", "an encrypted collection of Dissect Acquire, which is not opened; decrypt it"),
    ] {
        let text = listed("e.bin", head);
        assert!(text.contains(&format!("! e.bin: {words}")) && text.contains("\n  e.bin "), "{text}");
    }
}

#[test]
fn members_that_windows_and_others_pack_in_their_ways() {
    // One block of deflate64 that holds its bytes as they are; the methods share that.
    let data = b"\x01\x04\x00\xFB\xFFtext";
    let zip = zip_raw(&[Raw { method: 9, size: 4, ..raw("big.log", data) }]);
    let text = listed("e.zip", &zip);
    assert!(text.contains("\n  big.log 4 ") && text.contains("982d9e3e"), "{text}");
    for (method, data) in [(12, bzip2(b"text")), (95, xz(b"text"))] {
        let zip = zip_raw(&[Raw { method, size: 4, ..raw("x.log", &data) }]);
        let text = listed("e.zip", &zip);
        assert!(text.contains("\n  x.log 4 ") && text.contains("982d9e3e"), "{method}: {text}");
    }
}

#[test]
fn nesting_ends_at_the_depth_given_with_one_budget() {
    let mut nested = zip_of(&[("deep.log", b"deep")], Stored);
    for level in 0..6 {
        nested = zip_of(&[(&format!("{level}.zip"), &nested)], Stored);
    }
    let text = listed("e.zip", &nested);
    assert!(text.contains("an archive inside 5 others is not opened (max_depth 5)"), "{text}");
    let text = told_of("e.zip", &nested, Limits { max_depth: 6, ..Limits::default() });
    assert!(text.contains("!/deep.log 4 "), "{text}");
    // What all levels unpack together counts.
    let part = vec![b'x'; 40_000];
    let inner = zip_of(&[("a", &part), ("b", &part)], Deflated);
    let outer = zip_of(&[("1.zip", &inner), ("2.zip", &inner)], Deflated);
    let text = told_of("e.zip", &outer, Limits { max_total_times: 0, max_total_extra: 100_000, ..Limits::default() });
    assert!(text.contains("1.zip!/a 40000 ") && text.contains("(max_total_times, max_total_extra)"), "{text}");
}

#[test]
fn bombs_of_every_packing_meet_a_named_limit() {
    let limits = || Limits { ratio_free_bytes: 1 << 20, ..Limits::default() };
    let zeros = vec![0; 3 << 20];
    for (name, bytes) in
        [("b.xz", xz(&zeros)), ("b.bz2", bzip2(&zeros)), ("b.gz", gzip(&zeros)), ("b.zst", zstd(&zeros))]
    {
        let text = told_of(name, &bytes, limits());
        assert!(text.contains(&format!("! {name}: ")) && text.contains("(max_ratio)"), "{text}");
    }
    let text = told_of("e.7z", &sevenz_of(&[("a.log", b"a"), ("bomb", &zeros), ("z.log", b"z")]), limits());
    assert!(text.contains("  a.log 1 ") && text.contains("! bomb: ") && text.contains("(max_ratio)"), "{text}");
    assert!(text.contains("  z.log 1 "), "each member has a block of its own: {text}");
}

#[test]
fn a_tar_archive_may_come_as_a_stream() {
    let tar = tar_of(&MEMBERS);
    let stream = |mut bytes: &[u8]| {
        let scratch = tempfile::tempdir().unwrap();
        let source = Source::from_tar_stream(&mut bytes, Limits::default(), Some(scratch.path()));
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
        source.map_or_else(|e| format!("error: {e}\n"), |source| tell(&source))
    };
    for bytes in [tar.clone(), gzip(&tar), zstd(&tar), xz(&tar), bzip2(&tar)] {
        assert_eq!(stream(&bytes), format!("tar standard input\n{LISTED}"));
    }
    let cut = stream(&tar[..520]);
    assert!(cut.contains("! standard input: cut off: 8 of 15 bytes"), "{cut}");
    for (bytes, fault) in [
        (&b""[..], "standard input is empty"),
        (b"#Software: IIS\n", "standard input: it is no tar archive"),
        (&gzip(b"text"), "standard input: it is no tar archive"),
    ] {
        assert!(stream(bytes).contains(fault), "{}", stream(bytes));
    }
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the other side is gone"))
        }
    }
    let source = Source::from_tar_stream(std::io::Read::chain(&tar[..1536], Broken), Limits::default(), None).unwrap();
    let text = tell(&source);
    assert!(
        text.contains("! standard input: the stream ended early, after 1536 bytes, which are kept: the other"),
        "{text}"
    );
    assert!(text.contains("  W3SVC1/u_ex210303.log 15 "), "{text}");
    let long = Limits { max_total_extra: 1000, ..Limits::default() };
    let text = Source::from_tar_stream(tar.as_slice(), long, None).map_or_else(|e| e.to_string(), |s| tell(&s));
    assert!(text.contains("(max_total_extra)"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let same = open(&put(folder.path(), "e.tar", &tar), Limits::default()).unwrap();
    assert_eq!(tell(&same).replace("e.tar", "standard input"), stream(&tar));
}
