//! What evaluation asks of a real number, in floats and in many digits alike.
//! Deliberately knows nothing of expressions or functions' names: `call.rs` says what a call means.
//! Read next: `complex.rs`, the same for complex numbers.

use crate::function::Function;
use crate::number::Number;
use std::cmp::Ordering;

/// A real number of some precision. What it needs while it works (precision, known digits of pi) is its context.
pub(crate) trait Real: Clone {
    /// Precision and caches.
    type Context;
    /// Whether these are floats, whose rows of TABLE 1 have functions of their own.
    const FLOATS: bool;

    fn zero() -> Self;
    fn nan() -> Self;
    fn from_number(n: &Number, c: &mut Self::Context) -> Self;
    fn from_f64(x: f64, c: &mut Self::Context) -> Self;
    fn pi(c: &mut Self::Context) -> Self;

    fn add(&self, other: &Self, c: &mut Self::Context) -> Self;
    fn sub(&self, other: &Self, c: &mut Self::Context) -> Self;
    fn mul(&self, other: &Self, c: &mut Self::Context) -> Self;
    fn div(&self, other: &Self, c: &mut Self::Context) -> Self;
    fn neg(&self) -> Self;
    fn abs(&self) -> Self;
    /// Times 2^k.
    fn scale(&self, k: i32, c: &mut Self::Context) -> Self;

    fn exp(&self, c: &mut Self::Context) -> Self;
    fn ln(&self, c: &mut Self::Context) -> Self;
    fn ln_1p(&self, c: &mut Self::Context) -> Self;
    fn sqrt(&self, c: &mut Self::Context) -> Self;
    fn sin(&self, c: &mut Self::Context) -> Self;
    fn cos(&self, c: &mut Self::Context) -> Self;
    fn sinh(&self, c: &mut Self::Context) -> Self;
    fn cosh(&self, c: &mut Self::Context) -> Self;
    fn asinh(&self, c: &mut Self::Context) -> Self;
    /// The angle of the point (x, self), in (-pi, pi]; a zero has no sign.
    fn atan2(&self, x: &Self, c: &mut Self::Context) -> Self;
    fn hypot(&self, other: &Self, c: &mut Self::Context) -> Self;
    fn floor(&self) -> Self;
    /// An integer power.
    fn powi(&self, n: i64, c: &mut Self::Context) -> Self;
    /// A real power of a positive number.
    fn powf(&self, e: &Self, c: &mut Self::Context) -> Self;
    /// A positive exact number to a power known as a number or exactly; rounding neither of them beforehand.
    fn exact_power(base: Exact<'_, Self>, exponent: Exact<'_, Self>, c: &mut Self::Context) -> Self;

    /// Whether a result was given up since this was last asked: it would have needed too many digits.
    fn gave_up(_: &mut Self::Context) -> bool {
        false
    }
    /// `None` if either is not a number.
    fn order(&self, other: &Self) -> Option<Ordering>;
    fn is_zero(&self) -> bool;
    fn is_finite(&self) -> bool;
    fn is_nan(&self) -> bool;
    fn is_integer(&self) -> bool;
    fn to_f64(&self) -> f64;

    /// The value of a row's own function, if this kind of number has such.
    fn row(f: Function, args: &[f64]) -> Option<Self>;

    fn is_negative(&self) -> bool {
        self.order(&Self::zero()) == Some(Ordering::Less)
    }
    fn is_positive(&self) -> bool {
        self.order(&Self::zero()) == Some(Ordering::Greater)
    }
}

/// A value, and the exact number that it was rounded from where there is one.
#[derive(Clone, Copy)]
pub(crate) struct Exact<'a, R> {
    pub(crate) value: &'a R,
    pub(crate) number: Option<&'a Number>,
}

impl Real for f64 {
    type Context = ();
    const FLOATS: bool = true;

