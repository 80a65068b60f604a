//! Collections of known tools, each built small: what is recognised, and what is said of it.

use crate::common::{open, put, tar_of, tell, zip_of};
use assize_evidence::{Limits, Source};
use std::fmt::Write;
use std::path::Path;
use zip::CompressionMethod::{Deflated, Stored};

type Files<'a> = &'a [(&'a str, &'a [u8])];

const LOG: &[u8] = b"#Software: Microsoft Internet Information Services 10.0\n";

/// A folder with these files.
fn folder_of(files: Files<'_>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        put(folder.path(), name, bytes);
    }
    folder
}

/// The collection, the paths on the server, refusals and remarks, as text.
pub(crate) fn recognised(source: &Source) -> String {
    let mut text = String::new();
    match source.collection() {
        None => text.push_str("no collection\n"),
        Some(c) => {
            let (host, roles) = (c.host.as_deref().unwrap_or("-"), c.roles.join(","));
            let time = c.collected.map_or_else(|| "-".into(), |t| t.to_string());
            let _ = writeln!(text, "{} at {:?}: host {host}, roles [{roles}], {time}", c.tool.name(), c.root);
            if c.synthetic {
                text.push_str("invented\n");
            }
        }
    }
    for (index, entry) in source.entries().iter().enumerate() {
        if let Some(original) = &entry.original {
            let _ = writeln!(text, "  {} = {original}", entry.path);
        }
        for remark in source.describe(index).map(|d| d.remarks).unwrap_or_default() {
            let _ = writeln!(text, "  ? {}: {remark}", entry.path);
        }
    }
    for skipped in source.skipped() {
        let _ = writeln!(text, "  ! {}: {}", skipped.path, skipped.reason);
    }
    for remark in source.remarks() {
        let _ = writeln!(text, "  ? {}: {}", remark.path, remark.text);
    }
    text
}

fn of_path(path: &Path) -> String {
    recognised(&open(path, Limits::default()).unwrap())
}

/// The same files as a folder, as a zip, and one folder down in a zip: recognised alike, whatever lies around them.
fn everywhere(files: Files<'_>) -> String {
    let folder = folder_of(files);
    let plain = of_path(folder.path());
    let around = tempfile::tempdir().unwrap();
    let zip = put(around.path(), "collection.zip", &zip_of(files, Deflated));
    assert_eq!(of_path(&zip), plain);
    let deeper: Vec<(String, &[u8])> = files.iter().map(|(name, bytes)| (format!("top/{name}"), *bytes)).collect();
    let deeper: Vec<(&str, &[u8])> = deeper.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let zip = put(around.path(), "collection.zip", &zip_of(&deeper, Stored));
    assert_eq!(of_path(&zip).replace("top/", ""), plain);
    let inside = of_path(around.path());
    assert_eq!(inside.replace("collection.zip!/top/", ""), plain);
    plain
}

const SHA_OF_LOG: &str = "b7e9e0d7ef2b1e9a9c2b1f7f6c5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c";

