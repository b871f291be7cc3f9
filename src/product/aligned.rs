//! Memory that begins on a cache line: loads and stores that cross from one line to the next take twice the time.
//! Deliberately cannot grow.
//! Read next: `lanes.rs`.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
pub(super) const LINE: usize = 64;

/// So many entries, the first of which begins a cache line.
#[derive(Debug)]
pub(crate) struct Aligned<T> {
    memory: Vec<T>,
    start: usize,
    length: usize,
}

impl<T: Copy> Aligned<T> {
    /// As many entries, all with this value.
    pub(crate) fn filled(length: usize, value: T) -> Aligned<T> {
        let memory = vec![value; length + LINE / size_of::<T>()];
        let start = start(&memory, length);
        Aligned { memory, start, length }
    }
}

/// Where in the memory the first cache line begins; so many entries follow in any case.
pub(super) fn start<T>(memory: &[T], length: usize) -> usize {
    memory.as_ptr().align_offset(LINE).min(memory.len() - length)
}

impl<T> Deref for Aligned<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::{Aligned, LINE};

    #[test]
    fn the_first_entry_begins_a_line() {
        for length in [0, 1, 7, 100, 5_000] {
            let mut memory = Aligned::filled(length, 1.5_f32);
            assert_eq!(memory.len(), length);
            assert_eq!(memory.as_ptr() as usize % LINE, 0);
            memory.fill(2.5);
            assert!(memory.iter().all(|&x| x == 2.5));
        }
    }
}
