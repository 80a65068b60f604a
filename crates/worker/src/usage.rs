//! What a process uses, as the kernel tells it.

use std::time::Duration;

/// Bytes of address space that a process has mapped.
pub(crate) fn mapped_bytes(process: u32) -> Option<u64> {
    pages(process, 0)
}

/// Bytes of memory that a process holds.
pub(crate) fn resident_bytes(process: u32) -> Option<u64> {
    pages(process, 1)
}

fn pages(process: u32, field: usize) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = text.split_ascii_whitespace().nth(field)?.parse().ok()?;
    pages.checked_mul(rustix::param::page_size() as u64)
}

/// Processor time that a process has used.
pub(crate) fn cpu_time(process: u32) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may hold blanks.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
    let milliseconds = ticks(11)?.checked_add(ticks(12)?)?.checked_mul(1000)? / rustix::param::clock_ticks_per_second();
    Some(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_uses_something() {
        let own = std::process::id();
        assert!(super::resident_bytes(own).unwrap() > 100_000);
        assert!(super::mapped_bytes(own) >= super::resident_bytes(own));
        assert!(super::cpu_time(own).is_some());
    }
}
