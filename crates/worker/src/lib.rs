//! Worker: a parser of binary evidence in a process of its own, without rights.
//!
//! Whoever controlled the server chose every byte of its logs. A fault in a parser of binary formats must not hurt the
//! case, so such a parser runs in a child: `confine` takes its rights away before it reads a byte, `frame` is the
//! language between the two, `child` answers jobs, and `pool` gives them and takes every word of the answer as hostile;
//! `guard` ends a child that takes more than it may.
//!
//! ```text
//! parent: job, head, bytes ──► child: ready once, then   need ──► bytes ... last   rows ... account | trouble
//! ```

mod child;
mod confine;
mod frame;
mod guard;
mod pool;
#[cfg(target_os = "linux")]
mod usage;

pub use child::serve;
pub use confine::{Confinement, Limits, restrict};
pub use pool::{Pool, WorkerError};
