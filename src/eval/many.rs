//! Real numbers of many binary digits, by the crate astro-float.
//! Deliberately knows nothing of expressions. What would take absurd time or digits is given up, and said so in the context.
//! Read next: `precise.rs`, which asks twice to tell digits from noise.

use super::real::{Exact, Real};
use crate::function::Function;
use crate::number::Number;
use astro_float::{BigFloat, Consts, RoundingMode, Sign};
use num_bigint::BigInt;
use std::cmp::Ordering;

const ROUND: RoundingMode = RoundingMode::ToEven;

/// A real number of many digits.
#[derive(Clone, Debug)]
pub(crate) struct Many(BigFloat);

/// Precision in bits, and the digits of pi, e and log 2 that are known so far.
pub(crate) struct Digits {
    bits: usize,
    known: Consts,
    /// Set where an answer would need more digits or time than is sensible.
    gave_up: bool,
}

/// Bits beyond those asked for.
const GUARD: usize = 64;
/// Whole numbers up to this size stay exact, so that sin(10^1000) means what it says.
const EXACT_BITS: u64 = 20_000;
/// An argument of sin above 2^this is given up.
const REDUCE: i32 = 20_000;

impl Digits {
    pub(crate) fn new(bits: usize) -> Option<Digits> {
        Some(Digits { bits: bits.clamp(64, 1 << 20) + GUARD, known: Consts::new().ok()?, gave_up: false })
    }

    fn at<T>(&mut self, bits: usize, work: impl FnOnce(&mut Digits) -> T) -> T {
        let saved = std::mem::replace(&mut self.bits, bits);
        let result = work(self);
        self.bits = saved;
        result
    }
}

impl Many {
    /// e with 2^(e - 1) <= |x| < 2^e; `None` for 0 and what is not finite.
    pub(crate) fn exponent(&self) -> Option<i32> {
        if self.0.is_zero() { None } else { self.0.exponent() }
    }

