//! Paths on the server, told from paths inside a collection. They are compared and shown, and never opened or written.

/// Names of folders at the root of a drive of a Windows server.
const AT_ROOT: [&str; 9] = [
    "windows",
    "inetpub",
    "program files",
    "program files (x86)",
    "programdata",
    "users",
    "exchangesetuplogs",
    "$extend",
    "windows.old",
];

/// The drive that a folder is named after: `C`, `C:`, and `C_` as some programs write the colon.
pub(super) fn drive(folder: &str) -> Option<char> {
    match folder.as_bytes() {
        [letter] | [letter, b':' | b'_'] if letter.is_ascii_alphabetic() => {
            Some(char::from(letter.to_ascii_uppercase()))
        }
        _ => None,
    }
}

/// Whether a folder is one that lies at the root of a drive.
pub(super) fn at_root(folder: &str) -> bool {
    AT_ROOT.iter().any(|name| name.eq_ignore_ascii_case(folder))
}

/// `C:/inetpub/x` from `C/inetpub/x`.
pub(super) fn below_drive(path: &str) -> Option<String> {
    let (folder, rest) = path.split_once('/')?;
    Some(format!("{}:/{rest}", drive(folder)?))
}

/// The path below the root of the disk that Windows runs from, whose letter is not known.
pub(super) fn below_system_drive(path: &str) -> Option<String> {
    Some(format!("%SystemDrive%/{path}"))
}

/// A path as Windows writes it, in the form that all paths on a server have here.
pub(super) fn from_windows(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("//./").unwrap_or(&path);
    match path.as_bytes() {
        [letter, b':', ..] => format!("{}{}", char::from(letter.to_ascii_uppercase()), &path[1..]),
        _ => path.to_owned(),
    }
}

/// One part of a path, percent-decoded once. A part that would then reach beyond itself stays as it is.
pub(super) fn decoded(part: &str) -> String {
    let bytes = unescaped(part);
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains(['/', '\\', '\0']) && !matches!(text.as_str(), "" | "." | "..") => text,
        _ => part.to_owned(),
    }
}

/// The bytes behind `%41`; what is no such sign stays.
pub(super) fn unescaped(part: &str) -> Vec<u8> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let bytes = part.as_bytes();
    let (mut at, mut out) = (0, Vec::with_capacity(bytes.len()));
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drives_and_what_is_below() {
        assert_eq!(below_drive("c/inetpub/x").as_deref(), Some("C:/inetpub/x"));
        assert_eq!(below_drive("D:/x").as_deref(), Some("D:/x"));
        assert_eq!(below_drive("E_/x").as_deref(), Some("E:/x"));
        for other in ["C", "CC/x", "1/x", "C%3A/x", "é/x"] {
            assert_eq!(below_drive(other), None, "{other}");
        }
        assert_eq!(from_windows("\\\\.\\c:\\a\\b"), "C:/a/b");
        assert_eq!(from_windows("d:\\x"), "D:/x");
        assert_eq!(from_windows("\\\\?\\GLOBALROOT\\x"), "//?/GLOBALROOT/x");
    }

    #[test]
    fn parts_are_decoded_once_and_stay_parts() {
        for (part, plain) in [
            ("PowerShell%254Operational.evtx", "PowerShell%4Operational.evtx"),
            ("OAB %28Default Web Site%29", "OAB (Default Web Site)"),
            ("%2Egit", ".git"),
            ("%C3%A9", "é"),
            ("50%", "50%"),
            ("a%2F..%2Fb", "a%2F..%2Fb"),
            ("a%5Cb", "a%5Cb"),
            ("%2e%2E", "%2e%2E"),
            ("%2E", "%2E"),
            ("a%00b", "a%00b"),
            ("%FF", "%FF"),
            ("%2", "%2"),
            ("%é1", "%é1"),
        ] {
            assert_eq!(decoded(part), plain, "{part}");
        }
    }
}
