//! Which numbers stand for monomials, so that comparing and multiplying them is one operation on a word?
//! Deliberately knows nothing of coefficients.
//! Read next: `arithmetic.rs`, which sorts by them.

use super::{GENERATORS, Monomial};

/// What orders the monomials of one product or quotient.
pub(super) trait Key: Copy + Ord {
    /// The key of the product.
    fn and(self, other: Self) -> Option<Self>;
    /// The key of the quotient.
    fn without(self, other: Self) -> Option<Self>;
}

impl Key for u64 {
    fn and(self, other: u64) -> Option<u64> {
        self.checked_add(other)
    }
    fn without(self, other: u64) -> Option<u64> {
        self.checked_sub(other)
    }
}

impl Key for Monomial {
    fn and(self, other: Monomial) -> Option<Monomial> {
        Monomial::times(&self, &other)
    }
    fn without(self, other: Monomial) -> Option<Monomial> {
        Monomial::over(&self, &other)
    }
}

/// Numbers for the monomials whose exponents are within bounds: mixed radix, so that products are sums and the order stays
/// (L. Kronecker, "Grundzüge einer arithmetischen Theorie der algebraischen Grössen", 1882, section 4).
pub(super) struct Radix([u64; GENERATORS]);

impl Radix {
    /// `None` where a word does not hold the numbers.
    pub(super) fn new(high: &Monomial) -> Option<Radix> {
        let (mut weights, mut weight) = ([0; GENERATORS], 1u64);
        for (v, place) in weights.iter_mut().enumerate().rev() {
            *place = weight;
            weight = weight.checked_mul(u64::from(high.exponent(v)) + 1)?;
        }
        Some(Radix(weights))
    }

    pub(super) fn number(&self, m: &Monomial) -> u64 {
        m.powers().map(|(v, exponent)| u64::from(exponent) * self.0.get(v).copied().unwrap_or(0)).sum()
    }
}
