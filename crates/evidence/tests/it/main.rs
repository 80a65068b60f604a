//! Evidence as it is given: folders, archives, damaged and hostile ones. Text in, text out.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod archives;
mod collections;
mod common;
mod folders;
mod hostile;
mod hosts;
mod locked;
mod mutated;
