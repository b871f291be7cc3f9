//! Products of powers of variables, and their lexicographic order.
//! Deliberately knows nothing of coefficients.
//! Read next: `mod.rs`, whose terms are monomials with coefficients.

use std::fmt;

/// Variables that there are: `0..GENERATORS`.
pub(crate) const GENERATORS: usize = 24;

// Sets of variables are bits of a `u32`.
const _: () = assert!(GENERATORS <= 32);

/// Exponents that share a word.
const LANES: usize = 4;
const WORDS: usize = GENERATORS / LANES;
/// The highest bit of each exponent in a word.
const HIGH: u64 = 0x8000_8000_8000_8000;

/// A product of powers of variables, ordered lexicographically: variable 0 first.
///
/// Four exponents of 16 bits share a word, earlier variables in higher bits, so that the order of monomials is the order
/// of their words, and one addition of words adds four exponents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Monomial([u64; WORDS]);

fn place(v: usize) -> (usize, u32) {
    (v / LANES, 16 * (LANES - 1 - v % LANES) as u32)
}

impl Monomial {
    /// The empty product.
    pub(crate) const ONE: Monomial = Monomial([0; WORDS]);

    /// A power of one variable.
    pub(crate) fn variable(v: usize, exponent: u16) -> Monomial {
        Monomial::ONE.with(v, exponent)
    }

    /// The exponent of a variable.
    #[inline]
    pub(crate) fn exponent(&self, v: usize) -> u16 {
        let (word, shift) = place(v);
        self.0.get(word).map_or(0, |w| (w >> shift) as u16)
    }

    /// The same with another exponent of one variable.
    #[inline]
    pub(crate) fn with(mut self, v: usize, exponent: u16) -> Monomial {
        debug_assert!(v < GENERATORS, "there is no variable {v}");
        let (word, shift) = place(v);
        if let Some(w) = self.0.get_mut(word) {
            *w = *w & !(0xffff << shift) | u64::from(exponent) << shift;
        }
        self
    }

    /// The product, unless an exponent grows too large.
    #[inline]
    pub(crate) fn times(&self, other: &Monomial) -> Option<Monomial> {
        let mut sum = [0; WORDS];
        let mut overflow = 0;
        for ((s, a), b) in sum.iter_mut().zip(self.0).zip(other.0) {
            *s = ((a & !HIGH) + (b & !HIGH)) ^ ((a ^ b) & HIGH);
            overflow |= (a & b) | ((a | b) & !*s);
        }
        (overflow & HIGH == 0).then_some(Monomial(sum))
    }

    /// The quotient, if it is a monomial.
    #[inline]
    pub(crate) fn over(&self, other: &Monomial) -> Option<Monomial> {
        let mut difference = [0; WORDS];
        let mut borrow = 0;
        for ((d, a), b) in difference.iter_mut().zip(self.0).zip(other.0) {
            *d = ((a | HIGH) - (b & !HIGH)) ^ ((a ^ !b) & HIGH);
            borrow |= (!a & b) | ((!a | b) & *d);
        }
        (borrow & HIGH == 0).then_some(Monomial(difference))
    }

    /// The variables that occur, with their exponents.
    pub(super) fn powers(&self) -> impl Iterator<Item = (usize, u16)> {
        let words = self.0.into_iter().enumerate().filter(|(_, word)| *word != 0);
        let exponents = words.flat_map(|(at, word)| (0..LANES).map(move |lane| (LANES * at + lane, (word >> place(lane).1) as u16)));
        exponents.filter(|(_, exponent)| *exponent != 0)
    }

    /// In each lane of the first word the lower exponent, and the higher one.
    #[inline]
    fn ordered(a: u64, b: u64) -> (u64, u64) {
        let difference = ((a | HIGH) - (b & !HIGH)) ^ ((a ^ !b) & HIGH);
        let borrow = ((!a & b) | ((!a | b) & difference)) & HIGH;
        let below = (borrow >> 15) * 0xffff;
        ((a & below) | (b & !below), (b & below) | (a & !below))
    }

    /// The greatest common divisor: the lower exponents.
    #[inline]
    pub(crate) fn gcd(&self, other: &Monomial) -> Monomial {
        let mut lower = *self;
        lower.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = Monomial::ordered(*a, b).0);
        lower
    }

    /// The least common multiple: the higher exponents.
    #[inline]
    pub(super) fn lcm(&self, other: &Monomial) -> Monomial {
        let mut higher = *self;
        higher.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = Monomial::ordered(*a, b).1);
        higher
    }

    /// The sum of the exponents.
    pub(crate) fn total(&self) -> u32 {
        self.powers().map(|(_, exponent)| u32::from(exponent)).sum()
    }

    /// A bit for each variable that occurs.
    pub(crate) fn variables(&self) -> u32 {
        self.powers().fold(0, |mask, (v, _)| mask | 1 << v)
    }
}

impl fmt::Debug for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.powers()).finish()
    }
}