    /// Rounded to a float.
    pub(crate) fn to_f64(&self) -> f64 {
        if self.0.is_inf() {
            return if self.0.is_negative() { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        match self.0.as_raw_parts() {
            None => f64::NAN,
            Some((words, _, sign, exponent, _)) => {
                let Some((&top, rest)) = words.split_last() else {
                    return 0.0;
                };
                // the lowest bit stands for all digits below it
                let sticky = u64::from(rest.iter().any(|&word| word != 0));
                let size = libm::scalbn((top | sticky) as f64, exponent.saturating_sub(64));
                if sign == Sign::Neg { -size } else { size }
            }
        }
    }

    fn whole(n: &BigInt, bits: usize) -> Many {
        let (sign, words) = n.to_u64_digits();
        let exponent = i32::try_from(words.len().saturating_mul(64)).unwrap_or(i32::MAX);
        let sign = if sign == num_bigint::Sign::Minus { Sign::Neg } else { Sign::Pos };
        let mut value = BigFloat::from_words(&words, sign, exponent);
        if n.bits() > EXACT_BITS.max(bits as u64) {
            // a failure leaves it exact
            let _ = value.set_precision(bits, ROUND);
        }
        Many(value)
    }

    fn one() -> Many {
        Many(BigFloat::from_word(1, 64))
    }

    /// Whether the angle is known well enough for its sine.
    fn angle_is_known(&self, c: &mut Digits) -> bool {
        let Some(exponent) = self.exponent() else {
            return true;
        };
        if exponent > REDUCE || (self.0.inexact() && exponent > GUARD as i32 / 2) {
            c.gave_up = true;
            return false;
        }
        true
    }

    fn is_tiny(&self, c: &Digits) -> bool {
        self.exponent().is_some_and(|e| i64::from(e) < -(c.bits as i64))
    }
}

impl Real for Many {
    type Context = Digits;
    const FLOATS: bool = false;

    fn zero() -> Many {
        Many(BigFloat::new(64))
    }
    fn nan() -> Many {
        Many(BigFloat::nan(None))
    }
    fn from_number(n: &Number, c: &mut Digits) -> Many {
        let big = n.to_big();
        if n.is_integer() {
            return Many::whole(big.numer(), c.bits);
        }
        let (n, d) = (Many::whole(big.numer(), c.bits), Many::whole(big.denom(), c.bits));
        Many(n.0.div(&d.0, c.bits, ROUND))
    }
    fn from_f64(x: f64, c: &mut Digits) -> Many {
        Many(BigFloat::from_f64(x, c.bits))
    }
    fn pi(c: &mut Digits) -> Many {
        Many(c.known.pi(c.bits, ROUND))
    }
    fn add(&self, other: &Many, c: &mut Digits) -> Many {
        Many(self.0.add(&other.0, c.bits, ROUND))
    }
    fn sub(&self, other: &Many, c: &mut Digits) -> Many {
        Many(self.0.sub(&other.0, c.bits, ROUND))
    }
    fn mul(&self, other: &Many, c: &mut Digits) -> Many {
        Many(self.0.mul(&other.0, c.bits, ROUND))
    }
    fn div(&self, other: &Many, c: &mut Digits) -> Many {
        Many(self.0.div(&other.0, c.bits, ROUND))
    }
    fn neg(&self) -> Many {
        Many(self.0.neg())
    }
    fn abs(&self) -> Many {
        Many(self.0.abs())
    }
    fn scale(&self, k: i32, c: &mut Digits) -> Many {
        let mut value = self.0.clone();
        match self.exponent().map(|e| e.checked_add(k)) {
            None => {}
            Some(Some(e)) => value.set_exponent(e),
            Some(None) => c.gave_up = true,
        }
        Many(value)
    }
    fn exp(&self, c: &mut Digits) -> Many {
        match self.exponent() {
            // beyond the range of exponents: exp(2^32)
            Some(e) if e > 32 => Many(if self.0.is_negative() { BigFloat::new(64) } else { astro_float::INF_POS }),
            Some(_) if self.is_tiny(c) => Many::one().add(self, c),
            _ => Many(self.0.exp(c.bits, ROUND, &mut c.known)),
        }
    }
    fn ln(&self, c: &mut Digits) -> Many {
        if self.0.is_zero() {
            return Many::nan();
        }
        Many(self.0.ln(c.bits, ROUND, &mut c.known))
    }
    fn ln_1p(&self, c: &mut Digits) -> Many {
        if self.is_tiny(c) {
            return self.clone();
        }
        let lost = self.exponent().map_or(0, |e| usize::try_from(-e).unwrap_or(0));
        let bits = c.bits + lost;
        c.at(bits, |c| Many::one().add(self, c).ln(c))
    }
    fn sqrt(&self, c: &mut Digits) -> Many {
        Many(self.0.sqrt(c.bits, ROUND))
    }
    fn sin(&self, c: &mut Digits) -> Many {
        if !self.angle_is_known(c) {
            return Many::nan();
        }
        if self.is_tiny(c) {
            return self.clone();
        }
        Many(self.0.sin(c.bits, ROUND, &mut c.known))
    }
    fn cos(&self, c: &mut Digits) -> Many {
        if !self.angle_is_known(c) {
            return Many::nan();
        }
        if self.is_tiny(c) {
            return Many::one();
        }
        Many(self.0.cos(c.bits, ROUND, &mut c.known))
    }
    fn sinh(&self, c: &mut Digits) -> Many {
        if self.is_tiny(c) {
            return self.clone();
        }
        if self.exponent().is_some_and(|e| e > 32) {
            let huge = self.abs().exp(c);
            return if self.0.is_negative() { huge.neg() } else { huge };
        }
        Many(self.0.sinh(c.bits, ROUND, &mut c.known))
    }
    fn cosh(&self, c: &mut Digits) -> Many {
        if self.is_tiny(c) {
            return Many::one();
        }
        if self.exponent().is_some_and(|e| e > 32) {
            return self.abs().exp(c);
        }
        Many(self.0.cosh(c.bits, ROUND, &mut c.known))
    }
    fn asinh(&self, c: &mut Digits) -> Many {
        if self.is_tiny(c) {
            return self.clone();
        }
        Many(self.0.asinh(c.bits, ROUND, &mut c.known))
    }
    fn atan2(&self, x: &Many, c: &mut Digits) -> Many {
        if self.0.is_nan() || x.0.is_nan() {
            return Many::nan();
        }
        if self.0.is_zero() {
            return if x.is_negative() { Many::pi(c) } else { Many::zero() };
        }
        let pi = Many::pi(c);
        if x.0.is_zero() {
            let quarter = pi.scale(-1, c);
            return if self.0.is_negative() { quarter.neg() } else { quarter };
        }
        let ratio = self.div(x, c);
        let angle = if ratio.is_tiny(c) { ratio } else { Many(ratio.0.atan(c.bits, ROUND, &mut c.known)) };
        match (x.is_negative(), self.0.is_negative()) {
            (false, _) => angle,
            (true, false) => angle.add(&pi, c),
            (true, true) => angle.sub(&pi, c),
        }
    }
    fn hypot(&self, other: &Many, c: &mut Digits) -> Many {
        self.mul(self, c).add(&other.mul(other, c), c).sqrt(c)
    }
    fn floor(&self) -> Many {
        Many(self.0.floor())
    }
    fn powi(&self, n: i64, c: &mut Digits) -> Many {
        let Ok(times) = usize::try_from(n.unsigned_abs()) else {
            return Many::nan();
        };
        let power = Many(self.0.powi(times, c.bits, ROUND));
        if n < 0 { Many::one().div(&power, c) } else { power }
    }
    fn powf(&self, e: &Many, c: &mut Digits) -> Many {
        // exponents of results have 32 bits: so many more digits of the logarithm count
        let bits = c.bits + 32;
        c.at(bits, |c| self.ln(c).mul(e, c).exp(c))
    }
    fn exact_power(base: Exact<'_, Many>, exponent: Exact<'_, Many>, c: &mut Digits) -> Many {
        let more = base.number.map_or(0, |n| n.bits().min(EXACT_BITS)) as usize;
        let bits = c.bits + 32 + more;
        let power = c.at(bits, |c| {
            let b = base.number.map_or_else(|| base.value.clone(), |n| Many::from_number(n, c));
            let e = exponent.number.map_or_else(|| exponent.value.clone(), |n| Many::from_number(n, c));
            b.ln(c).mul(&e, c)
        });
        power.exp(c)
    }
    fn gave_up(c: &mut Digits) -> bool {
        std::mem::take(&mut c.gave_up)
    }
    fn order(&self, other: &Many) -> Option<Ordering> {
        self.0.cmp(&other.0).map(|sign| sign.cmp(&0))
    }
    fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
    fn is_finite(&self) -> bool {
        !self.0.is_nan() && !self.0.is_inf()
    }
    fn is_nan(&self) -> bool {
        self.0.is_nan()
    }
    fn is_integer(&self) -> bool {
        self.0.is_int()
    }
    fn to_f64(&self) -> f64 {
        Many::to_f64(self)
    }
    fn row(_: Function, _: &[f64]) -> Option<Many> {
        None
    }
}
