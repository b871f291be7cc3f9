//! Where a product goes: memory that others may write to at the same time, in other columns.
//! Deliberately has no arithmetic: whoever writes through it has checked the last place before.
//! Read next: `drive.rs`, `gather.rs`.
#![allow(unsafe_code)]

use std::marker::PhantomData;

/// Memory of a result, from some place on.
#[derive(Debug)]
pub(super) struct Target<'a, T> {
    start: *mut T,
    length: usize,
    memory: PhantomData<&'a mut [T]>,
}

impl<T> Clone for Target<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Target<'_, T> {}

impl<'a, T> Target<'a, T> {
    /// All of a slice.
    pub(super) fn of(memory: &'a mut [T]) -> Target<'a, T> {
        Target { start: memory.as_mut_ptr(), length: memory.len(), memory: PhantomData }
    }

    /// So many entries from here on.
    ///
    /// # Safety
    /// They are there as long as the target is, and nobody else reads or writes those that are written through it.
    pub(super) unsafe fn shared(start: *mut T, length: usize) -> Target<'a, T> {
        Target { start, length, memory: PhantomData }
    }

    /// What comes from this entry on: nothing behind the end.
    pub(super) fn from(self, at: usize) -> Target<'a, T> {
        let at = at.min(self.length);
        Target { start: self.start.wrapping_add(at), length: self.length - at, memory: PhantomData }
    }

    /// Writes the same to so many entries, as far as they are there.
    pub(super) fn fill(self, count: usize, value: T)
    where
        T: Copy,
    {
        // SAFETY: the entries are there, and are the target's alone.
        (0..count.min(self.length)).for_each(|at| unsafe { self.start.add(at).write(value) });
    }

    pub(super) fn as_mut_ptr(self) -> *mut T {
        self.start
    }

    pub(super) fn len(self) -> usize {
        self.length
    }
}
