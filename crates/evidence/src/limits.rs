//! The end of every read: how many files, how many bytes, how deep, how dense.

/// KiB of memory that the window of one unpacker may take, where its archive asks for as much as it likes.
pub(crate) const WINDOW_KIB: u32 = 256 << 10;

/// What one source may cost. A limit that is met is named in [`Skipped`](assize_model::file::Skipped).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Files and members listed or refused, over all levels.
    pub max_files: usize,
    /// Bytes of one file or member.
    pub max_file_bytes: u64,
    /// Unpacked bytes over all levels are at most this many times the size of the input ...
    pub max_total_times: u64,
    /// ... plus this many bytes.
    pub max_total_extra: u64,
    /// Unpacked bytes for one packed byte, once [`Limits::ratio_free_bytes`] are unpacked.
    pub max_ratio: u64,
    /// Unpacked bytes before [`Limits::max_ratio`] counts; short logs pack very well.
    pub ratio_free_bytes: u64,
    /// Archives inside the input, one in another.
    pub max_depth: usize,
    /// Bytes of one path inside the evidence.
    pub max_path_bytes: usize,
    /// Bytes of all paths together, over all levels.
    pub max_names_bytes: usize,
    /// Bytes of one extended header of a tar archive.
    pub max_header_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_files: 1_000_000,
            max_file_bytes: 64 << 30,
            max_total_times: 4,
            max_total_extra: 64 << 30,
            max_ratio: 200,
            ratio_free_bytes: 64 << 20,
            max_depth: 5,
            max_path_bytes: 4096,
            max_names_bytes: 512 << 20,
            max_header_bytes: 1 << 20,
        }
    }
}

impl Limits {
    /// Whether so many bytes may come out of so few; the reason where not.
    pub(crate) fn dense(&self, unpacked: u64, packed: u64) -> Result<(), String> {
        if unpacked > self.ratio_free_bytes && unpacked > packed.max(1).saturating_mul(self.max_ratio) {
            return Err(format!(
                "{unpacked} bytes from {packed} pass the limit of {} to 1 (max_ratio)",
                self.max_ratio
            ));
        }
        Ok(())
    }

    /// Whether names may take so many bytes in all; the reason where not.
    pub(crate) fn names(&self, bytes: usize) -> Result<(), String> {
        if bytes > self.max_names_bytes {
            return Err(format!("more than {} bytes of names (max_names_bytes)", self.max_names_bytes));
        }
        Ok(())
    }

    /// Whether one file may be this large; the reason where not.
    pub(crate) fn file_size(&self, size: u64) -> Result<(), String> {
        if size > self.max_file_bytes {
            return Err(format!(
                "{size} bytes pass the limit of {} for one file (max_file_bytes)",
                self.max_file_bytes
            ));
        }
        Ok(())
    }
}

/// What has been spent of the limits so far, over all levels of one source.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    input_bytes: u64,
    unpacked: u64,
    files: usize,
    names: usize,
}

impl Budget {
    /// A fresh budget for an input of this size.
    pub(crate) fn new(limits: Limits, input_bytes: u64) -> Self {
        Self { limits, input_bytes, unpacked: 0, files: 0, names: 0 }
    }

    /// Sets the size of the input, where it is known only after a walk.
    pub(crate) fn input(&mut self, bytes: u64) {
        self.input_bytes = bytes;
    }

    /// Claims one more file or refusal and its name; the reason when there are too many.
    pub(crate) fn claim_file(&mut self, name: &str) -> Result<(), String> {
        let most = self.limits.max_files.min(u32::MAX as usize);
        if self.files >= most {
            return Err(format!("more than {most} files (max_files)"));
        }
        let names = self.names.saturating_add(name.len());
        self.limits.names(names)?;
        (self.files, self.names) = (self.files + 1, names);
        Ok(())
    }

    /// Claims bytes that come out of an archive; the reason where there are too many.
    pub(crate) fn claim_bytes(&mut self, bytes: u64) -> Result<(), String> {
        let total = self.unpacked.saturating_add(bytes);
        let limits = &self.limits;
        let most = self.input_bytes.saturating_mul(limits.max_total_times).saturating_add(limits.max_total_extra);
        if total > most {
            return Err(format!(
                "{total} unpacked bytes in all pass the limit of {most} (max_total_times, max_total_extra)"
            ));
        }
        limits.dense(total, self.input_bytes)?;
        self.unpacked = total;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_counts_over_all_levels() {
        let limits = Limits { max_total_times: 2, max_total_extra: 10, ..Limits::default() };
        let mut budget = Budget::new(limits, 100);
        assert_eq!(budget.claim_bytes(150), Ok(()));
        assert!(budget.claim_bytes(61).unwrap_err().contains("limit of 210"));
        assert_eq!(budget.claim_bytes(60), Ok(()), "a refusal costs nothing");
        assert!(budget.claim_bytes(u64::MAX).is_err());
    }

    #[test]
    fn density_counts_only_after_the_free_bytes() {
        let limits = Limits { ratio_free_bytes: 1000, ..Limits::default() };
        assert_eq!(limits.dense(1000, 1), Ok(()));
        assert!(limits.dense(1001, 5).unwrap_err().contains("200 to 1"));
        assert_eq!(limits.dense(u64::MAX, u64::MAX), Ok(()));
    }
}
