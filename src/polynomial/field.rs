//! How does one count modulo a prime that fills a word?
//! Deliberately knows nothing of polynomials.
//! Read next: `dense.rs`, polynomials in one variable over such a field.

use super::GENERATORS;
use crate::number::Number;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// The largest primes below 2^62, as distances from it.
const BELOW: [u64; 12] = [57, 87, 117, 143, 153, 167, 171, 195, 203, 273, 287, 317];

/// The whole numbers modulo an odd prime below 2^62. Residues are kept times 2^64, so that a product needs no division:
/// P. L. Montgomery, "Modular multiplication without trial division", Mathematics of Computation 44 (1985), 519-521.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) prime: u64,
    /// `-1/prime` modulo 2^64.
    inverse: u64,
    /// 2^128 modulo the prime.
    square: u64,
    /// The residue 1.
    pub(super) one: u64,
}

impl Field {
    /// For an odd prime below 2^62.
    pub(super) const fn new(prime: u64) -> Field {
        // Each step doubles the right bits of 1/prime (Newton); an odd number is its own inverse modulo 8.
        let (mut inverse, mut bits) = (prime, 3);
        while bits < 64 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(prime.wrapping_mul(inverse)));
            bits *= 2;
        }
        let one = ((1u128 << 64) % prime as u128) as u64;
        let square = (one as u128 * one as u128 % prime as u128) as u64;
        Field { prime, inverse: inverse.wrapping_neg(), square, one }
    }

    /// The first of the large fields.
    pub(super) const FIRST: Field = Field::new((1 << 62) - BELOW[0]);

    /// One field after the other, as long as there are primes.
    pub(super) fn large() -> impl Iterator<Item = Field> {
        BELOW.iter().enumerate().map(|(at, below)| if at == 0 { Field::FIRST } else { Field::new((1 << 62) - below) })
    }

    #[inline]
    pub(super) fn mul(&self, a: u64, b: u64) -> u64 {
        let product = u128::from(a) * u128::from(b);
        let multiple = (product as u64).wrapping_mul(self.inverse);
        let reduced = ((product + u128::from(multiple) * u128::from(self.prime)) >> 64) as u64;
        if reduced >= self.prime { reduced - self.prime } else { reduced }
    }

    #[inline]
    pub(super) fn add(&self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.prime { sum - self.prime } else { sum }
    }

    #[inline]
    pub(super) fn sub(&self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.prime - b }
    }

    pub(super) fn pow(&self, base: u64, mut exponent: u64) -> u64 {
        let (mut power, mut square) = (self.one, base);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = self.mul(power, square);
            }
            exponent >>= 1;
            if exponent > 0 {
                square = self.mul(square, square);
            }
        }
        power
    }

    /// The reciprocal by Fermat's little theorem; 0 for 0.
    pub(super) fn invert(&self, a: u64) -> u64 {
        self.pow(a, self.prime - 2)
    }

    /// The residue of a whole number.
    pub(super) fn residue(&self, n: u64) -> u64 {
        self.mul(if n < self.prime { n } else { n % self.prime }, self.square)
    }

    /// The residue of a whole number that may be large or negative; `None` for a fraction.
    pub(super) fn of_number(&self, number: &Number) -> Option<u64> {
        let size = match number.small() {
            Some((n, 1)) => self.residue(n.unsigned_abs()),
            Some(_) => return None,
            None if number.is_integer() => {
                let size = number.to_big().numer().magnitude() % self.prime;
                self.residue(size.to_u64()?)
            }
            None => return None,
        };
        Some(if number.is_negative() { self.sub(0, size) } else { size })
    }

    /// The residue of a large whole number.
    pub(super) fn of_big(&self, n: &BigInt) -> u64 {
        self.residue(n.mod_floor(&BigInt::from(self.prime)).to_u64().unwrap_or(0))
    }

    /// The whole number below the prime that has this residue.
    pub(super) fn plain(&self, residue: u64) -> u64 {
        self.mul(residue, 1)
    }

    /// The whole number of least size that has this residue.
    pub(super) fn lift(&self, residue: u64) -> i64 {
        let n = self.plain(residue);
        if n > self.prime / 2 { -((self.prime - n) as i64) } else { n as i64 }
    }
}

/// A stream of residues that is the same at each run: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014, 453-472.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) const fn residue(&mut self, field: &Field) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % field.prime
    }

    /// A point, with a value for each variable.
    pub(super) const fn point(&mut self, field: &Field) -> [u64; GENERATORS] {
        let (mut point, mut v) = ([0; GENERATORS], 0);
        while v < GENERATORS {
            point[v] = self.residue(field);
            v += 1;
        }
        point
    }
}
