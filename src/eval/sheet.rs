//! The values of all parts of an expression in many digits at complex points, on any sheet of its logarithms and roots, and
//! how much each part counts for the whole.
//! Deliberately knows no inverse function: whoever asks has put definitions through logarithms in their place.
//! Read next: `equal/numeric.rs`, the customer.

use super::call::{self, LOG, Values};
use super::complex::Complex;
use super::many::{Digits, Many};
use super::power::power;
use super::real::Real;
use crate::expr::{Expr, Head, Node, Pool, Symbol};
use crate::function::Function;
use crate::template::{ReadySlope, slopes};
use crate::walk::Memo;

/// What is chosen at a point; each answer must be the same whenever it is asked for again.
pub(crate) struct Chosen<'a> {
    /// The value of a symbol: real and imaginary part.
    pub(crate) symbol: &'a dyn Fn(Symbol) -> (f64, f64),
    /// How often the logarithm of this expression has gone around 0; its powers go with it.
    pub(crate) turns: &'a dyn Fn(Expr) -> i64,
}

/// The values of parts, in the order of the parts.
pub(crate) struct Parts<'a> {
    order: &'a [Expr],
    place: Memo<u32>,
    values: Vec<Complex<Many>>,
}

impl Parts<'_> {
    fn at(&self, e: Expr) -> Option<usize> {
        self.place.get(e).map(|at| at as usize)
    }

    fn value(&self, e: Expr) -> Option<&Complex<Many>> {
        self.at(e).and_then(|at| self.values.get(at))
    }
}

/// The values of the parts `order`, parts before wholes, to some `bits` binary digits; `None` where one has none.
pub(crate) fn on_sheet<'a>(pool: &Pool, order: &'a [Expr], chosen: &Chosen<'_>, bits: usize) -> Option<Parts<'a>> {
    let mut digits = Digits::new(bits)?;
    let c = &mut digits;
    let mut parts = Parts { order, place: Memo::new(), values: Vec::with_capacity(order.len()) };
    for &e in order {
        let given = |(re, im): (f64, f64), c: &mut Digits| Complex::new(Many::from_f64(re, c), Many::from_f64(im, c));
        let value = match pool.node(e) {
            Node::Number(n) => Complex::real(Many::from_number(n, c)),
            Node::Symbol(symbol) => given((chosen.symbol)(symbol), c),
            Node::Add(terms) => {
                let mut sum = Complex::real(Many::zero());
                for &term in terms {
                    sum = sum.add(parts.value(term)?, c);
                }
                sum
            }
            Node::Mul(factors) => {
                let mut product = Complex::real(Many::from_f64(1.0, c));
                for &factor in factors {
                    product = product.mul(parts.value(factor)?, c);
                }
                product
            }
            Node::Pow(base, exponent) => {
                let (b, w) = (parts.value(base)?, parts.value(exponent)?);
                let whole = pool.as_number(exponent).is_some_and(crate::number::Number::is_integer);
                let turns = if whole || !pool.has_symbols(base) { 0 } else { (chosen.turns)(base) };
                let principal = power(b, w, pool.as_number(base), pool.as_number(exponent), c);
                if turns == 0 {
                    principal
                } else {
                    let turned = w.mul(&angle(turns, c), c).exp(c);
                    principal.mul(&turned, c)
                }
            }
            Node::Call(Head::Function(LOG), args) => {
                let argument = *args.first()?;
                let principal = parts.value(argument)?.ln(c);
                let turns = if pool.has_symbols(argument) { (chosen.turns)(argument) } else { 0 };
                principal.add(&angle(turns, c), c)
            }
            Node::Call(Head::Function(f), args) => {
                let args: Option<Values<Many>> = args.iter().map(|&arg| parts.value(arg).cloned()).collect();
                call::call(f, &args?, c)?
            }
            Node::Call(Head::Unknown(_) | Head::Slope(_), _) => return None,
        };
        if Many::gave_up(c) || !value.is_finite() {
            return None;
        }
        parts.place.set(e, u32::try_from(parts.values.len()).ok()?);
        parts.values.push(value);
    }
    Some(parts)
}

/// 2*pi*I*turns: what a logarithm gets when its argument goes around 0.
fn angle(turns: i64, c: &mut Digits) -> Complex<Many> {
    Complex::new(Many::zero(), Many::pi(c).mul(&Many::from_f64(2.0 * turns as f64, c), c))
}

