//! Programs and libraries of Exchange: the version that each carries.
//!
//! Windows keeps it in the resources of a program, in a block with a name and a number of its own. The block is searched for and no
//! offset of the file is followed, so that a damaged program costs nothing.

use crate::{Artifact, Look};
use assize_content::Layout;
use assize_model::{FileInfo, Rows, RowsError};
use std::io::{BufRead, Read};

/// How a program of Windows begins.
const MAGIC: &[u8] = b"MZ";
/// Bytes of a program that are searched; none of Exchange has more.
const BYTES_MAX: u64 = 64 << 20;
/// What the block of the version begins with (Microsoft, `VS_FIXEDFILEINFO`): its number, and the version of its form.
const BLOCK: [u8; 8] = [0xBD, 0x04, 0xEF, 0xFE, 0, 0, 1, 0];
/// The name before it, in UTF-16, and how many bytes before it that ends at most.
const NAME: &str = "VS_VERSION_INFO";
const BETWEEN: usize = 8;

struct Programs<'l> {
    layout: &'l Layout,
}

/// The artifact for the table `exchange_programs`.
pub(crate) fn make(layout: &Layout) -> Box<dyn Artifact + '_> {
    Box::new(Programs { layout })
}

/// Whether a file is called as one of Exchange's own.
fn of_exchange(file: &FileInfo) -> bool {
    let name = file.name().to_ascii_lowercase();
    name == "exsetup.exe" || (name.starts_with("microsoft.exchange.") && name.ends_with(".dll"))
}

impl Artifact for Programs<'_> {
    fn layout(&self) -> &Layout {
        self.layout
    }

    fn claims(&self, look: &Look<'_>) -> bool {
        look.file.head.starts_with(MAGIC) && of_exchange(look.file)
    }

    fn parse(&self, input: &mut dyn BufRead, rows: &mut Rows<'_>) -> Result<(), RowsError> {
        let mut bytes = Vec::new();
        (&mut *input).take(BYTES_MAX).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64 + std::io::copy(input, &mut std::io::sink())?;
        let (spec, file) = (rows.spec(), rows.file());
        let version = version(&bytes).map(|v| v.map(|part| part.to_string()).join(".")).unwrap_or_default();
        if version.is_empty() {
            rows.note("it carries no version");
        }
        for (name, value) in
            [("path", file.path.as_str()), ("name", file.name()), ("sha256", &file.sha256), ("version", &version)]
        {
            rows.named_text(name, value);
        }
        if let (Some(at), Ok(size)) = (spec.column("size"), i64::try_from(size)) {
            rows.number(at, size);
        }
        rows.modified();
        rows.finish(0, None, size)
    }
}

/// The version in a program: major, minor, build, revision.
fn version(bytes: &[u8]) -> Option<[u16; 4]> {
    let name: Vec<u8> = NAME.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let named = |at: &usize| {
        let before = bytes.get(at.saturating_sub(name.len() + BETWEEN)..*at).unwrap_or_default();
        memchr::memmem::find(before, &name).is_some()
    };
    let at = memchr::memmem::find_iter(bytes, &BLOCK).find(named)?;
    let half = |from: usize| Some(u16::from_le_bytes(bytes.get(at + from..at + from + 2)?.try_into().ok()?));
    // Two words, each with its upper half behind its lower one.
    Some([half(10)?, half(8)?, half(14)?, half(12)?])
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, NAME, version};

    fn program(version: [u16; 4]) -> Vec<u8> {
        let mut bytes = b"MZ\x90\0".repeat(70);
        bytes.extend(NAME.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0; 4]);
        bytes.extend(BLOCK);
        bytes.extend([version[1], version[0], version[3], version[2]].iter().flat_map(|half| half.to_le_bytes()));
        bytes.extend([0; 40]);
        bytes
    }

    #[test]
    fn the_version_of_a_program() {
        let bytes = program([15, 1, 2106, 13]);
        assert_eq!(version(&bytes), Some([15, 1, 2106, 13]));
        let whole = bytes.len() - 40;
        for cut in 0..whole {
            assert_eq!(version(&bytes[..cut]), None, "cut at {cut}");
        }
        assert_eq!(version(&bytes[..whole]), Some([15, 1, 2106, 13]));
    }

    #[test]
    fn a_block_without_its_name_is_none() {
        let bytes = program([15, 1, 2106, 13]);
        let at = memchr::memmem::find(&bytes, &BLOCK).unwrap();
        assert_eq!(version(&bytes[at..]), None);
        assert_eq!(version(b""), None);
        // What merely looks like one may stand before.
        assert_eq!(version(&[&BLOCK[..], &[9; 30], &bytes].concat()), Some([15, 1, 2106, 13]));
    }
}
