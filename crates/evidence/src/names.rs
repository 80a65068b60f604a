//! The names that members carry, made into evidence paths or refused.
//!
//! Nothing is ever written under such a name, so what is merely awkward on some system (reserved device
//! names, trailing dots, streams after a colon) stays as it is. What pretends to lie elsewhere is refused.

/// Characters of a refused name that are kept to show it.
const SHOWN_CHARS: usize = 200;

/// The path of a member, `/` between parts, or the reason why its name is refused.
pub(crate) fn member_path(raw: &[u8], max_bytes: usize) -> Result<String, String> {
    if raw.len() > max_bytes {
        return Err(format!("its name is longer than the limit of {max_bytes} bytes (max_path_bytes)"));
    }
    if raw.contains(&0) {
        return Err("its name has a NUL byte".into());
    }
    let text = String::from_utf8_lossy(raw).replace('\\', "/");
    let mut name = text.as_str();
    while let Some(rest) = name.strip_prefix("./") {
        name = rest;
    }
    if name.starts_with("//") {
        return Err("its name is a network or device path".into());
    }
    if name.starts_with('/') {
        return Err("its name is an absolute path".into());
    }
    // `C:/x` is a folder `C:` inside the archive, as older collectors write it; `C:x` would lie wherever one stands.
    if matches!(name.as_bytes(), [letter, b':', after @ ..] if letter.is_ascii_alphabetic() && !after.starts_with(b"/"))
    {
        return Err("its name begins with a drive".into());
    }
    let parts: Vec<&str> = name.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    if parts.contains(&"..") {
        return Err("its name has `..` in it".into());
    }
    if parts.is_empty() {
        return Err("it has no name".into());
    }
    Ok(parts.join("/"))
}

/// A refused name as text for a reader: not interpreted, and cut when it is long.
pub(crate) fn shown(raw: &[u8]) -> String {
    // Four bytes are the most that one character takes.
    let head = raw.get(..raw.len().min(SHOWN_CHARS * 4)).unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    if raw.is_empty() {
        return "(no name)".into();
    }
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if head.len() < raw.len() || short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The name of what a single compressed file holds: `u_ex.log` for `u_ex.log.gz`.
pub(crate) fn inner(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').filter(|(stem, end)| {
        !stem.is_empty() && ["gz", "zst", "zstd", "xz", "bz2"].iter().any(|known| end.eq_ignore_ascii_case(known))
    });
    stem.map_or("content", |(stem, _)| stem)
}

/// Whether a name is that of an archive or a packed file.
pub(crate) fn says_packed(path: &str) -> bool {
    const ENDINGS: [&str; 16] =
        ["zip", "7z", "rar", "tar", "tgz", "gz", "zst", "xz", "txz", "bz2", "tbz2", "lz", "lzma", "cab", "zipx", "enc"];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(stem, end)| !stem.is_empty() && ENDINGS.iter().any(|e| end.eq_ignore_ascii_case(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(raw: &str) -> String {
        member_path(raw.as_bytes(), 40).unwrap_or_else(|reason| format!("refused: {reason}"))
    }

    #[test]
    fn names_become_paths() {
        assert_eq!(named("a/b.log"), "a/b.log");
        assert_eq!(named("././a\\b.log"), "a/b.log");
        assert_eq!(named("a//./b/"), "a/b");
        assert_eq!(named("C/Windows/x"), "C/Windows/x", "a collection names its top folder after the drive");
        assert_eq!(named("C%3A/inetpub/u_ex.log"), "C%3A/inetpub/u_ex.log");
        assert_eq!(named("uploads/ntfs/%5C%5C.%5CC%3A/x"), "uploads/ntfs/%5C%5C.%5CC%3A/x");
        assert_eq!(named("C:\\inetpub\\x"), "C:/inetpub/x", "a folder named after a drive, in the archive");
        assert_eq!(named("u_ex.log:evil"), "u_ex.log:evil");
        assert_eq!(named("logs./x "), "logs./x ");
        assert_eq!(named("...."), "....");
        assert_eq!(member_path(b"a\xFFb", 40).unwrap(), "a\u{FFFD}b");
    }

    #[test]
    fn names_that_lie_elsewhere_are_refused() {
        for (name, why) in [
            ("../x", "`..`"),
            ("a/..\\../..\\x", "`..`"),
            ("..", "`..`"),
            ("/etc/x", "absolute"),
            ("\\x", "absolute"),
            ("././/x", "absolute"),
            ("./c:x", "drive"),
            ("\\\\host\\share\\x", "network"),
            ("\\\\?\\C:\\x", "network"),
            ("a\0b", "NUL"),
            ("", "no name"),
            ("./.", "no name"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "max_path_bytes"),
        ] {
            assert!(named(name).starts_with("refused") && named(name).contains(why), "{name:?}: {}", named(name));
        }
    }

    #[test]
    fn a_compressed_file_names_its_content() {
        assert_eq!(inner("a/u_ex.log.gz"), "u_ex.log");
        assert_eq!(inner("x.ZST"), "x");
        assert_eq!(inner("a.gz!/content"), "content");
        assert_eq!(inner(".gz"), "content");
    }

    #[test]
    fn a_long_name_is_shown_cut() {
        assert_eq!(shown(b"../x"), "../x");
        assert_eq!(shown(&[b'n'; 60_000]).chars().count(), SHOWN_CHARS + 1);
    }
}