/// The binary exponent of |z|: 2^(e - 1) <= |z| < 2^(e + 1); far below all others for 0.
fn exponent(z: &Complex<Many>) -> f64 {
    match (z.re.exponent(), z.im.exponent()) {
        (Some(a), Some(b)) => f64::from(a.max(b)),
        (Some(a), None) | (None, Some(a)) => f64::from(a),
        (None, None) => f64::NEG_INFINITY,
    }
}

/// The quotient of two parts.
pub(crate) fn ratio(parts: &Parts<'_>, a: Expr, b: Expr, bits: usize) -> Option<Ratio> {
    let mut digits = Digits::new(bits)?;
    Some(Ratio(parts.value(a)?.div(parts.value(b)?, &mut digits)))
}

/// The quotient of two parts at a point.
pub(crate) struct Ratio(Complex<Many>);

impl Ratio {
    /// Whether it is positive and the same as another, to `agree` bits.
    pub(crate) fn is_constant(&self, other: &Ratio, agree: usize) -> bool {
        let Some(mut digits) = Digits::new(agree + 64) else { return false };
        let gap = exponent(&self.0.sub(&other.0, &mut digits));
        let bound = exponent(&self.0) - agree as f64;
        gap <= bound && self.0.re.is_positive() && self.0.im.exponent().is_none_or(|im| f64::from(im) <= bound)
    }
}

/// The binary exponents of |a - b| and of the larger of |a| and |b|.
pub(crate) fn distance(parts: &Parts<'_>, a: Expr, b: Expr, bits: usize) -> Option<(f64, f64)> {
    let (x, y) = (parts.value(a)?, parts.value(b)?);
    Some((exponent(&x.sub(y, &mut Digits::new(bits)?)), exponent(x).max(exponent(y))))
}

/// The binary exponent of the contribution of each part: by how much the side that it is in moves where the part changes by as
/// much as it is. It is that of the strongest path from the part to a side: what cancels counts in full.
pub(crate) fn contributions(pool: &Pool, parts: &Parts<'_>, a: Expr, b: Expr) -> Option<Vec<f64>> {
    let mut weights = vec![f64::NEG_INFINITY; parts.order.len()];
    for side in [a, b] {
        weights[parts.at(side)?] = 0.0;
    }
    let mut rough = Digits::new(64)?;
    for (at, &e) in parts.order.iter().enumerate().rev() {
        let weight = weights[at];
        if weight == f64::NEG_INFINITY {
            continue;
        }
        let whole = exponent(&parts.values[at]);
        let mut raise = |part: Expr, slope: f64| {
            if let Some(at) = parts.at(part) {
                weights[at] = weights[at].max(weight + slope);
            }
        };
        match pool.node(e) {
            Node::Number(_) | Node::Symbol(_) => {}
            Node::Add(terms) => terms.iter().for_each(|&term| raise(term, 0.0)),
            Node::Mul(factors) => {
                for &factor in factors {
                    raise(factor, whole - exponent(parts.value(factor)?));
                }
            }
            Node::Pow(base, power) => {
                let (b, w) = (parts.value(base)?, parts.value(power)?);
                raise(base, whole + exponent(w) - exponent(b));
                let log = if b.is_zero() { f64::NEG_INFINITY } else { exponent(&b.ln(&mut rough)) };
                raise(power, whole + log);
            }
            Node::Call(Head::Function(f), args) => {
                let values: Option<Values<Many>> = args.iter().map(|&arg| parts.value(arg).cloned()).collect();
                for (slot, &arg) in args.iter().enumerate() {
                    raise(arg, slope(f, slot, values.as_ref()?, &mut rough)?);
                }
            }
            Node::Call(..) => {}
        }
    }
    Some(weights.iter().zip(&parts.values).map(|(weight, value)| weight + exponent(value)).collect())
}

/// Whether a function has values in many digits, at complex arguments too.
pub(crate) fn has_digits(f: Function) -> bool {
    let Some(mut digits) = Digits::new(64) else { return false };
    let half = |c: &mut Digits| Complex::new(Many::from_f64(0.5, c), Many::from_f64(0.25, c));
    let args: Values<Many> = f.row().parameters.iter().map(|_| half(&mut digits)).collect();
    call::call(f, &args, &mut digits).is_some_and(|value| value.is_finite())
}

/// The binary exponent of a slope.
fn slope(f: Function, slot: usize, args: &Values<Many>, c: &mut Digits) -> Option<f64> {
    match slopes(f).get(slot)? {
        ReadySlope::Factor(template) => Some(exponent(&call::run(template, args, c)?)),
        ReadySlope::WithDu(_) | ReadySlope::Formal => None,
    }
}
