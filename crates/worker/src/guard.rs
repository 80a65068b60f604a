//! The guard: one thread that looks at every child at work, and ends the one that takes more than it may.

#[cfg(target_os = "linux")]
use crate::usage::{cpu_time, resident_bytes};
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a child at work is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Time on the clock for each second of processor time: a machine may be busy, a child may not sleep for ever.
const CLOCK_PER_CPU: u64 = 10;

/// What a child may use for one job.
#[derive(Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) cpu: Duration,
    pub(crate) memory_bytes: u64,
}

/// The children at work, and the thread that looks at them.
#[derive(Default)]
pub(crate) struct Guard {
    posts: Arc<Posts>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Posts {
    at_work: Mutex<AtWork>,
    closing: Condvar,
}

#[derive(Default)]
struct AtWork {
    posts: Vec<Post>,
    last: u64,
    closed: bool,
}

/// A child at work.
struct Post {
    number: u64,
    child: Arc<Mutex<Child>>,
    allowance: Allowance,
    begin: Instant,
    /// What the child had used when it was first looked at: most jobs are done before.
    cpu_before: Option<Option<Duration>>,
    /// Why it was ended.
    stopped: Option<String>,
}

impl Guard {
    /// Does something with a child under guard; gives why the guard ended it, too.
    pub(crate) fn over<T>(
        &self,
        child: &Arc<Mutex<Child>>,
        allowance: Allowance,
        work: impl FnOnce() -> T,
    ) -> (T, Option<String>) {
        self.stand();
        let number = self.posts.add(Arc::clone(child), allowance);
        let done = work();
        (done, self.posts.remove(number))
    }

    /// Starts the thread where it does not run yet.
    fn stand(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let posts = Arc::clone(&self.posts);
            *thread = Some(std::thread::spawn(move || posts.watch()));
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.posts.lock().closed = true;
        self.posts.closing.notify_all();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // It holds nothing but what it was given.
            let _ = thread.join();
        }
    }
}

impl Posts {
    fn lock(&self) -> MutexGuard<'_, AtWork> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, child: Arc<Mutex<Child>>, allowance: Allowance) -> u64 {
        let mut at_work = self.lock();
        at_work.last += 1;
        let number = at_work.last;
        at_work.posts.push(Post { number, child, allowance, begin: Instant::now(), cpu_before: None, stopped: None });
        number
    }

    fn remove(&self, number: u64) -> Option<String> {
        let mut at_work = self.lock();
        let at = at_work.posts.iter().position(|post| post.number == number)?;
        at_work.posts.swap_remove(at).stopped
    }

    /// Looks at every child again and again until the guard is dropped.
    fn watch(&self) {
        let mut at_work = self.lock();
        while !at_work.closed {
            at_work = self.closing.wait_timeout(at_work, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
            at_work.posts.iter_mut().filter(|post| post.stopped.is_none()).for_each(Post::look);
        }
    }
}

impl Post {
    /// Ends the child where it takes more than it may.
    fn look(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let process = child.id();
        let now = cpu_time(process);
        let before = *self.cpu_before.get_or_insert(now);
        let used = now.zip(before).map(|(now, before)| now.saturating_sub(before));
        self.stopped = self.allowance.excess(used, self.begin.elapsed(), resident_bytes(process));
        if self.stopped.is_some() {
            // It may have ended by itself.
            let _ = child.kill();
        }
    }
}

impl Allowance {
    /// Why this is too much.
    fn excess(&self, cpu: Option<Duration>, clock: Duration, memory_bytes: Option<u64>) -> Option<String> {
        let seconds = self.cpu.as_secs();
        if cpu.is_some_and(|cpu| cpu > self.cpu) {
            return Some(format!("was stopped after {seconds} s of processor time"));
        }
        // Where processor time cannot be asked for, the clock is all there is.
        let clock_max = if cpu.is_some() { seconds.saturating_mul(CLOCK_PER_CPU) } else { seconds };
        if clock.as_secs() > clock_max {
            return Some(format!("was stopped after {clock_max} s without an end"));
        }
        let memory = memory_bytes.filter(|bytes| *bytes > self.memory_bytes)?;
        Some(format!("was stopped because it took {} MiB of memory", memory >> 20))
    }
}

#[cfg(not(target_os = "linux"))]
fn cpu_time(_process: u32) -> Option<Duration> {
    None
}

#[cfg(not(target_os = "linux"))]
fn resident_bytes(_process: u32) -> Option<u64> {
    None
}