    fn zero() -> f64 {
        0.0
    }
    fn nan() -> f64 {
        f64::NAN
    }
    fn from_number(n: &Number, (): &mut ()) -> f64 {
        n.to_f64()
    }
    fn from_f64(x: f64, (): &mut ()) -> f64 {
        x
    }
    fn pi((): &mut ()) -> f64 {
        std::f64::consts::PI
    }
    fn add(&self, other: &f64, (): &mut ()) -> f64 {
        self + other
    }
    fn sub(&self, other: &f64, (): &mut ()) -> f64 {
        self - other
    }
    fn mul(&self, other: &f64, (): &mut ()) -> f64 {
        self * other
    }
    fn div(&self, other: &f64, (): &mut ()) -> f64 {
        self / other
    }
    fn neg(&self) -> f64 {
        -self
    }
    fn abs(&self) -> f64 {
        f64::abs(*self)
    }
    fn scale(&self, k: i32, (): &mut ()) -> f64 {
        libm::scalbn(*self, k)
    }
    fn exp(&self, (): &mut ()) -> f64 {
        f64::exp(*self)
    }
    fn ln(&self, (): &mut ()) -> f64 {
        f64::ln(*self)
    }
    fn ln_1p(&self, (): &mut ()) -> f64 {
        f64::ln_1p(*self)
    }
    fn sqrt(&self, (): &mut ()) -> f64 {
        f64::sqrt(*self)
    }
    fn sin(&self, (): &mut ()) -> f64 {
        f64::sin(*self)
    }
    fn cos(&self, (): &mut ()) -> f64 {
        f64::cos(*self)
    }
    fn sinh(&self, (): &mut ()) -> f64 {
        f64::sinh(*self)
    }
    fn cosh(&self, (): &mut ()) -> f64 {
        f64::cosh(*self)
    }
    fn asinh(&self, (): &mut ()) -> f64 {
        f64::asinh(*self)
    }
    fn atan2(&self, x: &f64, (): &mut ()) -> f64 {
        // -0.0 + 0.0 is 0.0
        (self + 0.0).atan2(x + 0.0)
    }
    fn hypot(&self, other: &f64, (): &mut ()) -> f64 {
        f64::hypot(*self, *other)
    }
    fn floor(&self) -> f64 {
        f64::floor(*self)
    }
    fn powi(&self, n: i64, (): &mut ()) -> f64 {
        match n {
            1 => *self,
            2 => self * self,
            -1 => 1.0 / self,
            _ => f64::powf(*self, n as f64),
        }
    }
    fn powf(&self, e: &f64, (): &mut ()) -> f64 {
        f64::powf(*self, *e)
    }

    // b = b0*(1 + r) with the float b0 and e = e0 + s with the float e0: b^e = b0^e0 * exp(e*log(1 + r) + s*log(b0))
    fn exact_power(base: Exact<'_, f64>, exponent: Exact<'_, f64>, (): &mut ()) -> f64 {
        let (b, e) = (*base.value, *exponent.value);
        let residue = |exact: Exact<'_, f64>| -> f64 {
            match (exact.number, exact.number.and_then(Number::small)) {
                (_, Some((n, 1))) if n.unsigned_abs() < 1 << 53 => 0.0,
                (Some(n), _) => Number::from_f64(*exact.value).map_or(0.0, |rounded| n.sub(&rounded).to_f64()),
                _ => 0.0,
            }
        };
        if b.is_infinite() || b == 0.0 {
            return base.number.map_or(f64::NAN, |n| (e * ln_of(n)).exp());
        }
        let correction = e * (residue(base) / b).ln_1p() + residue(exponent) * b.ln();
        let (plain, factor) = (b.powf(e), correction.exp());
        if correction == 0.0 || correction.is_nan() {
            plain
        } else if plain > 0.0 && plain.is_finite() {
            plain * factor
        } else {
            (e * b.ln() + correction).exp()
        }
    }

    fn order(&self, other: &f64) -> Option<Ordering> {
        self.partial_cmp(other)
    }
    fn is_zero(&self) -> bool {
        *self == 0.0
    }
    fn is_finite(&self) -> bool {
        f64::is_finite(*self)
    }
    fn is_nan(&self) -> bool {
        f64::is_nan(*self)
    }
    fn is_integer(&self) -> bool {
        self.is_finite() && self.fract() == 0.0
    }
    fn to_f64(&self) -> f64 {
        *self
    }
    fn row(f: Function, args: &[f64]) -> Option<f64> {
        f.row().float.map(|float| float(args))
    }
}

/// log(n) of a positive number that may be far outside the floats: log(n/2^k) + k*log(2).
fn ln_of(n: &Number) -> f64 {
    let (numerator, denominator) = (n.numerator().bits(), n.denominator().bits());
    let k = i64::try_from(numerator).unwrap_or(i64::MAX) - i64::try_from(denominator).unwrap_or(0);
    match Number::integer(2).pow(-k, u64::MAX) {
        Some(power) => n.mul(&power).to_f64().ln() + k as f64 * std::f64::consts::LN_2,
        None => f64::NAN,
    }
}
