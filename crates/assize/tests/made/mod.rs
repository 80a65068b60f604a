//! Event logs made byte by byte, as the tests of their reader have them.

#[path = "../../../artifacts/tests/common/log.rs"]
pub(crate) mod log;

/// What those ask for beside.
pub(crate) mod salvage {
    /// Where the records of a chunk lie: each begins where the one before it ends.
    pub(crate) fn whole_records(chunk: &[u8]) -> Vec<(usize, usize, u64)> {
        let number = |at: usize| u32::from_le_bytes(chunk[at..at + 4].try_into().expect("four bytes"));
        let mut found = Vec::new();
        let mut at = super::log::CHUNK_HEADER;
        while chunk.get(at..at + 4) == Some(&b"\x2a\x2a\0\0"[..]) {
            let end = at + number(at + 4) as usize;
            found.push((at, end, u64::from(number(at + 8))));
            at = end;
        }
        found
    }
}
