//! The value of one call: a row's own function of floats, a native complex function, or the row's definition.
//! Deliberately does not walk expressions; a definition is run as a template over numbers, no node is made.
//! Read next: `mod.rs`.

use super::complex::Complex;
use super::many::{Digits, Many};
use super::power::power;
use super::real::Real;
use crate::function::Function;
use crate::template::{self, Op, Template};
use smallvec::SmallVec;
use std::cmp::Ordering;

macro_rules! functions {
    ($($name:ident = $text:literal / $arity:literal;)*) => { $(pub(super) const $name: Function = Function::named($text, $arity);)* };
}
functions! {
    PI = "pi"/0; I = "I"/0;
    EXP = "exp"/1; LOG = "log"/1; SIN = "sin"/1; COS = "cos"/1; TAN = "tan"/1; SINH = "sinh"/1; COSH = "cosh"/1; TANH = "tanh"/1;
    ASIN = "asin"/1; ACOS = "acos"/1; ATAN = "atan"/1; ASINH = "asinh"/1; ACOSH = "acosh"/1; ATANH = "atanh"/1;
    ACOT = "acot"/1; ATAN2 = "atan2"/2; LOG1P = "log1p"/1;
    ABS = "abs"/1; SIGN = "sign"/1; FLOOR = "floor"/1; CEIL = "ceil"/1; RE = "re"/1; IM = "im"/1; CONJ = "conjugate"/1; ARG = "arg"/1; MAX = "max"/2; MIN = "min"/2;
    LESS = "less"/2; LESS_EQUAL = "lessequal"/2; SAME = "same"/2; DIFFERS = "differs"/2; IF = "if"/3; DERIVATIVE = "D"/2;
    HEAVISIDE = "heaviside"/1; RELU = "relu"/1; SINC = "sinc"/1;
}

/// Arguments of a call.
pub(super) type Values<R> = SmallVec<[Complex<R>; 4]>;

/// The value of a call, not a number where it is undefined; `None` if there is no way to work it out.
pub(super) fn call<R: Real>(f: Function, args: &[Complex<R>], c: &mut R::Context) -> Option<Complex<R>> {
    // of a branch only the condition and what is taken counts
    if f != IF && args.iter().any(Complex::is_nan) {
        return Some(Complex::nan());
    }
    if let Some(value) = pieces(f, args, c) {
        return Some(value);
    }
    let real = args.iter().all(Complex::is_real);
    let mut has_row = false;
    if real && R::FLOATS {
        let floats: SmallVec<[f64; 4]> = args.iter().map(|arg| arg.re.to_f64()).collect();
        if let Some(value) = R::row(f, &floats) {
            if !value.is_nan() {
                return Some(Complex::real(value));
            }
            has_row = true;
        }
    }
    if let [z] = args
        && let Some(value) = native(f, z, c)
    {
        return Some(value);
    }
    match template::definition(f) {
        Some(definition) => run(definition, args, c),
        None => has_row.then(Complex::nan),
    }
}

fn native<R: Real>(f: Function, z: &Complex<R>, c: &mut R::Context) -> Option<Complex<R>> {
    Some(match f {
        EXP => z.exp(c),
        LOG => z.ln(c),
        SIN => z.sin(c),
        COS => z.cos(c),
        TAN => z.tan(c),
        SINH => z.sinh(c),
        COSH => z.cosh(c),
        TANH => z.tanh(c),
        ASIN => z.asin(c),
        ACOS => z.acos(c),
        ATAN => z.atan(c),
        ASINH => z.asinh(c),
        ACOSH => z.acosh(c),
        ATANH => z.atanh(c),
        LOG1P if z.is_real() && !z.re.is_nan() && z.re.to_f64() > -0.5 => Complex::real(z.re.ln_1p(c)),
        // as a limit from the right
        ACOT if z.is_zero() => Complex::real(R::pi(c).scale(-1, c)),
        _ => return None,
    })
}

