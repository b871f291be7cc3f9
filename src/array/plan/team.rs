//! Threads that carry out one job together, again and again: they wait by spinning for a moment, since a training step takes microseconds.
//! Deliberately knows nothing of the job.
//! Read next: `run.rs`.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Turns of waiting before a thread gives its processor away, and before it goes to sleep.
const SPINS: usize = 2_000;
const YIELDS: usize = 200;

/// A job, for the number of a thread. The lifetime is taken away: [`Team::run`] returns only when all threads are done with it.
type Job = *const (dyn Fn(usize) + Sync);

struct Post {
    job: Option<JobPointer>,
}

#[derive(Clone, Copy)]
struct JobPointer(Job);

// SAFETY: the job is `Sync`, and `Team::run` keeps it alive until every thread has finished it.
unsafe impl Send for JobPointer {}

struct Shared {
    members: usize,
    /// How many jobs have been given out.
    round: AtomicUsize,
    /// How many threads have finished the present one.
    finished: AtomicUsize,
    post: Mutex<Post>,
    news: Condvar,
    sleepers: AtomicUsize,
    end: AtomicBool,
    broken: AtomicBool,
    // the barrier inside a job
    arrived: AtomicUsize,
    turn: AtomicUsize,
}

/// Some threads, the caller's being the first.
pub(crate) struct Team {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Team({})", self.shared.members)
    }
}

fn wait_until(mut done: impl FnMut() -> bool) {
    let mut turns = 0;
    while !done() {
        turns += 1;
        if turns < SPINS {
            std::hint::spin_loop();
        } else {
            std::thread::yield_now();
        }
    }
}

impl Team {
    /// A team of this many threads; 1 is the caller alone. Fewer where the system gives no more.
    pub(crate) fn new(members: usize) -> Team {
        let mut shared = Shared {
            members: members.max(1),
            round: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            post: Mutex::new(Post { job: None }),
            news: Condvar::new(),
            sleepers: AtomicUsize::new(0),
            end: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            arrived: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
        };
        let mut threads = Vec::new();
        let available = std::thread::available_parallelism().map_or(1, usize::from);
        shared.members = shared.members.min(available.max(1) * 4);
        let shared = Arc::new(shared);
        for number in 1..shared.members {
            let own = Arc::clone(&shared);
            let spawned = std::thread::Builder::new().name(format!("symdiff-{number}")).spawn(move || own.work(number));
            match spawned {
                Ok(thread) => threads.push(thread),
                // without all of them the barrier would wait for ever
                Err(_) => return Team::new(1),
            }
        }
        Team { shared, threads }
    }

    /// How many threads there are.
    pub(crate) fn members(&self) -> usize {
        self.shared.members
    }

    /// Every thread carries out the job with its number, from 0 on. Returns when all have. False if one of them panicked.
    pub(crate) fn run(&mut self, job: &(dyn Fn(usize) + Sync)) -> bool {
        if self.shared.members == 1 {
            job(0);
            return true;
        }
        let shared = &*self.shared;
        shared.finished.store(0, Ordering::Relaxed);
        // SAFETY: only the lifetime changes; the pointer is used by threads that this call waits for.
        let job_pointer = unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync), Job>(std::ptr::from_ref(job)) };
        {
            let mut post = shared.post.lock().unwrap_or_else(PoisonError::into_inner);
            post.job = Some(JobPointer(job_pointer));
            shared.round.fetch_add(1, Ordering::Release);
            if shared.sleepers.load(Ordering::Relaxed) > 0 {
                shared.news.notify_all();
            }
        }
        let fine = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(0))).is_ok();
        if !fine {
            shared.broken.store(true, Ordering::Release);
        }
        wait_until(|| shared.finished.load(Ordering::Acquire) == shared.members - 1);
        !shared.broken.load(Ordering::Acquire)
    }

    /// A handle for [`Barrier::wait`] that a job can hold while the team runs it.
    pub(crate) fn meeting(&self) -> Barrier {
        Barrier(Arc::clone(&self.shared))
    }
}

/// The barrier of a team.
pub(crate) struct Barrier(Arc<Shared>);

impl Barrier {
    /// Waits until every thread of the team has come here.
    pub(crate) fn wait(&self) {
        self.0.barrier();
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.end.store(true, Ordering::Release);
        {
            let _post = self.shared.post.lock().unwrap_or_else(PoisonError::into_inner);
            self.shared.news.notify_all();
        }
        for thread in self.threads.drain(..) {
            // a thread that panicked has nothing more to say
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn barrier(&self) {
        if self.members == 1 {
            return;
        }
        let turn = self.turn.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.members {
            self.arrived.store(0, Ordering::Relaxed);
            self.turn.fetch_add(1, Ordering::Release);
            return;
        }
        // a member that panicked never comes
        wait_until(|| self.turn.load(Ordering::Acquire) != turn || self.broken.load(Ordering::Relaxed));
    }

    fn work(&self, number: usize) {
        let mut seen = 0;
        loop {
            let mut turns = 0;
            while self.round.load(Ordering::Acquire) == seen && !self.end.load(Ordering::Acquire) {
                turns += 1;
                if turns < SPINS {
                    std::hint::spin_loop();
                } else if turns < SPINS + YIELDS {
                    std::thread::yield_now();
                } else {
                    self.sleep(seen);
                }
            }
            if self.end.load(Ordering::Acquire) {
                return;
            }
            seen = self.round.load(Ordering::Acquire);
            let job = self.post.lock().unwrap_or_else(PoisonError::into_inner).job;
            if let Some(JobPointer(job)) = job {
                let fine = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    // SAFETY: `Team::run` does not return, and so keeps the job alive, before `finished` counts this thread.
                    let job = unsafe { &*job };
                    job(number);
                }));
                if fine.is_err() {
                    self.broken.store(true, Ordering::Release);
                }
            }
            self.finished.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn sleep(&self, seen: usize) {
        let mut post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_add(1, Ordering::Relaxed);
        while self.round.load(Ordering::Acquire) == seen && !self.end.load(Ordering::Acquire) {
            post = self.news.wait(post).unwrap_or_else(PoisonError::into_inner);
        }
        self.sleepers.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Team;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_thread_does_its_part_of_every_job() {
        for members in [1, 2, 3] {
            let mut team = Team::new(members);
            let meeting = team.meeting();
            let sums: Vec<AtomicUsize> = (0..team.members()).map(|_| AtomicUsize::new(0)).collect();
            for round in 0..200 {
                let fine = team.run(&|number| {
                    sums[number].fetch_add(round, Ordering::Relaxed);
                    meeting.wait();
                    // after the barrier every thread has counted
                    let least = sums.iter().map(|sum| sum.load(Ordering::Relaxed)).min();
                    assert!(least >= Some(round * (round + 1) / 2));
                    meeting.wait();
                });
                assert!(fine);
            }
        }
    }
}
