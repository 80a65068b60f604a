//! The offline collector of Velociraptor: names in percent escapes, and its own lists in JSON lines.

use super::{About, Member, OnDisk, kape};
use crate::clock::shown;
use crate::events::json;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The artifact that copied the files.
const ARTIFACT: &str = "Windows.KapeFiles.Targets";

/// Where a file lies: what a service keeps open is read from the raw volume, everything else through the system.
pub(super) fn place(file: &OnDisk) -> String {
    let parts: Vec<String> = file.path.split('/').map(escaped).collect();
    let (accessor, volume) = accessor(file);
    format!("uploads/{accessor}/{}/{}", escaped(&volume), parts.join("/"))
}

/// The accessor and the volume as it names it: `auto` and `C:`, or `ntfs` and `\\.\C:`.
fn accessor(file: &OnDisk) -> (&'static str, String) {
    if kape::held_open(&file.path) {
        ("ntfs", format!("\\\\.\\{}:", file.drive))
    } else {
        ("auto", format!("{}:", file.drive))
    }
}

/// One part of a path as Velociraptor writes it.
fn escaped(part: &str) -> String {
    let mut out = String::new();
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~ $".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The lists beside the files.
pub(super) fn lists(about: &About, disk: &[OnDisk]) -> Vec<Member> {
    let host = about.host;
    let time = shown(about.collected, "%Y-%m-%dT%H:%M:%SZ");
    let (mut uploads, mut results) = (String::new(), String::new());
    for file in disk {
        let (accessor, volume) = accessor(file);
        let parts = file.path.split('/').map(json).collect::<Vec<_>>().join(",");
        let size = file.bytes.len();
        let _ = writeln!(
            uploads,
            "{{\"Timestamp\":\"{time}\",\"started\":\"{}\",\"vfs_path\":{},\"_Components\":[\"uploads\",\"{accessor}\",{},{parts}],\"file_size\":{size},\"uploaded_size\":{size}}}",
            shown(about.collected, "%Y-%m-%d %H:%M:%S +0000 UTC"),
            json(&place(file)),
            json(&volume),
        );
        let source = if accessor == "ntfs" { format!("\\\\.\\{}", file.windows_path()) } else { file.windows_path() };
        let changed = shown(file.modified, "%Y-%m-%dT%H:%M:%SZ");
        let _ = writeln!(
            results,
            "{{\"CopiedOnTimestamp\":\"{time}\",\"SourceFile\":{source},\"DestinationFile\":{source},\"FileSize\":{size},\"SourceFileSha256\":\"{}\",\"Created\":\"{changed}\",\"Changed\":\"{changed}\",\"Modified\":\"{changed}\",\"LastAccessed\":\"{changed}\",\"_Source\":\"{ARTIFACT}/Uploads\"}}",
            sha256(&file.bytes),
            source = json(&source),
        );
    }
    let client = format!(
        "{{\n  \"client_id\": \"C.0000000000000001\",\n  \"hostname\": \"{host}\",\n  \"fqdn\": \"{host}.example.test\",\n  \"system\": \"windows\",\n  \"release\": \"Microsoft Windows Server 2016 Standard 10.0.14393 Build 14393\",\n  \"architecture\": \"amd64\",\n  \"client_version\": \"0.7.1\",\n  \"client_name\": \"velociraptor\"\n}}\n"
    );
    let bytes: usize = disk.iter().map(|f| f.bytes.len()).sum();
    let context = format!(
        "{{\n  \"session_id\": \"F.0000000000001\",\n  \"create_time\": {micros},\n  \"start_time\": {micros},\n  \"active_time\": {micros},\n  \"total_uploaded_files\": {files},\n  \"total_uploaded_bytes\": {bytes},\n  \"total_expected_uploaded_bytes\": {bytes},\n  \"state\": \"FINISHED\",\n  \"artifacts_with_results\": [\"{ARTIFACT}/Uploads\"]\n}}\n",
        micros = about.collected * 1000,
        files = disk.len(),
    );
    [
        ("uploads.json".to_owned(), uploads),
        ("client_info.json".to_owned(), client),
        ("collection_context.json".to_owned(), context),
        (format!("results/{ARTIFACT}%2FUploads.json"), results),
    ]
    .into_iter()
    .map(|(path, text)| Member { path, bytes: text.into_bytes(), modified: about.collected })
    .collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_escaped_as_velociraptor_does() {
        assert_eq!(escaped("\\\\.\\C:"), "%5C%5C.%5CC%3A");
        assert_eq!(escaped("Microsoft-Windows-WinRM%4Operational.evtx"), "Microsoft-Windows-WinRM%254Operational.evtx");
        assert_eq!(escaped("Program Files (x86)"), "Program Files %28x86%29");
        assert_eq!(escaped("$UsnJrnl:$J"), "$UsnJrnl%3A$J");
    }
}