/// Constants, comparisons and functions that look at parts: the same for every kind of number.
fn pieces<R: Real>(f: Function, args: &[Complex<R>], c: &mut R::Context) -> Option<Complex<R>> {
    let real = Complex::real;
    let number = |yes: bool, c: &mut R::Context| real(R::from_f64(f64::from(u8::from(yes)), c));
    Some(match (f, args) {
        (PI, []) => real(R::pi(c)),
        (I, []) => Complex::new(R::zero(), R::from_f64(1.0, c)),
        (ABS, [z]) => real(z.abs(c)),
        (SIGN, [z]) if z.is_zero() => real(R::zero()),
        (SIGN, [z]) if z.is_real() && !z.is_nan() => real(R::from_f64(if z.re.is_negative() { -1.0 } else { 1.0 }, c)),
        (SIGN, [z]) => {
            let size = real(z.abs(c));
            z.div(&size, c)
        }
        (FLOOR, [z]) => Complex::new(z.re.floor(), z.im.floor()),
        (CEIL, [z]) => Complex::new(z.re.neg().floor().neg(), z.im.neg().floor().neg()),
        (RE, [z]) => real(z.re.clone()),
        (IM, [z]) => real(z.im.clone()),
        (CONJ, [z]) => z.conj(),
        (ARG, [z]) if z.is_zero() => Complex::nan(),
        (ARG, [z]) => real(z.arg(c)),
        (ATAN2, [y, x]) if y.is_real() && x.is_real() => real(y.re.atan2(&x.re, c)),
        (RELU, [z]) if !R::FLOATS && z.is_real() => real(if z.re.is_positive() { z.re.clone() } else { R::zero() }),
        (LESS | LESS_EQUAL | SAME | DIFFERS, [a, b]) => {
            if !a.re.is_finite() && !b.re.is_finite() && a.re.is_positive() == b.re.is_positive() {
                // two overflows cannot be compared
                return Some(Complex::nan());
            }
            let Some(order) = (if a.is_nan() || b.is_nan() { None } else { a.re.order(&b.re) }) else {
                return Some(Complex::nan());
            };
            number(
                match f {
                    LESS => order == Ordering::Less,
                    LESS_EQUAL => order != Ordering::Greater,
                    SAME => order == Ordering::Equal,
                    _ => order != Ordering::Equal,
                },
                c,
            )
        }
        (IF, [condition, yes, no]) => match condition {
            z if z.is_nan() => Complex::nan(),
            z if z.is_zero() => no.clone(),
            _ => yes.clone(),
        },
        _ => return None,
    })
}

/// Whether what this function says of its arguments can jump: rounding noise may then choose the wrong side.
pub(super) fn jumps(f: Function) -> bool {
    matches!(f, SIGN | FLOOR | CEIL | ARG | MAX | MIN | LESS | LESS_EQUAL | SAME | DIFFERS | IF | HEAVISIDE | RELU | SINC)
}

/// [`call`] in many digits.
pub(crate) fn call_at(f: Function, args: &[Complex<Many>], c: &mut Digits) -> Option<Complex<Many>> {
    call(f, args, c)
}

/// [`run`] in many digits.
pub(crate) fn run_at(template: &Template, parameters: &[Complex<Many>], c: &mut Digits) -> Option<Complex<Many>> {
    run(template, parameters, c)
}

/// The value of a template whose parameters have these values.
pub(super) fn run<R: Real>(template: &Template, parameters: &[Complex<R>], c: &mut R::Context) -> Option<Complex<R>> {
    let mut values: Vec<Complex<R>> = Vec::with_capacity(template.ops.len());
    for op in &template.ops {
        let exact = |at: u16| match template.ops.get(usize::from(at)) {
            Some(Op::Number(n)) => Some(n),
            _ => None,
        };
        let value = match op {
            Op::Number(n) => Complex::real(R::from_number(n, c)),
            Op::Parameter(at) => parameters.get(usize::from(*at))?.clone(),
            Op::Add(terms) => {
                let mut sum = Complex::real(R::zero());
                for &term in terms {
                    sum = sum.add(values.get(usize::from(term))?, c);
                }
                sum
            }
            Op::Mul(factors) => {
                let mut product = Complex::real(R::from_f64(1.0, c));
                for &factor in factors {
                    product = product.mul(values.get(usize::from(factor))?, c);
                }
                product
            }
            Op::Pow(base, exponent) => {
                let (b, e) = (values.get(usize::from(*base))?, values.get(usize::from(*exponent))?);
                power(b, e, exact(*base), exact(*exponent), c)
            }
            Op::Call(f, args) => {
                let mut given = Values::new();
                for &arg in args {
                    given.push(values.get(usize::from(arg))?.clone());
                }
                call(*f, &given, c)?
            }
            Op::Slope(..) => return None,
        };
        values.push(value);
    }
    values.pop()
}
