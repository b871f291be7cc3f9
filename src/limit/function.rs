//! Functions of series: pieces by the sign of their argument, all others by integrating their slope from TABLE 1.
//! Deliberately has no list of expansions: f(u) = f(u0) + integral of f'(u)*du, and f' is the row's text; where f is not
//! smooth (a seam of its row), its definition through logarithms and roots takes its place.
//! Read next: `series.rs`.

use super::series::{Series, Work};
use crate::eval::{self, Complex, Many, Real};
use crate::function::Function;
use crate::number::Number;
use crate::simplify::known;
use crate::template::{self, Op, ReadySlope, Template};
use std::collections::HashMap;

/// Calls of functions with the same arguments, as they occur in slopes: sin, cos, sin, ...
struct Chain<'a> {
    args: &'a [Series],
    done: HashMap<(Function, i32), Option<Series>>,
}

/// The series of a call, known up to s^n.
pub(super) fn call(work: &mut Work, f: Function, args: &[Series], n: i32) -> Option<Series> {
    work.left = work.left.checked_sub(1)?;
    if let Some(answer) = piece(work, f, args) {
        return answer;
    }
    match (f, args) {
        (known::EXP, [u]) => return u.exp(work),
        (known::LOG, [u]) => return u.log(work),
        _ => {}
    }
    let mut chain = Chain { args, done: HashMap::new() };
    linked(work, &mut chain, f, n).or_else(|| run(work, template::definition(f)?, args, n))
}

/// Functions that choose, and parts of complex numbers; the outer `None` is for all others.
fn piece(work: &mut Work, f: Function, args: &[Series]) -> Option<Option<Series>> {
    let truth = |work: &mut Work, holds: bool| Some(Series::constant(work.number(i32::from(holds))));
    let real = |u: &Series| u.part(|z| Complex::real(z.re.clone()));
    Some(match (f, args) {
        (known::RE, [u]) => Some(real(u)),
        (known::IM, [u]) => Some(u.part(|z| Complex::real(z.im.clone()))),
        (known::CONJUGATE, [u]) => Some(u.part(Complex::conj)),
        (known::ABS, [u]) => absolute(work, u),
        (known::SIGN, [u]) if u.is_exact_zero() => Some(Series::zero()),
        (known::SIGN, [u]) => absolute(work, u).and_then(|size| size.inverse(work)).map(|inverse| u.mul(&inverse, work)),
        (known::FLOOR, [u]) => floor(work, u),
        (known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS, [a, b]) => {
            let minus = b.part(Complex::neg);
            let sign = real(&Series::sum(work, &[a.clone(), minus])).sign();
            sign.and_then(|sign| {
                let holds = match f {
                    known::LESS => sign < 0,
                    known::LESS_EQUAL => sign <= 0,
                    known::SAME => sign == 0,
                    _ => sign != 0,
                };
                truth(work, holds)
            })
        }
        (known::IF, [condition, yes, no]) => Some(if condition.is_exact_zero() { no.clone() } else { yes.clone() }),
        _ => return None,
    })
}

/// |u| = sqrt(u*conjugate(u)).
fn absolute(work: &mut Work, u: &Series) -> Option<Series> {
    if let Some(sign) = u.sign()
        && u.terms.iter().all(|term| term.iter().all(Complex::is_real))
    {
        return Some(if sign < 0 { u.part(Complex::neg) } else { u.clone() });
    }
    u.mul(&u.part(Complex::conj), work).power(&Number::HALF, work)
}

fn floor(work: &mut Work, u: &Series) -> Option<Series> {
    let value = u.at_zero().filter(Complex::is_real)?;
    let below = value.re.floor();
    let mut whole = Complex::real(below.clone());
    if value.re.sub(&below, &mut work.digits).is_zero() {
        let minus = Series::constant(value.neg());
        if Series::sum(work, &[u.clone(), minus]).sign()? < 0 {
            let one = work.number(1);
            whole = whole.sub(&one, &mut work.digits);
        }
    }
    Some(Series::constant(whole))
}

/// A function of the chain's arguments, at a point where it is smooth.
fn linked(work: &mut Work, chain: &mut Chain<'_>, f: Function, n: i32) -> Option<Series> {
    if let Some(done) = chain.done.get(&(f, n)) {
        return done.clone();
    }
    let answer = integrated(work, chain, f, n);
    chain.done.insert((f, n), answer.clone());
    answer
}