#[test]
fn velociraptor_with_its_claims() {
    let results = format!(
        "{}\n{}\n",
        r#"{"CopiedOnTimestamp":1615543200,"SourceFile":"C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log","FileSize":57,"SourceFileSha256":"SHA","Created":"2021-03-03T00:00:01.1234567Z","Modified":"2021-03-03T23:59:58.7654321Z"}"#
            .replace("SHA", SHA_OF_LOG),
        r#"{"SourceFile":"\\\\.\\D:\\Exchange\\x.log","Upload":{"sha256":"not a hash"},"Modified":"2021-03-01T00:00:00Z"}"#,
    );
    let text = everywhere(&[
        ("uploads.json", b"{}\n"),
        ("client_info.json", br#"{"client_id":"C.1","os_info":{"hostname":"EX01","fqdn":"EX01.example.org"}}"#),
        ("collection_context.json", br#"{"active_time":"1615543260000000"}"#),
        ("results/Windows.KapeFiles.Targets%2FUploads.json", results.as_bytes()),
        ("uploads/auto/C%3A/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", LOG),
        ("uploads/ntfs/%5C%5C.%5CD%3A/Exchange/x.log", LOG),
        ("uploads/ntfs/%5C%5C.%5CC%3A/$MFT", b"FILE0"),
        ("uploads/ntfs/%5C%5C.%5CC%3A/$Extend/$J", b"x"),
        ("uploads/ntfs/%5C%5C.%5CC%3A/$Extend/$J.idx", br#"{"ranges":[{"file_offset":0}]}"#),
        ("uploads/ntfs_vss/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1/Windows/x.evtx", b"x"),
        ("uploads/auto/C%3A/OAB %28Default%29/PowerShell%254Operational.evtx", b"x"),
    ]);
    insta::assert_snapshot!(text, @r#"
    Velociraptor at "": host EX01.example.org, roles [], 2021-03-12T10:01:00Z
      uploads/auto/C%3A/OAB %28Default%29/PowerShell%254Operational.evtx = C:/OAB (Default)/PowerShell%4Operational.evtx
      uploads/auto/C%3A/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log = C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log
      ? uploads/auto/C%3A/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log: the collection states another SHA-256 for it, b7e9e0d7ef2b1e9a9c2b1f7f6c5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c: it was changed since, or is another file
      uploads/ntfs/%5C%5C.%5CC%3A/$Extend/$J = C:/$Extend/$J
      uploads/ntfs/%5C%5C.%5CC%3A/$Extend/$J.idx = C:/$Extend/$J.idx
      uploads/ntfs/%5C%5C.%5CC%3A/$MFT = C:/$MFT
      uploads/ntfs/%5C%5C.%5CD%3A/Exchange/x.log = D:/Exchange/x.log
      uploads/ntfs_vss/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1/Windows/x.evtx = //?/GLOBALROOT/Device/HarddiskVolumeShadowCopy1/Windows/x.evtx
      ? uploads/ntfs/%5C%5C.%5CC%3A/$Extend/$J: stored without its holes, which the .idx beside it lists: it is shorter than on the server
      ? uploads/ntfs_vss/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1: files from a volume shadow copy, which is an earlier state of the disk: 1
    "#);
}

#[test]
fn velociraptor_times_come_from_its_results() {
    let line = br#"{"SourceFile":"c:\\X.log","Modified":"2021-03-03T23:59:58.7654321Z"}"#;
    let folder = folder_of(&[
        ("uploads.json", b""),
        ("results/Generic.Collectors.File/Uploads.json", line),
        ("uploads/auto/C%3A/x.log", LOG),
    ]);
    let source = open(folder.path(), Limits::default()).unwrap();
    let index = source.entries().iter().position(|e| e.path.ends_with("x.log")).unwrap();
    let time = source.entries()[index].modified.map(|t| t.to_string());
    assert_eq!(time.as_deref(), Some("2021-03-03T23:59:58.765432Z"));
    assert_eq!(source.describe(index).unwrap().info.modified, source.entries()[index].modified);
    assert_eq!(source.claims(index).len(), 1);
    assert_eq!(source.claims(usize::MAX), []);
}

#[test]
fn damaged_results_of_velociraptor_are_named() {
    let long = format!("{{\"SourceFile\":\"C:\\\\{}\"}}\n{{\"SourceFile\":\n", "x".repeat(100_000));
    let text = everywhere(&[
        ("uploads.json", b""),
        ("client_info.json", b"\xFF\xFE no JSON"),
        ("results/A%2FUploads.json", long.as_bytes()),
        ("uploads/auto/C%3A/x.log", LOG),
    ]);
    insta::assert_snapshot!(text, @r#"
    Velociraptor at "": host -, roles [], -
      uploads/auto/C%3A/x.log = C:/x.log
      ? results/A%2FUploads.json: its times and hashes were read in part: lines are damaged, too long or too many
    "#);
}

#[test]
fn an_encrypted_velociraptor_collection_says_what_to_do() {
    let by_key = encrypted_zip(true);
    let by_password = encrypted_zip(false);
    let folder = folder_of(&[("a.zip", &by_key), ("b.zip", &by_password)]);
    insta::assert_snapshot!(of_path(&folder.path().join("a.zip")), @r#"
    Velociraptor at "": host -, roles [], -
      ! data.zip: this Velociraptor collection is encrypted; decrypt it with the configuration of the server whose certificate it was made with (velociraptor --config server.config.yaml unzip --dump_dir FOLDER COLLECTION.zip) and scan again
    "#);
    insta::assert_snapshot!(of_path(&folder.path().join("b.zip")), @r#"
    Velociraptor at "": host -, roles [], -
      ! data.zip: this Velociraptor collection is encrypted; give its password in a file (--password-file)
    "#);
    let both = of_path(folder.path());
    assert_eq!(both.matches("this Velociraptor collection is encrypted").count(), 2, "{both}");
}

/// An outer zip as Velociraptor writes it; only the flag tells that the inner one is encrypted.
fn encrypted_zip(with_metadata: bool) -> Vec<u8> {
    let mut members: Vec<(&str, &[u8])> = vec![("data.zip", b"PK\x03\x04 encrypted")];
    if with_metadata {
        members.push(("metadata.json", br#"[{"EncryptedPass":"AAAA","Scheme":"X509"}]"#));
    }
    let mut zip = zip_of(&members, Stored);
    // The flags of the first member, in its own header and in the directory.
    zip[6] |= 1;
    let directory = zip.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    zip[directory + 8] |= 1;
    zip
}

#[test]
fn kape_tells_what_it_left_out() {
    let skipped =
        "SourceFile,SourceFileSha1,Reason\r\nC:\\a,AA,Deduped\r\nC:\\b,BB,\"Deduped\"\r\nD:\\c,CC,Excluded\r\n";
    let text = everywhere(&[
        ("2021-03-12T10_15_00_1234567_CopyLog.csv", b"CopiedTimestamp,SourceFile\r\n"),
        ("2021-03-12T10_15_00_1234567_SkipLog.csv.csv", skipped.as_bytes()),
        ("2021-03-12T10_15_00_1234567_ConsoleLog.txt", b"System info: Machine name: ANALYST"),
        ("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", LOG),
        ("C/$Extend/$J", b"x"),
        ("D/Program Files/Microsoft/Exchange Server/V15/Logging/x.LOG", LOG),
        ("E/Logs/y.LOG", LOG),
    ]);
    insta::assert_snapshot!(text, @r#"
    KAPE at "": host -, roles [], 2021-03-12T10:15:00Z
      C/$Extend/$J = C:/$Extend/$J
      C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log = C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log
      D/Program Files/Microsoft/Exchange Server/V15/Logging/x.LOG = D:/Program Files/Microsoft/Exchange Server/V15/Logging/x.LOG
      E/Logs/y.LOG = E:/Logs/y.LOG
      ? 2021-03-12T10_15_00_1234567_SkipLog.csv.csv: KAPE left 3 files out of this collection (Deduped: 2, Excluded: 1)
    "#);
}

#[test]
fn kape_without_its_logs_is_known_by_its_names_of_streams() {
    let text = everywhere(&[("C/$Secure_$SDS", b"x"), ("C/Windows/x", b"x")]);
    assert!(text.starts_with("KAPE at \"\": host -"), "{text}");
}

#[test]
fn acquire_in_its_three_layouts() {
    let report = br#"{"target":"x","name":"EX01","timestamp":"2021-03-12T10:15:00.5+00:00","modules-successful":["NTFS","Registry"],"modules-failed":{"EventLogs":"PermissionError","IIS":"x"},"NTFS":{"success":[{"module_name":"NTFS"}]}}"#;
    let text = everywhere(&[
        ("fs/C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", LOG),
        ("fs/$metadata$/file-hashes.csv", b"x"),
        ("fs/sysvol/Windows/x", b"x"),
        ("acquire.report.json", report),
    ]);
    insta::assert_snapshot!(text, @r#"
    Dissect Acquire at "": host EX01, roles [], 2021-03-12T10:15:00.500Z
      fs/C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log = C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log
      fs/sysvol/Windows/x = %SystemDrive%/Windows/x
      ? acquire.report.json: 2 of 4 parts of the collection failed: EventLogs, IIS
    "#);
    let legacy: Files<'_> = &[("C:/Windows/a", b"x"), ("sysvol/Windows/b", b"x")];
    let folder = folder_of(&[
        ("EX01_20210312.tar", &tar_of(legacy)),
        ("EX01_20210312.report.json", report),
        ("EX02_20210312.report.json", b"{}"),
    ]);
    insta::assert_snapshot!(of_path(folder.path()), @r#"
    Dissect Acquire at "EX01_20210312.tar!/": host EX01, roles [], 2021-03-12T10:15:00.500Z
      EX01_20210312.tar!/C:/Windows/a = C:/Windows/a
      EX01_20210312.tar!/sysvol/Windows/b = %SystemDrive%/Windows/b
      ? EX01_20210312.report.json: 2 of 4 parts of the collection failed: EventLogs, IIS
    "#);
    insta::assert_snapshot!(of_path(&folder.path().join("EX01_20210312.tar")), @r#"
    Dissect Acquire at "": host -, roles [], -
      C:/Windows/a = C:/Windows/a
      sysvol/Windows/b = %SystemDrive%/Windows/b
    "#);
}

#[test]
fn an_encrypted_acquire_collection_says_what_to_do() {
    let folder = folder_of(&[("EX01.tar.enc", b"ENCRYPTEDACQUIRE\x01\x01\0\x02rest")]);
    insta::assert_snapshot!(of_path(folder.path()), @r"
    no collection
      ! EX01.tar.enc: an encrypted collection of Dissect Acquire, which is not opened; decrypt it with acquire-decrypt and the private key of the collection, and scan again
    ");
}

#[test]
fn cylr_and_other_drive_folders() {
    let text = everywhere(&[("C/Windows/System32/LogFiles/W3SVC1/u_ex.log", LOG), ("C/$MFT", b"x")]);
    insta::assert_snapshot!(text, @r#"
    CyLR at "": host -, roles [], -
      C/$MFT = C:/$MFT
      C/Windows/System32/LogFiles/W3SVC1/u_ex.log = C:/Windows/System32/LogFiles/W3SVC1/u_ex.log
    "#);
    let text = everywhere(&[("d/Inetpub/logs/u_ex.log", LOG), ("notes.txt", b"x")]);
    insta::assert_snapshot!(text, @r#"
    drive folders at "": host -, roles [], -
      d/Inetpub/logs/u_ex.log = D:/Inetpub/logs/u_ex.log
    "#);
    let text = everywhere(&[("a/u_ex.log", LOG), ("b/u_ex.log", LOG)]);
    assert_eq!(text, "no collection\n", "folders of one letter are no drives by that alone");
}

#[test]
fn a_mounted_disk_is_known_in_any_case() {
    let text = everywhere(&[
        ("WINDOWS/system32/Config/software", b"regf"),
        ("Windows.old/Windows/System32/config/SOFTWARE", b"regf"),
        ("inetpub/logs/LogFiles/W3SVC1/u_ex.log", LOG),
    ]);
    insta::assert_snapshot!(text, @r#"
    Windows disk at "": host -, roles [], -
      WINDOWS/system32/Config/software = %SystemDrive%/WINDOWS/system32/Config/software
      Windows.old/Windows/System32/config/SOFTWARE = %SystemDrive%/Windows.old/Windows/System32/config/SOFTWARE
      inetpub/logs/LogFiles/W3SVC1/u_ex.log = %SystemDrive%/inetpub/logs/LogFiles/W3SVC1/u_ex.log
      ? Windows.old/Windows/System32/config/SOFTWARE: the disk holds an earlier installation of Windows: what lies below Windows.old is of that one
    "#);
}

#[test]
fn our_own_collection_speaks_for_itself() {
    let note = br#"{"schema":"assize.collection/1","synthetic":true,"host":"EX01","roles":["mailbox"],"collected_at":"2021-03-12T10:15:00Z"}"#;
    let text = everywhere(&[("assize-collection.json", note), ("C/inetpub/x.log", LOG)]);
    insta::assert_snapshot!(text, @r#"
    assize collect at "": host EX01, roles [mailbox], 2021-03-12T10:15:00Z
    invented
      C/inetpub/x.log = C:/inetpub/x.log
    "#);
    let text = everywhere(&[("assize-collection.json", br#"{"host":7,"roles":"x"}"#), ("x.log", LOG)]);
    insta::assert_snapshot!(text, @r#"
    assize collect at "": host -, roles [], -
    "#);
}

#[test]
fn exchange_log_collector_is_known_by_its_folders() {
    let packed = zip_of(&[("u_ex210303.log", LOG)], Deflated);
    let text = everywhere(&[("IIS_W3SVC1_Logs.zip", &packed), ("HTTPERR_Logs/httperr1.log", LOG)]);
    assert_eq!(text, "ExchangeLogCollector at \"\": host -, roles [], -\n");
}

#[test]
fn what_other_tools_found_is_named_as_their_claim() {
    let table = b"#TYPE Selected.System.Management.Automation.PSCustomObject\r\n\"DateTime\",\"AnchorMailbox\"\r\n";
    let scanner: Vec<u8> = "Microsoft Safety Scanner v1.333".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = everywhere(&[
        ("EX01-Cve-2021-26855.csv", table),
        ("ex01-LogAgeDays.csv", b"\"ComputerName\",\"Log\"\r\n"),
        ("EOMTSummary.txt", b"EOMT mitigation summary"),
        ("msert.log", &scanner),
    ]);
    insta::assert_snapshot!(text, @r#"
    Test-ProxyLogon at "": host ex01, roles [], -
      ? EOMTSummary.txt: written by EOMT: kept as the claim of that tool, not read as a record
      ? EX01-Cve-2021-26855.csv: written by Test-ProxyLogon: kept as the claim of that tool, not read as a record
      ? ex01-LogAgeDays.csv: written by Test-ProxyLogon: kept as the claim of that tool, not read as a record
      ? msert.log: written by MSERT: kept as the claim of that tool, not read as a record
    "#);
    let text =
        everywhere(&[("EX01-other.csv", b"date,time\n"), ("msert.log", b"x"), ("eomt.log", b"x"), ("u_ex.log", LOG)]);
    insta::assert_snapshot!(text, @r"
    no collection
      ? eomt.log: written by EOMT: kept as the claim of that tool, not read as a record
    ");
}

#[test]
fn a_collection_reads_like_any_other_source() {
    let folder = folder_of(&[("C/Windows/x", b"x"), ("C/inetpub/u_ex.log", LOG)]);
    let text = tell(&open(folder.path(), Limits::default()).unwrap());
    assert!(text.contains("\n  C/Windows/x 1 "), "{text}");
}

#[test]
fn a_package_keeps_what_could_be_read_and_names_the_rest() {
    let folder = folder_of(&[("a.log", b"0123456789"), ("b.log", b"gone soon"), ("c.log", LOG)]);
    let source = open(folder.path(), Limits::default()).unwrap();
    std::fs::write(folder.path().join("a.log"), b"0123").unwrap();
    std::fs::remove_file(folder.path().join("b.log")).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut package = assize_evidence::PackageWriter::begin(place.path()).unwrap();
    for index in 0..3 {
        package.add(&source, index).unwrap();
    }
    let note = assize_evidence::PackageNote { host: Some("EX01".into()), ..Default::default() };
    let to = place.path().join("x.zip");
    let packed = package.finish(&note, &to, false).unwrap();
    assert_eq!((packed.files, packed.troubled, packed.not_collected), (2, 1, 1));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "nothing but the package");
    let read = open(&to, Limits::default()).unwrap();
    assert_eq!(read.collection().unwrap().host.as_deref(), Some("EX01"));
    let index = read.entries().iter().position(|e| e.path == "a.log").unwrap();
    assert_eq!(read.describe(index).unwrap().info.size, 4);
    assert_eq!(read.describe(index).unwrap().remarks, Vec::<String>::new(), "its hash is that of what was taken");
    assert_eq!(read.entries()[index].modified, source.entries()[0].modified, "to the microsecond");
    let remarks: Vec<String> = read.remarks().iter().map(|r| format!("{}: {}", r.path, r.text)).collect();
    assert_eq!(remarks[0], "a.log: when it was collected: it ended after 4 of 10 bytes");
    assert!(
        remarks[1].starts_with("assize-files.jsonl: 1 files and folders were not collected: b.log ("),
        "{remarks:?}"
    );
    let again = assize_evidence::PackageWriter::begin(place.path()).unwrap();
    assert!(again.finish(&note, &to, false).unwrap_err().to_string().contains("exists"));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "a package that found no place is gone");
}
