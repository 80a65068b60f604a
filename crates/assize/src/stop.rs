//! Ctrl-C: the first one finishes the files in hand, a second one ends at once.

use crate::exit::{INTERRUPTED, Stop};
use crate::out;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Whether the user wants to stop. The first call begins to listen.
pub(crate) fn asked_for() -> &'static AtomicBool {
    LISTENING.call_once(|| {
        let heard = || {
            if ASKED.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED.into());
            }
            out::error("stopping after the files in hand; press Ctrl-C again to end at once");
        };
        // Where nobody tells us of Ctrl-C it ends the command at once, as it does everywhere.
        let _ = ctrlc::set_handler(heard);
    });
    &ASKED
}

/// What is said of an input that was not finished, and how to go on.
pub(crate) fn interrupted(input: &Path, done: u64, all: u64) -> Stop {
    Stop::Interrupted(format!(
        "interrupted: {done} of {all} files of {} were read, and there is no verdict; what was read is kept, and the \
         same command goes on with it",
        input.display()
    ))
}
