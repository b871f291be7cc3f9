//! Exact rational numbers with a fast path for small ones; the only file that says when exact becomes inexact.
//! Deliberately knows nothing of expressions.
//! Read next: `expr.rs`, which keeps numbers in nodes.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_rational::{BigRational, Ratio};
use num_traits::ToPrimitive;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Decimal digits that a number with a denominator may have.
pub(crate) const FRACTION_DIGITS: usize = 40_000;

/// An exact rational number, always in lowest terms with a positive denominator.
///
/// ```
/// use symdiff::Number;
/// let tenth = Number::new(1, 10);
/// assert_eq!(tenth.add(&Number::new(2, 10)), Number::new(3, 10));
/// ```
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Small(Ratio<i64>),
    /// Never a value that fits `Small`.
    Big(Box<BigRational>),
}
use Repr::{Big, Small};

impl Number {
    /// 0
    pub const ZERO: Number = Number(Small(Ratio::new_raw(0, 1)));
    /// 1
    pub const ONE: Number = Number(Small(Ratio::new_raw(1, 1)));
    /// -1
    pub const MINUS_ONE: Number = Number(Small(Ratio::new_raw(-1, 1)));
    /// 1/2
    pub const HALF: Number = Number(Small(Ratio::new_raw(1, 2)));

    /// `numerator/denominator`; a zero denominator gives 0 (check it where it can occur).
    #[must_use]
    pub fn new(numerator: i64, denominator: i64) -> Number {
        if denominator == 0 {
            return Number::ZERO;
        }
        Number::from_i128(i128::from(numerator), i128::from(denominator))
    }

    /// The integer `n`.
    #[must_use]
    #[inline]
    pub const fn integer(n: i64) -> Number {
        Number(Small(Ratio::new_raw(n, 1)))
    }

    fn from_i128(mut n: i128, mut d: i128) -> Number {
        if let (Ok(a), Ok(b)) = (i64::try_from(n), i64::try_from(d))
            && a != i64::MIN
            && b != i64::MIN
        {
            // Half-width division is several times faster.
            let g = if b == 1 { 1 } else { a.gcd(&b) };
            let g = if b < 0 { -g } else { g };
            return Number(Small(Ratio::new_raw(a / g, b / g)));
        }
        let g = n.gcd(&d);
        if g > 1 {
            n /= g;
            d /= g;
        }
        if d < 0 {
            n = -n;
            d = -d;
        }
        match (i64::try_from(n), i64::try_from(d)) {
            // i64::MIN has no negative; keeping it out of the fast path makes negation total.
            (Ok(n), Ok(d)) if n != i64::MIN => Number(Small(Ratio::new_raw(n, d))),
            _ => Number(Big(Box::new(BigRational::new_raw(n.into(), d.into())))),
        }
    }

