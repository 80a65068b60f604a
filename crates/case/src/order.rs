//! The hand-off: files are worked on in parallel, and written in their order.
//!
//! The turn belongs to the lowest file that is not finished. Whoever holds it writes what it makes at once; what is made
//! for later files waits here, and all that waits has one bound in bytes. A worker that would exceed it stands still.
//! When a file is finished, its worker passes the turn on, and first writes what waits for the next file while that
//! file's own worker goes on reading: then one thread writes and the other parses.
//!
//! **No deadlock.** Workers take files in ascending order, so when any file is being worked on, every lower one
//! was taken before it, and the lowest unfinished one has a worker. A worker stands still only in [`Order::put`], and there
//! only while its file has not the turn, or while another worker drains that file's queue. In the first case the
//! worker with the turn does not stand still, for this file has the turn by definition. In the second the drainer is
//! writing, needs no room to do so, and frees room with each item. So somebody always moves, until the last file ends.
//! A worker that dies in between gives up its file through `Drop`, and one that dies while writing fails the
//! whole order and wakes everyone.

use crate::CaseError;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Brings items into the order of files, and gives them to a sink.
pub(crate) struct Order<T, S> {
    state: Mutex<State<T>>,
    changed: Condvar,
    /// Touched only by whoever has the turn, or drains for it: never contended.
    sink: Mutex<S>,
    write: fn(&mut S, T) -> Result<(), CaseError>,
    room: usize,
}

struct State<T> {
    /// The lowest file that is not finished.
    turn: u32,
    /// Whether some worker writes what waits for the file of the turn; that file's own worker must queue meanwhile.
    draining: bool,
    waiting: BTreeMap<u32, Waiting<T>>,
    /// Bytes of all that waits.
    held: usize,
    failed: bool,
}

struct Waiting<T> {
    items: VecDeque<(usize, T)>,
    done: bool,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { items: VecDeque::new(), done: false }
    }
}

impl<T> State<T> {
    /// Refuses to go on after a failure, and files whose turn is over.
    fn check(&self, file: u32) -> Result<(), CaseError> {
        if self.failed {
            return Err(CaseError::Poisoned);
        }
        if file < self.turn {
            return Err(CaseError::Failed(format!("file {file} was handed over twice")));
        }
        Ok(())
    }

    /// The next item to drain; passes the turn on over files that are finished, and ends the drain when nothing waits.
    fn next_item(&mut self) -> Option<T> {
        while let Some(waiting) = self.waiting.get_mut(&self.turn) {
            if let Some((bytes, item)) = waiting.items.pop_front() {
                self.held -= bytes;
                return Some(item);
            }
            if !waiting.done {
                break;
            }
            self.waiting.remove(&self.turn);
            self.turn += 1;
        }
        self.draining = false;
        None
    }
}

/// Fails the order unless disarmed: a writer that panics must not leave others waiting for it.
struct Alarm<'a, T, S>(&'a Order<T, S>);

impl<T, S> Drop for Alarm<'_, T, S> {
    fn drop(&mut self) {
        self.0.fail();
    }
}

impl<T, S> Order<T, S> {
    /// An order that gives its items to `sink` through `write`, and lets at most `room` bytes wait.
    pub(crate) fn new(sink: S, room: usize, write: fn(&mut S, T) -> Result<(), CaseError>) -> Self {
        let state = State { turn: 0, draining: false, waiting: BTreeMap::new(), held: 0, failed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), sink: Mutex::new(sink), write, room }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under this lock, so a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self) {
        self.lock().failed = true;
        self.changed.notify_all();
    }

    /// Hands over an item of a file, `bytes` large: writes it if the file has the turn, else lets it wait for room.
    pub(crate) fn put(&self, file: u32, bytes: usize, item: T) -> Result<(), CaseError> {
        let mut state = self.lock();
        loop {
            state.check(file)?;
            if state.turn == file && !state.draining {
                drop(state);
                return self.write_out(item);
            }
            if state.held.saturating_add(bytes) <= self.room {
                state.held += bytes;
                state.waiting.entry(file).or_default().items.push_back((bytes, item));
                return Ok(());
            }
            // An item larger than all room waits until the turn comes or the drain ends: then it is written directly.
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says that a file is finished. With the turn, writes what waits for the next ones and passes the turn on.
    pub(crate) fn finish(&self, file: u32) -> Result<(), CaseError> {
        let mut state = self.lock();
        state.check(file)?;
        state.waiting.entry(file).or_default().done = true;
        if state.turn != file || state.draining {
            return Ok(());
        }
        state.draining = true;
        while let Some(item) = state.next_item() {
            drop(state);
            self.changed.notify_all();
            self.write_out(item)?;
            state = self.lock();
        }
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    fn write_out(&self, item: T) -> Result<(), CaseError> {
        let alarm = Alarm(self);
        let mut sink = self.sink.lock().map_err(|_| CaseError::Poisoned)?;
        (self.write)(&mut sink, item)?;
        std::mem::forget(alarm);
        Ok(())
    }

    /// The sink, once every file is finished.
    pub(crate) fn into_sink(self) -> Result<S, CaseError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if state.failed {
            return Err(CaseError::Poisoned);
        }
        if !state.waiting.is_empty() {
            return Err(CaseError::Failed(format!("file {} was never finished, but later ones were", state.turn)));
        }
        self.sink.into_inner().map_err(|_| CaseError::Poisoned)
    }
}

#[cfg(test)]
mod tests;
