//! Exit codes, and the errors that end a command.

use assize_model::State;

/// Done, nothing to report.
pub(crate) const OK: u8 = 0;
/// Not completed: a trouble of our own.
pub(crate) const ERROR: u8 = 1;
/// Bad arguments.
pub(crate) const USAGE: u8 = 2;
/// No input could be understood.
pub(crate) const NOT_ASSESSED: u8 = 3;
/// Some inputs failed, and the others are below `--fail-on`.
pub(crate) const PARTIAL: u8 = 4;

/// Stopped with Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// The arguments do not fit.
    #[error("{0}")]
    Usage(String),
    /// The input cannot be read or understood.
    #[error("{0}")]
    Input(String),
    /// A trouble of our own: a full disk, a case that cannot be opened.
    #[error("{0}")]
    Own(String),
    /// The user pressed Ctrl-C.
    #[error("{0}")]
    Interrupted(String),
    /// Nobody reads our output any more; we end quietly.
    #[error("")]
    Closed,
}

impl Stop {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Input(_) => NOT_ASSESSED,
            Self::Own(_) => ERROR,
            Self::Interrupted(_) => INTERRUPTED,
            Self::Closed => OK,
        }
    }
}

/// The code over all inputs: the highest state that counts, then partial failure.
pub(crate) fn over(states: &[State], failed: usize, fail_on: State, exit_zero: bool) -> u8 {
    if exit_zero {
        return OK;
    }
    let worst = states.iter().map(|s| s.code()).filter(|c| *c >= fail_on.code()).max();
    let unknown = states.iter().filter(|s| **s == State::NotAssessed).count();
    match worst {
        Some(code) => code,
        // An input that failed or could not be assessed is no success, whatever the threshold.
        None if failed + unknown == 0 => OK,
        None if unknown == states.len() && (failed == 0 || states.is_empty()) => NOT_ASSESSED,
        None => PARTIAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Attacked, Breached, CannotExclude, Exposed, NoEvidence, NotAssessed};

    #[test]
    fn the_highest_state_wins() {
        let cases: [(&[State], usize, State, u8); 11] = [
            (&[NoEvidence], 0, Exposed, 0),
            (&[Exposed], 0, Exposed, 10),
            (&[Exposed], 0, CannotExclude, 0),
            (&[NoEvidence, Breached, Attacked], 0, Exposed, 50),
            (&[Breached], 0, Breached, 50),
            (&[CannotExclude], 2, Exposed, 30),
            (&[NoEvidence], 1, Exposed, 4),
            (&[], 1, Exposed, 3),
            (&[NotAssessed], 0, Exposed, 3),
            (&[NotAssessed, NoEvidence], 0, Exposed, 4),
            (&[NotAssessed, Attacked], 0, Exposed, 20),
        ];
        for (states, failed, fail_on, code) in cases {
            assert_eq!(over(states, failed, fail_on, false), code, "{states:?} {failed} {fail_on}");
            assert_eq!(over(states, failed, fail_on, true), 0);
        }
    }
}
