//! The lists that KAPE writes beside what it copied.

use super::{About, Member, OnDisk};
use crate::clock::{Ms, shown};
use crate::http_proxy::quoted;

/// The copy log and the skip log.
pub(super) fn lists(about: &About, disk: &[OnDisk]) -> Vec<Member> {
    let mut copied = String::from(
        "CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc,LastAccessedOnUtc,CopyDuration\r\n",
    );
    for file in disk {
        let target = format!("E:\\{}\\{}\\{}", about.host, file.drive, file.path.replace('/', "\\"));
        // A file that a service holds open is copied from the raw volume at the end.
        let deferred = if held_open(&file.path) { "True" } else { "False" };
        let row = [
            seconds(about.collected),
            quoted(&file.windows_path()),
            quoted(&target),
            file.bytes.len().to_string(),
            String::new(),
            deferred.into(),
            seconds(file.modified),
            seconds(file.modified),
            seconds(file.modified),
            "00:00:00.0010000".into(),
        ];
        copied.push_str(&row.join(","));
        copied.push_str("\r\n");
    }
    let skipped = "SourceFile,SourceFileSha1,Reason\r\n".to_owned();
    let stem = shown(about.collected, "%Y-%m-%dT%H_%M_%S_0000000");
    [("CopyLog", copied), ("SkipLog", skipped)]
        .into_iter()
        .map(|(name, text)| Member {
            path: format!("{stem}_{name}.csv"),
            bytes: text.into_bytes(),
            modified: about.collected,
        })
        .collect()
}

/// Whether Windows or IIS keeps a file open.
pub(super) fn held_open(path: &str) -> bool {
    path.starts_with("Windows/System32/config/") || path.contains("/LogFiles/W3SVC") || path.starts_with("$Extend/")
}

fn seconds(time: Ms) -> String {
    shown(time, "%Y-%m-%d %H:%M:%S.0000000")
}