    /// From a rational in lowest terms or not.
    #[must_use]
    pub fn from_big(value: BigRational) -> Number {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(n), Some(d)) if n != i64::MIN => Number(Small(Ratio::new_raw(n, d))),
            _ => Number(Big(Box::new(value))),
        }
    }

    /// From an integer of any size.
    #[must_use]
    pub fn from_bigint(value: BigInt) -> Number {
        Number::from_big(BigRational::from_integer(value))
    }

    /// The same value as `num_rational::BigRational`.
    #[must_use]
    pub fn to_big(&self) -> BigRational {
        match &self.0 {
            Small(r) => BigRational::new_raw((*r.numer()).into(), (*r.denom()).into()),
            Big(r) => (**r).clone(),
        }
    }

    /// The exact value of a finite float.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Number> {
        BigRational::from_float(value).map(Number::from_big)
    }

    /// The shortest decimal that reads back to the same float: 0.1 is 1/10. `None` if it is not finite.
    #[must_use]
    pub fn from_shortest(value: f64) -> Option<Number> {
        let size = Number::from_decimal(&format!("{:e}", value.abs()), 1000)?;
        Some(if value < 0.0 { size.neg() } else { size })
    }

    /// The nearest float: correctly rounded; beyond the range an infinity. This is where exact becomes inexact.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Small(r) if r.numer().unsigned_abs() < 1 << 53 && r.denom().unsigned_abs() < 1 << 53 => *r.numer() as f64 / *r.denom() as f64,
            _ => self.to_big().to_f64().unwrap_or(f64::NAN),
        }
    }

    /// Numerator and denominator where both fit.
    #[must_use]
    #[inline]
    pub fn small(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Small(r) => Some((*r.numer(), *r.denom())),
            Big(_) => None,
        }
    }

    /// The value where it is a small integer.
    #[must_use]
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match self.small() {
            Some((n, 1)) => Some(n),
            _ => None,
        }
    }

    /// Whether it is a whole number.
    #[must_use]
    #[inline]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Small(r) => *r.denom() == 1,
            Big(r) => r.is_integer(),
        }
    }

    /// Whether it is a whole even number.
    #[must_use]
    pub fn is_even(&self) -> bool {
        match &self.0 {
            Small(r) => *r.denom() == 1 && r.numer() % 2 == 0,
            Big(r) => r.is_integer() && r.numer().is_even(),
        }
    }

    /// Whether it is 0.
    #[must_use]
    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Small(r) if *r.numer() == 0)
    }

    /// Whether it is 1.
    #[must_use]
    #[inline]
    pub fn is_one(&self) -> bool {
        matches!(&self.0, Small(r) if *r.numer() == 1 && *r.denom() == 1)
    }

    /// Whether it is -1.
    #[must_use]
    #[inline]
    pub fn is_minus_one(&self) -> bool {
        matches!(&self.0, Small(r) if *r.numer() == -1 && *r.denom() == 1)
    }

    /// Whether it is below 0.
    #[must_use]
    #[inline]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(r) => *r.numer() < 0,
            Big(r) => r.numer().sign() == Sign::Minus,
        }
    }

    /// Whether it is above 0.
    #[must_use]
    #[inline]
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// The numerator as a number.
    #[must_use]
    pub fn numerator(&self) -> Number {
        match &self.0 {
            Small(r) => Number::integer(*r.numer()),
            Big(r) => Number::from_bigint(r.numer().clone()),
        }
    }

    /// The denominator as a number.
    #[must_use]
    pub fn denominator(&self) -> Number {
        match &self.0 {
            Small(r) => Number::integer(*r.denom()),
            Big(r) => Number::from_bigint(r.denom().clone()),
        }
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Number) -> Number {
        if let (Small(a), Small(b)) = (&self.0, &other.0) {
            if *a.denom() == 1 && *b.denom() == 1 {
                return match a.numer().checked_add(*b.numer()) {
                    Some(n) if n != i64::MIN => Number::integer(n),
                    _ => Number::from_i128(i128::from(*a.numer()) + i128::from(*b.numer()), 1),
                };
            }
            let (an, ad, bn, bd) = (i128::from(*a.numer()), i128::from(*a.denom()), i128::from(*b.numer()), i128::from(*b.denom()));
            // |an*bd| < 2^126 each, so the sum fits.
            return Number::from_i128(an * bd + bn * ad, ad * bd);
        }
        Number::from_big(self.to_big() + other.to_big())
    }

    /// The difference.
    #[must_use]
    pub fn sub(&self, other: &Number) -> Number {
        self.add(&other.neg())
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Number) -> Number {
        if let (Small(a), Small(b)) = (&self.0, &other.0) {
            if *a.denom() == 1
                && *b.denom() == 1
                && let Some(n) = a.numer().checked_mul(*b.numer())
                && n != i64::MIN
            {
                return Number::integer(n);
            }
            let n = i128::from(*a.numer()) * i128::from(*b.numer());
            let d = i128::from(*a.denom()) * i128::from(*b.denom());
            return Number::from_i128(n, d);
        }
        Number::from_big(self.to_big() * other.to_big())
    }

    /// The quotient, unless `other` is 0.
    #[must_use]
    pub fn div(&self, other: &Number) -> Option<Number> {
        Some(self.mul(&other.recip()?))
    }

    /// The negative.
    #[must_use]
    pub fn neg(&self) -> Number {
        match &self.0 {
            Small(r) => Number(Small(Ratio::new_raw(-*r.numer(), *r.denom()))),
            Big(r) => Number::from_big(-(**r).clone()),
        }
    }

    /// The reciprocal, unless it is 0.
    #[must_use]
    pub fn recip(&self) -> Option<Number> {
        if self.is_zero() {
            return None;
        }
        Some(match &self.0 {
            Small(r) if r.numer().is_negative() => Number(Small(Ratio::new_raw(-r.denom(), -r.numer()))),
            Small(r) => Number(Small(Ratio::new_raw(*r.denom(), *r.numer()))),
            Big(r) => Number::from_big(r.recip()),
        })
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Number {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// The largest integer not above it.
    #[must_use]
    pub fn floor(&self) -> Number {
        match &self.0 {
            Small(r) => Number::integer(r.numer().div_euclid(*r.denom())),
            Big(r) => Number::from_big(r.floor()),
        }
    }

    /// Greatest common divisor of two rationals: of the numerators over the least common multiple of the denominators.
    #[must_use]
    pub fn gcd(&self, other: &Number) -> Number {
        if let (Some((a, b)), Some((c, d))) = (self.small(), other.small()) {
            let lcm = i128::from(b) / i128::from(b.gcd(&d)) * i128::from(d);
            return Number::from_i128(i128::from(a.gcd(&c)), lcm);
        }
        let (a, b) = (self.to_big(), other.to_big());
        Number::from_big(BigRational::new(a.numer().gcd(b.numer()), a.denom().lcm(b.denom())))
    }

    /// An upper estimate of the bits of numerator and denominator together.
    #[must_use]
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Small(r) => u64::from(128 - r.numer().unsigned_abs().leading_zeros() - r.denom().unsigned_abs().leading_zeros()),
            Big(r) => r.numer().bits() + r.denom().bits(),
        }
    }

    /// An integer power, if the result has at most `max_bits` bits; `None` also for 0 to a negative power.
    #[must_use]
    pub fn pow(&self, exponent: i64, max_bits: u64) -> Option<Number> {
        if exponent == 0 || self.is_one() {
            return Some(Number::ONE);
        }
        if self.is_minus_one() {
            return Some(if exponent % 2 == 0 { Number::ONE } else { Number::MINUS_ONE });
        }
        if self.is_zero() {
            return (exponent > 0).then_some(Number::ZERO);
        }
        if self.bits().saturating_mul(exponent.unsigned_abs()) > max_bits.max(64) {
            return None;
        }
        let positive = if exponent < 0 { self.recip()? } else { self.clone() };
        let times = u32::try_from(exponent.unsigned_abs()).ok()?;
        if let Small(r) = &positive.0
            && let (Some(n), Some(d)) = (r.numer().checked_pow(times), r.denom().checked_pow(times))
            && n != i64::MIN
        {
            return Some(Number(Small(Ratio::new_raw(n, d))));
        }
        let big = positive.to_big();
        Some(Number::from_big(BigRational::new_raw(big.numer().pow(times), big.denom().pow(times))))
    }

    /// The exact `n`-th root of a number that is not negative, if it has one.
    #[must_use]
    pub fn root(&self, n: u32) -> Option<Number> {
        if self.is_negative() || n == 0 {
            return None;
        }
        let big = self.to_big();
        let (numerator, denominator) = (big.numer().nth_root(n), big.denom().nth_root(n));
        (&numerator.pow(n) == big.numer() && &denominator.pow(n) == big.denom())
            .then(|| Number::from_big(BigRational::new_raw(numerator, denominator)))
    }

    /// Reads decimal digits with an optional fraction and a power of ten: `12`, `0.5`, `.5`, `1e-3`. `None` if the digits
    /// of the result would pass `max_digits` or the text is no number.
    #[must_use]
    pub fn from_decimal(text: &str, max_digits: usize) -> Option<Number> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if exponent == 0 && fraction.is_empty() && whole.len() <= 18 {
            return whole.parse::<i64>().ok().map(Number::integer);
        }
        // Bringing fractions to lowest terms costs the square of their length, so theirs is kept shorter.
        let max_digits = if exponent < 0 || !fraction.is_empty() { max_digits.min(FRACTION_DIGITS) } else { max_digits };
        let scale = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let size = whole.len() + fraction.len();
        if size.checked_add(usize::try_from(scale.unsigned_abs()).ok()?)? > max_digits {
            return None;
        }
        let digits: BigInt = format!("0{whole}{fraction}").parse().ok()?;
        let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        Some(Number::from_big(if scale < 0 { BigRational::new(digits, power) } else { BigRational::from_integer(digits * power) }))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => a.numer() == b.numer() && a.denom() == b.denom(),
            // num-rational compares and hashes by Euclid's algorithm, one stack frame for each step
            (Big(a), Big(b)) => a.numer() == b.numer() && a.denom() == b.denom(),
            _ => false,
        }
    }
}
impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Small(r) => {
                state.write_i64(*r.numer());
                state.write_i64(*r.denom());
            }
            Big(r) => {
                r.numer().hash(state);
                r.denom().hash(state);
            }
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => {
                (i128::from(*a.numer()) * i128::from(*b.denom())).cmp(&(i128::from(*b.numer()) * i128::from(*a.denom())))
            }
            _ => {
                let (a, b) = (self.to_big(), other.to_big());
                (a.numer() * b.denom()).cmp(&(b.numer() * a.denom()))
            }
        }
    }
}
impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Small(r) if *r.denom() == 1 => write!(f, "{}", r.numer()),
            Small(r) => write!(f, "{}/{}", r.numer(), r.denom()),
            Big(r) => write!(f, "{r}"),
        }
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Number {
        Number::from_i128(i128::from(n), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_big_meet_at_the_edge() {
        let max = Number::integer(i64::MAX);
        let beyond = max.add(&Number::ONE);
        assert_eq!(beyond.to_string(), "9223372036854775808");
        assert_eq!(beyond.sub(&Number::ONE), max);
        assert_eq!(beyond.neg().neg(), beyond);
        assert_eq!(Number::from(i64::MIN).abs().to_string(), "9223372036854775808");
    }

    #[test]
    fn large_fractions_are_compared_without_recursion() {
        let third = Number::new(3, 7).pow(20_000, 1_000_000);
        let again = Number::new(3, 7).pow(20_000, 1_000_000);
        assert!(third.is_some() && third == again && third.cmp(&again) == Ordering::Equal);
        let mut state = std::hash::DefaultHasher::new();
        third.hash(&mut state);
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Number::from_decimal("0.1", 100), Some(Number::new(1, 10)));
        assert_eq!(Number::from_decimal("1e-3", 100), Some(Number::new(1, 1000)));
        assert_eq!(Number::from_decimal(".5", 100), Some(Number::HALF));
        assert_eq!(Number::from_decimal("1e1000", 100), None);
        let huge = Number::from_decimal("1e400", 1000).zip(Number::from_decimal("1e399", 1000));
        assert_eq!(huge.and_then(|(a, b)| a.div(&b)), Some(Number::integer(10)));
    }

    #[test]
    fn powers_and_roots_keep_their_budget() {
        assert_eq!(Number::integer(2).pow(-10, 1000), Some(Number::new(1, 1024)));
        assert_eq!(Number::integer(9).pow(387_420_489, 10_000), None);
        assert_eq!(Number::ZERO.pow(-1, 1000), None);
        assert_eq!(Number::new(4, 9).root(2), Some(Number::new(2, 3)));
        assert_eq!(Number::integer(2).root(2), None);
        assert!(Number::integer(2).pow(63, 1000).is_some_and(|n| n > Number::integer(i64::MAX)));
    }
}
