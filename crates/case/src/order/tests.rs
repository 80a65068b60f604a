//! The hand-off under many timings.

use super::*;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

type Pairs = Vec<(u32, u32)>;

fn push(sink: &mut Pairs, item: (u32, u32)) -> Result<(), CaseError> {
    sink.push(item);
    Ok(())
}

/// Gives the processor away a number of times that no two files share: timing without a clock.
fn dawdle(seed: u32) {
    for _ in 0..seed.wrapping_mul(2_654_435_761) >> 26 {
        std::thread::yield_now();
    }
}

/// Runs `work` on files in ascending order.
fn with_workers(workers: usize, files: u32, work: impl Fn(u32) + Sync) {
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let file = next.fetch_add(1, Ordering::Relaxed);
                    if file >= files {
                        return;
                    }
                    work(file);
                }
            });
        }
    });
}

#[test]
fn items_come_in_the_order_of_files_whatever_the_workers_and_the_room() {
    for (workers, room) in [1, 2, 8].into_iter().flat_map(|w| [0, 1, 7, 1000].map(|r| (w, r))) {
        let order = Order::new(Pairs::new(), room, push);
        with_workers(workers, 200, |file| {
            for n in 0..(file * 7) % 23 {
                dawdle(file * 31 + n);
                order.put(file, 1 + n as usize % 3, (file, n)).unwrap();
            }
            dawdle(file);
            order.finish(file).unwrap();
        });
        let items = order.into_sink().unwrap();
        assert!(items.is_sorted(), "{workers} workers, room for {room}");
        assert_eq!(items.len() as u32, (0..200).map(|f| (f * 7) % 23).sum::<u32>());
    }
}

#[test]
fn what_waits_is_bounded_over_all_files() {
    // File 0 holds the turn until the others stand still; they are many and small, so a bound by file would not hold them.
    let order = Order::new(Pairs::new(), 10, push);
    let ahead = AtomicUsize::new(0);
    with_workers(2, 100, |file| {
        if file == 0 {
            while order.lock().held < 10 {
                std::thread::yield_now();
            }
            for _ in 0..100 {
                std::thread::yield_now();
            }
            assert_eq!(ahead.load(Ordering::SeqCst), 10, "files wait that found no room");
        } else {
            order.put(file, 1, (file, 0)).unwrap();
            ahead.fetch_add(1, Ordering::SeqCst);
        }
        order.finish(file).unwrap();
    });
    assert_eq!(order.into_sink().unwrap().len(), 99);
}

#[test]
fn a_failure_stops_everyone_who_waits() {
    fn fail_at_zero(_: &mut (), item: u32) -> Result<(), CaseError> {
        if item == 0 { Err(CaseError::Failed("disk full".into())) } else { Ok(()) }
    }
    let order = Order::new((), 1, fail_at_zero);
    let failed = AtomicUsize::new(0);
    with_workers(4, 4, |file| {
        while file == 0 && order.lock().held == 0 {
            std::thread::yield_now();
        }
        let put = order.put(file, 1, file).and_then(|()| order.put(file, 1, file));
        failed.fetch_add(usize::from(put.is_err()), Ordering::SeqCst);
    });
    assert_eq!(failed.into_inner(), 4);
    assert!(matches!(order.into_sink(), Err(CaseError::Poisoned)));
}

#[test]
fn a_panic_while_writing_wakes_those_who_wait() {
    fn panic_at_zero(_: &mut (), item: u32) -> Result<(), CaseError> {
        assert!(item != 0, "as the test wants it");
        Ok(())
    }
    let order = Order::new((), 0, panic_at_zero);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| order.put(1, 1, 1));
        let dies = scope.spawn(|| order.put(0, 1, 0));
        assert!(dies.join().is_err());
        assert!(waits.join().unwrap().is_err());
    });
}

#[test]
fn a_file_that_is_missing_or_comes_twice_is_an_error() {
    let order = Order::new(Pairs::new(), 10, push);
    order.put(1, 1, (1, 0)).unwrap();
    order.finish(1).unwrap();
    assert_eq!(order.into_sink().unwrap_err().to_string(), "file 0 was never finished, but later ones were");
    let order = Order::new(Pairs::new(), 10, push);
    order.finish(0).unwrap();
    assert_eq!(order.put(0, 1, (0, 0)).unwrap_err().to_string(), "file 0 was handed over twice");
}
