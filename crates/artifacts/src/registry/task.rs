//! What a scheduled task runs, out of the bytes that the service of tasks keeps in the registry.
//!
//! Microsoft does not publish the form. It is known from research (G DATA, winreg-tasks): a version, from the second one on
//! whom the task runs as, then each action behind a number of its own. What does not read so to its end is left as bytes.

/// What an action begins with.
const PROGRAM: u16 = 0x6666;
const OBJECT: u16 = 0x7777;
/// Actions of one task.
const ACTIONS_MAX: usize = 32;

/// The actions of a task, joined by `; `: a program with its arguments, or the class of an object in braces.
pub(super) fn actions(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    let version = number(&mut rest)?;
    if !(1..=3).contains(&version) {
        return None;
    }
    if version > 1 {
        text(&mut rest)?;
    }
    let mut said = Vec::new();
    while !rest.is_empty() && said.len() < ACTIONS_MAX {
        let kind = number(&mut rest)?;
        text(&mut rest)?;
        match kind {
            PROGRAM => {
                let (program, arguments) = (text(&mut rest)?, text(&mut rest)?);
                text(&mut rest)?;
                if version > 2 {
                    number(&mut rest)?;
                }
                said.push(format!("{program} {arguments}").trim().to_owned());
            }
            OBJECT => {
                said.push(class(take(&mut rest, 16)?)?);
                text(&mut rest)?;
            }
            // A mail or a message: their forms are longer, and both are gone since Windows Server 2012.
            _ => return None,
        }
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes(take(rest, 2)?.try_into().ok()?))
}

/// A text in UTF-16 behind its length in bytes.
fn text(rest: &mut &[u8]) -> Option<String> {
    let length = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    let bytes = take(rest, usize::try_from(length).ok()?)?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    (bytes.len() % 2 == 0).then(|| String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned())
}

/// The class of an object as Windows writes it.
fn class(bytes: &[u8]) -> Option<String> {
    let a = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let b = u16::from_le_bytes(bytes.get(4..6)?.try_into().ok()?);
    let c = u16::from_le_bytes(bytes.get(6..8)?.try_into().ok()?);
    let hex = |part: &[u8]| part.iter().map(|b| format!("{b:02X}")).collect::<String>();
    Some(format!("{{{a:08X}-{b:04X}-{c:04X}-{}-{}}}", hex(bytes.get(8..10)?), hex(bytes.get(10..16)?)))
}

#[cfg(test)]
mod tests {
    use super::actions;

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut bytes = u32::try_from(units.len()).unwrap_or(0).to_le_bytes().to_vec();
        bytes.extend(units);
        bytes
    }

    fn program(version: u16, program: &str, arguments: &str) -> Vec<u8> {
        let mut bytes = version.to_le_bytes().to_vec();
        bytes.extend(wide("Author"));
        bytes.extend(0x6666u16.to_le_bytes());
        for part in ["", program, arguments, ""] {
            bytes.extend(wide(part));
        }
        if version > 2 {
            bytes.extend([0, 0]);
        }
        bytes
    }

    #[test]
    fn a_program_and_its_arguments() {
        for version in [2, 3] {
            let bytes = program(version, "powershell.exe", "-nop -w hidden");
            assert_eq!(actions(&bytes).as_deref(), Some("powershell.exe -nop -w hidden"));
            for cut in 0..bytes.len() {
                assert_eq!(actions(&bytes[..cut]), None, "cut at {cut}");
            }
        }
    }

    #[test]
    fn an_object_by_its_class() {
        let mut bytes = program(3, "a.exe", "");
        bytes.extend(0x7777u16.to_le_bytes());
        bytes.extend(wide(""));
        bytes.extend([0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 1, 2, 3, 4, 5, 6]);
        bytes.extend(wide("data"));
        assert_eq!(actions(&bytes).as_deref(), Some("a.exe; {00112233-4455-6677-8899-010203040506}"));
    }

    #[test]
    fn other_bytes_are_none() {
        assert_eq!(actions(&[]), None);
        assert_eq!(actions(&[9, 0, 0, 0]), None);
        assert_eq!(actions(&[3, 0, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
