//! Archives under a password: read with it, named without.

use crate::common::{sevenz_of, told};
use assize_evidence::{Access, Limits, Passwords};
use sevenz_rust2::encoder_options::{AesEncoderOptions, Lzma2Options};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, Password};
use std::io::{Cursor, Write};
use zip::write::{FileOptions, SimpleFileOptions};
use zip::{AesMode, CompressionMethod, ZipWriter};

/// What is told of an archive of that name, with these passwords.
fn with(passwords: &str, name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let access = Access { limits: Limits::default(), passwords: Passwords::from_lines(passwords) };
    told(&folder.path().join(name), access)
}

fn packed(method: CompressionMethod) -> FileOptions<'static, 'static, ()> {
    SimpleFileOptions::default().compression_method(method)
}

fn zip_with(members: &[(&str, &[u8], FileOptions<'_, '_, ()>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, options) in members {
        writer.start_file(*name, *options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn members_of_a_zip_are_read_with_the_password_that_fits() {
    let log = b"2021-03-03 07:00:00 GET /owa/ 200\n".repeat(2000);
    let deflated = packed(CompressionMethod::Deflated);
    let stored = packed(CompressionMethod::Stored);
    let old = zip::unstable::write::FileOptionsExt::with_deprecated_encryption(deflated, b"another").unwrap();
    let zip = zip_with(&[
        ("plain.log", b"plain", stored),
        ("new.log", &log, deflated.with_aes_encryption(AesMode::Aes256, "infected")),
        ("short.log", b"x", stored.with_aes_encryption(AesMode::Aes128, "infected")),
        ("old.log", &log, old),
        ("empty.log", b"", stored.with_aes_encryption(AesMode::Aes256, "infected")),
        ("unknown.log", b"secret", stored.with_aes_encryption(AesMode::Aes256, "nobody knows")),
    ]);
    insta::assert_snapshot!(with("wrong\r\ninfected\r\n\nanother\n", "e.zip", &zip), @r"
    zip e.zip
      empty.log 0 1980-01-01T00:00:00Z e3b0c442
      new.log 68000 1980-01-01T00:00:00Z fe57730a
      old.log 68000 1980-01-01T00:00:00Z fe57730a
      plain.log 5 1980-01-01T00:00:00Z a116c9ed
      short.log 1 1980-01-01T00:00:00Z 2d711642
      ! unknown.log: encrypted: none of the passwords given opens it
    ");
    let without = with("", "e.zip", &zip);
    assert_eq!(without.matches("a password is needed").count(), 5, "{without}");
    let wrong = with("wrong", "e.zip", &zip);
    assert_eq!(wrong.matches("none of the passwords").count(), 5, "{wrong}");
}

#[test]
fn an_archive_inside_a_locked_one_is_opened_like_any_other() {
    let inner = zip_with(&[("a.log", b"a", packed(CompressionMethod::Deflated))]);
    let locked = packed(CompressionMethod::Stored).with_aes_encryption(AesMode::Aes256, "infected");
    let outer = zip_with(&[("data.zip", &inner, locked), ("metadata.json", b"[]", packed(CompressionMethod::Stored))]);
    let text = with("infected", "collection.zip", &outer);
    assert!(text.contains("  data.zip!/a.log 1 ") && !text.contains("!  "), "{text}");
}

#[test]
fn a_damaged_locked_member_costs_itself_alone() {
    let log = b"2021-03-03 07:00:00 GET /owa/ 200\n".repeat(50);
    let locked = packed(CompressionMethod::Stored).with_aes_encryption(AesMode::Aes256, "infected");
    let mut zip = zip_with(&[("a.log", &log, locked), ("b.log", &log, locked)]);
    // Somewhere in the data of the first member.
    zip[200] ^= 0xff;
    let text = with("infected", "e.zip", &zip);
    assert!(text.contains("! a.log: encrypted") && text.contains("  b.log 1700 "), "{text}");
}

fn sevenz_locked(header: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let lock = AesEncoderOptions::new(Password::new("infected"));
    writer.set_content_methods(vec![lock.into(), Lzma2Options::from_level(1).into()]);
    writer.set_encrypt_header(header);
    for (name, text) in [("a.log", "2021-03-03 a\n".repeat(300)), ("b.log", "b".to_owned())] {
        writer.push_archive_entry(ArchiveEntry::new_file(name), Some(text.as_bytes())).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_7z_is_read_with_the_password_that_fits() {
    for header in [false, true] {
        let archive = sevenz_locked(header);
        let text = with("wrong\ninfected", "e.7z", &archive);
        assert!(text.contains("  a.log 3900 ") && text.contains("  b.log 1 ") && !text.contains('!'), "{text}");
        let wrong = with("wrong\nworse", "e.7z", &archive);
        assert!(wrong.contains("none of the passwords given opens it") && !wrong.contains("a.log 3900"), "{wrong}");
        assert!(with("", "e.7z", &archive).contains("a password is needed"));
    }
    // Passwords do no harm where nothing is locked.
    let plain = sevenz_of(&[("a.log", b"a")]);
    assert_eq!(with("wrong", "e.7z", &plain), with("", "e.7z", &plain));
}

#[test]
fn passwords_are_shown_nowhere() {
    let access = Access { limits: Limits::default(), passwords: Passwords::from_lines("\u{feff}infected\n\nsecret") };
    let shown = format!("{access:?}");
    assert!(shown.contains("2 passwords") && !shown.contains("infected") && !shown.contains("secret"), "{shown}");
}
