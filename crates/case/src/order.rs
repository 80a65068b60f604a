//! The hand-off: files are worked on in parallel, and written in their order.
//!
//! Each file has a queue of record batches. The turn belongs to the lowest file that is not finished; only its
//! batches are written. A worker ahead of its turn fills its queue and then waits, so memory is bounded by
//! workers times queue. No deadlock: workers take files in ascending order, so the lowest unfinished file has
//! a worker, and that worker never waits: it writes what it makes at once.

use crate::CaseError;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard};

/// Items that a worker ahead of its turn may queue.
const QUEUE_MAX: usize = 4;

/// What is handed over, in the order of files.
pub(crate) struct Order<T, S> {
    state: Mutex<State<T, S>>,
    changed: Condvar,
}

struct State<T, S> {
    turn: u32,
    queues: BTreeMap<u32, Queue<T>>,
    sink: S,
    failed: bool,
}

struct Queue<T> {
    items: Vec<T>,
    done: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { items: Vec::new(), done: false }
    }
}

impl<T, S> Order<T, S> {
    /// An order whose items go to `sink`.
    pub(crate) fn new(sink: S) -> Self {
        let state = State { turn: 0, queues: BTreeMap::new(), sink, failed: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> Result<MutexGuard<'_, State<T, S>>, CaseError> {
        self.state.lock().map_err(|_| CaseError::Poisoned)
    }

    /// Hands over an item of a file; writes it when the turn is there, waits when the queue is full.
    pub(crate) fn put(
        &self,
        file: u32,
        item: T,
        write: impl Fn(&mut S, T) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let mut state = self.lock()?;
        loop {
            if state.failed {
                return Err(CaseError::Poisoned);
            }
            if state.turn == file {
                let written = write(&mut state.sink, item);
                state.failed |= written.is_err();
                self.changed.notify_all();
                return written;
            }
            let queue = state.queues.entry(file).or_default();
            if queue.items.len() < QUEUE_MAX {
                queue.items.push(item);
                return Ok(());
            }
            state = self.changed.wait(state).map_err(|_| CaseError::Poisoned)?;
        }
    }

    /// Says that a file is finished; gives the turn on, and writes what waited for it.
    pub(crate) fn finish(
        &self,
        file: u32,
        write: impl Fn(&mut S, T) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let mut state = self.lock()?;
        state.queues.entry(file).or_default().done = true;
        let mut written = Ok(());
        loop {
            let turn = state.turn;
            let Some(queue) = state.queues.get_mut(&turn) else { break };
            let (items, done) = (std::mem::take(&mut queue.items), queue.done);
            for item in items {
                written = written.and_then(|()| write(&mut state.sink, item));
            }
            if !done {
                break;
            }
            state.queues.remove(&turn);
            state.turn += 1;
        }
        state.failed |= written.is_err();
        self.changed.notify_all();
        written
    }

    /// The sink, once every file is finished.
    pub(crate) fn into_sink(self) -> Result<S, CaseError> {
        self.state.into_inner().map(|s| s.sink).map_err(|_| CaseError::Poisoned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn items_come_in_the_order_of_files_whatever_the_workers() {
        for workers in [1, 2, 8] {
            let order = Order::new(Vec::new());
            let next = AtomicU32::new(0);
            let write = |sink: &mut Vec<(u32, u32)>, item| {
                sink.push(item);
                Ok(())
            };
            std::thread::scope(|scope| {
                for _ in 0..workers {
                    scope.spawn(|| {
                        loop {
                            let file = next.fetch_add(1, Ordering::Relaxed);
                            if file >= 200 {
                                return;
                            }
                            for n in 0..(file * 7) % 23 {
                                order.put(file, (file, n), write).unwrap();
                            }
                            order.finish(file, write).unwrap();
                        }
                    });
                }
            });
            let items = order.into_sink().unwrap();
            assert!(items.is_sorted(), "{workers} workers");
            assert_eq!(items.len() as u32, (0..200).map(|f| (f * 7) % 23).sum::<u32>());
        }
    }

    #[test]
    fn a_failure_stops_everyone() {
        let order = Order::new(());
        let fail = |(): &mut (), _: u8| Err(CaseError::Poisoned);
        assert!(order.put(0, 1, fail).is_err());
        assert!(order.put(5, 1, |(), _| Ok(())).is_err());
    }
}
