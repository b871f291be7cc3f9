//! The values of all parts of an expression, parts before wholes, over any kind of number.
//! Deliberately does not ask what a function is; it keeps what went wrong at the part where it went wrong, so that a branch
//! that is not taken spoils nothing.
//! Read next: `call.rs`.

use super::call::{self, Values};
use super::complex::Complex;
use super::power::power;
use super::real::Real;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Head, Node, Pool, Symbol};
use crate::function::Function;
use crate::number::Number;
use crate::phrase;
use crate::walk::{self, Memo};

/// The value of one part.
#[derive(Clone)]
pub(super) struct Slot<R> {
    pub(super) value: Complex<R>,
    /// 0, or one more than the place in [`Run::faults`].
    fault: u32,
    /// Whether rounding of floats may have spoilt the value.
    pub(super) doubt: bool,
}

/// The values of all parts.
pub(super) struct Run<R> {
    slots: Vec<Slot<R>>,
    place: Memo<u32>,
    faults: Vec<Error>,
}

impl<R: Real> Run<R> {
    pub(super) fn slot(&self, e: Expr) -> Option<&Slot<R>> {
        self.place.get(e).and_then(|at| self.slots.get(at as usize))
    }

    /// The slot of a root, or what went wrong in it.
    pub(super) fn root(&self, e: Expr) -> Result<&Slot<R>> {
        let slot = self.slot(e).ok_or_else(|| Error::new(Kind::Domain, phrase!("this expression was not evaluated")))?;
        match self.faults.get((slot.fault as usize).wrapping_sub(1)) {
            Some(fault) => Err(fault.clone()),
            None => Ok(slot),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    fn part(&self, e: Expr) -> &Slot<R> {
        // parts come before wholes, so the place is always known
        &self.slots[self.place.get(e).unwrap_or(0) as usize]
    }
}

/// Evaluates all parts of the roots; `of` gives the values of symbols.
pub(super) fn evaluate<R: Real>(
    pool: &mut Pool,
    roots: &[Expr],
    of: impl Fn(Symbol, &mut R::Context) -> Option<R>,
    c: &mut R::Context,
) -> Result<Run<R>> {
    let nodes = walk::reachable(pool, roots);
    let mut run = Run { slots: Vec::with_capacity(nodes.len()), place: Memo::new(), faults: Vec::new() };
    for e in nodes {
        pool.check()?;
        let slot = match pool.node(e) {
            Node::Number(n) => plain(Complex::real(R::from_number(n, c))),
            Node::Symbol(symbol) => match of(symbol, c) {
                Some(x) => plain(Complex::real(x)),
                None => {
                    return Err(Error::new(Kind::Name, phrase!("no value is given for `{symbol}`", symbol = pool.symbol_name(symbol))));
                }
            },
            Node::Add(terms) => sum(&run, terms, c),
            Node::Mul(factors) => product(pool, &run, factors, c),
            Node::Pow(base, exponent) => raised(pool, &run, base, exponent, c),
            Node::Call(head, args) => called(pool, &mut run, head, args, c),
        };
        let slot = if R::gave_up(c) { run_fault(&mut run, given_up) } else { slot };
        run.place.set(e, u32::try_from(run.slots.len()).unwrap_or(u32::MAX));
        run.slots.push(slot);
    }
    Ok(run)
}

fn plain<R: Real>(value: Complex<R>) -> Slot<R> {
    Slot { value, fault: 0, doubt: false }
}

fn given_up() -> Error {
    Error::new(Kind::Domain, phrase!("this would need too many digits"))
}

fn run_fault<R: Real>(run: &mut Run<R>, error: impl FnOnce() -> Error) -> Slot<R> {
    run.faults.push(error());
    Slot { value: Complex::nan(), fault: u32::try_from(run.faults.len()).unwrap_or(u32::MAX), doubt: false }
}

/// The fault and doubt of a whole: those of its parts.
fn inherited<R: Real>(run: &Run<R>, parts: &[Expr]) -> (u32, bool) {
    let mut doubt = false;
    for &part in parts {
        let slot = run.part(part);
        if slot.fault != 0 {
            return (slot.fault, true);
        }
        doubt |= slot.doubt;
    }
    (0, doubt)
}

/// A sum that is so much smaller than its terms has lost digits that matter.
const CANCELLED: f64 = 1.0 / 512.0;

fn sum<R: Real>(run: &Run<R>, terms: &[Expr], c: &mut R::Context) -> Slot<R> {
    let (fault, mut doubt) = inherited(run, terms);
    let mut total = Complex::real(R::zero());
    for &term in terms {
        total = total.add(&run.part(term).value, c);
    }
    if R::FLOATS && !doubt {
        let part = |of: fn(&Complex<R>) -> &R| {
            let (mut largest, mut whole) = (0.0, true);
            for &term in terms {
                let x = of(&run.part(term).value).to_f64();
                largest = f64::max(largest, x.abs());
                whole &= x.fract() == 0.0 && x.abs() < 9e15;
            }
            !whole && of(&total).to_f64().abs() < CANCELLED * largest
        };
        doubt = part(|z| &z.re) || part(|z| &z.im);
    }
    Slot { value: total, fault, doubt }
}

fn product<R: Real>(pool: &Pool, run: &Run<R>, factors: &[Expr], c: &mut R::Context) -> Slot<R> {
    let (fault, doubt) = inherited(run, factors);
    let values = || factors.iter().map(|&factor| &run.part(factor).value);
    if values().any(Complex::is_nan) {
        return Slot { value: Complex::nan(), fault, doubt };
    }
    let one = R::from_f64(1.0, c);
    if values().all(Complex::is_real) {
        // x/y as one division: 49*(1/49) is not 1 in floats
        let (mut above, mut below, mut plain_product) = (one.clone(), None::<R>, one);
        for &factor in factors {
            let value = &run.part(factor).value.re;
            plain_product = plain_product.mul(value, c);
            let divisor = match pool.node(factor) {
                Node::Pow(base, Expr::MINUS_ONE) => Some(run.part(base).value.clone()).filter(Complex::is_real).map(|z| z.re),
                Node::Number(n) if R::FLOATS && !n.is_integer() => n.small().map(|(numerator, denominator)| {
                    above = above.mul(&R::from_f64(numerator as f64, c), c);
                    R::from_f64(denominator as f64, c)
                }),
                _ => None,
            };
            match divisor {
                Some(divisor) => {
                    below = Some(match below {
                        Some(below) => below.mul(&divisor, c),
                        None => divisor,
                    });
                }
                None => above = above.mul(value, c),
            }
        }
        let quotient = below.map(|below| above.div(&below, c)).filter(|q| q.is_finite() && !q.is_zero());
        return Slot { value: Complex::real(quotient.unwrap_or(plain_product)), fault, doubt };
    }
    let mut total = Complex::real(one);
    for value in values() {
        total = total.mul(value, c);
    }
    Slot { value: total, fault, doubt }
}

fn raised<R: Real>(pool: &Pool, run: &Run<R>, base: Expr, exponent: Expr, c: &mut R::Context) -> Slot<R> {
    let (fault, mut doubt) = inherited(run, &[base, exponent]);
    let (b, e) = (&run.part(base).value, &run.part(exponent).value);
    let exact: (Option<&Number>, Option<&Number>) = (pool.as_number(base), pool.as_number(exponent));
    // the relative error of the base times the exponent
    doubt |= R::FLOATS && exact.0.is_none() && e.re.to_f64().abs() > 512.0 && !matches!(pool.node(base), Node::Symbol(_));
    Slot { value: power(b, e, exact.0, exact.1, c), fault, doubt }
}

fn called<R: Real>(pool: &Pool, run: &mut Run<R>, head: Head, args: &[Expr], c: &mut R::Context) -> Slot<R> {
    let f = match head {
        Head::Function(f) => f,
        Head::Unknown(id) => {
            return run_fault(run, || {
                Error::new(Kind::Domain, phrase!("`{id}` has no numeric value: it is an unknown function", id = pool.unknown_name(id)))
            });
        }
        Head::Slope(id) => return run_fault(run, || slope_error(pool, id)),
    };
    if f == call::DERIVATIVE {
        return run_fault(run, || {
            Error::new(Kind::Derivative, phrase!("a derivative `D(u, x)` has no numeric value before it is carried out"))
        });
    }
    let values: Values<R> = args.iter().map(|&arg| run.part(arg).value.clone()).collect();
    let (mut fault, mut doubt) = inherited(run, args);
    if f == call::IF && values.len() == 3 {
        // only the branch that is taken counts
        let taken = if values[0].is_zero() { args[2] } else { args[1] };
        (fault, doubt) = if values[0].is_nan() { inherited(run, &args[..1]) } else { inherited(run, &[args[0], taken]) };
    }
    if fault != 0 {
        return Slot { value: Complex::nan(), fault, doubt };
    }
    let Some(value) = call::call(f, &values, c) else {
        return run_fault(run, || no_value(f, &values));
    };
    if R::FLOATS && !doubt {
        let leaf = |e: Expr| matches!(pool.node(e), Node::Number(_) | Node::Symbol(_));
        doubt = doubtful(f, &values, &value, args.iter().all(|&arg| leaf(arg)));
    }
    Slot { value, fault, doubt }
}

fn no_value<R: Real>(f: Function, args: &[Complex<R>]) -> Error {
    let name = f.row().name;
    let text = if args.iter().all(Complex::is_real) {
        phrase!("`{name}` has no numeric value here", name)
    } else {
        phrase!("`{name}` has no numeric value at complex arguments", name)
    };
    Error::new(Kind::Domain, text)
}

/// Why a formal derivative has no value.
pub(crate) fn slope_error(pool: &Pool, id: u32) -> Error {
    let slope = pool.slope_head(id);
    let name = match slope.of {
        Head::Function(f) => f.row().name,
        Head::Unknown(id) | Head::Slope(id) => pool.unknown_name(id),
    };
    let slots: Vec<String> = slope.slots.iter().map(u8::to_string).collect();
    Error::new(Kind::Domain, phrase!("the formal derivative `D[{slots}]({name})` has no numeric value", slots = slots.join(","), name))
}

/// Whether floats may have spoilt this call: large angles, logarithms near 1, values next to a jump or a zero of the sine.
fn doubtful<R: Real>(f: Function, args: &[Complex<R>], value: &Complex<R>, leaves: bool) -> bool {
    const NEAR: f64 = 1e-9;
    let x = args.first().map_or(0.0, |z| z.re.to_f64());
    match f {
        call::SIN | call::COS | call::TAN => {
            let size = value.re.to_f64().abs();
            x.abs() > 1e6 || (x.abs() > 0.1 && !leaves && !(NEAR..=1.0 / NEAR).contains(&size))
        }
        call::LOG => !leaves && x != 1.0 && (x - 1.0).abs() < CANCELLED,
        call::IF => false,
        call::FLOOR | call::CEIL => !leaves && (x - x.round()).abs() < NEAR * x.abs().max(1.0),
        _ if call::jumps(f) && args.len() == 2 => {
            let y = args[1].re.to_f64();
            !leaves && (x - y).abs() <= NEAR * x.abs().max(y.abs())
        }
        _ => call::jumps(f) && !leaves && x.abs() < NEAR,
    }
}
