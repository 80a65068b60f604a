//! Taking one's own rights away. What could not be taken is said, not passed over.

use serde::{Deserialize, Serialize};

/// What a worker may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory beyond what the program itself takes.
    pub memory_bytes: u64,
    /// Seconds of processor time for any file.
    pub cpu_seconds: u64,
    /// Bytes of a file for which one more second is given.
    pub bytes_per_second: u64,
}

impl Default for Limits {
    /// 512 MiB; 60 s and 1 s for every 4 MiB.
    fn default() -> Self {
        Self { memory_bytes: 512 << 20, cpu_seconds: 60, bytes_per_second: 4 << 20 }
    }
}

impl Limits {
    /// Seconds of processor time for a file of that size.
    #[must_use]
    pub fn cpu_seconds_for(&self, bytes: u64) -> u64 {
        self.cpu_seconds.saturating_add(bytes / self.bytes_per_second.max(1))
    }
}

/// Which rights are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Each one in a word: `limits`, `landlock`, `seccomp`.
    pub taken: Vec<String>,
    /// What could not be taken away, and why.
    pub missing: Vec<String>,
}

impl Confinement {
    /// Whether the process can open no file and no connection, and start nothing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && !self.taken.is_empty()
    }
}

/// Takes the rights of this process away, for good. To be called before a byte of evidence is read.
#[cfg(target_os = "linux")]
#[must_use]
pub fn restrict(limits: &Limits) -> Confinement {
    let mut confinement = Confinement::default();
    // The filter comes last: it refuses the calls that the others are made of.
    for (word, result) in [
        ("limits", linux::limit(limits)),
        ("landlock", linux::close_files_and_network()),
        ("seccomp", linux::filter_calls()),
    ] {
        match result {
            Ok(()) => confinement.taken.push(word.into()),
            Err(why) => confinement.missing.push(format!("{word}: {why}")),
        }
    }
    confinement
}

/// Takes the rights of this process away: on this system there is no way that we know.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn restrict(_limits: &Limits) -> Confinement {
    Confinement { taken: Vec::new(), missing: vec!["not confined: this system has no means that we use".into()] }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Limits;
    use crate::usage;
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    use rustix::process::{Resource, Rlimit, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };
    use std::collections::BTreeMap;

    /// Memory, files, processes. Processor time is counted by the parent, job by job; this is the last resort.
    pub(super) fn limit(limits: &Limits) -> Result<(), String> {
        /// A worker whose parent is gone ends by itself, and at the latest after a day of work.
        const CPU_SECONDS_EVER: u64 = 86_400;
        let mapped = usage::mapped_bytes(std::process::id()).unwrap_or(0);
        for (what, most) in [
            (Resource::As, mapped.saturating_add(limits.memory_bytes)),
            (Resource::Cpu, CPU_SECONDS_EVER),
            (Resource::Fsize, 0),
            (Resource::Core, 0),
            (Resource::Nproc, 0),
            (Resource::Nofile, 8),
        ] {
            setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) }).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// No file can be opened, no connection made or awaited, no process outside spoken to.
    pub(super) fn close_files_and_network() -> Result<(), String> {
        let abi = ABI::V6;
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(abi))
            .and_then(|r| r.handle_access(AccessNet::from_all(abi)))
            .and_then(|r| r.scope(Scope::from_all(abi)))
            .and_then(Ruleset::create)
            .and_then(landlock::RulesetCreated::restrict_self)
            .map_err(|e| e.to_string())?;
        if status.ruleset == RulesetStatus::NotEnforced {
            return Err("this kernel has none".into());
        }
        Ok(())
    }

    /// Every other call is refused.
    pub(super) fn filter_calls() -> Result<(), String> {
        let arch = std::env::consts::ARCH.try_into().map_err(|_| "no filter for this processor".to_owned())?;
        let (allow, refuse) = (SeccompAction::Allow, SeccompAction::Errno(libc::EPERM.unsigned_abs()));
        let filter = SeccompFilter::new(rules().map_err(|e| e.to_string())?, refuse, allow, arch);
        let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(|e| e.to_string())?;
        seccompiler::apply_filter_all_threads(&program).map_err(|e| e.to_string())
    }

    /// What a parser needs: to read, to write, memory, and an end. The engine of signatures has a thread that ticks once a
    /// second; it was begun before, but may still be on its first steps.
    fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
        let plain = [
            libc::SYS_read,
            libc::SYS_write,
            libc::SYS_readv,
            libc::SYS_writev,
            libc::SYS_close,
            libc::SYS_munmap,
            libc::SYS_mremap,
            libc::SYS_brk,
            libc::SYS_madvise,
            libc::SYS_futex,
            libc::SYS_exit,
            libc::SYS_exit_group,
            libc::SYS_rt_sigaction,
            libc::SYS_rt_sigprocmask,
            libc::SYS_rt_sigreturn,
            libc::SYS_restart_syscall,
            libc::SYS_sigaltstack,
            libc::SYS_sched_yield,
            libc::SYS_clock_gettime,
            libc::SYS_clock_nanosleep,
            libc::SYS_rseq,
            libc::SYS_set_robust_list,
            libc::SYS_getrandom,
            libc::SYS_getpid,
            libc::SYS_gettid,
        ];
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = plain.into_iter().map(|call| (call, Vec::new())).collect();
        let when = |argument, length, op, value| {
            SeccompCondition::new(argument, length, op, value).and_then(|c| SeccompRule::new(vec![c]))
        };
        // Memory is never made executable.
        let exec = u64::from(libc::PROT_EXEC.unsigned_abs());
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            rules.insert(call, vec![when(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(exec), 0)?]);
        }
        // An abort is a signal to oneself, and to nobody else.
        let own = u64::from(std::process::id());
        rules.insert(libc::SYS_tgkill, vec![when(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?]);
        Ok(rules)
    }
}
