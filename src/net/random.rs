//! Random numbers that are the same on every machine: for each seed as many independent streams as are asked for.
//! Deliberately the ChaCha generator of a crate whose stream will not change.
//! Read next: `network.rs` (initial values), `train.rs` (order of examples, masks).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    source: ChaCha8Rng,
    spare: Option<f64>,
}

impl Stream {
    /// The stream of this number for a seed.
    pub(crate) fn new(seed: u64, number: u64) -> Stream {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(number);
        Stream { source, spare: None }
    }

    /// Evenly between 0 and 1, 1 left out.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.source.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normally distributed with mean 0 and deviation 1 (Marsaglia and Bray 1964, the polar method).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (a, b) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = a * a + b * b;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(b * factor);
                return a * factor;
            }
        }
    }

    /// A whole number below `bound`, each as likely (multiply and shift; the bias is below 2^-32).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.source.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Puts a list in random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }

    /// Fills a mask: 1 with this probability, else 0.
    pub(crate) fn mask<T: Copy>(&mut self, mask: &mut [T], keep: f64, one: T, zero: T) {
        // 32 bits for each entry decide
        let bound = (keep * 4_294_967_296.0) as u64;
        for pair in mask.chunks_mut(2) {
            let bits = self.source.next_u64();
            for (entry, bits) in pair.iter_mut().zip([bits & 0xffff_ffff, bits >> 32]) {
                *entry = if bits < bound { one } else { zero };
            }
        }
    }
}
