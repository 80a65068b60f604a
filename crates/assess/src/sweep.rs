//! Tables read by all cores at once, and what was made of them taken in stored order.
//!
//! So the same rows give the same findings whatever the number of threads: what a part of a table says is worked out
//! in parallel, and only one thread puts it together.

use crate::{AssessError, Tables};
use arrow_array::RecordBatch;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Pieces that may be finished before their turn, for each thread. Beyond, a thread waits: memory has an end.
const AHEAD: usize = 4;

/// What is known of the pieces so far.
struct Progress<T> {
    /// The next one to be worked on.
    next: usize,
    /// The next one to be taken.
    turn: usize,
    made: BTreeMap<usize, Result<T, AssessError>>,
    /// Set when the one that takes has given up.
    stopped: bool,
}

/// Gives each batch of a table to `map`, on several threads, and what it made to `take`, in stored order.
pub(crate) fn sweep<T: Send>(
    tables: &dyn Tables,
    (table, columns): (&str, Option<&[&str]>),
    threads: usize,
    map: &(dyn Fn(&RecordBatch) -> Result<T, AssessError> + Sync),
    take: &mut dyn FnMut(T),
) -> Result<(), AssessError> {
    let part = |number: usize| -> Result<Vec<T>, AssessError> {
        let mut made = Vec::new();
        tables.scan_part(table, number, columns, &mut |batch| {
            made.push(map(batch)?);
            Ok(())
        })?;
        Ok(made)
    };
    in_order(tables.parts(table), threads, &part, &mut |made| made.into_iter().for_each(&mut *take))
}

/// Does so many pieces of work, on several threads, and gives what each made to `take`, in their order.
pub(crate) fn in_order<T: Send>(
    pieces: usize,
    threads: usize,
    make: &(dyn Fn(usize) -> Result<T, AssessError> + Sync),
    take: &mut dyn FnMut(T),
) -> Result<(), AssessError> {
    let threads = threads.clamp(1, pieces.max(1));
    if threads == 1 {
        return (0..pieces).try_for_each(|number| {
            take(make(number)?);
            Ok(())
        });
    }
    let progress = Mutex::new(Progress { next: 0, turn: 0, made: BTreeMap::new(), stopped: false });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(number) = claim(&progress, &changed, pieces, threads) {
                    // A panic here is a fault of ours; it must not leave the taker waiting.
                    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| make(number)));
                    let made = made.unwrap_or_else(|_| Err(AssessError::Table("a reader of tables stopped".into())));
                    lock(&progress).made.insert(number, made);
                    changed.notify_all();
                }
            });
        }
        for number in 0..pieces {
            match wait_for(&progress, &changed, number) {
                Ok(made) => take(made),
                Err(e) => {
                    lock(&progress).stopped = true;
                    changed.notify_all();
                    return Err(e);
                }
            }
        }
        Ok(())
    })
}

fn lock<T>(progress: &Mutex<Progress<T>>) -> MutexGuard<'_, Progress<T>> {
    // Nothing that can panic runs under this lock.
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next piece to work on, once it is not too far ahead.
fn claim<T>(progress: &Mutex<Progress<T>>, changed: &Condvar, pieces: usize, threads: usize) -> Option<usize> {
    let mut state = lock(progress);
    loop {
        if state.stopped || state.next >= pieces {
            return None;
        }
        if state.next < state.turn + AHEAD * threads {
            state.next += 1;
            return Some(state.next - 1);
        }
        state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

/// What was made of a piece, once it is there.
fn wait_for<T>(progress: &Mutex<Progress<T>>, changed: &Condvar, number: usize) -> Result<T, AssessError> {
    let mut state = lock(progress);
    loop {
        if let Some(made) = state.made.remove(&number) {
            state.turn = number + 1;
            changed.notify_all();
            return made;
        }
        state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Visit;
    use arrow_array::{ArrayRef, UInt64Array};
    use assize_model::FileId;
    use assize_model::result::TableSummary;
    use std::sync::Arc;

    /// A table of so many parts, each with two batches; one part may be broken.
    struct Parts {
        count: usize,
        broken: Option<usize>,
    }

    impl Tables for Parts {
        fn tables(&self) -> Vec<&TableSummary> {
            Vec::new()
        }
        fn parts(&self, _: &str) -> usize {
            self.count
        }
        fn scan_part(
            &self,
            _: &str,
            part: usize,
            _: Option<&[&str]>,
            visit: &mut Visit<'_>,
        ) -> Result<(), AssessError> {
            if self.broken == Some(part) {
                return Err(AssessError::Table(format!("part {part}")));
            }
            for half in 0..2 {
                let cells: ArrayRef = Arc::new(UInt64Array::from(vec![(part * 2 + half) as u64]));
                visit(&RecordBatch::try_from_iter([("n", cells)]).unwrap())?;
            }
            Ok(())
        }
        fn file_path(&self, _: FileId) -> &str {
            ""
        }
        fn paths_contain(&self, _: &str) -> bool {
            false
        }
    }

    fn number(batch: &RecordBatch) -> Result<u64, AssessError> {
        Ok(batch.column(0).as_any().downcast_ref::<UInt64Array>().unwrap().value(0))
    }

    #[test]
    fn what_is_made_comes_in_stored_order() {
        for threads in [1, 2, 7] {
            let mut taken = Vec::new();
            let parts = Parts { count: 100, broken: None };
            sweep(&parts, ("t", None), threads, &number, &mut |n| taken.push(n)).unwrap();
            assert_eq!(taken, (0..200).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_broken_part_ends_the_sweep_after_those_before_it() {
        for threads in [1, 3] {
            let mut taken = Vec::new();
            let parts = Parts { count: 100, broken: Some(50) };
            let error = sweep(&parts, ("t", None), threads, &number, &mut |n| taken.push(n)).unwrap_err();
            assert_eq!((error.to_string().contains("part 50"), taken.len()), (true, 100));
        }
    }

    #[test]
    fn a_panic_is_an_error_and_nobody_waits() {
        let parts = Parts { count: 10, broken: None };
        let map = |batch: &RecordBatch| {
            assert!(number(batch)? != 7, "as the test wants it");
            Ok(())
        };
        assert!(sweep(&parts, ("t", None), 2, &map, &mut |()| ()).is_err());
    }
}