fn integrated(work: &mut Work, chain: &mut Chain<'_>, f: Function, n: i32) -> Option<Series> {
    work.left = work.left.checked_sub(1)?;
    let at: Option<Vec<Complex<Many>>> = chain.args.iter().map(Series::at_zero).collect();
    let at = at?;
    let seams = if template::definition(f).is_some() { template::seams(f) } else { &[] };
    for seam in seams {
        if vanishes(&eval::run_at(seam, &at, &mut work.digits)?, &at, work.noise) {
            return None;
        }
    }
    let mut value = match eval::call_at(f, &at, &mut work.digits).filter(Complex::is_finite) {
        Some(value) => value,
        None => {
            let floats: Vec<f64> = at.iter().filter(|z| z.is_real()).map(|z| z.re.to_f64()).collect();
            let float = f.row().float.filter(|_| floats.len() == at.len())?(&floats);
            work.met_floats |= float.fract() != 0.0;
            Complex::real(Many::from_f64(float, &mut work.digits))
        }
    };
    if !value.is_finite() {
        return None;
    }
    if vanishes(&value, &at, work.noise) {
        value = Complex::real(Many::zero());
    }
    let head = Series::constant(value);
    // a constant argument moves nothing
    let moving: Vec<(usize, Series)> =
        chain.args.iter().enumerate().map(|(slot, u)| (slot, u.derivative(work))).filter(|(_, du)| !du.is_exact_zero()).collect();
    let Some(lowest) = moving.iter().map(|(_, du)| du.order()).min() else { return Some(head) };
    let slope_end = n.saturating_sub(1).saturating_sub(lowest);
    if slope_end <= 0 {
        return Some(Series { end: n.max(1), ..head });
    }
    let mut parts = Vec::with_capacity(moving.len());
    for (slot, du) in moving {
        let ReadySlope::Factor(slope) = template::slopes(f).get(slot)? else { return None };
        let slope = run_linked(work, slope, chain, slope_end)?;
        parts.push(slope.mul(&du, work));
    }
    let moved = Series::sum(work, &parts).integral(work)?;
    Some(Series::sum(work, &[head, moved]).until(n, work))
}

/// Whether a value is the noise that stands for 0: sin(pi) to many digits.
fn vanishes(value: &Complex<Many>, at: &[Complex<Many>], noise: i32) -> bool {
    let size = |z: &Complex<Many>| z.re.exponent().max(z.im.exponent());
    let argument = at.iter().filter_map(size).max().unwrap_or(0);
    size(value).is_none_or(|e| e < -noise && argument > -noise / 2)
}

/// The value of a template over series.
pub(super) fn run(work: &mut Work, template: &Template, args: &[Series], n: i32) -> Option<Series> {
    let mut chain = Chain { args, done: HashMap::new() };
    let limited = work.terms;
    work.terms = limited.max(n);
    let answer = evaluated(work, template, &mut chain, n, false);
    work.terms = limited;
    answer
}

fn run_linked(work: &mut Work, template: &Template, chain: &mut Chain<'_>, n: i32) -> Option<Series> {
    evaluated(work, template, chain, n, true)
}

fn evaluated(work: &mut Work, template: &Template, chain: &mut Chain<'_>, n: i32, link: bool) -> Option<Series> {
    let mut values: Vec<Series> = Vec::with_capacity(template.ops.len());
    for op in &template.ops {
        let value = match op {
            Op::Number(number) => Series::constant(Complex::real(Many::from_number(number, &mut work.digits))),
            Op::Parameter(at) => chain.args.get(usize::from(*at))?.clone(),
            Op::Add(places) => {
                let parts: Option<Vec<Series>> = places.iter().map(|&at| values.get(usize::from(at)).cloned()).collect();
                Series::sum(work, &parts?)
            }
            Op::Mul(places) => {
                let mut product = Series::constant(work.number(1));
                for &at in places {
                    product = product.mul(values.get(usize::from(at))?, work);
                }
                product
            }
            Op::Pow(base, exponent) => {
                let number = match template.ops.get(usize::from(*exponent)) {
                    Some(Op::Number(number)) => Some(number),
                    _ => None,
                };
                power(work, values.get(usize::from(*base))?, values.get(usize::from(*exponent))?, number)?
            }
            Op::Call(g, places) => {
                // the function's own arguments, in their order
                let same = places.len() == chain.args.len()
                    && places.iter().enumerate().all(|(slot, &at)| {
                        matches!(template.ops.get(usize::from(at)), Some(Op::Parameter(parameter)) if usize::from(*parameter) == slot)
                    });
                let linked = if link && same && !is_primitive(*g) { linked(work, chain, *g, n) } else { None };
                match linked {
                    Some(series) => series,
                    None => {
                        let args: Option<Vec<Series>> = places.iter().map(|&at| values.get(usize::from(at)).cloned()).collect();
                        call(work, *g, &args?, n)?
                    }
                }
            }
            Op::Slope(..) => return None,
        };
        values.push(value);
    }
    values.pop()
}

fn is_primitive(f: Function) -> bool {
    matches!(f, known::EXP | known::LOG | known::ABS | known::SIGN | known::FLOOR | known::IF)
}

/// u^w, principal; for a w that is no number exp(w*log(u)).
pub(super) fn power(work: &mut Work, u: &Series, w: &Series, number: Option<&Number>) -> Option<Series> {
    if let Some(number) = number {
        return u.power(number, work);
    }
    if u.is_exact_zero() {
        return (w.part(|z| Complex::real(z.re.clone())).sign()? > 0).then(Series::zero);
    }
    u.log(work)?.mul(w, work).exp(work)
}
