//! What `base^exponent` is, as a principal value.
//! Deliberately knows nothing of expressions; it is told which operands are exact numbers, and loses none of their digits.
//! Read next: `call.rs`.

use super::complex::Complex;
use super::real::{Exact, Real};
use crate::number::Number;

/// Integer powers of complex numbers up to this size are by squaring.
const SQUARING: i64 = 1000;

/// `base^exponent`: u^0 = 1, 0^e = 0 where re(e) > 0 and no value where re(e) <= 0, else exp(e*log(base)).
pub(crate) fn power<R: Real>(
    base: &Complex<R>,
    exponent: &Complex<R>,
    exact_base: Option<&Number>,
    exact_exponent: Option<&Number>,
    c: &mut R::Context,
) -> Complex<R> {
    if base.is_nan() || exponent.is_nan() {
        return Complex::nan();
    }
    if exponent.is_zero() {
        return if base.is_finite() { Complex::real(R::from_f64(1.0, c)) } else { Complex::nan() };
    }
    // a number too small for a float is not 0
    let beyond = exact_base.is_some_and(|n| !n.is_zero()) && (base.is_zero() || !base.is_finite());
    if base.is_zero() && !beyond {
        return if exponent.re.is_positive() { Complex::real(R::zero()) } else { Complex::nan() };
    }
    if !exponent.is_real() {
        return exponent.mul(&base.ln(c), c).exp(c);
    }
    let small = match exact_exponent {
        Some(n) => n.as_i64(),
        None if exponent.re.is_integer() => Some(exponent.re.to_f64() as i64),
        None => None,
    };
    if let Some(n) = small
        && n.unsigned_abs() <= SQUARING.unsigned_abs()
        && exact_base.is_none()
    {
        return if base.is_real() { Complex::real(base.re.powi(n, c)) } else { squaring(base, n, c) };
    }
    if !beyond && let Some((n, 2)) = exact_exponent.and_then(Number::small) {
        match n {
            1 => return base.sqrt(c),
            -1 => return base.sqrt(c).recip(c),
            _ => {}
        }
    }
    if !base.is_real() {
        return exponent.mul(&base.ln(c), c).exp(c);
    }
    let negative = exact_base.map_or_else(|| base.re.is_negative(), Number::is_negative);
    let magnitude = base.re.abs();
    let exact_magnitude = exact_base.map(Number::abs);
    let size = if exact_base.is_some() || exact_exponent.is_some() {
        let base = Exact { value: &magnitude, number: exact_magnitude.as_ref() };
        R::exact_power(base, Exact { value: &exponent.re, number: exact_exponent }, c)
    } else {
        magnitude.powf(&exponent.re, c)
    };
    if !negative {
        return Complex::real(size);
    }
    // (-b)^e = b^e*exp(I*pi*e)
    match exact_exponent {
        Some(e) => turned(size, e, c),
        None if exponent.re.is_integer() => {
            let half = exponent.re.scale(-1, c);
            Complex::real(if half.is_integer() { size } else { size.neg() })
        }
        None => exponent.mul(&base.ln(c), c).exp(c),
    }
}

/// size*exp(I*pi*e): the angle is reduced exactly, and quarter turns are exact.
fn turned<R: Real>(size: R, e: &Number, c: &mut R::Context) -> Complex<R> {
    let two = Number::integer(2);
    let turns = e.sub(&e.mul(&Number::HALF).floor().mul(&two));
    match turns.mul(&two).as_i64() {
        Some(0) => Complex::real(size),
        Some(1) => Complex::new(R::zero(), size),
        Some(2) => Complex::real(size.neg()),
        Some(_) => Complex::new(R::zero(), size.neg()),
        None => {
            let turns = if turns > Number::ONE { turns.sub(&two) } else { turns };
            let angle = R::from_number(&turns, c).mul(&R::pi(c), c);
            Complex::new(size.mul(&angle.cos(c), c), size.mul(&angle.sin(c), c))
        }
    }
}

fn squaring<R: Real>(base: &Complex<R>, n: i64, c: &mut R::Context) -> Complex<R> {
    let mut result: Option<Complex<R>> = None;
    let mut square = base.clone();
    let mut left = n.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = Some(result.map_or_else(|| square.clone(), |r| r.mul(&square, c)));
        }
        left >>= 1;
        if left > 0 {
            square = square.mul(&square, c);
        }
    }
    let result = result.unwrap_or_else(|| Complex::real(R::from_f64(1.0, c)));
    if n < 0 { result.recip(c) } else { result }
}
